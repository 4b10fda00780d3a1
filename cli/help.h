/* Inside the command line: help and the man page, made from the command table. */
#ifndef WL_CLI_HELP_H
#define WL_CLI_HELP_H

#include "cli/cli.h"

void cli_help_overview(FILE *);
void cli_help_command(FILE *, const struct cli_command *);

#endif
