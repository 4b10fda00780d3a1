/* What the parts' commands make of rows and entries that say what no command wrote: damage, never a crash. */
#include "tests/returns_world.h"

#include "ledger/journal.h"
#include "ledger/txn.h"
#include "parts/keys.h"
#include "parts/tags.h"

/* The status of a command, in the open transaction, which is given up then. */
static int status_of(const struct wl_command *command, const void *body)
{
    struct wl_request request = {.command = command, .body = body, .time = now, .actor = WL_STR("test")};
    struct wl_result result;
    int rc;

    wl_arena_clear(&arena);
    rc = wl_execute(txn, &arena, &request, &result);
    wl_txn_abort(&txn);
    return rc;
}

/* ---- entries ---- */

static int say_nothing(const struct wl_context *ctx, const void *body, void *said)
{
    (void)ctx;
    (void)body;
    (void)said;
    return WL_OK;
}

static void do_nothing(const struct wl_context *ctx, const void *body, const void *said)
{
    (void)ctx;
    (void)body;
    (void)said;
}

static int64_t one_tag[] = {1};
static struct wl_dispatch_item one_item[] = {{.part_id = WL_STR("P-BACK"), .quantity = 1000}};

static const struct wl_open_body open_body = {
    .location_id = WL_STR("W2"), .part_id = WL_STR("P-TWO"), .quantity = 1000};
static const struct wl_request_body request_body = {
    .dealer_id = WL_STR("D1"), .part_id = WL_STR("P-BACK"), .quantity = 1000, .reason = WL_STR("worn")};
static const struct wl_dispatch_body dispatch_body = {
    .from_id = WL_STR("W1"), .to_id = WL_STR("D1"), .items = {one_item, 1}};
static const struct wl_fit_body fit_body = {.dealer_id = WL_STR("D1"),
                                            .vin = WL_STR(VIN),
                                            .request = WL_NONE,
                                            .part_id = WL_STR("P-BACK"),
                                            .quantity = 1000,
                                            .invoice_no = WL_STR("I")};
static const struct wl_return_ship_body ship_body = {.dealer_id = WL_STR("D1"), .tags = {one_tag, 1}};
static const struct wl_tag_body tag_body = {
    .dealer_id = WL_STR("D1"), .claim_no = WL_STR("C1"), .line = WL_NONE, .together = WL_NONE};
static const struct wl_receive_body receive_body = {
    .dealer_id = WL_STR("D1"), .claim_no = WL_STR("C1"), .line = WL_NONE};

static const struct {
    const struct wl_command *command;
    const void *body;
} entries[] = {
    {&wl_open_command, &open_body},       {&wl_request_command, &request_body},  {&wl_dispatch_command, &dispatch_body},
    {&wl_fit_command, &fit_body},         {&wl_return_ship_command, &ship_body}, {&wl_tag_command, &tag_body},
    {&wl_receive_command, &receive_body},
};

/* Its hash is right; it was done, and says nothing of what it did. */
START_TEST(an_entry_that_says_nothing_is_not_rebuilt)
{
    struct wl_command silent = *entries[_i].command;
    struct wl_rebuild_report report;

    silent.decide = say_nothing;
    silent.apply = do_nothing;
    begin();
    DONE(run(&silent, entries[_i].body));
    commit();
    wl_store_close(store);
    store = NULL;
    ck_assert_int_eq(wl_rebuild(dir, &wl_house_schema, other_dir, false, NULL, NULL, &report), WL_E_DAMAGED);
    OK(wl_store_open(dir, &wl_house_schema, 0, &store));
}
END_TEST

/* ---- rows ---- */

START_TEST(a_shipment_of_more_tags_than_there_can_be_is_damage)
{
    const struct wl_return_close_body body = {1};
    const int64_t counts[] = {WL_TAGS_AT_ONCE_MAX + 1, INT64_C(1) << 59};
    struct wl_return row;

    for (size_t i = 0; i < WL_COUNT(counts); i++) {
        begin();
        loose_shipped();
        row = return_row(1);
        row.tags = row.open = counts[i];
        wl_row_put(txn, WL_TABLE_RETURNS, 1, &wl_return_record, &row);
        ck_assert_int_eq(status_of(&wl_return_close_command, &body), WL_E_DAMAGED);
    }
}
END_TEST

START_TEST(a_dispatch_of_more_lines_than_there_can_be_is_damage)
{
    const struct wl_receive_dispatch_body body = {.dispatch = 1, .all = 1, .close = WL_NONE};
    struct wl_dispatch row;

    begin();
    DONE(deliver("W1", "P-BACK", PIECES(1)));
    DONE(run(&wl_dispatch_command, &dispatch_body));
    ck_assert_int_eq(wl_dispatch_get(txn, &arena, 1, &row), 1);
    row.lines = INT64_C(1) << 59;
    wl_row_put(txn, WL_TABLE_DISPATCHES, 1, &wl_dispatch_record, &row);
    ck_assert_int_eq(status_of(&wl_receive_dispatch_command, &body), WL_E_DAMAGED);
}
END_TEST

static const struct {
    int64_t previous, previous_on_vehicle; /* less what its own id is */
} chains[] = {{0, -1}, {1, -1}, {-1, 0}, {-1, 5}, {-9, -1}};

START_TEST(a_chain_that_does_not_lead_back_is_damage)
{
    const struct wl_tag_loose_body body = {WL_STR("D1"), WL_STR(VIN),     WL_STR("P-BACK"),
                                           WL_NO_STR,    WL_STR("noise"), 1000};
    struct wl_move move;
    int64_t id;

    begin();
    DONE(tag_loose("P-TWO", PIECES(1)));
    DONE(tag_loose("P-TWO", PIECES(1)));
    id = wl_vehicle_move(txn, wl_vehicle_number(txn, WL_STR(VIN)));
    ck_assert_int_ge(id, 1);
    ck_assert_int_eq(wl_move_get(txn, &arena, id, &move), 1);
    move.previous = id + chains[_i].previous;
    move.previous_on_vehicle = id + chains[_i].previous_on_vehicle;
    wl_row_put(txn, WL_TABLE_MOVES, (uint64_t)id, &wl_move_record, &move);
    ck_assert_int_eq(status_of(&wl_tag_loose_command, &body), WL_E_DAMAGED);
}
END_TEST

static const struct wl_stock stocks[] = {
    {WL_NONE, 0, 0, 0}, {PIECES(5), WL_NONE, 0, 0}, {PIECES(5), 0, WL_NONE, 0}, {PIECES(5), 0, 0, -1}, {-1, 0, 0, 0},
};

START_TEST(stock_without_its_numbers_is_damage)
{
    struct wl_parts_key key = WL_PARTS_KEY(WL_STR("W1"), WL_STR("P-BACK"));

    begin();
    DONE(deliver("W1", "P-BACK", PIECES(5)));
    wl_row_put_key(txn, WL_TABLE_STOCK, wl_parts_key_view(&key), &wl_stock_record, &stocks[_i]);
    ck_assert_int_eq(status_of(&wl_request_command, &request_body), WL_E_DAMAGED);
}
END_TEST

START_TEST(a_bin_of_less_than_nothing_is_damage)
{
    const struct wl_stock_move_body body = {WL_STR("W1"),   WL_STR("P-BACK"), WL_NO_STR,
                                            WL_STR("A-01"), WL_STR("A-02"),   1000};
    char bytes[WL_KEY_MAX], less[8];
    struct wl_str key, value;
    struct wl_walk *walk;

    begin();
    DONE(deliver("W1", "P-BACK", PIECES(5)));
    OK(wl_walk_open(txn, WL_TABLE_BIN_STOCK, WL_NO_STR, WL_NO_STR, &walk));
    ck_assert_int_eq(wl_walk_next(walk, &key, &value), 1);
    memcpy(bytes, key.data, key.size);
    key.data = bytes;
    wl_walk_close(walk);
    wl_set_u64(less, (uint64_t)-PIECES(5));
    wl_put(txn, WL_TABLE_BIN_STOCK, key, (struct wl_str){less, sizeof less});
    ck_assert_int_eq(status_of(&wl_stock_move_command, &body), WL_E_DAMAGED);
}
END_TEST

static const struct wl_unit units[] = {{WL_NONE, WL_ACCOUNT_WAREHOUSE, WL_STR("W1/S-01")}, {0, WL_NONE, WL_NO_STR}};

START_TEST(a_piece_that_is_nowhere_is_damage)
{
    const struct wl_open_body body = {
        .location_id = WL_STR("W2"), .part_id = WL_STR("P-SER"), .serial = WL_STR("A1"), .quantity = 1000};
    struct wl_parts_key key = WL_PARTS_KEY(WL_STR("P-SER"), WL_STR("sn:A1"));

    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "A1"));
    wl_row_put_key(txn, WL_TABLE_UNITS, wl_parts_key_view(&key), &wl_unit_record, &units[_i]);
    ck_assert_int_eq(status_of(&wl_open_command, &body), WL_E_DAMAGED);
}
END_TEST

/* ---- bounds that no row is out of ---- */

START_TEST(a_delivery_fills_a_thousand_and_the_next_the_rest)
{
    const int64_t waiting = WL_FILLED_MAX + 2;

    begin();
    for (int64_t i = 0; i < waiting; i++)
        DONE(request("D1", "P-BACK", 1000));
    DONE(deliver("W1", "P-BACK", 1000 * waiting));
    ck_assert_uint_eq(((struct wl_deliver_outcome *)outcome)->filled.count, 1000);
    ck_assert_int_eq(request_row(WL_FILLED_MAX).state, WL_REQUEST_RESERVED);
    ck_assert_int_eq(request_row(WL_FILLED_MAX + 1).state, WL_REQUEST_BACK_ORDERED);
    DONE(source_again(WL_FILLED_MAX + 2));
    ck_assert_int_eq(request_row(WL_FILLED_MAX + 2).state, WL_REQUEST_RESERVED);
    DONE(open_stock("W1", "MAIN", "P-BACK", NULL, NULL, 1));
    numbers_are(((struct wl_count_outcome *)outcome)->filled, "1001");
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parts damage");
    TCase *tc = cases("damage", returns_world_make);

    tcase_add_loop_test(tc, an_entry_that_says_nothing_is_not_rebuilt, 0, (int)WL_COUNT(entries));
    tcase_add_test(tc, a_shipment_of_more_tags_than_there_can_be_is_damage);
    tcase_add_test(tc, a_dispatch_of_more_lines_than_there_can_be_is_damage);
    tcase_add_loop_test(tc, a_chain_that_does_not_lead_back_is_damage, 0, (int)WL_COUNT(chains));
    tcase_add_loop_test(tc, stock_without_its_numbers_is_damage, 0, (int)WL_COUNT(stocks));
    tcase_add_test(tc, a_bin_of_less_than_nothing_is_damage);
    tcase_add_loop_test(tc, a_piece_that_is_nowhere_is_damage, 0, (int)WL_COUNT(units));
    tcase_add_test(tc, a_delivery_fills_a_thousand_and_the_next_the_rest);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
