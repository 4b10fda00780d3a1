/* `report suppliers`: what suppliers' parts cost, and what came back. */
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/report_chart.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include <stdlib.h>

enum { ROW_MEMORY = 1 << 20, BARS = 30 };

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

/* ---- the chart: cost, and what of it suppliers accepted ---- */

static void draw_row(struct cli_chart *chart, const struct wl_supplier_row *row)
{
    struct wl_arena *a = &chart->arena;
    struct wl_str who = row->supplier_id.size ? row->supplier_id : WL_STR("-");

    cli_chart_point(chart, &(struct wl_chart_point){
                               .label = row->name.size ? cli_format_text(a, WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(who),
                                                                         WL_STR_ARG(row->name))
                                                       : who,
                               .value = row->total,
                               .text = cli_format_text(a, WL_STR_FMT " " WL_STR_FMT,
                                                       WL_STR_ARG(cli_amount(a, row->total, row->currency)),
                                                       WL_STR_ARG(row->currency)),
                               .low = WL_NONE,
                               .high = WL_NONE,
                               .mark = row->accepted == 0 ? WL_NONE : row->accepted});
}

static int draw(struct cli *cli, const struct wl_quality_filter *filter, const struct wl_suppliers *made,
                const char *path)
{
    struct cli_chart *chart = calloc(1, sizeof *chart);
    struct wl_str currency = WL_NO_STR;
    bool room = true;
    int rc;

    if (!chart)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    cli_chart_init(chart, WL_CHART_BARS, "Cost of settled claims by supplier of the causal part");
    chart->chart.subtitle = cli_report_subtitle(&chart->arena, filter, made->day, true);
    chart->chart.note = WL_STR("grey: what suppliers accepted; of each currency the 30 with the greatest cost");
    for (size_t i = 0; i < made->count && room; i++) {
        const struct wl_supplier_row *row = &made->rows[i];

        if (!wl_str_equal(row->currency, currency))
            room = cli_chart_panel(chart, currency = row->currency, row->currency, wl_minor_digits(row->currency));
        if (room && cli_chart_points(chart) < BARS)
            draw_row(chart, row);
    }
    rc = cli_chart_write(cli, chart, path);
    cli_chart_release(chart);
    free(chart);
    return rc;
}

static int run(struct cli *cli)
{
    struct wl_quality_filter filter;
    struct wl_suppliers made;
    int rc = cli_report_filter(cli, &filter);

    if (rc != WL_OK || (rc = cli_report_open(cli)) != WL_OK)
        return rc;
    if ((rc = wl_suppliers_make(cli->store, &filter, &made)) == WL_OK && cli_value(cli, "svg"))
        rc = draw(cli, &filter, &made, cli_value(cli, "svg"));
    if (rc == WL_OK)
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
    {"svg", "FILE", "also draw the cost as a chart"},
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
