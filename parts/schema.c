#include "wledger/batch.h"
#include "wledger/claim.h"
#include "wledger/defective.h"
#include "wledger/error.h"
#include "wledger/demand.h"
#include "wledger/form.h"
#include "wledger/load.h"
#include "wledger/payment.h"
#include "wledger/record_command.h"
#include "wledger/recovery.h"
#include "wledger/schema.h"
#include "wledger/stock.h"

/* Raised when a change of rules makes any command come out otherwise. */
enum { RULES_VERSION = 2 };

static const struct wl_table tables[] = {
#define X(NAME, name, flags) {name, flags},
    WL_CLAIM_TABLES(X) WL_PARTS_TABLES(X)
#undef X
};

static const struct wl_command *const commands[] = {
    &wl_record_command,
    &wl_batch_command,
    &wl_load_rows_command,
    &wl_load_command,
    &wl_review_command,
    &wl_review_take_command,
    &wl_review_release_command,
    &wl_review_assign_command,
    &wl_absence_command,
    &wl_information_command,
    &wl_appeal_command,
    &wl_correct_command,
    &wl_chargeback_command,
    &wl_sign_command,
    &wl_receive_command,
    &wl_inspect_command,
    &wl_waive_command,
    &wl_settle_command,
    &wl_pay_command,
    &wl_confirm_command,
    &wl_payment_command,
    &wl_bank_answer_command,
    &wl_forget_command,
    &wl_deliver_command,
    &wl_open_command,
    &wl_stock_move_command,
    &wl_count_command,
    &wl_reverse_command,
    &wl_request_command,
    &wl_request_source_command,
    &wl_request_cancel_command,
    &wl_dispatch_command,
    &wl_receive_dispatch_command,
    &wl_resolve_command,
    &wl_fit_command,
    &wl_tag_command,
    &wl_tag_loose_command,
    &wl_tag_link_command,
    &wl_return_ship_command,
    &wl_return_scan_command,
    &wl_tag_inspect_command,
    &wl_dispose_command,
    &wl_return_close_command,
    &wl_tick_command,
    &wl_recovery_find_command,
    &wl_recovery_claim_command,
    &wl_recovery_answer_command,
    &wl_recovery_pay_command,
    &wl_sale_command,
    &wl_form_open_command,
    &wl_form_edit_command,
    &wl_form_submit_command,
    &wl_form_review_command,
    &wl_form_start_command,
    &wl_form_complete_command,
    &wl_form_sign_command,
    &wl_form_claim_command,
    &wl_form_order_command,
    &wl_form_forget_command,
};

static int check(struct wl_txn *txn)
{
    int rc = wl_gates_check(txn);

    if (rc == WL_OK)
        rc = wl_payments_check(txn);
    if (rc == WL_OK)
        rc = wl_recoveries_check(txn);
    if (rc == WL_OK)
        rc = wl_forms_check(txn);
    return rc == WL_OK ? wl_parts_check(txn) : rc;
}

const struct wl_schema wl_house_schema = {
    .tables = tables,
    .table_count = WL_COUNT(tables),
    .commands = commands,
    .command_count = WL_COUNT(commands),
    .rules_version = RULES_VERSION,
    .check = check,
    .cache_new = wl_reference_cache_new,
    .cache_free = wl_reference_cache_free,
};
