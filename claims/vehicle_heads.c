#include "claims/vehicle_heads.h"

#include <assert.h>
#include <string.h>

#include "claims/keys.h"
#include "wledger/error.h"

#define NEXT_VEHICLE "vehicles"

int64_t wl_vehicle_number(struct wl_txn *txn, struct wl_str vin)
{
    return wl_get_number(txn, WL_TABLE_VEHICLE_NUMBERS, vin, WL_NONE);
}

void wl_vehicle_enroll(struct wl_txn *txn, struct wl_str vin)
{
    uint64_t next;

    if (wl_vehicle_number(txn, vin) != WL_NONE || wl_txn_status(txn) != WL_OK)
        return;
    next = wl_counter(txn, NEXT_VEHICLE);
    wl_put_number(txn, WL_TABLE_VEHICLE_NUMBERS, vin, (int64_t)next);
    wl_counter_set(txn, NEXT_VEHICLE, next + 1);
}

/* The row that a vehicle's head stands in: 1, 0 when there is none yet, or the error that sticks. */
static int heads_row(struct wl_txn *txn, int64_t vehicle, struct wl_str *row)
{
    int found = wl_get_n(txn, WL_TABLE_VEHICLE_HEADS, (uint64_t)vehicle / WL_HEADS_IN_ROW, row);

    if (found == 1 && row->size != WL_HEADS_IN_ROW * WL_HEAD_SIZE)
        return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of vehicles' newest claims is cut short"));
    return found;
}

int64_t wl_vehicle_head(struct wl_txn *txn, int64_t vehicle)
{
    struct wl_str row;

    if (vehicle < 0 || heads_row(txn, vehicle, &row) != 1)
        return WL_CHAIN_END;
    return (int64_t)wl_get_u32(row.data + vehicle % WL_HEADS_IN_ROW * WL_HEAD_SIZE) - 1;
}

void wl_vehicle_head_put(struct wl_txn *txn, int64_t vehicle, int64_t claim)
{
    uint8_t heads[WL_HEADS_IN_ROW * WL_HEAD_SIZE] = {0};
    struct wl_buf head = {
        .data = heads + vehicle % WL_HEADS_IN_ROW * WL_HEAD_SIZE, .capacity = WL_HEAD_SIZE, .ceiling = WL_HEAD_SIZE};
    struct wl_str row;

    assert(vehicle >= 0 && claim >= 0);
    if (claim >= UINT32_MAX) {
        wl_txn_fail(txn, wl_fail(WL_E_FULL, "the ledger holds as many claims as it can number"));
        return;
    }
    if (heads_row(txn, vehicle, &row) == 1)
        memcpy(heads, row.data, row.size);
    wl_buf_u32(&head, (uint32_t)claim + 1);
    wl_put_n(txn, WL_TABLE_VEHICLE_HEADS, (uint64_t)vehicle / WL_HEADS_IN_ROW,
             (struct wl_str){(const char *)heads, sizeof heads});
}
