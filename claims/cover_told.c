/* What covers a vehicle on a day at a mileage, told before anything is claimed (domain text, section 4). */
#include "claims/coverage.h"
#include "claims/vehicle_history.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/form.h"
#include <stdlib.h>

/* The records of earlier claims are read one at a time. */
enum { SCRATCH_MAX = 1 << 20 };

static const char *const kind_names[] = {"plan", "contract", "part", "campaign", "service", NULL};

const char *const *wl_cover_kind_names(void)
{
    return kind_names;
}

struct telling {
    const struct wl_context *context;
    struct wl_reference *reference;
    const struct wl_vehicle *vehicle;
    int64_t day, km;
    struct wl_cover *at;
    size_t count;
};

static bool is_sold(const struct telling *t)
{
    return t->vehicle->sale_date != WL_NONE && t->vehicle->sale_date <= t->day;
}

/* Covered up to a day and a mileage; WL_NONE: without end, without limit. */
static struct wl_cover *add(struct telling *t, enum wl_cover_kind kind, struct wl_str id, int64_t last_day,
                            int64_t last_km)
{
    struct wl_cover *cover = &t->at[t->count++];

    *cover = (struct wl_cover){.kind = kind, .id = id, .last_day = last_day, .km_left = WL_NONE, .entry = WL_NONE};
    if (last_km != WL_NONE)
        cover->km_left = last_km - t->km;
    cover->holds = (last_day == WL_NONE || t->day <= last_day) && (last_km == WL_NONE || t->km <= last_km);
    return cover;
}

/* ---- plans, contracts, parts ---- */

static bool is_for_vehicle(const struct wl_plan *plan, const struct wl_vehicle *vehicle)
{
    return (wl_str_is(plan->model_id, "*") || wl_str_equal(plan->model_id, vehicle->model_id)) &&
           plan->sold_from <= vehicle->sale_date && vehicle->sale_date < plan->sold_to;
}

static bool names_new_component(const struct wl_plans *plans, size_t i, const struct wl_vehicle *vehicle)
{
    if (!is_for_vehicle(&plans->at[i], vehicle))
        return false;
    for (size_t j = 0; j < i; j++)
        if (wl_str_equal(plans->at[j].component, plans->at[i].component) && is_for_vehicle(&plans->at[j], vehicle))
            return false;
    return true;
}

static void add_plans(struct telling *t, const struct wl_plans *plans)
{
    for (size_t i = 0; i < plans->count; i++) {
        struct wl_str component = plans->at[i].component;
        const struct wl_plan *plan;

        if (!names_new_component(plans, i, t->vehicle) || !(plan = wl_plan_for(t->reference, t->vehicle, component)))
            continue;
        add(t, WL_COVER_PLAN, plan->plan_id, wl_last_covered_day(t->reference, t->vehicle->sale_date, plan->months),
            plan->km)
            ->component = component;
    }
}

static void add_contracts(struct telling *t, const struct wl_contracts *contracts)
{
    for (size_t i = 0; i < contracts->count; i++) {
        const struct wl_contract *contract = &contracts->at[i];

        if (contract->start_date <= t->day)
            add(t, WL_COVER_CONTRACT, contract->contract_id, contract->end_date, contract->max_km)->component =
                contract->component;
    }
}

static void add_part(struct telling *t, const struct wl_fit *fit)
{
    const struct wl_part *part = wl_part_find(t->reference, fit->part_id);
    int64_t last_day, last_km;

    if (!part || fit->fit_date > t->day)
        return;
    if (part->lifetime == WL_YES && fit->paid_by == WL_PAID_BY_CUSTOMER &&
        wl_str_equal(fit->owner_id, t->vehicle->owner_id)) {
        last_day = last_km = WL_NONE;
    } else if (part->warranty_months > 0) {
        last_day = wl_last_covered_day(t->reference, fit->fit_date, part->warranty_months);
        last_km = fit->fit_km + part->warranty_km;
    } else {
        return;
    }
    add(t, WL_COVER_PART, fit->part_id, last_day, last_km)->text = fit->invoice_no;
}

/* ---- campaigns, services ---- */

static void add_campaigns(struct telling *t, const struct wl_campaigns *campaigns)
{
    for (size_t i = 0; i < campaigns->count; i++) {
        const struct wl_campaign *campaign = &campaigns->at[i];

        if (campaign->from_date <= t->day && t->day <= campaign->to_date &&
            wl_campaign_has_vehicle(t->reference, campaign->campaign_id, t->vehicle->vin))
            add(t, WL_COVER_CAMPAIGN, campaign->campaign_id, campaign->to_date, WL_NONE)->text = campaign->op_code;
    }
}

static void add_services(struct telling *t, const struct wl_service_plans *services)
{
    for (size_t i = 0; i < services->count; i++)
        add(t, WL_COVER_SERVICE, services->at[i].op_code,
            wl_date_add_months(t->vehicle->sale_date, services->at[i].max_months) - 1, services->at[i].max_km);
}

static void take_out(struct telling *t, enum wl_cover_kind kind, struct wl_str id)
{
    size_t kept = 0;

    for (size_t i = 0; i < t->count; i++)
        if (t->at[i].kind != (int64_t)kind || !wl_str_equal(t->at[i].id, id))
            t->at[kept++] = t->at[i];
    t->count = kept;
}

/* The services that a claim did are those of its operations. */
static int take_out_services(struct telling *t, struct wl_arena *scratch, const struct wl_claim *claim)
{
    struct wl_claim_record record;
    const struct wl_labour_line *lines;
    int rc;

    wl_arena_clear(scratch);
    if ((rc = wl_claim_content(t->context->txn, scratch, claim, &record)) != WL_OK)
        return rc;
    lines = record.labour.at;
    for (size_t i = 0; i < record.labour.count; i++)
        take_out(t, WL_COVER_SERVICE, lines[i].op_code);
    return WL_OK;
}

/* What earlier claims of the vehicle, that stand, have done of it. */
static int take_out_done(struct telling *t)
{
    struct wl_txn *txn = t->context->txn;
    int64_t id = wl_vehicle_head(txn, wl_vehicle_number(txn, t->vehicle->vin));
    struct wl_arena scratch;
    struct wl_claim claim;
    int rc = wl_txn_status(txn);

    wl_arena_init(&scratch, SCRATCH_MAX);
    while (rc == WL_OK && id >= 0 && (rc = wl_claim_read_history(txn, id, &claim)) == WL_OK) {
        id = claim.previous_on_vehicle;
        if (!wl_claim_stands(&claim))
            continue;
        if (claim.type == WL_TYPE_CAMPAIGN)
            take_out(t, WL_COVER_CAMPAIGN, claim.campaign_id);
        else if (claim.type == WL_TYPE_SERVICE)
            rc = take_out_services(t, &scratch, &claim);
    }
    wl_arena_release(&scratch);
    return rc;
}

/* ---- all of it ---- */

static int compare(const void *left, const void *right)
{
    const struct wl_cover *a = left, *b = right;
    int order = (a->kind > b->kind) - (a->kind < b->kind);

    if (order == 0)
        order = wl_str_compare(a->id, b->id);
    if (order == 0)
        order = wl_str_compare(a->component, b->component);
    if (order == 0)
        order = wl_str_compare(a->text, b->text);
    return order != 0 ? order : (a->last_day > b->last_day) - (a->last_day < b->last_day);
}

static int gather(struct telling *t)
{
    struct wl_plans plans = wl_plans(t->reference);
    struct wl_contracts contracts = wl_contracts_of(t->reference, t->vehicle->vin);
    struct wl_fits fits = wl_fits_on(t->reference, t->vehicle->vin);
    struct wl_campaigns campaigns = wl_campaigns(t->reference);
    struct wl_service_plans services = wl_service_plans(t->reference);
    size_t most = plans.count + contracts.count + fits.count + campaigns.count + services.count;

    if (wl_txn_status(t->context->txn) != WL_OK || most == 0)
        return wl_txn_status(t->context->txn);
    if (!(t->at = wl_arena_alloc(t->context->arena, most * sizeof *t->at)))
        return wl_txn_fail(t->context->txn, wl_arena_status(t->context->arena));
    if (is_sold(t)) {
        add_plans(t, &plans);
        add_contracts(t, &contracts);
        for (size_t i = 0; i < fits.count; i++)
            add_part(t, &fits.at[i]);
        add_services(t, &services);
    }
    add_campaigns(t, &campaigns);
    return take_out_done(t);
}

int wl_coverage_each(const struct wl_context *context, struct wl_str vin, int64_t day, int64_t km, wl_cover_fn *fn,
                     void *fn_context)
{
    struct telling t = {.context = context, .reference = wl_reference(context), .day = day, .km = km};
    int rc = WL_OK;

    if (!(t.vehicle = wl_vehicle_find(t.reference, vin)))
        return wl_txn_status(context->txn);
    if ((rc = gather(&t)) != WL_OK)
        return rc;
    if (t.count > 1)
        qsort(t.at, t.count, sizeof *t.at, compare);
    for (size_t i = 0; rc == WL_OK && i < t.count; i++)
        rc = fn(fn_context, &t.at[i]);
    return rc != WL_OK ? rc : wl_txn_status(context->txn);
}
