/* Sums by group: what one thread adds up, then what several came to. */
#ifndef WL_QUALITY_GROUPS_H
#define WL_QUALITY_GROUPS_H

#include "wledger/facts.h"

/* A group's key: two numbers of 24 bits and the currency's 16. */
enum { WL_GROUP_NUMBER_MAX = (1 << 24) - 1, WL_GROUP_CURRENCY_MAX = (1 << 16) - 1 };

struct wl_sums {
    uint64_t key;
    int64_t claims, vehicles, hours_x100, labour, parts, handling, sublet, total, charged_back;
};

struct wl_group_slot {
    uint64_t key;
    uint32_t group; /* index + 1; 0: free */
};

struct wl_groups {
    struct wl_sums *at;
    struct wl_group_slot *slots; /* by hash of the key */
    uint32_t count, room, slot_count;
    uint32_t limit; /* groups that there may be; 0: WL_QUALITY_GROUPS_MAX */
    /* Each settled claim's group and vehicle, to tell vehicles apart once all is known. */
    uint32_t *claim_group, *claim_vehicle;
    size_t claims, claim_room;
    bool too_large; /* a sum left 64 bits */
};

uint64_t wl_group_key(uint32_t first, uint32_t second, uint32_t currency);
uint32_t wl_group_number(uint64_t key, unsigned which); /* 0 first, 1 second, 2 currency */

void wl_groups_release(struct wl_groups *);
/* The group of a key, made now if there was none; UINT32_MAX, with a message, where there are too many or memory is
 * short. */
uint32_t wl_groups_find(struct wl_groups *, uint64_t key);
/* UINT32_MAX where there is none. */
uint32_t wl_groups_known(const struct wl_groups *, uint64_t key);
/* WL_OK or an error. */
int wl_groups_add(struct wl_groups *, uint64_t key, const struct wl_fact *);
/* Adds what others came to; rename (may be NULL) gives a group its key in the sum. Others stay as they are. */
typedef uint64_t wl_rename_fn(const void *context, uint64_t key);
int wl_groups_join(struct wl_groups *, const struct wl_groups *others, wl_rename_fn *, const void *context);
/* Counts the vehicles of each group, each once; vehicle_count is above all their numbers. */
int wl_groups_count_vehicles(struct wl_groups *, uint64_t vehicle_count);

#endif
