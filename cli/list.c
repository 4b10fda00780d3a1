#include "cli/list.h"
#include "cli/lookup.h"
#include "cli/commands.h"

#include "wledger/defective.h"
#include "wledger/demand.h"
#include "wledger/error.h"
#include "wledger/form.h"
#include "wledger/gates.h"
#include "wledger/load.h"
#include "wledger/recovery.h"
#include "wledger/payment.h"
#include <string.h>

enum { ROWS_FOR_PEOPLE = 1000, ROW_MEMORY = 4 << 20, TIER_MOST = 9999 };
enum filter {
    BY_STATE = 1,
    BY_DEALER = 2,
    BY_VIN = 4,
    BY_PARTY = 8,
    BY_PREFIX = 16,
    BY_PART = 32,
    BY_OPEN = 64,
    BY_LOCATION = 128,
    BY_LATE = 256,
    BY_KIND = 512,
    BY_BINS = 4096,
    BY_TIER = 1 << 13,
    BY_SEAT = 1 << 14,
    BY_REVIEWER = 1 << 15,
    BY_TIME = 1 << 16,                               /* --at: as of then */
    NAMES_CHECKED = BY_PART | BY_LOCATION | BY_OPEN, /* listings of parts and papers; claims may name anybody */
};

struct listing {
    const char *name;
    cli_list_fn *rows;
    const struct cli_column *columns;
    size_t count;
    unsigned filters;
    const char *const *(*states)(void);
    int64_t reference;
};

static const struct listing listings[] = {
    {"claims", cli_list_claims, cli_claim_columns, CLI_CLAIM_COLUMNS, BY_STATE | BY_DEALER | BY_VIN,
     wl_claim_state_names, 0},
    {"queue", cli_list_queue, cli_queue_columns, CLI_QUEUE_COLUMNS, BY_DEALER | BY_VIN, NULL, 0},
    {"forms", cli_list_forms, cli_form_columns, CLI_FORM_COLUMNS, BY_STATE | BY_DEALER | BY_VIN, wl_form_state_names,
     0},
    {"batches", cli_list_batches, cli_batch_columns, CLI_BATCH_COLUMNS, 0, NULL, 0},
    {"settlements", cli_list_settlements, cli_settlement_columns, CLI_SETTLEMENT_COLUMNS, BY_STATE | BY_DEALER,
     wl_settlement_state_names, 0},
    {"payments", cli_list_payments, cli_payment_columns, CLI_PAYMENT_COLUMNS, BY_OPEN, NULL, 0},
    {"bank-answers", cli_list_bank_answers, cli_bank_answer_columns, CLI_BANK_ANSWER_COLUMNS, BY_DEALER | BY_KIND,
     wl_bank_difference_names, 0},
    {"differences", cli_list_differences, cli_difference_columns, CLI_DIFFERENCE_COLUMNS, BY_DEALER | BY_KIND | BY_OPEN,
     cli_difference_kinds, 0},
    {"recoveries", cli_list_recoveries, cli_recovery_columns, CLI_RECOVERY_COLUMNS,
     BY_STATE | BY_DEALER | BY_PARTY | BY_OPEN, wl_recovery_state_names, 0},
    {"supplier-claims", cli_list_supplier_claims, cli_supplier_claim_columns, CLI_SUPPLIER_CLAIM_COLUMNS,
     BY_STATE | BY_PARTY | BY_OPEN, wl_supplier_claim_state_names, 0},
    {"receipts", cli_list_receipts, cli_receipt_columns, CLI_RECEIPT_COLUMNS, BY_DEALER | BY_VIN, NULL, 0},
    {"obligations", cli_list_obligations, cli_obligation_columns, CLI_OBLIGATION_COLUMNS, BY_STATE | BY_DEALER,
     wl_obligation_state_names, 0},
    {"tags", cli_list_tags, cli_tag_columns, CLI_TAG_COLUMNS, BY_STATE | BY_DEALER | BY_VIN | BY_PART,
     wl_tag_state_names, 0},
    {"returns", cli_list_returns, cli_return_columns, CLI_RETURN_COLUMNS, BY_DEALER | BY_OPEN, NULL, 0},
    {"balances", cli_list_balances, cli_balance_columns, CLI_BALANCE_COLUMNS, BY_PARTY, NULL, 0},
    {"requests", cli_list_requests, cli_request_columns, CLI_REQUEST_COLUMNS,
     BY_STATE | BY_DEALER | BY_VIN | BY_PART | BY_LOCATION | BY_OPEN, wl_request_state_names, 0},
    {"dispatches", cli_list_dispatches, cli_dispatch_columns, CLI_DISPATCH_COLUMNS,
     BY_STATE | BY_DEALER | BY_PART | BY_LOCATION | BY_OPEN | BY_LATE, wl_dispatch_state_names, 0},
    {"discrepancies", cli_list_discrepancies, cli_discrepancy_columns, CLI_DISCREPANCY_COLUMNS,
     BY_KIND | BY_DEALER | BY_PART | BY_LOCATION | BY_OPEN, wl_discrepancy_kind_names, 0},
    {"stock", cli_list_stock, cli_stock_columns, CLI_STOCK_COLUMNS, BY_PART | BY_LOCATION | BY_BINS, NULL, 0},
    {"reorder", cli_list_reorder, cli_reorder_columns, CLI_REORDER_COLUMNS, BY_PART | BY_LOCATION, NULL, 0},
    {"reviews", cli_list_reviews, cli_review_columns, CLI_REVIEW_COLUMNS,
     BY_TIER | BY_SEAT | BY_REVIEWER | BY_LATE | BY_TIME, NULL, 0},
    {"workload", cli_list_workload, cli_workload_columns, CLI_WORKLOAD_COLUMNS, BY_TIER | BY_SEAT | BY_TIME, NULL, 0},
    {"ageing", cli_list_ageing, cli_ageing_columns, CLI_AGEING_COLUMNS, BY_TIER | BY_TIME, NULL, 0},
    {"reviewers", cli_list_reviewers, cli_reviewer_columns, CLI_REVIEWER_COLUMNS,
     BY_TIER | BY_SEAT | BY_REVIEWER | BY_TIME, NULL, WL_REF_REVIEWERS},
    {"seats", cli_list_seats, cli_seat_columns, CLI_SEAT_COLUMNS, BY_PREFIX, NULL, WL_REF_SEATS},
};

/* Instead of stock's, with --bins. */
static const struct listing bin_stock = {
    "stock", cli_list_bin_stock, cli_bin_stock_columns, CLI_BIN_STOCK_COLUMNS, BY_PART | BY_LOCATION | BY_BINS, NULL,
    0};

static const struct {
    enum filter filter;
    const char *option;
    size_t offset; /* of the text in struct cli_list; 0: the state, which has names */
} filters[] = {
    {BY_STATE, "state", 0},
    {BY_DEALER, "dealer", offsetof(struct cli_list, dealer)},
    {BY_VIN, "vin", offsetof(struct cli_list, vin)},
    {BY_PARTY, "party", offsetof(struct cli_list, party)},
    {BY_PART, "part", offsetof(struct cli_list, part)},
    {BY_OPEN, "open", offsetof(struct cli_list, open)},
    {BY_LOCATION, "location", offsetof(struct cli_list, location)},
    {BY_LATE, "late", offsetof(struct cli_list, late)},
    {BY_KIND, "kind", 0},
    {BY_BINS, "bins", offsetof(struct cli_list, bins)},
    {BY_SEAT, "seat", offsetof(struct cli_list, seat)},
    {BY_REVIEWER, "reviewer", offsetof(struct cli_list, reviewer)},
};

bool cli_list_row(struct cli_list *l, const struct wl_str *values)
{
    if (l->shown >= l->limit) {
        l->more = true;
        return false;
    }
    cli_table_row(l->table, values);
    l->shown++;
    wl_arena_clear(&l->arena);
    return true;
}

/* Columns of a table of reference data are its record's fields. */
static struct listing reference_listing(int64_t table, struct cli_column columns[WL_REFERENCE_COLUMNS_MAX])
{
    const struct wl_reference_info *info = wl_reference_info(table);

    for (size_t i = 0; i < info->record->field_count; i++) {
        enum wl_type type = info->record->fields[i].type;

        columns[i] =
            (struct cli_column){info->record->fields[i].name, type == WL_INT || type == WL_DECIMAL, type == WL_INT};
    }
    return (struct listing){info->name, cli_list_reference, columns, info->record->field_count, BY_PREFIX, NULL, table};
}

static int unknown(const char *name)
{
    struct wl_buf all;
    int rc;

    wl_buf_init(&all, 1000);
    for (size_t i = 0; i < WL_COUNT(listings); i++)
        wl_buf_format(&all, "%s%s", i ? ", " : "", listings[i].name);
    for (int64_t t = 1; wl_reference_info(t); t++)
        if (t != WL_REF_SEATS && t != WL_REF_REVIEWERS)
            wl_buf_format(&all, ", %s", wl_reference_info(t)->name);
    rc = name ? wl_fail(WL_E_USAGE, "list: `%s` is nothing to list; there is: " WL_STR_FMT, name,
                        WL_STR_ARG(wl_buf_view(&all)))
              : wl_fail(WL_E_USAGE, "list what? there is: " WL_STR_FMT, WL_STR_ARG(wl_buf_view(&all)));
    wl_buf_release(&all);
    return rc;
}

static int find(const char *name, struct cli_column columns[WL_REFERENCE_COLUMNS_MAX], struct listing *out)
{
    for (size_t i = 0; i < WL_COUNT(listings); i++)
        if (strcmp(listings[i].name, name) == 0) {
            *out = listings[i];
            return WL_OK;
        }
    for (int64_t t = 1; wl_reference_info(t); t++)
        if (strcmp(wl_reference_info(t)->name, name) == 0) {
            *out = reference_listing(t, columns);
            return WL_OK;
        }
    return unknown(name);
}

/* The state that an option names, or the kind. */
static int set_state(struct cli_list *l, const struct listing *listing, const char *option, const char *text)
{
    const char *const *names = listing->states();
    struct wl_buf all;
    int rc = WL_OK;

    for (l->state = 0; names[l->state]; l->state++)
        if (strcmp(names[l->state], text) == 0)
            return WL_OK;
    wl_buf_init(&all, 400);
    for (size_t i = 0; names[i]; i++)
        wl_buf_format(&all, "%s%s", i ? ", " : "", names[i]);
    rc = wl_fail(WL_E_USAGE, "--%s %s: not a %s of %s; there is: " WL_STR_FMT, option, text, option, listing->name,
                 WL_STR_ARG(wl_buf_view(&all)));
    wl_buf_release(&all);
    return rc;
}

static int set_filters(struct cli_list *l, const struct listing *listing)
{
    struct cli *cli = l->cli;
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(filters); i++) {
        const char *value = cli_value(cli, filters[i].option);

        if (value && !(listing->filters & filters[i].filter))
            rc = wl_fail(WL_E_USAGE, "list %s: has no --%s", listing->name, filters[i].option);
        else if (value && (filters[i].filter == BY_STATE || filters[i].filter == BY_KIND))
            rc = set_state(l, listing, filters[i].option, value);
        else if (value && (filters[i].filter & (BY_OPEN | BY_LATE | BY_BINS)))
            *(bool *)((char *)l + filters[i].offset) = true;
        else if (value)
            *(struct wl_str *)(void *)((char *)l + filters[i].offset) = wl_str_of(value);
    }
    if (cli->argc > 1 && !(listing->filters & BY_PREFIX))
        return wl_fail(WL_E_USAGE, "list %s: `%s` is one too many", listing->name, cli->argv[1]);
    if (cli_value(cli, "tier") && !(listing->filters & BY_TIER))
        return wl_fail(WL_E_USAGE, "list %s: has no --tier", listing->name);
    if (cli->at_given && !(listing->filters & BY_TIME))
        return wl_fail(WL_E_USAGE, "list %s: has no --at", listing->name);
    l->prefix = wl_str_of(cli->argc > 1 ? cli->argv[1] : NULL);
    l->limit = cli->format == CLI_TABLE ? ROWS_FOR_PEOPLE : INT64_MAX;
    if (rc == WL_OK)
        rc = cli_number(cli, "tier", 0, TIER_MOST, &l->tier);
    return rc != WL_OK ? rc : cli_number(cli, "limit", 1, INT64_MAX, &l->limit);
}

/* Of a text that names a dealer, a dealer or warehouse, or a part: 1 where reference data has it, 0 and what is near,
 * or the error that sticks. */
static int look_up(struct cli_list *l, enum filter filter, struct wl_str id, struct wl_str *hint)
{
    struct wl_arena *arena = &l->cli->arena;
    union wl_reference_row row;
    int rc = cli_reference_row(l->txn, arena, filter == BY_PART ? WL_REF_PARTS : WL_REF_DEALERS, id, &row);

    if (rc == 0 && filter == BY_LOCATION)
        rc = cli_reference_row(l->txn, arena, WL_REF_WAREHOUSES, id, &row);
    if (rc != 0)
        return rc;
    if (filter == BY_PART)
        return cli_near_part(l->txn, arena, id, hint);
    if (filter == BY_DEALER)
        return cli_near_dealer(l->txn, arena, id, hint);
    if ((rc = cli_near_location(l->txn, arena, id, false, hint)) == WL_OK)
        *hint = cli_format_text(arena, "there is no dealer or warehouse " WL_STR_FMT "; " WL_STR_FMT, WL_STR_ARG(id),
                                WL_STR_ARG(*hint));
    return rc;
}

/* A name that is unknown and of which there are no rows is a slip of the pen; what was withdrawn still has its rows. */
static int check_names(struct cli_list *l, const struct listing *listing)
{
    struct wl_str hint = WL_NO_STR;
    int64_t limit = l->limit;
    int rc = 1;

    for (size_t i = 0; rc == 1 && i < WL_COUNT(filters); i++) {
        struct wl_str id = WL_NO_STR;

        if (filters[i].filter & (BY_DEALER | BY_PART | BY_LOCATION))
            id = *(const struct wl_str *)(const void *)((const char *)l + filters[i].offset);
        if (id.size)
            rc = look_up(l, filters[i].filter, id, &hint);
    }
    if (rc != 0 || !hint.size)
        return rc < 0 ? rc : WL_OK;
    l->limit = 0;
    rc = listing->rows(l);
    l->limit = limit;
    if (rc == WL_OK && !l->more)
        rc = wl_fail(WL_E_USAGE, "list %s: " WL_STR_FMT, listing->name, WL_STR_ARG(cli_clean(&l->cli->arena, hint)));
    l->more = false;
    return rc;
}

/* What there is none of, where a listing has no rows. */
static const char *none_of(const char *listing)
{
    static const char *const others[][2] = {{"queue", "claims wait for a review"},
                                            {"reviews", "reviews wait"},
                                            {"ageing", "reviews wait"},
                                            {"workload", "seats"},
                                            {"stock", "stock there"},
                                            {"reorder", "bin is below its minimum"}};

    for (size_t i = 0; i < WL_COUNT(others); i++)
        if (strcmp(others[i][0], listing) == 0)
            return others[i][1];
    return listing;
}

static int print(struct cli_list *l, const struct listing *listing)
{
    int rc = wl_txn_begin(l->cli->store, false, &l->txn), end;

    if (rc != WL_OK)
        return rc;
    if ((listing->filters & NAMES_CHECKED) && (rc = check_names(l, listing)) != WL_OK) {
        wl_txn_abort(&l->txn);
        return rc;
    }
    l->table = cli_table_new(l->cli, listing->columns, listing->count);
    rc = listing->rows(l);
    end = cli_table_end(l->table);
    wl_txn_abort(&l->txn);
    if (rc == WL_OK && end == WL_OK && l->cli->format == CLI_TABLE && l->shown == 0)
        fprintf(l->cli->err, "no %s\n", none_of(listing->name));
    fflush(l->cli->out);
    if (rc == WL_OK && l->cli->format == CLI_TABLE && l->more && !cli_value(l->cli, "limit"))
        fprintf(l->cli->err, "there are more: --limit N shows more, --csv or --json all\n");
    return rc != WL_OK ? rc : end;
}

static int run_list(struct cli *cli)
{
    struct cli_column columns[WL_REFERENCE_COLUMNS_MAX];
    struct cli_list l = {.cli = cli, .state = WL_NONE, .tier = WL_NONE};
    struct listing listing = {.name = NULL};
    int rc = cli->argc ? find(cli->argv[0], columns, &listing) : unknown(NULL);

    if (rc != WL_OK || (rc = set_filters(&l, &listing)) != WL_OK)
        return rc;
    if (l.bins)
        listing = bin_stock;
    l.reference = listing.reference;
    wl_arena_init(&l.arena, ROW_MEMORY);
    rc = print(&l, &listing);
    wl_arena_release(&l.arena);
    return rc;
}

static const struct cli_option list_options[] = {
    {"state", "STATE",
     "in this state (claims, forms, settlements, recoveries, supplier-claims, obligations, tags, requests, "
     "dispatches)"},
    {"dealer", "D",
     "of this dealer (claims, forms, queue, settlements, bank-answers, differences, recoveries, receipts, "
     "obligations, tags, returns, requests), or sent to it (dispatches, discrepancies)"},
    {"vin", "VIN", "on this vehicle (claims, queue), from it (tags), for it (forms, requests, receipts)"},
    {"party", "PARTY", "accounts of this party (balances), of this supplier (recoveries, supplier-claims)"},
    {"part", "P", "of this part (tags, requests, dispatches, discrepancies, stock, reorder)"},
    {"open", NULL,
     "only what is not done with: in transit (returns, dispatches), unresolved (discrepancies, differences), not "
     "answered (payments), neither settled with the supplier nor given up (recoveries, supplier-claims), not fitted "
     "(requests: reserved, back-ordered, on their way or arrived; of a short one what arrived)"},
    {"location", "L",
     "that this dealer or warehouse has part in (requests, dispatches, discrepancies), or at it (stock, reorder)"},
    {"late", NULL, "only those that are late (dispatches, reviews)"},
    {"tier", "N", "at this tier (reviews, workload, ageing, reviewers)"},
    {"seat", "S", "at this seat (reviews, workload, reviewers)"},
    {"reviewer", "R", "taken by this reviewer (reviews), or this one alone (reviewers)"},
    {"kind", "KIND", "of this kind (discrepancies, bank-answers, differences)"},
    {"bins", NULL, "each bin and lot on its own (stock)"},
    {"limit", "N", "at most N rows (people: 1000, programs: all)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_list = {
    .name = "list",
    .args = "WHAT [PREFIX]",
    .summary = "claims, settlements, accounts, reference tables, ...",
    .options = list_options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT | CLI_TAKES_TIME,
    .least_args = 0,
    .most_args = 2,
    .run = run_list,
    .text =
        "WHAT is claims (every version, in the order in which they came), queue (referred claims, oldest first, with\n"
        "tier and seat), reviews (claims and forms at the desks, longest there first), workload (seats and queues),\n"
        "ageing (open reviews within review_hours, up to twice that, and beyond), reviewers, forms, batches,\n"
        "settlements, payments, bank-answers, differences (what the bank or a dealer says otherwise), recoveries,\n"
        "supplier-claims, receipts (of vehicle sale money), obligations, tags, returns (shipments), balances,\n"
        "requests, dispatches, discrepancies, seats, stock (by part and place; with --bins by bin and lot), reorder,\n"
        "or a table of reference data: dealers, parts, ... A reference table's rows come in the order of their keys;\n"
        "PREFIX takes those whose key begins so.\n"
        "reorder: bins whose part, less what is reserved, is below its minimum, and what to order: up to the maximum,\n"
        "less what is on its way. Reservations are counted in the order of bins, what is on its way in the first.",
    .example = "list -d ledger claims --state approved --dealer D00001",
};
