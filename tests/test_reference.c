/* Lookups of reference data, and the memory behind them. */
#include "tests/reference_world.h"

/* ---- lookups ---- */

START_TEST(rows_are_found)
{
    begin();
    const struct wl_dealer *dealer = wl_dealer_find(reference(), text("D1"));
    ck_assert(wl_str_is(dealer->name, "Nord, Autohaus"));
    ck_assert_int_eq(dealer->tax_percent, 19000000);
    ck_assert_int_eq(dealer->status, WL_DEALER_ACTIVE);
    ck_assert(wl_str_is(wl_dealer_find(reference(), text("D2"))->name, "東京モータース"));
    const struct wl_part *part = wl_part_find(reference(), text("P3"));
    ck_assert_int_eq(part->return_rule, WL_RETURN_ALWAYS);
    ck_assert_int_eq(part->lifetime, WL_YES);
    ck_assert_int_eq(wl_operation_find(reference(), text("L1"))->standard_hours, 125);
    ck_assert_int_eq(wl_campaign_find(reference(), text("C1"))->to_date, day("2025-12-31"));
    ck_assert_int_eq(wl_service_plan_find(reference(), text("L2"))->max_km, 15000);
    const struct wl_vehicle *vehicle = wl_vehicle_find(reference(), text(VIN2));
    ck_assert_int_eq(vehicle->sale_date, WL_NONE);
    ck_assert_uint_eq(vehicle->owner_id.size, 0);
    ck_assert_int_eq(vehicle->production_date, day("2022-03-01"));
    const struct wl_authorization *authorization = wl_authorization_find(reference(), text("A2"));
    ck_assert_int_eq(authorization->max_amount, 3001250);
    ck_assert_int_eq(authorization->share_percent, 62500000);
    ck_assert(wl_str_is(wl_warehouse_find(reference(), text("W2"))->name, "華東中心庫"));
    ck_assert_int_eq(wl_warehouse_find(reference(), text("W2"))->returns, WL_YES);
    ck_assert(wl_str_is(wl_carrier_find(reference(), text("NEX"))->name, "Nord Express, GmbH"));
    ck_assert(wl_campaign_has_vehicle(reference(), text("C1"), text(VIN1)));
    ck_assert(!wl_campaign_has_vehicle(reference(), text("C1"), text(VIN2)));
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
    static const char zeros[] = {'E', 'U', 'R', 0, 0, 0, 0};
    char longest[600];

    memset(longest, 'x', sizeof longest);
    begin();
    for (int twice = 0; twice < 2; twice++) {
        ck_assert_ptr_null(wl_dealer_find(reference(), text("D9")));
        ck_assert_ptr_null(wl_dealer_find(reference(), text("D")));
        ck_assert_ptr_null(wl_dealer_find(reference(), text("")));
        ck_assert_ptr_null(wl_dealer_find(reference(), (struct wl_str){longest, sizeof longest}));
        ck_assert_ptr_null(wl_dealer_find(reference(), (struct wl_str){longest, 150}));
        ck_assert_ptr_null(wl_vehicle_find(reference(), text("D1")));
        ck_assert_ptr_null(wl_warehouse_find(reference(), text("D1")));
        ck_assert_ptr_null(wl_carrier_find(reference(), text("")));
        ck_assert_int_eq(wl_tracking_of(reference(), text("P1")), WL_TRACKING_NONE);
        ck_assert_int_eq(wl_tracking_of(reference(), text("")), WL_TRACKING_NONE);
        ck_assert_ptr_null(wl_supersession_on(reference(), text("P5"), day("2026-01-01")));
        ck_assert_uint_eq(wl_bins_of(reference(), text("W2"), text("P1")).count, 0);
        ck_assert_uint_eq(wl_bins_of(reference(), text("W1"), text("P")).count, 0);
        ck_assert_uint_eq(wl_bins_of(reference(), text("W1"), text("")).count, 0);
        ck_assert_uint_eq(wl_tiers(reference(), text("USD")).count, 0);
        ck_assert_uint_eq(wl_tiers(reference(), (struct wl_str){zeros, sizeof zeros}).count, 0);
        ck_assert_uint_eq(wl_seats(reference(), 0).count, 0);
        ck_assert_uint_eq(wl_seats(reference(), WL_NONE).count, 0);
        ck_assert_uint_eq(wl_contracts_of(reference(), text("WVWZZZ1JZXW00000")).count, 0);
        ck_assert_uint_eq(wl_fits_of(reference(), text(VIN2), text("P1")).count, 0);
        ck_assert_int_eq(wl_policy_on(reference(), text("sublet_limit.USD"), day("2025-01-01")), WL_NONE);
    }
    ck_assert_int_eq(wl_txn_status(txn), WL_OK);
}
END_TEST

START_TEST(the_version_in_force_is_found)
{
    static const struct {
        const char *date;
        int64_t price; /* WL_NONE: none */
    } rows[] = {
        {"1900-01-01", WL_NONE}, {"2019-12-31", WL_NONE}, {"2020-01-01", 500000}, {"2023-02-28", 500000},
        {"2023-03-01", 551234},  {"2024-12-31", 551234},  {"2025-01-01", 600000}, {"2199-12-31", 600000},
    };

    begin();
    for (size_t i = 0; i < WL_COUNT(rows); i++) {
        const struct wl_part_terms *terms = wl_part_terms_find(reference(), text("P1"), text("EUR"));
        ck_assert(terms->known);
        ck_assert_int_eq(wl_list_price_on(terms, day(rows[i].date)), rows[i].price);
    }
    ck_assert_int_eq(wl_list_price_on(wl_part_terms_find(reference(), text("P1"), text("JPY")), day("2025-01-01")),
                     80000000);
    ck_assert_int_eq(wl_list_price_on(wl_part_terms_find(reference(), text("P2"), text("JPY")), day("2025-01-01")),
                     WL_NONE);
    ck_assert(!wl_part_terms_find(reference(), text("no such part"), text("EUR"))->known);
    ck_assert(!wl_part_terms_find(reference(), text(""), text("EUR"))->known);
    ck_assert_int_eq(wl_part_terms_find(reference(), text("P1"), text("EUR"))->return_rule,
                     wl_part_find(reference(), text("P1"))->return_rule);
    ck_assert_int_eq(wl_part_terms_find(reference(), text("P1"), text("EUR"))->return_days,
                     wl_part_find(reference(), text("P1"))->return_days);
    ck_assert_int_eq(wl_labour_rate_on(reference(), text("D1"), day("2024-06-30"))->rate, 800000);
    ck_assert_int_eq(wl_labour_rate_on(reference(), text("D1"), day("2024-07-01"))->rate, 925000);
    ck_assert_ptr_null(wl_labour_rate_on(reference(), text("D2"), day("2020-12-31")));
    ck_assert_int_eq(wl_policy_on(reference(), text("submit_days"), day("2024-12-31")), 30000000);
    ck_assert_int_eq(wl_policy_on(reference(), text("submit_days"), day("2025-01-01")), 21000000);
    ck_assert_int_eq(wl_policy_on(reference(), text("submit_days"), day("2019-12-31")), WL_NONE);
}
END_TEST

START_TEST(lists_are_whole_and_in_order)
{
    begin();
    struct wl_reference *r = reference();
    struct wl_tiers tiers = wl_tiers(r, text("EUR"));
    struct wl_seats seats = wl_seats(r, 1);
    struct wl_fits fits = wl_fits_of(r, text(VIN1), text("P1"));
    struct wl_plans plans = wl_plans(r);

    ck_assert_uint_eq(tiers.count, 3);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(tiers.at[i].tier, i);
    ck_assert_int_eq(tiers.at[2].limit, WL_NONE);
    ck_assert_uint_eq(seats.count, 2);
    ck_assert(wl_str_is(seats.at[0].seat_id, "T1-A") && wl_str_is(seats.at[1].seat_id, "T1-B"));
    ck_assert_uint_eq(fits.count, 2);
    ck_assert(wl_str_is(fits.at[0].invoice_no, "I1") && wl_str_is(fits.at[1].invoice_no, "I2"));
    ck_assert_uint_eq(plans.count, 2);
    ck_assert(wl_str_is(plans.at[0].plan_id, "BASE") && wl_str_is(plans.at[1].model_id, "M1"));
    ck_assert_uint_eq(wl_extensions(r).count, 1);
}
END_TEST

/* What the desks, payments and recovery ask for. */
START_TEST(desks_accounts_and_agreements_are_found)
{
    const int64_t today = day("2025-01-01");
    struct wl_reviewers reviewers;

    begin();
    struct wl_reference *r = reference();
    reviewers = wl_reviewers_of(r, text("T1-A"));
    ck_assert_uint_eq(reviewers.count, 1);
    ck_assert(wl_str_is(reviewers.at[0].name, "Li, Wei"));
    ck_assert_uint_eq(wl_reviewers_of(r, text("T1")).count, 0);
    ck_assert_uint_eq(wl_reviewers(r).count, 3);
    ck_assert_int_eq(wl_seat_find(r, text("T2-A"))->tier, 2);
    ck_assert_ptr_null(wl_seat_find(r, text("T2")));
    ck_assert(wl_str_is(wl_bank_account_on(r, text("D1"), text("EUR"), today)->account, "GB82WEST12345698765432"));
    ck_assert(wl_str_is(wl_bank_account_on(r, text(WL_OEM_PARTY), text("EUR"), today)->bic, "COBADEFFXXX"));
    ck_assert_ptr_null(wl_bank_account_on(r, text("D1"), text("EUR"), day("2019-12-31")));
    ck_assert_ptr_null(wl_bank_account_on(r, text("D1"), text("JPY"), today));
    ck_assert_int_eq(wl_agreement_on(r, text("S1"), text("P1"), today)->percent, 75000000);
    ck_assert_int_eq(wl_agreement_on(r, text("S1"), text("P2"), today)->percent, 50500000);
    ck_assert_int_eq(wl_agreement_on(r, text("S1"), text("P2"), today)->days, WL_NONE);
    ck_assert_ptr_null(wl_agreement_on(r, text("S1"), text("P1"), day("2100-01-01")));
    ck_assert_ptr_null(wl_agreement_on(r, text("S2"), text("P1"), today));
}
END_TEST

START_TEST(reasons_are_codes_where_there_are_any)
{
    begin();
    struct wl_reference *r = reference();
    ck_assert_int_eq(wl_reason_check(r, WL_REASON_FOR_REFUSE, text("MISUSE")), WL_DONE);
    ck_assert_int_eq(wl_reason_check(r, WL_REASON_FOR_REFUSE, text("MISUSE: raced")), WL_DONE);
    ck_assert_int_eq(wl_reason_check(r, WL_REASON_FOR_REFUSE, text("MISUSED")), WL_REFUSED_REASON_UNKNOWN);
    ck_assert_int_eq(wl_reason_check(r, WL_REASON_FOR_REFUSE, text("HOLIDAY")), WL_REFUSED_REASON_UNKNOWN);
    ck_assert_int_eq(wl_reason_check(r, WL_REASON_FOR_REFUSE, text("")), WL_REFUSED_REASON_MISSING);
    ck_assert_int_eq(wl_reason_check(r, WL_REASON_FOR_WAIVE, text("whatever: it is")), WL_DONE);
    ck_assert_int_eq(wl_reason_check(r, WL_REASON_FOR_WAIVE, text("")), WL_REFUSED_REASON_MISSING);
}
END_TEST

/* What the parts loop asks for. */
START_TEST(places_and_parts_are_found)
{
    begin();
    struct wl_reference *r = reference();
    struct wl_warehouses warehouses = wl_warehouses(r);
    struct wl_bins bins = wl_bins_of(r, text("W1"), text("P1")), any = wl_bins_of(r, text("W1"), text(WL_ANY_PART));

    ck_assert_uint_eq(warehouses.count, 3);
    ck_assert(wl_str_is(warehouses.at[0].warehouse_id, "W1") && wl_str_is(warehouses.at[2].warehouse_id, "W3"));
    ck_assert_uint_eq(bins.count, 2);
    ck_assert(wl_str_is(bins.at[0].bin_id, "A-01") && wl_str_is(bins.at[1].bin_id, "A-02"));
    ck_assert_int_eq(bins.at[0].maximum, 0);
    ck_assert_int_eq(bins.at[1].minimum, 4000);
    ck_assert_int_eq(bins.at[1].maximum, 12500);
    ck_assert_uint_eq(any.count, 2);
    ck_assert(wl_str_is(any.at[0].bin_id, "Y") && wl_str_is(any.at[1].bin_id, "Z"));
    ck_assert_int_eq(wl_bins_of(r, text("W1"), text("P2")).at[0].minimum, WL_NONE);
    ck_assert_int_eq(wl_tracking_of(r, text("P2")), WL_TRACKING_LOT);
    ck_assert_int_eq(wl_tracking_of(r, text("P3")), WL_TRACKING_SERIAL);
    ck_assert_ptr_null(wl_supersession_on(r, text("P1"), day("2024-12-31")));
    ck_assert(wl_str_is(wl_supersession_on(r, text("P1"), day("2025-01-01"))->replaced_by, "P4"));
    wl_txn_abort(&txn);
    must_load("bins", "location_id,bin_id,part_id,minimum,maximum,void\nW1,A-01,P1,,,yes\nW1,C,P1,,,no\n");
    check_report(2, 1, 0, 1);
    begin();
    bins = wl_bins_of(reference(), text("W1"), text("P1"));
    ck_assert_uint_eq(bins.count, 2);
    ck_assert(wl_str_is(bins.at[1].bin_id, "C"));
}
END_TEST

#define CONTRACTS "contract_id,vin,component,start_date,end_date,max_km,void\n"

START_TEST(contracts_follow_their_vehicle)
{
    begin();
    struct wl_contracts contracts = wl_contracts_of(reference(), text(VIN1));
    ck_assert_uint_eq(contracts.count, 2);
    ck_assert(wl_str_is(contracts.at[0].contract_id, "K1") && wl_str_is(contracts.at[1].contract_id, "K2"));
    wl_txn_abort(&txn);
    must_load("contracts", CONTRACTS "K2," VIN2 ",engine,2025-03-31,2026-03-31,120000,\nK3,,,,,,yes\n");
    check_report(2, 0, 1, 1);
    begin();
    contracts = wl_contracts_of(reference(), text(VIN1));
    ck_assert_uint_eq(contracts.count, 1);
    contracts = wl_contracts_of(reference(), text(VIN2));
    ck_assert_uint_eq(contracts.count, 1);
    ck_assert(wl_str_is(contracts.at[0].contract_id, "K2"));
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_REFERENCE_INDEX), 2);
    wl_txn_abort(&txn);
    must_load("contracts", CONTRACTS "K2," VIN2 ",*,2025-03-31,2026-03-31,120000,\n");
    begin();
    ck_assert(wl_str_is(wl_contracts_of(reference(), text(VIN2)).at[0].component, "*"));
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_REFERENCE_INDEX), 2);
}
END_TEST

START_TEST(rows_come_from_other_commands)
{
    struct wl_fit fit = {.dealer_id = WL_STR("D1"),
                         .invoice_no = WL_STR("I9"),
                         .vin = WL_STR(VIN2),
                         .part_id = WL_STR("P1"),
                         .fit_date = 20000,
                         .fit_km = 5,
                         .paid_by = WL_PAID_BY_WARRANTY};

    begin();
    uint64_t content = wl_counter(txn, WL_COUNTER_REFERENCE_CONTENT), rows = wl_counter(txn, WL_COUNTER_REFERENCE_ROWS);
    wl_reference_put_row(txn, 77, WL_REF_FITS, &fit);
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_ROWS), rows + 1);
    struct wl_fits fits = wl_fits_of(reference(), text(VIN2), text("P1"));
    ck_assert_uint_eq(fits.count, 1);
    ck_assert_int_eq(fits.at[0].paid_by, WL_PAID_BY_WARRANTY);
    wl_reference_withdraw_row(txn, WL_REF_FITS, &fit);
    ck_assert_uint_eq(wl_fits_of(reference(), text(VIN2), text("P1")).count, 0);
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_ROWS), rows + 2);
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_CONTENT), content);
    ck_assert_int_eq(wl_txn_status(txn), WL_OK);
}
END_TEST

/* ---- the memory behind the lookups ---- */

#define DEALERS "dealer_id,name,region,country,currency,tax_percent,status\n"
#define DEALER_NAMED(name) DEALERS "D1," name ",R1,DE,EUR,19,active\n"

static void check_dealer(const char *name)
{
    const struct wl_dealer *dealer = wl_dealer_find(reference(), text("D1"));

    ck_assert_ptr_nonnull(dealer);
    ck_assert_msg(wl_str_is(dealer->name, name), WL_STR_FMT " is not %s", WL_STR_ARG(dealer->name), name);
}

START_TEST(memory_follows_loads)
{
    begin();
    check_dealer("Nord, Autohaus");
    ck_assert_int_eq(load_text("dealers", DEALER_NAMED("Two")), WL_OK);
    check_dealer("Two");
    commit();
    begin();
    check_dealer("Two");
    ck_assert_int_eq(load_text("dealers", DEALER_NAMED("Three")), WL_OK);
    wl_txn_abort(&txn);
    begin();
    check_dealer("Two");
    wl_txn_abort(&txn);
}
END_TEST

/* A load that was aborted after it was read, then another at the same version and entry number. */
START_TEST(memory_forgets_what_was_aborted)
{
    begin();
    ck_assert_int_eq(load_text("dealers", DEALER_NAMED("Never")), WL_OK);
    check_dealer("Never");
    wl_txn_abort(&txn);
    begin();
    ck_assert_int_eq(load_text("dealers", DEALER_NAMED("Truly")), WL_OK);
    check_dealer("Truly");
    commit();
    begin();
    check_dealer("Truly");
}
END_TEST

START_TEST(memory_knows_what_is_not_there)
{
    begin();
    ck_assert_ptr_null(wl_dealer_find(reference(), text("D5")));
    wl_txn_abort(&txn);
    must_load("dealers", DEALERS "D5,Five,R1,DE,EUR,19,active\n");
    begin();
    ck_assert_ptr_nonnull(wl_dealer_find(reference(), text("D5")));
}
END_TEST

/* Far more rows than the memory holds; what one command was given stays until the next. */
START_TEST(memory_is_bounded)
{
    enum { ASKED = 400000 };
    char code[40];

    begin();
    struct wl_reference *r = reference();
    const struct wl_dealer *dealer = wl_dealer_find(r, text("D1"));
    for (int i = 0; i < ASKED; i++) {
        snprintf(code, sizeof code, "part-that-nobody-makes-%d", i);
        ck_assert_ptr_null(wl_part_find(r, text(code)));
    }
    ck_assert(wl_str_is(dealer->name, "Nord, Autohaus"));
    for (int i = 0; i < ASKED; i++) {
        snprintf(code, sizeof code, "part-that-nobody-makes-%d", i);
        ck_assert_ptr_null(wl_part_find(reference(), text(code)));
    }
    check_dealer("Nord, Autohaus");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference");
    TCase *good = cases("good", good_world_make);

    tcase_add_test(good, rows_are_found);
    tcase_add_test(good, what_is_not_there_is_not_found);
    tcase_add_test(good, the_version_in_force_is_found);
    tcase_add_test(good, lists_are_whole_and_in_order);
    tcase_add_test(good, desks_accounts_and_agreements_are_found);
    tcase_add_test(good, reasons_are_codes_where_there_are_any);
    tcase_add_test(good, places_and_parts_are_found);
    tcase_add_test(good, contracts_follow_their_vehicle);
    tcase_add_test(good, rows_come_from_other_commands);
    tcase_add_test(good, memory_follows_loads);
    tcase_add_test(good, memory_forgets_what_was_aborted);
    tcase_add_test(good, memory_knows_what_is_not_there);
    tcase_add_test(good, memory_is_bounded);
    suite_add_tcase(suite, good);
    return run(suite);
}
