/* show settlement, batch, dealer, entry */
#include "cli/lookup.h"
#include "cli/show.h"
#include "cli/show_payment.h"

#include "wledger/batch.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include "wledger/record_command.h"
#include <stdlib.h>

enum { ROWS_FOR_PEOPLE = 100, FINDINGS_SHOWN = 256, ENTRY_MEMORY = 8 << 20 };

static int64_t shown_rows(const struct cli *cli)
{
    return cli->format == CLI_TABLE ? ROWS_FOR_PEOPLE : INT64_MAX;
}

static struct wl_str claim_name(struct wl_arena *arena, const struct wl_claim *claim)
{
    return cli_format_text(arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim->dealer_id), WL_STR_ARG(claim->claim_no));
}

/* ---- settlement ---- */

static const struct cli_column line_columns[] = {
    {"kind", false, false},        {"claim", false, false}, {"vin", false, false},
    {"repair_date", false, false}, {"amount", true, false},
};

/* Rows go out as they come, so that a settlement may have any number of lines. */
static int settlement_lines(struct cli *cli, struct wl_txn *txn, uint64_t number, struct wl_str currency, int64_t limit,
                            int64_t *shown)
{
    static const char *const kinds[] = {
        [WL_SETTLED_CHARGEBACK] = "chargeback", [WL_SETTLED_PAID] = "paid", [WL_SETTLED_REJECTED] = "rejected"};
    struct cli_table *table = cli_table_new(cli, line_columns, WL_COUNT(line_columns));
    struct wl_settlement_lines *lines;
    struct wl_settlement_line line;
    struct wl_arena arena;
    struct wl_claim claim;
    int rc = wl_settlement_lines_open(txn, number, WL_NONE, WL_NONE, &lines), end;

    wl_arena_init(&arena, 1 << 20);
    for (rc = rc == WL_OK ? 1 : rc; rc == 1 && *shown < limit; ++*shown) {
        if ((rc = wl_settlement_lines_next(lines, &line, &claim)) != 1)
            break;
        wl_arena_clear(&arena);
        if (line.kind == WL_SETTLED_CHARGEBACK)
            line.amount = -line.amount;
        cli_table_row(table,
                      (struct wl_str[]){wl_str_of(kinds[line.kind]), claim_name(&arena, &claim), claim.vin,
                                        cli_day(&arena, claim.repair_day), cli_amount(&arena, line.amount, currency)});
    }
    wl_settlement_lines_close(lines);
    wl_arena_release(&arena);
    end = cli_table_end(table);
    return rc < 0 ? rc : end;
}

static json_t *settlement_view(struct cli *cli, struct wl_txn *txn, uint64_t number, const struct wl_settlement *s)
{
    static const char *const names[] = {"dealer_id", NULL};
    static const char *const rest[] = {
        "state",      "currency",       "from_day",         "to_day",       "settled_day", "paid_day", "confirmed_day",
        "paid_count", "rejected_count", "chargeback_count", "claims_total", "chargebacks", "tax",      "carried",
        "to_pay",     "carried_on",     "opened_seq",       "closed_seq",   NULL};
    json_t *view = json_object();
    struct wl_dealer dealer;

    cli_view_number(view, "settlement", (int64_t)number);
    cli_view_pick(view, &wl_settlement_record, s, names, WL_NO_STR);
    if (cli_reference_row(txn, &cli->arena, WL_REF_DEALERS, s->dealer_id, &dealer) == 1)
        cli_view_text(view, "dealer_name", dealer.name);
    cli_view_pick(view, &wl_settlement_record, s, rest, s->currency);
    if (s->limited != WL_NONE)
        cli_view_text(view, "note", WL_STR("it reached its bound: more went into the next settlement"));
    return view;
}

int cli_show_settlement(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct wl_settlement s;
    uint64_t number;
    int64_t limit, shown = 0, all;
    json_t *view;
    int rc = cli_show_number(name, "settlement", 1, wl_settlement_count(txn), &number);

    if (rc != WL_OK || (rc = cli_show_limit(cli, shown_rows(cli), &limit)) != WL_OK ||
        (rc = wl_settlement_get(txn, &cli->arena, number, &s)) != 1)
        return rc == 0 ? wl_fail(WL_E_DAMAGED, "settlement %llu has no row", (unsigned long long)number) : rc;
    if (cli->format == CLI_CSV)
        return settlement_lines(cli, txn, number, s.currency, limit, &shown);
    view = settlement_view(cli, txn, number, &s);
    if ((rc = cli_show_paid(txn, &cli->arena, &s, view)) != WL_OK) {
        json_decref(view);
        return rc;
    }
    if (cli->format == CLI_JSON) {
        rc = cli_view_print_open(cli, view);
        fputs(",\n  \"lines\": ", cli->out);
        json_decref(view);
        rc = rc == WL_OK ? settlement_lines(cli, txn, number, s.currency, limit, &shown) : rc;
        fputs("}\n", cli->out);
        return rc;
    }
    if ((rc = cli_view_print(cli, view)) != WL_OK)
        return rc;
    fputc('\n', cli->out);
    rc = settlement_lines(cli, txn, number, s.currency, limit, &shown);
    all = s.paid_count + s.rejected_count + s.chargeback_count;
    fflush(cli->out);
    if (rc == WL_OK && all > shown)
        fprintf(cli->err, "%lld more %s: --limit N shows more, --csv all\n", (long long)(all - shown),
                cli_counted((uint64_t)(all - shown), "line", "lines"));
    return rc;
}

/* ---- batch ---- */

struct tally {
    int64_t decisions[WL_CLAIM_STATE_COUNT], repeats, findings[FINDINGS_SHOWN];
};

static void count(struct tally *t, const struct wl_record_outcome *outcome)
{
    if (outcome->repeats != WL_NONE) {
        t->repeats++;
        return;
    }
    t->decisions[outcome->decision.decision]++;
    for (size_t i = 0; i < outcome->decision.findings.count; i++) {
        int64_t finding = outcome->decision.findings.at[i];

        if (finding >= 0 && finding < FINDINGS_SHOWN)
            t->findings[finding]++;
    }
}

static int count_batch(struct wl_txn *txn, uint64_t number, const struct wl_batch *batch, struct tally *t)
{
    struct wl_arena arena;
    struct wl_entry e;
    int64_t left = batch->done;
    int rc = 1;

    wl_arena_init(&arena, ENTRY_MEMORY);
    for (uint64_t seq = (uint64_t)batch->seq + 1; rc == 1 && left > 0; seq++) {
        void *outcome;

        rc = wl_entry_read(txn, seq, &e);
        if (rc != 1 || e.batch != number || e.command != &wl_record_command)
            continue;
        wl_arena_clear(&arena);
        rc = wl_entry_outcome(&e, &arena, &outcome);
        if (rc == WL_OK) {
            count(t, outcome);
            rc = 1;
        }
        left--;
    }
    wl_arena_release(&arena);
    return rc < 0 ? rc : WL_OK;
}

/* The most frequent first; of equals the lower number. */
static json_t *top_findings(struct tally *t)
{
    json_t *list = json_array();

    for (;;) {
        int64_t best = 0;
        json_t *row, *finding;

        for (int64_t f = 1; f < FINDINGS_SHOWN; f++)
            best = t->findings[f] > t->findings[best] ? f : best;
        if (t->findings[best] == 0)
            return list;
        row = json_object();
        finding = cli_view_findings((struct wl_ints){&best, 1});
        cli_view_number(row, "claims", t->findings[best]);
        json_object_update(row, json_array_get(finding, 0));
        json_array_append_new(list, row);
        json_decref(finding);
        t->findings[best] = 0;
    }
}

int cli_show_batch(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct tally t = {.repeats = 0};
    struct wl_batch batch;
    json_t *view, *decisions = json_object();
    uint64_t number;
    int rc = cli_show_number(name, "batch", 1, wl_batch_count(txn), &number);

    if (rc == WL_OK && (rc = wl_batch_get(txn, &cli->arena, number, &batch)) == 0)
        rc = wl_fail(WL_E_DAMAGED, "batch %llu has no row", (unsigned long long)number);
    if (rc >= WL_OK)
        rc = rc == 1 ? count_batch(txn, number, &batch, &t) : rc;
    if (rc != WL_OK) {
        json_decref(decisions);
        return rc;
    }
    view = json_object();
    cli_view_number(view, "batch", (int64_t)number);
    json_object_update_new(view, cli_view_record(&wl_batch_record, &batch, WL_NO_STR));
    cli_view_number(view, "done", batch.done);
    for (int d = 0; d <= WL_CLAIM_PARTIAL; d++)
        cli_view_number(decisions, wl_claim_state_names()[d], t.decisions[d]);
    cli_view_number(decisions, "exact_repeats", t.repeats);
    cli_view_put(view, "decisions", decisions);
    cli_view_put(view, "findings", top_findings(&t));
    return cli_view_print(cli, view);
}

/* ---- dealer ---- */

static int add_accounts(struct cli *cli, struct wl_txn *txn, struct wl_str party, json_t *list)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, WL_TABLE_BALANCES, WL_NO_STR, WL_NO_STR, &walk);

    (void)cli;
    while (rc >= WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_account_balance b;
        char text[WL_DECIMAL_TEXT];
        json_t *one;

        if ((rc = wl_balance_read(key, value, &b)) != WL_OK)
            break;
        if (!wl_str_equal(b.party, party) || wl_account_kind_book(b.kind) != WL_MONEY)
            continue;
        one = json_object();
        wl_decimal_format(b.amount, wl_minor_digits(b.unit), text);
        cli_view_text(one, "account", wl_str_of(wl_account_kind_name(b.kind)));
        cli_view_text(one, "balance", wl_str_of(text));
        cli_view_text(one, "currency", b.unit);
        json_array_append_new(list, one);
    }
    wl_walk_close(walk);
    return rc;
}

int cli_show_dealer(struct cli *cli, struct wl_txn *txn, struct wl_str dealer_id)
{
    struct wl_dealer dealer;
    struct wl_str hint;
    json_t *view, *list;
    int rc = cli_reference_row(txn, &cli->arena, WL_REF_DEALERS, dealer_id, &dealer);

    if (rc == 0 && (rc = cli_near_dealer(txn, &cli->arena, dealer_id, &hint)) == WL_OK)
        return wl_fail(WL_E_USAGE, WL_STR_FMT, WL_STR_ARG(cli_clean(&cli->arena, hint)));
    if (rc < 0)
        return rc;
    view = cli_view_record(wl_reference_info(WL_REF_DEALERS)->record, &dealer, WL_NO_STR);
    list = json_array();
    cli_view_put(view, "accounts", list);
    rc = add_accounts(cli, txn, dealer_id, list);
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}

/* ---- entry ---- */

static int add_texts(struct wl_txn *txn, const struct wl_entry *e, json_t *view)
{
    json_t *list = json_array();
    int rc = WL_OK;

    cli_view_put(view, "personal_texts", list);
    for (unsigned i = 0; rc >= WL_OK && i < e->text_count; i++) {
        char hex[2 * WL_HASH_SIZE + 1] = "";
        json_t *one = json_object();
        struct wl_str text;

        json_array_append_new(list, one);
        if (e->commitments[i].size == WL_HASH_SIZE)
            wl_hex((const uint8_t *)e->commitments[i].data, WL_HASH_SIZE, hex);
        cli_view_text(one, "commitment", wl_str_of(hex));
        rc = wl_text_get(txn, e->seq, i, &text);
        cli_view_text(one, "text", rc == 1 ? text : WL_STR("(forgotten)"));
    }
    return rc < 0 ? rc : WL_OK;
}

/* The currency that a body or outcome names, for the amounts of the one that does not. */
static struct wl_str currency_of(const struct wl_record *kind, const void *record)
{
    const struct wl_field *f = wl_record_field(kind, WL_STR("currency"));

    return f && f->type == WL_TEXT ? *(const struct wl_str *)(const void *)((const char *)record + f->offset)
                                   : WL_NO_STR;
}

/* What a command that names a settlement moved is in its currency, which stands with the postings themselves. */
static json_t *entry_view(const struct wl_entry *e, const void *body, const void *outcome)
{
    struct wl_str currency = currency_of(e->command->body, body);
    json_t *view = json_object();

    if (!currency.size)
        currency = currency_of(e->command->outcome, outcome);
    cli_view_number(view, "entry", (int64_t)e->seq);
    cli_view_text(view, "command", wl_str_of(e->command->name));
    cli_view_time(view, "time", e->time);
    cli_view_text(view, "by", e->actor);
    cli_view_text(view, "key", e->key);
    if (e->batch) {
        cli_view_number(view, "batch", (int64_t)e->batch);
        cli_view_number(view, "ordinal", (int64_t)e->ordinal);
    }
    cli_view_number(view, "format", e->format);
    cli_view_number(view, "rules_version", e->rules_version);
    cli_view_number(view, "bytes", (int64_t)e->bytes.size);
    cli_view_put(view, "body", cli_view_record(e->command->body, body, currency));
    cli_view_put(view, "outcome", cli_view_record(e->command->outcome, outcome, currency));
    return view;
}

int cli_show_entry(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    void *body, *outcome;
    struct wl_entry e;
    uint64_t number;
    json_t *view;
    int rc = cli_show_number(name, "entry", 0, wl_journal_size(txn), &number);

    if (rc != WL_OK || (rc = wl_entry_read(txn, number, &e)) != 1)
        return rc == 0 ? wl_fail(WL_E_DAMAGED, "entry %llu is missing", (unsigned long long)number) : rc;
    if ((rc = wl_entry_body(&e, &cli->arena, &body)) != WL_OK ||
        (rc = wl_entry_outcome(&e, &cli->arena, &outcome)) != WL_OK)
        return rc;
    view = entry_view(&e, body, outcome);
    rc = e.text_count ? add_texts(txn, &e, view) : WL_OK;
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}
