/* Reports of quality: figures that are easy to reckon by hand, and odd cases. */
#include "tests/gates_world.h"

#include "quality/months.h"
#include "quality/scan.h"
#include "wledger/quality.h"

/* ---- numbers ---- */

START_TEST(months_in_service_begin_on_the_day_of_the_sale)
{
    static const struct {
        const char *from, *to;
        int32_t months;
    } rows[] = {
        {"2024-01-15", "2024-01-15", 0},  {"2024-01-15", "2024-02-14", 0},  {"2024-01-15", "2024-02-15", 1},
        {"2024-01-31", "2024-02-28", 0},  {"2024-01-31", "2024-02-29", 1},  {"2023-01-31", "2023-02-27", 0},
        {"2023-01-31", "2023-02-28", 1},  {"2024-01-31", "2024-03-30", 1},  {"2024-01-31", "2024-03-31", 2},
        {"2024-02-29", "2025-02-28", 12}, {"2024-02-29", "2025-02-27", 11}, {"1900-02-28", "1900-03-28", 1},
        {"1899-12-31", "2199-12-31", 0},  {"1999-12-31", "2000-02-29", 2},  {"2024-05-31", "2024-06-30", 1},
    };

    for (size_t i = 0; i < WL_COUNT(rows); i++) {
        int64_t from;

        if (!wl_date_parse(text(rows[i].from), &from))
            continue; /* no date */
        ck_assert_msg(wl_months_between(from, day(rows[i].to)) == rows[i].months, "%s to %s: %d", rows[i].from,
                      rows[i].to, wl_months_between(from, day(rows[i].to)));
    }
}
END_TEST

/* The same as the dates that the rest of the program reckons with, for every day of three centuries. */
START_TEST(months_are_those_of_the_calendar)
{
    char date[WL_DATE_TEXT];

    for (int64_t n = day("1900-01-01"); n <= day("2199-12-31"); n++) {
        int year, month;

        wl_date_format(n, date);
        ck_assert_int_eq(sscanf(date, "%d-%d", &year, &month), 2);
        ck_assert_int_eq(wl_month_of(n), year * 12 + month - 1);
    }
    for (int64_t n = day("2019-12-25"); n <= day("2020-03-05"); n++)
        for (int32_t months = 0; months < 30; months++) {
            int64_t begins = wl_date_add_months(n, months);

            ck_assert_int_eq(wl_months_between(n, begins), months);
            if (months > 0)
                ck_assert_int_eq(wl_months_between(n, begins - 1), months - 1);
        }
}
END_TEST

/* Worked out elsewhere with 60 digits: rounded down, and up. */
START_TEST(wilson_bounds_are_exact)
{
    static const struct {
        int64_t k, n, z, lower, upper;
    } rows[] = {
        {0, 1, 1281552, 0, 621552657},
        {1, 1, 1644854, 269865859, 1000000000},
        {0, 1000000000, 1959964, 0, 4},
        {1, 1000000000, 2326348, 0, 8},
        {999999999, 1000000000, 2575829, 999999991, 1000000000},
        {500000000, 1000000000, 3090232, 499951139, 500048861},
        {1, 2, 1281552, 164251657, 835748343},
        {3, 20, 1644854, 61582398, 321828122},
        {20, 20, 1959964, 838874839, 1000000000},
        {17, 435, 2326348, 22528533, 66960183},
        {190, 458, 2575829, 357174363, 474951892},
        {1, 7, 3090232, 12596444, 685280242},
        {12345, 987654, 1281552, 12356858, 12643397},
        {375951, 999995, 1644854, 375156499, 376749931},
        {3, 7, 1959964, 158219853, 749541638},
        {1, 9, 2326348, 15455381, 498834725},
        {910631, 999997, 2575829, 909896192, 911365823},
        {556, 997, 3090232, 508746191, 605505514},
        {1, 6, 1281552, 51273819, 425328713},
        {1, 5, 1644854, 45962440, 564707523},
        {195502252, 999999998, 1959964, 195477673, 195526834},
        {818111197, 999999999, 2326348, 818082817, 818139575},
        {9, 9, 2575829, 575635460, 1000000000},
        {141992542, 999999999, 3090232, 141958436, 142026655},
    };

    for (size_t i = 0; i < WL_COUNT(rows); i++) {
        int64_t lower = wl_wilson_lower(rows[i].k, rows[i].n, rows[i].z),
                upper = wl_wilson_upper(rows[i].k, rows[i].n, rows[i].z);

        ck_assert_msg(lower == rows[i].lower, "%lld of %lld: %lld", (long long)rows[i].k, (long long)rows[i].n,
                      (long long)lower);
        ck_assert_msg(upper == rows[i].upper, "%lld of %lld: %lld", (long long)rows[i].k, (long long)rows[i].n,
                      (long long)upper);
    }
    for (int64_t n = 1; n < 60; n++)
        for (int64_t k = 0; k <= n; k++) {
            ck_assert_int_le(wl_wilson_lower(k, n, 1644854), k * 1000000000 / n);
            ck_assert_int_ge(wl_wilson_upper(k, n, 1644854), k * 1000000000 / n);
            ck_assert_int_eq(wl_wilson_lower(k, n, 1644854) + wl_wilson_upper(n - k, n, 1644854), 1000000000);
        }
}
END_TEST

/* ---- reports ---- */

static struct wl_quality_row quality_by(enum wl_quality_key key)
{
    struct wl_quality_request request = {
        .filter = {.from = WL_NONE, .to = WL_NONE}, .key_count = 1, .keys = {key}, .top = WL_NONE};
    struct wl_quality made;
    struct wl_quality_row row;

    OK(wl_quality_make(store, &request, &made));
    ck_assert_uint_eq(made.count, 1);
    ck_assert_uint_eq(made.sum_count, 1);
    row = made.rows[0];
    ck_assert_int_eq(row.total, made.sums[0].total);
    wl_quality_release(&made);
    return row;
}

/* Part 1 comes back after settlement and is refused: 50 and its handling. That is reversed, and the whole taken. */
START_TEST(what_is_taken_back_is_told_and_given_back)
{
    struct wl_quality_row row;

    claim_is(USUAL("D1", "C1"), "approved");
    begin();
    settle_alone("C1");
    DONE(receive("C1", 1));
    DONE(inspect("C1", 1, WL_ABUSE));
    commit();
    row = quality_by(WL_BY_FAULT);
    ck_assert_int_eq(row.claims, 1);
    ck_assert_int_eq(row.vehicles, 1);
    ck_assert_int_eq(row.parts, 3000);
    ck_assert_int_eq(row.total, 23300);
    ck_assert_int_eq(row.charged_back, 5500);
    ck_assert_int_eq(row.in_service, 2);

    struct wl_chargeback_body body = {.dealer_id = text("D1"),
                                      .claim_no = text("C1"),
                                      .amount = WL_NONE,
                                      .reason = text("audit"),
                                      .evidence = text("A1")};

    begin();
    DONE(run(&wl_chargeback_command, &body));
    commit();
    row = quality_by(WL_BY_COMPONENT);
    ck_assert_int_eq(row.claims, 1);
    ck_assert_int_eq(row.total, 0);
    ck_assert_int_eq(row.labour, 0);
    ck_assert_int_eq(row.hours_x100, 0);
    ck_assert_int_eq(row.charged_back, 28800);
    ck_assert_int_eq(row.share, WL_NONE);
    check_all();
}
END_TEST

static void many_claims(unsigned count)
{
    char vin[18], no[16];

    load_vehicles(count);
    begin();
    for (unsigned i = 0; i < count; i++) {
        snprintf(no, sizeof no, "C%u", i);
        ck_assert_str_eq(claim_in(&(struct claim_spec){
                             .dealer = "D1", .no = no, .submission = "1", .hours = "2", .vin = vin_of(i, vin)}),
                         "approved");
        DONE(sign("D1", no));
    }
    DONE(settle("D1", "CNY"));
    commit();
}

static int add_total(void *sum, const struct wl_fact *fact)
{
    *(int64_t *)sum += fact->total;
    return WL_OK;
}

static int fail_at(void *left, const struct wl_fact *fact)
{
    (void)fact;
    return --*(int64_t *)left == 0 ? wl_fail(WL_E_INPUT, "as asked") : WL_OK;
}

/* Enough rows for several threads; and when these see another ledger than the report began with. */
START_TEST(every_fact_is_looked_at_once)
{
    enum { CLAIMS = 4000 };
    int64_t sums[WL_SCAN_THREADS] = {0}, sum = 0, used = 0;
    struct wl_arena texts;
    struct wl_base base;

    many_claims(CLAIMS);
    wl_arena_init(&texts, 1 << 20);
    OK(wl_base_open(&base, store, &texts));
    base.entries += (uint64_t)_i; /* threads find the ledger longer, or as it is */
    OK(wl_scan(&base, add_total, sums, sizeof sums[0]));
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        sum += sums[i];
        used += sums[i] != 0;
    }
    ck_assert_int_eq(sum, CLAIMS * 20000);
    ck_assert_int_gt(used, 1);
    /* An error of any thread comes out with its message. */
    for (size_t i = 0; i < WL_SCAN_THREADS; i++)
        sums[i] = 100;
    ck_assert_int_eq(wl_scan(&base, fail_at, sums, sizeof sums[0]), WL_E_INPUT);
    ck_assert_str_eq(wl_error(), "as asked");
    wl_base_close(&base);
    wl_arena_release(&texts);
}
END_TEST

/* Of B1 every vehicle has a claim, of B2 none, of B3 there are too few. */
START_TEST(a_bad_batch_shows)
{
    struct wl_batches_request request = {
        .filter = {.from = WL_NONE, .to = WL_NONE}, .within = WL_NONE, .least = 5, .confidence = WL_CONFIDENCE_DEFAULT};
    struct wl_batches made;
    struct wl_buf csv;
    char vin[18];

    many_claims(10);
    wl_buf_init(&csv, 1 << 20);
    wl_buf_text(&csv, "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n");
    for (unsigned i = 100; i < 140; i++)
        wl_buf_format(&csv, "%s,M1,B2,2024-01-01,2024-06-01,D1,O1\n", vin_of(i, vin));
    for (unsigned i = 200; i < 203; i++)
        wl_buf_format(&csv, "%s,M1,B3,2024-01-01,,D1,O1\n", vin_of(i, vin));
    wl_buf_byte(&csv, 0);
    load_table("vehicles", (const char *)csv.data);
    wl_buf_release(&csv);
    OK(wl_batches_make(store, &request, &made));
    ck_assert_uint_eq(made.count, 2);
    ck_assert_int_eq(made.day, day("2025-05-20"));
    ck_assert(wl_str_is(made.rows[0].batch, "B1"));
    ck_assert_int_eq(made.rows[0].vehicles, 12); /* two of the world */
    ck_assert_int_eq(made.rows[0].with_claim, 10);
    ck_assert_int_eq(made.rows[0].others, 40);
    ck_assert_int_eq(made.rows[0].others_rate, 0);
    ck_assert(made.rows[0].flagged);
    ck_assert_int_eq(made.rows[0].lower, wl_wilson_lower(10, 12, 1644854));
    ck_assert(!made.rows[1].flagged);
    ck_assert_int_eq(made.rows[1].others, 12);
    wl_batches_release(&made);
    /* Repaired in the 12th month in service (from 0: 11), so within 12 months, which all have been in service by
     * the end of May, and not by the day of the repair. */
    request.within = 12;
    OK(wl_batches_make(store, &request, &made));
    ck_assert_uint_eq(made.count, 0);
    wl_batches_release(&made);
    request.filter.to = day("2025-06-01");
    OK(wl_batches_make(store, &request, &made));
    ck_assert_uint_eq(made.count, 2);
    ck_assert_int_eq(made.rows[0].with_claim, 10);
    wl_batches_release(&made);
    request.within = 11;
    OK(wl_batches_make(store, &request, &made));
    ck_assert_int_eq(made.rows[0].with_claim, 0);
    wl_batches_release(&made);
}
END_TEST

static void part_replaced(const char *no, const char *repaired)
{
    struct wl_part_line line = {text("P-KEEP"), text("1"), text("20"), text("CNY")};
    struct wl_claim_record record = {.dealer_id = text("D1"),
                                     .claim_no = text(no),
                                     .submission = text("1"),
                                     .type = text("warranty"),
                                     .vin = text(VIN),
                                     .repair_date = text(repaired),
                                     .submit_date = text("2025-06-01"),
                                     .mileage = text("10000"),
                                     .fault_code = text("F1"),
                                     .parts = {&line, 1},
                                     .narrative_size = WL_NONE};

    DONE(run(&wl_record_command, &record));
    ck_assert_int_eq(((struct wl_record_outcome *)outcome)->decision.decision, WL_CLAIM_APPROVED);
    DONE(sign("D1", no));
}

/* Ten days later the same component is a repeat, eleven days later it is none; on the same day, one of the two. */
START_TEST(the_same_component_again_is_a_repeat)
{
    struct wl_quality_filter filter = {.from = WL_NONE, .to = WL_NONE};
    struct wl_dealer_scores made;

    load_table("policy", "key,from_date,value\nduplicate_days,2020-01-01,10\n");
    begin();
    part_replaced("C1", "2025-05-05");
    part_replaced("C2", "2025-05-15");
    part_replaced("C3", "2025-05-26");
    part_replaced("C4", "2025-05-26");
    DONE(settle("D1", "CNY"));
    commit();
    OK(wl_dealer_scores_make(store, &filter, &made));
    ck_assert_uint_eq(made.count, 1);
    ck_assert_int_eq(made.rows[0].repeats, 2);
    ck_assert_int_eq(made.rows[0].settled, 4);
    ck_assert_int_eq(made.rows[0].vehicles, 1);
    ck_assert_int_eq(made.rows[0].delay, 27 + 17 + 6 + 6);
    wl_dealer_scores_release(&made);
    filter.from = filter.to = day("2025-05-15");
    OK(wl_dealer_scores_make(store, &filter, &made));
    ck_assert_int_eq(made.rows[0].repeats, 1); /* of one that the period has not */
    wl_dealer_scores_release(&made);
}
END_TEST

START_TEST(an_empty_ledger_has_reports)
{
    struct wl_quality_filter filter = {.from = WL_NONE, .to = WL_NONE};
    struct wl_quality_request request = {
        .filter = filter, .key_count = 2, .keys = {WL_BY_MONTH, WL_BY_BATCH}, .top = 1};
    struct wl_batches_request batches = {.filter = filter, .within = 3, .least = 1};
    struct wl_dealer_scores scores;
    struct wl_suppliers suppliers;
    struct wl_batches early;
    struct wl_quality made;
    struct wl_prices prices;

    OK(wl_quality_make(store, &request, &made));
    ck_assert_uint_eq(made.count + made.sum_count, 0);
    ck_assert_int_eq(made.day, WL_NONE);
    wl_quality_release(&made);
    OK(wl_batches_make(store, &batches, &early));
    ck_assert_uint_eq(early.count, 0);
    wl_batches_release(&early);
    OK(wl_suppliers_make(store, &filter, &suppliers));
    ck_assert_uint_eq(suppliers.count, 0);
    wl_suppliers_release(&suppliers);
    OK(wl_dealer_scores_make(store, &filter, &scores));
    ck_assert_uint_eq(scores.count, 0);
    wl_dealer_scores_release(&scores);
    OK(wl_prices_make(store, WL_NO_STR, WL_NO_STR, WL_NONE, &prices));
    ck_assert_uint_eq(prices.count, 0);
    wl_prices_release(&prices);
    ck_assert_int_eq(wl_prices_make(store, WL_NO_STR, text("NOBODY"), WL_NONE, &prices), WL_E_USAGE);
    wl_prices_release(&prices);
}
END_TEST

/* A vehicle that was withdrawn, or moved to another batch, is what the tables say by now. */
START_TEST(vehicles_follow_their_table)
{
    struct wl_quality_row row;

    claim_is(PLAIN("D1", "C1"), "approved");
    begin();
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    commit();
    row = quality_by(WL_BY_BATCH);
    ck_assert_int_eq(row.in_service, 2);
    load_table("vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n" VIN
                           ",M1,,2024-01-01,2024-06-01,D1,O1\n");
    row = quality_by(WL_BY_BATCH);
    ck_assert_int_eq(row.in_service, 1);
    load_table("vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id,void\n" VIN
                           ",M1,,2024-01-01,2024-06-01,D1,O1,yes\n");
    row = quality_by(WL_BY_MODEL);
    ck_assert_int_eq(row.claims, 1);
    ck_assert_int_eq(row.in_service, 0);
    check_all();
}
END_TEST

/* One of each part that was fitted or paid for: 50 + 30 + 20 over 100,000. */
START_TEST(prices_count_each_part_once)
{
    struct wl_prices made;

    claim_is(USUAL("D1", "C1"), "approved");
    claim_is(USUAL("D1", "C2"), "approved");
    begin();
    settle_alone("C1");
    settle_alone("C2");
    commit();
    load_table("fits", "dealer_id,invoice_no,vin,part_id,fit_date,fit_km,paid_by,owner_id\n"
                       "D1,I1,11111111111111111,P-KEEP,2025-01-01,10,customer,O1\n"
                       "D1,I2," VIN ",P-GONE,2025-01-01,10,customer,O1\n");
    OK(wl_prices_make(store, text("M1"), WL_NO_STR, WL_NONE, &made));
    ck_assert_uint_eq(made.count, 1);
    ck_assert_int_eq(made.rows[0].parts, 4);
    ck_assert_int_eq(made.rows[0].priced, 3);
    ck_assert_int_eq(made.rows[0].sum, 1000000);
    ck_assert_int_eq(made.rows[0].ratio, 1000);
    wl_prices_release(&made);
    OK(wl_prices_make(store, WL_NO_STR, text("11111111111111111"), WL_NONE, &made));
    ck_assert_int_eq(made.rows[0].parts, 1);
    ck_assert_int_eq(made.rows[0].sum, 200000);
    wl_prices_release(&made);
    OK(wl_prices_make(store, text("M1"), WL_NO_STR, day("2019-12-31"), &made));
    ck_assert_int_eq(made.rows[0].priced, 0);
    wl_prices_release(&made);
    OK(wl_prices_make(store, text("M2"), WL_NO_STR, WL_NONE, &made));
    ck_assert_uint_eq(made.count, 0);
    wl_prices_release(&made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quality");
    TCase *numbers = tcase_create("numbers"), *ways = cases("ways", world_make);

    tcase_add_test(numbers, months_in_service_begin_on_the_day_of_the_sale);
    tcase_add_test(numbers, months_are_those_of_the_calendar);
    tcase_add_test(numbers, wilson_bounds_are_exact);
    suite_add_tcase(suite, numbers);
    tcase_add_test(ways, what_is_taken_back_is_told_and_given_back);
    tcase_add_loop_test(ways, every_fact_is_looked_at_once, 0, 2);
    tcase_add_test(ways, a_bad_batch_shows);
    tcase_add_test(ways, the_same_component_again_is_a_repeat);
    tcase_add_test(ways, an_empty_ledger_has_reports);
    tcase_add_test(ways, vehicles_follow_their_table);
    tcase_add_test(ways, prices_count_each_part_once);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
