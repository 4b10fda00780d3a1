/* The command `stock-move`: from bin to bin of one location. */
#include "claims/keys.h"
#include "parts/bins.h"
#include "parts/fields.h"
#include "wledger/error.h"

static bool post(const struct wl_context *ctx, const struct wl_picks *picks, const struct wl_place *from,
                 const struct wl_place *to, struct wl_outcome_head *head)
{
    struct wl_postings postings;

    if (!wl_postings_init(ctx, &postings, picks->count))
        return false;
    for (size_t i = 0; i < picks->count; i++)
        wl_postings_add(ctx, &postings, from->kind, from->party, to->kind, to->party, from->part_id, picks->at[i].lot,
                        picks->at[i].quantity);
    head->postings = wl_postings_list(&postings);
    return true;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_stock_move_body *b = body;
    struct wl_outcome_head *head = &((struct wl_count_outcome *)outcome)->head;
    struct wl_picks picks = {NULL, 0, 0};
    struct wl_place from, to;

    if (!wl_place_find(ctx, b->location_id, b->part_id, b->from_bin, true, head, &from) ||
        !wl_place_find(ctx, b->location_id, b->part_id, b->to_bin, false, head, &to))
        return wl_txn_status(ctx->txn);
    if (wl_str_equal(from.bin_id, to.bin_id))
        wl_refuse(ctx, head, WL_REFUSED_SAME_LOCATION, to.party);
    else if (wl_pick(ctx, &picks, b->part_id, b->location_id, from.bin_id, b->lot, b->quantity, false, head, NULL))
        post(ctx, &picks, &from, &to, head);
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)body;
    wl_stock_follow(ctx, ((const struct wl_count_outcome *)outcome)->head.postings);
}

#define BODY struct wl_stock_move_body

static const struct wl_field body_fields[] = {
    WL_FIELD_TEXT(BODY, 1, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 3, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(BODY, 4, from_bin, WL_BIN_MAX),
    WL_FIELD_TEXT(BODY, 5, to_bin, WL_BIN_MAX),
    WL_FIELD_QUANTITY(BODY, 6, quantity),
};
static const struct wl_record body_record = {"stock-move", body_fields, WL_COUNT(body_fields), sizeof(BODY)};

const struct wl_command wl_stock_move_command = {
    .name = "stock-move",
    .tag = 32,
    .body = &body_record,
    .outcome = &wl_count_outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_stock_move_undo = {.command = &wl_stock_move_command};
