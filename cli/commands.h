/* Inside the command line: the commands, each defined in the file of its family. */
#ifndef WL_CLI_COMMANDS_H
#define WL_CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct cli_command cli_init, cli_verify, cli_rebuild, cli_replay, cli_stat;
extern const struct cli_command cli_load, cli_import;
extern const struct cli_command cli_decisions, cli_obligations;
extern const struct cli_command cli_list, cli_show;
extern const struct cli_command cli_review, cli_sign, cli_return_receive, cli_return_inspect, cli_waive;
extern const struct cli_command cli_settle, cli_pay, cli_confirm, cli_export_advisory, cli_export_journal, cli_forget;
extern const struct cli_command cli_help;

#endif
