/* count book */
#include "cli/commands.h"
#include "cli/filing.h"
#include "cli/quantity.h"

#include "wledger/error.h"

enum { PIECE = 1000 /* the unit of quantities */ };

enum { ON_HAND = CLI_FILING_OWN, COUNTED, DESCRIPTION, UNIT, COUNT_COLUMNS };
static const struct cli_sheet_column count_columns[COUNT_COLUMNS] = {
    [CLI_FILING_LOCATION] = {"location_id", true},
    [CLI_FILING_BIN] = {"bin_id", false},
    [CLI_FILING_PART] = {"part_id", true},
    [CLI_FILING_LOT] = {"lot", false},
    [ON_HAND] = {"on_hand", false},
    [COUNTED] = {"counted", false},
    [DESCRIPTION] = {"description", false},
    [UNIT] = {"unit", false},
};

static int read_count(struct cli_filing *f, const struct cli_sheet_row *row, struct cli_filing_line *line)
{
    const struct wl_str *v = row->values;
    int64_t counted = 0, sheet = WL_NONE;
    enum wl_tracking tracking;
    int rc;

    if (v[ON_HAND].size && !cli_quantity_parse(v[ON_HAND], true, &sheet))
        return cli_filing_fail(f, row, ON_HAND, "must be what the sheet said, or empty");
    if (v[COUNTED].size == 0)
        return 0;
    if (!cli_quantity_parse(v[COUNTED], true, &counted))
        return cli_filing_fail(f, row, COUNTED,
                               "must be a number from 0 on of up to 9 digits and 3 decimals; empty: not counted");
    if ((rc = cli_filing_check(f, row, &tracking)) != WL_OK ||
        (rc = cli_filing_once(f, row, v[CLI_FILING_LOT])) != WL_OK)
        return rc;
    if (wl_lot_serial(v[CLI_FILING_LOT]).size && counted != 0 && counted != PIECE)
        return cli_filing_fail(f, row, COUNTED, "must be 0 or 1: a serial number is of one piece");
    line->body.count = (struct wl_count_body){
        v[CLI_FILING_LOCATION], v[CLI_FILING_BIN], v[CLI_FILING_PART], v[CLI_FILING_LOT], counted, sheet, f->reason};
    return 1;
}

static const struct cli_column count_told[] = {
    {"line", true, true},  {"location_id", false, false}, {"bin_id", false, false},    {"part_id", false, false},
    {"lot", false, false}, {"counted", true, false},      {"difference", true, false}, {"result", false, false},
    {"entry", true, true}, {"repeated", false, false},    {"about", false, false},     {"filled", false, false},
};

static void tell_count(struct cli_filing *f, const struct cli_filing_answer *a)
{
    const struct wl_count_body *b = &a->line->body.count;
    struct wl_arena *arena = &f->answers;
    struct wl_str name = cli_filing_name(f, a, b->location_id, b->bin_id, b->part_id, b->lot);
    struct wl_str filled = cli_demand_requests(arena, a->filled);

    if (a->result.refusal != WL_DONE) {
        cli_tell_refusal(f->cli->out, arena, name, a->result.refusal, a->about);
        return;
    }
    if (a->difference == WL_NONE || a->difference == 0)
        return;
    fprintf(f->cli->out, WL_STR_FMT "  counted " WL_STR_FMT ", was " WL_STR_FMT ": %s" WL_STR_FMT,
            WL_STR_ARG(cli_clean(arena, name)), WL_STR_ARG(cli_quantity_plain(arena, b->counted)),
            WL_STR_ARG(cli_quantity_plain(arena, b->counted - a->difference)), a->difference > 0 ? "+" : "",
            WL_STR_ARG(cli_quantity_plain(arena, a->difference)));
    cli_demand_entry(f->cli, &a->result);
    if (filled.size)
        fprintf(f->cli->out, "    reserved for " WL_STR_FMT "\n", WL_STR_ARG(filled));
}

static struct wl_str joined(struct wl_arena *arena, struct wl_ints numbers)
{
    struct wl_str all = WL_NO_STR;

    for (size_t i = 0; i < numbers.count; i++)
        all = cli_format_text(arena, WL_STR_FMT "%s%lld", WL_STR_ARG(all), i ? " " : "", (long long)numbers.at[i]);
    return all;
}

static void tell_count_program(struct cli_filing *f, const struct cli_filing_answer *a)
{
    const struct wl_count_body *b = &a->line->body.count;
    struct wl_arena *arena = &f->answers;

    cli_table_row(f->table, (struct wl_str[]){cli_int(arena, (int64_t)a->line->line), b->location_id, b->bin_id,
                                              b->part_id, b->lot, cli_quantity_exact(arena, b->counted),
                                              cli_quantity_exact(arena, a->difference), cli_filing_result(a),
                                              cli_filing_entry(f, a), cli_filing_repeated(a), a->about,
                                              joined(arena, a->filled)});
}

static const struct cli_filing_kind count_kind = {
    .name = "count",
    .command = &wl_count_command,
    .columns = count_columns,
    .column_count = COUNT_COLUMNS,
    .read = read_count,
    .tell = tell_count,
    .told = count_told,
    .told_count = WL_COUNT(count_told),
    .tell_program = tell_count_program,
};

static int run_book(struct cli *cli)
{
    struct cli_filing f = {.cli = cli, .kind = &count_kind};
    int rc = cli_text(cli, "reason", WL_REASON_MAX, &f.reason);

    if (rc != WL_OK)
        return rc;
    if (!f.reason.size)
        return wl_fail(WL_E_USAGE, "count book: a count needs its --reason TEXT, which stands with each difference");
    if ((rc = cli_filing_run(&f, cli->argv[0])) != WL_OK)
        return rc;
    if (cli->format == CLI_TABLE)
        cli_filing_sum(&f, "counted");
    return f.refused ? CLI_REFUSED : CLI_DONE;
}

static const struct cli_option book_options[] = {
    {"reason", "TEXT", "why there was a count; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_count_book = {
    .name = "count book",
    .args = "FILE.csv",
    .summary = "book a counted sheet",
    .options = book_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_book,
    .text =
        "Books the differences of a sheet of `wledger count sheet` that was filled in, or of any CSV file (- for\n"
        "standard input) with the columns location_id, bin_id, part_id, lot, on_hand, counted. A row with nothing in\n"
        "counted is passed over. on_hand is what the sheet said: where the stock moved since, the row is refused; "
        "leave\n"
        "the column out to book against what there is now. Without a lot, all lots in the bin are counted together. "
        "The\n"
        "whole file is checked before anything is done. The same file again does nothing twice; to book the very same\n"
        "file anew, give it another --key. Nothing is counted below what is reserved.",
    .example = "count book -d ledger sheet.csv --reason \"yearly count\"",
};
