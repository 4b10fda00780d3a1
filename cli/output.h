/* Where an export goes: a file that appears whole or not at all, or standard output, which gets all of it or
 * nothing. */
#ifndef WL_CLI_OUTPUT_H
#define WL_CLI_OUTPUT_H

#include "cli/cli.h"
#include "wledger/file.h"

typedef int cli_write_fn(void *context, struct wl_file *);

/* Has `write` fill the file at path, made durable and published, or (NULL) a temporary one that is copied to
 * standard output. WL_OK, or the error of either; then nothing was published or printed. */
int cli_output(struct cli *, const char *path, cli_write_fn *write, void *context);

#endif
