/* count sheet: what should lie where, to count on. */
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/quantity.h"
#include "cli/stock.h"

#include "wledger/error.h"
#include "wledger/load.h"
#include <stdlib.h>

enum {
    ROWS_MAX = 50000, /* as many as `count book` takes */
    LINE_BYTES_MAX = 64 << 10,
    PART_MEMORY = 1 << 20,
    BINS_SHOWN = 8,
    HINT_SIZE = 1000,
};

struct sheet_row {
    struct wl_str bin_id, part_id, lot;
    int64_t quantity;
};

struct counting {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_str location_id, bin_id, part_id; /* bin and part empty: all */
    struct sheet_row *rows;                     /* ROWS_MAX */
    size_t count;
    struct wl_arena part; /* of one part */
};

static int too_many(void)
{
    return wl_fail(WL_E_USAGE, "count sheet: more than %d rows; name a --bin or a --part", ROWS_MAX);
}

static int add_row(struct counting *c, struct wl_str bin_id, struct wl_str part_id, struct wl_str lot, int64_t quantity)
{
    struct wl_arena *arena = &c->cli->arena;

    if (c->bin_id.size && !wl_str_equal(c->bin_id, bin_id))
        return WL_OK;
    if (c->count == ROWS_MAX)
        return too_many();
    c->rows[c->count++] = (struct sheet_row){wl_arena_copy(arena, bin_id), wl_arena_copy(arena, part_id),
                                             wl_arena_copy(arena, lot), quantity};
    return wl_arena_status(arena);
}

static int add_stock(void *context, const struct wl_bin_stock *b)
{
    return add_row(context, b->bin_id, b->part_id, b->lot, b->quantity);
}

static int set_found(void *context, const struct wl_bin_stock *b)
{
    struct sheet_row *wanted = context;

    if (wl_str_equal(wanted->bin_id, b->bin_id))
        wanted->quantity = b->quantity;
    return WL_OK;
}

/* A bin that is kept for a part and holds none of it: what lies there all the same is found by counting. */
static int add_empty(struct counting *c, const struct wl_bin *bin)
{
    struct sheet_row wanted = {.bin_id = bin->bin_id};
    int rc;

    if (wl_str_is(bin->part_id, WL_ANY_PART) || (c->part_id.size && !wl_str_equal(c->part_id, bin->part_id)))
        return WL_OK;
    rc = wl_bin_stock_each(c->txn, bin->part_id, bin->location_id, set_found, &wanted);
    return rc != WL_OK || wanted.quantity ? rc : add_row(c, bin->bin_id, bin->part_id, WL_NO_STR, 0);
}

static int add_empty_bins(struct counting *c)
{
    const struct wl_record *record = wl_reference_info(WL_REF_BINS)->record;
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    wl_reference_key_start(&prefix, WL_REF_BINS);
    wl_reference_key_text(&prefix, c->location_id);
    if (prefix.bad)
        return WL_OK;
    rc = wl_walk_open(c->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk);
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_bin bin;

        wl_arena_clear(&c->part);
        rc = wl_record_decode(record, wl_reference_row_cbor(value), &bin, &c->part);
        if (rc == WL_OK)
            rc = add_empty(c, &bin);
    }
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct sheet_row *x = a, *y = b;
    int order = wl_str_compare(x->bin_id, y->bin_id);

    if (order == 0)
        order = wl_str_compare(x->part_id, y->part_id);
    return order ? order : wl_str_compare(x->lot, y->lot);
}

/* ---- writing ---- */

static int write_row(struct counting *c, const struct sheet_row *row, struct wl_buf *line)
{
    struct wl_str values[8] = {c->location_id, row->bin_id, row->part_id, WL_NO_STR, WL_NO_STR, row->lot};
    struct wl_part part;
    int rc;

    wl_arena_clear(&c->part);
    if ((rc = cli_reference_row(c->txn, &c->part, WL_REF_PARTS, row->part_id, &part)) < 0)
        return rc;
    if (rc == 1) {
        values[3] = part.description;
        values[4] = part.unit;
    }
    values[6] = cli_quantity_plain(&c->part, row->quantity);
    wl_buf_clear(line);
    for (size_t i = 0; i < WL_COUNT(values); i++) {
        wl_buf_text(line, i ? "," : "");
        wl_csv_value(line, values[i]);
    }
    wl_buf_byte(line, '\n');
    return wl_buf_status(line);
}

static int write_sheet(void *context, struct wl_file *file)
{
    static const char header[] = "location_id,bin_id,part_id,description,unit,lot,on_hand,counted\n";
    struct counting *c = context;
    struct wl_buf line;
    int rc = WL_OK;

    wl_file_write(file, header, sizeof header - 1);
    wl_buf_init(&line, LINE_BYTES_MAX);
    for (size_t i = 0; rc == WL_OK && i < c->count; i++)
        if ((rc = write_row(c, &c->rows[i], &line)) == WL_OK)
            wl_file_write(file, line.data, line.size);
    wl_buf_release(&line);
    return rc;
}

static int check_location(struct counting *c)
{
    union wl_reference_row row;
    struct wl_str hint = WL_NO_STR;
    int rc = cli_reference_row(c->txn, &c->part, WL_REF_WAREHOUSES, c->location_id, &row);

    if (rc == 0)
        rc = cli_reference_row(c->txn, &c->part, WL_REF_DEALERS, c->location_id, &row);
    if (rc != 0)
        return rc < 0 ? rc : WL_OK;
    if ((rc = cli_near_location(c->txn, &c->cli->arena, c->location_id, false, &hint)) != WL_OK)
        return rc;
    return wl_fail(WL_E_USAGE, "there is no dealer or warehouse " WL_STR_FMT "; " WL_STR_FMT,
                   WL_STR_ARG(cli_clean(&c->cli->arena, c->location_id)), WL_STR_ARG(cli_clean(&c->cli->arena, hint)));
}

/* Adds the location's bins to the text and says whether `bin_id` is one of them: 1, 0, or an error. */
static int find_bin(struct counting *c, struct wl_buf *all)
{
    const struct wl_record *record = wl_reference_info(WL_REF_BINS)->record;
    bool found = wl_str_is(c->bin_id, WL_MAIN_BIN);
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    wl_reference_key_start(&prefix, WL_REF_BINS);
    wl_reference_key_text(&prefix, c->location_id);
    if (prefix.bad)
        return found;
    rc = wl_walk_open(c->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk);
    for (int shown = 0; rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1;) {
        struct wl_bin bin;

        wl_arena_clear(&c->part);
        if ((rc = wl_record_decode(record, wl_reference_row_cbor(value), &bin, &c->part)) != WL_OK)
            break;
        found |= wl_str_equal(bin.bin_id, c->bin_id);
        if (shown++ < BINS_SHOWN)
            wl_buf_format(all, WL_STR_FMT ", ", WL_STR_ARG(bin.bin_id));
    }
    wl_walk_close(walk);
    return rc < 0 ? rc : found;
}

/* A sheet without rows may have come of a name that is not right. */
static int check_names(struct counting *c)
{
    struct wl_str hint = WL_NO_STR;
    struct wl_part part;
    struct wl_buf all;
    int rc = 1;

    if (c->part_id.size && (rc = cli_reference_row(c->txn, &c->part, WL_REF_PARTS, c->part_id, &part)) == 0 &&
        (rc = cli_near_part(c->txn, &c->cli->arena, c->part_id, &hint)) == WL_OK)
        return wl_fail(WL_E_USAGE, "count sheet: " WL_STR_FMT, WL_STR_ARG(cli_clean(&c->cli->arena, hint)));
    if (rc < 0 || c->bin_id.size == 0)
        return rc < 0 ? rc : WL_OK;
    wl_buf_init(&all, HINT_SIZE);
    if ((rc = find_bin(c, &all)) == 0)
        rc = wl_fail(WL_E_USAGE, "count sheet: " WL_STR_FMT " has no bin " WL_STR_FMT "; it has " WL_STR_FMT "%s",
                     WL_STR_ARG(cli_clean(&c->cli->arena, c->location_id)),
                     WL_STR_ARG(cli_clean(&c->cli->arena, c->bin_id)),
                     WL_STR_ARG(cli_clean(&c->cli->arena, wl_buf_view(&all))), WL_MAIN_BIN);
    wl_buf_release(&all);
    return rc < 0 ? rc : WL_OK;
}

static int make_sheet(struct counting *c)
{
    const char *path = cli_value(c->cli, "output");
    int rc = check_location(c);

    if (rc == WL_OK && !(c->rows = calloc(ROWS_MAX, sizeof *c->rows)))
        rc = wl_fail(WL_E_SYSTEM, "out of memory");
    if (rc != WL_OK || (rc = wl_bin_stock_each(c->txn, c->part_id, c->location_id, add_stock, c)) != WL_OK ||
        (rc = add_empty_bins(c)) != WL_OK || (c->count == 0 && (rc = check_names(c)) != WL_OK))
        return rc;
    if (c->count)
        qsort(c->rows, c->count, sizeof *c->rows, by_place);
    rc = cli_output(c->cli, path, write_sheet, c);
    if (rc == WL_OK && path)
        fprintf(c->cli->out, "%s: %zu %s to count\n", cli_shown(c->cli, path), c->count,
                cli_counted(c->count, "row", "rows"));
    return rc;
}

static int run_sheet(struct cli *cli)
{
    struct counting c = {.cli = cli, .location_id = wl_str_trim(wl_str_of(cli->argv[0]))};
    int rc;

    if ((rc = cli_demand_identifier("LOCATION", c.location_id)) != WL_OK ||
        (rc = cli_stock_bin(cli, "bin", &c.bin_id)) != WL_OK || (rc = cli_demand_id(cli, "part", &c.part_id)) != WL_OK)
        return rc;
    wl_arena_init(&c.part, PART_MEMORY);
    rc = wl_txn_begin(cli->store, false, &c.txn);
    if (rc == WL_OK)
        rc = make_sheet(&c);
    wl_txn_abort(&c.txn);
    free(c.rows);
    wl_arena_release(&c.part);
    return rc;
}

static const struct cli_option sheet_options[] = {
    {"bin", "B", "of this bin only"},
    {"part", "P", "of this part only"},
    {"output", "FILE", "write to FILE, which appears whole or not at all (default: standard output)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_count_sheet = {
    .name = "count sheet",
    .args = "LOCATION",
    .summary = "a sheet to count stock on",
    .options = sheet_options,
    .letters = "bpo",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_sheet,
    .text =
        "Writes what should lie where at a dealer or warehouse, as CSV, in the order of bins: location_id, bin_id,\n"
        "part_id, description, unit, lot, on_hand, and counted, which is empty: fill it in on the way through the\n"
        "shelves. A row without a number there is passed over by `wledger count book`. Each lot has a row; a piece "
        "with\n"
        "a serial number is counted as 1 or 0. Bins that are kept for a part and hold none of it have a row as well.",
    .example = "count sheet -d ledger W-BJ --bin A-01 -o sheet.csv",
};
