/* Facts of settled claims: what is written, and what is found when it is another. */
#include "tests/gates_world.h"

#include "claims/fact_rows.h"
#include "wledger/quality.h"

static struct wl_fact facts[64];
static size_t fact_count;

static int take_fact(struct wl_str value)
{
    struct wl_fact_reader reader = wl_facts_of_row(value);
    int rc;

    while (fact_count < WL_COUNT(facts) && (rc = wl_fact_next(&reader, &facts[fact_count])) == 1)
        fact_count++;
    return rc;
}

/* All of them, in the open transaction. */
static void read_facts(void)
{
    fact_count = 0;
    for (uint64_t row = 0; row < wl_fact_row_count(txn); row++) {
        struct wl_str value;

        ck_assert_int_eq(wl_get_n(txn, WL_TABLE_FACTS, row, &value), 1);
        ck_assert_int_eq(take_fact(value), 0);
    }
}

START_TEST(a_fact_comes_back_as_it_was_written)
{
    uint8_t bytes[WL_FACT_BYTES_MAX];
    struct wl_fact fact = {.kind = WL_FACT_CORRECTED, .type = WL_TYPE_SERVICE, .partial = true, .vehicle = WL_NONE},
                   again;
    struct wl_fact_reader reader;
    size_t size;

    fact.claim = fact.settlement = INT64_MAX;
    fact.dealer = fact.currency = fact.fault = fact.causal_part = UINT32_MAX;
    fact.repair_day = day("1900-01-01");
    fact.mileage_km = fact.labour = fact.sublet = INT64_MIN + 1;
    fact.hours_x100 = fact.parts = fact.handling = fact.total = INT64_MAX;
    fact.part_count = WL_FACT_PARTS_MAX;
    for (uint32_t i = 0; i < WL_FACT_PARTS_MAX; i++)
        fact.lines[i] = (struct wl_fact_part){UINT32_MAX - i, i % 2 ? INT64_MIN : INT64_MAX};
    size = wl_fact_write(&fact, bytes);
    ck_assert_uint_le(size, sizeof bytes);
    reader = wl_facts_of_row((struct wl_str){(const char *)bytes, size});
    memset(&again, 0, sizeof again);
    ck_assert_int_eq(wl_fact_next(&reader, &again), 1);
    ck_assert_int_eq(memcmp(&fact, &again, sizeof fact), 0);
    ck_assert_int_eq(wl_fact_next(&reader, &again), 0);
    /* Cut off anywhere it is none, and reading goes nowhere beyond. */
    for (size_t cut = 1; cut < size; cut++) {
        uint8_t *exact = malloc(cut);

        memcpy(exact, bytes, cut);
        reader = wl_facts_of_row((struct wl_str){(const char *)exact, cut});
        ck_assert_int_eq(wl_fact_next(&reader, &again), WL_E_DAMAGED);
        free(exact);
    }
}
END_TEST

/* CNY 288: labour 200, parts 50 and 30, handling 8; part 2 is refused before settlement: 255. */
START_TEST(facts_say_what_was_settled)
{
    claim_is(USUAL("D1", "C1"), "approved");
    begin();
    DONE(sign("D1", "C1"));
    DONE(receive("C1", 0));
    DONE(inspect("C1", 1, WL_ACCEPTED));
    DONE(inspect("C1", 2, WL_ABUSE));
    DONE(settle("D1", "CNY"));
    read_facts();
    ck_assert_uint_eq(fact_count, 1);
    ck_assert_int_eq(facts[0].kind, WL_FACT_SETTLED);
    ck_assert_int_eq(facts[0].type, WL_TYPE_WARRANTY);
    ck_assert(facts[0].partial && !facts[0].repeat);
    ck_assert_int_eq(facts[0].settlement, 1);
    ck_assert_int_eq(facts[0].vehicle, 0);
    ck_assert_uint_eq(facts[0].dealer, wl_code_find(txn, WL_CODE_DEALER, text("D1")));
    ck_assert_uint_eq(facts[0].currency, wl_code_find(txn, WL_CODE_CURRENCY, text("CNY")));
    ck_assert_uint_eq(facts[0].fault, wl_code_find(txn, WL_CODE_FAULT, text("F1")));
    ck_assert_uint_eq(facts[0].causal_part, 0);
    ck_assert_int_eq(facts[0].repair_day, day("2025-05-20"));
    ck_assert_int_eq(facts[0].mileage_km, 10000);
    ck_assert_int_eq(facts[0].hours_x100, 200);
    ck_assert_int_eq(facts[0].labour, 20000);
    ck_assert_int_eq(facts[0].parts, 5000);
    ck_assert_int_eq(facts[0].handling, 500);
    ck_assert_int_eq(facts[0].total, 25500);
    ck_assert_uint_eq(facts[0].part_count, 1);
    ck_assert_uint_eq(facts[0].lines[0].part, wl_code_find(txn, WL_CODE_PART, text("P-BACK")));
    ck_assert_int_eq(facts[0].lines[0].amount, 5000);
    commit();
    check_all();
}
END_TEST

/* Part 1 comes back after settlement and is refused: 50 and its handling. */
START_TEST(a_correction_says_what_changed)
{
    claim_is(USUAL("D1", "C1"), "approved");
    begin();
    settle_alone("C1");
    DONE(receive("C1", 1));
    DONE(inspect("C1", 1, WL_ABUSE));
    read_facts();
    ck_assert_uint_eq(fact_count, 2);
    ck_assert_int_eq(facts[1].kind, WL_FACT_CORRECTED);
    ck_assert_int_eq(facts[1].total, -5500);
    ck_assert_int_eq(facts[1].parts, -5000);
    ck_assert_int_eq(facts[1].handling, -500);
    ck_assert_int_eq(facts[1].labour, 0);
    ck_assert_int_eq(facts[1].hours_x100, 0);
    ck_assert_int_eq(facts[1].lines[0].amount, -5000);
    commit();
    check_all();
}
END_TEST

/* A chargeback by lines that keep something: hours go with their amount. */
START_TEST(hours_follow_their_labour)
{
    struct wl_line_name line = {WL_LINE_LABOUR, 1, 6667, WL_NO_STR};
    struct wl_chargeback_body body = {.dealer_id = text("D1"),
                                      .claim_no = text("C1"),
                                      .lines = {&line, 1},
                                      .amount = WL_NONE,
                                      .reason = text("audit"),
                                      .evidence = text("A1")};

    claim_is(PLAIN("D1", "C1"), "approved");
    begin();
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    DONE(run(&wl_chargeback_command, &body));
    read_facts();
    ck_assert_int_eq(facts[0].hours_x100, 200);
    ck_assert_int_eq(facts[1].labour, 6667 - 20000);
    ck_assert_int_eq(facts[1].hours_x100, 67 - 200);
    ck_assert_int_eq(facts[1].total, 6667 - 20000);
    commit();
    check_all();
}
END_TEST

/* ---- more parts than one fact holds ---- */

enum { MANY = 150 };

static void load_many_parts(void)
{
    struct wl_buf parts, prices;

    wl_buf_init(&parts, 1 << 20);
    wl_buf_init(&prices, 1 << 20);
    wl_buf_text(&parts, "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime\n");
    wl_buf_text(&prices, "part_id,currency,from_date,price\n");
    for (int i = 0; i < MANY; i++) {
        wl_buf_format(&parts, "Q%03d,Screw,engine,ea,S1,never,0,24,60000,no\n", i);
        wl_buf_format(&prices, "Q%03d,CNY,2020-01-01,1\n", i);
    }
    wl_buf_byte(&parts, 0);
    wl_buf_byte(&prices, 0);
    load_table("parts", (const char *)parts.data);
    load_table("part_prices", (const char *)prices.data);
    wl_buf_release(&parts);
    wl_buf_release(&prices);
}

START_TEST(a_claim_with_more_parts_than_a_fact_has_several)
{
    static char names[WL_LINES_MAX][8];
    struct wl_part_line lines[WL_LINES_MAX];
    struct wl_claim_record record = {.dealer_id = text("D1"),
                                     .claim_no = text("C1"),
                                     .submission = text("1"),
                                     .type = text("warranty"),
                                     .vin = text(VIN),
                                     .repair_date = text("2025-05-20"),
                                     .submit_date = text("2025-05-25"),
                                     .mileage = text("10000"),
                                     .fault_code = text("F1"),
                                     .causal_part = text("Q007"),
                                     .parts = {lines, WL_LINES_MAX},
                                     .narrative_size = WL_NONE};
    int64_t worth = 0;
    struct wl_suppliers made;

    load_many_parts();
    for (int i = 0; i < WL_LINES_MAX; i++) { /* the last 50 are the first again */
        snprintf(names[i], sizeof names[i], "Q%03d", i % MANY);
        lines[i] = (struct wl_part_line){text(names[i]), text("1"), text("1"), text("CNY")};
    }
    begin();
    DONE(run(&wl_record_command, &record));
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    read_facts();
    commit();
    ck_assert_uint_eq(fact_count, 2);
    ck_assert_int_eq(facts[0].total, 22000);
    ck_assert_int_eq(facts[1].kind, WL_FACT_PARTS);
    ck_assert_int_eq(facts[1].total + facts[1].parts + facts[1].handling, 0);
    ck_assert_uint_eq(facts[0].part_count, WL_FACT_PARTS_MAX);
    for (size_t i = 0; i < fact_count; i++)
        for (uint32_t n = 0; n < facts[i].part_count; n++)
            worth += facts[i].lines[n].amount;
    ck_assert_int_eq(worth, 20000);
    OK(wl_suppliers_make(store, &(struct wl_quality_filter){.from = WL_NONE, .to = WL_NONE}, &made));
    ck_assert_uint_eq(made.count, 1);
    ck_assert_int_eq(made.rows[0].claims, 1);
    ck_assert_int_eq(made.rows[0].parts, 20000);
    ck_assert_int_eq(made.rows[0].total, 22000);
    wl_suppliers_release(&made);
    check_all();
}
END_TEST

/* ---- what is wrong is found ---- */

static void verify_finds(const char *what)
{
    struct wl_verify_report report;

    wl_store_close(store);
    store = NULL;
    ck_assert_int_eq(wl_verify_here(dir, &wl_house_schema, &report), WL_E_DAMAGED);
    ck_assert_msg(strstr(wl_error(), what) != NULL, "%s", wl_error());
    OK(wl_store_open(dir, &wl_house_schema, 0, &store));
}

/* Each number of the fact in turn, one more than it is. */
static const size_t fields[] = {
    offsetof(struct wl_fact, claim),      offsetof(struct wl_fact, settlement), offsetof(struct wl_fact, vehicle),
    offsetof(struct wl_fact, repair_day), offsetof(struct wl_fact, mileage_km), offsetof(struct wl_fact, labour),
    offsetof(struct wl_fact, parts),      offsetof(struct wl_fact, handling),   offsetof(struct wl_fact, sublet),
    offsetof(struct wl_fact, total),      offsetof(struct wl_fact, type),
};

START_TEST(a_fact_that_is_another_is_found)
{
    uint8_t bytes[WL_FACT_BYTES_MAX];

    claim_is(PLAIN("D1", "C1"), "approved");
    begin();
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    read_facts();
    ++*(int64_t *)(void *)((char *)&facts[0] + fields[_i]);
    wl_put_n(txn, WL_TABLE_FACTS, 0, (struct wl_str){(const char *)bytes, wl_fact_write(&facts[0], bytes)});
    commit();
    verify_finds("fact");
}
END_TEST

START_TEST(other_rows_that_are_wrong_are_found)
{
    static const char *const found[] = {"has no fact",   "next claim",      "the facts are not", "has a code",
                                        "rows of facts", "vehicles' facts", "codes are not"};
    struct wl_fact_reader reader;
    uint8_t bytes[WL_FACT_BYTES_MAX];
    struct wl_str value;
    char row[WL_VALUE_MAX];
    size_t size;

    claim_is(USUAL("D1", "C1"), "approved");
    claim_is(USUAL("D1", "C2"), "approved");
    begin();
    settle_alone("C1");
    settle_alone("C2");
    read_facts();
    ck_assert_int_eq(wl_get_n(txn, WL_TABLE_FACTS, 0, &value), 1);
    memcpy(row, value.data, value.size);
    reader = wl_facts_of_row((struct wl_str){row, value.size});
    ck_assert_int_eq(wl_fact_next(&reader, &facts[63]), 1);
    if (_i == 0) /* the second is gone */
        wl_put_n(txn, WL_TABLE_FACTS, 0, (struct wl_str){row, (size_t)((const char *)reader.at - row)});
    if (_i == 1) /* the first comes twice */
        wl_put_n(txn, WL_TABLE_FACTS, 1, (struct wl_str){row, (size_t)((const char *)reader.at - row)});
    if (_i == 2) { /* something was taken back that was not */
        facts[1].kind = WL_FACT_CORRECTED;
        size = wl_fact_write(&facts[1], bytes);
        memcpy(row + value.size, bytes, size);
        wl_put_n(txn, WL_TABLE_FACTS, 0, (struct wl_str){row, value.size + size});
    }
    if (_i == 3) {
        facts[0].fault = 2;
        wl_put_n(txn, WL_TABLE_FACTS, 0, (struct wl_str){(const char *)bytes, wl_fact_write(&facts[0], bytes)});
    }
    if (_i == 4)
        wl_counter_set(txn, WL_FACT_ROWS, 2);
    if (_i == 5) {
        ck_assert_int_eq(wl_get_n(txn, WL_TABLE_VEHICLE_FACTS, 0, &value), 1);
        memcpy(row, value.data, value.size);
        row[20]++; /* the day on which the second one was made */
        wl_put_n(txn, WL_TABLE_VEHICLE_FACTS, 0, (struct wl_str){row, value.size});
    }
    if (_i == 6)
        wl_put(txn, WL_TABLE_CODES, text("\3F9"), (struct wl_str){"\0\0\0\0\0\0\0\1", 8});
    commit();
    verify_finds(found[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("facts");
    TCase *ways = cases("ways", world_make);

    tcase_add_test(ways, a_fact_comes_back_as_it_was_written);
    tcase_add_test(ways, facts_say_what_was_settled);
    tcase_add_test(ways, a_correction_says_what_changed);
    tcase_add_test(ways, hours_follow_their_labour);
    tcase_add_test(ways, a_claim_with_more_parts_than_a_fact_has_several);
    tcase_add_loop_test(ways, a_fact_that_is_another_is_found, 0, (int)WL_COUNT(fields));
    tcase_add_loop_test(ways, other_rows_that_are_wrong_are_found, 0, 7);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
