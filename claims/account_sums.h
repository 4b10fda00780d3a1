/* Sums by dealer and currency while a store is checked: a few hundred accounts, looked up a million times. */
#ifndef WL_CLAIMS_ACCOUNT_SUMS_H
#define WL_CLAIMS_ACCOUNT_SUMS_H

#include "claims/keys.h"
#include "wledger/decimal.h"

struct wl_account_sums {
    struct wl_key key;    /* dealer, 0x00, currency; size 0: free */
    wl_i128 accrued;      /* totals of its approved, unsettled claims */
    wl_i128 unpaid;       /* what is left to pay of its settlements */
    wl_i128 overpaid;     /* of its settlements, and ... */
    wl_i128 owed;         /* ... what the ones that were the newest at the time say of it */
    wl_i128 charged_back; /* by its claims' rows */
    wl_i128 netted, open; /* chargebacks in settlements, and those that wait */
    int64_t settlement;   /* newest; 0: none */
    int64_t carried_on;   /* of it, less what the dealer was overpaid since */
};

struct wl_account_map {
    struct wl_account_sums *at;
    size_t count, capacity; /* a power of two */
};

void wl_account_map_init(struct wl_account_map *);
void wl_account_map_release(struct wl_account_map *);
/* The account's sums, 0 at first. Valid until the next call. NULL with a message without memory, or when no
 * account can have that name. */
struct wl_account_sums *wl_account_of(struct wl_account_map *, struct wl_str dealer_id, struct wl_str currency);

#endif
