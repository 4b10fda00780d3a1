/* What every table of stock makes of the postings of an entry. */
#include "parts/stock.h"

#include "claims/keys.h"
#include "claims/vehicle_heads.h"
#include "parts/keys.h"
#include "wledger/error.h"

/* A bin that holds good parts. */
static bool is_bin(int64_t kind)
{
    return kind == WL_ACCOUNT_WAREHOUSE || kind == WL_ACCOUNT_DEALER;
}

static void fail_at(const struct wl_context *ctx, const char *what, struct wl_str part_id, struct wl_str party)
{
    wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "part " WL_STR_FMT " at " WL_STR_FMT ": %s", WL_STR_ARG(part_id),
                                  WL_STR_ARG(party), what));
}

/* ---- what lies where ---- */

static bool add(int64_t *to, int64_t change)
{
    return !__builtin_add_overflow(*to, change, to) && *to >= 0;
}

static void change_stock(const struct wl_context *ctx, struct wl_str part_id, struct wl_str location_id,
                         const struct wl_stock *change)
{
    const struct wl_parts_key key = WL_PARTS_KEY(location_id, part_id);
    struct wl_stock stock;

    if (wl_stock_get(ctx->txn, part_id, location_id, &stock) < 0)
        return;
    if (key.size == 0 || !add(&stock.on_hand, change->on_hand) || !add(&stock.reserved, change->reserved) ||
        !add(&stock.in_transit, change->in_transit) || !add(&stock.on_order, change->on_order)) {
        fail_at(ctx, "what is on hand, reserved, in transit or on order would be no quantity", part_id, location_id);
        return;
    }
    wl_row_put_key(ctx->txn, WL_TABLE_STOCK, wl_parts_key_view(&key), &wl_stock_record, &stock);
}

void wl_stock_add(const struct wl_context *ctx, struct wl_str part_id, struct wl_str location_id, struct wl_stock delta)
{
    if (delta.on_hand != 0)
        fail_at(ctx, "what is on hand follows the postings", part_id, location_id);
    else
        change_stock(ctx, part_id, location_id, &delta);
}

static void change_bin(const struct wl_context *ctx, struct wl_str party, const struct wl_posting *p, int64_t change)
{
    struct wl_str location_id, bin_id;
    struct wl_parts_key key;
    int64_t quantity;

    wl_party_split(party, &location_id, &bin_id);
    key = WL_PARTS_KEY(location_id, p->unit, bin_id, p->lot);
    if (location_id.size == 0 || bin_id.size == 0 || key.size == 0) {
        fail_at(ctx, "the place is no bin", p->unit, party);
        return;
    }
    quantity = wl_get_number(ctx->txn, WL_TABLE_BIN_STOCK, wl_parts_key_view(&key), 0);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return;
    if (!add(&quantity, change)) {
        fail_at(ctx, "the bin would hold less than nothing, or more than can be counted", p->unit, party);
        return;
    }
    if (quantity == 0)
        wl_delete(ctx->txn, WL_TABLE_BIN_STOCK, wl_parts_key_view(&key));
    else
        wl_put_number(ctx->txn, WL_TABLE_BIN_STOCK, wl_parts_key_view(&key), quantity);
    change_stock(ctx, p->unit, location_id, &(struct wl_stock){.on_hand = change});
}

/* ---- the way of a unit ---- */

static struct wl_str vehicle_of(const struct wl_posting *p)
{
    if (p->to_kind == WL_ACCOUNT_VEHICLE)
        return p->to_party;
    return p->from_kind == WL_ACCOUNT_VEHICLE ? p->from_party : WL_NO_STR;
}

/* A vehicle that was never loaded gets its number here, so that its chain is whole if it is loaded later. */
static void join_vehicle(const struct wl_context *ctx, int64_t id, struct wl_move *move, struct wl_str vin)
{
    move->vehicle = move->previous_on_vehicle = WL_NONE;
    if (vin.size == 0)
        return;
    wl_vehicle_enroll(ctx->txn, vin);
    move->vehicle = wl_vehicle_number(ctx->txn, vin);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return;
    move->previous_on_vehicle = wl_vehicle_move(ctx->txn, move->vehicle);
    wl_vehicle_newest_put(ctx->txn, WL_TABLE_VEHICLE_MOVES, move->vehicle, id);
}

/* The newest move of a unit becomes `id`; what it was before. */
static int64_t move_unit(const struct wl_context *ctx, int64_t id, const struct wl_posting *p)
{
    const struct wl_parts_key key = WL_PARTS_KEY(p->unit, p->lot);
    bool is_piece = wl_lot_serial(p->lot).size != 0;
    struct wl_unit unit;
    int found = wl_unit_get(ctx->txn, ctx->arena, p->unit, p->lot, &unit);
    int64_t previous = found == 1 ? unit.newest : WL_CHAIN_END;

    if (found < 0)
        return WL_CHAIN_END;
    unit = (struct wl_unit){id, is_piece ? p->to_kind : WL_NONE, is_piece ? p->to_party : WL_NO_STR};
    wl_row_put_key(ctx->txn, WL_TABLE_UNITS, wl_parts_key_view(&key), &wl_unit_record, &unit);
    return previous;
}

static void append_move(const struct wl_context *ctx, const struct wl_posting *p)
{
    int64_t id = (int64_t)wl_counter(ctx->txn, WL_MOVES);
    struct wl_move move = {.seq = (int64_t)ctx->seq,
                           .day = ctx->day,
                           .part_id = p->unit,
                           .lot = p->lot,
                           .quantity = p->amount,
                           .from_kind = p->from_kind,
                           .to_kind = p->to_kind,
                           .from_party = p->from_party,
                           .to_party = p->to_party};

    move.previous = move_unit(ctx, id, p);
    join_vehicle(ctx, id, &move, vehicle_of(p));
    wl_row_put(ctx->txn, WL_TABLE_MOVES, (uint64_t)id, &wl_move_record, &move);
    wl_counter_set(ctx->txn, WL_MOVES, (uint64_t)id + 1);
}

void wl_stock_follow(const struct wl_context *ctx, struct wl_list postings)
{
    const struct wl_posting *p = postings.at;

    for (size_t i = 0; i < postings.count && wl_txn_status(ctx->txn) == WL_OK; i++, p++) {
        if (wl_account_kind_book(p->from_kind) != WL_STOCK)
            continue;
        append_move(ctx, p);
        if (is_bin(p->from_kind))
            change_bin(ctx, p->from_party, p, -p->amount);
        if (is_bin(p->to_kind))
            change_bin(ctx, p->to_party, p, p->amount);
    }
}
