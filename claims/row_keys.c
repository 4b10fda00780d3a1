#include "claims/row_keys.h"

#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 1 << 30 }; /* bytes; the ceiling of the file comes first */

struct wl_row_key_slot {
    uint32_t hash, line, at; /* line 0: free */
};

void wl_row_keys_init(struct wl_row_keys *set)
{
    *set = (struct wl_row_keys){.slots = NULL};
    wl_buf_init(&set->keys, KEYS_MAX);
}

void wl_row_keys_release(struct wl_row_keys *set)
{
    free(set->slots);
    wl_buf_release(&set->keys);
    *set = (struct wl_row_keys){.slots = NULL};
}

static bool keys_grow(struct wl_row_keys *set)
{
    size_t slot_count = set->slot_count ? 2 * set->slot_count : 1024;
    struct wl_row_key_slot *slots;

    if (set->count < set->slot_count / 2)
        return true;
    slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < set->slot_count; i++) {
        size_t at = set->slots[i].hash & (slot_count - 1);
        if (!set->slots[i].line)
            continue;
        while (slots[at].line)
            at = (at + 1) & (slot_count - 1);
        slots[at] = set->slots[i];
    }
    free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    return true;
}

static struct wl_str key_at(const struct wl_row_keys *set, uint32_t at)
{
    return (struct wl_str){(const char *)set->keys.data + at + 1, set->keys.data[at]};
}

int64_t wl_row_keys_add(struct wl_row_keys *set, struct wl_str key, uint32_t line)
{
    uint64_t hash64 = wl_hash(key);
    uint32_t hash = (uint32_t)(hash64 ^ hash64 >> 32), at = (uint32_t)set->keys.size;
    size_t i;

    if (!keys_grow(set))
        return -1;
    for (i = hash & (set->slot_count - 1); set->slots[i].line; i = (i + 1) & (set->slot_count - 1)) {
        if (set->slots[i].hash == hash && wl_str_equal(key_at(set, set->slots[i].at), key))
            return set->slots[i].line;
    }
    wl_buf_byte(&set->keys, (uint8_t)key.size);
    wl_buf_str(&set->keys, key);
    if (wl_buf_status(&set->keys) != WL_OK)
        return -1;
    set->slots[i] = (struct wl_row_key_slot){hash, line, at};
    set->count++;
    return 0;
}

uint32_t wl_row_keys_last_line(const struct wl_row_keys *set, struct wl_str prefix)
{
    uint32_t line = 0;

    for (size_t i = 0; i < set->slot_count; i++) {
        if (!set->slots[i].line || set->slots[i].line < line)
            continue;
        struct wl_str key = key_at(set, set->slots[i].at);
        if (key.size >= prefix.size && memcmp(key.data, prefix.data, prefix.size) == 0)
            line = set->slots[i].line;
    }
    return line;
}
