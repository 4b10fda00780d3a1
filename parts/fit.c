/* The command `fit`: a part goes from the dealer's bin into a vehicle, and its own warranty begins. "dealer bin ->
 * vehicle" (domain text, section 5); "a part fitted through the ledger is one" of the fits (section 2). */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "wledger/error.h"
#include "wledger/load.h"

enum { MILEAGE_MAX = 9999999 };

/* Legal as far as something arrived and is not fitted. */
static const struct wl_request_gate gate = {{
    [WL_REQUEST_RESERVED] = WL_DONE,
    [WL_REQUEST_BACK_ORDERED] = WL_REFUSED_REQUEST_NOT_SOURCED,
    [WL_REQUEST_SHIPPED] = WL_DONE,
    [WL_REQUEST_RECEIVED] = WL_DONE,
    [WL_REQUEST_RECEIVED_SHORT] = WL_DONE,
    [WL_REQUEST_FITTED] = WL_REFUSED_REQUEST_CLOSED,
    [WL_REQUEST_CANCELLED] = WL_REFUSED_REQUEST_CLOSED,
}};

static bool has_request(const struct wl_fit_body *b)
{
    return b->request != WL_NONE;
}

/* What the edge must not let through. */
static int body_status(const struct wl_fit_body *b)
{
    if (b->mileage_km < 0 || b->mileage_km > MILEAGE_MAX)
        return wl_fail(WL_E_USAGE, "a fitting's mileage is from 0 to %d km", MILEAGE_MAX);
    if (b->paid_by != WL_PAID_BY_CUSTOMER && b->paid_by != WL_PAID_BY_WARRANTY)
        return wl_fail(WL_E_USAGE, "a fitting is paid by nobody");
    if (!wl_is_identifier(b->invoice_no))
        return wl_fail(WL_E_USAGE, "a fitting has no invoice, or one with control characters");
    return WL_OK;
}

static bool is_for(const struct wl_fit_body *b, const struct wl_request_row *row)
{
    return wl_str_equal(row->dealer_id, b->dealer_id) && (row->vin.size == 0 || wl_str_equal(row->vin, b->vin)) &&
           (b->part_id.size == 0 || wl_str_equal(row->part_id, b->part_id));
}

/* What is fitted of a request: part and quantity. */
static bool take_request(const struct wl_context *ctx, const struct wl_fit_body *b, struct wl_fit_outcome *out)
{
    struct wl_request_row row;
    int64_t in_hand, quantity;

    if (!wl_gate_request(ctx, b->request, &gate, WL_NO_STR, &out->head, &row))
        return false;
    if (!is_for(b, &row))
        return wl_refuse(ctx, &out->head, WL_REFUSED_REQUEST_ELSEWHERE, WL_NO_STR);
    in_hand = row.received - row.fitted;
    quantity = b->quantity == WL_NONE ? in_hand : b->quantity;
    if (in_hand == 0)
        return wl_refuse(ctx, &out->head,
                         row.state == WL_REQUEST_RECEIVED_SHORT ? WL_REFUSED_REQUEST_CLOSED
                                                                : WL_REFUSED_REQUEST_NOT_RECEIVED,
                         WL_NO_STR);
    if (quantity > in_hand)
        return wl_refuse(ctx, &out->head, WL_REFUSED_QUANTITY_TOO_LARGE, WL_NO_STR);
    out->part_id = row.part_id;
    out->quantity = quantity;
    return true;
}

static bool take_part(const struct wl_context *ctx, const struct wl_fit_body *b, struct wl_fit_outcome *out)
{
    if (!wl_part_is_known_at(ctx, b->part_id, b->dealer_id, &out->head))
        return false;
    out->part_id = b->part_id;
    out->quantity = b->quantity;
    return true;
}

static struct wl_fit row_of(const struct wl_context *ctx, const struct wl_fit_body *b, const struct wl_fit_outcome *out)
{
    return (struct wl_fit){.dealer_id = b->dealer_id,
                           .invoice_no = b->invoice_no,
                           .vin = b->vin,
                           .part_id = out->part_id,
                           .fit_date = ctx->day,
                           .fit_km = b->mileage_km,
                           .paid_by = b->paid_by,
                           .owner_id = out->owner_id};
}

/* The row of `fits` that has this fit's key: 1 and the entry that brought it, 0, or the error that sticks. */
static int find_fit(const struct wl_context *ctx, const struct wl_fit_body *b, const struct wl_fit_outcome *out,
                    uint64_t *seq)
{
    const struct wl_fit row = row_of(ctx, b, out);
    struct wl_reference_key key;
    struct wl_str value;
    int found = wl_reference_key(WL_REF_FITS, &row, &key)
                    ? wl_get(ctx->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value)
                    : 0;

    if (found == 1 && value.size < 8)
        return wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a fit in the store has no entry"));
    if (found == 1)
        *seq = wl_get_u64(value.data);
    return found;
}

static bool is_new(const struct wl_context *ctx, const struct wl_fit_body *b, struct wl_fit_outcome *out)
{
    uint64_t seq;
    int found = find_fit(ctx, b, out, &seq);

    return found == 0 || (found == 1 && wl_refuse(ctx, &out->head, WL_REFUSED_FIT_KNOWN, WL_NO_STR));
}

static bool know_vehicle(const struct wl_context *ctx, const struct wl_fit_body *b, struct wl_fit_outcome *out)
{
    struct wl_reference *reference = wl_reference(ctx);
    const struct wl_vehicle *vehicle;

    if (!wl_dealer_find(reference, b->dealer_id))
        return wl_refuse(ctx, &out->head, WL_REFUSED_DEALER_UNKNOWN, b->dealer_id);
    if (!(vehicle = wl_vehicle_find(reference, b->vin)))
        return wl_refuse(ctx, &out->head, WL_REFUSED_VEHICLE_UNKNOWN, b->vin);
    out->owner_id = wl_arena_copy(ctx->arena, vehicle->owner_id);
    return true;
}

static bool post(const struct wl_context *ctx, const struct wl_fit_body *b, struct wl_fit_outcome *out)
{
    struct wl_picks picks = {NULL, 0, 0};
    struct wl_postings postings;

    if (!wl_pick(ctx, &picks, out->part_id, b->dealer_id, b->bin_id, b->lot, out->quantity, !has_request(b), &out->head,
                 NULL) ||
        !wl_postings_init(ctx, &postings, picks.count))
        return false;
    for (size_t i = 0; i < picks.count; i++)
        wl_postings_add(ctx, &postings, WL_ACCOUNT_DEALER, wl_party(ctx, b->dealer_id, picks.at[i].bin_id),
                        WL_ACCOUNT_VEHICLE, b->vin, out->part_id, picks.at[i].lot, picks.at[i].quantity);
    out->head.postings = wl_postings_list(&postings);
    return true;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_fit_body *b = body;
    struct wl_fit_outcome *out = outcome;
    struct wl_outcome_head head;
    int status = body_status(b);

    if (status != WL_OK)
        return status;
    if (know_vehicle(ctx, b, out) && (has_request(b) ? take_request(ctx, b, out) : take_part(ctx, b, out)) &&
        wl_quantity_check(ctx, out->part_id, out->quantity, &out->head) && is_new(ctx, b, out) && post(ctx, b, out))
        return wl_txn_status(ctx->txn);
    head = out->head; /* a refusal says nothing else */
    wl_record_clear(wl_fit_command.outcome, out);
    out->head = head;
    return wl_txn_status(ctx->txn);
}

/* ---- applying ---- */

/* More, or less, of a request is fitted. What was given up meanwhile is not reserved again. */
static void change_request(const struct wl_context *ctx, int64_t number, int64_t fitted)
{
    struct wl_request_row row;

    if (!wl_request_row(ctx, number, &row))
        return;
    row.fitted += fitted;
    if (row.state != WL_REQUEST_CANCELLED) {
        row.state = wl_request_state_by_quantity(&row);
        wl_stock_add(ctx, row.part_id, row.dealer_id, (struct wl_stock){.reserved = -fitted});
    }
    wl_request_put(ctx, number, &row);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_fit_body *b = body;
    const struct wl_fit_outcome *out = outcome;
    const struct wl_fit row = row_of(ctx, b, out);

    if (!wl_outcome_check(ctx, out->quantity > 0))
        return;
    if (has_request(b))
        change_request(ctx, b->request, out->quantity);
    wl_stock_follow(ctx, out->head.postings);
    wl_reference_put_row(ctx->txn, ctx->seq, WL_REF_FITS, &row);
}

/* ---- reversing ---- */

/* A row of `fits` that was loaded over the fitting's own stands on it. */
static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_fit_body *b = body;
    const struct wl_fit_outcome *out = outcome;
    uint64_t seq = entry->seq;

    (void)plan;
    if (find_fit(ctx, b, out, &seq) < 0)
        return false;
    return seq == entry->seq ||
           wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_named_entry(ctx, b->invoice_no, (int64_t)seq));
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_fit_body *b = body;
    const struct wl_fit_outcome *out = outcome;
    const struct wl_fit row = row_of(ctx, b, out);

    (void)entry;
    if (has_request(b))
        change_request(ctx, b->request, -out->quantity);
    wl_reference_withdraw_row(ctx->txn, WL_REF_FITS, &row);
}

/* ---- records ---- */

static const char *const payers[] = {"customer", "warranty", NULL};

static const struct wl_field body_fields[] = {
    WL_FIELD_TEXT(struct wl_fit_body, 1, dealer_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_fit_body, 2, vin, WL_IDENTIFIER_MAX),
    WL_FIELD_NUMBER(struct wl_fit_body, 3, request),
    WL_FIELD_TEXT(struct wl_fit_body, 4, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_fit_body, 5, bin_id, WL_BIN_MAX),
    WL_FIELD_TEXT(struct wl_fit_body, 6, lot, WL_LOT_MAX),
    WL_FIELD_QUANTITY(struct wl_fit_body, 7, quantity),
    {.name = "mileage_km", .tag = 8, .type = WL_INT, .digits = 7, .offset = offsetof(struct wl_fit_body, mileage_km)},
    WL_FIELD_TEXT(struct wl_fit_body, 9, invoice_no, WL_DOCUMENT_MAX),
    WL_FIELD_CHOICE(struct wl_fit_body, 10, paid_by, payers),
};
static const struct wl_record body_record = {"fit", body_fields, WL_COUNT(body_fields), sizeof(struct wl_fit_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_fit_outcome),
    WL_FIELD_TEXT(struct wl_fit_outcome, 4, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_fit_outcome, 5, owner_id, WL_IDENTIFIER_MAX),
    WL_FIELD_QUANTITY(struct wl_fit_outcome, 6, quantity),
};
static const struct wl_record outcome_record = {"fit-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_fit_outcome)};

const struct wl_command wl_fit_command = {
    .name = "fit",
    .tag = 41,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_fit_undo = {
    .command = &wl_fit_command,
    .decide = decide_undo,
    .apply = apply_undo,
};
