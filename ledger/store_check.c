#include "ledger/mdb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    LITTLE_ROOM = 8 << 20, /* bytes; a larger commit may end within them */
    LOCK_FILE = 8192,      /* bytes of LMDB's, with its 126 readers */
};

/* A lookup of this key from the root must lead to this very row: then no separator above it is wrong.
 * Asked of the first and the last row of a leaf it holds for all between, because keys in a leaf ascend
 * and a separator that parted them would part these two. */
static int check_found(struct wl_txn *t, unsigned table, MDB_val key, MDB_val value)
{
    MDB_val found;

    if (mdb_get(t->mdb, t->store->dbi[table], &key, &found) != 0 || found.mv_data != value.mv_data)
        return wl_fail(WL_E_DAMAGED, "%s: table %s: a row that is there is not found by its key", t->store->dir,
                       t->store->tables[table].name);
    return WL_OK;
}

static int check_rows(struct wl_txn *t, unsigned table, MDB_cursor *c, uintptr_t page_size, wl_visit_fn *visit,
                      void *context)
{
    MDB_val k, v, last_k = {0, NULL}, last_v = {0, NULL};
    uint64_t rows = 0, expected = wl_table_rows(t, table);
    int rc, e;

    while ((e = mdb_cursor_get(c, &k, &v, MDB_NEXT)) == 0) {
        struct wl_str key = wl_from_val(k), value = wl_from_val(v);

        if (++rows > expected || (rows > 1 && wl_str_compare(wl_from_val(last_k), key) >= 0))
            return wl_fail(WL_E_DAMAGED, "%s: table %s: rows out of order", t->store->dir,
                           t->store->tables[table].name);
        if ((rc = wl_row_check(t->store, table, key, &value)) != WL_OK)
            return rc;
        if (rows == 1 || (uintptr_t)k.mv_data / page_size != (uintptr_t)last_k.mv_data / page_size) {
            if (rows > 1 && (rc = check_found(t, table, last_k, last_v)) != WL_OK)
                return rc;
            if ((rc = check_found(t, table, k, v)) != WL_OK)
                return rc;
        }
        if (visit && (rc = visit(context, key, value)) != WL_OK)
            return rc;
        last_k = k;
        last_v = v;
    }
    if (e != MDB_NOTFOUND)
        return wl_mdb_fail(t->store, e, "walking a table");
    if (rows != expected)
        return wl_fail(WL_E_DAMAGED, "%s: table %s has %llu rows where %llu were counted", t->store->dir,
                       t->store->tables[table].name, (unsigned long long)rows, (unsigned long long)expected);
    return rows ? check_found(t, table, last_k, last_v) : WL_OK;
}

int wl_table_check(struct wl_txn *t, unsigned table, wl_visit_fn *visit, void *context)
{
    MDB_stat stat;
    MDB_cursor *c;
    int rc = mdb_stat(t->mdb, t->store->dbi[table], &stat);

    if (rc == 0)
        rc = mdb_cursor_open(t->mdb, t->store->dbi[table], &c);
    if (rc != 0)
        return wl_mdb_fail(t->store, rc, "walking a table");
    rc = check_rows(t, table, c, stat.ms_psize, visit, context);
    mdb_cursor_close(c);
    return rc;
}

/* A write of which the disk takes a part only is EIO to LMDB, as if the disk had failed. */
bool wl_disk_has_no_room(const char *dir, int rc)
{
    struct statvfs disk;
    struct rlimit size;

    if (rc == ENOSPC || rc == EDQUOT || rc == EFBIG)
        return true;
    if (rc != EIO)
        return false;
    return (statvfs(dir, &disk) == 0 && (uint64_t)disk.f_bavail * disk.f_frsize < LITTLE_ROOM) ||
           (getrlimit(RLIMIT_FSIZE, &size) == 0 && size.rlim_cur != RLIM_INFINITY);
}

int wl_lock_file_reserve(const char *dir)
{
    char path[WL_PATH_SIZE];
    struct stat about;
    int fd, rc = 0;

    if (snprintf(path, sizeof path, "%s/lock.mdb", dir) >= (int)sizeof path ||
        (stat(path, &about) == 0 && about.st_blocks * 512 >= LOCK_FILE))
        return 0;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return 0;
    if (fallocate(fd, 0, 0, LOCK_FILE) != 0 && wl_disk_has_no_room(dir, errno))
        rc = ENOSPC;
    close(fd);
    return rc;
}

static uint64_t pages_of(const MDB_stat *stat)
{
    return stat->ms_branch_pages + stat->ms_leaf_pages + stat->ms_overflow_pages;
}

/* Pages that stand in LMDB's list of free ones (its table 0: a list of page numbers a transaction). */
static int count_free(MDB_txn *txn, uint64_t *free_pages)
{
    MDB_cursor *c;
    MDB_val k, v;
    int rc = mdb_cursor_open(txn, 0, &c);

    *free_pages = 0;
    while (rc == 0 && (rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) == 0) {
        size_t listed = 0;

        if (v.mv_size >= sizeof listed)
            memcpy(&listed, v.mv_data, sizeof listed);
        *free_pages += listed;
    }
    if (rc == MDB_NOTFOUND || rc == 0) {
        mdb_cursor_close(c);
        return 0;
    }
    return rc;
}

int wl_store_facts(struct wl_txn *t, struct wl_store_facts *f)
{
    struct wl_store *s = t->store;
    MDB_envinfo info;
    MDB_stat stat;
    struct statvfs disk;
    int rc = mdb_env_info(s->env, &info);

    memset(f, 0, sizeof *f);
    if (rc == 0)
        rc = count_free(t->mdb, &f->free_pages);
    f->used_pages = 2;                                           /* the two meta pages */
    for (unsigned i = 0; rc == 0 && i < s->table_count + 2; i++) /* 0 and 1: LMDB's own */
        if ((rc = mdb_stat(t->mdb, i < 2 ? i : s->dbi[i - 2], &stat)) == 0)
            f->used_pages += pages_of(&stat);
    if (rc != 0)
        return wl_mdb_fail(s, rc, "reading what the store is like");
    f->page_bytes = stat.ms_psize;
    f->pages = info.me_last_pgno + 1;
    f->file_bytes = f->pages * f->page_bytes;
    f->map_bytes = info.me_mapsize;
    f->transactions = info.me_last_txnid;
    f->readers = info.me_numreaders;
    f->room_bytes = f->map_bytes - f->file_bytes + f->free_pages * f->page_bytes;
    if (statvfs(s->dir, &disk) == 0 && (uint64_t)disk.f_bavail * disk.f_frsize < f->room_bytes)
        f->room_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    return WL_OK;
}
