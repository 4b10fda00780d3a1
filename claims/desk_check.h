/* Whether what waits for a review is where the tables of the desks say. */
#ifndef WL_CLAIMS_DESK_CHECK_H
#define WL_CLAIMS_DESK_CHECK_H

#include "wledger/claim.h"

/* Sums of hashes of what claims and forms say, less what the tables have: 0 in the end. */
struct wl_desk_sums {
    uint64_t reviews, places, tiers, seats;
};

/* Adds what a claim's row says. WL_OK, or WL_E_DAMAGED. */
int wl_desk_sums_claim(struct wl_desk_sums *, int64_t id, const struct wl_claim *);
/* Once all claims are added: walks forms, reviews, queues, loads of seats and the history, each once. */
int wl_desk_check(struct wl_txn *, struct wl_desk_sums *);

#endif
