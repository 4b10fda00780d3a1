/* The command `form-claim`: the claim that was just made of a signed form is tied to it, signed by its signature, and
 * where it was referred for its amount alone, decided by the form's approval; what review cut is cut of it. */
#include "claims/adjudicate.h"
#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/seats.h"
#include "wledger/error.h"

/* Whether a claim is the one that the entry before brought, of this form: true with its row. False with the refusal in
 * the head, or when reading failed, which sticks. */
static bool is_made_of(const struct wl_context *ctx, const struct wl_form *form, const struct wl_form_claim_body *b,
                       struct wl_outcome_head *head, struct wl_claim *claim)
{
    int found = wl_claim_get(ctx->txn, ctx->arena, b->claim, claim);

    if (found < 0)
        return false;
    return (found == 1 && (uint64_t)claim->seq + 1 == ctx->seq && wl_str_equal(claim->dealer_id, form->dealer_id) &&
            wl_str_equal(claim->vin, form->vin)) ||
           wl_form_refuse(ctx, head, WL_REFUSED_CLAIM_NOT_MADE, wl_str_of(wl_finding_name(b->finding)));
}

/* ---- by the form's approval ---- */

/* Marks of one kind's lines what review cut of them: the claim has the form's lines without those that it refused.
 * Whether there is any. */
static bool mark_cuts(const struct wl_form_approval *approval, enum wl_line_kind kind, const struct wl_ints *asked,
                      const struct wl_ints *approved, const struct wl_ints *claimed, bool *marks, int64_t *worth)
{
    bool any = false;
    size_t line = 0;

    for (size_t i = 0; approval->is_reviewed && i < asked->count && i < approved->count; i++) {
        if (wl_form_line_refused(approval, kind, i))
            continue;
        if (approved->at[i] < asked->at[i] && line < claimed->count && approved->at[i] < claimed->at[line]) {
            any = marks[line] = true;
            worth[line] = approved->at[i];
        }
        line++;
    }
    return any;
}

/* Whether there is any. */
static bool mark_all_cuts(const struct wl_form_approval *approval, const struct wl_decision *in_force,
                          struct wl_refused_lines *cuts)
{
    const struct wl_decision *asked = &approval->asked, *approved = &approval->approved;
    bool any = mark_cuts(approval, WL_LINE_LABOUR, &asked->labour_lines, &approved->labour_lines,
                         &in_force->labour_lines, cuts->labour, cuts->labour_worth);

    any |= mark_cuts(approval, WL_LINE_PART, &asked->part_lines, &approved->part_lines, &in_force->part_lines,
                     cuts->parts, cuts->parts_worth);
    any |= mark_cuts(approval, WL_LINE_SUBLET, &asked->sublet_lines, &approved->sublet_lines, &in_force->sublet_lines,
                     cuts->sublet, cuts->sublet_worth);
    return any;
}

static bool waits_for_amount_alone(const struct wl_claim *claim, const struct wl_decision *in_force)
{
    return claim->state == WL_CLAIM_REFERRED && (wl_findings_set(in_force->findings) & wl_findings_of(WL_REFER)) == 0;
}

static bool covers(const struct wl_context *ctx, const struct wl_form *form, const struct wl_decision *decision)
{
    return decision->decision != WL_CLAIM_REJECTED && decision->total <= form->approved &&
           wl_str_equal(decision->currency, form->currency) &&
           wl_tier_covers(ctx, form->approved_tier, decision->total, decision->currency);
}

/* The decision that the form's approval makes, if it covers the claim, or cut what nobody else looks at: the claim is
 * worth less then, and owes what it does already. Else it stays absent. */
static int carry_approval(const struct wl_context *ctx, const struct wl_form *form, int64_t id,
                          const struct wl_claim *claim, struct wl_form_claim_outcome *out)
{
    struct wl_refused_lines *cuts = wl_arena_alloc(ctx->arena, sizeof *cuts);
    struct wl_seat_move leaving = {
        .subject = wl_subject_claim(id), .seq = claim->seq, .from = claim->tier, .leaves = claim->seat, .to = WL_NONE};
    bool is_decided = claim->state == WL_CLAIM_APPROVED || claim->state == WL_CLAIM_PARTIAL;
    struct wl_form_approval approval;
    struct wl_claim_record record;
    struct wl_decision in_force, decision;
    int rc = wl_claim_decision(ctx->txn, ctx->arena, claim, &in_force);

    if (rc != WL_OK || !(is_decided || waits_for_amount_alone(claim, &in_force)))
        return rc;
    if (!cuts)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    if ((rc = wl_form_approval(ctx->txn, ctx->arena, form, &approval)) != WL_OK ||
        (rc = wl_claim_content(ctx->txn, ctx->arena, claim, &record)) != WL_OK)
        return rc;
    if (!mark_all_cuts(&approval, &in_force, cuts) && is_decided)
        return WL_OK;
    if ((rc = wl_reprice(ctx, &record, &in_force, cuts, is_decided ? WL_NONE : ctx->day, &decision)) != WL_OK ||
        !(is_decided || covers(ctx, form, &decision)))
        return rc;
    out->decision = decision;
    if (!is_decided)
        out->decision.assignments = wl_seats_follow(ctx, &leaving);
    out->head.postings = wl_decision_postings(ctx, claim, &out->decision);
    return WL_OK;
}

/* ---- the command ---- */

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_claim_body *b = body;
    struct wl_form_claim_outcome *out = outcome;
    struct wl_claim claim;
    struct wl_form form;
    int rc;

    if (!wl_form_gate(ctx, b->form, WL_FORM_STEP_CLAIM, &out->head, &form))
        return wl_txn_status(ctx->txn);
    if (form.claim != WL_NONE)
        wl_form_refuse(ctx, &out->head, WL_REFUSED_FORM_CLAIMED, WL_NO_STR);
    else if (is_made_of(ctx, &form, b, &out->head, &claim)) {
        if ((rc = carry_approval(ctx, &form, b->claim, &claim, out)) != WL_OK)
            return rc;
        out->form = b->form;
        out->claim = b->claim;
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_claim_outcome *out = outcome;
    struct wl_claim claim;
    struct wl_form form;

    (void)body;
    if (!wl_form_row(ctx, out->form, &form) || !wl_gate_row(ctx, out->claim, &claim))
        return;
    claim.form = out->form;
    claim.signed_seq = form.signed_seq;
    if (out->decision.decision != WL_NONE)
        wl_decision_apply(ctx, out->claim, &claim, NULL, &out->decision);
    else
        wl_claim_put(ctx->txn, out->claim, &claim);
    wl_history_note(ctx, wl_subject_claim(out->claim));
    form.claim = out->claim;
    wl_form_put(ctx->txn, (uint64_t)out->form, &form);
    wl_form_note(ctx, out->form);
}

static const struct wl_field body_fields[] = {
    WL_NUMBER_FIELD(struct wl_form_claim_body, 1, form),
    WL_NUMBER_FIELD(struct wl_form_claim_body, 2, claim),
    WL_NUMBER_FIELD(struct wl_form_claim_body, 3, finding),
};
static const struct wl_record body_record = {"form-claim", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_form_claim_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_form_claim_outcome),
    WL_DECISION_FIELDS(struct wl_form_claim_outcome),
    WL_NUMBER_FIELD(struct wl_form_claim_outcome, 20, claim),
    WL_NUMBER_FIELD(struct wl_form_claim_outcome, 21, form),
};
static const struct wl_record outcome_record = {"form-claim-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_form_claim_outcome)};

const struct wl_command wl_form_claim_command = {
    .name = "form-claim",
    .tag = 67,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
