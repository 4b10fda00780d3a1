/* The verbs about supplier recovery: recovery find, claim, answer, pay. */
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/execute.h"
#include "cli/lookup.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/recovery.h"
#include <string.h>

enum { AMOUNT_DIGITS = 18, CURRENCY_LETTERS = 3, LINE_DIGITS = 4 };

/* ---- recovery find ---- */

struct found {
    struct cli *cli;
    int64_t looked, found, entry;
    bool repeated;
    json_t *list; /* for programs */
};

static int note_found(struct found *f, struct wl_txn *txn, const struct wl_recovery_find_outcome *out)
{
    const struct wl_recovery *row = out->found.at;

    f->looked += out->looked;
    f->found += (int64_t)out->found.count;
    for (size_t i = 0; f->list && i < out->found.count; i++, row++) {
        json_t *one = json_object();
        struct wl_claim claim;
        int rc = wl_claim_get(txn, &f->cli->arena, row->claim, &claim);

        json_array_append_new(f->list, one);
        if (rc != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a recovery is of no claim");
        cli_view_text(one, "claim",
                      cli_format_text(&f->cli->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                                      WL_STR_ARG(claim.claim_no)));
        cli_view_text(one, "supplier_id", row->supplier_id);
        cli_view_amount(one, "amount", row->amount, row->currency);
        cli_view_text(one, "currency", row->currency);
    }
    return WL_OK;
}

/* One entry and its commit; *more: another must follow. */
static int find_once(struct found *f, unsigned nth, bool *more)
{
    struct wl_recovery_find_body body = {WL_NONE};
    struct cli *cli = f->cli;
    struct wl_result result;
    struct wl_txn *txn;
    struct wl_str key = WL_NO_STR;
    int rc = wl_txn_begin(cli->store, true, &txn);

    if (rc != WL_OK)
        return rc;
    if (nth > 1 && cli->key.size)
        key = cli_format_text(&cli->arena, WL_STR_FMT "/%u", WL_STR_ARG(cli->key), nth);
    if ((rc = cli_demand_execute(cli, txn, &wl_recovery_find_command, &body, key, &result)) == WL_OK &&
        result.refusal == WL_DONE)
        rc = note_found(f, txn, result.outcome);
    rc = cli_demand_commit(&txn, rc);
    if (rc == WL_OK && result.refusal != WL_DONE)
        return cli_demand_refused(cli, "recovery find", &result, &(struct cli_demand_named){.dealer_id = WL_NO_STR});
    if (rc != WL_OK)
        return rc;
    f->entry = (int64_t)result.seq;
    f->repeated |= result.repeated;
    *more = ((const struct wl_recovery_find_outcome *)result.outcome)->more == 1;
    return WL_OK;
}

static int run_find(struct cli *cli)
{
    struct found f = {.cli = cli, .list = cli->format == CLI_TABLE ? NULL : json_array()};
    bool more = true;
    json_t *view;
    int rc = WL_OK;

    for (unsigned nth = 1; rc == WL_OK && more; nth++) {
        if (!f.list)
            wl_arena_clear(&cli->arena);
        rc = find_once(&f, nth, &more);
    }
    if (rc != WL_OK) {
        json_decref(f.list);
        return rc;
    }
    if (!f.list) {
        fprintf(cli->out, "looked at %lld settled %s: %lld %s  (entry %lld%s)\n", (long long)f.looked,
                cli_counted((uint64_t)f.looked, "claim", "claims"), (long long)f.found,
                cli_counted((uint64_t)f.found, "recovery", "recoveries"), (long long)f.entry,
                f.repeated ? ", done before under this key" : "");
        return CLI_DONE;
    }
    view = json_object();
    cli_view_number(view, "looked", f.looked);
    cli_view_number(view, "entry", f.entry);
    if (f.repeated)
        cli_view_put(view, "repeated", json_true());
    cli_view_put(view, "found", f.list);
    return cli_view_print(cli, view);
}

const struct cli_command cli_recovery_find = {
    .name = "recovery find",
    .args = "",
    .summary = "find what suppliers owe for settled claims",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .run = run_find,
    .text = "Looks at the settled claims that no such command looked at before, and writes down what the suppliers of "
            "their\n"
            "parts owe: by the supplier's agreement on the part and the repair date, else by its recovery_percent. "
            "Nothing is\n"
            "booked by it; `wledger recovery claim` claims it.",
    .example = "recovery find -d ledger",
};

/* ---- recovery claim ---- */

struct claiming {
    struct wl_recovery_claim_body body; /* stands first: it is the job's body */
    struct cli *cli;
    int64_t to; /* as given */
};

static bool set_supplier(void *body, struct wl_str name)
{
    struct claiming *c = body;

    c->body.supplier_id = name;
    return wl_is_identifier(name);
}

/* Today, unless the key says that the claim was made another day. */
static int set_to(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job)
{
    struct claiming *c = job->body;
    int rc = 0;

    c->body.to = c->to;
    for (int several = 0; c->to == WL_NONE && c->cli->key.size && several < 2 && rc == 0; several++) {
        struct wl_str key;
        void *known;

        if ((rc = cli_key(c->cli, arena, c->body.supplier_id, several, &key)) != WL_OK ||
            (rc = cli_demand_known(c->cli, txn, key, &wl_recovery_claim_command, &known)) < 0)
            return rc;
        if (rc == 1)
            c->body.to = ((const struct wl_recovery_claim_body *)known)->to;
    }
    if (c->body.to == WL_NONE)
        c->body.to = wl_time_day(cli_time(c->cli, txn), wl_journal_zone(txn));
    return wl_txn_status(txn);
}

static int tell_claim(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                      struct cli_said *said)
{
    const struct claiming *c = job->body;
    const struct wl_recovery_claim_outcome *out = outcome;

    said->did = WL_STR("nothing claimed");
    said->state = WL_STR("given-up");
    if (out->supplier_claim != WL_NONE) {
        said->did = cli_format_text(arena, "supplier claim %lld", (long long)out->supplier_claim);
        said->state = wl_str_of(wl_supplier_claim_state_names()[WL_SUPPLIER_CLAIM_SENT]);
        said->amount = out->total;
        said->currency = wl_arena_copy(arena, c->body.currency);
        said->made = cli_int(arena, out->supplier_claim);
        said->note =
            cli_format_text(arena, "%zu %s", out->claims.count, cli_counted(out->claims.count, "line", "lines"));
    }
    if (out->lapsed.count)
        said->note = cli_format_text(arena, WL_STR_FMT "%s%zu %s given up: %s days are over", WL_STR_ARG(said->note),
                                     said->note.size ? ", " : "", out->lapsed.count,
                                     cli_counted(out->lapsed.count, "recovery", "recoveries"),
                                     cli_counted(out->lapsed.count, "its", "their"));
    if (out->more == 1)
        said->note =
            cli_format_text(arena, WL_STR_FMT "; there are more: give the command again", WL_STR_ARG(said->note));
    return wl_txn_status(txn);
}

static int run_claim(struct cli *cli)
{
    const char *currency = cli_value(cli, "currency");
    struct claiming c = {.cli = cli, .to = WL_NONE};
    int rc = cli_date(cli, "to", &c.to);

    if (rc == WL_OK && (!currency || strlen(currency) != CURRENCY_LETTERS))
        rc = wl_fail(WL_E_USAGE, "recovery claim: --currency CUR, three letters, please");
    if (rc != WL_OK)
        return rc;
    c.body.currency = wl_str_of(currency);
    return cli_execute(cli, &(struct cli_job){.command = &wl_recovery_claim_command,
                                              .body = &c,
                                              .form = "a supplier_id",
                                              .set_name = set_supplier,
                                              .ready = set_to,
                                              .tell = tell_claim});
}

static const struct cli_option claim_options[] = {
    {"currency", "CUR", "recoveries in this currency; required"},
    {"to", "DATE", "of claims repaired up to that day (default: today)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_recovery_claim = {
    .name = "recovery claim",
    .args = "SUPPLIER...",
    .summary = "claim from suppliers what they owe",
    .options = claim_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_claim,
    .text = "Makes one claim to each supplier of all its open recoveries in a currency. Those whose days by the "
            "agreement are\n"
            "over are given up. `wledger export recovery` writes the claim for the supplier.",
    .example = "recovery claim -d ledger S0007 --currency CNY --to 2026-03-31",
};

/* ---- recovery answer ---- */

/* "3" or "3=12.50", the amount in the currency of the supplier claim; empty: there is none, and the command says so. */
static int read_line(struct cli *cli, const char *text, struct wl_str currency, int64_t verdict,
                     struct wl_supplier_answer_line *out)
{
    const char *equals = strchr(text, '=');
    struct wl_str line = {text, equals ? (size_t)(equals - text) : strlen(text)};
    unsigned places = wl_minor_digits(currency);

    *out = (struct wl_supplier_answer_line){.verdict = verdict, .amount = WL_NONE};
    if (!wl_decimal_parse(wl_str_trim(line), LINE_DIGITS, 0, &out->line) || out->line < 1)
        return wl_fail(WL_E_USAGE, "--line " WL_STR_FMT ": a line is N or N=AMOUNT; N counts from 1",
                       WL_STR_ARG(cli_clean(&cli->arena, wl_str_of(text))));
    if (!equals)
        return WL_OK;
    if (verdict != WL_SUPPLIER_ACCEPTS)
        return wl_fail(WL_E_USAGE, "recovery answer: only what is accepted has an amount; --accept --line N=AMOUNT");
    if (currency.size &&
        !wl_decimal_parse(wl_str_trim(wl_str_of(equals + 1)), AMOUNT_DIGITS - places, places, &out->amount))
        return wl_fail(WL_E_USAGE,
                       "--line " WL_STR_FMT ": an amount in " WL_STR_FMT
                       " with at most %u decimals and 18 digits, please",
                       WL_STR_ARG(cli_clean(&cli->arena, wl_str_of(text))), WL_STR_ARG(currency), places);
    return WL_OK;
}

static int read_lines(struct cli *cli, struct wl_str currency, int64_t verdict, struct wl_list *lines)
{
    struct wl_supplier_answer_line *at;
    const char *value;
    int rc = WL_OK;

    if (!cli_value(cli, "line"))
        return WL_OK;
    if (!(at = wl_arena_alloc(&cli->arena, WL_SUPPLIER_ANSWERS_MAX * sizeof *at)))
        return wl_arena_status(&cli->arena);
    lines->at = at;
    while (rc == WL_OK && (value = cli_value_at(cli, "line", lines->count))) {
        if (lines->count == WL_SUPPLIER_ANSWERS_MAX)
            return wl_fail(WL_E_USAGE, "--line: at most %d in one answer", WL_SUPPLIER_ANSWERS_MAX);
        rc = read_line(cli, value, currency, verdict, &at[lines->count++]);
    }
    return rc;
}

/* Which of --accept, --dispute, --refuse. */
static int read_verdict(struct cli *cli, int64_t *verdict)
{
    static const char *const options[] = {"accept", "dispute", "refuse"};
    int given = 0;

    for (size_t i = 0; i < WL_COUNT(options); i++)
        if (cli_value(cli, options[i])) {
            *verdict = (int64_t)i;
            given++;
        }
    return given == 1 ? WL_OK : wl_fail(WL_E_USAGE, "recovery answer: one of --accept, --dispute or --refuse");
}

/* A supplier claim as a command left it. */
static int tell_supplier_claim(struct cli *cli, int64_t number, const char *did, int64_t amount,
                               const struct wl_result *result)
{
    struct wl_arena *a = &cli->arena;
    struct wl_supplier_claim row;
    struct wl_str name = cli_format_text(a, "supplier claim %lld", (long long)number);
    struct wl_txn *txn;
    json_t *view;
    int rc;

    if (result->refusal != WL_DONE)
        return cli_demand_refused(cli, name.data, result, &(struct cli_demand_named){.dealer_id = WL_NO_STR});
    if ((rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
        return rc;
    rc = wl_supplier_claim_get(txn, a, (uint64_t)number, &row);
    wl_txn_abort(&txn);
    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "supplier claim %lld has no row", (long long)number);
    if (cli->format != CLI_TABLE) {
        view = cli_demand_view(result);
        cli_view_number(view, "supplier_claim", number);
        cli_view_amount(view, "amount", amount, row.currency);
        json_object_update_new(view, cli_view_record(&wl_supplier_claim_record, &row, row.currency));
        return cli_view_print(cli, view);
    }
    fprintf(cli->out, WL_STR_FMT "  %s", WL_STR_ARG(name), did);
    if (amount != WL_NONE)
        fprintf(cli->out, " " WL_STR_FMT " " WL_STR_FMT,
                WL_STR_ARG(cli_amount(a, amount < 0 ? -amount : amount, row.currency)), WL_STR_ARG(row.currency));
    fprintf(cli->out, ": due " WL_STR_FMT ", paid " WL_STR_FMT " " WL_STR_FMT ", %lld %s open",
            WL_STR_ARG(cli_amount(a, row.due, row.currency)), WL_STR_ARG(cli_amount(a, row.paid, row.currency)),
            WL_STR_ARG(row.currency), (long long)row.open_lines,
            cli_counted((uint64_t)row.open_lines, "line", "lines"));
    cli_demand_entry(cli, result);
    return CLI_DONE;
}

/* The currency of a supplier claim; empty where there is none. */
static int currency_of(struct cli *cli, struct wl_txn *txn, int64_t number, struct wl_str *currency)
{
    struct wl_supplier_claim row;
    int rc = wl_supplier_claim_get(txn, &cli->arena, (uint64_t)number, &row);

    *currency = rc == 1 ? row.currency : WL_NO_STR;
    return rc < 0 ? rc : WL_OK;
}

static int read_number(struct cli *cli, int64_t *number)
{
    return cli_demand_number(wl_str_trim(wl_str_of(cli->argv[0])), number)
               ? WL_OK
               : wl_fail(WL_E_USAGE, "%s: `%s` is not the number of a supplier claim", cli->command->name,
                         cli->argv[0]);
}

static int run_answer(struct cli *cli)
{
    struct wl_recovery_answer_body body = {.verdict = WL_NONE};
    struct wl_str currency;
    struct wl_result result;
    struct wl_txn *txn;
    int64_t verdict = 0;
    int rc = read_number(cli, &body.supplier_claim);

    if (rc != WL_OK || (rc = read_verdict(cli, &verdict)) != WL_OK ||
        (rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK ||
        (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    if ((rc = currency_of(cli, txn, body.supplier_claim, &currency)) == WL_OK)
        rc = read_lines(cli, currency, verdict, &body.lines);
    if (rc == WL_OK && body.lines.count == 0)
        body.verdict = verdict;
    if (rc == WL_OK)
        rc = cli_demand_execute(cli, txn, &wl_recovery_answer_command, &body, WL_NO_STR, &result);
    rc = cli_demand_commit(&txn, rc);
    return rc == WL_OK ? tell_supplier_claim(cli, body.supplier_claim, "answered", WL_NONE, &result) : rc;
}

static const struct cli_option answer_options[] = {
    {"accept", NULL, "the supplier accepts"},
    {"dispute", NULL, "the supplier disputes it: a second answer follows"},
    {"refuse", NULL, "the supplier refuses, and it is given up"},
    {"line", "N[=AMOUNT]",
     "of this line (default: of all that wait for an answer); accepted, but not more than AMOUNT"},
    {"reason", "TEXT", "why; required unless all is accepted"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_recovery_answer = {
    .name = "recovery answer",
    .args = "SUPPLIER-CLAIM",
    .summary = "record what a supplier says to a claim",
    .options = answer_options,
    .repeats = "line",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_answer,
    .text = "Records a supplier's answer, line by line or for all lines that wait for one. What is not accepted is "
            "given up;\n"
            "what is disputed is answered again.",
    .example = "recovery answer -d ledger 4 --accept --line 3=120.00 --reason \"DISC: used before\"",
};

/* ---- recovery pay ---- */

static int read_amount(struct cli *cli, struct wl_str currency, int64_t *amount)
{
    const char *text = cli_value(cli, "amount");
    unsigned places = wl_minor_digits(currency);

    *amount = WL_NONE;
    if (!text || !currency.size ||
        wl_decimal_parse(wl_str_trim(wl_str_of(text)), AMOUNT_DIGITS - places, places, amount))
        return WL_OK;
    return wl_fail(WL_E_USAGE,
                   "--amount %s: an amount in " WL_STR_FMT " with at most %u decimals and 18 digits, please", text,
                   WL_STR_ARG(currency), places);
}

static int run_pay(struct cli *cli)
{
    struct wl_recovery_pay_body body = {.amount = WL_NONE};
    struct wl_str currency;
    struct wl_result result;
    struct wl_txn *txn;
    int64_t amount;
    int rc = read_number(cli, &body.supplier_claim);

    if (rc != WL_OK || (rc = cli_text(cli, "reference", WL_SUPPLIER_REFERENCE_MAX, &body.reference)) != WL_OK ||
        (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    if ((rc = currency_of(cli, txn, body.supplier_claim, &currency)) == WL_OK &&
        (rc = read_amount(cli, currency, &body.amount)) == WL_OK)
        rc = cli_demand_execute(cli, txn, &wl_recovery_pay_command, &body, WL_NO_STR, &result);
    rc = cli_demand_commit(&txn, rc);
    if (rc != WL_OK)
        return rc;
    amount = result.refusal == WL_DONE ? ((const struct wl_recovery_pay_outcome *)result.outcome)->amount : WL_NONE;
    return tell_supplier_claim(cli, body.supplier_claim, amount < 0 ? "paid back" : "paid", amount, &result);
}

static const struct cli_option pay_options[] = {
    {"amount", "AMOUNT", "how much (default: all that is due); below 0: paid back to the supplier"},
    {"reference", "R", "what the payment is known by"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_recovery_pay = {
    .name = "recovery pay",
    .args = "SUPPLIER-CLAIM",
    .summary = "record a supplier's payment",
    .options = pay_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_pay,
    .text = "Records what a supplier paid of a claim, not more than is due. Where it has paid more than it owes by "
            "now, because\n"
            "its lines were charged back since, the difference is paid back to it by the same command.",
    .example = "recovery pay -d ledger 4 --reference TT-2041",
};
