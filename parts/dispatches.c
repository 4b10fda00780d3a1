/* Dispatches with their lines as the store holds them. */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "wledger/error.h"

#include <inttypes.h>

/* Rows of DISPATCH_LINES have the key dispatch x LINES_IN_KEY + line. */
enum { LINES_IN_KEY = 256 };
_Static_assert((int)WL_DISPATCH_LINES_MAX < (int)LINES_IN_KEY, "each line has a key");

const char *const wl_dispatch_states[] = {"shipped", "received", "received-short", "lost", "cancelled", NULL};
_Static_assert(WL_COUNT(wl_dispatch_states) == WL_DISPATCH_STATE_COUNT + 1, "each state has its name");

const char *const *wl_dispatch_state_names(void)
{
    return wl_dispatch_states;
}

static const struct wl_field dispatch_fields[] = {
    WL_FIELD_TEXT(struct wl_dispatch, 1, from_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch, 2, to_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch, 3, carrier_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch, 4, box, WL_DOCUMENT_MAX),
    WL_FIELD_TEXT(struct wl_dispatch, 5, tracking, WL_DOCUMENT_MAX),
    WL_FIELD_CHOICE(struct wl_dispatch, 6, state, wl_dispatch_states),
    WL_FIELD_NUMBER(struct wl_dispatch, 7, lines),
    WL_FIELD_NUMBER(struct wl_dispatch, 8, seq),
    {.name = "time", .tag = 9, .type = WL_TIME, .offset = offsetof(struct wl_dispatch, time)},
    WL_FIELD_NUMBER(struct wl_dispatch, 10, late_seq),
    WL_FIELD_NUMBER(struct wl_dispatch, 11, open_lines),
    WL_FIELD_NUMBER(struct wl_dispatch, 12, discrepant_lines),
    WL_FIELD_NUMBER(struct wl_dispatch, 13, receipts),
};
const struct wl_record wl_dispatch_record = {"dispatch", dispatch_fields, WL_COUNT(dispatch_fields),
                                             sizeof(struct wl_dispatch)};

static const struct wl_field line_fields[] = {
    WL_FIELD_NUMBER(struct wl_dispatch_line, 1, request),
    WL_FIELD_TEXT(struct wl_dispatch_line, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_line, 3, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(struct wl_dispatch_line, 4, from_bin, WL_BIN_MAX),
    WL_FIELD_QUANTITY(struct wl_dispatch_line, 5, quantity),
    WL_FIELD_QUANTITY(struct wl_dispatch_line, 6, received),
    WL_FIELD_QUANTITY(struct wl_dispatch_line, 7, discrepant),
};
const struct wl_record wl_dispatch_line_record = {"dispatch-line", line_fields, WL_COUNT(line_fields),
                                                  sizeof(struct wl_dispatch_line)};

uint64_t wl_dispatch_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_DISPATCHES);
}

int wl_dispatch_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_dispatch *dispatch)
{
    int rc = wl_row_get(txn, arena, WL_TABLE_DISPATCHES, number, &wl_dispatch_record, dispatch);

    if (rc == 1 && (dispatch->state == WL_NONE || dispatch->lines < 1 || dispatch->lines > WL_DISPATCH_LINES_MAX ||
                    dispatch->open_lines < 0 || dispatch->discrepant_lines < 0 || dispatch->receipts < 0))
        rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the row of dispatch %" PRIu64 " is not one", number));
    return rc;
}

static uint64_t line_key(uint64_t number, uint64_t line)
{
    return number * LINES_IN_KEY + line;
}

int wl_dispatch_line_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, uint64_t line,
                         struct wl_dispatch_line *row)
{
    int rc;

    if (line < 1 || line > WL_DISPATCH_LINES_MAX)
        return 0;
    rc = wl_row_get(txn, arena, WL_TABLE_DISPATCH_LINES, line_key(number, line), &wl_dispatch_line_record, row);
    if (rc == 1 && (row->quantity < 1 || row->received < 0 || row->discrepant < 0))
        rc = wl_txn_fail(
            txn, wl_fail(WL_E_DAMAGED, "the row of line %" PRIu64 " of dispatch %" PRIu64 " is not one", line, number));
    return rc;
}

bool wl_dispatch_line_name(struct wl_str key, uint64_t *number, uint64_t *line)
{
    if (key.size != 8)
        return false;
    *number = wl_get_u64(key.data) / LINES_IN_KEY;
    *line = wl_get_u64(key.data) % LINES_IN_KEY;
    return true;
}

bool wl_dispatch_row(const struct wl_context *ctx, int64_t number, struct wl_dispatch *dispatch)
{
    int found = number < 1 ? 0 : wl_dispatch_get(ctx->txn, ctx->arena, (uint64_t)number, dispatch);

    if (found == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "dispatch %" PRId64 " is named but has no row", number));
    return found == 1;
}

bool wl_dispatch_line_row(const struct wl_context *ctx, int64_t number, int64_t line, struct wl_dispatch_line *row)
{
    int found = line < 1 ? 0 : wl_dispatch_line_get(ctx->txn, ctx->arena, (uint64_t)number, (uint64_t)line, row);

    if (found == 0)
        wl_txn_fail(ctx->txn,
                    wl_fail(WL_E_DAMAGED, "line %" PRId64 " of dispatch %" PRId64 " has no row", line, number));
    return found == 1;
}

void wl_dispatch_put(const struct wl_context *ctx, int64_t number, const struct wl_dispatch *dispatch)
{
    wl_row_put(ctx->txn, WL_TABLE_DISPATCHES, (uint64_t)number, &wl_dispatch_record, dispatch);
}

void wl_dispatch_line_put(const struct wl_context *ctx, int64_t number, int64_t line,
                          const struct wl_dispatch_line *row)
{
    wl_row_put(ctx->txn, WL_TABLE_DISPATCH_LINES, line_key((uint64_t)number, (uint64_t)line), &wl_dispatch_line_record,
               row);
}

int64_t wl_dispatch_line_open(const struct wl_dispatch_line *line)
{
    return line->quantity - line->received - line->discrepant;
}

int64_t wl_dispatch_state_by_count(const struct wl_dispatch *dispatch)
{
    if (dispatch->open_lines > 0)
        return WL_DISPATCH_SHIPPED;
    if (dispatch->receipts == 0)
        return WL_DISPATCH_LOST;
    return dispatch->discrepant_lines == 0 ? WL_DISPATCH_RECEIVED : WL_DISPATCH_RECEIVED_SHORT;
}
