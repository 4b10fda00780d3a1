/* What the commands share that change one bin of one location: stock-open, stock-move, stock-count. */
#ifndef WL_PARTS_BINS_H
#define WL_PARTS_BINS_H

#include "parts/stock.h"
#include "wledger/gates.h"

extern const struct wl_record wl_count_outcome_record;

/* A bin's place for deciding. */
struct wl_place {
    struct wl_str location_id, part_id, bin_id;
    int64_t kind;        /* of account */
    struct wl_str party; /* LOCATION/BIN */
};

/* Where a part goes or is looked for: the location (location-unknown), the part (part-unknown, unless there ever
 * was stock of it there), the bin. A bin that is named may also be one that reference data have no more, where it
 * still holds some of the part and `emptied` says that this suffices. False with the refusal in the head, or when
 * reading failed. */
bool wl_place_find(const struct wl_context *, struct wl_str location_id, struct wl_str part_id, struct wl_str bin_id,
                   bool emptied, struct wl_outcome_head *, struct wl_place *);

/* What lies in the bin of a lot (empty: of all lots together); `last` (may be NULL): the last lot there that is no
 * serial number, in the arena, empty where there is none. Below 0: an error, which sticks. */
int64_t wl_place_quantity(const struct wl_context *, const struct wl_place *, struct wl_str lot, struct wl_str *last);

#endif
