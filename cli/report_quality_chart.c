/* The chart of `report quality`: cost by group, or month by month. */
#include <stdlib.h>
#include <string.h>

#include "cli/report.h"
#include "cli/report_chart.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

enum {
    BARS = 30,   /* of a panel; the rest is one more */
    PANELS = 12, /* lines of one currency */
    MONTHS = 1200,
};

struct drawing {
    struct cli *cli;
    const struct wl_quality_request *request;
    const struct wl_quality *made;
    struct cli_chart chart;
    struct wl_txn *txn; /* to look names up */
    int over_time;      /* which key is a month; -1: none */
    bool cut;           /* not all groups are drawn */
};

static bool is_month(enum wl_quality_key key)
{
    return key == WL_BY_MONTH || key == WL_BY_SERVICE_MONTH;
}

static struct wl_str shown(const struct wl_quality_row *row, size_t key)
{
    return row->rest && key == 0 ? WL_STR("(rest)") : row->keys[key].size == 0 ? WL_STR("-") : row->keys[key];
}

static struct wl_str amount_text(struct drawing *d, int64_t amount, struct wl_str currency)
{
    struct wl_arena *a = &d->chart.arena;

    return cli_format_text(a, WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(cli_amount(a, amount, currency)),
                           WL_STR_ARG(currency));
}

static void put_point(struct drawing *d, struct wl_str label, int64_t amount, struct wl_str currency, bool rest)
{
    cli_chart_point(&d->chart, &(struct wl_chart_point){.label = label,
                                                        .value = amount,
                                                        .text = amount_text(d, amount, currency),
                                                        .low = WL_NONE,
                                                        .high = WL_NONE,
                                                        .mark = WL_NONE,
                                                        .rest = rest});
}

static bool begin_panel(struct drawing *d, struct wl_str of, struct wl_str currency)
{
    struct wl_arena *a = &d->chart.arena;
    struct wl_str title = of.size == 0 ? WL_NO_STR
                          : d->made->sum_count == 1
                              ? of
                              : cli_format_text(a, WL_STR_FMT ", " WL_STR_FMT, WL_STR_ARG(of), WL_STR_ARG(currency));

    return cli_chart_panel(&d->chart, title.size || d->made->sum_count == 1 ? title : currency, currency,
                           wl_minor_digits(currency));
}

/* ---- bars ---- */

static void draw_bars(struct drawing *d, size_t from, size_t end)
{
    const struct wl_quality_row *rows = d->made->rows;
    struct wl_arena *a = &d->chart.arena;
    wl_i128 rest = 0;
    size_t kept = end - from <= BARS + 1 ? end - from : BARS;

    if (!begin_panel(d, WL_NO_STR, rows[from].currency)) {
        d->cut = true;
        return;
    }
    for (size_t i = from; i < from + kept; i++) {
        struct wl_str label = shown(&rows[i], 0);

        struct wl_str name = cli_quality_name(d->txn, a, d->request->keys[0], rows[i].keys[0]);

        if (name.size && d->request->key_count == 1)
            label = cli_format_text(a, WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(label), WL_STR_ARG(name));
        if (d->request->key_count > 1)
            label = cli_format_text(a, WL_STR_FMT " / " WL_STR_FMT, WL_STR_ARG(label), WL_STR_ARG(shown(&rows[i], 1)));
        put_point(d, label, rows[i].total, rows[i].currency, rows[i].rest);
    }
    for (size_t i = from + kept; i < end; i++)
        rest += rows[i].total;
    if (from + kept < end)
        put_point(d, cli_format_text(a, "(%zu more)", end - from - kept),
                  rest > INT64_MAX    ? INT64_MAX
                  : rest < -INT64_MAX ? -INT64_MAX
                                      : (int64_t)rest,
                  rows[from].currency, true);
}

/* ---- lines ---- */

/* "2024-03" as months, "7" as itself; -1 for what is neither. */
static int64_t month_of(struct wl_str text)
{
    int64_t year, month;

    if (text.size == 7 && text.data[4] == '-')
        return wl_decimal_parse((struct wl_str){text.data, 4}, 4, 0, &year) &&
                       wl_decimal_parse((struct wl_str){text.data + 5, 2}, 2, 0, &month)
                   ? year * 12 + month - 1
                   : -1;
    return text.size != 0 && wl_decimal_parse(text, 6, 0, &month) ? month : -1;
}

static struct wl_str month_text(struct drawing *d, int64_t month)
{
    if (d->request->keys[d->over_time] == WL_BY_SERVICE_MONTH)
        return cli_int(&d->chart.arena, month);
    return cli_format_text(&d->chart.arena, "%04lld-%02lld", (long long)month / 12, (long long)month % 12 + 1);
}

/* The months from the first to the last that any row of the currency has, with nothing where there is no row. */
static void draw_line(struct drawing *d, size_t from, size_t end, struct wl_str of, const int64_t span[2])
{
    const struct wl_quality_row *rows = d->made->rows;
    int64_t totals[MONTHS] = {0}, months = span[1] - span[0] < MONTHS ? span[1] - span[0] + 1 : MONTHS;

    if (!begin_panel(d, of, rows[from].currency)) {
        d->cut = true;
        return;
    }
    for (size_t i = from; i < end; i++) {
        int64_t month = month_of(rows[i].keys[d->over_time]) - span[0];

        if (month >= 0 && month < months &&
            (of.size == 0 || wl_str_equal(of, shown(&rows[i], (size_t)(1 - d->over_time)))))
            totals[month] = rows[i].total;
    }
    for (int64_t i = 0; i < months; i++)
        put_point(d, month_text(d, span[0] + i), totals[i], rows[from].currency, false);
}

static void draw_lines(struct drawing *d, size_t from, size_t end)
{
    const struct wl_quality_row *rows = d->made->rows;
    int64_t span[2] = {INT64_MAX, -1};
    struct wl_str drawn[PANELS];
    size_t count = 0;

    for (size_t i = from; i < end; i++) {
        int64_t month = month_of(rows[i].keys[d->over_time]);

        span[0] = month >= 0 && month < span[0] ? month : span[0];
        span[1] = month > span[1] ? month : span[1];
    }
    if (span[1] < 0)
        return;
    if (d->request->key_count == 1) {
        draw_line(d, from, end, WL_NO_STR, span);
        return;
    }
    for (size_t i = from; i < end; i++) {
        struct wl_str of = shown(&rows[i], (size_t)(1 - d->over_time));
        size_t at = 0;

        while (at < count && !wl_str_equal(drawn[at], of))
            at++;
        d->cut |= at == PANELS;
        if (at == count && count < PANELS)
            draw_line(d, from, end, drawn[count++] = of, span);
    }
}

/* ---- all of it ---- */

static void describe(struct drawing *d)
{
    const struct wl_quality_filter *f = &d->request->filter;
    struct wl_arena *a = &d->chart.arena;
    const char *const *names = wl_quality_key_names();

    d->chart.chart.title = d->request->key_count == 1
                               ? cli_format_text(a, "Cost of settled claims by %s", names[d->request->keys[0]])
                               : cli_format_text(a, "Cost of settled claims by %s and %s", names[d->request->keys[0]],
                                                 names[d->request->keys[1]]);
    d->chart.chart.subtitle = cli_report_subtitle(a, f, d->made->day, true);
}

static int draw(struct drawing *d)
{
    const struct wl_quality *made = d->made;
    size_t end;
    int rc = wl_txn_begin(d->cli->store, false, &d->txn);

    if (rc != WL_OK)
        return rc;
    for (size_t from = 0; from < made->count; from = end) {
        for (end = from; end < made->count && wl_str_equal(made->rows[end].currency, made->rows[from].currency);)
            end++;
        (d->over_time < 0 ? draw_bars : draw_lines)(d, from, end);
    }
    if (d->cut)
        d->chart.chart.note = WL_STR("not all groups are drawn: the table has all of them; --top keeps the greatest");
    rc = wl_txn_status(d->txn);
    wl_txn_abort(&d->txn);
    return rc;
}

int cli_quality_chart(struct cli *cli, const struct wl_quality_request *request, const struct wl_quality *made,
                      const char *path)
{
    struct drawing *d = calloc(1, sizeof *d);
    int rc;

    if (!d)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    *d = (struct drawing){.cli = cli, .request = request, .made = made, .over_time = -1};
    for (size_t i = 0; i < request->key_count; i++)
        if (is_month(request->keys[i]) && d->over_time < 0)
            d->over_time = (int)i;
    cli_chart_init(&d->chart, d->over_time < 0 ? WL_CHART_BARS : WL_CHART_LINE, "");
    describe(d);
    if ((rc = draw(d)) == WL_OK)
        rc = cli_chart_write(cli, &d->chart, path);
    cli_chart_release(&d->chart);
    free(d);
    return rc;
}
