/* Locations that come, go and change their kind while parts lie there, are reserved there or are on their way; and what
 * waits for a dispatch or a return shipment, by location. */
#include "tests/returns_world.h"

/* ---- loads, each in a transaction of its own ---- */

#define WAREHOUSES "warehouse_id,name,region,returns,void\n"
#define DEALERS "dealer_id,name,region,country,currency,tax_percent,status,void\n"

static void refused_load(const char *table, const char *csv, const char *why)
{
    struct wl_load_report report;
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.csv", folder, table);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(csv, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    begin();
    ck_assert_int_eq(wl_load_csv(txn, &arena, path, now, text("test"), &report), WL_E_INPUT);
    ck_assert_msg(strstr(wl_error(), why) != NULL, "%s", wl_error());
    wl_txn_abort(&txn);
}

/* A load between two commands of the open transaction's test. */
static void load(const char *table, const char *csv)
{
    commit();
    load_table(table, csv);
    begin();
}

static void cannot_load(const char *table, const char *csv, const char *why)
{
    commit();
    refused_load(table, csv, why);
    begin();
}

/* Withdrawn as the one, loaded as the other. */
static void becomes_warehouse(const char *withdrawal, const char *row)
{
    load("dealers", withdrawal);
    load("warehouses", row);
}

static void becomes_dealer(const char *withdrawal, const char *row)
{
    load("warehouses", withdrawal);
    load("dealers", row);
}

/* ---- who has stock stays ---- */

START_TEST(a_location_with_stock_is_not_withdrawn)
{
    begin();
    DONE(deliver("W2", "P-BACK", PIECES(2)));
    DONE(open_stock("D1", "SHELF", "P-TWO", NULL, NULL, PIECES(1)));
    cannot_load("warehouses", WAREHOUSES "W2,,,,yes\n",
                "warehouses.csv:2: column warehouse_id: has stock in a warehouse's bin (part P-BACK in W2/MAIN); send "
                "it away or count it first, then withdraw the row");
    cannot_load("dealers", DEALERS "D2,,,,,,,yes\nD1,,,,,,,yes\n",
                "dealers.csv:3: column dealer_id: has stock in a dealer's bin (part P-TWO in D1/SHELF); send");
    load("dealers", DEALERS "D2,,,,,,,yes\nD1,New,R1,CN,CNY,13,suspended,\n"); /* changed, it has its stock */
    DONE(count("D1", "SHELF", "P-TWO", NULL, 0));
    DONE(request("D10", "P-BACK", PIECES(2)));
    cannot_load("warehouses", WAREHOUSES "W2,,,,yes\n", "has stock"); /* reserved */
    DONE(ship_by("W2", "D10", NULL, REQUESTS(1), NULL));
    load("warehouses", WAREHOUSES "W2,,,,yes\n");
    load("dealers", DEALERS "D1,,,,,,,yes\n");
    DONE(arrive_all(1));
    REFUSED("warehouse-unknown", deliver("W2", "P-BACK", PIECES(2)));
    commit();
    all_agrees();
}
END_TEST

/* An id that goes on with the same letters is another one, and so is an account of another kind. */
START_TEST(stock_of_a_like_id_is_another_s)
{
    begin();
    DONE(open_stock("D10", NULL, "P-BACK", NULL, NULL, PIECES(1)));
    DONE(tag_loose("P-BACK", PIECES(1))); /* defective at D1 */
    load("dealers", DEALERS "D1,,,,,,,yes\n");
    load("warehouses", WAREHOUSES "D1,One,R1,no,\n");
    DONE(deliver("D1", "P-BACK", PIECES(1)));
    load("warehouses", WAREHOUSES "W1,,,,yes\n");
    commit();
    all_agrees();
}
END_TEST

/* What withdrawn locations have all the same, since a reversal brought it back: the id is what it was, or nothing. */
START_TEST(withdrawn_stock_keeps_its_id)
{
    int64_t shipped;

    begin();
    DONE(deliver("W2", "P-BACK", PIECES(2)));
    DONE(ship_by("W2", "D1", NULL, NULL, ITEMS(ITEM("P-BACK", 2000))));
    shipped = entry_now();
    load("warehouses", WAREHOUSES "W2,,,,yes\n");
    DONE(reverse(shipped));
    stock_is("P-BACK", "W2", PIECES(2), 0, 0, 0);
    load("warehouses", WAREHOUSES "W2,,,,yes\n"); /* as it is */
    REFUSED("location-unknown", ship_by("W2", "D1", NULL, NULL, ITEMS(ITEM("P-BACK", 2000))));
    cannot_load("dealers", DEALERS "W2,Two,R2,CN,CNY,13,active,\n",
                "dealers.csv:2: column dealer_id: has stock in a warehouse's bin (part P-BACK in W2/MAIN); load the id "
                "as that again, and send the stock away or count it first");
    load("warehouses", WAREHOUSES "W9,,,,yes\nW2,South,R2,no,\n");
    DONE(ship_by("W2", "D1", NULL, NULL, ITEMS(ITEM("P-BACK", 2000))));
    becomes_dealer(WAREHOUSES "W2,,,,yes\n", DEALERS "W2,Two,R2,CN,CNY,13,active,\n");
    DONE(open_stock("W2", NULL, "P-BACK", NULL, NULL, PIECES(1)));
    load("dealers", DEALERS "D2,,,,,,,yes\n");
    cannot_load("dealers", DEALERS "W2,,,,,,,yes\n", "dealers.csv:2: column dealer_id: has stock in a dealer's bin");
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_dealer_s_stock_is_no_warehouse_s)
{
    int64_t shipped;

    begin();
    DONE(open_stock("D2", NULL, "P-BACK", NULL, NULL, PIECES(2)));
    DONE(ship_by("D2", "W1", NULL, NULL, ITEMS(ITEM("P-BACK", 2000))));
    shipped = entry_now();
    load("dealers", DEALERS "D2,,,,,,,yes\n");
    DONE(reverse(shipped));
    cannot_load("warehouses", WAREHOUSES "D2,Two,R2,no,\n",
                "warehouses.csv:2: column warehouse_id: has stock in a dealer's bin (part P-BACK in D2/MAIN); load");
    commit();
    all_agrees();
}
END_TEST

/* What a journal brings is asked the same. */
START_TEST(no_journal_withdraws_a_location_with_stock)
{
    static const struct wl_load_rows_body goes = {.table = WL_REF_WAREHOUSES, .withdrawn = WL_STR("\xA1\x01\x62W2")};
    struct wl_request request = {.command = &wl_load_rows_command, .body = &goes, .actor = WL_STR("test")};
    struct wl_result result;

    begin();
    request.time = now;
    DONE(deliver("W2", "P-BACK", PIECES(2)));
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_DAMAGED);
    ck_assert_msg(strstr(wl_error(), "cannot stand: warehouse_id has stock") != NULL, "%s", wl_error());
    wl_txn_abort(&txn);
    begin();
    OK(wl_execute(txn, &arena, &request, &result));
    commit();
    all_agrees();
}
END_TEST

/* ---- who changed its kind ---- */

START_TEST(nothing_goes_back_into_bins_of_the_other_kind)
{
    int64_t shipped, received;

    begin();
    DONE(deliver("W2", "P-BACK", PIECES(2)));
    DONE(ship_by("W2", "D2", NULL, NULL, ITEMS(ITEM("P-BACK", 2000))));
    shipped = entry_now();
    becomes_dealer(WAREHOUSES "W2,,,,yes\n", DEALERS "W2,Two,R2,CN,CNY,13,active,\n");
    REFUSED("reversal-blocked", reverse(shipped));
    about_is("part P-BACK at W2/MAIN: that is a dealer's by now");
    DONE(arrive_all(1));
    DONE(ship_by("D2", "W1", NULL, NULL, ITEMS(ITEM("P-BACK", 2000))));
    received = entry_now();
    becomes_warehouse(DEALERS "D2,,,,,,,yes\n", WAREHOUSES "D2,Two,R2,no,\n");
    REFUSED("reversal-blocked", reverse(received));
    about_is("part P-BACK at D2/MAIN: that is a warehouse's by now");
    DONE(arrive_all(2));
    DONE(deliver("D2", "P-BACK", PIECES(1)));
    DONE(ship_by("D2", "W1", NULL, NULL, ITEMS(ITEM("P-BACK", 1000))));
    DONE(reverse(entry_now())); /* its own kind */
    commit();
    all_agrees();
}
END_TEST

/* What is on its way is received by what the id names then, or once it names something again. */
START_TEST(what_is_on_its_way_arrives_all_the_same)
{
    begin();
    DONE(deliver("W1", "P-BACK", PIECES(5)));
    DONE(request("D2", "P-BACK", PIECES(2)));
    DONE(ship_by("W1", "D2", NULL, REQUESTS(1), ITEMS(ITEM("P-BACK", 1000))));
    load("dealers", DEALERS "D2,,,,,,,yes\n");
    REFUSED("location-unknown", arrive_all(1));
    load("dealers", DEALERS "D2,Two,R2,JP,JPY,10,active,\n");
    DONE(arrive(1, 1, PIECES(1), 0));
    DONE(reverse(entry_now()));
    becomes_warehouse(DEALERS "D2,,,,,,,yes\n", WAREHOUSES "D2,Two,R2,no,\n");
    DONE(arrive(1, 1, PIECES(1), 500));
    DONE(reverse(entry_now()));
    DONE(arrive_by(1, NULL, NULL, 0, true, false));
    stock_is("P-BACK", "D2", PIECES(3), PIECES(2), 0, 0);
    request_is(1, WL_REQUEST_RECEIVED, "D2", PIECES(2), 0, 0);
    REFUSED("dealer-unknown", fit_by("D2", VIN, 1, NULL, NULL, WL_NONE, "RO-1"));
    DONE(cancel(1));
    DONE(ship_by("D2", "W1", NULL, NULL, ITEMS(ITEM("P-BACK", 3000))));
    load("warehouses", WAREHOUSES "D2,,,,yes\n");
    commit();
    all_agrees();
}
END_TEST

/* A dealer that waits for parts and becomes a warehouse: they do not go to itself. */
START_TEST(a_back_order_is_not_filled_where_its_dealer_was)
{
    begin();
    DONE(request("D2", "P-BACK", PIECES(2)));
    DONE(request("D1", "P-BACK", PIECES(2)));
    becomes_warehouse(DEALERS "D2,,,,,,,yes\n", WAREHOUSES "D2,Two,R2,no,\n");
    DONE(deliver("D2", "P-BACK", PIECES(4)));
    numbers_are(((struct wl_deliver_outcome *)outcome)->filled, "2");
    request_is(1, WL_REQUEST_BACK_ORDERED, "", 0, 0, 0);
    DONE(deliver("W1", "P-BACK", PIECES(2)));
    numbers_are(((struct wl_deliver_outcome *)outcome)->filled, "1");
    DONE(ship_by("W1", "D2", NULL, REQUESTS(1), NULL));
    DONE(arrive_all(1));
    DONE(cancel(1));
    commit();
    all_agrees();
}
END_TEST

/* ---- what waits, by location ---- */

struct noted {
    char numbers[100];
    int most;
};

static int note(void *context, uint64_t number)
{
    struct noted *noted = context;
    size_t at = strlen(noted->numbers);

    snprintf(noted->numbers + at, sizeof noted->numbers - at, "%s%llu", at ? " " : "", (unsigned long long)number);
    return --noted->most == 0 ? 7 : WL_OK;
}

static void sourced_are(const char *warehouse, const char *dealer, const char *expected)
{
    struct noted noted = {.most = 100};

    OK(wl_sourced_each(txn, text(warehouse), text(dealer), note, &noted));
    ck_assert_str_eq(noted.numbers, expected);
}

START_TEST(requests_that_are_reserved_are_listed_by_place)
{
    struct noted noted = {.most = 2};

    begin();
    DONE(deliver("W1", "P-BACK", PIECES(9)));
    DONE(open_stock("D1", NULL, "P-TWO", NULL, NULL, PIECES(1)));
    DONE(request("D1", "P-BACK", PIECES(1)));
    DONE(request("D10", "P-BACK", PIECES(1)));
    DONE(request("D1", "P-TWO", PIECES(1))); /* own stock */
    for (int i = 0; i < 3; i++)
        DONE(request("D1", "P-BACK", PIECES(2)));
    DONE(request("D1", "P-BACK", PIECES(2))); /* back-ordered */
    sourced_are("W1", "D1", "1 4 5 6");
    sourced_are("W1", "D10", "2");
    sourced_are("D1", "D1", "");
    sourced_are("W2", "D1", "");
    sourced_are("W1", "", "");
    ck_assert_int_eq(wl_sourced_each(txn, text("W1"), text("D1"), note, &noted), 7);
    ck_assert_str_eq(noted.numbers, "1 4");
    DONE(cancel(4));
    sourced_are("W1", "D1", "1 5 6 7"); /* what it gave up */
    DONE(ship(REQUESTS(1, 5)));
    sourced_are("W1", "D1", "6 7");
    DONE(reverse(entry_now()));
    sourced_are("W1", "D1", "1 5 6 7");
    DONE(deliver("W2", "P-BACK", PIECES(9)));
    load("warehouses", WAREHOUSES "W1,North,R1,yes,\n"); /* a return centre supplies nobody */
    DONE(source_again(5));
    sourced_are("W1", "D1", "1 6 7");
    sourced_are("W2", "D1", "5");
    commit();
    all_agrees();
}
END_TEST

static void tagged_are(const char *dealer, const char *expected)
{
    struct noted noted = {.most = 100};

    OK(wl_tagged_each(txn, text(dealer), note, &noted));
    ck_assert_str_eq(noted.numbers, expected);
}

START_TEST(tagged_parts_are_listed_by_dealer)
{
    struct noted noted = {.most = 2};
    int64_t tagged;

    begin();
    for (int i = 0; i < 3; i++)
        DONE(tag_loose("P-BACK", PIECES(1)));
    tagged = entry_now();
    DONE(tag_loose_by("D10", VIN, "P-TWO", PIECES(1), NULL, "noise"));
    tagged_are("D1", "1 2 3");
    tagged_are("D10", "4");
    tagged_are("D2", "");
    tagged_are("", "");
    ck_assert_int_eq(wl_tagged_each(txn, text("D1"), note, &noted), 7);
    ck_assert_str_eq(noted.numbers, "1 2");
    DONE(SEND(1, 2));
    tagged_are("D1", "3");
    DONE(reverse(entry_now()));
    tagged_are("D1", "1 2 3");
    DONE(reverse(tagged)); /* withdrawn */
    CLAIM("C1", {"P-BACK", "2"});
    DONE(tag_link(2, "C1", 1));
    tagged_are("D1", "1 2");
    DONE(run(&wl_receive_command,
             &(struct wl_receive_body){.dealer_id = text("D1"), .claim_no = text("C1"), .line = WL_NONE}));
    tagged_are("D1", "1");
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("locations");
    TCase *kinds = cases("kinds", returns_world_make), *waiting = cases("waiting", returns_world_make);

    tcase_add_test(kinds, a_location_with_stock_is_not_withdrawn);
    tcase_add_test(kinds, stock_of_a_like_id_is_another_s);
    tcase_add_test(kinds, withdrawn_stock_keeps_its_id);
    tcase_add_test(kinds, a_dealer_s_stock_is_no_warehouse_s);
    tcase_add_test(kinds, no_journal_withdraws_a_location_with_stock);
    tcase_add_test(kinds, nothing_goes_back_into_bins_of_the_other_kind);
    tcase_add_test(kinds, what_is_on_its_way_arrives_all_the_same);
    tcase_add_test(kinds, a_back_order_is_not_filled_where_its_dealer_was);
    tcase_add_test(waiting, requests_that_are_reserved_are_listed_by_place);
    tcase_add_test(waiting, tagged_parts_are_listed_by_dealer);
    suite_add_tcase(suite, kinds);
    suite_add_tcase(suite, waiting);
    return run_suite(suite);
}
