#include "wledger/text.h"

#include <string.h>

#include "core/inline.h"

static uint64_t each_byte(uint8_t value)
{
    return UINT64_C(0x0101010101010101) * value;
}

struct wl_str wl_str_of(const char *text)
{
    return text == NULL ? WL_NO_STR : (struct wl_str){text, strlen(text)};
}

bool wl_str_equal(struct wl_str a, struct wl_str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool wl_str_is(struct wl_str a, const char *text)
{
    return wl_str_equal(a, wl_str_of(text));
}

int wl_str_compare(struct wl_str a, struct wl_str b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct wl_str wl_str_trim(struct wl_str s)
{
    while (s.size > 0 && is_white(s.data[0])) {
        s.data++;
        s.size--;
    }
    while (s.size > 0 && is_white(s.data[s.size - 1]))
        s.size--;
    return s;
}

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The length of the character that begins at `at` with a byte above 0x7F; 0 when it is not valid. */
static size_t long_character(const uint8_t *at, size_t left)
{
    uint8_t first = at[0];
    if (first < 0xC2 || first > 0xF4 || left < 2 || !is_continuation(at[1]))
        return 0;
    if (first < 0xE0)
        return 2;
    if (left < 3 || !is_continuation(at[2]))
        return 0;
    if (first < 0xF0) {
        bool overlong = first == 0xE0 && at[1] < 0xA0;
        bool surrogate = first == 0xED && at[1] > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    bool overlong = first == 0xF0 && at[1] < 0x90;
    bool too_high = first == 0xF4 && at[1] > 0x8F;
    return left < 4 || !is_continuation(at[3]) || overlong || too_high ? 0 : 4;
}

size_t wl_utf8_prefix(struct wl_str s)
{
    size_t at = 0;
    while (at < s.size) {
        while (s.size - at >= 8 && (wl_load8(s.data + at) & each_byte(0x80)) == 0)
            at += 8;
        if (at == s.size)
            break;
        if ((uint8_t)s.data[at] < 0x80) {
            at++;
            continue;
        }
        size_t length = long_character((const uint8_t *)s.data + at, s.size - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

/* Whether all eight bytes are 0x20 to 0x7E. The top bits are masked off so that no carry crosses a byte. */
static bool is_plain_word(uint64_t word)
{
    uint64_t high = word & each_byte(0x80);
    uint64_t not_control = (word & each_byte(0x7F)) + each_byte(0x60);
    uint64_t is_delete = (word & each_byte(0x7F)) + each_byte(0x01);
    return high == 0 && (not_control & each_byte(0x80)) == each_byte(0x80) && (is_delete & each_byte(0x80)) == 0;
}

static bool is_plain(struct wl_str s)
{
    if (s.size >= 8) {
        for (size_t i = 0; i + 8 < s.size; i += 8)
            if (!is_plain_word(wl_load8(s.data + i)))
                return false;
        return is_plain_word(wl_load8(s.data + s.size - 8));
    }
    bool plain = true;
    for (size_t i = 0; i < s.size; i++)
        plain &= (uint8_t)s.data[i] >= 0x20 && (uint8_t)s.data[i] <= 0x7E;
    return plain;
}

bool wl_is_identifier(struct wl_str s)
{
    if (s.size < 1 || s.size > 32)
        return false;
    if (is_plain(s))
        return true;
    if (wl_utf8_prefix(s) != s.size)
        return false;
    for (size_t i = 0; i < s.size; i++) {
        uint8_t byte = (uint8_t)s.data[i];
        /* U+0080-009F are C2 80 to C2 9F, and C2 never stands inside a character. */
        bool high_control = byte == 0xC2 && (uint8_t)s.data[i + 1] < 0xA0;
        if (byte < 0x20 || byte == 0x7F || high_control)
            return false;
    }
    return true;
}

uint64_t wl_hash(struct wl_str s)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < s.size; i++)
        hash = (hash ^ (uint8_t)s.data[i]) * UINT64_C(0x100000001B3);
    return hash;
}

void wl_hex(const uint8_t *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++) {
        *out++ = "0123456789abcdef"[bytes[i] >> 4];
        *out++ = "0123456789abcdef"[bytes[i] & 15];
    }
    *out = '\0';
}
