/* The commands `return-receive` and `waive`: removed parts that come back, or need not, or come back all the
 * same. */
#include "claims/gate.h"
#include "wledger/error.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PARTY_MAX = 64, POSTINGS_EACH = 3 };

/* Only what was approved is to be returned; what became of the money later does not matter. */
static const struct wl_claim_gate gate = {{
    [WL_CLAIM_REJECTED] = WL_REFUSED_CLAIM_REJECTED,
    [WL_CLAIM_REFERRED] = WL_REFUSED_CLAIM_UNDECIDED,
    [WL_CLAIM_APPROVED] = WL_DONE,
    [WL_CLAIM_PARTIAL] = WL_DONE,
    [WL_CLAIM_SETTLED] = WL_DONE,
    [WL_CLAIM_PAID] = WL_DONE,
    [WL_CLAIM_CONFIRMED] = WL_DONE,
}};

static const struct wl_obligation_gate receive_gate = {
    .from =
        {
            [WL_OBLIGATION_OPEN] = {.next = WL_OBLIGATION_RECEIVED},
            [WL_OBLIGATION_RECEIVED] = {.refusal = WL_REFUSED_ALREADY_RECEIVED},
            [WL_OBLIGATION_ACCEPTED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},
            [WL_OBLIGATION_REFUSED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},
            [WL_OBLIGATION_WAIVED] = {.next = WL_OBLIGATION_WAIVED_RECEIVED, .named_only = true},
            [WL_OBLIGATION_WAIVED_RECEIVED] = {.refusal = WL_REFUSED_ALREADY_RECEIVED},
        },
    .none = WL_REFUSED_NOTHING_TO_RECEIVE,
};

static const struct wl_obligation_gate waive_gate = {
    .from =
        {
            [WL_OBLIGATION_OPEN] = {.next = WL_OBLIGATION_WAIVED},
            [WL_OBLIGATION_RECEIVED] = {.next = WL_OBLIGATION_WAIVED_RECEIVED},
            [WL_OBLIGATION_ACCEPTED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},
            [WL_OBLIGATION_REFUSED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},
            [WL_OBLIGATION_WAIVED] = {.refusal = WL_REFUSED_ALREADY_WAIVED},
            [WL_OBLIGATION_WAIVED_RECEIVED] = {.refusal = WL_REFUSED_ALREADY_WAIVED},
        },
    .none = WL_REFUSED_NOTHING_TO_WAIVE,
};

/* The shipment that brings a claim's parts: DEALER/CLAIM, with a short form of a number too long for an
 * account. */
static struct wl_str shipment(const struct wl_context *ctx, struct wl_str dealer_id, struct wl_str claim_no)
{
    char text[2 * PARTY_MAX];
    int n = snprintf(text, sizeof text, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(dealer_id), WL_STR_ARG(claim_no));

    if (n > PARTY_MAX)
        n = snprintf(text, sizeof text, WL_STR_FMT "/%016" PRIx64, WL_STR_ARG(dealer_id), wl_hash(claim_no));
    return wl_arena_copy(ctx->arena, (struct wl_str){text, (size_t)n});
}

/* The way back of one part: removal, return shipment, return receipt (domain text, section 5). */
static void post_return(const struct wl_claim *claim, struct wl_str transit, const struct wl_obligation *obligation,
                        struct wl_posting posting[POSTINGS_EACH])
{
    const struct wl_posting common = {.unit = obligation->part_id, .amount = obligation->quantity};
    const struct {
        int64_t kind;
        struct wl_str party;
    } stations[POSTINGS_EACH + 1] = {
        {WL_ACCOUNT_VEHICLE, claim->vin},
        {WL_ACCOUNT_DEALER_DEFECTIVE, claim->dealer_id},
        {WL_ACCOUNT_IN_TRANSIT, transit},
        {WL_ACCOUNT_CENTRE_DEFECTIVE, WL_STR("centre")},
    };

    for (size_t i = 0; i < POSTINGS_EACH; i++) {
        posting[i] = common;
        posting[i].from_kind = stations[i].kind;
        posting[i].from_party = stations[i].party;
        posting[i].to_kind = stations[i + 1].kind;
        posting[i].to_party = stations[i + 1].party;
    }
}

static int post_returns(const struct wl_context *ctx, const struct wl_claim *claim, struct wl_returns_outcome *out)
{
    struct wl_posting *postings = wl_arena_alloc(ctx->arena, out->obligations.count * POSTINGS_EACH * sizeof *postings);
    struct wl_str transit = shipment(ctx, claim->dealer_id, claim->claim_no);

    if (wl_arena_status(ctx->arena) != WL_OK)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    for (size_t i = 0; i < out->obligations.count; i++) {
        struct wl_obligation obligation;

        if (wl_obligation_get(ctx->txn, ctx->arena, out->obligations.at[i], &obligation) != 1)
            return wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a return obligation has no row"));
        post_return(claim, transit, &obligation, postings + i * POSTINGS_EACH);
    }
    out->head.postings = (struct wl_list){postings, out->obligations.count * POSTINGS_EACH};
    return WL_OK;
}

static int decide_receive(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_receive_body *b = body;
    struct wl_returns_outcome *out = outcome;
    struct wl_claim claim;
    int64_t id;

    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, &gate, &out->head, &id, &claim) ||
        !wl_gate_obligations(ctx, &claim, b->line, &receive_gate, WL_RECEIVED_AT_ONCE_MAX, &out->head,
                             &out->obligations, &out->remaining))
        return wl_txn_status(ctx->txn);
    out->claim = id;
    return post_returns(ctx, &claim, out);
}

static int decide_waive(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_waive_body *b = body;
    struct wl_returns_outcome *out = outcome;
    struct wl_claim claim;
    int64_t id;

    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, &gate, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    if (b->reason.size == 0)
        out->head.refusal = WL_REFUSED_REASON_MISSING;
    else if (wl_gate_obligations(ctx, &claim, b->line, &waive_gate, WL_LINES_MAX, &out->head, &out->obligations, NULL))
        out->claim = id;
    return wl_txn_status(ctx->txn);
}

static void move(const struct wl_context *ctx, const struct wl_returns_outcome *out,
                 const struct wl_obligation_gate *by)
{
    struct wl_claim claim;

    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    wl_obligations_move(ctx, &claim, out->obligations, by, WL_NONE);
    wl_claim_put(ctx->txn, out->claim, &claim);
}

static void apply_receive(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)body;
    move(ctx, outcome, &receive_gate);
}

static void apply_waive(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)body;
    move(ctx, outcome, &waive_gate);
}

static const struct wl_field receive_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_receive_body),
    {.name = "line", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_receive_body, line)},
};
static const struct wl_record receive_record = {"return-receive", receive_fields, WL_COUNT(receive_fields),
                                                sizeof(struct wl_receive_body)};

static const struct wl_field waive_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_waive_body),
    {.name = "line", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_waive_body, line)},
    {.name = "reason",
     .tag = 4,
     .type = WL_TEXT,
     .limit = WL_REASON_MAX,
     .offset = offsetof(struct wl_waive_body, reason)},
};
static const struct wl_record waive_record = {"waive", waive_fields, WL_COUNT(waive_fields),
                                              sizeof(struct wl_waive_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_returns_outcome),
    {.name = "claim", .tag = 20, .type = WL_INT, .digits = 18, .offset = offsetof(struct wl_returns_outcome, claim)},
    {.name = "obligations",
     .tag = 21,
     .type = WL_INTS,
     .limit = WL_LINES_MAX,
     .offset = offsetof(struct wl_returns_outcome, obligations)},
    {.name = "remaining",
     .tag = 22,
     .type = WL_INT,
     .digits = 4,
     .offset = offsetof(struct wl_returns_outcome, remaining)},
};
static const struct wl_record outcome_record = {"returns-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_returns_outcome)};

const struct wl_command wl_receive_command = {
    .name = "return-receive",
    .tag = 12,
    .body = &receive_record,
    .outcome = &outcome_record,
    .decide = decide_receive,
    .apply = apply_receive,
};

const struct wl_command wl_waive_command = {
    .name = "waive",
    .tag = 14,
    .body = &waive_record,
    .outcome = &outcome_record,
    .decide = decide_waive,
    .apply = apply_waive,
};
