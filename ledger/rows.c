#include "ledger/txn.h"

#include "wledger/error.h"
#include <string.h>

/* Every step is a bijection of the state, so that no change within one word can go unseen; table and key
 * take part, so that a row cannot pass for another. */
static uint64_t mix(uint64_t h, struct wl_str s)
{
    size_t i = 0;
    uint64_t word;

    for (; i + sizeof word <= s.size; i += sizeof word) {
        memcpy(&word, s.data + i, sizeof word);
        h = (h ^ word) * UINT64_C(0x9FB21C651E98DF25);
        h ^= h >> 29;
    }
    word = s.size;
    for (unsigned shift = 8; i < s.size; i++, shift += 8)
        word ^= (uint64_t)(uint8_t)s.data[i] << shift;
    h = (h ^ word) * UINT64_C(0x9FB21C651E98DF25);
    return h ^ h >> 29;
}

uint32_t wl_row_checksum(unsigned table, struct wl_str key, struct wl_str value)
{
    return (uint32_t)(mix(mix(UINT64_C(0x2545F4914F6CDD1D) + table, key), value) >> 32);
}

int wl_get_n(struct wl_txn *t, unsigned table, uint64_t n, struct wl_str *value)
{
    char key[8];

    wl_set_u64(key, n);
    return wl_get(t, table, (struct wl_str){key, sizeof key}, value);
}

void wl_put_n(struct wl_txn *t, unsigned table, uint64_t n, struct wl_str value)
{
    char key[8];

    wl_set_u64(key, n);
    wl_put(t, table, (struct wl_str){key, sizeof key}, value);
}

uint64_t wl_counter(struct wl_txn *t, const char *name)
{
    struct wl_str value;

    if (wl_get(t, WL_TABLE_META, wl_str_of(name), &value) <= 0)
        return 0;
    if (value.size != 8) {
        wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "the counter %s is not a number", name));
        return 0;
    }
    return wl_get_u64(value.data);
}

void wl_counter_set(struct wl_txn *t, const char *name, uint64_t value)
{
    char bytes[8];

    wl_set_u64(bytes, value);
    wl_put(t, WL_TABLE_META, wl_str_of(name), (struct wl_str){bytes, sizeof bytes});
}
