#include "claims/coverage.h"

#include "wledger/date.h"

static bool is_any(struct wl_str text)
{
    return text.size == 1 && text.data[0] == '*';
}

/* How specific a plan is for this model and component: 0 the most, NO_MATCH not at all. */
enum { NO_MATCH = 4 };
static int plan_rank(const struct wl_plan *plan, struct wl_str model_id, struct wl_str component)
{
    bool any_model = is_any(plan->model_id), any_component = is_any(plan->component);

    if ((!any_model && !wl_str_equal(plan->model_id, model_id)) ||
        (!any_component && !wl_str_equal(plan->component, component)))
        return NO_MATCH;
    return (any_model ? 2 : 0) + (any_component ? 1 : 0);
}

const struct wl_plan *wl_plan_for(struct wl_reference *reference, const struct wl_vehicle *vehicle,
                                  struct wl_str component)
{
    struct wl_plans plans = wl_plans(reference);
    const struct wl_plan *best = NULL;
    int best_rank = NO_MATCH;

    /* In order of plan_id, so the first of a rank is the one with the lowest. */
    for (size_t i = 0; i < plans.count; i++) {
        const struct wl_plan *plan = &plans.at[i];
        if (vehicle->sale_date < plan->sold_from || vehicle->sale_date >= plan->sold_to)
            continue;
        int rank = plan_rank(plan, vehicle->model_id, component);
        if (rank < best_rank) {
            best = plan;
            best_rank = rank;
        }
    }
    return best;
}

int64_t wl_last_covered_day(struct wl_reference *reference, int64_t start, int64_t months)
{
    struct wl_extensions extensions = wl_extensions(reference);
    int64_t last = wl_date_add_months(start, months) - 1;

    for (size_t i = 0; i < extensions.count; i++) {
        const struct wl_extension *extension = &extensions.at[i];
        if (extension->from_date <= last && last <= extension->to_date && extension->new_last_day > last)
            last = extension->new_last_day;
    }
    return last;
}

bool wl_fit_covers(struct wl_reference *reference, const struct wl_fit *fit, const struct wl_part *part,
                   const struct wl_vehicle *vehicle, int64_t repair_day, int64_t mileage_km)
{
    if (part->lifetime == WL_YES && fit->paid_by == WL_PAID_BY_CUSTOMER &&
        wl_str_equal(fit->owner_id, vehicle->owner_id))
        return true;
    return repair_day <= wl_last_covered_day(reference, fit->fit_date, part->warranty_months) &&
           mileage_km - fit->fit_km <= part->warranty_km;
}

bool wl_contract_covers(const struct wl_contract *contract, struct wl_str component, int64_t repair_day,
                        int64_t mileage_km)
{
    return (is_any(contract->component) || wl_str_equal(contract->component, component)) &&
           contract->start_date <= repair_day && repair_day <= contract->end_date && mileage_km <= contract->max_km;
}
