/* The keys of the rows of one file, to find a key that comes twice. */
#ifndef CLAIMS_ROW_KEYS_H
#define CLAIMS_ROW_KEYS_H

#include "wledger/buf.h"

struct wl_row_keys {
    struct wl_row_key_slot *slots;
    size_t slot_count, count;
    struct wl_buf keys; /* one after the other: size (1 byte), key */
};

void wl_row_keys_init(struct wl_row_keys *);
void wl_row_keys_release(struct wl_row_keys *);
/* 0 when the key (at most 255 bytes) is new and now belongs to this line; the line that has it already; or
 * -1 when memory is short. */
int64_t wl_row_keys_add(struct wl_row_keys *, struct wl_str key, uint32_t line);
/* The last line whose key begins with prefix; 0: none. */
uint32_t wl_row_keys_last_line(const struct wl_row_keys *, struct wl_str prefix);

#endif
