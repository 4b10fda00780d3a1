#include "ledger/mdb.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct wl_walk {
    struct wl_txn *txn;
    unsigned table;
    MDB_cursor *cursor;
    MDB_cursor_op next; /* MDB_SET_RANGE until the first row was read */
    struct wl_str prefix;
    size_t from_size;
    char bytes[2 * WL_KEY_MAX]; /* prefix, then from */
};

int wl_walk_open(struct wl_txn *t, unsigned table, struct wl_str prefix, struct wl_str from, struct wl_walk **out)
{
    struct wl_walk *w;
    int rc;

    *out = NULL;
    assert(prefix.size <= WL_KEY_MAX && from.size <= WL_KEY_MAX);
    if (from.size && wl_str_compare(from, prefix) < 0)
        from = WL_NO_STR;
    wl_table_flush(t, table);
    if (t->status != WL_OK)
        return t->status;
    w = calloc(1, sizeof *w);
    if (!w)
        return wl_txn_fail(t, wl_fail(WL_E_SYSTEM, "out of memory"));
    w->txn = t;
    w->table = table;
    w->next = MDB_SET_RANGE;
    if (prefix.size)
        memcpy(w->bytes, prefix.data, prefix.size);
    if (from.size)
        memcpy(w->bytes + WL_KEY_MAX, from.data, from.size);
    w->prefix = (struct wl_str){w->bytes, prefix.size};
    w->from_size = from.size;
    rc = mdb_cursor_open(t->mdb, t->store->dbi[table], &w->cursor);
    if (rc != 0) {
        free(w);
        return wl_txn_fail(t, wl_mdb_fail(t->store, rc, "opening a cursor"));
    }
    *out = w;
    return WL_OK;
}

int wl_walk_next(struct wl_walk *w, struct wl_str *key, struct wl_str *value)
{
    struct wl_txn *t = w->txn;
    MDB_val k = wl_to_val(w->from_size ? (struct wl_str){w->bytes + WL_KEY_MAX, w->from_size} : w->prefix), v;
    int rc;

    if (t->status != WL_OK)
        return t->status;
    rc = mdb_cursor_get(w->cursor, &k, &v, w->next == MDB_SET_RANGE && k.mv_size == 0 ? MDB_FIRST : w->next);
    w->next = MDB_NEXT;
    if (rc == MDB_NOTFOUND)
        return 0;
    if (rc != 0)
        return wl_txn_fail(t, wl_mdb_fail(t->store, rc, "walking a table"));
    *key = wl_from_val(k);
    *value = wl_from_val(v);
    if (key->size < w->prefix.size || memcmp(key->data, w->bytes, w->prefix.size) != 0)
        return 0;
    rc = wl_row_check(t->store, w->table, *key, value);
    return rc == WL_OK ? 1 : wl_txn_fail(t, rc);
}

void wl_walk_close(struct wl_walk *w)
{
    if (!w)
        return;
    mdb_cursor_close(w->cursor);
    free(w);
}

int wl_last(struct wl_txn *t, unsigned table, struct wl_str *key, struct wl_str *value)
{
    MDB_cursor *c;
    MDB_val k, v;
    int rc;

    wl_table_flush(t, table);
    if (t->status != WL_OK)
        return t->status;
    if ((rc = mdb_cursor_open(t->mdb, t->store->dbi[table], &c)) != 0)
        return wl_txn_fail(t, wl_mdb_fail(t->store, rc, "opening a cursor"));
    rc = mdb_cursor_get(c, &k, &v, MDB_LAST);
    mdb_cursor_close(c);
    if (rc == MDB_NOTFOUND)
        return 0;
    if (rc != 0)
        return wl_txn_fail(t, wl_mdb_fail(t->store, rc, "reading the last row"));
    *key = wl_from_val(k);
    *value = wl_from_val(v);
    rc = wl_row_check(t->store, table, *key, value);
    return rc == WL_OK ? 1 : wl_txn_fail(t, rc);
}

uint64_t wl_table_rows(struct wl_txn *t, unsigned table)
{
    MDB_stat stat;

    wl_table_flush(t, table);
    if (t->status != WL_OK || mdb_stat(t->mdb, t->store->dbi[table], &stat) != 0)
        return 0;
    return stat.ms_entries;
}
