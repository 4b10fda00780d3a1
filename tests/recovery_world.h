/* The commands that take money back, and those of supplier recovery and vehicle sale money, by name, over
 * tests/returns_world.h, and what they leave. P-DUO is supplier S2's and need not come back; P-THREE and P-OWN are
 * S1's, on terms of their own. */
#ifndef TESTS_RECOVERY_WORLD_H
#define TESTS_RECOVERY_WORLD_H

#include "tests/returns_world.h"

#include "wledger/desk.h"
#include "wledger/payment.h"
#include "wledger/recovery.h"

static const char *const recovery_world[][2] = {
    {"parts",
     "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
     "P-DUO,Duct,engine,ea,S2,never,0,24,60000,no\nP-THREE,Third,engine,ea,S1,never,0,24,60000,no\n"
     "P-OWN,Own,engine,ea,S1,never,0,24,60000,no\n"},
    {"part_prices", "part_id,currency,from_date,price\nP-DUO,CNY,2020-01-01,40\nP-THREE,CNY,2020-01-01,10\n"
                    "P-OWN,CNY,2020-01-01,70\nP-LOST,CNY,2020-01-01,5\n"},
    {"supplier_agreements", "supplier_id,part_id,from_date,to_date,percent,labour,days\n"
                            "S1,P-THREE,2020-01-01,2099-12-31,33.333333,no,\nS1,P-OWN,2020-01-01,2099-12-31,75,yes,20\n"
                            "S1,P-OWN,2025-05-25,2025-05-26,0,no,\n"},
};

static UNUSED void recovery_world_make(void)
{
    returns_world_make();
    for (size_t i = 0; i < WL_COUNT(recovery_world); i++)
        load_table(recovery_world[i][0], recovery_world[i][1]);
}

/* ---- claims ---- */

struct claimed_part {
    const char *part, *quantity, *price;
};

/* A claim on VIN, two hours at CNY 100, repaired on 2025-05-20 unless another day is named. Parts end with a NULL. */
static UNUSED const char *claim_on(const char *dealer, const char *no, const char *repaired, const char *type,
                                   const char *causal, const struct claimed_part *specs)
{
    struct wl_labour_line labour = {WL_STR("OP1"), WL_STR("2")};
    struct wl_part_line parts[WL_LINES_MAX];
    struct wl_claim_record record = {.dealer_id = text(dealer),
                                     .claim_no = text(no),
                                     .submission = WL_STR("1"),
                                     .type = text(type),
                                     .vin = text(VIN),
                                     .repair_date = text(repaired),
                                     .submit_date = text(repaired),
                                     .mileage = WL_STR("10000"),
                                     .fault_code = WL_STR("F1"),
                                     .causal_part = text(causal),
                                     .authorization_no = text(strcmp(type, "goodwill") == 0 ? "A1" : NULL),
                                     .labour = {&labour, 1},
                                     .parts = {parts, 0}};

    for (; specs[record.parts.count].part; record.parts.count++) {
        const struct claimed_part *s = &specs[record.parts.count];

        ck_assert_uint_lt(record.parts.count, WL_LINES_MAX);
        parts[record.parts.count] =
            (struct wl_part_line){text(s->part), text(s->quantity), text(s->price), WL_STR("CNY")};
    }
    DONE(run(&wl_record_command, &record));
    return wl_decision_names[((struct wl_record_outcome *)outcome)->decision.decision];
}

#define BOUGHT(...)               \
    (const struct claimed_part[]) \
    {                             \
        __VA_ARGS__,              \
        {                         \
            NULL, NULL, NULL      \
        }                         \
    }
#define NO_PARTS                  \
    (const struct claimed_part[]) \
    {                             \
        {                         \
            NULL, NULL, NULL      \
        }                         \
    }

/* Signed, returns waived, settled. */
static UNUSED void settle_now(const char *no)
{
    DONE(sign("D1", no));
    if (claim_now("D1", no).unmet_obligations > 0)
        DONE(waive(no, 0, "inspected later"));
    DONE(settle("D1", "CNY"));
}

/* A claim of D1, settled. */
#define SETTLED_CLAIM(no, causal, ...)                                                                         \
    do {                                                                                                       \
        const char *decision_ = claim_on("D1", (no), "2025-05-20", "warranty", (causal), BOUGHT(__VA_ARGS__)); \
        ck_assert(strcmp(decision_, "approved") == 0 || strcmp(decision_, "partial") == 0);                    \
        settle_now(no);                                                                                        \
    } while (0)

/* ---- chargebacks ---- */

static UNUSED const char *charge(const char *no, const struct wl_line_name *lines, size_t count, int64_t amount)
{
    struct wl_chargeback_body body = {.dealer_id = WL_STR("D1"),
                                      .claim_no = text(no),
                                      .lines = {(void *)(uintptr_t)lines, count},
                                      .amount = amount,
                                      .reason = WL_STR("found by audit"),
                                      .evidence = WL_STR("audit 12")};

    return run(&wl_chargeback_command, &body);
}

static UNUSED const char *charge_all(const char *no)
{
    return charge(no, NULL, 0, WL_NONE);
}

static UNUSED const char *charge_amount(const char *no, int64_t amount)
{
    return charge(no, NULL, 0, amount);
}

/* What stays of one line. */
static UNUSED const char *charge_line(const char *no, enum wl_line_kind kind, int64_t line, int64_t stays)
{
    struct wl_line_name name = {(int64_t)kind, line, stays, WL_NO_STR};

    return charge(no, &name, 1, WL_NONE);
}

/* ---- recovery ---- */

/* All of it; how many claims were looked at. */
static UNUSED int64_t find_recoveries(void)
{
    struct wl_recovery_find_body body = {WL_NONE};
    const struct wl_recovery_find_outcome *out;
    int64_t looked = 0;

    do {
        DONE(run(&wl_recovery_find_command, &body));
        out = outcome;
        looked += out->looked;
    } while (out->more == 1);
    return looked;
}

static UNUSED const char *claim_from(const char *supplier, const char *currency, const char *to)
{
    struct wl_recovery_claim_body body = {text(supplier), text(currency), day(to)};

    return run(&wl_recovery_claim_command, &body);
}

static UNUSED const char *answer_to(int64_t number, const struct wl_supplier_answer_line *lines, size_t count,
                                    int64_t verdict, const char *reason)
{
    struct wl_recovery_answer_body body = {
        number, {(void *)(uintptr_t)lines, count}, count > 0 ? WL_NONE : verdict, text(reason)};

    return run(&wl_recovery_answer_command, &body);
}

static UNUSED const char *answer_line(int64_t number, int64_t line, enum wl_supplier_verdict verdict, int64_t amount)
{
    struct wl_supplier_answer_line said = {line, (int64_t)verdict, amount};

    return answer_to(number, &said, 1, WL_NONE, "not ours");
}

static UNUSED const char *answer_all(int64_t number, enum wl_supplier_verdict verdict)
{
    return answer_to(number, NULL, 0, (int64_t)verdict, "as agreed");
}

static UNUSED const char *supplier_pays(int64_t number, int64_t amount)
{
    struct wl_recovery_pay_body body = {number, amount, WL_STR("TT-1")};

    return run(&wl_recovery_pay_command, &body);
}

/* The recovery of a claim of D1 from a supplier; its lists in the arena. */
static UNUSED struct wl_recovery recovery(const char *no, const char *supplier)
{
    struct wl_recovery row;
    int64_t id;

    ck_assert_int_eq(wl_claim_find(txn, text("D1"), text(no), &id), 1);
    ck_assert_msg(wl_recovery_get(txn, &arena, id, text(supplier), &row) == 1, "%s recovers nothing from %s", no,
                  supplier);
    return row;
}

static UNUSED bool has_recovery(const char *no, const char *supplier)
{
    struct wl_recovery row;
    int64_t id;

    ck_assert_int_eq(wl_claim_find(txn, text("D1"), text(no), &id), 1);
    return wl_recovery_get(txn, &arena, id, text(supplier), &row) == 1;
}

static UNUSED void recovery_is(const char *no, const char *supplier, enum wl_recovery_state state, int64_t amount,
                               int64_t owed)
{
    struct wl_recovery row = recovery(no, supplier);

    ck_assert_msg(row.state == (int64_t)state && row.amount == amount && wl_recovery_owed(&row) == owed,
                  "%s from %s: %s, %lld of %lld, owed %lld", no, supplier, wl_recovery_state_names()[row.state],
                  (long long)row.amount, (long long)row.basis, (long long)wl_recovery_owed(&row));
}

static UNUSED struct wl_supplier_claim supplier_claim(uint64_t number)
{
    struct wl_supplier_claim row;

    ck_assert_int_eq(wl_supplier_claim_get(txn, &arena, number, &row), 1);
    return row;
}

static UNUSED void supplier_claim_is(uint64_t number, enum wl_supplier_claim_state state, int64_t open_lines,
                                     int64_t due, int64_t paid)
{
    struct wl_supplier_claim row = supplier_claim(number);

    ck_assert_msg(row.state == (int64_t)state && row.open_lines == open_lines && row.due == due && row.paid == paid,
                  "supplier claim %llu: %s, %lld open, due %lld, paid %lld", (unsigned long long)number,
                  wl_supplier_claim_state_names()[row.state], (long long)row.open_lines, (long long)row.due,
                  (long long)row.paid);
}

/* What suppliers owe by the books, in CNY. */
static UNUSED void books_are(const char *supplier, int64_t receivable, int64_t received)
{
    ck_assert_int_eq(balance(WL_ACCOUNT_RECEIVABLE, supplier, "CNY"), receivable);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK_RECEIVED, NULL, "CNY"), received);
}

/* Three claims of CNY 40 each from S1, as lines 1 to 3 of supplier claim 1. */
static UNUSED void three_lines(void)
{
    SETTLED_CLAIM("C1", NULL, {"P-BACK", "1", "50"});
    SETTLED_CLAIM("C2", NULL, {"P-BACK", "1", "50"});
    SETTLED_CLAIM("C3", NULL, {"P-BACK", "1", "50"});
    find_recoveries();
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    ck_assert_int_eq(supplier_claim(1).total, 12000);
}

/* ---- vehicle sale money ---- */

static UNUSED const char *sell(const char *dealer, const char *vin, const char *currency, int64_t amount,
                               const char *reference)
{
    struct wl_sale_body body = {text(dealer), text(vin), text(currency), text(reference), amount};

    return run(&wl_sale_command, &body);
}

/* ---- checks ---- */

static UNUSED void tables_agree(void)
{
    OK(wl_gates_check(txn));
    OK(wl_recoveries_check(txn));
    OK(wl_parts_check(txn));
}

#endif
