/* Back-orders that free stock fills. */
#include "parts/demand.h"
#include "parts/keys.h"
#include "wledger/error.h"

/* The next request in a part's row of back-orders: 1, 0 at the end, or the error that sticks. */
static int next_waiting(struct wl_txn *txn, struct wl_walk *walk, size_t prefix, int64_t *number)
{
    struct wl_str key, value;
    int rc = wl_walk_next(walk, &key, &value);

    if (rc == 1 && key.size != prefix + 8)
        return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a back-order has no request"));
    if (rc == 1)
        *number = (int64_t)wl_get_u64(key.data + prefix);
    return rc;
}

static bool fill(const struct wl_context *ctx, struct wl_walk *walk, size_t prefix, struct wl_str location_id,
                 int64_t free, struct wl_ints *filled)
{
    struct wl_request_row request;
    size_t looked = 0;
    int64_t number = 0;

    while (free > 0 && filled->count < WL_FILLED_MAX && looked++ < WL_BACK_ORDERS_LOOKED_MAX &&
           next_waiting(ctx->txn, walk, prefix, &number) == 1) {
        if (!wl_request_row(ctx, number, &request))
            return false;
        if (wl_str_equal(request.dealer_id, location_id))
            continue; /* its dealer's id is this warehouse's now: nobody is left to send it to */
        if (request.quantity > free)
            continue;
        free -= request.quantity;
        filled->at[filled->count++] = number;
    }
    return wl_txn_status(ctx->txn) == WL_OK;
}

bool wl_back_orders_fill(const struct wl_context *ctx, struct wl_str part_id, struct wl_str location_id, int64_t free,
                         struct wl_ints *filled)
{
    const struct wl_parts_key prefix = WL_PARTS_PREFIX(part_id);
    struct wl_walk *walk;
    bool done;

    *filled = (struct wl_ints){NULL, 0};
    if (free <= 0 || !wl_location_supplies(ctx, location_id))
        return wl_txn_status(ctx->txn) == WL_OK;
    if (!(filled->at = wl_arena_alloc(ctx->arena, WL_FILLED_MAX * sizeof *filled->at))) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return false;
    }
    if (wl_walk_open(ctx->txn, WL_TABLE_BACK_ORDERS, wl_parts_key_view(&prefix), WL_NO_STR, &walk) != WL_OK)
        return false;
    done = fill(ctx, walk, prefix.size, location_id, free, filled);
    wl_walk_close(walk);
    return done;
}

bool wl_back_orders_fill_with(const struct wl_context *ctx, struct wl_str part_id, struct wl_str location_id,
                              int64_t more, struct wl_ints *filled)
{
    struct wl_stock stock;

    return wl_stock_get(ctx->txn, part_id, location_id, &stock) >= 0 &&
           wl_back_orders_fill(ctx, part_id, location_id, stock.on_hand - stock.reserved + more, filled);
}

void wl_back_orders_apply(const struct wl_context *ctx, struct wl_str location_id, struct wl_ints filled)
{
    for (size_t i = 0; i < filled.count; i++) {
        struct wl_request_row request;

        if (!wl_request_row(ctx, filled.at[i], &request))
            return;
        wl_request_take_out(ctx, filled.at[i], &request);
        request.state = WL_REQUEST_RESERVED;
        request.choice = WL_CHOICE_DELIVERY;
        request.location_id = location_id;
        request.sourced_seq = (int64_t)ctx->seq;
        wl_request_enter(ctx, filled.at[i], &request);
        wl_request_put(ctx, filled.at[i], &request);
    }
}
