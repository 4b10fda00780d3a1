/* Inside the command line: tags read by a hand scanner. */
#ifndef WL_CLI_SCAN_H
#define WL_CLI_SCAN_H

#include "cli/cli.h"

/* Receives one tag for each line of standard input, as the options --centre and --bin say, and answers each line once
 * it is durable, before it waits for more input. A cli_exit, or a wl_status below 0. */
int cli_scan(struct cli *);

#endif
