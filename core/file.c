#include "wledger/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wledger/error.h"

enum {
    WRITE_SIZE = 64 * 1024,
    PATH_SIZE_MAX = 8 * 1024,
    NAME_ATTEMPTS = 1000, /* each name taken is a file that a killed process of our number left */
};

struct wl_file {
    char *path, *temporary;
    int fd, folder_fd;
    bool durable, in_place; /* in_place: a device or a pipe, which is written to and never replaced */
    int error;              /* errno of the first failure; 0: none */
    const char *what;       /* could not be done */
    size_t pending;
    uint8_t bytes[WRITE_SIZE];
};

static void note_failure(struct wl_file *file, const char *what)
{
    if (file->error != 0)
        return;
    file->error = errno;
    file->what = what;
}

static int report(const struct wl_file *file)
{
    return wl_fail(WL_E_SYSTEM, "%s: cannot be %s: %s", file->path, file->what, strerror(file->error));
}

/* The folder of path, ending in '/', or "" for the one we are in. */
static struct wl_str folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? WL_NO_STR : (struct wl_str){path, (size_t)(slash - path) + 1};
}

static int open_temporary(struct wl_file *file)
{
    static atomic_uint next_number;
    struct wl_buf name;
    wl_buf_init(&name, PATH_SIZE_MAX);
    for (int attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
        wl_buf_clear(&name);
        wl_buf_str(&name, folder_of(file->path));
        wl_buf_format(&name, ".wledger-%ld-%u", (long)getpid(), atomic_fetch_add(&next_number, 1));
        wl_buf_byte(&name, '\0');
        if (name.failed)
            break;
        file->fd = open((const char *)name.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->fd >= 0 || (errno != EEXIST && errno != EINTR))
            break;
    }
    if (name.failed) {
        wl_buf_release(&name);
        return wl_fail(WL_E_USAGE, "the path of a file is too long");
    }
    if (file->fd < 0) {
        note_failure(file, "created");
        wl_buf_release(&name);
        return report(file);
    }
    file->temporary = (char *)name.data;
    return WL_OK;
}

static int open_folder(struct wl_file *file)
{
    struct wl_str folder = folder_of(file->path);
    char *path = folder.size == 0 ? strdup(".") : strndup(folder.data, folder.size);
    if (path != NULL)
        file->folder_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->folder_fd < 0)
        note_failure(file, "published there, because its folder cannot be opened");
    free(path);
    return file->folder_fd < 0 ? report(file) : WL_OK;
}

/* Where path leads, as the file's own path: a link stays a link, a device and a pipe stay what they are. */
static int follow(struct wl_file *file, const char *path)
{
    struct stat about;
    bool there = stat(path, &about) == 0;

    if (there && S_ISDIR(about.st_mode))
        return wl_fail(WL_E_SYSTEM, "%s: is a folder; name a file", path);
    file->in_place = there && !S_ISREG(about.st_mode);
    file->path = there && !file->in_place ? realpath(path, NULL) : strdup(path);
    return file->path != NULL ? WL_OK : wl_fail(WL_E_SYSTEM, "%s: %s", path, strerror(errno));
}

static int open_in_place(struct wl_file *file)
{
    file->durable = false;
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
    if (file->fd < 0)
        note_failure(file, "opened");
    return file->fd < 0 ? report(file) : WL_OK;
}

static void file_free(struct wl_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    if (file->folder_fd >= 0)
        close(file->folder_fd);
    if (file->temporary != NULL)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    free(file);
}

int wl_file_new(const char *path, bool durable, struct wl_file **out)
{
    assert(path != NULL);
    *out = NULL;
    struct wl_file *file = malloc(sizeof *file);
    if (file == NULL)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    memset(file, 0, offsetof(struct wl_file, bytes));
    file->fd = file->folder_fd = -1;
    file->durable = durable;
    int status = follow(file, path);
    /* First, so that a folder that cannot be synced is known before anything is written. */
    if (status == WL_OK && durable && !file->in_place)
        status = open_folder(file);
    if (status == WL_OK)
        status = file->in_place ? open_in_place(file) : open_temporary(file);
    if (status != WL_OK) {
        file_free(file);
        return status;
    }
    *out = file;
    return WL_OK;
}

int wl_file_check(const char *path)
{
    struct stat about;
    struct wl_file *file;
    int status;

    /* Opening a pipe may wait, and closing it again would end what its reader reads. */
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
        return access(path, W_OK) == 0 ? WL_OK
                                       : wl_fail(WL_E_SYSTEM, "%s: cannot be written to: %s", path, strerror(errno));
    status = wl_file_new(path, true, &file);
    if (status == WL_OK)
        wl_file_discard(&file);
    return status;
}

static void write_out(struct wl_file *file, const uint8_t *bytes, size_t n)
{
    while (n > 0 && file->error == 0) {
        ssize_t written = write(file->fd, bytes, n);
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        } else if (written == 0) {
            errno = EIO;
            note_failure(file, "written");
        } else if (errno != EINTR) {
            note_failure(file, "written");
        }
    }
}

static void flush(struct wl_file *file)
{
    write_out(file, file->bytes, file->pending);
    file->pending = 0;
}

void wl_file_write(struct wl_file *file, const void *bytes, size_t n)
{
    if (n == 0 || file->error != 0)
        return;
    if (n > WRITE_SIZE - file->pending)
        flush(file);
    if (n >= WRITE_SIZE) {
        write_out(file, bytes, n);
        return;
    }
    memcpy(file->bytes + file->pending, bytes, n);
    file->pending += n;
}

static int sync_fd(int fd)
{
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result;
}

static void sync_and_close(struct wl_file *file)
{
    if (file->error == 0 && file->durable && sync_fd(file->fd) != 0)
        note_failure(file, "synced to disk");
    int fd = file->fd;
    file->fd = -1;
    if (close(fd) != 0 && errno != EINTR)
        note_failure(file, "closed");
}

static void put_in_place(struct wl_file *file)
{
    if (rename(file->temporary, file->path) != 0) {
        note_failure(file, "put in its place");
        return;
    }
    free(file->temporary);
    file->temporary = NULL;
    if (file->durable && sync_fd(file->folder_fd) != 0)
        note_failure(file, "made sure of (it is in its place, but may not outlast a power cut)");
}

int wl_file_publish(struct wl_file **handle)
{
    struct wl_file *file = *handle;
    *handle = NULL;
    assert(file != NULL);
    flush(file);
    sync_and_close(file);
    if (file->error == 0 && !file->in_place)
        put_in_place(file);
    int status = file->error == 0 ? WL_OK : report(file);
    file_free(file);
    return status;
}

void wl_file_discard(struct wl_file **handle)
{
    struct wl_file *file = *handle;
    *handle = NULL;
    if (file != NULL)
        file_free(file);
}
