/* The command `chargeback`: money is taken back after settlement, for a reason and on evidence. */
#include "claims/lines.h"
#include "claims/taken_back.h"
#include "wledger/error.h"
#include "wledger/recovery.h"
#include <string.h>

enum { EVIDENCE_MAX = 200, RECOVERIES_MAX = WL_LINES_MAX };

/* What the body says beside the claim: WL_DONE, or the refusal. */
static int64_t body_refusal(const struct wl_context *ctx, const struct wl_chargeback_body *b)
{
    int64_t refusal = wl_reason_check(wl_reference(ctx), WL_REASON_FOR_CHARGEBACK, b->reason);

    if (refusal != WL_DONE)
        return refusal;
    return b->evidence.size == 0 ? WL_REFUSED_EVIDENCE_MISSING : WL_DONE;
}

static bool is_well_formed(const struct wl_chargeback_body *b)
{
    const struct wl_line_name *name = b->lines.at;

    for (size_t i = 0; i < b->lines.count; i++)
        if (name[i].reason.size != 0)
            return false;
    return (b->lines.count == 0 || b->amount == WL_NONE) && (b->paper.size == 0 || b->paper.size == WL_HASH_SIZE);
}

/* ---- what the lines are worth from then on ---- */

static void refuse_all(struct wl_refused_lines *refused)
{
    memset(refused->labour, true, sizeof refused->labour);
    memset(refused->parts, true, sizeof refused->parts);
    memset(refused->sublet, true, sizeof refused->sublet);
}

/* The lines that are named are worth less; without any, all of them are worth nothing. */
static int64_t cut_lines(const struct wl_context *ctx, const struct wl_claim *claim, const struct wl_chargeback_body *b,
                         const struct wl_decision *in_force, struct wl_chargeback_outcome *out)
{
    struct wl_refused_lines *refused = wl_arena_alloc(ctx->arena, sizeof *refused);
    struct wl_claim_record record;
    int64_t refusal = WL_DONE;

    if (!refused) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return WL_DONE;
    }
    if (wl_claim_content(ctx->txn, ctx->arena, claim, &record) != WL_OK)
        return WL_DONE;
    if (b->lines.count == 0)
        refuse_all(refused);
    else
        refusal = wl_lines_mark(ctx, b->lines, &record, in_force, refused, &out->head.about);
    if (refusal == WL_DONE)
        wl_reprice(ctx, &record, in_force, refused, WL_NONE, &out->decision);
    return refusal;
}

/* An amount alone says nothing of the lines: they stay as they are. */
static int64_t take_amount(const struct wl_claim *claim, int64_t amount, const struct wl_decision *in_force,
                           struct wl_chargeback_outcome *out)
{
    if (amount <= 0)
        return WL_REFUSED_AMOUNT_INVALID;
    if (amount > claim->total - claim->charged_back)
        return WL_REFUSED_AMOUNT_TOO_LARGE;
    out->decision = *in_force;
    wl_decision_quiet(&out->decision);
    return WL_DONE;
}

static int64_t take(const struct wl_context *ctx, int64_t id, const struct wl_claim *claim,
                    const struct wl_chargeback_body *b, struct wl_chargeback_outcome *out)
{
    struct wl_decision in_force;
    struct wl_taking taking;
    int64_t refusal;

    if (claim->total - claim->charged_back <= 0)
        return WL_REFUSED_NOTHING_TO_CHARGE_BACK;
    if (wl_claim_decision(ctx->txn, ctx->arena, claim, &in_force) != WL_OK)
        return WL_DONE;
    refusal =
        b->amount != WL_NONE ? take_amount(claim, b->amount, &in_force, out) : cut_lines(ctx, claim, b, &in_force, out);
    if (refusal != WL_DONE || wl_txn_status(ctx->txn) != WL_OK ||
        wl_take_back(ctx, id, claim, &in_force, &out->decision, b->amount, &taking) != WL_OK)
        return refusal;
    if (taking.charged_back == WL_NONE)
        return WL_REFUSED_NOTHING_TO_CHARGE_BACK;
    out->claim = id;
    out->charged_back = taking.charged_back;
    out->decided_before = taking.decided_before;
    out->recoveries = taking.recoveries;
    out->head.postings = taking.postings;
    return WL_DONE;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_chargeback_body *b = body;
    struct wl_chargeback_outcome *out = outcome;
    struct wl_claim claim;
    int64_t id, refusal;

    if (!is_well_formed(b))
        return wl_fail(WL_E_USAGE, "a chargeback names lines or an amount, and a paper by its SHA-256");
    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_CHARGE_BACK, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    refusal = body_refusal(ctx, b);
    if (refusal == WL_DONE && wl_txn_status(ctx->txn) == WL_OK)
        refusal = take(ctx, id, &claim, b, out);
    if (refusal != WL_DONE) { /* a refusal says nothing else */
        struct wl_str about = out->head.about;

        wl_record_clear(wl_chargeback_command.outcome, out);
        out->head.refusal = refusal;
        out->head.about = about;
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_chargeback_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    if (wl_gate_row(ctx, out->claim, &claim))
        wl_take_back_apply(ctx, out->claim, &claim, &out->decision, out->charged_back, out->recoveries);
}

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_chargeback_body),
    WL_LINE_NAMES_FIELD(struct wl_chargeback_body, 3, lines),
    WL_NUMBER_FIELD(struct wl_chargeback_body, 4, amount),
    WL_TEXT_FIELD(struct wl_chargeback_body, 5, reason, WL_REASON_MAX),
    WL_TEXT_FIELD(struct wl_chargeback_body, 6, evidence, EVIDENCE_MAX),
    {.name = "paper",
     .tag = 7,
     .type = WL_BYTES,
     .limit = WL_HASH_SIZE,
     .offset = offsetof(struct wl_chargeback_body, paper)},
};
static const struct wl_record body_record = {"chargeback", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_chargeback_body)};

#define NUMBER(tag_, field) WL_NUMBER_FIELD(struct wl_chargeback_outcome, tag_, field)

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_chargeback_outcome),
    WL_DECISION_FIELDS(struct wl_chargeback_outcome),
    NUMBER(20, claim),
    NUMBER(21, charged_back),
    {.name = "recoveries",
     .tag = 22,
     .type = WL_LIST,
     .limit = RECOVERIES_MAX,
     .item = &wl_recovery_change_record,
     .offset = offsetof(struct wl_chargeback_outcome, recoveries)},
    NUMBER(23, decided_before),
};
static const struct wl_record outcome_record = {"chargeback-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_chargeback_outcome)};

const struct wl_command wl_chargeback_command = {
    .name = "chargeback",
    .tag = 26,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
