/* The command `waive`: removed parts that need not come back. */
#include "claims/gate.h"
#include "claims/seats.h"
#include "wledger/error.h"

const struct wl_obligation_gate wl_waive_gate = {
    .from =
        {
            [WL_OBLIGATION_OPEN] = {.next = WL_OBLIGATION_WAIVED},
            [WL_OBLIGATION_RECEIVED] = {.next = WL_OBLIGATION_WAIVED_RECEIVED},
            [WL_OBLIGATION_ACCEPTED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},
            [WL_OBLIGATION_REFUSED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},
            [WL_OBLIGATION_WAIVED] = {.refusal = WL_REFUSED_ALREADY_WAIVED},
            [WL_OBLIGATION_WAIVED_RECEIVED] = {.refusal = WL_REFUSED_ALREADY_WAIVED},
            [WL_OBLIGATION_OVERDUE] = {.next = WL_OBLIGATION_WAIVED},
        },
    .none = WL_REFUSED_NOTHING_TO_WAIVE,
};

static int decide_waive(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_waive_body *b = body;
    struct wl_returns_outcome *out = outcome;
    struct wl_claim claim;
    int64_t id, refusal;

    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_WAIVE, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    refusal = wl_reason_check(wl_reference(ctx), WL_REASON_FOR_WAIVE, b->reason);
    if (refusal != WL_DONE) {
        out->head.refusal = refusal;
        return wl_txn_status(ctx->txn);
    }
    if (!wl_gate_obligations(ctx, &claim, b->line, &wl_waive_gate, &out->head, &out->obligations))
        return wl_txn_status(ctx->txn);
    out->claim = id;
    out->authority = wl_arena_copy(ctx->arena, b->authority.size ? b->authority : ctx->actor);
    if (wl_arena_status(ctx->arena) != WL_OK)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return wl_txn_status(ctx->txn);
}

void wl_obligations_waive(const struct wl_context *ctx, struct wl_claim *claim, struct wl_ints ids)
{
    wl_obligations_move(ctx, claim, ids, &wl_waive_gate);
    for (size_t i = 0; i < ids.count; i++) {
        struct wl_obligation obligation;

        if (!wl_obligation_row(ctx, ids.at[i], &obligation))
            return;
        obligation.waived_seq = (int64_t)ctx->seq; /* for answers, which tell by it who waived the return, and why */
        wl_obligation_put(ctx->txn, ids.at[i], &obligation);
    }
}

static void apply_waive(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_returns_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    wl_obligations_waive(ctx, &claim, out->obligations);
    wl_claim_put(ctx->txn, out->claim, &claim);
    wl_history_note(ctx, wl_subject_claim(out->claim));
}

static const struct wl_field waive_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_waive_body),
    {.name = "line", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_waive_body, line)},
    WL_TEXT_FIELD(struct wl_waive_body, 4, reason, WL_REASON_MAX),
    WL_TEXT_FIELD(struct wl_waive_body, 5, authority, WL_NAME_MAX),
};
static const struct wl_record waive_record = {"waive", waive_fields, WL_COUNT(waive_fields),
                                              sizeof(struct wl_waive_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_returns_outcome),
    WL_NUMBER_FIELD(struct wl_returns_outcome, 20, claim),
    WL_NUMBERS_FIELD(struct wl_returns_outcome, 21, obligations, WL_LINES_MAX),
    WL_TEXT_FIELD(struct wl_returns_outcome, 23, authority, WL_NAME_MAX),
};
static const struct wl_record outcome_record = {"returns-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_returns_outcome)};

const struct wl_command wl_waive_command = {
    .name = "waive",
    .tag = 14,
    .body = &waive_record,
    .outcome = &outcome_record,
    .decide = decide_waive,
    .apply = apply_waive,
};
