/* Two settlements that wait for their payment, and what the bank may do with them. */
#ifndef TESTS_PAYMENTS_WORLD_H
#define TESTS_PAYMENTS_WORLD_H

#include "tests/gates_world.h"

#include "wledger/payment.h"

#define ACCOUNTS "party_id,currency,from_date,holder,account,kind,bic\n"
#define OEM_ACCOUNT "*,CNY,2020-01-01,OEM,62001,other,\n"

static struct wl_payment_outcome *made; /* by the last payment run */

static UNUSED const char *pay_run_of(const char *currency, const char *dealer, const char *on,
                                     struct wl_ints settlements)
{
    struct wl_payment_body body = {text(currency), text(dealer), day(on), settlements};
    const char *refusal = run(&wl_payment_command, &body);

    made = outcome;
    return refusal;
}

static UNUSED const char *pay_run(void)
{
    return pay_run_of("CNY", NULL, "2025-06-02", (struct wl_ints){NULL, 0});
}

static UNUSED const char *pay_named(int64_t a, int64_t b)
{
    return pay_run_of("CNY", NULL, "2025-06-02", (struct wl_ints){(int64_t[]){a, b}, b ? 2 : 1});
}

/* What the bank did; its difference, or the refusal. */
static UNUSED const char *bank_in(const char *reference, const char *end_to_end, enum wl_bank_event event,
                                  int64_t amount, const char *currency)
{
    struct wl_bank_answer_body body = {.message = text("M1"),
                                       .reference = text(reference),
                                       .end_to_end = text(end_to_end),
                                       .event = event,
                                       .amount = amount,
                                       .booked_day = day("2025-06-01"),
                                       .currency = text(currency),
                                       .text = text("booked")};
    const char *refusal = run(&wl_bank_answer_command, &body);

    if (strcmp(refusal, "done") != 0)
        return refusal;
    return wl_bank_difference_names()[((struct wl_bank_answer_outcome *)outcome)->difference];
}

static UNUSED const char *bank(const char *reference, const char *end_to_end, enum wl_bank_event event, int64_t amount)
{
    return bank_in(reference, end_to_end, event, amount, "CNY");
}

static UNUSED const char *confirm_of(int64_t number, int64_t amount)
{
    struct wl_settlement_body body = {number, amount};

    return run(&wl_confirm_command, &body);
}

#define IS(call, name) ck_assert_str_eq(call, name)

static UNUSED void agrees(void)
{
    ck_assert_msg(wl_gates_check(txn) == WL_OK, "%s", wl_error());
    ck_assert_msg(wl_payments_check(txn) == WL_OK, "%s", wl_error());
}

static UNUSED int64_t left(uint64_t number)
{
    struct wl_settlement row = settlement(number);

    return wl_settlement_left(&row);
}

static UNUSED void state_is(uint64_t number, const char *name)
{
    ck_assert_str_eq(wl_settlement_state_names()[settlement(number).state], name);
}

/* A settlement of CNY 200 for D10, which pays no tax. */
static UNUSED void settle_plain(const char *no)
{
    ck_assert_str_eq(claim_in(PLAIN("D10", no)), "approved");
    DONE(sign("D10", no));
    DONE(settle("D10", "CNY"));
}

static UNUSED void accounts(void)
{
    load_table("bank_accounts", ACCOUNTS OEM_ACCOUNT "D1,CNY,2020-01-01,One Ltd,1111,other,\n"
                                                     "D10,CNY,2020-01-01,Ten Ltd,1010,other,BANKCNBJ\n"
                                                     "D10,CNY,2025-07-01,Ten Ltd,2020,other,BANKCNBJXXX\n");
}

/* Settlements 1 (D10: 20000) and 2 (D1: 22600). */
static UNUSED void two_settlements(void)
{
    world_make();
    accounts();
    begin();
    settle_plain("A1");
    ck_assert_str_eq(claim_in(PLAIN("D1", "B1")), "approved");
    DONE(sign("D1", "B1"));
    DONE(settle("D1", "CNY"));
    commit();
}

#endif
