/* Review desks as time goes on: absences, what a tick does to reviews, forms beside claims; and the desks' own
 * check. */
#include "tests/desk_world.h"

#include "wledger/form.h"

/* ---- absences ---- */

START_TEST(an_unmanned_seat_is_left)
{
    const struct wl_absence_outcome *out;
    const struct wl_assignment *taken;

    begin();
    claims_in(2);
    ck_assert_str_eq(away("nobody", "2025-06-02", "2025-06-03"), "reviewer-unknown");
    ck_assert_str_eq(away("li", "2025-06-03", "2025-06-02"), "period-invalid");
    ck_assert_str_eq(away("li", NULL, NULL), "not-absent");
    DONE(away("li", "2025-06-02", "2025-06-03"));
    is_at("C1", "SEAT-1", ""); /* wang is there */
    DONE(away("wang", "2025-06-01", "2025-06-02"));
    out = outcome;
    ck_assert_uint_eq(out->vacated.count, 1);
    ck_assert_uint_eq(out->assignments.count, 1);
    taken = out->assignments.at;
    ck_assert(wl_str_is(taken->seat, "SEAT-1B"));
    is_at("C1", "SEAT-1B", "");
    ck_assert_str_eq(claim_in(LARGE("C3")), "referred");
    is_at("C3", "", "");
    DONE(away("li", NULL, NULL)); /* back: the seat takes what waits */
    is_at("C3", "SEAT-1", "");
    ck_assert_str_eq(away("li", NULL, NULL), "not-absent");
    DONE(away("li", "2025-05-01", "2025-06-01"));
    ck_assert_str_eq(away("li", NULL, NULL), "not-absent"); /* it is over */
    DONE(away("li", "2025-06-03", "2025-06-03"));
    DONE(away("li", NULL, NULL)); /* it will not be */
    ck_assert_str_eq(history_of("C1"), "absence");
    commit();
    check_all();
}
END_TEST

START_TEST(an_absence_begins_and_ends_with_its_days)
{
    const struct wl_tick_outcome *out;

    begin();
    claims_in(4);
    DONE(away("zhao", "2025-06-04", "2025-06-05"));
    ck_assert_uint_eq(ticked()->vacated.count, 0);
    set_day("2025-06-04");
    out = ticked();
    ck_assert_uint_eq(out->vacated.count, 2);
    ck_assert_uint_eq(out->assignments.count, 0);
    is_at("C2", "", "");
    is_at("C3", "", "");
    out = ticked();
    ck_assert_uint_eq(out->vacated.count + out->assignments.count, 0);
    ck_assert_str_eq(approve("zhao", "C2"), "not-assigned");
    set_day("2025-06-06");
    out = ticked();
    ck_assert_uint_eq(out->assignments.count, 2); /* the two oldest */
    is_at("C2", "SEAT-1B", "");
    is_at("C3", "SEAT-1B", "");
    is_at("C4", "", "");
    commit();
    check_all();
}
END_TEST

/* ---- review_hours ---- */

#define HOUR 3600

START_TEST(reviews_escalate_after_their_hours)
{
    const struct wl_tick_outcome *out;
    const struct wl_escalation *up;
    int64_t first;

    load_table("policy", "key,from_date,value\nreview_hours,2020-01-01,48\nreview_hours,2025-06-03,24.5\n");
    begin();
    claims_in(4);
    DONE(take("zhao", "C2"));
    first = now;
    now += 48 * HOUR;
    ck_assert_uint_eq(ticked()->escalated.count, 0);
    now += 1;
    out = ticked();
    ck_assert_uint_eq(out->escalated.count, 4);
    ck_assert_uint_eq(out->assignments.count, 4);
    up = out->escalated.at;
    ck_assert_int_eq(up[1].from, 1);
    ck_assert_int_eq(up[1].to, 2);
    ck_assert_int_eq(up[1].claim, subject_of("C2").id);
    is_at("C1", "SEAT-2", "");
    is_at("C2", "SEAT-3", "");
    is_at("C3", "SEAT-2", "");
    is_at("C4", "SEAT-2", "");
    ck_assert_int_eq(review_of("C2").since, now);
    ck_assert_str_eq(history_of("C2"), "review-take tick");
    ck_assert_uint_eq(ticked()->escalated.count, 0);
    now += 24 * HOUR + HOUR / 2; /* by the policy of the day on which they came to tier 2 */
    ck_assert_uint_eq(ticked()->escalated.count, 0);
    now += 1;
    out = ticked();
    ck_assert_uint_eq(out->escalated.count, 4);
    up = out->escalated.at;
    ck_assert_int_eq(up[0].to, WL_NONE); /* the highest tier: late, told once */
    ck_assert_int_eq(review_of("C1").late, 1);
    is_at("C1", "SEAT-2", "");
    ck_assert_uint_eq(ticked()->escalated.count, 0);
    DONE(approve("chen", "C1"));
    ck_assert_int_gt(now, first);
    commit();
    check_all();
}
END_TEST

START_TEST(a_shorter_limit_of_a_later_day_is_met_first)
{
    load_table("policy", "key,from_date,value\nreview_hours,2020-01-01,96\nreview_hours,2025-06-03,2\n");
    begin();
    claims_in(1);
    set_day("2025-06-03");
    ck_assert_str_eq(claim_in(LARGE("C2")), "referred");
    now += 2 * HOUR + 1;
    ck_assert_uint_eq(ticked()->escalated.count, 1);
    ck_assert_int_eq(review_of("C1").tier, 1);
    ck_assert_int_eq(review_of("C2").tier, 2);
    commit();
    check_all();
}
END_TEST

/* What escalates takes the place in the queue that its age gives it, before younger ones that wait there. */
START_TEST(who_came_first_is_seated_first)
{
    load_table("policy", "key,from_date,value\nreview_hours,2020-01-01,48\n");
    load_table("seats", "seat_id,tier,capacity\nSEAT-2,2,1\nSEAT-3,2,0\n");
    begin();
    claims_in(1);
    now += 47 * HOUR;
    for (int i = 0; i < 3; i++)
        ck_assert_str_eq(
            claim_in(&(struct claim_spec){
                .dealer = "D1", .no = (const char *const[]){"B1", "B2", "B3"}[i], .submission = "1", .hours = "60"}),
            "referred");
    is_at("B1", "SEAT-2", "");
    now += HOUR;
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-2,2,2\n"); /* a place for one more: not for B2 */
    begin();
    ck_assert_str_eq(claim_in(LARGE("C2")), "referred");
    now += 1;
    ck_assert_uint_eq(ticked()->escalated.count, 1);
    is_at("C1", "SEAT-2", "");
    is_at("B2", "", "");
    now += 48 * HOUR;
    ck_assert_uint_eq(ticked()->escalated.count, 4); /* C2 to the queue, the others are late */
    is_at("C2", "", "");
    DONE(approve("chen", "B1"));
    is_at("B2", "SEAT-2", "");
    commit();
    check_all();
}
END_TEST

static void many_in(unsigned count)
{
    char no[16];

    for (unsigned i = 0; i < count; i++) {
        snprintf(no, sizeof no, "N%u", i);
        ck_assert_str_eq(claim_in(LARGE(no)), "referred");
    }
}

START_TEST(a_tick_takes_a_bounded_number)
{
    const struct wl_tick_outcome *out;
    int entries = 0;

    load_table("policy", "key,from_date,value\nreview_hours,2020-01-01,1\n");
    begin();
    many_in(450);
    now += 2 * HOUR;
    do {
        out = ticked();
        ck_assert_uint_le(out->escalated.count, WL_TICK_REVIEWS_MAX);
        entries++;
    } while (out->more == 1);
    ck_assert_int_eq(entries, 3);
    ck_assert_int_eq(review_of("N0").tier, 2);
    ck_assert_int_eq(review_of("N449").tier, 2);
    commit();
    check_all();
}
END_TEST

/* Seats that are loaded, and one that is left, by more than one entry takes. */
START_TEST(seats_are_filled_and_left_by_several_ticks)
{
    const struct wl_absence_outcome *left;
    const struct wl_tick_outcome *out;

    begin();
    many_in(450);
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1B,1,1000\n");
    begin();
    ck_assert_int_eq((out = ticked())->more, 1);
    ck_assert_uint_eq(out->assignments.count, WL_TICK_REVIEWS_MAX);
    ck_assert_int_eq(ticked()->more, 1);
    ck_assert_int_eq(ticked()->more, WL_NONE);
    is_at("N449", "SEAT-1B", "");
    DONE(away("zhao", "2025-06-02", "2025-06-02"));
    left = outcome;
    ck_assert_int_eq(left->more, 1);
    ck_assert_uint_eq(left->vacated.count, WL_TICK_REVIEWS_MAX);
    ck_assert_int_eq(ticked()->more, 1);
    out = ticked();
    ck_assert_int_eq(out->more, WL_NONE);
    ck_assert_uint_eq(out->vacated.count, 49); /* one is at SEAT-1 */
    is_at("N449", "", "");
    commit();
    check_all();
}
END_TEST

/* What is past its hours at a seat that is left in the same tick goes up, and once. */
START_TEST(what_escalates_is_not_vacated)
{
    const struct wl_tick_outcome *out;

    load_table("policy", "key,from_date,value\nreview_hours,2020-01-01,48\n");
    begin();
    claims_in(2);
    DONE(away("zhao", "2025-06-05", "2025-06-05"));
    set_day("2025-06-05");
    out = ticked();
    ck_assert_uint_eq(out->escalated.count, 2);
    ck_assert_uint_eq(out->vacated.count, 0);
    ck_assert_uint_eq(out->assignments.count, 2);
    ck_assert_int_eq(review_of("C2").tier, 2);
    commit();
    check_all();
}
END_TEST

/* ---- forms on the desks ---- */

static int64_t form_in(const char *actor, const char *mileage)
{
    struct wl_labour_line labour = {text("OP1"), text("20")};
    struct wl_claim_record content = {.dealer_id = text("D1"),
                                      .type = text("warranty"),
                                      .vin = text(VIN),
                                      .mileage = text(mileage),
                                      .fault_code = text("F1"),
                                      .labour = {&labour, 1},
                                      .narrative_size = WL_NONE};
    struct wl_form_content_body body = {WL_NONE, WL_NONE, {&content, 1}, WL_NONE};
    struct wl_form_step_body submit = {0, WL_NONE};

    DONE(by(actor, &wl_form_open_command, &body));
    submit.form = ((struct wl_form_outcome *)outcome)->form;
    DONE(by("dealer", &wl_form_submit_command, &submit));
    return submit.form;
}

START_TEST(forms_and_claims_share_the_desks)
{
    struct wl_desk_body at = {.reason = WL_STR("x")};
    struct wl_form form;
    struct wl_review where;
    int64_t number;

    load_table("policy", "key,from_date,value\nreview_hours,2020-01-01,48\n");
    begin();
    number = form_in("li", "10000"); /* 2000, to tier 1 */
    at.form = number;
    claims_in(1);
    is_at("C1", "SEAT-1B", "");
    ck_assert_int_eq(wl_form_get(txn, &arena, (uint64_t)number, &form), 1);
    ck_assert_int_eq(form.state, WL_FORM_UNDER_REVIEW);
    ck_assert(wl_str_is(form.seat, "SEAT-1"));
    ck_assert_str_eq(by("li", &wl_review_take_command, &at), "four-eyes"); /* li opened it */
    DONE(by("wang", &wl_review_take_command, &at));
    DONE(by("wang", &wl_review_release_command, &at));
    at.seat = WL_STR("SEAT-1");
    DONE(by("test", &wl_review_assign_command, &at));
    DONE(away("li", "2025-06-02", "2025-06-03"));
    DONE(away("wang", "2025-06-02", "2025-06-03"));
    ck_assert_int_eq(wl_review_find(txn, &arena, (struct wl_subject){WL_SUBJECT_FORM, number}, &where), 1);
    ck_assert(wl_str_is(where.seat, "SEAT-1B"));
    now += 48 * HOUR + 1;
    ck_assert_uint_eq(ticked()->escalated.count, 2);
    ck_assert_int_eq(wl_form_get(txn, &arena, (uint64_t)number, &form), 1);
    ck_assert_int_eq(form.tier, 2);
    ck_assert(wl_str_is(form.seat, "SEAT-2")); /* it came before the claim */
    commit();
    check_all();
}
END_TEST

static const char *form_step(const char *actor, const struct wl_command *command, int64_t form)
{
    struct wl_form_step_body body = {form, WL_NONE};

    return by(actor, command, &body);
}

/* Who opened, submitted or completed a form, or made the claim of it, does not decide the claim. */
START_TEST(four_eyes_see_the_claim_of_a_form)
{
    struct wl_form_review_body approved = {.verdict = WL_FORM_APPROVE};
    struct wl_form_sign_body signed_by = {.paper = WL_NO_STR};
    struct wl_personal signer = {.salt = {3}, .text = WL_STR("Mr. Li")};
    struct wl_form_request request = {.actor = WL_STR("wang"), .key = WL_STR("k")};
    struct wl_information_body back = {text("D1"), text("FC"), text("which part?")};
    struct claim_spec again = *LARGE("FC");
    struct wl_form_answer made;

    again.submission = "2";
    begin();
    ck_assert_str_eq(claim_in(PLAIN("D1", "BEFORE")), "approved"); /* at 10000 km, before */
    request.form = (uint64_t)(approved.form = signed_by.form = form_in("li", "9000"));
    DONE(by("wang", &wl_form_review_command, &approved));
    DONE(form_step("mechanic", &wl_form_start_command, approved.form));
    DONE(form_step("zhao", &wl_form_complete_command, approved.form));
    DONE(run_with(&wl_form_sign_command, &signed_by, &signer));
    request.time = now;
    OK(wl_form_claim(txn, &arena, &request, WL_STR("FC"), &made));
    ck_assert_int_eq(made.refusal, WL_DONE);
    ck_assert_int_eq(claim_now("D1", "FC").state, WL_CLAIM_REFERRED); /* odometer-rollback */
    is_at("FC", "SEAT-1", "");
    ck_assert_str_eq(approve("li", "FC"), "four-eyes");
    ck_assert_str_eq(approve("wang", "FC"), "four-eyes");
    DONE(assign("FC", "SEAT-1B"));
    ck_assert_str_eq(approve("zhao", "FC"), "four-eyes");
    commit();
    load_table("reviewers", "reviewer_id,name,seat_id\nsun,Sun,SEAT-1B\n");
    begin();
    DONE(approve("sun", "FC"));
    DONE(run(&wl_information_command, &back));
    ck_assert_str_eq(claim_in(&again), "referred"); /* nor what is claimed anew for the same repair */
    is_at("FC", "SEAT-1", "");
    ck_assert_str_eq(approve("li", "FC"), "four-eyes");
    DONE(assign("FC", "SEAT-1B"));
    DONE(approve("sun", "FC"));
    commit();
    check_all();
}
END_TEST

/* ---- the check ---- */

static void is_found(const char *what)
{
    ck_assert_int_eq(wl_gates_check(txn), WL_E_DAMAGED);
    ck_assert_msg(strstr(wl_error(), what) != NULL, "%s", wl_error());
    wl_txn_abort(&txn);
    begin();
    claims_in(5);
    OK(wl_gates_check(txn));
}

/* The first row of a table with a key of that size. */
static void first_row(unsigned table, size_t size, char *key_out, struct wl_str *value)
{
    struct wl_str key;
    struct wl_walk *walk;

    OK(wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk));
    do {
        ck_assert_int_eq(wl_walk_next(walk, &key, value), 1);
    } while (key.size != size);
    memcpy(key_out, key.data, size);
    *value = wl_arena_copy(&arena, *value);
    wl_walk_close(walk);
}

START_TEST(damage_is_found)
{
    char key[32];
    struct wl_str value;
    struct wl_claim claim;
    struct wl_subject subject;

    begin();
    claims_in(5);
    OK(wl_gates_check(txn));
    first_row(WL_TABLE_REVIEWS, 18, key, &value);
    wl_delete(txn, WL_TABLE_REVIEWS, (struct wl_str){key, 18});
    is_found("open reviews");
    first_row(WL_TABLE_REVIEWS, 18, key, &value);
    wl_delete(txn, WL_TABLE_REVIEWS, (struct wl_str){key, 18});
    key[17] = 4;
    wl_put(txn, WL_TABLE_REVIEWS, (struct wl_str){key, 18}, value);
    is_found("open reviews");
    first_row(WL_TABLE_QUEUES, 21, key, &value);
    wl_delete(txn, WL_TABLE_QUEUES, (struct wl_str){key, 21});
    is_found("queues");
    first_row(WL_TABLE_QUEUES, 4, key, &value);
    wl_put(txn, WL_TABLE_QUEUES, (struct wl_str){key, 4}, (struct wl_str){"\0\0\0\0\0\0\0\3", 8});
    is_found("queues");
    wl_put(txn, WL_TABLE_SEAT_LOADS, WL_STR("SEAT-1B"), (struct wl_str){"\0\0\0\0\0\0\0\1", 8});
    is_found("loads of the seats");
    wl_put(txn, WL_TABLE_SEAT_LOADS, WL_STR("SEAT-9"), (struct wl_str){"\0\0\0\0\0\0\0\1", 8});
    is_found("loads of the seats");
    subject = subject_of("C2");
    claim = claim_now("D1", "C2");
    claim.seat = WL_STR("SEAT-1");
    wl_claim_put(txn, subject.id, &claim);
    is_found("open reviews");
    claim = claim_now("D1", "C5");
    claim.tier = WL_NONE;
    wl_claim_put(txn, subject_of("C5").id, &claim);
    is_found("waits for a review");
    wl_put(txn, WL_TABLE_HISTORY, (struct wl_str){"\0\0\0\0\0\0\0\0\1\0\0\0\0\1\0\0\0", 17}, WL_NO_STR);
    is_found("history");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("desk_time");
    TCase *desks = cases("desks", desk_world_make);

    tcase_add_test(desks, an_unmanned_seat_is_left);
    tcase_add_test(desks, an_absence_begins_and_ends_with_its_days);
    tcase_add_test(desks, reviews_escalate_after_their_hours);
    tcase_add_test(desks, a_shorter_limit_of_a_later_day_is_met_first);
    tcase_add_test(desks, who_came_first_is_seated_first);
    tcase_add_test(desks, a_tick_takes_a_bounded_number);
    tcase_add_test(desks, seats_are_filled_and_left_by_several_ticks);
    tcase_add_test(desks, what_escalates_is_not_vacated);
    tcase_add_test(desks, forms_and_claims_share_the_desks);
    tcase_add_test(desks, four_eyes_see_the_claim_of_a_form);
    tcase_add_test(desks, damage_is_found);
    suite_add_tcase(suite, desks);
    return run_suite(suite);
}
