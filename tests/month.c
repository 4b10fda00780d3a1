/* usage: month STORE FOLDER COUNT [SEED]: makes a ledger in STORE, with reference data written to FOLDER, and runs
 * a scripted month of COUNT claims on it. Prints the seed and what was done; ends with 1 at the first thing that is
 * not as it must be. */
#include "tests/month.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wledger/date.h"
#include "wledger/error.h"

struct month month;

void fail(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(1);
}

/* SplitMix64 (Steele, Lea, Flood, 2014). */
unsigned draw(unsigned below)
{
    uint64_t z = month.random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((z ^ (z >> 31)) % below);
}

bool chance(unsigned percent)
{
    return draw(100) < percent;
}

void begin(void)
{
    if (wl_txn_begin(month.store, true, &month.txn) != WL_OK)
        fail("begin: %s", wl_error());
}

void commit(void)
{
    if (wl_txn_commit(&month.txn) != WL_OK)
        fail("commit: %s", wl_error());
}

const char *format(const char *format, ...)
{
    char text[256];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return wl_arena_copy(&month.keep, (struct wl_str){text, strlen(text) + 1}).data;
}

const char *dealer_name(unsigned dealer)
{
    return format("D%02u", dealer);
}

int64_t run_texts(const struct wl_command *command, const void *body, const char *actor, const char *texts[],
                  unsigned count)
{
    struct wl_personal personal[WL_TEXTS_MAX] = {{.salt = {1}}};
    struct wl_request request = {.command = command,
                                 .body = body,
                                 .time = month.now,
                                 .actor = wl_str_of(actor),
                                 .texts = personal,
                                 .text_count = count};
    struct wl_result result;

    for (unsigned i = 0; i < count; i++)
        personal[i].text = wl_str_of(texts[i]);
    if (wl_txn_is_full(month.txn)) {
        commit();
        begin();
    }
    wl_arena_clear(&month.arena);
    if (wl_execute(month.txn, &month.arena, &request, &result) != WL_OK)
        fail("%s: %s", command->name, wl_error());
    month.outcome = result.outcome;
    month.commands++;
    month.refused += result.refusal != WL_DONE;
    return result.refusal;
}

int64_t run(const struct wl_command *command, const void *body, const char *actor)
{
    return run_texts(command, body, actor, NULL, 0);
}

void must(const struct wl_command *command, const void *body, const char *actor)
{
    int64_t refusal = run(command, body, actor);

    if (refusal != WL_DONE)
        fail("%s by %s: %s (" WL_STR_FMT ")", command->name, actor, wl_refusal_name(refusal),
             WL_STR_ARG(((struct wl_outcome_head *)month.outcome)->about));
}

static void tick(void)
{
    static const struct wl_tick_body body = {WL_NONE};

    do
        must(&wl_tick_command, &body, "clock");
    while (((struct wl_tick_outcome *)month.outcome)->more == 1);
}

static void absence(void)
{
    struct wl_absence_body body = {.reviewer_id = wl_str_of(format("R%02u", draw(REVIEWERS))),
                                   .from = month.day,
                                   .to = month.day + 1 + draw(4),
                                   .reason = WL_STR("leave: on holiday")};

    must(&wl_absence_command, &body, "chief");
    month.absences++;
}

static void one_day(size_t coming, unsigned leave_percent)
{
    wl_arena_clear(&month.keep);
    month.day++;
    month.now = month.day * 86400 + 3600;
    begin();
    tick();
    if (month.day % 3 == 0)
        absence();
    repairs_begin(coming);
    repairs_go_on();
    month.now += 3600;
    reviews_decide(leave_percent);
    returns_go();
    charge_backs();
    if (month.day % 7 == 5) {
        settle_all();
        payments_make();
        recoveries_go();
    }
    if (month.day % 7 == 6)
        bank_answers();
    if (month.day % 7 == 0)
        dealers_confirm();
    sales_go();
    commit();
}

/* What a few of the many that are refused look like, without a trace. */
static void try_illegal(void)
{
    begin();
    illegal_try(40);
    wl_txn_abort(&month.txn);
}

static void tell(void)
{
    printf("%" PRIu64 " commands, %" PRIu64 " refused; %zu repairs, %" PRIu64 " forms, %" PRIu64
           " settlements, %" PRIu64 " payments, %" PRIu64 " supplier claims\n",
           month.commands, month.refused, month.count, wl_form_count(month.txn), wl_settlement_count(month.txn),
           wl_payment_count(month.txn), wl_supplier_claim_count(month.txn));
    printf("reviews %" PRIu64 ": %" PRIu64 " approved, %" PRIu64 " with lines cut, %" PRIu64 " refused, %" PRIu64
           " for information; forms returned %" PRIu64 "; absences %" PRIu64 "\n",
           month.reviews, month.approvals, month.cuts, month.refusals, month.information, month.form_returns,
           month.absences);
    printf("appeals %" PRIu64 ", corrections %" PRIu64 ", inspections %" PRIu64 " (%" PRIu64
           " refused a part), chargebacks %" PRIu64 ", reversed %" PRIu64 ", bank less %" PRIu64
           ", bank returned %" PRIu64 ", illegal transitions tried %" PRIu64 "\n",
           month.appeals, month.corrections, month.inspections, month.inspections_refused, month.chargebacks,
           month.reversed, month.bank_less, month.bank_returned, month.illegal_tried);
}

int main(int argc, char **argv)
{
    struct wl_init_body init = {.oem = WL_STR("OEM"), .zone = 480};
    size_t count = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;

    if (argc < 4 || count == 0 || count > 100000) {
        fprintf(stderr, "usage: month STORE FOLDER COUNT [SEED]\n");
        return 2;
    }
    month.random = argc > 4 ? strtoull(argv[4], NULL, 10) : (uint64_t)time(NULL);
    printf("month: seed %" PRIu64 "\n", month.random);
    fflush(stdout);
    wl_arena_init(&month.arena, 64 << 20);
    wl_arena_init(&month.keep, 64 << 20);
    month.count = count;
    month.repairs = calloc(count, sizeof *month.repairs);
    if (!month.repairs || wl_store_open(argv[1], &wl_house_schema, WL_OPEN_CREATE, &month.store) != WL_OK)
        fail("%s", wl_error());
    if (!wl_date_parse(WL_STR("2026-08-31"), &month.day))
        return 2;
    month.now = month.day * 86400;
    begin();
    must(&wl_init_command, &init, "founder");
    commit();
    world_load(argv[2]);
    for (unsigned i = 0; i < DAYS; i++) {
        one_day(i + 1 < DAYS ? count / DAYS : count - month.begun, 10);
        if (i % 10 == 9)
            try_illegal();
    }
    for (unsigned i = 0; i < MORE_DAYS && repairs_left() > 0; i++)
        one_day(0, 0);
    if (repairs_left() > 0)
        fail("%zu repairs came to no end", repairs_left());
    for (unsigned i = 0; i < 14; i++)
        one_day(0, 0);
    try_illegal();
    begin();
    month_check();
    tell();
    wl_txn_abort(&month.txn);
    wl_store_close(month.store);
    wl_arena_release(&month.arena);
    wl_arena_release(&month.keep);
    free(month.repairs);
    return 0;
}
