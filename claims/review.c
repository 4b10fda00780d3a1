/* The command `review`: a reviewer approves a referred claim, whole or without lines, or refuses it. */
#include "claims/adjudicate.h"
#include "claims/gate.h"
#include "wledger/error.h"
#include <stdio.h>

static const char *const verdict_names[] = {"approve", "refuse", NULL};
static const char *const line_kind_names[] = {"labour", "part", "sublet", NULL};

const char *const *wl_verdict_names(void)
{
    return verdict_names;
}

const char *const *wl_line_kind_names(void)
{
    return line_kind_names;
}

/* Marks the lines that the review refuses. WL_DONE, or the refusal with the line that it is about. */
static int64_t mark_refused(const struct wl_context *ctx, const struct wl_claim_record *record, struct wl_list names,
                            struct wl_refused_lines *refused, struct wl_str *about)
{
    const size_t counts[] = {record->labour.count, record->parts.count, record->sublet.count};
    bool *const marks[] = {refused->labour, refused->parts, refused->sublet};
    const struct wl_line_name *name = names.at;
    char text[64];

    for (size_t i = 0; i < names.count; i++, name++) {
        bool known = name->kind >= 0 && name->kind < (int64_t)WL_COUNT(counts);

        if (!known || name->line < 1 || (uint64_t)name->line > counts[name->kind]) {
            int n = snprintf(text, sizeof text, "%s %lld", known ? line_kind_names[name->kind] : "line",
                             (long long)name->line);
            *about = wl_arena_copy(ctx->arena, (struct wl_str){text, (size_t)n});
            return WL_REFUSED_LINE_UNKNOWN;
        }
        marks[name->kind][name->line - 1] = true;
    }
    return WL_DONE;
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
    int64_t refusal;
    int rc;

    if (!refused)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    if ((rc = wl_claim_content(ctx->txn, ctx->arena, claim, &record)) != WL_OK)
        return rc;
    refusal = mark_refused(ctx, &record, body->refused, refused, &out->head.about);
    if (refusal == WL_DONE && (rc = wl_reprice(ctx, &record, in_force, refused, ctx->day, &out->decision)) != WL_OK)
        return rc;
    if (refusal == WL_DONE && out->decision.decision == WL_CLAIM_REJECTED)
        refusal = WL_REFUSED_NOTHING_PAYABLE;
    if (refusal != WL_DONE)
        out->head.refusal = refusal;
    return WL_OK;
}

/* "referred -> assigned to a seat -> approved | partial | rejected" (domain text, section 3). Whether the claim
 * has a seat, or could take one now that came free otherwise (a seat that was loaded later); *assignments: who
 * takes a seat when this claim is decided. */
static bool has_seat(const struct wl_context *ctx, int64_t id, const struct wl_claim *claim,
                     struct wl_list *assignments)
{
    const struct wl_assignment *taken;
    bool takes = claim->seat.size != 0;

    *assignments = wl_seats_assign(ctx, claim->tier, WL_NONE, claim->seat);
    taken = assignments->at;
    for (size_t i = 0; i < assignments->count && !takes; i++)
        takes = taken[i].claim == id;
    return takes;
}

/* What the body alone says: WL_DONE, or the refusal. */
static int64_t body_refusal(const struct wl_review_body *body)
{
    if (body->verdict == WL_REFUSE && body->refused.count > 0)
        return WL_REFUSED_VERDICT_UNCLEAR;
    if ((body->verdict == WL_REFUSE || body->refused.count > 0) && body->reason.size == 0)
        return WL_REFUSED_REASON_MISSING;
    return WL_DONE;
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
    refusal = has_seat(ctx, id, &claim, &assignments) ? body_refusal(b) : WL_REFUSED_NOT_ASSIGNED;
    if (refusal != WL_DONE) {
        out->head.refusal = refusal;
        return WL_OK;
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

static const struct wl_field line_name_fields[] = {
    {.name = "kind",
     .tag = 1,
     .type = WL_CHOICE,
     .choices = line_kind_names,
     .offset = offsetof(struct wl_line_name, kind)},
    {.name = "line", .tag = 2, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_line_name, line)},
};
static const struct wl_record line_name_record = {"line-name", line_name_fields, WL_COUNT(line_name_fields),
                                                  sizeof(struct wl_line_name)};

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_review_body),
    {.name = "verdict",
     .tag = 3,
     .type = WL_CHOICE,
     .required = true,
     .choices = verdict_names,
     .offset = offsetof(struct wl_review_body, verdict)},
    {.name = "refused",
     .tag = 4,
     .type = WL_LIST,
     .limit = 3 * WL_LINES_MAX,
     .item = &line_name_record,
     .offset = offsetof(struct wl_review_body, refused)},
    {.name = "reason",
     .tag = 5,
     .type = WL_TEXT,
     .limit = WL_REASON_MAX,
     .offset = offsetof(struct wl_review_body, reason)},
};
static const struct wl_record body_record = {"review", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_review_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_review_outcome),
    WL_DECISION_FIELDS(struct wl_review_outcome),
    {.name = "claim", .tag = 20, .type = WL_INT, .digits = 18, .offset = offsetof(struct wl_review_outcome, claim)},
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
