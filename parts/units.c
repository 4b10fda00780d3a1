/* All lots of a part. */
#include "parts/keys.h"
#include "wledger/error.h"

int wl_units_each(struct wl_txn *txn, struct wl_arena *arena, struct wl_str part_id, wl_unit_fn *each, void *context)
{
    const struct wl_parts_key prefix = WL_PARTS_PREFIX(part_id);
    struct wl_str key, value, name[2];
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, WL_TABLE_UNITS, wl_parts_key_view(&prefix), WL_NO_STR, &walk);

    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_unit unit;

        if (!wl_parts_key_split(key, name, 2))
            rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of the table units is not one"));
        else if ((rc = wl_record_decode(&wl_unit_record, value, &unit, arena)) != WL_OK)
            wl_txn_fail(txn, rc);
        else
            rc = each(context, name[1], &unit);
    }
    wl_walk_close(walk);
    return rc;
}
