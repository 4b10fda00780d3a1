/* The command `form-review`: a reviewer approves an appraisal form, whole or with lines refused or cut, refuses it, or
 * returns it for information. */
#include "claims/forms.h"
#include "claims/lines.h"
#include "claims/seats.h"
#include "wledger/date.h"
#include "wledger/error.h"

static const char *const verdict_names[] = {"approve", "refuse", "return", NULL};

const char *const *wl_form_verdict_names(void)
{
    return verdict_names;
}

/* What the body says beside the state: WL_DONE, or the refusal. */
static int64_t body_refusal(const struct wl_context *ctx, const struct wl_form_review_body *b, struct wl_str *about)
{
    if (b->verdict != WL_FORM_APPROVE && b->refused.count > 0)
        return WL_REFUSED_VERDICT_UNCLEAR;
    if (b->verdict == WL_FORM_RETURN)
        return wl_reason_check(wl_reference(ctx), WL_REASON_FOR_INFORMATION, b->reason);
    if (b->verdict == WL_FORM_REFUSE || b->refused.count > 0)
        return wl_lines_reason(ctx, WL_REASON_FOR_REFUSE, b->refused, b->reason, about);
    return WL_DONE;
}

/* Everything that must hold beside the state: true, or false with the refusal in the head, or an error that sticks. */
static bool may_decide(const struct wl_context *ctx, const struct wl_form_review_body *b, struct wl_outcome_head *head)
{
    struct wl_review review;
    int found = wl_review_find(ctx->txn, ctx->arena, wl_subject_form(b->form), &review);
    struct wl_str about = WL_NO_STR;
    int64_t refusal;

    if (found == 0)
        wl_txn_fail(ctx->txn,
                    wl_fail(WL_E_DAMAGED, "form %lld is under review but waits for none", (long long)b->form));
    if (found != 1)
        return false;
    if ((refusal = wl_review_right(ctx, &review)) == WL_DONE)
        refusal = body_refusal(ctx, b, &about);
    return (refusal == WL_DONE || wl_form_refuse(ctx, head, refusal, about)) && wl_txn_status(ctx->txn) == WL_OK;
}

/* The form as the claim that was priced: of the day of its submission. */
static int submitted_record(const struct wl_context *ctx, const struct wl_form *form, int64_t number,
                            struct wl_claim_record *record)
{
    struct wl_entry entry;
    int64_t submitted;
    int rc = wl_form_content(ctx->txn, ctx->arena, form, record);

    if (rc != WL_OK)
        return rc;
    if ((rc = wl_entry_read(ctx->txn, (uint64_t)form->submitted_seq, &entry)) != 1)
        return rc < 0 ? rc : wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "the entry of a submission is missing"));
    submitted = wl_time_day(entry.time, wl_journal_zone(ctx->txn));
    return wl_form_as_claim(ctx->txn, ctx->arena, number, WL_NO_STR, submitted, submitted, record);
}

/* False with the refusal in the head, or an error that sticks. */
static bool approve(const struct wl_context *ctx, const struct wl_form_review_body *b, const struct wl_form *form,
                    const struct wl_decision *asked, struct wl_form_decision_outcome *out)
{
    struct wl_refused_lines *refused = wl_arena_alloc(ctx->arena, sizeof *refused);
    struct wl_claim_record record;
    struct wl_str about = WL_NO_STR;
    int64_t refusal;

    if (!refused) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return false;
    }
    if (submitted_record(ctx, form, b->form, &record) != WL_OK)
        return false;
    refusal = wl_lines_mark(ctx, b->refused, &record, asked, refused, &about);
    if (refusal != WL_DONE)
        return wl_form_refuse(ctx, &out->head, refusal, about);
    if (wl_reprice(ctx, &record, asked, refused, WL_NONE, &out->decision) != WL_OK)
        return false;
    if (out->decision.decision == WL_CLAIM_REJECTED)
        return wl_form_refuse(ctx, &out->head, WL_REFUSED_NOTHING_PAYABLE, WL_NO_STR);
    out->state = out->decision.decision == WL_CLAIM_PARTIAL ? WL_FORM_PARTLY_APPROVED : WL_FORM_APPROVED;
    return true;
}

/* Nothing is approved; the findings stay, beside the reviewer's own. */
static void turn_down(const struct wl_context *ctx, int64_t verdict, const struct wl_decision *asked,
                      struct wl_form_decision_outcome *out)
{
    wl_finding_set found = wl_findings_set(asked->findings);

    if (verdict == WL_FORM_REFUSE)
        found |= wl_finding_bit(WL_FINDING_REVIEW_REFUSED);
    out->decision = (struct wl_decision){.decision = WL_CLAIM_REJECTED,
                                         .currency = asked->currency,
                                         .tier = WL_NONE,
                                         .left = WL_NONE,
                                         .share = WL_NONE,
                                         .findings = wl_findings_list(found, ctx->arena)};
    out->state = verdict == WL_FORM_REFUSE ? WL_FORM_REFUSED : WL_FORM_RETURNED;
}

/* A refusal says nothing else. */
static void clear_but_head(struct wl_form_decision_outcome *out)
{
    struct wl_outcome_head head = out->head;

    wl_record_clear(&wl_form_decision_record, out);
    out->head = head;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_review_body *b = body;
    struct wl_form_decision_outcome *out = outcome;
    struct wl_seat_move leaving = {.subject = wl_subject_form(b->form), .to = WL_NONE};
    struct wl_decision asked;
    struct wl_form form;

    if (b->verdict != WL_FORM_APPROVE && b->verdict != WL_FORM_REFUSE && b->verdict != WL_FORM_RETURN)
        return wl_fail(WL_E_USAGE, "a review has no verdict");
    if (!wl_form_gate(ctx, b->form, WL_FORM_STEP_REVIEW, &out->head, &form) || !may_decide(ctx, b, &out->head) ||
        wl_form_decision(ctx->txn, ctx->arena, form.submitted_seq, &asked) != WL_OK)
        return wl_txn_status(ctx->txn);
    if (b->verdict != WL_FORM_APPROVE) {
        turn_down(ctx, b->verdict, &asked, out);
    } else if (!approve(ctx, b, &form, &asked, out)) {
        clear_but_head(out);
        return wl_txn_status(ctx->txn);
    }
    leaving.seq = form.submitted_seq;
    leaving.from = form.tier;
    leaving.leaves = form.seat;
    out->decision.assignments = wl_seats_follow(ctx, &leaving);
    out->form = b->form;
    out->version = form.version;
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_decision_outcome *out = outcome;
    bool is_approved = out->state == WL_FORM_APPROVED || out->state == WL_FORM_PARTLY_APPROVED;
    struct wl_form form;
    int64_t tier;

    (void)body;
    if (!wl_form_row(ctx, out->form, &form))
        return;
    tier = form.tier;
    wl_form_leave_review(ctx, out->form, &form);
    form.state = out->state;
    form.decided_seq = (int64_t)ctx->seq;
    form.approved = is_approved ? out->decision.total : WL_NONE;
    form.approved_tier = is_approved ? tier : WL_NONE;
    wl_form_put(ctx->txn, (uint64_t)out->form, &form);
    wl_seats_take(ctx, wl_subject_form(out->form), out->decision.assignments);
    wl_form_note(ctx, out->form);
}

static const struct wl_field body_fields[] = {
    WL_NUMBER_FIELD(struct wl_form_review_body, 1, form),
    {.name = "verdict",
     .tag = 2,
     .type = WL_CHOICE,
     .required = true,
     .choices = verdict_names,
     .offset = offsetof(struct wl_form_review_body, verdict)},
    WL_LINE_NAMES_FIELD(struct wl_form_review_body, 3, refused),
    WL_TEXT_FIELD(struct wl_form_review_body, 4, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"form-review", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_form_review_body)};

const struct wl_command wl_form_review_command = {
    .name = "form-review",
    .tag = 63,
    .body = &body_record,
    .outcome = &wl_form_decision_record,
    .decide = decide,
    .apply = apply,
};
