/* How a claim's place in review follows its decisions: what apply does. Choosing a seat is
 * wl_seats_assign (claim.h). */
#ifndef WL_CLAIMS_SEATS_H
#define WL_CLAIMS_SEATS_H

#include "wledger/claim.h"

/* A referred claim gives back its seat, or its place in the queue; nothing for any other. The row is
 * changed, not put. */
void wl_review_leave(const struct wl_context *, int64_t id, struct wl_claim *);

/* A claim, which has no place yet, takes the seat that an assignment gives it, or else waits in the tier's
 * queue. The row is changed, not put. */
void wl_review_join(const struct wl_context *, int64_t id, struct wl_claim *, int64_t tier, struct wl_list assignments);

/* All claims (of wl_assignment) but claim id leave the queue for their seats; their rows are put. */
void wl_seats_take(const struct wl_context *, int64_t id, struct wl_list assignments);

#endif
