/* Stock that comes in, is moved, taken back: deliver, stock move, reverse. */
#include "cli/stock.h"
#include "cli/commands.h"
#include "cli/quantity.h"

#include "wledger/error.h"
#include <string.h>

enum {
    PIECE = 1000,     /* the unit of quantities */
    MOVES_SHOWN = 20, /* to people, of a reversal */
    ENTRY_DIGITS = 15,
};

static int execute(struct cli *cli, const struct wl_command *command, const void *body, struct wl_result *result)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(cli->store, true, &txn);

    if (rc == WL_OK)
        rc = cli_demand_execute(cli, txn, command, body, WL_NO_STR, result);
    return cli_demand_commit(&txn, rc);
}

static json_t *numbers(struct wl_ints ints)
{
    json_t *list = json_array();

    for (size_t i = 0; i < ints.count; i++)
        json_array_append_new(list, json_integer(ints.at[i]));
    return list;
}

/* ---- deliver ---- */

/* S1,S2,S3 */
static int read_serials(struct cli *cli, struct wl_list *out)
{
    struct wl_str rest = wl_str_of(cli_value(cli, "serial"));
    struct wl_serial *serials = NULL;
    size_t count = 0;

    *out = (struct wl_list){NULL, 0};
    if (!cli_value(cli, "serial"))
        return WL_OK;
    if (!(serials = wl_arena_alloc(&cli->arena, WL_SERIALS_MAX * sizeof *serials)))
        return wl_arena_status(&cli->arena);
    for (bool more = true; more;) {
        const char *comma = rest.size ? memchr(rest.data, ',', rest.size) : NULL;
        struct wl_str serial = {rest.data, comma ? (size_t)(comma - rest.data) : rest.size};

        if (count == WL_SERIALS_MAX)
            return wl_fail(WL_E_USAGE, "--serial: at most %d at once; deliver the others after these", WL_SERIALS_MAX);
        serial = wl_str_trim(serial);
        if (!wl_is_identifier(serial) || serial.size > WL_SERIAL_MAX)
            return wl_fail(WL_E_USAGE,
                           "--serial: number %zu of the list: 1 to %d bytes of UTF-8 without control characters, "
                           "please, with commas between",
                           count + 1, WL_SERIAL_MAX);
        serials[count++].serial = serial;
        if ((more = comma != NULL))
            rest = (struct wl_str){comma + 1, rest.size - (size_t)(comma + 1 - rest.data)};
    }
    *out = (struct wl_list){serials, count};
    return WL_OK;
}

static int read_delivery(struct cli *cli, struct wl_deliver_body *body)
{
    int rc;

    body->location_id = wl_str_trim(wl_str_of(cli->argv[0]));
    if ((rc = cli_demand_identifier("WAREHOUSE", body->location_id)) != WL_OK ||
        (rc = cli_demand_id(cli, "part", &body->part_id)) != WL_OK ||
        (rc = cli_quantity_option(cli, "quantity", &body->quantity)) != WL_OK ||
        (rc = cli_stock_bin(cli, "bin", &body->bin_id)) != WL_OK ||
        (rc = cli_text(cli, "lot", WL_LOT_MAX, &body->lot)) != WL_OK ||
        (rc = read_serials(cli, &body->serials)) != WL_OK ||
        (rc = cli_demand_id(cli, "supplier", &body->supplier_id)) != WL_OK ||
        (rc = cli_text(cli, "document", WL_DOCUMENT_MAX, &body->document)) != WL_OK)
        return rc;
    if (!body->part_id.size)
        return wl_fail(WL_E_USAGE, "deliver: which part came? name it with --part PART");
    if (body->quantity == WL_NONE && body->serials.count)
        body->quantity = (int64_t)body->serials.count * PIECE;
    if (body->quantity == WL_NONE)
        return wl_fail(WL_E_USAGE, "deliver: how much came? say so with --quantity Q");
    if (body->serials.count && body->quantity != (int64_t)body->serials.count * PIECE)
        return wl_fail(WL_E_USAGE, "deliver: --quantity %s, and serial numbers named: %zu; name each piece once",
                       cli_value(cli, "quantity"), body->serials.count);
    return WL_OK;
}

static int view_delivery(struct cli *cli, const struct wl_deliver_body *body, const struct wl_result *result)
{
    const struct wl_deliver_outcome *out = result->outcome;
    const struct wl_serial *serials = body->serials.at;
    json_t *view = cli_demand_view(result), *pieces = json_array();

    for (size_t i = 0; i < body->serials.count; i++)
        json_array_append_new(pieces, cli_view_str(serials[i].serial));
    cli_view_text(view, "location_id", body->location_id);
    cli_view_text(view, "part_id", body->part_id);
    cli_view_text(view, "quantity", cli_quantity_exact(&cli->arena, body->quantity));
    cli_view_text(view, "bin_id", out->bin_id);
    cli_view_text(view, "lot", out->lot);
    cli_view_put(view, "serials", pieces);
    cli_view_text(view, "document", body->document);
    cli_view_put(view, "filled", numbers(out->filled));
    return cli_view_print(cli, view);
}

static void tell_filled(struct cli *cli, struct wl_ints filled)
{
    struct wl_str requests = cli_demand_requests(&cli->arena, filled);

    if (requests.size)
        fprintf(cli->out, "    reserved for " WL_STR_FMT ", which waited for it; dispatch %s next\n",
                WL_STR_ARG(requests), filled.count == 1 ? "it" : "them");
}

static int tell_delivery(struct cli *cli, const struct wl_deliver_body *body, const struct wl_result *result)
{
    const struct wl_deliver_outcome *out = result->outcome;
    struct wl_arena *arena = &cli->arena;
    struct wl_str lot = cli_stock_lot_words(arena, out->lot);

    if (cli->format != CLI_TABLE)
        return view_delivery(cli, body, result);
    fprintf(cli->out, WL_STR_FMT "  delivered: " WL_STR_FMT " of " WL_STR_FMT " into bin " WL_STR_FMT,
            WL_STR_ARG(cli_clean(arena, body->location_id)), WL_STR_ARG(cli_quantity_plain(arena, body->quantity)),
            WL_STR_ARG(cli_clean(arena, body->part_id)), WL_STR_ARG(cli_clean(arena, out->bin_id)));
    if (lot.size)
        fprintf(cli->out, ", " WL_STR_FMT, WL_STR_ARG(cli_clean(arena, lot)));
    if (body->serials.count)
        fprintf(cli->out, ", %zu serial numbers", body->serials.count);
    cli_demand_entry(cli, result);
    tell_filled(cli, out->filled);
    return CLI_DONE;
}

static int run_deliver(struct cli *cli)
{
    struct wl_deliver_body body = {.quantity = WL_NONE};
    struct wl_result result;
    int rc = read_delivery(cli, &body);

    if (rc != WL_OK || (rc = execute(cli, &wl_deliver_command, &body, &result)) != WL_OK)
        return rc;
    if (result.refusal != WL_DONE)
        return cli_stock_refused(cli, "deliver", &result, body.location_id, body.part_id);
    return tell_delivery(cli, &body, &result);
}

static const struct cli_option deliver_options[] = {
    {"part", "P", "the part that came; required"},
    {"quantity", "Q", "how much, at most 3 decimals (default: as many as serial numbers are named)"},
    {"bin", "B", "where it goes (default: the bin of reference data for this part, else one for any part, else MAIN)"},
    {"lot", "L", "the supplier's lot (default: one of its own for this delivery)"},
    {"serial", "S,S,...", "the serial numbers of its pieces, of a part that is tracked by them"},
    {"supplier", "S", "who delivered it (default: the part's supplier)"},
    {"document", "D", "the delivery note"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_deliver = {
    .name = "deliver",
    .args = "WAREHOUSE",
    .summary = "a supplier's delivery comes into a warehouse",
    .options = deliver_options,
    .letters = "pqbl",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_deliver,
    .text =
        "Books a delivery of one part into a bin of a warehouse. What is back-ordered is reserved from it at once, "
        "the\n"
        "oldest request first, until one is not covered. The answer says where the parts went, under which lot, and\n"
        "which requests have their parts now. A wrong one is taken back with `wledger reverse`.",
    .example = "deliver -d ledger W-BJ --part P000131 --quantity 12.5 --document DN-4711",
};

/* ---- stock move ---- */

static int read_move(struct cli *cli, struct wl_stock_move_body *body)
{
    int rc;

    body->location_id = wl_str_trim(wl_str_of(cli->argv[0]));
    if ((rc = cli_demand_identifier("LOCATION", body->location_id)) != WL_OK ||
        (rc = cli_demand_id(cli, "part", &body->part_id)) != WL_OK ||
        (rc = cli_quantity_option(cli, "quantity", &body->quantity)) != WL_OK ||
        (rc = cli_stock_bin(cli, "from-bin", &body->from_bin)) != WL_OK ||
        (rc = cli_stock_bin(cli, "to-bin", &body->to_bin)) != WL_OK ||
        (rc = cli_stock_lot_option(cli, &body->lot)) != WL_OK)
        return rc;
    if (body->quantity == WL_NONE && wl_lot_serial(body->lot).size)
        body->quantity = PIECE;
    if (!body->part_id.size || body->quantity == WL_NONE || !body->from_bin.size || !body->to_bin.size)
        return wl_fail(WL_E_USAGE, "stock move: --part P, --quantity Q, --from-bin A and --to-bin B, please");
    return WL_OK;
}

static int tell_move(struct cli *cli, const struct wl_stock_move_body *body, const struct wl_result *result)
{
    const struct wl_count_outcome *out = result->outcome;
    struct wl_arena *arena = &cli->arena;
    json_t *view;

    if (cli->format != CLI_TABLE) {
        view = cli_demand_view(result);
        cli_view_text(view, "location_id", body->location_id);
        cli_view_put(view, "moves", cli_stock_moves(cli, out->head.postings));
        return cli_view_print(cli, view);
    }
    fprintf(cli->out, WL_STR_FMT "  moved: " WL_STR_FMT " of " WL_STR_FMT " from bin " WL_STR_FMT " to bin " WL_STR_FMT,
            WL_STR_ARG(cli_clean(arena, body->location_id)), WL_STR_ARG(cli_quantity_plain(arena, body->quantity)),
            WL_STR_ARG(cli_clean(arena, body->part_id)), WL_STR_ARG(cli_clean(arena, body->from_bin)),
            WL_STR_ARG(cli_clean(arena, body->to_bin)));
    cli_demand_entry(cli, result);
    return CLI_DONE;
}

static int run_move(struct cli *cli)
{
    struct wl_stock_move_body body = {.quantity = WL_NONE};
    struct wl_result result;
    int rc = read_move(cli, &body);

    if (rc != WL_OK || (rc = execute(cli, &wl_stock_move_command, &body, &result)) != WL_OK)
        return rc;
    if (result.refusal != WL_DONE)
        return cli_stock_refused(cli, "stock move", &result, body.location_id, body.part_id);
    return tell_move(cli, &body, &result);
}

static const struct cli_option move_options[] = {
    {"part", "P", "the part; required"},
    {"quantity", "Q", "how much, at most 3 decimals; required, but for a serial number"},
    {"from-bin", "A", "the bin that it lies in; required"},
    {"to-bin", "B", "the bin that it goes to; required"},
    {"lot", "L", "of this lot (default: lots in their order)"},
    {"serial", "S", "the piece with this serial number"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_stock_move = {
    .name = "stock move",
    .args = "LOCATION",
    .summary = "from one bin of a location to another",
    .options = move_options,
    .letters = "pq  l",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_move,
    .text = "Moves parts between two bins of one warehouse or dealer, whether or not they are reserved: reservations "
            "are of\n"
            "the location, not of a bin. To another location parts go with `wledger dispatch`.",
    .example = "stock move -d ledger W-BJ --part P000131 --quantity 2 --from-bin A-01 --to-bin Z-01",
};

/* ---- reverse ---- */

/* Postings of stock, or of money, of which `stock` says. */
static struct wl_list part_of(struct cli *cli, struct wl_list postings, bool stock)
{
    const struct wl_posting *p = postings.at;
    struct wl_posting *some = wl_arena_alloc(&cli->arena, (postings.count + 1) * sizeof *some);
    size_t n = 0;

    for (size_t i = 0; some && i < postings.count; i++)
        if ((wl_account_kind_book(p[i].from_kind) == WL_STOCK) == stock)
            some[n++] = p[i];
    return (struct wl_list){some, n};
}

/* "payable D1" */
static struct wl_str account(struct cli *cli, int64_t kind, struct wl_str party)
{
    return cli_format_text(&cli->arena, "%s%s" WL_STR_FMT, wl_account_kind_name(kind), party.size ? " " : "",
                           WL_STR_ARG(cli_clean(&cli->arena, party)));
}

static json_t *money_view(struct cli *cli, struct wl_list postings)
{
    const struct wl_posting *p = postings.at;
    json_t *list = json_array();

    for (size_t i = 0; i < postings.count; i++, p++) {
        json_t *one = json_object();

        cli_view_amount(one, "amount", p->amount, p->unit);
        cli_view_text(one, "currency", p->unit);
        cli_view_text(one, "from", account(cli, p->from_kind, p->from_party));
        cli_view_text(one, "to", account(cli, p->to_kind, p->to_party));
        json_array_append_new(list, one);
    }
    return list;
}

static int view_reversal(struct cli *cli, const struct wl_reverse_body *body, const char *command,
                         const struct wl_result *result)
{
    const struct wl_reverse_outcome *out = result->outcome;
    struct wl_list money = part_of(cli, out->head.postings, false);
    json_t *view = cli_demand_view(result);

    cli_view_number(view, "reversed", body->entry);
    cli_view_text(view, "command", wl_str_of(command));
    cli_view_put(view, "moves", cli_stock_moves(cli, part_of(cli, out->head.postings, true)));
    if (money.count)
        cli_view_put(view, "money", money_view(cli, money));
    return cli_view_print(cli, view);
}

static void tell_posting(struct cli *cli, const struct wl_posting *p)
{
    struct wl_arena *arena = &cli->arena;
    struct wl_str lot = cli_stock_lot_words(arena, p->lot);

    if (wl_account_kind_book(p->from_kind) == WL_MONEY) {
        fprintf(cli->out, "    " WL_STR_FMT " " WL_STR_FMT " from " WL_STR_FMT " to " WL_STR_FMT "\n",
                WL_STR_ARG(cli_amount(arena, p->amount, p->unit)), WL_STR_ARG(p->unit),
                WL_STR_ARG(account(cli, p->from_kind, p->from_party)),
                WL_STR_ARG(account(cli, p->to_kind, p->to_party)));
        return;
    }
    fprintf(cli->out, "    " WL_STR_FMT " of " WL_STR_FMT "%s" WL_STR_FMT " from " WL_STR_FMT " to " WL_STR_FMT "\n",
            WL_STR_ARG(cli_quantity_plain(arena, p->amount)), WL_STR_ARG(cli_clean(arena, p->unit)),
            lot.size ? ", " : "", WL_STR_ARG(cli_clean(arena, lot)),
            WL_STR_ARG(cli_clean(arena, cli_stock_place(arena, p->from_kind, p->from_party))),
            WL_STR_ARG(cli_clean(arena, cli_stock_place(arena, p->to_kind, p->to_party))));
}

static int tell_reversal(struct cli *cli, const struct wl_reverse_body *body, const char *command,
                         const struct wl_result *result)
{
    const struct wl_reverse_outcome *out = result->outcome;
    const struct wl_posting *postings = out->head.postings.at;

    if (cli->format != CLI_TABLE)
        return view_reversal(cli, body, command, result);
    fprintf(cli->out, "entry %lld  %s reversed", (long long)body->entry, command);
    cli_demand_entry(cli, result);
    for (size_t i = 0; i < out->head.postings.count && i < MOVES_SHOWN; i++)
        tell_posting(cli, &postings[i]);
    if (out->head.postings.count > MOVES_SHOWN)
        fprintf(cli->out, "    and %zu more\n", out->head.postings.count - MOVES_SHOWN);
    return CLI_DONE;
}

/* The command of an entry, for the answer; "" when there is no such entry. */
static int command_of(struct cli *cli, int64_t entry, const char **name)
{
    struct wl_txn *txn;
    struct wl_entry e;
    int rc = wl_txn_begin(cli->store, false, &txn);

    *name = "";
    if (rc == WL_OK && (rc = wl_entry_read(txn, (uint64_t)entry, &e)) == 1)
        *name = e.command->name;
    wl_txn_abort(&txn);
    return rc < 0 ? rc : WL_OK;
}

static int run_reverse(struct cli *cli)
{
    struct wl_reverse_body body = {.entry = WL_NONE};
    struct wl_result result;
    const char *command;
    int rc;

    if (!wl_decimal_parse(wl_str_trim(wl_str_of(cli->argv[0])), ENTRY_DIGITS, 0, &body.entry) || body.entry < 0)
        return wl_fail(WL_E_USAGE,
                       "reverse: `%s` is not the number of an entry; answers and `wledger show part` say it",
                       cli->argv[0]);
    if ((rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK)
        return rc;
    if (!body.reason.size)
        return wl_fail(WL_E_USAGE, "reverse: a reversal needs its --reason TEXT");
    if ((rc = execute(cli, &wl_reverse_command, &body, &result)) != WL_OK ||
        (rc = command_of(cli, body.entry, &command)) != WL_OK)
        return rc;
    if (result.refusal != WL_DONE)
        return cli_stock_refused(cli, "reverse", &result, WL_NO_STR, WL_NO_STR);
    return tell_reversal(cli, &body, command, &result);
}

static const struct cli_option reverse_options[] = {
    {"reason", "TEXT", "why; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_reverse = {
    .name = "reverse",
    .args = "ENTRY",
    .summary = "take back an entry that moved stock, took money back, or recorded a payment",
    .options = reverse_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_reverse,
    .text = "Posts the exact opposite of all that an entry moved, once: of a delivery, an opening balance, a move, a "
            "count,\n"
            "a dispatch, a receipt, a resolved discrepancy, a fitting, a tagging, a return shipment, its receipt, an\n"
            "inspection, a disposition, a chargeback, vehicle sale money, or a payment that a person recorded (`pay`,\n"
            "`recovery pay`). The entry stays in the journal, and its documents go back to where they stood; what an\n"
            "inspection or a chargeback took back is given back, and what suppliers owe follows. It is refused where\n"
            "something that came later stands on it; reverse that first. Each answer names its entry.",
    .example = "reverse -d ledger 1234 --reason \"delivered to the wrong warehouse\"",
};
