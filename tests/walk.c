/* usage: walk N [SEED]: N commands drawn at random, legal or not, on claims, desks, forms and money in a temporary
 * store, each against what a model says of it. Prints the seed; ends with 1 and the command at the first difference. */
#include "tests/walk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "wledger/audit.h"
#include "wledger/date.h"
#include "wledger/error.h"

enum { GROUP = 50, LOOK = 200 };

struct walk walk;

static const struct {
    void (*run)(void);
    unsigned weight;
} ops[] = {
    {do_record, 130},     {do_review, 220},     {do_desk, 40},      {do_information, 20}, {do_appeal, 40},
    {do_correct, 25},     {do_sign, 90},        {do_waive, 30},     {do_tag, 20},         {do_receive, 60},
    {do_inspect, 60},     {do_tick, 15},        {do_absence, 20},   {do_forget, 5},       {do_settle, 50},
    {do_pay, 15},         {do_confirm, 25},     {do_payment, 30},   {do_bank, 60},        {do_chargeback, 30},
    {do_reverse, 40},     {do_sale, 10},        {world_reload, 8},  {do_form_open, 25},   {do_form_edit, 20},
    {do_form_submit, 60}, {do_form_review, 70}, {do_form_step, 70}, {do_form_sign, 35},   {do_form_claim, 35},
    {do_form_forget, 4},
};

static void tidy(void)
{
    if (walk.dir[0])
        (void)!system(format("rm -rf '%s'", walk.dir));
}

void fail(const char *format_, ...)
{
    va_list list;

    printf("walk: seed %" PRIu64 ", step %" PRIu64 ", %s: ", walk.seed, walk.step, walk.doing ? walk.doing : "begin");
    va_start(list, format_);
    vprintf(format_, list);
    va_end(list);
    putchar('\n');
    fflush(stdout);
    tidy();
    exit(1);
}

/* SplitMix64 (Steele, Lea, Flood, 2014). */
unsigned draw(unsigned below)
{
    uint64_t z = walk.random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)((z ^ (z >> 31)) % below);
}

bool chance(unsigned percent)
{
    return draw(100) < percent;
}

const char *format(const char *format_, ...)
{
    char out[1000];
    va_list list;

    va_start(list, format_);
    vsnprintf(out, sizeof out, format_, list);
    va_end(list);
    return wl_arena_copy(&walk.keep, (struct wl_str){out, strlen(out) + 1}).data;
}

struct wl_str text(const char *at)
{
    return wl_str_of(at ? format("%s", at) : NULL);
}

void *room(void *at, size_t *has, size_t count, size_t size)
{
    if (count < *has)
        return at;
    *has = count * 2 + 64;
    if (!(at = realloc(at, *has * size)))
        fail("no memory");
    return at;
}

void begin(void)
{
    if (wl_txn_begin(walk.store, true, &walk.txn) != WL_OK)
        fail("begin: %s", wl_error());
}

void commit(void)
{
    if (wl_txn_commit(&walk.txn) != WL_OK)
        fail("commit: %s", wl_error());
}

/* ---- what is expected ---- */

void expect_nothing(void)
{
    walk.expected_count = walk.optional_count = 0;
    walk.only = false;
}

void expect(int64_t refusal)
{
    if (!walk.only && refusal != WL_DONE && walk.expected_count < EXPECT_MAX)
        walk.expected[walk.expected_count++] = refusal;
}

void expect_only(int64_t refusal)
{
    if (walk.only || refusal == WL_DONE)
        return;
    walk.expected[0] = refusal;
    walk.expected_count = 1;
    walk.only = true;
}

void may(int64_t refusal)
{
    if (walk.optional_count < EXPECT_MAX)
        walk.optional[walk.optional_count++] = refusal;
}

static bool is_one_of(const int64_t *at, size_t count, int64_t refusal)
{
    for (size_t i = 0; i < count; i++)
        if (at[i] == refusal)
            return true;
    return false;
}

bool judge(const char *name, int64_t refusal)
{
    walk.refusals[refusal < 200 ? refusal : 199]++;
    if (refusal == WL_DONE) {
        walk.done++;
        if (walk.expected_count > 0)
            fail("%s is done, but must be %s", name, wl_refusal_name(walk.expected[0]));
        return true;
    }
    walk.refused++;
    if (!is_one_of(walk.expected, walk.expected_count, refusal)) {
        if (walk.only || !is_one_of(walk.optional, walk.optional_count, refusal))
            fail("%s is %s, but must be %s", name, wl_refusal_name(refusal),
                 walk.expected_count > 0 ? wl_refusal_name(walk.expected[0]) : "done");
        walk.optional_refused++;
    }
    return false;
}

bool go(const struct wl_command *command, const void *body, const char *actor, const char *signer)
{
    struct wl_personal personal = {.salt = {1}, .text = wl_str_of(signer)};
    struct wl_request request = {.command = command,
                                 .body = body,
                                 .time = walk.now,
                                 .actor = wl_str_of(actor),
                                 .texts = &personal,
                                 .text_count = signer != NULL};

    walk.doing = command->name;
    wl_arena_clear(&walk.arena);
    if (wl_execute(walk.txn, &walk.arena, &request, &walk.result) != WL_OK)
        fail("%s", wl_error());
    walk.outcome = walk.result.outcome;
    return judge(command->name, walk.result.refusal);
}

/* ---- the walk ---- */

static void one_step(void)
{
    unsigned all = 0, at;

    for (size_t i = 0; i < WL_COUNT(ops); i++)
        all += ops[i].weight;
    at = draw(all);
    walk.now += draw(2400);
    walk.day = (walk.now + 480 * 60) / 86400;
    for (size_t i = 0; i < WL_COUNT(ops); i++) {
        if (at < ops[i].weight) {
            expect_nothing();
            ops[i].run();
            return;
        }
        at -= ops[i].weight;
    }
}

static void walk_on(void)
{
    begin();
    for (walk.step = 1; walk.step <= walk.steps; walk.step++) {
        one_step();
        if (walk.step % LOOK == 0 || (getenv("LOOK") && walk.step >= strtoull(getenv("LOOK"), NULL, 10)))
            check_everything();
        if (walk.step % GROUP == 0 || wl_txn_is_full(walk.txn)) {
            commit();
            wl_arena_clear(&walk.keep);
            walk.group++;
            begin();
        }
    }
    walk.doing = "end";
    check_everything();
    commit();
}

static void check_store(void)
{
    struct wl_verify_report whole;
    struct wl_rebuild_report again;

    if (wl_verify_here(walk.store_dir, &wl_house_schema, &whole) != WL_OK)
        fail("verify: %s", wl_error());
    if (wl_rebuild(walk.store_dir, &wl_house_schema, format("%s/again", walk.dir), true, NULL, NULL, &again) != WL_OK)
        fail("rebuild: %s", wl_error());
    if (memcmp(whole.digest, again.digest, WL_HASH_SIZE) != 0 || memcmp(whole.root, again.root, WL_HASH_SIZE) != 0)
        fail("rebuilt, it is another ledger");
}

static void tell(void)
{
    uint64_t kinds = 0, states[WL_CLAIM_STATE_COUNT] = {0};

    for (size_t i = 1; i < WL_COUNT(walk.refusals); i++)
        kinds += walk.refusals[i] > 0;
    for (size_t i = 0; i < walk.claim_count; i++)
        states[claim_state(&walk.claims[i])]++;
    printf("%" PRIu64 " done, %" PRIu64 " refused by %" PRIu64 " names (%" PRIu64
           " not foretold); %zu claims, %zu forms, %zu settlements, %lld payment runs, %lld answers of the bank, %zu "
           "chargebacks\n",
           walk.done, walk.refused, kinds, walk.optional_refused, walk.claim_count, walk.form_count,
           walk.settlement_count, (long long)walk.payments, (long long)walk.answers, walk.chargeback_count);
    for (int i = 0; i < WL_CLAIM_STATE_COUNT; i++)
        printf("%s%s %" PRIu64, i ? ", " : "claims: ", wl_claim_state_names()[i], states[i]);
    putchar('\n');
    if (getenv("WALK_TELL"))
        for (size_t i = 1; i < WL_COUNT(walk.refusals); i++)
            if (walk.refusals[i])
                printf("  %s %" PRIu64 "\n", wl_refusal_name((int64_t)i), walk.refusals[i]);
}

static void open_store(void)
{
    const char *tmp = getenv("TMPDIR");
    struct wl_init_body init = {.oem = WL_STR("OEM"), .zone = 480};

    snprintf(walk.dir, sizeof walk.dir, "%s/walk-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(walk.dir))
        fail("%s cannot be made", walk.dir);
    snprintf(walk.store_dir, sizeof walk.store_dir, "%s/ledger", walk.dir);
    if (wl_store_open(walk.store_dir, &wl_house_schema, WL_OPEN_CREATE, &walk.store) != WL_OK)
        fail("%s", wl_error());
    if (!wl_date_parse(WL_STR("2026-08-31"), &walk.day))
        fail("no day");
    walk.now = walk.day * 86400;
    begin();
    go(&wl_init_command, &init, "founder", NULL);
    commit();
    world_load();
}

int main(int argc, char **argv)
{
    walk.steps = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    if (walk.steps == 0 || argc > 3) {
        fprintf(stderr, "usage: walk N [SEED]\n");
        return 2;
    }
    walk.random = walk.seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
    printf("walk: %" PRIu64 " steps, seed %" PRIu64 "\n", walk.steps, walk.seed);
    fflush(stdout);
    wl_arena_init(&walk.arena, 64 << 20);
    wl_arena_init(&walk.keep, 64 << 20);
    wl_arena_init(&walk.forever, 512 << 20);
    for (int i = 0; i < REVIEWERS; i++)
        walk.absent_from[i] = WL_NONE;
    open_store();
    walk_on();
    wl_store_close(walk.store);
    check_store();
    tell();
    tidy();
    return 0;
}
