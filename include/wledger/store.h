/* The store: tables of bytes on LMDB, read and written in transactions.
 *
 * A store is a folder. Several processes may have it open; one writes at a time. A handle must not
 * cross a fork. The first error in a transaction sticks: later calls do nothing, and commit aborts. */
#ifndef WLEDGER_STORE_H
#define WLEDGER_STORE_H

#include "wledger/buf.h"

/* Longest key of any table. */
#define WL_KEY_MAX 500
/* Values of all tables but the journal and the texts stay under half a page. */
#define WL_VALUE_MAX 1900

enum { /* how a table is kept */
       /* Rows are only ever added at the end (the key is above all others); a row may be rewritten. */
       WL_TABLE_APPEND = 1,
       /* Rows change often and at random places: changes are collected in memory and written sorted, once,
     * when the transaction commits or the table is walked. */
       WL_TABLE_BUFFERED = 2,
       /* Not derived from the journal: left out of the state digest. */
       WL_TABLE_PRIMARY = 4,
       /* Rows carry no checksum, because something else vouches for them (hash tree, commitment). */
       WL_TABLE_PLAIN = 8,
};

struct wl_table {
    const char *name;
    unsigned flags;
};

enum {                    /* the ledger's own tables; a schema's own follow from WL_TABLE_FIRST on */
       WL_TABLE_META,     /* name -> value: counters and what the store is */
       WL_TABLE_JOURNAL,  /* entry number -> entry */
       WL_TABLE_TREE,     /* entry number -> the hashes that this entry completes (RFC 6962) */
       WL_TABLE_TEXTS,    /* entry number, field -> salt and personal text */
       WL_TABLE_KEYS,     /* idempotency key -> entry number, time */
       WL_TABLE_KEY_AGE,  /* entry number -> idempotency key, for expiry */
       WL_TABLE_BALANCES, /* account -> balance */
       WL_TABLE_FIRST,
};

struct wl_command;
struct wl_store;
struct wl_txn;

/* What a store holds beyond the ledger's own: given by the floor above, the same at every opening. */
struct wl_schema {
    const struct wl_table *tables; /* numbered from WL_TABLE_FIRST */
    unsigned table_count;
    const struct wl_command *const *commands;
    unsigned command_count;
    uint32_t rules_version;
    /* Checks that the floor's tables agree with one another; for audit. May be NULL. */
    int (*check)(struct wl_txn *);
    /* What that floor keeps in memory for a store, checked by it against the version it was read at. */
    void *(*cache_new)(void);
    void (*cache_free)(void *);
};

enum {                      /* flags of wl_store_open */
       WL_OPEN_READ = 1,    /* no write transactions */
       WL_OPEN_NO_SYNC = 2, /* nothing is durable until wl_store_sync: only for a store nobody else sees yet */
       WL_OPEN_CREATE = 4,  /* make the folder and the tables; fails where a store already is */
       WL_OPEN_JOURNAL = 8, /* the ledger's own tables alone, which every release has: for a rebuild from another's */
       /* Little of the file is read, here and there: the system is not to bring in what lies around it. */
       WL_OPEN_SCATTERED = 16,
};

/* Opens the store in dir (which wl_store_close ends) or fails with a message. */
int wl_store_open(const char *dir, const struct wl_schema *, unsigned flags, struct wl_store **out);
void wl_store_close(struct wl_store *);
int wl_store_sync(struct wl_store *);
const struct wl_schema *wl_store_schema(const struct wl_store *);
void *wl_store_cache(const struct wl_store *);

/* Begins a transaction; a write waits for the writer before it. One at a time for each thread. */
int wl_txn_begin(struct wl_store *, bool write, struct wl_txn **out);
/* Makes it durable, or reports why not. *txn is NULL afterwards, whatever came of it. When the disk fails
 * while the last page is written nobody knows: then every wl_txn_begin on this handle is an error, and the
 * caller opens the store again and asks by key. */
int wl_txn_commit(struct wl_txn **txn);
/* Ends it without a trace. *txn is NULL afterwards; NULL is allowed. */
void wl_txn_abort(struct wl_txn **txn);
/* The error that sticks, or WL_OK. */
int wl_txn_status(const struct wl_txn *);
/* Makes status stick (its message is the one that wl_fail set). Returns the status that sticks. */
int wl_txn_fail(struct wl_txn *, int status);
struct wl_store *wl_txn_store(const struct wl_txn *);
/* Bytes this transaction has put so far, for deciding when to commit. */
size_t wl_txn_volume(const struct wl_txn *);
/* Whether it has put so much that a caller with more to do must commit first. */
bool wl_txn_is_full(const struct wl_txn *);

/* 1 and the value, 0 when there is none, or the error that sticks. The value is valid until the next
 * write in this transaction, or the next walk over the same table; it is no value for wl_put. */
int wl_get(struct wl_txn *, unsigned table, struct wl_str key, struct wl_str *value);
void wl_put(struct wl_txn *, unsigned table, struct wl_str key, struct wl_str value);
/* A row that is not there is no error. */
void wl_delete(struct wl_txn *, unsigned table, struct wl_str key);

/* The same for keys that are one number. */
int wl_get_n(struct wl_txn *, unsigned table, uint64_t n, struct wl_str *value);
void wl_put_n(struct wl_txn *, unsigned table, uint64_t n, struct wl_str value);

/* A counter under `name` in the meta table; 0 when never set. */
uint64_t wl_counter(struct wl_txn *, const char *name);
void wl_counter_set(struct wl_txn *, const char *name, uint64_t value);

/* A walk over the rows whose key begins with `prefix`, in key order, from `from` on (empty: from the
 * first of the prefix). No write to the same table while it is open. */
struct wl_walk;
int wl_walk_open(struct wl_txn *, unsigned table, struct wl_str prefix, struct wl_str from, struct wl_walk **out);
/* 1 and the next row, 0 at the end, or the error that sticks. */
int wl_walk_next(struct wl_walk *, struct wl_str *key, struct wl_str *value);
void wl_walk_close(struct wl_walk *);

/* What the system and LMDB know about a store. */
struct wl_store_facts {
    uint64_t page_bytes, pages, used_pages, free_pages; /* pages = used + free in a whole store */
    uint64_t file_bytes, map_bytes;
    uint64_t room_bytes; /* what may still be written: the map's rest or the disk's, whichever is less */
    uint64_t readers, transactions;
};
/* In a read transaction: LMDB shows its list of free pages in no other. */
int wl_store_facts(struct wl_txn *, struct wl_store_facts *);

/* How many rows a table has. */
uint64_t wl_table_rows(struct wl_txn *, unsigned table);

#endif
