/* The command `information`: a claim goes back to its dealer, who answers with a higher submission (domain text,
 * section 3). */
#include "claims/desk_rows.h"
#include "claims/findings.h"
#include "claims/versions.h"
#include "wledger/error.h"

/* By who may decide it while it is referred, by the clearing house later. *assignments: who takes the seat that it
 * leaves. WL_DONE, or the refusal; errors stick. */
static int64_t information_refusal(const struct wl_context *ctx, const struct wl_information_body *body, int64_t id,
                                   const struct wl_claim *claim, struct wl_list *assignments)
{
    struct wl_review review;
    int64_t refusal = WL_DONE;

    *assignments = (struct wl_list){NULL, 0};
    if (claim->state == WL_CLAIM_REFERRED) {
        if (!wl_review_of_claim(ctx, id, &review, assignments))
            return WL_DONE;
        refusal = wl_review_right(ctx, &review);
    }
    return refusal != WL_DONE ? refusal : wl_reason_check(wl_reference(ctx), WL_REASON_FOR_INFORMATION, body->reason);
}

/* What is sent back is worth nothing; its findings stay, so that the dealer sees what was found. */
static int send_back(const struct wl_context *ctx, const struct wl_claim *claim, struct wl_decision *out)
{
    struct wl_decision in_force;
    int rc = wl_claim_decision(ctx->txn, ctx->arena, claim, &in_force);

    if (rc != WL_OK)
        return rc;
    out->decision = WL_CLAIM_REJECTED;
    out->currency = in_force.currency;
    out->labour = out->parts = out->handling = out->sublet = out->total = 0;
    out->findings = wl_findings_list(
        wl_findings_set(in_force.findings) | wl_finding_bit(WL_FINDING_INFORMATION_REQUESTED), ctx->arena);
    return wl_txn_status(ctx->txn);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_information_body *b = body;
    struct wl_decision_outcome *out = outcome;
    struct wl_list assignments;
    struct wl_claim claim;
    int64_t id, refusal;
    int rc;

    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_INFORMATION, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    refusal = information_refusal(ctx, b, id, &claim, &assignments);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return wl_txn_status(ctx->txn);
    if (refusal != WL_DONE)
        return wl_versions_refuse(out, refusal, WL_NO_STR);
    if ((rc = send_back(ctx, &claim, &out->decision)) != WL_OK)
        return rc;
    /* Nothing that it owes keeps it from being paid any more. */
    if (claim.unmet_obligations > 0 &&
        !wl_gate_obligations(ctx, &claim, WL_NONE, &wl_waive_gate, &out->head, &out->waived))
        return wl_txn_status(ctx->txn);
    out->claim = id;
    out->decision.assignments = assignments;
    out->head.postings = wl_decision_postings(ctx, &claim, &out->decision);
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_decision_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    wl_obligations_waive(ctx, &claim, out->waived);
    wl_information_apply(ctx, out->claim, &claim, &out->decision);
}

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_information_body),
    WL_TEXT_FIELD(struct wl_information_body, 3, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"information", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_information_body)};

const struct wl_command wl_information_command = {
    .name = "information",
    .tag = 23,
    .body = &body_record,
    .outcome = &wl_decision_outcome_record,
    .decide = decide,
    .apply = apply,
};
