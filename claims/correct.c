/* The command `correct`: lines of a claim that was approved, and is not settled, are worth less. */
#include "claims/lines.h"
#include "claims/versions.h"
#include "wledger/error.h"

static int64_t line_worth(const struct wl_decision *decision, int64_t kind, int64_t line)
{
    const struct wl_ints *const worth[] = {&decision->labour_lines, &decision->part_lines, &decision->sublet_lines};

    return (uint64_t)line < worth[kind]->count ? worth[kind]->at[line] : 0;
}

/* Whether a line that was named, and can be, would be worth less. */
static bool any_less(struct wl_list names, const struct wl_decision *in_force)
{
    const struct wl_line_name *name = names.at;

    for (size_t i = 0; i < names.count; i++)
        if ((name[i].amount == WL_NONE ? 0 : name[i].amount) < line_worth(in_force, name[i].kind, name[i].line - 1))
            return true;
    return false;
}

/* Not by who decided it; what was decided automatically nobody did. WL_DONE, or the refusal; errors stick. */
static int64_t right_to_correct(const struct wl_context *ctx, int64_t id)
{
    struct wl_str reviewer;

    if (wl_decided_by(ctx->txn, ctx->arena, id, &reviewer) != WL_OK || reviewer.size == 0)
        return WL_DONE;
    return wl_str_equal(reviewer, ctx->actor) ? WL_REFUSED_FOUR_EYES : WL_DONE;
}

struct correction {
    struct wl_claim_record record;
    struct wl_decision in_force;
    struct wl_refused_lines lines;
};

/* What must hold beside the state, and which lines it is about. WL_DONE, or the refusal; errors stick. */
static int64_t correct_refusal(const struct wl_context *ctx, const struct wl_correct_body *body, int64_t id,
                               const struct wl_claim *claim, struct correction *c, struct wl_str *about)
{
    int64_t refusal = right_to_correct(ctx, id);

    if (refusal != WL_DONE)
        return refusal;
    if (body->lines.count == 0)
        return WL_REFUSED_NOTHING_TO_CORRECT;
    if (wl_claim_content(ctx->txn, ctx->arena, claim, &c->record) != WL_OK ||
        wl_claim_decision(ctx->txn, ctx->arena, claim, &c->in_force) != WL_OK)
        return WL_DONE;
    if ((refusal = wl_lines_mark(ctx, body->lines, &c->record, &c->in_force, &c->lines, about)) != WL_DONE)
        return refusal;
    if (!any_less(body->lines, &c->in_force))
        return WL_REFUSED_NOTHING_TO_CORRECT;
    return wl_lines_reason(ctx, WL_REASON_FOR_CORRECT, body->lines, body->reason, about);
}

/* The returns that lines now worth nothing would still owe. */
static bool waive_refused(const struct wl_context *ctx, const struct wl_claim *claim,
                          const struct wl_decision *decision, struct wl_ints *waived)
{
    *waived = (struct wl_ints){NULL, 0};
    if (claim->unmet_obligations == 0)
        return true;
    if (!(waived->at = wl_arena_alloc(ctx->arena, (size_t)claim->obligation_count * sizeof *waived->at))) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return false;
    }
    for (int64_t i = 0; i < claim->obligation_count; i++) {
        struct wl_obligation obligation;

        if (!wl_obligation_row(ctx, claim->first_obligation + i, &obligation))
            return false;
        if (wl_obligation_blocks(obligation.state) && line_worth(decision, WL_LINE_PART, obligation.line) == 0)
            waived->at[waived->count++] = claim->first_obligation + i;
    }
    return true;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_correct_body *b = body;
    struct wl_decision_outcome *out = outcome;
    struct correction *c = wl_arena_alloc(ctx->arena, sizeof *c);
    struct wl_str about = WL_NO_STR;
    struct wl_claim claim;
    int64_t id, refusal;
    int rc;

    if (!c)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_CORRECT, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    refusal = correct_refusal(ctx, b, id, &claim, c, &about);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return wl_txn_status(ctx->txn);
    if (refusal != WL_DONE)
        return wl_versions_refuse(out, refusal, about);
    if ((rc = wl_reprice(ctx, &c->record, &c->in_force, &c->lines, WL_NONE, &out->decision)) != WL_OK)
        return rc;
    if (!waive_refused(ctx, &claim, &out->decision, &out->waived))
        return wl_txn_status(ctx->txn);
    out->claim = id;
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
    wl_decision_apply(ctx, out->claim, &claim, NULL, &out->decision);
}

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_correct_body),
    WL_LINE_NAMES_FIELD(struct wl_correct_body, 3, lines),
    WL_TEXT_FIELD(struct wl_correct_body, 4, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"correct", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_correct_body)};

const struct wl_command wl_correct_command = {
    .name = "correct",
    .tag = 25,
    .body = &body_record,
    .outcome = &wl_decision_outcome_record,
    .decide = decide,
    .apply = apply,
};
