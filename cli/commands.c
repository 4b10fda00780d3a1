#include "cli/commands.h"

/* In the order in which they are listed: the order of work. */
const struct cli_command *const cli_commands[] = {
    &cli_init,
    &cli_load,
    &cli_import,
    &cli_decisions,
    &cli_obligations,
    &cli_list,
    &cli_show,
    &cli_review,
    &cli_sign,
    &cli_return_receive,
    &cli_return_inspect,
    &cli_waive,
    &cli_settle,
    &cli_pay,
    &cli_confirm,
    &cli_export_advisory,
    &cli_export_journal,
    &cli_forget,
    &cli_verify,
    &cli_rebuild,
    &cli_replay,
    &cli_stat,
    &cli_help,
    NULL,
};
