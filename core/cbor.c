#include "wledger/cbor.h"

#include <assert.h>
#include <string.h>

#include "core/inline.h"

uint8_t *wl_cbor_put_long_head(uint8_t *at, enum wl_cbor_major major, uint64_t argument)
{
    size_t size = wl_cbor_head_size(argument) - 1;
    assert(size >= 1);
    /* 24, 25, 26, 27: one, two, four, eight bytes follow. */
    *at++ = (uint8_t)((unsigned)major | (24U + (unsigned)__builtin_ctz((unsigned)size)));
    for (size_t i = size; i > 0; i--)
        *at++ = (uint8_t)(argument >> 8 * (i - 1));
    return at;
}

uint64_t wl_cbor_read_long_head(struct wl_cbor *cbor, unsigned low)
{
    if (low > 27) {
        cbor->bad = true;
        return 0;
    }
    size_t size = (size_t)1 << (low - 24);
    if ((size_t)(cbor->end - cbor->at) < size) {
        cbor->bad = true;
        return 0;
    }
    uint64_t argument = 0;
    for (size_t i = 0; i < size; i++)
        argument = argument << 8 | cbor->at[i];
    if (wl_cbor_head_size(argument) != size + 1) {
        cbor->bad = true;
        return 0;
    }
    cbor->at += size;
    return argument;
}

static void put_head(struct wl_buf *out, enum wl_cbor_major major, uint64_t argument)
{
    size_t size = wl_cbor_head_size(argument);
    uint8_t *at = wl_buf_reserve(out, size);
    if (at == NULL)
        return;
    wl_cbor_put_head(at, major, argument);
    out->size += size;
}

void wl_cbor_int(struct wl_buf *out, int64_t value)
{
    put_head(out, wl_cbor_int_major(value), wl_cbor_int_argument(value));
}

void wl_cbor_text(struct wl_buf *out, struct wl_str text)
{
    if (!wl_is_utf8(text)) {
        wl_buf_fail(out, "a text is not UTF-8");
        return;
    }
    put_head(out, WL_CBOR_TEXT, text.size);
    wl_buf_add(out, text.data, text.size);
}

void wl_cbor_bytes(struct wl_buf *out, struct wl_str bytes)
{
    put_head(out, WL_CBOR_BYTES, bytes.size);
    wl_buf_add(out, bytes.data, bytes.size);
}

void wl_cbor_array(struct wl_buf *out, size_t count)
{
    put_head(out, WL_CBOR_ARRAY, count);
}

void wl_cbor_map(struct wl_buf *out, size_t pairs)
{
    put_head(out, WL_CBOR_MAP, pairs);
}

struct wl_cbor wl_cbor_open(struct wl_str bytes)
{
    const uint8_t *at = (const uint8_t *)bytes.data;
    return (struct wl_cbor){at, bytes.size == 0 ? at : at + bytes.size, false};
}

int64_t wl_cbor_read_int(struct wl_cbor *cbor)
{
    return wl_cbor_take_int(cbor);
}

struct wl_str wl_cbor_read_text(struct wl_cbor *cbor)
{
    return wl_cbor_take_string(cbor, WL_CBOR_TEXT);
}

struct wl_str wl_cbor_read_bytes(struct wl_cbor *cbor)
{
    return wl_cbor_take_string(cbor, WL_CBOR_BYTES);
}

size_t wl_cbor_read_array(struct wl_cbor *cbor)
{
    return wl_cbor_take_count(cbor, WL_CBOR_ARRAY, 1);
}

size_t wl_cbor_read_map(struct wl_cbor *cbor)
{
    return wl_cbor_take_count(cbor, WL_CBOR_MAP, 2);
}

int64_t wl_cbor_read_key(struct wl_cbor *cbor, int64_t *last)
{
    return wl_cbor_take_key(cbor, last);
}

/* An array or map on the way down to where reading stands. */
struct level {
    size_t left; /* items, or pairs */
    bool is_map;
    int64_t last; /* key */
};

/* Reads one item's head and, unless it holds others, the item. True, with *below, when it holds others. */
static bool read_one(struct wl_cbor *cbor, struct level *below)
{
    unsigned head = cbor->at == cbor->end ? 0xFF : *cbor->at;
    *below = (struct level){.last = -1};
    switch (head & 0xE0) {
    case WL_CBOR_UNSIGNED:
    case WL_CBOR_NEGATIVE:
        wl_cbor_take_int(cbor);
        return false;
    case WL_CBOR_BYTES:
    case WL_CBOR_TEXT:
        wl_cbor_take_string(cbor, (enum wl_cbor_major)(head & 0xE0));
        return false;
    case WL_CBOR_ARRAY:
        below->left = wl_cbor_read_array(cbor);
        return true;
    case WL_CBOR_MAP:
        below->is_map = true;
        below->left = wl_cbor_read_map(cbor);
        return true;
    default:
        cbor->bad = true;
        return false;
    }
}

struct wl_str wl_cbor_read_item(struct wl_cbor *cbor)
{
    const uint8_t *start = cbor->at;
    struct level levels[WL_CBOR_DEPTH + 1] = {{.left = 1}};
    size_t depth = 0;
    while (!cbor->bad) {
        struct level *level = &levels[depth];
        if (level->left == 0) {
            if (depth == 0)
                break;
            depth--;
            continue;
        }
        level->left--;
        if (level->is_map)
            wl_cbor_take_key(cbor, &level->last);
        struct level below;
        if (cbor->bad || !read_one(cbor, &below))
            continue;
        if (depth == WL_CBOR_DEPTH) {
            cbor->bad = true;
            break;
        }
        levels[++depth] = below;
    }
    if (cbor->bad)
        return WL_NO_STR;
    return (struct wl_str){(const char *)start, (size_t)(cbor->at - start)};
}

bool wl_cbor_done(const struct wl_cbor *cbor)
{
    return !cbor->bad && cbor->at == cbor->end;
}
