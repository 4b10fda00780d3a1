/* Inside the ledger: what a transaction is made of. */
#ifndef WL_LEDGER_TXN_H
#define WL_LEDGER_TXN_H

#include "ledger/pending.h"
#include "ledger/tree.h"
#include "wledger/command.h"

#define WL_TABLES_MAX 96

struct MDB_txn;
struct MDB_cursor;

/* What was read of a buffered table; WL_SEEN_ROWS of these are kept, by hash of the key. */
enum { WL_SEEN_ROWS = 256, WL_SEEN_KEY = 48 };
struct wl_seen {
    bool used, found;
    uint8_t table, key_size;
    char key[WL_SEEN_KEY];
    struct wl_str value;
};

struct wl_txn {
    struct wl_store *store;
    struct MDB_txn *mdb;
    struct MDB_cursor *cursors[WL_TABLES_MAX]; /* of a write transaction, opened at first use */
    bool write;
    int status;                 /* the first error */
    struct wl_pending *pending; /* changes to buffered tables; NULL in a read transaction */
    struct wl_seen seen[WL_SEEN_ROWS];
    size_t volume; /* bytes put directly */
    /* The journal's end, read at first use. */
    bool end_known;
    uint64_t next_seq;
    struct wl_frontier frontier;
    /* The journal's last time and its zone, read at first use. */
    bool clock_known;
    int64_t last_time, zone;
    struct wl_buf entry, body, outcome; /* of the command being executed */
};

/* The last row of a table: 1, 0 when it is empty, or the error that sticks. */
int wl_last(struct wl_txn *, unsigned table, struct wl_str *key, struct wl_str *value);

/* The version of the store that a transaction sees, or makes. */
uint64_t wl_txn_version(const struct wl_txn *);

/* A flag of wl_store_open for audit: a thread may have several read transactions. */
enum { WL_OPEN_SEVERAL_READS = 1 << 8 };

/* Makes the names in a folder durable; those in the folder above. */
int wl_folder_sync(const char *path);
int wl_folder_sync_above(const char *path);

/* The checksum that a row of a table carries. */
uint32_t wl_row_checksum(unsigned table, struct wl_str key, struct wl_str value);

unsigned wl_store_table_count(const struct wl_store *);
const struct wl_table *wl_store_table(const struct wl_store *, unsigned table);

/* Walks a table and checks what LMDB itself does not (docs/format.md, invariants 10 to 13): keys in
 * order, every leaf found again from the root, row count, checksums. `visit` (may be NULL) sees each
 * row. WL_E_DAMAGED with a message at the first thing that is not so. */
typedef int wl_visit_fn(void *context, struct wl_str key, struct wl_str value);
int wl_table_check(struct wl_txn *, unsigned table, wl_visit_fn *visit, void *context);

/* Checks the two meta pages of the store's file: both whole, one transaction apart. */
int wl_store_check_head(const char *dir);

/* Checks the pages that a version of the store consists of, as they lie in the file, before LMDB, which
 * believes them, is let near: every page's number and kind, every node within its page, keys in order and
 * between the separators above, depth and counts of every table, every page used or free exactly once.
 * 1 when all is well, 0 when that version is no longer the newest but one (begin again), or an error. */
int wl_store_check_pages(const char *dir, uint64_t version);

#endif
