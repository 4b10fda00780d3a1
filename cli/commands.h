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
extern const struct cli_command cli_settle, cli_pay, cli_confirm, cli_export_advisory, cli_export_statement,
    cli_export_journal, cli_forget;
extern const struct cli_command cli_request, cli_request_source, cli_request_cancel, cli_dispatch, cli_receive,
    cli_resolve, cli_fit, cli_print_dispatch, cli_print_label;
extern const struct cli_command cli_deliver, cli_stock_open, cli_stock_move, cli_count_sheet, cli_count_book,
    cli_reverse;
extern const struct cli_command cli_information, cli_appeal, cli_correct;
extern const struct cli_command cli_lookup, cli_coverage;
extern const struct cli_command cli_form_open, cli_form_edit, cli_form_submit, cli_form_review, cli_form_order,
    cli_form_start, cli_form_complete, cli_form_sign, cli_form_claim, cli_form_forget, cli_print_form;
extern const struct cli_command cli_review_take, cli_review_release, cli_review_assign, cli_absence;
extern const struct cli_command cli_report_quality, cli_report_batches, cli_report_suppliers, cli_report_dealers,
    cli_report_prices;
extern const struct cli_command cli_payment_run, cli_payment_reject, cli_export_payment, cli_bank;
extern const struct cli_command cli_chargeback, cli_recovery_find, cli_recovery_claim, cli_recovery_answer,
    cli_recovery_pay, cli_export_recovery, cli_sale_receive;
extern const struct cli_command cli_help;

#endif
