/* Stock that comes in, is moved, counted and taken back: what each command leaves, and what it refuses. */
#include "tests/parts_world.h"

#include "parts/keys.h"

/* ---- deliver ---- */

START_TEST(a_delivery_lies_in_its_bin)
{
    struct wl_move move;
    struct wl_unit unit;
    const char *lot;

    begin();
    DONE(deliver("W1", "P-BACK", PIECES(10)));
    lot = lot_of(entry_now());
    ck_assert(wl_str_is(((struct wl_deliver_outcome *)outcome)->bin_id, "A-01"));
    ck_assert(wl_str_is(((struct wl_deliver_outcome *)outcome)->lot, lot));
    stock_is("P-BACK", "W1", PIECES(10), 0, 0, 0);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_SUPPLIER, "S1", "P-BACK", lot), -PIECES(10));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_WAREHOUSE, "W1/A-01", "P-BACK", lot), PIECES(10));
    ck_assert_int_eq(wl_unit_get(txn, &arena, text("P-BACK"), text(lot), &unit), 1);
    ck_assert_int_eq(wl_move_get(txn, &arena, unit.newest, &move), 1);
    ck_assert(move.seq == entry_now() && move.day == today_ && move.quantity == PIECES(10));
    ck_assert(move.from_kind == WL_ACCOUNT_SUPPLIER && wl_str_is(move.from_party, "S1"));
    ck_assert(move.to_kind == WL_ACCOUNT_WAREHOUSE && wl_str_is(move.to_party, "W1/A-01"));
    ck_assert(move.previous == WL_CHAIN_END && move.vehicle == WL_NONE && move.previous_on_vehicle == WL_NONE);
    ck_assert(unit.kind == WL_NONE && unit.party.size == 0);

    DONE(deliver("W1", "P-TWO", 1));
    bins_are("P-TWO", "W1", "W1/S-01 %s 1", lot_of(entry_now()));
    DONE(deliver_to("W2", NULL, "P-KEEP", "LOT-1", 1500));
    DONE(deliver_to("W2", "MAIN", "P-KEEP", "LOT-1", 500));
    bins_are("P-KEEP", NULL, "W2/MAIN LOT-1 2000");
    ck_assert_int_eq(wl_unit_get(txn, &arena, text("P-KEEP"), text("LOT-1"), &unit), 1);
    ck_assert_int_eq(wl_move_get(txn, &arena, unit.newest, &move), 1);
    ck_assert_int_eq(move.previous, unit.newest - 1);
    DONE(deliver_to("W1", "A-02", "P-BACK", NULL, PIECES(1)));
    DONE(deliver_to("W1", "S-01", "P-BACK", NULL, PIECES(1)));
    DONE(deliver_to("W1", "MAIN", "P-BACK", NULL, PIECES(1)));
    stock_is("P-BACK", "W1", PIECES(13), 0, 0, 0);
    DONE(deliver("RC", "P-BACK", PIECES(1)));
    commit();
    check_all();
}
END_TEST

START_TEST(a_delivery_names_its_supplier)
{
    struct wl_deliver_body body = {
        .location_id = WL_STR("W1"), .part_id = WL_STR("P-LOST"), .supplier_id = WL_STR("S2"), .quantity = PIECES(1)};

    begin();
    REFUSED("supplier-unknown", deliver("W1", "P-LOST", PIECES(1)));
    about_is("S9");
    DONE(run(&wl_deliver_command, &body));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_SUPPLIER, "S2", "P-LOST", lot_of(entry_now())), -PIECES(1));
    body.supplier_id = WL_STR("S3");
    REFUSED("supplier-unknown", run(&wl_deliver_command, &body));
    commit();
}
END_TEST

static const struct {
    const char *location, *bin, *part, *lot;
    int64_t quantity;
    const char *refusal;
} bad_deliveries[] = {
    {"W9", NULL, "P-BACK", NULL, 1000, "warehouse-unknown"},
    {"D1", NULL, "P-BACK", NULL, 1000, "warehouse-unknown"},
    {"", NULL, "P-BACK", NULL, 1000, "warehouse-unknown"},
    {"W1", NULL, "P-NONE", NULL, 1000, "part-unknown"},
    {"W1", NULL, "", NULL, 1000, "part-unknown"},
    {"W1", "A-03", "P-BACK", NULL, 1000, "bin-unknown"},
    {"W1", "A-01", "P-TWO", NULL, 1000, "bin-unknown"},
    {"W2", "SHELF", "P-TWO", NULL, 1000, "bin-unknown"},
    {"W1", NULL, "P-BACK", NULL, 0, "quantity-invalid"},
    {"W1", NULL, "P-BACK", NULL, -1000, "quantity-invalid"},
    {"W1", NULL, "P-BACK", NULL, WL_NONE, "quantity-invalid"},
    {"W1", NULL, "P-BACK", NULL, WL_QUANTITY_MAX + 1, "quantity-invalid"},
    {"W1", NULL, "P-BACK", NULL, INT64_MAX, "quantity-invalid"},
    {"W1", NULL, "P-LOT", NULL, 1000, "lot-missing"},
    {"W1", NULL, "P-BACK", "sn:1", 1000, "not-serialised"},
    {"W1", NULL, "P-LOT", "sn:1", 1000, "not-serialised"},
    {"W1", NULL, "P-SER", NULL, 1000, "serial-missing"},
    {"W1", NULL, "P-SER", "LOT", 1000, "serial-missing"},
    {"W1", NULL, "P-SER", NULL, 1500, "quantity-invalid"},
};

START_TEST(a_bad_delivery_is_refused)
{
    begin();
    REFUSED(bad_deliveries[_i].refusal,
            deliver_to(bad_deliveries[_i].location, bad_deliveries[_i].bin, bad_deliveries[_i].part,
                       bad_deliveries[_i].lot, bad_deliveries[_i].quantity));
    ck_assert_uint_eq(((struct wl_deliver_outcome *)outcome)->head.postings.count, 0);
    commit();
}
END_TEST

START_TEST(serial_numbers_are_pieces)
{
    struct wl_unit unit;

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(3), "A1 A2 A3"));
    bins_are("P-SER", NULL, "W1/S-01 sn:A1 1000, W1/S-01 sn:A2 1000, W1/S-01 sn:A3 1000");
    ck_assert_int_eq(wl_unit_get(txn, &arena, text("P-SER"), text("sn:A2"), &unit), 1);
    ck_assert(unit.kind == WL_ACCOUNT_WAREHOUSE && wl_str_is(unit.party, "W1/S-01"));
    REFUSED("serial-known", deliver_serials("W2", "P-SER", PIECES(2), "B1 A2"));
    about_is("A2");
    REFUSED("named-twice", deliver_serials("W1", "P-SER", PIECES(2), "B1 B1"));
    about_is("B1");
    REFUSED("serial-missing", deliver_serials("W1", "P-SER", PIECES(3), "B1 B2"));
    REFUSED("quantity-invalid", deliver_serials("W1", "P-SER", PIECES(1), "B1 B2"));
    REFUSED("quantity-invalid", deliver_serials("W1", "P-SER", 1001, "B1"));
    REFUSED("not-serialised", deliver_serials("W1", "P-BACK", PIECES(1), "B1"));
    ck_assert(wl_str_is(wl_lot_serial(text("sn:B1")), "B1"));
    ck_assert(wl_lot_serial(text("sn:")).size == 0 && wl_lot_serial(text("LOT")).size == 0);
    commit();
    check_all();
}
END_TEST

START_TEST(as_many_serial_numbers_as_one_command_takes)
{
    struct wl_serial rows[WL_SERIALS_MAX];
    static char names[WL_SERIALS_MAX][WL_SERIAL_MAX + 1];
    struct wl_deliver_body body = {.location_id = WL_STR("W1"),
                                   .part_id = WL_STR("P-SER"),
                                   .quantity = PIECES(WL_SERIALS_MAX),
                                   .serials = {rows, WL_SERIALS_MAX}};

    for (int i = 0; i < WL_SERIALS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "%0*d", WL_SERIAL_MAX, i);
        rows[i].serial = text(names[i]);
    }
    begin();
    DONE(run(&wl_deliver_command, &body));
    stock_is("P-SER", "W1", PIECES(WL_SERIALS_MAX), 0, 0, 0);
    DONE(reverse(entry_now()));
    stock_is("P-SER", "W1", 0, 0, 0, 0);
    commit();
    check_all();
}
END_TEST

START_TEST(what_is_no_text_is_an_error)
{
    struct wl_deliver_body body = {
        .location_id = WL_STR("W1"), .part_id = WL_STR("P-BACK"), .lot = WL_STR("A\nB"), .quantity = PIECES(1)};
    struct wl_request request = {.command = &wl_deliver_command, .body = &body, .time = now, .actor = WL_STR("test")};
    struct wl_result result;

    begin();
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_USAGE);
    wl_txn_abort(&txn);
}
END_TEST

static struct wl_serial own_serials[] = {{WL_STR("sn:A1")}};
static const struct wl_deliver_body own_deliveries[] = {
    {.location_id = WL_STR("W1"), .part_id = WL_STR("P-BACK"), .lot = WL_STR("@0000000999"), .quantity = 1000},
    {.location_id = WL_STR("W1"), .part_id = WL_STR("P-LOT"), .lot = WL_STR("@"), .quantity = 1000},
    {.location_id = WL_STR("W1"), .part_id = WL_STR("P-SER"), .quantity = 1000, .serials = {own_serials, 1}},
};
static const struct wl_open_body own_openings[] = {
    {.location_id = WL_STR("W1"), .part_id = WL_STR("P-BACK"), .lot = WL_STR("@0000000999"), .quantity = 1000},
    {.location_id = WL_STR("W1"), .part_id = WL_STR("P-SER"), .serial = WL_STR("sn:A1"), .quantity = 1000},
    {.location_id = WL_STR("W1"), .part_id = WL_STR("P-SER"), .lot = WL_STR("sn:sn:A1"), .quantity = 1000},
};
static const struct wl_count_body own_counts[] = {
    {.location_id = WL_STR("W1"),
     .bin_id = WL_STR("A-01"),
     .part_id = WL_STR("P-BACK"),
     .lot = WL_STR("@0000000999"),
     .counted = 1000,
     .sheet = WL_NONE,
     .reason = WL_STR("found")},
};
static const struct {
    const struct wl_command *command;
    const void *body;
} own_names[] = {
    {&wl_deliver_command, &own_deliveries[0]}, {&wl_deliver_command, &own_deliveries[1]},
    {&wl_deliver_command, &own_deliveries[2]}, {&wl_open_command, &own_openings[0]},
    {&wl_open_command, &own_openings[1]},      {&wl_open_command, &own_openings[2]},
    {&wl_count_command, &own_counts[0]},
};

START_TEST(the_forms_of_lots_are_the_ledgers)
{
    struct wl_request request = {
        .command = own_names[_i].command, .body = own_names[_i].body, .time = now, .actor = WL_STR("test")};
    struct wl_result result;

    begin();
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_USAGE);
    wl_txn_abort(&txn);
}
END_TEST

START_TEST(a_lot_of_the_ledger_is_named_where_it_is)
{
    const char *lot;

    begin();
    DONE(deliver("W2", "P-BACK", PIECES(2)));
    lot = lot_of(entry_now());
    DONE(count("W2", NULL, "P-BACK", lot, PIECES(3)));
    DONE(count("W2", NULL, "P-BACK", NULL, PIECES(4)));
    DONE(open_stock("W2", NULL, "P-BACK", WL_OPENING_LOT, NULL, PIECES(1)));
    bins_are("P-BACK", "W2", "W2/MAIN @0000000000 1000, W2/MAIN %s 4000", lot);
    commit();
    check_all();
}
END_TEST

/* ---- back-orders ---- */

START_TEST(what_comes_in_fills_back_orders_oldest_first)
{
    struct wl_ints filled;

    begin();
    for (int64_t i = 2; i <= 4; i++)
        DONE(ask("D1", "P-BACK", PIECES(i)));
    DONE(ask("D2", "P-BACK", PIECES(1)));
    stock_is("P-BACK", "D1", 0, 0, 0, PIECES(9));
    DONE(deliver("RC", "P-BACK", PIECES(20)));
    ck_assert_uint_eq(((struct wl_deliver_outcome *)outcome)->filled.count, 0);
    DONE(deliver("W1", "P-BACK", PIECES(6)));
    filled = ((struct wl_deliver_outcome *)outcome)->filled;
    ck_assert(filled.count == 3 && filled.at[0] == 1 && filled.at[1] == 2 && filled.at[2] == 4);
    stock_is("P-BACK", "W1", PIECES(6), PIECES(6), 0, 0);
    ck_assert_int_eq(request_row(1).state, WL_REQUEST_RESERVED);
    ck_assert_int_eq(request_row(2).choice, WL_CHOICE_DELIVERY);
    ck_assert(wl_str_is(request_row(2).location_id, "W1"));
    ck_assert_int_eq(request_row(2).sourced_seq, entry_now());
    ck_assert_int_eq(request_row(3).state, WL_REQUEST_BACK_ORDERED); /* not covered: passed over */
    ck_assert_int_eq(request_row(4).state, WL_REQUEST_RESERVED);

    /* A count and an opening fill them as well; a dealer's own stock fills nobody's. */
    DONE(count("W1", "A-01", "P-BACK", NULL, PIECES(10)));
    filled = ((struct wl_count_outcome *)outcome)->filled;
    ck_assert(filled.count == 1 && filled.at[0] == 3);
    stock_is("P-BACK", "W1", PIECES(10), PIECES(10), 0, 0);
    DONE(ask("D2", "P-BACK", PIECES(1)));
    DONE(open_stock("D1", NULL, "P-BACK", NULL, NULL, PIECES(5)));
    ck_assert_uint_eq(((struct wl_count_outcome *)outcome)->filled.count, 0);
    DONE(open_stock("W2", NULL, "P-BACK", NULL, NULL, PIECES(1)));
    ck_assert_uint_eq(((struct wl_count_outcome *)outcome)->filled.count, 1);
    stock_is("P-BACK", "W2", PIECES(1), PIECES(1), 0, 0);
    commit();
    check_all();
}
END_TEST

/* ---- stock-open ---- */

START_TEST(stock_is_opened_once)
{
    begin();
    DONE(open_stock("D1", NULL, "P-BACK", NULL, NULL, PIECES(4)));
    ck_assert_int_eq(((struct wl_count_outcome *)outcome)->difference, WL_NONE);
    bins_are("P-BACK", "D1", "D1/SHELF " WL_OPENING_LOT " 4000");
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_COUNT_ADJUSTMENT, "D1", "P-BACK", WL_OPENING_LOT), -PIECES(4));
    REFUSED("already-opened", open_stock("D1", NULL, "P-BACK", NULL, NULL, PIECES(4)));
    REFUSED("already-opened", open_stock("D1", "SHELF", "P-BACK", WL_OPENING_LOT, NULL, PIECES(1)));
    DONE(open_stock("D1", "MAIN", "P-BACK", NULL, NULL, PIECES(1)));
    DONE(open_stock("D1", NULL, "P-BACK", "L1", NULL, PIECES(1)));
    DONE(open_stock("D2", NULL, "P-BACK", NULL, NULL, PIECES(1)));
    DONE(open_stock("W1", NULL, "P-SER", NULL, "S1", PIECES(1)));
    REFUSED("already-opened", open_stock("W1", NULL, "P-SER", NULL, "S1", PIECES(1)));
    REFUSED("serial-known", open_stock("W2", NULL, "P-SER", "sn:S1", NULL, PIECES(1)));
    DONE(open_stock("W2", NULL, "P-SER", "sn:S2", NULL, PIECES(1)));
    DONE(open_stock("W2", NULL, "P-LOT", "L1", NULL, PIECES(1)));
    REFUSED("location-unknown", open_stock("W9", NULL, "P-BACK", NULL, NULL, PIECES(1)));
    REFUSED("part-unknown", open_stock("W1", NULL, "P-NONE", NULL, NULL, PIECES(1)));
    REFUSED("bin-unknown", open_stock("W1", "A-09", "P-BACK", NULL, NULL, PIECES(1)));
    REFUSED("lot-missing", open_stock("W1", NULL, "P-LOT", NULL, NULL, PIECES(1)));
    REFUSED("serial-missing", open_stock("W1", NULL, "P-SER", NULL, NULL, PIECES(1)));
    REFUSED("not-serialised", open_stock("W1", NULL, "P-TWO", NULL, "S1", PIECES(1)));
    REFUSED("quantity-invalid", open_stock("W1", NULL, "P-SER", NULL, "S3", PIECES(2)));
    REFUSED("quantity-invalid", open_stock("W1", NULL, "P-TWO", NULL, NULL, 0));
    commit();
    check_all();
}
END_TEST

/* ---- stock-move ---- */

START_TEST(the_oldest_lots_are_moved_first)
{
    const char *first, *second;

    begin();
    DONE(deliver_to("W1", "A-01", "P-BACK", NULL, PIECES(2)));
    first = lot_of(entry_now());
    DONE(deliver_to("W1", "A-01", "P-BACK", NULL, PIECES(2)));
    second = lot_of(entry_now());
    DONE(open_stock("W1", "A-01", "P-BACK", NULL, NULL, PIECES(1)));
    DONE(stock_move("W1", "P-BACK", NULL, "A-01", "A-02", PIECES(4)));
    bins_are("P-BACK", "W1", "W1/A-01 %s 1000, W1/A-02 " WL_OPENING_LOT " 1000, W1/A-02 %s 2000, W1/A-02 %s 1000",
             second, first, second);
    stock_is("P-BACK", "W1", PIECES(5), 0, 0, 0);
    DONE(stock_move("W1", "P-BACK", first, "A-02", NULL, 500));
    bins_are("P-BACK", "W1",
             "W1/A-01 %s 500, W1/A-01 %s 1000, W1/A-02 " WL_OPENING_LOT " 1000, W1/A-02 %s 1500, W1/A-02 %s 1000",
             first, second, first, second);
    /* Reserved or not: it stays at the location. */
    DONE(ask("D1", "P-BACK", PIECES(5)));
    stock_is("P-BACK", "W1", PIECES(5), PIECES(5), 0, 0);
    DONE(stock_move("W1", "P-BACK", NULL, "A-01", "MAIN", 1500));
    stock_is("P-BACK", "W1", PIECES(5), PIECES(5), 0, 0);
    commit();
    check_all();
}
END_TEST

START_TEST(a_name_is_no_other_that_begins_like_it)
{
    begin();
    DONE(open_stock("D1", "MAIN", "P-BACK", "L10", NULL, PIECES(5)));
    DONE(open_stock("D10", "MAIN", "P-BACK", "L1", NULL, PIECES(7)));
    REFUSED("stock-short", stock_move("D1", "P-BACK", "L1", "MAIN", "SHELF", 1));
    DONE(count("D1", "MAIN", "P-BACK", "L1", PIECES(2)));
    ck_assert_int_eq(((struct wl_count_outcome *)outcome)->difference, PIECES(2));
    DONE(stock_move("D1", "P-BACK", "L1", "MAIN", "SHELF", PIECES(2)));
    bins_are("P-BACK", "D1", "D1/MAIN L10 5000, D1/SHELF L1 2000");
    bins_are(NULL, "D10", "D10/MAIN L1 7000");
    bins_are("P-BAC", NULL, "%s", "");
    commit();
    check_all();
}
END_TEST

static const struct {
    const char *location, *part, *lot, *from, *to;
    int64_t quantity;
    const char *refusal;
} bad_moves[] = {
    {"W9", "P-BACK", NULL, "A-01", "A-02", 1000, "location-unknown"},
    {"W1", "P-NONE", NULL, "A-01", "A-02", 1000, "part-unknown"},
    {"W1", "P-BACK", NULL, "A-09", "A-02", 1000, "bin-unknown"},
    {"W1", "P-BACK", NULL, "A-01", "A-09", 1000, "bin-unknown"},
    {"W1", "P-BACK", NULL, "A-01", "A-01", 1000, "same-location"},
    {"W1", "P-BACK", NULL, NULL, NULL, 1000, "same-location"},
    {"W1", "P-BACK", NULL, "A-01", "A-02", 0, "quantity-invalid"},
    {"W1", "P-BACK", NULL, "A-01", "A-02", WL_NONE, "quantity-invalid"},
    {"W1", "P-BACK", NULL, "A-01", "A-02", 3001, "stock-short"},
    {"W1", "P-BACK", NULL, "A-02", "A-01", 1000, "stock-short"},
    {"W1", "P-BACK", "L9", "A-01", "A-02", 1000, "stock-short"},
    {"W1", "P-TWO", NULL, "MAIN", "S-01", 1000, "stock-short"},
    {"W2", "P-BACK", NULL, "MAIN", "MAIN", 1000, "same-location"},
    {"W1", "P-SER", NULL, "S-01", "MAIN", 500, "quantity-invalid"},
    {"W1", "P-SER", "sn:A2", "S-01", "MAIN", 1000, "serial-elsewhere"},
    {"W1", "P-SER", "sn:A9", "S-01", "MAIN", 1000, "stock-short"},
    {"W1", "P-SER", "sn:A1", "S-01", "MAIN", 2000, "stock-short"},
    {"W1", "P-SER", "sn:A1", "MAIN", "S-01", 1000, "serial-elsewhere"},
};

START_TEST(a_bad_move_is_refused)
{
    begin();
    DONE(deliver_to("W1", "A-01", "P-BACK", NULL, PIECES(3)));
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "A1"));
    DONE(deliver_serials("W2", "P-SER", PIECES(1), "A2"));
    REFUSED(bad_moves[_i].refusal, stock_move(bad_moves[_i].location, bad_moves[_i].part, bad_moves[_i].lot,
                                              bad_moves[_i].from, bad_moves[_i].to, bad_moves[_i].quantity));
    commit();
}
END_TEST

START_TEST(a_bin_that_is_gone_can_be_emptied)
{
    const char *lot;

    begin();
    DONE(deliver_to("W1", "A-02", "P-BACK", NULL, PIECES(3)));
    lot = lot_of(entry_now());
    commit();
    load_table("bins", "location_id,bin_id,part_id,minimum,maximum,void\nW1,A-02,P-BACK,,,yes\n");
    load_table("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime,void\nP-BACK,,,,,,,,,,yes\n");
    begin();
    REFUSED("part-unknown", deliver_to("W1", "A-01", "P-BACK", NULL, PIECES(1)));
    REFUSED("bin-unknown", stock_move("W1", "P-BACK", NULL, "A-01", "A-02", PIECES(1)));
    DONE(stock_move("W1", "P-BACK", NULL, "A-02", "A-01", PIECES(1)));
    DONE(count("W1", "A-02", "P-BACK", NULL, 0));
    bins_are("P-BACK", NULL, "W1/A-01 %s 1000", lot);
    REFUSED("bin-unknown", stock_move("W1", "P-BACK", NULL, "A-02", "A-01", PIECES(1)));
    REFUSED("part-unknown", stock_move("W2", "P-BACK", NULL, "MAIN", "MAIN", PIECES(1)));
    commit();
    check_all();
}
END_TEST

/* ---- stock-count ---- */

static int64_t difference(void)
{
    return ((struct wl_count_outcome *)outcome)->difference;
}

START_TEST(a_count_posts_the_difference)
{
    begin();
    DONE(open_stock("D1", NULL, "P-BACK", "L1", NULL, PIECES(2)));
    DONE(open_stock("D1", NULL, "P-BACK", "L2", NULL, PIECES(3)));
    DONE(count("D1", NULL, "P-BACK", NULL, PIECES(2)));
    ck_assert_int_eq(difference(), -PIECES(3));
    bins_are("P-BACK", "D1", "D1/SHELF L2 2000");
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_COUNT_ADJUSTMENT, "D1", "P-BACK", "L1"), 0);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_COUNT_ADJUSTMENT, "D1", "P-BACK", "L2"), -PIECES(2));
    DONE(count("D1", "SHELF", "P-BACK", NULL, PIECES(4)));
    DONE(count("D1", "SHELF", "P-BACK", "L1", 500));
    ck_assert_int_eq(difference(), 500);
    bins_are("P-BACK", "D1", "D1/SHELF L1 500, D1/SHELF L2 4000");
    DONE(count_by("D1", "SHELF", "P-BACK", NULL, 4500, 4500, NULL));
    ck_assert_int_eq(difference(), 0);
    ck_assert_uint_eq(((struct wl_count_outcome *)outcome)->head.postings.count, 0);
    REFUSED("not-reversible", reverse(entry_now()));
    DONE(count_by("D1", "SHELF", "P-BACK", NULL, 4000, 4500, "counted"));
    DONE(count("D2", NULL, "P-TWO", NULL, PIECES(1)));
    ck_assert_int_eq(stock_of("P-TWO", "D2").on_hand, PIECES(1));
    DONE(count("D2", NULL, "P-TWO", NULL, 0));
    bins_are("P-TWO", NULL, "%s", "");
    ck_assert_int_eq(wl_stock_get(txn, text("P-TWO"), text("D2"), &(struct wl_stock){0}), 1);
    ck_assert_int_eq(wl_stock_get(txn, text("P-TWO"), text("D10"), &(struct wl_stock){0}), 0);
    DONE(count("D2", NULL, "P-TWO", NULL, 0));
    commit();
    check_all();
}
END_TEST

static const struct {
    const char *location, *bin, *part, *lot;
    int64_t counted, sheet;
    const char *reason, *refusal;
} bad_counts[] = {
    {"W9", NULL, "P-BACK", NULL, 0, WL_NONE, "why", "location-unknown"},
    {"W1", NULL, "P-NONE", NULL, 0, WL_NONE, "why", "part-unknown"},
    {"W1", "A-09", "P-BACK", NULL, 0, WL_NONE, "why", "bin-unknown"},
    {"W1", "A-01", "P-BACK", NULL, -1, WL_NONE, "why", "quantity-invalid"},
    {"W1", "A-01", "P-BACK", NULL, WL_NONE, WL_NONE, "why", "quantity-invalid"},
    {"W1", "A-01", "P-BACK", NULL, WL_QUANTITY_MAX + 1, WL_NONE, "why", "quantity-invalid"},
    {"W1", "A-01", "P-BACK", NULL, 4000, WL_NONE, NULL, "reason-missing"},
    {"W1", "A-01", "P-BACK", NULL, 6000, WL_NONE, NULL, "reason-missing"},
    {"W1", "A-01", "P-BACK", NULL, 5000, 4999, NULL, "count-stale"},
    {"W1", "A-01", "P-BACK", NULL, 4000, 4000, "why", "count-stale"},
    {"W1", "A-01", "P-BACK", NULL, 2000, WL_NONE, "why", "stock-reserved"},
    {"W1", "MAIN", "P-LOT", NULL, 1000, WL_NONE, "why", "lot-missing"},
    {"W1", "S-01", "P-SER", NULL, 1000, WL_NONE, "why", "serial-missing"},
    {"W1", "S-01", "P-SER", NULL, 3000, WL_NONE, "why", "serial-missing"},
    {"W1", "S-01", "P-SER", NULL, 1500, WL_NONE, "why", "quantity-invalid"},
    {"W1", "S-01", "P-SER", "sn:A1", 2000, WL_NONE, "why", "quantity-invalid"},
    {"W1", "S-01", "P-SER", "sn:A1", 500, WL_NONE, "why", "quantity-invalid"},
    {"W1", "MAIN", "P-SER", "sn:A1", 1000, WL_NONE, "why", "serial-elsewhere"},
    {"W1", "MAIN", "P-TWO", "sn:A1", 1000, WL_NONE, "why", "not-serialised"},
};

START_TEST(a_bad_count_is_refused)
{
    begin();
    DONE(deliver("W1", "P-BACK", PIECES(5)));
    DONE(ask("D1", "P-BACK", 2001));
    DONE(deliver_serials("W1", "P-SER", PIECES(2), "A1 A2"));
    REFUSED(bad_counts[_i].refusal,
            count_by(bad_counts[_i].location, bad_counts[_i].bin, bad_counts[_i].part, bad_counts[_i].lot,
                     bad_counts[_i].counted, bad_counts[_i].sheet, bad_counts[_i].reason));
    commit();
}
END_TEST

START_TEST(pieces_are_lost_and_found)
{
    struct wl_unit unit;

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(2), "A1 A2"));
    DONE(count("W1", "S-01", "P-SER", "sn:A1", 0));
    ck_assert_int_eq(difference(), -PIECES(1));
    ck_assert_int_eq(wl_unit_get(txn, &arena, text("P-SER"), text("sn:A1"), &unit), 1);
    ck_assert(unit.kind == WL_ACCOUNT_COUNT_ADJUSTMENT && wl_str_is(unit.party, "W1"));
    DONE(count("W1", "S-01", "P-SER", NULL, PIECES(1)));
    ck_assert_int_eq(difference(), 0);
    DONE(count("D1", "SHELF", "P-SER", "sn:A1", PIECES(1)));
    bins_are("P-SER", NULL, "D1/SHELF sn:A1 1000, W1/S-01 sn:A2 1000");
    DONE(count("D1", "SHELF", "P-SER", "sn:A1", PIECES(1)));
    ck_assert_int_eq(difference(), 0);
    DONE(count("D1", "SHELF", "P-SER", "sn:A9", PIECES(1)));
    DONE(count("W2", NULL, "P-SER", "sn:A2", 0));
    ck_assert_int_eq(difference(), 0);
    commit();
    check_all();
}
END_TEST

/* ---- bounds ---- */

START_TEST(quantities_have_their_bounds)
{
    int64_t full = WL_STOCK_MAX - WL_STOCK_MAX % WL_QUANTITY_MAX;

    begin();
    DONE(deliver("W1", "P-KEEP", WL_QUANTITY_MAX));
    DONE(open_stock("W1", "MAIN", "P-KEEP", NULL, NULL, WL_QUANTITY_MAX));
    DONE(count("W1", "S-01", "P-KEEP", NULL, 0));
    DONE(count("W1", "S-01", "P-KEEP", NULL, WL_QUANTITY_MAX));
    DONE(stock_move("W1", "P-KEEP", NULL, "S-01", "MAIN", WL_QUANTITY_MAX));
    stock_is("P-KEEP", "W1", 2 * WL_QUANTITY_MAX, 0, 0, 0);
    while (stock_of("P-KEEP", "W1").on_hand < full)
        DONE(deliver("W1", "P-KEEP", WL_QUANTITY_MAX));
    REFUSED("quantity-too-large", deliver("W1", "P-KEEP", WL_STOCK_MAX - full + 1));
    REFUSED("quantity-too-large", open_stock("W1", "MAIN", "P-KEEP", "L2", NULL, WL_STOCK_MAX - full + 1));
    REFUSED("quantity-too-large", count("W1", "MAIN", "P-KEEP", "L3", WL_STOCK_MAX - full + 1));
    DONE(deliver("W1", "P-KEEP", WL_STOCK_MAX - full));
    stock_is("P-KEEP", "W1", WL_STOCK_MAX, 0, 0, 0);
    REFUSED("quantity-too-large", deliver("W1", "P-KEEP", 1));
    DONE(deliver("W2", "P-KEEP", 1));
    commit();
    check_all();
}
END_TEST

START_TEST(one_command_takes_from_so_many_places)
{
    char lot[16];

    begin();
    for (int i = 0; i <= WL_PICKS_MAX; i++) {
        snprintf(lot, sizeof lot, "L%03d", i);
        DONE(open_stock("D1", "SHELF", "P-BACK", lot, NULL, PIECES(1)));
    }
    REFUSED("quantity-too-large", stock_move("D1", "P-BACK", NULL, "SHELF", "MAIN", PIECES(WL_PICKS_MAX + 1)));
    REFUSED("stock-short", stock_move("D1", "P-BACK", NULL, "MAIN", "SHELF", 1));
    DONE(stock_move("D1", "P-BACK", NULL, "SHELF", "MAIN", PIECES(WL_PICKS_MAX)));
    DONE(reverse(entry_now()));
    DONE(stock_move("D1", "P-BACK", lot, "SHELF", "MAIN", PIECES(1)));
    commit();
    check_all();
}
END_TEST

/* ---- who asks what lies where ---- */

static int note_stock(void *context, struct wl_str part_id, struct wl_str location_id, const struct wl_stock *stock)
{
    wl_buf_format(context, WL_STR_FMT " at " WL_STR_FMT " %lld, ", WL_STR_ARG(part_id), WL_STR_ARG(location_id),
                  (long long)stock->on_hand);
    return WL_OK;
}

static void stocks_are(const char *part, const char *expected)
{
    struct wl_buf found;

    wl_buf_init(&found, 1 << 16);
    OK(wl_stock_each(txn, text(part), note_stock, &found));
    wl_buf_byte(&found, 0);
    OK(wl_buf_status(&found));
    ck_assert_str_eq((const char *)found.data, expected);
    wl_buf_release(&found);
}

/* Names that others begin with. */
START_TEST(a_part_is_found_wherever_it_lies)
{
    static const char *const rows[][2] = {{"L", "P"}, {"L", "P1"}, {"L1", "P1"}, {"L-2", "P"}, {"L10", "P"}};

    begin();
    for (size_t i = 0; i < WL_COUNT(rows); i++) {
        const struct wl_stock stock = {.on_hand = (int64_t)i + 1};
        const struct wl_parts_key key = WL_PARTS_KEY(text(rows[i][0]), text(rows[i][1]));
        const struct wl_parts_key bin = WL_PARTS_KEY(text(rows[i][0]), text(rows[i][1]), text("B"), text("T"));
        uint8_t quantity[8];

        wl_row_put_key(txn, WL_TABLE_STOCK, wl_parts_key_view(&key), &wl_stock_record, &stock);
        wl_set_u64(quantity, i + 1);
        wl_put(txn, WL_TABLE_BIN_STOCK, wl_parts_key_view(&bin), (struct wl_str){(char *)quantity, sizeof quantity});
    }
    stocks_are("P", "P at L 1, P at L-2 4, P at L10 5, ");
    stocks_are("P1", "P1 at L 2, P1 at L1 3, ");
    stocks_are("P10", "");
    stocks_are(NULL, "P at L 1, P1 at L 2, P at L-2 4, P1 at L1 3, P at L10 5, ");
    bins_are("P", NULL, "L/B T 1, L-2/B T 4, L10/B T 5");
    bins_are("P1", "L1", "L1/B T 3");
    bins_are(NULL, "L", "L/B T 1, L/B T 2");
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stock");
    TCase *in = cases("in", parts_world_make), *within = cases("within", parts_world_make);

    tcase_add_test(in, a_delivery_lies_in_its_bin);
    tcase_add_test(in, a_part_is_found_wherever_it_lies);
    tcase_add_test(in, a_delivery_names_its_supplier);
    tcase_add_loop_test(in, a_bad_delivery_is_refused, 0, (int)WL_COUNT(bad_deliveries));
    tcase_add_test(in, serial_numbers_are_pieces);
    tcase_add_test(in, as_many_serial_numbers_as_one_command_takes);
    tcase_add_test(in, what_is_no_text_is_an_error);
    tcase_add_loop_test(in, the_forms_of_lots_are_the_ledgers, 0, (int)WL_COUNT(own_names));
    tcase_add_test(in, a_lot_of_the_ledger_is_named_where_it_is);
    tcase_add_test(in, what_comes_in_fills_back_orders_oldest_first);
    tcase_add_test(in, stock_is_opened_once);
    tcase_add_test(within, the_oldest_lots_are_moved_first);
    tcase_add_test(within, a_name_is_no_other_that_begins_like_it);
    tcase_add_loop_test(within, a_bad_move_is_refused, 0, (int)WL_COUNT(bad_moves));
    tcase_add_test(within, a_bin_that_is_gone_can_be_emptied);
    tcase_add_test(within, a_count_posts_the_difference);
    tcase_add_loop_test(within, a_bad_count_is_refused, 0, (int)WL_COUNT(bad_counts));
    tcase_add_test(within, pieces_are_lost_and_found);
    tcase_add_test(within, quantities_have_their_bounds);
    tcase_add_test(within, one_command_takes_from_so_many_places);
    suite_add_tcase(suite, in);
    suite_add_tcase(suite, within);
    return run_suite(suite);
}
