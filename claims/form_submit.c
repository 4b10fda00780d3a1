/* The command `form-submit`: an appraisal form is priced and checked as a claim of its day would be, and approved, or
 * goes to who may approve it. */
#include "claims/adjudicate.h"
#include "claims/forms.h"
#include "claims/seats.h"
#include "wledger/error.h"
#include "wledger/record_command.h"

/* The newest version under the number that the form would claim: 1, 0, or the error that sticks. */
static int latest_version(const struct wl_context *ctx, const struct wl_claim_record *record, struct wl_claim *latest)
{
    int64_t id;
    int found = wl_claim_find(ctx->txn, record->dealer_id, record->claim_no, &id);

    return found == 1 ? wl_claim_get(ctx->txn, ctx->arena, id, latest) : found;
}

/* Priced, with all that a claim of this day would be found to be. False with the refusal in the head, or an error that
 * sticks. */
static bool appraise(const struct wl_context *ctx, const struct wl_claim_record *record,
                     struct wl_form_decision_outcome *out)
{
    const struct wl_prepared *prepared;
    struct wl_claim latest;
    char room[WL_FIELD_NAME_MAX];
    struct wl_str unreadable = wl_unreadable_field(record, room);
    int known;

    if (unreadable.size != 0)
        return wl_form_refuse(ctx, &out->head, WL_REFUSED_FORM_INCOMPLETE, unreadable);
    if (wl_claim_prepare(ctx, record, &prepared) != WL_OK)
        return false;
    if (!prepared->dealer_known)
        return wl_form_refuse(ctx, &out->head, WL_REFUSED_DEALER_UNKNOWN, record->dealer_id);
    known = latest_version(ctx, record, &latest);
    return known >= 0 && wl_appraise(ctx, prepared, known == 1 ? &latest : NULL, &out->decision) == WL_OK;
}

/* Approved by itself, or to the tier that a claim of this total would come to. */
static void conclude(const struct wl_context *ctx, int64_t form, struct wl_form_decision_outcome *out)
{
    struct wl_decision *decision = &out->decision;
    wl_finding_set found = wl_findings_set(decision->findings);
    struct wl_seat_move move = {.subject = wl_subject_form(form), .seq = (int64_t)ctx->seq, .from = WL_NONE};
    bool is_partial = (found & wl_findings_of(WL_ADJUST)) != 0;

    if ((found & (wl_findings_of(WL_REJECT) | wl_findings_of(WL_REFER))) == 0 &&
        wl_tier_covers(ctx, 0, decision->total, decision->currency)) {
        decision->decision = is_partial ? WL_CLAIM_PARTIAL : WL_CLAIM_APPROVED;
        out->state = is_partial ? WL_FORM_PARTLY_APPROVED : WL_FORM_APPROVED;
        return;
    }
    decision->decision = WL_CLAIM_REFERRED;
    decision->tier = move.to = wl_tier_for(ctx, decision->total, decision->currency);
    decision->assignments = wl_seats_follow(ctx, &move);
    out->state = WL_FORM_SUBMITTED;
    for (size_t i = 0; i < decision->assignments.count; i++)
        if (((const struct wl_assignment *)decision->assignments.at)[i].form == form)
            out->state = WL_FORM_UNDER_REVIEW;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_step_body *b = body;
    struct wl_form_decision_outcome *out = outcome;
    struct wl_claim_record record;
    struct wl_form form;

    if (wl_form_gate(ctx, b->form, WL_FORM_STEP_SUBMIT, &out->head, &form) &&
        wl_form_content(ctx->txn, ctx->arena, &form, &record) == WL_OK &&
        wl_form_as_claim(ctx->txn, ctx->arena, b->form, WL_NO_STR, ctx->day, ctx->day, &record) == WL_OK &&
        appraise(ctx, &record, out)) {
        conclude(ctx, b->form, out);
        out->form = b->form;
        out->version = form.version + 1;
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_decision_outcome *out = outcome;
    const struct wl_decision *decision = &out->decision;
    struct wl_form form;

    (void)body;
    if (!wl_form_row(ctx, out->form, &form))
        return;
    form.version = out->version;
    form.submitted_seq = (int64_t)ctx->seq;
    form.currency = decision->currency;
    form.asked = decision->total;
    form.state = out->state;
    if (decision->decision == WL_CLAIM_REFERRED) {
        wl_form_join_review(ctx, out->form, &form, decision->tier, decision->assignments);
    } else {
        form.decided_seq = (int64_t)ctx->seq;
        form.approved = decision->total;
        form.approved_tier = 0;
    }
    wl_form_put(ctx->txn, (uint64_t)out->form, &form);
    wl_seats_take(ctx, wl_subject_form(out->form), decision->assignments);
    wl_form_note(ctx, out->form);
}

const struct wl_command wl_form_submit_command = {
    .name = "form-submit",
    .tag = 62,
    .body = &wl_form_step_record,
    .outcome = &wl_form_decision_record,
    .decide = decide,
    .apply = apply,
};
