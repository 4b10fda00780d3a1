/* Keys of QUEUES, which choosing a seat reads and taking one writes. */
#ifndef WL_CLAIMS_SEAT_ROWS_H
#define WL_CLAIMS_SEAT_ROWS_H

#include "claims/seats.h"
#include <string.h>

/* A tier's key, and with a place that of one that waits there. */
struct wl_queue_key {
    char bytes[WL_QUEUE_KEY];
};

static inline struct wl_queue_key wl_queue_key(int64_t tier, int64_t seq, struct wl_subject subject)
{
    struct wl_queue_key key;
    uint32_t big_endian = __builtin_bswap32((uint32_t)tier);

    memcpy(key.bytes, &big_endian, WL_TIER_KEY);
    wl_set_u64(key.bytes + WL_TIER_KEY, (uint64_t)seq);
    key.bytes[WL_TIER_KEY + 8] = (char)subject.kind;
    wl_set_u64(key.bytes + WL_TIER_KEY + 9, (uint64_t)subject.id);
    return key;
}

static inline struct wl_str wl_tier_view(const struct wl_queue_key *key)
{
    return (struct wl_str){key->bytes, WL_TIER_KEY};
}

static inline struct wl_str wl_place_view(const struct wl_queue_key *key)
{
    return (struct wl_str){key->bytes, WL_QUEUE_KEY};
}

/* False for a key that is no place. */
static inline bool wl_queue_read(struct wl_str key, int64_t *seq, struct wl_subject *subject)
{
    if (key.size != WL_QUEUE_KEY)
        return false;
    *seq = (int64_t)wl_get_u64(key.data + WL_TIER_KEY);
    subject->kind = (uint8_t)key.data[WL_TIER_KEY + 8];
    subject->id = (int64_t)wl_get_u64(key.data + WL_TIER_KEY + 9);
    return subject->kind == WL_SUBJECT_CLAIM || subject->kind == WL_SUBJECT_FORM;
}

#endif
