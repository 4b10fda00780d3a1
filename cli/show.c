#include "cli/commands.h"
#include "cli/show.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include <string.h>

static const struct {
    const char *name;
    cli_show_fn *show;
} things[] = {
    {"claim", cli_show_claim},     {"settlement", cli_show_settlement}, {"batch", cli_show_batch},
    {"vehicle", cli_show_vehicle}, {"dealer", cli_show_dealer},         {"entry", cli_show_entry},
};

#define THINGS "a claim as DEALER/CLAIM, settlement N, batch N, vehicle VIN, dealer ID, entry N"

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

static int find(struct cli *cli, cli_show_fn **show, struct wl_str *name)
{
    const char *first = cli->argv[0];

    *name = wl_str_trim(wl_str_of(cli->argv[cli->argc - 1]));
    for (size_t i = 0; i < WL_COUNT(things) && cli->argc == 2; i++)
        if (strcmp(things[i].name, first) == 0) {
            *show = things[i].show;
            return WL_OK;
        }
    if (cli->argc == 1 && strchr(first, '/')) {
        *show = cli_show_claim;
        return WL_OK;
    }
    for (size_t i = 0; i < WL_COUNT(things) && cli->argc == 1; i++)
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
    .args = "DEALER/CLAIM | settlement N | batch N | vehicle VIN | dealer ID | entry N",
    .summary = "all about one claim, settlement, ...",
    .options = show_options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 2,
    .run = run_show,
    .text =
        "A claim: its lines as claimed and as approved, the decision with the meaning of each finding, its seat, its\n"
        "signature, what must come back, its settlement and history, and what still keeps it from being paid.\n"
        "A settlement with its lines; a batch with its decisions and findings; a vehicle with its claims; a dealer\n"
        "with its accounts; an entry of the journal, with the command and its outcome. With --csv: one row for each\n"
        "value, by its path (a settlement: its lines).",
    .example = "show -d ledger D00001/000123",
};
