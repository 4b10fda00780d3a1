/* Inside the ledger: the check of the journal, shared out among threads in pieces. */
#ifndef WL_LEDGER_VERIFY_H
#define WL_LEDGER_VERIFY_H

#include "ledger/journal.h"
#include <stdatomic.h>

/* What the threads share. A piece begins with the frontier that the tree's table has there; the piece
 * before it proves that this is right, and so on back to the first. */
struct wl_journal_pieces {
    uint64_t size;              /* of the journal */
    atomic_uint_fast64_t next;  /* first entry that nobody has taken */
    atomic_bool stop;           /* a fault was found */
    uint8_t root[WL_HASH_SIZE]; /* set by whoever checks the last piece */
};

/* What one thread has. All zero is fine for wl_journal_check_end. */
struct wl_journal_check {
    struct wl_txn *txn;
    struct wl_journal_pieces *pieces;
    struct wl_frontier frontier;
    struct wl_walk *entries, *tree, *texts;
    struct wl_str text_key, text; /* the text that the walk stands at; key empty at its end */
    struct wl_pending *accounts;  /* key as in the balances table -> amount, summed from the postings */
    struct wl_arena arena;
    uint64_t text_count;
};

int wl_journal_check_begin(struct wl_journal_check *, struct wl_txn *, struct wl_journal_pieces *);
/* Takes and checks pieces until none is left. WL_E_DAMAGED with the first fault found. */
int wl_journal_check_pieces(struct wl_journal_check *);
/* Compares the balances with what both threads summed up. */
int wl_journal_check_balances(struct wl_journal_check *, struct wl_journal_check *other);
void wl_journal_check_end(struct wl_journal_check *);

#endif
