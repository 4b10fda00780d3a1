/* `report dealers`: a scorecard. */
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/report_chart.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include <stdlib.h>

enum { ROW_MEMORY = 1 << 20, BARS = 20, COLUMNS = 28 };

/* Counts that shares are made of are told to programs alone: for people the table would be too wide. */
static const struct {
    struct cli_column column;
    bool people;
} columns[] = {
    {{"dealer", false, false}, true},
    {{"name", false, false}, true},
    {{"currency", false, false}, true},
    {{"claims", true, true}, true},
    {{"approved", true, true}, false},
    {{"partial", true, true}, false},
    {{"rejected", true, true}, false},
    {{"referred", true, true}, false},
    {{"info_requested", true, true}, false},
    {{"approved_percent", true, false}, true}, /* of those decided */
    {{"corrected", true, true}, true},
    {{"charged_back_claims", true, true}, false},
    {{"delay_days", true, false}, true},
    {{"late_percent", true, false}, true},
    {{"dispatches", true, true}, false},
    {{"late_dispatches", true, true}, true},
    {{"returns", true, true}, false},
    {{"returns_overdue", true, true}, true},
    {{"returns_accepted", true, true}, false},
    {{"returns_refused", true, true}, false},
    {{"returns_percent", true, false}, true}, /* accepted of those inspected */
    {{"settled", true, true}, true},
    {{"vehicles", true, true}, false},
    {{"total", true, false}, true},
    {{"charged_back", true, false}, true},
    {{"cost_per_vehicle", true, false}, true},
    {{"repeats", true, true}, false},
    {{"repeats_percent", true, false}, true},
};
_Static_assert(WL_COUNT(columns) == COLUMNS, "each value has its column");

static int64_t good(const struct wl_dealer_score *r)
{
    return r->approved + r->partial;
}

static int64_t decided(const struct wl_dealer_score *r)
{
    return good(r) + r->rejected + r->info_requested;
}

static void put_row(const struct cli *cli, struct cli_table *table, struct wl_arena *a, const struct wl_dealer_score *r)
{
    struct wl_str shown[COLUMNS];
    size_t n = 0;

    wl_arena_clear(a);
    const struct wl_str values[COLUMNS] = {
        r->dealer_id,
        r->name,
        r->currency,
        cli_int(a, r->claims),
        cli_int(a, r->approved),
        cli_int(a, r->partial),
        cli_int(a, r->rejected),
        cli_int(a, r->referred),
        cli_int(a, r->info_requested),
        cli_share(a, good(r), decided(r)),
        cli_int(a, r->corrected),
        cli_int(a, r->charged_back_claims),
        cli_ratio(a, r->delay, r->first_claims, 1),
        cli_share(a, r->late, r->first_claims),
        cli_int(a, r->dispatches),
        cli_int(a, r->late_dispatches),
        cli_int(a, r->returns),
        cli_int(a, r->returns_overdue),
        cli_int(a, r->returns_accepted),
        cli_int(a, r->returns_refused),
        cli_share(a, r->returns_accepted, r->returns_accepted + r->returns_refused),
        cli_int(a, r->settled),
        cli_int(a, r->vehicles),
        cli_amount(a, r->total, r->currency),
        cli_amount(a, r->charged_back, r->currency),
        cli_amount_each(a, r->total, r->vehicles, r->currency),
        cli_int(a, r->repeats),
        cli_share(a, r->repeats, r->settled),
    };

    for (size_t i = 0; i < COLUMNS; i++)
        if (cli->format != CLI_TABLE || columns[i].people)
            shown[n++] = values[i];
    cli_table_row(table, shown);
}

static int print(struct cli *cli, const struct wl_dealer_scores *made)
{
    struct cli_column shown[COLUMNS];
    struct cli_table *table;
    struct wl_arena row;
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < COLUMNS; i++)
        if (cli->format != CLI_TABLE || columns[i].people)
            shown[n++] = columns[i].column;
    table = cli_table_new(cli, shown, n);
    wl_arena_init(&row, ROW_MEMORY);
    for (size_t i = 0; i < made->count; i++)
        put_row(cli, table, &row, &made->rows[i]);
    rc = cli_table_end(table);
    if (cli->format == CLI_TABLE && made->count == 0)
        fputs("no claims\n", cli->out);
    wl_arena_release(&row);
    return rc;
}

/* ---- the chart: for each currency, the dealers with most settled claims by four measures ---- */

static int by_settled(const void *a, const void *b)
{
    const struct wl_dealer_score *x = *(const struct wl_dealer_score *const *)a,
                                 *y = *(const struct wl_dealer_score *const *)b;
    int order = wl_str_compare(x->currency, y->currency);

    if (order != 0)
        return order;
    if (x->settled != y->settled)
        return x->settled > y->settled ? -1 : 1;
    return wl_str_compare(x->dealer_id, y->dealer_id);
}

static int64_t cost_each(const struct wl_dealer_score *r)
{
    return r->vehicles == 0 ? 0 : (int64_t)wl_round(r->total, r->vehicles);
}

/* Per cent with one place, times 10. */
static int64_t share(int64_t a, int64_t b)
{
    return b <= 0 ? 0 : (int64_t)wl_round((wl_i128)a * 1000, b);
}

static int64_t approved_share(const struct wl_dealer_score *r)
{
    return share(good(r), decided(r));
}

static int64_t late_share(const struct wl_dealer_score *r)
{
    return share(r->late, r->first_claims);
}

static int64_t repeats_share(const struct wl_dealer_score *r)
{
    return share(r->repeats, r->settled);
}

static const struct {
    const char *title;
    int64_t (*of)(const struct wl_dealer_score *);
    bool money;
} measures[] = {
    {"claims approved, per cent of those decided", approved_share, false},
    {"claims submitted late, per cent", late_share, false},
    {"repeated repairs, per cent of settled claims", repeats_share, false},
    {"cost of settled claims per vehicle", cost_each, true},
};

static void draw_measure(struct cli_chart *chart, size_t measure, const struct wl_dealer_score *const *rows,
                         size_t count)
{
    struct wl_str currency = rows[0]->currency;
    struct wl_arena *a = &chart->arena;
    bool money = measures[measure].money;

    if (!cli_chart_panel(chart, cli_format_text(a, WL_STR_FMT ": %s", WL_STR_ARG(currency), measures[measure].title),
                         money ? currency : WL_STR("per cent"), money ? wl_minor_digits(currency) : 1))
        return;
    for (size_t i = 0; i < count; i++) {
        int64_t value = measures[measure].of(rows[i]);

        cli_chart_point(chart, &(struct wl_chart_point){.label = rows[i]->dealer_id,
                                                        .value = value,
                                                        .text = money ? cli_amount(a, value, currency)
                                                                      : cli_percent(a, value, 3, 1),
                                                        .low = WL_NONE,
                                                        .high = WL_NONE,
                                                        .mark = WL_NONE});
    }
}

static int draw(struct cli *cli, const struct wl_quality_filter *filter, const struct wl_dealer_scores *made,
                const char *path)
{
    const struct wl_dealer_score **rows = calloc(made->count + 1, sizeof *rows);
    struct cli_chart *chart = calloc(1, sizeof *chart);
    int rc = rows && chart ? WL_OK : wl_fail(WL_E_SYSTEM, "out of memory");

    for (size_t i = 0; rc == WL_OK && i < made->count; i++)
        rows[i] = &made->rows[i];
    if (rc == WL_OK) {
        qsort(rows, made->count, sizeof *rows, by_settled);
        cli_chart_init(chart, WL_CHART_BARS, "Dealers' scorecard");
        chart->chart.subtitle = cli_report_subtitle(&chart->arena, filter, made->day, true);
        chart->chart.note = WL_STR("of each currency the 20 dealers with most settled claims");
        for (size_t from = 0, end; from < made->count; from = end) {
            for (end = from; end < made->count && wl_str_equal(rows[end]->currency, rows[from]->currency);)
                end++;
            for (size_t i = 0; i < WL_COUNT(measures); i++)
                draw_measure(chart, i, rows + from, end - from < BARS ? end - from : BARS);
        }
        rc = cli_chart_write(cli, chart, path);
        cli_chart_release(chart);
    }
    free(chart);
    free(rows);
    return rc;
}

static int run(struct cli *cli)
{
    struct wl_quality_filter filter;
    struct wl_dealer_scores made;
    int rc = cli_report_filter(cli, &filter);

    if (rc != WL_OK)
        return rc;
    if ((rc = wl_dealer_scores_make(cli->store, &filter, &made)) == WL_OK && cli_value(cli, "svg"))
        rc = draw(cli, &filter, &made, cli_value(cli, "svg"));
    if (rc == WL_OK)
        rc = print(cli, &made);
    wl_dealer_scores_release(&made);
    return rc;
}

static const struct cli_option options[] = {
    {"from", "DATE", "claims repaired, and parts shipped, on this day or later"},
    {"to", "DATE", "claims repaired, and parts shipped, on this day or earlier"},
    {"dealer", "D", "this dealer alone"},
    {"model", "M", "claims on vehicles of this model"},
    {"batch", "B", "claims on vehicles of this production batch"},
    {"type", "T[,T]", "claims of these types"},
    {"currency", "CUR", "in this currency"},
    {"svg", "FILE", "also draw four measures of the busiest dealers as a chart"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_report_dealers = {
    .name = "report dealers",
    .args = "",
    .summary = "a scorecard of dealers: approvals, corrections, lateness, returned parts, repeats, cost",
    .options = options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .run = run,
    .text =
        "A row for each dealer and currency. claims to info_requested count versions of claims as they stand, settled\n"
        "ones as they were decided; delay_days is the mean from repair to first submission, late_percent the share\n"
        "that took longer than submit_days; dispatches are those shipped to the dealer; returns are what these\n"
        "claims owe; settled to cost_per_vehicle and repeats are of settled claims. A repeat has the finding\n"
        "repeat-repair, or the vehicle had a settled claim for the same component up to duplicate_days before.",
    .example = "report dealers -d ledger --from 2024-01-01 --to 2024-12-31 --csv",
};
