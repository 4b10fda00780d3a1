/* The checks on a claim's header: one row for each, in the order of the domain text, section 4. */
#include "claims/adjudicate.h"
#include "claims/case.h"
#include "claims/coverage.h"
#include "claims/gate.h"
#include "claims/judged.h"
#include "wledger/date.h"

enum { PDI_DAYS_AFTER_SALE = 7, POLICY_SCALE = 1000000 };

/* What a check needs; a check that fails may take it away from those after it. */
enum {
    DEALER = 1,
    VEHICLE = 2,
    TYPE = 4, /* the type checks may run */
    FAULT = 8,
    PLAN = 16,
    FIT = 32,
    CAMPAIGN = 64,
    AUTHORIZATION = 128,
    EVERYTHING = 255,
};

/* Claim types that a check is for. */
#define ONLY(TYPE_NAME) (1u << WL_TYPE_##TYPE_NAME)
#define UNKNOWN_TYPE (1u << WL_TYPE_COUNT)
#define ALL_TYPES (2 * UNKNOWN_TYPE - 1)

/* A check needs either reference data alone, or claims and what hangs on them as well (`stands`); the latter
 * take nothing away from others, so they can come after all of the former. */
struct header_check {
    enum wl_finding finding;
    unsigned needs, takes, types;
    bool (*fails)(struct wl_case *);
    bool (*stands_against)(struct wl_judged *);
};

static bool is_17_characters_of_a_vin(struct wl_str vin, int values[17])
{
    /* ISO 3779: the value of each letter in the sum; I, O and Q do not occur. */
    static const int8_t letters['Z' - 'A' + 1] = {1, 2,  3, 4,  5, 6, 7, 8, -1, 1, 2, 3, 4,
                                                  5, -1, 7, -1, 9, 2, 3, 4, 5,  6, 7, 8, 9};

    if (vin.size != 17)
        return false;
    for (size_t i = 0; i < 17; i++) {
        char c = vin.data[i];
        if (c >= '0' && c <= '9')
            values[i] = c - '0';
        else if (c >= 'A' && c <= 'Z')
            values[i] = letters[c - 'A'];
        else
            return false;
        if (values[i] < 0)
            return false;
    }
    return true;
}

bool wl_vin_is_valid(struct wl_str vin)
{
    static const int weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int values[17], sum = 0;

    if (!is_17_characters_of_a_vin(vin, values))
        return false;
    for (size_t i = 0; i < 17; i++)
        sum += values[i] * weights[i];
    return vin.data[8] == "0123456789X"[sum % 11];
}

static bool dealer_unknown(struct wl_case *claim)
{
    claim->dealer = wl_dealer_find(claim->reference, claim->record->dealer_id);
    return claim->dealer == NULL;
}

static bool dealer_suspended(struct wl_case *claim)
{
    return claim->dealer->status != WL_DEALER_ACTIVE;
}

static bool claim_number_reused(struct wl_judged *claim)
{
    const struct wl_claim *latest = claim->latest;

    return latest != NULL &&
           !(wl_claim_is_told(latest->state) && claim->prepared->typed.submission > latest->submission);
}

static bool currency_mismatch(struct wl_case *claim)
{
    const struct wl_claim_record *record = claim->record;

    for (size_t i = 0; i < record->parts.count; i++)
        if (!wl_str_equal(wl_part_lines(record)[i].currency, claim->dealer->currency))
            return true;
    for (size_t i = 0; i < record->sublet.count; i++)
        if (!wl_str_equal(wl_sublet_lines(record)[i].currency, claim->dealer->currency))
            return true;
    return false;
}

static bool vin_malformed(struct wl_case *claim)
{
    return !wl_vin_is_valid(claim->record->vin);
}

static bool vehicle_unknown(struct wl_case *claim)
{
    claim->vehicle = wl_vehicle_find(claim->reference, claim->record->vin);
    return claim->vehicle == NULL;
}

static bool submitted_before_repair(struct wl_case *claim)
{
    return claim->typed->submit_day < claim->typed->repair_day;
}

static bool submitted_late(struct wl_case *claim)
{
    int64_t limit = wl_policy_on(claim->reference, WL_STR("submit_days"), claim->typed->repair_day);

    return limit != WL_NONE && (claim->typed->submit_day - claim->typed->repair_day) * POLICY_SCALE > limit;
}

static bool type_unknown(struct wl_case *claim)
{
    return claim->typed->type == WL_TYPE_COUNT;
}

static bool fault_unknown(struct wl_case *claim)
{
    claim->fault = wl_fault_find(claim->reference, claim->record->fault_code);
    return claim->fault == NULL;
}

static bool fault_not_warrantable(struct wl_case *claim)
{
    return claim->fault->warrantable == WL_NO;
}

static bool vehicle_not_sold(struct wl_case *claim)
{
    return claim->vehicle->sale_date == WL_NONE || claim->vehicle->sale_date > claim->typed->repair_day;
}

static bool coverage_none(struct wl_case *claim)
{
    claim->plan = wl_plan_for(claim->reference, claim->vehicle, claim->fault->component);
    return claim->plan == NULL;
}

static bool coverage_expired(struct wl_case *claim)
{
    int64_t last = wl_last_covered_day(claim->reference, claim->vehicle->sale_date, claim->plan->months);

    return claim->typed->repair_day > last || claim->typed->mileage_km > claim->plan->km;
}

static bool part_coverage_none(struct wl_case *claim)
{
    claim->fits = wl_fits_of(claim->reference, claim->record->vin, claim->record->causal_part);
    for (size_t i = 0; i < claim->fits.count; i++)
        if (claim->fits.at[i].fit_date <= claim->typed->repair_day)
            return false;
    return true;
}

static bool part_coverage_expired(struct wl_case *claim)
{
    const struct wl_part *part = wl_part_find(claim->reference, claim->record->causal_part);

    if (part == NULL)
        return true;
    for (size_t i = 0; i < claim->fits.count; i++) {
        const struct wl_fit *fit = &claim->fits.at[i];
        if (fit->fit_date <= claim->typed->repair_day &&
            wl_fit_covers(claim->reference, fit, part, claim->vehicle, claim->typed->repair_day,
                          claim->typed->mileage_km))
            return false;
    }
    return true;
}

static bool contract_none(struct wl_case *claim)
{
    struct wl_contracts contracts = wl_contracts_of(claim->reference, claim->record->vin);

    for (size_t i = 0; i < contracts.count; i++)
        if (wl_contract_covers(&contracts.at[i], claim->fault->component, claim->typed->repair_day,
                               claim->typed->mileage_km))
            return false;
    return true;
}

static bool campaign_unknown(struct wl_case *claim)
{
    if (claim->record->campaign_id.size != 0)
        claim->campaign = wl_campaign_find(claim->reference, claim->record->campaign_id);
    return claim->campaign == NULL;
}

static bool campaign_vehicle_not_listed(struct wl_case *claim)
{
    return !wl_campaign_has_vehicle(claim->reference, claim->record->campaign_id, claim->record->vin);
}

static bool campaign_closed(struct wl_case *claim)
{
    return claim->typed->repair_day < claim->campaign->from_date || claim->typed->repair_day > claim->campaign->to_date;
}

static const struct wl_vehicle_history *history(struct wl_judged *claim)
{
    if (!claim->history_known) {
        wl_vehicle_history_read(claim->context->txn, claim->prepared, &claim->history);
        claim->history_known = true;
    }
    return &claim->history;
}

static bool campaign_already_done(struct wl_judged *claim)
{
    return history(claim)->campaign_done;
}

static bool authorization_missing(struct wl_case *claim)
{
    return wl_case_authorization(claim) == NULL;
}

static bool authorization_used(struct wl_judged *claim)
{
    return wl_judged_left(claim) <= 0;
}

static bool service_not_planned(struct wl_case *claim)
{
    const struct wl_labour_line *lines = wl_labour_lines(claim->record);

    for (size_t i = 0; i < claim->record->labour.count; i++)
        if (wl_service_plan_find(claim->reference, lines[i].op_code) == NULL)
            return true;
    return false;
}

static bool service_expired(struct wl_case *claim)
{
    const struct wl_labour_line *lines = wl_labour_lines(claim->record);

    for (size_t i = 0; i < claim->record->labour.count; i++) {
        const struct wl_service_plan *plan = wl_service_plan_find(claim->reference, lines[i].op_code);
        if (plan != NULL &&
            (claim->typed->repair_day >= wl_date_add_months(claim->vehicle->sale_date, plan->max_months) ||
             claim->typed->mileage_km > plan->max_km))
            return true;
    }
    return false;
}

static bool service_already_done(struct wl_judged *claim)
{
    return history(claim)->service_done;
}

static bool pdi_late(struct wl_case *claim)
{
    return claim->vehicle->sale_date != WL_NONE &&
           claim->typed->repair_day - claim->vehicle->sale_date > PDI_DAYS_AFTER_SALE;
}

static bool pdi_already_done(struct wl_judged *claim)
{
    return history(claim)->pdi_done;
}

static bool odometer_rollback(struct wl_judged *claim)
{
    return history(claim)->mileage_contradicted;
}

static bool repeat_repair(struct wl_judged *claim)
{
    return history(claim)->operation_repeated;
}

#define WARRANTY_LIKE (ONLY(WARRANTY) | ONLY(PART) | ONLY(EXTENDED))
#define ROW(NAME, needs, takes, types, fails)               \
    {                                                       \
        WL_FINDING_##NAME, needs, takes, types, fails, NULL \
    }
#define ROW_OF_CLAIMS(NAME, needs, types, stands_against)        \
    {                                                            \
        WL_FINDING_##NAME, needs, 0, types, NULL, stands_against \
    }

static const struct header_check header_checks[] = {
    ROW(DEALER_UNKNOWN, 0, EVERYTHING, ALL_TYPES, dealer_unknown),
    ROW(DEALER_SUSPENDED, DEALER, 0, ALL_TYPES, dealer_suspended),
    ROW_OF_CLAIMS(CLAIM_NUMBER_REUSED, DEALER, ALL_TYPES, claim_number_reused),
    ROW(CURRENCY_MISMATCH, DEALER, 0, ALL_TYPES, currency_mismatch),
    ROW(VIN_MALFORMED, DEALER, VEHICLE, ALL_TYPES, vin_malformed),
    ROW(VEHICLE_UNKNOWN, DEALER | VEHICLE, VEHICLE, ALL_TYPES, vehicle_unknown),
    ROW(SUBMITTED_BEFORE_REPAIR, DEALER, 0, ALL_TYPES, submitted_before_repair),
    ROW(SUBMITTED_LATE, DEALER, 0, ALL_TYPES, submitted_late),
    ROW(TYPE_UNKNOWN, DEALER, TYPE, ALL_TYPES, type_unknown),
    ROW(FAULT_UNKNOWN, DEALER, FAULT, ALL_TYPES, fault_unknown),
    ROW(FAULT_NOT_WARRANTABLE, DEALER | FAULT, 0, WARRANTY_LIKE, fault_not_warrantable),
    ROW(VEHICLE_NOT_SOLD, VEHICLE, TYPE, ALL_TYPES & ~(ONLY(PDI) | ONLY(CAMPAIGN)), vehicle_not_sold),
    ROW(COVERAGE_NONE, VEHICLE | TYPE | FAULT, PLAN, ONLY(WARRANTY), coverage_none),
    ROW(COVERAGE_EXPIRED, VEHICLE | TYPE | FAULT | PLAN, 0, ONLY(WARRANTY), coverage_expired),
    ROW(PART_COVERAGE_NONE, VEHICLE | TYPE, FIT, ONLY(PART), part_coverage_none),
    ROW(PART_COVERAGE_EXPIRED, VEHICLE | TYPE | FIT, 0, ONLY(PART), part_coverage_expired),
    ROW(CONTRACT_NONE, VEHICLE | TYPE | FAULT, 0, ONLY(EXTENDED), contract_none),
    ROW(CAMPAIGN_UNKNOWN, VEHICLE | TYPE, CAMPAIGN, ONLY(CAMPAIGN), campaign_unknown),
    ROW(CAMPAIGN_VEHICLE_NOT_LISTED, VEHICLE | TYPE | CAMPAIGN, 0, ONLY(CAMPAIGN), campaign_vehicle_not_listed),
    ROW(CAMPAIGN_CLOSED, VEHICLE | TYPE | CAMPAIGN, 0, ONLY(CAMPAIGN), campaign_closed),
    ROW_OF_CLAIMS(CAMPAIGN_ALREADY_DONE, VEHICLE | TYPE | CAMPAIGN, ONLY(CAMPAIGN), campaign_already_done),
    ROW(AUTHORIZATION_MISSING, VEHICLE | TYPE, AUTHORIZATION, ONLY(GOODWILL), authorization_missing),
    ROW_OF_CLAIMS(AUTHORIZATION_USED, VEHICLE | TYPE | AUTHORIZATION, ONLY(GOODWILL), authorization_used),
    ROW(SERVICE_NOT_PLANNED, VEHICLE | TYPE, 0, ONLY(SERVICE), service_not_planned),
    ROW(SERVICE_EXPIRED, VEHICLE | TYPE, 0, ONLY(SERVICE), service_expired),
    ROW_OF_CLAIMS(SERVICE_ALREADY_DONE, VEHICLE | TYPE, ONLY(SERVICE), service_already_done),
    ROW(PDI_LATE, VEHICLE | TYPE, 0, ONLY(PDI), pdi_late),
    ROW_OF_CLAIMS(PDI_ALREADY_DONE, VEHICLE | TYPE, ONLY(PDI), pdi_already_done),
    ROW_OF_CLAIMS(ODOMETER_ROLLBACK, VEHICLE, ALL_TYPES, odometer_rollback),
    ROW_OF_CLAIMS(REPEAT_REPAIR, VEHICLE, WARRANTY_LIKE | ONLY(GOODWILL), repeat_repair),
};

unsigned wl_reference_checks(struct wl_case *claim)
{
    unsigned have = EVERYTHING, type = 1u << claim->typed->type;

    for (size_t i = 0; i < WL_COUNT(header_checks); i++) {
        const struct header_check *check = &header_checks[i];
        if (check->fails == NULL || (have & check->needs) != check->needs || (type & check->types) == 0 ||
            !check->fails(claim))
            continue;
        wl_case_find(claim, check->finding);
        have &= ~check->takes;
    }
    return have;
}

void wl_claim_checks(struct wl_judged *claim)
{
    unsigned have = claim->prepared->have, type = 1u << claim->prepared->typed.type;

    for (size_t i = 0; i < WL_COUNT(header_checks); i++) {
        const struct header_check *check = &header_checks[i];
        if (check->stands_against != NULL && (have & check->needs) == check->needs && (type & check->types) != 0 &&
            check->stands_against(claim))
            claim->found |= wl_finding_bit(check->finding);
    }
}
