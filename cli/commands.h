/* Inside the command line: the commands, each defined in the file of its family. */
#ifndef WL_CLI_COMMANDS_H
#define WL_CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct cli_command cli_init, cli_verify, cli_rebuild, cli_replay, cli_stat;
extern const struct cli_command cli_load, cli_import;
extern const struct cli_command cli_decisions, cli_obligations;
extern const struct cli_command cli_list, cli_show;
extern const struct cli_command cli_review, cli_sign, cli_return_receive, cli_return_inspect, cli_waive;
extern const struct cli_command cli_tag, cli_tag_loose, cli_tag_link, cli_print_tags, cli_return_ship, cli_print_return,
    cli_return_dispose, cli_return_close, cli_tick;
extern const struct cli_command cli_settle, cli_pay, cli_confirm, cli_export_advisory, cli_export_journal, cli_forget;
extern const struct cli_command cli_request, cli_request_source, cli_request_cancel, cli_dispatch, cli_receive,
    cli_resolve, cli_fit, cli_print_dispatch, cli_print_label;
extern const struct cli_command cli_deliver, cli_stock_open, cli_stock_move, cli_count_sheet, cli_count_book,
    cli_reverse;
extern const struct cli_command cli_help;

#endif
