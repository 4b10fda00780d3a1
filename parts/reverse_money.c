/* Reversing what moved money alone: chargebacks, and receipts of vehicle sale money. */
#include "claims/sales.h"
#include "claims/taken_back.h"
#include "parts/stock.h"
#include "wledger/payment.h"

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
