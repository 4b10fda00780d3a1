/* All lots of a part, and whether a piece is in the ledger. */
#include "parts/keys.h"
#include "parts/stock.h"
#include "wledger/error.h"

/* Whether the ledger knew, where the chain from move `id` ends, that the piece is there. A tagging that was reversed
 * says nothing: what counts is the move before it. */
static int is_known_by(const struct wl_context *ctx, int64_t id)
{
    int64_t reversal = WL_NONE; /* whose tagging is to be found */
    struct wl_move move;

    for (; id >= 0; id = move.previous) {
        int rc = wl_move_get(ctx->txn, ctx->arena, id, &move);

        if (rc == 0)
            rc = wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "move %lld of a piece is missing", (long long)id));
        if (rc != 1)
            return rc;
        if (reversal != WL_NONE) {
            if (wl_reversed_by(ctx->txn, (uint64_t)move.seq) == reversal)
                reversal = WL_NONE;
            if (wl_txn_status(ctx->txn) != WL_OK)
                return wl_txn_status(ctx->txn);
        } else if (move.from_kind == WL_ACCOUNT_DEALER_DEFECTIVE && move.to_kind == WL_ACCOUNT_VEHICLE) {
            reversal = move.seq;
        } else {
            return wl_serial_is_here(&(struct wl_unit){.kind = move.to_kind});
        }
    }
    return 0;
}

int wl_serial_find(const struct wl_context *ctx, struct wl_str part_id, struct wl_str lot, struct wl_unit *unit)
{
    int found = wl_unit_get(ctx->txn, ctx->arena, part_id, lot, unit);

    if (found != 1 || !wl_serial_is_here(unit))
        return found < 0 ? found : 0;
    return unit->kind == WL_ACCOUNT_VEHICLE ? is_known_by(ctx, unit->newest) : 1;
}

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
