/* The commands `request`, `request-source` and `request-cancel`: parts are asked for, found, and not needed after
 * all. */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "wledger/error.h"

static const struct wl_request_gate source_gate = {{
    [WL_REQUEST_RESERVED] = WL_DONE,
    [WL_REQUEST_BACK_ORDERED] = WL_DONE,
    [WL_REQUEST_SHIPPED] = WL_REFUSED_REQUEST_SHIPPED,
    [WL_REQUEST_RECEIVED] = WL_REFUSED_REQUEST_SOURCED,
    [WL_REQUEST_RECEIVED_SHORT] = WL_REFUSED_REQUEST_CLOSED,
    [WL_REQUEST_FITTED] = WL_REFUSED_REQUEST_CLOSED,
    [WL_REQUEST_CANCELLED] = WL_REFUSED_REQUEST_CLOSED,
}};

static const struct wl_request_gate cancel_gate = {{
    [WL_REQUEST_RESERVED] = WL_DONE,
    [WL_REQUEST_BACK_ORDERED] = WL_DONE,
    [WL_REQUEST_SHIPPED] = WL_REFUSED_REQUEST_SHIPPED,
    [WL_REQUEST_RECEIVED] = WL_DONE,
    [WL_REQUEST_RECEIVED_SHORT] = WL_DONE,
    [WL_REQUEST_FITTED] = WL_REFUSED_REQUEST_CLOSED,
    [WL_REQUEST_CANCELLED] = WL_REFUSED_REQUEST_CLOSED,
}};

static bool may_ask(const struct wl_context *ctx, struct wl_str dealer_id, struct wl_outcome_head *head)
{
    const struct wl_dealer *dealer = wl_dealer_find(wl_reference(ctx), dealer_id);

    if (!dealer)
        return wl_refuse(ctx, head, WL_REFUSED_DEALER_UNKNOWN, dealer_id);
    return dealer->status == WL_DEALER_ACTIVE || wl_refuse(ctx, head, WL_REFUSED_DEALER_SUSPENDED, dealer_id);
}

static void set_source(struct wl_request_outcome *out, int64_t request, const struct wl_source *source)
{
    out->request = request;
    out->choice = source->choice;
    out->location_id = source->location_id;
    out->part_id = source->part_id;
    out->considered = source->considered;
}

/* Own stock is issued on the spot (domain text, section 5). */
static void take_source(const struct wl_context *ctx, const struct wl_request_outcome *out, struct wl_request_row *row)
{
    row->part_id = out->part_id;
    row->location_id = out->location_id;
    row->choice = out->choice;
    row->state = out->location_id.size == 0 ? WL_REQUEST_BACK_ORDERED : WL_REQUEST_RESERVED;
    row->received = wl_str_equal(out->location_id, row->dealer_id) ? row->quantity : 0;
    row->sourced_seq = (int64_t)ctx->seq;
}

/* ---- request ---- */

static bool is_well_asked(const struct wl_context *ctx, const struct wl_request_body *b, struct wl_outcome_head *head)
{
    struct wl_reference *reference = wl_reference(ctx);

    if (!may_ask(ctx, b->dealer_id, head))
        return false;
    if (!wl_part_find(reference, b->part_id))
        return wl_refuse(ctx, head, WL_REFUSED_PART_UNKNOWN, b->part_id);
    if (!wl_quantity_check(ctx, b->part_id, b->quantity, head))
        return false;
    if (b->reason.size == 0)
        return wl_refuse(ctx, head, WL_REFUSED_REASON_MISSING, WL_NO_STR);
    return b->vin.size == 0 || wl_vehicle_find(reference, b->vin) ||
           wl_refuse(ctx, head, WL_REFUSED_VEHICLE_UNKNOWN, b->vin);
}

static int decide_request(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_request_body *b = body;
    struct wl_request_outcome *out = outcome;
    const struct wl_demand demand = {.dealer_id = b->dealer_id, .part_id = b->part_id, .quantity = b->quantity};
    struct wl_source source;

    if (is_well_asked(ctx, b, &out->head) && wl_source_find(ctx, &demand, &out->head, &source) &&
        wl_order_fits(ctx, source.part_id, b->dealer_id, b->quantity, &out->head))
        set_source(out, (int64_t)wl_request_count(ctx->txn) + 1, &source);
    return wl_txn_status(ctx->txn);
}

static void apply_request(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_request_body *b = body;
    const struct wl_request_outcome *out = outcome;
    struct wl_request_row row = {.dealer_id = b->dealer_id,
                                 .asked_part_id = b->part_id,
                                 .vin = b->vin,
                                 .document = b->document,
                                 .reason = b->reason,
                                 .quantity = b->quantity,
                                 .seq = (int64_t)ctx->seq,
                                 .dispatch = WL_NONE,
                                 .cancelled_seq = WL_NONE};

    if (!wl_outcome_check(ctx, out->request == (int64_t)wl_request_count(ctx->txn) + 1 && b->quantity > 0))
        return;
    take_source(ctx, out, &row);
    wl_request_put(ctx, out->request, &row);
    wl_request_enter(ctx, out->request, &row);
    wl_counter_set(ctx->txn, WL_REQUESTS, (uint64_t)out->request);
}

/* ---- request-source ---- */

static int decide_source(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_request_source_body *b = body;
    struct wl_request_outcome *out = outcome;
    struct wl_request_row row;
    struct wl_source source;
    struct wl_demand demand;
    struct wl_ints filled = {NULL, 0};

    if (!wl_gate_request(ctx, b->request, &source_gate, WL_NO_STR, &out->head, &row))
        return wl_txn_status(ctx->txn);
    if (row.state == WL_REQUEST_RESERVED && wl_request_is_at_dealer(&row)) {
        wl_refuse(ctx, &out->head, WL_REFUSED_REQUEST_SOURCED, WL_NO_STR);
        return wl_txn_status(ctx->txn);
    }
    demand = (struct wl_demand){.dealer_id = row.dealer_id,
                                .part_id = row.asked_part_id,
                                .quantity = row.quantity,
                                .freed_location = row.location_id,
                                .freed_part = row.part_id,
                                .freed = wl_request_reserved(&row)};
    if (!may_ask(ctx, row.dealer_id, &out->head) || !wl_source_find(ctx, &demand, &out->head, &source))
        return wl_txn_status(ctx->txn);
    if (demand.freed > 0 &&
        !(wl_str_equal(row.location_id, source.location_id) && wl_str_equal(row.part_id, source.part_id)) &&
        !wl_back_orders_fill_with(ctx, row.part_id, row.location_id, demand.freed, &filled))
        return wl_txn_status(ctx->txn);
    set_source(out, b->request, &source);
    out->filled = filled;
    return wl_txn_status(ctx->txn);
}

static void apply_source(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_request_outcome *out = outcome;
    struct wl_request_row row;
    struct wl_str released;

    (void)body;
    if (!wl_request_row(ctx, out->request, &row))
        return;
    released = row.location_id;
    wl_request_take_out(ctx, out->request, &row);
    take_source(ctx, out, &row);
    wl_request_put(ctx, out->request, &row);
    wl_request_enter(ctx, out->request, &row);
    if (out->filled.count > 0)
        wl_back_orders_apply(ctx, released, out->filled);
}

/* ---- request-cancel ---- */

static int decide_cancel(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_request_cancel_body *b = body;
    struct wl_request_cancel_outcome *out = outcome;
    struct wl_request_row row;
    struct wl_ints filled = {NULL, 0};
    int64_t released;

    if (!wl_gate_request(ctx, b->request, &cancel_gate, WL_NO_STR, &out->head, &row))
        return wl_txn_status(ctx->txn);
    if (b->reason.size == 0) {
        wl_refuse(ctx, &out->head, WL_REFUSED_REASON_MISSING, WL_NO_STR);
        return wl_txn_status(ctx->txn);
    }
    released = wl_request_reserved(&row);
    if (released > 0 && !wl_back_orders_fill_with(ctx, row.part_id, row.location_id, released, &filled))
        return wl_txn_status(ctx->txn);
    out->request = b->request;
    out->released = released;
    out->filled = filled;
    return WL_OK;
}

static void apply_cancel(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_request_cancel_outcome *out = outcome;
    struct wl_request_row row;

    (void)body;
    if (!wl_request_row(ctx, out->request, &row))
        return;
    wl_request_take_out(ctx, out->request, &row);
    row.state = WL_REQUEST_CANCELLED;
    row.cancelled_seq = (int64_t)ctx->seq;
    wl_request_put(ctx, out->request, &row);
    if (out->filled.count > 0)
        wl_back_orders_apply(ctx, row.location_id, out->filled);
}

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    WL_FIELD_TEXT(struct wl_request_body, 1, dealer_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_request_body, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_QUANTITY(struct wl_request_body, 3, quantity),
    WL_FIELD_TEXT(struct wl_request_body, 4, reason, WL_REASON_MAX),
    WL_FIELD_TEXT(struct wl_request_body, 5, vin, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_request_body, 6, document, WL_DOCUMENT_MAX),
};
static const struct wl_record body_record = {"request", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_request_body)};

static const struct wl_field source_fields[] = {
    WL_FIELD_NUMBER(struct wl_request_source_body, 1, request),
};
static const struct wl_record source_record = {"request-source", source_fields, WL_COUNT(source_fields),
                                               sizeof(struct wl_request_source_body)};

static const struct wl_field considered_fields[] = {
    WL_FIELD_TEXT(struct wl_considered, 1, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_considered, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_QUANTITY(struct wl_considered, 3, free),
    WL_FIELD_CHOICE(struct wl_considered, 4, choice, wl_choices),
};
static const struct wl_record considered_record = {"considered", considered_fields, WL_COUNT(considered_fields),
                                                   sizeof(struct wl_considered)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_request_outcome),
    WL_FIELD_NUMBER(struct wl_request_outcome, 4, request),
    WL_FIELD_CHOICE(struct wl_request_outcome, 5, choice, wl_choices),
    WL_FIELD_TEXT(struct wl_request_outcome, 6, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_request_outcome, 7, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_LIST(struct wl_request_outcome, 8, considered, WL_CONSIDERED_MAX, considered_record),
    WL_FIELD_INTS(struct wl_request_outcome, 9, filled, WL_FILLED_MAX),
};
static const struct wl_record outcome_record = {"request-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_request_outcome)};

static const struct wl_field cancel_fields[] = {
    WL_FIELD_NUMBER(struct wl_request_cancel_body, 1, request),
    WL_FIELD_TEXT(struct wl_request_cancel_body, 2, reason, WL_REASON_MAX),
};
static const struct wl_record cancel_record = {"request-cancel", cancel_fields, WL_COUNT(cancel_fields),
                                               sizeof(struct wl_request_cancel_body)};

static const struct wl_field cancel_outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_request_cancel_outcome),
    WL_FIELD_NUMBER(struct wl_request_cancel_outcome, 4, request),
    WL_FIELD_QUANTITY(struct wl_request_cancel_outcome, 5, released),
    WL_FIELD_INTS(struct wl_request_cancel_outcome, 6, filled, WL_FILLED_MAX),
};
static const struct wl_record cancel_outcome_record = {"request-cancel-outcome", cancel_outcome_fields,
                                                       WL_COUNT(cancel_outcome_fields),
                                                       sizeof(struct wl_request_cancel_outcome)};

const struct wl_command wl_request_command = {
    .name = "request",
    .tag = 35,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide_request,
    .apply = apply_request,
};

const struct wl_command wl_request_source_command = {
    .name = "request-source",
    .tag = 36,
    .body = &source_record,
    .outcome = &outcome_record,
    .decide = decide_source,
    .apply = apply_source,
};

const struct wl_command wl_request_cancel_command = {
    .name = "request-cancel",
    .tag = 37,
    .body = &cancel_record,
    .outcome = &cancel_outcome_record,
    .decide = decide_cancel,
    .apply = apply_cancel,
};
