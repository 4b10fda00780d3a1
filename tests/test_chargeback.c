/* Money taken back after settlement, and given back again. */
#include "tests/recovery_world.h"

/* Labour 200, P-BACK 50, P-TWO 30, handling 8: CNY 288. */
#define USUAL_PARTS        \
    {"P-BACK", "1", "50"}, \
    {                      \
        "P-TWO", "1", "30" \
    }
enum { PAID_ = 28800 };

static const struct wl_chargeback_outcome *charged(void)
{
    return outcome;
}

static void left_is(const char *no, int64_t left)
{
    struct wl_claim claim = claim_now("D1", no);

    ck_assert_int_eq(claim.total - claim.charged_back, left);
}

static struct wl_decision decision_of(const char *no)
{
    struct wl_claim claim = claim_now("D1", no);
    struct wl_decision decision;

    OK(wl_claim_decision(txn, &arena, &claim, &decision));
    return decision;
}

static const char *state_of(const char *no)
{
    struct wl_claim claim = claim_now("D1", no);

    return wl_claim_state_names()[wl_claim_state_now(txn, &claim)];
}

/* ---- taking back ---- */

START_TEST(all_of_it_is_taken_back)
{
    const struct wl_posting *p;
    int64_t payable;

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    payable = balance(WL_ACCOUNT_PAYABLE, "D1", "CNY");
    ck_assert_str_eq(state_of("C1"), "settled");
    DONE(charge_all("C1"));
    ck_assert(charged()->charged_back == PAID_ && charged()->decision.decision == WL_CLAIM_REJECTED);
    ck_assert_uint_eq(charged()->head.postings.count, 1);
    p = charged()->head.postings.at;
    ck_assert(p->from_kind == WL_ACCOUNT_PAYABLE && wl_str_is(p->from_party, "D1") && p->amount == PAID_);
    ck_assert(p->to_kind == WL_ACCOUNT_EXPENSE_WARRANTY && p->to_party.size == 0);
    ck_assert_str_eq(state_of("C1"), "charged-back");
    left_is("C1", 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), payable - PAID_);
    REFUSED("nothing-to-charge-back", charge_all("C1"));
    REFUSED("nothing-to-charge-back", charge_line("C1", WL_LINE_LABOUR, 1, 0));
    REFUSED("nothing-to-charge-back", charge_amount("C1", 1));
    tables_agree();
    DONE(settle("D1", "CNY"));
    ck_assert(settlement(2).chargebacks == PAID_ && settlement(2).chargeback_count == 1);
    ck_assert_int_eq(settlement(2).carried_on, -PAID_ - 3744);
    commit();
    check_all();
}
END_TEST

START_TEST(lines_are_cut_or_refused)
{
    const struct wl_line_name twice[] = {{WL_LINE_PART, 1, 0, {0}}, {WL_LINE_PART, 1, 1000, {0}}};
    const struct wl_line_name both[] = {{WL_LINE_PART, 1, 0, {0}}, {WL_LINE_LABOUR, 1, 15000, {0}}};

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    REFUSED("line-unknown", charge_line("C1", WL_LINE_PART, 3, 0));
    about_is("part 3");
    REFUSED("line-unknown", charge_line("C1", WL_LINE_SUBLET, 1, 0));
    REFUSED("line-amount-invalid", charge_line("C1", WL_LINE_PART, 2, 3001));
    REFUSED("line-amount-invalid", charge_line("C1", WL_LINE_PART, 2, -1));
    REFUSED("named-twice", charge("C1", twice, 2, WL_NONE));
    REFUSED("nothing-to-charge-back", charge_line("C1", WL_LINE_PART, 2, 3000));
    DONE(charge_line("C1", WL_LINE_PART, 2, 1005));
    /* 19.95 of the line, and of handling what 10 per cent of 60.05 is less than 8: 6.01, rounded. */
    ck_assert_int_eq(charged()->charged_back, 1995 + 199);
    ck_assert_int_eq(decision_of("C1").part_lines.at[1], 1005);
    left_is("C1", PAID_ - 2194);
    DONE(charge("C1", both, 2, WL_NONE));
    ck_assert_int_eq(charged()->charged_back, 5000 + 5000 + 500);
    ck_assert_int_eq(decision_of("C1").handling, 101);
    left_is("C1", PAID_ - 2194 - 10500);
    DONE(charge_all("C1"));
    left_is("C1", 0);
    tables_agree();
    commit();
    check_all();
}
END_TEST

START_TEST(an_amount_leaves_the_lines_as_they_are)
{
    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    REFUSED("amount-invalid", charge_amount("C1", 0));
    REFUSED("amount-invalid", charge_amount("C1", -1));
    REFUSED("amount-too-large", charge_amount("C1", PAID_ + 1));
    DONE(charge_amount("C1", 800));
    ck_assert_int_eq(charged()->charged_back, 800);
    ck_assert(decision_of("C1").total == PAID_ && decision_of("C1").part_lines.at[0] == 5000);
    REFUSED("amount-too-large", charge_amount("C1", PAID_ - 799));
    /* A line takes what it was worth on top of that, ... */
    DONE(charge_line("C1", WL_LINE_PART, 1, 0));
    ck_assert_int_eq(charged()->charged_back, 5500);
    left_is("C1", PAID_ - 6300);
    /* ... but never more than is left. */
    DONE(charge_amount("C1", PAID_ - 6300 - 100));
    DONE(charge_line("C1", WL_LINE_LABOUR, 1, 0));
    ck_assert_int_eq(charged()->charged_back, 100);
    left_is("C1", 0);
    commit();
    check_all();
}
END_TEST

START_TEST(a_reason_and_evidence_are_asked_for)
{
    struct wl_chargeback_body body = {.dealer_id = WL_STR("D1"), .claim_no = WL_STR("C1"), .amount = 1};

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    body.evidence = text("audit 1");
    REFUSED("reason-missing", run(&wl_chargeback_command, &body));
    body.reason = text("AUDIT: as found");
    body.evidence = WL_NO_STR;
    REFUSED("evidence-missing", run(&wl_chargeback_command, &body));
    commit();
    load_table("reasons", "event,reason_code,description\nchargeback,AUDIT,Found by audit\n");
    begin();
    body.evidence = text("audit 1");
    DONE(run(&wl_chargeback_command, &body));
    body.reason = text("because");
    REFUSED("reason-unknown", run(&wl_chargeback_command, &body));
    commit();
    check_all();
}
END_TEST

START_TEST(only_what_was_settled_is_charged_back)
{
    begin();
    REFUSED("claim-unknown", charge_all("NONE"));
    CLAIM("OPEN", {"P-BACK", "1"});
    REFUSED("claim-not-settled", charge_all("OPEN"));
    ck_assert_str_eq(claim_in(BAD("BAD")), "rejected");
    REFUSED("claim-not-settled", charge_amount("BAD", 1));
    ck_assert_str_eq(claim_in(LARGE("LARGE")), "referred");
    REFUSED("claim-not-settled", charge_all("LARGE"));
    commit();
    check_all();
}
END_TEST

/* Two shapes in one are no command at all. */
START_TEST(lines_and_an_amount_are_no_chargeback)
{
    struct wl_line_name line = {WL_LINE_PART, 1, 0, WL_NO_STR};
    struct wl_chargeback_body body = {.dealer_id = WL_STR("D1"),
                                      .claim_no = WL_STR("C1"),
                                      .lines = {&line, 1},
                                      .amount = _i == 0 ? 1 : WL_NONE,
                                      .reason = WL_STR("x"),
                                      .evidence = WL_STR("y")};
    struct wl_request request = {
        .command = &wl_chargeback_command, .body = &body, .time = now, .actor = WL_STR("test")};
    struct wl_result result;

    line.reason = text(_i == 1 ? "its own" : NULL);
    body.paper = text(_i == 2 ? "too short" : NULL);
    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    wl_arena_clear(&arena);
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_USAGE);
    wl_txn_abort(&txn);
}
END_TEST

/* ---- inspections after settlement, and chargebacks ---- */

START_TEST(an_inspection_takes_what_is_left_of_its_line)
{
    const struct wl_inspect_outcome *out;

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    DONE(charge_line("C1", WL_LINE_PART, 1, 2000));
    left_is("C1", PAID_ - 3300);
    DONE(receive("C1", 1));
    DONE(receive("C1", 2));
    DONE(inspect("C1", 1, WL_ABUSE));
    out = outcome;
    ck_assert_int_eq(out->charged_back, 2200);
    DONE(charge_amount("C1", PAID_ - 5500 - 1000));
    DONE(inspect("C1", 2, WL_WRONG_PART));
    out = outcome;
    ck_assert_int_eq(out->charged_back, 1000);
    left_is("C1", 0);
    ck_assert_str_eq(state_of("C1"), "charged-back");
    commit();
    check_all();
}
END_TEST

/* ---- goodwill ---- */

static int64_t spent(void)
{
    struct wl_str value;

    return wl_get(txn, WL_TABLE_SPENT, text("A1"), &value) == 1 ? (int64_t)wl_get_u64(value.data) : 0;
}

/* A1 gives half of it, up to CNY 500: of a claim of 288 it pays 144. */
START_TEST(goodwill_taken_back_may_be_given_again)
{
    int64_t entry;

    begin();
    ck_assert_str_eq(claim_on("D1", "G1", "2025-05-20", "goodwill", NULL, BOUGHT(USUAL_PARTS)), "partial");
    settle_now("G1");
    ck_assert_int_eq(spent(), 14400);
    DONE(charge_line("G1", WL_LINE_LABOUR, 1, 0));
    ck_assert_int_eq(charged()->charged_back, 10000);
    ck_assert_int_eq(spent(), 4400);
    DONE(charge_all("G1"));
    entry = entry_now();
    ck_assert_int_eq(spent(), 0);
    for (int i = 0; i < 3; i++) {
        char no[8];

        snprintf(no, sizeof no, "G%d", i + 2);
        ck_assert_str_eq(claim_on("D1", no, "2025-05-20", "goodwill", NULL, BOUGHT(USUAL_PARTS)), "partial");
    }
    ck_assert_int_eq(spent(), 43200);
    DONE(reverse(entry)); /* 44 is left for it */
    ck_assert_int_eq(spent(), 47600);
    REFUSED("reversal-blocked", reverse(entry - 1));
    about_is("authorization A1 was used again");
    commit();
    check_all();
}
END_TEST

/* What an authorization has spent is the goodwill that stands. */
START_TEST(goodwill_that_is_lost_is_found)
{
    char less[8];

    begin();
    ck_assert_str_eq(claim_on("D1", "G1", "2025-05-20", "goodwill", NULL, BOUGHT(USUAL_PARTS)), "partial");
    tables_agree();
    wl_set_u64(less, 14399);
    wl_put(txn, WL_TABLE_SPENT, text("A1"), (struct wl_str){less, sizeof less});
    ck_assert_int_eq(wl_gates_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

/* ---- reversal ---- */

START_TEST(an_open_chargeback_is_withdrawn)
{
    const struct wl_reverse_outcome *out;
    int64_t entry, payable, expense;

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    payable = balance(WL_ACCOUNT_PAYABLE, "D1", "CNY");
    expense = balance(WL_ACCOUNT_EXPENSE_WARRANTY, NULL, "CNY");
    DONE(charge_line("C1", WL_LINE_PART, 1, 0));
    entry = entry_now();
    DONE(reverse(entry));
    out = outcome;
    ck_assert_int_eq(out->restored.given_back, 5500);
    ck_assert_int_eq(out->restored.decision.total, PAID_);
    ck_assert_uint_eq(out->head.postings.count, 1);
    left_is("C1", PAID_);
    ck_assert_str_eq(state_of("C1"), "settled");
    ck_assert_int_eq(decision_of("C1").part_lines.at[0], 5000);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), payable);
    ck_assert_int_eq(balance(WL_ACCOUNT_EXPENSE_WARRANTY, NULL, "CNY"), expense);
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_CHARGEBACKS), 0);
    REFUSED("already-reversed", reverse(entry));
    REFUSED("not-reversible", reverse(entry_now() - 1));
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    commit();
    check_all();
}
END_TEST

static struct wl_settlement_line line_of(uint64_t number)
{
    struct wl_settlement_lines *lines;
    struct wl_settlement_line line;

    OK(wl_settlement_lines_open(txn, number, WL_SETTLED_CHARGEBACK, WL_NONE, &lines));
    ck_assert_int_eq(wl_settlement_lines_next(lines, &line, NULL), 1);
    wl_settlement_lines_close(lines);
    return line;
}

START_TEST(what_was_netted_comes_back_as_a_credit)
{
    int64_t entry, credit;

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    DONE(pay(1));
    DONE(charge_line("C1", WL_LINE_PART, 1, 0));
    entry = entry_now();
    DONE(settle("D1", "CNY"));
    ck_assert(settlement(2).chargebacks == 5500 && settlement(2).tax == -715);
    ck_assert_int_eq(settlement(2).carried_on, -6215);
    DONE(reverse(entry));
    credit = entry_now();
    left_is("C1", PAID_);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), -6215 + 5500);
    tables_agree();
    DONE(settle("D1", "CNY")); /* a credit is something to settle */
    ck_assert(settlement(3).chargebacks == -5500 && settlement(3).chargeback_count == 1);
    ck_assert(settlement(3).tax == 715 && settlement(3).carried == -6215);
    ck_assert(settlement(3).to_pay == 0 && settlement(3).carried_on == 0);
    ck_assert(line_of(3).amount == -5500 && line_of(3).id == credit && line_of(2).id == entry);
    /* What was given back may be taken again. */
    DONE(charge_all("C1"));
    ck_assert_int_eq(charged()->charged_back, PAID_);
    entry = entry_now();
    DONE(settle("D1", "CNY"));
    DONE(reverse(entry));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), 0);
    commit();
    check_all();
}
END_TEST

static int note_target(void *context, struct wl_str dealer_id, struct wl_str currency)
{
    *(bool *)context |= wl_str_is(dealer_id, "D1") && wl_str_is(currency, "CNY");
    return WL_OK;
}

START_TEST(a_credit_alone_is_settled)
{
    bool found = false;
    int64_t entry;

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    DONE(charge_all("C1"));
    entry = entry_now();
    DONE(settle("D1", "CNY"));
    OK(wl_settle_targets(txn, today_, note_target, &found));
    ck_assert(!found);
    DONE(reverse(entry));
    OK(wl_settle_targets(txn, today_, note_target, &found));
    ck_assert(found);
    commit();
    check_all();
}
END_TEST

/* Only the newest decision of a claim is taken back. */
START_TEST(chargebacks_are_reversed_newest_first)
{
    int64_t first, second;

    begin();
    SETTLED_CLAIM("C1", NULL, USUAL_PARTS);
    DONE(charge_line("C1", WL_LINE_PART, 1, 1000));
    first = entry_now();
    DONE(charge_amount("C1", 700));
    second = entry_now();
    DONE(receive("C1", 2));
    DONE(inspect("C1", 2, WL_ABUSE));
    REFUSED("reversal-blocked", reverse(second));
    about_is_entry("claim D1/C1: ", entry_now() - 1);
    REFUSED("reversal-blocked", reverse(first));
    DONE(reverse(second + 2));
    REFUSED("reversal-blocked", reverse(first));
    about_is_entry("claim D1/C1: ", entry_now() - 1);
    DONE(reverse(second));
    left_is("C1", PAID_ - 4400);
    DONE(reverse(first));
    left_is("C1", PAID_);
    ck_assert_int_eq(decision_of("C1").total, PAID_);
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, 0);
    DONE(inspect("C1", 2, WL_ABUSE));
    DONE(reverse(entry_now()));
    left_is("C1", PAID_);
    commit();
    check_all();
}
END_TEST

/* ---- any order ---- */

enum { CLAIMS = 4, STEPS = 400 };

static uint64_t random_state;

static uint64_t below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

static const char *const walked[CLAIMS] = {"C1", "C2", "C3", "G1"};

/* Settled, their first returns received, and found. */
static void walk_begin(int64_t paid[CLAIMS])
{
    for (int i = 0; i < CLAIMS - 1; i++)
        SETTLED_CLAIM(walked[i], NULL, {"P-BACK", "2", "50"}, {"P-TWO", "1", "30"}, {"P-DUO", "1", "40"});
    ck_assert_str_eq(claim_on("D1", "G1", "2025-05-20", "goodwill", NULL, BOUGHT(USUAL_PARTS)), "partial");
    settle_now("G1");
    for (int i = 0; i < CLAIMS; i++) {
        DONE(receive(walked[i], 1));
        paid[i] = claim_now("D1", walked[i]).total;
    }
    find_recoveries();
    DONE(claim_from("S1", "CNY", "2025-12-31"));
}

/* One command that takes something of a claim; true when it did. */
static bool take_some(const char *no)
{
    enum wl_line_kind kind = below(2) ? WL_LINE_PART : WL_LINE_LABOUR;
    const char *said;

    switch (below(5)) {
    case 0:
        said = charge_all(no);
        break;
    case 1:
        said = charge_amount(no, (int64_t)below(9000));
        break;
    case 2:
        said = inspect(no, 1, (enum wl_inspection)below(5));
        break;
    default:
        said = charge_line(no, kind, 1 + (int64_t)below(2), (int64_t)below(9000));
        break;
    }
    return strcmp(said, "done") == 0;
}

/* What is left of each is within what was paid; how much was taken back of all. */
static int64_t nothing_leaves_its_bounds(const int64_t paid[CLAIMS])
{
    int64_t taken = 0;

    for (int i = 0; i < CLAIMS; i++) {
        struct wl_claim claim = claim_now("D1", walked[i]);
        int64_t left = claim.total - claim.charged_back;

        ck_assert_msg(left >= 0 && left <= paid[i] && claim.total == paid[i], "%s has %lld left", walked[i],
                      (long long)left);
        taken += claim.charged_back;
    }
    return taken;
}

/* Chargebacks of any kind, inspections, their reversals and settlements in any order: what is left of a claim is never
 * below 0 or above what was paid, reversing all of it gives all of it back, and the books agree throughout. */
START_TEST(sums_never_leave_what_was_paid)
{
    int64_t undo[STEPS], paid[CLAIMS], taken = 0;
    size_t count = 0;
    int reversed = 0;

    random_state = UINT64_C(88172645463325252) + (uint64_t)_i;
    begin();
    walk_begin(paid);
    for (int step = 0; step < STEPS; step++) {
        uint64_t what = below(8);

        if (what < 5 && take_some(walked[below(CLAIMS)]))
            undo[count++] = entry_now();
        else if (what == 5)
            settle("D1", "CNY");
        else if (what > 5 && count > 0 && ++reversed)
            DONE(reverse(undo[--count]));
        taken += nothing_leaves_its_bounds(paid);
        if (step % 20 == 0)
            tables_agree();
    }
    ck_assert(taken > 0 && reversed > STEPS / 10);
    while (count > 0)
        DONE(reverse(undo[--count]));
    ck_assert_int_eq(nothing_leaves_its_bounds(paid), 0);
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 10400, 10400);
    settle("D1", "CNY");
    tables_agree();
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chargeback");
    TCase *taking = cases("taking", recovery_world_make), *back = cases("back", recovery_world_make);

    tcase_add_test(taking, all_of_it_is_taken_back);
    tcase_add_test(taking, lines_are_cut_or_refused);
    tcase_add_test(taking, an_amount_leaves_the_lines_as_they_are);
    tcase_add_test(taking, a_reason_and_evidence_are_asked_for);
    tcase_add_test(taking, only_what_was_settled_is_charged_back);
    tcase_add_loop_test(taking, lines_and_an_amount_are_no_chargeback, 0, 3);
    tcase_add_test(taking, an_inspection_takes_what_is_left_of_its_line);
    tcase_add_test(taking, goodwill_taken_back_may_be_given_again);
    tcase_add_test(taking, goodwill_that_is_lost_is_found);
    tcase_add_test(back, an_open_chargeback_is_withdrawn);
    tcase_add_test(back, what_was_netted_comes_back_as_a_credit);
    tcase_add_test(back, a_credit_alone_is_settled);
    tcase_add_test(back, chargebacks_are_reversed_newest_first);
    tcase_add_loop_test(back, sums_never_leave_what_was_paid, 0, 4);
    suite_add_tcase(suite, taking);
    suite_add_tcase(suite, back);
    return run_suite(suite);
}
