/* Inside the ledger: the hash tree over the journal (RFC 6962, section 2.1).
 *
 * The row of entry n in the tree's table holds the hashes that n completes, in order of level: its leaf,
 * and for every trailing 1 bit of n the node above. So a node of level k that ends at n stands at
 * 32 k in the row of n, nothing is ever rewritten, and any proof reads a row a level. */
#ifndef WL_LEDGER_TREE_H
#define WL_LEDGER_TREE_H

#include "wledger/store.h"

enum { WL_TREE_HASH = 32, WL_TREE_LEVELS = 64 };

/* The roots of the full subtrees that the first `size` entries fall into: level[k] is in use where bit k
 * of size is 1. */
struct wl_frontier {
    uint64_t size;
    uint8_t level[WL_TREE_LEVELS][WL_TREE_HASH];
};

/* Of two pieces, one after the other. */
void wl_sha256_2(struct wl_str first, struct wl_str second, uint8_t out[WL_TREE_HASH]);
void wl_tree_leaf(struct wl_str entry, uint8_t out[WL_TREE_HASH]);

/* Adds an entry; row receives the hashes it completes (room for WL_TREE_LEVELS), the count is returned. */
unsigned wl_frontier_add(struct wl_frontier *, struct wl_str entry, uint8_t row[][WL_TREE_HASH]);

/* The root over all entries added; SHA-256 of nothing when there are none. */
void wl_frontier_root(const struct wl_frontier *, uint8_t out[WL_TREE_HASH]);

/* The frontier of the first `size` entries, read from the tree's table. */
int wl_frontier_load(struct wl_txn *, uint64_t size, struct wl_frontier *);

#endif
