/* Parts requests and dispatches: which command is legal where, and what each leaves. */
#include "tests/demand_world.h"

/* ---- requests ---- */

START_TEST(what_is_asked_for_wrongly_is_refused)
{
    static const struct {
        const char *refusal, *dealer, *part;
        int64_t quantity;
        const char *reason, *vin;
    } wrong[] = {
        {"dealer-unknown", "D9", "P-BACK", 1000, "worn", NULL},
        {"dealer-unknown", "W1", "P-BACK", 1000, "worn", NULL},
        {"dealer-suspended", "D3", "P-BACK", 1000, "worn", NULL},
        {"part-unknown", "D1", "P-NONE", 1000, "worn", NULL},
        {"quantity-invalid", "D1", "P-BACK", 0, "worn", NULL},
        {"quantity-invalid", "D1", "P-BACK", -1, "worn", NULL},
        {"quantity-invalid", "D1", "P-BACK", WL_QUANTITY_MAX + 1, "worn", NULL},
        {"quantity-invalid", "D1", "P-SER", 1500, "worn", NULL},
        {"quantity-invalid", "D1", "P-WAS", 1500, "worn", NULL}, /* may be supplied as P-SER */
        {"reason-missing", "D1", "P-BACK", 1000, NULL, NULL},
        {"vehicle-unknown", "D1", "P-BACK", 1000, "worn", "WVWZZZ1JZXW000001"},
        {"done", "D1", "P-BACK", 1, "worn", VIN},
        {"done", "D1", "P-SER", 2000, "worn", NULL},
        {"done", "D1", "P-WAS", 2000, "worn", NULL},
        {"done", "D1", "P-KEEP", WL_QUANTITY_MAX, "worn", NULL},
    };

    load_table(
        "parts",
        "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
        "P-WAS,Engine 0,engine,ea,S1,never,0,24,60000,no\n");
    load_table("supersessions", "part_id,replaced_by,from_date\nP-WAS,P-SER,2025-01-01\n");
    begin();
    for (size_t i = 0; i < WL_COUNT(wrong); i++) {
        uint64_t before = state_now();
        const char *name =
            request_by(wrong[i].dealer, wrong[i].part, wrong[i].quantity, wrong[i].reason, wrong[i].vin, "RO-1");

        ck_assert_msg(strcmp(name, wrong[i].refusal) == 0, "row %zu: %s", i, name);
        ck_assert((before == state_now()) == (strcmp(name, "done") != 0));
    }
    commit();
    all_agrees();
}
END_TEST

START_TEST(orders_do_not_grow_without_end)
{
    const int64_t most = WL_STOCK_MAX / WL_QUANTITY_MAX;

    begin();
    for (int64_t i = 0; i < most; i++)
        DONE(request("D1", "P-BACK", WL_QUANTITY_MAX));
    REFUSED("quantity-too-large", request("D1", "P-BACK", WL_QUANTITY_MAX));
    DONE(request("D10", "P-BACK", WL_QUANTITY_MAX));
    DONE(request("D1", "P-TWO", WL_QUANTITY_MAX));
    OK(wl_parts_check(txn));
    commit();
}
END_TEST

/* ---- every command in every state of a request ---- */

enum situation_of_request {
    NO_REQUEST,
    OWN,         /* reserved at its dealer */
    OWN_PARTLY,  /* and fitted in part */
    RESERVED,    /* at W1 */
    WAITING,     /* back-ordered */
    SHIPPED,     /* nothing arrived */
    ARRIVING,    /* some arrived */
    ARRIVING_IN, /* some arrived and is fitted */
    HERE,        /* all arrived */
    HERE_PARTLY, /* and is fitted in part */
    SHORT,       /* some arrived, nothing more will */
    LOST,        /* nothing arrived, nothing will */
    IN,          /* fitted */
    SHORT_IN,    /* what arrived is fitted, nothing more will */
    CANCELLED,   /* from a warehouse */
    GIVEN_UP,    /* after it was fitted in part */
    REQUEST_SITUATIONS,
};

/* Of three pieces. Each leads to a request; the last made. */
static void lead_to(enum situation_of_request situation)
{
    static const char *const steps[REQUEST_SITUATIONS] = {
        [NO_REQUEST] = "",    [OWN] = "o",        [OWN_PARTLY] = "of",    [RESERVED] = "w",     [WAITING] = "b",
        [SHIPPED] = "ws",     [ARRIVING] = "wsa", [ARRIVING_IN] = "wsaf", [HERE] = "wsr",       [HERE_PARTLY] = "wsrf",
        [SHORT] = "wsac",     [LOST] = "wsc",     [IN] = "wsrffff",       [SHORT_IN] = "wsafc", [CANCELLED] = "wx",
        [GIVEN_UP] = "wsrfx",
    };
    int64_t number = (int64_t)wl_request_count(txn) + 1;

    for (const char *s = steps[situation]; *s; s++) {
        int64_t dispatch = (int64_t)wl_dispatch_count(txn);

        if (*s == 'o')
            DONE(request("D1", "P-TWO", PIECES(3)));
        else if (*s == 'w')
            DONE(request("D1", "P-BACK", PIECES(3)));
        else if (*s == 'b')
            DONE(request("D1", "P-LOT", PIECES(3)));
        else if (*s == 's')
            DONE(ship(REQUESTS(number)));
        else if (*s == 'a')
            DONE(arrive(dispatch, 1, PIECES(1), 0));
        else if (*s == 'r')
            DONE(arrive_all(dispatch));
        else if (*s == 'c')
            DONE(close_dispatch(dispatch));
        else if (*s == 'x')
            DONE(cancel(number));
        else if (request_row((uint64_t)number).state != WL_REQUEST_FITTED)
            DONE(fit(number, PIECES(1)));
    }
}

static const char *try_source(int64_t number)
{
    return source_again(number);
}
static const char *try_cancel(int64_t number)
{
    return cancel(number);
}
static const char *try_ship(int64_t number)
{
    return ship(REQUESTS(number));
}
static const char *try_fit(int64_t number)
{
    return fit(number, WL_NONE);
}
static const char *try_fit_one(int64_t number)
{
    return fit(number, PIECES(1));
}
static const char *try_fit_all(int64_t number)
{
    return fit(number, PIECES(3));
}

#define CLOSED "request-closed"
#define ON_ITS_WAY "request-shipped"
#define AT_DEALER "request-sourced"
#define TOO_MUCH "quantity-too-large"
static const struct {
    const char *(*run)(int64_t number);
    const char *expected[REQUEST_SITUATIONS]; /* in the order of enum situation_of_request */
} legal[] = {
    {try_source,
     {"request-unknown", AT_DEALER, AT_DEALER, "done", "done", ON_ITS_WAY, ON_ITS_WAY, ON_ITS_WAY, AT_DEALER, AT_DEALER,
      CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED}},
    {try_cancel,
     {"request-unknown", "done", "done", "done", "done", ON_ITS_WAY, ON_ITS_WAY, ON_ITS_WAY, "done", "done", "done",
      "done", CLOSED, CLOSED, CLOSED, CLOSED}},
    {try_ship,
     {"request-unknown", AT_DEALER, AT_DEALER, "done", "request-not-sourced", ON_ITS_WAY, ON_ITS_WAY, ON_ITS_WAY,
      AT_DEALER, AT_DEALER, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED}},
    {try_fit,
     {"request-unknown", "done", "done", "request-not-received", "request-not-sourced", "request-not-received", "done",
      "request-not-received", "done", "done", "done", CLOSED, CLOSED, CLOSED, CLOSED, CLOSED}},
    {try_fit_one,
     {"request-unknown", "done", "done", "request-not-received", "request-not-sourced", "request-not-received", "done",
      "request-not-received", "done", "done", "done", CLOSED, CLOSED, CLOSED, CLOSED, CLOSED}},
    {try_fit_all,
     {"request-unknown", "done", TOO_MUCH, "request-not-received", "request-not-sourced", "request-not-received",
      TOO_MUCH, "request-not-received", "done", TOO_MUCH, TOO_MUCH, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED}},
};

/* The state of each situation, so that each state has one. */
static const enum wl_request_state state_of[REQUEST_SITUATIONS] = {
    [OWN] = WL_REQUEST_RESERVED,         [OWN_PARTLY] = WL_REQUEST_RESERVED, [RESERVED] = WL_REQUEST_RESERVED,
    [WAITING] = WL_REQUEST_BACK_ORDERED, [SHIPPED] = WL_REQUEST_SHIPPED,     [ARRIVING] = WL_REQUEST_SHIPPED,
    [ARRIVING_IN] = WL_REQUEST_SHIPPED,  [HERE] = WL_REQUEST_RECEIVED,       [HERE_PARTLY] = WL_REQUEST_RECEIVED,
    [SHORT] = WL_REQUEST_RECEIVED_SHORT, [LOST] = WL_REQUEST_RECEIVED_SHORT, [IN] = WL_REQUEST_FITTED,
    [SHORT_IN] = WL_REQUEST_FITTED,      [CANCELLED] = WL_REQUEST_CANCELLED, [GIVEN_UP] = WL_REQUEST_CANCELLED,
};

START_TEST(each_command_knows_the_states_of_a_request)
{
    for (int i = 0; i < REQUEST_SITUATIONS; i++) {
        const char *name;
        uint64_t before;

        begin();
        stock_up();
        lead_to(i);
        if (i != NO_REQUEST)
            ck_assert_int_eq(request_row(1).state, state_of[i]);
        OK(wl_parts_check(txn));
        before = state_now();
        name = legal[_i].run(1);
        ck_assert_msg(strcmp(name, legal[_i].expected[i]) == 0, "row %d, situation %d: %s and not %s", _i, i, name,
                      legal[_i].expected[i]);
        ck_assert_msg((before == state_now()) == (strcmp(name, "done") != 0), "row %d, situation %d", _i, i);
        OK(wl_parts_check(txn));
        wl_txn_abort(&txn);
    }
}
END_TEST

START_TEST(each_situation_is_made_again_from_the_journal)
{
    begin();
    for (int i = 0; i < REQUEST_SITUATIONS; i++) {
        DONE(deliver("W1", "P-BACK", PIECES(9)));
        if (i == OWN || i == OWN_PARTLY)
            DONE(open_stock("D1", NULL, "P-TWO", i == OWN ? "A" : "B", NULL, PIECES(3)));
        lead_to(i);
    }
    commit();
    all_agrees();
}
END_TEST

/* ---- sourcing again, cancelling ---- */

START_TEST(a_request_is_sourced_again)
{
    const struct wl_request_outcome *out;

    begin();
    DONE(deliver("W2", "P-BACK", PIECES(4)));
    DONE(request("D1", "P-BACK", PIECES(3))); /* 1, at W2 */
    DONE(request("D2", "P-BACK", PIECES(2))); /* 2 to 4 wait: one of 1 is left */
    DONE(request("D10", "P-BACK", PIECES(2)));
    DONE(request("D2", "P-BACK", PIECES(1))); /* takes it */
    stock_is("P-BACK", "W2", PIECES(4), PIECES(4), 0, 0);
    stock_is("P-BACK", "D1", 0, 0, 0, PIECES(3));
    DONE(source_again(1)); /* what it has itself counts as free */
    out = outcome;
    considered_are(out->considered, "D1 P-BACK 0 not-enough, W1 P-BACK 0 not-enough, W2 P-BACK 3 only");
    numbers_are(out->filled, "");
    request_is(1, WL_REQUEST_RESERVED, "W2", 0, 0, 0);
    ck_assert_int_eq(request_row(1).sourced_seq, entry_now());

    DONE(open_stock("D1", NULL, "P-BACK", NULL, NULL, PIECES(3)));
    DONE(source_again(1)); /* 2 gets what it had at W2; 3 is not covered any more */
    out = outcome;
    ck_assert_int_eq(out->choice, WL_CHOICE_OWN_STOCK);
    numbers_are(out->filled, "2");
    request_is(1, WL_REQUEST_RESERVED, "D1", PIECES(3), 0, 0);
    request_is(2, WL_REQUEST_RESERVED, "W2", 0, 0, 0);
    ck_assert_int_eq(request_row(2).choice, WL_CHOICE_DELIVERY);
    request_is(3, WL_REQUEST_BACK_ORDERED, "", 0, 0, 0);
    stock_is("P-BACK", "D1", PIECES(3), PIECES(3), 0, 0);
    stock_is("P-BACK", "W2", PIECES(4), PIECES(3), 0, 0);

    DONE(open_stock("W1", NULL, "P-TWO", NULL, NULL, PIECES(1)));
    DONE(open_stock("D10", NULL, "P-BACK", NULL, NULL, PIECES(2)));
    DONE(source_again(3)); /* from the back-orders */
    request_is(3, WL_REQUEST_RESERVED, "D10", PIECES(2), 0, 0);
    stock_is("P-BACK", "D10", PIECES(2), PIECES(2), 0, 0);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

/* The part that was reserved left the chain: what is released is the other part's. */
START_TEST(sourcing_again_follows_reference_data)
{
    begin();
    DONE(deliver("W1", "P-NEW", PIECES(2)));
    DONE(request("D1", "P-OLD", PIECES(2)));
    DONE(request("D10", "P-NEW", PIECES(1)));
    request_is(1, WL_REQUEST_RESERVED, "W1", 0, 0, 0);
    commit();
    load_table("supersessions", "part_id,replaced_by,from_date,void\nP-OLD,,,yes\n");
    begin();
    DONE(source_again(1));
    numbers_are(((const struct wl_request_outcome *)outcome)->filled, "2");
    request_is(1, WL_REQUEST_BACK_ORDERED, "", 0, 0, 0);
    ck_assert(wl_str_is(request_row(1).part_id, "P-OLD"));
    stock_is("P-NEW", "D1", 0, 0, 0, 0);
    stock_is("P-OLD", "D1", 0, 0, 0, PIECES(2));
    DONE(deliver("W2", "P-OLD", PIECES(2)));
    numbers_are(((const struct wl_deliver_outcome *)outcome)->filled, "1");
    commit();
    load_table("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime,void\nP-OLD,,,,,,,,,,yes\n");
    load_table("dealers", "dealer_id,name,region,country,currency,tax_percent,status\n"
                          "D10,Ten,R1,CN,CNY,0,suspended\n");
    begin();
    REFUSED("part-unknown", source_again(1));
    REFUSED("dealer-suspended", source_again(2));
    DONE(cancel(2));
    commit();
    all_agrees();
}
END_TEST

START_TEST(what_is_cancelled_goes_to_who_waits)
{
    const struct wl_request_cancel_outcome *out;

    begin();
    DONE(deliver("W1", "P-BACK", PIECES(5)));
    DONE(request("D1", "P-BACK", PIECES(5)));
    DONE(request("D1", "P-BACK", PIECES(2)));
    DONE(request("D2", "P-BACK", PIECES(1)));
    DONE(request("D10", "P-BACK", PIECES(3)));
    DONE(request("D10", "P-BACK", PIECES(1)));
    REFUSED("reason-missing", cancel_by(1, NULL));
    DONE(cancel(1));
    out = outcome;
    ck_assert_int_eq(out->released, PIECES(5));
    numbers_are(out->filled, "2 3 5"); /* oldest first; 4 is not covered by what is left */
    request_is(1, WL_REQUEST_CANCELLED, "W1", 0, 0, 0);
    request_is(4, WL_REQUEST_BACK_ORDERED, "", 0, 0, 0);
    request_is(5, WL_REQUEST_RESERVED, "W1", 0, 0, 0);
    stock_is("P-BACK", "W1", PIECES(5), PIECES(4), 0, 0);
    stock_is("P-BACK", "D1", 0, 0, 0, PIECES(2));
    DONE(request("D10", "P-BACK", PIECES(9)));
    DONE(cancel(6)); /* a back-order: releases nothing */
    out = outcome;
    ck_assert_int_eq(out->released, 0);
    numbers_are(out->filled, "");
    DONE(cancel(2));
    numbers_are(((const struct wl_request_cancel_outcome *)outcome)->filled, "4");
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(what_a_dealer_gives_up_is_its_free_stock)
{
    begin();
    stock_up();
    lead_to(HERE_PARTLY);
    stock_is("P-BACK", "D1", PIECES(4), PIECES(2), 0, 0);
    DONE(request("D10", "P-BACK", PIECES(3))); /* waits; a dealer's stock is nobody else's */
    DONE(cancel(1));
    ck_assert_int_eq(((const struct wl_request_cancel_outcome *)outcome)->released, PIECES(2));
    numbers_are(((const struct wl_request_cancel_outcome *)outcome)->filled, "");
    request_is(1, WL_REQUEST_CANCELLED, "D1", PIECES(3), 0, PIECES(1));
    stock_is("P-BACK", "D1", PIECES(4), 0, 0, 0);
    commit();
    all_agrees();
}
END_TEST

/* ---- dispatches ---- */

START_TEST(a_dispatch_takes_bins_and_lots_in_their_order)
{
    begin();
    DONE(deliver_to("W1", "A-02", "P-BACK", "L2", PIECES(2)));
    DONE(deliver_to("W1", "A-01", "P-BACK", "L3", PIECES(2)));
    DONE(deliver_to("W1", "A-01", "P-BACK", "L1", PIECES(1)));
    DONE(deliver_to("W1", NULL, "P-TWO", "T", PIECES(9)));
    DONE(request("D1", "P-BACK", PIECES(2)));
    DONE(request("D1", "P-BACK", PIECES(2)));
    DONE(request("D10", "P-TWO", PIECES(3)));
    DONE(ship_by("W1", "D1", "C1", REQUESTS(2, 1), ITEMS(ITEM("P-TWO", 2500), ITEM("P-BACK", 1000))));
    ck_assert_int_eq(((const struct wl_dispatch_outcome *)outcome)->dispatch, 1);
    lines_are(1, "2 P-BACK L1 A-01 1000, 2 P-BACK L3 A-01 1000, 1 P-BACK L3 A-01 1000, 1 P-BACK L2 A-02 1000, "
                 "- P-TWO T S-01 2500, - P-BACK L2 A-02 1000");
    request_is(1, WL_REQUEST_SHIPPED, "W1", 0, 0, 0);
    ck_assert_int_eq(request_row(2).dispatch, 1);
    dispatch_is(1, WL_DISPATCH_SHIPPED, 6);
    ck_assert(wl_str_is(dispatch_row(1).carrier_id, "C1") && wl_str_is(dispatch_row(1).box, "BOX-1") &&
              wl_str_is(dispatch_row(1).tracking, "TR-1"));
    ck_assert_int_eq(dispatch_row(1).time, now);
    stock_is("P-BACK", "W1", 0, 0, 0, 0);
    stock_is("P-BACK", "D1", 0, 0, PIECES(5), 0);
    stock_is("P-TWO", "W1", 6500, PIECES(3), 0, 0);
    stock_is("P-TWO", "D1", 0, 0, 2500, 0);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_IN_TRANSIT, "dispatch/1", "P-BACK", "L3"), PIECES(2));
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(reserved_stock_stays)
{
    begin();
    DONE(deliver_to("W1", "A-01", "P-BACK", "L", PIECES(5)));
    DONE(request("D1", "P-BACK", PIECES(2)));
    DONE(request("D10", "P-BACK", PIECES(1)));
    REFUSED("stock-reserved", ship_items(ITEMS(ITEM("P-BACK", 3000))));
    REFUSED("stock-reserved", ship_items(ITEMS(ITEM("P-BACK", 2000), ITEM("P-BACK", 1000))));
    REFUSED("stock-reserved", ship_by("W1", "D1", NULL, REQUESTS(1), ITEMS(ITEM("P-BACK", 3000))));
    REFUSED("stock-short", ship_items(ITEMS(ITEM("P-BACK", 6000))));
    DONE(ship_by("W1", "D1", NULL, REQUESTS(1), ITEMS(ITEM("P-BACK", 2000))));
    stock_is("P-BACK", "W1", PIECES(1), PIECES(1), 0, 0);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(pieces_with_serial_numbers_go_one_by_one)
{
    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(3), "A1 A2 A3"));
    DONE(request("D1", "P-SER", PIECES(2)));
    REFUSED("stock-reserved", ship_items(ITEMS(ITEM("P-SER", 2000))));
    REFUSED("quantity-invalid", ship_items(ITEMS(ITEM("P-SER", 500))));
    REFUSED("stock-short", ship_items(ITEMS({.part_id = WL_STR("P-SER"), .lot = WL_STR("sn:A9"), .quantity = 1000})));
    DONE(ship_by(
        "W1", "D1", NULL, REQUESTS(1),
        ITEMS({.part_id = WL_STR("P-SER"), .bin_id = WL_STR("S-01"), .lot = WL_STR("sn:A3"), .quantity = 1000})));
    lines_are(1, "1 P-SER sn:A1 S-01 1000, 1 P-SER sn:A2 S-01 1000, - P-SER sn:A3 S-01 1000");
    commit();
    all_agrees();
}
END_TEST

START_TEST(what_cannot_be_shipped_is_refused)
{
    begin();
    stock_up();
    DONE(deliver("W2", "P-KEEP", PIECES(5)));
    DONE(open_stock("D10", NULL, "P-KEEP", NULL, NULL, PIECES(5)));
    DONE(request("D1", "P-BACK", PIECES(3)));  /* 1, at W1 */
    DONE(request("D10", "P-BACK", PIECES(1))); /* 2, at W1 */
    DONE(request("D2", "P-KEEP", PIECES(1)));  /* 3, at W2 */
    DONE(request("D10", "P-KEEP", PIECES(1))); /* 4, its own */
    REFUSED("location-unknown", ship_by("W9", "D1", NULL, REQUESTS(1), NULL));
    about_is("W9");
    REFUSED("location-unknown", ship_by("W1", "D9", NULL, REQUESTS(1), NULL));
    about_is("D9");
    REFUSED("same-location", ship_by("D1", "D1", NULL, NULL, ITEMS(ITEM("P-BACK", 1000))));
    REFUSED("dealer-suspended", ship_by("W1", "D3", NULL, NULL, ITEMS(ITEM("P-BACK", 1000))));
    REFUSED("carrier-unknown", ship_by("W1", "D1", "C9", REQUESTS(1), NULL));
    REFUSED("nothing-to-ship", ship_by("W1", "D1", "C1", NULL, NULL));
    REFUSED("named-twice", ship(REQUESTS(1, 1)));
    about_is("1");
    REFUSED("request-unknown", ship(REQUESTS(1, 99)));
    about_is("99");
    REFUSED("request-elsewhere", ship(REQUESTS(1, 2))); /* of another dealer */
    about_is("2");
    REFUSED("request-elsewhere", ship_by("W1", "D2", NULL, REQUESTS(3), NULL)); /* sourced at another place */
    REFUSED("request-elsewhere", ship_by("W1", "W2", NULL, REQUESTS(1), NULL)); /* to a warehouse */
    REFUSED("request-sourced", ship_by("D10", "D1", NULL, REQUESTS(4), NULL));
    about_is("4");
    REFUSED("part-unknown", ship_items(ITEMS(ITEM("P-NONE", 1000))));
    about_is("P-NONE");
    REFUSED("quantity-invalid", ship_items(ITEMS(ITEM("P-BACK", 0))));
    REFUSED("stock-short", ship_items(ITEMS(ITEM("P-KEEP", 1000))));
    REFUSED("stock-short",
            ship_items(ITEMS({.part_id = WL_STR("P-BACK"), .bin_id = WL_STR("A-09"), .quantity = 1000})));
    commit();
    all_agrees();
}
END_TEST

/* From anywhere to anywhere. */
START_TEST(stock_goes_back_and_across)
{
    begin();
    stock_up();
    DONE(ship_by("D1", "W2", NULL, NULL, ITEMS(ITEM("P-BACK", 2000)))); /* 1 */
    DONE(ship_by("W1", "W2", NULL, NULL, ITEMS(ITEM("P-BACK", 1000)))); /* 2 */
    DONE(ship_by("D1", "D10", NULL, NULL, ITEMS(ITEM("P-TWO", 1000)))); /* 3 */
    stock_is("P-BACK", "W2", 0, 0, PIECES(3), 0);
    DONE(request("D2", "P-BACK", PIECES(5)));
    for (int64_t i = 1; i <= 3; i++)
        DONE(arrive_all(i));
    stock_is("P-BACK", "W2", PIECES(3), 0, 0, 0);
    stock_is("P-TWO", "D10", PIECES(1), 0, 0, 0);
    request_is(1, WL_REQUEST_BACK_ORDERED, "", 0, 0, 0);
    DONE(request("D2", "P-BACK", PIECES(1)));
    request_is(2, WL_REQUEST_RESERVED, "W2", 0, 0, 0);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

/* What is received at a warehouse fills no back-order, as a delivery would; sourcing again finds it. */
START_TEST(a_receipt_fills_no_back_order)
{
    begin();
    stock_up();
    DONE(request("D2", "P-TWO", PIECES(1)));
    DONE(ship_by("D1", "W2", NULL, NULL, ITEMS(ITEM("P-TWO", 1000))));
    DONE(arrive_all(1));
    request_is(1, WL_REQUEST_BACK_ORDERED, "", 0, 0, 0);
    DONE(source_again(1));
    request_is(1, WL_REQUEST_RESERVED, "W2", 0, 0, 0);
    commit();
    all_agrees();
}
END_TEST

/* A suspended dealer gets nothing more, but what it has it may send. A part that is known no more can still be sent. */
START_TEST(what_was_known_can_still_be_sent)
{
    begin();
    stock_up();
    commit();
    load_table("dealers", "dealer_id,name,region,country,currency,tax_percent,status\nD1,One,R1,CN,CNY,13,suspended\n");
    load_table("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime,void\nP-TWO,,,,,,,,,,yes\n");
    begin();
    DONE(ship_by("D1", "W1", NULL, NULL, ITEMS(ITEM("P-TWO", 3000))));
    REFUSED("part-unknown", ship_by("D1", "W1", NULL, NULL, ITEMS(ITEM("P-TWO", 1000))));
    DONE(arrive_all(1));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_dispatch_is_reversed)
{
    uint64_t before;

    begin();
    stock_up();
    DONE(request("D1", "P-BACK", PIECES(3)));
    before = state_now();
    DONE(ship_by("W1", "D1", NULL, REQUESTS(1), ITEMS(ITEM("P-BACK", 1000))));
    DONE(reverse(entry_now()));
    dispatch_is(1, WL_DISPATCH_CANCELLED, 0);
    request_is(1, WL_REQUEST_RESERVED, "W1", 0, 0, 0);
    ck_assert_int_eq(request_row(1).dispatch, WL_NONE);
    stock_is("P-BACK", "W1", PIECES(5), PIECES(3), 0, 0);
    stock_is("P-BACK", "D1", PIECES(2), 0, 0, PIECES(3));
    ck_assert(before != state_now()); /* the dispatch and what moved remain */
    REFUSED("dispatch-closed", arrive_all(1));
    REFUSED("dispatch-closed", close_dispatch(1));

    DONE(ship(REQUESTS(1))); /* shipped anew */
    DONE(arrive(2, 1, PIECES(1), 0));
    REFUSED("reversal-blocked", reverse(entry_now() - 1));
    about_is("dispatch/2");
    DONE(reverse(entry_now() - 1)); /* the receipt; after it the dispatch too */
    dispatch_is(2, WL_DISPATCH_SHIPPED, 1);
    request_is(1, WL_REQUEST_SHIPPED, "W1", 0, 0, 0);
    DONE(reverse(entry_now() - 3));
    dispatch_is(2, WL_DISPATCH_CANCELLED, 0);
    request_is(1, WL_REQUEST_RESERVED, "W1", 0, 0, 0);
    DONE(source_again(1));
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_dispatch_has_so_many_lines)
{
    begin();
    for (int i = 0; i <= WL_DISPATCH_LINES_MAX; i++) {
        char lot[16];

        snprintf(lot, sizeof lot, "L%03d", i);
        DONE(deliver_to("W1", "A-01", "P-BACK", lot, PIECES(1)));
    }
    REFUSED("quantity-too-large", ship_items(ITEMS(ITEM("P-BACK", PIECES(WL_DISPATCH_LINES_MAX + 1)))));
    DONE(ship_items(ITEMS(ITEM("P-BACK", PIECES(WL_DISPATCH_LINES_MAX)))));
    DONE(arrive_all(1));
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("demand");
    TCase *tc = cases("demand", demand_world_make);

    tcase_add_test(tc, what_is_asked_for_wrongly_is_refused);
    tcase_add_test(tc, orders_do_not_grow_without_end);
    tcase_add_loop_test(tc, each_command_knows_the_states_of_a_request, 0, WL_COUNT(legal));
    tcase_add_test(tc, each_situation_is_made_again_from_the_journal);
    tcase_add_test(tc, a_request_is_sourced_again);
    tcase_add_test(tc, sourcing_again_follows_reference_data);
    tcase_add_test(tc, what_is_cancelled_goes_to_who_waits);
    tcase_add_test(tc, what_a_dealer_gives_up_is_its_free_stock);
    tcase_add_test(tc, a_dispatch_takes_bins_and_lots_in_their_order);
    tcase_add_test(tc, reserved_stock_stays);
    tcase_add_test(tc, pieces_with_serial_numbers_go_one_by_one);
    tcase_add_test(tc, what_cannot_be_shipped_is_refused);
    tcase_add_test(tc, stock_goes_back_and_across);
    tcase_add_test(tc, a_receipt_fills_no_back_order);
    tcase_add_test(tc, what_was_known_can_still_be_sent);
    tcase_add_test(tc, a_dispatch_is_reversed);
    tcase_add_test(tc, a_dispatch_has_so_many_lines);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
