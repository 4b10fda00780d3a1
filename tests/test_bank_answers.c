/* What the bank did with our transfers, what dealers say that they received; and that nothing is paid twice, in
 * whichever order the bank tells. */
#include "tests/payments_world.h"

/* ---- the bank's answers ---- */

START_TEST(all_of_it)
{
    struct wl_bank_answer row;
    struct wl_payment payment;
    uint64_t number, before;

    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 20000), "agrees");
    state_is(1, "paid");
    state_is(2, "issued");
    ck_assert_int_eq(settlement(1).paid_day, day("2025-06-01"));
    ck_assert_int_eq(settlement(1).paid_amount, 20000);
    ck_assert_int_eq(settlement(1).payment, WL_NONE);
    ck_assert_int_eq(settlement(2).payment, 1);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK, "", "CNY"), 20000);
    ck_assert_int_eq(wl_payment_get(txn, &arena, 1, &payment), 1);
    ck_assert_int_eq(payment.answered, 1);
    before = state_now();
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 20000), "answer-known");
    IS(bank("R1", "WL-P1-S2", WL_BANK_DEBIT, 22600), "answer-known");
    IS(bank("R2", "WL-P1-S2", WL_BANK_DEBIT, 0), "amount-invalid");
    IS(bank("R2", "WL-P1-S2", WL_BANK_DEBIT, -1), "amount-invalid");
    IS(bank_in("R2", "WL-P1-S2", WL_BANK_DEBIT, 1, ""), "currency-unknown");
    ck_assert_uint_eq(state_now(), before);
    ck_assert_int_eq(wl_bank_answer_find(txn, text("R1"), &number), 1);
    ck_assert_int_eq(wl_bank_answer_get(txn, &arena, number, &row), 1);
    ck_assert_int_eq(row.amount, 20000);
    ck_assert(wl_str_is(row.reference, "R1") && wl_str_is(row.end_to_end, "WL-P1-S1"));
    ck_assert_int_eq(wl_bank_answer_find(txn, text("R2"), &number), 0);
    agrees();
    commit();
    check_all();
}
END_TEST

START_TEST(the_dealer_confirms)
{
    begin();
    DONE(pay_run());
    IS(confirm(1), "settlement-not-paid");
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 20000), "agrees");
    IS(confirm_of(1, -1), "amount-invalid");
    DONE(confirm_of(1, 19950));
    state_is(1, "paid");
    ck_assert_int_eq(settlement(1).confirmed_amount, 19950);
    ck_assert_int_eq(settlement(1).dealer_difference, -50);
    ck_assert_int_eq(settlement(1).confirmed_day, WL_NONE);
    DONE(confirm_of(1, 20000));
    state_is(1, "confirmed");
    ck_assert_int_eq(settlement(1).dealer_difference, WL_NONE);
    IS(confirm_of(1, 20000), "already-confirmed");
    IS(bank("R2", "WL-P1-S2", WL_BANK_DEBIT, 22600), "agrees");
    DONE(confirm_of(2, WL_NONE));
    ck_assert_int_eq(settlement(2).confirmed_amount, 22600);
    state_is(2, "confirmed");
    commit();
    check_all();
}
END_TEST

START_TEST(less_than_all)
{
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 15000), "less");
    state_is(1, "issued");
    ck_assert_int_eq(left(1), 5000);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 5000);
    agrees();
    DONE(pay_run());
    ck_assert_int_eq(made->total, 5000);
    IS(bank("R2", "WL-P2-S1", WL_BANK_DEBIT, 5000), "agrees");
    state_is(1, "paid");
    ck_assert_int_eq(settlement(1).paid_amount, 20000);
    IS(bank("R3", "WL-P1-S2", WL_BANK_DEBIT, 22000), "less");
    DONE(pay(2));
    ck_assert_int_eq(settlement(2).paid_amount, 22600);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK, "", "CNY"), 42600);
    agrees();
    commit();
    check_all();
}
END_TEST

/* More than was instructed, but no more than is left meanwhile. */
START_TEST(more_than_instructed)
{
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 15000), "less");
    DONE(pay_run());
    IS(bank("R2", "WL-P1-S1", WL_BANK_RETURN, 15000), "returned");
    ck_assert_int_eq(settlement(1).payment, 2);
    IS(bank("R3", "WL-P2-S1", WL_BANK_DEBIT, 6000), "more");
    ck_assert_int_eq(left(1), 14000);
    ck_assert_int_eq(settlement(1).overpaid, 0);
    agrees();
    commit();
    check_all();
}
END_TEST

/* What the bank paid in two parts. */
START_TEST(the_rest_under_the_same_reference)
{
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 15000), "less");
    IS(bank("R2", "WL-P1-S1", WL_BANK_DEBIT, 5000), "agrees");
    state_is(1, "paid");
    IS(bank("R3", "WL-P1-S1", WL_BANK_DEBIT, 5000), "more");
    ck_assert_int_eq(settlement(1).overpaid, 5000);
    commit();
    check_all();
}
END_TEST

/* "The dealer may go into debt; the next settlement nets it." */
START_TEST(more_than_all_is_carried)
{
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 25000), "more");
    state_is(1, "paid");
    ck_assert_int_eq(settlement(1).overpaid, 5000);
    ck_assert_int_eq(settlement(1).owed_since, 5000);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), -5000);
    agrees();
    settle_plain("A2");
    ck_assert_int_eq(settlement(3).carried, -5000);
    ck_assert_int_eq(settlement(3).to_pay, 15000);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 15000);
    agrees();
    DONE(pay(3));
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 0);
    settle_plain("A3");
    ck_assert_int_eq(settlement(4).carried, 0);
    agrees();
    commit();
    check_all();
}
END_TEST

/* More than the next settlement is worth; and paid twice over by an older one meanwhile. */
START_TEST(a_debt_of_overpayments_goes_on)
{
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 50000), "more");
    settle_plain("A2");
    ck_assert_int_eq(settlement(3).to_pay, 0);
    ck_assert_int_eq(settlement(3).carried_on, -10000);
    IS(bank("R2", "WL-P1-S1", WL_BANK_DEBIT, 700), "more");
    ck_assert_int_eq(settlement(3).owed_since, 700);
    ck_assert_int_eq(settlement(1).overpaid, 30700);
    agrees();
    settle_plain("A3");
    ck_assert_int_eq(settlement(4).carried, -10700);
    ck_assert_int_eq(settlement(4).to_pay, 9300);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 9300);
    agrees();
    commit();
    check_all();
}
END_TEST

START_TEST(what_comes_back_is_paid_again)
{
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 20000), "agrees");
    DONE(confirm(1));
    IS(bank("R2", "WL-P1-S1", WL_BANK_RETURN, 20000), "returned");
    state_is(1, "issued");
    ck_assert_int_eq(settlement(1).paid_day, WL_NONE);
    ck_assert_int_eq(settlement(1).confirmed_amount, WL_NONE);
    ck_assert_int_eq(left(1), 20000);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 20000);
    agrees();
    DONE(pay_run());
    ck_assert_int_eq(made->total, 20000);
    IS(bank("R3", "WL-P2-S1", WL_BANK_DEBIT, 20000), "agrees");
    state_is(1, "paid");
    /* A part of it, under the name of money that came in. */
    IS(bank("R4", "WL-P2-S1", WL_BANK_CREDIT, 1), "returned");
    state_is(1, "issued");
    ck_assert_int_eq(left(1), 1);
    commit();
    check_all();
}
END_TEST

/* The bank's messages may come in another order than what they tell. */
START_TEST(a_return_before_its_debit)
{
    begin();
    DONE(pay_run());
    IS(bank("R2", "WL-P1-S1", WL_BANK_RETURN, 20000), "returned");
    state_is(1, "issued");
    ck_assert_int_eq(settlement(1).payment, WL_NONE);
    ck_assert_int_eq(left(1), 20000);
    agrees();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 20000), "returned");
    state_is(1, "issued");
    ck_assert_int_eq(left(1), 20000);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK, "", "CNY"), 0);
    IS(bank("R3", "WL-P2-S1", WL_BANK_DEBIT, 20000), "agrees");
    state_is(1, "paid");
    agrees();
    commit();
    check_all();
}
END_TEST

/* The overpayment comes back before, or after, a settlement carried it. */
START_TEST(too_much_comes_back)
{
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 25000), "more");
    DONE(confirm_of(1, 25000));
    IS(bank("R2", "WL-P1-S1", WL_BANK_RETURN, 3000), "returned");
    state_is(1, "confirmed");
    ck_assert_int_eq(settlement(1).overpaid, 2000);
    ck_assert_int_eq(settlement(1).owed_since, 2000);
    agrees();
    settle_plain("A2");
    ck_assert_int_eq(settlement(3).to_pay, 18000);
    IS(bank("R3", "WL-P1-S1", WL_BANK_RETURN, 2000), "returned");
    state_is(1, "issued"); /* settlement 3 took it off already */
    ck_assert_int_eq(left(1), 2000);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), 20000);
    agrees();
    DONE(pay_run());
    ck_assert_uint_eq(made->transfers.count, 2);
    ck_assert_int_eq(made->total, 20000);
    commit();
    check_all();
}
END_TEST

START_TEST(nobody_s_and_other_money)
{
    uint64_t books;
    struct wl_bank_answer row;

    begin();
    DONE(pay_run());
    books = (uint64_t)balance(WL_ACCOUNT_PAYABLE, "D10", "CNY");
    for (const char *const *ours =
             (const char *const[]){"", "NOTPROVIDED", "WL-P1-S3", "WL-P2-S1", "WL-P01-S1", "WL-P1-S1 ", "WL-P1",
                                   "WL-P1-S", "wl-p1-s1", "WL-P1-S99999999999999999999", "WL-P0-S1", NULL};
         *ours; ours++) {
        char reference[40];

        snprintf(reference, sizeof reference, "N-%.30s", *ours);
        IS(bank(reference, *ours, WL_BANK_DEBIT, 20000), "unknown-reference");
    }
    ck_assert_int_eq(wl_bank_answer_get(txn, &arena, 1, &row), 1);
    ck_assert_int_eq(row.settlement, WL_NONE);
    IS(bank_in("R2", "WL-P1-S1", WL_BANK_DEBIT, 20000, "EUR"), "other-currency");
    ck_assert_int_eq(settlement(1).payment, 1);
    ck_assert_int_eq(settlement(1).bank_answer, (int64_t)wl_bank_answer_count(txn));
    ck_assert_uint_eq((uint64_t)balance(WL_ACCOUNT_PAYABLE, "D10", "CNY"), books);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK, "", "EUR"), 0);
    agrees();
    IS(bank("R3", "WL-P1-S1", WL_BANK_REJECTED, 20000), "rejected");
    ck_assert_int_eq(settlement(1).payment, WL_NONE);
    state_is(1, "issued");
    DONE(pay(1));
    /* What the bank refused, and paid all the same. */
    IS(bank("R4", "WL-P1-S1", WL_BANK_DEBIT, 20000), "more");
    ck_assert_int_eq(settlement(1).overpaid, 20000);
    IS(bank("R5", "WL-P1-S1", WL_BANK_REJECTED, 20000), "rejected");
    state_is(1, "paid");
    agrees();
    commit();
    check_all();
}
END_TEST

START_TEST(amounts_beyond_the_books)
{
    uint64_t before;

    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, INT64_C(1000000000000000000)), "more");
    before = state_now();
    IS(bank("R2", "WL-P1-S1", WL_BANK_DEBIT, 20001), "amount-too-large");
    IS(bank("R2", "WL-P1-S1", WL_BANK_DEBIT, INT64_MAX), "amount-too-large");
    IS(bank("R2", "WL-P1-S2", WL_BANK_DEBIT, INT64_MAX), "amount-too-large");
    ck_assert_uint_eq(state_now(), before);
    IS(bank("R2", "WL-P1-S2", WL_BANK_RETURN, INT64_MAX), "returned");
    IS(bank("R3", "WL-P1-S2", WL_BANK_RETURN, 1), "amount-too-large");
    agrees();
    settle_plain("A2"); /* carries it: the settlement's own bound is left */
    ck_assert_int_eq(settlement(3).owed_since, 0);
    IS(bank("R3", "WL-P1-S1", WL_BANK_DEBIT, 20001), "amount-too-large");
    agrees();
    commit();
    check_all();
}
END_TEST

/* Of several settlements together. */
START_TEST(debts_beyond_the_books)
{
    static const int64_t much = INT64_C(600000000000000000);

    begin();
    settle_plain("A2");
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, much), "more");
    IS(bank("R2", "WL-P1-S3", WL_BANK_DEBIT, much), "amount-too-large");
    IS(bank("R2", "WL-P1-S3", WL_BANK_DEBIT, 20000), "agrees");
    agrees();
    commit();
    check_all();
}
END_TEST

/* ---- anything, in any order ---- */

static uint64_t seed;

static int64_t drawn(int64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)below);
}

/* What dealers got less what came back is what the bank's account says, and what was too much they owe. */
START_TEST(in_any_order)
{
    static const int64_t amounts[] = {20000, 20000, 20000, 15000, 5000, 25000, 1};
    char no[16], reference[16], ours[40];
    int64_t claims = 2;

    seed = (uint64_t)_i * 7919 + 17;
    begin();
    for (int i = 0; i < 150; i++) {
        int64_t what = drawn(12), number = 1 + drawn((int64_t)wl_settlement_count(txn));

        snprintf(reference, sizeof reference, "R%d", i);
        snprintf(ours, sizeof ours, "WL-P%lld-S%lld", (long long)(1 + drawn((int64_t)wl_payment_count(txn) + 1)),
                 (long long)number);
        if (what == 0) {
            snprintf(no, sizeof no, "X%d", i);
            settle_plain(no);
            claims++;
        } else if (what < 3) {
            pay_run();
        } else if (what == 3) {
            pay(number);
        } else if (what == 4) {
            confirm_of(number, drawn(2) ? WL_NONE : 20000);
        } else {
            bank(reference, ours,
                 what < 9    ? WL_BANK_DEBIT
                 : what < 11 ? WL_BANK_RETURN
                             : WL_BANK_REJECTED,
                 amounts[drawn((int64_t)WL_COUNT(amounts))]);
        }
        agrees();
    }
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY") + balance(WL_ACCOUNT_PAYABLE, "D10", "CNY") +
                         balance(WL_ACCOUNT_BANK, "", "CNY"),
                     claims * 20000 + 2600);
    commit();
    check_all();
}
END_TEST

/* ---- damage ---- */

static void put_row(unsigned table, const void *key, size_t size, const struct wl_record *record, const void *row)
{
    struct wl_buf bytes;

    wl_buf_init(&bytes, 1 << 16);
    wl_record_encode(record, row, &bytes);
    OK(wl_buf_status(&bytes));
    wl_put(txn, table, (struct wl_str){key, size}, wl_buf_view(&bytes));
    wl_buf_release(&bytes);
}

static void is_damaged(int (*check)(struct wl_txn *), const char *why)
{
    ck_assert_int_eq(check(txn), WL_E_DAMAGED);
    ck_assert_msg(strstr(wl_error(), why) != NULL, "%s", wl_error());
    wl_txn_abort(&txn);
    begin();
    agrees();
}

static void change_line(int64_t amount, int64_t debited, int64_t answer_)
{
    struct wl_payment_line line;
    uint8_t key[16];

    ck_assert_int_eq(wl_payment_line_get(txn, 1, 1, &line), 1);
    wl_set_u64(key, 1);
    wl_set_u64(key + 8, 1);
    line.amount += amount;
    line.debited += debited;
    line.answer = answer_;
    put_row(WL_TABLE_PAYMENT_LINES, key, sizeof key, &wl_payment_line_record, &line);
}

static void change_settlement(uint64_t number, int64_t paid, int64_t overpaid, int64_t owed, int64_t payment)
{
    struct wl_settlement row = settlement(number);
    uint8_t key[8];

    wl_set_u64(key, number);
    row.paid_amount += paid;
    row.overpaid += overpaid;
    row.owed_since += owed;
    row.payment = payment;
    put_row(WL_TABLE_SETTLEMENTS, key, sizeof key, &wl_settlement_record, &row);
}

START_TEST(damage_is_found)
{
    uint8_t one[8], sha[WL_HASH_SIZE];
    struct wl_bank_answer row;

    wl_set_u64(one, 1);
    begin();
    DONE(pay_run());
    IS(bank("R1", "WL-P1-S1", WL_BANK_DEBIT, 25000), "more");
    agrees();
    commit();
    begin();
    change_line(1, 0, 1);
    is_damaged(wl_payments_check, "a payment's totals are not those of its lines");
    change_line(0, 0, WL_NONE);
    is_damaged(wl_payments_check, "amounts that cannot be");
    change_line(0, 1, 1);
    is_damaged(wl_payments_check, "not what the bank's answers say");
    change_settlement(2, 0, 0, 0, WL_NONE);
    is_damaged(wl_payments_check, "not those that wait for the bank");
    change_settlement(2, 1, 0, 0, 1);
    is_damaged(wl_payments_check, "the bank's balance in CNY");
    change_settlement(1, 0, 1, 0, WL_NONE);
    is_damaged(wl_gates_check, "what a settlement was paid is not");
    change_settlement(1, 1, 1, 0, WL_NONE);
    is_damaged(wl_gates_check, "was overpaid is lost");
    change_settlement(2, 0, 0, 1, 1);
    is_damaged(wl_gates_check, "the payable balance of D1");
    change_settlement(2, 22600, 0, 0, 1);
    is_damaged(wl_gates_check, "what a settlement was paid is not");
    wl_delete(txn, WL_TABLE_PAYMENTS, (struct wl_str){(char *)one, sizeof one});
    is_damaged(wl_payments_check, "lead to none");
    wl_delete(txn, WL_TABLE_BANK_ANSWERS, (struct wl_str){(char *)one, sizeof one});
    is_damaged(wl_payments_check, "references");
    wl_sha256(text("R1"), sha);
    wl_delete(txn, WL_TABLE_BANK_REFERENCES, (struct wl_str){(char *)sha, sizeof sha});
    is_damaged(wl_payments_check, "references");
    ck_assert_int_eq(wl_bank_answer_get(txn, &arena, 1, &row), 1);
    row.difference = WL_BANK_UNKNOWN;
    put_row(WL_TABLE_BANK_ANSWERS, one, sizeof one, &wl_bank_answer_record, &row);
    is_damaged(wl_payments_check, "cannot be");
    commit();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bank_answers");
    TCase *tc = cases("two settlements", two_settlements);

    tcase_add_test(tc, all_of_it);
    tcase_add_test(tc, the_dealer_confirms);
    tcase_add_test(tc, less_than_all);
    tcase_add_test(tc, more_than_instructed);
    tcase_add_test(tc, the_rest_under_the_same_reference);
    tcase_add_test(tc, more_than_all_is_carried);
    tcase_add_test(tc, a_debt_of_overpayments_goes_on);
    tcase_add_test(tc, what_comes_back_is_paid_again);
    tcase_add_test(tc, a_return_before_its_debit);
    tcase_add_test(tc, too_much_comes_back);
    tcase_add_test(tc, nobody_s_and_other_money);
    tcase_add_test(tc, amounts_beyond_the_books);
    tcase_add_test(tc, debts_beyond_the_books);
    tcase_add_loop_test(tc, in_any_order, 0, 6);
    tcase_add_test(tc, damage_is_found);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
