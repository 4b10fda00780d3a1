/* Parts on their way, and into the vehicle: dispatch, fit. */
#include "cli/demand.h"
#include "cli/commands.h"
#include "cli/quantity.h"
#include "cli/sheet.h"

#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1000, MILEAGE_MAX = 9999999 };

/* ---- what is dispatched ---- */

struct dispatching {
    struct cli *cli;
    struct wl_dispatch_body body;
    bool all;      /* --request all */
    int64_t *room; /* WL_STOCK_LINES_MAX requests */
    int64_t left;  /* of --request all: that did not fit */
    struct wl_result result;
};

static int take_requests(struct dispatching *d, const char *text)
{
    d->all = text && strcmp(text, "all") == 0;
    d->room = wl_arena_alloc(&d->cli->arena, WL_STOCK_LINES_MAX * sizeof *d->room);
    if (!d->room)
        return wl_arena_status(&d->cli->arena);
    d->body.requests.at = d->room;
    for (const char *at = d->all ? NULL : text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        struct wl_str one = wl_str_trim((struct wl_str){at, strcspn(at, ",")});

        if (d->body.requests.count == WL_STOCK_LINES_MAX)
            return wl_fail(WL_E_USAGE, "--request: at most %d requests in one dispatch; give them in parts",
                           WL_STOCK_LINES_MAX);
        if (!cli_demand_number(one, &d->room[d->body.requests.count++]))
            return wl_fail(WL_E_USAGE, "--request %s: numbers of requests with commas between, or all, please", text);
    }
    return WL_OK;
}

/* Splits "A@B" at the last such letter: *text without it, and what is behind. False where nothing is behind it. */
static bool cut_behind(struct wl_str *text, char letter, size_t most, struct wl_str *behind)
{
    const char *at = text->size ? memrchr(text->data, letter, text->size) : NULL;

    *behind = WL_NO_STR;
    if (!at)
        return true;
    *behind = wl_str_trim((struct wl_str){at + 1, (size_t)(text->data + text->size - at - 1)});
    text->size = (size_t)(at - text->data);
    return behind->size >= 1 && behind->size <= most;
}

/* PART=QUANTITY[@BIN][#LOT] */
static bool parse_item(struct wl_str text, struct wl_dispatch_item *item)
{
    const char *equals = text.size ? memchr(text.data, '=', text.size) : NULL;
    struct wl_str rest;

    if (!equals)
        return false;
    item->part_id = wl_str_trim((struct wl_str){text.data, (size_t)(equals - text.data)});
    rest = (struct wl_str){equals + 1, text.size - (size_t)(equals - text.data) - 1};
    return cut_behind(&rest, '#', WL_LOT_MAX, &item->lot) && cut_behind(&rest, '@', WL_BIN_MAX, &item->bin_id) &&
           wl_is_identifier(item->part_id) && cli_quantity_parse(wl_str_trim(rest), false, &item->quantity);
}

static int new_items(struct dispatching *d, struct wl_dispatch_item **items)
{
    *items = wl_arena_alloc(&d->cli->arena, WL_STOCK_LINES_MAX * sizeof **items);
    d->body.items.at = *items;
    return *items ? WL_OK : wl_arena_status(&d->cli->arena);
}

static int take_items(struct dispatching *d, const char *text)
{
    struct wl_dispatch_item *items;
    int rc = text ? new_items(d, &items) : WL_OK;

    for (const char *at = rc == WL_OK ? text : NULL; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        struct wl_str one = wl_str_trim((struct wl_str){at, strcspn(at, ",")});

        if (d->body.items.count == WL_STOCK_LINES_MAX)
            return wl_fail(WL_E_USAGE, "--item: at most %d items in one dispatch; give them in parts",
                           WL_STOCK_LINES_MAX);
        if (!parse_item(one, &items[d->body.items.count++]))
            return wl_fail(WL_E_USAGE,
                           "--item: `" WL_STR_FMT "` is unclear; write PART=QUANTITY[@BIN][#LOT] with commas between, "
                           "such as P-100=2,P-200=0.5@A-01 (other names stand in a --file)",
                           WL_STR_ARG(cli_clean(&d->cli->arena, one)));
    }
    return rc;
}

enum column { PART, QUANTITY, BIN, LOT, COLUMNS };
static const struct cli_sheet_column sheet_columns[COLUMNS] = {
    [PART] = {"part_id", true}, [QUANTITY] = {"quantity", true}, [BIN] = {"bin_id", false}, [LOT] = {"lot", false}};

static int take_file(struct dispatching *d, const char *path)
{
    struct wl_dispatch_item *items;
    struct cli_sheet sheet;
    int rc = WL_OK;

    if (!path || (rc = new_items(d, &items)) != WL_OK ||
        (rc = cli_sheet_read(d->cli, path, sheet_columns, COLUMNS, WL_STOCK_LINES_MAX, &sheet)) != WL_OK)
        return rc;
    for (size_t i = 0; i < sheet.count; i++) {
        const struct wl_str *v = sheet.rows[i].values;

        items[i] = (struct wl_dispatch_item){.part_id = v[PART], .bin_id = v[BIN], .lot = v[LOT]};
        if (!wl_is_identifier(v[PART]))
            return cli_sheet_fail(d->cli, &sheet, &sheet.rows[i], PART, "must be at most 32 bytes in one line");
        if (!cli_quantity_parse(v[QUANTITY], false, &items[i].quantity))
            return cli_sheet_fail(d->cli, &sheet, &sheet.rows[i], QUANTITY,
                                  "must be a number above 0 with at most 3 decimals, such as 2 or 0.5");
        if (v[BIN].size > WL_BIN_MAX)
            return cli_sheet_fail(d->cli, &sheet, &sheet.rows[i], BIN, "is longer than any bin's id");
        if (v[LOT].size > WL_LOT_MAX)
            return cli_sheet_fail(d->cli, &sheet, &sheet.rows[i], LOT, "is longer than any lot");
    }
    d->body.items.count = sheet.count;
    return WL_OK;
}

static int take_options(struct dispatching *d)
{
    struct cli *cli = d->cli;
    const char *items = cli_value(cli, "item"), *file = cli_value(cli, "file");
    int rc;

    if ((rc = cli_demand_id(cli, "from", &d->body.from_id)) != WL_OK ||
        (rc = cli_demand_id(cli, "to", &d->body.to_id)) != WL_OK ||
        (rc = cli_demand_id(cli, "carrier", &d->body.carrier_id)) != WL_OK ||
        (rc = cli_text(cli, "box", WL_DOCUMENT_MAX, &d->body.box)) != WL_OK ||
        (rc = cli_text(cli, "tracking", WL_DOCUMENT_MAX, &d->body.tracking)) != WL_OK)
        return rc;
    if (!d->body.from_id.size || !d->body.to_id.size)
        return wl_fail(WL_E_USAGE, "dispatch: from where to where? --from LOCATION --to LOCATION, please");
    if (items && file)
        return wl_fail(WL_E_USAGE, "dispatch: one of --item and --file, please");
    if (!items && !file && !cli_value(cli, "request"))
        return wl_fail(WL_E_USAGE,
                       "dispatch: what is shipped? --request N,N or --request all, --item PART=QUANTITY, or "
                       "--file FILE, please");
    if ((rc = take_requests(d, cli_value(cli, "request"))) != WL_OK || (rc = take_items(d, items)) != WL_OK)
        return rc;
    return take_file(d, file);
}

/* As many as one dispatch takes. */
static int take_sourced(void *context, uint64_t request)
{
    struct dispatching *d = context;

    if (d->body.requests.count < WL_STOCK_LINES_MAX)
        d->room[d->body.requests.count++] = (int64_t)request;
    else
        d->left++;
    return WL_OK;
}

/* What the same command took when it was given first. */
static int take_known(struct dispatching *d, struct wl_txn *txn, bool *known)
{
    struct wl_dispatch_body *body;
    int rc = cli_demand_known(d->cli, txn, d->cli->key, &wl_dispatch_command, (void **)&body);

    *known = rc == 1;
    if (rc == 1)
        d->body.requests = body->requests; /* the rest is as it is typed now, and must be the same */
    return rc < 0 ? rc : WL_OK;
}

/* What is reserved is looked through before anybody who writes is kept waiting. */
static int work_out(struct dispatching *d)
{
    struct wl_txn *txn;
    bool known = false;
    int rc = d->all ? wl_txn_begin(d->cli->store, false, &txn) : WL_OK;

    if (!d->all || rc != WL_OK)
        return rc;
    rc = take_known(d, txn, &known);
    if (rc == WL_OK && !known)
        rc = wl_sourced_each(txn, d->body.from_id, d->body.to_id, take_sourced, d);
    wl_txn_abort(&txn);
    return rc;
}

/* ---- what it came to ---- */

static const struct cli_column line_columns[] = {
    {"line", true, true},  {"request", true, true}, {"part_id", false, false},
    {"lot", false, false}, {"bin", false, false},   {"quantity", true, false},
};

static int tell_lines(struct dispatching *d, const struct wl_dispatch_outcome *out)
{
    struct cli_table *table = cli_table_new(d->cli, line_columns, WL_COUNT(line_columns));
    const struct wl_dispatch_line *lines = out->lines.at;
    struct wl_arena *a = &d->cli->arena;

    for (size_t i = 0; i < out->lines.count; i++)
        cli_table_row(table,
                      (struct wl_str[]){cli_int(a, (int64_t)i + 1), cli_int(a, lines[i].request), lines[i].part_id,
                                        lines[i].lot, lines[i].from_bin, cli_quantity(d->cli, a, lines[i].quantity)});
    return cli_table_end(table);
}

static json_t *line_view(struct wl_arena *arena, int64_t number, const struct wl_dispatch_line *line)
{
    json_t *one = json_object();

    cli_view_number(one, "line", number);
    cli_view_number(one, "request", line->request);
    cli_view_text(one, "part_id", line->part_id);
    cli_view_text(one, "lot", line->lot);
    cli_view_text(one, "bin", line->from_bin);
    cli_view_text(one, "quantity", cli_quantity_exact(arena, line->quantity));
    return one;
}

static int tell_program(struct dispatching *d, const struct wl_dispatch_outcome *out)
{
    json_t *view = cli_demand_view(&d->result), *list = json_array();
    const struct wl_dispatch_line *lines = out->lines.at;

    cli_view_number(view, "dispatch", out->dispatch);
    cli_view_text(view, "from", d->body.from_id);
    cli_view_text(view, "to", d->body.to_id);
    for (size_t i = 0; i < out->lines.count; i++)
        json_array_append_new(list, line_view(&d->cli->arena, (int64_t)i + 1, &lines[i]));
    cli_view_put(view, "lines", list);
    if (d->all)
        cli_view_number(view, "left", d->left);
    return cli_view_print(d->cli, view);
}

static int tell_person(struct dispatching *d, const struct wl_dispatch_outcome *out)
{
    struct cli *cli = d->cli;
    struct wl_arena *arena = &cli->arena;
    int rc;

    fprintf(cli->out, "dispatch %lld  shipped from " WL_STR_FMT " to " WL_STR_FMT ", %zu line%s",
            (long long)out->dispatch, WL_STR_ARG(cli_clean(arena, d->body.from_id)),
            WL_STR_ARG(cli_clean(arena, d->body.to_id)), out->lines.count, out->lines.count == 1 ? "" : "s");
    cli_demand_entry(cli, &d->result);
    rc = tell_lines(d, out);
    if (d->left)
        fprintf(cli->out, "%lld more %s for " WL_STR_FMT " %s reserved at " WL_STR_FMT ": give the command again\n",
                (long long)d->left, cli_counted((uint64_t)d->left, "request", "requests"), WL_STR_ARG(d->body.to_id),
                cli_counted((uint64_t)d->left, "is", "are"), WL_STR_ARG(d->body.from_id));
    return rc;
}

static int run_dispatch(struct cli *cli)
{
    struct dispatching d = {.cli = cli};
    struct wl_txn *txn;
    int rc = take_options(&d);

    if (rc != WL_OK || (rc = work_out(&d)) != WL_OK || (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    rc = cli_demand_execute(cli, txn, &wl_dispatch_command, &d.body, WL_NO_STR, &d.result);
    if ((rc = cli_demand_commit(&txn, rc)) != WL_OK)
        return rc;
    if (d.result.refusal != WL_DONE)
        return cli_demand_refused(cli, "dispatch", &d.result, &(struct cli_demand_named){.dealer_id = d.body.to_id});
    return cli->format == CLI_TABLE ? tell_person(&d, d.result.outcome) : tell_program(&d, d.result.outcome);
}

static const struct cli_option dispatch_options[] = {
    {"from", "LOCATION", "the warehouse or dealer that ships; required"},
    {"to", "LOCATION", "the warehouse or dealer that it goes to; required"},
    {"request", "N,N|all", "requests by number; all: those reserved at --from for --to, oldest first, at most 100"},
    {"item", "PART=QTY,...", "free stock: PART=QUANTITY[@BIN][#LOT] with commas between"},
    {"file", "FILE", "free stock from a CSV file (- for standard input): part_id, quantity, bin_id, lot"},
    {"carrier", "ID", "who carries it"},
    {"box", "NO", "the number of the box"},
    {"tracking", "NO", "the carrier's tracking number"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_dispatch = {
    .name = "dispatch",
    .args = "",
    .summary = "ship parts from one location to another",
    .options = dispatch_options,
    .letters = "  ri",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .run = run_dispatch,
    .text = "Ships requests and free stock in one box. The answer has the dispatch's number and its lines: one for\n"
            "each bin and lot that something is taken from, with the number that `wledger receive` calls it by. Bins\n"
            "and lots are taken in their order unless they are named; a serial number is named as the lot sn:NUMBER.\n"
            "`wledger print dispatch N` makes the note that goes into the box, `wledger print label N` the label that\n"
            "goes onto it.",
    .example = "dispatch -d ledger --from W1 --to D00001 --request all --carrier DHL --box B-17",
};

/* ---- fit ---- */

static int take_lot(struct cli *cli, struct wl_str *lot)
{
    struct wl_str serial;
    int rc;

    if (cli_value(cli, "lot") && cli_value(cli, "serial"))
        return wl_fail(WL_E_USAGE, "fit: one of --lot and --serial, please");
    if ((rc = cli_text(cli, "lot", WL_LOT_MAX, lot)) != WL_OK ||
        (rc = cli_text(cli, "serial", WL_SERIAL_MAX, &serial)) != WL_OK)
        return rc;
    if (serial.size)
        *lot = wl_serial_lot(&cli->arena, serial);
    return wl_arena_status(&cli->arena);
}

static int take_what(struct cli *cli, struct wl_fit_body *body)
{
    const char *request = cli_value(cli, "request"), *part = cli_value(cli, "part");
    int rc;

    if (!request == !part)
        return wl_fail(WL_E_USAGE, "fit: one of --request N and --part PART, please: what is fitted?");
    if ((rc = cli_number(cli, "request", 1, INT64_C(999999999999999), &body->request)) != WL_OK ||
        (rc = cli_demand_id(cli, "part", &body->part_id)) != WL_OK)
        return rc;
    if (part)
        body->quantity = PIECE;
    return cli_quantity_option(cli, "quantity", &body->quantity);
}

static int take_fit(struct cli *cli, struct wl_fit_body *body)
{
    static const char *const payers[] = {[WL_PAID_BY_CUSTOMER] = "customer", [WL_PAID_BY_WARRANTY] = "warranty", NULL};
    int rc;

    body->dealer_id = wl_str_trim(wl_str_of(cli->argv[0]));
    body->vin = wl_str_trim(wl_str_of(cli->argv[1]));
    if ((rc = cli_demand_identifier("DEALER", body->dealer_id)) != WL_OK ||
        (rc = cli_demand_identifier("VIN", body->vin)) != WL_OK || (rc = take_what(cli, body)) != WL_OK ||
        (rc = cli_number(cli, "km", 0, MILEAGE_MAX, &body->mileage_km)) != WL_OK ||
        (rc = cli_demand_id(cli, "invoice", &body->invoice_no)) != WL_OK ||
        (rc = cli_choice(cli, "paid-by", payers, &body->paid_by)) != WL_OK ||
        (rc = cli_text(cli, "bin", WL_BIN_MAX, &body->bin_id)) != WL_OK)
        return rc;
    if (body->mileage_km == WL_NONE)
        return wl_fail(WL_E_USAGE, "fit: --km N, please: what does the odometer say?");
    if (!body->invoice_no.size)
        return wl_fail(WL_E_USAGE, "fit: --invoice NO, please: the repair order or invoice");
    if (body->paid_by == WL_NONE)
        return wl_fail(WL_E_USAGE, "fit: --paid-by customer or --paid-by warranty, please: the part's own warranty "
                                   "hangs on it");
    return take_lot(cli, &body->lot);
}

/* What a request has at its dealer still. */
static int left_to_fit(struct cli *cli, int64_t number, int64_t *left)
{
    struct wl_request_row row;
    struct wl_txn *txn;
    int rc = number == WL_NONE ? WL_OK : wl_txn_begin(cli->store, false, &txn);

    *left = 0;
    if (number == WL_NONE || rc != WL_OK)
        return rc;
    rc = wl_request_get(txn, &cli->arena, (uint64_t)number, &row);
    if (rc == 1)
        *left = row.received - row.fitted;
    wl_txn_abort(&txn);
    return rc < 0 ? rc : WL_OK;
}

static int tell_fit(struct cli *cli, const struct wl_fit_body *body, const struct wl_result *result)
{
    static const char *const payers[] = {[WL_PAID_BY_CUSTOMER] = "the customer", [WL_PAID_BY_WARRANTY] = "warranty"};
    const struct wl_fit_outcome *out = result->outcome;
    struct wl_arena *arena = &cli->arena;
    json_t *view;
    int64_t left;
    int rc = left_to_fit(cli, body->request, &left);

    if (rc != WL_OK)
        return rc;
    if (cli->format == CLI_TABLE) {
        fprintf(cli->out, "fitted  " WL_STR_FMT " of " WL_STR_FMT " to " WL_STR_FMT " at %lld km, paid by %s",
                WL_STR_ARG(cli_quantity_plain(arena, out->quantity)), WL_STR_ARG(cli_clean(arena, out->part_id)),
                WL_STR_ARG(cli_clean(arena, body->vin)), (long long)body->mileage_km, payers[body->paid_by]);
        cli_demand_entry(cli, result);
        if (left > 0)
            fprintf(cli->out, "    " WL_STR_FMT " more of request %lld wait to be fitted\n",
                    WL_STR_ARG(cli_quantity_plain(arena, left)), (long long)body->request);
        return CLI_DONE;
    }
    view = cli_demand_view(result);
    cli_view_text(view, "dealer_id", body->dealer_id);
    cli_view_text(view, "vin", body->vin);
    cli_view_text(view, "part_id", out->part_id);
    cli_view_text(view, "quantity", cli_quantity_exact(arena, out->quantity));
    cli_view_number(view, "mileage_km", body->mileage_km);
    cli_view_text(view, "invoice_no", body->invoice_no);
    cli_view_text(view, "owner_id", out->owner_id);
    cli_view_number(view, "request", body->request);
    if (body->request != WL_NONE)
        cli_view_text(view, "left_to_fit", cli_quantity_exact(arena, left));
    return cli_view_print(cli, view);
}

static int run_fit(struct cli *cli)
{
    struct wl_fit_body body = {.request = WL_NONE, .quantity = WL_NONE, .mileage_km = WL_NONE, .paid_by = WL_NONE};
    struct wl_result result;
    struct wl_txn *txn;
    int rc = take_fit(cli, &body);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    rc = cli_demand_execute(cli, txn, &wl_fit_command, &body, WL_NO_STR, &result);
    if ((rc = cli_demand_commit(&txn, rc)) != WL_OK)
        return rc;
    if (result.refusal == WL_DONE)
        return tell_fit(cli, &body, &result);
    return cli_demand_refused(cli, "fit", &result,
                              &(struct cli_demand_named){.dealer_id = body.dealer_id,
                                                         .part_id = body.part_id,
                                                         .request = cli_int(&cli->arena, body.request)});
}

static const struct cli_option fit_options[] = {
    {"km", "N", "what the odometer says; required"},
    {"invoice", "NO", "the repair order or invoice; required"},
    {"paid-by", "WHO", "customer or warranty; required, because the part's own warranty hangs on it"},
    {"request", "N", "the parts of this request"},
    {"part", "PART", "this part, of the dealer's free stock"},
    {"quantity", "Q", "how much (default: all that arrived of the request, or 1 of the part)"},
    {"bin", "BIN", "out of this bin (default: bins in their order)"},
    {"lot", "LOT", "of this lot (default: lots in their order)"},
    {"serial", "NO", "the piece with this serial number"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_fit = {
    .name = "fit",
    .args = "DEALER VIN",
    .summary = "record that parts were fitted to a vehicle",
    .options = fit_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 2,
    .most_args = 2,
    .run = run_fit,
    .text = "Takes parts out of the dealer's stock and into a vehicle; from this day on the part has a warranty of\n"
            "its own. Parts of a request may be fitted as soon as they have arrived, also some of them; free stock\n"
            "without one. `wledger show vehicle VIN` tells all that was ever fitted and removed.",
    .example = "fit -d ledger D00001 1M8GDM9AXKP042788 --request 12 --km 45200 --invoice RO-771 --paid-by warranty",
};
