/* The command `stock-count`: what was counted in a bin, against what the ledger has there. */
#include "claims/keys.h"
#include "parts/bins.h"
#include "parts/fields.h"
#include "wledger/error.h"

/* One count while it is judged. */
struct counting {
    const struct wl_count_body *body;
    struct wl_place place;
    int64_t difference;
    struct wl_str last; /* lot in the bin */
};

static bool quantity_is_good(const struct wl_context *ctx, const struct wl_count_body *b, struct wl_outcome_head *head)
{
    bool one_piece = wl_lot_serial(b->lot).size != 0;

    if (b->counted == 0)
        return true;
    if (one_piece && b->counted != WL_PIECE)
        return wl_refuse(ctx, head, WL_REFUSED_QUANTITY_INVALID, b->part_id);
    return wl_quantity_check(ctx, b->part_id, b->counted, head);
}

/* Of pieces with serial numbers somebody must say which was lost or found. */
static bool pieces_are_named(const struct wl_context *ctx, const struct counting *c, struct wl_outcome_head *head)
{
    bool by_piece = wl_tracking_of(wl_reference(ctx), c->body->part_id) == WL_TRACKING_SERIAL;

    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    return !by_piece || c->body->lot.size != 0 || wl_refuse(ctx, head, WL_REFUSED_SERIAL_MISSING, c->body->part_id);
}

/* The difference, where the count may be taken as it is. */
static bool compare(const struct wl_context *ctx, struct counting *c, struct wl_outcome_head *head)
{
    const struct wl_count_body *b = c->body;
    int64_t there = wl_place_quantity(ctx, &c->place, b->lot, &c->last);

    if (there < 0)
        return false;
    if (b->sheet != WL_NONE && b->sheet != there)
        return wl_refuse(ctx, head, WL_REFUSED_COUNT_STALE, b->part_id);
    c->difference = b->counted - there;
    if (c->difference == 0)
        return true;
    if (b->reason.size == 0)
        return wl_refuse(ctx, head, WL_REFUSED_REASON_MISSING, WL_NO_STR);
    return pieces_are_named(ctx, c, head);
}

/* A piece that is in another place of the ledger did not come from nowhere. */
static bool is_elsewhere(const struct wl_context *ctx, const struct wl_count_body *b, struct wl_outcome_head *head)
{
    struct wl_unit unit;
    int found = wl_lot_serial(b->lot).size ? wl_serial_find(ctx, b->part_id, b->lot, &unit) : 0;

    if (found == 1)
        wl_refuse(ctx, head, WL_REFUSED_SERIAL_ELSEWHERE, wl_lot_serial(b->lot));
    return found < 0 || head->refusal != WL_NONE;
}

static bool more(const struct wl_context *ctx, const struct counting *c, struct wl_count_outcome *out)
{
    const struct wl_count_body *b = c->body;
    struct wl_str lot = b->lot.size ? b->lot : c->last;
    struct wl_postings postings;

    if (is_elsewhere(ctx, b, &out->head) ||
        !wl_lot_choose(ctx, b->part_id, lot, WL_NO_STR, c->difference, wl_lot_of_entry(ctx), &out->head, &lot) ||
        !wl_stock_fits(ctx, b->part_id, b->location_id, c->difference, &out->head) ||
        !wl_back_orders_fill_with(ctx, b->part_id, b->location_id, c->difference, &out->filled) ||
        !wl_postings_init(ctx, &postings, 1))
        return false;
    wl_postings_add(ctx, &postings, WL_ACCOUNT_COUNT_ADJUSTMENT, b->location_id, c->place.kind, c->place.party,
                    b->part_id, lot, c->difference);
    out->head.postings = wl_postings_list(&postings);
    return true;
}

static bool less(const struct wl_context *ctx, const struct counting *c, struct wl_count_outcome *out)
{
    const struct wl_count_body *b = c->body;
    struct wl_picks picks = {NULL, 0, 0};
    struct wl_postings postings;

    if (!wl_pick(ctx, &picks, b->part_id, b->location_id, c->place.bin_id, b->lot, -c->difference, true, &out->head,
                 NULL) ||
        !wl_postings_init(ctx, &postings, picks.count))
        return false;
    for (size_t i = 0; i < picks.count; i++)
        wl_postings_add(ctx, &postings, c->place.kind, c->place.party, WL_ACCOUNT_COUNT_ADJUSTMENT, b->location_id,
                        b->part_id, picks.at[i].lot, picks.at[i].quantity);
    out->head.postings = wl_postings_list(&postings);
    return true;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct counting c = {.body = body};
    struct wl_count_outcome *out = outcome;

    if (!wl_place_find(ctx, c.body->location_id, c.body->part_id, c.body->bin_id, true, &out->head, &c.place) ||
        !quantity_is_good(ctx, c.body, &out->head) || !compare(ctx, &c, &out->head))
        return wl_txn_status(ctx->txn);
    if (c.difference == 0 || (c.difference > 0 ? more : less)(ctx, &c, out))
        out->difference = c.difference;
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_count_body *b = body;
    const struct wl_count_outcome *out = outcome;

    wl_stock_follow(ctx, out->head.postings);
    wl_back_orders_apply(ctx, b->location_id, out->filled);
}

#define BODY struct wl_count_body

static const struct wl_field body_fields[] = {
    WL_FIELD_TEXT(BODY, 1, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 3, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(BODY, 4, bin_id, WL_BIN_MAX),
    WL_FIELD_QUANTITY(BODY, 5, counted),
    WL_FIELD_QUANTITY(BODY, 6, sheet),
    WL_FIELD_TEXT(BODY, 7, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"stock-count", body_fields, WL_COUNT(body_fields), sizeof(BODY)};

const struct wl_command wl_count_command = {
    .name = "stock-count",
    .tag = 33,
    .body = &body_record,
    .outcome = &wl_count_outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_count_undo = {.command = &wl_count_command};
