/* The command `sign`: the customer's signature on the voucher (domain text, section 1). */
#include "claims/gate.h"
#include "claims/seats.h"
#include "wledger/error.h"

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_sign_body *b = body;
    struct wl_claim_outcome *out = outcome;
    struct wl_claim claim;
    int64_t id;

    if (b->paper.size != 0 && b->paper.size != WL_HASH_SIZE)
        return wl_fail(WL_E_USAGE, "the signed paper's SHA-256 has %zu bytes", b->paper.size);
    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_SIGN, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    if (claim.signed_seq != WL_NONE)
        out->head.refusal = WL_REFUSED_ALREADY_SIGNED;
    else
        out->claim = id;
    return WL_OK;
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_claim_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    claim.signed_seq = (int64_t)ctx->seq;
    wl_claim_put(ctx->txn, out->claim, &claim);
    wl_history_note(ctx, wl_subject_claim(out->claim));
}

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_sign_body),
    {.name = "paper",
     .tag = 3,
     .type = WL_BYTES,
     .limit = WL_HASH_SIZE,
     .offset = offsetof(struct wl_sign_body, paper)},
};
static const struct wl_record body_record = {"sign", body_fields, WL_COUNT(body_fields), sizeof(struct wl_sign_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_claim_outcome),
    WL_NUMBER_FIELD(struct wl_claim_outcome, 20, claim),
};
static const struct wl_record outcome_record = {"sign-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_claim_outcome)};

const struct wl_command wl_sign_command = {
    .name = "sign",
    .tag = 11,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
