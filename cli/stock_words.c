/* Places, lots and refusals of stock in a clerk's words. */
#include "cli/lookup.h"
#include "cli/quantity.h"
#include "cli/stock.h"

#include "wledger/error.h"
#include "wledger/load.h"

enum { BINS_SHOWN = 8, HINT_SIZE = 1000 };

struct wl_str cli_stock_place(struct wl_arena *arena, int64_t kind, struct wl_str party)
{
    const char *name = wl_account_kind_name(kind);

    return cli_format_text(arena, "%s%s" WL_STR_FMT, name ? name : "", party.size ? " " : "", WL_STR_ARG(party));
}

struct wl_str cli_stock_lot_words(struct wl_arena *arena, struct wl_str lot)
{
    struct wl_str serial = wl_lot_serial(lot);

    if (serial.size)
        return cli_format_text(arena, "serial number " WL_STR_FMT, WL_STR_ARG(serial));
    return lot.size ? cli_format_text(arena, "lot " WL_STR_FMT, WL_STR_ARG(lot)) : WL_NO_STR;
}

struct wl_str cli_stock_lot(struct wl_str lot)
{
    return wl_lot_serial(lot).size ? WL_NO_STR : lot;
}

int cli_stock_bin(const struct cli *cli, const char *option, struct wl_str *bin_id)
{
    return cli_text(cli, option, WL_BIN_MAX, bin_id);
}

int cli_stock_lot_option(struct cli *cli, struct wl_str *lot)
{
    struct wl_str serial;
    int rc = cli_text(cli, "lot", WL_LOT_MAX, lot);

    if (rc != WL_OK || (rc = cli_text(cli, "serial", WL_SERIAL_MAX, &serial)) != WL_OK || serial.size == 0)
        return rc;
    if (lot->size)
        return wl_fail(WL_E_USAGE, "--lot and --serial: one of them, please; a serial number is a lot of one piece");
    *lot = wl_serial_lot(&cli->arena, serial);
    return wl_arena_status(&cli->arena);
}

json_t *cli_stock_moves(struct cli *cli, struct wl_list postings)
{
    const struct wl_posting *p = postings.at;
    json_t *list = json_array();

    for (size_t i = 0; i < postings.count; i++, p++) {
        json_t *one = json_object();

        cli_view_text(one, "part_id", p->unit);
        cli_view_text(one, "lot", cli_stock_lot(p->lot));
        cli_view_text(one, "serial", wl_lot_serial(p->lot));
        cli_view_text(one, "quantity", cli_quantity(cli, &cli->arena, p->amount));
        cli_view_text(one, "from", cli_stock_place(&cli->arena, p->from_kind, p->from_party));
        cli_view_text(one, "to", cli_stock_place(&cli->arena, p->to_kind, p->to_party));
        json_array_append_new(list, one);
    }
    return list;
}

/* ---- what helps ---- */

struct asked {
    struct wl_str location_id, part_id, about;
};

typedef int hint_fn(struct cli *, struct wl_txn *, const struct asked *, struct wl_str *hint);

static int near_place(struct cli *cli, struct wl_txn *txn, const struct asked *asked, struct wl_str *hint)
{
    return cli_near_location(txn, &cli->arena, asked->location_id, false, hint);
}

static int near_warehouse(struct cli *cli, struct wl_txn *txn, const struct asked *asked, struct wl_str *hint)
{
    return cli_near_location(txn, &cli->arena, asked->location_id, true, hint);
}

static int near_part(struct cli *cli, struct wl_txn *txn, const struct asked *asked, struct wl_str *hint)
{
    return cli_near_part(txn, &cli->arena, asked->part_id, hint);
}

/* Adds the bins that name a part at a location to "bins for it: ". */
static int add_bins(struct wl_txn *txn, struct wl_arena *arena, const struct asked *asked, struct wl_str part_id,
                    struct wl_buf *text)
{
    const struct wl_record *record = wl_reference_info(WL_REF_BINS)->record;
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    wl_reference_key_start(&prefix, WL_REF_BINS);
    wl_reference_key_text(&prefix, asked->location_id);
    wl_reference_key_text(&prefix, part_id);
    if (prefix.bad)
        return WL_OK;
    rc = wl_walk_open(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk);
    for (int n = 0; rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1; n++) {
        struct wl_bin bin;

        if (n == BINS_SHOWN)
            wl_buf_text(text, "..., ");
        rc = n < BINS_SHOWN ? wl_record_decode(record, wl_reference_row_cbor(value), &bin, arena) : WL_OK;
        if (rc == WL_OK && n < BINS_SHOWN)
            wl_buf_format(text, WL_STR_FMT ", ", WL_STR_ARG(bin.bin_id));
        if (n == BINS_SHOWN)
            break;
    }
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}

static int bins_there(struct cli *cli, struct wl_txn *txn, const struct asked *asked, struct wl_str *hint)
{
    struct wl_buf text;
    int rc;

    wl_buf_init(&text, HINT_SIZE);
    wl_buf_format(&text, "bins of " WL_STR_FMT " for this part: ", WL_STR_ARG(asked->location_id));
    rc = add_bins(txn, &cli->arena, asked, asked->part_id, &text);
    if (rc == WL_OK)
        rc = add_bins(txn, &cli->arena, asked, WL_STR(WL_ANY_PART), &text);
    wl_buf_text(&text, WL_MAIN_BIN);
    if (rc == WL_OK && !text.failed)
        *hint = wl_arena_copy(&cli->arena, wl_buf_view(&text));
    wl_buf_release(&text);
    return rc;
}

static int stock_there(struct cli *cli, struct wl_txn *txn, const struct asked *asked, struct wl_str *hint)
{
    struct wl_stock stock;
    int rc = wl_stock_get(txn, asked->part_id, asked->location_id, &stock);

    *hint =
        cli_format_text(&cli->arena,
                        WL_STR_FMT " has " WL_STR_FMT " of it on hand, " WL_STR_FMT
                                   " of that reserved; `wledger list stock --bins --part " WL_STR_FMT "` shows where",
                        WL_STR_ARG(asked->location_id), WL_STR_ARG(cli_quantity_plain(&cli->arena, stock.on_hand)),
                        WL_STR_ARG(cli_quantity_plain(&cli->arena, stock.reserved)), WL_STR_ARG(asked->part_id));
    return rc < 0 ? rc : WL_OK;
}

/* Where the piece is whose serial number the refusal is about. */
static int piece_there(struct cli *cli, struct wl_txn *txn, const struct asked *asked, struct wl_str *hint)
{
    struct wl_str serial = wl_lot_serial(asked->about).size ? wl_lot_serial(asked->about) : asked->about;
    struct wl_unit unit;
    int rc = wl_unit_get(txn, &cli->arena, asked->part_id, wl_serial_lot(&cli->arena, serial), &unit);

    if (rc == 1)
        *hint = cli_format_text(
            &cli->arena, "it is in " WL_STR_FMT "; `wledger show unit " WL_STR_FMT " " WL_STR_FMT "` tells its way",
            WL_STR_ARG(cli_stock_place(&cli->arena, unit.kind, unit.party)), WL_STR_ARG(asked->part_id),
            WL_STR_ARG(serial));
    return rc < 0 ? rc : WL_OK;
}

static int entries_there(struct cli *cli, struct wl_txn *txn, const struct asked *asked, struct wl_str *hint)
{
    (void)asked;
    *hint = cli_format_text(&cli->arena, "there are entries 0 to %llu; the last is this refusal",
                            (unsigned long long)wl_journal_size(txn) - 1);
    return wl_txn_status(txn);
}

static const struct {
    int64_t refusal;
    hint_fn *hint;
} hints[] = {
    {WL_REFUSED_LOCATION_UNKNOWN, near_place}, {WL_REFUSED_WAREHOUSE_UNKNOWN, near_warehouse},
    {WL_REFUSED_PART_UNKNOWN, near_part},      {WL_REFUSED_BIN_UNKNOWN, bins_there},
    {WL_REFUSED_STOCK_SHORT, stock_there},     {WL_REFUSED_STOCK_RESERVED, stock_there},
    {WL_REFUSED_SERIAL_KNOWN, piece_there},    {WL_REFUSED_SERIAL_ELSEWHERE, piece_there},
    {WL_REFUSED_ENTRY_UNKNOWN, entries_there},
};

static int find_hint(struct cli *cli, int64_t refusal, const struct asked *asked, struct wl_str *hint)
{
    struct wl_txn *txn;
    int rc = WL_OK;

    *hint = WL_NO_STR;
    for (size_t i = 0; i < WL_COUNT(hints); i++)
        if (hints[i].refusal == refusal) {
            if ((rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
                return rc;
            rc = hints[i].hint(cli, txn, asked, hint);
            wl_txn_abort(&txn);
        }
    return rc;
}

int cli_stock_refused(struct cli *cli, const char *name, const struct wl_result *result, struct wl_str location_id,
                      struct wl_str part_id)
{
    const struct wl_outcome_head *head = result->outcome;
    struct asked asked = {location_id, part_id, head ? head->about : WL_NO_STR};
    struct wl_str hint;
    int rc = find_hint(cli, result->refusal, &asked, &hint);

    if (rc != WL_OK)
        return rc;
    if (cli->format != CLI_TABLE) {
        json_t *view = cli_demand_view(result);

        cli_view_text(view, "hint", hint);
        rc = cli_view_print(cli, view);
        return rc != WL_OK ? rc : CLI_REFUSED;
    }
    cli_tell_refusal(cli->out, &cli->arena, wl_str_of(name), result->refusal, asked.about);
    if (hint.size)
        fprintf(cli->out, "    " WL_STR_FMT "\n", WL_STR_ARG(cli_clean(&cli->arena, hint)));
    return CLI_REFUSED;
}
