/* Appraisal forms, from the vehicle's entry to the claim that is settled. */
#include "tests/form_world.h"

static const struct form_spec small = SMALL_FORM, large = LARGE_FORM;

/* ---- the whole life ---- */

START_TEST(a_form_becomes_a_claim_that_is_settled)
{
    struct wl_claim_record record;
    struct wl_claim claim;
    struct wl_form form;
    char room[64];

    begin();
    DONE(form_open(&small));
    ck_assert_int_eq(((struct wl_form_outcome *)outcome)->form, 1);
    ck_assert_str_eq(form_state(1), "draft");
    DONE(form_submit(1));
    ck_assert_str_eq(form_state(1), "approved");
    form = form_now(1);
    ck_assert_int_eq(form.version, 1);
    ck_assert_int_eq(form.asked, 28800);
    ck_assert_int_eq(form.approved, 28800);
    ck_assert_int_eq(form.approved_tier, 0);
    DONE(form_start(1));
    ck_assert_str_eq(form_state(1), "in-repair");
    set_day("2025-06-05");
    DONE(form_complete(1, 10020));
    ck_assert_str_eq(form_state(1), "completed");
    DONE(form_sign(1));
    set_day("2025-06-10");
    DONE(form_claim(1));
    ck_assert_int_eq(made.claim, 0);
    form = form_now(1);
    ck_assert_str_eq(form_state(1), "signed");
    ck_assert_int_eq(form.started_day, day("2025-06-02"));
    ck_assert_int_eq(form.completed_day, day("2025-06-05"));
    ck_assert_int_eq(form.completed_km, 10020);
    ck_assert_int_eq(form.claim, 0);
    claim = claim_now("D1", "F1");
    ck_assert_int_eq(claim.state, WL_CLAIM_APPROVED);
    ck_assert_int_eq(claim.form, 1);
    ck_assert_int_eq(claim.total, 28800);
    ck_assert_int_eq(claim.mileage_km, 10000);
    ck_assert_int_eq(claim.repair_day, day("2025-06-05"));
    ck_assert_int_eq(claim.submit_day, day("2025-06-10"));
    ck_assert_int_eq(claim.signed_seq, form.signed_seq);
    OK(wl_claim_content(txn, &arena, &claim, &record));
    ck_assert_int_eq(record.narrative_size, (int64_t)strlen("It rattles"));
    ck_assert_str_eq(text_of_entry(claim.seq, 0, room), "It rattles");
    ck_assert_str_eq(text_of_entry(claim.signed_seq, 0, room), "Li Wei");
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 28800);
    DONE(waive("F1", 0, "kept for training"));
    ck_assert_str_eq(form_claim(1), "form-claimed");
    ck_assert_str_eq(sign("D1", "F1"), "already-signed");
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(claim_now("D1", "F1").state, WL_CLAIM_SETTLED);
    commit();
    check_all();
}
END_TEST

/* ---- review ---- */

struct differences {
    char told[1000];
    unsigned count;
};

static int note_difference(void *context, struct wl_str field, struct wl_str before, struct wl_str after)
{
    struct differences *d = context;
    size_t size = strlen(d->told);

    snprintf(d->told + size, sizeof d->told - size, WL_STR_FMT ":" WL_STR_FMT ">" WL_STR_FMT ";", WL_STR_ARG(field),
             WL_STR_ARG(before), WL_STR_ARG(after));
    d->count++;
    return d->count == 99 ? 77 : WL_OK;
}

/* Part lines, a letter each, the small one of two pieces; and what is told. */
static const struct {
    const char *before, *after, *told;
} pairings[] = {
    {"ABC", "BC", "part 1 part_id:A>;part 1 quantity:1>;"},
    {"ABC", "AC", "part 2 part_id:B>;part 2 quantity:1>;"},
    {"AC", "ABC", "part 2 part_id:>B;part 2 quantity:>1;"},
    {"ABC", "Bc", "part 1 part_id:A>;part 1 quantity:1>;part 3->2 quantity:1>2;"},
    {"ABC", "AXC", "part 2 part_id:B>X;"},
    {"ABCD", "AXD", "part 2 part_id:B>X;part 3 part_id:C>;part 3 quantity:1>;"},
    {"AAA", "A", "part 2 part_id:A>;part 2 quantity:1>;part 3 part_id:A>;part 3 quantity:1>;"},
    {"", "A", "part 1 part_id:>A;part 1 quantity:>1;"},
    {"AB", "AB", ""},
};

START_TEST(lines_are_paired_from_both_ends)
{
    struct wl_part_line lines[2][4];
    struct wl_claim_record of[2];
    struct differences d = {.count = 0};

    for (size_t i = 0; i < 2; i++) {
        const char *letters = i == 0 ? pairings[_i].before : pairings[_i].after;

        wl_record_clear(&wl_claim_record, &of[i]);
        of[i].parts = (struct wl_list){lines[i], strlen(letters)};
        for (size_t n = 0; letters[n]; n++) {
            bool two = letters[n] >= 'a';

            lines[i][n] =
                (struct wl_part_line){.part_id = {two ? "C" : &letters[n], 1}, .quantity = text(two ? "2" : "1")};
        }
    }
    OK(wl_form_differences(&of[0], &of[1], note_difference, &d));
    ck_assert_str_eq(d.told, pairings[_i].told);
}
END_TEST

START_TEST(a_returned_form_comes_back_as_a_new_version)
{
    struct form_spec more = LARGE_FORM;
    struct wl_claim_record before, after;
    struct differences d = {.count = 0};
    struct wl_form form;
    int64_t first;

    begin();
    DONE(form_open(&large));
    DONE(form_submit(1));
    form = form_now(1);
    ck_assert_str_eq(form_state(1), "under-review");
    ck_assert_int_eq(form.tier, 1);
    ck_assert(wl_str_is(form.seat, "SEAT-1"));
    ck_assert_int_eq(form.asked, 214300);
    ck_assert_int_eq(form.approved, WL_NONE);
    first = form.content_seq;
    ck_assert_str_eq(form_review(1, WL_FORM_RETURN, NULL), "reason-missing");
    DONE(form_review(1, WL_FORM_RETURN, "which pump?"));
    ck_assert_str_eq(form_state(1), "returned");
    form = form_now(1);
    ck_assert_int_eq(form.tier, WL_NONE);
    ck_assert_uint_eq(form.seat.size, 0);
    more.km = "10001";
    more.labour[0][1] = "30";
    more.labour[1][0] = "OP1";
    more.labour[1][1] = "1";
    more.parts[2][0] = NULL;
    DONE(form_edit(1, 1, &more));
    DONE(form_submit(1));
    form = form_now(1);
    ck_assert_int_eq(form.version, 2);
    ck_assert_int_eq(form.revision, 2);
    ck_assert_int_eq(form.asked, 310000 + 8800);
    OK(wl_form_content_at(txn, &arena, (uint64_t)first, &before));
    OK(wl_form_content(txn, &arena, &form, &after));
    OK(wl_form_differences(&before, &after, note_difference, &d));
    ck_assert_str_eq(d.told, "mileage:10000>10001;labour 1 hours:20>30;labour 2 op_code:>OP1;labour 2 hours:>1;"
                             "part 3 part_id:P-BACK>;part 3 quantity:1>;part 3 unit_price:50>;part 3 currency:CNY>;");
    d = (struct differences){.count = 98};
    ck_assert_int_eq(wl_form_differences(&before, &after, note_difference, &d), 77);
    ck_assert_int_eq(wl_form_content_at(txn, &arena, (uint64_t)form.submitted_seq, &before), WL_E_INPUT);
    ck_assert_int_eq(wl_form_content_at(txn, &arena, 1 << 20, &before), WL_E_INPUT);
    DONE(form_review(1, WL_FORM_APPROVE, NULL));
    ck_assert_str_eq(form_state(1), "approved");
    ck_assert_int_eq(form_now(1).approved_tier, 1);
    commit();
    check_all();
}
END_TEST

START_TEST(a_review_refuses_and_cuts_lines)
{
    /* Labour cut to 1,500.00, part 2 refused: 1500 + 50 + 50 + handling 10. */
    static const struct wl_line_name lines[] = {{WL_LINE_LABOUR, 1, 150000, {NULL, 0}},
                                                {WL_LINE_PART, 2, WL_NONE, {NULL, 0}}};
    struct wl_line_name wrong = {WL_LINE_PART, 9, WL_NONE, WL_NO_STR};
    struct wl_decision decision;
    struct wl_claim_record record;
    struct wl_claim claim;

    begin();
    DONE(form_open(&large));
    DONE(form_submit(1));
    ck_assert_str_eq(form_review_by(CLERK, 1, WL_FORM_APPROVE, NULL, 0, NULL), "four-eyes");
    REFUSED(form_review_by(REVIEWER, 1, WL_FORM_APPROVE, &wrong, 1, "why"), "line-unknown", "part 9");
    ck_assert_int_eq(((struct wl_form_decision_outcome *)outcome)->state, WL_NONE);
    ck_assert_str_eq(form_review_by(REVIEWER, 1, WL_FORM_APPROVE, lines, 2, NULL), "reason-missing");
    ck_assert_str_eq(form_review_by(REVIEWER, 1, WL_FORM_REFUSE, lines, 2, "why"), "verdict-unclear");
    ck_assert_str_eq(form_review_by(REVIEWER, 1, WL_FORM_RETURN, lines, 2, "why"), "verdict-unclear");
    ck_assert_str_eq(form_review_by(REVIEWER, 1, WL_FORM_REFUSE, NULL, 0, NULL), "reason-missing");
    DONE(form_review_by(REVIEWER, 1, WL_FORM_APPROVE, lines, 2, "too much"));
    ck_assert_str_eq(form_state(1), "partly-approved");
    ck_assert_int_eq(form_now(1).approved, 161000);
    DONE(form_start(1));
    DONE(form_complete(1, WL_NONE));
    DONE(form_sign(1));
    DONE(form_claim(1));
    /* The claim came to 2110 and tier 1; the approval decides it, with its cut. */
    claim = claim_now("D1", "F1");
    ck_assert_int_eq(claim.state, WL_CLAIM_PARTIAL);
    ck_assert_int_eq(claim.total, 161000);
    ck_assert_int_eq(claim.labour, 150000);
    ck_assert_int_eq(claim.tier, WL_NONE);
    ck_assert_int_eq(claim.obligation_count, 2);
    OK(wl_claim_content(txn, &arena, &claim, &record));
    ck_assert_uint_eq(record.parts.count, 2);
    ck_assert(wl_str_is(((struct wl_part_line *)record.parts.at)[1].part_id, "P-BACK"));
    OK(wl_claim_decision(txn, &arena, &claim, &decision));
    ck_assert_int_eq(decision.labour_lines.at[0], 150000);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 161000);
    ck_assert_int_eq(wl_forms_check(txn), WL_OK);
    commit();
    check_all();
}
END_TEST

/* Without the labour that review refused, the claim is within tier 0: what else was cut is cut all the same. */
START_TEST(a_cut_counts_where_nobody_else_reviews)
{
    static const struct wl_line_name lines[] = {{WL_LINE_LABOUR, 1, WL_NONE, {NULL, 0}},
                                                {WL_LINE_PART, 1, 1000, {NULL, 0}}};
    struct wl_claim claim;

    begin();
    DONE(form_open(&large));
    DONE(form_submit(1));
    DONE(form_review_by(REVIEWER, 1, WL_FORM_APPROVE, lines, 2, "too much"));
    ck_assert_int_eq(form_now(1).approved, 9900);
    DONE(form_start(1));
    DONE(form_complete(1, WL_NONE));
    DONE(form_sign(1));
    DONE(form_claim(1));
    claim = claim_now("D1", "F1");
    ck_assert_int_eq(claim.state, WL_CLAIM_PARTIAL);
    ck_assert_int_eq(claim.total, 9900);
    ck_assert_int_eq(claim.obligation_count, 3);
    ck_assert_int_eq(claim.unmet_obligations, 3);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 9900);
    commit();
    check_all();
}
END_TEST

START_TEST(a_refused_form_ends_there)
{
    begin();
    DONE(form_open(&large));
    DONE(form_submit(1));
    DONE(form_review(1, WL_FORM_REFUSE, "wear"));
    ck_assert_str_eq(form_state(1), "refused");
    ck_assert_str_eq(form_submit(1), "form-refused");
    ck_assert_str_eq(form_edit(1, 1, &small), "form-refused");
    commit();
    check_all();
}
END_TEST

START_TEST(forms_and_claims_share_seats_and_queues)
{
    begin();
    ck_assert_str_eq(claim_in(LARGE("C1")), "referred");
    DONE(form_open(&large));
    DONE(form_submit(1));
    DONE(form_open(&large));
    DONE(form_submit(2));
    ck_assert_str_eq(form_state(2), "submitted");
    ck_assert_str_eq(form_review(2, WL_FORM_APPROVE, NULL), "not-assigned");
    ck_assert_str_eq(claim_in(LARGE("C2")), "referred");
    DONE(review("C1", WL_APPROVE, 0, 0, NULL));
    ck_assert_str_eq(form_state(2), "under-review");
    DONE(form_review(1, WL_FORM_APPROVE, NULL));
    ck_assert(wl_str_is(claim_now("D1", "C2").seat, "SEAT-1"));
    ck_assert_int_eq(wl_forms_check(txn), WL_OK);
    commit();
    check_all();
}
END_TEST

/* More wait than one command gives seats to: those after it go on, a form among them. */
START_TEST(forms_let_those_before_them_take_seats)
{
    enum { WAITING = 12 };
    char no[8];

    begin();
    DONE(form_open(&large));
    sign_form(1);
    for (int i = 1; i <= WAITING; i++) {
        snprintf(no, sizeof no, "C%d", i);
        ck_assert_str_eq(claim_in(LARGE(no)), "referred");
    }
    DONE(form_open(&large));
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1,1,50\n");
    begin();
    /* Two had seats; the claim of form 1 gives seats to eight, and, decided, to the two that are left. */
    DONE(form_claim(1));
    ck_assert_int_eq(claim_now("D1", "F1").state, WL_CLAIM_APPROVED);
    ck_assert(wl_str_is(claim_now("D1", "C10").seat, "SEAT-1"));
    ck_assert(wl_str_is(claim_now("D1", "C12").seat, "SEAT-1"));
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1,1,12\n");
    begin();
    ck_assert_str_eq(claim_in(LARGE("C13")), "referred");
    ck_assert_uint_eq(claim_now("D1", "C13").seat.size, 0);
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1,1,50\n");
    begin();
    DONE(form_submit(2));
    ck_assert(wl_str_is(claim_now("D1", "C13").seat, "SEAT-1"));
    ck_assert_str_eq(form_state(2), "under-review");
    commit();
    check_all();
}
END_TEST

/* ---- what approval carries to the claim ---- */

START_TEST(an_approval_decides_what_was_referred_for_its_amount)
{
    struct wl_claim claim;

    begin();
    DONE(form_open(&large));
    sign_form(1);
    DONE(form_claim(1));
    claim = claim_now("D1", "F1");
    ck_assert_int_eq(claim.state, WL_CLAIM_APPROVED);
    ck_assert_int_eq(claim.total, 214300);
    ck_assert_int_eq(claim.decided_seq, claim.seq + 1);
    ck_assert_int_eq(claim.unmet_obligations, 3);
    commit();
    check_all();
}
END_TEST

/* Four eyes: the approval of the form is the decision on the claim. */
START_TEST(who_approved_the_form_does_not_correct_its_claim)
{
    static const struct wl_line_name less = {WL_LINE_LABOUR, 1, 100, {NULL, 0}};
    struct wl_correct_body body = {text("D1"), text("F1"), {(void *)(uintptr_t)&less, 1}, text("standard hours")};

    begin();
    DONE(form_open(&large));
    sign_form(1);
    DONE(form_claim(1));
    acting = REVIEWER;
    ck_assert_str_eq(run(&wl_correct_command, &body), "four-eyes");
    acting = CLERK;
    DONE(run(&wl_correct_command, &body));
    set_day("2025-08-04");
    DONE(form_open(&small)); /* approved by itself: nobody decided it */
    sign_form(2);
    DONE(form_claim(2));
    body.claim_no = text("F2");
    acting = REVIEWER;
    DONE(run(&wl_correct_command, &body));
    commit();
    check_all();
}
END_TEST

/* A line that is worth nothing by itself was not refused by anybody. */
START_TEST(a_worthless_line_stays_in_the_claim)
{
    static const struct wl_line_name second = {WL_LINE_PART, 2, WL_NONE, {NULL, 0}};
    struct form_spec spec = LARGE_FORM;
    struct wl_claim_record record;
    struct wl_claim claim;

    spec.labour[1][0] = "OP-NONE";
    spec.labour[1][1] = "1";
    begin();
    DONE(form_open(&spec));
    DONE(form_submit(1));
    DONE(form_review_by(REVIEWER, 1, WL_FORM_APPROVE, &second, 1, "good as it is"));
    DONE(form_start(1));
    DONE(form_complete(1, WL_NONE));
    DONE(form_sign(1));
    DONE(form_claim(1));
    claim = claim_now("D1", "F1");
    ck_assert_int_eq(claim.state, WL_CLAIM_PARTIAL);
    ck_assert_int_eq(claim.total, 211000);
    OK(wl_claim_content(txn, &arena, &claim, &record));
    ck_assert_uint_eq(record.labour.count, 2);
    ck_assert_uint_eq(record.parts.count, 2);
    commit();
    check_all();
}
END_TEST

START_TEST(a_claim_above_its_approval_waits_for_a_review)
{
    struct wl_claim claim;

    begin();
    DONE(form_open(&large));
    DONE(form_submit(1));
    DONE(form_review(1, WL_FORM_APPROVE, NULL));
    commit();
    set_day("2025-06-04");
    load_table("labour_rates", "dealer_id,from_date,rate\nD1,2025-06-03,101\n");
    begin();
    DONE(form_start(1));
    DONE(form_complete(1, WL_NONE));
    DONE(form_sign(1));
    DONE(form_claim(1));
    claim = claim_now("D1", "F1");
    ck_assert_int_eq(claim.state, WL_CLAIM_REFERRED);
    ck_assert_int_eq(claim.total, 216300);
    ck_assert(wl_str_is(claim.seat, "SEAT-1"));
    ck_assert_int_eq(claim.signed_seq, form_now(1).signed_seq);
    acting = CLERK;
    ck_assert_str_eq(review("F1", WL_APPROVE, 0, 0, NULL), "four-eyes");
    acting = REVIEWER;
    DONE(review("F1", WL_APPROVE, 0, 0, NULL));
    commit();
    check_all();
}
END_TEST

/* A lower limit of the tier that approved, and a finding that refers, are not covered either. */
START_TEST(an_approval_covers_no_more_than_its_tier_may)
{
    begin();
    DONE(form_open(&large));
    sign_form(1);
    commit();
    load_table("tiers", "tier,currency,limit\n0,CNY,1000\n1,CNY,2000\n2,CNY,\n");
    begin();
    DONE(form_claim(1));
    ck_assert_int_eq(claim_now("D1", "F1").state, WL_CLAIM_REFERRED);
    ck_assert_int_eq(claim_now("D1", "F1").tier, 2);
    commit();
    check_all();
}
END_TEST

START_TEST(a_claim_that_a_finding_refers_is_reviewed)
{
    struct form_spec earlier = SMALL_FORM;

    earlier.km = "90000";
    begin();
    DONE(form_open(&large));
    sign_form(1);
    set_day("2025-06-01");
    commit();
    set_day("2025-06-03");
    begin();
    DONE(form_open(&earlier));
    sign_form(2);
    DONE(form_claim(2));
    ck_assert_int_eq(claim_now("D1", "F2").state, WL_CLAIM_APPROVED);
    commit();
    begin();
    /* The first one was repaired a day before, with 80,000 km less: no rollback. A later one with less is. */
    DONE(form_claim(1));
    ck_assert_int_eq(claim_now("D1", "F1").state, WL_CLAIM_APPROVED);
    set_day("2025-06-05");
    DONE(form_open(&large));
    sign_form(3);
    DONE(form_claim(3));
    ck_assert_int_eq(claim_now("D1", "F3").state, WL_CLAIM_REFERRED);
    commit();
    check_all();
}
END_TEST

/* What adjudication would reject a reviewer may still approve; the claim is rejected by its own rules. */
START_TEST(what_would_be_rejected_goes_to_a_reviewer)
{
    struct form_spec unknown = SMALL_FORM;
    const struct wl_form_decision_outcome *out;

    unknown.fault = "F9";
    begin();
    DONE(form_open(&unknown));
    DONE(form_submit(1));
    out = outcome;
    ck_assert_int_eq(out->decision.decision, WL_CLAIM_REFERRED);
    ck_assert_int_eq(out->decision.total, 28800);
    ck_assert_uint_eq(out->decision.findings.count, 1);
    ck_assert_int_eq(out->decision.findings.at[0], WL_FINDING_FAULT_UNKNOWN);
    ck_assert_uint_eq(out->decision.obligations.count, 0);
    ck_assert_str_eq(form_state(1), "under-review");
    ck_assert_int_eq(form_now(1).tier, 1);
    DONE(form_review(1, WL_FORM_APPROVE, NULL));
    DONE(form_start(1));
    DONE(form_complete(1, WL_NONE));
    DONE(form_sign(1));
    DONE(form_claim(1));
    ck_assert_int_eq(claim_now("D1", "F1").state, WL_CLAIM_REJECTED);
    ck_assert_int_eq(claim_now("D1", "F1").form, 1);
    commit();
    check_all();
}
END_TEST

START_TEST(a_form_worth_nothing_is_not_approved)
{
    struct form_spec nothing = {.parts = {{"P-NONE", "1", "50"}}};

    begin();
    DONE(form_open(&nothing));
    DONE(form_submit(1));
    ck_assert_str_eq(form_state(1), "under-review");
    ck_assert_str_eq(form_review(1, WL_FORM_APPROVE, NULL), "nothing-payable");
    ck_assert_int_eq(((struct wl_form_decision_outcome *)outcome)->decision.decision, WL_NONE);
    ck_assert_int_eq(((struct wl_form_decision_outcome *)outcome)->decision.total, WL_NONE);
    DONE(form_review(1, WL_FORM_REFUSE, "nothing to do"));
    commit();
    check_all();
}
END_TEST

START_TEST(an_adjusted_form_is_partly_approved_at_once)
{
    struct form_spec dear = SMALL_FORM;

    dear.parts[0][2] = "60";
    begin();
    DONE(form_open(&dear));
    DONE(form_submit(1));
    ck_assert_str_eq(form_state(1), "partly-approved");
    ck_assert_int_eq(form_now(1).approved, 28800);
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("forms");
    TCase *ways = cases("ways", world_make);

    tcase_add_test(ways, a_form_becomes_a_claim_that_is_settled);
    tcase_add_loop_test(ways, lines_are_paired_from_both_ends, 0, WL_COUNT(pairings));
    tcase_add_test(ways, a_returned_form_comes_back_as_a_new_version);
    tcase_add_test(ways, a_review_refuses_and_cuts_lines);
    tcase_add_test(ways, a_cut_counts_where_nobody_else_reviews);
    tcase_add_test(ways, a_refused_form_ends_there);
    tcase_add_test(ways, forms_and_claims_share_seats_and_queues);
    tcase_add_test(ways, forms_let_those_before_them_take_seats);
    tcase_add_test(ways, an_approval_decides_what_was_referred_for_its_amount);
    tcase_add_test(ways, who_approved_the_form_does_not_correct_its_claim);
    tcase_add_test(ways, a_worthless_line_stays_in_the_claim);
    tcase_add_test(ways, a_claim_above_its_approval_waits_for_a_review);
    tcase_add_test(ways, an_approval_covers_no_more_than_its_tier_may);
    tcase_add_test(ways, a_claim_that_a_finding_refers_is_reviewed);
    tcase_add_test(ways, what_would_be_rejected_goes_to_a_reviewer);
    tcase_add_test(ways, a_form_worth_nothing_is_not_approved);
    tcase_add_test(ways, an_adjusted_form_is_partly_approved_at_once);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
