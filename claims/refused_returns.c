#include "claims/refused_returns.h"

#include "claims/adjudicate.h"
#include "wledger/error.h"

/* The claim without the lines of these obligations. Lines refused before are at 0 in the decision in force. */
static int reprice(const struct wl_context *ctx, const struct wl_claim *claim, struct wl_ints obligations,
                   const struct wl_decision *in_force, struct wl_decision *out)
{
    struct wl_refused_lines *refused = wl_arena_alloc(ctx->arena, sizeof *refused);
    struct wl_claim_record record;
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
    if ((rc = wl_claim_content(ctx->txn, ctx->arena, claim, &record)) != WL_OK)
        return rc;
    return wl_reprice(ctx, &record, in_force, refused, WL_NONE, out);
}

int wl_returns_refuse(const struct wl_context *ctx, int64_t id, const struct wl_claim *claim,
                      struct wl_ints obligations, struct wl_decision *decision, struct wl_taking *taking)
{
    bool is_payable = claim->state == WL_CLAIM_APPROVED || claim->state == WL_CLAIM_PARTIAL;
    struct wl_decision in_force;
    int rc;

    *taking = (struct wl_taking){.decided_before = WL_NONE, .charged_back = WL_NONE};
    if (obligations.count == 0 || (!is_payable && claim->settlement == WL_NONE))
        return WL_OK;
    if ((rc = wl_claim_decision(ctx->txn, ctx->arena, claim, &in_force)) != WL_OK ||
        (rc = reprice(ctx, claim, obligations, &in_force, decision)) != WL_OK)
        return rc;
    if (claim->settlement != WL_NONE)
        return wl_take_back(ctx, id, claim, &in_force, decision, WL_NONE, taking);
    taking->postings = wl_decision_postings(ctx, claim, decision);
    return wl_decision_entry(ctx->txn, claim, &taking->decided_before);
}

void wl_returns_refuse_apply(const struct wl_context *ctx, int64_t id, struct wl_claim *claim,
                             const struct wl_decision *decision, int64_t charged_back, struct wl_list recoveries)
{
    if (claim->settlement != WL_NONE)
        wl_take_back_apply(ctx, id, claim, decision, charged_back, recoveries);
    else
        wl_decision_apply(ctx, id, claim, NULL, decision);
}
