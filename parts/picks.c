/* What a command takes out of bins. */
#include "parts/stock.h"

#include "parts/keys.h"
#include "wledger/error.h"
#include <string.h>

enum { FIRST_PICKS = 4 /* room for these; then twice as many, and so on */ };

/* One call of wl_pick. */
struct picking {
    const struct wl_context *ctx;
    struct wl_picks *picks;
    struct wl_str bin_id, lot; /* that all must be of; empty: any */
    int64_t left;
    bool free_only, too_many;
};

static int64_t taken_from(const struct wl_picks *picks, const struct wl_bin_stock *bin)
{
    int64_t taken = 0;

    for (size_t i = 0; i < picks->count; i++) {
        const struct wl_pick *p = &picks->at[i];

        if (wl_str_equal(p->lot, bin->lot) && wl_str_equal(p->bin_id, bin->bin_id) &&
            wl_str_equal(p->part_id, bin->part_id) && wl_str_equal(p->location_id, bin->location_id))
            taken += p->quantity;
    }
    return taken;
}

static bool make_room(struct picking *p)
{
    struct wl_picks *picks = p->picks;
    size_t room = picks->room ? picks->room * 2 : FIRST_PICKS;
    struct wl_pick *at;

    if (picks->count < picks->room)
        return true;
    if (!(at = wl_arena_alloc(p->ctx->arena, room * sizeof *at)))
        return false;
    if (picks->count != 0)
        memcpy(at, picks->at, picks->count * sizeof *at);
    picks->at = at;
    picks->room = room;
    return true;
}

/* Takes what is there and still needed. 1: there is enough. */
static int take(void *context, const struct wl_bin_stock *bin)
{
    struct picking *p = context;
    struct wl_arena *arena = p->ctx->arena;
    int64_t quantity = bin->quantity - taken_from(p->picks, bin);

    if ((p->bin_id.size && !wl_str_equal(p->bin_id, bin->bin_id)) || (p->lot.size && !wl_str_equal(p->lot, bin->lot)))
        return WL_OK;
    if (quantity <= 0 || (quantity > p->left && wl_lot_serial(bin->lot).size))
        return WL_OK;
    if (p->picks->count == WL_PICKS_MAX) {
        p->too_many = true;
        return 1;
    }
    if (!make_room(p))
        return wl_txn_fail(p->ctx->txn, wl_arena_status(arena));
    quantity = quantity < p->left ? quantity : p->left;
    p->picks->at[p->picks->count++] = (struct wl_pick){
        .part_id = wl_arena_copy(arena, bin->part_id),
        .location_id = wl_arena_copy(arena, bin->location_id),
        .bin_id = wl_arena_copy(arena, bin->bin_id),
        .lot = wl_arena_copy(arena, bin->lot),
        .quantity = quantity,
        .was_free = p->free_only,
    };
    if (wl_arena_status(arena) != WL_OK)
        return wl_txn_fail(p->ctx->txn, wl_arena_status(arena));
    p->left -= quantity;
    return p->left == 0;
}

/* Walks the rows that may be taken. Where a piece is, its unit says. */
static int walk(struct picking *p, struct wl_str part_id, struct wl_str location_id)
{
    struct wl_str name[] = {location_id, part_id, p->bin_id, p->lot};
    struct wl_unit unit;

    if (p->bin_id.size == 0 && wl_lot_serial(p->lot).size != 0 &&
        wl_unit_get(p->ctx->txn, p->ctx->arena, part_id, p->lot, &unit) == 1)
        wl_party_split(unit.party, &name[0], &name[2]);
    if (!wl_str_equal(name[0], location_id))
        return WL_OK;
    return wl_bin_stock_walk(p->ctx->txn, name, name[2].size == 0 ? 2 : p->lot.size == 0 ? 3 : 4, take, p);
}

/* What is free at a location for this command. */
static int64_t free_for(const struct wl_context *ctx, const struct wl_picks *picks, struct wl_str part_id,
                        struct wl_str location_id)
{
    struct wl_stock stock;
    int64_t free;

    wl_stock_get(ctx->txn, part_id, location_id, &stock);
    free = stock.on_hand - stock.reserved;
    for (size_t i = 0; i < picks->count; i++)
        if (picks->at[i].was_free && wl_str_equal(picks->at[i].part_id, part_id) &&
            wl_str_equal(picks->at[i].location_id, location_id))
            free -= picks->at[i].quantity;
    return free;
}

/* Whether a piece lies in the bin named, or any of the location. */
static bool is_in(const struct wl_unit *unit, struct wl_str location_id, struct wl_str bin_id)
{
    struct wl_str location, bin;

    wl_party_split(unit->party, &location, &bin);
    return wl_str_equal(location, location_id) && (bin_id.size == 0 || wl_str_equal(bin, bin_id)) &&
           (unit->kind == WL_ACCOUNT_WAREHOUSE || unit->kind == WL_ACCOUNT_DEALER);
}

/* There is less than was asked for. */
static bool is_short(const struct picking *p, struct wl_str part_id, struct wl_str location_id,
                     struct wl_outcome_head *head)
{
    struct wl_unit unit;
    int found = wl_lot_serial(p->lot).size ? wl_serial_find(p->ctx, part_id, p->lot, &unit) : 0;

    if (found < 0)
        return false;
    if (p->too_many)
        return wl_refuse(p->ctx, head, WL_REFUSED_QUANTITY_TOO_LARGE, part_id);
    if (found == 1 && !is_in(&unit, location_id, p->bin_id))
        return wl_refuse(p->ctx, head, WL_REFUSED_SERIAL_ELSEWHERE, wl_lot_serial(p->lot));
    return wl_refuse(p->ctx, head, WL_REFUSED_STOCK_SHORT, part_id);
}

bool wl_pick(const struct wl_context *ctx, struct wl_picks *picks, struct wl_str part_id, struct wl_str location_id,
             struct wl_str bin_id, struct wl_str lot, int64_t quantity, bool free_only, struct wl_outcome_head *head,
             size_t *first)
{
    struct picking p = {
        .ctx = ctx, .picks = picks, .bin_id = bin_id, .lot = lot, .left = quantity, .free_only = free_only};
    int64_t free;

    if (!wl_quantity_check(ctx, part_id, quantity, head))
        return false;
    if (first)
        *first = picks->count;
    free = free_for(ctx, picks, part_id, location_id);
    if (location_id.size && wl_txn_status(ctx->txn) == WL_OK)
        walk(&p, part_id, location_id);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    if (p.left > 0)
        return is_short(&p, part_id, location_id, head);
    if (free_only && free < quantity)
        return wl_refuse(ctx, head, WL_REFUSED_STOCK_RESERVED, part_id);
    return true;
}
