/* A claim's fields: typing, content, VINs, findings. No store. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "claims/adjudicate.h"
#include "claims/vehicle_history.h"
#include "wledger/date.h"

static struct wl_typed_claim typed;

/* A claim all of whose fields can be read. */
static struct wl_claim_record good(void)
{
    static struct wl_labour_line labour[] = {{{"OP1", 3}, {"1.50", 4}}};
    static struct wl_part_line parts[] = {{{"P1", 2}, {"2", 1}, {"10.5", 4}, {"CNY", 3}}};
    static struct wl_sublet_line sublet[] = {{{"TOW", 3}, {"99", 2}, {"CNY", 3}}};

    return (struct wl_claim_record){
        .dealer_id = WL_STR("D1"),
        .claim_no = WL_STR("000001"),
        .submission = WL_STR("1"),
        .type = WL_STR("warranty"),
        .vin = WL_STR("LSVAA4180N2000001"),
        .repair_date = WL_STR("2024-02-29"),
        .submit_date = WL_STR("2024-03-01"),
        .mileage = WL_STR("12345"),
        .fault_code = WL_STR("F1"),
        .labour = {labour, 1},
        .parts = {parts, 1},
        .sublet = {sublet, 1},
        .narrative_size = WL_NONE,
    };
}

static const char *verdict(wl_finding_set found)
{
    wl_finding_set missing = wl_finding_bit(WL_FINDING_FIELD_MISSING),
                   malformed = wl_finding_bit(WL_FINDING_FIELD_MALFORMED);

    ck_assert_uint_eq(found & ~(missing | malformed), 0);
    if (found == (missing | malformed))
        return "both";
    return found == missing ? "missing" : found == malformed ? "malformed" : "good";
}

#define LONG_32 "12345678901234567890123456789012"
#define FIELD(name) offsetof(struct wl_claim_record, name)

static const struct {
    size_t field;
    const char *text, *verdict;
} header_cases[] = {
    {FIELD(dealer_id), "", "missing"},
    {FIELD(dealer_id), LONG_32, "good"},
    {FIELD(dealer_id), LONG_32 "3", "malformed"},
    {FIELD(dealer_id), "D\x01", "malformed"},
    {FIELD(dealer_id), "D\x7F", "malformed"},
    {FIELD(dealer_id), "D\xC2\x85", "malformed"},
    {FIELD(dealer_id), "D\xFF", "malformed"},
    {FIELD(dealer_id), "經銷商", "good"},
    {FIELD(claim_no), "", "missing"},
    {FIELD(claim_no), "a b", "good"},
    {FIELD(submission), "", "missing"},
    {FIELD(submission), "0", "malformed"},
    {FIELD(submission), "01", "malformed"},
    {FIELD(submission), "9999", "good"},
    {FIELD(submission), "10000", "malformed"},
    {FIELD(submission), "-1", "malformed"},
    {FIELD(submission), "1.0", "malformed"},
    {FIELD(type), "", "missing"},
    {FIELD(type), "wrranty", "good"},
    {FIELD(vin), "", "missing"},
    {FIELD(vin), "X", "good"},
    {FIELD(repair_date), "", "missing"},
    {FIELD(repair_date), "2023-02-29", "malformed"},
    {FIELD(repair_date), "2024-2-29", "malformed"},
    {FIELD(repair_date), "1900-01-01", "good"},
    {FIELD(repair_date), "1899-12-31", "malformed"},
    {FIELD(submit_date), "2199-12-31", "good"},
    {FIELD(submit_date), "2200-01-01", "malformed"},
    {FIELD(submit_date), "2024-03-01T00:00:00Z", "malformed"},
    {FIELD(submit_date), "", "missing"},
    {FIELD(mileage), "", "missing"},
    {FIELD(mileage), "0", "good"},
    {FIELD(mileage), "0000001", "good"},
    {FIELD(mileage), "9999999", "good"},
    {FIELD(mileage), "10000000", "malformed"},
    {FIELD(mileage), "1,000", "malformed"},
    {FIELD(mileage), "+5", "malformed"},
    {FIELD(mileage_unit), "mile", "good"},
    {FIELD(mileage_unit), "kilometer", "good"},
    {FIELD(mileage_unit), "furlong", "malformed"},
    {FIELD(fault_code), "", "missing"},
    {FIELD(causal_part), "", "good"},
    {FIELD(causal_part), LONG_32 "3", "malformed"},
    {FIELD(campaign_id), LONG_32 "3", "malformed"},
    {FIELD(authorization_no), "A\tB", "malformed"},
    {FIELD(repair_order), LONG_32 LONG_32, "good"},
};

START_TEST(header_fields_are_checked)
{
    struct wl_claim_record record = good();

    *(struct wl_str *)((char *)&record + header_cases[_i].field) = wl_str_of(header_cases[_i].text);
    ck_assert_str_eq(verdict(wl_typed_claim_read(&record, &typed)), header_cases[_i].verdict);
}
END_TEST

/* Texts of one labour, part and sublet line; NULL: as they are. */
static const struct {
    const char *hours, *quantity, *price, *amount, *verdict;
} line_cases[] = {
    {"999999.99", "999999999.999", "999999999999.9999", "999999999999.9999", "good"},
    {"-0.01", "-1", "-0.0001", "-5", "good"},
    {"1000000", NULL, NULL, NULL, "malformed"},
    {"1.005", NULL, NULL, NULL, "malformed"},
    {"1.", NULL, NULL, NULL, "malformed"},
    {".5", NULL, NULL, NULL, "malformed"},
    {"+1", NULL, NULL, NULL, "malformed"},
    {"1e1", NULL, NULL, NULL, "malformed"},
    {"", NULL, NULL, NULL, "missing"},
    {NULL, "1000000000", NULL, NULL, "malformed"},
    {NULL, "1.2345", NULL, NULL, "malformed"},
    {NULL, "NaN", NULL, NULL, "malformed"},
    {NULL, "", NULL, NULL, "missing"},
    {NULL, NULL, "1234567890123", NULL, "malformed"},
    {NULL, NULL, "1.23456", NULL, "malformed"},
    {NULL, NULL, "", "x", "both"},
    {NULL, NULL, NULL, "1 2", "malformed"},
    {NULL, NULL, NULL, "--1", "malformed"},
};

START_TEST(line_fields_are_checked)
{
    struct wl_claim_record record = good();
    struct wl_labour_line labour = wl_labour_lines(&record)[0];
    struct wl_part_line part = wl_part_lines(&record)[0];
    struct wl_sublet_line sublet = wl_sublet_lines(&record)[0];

    if (line_cases[_i].hours != NULL)
        labour.hours = wl_str_of(line_cases[_i].hours);
    if (line_cases[_i].quantity != NULL)
        part.quantity = wl_str_of(line_cases[_i].quantity);
    if (line_cases[_i].price != NULL)
        part.unit_price = wl_str_of(line_cases[_i].price);
    if (line_cases[_i].amount != NULL)
        sublet.amount = wl_str_of(line_cases[_i].amount);
    record.labour.at = &labour;
    record.parts.at = &part;
    record.sublet.at = &sublet;
    ck_assert_str_eq(verdict(wl_typed_claim_read(&record, &typed)), line_cases[_i].verdict);
}
END_TEST

START_TEST(a_readable_claim_is_typed)
{
    struct wl_claim_record record = good();

    ck_assert_uint_eq(wl_typed_claim_read(&record, &typed), 0);
    ck_assert_int_eq(typed.submission, 1);
    ck_assert_int_eq(typed.submit_day - typed.repair_day, 1);
    ck_assert_int_eq(typed.mileage_km, 12345);
    ck_assert_int_eq(typed.type, WL_TYPE_WARRANTY);
    ck_assert_int_eq(typed.hours_x100[0], 150);
    ck_assert_int_eq(typed.quantity_x1000[0], 2000);
    ck_assert_int_eq(typed.unit_price_x10000[0], 105000);
    ck_assert_int_eq(typed.sublet_x10000[0], 990000);
}
END_TEST

START_TEST(miles_become_whole_kilometres)
{
    static const struct {
        const char *miles;
        int64_t km;
    } cases[] = {
        {"0", 0}, {"1", 1}, {"5", 8}, {"1000", 1609}, {"62137", 99999}, {"62138", 100001}, {"9999999", 16093438}};

    for (size_t i = 0; i < WL_COUNT(cases); i++) {
        struct wl_claim_record record = good();
        record.mileage_unit = WL_STR("mile");
        record.mileage = wl_str_of(cases[i].miles);
        ck_assert_uint_eq(wl_typed_claim_read(&record, &typed), 0);
        ck_assert_int_eq(typed.mileage_km, cases[i].km);
    }
}
END_TEST

START_TEST(counts_have_ceilings)
{
    static struct wl_labour_line many[WL_LINES_MAX + 1];
    struct wl_claim_record record = good();

    for (size_t i = 0; i < WL_COUNT(many); i++)
        many[i] = wl_labour_lines(&record)[0];
    record.labour = (struct wl_list){many, WL_LINES_MAX};
    record.narrative_size = WL_NARRATIVE_MAX;
    ck_assert_str_eq(verdict(wl_typed_claim_read(&record, &typed)), "good");
    record.labour.count = WL_LINES_MAX + 1;
    ck_assert_str_eq(verdict(wl_typed_claim_read(&record, &typed)), "malformed");
    many[WL_LINES_MAX].hours = WL_NO_STR;
    ck_assert_str_eq(verdict(wl_typed_claim_read(&record, &typed)), "both");
    record.labour.count = 0;
    record.narrative_size = WL_NARRATIVE_MAX + 1;
    ck_assert_str_eq(verdict(wl_typed_claim_read(&record, &typed)), "malformed");
}
END_TEST

START_TEST(content_is_all_but_narrative_and_repair_order)
{
    static const size_t content[] = {
        FIELD(dealer_id),   FIELD(claim_no),    FIELD(submission),      FIELD(type),         FIELD(vin),
        FIELD(repair_date), FIELD(submit_date), FIELD(mileage),         FIELD(mileage_unit), FIELD(fault_code),
        FIELD(causal_part), FIELD(campaign_id), FIELD(authorization_no)};
    struct wl_claim_record a = good(), b = good();
    struct wl_part_line part = wl_part_lines(&a)[0];

    for (size_t i = 0; i < WL_COUNT(content); i++) {
        b = good();
        *(struct wl_str *)((char *)&b + content[i]) = content[i] == FIELD(mileage_unit) ? WL_STR("mile") : WL_STR("?");
        ck_assert(!wl_claim_content_equal(&a, &b));
    }
    b = good();
    b.repair_order = WL_STR("RO-1");
    b.narrative_size = 17;
    b.mileage_unit = WL_STR("kilometer"); /* says no more than no unit */
    ck_assert(wl_claim_content_equal(&a, &b));
    part.currency = WL_STR("EUR");
    b.parts.at = &part;
    ck_assert(!wl_claim_content_equal(&a, &b));
    b.parts.count = 0;
    ck_assert(!wl_claim_content_equal(&a, &b));
}
END_TEST

START_TEST(vins_have_a_check_digit)
{
    static const struct {
        const char *vin;
        bool valid;
    } cases[] = {
        {"1M8GDM9AXKP042788", true}, /* remainder 10 is an X */
        {"11111111111111111", true},
        {"5GZCZ43D13S812715", true},
        {"1M8GDM9A1KP042788", false},
        {"1M8GDM9AXKP04278", false},
        {"1M8GDM9AXKP0427888", false},
        {"1M8GDM9AXKPO42788", false},
        {"1m8gdm9axkp042788", false},
        {"IM8GDM9AXKP042788", false},
        {"QM8GDM9AXKP042788", false},
        {"1M8GDM9A KP042788", false},
        {"", false},
    };

    for (size_t i = 0; i < WL_COUNT(cases); i++)
        ck_assert_msg(wl_vin_is_valid(wl_str_of(cases[i].vin)) == cases[i].valid, "%s", cases[i].vin);
}
END_TEST

START_TEST(findings_are_listed_by_name)
{
    struct wl_arena arena;
    wl_finding_set all = 0;
    struct wl_ints list;

    wl_arena_init(&arena, 1 << 16);
    for (int severity = WL_REJECT; severity <= WL_NOTE; severity++) {
        ck_assert_uint_eq(all & wl_findings_of((enum wl_severity)severity), 0);
        all |= wl_findings_of((enum wl_severity)severity);
    }
    list = wl_findings_list(all, &arena);
    ck_assert_uint_eq(list.count, (size_t)__builtin_popcountll(all));
    for (size_t i = 1; i < list.count; i++)
        ck_assert_int_lt(strcmp(wl_finding_name(list.at[i - 1]), wl_finding_name(list.at[i])), 0);
    ck_assert_uint_eq(wl_findings_set(list), all);
    ck_assert_uint_eq(wl_findings_list(0, &arena).count, 0);
    ck_assert_int_eq(wl_finding_severity(WL_FINDING_REPEAT_REPAIR), WL_REFER);
    ck_assert_ptr_null(wl_finding_name(0));
    ck_assert_ptr_null(wl_finding_name(-1));
    ck_assert_ptr_null(wl_finding_name(WL_NONE));
    ck_assert_ptr_null(wl_finding_meaning(1000));
    wl_arena_release(&arena);
}
END_TEST

START_TEST(operations_are_ascending_and_unique)
{
    struct wl_labour_line lines[] = {
        {WL_STR("B"), WL_STR("1")}, {WL_STR("A"), WL_STR("1")}, {WL_STR("B"), WL_STR("2")}};
    struct wl_claim_record record = {.labour = {lines, 3}};
    struct wl_operations bytes;
    struct wl_str operations = wl_operations_of(&record, &bytes);

    ck_assert_uint_eq(operations.size, 8);
    ck_assert_int_lt(memcmp(operations.data, operations.data + 4, 4), 0);
    record.labour.count = 0;
    ck_assert_uint_eq(wl_operations_of(&record, &bytes).size, 0);
}
END_TEST

START_TEST(claim_names_split_at_the_first_slash)
{
    struct wl_str dealer, number;

    ck_assert(wl_claim_name_split(WL_STR("D1/000/1"), &dealer, &number));
    ck_assert(wl_str_is(dealer, "D1") && wl_str_is(number, "000/1"));
    ck_assert(!wl_claim_name_split(WL_STR("D1"), &dealer, &number));
    ck_assert(!wl_claim_name_split(WL_STR("/1"), &dealer, &number));
    ck_assert(!wl_claim_name_split(WL_STR("D1/"), &dealer, &number));
    ck_assert(!wl_claim_name_split(WL_NO_STR, &dealer, &number));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("claim_fields");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, header_fields_are_checked, 0, (int)WL_COUNT(header_cases));
    tcase_add_loop_test(tests, line_fields_are_checked, 0, (int)WL_COUNT(line_cases));
    tcase_add_test(tests, a_readable_claim_is_typed);
    tcase_add_test(tests, miles_become_whole_kilometres);
    tcase_add_test(tests, counts_have_ceilings);
    tcase_add_test(tests, content_is_all_but_narrative_and_repair_order);
    tcase_add_test(tests, vins_have_a_check_digit);
    tcase_add_test(tests, findings_are_listed_by_name);
    tcase_add_test(tests, operations_are_ascending_and_unique);
    tcase_add_test(tests, claim_names_split_at_the_first_slash);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
