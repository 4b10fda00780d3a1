#include "xmlio/spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wledger/error.h"
#include "wledger/file.h"

enum {
    MAGIC_SIZE = 8,
    HEAD_SIZE = 12,
    COUNT_SIZE = 8,
    READ_SIZE = 256 * 1024, /* holds the largest frame */
};
#define END_MARK UINT32_MAX

static_assert(READ_SIZE > HEAD_SIZE + WL_SPOOL_RECORD_MAX + WL_SPOOL_NARRATIVE_MAX, "a frame fits the buffer");

static const char magic[MAGIC_SIZE + 1] = "wlspool1";

/* Finds damage, not malice: the spool is ours and lives for minutes. */
static uint32_t check_of(uint64_t seed, const uint8_t *bytes, size_t n)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t check = seed ^ n, word = 0;
    for (; n >= sizeof word; bytes += sizeof word, n -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        check = ((check << 29) | (check >> 35)) ^ word;
        check *= factor;
    }
    word = 0;
    for (size_t i = 0; i < n; i++)
        word = word << 8 | bytes[i];
    check = (((check << 29) | (check >> 35)) ^ word) * factor;
    return (uint32_t)(check >> 32);
}

static void set_u32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

struct wl_spool_writer {
    struct wl_file *file;
    uint64_t count;
};

int wl_spool_new(const char *path, struct wl_spool_writer **out)
{
    *out = NULL;
    struct wl_spool_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    int status = wl_file_new(path, false, &writer->file);
    if (status != WL_OK) {
        free(writer);
        return status;
    }
    wl_file_write(writer->file, magic, MAGIC_SIZE);
    *out = writer;
    return WL_OK;
}

void wl_spool_add(struct wl_spool_writer *writer, struct wl_str encoded, struct wl_str narrative)
{
    assert(encoded.size > 0 && encoded.size <= WL_SPOOL_RECORD_MAX && narrative.size <= WL_SPOOL_NARRATIVE_MAX);
    uint8_t head[HEAD_SIZE];
    uint32_t check = check_of(writer->count, (const uint8_t *)encoded.data, encoded.size);
    set_u32(head, (uint32_t)encoded.size);
    set_u32(head + 4, (uint32_t)narrative.size);
    set_u32(head + 8, check_of(check, (const uint8_t *)narrative.data, narrative.size));
    wl_file_write(writer->file, head, sizeof head);
    wl_file_write(writer->file, encoded.data, encoded.size);
    wl_file_write(writer->file, narrative.data, narrative.size);
    writer->count++;
}

int wl_spool_publish(struct wl_spool_writer **handle)
{
    struct wl_spool_writer *writer = *handle;
    *handle = NULL;
    uint8_t end[HEAD_SIZE + COUNT_SIZE];
    set_u32(end, END_MARK);
    set_u32(end + 4, 0);
    wl_set_u64(end + HEAD_SIZE, writer->count);
    set_u32(end + 8, check_of(END_MARK, end + HEAD_SIZE, COUNT_SIZE));
    wl_file_write(writer->file, end, sizeof end);
    int status = wl_file_publish(&writer->file);
    free(writer);
    return status;
}

void wl_spool_discard(struct wl_spool_writer **handle)
{
    struct wl_spool_writer *writer = *handle;
    *handle = NULL;
    if (writer == NULL)
        return;
    wl_file_discard(&writer->file);
    free(writer);
}

/* Reading. */

struct wl_spool {
    int fd;
    bool ended;
    uint64_t count; /* of the records read */
    char *path;
    size_t start, size; /* of what lies unread in bytes */
    uint8_t bytes[READ_SIZE];
};

/* Makes n bytes lie ready. */
static int want(struct wl_spool *spool, size_t n)
{
    if (spool->size >= n)
        return WL_OK;
    memmove(spool->bytes, spool->bytes + spool->start, spool->size);
    spool->start = 0;
    while (spool->size < n) {
        ssize_t got = read(spool->fd, spool->bytes + spool->size, READ_SIZE - spool->size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return wl_fail(WL_E_SYSTEM, "%s: cannot be read: %s", spool->path, strerror(errno));
        if (got == 0)
            return wl_fail(WL_E_DAMAGED, "%s: the spool file is cut short; read the document again", spool->path);
        spool->size += (size_t)got;
    }
    return WL_OK;
}

static const uint8_t *take(struct wl_spool *spool, size_t n)
{
    const uint8_t *bytes = spool->bytes + spool->start;
    spool->start += n;
    spool->size -= n;
    return bytes;
}

static int damaged(const struct wl_spool *spool)
{
    return wl_fail(WL_E_DAMAGED, "%s: the spool file is damaged; read the document again", spool->path);
}

int wl_spool_open(const char *path, struct wl_spool **out)
{
    *out = NULL;
    struct wl_spool *spool = malloc(sizeof *spool);
    if (spool == NULL)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    memset(spool, 0, offsetof(struct wl_spool, bytes));
    spool->path = strdup(path);
    spool->fd = open(path, O_RDONLY | O_CLOEXEC);
    int status = WL_OK;
    if (spool->fd < 0)
        status = wl_fail(WL_E_SYSTEM, "%s: cannot be opened: %s", path, strerror(errno));
    else if (spool->path == NULL)
        status = wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    if (status == WL_OK)
        status = want(spool, MAGIC_SIZE);
    if (status == WL_OK && memcmp(take(spool, MAGIC_SIZE), magic, MAGIC_SIZE) != 0)
        status = wl_fail(WL_E_DAMAGED, "%s: is no spool file", path);
    if (status == WL_OK)
        *out = spool;
    else
        wl_spool_close(spool);
    return status;
}

static int read_end(struct wl_spool *spool, uint32_t check)
{
    int status = want(spool, COUNT_SIZE);
    if (status != WL_OK)
        return status;
    const uint8_t *count = take(spool, COUNT_SIZE);
    if (check != check_of(END_MARK, count, COUNT_SIZE) || wl_get_u64(count) != spool->count || spool->size > 0)
        return damaged(spool);
    spool->ended = true;
    return 0;
}

/* Reads a frame's head and makes its content lie ready. 1, 0 at the end, or what is wrong. */
static int read_head(struct wl_spool *spool, uint32_t *encoded, uint32_t *narrative, uint32_t *check)
{
    if (spool->ended)
        return 0;
    int status = want(spool, HEAD_SIZE);
    if (status != WL_OK)
        return status;
    const uint8_t *head = take(spool, HEAD_SIZE);
    *encoded = wl_get_u32(head);
    *narrative = wl_get_u32(head + 4);
    *check = wl_get_u32(head + 8);
    if (*encoded == END_MARK && *narrative == 0)
        return read_end(spool, *check);
    if (*encoded == 0 || *encoded > WL_SPOOL_RECORD_MAX || *narrative > WL_SPOOL_NARRATIVE_MAX)
        return damaged(spool);
    status = want(spool, (size_t)*encoded + *narrative);
    return status == WL_OK ? 1 : status;
}

int wl_spool_next(struct wl_spool *spool, struct wl_spool_record *record)
{
    uint32_t encoded, narrative, check;
    int status = read_head(spool, &encoded, &narrative, &check);
    if (status != 1)
        return status;
    const uint8_t *bytes = take(spool, (size_t)encoded + narrative);
    if (check_of(check_of(spool->count, bytes, encoded), bytes + encoded, narrative) != check)
        return damaged(spool);
    record->encoded = (struct wl_str){(const char *)bytes, encoded};
    record->narrative = (struct wl_str){(const char *)bytes + encoded, narrative};
    spool->count++;
    return 1;
}

int wl_spool_skip(struct wl_spool *spool, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        uint32_t encoded, narrative, check;
        int status = read_head(spool, &encoded, &narrative, &check);
        if (status == 0)
            return wl_fail(WL_E_DAMAGED, "%s: the spool file ends within what is to be skipped", spool->path);
        if (status < 0)
            return status;
        take(spool, (size_t)encoded + narrative);
        spool->count++;
    }
    return WL_OK;
}

void wl_spool_close(struct wl_spool *spool)
{
    if (spool == NULL)
        return;
    if (spool->fd >= 0)
        close(spool->fd);
    free(spool->path);
    free(spool);
}
