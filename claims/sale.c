/* The command `vehicle-sale`: a dealer's money for a vehicle, in the same books (domain text, section 6). */
#include "claims/sales.h"

#include "claims/keys.h"
#include "wledger/error.h"

/* ---- rows ---- */

static const struct wl_field row_fields[] = {
    WL_TEXT_FIELD(struct wl_sale_receipt, 1, dealer_id, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_sale_receipt, 2, vin, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_sale_receipt, 3, currency, 3),
    WL_TEXT_FIELD(struct wl_sale_receipt, 4, reference, WL_SALE_REFERENCE_MAX),
    WL_NUMBER_FIELD(struct wl_sale_receipt, 5, amount),
    WL_DAY_FIELD(struct wl_sale_receipt, 6, day),
    WL_NUMBER_FIELD(struct wl_sale_receipt, 7, seq),
    WL_NUMBER_FIELD(struct wl_sale_receipt, 8, reversed_seq),
};
const struct wl_record wl_sale_receipt_record = {"sale-receipt", row_fields, WL_COUNT(row_fields),
                                                 sizeof(struct wl_sale_receipt)};

uint64_t wl_sale_receipt_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_SALE_RECEIPTS);
}

/* A view, valid until the next write. */
static int receipt_view(struct wl_txn *txn, uint64_t number, struct wl_sale_receipt *out)
{
    struct wl_str value;
    int rc = wl_get_n(txn, WL_TABLE_SALE_RECEIPTS, number, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(&wl_sale_receipt_record, value, out, NULL);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

int wl_sale_receipt_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_sale_receipt *out)
{
    struct wl_str *const texts[] = {&out->dealer_id, &out->vin, &out->currency, &out->reference};
    int rc = receipt_view(txn, number, out);

    for (size_t i = 0; rc == 1 && i < WL_COUNT(texts); i++)
        *texts[i] = wl_arena_copy(arena, *texts[i]);
    if (rc == 1 && wl_arena_status(arena) != WL_OK)
        rc = wl_txn_fail(txn, wl_arena_status(arena));
    return rc;
}

int wl_sale_receipts_of(struct wl_txn *txn, struct wl_str vin, wl_sale_receipt_fn *fn, void *context)
{
    struct wl_key start = wl_key_of_dealer(vin, 0);
    struct wl_str prefix = {start.bytes, vin.size + 1}, key, value;
    struct wl_walk *walk;
    int rc = start.size == 0 ? WL_OK : wl_walk_open(txn, WL_TABLE_VEHICLE_RECEIPTS, prefix, prefix, &walk);

    if (start.size == 0 || rc != WL_OK)
        return rc;
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        uint64_t number = key.size == prefix.size + 8 ? wl_get_u64(key.data + prefix.size) : 0;
        struct wl_sale_receipt row;

        rc = receipt_view(txn, number, &row);
        if (rc == 0)
            rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a vehicle's receipt has no row"));
        else if (rc == 1)
            rc = fn(context, number, &row);
    }
    wl_walk_close(walk);
    return rc;
}

static void put(const struct wl_context *ctx, uint64_t number, const struct wl_sale_receipt *row)
{
    struct wl_buf value;

    wl_buf_init(&value, WL_VALUE_MAX);
    wl_record_encode(&wl_sale_receipt_record, row, &value);
    if (wl_buf_status(&value) != WL_OK)
        wl_txn_fail(ctx->txn, wl_buf_status(&value));
    else
        wl_put_n(ctx->txn, WL_TABLE_SALE_RECEIPTS, number, wl_buf_view(&value));
    wl_buf_release(&value);
}

struct wl_str wl_sale_key(struct wl_str dealer_id, struct wl_str reference, char bytes[WL_SALE_KEY_MAX])
{
    if (dealer_id.size == 0 || dealer_id.size > WL_IDENTIFIER_MAX || reference.size == 0 ||
        reference.size > WL_SALE_REFERENCE_MAX)
        return WL_NO_STR;
    memcpy(bytes, dealer_id.data, dealer_id.size);
    bytes[dealer_id.size] = '\0';
    memcpy(bytes + dealer_id.size + 1, reference.data, reference.size);
    return (struct wl_str){bytes, dealer_id.size + 1 + reference.size};
}

void wl_sale_withdraw(const struct wl_context *ctx, int64_t receipt)
{
    struct wl_sale_receipt row;
    char bytes[WL_SALE_KEY_MAX];
    int rc = receipt < 1 ? 0 : wl_sale_receipt_get(ctx->txn, ctx->arena, (uint64_t)receipt, &row);

    if (rc != 1) {
        if (rc == 0)
            wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "receipt %lld has no row", (long long)receipt));
        return;
    }
    row.reversed_seq = (int64_t)ctx->seq;
    put(ctx, (uint64_t)receipt, &row);
    wl_delete(ctx->txn, WL_TABLE_SALE_REFERENCES, wl_sale_key(row.dealer_id, row.reference, bytes));
}

/* ---- the command ---- */

/* "Vehicle sale money": in the currency that the dealer settles in, or the one that the vehicle is priced in. */
static bool is_its_currency(const struct wl_context *ctx, const struct wl_dealer *dealer,
                            const struct wl_vehicle *vehicle, struct wl_str currency)
{
    const struct wl_model *model = wl_model_find(wl_reference(ctx), vehicle->model_id);

    return wl_str_equal(currency, dealer->currency) || (model && wl_str_equal(currency, model->currency));
}

/* WL_DONE, or the refusal. */
static int64_t refusal_of(const struct wl_context *ctx, const struct wl_sale_body *b)
{
    const struct wl_dealer *dealer = wl_dealer_find(wl_reference(ctx), b->dealer_id);
    const struct wl_vehicle *vehicle = wl_vehicle_find(wl_reference(ctx), b->vin);
    char bytes[WL_SALE_KEY_MAX];

    if (!dealer)
        return WL_REFUSED_DEALER_UNKNOWN;
    if (!vehicle)
        return WL_REFUSED_VEHICLE_UNKNOWN;
    if (!is_its_currency(ctx, dealer, vehicle, b->currency))
        return WL_REFUSED_CURRENCY_OTHER;
    if (b->amount == WL_NONE || b->amount <= 0)
        return WL_REFUSED_AMOUNT_INVALID;
    if (b->amount > WL_PAYMENT_AMOUNT_MAX)
        return WL_REFUSED_AMOUNT_TOO_LARGE;
    if (wl_get_number(ctx->txn, WL_TABLE_SALE_REFERENCES, wl_sale_key(b->dealer_id, b->reference, bytes), WL_NONE) !=
        WL_NONE)
        return WL_REFUSED_RECEIPT_KNOWN;
    return WL_DONE;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_sale_body *b = body;
    struct wl_sale_outcome *out = outcome;
    struct wl_posting *posting;
    int64_t refusal;

    if (b->reference.size == 0 || b->reference.size > WL_SALE_REFERENCE_MAX)
        return wl_fail(WL_E_USAGE, "a receipt has no reference");
    refusal = refusal_of(ctx, b);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return wl_txn_status(ctx->txn);
    if (refusal != WL_DONE) {
        out->head.refusal = refusal;
        return WL_OK;
    }
    if (!(posting = wl_arena_alloc(ctx->arena, sizeof *posting)))
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    *posting = (struct wl_posting){.from_kind = WL_ACCOUNT_VEHICLE_SALE,
                                   .from_party = b->dealer_id,
                                   .to_kind = WL_ACCOUNT_BANK_RECEIVED,
                                   .unit = b->currency,
                                   .amount = b->amount};
    out->head.postings = (struct wl_list){posting, 1};
    out->receipt = (int64_t)wl_sale_receipt_count(ctx->txn) + 1;
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_sale_body *b = body;
    const struct wl_sale_outcome *out = outcome;
    const struct wl_sale_receipt row = {.dealer_id = b->dealer_id,
                                        .vin = b->vin,
                                        .currency = b->currency,
                                        .reference = b->reference,
                                        .amount = b->amount,
                                        .day = ctx->day,
                                        .seq = (int64_t)ctx->seq,
                                        .reversed_seq = WL_NONE};
    struct wl_key of_vehicle = wl_key_of_dealer(b->vin, out->receipt);
    char bytes[WL_SALE_KEY_MAX];

    put(ctx, (uint64_t)out->receipt, &row);
    wl_put(ctx->txn, WL_TABLE_VEHICLE_RECEIPTS, wl_key_view(&of_vehicle), WL_NO_STR);
    wl_put_number(ctx->txn, WL_TABLE_SALE_REFERENCES, wl_sale_key(b->dealer_id, b->reference, bytes), out->receipt);
    wl_counter_set(ctx->txn, WL_SALE_RECEIPTS, (uint64_t)out->receipt);
}

static const struct wl_field body_fields[] = {
    WL_TEXT_FIELD(struct wl_sale_body, 1, dealer_id, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_sale_body, 2, vin, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_sale_body, 3, currency, 3),
    WL_TEXT_FIELD(struct wl_sale_body, 4, reference, WL_SALE_REFERENCE_MAX),
    WL_NUMBER_FIELD(struct wl_sale_body, 5, amount),
};
static const struct wl_record body_record = {"vehicle-sale", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_sale_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_sale_outcome),
    WL_NUMBER_FIELD(struct wl_sale_outcome, 4, receipt),
};
static const struct wl_record outcome_record = {"vehicle-sale-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_sale_outcome)};

const struct wl_command wl_sale_command = {
    .name = "vehicle-sale",
    .tag = 74,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
