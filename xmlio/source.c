#include "xmlio/source.h"

#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"
#include "xmlio/encoding.h"

enum {
    RAW_SIZE = 128 * 1024,
    PIECE_SIZE = 256 * 1024,
    PIECES = 3, /* one being filled, one waiting, one with the caller */
};

#define SALT_PURPOSE "\0wledger narrative salt"

struct piece {
    char *bytes;
    size_t size;
    uint64_t done;
};

struct wl_source {
    struct wl_inflate *in;
    EVP_MD_CTX *hash;
    uint64_t bytes;
    uint8_t *raw;
    struct wl_gate gate;
    struct wl_decoder decoder;
    size_t filling; /* bytes in the piece being filled */
    pthread_t thread;
    bool started, holds_one;
    uint64_t done;

    pthread_mutex_t lock; /* guards what follows, but for the pieces themselves */
    pthread_cond_t changed;
    unsigned filled, taken; /* counts of pieces */
    bool ended, stop;
    int status; /* once ended */
    struct wl_batch_fault fault;
    struct piece pieces[PIECES];
};

/* Hands the piece being filled over, and waits until there is room for another. */
static int hand_over(struct wl_source *source)
{
    struct piece *piece = &source->pieces[source->filled % PIECES];
    piece->size = source->filling;
    piece->done = wl_inflate_done(source->in);
    source->filling = 0;
    pthread_mutex_lock(&source->lock);
    source->filled++;
    pthread_cond_signal(&source->changed);
    while (source->filled - source->taken == PIECES && !source->stop)
        pthread_cond_wait(&source->changed, &source->lock);
    bool stop = source->stop;
    pthread_mutex_unlock(&source->lock);
    return stop ? WL_E_SYSTEM : WL_OK;
}

/* What has passed the gate. */
static int gather(void *context, const char *bytes, size_t n)
{
    struct wl_source *source = context;
    while (n > 0) {
        size_t room = PIECE_SIZE - source->filling;
        size_t size = n < room ? n : room;
        memcpy(source->pieces[source->filled % PIECES].bytes + source->filling, bytes, size);
        source->filling += size;
        bytes += size;
        n -= size;
        int status = source->filling < PIECE_SIZE ? WL_OK : hand_over(source);
        if (status != WL_OK)
            return status;
    }
    return WL_OK;
}

/* What is wrong with the file as such has its place where the document has come to. */
static int fail_in_file(struct wl_source *source, int status)
{
    source->fault.line = source->gate.here.line;
    source->fault.column = source->gate.here.column;
    strncpy(source->fault.reason, wl_error(), sizeof source->fault.reason - 1);
    return status;
}

static int pass_all(struct wl_source *source)
{
    for (;;) {
        size_t got;
        int status = wl_inflate_read(source->in, source->raw, RAW_SIZE, &got);
        source->bytes += got;
        if (got > 0 && EVP_DigestUpdate(source->hash, source->raw, got) != 1)
            status = wl_fail(WL_E_SYSTEM, "SHA-256 is not to be had");
        if (status != WL_OK)
            return fail_in_file(source, status);
        if (got == 0)
            return wl_decoder_end(&source->decoder);
        status = wl_decoder_feed(&source->decoder, (const char *)source->raw, got);
        if (status != WL_OK)
            return status;
    }
}

static void *run(void *context)
{
    struct wl_source *source = context;
    int status = pass_all(source);
    if (source->filling > 0)
        hand_over(source);
    pthread_mutex_lock(&source->lock);
    source->status = status;
    source->ended = true;
    pthread_cond_signal(&source->changed);
    pthread_mutex_unlock(&source->lock);
    return NULL;
}

static int start(struct wl_source *source)
{
    source->hash = EVP_MD_CTX_new();
    if (source->hash == NULL || EVP_DigestInit_ex(source->hash, EVP_sha256(), NULL) != 1)
        return wl_fail(WL_E_SYSTEM, "SHA-256 is not to be had");
    source->raw = malloc(RAW_SIZE);
    if (source->raw == NULL)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    for (size_t i = 0; i < PIECES; i++) {
        source->pieces[i].bytes = malloc(PIECE_SIZE);
        if (source->pieces[i].bytes == NULL)
            return wl_fail(WL_E_SYSTEM, "memory is short");
    }
    source->started = pthread_create(&source->thread, NULL, run, source) == 0;
    return source->started ? WL_OK : wl_fail(WL_E_SYSTEM, "no thread can be started");
}

int wl_source_open(const char *path, struct wl_source **out)
{
    *out = NULL;
    struct wl_source *source = calloc(1, sizeof *source);
    if (source == NULL)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    pthread_mutex_init(&source->lock, NULL);
    pthread_cond_init(&source->changed, NULL);
    wl_gate_init(&source->gate, gather, source, &source->fault, 0);
    wl_decoder_init(&source->decoder, &source->gate, false);
    int status = wl_inflate_open(path, &source->in);
    if (status == WL_OK)
        status = start(source);
    if (status == WL_OK)
        *out = source;
    else
        wl_source_close(source);
    return status;
}

int wl_source_next(struct wl_source *source, struct wl_str *out, struct wl_batch_fault *fault)
{
    *out = WL_NO_STR;
    pthread_mutex_lock(&source->lock);
    if (source->holds_one) {
        source->taken++;
        pthread_cond_signal(&source->changed);
    }
    while (source->filled == source->taken && !source->ended)
        pthread_cond_wait(&source->changed, &source->lock);
    source->holds_one = source->filled > source->taken;
    pthread_mutex_unlock(&source->lock);
    if (source->holds_one) {
        const struct piece *piece = &source->pieces[source->taken % PIECES];
        source->done = piece->done;
        *out = (struct wl_str){piece->bytes, piece->size};
        return WL_OK;
    }
    if (source->status == WL_OK)
        return WL_OK;
    *fault = source->fault;
    return wl_fail(source->status, "%s", fault->reason);
}

uint64_t wl_source_done(const struct wl_source *source)
{
    return source->done;
}

uint64_t wl_source_all(const struct wl_source *source)
{
    return wl_inflate_all(source->in);
}

int wl_source_identity(struct wl_source *source, struct wl_batch_summary *summary)
{
    assert(source->ended);
    summary->bytes = source->bytes;
    EVP_MD_CTX *salt = EVP_MD_CTX_new();
    bool good = salt != NULL && EVP_MD_CTX_copy_ex(salt, source->hash) == 1 &&
                EVP_DigestUpdate(salt, SALT_PURPOSE, sizeof SALT_PURPOSE - 1) == 1 &&
                EVP_DigestFinal_ex(salt, summary->salt_key, NULL) == 1 &&
                EVP_DigestFinal_ex(source->hash, summary->sha256, NULL) == 1;
    EVP_MD_CTX_free(salt);
    return good ? WL_OK : wl_fail(WL_E_SYSTEM, "SHA-256 is not to be had");
}

void wl_source_close(struct wl_source *source)
{
    if (source == NULL)
        return;
    if (source->started) {
        pthread_mutex_lock(&source->lock);
        source->stop = true;
        pthread_cond_signal(&source->changed);
        pthread_mutex_unlock(&source->lock);
        pthread_join(source->thread, NULL);
    }
    for (size_t i = 0; i < PIECES; i++)
        free(source->pieces[i].bytes);
    free(source->raw);
    wl_decoder_release(&source->decoder);
    EVP_MD_CTX_free(source->hash);
    wl_inflate_close(source->in);
    pthread_cond_destroy(&source->changed);
    pthread_mutex_destroy(&source->lock);
    free(source);
}
