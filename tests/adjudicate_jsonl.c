/* Adjudicates a generated world in a store of its own and prints what the reference prints:
 * adjudicate_jsonl DIR [--obligations | --time | --rebuild]. DIR holds the reference tables as CSV and
 * claims.jsonl. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "wledger/audit.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include "wledger/record_command.h"

enum { ARENA_MAX = 64 << 20, TIME = 1782864000 /* 2026-07-01 */ };

static double decide_seconds, apply_seconds;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int timed_decide(const struct wl_context *context, const void *body, void *outcome)
{
    double start = now();
    int status = wl_record_command.decide(context, body, outcome);

    decide_seconds += now() - start;
    return status;
}

static void timed_apply(const struct wl_context *context, const void *body, const void *outcome)
{
    double start = now();

    wl_record_command.apply(context, body, outcome);
    apply_seconds += now() - start;
}

static struct wl_command timed_command; /* wl_record_command, watched */

static const struct wl_table tables[] = {
#define X(NAME, name, flags) {name, flags},
    WL_CLAIM_TABLES(X)
#undef X
};
static const struct wl_command *const commands[] = {&wl_init_command, &wl_load_rows_command, &wl_load_command,
                                                    &timed_command};
static const struct wl_schema schema = {.tables = tables,
                                        .table_count = WL_COUNT(tables),
                                        .commands = commands,
                                        .command_count = WL_COUNT(commands),
                                        .rules_version = 1,
                                        .cache_new = wl_reference_cache_new,
                                        .cache_free = wl_reference_cache_free};

struct run {
    const char *dir;
    bool obligations, quiet;
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena;
    struct wl_buf out;
    double seconds;
};

static int begin(struct run *run)
{
    struct wl_init_body body = {WL_STR("OEM"), 0};
    struct wl_request request = {.command = &wl_init_command, .body = &body, .time = TIME, .actor = WL_STR("test")};
    struct wl_result result;
    int status = wl_txn_begin(run->store, true, &run->txn);

    if (status == WL_OK)
        status = wl_execute(run->txn, &run->arena, &request, &result);
    return status;
}

static int load(struct run *run)
{
    struct wl_load_files files;
    struct wl_load_report report;
    int status;

    wl_load_files_init(&files);
    status = wl_load_files_add(&files, run->dir);
    for (size_t i = 0; i < WL_COUNT(files.path) && status == WL_OK; i++)
        if (files.path[i] != NULL)
            status = wl_load_csv(run->txn, &run->arena, files.path[i], TIME, WL_STR("test"), &report);
    wl_load_files_release(&files);
    return status;
}

/* Trimmed, and cut as a reader cuts it. */
static struct wl_str text(const json_t *object, const char *name, size_t ceiling)
{
    const json_t *value = json_object_get(object, name);
    struct wl_str all;

    if (!json_is_string(value))
        return WL_NO_STR;
    all = wl_str_trim((struct wl_str){json_string_value(value), json_string_length(value)});
    if (all.size > ceiling)
        all.size = wl_utf8_prefix((struct wl_str){all.data, ceiling});
    return all;
}

/* The lines of one kind; the fields' names in the order of the struct, the last of three or more perhaps
 * the claim's currency ("."). */
static struct wl_list lines(const json_t *claim, const char *kind, const char *const *names, size_t count,
                            struct wl_arena *arena)
{
    const json_t *array = json_object_get(claim, kind), *line;
    size_t n = json_array_size(array), i;
    struct wl_str *at = wl_arena_alloc(arena, n * count * sizeof(*at) + 1);

    if (n > WL_LINES_MAX + 1)
        n = WL_LINES_MAX + 1;
    for (i = 0; i < n; i++) {
        line = json_array_get(array, i);
        for (size_t k = 0; k < count; k++)
            at[i * count + k] = names[k][0] == '.' ? text(claim, "currency", WL_CURRENCY_CEILING)
                                                   : text(line, names[k], k == 0 ? WL_LINE_CEILING : WL_NUMBER_CEILING);
    }
    return (struct wl_list){at, n};
}

static struct wl_claim_record record_of(const json_t *claim, struct wl_arena *arena)
{
    static const char *const labour[] = {"op_code", "hours"},
                             *const parts[] = {"part_id", "quantity", "unit_price", "."},
                             *const sublet[] = {"code", "amount", "."};
    struct wl_str narrative = text(claim, "narrative", SIZE_MAX);

    return (struct wl_claim_record){
        .dealer_id = text(claim, "dealer_id", WL_HEADER_CEILING),
        .claim_no = text(claim, "claim_no", WL_HEADER_CEILING),
        .submission = text(claim, "submission", WL_HEADER_CEILING),
        .type = text(claim, "type", WL_HEADER_CEILING),
        .vin = text(claim, "vin", WL_HEADER_CEILING),
        .repair_date = text(claim, "repair_date", WL_HEADER_CEILING),
        .submit_date = text(claim, "submit_date", WL_HEADER_CEILING),
        .mileage = text(claim, "mileage_km", WL_HEADER_CEILING),
        .fault_code = text(claim, "fault_code", WL_HEADER_CEILING),
        .causal_part = text(claim, "causal_part", WL_HEADER_CEILING),
        .campaign_id = text(claim, "campaign_id", WL_HEADER_CEILING),
        .authorization_no = text(claim, "authorization_no", WL_HEADER_CEILING),
        .labour = lines(claim, "labour", labour, 2, arena),
        .parts = lines(claim, "parts", parts, 4, arena),
        .sublet = lines(claim, "sublet", sublet, 3, arena),
        .narrative_size = narrative.size == 0                 ? WL_NONE
                          : narrative.size > WL_NARRATIVE_MAX ? WL_NARRATIVE_MAX + 1
                                                              : (int64_t)narrative.size,
    };
}

static void print_obligations(struct run *run, const struct wl_claim_record *record, const struct wl_decision *decision)
{
    const struct wl_owed *owed = decision->obligations.at;
    const struct wl_part_line *parts = record->parts.at;
    char quantity[WL_DECIMAL_TEXT], due[WL_DATE_TEXT];

    for (size_t i = 0; i < decision->obligations.count; i++) {
        wl_decimal_format(owed[i].quantity, WL_QUANTITY_PLACES, quantity);
        wl_date_format(owed[i].due, due);
        wl_csv_value(&run->out, record->dealer_id);
        wl_buf_byte(&run->out, ',');
        wl_csv_value(&run->out, record->claim_no);
        wl_buf_byte(&run->out, ',');
        wl_csv_value(&run->out, parts[owed[i].line].part_id);
        wl_buf_format(&run->out, ",%s,%s\n", quantity, due);
    }
}

static int adjudicate(struct run *run, const json_t *claim)
{
    struct wl_claim_record record;
    struct wl_request request = {.command = &timed_command, .body = &record, .time = TIME, .actor = WL_STR("test")};
    struct wl_result result;
    const struct wl_record_outcome *outcome;
    double start;
    int status;

    wl_arena_clear(&run->arena);
    record = record_of(claim, &run->arena);
    start = now();
    status = wl_execute(run->txn, &run->arena, &request, &result);
    run->seconds += now() - start;
    if (status != WL_OK)
        return status;
    outcome = result.outcome;
    if (outcome->repeats != WL_NONE || run->quiet)
        return WL_OK;
    if (run->obligations)
        print_obligations(run, &record, &outcome->decision);
    else
        wl_decision_row(&run->out, &record, &outcome->decision);
    return WL_OK;
}

static int adjudicate_all(struct run *run)
{
    char path[4096];
    FILE *file;
    char *line = NULL;
    size_t size = 0, count = 0;
    int status = WL_OK;

    snprintf(path, sizeof(path), "%s/claims.jsonl", run->dir);
    file = fopen(path, "r");
    if (file == NULL)
        return wl_fail(WL_E_SYSTEM, "%s cannot be opened", path);
    while (status == WL_OK && getline(&line, &size, file) > 0) {
        json_t *claim = json_loads(line, 0, NULL);
        status =
            claim == NULL ? wl_fail(WL_E_INPUT, "%s: line %zu is not JSON", path, count + 1) : adjudicate(run, claim);
        json_decref(claim);
        count++;
        if (status == WL_OK && wl_txn_is_full(run->txn) && (status = wl_txn_commit(&run->txn)) == WL_OK)
            status = wl_txn_begin(run->store, true, &run->txn);
    }
    free(line);
    fclose(file);
    if (run->quiet && count > 0)
        fprintf(stderr, "%zu claims, each: decide %.2f us, apply %.2f us, all in all %.2f us\n", count,
                decide_seconds * 1e6 / (double)count, apply_seconds * 1e6 / (double)count,
                run->seconds * 1e6 / (double)count);
    return status;
}

/* Builds the store again from its journal, deciding all again; the state must be the same. */
static int rebuild(struct run *run, const char *store, const char *copy)
{
    uint8_t digest[WL_HASH_SIZE];
    struct wl_rebuild_report report;
    int status = wl_txn_begin(run->store, false, &run->txn);

    if (status == WL_OK)
        status = wl_state_digest(run->txn, digest);
    wl_txn_abort(&run->txn);
    wl_store_close(run->store);
    run->store = NULL;
    if (status == WL_OK)
        status = wl_rebuild(store, &schema, copy, true, NULL, NULL, &report);
    if (status == WL_OK && memcmp(digest, report.digest, sizeof(digest)) != 0)
        status = wl_fail(WL_E_DAMAGED, "the store comes out otherwise when it is built again");
    return status;
}

int main(int argc, char **argv)
{
    struct run run = {.dir = argc > 1 ? argv[1] : ".",
                      .obligations = argc > 2 && strcmp(argv[2], "--obligations") == 0,
                      .quiet = argc > 2 && strcmp(argv[2], "--time") == 0};
    char folder[] = "/tmp/wledger-adjudicate-XXXXXX", store[64], copy[64];
    int status;

    timed_command = wl_record_command;
    timed_command.decide = timed_decide;
    timed_command.apply = timed_apply;
    if (mkdtemp(folder) == NULL)
        return 2;
    snprintf(store, sizeof(store), "%s/store", folder);
    wl_arena_init(&run.arena, ARENA_MAX);
    wl_buf_init(&run.out, SIZE_MAX / 4);
    if (run.obligations)
        wl_buf_text(&run.out, "dealer_id,claim_no,part_id,quantity,due\n");
    else if (!run.quiet)
        wl_decision_header(&run.out);
    status = wl_store_open(store, &schema, WL_OPEN_CREATE | WL_OPEN_NO_SYNC, &run.store);
    if (status == WL_OK && (status = begin(&run)) == WL_OK && (status = load(&run)) == WL_OK &&
        (status = adjudicate_all(&run)) == WL_OK)
        status = wl_txn_commit(&run.txn);
    snprintf(copy, sizeof(copy), "%s/copy", folder);
    if (status == WL_OK && argc > 2 && strcmp(argv[2], "--rebuild") == 0)
        status = rebuild(&run, store, copy);
    if (status != WL_OK)
        fprintf(stderr, "adjudicate_jsonl: %s\n", wl_error());
    else
        fwrite(run.out.data, 1, run.out.size, stdout);
    wl_txn_abort(&run.txn);
    if (run.store != NULL)
        wl_store_close(run.store);
    wl_buf_release(&run.out);
    wl_arena_release(&run.arena);
    snprintf(store, sizeof(store), "rm -rf %s", folder);
    return system(store) != 0 || status != WL_OK;
}
