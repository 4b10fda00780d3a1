/* Inside the ledger: the one place that knows LMDB, for the three files that speak to it. */
#ifndef WL_LEDGER_MDB_H
#define WL_LEDGER_MDB_H

#include "ledger/txn.h"
#include "wledger/error.h"
#include <lmdb.h>

enum { WL_CHECKSUM_SIZE = 4, WL_PATH_SIZE = 4096 };

struct wl_store {
    MDB_env *env;
    const struct wl_schema *schema;
    void *cache;
    unsigned table_count;
    struct wl_table tables[WL_TABLES_MAX];
    MDB_dbi dbi[WL_TABLES_MAX];
    unsigned flags;
    char *dir;
};

static inline MDB_val wl_to_val(struct wl_str s)
{
    return (MDB_val){s.size, (void *)(uintptr_t)s.data};
}

static inline struct wl_str wl_from_val(MDB_val v)
{
    return (struct wl_str){v.mv_data, v.mv_size};
}

/* An LMDB result as one of ours, with a message. */
int wl_mdb_fail(const struct wl_store *, int rc, const char *doing);

/* Whether an LMDB result says that the disk, or what of it is ours, is full. */
bool wl_disk_has_no_room(const char *dir, int rc);
/* Gives the lock file its blocks: LMDB maps and writes it, which kills the process where the disk has none
 * left. 0 or ENOSPC; what else hinders is for LMDB to say. Must not be called while dir is open. */
int wl_lock_file_reserve(const char *dir);

/* Takes the checksum off a row as it is stored; WL_E_DAMAGED when it does not fit. */
int wl_row_check(const struct wl_store *, unsigned table, struct wl_str key, struct wl_str *value);

/* Writes what is pending for a table. */
void wl_table_flush(struct wl_txn *, unsigned table);

#endif
