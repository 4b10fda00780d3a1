/* Inside the ledger: the journal's end, and what execution, rebuild and replay share. */
#ifndef WL_LEDGER_JOURNAL_H
#define WL_LEDGER_JOURNAL_H

#include "ledger/txn.h"

/* Times of entries: far beyond every calendar, and still safe to calculate with. */
#define WL_TIME_MOST (INT64_C(1) << 48)

/* Makes txn->next_seq and txn->frontier known. */
int wl_journal_end(struct wl_txn *);

/* Appends an entry's bytes and what they complete in the tree. */
void wl_journal_append(struct wl_txn *, struct wl_str bytes);

/* Entry from its parts into txn->entry. WL_E_FULL when it is too large. */
int wl_entry_encode(struct wl_txn *, const struct wl_entry *);

/* What every entry does beyond its command's own apply: time, key; then postings and apply, unless it
 * is a refusal. body and outcome are the decoded structs; prepared may be NULL (wl_request). */
int wl_entry_apply(struct wl_txn *, struct wl_arena *, const struct wl_entry *, const void *body, const void *outcome,
                   const void *prepared);

/* Decides a command on the present state: the outcome struct, in the arena, or NULL with an error. */
void *wl_decide(struct wl_txn *, struct wl_arena *, const struct wl_entry *, const void *body, const void *prepared);

void wl_text_put(struct wl_txn *, uint64_t seq, unsigned n, const uint8_t salt[WL_SALT_SIZE], struct wl_str text);
/* A text with its salt, as stored: 1, 0 or error. */
int wl_text_row(struct wl_txn *, uint64_t seq, unsigned n, struct wl_str *row);
/* The key of a text's row. */
enum { WL_TEXT_KEY = 9 };
void wl_text_key(uint64_t seq, unsigned n, uint8_t key[WL_TEXT_KEY]);

/* Adds a posting's two sides to sums kept as rows of table 0: keys and values as in the balances table,
 * an account that comes to nothing marked as deleted. */
int wl_posting_sum(struct wl_pending *sums, const struct wl_posting *);
/* Adds all of the other sums, which are empty then. */
int wl_posting_sums_merge(struct wl_pending *sums, struct wl_pending *others);

const struct wl_command *wl_command_by_tag(const struct wl_schema *, int64_t tag);

#endif
