#include "xmlio/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "wledger/error.h"

enum {
    FILE_BUFFER = 128 * 1024,
    GZIP_MAGIC_1 = 0x1F,
    GZIP_MAGIC_2 = 0x8B,
    WITH_GZIP_HEADER = 15 + 16, /* the window's bits, and zlib's way to ask for the gzip format */
};

struct wl_inflate {
    int fd;
    bool is_gzip, in_member, at_end;
    unsigned members;
    uint64_t done, all, inflated;
    z_stream stream;
    size_t start, size; /* of what lies unread in bytes */
    uint8_t bytes[FILE_BUFFER];
};

/* Reads until at least two bytes lie ready, or the file ends. */
static int refill(struct wl_inflate *in)
{
    if (in->start > 0) {
        memmove(in->bytes, in->bytes + in->start, in->size);
        in->start = 0;
    }
    while (in->size < 2 && !in->at_end) {
        ssize_t got = read(in->fd, in->bytes + in->size, FILE_BUFFER - in->size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return wl_fail(WL_E_SYSTEM, "cannot be read: %s", strerror(errno));
        in->at_end = got == 0;
        in->size += (size_t)got;
        in->done += (uint64_t)got;
    }
    return WL_OK;
}

/* Whether what lies ready begins a gzip stream; where it has one byte only, whether it may. */
static bool has_magic(const struct wl_inflate *in)
{
    return in->bytes[in->start] == GZIP_MAGIC_1 && (in->size < 2 || in->bytes[in->start + 1] == GZIP_MAGIC_2);
}

static int open_file(struct wl_inflate *in, const char *path)
{
    struct stat about;
    in->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0 || fstat(in->fd, &about) != 0)
        return wl_fail(errno == ENOENT ? WL_E_INPUT : WL_E_SYSTEM, "%s: cannot be opened: %s", path, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return wl_fail(WL_E_INPUT, "%s: is a folder; name the document itself", path);
    if (S_ISREG(about.st_mode))
        in->all = (uint64_t)about.st_size;
    int status = refill(in);
    if (status != WL_OK)
        return wl_fail(status, "%s: %s", path, wl_error());
    if (in->size == 0)
        return wl_fail(WL_E_INPUT, "%s: the file is empty", path);
    in->is_gzip = has_magic(in);
    if (in->is_gzip && inflateInit2(&in->stream, WITH_GZIP_HEADER) != Z_OK)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    in->in_member = in->is_gzip;
    return WL_OK;
}

int wl_inflate_open(const char *path, struct wl_inflate **out)
{
    assert(path != NULL);
    *out = NULL;
    struct wl_inflate *in = malloc(sizeof *in);
    if (in == NULL)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    memset(in, 0, offsetof(struct wl_inflate, bytes));
    in->fd = -1;
    int status = open_file(in, path);
    if (status == WL_OK)
        *out = in;
    else
        wl_inflate_close(in);
    return status;
}

static int damaged(const struct wl_inflate *in, int result)
{
    uint64_t at = in->done - in->size;
    if (result == Z_MEM_ERROR)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    if (result == Z_NEED_DICT)
        return wl_fail(WL_E_INPUT, "the gzip stream wants a dictionary; compress the file with gzip");
    return wl_fail(WL_E_INPUT, "the gzip stream is damaged near byte %" PRIu64 " of the file (%s); get the file again",
                   at, in->stream.msg == NULL ? "no reason known" : in->stream.msg);
}

/* Between two members: the next one begins, or the file ends, or something else follows. */
static int next_member(struct wl_inflate *in)
{
    int status = refill(in);
    if (status != WL_OK || in->size == 0)
        return status;
    if (!has_magic(in))
        return wl_fail(WL_E_INPUT,
                       "after the gzip stream, at byte %" PRIu64 " of the file, something else follows; remove it",
                       in->done - in->size);
    if (inflateReset(&in->stream) != Z_OK)
        return wl_fail(WL_E_SYSTEM, "the inflater cannot begin again");
    in->in_member = true;
    return WL_OK;
}

/* One step of zlib from what lies ready into [to, to + n). */
static int inflate_some(struct wl_inflate *in, uint8_t *to, size_t n, size_t *got)
{
    int status = refill(in);
    if (status != WL_OK)
        return status;
    if (in->size == 0)
        return wl_fail(WL_E_INPUT,
                       "the gzip stream is cut short after byte %" PRIu64 " of the file; get the file again", in->done);
    in->stream.next_in = in->bytes + in->start;
    in->stream.avail_in = (uInt)in->size;
    in->stream.next_out = to;
    in->stream.avail_out = (uInt)n;
    int result = inflate(&in->stream, Z_NO_FLUSH);
    in->start += in->size - in->stream.avail_in;
    in->size = in->stream.avail_in;
    *got = n - in->stream.avail_out;
    if (result == Z_STREAM_END)
        in->in_member = false;
    else if (result != Z_OK && result != Z_BUF_ERROR)
        return damaged(in, result);
    return WL_OK;
}

static int check_ceilings(struct wl_inflate *in)
{
    if (in->inflated > WL_BATCH_BYTES_MAX)
        return wl_fail(WL_E_INPUT, "the document is longer than %" PRIu64 " bytes; split it", WL_BATCH_BYTES_MAX);
    if (in->is_gzip && in->inflated > WL_INFLATE_RATIO_FROM &&
        in->inflated / WL_INFLATE_RATIO_MAX > in->done - in->size)
        return wl_fail(WL_E_INPUT, "each byte of the file inflates to more than %d; compress the document itself, once",
                       WL_INFLATE_RATIO_MAX);
    return WL_OK;
}

static int read_gzip(struct wl_inflate *in, uint8_t *to, size_t n, size_t *got)
{
    int status = WL_OK;
    while (*got < n && status == WL_OK) {
        if (!in->in_member) {
            status = next_member(in);
            if (!in->in_member)
                break;
            continue;
        }
        size_t step = 0;
        status = inflate_some(in, to + *got, n - *got, &step);
        *got += step;
        in->inflated += step;
        if (status == WL_OK)
            status = check_ceilings(in);
    }
    return status;
}

static int read_plain(struct wl_inflate *in, uint8_t *to, size_t n, size_t *got)
{
    if (in->size == 0) {
        int status = refill(in);
        if (status != WL_OK)
            return status;
    }
    *got = in->size < n ? in->size : n;
    memcpy(to, in->bytes + in->start, *got);
    in->start += *got;
    in->size -= *got;
    in->inflated += *got;
    return check_ceilings(in);
}

int wl_inflate_read(struct wl_inflate *in, void *to, size_t n, size_t *got)
{
    *got = 0;
    return in->is_gzip ? read_gzip(in, to, n, got) : read_plain(in, to, n, got);
}

uint64_t wl_inflate_done(const struct wl_inflate *in)
{
    return in->done - in->size;
}

uint64_t wl_inflate_all(const struct wl_inflate *in)
{
    return in->all;
}

void wl_inflate_close(struct wl_inflate *in)
{
    if (in == NULL)
        return;
    if (in->is_gzip)
        inflateEnd(&in->stream);
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    free(in);
}
