/* What an auditor runs: nobody is trusted, everything is computed again. */
#ifndef WLEDGER_AUDIT_H
#define WLEDGER_AUDIT_H

#include "wledger/command.h"

/* Told now and then how many of how many entries are done. */
typedef void wl_entries_fn(void *context, uint64_t done, uint64_t all);

/* SHA-256 over all derived tables: for each its name, then its rows in key order, every part with its
 * length before it (docs/format.md). Two stores with this digest give the same answers. */
int wl_state_digest(struct wl_txn *, uint8_t digest[WL_HASH_SIZE]);

struct wl_verify_report {
    uint64_t entries, texts; /* entries in the journal; personal texts that are not erased */
    uint8_t root[WL_HASH_SIZE], digest[WL_HASH_SIZE];
};

/* Checks the store in dir: head pages, every page in use and the list of the free ones, every table's
 * order, lookups, counts and checksums, every entry's encoding, hash and place in the tree, every text's
 * commitment, balances against the sum of postings, and the schema's own indexes. WL_E_DAMAGED with the
 * first fault found. Runs in a child process, so that a damaged page that LMDB trips over is a report and
 * not a crash; call it with no store open. Others may write meanwhile: it checks the version it begins
 * with. */
int wl_verify(const char *dir, const struct wl_schema *, struct wl_verify_report *);
/* The same in this process. */
int wl_verify_here(const char *dir, const struct wl_schema *, struct wl_verify_report *);

struct wl_rebuild_report {
    uint64_t entries;
    uint8_t root[WL_HASH_SIZE], digest[WL_HASH_SIZE];
};

/* Makes a store in new_dir (which must not exist; it appears when all is done) from the journal and the
 * texts of the store in dir. With `decide_again`, every command is decided again and its outcome
 * compared: WL_E_DAMAGED names the first entry that comes out otherwise. */
int wl_rebuild(const char *dir, const struct wl_schema *, const char *new_dir, bool decide_again, wl_entries_fn *,
               void *context, struct wl_rebuild_report *);

#endif
