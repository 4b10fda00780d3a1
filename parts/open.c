/* The command `stock-open`: what lay in the bins when the ledger began. */
#include "claims/keys.h"
#include "parts/bins.h"
#include "parts/fields.h"
#include "parts/keys.h"
#include "wledger/error.h"

static struct wl_parts_key opening_key(const struct wl_open_body *b, const struct wl_posting *p)
{
    struct wl_str location_id, bin_id;

    wl_party_split(p->to_party, &location_id, &bin_id);
    return WL_PARTS_KEY(location_id, bin_id, b->part_id, p->lot);
}

/* The same stock is opened once. Asked before the lot is judged, because a serial number that is opened twice is
 * known. */
static bool is_new(const struct wl_context *ctx, const struct wl_open_body *b, const struct wl_place *place,
                   struct wl_outcome_head *head)
{
    struct wl_str lot = b->serial.size ? wl_serial_lot(ctx->arena, b->serial)
                        : b->lot.size  ? b->lot
                                       : WL_STR(WL_OPENING_LOT);
    const struct wl_parts_key key = opening_key(b, &(struct wl_posting){.to_party = place->party, .lot = lot});
    struct wl_str value;
    int found = key.size == 0 ? 0 : wl_get(ctx->txn, WL_TABLE_OPENINGS, wl_parts_key_view(&key), &value);

    if (found == 1)
        return wl_refuse(ctx, head, WL_REFUSED_ALREADY_OPENED, b->part_id);
    return found == 0;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_open_body *b = body;
    struct wl_count_outcome *out = outcome;
    struct wl_postings postings;
    struct wl_place place;
    struct wl_str lot;

    if (wl_place_find(ctx, b->location_id, b->part_id, b->bin_id, false, &out->head, &place) &&
        is_new(ctx, b, &place, &out->head) &&
        wl_lot_choose(ctx, b->part_id, b->lot, b->serial, b->quantity, WL_STR(WL_OPENING_LOT), &out->head, &lot) &&
        wl_stock_fits(ctx, b->part_id, b->location_id, b->quantity, &out->head) &&
        wl_back_orders_fill_with(ctx, b->part_id, b->location_id, b->quantity, &out->filled) &&
        wl_postings_init(ctx, &postings, 1)) {
        wl_postings_add(ctx, &postings, WL_ACCOUNT_COUNT_ADJUSTMENT, b->location_id, place.kind, place.party,
                        b->part_id, lot, b->quantity);
        out->head.postings = wl_postings_list(&postings);
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_open_body *b = body;
    const struct wl_count_outcome *out = outcome;
    struct wl_parts_key key;
    char entry[8];

    if (!wl_outcome_check(ctx, out->head.postings.count == 1))
        return;
    key = opening_key(b, out->head.postings.at);
    wl_set_u64(entry, ctx->seq);
    wl_put(ctx->txn, WL_TABLE_OPENINGS, wl_parts_key_view(&key), (struct wl_str){entry, sizeof entry});
    wl_stock_follow(ctx, out->head.postings);
    wl_back_orders_apply(ctx, b->location_id, out->filled);
}

/* What was opened by mistake can be opened again. */
static void undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body, const void *outcome)
{
    const struct wl_count_outcome *out = outcome;
    struct wl_parts_key key;

    (void)entry;
    if (!wl_outcome_check(ctx, out->head.postings.count == 1))
        return;
    key = opening_key(body, out->head.postings.at);
    wl_delete(ctx->txn, WL_TABLE_OPENINGS, wl_parts_key_view(&key));
}

#define BODY struct wl_open_body

static const struct wl_field body_fields[] = {
    WL_FIELD_TEXT(BODY, 1, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 3, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(BODY, 4, bin_id, WL_BIN_MAX),
    WL_FIELD_TEXT(BODY, 5, serial, WL_SERIAL_MAX),
    WL_FIELD_QUANTITY(BODY, 6, quantity),
};
static const struct wl_record body_record = {"stock-open", body_fields, WL_COUNT(body_fields), sizeof(BODY)};

const struct wl_command wl_open_command = {
    .name = "stock-open",
    .tag = 31,
    .body = &body_record,
    .outcome = &wl_count_outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_open_undo = {.command = &wl_open_command, .apply = undo};
