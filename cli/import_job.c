#include "cli/import_job.h"

#include "cli/ahead.h"

#include "wledger/error.h"
#include "wledger/record_command.h"
#include <openssl/evp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    COMMAND_MEMORY = 4 << 20,
    COMMIT_AFTER_MS = 250, /* a small writer beside an import waits no longer than this */
    PAUSE_US = 200,        /* LMDB's lock is unfair: without a pause that writer would never get it */
    CLOCK_EVERY = 64,
};

struct job {
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena;
    struct wl_ahead *ahead;
    const struct wl_batch_summary *summary;
    struct wl_str actor;
    int64_t time;
    uint64_t batch, done; /* done: records in the journal */
    struct wl_batch_counts counts;
    bool ended;
};

/* The salt of a narrative: who has the file can make it again, so that an import that was cut off comes
 * to the same entries; who has the journal alone cannot. */
static void salt_of(const struct wl_batch_summary *s, uint64_t ordinal, uint8_t salt[WL_SALT_SIZE])
{
    uint8_t seed[sizeof s->salt_key + 8], hash[EVP_MAX_MD_SIZE];

    memcpy(seed, s->salt_key, sizeof s->salt_key);
    wl_set_u64(seed + sizeof s->salt_key, ordinal);
    wl_sha256((struct wl_str){(const char *)seed, sizeof seed}, hash);
    memcpy(salt, hash, WL_SALT_SIZE);
}

static int check_room(struct wl_txn *txn)
{
    struct wl_store_facts facts;
    int rc = wl_store_facts(txn, &facts);

    if (rc == WL_OK && facts.room_bytes < WL_IMPORT_RESERVE)
        rc = wl_fail(WL_E_FULL,
                     "only %llu MiB are left for the ledger; make room and run the same import again: it goes on "
                     "where it stopped",
                     (unsigned long long)(facts.room_bytes >> 20));
    return rc;
}

/* Without room, no batch is opened; one that is there already in whole needs none. */
static int check_room_to_begin(const struct job *j)
{
    struct wl_txn *txn;
    uint64_t batch;
    int rc = wl_txn_begin(j->store, false, &txn);

    if (rc == WL_OK && (rc = wl_batch_find(txn, j->summary->sha256, &batch)) == 0)
        rc = check_room(txn);
    wl_txn_abort(&txn);
    return rc < 0 ? rc : WL_OK;
}

static int check_room_to_go_on(struct wl_store *store)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(store, false, &txn);

    if (rc == WL_OK)
        rc = check_room(txn);
    wl_txn_abort(&txn);
    return rc;
}

static int open_batch(struct job *j, struct wl_import_result *result)
{
    const struct wl_batch_summary *s = j->summary;
    struct wl_batch_body body = {
        .sender = wl_str_of(s->sender),
        .batch_id = wl_str_of(s->batch_id),
        .sha256 = {(const char *)s->sha256, sizeof s->sha256},
        .dialect = wl_str_of(s->dialect),
        .records = (int64_t)s->records,
        .bytes = (int64_t)s->bytes,
        .skipped_elements = (int64_t)s->skipped_elements,
    };
    struct wl_request request = {.command = &wl_batch_command, .body = &body, .time = j->time, .actor = j->actor};
    struct wl_result done;
    char hex[2 * WL_HASH_SIZE + 1];
    int rc;

    if (body.batch_id.size == 0) { /* a document without an id is known by its bytes alone */
        wl_hex(s->sha256, sizeof s->sha256, hex);
        body.batch_id = wl_str_of(hex);
    }
    rc = wl_execute(j->txn, &j->arena, &request, &done);
    result->refusal = rc == WL_OK ? done.refusal : WL_DONE;
    j->batch = wl_batch_count(j->txn);
    return rc;
}

/* Finds the batch of this file, or opens it. */
static int find_batch(struct job *j, struct wl_import_result *result)
{
    struct wl_batch batch;
    int rc = check_room_to_begin(j);

    if (rc == WL_OK)
        rc = wl_txn_begin(j->store, true, &j->txn);
    if (rc != WL_OK)
        return rc;
    rc = wl_batch_find(j->txn, j->summary->sha256, &j->batch);
    if (rc == 1) {
        rc = wl_batch_get(j->txn, &j->arena, j->batch, &batch);
        result->before = rc == 1 ? (uint64_t)batch.done : 0;
        j->time = batch.time;
        wl_txn_abort(&j->txn);
        return rc < 0 ? rc : WL_OK;
    }
    if (rc == 0)
        rc = open_batch(j, result);
    if (rc == WL_OK)
        rc = wl_txn_commit(&j->txn);
    wl_txn_abort(&j->txn);
    return rc;
}

void wl_batch_count_outcome(struct wl_batch_counts *counts, const struct wl_record_outcome *outcome)
{
    counts->records++;
    if (outcome->repeats != WL_NONE)
        counts->repeats++;
    else
        counts->decisions[outcome->decision.decision]++;
}

static int execute_record(struct job *j, const struct wl_ahead_record *record)
{
    struct wl_personal narrative;
    struct wl_request request = {.command = &wl_record_command,
                                 .body = &record->record,
                                 .encoded = record->encoded,
                                 .time = j->time,
                                 .actor = j->actor,
                                 .batch = j->batch,
                                 .ordinal = record->ordinal,
                                 .prepared = record->prepared};
    struct wl_result result;
    int rc;

    wl_arena_clear(&j->arena);
    if (record->narrative.size) {
        salt_of(j->summary, record->ordinal, narrative.salt);
        narrative.text = record->narrative;
        request.texts = &narrative;
        request.text_count = 1;
    }
    j->done = record->ordinal;
    rc = wl_execute(j->txn, &j->arena, &request, &result);
    if (rc == WL_OK)
        wl_batch_count_outcome(&j->counts, result.outcome);
    return rc;
}

static int64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Another process may import the same file at the same time: what it has done is passed over. */
static int catch_up(struct job *j)
{
    struct wl_batch batch;
    int rc = wl_batch_get(j->txn, &j->arena, j->batch, &batch);

    if (rc <= 0)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "batch %llu is gone", (unsigned long long)j->batch);
    if ((uint64_t)batch.done < j->done)
        return wl_fail(WL_E_DAMAGED, "batch %llu went back", (unsigned long long)j->batch);
    j->done = (uint64_t)batch.done;
    return WL_OK;
}

/* The next record that is not in the journal: 1, 0 at the end, or error. */
static int next_record(struct job *j, const struct wl_ahead_record **record)
{
    int rc;

    do
        rc = wl_ahead_next(j->ahead, record);
    while (rc == 1 && (*record)->ordinal <= j->done);
    return rc;
}

static int execute_some(struct job *j)
{
    const struct wl_ahead_record *record;
    int64_t end = milliseconds() + COMMIT_AFTER_MS;
    int rc;

    wl_arena_clear(&j->arena);
    rc = check_room_to_go_on(j->store);
    if (rc == WL_OK)
        rc = wl_txn_begin(j->store, true, &j->txn);
    if (rc == WL_OK)
        rc = catch_up(j);
    while (rc == WL_OK && !wl_txn_is_full(j->txn) && (j->done % CLOCK_EVERY || milliseconds() < end)) {
        rc = next_record(j, &record);
        j->ended = rc == 0;
        if (rc <= 0)
            break;
        rc = execute_record(j, record);
    }
    if (rc == WL_OK)
        rc = wl_txn_commit(&j->txn);
    wl_txn_abort(&j->txn);
    return rc;
}

int wl_import_spool(struct wl_store *store, const char *spool_path, const struct wl_batch_summary *summary,
                    int64_t time, struct wl_str actor, wl_progress_fn *progress, void *context,
                    struct wl_import_result *result)
{
    struct job j = {.store = store, .summary = summary, .time = time, .actor = actor};
    int rc;

    *result = (struct wl_import_result){.refusal = WL_DONE};
    wl_arena_init(&j.arena, COMMAND_MEMORY);
    rc = find_batch(&j, result);
    result->batch = j.batch;
    j.ended = result->refusal != WL_DONE || result->before == summary->records;
    if (rc == WL_OK && !j.ended)
        rc = wl_ahead_start(store, spool_path, &j.ahead);
    while (rc == WL_OK && !j.ended) {
        rc = execute_some(&j);
        if (progress)
            progress(context, j.done, summary->records);
        usleep(PAUSE_US);
    }
    result->counts = j.counts;
    wl_ahead_stop(j.ahead);
    wl_arena_release(&j.arena);
    return rc;
}
