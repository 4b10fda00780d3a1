/* Mistakes that are taken back, and what all commands that move stock are made of. */
#include "tests/parts_world.h"

#include "parts/check.h"

/* ---- reverse ---- */

static const struct wl_posting *postings(size_t count)
{
    const struct wl_outcome_head *head = outcome;

    ck_assert_uint_eq(head->postings.count, count);
    return head->postings.at;
}

START_TEST(a_delivery_is_taken_back)
{
    struct wl_posting first, second;
    struct wl_unit unit;
    int64_t entry;

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(2), "A1 A2"));
    entry = entry_now();
    first = postings(2)[0];
    second = postings(2)[1];
    ck_assert_int_eq(wl_reversed_by(txn, (uint64_t)entry), WL_NONE);
    first.lot = text("sn:A1");
    second.lot = text("sn:A2");
    first.to_party = text("W1/S-01");
    DONE(reverse(entry));
    ck_assert_int_eq(((struct wl_reverse_outcome *)outcome)->entry, entry);
    ck_assert(wl_str_equal(postings(2)[0].lot, second.lot) && wl_str_equal(postings(2)[1].lot, first.lot));
    ck_assert(postings(2)[1].from_kind == WL_ACCOUNT_WAREHOUSE && postings(2)[1].to_kind == WL_ACCOUNT_SUPPLIER);
    ck_assert(wl_str_equal(postings(2)[1].from_party, first.to_party) && wl_str_is(postings(2)[1].to_party, "S1"));
    ck_assert_int_eq(postings(2)[1].amount, PIECES(1));
    ck_assert_int_eq(wl_reversed_by(txn, (uint64_t)entry), entry_now());
    stock_is("P-SER", "W1", 0, 0, 0, 0);
    bins_are("P-SER", NULL, "%s", "");
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_SUPPLIER, "S1", "P-SER", "sn:A1"), 0);
    ck_assert_int_eq(wl_unit_get(txn, &arena, text("P-SER"), text("sn:A1"), &unit), 1);
    ck_assert(unit.kind == WL_ACCOUNT_SUPPLIER && unit.newest == 3);

    REFUSED("already-reversed", reverse(entry));
    about_is_entry("", entry_now() - 1);
    REFUSED("not-reversible", reverse(entry_now() - 1));
    about_is("reverse");
    DONE(deliver_serials("W2", "P-SER", PIECES(2), "A1 A2"));
    REFUSED("already-reversed", reverse(entry));
    DONE(reverse(entry_now() - 1));
    commit();
    check_all();
}
END_TEST

START_TEST(a_fresh_start_after_each_reversal)
{
    int64_t move;

    begin();
    DONE(open_stock("W1", "A-01", "P-BACK", NULL, NULL, PIECES(5)));
    DONE(reverse(entry_now()));
    DONE(open_stock("W1", "A-01", "P-BACK", NULL, NULL, PIECES(4)));
    DONE(open_stock("D1", NULL, "P-SER", NULL, "A1", PIECES(1)));
    DONE(reverse(entry_now()));
    DONE(open_stock("D1", NULL, "P-SER", NULL, "A1", PIECES(1)));
    DONE(reverse(entry_now()));
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "A1"));

    DONE(stock_move("W1", "P-BACK", NULL, "A-01", "A-02", PIECES(3)));
    move = entry_now();
    DONE(count("W1", "A-02", "P-BACK", NULL, PIECES(1)));
    REFUSED("reversal-blocked", reverse(move));
    about_is("part P-BACK at W1/A-02: it is not there any more");
    DONE(reverse(entry_now() - 1));
    DONE(count("W1", "A-02", "P-BACK", NULL, PIECES(7)));
    DONE(reverse(entry_now()));
    DONE(reverse(move));
    bins_are("P-BACK", NULL, "W1/A-01 " WL_OPENING_LOT " 4000");
    commit();
    check_all();
}
END_TEST

START_TEST(what_is_no_movement_is_not_reversed)
{
    struct wl_reverse_body silent = {0, WL_NO_STR};
    int64_t refused;

    begin();
    REFUSED("not-reversible", reverse(0));
    about_is("init");
    REFUSED("entry-unknown", reverse(-1));
    REFUSED("entry-unknown", reverse(WL_NONE));
    REFUSED("entry-unknown", reverse(entry_now() + 1));
    REFUSED("entry-unknown", reverse(INT64_MAX));
    REFUSED("warehouse-unknown", deliver("W9", "P-BACK", PIECES(1)));
    refused = entry_now();
    REFUSED("not-reversible", reverse(refused));
    DONE(ask("D1", "P-BACK", PIECES(1)));
    REFUSED("not-reversible", reverse(entry_now()));
    DONE(deliver("W2", "P-BACK", PIECES(5)));
    silent.entry = entry_now();
    REFUSED("reason-missing", run(&wl_reverse_command, &silent));
    commit();
    check_all();
}
END_TEST

START_TEST(what_is_reserved_blocks_a_reversal)
{
    int64_t first;

    begin();
    DONE(deliver("W1", "P-BACK", PIECES(3)));
    first = entry_now();
    DONE(deliver("W1", "P-BACK", PIECES(2)));
    DONE(ask("D1", "P-BACK", 2001));
    stock_is("P-BACK", "W1", PIECES(5), 2001, 0, 0);
    REFUSED("reversal-blocked", reverse(first));
    about_is("part P-BACK at W1: what would remain is reserved");
    DONE(deliver("W1", "P-BACK", 1));
    DONE(reverse(first));
    stock_is("P-BACK", "W1", 2001, 2001, 0, 0);
    /* What a delivery filled stands on it. */
    DONE(ask("D1", "P-TWO", PIECES(2)));
    DONE(deliver("W1", "P-TWO", PIECES(3)));
    ck_assert_int_eq(request_row(2).state, WL_REQUEST_RESERVED);
    REFUSED("reversal-blocked", reverse(entry_now()));
    DONE(stock_move("W1", "P-TWO", NULL, "S-01", "MAIN", PIECES(3)));
    DONE(reverse(entry_now()));
    stock_is("P-TWO", "W1", PIECES(3), PIECES(2), 0, 0);
    commit();
    check_all();
}
END_TEST

START_TEST(a_piece_must_be_where_it_was_left)
{
    int64_t entry;

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(2), "A1 A2"));
    entry = entry_now();
    DONE(stock_move("W1", "P-SER", "sn:A1", "S-01", "MAIN", PIECES(1)));
    REFUSED("reversal-blocked", reverse(entry));
    DONE(stock_move("W1", "P-SER", "sn:A1", "MAIN", "S-01", PIECES(1)));
    DONE(reverse(entry));
    commit();
    check_all();
}
END_TEST

/* A count that lost a piece, which came back from its supplier: its inverse would take the piece out of nowhere. */
START_TEST(a_lost_piece_that_came_again_is_not_found_twice)
{
    int64_t lost;

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "A1"));
    DONE(count("W1", "S-01", "P-SER", "sn:A1", 0));
    lost = entry_now();
    DONE(deliver_serials("W2", "P-SER", PIECES(1), "A1"));
    REFUSED("reversal-blocked", reverse(lost));
    DONE(reverse(entry_now() - 1));
    commit();
    check_all();
}
END_TEST

/* ---- following, without a command around it ---- */

#define REMOVAL(vin, part, lot, quantity)                                                                           \
    {                                                                                                               \
        WL_ACCOUNT_VEHICLE, WL_ACCOUNT_DEALER_DEFECTIVE, WL_STR(vin), WL_STR("D1/MAIN"), WL_STR(part), WL_STR(lot), \
            quantity                                                                                                \
    }

START_TEST(a_vehicle_leads_to_its_moves)
{
    static const struct wl_posting posted[] = {DELIVERY("D1/MAIN", 5000), FITTING(VIN, 1000), FITTING(VIN, 2000),
                                               FITTING("NEVER-LOADED", 500)};
    static const struct wl_posting removal = REMOVAL(VIN, "P-TWO", "L1", 500);
    struct wl_move move;
    int64_t vehicle;

    begin();
    vehicle = wl_vehicle_number(txn, text(VIN));
    ck_assert_int_eq(wl_vehicle_move(txn, vehicle), WL_CHAIN_END);
    ck_assert_int_eq(wl_vehicle_number(txn, text("NEVER-LOADED")), WL_NONE);
    follow(posted, 4);
    OK(wl_txn_status(txn));
    ck_assert_int_eq(wl_vehicle_move(txn, vehicle), 2);
    ck_assert_int_eq(wl_move_get(txn, &arena, 2, &move), 1);
    ck_assert(move.vehicle == vehicle && move.previous_on_vehicle == 1 && move.previous == 1);
    ck_assert_int_eq(wl_move_get(txn, &arena, 1, &move), 1);
    ck_assert(move.previous_on_vehicle == WL_CHAIN_END && move.previous == 0);
    vehicle = wl_vehicle_number(txn, text("NEVER-LOADED"));
    ck_assert_int_eq(wl_vehicle_move(txn, vehicle), 3);
    ck_assert_int_eq(wl_vehicle_head(txn, vehicle), WL_CHAIN_END);
    ck_assert_int_eq(wl_move_get(txn, &arena, 4, &move), 0);
    ck_assert_int_eq(wl_move_get(txn, &arena, -1, &move), 0);
    stock_is("P-TWO", "D1", 1500, 0, 0, 0);
    follow(&removal, 1);
    ck_assert_int_eq(wl_move_get(txn, &arena, 4, &move), 1);
    ck_assert_int_eq(move.previous_on_vehicle, 2);
    stock_is("P-TWO", "D1", 1500, 0, 0, 0);
    OK(wl_stock_check(txn));
    wl_txn_abort(&txn);
}
END_TEST

/* A vehicle may have less than nothing of a part, but not because a fitting is taken back. */
START_TEST(a_part_that_was_removed_again_stays_fitted)
{
    static const struct wl_posting removal = REMOVAL(VIN, "P-TWO", WL_OPENING_LOT, 1);
    struct wl_fit_body body = {.dealer_id = WL_STR("D1"),
                               .vin = WL_STR(VIN),
                               .request = WL_NONE,
                               .part_id = WL_STR("P-TWO"),
                               .quantity = PIECES(1),
                               .mileage_km = 1000,
                               .invoice_no = WL_STR("I1"),
                               .paid_by = WL_PAID_BY_CUSTOMER};

    begin();
    DONE(open_stock("D1", NULL, "P-TWO", NULL, NULL, PIECES(1)));
    DONE(run(&wl_fit_command, &body));
    follow(&removal, 1);
    REFUSED("reversal-blocked", reverse(entry_now()));
    about_is("part P-TWO at " VIN ": it is not there any more");
    wl_txn_abort(&txn);
}
END_TEST

static const struct wl_posting impossible[] = {
    FITTING(VIN, 1),      DELIVERY("D1", 1), DELIVERY("D1/", 1),
    DELIVERY("/MAIN", 1), DELIVERY("", 1),   DELIVERY("D1/MAIN", 1000),
};

START_TEST(an_impossible_posting_is_damage)
{
    begin();
    follow(&impossible[_i], 1);
    if (_i + 1 < (int)WL_COUNT(impossible))
        ck_assert_int_eq(wl_txn_status(txn), WL_E_DAMAGED);
    else
        OK(wl_txn_status(txn));
    wl_txn_abort(&txn);
}
END_TEST

START_TEST(what_is_added_stays_a_quantity)
{
    struct wl_context ctx;

    begin();
    ctx = context();
    wl_stock_add(&ctx, text("P-TWO"), text("D1"), (struct wl_stock){.in_transit = 5, .on_order = INT64_MAX});
    stock_is("P-TWO", "D1", 0, 0, 5, INT64_MAX);
    OK(wl_txn_status(txn));
    wl_stock_add(&ctx, text("P-TWO"), text("D1"),
                 (struct wl_stock){.on_order = _i == 0 ? 1 : 0,
                                   .in_transit = _i == 1 ? -6 : 0,
                                   .reserved = _i == 2 ? -1 : 0,
                                   .on_hand = _i == 3 ? 1 : 0});
    ck_assert_int_eq(wl_txn_status(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

/* One command that takes several times. */
START_TEST(an_earlier_pick_is_gone_for_a_later_one)
{
    struct wl_outcome_head head = {.refusal = WL_NONE};
    struct wl_picks picks = {NULL, 0, 0};
    struct wl_context ctx;
    size_t first;

    begin();
    DONE(open_stock("W1", "A-01", "P-BACK", "L1", NULL, PIECES(2)));
    DONE(open_stock("W1", "A-02", "P-BACK", "L2", NULL, PIECES(3)));
    DONE(ask("D1", "P-BACK", PIECES(2)));
    ctx = context();
#define PICK(bin, lot, quantity, free_only) \
    wl_pick(&ctx, &picks, text("P-BACK"), text("W1"), text(bin), text(lot), quantity, free_only, &head, &first)
    ck_assert(PICK(NULL, NULL, PIECES(1), true) && first == 0 && picks.count == 1);
    ck_assert(PICK(NULL, NULL, PIECES(2), false) && first == 1 && picks.count == 3);
    ck_assert(wl_str_is(picks.at[1].lot, "L1") && picks.at[1].quantity == PIECES(1));
    ck_assert(wl_str_is(picks.at[2].bin_id, "A-02") && picks.at[2].quantity == PIECES(1));
    ck_assert(!PICK("A-01", NULL, 1, false));
    ck_assert_str_eq(wl_refusal_name(head.refusal), "stock-short");
    ck_assert(!PICK(NULL, NULL, 2001, true));
    ck_assert(head.refusal == WL_REFUSED_STOCK_SHORT);
    picks.count = 1;
    ck_assert(!PICK(NULL, NULL, 2001, true));
    ck_assert_str_eq(wl_refusal_name(head.refusal), "stock-reserved");
    picks.count = 0;
    ck_assert(PICK("A-02", "L2", PIECES(2), false) && picks.count == 1);
    ck_assert(wl_str_is(picks.at[0].lot, "L2"));
    ck_assert(PICK(NULL, NULL, PIECES(3), true) && picks.count == 3);
#undef PICK
    commit();
}
END_TEST

START_TEST(a_piece_is_picked_where_it_is)
{
    struct wl_outcome_head head = {.refusal = WL_NONE};
    struct wl_picks picks = {NULL, 0, 0};
    struct wl_context ctx;

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(2), "A1 A2"));
    DONE(deliver_serials("W2", "P-SER", PIECES(1), "A3"));
    ctx = context();
#define PICK(lot) wl_pick(&ctx, &picks, text("P-SER"), text("W1"), WL_NO_STR, text(lot), PIECES(1), true, &head, NULL)
    ck_assert(PICK("sn:A2") && picks.count == 1 && wl_str_is(picks.at[0].bin_id, "S-01"));
    ck_assert(!PICK("sn:A2") && head.refusal == WL_REFUSED_STOCK_SHORT);
    ck_assert(!PICK("sn:A3") && head.refusal == WL_REFUSED_SERIAL_ELSEWHERE);
    ck_assert(!PICK("sn:A9") && head.refusal == WL_REFUSED_STOCK_SHORT);
    ck_assert(PICK(NULL) && picks.count == 2 && wl_str_is(picks.at[1].lot, "sn:A1"));
#undef PICK
    commit();
}
END_TEST

/* A part that is tracked by serial number since lately: what came before has no numbers. */
START_TEST(a_piece_is_taken_whole)
{
    begin();
    DONE(open_stock("W1", "MAIN", "P-TWO", "L1", NULL, 500));
    commit();
    load_table("tracked_parts", "part_id,tracking\nP-TWO,serial\n");
    begin();
    DONE(open_stock("W1", "MAIN", "P-TWO", NULL, "A1", PIECES(1)));
    commit();
    load_table("tracked_parts", "part_id,tracking,void\nP-TWO,,yes\n");
    begin();
    REFUSED("stock-short", stock_move("W1", "P-TWO", NULL, "MAIN", "S-01", 501));
    REFUSED("stock-short", stock_move("W1", "P-TWO", "sn:A1", "MAIN", "S-01", 500));
    DONE(stock_move("W1", "P-TWO", NULL, "MAIN", "S-01", 1500));
    DONE(stock_move("W1", "P-TWO", "sn:A1", "S-01", "MAIN", PIECES(1)));
    DONE(count("W1", "MAIN", "P-TWO", NULL, PIECES(2)));
    bins_are("P-TWO", "W1", "W1/MAIN %s 1000, W1/MAIN sn:A1 1000, W1/S-01 L1 500", lot_of(entry_now()));
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reversals");
    TCase *back = cases("back", parts_world_make), *ways = cases("ways", parts_world_make);

    tcase_add_test(back, a_delivery_is_taken_back);
    tcase_add_test(back, a_fresh_start_after_each_reversal);
    tcase_add_test(back, what_is_no_movement_is_not_reversed);
    tcase_add_test(back, what_is_reserved_blocks_a_reversal);
    tcase_add_test(back, a_piece_must_be_where_it_was_left);
    tcase_add_test(back, a_lost_piece_that_came_again_is_not_found_twice);
    tcase_add_test(ways, a_vehicle_leads_to_its_moves);
    tcase_add_test(ways, a_part_that_was_removed_again_stays_fitted);
    tcase_add_loop_test(ways, an_impossible_posting_is_damage, 0, (int)WL_COUNT(impossible));
    tcase_add_loop_test(ways, what_is_added_stays_a_quantity, 0, 4);
    tcase_add_test(ways, an_earlier_pick_is_gone_for_a_later_one);
    tcase_add_test(ways, a_piece_is_picked_where_it_is);
    tcase_add_test(ways, a_piece_is_taken_whole);
    suite_add_tcase(suite, back);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
