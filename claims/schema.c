#include "wledger/batch.h"
#include "wledger/claim.h"
#include "wledger/gates.h"
#include "wledger/load.h"
#include "wledger/record_command.h"

/* Raised when a change of rules makes any command come out otherwise. */
enum { RULES_VERSION = 1 };

static const struct wl_table tables[] = {
#define X(NAME, name, flags) {name, flags},
    WL_CLAIM_TABLES(X)
#undef X
};

static const struct wl_command *const commands[] = {
    &wl_record_command, &wl_batch_command,   &wl_load_rows_command, &wl_load_command,  &wl_review_command,
    &wl_sign_command,   &wl_receive_command, &wl_inspect_command,   &wl_waive_command, &wl_settle_command,
    &wl_pay_command,    &wl_confirm_command, &wl_forget_command,
};

const struct wl_schema wl_claims_schema = {
    .tables = tables,
    .table_count = WL_COUNT(tables),
    .commands = commands,
    .command_count = WL_COUNT(commands),
    .rules_version = RULES_VERSION,
    .check = wl_gates_check,
    .cache_new = wl_reference_cache_new,
    .cache_free = wl_reference_cache_free,
};
