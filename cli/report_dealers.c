/* `report dealers`: a scorecard. */
#include "cli/commands.h"
#include "cli/report.h"
#include "wledger/error.h"

enum { ROW_MEMORY = 1 << 20 };

static const struct cli_column columns[] = {
    {"dealer", false, false},
    {"name", false, false},
    {"currency", false, false},
    {"claims", true, true},
    {"approved", true, true},
    {"partial", true, true},
    {"rejected", true, true},
    {"referred", true, true},
    {"info_requested", true, true},
    {"approved_percent", true, false}, /* of those decided */
    {"corrected", true, true},
    {"charged_back_claims", true, true},
    {"delay_days", true, false},
    {"late_percent", true, false},
    {"dispatches", true, true},
    {"late_dispatches", true, true},
    {"returns", true, true},
    {"returns_overdue", true, true},
    {"returns_accepted", true, true},
    {"returns_refused", true, true},
    {"returns_percent", true, false}, /* accepted of those inspected */
    {"settled", true, true},
    {"vehicles", true, true},
    {"total", true, false},
    {"charged_back", true, false},
    {"cost_per_vehicle", true, false},
    {"repeats", true, true},
    {"repeats_percent", true, false},
};

static void put_row(struct cli_table *table, struct wl_arena *a, const struct wl_dealer_score *r)
{
    int64_t good = r->approved + r->partial, decided = good + r->rejected + r->info_requested;

    wl_arena_clear(a);
    cli_table_row(table, (struct wl_str[]){r->dealer_id,
                                           r->name,
                                           r->currency,
                                           cli_int(a, r->claims),
                                           cli_int(a, r->approved),
                                           cli_int(a, r->partial),
                                           cli_int(a, r->rejected),
                                           cli_int(a, r->referred),
                                           cli_int(a, r->info_requested),
                                           cli_share(a, good, decided),
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
                                           cli_share(a, r->repeats, r->settled)});
}

static int print(struct cli *cli, const struct wl_dealer_scores *made)
{
    struct cli_table *table = cli_table_new(cli, columns, WL_COUNT(columns));
    struct wl_arena row;
    int rc;

    wl_arena_init(&row, ROW_MEMORY);
    for (size_t i = 0; i < made->count; i++)
        put_row(table, &row, &made->rows[i]);
    rc = cli_table_end(table);
    wl_arena_release(&row);
    return rc;
}

static int run(struct cli *cli)
{
    struct wl_quality_filter filter;
    struct wl_dealer_scores made;
    int rc = cli_report_filter(cli, &filter);

    if (rc != WL_OK)
        return rc;
    if ((rc = wl_dealer_scores_make(cli->store, &filter, &made)) == WL_OK)
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
