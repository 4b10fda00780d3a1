/* A program as its user runs it, watched from outside: its time from start to end, the memory of it and
 * of its child processes (beyond what is mapped from files), and when a spool file appeared in its
 * folder, which is where an import's structural step ends. */
#include "bench/measure.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVERY_MS = 5, STATUS_SIZE = 4096, PATH_SIZE = 128 };

struct watch {
    pid_t child;
    int inotify;
    double begin, spooled;                                       /* spooled 0: no spool file was seen */
    uint64_t peak, peak_parent, peak_children, written, samples; /* bytes, but for the last */
    pthread_mutex_t lock;
    bool over; /* guarded by lock */
};

/* Anonymous and shared memory that is resident, in bytes; 0 when the process is gone. */
static uint64_t memory_of(long pid)
{
    static const char *const names[] = {"\nRssAnon:", "\nRssShmem:"};
    char path[PATH_SIZE], text[STATUS_SIZE];
    uint64_t kilobytes = 0;
    ssize_t n;
    int file;

    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    n = read(file, text, sizeof text - 1);
    close(file);
    text[n > 0 ? n : 0] = 0;
    for (size_t i = 0; i < WL_COUNT(names); i++) {
        const char *at = strstr(text, names[i]);
        kilobytes += at ? strtoull(at + strlen(names[i]), NULL, 10) : 0;
    }
    return kilobytes << 10;
}

/* The memory of the processes that a thread of the child has forked. */
static uint64_t memory_of_children(pid_t child, const char *thread)
{
    char path[PATH_SIZE], text[STATUS_SIZE], *at = text;
    uint64_t bytes = 0;
    ssize_t n;
    int file;

    snprintf(path, sizeof path, "/proc/%ld/task/%.20s/children", (long)child, thread);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    n = read(file, text, sizeof text - 1);
    close(file);
    text[n > 0 ? n : 0] = 0;
    for (char *end; *at; at = end) {
        long pid = strtol(at, &end, 10);
        if (end == at)
            break;
        bytes += memory_of(pid);
    }
    return bytes;
}

static void sample(struct watch *w)
{
    uint64_t parent = memory_of(w->child), children = 0, written;
    char path[PATH_SIZE];
    struct dirent *entry;
    DIR *threads;

    snprintf(path, sizeof path, "/proc/%ld/task", (long)w->child);
    threads = opendir(path);
    while (threads && (entry = readdir(threads)))
        if (entry->d_name[0] != '.')
            children += memory_of_children(w->child, entry->d_name);
    if (threads)
        closedir(threads);
    w->peak_parent = parent > w->peak_parent ? parent : w->peak_parent;
    w->peak_children = children > w->peak_children ? children : w->peak_children;
    w->peak = parent + children > w->peak ? parent + children : w->peak;
    written = measure_written(w->child);
    w->written = written ? written : w->written;
    w->samples++;
}

/* A spool is published by renaming: its first appearance under that name is the moment. */
static void look_for_spool(struct watch *w)
{
    char events[STATUS_SIZE] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t n = read(w->inotify, events, sizeof events);

    for (const char *at = events; n > 0 && at < events + n;) {
        const struct inotify_event *event = (const void *)at;
        if (event->len && strncmp(event->name, "spool-", 6) == 0 && w->spooled == 0)
            w->spooled = measure_now();
        at += sizeof *event + event->len;
    }
}

static void *watch_it(void *context)
{
    struct watch *w = context;
    struct pollfd poller = {.fd = w->inotify, .events = POLLIN};
    double next = measure_now();

    for (bool over = false; !over;) {
        double wait = (next - measure_now()) * 1000;

        if (poll(&poller, 1, wait > 0 ? (int)wait + 1 : 0) > 0)
            look_for_spool(w);
        if (measure_now() >= next) {
            sample(w);
            next += EVERY_MS / 1000.0;
        }
        pthread_mutex_lock(&w->lock);
        over = w->over;
        pthread_mutex_unlock(&w->lock);
    }
    return NULL;
}

static pid_t start(const char *output, char **command)
{
    pid_t child = fork();

    measure_ok_system(child >= 0, "fork");
    if (child == 0) {
        int file = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        if (file >= 0 && dup2(file, STDOUT_FILENO) >= 0)
            execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    return child;
}

void measure_watch(char **args)
{
    struct watch w = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t watcher;
    double end;
    int status;

    w.inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    measure_ok_system(w.inotify >= 0 && inotify_add_watch(w.inotify, args[0], IN_MOVED_TO) >= 0, args[0]);
    w.begin = measure_now();
    w.child = start(args[1], args + 2);
    measure_ok_system(pthread_create(&watcher, NULL, watch_it, &w) == 0, "thread");
    while (waitpid(w.child, &status, 0) < 0 && errno == EINTR)
        continue;
    end = measure_now();
    pthread_mutex_lock(&w.lock);
    w.over = true;
    pthread_mutex_unlock(&w.lock);
    pthread_join(watcher, NULL);
    printf(
        "{\"exit\": %d, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"structural_seconds\": %.6f, \"peak_bytes\": %llu, "
        "\"peak_parent_bytes\": %llu, \"peak_child_bytes\": %llu, \"written_bytes\": %llu, \"samples\": %llu}\n",
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), end - w.begin, measure_cpu(true),
        w.spooled > 0 ? w.spooled - w.begin : 0.0, (unsigned long long)w.peak, (unsigned long long)w.peak_parent,
        (unsigned long long)w.peak_children, (unsigned long long)w.written, (unsigned long long)w.samples);
}
