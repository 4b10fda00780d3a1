/* A store with reference data for tests, in a folder of its own. They run in the root of the sources. */
#ifndef TESTS_REFERENCE_WORLD_H
#define TESTS_REFERENCE_WORLD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wledger/claim.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/load.h"

#define GOOD "fixtures/csv/good"
#define BAD "fixtures/csv/bad"
#define VIN1 "WVWZZZ1JZXW000001"
#define VIN2 "WVWZZZ1JZXW000002"

static const struct wl_table tables[] = {
#define X(NAME, name, flags) {name, flags},
    WL_CLAIM_TABLES(X)
#undef X
};
static const struct wl_command *const commands[] = {&wl_load_rows_command, &wl_load_command};
static const struct wl_schema schema = {
    .tables = tables,
    .table_count = WL_COUNT(tables),
    .commands = commands,
    .command_count = WL_COUNT(commands),
    .rules_version = 1,
    .cache_new = wl_reference_cache_new,
    .cache_free = wl_reference_cache_free,
};

static char folder[256];
static struct wl_store *store;
static struct wl_txn *txn;
static struct wl_arena arena;
static struct wl_load_report report;

static inline struct wl_str text(const char *s)
{
    return wl_str_of(s);
}

static inline int64_t day(const char *date)
{
    int64_t n;

    ck_assert(wl_date_parse(text(date), &n));
    return n;
}

static inline void begin(void)
{
    ck_assert_msg(wl_txn_begin(store, true, &txn) == WL_OK, "%s", wl_error());
}

static inline void commit(void)
{
    ck_assert_msg(wl_txn_commit(&txn) == WL_OK, "%s", wl_error());
}

static inline void world_make(void)
{
    const char *temp = getenv("TMPDIR");
    char dir[300];
    struct wl_init_body body = {.oem = WL_STR("OEM"), .zone = 0};
    struct wl_request request = {.command = &wl_init_command, .body = &body, .time = 0, .actor = WL_STR("test")};
    struct wl_result result;

    snprintf(folder, sizeof folder, "%s/wl-reference-XXXXXX", temp ? temp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(dir, sizeof dir, "%s/store", folder);
    ck_assert_msg(wl_store_open(dir, &schema, WL_OPEN_CREATE, &store) == WL_OK, "%s", wl_error());
    wl_arena_init(&arena, 16 << 20);
    begin();
    ck_assert_msg(wl_execute(txn, &arena, &request, &result) == WL_OK, "%s", wl_error());
    commit();
}

static inline void world_remove(void)
{
    char command[300];

    wl_txn_abort(&txn);
    wl_arena_release(&arena);
    wl_store_close(store);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static inline int load_path(const char *path)
{
    return wl_load_csv(txn, &arena, path, 1000, text("test"), &report);
}

/* All tables of a folder, each in a transaction of its own. */
static inline void load_folder(const char *path)
{
    struct wl_load_files files;

    wl_load_files_init(&files);
    ck_assert_msg(wl_load_files_add(&files, path) == WL_OK, "%s", wl_error());
    for (int table = 1; table <= WL_REFERENCE_TABLE_MAX; table++) {
        if (!files.path[table])
            continue;
        begin();
        ck_assert_msg(load_path(files.path[table]) == WL_OK, "%s", wl_error());
        commit();
    }
    wl_load_files_release(&files);
}

/* Writes TABLE.csv and loads it in the open transaction. */
static inline int load_text(const char *table, const char *csv)
{
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.csv", folder, table);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(csv, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    return load_path(path);
}

static inline void must_load(const char *table, const char *csv)
{
    begin();
    ck_assert_msg(load_text(table, csv) == WL_OK, "%s", wl_error());
    commit();
}

/* Each call is a command of its own to the memory behind the lookups. */
static inline struct wl_reference *reference(void)
{
    static uint64_t seq = 1000000;
    struct wl_context ctx = {.txn = txn, .arena = &arena, .cache = wl_store_cache(store), .seq = seq++};

    wl_arena_clear(&arena);
    return wl_reference(&ctx);
}

static inline void good_world_make(void)
{
    world_make();
    load_folder(GOOD);
}

static inline void check_report(uint64_t rows, uint64_t added, uint64_t changed, uint64_t withdrawn)
{
    ck_assert_uint_eq(report.rows, rows);
    ck_assert_uint_eq(report.added, added);
    ck_assert_uint_eq(report.changed, changed);
    ck_assert_uint_eq(report.withdrawn, withdrawn);
}

static inline TCase *cases(const char *name, void (*make)(void))
{
    TCase *tc = tcase_create(name);

    tcase_add_checked_fixture(tc, make, world_remove);
    tcase_set_timeout(tc, 120);
    return tc;
}

/* Runs the suite; what main returns. */
static inline int run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
