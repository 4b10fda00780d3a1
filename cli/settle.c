/* settle: settlements of what may be paid. */
#include "cli/commands.h"
#include "cli/execute.h"
#include "cli/lookup.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    TARGETS_MAX = 16 << 20, /* bytes of the names of all dealers and currencies of one call */
    COMMAND_MEMORY = 64 << 20,
    KEY_SIZE = 2 * WL_NAME_MAX,
    GROUP_MAX = 1000,      /* settlements that share a commit */
    COMMIT_AFTER_MS = 250, /* a small writer beside a run waits no longer than this, and one settlement */
    PAUSE_US = 200,        /* LMDB's lock is unfair: without a pause that writer would never get it */
};

/* What came of one settlement of the group. */
struct answered {
    struct wl_str dealer_id, currency;
    struct wl_settle_answer answer;
};

struct settling {
    struct cli *cli;
    struct wl_txn *txn; /* of the group; NULL between groups */
    struct answered group[GROUP_MAX];
    size_t group_count;
    int64_t commit_at;                        /* milliseconds of the monotonic clock */
    struct wl_str only_dealer, only_currency; /* empty: all */
    int64_t to;
    struct wl_buf targets; /* each: dealer, 0, currency, 0 */
    uint64_t count;
    struct wl_arena arena; /* of one command */
    struct cli_table *table;
    uint64_t settled, refused, left_out;
    int64_t last_left_out; /* claim */
};

static int note_target(void *context, struct wl_str dealer_id, struct wl_str currency)
{
    struct settling *s = context;

    if ((s->only_dealer.size && !wl_str_equal(dealer_id, s->only_dealer)) ||
        (s->only_currency.size && !wl_str_equal(currency, s->only_currency)))
        return WL_OK;
    wl_buf_str(&s->targets, dealer_id);
    wl_buf_byte(&s->targets, 0);
    wl_buf_str(&s->targets, currency);
    wl_buf_byte(&s->targets, 0);
    s->count++;
    return wl_buf_status(&s->targets);
}

/* A dealer that was named is asked about also where it has nothing to settle: the refusal says so, and a key
 * that is known gives its settlement again. */
static int note_named_dealer(struct settling *s, struct wl_txn *txn)
{
    struct wl_dealer dealer;
    struct wl_str hint;
    int rc = cli_reference_row(txn, &s->arena, WL_REF_DEALERS, s->only_dealer, &dealer);

    if (rc == 1)
        return note_target(s, s->only_dealer, s->only_currency.size ? s->only_currency : dealer.currency);
    if (rc == 0 && (rc = cli_near_dealer(txn, &s->arena, s->only_dealer, &hint)) == WL_OK)
        rc = wl_fail(WL_E_USAGE, "--dealer: " WL_STR_FMT, WL_STR_ARG(cli_clean(&s->arena, hint)));
    return rc;
}

static int find_targets(struct settling *s)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(s->cli->store, false, &txn);

    if (rc == WL_OK)
        rc = wl_settle_targets(txn, s->only_dealer.size ? WL_NONE : s->to, note_target, s);
    if (rc == WL_OK && s->count == 0 && s->only_dealer.size)
        rc = note_named_dealer(s, txn);
    wl_txn_abort(&txn);
    return rc;
}

static const struct cli_column columns[] = {
    {"settlement", true, true},   {"dealer_id", false, false}, {"currency", false, false}, {"from", false, false},
    {"to", false, false},         {"claims", true, true},      {"rejected", true, true},   {"total", true, false},
    {"chargebacks", true, false}, {"tax", true, false},        {"carried", true, false},   {"to_pay", true, false},
    {"carried_on", true, false},  {"result", false, false},
};

static void tell_settled(struct settling *s, struct wl_arena *a, int64_t number, const struct wl_settlement *t,
                         bool repeated)
{
    struct wl_str c = t->currency;

    if (s->table)
        cli_table_row(s->table,
                      (struct wl_str[]){cli_int(a, number), t->dealer_id, c, cli_day(a, t->from_day),
                                        cli_day(a, t->to_day), cli_int(a, t->paid_count), cli_int(a, t->rejected_count),
                                        cli_amount(a, t->claims_total, c), cli_amount(a, t->chargebacks, c),
                                        cli_amount(a, t->tax, c), cli_amount(a, t->carried, c),
                                        cli_amount(a, t->to_pay, c), cli_amount(a, t->carried_on, c),
                                        repeated ? WL_STR("done before under this key") : WL_STR("done")});
    s->settled++;
}

static void tell_refused(struct settling *s, struct wl_str dealer_id, struct wl_str currency, int64_t refusal)
{
    struct wl_str row[WL_COUNT(columns)] = {
        [1] = dealer_id, [2] = currency, [WL_COUNT(columns) - 1] = wl_str_of(wl_refusal_name(refusal))};

    s->refused++;
    if (s->cli->format == CLI_TABLE)
        cli_tell_refusal(s->cli->err, &s->arena, dealer_id, refusal, currency);
    else if (s->table)
        cli_table_row(s->table, row);
}

static int tell_settlement_row(struct settling *s, struct wl_txn *txn, const struct wl_settle_answer *answer)
{
    struct wl_settlement row;
    int rc = wl_settlement_get(txn, &s->arena, answer->number, &row);

    if (rc == 1)
        tell_settled(s, &s->arena, (int64_t)answer->number, &row, answer->repeated);
    return rc == 0 ? wl_fail(WL_E_DAMAGED, "a settlement has no row") : rc < 0 ? rc : WL_OK;
}

/* ---- groups ---- */

/* Dealers' claims lie among one another: settlements that share a commit share the pages that it writes. */

static int64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_told(const struct settling *s, const struct wl_settle_answer *answer, unsigned nth)
{
    return answer->refusal != WL_REFUSED_NOTHING_TO_SETTLE || (s->only_dealer.size && nth == 1);
}

/* Tells what the commit has made durable. */
static int tell_group(struct settling *s)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(s->cli->store, false, &txn);

    for (size_t i = 0; rc == WL_OK && i < s->group_count; i++) {
        const struct answered *a = &s->group[i];

        wl_arena_clear(&s->arena);
        if (a->answer.refusal == WL_DONE)
            rc = tell_settlement_row(s, txn, &a->answer);
        else
            tell_refused(s, a->dealer_id, a->currency, a->answer.refusal);
    }
    s->group_count = 0;
    wl_txn_abort(&txn);
    return rc;
}

static int end_group(struct settling *s)
{
    int rc;

    if (!s->txn)
        return WL_OK;
    if ((rc = wl_txn_commit(&s->txn)) == WL_OK)
        rc = tell_group(s);
    usleep(PAUSE_US);
    return rc;
}

/* One settlement within the group, which ends with it when it is full or has taken long enough. */
static int settle_once(struct settling *s, struct wl_settle_request *request, unsigned nth,
                       struct wl_settle_answer *answer)
{
    int rc = WL_OK;

    if (!s->txn) {
        rc = wl_txn_begin(s->cli->store, true, &s->txn);
        s->commit_at = milliseconds() + COMMIT_AFTER_MS;
    }
    if (rc == WL_OK) {
        request->time = cli_time(s->cli, s->txn);
        rc = wl_settle(s->txn, &s->arena, request, answer);
    }
    if (rc != WL_OK)
        return rc;
    if (is_told(s, answer, nth))
        s->group[s->group_count++] = (struct answered){request->dealer_id, request->currency, *answer};
    return s->group_count == GROUP_MAX || wl_txn_is_full(s->txn) || milliseconds() >= s->commit_at ? end_group(s)
                                                                                                   : WL_OK;
}

/* The key of the nth settlement of one dealer and currency, in `bytes`. It hangs on what was asked alone: who asks
 * again may find other currencies to settle, and is to get the first answers all the same. */
static int make_key(const struct settling *s, struct wl_str dealer_id, struct wl_str currency, unsigned nth,
                    char bytes[KEY_SIZE], struct wl_str *key)
{
    struct wl_arena arena;
    struct wl_str name, made;
    int rc;

    wl_arena_init(&arena, 4096);
    name = nth > 1 ? cli_format_text(&arena, WL_STR_FMT "/" WL_STR_FMT "/%u", WL_STR_ARG(dealer_id),
                                     WL_STR_ARG(currency), nth)
                   : cli_format_text(&arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(dealer_id), WL_STR_ARG(currency));
    rc = cli_key(s->cli, &arena, name, nth > 1 || !s->only_dealer.size || !s->only_currency.size, &made);
    if (rc == WL_OK) {
        memcpy(bytes, made.data, made.size);
        *key = (struct wl_str){bytes, made.size};
    }
    wl_arena_release(&arena);
    return rc;
}

/* All settlements of one dealer and currency: what does not fit into one goes into the next. */
static int settle_target(struct settling *s, struct wl_str dealer_id, struct wl_str currency)
{
    struct wl_settle_answer answer = {.limited = true};
    int rc = WL_OK;

    for (unsigned nth = 1; rc == WL_OK && answer.limited; nth++) {
        struct wl_settle_request request = {
            .dealer_id = dealer_id, .currency = currency, .to = s->to, .actor = s->cli->actor};
        char key[KEY_SIZE];

        answer = (struct wl_settle_answer){.refusal = WL_DONE};
        rc = make_key(s, dealer_id, currency, nth, key, &request.key);
        if (rc == WL_OK)
            rc = settle_once(s, &request, nth, &answer);
        if (answer.refusal != WL_DONE)
            answer.limited = false;
    }
    return rc;
}

static int settle_targets(struct settling *s)
{
    const char *at = (const char *)s->targets.data, *end = at + s->targets.size;
    uint64_t done = 0;
    int rc = WL_OK;

    while (rc == WL_OK && at < end) {
        struct wl_str dealer_id = wl_str_of(at), currency = wl_str_of(at + dealer_id.size + 1);

        at = currency.data + currency.size + 1;
        rc = settle_target(s, dealer_id, currency);
        cli_progress(s->cli, "settling", ++done, s->count);
    }
    if (rc == WL_OK)
        rc = end_group(s);
    wl_txn_abort(&s->txn);
    cli_progress_end(s->cli);
    return rc;
}

/* ---- what was left out ---- */

static const struct cli_column left_columns[] = {
    {"claim", false, false}, {"amount", true, false}, {"currency", false, false},
    {"why", false, false},   {"line", true, true},    {"part_id", false, false},
};

static int note_left_out(void *context, const struct wl_left_out *left)
{
    struct settling *s = context;
    const struct wl_claim *c = left->claim;
    struct wl_arena *a = &s->arena;

    wl_arena_clear(a);
    s->left_out++;
    cli_table_row(s->table,
                  (struct wl_str[]){
                      cli_format_text(a, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(c->dealer_id), WL_STR_ARG(c->claim_no)),
                      cli_amount(a, c->total, c->currency), c->currency, wl_str_of(wl_left_out_names()[left->reason]),
                      cli_int(a, left->line), left->part_id});
    return WL_OK;
}

/* Lines as they come, one for each claim: the list may be long, and a table would hold all of it. */
static int print_left_out(void *context, const struct wl_left_out *left)
{
    struct settling *s = context;
    const struct wl_claim *c = left->claim;
    struct wl_arena *a = &s->arena;
    FILE *out = s->cli->out;

    wl_arena_clear(a);
    if (left->id != s->last_left_out) {
        fputs(s->left_out++ ? "\n" : "\nleft out:\n", out);
        fprintf(out, WL_STR_FMT "/" WL_STR_FMT "  " WL_STR_FMT " " WL_STR_FMT "  ",
                WL_STR_ARG(cli_clean(a, c->dealer_id)), WL_STR_ARG(cli_clean(a, c->claim_no)),
                WL_STR_ARG(cli_amount(a, c->total, c->currency)), WL_STR_ARG(c->currency));
    } else {
        fputs(", ", out);
    }
    s->last_left_out = left->id;
    fputs(wl_left_out_names()[left->reason], out);
    if (left->line != WL_NONE)
        fprintf(out, " " WL_STR_FMT " (line %lld)", WL_STR_ARG(cli_clean(a, left->part_id)), (long long)left->line);
    return WL_OK;
}

static int list_left_out(struct settling *s, wl_left_out_fn *one)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(s->cli->store, false, &txn);

    if (rc == WL_OK)
        rc = wl_left_out(txn, s->only_dealer, s->only_currency, s->to, one, s);
    wl_txn_abort(&txn);
    return rc;
}

static int end_table(struct settling *s)
{
    int rc = cli_table_end(s->table);

    s->table = NULL;
    return rc;
}

/* ---- the forms of the answer ---- */

static int settle_for_people(struct settling *s)
{
    bool quiet = cli_value(s->cli, "quiet");
    int rc, end;

    s->table = cli_table_new(s->cli, columns, WL_COUNT(columns) - 1);
    rc = settle_targets(s);
    end = end_table(s);
    if (rc == WL_OK)
        rc = end;
    if (rc == WL_OK && s->settled == 0 && s->refused == 0)
        fprintf(s->cli->err, "nothing to settle\n");
    if (rc != WL_OK || quiet)
        return rc;
    rc = list_left_out(s, print_left_out);
    if (s->left_out)
        fputc('\n', s->cli->out);
    return rc;
}

static int settle_as_json(struct settling *s)
{
    int rc, end;

    fputs("{\"settlements\": ", s->cli->out);
    s->table = cli_table_new(s->cli, columns, WL_COUNT(columns));
    rc = settle_targets(s);
    end = end_table(s);
    if (rc != WL_OK || end != WL_OK)
        return rc != WL_OK ? rc : end;
    fputs(", \"left_out\": ", s->cli->out);
    s->table = cli_table_new(s->cli, left_columns, WL_COUNT(left_columns));
    rc = cli_value(s->cli, "quiet") ? WL_OK : list_left_out(s, note_left_out);
    end = end_table(s);
    fputs("}\n", s->cli->out);
    return rc != WL_OK ? rc : end;
}

/* A CSV file is one table: the settlements, or with --left-out what they left out. */
static int settle_as_csv(struct settling *s)
{
    bool left_out = cli_value(s->cli, "left-out");
    int rc, end;

    s->table = left_out ? NULL : cli_table_new(s->cli, columns, WL_COUNT(columns));
    rc = settle_targets(s);
    if (rc == WL_OK && left_out) {
        s->table = cli_table_new(s->cli, left_columns, WL_COUNT(left_columns));
        rc = list_left_out(s, note_left_out);
    }
    end = s->table ? end_table(s) : WL_OK;
    return rc != WL_OK ? rc : end;
}

static int settle(struct settling *s)
{
    static int (*const forms[])(struct settling *) = {
        [CLI_TABLE] = settle_for_people, [CLI_JSON] = settle_as_json, [CLI_CSV] = settle_as_csv};
    int rc = find_targets(s);

    if (rc == WL_OK)
        rc = forms[s->cli->format](s);
    return rc != WL_OK ? rc : s->refused ? CLI_REFUSED : CLI_DONE;
}

static int check(struct cli *cli, struct settling *s)
{
    const char *dealer = cli_value(cli, "dealer"), *currency = cli_value(cli, "currency");

    if (!dealer == !cli_value(cli, "all"))
        return wl_fail(WL_E_USAGE, "settle: one of --all and --dealer D, please");
    if (!cli_value(cli, "to"))
        return wl_fail(WL_E_USAGE, "settle: --to DATE, the closing day, please");
    s->only_dealer = wl_str_of(dealer);
    s->only_currency = wl_str_of(currency);
    if (dealer && !wl_is_identifier(s->only_dealer))
        return wl_fail(WL_E_USAGE, "--dealer: an identifier of 1 to 32 bytes, please");
    if (currency && strlen(currency) != 3)
        return wl_fail(WL_E_USAGE, "--currency %s: a currency has three letters", currency);
    return cli_date(cli, "to", &s->to);
}

static int run_settle(struct cli *cli)
{
    struct settling *s = calloc(1, sizeof *s);
    int rc;

    if (!s)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    s->cli = cli;
    s->last_left_out = WL_NONE;
    if ((rc = check(cli, s)) == WL_OK) {
        wl_buf_init(&s->targets, TARGETS_MAX);
        wl_arena_init(&s->arena, COMMAND_MEMORY);
        rc = settle(s);
        wl_arena_release(&s->arena);
        wl_buf_release(&s->targets);
    }
    free(s);
    return rc;
}

static const struct cli_option settle_options[] = {
    {"all", NULL, "all dealers that have something to settle"},
    {"dealer", "D", "this dealer"},
    {"to", "DATE", "closing day: claims decided up to it; required"},
    {"currency", "CUR", "in this currency only"},
    {"quiet", NULL, "do not tell which claims were left out"},
    {"left-out", NULL, "with --csv: the claims left out instead of the settlements"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_settle = {
    .name = "settle",
    .args = "",
    .summary = "settle what may be paid",
    .options = settle_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .run = run_settle,
    .text =
        "Makes a settlement for each dealer and currency with claims that may be paid: approved wholly or in part by "
        "the\n"
        "closing day, signed, every return inspected or waived. It nets chargebacks and tells the rejected claims.\n"
        "Then it lists every claim that was left out, and why.",
    .example = "settle -d ledger --all --to 2026-03-31",
};
