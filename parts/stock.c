/* The rows of stock, bins, units and moves, and who reads them. */
#include "parts/stock.h"

#include "claims/keys.h"
#include "claims/vehicle_heads.h"
#include "parts/fields.h"
#include "parts/keys.h"
#include "wledger/error.h"
#include <string.h>

enum { PARTY_MAX = 64 };

static const struct wl_field stock_fields[] = {
    WL_FIELD_NUMBER(struct wl_stock, 1, on_hand),
    WL_FIELD_NUMBER(struct wl_stock, 2, reserved),
    WL_FIELD_NUMBER(struct wl_stock, 3, in_transit),
    WL_FIELD_NUMBER(struct wl_stock, 4, on_order),
};
const struct wl_record wl_stock_record = {"stock", stock_fields, WL_COUNT(stock_fields), sizeof(struct wl_stock)};

static const struct wl_field move_fields[] = {
    WL_FIELD_NUMBER(struct wl_move, 1, seq),
    WL_DAY_FIELD(struct wl_move, 2, day),
    WL_FIELD_TEXT(struct wl_move, 3, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_move, 4, lot, WL_LOT_MAX),
    WL_FIELD_NUMBER(struct wl_move, 5, quantity),
    WL_FIELD_NUMBER(struct wl_move, 6, from_kind),
    WL_FIELD_NUMBER(struct wl_move, 7, to_kind),
    WL_FIELD_TEXT(struct wl_move, 8, from_party, PARTY_MAX),
    WL_FIELD_TEXT(struct wl_move, 9, to_party, PARTY_MAX),
    WL_FIELD_NUMBER(struct wl_move, 10, previous),
    WL_FIELD_NUMBER(struct wl_move, 11, vehicle),
    WL_FIELD_NUMBER(struct wl_move, 12, previous_on_vehicle),
};
const struct wl_record wl_move_record = {"move", move_fields, WL_COUNT(move_fields), sizeof(struct wl_move)};

static const struct wl_field unit_fields[] = {
    WL_FIELD_NUMBER(struct wl_unit, 1, newest),
    WL_FIELD_NUMBER(struct wl_unit, 2, kind),
    WL_FIELD_TEXT(struct wl_unit, 3, party, PARTY_MAX),
};
const struct wl_record wl_unit_record = {"unit", unit_fields, WL_COUNT(unit_fields), sizeof(struct wl_unit)};

/* ---- keys ---- */

struct wl_parts_key wl_parts_key(const struct wl_str *parts, size_t count, bool open)
{
    struct wl_parts_key key = {.size = 0};
    size_t size = count - 1 + open;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    if (size > sizeof key.bytes)
        return key;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size != 0)
            memcpy(key.bytes + key.size, parts[i].data, parts[i].size);
        key.size += parts[i].size;
        if (i + 1 < count || open)
            key.bytes[key.size++] = '\0';
    }
    return key;
}

bool wl_parts_key_split(struct wl_str key, struct wl_str *parts, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        const char *end = key.size == 0 ? NULL : memchr(key.data, 0, key.size);

        if (!end)
            return false;
        parts[i] = (struct wl_str){key.data, (size_t)(end - key.data)};
        key = (struct wl_str){end + 1, key.size - parts[i].size - 1};
    }
    parts[count - 1] = key;
    return key.size == 0 || !memchr(key.data, 0, key.size);
}

/* ---- rows ---- */

void wl_row_put_key(struct wl_txn *txn, unsigned table, struct wl_str key, const struct wl_record *record,
                    const void *row)
{
    uint8_t room[WL_VALUE_MAX];
    struct wl_buf bytes = {.data = room, .capacity = sizeof(room), .ceiling = sizeof(room)}; /* never grows */

    wl_record_encode(record, row, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&bytes));
    else
        wl_put(txn, table, key, wl_buf_view(&bytes));
}

int wl_row_get_key(struct wl_txn *txn, struct wl_arena *arena, unsigned table, struct wl_str key,
                   const struct wl_record *record, void *row)
{
    struct wl_str value;
    int rc = key.size == 0 ? 0 : wl_get(txn, table, key, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(record, wl_arena_copy(arena, value), row, arena);
    if (rc == WL_OK)
        rc = wl_arena_status(arena);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

void wl_row_put(struct wl_txn *txn, unsigned table, uint64_t number, const struct wl_record *record, const void *row)
{
    char key[8];

    wl_set_u64(key, number);
    wl_row_put_key(txn, table, (struct wl_str){key, sizeof key}, record, row);
}

int wl_row_get(struct wl_txn *txn, struct wl_arena *arena, unsigned table, uint64_t number,
               const struct wl_record *record, void *row)
{
    char key[8];

    wl_set_u64(key, number);
    return wl_row_get_key(txn, arena, table, (struct wl_str){key, sizeof key}, record, row);
}

/* ---- stock ---- */

static int no_row(struct wl_txn *txn, const char *table)
{
    return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of the table %s is not one", table));
}

static bool is_stock(const struct wl_stock *stock)
{
    return stock->on_hand >= 0 && stock->reserved >= 0 && stock->in_transit >= 0 && stock->on_order >= 0;
}

int wl_stock_get(struct wl_txn *txn, struct wl_str part_id, struct wl_str location_id, struct wl_stock *stock)
{
    const struct wl_parts_key key = WL_PARTS_KEY(location_id, part_id);
    struct wl_str value;
    int rc = key.size == 0 ? 0 : wl_get(txn, WL_TABLE_STOCK, wl_parts_key_view(&key), &value);

    *stock = (struct wl_stock){0};
    if (rc != 1)
        return rc;
    rc = wl_record_decode(&wl_stock_record, value, stock, NULL);
    if (rc != WL_OK)
        return wl_txn_fail(txn, rc);
    return is_stock(stock) ? 1 : no_row(txn, "stock");
}

static int all_stock(struct wl_txn *txn, wl_stock_fn *each, void *context)
{
    struct wl_str key, value, name[2];
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, WL_TABLE_STOCK, WL_NO_STR, WL_NO_STR, &walk);

    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_stock stock;

        if (!wl_parts_key_split(key, name, 2))
            rc = no_row(txn, "stock");
        else if ((rc = wl_record_decode(&wl_stock_record, value, &stock, NULL)) != WL_OK)
            wl_txn_fail(txn, rc);
        else
            rc = is_stock(&stock) ? each(context, name[1], name[0], &stock) : no_row(txn, "stock");
    }
    wl_walk_close(walk);
    return rc;
}

/* The first location with stock after the one whose name is `at`, which it becomes: 1, 0 when there is none, or an
 * error. No identifier holds a 0x01, so that all rows of a location are before its name with one behind it. */
static int next_location(struct wl_txn *txn, char at[WL_PARTS_KEY_MAX], size_t *size)
{
    struct wl_str key, value, name[2];
    struct wl_walk *walk;
    int rc;

    if (*size != 0)
        at[(*size)++] = '\x01';
    rc = wl_walk_open(txn, WL_TABLE_STOCK, WL_NO_STR, (struct wl_str){at, *size}, &walk);
    if (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        if (!wl_parts_key_split(key, name, 2) || name[0].size == 0 || name[0].size + 1 >= WL_PARTS_KEY_MAX)
            rc = no_row(txn, "stock");
        else
            memcpy(at, name[0].data, *size = name[0].size);
    }
    wl_walk_close(walk);
    return rc;
}

int wl_stock_each(struct wl_txn *txn, struct wl_str part_id, wl_stock_fn *each, void *context)
{
    char at[WL_PARTS_KEY_MAX];
    size_t size = 0;
    int rc = WL_OK;

    if (part_id.size == 0)
        return all_stock(txn, each, context);
    while (rc == WL_OK && (rc = next_location(txn, at, &size)) == 1) {
        const struct wl_str location_id = {at, size};
        struct wl_stock stock;

        rc = wl_stock_get(txn, part_id, location_id, &stock);
        if (rc == 1)
            rc = each(context, part_id, location_id, &stock);
    }
    return rc;
}

bool wl_bin_stock_read(struct wl_str key, struct wl_str value, struct wl_bin_stock *row)
{
    struct wl_str name[4];

    if (!wl_parts_key_split(key, name, 4) || value.size != 8)
        return false;
    *row = (struct wl_bin_stock){.location_id = name[0],
                                 .part_id = name[1],
                                 .bin_id = name[2],
                                 .lot = name[3],
                                 .quantity = (int64_t)wl_get_u64(value.data)};
    return row->quantity > 0;
}

static int one_bin(struct wl_txn *txn, struct wl_str key, wl_bin_stock_fn *each, void *context)
{
    struct wl_bin_stock row;
    struct wl_str value;
    int rc = wl_get(txn, WL_TABLE_BIN_STOCK, key, &value);

    if (rc != 1)
        return rc;
    return wl_bin_stock_read(key, value, &row) ? each(context, &row) : no_row(txn, "bin-stock");
}

int wl_bin_stock_walk(struct wl_txn *txn, const struct wl_str *prefix, size_t count, wl_bin_stock_fn *each,
                      void *context)
{
    const struct wl_parts_key key =
        count == 0 ? (struct wl_parts_key){.size = 0} : wl_parts_key(prefix, count, count < 4);
    struct wl_bin_stock row;
    struct wl_str found, value;
    struct wl_walk *walk;
    int rc;

    if (count != 0 && key.size == 0)
        return WL_OK;
    if (count == 4)
        return one_bin(txn, wl_parts_key_view(&key), each, context);
    rc = wl_walk_open(txn, WL_TABLE_BIN_STOCK, wl_parts_key_view(&key), WL_NO_STR, &walk);
    while (rc == WL_OK && (rc = wl_walk_next(walk, &found, &value)) == 1)
        rc = wl_bin_stock_read(found, value, &row) ? each(context, &row) : no_row(txn, "bin-stock");
    wl_walk_close(walk);
    return rc;
}

/* Passes on what lies in the bins of a part, location by location. */
struct bins_of_part {
    struct wl_txn *txn;
    wl_bin_stock_fn *each;
    void *context;
};

static int pass_on(void *context, struct wl_str part_id, struct wl_str location_id, const struct wl_stock *stock)
{
    const struct bins_of_part *of = context;
    const struct wl_str prefix[] = {location_id, part_id};

    (void)stock;
    return wl_bin_stock_walk(of->txn, prefix, WL_COUNT(prefix), of->each, of->context);
}

int wl_bin_stock_each(struct wl_txn *txn, struct wl_str part_id, struct wl_str location_id, wl_bin_stock_fn *each,
                      void *context)
{
    struct bins_of_part of = {txn, each, context};
    const struct wl_str prefix[] = {location_id, part_id};

    if (part_id.size != 0 && location_id.size == 0)
        return wl_stock_each(txn, part_id, pass_on, &of);
    return wl_bin_stock_walk(txn, prefix, location_id.size == 0 ? 0 : part_id.size == 0 ? 1 : 2, each, context);
}

/* ---- units and moves ---- */

static bool leads_back(int64_t previous, int64_t id)
{
    return previous == WL_CHAIN_END || (previous >= 0 && previous < id);
}

int wl_move_check(struct wl_txn *txn, int64_t id, const struct wl_move *move)
{
    if (move->quantity > 0 && move->seq >= 0 && leads_back(move->previous, id) &&
        (move->previous_on_vehicle == WL_NONE || leads_back(move->previous_on_vehicle, id)))
        return 1;
    return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "move %lld of parts does not lead back", (long long)id));
}

int wl_move_get(struct wl_txn *txn, struct wl_arena *arena, int64_t id, struct wl_move *move)
{
    int rc = id < 0 ? 0 : wl_row_get(txn, arena, WL_TABLE_MOVES, (uint64_t)id, &wl_move_record, move);

    return rc == 1 ? wl_move_check(txn, id, move) : rc;
}

int wl_unit_get(struct wl_txn *txn, struct wl_arena *arena, struct wl_str part_id, struct wl_str lot,
                struct wl_unit *unit)
{
    const struct wl_parts_key key = WL_PARTS_KEY(part_id, lot);
    int rc = wl_row_get_key(txn, arena, WL_TABLE_UNITS, wl_parts_key_view(&key), &wl_unit_record, unit);

    if (rc == 1 && (unit->newest < 0 || (wl_lot_serial(lot).size != 0 && !wl_account_kind_name(unit->kind))))
        return no_row(txn, "units");
    return rc;
}

int64_t wl_vehicle_move(struct wl_txn *txn, int64_t vehicle)
{
    return wl_vehicle_newest(txn, WL_TABLE_VEHICLE_MOVES, vehicle);
}

static const struct wl_str serial_mark = WL_STR("sn:");

struct wl_str wl_serial_lot(struct wl_arena *arena, struct wl_str serial)
{
    char *lot = wl_arena_alloc(arena, serial_mark.size + serial.size);

    if (!lot)
        return WL_NO_STR;
    memcpy(lot, serial_mark.data, serial_mark.size);
    if (serial.size != 0)
        memcpy(lot + serial_mark.size, serial.data, serial.size);
    return (struct wl_str){lot, serial_mark.size + serial.size};
}

struct wl_str wl_lot_serial(struct wl_str lot)
{
    if (lot.size <= serial_mark.size || memcmp(lot.data, serial_mark.data, serial_mark.size) != 0)
        return WL_NO_STR;
    return (struct wl_str){lot.data + serial_mark.size, lot.size - serial_mark.size};
}
