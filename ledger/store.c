#include "ledger/mdb.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_LARGEST ((size_t)1 << 40)
#define MAP_SMALLEST ((size_t)1 << 26)
/* When a transaction has put this much it is time to commit: about 8,000 dirty pages in all, so that
 * LMDB never spills and memory stays bounded. */
#define VOLUME_FULL ((size_t)24 << 20)
#define PENDING_FULL ((size_t)42000)

static const struct wl_table own_tables[WL_TABLE_FIRST] = {
    [WL_TABLE_META] = {"meta", WL_TABLE_BUFFERED},
    [WL_TABLE_JOURNAL] = {"journal", WL_TABLE_APPEND | WL_TABLE_PRIMARY | WL_TABLE_PLAIN},
    [WL_TABLE_TREE] = {"tree", WL_TABLE_APPEND | WL_TABLE_PLAIN},
    [WL_TABLE_TEXTS] = {"texts", WL_TABLE_APPEND | WL_TABLE_PRIMARY | WL_TABLE_PLAIN},
    [WL_TABLE_KEYS] = {"keys", 0},
    [WL_TABLE_KEY_AGE] = {"key-age", WL_TABLE_APPEND},
    [WL_TABLE_BALANCES] = {"balances", WL_TABLE_BUFFERED},
};

int wl_mdb_fail(const struct wl_store *s, int rc, const char *doing)
{
    bool no_room = wl_disk_has_no_room(s->dir, rc);
    int status = no_room || rc == MDB_MAP_FULL || rc == MDB_TXN_FULL ? WL_E_FULL
                 : rc == MDB_CORRUPTED || rc == MDB_PAGE_NOTFOUND || rc == MDB_INVALID || rc == MDB_VERSION_MISMATCH ||
                         rc == MDB_INCOMPATIBLE || rc == MDB_CURSOR_FULL || rc == MDB_BAD_VALSIZE
                     ? WL_E_DAMAGED
                     : WL_E_SYSTEM;

    if (rc == MDB_PANIC) /* what LMDB answers to everything once the write of a head page has failed */
        return wl_fail(status,
                       "%s: %s: the disk failed while a commit wrote its last page, so that commit may or may "
                       "not have happened; open the ledger again and ask by key",
                       s->dir, doing);
    if (no_room)
        return wl_fail(
            status,
            "%s: %s: the disk is full, or a quota or a limit of the file's size is reached; nothing of it was "
            "done: make room and try again",
            s->dir, doing);
    return wl_fail(status, "%s: %s: %s", s->dir, doing, mdb_strerror(rc));
}

static bool has_checksum(const struct wl_store *s, unsigned table)
{
    return !(s->tables[table].flags & WL_TABLE_PLAIN);
}

/* Takes the checksum off a row as it is stored. */
int wl_row_check(const struct wl_store *s, unsigned table, struct wl_str key, struct wl_str *value)
{
    if (!has_checksum(s, table))
        return WL_OK;
    if (value->size >= WL_CHECKSUM_SIZE) {
        value->size -= WL_CHECKSUM_SIZE;
        if (wl_get_u32(value->data + value->size) == wl_row_checksum(table, key, *value))
            return WL_OK;
    }
    return wl_fail(WL_E_DAMAGED, "%s: a row of table %s does not have the checksum it was written with", s->dir,
                   s->tables[table].name);
}

/* ---- opening ---- */

/* Without the lock file a writer would not know of us and might write over what we read. Where there is
 * none and we may not make one, this is a copy that nobody writes to. */
static bool may_go_unlocked(const struct wl_store *s)
{
    char file[WL_PATH_SIZE];

    return s->flags & WL_OPEN_READ && snprintf(file, sizeof file, "%s/lock.mdb", s->dir) < (int)sizeof file &&
           access(file, F_OK) != 0;
}

static int open_env(struct wl_store *s)
{
    unsigned flags = s->flags & WL_OPEN_READ ? MDB_RDONLY : 0;
    int rc = 0;

    if (s->flags & WL_OPEN_NO_SYNC)
        flags |= MDB_NOSYNC | MDB_NOMETASYNC;
    if (s->flags & WL_OPEN_SCATTERED)
        flags |= MDB_NORDAHEAD;
    if (s->flags & WL_OPEN_SEVERAL_READS)
        flags |= MDB_NOTLS;
    if ((rc = wl_lock_file_reserve(s->dir)) != 0)
        return wl_mdb_fail(s, rc, "making lock.mdb");
    for (size_t map = MAP_LARGEST; map >= MAP_SMALLEST; map /= 2) {
        if ((rc = mdb_env_create(&s->env)) != 0)
            return wl_mdb_fail(s, rc, "opening");
        mdb_env_set_maxdbs(s->env, WL_TABLES_MAX);
        mdb_env_set_mapsize(s->env, map);
        rc = mdb_env_open(s->env, s->dir, flags, 0666);
        if (rc == EACCES && !(flags & MDB_NOLOCK) && may_go_unlocked(s)) {
            flags |= MDB_NOLOCK;
            map *= 2;
        } else if (rc != ENOMEM && rc != EINVAL) {
            break;
        }
        if (rc != 0) {
            mdb_env_close(s->env);
            s->env = NULL;
        }
    }
    if (rc == ENOENT)
        return wl_fail(WL_E_USAGE, "%s: no ledger here; make one with `wledger init`", s->dir);
    if (rc == EACCES && s->flags & WL_OPEN_READ)
        return wl_fail(WL_E_SYSTEM,
                       "%s: no permission; reading a ledger takes permission to read data.mdb and to write "
                       "lock.mdb, unless it is a copy without a lock.mdb",
                       s->dir);
    if (rc == MDB_INVALID)
        return wl_fail(WL_E_DAMAGED, "%s: data.mdb is not a ledger's file, or its first pages are damaged", s->dir);
    if (rc != 0)
        return wl_mdb_fail(s, rc, "opening");
    mdb_reader_check(s->env, &(int){0});
    return WL_OK;
}

/* A ledger is only made where there is nothing, or where making one stopped before its first entry. */
static int check_vacant(const struct wl_store *s, MDB_txn *txn)
{
    MDB_dbi dbi;
    MDB_stat stat;
    int rc = mdb_dbi_open(txn, NULL, 0, &dbi);

    if (rc == 0)
        rc = mdb_stat(txn, dbi, &stat);
    if (rc != 0)
        return wl_mdb_fail(s, rc, "opening its tables");
    if (stat.ms_entries == 0)
        return WL_OK;
    rc = mdb_dbi_open(txn, s->tables[WL_TABLE_JOURNAL].name, 0, &dbi);
    if (rc == 0)
        rc = mdb_stat(txn, dbi, &stat);
    if (rc == MDB_NOTFOUND)
        return wl_fail(WL_E_USAGE, "%s: data.mdb belongs to another program", s->dir);
    if (rc != 0)
        return wl_mdb_fail(s, rc, "opening its tables");
    return stat.ms_entries == 0 ? WL_OK : wl_fail(WL_E_USAGE, "%s: there is a ledger already", s->dir);
}

static int open_tables(struct wl_store *s)
{
    bool create = s->flags & WL_OPEN_CREATE;
    MDB_txn *txn = NULL;
    int status, rc = mdb_txn_begin(s->env, NULL, create ? 0 : MDB_RDONLY, &txn);

    if (rc == 0 && create && (status = check_vacant(s, txn)) != WL_OK) {
        mdb_txn_abort(txn);
        return status;
    }
    for (unsigned t = 0; rc == 0 && t < s->table_count; t++) {
        rc = mdb_dbi_open(txn, s->tables[t].name, create ? MDB_CREATE : 0, &s->dbi[t]);
        if (rc == MDB_NOTFOUND) {
            mdb_txn_abort(txn);
            return wl_fail(t == 0 ? WL_E_USAGE : WL_E_DAMAGED,
                           "%s: not a ledger of this release: it has no table %s; %s", s->dir, s->tables[t].name,
                           t == 0 ? "make one with `wledger init`" : "make it anew with `wledger rebuild`");
        }
    }
    if (rc == 0)
        rc = mdb_txn_commit(txn); /* keeps the handles, in a read transaction as well */
    else if (txn)
        mdb_txn_abort(txn);
    return rc == 0 ? WL_OK : wl_mdb_fail(s, rc, "opening its tables");
}

static int make_folder(const char *dir)
{
    char file[WL_PATH_SIZE];

    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return wl_fail(WL_E_SYSTEM, "%s: cannot make the folder: %s", dir, strerror(errno));
    if (snprintf(file, sizeof file, "%s/data.mdb", dir) >= (int)sizeof file)
        return wl_fail(WL_E_USAGE, "%s: the path is too long", dir);
    return WL_OK;
}

/* Makes the names in a folder durable. */
int wl_folder_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);

    if (rc != 0)
        rc = wl_fail(WL_E_SYSTEM, "%s: cannot be written to the disk: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return rc;
}

int wl_folder_sync_above(const char *path)
{
    char above[WL_PATH_SIZE + 4];

    if (snprintf(above, sizeof above, "%s/..", path) >= (int)sizeof above)
        return wl_fail(WL_E_USAGE, "%s: the path is too long", path);
    return wl_folder_sync(above);
}

static int check_exists(const char *dir)
{
    char file[WL_PATH_SIZE];
    struct stat st;

    if (snprintf(file, sizeof file, "%s/data.mdb", dir) >= (int)sizeof file)
        return wl_fail(WL_E_USAGE, "%s: the path is too long", dir);
    if (stat(file, &st) != 0)
        return wl_fail(WL_E_USAGE, "%s: no ledger here (%s); make one with `wledger init`, or name it with -d", dir,
                       strerror(errno));
    if (st.st_size == 0) /* which LMDB would begin anew */
        return wl_fail(WL_E_DAMAGED,
                       "%s: data.mdb is empty: take a copy of it, or make a new ledger with `wledger init`", dir);
    return WL_OK;
}

int wl_store_open(const char *dir, const struct wl_schema *schema, unsigned flags, struct wl_store **out)
{
    struct wl_store *s;
    int rc;

    assert(schema->table_count + WL_TABLE_FIRST <= WL_TABLES_MAX);
    *out = NULL;
    rc = flags & WL_OPEN_CREATE ? make_folder(dir) : check_exists(dir);
    if (rc != WL_OK)
        return rc;
    s = calloc(1, sizeof *s);
    if (!s || !(s->dir = strdup(dir))) {
        free(s);
        return wl_fail(WL_E_SYSTEM, "out of memory");
    }
    s->schema = schema;
    s->flags = flags;
    memcpy(s->tables, own_tables, sizeof own_tables);
    memcpy(s->tables + WL_TABLE_FIRST, schema->tables, schema->table_count * sizeof schema->tables[0]);
    s->table_count = WL_TABLE_FIRST + (flags & WL_OPEN_JOURNAL ? 0 : schema->table_count);
    if (schema->cache_new && !(s->cache = schema->cache_new()))
        rc = wl_fail(WL_E_SYSTEM, "out of memory");
    if (rc == WL_OK)
        rc = open_env(s);
    if (rc == WL_OK)
        rc = open_tables(s);
    if (rc == WL_OK && flags & WL_OPEN_CREATE && !(flags & WL_OPEN_NO_SYNC) && (rc = wl_folder_sync(dir)) == WL_OK)
        rc = wl_folder_sync_above(dir);
    if (rc != WL_OK) {
        wl_store_close(s);
        return rc;
    }
    *out = s;
    return WL_OK;
}

void wl_store_close(struct wl_store *s)
{
    if (!s)
        return;
    if (s->env)
        mdb_env_close(s->env);
    if (s->cache)
        s->schema->cache_free(s->cache);
    free(s->dir);
    free(s);
}

int wl_store_sync(struct wl_store *s)
{
    int rc = mdb_env_sync(s->env, 1);

    return rc == 0 ? WL_OK : wl_mdb_fail(s, rc, "writing to the disk");
}

const struct wl_schema *wl_store_schema(const struct wl_store *s)
{
    return s->schema;
}

void *wl_store_cache(const struct wl_store *s)
{
    return s->cache;
}

unsigned wl_store_table_count(const struct wl_store *s)
{
    return s->table_count;
}

const struct wl_table *wl_store_table(const struct wl_store *s, unsigned table)
{
    return &s->tables[table];
}

/* ---- transactions ---- */

int wl_txn_begin(struct wl_store *s, bool write, struct wl_txn **out)
{
    struct wl_txn *t = calloc(1, sizeof *t);
    int rc;

    *out = NULL;
    assert(!write || !(s->flags & WL_OPEN_READ));
    if (!t || (write && !(t->pending = wl_pending_new()))) {
        free(t);
        return wl_fail(WL_E_SYSTEM, "out of memory");
    }
    t->store = s;
    t->write = write;
    wl_buf_init(&t->entry, WL_ENTRY_MAX);
    wl_buf_init(&t->body, WL_ENTRY_MAX);
    wl_buf_init(&t->outcome, WL_ENTRY_MAX);
    rc = mdb_txn_begin(s->env, NULL, write ? 0 : MDB_RDONLY, &t->mdb);
    if (rc != 0) {
        t->mdb = NULL;
        wl_txn_abort(&t);
        return wl_mdb_fail(s, rc, write ? "beginning to write" : "beginning to read");
    }
    *out = t;
    return WL_OK;
}

static void close_cursors(struct wl_txn *t)
{
    for (unsigned i = 0; i < t->store->table_count; i++) {
        if (t->cursors[i])
            mdb_cursor_close(t->cursors[i]);
        t->cursors[i] = NULL;
    }
}

static void free_txn(struct wl_txn *t)
{
    wl_pending_free(t->pending);
    wl_buf_release(&t->entry);
    wl_buf_release(&t->body);
    wl_buf_release(&t->outcome);
    free(t);
}

void wl_txn_abort(struct wl_txn **txn)
{
    struct wl_txn *t = *txn;

    *txn = NULL;
    if (!t)
        return;
    close_cursors(t);
    if (t->mdb)
        mdb_txn_abort(t->mdb);
    free_txn(t);
}

uint64_t wl_txn_version(const struct wl_txn *t)
{
    return mdb_txn_id(t->mdb);
}

int wl_txn_status(const struct wl_txn *t)
{
    return t->status;
}

int wl_txn_fail(struct wl_txn *t, int status)
{
    assert(status < 0);
    if (t->status == WL_OK)
        t->status = status;
    return t->status;
}

struct wl_store *wl_txn_store(const struct wl_txn *t)
{
    return t->store;
}

size_t wl_txn_volume(const struct wl_txn *t)
{
    return t->volume;
}

bool wl_txn_is_full(const struct wl_txn *t)
{
    return t->volume >= VOLUME_FULL || (t->pending && wl_pending_total(t->pending) >= PENDING_FULL);
}

/* ---- rows ---- */

/* One that stays: LMDB looks for a key where it stands before it begins at the root, and who works on a row
 * mostly comes back to it, or to one beside it. */
static MDB_cursor *table_cursor(struct wl_txn *t, unsigned table)
{
    int rc;

    if (!t->cursors[table] && (rc = mdb_cursor_open(t->mdb, t->store->dbi[table], &t->cursors[table])) != 0) {
        t->cursors[table] = NULL;
        wl_txn_fail(t, wl_mdb_fail(t->store, rc, "opening a cursor"));
    }
    return t->cursors[table];
}

static void put_now(struct wl_txn *t, unsigned table, struct wl_str key, struct wl_str value)
{
    bool sum = has_checksum(t->store, table);
    MDB_val k = wl_to_val(key), v = {value.size + (sum ? WL_CHECKSUM_SIZE : 0), NULL};
    MDB_cursor *c = table_cursor(t, table);
    int rc = MDB_KEYEXIST;
    struct wl_buf tail;

    if (!c)
        return;
    if (t->store->tables[table].flags & WL_TABLE_APPEND)
        rc = mdb_cursor_put(c, &k, &v, MDB_APPEND | MDB_RESERVE);
    if (rc == MDB_KEYEXIST) /* not above the last key: a row of before is rewritten */
        rc = mdb_cursor_put(c, &k, &v, MDB_RESERVE);
    if (rc != 0) {
        wl_txn_fail(t, wl_mdb_fail(t->store, rc, "writing a row"));
        return;
    }
    if (value.size)
        memcpy(v.mv_data, value.data, value.size);
    if (sum) {
        tail = (struct wl_buf){
            .data = (uint8_t *)v.mv_data + value.size, .capacity = WL_CHECKSUM_SIZE, .ceiling = WL_CHECKSUM_SIZE};
        wl_buf_u32(&tail, wl_row_checksum(table, key, value));
    }
    t->volume += key.size + v.mv_size + 16;
}

static void delete_now(struct wl_txn *t, unsigned table, struct wl_str key)
{
    MDB_val k = wl_to_val(key);
    int rc = mdb_del(t->mdb, t->store->dbi[table], &k, NULL);

    if (rc != 0 && rc != MDB_NOTFOUND)
        wl_txn_fail(t, wl_mdb_fail(t->store, rc, "deleting a row"));
    t->volume += key.size + 16;
}

void wl_table_flush(struct wl_txn *t, unsigned table)
{
    size_t count;
    struct wl_pending_row *const *rows;

    if (!t->pending || wl_pending_count(t->pending, table) == 0)
        return;
    rows = wl_pending_take(t->pending, table, &count);
    memset(t->seen, 0, sizeof t->seen); /* what they point to may move */
    for (size_t i = 0; i < count && t->status == WL_OK; i++) {
        if (rows[i]->deleted)
            delete_now(t, table, rows[i]->key);
        else
            put_now(t, table, rows[i]->key, rows[i]->value);
    }
}

int wl_txn_commit(struct wl_txn **txn)
{
    struct wl_txn *t = *txn;
    int rc;

    for (unsigned i = 0; t->write && i < t->store->table_count; i++)
        wl_table_flush(t, i);
    close_cursors(t);
    rc = t->status;
    *txn = NULL;
    if (rc == WL_OK) {
        int e = mdb_txn_commit(t->mdb);

        t->mdb = NULL;
        if (e != 0)
            rc = wl_mdb_fail(t->store, e, "committing");
    }
    if (t->mdb)
        mdb_txn_abort(t->mdb);
    free_txn(t);
    return rc;
}

static int read_row(struct wl_txn *t, unsigned table, struct wl_str key, struct wl_str *value)
{
    MDB_val k = wl_to_val(key), v;
    MDB_cursor *c = t->write ? table_cursor(t, table) : NULL;
    int rc;

    if (t->status != WL_OK)
        return t->status;
    rc = c ? mdb_cursor_get(c, &k, &v, MDB_SET) : mdb_get(t->mdb, t->store->dbi[table], &k, &v);
    if (rc == MDB_NOTFOUND)
        return 0;
    if (rc != 0)
        return wl_txn_fail(t, wl_mdb_fail(t->store, rc, "reading a row"));
    *value = wl_from_val(v);
    rc = wl_row_check(t->store, table, key, value);
    return rc == WL_OK ? 1 : wl_txn_fail(t, rc);
}

/* A buffered table does not change in LMDB until it is flushed, so what was read of it, or was not
 * there, stays so: most such rows are read twice, to decide and to apply. */
static int read_seen(struct wl_txn *t, unsigned table, struct wl_str key, struct wl_str *value)
{
    uint64_t hash = wl_hash(key) + table;
    struct wl_seen *s = &t->seen[(hash ^ hash >> 32) % WL_SEEN_ROWS];
    int rc;

    if (s->used && s->table == table && s->key_size == key.size && memcmp(s->key, key.data, key.size) == 0) {
        *value = s->value;
        return s->found;
    }
    rc = read_row(t, table, key, value);
    if (rc >= 0) {
        *s = (struct wl_seen){
            .used = true, .found = rc == 1, .table = (uint8_t)table, .key_size = (uint8_t)key.size, .value = *value};
        memcpy(s->key, key.data, key.size);
    }
    return rc;
}

int wl_get(struct wl_txn *t, unsigned table, struct wl_str key, struct wl_str *value)
{
    const struct wl_pending_row *row;

    *value = WL_NO_STR;
    if (t->status != WL_OK)
        return t->status;
    if (key.size == 0 || key.size > WL_KEY_MAX) /* no row has such a key; LMDB would call it an error */
        return 0;
    if (t->pending && (row = wl_pending_find(t->pending, table, key))) {
        *value = row->value;
        return row->deleted ? 0 : 1;
    }
    if (t->pending && t->store->tables[table].flags & WL_TABLE_BUFFERED && key.size <= WL_SEEN_KEY)
        return read_seen(t, table, key, value);
    return read_row(t, table, key, value);
}

static void change(struct wl_txn *t, unsigned table, struct wl_str key, struct wl_str value, bool deleted)
{
    int rc;

    assert(t->write && key.size > 0 && key.size <= WL_KEY_MAX);
    assert(value.size <= WL_VALUE_MAX || t->store->tables[table].flags & WL_TABLE_PRIMARY || table == WL_TABLE_TREE);
    if (t->status != WL_OK)
        return;
    if (t->store->tables[table].flags & WL_TABLE_BUFFERED) {
        if ((rc = wl_pending_put(t->pending, table, key, value, deleted)) != WL_OK)
            wl_txn_fail(t, rc);
    } else if (deleted) {
        delete_now(t, table, key);
    } else {
        put_now(t, table, key, value);
    }
}

void wl_put(struct wl_txn *t, unsigned table, struct wl_str key, struct wl_str value)
{
    change(t, table, key, value, false);
}

void wl_delete(struct wl_txn *t, unsigned table, struct wl_str key)
{
    change(t, table, key, WL_NO_STR, true);
}
