#include "ledger/digest.h"
#include "ledger/journal.h"

#include "wledger/error.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COMMAND_MEMORY = 16 << 20, PATH_SIZE = 4096 };

struct rebuild {
    struct wl_store *from, *to;
    struct wl_txn *read, *write;
    struct wl_arena arena;
    bool decide_again;
    uint64_t next, all;
    uint8_t root[WL_HASH_SIZE]; /* of the journal that is read */
    wl_entries_fn *progress;
    void *context;
};

/* What is decided now must be what was decided then, to the byte. */
static int compare_outcome(struct rebuild *r, const struct wl_entry *e, const void *body)
{
    uint32_t rules = wl_store_schema(r->to)->rules_version;
    void *outcome = wl_decide(r->write, &r->arena, e, body, NULL);

    if (!outcome)
        return wl_txn_status(r->write);
    wl_buf_clear(&r->write->outcome);
    wl_record_encode(e->command->outcome, outcome, &r->write->outcome);
    if (wl_str_equal(wl_buf_view(&r->write->outcome), e->outcome))
        return WL_OK;
    if (e->rules_version != rules)
        return wl_fail(
            WL_E_DAMAGED,
            "journal entry %llu (%s) was decided by rules version %u, and comes out otherwise by version %u, which "
            "this program has; replay it with a release that has version %u",
            (unsigned long long)e->seq, e->command->name, e->rules_version, rules, e->rules_version);
    return wl_fail(WL_E_DAMAGED, "journal entry %llu (%s): deciding it again gives another outcome",
                   (unsigned long long)e->seq, e->command->name);
}

static int copy_texts(struct rebuild *r, const struct wl_entry *e)
{
    for (unsigned n = 0; n < e->text_count; n++) {
        struct wl_str row;
        int rc = wl_text_row(r->read, e->seq, n, &row);

        if (rc < 0)
            return rc;
        if (rc == 1)
            wl_text_put(r->write, e->seq, n, (const uint8_t *)row.data,
                        (struct wl_str){row.data + WL_SALT_SIZE, row.size - WL_SALT_SIZE});
    }
    return wl_txn_status(r->write);
}

static int rebuild_entry(struct rebuild *r)
{
    struct wl_entry e;
    void *body, *outcome;
    int rc = wl_entry_read(r->read, r->next, &e);

    if (rc == 0)
        rc = wl_fail(WL_E_DAMAGED, "journal entry %llu is missing", (unsigned long long)r->next);
    if (rc < 0)
        return rc;
    wl_arena_clear(&r->arena);
    if ((rc = wl_entry_body(&e, &r->arena, &body)) != WL_OK ||
        (rc = wl_entry_outcome(&e, &r->arena, &outcome)) != WL_OK)
        return rc;
    if (r->decide_again && (rc = compare_outcome(r, &e, body)) != WL_OK)
        return rc;
    if ((rc = wl_journal_end(r->write)) != WL_OK)
        return rc;
    wl_journal_append(r->write, e.bytes);
    if ((rc = copy_texts(r, &e)) == WL_OK)
        rc = wl_entry_apply(r->write, &r->arena, &e, body, outcome, NULL);
    r->next++;
    return rc;
}

/* One transaction's worth of entries. The reader lives no longer than that, so that a store in use does
 * not grow meanwhile; entries below the end do not change. */
static int rebuild_some(struct rebuild *r)
{
    int rc = wl_txn_begin(r->from, false, &r->read);

    if (rc == WL_OK)
        rc = wl_txn_begin(r->to, true, &r->write);
    while (rc == WL_OK && r->next < r->all && !wl_txn_is_full(r->write))
        rc = rebuild_entry(r);
    if (rc == WL_OK)
        rc = wl_txn_commit(&r->write);
    wl_txn_abort(&r->write);
    wl_txn_abort(&r->read);
    if (rc == WL_OK && r->progress)
        r->progress(r->context, r->next, r->all);
    return rc;
}

static int report_on(struct rebuild *r, struct wl_rebuild_report *report)
{
    int rc = wl_txn_begin(r->to, false, &r->read);

    if (rc == WL_OK)
        rc = wl_journal_root(r->read, report->root);
    if (rc == WL_OK)
        rc = wl_state_digest(r->read, report->digest);
    if (rc == WL_OK && memcmp(report->root, r->root, sizeof r->root) != 0)
        rc = wl_fail(WL_E_DAMAGED, "the entries do not give the hashes that were written with them");
    report->entries = r->all;
    wl_txn_abort(&r->read);
    return rc;
}

static int count_entries(struct rebuild *r)
{
    int rc = wl_txn_begin(r->from, false, &r->read);

    if (rc == WL_OK) {
        r->all = wl_journal_size(r->read);
        rc = wl_journal_root(r->read, r->root);
    }
    wl_txn_abort(&r->read);
    return rc;
}

static void remove_store(const char *dir)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char path[PATH_SIZE];

    for (size_t i = 0; i < WL_COUNT(files); i++)
        if (snprintf(path, sizeof path, "%s/%s", dir, files[i]) < (int)sizeof path)
            unlink(path);
    rmdir(dir);
}

static int rebuild_into(struct rebuild *r, const char *dir, const struct wl_schema *schema, const char *temporary,
                        struct wl_rebuild_report *report)
{
    int rc = wl_store_open(dir, schema, WL_OPEN_READ | WL_OPEN_JOURNAL, &r->from);

    if (rc == WL_OK)
        rc = wl_store_open(temporary, schema, WL_OPEN_CREATE | WL_OPEN_NO_SYNC, &r->to);
    if (rc == WL_OK)
        rc = count_entries(r);
    while (rc == WL_OK && r->next < r->all)
        rc = rebuild_some(r);
    if (rc == WL_OK)
        rc = report_on(r, report);
    if (rc == WL_OK)
        rc = wl_store_sync(r->to);
    if (rc == WL_OK)
        rc = wl_folder_sync(temporary);
    wl_store_close(r->to);
    wl_store_close(r->from);
    return rc;
}

int wl_rebuild(const char *dir, const struct wl_schema *schema, const char *new_dir, bool decide_again,
               wl_entries_fn *progress, void *context, struct wl_rebuild_report *report)
{
    struct rebuild r = {.decide_again = decide_again, .progress = progress, .context = context};
    char temporary[PATH_SIZE];
    size_t size = strlen(new_dir);
    int rc;

    while (size > 1 && new_dir[size - 1] == '/')
        size--;
    if (snprintf(temporary, sizeof temporary, "%.*s.part-%ld", (int)size, new_dir, (long)getpid()) >=
        (int)sizeof temporary)
        return wl_fail(WL_E_USAGE, "%s: the path is too long", new_dir);
    if (access(new_dir, F_OK) == 0)
        return wl_fail(WL_E_USAGE, "%s exists; name a folder that does not", new_dir);
    wl_arena_init(&r.arena, COMMAND_MEMORY);
    rc = rebuild_into(&r, dir, schema, temporary, report);
    wl_arena_release(&r.arena);
    if (rc == WL_OK && rename(temporary, new_dir) != 0)
        rc = wl_fail(WL_E_SYSTEM, "%s: cannot be put in place: %s", new_dir, strerror(errno));
    if (rc != WL_OK)
        remove_store(temporary);
    return rc == WL_OK ? wl_folder_sync_above(new_dir) : rc;
}
