#include "claims/adjudicate.h"

#include <assert.h>
#include <string.h>

#include "claims/case.h"
#include "claims/judged.h"
#include "claims/keys.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

static void decision_clear(struct wl_decision *out)
{
    *out = (struct wl_decision){
        .decision = WL_CLAIM_REJECTED, .hours = WL_NONE, .tier = WL_NONE, .left = WL_NONE, .share = WL_NONE};
}

/* A rejected claim has no amounts, and what hangs on amounts is gone with them. */
static void reject(struct wl_decision *out)
{
    out->decision = WL_CLAIM_REJECTED;
    out->labour = out->parts = out->handling = out->sublet = out->total = 0;
    out->hours = WL_NONE;
    out->labour_lines = out->part_lines = out->sublet_lines = (struct wl_ints){NULL, 0};
    out->obligations = (struct wl_list){NULL, 0};
    out->tier = WL_NONE;
}

bool wl_decision_has(const struct wl_decision *decision, enum wl_finding finding)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (decision->findings.at[i] == (int64_t)finding)
            return true;
    return false;
}

int64_t wl_judged_left(const struct wl_judged *claim)
{
    const struct wl_prepared *prepared = claim->prepared;
    int64_t left = prepared->authorized_amount -
                   wl_get_number(claim->context->txn, WL_TABLE_SPENT, prepared->typed.record->authorization_no, 0);

    return left > 0 ? left : 0;
}

/* Goodwill with an authorization pays a share, also where the type checks were skipped. */
static void share_goodwill(struct wl_judged *claim, struct wl_decision *out)
{
    const struct wl_prepared *prepared = claim->prepared;
    int64_t share;

    if (prepared->typed.type != WL_TYPE_GOODWILL || !prepared->authorized)
        return;
    out->left = wl_judged_left(claim);
    out->share = prepared->share_percent;
    share = wl_goodwill_share(out->share, out->total, out->left);
    if (share < out->total) {
        claim->found |= wl_finding_bit(WL_FINDING_GOODWILL_SHARE);
        out->total = share;
    }
}

/* Whether a total is within a tier's limit, which may be finer than the currency's minor unit. */
static bool is_within(const struct wl_tier *tier, int64_t total, struct wl_str currency)
{
    return tier->limit == WL_NONE ||
           (wl_i128)total * wl_power10(WL_PRICE_PLACES - wl_minor_digits(currency)) <= tier->limit;
}

/* The lowest tier above another whose limit is not below the total; the highest where there is none above. Without
 * tiers everything goes to tier 1. */
static int64_t review_tier(struct wl_tiers tiers, int64_t above, int64_t total, struct wl_str currency)
{
    int64_t tier = 1;

    for (size_t i = 0; i < tiers.count; i++) {
        if (tiers.at[i].tier < 1)
            continue;
        tier = tiers.at[i].tier;
        if (tier > above && is_within(&tiers.at[i], total, currency))
            break;
    }
    return tier;
}

/* Without tiers nothing is approved automatically. */
static bool is_automatic(struct wl_tiers tiers, int64_t total, struct wl_str currency)
{
    if (tiers.count == 0 || tiers.at[0].tier != 0)
        return total <= 0;
    return is_within(&tiers.at[0], total, currency);
}

int64_t wl_tier_for(const struct wl_context *context, int64_t total, struct wl_str currency)
{
    return review_tier(wl_tiers(wl_reference(context), currency), 0, total, currency);
}

bool wl_tier_covers(const struct wl_context *context, int64_t tier, int64_t total, struct wl_str currency)
{
    struct wl_tiers tiers = wl_tiers(wl_reference(context), currency);

    if (tier == 0)
        return is_automatic(tiers, total, currency);
    for (size_t i = 0; i < tiers.count; i++)
        if (tiers.at[i].tier == tier)
            return is_within(&tiers.at[i], total, currency);
    return tiers.count == 0;
}

/* Return obligations for the part lines that are worth something, in their order. */
static int owe(const struct wl_context *context, const struct wl_claim_record *record, const int64_t *quantity_x1000,
               int64_t due_from, struct wl_decision *out)
{
    const struct wl_part_line *lines = wl_part_lines(record);
    struct wl_owed *owed = NULL;
    size_t count = 0;

    for (size_t i = 0; i < out->part_lines.count; i++) {
        if (out->part_lines.at[i] <= 0)
            continue;
        const struct wl_part *part = wl_part_find(wl_reference(context), lines[i].part_id);
        if (part == NULL || part->return_rule != WL_RETURN_ALWAYS)
            continue;
        if (owed == NULL &&
            (owed = wl_arena_alloc(context->arena, (out->part_lines.count - i) * sizeof(*owed))) == NULL)
            return wl_txn_fail(context->txn, wl_arena_status(context->arena));
        owed[count++] = (struct wl_owed){(int64_t)i, quantity_x1000[i], due_from + part->return_days};
    }
    out->obligations = (struct wl_list){owed, count};
    return wl_txn_status(context->txn);
}

static const wl_finding_set gaps = UINT64_C(1) << WL_FINDING_RATE_MISSING | UINT64_C(1) << WL_FINDING_PRICE_MISSING;

/* The obligations that were worked out, from the day that counts on. */
static int owe_prepared(const struct wl_judged *claim, struct wl_decision *out)
{
    const struct wl_prepared *prepared = claim->prepared;
    size_t bytes = prepared->owed.count * sizeof(struct wl_owed);
    struct wl_owed *owed;

    if (bytes == 0)
        return WL_OK;
    owed = wl_arena_alloc(claim->context->arena, bytes);
    if (owed == NULL)
        return wl_txn_fail(claim->context->txn, wl_arena_status(claim->context->arena));
    memcpy(owed, prepared->owed.at, bytes);
    for (size_t i = 0; i < prepared->owed.count; i++)
        owed[i].due += prepared->typed.submit_day;
    out->obligations = (struct wl_list){owed, prepared->owed.count};
    return WL_OK;
}

static int conclude(struct wl_judged *claim, int64_t id, struct wl_decision *out)
{
    const struct wl_context *context = claim->context;
    struct wl_tiers tiers;

    if (out->total <= 0 && (claim->found & (gaps | wl_findings_of(WL_REJECT))) == 0)
        claim->found |= wl_finding_bit(WL_FINDING_NOTHING_PAYABLE);
    if ((claim->found & wl_findings_of(WL_REJECT)) != 0) {
        reject(out);
        return wl_txn_status(context->txn);
    }
    tiers = wl_tiers(wl_reference(context), out->currency);
    if ((claim->found & wl_findings_of(WL_REFER)) != 0 || !is_automatic(tiers, out->total, out->currency)) {
        out->decision = WL_CLAIM_REFERRED;
        out->tier = review_tier(tiers, 0, out->total, out->currency);
        out->assignments = wl_seats_assign(context, out->tier, id, WL_NO_STR);
        return wl_txn_status(context->txn);
    }
    out->decision = (claim->found & wl_findings_of(WL_ADJUST)) != 0 ? WL_CLAIM_PARTIAL : WL_CLAIM_APPROVED;
    return owe_prepared(claim, out);
}

int wl_adjudicate(const struct wl_context *context, const struct wl_prepared *prepared, const struct wl_claim *latest,
                  int64_t id, struct wl_decision *out)
{
    struct wl_judged claim = {
        .context = context, .prepared = prepared, .latest = latest, .found = prepared->found | prepared->unreadable};
    int status = WL_OK;

    *out = prepared->priced;
    if (prepared->unreadable == 0 && prepared->dealer_known) {
        wl_claim_checks(&claim);
        share_goodwill(&claim, out);
        status = conclude(&claim, id, out);
    }
    out->findings = wl_findings_list(claim.found, context->arena);
    return status != WL_OK ? status : wl_txn_status(context->txn);
}

int wl_appraise(const struct wl_context *context, const struct wl_prepared *prepared, const struct wl_claim *latest,
                struct wl_decision *out)
{
    struct wl_judged claim = {
        .context = context, .prepared = prepared, .latest = latest, .found = prepared->found | prepared->unreadable};

    *out = prepared->priced;
    if (prepared->unreadable == 0 && prepared->dealer_known) {
        wl_claim_checks(&claim);
        share_goodwill(&claim, out);
        if (out->total <= 0 && (claim.found & gaps) == 0)
            claim.found |= wl_finding_bit(WL_FINDING_NOTHING_PAYABLE);
    }
    out->findings = wl_findings_list(claim.found, context->arena);
    return wl_txn_status(context->txn);
}

int wl_adjudicate_appeal(const struct wl_context *context, const struct wl_prepared *prepared, int64_t id,
                         int64_t above, wl_finding_set *dropped, struct wl_decision *out)
{
    struct wl_judged claim = {.context = context, .prepared = prepared, .found = prepared->found};

    *out = prepared->priced;
    if (prepared->dealer_known) {
        wl_claim_checks(&claim);
        share_goodwill(&claim, out);
        out->decision = WL_CLAIM_REFERRED;
        out->tier = review_tier(wl_tiers(wl_reference(context), out->currency), above, out->total, out->currency);
        out->assignments = wl_seats_assign(context, out->tier, id, WL_NO_STR);
    }
    *dropped = claim.found & wl_findings_of(WL_REJECT);
    out->findings = wl_findings_list(claim.found & ~*dropped, context->arena);
    return wl_txn_status(context->txn);
}

/* What the lines are worth then, line by line and in sum. */
static int64_t keep_lines(const struct wl_ints *before, const bool *refused, const int64_t *worth,
                          struct wl_arena *arena, struct wl_ints *after)
{
    int64_t sum = 0;

    *after = (struct wl_ints){NULL, 0};
    if (before->count == 0 || (after->at = wl_arena_alloc(arena, before->count * sizeof(*after->at))) == NULL)
        return 0;
    after->count = before->count;
    for (size_t i = 0; i < before->count; i++) {
        after->at[i] = i < WL_LINES_MAX && refused[i] ? worth[i] : before->at[i];
        sum += after->at[i];
    }
    return sum;
}

/* The findings that say what happened to lines. */
static wl_finding_set marks_found(const bool *refused, const int64_t *worth, size_t count)
{
    wl_finding_set found = 0;

    assert(count <= WL_LINES_MAX);
    for (size_t i = 0; i < count; i++)
        if (refused[i])
            found |= wl_finding_bit(worth[i] > 0 ? WL_FINDING_LINE_REDUCED : WL_FINDING_LINE_REFUSED);
    return found;
}

/* The amounts without the refused lines. Goodwill keeps the share and the rest of its authorization that the decision
 * in force had, and handling never rises, whatever was loaded since: refusing a line raises nothing. */
static void reprice_amounts(const struct wl_context *context, const struct wl_typed_claim *typed,
                            const struct wl_decision *in_force, const struct wl_refused_lines *refused,
                            struct wl_decision *out)
{
    out->labour =
        keep_lines(&in_force->labour_lines, refused->labour, refused->labour_worth, context->arena, &out->labour_lines);
    out->parts =
        keep_lines(&in_force->part_lines, refused->parts, refused->parts_worth, context->arena, &out->part_lines);
    out->sublet =
        keep_lines(&in_force->sublet_lines, refused->sublet, refused->sublet_worth, context->arena, &out->sublet_lines);
    out->handling = out->parts == in_force->parts ? in_force->handling
                                                  : wl_handling(wl_reference(context), out->parts, typed->repair_day);
    if (out->handling > in_force->handling)
        out->handling = in_force->handling;
    out->total = out->labour + out->parts + out->handling + out->sublet;
    out->left = in_force->left;
    out->share = in_force->share;
    if (out->left != WL_NONE)
        out->total = wl_goodwill_share(out->share, out->total, out->left);
}

int wl_reprice(const struct wl_context *context, const struct wl_claim_record *record,
               const struct wl_decision *in_force, const struct wl_refused_lines *refused, int64_t due_from,
               struct wl_decision *out)
{
    struct wl_typed_claim typed;
    wl_finding_set marked = marks_found(refused->labour, refused->labour_worth, record->labour.count) |
                            marks_found(refused->parts, refused->parts_worth, record->parts.count) |
                            marks_found(refused->sublet, refused->sublet_worth, record->sublet.count);
    wl_finding_set found = wl_findings_set(in_force->findings) | marked;
    int status = WL_OK;

    decision_clear(out);
    wl_typed_claim_read(record, &typed);
    out->currency = in_force->currency;
    reprice_amounts(context, &typed, in_force, refused, out);
    if (marked == 0)
        out->total = in_force->total;
    if (out->total <= 0)
        found |= wl_finding_bit(WL_FINDING_NOTHING_PAYABLE);
    out->decision = (found & wl_findings_of(WL_ADJUST)) != 0 ? WL_CLAIM_PARTIAL : WL_CLAIM_APPROVED;
    if (out->total <= 0)
        reject(out);
    else if (due_from != WL_NONE)
        status = owe(context, record, typed.quantity_x1000, due_from, out);
    out->findings = wl_findings_list(found, context->arena);
    return status != WL_OK ? status : wl_txn_status(context->txn);
}
