/* Decimals as scaled integers: 12.5 with 2 places is 1250. Nothing here is ever a float. */
#ifndef WLEDGER_DECIMAL_H
#define WLEDGER_DECIMAL_H

#include "wledger/buf.h"

typedef __int128 wl_i128;

enum { /* places after the point (domain text, section 1) */
       WL_HOURS_PLACES = 2,
       WL_QUANTITY_PLACES = 3,
       WL_PRICE_PLACES = 4,
       WL_PERCENT_PLACES = 6,
};

/* A line amount above this many minor units is not carried (domain text, section 4). */
#define WL_AMOUNT_MAX INT64_C(10000000000000)

#define WL_DECIMAL_TEXT 48 /* holds any formatted 128-bit number with its terminator */

/* Reads a plain decimal: an optional minus, 1 to `digits` digits, optionally a point and 1 to `places`
 * digits; *value is it times 10^places. digits + places <= 18. False when it is not that. */
bool wl_decimal_parse(struct wl_str, unsigned digits, unsigned places, int64_t *value);

/* Writes value / 10^places with exactly `places` decimals ("-0.50"); returns the length. */
size_t wl_decimal_format(wl_i128 value, unsigned places, char out[WL_DECIMAL_TEXT]);

/* 10^n for n <= 18. */
int64_t wl_power10(unsigned n);

/* n / d rounded half away from zero; d > 0. */
wl_i128 wl_round(wl_i128 n, wl_i128 d);

/* Digits after the point of an ISO 4217 currency (domain text, section 2); 2 when not named there. */
unsigned wl_minor_digits(struct wl_str currency);

#endif
