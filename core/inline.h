/* What buffer, text and codec share, inline because every field of a million records passes here.
 * Private to this folder. */
#ifndef CORE_INLINE_H
#define CORE_INLINE_H

#include <string.h>

#include "wledger/cbor.h"

enum wl_cbor_major {
    WL_CBOR_UNSIGNED = 0x00,
    WL_CBOR_NEGATIVE = 0x20,
    WL_CBOR_BYTES = 0x40,
    WL_CBOR_TEXT = 0x60,
    WL_CBOR_ARRAY = 0x80,
    WL_CBOR_MAP = 0xA0,
};

/* Makes room for n more bytes; false once the buffer has failed. */
bool wl_buf_grow(struct wl_buf *, size_t n);
/* Fails the buffer; why is constant text for wl_buf_status. */
void wl_buf_fail(struct wl_buf *, const char *why);

/* Where n more bytes go, without counting them yet; NULL once the buffer has failed. */
static inline uint8_t *wl_buf_reserve(struct wl_buf *buf, size_t n)
{
    if (buf->failed || buf->capacity - buf->size < n || buf->data == NULL) {
        if (!wl_buf_grow(buf, n))
            return NULL;
    }
    return buf->data + buf->size;
}

static inline uint64_t wl_load8(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint32_t wl_load4(const char *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline bool wl_is_ascii(struct wl_str s)
{
    uint64_t seen = 0;
    if (s.size >= 8) {
        for (size_t i = 0; i + 8 < s.size; i += 8)
            seen |= wl_load8(s.data + i);
        seen |= wl_load8(s.data + s.size - 8);
    } else if (s.size >= 4) {
        seen = wl_load4(s.data) | wl_load4(s.data + s.size - 4);
    } else {
        for (size_t i = 0; i < s.size; i++)
            seen |= (uint8_t)s.data[i];
    }
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

static inline bool wl_is_utf8(struct wl_str s)
{
    return wl_is_ascii(s) || wl_utf8_prefix(s) == s.size;
}

/* Copies n bytes; most fields are shorter than a call of memcpy is worth. */
static inline void wl_copy_short(uint8_t *to, const char *from, size_t n)
{
    if (n > 32) {
        memcpy(to, from, n);
    } else if (n >= 16) {
        memcpy(to, from, 16);
        memcpy(to + n - 16, from + n - 16, 16);
    } else if (n >= 8) {
        memcpy(to, from, 8);
        memcpy(to + n - 8, from + n - 8, 8);
    } else if (n >= 4) {
        memcpy(to, from, 4);
        memcpy(to + n - 4, from + n - 4, 4);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = (uint8_t)from[i];
    }
}

/* Bytes of the head that holds argument. */
static inline size_t wl_cbor_head_size(uint64_t argument)
{
    if (argument < 24)
        return 1;
    if (argument <= UINT8_MAX)
        return 2;
    if (argument <= UINT16_MAX)
        return 3;
    return argument <= UINT32_MAX ? 5 : 9;
}

/* Heads too long to be made inline; returns behind the head. */
uint8_t *wl_cbor_put_long_head(uint8_t *at, enum wl_cbor_major, uint64_t argument);

static inline uint8_t *wl_cbor_put_head(uint8_t *at, enum wl_cbor_major major, uint64_t argument)
{
    if (argument < 24) {
        *at = (uint8_t)((unsigned)major | (unsigned)argument);
        return at + 1;
    }
    return wl_cbor_put_long_head(at, major, argument);
}

static inline enum wl_cbor_major wl_cbor_int_major(int64_t value)
{
    return value < 0 ? WL_CBOR_NEGATIVE : WL_CBOR_UNSIGNED;
}

static inline uint64_t wl_cbor_int_argument(int64_t value)
{
    return value < 0 ? (uint64_t)(-1 - value) : (uint64_t)value;
}

/* Reads the argument behind a head of 24 and more; sets bad where it is not the shortest. */
uint64_t wl_cbor_read_long_head(struct wl_cbor *, unsigned low);

static inline uint64_t wl_cbor_argument(struct wl_cbor *cbor, unsigned head)
{
    unsigned low = head & 0x1F;
    return low < 24 ? low : wl_cbor_read_long_head(cbor, low);
}

/* The argument of a head of that major type; else bad, and 0. */
static inline uint64_t wl_cbor_expect(struct wl_cbor *cbor, enum wl_cbor_major major)
{
    if (cbor->bad || cbor->at == cbor->end || (*cbor->at & 0xE0) != (unsigned)major) {
        cbor->bad = true;
        return 0;
    }
    unsigned head = *cbor->at++;
    return wl_cbor_argument(cbor, head);
}

static inline int64_t wl_cbor_take_int(struct wl_cbor *cbor)
{
    if (cbor->bad || cbor->at == cbor->end || *cbor->at >= WL_CBOR_BYTES) {
        cbor->bad = true;
        return 0;
    }
    unsigned head = *cbor->at++;
    uint64_t argument = wl_cbor_argument(cbor, head);
    if (argument > INT64_MAX)
        cbor->bad = true;
    if (cbor->bad)
        return 0;
    return head >= WL_CBOR_NEGATIVE ? -1 - (int64_t)argument : (int64_t)argument;
}

static inline struct wl_str wl_cbor_take_string(struct wl_cbor *cbor, enum wl_cbor_major major)
{
    uint64_t size = wl_cbor_expect(cbor, major);
    if (size > (size_t)(cbor->end - cbor->at))
        cbor->bad = true;
    if (cbor->bad)
        return WL_NO_STR;
    struct wl_str string = {(const char *)cbor->at, (size_t)size};
    cbor->at += size;
    if (major == WL_CBOR_TEXT && !wl_is_utf8(string)) {
        cbor->bad = true;
        return WL_NO_STR;
    }
    return string;
}

/* Items of an array, or pairs of a map: each_size is the fewest bytes that one can have. */
static inline size_t wl_cbor_take_count(struct wl_cbor *cbor, enum wl_cbor_major major, size_t each_size)
{
    uint64_t count = wl_cbor_expect(cbor, major);
    if (count > (size_t)(cbor->end - cbor->at) / each_size)
        cbor->bad = true;
    return cbor->bad ? 0 : (size_t)count;
}

static inline int64_t wl_cbor_take_key(struct wl_cbor *cbor, int64_t *last)
{
    uint64_t key = wl_cbor_expect(cbor, WL_CBOR_UNSIGNED);
    if (key > INT64_MAX || (int64_t)key <= *last)
        cbor->bad = true;
    if (cbor->bad)
        return 0;
    *last = (int64_t)key;
    return (int64_t)key;
}

#endif
