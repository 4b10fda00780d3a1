/* Growing memory with a ceiling: a byte buffer and an arena. Both stick to their first failure, so
 * that straight-line code checks once, at the end. */
#ifndef WLEDGER_BUF_H
#define WLEDGER_BUF_H

#include "wledger/text.h"

/* Bytes that grow up to a ceiling. Past it, or without memory, `failed` is set, nothing more is
 * added, and wl_buf_status says which. */
struct wl_buf {
    uint8_t *data;
    size_t size, capacity, ceiling;
    bool failed;
    const char *why; /* it failed, for wl_buf_status */
};

void wl_buf_init(struct wl_buf *, size_t ceiling);
void wl_buf_release(struct wl_buf *);
/* Empties it and forgets a failure; the memory stays. */
void wl_buf_clear(struct wl_buf *);
/* WL_OK, or WL_E_FULL with a message once something did not fit. */
int wl_buf_status(const struct wl_buf *);
/* Room for n more bytes: where to write them (size already counts them), or NULL. */
uint8_t *wl_buf_room(struct wl_buf *, size_t n);
void wl_buf_add(struct wl_buf *, const void *bytes, size_t n);
void wl_buf_byte(struct wl_buf *, uint8_t byte);
void wl_buf_str(struct wl_buf *, struct wl_str);
void wl_buf_text(struct wl_buf *, const char *text);
void wl_buf_format(struct wl_buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Big-endian, so that keys made of them sort as numbers. */
void wl_buf_u32(struct wl_buf *, uint32_t);
void wl_buf_u64(struct wl_buf *, uint64_t);
struct wl_str wl_buf_view(const struct wl_buf *);

/* The numbers that wl_buf_u32 and wl_buf_u64 wrote. */
uint32_t wl_get_u32(const void *bytes);
uint64_t wl_get_u64(const void *bytes);
void wl_set_u64(void *bytes, uint64_t);

/* Memory for what lives as long as one command: given out, never given back one by one. */
struct wl_arena {
    struct wl_arena_block *first, *current;
    size_t used, total, ceiling;
    bool failed;
};

void wl_arena_init(struct wl_arena *, size_t ceiling);
void wl_arena_release(struct wl_arena *);
/* All memory given out is void and a failure forgotten; the memory stays for the next command. */
void wl_arena_clear(struct wl_arena *);
/* n bytes of zeroed memory aligned for any type; NULL (and a message) past the ceiling. */
void *wl_arena_alloc(struct wl_arena *, size_t n);
/* WL_OK, or WL_E_FULL with a message once something was not to be had: tells an empty copy from a
 * failed one. */
int wl_arena_status(const struct wl_arena *);
/* A copy in the arena; empty when there is no room. */
struct wl_str wl_arena_copy(struct wl_arena *, struct wl_str);

#endif
