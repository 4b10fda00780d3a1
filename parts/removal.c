/* Parts as they come off a vehicle, and where they go: what the commands decide that make tags. */
#include "parts/tags.h"

#include "claims/keys.h"
#include "wledger/error.h"

/* A claim that is rejected, or sent back, and owes nothing was never more than that. */
bool wl_gate_returns(const struct wl_context *ctx, struct wl_str dealer_id, struct wl_str claim_no,
                     struct wl_outcome_head *head, int64_t *id, struct wl_claim *claim)
{
    if (!wl_gate_claim(ctx, dealer_id, claim_no, WL_CLAIM_STEP_RETURNS, head, id, claim))
        return false;
    return (claim->state != WL_CLAIM_REJECTED && claim->state != WL_CLAIM_INFO_REQUESTED) ||
           claim->obligation_count > 0 || wl_refuse(ctx, head, WL_REFUSED_CLAIM_REJECTED, WL_NO_STR);
}

bool wl_obligation_of_line(const struct wl_context *ctx, const struct wl_claim *claim, int64_t line,
                           struct wl_outcome_head *head, int64_t *id, struct wl_obligation *obligation)
{
    for (int64_t i = 0; i < claim->obligation_count; i++) {
        *id = claim->first_obligation + i;
        if (!wl_obligation_row(ctx, *id, obligation))
            return false;
        if (obligation->line == line - 1)
            return true;
    }
    return wl_refuse(ctx, head, WL_REFUSED_OBLIGATION_UNKNOWN, WL_NO_STR);
}

/* ---- centres ---- */

/* Of the warehouses that take returns, in the order of their ids: the first in the dealer's region, else the first. */
static struct wl_str nearest_centre(const struct wl_context *ctx, struct wl_str dealer_id)
{
    struct wl_reference *reference = wl_reference(ctx);
    const struct wl_dealer *dealer = wl_dealer_find(reference, dealer_id);
    struct wl_warehouses all = wl_warehouses(reference);
    struct wl_str any = WL_STR("centre");
    bool found = false;

    for (size_t i = 0; i < all.count; i++) {
        if (all.at[i].returns != WL_YES)
            continue;
        if (dealer && wl_str_equal(all.at[i].region, dealer->region))
            return all.at[i].warehouse_id;
        any = found ? any : all.at[i].warehouse_id;
        found = true;
    }
    return any;
}

bool wl_centre_choose(const struct wl_context *ctx, struct wl_str dealer_id, struct wl_str named,
                      struct wl_outcome_head *head, struct wl_str *centre_id)
{
    struct wl_str chosen = named.size ? named : nearest_centre(ctx, dealer_id);
    const struct wl_warehouse *warehouse = named.size ? wl_warehouse_find(wl_reference(ctx), named) : NULL;

    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    if (named.size && !(warehouse && warehouse->returns == WL_YES))
        return wl_refuse(ctx, head, WL_REFUSED_CENTRE_UNKNOWN, named);
    *centre_id = wl_arena_copy(ctx->arena, chosen);
    if (centre_id->size == 0)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return wl_txn_status(ctx->txn) == WL_OK;
}

/* ---- lots ---- */

/* What the tags of this removal took of a lot. */
static int64_t taken(const struct wl_removal *r, struct wl_str part_id, struct wl_str lot)
{
    int64_t sum = 0;

    for (size_t i = 0; i < r->count; i++)
        if (wl_str_equal(r->at[i].part_id, part_id) && wl_str_equal(r->at[i].lot, lot))
            sum += r->at[i].quantity;
    return sum;
}

/* A fitting that was reversed is none. */
static bool is_fit(const struct wl_context *ctx, const struct wl_move *move, const struct wl_removal *r,
                   struct wl_str part_id)
{
    return move->from_kind == WL_ACCOUNT_DEALER && move->to_kind == WL_ACCOUNT_VEHICLE && move->day < r->before &&
           wl_str_equal(move->part_id, part_id) && wl_reversed_by(ctx->txn, (uint64_t)move->seq) == WL_NONE;
}

static void take(struct wl_removal *r, int64_t obligation, struct wl_str part_id, struct wl_str lot, int64_t quantity)
{
    r->at[r->count++] = (struct wl_new_tag){obligation, part_id, lot, WL_STR(WL_MAIN_BIN), quantity};
}

/* Takes pieces from the lot of a fit while enough of it is still on the vehicle, of a serial number the one piece that
 * it is. How many were taken. */
static size_t take_lot(const struct wl_context *ctx, struct wl_removal *r, const struct wl_new_tag *piece,
                       struct wl_str fitted, size_t pieces)
{
    wl_i128 left = wl_balance(ctx->txn, WL_ACCOUNT_VEHICLE, r->vin, piece->part_id, fitted);
    struct wl_str lot;
    size_t count = 0;

    left -= taken(r, piece->part_id, fitted);
    if (left < piece->quantity || (wl_lot_serial(fitted).size != 0 && piece->quantity != WL_PIECE))
        return 0;
    lot = wl_arena_copy(ctx->arena, fitted);
    for (; count < pieces && left >= piece->quantity; count++, left -= piece->quantity)
        take(r, piece->obligation, piece->part_id, lot, piece->quantity);
    return count;
}

/* A move as a view, valid until the next write: a vehicle's chain may be long. */
static bool move_view(const struct wl_context *ctx, int64_t id, struct wl_move *move)
{
    struct wl_str value;
    int rc = wl_get_n(ctx->txn, WL_TABLE_MOVES, (uint64_t)id, &value);

    if (rc == 0)
        rc = wl_fail(WL_E_DAMAGED, "move %lld of a vehicle is missing", (long long)id);
    else if (rc == 1)
        rc = wl_record_decode(&wl_move_record, value, move, NULL);
    if (rc != WL_OK)
        wl_txn_fail(ctx->txn, rc);
    return rc == WL_OK && wl_move_check(ctx->txn, id, move) == 1;
}

/* ---- removals ---- */

bool wl_removal_init(const struct wl_context *ctx, struct wl_removal *r, size_t most)
{
    r->at = wl_arena_alloc(ctx->arena, most * sizeof *r->at);
    r->count = 0;
    r->most = most;
    if (!r->at)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return r->at != NULL;
}

size_t wl_removal_pieces(int64_t quantity, bool together)
{
    bool apart = !together && quantity % WL_PIECE == 0 && quantity / WL_PIECE <= WL_TAGS_AT_ONCE_MAX;

    return apart ? (size_t)(quantity / WL_PIECE) : 1;
}

bool wl_removal_add(const struct wl_context *ctx, struct wl_removal *r, int64_t obligation, struct wl_str part_id,
                    int64_t quantity, bool together)
{
    size_t pieces = wl_removal_pieces(quantity, together), count = 0;
    const struct wl_new_tag piece = {
        .obligation = obligation, .part_id = part_id, .quantity = quantity / (int64_t)pieces};
    int64_t vehicle = wl_vehicle_number(ctx->txn, r->vin);
    int64_t id = vehicle == WL_NONE ? WL_CHAIN_END : wl_vehicle_move(ctx->txn, vehicle);
    struct wl_move move;

    if (pieces > r->most - r->count) {
        wl_txn_fail(ctx->txn, wl_fail(WL_E_FULL, "a removal has no room for %zu tags more", pieces));
        return false;
    }
    for (; count < pieces && id >= 0 && wl_txn_status(ctx->txn) == WL_OK; id = move.previous_on_vehicle) {
        if (!move_view(ctx, id, &move))
            return false;
        if (is_fit(ctx, &move, r, part_id))
            count += take_lot(ctx, r, &piece, move.lot, pieces - count);
    }
    for (; count < pieces; count++)
        take(r, obligation, part_id, WL_NO_STR, piece.quantity);
    if (wl_arena_status(ctx->arena) != WL_OK)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return wl_txn_status(ctx->txn) == WL_OK;
}

bool wl_removal_serial(const struct wl_context *ctx, struct wl_removal *r, struct wl_str serial,
                       struct wl_outcome_head *head)
{
    struct wl_new_tag *tag = r->at;
    struct wl_unit unit;
    int found;

    if (serial.size == 0)
        return true;
    if (serial.size > WL_SERIAL_MAX || !wl_is_identifier(serial)) {
        wl_txn_fail(ctx->txn, wl_fail(WL_E_USAGE, "a serial number is too long or holds control characters"));
        return false;
    }
    if (!wl_serial_is_named(ctx, serial))
        return false;
    if (r->count != 1 || tag->quantity != WL_PIECE)
        return wl_refuse(ctx, head, WL_REFUSED_QUANTITY_INVALID, serial);
    if (wl_tracking_of(wl_reference(ctx), tag->part_id) != WL_TRACKING_SERIAL)
        return wl_txn_status(ctx->txn) == WL_OK && wl_refuse(ctx, head, WL_REFUSED_NOT_SERIALISED, tag->part_id);
    tag->lot = wl_serial_lot(ctx->arena, serial);
    if (tag->lot.size == 0) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return false;
    }
    found = wl_unit_get(ctx->txn, ctx->arena, tag->part_id, tag->lot, &unit);
    if (found == 1 && unit.kind == WL_ACCOUNT_VEHICLE && !wl_str_equal(unit.party, r->vin))
        found = wl_serial_find(ctx, tag->part_id, tag->lot, &unit);
    if (found == 1 && !(unit.kind == WL_ACCOUNT_VEHICLE && wl_str_equal(unit.party, r->vin)))
        return wl_refuse(ctx, head, WL_REFUSED_SERIAL_ELSEWHERE, serial);
    return found >= 0;
}

void wl_removal_post(const struct wl_context *ctx, const struct wl_removal *r, struct wl_postings *postings)
{
    struct wl_str dealer = wl_party(ctx, r->dealer_id, WL_STR(WL_MAIN_BIN));

    for (size_t i = 0; i < r->count; i++)
        wl_postings_add(ctx, postings, WL_ACCOUNT_VEHICLE, r->vin, WL_ACCOUNT_DEALER_DEFECTIVE, dealer,
                        r->at[i].part_id, r->at[i].lot, r->at[i].quantity);
}
