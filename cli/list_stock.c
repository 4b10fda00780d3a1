/* list stock, list reorder */
#include "cli/list.h"
#include "cli/lookup.h"
#include "cli/quantity.h"
#include "cli/stock.h"

#include "wledger/error.h"
#include "wledger/load.h"

#define COLUMNS(table, count) _Static_assert(WL_COUNT(table) == (count), "the header says how many")

enum { LIST_ENDS = 1 /* what a callback ends a walk with that is no error */ };

static bool passes(struct wl_str filter, struct wl_str value)
{
    return !filter.size || wl_str_equal(filter, value);
}

/* ---- stock ---- */

const struct cli_column cli_stock_columns[] = {
    {"part_id", false, false}, {"location_id", false, false}, {"on_hand", true, false},  {"reserved", true, false},
    {"free", true, false},     {"in_transit", true, false},   {"on_order", true, false},
};
COLUMNS(cli_stock_columns, CLI_STOCK_COLUMNS);

static int stock_row(void *context, struct wl_str part_id, struct wl_str location_id, const struct wl_stock *s)
{
    struct cli_list *l = context;
    struct wl_arena *a = &l->arena;

    if (!passes(l->location, location_id) || (s->on_hand | s->reserved | s->in_transit | s->on_order) == 0)
        return WL_OK;
    return cli_list_row(l,
                        (struct wl_str[]){part_id, location_id, cli_quantity(l->cli, a, s->on_hand),
                                          cli_quantity(l->cli, a, s->reserved),
                                          cli_quantity(l->cli, a, s->on_hand - s->reserved),
                                          cli_quantity(l->cli, a, s->in_transit), cli_quantity(l->cli, a, s->on_order)})
               ? WL_OK
               : LIST_ENDS;
}

int cli_list_stock(struct cli_list *l)
{
    int rc = wl_stock_each(l->txn, l->part, stock_row, l);

    return rc < 0 ? rc : WL_OK;
}

/* ---- stock --bins ---- */

const struct cli_column cli_bin_stock_columns[] = {
    {"part_id", false, false}, {"location_id", false, false}, {"bin_id", false, false},
    {"lot", false, false},     {"serial", false, false},      {"on_hand", true, false},
};
COLUMNS(cli_bin_stock_columns, CLI_BIN_STOCK_COLUMNS);

static int bin_stock_row(void *context, const struct wl_bin_stock *b)
{
    struct cli_list *l = context;

    return cli_list_row(l, (struct wl_str[]){b->part_id, b->location_id, b->bin_id, cli_stock_lot(b->lot),
                                             wl_lot_serial(b->lot), cli_quantity(l->cli, &l->arena, b->quantity)})
               ? WL_OK
               : LIST_ENDS;
}

int cli_list_bin_stock(struct cli_list *l)
{
    int rc = wl_bin_stock_each(l->txn, l->part, l->location, bin_stock_row, l);

    return rc < 0 ? rc : WL_OK;
}

/* ---- reorder ---- */

const struct cli_column cli_reorder_columns[] = {
    {"location_id", false, false}, {"bin_id", false, false}, {"part_id", false, false},
    {"description", false, false}, {"on_hand", true, false}, {"reserved", true, false},
    {"on_the_way", true, false},   {"minimum", true, false}, {"maximum", true, false},
    {"to_order", true, false},
};
COLUMNS(cli_reorder_columns, CLI_REORDER_COLUMNS);

/* What of a part lies in one bin, and what of that is spoken for. Reservations are of the location; as picks are
 * taken in the order of bins, so are they counted. */
struct in_bin {
    struct wl_str bin_id;
    int64_t unplaced; /* reserved, and not found in the bins before */
    int64_t on_hand, reserved;
};

static int count_bin(void *context, const struct wl_bin_stock *b)
{
    struct in_bin *in = context;
    int64_t reserved = b->quantity < in->unplaced ? b->quantity : in->unplaced;

    in->unplaced -= reserved;
    if (!wl_str_equal(b->bin_id, in->bin_id))
        return WL_OK;
    in->on_hand += b->quantity;
    in->reserved += reserved;
    return WL_OK;
}

/* What comes goes into the part's first bin, where nobody names another. */
static int is_first_bin(struct wl_txn *txn, const struct wl_bin *bin, bool *first)
{
    struct wl_reference_key prefix, own;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    wl_reference_key_start(&prefix, WL_REF_BINS);
    wl_reference_key_text(&prefix, bin->location_id);
    wl_reference_key_text(&prefix, bin->part_id);
    if (!wl_reference_key(WL_REF_BINS, bin, &own))
        return wl_fail(WL_E_DAMAGED, "a bin of reference data has no key");
    if ((rc = wl_walk_open(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk)) != WL_OK)
        return rc;
    rc = wl_walk_next(walk, &key, &value);
    *first = rc == 1 && wl_str_equal(key, wl_reference_key_view(&own));
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}

static int64_t above_zero(int64_t n)
{
    return n > 0 ? n : 0;
}

static int reorder_row(struct cli_list *l, const struct wl_bin *bin)
{
    struct in_bin in = {.bin_id = bin->bin_id};
    struct wl_arena *a = &l->arena;
    struct cli *cli = l->cli;
    struct wl_stock stock;
    struct wl_part part;
    int64_t free, coming = 0;
    bool first;
    int rc = wl_stock_get(l->txn, bin->part_id, bin->location_id, &stock);

    in.unplaced = stock.reserved;
    if (rc < 0 || (rc = wl_bin_stock_each(l->txn, bin->part_id, bin->location_id, count_bin, &in)) != WL_OK)
        return rc;
    free = in.on_hand - in.reserved;
    if (free >= bin->minimum)
        return WL_OK;
    if ((rc = is_first_bin(l->txn, bin, &first)) != WL_OK ||
        (rc = cli_reference_row(l->txn, a, WL_REF_PARTS, bin->part_id, &part)) < 0)
        return rc;
    if (first)
        coming = stock.in_transit + stock.on_order;
    return cli_list_row(l, (struct wl_str[]){bin->location_id, bin->bin_id, bin->part_id,
                                             rc == 1 ? part.description : WL_NO_STR, cli_quantity(cli, a, in.on_hand),
                                             cli_quantity(cli, a, in.reserved), cli_quantity(cli, a, coming),
                                             cli_quantity(cli, a, bin->minimum), cli_quantity(cli, a, bin->maximum),
                                             cli_quantity(cli, a, above_zero(bin->maximum - free - coming))})
               ? WL_OK
               : LIST_ENDS;
}

int cli_list_reorder(struct cli_list *l)
{
    const struct wl_record *record = wl_reference_info(WL_REF_BINS)->record;
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    wl_reference_key_start(&prefix, WL_REF_BINS);
    if (l->location.size)
        wl_reference_key_text(&prefix, l->location);
    if (prefix.bad)
        return WL_OK;
    rc = wl_walk_open(l->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk);
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_bin bin;

        wl_arena_clear(&l->arena);
        value = wl_arena_copy(&l->arena, wl_reference_row_cbor(value));
        rc = wl_record_decode(record, value, &bin, &l->arena);
        if (rc == WL_OK && bin.minimum != WL_NONE && passes(l->part, bin.part_id))
            rc = reorder_row(l, &bin);
    }
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}
