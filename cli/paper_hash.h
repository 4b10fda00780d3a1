/* Papers that a command records: their SHA-256, never the file. */
#ifndef WL_CLI_PAPER_HASH_H
#define WL_CLI_PAPER_HASH_H

#include "cli/cli.h"

/* The SHA-256 of the file that an option names, in the command line's arena; empty when it was not given. WL_OK,
 * WL_E_INPUT or WL_E_SYSTEM. */
int cli_paper_hash(struct cli *, const char *option, struct wl_str *hash);

#endif
