/* bank: what the bank did, from its notifications (camt.054). */
#include "cli/bank.h"
#include "cli/commands.h"
#include "cli/spool.h"

#include "wledger/bank_reader.h"
#include "wledger/error.h"
#include "wledger/schema.h"
#include <string.h>
#include <unistd.h>

_Static_assert((int)WL_NOTIFIED_NAME_MAX == (int)WL_BANK_NAME_MAX && (int)WL_NOTIFIED_TEXT_MAX == (int)WL_BANK_TEXT_MAX,
               "what is read fits the command");
_Static_assert((int)WL_NOTIFIED_REFERENCE_MAX + WL_PAYMENT_REFERENCE_TEXT <= (int)WL_BANK_REFERENCE_MAX,
               "a transfer of several that were booked as one has its own reference");

enum {
    GROUP = 100, /* commands that share a commit, at most */
    COMMAND_MEMORY = 4 << 20,
    ANSWER_MEMORY = 8 << 20,
};

/* ---- one transaction ---- */

static const int64_t events[] = {
    [WL_NOTIFIED_DEBIT] = WL_BANK_DEBIT, [WL_NOTIFIED_RETURN] = WL_BANK_RETURN, [WL_NOTIFIED_CREDIT] = WL_BANK_CREDIT};

/* Whether the bank told exactly this before, perhaps in another message: 1 with its answer, 0, or the error. */
static int is_known(struct cli_banking *b, const struct wl_bank_answer_body *body, struct wl_bank_answer *row)
{
    uint64_t number;
    int rc = wl_bank_answer_find(b->txn, body->reference, &number);

    if (rc == 1)
        rc = wl_bank_answer_get(b->txn, &b->answers, number, row);
    if (rc != 1)
        return rc;
    return row->event == body->event && row->amount == body->amount && wl_str_equal(row->currency, body->currency) &&
           wl_str_equal(row->end_to_end, body->end_to_end);
}

static int execute(struct cli_banking *b, const struct wl_bank_answer_body *body, struct cli_bank_told *told)
{
    struct wl_request request = {
        .command = &wl_bank_answer_command, .body = body, .time = cli_time(b->cli, b->txn), .actor = b->cli->actor};
    const struct wl_bank_answer_outcome *out;
    struct wl_result result;
    int rc;

    wl_arena_clear(&b->command);
    rc = wl_execute(b->txn, &b->command, &request, &result);
    if (rc != WL_OK)
        return rc;
    out = result.outcome;
    told->refusal = result.refusal;
    told->entry = result.journalled ? (int64_t)result.seq : WL_NONE;
    if (result.refusal != WL_DONE)
        return WL_OK;
    told->difference = out->difference;
    told->payment = out->payment;
    told->settlement = out->settlement;
    return WL_OK;
}

/* How the settlement stands now, for the answer. */
static int look_at_settlement(struct cli_banking *b, struct cli_bank_told *told)
{
    struct wl_settlement s;
    int rc;

    if (told->settlement == WL_NONE)
        return WL_OK;
    if ((rc = wl_settlement_get(b->txn, &b->answers, (uint64_t)told->settlement, &s)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "settlement %lld has no row", (long long)told->settlement);
    told->dealer_id = s.dealer_id;
    told->unit = s.currency;
    told->state = s.state;
    told->left = wl_settlement_left(&s);
    return WL_OK;
}

static int end_group(struct cli_banking *b, int rc)
{
    if (rc == WL_OK && b->txn)
        rc = wl_txn_commit(&b->txn);
    wl_txn_abort(&b->txn);
    if (rc == WL_OK)
        cli_bank_tell_group(b);
    return rc;
}

static int answer(struct cli_banking *b, const struct wl_bank_answer_body *body)
{
    struct cli_bank_told *told = &b->group[b->in_group];
    struct wl_bank_answer row;
    int rc = b->txn ? WL_OK : wl_txn_begin(b->cli->store, true, &b->txn);

    if (rc != WL_OK)
        return rc;
    *told = (struct cli_bank_told){.reference = wl_arena_copy(&b->answers, body->reference),
                                   .end_to_end = wl_arena_copy(&b->answers, body->end_to_end),
                                   .currency = wl_arena_copy(&b->answers, body->currency),
                                   .event = body->event,
                                   .amount = body->amount,
                                   .day = body->booked_day,
                                   .refusal = WL_DONE,
                                   .difference = WL_NONE,
                                   .payment = WL_NONE,
                                   .settlement = WL_NONE,
                                   .entry = WL_NONE,
                                   .left = WL_NONE};
    if ((rc = is_known(b, body, &row)) == 1) {
        told->repeated = true;
        told->difference = row.difference;
        told->payment = row.payment;
        told->settlement = row.settlement;
        told->entry = row.seq;
        rc = WL_OK;
    } else if (rc == 0) {
        rc = execute(b, body, told);
    }
    if (rc == WL_OK && (rc = look_at_settlement(b, told)) == WL_OK)
        rc = wl_arena_status(&b->answers);
    if (rc != WL_OK)
        return rc;
    b->in_group++;
    return b->in_group == GROUP || wl_txn_is_full(b->txn) ? end_group(b, WL_OK) : WL_OK;
}

/* ---- a run that was booked as one ---- */

struct whole {
    struct wl_payment_line lines[WL_PAYMENT_LINES_MAX];
    size_t count;
};

static int note_line(void *context, const struct wl_payment_line *line)
{
    struct whole *whole = context;

    if (whole->count == WL_PAYMENT_LINES_MAX)
        return wl_fail(WL_E_DAMAGED, "a payment has more lines than it may");
    whole->lines[whole->count++] = *line;
    return WL_OK;
}

/* The references of one line of a run that was booked as one: ours, and the bank's with ours behind it. */
static int name_line(struct wl_arena *arena, struct wl_str booking, uint64_t payment, int64_t settlement,
                     struct wl_bank_answer_body *body)
{
    body->end_to_end = wl_payment_reference(arena, payment, (uint64_t)settlement);
    body->reference =
        cli_format_text(arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(booking), WL_STR_ARG(body->end_to_end));
    return wl_arena_status(arena);
}

/* Whether the lines that the bank answered in no other way come to the amount; the others are taken out: 1, 0 or the
 * error. */
static int keep_open(struct cli_banking *b, const struct wl_notified *n, struct whole *whole, uint64_t number)
{
    struct wl_bank_answer_body named;
    size_t kept = 0;
    int64_t sum = 0;

    for (size_t i = 0; i < whole->count; i++) {
        const struct wl_payment_line *line = &whole->lines[i];
        uint64_t known;
        int rc = name_line(&b->command, n->reference, number, line->settlement, &named);

        if (rc != WL_OK)
            return rc;
        rc = line->answer == WL_NONE ? 1 : wl_bank_answer_find(b->txn, named.reference, &known);
        if (rc < 0)
            return rc;
        if (rc == 0)
            continue;
        sum += line->amount;
        whole->lines[kept++] = *line;
    }
    whole->count = kept;
    return kept > 0 && sum == n->amount;
}

/* The lines of the payment that was booked as one, in whole or but for what the bank answered before: 1, 0 when it is
 * none of ours or another amount, or the error. */
static int find_lines(struct cli_banking *b, const struct wl_notified *n, struct whole *whole, uint64_t *number)
{
    struct wl_payment payment;
    int rc;

    if (n->batch.size == 0 || !wl_payment_name_read(n->batch, number))
        return 0;
    if (!b->txn && (rc = wl_txn_begin(b->cli->store, true, &b->txn)) != WL_OK)
        return rc;
    if ((rc = wl_payment_get(b->txn, &b->command, *number, &payment)) != 1)
        return rc;
    if (!wl_str_equal(payment.currency, n->currency))
        return 0;
    if ((rc = wl_payment_lines(b->txn, *number, note_line, whole)) != WL_OK)
        return rc;
    return payment.total == n->amount ? 1 : n->event == WL_NOTIFIED_DEBIT ? keep_open(b, n, whole, *number) : 0;
}

static int answer_whole(struct cli_banking *b, const struct wl_bank_answer_body *body, const struct whole *whole,
                        uint64_t number)
{
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < whole->count; i++) {
        struct wl_bank_answer_body one = *body;
        struct wl_arena names;

        wl_arena_init(&names, 4096);
        one.amount = whole->lines[i].amount;
        rc = name_line(&names, body->reference, number, whole->lines[i].settlement, &one);
        if (rc == WL_OK)
            rc = answer(b, &one);
        wl_arena_release(&names);
    }
    return rc;
}

static int take_notified(struct cli_banking *b, const struct wl_notified *n)
{
    struct wl_bank_answer_body body = {.message = n->message,
                                       .reference = n->reference,
                                       .end_to_end = n->batch.size ? n->batch : n->end_to_end,
                                       .event = events[n->event],
                                       .amount = n->amount,
                                       .booked_day = n->day,
                                       .currency = n->currency,
                                       .text = n->text};
    struct whole whole = {.count = 0};
    uint64_t number = 0;
    int rc;

    wl_arena_clear(&b->command);
    rc = find_lines(b, n, &whole, &number);
    return rc == 1 ? answer_whole(b, &body, &whole, number) : rc == 0 ? answer(b, &body) : rc;
}

/* ---- a file ---- */

static int take_all(struct cli_banking *b, const char *spool_path)
{
    struct wl_spool_record record;
    struct wl_notified notified;
    struct wl_spool *spool;
    int rc = wl_spool_open(spool_path, &spool);

    if (rc != WL_OK)
        return rc;
    while ((rc = wl_spool_next(spool, &record)) == 1) {
        rc = wl_record_decode(&wl_notified_record, record.encoded, &notified, NULL);
        if (rc == WL_OK)
            rc = take_notified(b, &notified);
        if (rc != WL_OK)
            break;
        cli_progress(b->cli, "booking", ++b->done, b->summary.records);
    }
    wl_spool_close(spool);
    cli_progress_end(b->cli);
    return end_group(b, rc);
}

static int take_file(struct cli_banking *b, const char *path)
{
    struct cli *cli = b->cli;
    struct wl_batch_fault fault;
    char spool[CLI_SPOOL_PATH];
    int rc;

    if ((rc = cli_spool_path(cli, spool)) != WL_OK)
        return rc;
    b->path = path;
    b->done = b->agree = b->differ = b->refused = b->repeated = 0;
    fflush(cli->out); /* the reader's process has a copy of what is not written yet */
    rc = wl_bank_read_apart(path, spool, cli_spool_progress, cli, &b->summary, &fault);
    cli_progress_end(cli);
    if (rc == WL_OK && (rc = wl_store_open(cli->dir, &wl_house_schema, 0, &cli->store)) == WL_OK) {
        rc = take_all(b, spool);
        wl_store_close(cli->store);
        cli->store = NULL;
    }
    unlink(spool);
    if (rc == WL_OK)
        cli_bank_tell_file(b);
    return rc;
}

static int run_bank(struct cli *cli)
{
    static struct cli_bank_told group[GROUP];
    struct cli_banking b = {.cli = cli, .group = group};
    bool refused = false;
    int rc = cli_spool_check_ledger(cli), end;

    if (rc != WL_OK)
        return rc;
    wl_arena_init(&b.command, COMMAND_MEMORY);
    wl_arena_init(&b.answers, ANSWER_MEMORY);
    cli_bank_begin(&b);
    for (int i = 0; rc == WL_OK && i < cli->argc; i++) {
        rc = take_file(&b, cli->argv[i]);
        refused |= b.refused > 0;
    }
    end = cli_bank_end(&b);
    wl_arena_release(&b.command);
    wl_arena_release(&b.answers);
    return rc != WL_OK ? rc : end != WL_OK ? end : refused ? CLI_REFUSED : CLI_DONE;
}

const struct cli_command cli_bank = {
    .name = "bank",
    .args = "FILE...",
    .summary = "record what the bank did with the payments, from its camt.054",
    .flags = CLI_NEEDS_DIR | CLI_TAKES_TIME | CLI_TAKES_ACTOR | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_bank,
    .text =
        "Reads the bank's notifications (ISO 20022 camt.054.001, plain or gzip) and records every booked transaction: "
        "what\n"
        "pays our transfers, what comes back, and what differs, which is told. A file that cannot be read in whole "
        "is\n"
        "refused in whole, with line and column. The same transaction again adds nothing. `wledger list "
        "differences`\n"
        "lists what differs.",
    .example = "bank -d ledger camt054.xml",
};
