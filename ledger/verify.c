#include "ledger/digest.h"
#include "ledger/journal.h"

#include "wledger/error.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_MEMORY = 16 << 20, MESSAGE_SIZE = 1024, ACCOUNTS = 0 };

/* ---- the journal: entries, tree, texts, conservation ---- */

struct journal_check {
    struct wl_txn *txn;
    struct wl_frontier frontier;
    struct wl_walk *tree, *texts;
    struct wl_str text_key, text; /* the text that the walk stands at; key empty at its end */
    struct wl_pending *accounts;  /* key as in the balances table -> amount, summed from the postings */
    struct wl_arena arena;
    uint64_t text_count;
};

static int damaged(uint64_t seq, const char *what)
{
    return wl_fail(WL_E_DAMAGED, "journal entry %llu: %s", (unsigned long long)seq, what);
}

static int check_tree(struct journal_check *j, uint64_t seq, struct wl_str bytes)
{
    uint8_t row[WL_TREE_LEVELS][WL_TREE_HASH];
    size_t size = wl_frontier_add(&j->frontier, bytes, row) * (size_t)WL_TREE_HASH;
    struct wl_str key, value;
    int rc = wl_walk_next(j->tree, &key, &value);

    if (rc < 0)
        return rc;
    if (rc == 0 || key.size != 8 || wl_get_u64(key.data) != seq || value.size != size || memcmp(value.data, row, size) != 0)
        return damaged(seq, "its bytes do not give the hashes in the tree");
    return WL_OK;
}

static int next_text(struct journal_check *j)
{
    int rc = wl_walk_next(j->texts, &j->text_key, &j->text);

    if (rc == 0)
        j->text_key = WL_NO_STR;
    return rc < 0 ? rc : WL_OK;
}

static int check_texts(struct journal_check *j, const struct wl_entry *e)
{
    uint8_t hash[WL_HASH_SIZE];
    int rc = WL_OK;

    for (unsigned n = 0; rc == WL_OK && n < e->text_count; n++) {
        uint8_t key[WL_TEXT_KEY];

        wl_text_key(e->seq, n, key);
        if (!wl_str_equal(j->text_key, (struct wl_str){(char *)key, sizeof key}))
            continue; /* erased */
        if (j->text.size < WL_SALT_SIZE)
            return damaged(e->seq, "a text has no salt");
        wl_commitment((const uint8_t *)j->text.data, (struct wl_str){j->text.data + WL_SALT_SIZE, j->text.size - WL_SALT_SIZE},
                      hash);
        if (memcmp(hash, e->commitments[n].data, WL_HASH_SIZE) != 0)
            return damaged(e->seq, "a text is not the one that the entry committed to");
        j->text_count++;
        rc = next_text(j);
    }
    return rc;
}

static int add_up(struct journal_check *j, const struct wl_outcome_head *head)
{
    const struct wl_posting *p = head->postings.at;
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && head->refusal == WL_NONE && i < head->postings.count; i++, p++)
        rc = wl_posting_is_good(p) ? wl_posting_sum(j->accounts, p) : WL_E_DAMAGED;
    return rc;
}

static int check_entry(void *context, struct wl_str key, struct wl_str bytes)
{
    struct journal_check *j = context;
    uint64_t seq = j->frontier.size;
    struct wl_entry e;
    void *outcome, *body;
    int rc;

    if (key.size != 8 || wl_get_u64(key.data) != seq)
        return damaged(seq, "it is missing");
    wl_arena_clear(&j->arena);
    rc = check_tree(j, seq, bytes);
    if (rc == WL_OK)
        rc = wl_entry_parse(wl_store_schema(j->txn->store), seq, bytes, &e);
    if (rc == WL_OK)
        rc = wl_entry_body(&e, &j->arena, &body);
    if (rc == WL_OK)
        rc = wl_entry_outcome(&e, &j->arena, &outcome);
    if (rc == WL_OK)
        rc = check_texts(j, &e);
    if (rc == WL_OK && (rc = add_up(j, outcome)) != WL_OK)
        return damaged(seq, "a posting is not one");
    return rc;
}

static int check_balance(void *context, struct wl_str key, struct wl_str value)
{
    struct journal_check *j = context;
    const struct wl_pending_row *sum = wl_pending_find(j->accounts, ACCOUNTS, key);

    if (!sum || !wl_str_equal(sum->value, value))
        return wl_fail(WL_E_DAMAGED, "a balance is not the sum of its postings");
    return WL_OK;
}

/* Every account that the postings left open stands in the table, and the other way about. */
static int check_balances(struct journal_check *j)
{
    uint64_t open = 0;
    size_t count;
    struct wl_pending_row **rows;
    int rc = wl_table_check(j->txn, WL_TABLE_BALANCES, check_balance, j);

    if (rc != WL_OK)
        return rc;
    rows = wl_pending_take(j->accounts, ACCOUNTS, &count);
    for (size_t i = 0; i < count; i++)
        open += !rows[i]->deleted;
    free(rows);
    if (open != wl_table_rows(j->txn, WL_TABLE_BALANCES))
        return wl_fail(WL_E_DAMAGED, "an account that the postings left open has no balance");
    return WL_OK;
}

static int check_journal(struct wl_txn *txn, struct wl_verify_report *report)
{
    struct journal_check j = {.txn = txn};
    int rc = WL_OK;

    wl_arena_init(&j.arena, COMMAND_MEMORY);
    j.accounts = wl_pending_new();
    if (!j.accounts)
        rc = wl_fail(WL_E_SYSTEM, "out of memory");
    if (rc == WL_OK)
        rc = wl_walk_open(j.txn, WL_TABLE_TREE, WL_NO_STR, WL_NO_STR, &j.tree);
    if (rc == WL_OK)
        rc = wl_walk_open(j.txn, WL_TABLE_TEXTS, WL_NO_STR, WL_NO_STR, &j.texts);
    if (rc == WL_OK)
        rc = next_text(&j);
    if (rc == WL_OK)
        rc = wl_table_check(j.txn, WL_TABLE_JOURNAL, check_entry, &j);
    if (rc == WL_OK && j.text_key.size)
        rc = wl_fail(WL_E_DAMAGED, "there is a text that belongs to no entry");
    if (rc == WL_OK && wl_table_rows(j.txn, WL_TABLE_TREE) != j.frontier.size)
        rc = wl_fail(WL_E_DAMAGED, "the hash tree is longer than the journal");
    if (rc == WL_OK)
        rc = check_balances(&j);
    report->entries = j.frontier.size;
    report->texts = j.text_count;
    wl_frontier_root(&j.frontier, report->root);
    wl_walk_close(j.tree);
    wl_walk_close(j.texts);
    wl_pending_free(j.accounts);
    wl_arena_release(&j.arena);
    return rc;
}

/* ---- the tables ---- */

struct table_check {
    struct wl_txn *txn;
    struct wl_verify_report *report;
    int status;
    char message[MESSAGE_SIZE];
};

static void *check_tables(void *context)
{
    struct table_check *c = context;
    const struct wl_schema *schema = wl_store_schema(wl_txn_store(c->txn));

    c->status = wl_digest_tables(c->txn, c->report->digest);
    if (c->status == WL_OK && schema->check)
        c->status = schema->check(c->txn);
    snprintf(c->message, sizeof c->message, "%s", c->status == WL_OK ? "" : wl_error());
    return NULL;
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
    return rc != WL_OK || begun ? rc : wl_fail(WL_E_SYSTEM, "%s: writers leave no time to begin the check; try again", dir);
}

static int check_store(struct wl_txn *txn[2], struct wl_verify_report *report)
{
    struct table_check tables = {.txn = txn[1], .report = report};
    pthread_t thread;
    int rc;

    if (pthread_create(&thread, NULL, check_tables, &tables) != 0)
        return wl_fail(WL_E_SYSTEM, "cannot start a thread");
    rc = check_journal(txn[0], report);
    pthread_join(thread, NULL);
    return rc == WL_OK && tables.status != WL_OK ? wl_fail(tables.status, "%s", tables.message) : rc;
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
                       WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return a.status == WL_OK ? WL_OK : wl_fail(a.status, "%s", a.message);
}
