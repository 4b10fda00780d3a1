/* Payment runs: what the bank is told to pay, and that nothing is told twice. */
#include "tests/payments_world.h"

#include "wledger/stock.h"
#include "wledger/transitions.h"

/* ---- payment runs ---- */

START_TEST(a_run_tells_what_is_left_to_pay)
{
    const struct wl_payment_transfer *t;
    struct wl_payment_line line;
    struct wl_payment row;

    begin();
    uint64_t books = (uint64_t)balance(WL_ACCOUNT_PAYABLE, "D1", "CNY");
    DONE(pay_run());
    ck_assert_uint_eq((uint64_t)balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), books);
    ck_assert_int_eq(made->payment, 1);
    ck_assert_int_eq(made->total, 42600);
    ck_assert_int_eq(made->left_out, WL_NONE);
    ck_assert_int_eq(made->more, WL_NONE);
    ck_assert(wl_str_is(made->account, "62001"));
    ck_assert_uint_eq(made->transfers.count, 2);
    t = made->transfers.at;
    ck_assert_int_eq(t[0].settlement, 1);
    ck_assert_int_eq(t[0].amount, 20000);
    ck_assert(wl_str_is(t[0].account, "1010") && wl_str_is(t[0].bic, "BANKCNBJ") && wl_str_is(t[0].holder, "Ten Ltd"));
    ck_assert_int_eq(t[1].amount, 22600);
    ck_assert(wl_str_is(t[1].dealer_id, "D1"));
    ck_assert_int_eq(wl_payment_get(txn, &arena, 1, &row), 1);
    ck_assert_int_eq(row.count, 2);
    ck_assert_int_eq(row.answered, 0);
    ck_assert_int_eq(wl_payment_line_get(txn, 1, 2, &line), 1);
    ck_assert_int_eq(line.amount, 22600);
    ck_assert_int_eq(line.answer, WL_NONE);
    ck_assert_int_eq(settlement(1).payment, 1);
    state_is(1, "issued");
    IS(pay(1), "in-payment");
    IS(pay_run(), "nothing-to-pay");
    IS(pay_named(2, 0), "in-payment");
    agrees();
    commit();
    check_all();
}
END_TEST

START_TEST(a_run_of_some)
{
    begin();
    DONE(pay_run_of("CNY", "D1", "2025-06-02", (struct wl_ints){NULL, 0}));
    ck_assert_uint_eq(made->transfers.count, 1);
    ck_assert_int_eq(((struct wl_payment_transfer *)made->transfers.at)->settlement, 2);
    IS(pay_named(1, 2), "in-payment");
    IS(pay_run_of("CNY", "D1", "2025-06-02", (struct wl_ints){(int64_t[]){1}, 1}), "nothing-to-pay");
    DONE(pay_named(1, 0));
    ck_assert_int_eq(made->payment, 2);
    commit();
    check_all();
}
END_TEST

/* The account in force on the day on which the bank pays. */
START_TEST(a_run_on_a_later_day)
{
    begin();
    DONE(pay_run_of("CNY", NULL, "2025-07-01", (struct wl_ints){(int64_t[]){2, 1}, 2}));
    const struct wl_payment_transfer *t = made->transfers.at;
    ck_assert_int_eq(t[0].settlement, 1);
    ck_assert(wl_str_is(t[0].account, "2020"));
    commit();
    check_all();
}
END_TEST

static void refused(const char *refusal, const char *expected, const char *about)
{
    struct wl_outcome_head *head = outcome;

    ck_assert_str_eq(refusal, expected);
    ck_assert_msg(wl_str_is(head->about, about), "about " WL_STR_FMT, WL_STR_ARG(head->about));
}

START_TEST(a_run_is_refused)
{
    uint64_t before;

    begin();
    DONE(pay_named(1, 0));
    before = state_now();
    refused(pay_named(2, 9), "settlement-unknown", "9");
    refused(pay_named(-1, 0), "settlement-unknown", "-1");
    refused(pay_named(2, 2), "named-twice", "2");
    refused(pay_named(2, 1), "in-payment", "1");
    refused(pay_run_of("cny", NULL, "2025-06-02", (struct wl_ints){NULL, 0}), "currency-unknown", "cny");
    refused(pay_run_of("CNYX" + 1, NULL, "2025-06-02", (struct wl_ints){NULL, 0}), "account-missing", "*");
    refused(pay_run_of("CNY", NULL, "2025-06-01", (struct wl_ints){NULL, 0}), "day-past", "");
    refused(pay_run_of("CNY", "D9", "2025-06-02", (struct wl_ints){NULL, 0}), "dealer-unknown", "D9");
    refused(pay_run_of("CNY", "D2", "2025-06-02", (struct wl_ints){NULL, 0}), "nothing-to-pay", "");
    ck_assert_uint_eq(state_now(), before);
    commit();
    check_all();
}
END_TEST

START_TEST(whose_account_is_missing_is_left_out)
{
    begin();
    settle_plain("A1");
    ck_assert_str_eq(claim_in(PLAIN("D1", "B1")), "approved");
    DONE(sign("D1", "B1"));
    DONE(settle("D1", "CNY"));
    refused(pay_run(), "account-missing", "*");
    commit();
    load_table("bank_accounts", ACCOUNTS OEM_ACCOUNT);
    begin();
    refused(pay_run(), "account-missing", "D10");
    commit();
    load_table("bank_accounts", ACCOUNTS "D1,CNY,2020-01-01,One Ltd,1111,other,\nD10,CNY,2025-06-03,Ten,1,other,\n");
    begin();
    refused(pay_named(1, 0), "account-missing", "D10");
    refused(pay_named(1, 2), "account-missing", "D10");
    DONE(pay_run());
    ck_assert_uint_eq(made->transfers.count, 1);
    ck_assert_int_eq(made->left_out, 1);
    DONE(pay_run_of("CNY", NULL, "2025-06-03", (struct wl_ints){NULL, 0}));
    commit();
    check_all();
}
END_TEST

/* A run is bounded by its count and by what an entry holds. */
START_TEST(more_than_one_run)
{
    static const int settlements = WL_PAYMENT_LINES_MAX + 3;
    char no[16], accounts_of[700];

    accounts();
    begin();
    for (int i = 0; i < settlements; i++) {
        snprintf(no, sizeof no, "M%d", i);
        settle_plain(no);
    }
    DONE(pay_run());
    ck_assert_uint_eq(made->transfers.count, WL_PAYMENT_LINES_MAX);
    ck_assert_int_eq(made->more, 1);
    ck_assert_int_eq(made->total, INT64_C(20000) * WL_PAYMENT_LINES_MAX);
    DONE(pay_run());
    ck_assert_uint_eq(made->transfers.count, 3);
    ck_assert_int_eq(made->more, WL_NONE);
    for (int i = 1; i <= settlements; i++) {
        char reference[16], ours[40];

        snprintf(reference, sizeof reference, "R%d", i);
        snprintf(ours, sizeof ours, "WL-P%d-S%d", i <= WL_PAYMENT_LINES_MAX ? 1 : 2, i);
        IS(bank(reference, ours, WL_BANK_REJECTED, 20000), "rejected");
    }
    commit();
    snprintf(accounts_of, sizeof accounts_of,
             ACCOUNTS "D10,CNY,2025-06-01,%0200d,%034d,other,BANKCNBJXXX\n*,CNY,2025-06-01,%0200d,62001,other,\n", 1, 2,
             3);
    load_table("bank_accounts", accounts_of);
    begin();
    DONE(pay_run());
    ck_assert_uint_gt(made->transfers.count, 150);
    ck_assert_uint_lt(made->transfers.count, WL_PAYMENT_LINES_MAX);
    ck_assert_int_eq(made->more, 1);
    commit();
    check_all();
}
END_TEST

/* ---- references ---- */

START_TEST(references)
{
    uint64_t payment, of;

    ck_assert(wl_str_is(wl_payment_reference(&arena, 12, 345), "WL-P12-S345"));
    ck_assert(wl_payment_reference_read(text("WL-P12-S345"), &payment, &of));
    ck_assert_uint_eq(payment, 12);
    ck_assert_uint_eq(of, 345);
    ck_assert(wl_str_is(wl_payment_reference(&arena, UINT64_MAX, UINT64_MAX),
                        "WL-P18446744073709551615-S18446744073709551615"));
    ck_assert(wl_payment_name_read(text("WL-P7"), &payment));
    ck_assert_uint_eq(payment, 7);
    ck_assert(!wl_payment_name_read(text("WL-P7-S1"), &payment));
    ck_assert(!wl_payment_name_read(text("WL-P"), &payment));
}
END_TEST

/* ---- what was recorded wrongly ---- */

static const char *reverse_entry(int64_t entry)
{
    struct wl_reverse_body body = {entry, WL_STR("typed for another")};

    return run(&wl_reverse_command, &body);
}

static int64_t newest_entry(void)
{
    return (int64_t)wl_journal_size(txn) - 1;
}

START_TEST(a_payment_by_hand_is_reversed)
{
    int64_t paid;

    begin();
    DONE(pay(1));
    paid = newest_entry();
    IS(confirm_of(1, 19000), "done");
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK, "", "CNY"), 20000);
    DONE(reverse_entry(paid));
    state_is(1, "issued");
    ck_assert_int_eq(left(1), 20000);
    ck_assert_int_eq(settlement(1).paid_day, WL_NONE);
    ck_assert_int_eq(settlement(1).confirmed_amount, WL_NONE);
    ck_assert_int_eq(settlement(1).dealer_difference, WL_NONE);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 20000);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK, "", "CNY"), 0);
    agrees();
    IS(reverse_entry(paid), "already-reversed");
    DONE(pay_run());
    IS(reverse_entry(newest_entry()), "not-reversible");
    commit();
    check_all();
}
END_TEST

START_TEST(a_payment_by_hand_on_which_something_stands)
{
    int64_t paid, other;

    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_REJECTED, 20000), "rejected");
    DONE(pay(1));
    paid = newest_entry();
    IS(bank("R2", "WL-P1-S1", WL_BANK_DEBIT, 5000), "more");
    IS(reverse_entry(paid), "reversal-blocked");
    IS(bank("R3", "WL-P1-S1", WL_BANK_RETURN, 5000), "returned");
    DONE(reverse_entry(paid));
    state_is(1, "issued");
    IS(bank("R4", "WL-P1-S2", WL_BANK_DEBIT, 20000), "less");
    DONE(pay(2));
    other = newest_entry();
    IS(bank("R5", "WL-P1-S2", WL_BANK_RETURN, 1000), "returned");
    DONE(reverse_entry(other)); /* what the bank did stays */
    ck_assert_int_eq(settlement(2).paid_amount, 19000);
    ck_assert_int_eq(left(2), 3600);
    DONE(pay(2));
    DONE(confirm(2));
    IS(reverse_entry(newest_entry() - 1), "reversal-blocked");
    agrees();
    commit();
    check_all();
}
END_TEST

/* ---- every state ---- */

/* A settlement in each state but drafted, which never stands between commands. */
START_TEST(the_transitions_of_settlements)
{
    static const struct {
        enum wl_settlement_step step;
        const char *(*give)(int64_t);
    } steps[] = {{WL_SETTLEMENT_STEP_PAY, pay}, {WL_SETTLEMENT_STEP_CONFIRM, confirm}};
    uint64_t before;

    begin();
    settle_plain("A2");
    DONE(pay(2));
    DONE(pay(3));
    DONE(confirm(3));
    before = state_now();
    for (uint64_t n = 1; n <= 3; n++) {
        const int64_t state = settlement(n).state;

        ck_assert_int_eq(state, (int64_t)n); /* issued, paid, confirmed */
        for (size_t i = 0; i < WL_COUNT(steps); i++) {
            int64_t refusal = wl_settlement_transition(steps[i].step)->refusal[state];

            if (refusal == WL_DONE)
                continue;
            IS(steps[i].give((int64_t)n), wl_refusal_name(refusal));
        }
        if (wl_settlement_transition(WL_SETTLEMENT_STEP_INSTRUCT)->refusal[state] != WL_DONE)
            IS(pay_named((int64_t)n, 0),
               wl_refusal_name(wl_settlement_transition(WL_SETTLEMENT_STEP_INSTRUCT)->refusal[state]));
    }
    ck_assert_uint_eq(state_now(), before);
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("payments");
    TCase *tc = cases("two settlements", two_settlements);

    tcase_add_test(tc, a_run_tells_what_is_left_to_pay);
    tcase_add_test(tc, a_run_of_some);
    tcase_add_test(tc, a_run_on_a_later_day);
    tcase_add_test(tc, a_run_is_refused);
    tcase_add_test(tc, references);
    tcase_add_test(tc, a_payment_by_hand_is_reversed);
    tcase_add_test(tc, a_payment_by_hand_on_which_something_stands);
    tcase_add_test(tc, the_transitions_of_settlements);
    suite_add_tcase(suite, tc);
    tc = cases("none", world_make);
    tcase_add_test(tc, whose_account_is_missing_is_left_out);
    suite_add_tcase(suite, tc);
    tc = cases("many", world_make);
    tcase_add_test(tc, more_than_one_run);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
