/* The store: tables against a plain model, errors, and where stores are made and read. */
#include "tests/toy_ledger.h"

/* ---- the store against a plain model ---- */

enum { MODEL_ROWS = 400, MODEL_TABLES = 3, MODEL_VALUE = WL_VALUE_MAX };

struct model_row {
    size_t key_size, value_size;
    char key[WL_KEY_MAX], value[MODEL_VALUE];
};
struct model {
    size_t count[MODEL_TABLES];
    struct model_row *rows[MODEL_TABLES]; /* in key order */
};

static struct wl_str model_key(const struct model_row *r)
{
    return (struct wl_str){r->key, r->key_size};
}

/* Where the key is, or would be. */
static size_t model_find(const struct model *m, unsigned t, struct wl_str key, bool *found)
{
    size_t i = 0;

    while (i < m->count[t] && wl_str_compare(model_key(&m->rows[t][i]), key) < 0)
        i++;
    *found = i < m->count[t] && wl_str_equal(model_key(&m->rows[t][i]), key);
    return i;
}

static void model_put(struct model *m, unsigned t, struct wl_str key, struct wl_str value)
{
    bool found;
    size_t i = model_find(m, t, key, &found);
    struct model_row *r = &m->rows[t][i];

    if (!found) {
        ck_assert_uint_lt(m->count[t], MODEL_ROWS);
        memmove(r + 1, r, (m->count[t]++ - i) * sizeof *r);
        r->key_size = key.size;
        memcpy(r->key, key.data, key.size);
    }
    r->value_size = value.size;
    if (value.size)
        memcpy(r->value, value.data, value.size);
}

static void model_delete(struct model *m, unsigned t, struct wl_str key)
{
    bool found;
    size_t i = model_find(m, t, key, &found);

    if (found)
        memmove(&m->rows[t][i], &m->rows[t][i + 1], (--m->count[t] - i) * sizeof(struct model_row));
}

static void model_copy(struct model *to, const struct model *from)
{
    for (unsigned t = 0; t < MODEL_TABLES; t++) {
        to->count[t] = from->count[t];
        memcpy(to->rows[t], from->rows[t], from->count[t] * sizeof(struct model_row));
    }
}

static void model_new(struct model *m)
{
    for (unsigned t = 0; t < MODEL_TABLES; t++) {
        m->count[t] = 0;
        m->rows[t] = calloc(MODEL_ROWS, sizeof(struct model_row));
    }
}

static void model_free(struct model *m)
{
    for (unsigned t = 0; t < MODEL_TABLES; t++)
        free(m->rows[t]);
}

static const unsigned model_tables[MODEL_TABLES] = {TOY_HEADS, TOY_MOVES, TOY_INDEX};

static void compare_walk(struct wl_txn *txn, const struct model *m, unsigned t, struct wl_str prefix,
                         struct wl_str from)
{
    struct wl_walk *walk;
    struct wl_str key, value;
    int rc = wl_walk_open(txn, model_tables[t], prefix, from, &walk);

    ck_assert_int_eq(rc, WL_OK);
    for (size_t i = 0; i < m->count[t]; i++) {
        const struct model_row *r = &m->rows[t][i];

        if (r->key_size < prefix.size || (prefix.size && memcmp(r->key, prefix.data, prefix.size) != 0) ||
            wl_str_compare(model_key(r), from) < 0)
            continue;
        ck_assert_int_eq(wl_walk_next(walk, &key, &value), 1);
        ck_assert(wl_str_equal(key, model_key(r)));
        ck_assert(wl_str_equal(value, (struct wl_str){r->value, r->value_size}));
    }
    ck_assert_int_eq(wl_walk_next(walk, &key, &value), 0);
    wl_walk_close(walk);
}

static void compare_all(struct wl_store *store, const struct model *m)
{
    struct wl_txn *txn;

    TOY_OK(wl_txn_begin(store, false, &txn));
    for (unsigned t = 0; t < MODEL_TABLES; t++) {
        ck_assert_uint_eq(wl_table_rows(txn, model_tables[t]), m->count[t]);
        compare_walk(txn, m, t, WL_NO_STR, WL_NO_STR);
    }
    wl_txn_abort(&txn);
}

/* A key of few letters, so that keys meet; now and then as long as a key may be. */
static struct wl_str random_key(uint64_t *seed, char bytes[WL_KEY_MAX])
{
    size_t size = toy_random(seed) % 40 == 0 ? WL_KEY_MAX : 1 + toy_random(seed) % 5;

    memset(bytes, 'k', size);
    for (size_t i = 0; i < size && i < 5; i++)
        bytes[i] = "ab\0\xFF"[toy_random(seed) % 4];
    return (struct wl_str){bytes, size};
}

static struct wl_str random_value(uint64_t *seed, char bytes[MODEL_VALUE])
{
    size_t size = toy_random(seed) % 30 == 0 ? MODEL_VALUE : toy_random(seed) % 60;

    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)toy_random(seed);
    return (struct wl_str){bytes, size};
}

/* In the append table mostly a new last key, else one that is there. */
static struct wl_str append_key(uint64_t *seed, const struct model *m, char bytes[WL_KEY_MAX], uint64_t *next)
{
    size_t n = m->count[1];

    if (n > 0 && (toy_random(seed) % 3 == 0 || n + 1 >= MODEL_ROWS)) {
        const struct model_row *r = &m->rows[1][toy_random(seed) % n];

        memcpy(bytes, r->key, r->key_size);
        return (struct wl_str){bytes, r->key_size};
    }
    wl_set_u64(bytes, (*next)++);
    return (struct wl_str){bytes, 8};
}

static void random_operation(struct wl_txn *txn, struct model *m, uint64_t *seed, uint64_t *next)
{
    char key_bytes[WL_KEY_MAX], from_bytes[WL_KEY_MAX], value_bytes[MODEL_VALUE];
    unsigned t = (unsigned)(toy_random(seed) % MODEL_TABLES);
    struct wl_str key = t == 1 ? append_key(seed, m, key_bytes, next) : random_key(seed, key_bytes), value;
    bool found;
    size_t i = model_find(m, t, key, &found);

    switch (toy_random(seed) % 8) {
    case 0:
    case 1:
    case 2:
    case 3:
        if (!found && m->count[t] + 1 >= MODEL_ROWS)
            break;
        value = random_value(seed, value_bytes);
        wl_put(txn, model_tables[t], key, value);
        model_put(m, t, key, value);
        break;
    case 4:
        wl_delete(txn, model_tables[t], key);
        model_delete(m, t, key);
        break;
    case 5:
        key.size = toy_random(seed) % (key.size > 3 ? 3 : key.size + 1);
        compare_walk(txn, m, t, key, WL_NO_STR);
        compare_walk(txn, m, t, key, random_key(seed, from_bytes));
        break;
    default:
        ck_assert_int_eq(wl_get(txn, model_tables[t], key, &value), found);
        if (found)
            ck_assert(wl_str_equal(value, (struct wl_str){m->rows[t][i].value, m->rows[t][i].value_size}));
    }
}

START_TEST(store_is_as_its_model)
{
    char dir[256];
    uint64_t seed = toy_seed("store"), next = 0;
    struct wl_store *store = toy_store(toy_dir(dir), WL_OPEN_CREATE);
    struct model now, then;

    model_new(&now);
    model_new(&then);
    for (unsigned round = 0; round < (toy_is_quick() ? 150 : 1500); round++) {
        uint64_t next_then = next;
        struct wl_txn *txn;
        unsigned operations = (unsigned)(toy_random(&seed) % 120);

        TOY_OK(wl_txn_begin(store, true, &txn));
        while (operations-- > 0)
            random_operation(txn, &now, &seed, &next);
        TOY_OK(wl_txn_status(txn));
        if (toy_random(&seed) % 4 == 0) {
            wl_txn_abort(&txn);
            ck_assert_ptr_null(txn);
            model_copy(&now, &then);
            next = next_then;
        } else {
            TOY_OK(wl_txn_commit(&txn));
            ck_assert_ptr_null(txn);
            model_copy(&then, &now);
        }
        compare_all(store, &now);
        if (toy_random(&seed) % 10 == 0) {
            wl_store_close(store);
            store = toy_store(dir, 0);
        }
    }
    wl_store_close(store);
    model_free(&now);
    model_free(&then);
    toy_remove(dir);
}
END_TEST

START_TEST(first_error_sticks)
{
    char dir[256];
    struct wl_store *store = toy_new(toy_dir(dir), 30, 10);
    struct wl_str value;
    struct wl_txn *txn;
    uint64_t size;

    TOY_OK(wl_txn_begin(store, true, &txn));
    size = wl_journal_size(txn);
    wl_put(txn, TOY_INDEX, WL_STR("a"), WL_STR("1"));
    ck_assert_int_eq(wl_get(txn, TOY_INDEX, WL_NO_STR, &value), 0);
    ck_assert_int_eq(wl_txn_fail(txn, WL_E_FULL), WL_E_FULL);
    ck_assert_int_eq(wl_txn_fail(txn, WL_E_SYSTEM), WL_E_FULL);
    wl_put(txn, TOY_INDEX, WL_STR("b"), WL_STR("1"));
    wl_put(txn, TOY_HEADS, WL_STR("b"), WL_STR("1"));
    ck_assert_int_eq(wl_get(txn, TOY_INDEX, WL_STR("a"), &value), WL_E_FULL);
    ck_assert_int_eq(wl_txn_commit(&txn), WL_E_FULL);
    ck_assert_ptr_null(txn);
    TOY_OK(wl_txn_begin(store, false, &txn));
    ck_assert_int_eq(wl_get(txn, TOY_INDEX, WL_STR("a"), &value), 0);
    ck_assert_int_eq(wl_get(txn, TOY_HEADS, WL_STR("b"), &value), 0);
    ck_assert_uint_eq(wl_journal_size(txn), size);
    wl_txn_abort(&txn);
    wl_store_close(store);
    toy_remove(dir);
}
END_TEST

START_TEST(stores_are_made_only_where_there_is_none)
{
    char dir[256], path[300];
    struct wl_store *store, *second;

    toy_dir(dir);
    ck_assert_int_eq(wl_store_open(dir, &toy_schema, 0, &store), WL_E_USAGE);
    ck_assert_int_eq(wl_store_open(dir, &toy_schema, WL_OPEN_READ, &store), WL_E_USAGE);
    store = toy_store(dir, WL_OPEN_CREATE);
    wl_store_close(store);
    store = toy_store(dir, WL_OPEN_CREATE); /* made, but nothing was ever entered */
    wl_store_close(store);
    snprintf(path, sizeof path, "rm -r %s", dir);
    ck_assert_int_eq(system(path), 0);
    wl_store_close(toy_new(dir, 1, 1));
    ck_assert_int_eq(wl_store_open(dir, &toy_schema, WL_OPEN_CREATE, &second), WL_E_USAGE);
    ck_assert_ptr_null(second);
    snprintf(path, sizeof path, "%s/data.mdb", dir);
    ck_assert_int_eq(truncate(path, 100), 0);
    ck_assert_int_lt(wl_store_open(dir, &toy_schema, 0, &second), 0);
    toy_remove(dir);
}
END_TEST

/* Somebody who may read a ledger, but write nothing in its folder: as an answer, since root may all. */
static int read_as_nobody(const char *dir)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct wl_store *store;
        struct wl_txn *txn;
        int rc;

        alarm(10);
        if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
            _exit(100);
        rc = wl_store_open(dir, &toy_schema, WL_OPEN_READ, &store);
        if (rc == WL_OK && (rc = wl_txn_begin(store, false, &txn)) == WL_OK)
            rc = wl_journal_size(txn) == 31 ? WL_OK : WL_E_DAMAGED;
        _exit(-rc);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status), "signal %d", WTERMSIG(status));
    return -WEXITSTATUS(status);
}

START_TEST(a_folder_that_cannot_be_written)
{
    char dir[256], file[300], lock[300];

    wl_store_close(toy_new(toy_dir(dir), 30, 10));
    snprintf(file, sizeof file, "%s/data.mdb", dir);
    snprintf(lock, sizeof lock, "%s/lock.mdb", dir);
    *strrchr(dir, '/') = 0;
    ck_assert_int_eq(chmod(dir, 0755), 0);
    dir[strlen(dir)] = '/';
    ck_assert(chmod(file, 0444) == 0 && chmod(lock, 0444) == 0 && chmod(dir, 0555) == 0);
    ck_assert_int_eq(read_as_nobody(dir), WL_E_SYSTEM); /* somebody may be writing */
    ck_assert(chmod(dir, 0755) == 0 && unlink(lock) == 0 && chmod(dir, 0555) == 0);
    ck_assert_int_eq(read_as_nobody(dir), WL_OK); /* a copy */
    ck_assert_int_eq(chmod(file, 0), 0);
    ck_assert_int_eq(read_as_nobody(dir), WL_E_SYSTEM);
    ck_assert_int_eq(chmod(dir, 0755), 0);
    toy_remove(dir);
}
END_TEST

static Suite *store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *store = tcase_create("store");

    tcase_set_timeout(store, 300);
    tcase_add_test(store, store_is_as_its_model);
    tcase_add_test(store, first_error_sticks);
    tcase_add_test(store, a_folder_that_cannot_be_written);
    tcase_add_test(store, stores_are_made_only_where_there_is_none);
    suite_add_tcase(suite, store);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(store_suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
