/* What the commands of the desks share: absences, and who sits where. */
#ifndef WL_CLAIMS_DESK_ROWS_H
#define WL_CLAIMS_DESK_ROWS_H

#include "wledger/desk.h"
#include "wledger/gates.h"

void wl_absence_put(struct wl_txn *, struct wl_str reviewer_id, const struct wl_absence *);
bool wl_absence_holds(const struct wl_absence *, int64_t day);
/* Whether a seat is manned today once a reviewer is away, and another back, by the command at hand (empty: nobody
 * is). */
bool wl_seat_is_manned_then(const struct wl_context *, struct wl_str seat_id, struct wl_str away, struct wl_str back);
/* Whether an actor may decide at a seat: is a reviewer of it and not absent, or the seat has none. */
bool wl_seat_is_sat_at(const struct wl_context *, struct wl_str seat_id, struct wl_str actor);

/* The review of a referred claim, at the seat that it has or could take (empty: none). *assignments, in the arena: who
 * takes a seat when it is decided. False when reading failed, which sticks. */
bool wl_review_of_claim(const struct wl_context *, int64_t id, struct wl_review *, struct wl_list *assignments);

#endif
