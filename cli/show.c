#include "cli/commands.h"
#include "cli/form.h"
#include "cli/show.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include <string.h>

static const struct {
    const char *name;
    cli_show_fn *show;
} things[] = {
    {"claim", cli_show_claim},
    {"form", cli_show_form},
    {"settlement", cli_show_settlement},
    {"payment", cli_show_payment},
    {"supplier-claim", cli_show_supplier_claim},
    {"batch", cli_show_batch},
    {"vehicle", cli_show_vehicle},
    {"dealer", cli_show_dealer},
    {"entry", cli_show_entry},
    {"request", cli_show_request},
    {"dispatch", cli_show_dispatch},
    {"discrepancy", cli_show_discrepancy},
    {"part", cli_show_part},
    {"unit", cli_show_unit},
    {"tag", cli_show_tag},
    {"return", cli_show_return},
};

#define THINGS                                                                                                      \
    "a claim as DEALER/CLAIM, form N, settlement N, payment N, supplier-claim N, batch N, vehicle VIN, dealer ID, " \
    "request N, "                                                                                                   \
    "dispatch N, discrepancy N, part P, unit PART LOT, tag T, return N, entry N"

int cli_show_number(struct wl_str name, const char *of, int64_t low, uint64_t high, uint64_t *number)
{
    int64_t n;

    if (!wl_decimal_parse(name, 15, 0, &n) || n < 0)
        return wl_fail(WL_E_USAGE, "show %s: a number, please", of);
    if (high == 0)
        return wl_fail(WL_E_USAGE, "there is no %s yet", of);
    if (n < low || (uint64_t)n >= high + (uint64_t)low)
        return wl_fail(WL_E_USAGE, "there is no %s %lld; there are %lld to %llu", of, (long long)n, (long long)low,
                       (unsigned long long)(high - 1 + (uint64_t)low));
    *number = (uint64_t)n;
    return WL_OK;
}

int cli_show_limit(struct cli *cli, int64_t unless, int64_t *limit)
{
    *limit = unless;
    return cli_number(cli, "limit", 1, INT64_MAX, limit);
}

/* A unit is named by its part and its lot or serial number, everything else by one word. */
static int words_of(cli_show_fn *show)
{
    return show == cli_show_unit ? 2 : 1;
}

static int find(struct cli *cli, cli_show_fn **show, struct wl_str *name)
{
    const char *first = cli->argv[0];
    int64_t form;

    *name = wl_str_trim(wl_str_of(cli->argv[cli->argc - 1]));
    for (size_t i = 0; i < WL_COUNT(things); i++)
        if (strcmp(things[i].name, first) == 0 && cli->argc == 1 + words_of(things[i].show)) {
            *show = things[i].show;
            return WL_OK;
        }
    if (cli->argc == 1 && strchr(first, '/')) {
        *show = cli_show_claim;
        return WL_OK;
    }
    if (cli->argc == 1 && cli_set_lettered_form(&form, *name)) {
        *show = cli_show_form;
        return WL_OK;
    }
    for (size_t i = 0; i < WL_COUNT(things); i++)
        if (strcmp(things[i].name, first) == 0)
            return wl_fail(WL_E_USAGE, "show %s: which one? `show` knows %s", first, THINGS);
    return wl_fail(WL_E_USAGE, "`%s` is nothing to show; `show` knows %s", first, THINGS);
}

static int run_show(struct cli *cli)
{
    cli_show_fn *show = NULL;
    struct wl_str name;
    struct wl_txn *txn;
    int rc = find(cli, &show, &name);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
        return rc;
    rc = show(cli, txn, name);
    wl_txn_abort(&txn);
    return rc;
}

static const struct cli_option show_options[] = {
    {"limit", "N", "at most N rows of a long list (people: 100, programs: all)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_show = {
    .name = "show",
    .args = "DEALER/CLAIM | form N | settlement N | payment N | supplier-claim N | batch N | vehicle VIN | dealer ID | "
            "request N | "
            "dispatch N | "
            "discrepancy N | part P | unit PART LOT | tag T | return N | entry N",
    .summary = "all about one claim, settlement, ...",
    .options = show_options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 3,
    .run = run_show,
    .text = "A claim: its lines as claimed and as approved, the decision with the meaning of each finding, its seat,\n"
            "its signature, what must come back, its settlement and history, and what still keeps it from being paid.\n"
            "A form: its lines with what was priced and approved of them and the requests of its parts, the findings,\n"
            "what its vehicle is covered by, what differs between its versions, its history, what comes next.\n"
            "A settlement with its lines and what was paid of it; a payment run and what the bank did with it; a\n"
            "supplier claim with its lines; a batch with its decisions and findings; a vehicle with all that was ever\n"
            "fitted to it and removed from it, and its claims; a dealer with its accounts; an entry of the journal,\n"
            "with the command and its outcome. A parts request: all that was looked at, and its way to the vehicle; a\n"
            "dispatch: its lines, receipts and discrepancies; a discrepancy: how it may be resolved, or was. A part:\n"
            "what replaces it and what it replaces, where it lies, who waits for it, what moved last. A unit, a\n"
            "part's lot or serial number: every move from its supplier to scrap, with the papers that it belongs to,\n"
            "and where it is now. A tag: the removed part's way, from its supplier and its fitting to its return, its\n"
            "inspection and what became of it; a return: the shipment and its tags. With --csv: one row for\n"
            "each value, by its path (a settlement: its lines; a unit: its moves).",
    .example = "show -d ledger D00001/000123",
};
