/* The command `forget`: erases what is personal about a claim; every hash, decision and digest stays as it
 * was (architecture, rule 7). */
#include "claims/gate.h"
#include "wledger/error.h"

/* Legal in every state. */
static const struct wl_claim_gate gate = {{[WL_CLAIM_REJECTED] = WL_DONE}};

/* Decided from the row, never from the presence of the texts, which are no part of the state. */
static bool has_news(const struct wl_claim *claim)
{
    return claim->forgotten == WL_NONE || (claim->signed_seq != WL_NONE && claim->signed_seq > claim->forgotten);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_forget_body *b = body;
    struct wl_claim_outcome *out = outcome;
    struct wl_claim claim;
    int64_t id;

    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, &gate, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    if (has_news(&claim))
        out->claim = id;
    else
        out->head.refusal = WL_REFUSED_NOTHING_TO_FORGET;
    return WL_OK;
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_claim_outcome *out = outcome;
    struct wl_claim claim, version;
    int64_t id = out->claim;

    (void)body;
    while (id != WL_NONE) {
        int rc = wl_claim_view(ctx->txn, id, &version);

        if (rc != 1) {
            if (rc == 0)
                wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "claim %lld, a version, has no row", (long long)id));
            return;
        }
        id = version.previous_version;
        wl_text_erase(ctx->txn, (uint64_t)version.seq);
        if (version.signed_seq != WL_NONE)
            wl_text_erase(ctx->txn, (uint64_t)version.signed_seq);
    }
    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    claim.forgotten = (int64_t)ctx->seq;
    wl_claim_put(ctx->txn, out->claim, &claim);
}

static const struct wl_field body_fields[] = {WL_CLAIM_NAME_FIELDS(struct wl_forget_body)};
static const struct wl_record body_record = {"forget", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_forget_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_claim_outcome),
    {.name = "claim", .tag = 20, .type = WL_INT, .digits = 18, .offset = offsetof(struct wl_claim_outcome, claim)},
};
static const struct wl_record outcome_record = {"forget-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_claim_outcome)};

const struct wl_command wl_forget_command = {
    .name = "forget",
    .tag = 18,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
