/* What is corrected after reference data changed, and what is forgotten of a claim that came in several times. */
#include "tests/gates_world.h"

/* CNY 255: labour 200, a part 50, handling 5. Half of it is paid. */
#define GOODWILL(no_)                                                                                                 \
    &(struct claim_spec)                                                                                              \
    {                                                                                                                 \
        .dealer = "D1", .no = (no_), .submission = "1", .hours = "2", .parts = {{"P-BACK", "1"}}, .type = "goodwill", \
        .authorization = "A1"                                                                                         \
    }

/* A part that is refused leaves half of the rest, also where the authorization is withdrawn or another by now. */
START_TEST(goodwill_keeps_the_share_it_was_given)
{
    static const char *const since[] = {"A1,D1," VIN ",500,50,2026-12-31,yes\n", "A1,D1," VIN ",500,100,2026-12-31,\n"};
    char csv[200];

    claim_is(GOODWILL("G1"), "partial");
    snprintf(csv, sizeof csv, "auth_no,dealer_id,vin,max_amount,share_percent,valid_to,void\n%s", since[_i]);
    load_table("authorizations", csv);
    begin();
    ck_assert_int_eq(claim_now("D1", "G1").total, 12750);
    DONE(receive("G1", 0));
    DONE(inspect("G1", 0, WL_ABUSE));
    ck_assert_int_eq(claim_now("D1", "G1").total, 10000);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 10000);
    commit();
    check_all();
}
END_TEST

START_TEST(a_refused_part_raises_no_handling)
{
    claim_is(USUAL("D1", "C1"), "approved");
    load_table("policy", "key,from_date,value\nhandling_percent,2020-01-01,100\n");
    begin();
    DONE(receive("C1", 0));
    DONE(inspect("C1", 2, WL_ABUSE));
    ck_assert_int_eq(claim_now("D1", "C1").handling, 800);
    ck_assert_int_eq(claim_now("D1", "C1").total, 25800);
    commit();
    check_all();
}
END_TEST

/* A claim sent again, refused under its number, or first sent malformed: its customer is in those texts as well. */
START_TEST(what_came_in_under_a_name_is_forgotten_with_it)
{
    struct wl_str narrative;
    uint64_t before, after;

    begin();
    before = wl_journal_size(txn);
    claim_in(&(struct claim_spec){.dealer = "D1", .no = "C1", .submission = "x", .hours = "2"}); /* malformed */
    ck_assert_str_eq(claim_in(PLAIN("D1", "C1")), "approved");
    claim_in(PLAIN("D1", "C1"));                                                                 /* a repeat */
    claim_in(&(struct claim_spec){.dealer = "D1", .no = "C1", .submission = "2", .hours = "3"}); /* reused */
    after = wl_journal_size(txn);
    claim_in(&(struct claim_spec){.dealer = "D1", .no = "C", .submission = "x", .hours = "2"});
    claim_in(&(struct claim_spec){.dealer = "D1", .no = "C12", .submission = "x", .hours = "2"});
    DONE(forget("C1"));
    for (uint64_t seq = before; seq < after; seq++)
        ck_assert_int_eq(wl_text_get(txn, seq, 0, &narrative), 0);
    ck_assert_int_eq(wl_text_get(txn, after, 0, &narrative), 1);
    ck_assert_int_eq(wl_text_get(txn, after + 1, 0, &narrative), 1);
    ck_assert_str_eq(forget("C1"), "nothing-to-forget");
    claim_in(PLAIN("D1", "C1"));
    DONE(forget("C1"));
    ck_assert_str_eq(forget("C1"), "nothing-to-forget");
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("corrections");
    TCase *ways = cases("ways", world_make);

    tcase_add_loop_test(ways, goodwill_keeps_the_share_it_was_given, 0, 2);
    tcase_add_test(ways, a_refused_part_raises_no_handling);
    tcase_add_test(ways, what_came_in_under_a_name_is_forgotten_with_it);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
