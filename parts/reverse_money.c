/* Reversing what moved money alone: chargebacks, receipts of vehicle sale money, and payments that a person typed. */
#include "claims/payments.h"
#include "claims/recoveries.h"
#include "claims/sales.h"
#include "claims/taken_back.h"
#include "parts/stock.h"
#include "wledger/desk.h"
#include <stdio.h>

enum { ABOUT_SIZE = 64 };

/* That the document stands on the payment by now. */
static bool blocked(const struct wl_context *ctx, struct wl_outcome_head *head, const char *document, int64_t number)
{
    char about[ABOUT_SIZE];
    int n = snprintf(about, sizeof about, "%s %lld", document, (long long)number);

    return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, (struct wl_str){about, (size_t)n});
}

/* ---- chargeback ---- */

static bool decide_chargeback(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                              const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_chargeback_outcome *out = outcome;

    (void)body;
    return wl_restore(ctx, entry->seq, out->claim, out->decided_before, out->charged_back, head, &plan->restored,
                      &plan->postings);
}

const struct wl_undo wl_chargeback_undo = {.command = &wl_chargeback_command, .decide = decide_chargeback};

/* ---- vehicle-sale ---- */

static void apply_sale(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_sale_outcome *out = outcome;

    (void)entry, (void)body;
    wl_sale_withdraw(ctx, out->receipt);
}

const struct wl_undo wl_sale_undo = {.command = &wl_sale_command, .apply = apply_sale};

/* ---- pay ---- */

static int64_t paid_by(const struct wl_plain_outcome *out)
{
    const struct wl_posting *posting = out->head.postings.at;

    return out->head.postings.count > 0 ? posting->amount : 0;
}

/* What the bank took beyond it made a debt, which counted this payment as made. */
static bool decide_pay(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_settlement_body *b = body;
    struct wl_settlement row;

    (void)entry, (void)plan;
    if (!wl_settlement_row(ctx, b->settlement, &row))
        return false;
    return (row.state != WL_SETTLEMENT_CONFIRMED && row.overpaid == 0 && paid_by(outcome) <= row.paid_amount) ||
           blocked(ctx, head, "settlement", b->settlement);
}

static void apply_pay(const struct wl_context *ctx, const struct wl_entry *entry, const void *body, const void *outcome)
{
    const struct wl_settlement_body *b = body;
    struct wl_settlement row;

    (void)entry;
    if (!wl_settlement_row(ctx, b->settlement, &row))
        return;
    row.paid_amount -= paid_by(outcome);
    row.state = WL_SETTLEMENT_ISSUED;
    row.paid_day = row.confirmed_amount = row.dealer_difference = WL_NONE;
    wl_settlement_put(ctx->txn, (uint64_t)b->settlement, &row);
}

const struct wl_undo wl_pay_undo = {
    .command = &wl_pay_command, .decide = decide_pay, .apply = apply_pay, .silent = true};

/* ---- recovery-pay ---- */

/* What was paid back since was more than this payment leaves. */
static bool decide_recovery_pay(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                                const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_recovery_pay_body *b = body;
    const struct wl_recovery_pay_outcome *out = outcome;
    struct wl_supplier_claim claim;

    (void)entry, (void)plan;
    if (!wl_supplier_claim_row(ctx, b->supplier_claim, &claim))
        return false;
    return out->amount <= claim.paid || blocked(ctx, head, "supplier claim", b->supplier_claim);
}

static void apply_recovery_pay(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                               const void *outcome)
{
    const struct wl_recovery_pay_body *b = body;
    const struct wl_recovery_pay_outcome *out = outcome;
    struct wl_supplier_claim claim;

    (void)entry;
    if (!wl_supplier_claim_row(ctx, b->supplier_claim, &claim))
        return;
    claim.paid -= out->amount;
    wl_supplier_claim_put(ctx, b->supplier_claim, &claim);
    wl_history_note(ctx, (struct wl_subject){WL_SUBJECT_SUPPLIER_CLAIM, b->supplier_claim});
}

const struct wl_undo wl_recovery_pay_undo = {
    .command = &wl_recovery_pay_command, .decide = decide_recovery_pay, .apply = apply_recovery_pay};
