/* The command `appeal`: a dealer does not accept a rejection, and a reviewer decides (domain text, section 3). */
#include "claims/adjudicate.h"
#include "claims/versions.h"
#include "wledger/error.h"
#include "wledger/record_command.h"

/* What no reviewer can overrule: there is no vehicle to stand on, no account to pay from, or no money to pay in. */
static const wl_finding_set beyond_review =
    UINT64_C(1) << WL_FINDING_VIN_MALFORMED | UINT64_C(1) << WL_FINDING_VEHICLE_UNKNOWN |
    UINT64_C(1) << WL_FINDING_CURRENCY_MISMATCH | UINT64_C(1) << WL_FINDING_TYPE_UNKNOWN;

/* "Once per version" (domain text, section 3). */
static int64_t appeal_refusal(const struct wl_context *ctx, const struct wl_appeal_body *body,
                              const struct wl_claim *claim)
{
    if (claim->appealed_seq != WL_NONE)
        return WL_REFUSED_ALREADY_APPEALED;
    return wl_reason_check(wl_reference(ctx), WL_REASON_FOR_APPEAL, body->reason);
}

/* The name of one of the findings; empty: there is none. */
static struct wl_str first_of(wl_finding_set found)
{
    return found == 0 ? WL_NO_STR : wl_str_of(wl_finding_name(__builtin_ctzll(found)));
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_appeal_body *b = body;
    struct wl_decision_outcome *out = outcome;
    const struct wl_prepared *prepared;
    struct wl_claim_record record;
    struct wl_decision rejection;
    wl_finding_set dropped;
    struct wl_claim claim;
    int64_t id, refusal;
    int rc;

    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_APPEAL, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    refusal = appeal_refusal(ctx, b, &claim);
    if (refusal != WL_DONE)
        return wl_versions_refuse(out, refusal, WL_NO_STR);
    if ((rc = wl_claim_decision(ctx->txn, ctx->arena, &claim, &rejection)) != WL_OK ||
        (rc = wl_claim_content(ctx->txn, ctx->arena, &claim, &record)) != WL_OK ||
        (rc = wl_claim_prepare(ctx, &record, &prepared)) != WL_OK ||
        (rc = wl_adjudicate_appeal(ctx, prepared, id, claim.decided_tier == WL_NONE ? 0 : claim.decided_tier, &dropped,
                                   &out->decision)) != WL_OK)
        return rc;
    dropped = (dropped | wl_findings_set(rejection.findings)) & beyond_review;
    if (dropped != 0 || out->decision.total <= 0)
        return wl_versions_refuse(out, WL_REFUSED_APPEAL_IMPOSSIBLE, first_of(dropped));
    out->claim = id;
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_decision_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    claim.appealed_seq = claim.priced_seq = (int64_t)ctx->seq;
    claim.appeals_from = claim.decided_tier;
    wl_decision_apply(ctx, out->claim, &claim, NULL, &out->decision);
}

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_appeal_body),
    WL_TEXT_FIELD(struct wl_appeal_body, 3, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"appeal", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_appeal_body)};

const struct wl_command wl_appeal_command = {
    .name = "appeal",
    .tag = 24,
    .body = &body_record,
    .outcome = &wl_decision_outcome_record,
    .decide = decide,
    .apply = apply,
};
