/* Documents of others are read by a process of its own, before the store is opened, into a spool beside it. */
#ifndef WL_CLI_SPOOL_H
#define WL_CLI_SPOOL_H

#include "cli/cli.h"

enum { CLI_SPOOL_PATH = 4096 }; /* bytes of a spool's path, with the 0 */

/* Opens the ledger and closes it, so that a wrong folder is told before a long file is read: no handle may be open
 * while the reader's process is started. */
int cli_spool_check_ledger(const struct cli *);

/* Where this process's spool is; what dead processes left there is removed. */
int cli_spool_path(const struct cli *, char path[CLI_SPOOL_PATH]);

/* Shows how far the reader is. cli: the struct cli. */
void cli_spool_progress(void *cli, uint64_t done, uint64_t all);

#endif
