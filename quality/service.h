/* How many vehicles in service there are behind a group. */
#ifndef WL_QUALITY_SERVICE_H
#define WL_QUALITY_SERVICE_H

#include "quality/groups.h"
#include "quality/scan.h"

/* Vehicles sold up to a day, by model and batch where a report is grouped by them, and by month of sale or months in
 * service where it is grouped by a month. */
struct wl_service {
    bool means; /* vehicles are what the groups are out of: not for dealers, nor for two kinds of month at once */
    bool by_model, by_batch, by_month, by_service_month;
    const struct wl_quality_request *request;
    struct wl_groups fleets; /* by model and batch: index */
    int32_t first, span;     /* months that there are */
    uint32_t *counts;        /* fleets x span: in service in that month, or for so long */
};

/* The base has its vehicles where it means anything. */
int wl_service_make(struct wl_service *, const struct wl_base *, const struct wl_sieve *,
                    const struct wl_quality_request *, int64_t day);
void wl_service_release(struct wl_service *);
/* Of a group by its keys' numbers (months from 1); WL_NONE where it means nothing. */
int64_t wl_service_count(const struct wl_service *, const uint32_t numbers[WL_QUALITY_KEYS_MAX]);

#endif
