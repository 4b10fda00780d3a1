/* A small world for tests of the rules: a store in a folder of its own with reference tables, and claims
 * that are sent to it. Each test opens its own, because a store must not cross a fork. */
#ifndef TESTS_CLAIMS_WORLD_H
#define TESTS_CLAIMS_WORLD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "claims/adjudicate.h"
#include "wledger/audit.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include "wledger/record_command.h"

enum { WORLD_TIME = 1782864000 /* 2026-07-01 */, WORLD_ARENA_MAX = 64 << 20 };

struct world {
    char folder[64], store_dir[96];
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena;
};

static struct world world;

static const struct wl_table world_tables[] = {
#define X(NAME, name, flags) {name, flags},
    WL_CLAIM_TABLES(X)
#undef X
};
static const struct wl_command *const world_commands[] = {&wl_init_command, &wl_load_rows_command, &wl_load_command,
                                                          &wl_record_command};
static const struct wl_schema world_schema = {.tables = world_tables,
                                              .table_count = WL_COUNT(world_tables),
                                              .commands = world_commands,
                                              .command_count = WL_COUNT(world_commands),
                                              .rules_version = 1,
                                              .cache_new = wl_reference_cache_new,
                                              .cache_free = wl_reference_cache_free};

/* Vehicle number n (0 to 9) has this VIN. */
static inline const char *world_vin(int n)
{
    static char vins[10][18];

    for (const char *digit = "0123456789X"; vins[n][0] == '\0' || !wl_vin_is_valid(wl_str_of(vins[n])); digit++)
        snprintf(vins[n], sizeof(vins[n]), "LSVAAAAA%cN200000%c", *digit, (char)('0' + n));
    return vins[n];
}

/* Loads one table from its text, in which @n is the VIN of vehicle n. */
static inline void world_load(const char *table, const char *csv)
{
    char path[128];
    struct wl_load_report report;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s.csv", world.folder, table);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (; *csv != '\0'; csv++) {
        if (*csv == '@')
            fputs(world_vin(*++csv - '0'), file);
        else
            fputc(*csv, file);
    }
    fclose(file);
    ck_assert_msg(wl_load_csv(world.txn, &world.arena, path, WORLD_TIME, WL_STR("test"), &report) == WL_OK, "%s",
                  wl_error());
    wl_arena_clear(&world.arena);
}

static inline void world_begin(void)
{
    struct wl_init_body body = {WL_STR("OEM"), 0};
    struct wl_request request = {
        .command = &wl_init_command, .body = &body, .time = WORLD_TIME, .actor = WL_STR("test")};
    struct wl_result result;

    memset(&world, 0, sizeof(world));
    strcpy(world.folder, "/tmp/wledger-claims-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(world.folder));
    snprintf(world.store_dir, sizeof(world.store_dir), "%s/store", world.folder);
    wl_arena_init(&world.arena, WORLD_ARENA_MAX);
    ck_assert_msg(wl_store_open(world.store_dir, &world_schema, WL_OPEN_CREATE | WL_OPEN_NO_SYNC, &world.store) ==
                      WL_OK,
                  "%s", wl_error());
    ck_assert_int_eq(wl_txn_begin(world.store, true, &world.txn), WL_OK);
    ck_assert_msg(wl_execute(world.txn, &world.arena, &request, &result) == WL_OK, "%s", wl_error());
}

static inline void world_end(void)
{
    char command[128];

    wl_txn_abort(&world.txn);
    wl_store_close(world.store);
    wl_arena_release(&world.arena);
    snprintf(command, sizeof(command), "rm -rf %s", world.folder);
    ck_assert_int_eq(system(command), 0);
}

/* Sends a claim; the outcome lives until the arena is cleared. */
static inline const struct wl_record_outcome *world_send(const struct wl_claim_record *record)
{
    struct wl_request request = {
        .command = &wl_record_command, .body = record, .time = WORLD_TIME, .actor = WL_STR("test")};
    struct wl_result result;

    ck_assert_msg(wl_execute(world.txn, &world.arena, &request, &result) == WL_OK, "%s", wl_error());
    return result.outcome;
}

/* "decision: finding|finding", or "repeat of N". Valid until the next call. */
static inline const char *world_answer(const struct wl_record_outcome *outcome)
{
    static struct wl_buf text;

    if (text.ceiling == 0)
        wl_buf_init(&text, 1 << 16);
    wl_buf_clear(&text);
    if (outcome->repeats != WL_NONE) {
        wl_buf_format(&text, "repeat of %lld", (long long)outcome->repeats);
    } else {
        wl_buf_text(&text, wl_decision_names[outcome->decision.decision]);
        wl_buf_text(&text, outcome->decision.findings.count > 0 ? ": " : "");
        wl_findings_text(&text, outcome->decision.findings, "|");
    }
    wl_buf_byte(&text, '\0');
    return (const char *)text.data;
}

static inline struct wl_claim world_claim(int64_t id)
{
    struct wl_claim claim;

    ck_assert_int_eq(wl_claim_get(world.txn, &world.arena, id, &claim), 1);
    return claim;
}

/* What a command's decide and apply are given, for calling the rules directly. */
static inline struct wl_context world_context(void)
{
    return (struct wl_context){.txn = world.txn,
                               .arena = &world.arena,
                               .cache = wl_store_cache(world.store),
                               .seq = wl_journal_size(world.txn),
                               .time = WORLD_TIME,
                               .day = WORLD_TIME / 86400,
                               .actor = WL_STR("test")};
}

static inline int64_t world_day(const char *date)
{
    int64_t day;

    ck_assert(wl_date_parse(wl_str_of(date), &day));
    return day;
}

#endif
