/* Inspections that are taken back: tags, lines, discrepancies, stock and money are as they were before. */
#include "tests/recovery_world.h"

/* All that is derived, but for what tells that something happened: counters, moves of units, history, facts, reversals,
 * withdrawn discrepancies, and the entry of the newest decision, which only grow. */
static uint64_t state_before(void)
{
    static const unsigned grows[] = {WL_TABLE_MOVES,     WL_TABLE_UNITS, WL_TABLE_HISTORY,    WL_TABLE_FACTS,
                                     WL_TABLE_REVERSALS, WL_TABLE_CODES, WL_TABLE_CODE_TEXTS, WL_TABLE_DISCREPANCIES};
    uint64_t sum = 0;

    for (unsigned table = WL_TABLE_BALANCES; table < WL_TABLE_FIRST + wl_house_schema.table_count; table++) {
        struct wl_str key, value;
        struct wl_walk *walk;
        bool skipped = false;

        for (size_t i = 0; i < WL_COUNT(grows); i++)
            skipped |= grows[i] == table;
        OK(wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk));
        while (!skipped && wl_walk_next(walk, &key, &value) == 1) {
            struct wl_claim claim;

            if (table != WL_TABLE_CLAIMS) {
                sum = (sum ^ wl_hash(key)) * 31 + (wl_hash(value) ^ table);
                continue;
            }
            OK(wl_record_decode(&wl_claim_row_record, value, &claim, NULL));
            sum = (sum ^ wl_hash(key)) * 31 + (uint64_t)claim.state * 7 + (uint64_t)claim.total * 13 +
                  (uint64_t)claim.parts * 17 + (uint64_t)claim.handling * 19 + (uint64_t)claim.charged_back * 23 +
                  (uint64_t)claim.unmet_obligations;
        }
        wl_walk_close(walk);
    }
    return sum;
}

static void decided_as_before(const char *no, int64_t total)
{
    struct wl_claim claim = claim_now("D1", no);
    struct wl_decision decision;

    ck_assert_int_eq(claim.total, total);
    OK(wl_claim_decision(txn, &arena, &claim, &decision));
    ck_assert_int_eq(decision.total, total);
}

/* Tags 1 and 2 are those of line 1 (P-BACK), tag 3 that of line 2 (P-TWO), all of them received. CNY 343: labour
 * 200, 100 and 30, handling 13. */
enum { TOTAL = 34300 };
static void three_received(const char *no)
{
    CLAIM(no, {"P-BACK", "2"}, {"P-TWO", "1"});
    DONE(tag_line(no, 0));
    DONE(SEND(1, 2, 3));
    for (int64_t tag = 1; tag <= 3; tag++)
        DONE(scan(tag));
}

/* ---- before settlement ---- */

/* Whatever was found, and by which command. */
START_TEST(an_inspection_is_taken_back)
{
    enum wl_inspection found = (enum wl_inspection)(_i / 2);
    bool by_tag = _i & 1;
    uint64_t before;
    int64_t entry;

    begin();
    three_received("C1");
    before = state_before();
    DONE(by_tag ? inspect_tag(1, found) : inspect("C1", 0, found));
    entry = entry_now();
    ck_assert_int_eq(claim_now("D1", "C1").total, found == WL_ACCEPTED ? TOTAL : by_tag ? TOTAL - 11000 : 20000);
    DONE(reverse(entry));
    ck_assert(state_before() == before);
    tag_is(1, WL_TAG_RECEIVED);
    ck_assert(tag_row(1).outcome == WL_NONE && wl_str_is(tag_row(1).centre_bin, "MAIN"));
    owed_is("C1", 1, WL_OBLIGATION_RECEIVED, 2000, 2000, 0);
    decided_as_before("C1", TOTAL);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 2);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), TOTAL);
    REFUSED("already-reversed", reverse(entry));
    tables_agree();
    DONE(inspect("C1", 0, WL_ACCEPTED));
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(1).claims_total, TOTAL);
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_claim_that_was_worth_nothing_is_paid_again)
{
    uint64_t before;

    begin();
    ck_assert_str_eq(claim_in(PART("C1")), "approved");
    DONE(receive("C1", 1));
    before = state_before();
    DONE(inspect("C1", 1, WL_MISSING));
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_REJECTED);
    DONE(reverse(entry_now()));
    ck_assert(state_before() == before);
    decided_as_before("C1", 5500);
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_APPROVED);
    DONE(inspect("C1", 1, WL_ACCEPTED));
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    commit();
    all_agrees();
}
END_TEST

/* The first refusal takes the line's money, and it comes back with the last of them only. */
START_TEST(a_line_is_free_when_none_of_its_parts_is_refused)
{
    int64_t first, second;

    begin();
    three_received("C1");
    DONE(inspect_tag(1, WL_ABUSE));
    first = entry_now();
    DONE(inspect_tag(2, WL_WRONG_PART));
    second = entry_now();
    REFUSED("reversal-blocked", reverse(first));
    about_is_entry("0000000021: ", second);
    DONE(reverse(second));
    ck_assert_int_eq(owed("C1", 1).outcome, WL_ABUSE);
    DONE(inspect_tag(2, WL_WRONG_PART));
    second = entry_now();
    ck_assert(owed("C1", 1).outcome == WL_ABUSE && claim_now("D1", "C1").total == TOTAL - 11000);
    tables_agree();
    DONE(reverse(second));
    DONE(reverse(first));
    owed_is("C1", 1, WL_OBLIGATION_RECEIVED, 2000, 2000, 0);
    decided_as_before("C1", TOTAL);
    commit();
    all_agrees();
}
END_TEST

/* A claim that was worth nothing by then is not paid again for a line that was refused once more meanwhile. */
START_TEST(what_was_refused_meanwhile_is_not_paid)
{
    int64_t first;

    begin();
    ck_assert_str_eq(claim_of("C1", "2025-05-20", "", PARTS({"P-BACK", "2"})), "approved");
    DONE(tag_line("C1", 1));
    DONE(SEND(1, 2));
    DONE(scan(1));
    DONE(scan(2));
    DONE(inspect_tag(1, WL_ABUSE));
    first = entry_now();
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_REJECTED);
    DONE(inspect_tag(2, WL_WRONG_PART));
    ck_assert_uint_eq(((const struct wl_inspect_outcome *)outcome)->obligations.count, 0);
    REFUSED("reversal-blocked", reverse(first));
    about_is_entry("0000000021: ", first + 1);
    DONE(reverse(first + 1));
    DONE(reverse(first));
    decided_as_before("C1", 11000);
    commit();
    all_agrees();
}
END_TEST

/* A line that a later entry refused first, as it stands: its outcome is the oldest that is left. */
START_TEST(the_outcome_of_a_line_follows)
{
    begin();
    three_received("C1");
    DONE(inspect_tag(2, WL_ACCEPTED));
    DONE(inspect_tag(1, WL_ACCEPTED));
    ck_assert_int_eq(owed("C1", 1).state, WL_OBLIGATION_ACCEPTED);
    DONE(reverse(entry_now()));
    owed_is("C1", 1, WL_OBLIGATION_RECEIVED, 2000, 2000, 1000);
    ck_assert_int_eq(owed("C1", 1).outcome, WL_NONE);
    DONE(inspect_tag(1, WL_NOT_DEFECTIVE));
    DONE(reverse(entry_now() - 3)); /* that of tag 2, which is no decision */
    owed_is("C1", 1, WL_OBLIGATION_REFUSED, 2000, 2000, 1000);
    ck_assert_int_eq(owed("C1", 1).outcome, WL_NOT_DEFECTIVE);
    commit();
    all_agrees();
}
END_TEST

START_TEST(decisions_are_taken_back_newest_first)
{
    int64_t first, second;

    begin();
    three_received("C1");
    DONE(inspect("C1", 1, WL_ABUSE));
    first = entry_now();
    DONE(inspect("C1", 2, WL_ABUSE));
    second = entry_now();
    ck_assert_int_eq(claim_now("D1", "C1").total, 20000);
    REFUSED("reversal-blocked", reverse(first));
    about_is_entry("claim D1/C1: ", second);
    DONE(reverse(second));
    decided_as_before("C1", TOTAL - 11000);
    DONE(reverse(first));
    decided_as_before("C1", TOTAL);
    DONE(inspect("C1", 2, WL_ABUSE)); /* and once more, on top of a reversal */
    second = entry_now();
    DONE(inspect("C1", 1, WL_ABUSE));
    first = entry_now();
    DONE(reverse(first));
    decided_as_before("C1", TOTAL - 3300);
    DONE(reverse(second));
    decided_as_before("C1", TOTAL);
    commit();
    all_agrees();
}
END_TEST

/* ---- what stands on it ---- */

START_TEST(what_was_disposed_of_stands)
{
    begin();
    three_received("C1");
    DONE(inspect_tag(1, WL_ACCEPTED));
    DONE(dispose(1, WL_DISPOSE_SCRAP));
    REFUSED("reversal-blocked", reverse(entry_now() - 1));
    about_is_entry("0000000013: ", entry_now() - 1);
    DONE(reverse(entry_now() - 1));
    DONE(reverse(entry_now() - 3));
    tag_is(1, WL_TAG_RECEIVED);
    commit();
    all_agrees();
}
END_TEST

START_TEST(what_is_missing_comes_back_from_its_discrepancy)
{
    uint64_t before;
    int64_t entry;

    begin();
    three_received("C1");
    before = state_before();
    DONE(inspect("C1", 1, WL_MISSING));
    entry = entry_now();
    ck_assert_uint_eq(wl_discrepancy_count(txn), 2);
    DONE(resolve(2, WL_RESOLVE_ACCEPT));
    REFUSED("reversal-blocked", reverse(entry));
    about_is("discrepancy/2");
    DONE(reverse(entry_now() - 1));
    DONE(resolve(1, WL_RESOLVE_WRITE_OFF));
    REFUSED("reversal-blocked", reverse(entry));
    about_is("discrepancy/1");
    DONE(reverse(entry_now() - 1));
    DONE(reverse(entry));
    ck_assert(state_before() == before);
    REFUSED("discrepancy-resolved", resolve(1, WL_RESOLVE_ACCEPT));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/MAIN", "P-BACK", ""), 2000);
    DONE(inspect_tag(2, WL_MISSING)); /* in a discrepancy of its own */
    ck_assert_int_eq(tag_row(2).discrepancy, 3);
    commit();
    all_agrees();
}
END_TEST

/* What its shipment was closed without is missing again, as it was. */
START_TEST(what_never_came_is_missing_again)
{
    uint64_t before;
    int64_t entry;

    begin();
    CLAIM("C1", {"P-BACK", "2"});
    DONE(tag_line("C1", 1));
    DONE(SEND(1, 2));
    DONE(scan(2));
    DONE(close_return(1));
    before = state_before();
    DONE(inspect_tag(1, WL_MISSING));
    entry = entry_now();
    owed_is("C1", 1, WL_OBLIGATION_REFUSED, 2000, 1000, 1000);
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    REFUSED("reversal-blocked", reverse(entry));
    about_is("0000000013");
    DONE(reverse(entry_now() - 1));
    DONE(reverse(entry));
    ck_assert(state_before() == before);
    tag_is(1, WL_TAG_MISSING);
    ck_assert_int_eq(tag_row(1).discrepancy, 1);
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 2000, 1000, 0);
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    tag_is(1, WL_TAG_RECEIVED);
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_line_that_is_owed_again_becomes_overdue)
{
    begin();
    CLAIM("C1", {"P-BACK", "2"});
    DONE(tag_line("C1", 1));
    DONE(SEND(1));
    DONE(scan(1));
    DONE(inspect_tag(1, WL_ABUSE));
    set_day("2025-12-01");
    DONE(tick());
    owed_is("C1", 1, WL_OBLIGATION_REFUSED, 2000, 1000, 1000);
    DONE(reverse(entry_now() - 1));
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 2000, 1000, 0);
    tables_agree();
    DONE(tick());
    owed_is("C1", 1, WL_OBLIGATION_OVERDUE, 2000, 1000, 0);
    DONE(inspect_tag(1, WL_ABUSE));
    DONE(reverse(entry_now()));
    owed_is("C1", 1, WL_OBLIGATION_OVERDUE, 2000, 1000, 0);
    commit();
    all_agrees();
}
END_TEST

/* A newer version, which came because this one was rejected, and this one are not both paid. */
START_TEST(a_version_that_was_followed_stands)
{
    struct claim_spec again = *PART("C1");
    int64_t entry;

    again.submission = "2";
    begin();
    ck_assert_str_eq(claim_in(PART("C1")), "approved");
    DONE(receive("C1", 1));
    DONE(inspect("C1", 1, WL_ABUSE));
    entry = entry_now();
    ck_assert_str_eq(claim_in(&again), "approved");
    REFUSED("reversal-blocked", reverse(entry));
    about_is_entry("claim D1/C1: ", entry_now() - 1);
    commit();
    all_agrees();
}
END_TEST

START_TEST(goodwill_that_was_given_again_stands)
{
    int64_t entry;

    begin();
    for (int i = 0; i < 3; i++) {
        char no[8];

        snprintf(no, sizeof no, "G%d", i);
        ck_assert_str_eq(claim_on("D1", no, "2025-05-20", "goodwill", NULL, BOUGHT({"P-BACK", "1", "50"})), "partial");
    }
    DONE(receive("G0", 1)); /* three of 127.50, of 500 */
    DONE(inspect("G0", 1, WL_ABUSE));
    entry = entry_now();
    ck_assert_str_eq(claim_on("D1", "G3", "2025-05-20", "goodwill", NULL, BOUGHT({"P-BACK", "1", "50"})), "partial");
    REFUSED("reversal-blocked", reverse(entry));
    about_is("authorization A1 was used again");
    commit();
    all_agrees();
}
END_TEST

/* ---- after settlement ---- */

/* A settlement paid on it: neither what it accepted nor what it refused is opened again. */
START_TEST(what_a_settlement_paid_on_stands)
{
    bool refused = _i & 1, waived = _i & 2;
    int64_t entry;

    begin();
    three_received("C1");
    if (waived)
        DONE(waive("C1", 0, "no need"));
    DONE(inspect("C1", 1, refused ? WL_ABUSE : WL_ACCEPTED));
    entry = entry_now();
    if (!waived)
        DONE(inspect("C1", 2, WL_ACCEPTED));
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    if (waived && !refused) {
        DONE(reverse(entry)); /* the claim did not wait for it */
        owed_is("C1", 1, WL_OBLIGATION_WAIVED_RECEIVED, 2000, 2000, 0);
    } else {
        REFUSED("reversal-blocked", reverse(entry));
        about_is(waived ? "settlement 1 paid claim D1/C1" : "settlement/1");
    }
    tables_agree();
    commit();
    all_agrees();
}
END_TEST

START_TEST(what_it_charged_back_is_given_back)
{
    bool netted = _i & 1;
    int64_t entry;

    begin();
    CLAIM("C1", {"P-BACK", "2"}, {"P-TWO", "1"});
    settle_now("C1");
    find_recoveries();
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    books_are("S1", 8000 + 2400, 0);
    DONE(tag_line("C1", 1));
    DONE(receive("C1", 1));
    DONE(inspect("C1", 1, WL_ABUSE));
    entry = entry_now();
    ck_assert_int_eq(((const struct wl_inspect_outcome *)outcome)->charged_back, 11000);
    books_are("S1", 2400, 0);
    if (netted)
        DONE(settle("D1", "CNY"));
    DONE(reverse(entry));
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, 0);
    decided_as_before("C1", TOTAL);
    owed_is("C1", 1, WL_OBLIGATION_WAIVED_RECEIVED, 2000, 2000, 0);
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_CHARGEBACKS), netted);
    books_are("S1", 8000 + 2400, 0);
    tables_agree();
    if (netted) {
        DONE(settle("D1", "CNY"));
        ck_assert_int_eq(settlement(3).chargebacks, -11000);
        ck_assert(settlement(3).carried_on == 0 && settlement(3).to_pay == 0);
    }
    DONE(inspect("C1", 1, WL_ACCEPTED));
    DONE(reverse(entry_now()));
    commit();
    all_agrees();
}
END_TEST

/* ---- loose tags ---- */

START_TEST(a_part_of_no_claim_is_inspected_again)
{
    uint64_t before;
    int64_t tag;

    begin();
    tag = loose_received();
    before = state_before();
    DONE(inspect_tag(tag, WL_ABUSE));
    DONE(reverse(entry_now()));
    ck_assert(state_before() == before);
    DONE(inspect_tag(tag, WL_MISSING));
    DONE(reverse(entry_now()));
    ck_assert(state_before() == before);
    CLAIM("C1", {"P-BACK", "1"});
    DONE(tag_link(tag, "C1", 1));
    owed_is("C1", 1, WL_OBLIGATION_RECEIVED, 1000, 1000, 0);
    commit();
    all_agrees();
}
END_TEST

/* While a reviewer decides the claim again, its parts wait. */
START_TEST(a_referred_claim_is_not_decided_by_an_inspection)
{
    struct wl_appeal_body appeal = {WL_STR("D1"), WL_STR("C1"), WL_STR("it was ours")};
    int64_t entry;

    begin();
    ck_assert_str_eq(claim_of("C1", "2025-05-20", "", PARTS({"P-BACK", "2"})), "approved");
    DONE(tag_line("C1", 1));
    DONE(SEND(1, 2));
    DONE(scan(1));
    DONE(scan(2));
    DONE(inspect_tag(1, WL_ABUSE));
    entry = entry_now();
    DONE(run(&wl_appeal_command, &appeal));
    REFUSED("reversal-blocked", reverse(entry));
    about_is_entry("claim D1/C1: ", entry + 1);
    REFUSED("claim-undecided", inspect_tag(2, WL_ACCEPTED));
    REFUSED("claim-undecided", inspect("C1", 1, WL_ACCEPTED));
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reverse-inspection");
    TCase *before = cases("before", recovery_world_make), *stands = cases("stands", recovery_world_make);
    TCase *after = cases("after", recovery_world_make);

    tcase_add_loop_test(before, an_inspection_is_taken_back, 0, 10);
    tcase_add_test(before, a_claim_that_was_worth_nothing_is_paid_again);
    tcase_add_test(before, a_line_is_free_when_none_of_its_parts_is_refused);
    tcase_add_test(before, the_outcome_of_a_line_follows);
    tcase_add_test(before, what_was_refused_meanwhile_is_not_paid);
    tcase_add_test(before, decisions_are_taken_back_newest_first);
    tcase_add_test(stands, what_was_disposed_of_stands);
    tcase_add_test(stands, what_is_missing_comes_back_from_its_discrepancy);
    tcase_add_test(stands, what_never_came_is_missing_again);
    tcase_add_test(stands, a_line_that_is_owed_again_becomes_overdue);
    tcase_add_test(stands, a_version_that_was_followed_stands);
    tcase_add_test(stands, goodwill_that_was_given_again_stands);
    tcase_add_test(stands, a_referred_claim_is_not_decided_by_an_inspection);
    tcase_add_loop_test(after, what_a_settlement_paid_on_stands, 0, 4);
    tcase_add_loop_test(after, what_it_charged_back_is_given_back, 0, 2);
    tcase_add_test(after, a_part_of_no_claim_is_inspected_again);
    suite_add_tcase(suite, before);
    suite_add_tcase(suite, stands);
    suite_add_tcase(suite, after);
    return run_suite(suite);
}
