/* The commands `pay` and `confirm`. The rows of the claims in the settlement stay as they are: that they
 * are paid or confirmed is their settlement's state (wl_claim_state_now). */
#include "claims/gate.h"
#include "wledger/error.h"

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

static int decide_pay(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct wl_plain_outcome *out = outcome;
    struct wl_settlement settlement;
    struct wl_posting *posting;

    if (!may(ctx, body, WL_SETTLEMENT_STEP_PAY, &out->head, &settlement) || settlement.to_pay == 0)
        return wl_txn_status(ctx->txn);
    if (!(posting = wl_arena_alloc(ctx->arena, sizeof *posting)))
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    *posting = (struct wl_posting){.from_kind = WL_ACCOUNT_PAYABLE,
                                   .from_party = settlement.dealer_id,
                                   .to_kind = WL_ACCOUNT_BANK,
                                   .unit = settlement.currency,
                                   .amount = settlement.to_pay};
    out->head.postings = (struct wl_list){posting, 1};
    return WL_OK;
}

static int decide_confirm(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct wl_plain_outcome *out = outcome;
    struct wl_settlement settlement;

    may(ctx, body, WL_SETTLEMENT_STEP_CONFIRM, &out->head, &settlement);
    return wl_txn_status(ctx->txn);
}

static void move(const struct wl_context *ctx, const struct wl_settlement_body *body, int64_t to)
{
    uint64_t number = (uint64_t)body->settlement;
    struct wl_settlement settlement;
    int rc = wl_settlement_get(ctx->txn, ctx->arena, number, &settlement);

    if (rc == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "settlement %llu has no row", (unsigned long long)number));
    if (rc != 1)
        return;
    settlement.state = to;
    if (to == WL_SETTLEMENT_PAID)
        settlement.paid_day = ctx->day;
    else
        settlement.confirmed_day = ctx->day;
    wl_settlement_put(ctx->txn, number, &settlement);
}

static void apply_pay(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)outcome;
    move(ctx, body, WL_SETTLEMENT_PAID);
}

static void apply_confirm(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)outcome;
    move(ctx, body, WL_SETTLEMENT_CONFIRMED);
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
    .body = &body_record,
    .outcome = &wl_plain_outcome_record,
    .decide = decide_confirm,
    .apply = apply_confirm,
};
