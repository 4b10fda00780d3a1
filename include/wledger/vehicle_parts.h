/* Everything that was ever fitted to a vehicle or removed from it, whether the ledger saw it (moves of stock) or was
 * told of it (fits in the reference data). Costs what the vehicle has, however many fits and moves the ledger holds. */
#ifndef WLEDGER_VEHICLE_PARTS_H
#define WLEDGER_VEHICLE_PARTS_H

#include "wledger/stock.h"

enum wl_vehicle_part_kind { WL_PART_FITTED, WL_PART_REMOVED };

struct wl_vehicle_part {
    int64_t kind; /* enum wl_vehicle_part_kind */
    int64_t day;
    struct wl_str part_id, lot; /* lot empty: not known, or the vehicle was built with it */
    int64_t quantity;           /* thousandths; WL_NONE: not known, as of fits that were loaded */
    struct wl_str dealer_id;
    int64_t seq;          /* entry that brought it into the ledger */
    bool loaded;          /* as reference data: the day is the one it names, not the entry's */
    int64_t reversed_seq; /* entry that reversed it; WL_NONE: it stands */
    /* Of a fitting. */
    struct wl_str invoice_no, owner_id;
    int64_t fit_km, paid_by; /* WL_NONE: not known */
    int64_t request;         /* number; WL_NONE: none */
    /* Of a removal. */
    int64_t tag; /* without its check digit; WL_NONE: it got none */
};

/* Calls back for each, by day, then in the order in which the ledger got to know of it. A fit that the ledger made and
 * that stands in `fits` as well comes once, as the ledger's. Text is in the arena. WL_OK, the error that sticks, or
 * what the callback returned other than WL_OK, which ends it. */
typedef int wl_vehicle_part_fn(void *context, const struct wl_vehicle_part *);
int wl_vehicle_parts(struct wl_txn *, struct wl_arena *, struct wl_str vin, wl_vehicle_part_fn *, void *context);

#endif
