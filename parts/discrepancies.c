/* Discrepancies as the store holds them, and what each kind allows. */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "wledger/error.h"

#include <inttypes.h>

const char *const wl_discrepancy_kinds[] = {"short", "damaged", "over", "wrong-part", "return-missing", NULL};
_Static_assert(WL_COUNT(wl_discrepancy_kinds) == WL_DISCREPANCY_KIND_COUNT + 1, "each kind has its name");

const char *const wl_resolutions[] = {"accept", "return", "scrap", "write-off", NULL};
_Static_assert(WL_COUNT(wl_resolutions) == WL_RESOLUTION_COUNT + 1, "each resolution has its name");

const char *const *wl_discrepancy_kind_names(void)
{
    return wl_discrepancy_kinds;
}

const char *const *wl_resolution_names(void)
{
    return wl_resolutions;
}

/* What did not come cannot be scrapped, what came without being shipped cannot be lost. */
static const bool legal[WL_DISCREPANCY_KIND_COUNT][WL_RESOLUTION_COUNT] = {
    [WL_DISCREPANCY_SHORT] = {[WL_RESOLVE_ACCEPT] = true, [WL_RESOLVE_RETURN] = true, [WL_RESOLVE_WRITE_OFF] = true},
    [WL_DISCREPANCY_DAMAGED] = {[WL_RESOLVE_ACCEPT] = true, [WL_RESOLVE_SCRAP] = true, [WL_RESOLVE_WRITE_OFF] = true},
    [WL_DISCREPANCY_OVER] = {[WL_RESOLVE_ACCEPT] = true, [WL_RESOLVE_RETURN] = true, [WL_RESOLVE_SCRAP] = true},
    [WL_DISCREPANCY_WRONG_PART] = {[WL_RESOLVE_ACCEPT] = true, [WL_RESOLVE_RETURN] = true, [WL_RESOLVE_SCRAP] = true},
    [WL_DISCREPANCY_RETURN_MISSING] = {[WL_RESOLVE_ACCEPT] = true, [WL_RESOLVE_WRITE_OFF] = true},
};

bool wl_resolution_is_legal(int64_t kind, int64_t resolution)
{
    return kind >= 0 && kind < WL_DISCREPANCY_KIND_COUNT && resolution >= 0 && resolution < WL_RESOLUTION_COUNT &&
           legal[kind][resolution];
}

static const struct wl_field row_fields[] = {
    WL_FIELD_CHOICE(struct wl_discrepancy, 1, kind, wl_discrepancy_kinds),
    WL_FIELD_NUMBER(struct wl_discrepancy, 2, dispatch),
    WL_FIELD_NUMBER(struct wl_discrepancy, 3, line),
    WL_FIELD_NUMBER(struct wl_discrepancy, 4, tag),
    WL_FIELD_TEXT(struct wl_discrepancy, 5, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_discrepancy, 6, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(struct wl_discrepancy, 7, from_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_discrepancy, 8, to_id, WL_IDENTIFIER_MAX),
    WL_FIELD_QUANTITY(struct wl_discrepancy, 9, quantity),
    WL_FIELD_CHOICE(struct wl_discrepancy, 10, resolution, wl_resolutions),
    WL_FIELD_NUMBER(struct wl_discrepancy, 11, seq),
    WL_FIELD_NUMBER(struct wl_discrepancy, 12, resolved_seq),
};
const struct wl_record wl_discrepancy_record = {"discrepancy", row_fields, WL_COUNT(row_fields),
                                                sizeof(struct wl_discrepancy)};

uint64_t wl_discrepancy_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_DISCREPANCIES);
}

int wl_discrepancy_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_discrepancy *row)
{
    int rc = wl_row_get(txn, arena, WL_TABLE_DISCREPANCIES, number, &wl_discrepancy_record, row);

    if (rc == 1 && (row->kind == WL_NONE || row->quantity < 1))
        rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the row of discrepancy %" PRIu64 " is not one", number));
    return rc;
}

bool wl_discrepancy_is_open(const struct wl_discrepancy *row)
{
    return row->resolved_seq == WL_NONE;
}

bool wl_discrepancy_row(const struct wl_context *ctx, int64_t number, struct wl_discrepancy *row)
{
    int found = number < 1 ? 0 : wl_discrepancy_get(ctx->txn, ctx->arena, (uint64_t)number, row);

    if (found == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "discrepancy %" PRId64 " is named but has no row", number));
    return found == 1;
}

void wl_discrepancy_put(const struct wl_context *ctx, int64_t number, const struct wl_discrepancy *row)
{
    wl_row_put(ctx->txn, WL_TABLE_DISCREPANCIES, (uint64_t)number, &wl_discrepancy_record, row);
}

int64_t wl_discrepancy_next(const struct wl_context *ctx)
{
    return (int64_t)wl_discrepancy_count(ctx->txn) + 1;
}

void wl_discrepancy_add(const struct wl_context *ctx, const struct wl_discrepancy *row)
{
    int64_t number = wl_discrepancy_next(ctx);

    wl_discrepancy_put(ctx, number, row);
    wl_counter_set(ctx->txn, WL_DISCREPANCIES, (uint64_t)number);
}
