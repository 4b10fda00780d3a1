/* The checks on a claim's lines, and what each line is worth (domain text, section 4). */
#include "claims/case.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include <string.h>

/* Handling on parts beyond this is no amount that the books carry: it takes a policy of millions of per
 * cent. */
#define HANDLING_MAX INT64_C(100000000000000000)

enum { HUNDRED_PERCENT = 100 * 1000000 /* scaled as percentages are */ };

/* What all lines of a claim share. */
struct pricing {
    struct wl_case *claim;
    struct wl_str currency;
    unsigned digits; /* of its minor unit */
    bool mismatch;   /* some amount is in another currency */
};

const struct wl_authorization *wl_case_authorization(struct wl_case *claim)
{
    const struct wl_claim_record *record = claim->record;
    const struct wl_authorization *found = NULL;

    if (claim->authorization_known)
        return claim->authorization;
    claim->authorization_known = true;
    if (record->authorization_no.size != 0)
        found = wl_authorization_find(claim->reference, record->authorization_no);
    if (found == NULL || !wl_str_equal(found->dealer_id, record->dealer_id) || !wl_str_equal(found->vin, record->vin) ||
        found->valid_to < claim->typed->repair_day)
        return NULL;
    claim->authorization = found;
    return found;
}

/* A line's amount, or 0 where it is beyond what the books carry. Below 0 only a list price or a rate
 * below 0 can bring it, and then the same bound holds. */
static int64_t carried(struct wl_case *claim, wl_i128 amount)
{
    if (amount <= WL_AMOUNT_MAX && amount >= -WL_AMOUNT_MAX)
        return (int64_t)amount;
    wl_case_find(claim, WL_FINDING_AMOUNT_TOO_LARGE);
    return 0;
}

/* paid: the hours that it is worth something for are added there. */
static int64_t labour_line(const struct pricing *pricing, const struct wl_labour_rate *rate, size_t i, int64_t *paid)
{
    struct wl_case *claim = pricing->claim;
    const struct wl_labour_line *line = &wl_labour_lines(claim->record)[i];
    const struct wl_operation *operation = wl_operation_find(claim->reference, line->op_code);
    int64_t hours = claim->typed->hours_x100[i], amount;

    if (operation == NULL) {
        wl_case_find(claim, WL_FINDING_OPERATION_UNKNOWN);
        return 0;
    }
    if (claim->campaign != NULL && !wl_str_equal(line->op_code, claim->campaign->op_code)) {
        wl_case_find(claim, WL_FINDING_OPERATION_NOT_IN_CAMPAIGN);
        return 0;
    }
    if (hours <= 0) {
        wl_case_find(claim, WL_FINDING_HOURS_INVALID);
        return 0;
    }
    if (hours > operation->standard_hours) {
        wl_case_find(claim, WL_FINDING_HOURS_REDUCED);
        hours = operation->standard_hours;
    }
    if (rate == NULL)
        return 0;
    amount = carried(claim, wl_rounded((wl_i128)hours * rate->rate,
                                       wl_power10(WL_HOURS_PLACES + WL_PRICE_PLACES - pricing->digits)));
    if (amount != 0)
        *paid += hours;
    return amount;
}

static int64_t part_line(const struct pricing *pricing, int64_t tolerance, size_t i)
{
    struct wl_case *claim = pricing->claim;
    const struct wl_part_line *line = &wl_part_lines(claim->record)[i];
    int64_t quantity = claim->typed->quantity_x1000[i], price = claim->typed->unit_price_x10000[i];
    const struct wl_part_terms *part = wl_part_terms_find(claim->reference, line->part_id, pricing->currency);
    int64_t listed;

    if (part == NULL || !part->known) {
        wl_case_find(claim, WL_FINDING_PART_UNKNOWN);
        return 0;
    }
    if (quantity <= 0) {
        wl_case_find(claim, WL_FINDING_QUANTITY_INVALID);
        return 0;
    }
    if (price < 0) {
        wl_case_find(claim, WL_FINDING_PRICE_INVALID);
        return 0;
    }
    listed = wl_list_price_on(part, claim->typed->repair_day);
    if (listed == WL_NONE) {
        wl_case_find(claim, WL_FINDING_PRICE_MISSING);
        return 0;
    }
    if (!pricing->mismatch &&
        (wl_i128)price * HUNDRED_PERCENT > (wl_i128)listed * (HUNDRED_PERCENT + (wl_i128)tolerance)) {
        wl_case_find(claim, WL_FINDING_PRICE_REDUCED);
        price = listed;
    }
    claim->parts[i] = part;
    return carried(claim, wl_rounded((wl_i128)quantity * price,
                                     wl_power10(WL_QUANTITY_PLACES + WL_PRICE_PLACES - pricing->digits)));
}

/* The limit on sublet lines, times 10^6 as policies have it; WL_NONE: none. */
static int64_t sublet_limit(const struct pricing *pricing)
{
    static const char head[] = "sublet_limit.";
    char key[sizeof(head) + WL_CURRENCY_CEILING];
    size_t size = sizeof(head) - 1;

    if (pricing->currency.size > WL_CURRENCY_CEILING)
        return WL_NONE;
    memcpy(key, head, size);
    memcpy(key + size, pricing->currency.data, pricing->currency.size);
    return wl_policy_on(pricing->claim->reference, (struct wl_str){key, size + pricing->currency.size},
                        pricing->claim->typed->repair_day);
}

static int64_t sublet_line(const struct pricing *pricing, int64_t limit, size_t i)
{
    struct wl_case *claim = pricing->claim;
    wl_i128 rounded = wl_rounded(claim->typed->sublet_x10000[i], wl_power10(WL_PRICE_PLACES - pricing->digits));
    int64_t amount;

    if (rounded <= 0) {
        wl_case_find(claim, WL_FINDING_SUBLET_INVALID);
        return 0;
    }
    amount = carried(claim, rounded);
    if (amount != 0 && !pricing->mismatch && limit != WL_NONE &&
        (wl_i128)amount * wl_power10(WL_PERCENT_PLACES - pricing->digits) > limit &&
        wl_case_authorization(claim) == NULL)
        wl_case_find(claim, WL_FINDING_SUBLET_UNAUTHORIZED);
    return amount;
}

/* Room for one amount a line. count stays 0 when there is no memory, which the caller sees. */
static bool make_lines(struct wl_ints *lines, size_t count, struct wl_arena *arena)
{
    *lines = (struct wl_ints){NULL, 0};
    if (count == 0)
        return true;
    lines->at = wl_arena_alloc(arena, count * sizeof(*lines->at));
    lines->count = lines->at == NULL ? 0 : count;
    return lines->at != NULL;
}

int64_t wl_handling(struct wl_reference *reference, int64_t parts, int64_t repair_day)
{
    int64_t percent = wl_policy_on(reference, WL_STR("handling_percent"), repair_day);
    wl_i128 handling = percent == WL_NONE ? 0 : wl_rounded((wl_i128)parts * percent, HUNDRED_PERCENT);

    return handling > HANDLING_MAX ? HANDLING_MAX : handling < -HANDLING_MAX ? -HANDLING_MAX : (int64_t)handling;
}

int64_t wl_goodwill_share(int64_t share_percent, int64_t gross, int64_t left)
{
    int64_t share = (int64_t)wl_rounded((wl_i128)gross * share_percent, HUNDRED_PERCENT);

    return share < left ? share : left;
}

void wl_line_checks(struct wl_case *claim, struct wl_decision *out)
{
    const struct wl_claim_record *record = claim->record;
    struct wl_reference *reference = claim->reference;
    int64_t day = claim->typed->repair_day;
    struct pricing pricing = {claim, claim->dealer->currency, wl_minor_digits(claim->dealer->currency),
                              (claim->found & wl_finding_bit(WL_FINDING_CURRENCY_MISMATCH)) != 0};
    const struct wl_labour_rate *rate = NULL;
    int64_t tolerance = 0, limit = WL_NONE, hours = 0;
    struct wl_arena *arena = claim->context->arena;

    if (!make_lines(&out->labour_lines, record->labour.count, arena) ||
        !make_lines(&out->part_lines, record->parts.count, arena) ||
        !make_lines(&out->sublet_lines, record->sublet.count, arena)) {
        wl_txn_fail(claim->context->txn, wl_arena_status(arena));
        return;
    }
    if (record->labour.count != 0 && (rate = wl_labour_rate_on(reference, record->dealer_id, day)) == NULL)
        wl_case_find(claim, WL_FINDING_RATE_MISSING);
    /* Also where the type checks were skipped. */
    if (claim->typed->type == WL_TYPE_CAMPAIGN && claim->campaign == NULL && record->campaign_id.size != 0)
        claim->campaign = wl_campaign_find(reference, record->campaign_id);
    for (size_t i = 0; i < record->labour.count; i++)
        out->labour += out->labour_lines.at[i] = labour_line(&pricing, rate, i, &hours);
    out->hours = hours == 0 ? WL_NONE : hours;
    if (record->parts.count != 0 &&
        (tolerance = wl_policy_on(reference, WL_STR("price_tolerance_percent"), day)) == WL_NONE)
        tolerance = 0;
    for (size_t i = 0; i < record->parts.count; i++)
        out->parts += out->part_lines.at[i] = part_line(&pricing, tolerance, i);
    out->handling = wl_handling(reference, out->parts, day);
    if (record->sublet.count != 0)
        limit = sublet_limit(&pricing);
    for (size_t i = 0; i < record->sublet.count; i++)
        out->sublet += out->sublet_lines.at[i] = sublet_line(&pricing, limit, i);
    out->total = out->labour + out->parts + out->handling + out->sublet;
}
