/* The two steps of an import, each alone, and deciding without anything written. */
#include "bench/measure.h"

#include "cli/import_job.h"
#include "wledger/record_command.h"
#include "wledger/schema.h"
#include <string.h>
#include <time.h>

enum { COMMAND_MEMORY = 4 << 20 };

void measure_read(char **args)
{
    struct wl_dialects *dialects = wl_dialects_new();
    struct wl_batch_summary summary;
    struct wl_batch_fault fault;
    double begin = measure_now(), end, cpu;

    if (!dialects)
        measure_fail("%s", wl_error());
    measure_ok(wl_batch_read_apart(args[0], dialects, args[1], NULL, NULL, &summary, &fault), args[0]);
    end = measure_now();
    cpu = measure_cpu(false) + measure_cpu(true);
    wl_dialects_free(dialects);
    measure_summary_write(args[1], &summary);
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"records\": %llu, \"bytes\": %llu}\n", end - begin, cpu,
           (unsigned long long)summary.records, (unsigned long long)summary.bytes);
}

static int64_t last_time(struct wl_store *store, uint64_t *entries, uint64_t *claims)
{
    struct wl_txn *txn;
    int64_t time;

    measure_ok(wl_txn_begin(store, false, &txn), "begin");
    time = wl_journal_time(txn);
    *entries = wl_journal_size(txn);
    *claims = wl_table_rows(txn, WL_TABLE_CLAIMS);
    wl_txn_abort(&txn);
    return time;
}

/* The mean size of the entries from `from` on. */
static double entry_size(struct wl_store *store, uint64_t from, uint64_t to)
{
    struct wl_entry entry;
    struct wl_txn *txn;
    uint64_t bytes = 0;

    measure_ok(wl_txn_begin(store, false, &txn), "begin");
    for (uint64_t seq = from; seq < to && wl_entry_read(txn, seq, &entry) == 1; seq++)
        bytes += entry.bytes.size;
    measure_ok(wl_txn_status(txn), "journal");
    wl_txn_abort(&txn);
    return to > from ? (double)bytes / (double)(to - from) : 0;
}

void measure_decide(char **args)
{
    struct wl_batch_summary summary;
    struct wl_import_result result;
    struct wl_store *store;
    uint64_t before, after, claims_before, claims, written;
    int64_t time;
    double begin, end, cpu;

    measure_summary_read(args[1], &summary);
    begin = measure_now();
    measure_ok(wl_store_open(args[0], &wl_house_schema, 0, &store), args[0]);
    time = last_time(store, &before, &claims_before);
    measure_ok(wl_import_spool(store, args[1], &summary, time, WL_STR("bench"), NULL, NULL, &result), args[1]);
    end = measure_now();
    cpu = measure_cpu(false);
    written = measure_written(0);
    last_time(store, &after, &claims);
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"records\": %llu, \"entry_bytes\": %.0f, \"claims\": %llu, "
           "\"written_bytes\": %llu}\n",
           end - begin, cpu, (unsigned long long)summary.records, entry_size(store, before, after),
           (unsigned long long)(claims - claims_before), (unsigned long long)written);
    wl_store_close(store);
}

/* Decides every record of the spool against the store as it is, so that none of them has a history. */
void measure_adjudicate(char **args)
{
    struct wl_context context = {.actor = WL_STR("bench"), .batch = 1, .ordinal = 1};
    struct wl_spool_record spooled;
    struct wl_claim_record record;
    struct wl_record_outcome outcome;
    struct wl_arena arena;
    struct wl_spool *spool;
    struct wl_store *store;
    uint64_t entries, claims, records = 0;
    double begin, end;
    int rc;

    wl_arena_init(&arena, COMMAND_MEMORY);
    measure_ok(wl_store_open(args[0], &wl_house_schema, WL_OPEN_READ, &store), args[0]);
    context.time = last_time(store, &entries, &claims);
    measure_ok(wl_spool_open(args[1], &spool), args[1]);
    measure_ok(wl_txn_begin(store, false, &context.txn), "begin");
    context.cache = wl_store_cache(store);
    context.arena = &arena;
    context.seq = entries;
    begin = measure_now();
    for (; (rc = wl_spool_next(spool, &spooled)) == 1; records++) {
        wl_arena_clear(&arena);
        measure_ok(wl_record_decode(&wl_claim_record, spooled.encoded, &record, &arena), "decode");
        wl_record_clear(wl_record_command.outcome, &outcome);
        measure_ok(wl_record_command.decide(&context, &record, &outcome), "decide");
    }
    end = measure_now();
    measure_ok(rc, args[1]);
    wl_txn_abort(&context.txn);
    wl_spool_close(spool);
    wl_store_close(store);
    wl_arena_release(&arena);
    printf("{\"seconds\": %.6f, \"records\": %llu}\n", end - begin, (unsigned long long)records);
}
