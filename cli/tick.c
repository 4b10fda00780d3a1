/* tick: business time moves on. */
#include "cli/commands.h"
#include "cli/execute.h"

#include "wledger/date.h"
#include "wledger/defective.h"
#include "wledger/demand.h"
#include "wledger/desk.h"
#include "wledger/error.h"

enum { SAID_TO_PEOPLE = 20, SAID_SIZE = 1 << 16, COMMAND_MEMORY = 64 << 20 };

/* What became overdue or late, for people. */
struct told {
    uint64_t count;
    struct wl_buf lines; /* the first of them */
};

struct ticking {
    struct cli *cli;
    struct wl_arena arena;
    struct cli_table *table; /* NULL: lines for people */
    struct told overdue, late, escalated, reviews_late, vacated;
    uint64_t seated;             /* reviews that took a seat */
    uint64_t ticks, first, last; /* entries */
    bool repeated;
};

static const struct cli_column columns[] = {
    {"what", false, false},    {"claim", false, false},  {"line", true, true},      {"part_id", false, false},
    {"due", false, false},     {"dispatch", true, true}, {"from_id", false, false}, {"to_id", false, false},
    {"shipped", false, false}, {"entry", true, true},    {"form", true, true},      {"from_tier", true, true},
    {"to_tier", true, true},   {"seat", false, false},
};

/* Where a line for people is to be written; NULL: there are enough. */
static struct wl_buf *another(struct told *told)
{
    return told->count++ < SAID_TO_PEOPLE ? &told->lines : NULL;
}

static int tell_overdue(struct ticking *t, struct wl_txn *txn, int64_t id)
{
    struct wl_arena *a = &t->arena;
    struct wl_obligation o;
    struct wl_claim claim;
    struct wl_buf *lines = another(&t->overdue);
    struct wl_str name, due;
    int rc;

    if (!lines && !t->table)
        return WL_OK;
    if ((rc = wl_obligation_get(txn, a, id, &o)) != 1 || (rc = wl_claim_get(txn, a, o.claim, &claim)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an overdue return has no row");
    name = cli_format_text(a, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id), WL_STR_ARG(claim.claim_no));
    due = cli_day(a, o.due);
    if (t->table)
        cli_table_row(t->table,
                      (struct wl_str[]){WL_STR("overdue"), name, cli_int(a, o.line + 1), o.part_id, due, WL_NO_STR,
                                        WL_NO_STR, WL_NO_STR, WL_NO_STR, cli_int(a, (int64_t)t->last), WL_NO_STR,
                                        WL_NO_STR, WL_NO_STR, WL_NO_STR});
    else
        wl_buf_format(lines, "  " WL_STR_FMT "  " WL_STR_FMT " of line %lld, due " WL_STR_FMT "\n",
                      WL_STR_ARG(cli_clean(a, name)), WL_STR_ARG(cli_clean(a, o.part_id)), (long long)o.line + 1,
                      WL_STR_ARG(due));
    return wl_arena_status(a);
}

static int tell_late(struct ticking *t, struct wl_txn *txn, int64_t number)
{
    struct wl_arena *a = &t->arena;
    struct wl_dispatch d;
    struct wl_buf *lines = another(&t->late);
    char shipped[WL_TIME_TEXT];
    int rc;

    if (!lines && !t->table)
        return WL_OK;
    if ((rc = wl_dispatch_get(txn, a, (uint64_t)number, &d)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a late dispatch has no row");
    wl_time_format(d.time, shipped);
    if (t->table)
        cli_table_row(t->table,
                      (struct wl_str[]){WL_STR("late"), WL_NO_STR, WL_NO_STR, WL_NO_STR, WL_NO_STR, cli_int(a, number),
                                        d.from_id, d.to_id, wl_str_of(shipped), cli_int(a, (int64_t)t->last), WL_NO_STR,
                                        WL_NO_STR, WL_NO_STR, WL_NO_STR});
    else
        wl_buf_format(lines, "  dispatch %lld  from " WL_STR_FMT " to " WL_STR_FMT ", shipped %s\n", (long long)number,
                      WL_STR_ARG(cli_clean(a, d.from_id)), WL_STR_ARG(cli_clean(a, d.to_id)), shipped);
    return wl_arena_status(a);
}

/* ---- reviews ---- */

struct moved {
    const char *what;
    int64_t claim, form, from, to; /* tiers; WL_NONE: not told */
    struct wl_str seat;            /* that it left, or took */
};

/* "D00001/000123", or "F12" of a form. */
static int name_of(struct ticking *t, struct wl_txn *txn, const struct moved *m, struct wl_str *name)
{
    struct wl_claim claim;
    int rc;

    if (m->form != WL_NONE) {
        *name = cli_format_text(&t->arena, "F%lld", (long long)m->form);
        return WL_OK;
    }
    if ((rc = wl_claim_get(txn, &t->arena, m->claim, &claim)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a claim at a desk has no row");
    *name =
        cli_format_text(&t->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id), WL_STR_ARG(claim.claim_no));
    return WL_OK;
}

static void put_line(struct ticking *t, struct wl_buf *lines, struct wl_str name, const struct moved *m)
{
    wl_buf_format(lines, "  " WL_STR_FMT, WL_STR_ARG(cli_clean(&t->arena, name)));
    if (m->to != WL_NONE)
        wl_buf_format(lines, "  from tier %lld to tier %lld\n", (long long)m->from, (long long)m->to);
    else if (m->from != WL_NONE)
        wl_buf_format(lines, "  at tier %lld, the highest\n", (long long)m->from);
    else
        wl_buf_format(lines, "  left seat " WL_STR_FMT "\n", WL_STR_ARG(cli_clean(&t->arena, m->seat)));
}

/* told NULL: for programs alone. */
static int tell_moved(struct ticking *t, struct wl_txn *txn, struct told *told, const struct moved *m)
{
    struct wl_arena *a = &t->arena;
    struct wl_buf *lines = told ? another(told) : NULL;
    struct wl_str name = WL_NO_STR;
    int rc;

    if (!lines && !t->table)
        return WL_OK;
    if ((rc = name_of(t, txn, m, &name)) != WL_OK)
        return rc;
    if (t->table)
        cli_table_row(t->table, (struct wl_str[]){wl_str_of(m->what), m->form == WL_NONE ? name : WL_NO_STR, WL_NO_STR,
                                                  WL_NO_STR, WL_NO_STR, WL_NO_STR, WL_NO_STR, WL_NO_STR, WL_NO_STR,
                                                  cli_int(a, (int64_t)t->last), cli_int(a, m->form),
                                                  cli_int(a, m->from), cli_int(a, m->to), m->seat});
    else
        put_line(t, lines, name, m);
    return wl_arena_status(a);
}

static int tell_reviews(struct ticking *t, struct wl_txn *txn, const struct wl_tick_outcome *o)
{
    const struct wl_escalation *up = o->escalated.at;
    const struct wl_assignment *left = o->vacated.at, *taken = o->assignments.at;
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < o->escalated.count; i++) {
        bool late = up[i].to == WL_NONE;
        const struct moved m = {
            late ? "review-late" : "escalated", up[i].claim, up[i].form, up[i].from, up[i].to, WL_NO_STR};

        rc = tell_moved(t, txn, late ? &t->reviews_late : &t->escalated, &m);
    }
    for (size_t i = 0; rc == WL_OK && i < o->vacated.count; i++) {
        const struct moved m = {"vacated", left[i].claim, left[i].form, WL_NONE, WL_NONE, left[i].seat};

        rc = tell_moved(t, txn, &t->vacated, &m);
    }
    for (size_t i = 0; rc == WL_OK && i < o->assignments.count; i++) {
        const struct moved m = {"seated", taken[i].claim, taken[i].form, WL_NONE, WL_NONE, taken[i].seat};

        rc = tell_moved(t, txn, NULL, &m);
    }
    t->seated += o->assignments.count;
    return rc;
}

/* ---- all of it ---- */

/* What is told is durable: it is read in a transaction of its own. */
static int tell_tick(struct ticking *t, const struct wl_tick_outcome *o)
{
    struct wl_txn *txn;
    size_t any = o->overdue.count + o->late.count + o->escalated.count + o->vacated.count + o->assignments.count;
    int rc = any ? wl_txn_begin(t->cli->store, false, &txn) : 1;

    if (rc != WL_OK)
        return rc < 0 ? rc : WL_OK;
    for (size_t i = 0; rc == WL_OK && i < o->overdue.count; i++)
        rc = tell_overdue(t, txn, o->overdue.at[i]);
    for (size_t i = 0; rc == WL_OK && i < o->late.count; i++)
        rc = tell_late(t, txn, o->late.at[i]);
    if (rc == WL_OK)
        rc = tell_reviews(t, txn, o);
    wl_txn_abort(&txn);
    return rc;
}

/* One entry, durable. WL_OK and its result, or an error. */
static int tick_once(struct ticking *t, struct wl_result *result)
{
    const struct wl_tick_body body = {.reserved = WL_NONE};
    struct wl_request request = {.command = &wl_tick_command, .body = &body, .actor = t->cli->actor};
    struct wl_txn *txn;
    int rc = wl_txn_begin(t->cli->store, true, &txn);

    wl_arena_clear(&t->arena);
    if (rc != WL_OK)
        return rc;
    request.time = cli_time(t->cli, txn);
    rc = cli_key(t->cli, &t->arena, cli_int(&t->arena, (int64_t)t->ticks + 1), true, &request.key);
    if (rc == WL_OK)
        rc = wl_execute(txn, &t->arena, &request, result);
    if (rc == WL_OK)
        rc = wl_txn_commit(&txn);
    wl_txn_abort(&txn);
    return rc;
}

static int tick_all(struct ticking *t)
{
    const struct wl_tick_outcome *o;
    struct wl_result result;
    bool more = true;
    int rc = WL_OK;

    while (rc == WL_OK && more) {
        if ((rc = tick_once(t, &result)) != WL_OK)
            return rc;
        if (result.refusal != WL_DONE) {
            fflush(t->cli->out);
            cli_tell_refusal(t->cli->err, &t->arena, WL_STR("tick"), result.refusal, WL_NO_STR);
            return CLI_REFUSED;
        }
        o = result.outcome;
        more = o->more == 1;
        t->first = t->ticks++ ? t->first : result.seq;
        t->last = result.seq;
        t->repeated |= result.repeated;
        rc = tell_tick(t, o);
    }
    return rc;
}

/* ---- for people ---- */

static void print_told(FILE *out, const struct told *told, const char *one, const char *many, const char *list)
{
    if (told->count == 0)
        return;
    fprintf(out, "%llu %s now:\n" WL_STR_FMT, (unsigned long long)told->count, told->count == 1 ? one : many,
            WL_STR_ARG(wl_buf_view(&told->lines)));
    if (told->count > SAID_TO_PEOPLE)
        fprintf(out, "  and %llu more: %s\n", (unsigned long long)(told->count - SAID_TO_PEOPLE), list);
}

static void print_all(struct ticking *t)
{
    FILE *out = t->cli->out;

    print_told(out, &t->overdue, "return is overdue", "returns are overdue",
               "`wledger list obligations --state overdue` shows them");
    print_told(out, &t->late, "dispatch is late", "dispatches are late", "--json or --csv shows them");
    print_told(out, &t->escalated, "review went up a tier", "reviews went up a tier",
               "`wledger list reviews` shows where they are");
    print_told(out, &t->reviews_late, "review is late", "reviews are late", "`wledger list reviews --late` shows them");
    print_told(out, &t->vacated, "review left a seat that nobody mans", "reviews left seats that nobody mans",
               "`wledger list reviews` shows where they are");
    if (t->seated)
        fprintf(out, "%llu %s a seat now\n", (unsigned long long)t->seated,
                t->seated == 1 ? "review has" : "reviews have");
    if (t->overdue.count + t->late.count + t->escalated.count + t->reviews_late.count + t->vacated.count + t->seated ==
        0)
        fprintf(out, "nothing became overdue or late");
    if (t->ticks > 1)
        fprintf(out, "  (entries %llu to %llu", (unsigned long long)t->first, (unsigned long long)t->last);
    else
        fprintf(out, "  (entry %llu", (unsigned long long)t->last);
    fprintf(out, "%s)\n", t->repeated ? ", done before under this key" : "");
}

static int run_tick(struct cli *cli)
{
    struct ticking t = {.cli = cli};
    bool people = cli->format == CLI_TABLE;
    int rc, end;

    wl_arena_init(&t.arena, COMMAND_MEMORY);
    wl_buf_init(&t.overdue.lines, SAID_SIZE);
    wl_buf_init(&t.late.lines, SAID_SIZE);
    wl_buf_init(&t.escalated.lines, SAID_SIZE);
    wl_buf_init(&t.reviews_late.lines, SAID_SIZE);
    wl_buf_init(&t.vacated.lines, SAID_SIZE);
    t.table = people ? NULL : cli_table_new(cli, columns, WL_COUNT(columns));
    rc = tick_all(&t);
    end = people ? WL_OK : cli_table_end(t.table);
    if (people && t.ticks)
        print_all(&t);
    wl_arena_release(&t.arena);
    wl_buf_release(&t.overdue.lines);
    wl_buf_release(&t.late.lines);
    wl_buf_release(&t.escalated.lines);
    wl_buf_release(&t.reviews_late.lines);
    wl_buf_release(&t.vacated.lines);
    return rc != WL_OK ? rc : end;
}

const struct cli_command cli_tick = {
    .name = "tick",
    .args = "",
    .summary = "move business time on: what is overdue or late now",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .run = run_tick,
    .text =
        "Returns whose day has passed become overdue, and dispatches in transit for longer than the policy's\n"
        "dispatch_hours are flagged late, by the command's time. An overdue part may come back as before. Reviews "
        "that\n"
        "wait at their tier for longer than review_hours go up a tier; in the highest one they are late. Seats that\n"
        "nobody mans are left, seats that are free are taken from the queues. Give it once a day, or more often; "
        "where\n"
        "much is due it makes several entries. People see how many and the first 20 of each, programs all.",
    .example = "tick -d ledger --at 2026-07-31",
};
