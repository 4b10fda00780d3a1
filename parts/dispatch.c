/* The command `dispatch`: parts leave a location for another. "warehouse or dealer bin -> in-transit" (domain text,
 * section 5). */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "wledger/error.h"

#include <string.h>

/* Legal while reserved elsewhere than at its dealer. */
static const struct wl_request_gate gate = {{
    [WL_REQUEST_RESERVED] = WL_DONE,
    [WL_REQUEST_BACK_ORDERED] = WL_REFUSED_REQUEST_NOT_SOURCED,
    [WL_REQUEST_SHIPPED] = WL_REFUSED_REQUEST_SHIPPED,
    [WL_REQUEST_RECEIVED] = WL_REFUSED_REQUEST_SOURCED,
    [WL_REQUEST_RECEIVED_SHORT] = WL_REFUSED_REQUEST_CLOSED,
    [WL_REQUEST_FITTED] = WL_REFUSED_REQUEST_CLOSED,
    [WL_REQUEST_CANCELLED] = WL_REFUSED_REQUEST_CLOSED,
}};

/* The box as it is filled. */
struct packing {
    const struct wl_context *ctx;
    const struct wl_dispatch_body *body;
    struct wl_outcome_head *head;
    int64_t from_kind; /* of account */
    struct wl_picks picks;
    struct wl_dispatch_line *lines; /* one for each pick */
};

static bool is_named_twice(const struct wl_ints *numbers, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (numbers->at[i] == numbers->at[at])
            return true;
    return false;
}

static bool may_go(struct packing *p)
{
    const struct wl_dispatch_body *b = p->body;
    struct wl_reference *reference = wl_reference(p->ctx);
    enum wl_location_kind from = wl_location_kind(p->ctx, b->from_id), to = wl_location_kind(p->ctx, b->to_id);

    if (from == WL_LOCATION_NONE || to == WL_LOCATION_NONE)
        return wl_refuse(p->ctx, p->head, WL_REFUSED_LOCATION_UNKNOWN,
                         from == WL_LOCATION_NONE ? b->from_id : b->to_id);
    if (wl_str_equal(b->from_id, b->to_id))
        return wl_refuse(p->ctx, p->head, WL_REFUSED_SAME_LOCATION, WL_NO_STR);
    if (to == WL_LOCATION_DEALER) {
        const struct wl_dealer *dealer = wl_dealer_find(reference, b->to_id);

        if (dealer && dealer->status != WL_DEALER_ACTIVE)
            return wl_refuse(p->ctx, p->head, WL_REFUSED_DEALER_SUSPENDED, b->to_id);
    }
    if (b->carrier_id.size > 0 && !wl_carrier_find(reference, b->carrier_id))
        return wl_refuse(p->ctx, p->head, WL_REFUSED_CARRIER_UNKNOWN, b->carrier_id);
    p->from_kind = wl_location_account(from);
    return b->requests.count + b->items.count > 0 || wl_refuse(p->ctx, p->head, WL_REFUSED_NOTHING_TO_SHIP, WL_NO_STR);
}

/* Takes what was asked for from the shelves, a line for each pick. */
static bool pack(struct packing *p, int64_t request, struct wl_str part_id, struct wl_str bin_id, struct wl_str lot,
                 int64_t quantity)
{
    size_t first;

    if (!wl_pick(p->ctx, &p->picks, part_id, p->body->from_id, bin_id, lot, quantity, request == WL_NONE, p->head,
                 &first))
        return false;
    if (p->picks.count > WL_DISPATCH_LINES_MAX)
        return wl_refuse(p->ctx, p->head, WL_REFUSED_QUANTITY_TOO_LARGE, part_id);
    for (size_t i = first; i < p->picks.count; i++) {
        const struct wl_pick *pick = &p->picks.at[i];

        p->lines[i] = (struct wl_dispatch_line){.request = request,
                                                .part_id = pick->part_id,
                                                .lot = pick->lot,
                                                .from_bin = pick->bin_id,
                                                .quantity = pick->quantity};
    }
    return true;
}

static bool pack_request(struct packing *p, size_t at)
{
    int64_t number = p->body->requests.at[at];
    struct wl_str about = wl_number_text(p->ctx, number);
    struct wl_request_row row;

    if (is_named_twice(&p->body->requests, at))
        return wl_refuse(p->ctx, p->head, WL_REFUSED_NAMED_TWICE, about);
    if (!wl_gate_request(p->ctx, number, &gate, about, p->head, &row))
        return false;
    if (wl_request_is_at_dealer(&row))
        return wl_refuse(p->ctx, p->head, WL_REFUSED_REQUEST_SOURCED, about);
    if (!wl_str_equal(row.location_id, p->body->from_id) || !wl_str_equal(row.dealer_id, p->body->to_id))
        return wl_refuse(p->ctx, p->head, WL_REFUSED_REQUEST_ELSEWHERE, about);
    return pack(p, number, row.part_id, WL_NO_STR, WL_NO_STR, row.quantity);
}

static bool pack_item(struct packing *p, const struct wl_dispatch_item *item)
{
    return wl_part_is_known_at(p->ctx, item->part_id, p->body->from_id, p->head) &&
           pack(p, WL_NONE, item->part_id, item->bin_id, item->lot, item->quantity) &&
           wl_order_fits(p->ctx, item->part_id, p->body->to_id, item->quantity, p->head);
}

static bool pack_all(struct packing *p)
{
    const struct wl_dispatch_item *items = p->body->items.at;

    if (!(p->lines = wl_arena_alloc(p->ctx->arena, WL_DISPATCH_LINES_MAX * sizeof *p->lines))) {
        wl_txn_fail(p->ctx->txn, wl_arena_status(p->ctx->arena));
        return false;
    }
    for (size_t i = 0; i < p->body->requests.count; i++)
        if (!pack_request(p, i))
            return false;
    for (size_t i = 0; i < p->body->items.count; i++)
        if (!pack_item(p, &items[i]))
            return false;
    return true;
}

static void post_lines(const struct packing *p, struct wl_dispatch_outcome *out)
{
    struct wl_str transit = wl_party_number(p->ctx, "dispatch", out->dispatch);
    struct wl_postings postings;

    if (!wl_postings_init(p->ctx, &postings, p->picks.count))
        return;
    for (size_t i = 0; i < p->picks.count; i++) {
        const struct wl_dispatch_line *line = &p->lines[i];

        wl_postings_add(p->ctx, &postings, p->from_kind, wl_party(p->ctx, p->body->from_id, line->from_bin),
                        WL_ACCOUNT_IN_TRANSIT, transit, line->part_id, line->lot, line->quantity);
    }
    out->head.postings = wl_postings_list(&postings);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct wl_dispatch_outcome *out = outcome;
    struct packing p = {.ctx = ctx, .body = body, .head = &out->head};

    if (may_go(&p) && pack_all(&p)) {
        out->dispatch = (int64_t)wl_dispatch_count(ctx->txn) + 1;
        out->lines = (struct wl_list){p.lines, p.picks.count};
        post_lines(&p, out);
    }
    return wl_txn_status(ctx->txn);
}

/* ---- applying ---- */

static void ship_request(const struct wl_context *ctx, int64_t number, int64_t dispatch)
{
    struct wl_request_row row;

    if (!wl_request_row(ctx, number, &row))
        return;
    wl_request_take_out(ctx, number, &row);
    row.state = WL_REQUEST_SHIPPED;
    row.dispatch = dispatch;
    wl_request_put(ctx, number, &row);
}

static void add_in_transit(const struct wl_context *ctx, const struct wl_dispatch_line *line, struct wl_str to_id,
                           int sign)
{
    wl_stock_add(ctx, line->part_id, to_id, (struct wl_stock){.in_transit = sign * line->quantity});
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_dispatch_body *b = body;
    const struct wl_dispatch_outcome *out = outcome;
    const struct wl_dispatch_line *lines = out->lines.at;
    const struct wl_dispatch row = {.from_id = b->from_id,
                                    .to_id = b->to_id,
                                    .carrier_id = b->carrier_id,
                                    .box = b->box,
                                    .tracking = b->tracking,
                                    .state = WL_DISPATCH_SHIPPED,
                                    .lines = (int64_t)out->lines.count,
                                    .open_lines = (int64_t)out->lines.count,
                                    .seq = (int64_t)ctx->seq,
                                    .time = ctx->time,
                                    .late_seq = WL_NONE};

    if (!wl_outcome_check(ctx, out->dispatch == (int64_t)wl_dispatch_count(ctx->txn) + 1))
        return;
    for (size_t i = 0; i < b->requests.count; i++)
        ship_request(ctx, b->requests.at[i], out->dispatch);
    wl_stock_follow(ctx, out->head.postings);
    wl_dispatch_put(ctx, out->dispatch, &row);
    for (size_t i = 0; i < out->lines.count; i++) {
        if (!wl_outcome_check(ctx, lines[i].quantity > 0))
            return;
        wl_dispatch_line_put(ctx, out->dispatch, (int64_t)i + 1, &lines[i]);
        add_in_transit(ctx, &lines[i], b->to_id, 1);
    }
    wl_counter_set(ctx->txn, WL_DISPATCHES, (uint64_t)out->dispatch);
}

/* ---- reversing ---- */

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_dispatch_outcome *out = outcome;
    struct wl_dispatch dispatch;

    (void)entry;
    (void)body;
    (void)plan;
    if (!wl_dispatch_row(ctx, out->dispatch, &dispatch))
        return false;
    if (dispatch.receipts > 0 || dispatch.discrepant_lines > 0)
        return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_party_number(ctx, "dispatch", out->dispatch));
    return true;
}

static void take_back_request(const struct wl_context *ctx, int64_t number)
{
    struct wl_request_row row;

    if (!wl_request_row(ctx, number, &row))
        return;
    row.state = WL_REQUEST_RESERVED;
    row.dispatch = WL_NONE;
    wl_request_put(ctx, number, &row);
    wl_request_enter(ctx, number, &row);
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_dispatch_body *b = body;
    const struct wl_dispatch_outcome *out = outcome;
    const struct wl_dispatch_line *lines = out->lines.at;
    struct wl_dispatch dispatch;

    (void)entry;
    if (!wl_dispatch_row(ctx, out->dispatch, &dispatch))
        return;
    dispatch.state = WL_DISPATCH_CANCELLED;
    dispatch.open_lines = 0;
    wl_dispatch_put(ctx, out->dispatch, &dispatch);
    for (size_t i = 0; i < out->lines.count; i++)
        add_in_transit(ctx, &lines[i], b->to_id, -1);
    for (size_t i = 0; i < b->requests.count; i++)
        take_back_request(ctx, b->requests.at[i]);
}

/* ---- records ---- */

static const struct wl_field item_fields[] = {
    WL_FIELD_TEXT(struct wl_dispatch_item, 1, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_item, 2, bin_id, WL_BIN_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_item, 3, lot, WL_LOT_MAX),
    WL_FIELD_QUANTITY(struct wl_dispatch_item, 4, quantity),
};
static const struct wl_record item_record = {"dispatch-item", item_fields, WL_COUNT(item_fields),
                                             sizeof(struct wl_dispatch_item)};

static const struct wl_field body_fields[] = {
    WL_FIELD_TEXT(struct wl_dispatch_body, 1, from_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_body, 2, to_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_body, 3, carrier_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_body, 4, box, WL_DOCUMENT_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_body, 5, tracking, WL_DOCUMENT_MAX),
    WL_FIELD_INTS(struct wl_dispatch_body, 6, requests, WL_STOCK_LINES_MAX),
    WL_FIELD_LIST(struct wl_dispatch_body, 7, items, WL_STOCK_LINES_MAX, item_record),
};
static const struct wl_record body_record = {"dispatch", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_dispatch_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_dispatch_outcome),
    WL_FIELD_NUMBER(struct wl_dispatch_outcome, 4, dispatch),
    WL_FIELD_LIST(struct wl_dispatch_outcome, 5, lines, WL_DISPATCH_LINES_MAX, wl_dispatch_line_record),
};
static const struct wl_record outcome_record = {"dispatch-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_dispatch_outcome)};

const struct wl_command wl_dispatch_command = {
    .name = "dispatch",
    .tag = 38,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_dispatch_undo = {
    .command = &wl_dispatch_command,
    .decide = decide_undo,
    .apply = apply_undo,
};
