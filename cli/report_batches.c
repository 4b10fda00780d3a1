/* `report batches`: which production batch has more claims than its model has. */
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/report_chart.h"
#include "wledger/error.h"
#include <stdlib.h>

enum { ROW_MEMORY = 1 << 20, MONTHS_MAX = 1200, LEAST = 20, RATE_SCALE = 9 };

static const struct cli_column columns[] = {
    {"batch", false, false},         {"model", false, false},
    {"built", true, true},           {"sold", true, true},
    {"vehicles", true, true},        {"with_claim", true, true},
    {"claims", true, true},          {"rate_percent", true, false},
    {"others", true, true},          {"others_with_claim", true, true},
    {"others_percent", true, false}, {"lower_percent", true, false},
    {"upper_percent", true, false},  {"flag", false, false},
};

static void put_row(struct cli_table *table, struct wl_arena *a, const struct wl_batch_row *row)
{
    wl_arena_clear(a);
    cli_table_row(
        table, (struct wl_str[]){row->batch, row->model, cli_int(a, row->built), cli_int(a, row->sold),
                                 cli_int(a, row->vehicles), cli_int(a, row->with_claim), cli_int(a, row->claims),
                                 cli_percent(a, row->rate, RATE_SCALE, 3), cli_int(a, row->others),
                                 cli_int(a, row->others_with_claim), cli_percent(a, row->others_rate, RATE_SCALE, 3),
                                 cli_percent(a, row->lower, RATE_SCALE, 3), cli_percent(a, row->upper, RATE_SCALE, 3),
                                 row->flagged ? WL_STR("above") : WL_NO_STR});
}

/* ---- the chart: each batch's rate in its interval, beside the others' ---- */

static void draw_row(struct cli_chart *chart, const struct wl_batch_row *row)
{
    struct wl_arena *a = &chart->arena;
    struct wl_str rate = cli_percent(a, row->rate, RATE_SCALE, 2);

    cli_chart_point(
        chart, &(struct wl_chart_point){.label = cli_format_text(a, WL_STR_FMT " / " WL_STR_FMT, WL_STR_ARG(row->model),
                                                                 WL_STR_ARG(row->batch)),
                                        .value = row->rate,
                                        .text = cli_format_text(a, WL_STR_FMT " %%, %lld of %lld", WL_STR_ARG(rate),
                                                                (long long)row->with_claim, (long long)row->vehicles),
                                        .low = row->lower,
                                        .high = row->upper,
                                        .mark = row->others_rate,
                                        .flagged = row->flagged});
}

static int draw(struct cli *cli, const struct wl_batches_request *request, const struct wl_batches *made,
                const char *path)
{
    struct cli_chart *chart = calloc(1, sizeof *chart);
    struct wl_arena *a;
    int rc;

    if (!chart)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    cli_chart_init(chart, WL_CHART_INTERVALS, "Production batches: vehicles with a settled claim");
    a = &chart->arena;
    chart->chart.subtitle = cli_report_subtitle(a, &request->filter, made->day, false);
    chart->chart.note =
        cli_format_text(a,
                        "dot: share of the batch's vehicles with a claim%s; line: its one-sided %s per cent bounds; "
                        "grey: the other vehicles "
                        "of its model; red: the lower bound is above them",
                        request->within == WL_NONE ? "" : " in time", wl_confidence_names()[request->confidence]);
    if (request->within != WL_NONE)
        chart->chart.subtitle = cli_format_text(a, "first %lld months in service, " WL_STR_FMT,
                                                (long long)request->within, WL_STR_ARG(chart->chart.subtitle));
    cli_chart_panel(chart, WL_NO_STR, WL_STR("per cent of vehicles"), RATE_SCALE - 2);
    for (size_t i = 0; i < made->count && i < WL_CHART_BARS_MAX; i++)
        draw_row(chart, &made->rows[i]);
    rc = cli_chart_write(cli, chart, path);
    cli_chart_release(chart);
    free(chart);
    return rc;
}

static int read_request(const struct cli *cli, struct wl_batches_request *request)
{
    int rc = cli_report_filter(cli, &request->filter);

    request->within = WL_NONE;
    request->least = LEAST;
    request->confidence = WL_CONFIDENCE_DEFAULT;
    if (rc == WL_OK)
        rc = cli_number(cli, "within", 1, MONTHS_MAX, &request->within);
    if (rc == WL_OK)
        rc = cli_number(cli, "least", 1, INT32_MAX, &request->least);
    return rc == WL_OK ? cli_choice(cli, "confidence", wl_confidence_names(), &request->confidence) : rc;
}

static int print(struct cli *cli, const struct wl_batches *made, int64_t least)
{
    struct cli_table *table = cli_table_new(cli, columns, WL_COUNT(columns));
    struct wl_arena row;
    int rc;

    wl_arena_init(&row, ROW_MEMORY);
    for (size_t i = 0; i < made->count; i++)
        put_row(table, &row, &made->rows[i]);
    rc = cli_table_end(table);
    if (cli->format == CLI_TABLE && made->count == 0 && made->day != WL_NONE && least > 1)
        fprintf(cli->out, "no such batch has %lld vehicles or more: --least N tells smaller ones\n", (long long)least);
    else
        cli_report_foot(cli, made->count, made->day);
    wl_arena_release(&row);
    return rc;
}

static int run(struct cli *cli)
{
    struct wl_batches_request request;
    struct wl_batches made;
    int rc = read_request(cli, &request);

    if (rc != WL_OK || (rc = cli_report_open(cli)) != WL_OK)
        return rc;
    if ((rc = wl_batches_make(cli->store, &request, &made)) == WL_OK && cli_value(cli, "svg"))
        rc = draw(cli, &request, &made, cli_value(cli, "svg"));
    if (rc == WL_OK)
        rc = print(cli, &made, request.least);
    wl_batches_release(&made);
    return rc;
}

static const struct cli_option options[] = {
    {"within", "MONTHS",
     "claims of the first so many months in service, of vehicles that have been in service for as long"},
    {"component", "C", "claims whose fault is in this component"},
    {"fault", "F", "claims with this fault code"},
    {"part", "P", "claims with this causal part"},
    {"supplier", "S", "claims whose causal part is this supplier's"},
    {"type", "T[,T]", "claims of these types (default: warranty,part,extended,goodwill)"},
    {"from", "DATE", "claims repaired on this day or later"},
    {"to", "DATE", "claims repaired, and vehicles sold, on this day or earlier"},
    {"model", "M", "batches of this model"},
    {"batch", "B", "this batch"},
    {"confidence", "PERCENT", "of the bounds: 90, 95 (default), 97.5, 99, 99.5 or 99.9"},
    {"least", "N", "batches with N vehicles or more (default: 20)"},
    {"svg", "FILE", "also draw the 40 with the strongest evidence as a chart"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_report_batches = {
    .name = "report batches",
    .args = "",
    .summary = "production batches whose vehicles have more claims than their model's",
    .options = options,
    .flags = CLI_NEEDS_DIR | CLI_TAKES_FORMAT,
    .run = run,
    .text = "For each production batch: the share of its sold vehicles that have a settled claim, that of the other\n"
            "vehicles of its model, and one-sided bounds of its own (Wilson's score), strongest evidence first. It is\n"
            "flagged `above` where even the lower bound is above the others' share. Where hundreds of batches are\n"
            "looked at, one in twenty passes a bound of 95 per cent by chance: then ask for 99.9.",
    .example = "report batches -d ledger --within 6 --component engine --confidence 99.9",
};
