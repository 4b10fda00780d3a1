#include "wledger/decimal.h"
#include "wledger/quality.h"

#include <assert.h>

#define MILLION INT64_C(1000000)
#define BILLION INT64_C(1000000000)

/* The smallest number whose square is not below n, bit by bit. */
static wl_i128 root(wl_i128 n)
{
    wl_i128 below = 0;

    for (wl_i128 bit = (wl_i128)1 << 62; bit != 0; bit >>= 1)
        if ((below + bit) * (below + bit) < n)
            below += bit;
    return n == 0 ? 0 : below + 1;
}

/* The bounds are (2k + z^2 -+ z sqrt(4k(n - k) / n + z^2)) / 2(n + z^2). z^2 is times 10^12; what is under the
 * root, with the z before it drawn in, times 10^24. What is dropped on the way only widens them. */
struct parts {
    wl_i128 middle, deviation, whole;
};

static struct parts parts_of(int64_t k, int64_t n, int64_t z)
{
    const wl_i128 square = (wl_i128)z * z, scale = (wl_i128)MILLION * MILLION;
    wl_i128 variance = (4 * (wl_i128)k * (n - k) * scale + n - 1) / n;

    assert(n >= 1 && n <= BILLION && k >= 0 && k <= n && z >= 0 && z <= 10 * MILLION);
    return (struct parts){2 * (wl_i128)k * scale + square, root(square * (variance + square)),
                          2 * (n * scale + square)};
}

int64_t wl_wilson_lower(int64_t k, int64_t n, int64_t z)
{
    struct parts p = parts_of(k, n, z);

    return p.middle <= p.deviation ? 0 : (int64_t)((p.middle - p.deviation) * BILLION / p.whole);
}

int64_t wl_wilson_upper(int64_t k, int64_t n, int64_t z)
{
    struct parts p = parts_of(k, n, z);
    wl_i128 bound = ((p.middle + p.deviation) * BILLION + p.whole - 1) / p.whole;

    return bound > BILLION ? BILLION : (int64_t)bound;
}
