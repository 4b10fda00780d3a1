/* Dates, times, decimals, rounding and currencies. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    const char *text;
    bool good;
    int64_t day;
} date_rows[] = {
    {"1970-01-01", true, 0},
    {"1969-12-31", true, -1},
    {"2000-02-29", true, 11016},
    {"2024-02-29", true, 19782},
    {"1900-01-01", true, -25567},
    {"2199-12-31", true, 84005},
    {"1899-12-31", false, 0},
    {"2200-01-01", false, 0},
    {"1900-02-29", false, 0},
    {"2100-02-29", false, 0},
    {"2023-02-29", false, 0},
    {"2024-04-31", false, 0},
    {"2024-00-10", false, 0},
    {"2024-13-10", false, 0},
    {"2024-01-00", false, 0},
    {"2024-1-01", false, 0},
    {"2024-01-1", false, 0},
    {"2024-01-01 ", false, 0},
    {" 2024-01-01", false, 0},
    {"2024/01/01", false, 0},
    {"2024-01/01", false, 0},
    {"20240-1-01", false, 0},
    {"+024-01-01", false, 0},
    {"2024-01-0a", false, 0},
    {"2024-01-01T00:00:00Z", false, 0},
    {"", false, 0},
};

START_TEST(dates_are_read)
{
    int64_t day = 77;
    ck_assert_msg(wl_date_parse(wl_str_of(date_rows[_i].text), &day) == date_rows[_i].good, "%s", date_rows[_i].text);
    ck_assert_int_eq(day, date_rows[_i].good ? date_rows[_i].day : 77);
}
END_TEST

/* Counted day by day, by the calendar's own rule, against the reckoning. */
START_TEST(every_day_and_month_end_agrees)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = -25567;
    for (int year = 1900; year <= 2199; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap);
            int64_t first = expected;
            for (int of_month = 1; of_month <= length; of_month++, expected++) {
                char text[32], back[WL_DATE_TEXT];
                int64_t day;
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, of_month);
                ck_assert(wl_date_parse(wl_str_of(text), &day));
                ck_assert_int_eq(day, expected);
                wl_date_format(day, back);
                ck_assert_str_eq(back, text);
            }
            char beyond[32];
            int64_t day;
            snprintf(beyond, sizeof beyond, "%04d-%02d-%02d", year, month, length + 1);
            ck_assert(!wl_date_parse(wl_str_of(beyond), &day));
            ck_assert_int_eq(wl_date_add_months(first, 1), expected);
        }
    }
    ck_assert_int_eq(expected, 84006);
}
END_TEST

static const struct {
    const char *from;
    int64_t months;
    const char *to;
} month_rows[] = {
    {"2024-01-31", 1, "2024-02-29"},  {"2023-01-31", 1, "2023-02-28"},   {"2024-02-29", 12, "2025-02-28"},
    {"2024-02-29", 48, "2028-02-29"}, {"2024-03-31", -1, "2024-02-29"},  {"2024-12-31", 2, "2025-02-28"},
    {"2024-08-31", 1, "2024-09-30"},  {"2024-12-15", 1, "2025-01-15"},   {"2024-01-15", -1, "2023-12-15"},
    {"2024-05-10", 0, "2024-05-10"},  {"2024-05-10", -13, "2023-04-10"}, {"1999-11-30", 3, "2000-02-29"},
    {"2199-12-31", 2, "2200-02-28"},
};

START_TEST(months_are_added)
{
    int64_t day;
    char text[WL_DATE_TEXT];
    ck_assert(wl_date_parse(wl_str_of(month_rows[_i].from), &day));
    wl_date_format(wl_date_add_months(day, month_rows[_i].months), text);
    ck_assert_str_eq(text, month_rows[_i].to);
}
END_TEST

START_TEST(far_days_are_harmless)
{
    static const int64_t far[] = {INT64_MIN, INT64_MIN + 1, -1000000000, 1000000000, INT64_MAX};
    for (size_t i = 0; i < ROWS(far); i++) {
        char date[WL_DATE_TEXT], time[WL_TIME_TEXT];
        wl_date_format(far[i], date);
        ck_assert_str_eq(date, "....-..-..");
        wl_time_format(far[i], time);
        wl_time_day(far[i], 840);
        for (size_t j = 0; j < ROWS(far); j++)
            wl_date_add_months(far[i], far[j]);
    }
    ck_assert_int_gt(wl_date_add_months(0, INT64_MAX), 84005);
    ck_assert_int_lt(wl_date_add_months(0, INT64_MIN), -25567);
}
END_TEST

static const struct {
    const char *text;
    bool good;
    int64_t seconds;
    const char *back;
} time_rows[] = {
    {"1970-01-01T00:00:00Z", true, 0, "1970-01-01T00:00:00Z"},
    {"1970-01-01", true, 0, "1970-01-01T00:00:00Z"},
    {"1969-12-31T23:59:59Z", true, -1, "1969-12-31T23:59:59Z"},
    {"2024-03-01T07:30:00+08:00", true, 1709249400, "2024-02-29T23:30:00Z"},
    {"2024-02-29T23:30:00-01:30", true, 1709254800, "2024-03-01T01:00:00Z"},
    {"2024-02-29T23:30:00+14:01", false, 0, NULL},
    {"2024-02-29T23:30:00+14:00", true, 1709199000, "2024-02-29T09:30:00Z"},
    {"1900-01-01T00:00:00+01:00", false, 0, NULL},
    {"2199-12-31T23:59:59Z", true, 7258118399, "2199-12-31T23:59:59Z"},
    {"2199-12-31T23:59:59-00:01", false, 0, NULL},
    {"2024-02-29T24:00:00Z", false, 0, NULL},
    {"2024-02-29T23:60:00Z", false, 0, NULL},
    {"2024-02-29T23:59:60Z", false, 0, NULL},
    {"2024-02-29T23:59:59", false, 0, NULL},
    {"2024-02-29T23:59:59z", false, 0, NULL},
    {"2024-02-29 23:59:59Z", false, 0, NULL},
    {"2024-02-29T23:59Z", false, 0, NULL},
    {"2024-02-29T23:59:59.5Z", false, 0, NULL},
    {"2024-02-29T23:59:59+0800", false, 0, NULL},
    {"2024-02-29T23:59:59+08:60", false, 0, NULL},
    {"2024-02-29T", false, 0, NULL},
    {"2024-02-30T00:00:00Z", false, 0, NULL},
};

START_TEST(times_are_read_and_written)
{
    int64_t seconds = 77;
    bool good = wl_time_parse(wl_str_of(time_rows[_i].text), &seconds);
    ck_assert_msg(good == time_rows[_i].good, "%s", time_rows[_i].text);
    ck_assert_int_eq(seconds, time_rows[_i].good ? time_rows[_i].seconds : 77);
    if (!time_rows[_i].good)
        return;
    char back[WL_TIME_TEXT];
    wl_time_format(seconds, back);
    ck_assert_str_eq(back, time_rows[_i].back);
}
END_TEST

START_TEST(zones_shift_days)
{
    int64_t zone = 0;
    ck_assert(wl_zone_parse(WL_STR("UTC"), &zone) && zone == 0);
    ck_assert(wl_zone_parse(WL_STR("Z"), &zone) && zone == 0);
    ck_assert(wl_zone_parse(WL_STR("-03:30"), &zone) && zone == -210);
    ck_assert(wl_zone_parse(WL_STR("+14:00"), &zone) && zone == 840);
    static const char *const bad[] = {"", "utc", "08:00", "+8:00", "+08:60", "+14:01", "-15:00", "+08:00 ", "+0800"};
    for (size_t i = 0; i < ROWS(bad); i++)
        ck_assert_msg(!wl_zone_parse(wl_str_of(bad[i]), &zone), "%s", bad[i]);

    ck_assert_int_eq(wl_time_day(0, 0), 0);
    ck_assert_int_eq(wl_time_day(-1, 0), -1);
    ck_assert_int_eq(wl_time_day(-1, 1), 0);
    ck_assert_int_eq(wl_time_day(0, -1), -1);
    ck_assert_int_eq(wl_time_day(57600, 480), 1);
    ck_assert_int_eq(wl_time_day(57599, 480), 0);
    ck_assert_int_eq(wl_time_day(-86400, 0), -1);
}
END_TEST

static const struct {
    const char *text;
    unsigned digits, places;
    bool good;
    int64_t value;
} decimal_rows[] = {
    {"12.5", 6, 2, true, 1250},
    {"-0.50", 6, 2, true, -50},
    {"0", 1, 0, true, 0},
    {"-0", 1, 0, true, 0},
    {"007", 3, 0, true, 7},
    {"999999.99", 6, 2, true, 99999999},
    {"-999999.99", 6, 2, true, -99999999},
    {"1000000", 6, 2, false, 0},
    {"0000001", 6, 2, false, 0},
    {"1.234", 6, 2, false, 0},
    {"1.230", 6, 2, false, 0},
    {"123456789012.1234", 12, 4, true, 1234567890121234},
    {"999999999999999999", 18, 0, true, 999999999999999999},
    {"99999999999999.9999", 14, 4, true, 999999999999999999},
    {"1.0", 7, 0, false, 0},
    {"1e1", 6, 2, false, 0},
    {"+1", 6, 2, false, 0},
    {".5", 6, 2, false, 0},
    {"-.5", 6, 2, false, 0},
    {"1.", 6, 2, false, 0},
    {"--1", 6, 2, false, 0},
    {" 1", 6, 2, false, 0},
    {"1 ", 6, 2, false, 0},
    {"1,0", 6, 2, false, 0},
    {"1.2.3", 6, 2, false, 0},
    {"1.-2", 6, 2, false, 0},
    {"-", 6, 2, false, 0},
    {"", 6, 2, false, 0},
    {".", 6, 2, false, 0},
    {"\xD9\xA1", 6, 2, false, 0},
    {"0x10", 6, 2, false, 0},
};

START_TEST(decimals_are_read)
{
    int64_t value = 77;
    struct wl_str text = wl_str_of(decimal_rows[_i].text);
    bool good = wl_decimal_parse(text, decimal_rows[_i].digits, decimal_rows[_i].places, &value);
    ck_assert_msg(good == decimal_rows[_i].good, "'%s'", text.data);
    ck_assert_int_eq(value, good ? decimal_rows[_i].value : 77);
}
END_TEST

START_TEST(decimals_are_written)
{
    const wl_i128 largest = (wl_i128)(((unsigned __int128)1 << 127) - 1);
    const struct {
        wl_i128 value;
        unsigned places;
        const char *text;
    } rows[] = {
        {1250, 2, "12.50"},
        {-50, 2, "-0.50"},
        {0, 0, "0"},
        {0, 3, "0.000"},
        {7, 4, "0.0007"},
        {-7, 0, "-7"},
        {100, 2, "1.00"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MAX, 4, "922337203685477.5807"},
        {largest, 0, "170141183460469231731687303715884105727"},
        {-largest - 1, 0, "-170141183460469231731687303715884105728"},
        {-largest - 1, 18, "-170141183460469231731.687303715884105728"},
        {(wl_i128)UINT64_MAX + 1, 2, "184467440737095516.16"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[WL_DECIMAL_TEXT];
        ck_assert_uint_eq(wl_decimal_format(rows[i].value, rows[i].places, text), strlen(rows[i].text));
        ck_assert_str_eq(text, rows[i].text);
    }
    int64_t power = 1;
    for (unsigned n = 0; n <= 18; n++, power *= n <= 18 ? 10 : 1)
        ck_assert_int_eq(wl_power10(n), power);
}
END_TEST

static const struct {
    int64_t n, d, result;
} round_rows[] = {
    {0, 10, 0},  {4, 10, 0},   {5, 10, 1},   {6, 10, 1},    {14, 10, 1},   {15, 10, 2},   {25, 10, 3},   {10, 10, 1},
    {-4, 10, 0}, {-5, 10, -1}, {-6, 10, -1}, {-14, 10, -1}, {-15, 10, -2}, {-25, 10, -3}, {-10, 10, -1}, {1, 3, 0},
    {2, 3, 1},   {-1, 3, 0},   {-2, 3, -1},  {1, 2, 1},     {-1, 2, -1},   {9, 1, 9},     {-9, 1, -9},
};

START_TEST(rounding_is_half_away_from_zero)
{
    ck_assert(wl_round(round_rows[_i].n, round_rows[_i].d) == round_rows[_i].result);
    const wl_i128 largest = (wl_i128)(((unsigned __int128)1 << 127) - 1);
    ck_assert(wl_round(largest, largest) == 1);
    ck_assert(wl_round(largest - 1, largest) == 1);
    ck_assert(wl_round(-largest - 1, largest) == -1);
    ck_assert(wl_round(largest / 2, largest) == 0);
    ck_assert(wl_round(largest / 2 + 1, largest) == 1);
    ck_assert(wl_round(-largest / 2 - 1, largest) == -1);
}
END_TEST

START_TEST(minor_digits_follow_the_currency)
{
    static const struct {
        unsigned digits;
        const char *currencies;
    } rows[] = {
        {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
        {3, "BHD IQD JOD KWD LYD OMR TND"},
        {4, "CLF UYW"},
        {2, "CNY EUR USD IFC jpy CHF CLX UYU XXX"},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        for (const char *at = rows[i].currencies;; at += 4) {
            ck_assert_msg(wl_minor_digits((struct wl_str){at, 3}) == rows[i].digits, "%.3s", at);
            if (at[3] == '\0')
                break;
        }
    ck_assert_uint_eq(wl_minor_digits(WL_STR("JPYX")), 2);
    ck_assert_uint_eq(wl_minor_digits(WL_STR("JP")), 2);
    ck_assert_uint_eq(wl_minor_digits(WL_NO_STR), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("numbers");
    TCase *numbers = tcase_create("numbers");
    tcase_set_timeout(numbers, 60);
    tcase_add_loop_test(numbers, dates_are_read, 0, ROWS(date_rows));
    tcase_add_test(numbers, every_day_and_month_end_agrees);
    tcase_add_loop_test(numbers, months_are_added, 0, ROWS(month_rows));
    tcase_add_test(numbers, far_days_are_harmless);
    tcase_add_loop_test(numbers, times_are_read_and_written, 0, ROWS(time_rows));
    tcase_add_test(numbers, zones_shift_days);
    tcase_add_loop_test(numbers, decimals_are_read, 0, ROWS(decimal_rows));
    tcase_add_test(numbers, decimals_are_written);
    tcase_add_loop_test(numbers, rounding_is_half_away_from_zero, 0, ROWS(round_rows));
    tcase_add_test(numbers, minor_digits_follow_the_currency);
    suite_add_tcase(suite, numbers);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
