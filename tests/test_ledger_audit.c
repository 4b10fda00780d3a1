/* The ledger: postings against a model, verify, rebuild, and processes that share a store. */
#include "tests/toy_ledger.h"

#include <signal.h>
#include <sched.h>

#include "ledger/pending.h"

static struct wl_arena arena;

/* ---- postings ---- */

enum { PARTIES = 6, KINDS = 6, UNITS = 2 };

static const enum wl_account_kind money_kinds[KINDS] = {
    WL_ACCOUNT_EXPENSE_WARRANTY, WL_ACCOUNT_ACCRUED, WL_ACCOUNT_PAYABLE,
    WL_ACCOUNT_INPUT_TAX,        WL_ACCOUNT_BANK,    WL_ACCOUNT_EXPENSE_PDI};

static struct wl_str party_of(unsigned n)
{
    static const char *const names[PARTIES] = {
        "", "a", "b", "ab", "dealer", "0123456789012345678901234567890123456789012345678901234567890123"};

    return wl_str_of(names[n]);
}

static struct wl_str unit_of(unsigned n)
{
    return n == 0 ? WL_STR("EUR") : WL_STR("JPY");
}

static wl_i128 model_balances[KINDS][PARTIES][UNITS];

/* One random posting: into the store, and into the model. False when it would go below zero. */
static bool random_posting(struct wl_txn *txn, uint64_t *seed)
{
    unsigned fk = (unsigned)(toy_random(seed) % KINDS), tk = (unsigned)(toy_random(seed) % KINDS);
    unsigned fp = (unsigned)(toy_random(seed) % PARTIES), tp = (unsigned)(toy_random(seed) % PARTIES),
             u = (unsigned)(toy_random(seed) % UNITS);
    int64_t amount = toy_random(seed) % 3 == 0 ? INT64_C(999999999999999999) : (int64_t)(toy_random(seed) % 100 + 1);
    struct wl_posting p = {.from_kind = money_kinds[fk],
                           .to_kind = money_kinds[tk],
                           .from_party = party_of(fp),
                           .to_party = party_of(tp),
                           .unit = unit_of(u),
                           .amount = amount};

    if (money_kinds[fk] == WL_ACCOUNT_ACCRUED && model_balances[fk][fp][u] < amount)
        return false;
    wl_post(txn, (struct wl_list){&p, 1});
    model_balances[fk][fp][u] -= amount;
    model_balances[tk][tp][u] += amount;
    return true;
}

static void compare_balances(struct wl_txn *txn)
{
    wl_i128 sums[UNITS] = {0};
    struct wl_account_balance row;
    struct wl_str key, value;
    struct wl_walk *walk;
    uint64_t open = 0;

    for (unsigned k = 0; k < KINDS; k++)
        for (unsigned p = 0; p < PARTIES; p++)
            for (unsigned u = 0; u < UNITS; u++) {
                ck_assert(wl_balance(txn, money_kinds[k], party_of(p), unit_of(u), WL_NO_STR) ==
                          model_balances[k][p][u]);
                open += model_balances[k][p][u] != 0;
            }
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_BALANCES), open);
    TOY_OK(wl_walk_open(txn, WL_TABLE_BALANCES, WL_NO_STR, WL_NO_STR, &walk));
    while (wl_walk_next(walk, &key, &value) == 1) {
        TOY_OK(wl_balance_read(key, value, &row));
        sums[wl_str_is(row.unit, "JPY")] += row.amount;
        ck_assert(row.amount >= 0 || wl_account_kind_may_be_negative(row.kind));
    }
    wl_walk_close(walk);
    ck_assert(sums[0] == 0 && sums[1] == 0);
}

START_TEST(postings_are_as_their_model)
{
    char dir[256];
    uint64_t seed = toy_seed("postings");
    struct wl_store *store = toy_store(toy_dir(dir), WL_OPEN_CREATE);
    struct wl_txn *txn;

    for (unsigned round = 0; round < 40; round++) {
        TOY_OK(wl_txn_begin(store, true, &txn));
        for (unsigned i = 0; i < 100; i++) {
            random_posting(txn, &seed);
            if (i % 33 == 0)
                compare_balances(txn);
        }
        TOY_OK(wl_txn_commit(&txn));
        TOY_OK(wl_txn_begin(store, false, &txn));
        compare_balances(txn);
        wl_txn_abort(&txn);
    }
    wl_store_close(store);
    toy_remove(dir);
}
END_TEST

/* Sums past 64 bits stay right, and past 128 bits are not reached in silence. */
START_TEST(huge_amounts_do_not_overflow)
{
    char dir[256];
    struct wl_store *store = toy_store(toy_dir(dir), WL_OPEN_CREATE);
    struct wl_posting p = {.from_kind = WL_ACCOUNT_BANK,
                           .to_kind = WL_ACCOUNT_ACCRUED,
                           .from_party = WL_STR("oem"),
                           .to_party = WL_STR("d"),
                           .unit = WL_STR("EUR"),
                           .amount = INT64_MAX};
    struct wl_txn *txn;

    TOY_OK(wl_txn_begin(store, true, &txn));
    for (int i = 0; i < 1000; i++)
        wl_post(txn, (struct wl_list){&p, 1});
    ck_assert(wl_balance(txn, WL_ACCOUNT_ACCRUED, WL_STR("d"), WL_STR("EUR"), WL_NO_STR) == (wl_i128)INT64_MAX * 1000);
    ck_assert(wl_balance(txn, WL_ACCOUNT_BANK, WL_STR("oem"), WL_STR("EUR"), WL_NO_STR) == (wl_i128)INT64_MAX * -1000);
    TOY_OK(wl_txn_commit(&txn));
    wl_store_close(store);
    toy_remove(dir);
}
END_TEST

START_TEST(what_is_no_posting_fails)
{
    static const struct wl_posting good = {
        .from_kind = WL_ACCOUNT_BANK, .to_kind = WL_ACCOUNT_ACCRUED, .unit = {"EUR", 3}, .amount = 1};
    struct wl_posting bad[9];
    char dir[256];
    struct wl_store *store = toy_store(toy_dir(dir), WL_OPEN_CREATE);

    for (size_t i = 0; i < WL_COUNT(bad); i++)
        bad[i] = good;
    bad[0].amount = 0;
    bad[1].amount = -1;
    bad[2].to_kind = WL_ACCOUNT_VEHICLE; /* of the other book */
    bad[3].from_kind = 39;               /* none */
    bad[4].from_kind = -1;
    bad[5].to_kind = INT64_MAX;
    bad[6].unit = WL_NO_STR;
    bad[7].to_party = (struct wl_str){"a\0b", 3};
    bad[8].from_kind = WL_ACCOUNT_ACCRUED; /* below zero */
    for (size_t i = 0; i < WL_COUNT(bad); i++) {
        struct wl_posting two[2] = {good, bad[i]};
        struct wl_txn *txn;

        ck_assert(wl_posting_is_good(&good) && wl_posting_is_good(&bad[i]) == (i == 8));
        TOY_OK(wl_txn_begin(store, true, &txn));
        wl_post(txn, (struct wl_list){two, 2});
        ck_assert_int_eq(wl_txn_status(txn), i == 8 ? WL_OK : WL_E_DAMAGED);
        if (i == 8) { /* what came in just now may go out, but no more */
            wl_post(txn, (struct wl_list){&bad[i], 1});
            bad[i].from_party = WL_STR("x");
            wl_post(txn, (struct wl_list){&bad[i], 1});
        }
        ck_assert_int_eq(wl_txn_commit(&txn), WL_E_DAMAGED);
        TOY_OK(wl_txn_begin(store, false, &txn));
        ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_BALANCES), 0);
        wl_txn_abort(&txn);
    }
    wl_store_close(store);
    toy_remove(dir);
}
END_TEST

START_TEST(a_decision_that_overdraws_commits_nothing)
{
    static const struct toy_move_body body = {
        .from = {"dealer-01", 9}, .to = {"dealer-02", 9}, .amount = INT64_C(10000000000), .how = TOY_OVERDRAW};
    struct wl_request request = toy_request(&toy_move_command, &body, 2000000000);
    struct wl_verify_report before, after;
    char dir[256];
    struct wl_store *store = toy_new(toy_dir(dir), 50, 5);
    struct wl_result result;
    struct wl_txn *txn;

    TOY_OK(wl_verify(dir, &toy_schema, &before));
    TOY_OK(wl_txn_begin(store, true, &txn));
    TOY_OK(toy_step(txn, &arena, 50, &result));
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_DAMAGED);
    ck_assert_int_eq(toy_step(txn, &arena, 51, &result), WL_E_DAMAGED);
    ck_assert_int_eq(wl_txn_commit(&txn), WL_E_DAMAGED);
    TOY_OK(wl_verify(dir, &toy_schema, &after));
    ck_assert_mem_eq(&before, &after, sizeof before);
    wl_store_close(store);
    toy_remove(dir);
}
END_TEST

/* ---- audit ---- */

static void count_progress(void *context, uint64_t done, uint64_t all)
{
    ck_assert_uint_le(done, all);
    *(uint64_t *)context = done;
}

START_TEST(rebuild_gives_the_same_digest)
{
    static const uint64_t groups[] = {1, 3, 50, 100000};
    struct wl_verify_report first = {.entries = 0};
    uint64_t count = toy_is_quick() ? 600 : 6000;

    for (size_t i = 0; i < WL_COUNT(groups); i++) {
        char dir[256], new_dir[300];
        struct wl_verify_report report, rebuilt_report;
        struct wl_rebuild_report rebuilt;
        uint64_t done = 0;

        wl_store_close(toy_new(toy_dir(dir), count, groups[i]));
        snprintf(new_dir, sizeof new_dir, "%s-again", dir);
        TOY_OK(wl_verify(dir, &toy_schema, &report));
        if (i == 0)
            first = report;
        ck_assert_mem_eq(&report, &first, sizeof report);
        ck_assert_uint_eq(report.entries, count + 1);
        ck_assert_uint_gt(report.texts, count / 8);
        TOY_OK(wl_rebuild(dir, &toy_schema, new_dir, true, count_progress, &done, &rebuilt));
        ck_assert_uint_eq(done, rebuilt.entries);
        ck_assert_mem_eq(rebuilt.root, first.root, WL_HASH_SIZE);
        ck_assert_mem_eq(rebuilt.digest, first.digest, WL_HASH_SIZE);
        TOY_OK(wl_verify(new_dir, &toy_schema, &rebuilt_report));
        ck_assert_mem_eq(&rebuilt_report, &first, sizeof first);
        ck_assert_int_eq(wl_rebuild(dir, &toy_schema, new_dir, false, NULL, NULL, &rebuilt), WL_E_USAGE);
        toy_remove(dir);
    }
}
END_TEST

/* "An upgrade is a rebuild": a store that lacks a table of the release at hand is made anew from its journal. */
START_TEST(a_store_of_another_release_is_rebuilt)
{
    struct wl_table tables[WL_COUNT(toy_tables) + 1];
    struct wl_schema newer = toy_schema;
    struct wl_rebuild_report rebuilt;
    struct wl_verify_report before, after;
    struct wl_store *store;
    char dir[256], new_dir[300];

    memcpy(tables, toy_tables, sizeof toy_tables);
    tables[WL_COUNT(toy_tables)] = (struct wl_table){"added-since", 0};
    newer.tables = tables;
    newer.table_count = WL_COUNT(tables);
    wl_store_close(toy_new(toy_dir(dir), 200, 20));
    snprintf(new_dir, sizeof new_dir, "%s-newer", dir);
    TOY_OK(wl_verify(dir, &toy_schema, &before));
    ck_assert_int_eq(wl_store_open(dir, &newer, WL_OPEN_READ, &store), WL_E_DAMAGED);
    ck_assert_ptr_nonnull(strstr(wl_error(), "added-since"));
    ck_assert_ptr_nonnull(strstr(wl_error(), "wledger rebuild"));
    TOY_OK(wl_rebuild(dir, &newer, new_dir, true, NULL, NULL, &rebuilt));
    TOY_OK(wl_verify(new_dir, &newer, &after));
    ck_assert_uint_eq(after.entries, before.entries);
    ck_assert_mem_eq(after.root, before.root, WL_HASH_SIZE);
    toy_remove(dir);
}
END_TEST

START_TEST(deciding_again_finds_a_changed_rule)
{
    struct wl_schema newer = toy_schema;
    char dir[256], new_dir[300];
    struct wl_rebuild_report rebuilt;
    struct wl_verify_report before, after;

    wl_store_close(toy_new(toy_dir(dir), 200, 20));
    snprintf(new_dir, sizeof new_dir, "%s-again/", dir);
    TOY_OK(wl_verify(dir, &toy_schema, &before));
    toy_twist = true;
    ck_assert_int_eq(wl_rebuild(dir, &toy_schema, new_dir, true, NULL, NULL, &rebuilt), WL_E_DAMAGED);
    ck_assert_ptr_nonnull(strstr(wl_error(), "entry 26"));
    ck_assert_ptr_null(strstr(wl_error(), "rules version"));
    ck_assert_int_ne(access(new_dir, F_OK), 0);
    newer.rules_version = toy_schema.rules_version + 1;
    ck_assert_int_eq(wl_rebuild(dir, &newer, new_dir, true, NULL, NULL, &rebuilt), WL_E_DAMAGED);
    ck_assert_ptr_nonnull(strstr(wl_error(), "entry 26"));
    ck_assert_ptr_nonnull(strstr(wl_error(), "decided by rules version 1, and comes out otherwise by version 2"));
    TOY_OK(wl_rebuild(dir, &toy_schema, new_dir, false, NULL, NULL, &rebuilt)); /* which needs no rules */
    toy_twist = false;
    TOY_OK(wl_verify(new_dir, &toy_schema, &after));
    ck_assert_mem_eq(&before, &after, sizeof before);
    toy_remove(dir);
}
END_TEST

/* Changes a row as no command would, checksum and all. */
static void meddle(const char *dir, unsigned table, struct wl_str key, struct wl_str value, bool gone)
{
    struct wl_store *store = toy_store(dir, 0);
    struct wl_txn *txn;

    TOY_OK(wl_txn_begin(store, true, &txn));
    if (gone)
        wl_delete(txn, table, key);
    else
        wl_put(txn, table, key, value);
    TOY_OK(wl_txn_commit(&txn));
    wl_store_close(store);
}

START_TEST(verify_finds_meddling)
{
    static const uint64_t entry = 100;

    for (int i = 0; i < 8; i++) {
        char dir[256], new_dir[300], row[200], n[8];
        struct wl_verify_report report;
        struct wl_rebuild_report rebuilt;
        struct wl_store *store = toy_new(toy_dir(dir), 200, 20);
        struct wl_str value, key = {n, 8}, copy = {row, 0};
        struct wl_txn *txn;

        wl_set_u64(n, entry);
        TOY_OK(wl_txn_begin(store, false, &txn));
        ck_assert_int_eq(wl_get(txn, i < 4 ? WL_TABLE_JOURNAL : WL_TABLE_TREE, key, &value), 1);
        copy.size = value.size < sizeof row ? value.size : sizeof row;
        memcpy(row, value.data, copy.size);
        wl_txn_abort(&txn);
        wl_store_close(store);
        row[copy.size - 1] ^= 1;
        if (i == 1)
            wl_set_u64(n, 201); /* behind the last */
        if (i == 3)
            copy.size--;
        if (i < 7)
            meddle(dir,
                   i < 4   ? WL_TABLE_JOURNAL
                   : i < 6 ? WL_TABLE_TREE
                           : WL_TABLE_BALANCES,
                   key, copy, i == 2 || i == 5);
        else
            meddle(dir, WL_TABLE_BALANCES,
                   (struct wl_str){"\x08"
                                   "dealer-01\0EUR\0",
                                   15},
                   WL_NO_STR, true);
        ck_assert_int_eq(wl_verify(dir, &toy_schema, &report), WL_E_DAMAGED);
        snprintf(new_dir, sizeof new_dir, "%s-again", dir);
        if (i < 4)
            ck_assert_int_lt(wl_rebuild(dir, &toy_schema, new_dir, false, NULL, NULL, &rebuilt), 0);
        toy_remove(dir);
    }
}
END_TEST

/* A journal of several pieces, which threads share out; each row that is changed lies in another one. */
START_TEST(long_journals_are_checked_in_pieces)
{
    enum { STEPS = 7000 };
    static const struct {
        unsigned table;
        uint64_t entry;
        size_t key_size;
        bool gone;
    } rows[] = {
        {WL_TABLE_JOURNAL, 10, 8, true},         {WL_TABLE_JOURNAL, 2048, 8, true},  {WL_TABLE_JOURNAL, 5000, 8, false},
        {WL_TABLE_TREE, 2047, 8, false},         {WL_TABLE_TREE, 4095, 8, true},     {WL_TABLE_TREE, STEPS, 8, true},
        {WL_TABLE_TREE, STEPS + 1, 8, false},    {WL_TABLE_JOURNAL, STEPS, 8, true}, {WL_TABLE_TEXTS, 6000, 9, false},
        {WL_TABLE_TEXTS, STEPS + 1, 9, false},   {WL_TABLE_TEXTS, 2047, 8, false},   {WL_TABLE_TEXTS, 0, 4, false},
        {WL_TABLE_TEXTS, STEPS + 9, 200, false}, {WL_TABLE_TEXTS, 2047, 10, false}};
    char dir[256], command[1000];
    struct wl_verify_report report;
    uint8_t root[WL_HASH_SIZE];
    struct wl_store *store = toy_new(toy_dir(dir), STEPS, 1000);
    struct wl_txn *txn;

    TOY_OK(wl_txn_begin(store, false, &txn));
    TOY_OK(wl_journal_root(txn, root));
    wl_txn_abort(&txn);
    wl_store_close(store);
    TOY_OK(wl_verify(dir, &toy_schema, &report));
    ck_assert_uint_eq(report.entries, STEPS + 1);
    ck_assert_uint_eq(report.texts, STEPS / 7);
    ck_assert_mem_eq(report.root, root, sizeof root);
    for (size_t i = 0; i < WL_COUNT(rows); i++) {
        char copy[300], key[200] = {0};

        snprintf(copy, sizeof copy, "%s-copy", dir);
        snprintf(command, sizeof command, "rm -rf %s; cp -r %s %s", copy, dir, copy);
        ck_assert_int_eq(system(command), 0);
        wl_set_u64(key, rows[i].entry);
        meddle(copy, rows[i].table, (struct wl_str){key, rows[i].key_size}, WL_STR("0123456789ABCDEF...."),
               rows[i].gone);
        ck_assert_msg(wl_verify(copy, &toy_schema, &report) == WL_E_DAMAGED, "row %zu was not found", i);
    }
    toy_remove(dir);
}
END_TEST

/* Entries that no program of ours wrote are turned down whole. */
START_TEST(entries_are_parsed_strictly)
{
    char dir[256], bytes[600];
    struct wl_store *store = toy_new(toy_dir(dir), 60, 20);
    uint64_t seed = toy_seed("entries");
    struct wl_entry e, changed;
    struct wl_txn *txn;

    TOY_OK(wl_txn_begin(store, false, &txn));
    for (uint64_t n = 0; n <= 60; n++) {
        ck_assert_int_eq(wl_entry_read(txn, n, &e), 1);
        ck_assert_uint_lt(e.bytes.size, sizeof bytes);
        for (size_t size = 0; size < e.bytes.size; size++)
            ck_assert_int_eq(wl_entry_parse(&toy_schema, n, (struct wl_str){e.bytes.data, size}, &changed),
                             WL_E_DAMAGED);
        for (int i = 0; i < 500; i++) { /* none of these may run away; some are entries */
            void *body;

            memcpy(bytes, e.bytes.data, e.bytes.size);
            bytes[toy_random(&seed) % e.bytes.size] = (char)toy_random(&seed);
            wl_arena_clear(&arena);
            if (wl_entry_parse(&toy_schema, n, (struct wl_str){bytes, e.bytes.size}, &changed) != WL_OK)
                continue;
            ck_assert(changed.actor.size >= 1 && changed.actor.size <= WL_NAME_MAX && changed.key.size <= WL_NAME_MAX);
            if (wl_entry_body(&changed, &arena, &body) == WL_OK)
                wl_entry_outcome(&changed, &arena, &body);
        }
    }
    wl_txn_abort(&txn);
    wl_store_close(store);
    toy_remove(dir);
}
END_TEST

/* ---- several processes ---- */

static _Noreturn void write_steps(const char *dir, uint64_t first, uint64_t step, uint64_t end)
{
    struct wl_store *store = toy_store(dir, 0);

    for (uint64_t n = first; n < end; n += step) {
        struct wl_result result;
        struct wl_txn *txn;

        /* The steps' times are beyond one another: as records of a batch they may come in any order. */
        if (wl_txn_begin(store, true, &txn) != WL_OK || toy_step(txn, &arena, n, &result) != WL_OK ||
            wl_txn_commit(&txn) != WL_OK) {
            fprintf(stderr, "%s\n", wl_error());
            _exit(1);
        }
    }
    wl_store_close(store);
    _exit(0);
}

static pid_t start_writer(const char *dir, uint64_t first, uint64_t step, uint64_t end)
{
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0)
        write_steps(dir, first, step, end);
    return child;
}

static void wait_for(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

/* Readers see whole versions only, and the check finds nothing wrong with a store that is written to. */
START_TEST(verify_beside_a_writer)
{
    char dir[256];
    uint64_t end = toy_is_quick() ? 3000 : 20000, last = 0;
    unsigned checks = 0;
    pid_t writer;
    int status = 0;

    wl_store_close(toy_new(toy_dir(dir), 30, 10));
    writer = start_writer(dir, 30, 1, end);
    while (waitpid(writer, &status, WNOHANG) == 0) {
        struct wl_verify_report report;

        TOY_OK(wl_verify(dir, &toy_schema, &report));
        ck_assert_uint_ge(report.entries, last);
        last = report.entries;
        checks++;
    }
    ck_assert_int_eq(status, 0);
    ck_assert_uint_gt(checks, 3);
    toy_remove(dir);
}
END_TEST

START_TEST(two_writers_and_a_reader)
{
    char dir[256];
    uint64_t end = 1500, seen = 0, size = 0;
    struct wl_verify_report report;
    struct wl_store *store;
    pid_t writers[2];

    wl_store_close(toy_new(toy_dir(dir), 25, 25));
    writers[0] = start_writer(dir, 26, 2, end);
    writers[1] = start_writer(dir, 27, 2, end);
    store = toy_store(dir, WL_OPEN_READ);
    while (kill(writers[0], 0) == 0 && waitpid(writers[0], NULL, WNOHANG) == 0) {
        struct wl_entry e;
        struct wl_txn *txn;

        TOY_OK(wl_txn_begin(store, false, &txn));
        size = wl_journal_size(txn);
        ck_assert_uint_ge(size, seen);
        seen = size;
        ck_assert_int_eq(wl_entry_read(txn, size - 1, &e), 1);
        ck_assert_int_eq(wl_entry_read(txn, size, &e), 0);
        wl_txn_abort(&txn);
        sched_yield();
    }
    wait_for(writers[1]);
    wl_store_close(store);
    TOY_OK(wl_verify(dir, &toy_schema, &report));
    ck_assert_uint_gt(report.entries, end / 2); /* the slower one's times were refused now and then */
    toy_remove(dir);
}
END_TEST

/* A reader that was killed holds nothing back for long: the next opening clears it. */
START_TEST(stale_readers_are_cleared)
{
    char dir[256];
    struct wl_store_facts facts;
    struct wl_store *store;
    struct wl_txn *txn;

    wl_store_close(toy_new(toy_dir(dir), 30, 10));
    for (int i = 0; i < 200; i++) { /* more than LMDB has room for */
        pid_t child = fork();

        if (child == 0) {
            store = toy_store(dir, 0);
            _exit(wl_txn_begin(store, false, &txn) == WL_OK ? (raise(SIGKILL), 1) : 2);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFSIGNALED(status));
    }
    store = toy_store(dir, 0);
    TOY_OK(wl_txn_begin(store, false, &txn));
    TOY_OK(wl_store_facts(txn, &facts));
    ck_assert_uint_eq(facts.pages, facts.used_pages + facts.free_pages);
    ck_assert_uint_le(facts.readers, 2);
    wl_txn_abort(&txn);
    wl_store_close(store);
    toy_remove(dir);
}
END_TEST

static void arena_begin(void)
{
    wl_arena_init(&arena, 1 << 20);
}

static void arena_end(void)
{
    wl_arena_release(&arena);
}

static Suite *audit_suite(void)
{
    Suite *suite = suite_create("ledger-audit");
    TCase *postings = tcase_create("postings"), *audit = tcase_create("audit"), *processes = tcase_create("processes");

    tcase_set_timeout(postings, 120);
    tcase_set_timeout(audit, 300);
    tcase_set_timeout(processes, 300);
    tcase_add_checked_fixture(postings, arena_begin, arena_end);
    tcase_add_checked_fixture(audit, arena_begin, arena_end);
    tcase_add_checked_fixture(processes, arena_begin, arena_end);
    tcase_add_test(postings, postings_are_as_their_model);
    tcase_add_test(postings, huge_amounts_do_not_overflow);
    tcase_add_test(postings, what_is_no_posting_fails);
    tcase_add_test(postings, a_decision_that_overdraws_commits_nothing);
    tcase_add_test(audit, rebuild_gives_the_same_digest);
    tcase_add_test(audit, a_store_of_another_release_is_rebuilt);
    tcase_add_test(audit, deciding_again_finds_a_changed_rule);
    tcase_add_test(audit, verify_finds_meddling);
    tcase_add_test(audit, long_journals_are_checked_in_pieces);
    tcase_add_test(audit, entries_are_parsed_strictly);
    tcase_add_test(processes, verify_beside_a_writer);
    tcase_add_test(processes, two_writers_and_a_reader);
    tcase_add_test(processes, stale_readers_are_cleared);
    suite_add_tcase(suite, postings);
    suite_add_tcase(suite, audit);
    suite_add_tcase(suite, processes);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(audit_suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
