#include "wledger/decimal.h"

#include <assert.h>
#include <string.h>

enum { POWERS = 19 };

static unsigned digit_of(char c)
{
    return (unsigned)(unsigned char)c - '0';
}

bool wl_decimal_parse(struct wl_str text, unsigned digits, unsigned places, int64_t *value)
{
    assert(digits >= 1 && digits + places < POWERS);
    const char *at = text.data, *end = text.data + text.size;
    bool negative = at != end && *at == '-';
    if (negative)
        at++;
    int64_t number = 0;
    const char *first = at;
    for (; at != end && digit_of(*at) <= 9; at++) {
        if ((size_t)(at - first) == digits)
            return false;
        number = number * 10 + digit_of(*at);
    }
    if (at == first)
        return false;
    unsigned written = 0;
    if (at != end) {
        if (*at != '.' || at + 1 == end)
            return false;
        for (at++; at != end; at++) {
            if (digit_of(*at) > 9 || written == places)
                return false;
            number = number * 10 + digit_of(*at);
            written++;
        }
    }
    number *= wl_power10(places - written);
    *value = negative ? -number : number;
    return true;
}

size_t wl_decimal_format(wl_i128 value, unsigned places, char out[WL_DECIMAL_TEXT])
{
    assert(places < POWERS);
    unsigned __int128 left = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    char digits[WL_DECIMAL_TEXT]; /* from the end */
    size_t count = 0, size = 0;
    while (left > UINT64_MAX) {
        digits[count++] = (char)('0' + (int)(left % 10));
        left /= 10;
    }
    uint64_t low = (uint64_t)left;
    while (low != 0 || count <= places) {
        digits[count++] = (char)('0' + low % 10);
        low /= 10;
    }
    if (value < 0)
        out[size++] = '-';
    while (count > 0) {
        if (count == places)
            out[size++] = '.';
        out[size++] = digits[--count];
    }
    out[size] = '\0';
    return size;
}

int64_t wl_power10(unsigned n)
{
    static const int64_t powers[POWERS] = {
        INT64_C(1),
        INT64_C(10),
        INT64_C(100),
        INT64_C(1000),
        INT64_C(10000),
        INT64_C(100000),
        INT64_C(1000000),
        INT64_C(10000000),
        INT64_C(100000000),
        INT64_C(1000000000),
        INT64_C(10000000000),
        INT64_C(100000000000),
        INT64_C(1000000000000),
        INT64_C(10000000000000),
        INT64_C(100000000000000),
        INT64_C(1000000000000000),
        INT64_C(10000000000000000),
        INT64_C(100000000000000000),
        INT64_C(1000000000000000000),
    };
    assert(n < POWERS);
    return powers[n];
}

wl_i128 wl_round(wl_i128 n, wl_i128 d)
{
    assert(d > 0);
    wl_i128 whole = n / d, rest = n % d;
    /* Twice the rest might not fit, so it is compared with what is left of d. */
    if (rest >= 0)
        return whole + (rest >= d - rest);
    return whole - (-rest >= d + rest);
}

unsigned wl_minor_digits(struct wl_str currency)
{
    static const struct {
        unsigned digits;
        const char *currencies;
    } table[] = {
        {0, "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF"},
        {3, "BHDIQDJODKWDLYDOMRTND"},
        {4, "CLFUYW"},
    };
    if (currency.size != 3)
        return 2;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        for (const char *at = table[i].currencies; *at != '\0'; at += 3)
            if (memcmp(at, currency.data, 3) == 0)
                return table[i].digits;
    return 2;
}
