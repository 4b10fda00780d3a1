#include "cli/commands.h"

#include "wledger/batch.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/record_command.h"

enum { ROW_SIZE = 1 << 16 };

/* ---- decisions ---- */

static const struct cli_column decision_columns[] = {
    {"dealer_id", false, false}, {"claim_no", false, false}, {"decision", false, false}, {"tier", true, false},
    {"labour", true, false},     {"parts", true, false},     {"handling", true, false},  {"sublet", true, false},
    {"total", true, false},      {"currency", false, false}, {"findings", false, false},
};

struct decisions {
    struct cli *cli;
    struct cli_table *table; /* NULL: CSV, written as it comes */
    struct wl_arena arena;
    struct wl_buf row;
};

/* A record of a dealer that is not known has no currency, and nothing is approved of it: 0, as the CSV has it. */
static struct wl_str decided(struct wl_arena *a, int64_t minor, struct wl_str currency)
{
    return currency.size ? cli_amount(a, minor, currency) : cli_int(a, minor);
}

static void table_row(struct decisions *d, const struct wl_claim_record *c, const struct wl_decision *decision)
{
    struct wl_buf findings;
    struct wl_str currency = decision->currency;
    struct wl_arena *a = &d->arena;

    wl_buf_init(&findings, ROW_SIZE);
    wl_findings_text(&findings, decision->findings, "|");
    cli_table_row(d->table,
                  (struct wl_str[]){c->dealer_id, c->claim_no, wl_str_of(wl_decision_names[decision->decision]),
                                    cli_int(a, decision->tier), decided(a, decision->labour, currency),
                                    decided(a, decision->parts, currency), decided(a, decision->handling, currency),
                                    decided(a, decision->sublet, currency), decided(a, decision->total, currency),
                                    currency, wl_buf_view(&findings)});
    wl_buf_release(&findings);
}

static int print_decision(struct decisions *d, const struct wl_entry *e)
{
    struct wl_claim_record *claim;
    struct wl_record_outcome *outcome;
    int rc;

    wl_arena_clear(&d->arena);
    if ((rc = wl_entry_body(e, &d->arena, (void **)&claim)) != WL_OK ||
        (rc = wl_entry_outcome(e, &d->arena, (void **)&outcome)) != WL_OK)
        return rc;
    if (outcome->repeats != WL_NONE)
        return WL_OK;
    if (d->table) {
        table_row(d, claim, &outcome->decision);
        return WL_OK;
    }
    wl_buf_clear(&d->row);
    wl_decision_row(&d->row, claim, &outcome->decision);
    fwrite(d->row.data, 1, d->row.size, d->cli->out);
    return WL_OK;
}

/* Records of two batches may stand between one another in the journal; each batch's own are in order. */
static int print_batch(struct decisions *d, struct wl_txn *txn, uint64_t number)
{
    struct wl_batch batch;
    struct wl_entry e;
    int rc = wl_batch_get(txn, &d->arena, number, &batch);
    int64_t left = rc == 1 ? batch.done : 0;

    for (uint64_t seq = rc == 1 ? (uint64_t)batch.seq + 1 : 0; rc == 1 && left > 0; seq++) {
        rc = wl_entry_read(txn, seq, &e);
        if (rc != 1 || e.batch != number || e.command != &wl_record_command)
            continue;
        rc = print_decision(d, &e);
        rc = rc == WL_OK ? 1 : rc;
        left--;
    }
    return rc < 0 ? rc : WL_OK;
}

static int run_decisions(struct cli *cli)
{
    struct decisions d = {.cli = cli};
    struct wl_txn *txn;
    int64_t only = 0;
    uint64_t count;
    int rc = cli_number(cli, "batch", 1, INT64_MAX, &only), end;

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
        return rc;
    wl_arena_init(&d.arena, 4 << 20);
    wl_buf_init(&d.row, ROW_SIZE);
    count = wl_batch_count(txn);
    if ((uint64_t)only > count)
        rc = wl_fail(WL_E_USAGE, "there is no batch %lld; the ledger has %llu", (long long)only,
                     (unsigned long long)count);
    if (rc == WL_OK && cli->format == CLI_CSV) {
        wl_decision_header(&d.row);
        fwrite(d.row.data, 1, d.row.size, cli->out);
    } else if (rc == WL_OK) {
        d.table = cli_table_new(cli, decision_columns, WL_COUNT(decision_columns));
    }
    for (uint64_t n = only ? (uint64_t)only : 1; rc == WL_OK && n <= (only ? (uint64_t)only : count); n++)
        rc = print_batch(&d, txn, n);
    end = d.table ? cli_table_end(d.table) : WL_OK;
    if (rc == WL_OK && count == 0 && cli->format == CLI_TABLE)
        fputs("no batches yet; `wledger import` brings them\n", cli->out);
    wl_txn_abort(&txn);
    wl_arena_release(&d.arena);
    wl_buf_release(&d.row);
    return rc == WL_OK ? end : rc;
}

static const struct cli_option decision_options[] = {
    {"batch", "N", "of this batch only"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_decisions = {
    .name = "decisions",
    .args = "",
    .summary = "how the imported claims were adjudicated",
    .options = decision_options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .run = run_decisions,
    .text =
        "One row for each record of each batch, in batch order, as it was adjudicated when it came in; exact repeats\n"
        "have none. What became of a claim since tells `wledger show`.",
    .example = "decisions -d ledger --csv",
};

/* ---- obligations ---- */

static const struct cli_column obligation_columns[] = {
    {"dealer_id", false, false}, {"claim_no", false, false}, {"part_id", false, false},
    {"quantity", true, false},   {"due", false, false},
};
static const struct cli_column obligation_columns_long[] = {
    {"dealer_id", false, false}, {"claim_no", false, false}, {"part_id", false, false}, {"quantity", true, false},
    {"due", false, false},       {"line", true, true},       {"state", false, false},
};

static int print_obligation(struct wl_txn *txn, struct wl_arena *arena, struct cli_table *table, int64_t id,
                            const char *state, uint64_t *shown)
{
    struct wl_obligation o;
    struct wl_claim claim;
    char quantity[WL_DECIMAL_TEXT];
    int rc = wl_obligation_get(txn, arena, id, &o);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "return obligation %lld is missing", (long long)id);
    if (state && !wl_str_is(wl_str_of(wl_obligation_state_names()[o.state]), state))
        return WL_OK;
    if ((rc = wl_claim_get(txn, arena, o.claim, &claim)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the claim of return obligation %lld is missing", (long long)id);
    wl_decimal_format(o.quantity, WL_QUANTITY_PLACES, quantity);
    ++*shown;
    cli_table_row(table, (struct wl_str[]){claim.dealer_id, claim.claim_no, o.part_id, wl_str_of(quantity),
                                           cli_day(arena, o.due), cli_int(arena, o.line + 1),
                                           wl_str_of(wl_obligation_state_names()[o.state])});
    return WL_OK;
}

static int check_state(const char *state)
{
    for (const char *const *s = wl_obligation_state_names(); state && *s; s++)
        if (wl_str_is(wl_str_of(*s), state))
            return WL_OK;
    return state ? wl_fail(
                       WL_E_USAGE,
                       "--state %s: not a state; open, overdue, received, accepted, refused, waived or waived-received",
                       state)
                 : WL_OK;
}

static int run_obligations(struct cli *cli)
{
    const char *state = cli_value(cli, "state");
    bool columns_of_reference = cli->format == CLI_CSV && !state;
    struct cli_table *table;
    struct wl_arena arena;
    struct wl_txn *txn;
    uint64_t count, shown = 0;
    int rc = check_state(state), end;

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
        return rc;
    wl_arena_init(&arena, 4 << 20);
    table = columns_of_reference ? cli_table_new(cli, obligation_columns, WL_COUNT(obligation_columns))
                                 : cli_table_new(cli, obligation_columns_long, WL_COUNT(obligation_columns_long));
    count = wl_table_rows(txn, WL_TABLE_OBLIGATIONS);
    for (uint64_t id = 0; rc == WL_OK && id < count; id++) {
        wl_arena_clear(&arena);
        rc = print_obligation(txn, &arena, table, (int64_t)id, state, &shown);
    }
    end = cli_table_end(table);
    if (rc == WL_OK && shown == 0 && cli->format == CLI_TABLE)
        fputs("no obligations\n", cli->out);
    wl_txn_abort(&txn);
    wl_arena_release(&arena);
    return rc == WL_OK ? end : rc;
}

static const struct cli_option obligation_options[] = {
    {"state", "STATE",
     "only those open, overdue, received, accepted, refused, waived or waived-received; adds line and state to the "
     "CSV"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_obligations = {
    .name = "obligations",
    .args = "",
    .summary = "parts that must come back before their claim is paid",
    .options = obligation_options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .run = run_obligations,
    .text = "Every return obligation, in the order in which they arose: dealer, claim, part, quantity and the day by "
            "which\n"
            "the part must be back. Overdue: a tick found that day passed. A received one waits for its inspection;\n"
            "waived-received: waived, and the part is back all the same. Without --state, the CSV has these five\n"
            "columns and no other.",
    .example = "obligations -d ledger --state open",
};
