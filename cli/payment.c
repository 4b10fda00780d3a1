/* The verbs about payment: pay, confirm, payment run, payment reject. */
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/execute.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/payment.h"
#include <string.h>

enum { AMOUNT_DIGITS = 18, CURRENCY_LETTERS = 3 };

/* ---- pay, confirm ---- */

struct on_settlement {
    struct wl_settlement_body body; /* stands first: it is the job's body */
    const char *amount;             /* as typed; NULL: none was */
};

static bool set_settlement(void *body, struct wl_str name)
{
    struct wl_settlement_body *settlement = body;

    return cli_demand_number(name, &settlement->settlement);
}

/* An amount is read in the currency of its settlement. */
static int read_amount(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job)
{
    struct on_settlement *on = job->body;
    struct wl_settlement settlement;
    unsigned places;
    int rc;

    on->body.amount = WL_NONE;
    if (!on->amount || (rc = wl_settlement_get(txn, arena, (uint64_t)on->body.settlement, &settlement)) == 0)
        return WL_OK;
    if (rc < 0)
        return rc;
    places = wl_minor_digits(settlement.currency);
    if (!wl_decimal_parse(wl_str_trim(wl_str_of(on->amount)), AMOUNT_DIGITS - places, places, &on->body.amount) ||
        on->body.amount < 0)
        return wl_fail(WL_E_INPUT,
                       "--amount %s: an amount in " WL_STR_FMT
                       " with at most %u decimals and 18 digits, please; nothing "
                       "was done",
                       on->amount, WL_STR_ARG(settlement.currency), places);
    return WL_OK;
}

static int tell_settlement(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                           struct cli_said *said)
{
    const struct wl_settlement_body *body = job->body;
    struct wl_settlement s;
    int rc = wl_settlement_get(txn, arena, (uint64_t)body->settlement, &s);
    bool differs;

    (void)outcome;
    if (rc != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a settlement has no row"));
    differs = job->command == &wl_confirm_command && s.dealer_difference != WL_NONE;
    *said = (struct cli_said){.did = wl_str_of(differs ? "noted, not confirmed" : job->did),
                              .amount = differs ? s.confirmed_amount : s.paid_amount,
                              .currency = s.currency,
                              .state = wl_str_of(wl_settlement_state_names()[s.state]),
                              .note = s.dealer_id};
    if (differs)
        said->note = cli_format_text(arena, WL_STR_FMT ": " WL_STR_FMT " was paid", WL_STR_ARG(s.dealer_id),
                                     WL_STR_ARG(cli_amount(arena, s.paid_amount, s.currency)));
    return WL_OK;
}

static int near_settlement(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, struct wl_str *hint)
{
    uint64_t count = wl_settlement_count(txn);

    (void)name;
    *hint = count ? cli_format_text(arena, "there are settlements 1 to %llu", (unsigned long long)count)
                  : WL_STR("there is no settlement yet; `wledger settle` makes one");
    return wl_txn_status(txn);
}

static int run_on_settlements(struct cli *cli, const struct wl_command *command, const char *did, const char *amount)
{
    struct on_settlement on = {.body = {WL_NONE, WL_NONE}, .amount = amount};

    return cli_execute(cli, &(struct cli_job){.command = command,
                                              .body = &on,
                                              .form = "the number of a settlement",
                                              .did = did,
                                              .set_name = set_settlement,
                                              .ready = read_amount,
                                              .tell = tell_settlement,
                                              .near = near_settlement,
                                              .unknown = WL_REFUSED_SETTLEMENT_UNKNOWN});
}

static int run_pay(struct cli *cli)
{
    return run_on_settlements(cli, &wl_pay_command, "paid", NULL);
}

static int run_confirm(struct cli *cli)
{
    return run_on_settlements(cli, &wl_confirm_command, "confirmed", cli_value(cli, "amount"));
}

const struct cli_command cli_pay = {
    .name = "pay",
    .args = "SETTLEMENT...",
    .summary = "record by hand that settlements were paid",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_pay,
    .text = "Records that what is left to pay of a settlement was paid to its dealer, where no payment run did it. "
            "Settlements\n"
            "are named by their numbers; one that is in a payment run waits for the bank's answer.",
    .example = "pay -d ledger 1 2",
};

static const struct cli_option confirm_options[] = {
    {"amount", "AMOUNT", "what the dealer says that it received (default: what was paid)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_confirm = {
    .name = "confirm",
    .args = "SETTLEMENT...",
    .summary = "record that dealers confirm their payments",
    .options = confirm_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_confirm,
    .text = "Records that the dealer confirms the remittance of a paid settlement, which ends the story of its claims. "
            "Another\n"
            "amount than was paid is recorded as a difference, and the settlement stays paid until the right one is "
            "confirmed.",
    .example = "confirm -d ledger 1 --amount 1200.00",
};

/* ---- payment run ---- */

static int take_number(struct cli *cli, void *context, struct wl_str name, const char *place)
{
    struct wl_ints *numbers = context;

    if (numbers->count == WL_PAYMENT_LINES_MAX)
        return wl_fail(WL_E_INPUT, "%sa payment run takes at most %d settlements; give them in parts", place,
                       WL_PAYMENT_LINES_MAX);
    if (!cli_demand_number(name, &numbers->at[numbers->count++]))
        return wl_fail(WL_E_INPUT, "%s`" WL_STR_FMT "` is not the number of a settlement; nothing was done", place,
                       WL_STR_ARG(cli_clean(&cli->arena, name)));
    return CLI_DONE;
}

static int read_run(struct cli *cli, struct wl_payment_body *body)
{
    const char *currency = cli_value(cli, "currency");
    int rc;

    if (!currency || strlen(currency) != CURRENCY_LETTERS)
        return wl_fail(WL_E_USAGE, "payment run: --currency CUR, three letters, please");
    body->currency = wl_str_of(currency);
    body->settlements.at = wl_arena_alloc(&cli->arena, WL_PAYMENT_LINES_MAX * sizeof(int64_t));
    if (!body->settlements.at)
        return wl_arena_status(&cli->arena);
    if ((rc = cli_demand_id(cli, "dealer", &body->dealer_id)) == WL_OK &&
        (rc = cli_date(cli, "on", &body->execution_day)) == WL_OK)
        rc = cli_each_name(cli, take_number, &body->settlements);
    return rc;
}

/* Today, unless the key says that the run was made another day. */
static int set_day(struct cli *cli, struct wl_txn *txn, struct wl_payment_body *body)
{
    void *known;
    int rc;

    if (body->execution_day != WL_NONE)
        return WL_OK;
    if ((rc = cli_demand_known(cli, txn, cli->key, &wl_payment_command, &known)) < 0)
        return rc;
    body->execution_day = rc == 1 ? ((const struct wl_payment_body *)known)->execution_day
                                  : wl_time_day(cli_time(cli, txn), wl_journal_zone(txn));
    return WL_OK;
}

static int tell_run_to_programs(struct cli *cli, const struct wl_payment_body *b, const struct wl_payment_outcome *out,
                                json_t *view)
{
    const struct wl_payment_transfer *transfer = out->transfers.at;
    json_t *list = json_array();

    cli_view_number(view, "payment", out->payment);
    cli_view_text(view, "currency", b->currency);
    cli_view_day(view, "execution_day", b->execution_day);
    cli_view_amount(view, "total", out->total, b->currency);
    cli_view_number(view, "left_out", out->left_out);
    cli_view_number(view, "more", out->more);
    for (size_t i = 0; i < out->transfers.count; i++, transfer++) {
        json_t *one = json_object();

        cli_view_number(one, "settlement", transfer->settlement);
        cli_view_text(one, "dealer_id", transfer->dealer_id);
        cli_view_amount(one, "amount", transfer->amount, b->currency);
        json_array_append_new(list, one);
    }
    cli_view_put(view, "transfers", list);
    return cli_view_print(cli, view);
}

static int tell_run(struct cli *cli, const struct wl_payment_body *b, const struct wl_result *result)
{
    const struct wl_payment_outcome *out = result->outcome;
    struct wl_arena *a = &cli->arena;

    if (result->refusal != WL_DONE)
        return cli_demand_refused(cli, "payment run", result, &(struct cli_demand_named){.dealer_id = b->dealer_id});
    if (cli->format != CLI_TABLE)
        return tell_run_to_programs(cli, b, out, cli_demand_view(result));
    fprintf(cli->out, "payment %lld: %zu transfer%s, " WL_STR_FMT " " WL_STR_FMT " on " WL_STR_FMT,
            (long long)out->payment, out->transfers.count, out->transfers.count == 1 ? "" : "s",
            WL_STR_ARG(cli_amount(a, out->total, b->currency)), WL_STR_ARG(b->currency),
            WL_STR_ARG(cli_day(a, b->execution_day)));
    cli_demand_entry(cli, result);
    if (out->left_out != WL_NONE)
        fprintf(cli->out, "  left out: %lld of dealers that have no bank account in " WL_STR_FMT "\n",
                (long long)out->left_out, WL_STR_ARG(b->currency));
    if (out->more != WL_NONE)
        fputs("  more waits: give the command again\n", cli->out);
    fprintf(cli->out, "  `wledger export payment %lld` writes it for the bank\n", (long long)out->payment);
    return CLI_DONE;
}

static int run_payment(struct cli *cli)
{
    struct wl_payment_body body = {.execution_day = WL_NONE};
    struct wl_result result;
    struct wl_txn *txn;
    int rc = read_run(cli, &body);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    if ((rc = set_day(cli, txn, &body)) == WL_OK)
        rc = cli_demand_execute(cli, txn, &wl_payment_command, &body, WL_NO_STR, &result);
    rc = cli_demand_commit(&txn, rc);
    return rc == WL_OK ? tell_run(cli, &body, &result) : rc;
}

static const struct cli_option run_options[] = {
    {"currency", "CUR", "settlements of this currency; required"},
    {"dealer", "D", "of this dealer only"},
    {"on", "DATE", "when the bank is to pay (default: today)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_payment_run = {
    .name = "payment run",
    .args = "[SETTLEMENT...]",
    .summary = "put issued settlements together for the bank to pay",
    .options = run_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 0,
    .most_args = -1,
    .run = run_payment,
    .text =
        "Makes a payment run of all issued settlements that have something left to pay and are in no other run, or of\n"
        "those named, oldest first. Bank accounts are reference data; the OEM's own is that of the party *. Nothing "
        "is\n"
        "paid by it: `wledger export payment` writes the file for the bank, and `wledger bank` reads what it did.",
    .example = "payment run -d ledger --currency CNY --on 2026-04-02",
};

/* ---- payment reject ---- */

struct rejecting {
    struct wl_bank_answer_body body; /* stands first: it is the job's body */
    int64_t payment, settlement;
    char reference[2 * WL_PAYMENT_REFERENCE_TEXT], end_to_end[WL_PAYMENT_REFERENCE_TEXT];
};

static bool set_rejected(void *body, struct wl_str name)
{
    struct rejecting *r = body;

    return cli_demand_number(name, &r->settlement);
}

/* The transfer as it was instructed. The reference is one that no bank gives, and of this transfer alone. */
static int read_transfer(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job)
{
    struct rejecting *r = job->body;
    struct wl_payment_line line;
    struct wl_payment payment;
    int rc = wl_payment_get(txn, arena, (uint64_t)r->payment, &payment);

    if (rc == 0)
        return wl_fail(WL_E_INPUT, "there is no payment %lld; nothing was done", (long long)r->payment);
    if (rc == 1)
        rc = wl_payment_line_get(txn, (uint64_t)r->payment, (uint64_t)r->settlement, &line);
    if (rc == 0)
        return wl_fail(WL_E_INPUT, "settlement %lld is not in payment %lld; nothing was done", (long long)r->settlement,
                       (long long)r->payment);
    if (rc == 1 && line.debited > line.returned)
        return wl_fail(WL_E_INPUT,
                       "the bank booked settlement %lld of payment %lld: its notification tells what comes back; "
                       "nothing was done",
                       (long long)r->settlement, (long long)r->payment);
    if (rc < 0)
        return rc;
    snprintf(r->end_to_end, sizeof r->end_to_end, "WL-P%lld-S%lld", (long long)r->payment, (long long)r->settlement);
    snprintf(r->reference, sizeof r->reference, "rejected %s", r->end_to_end);
    r->body.reference = wl_str_of(r->reference);
    r->body.end_to_end = wl_str_of(r->end_to_end);
    r->body.amount = line.amount;
    r->body.currency = wl_arena_copy(arena, payment.currency);
    return wl_arena_status(arena);
}

static int tell_rejected(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                         struct cli_said *said)
{
    const struct wl_bank_answer_outcome *out = outcome;
    const struct rejecting *r = job->body;

    *said = (struct cli_said){.did = wl_str_of(job->did),
                              .state = wl_str_of(wl_settlement_state_names()[out->state]),
                              .amount = r->body.amount,
                              .currency = r->body.currency,
                              .note = cli_format_text(arena, "payment %lld", (long long)r->payment)};
    return wl_txn_status(txn);
}

static int run_reject(struct cli *cli)
{
    struct rejecting r = {.body = {.event = WL_BANK_REJECTED, .booked_day = WL_NONE}};
    int rc = cli_text(cli, "reason", WL_REASON_MAX, &r.body.text);

    if (rc != WL_OK)
        return rc;
    if (!r.body.text.size)
        return wl_fail(WL_E_USAGE, "payment reject: why did the bank refuse? --reason TEXT, please");
    if (!cli_demand_number(wl_str_trim(wl_str_of(cli->argv[0])), &r.payment))
        return wl_fail(WL_E_USAGE, "payment reject: `%s` is not the number of a payment", cli->argv[0]);
    cli->argc--;
    cli->argv++;
    return cli_execute(cli, &(struct cli_job){.command = &wl_bank_answer_command,
                                              .body = &r,
                                              .form = "the number of a settlement",
                                              .did = "rejected",
                                              .set_name = set_rejected,
                                              .ready = read_transfer,
                                              .tell = tell_rejected});
}

static const struct cli_option reject_options[] = {
    {"reason", "TEXT", "what the bank said; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_payment_reject = {
    .name = "payment reject",
    .args = "PAYMENT SETTLEMENT...",
    .summary = "record that the bank refused transfers of a payment run",
    .options = reject_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 2,
    .most_args = -1,
    .run = run_reject,
    .text =
        "Records that the bank refused transfers before anything moved, or never got the file: their settlements may "
        "be\n"
        "paid by another run. What the bank booked all the same is still told by `wledger bank`.",
    .example = "payment reject -d ledger 3 17 18 --reason \"AC01 account number wrong\"",
};
