/* What the earlier claims of a vehicle say about a new one. */
#ifndef WL_CLAIMS_VEHICLE_HISTORY_H
#define WL_CLAIMS_VEHICLE_HISTORY_H

#include "claims/typed_claim.h"

/* Which things some earlier claim of the vehicle, that stands now, has done. */
struct wl_vehicle_history {
    bool campaign_done;        /* this claim's campaign */
    bool service_done;         /* one of its operations, as a service */
    bool pdi_done;             /* one of its operations, as a pdi */
    bool mileage_contradicted; /* by a claim of another number */
    bool operation_repeated;   /* one of its operations, within the window before it, by a claim of another number */
};

struct wl_prepared;

/* Walks the vehicle's chain. WL_OK, or the error that sticks. Writes nothing. */
int wl_vehicle_history_read(struct wl_txn *, const struct wl_prepared *, struct wl_vehicle_history *);

/* The short forms of a claim's operations as its row has them; *bytes holds them. */
struct wl_operations {
    char bytes[4 * WL_TYPED_LINES];
};
struct wl_str wl_operations_of(const struct wl_claim_record *, struct wl_operations *bytes);

/* The fields of a claim's row that a history needs (previous_on_vehicle, state, type, repair_day,
 * mileage_km, operations, dealer_id, claim_no, campaign_id, seq) and no others. Text is valid until the
 * next write. WL_OK, or the error that sticks. */
int wl_claim_read_history(struct wl_txn *, int64_t id, struct wl_claim *);

#endif
