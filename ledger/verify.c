#include "ledger/digest.h"
#include "ledger/verify.h"

#include "wledger/error.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 1024 };

/* ---- two threads: one begins with the tables, both share the journal ---- */

struct checker {
    struct wl_txn *txn;
    struct wl_journal_pieces *pieces;
    struct wl_journal_check journal;
    struct wl_verify_report *report;
    int status;
    char message[MESSAGE_SIZE];
};

static int check_pieces(struct checker *c)
{
    int rc = wl_journal_check_begin(&c->journal, c->txn, c->pieces);

    return rc == WL_OK ? wl_journal_check_pieces(&c->journal) : rc;
}

static void *check_tables(void *context)
{
    struct checker *c = context;
    const struct wl_schema *schema = wl_store_schema(wl_txn_store(c->txn));
    int rc = wl_digest_tables(c->txn, c->report->digest);

    if (rc == WL_OK && schema->check)
        rc = schema->check(c->txn);
    if (rc == WL_OK)
        rc = check_pieces(c);
    else
        atomic_store(&c->pieces->stop, true);
    c->status = rc;
    snprintf(c->message, sizeof c->message, "%s", rc == WL_OK ? "" : wl_error());
    return NULL;
}

static int check_store(struct wl_txn *txn[2], struct wl_verify_report *report)
{
    struct wl_journal_pieces pieces = {.size = wl_journal_size(txn[0])};
    struct checker mine = {.txn = txn[0], .pieces = &pieces, .report = report};
    struct checker other = {.txn = txn[1], .pieces = &pieces, .report = report};
    pthread_t thread;
    int rc = wl_txn_status(txn[0]);

    if (rc != WL_OK)
        return rc;
    if (pthread_create(&thread, NULL, check_tables, &other) != 0)
        return wl_fail(WL_E_SYSTEM, "cannot start a thread");
    rc = check_pieces(&mine);
    pthread_join(thread, NULL);
    if (rc == WL_OK && other.status != WL_OK)
        rc = wl_fail(other.status, "%s", other.message);
    if (rc == WL_OK)
        rc = wl_journal_check_balances(&mine.journal, &other.journal);
    report->entries = pieces.size;
    report->texts = mine.journal.text_count + other.journal.text_count;
    memcpy(report->root, pieces.root, sizeof report->root);
    wl_journal_check_end(&mine.journal);
    wl_journal_check_end(&other.journal);
    return rc;
}

/* Two transactions on one version of the store, of which the pages are known to be sound. A writer that
 * commits in between makes us begin again. */
static int begin_check(const char *dir, struct wl_store *store, struct wl_txn *txn[2])
{
    int rc = WL_OK;
    bool begun = false;

    for (unsigned tries = 0; rc == WL_OK && !begun && tries < 1000; tries++) {
        wl_txn_abort(&txn[0]);
        wl_txn_abort(&txn[1]);
        if ((rc = wl_txn_begin(store, false, &txn[0])) == WL_OK)
            rc = wl_txn_begin(store, false, &txn[1]);
        if (rc != WL_OK || wl_txn_version(txn[0]) != wl_txn_version(txn[1]))
            continue;
        rc = wl_store_check_pages(dir, wl_txn_version(txn[0]));
        begun = rc == 1;
        rc = rc < 0 ? rc : WL_OK;
    }
    return rc != WL_OK || begun ? rc
                                : wl_fail(WL_E_SYSTEM, "%s: writers leave no time to begin the check; try again", dir);
}

int wl_verify_here(const char *dir, const struct wl_schema *schema, struct wl_verify_report *report)
{
    struct wl_store *store = NULL;
    struct wl_txn *txn[2] = {NULL, NULL};
    int rc = wl_store_check_head(dir);

    memset(report, 0, sizeof *report);
    if (rc == WL_OK)
        rc = wl_store_open(dir, schema, WL_OPEN_READ | WL_OPEN_SEVERAL_READS, &store);
    if (rc == WL_OK)
        rc = begin_check(dir, store, txn);
    if (rc == WL_OK)
        rc = check_store(txn, report);
    wl_txn_abort(&txn[0]);
    wl_txn_abort(&txn[1]);
    wl_store_close(store);
    return rc;
}

/* ---- in a child process ---- */

struct answer {
    int status;
    struct wl_verify_report report;
    char message[MESSAGE_SIZE];
};

static int read_answer(int fd, struct answer *a)
{
    size_t got = 0;

    while (got < sizeof *a) {
        ssize_t n = read(fd, (char *)a + got, sizeof *a - got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        got += (size_t)n;
    }
    a->message[MESSAGE_SIZE - 1] = 0;
    return 0;
}

/* No damage may keep the check busy for ever, or fill the disk with a core file. */
static void bound_child(const char *dir)
{
    enum { SECONDS_LEAST = 60, BYTES_A_SECOND = 2 << 20 };
    char path[4096];
    struct stat st;
    struct rlimit cpu;

    signal(SIGBUS, SIG_DFL); /* the parent tells of it */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (snprintf(path, sizeof path, "%s/data.mdb", dir) >= (int)sizeof path || stat(path, &st) != 0)
        return;
    if (getrlimit(RLIMIT_CPU, &cpu) == 0) {
        rlim_t seconds = SECONDS_LEAST + (rlim_t)st.st_size / BYTES_A_SECOND;

        cpu.rlim_cur = cpu.rlim_max == RLIM_INFINITY || seconds < cpu.rlim_max ? seconds : cpu.rlim_max;
        setrlimit(RLIMIT_CPU, &cpu);
    }
}

int wl_verify(const char *dir, const struct wl_schema *schema, struct wl_verify_report *report)
{
    struct answer a;
    int ends[2], status = 0, whole;
    pid_t child;

    memset(&a, 0, sizeof a);
    fflush(NULL);
    if (pipe(ends) != 0 || (child = fork()) < 0)
        return wl_fail(WL_E_SYSTEM, "cannot start the check in a process of its own");
    if (child == 0) {
        close(ends[0]);
        bound_child(dir);
        a.status = wl_verify_here(dir, schema, &a.report);
        snprintf(a.message, sizeof a.message, "%s", wl_error());
        _exit(write(ends[1], &a, sizeof a) == (ssize_t)sizeof a ? 0 : 1);
    }
    close(ends[1]);
    whole = read_answer(ends[0], &a);
    close(ends[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    *report = a.report;
    if (whole != 0)
        return wl_fail(WL_E_DAMAGED, "%s: the check fell over the store (%s %d): a page is damaged", dir,
                       WIFSIGNALED(status) ? "signal" : "exit",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return a.status == WL_OK ? WL_OK : wl_fail(a.status, "%s", a.message);
}
