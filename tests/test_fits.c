/* What is fitted: from a request or from free stock, and what it makes known of the vehicle. */
#include "tests/demand_world.h"

START_TEST(a_fit_is_a_row_of_fits)
{
    struct wl_context ctx = {.arena = &arena, .cache = wl_store_cache(store)};
    const struct wl_fit_outcome *out;
    struct wl_fits fits;

    begin();
    send_box();
    DONE(arrive_all(1));
    DONE(fit_by("D1", VIN, 1, NULL, NULL, 2000, "RO-A"));
    out = outcome;
    ck_assert(wl_str_is(out->part_id, "P-BACK") && wl_str_is(out->owner_id, "O1"));
    ck_assert_int_eq(out->quantity, 2000);
    request_is(1, WL_REQUEST_RECEIVED, "D1", 5000, 0, 2000);
    stock_is("P-BACK", "D1", 3000, 3000, 0, 0);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_VEHICLE, VIN, "P-BACK", "L1"), 2000);
    ctx.txn = txn;
    ctx.seq = wl_journal_size(txn);
    fits = wl_fits_of(wl_reference(&ctx), text(VIN), text("P-BACK"));
    ck_assert_uint_eq(fits.count, 1);
    ck_assert(wl_str_is(fits.at[0].dealer_id, "D1") && wl_str_is(fits.at[0].invoice_no, "RO-A") &&
              wl_str_is(fits.at[0].owner_id, "O1"));
    ck_assert_int_eq(fits.at[0].fit_date, today_);
    ck_assert_int_eq(fits.at[0].fit_km, 20000);
    ck_assert_int_eq(fits.at[0].paid_by, WL_PAID_BY_CUSTOMER);

    REFUSED("fit-known", fit_by("D1", VIN, 1, NULL, NULL, 1000, "RO-A"));
    REFUSED("fit-known", fit_by("D1", VIN, WL_NONE, "P-BACK", NULL, 1000, "RO-A"));
    DONE(fit_by("D1", VIN2, 1, NULL, NULL, 1000, "RO-A"));
    DONE(fit_by("D1", VIN, WL_NONE, "P-TWO", NULL, 1000, "RO-A"));
    DONE(fit_by("D1", VIN, 1, "P-BACK", "L1", WL_NONE, "RO-B"));
    request_is(1, WL_REQUEST_FITTED, "D1", 5000, 0, 5000);
    stock_is("P-BACK", "D1", 0, 0, 0, 0);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

START_TEST(what_cannot_be_fitted_is_refused)
{
    begin();
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "A1"));
    send_box();
    DONE(arrive_all(1));
    DONE(open_stock("D10", NULL, "P-BACK", NULL, NULL, PIECES(2)));
    DONE(request_by("D1", "P-TWO", PIECES(1), "worn", VIN2, NULL)); /* 2: own, for another vehicle */
    DONE(request("D10", "P-BACK", PIECES(1)));                      /* 3: own, of another dealer */
    REFUSED("dealer-unknown", fit_by("D9", VIN, 1, NULL, NULL, WL_NONE, "I"));
    REFUSED("vehicle-unknown", fit_by("D1", "WVWZZZ1JZXW000001", 1, NULL, NULL, WL_NONE, "I"));
    REFUSED("request-unknown", fit_by("D1", VIN, 9, NULL, NULL, WL_NONE, "I"));
    REFUSED("request-elsewhere", fit_by("D1", VIN, 2, NULL, NULL, WL_NONE, "I"));
    REFUSED("request-elsewhere", fit_by("D1", VIN, 3, NULL, NULL, WL_NONE, "I"));
    REFUSED("request-elsewhere", fit_by("D1", VIN, 1, "P-TWO", NULL, WL_NONE, "I"));
    REFUSED("quantity-invalid", fit_by("D1", VIN, 1, NULL, NULL, 0, "I"));
    REFUSED("quantity-invalid", fit_by("D1", VIN, 1, NULL, NULL, -1000, "I"));
    REFUSED("quantity-too-large", fit_by("D1", VIN, 1, NULL, NULL, 5001, "I"));
    REFUSED("stock-short", fit_by("D1", VIN, 1, NULL, "L9", 1000, "I"));
    REFUSED("part-unknown", fit_part("P-NONE", 1000, "I"));
    REFUSED("quantity-invalid", fit_part("P-TWO", WL_NONE, "I"));
    REFUSED("quantity-invalid", fit_part("P-SER", 500, "I"));
    REFUSED("stock-reserved", fit_part("P-BACK", 1000, "I")); /* all of it is for request 1 */
    REFUSED("stock-reserved", fit_part("P-TWO", 2000, "I"));
    REFUSED("stock-short", fit_part("P-TWO", 3000, "I"));
    REFUSED("serial-elsewhere", fit_by("D1", VIN, WL_NONE, "P-SER", "sn:A1", 1000, "I"));
    DONE(fit_by("D1", VIN2, 2, "P-TWO", NULL, WL_NONE, "I"));
    DONE(fit_part("P-TWO", 1000, "I"));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_malformed_fitting_is_an_error)
{
    const struct wl_fit_body good = {.dealer_id = WL_STR("D1"),
                                     .vin = WL_STR(VIN),
                                     .request = WL_NONE,
                                     .part_id = WL_STR("P-TWO"),
                                     .quantity = 1000,
                                     .mileage_km = 9999999,
                                     .invoice_no = WL_STR("I"),
                                     .paid_by = WL_PAID_BY_WARRANTY};
    struct wl_fit_body bad[6];
    struct wl_receipt_line line = {.line = 1, .good = 1000};
    struct wl_receive_dispatch_body receipt = {.dispatch = 1, .lines = {&line, 1}, .all = 1, .close = WL_NONE};
    struct wl_resolve_body unresolved = {1, WL_NONE, WL_NO_STR, WL_STR("r")};
    struct wl_result result;

    for (size_t i = 0; i < WL_COUNT(bad); i++)
        bad[i] = good;
    bad[0].mileage_km = -1;
    bad[1].mileage_km = 10000000;
    bad[2].mileage_km = WL_NONE;
    bad[3].paid_by = WL_NONE;
    bad[4].invoice_no = WL_NO_STR;
    bad[5].invoice_no = WL_STR("A\nB");
    for (size_t i = 0; i < WL_COUNT(bad) + 2; i++) {
        struct wl_request sent = {
            .command = &wl_fit_command, .body = &bad[i % 6], .time = now, .actor = WL_STR("test")};

        if (i == WL_COUNT(bad)) {
            sent.command = &wl_receive_dispatch_command;
            sent.body = &receipt;
        } else if (i > WL_COUNT(bad)) {
            sent.command = &wl_resolve_command;
            sent.body = &unresolved;
        }
        begin();
        find_all();
        ck_assert_int_eq(wl_execute(txn, &arena, &sent, &result), WL_E_USAGE);
        wl_txn_abort(&txn);
    }
    begin();
    send_box();
    DONE(arrive_all(1));
    DONE(run(&wl_fit_command, &good));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_suspended_dealer_may_receive_and_fit)
{
    begin();
    send_box();
    commit();
    load_table("dealers", "dealer_id,name,region,country,currency,tax_percent,status\nD1,One,R1,CN,CNY,13,suspended\n");
    begin();
    DONE(arrive_all(1));
    DONE(fit(1, PIECES(2)));
    DONE(fit_part("P-TWO", PIECES(1), "I"));
    DONE(cancel(1));
    commit();
    all_agrees();
}
END_TEST

/* The second step from the shelf to a claim: what was fitted is covered by its own warranty. */
static const char *part_claim(const char *no)
{
    struct wl_part_line part = {text("P-TWO"), text("1"), text("30"), text("CNY")};
    struct wl_claim_record record = {
        .dealer_id = text("D1"),
        .claim_no = text(no),
        .submission = text("1"),
        .type = text("part"),
        .vin = text(VIN),
        .repair_date = text("2025-07-01"),
        .submit_date = text("2025-07-02"),
        .mileage = text("30000"),
        .fault_code = text("F1"),
        .causal_part = text("P-TWO"),
        .parts = {&part, 1},
    };
    static struct wl_buf answer_;
    const struct wl_record_outcome *out;

    DONE(run(&wl_record_command, &record));
    out = outcome;
    if (answer_.ceiling == 0)
        wl_buf_init(&answer_, 1 << 12);
    wl_buf_clear(&answer_);
    wl_buf_format(&answer_, "%s ", wl_decision_names[out->decision.decision]);
    wl_findings_text(&answer_, out->decision.findings, "|");
    wl_buf_byte(&answer_, 0);
    return (const char *)answer_.data;
}

START_TEST(a_claim_finds_the_fit)
{
    int64_t fitting;

    begin();
    send_box();
    DONE(arrive_all(1));
    set_day("2025-07-03");
    ck_assert_str_eq(part_claim("C1"), "rejected part-coverage-none");
    commit();
    world_remove();
    demand_world_make();
    begin();
    send_box();
    DONE(arrive_all(1));
    DONE(fit_part("P-TWO", PIECES(1), "RO-9"));
    fitting = entry_now();
    set_day("2025-07-03");
    ck_assert_str_eq(part_claim("C2"), "approved ");
    DONE(reverse(fitting));
    ck_assert_str_eq(part_claim("C3"), "rejected part-coverage-none");
    commit();
    all_agrees();
}
END_TEST

/* ---- reversals ---- */

START_TEST(a_fitting_is_reversed)
{
    uint64_t before;
    int64_t fitting;

    begin();
    send_box();
    DONE(arrive(1, 1, 3000, 0));
    before = quantities_now();
    DONE(fit_by("D1", VIN, 1, NULL, NULL, WL_NONE, "RO-1"));
    fitting = entry_now();
    request_is(1, WL_REQUEST_SHIPPED, "D1", 3000, 0, 3000);
    REFUSED("request-not-received", fit(1, WL_NONE));
    DONE(reverse(fitting));
    request_is(1, WL_REQUEST_SHIPPED, "D1", 3000, 0, 0);
    ck_assert(before == quantities_now());
    DONE(fit_by("D1", VIN, 1, NULL, NULL, 1000, "RO-1")); /* the invoice is free again */
    fitting = entry_now();
    DONE(arrive_all(1));
    DONE(fit(1, 4000));
    request_is(1, WL_REQUEST_FITTED, "D1", 5000, 0, 5000);
    DONE(reverse(fitting));
    request_is(1, WL_REQUEST_RECEIVED, "D1", 5000, 0, 4000);
    stock_is("P-BACK", "D1", 1000, 1000, 0, 0);
    DONE(fit(1, 1000));
    fitting = entry_now();
    DONE(request("D1", "P-TWO", 2000)); /* own stock, fitted, given up, and the fitting taken back: free stock */
    DONE(fit(2, 500));
    DONE(cancel(2));
    DONE(reverse(entry_now() - 1));
    request_is(2, WL_REQUEST_CANCELLED, "D1", 2000, 0, 0);
    stock_is("P-TWO", "D1", 2000, 0, 0, 0);
    OK(wl_parts_check(txn));
    commit();
    all_agrees();
}
END_TEST

/* Reference data may come to say more about a fit than the ledger does: then the ledger does not take it away. */
START_TEST(a_fit_loaded_over_it_blocks_a_fittings_reversal)
{
    int64_t fitting;

    begin();
    send_box();
    DONE(arrive_all(1));
    DONE(fit_by("D1", VIN, 1, NULL, NULL, 1000, "RO-1"));
    fitting = entry_now();
    DONE(fit_by("D1", VIN, 1, NULL, NULL, 1000, "RO-2"));
    commit();
    load_table("fits", "dealer_id,invoice_no,vin,part_id,fit_date,fit_km,paid_by,owner_id,void\n"
                       "D1,RO-1," VIN ",P-BACK,2025-06-01,19000,warranty,O1,\nD1,RO-2," VIN ",P-BACK,,,,,yes\n");
    begin();
    REFUSED("reversal-blocked", reverse(fitting));
    about_is_entry("RO-1: ", entry_now() - 2); /* of the table's first row */
    DONE(reverse(fitting + 1));                /* whose row was withdrawn */
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fits");
    TCase *tc = cases("fits", demand_world_make);

    tcase_add_test(tc, a_fit_is_a_row_of_fits);
    tcase_add_test(tc, what_cannot_be_fitted_is_refused);
    tcase_add_test(tc, a_malformed_fitting_is_an_error);
    tcase_add_test(tc, a_suspended_dealer_may_receive_and_fit);
    tcase_add_test(tc, a_claim_finds_the_fit);
    tcase_add_test(tc, a_fitting_is_reversed);
    tcase_add_test(tc, a_fit_loaded_over_it_blocks_a_fittings_reversal);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
