/* The command `return-inspect`: the clearing house's finding on parts that came back. "Before settlement the
 * claim is re-priced without it, after settlement it is charged back" (domain text, section 7). */
#include "claims/adjudicate.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "wledger/error.h"

static const char *const inspection_names[] = {"accepted", "wrong-part", "missing", "not-defective", "abuse", NULL};

const char *const *wl_inspection_names(void)
{
    return inspection_names;
}

static const struct wl_claim_gate gate = {{
    [WL_CLAIM_REJECTED] = WL_REFUSED_CLAIM_REJECTED,
    [WL_CLAIM_REFERRED] = WL_REFUSED_CLAIM_UNDECIDED,
    [WL_CLAIM_APPROVED] = WL_DONE,
    [WL_CLAIM_PARTIAL] = WL_DONE,
    [WL_CLAIM_SETTLED] = WL_DONE,
    [WL_CLAIM_PAID] = WL_DONE,
    [WL_CLAIM_CONFIRMED] = WL_DONE,
}};

#define INSPECTED_AS(state_)                                                              \
    {                                                                                     \
        .from =                                                                           \
            {                                                                             \
                [WL_OBLIGATION_OPEN] = {.refusal = WL_REFUSED_OBLIGATION_NOT_RECEIVED},   \
                [WL_OBLIGATION_RECEIVED] = {.next = (state_)},                            \
                [WL_OBLIGATION_ACCEPTED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},     \
                [WL_OBLIGATION_REFUSED] = {.refusal = WL_REFUSED_ALREADY_INSPECTED},      \
                [WL_OBLIGATION_WAIVED] = {.refusal = WL_REFUSED_OBLIGATION_NOT_RECEIVED}, \
                [WL_OBLIGATION_WAIVED_RECEIVED] = {.next = (state_)},                     \
            },                                                                            \
        .none = WL_REFUSED_NOTHING_TO_INSPECT,                                            \
    }
static const struct wl_obligation_gate accept_gate = INSPECTED_AS(WL_OBLIGATION_ACCEPTED);
static const struct wl_obligation_gate refuse_gate = INSPECTED_AS(WL_OBLIGATION_REFUSED);

static const struct wl_obligation_gate *gate_of(const struct wl_inspect_body *body)
{
    return body->outcome == WL_ACCEPTED ? &accept_gate : &refuse_gate;
}

static bool is_settled(const struct wl_claim *claim)
{
    return claim->settlement != WL_NONE;
}

/* The claim without the lines of these obligations. Lines refused before are at 0 in the decision in force. */
static int reprice(const struct wl_context *ctx, const struct wl_claim *claim, struct wl_ints obligations,
                   struct wl_decision *out)
{
    struct wl_refused_lines *refused = wl_arena_alloc(ctx->arena, sizeof *refused);
    struct wl_claim_record record;
    struct wl_decision in_force;
    int rc;

    if (!refused)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    for (size_t i = 0; i < obligations.count; i++) {
        struct wl_obligation obligation;

        if (wl_obligation_get(ctx->txn, ctx->arena, obligations.at[i], &obligation) != 1 || obligation.line < 0 ||
            obligation.line >= WL_LINES_MAX)
            return wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a return obligation has no line"));
        refused->parts[obligation.line] = true;
    }
    if ((rc = wl_claim_content(ctx->txn, ctx->arena, claim, &record)) != WL_OK ||
        (rc = wl_claim_decision(ctx->txn, ctx->arena, claim, &in_force)) != WL_OK)
        return rc;
    return wl_reprice(ctx, &record, &in_force, refused, WL_NONE, out);
}

/* What was paid above what the claim is worth now goes back: dealer payable -> expense of its type (domain
 * text, section 6). A claim that was settled is never raised. */
static void charge_back(const struct wl_context *ctx, const struct wl_claim *claim, struct wl_inspect_outcome *out)
{
    int64_t difference = claim->total - claim->charged_back - out->decision.total;
    struct wl_claim accrued = {
        .state = WL_CLAIM_APPROVED, .type = claim->type, .dealer_id = claim->dealer_id, .total = difference};
    const struct wl_decision nothing = {.decision = WL_CLAIM_REJECTED, .currency = claim->currency};

    if (difference <= 0)
        return;
    out->charged_back = difference;
    /* As a decision takes an accrual back, but from what is payable by now. */
    out->head.postings = wl_decision_postings(ctx, &accrued, &nothing);
    if (out->head.postings.count == 1)
        ((struct wl_posting *)out->head.postings.at)->from_kind = WL_ACCOUNT_PAYABLE;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_inspect_body *b = body;
    struct wl_inspect_outcome *out = outcome;
    struct wl_claim claim;
    int64_t id;
    int rc;

    if (b->outcome < WL_ACCEPTED || b->outcome > WL_ABUSE)
        return wl_fail(WL_E_USAGE, "an inspection has no outcome");
    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, &gate, &out->head, &id, &claim) ||
        !wl_gate_obligations(ctx, &claim, b->line, gate_of(b), WL_LINES_MAX, &out->head, &out->obligations, NULL))
        return wl_txn_status(ctx->txn);
    out->claim = id;
    if (b->outcome == WL_ACCEPTED)
        return WL_OK;
    if ((rc = reprice(ctx, &claim, out->obligations, &out->decision)) != WL_OK)
        return rc;
    if (is_settled(&claim))
        charge_back(ctx, &claim, out);
    else
        out->head.postings = wl_decision_postings(ctx, &claim, &out->decision);
    return wl_txn_status(ctx->txn);
}

static void put_chargeback(const struct wl_context *ctx, const struct wl_inspect_outcome *out,
                           const struct wl_claim *claim)
{
    struct wl_key key = wl_key_of_dealer(claim->dealer_id, (int64_t)ctx->seq);
    const struct wl_chargeback row = {out->claim, claim->currency, out->charged_back, ctx->day};
    struct wl_buf bytes;

    wl_buf_init(&bytes, WL_VALUE_MAX);
    wl_record_encode(&wl_chargeback_record, &row, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(ctx->txn, wl_buf_status(&bytes));
    else
        wl_put(ctx->txn, WL_TABLE_CHARGEBACKS, wl_key_view(&key), wl_buf_view(&bytes));
    wl_buf_release(&bytes);
}

/* After settlement the claim's row keeps what was paid; what its lines are worth stands in the new decision. */
static void apply_settled(const struct wl_context *ctx, const struct wl_inspect_outcome *out, struct wl_claim *claim)
{
    struct wl_str authorization = claim->authorization_no;

    claim->decided_seq = (int64_t)ctx->seq;
    if (out->charged_back != WL_NONE) {
        claim->charged_back += out->charged_back;
        put_chargeback(ctx, out, claim);
        /* Goodwill taken back is there to be given again. */
        if (claim->type == WL_TYPE_GOODWILL && authorization.size != 0)
            wl_put_number(ctx->txn, WL_TABLE_SPENT, authorization,
                          wl_get_number(ctx->txn, WL_TABLE_SPENT, authorization, 0) - out->charged_back);
    }
    wl_claim_put(ctx->txn, out->claim, claim);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_inspect_body *b = body;
    const struct wl_inspect_outcome *out = outcome;
    struct wl_claim claim;

    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    wl_obligations_move(ctx, &claim, out->obligations, gate_of(b), b->outcome);
    if (out->decision.decision == WL_NONE)
        wl_claim_put(ctx->txn, out->claim, &claim);
    else if (is_settled(&claim))
        apply_settled(ctx, out, &claim);
    else
        wl_decision_apply(ctx, out->claim, &claim, NULL, &out->decision);
}

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_inspect_body),
    {.name = "line", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_inspect_body, line)},
    {.name = "outcome",
     .tag = 4,
     .type = WL_CHOICE,
     .required = true,
     .choices = inspection_names,
     .offset = offsetof(struct wl_inspect_body, outcome)},
    {.name = "reason",
     .tag = 5,
     .type = WL_TEXT,
     .limit = WL_REASON_MAX,
     .offset = offsetof(struct wl_inspect_body, reason)},
};
static const struct wl_record body_record = {"return-inspect", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_inspect_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_inspect_outcome),
    WL_DECISION_FIELDS(struct wl_inspect_outcome),
    {.name = "claim", .tag = 20, .type = WL_INT, .digits = 18, .offset = offsetof(struct wl_inspect_outcome, claim)},
    {.name = "obligations",
     .tag = 21,
     .type = WL_INTS,
     .limit = WL_LINES_MAX,
     .offset = offsetof(struct wl_inspect_outcome, obligations)},
    {.name = "charged_back",
     .tag = 22,
     .type = WL_INT,
     .digits = 18,
     .offset = offsetof(struct wl_inspect_outcome, charged_back)},
};
static const struct wl_record outcome_record = {"inspect-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_inspect_outcome)};

const struct wl_command wl_inspect_command = {
    .name = "return-inspect",
    .tag = 13,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
