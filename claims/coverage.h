/* What covers a vehicle or a part: plans, extensions, fits, contracts (domain text, section 4). */
#ifndef WL_CLAIMS_COVERAGE_H
#define WL_CLAIMS_COVERAGE_H

#include "wledger/reference.h"

/* The most specific plan for the component of a vehicle that is sold; NULL where none matches. */
const struct wl_plan *wl_plan_for(struct wl_reference *, const struct wl_vehicle *, struct wl_str component);

/* The last day of `months` that begin on a day, with the extensions that apply. */
int64_t wl_last_covered_day(struct wl_reference *, int64_t start, int64_t months);

/* Whether a part fitted by the repair day still covers itself. */
bool wl_fit_covers(struct wl_reference *, const struct wl_fit *, const struct wl_part *, const struct wl_vehicle *,
                   int64_t repair_day, int64_t mileage_km);

bool wl_contract_covers(const struct wl_contract *, struct wl_str component, int64_t repair_day, int64_t mileage_km);

#endif
