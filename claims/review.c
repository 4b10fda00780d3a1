/* The command `review`: a reviewer approves a referred claim, whole or with lines refused or cut, or refuses it. */
#include "claims/desk_rows.h"
#include "claims/gate.h"
#include "claims/lines.h"
#include "claims/seats.h"
#include "wledger/error.h"

static const char *const verdict_names[] = {"approve", "refuse", NULL};

const char *const *wl_verdict_names(void)
{
    return verdict_names;
}

/* A claim refused as a whole is worth nothing; its findings stay beside the reviewer's. */
static void refuse_whole(const struct wl_context *ctx, const struct wl_decision *in_force, struct wl_decision *out)
{
    wl_finding_set found = wl_findings_set(in_force->findings) | wl_finding_bit(WL_FINDING_REVIEW_REFUSED);

    *out = (struct wl_decision){.decision = WL_CLAIM_REJECTED,
                                .currency = in_force->currency,
                                .tier = WL_NONE,
                                .left = WL_NONE,
                                .share = WL_NONE,
                                .findings = wl_findings_list(found, ctx->arena)};
}

static int decide_lines(const struct wl_context *ctx, const struct wl_review_body *body, const struct wl_claim *claim,
                        const struct wl_decision *in_force, struct wl_review_outcome *out)
{
    struct wl_refused_lines *refused = wl_arena_alloc(ctx->arena, sizeof *refused);
    struct wl_claim_record record;
    int64_t refusal, due_from;
    int rc;

    if (!refused)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    if ((rc = wl_claim_content(ctx->txn, ctx->arena, claim, &record)) != WL_OK)
        return rc;
    refusal = wl_lines_mark(ctx, body->refused, &record, in_force, refused, &out->head.about);
    /* A version's returns are made once: an appeal after an inspection owes no more. */
    due_from = claim->obligation_count > 0 ? WL_NONE : ctx->day;
    if (refusal == WL_DONE && (rc = wl_reprice(ctx, &record, in_force, refused, due_from, &out->decision)) != WL_OK)
        return rc;
    if (refusal == WL_DONE && out->decision.decision == WL_CLAIM_REJECTED)
        refusal = WL_REFUSED_NOTHING_PAYABLE;
    if (refusal != WL_DONE)
        out->head.refusal = refusal;
    return WL_OK;
}

/* The seat that a claim in the queue would take now, one that came free otherwise (it was loaded later); empty:
 * none. */
static struct wl_str seat_open_to(const struct wl_context *ctx, const struct wl_review *review)
{
    struct wl_list takes = wl_seats_assign(ctx, review->tier, WL_NONE, WL_NO_STR);
    const struct wl_assignment *taken = takes.at;

    for (size_t i = 0; i < takes.count; i++)
        if (taken[i].form == WL_NONE && taken[i].claim == review->subject.id)
            return taken[i].seat;
    return WL_NO_STR;
}

/* "referred -> assigned to a seat -> approved | partial | rejected | info-requested" (domain text, section 3). */
bool wl_review_of_claim(const struct wl_context *ctx, int64_t id, struct wl_review *review, struct wl_list *assignments)
{
    int found = wl_review_find(ctx->txn, ctx->arena, wl_subject_claim(id), review);
    struct wl_seat_move leaving = {.subject = wl_subject_claim(id), .to = WL_NONE};

    if (found == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "claim %lld is referred but waits for no review", (long long)id));
    if (found != 1)
        return false;
    leaving.from = review->tier;
    leaving.leaves = review->seat;
    if (review->seat.size == 0)
        review->seat = seat_open_to(ctx, review);
    *assignments = wl_seats_follow(ctx, &leaving);
    return wl_txn_status(ctx->txn) == WL_OK;
}

/* What the body says beside the state: WL_DONE, or the refusal. */
static int64_t body_refusal(const struct wl_context *ctx, const struct wl_review_body *body, struct wl_str *about)
{
    if (body->verdict == WL_REFUSE && body->refused.count > 0)
        return WL_REFUSED_VERDICT_UNCLEAR;
    if (body->verdict == WL_REFUSE || body->refused.count > 0)
        return wl_lines_reason(ctx, WL_REASON_FOR_REFUSE, body->refused, body->reason, about);
    return WL_DONE;
}

/* Everything that must hold beside the state: WL_DONE, or the refusal. */
static int64_t refusal_of(const struct wl_context *ctx, int64_t id, const struct wl_review_body *body,
                          struct wl_list *assignments, struct wl_str *about)
{
    struct wl_review review;
    int64_t refusal;

    if (!wl_review_of_claim(ctx, id, &review, assignments))
        return WL_DONE;
    refusal = wl_review_right(ctx, &review);
    return refusal == WL_DONE ? body_refusal(ctx, body, about) : refusal;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_review_body *b = body;
    struct wl_review_outcome *out = outcome;
    struct wl_decision in_force;
    struct wl_list assignments;
    struct wl_claim claim;
    int64_t id, refusal;
    int rc;

    if (b->verdict != WL_APPROVE && b->verdict != WL_REFUSE)
        return wl_fail(WL_E_USAGE, "a review has no verdict");
    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_REVIEW, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    refusal = refusal_of(ctx, id, b, &assignments, &out->head.about);
    if (refusal != WL_DONE || wl_txn_status(ctx->txn) != WL_OK) {
        out->head.refusal = refusal;
        return wl_txn_status(ctx->txn);
    }
    if ((rc = wl_claim_decision(ctx->txn, ctx->arena, &claim, &in_force)) != WL_OK)
        return rc;
    if (b->verdict == WL_REFUSE)
        refuse_whole(ctx, &in_force, &out->decision);
    else if ((rc = decide_lines(ctx, b, &claim, &in_force, out)) != WL_OK)
        return rc;
    if (out->head.refusal != WL_NONE) { /* a refusal says nothing else */
        struct wl_outcome_head head = out->head;

        wl_record_clear(wl_review_command.outcome, out);
        out->head = head;
        return WL_OK;
    }
    out->claim = id;
    out->decision.assignments = assignments;
    out->head.postings = wl_decision_postings(ctx, &claim, &out->decision);
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_review_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    if (wl_gate_row(ctx, out->claim, &claim))
        wl_decision_apply(ctx, out->claim, &claim, NULL, &out->decision);
}

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_review_body),
    {.name = "verdict",
     .tag = 3,
     .type = WL_CHOICE,
     .required = true,
     .choices = verdict_names,
     .offset = offsetof(struct wl_review_body, verdict)},
    WL_LINE_NAMES_FIELD(struct wl_review_body, 4, refused),
    WL_TEXT_FIELD(struct wl_review_body, 5, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"review", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_review_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_review_outcome),
    WL_DECISION_FIELDS(struct wl_review_outcome),
    WL_NUMBER_FIELD(struct wl_review_outcome, 20, claim),
};
static const struct wl_record outcome_record = {"review-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_review_outcome)};

const struct wl_command wl_review_command = {
    .name = "review",
    .tag = 10,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
