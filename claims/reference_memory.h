/* The memory behind the lookups of reference data: what the files that look up share. */
#ifndef WL_CLAIMS_REFERENCE_MEMORY_H
#define WL_CLAIMS_REFERENCE_MEMORY_H

#include "wledger/load.h"

/* Decoded rows under one key, in the order of their keys. */
struct wl_held {
    struct wl_str key;
    const void *rows;
    size_t count;
};

/* The row of that key, or (many) all rows whose keys begin with it, read from the store at the first time. Never NULL:
 * with nothing, or when reading failed, which sticks to the transaction, it holds no rows. */
const struct wl_held *wl_reference_look(struct wl_reference *, const struct wl_reference_key *, bool many);
/* The same for a whole table. */
const struct wl_held *wl_reference_whole(struct wl_reference *, int64_t table);
/* Of the versions of a key, which stand in the order of their from_date, the one in force on a day; NULL: none. */
const void *wl_reference_in_force(const struct wl_held *versions, int64_t table, int64_t day);

#endif
