/* The rejection of a claim is appealed, and an approved claim is corrected. */
#include "tests/versions_world.h"

/* ---- appeal ---- */

START_TEST(an_appeal_is_priced_and_referred)
{
    struct wl_claim claim;
    int64_t rejected;

    begin();
    ck_assert_str_eq(send("C1", "1", "2", "F9"), "rejected");
    rejected = claim_now("D1", "C1").decided_seq;
    ck_assert(has_row(WL_TABLE_DISPOSITIONS, "C1"));
    ck_assert_str_eq(appeal("C1", NULL), "reason-missing");
    DONE(appeal("C1", "F1 was meant"));
    ck_assert_int_eq(decided()->decision.decision, WL_CLAIM_REFERRED);
    ck_assert_int_eq(decided()->decision.total, 25500);
    ck_assert_int_eq(decided()->decision.tier, 1);
    ck_assert(!found(&decided()->decision, WL_FINDING_FAULT_UNKNOWN));
    ck_assert_uint_eq(decided()->decision.obligations.count, 0);
    claim = claim_now("D1", "C1");
    ck_assert_int_eq(claim.state, WL_CLAIM_REFERRED);
    ck_assert_int_eq(claim.appealed_seq, claim.decided_seq);
    ck_assert_int_eq(claim.priced_seq, claim.decided_seq);
    ck_assert_int_eq(claim.appeals_from, WL_NONE);
    ck_assert_int_ne(claim.decided_seq, rejected);
    ck_assert(!has_row(WL_TABLE_DISPOSITIONS, "C1"));
    ck_assert_str_eq(review("C1", WL_APPROVE, 0, 0, NULL), "four-eyes"); /* who appealed */
    acting = "R1";
    set_day("2025-07-01");
    DONE(review("C1", WL_APPROVE, WL_LINE_LABOUR, 1, "not needed"));
    ck_assert_int_eq(claim_now("D1", "C1").total, 5500);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 5500);
    ck_assert_int_eq(obligation_of("C1", 0).due, day("2025-07-01") + 30);
    commit();
    check_all();
}
END_TEST

/* Up one tier from where it was rejected, and wherever its total wants it. */
static const struct {
    const char *hours;
    bool by_review; /* refused by the reviewer of the tier that its total leads to; else rejected by a finding */
    int64_t tier;
} tiers[] = {{"2", false, 1}, {"20", false, 1}, {"60", false, 2}, {"20", true, 2}, {"60", true, 2}};

START_TEST(an_appeal_goes_up)
{
    begin();
    ck_assert_str_eq(send("C1", "1", tiers[_i].hours, tiers[_i].by_review ? NULL : "F9"),
                     tiers[_i].by_review ? "referred" : "rejected");
    if (tiers[_i].by_review)
        DONE(review("C1", WL_REFUSE, 0, 0, "wear"));
    DONE(appeal("C1", "it is covered"));
    ck_assert_int_eq(decided()->decision.tier, tiers[_i].tier);
    ck_assert_int_eq(claim_now("D1", "C1").tier, tiers[_i].tier);
    ck_assert_int_eq(claim_now("D1", "C1").appeals_from,
                     tiers[_i].by_review ? (tiers[_i].hours[0] == '6' ? 2 : 1) : WL_NONE);
    commit();
    check_all();
}
END_TEST

START_TEST(a_version_is_appealed_once)
{
    begin();
    ck_assert_str_eq(send("C1", "1", "2", "F9"), "rejected");
    DONE(appeal("C1", "F1 was meant"));
    ck_assert_str_eq(appeal("C1", "again"), "claim-not-rejected");
    ck_assert_str_eq(send("C1", "2", "1", "F1"), "rejected"); /* it stands */
    ck_assert(found(&came_in()->decision, WL_FINDING_CLAIM_NUMBER_REUSED));
    acting = "R1";
    DONE(review("C1", WL_REFUSE, 0, 0, "no"));
    ck_assert(has_row(WL_TABLE_DISPOSITIONS, "C1"));
    ck_assert_str_eq(appeal("C1", "again"), "already-appealed");
    ck_assert_str_eq(appeal("C1", NULL), "already-appealed");
    ck_assert_str_eq(send("C1", "2", "1", "F8"), "rejected");
    DONE(appeal("C1", "F1 was meant"));
    commit();
    check_all();
}
END_TEST

/* What no reviewer can overrule, and its name. */
static const struct {
    const char *dealer, *hours, *type, *vin, *about;
} impossible[] = {
    {"D1", "2", NULL, "1M8GDM9AXKP042789", "vin-malformed"},
    {"D1", "2", NULL, "WDB2110561A000001", "vehicle-unknown"},
    {"D1", "2", "present", NULL, "type-unknown"},
    {"D2", "2", NULL, NULL, "currency-mismatch"},
    {"D1", "0", NULL, NULL, ""},
};

START_TEST(what_nobody_can_grant_is_not_appealed)
{
    struct wl_appeal_body body = {text(impossible[_i].dealer), WL_STR("C1"), WL_STR("please")};
    struct claim_spec spec = {.dealer = impossible[_i].dealer,
                              .no = "C1",
                              .submission = "1",
                              .hours = impossible[_i].hours,
                              .type = impossible[_i].type,
                              .fault = "F9",
                              .vin = impossible[_i].vin};
    char valid[18];
    uint64_t before;

    if (strcmp(impossible[_i].about, "vehicle-unknown") == 0)
        spec.vin = vin_of(7, valid);
    if (strcmp(impossible[_i].about, "currency-mismatch") == 0)
        load_table("dealers",
                   "dealer_id,name,region,country,currency,tax_percent,status\nD2,Two,R2,JP,USD,10,active\n");
    if (strcmp(impossible[_i].dealer, "D2") == 0)
        spec.parts[0][0] = "P-BACK", spec.parts[0][1] = "1";
    begin();
    ck_assert_str_eq(claim_in(&spec), "rejected");
    before = state_now();
    ck_assert_str_eq(run(&wl_appeal_command, &body), "appeal-impossible");
    ck_assert_msg(wl_str_is(decided()->head.about, impossible[_i].about), WL_STR_FMT,
                  WL_STR_ARG(decided()->head.about));
    ck_assert_uint_eq(before, state_now());
    commit();
    /* Also where it was loaded or corrected since: the claim's own content is the matter. */
    if (strcmp(impossible[_i].about, "vehicle-unknown") == 0) {
        load_vehicles(8);
        begin();
        ck_assert_str_eq(run(&wl_appeal_command, &body), "appeal-impossible");
        commit();
    }
    check_all();
}
END_TEST

/* An older claim that stands by its appeal is found on its vehicle, behind the newer ones. */
START_TEST(an_appealed_claim_joins_its_vehicle_in_its_place)
{
    int64_t first, second, third;

    begin();
    ck_assert_str_eq(send("C0", "1", "1", NULL), "approved");
    ck_assert_str_eq(send("C1", "1", "2", "F9"), "rejected");
    ck_assert_str_eq(send("C2", "1", "2", NULL), "approved");
    ck_assert_str_eq(send("C3", "1", "3", NULL), "approved");
    first = id_of("C1"), second = id_of("C2"), third = id_of("C3");
    ck_assert_int_eq(row_of(first).previous_on_vehicle, WL_NONE);
    DONE(appeal("C1", "F1 was meant"));
    ck_assert_int_eq(wl_vehicle_head(txn, row_of(first).vehicle), third);
    ck_assert_int_eq(row_of(third).previous_on_vehicle, second);
    ck_assert_int_eq(row_of(second).previous_on_vehicle, first);
    ck_assert_int_eq(row_of(first).previous_on_vehicle, id_of("C0"));
    ck_assert_str_eq(send("B1", "1", "2", "F9"), "rejected");
    DONE(appeal("B1", "F1 was meant")); /* the newest */
    ck_assert_int_eq(wl_vehicle_head(txn, row_of(first).vehicle), id_of("B1"));
    ck_assert_int_eq(row_of(id_of("B1")).previous_on_vehicle, third);
    commit();
    check_all();
}
END_TEST

/* An inspection rejected all of it; who inspected is appealed against, and what came back is not owed twice. */
START_TEST(an_inspection_is_appealed)
{
    struct wl_claim before, after;

    begin();
    ck_assert_str_eq(claim_in(PART("C1")), "approved");
    DONE(receive("C1", 1));
    DONE(inspect("C1", 1, WL_NOT_DEFECTIVE));
    before = claim_now("D1", "C1");
    ck_assert_int_eq(before.state, WL_CLAIM_REJECTED);
    acting = "dealer";
    DONE(appeal("C1", "it leaks when warm"));
    ck_assert_int_eq(decided()->decision.total, 5500);
    acting = "R1";
    DONE(review("C1", WL_APPROVE, 0, 0, NULL));
    after = claim_now("D1", "C1");
    ck_assert_int_eq(after.total, 5500);
    ck_assert_int_eq(after.first_obligation, before.first_obligation);
    ck_assert_int_eq(after.obligation_count, 1);
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(1).claims_total, 5500);
    commit();
    check_all();
}
END_TEST

/* A claim of which an inspection left nothing, but for a part that is still looked at, waits for a reviewer again: the
 * part waits with it. */
START_TEST(nothing_is_inspected_under_review)
{
    load_table("authorizations",
               "auth_no,dealer_id,vin,max_amount,share_percent,valid_to\nA1,D1," VIN ",500,0.01,2026-12-31\n");
    begin();
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D1",
                                                   .no = "C1",
                                                   .submission = "1",
                                                   .hours = "",
                                                   .parts = {{"P-BACK", "1"}, {"P-TWO", "1"}},
                                                   .type = "goodwill",
                                                   .authorization = "A1"}),
                     "partial");
    ck_assert_int_eq(claim_now("D1", "C1").total, 1);
    DONE(receive("C1", 0));
    DONE(inspect("C1", 1, WL_ABUSE));
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_REJECTED);
    acting = "dealer";
    DONE(appeal("C1", "it was not"));
    ck_assert_str_eq(inspect("C1", 2, WL_ABUSE), "claim-undecided");
    ck_assert_str_eq(run(&wl_tag_inspect_command, &(struct wl_tag_inspect_body){.tag = 2, .outcome = WL_ABUSE}),
                     "claim-undecided");
    acting = "R1";
    DONE(review("C1", WL_APPROVE, 0, 0, NULL));
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 1);
    DONE(inspect("C1", 2, WL_ACCEPTED));
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    commit();
    check_all();
}
END_TEST

/* ---- correct ---- */

START_TEST(a_correction_cuts_and_refuses)
{
    struct wl_claim claim;

    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(sign("D1", "C1"));
    acting = "auditor";
    DONE(correct("C1", LINES(LINE(LABOUR, 1, 15000), LINE(PART, 2, WL_NONE)), "standard hours"));
    ck_assert(found(&decided()->decision, WL_FINDING_LINE_REFUSED));
    ck_assert(found(&decided()->decision, WL_FINDING_LINE_REDUCED));
    ck_assert_uint_eq(decided()->waived.count, 1);
    claim = claim_now("D1", "C1");
    ck_assert_int_eq(claim.state, WL_CLAIM_PARTIAL);
    ck_assert_int_eq(claim.labour, 15000);
    ck_assert_int_eq(claim.parts, 5000);
    ck_assert_int_eq(claim.total, 20500);
    ck_assert_int_eq(claim.unmet_obligations, 1);
    ck_assert_int_eq(obligation_of("C1", 0).state, WL_OBLIGATION_OPEN);
    ck_assert_int_eq(obligation_of("C1", 1).state, WL_OBLIGATION_WAIVED);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 20500);
    ck_assert_int_eq(balance(WL_ACCOUNT_EXPENSE_WARRANTY, NULL, "CNY"), -20500);
    /* A cut line still owes its part. */
    DONE(correct("C1", LINES(LINE(PART, 1, 1000)), "used"));
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 1);
    ck_assert_int_eq(claim_now("D1", "C1").total, 16100);
    DONE(waive("C1", 1, "scrapped"));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(1).claims_total, 16100);
    commit();
    check_all();
}
END_TEST

START_TEST(a_correction_raises_nothing)
{
    static const struct {
        struct wl_line_name lines[3];
        const char *reason, *expected;
    } cases_[] = {
        {{{.kind = -1}}, "x", "nothing-to-correct"},
        {{LINE(PART, 1, 5000), {.kind = -1}}, "x", "nothing-to-correct"},
        {{LINE(PART, 1, 5001), {.kind = -1}}, "x", "line-amount-invalid"},
        {{LINE(PART, 1, -1), {.kind = -1}}, "x", "line-amount-invalid"},
        {{LINE(PART, 3, 0), {.kind = -1}}, "x", "line-unknown"},
        {{LINE(SUBLET, 1, 0), {.kind = -1}}, "x", "line-unknown"},
        {{LINE(PART, 1, 0), LINE(PART, 1, 1), {.kind = -1}}, "x", "named-twice"},
        {{LINE(PART, 1, 0), {.kind = -1}}, NULL, "reason-missing"},
        {{LINE(PART, 1, 0), {.kind = -1}}, "y", "reason-unknown"},
        {{LINE(PART, 1, 0), {.kind = -1}}, "x: not the cause", "done"},
    };

    load_table("reasons", "event,reason_code,description\ncorrect,x,Any\n");
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    for (size_t i = 0; i < WL_COUNT(cases_); i++) {
        uint64_t before = state_now();

        ck_assert_msg(strcmp(correct("C1", cases_[i].lines, cases_[i].reason), cases_[i].expected) == 0, "case %zu: %s",
                      i, wl_refusal_name(decided()->head.refusal));
        ck_assert((before == state_now()) == (strcmp(cases_[i].expected, "done") != 0));
    }
    commit();
    check_all();
}
END_TEST

START_TEST(who_decided_it_does_not_correct_it)
{
    begin();
    ck_assert_str_eq(claim_in(LARGE("C1")), "referred");
    acting = "R1";
    DONE(review("C1", WL_APPROVE, 0, 0, NULL));
    ck_assert_str_eq(correct("C1", LINES(LINE(LABOUR, 1, 100)), "x"), "four-eyes");
    acting = "R2";
    DONE(correct("C1", LINES(LINE(LABOUR, 1, 100)), "x"));
    DONE(correct("C1", LINES(LINE(LABOUR, 1, 50)), "x")); /* corrects, does not decide */
    commit();
    check_all();
}
END_TEST

/* Corrected to nothing it is rejected, which may be appealed: its part, once waived, is owed no more. */
START_TEST(a_correction_may_leave_nothing)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    acting = "auditor";
    DONE(correct("C1", LINES(LINE(LABOUR, 1, 0), LINE(PART, 1, 0), LINE(PART, 2, 0)), "never repaired"));
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_REJECTED);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 0);
    ck_assert(has_row(WL_TABLE_DISPOSITIONS, "C1"));
    acting = "dealer";
    DONE(appeal("C1", "it was"));
    ck_assert_int_eq(decided()->decision.tier, 1);
    ck_assert_int_eq(decided()->decision.total, 28800);
    acting = "auditor";
    ck_assert_str_eq(review("C1", WL_APPROVE, 0, 0, NULL), "four-eyes");
    acting = "R1";
    DONE(review("C1", WL_APPROVE, 0, 0, NULL));
    ck_assert_int_eq(claim_now("D1", "C1").obligation_count, 2);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("appeals");
    TCase *ways = cases("ways", make);

    tcase_add_test(ways, an_appeal_is_priced_and_referred);
    tcase_add_loop_test(ways, an_appeal_goes_up, 0, WL_COUNT(tiers));
    tcase_add_test(ways, a_version_is_appealed_once);
    tcase_add_loop_test(ways, what_nobody_can_grant_is_not_appealed, 0, WL_COUNT(impossible));
    tcase_add_test(ways, an_appealed_claim_joins_its_vehicle_in_its_place);
    tcase_add_test(ways, an_inspection_is_appealed);
    tcase_add_test(ways, nothing_is_inspected_under_review);
    tcase_add_test(ways, a_correction_cuts_and_refuses);
    tcase_add_test(ways, a_correction_raises_nothing);
    tcase_add_test(ways, who_decided_it_does_not_correct_it);
    tcase_add_test(ways, a_correction_may_leave_nothing);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
