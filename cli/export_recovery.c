/* export recovery: a supplier claim for its supplier, as CSV. */
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/output.h"
#include "cli/show_recovery.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/recovery.h"
#include <string.h>

enum { LINE_MEMORY = 16 << 20, ROW_SIZE = 64 << 10 };

struct exporting {
    struct wl_txn *txn;
    struct wl_arena arena; /* of one line */
    int64_t number;
    struct wl_supplier_claim row;
    struct wl_buf text; /* of one line */
};

struct wl_str cli_recovered_percent(struct wl_arena *arena, int64_t percent)
{
    char text[WL_DECIMAL_TEXT];
    size_t size = wl_decimal_format(percent, WL_PERCENT_PLACES, text);

    while (size > 0 && text[size - 1] == '0')
        size--;
    size -= size > 0 && text[size - 1] == '.';
    return wl_arena_copy(arena, (struct wl_str){text, size});
}

static void add_row(struct exporting *x, const struct wl_str *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            wl_buf_byte(&x->text, ',');
        wl_csv_value(&x->text, values[i]);
    }
    wl_buf_text(&x->text, "\r\n");
}

#define ROW(x, ...)                                    \
    add_row((x), (const struct wl_str[]){__VA_ARGS__}, \
            sizeof((const struct wl_str[]){__VA_ARGS__}) / sizeof(struct wl_str))

/* The parts of it, with their percentages: "P000131 80%; P000132 33.333333%"; and its labour. */
static struct wl_str recovered(struct exporting *x, const struct wl_recovery *r, const struct wl_claim_record *record)
{
    const struct wl_part_line *parts = record->parts.at;
    struct wl_str all = WL_NO_STR;

    for (size_t i = 0; i < r->lines.count; i++) {
        size_t line = (size_t)r->lines.at[i] - 1;

        if (line < record->parts.count)
            all = cli_format_text(&x->arena, WL_STR_FMT "%s" WL_STR_FMT " " WL_STR_FMT "%%", WL_STR_ARG(all),
                                  all.size ? "; " : "", WL_STR_ARG(parts[line].part_id),
                                  WL_STR_ARG(cli_recovered_percent(&x->arena, r->percents.at[i])));
    }
    if (r->labour_percent != WL_NONE)
        all = cli_format_text(&x->arena, WL_STR_FMT "%slabour " WL_STR_FMT "%%", WL_STR_ARG(all), all.size ? "; " : "",
                              WL_STR_ARG(cli_recovered_percent(&x->arena, r->labour_percent)));
    return all;
}

static int add_line(struct exporting *x, int64_t line)
{
    struct wl_claim_record record;
    struct wl_arena *a = &x->arena;
    struct wl_str currency = x->row.currency;
    struct wl_recovery r;
    struct wl_claim claim;
    int64_t id;
    int rc = wl_supplier_line_get(x->txn, (uint64_t)x->number, (uint64_t)line, &id);

    wl_arena_clear(a);
    if (rc == 1 && (rc = wl_claim_get(x->txn, a, id, &claim)) == 1)
        rc = wl_recovery_get(x->txn, a, id, x->row.supplier_id, &r);
    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a line of a supplier claim is missing");
    if ((rc = wl_claim_content(x->txn, a, &claim, &record)) != WL_OK)
        return rc;
    ROW(x, cli_int(a, x->number), cli_int(a, line), claim.dealer_id, claim.claim_no, claim.vin,
        cli_day(a, claim.repair_day), cli_int(a, claim.mileage_km), record.fault_code, record.causal_part,
        recovered(x, &r, &record), cli_amount(a, r.basis, currency), cli_amount(a, r.amount, currency),
        cli_amount(a, wl_recovery_owed(&r), currency), currency, wl_str_of(wl_recovery_state_names()[r.state]));
    return wl_arena_status(a) != WL_OK ? wl_arena_status(a) : wl_buf_status(&x->text);
}

static int write_lines(void *context, struct wl_file *file)
{
    struct exporting *x = context;
    int rc = WL_OK;

    ROW(x, WL_STR("supplier_claim"), WL_STR("line"), WL_STR("dealer_id"), WL_STR("claim_no"), WL_STR("vin"),
        WL_STR("repair_date"), WL_STR("mileage_km"), WL_STR("fault_code"), WL_STR("causal_part"), WL_STR("recovered"),
        WL_STR("basis"), WL_STR("amount"), WL_STR("owed"), WL_STR("currency"), WL_STR("state"));
    for (int64_t line = 1; rc == WL_OK && line <= x->row.lines; line++) {
        wl_file_write(file, x->text.data, x->text.size);
        wl_buf_clear(&x->text);
        rc = add_line(x, line);
    }
    wl_file_write(file, x->text.data, x->text.size);
    return rc;
}

static int run_export(struct cli *cli)
{
    const char *path = cli_value(cli, "output");
    struct exporting x = {.number = 0};
    int rc;

    if (!cli_demand_number(wl_str_trim(wl_str_of(cli->argv[0])), &x.number))
        return wl_fail(WL_E_USAGE, "export recovery: `%s` is not the number of a supplier claim", cli->argv[0]);
    if ((rc = wl_txn_begin(cli->store, false, &x.txn)) != WL_OK)
        return rc;
    wl_arena_init(&x.arena, LINE_MEMORY);
    wl_buf_init(&x.text, ROW_SIZE);
    if ((rc = wl_supplier_claim_get(x.txn, &cli->arena, (uint64_t)x.number, &x.row)) == 0)
        rc = wl_fail(WL_E_USAGE, "there is no supplier claim %lld; there are %llu", (long long)x.number,
                     (unsigned long long)wl_supplier_claim_count(x.txn));
    if (rc == 1)
        rc = cli_output(cli, path, write_lines, &x);
    wl_txn_abort(&x.txn);
    if (rc == WL_OK && path)
        fprintf(cli->out, "%s: supplier claim %lld, %lld %s, " WL_STR_FMT " " WL_STR_FMT " due\n", cli_shown(cli, path),
                (long long)x.number, (long long)x.row.lines, cli_counted((uint64_t)x.row.lines, "line", "lines"),
                WL_STR_ARG(cli_amount(&cli->arena, x.row.due, x.row.currency)), WL_STR_ARG(x.row.currency));
    wl_buf_release(&x.text);
    wl_arena_release(&x.arena);
    return rc;
}

static const struct cli_option options[] = {
    {"output", "FILE", "write to FILE, which appears whole or not at all (default: standard output)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_export_recovery = {
    .name = "export recovery",
    .args = "SUPPLIER-CLAIM",
    .summary = "write a supplier claim for its supplier, as CSV",
    .options = options,
    .letters = "o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_export,
    .text = "Writes the lines of a supplier claim, one row for each repair: vehicle, fault, parts with the percentage "
            "that is\n"
            "claimed of them, what that comes to, and where it stands: as it is now, after chargebacks and answers.",
    .example = "export recovery -d ledger 4 -o claim-4.csv",
};
