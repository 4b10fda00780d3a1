#include "claims/gate.h"

#include "wledger/error.h"
#include <string.h>

/* "Eligible: signed, and every return obligation met or waived" (domain text, section 3); a loop closes with the
 * inspection. */
static const bool blocks[WL_OBLIGATION_STATE_COUNT] = {
    [WL_OBLIGATION_OPEN] = true, [WL_OBLIGATION_RECEIVED] = true, [WL_OBLIGATION_OVERDUE] = true};

bool wl_obligation_blocks(int64_t state)
{
    return state >= 0 && state < WL_OBLIGATION_STATE_COUNT && blocks[state];
}

const char *const wl_inspections[] = {"accepted", "wrong-part", "missing", "not-defective", "abuse", NULL};

const char *const *wl_inspection_names(void)
{
    return wl_inspections;
}

static bool refuse(struct wl_outcome_head *head, int64_t refusal)
{
    head->refusal = refusal;
    return false;
}

bool wl_gate_claim(const struct wl_context *ctx, struct wl_str dealer_id, struct wl_str claim_no,
                   enum wl_claim_step step, struct wl_outcome_head *head, int64_t *id, struct wl_claim *claim)
{
    int found = wl_claim_find(ctx->txn, dealer_id, claim_no, id);
    int64_t refusal;

    if (found == 0)
        return refuse(head, WL_REFUSED_CLAIM_UNKNOWN);
    if (found < 0 || !wl_gate_row(ctx, *id, claim))
        return false;
    refusal = wl_claim_transition(step)->refusal[claim->state];
    return refusal == WL_DONE || refuse(head, refusal);
}

bool wl_gate_row(const struct wl_context *ctx, int64_t id, struct wl_claim *claim)
{
    int rc = wl_claim_get(ctx->txn, ctx->arena, id, claim);

    if (rc == 0 || (rc == 1 && (claim->state < 0 || claim->state >= WL_CLAIM_STATE_COUNT)))
        rc = wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "claim %lld is named but has no row", (long long)id));
    return rc == 1;
}

int wl_row_entry(struct wl_txn *txn, struct wl_arena *arena, int64_t seq, const char *whose, struct wl_entry *entry)
{
    int rc = wl_entry_read(txn, (uint64_t)seq, entry);

    if (rc == 0)
        rc = wl_fail(WL_E_DAMAGED, "entry %lld, which a %s names, is not in the journal", (long long)seq, whose);
    if (rc < 0)
        return wl_txn_fail(txn, rc);
    entry->body = wl_arena_copy(arena, entry->body);
    entry->outcome = wl_arena_copy(arena, entry->outcome);
    rc = wl_arena_status(arena);
    return rc == WL_OK ? WL_OK : wl_txn_fail(txn, rc);
}

bool wl_obligation_row(const struct wl_context *ctx, int64_t id, struct wl_obligation *obligation)
{
    int rc = wl_obligation_get(ctx->txn, ctx->arena, id, obligation);

    if (rc == 0 || (rc == 1 && (obligation->state < 0 || obligation->state >= WL_OBLIGATION_STATE_COUNT)))
        rc = wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "return obligation %lld has no row", (long long)id));
    return rc == 1;
}

/* The obligation of one part line, if it is legal. */
static bool take_line(const struct wl_context *ctx, const struct wl_claim *claim, int64_t line,
                      const struct wl_obligation_gate *gate, struct wl_outcome_head *head, struct wl_ints *ids)
{
    for (int64_t i = 0; i < claim->obligation_count; i++) {
        struct wl_obligation obligation;

        if (!wl_obligation_row(ctx, claim->first_obligation + i, &obligation))
            return false;
        if (obligation.line != line - 1)
            continue;
        if (gate->from[obligation.state].refusal != WL_DONE)
            return refuse(head, gate->from[obligation.state].refusal);
        ids->at[ids->count++] = claim->first_obligation + i;
        return true;
    }
    return refuse(head, WL_REFUSED_OBLIGATION_UNKNOWN);
}

static bool take_all(const struct wl_context *ctx, const struct wl_claim *claim, const struct wl_obligation_gate *gate,
                     struct wl_outcome_head *head, struct wl_ints *ids)
{
    for (int64_t i = 0; i < claim->obligation_count; i++) {
        struct wl_obligation obligation;

        if (!wl_obligation_row(ctx, claim->first_obligation + i, &obligation))
            return false;
        if (gate->from[obligation.state].refusal == WL_DONE)
            ids->at[ids->count++] = claim->first_obligation + i;
    }
    return ids->count > 0 || refuse(head, gate->none);
}

bool wl_gate_obligations(const struct wl_context *ctx, const struct wl_claim *claim, int64_t line,
                         const struct wl_obligation_gate *gate, struct wl_outcome_head *head, struct wl_ints *ids)
{
    size_t room = claim->obligation_count > 0 ? (size_t)claim->obligation_count : 0;

    *ids = (struct wl_ints){NULL, 0};
    if (room > 0 && !(ids->at = wl_arena_alloc(ctx->arena, room * sizeof *ids->at))) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return false;
    }
    if (line == WL_NONE || line == 0)
        return take_all(ctx, claim, gate, head, ids);
    return take_line(ctx, claim, line, gate, head, ids);
}

int wl_claim_view(struct wl_txn *txn, int64_t id, struct wl_claim *claim)
{
    struct wl_str value;
    int rc = id < 0 ? 0 : wl_get_n(txn, WL_TABLE_CLAIMS, (uint64_t)id, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(&wl_claim_row_record, value, claim, NULL);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

bool wl_claim_is_told(int64_t state)
{
    return state == WL_CLAIM_REJECTED || state == WL_CLAIM_INFO_REQUESTED;
}

bool wl_claim_is_eligible(const struct wl_claim *claim, int64_t to)
{
    return (claim->state == WL_CLAIM_APPROVED || claim->state == WL_CLAIM_PARTIAL) && claim->signed_seq != WL_NONE &&
           claim->unmet_obligations == 0 && claim->decided_day <= to;
}
