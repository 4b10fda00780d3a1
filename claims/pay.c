/* The commands `pay` and `confirm`. The rows of the claims in the settlement stay as they are: that they
 * are paid or confirmed is their settlement's state (wl_claim_state_now). */
#include "claims/gate.h"
#include "claims/payments.h"
#include "wledger/error.h"
#include <stdio.h>

/* True with the settlement, when the transition is legal; else false with the refusal or an error. */
static bool may(const struct wl_context *ctx, const struct wl_settlement_body *body, enum wl_settlement_step step,
                struct wl_outcome_head *head, struct wl_settlement *settlement)
{
    int rc = body->settlement > 0 ? wl_settlement_get(ctx->txn, ctx->arena, (uint64_t)body->settlement, settlement) : 0;
    int64_t refusal;

    if (rc < 0)
        return false;
    refusal = rc == 0 ? WL_REFUSED_SETTLEMENT_UNKNOWN : wl_settlement_transition(step)->refusal[settlement->state];
    if (refusal != WL_DONE)
        head->refusal = refusal;
    return refusal == WL_DONE;
}

static struct wl_str payment_text(const struct wl_context *ctx, int64_t payment)
{
    char text[WL_PAYMENT_REFERENCE_TEXT];
    int size = snprintf(text, sizeof text, "payment %lld", (long long)payment);

    return wl_arena_copy(ctx->arena, (struct wl_str){text, (size_t)size});
}

/* What the bank was told to pay is not paid by hand as well: it would be paid twice. */
static int decide_pay(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct wl_plain_outcome *out = outcome;
    struct wl_settlement settlement;

    if (!may(ctx, body, WL_SETTLEMENT_STEP_PAY, &out->head, &settlement))
        return wl_txn_status(ctx->txn);
    if (settlement.payment != WL_NONE) {
        out->head.refusal = WL_REFUSED_IN_PAYMENT;
        out->head.about = payment_text(ctx, settlement.payment);
    } else if (wl_settlement_left(&settlement) > 0) {
        out->head.postings = wl_payment_posting(ctx, &settlement, wl_settlement_left(&settlement), true);
    }
    return wl_txn_status(ctx->txn);
}

static int decide_confirm(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_settlement_body *b = body;
    struct wl_confirm_outcome *out = outcome;
    struct wl_settlement settlement;

    if (!may(ctx, body, WL_SETTLEMENT_STEP_CONFIRM, &out->head, &settlement) || b->amount == WL_NONE)
        return wl_txn_status(ctx->txn);
    if (b->amount < 0)
        out->head.refusal = WL_REFUSED_AMOUNT_INVALID;
    else if (b->amount != settlement.paid_amount)
        out->difference = b->amount - settlement.paid_amount;
    return WL_OK;
}

static void apply_pay(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_settlement_body *b = body;
    const struct wl_plain_outcome *out = outcome;
    const struct wl_posting *posting = out->head.postings.at;
    struct wl_settlement row;

    if (!wl_settlement_row(ctx, b->settlement, &row))
        return;
    for (size_t i = 0; i < out->head.postings.count; i++)
        row.paid_amount += posting[i].amount;
    row.state = WL_SETTLEMENT_PAID;
    row.paid_day = ctx->day;
    wl_settlement_put(ctx->txn, (uint64_t)b->settlement, &row);
}

static void apply_confirm(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_settlement_body *b = body;
    const struct wl_confirm_outcome *out = outcome;
    struct wl_settlement row;

    if (!wl_settlement_row(ctx, b->settlement, &row))
        return;
    row.confirmed_amount = b->amount == WL_NONE ? row.paid_amount : b->amount;
    row.dealer_difference = out->difference;
    if (out->difference == WL_NONE) {
        row.state = WL_SETTLEMENT_CONFIRMED;
        row.confirmed_day = ctx->day;
    }
    wl_settlement_put(ctx->txn, (uint64_t)b->settlement, &row);
}

static const struct wl_field body_fields[] = {
    {.name = "settlement",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_settlement_body, settlement)},
};
static const struct wl_record body_record = {"settlement-number", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_settlement_body)};

static const struct wl_field confirm_fields[] = {
    {.name = "settlement",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_settlement_body, settlement)},
    WL_NUMBER_FIELD(struct wl_settlement_body, 2, amount),
};
static const struct wl_record confirm_record = {"confirm", confirm_fields, WL_COUNT(confirm_fields),
                                                sizeof(struct wl_settlement_body)};

static const struct wl_field confirm_outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_confirm_outcome),
    WL_NUMBER_FIELD(struct wl_confirm_outcome, 4, difference),
};
static const struct wl_record confirm_outcome_record = {
    "confirm-outcome", confirm_outcome_fields, WL_COUNT(confirm_outcome_fields), sizeof(struct wl_confirm_outcome)};

const struct wl_command wl_pay_command = {
    .name = "pay",
    .tag = 16,
    .body = &body_record,
    .outcome = &wl_plain_outcome_record,
    .decide = decide_pay,
    .apply = apply_pay,
};

const struct wl_command wl_confirm_command = {
    .name = "confirm",
    .tag = 17,
    .body = &confirm_record,
    .outcome = &confirm_outcome_record,
    .decide = decide_confirm,
    .apply = apply_confirm,
};
