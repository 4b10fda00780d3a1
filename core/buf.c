#include "wledger/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/inline.h"
#include "wledger/error.h"

enum { FIRST_CAPACITY = 256 };

void wl_buf_init(struct wl_buf *buf, size_t ceiling)
{
    *buf = (struct wl_buf){.ceiling = ceiling};
}

void wl_buf_release(struct wl_buf *buf)
{
    free(buf->data);
    wl_buf_init(buf, buf->ceiling);
}

void wl_buf_clear(struct wl_buf *buf)
{
    buf->size = 0;
    buf->failed = false;
    buf->why = NULL;
}

int wl_buf_status(const struct wl_buf *buf)
{
    if (!buf->failed)
        return WL_OK;
    return wl_fail(WL_E_FULL, "%s (ceiling of %zu bytes)", buf->why == NULL ? "does not fit" : buf->why, buf->ceiling);
}

void wl_buf_fail(struct wl_buf *buf, const char *why)
{
    if (buf->failed)
        return;
    buf->failed = true;
    buf->why = why;
}

bool wl_buf_grow(struct wl_buf *buf, size_t n)
{
    size_t needed;
    if (buf->failed)
        return false;
    if (__builtin_add_overflow(buf->size, n, &needed) || needed > buf->ceiling) {
        wl_buf_fail(buf, "too long");
        return false;
    }
    if (needed <= buf->capacity && buf->data != NULL)
        return true;
    size_t capacity = buf->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : buf->capacity;
    while (capacity < needed && capacity <= buf->ceiling / 2)
        capacity *= 2;
    if (capacity < needed || capacity > buf->ceiling)
        capacity = buf->ceiling;
    /* One byte more than it has, for the terminator that formatting writes. */
    uint8_t *data = capacity == SIZE_MAX ? NULL : realloc(buf->data, capacity + 1);
    if (data == NULL) {
        wl_buf_fail(buf, "memory is short");
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

uint8_t *wl_buf_room(struct wl_buf *buf, size_t n)
{
    uint8_t *room = wl_buf_reserve(buf, n);
    if (room != NULL)
        buf->size += n;
    return room;
}

void wl_buf_add(struct wl_buf *buf, const void *bytes, size_t n)
{
    uint8_t *room = wl_buf_room(buf, n);
    if (room != NULL && n > 0)
        memcpy(room, bytes, n);
}

void wl_buf_byte(struct wl_buf *buf, uint8_t byte)
{
    uint8_t *room = wl_buf_room(buf, 1);
    if (room != NULL)
        *room = byte;
}

void wl_buf_str(struct wl_buf *buf, struct wl_str s)
{
    wl_buf_add(buf, s.data, s.size);
}

void wl_buf_text(struct wl_buf *buf, const char *text)
{
    wl_buf_add(buf, text, strlen(text));
}

void wl_buf_format(struct wl_buf *buf, const char *format, ...)
{
    if (wl_buf_reserve(buf, 0) == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    size_t free_size = buf->capacity - buf->size;
    int length = vsnprintf((char *)buf->data + buf->size, free_size + 1, format, arguments);
    va_end(arguments);
    if (length < 0) {
        wl_buf_fail(buf, "cannot be formatted");
        return;
    }
    if ((size_t)length > free_size) {
        if (wl_buf_reserve(buf, (size_t)length) == NULL)
            return;
        va_start(arguments, format);
        length = vsnprintf((char *)buf->data + buf->size, (size_t)length + 1, format, arguments);
        va_end(arguments);
        assert(length >= 0);
    }
    buf->size += (size_t)length;
}

static void set_big_endian(uint8_t *at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * (size - 1 - i));
}

void wl_buf_u32(struct wl_buf *buf, uint32_t value)
{
    uint8_t *room = wl_buf_room(buf, sizeof value);
    if (room != NULL)
        set_big_endian(room, value, sizeof value);
}

void wl_buf_u64(struct wl_buf *buf, uint64_t value)
{
    uint8_t *room = wl_buf_room(buf, sizeof value);
    if (room != NULL)
        set_big_endian(room, value, sizeof value);
}

struct wl_str wl_buf_view(const struct wl_buf *buf)
{
    return (struct wl_str){(const char *)buf->data, buf->size};
}

static uint64_t get_big_endian(const uint8_t *at, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++)
        value = value << 8 | at[i];
    return value;
}

uint32_t wl_get_u32(const void *bytes)
{
    return (uint32_t)get_big_endian(bytes, sizeof(uint32_t));
}

uint64_t wl_get_u64(const void *bytes)
{
    return get_big_endian(bytes, sizeof(uint64_t));
}

void wl_set_u64(void *bytes, uint64_t value)
{
    set_big_endian(bytes, value, sizeof value);
}
