#include "wledger/bank_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wledger/error.h"

enum {
    MEMORY_MAX = 1024 * 1024 * 1024, /* address space of the child */
    SECONDS_MIN = 60,                /* of the processor; more for a large file */
    BYTES_A_SECOND = 256 * 1024,     /* of the file as it lies on disk: a fifth of what the slowest machine reads */
    SECONDS_UNKNOWN = 4 * 3600,      /* for a pipe */
    SECONDS_ABOVE = 5,               /* between the signal that is explained and the one that is not */
};

/* What the child says through the pipe: as it lies in memory, because both are one program. */
struct report {
    bool last; /* the answer; else progress */
    uint64_t done, all;
    int status;
    struct wl_batch_summary summary;
    struct wl_batch_fault fault;
    char message[1024];
};

static bool write_whole(int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t written = write(fd, at, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        n -= (size_t)written;
    }
    return true;
}

/* False at the end. */
static bool read_whole(int fd, void *bytes, size_t n)
{
    for (char *at = bytes; n > 0;) {
        ssize_t got = read(fd, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

/* The hard ceiling lies above: at it the system kills without saying why. */
static void set_ceiling(int resource, rlim_t most, rlim_t above)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return;
    if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most + above)
        now.rlim_max = most + above;
    if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > most)
        now.rlim_cur = most < now.rlim_max ? most : now.rlim_max;
    setrlimit((__rlimit_resource_t)resource, &now);
}

static void set_ceilings(const char *path)
{
    struct stat about;
    rlim_t seconds = SECONDS_UNKNOWN;
    if (strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISREG(about.st_mode))
        seconds = SECONDS_MIN + (rlim_t)about.st_size / BYTES_A_SECOND;
    set_ceiling(RLIMIT_CPU, seconds, SECONDS_ABOVE);
    set_ceiling(RLIMIT_CORE, 0, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    set_ceiling(RLIMIT_AS, MEMORY_MAX, 0);
#endif
}

struct child {
    int fd;
    struct report report;
};

static void tell_progress(void *context, uint64_t done, uint64_t all)
{
    struct child *child = context;
    child->report.done = done;
    child->report.all = all;
    if (!write_whole(child->fd, &child->report, sizeof child->report))
        _exit(1); /* nobody is there to hear the answer */
}

/* What the child does: wl_batch_read, or what has its form. */
typedef int read_fn(const char *path, const struct wl_dialects *, const char *spool_path, wl_progress_fn *,
                    void *context, struct wl_batch_summary *, struct wl_batch_fault *);

_Noreturn static void be_child(int fd, pid_t parent, read_fn *read_file, const char *path,
                               const struct wl_dialects *dialects, const char *spool_path)
{
    static struct child child;
    child.fd = fd;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    signal(SIGPIPE, SIG_IGN);
    set_ceilings(path);
    struct report *report = &child.report;
    report->status = read_file(path, dialects, spool_path, tell_progress, &child, &report->summary, &report->fault);
    report->last = true;
    if (report->status != WL_OK)
        strncpy(report->message, wl_error(), sizeof report->message - 1);
    _exit(write_whole(fd, report, sizeof *report) ? 0 : 1);
}

/* Hears the child out. False when it went away without an answer. */
static bool listen_to(int fd, wl_progress_fn *progress, void *context, struct report *report)
{
    while (read_whole(fd, report, sizeof *report)) {
        if (report->last)
            return true;
        if (progress != NULL)
            progress(context, report->done, report->all);
    }
    return false;
}

static int explain_death(const char *path, int how, struct wl_batch_fault *fault)
{
    if (WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU)
        wl_fail(WL_E_INPUT, "reading it took too long; nothing was changed");
    else if (WIFSIGNALED(how))
        wl_fail(WL_E_SYSTEM, "the reader died with signal %d while reading %s; nothing was changed", WTERMSIG(how),
                path);
    else
        wl_fail(WL_E_SYSTEM, "the reader ended without an answer while reading %s; nothing was changed", path);
    memset(fault, 0, sizeof *fault);
    strncpy(fault->reason, wl_error(), sizeof fault->reason - 1);
    int status = WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU ? WL_E_INPUT : WL_E_SYSTEM;
    return wl_fail(status, "%s: %s", path, fault->reason);
}

static int read_apart(read_fn *read_file, const char *path, const struct wl_dialects *dialects, const char *spool_path,
                      wl_progress_fn *progress, void *context, struct wl_batch_summary *summary,
                      struct wl_batch_fault *fault)
{
    int ends[2], how = 0;
    memset(summary, 0, sizeof *summary);
    memset(fault, 0, sizeof *fault);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return wl_fail(WL_E_SYSTEM, "%s: no pipe to a reader: %s", path, strerror(errno));
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        close(ends[0]);
        be_child(ends[1], parent, read_file, path, dialects, spool_path);
    }
    int why = errno;
    close(ends[1]);
    struct report report;
    bool answered = child > 0 && listen_to(ends[0], progress, context, &report);
    close(ends[0]);
    if (child < 0)
        return wl_fail(WL_E_SYSTEM, "%s: no process for a reader: %s", path, strerror(why));
    while (waitpid(child, &how, 0) < 0 && errno == EINTR)
        continue;
    if (!answered)
        return explain_death(path, how, fault);
    *summary = report.summary;
    *fault = report.fault;
    return report.status == WL_OK ? WL_OK : wl_fail(report.status, "%s", report.message);
}

int wl_batch_read_apart(const char *path, const struct wl_dialects *dialects, const char *spool_path,
                        wl_progress_fn *progress, void *context, struct wl_batch_summary *summary,
                        struct wl_batch_fault *fault)
{
    return read_apart(wl_batch_read, path, dialects, spool_path, progress, context, summary, fault);
}

static int read_bank(const char *path, const struct wl_dialects *dialects, const char *spool_path,
                     wl_progress_fn *progress, void *context, struct wl_batch_summary *summary,
                     struct wl_batch_fault *fault)
{
    (void)dialects;
    return wl_bank_read(path, spool_path, progress, context, summary, fault);
}

int wl_bank_read_apart(const char *path, const char *spool_path, wl_progress_fn *progress, void *context,
                       struct wl_batch_summary *summary, struct wl_batch_fault *fault)
{
    return read_apart(read_bank, path, NULL, spool_path, progress, context, summary, fault);
}
