/* What inspections and waivers do to lines and their claims, whatever the order. */
#include "tests/returns_world.h"

/* ---- several tags of one line ---- */

enum { TAGS = 3, ORDERS = 6, FINDINGS = 1 << TAGS };
static const int orders[ORDERS][TAGS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/* A claim of CNY 365, of which the pieces of its line are 165 with their handling. */
static void settle_waived(const char *no)
{
    DONE(waive(no, 0, "inspected later"));
    DONE(sign("D1", no));
    DONE(settle("D1", "CNY"));
}

/* One tag is inspected: the first that is not accepted takes its line's money, and nothing does afterwards. */
static void step_of_many(const char *no, int64_t tag, bool accepted, bool settled, bool *refused, int inspected)
{
    const struct wl_inspect_outcome *out;
    struct wl_claim claim;
    bool anew = !accepted && !*refused;
    enum wl_obligation_state waiting = settled ? WL_OBLIGATION_WAIVED : WL_OBLIGATION_OPEN, state;

    DONE(inspect_tag(tag, accepted ? WL_ACCEPTED : WL_ABUSE));
    out = outcome;
    ck_assert_uint_eq(out->obligations.count, anew);
    ck_assert((out->decision.decision != WL_NONE) == anew);
    ck_assert_int_eq(out->charged_back, anew && settled ? 16500 : WL_NONE);
    ck_assert_uint_eq(out->head.postings.count, anew);
    *refused |= !accepted;
    claim = claim_now("D1", no);
    ck_assert_int_eq(claim.total, *refused && !settled ? 20000 : 36500);
    ck_assert_int_eq(claim.charged_back, *refused && settled ? 16500 : 0);
    if (owed(no, 1).received == PIECES(TAGS))
        waiting = settled ? WL_OBLIGATION_WAIVED_RECEIVED : WL_OBLIGATION_RECEIVED;
    state = *refused ? WL_OBLIGATION_REFUSED : inspected == TAGS ? WL_OBLIGATION_ACCEPTED : waiting;
    ck_assert_int_eq(owed(no, 1).state, (int)state);
    ck_assert_int_eq(owed(no, 1).inspected, PIECES(inspected));
    ck_assert_int_eq(claim.unmet_obligations,
                     !settled && state != WL_OBLIGATION_REFUSED && state != WL_OBLIGATION_ACCEPTED);
}

/* _i: whether the claim is settled first, and whether each tag is received just before it is inspected. */
START_TEST(a_line_is_refused_once_whatever_the_order)
{
    bool settled = _i & 1, one_by_one = _i & 2;
    char no[32];

    for (int order = 0; order < ORDERS; order++) {
        begin();
        for (int findings = 0; findings < FINDINGS; findings++) {
            int64_t first = newest_tag() + 1;
            bool refused = false;

            snprintf(no, sizeof no, "C%d-%d", order, findings);
            CLAIM(no, {"P-BACK", "3"});
            if (settled)
                settle_waived(no);
            DONE(tag_line(no, 1));
            DONE(SEND(first, first + 1, first + 2));
            for (int i = 0; i < TAGS && !one_by_one; i++)
                DONE(scan(first + orders[order][i]));
            for (int i = 0; i < TAGS; i++) {
                int64_t tag = first + orders[order][i];

                if (one_by_one)
                    DONE(scan(tag));
                step_of_many(no, tag, findings >> (tag - first) & 1, settled, &refused, i + 1);
            }
            ck_assert_int_eq(owed(no, 1).outcome, refused ? WL_ABUSE : WL_ACCEPTED);
        }
        OK(wl_gates_check(txn));
        OK(wl_parts_check(txn));
        commit();
    }
    check_all();
}
END_TEST

/* The commands that name a claim take what is there of its lines, and say no more of those refused before. */
START_TEST(lines_are_inspected_with_what_is_there)
{
    const struct wl_inspect_outcome *out;

    begin();
    CLAIM("C1", {"P-BACK", "2"}, {"P-TWO", "2"});
    DONE(tag_line("C1", 0));
    DONE(SEND(1, 3));
    REFUSED("obligation-not-received", inspect("C1", 1, WL_ABUSE));
    REFUSED("nothing-to-inspect", inspect("C1", 0, WL_ABUSE));
    DONE(scan(1));
    DONE(scan(3));
    DONE(inspect("C1", 0, WL_WRONG_PART));
    out = outcome;
    numbers_are(out->tags, "1 3");
    ck_assert_uint_eq(out->obligations.count, 2);
    ck_assert_int_eq(claim_now("D1", "C1").total, 20000);
    ck_assert_int_eq(owed("C1", 2).outcome, WL_WRONG_PART);
    REFUSED("obligation-not-received", inspect("C1", 1, WL_ABUSE));
    DONE(SEND(2, 4));
    DONE(scan(2));
    DONE(scan(4));
    DONE(inspect("C1", 0, WL_ABUSE));
    out = outcome;
    numbers_are(out->tags, "2 4");
    ck_assert(out->obligations.count == 0 && out->decision.decision == WL_NONE && out->head.postings.count == 0);
    ck_assert_int_eq(owed("C1", 2).outcome, WL_WRONG_PART);
    REFUSED("already-inspected", inspect("C1", 1, WL_ABUSE));
    commit();
    all_agrees();
}
END_TEST

/* ---- waivers ---- */

START_TEST(a_waiver_says_who_allowed_it)
{
    struct wl_waive_body body = {text("D1"), text("C1"), 1, text("burnt"), text("Ms. Wang")};

    begin();
    CLAIM("C1", {"P-BACK", "1"}, {"P-TWO", "1"});
    DONE(run(&wl_waive_command, &body));
    ck_assert(wl_str_is(((struct wl_returns_outcome *)outcome)->authority, "Ms. Wang"));
    DONE(waive("C1", 2, "burnt as well"));
    ck_assert(wl_str_is(((struct wl_returns_outcome *)outcome)->authority, "test")); /* who gave the command */
    commit();
    all_agrees();
}
END_TEST

/* What is back of a line in part stays as it is; a waiver only takes away what it blocks. */
START_TEST(a_waiver_stands_beside_what_came_back)
{
    begin();
    CLAIM("C1", {"P-BACK", "2"});
    DONE(tag_line("C1", 1));
    DONE(SEND(1, 2));
    DONE(scan(1));
    DONE(waive("C1", 1, "no time"));
    owed_is("C1", 1, WL_OBLIGATION_WAIVED, 2000, 1000, 0);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    REFUSED("already-waived", waive("C1", 1, "no time"));
    DONE(inspect_tag(1, WL_ACCEPTED));
    owed_is("C1", 1, WL_OBLIGATION_WAIVED, 2000, 1000, 1000);
    DONE(scan(2));
    owed_is("C1", 1, WL_OBLIGATION_WAIVED_RECEIVED, 2000, 2000, 1000);
    DONE(reverse(entry_now()));
    owed_is("C1", 1, WL_OBLIGATION_WAIVED, 2000, 1000, 1000);
    DONE(receive("C1", 1)); /* by its line, out of its shipment */
    DONE(inspect_tag(2, WL_ACCEPTED));
    owed_is("C1", 1, WL_OBLIGATION_ACCEPTED, 2000, 2000, 2000);
    REFUSED("already-inspected", waive("C1", 1, "no time"));
    CLAIM("C2", {"P-BACK", "2"});
    DONE(tag_line("C2", 1));
    DONE(SEND(3, 4));
    DONE(scan(3));
    DONE(scan(4));
    DONE(inspect_tag(3, WL_ACCEPTED));
    owed_is("C2", 1, WL_OBLIGATION_RECEIVED, 2000, 2000, 1000);
    DONE(waive("C2", 0, "no time"));
    owed_is("C2", 1, WL_OBLIGATION_WAIVED_RECEIVED, 2000, 2000, 1000);
    DONE(inspect_tag(4, WL_NOT_DEFECTIVE));
    owed_is("C2", 1, WL_OBLIGATION_REFUSED, 2000, 2000, 2000);
    REFUSED("already-inspected", waive("C2", 1, "no time"));
    commit();
    all_agrees();
}
END_TEST

/* ---- claims that are worth nothing any more ---- */

/* Parts go on when their claim was rejected meanwhile, and money does not. */
START_TEST(the_parts_of_a_rejected_claim_go_on)
{
    int64_t old;

    begin();
    ck_assert_str_eq(claim_of("C1", "2025-05-20", "", PARTS({"P-BACK", "3"}, {"P-TWO", "1"})), "approved");
    DONE(tag_line("C1", 1));
    DONE(SEND(1, 2));
    DONE(scan(1));
    DONE(scan(2));
    DONE(receive("C1", 2));
    DONE(inspect("C1", 2, WL_ABUSE));
    DONE(inspect_tag(1, WL_ABUSE));
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_REJECTED);
    DONE(inspect_tag(2, WL_ABUSE));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->decision.decision, WL_NONE);
    DONE(SEND(3));
    DONE(scan(3));
    DONE(dispose(1, WL_DISPOSE_DEALER));
    REFUSED("claim-rejected", waive("C1", 1, "no time"));
    ck_assert_int_eq(wl_claim_find(txn, text("D1"), text("C1"), &old), 1);
    ck_assert_str_eq(claim_in(&(struct claim_spec){
                         .dealer = "D1", .no = "C1", .submission = "2", .hours = "", .parts = {{"P-BACK", "1"}}}),
                     "approved");
    REFUSED("nothing-to-inspect", inspect("C1", 0, WL_ABUSE)); /* of the new version: nothing is there */
    ck_assert_int_eq(claim_now("D1", "C1").total, 5500);
    DONE(inspect_tag(3, WL_ABUSE)); /* of the old one */
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->claim, old);
    ck_assert_int_eq(claim_now("D1", "C1").total, 5500);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 5500);
    commit();
    all_agrees();
}
END_TEST

/* A line that still is to come when the claim is worth nothing: it is received, and refused without money. */
START_TEST(a_line_of_a_rejected_claim_is_received)
{
    begin();
    commit();
    load_table("authorizations",
               "auth_no,dealer_id,vin,max_amount,share_percent,valid_to\nA2,D1," VIN ",0.55,1,2026-12-31\n");
    begin();
    /* One per cent of 55 and of 30 CNY, at most 0.55. */
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D1",
                                                   .no = "G1",
                                                   .submission = "1",
                                                   .hours = "",
                                                   .parts = {{"P-BACK", "1"}, {"P-TWO", "0.001"}},
                                                   .type = "goodwill",
                                                   .authorization = "A2"}),
                     "partial");
    DONE(receive("G1", 1));
    DONE(inspect("G1", 1, WL_ABUSE));
    ck_assert_int_eq(claim_now("D1", "G1").state, WL_CLAIM_REJECTED);
    owed_is("G1", 2, WL_OBLIGATION_OPEN, 0, 0, 0);
    DONE(tag_line("G1", 0));
    DONE(receive("G1", 0));
    DONE(inspect("G1", 2, WL_ABUSE));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->decision.decision, WL_NONE);
    ck_assert_uint_eq(((struct wl_inspect_outcome *)outcome)->obligations.count, 1);
    owed_is("G1", 2, WL_OBLIGATION_REFUSED, 1, 1, 1);
    commit();
    all_agrees();
}
END_TEST

/* After payment each line that is refused is charged back once, to the last minor unit. */
START_TEST(a_paid_claim_is_charged_back_once_for_each_line)
{
    begin();
    ck_assert_str_eq(claim_of("C1", "2025-05-20", "", PARTS({"P-BACK", "2"}, {"P-TWO", "2"})), "approved");
    settle_waived("C1");
    DONE(pay(1));
    DONE(receive("C1", 1));
    DONE(receive("C1", 2));
    DONE(inspect_tag(1, WL_ABUSE));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->charged_back, 11000);
    DONE(inspect_tag(2, WL_MISSING));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->charged_back, WL_NONE);
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->first_discrepancy, 1);
    DONE(inspect("C1", 2, WL_NOT_DEFECTIVE));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->charged_back, 6600);
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, claim_now("D1", "C1").total);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), -17600);
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("inspections");
    TCase *orders_case = cases("orders", returns_world_make);
    TCase *ways = cases("ways", returns_world_make);

    tcase_add_loop_test(orders_case, a_line_is_refused_once_whatever_the_order, 0, 4);
    tcase_add_test(ways, lines_are_inspected_with_what_is_there);
    tcase_add_test(ways, a_waiver_says_who_allowed_it);
    tcase_add_test(ways, a_waiver_stands_beside_what_came_back);
    tcase_add_test(ways, the_parts_of_a_rejected_claim_go_on);
    tcase_add_test(ways, a_line_of_a_rejected_claim_is_received);
    tcase_add_test(ways, a_paid_claim_is_charged_back_once_for_each_line);
    suite_add_tcase(suite, orders_case);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
