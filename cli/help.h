/* Inside the command line: help and the man page, made from the command table. */
#ifndef WL_CLI_HELP_H
#define WL_CLI_HELP_H

#include "cli/cli.h"

void cli_help_overview(FILE *);
void cli_help_command(FILE *, const struct cli_command *);
/* Of commands of several words, those that begin with this one: true when there are such. */
bool cli_help_family(FILE *, const char *word);
/* WL_E_USAGE, with a message that names the commands that begin with the word, if any. */
int cli_help_unknown(const char *word);

#endif
