/* Keys of this floor's tables that are made of several texts: each part ends with 0x00 but the last. What is joined
 * are identifiers and lots, which hold no 0x00, so no two lists have the same key, and rows sort by the first part,
 * then the second, and so on. */
#ifndef WL_PARTS_KEYS_H
#define WL_PARTS_KEYS_H

#include "wledger/stock.h"

enum { WL_PARTS_KEY_PARTS = 4 /* at most */, WL_PARTS_KEY_MAX = WL_PARTS_KEY_PARTS * (64 + 1) };

struct wl_parts_key {
    size_t size; /* 0: its parts were too long, so that no row can have it */
    char bytes[WL_PARTS_KEY_MAX];
};

static inline struct wl_str wl_parts_key_view(const struct wl_parts_key *key)
{
    return (struct wl_str){key->bytes, key->size};
}

/* The parts joined; `open`: with a 0x00 behind the last, as what all keys that go on from there begin with. */
struct wl_parts_key wl_parts_key(const struct wl_str *parts, size_t count, bool open);

/* The parts of a key: false when there are not just as many. Views. */
bool wl_parts_key_split(struct wl_str key, struct wl_str *parts, size_t count);

/* A row of BIN_STOCK; false when it is none. Views. */
bool wl_bin_stock_read(struct wl_str key, struct wl_str value, struct wl_bin_stock *);

/* Walks as wl_bin_stock_each: the rows that begin with the first `count` of location, part, bin, lot. */
int wl_bin_stock_walk(struct wl_txn *, const struct wl_str *prefix, size_t count, wl_bin_stock_fn *, void *context);

#define WL_MOVES "moves"         /* counter: the next move's id */
#define WL_REVERSALS "reversals" /* counter: how many there are */

/* location, part: STOCK. part, lot: UNITS. location, part, bin, lot: BIN_STOCK. location, bin, part, lot: OPENINGS.
 * warehouse, dealer, request number: SOURCED; its last part alone may hold 0x00. */
#define WL_PARTS_KEY(...)                              \
    wl_parts_key((const struct wl_str[]){__VA_ARGS__}, \
                 sizeof((const struct wl_str[]){__VA_ARGS__}) / sizeof(struct wl_str), false)
/* What the keys of all rows that begin with these parts begin with. */
#define WL_PARTS_PREFIX(...)                           \
    wl_parts_key((const struct wl_str[]){__VA_ARGS__}, \
                 sizeof((const struct wl_str[]){__VA_ARGS__}) / sizeof(struct wl_str), true)

#endif
