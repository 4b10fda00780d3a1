/* Text and bytes as a pointer with a length: never owned, never terminated. */
#ifndef WLEDGER_TEXT_H
#define WLEDGER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view of size bytes; data may be NULL when size is 0. Lives as long as what it points into. */
struct wl_str {
    const char *data;
    size_t size;
};

#define WL_STR(literal) ((struct wl_str){(literal), sizeof(literal) - 1})
#define WL_NO_STR ((struct wl_str){NULL, 0})
#define WL_STR_FMT "%.*s"
#define WL_STR_ARG(s) (int)(s).size, (s).data

/* A view of a terminated string; NULL gives the empty view. */
struct wl_str wl_str_of(const char *text);

bool wl_str_equal(struct wl_str a, struct wl_str b);
bool wl_str_is(struct wl_str a, const char *text);

/* Order by bytes, the shorter first where one begins the other: <0, 0, >0. For UTF-8 this is also
 * the order of code points. */
int wl_str_compare(struct wl_str a, struct wl_str b);

/* The text without space, tab, CR and LF at either end (domain text, section 4). */
struct wl_str wl_str_trim(struct wl_str s);

/* The length of the longest valid UTF-8 prefix (RFC 3629: no surrogates, no overlong forms, nothing
 * above U+10FFFF); equals s.size when all of it is valid. */
size_t wl_utf8_prefix(struct wl_str s);

/* Whether s is an identifier: 1 to 32 bytes of valid UTF-8 without control characters
 * (U+0000-001F, U+007F-009F) (domain text, section 4). */
bool wl_is_identifier(struct wl_str s);

/* FNV-1a, 64 bit: for in-memory tables and as the short form of an operation code in a claim's row. */
uint64_t wl_hash(struct wl_str s);

/* Lower-case hexadecimal of n bytes, terminated; out holds 2 n + 1 bytes. */
void wl_hex(const uint8_t *bytes, size_t n, char *out);

#endif
