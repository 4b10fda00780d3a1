#include "claims/check_rows.h"

#include "wledger/error.h"

int wl_check_fail(const char *what, uint64_t n)
{
    return wl_fail(WL_E_DAMAGED, "%s (%llu)", what, (unsigned long long)n);
}

uint64_t wl_check_mix(uint64_t a, uint64_t b)
{
    a = (a ^ b * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xBF58476D1CE4E5B9);
    a = (a ^ a >> 29) * UINT64_C(0x94D049BB133111EB);
    return a ^ a >> 32;
}

int wl_check_rows(struct wl_txn *txn, unsigned table, struct wl_str prefix, wl_check_row_fn *row, void *check)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, table, prefix, prefix, &walk);

    if (rc != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1)
        if ((rc = row(check, key, value)) != WL_OK)
            break;
    wl_walk_close(walk);
    return rc;
}
