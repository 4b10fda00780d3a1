#include "parts/check.h"

#include "wledger/error.h"

static int (*const checks[])(struct wl_txn *) = {
    wl_stock_check,
    wl_reversals_check,
    wl_demand_check,
    wl_defective_check,
};

int wl_parts_check(struct wl_txn *txn)
{
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(checks); i++)
        rc = checks[i](txn);
    return rc;
}
