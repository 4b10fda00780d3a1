/* The command `deliver`: parts come from a supplier. */
#include "claims/keys.h"
#include "parts/fields.h"
#include "parts/stock.h"

#include "wledger/error.h"

/* Whether a serial number stands before place n already. */
static bool is_named_before(const struct wl_serial *serials, size_t n)
{
    size_t i = 0;

    while (i < n && !wl_str_equal(serials[i].serial, serials[n].serial))
        i++;
    return i < n;
}

/* As many serial numbers as pieces. */
static bool serials_cover(const struct wl_context *ctx, const struct wl_deliver_body *b, struct wl_outcome_head *head)
{
    const struct wl_serial *serials = b->serials.at;
    int64_t pieces = (int64_t)b->serials.count * WL_PIECE;

    if (!wl_quantity_check(ctx, b->part_id, b->quantity, head))
        return false;
    if (pieces != b->quantity)
        return wl_refuse(ctx, head, pieces < b->quantity ? WL_REFUSED_SERIAL_MISSING : WL_REFUSED_QUANTITY_INVALID,
                         b->part_id);
    for (size_t i = 1; i < b->serials.count; i++)
        if (is_named_before(serials, i))
            return wl_refuse(ctx, head, WL_REFUSED_NAMED_TWICE, serials[i].serial);
    return true;
}

/* What comes, and where it goes. */
struct delivery {
    const struct wl_deliver_body *body;
    struct wl_str supplier_id, bin_id, lot;
    struct wl_postings postings;
};

static void post(const struct wl_context *ctx, struct delivery *d, struct wl_str lot, int64_t quantity)
{
    wl_postings_add(ctx, &d->postings, WL_ACCOUNT_SUPPLIER, d->supplier_id, WL_ACCOUNT_WAREHOUSE,
                    wl_party(ctx, d->body->location_id, d->bin_id), d->body->part_id, lot, quantity);
}

static bool take_serials(const struct wl_context *ctx, struct delivery *d, struct wl_outcome_head *head)
{
    const struct wl_serial *serials = d->body->serials.at;
    struct wl_str lot;

    if (!serials_cover(ctx, d->body, head) || !wl_postings_init(ctx, &d->postings, d->body->serials.count))
        return false;
    for (size_t i = 0; i < d->body->serials.count; i++) {
        if (!wl_lot_choose(ctx, d->body->part_id, WL_NO_STR, serials[i].serial, WL_PIECE, WL_NO_STR, head, &lot))
            return false;
        post(ctx, d, lot, WL_PIECE);
    }
    return true;
}

static bool take_lot(const struct wl_context *ctx, struct delivery *d, struct wl_outcome_head *head)
{
    const struct wl_serial *serials = d->body->serials.at;

    if (!wl_lot_choose(ctx, d->body->part_id, d->body->lot, d->body->serials.count ? serials[0].serial : WL_NO_STR,
                       d->body->quantity, wl_lot_of_entry(ctx), head, &d->lot) ||
        !wl_postings_init(ctx, &d->postings, 1))
        return false;
    post(ctx, d, d->lot, d->body->quantity);
    return true;
}

/* The supplier named, or the part's. */
static bool choose_supplier(const struct wl_context *ctx, const struct wl_deliver_body *b, struct wl_outcome_head *head,
                            struct wl_str *supplier_id)
{
    struct wl_reference *reference = wl_reference(ctx);
    const struct wl_part *part = wl_part_find(reference, b->part_id);

    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    if (!part)
        return wl_refuse(ctx, head, WL_REFUSED_PART_UNKNOWN, b->part_id);
    *supplier_id = b->supplier_id.size ? b->supplier_id : wl_arena_copy(ctx->arena, part->supplier_id);
    if (!wl_supplier_find(reference, *supplier_id))
        return wl_txn_status(ctx->txn) == WL_OK && wl_refuse(ctx, head, WL_REFUSED_SUPPLIER_UNKNOWN, *supplier_id);
    return true;
}

static bool take(const struct wl_context *ctx, struct delivery *d, struct wl_outcome_head *head)
{
    const struct wl_deliver_body *b = d->body;
    bool by_serial = wl_tracking_of(wl_reference(ctx), b->part_id) == WL_TRACKING_SERIAL;

    return choose_supplier(ctx, b, head, &d->supplier_id) &&
           wl_bin_choose(ctx, b->location_id, b->part_id, b->bin_id, head, &d->bin_id) &&
           (by_serial ? take_serials : take_lot)(ctx, d, head) &&
           wl_stock_fits(ctx, b->part_id, b->location_id, b->quantity, head);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_deliver_body *b = body;
    struct wl_deliver_outcome *out = outcome;
    struct delivery d = {.body = b};

    if (wl_location_kind(ctx, b->location_id) != WL_LOCATION_WAREHOUSE)
        wl_refuse(ctx, &out->head, WL_REFUSED_WAREHOUSE_UNKNOWN, b->location_id);
    else if (take(ctx, &d, &out->head) &&
             wl_back_orders_fill_with(ctx, b->part_id, b->location_id, b->quantity, &out->filled)) {
        out->head.postings = wl_postings_list(&d.postings);
        out->bin_id = d.bin_id;
        out->lot = d.lot;
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_deliver_body *b = body;
    const struct wl_deliver_outcome *out = outcome;

    wl_stock_follow(ctx, out->head.postings);
    wl_back_orders_apply(ctx, b->location_id, out->filled);
}

#define BODY struct wl_deliver_body
#define OUTCOME struct wl_deliver_outcome

static const struct wl_field serial_fields[] = {
    WL_FIELD_TEXT(struct wl_serial, 1, serial, WL_SERIAL_MAX),
};
static const struct wl_record serial_record = {"serial", serial_fields, WL_COUNT(serial_fields),
                                               sizeof(struct wl_serial)};

static const struct wl_field body_fields[] = {
    WL_FIELD_TEXT(BODY, 1, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 3, supplier_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(BODY, 4, bin_id, WL_BIN_MAX),
    WL_FIELD_TEXT(BODY, 5, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(BODY, 6, document, WL_DOCUMENT_MAX),
    WL_FIELD_QUANTITY(BODY, 7, quantity),
    WL_FIELD_LIST(BODY, 8, serials, WL_SERIALS_MAX, serial_record),
};
static const struct wl_record body_record = {"deliver", body_fields, WL_COUNT(body_fields), sizeof(BODY)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(OUTCOME),
    WL_FIELD_TEXT(OUTCOME, 4, bin_id, WL_BIN_MAX),
    WL_FIELD_TEXT(OUTCOME, 5, lot, WL_LOT_MAX),
    WL_FIELD_INTS(OUTCOME, 6, filled, WL_FILLED_MAX),
};
static const struct wl_record outcome_record = {"deliver-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(OUTCOME)};

const struct wl_command wl_deliver_command = {
    .name = "deliver",
    .tag = 30,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_deliver_undo = {.command = &wl_deliver_command};
