/* stock open */
#include "cli/commands.h"
#include "cli/filing.h"
#include "cli/quantity.h"

#include "wledger/error.h"

enum { PIECE = 1000 /* the unit of quantities */ };

enum { SERIAL = CLI_FILING_OWN, QUANTITY, OPEN_COLUMNS };
static const struct cli_sheet_column open_columns[OPEN_COLUMNS] = {
    [CLI_FILING_LOCATION] = {"location_id", true},
    [CLI_FILING_BIN] = {"bin_id", false},
    [CLI_FILING_PART] = {"part_id", true},
    [CLI_FILING_LOT] = {"lot", false},
    [SERIAL] = {"serial", false},
    [QUANTITY] = {"quantity", true},
};

static int open_lot(struct cli_filing *f, const struct cli_sheet_row *row, enum wl_tracking tracking, int64_t quantity)
{
    struct wl_str lot = row->values[CLI_FILING_LOT], serial = row->values[SERIAL];

    if (serial.size && (!wl_is_identifier(serial) || serial.size > WL_SERIAL_MAX))
        return cli_filing_fail(f, row, SERIAL, "must be at most 29 bytes of UTF-8 without control characters");
    if (serial.size && lot.size)
        return cli_filing_fail(f, row, CLI_FILING_LOT,
                               "must be empty where there is a serial number: that is the lot of its piece");
    if (serial.size && tracking != WL_TRACKING_SERIAL)
        return cli_filing_fail(f, row, SERIAL, "must be empty: the part is not tracked by serial number");
    if (!serial.size && tracking == WL_TRACKING_SERIAL)
        return cli_filing_fail(f, row, SERIAL,
                               "is empty, and the part is tracked by serial number; give each piece a row");
    if (!lot.size && tracking == WL_TRACKING_LOT)
        return cli_filing_fail(f, row, CLI_FILING_LOT, "is empty, and the part is tracked by lot; fill it in");
    if (serial.size && quantity != PIECE)
        return cli_filing_fail(f, row, QUANTITY, "must be 1: a serial number is of one piece");
    return WL_OK;
}

static int read_open(struct cli_filing *f, const struct cli_sheet_row *row, struct cli_filing_line *line)
{
    const struct wl_str *v = row->values;
    enum wl_tracking tracking;
    int64_t quantity = 0;
    int rc;

    if (!cli_quantity_parse(v[QUANTITY], false, &quantity))
        return cli_filing_fail(f, row, QUANTITY,
                               "must be a number above 0 of up to 9 digits and 3 decimals, such as 2 or 0.5");
    if ((rc = cli_filing_check(f, row, &tracking)) != WL_OK || (rc = open_lot(f, row, tracking, quantity)) != WL_OK ||
        (rc = cli_filing_once(f, row, v[SERIAL].size ? v[SERIAL] : v[CLI_FILING_LOT])) != WL_OK)
        return rc;
    line->body.open = (struct wl_open_body){v[CLI_FILING_LOCATION], v[CLI_FILING_BIN], v[CLI_FILING_PART],
                                            v[CLI_FILING_LOT],      v[SERIAL],         quantity};
    return 1;
}

static const struct cli_column open_told[] = {
    {"line", true, true},  {"location_id", false, false}, {"bin_id", false, false},  {"part_id", false, false},
    {"lot", false, false}, {"serial", false, false},      {"quantity", true, false}, {"result", false, false},
    {"entry", true, true}, {"repeated", false, false},    {"about", false, false},
};

static void tell_open(struct cli_filing *f, const struct cli_filing_answer *a)
{
    const struct wl_open_body *b = &a->line->body.open;
    struct wl_str lot = b->serial.size ? wl_serial_lot(&f->answers, b->serial) : b->lot;

    if (a->result.refusal != WL_DONE)
        cli_tell_refusal(f->cli->out, &f->answers, cli_filing_name(f, a, b->location_id, b->bin_id, b->part_id, lot),
                         a->result.refusal, a->about);
}

static void tell_open_program(struct cli_filing *f, const struct cli_filing_answer *a)
{
    const struct wl_open_body *b = &a->line->body.open;
    struct wl_arena *arena = &f->answers;

    cli_table_row(f->table,
                  (struct wl_str[]){cli_int(arena, (int64_t)a->line->line), b->location_id, b->bin_id, b->part_id,
                                    b->lot, b->serial, cli_quantity_exact(arena, b->quantity), cli_filing_result(a),
                                    cli_filing_entry(f, a), cli_filing_repeated(a), a->about});
}

static const struct cli_filing_kind open_kind = {
    .name = "open",
    .command = &wl_open_command,
    .columns = open_columns,
    .column_count = OPEN_COLUMNS,
    .read = read_open,
    .tell = tell_open,
    .told = open_told,
    .told_count = WL_COUNT(open_told),
    .tell_program = tell_open_program,
};

static int run_open(struct cli *cli)
{
    struct cli_filing f = {.cli = cli, .kind = &open_kind};
    int rc = cli_filing_run(&f, cli->argv[0]);

    if (rc != WL_OK)
        return rc;
    if (cli->format == CLI_TABLE)
        cli_filing_sum(&f, "opened");
    return f.refused ? CLI_REFUSED : CLI_DONE;
}

const struct cli_command cli_stock_open = {
    .name = "stock open",
    .args = "FILE.csv",
    .summary = "opening balances of warehouses and dealers",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_open,
    .text =
        "Books what lies where on the day that a location begins with the ledger, from a CSV file (- for standard\n"
        "input) with the columns location_id, bin_id, part_id, lot, serial, quantity; bin, lot and serial may be left\n"
        "out. The whole file is checked before anything is done: what is wrong is named by line and column. A row "
        "that\n"
        "the ledger refuses does not keep the others back. The same file again does nothing twice, and goes on where "
        "it\n"
        "was cut off. Each balance is opened once; `wledger count book` corrects it.",
    .example = "stock open -d ledger opening.csv",
};
