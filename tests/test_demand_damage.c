/* The check from demand to fitting finds what does not agree; the largest commands fit an entry. */
#include "parts/check.h"
#include "parts/demand.h"
#include "tests/demand_world.h"

/* ---- the check finds damage ---- */

/* In the world of damage_world_make: requests 1 shipped, 2 at W1, 3 back-ordered, 4 own stock; dispatches 1 and 2, of
 * which 2 was reversed; discrepancies 1 and 3 open, 2, which was short, resolved. Each row is one damage. */

static const struct {
    const char *location;
    struct wl_stock more;
} stock_rows[] = {{"W1", {.reserved = 1}}, {"D1", {.on_order = 1}}, {"D1", {.in_transit = 1}}};

static const struct {
    int64_t number, state, received, fitted;
} request_rows[] = {
    {2, WL_REQUEST_BACK_ORDERED, 0, 0}, {1, WL_REQUEST_RECEIVED, 0, 0},  {1, WL_REQUEST_SHIPPED, 1000, 0},
    {4, WL_REQUEST_RESERVED, 0, 3000},  {4, WL_REQUEST_CANCELLED, 0, 0}, {3, WL_REQUEST_CANCELLED, 0, 0},
};

static const struct {
    int64_t number, open, discrepant, receipts;
} dispatch_rows[] = {{1, -1, 0, 0}, {1, 0, 1, 0}, {1, 0, 0, -3}, {2, 0, 0, 1}};

static const struct {
    int64_t number, line, request, quantity, received;
} line_rows[] = {{1, 1, 2, 0, 0}, {1, 1, 1, 1000, 0}, {1, 1, 1, 0, 1}, {2, 1, WL_NONE, 0, 1}};

static const struct {
    int64_t number, resolution, resolved_seq, quantity;
} discrepancy_rows[] = {
    {1, WL_RESOLVE_WRITE_OFF, 9999, 0}, {1, WL_NONE, 9999, 0},          {1, WL_NONE, WL_NONE, 1},
    {2, WL_NONE, WL_NONE, 0},           {2, WL_RESOLVE_SCRAP, 9999, 0},
};

static const struct {
    enum wl_account_kind kind;
    const char *party;
} accounts[] = {
    {WL_ACCOUNT_IN_TRANSIT, "dispatch/1"},
    {WL_ACCOUNT_IN_TRANSIT, "dispatch/9"},
    {WL_ACCOUNT_DISCREPANCY, "1"},
    {WL_ACCOUNT_DISCREPANCY, "9"},
};

/* Rows that come or go. */
static const struct {
    unsigned table;
    bool comes;
    const char *key;
    size_t size;
} rows[] = {
    {WL_TABLE_BACK_ORDERS, true, "P\0\0\0\0\0\0\0\0\1", 10},
    {WL_TABLE_BACK_ORDERS, true, "P", 1},
    {WL_TABLE_BACK_ORDERS, false, "P-LOT\0\0\0\0\0\0\0\0\3", 14},
    {WL_TABLE_SOURCED, true, "W1\0D1\0\0\0\0\0\0\0\0\1", 14},
    {WL_TABLE_SOURCED, true, "W2\0D1\0\0\0\0\0\0\0\0\2", 14},
    {WL_TABLE_SOURCED, true, "W1\0D10\0\0\0\0\0\0\0\0\2", 15},
    {WL_TABLE_SOURCED, true, "W1\0\0\0\0\0\0\0\0\2", 11},
    {WL_TABLE_SOURCED, true, "W1", 2},
    {WL_TABLE_SOURCED, false, "W1\0D1\0\0\0\0\0\0\0\0\2", 14},
    {WL_TABLE_REQUESTS, false, "\0\0\0\0\0\0\0\4", 8},
    {WL_TABLE_DISPATCHES, false, "\0\0\0\0\0\0\0\2", 8},
    {WL_TABLE_DISPATCH_LINES, false, "\0\0\0\0\0\0\2\1", 8},
    {WL_TABLE_DISPATCH_LINES, true, "\0\0\0\0\0\0\2\2", 8},
    {WL_TABLE_DISCREPANCIES, false, "\0\0\0\0\0\0\0\2", 8},
};

static const struct {
    const char *name;
    uint64_t value;
} counters[] = {{"requests", 3}, {"dispatches", 3}, {"discrepancies", 2}};

static void damage_stock(size_t n)
{
    struct wl_context ctx = {.txn = txn, .arena = &arena};

    wl_stock_add(&ctx, text("P-BACK"), text(stock_rows[n].location), stock_rows[n].more);
}

static void damage_request(size_t n)
{
    struct wl_request_row row = request_row((uint64_t)request_rows[n].number);

    row.state = request_rows[n].state;
    row.received += request_rows[n].received;
    row.fitted += request_rows[n].fitted;
    wl_row_put(txn, WL_TABLE_REQUESTS, (uint64_t)request_rows[n].number, &wl_request_record, &row);
}

static void damage_dispatch(size_t n)
{
    struct wl_dispatch row = dispatch_row(dispatch_rows[n].number);

    row.open_lines += dispatch_rows[n].open;
    row.discrepant_lines += dispatch_rows[n].discrepant;
    row.receipts += dispatch_rows[n].receipts;
    wl_row_put(txn, WL_TABLE_DISPATCHES, (uint64_t)dispatch_rows[n].number, &wl_dispatch_record, &row);
}

static void damage_line(size_t n)
{
    struct wl_context ctx = {.txn = txn, .arena = &arena};
    struct wl_dispatch_line row = line_row(line_rows[n].number, line_rows[n].line);

    row.request = line_rows[n].request;
    row.quantity += line_rows[n].quantity;
    row.received += line_rows[n].received;
    wl_dispatch_line_put(&ctx, line_rows[n].number, line_rows[n].line, &row);
}

static void damage_discrepancy(size_t n)
{
    struct wl_discrepancy row = discrepancy_row(discrepancy_rows[n].number);

    row.resolution = discrepancy_rows[n].resolution;
    row.resolved_seq = discrepancy_rows[n].resolved_seq;
    row.quantity += discrepancy_rows[n].quantity;
    wl_row_put(txn, WL_TABLE_DISCREPANCIES, (uint64_t)discrepancy_rows[n].number, &wl_discrepancy_record, &row);
}

static void damage_account(size_t n)
{
    struct wl_posting posting = {.from_kind = WL_ACCOUNT_SUPPLIER,
                                 .from_party = WL_STR("S1"),
                                 .to_kind = accounts[n].kind,
                                 .to_party = text(accounts[n].party),
                                 .unit = WL_STR("P-BACK"),
                                 .lot = WL_STR("L1"),
                                 .amount = 1};

    wl_post(txn, (struct wl_list){&posting, 1});
}

static void damage_row(size_t n)
{
    struct wl_str key = {rows[n].key, rows[n].size}, value;

    ck_assert_int_eq(wl_get(txn, rows[n].table, key, &value), !rows[n].comes);
    if (rows[n].comes)
        wl_put(txn, rows[n].table, key, WL_NO_STR);
    else
        wl_delete(txn, rows[n].table, key);
}

static void damage_counter(size_t n)
{
    wl_counter_set(txn, counters[n].name, counters[n].value);
}

static const struct {
    void (*damage)(size_t n);
    size_t count;
} damages[] = {
    {damage_stock, WL_COUNT(stock_rows)},
    {damage_request, WL_COUNT(request_rows)},
    {damage_dispatch, WL_COUNT(dispatch_rows)},
    {damage_line, WL_COUNT(line_rows)},
    {damage_discrepancy, WL_COUNT(discrepancy_rows)},
    {damage_account, WL_COUNT(accounts)},
    {damage_row, WL_COUNT(rows)},
    {damage_counter, WL_COUNT(counters)},
};

static void damage_world_make(void)
{
    demand_world_make();
    begin();
    DONE(deliver_to("W1", "A-01", "P-BACK", "L1", PIECES(9)));
    DONE(open_stock("D1", NULL, "P-TWO", NULL, NULL, PIECES(3)));
    DONE(request("D1", "P-BACK", PIECES(5)));
    DONE(request("D1", "P-BACK", PIECES(2)));
    DONE(request("D10", "P-LOT", PIECES(1)));
    DONE(request("D1", "P-TWO", PIECES(3)));
    DONE(ship_by("W1", "D1", NULL, REQUESTS(1), ITEMS(ITEM("P-BACK", 1000))));
    DONE(ship_items(ITEMS(ITEM("P-BACK", 1000))));
    DONE(reverse(entry_now()));
    DONE(arrive(1, 2, 0, 500));
    DONE(arrive_wrong(1, 2, 250, "P-KEEP", NULL));
    DONE(arrive(1, 2, 250, 0));
    DONE(resolve(2, WL_RESOLVE_WRITE_OFF));
    ck_assert_int_eq(dispatch_row(1).receipts, 3); /* as many as dispatch_rows takes away */
    commit();
}

START_TEST(the_check_finds_damage)
{
    for (size_t i = 0; i < damages[_i].count; i++) {
        begin();
        OK(wl_demand_check(txn));
        damages[_i].damage(i);
        OK(wl_txn_status(txn));
        ck_assert_msg(wl_demand_check(txn) == WL_E_DAMAGED, "row %zu is not found", i);
        wl_txn_abort(&txn);
    }
}
END_TEST

/* ---- the largest entries ---- */

#define TEN(c) c c c c c c c c c c
#define LONG(c) TEN(c) TEN(c) TEN(c)
#define FROM LONG("W") "01"
#define TO LONG("D") "01"
#define PART_ID LONG("P") "01"
#define WRONG_ID LONG("Q") "01"
#define BIN LONG("B") "1"
#define CARRIER LONG("C") "01"

/* Ids of 32 bytes, bins of 31, lots of 32. */
static void large_world_make(void)
{
    demand_world_make();
    load_table("warehouses", "warehouse_id,name,region,returns\n" FROM ",North,R1,no\n");
    load_table("dealers",
               "dealer_id,name,region,country,currency,tax_percent,status\n" TO ",Long,R1,CN,CNY,13,active\n");
    load_table("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime\n" PART_ID ",Long,engine,ea,S1,never,0,24,60000,no\n" WRONG_ID
                        ",Long,engine,ea,S1,never,0,24,60000,no\n");
    load_table("bins", "location_id,bin_id,part_id,minimum,maximum\n" TO "," BIN ",*,,\n" FROM "," BIN ",*,,\n");
    load_table("carriers", "carrier_id,name\n" CARRIER ",Long\n");
}

static const char *lot_name(int64_t i, char lot[40])
{
    snprintf(lot, 40, LONG("L") "%02d", (int)i % 100);
    lot[0] = (char)('A' + i / 100);
    return lot;
}

static size_t size_of_last_entry(void)
{
    struct wl_entry entry;

    ck_assert_int_eq(wl_entry_read(txn, (uint64_t)entry_now(), &entry), 1);
    return entry.bytes.size;
}

/* Receipts of as many moves as there may be: of so many lines each comes as the letters say (good, damaged, wrong with
 * what is short by it, over). */
static const struct {
    const char *comes;
    int64_t lines;
} largest[][2] = {
    {{"w", 80}, {"d", 20}},
    {{"gdwo", 36}, {"", 0}},
    {{"g", 60}, {"gw", 40}},
    {{"gdw", 40}, {"d", 20}},
};

static void send_large_box(void)
{
    static char lots[WL_STOCK_LINES_MAX][40];
    struct wl_dispatch_item items[WL_STOCK_LINES_MAX];
    struct wl_dispatch_body body = {.from_id = WL_STR(FROM), .to_id = WL_STR(TO), .items = {items, WL_STOCK_LINES_MAX}};

    for (int64_t i = 0; i < WL_STOCK_LINES_MAX; i++) {
        DONE(deliver_to(FROM, "MAIN", PART_ID, lot_name(i, lots[i]), WL_QUANTITY_MAX));
        items[i] = (struct wl_dispatch_item){.part_id = WL_STR(PART_ID), .quantity = WL_QUANTITY_MAX};
    }
    DONE(run(&wl_dispatch_command, &body));
}

static size_t fill_receipt(int shape, struct wl_receipt_line lines[WL_STOCK_LINES_MAX + 1])
{
    static char lots[WL_STOCK_LINES_MAX][40];
    const int64_t share = WL_QUANTITY_MAX / 3;
    size_t count = 0;

    for (size_t k = 0; k < 2; k++) {
        const char *comes = largest[shape][k].comes;

        for (int64_t i = 0; i < largest[shape][k].lines; i++, count++) {
            struct wl_receipt_line *line = &lines[count];

            *line = (struct wl_receipt_line){.line = (int64_t)count + 1};
            line->good = strchr(comes, 'o') ? WL_QUANTITY_MAX : strchr(comes, 'g') ? share : 0;
            line->damaged = strchr(comes, 'd') ? share : 0;
            if (!strchr(comes, 'w'))
                continue;
            line->wrong = share;
            line->wrong_part_id = WL_STR(WRONG_ID);
            line->wrong_lot = text(lot_name((int64_t)count, lots[count]));
        }
    }
    return count;
}

START_TEST(the_largest_receipt_fits_an_entry)
{
    struct wl_receipt_line lines[WL_STOCK_LINES_MAX + 1];
    const struct wl_receive_dispatch_outcome *out;
    size_t count = fill_receipt(_i, lines), size;

    begin();
    send_large_box();
    DONE(arrive_by(1, NULL, lines, count, false, false));
    out = outcome;
    ck_assert_uint_eq(out->head.postings.count, WL_RECEIPT_MOVES_MAX);
    size = size_of_last_entry();
    /* Lines and discrepancies have one byte or two here that may have nine, in accounts too. Then the entry's head. */
    ck_assert_msg(size + 8 * (2 * out->changes.count + 3 * out->discrepancies.count) + 2 * WL_NAME_MAX < WL_ENTRY_MAX,
                  "%zu", size);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_receipt_has_so_many_moves)
{
    struct wl_receipt_line lines[WL_STOCK_LINES_MAX + 1];
    size_t count = fill_receipt(1, lines);

    begin();
    send_large_box();
    lines[count] = (struct wl_receipt_line){.line = (int64_t)count + 1, .good = 1};
    REFUSED("quantity-too-large", arrive_by(1, NULL, lines, count + 1, false, false));
    REFUSED("quantity-too-large", arrive_by(1, NULL, lines, count, false, true));
    DONE(arrive_by(1, NULL, lines, count, false, false)); /* and the rest after it */
    DONE(close_dispatch(1));
    commit();
    all_agrees();
}
END_TEST

/* The largest dispatch: as many lines as there may be, of as many requests and items as that takes. */
START_TEST(the_largest_dispatch_fits_an_entry)
{
    enum { OF_REQUESTS = WL_DISPATCH_LINES_MAX - WL_STOCK_LINES_MAX };
    static char lots[WL_DISPATCH_LINES_MAX][40];
    struct wl_dispatch_item items[WL_STOCK_LINES_MAX];
    int64_t numbers[OF_REQUESTS];
    struct wl_dispatch_body body = {.from_id = WL_STR(FROM),
                                    .to_id = WL_STR(TO),
                                    .carrier_id = WL_STR(CARRIER),
                                    .box = WL_STR(LONG("X") "01"),
                                    .tracking = WL_STR(LONG("T") "01"),
                                    .requests = {numbers, OF_REQUESTS},
                                    .items = {items, WL_STOCK_LINES_MAX}};

    begin();
    for (int64_t i = 0; i < WL_DISPATCH_LINES_MAX; i++)
        DONE(deliver_to(FROM, BIN, PART_ID, lot_name(i, lots[i]), WL_QUANTITY_MAX));
    for (int64_t i = 0; i < OF_REQUESTS; i++) {
        DONE(request(TO, PART_ID, WL_QUANTITY_MAX));
        numbers[i] = i + 1;
    }
    for (size_t i = 0; i < WL_STOCK_LINES_MAX; i++)
        items[i] =
            (struct wl_dispatch_item){WL_STR(PART_ID), WL_STR(BIN), text(lots[OF_REQUESTS + i]), WL_QUANTITY_MAX};
    DONE(run(&wl_dispatch_command, &body));
    ck_assert_int_eq(dispatch_row(1).lines, WL_DISPATCH_LINES_MAX);
    /* Requests have one byte here that may have nine, and so has the dispatch in each account. */
    ck_assert_msg(size_of_last_entry() + 8 * (OF_REQUESTS + 3 * WL_DISPATCH_LINES_MAX) + 2 * WL_NAME_MAX < WL_ENTRY_MAX,
                  "%zu", size_of_last_entry());
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("demand-damage");
    TCase *damaged = cases("damage", damage_world_make), *large = cases("large", large_world_make);

    tcase_add_loop_test(damaged, the_check_finds_damage, 0, WL_COUNT(damages));
    tcase_add_loop_test(large, the_largest_receipt_fits_an_entry, 0, WL_COUNT(largest));
    tcase_add_test(large, a_receipt_has_so_many_moves);
    tcase_add_test(large, the_largest_dispatch_fits_an_entry);
    suite_add_tcase(suite, damaged);
    suite_add_tcase(suite, large);
    return run_suite(suite);
}
