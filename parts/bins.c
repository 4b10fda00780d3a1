#include "parts/bins.h"

#include "parts/fields.h"
#include "parts/keys.h"
#include "wledger/error.h"

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_count_outcome),
    WL_FIELD_QUANTITY(struct wl_count_outcome, 4, difference),
    WL_FIELD_INTS(struct wl_count_outcome, 5, filled, WL_FILLED_MAX),
};
const struct wl_record wl_count_outcome_record = {"stock-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                  sizeof(struct wl_count_outcome)};

/* What of a part lies in one bin, added up. */
struct bin_sum {
    const struct wl_context *ctx;
    int64_t quantity;
    struct wl_str last; /* lot that is no serial number */
};

static int add(void *context, const struct wl_bin_stock *bin)
{
    struct bin_sum *sum = context;

    if (__builtin_add_overflow(sum->quantity, bin->quantity, &sum->quantity))
        return wl_txn_fail(sum->ctx->txn, wl_fail(WL_E_DAMAGED, "a bin holds more than can be counted"));
    if (wl_lot_serial(bin->lot).size != 0)
        return WL_OK;
    sum->last = wl_arena_copy(sum->ctx->arena, bin->lot);
    return wl_arena_status(sum->ctx->arena) == WL_OK ? WL_OK
                                                     : wl_txn_fail(sum->ctx->txn, wl_arena_status(sum->ctx->arena));
}

int64_t wl_place_quantity(const struct wl_context *ctx, const struct wl_place *place, struct wl_str lot,
                          struct wl_str *last)
{
    const struct wl_str name[] = {place->location_id, place->part_id, place->bin_id, lot};
    struct bin_sum sum = {.ctx = ctx};
    int rc = wl_bin_stock_walk(ctx->txn, name, lot.size == 0 ? 3 : 4, add, &sum);

    if (last)
        *last = sum.last;
    return rc == WL_OK ? sum.quantity : rc;
}

static bool part_is_known(const struct wl_context *ctx, const struct wl_place *place, struct wl_outcome_head *head)
{
    struct wl_stock stock;

    if (wl_part_find(wl_reference(ctx), place->part_id))
        return true;
    switch (wl_stock_get(ctx->txn, place->part_id, place->location_id, &stock)) {
    case 1:
        return true;
    case 0:
        return wl_refuse(ctx, head, WL_REFUSED_PART_UNKNOWN, place->part_id);
    default:
        return false;
    }
}

bool wl_place_find(const struct wl_context *ctx, struct wl_str location_id, struct wl_str part_id, struct wl_str bin_id,
                   bool emptied, struct wl_outcome_head *head, struct wl_place *place)
{
    enum wl_location_kind kind = wl_location_kind(ctx, location_id);

    *place = (struct wl_place){
        .location_id = location_id, .part_id = part_id, .bin_id = bin_id, .kind = wl_location_account(kind)};
    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    if (kind == WL_LOCATION_NONE)
        return wl_refuse(ctx, head, WL_REFUSED_LOCATION_UNKNOWN, location_id);
    if (!part_is_known(ctx, place, head))
        return false;
    if ((!emptied || bin_id.size == 0 || wl_place_quantity(ctx, place, WL_NO_STR, NULL) <= 0) &&
        !wl_bin_choose(ctx, location_id, part_id, bin_id, head, &place->bin_id))
        return false;
    place->party = wl_party(ctx, location_id, place->bin_id);
    return wl_txn_status(ctx->txn) == WL_OK;
}
