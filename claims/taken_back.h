/* Money taken back from a settled claim, and what a reversal restores (domain text, sections 3 and 5 to 7). For this
 * floor and for the one above, where parts are inspected and entries are reversed. */
#ifndef WL_CLAIMS_TAKEN_BACK_H
#define WL_CLAIMS_TAKEN_BACK_H

#include "claims/gate.h"

/* ---- taking back ---- */

/* What a command takes back. Lists in the arena. */
struct wl_taking {
    int64_t decided_before; /* entry of the decision that was in force */
    int64_t charged_back;   /* above 0; WL_NONE: nothing */
    struct wl_list postings;
    struct wl_list recoveries; /* of wl_recovery_change */
};
/* For decide: `decision` comes into force for a settled claim, in place of `in_force`: what its lines lose is taken
 * back (or `amount`, where it is not WL_NONE), but not more than is left of what was paid, and what was claimed from
 * suppliers follows. WL_OK, or the error that sticks. */
int wl_take_back(const struct wl_context *, int64_t id, const struct wl_claim *, const struct wl_decision *in_force,
                 const struct wl_decision *, int64_t amount, struct wl_taking *);
/* For apply: the claim, whose row is put, its facts, the open chargebacks, what is spent of its authorization, and the
 * recoveries follow; this entry has the decision in force. */
void wl_take_back_apply(const struct wl_context *, int64_t id, struct wl_claim *, const struct wl_decision *,
                        int64_t charged_back, struct wl_list recoveries);

/* A decision without what it did once: obligations, seats. For one that comes into force again. */
void wl_decision_quiet(struct wl_decision *);
/* The entry that made the decision in force: that of the row, or, where a reversal brought it back into force, the one
 * that made it first. WL_OK, or the error that sticks. */
int wl_decision_entry(struct wl_txn *, const struct wl_claim *, int64_t *seq);

/* ---- giving back ---- */

/* For the decide of a reversal of entry `seq`, which decided claim `id` (decided_before as in its wl_taking) and
 * took charged_back. False with reversal-blocked in the head where something stands on it: a later decision, a
 * settlement that paid what it left, a newer version, goodwill given again; or when reading failed. postings: those
 * that come on top of the inverse of the entry's own, but for what follows at suppliers (wl_posting_follows), which
 * they replace. */
bool wl_restore(const struct wl_context *, uint64_t seq, int64_t id, int64_t decided_before, int64_t charged_back,
                struct wl_outcome_head *, struct wl_restored *, struct wl_list *postings);
/* For apply. An open chargeback is withdrawn; one that a settlement netted is a credit, which the next one nets. */
void wl_restore_apply(const struct wl_context *, uint64_t seq, const struct wl_restored *);

#endif
