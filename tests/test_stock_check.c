/* What the checks of the stock tables notice. */
#include "tests/parts_world.h"

#include "parts/check.h"
#include "parts/keys.h"

static void history_make(void)
{
    static const struct wl_posting posted[] = {DELIVERY("D1/MAIN", 5000), FITTING(VIN, 1000), FITTING(VIN, 2000)};

    parts_world_make();
    begin();
    DONE(deliver("W1", "P-BACK", PIECES(3)));
    DONE(deliver_serials("W1", "P-SER", PIECES(2), "A1 A2"));
    DONE(stock_move("W1", "P-SER", "sn:A1", "S-01", "MAIN", PIECES(1)));
    DONE(open_stock("D2", NULL, "P-BACK", NULL, NULL, PIECES(3)));
    DONE(ask("D1", "P-BACK", PIECES(1)));
    DONE(stock_move("W1", "P-BACK", NULL, "A-01", "A-02", PIECES(1)));
    DONE(reverse(entry_now()));
    follow(posted, 3);
    OK(wl_parts_check(txn));
    commit();
}

static int check_of(unsigned table)
{
    if (table == WL_TABLE_STOCK) /* what is on order is that of the requests */
        return wl_parts_check(txn);
    return table == WL_TABLE_REVERSALS || table == WL_TABLE_OPENINGS ? wl_reversals_check(txn) : wl_stock_check(txn);
}

/* Row n of a table, its key and value copied. */
static void row_of(unsigned table, unsigned n, char bytes[WL_KEY_MAX + WL_VALUE_MAX], struct wl_str *key,
                   struct wl_str *value)
{
    struct wl_walk *walk;

    OK(wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk));
    for (unsigned i = 0; i <= n; i++)
        ck_assert_int_eq(wl_walk_next(walk, key, value), 1);
    memcpy(bytes, key->data, key->size);
    if (value->size)
        memcpy(bytes + WL_KEY_MAX, value->data, value->size);
    wl_walk_close(walk);
    key->data = bytes;
    value->data = bytes + WL_KEY_MAX;
}

static const unsigned tables[] = {WL_TABLE_STOCK,     WL_TABLE_BIN_STOCK, WL_TABLE_UNITS,         WL_TABLE_MOVES,
                                  WL_TABLE_REVERSALS, WL_TABLE_BALANCES,  WL_TABLE_VEHICLE_MOVES, WL_TABLE_OPENINGS};

START_TEST(a_lost_row_is_noticed)
{
    char bytes[WL_KEY_MAX + WL_VALUE_MAX];
    struct wl_str key, value;

    begin();
    for (unsigned n = 0; tables[_i] != WL_TABLE_OPENINGS && n < wl_table_rows(txn, tables[_i]); n++) {
        row_of(tables[_i], n, bytes, &key, &value);
        wl_delete(txn, tables[_i], key);
        ck_assert_int_eq(check_of(tables[_i]), WL_E_DAMAGED);
        wl_txn_abort(&txn);
        begin();
    }
    wl_txn_abort(&txn);
}
END_TEST

/* The last byte of a row is of a number or of the party that it ends with. */
START_TEST(a_changed_row_is_noticed)
{
    char bytes[WL_KEY_MAX + WL_VALUE_MAX];
    struct wl_str key, value;
    unsigned rows;

    begin();
    rows = (unsigned)wl_table_rows(txn, tables[_i]);
    ck_assert_uint_gt(rows, 0);
    for (unsigned n = 0; n < rows; n++) {
        row_of(tables[_i], n, bytes, &key, &value);
        bytes[WL_KEY_MAX + (tables[_i] == WL_TABLE_VEHICLE_MOVES ? 3 : value.size - 1)] ^= 1;
        wl_put(txn, tables[_i], key, value);
        ck_assert_int_ne(check_of(tables[_i]), WL_OK);
        wl_txn_abort(&txn);
        begin();
    }
    wl_txn_abort(&txn);
}
END_TEST

static const struct {
    int64_t id;
    size_t offset;
    int64_t value;
} changes[] = {
    {0, offsetof(struct wl_move, quantity), 3001},
    {0, offsetof(struct wl_move, seq), 1 << 20},
    {0, offsetof(struct wl_move, previous), 0},
    {0, offsetof(struct wl_move, to_kind), WL_ACCOUNT_SCRAP},
    {3, offsetof(struct wl_move, previous), 0},
    {3, offsetof(struct wl_move, previous), WL_CHAIN_END},
    {3, offsetof(struct wl_move, quantity), 2000},
    {3, offsetof(struct wl_move, from_kind), WL_ACCOUNT_DEALER},
    {0, offsetof(struct wl_move, vehicle), 0},
    {9, offsetof(struct wl_move, previous_on_vehicle), WL_CHAIN_END},
    {9, offsetof(struct wl_move, vehicle), WL_NONE},
    {9, offsetof(struct wl_move, vehicle), 1},
    {3, offsetof(struct wl_move, seq), 0},
    {0, offsetof(struct wl_move, from_kind), WL_NONE},
    {0, offsetof(struct wl_move, from_kind), WL_ACCOUNT_BANK},
};

START_TEST(a_changed_move_is_noticed)
{
    struct wl_move move;

    begin();
    ck_assert_int_eq(wl_move_get(txn, &arena, changes[_i].id, &move), 1);
    memcpy((char *)&move + changes[_i].offset, &changes[_i].value, sizeof changes[_i].value);
    wl_row_put(txn, WL_TABLE_MOVES, (uint64_t)changes[_i].id, &wl_move_record, &move);
    ck_assert_int_eq(wl_stock_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

static const struct wl_stock stocks[] = {{PIECES(3), PIECES(3) + 1, 0, 0},
                                         {PIECES(3), -1, 0, 0},
                                         {PIECES(3), 0, -1, 0},
                                         {PIECES(3), 0, 0, -1},
                                         {PIECES(2), 0, 0, 0}};

START_TEST(stock_that_cannot_be_is_noticed)
{
    const struct wl_parts_key key = WL_PARTS_KEY(WL_STR("W1"), WL_STR("P-BACK"));

    begin();
    wl_row_put_key(txn, WL_TABLE_STOCK, wl_parts_key_view(&key), &wl_stock_record, &stocks[_i]);
    ck_assert_int_eq(wl_stock_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

/* Bins that add up, but not to their accounts. */
START_TEST(stock_in_another_bin_is_noticed)
{
    char bytes[WL_KEY_MAX + WL_VALUE_MAX];
    struct wl_parts_key other;
    struct wl_str key, value, name[4];

    begin();
    row_of(WL_TABLE_BIN_STOCK, 0, bytes, &key, &value);
    ck_assert(wl_parts_key_split(key, name, 4));
    other = WL_PARTS_KEY(name[0], name[1], WL_STR("Z"), name[3]);
    wl_put(txn, WL_TABLE_BIN_STOCK, wl_parts_key_view(&other), value);
    wl_delete(txn, WL_TABLE_BIN_STOCK, key);
    ck_assert_int_eq(wl_stock_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

/* A piece that was lost, and is said to be in a vehicle. */
START_TEST(a_piece_in_another_place_is_noticed)
{
    const struct wl_parts_key key = WL_PARTS_KEY(WL_STR("P-SER"), WL_STR("sn:A2"));
    struct wl_unit unit;

    begin();
    DONE(count("W1", "S-01", "P-SER", "sn:A2", 0));
    ck_assert_int_eq(wl_unit_get(txn, &arena, text("P-SER"), text("sn:A2"), &unit), 1);
    unit.party = text("W2"); /* outside the ledger one place is as good as another */
    wl_row_put_key(txn, WL_TABLE_UNITS, wl_parts_key_view(&key), &wl_unit_record, &unit);
    OK(wl_stock_check(txn));
    unit.kind = WL_ACCOUNT_VEHICLE;
    wl_row_put_key(txn, WL_TABLE_UNITS, wl_parts_key_view(&key), &wl_unit_record, &unit);
    ck_assert_int_eq(wl_stock_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

START_TEST(an_opening_that_was_taken_back_is_noticed)
{
    char bytes[WL_KEY_MAX + WL_VALUE_MAX];
    struct wl_str key, value;
    int64_t entry;

    begin();
    row_of(WL_TABLE_OPENINGS, 0, bytes, &key, &value);
    entry = (int64_t)wl_get_u64(value.data);
    DONE(reverse(entry));
    OK(wl_reversals_check(txn));
    wl_put(txn, WL_TABLE_OPENINGS, key, value);
    ck_assert_int_eq(wl_reversals_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

/* In two bins at once, each of which agrees with its account. */
START_TEST(a_piece_in_two_places_is_noticed)
{
    struct wl_posting twice[] = {{WL_ACCOUNT_SUPPLIER, WL_ACCOUNT_WAREHOUSE, WL_STR("S1"), WL_STR("W1/MAIN"),
                                  WL_STR("P-SER"), WL_STR("sn:A2"), PIECES(1)}};

    begin();
    follow(twice, 1);
    OK(wl_txn_status(txn));
    ck_assert_int_eq(wl_stock_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

START_TEST(a_move_that_was_not_followed_is_noticed)
{
    struct wl_posting posted = {
        WL_ACCOUNT_SUPPLIER, WL_ACCOUNT_SCRAP, WL_STR("S1"), WL_STR("W1"), WL_STR("P-TWO"), WL_STR("L9"), 1};

    begin();
    wl_post(txn, (struct wl_list){&posted, 1});
    ck_assert_int_eq(wl_stock_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stock-check");
    TCase *damage = cases("damage", history_make);

    tcase_add_loop_test(damage, a_lost_row_is_noticed, 0, (int)WL_COUNT(tables));
    tcase_add_loop_test(damage, a_changed_row_is_noticed, 0, (int)WL_COUNT(tables));
    tcase_add_loop_test(damage, a_changed_move_is_noticed, 0, (int)WL_COUNT(changes));
    tcase_add_loop_test(damage, stock_that_cannot_be_is_noticed, 0, (int)WL_COUNT(stocks));
    tcase_add_test(damage, stock_in_another_bin_is_noticed);
    tcase_add_test(damage, a_piece_in_another_place_is_noticed);
    tcase_add_test(damage, an_opening_that_was_taken_back_is_noticed);
    tcase_add_test(damage, a_piece_in_two_places_is_noticed);
    tcase_add_test(damage, a_move_that_was_not_followed_is_noticed);
    suite_add_tcase(suite, damage);
    return run_suite(suite);
}
