/* How time and absences move what waits for a review: the tick's part, and what `absence` shares with it. */
#ifndef WL_CLAIMS_DESK_TICK_H
#define WL_CLAIMS_DESK_TICK_H

#include "claims/desk_rows.h"
#include "claims/seats.h"

/* What one entry moves, up to WL_TICK_REVIEWS_MAX for each reason. */
struct wl_desk_moves {
    const struct wl_context *ctx;
    struct wl_seat_move *at;
    size_t count;
    struct wl_str away, back; /* as in struct wl_seating */
    bool more;                /* not all had room */
};
/* False with the error that sticks. */
bool wl_desk_moves_begin(struct wl_desk_moves *, const struct wl_context *);

/* Decide: what lies at seats that nobody mans leaves them for its tier's queue. *vacated: of wl_assignment. */
void wl_desk_vacate(struct wl_desk_moves *, struct wl_list *vacated);
/* Apply: it waits in the queue. */
void wl_desk_vacate_apply(const struct wl_context *, struct wl_list vacated);

/* What a tick does to reviews. */
struct wl_desk_tick {
    struct wl_list escalated;   /* of wl_escalation */
    struct wl_list vacated;     /* of wl_assignment */
    struct wl_list assignments; /* of wl_assignment */
    bool more;
};
/* Decide. Lists in the arena. WL_OK, or the error that sticks. */
int wl_desk_tick(const struct wl_context *, struct wl_desk_tick *);
void wl_desk_tick_apply(const struct wl_context *, const struct wl_desk_tick *);

#endif
