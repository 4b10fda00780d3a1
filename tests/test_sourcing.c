/* Where a request finds its parts, and why. */
#include "tests/demand_world.h"

/* ---- sourcing, as data ---- */

enum { STOCKS = 5 };

/* Stock, quantities in pieces; perhaps a request before the one that is looked at; what becomes of that. Besides W1 in
 * R1 and W2 in R2 there are W3 in R1 and W4 in R2; the dealer D4 is in a region of its own. */
static const struct {
    const char *dealer, *part;
    int64_t quantity;
    struct {
        const char *location, *part;
        int64_t quantity;
    } stock[STOCKS];
    struct {
        const char *dealer, *part;
        int64_t quantity;
    } before;
    const char *choice, *location, *supplied, *considered;
} sourcing[] = {
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .choice = "back-order",
     .location = "",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 0 not-enough, W1 P-BACK 0 not-enough, W2 P-BACK 0 not-enough, "
                   "W3 P-BACK 0 not-enough, W4 P-BACK 0 not-enough"},
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"D1", "P-BACK", 2}, {"W1", "P-BACK", 9}},
     .choice = "own-stock",
     .location = "D1",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 2 own-stock"},
    /* All or nothing: what the dealer has is no part of it. Another dealer's stock is not looked at. */
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"D1", "P-BACK", 1}, {"D10", "P-BACK", 9}, {"W1", "P-BACK", 1}, {"W2", "P-BACK", 2}},
     .choice = "only",
     .location = "W2",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 1 not-enough, W1 P-BACK 1 not-enough, W2 P-BACK 2 only, W3 P-BACK 0 not-enough, "
                   "W4 P-BACK 0 not-enough"},
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"W1", "P-BACK", 2}, {"W2", "P-BACK", 9}, {"W4", "P-BACK", 1}},
     .choice = "region",
     .location = "W1",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 0 not-enough, W1 P-BACK 2 region, W2 P-BACK 9 farther, W3 P-BACK 0 not-enough, "
                   "W4 P-BACK 1 not-enough"},
    {.dealer = "D2",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"W1", "P-BACK", 9}, {"W3", "P-BACK", 9}, {"W4", "P-BACK", 2}},
     .choice = "region",
     .location = "W4",
     .supplied = "P-BACK",
     .considered = "D2 P-BACK 0 not-enough, W1 P-BACK 9 farther, W2 P-BACK 0 not-enough, W3 P-BACK 9 farther, "
                   "W4 P-BACK 2 region"},
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"W1", "P-BACK", 3}, {"W2", "P-BACK", 9}, {"W3", "P-BACK", 4}},
     .choice = "largest",
     .location = "W3",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 0 not-enough, W1 P-BACK 3 smaller, W2 P-BACK 9 farther, W3 P-BACK 4 largest, "
                   "W4 P-BACK 0 not-enough"},
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"W1", "P-BACK", 4}, {"W2", "P-BACK", 9}, {"W3", "P-BACK", 4}},
     .choice = "lowest-id",
     .location = "W1",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 0 not-enough, W1 P-BACK 4 lowest-id, W2 P-BACK 9 farther, W3 P-BACK 4 higher-id, "
                   "W4 P-BACK 0 not-enough"},
    /* None is near: all that are far are as far. */
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"W1", "P-BACK", 1}, {"W2", "P-BACK", 3}, {"W4", "P-BACK", 4}},
     .choice = "largest",
     .location = "W4",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 0 not-enough, W1 P-BACK 1 not-enough, W2 P-BACK 3 smaller, "
                   "W3 P-BACK 0 not-enough, W4 P-BACK 4 largest"},
    {.dealer = "D4",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"W1", "P-BACK", 2}, {"W2", "P-BACK", 4}, {"W3", "P-BACK", 3}, {"W4", "P-BACK", 4}},
     .choice = "lowest-id",
     .location = "W2",
     .supplied = "P-BACK",
     .considered = "D4 P-BACK 0 not-enough, W1 P-BACK 2 smaller, W2 P-BACK 4 lowest-id, W3 P-BACK 3 smaller, "
                   "W4 P-BACK 4 higher-id"},
    /* A return centre supplies nobody. */
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"RC", "P-BACK", 9}, {"W2", "P-BACK", 2}},
     .choice = "only",
     .location = "W2",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 0 not-enough, W1 P-BACK 0 not-enough, W2 P-BACK 2 only, W3 P-BACK 0 not-enough, "
                   "W4 P-BACK 0 not-enough"},
    /* Reserved stock is not free: at a warehouse, and at the dealer itself. */
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"W1", "P-BACK", 5}, {"W2", "P-BACK", 2}},
     .before = {"D10", "P-BACK", 4},
     .choice = "only",
     .location = "W2",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 0 not-enough, W1 P-BACK 1 not-enough, W2 P-BACK 2 only, W3 P-BACK 0 not-enough, "
                   "W4 P-BACK 0 not-enough"},
    {.dealer = "D1",
     .part = "P-BACK",
     .quantity = 2,
     .stock = {{"D1", "P-BACK", 3}},
     .before = {"D1", "P-BACK", 2},
     .choice = "back-order",
     .location = "",
     .supplied = "P-BACK",
     .considered = "D1 P-BACK 1 not-enough, W1 P-BACK 0 not-enough, W2 P-BACK 0 not-enough, "
                   "W3 P-BACK 0 not-enough, W4 P-BACK 0 not-enough"},
    /* Old stock is used up first, then what replaces it, in as many steps as it takes. */
    {.dealer = "D1",
     .part = "P-OLD",
     .quantity = 2,
     .stock = {{"W2", "P-OLD", 2}, {"W1", "P-NEW", 9}},
     .choice = "only",
     .location = "W2",
     .supplied = "P-OLD",
     .considered = "D1 P-OLD 0 not-enough, D1 P-NEW 0 not-enough, D1 P-NEWEST 0 not-enough, "
                   "W1 P-OLD 0 not-enough, W2 P-OLD 2 only, W3 P-OLD 0 not-enough, W4 P-OLD 0 not-enough"},
    {.dealer = "D1",
     .part = "P-OLD",
     .quantity = 2,
     .stock = {{"D1", "P-OLD", 1}, {"D1", "P-NEW", 2}},
     .choice = "own-stock",
     .location = "D1",
     .supplied = "P-NEW",
     .considered = "D1 P-OLD 1 not-enough, D1 P-NEW 2 own-stock"},
    /* What the dealer has itself comes before any warehouse, also where it is the newer part. */
    {.dealer = "D1",
     .part = "P-OLD",
     .quantity = 2,
     .stock = {{"W1", "P-OLD", 9}, {"D1", "P-NEW", 2}},
     .choice = "own-stock",
     .location = "D1",
     .supplied = "P-NEW",
     .considered = "D1 P-OLD 0 not-enough, D1 P-NEW 2 own-stock"},
    {.dealer = "D1",
     .part = "P-OLD",
     .quantity = 2,
     .stock = {{"W1", "P-OLD", 1}, {"W1", "P-NEWEST", 2}, {"W2", "P-NEWEST", 3}},
     .choice = "region",
     .location = "W1",
     .supplied = "P-NEWEST",
     .considered = "D1 P-OLD 0 not-enough, D1 P-NEW 0 not-enough, D1 P-NEWEST 0 not-enough, "
                   "W1 P-OLD 1 not-enough, W2 P-OLD 0 not-enough, W3 P-OLD 0 not-enough, W4 P-OLD 0 not-enough, "
                   "W1 P-NEW 0 not-enough, W2 P-NEW 0 not-enough, W3 P-NEW 0 not-enough, W4 P-NEW 0 not-enough, "
                   "W1 P-NEWEST 2 region, W2 P-NEWEST 3 farther, W3 P-NEWEST 0 not-enough, "
                   "W4 P-NEWEST 0 not-enough"},
    /* What is not to be had anywhere is awaited as the newest part; what is asked for in the middle of a chain goes on
     * from there; what is replaced only later is not replaced. */
    {.dealer = "D1",
     .part = "P-NEW",
     .quantity = 2,
     .stock = {{"W1", "P-OLD", 9}},
     .choice = "back-order",
     .location = "",
     .supplied = "P-NEWEST",
     .considered = "D1 P-NEW 0 not-enough, D1 P-NEWEST 0 not-enough, W1 P-NEW 0 not-enough, "
                   "W2 P-NEW 0 not-enough, W3 P-NEW 0 not-enough, W4 P-NEW 0 not-enough, "
                   "W1 P-NEWEST 0 not-enough, W2 P-NEWEST 0 not-enough, W3 P-NEWEST 0 not-enough, "
                   "W4 P-NEWEST 0 not-enough"},
    {.dealer = "D1",
     .part = "P-NEWEST",
     .quantity = 2,
     .stock = {{"W1", "P-LATER", 9}},
     .choice = "back-order",
     .location = "",
     .supplied = "P-NEWEST",
     .considered = "D1 P-NEWEST 0 not-enough, W1 P-NEWEST 0 not-enough, W2 P-NEWEST 0 not-enough, "
                   "W3 P-NEWEST 0 not-enough, W4 P-NEWEST 0 not-enough"},
};

static void sourcing_world_make(void)
{
    demand_world_make();
    load_table("dealers", "dealer_id,name,region,country,currency,tax_percent,status\nD4,Four,R4,CN,CNY,13,active\n");
    load_table("warehouses", "warehouse_id,name,region,returns\nW3,East,R1,no\nW4,West,R2,no\n");
    load_table(
        "parts",
        "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
        "P-NEWEST,Filter 3,engine,ea,S1,never,0,24,60000,no\nP-LATER,Filter 4,engine,ea,S1,never,0,24,60000,no\n");
    load_table("supersessions",
               "part_id,replaced_by,from_date\nP-NEW,P-NEWEST,2025-01-01\nP-NEWEST,P-LATER,2025-06-03\n");
}

START_TEST(the_nearest_that_has_enough_is_the_source)
{
    const struct wl_request_outcome *out;
    struct wl_request_row row;

    begin();
    for (size_t i = 0; i < STOCKS && sourcing[_i].stock[i].location; i++)
        DONE(open_stock(sourcing[_i].stock[i].location, NULL, sourcing[_i].stock[i].part, NULL, NULL,
                        PIECES(sourcing[_i].stock[i].quantity)));
    if (sourcing[_i].before.dealer)
        DONE(request(sourcing[_i].before.dealer, sourcing[_i].before.part, PIECES(sourcing[_i].before.quantity)));
    DONE(request(sourcing[_i].dealer, sourcing[_i].part, PIECES(sourcing[_i].quantity)));
    out = outcome;
    considered_are(out->considered, sourcing[_i].considered);
    ck_assert_str_eq(wl_choice_names()[out->choice], sourcing[_i].choice);
    ck_assert(wl_str_is(out->location_id, sourcing[_i].location) && wl_str_is(out->part_id, sourcing[_i].supplied));
    row = request_row(wl_request_count(txn));
    ck_assert(wl_str_is(row.asked_part_id, sourcing[_i].part) && wl_str_is(row.part_id, sourcing[_i].supplied));
    ck_assert_int_eq(row.seq, entry_now());
    ck_assert_int_eq(row.sourced_seq, entry_now());
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

/* The list is bounded, the search is not. */
START_TEST(the_one_chosen_is_always_told)
{
    const struct wl_request_outcome *out;
    const struct wl_considered *last;
    struct wl_buf csv;

    wl_buf_init(&csv, 1 << 16);
    wl_buf_text(&csv, "warehouse_id,name,region,returns\n");
    for (int i = 0; i < 2 * WL_CONSIDERED_MAX; i++)
        wl_buf_format(&csv, "X%03d,Many,R9,no\n", i);
    wl_buf_byte(&csv, 0);
    load_table("warehouses", (const char *)csv.data);
    wl_buf_release(&csv);
    begin();
    DONE(deliver("X100", "P-BACK", PIECES(1)));
    DONE(request("D1", "P-BACK", PIECES(1)));
    out = outcome;
    ck_assert_uint_eq(out->considered.count, WL_CONSIDERED_MAX);
    last = (const struct wl_considered *)out->considered.at + WL_CONSIDERED_MAX - 1;
    ck_assert(wl_str_is(out->location_id, "X100") && wl_str_is(last->location_id, "X100"));
    ck_assert_int_eq(last->choice, WL_CHOICE_ONLY);
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sourcing");
    TCase *tc = cases("sourcing", sourcing_world_make);

    tcase_add_loop_test(tc, the_nearest_that_has_enough_is_the_source, 0, WL_COUNT(sourcing));
    tcase_add_test(tc, the_one_chosen_is_always_told);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
