/* `report prices`: what a model's parts cost, one of each, over what the vehicle does. */
#include "cli/commands.h"
#include "cli/report.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

enum { ROW_MEMORY = 1 << 20, NAME_MOST = 32 };

static const struct cli_column columns[] = {
    {"model", false, false}, {"name", false, false},       {"currency", false, false},   {"list_price", true, false},
    {"parts", true, true},   {"parts_priced", true, true}, {"parts_price", true, false}, {"ratio_percent", true, false},
};

/* A price times 10^4, in whole minor units. */
static struct wl_str price(struct wl_arena *a, int64_t price_x10000, struct wl_str currency)
{
    return cli_amount(a, (int64_t)wl_round(price_x10000, wl_power10(WL_PRICE_PLACES - wl_minor_digits(currency))),
                      currency);
}

static int print(struct cli *cli, const struct wl_prices *made)
{
    struct cli_table *table = cli_table_new(cli, columns, WL_COUNT(columns));
    struct wl_arena a;
    int rc;

    wl_arena_init(&a, ROW_MEMORY);
    for (size_t i = 0; i < made->count; i++) {
        const struct wl_price_row *row = &made->rows[i];

        wl_arena_clear(&a);
        cli_table_row(table,
                      (struct wl_str[]){row->model, row->name, row->currency, price(&a, row->list_price, row->currency),
                                        cli_int(&a, row->parts), cli_int(&a, row->priced),
                                        price(&a, row->sum, row->currency), cli_percent(&a, row->ratio, 6, 2)});
    }
    rc = cli_table_end(table);
    if (cli->format == CLI_TABLE && made->count == 0)
        fputs("no parts that anybody fitted or was paid for\n", cli->out);
    else if (cli->format == CLI_TABLE)
        fprintf(cli->out, "list prices of " WL_STR_FMT "\n", WL_STR_ARG(cli_day(&a, made->day)));
    wl_arena_release(&a);
    return rc;
}

static int run(struct cli *cli)
{
    struct wl_str model, vin;
    struct wl_prices made;
    int64_t on = WL_NONE;
    int rc;

    if ((rc = cli_text(cli, "model", NAME_MOST, &model)) != WL_OK ||
        (rc = cli_text(cli, "vin", NAME_MOST, &vin)) != WL_OK || (rc = cli_date(cli, "on", &on)) != WL_OK)
        return rc;
    if ((rc = wl_prices_make(cli->store, model, vin, on, &made)) == WL_OK)
        rc = print(cli, &made);
    wl_prices_release(&made);
    return rc;
}

static const struct cli_option options[] = {
    {"model", "M", "this model alone"},
    {"vin", "VIN", "the parts of this vehicle, over its model's list price"},
    {"on", "DATE", "list prices of this day (default: of the newest command's)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_report_prices = {
    .name = "report prices",
    .args = "",
    .summary = "the parts-to-vehicle price ratio of models, or of one vehicle",
    .options = options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .run = run,
    .text =
        "The sum of the list prices of a model's parts, one of each, over the vehicle's list price. A model's parts\n"
        "are those that were fitted to a vehicle of it, or were paid for in a settled claim on one; parts without a\n"
        "list price in the model's currency count in parts, and not in the sum.",
    .example = "report prices -d ledger --on 2024-12-31",
};
