/* What the commands share by which a claim's decision is opened again: information, appeal, correct. */
#ifndef WL_CLAIMS_VERSIONS_H
#define WL_CLAIMS_VERSIONS_H

#include "claims/gate.h"

/* Of all three: wl_decision_outcome. */
extern const struct wl_record wl_decision_outcome_record;

/* Makes a refusal of an outcome, which says nothing else then. `about` may be empty. Always WL_OK. */
int wl_versions_refuse(struct wl_decision_outcome *, int64_t refusal, struct wl_str about);

/* Who decided a claim's version that stands: the actor of its newest review, or of the review of its form where that
 * approval decided it, into the arena; empty where none did, so that it was decided automatically. WL_OK, or the error
 * that sticks. */
int wl_decided_by(struct wl_txn *, struct wl_arena *, int64_t id, struct wl_str *actor);

#endif
