#include "cli/commands.h"

#include "wledger/error.h"
#include "wledger/load.h"

static void tell(struct cli *cli, const char *path, const struct wl_load_report *r)
{
    fprintf(cli->out, "%-19s %8llu %s %llu new, %llu changed, %llu withdrawn%s\n", wl_reference_info(r->table)->name,
            (unsigned long long)r->rows, cli_counted(r->rows, "row: ", "rows:"), (unsigned long long)r->added,
            (unsigned long long)r->changed, (unsigned long long)r->withdrawn, r->seq ? "" : " - nothing to do");
    (void)path;
}

/* One file is one transaction: all of it, or nothing. */
static int load_file(struct cli *cli, const char *path)
{
    struct wl_load_report report;
    struct wl_txn *txn;
    int rc = wl_txn_begin(cli->store, true, &txn);

    if (rc == WL_OK)
        rc = wl_load_csv(txn, &cli->arena, path, cli_time(cli, txn), cli->actor, &report);
    if (rc == WL_OK)
        rc = wl_txn_commit(&txn);
    wl_txn_abort(&txn);
    if (rc == WL_OK)
        tell(cli, path, &report);
    else if (rc == WL_E_USAGE && report.refusal == WL_REFUSED_TIME_BEFORE_LAST)
        rc = CLI_REFUSED;
    if (rc == CLI_REFUSED)
        fprintf(cli->err, "wledger: %s: refused: %s: %s\n", cli_shown(cli, path), wl_refusal_name(report.refusal),
                wl_refusal_meaning(report.refusal));
    return rc;
}

static int run_load(struct cli *cli)
{
    struct wl_load_files files;
    int rc = WL_OK;

    wl_load_files_init(&files);
    for (int i = 0; rc == WL_OK && i < cli->argc; i++)
        rc = wl_load_files_add(&files, cli->argv[i]);
    if (rc == WL_OK && files.ignored[0])
        fprintf(cli->err, "wledger: left alone, no such tables: %s\n", cli_shown(cli, files.ignored));
    for (size_t t = 0; rc == WL_OK && t < WL_COUNT(files.path); t++)
        if (files.path[t])
            rc = load_file(cli, files.path[t]);
    wl_load_files_release(&files);
    return rc;
}

const struct cli_command cli_load = {
    .name = "load",
    .args = "DIR|TABLE.csv...",
    .summary = "load reference tables",
    .flags = CLI_NEEDS_WRITE | CLI_TAKES_TIME | CLI_TAKES_ACTOR,
    .least_args = 1,
    .most_args = -1,
    .run = run_load,
    .text =
        "Reads reference tables from CSV files (RFC 4180, UTF-8, a header row); a file's name says which table it is,\n"
        "a folder stands for all the tables in it. A row that is new or differs is a new version in the journal, an\n"
        "identical one adds nothing, one with `yes` in a column `void` is withdrawn. A bad row refuses its file, with\n"
        "line and column; files are loaded one by one, those before it stay. The tables: dealers, labour_rates,\n"
        "suppliers, parts, part_prices, models, vehicles, operations, faults, plans, extensions, contracts, fits,\n"
        "campaigns, campaign_vehicles, authorizations, service_plan, tiers, seats, policy, warehouses, bins,\n"
        "tracked_parts, supersessions, carriers, reviewers, bank_accounts, supplier_agreements, reasons.",
    .example = "load -d ledger fixtures/demo",
};
