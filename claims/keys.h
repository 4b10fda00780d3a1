/* Keys of this floor's tables that are made of two things. */
#ifndef WL_CLAIMS_KEYS_H
#define WL_CLAIMS_KEYS_H

#include <string.h>

#include "wledger/claim.h"

/* Longest identifier, bytes (domain text, section 4). */
enum { WL_IDENTIFIER_MAX = 32 };

struct wl_key {
    size_t size; /* 0: its parts were too long, so that no row can have it */
    char bytes[2 * WL_IDENTIFIER_MAX + 1];
};

static inline struct wl_str wl_key_view(const struct wl_key *key)
{
    return (struct wl_str){key->bytes, key->size};
}

/* name, 0x00, rest: an identifier holds no 0x00, so no two pairs have the same key. */
static inline struct wl_key wl_key_pair(struct wl_str name, struct wl_str rest)
{
    struct wl_key key;

    key.size = 0;
    if (name.size == 0 || name.size > WL_IDENTIFIER_MAX || rest.size == 0 || rest.size > WL_IDENTIFIER_MAX)
        return key;
    memcpy(key.bytes, name.data, name.size);
    key.bytes[name.size] = '\0';
    memcpy(key.bytes + name.size + 1, rest.data, rest.size);
    key.size = name.size + 1 + rest.size;
    return key;
}

/* dealer, 0x00, claim id: rows of PAYABLES and DISPOSITIONS. */
static inline struct wl_key wl_key_of_dealer(struct wl_str dealer_id, int64_t claim)
{
    char id[8];

    wl_set_u64(id, (uint64_t)claim);
    return wl_key_pair(dealer_id, (struct wl_str){id, sizeof(id)});
}

/* A value that is one number. */
static inline void wl_put_number(struct wl_txn *txn, unsigned table, struct wl_str key, int64_t number)
{
    char bytes[8];

    wl_set_u64(bytes, (uint64_t)number);
    wl_put(txn, table, key, (struct wl_str){bytes, sizeof(bytes)});
}

/* The number under a key, or `absent`; also when reading failed, which sticks to the transaction. */
int64_t wl_get_number(struct wl_txn *, unsigned table, struct wl_str key, int64_t absent);

#endif
