/* The clock: what becomes overdue, and late. */
#include "tests/returns_world.h"

static struct wl_tick_outcome ticked(const char *overdue, bool more)
{
    const struct wl_tick_outcome *out;

    DONE(tick());
    out = outcome;
    if (overdue)
        numbers_are(out->overdue, overdue);
    ck_assert_int_eq(out->more, more ? 1 : WL_NONE);
    return *out;
}

/* Submitted on the 20th of May: P-TWO is due on the 30th, P-BACK on the 19th of June. */
START_TEST(a_return_is_overdue_after_its_day)
{
    begin();
    ticked("", false);
    CLAIM("C1", {"P-BACK", "1"}, {"P-TWO", "1"}, {"P-BACK", "1"}, {"P-BACK", "1"});
    ck_assert_int_eq(ticked("1", false).indexed_to, 4);
    owed_is("C1", 2, WL_OBLIGATION_OVERDUE, 0, 0, 0);
    ck_assert_int_eq(owed("C1", 2).overdue_seq, entry_now());
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 4);
    DONE(receive("C1", 1));
    DONE(waive("C1", 3, "lost"));
    set_day("2025-06-19");
    ck_assert_int_eq(ticked("", false).passed, 0);
    set_day("2025-06-20");
    ck_assert_int_eq(ticked("3", false).passed, 2);
    ck_assert_int_eq(ticked("", false).passed, 0);
    owed_is("C1", 4, WL_OBLIGATION_OVERDUE, 0, 0, 0);
    REFUSED("obligation-not-received", inspect("C1", 4, WL_ABUSE));
    DONE(receive("C1", 0)); /* from overdue all goes on as from open */
    owed_is("C1", 4, WL_OBLIGATION_RECEIVED, 1000, 1000, 0);
    owed_is("C1", 3, WL_OBLIGATION_WAIVED, 0, 0, 0);
    DONE(inspect("C1", 0, WL_ACCEPTED));
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    commit();
    all_agrees();
}
END_TEST

/* A receipt that is taken back leaves the return as it was; the clock finds it again. */
START_TEST(a_return_that_is_open_again_becomes_overdue)
{
    int64_t scanned;

    begin();
    CLAIM("C1", {"P-BACK", "1"}, {"P-TWO", "1"});
    DONE(tag_line("C1", 0));
    DONE(SEND(1, 2));
    DONE(scan(1));
    scanned = entry_now();
    ticked("1", false);
    set_day("2025-06-20");
    ck_assert_int_eq(ticked("", false).passed, 0); /* it was received when the clock came by */
    DONE(reverse(scanned));
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 1000, 0, 0);
    OK(wl_parts_check(txn));
    ticked("0", false);
    DONE(scan(2));
    owed_is("C1", 2, WL_OBLIGATION_RECEIVED, 1000, 1000, 0);
    DONE(reverse(entry_now()));
    owed_is("C1", 2, WL_OBLIGATION_OVERDUE, 1000, 0, 0);
    ticked("", false);
    DONE(waive("C1", 0, "lost"));
    owed_is("C1", 2, WL_OBLIGATION_WAIVED, 1000, 0, 0);
    ticked("", false);
    commit();
    all_agrees();
}
END_TEST

/* A received one passes while it waits for its inspection, and its row of dues goes. */
START_TEST(a_return_that_was_passed_is_found_again)
{
    int64_t scanned;

    begin();
    CLAIM("C1", {"P-BACK", "1"});
    DONE(tag_line("C1", 0));
    ticked("", false); /* indexed while open */
    DONE(SEND(1));
    DONE(scan(1));
    scanned = entry_now();
    set_day("2025-06-20");
    ck_assert_int_eq(ticked("", false).passed, 1);
    DONE(reverse(scanned));
    OK(wl_parts_check(txn));
    ticked("0", false);
    commit();
    all_agrees();
}
END_TEST

/* Claims of 200 lines of P-OIL, due on the 19th of June. */
static void many_lines(int claims)
{
    struct part_spec parts[WL_LINES_MAX + 1] = {{NULL, NULL}};
    char no[16];

    for (size_t i = 0; i < WL_LINES_MAX; i++)
        parts[i] = (struct part_spec){"P-OIL", "0.5"};
    for (int i = 0; i < claims; i++) {
        snprintf(no, sizeof no, "M%d", i);
        ck_assert_str_eq(claim_of(no, "2025-05-20", "2", parts), "approved");
    }
}

START_TEST(a_tick_takes_a_bounded_number)
{
    struct wl_tick_outcome out;
    size_t overdue = 0;

    begin();
    many_lines(21); /* 4200 returns */
    out = ticked("", true);
    ck_assert_int_eq(out.indexed_to, WL_TICK_INDEX_MAX);
    OK(wl_parts_check(txn));
    out = ticked("", false);
    ck_assert_int_eq(out.indexed_to, 4200);
    DONE(waive("M0", 0, "lost"));
    set_day("2025-06-20");
    for (int i = 0; i < 4; i++) {
        out = ticked(NULL, true);
        ck_assert_uint_eq(out.overdue.count + (size_t)out.passed, WL_TICK_MAX);
        overdue += out.overdue.count;
        ck_assert_uint_le(entry_size(), WL_ENTRY_MAX);
        OK(wl_parts_check(txn));
    }
    out = ticked(NULL, false);
    overdue += out.overdue.count;
    ck_assert_uint_eq(overdue, 4000);
    ticked("", false);
    commit();
    all_agrees();
}
END_TEST

/* Past their day when the clock first sees them, they take no row of dues. */
START_TEST(a_tick_that_was_late_catches_up)
{
    struct wl_tick_outcome out;

    begin();
    many_lines(6);
    set_day("2025-06-20");
    out = ticked(NULL, true);
    ck_assert_uint_eq(out.overdue.count, WL_TICK_MAX);
    ck_assert_int_eq(out.indexed_to, WL_TICK_MAX);
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_DUES), 0);
    out = ticked(NULL, false);
    ck_assert_uint_eq(out.overdue.count, 200);
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_dispatch_is_late_after_its_hours)
{
    begin();
    DONE(deliver("W1", "P-KEEP", PIECES(9)));
    DONE(ship_items(ITEMS(ITEM("P-KEEP", PIECES(1)))));
    DONE(ship_items(ITEMS(ITEM("P-KEEP", PIECES(1)))));
    now += 3600;
    DONE(ship_items(ITEMS(ITEM("P-KEEP", PIECES(1)))));
    DONE(arrive_all(1));
    now += 47 * 3600; /* 48 hours after the second */
    ck_assert_uint_eq(ticked("", false).late.count, 0);
    now += 1;
    numbers_are(ticked("", false).late, "2");
    ck_assert_int_eq(dispatch_row(2).late_seq, entry_now());
    ck_assert_int_eq(dispatch_row(3).late_seq, WL_NONE);
    ck_assert_uint_eq(ticked("", false).late.count, 0);
    now += 3600;
    numbers_are(ticked("", false).late, "3");
    DONE(arrive_all(2)); /* late is late */
    ck_assert_int_ne(dispatch_row(2).late_seq, WL_NONE);
    DONE(ship_items(ITEMS(ITEM("P-KEEP", PIECES(1)))));
    commit();
    load_table("policy", "key,from_date,value,void\ndispatch_hours,2020-01-01,48,yes\n");
    begin();
    now += 1000 * 3600;
    ck_assert_uint_eq(ticked("", false).late.count, 0); /* no limit is in force */
    commit();
    load_table("policy", "key,from_date,value\ndispatch_hours,2020-01-01,0.5\n");
    begin();
    numbers_are(ticked("", false).late, "4");
    commit();
    all_agrees();
}
END_TEST

START_TEST(an_overdue_return_keeps_its_claim_from_being_paid)
{
    begin();
    CLAIM("C1", {"P-TWO", "1"});
    DONE(sign("D1", "C1"));
    ticked("0", false);
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    DONE(receive("C1", 0));
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    DONE(inspect("C1", 0, WL_ACCEPTED));
    DONE(settle("D1", "CNY"));
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tick");
    TCase *clock = cases("clock", returns_world_make);

    tcase_add_test(clock, a_return_is_overdue_after_its_day);
    tcase_add_test(clock, a_return_that_is_open_again_becomes_overdue);
    tcase_add_test(clock, a_return_that_was_passed_is_found_again);
    tcase_add_test(clock, a_tick_takes_a_bounded_number);
    tcase_add_test(clock, a_tick_that_was_late_catches_up);
    tcase_add_test(clock, a_dispatch_is_late_after_its_hours);
    tcase_add_test(clock, an_overdue_return_keeps_its_claim_from_being_paid);
    suite_add_tcase(suite, clock);
    return run_suite(suite);
}
