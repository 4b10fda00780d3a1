/* The commands `recovery-answer` and `recovery-pay`: what the supplier says to a claim, and what it pays of it.
 * "supplier pays: OEM bank <- supplier receivable" (domain text, section 6). */
#include "claims/recoveries.h"
#include "claims/seats.h"
#include "wledger/error.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const verdict_names[] = {"accepted", "disputed", "refused", NULL};

const char *const *wl_supplier_verdict_names(void)
{
    return verdict_names;
}

static struct wl_subject subject_of(int64_t supplier_claim)
{
    return (struct wl_subject){WL_SUBJECT_SUPPLIER_CLAIM, supplier_claim};
}

/* The supplier claim that a body names. False with the refusal in the head, or when reading failed. */
static bool find(const struct wl_context *ctx, int64_t number, struct wl_outcome_head *head,
                 struct wl_supplier_claim *claim)
{
    int found = number < 1 ? 0 : wl_supplier_claim_get(ctx->txn, ctx->arena, (uint64_t)number, claim);

    return found == 1 || (found == 0 && wl_recovery_refuse(ctx, head, WL_REFUSED_SUPPLIER_CLAIM_UNKNOWN, WL_NO_STR));
}

/* ---- recovery-answer ---- */

struct answering {
    const struct wl_context *ctx;
    const struct wl_recovery_answer_body *body;
    struct wl_recovery_answer_outcome *out;
    struct wl_supplier_claim claim;
    bool needs_reason;
};

static bool refuse_line(const struct answering *a, int64_t line, int64_t refusal)
{
    char about[32];
    int n = snprintf(about, sizeof about, "line %" PRId64, line);

    return wl_recovery_refuse(a->ctx, &a->out->head, refusal, (struct wl_str){about, (size_t)n});
}

/* The recovery of a line: 1, 0 or the error that sticks. */
static int line_get(const struct answering *a, int64_t line, struct wl_recovery *r)
{
    int64_t claim;
    int rc =
        line < 1 ? 0 : wl_supplier_line_get(a->ctx->txn, (uint64_t)a->body->supplier_claim, (uint64_t)line, &claim);

    if (rc == 1 && (rc = wl_recovery_get(a->ctx->txn, a->ctx->arena, claim, a->claim.supplier_id, r)) == 0)
        rc = wl_txn_fail(a->ctx->txn, wl_fail(WL_E_DAMAGED, "a line of a supplier claim has no recovery"));
    return rc;
}

/* What a line's answer says of its amount. False with the refusal in the head. */
static bool judge(struct answering *a, const struct wl_supplier_answer_line *said, const struct wl_recovery *r,
                  int64_t *accepted)
{
    bool whole = said->verdict == WL_SUPPLIER_ACCEPTS && (said->amount == WL_NONE || said->amount == r->amount);

    if (said->verdict == WL_SUPPLIER_ACCEPTS && said->amount != WL_NONE && said->amount <= 0)
        return refuse_line(a, said->line, WL_REFUSED_AMOUNT_INVALID);
    if (said->verdict == WL_SUPPLIER_ACCEPTS && said->amount != WL_NONE && said->amount > r->amount)
        return refuse_line(a, said->line, WL_REFUSED_AMOUNT_TOO_LARGE);
    *accepted = whole                                   ? WL_ANSWER_WHOLE
                : said->verdict == WL_SUPPLIER_ACCEPTS  ? said->amount
                : said->verdict == WL_SUPPLIER_DISPUTES ? WL_ANSWER_DISPUTED
                                                        : 0;
    a->needs_reason |= !whole;
    if (*accepted >= 0)
        a->out->given_up += r->amount - *accepted;
    return true;
}

static bool answer_line(struct answering *a, const struct wl_supplier_answer_line *said, const struct wl_recovery *r)
{
    struct wl_recovery_answer_outcome *out = a->out;
    int64_t accepted = 0;

    for (size_t i = 0; i < out->lines.count; i++)
        if (out->lines.at[i] == said->line)
            return refuse_line(a, said->line, WL_REFUSED_NAMED_TWICE);
    if (r->state == WL_RECOVERY_WITHDRAWN)
        return refuse_line(a, said->line, WL_REFUSED_LINE_WITHDRAWN);
    if (!wl_recovery_waits(r))
        return refuse_line(a, said->line, WL_REFUSED_ALREADY_ANSWERED);
    if (!judge(a, said, r, &accepted))
        return false;
    out->lines.at[out->lines.count++] = said->line;
    out->accepted.at[out->accepted.count++] = accepted;
    return true;
}

static bool answer_named(struct answering *a)
{
    const struct wl_supplier_answer_line *said = a->body->lines.at;

    for (size_t i = 0; i < a->body->lines.count; i++) {
        struct wl_recovery r;
        int found = line_get(a, said[i].line, &r);

        if (found != 1)
            return found == 0 && refuse_line(a, said[i].line, WL_REFUSED_LINE_UNKNOWN);
        if (!answer_line(a, &said[i], &r))
            return false;
    }
    return true;
}

/* All that wait for an answer. */
static bool answer_all(struct answering *a)
{
    for (int64_t line = 1; line <= a->claim.lines; line++) {
        const struct wl_supplier_answer_line said = {line, a->body->verdict, WL_NONE};
        struct wl_recovery r;

        if (line_get(a, line, &r) != 1 || (wl_recovery_waits(&r) && !answer_line(a, &said, &r)))
            return false;
    }
    return a->out->lines.count > 0 || wl_recovery_refuse(a->ctx, &a->out->head, WL_REFUSED_ALREADY_ANSWERED, WL_NO_STR);
}

static bool is_verdict(int64_t verdict)
{
    return verdict >= WL_SUPPLIER_ACCEPTS && verdict <= WL_SUPPLIER_REFUSES;
}

static bool is_well_formed(const struct wl_recovery_answer_body *b)
{
    const struct wl_supplier_answer_line *said = b->lines.at;

    for (size_t i = 0; i < b->lines.count; i++)
        if (!is_verdict(said[i].verdict) || (said[i].verdict != WL_SUPPLIER_ACCEPTS && said[i].amount != WL_NONE))
            return false;
    return b->lines.count > 0 ? b->verdict == WL_NONE : is_verdict(b->verdict);
}

static bool make_columns(struct answering *a)
{
    struct wl_ints *columns[] = {&a->out->lines, &a->out->accepted};

    for (size_t i = 0; i < WL_COUNT(columns); i++)
        columns[i]->at = wl_arena_alloc(a->ctx->arena, WL_SUPPLIER_LINES_MAX * sizeof(int64_t));
    if (!(a->out->head.postings.at = wl_arena_alloc(a->ctx->arena, sizeof(struct wl_posting))))
        wl_txn_fail(a->ctx->txn, wl_arena_status(a->ctx->arena));
    a->out->given_up = 0;
    return wl_txn_status(a->ctx->txn) == WL_OK;
}

static bool reason_holds(const struct answering *a)
{
    int64_t refusal =
        a->needs_reason ? wl_reason_check(wl_reference(a->ctx), WL_REASON_FOR_DISPUTE, a->body->reason) : WL_DONE;

    return refusal == WL_DONE || wl_recovery_refuse(a->ctx, &a->out->head, refusal, WL_NO_STR);
}

static int decide_answer(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct answering a = {.ctx = ctx, .body = body, .out = outcome};

    if (!is_well_formed(a.body))
        return wl_fail(WL_E_USAGE, "a supplier's answer has no verdict, or an amount that it does not accept");
    if (find(ctx, a.body->supplier_claim, &a.out->head, &a.claim) && make_columns(&a) &&
        (a.body->lines.count > 0 ? answer_named(&a) : answer_all(&a)) && reason_holds(&a))
        wl_recovery_post(ctx, &a.out->head.postings, a.claim.supplier_id, a.claim.currency, a.out->given_up);
    else if (wl_txn_status(ctx->txn) == WL_OK) { /* a refusal says nothing else */
        const struct wl_outcome_head head = {.refusal = a.out->head.refusal, .about = a.out->head.about};

        wl_record_clear(wl_recovery_answer_command.outcome, a.out);
        a.out->head = head;
    }
    return wl_txn_status(ctx->txn);
}

/* The row as the answer to it leaves it. */
static void apply_line(const struct wl_context *ctx, const struct wl_supplier_claim *of, int64_t number, int64_t line,
                       int64_t accepted)
{
    struct wl_recovery before, after;
    int64_t claim;

    if (wl_supplier_line_get(ctx->txn, (uint64_t)number, (uint64_t)line, &claim) != 1 ||
        !wl_recovery_row(ctx, claim, of->supplier_id, &before))
        return;
    after = before;
    after.state = accepted == WL_ANSWER_DISPUTED ? WL_RECOVERY_DISPUTED
                  : accepted == 0                ? WL_RECOVERY_GIVEN_UP
                                                 : WL_RECOVERY_ACCEPTED;
    after.accepted = accepted > 0 ? accepted : WL_NONE;
    wl_recovery_put(ctx, &before, &after);
}

static void apply_answer(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_recovery_answer_body *b = body;
    const struct wl_recovery_answer_outcome *out = outcome;
    struct wl_supplier_claim claim;

    if (!wl_supplier_claim_row(ctx, b->supplier_claim, &claim))
        return;
    for (size_t i = 0; i < out->lines.count && i < out->accepted.count; i++)
        apply_line(ctx, &claim, b->supplier_claim, out->lines.at[i], out->accepted.at[i]);
    wl_history_note(ctx, subject_of(b->supplier_claim));
}

/* ---- recovery-pay ---- */

/* What of the amount asked for may be paid: WL_DONE, or the refusal. due: below 0 what is owed to the supplier. */
static int64_t pay_refusal(int64_t due, int64_t amount)
{
    if (due == 0)
        return WL_REFUSED_NOTHING_DUE;
    if (amount == 0 || (amount > 0) != (due > 0))
        return WL_REFUSED_AMOUNT_INVALID;
    return (due > 0 ? amount > due : amount < due) ? WL_REFUSED_AMOUNT_TOO_LARGE : WL_DONE;
}

static int decide_pay(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_recovery_pay_body *b = body;
    struct wl_recovery_pay_outcome *out = outcome;
    struct wl_supplier_claim claim;
    struct wl_posting *posting;
    int64_t due, amount, refusal;

    if (!find(ctx, b->supplier_claim, &out->head, &claim))
        return wl_txn_status(ctx->txn);
    due = claim.due - claim.paid;
    amount = b->amount == WL_NONE ? due : b->amount;
    if ((refusal = pay_refusal(due, amount)) != WL_DONE) {
        out->head.refusal = refusal;
        return WL_OK;
    }
    if (!(posting = wl_arena_alloc(ctx->arena, sizeof *posting)))
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    *posting = (struct wl_posting){.from_kind = WL_ACCOUNT_RECEIVABLE,
                                   .from_party = claim.supplier_id,
                                   .to_kind = WL_ACCOUNT_BANK_RECEIVED,
                                   .unit = claim.currency,
                                   .amount = amount};
    if (amount < 0)
        *posting = (struct wl_posting){.from_kind = WL_ACCOUNT_BANK_RECEIVED,
                                       .to_kind = WL_ACCOUNT_RECEIVABLE,
                                       .to_party = claim.supplier_id,
                                       .unit = claim.currency,
                                       .amount = -amount};
    out->head.postings = (struct wl_list){posting, 1};
    out->amount = amount;
    return wl_txn_status(ctx->txn);
}

static void apply_pay(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_recovery_pay_body *b = body;
    const struct wl_recovery_pay_outcome *out = outcome;
    struct wl_supplier_claim claim;

    if (!wl_supplier_claim_row(ctx, b->supplier_claim, &claim))
        return;
    claim.paid += out->amount;
    wl_supplier_claim_put(ctx, b->supplier_claim, &claim);
    wl_history_note(ctx, subject_of(b->supplier_claim));
}

/* ---- records ---- */

#define VERDICT(of, tag_, field)                                                                                  \
    {                                                                                                             \
        .name = #field, .tag = (tag_), .type = WL_CHOICE, .choices = verdict_names, .offset = offsetof(of, field) \
    }

static const struct wl_field line_fields[] = {
    WL_NUMBER_FIELD(struct wl_supplier_answer_line, 1, line),
    VERDICT(struct wl_supplier_answer_line, 2, verdict),
    WL_NUMBER_FIELD(struct wl_supplier_answer_line, 3, amount),
};
static const struct wl_record line_record = {"answer-line", line_fields, WL_COUNT(line_fields),
                                             sizeof(struct wl_supplier_answer_line)};

static const struct wl_field answer_fields[] = {
    WL_NUMBER_FIELD(struct wl_recovery_answer_body, 1, supplier_claim),
    {.name = "lines",
     .tag = 2,
     .type = WL_LIST,
     .limit = WL_SUPPLIER_ANSWERS_MAX,
     .item = &line_record,
     .offset = offsetof(struct wl_recovery_answer_body, lines)},
    VERDICT(struct wl_recovery_answer_body, 3, verdict),
    WL_TEXT_FIELD(struct wl_recovery_answer_body, 4, reason, WL_REASON_MAX),
};
static const struct wl_record answer_record = {"recovery-answer", answer_fields, WL_COUNT(answer_fields),
                                               sizeof(struct wl_recovery_answer_body)};

static const struct wl_field answer_outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_recovery_answer_outcome),
    WL_NUMBERS_FIELD(struct wl_recovery_answer_outcome, 4, lines, WL_SUPPLIER_LINES_MAX),
    WL_NUMBERS_FIELD(struct wl_recovery_answer_outcome, 5, accepted, WL_SUPPLIER_LINES_MAX),
    WL_NUMBER_FIELD(struct wl_recovery_answer_outcome, 6, given_up),
};
static const struct wl_record answer_outcome_record = {"recovery-answer-outcome", answer_outcome_fields,
                                                       WL_COUNT(answer_outcome_fields),
                                                       sizeof(struct wl_recovery_answer_outcome)};

const struct wl_command wl_recovery_answer_command = {
    .name = "recovery-answer",
    .tag = 72,
    .body = &answer_record,
    .outcome = &answer_outcome_record,
    .decide = decide_answer,
    .apply = apply_answer,
};

static const struct wl_field pay_fields[] = {
    WL_NUMBER_FIELD(struct wl_recovery_pay_body, 1, supplier_claim),
    WL_NUMBER_FIELD(struct wl_recovery_pay_body, 2, amount),
    WL_TEXT_FIELD(struct wl_recovery_pay_body, 3, reference, WL_SUPPLIER_REFERENCE_MAX),
};
static const struct wl_record pay_record = {"recovery-pay", pay_fields, WL_COUNT(pay_fields),
                                            sizeof(struct wl_recovery_pay_body)};

static const struct wl_field pay_outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_recovery_pay_outcome),
    WL_NUMBER_FIELD(struct wl_recovery_pay_outcome, 4, amount),
};
static const struct wl_record pay_outcome_record = {
    "recovery-pay-outcome", pay_outcome_fields, WL_COUNT(pay_outcome_fields), sizeof(struct wl_recovery_pay_outcome)};

const struct wl_command wl_recovery_pay_command = {
    .name = "recovery-pay",
    .tag = 73,
    .body = &pay_record,
    .outcome = &pay_outcome_record,
    .decide = decide_pay,
    .apply = apply_pay,
};
