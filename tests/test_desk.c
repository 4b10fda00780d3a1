/* Review desks: who may decide, line by line, and what changes hands. */
#include "tests/desk_world.h"

#include "wledger/transitions.h"

/* ---- who decides ---- */

START_TEST(only_the_seats_reviewers_decide)
{
    begin();
    claims_in(1);
    is_at("C1", "SEAT-1", "");
    ck_assert_str_eq(approve("test", "C1"), "not-your-seat");
    ck_assert_str_eq(approve("zhao", "C1"), "not-your-seat");
    DONE(take("wang", "C1"));
    is_at("C1", "SEAT-1", "wang");
    ck_assert_str_eq(approve("li", "C1"), "already-taken");
    ck_assert_str_eq(take("li", "C1"), "already-taken");
    ck_assert_str_eq(take("wang", "C1"), "taken-by-you");
    ck_assert_str_eq(take("zhao", "C1"), "not-your-seat");
    DONE(away("wang", "2025-06-01", "2025-06-02")); /* what was taken by who is away is anybody's of the seat */
    ck_assert_str_eq(approve("wang", "C1"), "not-your-seat");
    DONE(approve("li", "C1"));
    ck_assert_str_eq(history_of("C1"), "review-take review");
    commit();
    check_all();
}
END_TEST

START_TEST(a_seat_without_reviewers_is_anybodys)
{
    begin();
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D1", .no = "BIG", .submission = "1", .hours = "60"}),
                     "referred"); /* 6000, to tier 2, to the lowest seat */
    is_at("BIG", "SEAT-2", "");
    DONE(assign("BIG", "SEAT-3"));
    DONE(take("somebody", "BIG"));
    ck_assert_str_eq(approve("else", "BIG"), "already-taken");
    DONE(approve("somebody", "BIG"));
    commit();
    check_all();
}
END_TEST

START_TEST(four_eyes_see_a_claim)
{
    begin();
    claims_in(1);
    acting = "wang";
    DONE(review("C1", WL_REFUSE, 0, 0, "worn"));
    acting = "test";
    DONE(appeal("chen", "C1"));
    is_at("C1", "SEAT-2", "");
    ck_assert_str_eq(approve("chen", "C1"), "four-eyes"); /* who appealed */
    ck_assert_str_eq(approve("wang", "C1"), "four-eyes"); /* whose decision was appealed against */
    ck_assert_str_eq(take("wang", "C1"), "four-eyes");
    DONE(assign("C1", "SEAT-3"));
    ck_assert_str_eq(approve("wang", "C1"), "four-eyes");
    DONE(approve("zhao", "C1"));
    ck_assert_str_eq(history_of("C1"), "review appeal review-assign review");
    commit();
    check_all();
}
END_TEST

/* ---- lines ---- */

static const char *review_lines(const char *no, const struct wl_line_name *names, size_t count, const char *reason)
{
    struct wl_review_body body = {.dealer_id = text("D1"),
                                  .claim_no = text(no),
                                  .verdict = WL_APPROVE,
                                  .refused = {(void *)(uintptr_t)names, count},
                                  .reason = text(reason)};

    return by("li", &wl_review_command, &body);
}

#define LINES(...) (const struct wl_line_name[]){__VA_ARGS__}, WL_COUNT(((const struct wl_line_name[]){__VA_ARGS__}))

START_TEST(lines_are_cut_to_amounts)
{
    const struct wl_review_outcome *out;

    begin();
    claims_in(1); /* labour 2000, part 50, handling 5 */
    ck_assert_str_eq(review_lines("C1", LINES({WL_LINE_PART, 1, 5001, WL_NO_STR}), "x"), "line-amount-invalid");
    ck_assert_str_eq(review_lines("C1", LINES({WL_LINE_PART, 1, -1, WL_NO_STR}), "x"), "line-amount-invalid");
    ck_assert(wl_str_is(((struct wl_outcome_head *)outcome)->about, "part 1"));
    ck_assert_str_eq(review_lines("C1", LINES({WL_LINE_PART, 2, 1, WL_NO_STR}), "x"), "line-unknown");
    ck_assert_str_eq(review_lines("C1", LINES({WL_LINE_PART, 1, 1, WL_NO_STR}), NULL), "reason-missing");
    ck_assert_str_eq(review_lines("C1", LINES({WL_LINE_PART, 1, 1, WL_NO_STR}, {WL_LINE_PART, 1, 2, WL_NO_STR}), "x"),
                     "named-twice");
    DONE(review_lines(
        "C1", LINES({WL_LINE_PART, 1, 3000, WL_STR("too dear")}, {WL_LINE_LABOUR, 1, 100000, WL_STR("slow")}), NULL));
    out = outcome;
    ck_assert_int_eq(out->decision.decision, WL_CLAIM_PARTIAL);
    ck_assert_int_eq(out->decision.labour, 100000);
    ck_assert_int_eq(out->decision.parts, 3000);
    ck_assert_int_eq(out->decision.handling, 300);
    ck_assert_int_eq(out->decision.total, 103300);
    ck_assert_uint_eq(out->decision.findings.count, 1);
    ck_assert_int_eq(out->decision.findings.at[0], WL_FINDING_LINE_REDUCED);
    ck_assert_uint_eq(out->decision.obligations.count, 1); /* a line that is cut still owes its part */
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 103300);
    commit();
    check_all();
}
END_TEST

START_TEST(a_line_named_twice_alike_is_named_once)
{
    const struct wl_review_outcome *out;

    begin();
    claims_in(1);
    DONE(review_lines("C1", LINES({WL_LINE_PART, 1, 0, WL_NO_STR}, {WL_LINE_PART, 1, WL_NONE, WL_NO_STR}), "x"));
    out = outcome;
    ck_assert_int_eq(out->decision.total, 200000);
    ck_assert_int_eq(out->decision.findings.at[0], WL_FINDING_LINE_REFUSED);
    commit();
    begin();
    ck_assert_str_eq(claim_in(LARGE("C2")), "referred");
    DONE(review_lines("C2", LINES({WL_LINE_PART, 1, 5000, WL_NO_STR}), "stays as it is"));
    out = outcome;
    ck_assert_int_eq(out->decision.decision, WL_CLAIM_APPROVED);
    ck_assert_uint_eq(out->decision.findings.count, 0);
    commit();
    check_all();
}
END_TEST

START_TEST(reasons_are_those_of_the_table)
{
    load_table("reasons", "event,reason_code,description\nrefuse,PRICE,Too dear\nreassign,DESK,Other desk\n"
                          "absence,HOLIDAY,Holiday\n");
    begin();
    claims_in(1);
    ck_assert_str_eq(review_lines("C1", LINES({WL_LINE_PART, 1, 1, WL_NO_STR}), "whatever"), "reason-unknown");
    ck_assert_str_eq(review_lines("C1", LINES({WL_LINE_PART, 1, 1, WL_STR("PRICES")}), "PRICE"), "reason-unknown");
    ck_assert(wl_str_is(((struct wl_outcome_head *)outcome)->about, "part 1"));
    ck_assert_str_eq(assign("C1", "SEAT-1B"), "reason-unknown");
    ck_assert_str_eq(release("li", "C1"), "reason-unknown");
    ck_assert_str_eq(away("li", "2025-06-02", "2025-06-03"), "reason-unknown");
    DONE(review_lines("C1", LINES({WL_LINE_PART, 1, 1, WL_STR("PRICE: too dear")}), NULL));
    commit();
    check_all();
}
END_TEST

/* ---- what changes hands ---- */

/* Who is no reviewer of the seat any more keeps nobody from deciding. */
START_TEST(a_reviewer_who_leaves_leaves_what_was_taken)
{
    begin();
    claims_in(1);
    DONE(take("li", "C1"));
    ck_assert_str_eq(approve("wang", "C1"), "already-taken");
    commit();
    load_table("reviewers", "reviewer_id,name,seat_id,void\nli,Li,SEAT-1,yes\n");
    begin();
    ck_assert_str_eq(approve("li", "C1"), "not-your-seat");
    DONE(approve("wang", "C1"));
    commit();
    check_all();
}
END_TEST

START_TEST(the_queue_is_taken_from)
{
    begin();
    claims_in(6); /* SEAT-1, SEAT-1B twice, three wait */
    is_at("C1", "SEAT-1", "");
    is_at("C3", "SEAT-1B", "");
    is_at("C4", "", "");
    ck_assert_str_eq(take("zhao", "C4"), "seat-full");
    ck_assert_str_eq(take("chen", "C4"), "not-your-seat");
    ck_assert_str_eq(approve("zhao", "C4"), "not-assigned");
    DONE(approve("zhao", "C3")); /* C4 is the oldest that waits */
    is_at("C4", "SEAT-1B", "");
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1B,1,3\n");
    begin();
    DONE(take("zhao", "C6")); /* the one place that there is */
    is_at("C6", "SEAT-1B", "zhao");
    is_at("C5", "", "");
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1C,1,0\n");
    begin();
    ck_assert_str_eq(take("chen", "C5"), "not-your-seat"); /* a seat without places is nobody's */
    ck_assert_str_eq(assign("C5", "SEAT-1C"), "seat-full");
    commit();
    check_all();
}
END_TEST

START_TEST(a_release_goes_to_the_queue_or_another_seat)
{
    begin();
    claims_in(5);
    DONE(take("li", "C1"));
    ck_assert_str_eq(release("wang", "C1"), "already-taken");
    ck_assert_str_eq(release("zhao", "C1"), "not-your-seat");
    DONE(release("li", "C1")); /* its own seat takes the oldest other one, C4; it stands before C5 */
    is_at("C1", "", "");
    is_at("C4", "SEAT-1", "");
    ck_assert_str_eq(release("li", "C1"), "not-assigned");
    DONE(approve("zhao", "C2"));
    is_at("C1", "SEAT-1B", "");
    is_at("C5", "", "");
    DONE(approve("zhao", "C3"));
    DONE(approve("li", "C4"));
    is_at("C5", "SEAT-1B", "");
    DONE(release("zhao", "C5"));
    is_at("C5", "SEAT-1", "");
    DONE(release("li", "C5"));
    is_at("C5", "SEAT-1B", "");
    ck_assert_str_eq(history_of("C5"), "review-release review-release");
    commit();
    check_all();
}
END_TEST

START_TEST(a_review_is_assigned)
{
    struct wl_desk_body silent = {.dealer_id = WL_STR("D1"), .claim_no = WL_STR("C1"), .form = WL_NONE};

    begin();
    claims_in(4);
    ck_assert_str_eq(run(&wl_review_assign_command, &silent), "seat-full");
    ck_assert_str_eq(assign("C1", "SEAT-9"), "seat-unknown");
    ck_assert_str_eq(assign("C1", "SEAT-2"), "seat-elsewhere");
    ck_assert_str_eq(assign("C1", "SEAT-1"), "same-seat");
    ck_assert_str_eq(assign("C1", "SEAT-1B"), "seat-full");
    ck_assert_str_eq(assign("C4", NULL), "seat-full");
    DONE(approve("zhao", "C3")); /* C4 follows it */
    DONE(approve("zhao", "C4"));
    ck_assert_str_eq(run(&wl_review_assign_command, &silent), "reason-missing");
    DONE(take("li", "C1"));
    DONE(assign("C1", NULL));
    is_at("C1", "SEAT-1B", "");
    DONE(away("li", "2025-06-02", "2025-06-02"));
    DONE(away("wang", "2025-06-02", "2025-06-02"));
    ck_assert_str_eq(assign("C1", "SEAT-1"), "seat-unmanned");
    ck_assert_str_eq(assign("C1", NULL), "seat-unmanned");
    commit();
    check_all();
}
END_TEST

/* Each of the desk's commands in each state meets what the transition table says, and changes nothing. */
START_TEST(each_command_knows_its_states)
{
    static const struct {
        enum wl_claim_step step;
        const struct wl_command *command;
    } steps[] = {{WL_CLAIM_STEP_TAKE, &wl_review_take_command},
                 {WL_CLAIM_STEP_RELEASE, &wl_review_release_command},
                 {WL_CLAIM_STEP_ASSIGN, &wl_review_assign_command}};

    for (int i = REJECTED; i < SITUATIONS; i++) {
        struct wl_desk_body body = {.dealer_id = text("D1"), .claim_no = text(situation_claim[i]), .form = WL_NONE};

        for (size_t k = 0; k < WL_COUNT(steps); k++) {
            uint64_t before;
            int64_t legal;
            const char *name;

            begin();
            before = state_now();
            legal = wl_claim_transition(steps[k].step)->refusal[claim_now("D1", situation_claim[i]).state];
            name = run(steps[k].command, &body);
            if (legal != WL_DONE) {
                ck_assert_str_eq(name, wl_refusal_name(legal));
                ck_assert_uint_eq(before, state_now());
            } else {
                ck_assert_int_eq(i == SEATED || i == QUEUED, 1);
            }
            wl_txn_abort(&txn);
        }
    }
}
END_TEST

START_TEST(what_changes_a_claim_later_is_its_history)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "U1")), "approved");
    ck_assert_str_eq(history_of("U1"), "");
    DONE(sign("D1", "U1"));
    DONE(receive("U1", 1));
    DONE(inspect("U1", 1, WL_ACCEPTED));
    ck_assert_str_eq(history_of("U1"), "sign return-inspect");
    DONE(waive("U1", 2, "scrapped"));
    DONE(receive("U1", 2));
    DONE(inspect("U1", 2, WL_ABUSE)); /* decides it anew: one entry */
    ck_assert_str_eq(history_of("U1"), "sign return-inspect waive return-inspect");
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("desk");
    TCase *desks = cases("desks", desk_world_make), *states = cases("states", situations_make);

    tcase_add_test(desks, only_the_seats_reviewers_decide);
    tcase_add_test(desks, a_seat_without_reviewers_is_anybodys);
    tcase_add_test(desks, four_eyes_see_a_claim);
    tcase_add_test(desks, lines_are_cut_to_amounts);
    tcase_add_test(desks, a_line_named_twice_alike_is_named_once);
    tcase_add_test(desks, reasons_are_those_of_the_table);
    tcase_add_test(desks, a_reviewer_who_leaves_leaves_what_was_taken);
    tcase_add_test(desks, the_queue_is_taken_from);
    tcase_add_test(desks, a_release_goes_to_the_queue_or_another_seat);
    tcase_add_test(desks, a_review_is_assigned);
    tcase_add_test(desks, what_changes_a_claim_later_is_its_history);
    tcase_add_test(states, each_command_knows_its_states);
    suite_add_tcase(suite, desks);
    suite_add_tcase(suite, states);
    return run_suite(suite);
}
