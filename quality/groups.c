#include "quality/groups.h"

#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"
#include "wledger/quality.h"

enum { FIRST_ROOM = 64, FIRST_CLAIMS = 4096 };

static int no_memory(void)
{
    return wl_fail(WL_E_SYSTEM, "out of memory");
}

uint64_t wl_group_key(uint32_t first, uint32_t second, uint32_t currency)
{
    return (uint64_t)first << 40 | (uint64_t)second << 16 | currency;
}

uint32_t wl_group_number(uint64_t key, unsigned which)
{
    return which == 0   ? (uint32_t)(key >> 40)
           : which == 1 ? (uint32_t)(key >> 16) & WL_GROUP_NUMBER_MAX
                        : (uint32_t)key & WL_GROUP_CURRENCY_MAX;
}

void wl_groups_release(struct wl_groups *g)
{
    free(g->at);
    free(g->slots);
    free(g->claim_group);
    free(g->claim_vehicle);
    *g = (struct wl_groups){.at = NULL};
}

static struct wl_group_slot *slot_of(const struct wl_groups *g, uint64_t key)
{
    uint64_t hash = key * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t mask = g->slot_count - 1;

    for (uint32_t i = (uint32_t)(hash >> 32) & mask;; i = (i + 1) & mask)
        if (g->slots[i].group == 0 || g->slots[i].key == key)
            return &g->slots[i];
}

static int grow(struct wl_groups *g)
{
    uint32_t room = g->room ? 2 * g->room : FIRST_ROOM;
    struct wl_sums *at = realloc(g->at, room * sizeof *at);
    struct wl_group_slot *slots;

    if (!at)
        return no_memory();
    g->at = at;
    if (!(slots = calloc(2 * (size_t)room, sizeof *slots)))
        return no_memory();
    free(g->slots);
    g->slots = slots;
    g->slot_count = 2 * room;
    g->room = room;
    for (uint32_t i = 0; i < g->count; i++)
        *slot_of(g, at[i].key) = (struct wl_group_slot){at[i].key, i + 1};
    return WL_OK;
}

static uint32_t most(const struct wl_groups *g)
{
    return g->limit == 0 ? WL_QUALITY_GROUPS_MAX : g->limit;
}

uint32_t wl_groups_find(struct wl_groups *g, uint64_t key)
{
    struct wl_group_slot *slot;

    if (g->count == g->room && grow(g) != WL_OK)
        return UINT32_MAX;
    slot = slot_of(g, key);
    if (slot->group != 0)
        return slot->group - 1;
    if (g->count == most(g)) {
        wl_fail(WL_E_USAGE, "more than %u groups: narrow it by dates or a filter, or group by less", most(g));
        return UINT32_MAX;
    }
    g->at[g->count] = (struct wl_sums){.key = key};
    *slot = (struct wl_group_slot){key, ++g->count};
    return g->count - 1;
}

uint32_t wl_groups_known(const struct wl_groups *g, uint64_t key)
{
    uint32_t group = g->slot_count == 0 ? 0 : slot_of(g, key)->group;

    return group == 0 ? UINT32_MAX : group - 1;
}

static int claims_room(struct wl_groups *g, size_t more)
{
    size_t room = g->claim_room ? 2 * g->claim_room : FIRST_CLAIMS;
    uint32_t *groups, *vehicles;

    if (g->claims + more <= g->claim_room)
        return WL_OK;
    if (room < g->claims + more)
        room = g->claims + more;
    if ((groups = realloc(g->claim_group, room * sizeof *groups)))
        g->claim_group = groups;
    vehicles = groups ? realloc(g->claim_vehicle, room * sizeof *vehicles) : NULL;
    if (!vehicles)
        return no_memory();
    g->claim_vehicle = vehicles;
    g->claim_room = room;
    return WL_OK;
}

static inline void add(struct wl_groups *g, int64_t *sum, int64_t amount)
{
    g->too_large |= __builtin_add_overflow(*sum, amount, sum);
}

static int note_claim(struct wl_groups *g, uint32_t group, const struct wl_fact *fact)
{
    g->at[group].claims++;
    if (fact->vehicle < 0 || fact->vehicle >= UINT32_MAX)
        return WL_OK;
    if (claims_room(g, 1) != WL_OK)
        return WL_E_SYSTEM;
    g->claim_group[g->claims] = group;
    g->claim_vehicle[g->claims++] = (uint32_t)fact->vehicle;
    return WL_OK;
}

static int fits(const struct wl_groups *g)
{
    return g->too_large ? wl_fail(WL_E_FULL, "a sum of amounts is larger than can be told") : WL_OK;
}

int wl_groups_add(struct wl_groups *g, uint64_t key, const struct wl_fact *fact)
{
    uint32_t group = wl_groups_find(g, key);
    struct wl_sums *sums;

    if (group == UINT32_MAX)
        return g->count == most(g) ? WL_E_USAGE : WL_E_SYSTEM;
    sums = &g->at[group];
    add(g, &sums->hours_x100, fact->hours_x100);
    add(g, &sums->labour, fact->labour);
    add(g, &sums->parts, fact->parts);
    add(g, &sums->handling, fact->handling);
    add(g, &sums->sublet, fact->sublet);
    add(g, &sums->total, fact->total);
    if (fact->kind == WL_FACT_CORRECTED)
        add(g, &sums->charged_back, -fact->total);
    if (g->too_large)
        return fits(g);
    return fact->kind == WL_FACT_SETTLED ? note_claim(g, group, fact) : WL_OK;
}

static int join_group(struct wl_groups *g, const struct wl_sums *other, uint64_t key, uint32_t *group)
{
    struct wl_sums *sums;

    *group = wl_groups_find(g, key);
    if (*group == UINT32_MAX)
        return g->count == most(g) ? WL_E_USAGE : WL_E_SYSTEM;
    sums = &g->at[*group];
    sums->claims += other->claims;
    add(g, &sums->hours_x100, other->hours_x100);
    add(g, &sums->labour, other->labour);
    add(g, &sums->parts, other->parts);
    add(g, &sums->handling, other->handling);
    add(g, &sums->sublet, other->sublet);
    add(g, &sums->total, other->total);
    add(g, &sums->charged_back, other->charged_back);
    return fits(g);
}

int wl_groups_join(struct wl_groups *g, const struct wl_groups *others, wl_rename_fn *rename, const void *context)
{
    uint32_t *now = malloc(((size_t)others->count + 1) * sizeof *now);
    int rc = now ? claims_room(g, others->claims) : no_memory();

    for (uint32_t i = 0; rc == WL_OK && i < others->count; i++) {
        const struct wl_sums *other = &others->at[i];

        rc = join_group(g, other, rename ? rename(context, other->key) : other->key, &now[i]);
    }
    for (size_t i = 0; rc == WL_OK && i < others->claims; i++) {
        g->claim_group[g->claims] = now[others->claim_group[i]];
        g->claim_vehicle[g->claims++] = others->claim_vehicle[i];
    }
    free(now);
    return rc;
}

/* Vehicles in the order of their groups: those of one stand together. */
static void order_by_group(const struct wl_groups *g, size_t *ends, uint32_t *vehicles)
{
    for (size_t i = 0; i < g->claims; i++)
        ends[g->claim_group[i] + 1]++;
    for (uint32_t i = 0; i < g->count; i++)
        ends[i + 1] += ends[i];
    for (size_t i = 0; i < g->claims; i++)
        vehicles[ends[g->claim_group[i]]++] = g->claim_vehicle[i];
}

int wl_groups_count_vehicles(struct wl_groups *g, uint64_t vehicle_count)
{
    /* Once all stand in order, ends[i] is where group i ends. */
    size_t *ends = calloc((size_t)g->count + 1, sizeof *ends);
    uint32_t *vehicles = malloc((g->claims + 1) * sizeof *vehicles);
    uint32_t *seen = calloc(vehicle_count + 1, sizeof *seen); /* by vehicle: the last group that had it, from 1 */
    int rc = ends && vehicles && seen ? WL_OK : no_memory();

    if (rc == WL_OK)
        order_by_group(g, ends, vehicles);
    for (uint32_t i = 0; rc == WL_OK && i < g->count; i++) {
        g->at[i].vehicles = 0;
        for (size_t at = i == 0 ? 0 : ends[i - 1]; at < ends[i]; at++) {
            if (vehicles[at] >= vehicle_count || seen[vehicles[at]] == i + 1)
                continue;
            seen[vehicles[at]] = i + 1;
            g->at[i].vehicles++;
        }
    }
    free(ends);
    free(vehicles);
    free(seen);
    return rc;
}
