/* The ledger: execution, hash tree, personal text. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "tests/toy_ledger.h"

#include "ledger/tree.h"

/* ---- execution ---- */

struct fixture {
    char dir[256];
    struct wl_store *store;
    struct wl_arena arena;
    struct wl_result result;
};

static struct fixture f;

static void set_up(void)
{
    f.store = toy_new(toy_dir(f.dir), 40, 7);
    wl_arena_init(&f.arena, 1 << 20);
}

static void tear_down(void)
{
    wl_store_close(f.store);
    wl_arena_release(&f.arena);
    toy_remove(f.dir);
}

/* Executes one command in a transaction of its own. */
static int run(const struct wl_request *request)
{
    struct wl_txn *txn;
    int rc;

    wl_arena_clear(&f.arena);
    TOY_OK(wl_txn_begin(f.store, true, &txn));
    rc = wl_execute(txn, &f.arena, request, &f.result);
    ck_assert_int_eq(wl_txn_commit(&txn), rc);
    return rc;
}

static uint64_t journal_size(void)
{
    struct wl_txn *txn;
    uint64_t size;

    TOY_OK(wl_txn_begin(f.store, false, &txn));
    size = wl_journal_size(txn);
    wl_txn_abort(&txn);
    return size;
}

static wl_i128 balance(const char *name)
{
    struct wl_txn *txn;
    wl_i128 amount;

    TOY_OK(wl_txn_begin(f.store, false, &txn));
    amount = wl_balance(txn, WL_ACCOUNT_ACCRUED, wl_str_of(name), WL_STR("EUR"), WL_NO_STR);
    wl_txn_abort(&txn);
    return amount;
}

/* SHA-256 over what a command may change: not the tree, the clock and the keys, which every entry does. */
static void books(uint8_t out[WL_HASH_SIZE])
{
    static const unsigned tables[] = {TOY_HEADS, TOY_MOVES, TOY_INDEX, WL_TABLE_BALANCES};
    struct wl_str key, value;
    struct wl_walk *walk;
    struct wl_txn *txn;
    SHA256_CTX ctx;

    SHA256_Init(&ctx);
    TOY_OK(wl_txn_begin(f.store, false, &txn));
    for (size_t t = 0; t < WL_COUNT(tables); t++) {
        TOY_OK(wl_walk_open(txn, tables[t], WL_NO_STR, WL_NO_STR, &walk));
        while (wl_walk_next(walk, &key, &value) == 1) {
            SHA256_Update(&ctx, key.data, key.size);
            SHA256_Update(&ctx, value.data, value.size);
        }
        wl_walk_close(walk);
    }
    TOY_OK(wl_txn_status(txn));
    wl_txn_abort(&txn);
    SHA256_Final(out, &ctx);
}

static void verify(void)
{
    struct wl_verify_report report;

    TOY_OK(wl_verify(f.dir, &toy_schema, &report));
    ck_assert_uint_eq(report.entries, journal_size());
}

/* Time 2000000000 is long after the fixture's own commands. */
#define LATER INT64_C(2000000000)

static const struct toy_move_body some_move = {.from = {"dealer-01", 9}, .to = {"dealer-02", 9}, .amount = 1};
static const struct toy_move_body other_move = {.from = {"dealer-01", 9}, .to = {"dealer-02", 9}, .amount = 2};

START_TEST(entries_are_numbered)
{
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    uint64_t size = journal_size();
    wl_i128 before = balance("dealer-02");

    for (uint64_t i = 0; i < 3; i++) {
        TOY_OK(run(&request));
        ck_assert_uint_eq(f.result.seq, size + i);
        ck_assert(f.result.journalled && !f.result.repeated && f.result.refusal == WL_DONE);
    }
    ck_assert(balance("dealer-02") == before + 3);
    ck_assert_uint_eq(journal_size(), size + 3);
}
END_TEST

START_TEST(keys_give_the_first_outcome)
{
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    uint64_t first;
    wl_i128 before;

    request.key = WL_STR("k");
    TOY_OK(run(&request));
    first = f.result.seq;
    before = balance("dealer-02");
    request.time = LATER + 5;
    TOY_OK(run(&request));
    ck_assert(f.result.repeated && f.result.journalled && f.result.seq == first && f.result.refusal == WL_DONE);
    ck_assert_ptr_nonnull(f.result.outcome);
    ck_assert(balance("dealer-02") == before);
    ck_assert_uint_eq(journal_size(), first + 1);

    request.body = &other_move;
    TOY_OK(run(&request));
    ck_assert(f.result.refusal == WL_REFUSED_KEY_REUSED && f.result.journalled && f.result.seq == first + 1);
    ck_assert(balance("dealer-02") == before);
    request.body = &some_move; /* the refusal did not take the key */
    TOY_OK(run(&request));
    ck_assert(f.result.repeated && f.result.seq == first);
    request.actor = WL_STR("somebody else");
    TOY_OK(run(&request));
    ck_assert_int_eq(f.result.refusal, WL_REFUSED_KEY_REUSED);

    /* Asked again with the very time of before, although time has gone on. */
    request.actor = WL_STR("tester");
    request.time = LATER;
    TOY_OK(run(&request));
    ck_assert(f.result.repeated && f.result.seq == first);
    verify();
}
END_TEST

START_TEST(keys_expire_by_journal_time)
{
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    uint64_t first;
    struct wl_txn *txn;

    request.key = WL_STR("k");
    TOY_OK(run(&request));
    first = f.result.seq;
    request.time = LATER + WL_KEY_SECONDS;
    TOY_OK(run(&request));
    ck_assert(f.result.repeated && f.result.seq == first);
    request.time++;
    TOY_OK(run(&request));
    ck_assert(!f.result.repeated && f.result.refusal == WL_DONE);
    request.body = &other_move; /* the key stands for the second command now */
    TOY_OK(run(&request));
    ck_assert_int_eq(f.result.refusal, WL_REFUSED_KEY_REUSED);
    request.time += 3 * WL_KEY_SECONDS;
    for (int i = 0; i < 4; i++) {
        char key[16];

        snprintf(key, sizeof key, "n%d", i);
        request.key = wl_str_of(key);
        TOY_OK(run(&request));
    }
    TOY_OK(wl_txn_begin(f.store, false, &txn));
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_KEYS), 4);
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_KEY_AGE), 4);
    wl_txn_abort(&txn);
    verify();
}
END_TEST

START_TEST(time_does_not_go_back)
{
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    uint64_t size;

    TOY_OK(run(&request));
    size = journal_size();
    request.time = LATER - 1;
    request.key = WL_STR("early");
    TOY_OK(run(&request));
    ck_assert(f.result.refusal == WL_REFUSED_TIME_BEFORE_LAST && !f.result.journalled && f.result.outcome == NULL);
    ck_assert_uint_eq(journal_size(), size);
    request.time = LATER; /* and its key is still free */
    TOY_OK(run(&request));
    ck_assert(!f.result.repeated && f.result.refusal == WL_DONE);

    request.key = WL_NO_STR;
    request.time = LATER - 1000;
    request.batch = 7;
    request.ordinal = 1;
    TOY_OK(run(&request));
    ck_assert(f.result.refusal == WL_DONE && f.result.journalled);
    request.batch = request.ordinal = 0;
    request.time = LATER - 1;
    TOY_OK(run(&request)); /* a batch's time does not turn the clock back */
    ck_assert_int_eq(f.result.refusal, WL_REFUSED_TIME_BEFORE_LAST);
    verify();
}
END_TEST

START_TEST(refusals_change_nothing_else)
{
    static const struct toy_move_body unknown = {.from = {"nobody", 6}, .to = {"dealer-02", 9}, .amount = 1};
    static const struct toy_move_body too_much = {
        .from = {"dealer-01", 9}, .to = {"dealer-02", 9}, .amount = INT64_C(100000000000)};
    static const struct toy_move_body late = {
        .from = {"dealer-01", 9}, .to = {"dealer-02", 9}, .amount = 1, .how = TOY_REFUSE_WITH_POSTINGS};
    const struct toy_move_body *bodies[] = {&unknown, &too_much, &late};
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    uint8_t before[WL_HASH_SIZE], after[WL_HASH_SIZE];

    TOY_OK(run(&request));
    books(before);
    for (size_t i = 0; i < WL_COUNT(bodies); i++) {
        struct wl_plain_outcome *outcome;
        uint64_t size = journal_size();

        request.body = bodies[i];
        TOY_OK(run(&request));
        outcome = f.result.outcome;
        ck_assert(f.result.refusal == WL_REFUSED_JOURNAL_BEGUN && f.result.journalled);
        ck_assert(wl_str_equal(outcome->head.about, bodies[i]->from));
        ck_assert_uint_eq(journal_size(), size + 1);
    }
    books(after);
    ck_assert_mem_eq(before, after, sizeof before);
    verify();
}
END_TEST

START_TEST(a_first_outcome_outlives_its_transaction)
{
    static const struct toy_move_body body = {
        .from = {"dealer-01", 9}, .to = {"dealer-02", 9}, .amount = 1, .how = TOY_ABOUT_ROW};
    struct wl_request request = toy_request(&toy_move_command, &body, LATER);
    struct wl_plain_outcome *outcome;

    request.key = WL_STR("k");
    TOY_OK(run(&request));
    TOY_OK(run(&request));
    ck_assert(f.result.repeated);
    outcome = f.result.outcome;
    wl_store_close(f.store); /* the map is gone */
    ck_assert(wl_str_is(outcome->head.about, "a text of the outcome that is long enough to be looked at"));
    f.store = toy_store(f.dir, 0);
}
END_TEST

START_TEST(entries_too_large_are_errors)
{
    static char note[65001];
    struct toy_move_body body = some_move;
    struct wl_request request = toy_request(&toy_move_command, &body, LATER);
    uint64_t size = journal_size();

    memset(note, 'n', sizeof note);
    body.note = (struct wl_str){note, 65000};
    TOY_OK(run(&request));
    ck_assert_uint_eq(journal_size(), size + 1);
    body.note.size++;
    ck_assert_int_eq(run(&request), WL_E_FULL);
    ck_assert_uint_eq(journal_size(), size + 1);
    body.note.size--;
    request.actor = (struct wl_str){note, WL_NAME_MAX};
    request.key = (struct wl_str){note, WL_NAME_MAX};
    TOY_OK(run(&request)); /* 65,000 + 128 + 128 and the rest: still an entry */
    verify();
}
END_TEST

/* ---- personal text ---- */

START_TEST(a_retry_with_a_new_salt_is_a_repeat)
{
    struct wl_personal text = {.text = WL_STR("he heard a noise")};
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    uint64_t first;

    request.key = WL_STR("k");
    request.texts = &text;
    request.text_count = 1;
    TOY_OK(wl_salt_draw(text.salt));
    TOY_OK(run(&request));
    first = f.result.seq;
    TOY_OK(wl_salt_draw(text.salt));
    TOY_OK(run(&request));
    ck_assert(f.result.repeated && f.result.seq == first);
    text.text = WL_STR("she heard a noise");
    TOY_OK(run(&request));
    ck_assert_int_eq(f.result.refusal, WL_REFUSED_KEY_REUSED);
    request.text_count = 0;
    TOY_OK(run(&request));
    ck_assert_int_eq(f.result.refusal, WL_REFUSED_KEY_REUSED);
    verify();
}
END_TEST

START_TEST(texts_can_be_forgotten)
{
    struct wl_personal texts[2] = {{.salt = {1}, .text = WL_STR("Mr. Smith")}, {.salt = {2}, .text = WL_NO_STR}};
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    struct toy_forget_body forget;
    struct wl_verify_report before, after;
    struct wl_txn *txn;
    struct wl_str text;

    request.texts = texts;
    request.text_count = 2;
    TOY_OK(run(&request));
    forget.seq = (int64_t)f.result.seq;
    TOY_OK(wl_verify(f.dir, &toy_schema, &before));

    /* Erased without a command, so that nothing else changes. */
    TOY_OK(wl_txn_begin(f.store, true, &txn));
    ck_assert_int_eq(wl_text_get(txn, (uint64_t)forget.seq, 0, &text), 1);
    ck_assert(wl_str_is(text, "Mr. Smith"));
    ck_assert_int_eq(wl_text_get(txn, (uint64_t)forget.seq, 1, &text), 1);
    ck_assert_uint_eq(text.size, 0);
    wl_text_erase(txn, (uint64_t)forget.seq);
    TOY_OK(wl_txn_commit(&txn));
    TOY_OK(wl_verify(f.dir, &toy_schema, &after));
    ck_assert(memcmp(before.root, after.root, WL_HASH_SIZE) == 0 &&
              memcmp(before.digest, after.digest, WL_HASH_SIZE) == 0);
    ck_assert_uint_eq(before.texts, after.texts + 2);

    /* And with one, which a rebuild goes through as well. */
    TOY_OK(run(&request));
    forget.seq = (int64_t)f.result.seq;
    request = toy_request(&toy_forget_command, &forget, LATER);
    TOY_OK(run(&request));
    TOY_OK(wl_txn_begin(f.store, false, &txn));
    ck_assert_int_eq(wl_text_get(txn, (uint64_t)forget.seq, 0, &text), 0);
    wl_txn_abort(&txn);
    verify();
}
END_TEST

START_TEST(texts_that_were_changed_are_found)
{
    struct wl_personal text = {.text = WL_STR("Mr. Smith")};
    struct wl_request request = toy_request(&toy_move_command, &some_move, LATER);
    struct wl_verify_report report;
    uint8_t key[9];
    struct wl_str key_view = {(char *)key, sizeof key};
    struct wl_txn *txn;

    request.texts = &text;
    request.text_count = 1;
    TOY_OK(run(&request));
    wl_set_u64(key, f.result.seq);
    key[8] = 0;
    for (int i = 0; i < 3; i++) {
        TOY_OK(wl_txn_begin(f.store, true, &txn));
        if (i == 2) /* a text of no entry */
            key[8] = 1;
        wl_put(txn, WL_TABLE_TEXTS, key_view,
               i == 0   ? WL_STR("0123456789ABCDEFMr. Smyth")
               : i == 1 ? WL_STR("short")
                        : WL_STR("0123456789ABCDEFMr. X"));
        TOY_OK(wl_txn_commit(&txn));
        ck_assert_int_eq(wl_verify(f.dir, &toy_schema, &report), WL_E_DAMAGED);
        TOY_OK(wl_txn_begin(f.store, true, &txn));
        wl_delete(txn, WL_TABLE_TEXTS, key_view);
        TOY_OK(wl_txn_commit(&txn));
        verify();
    }
}
END_TEST

/* ---- the hash tree ---- */

/* RFC 6962, section 2.1, word for word. */
static void plain_root(const struct wl_str *entries, size_t n, uint8_t out[32])
{
    uint8_t bytes[1 + 64] = {1};
    size_t k = 1;

    if (n == 0) {
        SHA256((const uint8_t *)"", 0, out);
        return;
    }
    if (n == 1) {
        uint8_t *leaf = calloc(entries[0].size + 1, 1);

        memcpy(leaf + 1, entries[0].data, entries[0].size);
        SHA256(leaf, entries[0].size + 1, out);
        free(leaf);
        return;
    }
    while (k * 2 < n)
        k *= 2;
    plain_root(entries, k, bytes + 1);
    plain_root(entries + k, n - k, bytes + 33);
    SHA256(bytes, sizeof bytes, out);
}

static void compare_roots(const struct wl_str *entries, size_t n)
{
    struct wl_frontier frontier = {.size = 0};
    uint8_t row[WL_TREE_LEVELS][WL_TREE_HASH], root[32], expected[32];

    for (size_t i = 0; i < n; i++)
        wl_frontier_add(&frontier, entries[i], row);
    wl_frontier_root(&frontier, root);
    plain_root(entries, n, expected);
    ck_assert_mem_eq(root, expected, sizeof root);
}

START_TEST(roots_are_those_of_rfc_6962)
{
    /* The test vectors of Certificate Transparency's own implementation. */
    static const struct wl_str inputs[] = {{"", 0},
                                           {"\x00", 1},
                                           {"\x10", 1},
                                           {"\x20\x21", 2},
                                           {"\x30\x31", 2},
                                           {"\x40\x41\x42\x43", 4},
                                           {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
                                           {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16}};
    static const char *const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    struct wl_frontier frontier = {.size = 0};
    uint8_t row[WL_TREE_LEVELS][WL_TREE_HASH], root[32];

    for (size_t n = 0; n < WL_COUNT(roots); n++) {
        char hex[65];

        wl_frontier_root(&frontier, root);
        wl_hex(root, sizeof root, hex);
        ck_assert_str_eq(hex, roots[n]);
        if (n < WL_COUNT(inputs))
            wl_frontier_add(&frontier, inputs[n], row);
    }
}
END_TEST

START_TEST(roots_are_those_of_a_plain_tree)
{
    enum { MOST = 5000 };
    static struct wl_str entries[MOST];
    static char bytes[MOST + 64];
    uint64_t seed = toy_seed("tree");

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)toy_random(&seed);
    for (size_t i = 0; i < MOST; i++)
        entries[i] = (struct wl_str){bytes + i, toy_random(&seed) % 64};
    for (size_t n = 0; n <= 70; n++)
        compare_roots(entries, n);
    for (int i = 0; i < 10; i++)
        compare_roots(entries, toy_random(&seed) % MOST);
}
END_TEST

/* The journal's root at every size, through the table and in any grouping of transactions. */
START_TEST(roots_of_a_journal)
{
    enum { SIZE = 71 };
    char *bytes[SIZE + 1];
    struct wl_str entries[SIZE + 1];

    wl_store_close(f.store);
    toy_remove(f.dir);
    f.store = toy_new(toy_dir(f.dir), 0, 1);
    for (uint64_t n = 0; n < SIZE; n++) {
        struct wl_txn *txn;
        struct wl_entry e;
        uint8_t root[32], expected[32];

        TOY_OK(wl_txn_begin(f.store, false, &txn));
        ck_assert_int_eq(wl_entry_read(txn, n, &e), 1);
        bytes[n] = malloc(e.bytes.size);
        memcpy(bytes[n], e.bytes.data, e.bytes.size);
        entries[n] = (struct wl_str){bytes[n], e.bytes.size};
        ck_assert_int_eq(wl_entry_read(txn, n + 1, &e), 0);
        TOY_OK(wl_journal_root(txn, root));
        wl_txn_abort(&txn);
        plain_root(entries, n + 1, expected);
        ck_assert_mem_eq(root, expected, sizeof root);
        toy_steps(f.store, n, n + 1, 1);
    }
    for (uint64_t n = 0; n < SIZE; n++)
        free(bytes[n]);
}
END_TEST

static Suite *ledger_suite(void)
{
    Suite *suite = suite_create("ledger");
    TCase *run_case = tcase_create("execution"), *tree = tcase_create("tree");

    tcase_set_timeout(run_case, 120);
    tcase_set_timeout(tree, 120);
    tcase_add_checked_fixture(run_case, set_up, tear_down);
    tcase_add_test(run_case, entries_are_numbered);
    tcase_add_test(run_case, keys_give_the_first_outcome);
    tcase_add_test(run_case, keys_expire_by_journal_time);
    tcase_add_test(run_case, time_does_not_go_back);
    tcase_add_test(run_case, refusals_change_nothing_else);
    tcase_add_test(run_case, a_first_outcome_outlives_its_transaction);
    tcase_add_test(run_case, entries_too_large_are_errors);
    tcase_add_test(run_case, a_retry_with_a_new_salt_is_a_repeat);
    tcase_add_test(run_case, texts_can_be_forgotten);
    tcase_add_test(run_case, texts_that_were_changed_are_found);
    tcase_add_test(run_case, roots_of_a_journal);
    tcase_add_test(tree, roots_are_those_of_rfc_6962);
    tcase_add_test(tree, roots_are_those_of_a_plain_tree);
    suite_add_tcase(suite, run_case);
    suite_add_tcase(suite, tree);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(ledger_suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
