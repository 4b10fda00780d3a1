/* What suppliers owe: found, claimed, answered, paid, and followed when their claims are worth less. */
#include "tests/recovery_world.h"

/* ---- finding ---- */

START_TEST(each_supplier_owes_its_part)
{
    struct wl_recovery row;

    begin();
    SETTLED_CLAIM("C1", NULL, {"P-BACK", "1", "50"}, {"P-DUO", "1", "40"}, {"P-TWO", "2", "30"},
                  {"P-THREE", "1", "10"});
    ck_assert_int_eq(find_recoveries(), 1);
    /* 80 per cent of 50 and 60, and 33.333333 of 10: 3.33. */
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, 4000 + 4800 + 333, 0);
    row = recovery("C1", "S1");
    ck_assert(row.basis == 12000 && row.labour_percent == WL_NONE && row.supplier_claim == WL_NONE &&
              row.claimed_day == WL_NONE);
    numbers_are(row.lines, "1 3 4");
    numbers_are(row.percents, "80000000 80000000 33333333");
    numbers_are(row.days, "-1 -1 -1");
    recovery_is("C1", "S2", WL_RECOVERY_OPEN, 2000, 0);
    ck_assert_int_eq(find_recoveries(), 0);
    books_are("S1", 0, 0);
    commit();
    check_all();
}
END_TEST

/* P-OWN: 75 per cent, with labour where it is the causal part, for 20 days. */
START_TEST(labour_goes_with_the_causal_part)
{
    begin();
    SETTLED_CLAIM("C1", "P-OWN", {"P-OWN", "1", "70"}, {"P-BACK", "1", "50"});
    SETTLED_CLAIM("C2", "P-BACK", {"P-OWN", "1", "70"}, {"P-BACK", "1", "50"});
    SETTLED_CLAIM("C3", "P-OWN", {"P-BACK", "1", "50"});
    SETTLED_CLAIM("C4", "P-OWN", {"P-OWN", "1", "70"}, {"P-OWN", "1", "70"});
    ck_assert_int_eq(find_recoveries(), 4);
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, 5250 + 4000 + 15000, 0);
    ck_assert_int_eq(recovery("C1", "S1").basis, 7000 + 5000 + 20000);
    recovery_is("C2", "S1", WL_RECOVERY_OPEN, 5250 + 4000, 0);
    recovery_is("C3", "S1", WL_RECOVERY_OPEN, 4000, 0);
    recovery_is("C4", "S1", WL_RECOVERY_OPEN, 5250 + 5250 + 15000, 0);
    commit();
    check_all();
}
END_TEST

START_TEST(what_nobody_owes_is_not_written_down)
{
    begin();
    SETTLED_CLAIM("C1", NULL, {"P-LOST", "1", "5"}); /* its supplier is not known */
    ck_assert_str_eq(claim_on("D1", "G1", "2025-05-20", "goodwill", NULL, BOUGHT({"P-BACK", "1", "50"})), "partial");
    settle_now("G1");
    ck_assert_str_eq(claim_on("D1", "C2", "2025-05-25", "warranty", NULL, BOUGHT({"P-OWN", "1", "70"})), "approved");
    settle_now("C2"); /* that day's agreement says 0 */
    ck_assert_str_eq(claim_on("D1", "C3", "2025-05-20", "warranty", NULL, NO_PARTS), "approved");
    settle_now("C3");
    CLAIM("C4", {"P-BACK", "1"});
    ck_assert_int_eq(find_recoveries(), 4);
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_RECOVERIES), 0);
    commit();
    check_all();
}
END_TEST

START_TEST(a_line_is_left_out_when_its_days_are_over)
{
    begin();
    SETTLED_CLAIM("C1", "P-OWN", {"P-OWN", "1", "70"}, {"P-BACK", "1", "50"});
    SETTLED_CLAIM("C2", "P-OWN", {"P-OWN", "1", "70"});
    set_day("2025-06-09"); /* the 20th day */
    ck_assert_str_eq(claim_on("D1", "C3", "2025-05-20", "warranty", "P-OWN", BOUGHT({"P-OWN", "1", "70"})), "approved");
    DONE(sign("D1", "C3"));
    find_recoveries();
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, 5250 + 4000 + 15000, 0);
    recovery_is("C2", "S1", WL_RECOVERY_OPEN, 5250 + 15000, 0);
    set_day("2025-06-10");
    DONE(settle("D1", "CNY"));
    find_recoveries();
    ck_assert(!has_recovery("C3", "S1"));
    /* What was found in time has lapsed by now: of C1 a line is left, of C2 nothing. */
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    ck_assert_int_eq(((const struct wl_recovery_claim_outcome *)outcome)->total, 4000);
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 4000, 4000);
    recovery_is("C2", "S1", WL_RECOVERY_GIVEN_UP, 0, 0);
    books_are("S1", 4000, 0);
    tables_agree();
    /* What was lapsed stays so, whatever follows. */
    DONE(charge_amount("C2", 100));
    DONE(reverse(entry_now()));
    recovery_is("C2", "S1", WL_RECOVERY_GIVEN_UP, 0, 0);
    DONE(charge_line("C1", WL_LINE_PART, 1, 0));
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 4000, 4000);
    commit();
    check_all();
}
END_TEST

/* A line of another is over, and what is claimed on the last day follows whole. */
START_TEST(the_last_day_is_in_time)
{
    begin();
    SETTLED_CLAIM("C1", "P-OWN", {"P-OWN", "1", "70"}, {"P-BACK", "1", "50"});
    ck_assert_str_eq(claim_on("D1", "C2", "2025-05-19", "warranty", NULL, BOUGHT({"P-OWN", "1", "70"})), "approved");
    settle_now("C2");
    find_recoveries();
    set_day("2025-06-09");
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 5250 + 4000 + 15000, 24250);
    recovery_is("C2", "S1", WL_RECOVERY_GIVEN_UP, 0, 0);
    DONE(charge_line("C1", WL_LINE_PART, 2, 0));
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 5250 + 15000, 20250);
    commit();
    check_all();
}
END_TEST

/* The longest row is a value of its table. */
START_TEST(the_longest_recovery_fits_a_row)
{
    enum { LONG = 99999, TOP = 99999999 };
    static int64_t lines[WL_RECOVERY_LINES_MAX], percents[WL_RECOVERY_LINES_MAX], days[WL_RECOVERY_LINES_MAX];
    const int64_t much = INT64_C(2000000000000000);
    struct wl_recovery row = {.claim = much,
                              .supplier_id = WL_STR("S2345678901234567890123456789012"),
                              .currency = WL_STR("CNY"),
                              .lines = {lines, WL_RECOVERY_LINES_MAX},
                              .percents = {percents, WL_RECOVERY_LINES_MAX},
                              .days = {days, WL_RECOVERY_LINES_MAX},
                              .labour_percent = TOP,
                              .basis = much,
                              .amount = much - 1,
                              .accepted = much - 2,
                              .state = WL_RECOVERY_ACCEPTED,
                              .withdrawn_from = WL_RECOVERY_ACCEPTED,
                              .claimed_day = LONG,
                              .supplier_claim = much,
                              .line = WL_SUPPLIER_LINES_MAX};
    struct wl_buf bytes;

    for (size_t i = 0; i < WL_RECOVERY_LINES_MAX; i++) {
        lines[i] = WL_LINES_MAX;
        percents[i] = TOP;
        days[i] = LONG;
    }
    wl_buf_init(&bytes, WL_VALUE_MAX);
    wl_record_encode(&wl_recovery_record, &row, &bytes);
    OK(wl_buf_status(&bytes));
    wl_buf_release(&bytes);
}
END_TEST

/* What was worth nothing when the rest lapsed, because it had been charged back, can be claimed when it is given
 * back. */
START_TEST(what_did_not_lapse_comes_back)
{
    int64_t taken;

    begin();
    SETTLED_CLAIM("C1", NULL, {"P-OWN", "1", "70"}, {"P-BACK", "1", "50"});
    find_recoveries();
    DONE(charge_line("C1", WL_LINE_PART, 2, 0));
    taken = entry_now();
    set_day("2025-07-01");
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    recovery_is("C1", "S1", WL_RECOVERY_GIVEN_UP, 0, 0);
    DONE(reverse(taken));
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, 4000, 0);
    tables_agree();
    /* And so each time, until it is claimed. */
    DONE(charge_line("C1", WL_LINE_PART, 2, 0));
    taken = entry_now();
    tables_agree();
    DONE(reverse(taken));
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 4000, 4000);
    books_are("S1", 4000, 0);
    tables_agree();
    commit();
    check_all();
}
END_TEST

/* All that is open has lapsed: it is given up, and no claim is made. */
START_TEST(what_has_lapsed_makes_no_claim)
{
    begin();
    SETTLED_CLAIM("C1", "P-OWN", {"P-OWN", "1", "70"});
    find_recoveries();
    set_day("2025-07-01");
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    ck_assert_int_eq(((const struct wl_recovery_claim_outcome *)outcome)->supplier_claim, WL_NONE);
    ck_assert_uint_eq(wl_supplier_claim_count(txn), 0);
    REFUSED("nothing-to-recover", claim_from("S1", "CNY", "2025-12-31"));
    commit();
    check_all();
}
END_TEST

START_TEST(a_claim_is_looked_at_once)
{
    enum { MANY = WL_RECOVERY_LOOK_MAX + 20 };
    const struct wl_recovery_find_outcome *out;
    struct wl_recovery_find_body body = {WL_NONE};

    begin();
    for (int i = 0; i < MANY; i++) {
        char no[16];

        snprintf(no, sizeof no, "C%04d", i);
        ck_assert_str_eq(claim_on("D1", no, "2025-05-20", "warranty", NULL, BOUGHT({"P-DUO", "1", "40"})), "approved");
        DONE(sign("D1", no));
    }
    DONE(settle("D1", "CNY"));
    DONE(run(&wl_recovery_find_command, &body));
    out = outcome;
    ck_assert(out->looked < MANY && out->more == 1 && out->found.count == (size_t)out->looked);
    ck_assert_int_le((int64_t)entry_size(), WL_ENTRY_MAX);
    ck_assert_int_eq(out->looked + find_recoveries(), MANY);
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_RECOVERIES), MANY);
    DONE(claim_from("S2", "CNY", "2025-12-31"));
    ck_assert_int_eq(supplier_claim(1).total, MANY * INT64_C(2000));
    commit();
    check_all();
}
END_TEST

/* As many lines and suppliers as there can be still fit into an entry and a row. */
START_TEST(a_claim_of_many_parts_fits)
{
    struct claimed_part parts[WL_LINES_MAX + 1] = {{NULL, NULL, NULL}};
    static char ids[WL_LINES_MAX][40], csv[WL_LINES_MAX * 200], supplier[40];
    size_t n;

    n = (size_t)snprintf(csv, sizeof csv,
                         "part_id,description,component,unit,supplier_id,return_rule,return_days,"
                         "warranty_months,warranty_km,lifetime\n");
    for (int i = 0; i < WL_LINES_MAX; i++) {
        snprintf(ids[i], sizeof ids[i], "PART-WITH-A-RATHER-LONG-NAME-%03d", i);
        snprintf(supplier, sizeof supplier, "SUPPLIER-OF-A-RATHER-LONG-ID-%03d", i);
        n += (size_t)snprintf(csv + n, sizeof csv - n, "%s,x,engine,ea,%s,never,0,24,60000,no\n", ids[i],
                              _i == 0 ? "S1" : supplier);
        parts[i] = (struct claimed_part){ids[i], "1", "2"};
    }
    load_table("parts", csv);
    n = (size_t)snprintf(csv, sizeof csv, "part_id,currency,from_date,price\n");
    for (int i = 0; i < WL_LINES_MAX; i++)
        n += (size_t)snprintf(csv + n, sizeof csv - n, "%s,CNY,2020-01-01,2\n", ids[i]);
    load_table("part_prices", csv);
    n = (size_t)snprintf(csv, sizeof csv, "supplier_id,name,recovery_percent\n");
    for (int i = 0; i < WL_LINES_MAX; i++)
        n += (size_t)snprintf(csv + n, sizeof csv - n, "SUPPLIER-OF-A-RATHER-LONG-ID-%03d,x,99.999999\n", i);
    load_table("suppliers", csv);
    begin();
    ck_assert_str_eq(claim_on("D1", "C1", "2025-05-20", "warranty", NULL, parts), "approved");
    settle_now("C1");
    find_recoveries();
    ck_assert_int_le((int64_t)entry_size(), WL_ENTRY_MAX);
    ck_assert_uint_eq(wl_table_rows(txn, WL_TABLE_RECOVERIES), _i == 0 ? 1 : WL_LINES_MAX);
    if (_i == 0)
        recovery_is("C1", "S1", WL_RECOVERY_OPEN, WL_RECOVERY_LINES_MAX * INT64_C(160), 0);
    else
        DONE(claim_from("SUPPLIER-OF-A-RATHER-LONG-ID-007", "CNY", "2025-12-31"));
    DONE(charge_all("C1"));
    ck_assert_int_le((int64_t)entry_size(), WL_ENTRY_MAX);
    tables_agree();
    DONE(reverse(entry_now()));
    tables_agree();
    commit();
    check_all();
}
END_TEST

/* ---- claiming ---- */

START_TEST(a_supplier_claim_batches_what_is_open)
{
    const struct wl_posting *p;

    begin();
    REFUSED("supplier-unknown", claim_from("S9", "CNY", "2025-12-31"));
    REFUSED("nothing-to-recover", claim_from("S1", "CNY", "2025-12-31"));
    SETTLED_CLAIM("C1", NULL, {"P-BACK", "1", "50"}, {"P-DUO", "1", "40"});
    ck_assert_str_eq(claim_on("D1", "C2", "2025-05-28", "warranty", NULL, BOUGHT({"P-BACK", "1", "50"})), "approved");
    settle_now("C2");
    find_recoveries();
    REFUSED("nothing-to-recover", claim_from("S1", "JPY", "2025-12-31"));
    REFUSED("nothing-to-recover", claim_from("S1", "CNY", "2025-05-19"));
    DONE(claim_from("S1", "CNY", "2025-05-27"));
    p = ((const struct wl_outcome_head *)outcome)->postings.at;
    ck_assert(p->from_kind == WL_ACCOUNT_RECOVERY && p->from_party.size == 0 && p->amount == 4000);
    ck_assert(p->to_kind == WL_ACCOUNT_RECEIVABLE && wl_str_is(p->to_party, "S1") && wl_str_is(p->unit, "CNY"));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_SENT, 1, 4000, 0);
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 4000, 4000);
    recovery_is("C2", "S1", WL_RECOVERY_OPEN, 4000, 0);
    recovery_is("C1", "S2", WL_RECOVERY_OPEN, 2000, 0);
    DONE(claim_from("S1", "CNY", "2025-05-28"));
    REFUSED("nothing-to-recover", claim_from("S1", "CNY", "2025-12-31"));
    ck_assert_uint_eq(wl_supplier_claim_count(txn), 2);
    books_are("S1", 8000, 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_RECOVERY, NULL, "CNY"), -8000);
    commit();
    check_all();
}
END_TEST

/* ---- answers and payments ---- */

START_TEST(the_supplier_answers_line_by_line)
{
    const struct wl_supplier_answer_line twice[] = {{1, WL_SUPPLIER_ACCEPTS, WL_NONE},
                                                    {1, WL_SUPPLIER_REFUSES, WL_NONE}};

    begin();
    three_lines();
    REFUSED("supplier-claim-unknown", answer_line(2, 1, WL_SUPPLIER_ACCEPTS, WL_NONE));
    REFUSED("supplier-claim-unknown", answer_line(0, 1, WL_SUPPLIER_ACCEPTS, WL_NONE));
    REFUSED("line-unknown", answer_line(1, 4, WL_SUPPLIER_ACCEPTS, WL_NONE));
    about_is("line 4");
    REFUSED("named-twice", answer_to(1, twice, 2, WL_NONE, "x"));
    REFUSED("amount-too-large", answer_line(1, 1, WL_SUPPLIER_ACCEPTS, 4001));
    REFUSED("amount-invalid", answer_line(1, 1, WL_SUPPLIER_ACCEPTS, 0));
    REFUSED("reason-missing", answer_to(1, NULL, 0, WL_SUPPLIER_REFUSES, NULL));
    DONE(answer_line(1, 1, WL_SUPPLIER_ACCEPTS, 1500));
    ck_assert_int_eq(((const struct wl_recovery_answer_outcome *)outcome)->given_up, 2500);
    recovery_is("C1", "S1", WL_RECOVERY_ACCEPTED, 4000, 1500);
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_SENT, 2, 9500, 0);
    books_are("S1", 9500, 0);
    REFUSED("already-answered", answer_line(1, 1, WL_SUPPLIER_ACCEPTS, WL_NONE));
    about_is("line 1");
    DONE(answer_line(1, 2, WL_SUPPLIER_DISPUTES, WL_NONE));
    recovery_is("C2", "S1", WL_RECOVERY_DISPUTED, 4000, 4000);
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_SENT, 2, 9500, 0);
    DONE(answer_line(1, 3, WL_SUPPLIER_REFUSES, WL_NONE));
    recovery_is("C3", "S1", WL_RECOVERY_GIVEN_UP, 4000, 0);
    DONE(answer_to(1, NULL, 0, WL_SUPPLIER_ACCEPTS, NULL)); /* the one that was disputed */
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_ANSWERED, 0, 5500, 0);
    recovery_is("C2", "S1", WL_RECOVERY_ACCEPTED, 4000, 4000);
    REFUSED("already-answered", answer_all(1, WL_SUPPLIER_ACCEPTS));
    books_are("S1", 5500, 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_RECOVERY, NULL, "CNY"), -5500);
    commit();
    check_all();
}
END_TEST

START_TEST(reasons_of_disputes_are_known)
{
    begin();
    three_lines();
    commit();
    load_table("reasons", "event,reason_code,description\ndispute,NOT-OURS,Another's part\n");
    begin();
    REFUSED("reason-unknown", answer_to(1, NULL, 0, WL_SUPPLIER_DISPUTES, "because"));
    DONE(answer_to(1, NULL, 0, WL_SUPPLIER_DISPUTES, "NOT-OURS: marked otherwise"));
    DONE(answer_to(1, NULL, 0, WL_SUPPLIER_ACCEPTS, NULL));
    commit();
    check_all();
}
END_TEST

static int count_entry(void *context, uint64_t seq)
{
    (void)seq;
    ++*(int *)context;
    return WL_OK;
}

START_TEST(the_supplier_pays_what_is_due)
{
    int told = 0;

    begin();
    three_lines();
    REFUSED("supplier-claim-unknown", supplier_pays(7, WL_NONE));
    REFUSED("amount-too-large", supplier_pays(1, 12001));
    REFUSED("amount-invalid", supplier_pays(1, 0));
    REFUSED("amount-invalid", supplier_pays(1, -1));
    DONE(supplier_pays(1, 4000));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_SENT, 3, 12000, 4000);
    books_are("S1", 8000, 4000);
    DONE(answer_line(1, 3, WL_SUPPLIER_REFUSES, WL_NONE));
    DONE(supplier_pays(1, WL_NONE));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_PAID, 2, 8000, 8000);
    REFUSED("nothing-due", supplier_pays(1, WL_NONE));
    DONE(answer_all(1, WL_SUPPLIER_REFUSES)); /* it had paid of these before it refused them */
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_ANSWERED, 0, 0, 8000);
    books_are("S1", -8000, 8000);
    REFUSED("amount-invalid", supplier_pays(1, 1));
    REFUSED("amount-too-large", supplier_pays(1, -8001));
    DONE(supplier_pays(1, -3000));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_ANSWERED, 0, 0, 5000);
    DONE(supplier_pays(1, WL_NONE));
    ck_assert_int_eq(((const struct wl_recovery_pay_outcome *)outcome)->amount, -5000);
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_ANSWERED, 0, 0, 0);
    books_are("S1", 0, 0);
    OK(wl_history_each(txn, (struct wl_subject){WL_SUBJECT_SUPPLIER_CLAIM, 1}, count_entry, &told));
    ck_assert_int_eq(told, 6);
    commit();
    check_all();
}
END_TEST

START_TEST(a_payment_of_the_supplier_is_reversed)
{
    int64_t paid;
    int told = 0;

    begin();
    three_lines();
    DONE(supplier_pays(1, 4000));
    paid = entry_now();
    DONE(supplier_pays(1, 8000));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_PAID, 3, 12000, 12000);
    DONE(reverse(entry_now()));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_SENT, 3, 12000, 4000);
    books_are("S1", 8000, 4000);
    DONE(answer_all(1, WL_SUPPLIER_REFUSES));
    DONE(supplier_pays(1, -3000));
    REFUSED("reversal-blocked", reverse(paid));
    about_is("supplier claim 1");
    DONE(reverse(entry_now() - 1));
    DONE(reverse(paid));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_ANSWERED, 0, 0, 0);
    books_are("S1", 0, 0);
    REFUSED("already-reversed", reverse(paid));
    OK(wl_history_each(txn, (struct wl_subject){WL_SUBJECT_SUPPLIER_CLAIM, 1}, count_entry, &told));
    ck_assert_int_eq(told, 7);
    commit();
    check_all();
}
END_TEST

/* ---- following ---- */

/* P-BACK 50, P-TWO 30, P-OWN 70 with labour 200: 40 + 24 + 52.50 + 150 = CNY 266.50 from S1. */
enum { ALL_ = 26650 };
static void one_line(void)
{
    SETTLED_CLAIM("C1", "P-OWN", {"P-BACK", "1", "50"}, {"P-TWO", "1", "30"}, {"P-OWN", "1", "70"});
    find_recoveries();
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, ALL_, 0);
}

START_TEST(what_is_open_follows)
{
    begin();
    one_line();
    DONE(charge_line("C1", WL_LINE_PART, 1, 0));
    ck_assert_uint_eq(((const struct wl_chargeback_outcome *)outcome)->head.postings.count, 1);
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, ALL_ - 4000, 0);
    DONE(charge_line("C1", WL_LINE_PART, 3, 0)); /* the causal part: its labour goes with it */
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, 2400, 0);
    DONE(charge_line("C1", WL_LINE_PART, 2, 0));
    recovery_is("C1", "S1", WL_RECOVERY_WITHDRAWN, 0, 0);
    REFUSED("nothing-to-recover", claim_from("S1", "CNY", "2025-12-31"));
    tables_agree();
    DONE(reverse(entry_now() - 1));
    recovery_is("C1", "S1", WL_RECOVERY_OPEN, 2400, 0);
    tables_agree();
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    books_are("S1", 2400, 0);
    commit();
    check_all();
}
END_TEST

/* By cents: half of the labour, a third of the rest. */
START_TEST(an_amount_takes_its_share)
{
    struct wl_recovery row;

    begin();
    SETTLED_CLAIM("C1", "P-OWN", {"P-BACK", "1", "50"}, {"P-THREE", "3", "10"}, {"P-OWN", "1", "70"});
    find_recoveries(); /* of 36500: 5000, 3000, 7000 and labour 20000 */
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 4000 + 1000 + 5250 + 15000, 25250);
    DONE(charge_amount("C1", 12167)); /* 24333 of 36500 stay */
    row = recovery("C1", "S1");
    /* 3333.29, 1999.97, 4666.60, 13333.15 -> 3333, 2000, 4667, 13333; of these 80, 33.333333, 75, 75 per cent. */
    ck_assert_int_eq(row.basis, 3333 + 2000 + 4667 + 13333);
    ck_assert_int_eq(row.amount, 2666 + 667 + 3500 + 10000);
    books_are("S1", row.amount, 0);
    tables_agree();
    DONE(charge_amount("C1", 24333));
    recovery_is("C1", "S1", WL_RECOVERY_WITHDRAWN, 0, 0);
    books_are("S1", 0, 0);
    DONE(reverse(entry_now()));
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 16833, 16833);
    commit();
    check_all();
}
END_TEST

/* How a line stands when its claim is charged back, and what is owed of it before, with P-BACK refused, with nothing
 * left, and again when both are reversed. */
static const struct {
    const char *name;
    enum wl_supplier_verdict verdict;
    int64_t accepted; /* -1: no answer; WL_NONE: all */
    int64_t paid, owed[3];
} standings[] = {
    {"unanswered", WL_SUPPLIER_ACCEPTS, -1, 0, {ALL_, ALL_ - 4000, 0}},
    {"disputed", WL_SUPPLIER_DISPUTES, WL_NONE, 0, {ALL_, ALL_ - 4000, 0}},
    {"accepted in whole", WL_SUPPLIER_ACCEPTS, WL_NONE, 0, {ALL_, ALL_ - 4000, 0}},
    {"accepted in part, which covers it", WL_SUPPLIER_ACCEPTS, ALL_ - 1000, 0, {ALL_ - 1000, ALL_ - 4000, 0}},
    {"accepted in small part", WL_SUPPLIER_ACCEPTS, 5000, 0, {5000, 5000, 0}},
    {"refused", WL_SUPPLIER_REFUSES, WL_NONE, 0, {0, 0, 0}},
    {"unanswered and paid", WL_SUPPLIER_ACCEPTS, -1, ALL_, {ALL_, ALL_ - 4000, 0}},
    {"accepted and paid", WL_SUPPLIER_ACCEPTS, WL_NONE, ALL_, {ALL_, ALL_ - 4000, 0}},
    {"accepted in part and paid", WL_SUPPLIER_ACCEPTS, 5000, 5000, {5000, 5000, 0}},
};

START_TEST(what_was_claimed_follows)
{
    int64_t first, second, paid = standings[_i].paid;
    const int64_t *owed = standings[_i].owed;

    begin();
    one_line();
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    if (standings[_i].accepted != -1)
        DONE(answer_line(1, 1, standings[_i].verdict, standings[_i].accepted));
    if (paid > 0)
        DONE(supplier_pays(1, paid));
    books_are("S1", owed[0] - paid, paid);
    DONE(charge_line("C1", WL_LINE_PART, 1, 0));
    first = entry_now();
    books_are("S1", owed[1] - paid, paid);
    tables_agree();
    DONE(charge_all("C1"));
    second = entry_now();
    recovery_is("C1", "S1", WL_RECOVERY_WITHDRAWN, 0, 0);
    books_are("S1", owed[2] - paid, paid);
    REFUSED("line-withdrawn", answer_line(1, 1, WL_SUPPLIER_ACCEPTS, WL_NONE));
    supplier_claim_is(1, WL_SUPPLIER_CLAIM_ANSWERED, 0, 0, paid);
    tables_agree();
    if (paid > 0)
        DONE(supplier_pays(1, WL_NONE));
    books_are("S1", 0, 0);
    DONE(reverse(second));
    books_are("S1", owed[1], 0);
    DONE(reverse(first));
    books_are("S1", owed[0], 0);
    ck_assert_int_eq(supplier_claim(1).due, owed[0]);
    ck_assert_int_eq(recovery("C1", "S1").amount, ALL_);
    ck_assert_int_eq(balance(WL_ACCOUNT_RECOVERY, NULL, "CNY"), -owed[0]);
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, 0);
    commit();
    check_all();
}
END_TEST

/* What happened at the supplier between a chargeback and its reversal stands. */
START_TEST(a_reversal_follows_what_stands_by_then)
{
    int64_t entry;

    begin();
    one_line();
    DONE(charge_line("C1", WL_LINE_PART, 1, 0)); /* while it was open: nothing was posted */
    entry = entry_now();
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    books_are("S1", ALL_ - 4000, 0);
    DONE(reverse(entry));
    books_are("S1", ALL_, 0);
    DONE(charge_line("C1", WL_LINE_PART, 1, 0));
    entry = entry_now();
    DONE(answer_all(1, WL_SUPPLIER_REFUSES));
    books_are("S1", 0, 0);
    DONE(reverse(entry)); /* what it gave up stays given up */
    books_are("S1", 0, 0);
    recovery_is("C1", "S1", WL_RECOVERY_GIVEN_UP, ALL_, 0);
    commit();
    check_all();
}
END_TEST

/* Whether it is found before or after, the chargeback leaves the same. */
START_TEST(the_order_of_finding_makes_no_difference)
{
    struct wl_recovery a, b;
    bool reversed = _i & 1, whole = _i & 2;

    begin();
    SETTLED_CLAIM("C1", "P-OWN", {"P-BACK", "1", "50"}, {"P-THREE", "1", "10"}, {"P-OWN", "1", "70"});
    find_recoveries();
    SETTLED_CLAIM("C2", "P-OWN", {"P-BACK", "1", "50"}, {"P-THREE", "1", "10"}, {"P-OWN", "1", "70"});
    for (int i = 1; i <= 2; i++) {
        const char *no = i == 1 ? "C1" : "C2";

        if (whole)
            DONE(charge_all(no));
        else
            DONE(charge_amount(no, 9999));
        DONE(receive(no, 1));
        DONE(inspect(no, 1, WL_ABUSE));
    }
    find_recoveries();
    for (int i = 1; i <= 2 && reversed; i++) {
        const char *no = i == 1 ? "C1" : "C2";

        DONE(reverse(claim_now("D1", no).decided_seq));
        if (!whole)
            DONE(charge_line(no, WL_LINE_LABOUR, 1, 10000));
    }
    a = recovery("C1", "S1");
    b = recovery("C2", "S1");
    ck_assert(a.basis == b.basis && a.amount == b.amount && a.state == b.state && a.labour_percent == b.labour_percent);
    ck_assert(a.withdrawn_from == b.withdrawn_from && (a.amount == 0) == whole);
    commit();
    check_all();
}
END_TEST

/* An inspection after settlement is a chargeback to suppliers as well. */
START_TEST(a_refused_return_follows)
{
    begin();
    SETTLED_CLAIM("C1", NULL, {"P-BACK", "1", "50"}, {"P-DUO", "1", "40"});
    find_recoveries();
    DONE(claim_from("S1", "CNY", "2025-12-31"));
    DONE(claim_from("S2", "CNY", "2025-12-31"));
    DONE(receive("C1", 1));
    DONE(inspect("C1", 1, WL_NOT_DEFECTIVE));
    ck_assert_uint_eq(((const struct wl_inspect_outcome *)outcome)->recoveries.count, 1);
    recovery_is("C1", "S1", WL_RECOVERY_WITHDRAWN, 0, 0);
    recovery_is("C1", "S2", WL_RECOVERY_CLAIMED, 2000, 2000);
    books_are("S1", 0, 0);
    DONE(reverse(entry_now()));
    recovery_is("C1", "S1", WL_RECOVERY_CLAIMED, 4000, 4000);
    books_are("S1", 4000, 0);
    commit();
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recovery");
    TCase *finding = cases("finding", recovery_world_make), *claiming = cases("claiming", recovery_world_make);
    TCase *following = cases("following", recovery_world_make);

    tcase_add_test(finding, each_supplier_owes_its_part);
    tcase_add_test(finding, labour_goes_with_the_causal_part);
    tcase_add_test(finding, what_nobody_owes_is_not_written_down);
    tcase_add_test(finding, a_line_is_left_out_when_its_days_are_over);
    tcase_add_test(finding, the_last_day_is_in_time);
    tcase_add_test(finding, the_longest_recovery_fits_a_row);
    tcase_add_test(finding, what_did_not_lapse_comes_back);
    tcase_add_test(finding, what_has_lapsed_makes_no_claim);
    tcase_add_test(finding, a_claim_is_looked_at_once);
    tcase_add_loop_test(finding, a_claim_of_many_parts_fits, 0, 2);
    tcase_add_test(claiming, a_supplier_claim_batches_what_is_open);
    tcase_add_test(claiming, the_supplier_answers_line_by_line);
    tcase_add_test(claiming, reasons_of_disputes_are_known);
    tcase_add_test(claiming, the_supplier_pays_what_is_due);
    tcase_add_test(claiming, a_payment_of_the_supplier_is_reversed);
    tcase_add_test(following, what_is_open_follows);
    tcase_add_test(following, an_amount_takes_its_share);
    tcase_add_loop_test(following, what_was_claimed_follows, 0, (int)WL_COUNT(standings));
    tcase_add_test(following, a_reversal_follows_what_stands_by_then);
    tcase_add_loop_test(following, the_order_of_finding_makes_no_difference, 0, 4);
    tcase_add_test(following, a_refused_return_follows);
    suite_add_tcase(suite, finding);
    suite_add_tcase(suite, claiming);
    suite_add_tcase(suite, following);
    return run_suite(suite);
}
