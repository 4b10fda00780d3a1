/* What reports ask of vehicles, close together and by number, so that a million are read in little time. */
#include "claims/facts.h"

#include <assert.h>
#include <string.h>

#include "claims/check_rows.h"
#include "claims/vehicle_heads.h"
#include "wledger/error.h"

/* Four numbers of 24 bits, big-endian: model, batch, and the days of production and sale from FIRST_DAY on, 0: none. */
enum { NUMBER_SIZE = 3, FACTS_SIZE = 4 * NUMBER_SIZE, NUMBER_MAX = WL_CODE_MAX };
#define FIRST_DAY (-25567 - 1) /* the day before 1900-01-01, where dates begin */

static uint8_t *put_number(uint8_t *at, uint32_t number)
{
    at[0] = (uint8_t)(number >> 16);
    at[1] = (uint8_t)(number >> 8);
    at[2] = (uint8_t)number;
    return at + NUMBER_SIZE;
}

static uint32_t get_number(const uint8_t *at)
{
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static uint8_t *put_day(uint8_t *at, int32_t day)
{
    return put_number(at, day <= FIRST_DAY || day - FIRST_DAY > NUMBER_MAX ? 0 : (uint32_t)(day - FIRST_DAY));
}

static int32_t get_day(const uint8_t *at)
{
    uint32_t day = get_number(at);

    return day == 0 ? WL_NO_DAY : (int32_t)day + FIRST_DAY;
}

static int32_t short_day(int64_t day)
{
    return day <= FIRST_DAY || day > FIRST_DAY + NUMBER_MAX ? WL_NO_DAY : (int32_t)day;
}

static void write_facts(uint8_t *at, const struct wl_vehicle_facts *facts)
{
    put_day(put_day(put_number(put_number(at, facts->model), facts->batch), facts->produced), facts->sold);
}

static const struct wl_vehicle_facts none = {.produced = WL_NO_DAY, .sold = WL_NO_DAY};

/* The row that a vehicle stands in, as it is by now. */
static void row_of(struct wl_txn *txn, int64_t vehicle, uint8_t row[WL_VEHICLES_IN_ROW * FACTS_SIZE])
{
    struct wl_str value;

    if (wl_get_n(txn, WL_TABLE_VEHICLE_FACTS, (uint64_t)vehicle / WL_VEHICLES_IN_ROW, &value) == 1) {
        if (value.size != WL_VEHICLES_IN_ROW * FACTS_SIZE)
            wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of vehicles' facts is cut short"));
        else
            memcpy(row, value.data, value.size);
        return;
    }
    for (size_t i = 0; i < WL_VEHICLES_IN_ROW; i++)
        write_facts(row + i * FACTS_SIZE, &none);
}

void wl_vehicle_facts_put(struct wl_txn *txn, int64_t vehicle, const struct wl_vehicle *row)
{
    uint8_t bytes[WL_VEHICLES_IN_ROW * FACTS_SIZE];
    struct wl_vehicle_facts facts = none;

    if (vehicle < 0 || wl_txn_status(txn) != WL_OK)
        return;
    if (row != NULL) {
        facts.model = wl_code_number(txn, WL_CODE_MODEL, row->model_id);
        facts.batch = wl_code_number(txn, WL_CODE_BATCH, row->production_batch);
        facts.produced = short_day(row->production_date);
        facts.sold = short_day(row->sale_date);
    }
    row_of(txn, vehicle, bytes);
    write_facts(bytes + vehicle % WL_VEHICLES_IN_ROW * FACTS_SIZE, &facts);
    wl_put_n(txn, WL_TABLE_VEHICLE_FACTS, (uint64_t)vehicle / WL_VEHICLES_IN_ROW,
             (struct wl_str){(const char *)bytes, sizeof bytes});
}

static int read_row(struct wl_str value, uint64_t count, struct wl_vehicle_facts *at)
{
    const uint8_t *in = (const uint8_t *)value.data;

    if (value.size != WL_VEHICLES_IN_ROW * FACTS_SIZE)
        return wl_check_fail("a row of vehicles' facts is cut short", value.size);
    for (uint64_t i = 0; i < WL_VEHICLES_IN_ROW && i < count; i++, in += FACTS_SIZE)
        at[i] = (struct wl_vehicle_facts){get_number(in), get_number(in + NUMBER_SIZE), get_day(in + 2 * NUMBER_SIZE),
                                          get_day(in + 3 * NUMBER_SIZE)};
    return WL_OK;
}

int wl_vehicle_facts_read(struct wl_txn *txn, uint64_t first, uint64_t count, struct wl_vehicle_facts *at)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    char from[8];
    int rc;

    assert(first % WL_VEHICLES_IN_ROW == 0);
    for (uint64_t i = 0; i < count; i++)
        at[i] = none;
    wl_set_u64(from, first / WL_VEHICLES_IN_ROW);
    rc = wl_walk_open(txn, WL_TABLE_VEHICLE_FACTS, WL_NO_STR, (struct wl_str){from, sizeof from}, &walk);
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        uint64_t begin = key.size == 8 ? wl_get_u64(key.data) * WL_VEHICLES_IN_ROW : UINT64_MAX;

        if (begin >= first + count) {
            rc = WL_OK;
            break;
        }
        rc = begin < first ? wl_check_fail("a row of vehicles' facts has no number", key.size)
                           : read_row(value, first + count - begin, at + (begin - first));
    }
    wl_walk_close(walk);
    return rc < 0 ? wl_txn_fail(txn, rc) : WL_OK;
}
