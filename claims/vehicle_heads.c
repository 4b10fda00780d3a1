#include "claims/vehicle_heads.h"

#include <assert.h>
#include <string.h>

#include "claims/check_rows.h"
#include "claims/keys.h"
#include "wledger/error.h"
#include "wledger/facts.h"

#define NEXT_VEHICLE "vehicles"

int64_t wl_vehicle_number(struct wl_txn *txn, struct wl_str vin)
{
    return wl_get_number(txn, WL_TABLE_VEHICLE_NUMBERS, vin, WL_NONE);
}

int64_t wl_vehicle_enroll(struct wl_txn *txn, struct wl_str vin)
{
    int64_t number = wl_vehicle_number(txn, vin);

    if (number != WL_NONE || wl_txn_status(txn) != WL_OK)
        return number;
    number = (int64_t)wl_counter(txn, NEXT_VEHICLE);
    wl_put_number(txn, WL_TABLE_VEHICLE_NUMBERS, vin, number);
    wl_counter_set(txn, NEXT_VEHICLE, (uint64_t)number + 1);
    return number;
}

uint64_t wl_vehicle_count(struct wl_txn *txn)
{
    return wl_counter(txn, NEXT_VEHICLE);
}

/* The row that a vehicle's head stands in: 1, 0 when there is none yet, or the error that sticks. */
static int heads_row(struct wl_txn *txn, unsigned table, int64_t vehicle, struct wl_str *row)
{
    int found = wl_get_n(txn, table, (uint64_t)vehicle / WL_HEADS_IN_ROW, row);

    if (found == 1 && row->size != WL_HEADS_IN_ROW * WL_HEAD_SIZE)
        return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of vehicles' newest claims or moves is cut short"));
    return found;
}

int64_t wl_vehicle_newest(struct wl_txn *txn, unsigned table, int64_t vehicle)
{
    struct wl_str row;

    if (vehicle < 0 || heads_row(txn, table, vehicle, &row) != 1)
        return WL_CHAIN_END;
    return (int64_t)wl_get_u32(row.data + vehicle % WL_HEADS_IN_ROW * WL_HEAD_SIZE) - 1;
}

int64_t wl_vehicle_head(struct wl_txn *txn, int64_t vehicle)
{
    return wl_vehicle_newest(txn, WL_TABLE_VEHICLE_HEADS, vehicle);
}

void wl_vehicle_newest_put(struct wl_txn *txn, unsigned table, int64_t vehicle, int64_t id)
{
    uint8_t heads[WL_HEADS_IN_ROW * WL_HEAD_SIZE] = {0};
    struct wl_buf head = {
        .data = heads + vehicle % WL_HEADS_IN_ROW * WL_HEAD_SIZE, .capacity = WL_HEAD_SIZE, .ceiling = WL_HEAD_SIZE};
    struct wl_str row;

    assert(vehicle >= 0 && id >= 0);
    if (id >= UINT32_MAX) {
        wl_txn_fail(txn, wl_fail(WL_E_FULL, "the ledger holds as many claims or moves of parts as it can number"));
        return;
    }
    if (heads_row(txn, table, vehicle, &row) == 1)
        memcpy(heads, row.data, row.size);
    wl_buf_u32(&head, (uint32_t)id + 1);
    wl_put_n(txn, table, (uint64_t)vehicle / WL_HEADS_IN_ROW, (struct wl_str){(const char *)heads, sizeof heads});
}

static int add_heads(void *sum, struct wl_str key, struct wl_str value)
{
    uint64_t first;

    if (key.size != 8 || value.size != WL_HEADS_IN_ROW * WL_HEAD_SIZE)
        return wl_check_fail("vehicles' newest claims or moves are no numbers", value.size);
    first = wl_get_u64(key.data) * WL_HEADS_IN_ROW;
    for (size_t i = 0; i < WL_HEADS_IN_ROW; i++) {
        uint32_t head = wl_get_u32(value.data + i * WL_HEAD_SIZE);

        if (head != 0)
            *(uint64_t *)sum += wl_check_mix(first + i, head - UINT64_C(1));
    }
    return WL_OK;
}

int wl_vehicle_newest_hash(struct wl_txn *txn, unsigned table, uint64_t *sum)
{
    *sum = 0;
    return wl_check_rows(txn, table, WL_NO_STR, add_heads, sum);
}
