/* How return obligations move: by a command that names them, or by what becomes of their tags. */
#include "claims/gate.h"
#include "claims/seats.h"

#include "wledger/error.h"

void wl_obligations_move(const struct wl_context *ctx, struct wl_claim *claim, struct wl_ints ids,
                         const struct wl_obligation_gate *gate)
{
    for (size_t i = 0; i < ids.count; i++) {
        struct wl_obligation obligation;
        int64_t next;

        if (!wl_obligation_row(ctx, ids.at[i], &obligation))
            return;
        if (gate->from[obligation.state].refusal != WL_DONE) {
            wl_txn_fail(ctx->txn,
                        wl_fail(WL_E_DAMAGED, "return obligation %lld is moved from a state that does not allow it",
                                (long long)ids.at[i]));
            return;
        }
        next = gate->from[obligation.state].next;
        claim->unmet_obligations += wl_obligation_blocks(next) - wl_obligation_blocks(obligation.state);
        obligation.state = next;
        wl_obligation_put(ctx->txn, ids.at[i], &obligation);
    }
}

/* Puts an obligation in its new state. Its claim counts what keeps it from being paid. */
static void put_in_state(const struct wl_context *ctx, int64_t id, struct wl_obligation *obligation, int64_t state)
{
    int change = wl_obligation_blocks(state) - wl_obligation_blocks(obligation->state);
    struct wl_claim claim;

    obligation->state = state;
    wl_obligation_put(ctx->txn, id, obligation);
    if (change == 0 || !wl_gate_row(ctx, obligation->claim, &claim))
        return;
    claim.unmet_obligations += change;
    wl_claim_put(ctx->txn, obligation->claim, &claim);
}

static bool add(int64_t *to, int64_t change, int64_t most)
{
    return !__builtin_add_overflow(*to, change, to) && *to >= 0 && *to <= most;
}

static int64_t state_of(const struct wl_obligation *o, bool refuses)
{
    bool is_waived = o->state == WL_OBLIGATION_WAIVED || o->state == WL_OBLIGATION_WAIVED_RECEIVED;

    if (refuses || o->state == WL_OBLIGATION_REFUSED)
        return WL_OBLIGATION_REFUSED;
    if (o->inspected == o->quantity)
        return WL_OBLIGATION_ACCEPTED;
    if (o->received == o->quantity)
        return is_waived ? WL_OBLIGATION_WAIVED_RECEIVED : WL_OBLIGATION_RECEIVED;
    if (is_waived)
        return WL_OBLIGATION_WAIVED;
    return o->overdue_seq == WL_NONE ? WL_OBLIGATION_OPEN : WL_OBLIGATION_OVERDUE;
}

int64_t wl_obligation_progress(const struct wl_context *ctx, int64_t id, const struct wl_progress *step)
{
    bool refuses = step->outcome != WL_NONE && step->outcome != WL_ACCEPTED;
    struct wl_obligation obligation;
    int64_t state;

    if (!wl_obligation_row(ctx, id, &obligation))
        return WL_NONE;
    if (!add(&obligation.tagged, step->tagged, obligation.quantity) ||
        !add(&obligation.received, step->received, obligation.tagged) ||
        !add(&obligation.inspected, step->inspected, obligation.tagged)) {
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "the tags of return obligation %lld come to more or less than it",
                                      (long long)id));
        return WL_NONE;
    }
    state = state_of(&obligation, refuses);
    if (state != obligation.state && (state == WL_OBLIGATION_REFUSED || state == WL_OBLIGATION_ACCEPTED))
        obligation.outcome = step->outcome;
    put_in_state(ctx, id, &obligation, state);
    if (step->inspected != 0)
        wl_history_note(ctx, wl_subject_claim(obligation.claim));
    return wl_txn_status(ctx->txn) == WL_OK ? state : WL_NONE;
}

int64_t wl_obligation_uninspect(const struct wl_context *ctx, int64_t id, int64_t quantity, int64_t refused)
{
    struct wl_obligation obligation, as_if;
    int64_t state;

    if (!wl_obligation_row(ctx, id, &obligation))
        return WL_NONE;
    if (!add(&obligation.inspected, -quantity, obligation.tagged)) {
        wl_txn_fail(ctx->txn,
                    wl_fail(WL_E_DAMAGED, "less than nothing was inspected of return obligation %lld", (long long)id));
        return WL_NONE;
    }
    as_if = obligation; /* never inspected: what was refused or accepted does not tell whether it had been waived */
    as_if.state = obligation.waived_seq == WL_NONE ? WL_OBLIGATION_OPEN : WL_OBLIGATION_WAIVED;
    state = state_of(&as_if, refused != WL_NONE);
    obligation.outcome = state == WL_OBLIGATION_REFUSED ? refused : WL_NONE;
    put_in_state(ctx, id, &obligation, state);
    wl_history_note(ctx, wl_subject_claim(obligation.claim));
    return wl_txn_status(ctx->txn) == WL_OK ? state : WL_NONE;
}

void wl_obligation_overdue(const struct wl_context *ctx, int64_t id)
{
    struct wl_obligation obligation;

    if (!wl_obligation_row(ctx, id, &obligation))
        return;
    obligation.overdue_seq = (int64_t)ctx->seq;
    put_in_state(ctx, id, &obligation, WL_OBLIGATION_OVERDUE);
}
