#include "claims/account_sums.h"

#include "wledger/error.h"
#include <stdlib.h>

enum { FIRST_CAPACITY = 1024 };

void wl_account_map_init(struct wl_account_map *map)
{
    *map = (struct wl_account_map){NULL, 0, 0};
}

void wl_account_map_release(struct wl_account_map *map)
{
    free(map->at);
    wl_account_map_init(map);
}

/* The account's place, or the free one that it would take. */
static struct wl_account_sums *place(const struct wl_account_map *map, const struct wl_key *key)
{
    size_t i = (size_t)wl_hash(wl_key_view(key)) & (map->capacity - 1);

    while (map->at[i].key.size && !wl_str_equal(wl_key_view(&map->at[i].key), wl_key_view(key)))
        i = (i + 1) & (map->capacity - 1);
    return &map->at[i];
}

static bool grow(struct wl_account_map *map)
{
    struct wl_account_map larger = {.capacity = map->capacity ? 2 * map->capacity : FIRST_CAPACITY,
                                    .count = map->count};

    if (!(larger.at = calloc(larger.capacity, sizeof *larger.at))) {
        wl_fail(WL_E_SYSTEM, "out of memory");
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++)
        if (map->at[i].key.size)
            *place(&larger, &map->at[i].key) = map->at[i];
    free(map->at);
    *map = larger;
    return true;
}

struct wl_account_sums *wl_account_of(struct wl_account_map *map, struct wl_str dealer_id, struct wl_str currency)
{
    const struct wl_key key = wl_key_pair(dealer_id, currency);
    struct wl_account_sums *sums;

    if (key.size == 0) {
        wl_fail(WL_E_DAMAGED, "an amount has no dealer or no currency");
        return NULL;
    }
    if (2 * map->count >= map->capacity && !grow(map))
        return NULL;
    sums = place(map, &key);
    if (sums->key.size == 0) {
        sums->key = key;
        map->count++;
    }
    return sums;
}
