#include "xmlio/source.h"

#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"

enum {
    PIECE_SIZE = 256 * 1024,
    PIECES = 3, /* one being filled, one waiting, one with the caller */
};

#define SALT_PURPOSE "\0wledger narrative salt"

struct piece {
    uint8_t *bytes;
    size_t size; /* 0: the end */
    uint64_t done;
    int status;
    char error[512]; /* with a status: the other thread's message */
};

struct wl_source {
    struct wl_inflate *in;
    EVP_MD_CTX *hash;
    uint64_t bytes;
    pthread_t thread;
    bool started, ended;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned filled, taken; /* counts of pieces; guarded by lock, as is stop */
    bool stop;
    bool holds_one;
    uint64_t done;
    struct piece pieces[PIECES];
};

static void fill(struct wl_source *source, struct piece *piece)
{
    piece->status = wl_inflate_read(source->in, piece->bytes, PIECE_SIZE, &piece->size);
    piece->done = wl_inflate_done(source->in);
    source->bytes += piece->size;
    if (piece->size > 0 && EVP_DigestUpdate(source->hash, piece->bytes, piece->size) != 1)
        piece->status = wl_fail(WL_E_SYSTEM, "SHA-256 is not to be had");
    if (piece->status != WL_OK)
        strncpy(piece->error, wl_error(), sizeof piece->error - 1);
}

static void *fill_pieces(void *context)
{
    struct wl_source *source = context;
    for (bool more = true; more;) {
        pthread_mutex_lock(&source->lock);
        while (source->filled - source->taken == PIECES && !source->stop)
            pthread_cond_wait(&source->changed, &source->lock);
        bool stop = source->stop;
        struct piece *piece = &source->pieces[source->filled % PIECES];
        pthread_mutex_unlock(&source->lock);
        if (stop)
            break;
        fill(source, piece);
        more = piece->status == WL_OK && piece->size > 0;
        pthread_mutex_lock(&source->lock);
        source->filled++;
        pthread_cond_signal(&source->changed);
        pthread_mutex_unlock(&source->lock);
    }
    return NULL;
}

static int start(struct wl_source *source)
{
    source->hash = EVP_MD_CTX_new();
    if (source->hash == NULL || EVP_DigestInit_ex(source->hash, EVP_sha256(), NULL) != 1)
        return wl_fail(WL_E_SYSTEM, "SHA-256 is not to be had");
    for (size_t i = 0; i < PIECES; i++) {
        source->pieces[i].bytes = malloc(PIECE_SIZE);
        if (source->pieces[i].bytes == NULL)
            return wl_fail(WL_E_SYSTEM, "memory is short");
    }
    source->started = pthread_create(&source->thread, NULL, fill_pieces, source) == 0;
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
    int status = wl_inflate_open(path, &source->in);
    if (status == WL_OK)
        status = start(source);
    if (status == WL_OK)
        *out = source;
    else
        wl_source_close(source);
    return status;
}

int wl_source_next(struct wl_source *source, struct wl_str *out)
{
    *out = WL_NO_STR;
    if (source->ended)
        return WL_OK;
    pthread_mutex_lock(&source->lock);
    if (source->holds_one) {
        source->taken++;
        pthread_cond_signal(&source->changed);
    }
    while (source->filled == source->taken)
        pthread_cond_wait(&source->changed, &source->lock);
    struct piece *piece = &source->pieces[source->taken % PIECES];
    pthread_mutex_unlock(&source->lock);
    source->holds_one = true;
    source->done = piece->done;
    source->ended = piece->size == 0 || piece->status != WL_OK;
    if (piece->status != WL_OK)
        return wl_fail(piece->status, "%s", piece->error);
    *out = (struct wl_str){(const char *)piece->bytes, piece->size};
    return WL_OK;
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
    bool good = salt != NULL && EVP_MD_CTX_copy_ex(salt, source->hash) == 1
                && EVP_DigestUpdate(salt, SALT_PURPOSE, sizeof SALT_PURPOSE - 1) == 1
                && EVP_DigestFinal_ex(salt, summary->salt_key, NULL) == 1
                && EVP_DigestFinal_ex(source->hash, summary->sha256, NULL) == 1;
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
    EVP_MD_CTX_free(source->hash);
    wl_inflate_close(source->in);
    pthread_cond_destroy(&source->changed);
    pthread_mutex_destroy(&source->lock);
    free(source);
}
