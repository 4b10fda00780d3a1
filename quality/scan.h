/* One pass over all facts, on several threads where there are enough of them. */
#ifndef WL_QUALITY_SCAN_H
#define WL_QUALITY_SCAN_H

#include "quality/base.h"

/* More than there are cores: what is not in memory yet is waited for, and a disk brings many pages in the time of
 * one. */
enum { WL_SCAN_THREADS = 12 };

/* Called for every fact; facts of one row, and rows in their order, come to the same state. What it returns other than
 * WL_OK ends the pass and is returned. It may look at the base, not change it. */
typedef int wl_scan_fn(void *state, const struct wl_fact *);
/* Each thread has a state of its own, one after the other in memory; all but the first may be left as they are. */
int wl_scan(struct wl_base *, wl_scan_fn *, void *states, size_t state_size);

/* The same for anything that has numbered rows: calls back with a part of the numbers below `count`, each on a thread
 * and with a read transaction of its own that sees what the base does. */
typedef int wl_share_fn(void *context, size_t share, struct wl_txn *, uint64_t first, uint64_t end);
int wl_share_out(struct wl_base *, uint64_t count, uint64_t worth_a_thread, wl_share_fn *, void *context);

/* What a filter comes to with the codes of a base. */
struct wl_sieve {
    int64_t from, to;
    unsigned types;
    bool by_dealer, by_currency, by_part, by_model, by_batch;
    uint32_t dealer, currency, part, model, batch;
    uint32_t component, fault, supplier; /* with by_ below */
    bool by_component, by_fault, by_supplier;
    const struct wl_base *base;
};
/* Asks the base for what it needs. */
int wl_sieve_make(struct wl_sieve *, struct wl_base *, const struct wl_quality_filter *);
bool wl_sieve_passes(const struct wl_sieve *, const struct wl_fact *);
/* Whether a vehicle passes what the filter says of vehicles. */
bool wl_sieve_vehicle(const struct wl_sieve *, const struct wl_vehicle_facts *);

/* The vehicle of a fact; that of none for a fact without. */
const struct wl_vehicle_facts *wl_base_vehicle(const struct wl_base *, const struct wl_fact *);

#endif
