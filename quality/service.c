#include "quality/service.h"

#include <stdlib.h>

#include "quality/months.h"
#include "wledger/error.h"

/* What fleets and months may come to; beyond, nothing is told of vehicles in service. */
enum { CELLS_MAX = 64 << 20 };

static uint64_t fleet_key(const struct wl_service *s, uint32_t model, uint32_t batch)
{
    return wl_group_key(s->by_model ? model : 0, s->by_batch ? batch : 0, 0);
}

/* The month of a vehicle that the report asks for. */
static int32_t month_of(const struct wl_service *s, const struct wl_vehicle_facts *vehicle, int64_t day)
{
    return s->by_month ? wl_month_of(vehicle->sold) : s->by_service_month ? wl_months_between(vehicle->sold, day) : 0;
}

static bool is_in_service(const struct wl_sieve *sieve, const struct wl_vehicle_facts *vehicle, int64_t day)
{
    return vehicle->sold != WL_NO_DAY && vehicle->sold <= day && wl_sieve_vehicle(sieve, vehicle);
}

/* Which fleets and months there are. */
static int survey(struct wl_service *s, const struct wl_base *b, const struct wl_sieve *sieve, int64_t day)
{
    int32_t least = INT32_MAX, most = INT32_MIN;

    for (uint64_t i = 0; i < b->vehicle_count; i++) {
        const struct wl_vehicle_facts *vehicle = &b->vehicles[i];
        int32_t month;

        if (!is_in_service(sieve, vehicle, day))
            continue;
        month = month_of(s, vehicle, day);
        least = month < least ? month : least;
        most = month > most ? month : most;
        if (wl_groups_find(&s->fleets, fleet_key(s, vehicle->model, vehicle->batch)) == UINT32_MAX)
            return WL_E_USAGE;
    }
    s->first = least == INT32_MAX ? 0 : least;
    s->span = least == INT32_MAX ? 1 : most - least + 1;
    return WL_OK;
}

/* In service in a month: sold by its end. In service for n months: for n or longer. */
static void add_up(struct wl_service *s)
{
    for (uint32_t fleet = 0; fleet < s->fleets.count; fleet++) {
        uint32_t *counts = s->counts + (size_t)fleet * (size_t)s->span;

        for (int32_t i = 1; s->by_month && i < s->span; i++)
            counts[i] += counts[i - 1];
        for (int32_t i = s->span - 1; s->by_service_month && i > 0; i--)
            counts[i - 1] += counts[i];
    }
}

int wl_service_make(struct wl_service *s, const struct wl_base *b, const struct wl_sieve *sieve,
                    const struct wl_quality_request *request, int64_t day)
{
    int rc;

    *s = (struct wl_service){.means = day != WL_NONE, .request = request};
    for (size_t i = 0; i < request->key_count; i++) {
        s->by_model |= request->keys[i] == WL_BY_MODEL;
        s->by_batch |= request->keys[i] == WL_BY_BATCH;
        s->by_month |= request->keys[i] == WL_BY_MONTH;
        s->by_service_month |= request->keys[i] == WL_BY_SERVICE_MONTH;
        s->means &= request->keys[i] != WL_BY_DEALER;
    }
    s->means &= !(s->by_month && s->by_service_month) && request->filter.dealer.size == 0;
    if (!s->means)
        return WL_OK;
    if ((rc = survey(s, b, sieve, day)) != WL_OK)
        return rc;
    if ((uint64_t)s->fleets.count * (uint64_t)s->span > CELLS_MAX) {
        s->means = false;
        return WL_OK;
    }
    s->counts = calloc((size_t)s->fleets.count * (size_t)s->span + 1, sizeof *s->counts);
    if (!s->counts)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    for (uint64_t i = 0; i < b->vehicle_count; i++) {
        const struct wl_vehicle_facts *vehicle = &b->vehicles[i];

        if (is_in_service(sieve, vehicle, day))
            s->counts[(size_t)wl_groups_find(&s->fleets, fleet_key(s, vehicle->model, vehicle->batch)) *
                          (size_t)s->span +
                      (size_t)(month_of(s, vehicle, day) - s->first)]++;
    }
    add_up(s);
    return WL_OK;
}

void wl_service_release(struct wl_service *s)
{
    wl_groups_release(&s->fleets);
    free(s->counts);
}

int64_t wl_service_count(const struct wl_service *s, const uint32_t numbers[WL_QUALITY_KEYS_MAX])
{
    uint32_t model = 0, batch = 0, fleet;
    int64_t month = s->first;

    if (!s->means)
        return WL_NONE;
    for (size_t i = 0; i < s->request->key_count; i++) {
        enum wl_quality_key key = s->request->keys[i];

        model = key == WL_BY_MODEL ? numbers[i] : model;
        batch = key == WL_BY_BATCH ? numbers[i] : batch;
        if ((key == WL_BY_MONTH || key == WL_BY_SERVICE_MONTH) && numbers[i] == 0)
            return WL_NONE;
        month = key == WL_BY_MONTH || key == WL_BY_SERVICE_MONTH ? (int64_t)numbers[i] - 1 : month;
    }
    fleet = wl_groups_known(&s->fleets, fleet_key(s, model, batch));
    if (fleet == UINT32_MAX)
        return 0;
    month -= s->first;
    if (s->by_month && month >= s->span)
        month = s->span - 1; /* later than the last sale: all that were sold */
    if (s->by_service_month && month < 0)
        month = 0;
    return month < 0 || month >= s->span ? 0 : s->counts[(size_t)fleet * (size_t)s->span + (size_t)month];
}
