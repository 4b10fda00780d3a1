#include "cli/ahead.h"

#include "wledger/claim.h"
#include "wledger/error.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* Records go from thread to thread by the chunk: few enough to stay in a core's cache, enough that waking
 * the other side costs nothing. */
enum { CHUNKS = 4, CHUNK_RECORDS = 64, MESSAGE_SIZE = 1024 };
#define CHUNK_MEMORY ((size_t)16 << 20)

struct chunk {
    struct wl_arena arena;
    struct wl_ahead_record records[CHUNK_RECORDS];
    size_t count;
    bool last;
};

struct wl_ahead {
    struct wl_store *store;
    struct wl_spool *spool;
    void *cache; /* of the reference data, the thread's own */
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t filled, emptied; /* chunks so far: chunk n lies in place n % CHUNKS */
    bool stop;
    int status; /* of the thread; its message */
    char message[MESSAGE_SIZE];
    struct chunk chunks[CHUNKS];
    size_t next; /* record of the chunk being emptied */
    uint64_t read;
};

static int prepare(struct wl_ahead *a, struct wl_txn *txn, struct chunk *c, const struct wl_spool_record *spooled,
                   struct wl_ahead_record *out)
{
    struct wl_context context = {.txn = txn, .arena = &c->arena, .cache = a->cache, .seq = ++a->read};
    int rc;

    out->ordinal = a->read;
    out->encoded = wl_arena_copy(&c->arena, spooled->encoded);
    out->narrative = wl_arena_copy(&c->arena, spooled->narrative);
    if (wl_arena_status(&c->arena) != WL_OK)
        return wl_arena_status(&c->arena);
    rc = wl_record_decode(&wl_claim_record, out->encoded, &out->record, &c->arena);
    return rc == WL_OK ? wl_claim_prepare(&context, &out->record, &out->prepared) : rc;
}

/* A reader of its own for each chunk, so that it sees the reference data of late and keeps no old page. */
static int fill(struct wl_ahead *a, struct chunk *c)
{
    struct wl_spool_record spooled;
    struct wl_txn *txn;
    int rc = wl_txn_begin(a->store, false, &txn);

    wl_arena_clear(&c->arena);
    c->count = 0;
    c->last = false;
    while (rc == WL_OK && c->count < CHUNK_RECORDS) {
        rc = wl_spool_next(a->spool, &spooled);
        if (rc == 0)
            c->last = true;
        if (rc <= 0)
            break;
        rc = prepare(a, txn, c, &spooled, &c->records[c->count++]);
    }
    wl_txn_abort(&txn);
    return rc;
}

static void *run(void *context)
{
    struct wl_ahead *a = context;
    bool more = true;

    while (more) {
        struct chunk *c;
        int rc;

        pthread_mutex_lock(&a->lock);
        while (!a->stop && a->filled - a->emptied == CHUNKS)
            pthread_cond_wait(&a->moved, &a->lock);
        c = &a->chunks[a->filled % CHUNKS];
        more = !a->stop;
        pthread_mutex_unlock(&a->lock);
        if (!more)
            break;
        rc = fill(a, c);
        more = rc == WL_OK && !c->last;
        pthread_mutex_lock(&a->lock);
        if (rc != WL_OK) {
            a->status = rc;
            snprintf(a->message, sizeof a->message, "%s", wl_error());
        }
        a->filled++;
        pthread_cond_signal(&a->moved);
        pthread_mutex_unlock(&a->lock);
    }
    return NULL;
}

int wl_ahead_start(struct wl_store *store, const char *spool_path, struct wl_ahead **out)
{
    struct wl_ahead *a = calloc(1, sizeof *a);
    int rc;

    *out = NULL;
    if (!a)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    a->store = store;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->moved, NULL);
    for (size_t i = 0; i < CHUNKS; i++)
        wl_arena_init(&a->chunks[i].arena, CHUNK_MEMORY);
    rc = wl_spool_open(spool_path, &a->spool);
    if (rc == WL_OK && !(a->cache = wl_store_schema(store)->cache_new()))
        rc = wl_fail(WL_E_SYSTEM, "out of memory");
    if (rc == WL_OK && pthread_create(&a->thread, NULL, run, a) != 0)
        rc = wl_fail(WL_E_SYSTEM, "cannot start a thread");
    a->started = rc == WL_OK;
    if (rc == WL_OK)
        *out = a;
    else
        wl_ahead_stop(a);
    return rc;
}

/* The chunk to take records from: 1, 0 at the end, or the thread's error. */
static int current_chunk(struct wl_ahead *a, struct chunk **out)
{
    int rc = 1;

    pthread_mutex_lock(&a->lock);
    while (a->filled == a->emptied)
        pthread_cond_wait(&a->moved, &a->lock);
    *out = &a->chunks[a->emptied % CHUNKS];
    if (a->filled - a->emptied == 1 && a->status != WL_OK)
        rc = wl_fail(a->status, "%s", a->message);
    pthread_mutex_unlock(&a->lock);
    return rc;
}

int wl_ahead_next(struct wl_ahead *a, const struct wl_ahead_record **out)
{
    for (;;) {
        struct chunk *c;
        int rc = current_chunk(a, &c);

        if (rc < 0)
            return rc;
        if (a->next < c->count) {
            *out = &c->records[a->next++];
            return 1;
        }
        if (c->last)
            return 0;
        a->next = 0;
        pthread_mutex_lock(&a->lock);
        a->emptied++;
        pthread_cond_signal(&a->moved);
        pthread_mutex_unlock(&a->lock);
    }
}

void wl_ahead_stop(struct wl_ahead *a)
{
    if (!a)
        return;
    if (a->started) {
        pthread_mutex_lock(&a->lock);
        a->stop = true;
        pthread_cond_signal(&a->moved);
        pthread_mutex_unlock(&a->lock);
        pthread_join(a->thread, NULL);
    }
    wl_spool_close(a->spool);
    if (a->cache)
        wl_store_schema(a->store)->cache_free(a->cache);
    for (size_t i = 0; i < CHUNKS; i++)
        wl_arena_release(&a->chunks[i].arena);
    pthread_cond_destroy(&a->moved);
    pthread_mutex_destroy(&a->lock);
    free(a);
}
