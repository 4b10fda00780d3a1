/* Parts requests as the store holds them. */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "parts/keys.h"
#include "wledger/error.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const state_names[] = {"reserved",       "back-ordered", "shipped",   "received",
                                          "received-short", "fitted",       "cancelled", NULL};
_Static_assert(WL_COUNT(state_names) == WL_REQUEST_STATE_COUNT + 1, "each state has its name");

const char *const *wl_request_state_names(void)
{
    return state_names;
}

const char *const wl_choices[] = {"own-stock", "only",    "region",    "largest",  "lowest-id",  "not-enough",
                                  "farther",   "smaller", "higher-id", "delivery", "back-order", NULL};
_Static_assert(WL_COUNT(wl_choices) == WL_CHOICE_BACK_ORDER + 2, "each choice has its name");

const char *const *wl_choice_names(void)
{
    return wl_choices;
}

static const struct wl_field row_fields[] = {
    WL_FIELD_TEXT(struct wl_request_row, 1, dealer_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_request_row, 2, asked_part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_request_row, 3, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_request_row, 4, vin, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_request_row, 5, document, WL_DOCUMENT_MAX),
    WL_FIELD_TEXT(struct wl_request_row, 6, reason, WL_REASON_MAX),
    WL_FIELD_QUANTITY(struct wl_request_row, 7, quantity),
    WL_FIELD_QUANTITY(struct wl_request_row, 8, received),
    WL_FIELD_QUANTITY(struct wl_request_row, 9, discrepant),
    WL_FIELD_QUANTITY(struct wl_request_row, 10, fitted),
    WL_FIELD_CHOICE(struct wl_request_row, 11, state, state_names),
    WL_FIELD_CHOICE(struct wl_request_row, 12, choice, wl_choices),
    WL_FIELD_TEXT(struct wl_request_row, 13, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_NUMBER(struct wl_request_row, 14, seq),
    WL_FIELD_NUMBER(struct wl_request_row, 15, sourced_seq),
    WL_FIELD_NUMBER(struct wl_request_row, 16, dispatch),
    WL_FIELD_NUMBER(struct wl_request_row, 17, cancelled_seq),
};
const struct wl_record wl_request_record = {"request", row_fields, WL_COUNT(row_fields), sizeof(struct wl_request_row)};

uint64_t wl_request_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_REQUESTS);
}

int wl_request_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_request_row *row)
{
    int rc = wl_row_get(txn, arena, WL_TABLE_REQUESTS, number, &wl_request_record, row);

    if (rc == 1 && (row->state == WL_NONE || row->choice == WL_NONE || row->quantity < 1 || row->received < 0 ||
                    row->discrepant < 0 || row->fitted < 0))
        rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the row of request %" PRIu64 " is not one", number));
    return rc;
}

bool wl_request_is_at_dealer(const struct wl_request_row *row)
{
    return wl_str_equal(row->location_id, row->dealer_id);
}

int64_t wl_request_reserved(const struct wl_request_row *row)
{
    static const bool reserves[WL_REQUEST_STATE_COUNT] = {[WL_REQUEST_RESERVED] = true,
                                                          [WL_REQUEST_SHIPPED] = true,
                                                          [WL_REQUEST_RECEIVED] = true,
                                                          [WL_REQUEST_RECEIVED_SHORT] = true};

    if (!reserves[row->state])
        return 0;
    return wl_request_is_sourced(row) ? row->quantity : row->received - row->fitted;
}

bool wl_request_is_sourced(const struct wl_request_row *row)
{
    return row->state == WL_REQUEST_RESERVED && !wl_request_is_at_dealer(row);
}

int64_t wl_request_on_order(const struct wl_request_row *row)
{
    return row->state == WL_REQUEST_BACK_ORDERED || wl_request_is_sourced(row) ? row->quantity : 0;
}

int64_t wl_request_state_by_quantity(const struct wl_request_row *row)
{
    bool all_fitted = row->fitted > 0 && row->fitted == row->received;

    if (row->dispatch == WL_NONE)
        return all_fitted ? WL_REQUEST_FITTED : WL_REQUEST_RESERVED;
    if (row->received + row->discrepant < row->quantity)
        return WL_REQUEST_SHIPPED;
    if (all_fitted)
        return WL_REQUEST_FITTED;
    return row->received == row->quantity ? WL_REQUEST_RECEIVED : WL_REQUEST_RECEIVED_SHORT;
}

bool wl_gate_request(const struct wl_context *ctx, int64_t number, const struct wl_request_gate *gate,
                     struct wl_str about, struct wl_outcome_head *head, struct wl_request_row *row)
{
    int found = number < 1 ? 0 : wl_request_get(ctx->txn, ctx->arena, (uint64_t)number, row);

    if (found == 0)
        return wl_refuse(ctx, head, WL_REFUSED_REQUEST_UNKNOWN, about);
    if (found < 0)
        return false;
    return gate->refusal[row->state] == WL_DONE || wl_refuse(ctx, head, gate->refusal[row->state], about);
}

bool wl_request_row(const struct wl_context *ctx, int64_t number, struct wl_request_row *row)
{
    int found = number < 1 ? 0 : wl_request_get(ctx->txn, ctx->arena, (uint64_t)number, row);

    if (found == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "request %" PRId64 " is named but has no row", number));
    return found == 1;
}

void wl_request_put(const struct wl_context *ctx, int64_t number, const struct wl_request_row *row)
{
    wl_row_put(ctx->txn, WL_TABLE_REQUESTS, (uint64_t)number, &wl_request_record, row);
}

static void count(const struct wl_context *ctx, const struct wl_request_row *row, int sign)
{
    int64_t reserved = wl_request_reserved(row), on_order = wl_request_on_order(row);

    if (reserved > 0)
        wl_stock_add(ctx, row->part_id, row->location_id, (struct wl_stock){.reserved = sign * reserved});
    if (on_order > 0)
        wl_stock_add(ctx, row->part_id, row->dealer_id, (struct wl_stock){.on_order = sign * on_order});
}

static struct wl_parts_key sourced_key(int64_t number, const struct wl_request_row *row)
{
    char bytes[8];

    wl_set_u64(bytes, (uint64_t)number);
    return WL_PARTS_KEY(row->location_id, row->dealer_id, ((struct wl_str){bytes, sizeof bytes}));
}

void wl_request_enter(const struct wl_context *ctx, int64_t number, const struct wl_request_row *row)
{
    struct wl_key key = wl_key_of_dealer(row->part_id, number);

    count(ctx, row, 1);
    if (row->state == WL_REQUEST_BACK_ORDERED)
        wl_put(ctx->txn, WL_TABLE_BACK_ORDERS, wl_key_view(&key), WL_NO_STR);
    if (wl_request_is_sourced(row)) {
        struct wl_parts_key sourced = sourced_key(number, row);

        wl_put(ctx->txn, WL_TABLE_SOURCED, wl_parts_key_view(&sourced), WL_NO_STR);
    }
}

void wl_request_take_out(const struct wl_context *ctx, int64_t number, const struct wl_request_row *row)
{
    struct wl_key key = wl_key_of_dealer(row->part_id, number);

    count(ctx, row, -1);
    if (row->state == WL_REQUEST_BACK_ORDERED)
        wl_delete(ctx->txn, WL_TABLE_BACK_ORDERS, wl_key_view(&key));
    if (wl_request_is_sourced(row)) {
        struct wl_parts_key sourced = sourced_key(number, row);

        wl_delete(ctx->txn, WL_TABLE_SOURCED, wl_parts_key_view(&sourced));
    }
}

int wl_sourced_each(struct wl_txn *txn, struct wl_str warehouse_id, struct wl_str dealer_id, wl_sourced_fn *each,
                    void *context)
{
    struct wl_parts_key prefix = WL_PARTS_PREFIX(warehouse_id, dealer_id);
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc =
        prefix.size == 0 ? WL_OK : wl_walk_open(txn, WL_TABLE_SOURCED, wl_parts_key_view(&prefix), WL_NO_STR, &walk);

    if (prefix.size == 0 || rc != WL_OK)
        return rc;
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1)
        rc = key.size == prefix.size + 8
                 ? each(context, wl_get_u64(key.data + prefix.size))
                 : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a request that is reserved has no number"));
    wl_walk_close(walk);
    return rc;
}

struct wl_str wl_number_text(const struct wl_context *ctx, int64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRId64, number);

    return wl_arena_copy(ctx->arena, (struct wl_str){text, (size_t)n});
}
