#include "claims/prepare.h"

#include <string.h>

#include "claims/case.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include "wledger/record_command.h"

static bool holds_for(const struct wl_prepared *prepared, const struct wl_context *context)
{
    return prepared->content == wl_counter(context->txn, WL_COUNTER_REFERENCE_CONTENT) &&
           prepared->rows == wl_counter(context->txn, WL_COUNTER_REFERENCE_ROWS);
}

static void begin_case(struct wl_case *claim, const struct wl_context *context, const struct wl_typed_claim *typed)
{
    memset(claim, 0, offsetof(struct wl_case, parts));
    claim->context = context;
    claim->reference = wl_reference(context);
    claim->typed = typed;
    claim->record = typed->record;
}

static void copy_currency(const struct wl_context *context, const struct wl_dealer *dealer, struct wl_prepared *out)
{
    out->dealer_known = dealer != NULL;
    if (dealer != NULL)
        out->priced.currency = wl_arena_copy(context->arena, dealer->currency);
}

/* What approval would oblige the dealer to send back: part lines that are worth something, in their order. */
static int list_owed(const struct wl_case *claim, struct wl_prepared *out)
{
    const struct wl_context *context = claim->context;
    const struct wl_ints *lines = &out->priced.part_lines;
    struct wl_owed *owed = NULL;
    size_t count = 0;

    for (size_t i = 0; i < lines->count; i++) {
        if (lines->at[i] <= 0 || claim->parts[i]->return_rule != WL_RETURN_ALWAYS)
            continue;
        if (owed == NULL && (owed = wl_arena_alloc(context->arena, (lines->count - i) * sizeof(*owed))) == NULL)
            return wl_txn_fail(context->txn, wl_arena_status(context->arena));
        owed[count++] = (struct wl_owed){(int64_t)i, out->typed.quantity_x1000[i], claim->parts[i]->return_days};
    }
    out->owed = (struct wl_list){owed, count};
    return WL_OK;
}

static void copy_authorization(struct wl_case *claim, struct wl_prepared *out)
{
    const struct wl_authorization *authorization = wl_case_authorization(claim);

    out->authorized = authorization != NULL;
    if (authorization == NULL)
        return;
    out->authorized_amount =
        authorization->max_amount / wl_power10(WL_PRICE_PLACES - wl_minor_digits(out->priced.currency));
    out->share_percent = authorization->share_percent;
}

static int prepare_readable(const struct wl_context *context, struct wl_prepared *out)
{
    struct wl_case claim;

    begin_case(&claim, context, &out->typed);
    out->have = wl_reference_checks(&claim);
    copy_currency(context, claim.dealer, out);
    if (claim.vehicle != NULL)
        out->vehicle = wl_vehicle_number(context->txn, out->typed.record->vin);
    if (claim.dealer != NULL) {
        wl_line_checks(&claim, &out->priced);
        if (out->typed.type == WL_TYPE_GOODWILL)
            copy_authorization(&claim, out);
        out->duplicate_window = wl_policy_on(claim.reference, WL_STR("duplicate_days"), out->typed.repair_day);
        if (wl_txn_status(context->txn) == WL_OK)
            list_owed(&claim, out);
    }
    out->found = claim.found;
    out->operations = wl_operations_of(out->typed.record, &out->operation_bytes);
    return wl_txn_status(context->txn);
}

int wl_prepare(const struct wl_context *context, const struct wl_claim_record *record, struct wl_prepared *out)
{
    const struct wl_dealer *dealer = NULL;

    out->content = wl_counter(context->txn, WL_COUNTER_REFERENCE_CONTENT);
    out->rows = wl_counter(context->txn, WL_COUNTER_REFERENCE_ROWS);
    out->priced = (struct wl_decision){
        .decision = WL_CLAIM_REJECTED, .hours = WL_NONE, .tier = WL_NONE, .left = WL_NONE, .share = WL_NONE};
    out->owed = (struct wl_list){NULL, 0};
    out->duplicate_window = out->vehicle = WL_NONE;
    out->authorized = out->dealer_known = false;
    out->unreadable = wl_typed_claim_read(record, &out->typed);
    if (out->unreadable == 0)
        return prepare_readable(context, out);
    if (wl_is_identifier(record->dealer_id))
        dealer = wl_dealer_find(wl_reference(context), record->dealer_id);
    copy_currency(context, dealer, out);
    return wl_txn_status(context->txn);
}

int wl_claim_prepare(const struct wl_context *context, const struct wl_claim_record *record,
                     const struct wl_prepared **prepared)
{
    struct wl_prepared *out = wl_arena_alloc(context->arena, sizeof(*out));

    *prepared = out;
    return out == NULL ? wl_txn_fail(context->txn, wl_arena_status(context->arena)) : wl_prepare(context, record, out);
}

const struct wl_prepared *wl_prepared_of(const struct wl_context *context, const struct wl_claim_record *record)
{
    const struct wl_prepared *ahead = context->prepared;

    if (ahead != NULL && holds_for(ahead, context))
        return ahead;
    return wl_claim_prepare(context, record, &ahead) == WL_OK ? ahead : NULL;
}
