/* `report suppliers`: what suppliers' parts cost, and what came back. */
#include "cli/commands.h"
#include "cli/report.h"
#include "wledger/error.h"

enum { ROW_MEMORY = 1 << 20 };

static const struct cli_column columns[] = {
    {"supplier", false, false},    {"name", false, false},
    {"currency", false, false},    {"claims", true, true},
    {"vehicles", true, true},      {"total", true, false},
    {"charged_back", true, false}, {"share_percent", true, false},
    {"parts", true, false},        {"to_claim", true, false},
    {"claimed", true, false},      {"accepted", true, false},
    {"disputed", true, false},     {"given_up", true, false},
    {"paid", true, false},         {"accepted_percent", true, false},
};

static void put_row(const struct cli *cli, struct cli_table *table, struct wl_arena *a,
                    const struct wl_supplier_row *row)
{
    struct wl_str c = row->currency;
    bool unknown = row->supplier_id.size == 0 && cli->format == CLI_TABLE;

    wl_arena_clear(a);
    cli_table_row(table,
                  (struct wl_str[]){
                      unknown ? WL_STR("-") : row->supplier_id, row->name, c, cli_int(a, row->claims),
                      cli_int(a, row->vehicles), cli_amount(a, row->total, c), cli_amount(a, row->charged_back, c),
                      cli_percent(a, row->share, 6, 2), cli_amount(a, row->parts, c), cli_amount(a, row->open, c),
                      cli_amount(a, row->claimed, c), cli_amount(a, row->accepted, c), cli_amount(a, row->disputed, c),
                      cli_amount(a, row->given_up, c), row->paid == WL_NONE ? WL_NO_STR : cli_amount(a, row->paid, c),
                      cli_share(a, row->accepted, row->claimed)});
}

static int print(struct cli *cli, const struct wl_suppliers *made)
{
    struct cli_table *table = cli_table_new(cli, columns, WL_COUNT(columns));
    struct wl_arena row;
    int rc;

    wl_arena_init(&row, ROW_MEMORY);
    for (size_t i = 0; i < made->count; i++)
        put_row(cli, table, &row, &made->rows[i]);
    rc = cli_table_end(table);
    cli_report_foot(cli, made->count, made->day);
    wl_arena_release(&row);
    return rc;
}

static int run(struct cli *cli)
{
    struct wl_quality_filter filter;
    struct wl_suppliers made;
    int rc = cli_report_filter(cli, &filter);

    if (rc != WL_OK || (rc = cli_report_open(cli)) != WL_OK)
        return rc;
    if ((rc = wl_suppliers_make(cli->store, &filter, &made)) == WL_OK)
        rc = print(cli, &made);
    wl_suppliers_release(&made);
    return rc;
}

static const struct cli_option options[] = {
    {"from", "DATE", "repaired on this day or later"},
    {"to", "DATE", "repaired on this day or earlier"},
    {"dealer", "D", "claims of this dealer"},
    {"model", "M", "on vehicles of this model"},
    {"batch", "B", "on vehicles of this production batch"},
    {"component", "C", "whose fault is in this component"},
    {"fault", "F", "with this fault code"},
    {"part", "P", "with this causal part"},
    {"supplier", "S", "this supplier alone"},
    {"type", "T[,T]", "of these claim types"},
    {"currency", "CUR", "in this currency"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_report_suppliers = {
    .name = "report suppliers",
    .args = "",
    .summary = "cost of settled claims by supplier, and what of it was claimed, accepted and paid",
    .options = options,
    .flags = CLI_NEEDS_DIR | CLI_TAKES_FORMAT,
    .run = run,
    .text = "claims, vehicles, total, charged_back and share_percent are of the claims whose causal part is the\n"
            "supplier's; parts is the worth of its parts in all settled claims, whatever their causal part. The\n"
            "recoveries of these claims follow as they stand now: to be claimed, claimed, and of that accepted,\n"
            "disputed or given up. paid is told where all of history is looked at.",
    .example = "report suppliers -d ledger --from 2024-01-01 --currency EUR",
};
