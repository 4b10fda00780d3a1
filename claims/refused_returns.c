#include "claims/refused_returns.h"

#include "claims/adjudicate.h"
#include "claims/keys.h"
#include "wledger/error.h"

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
static void charge_back(const struct wl_context *ctx, const struct wl_claim *claim, const struct wl_decision *decision,
                        int64_t *charged_back, struct wl_list *postings)
{
    int64_t difference = claim->total - claim->charged_back - decision->total;
    struct wl_claim accrued = {
        .state = WL_CLAIM_APPROVED, .type = claim->type, .dealer_id = claim->dealer_id, .total = difference};
    const struct wl_decision nothing = {.decision = WL_CLAIM_REJECTED, .currency = claim->currency};

    if (difference <= 0)
        return;
    *charged_back = difference;
    /* As a decision takes an accrual back, but from what is payable by now. */
    *postings = wl_decision_postings(ctx, &accrued, &nothing);
    if (postings->count == 1)
        ((struct wl_posting *)postings->at)->from_kind = WL_ACCOUNT_PAYABLE;
}

int wl_returns_refuse(const struct wl_context *ctx, const struct wl_claim *claim, struct wl_ints obligations,
                      struct wl_decision *decision, int64_t *charged_back, struct wl_list *postings)
{
    int rc;

    if (obligations.count == 0 || claim->state == WL_CLAIM_REJECTED)
        return WL_OK;
    if ((rc = reprice(ctx, claim, obligations, decision)) != WL_OK)
        return rc;
    if (is_settled(claim))
        charge_back(ctx, claim, decision, charged_back, postings);
    else
        *postings = wl_decision_postings(ctx, claim, decision);
    return wl_txn_status(ctx->txn);
}

static void put_chargeback(const struct wl_context *ctx, int64_t id, const struct wl_claim *claim, int64_t amount)
{
    struct wl_key key = wl_key_of_dealer(claim->dealer_id, (int64_t)ctx->seq);
    const struct wl_chargeback row = {id, claim->currency, amount, ctx->day};
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
static void apply_settled(const struct wl_context *ctx, int64_t id, struct wl_claim *claim, int64_t charged_back)
{
    struct wl_str authorization = claim->authorization_no;

    claim->decided_seq = (int64_t)ctx->seq;
    if (charged_back != WL_NONE) {
        claim->charged_back += charged_back;
        put_chargeback(ctx, id, claim, charged_back);
        /* Goodwill taken back is there to be given again. */
        if (claim->type == WL_TYPE_GOODWILL && authorization.size != 0)
            wl_put_number(ctx->txn, WL_TABLE_SPENT, authorization,
                          wl_get_number(ctx->txn, WL_TABLE_SPENT, authorization, 0) - charged_back);
    }
    wl_claim_put(ctx->txn, id, claim);
}

void wl_returns_refuse_apply(const struct wl_context *ctx, int64_t id, struct wl_claim *claim,
                             const struct wl_decision *decision, int64_t charged_back)
{
    if (decision->decision == WL_NONE)
        wl_claim_put(ctx->txn, id, claim);
    else if (is_settled(claim))
        apply_settled(ctx, id, claim, charged_back);
    else
        wl_decision_apply(ctx, id, claim, NULL, decision);
}
