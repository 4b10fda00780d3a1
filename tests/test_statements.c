/* What a settlement keeps for its statement, and what its lines were when it was made. */
#include "claims/keys.h"
#include "tests/gates_world.h"

/* The outcome of an entry, in the arena. */
static const struct wl_settle_outcome *closing(uint64_t number)
{
    struct wl_settlement s = settlement(number);
    struct wl_entry entry;
    void *decoded;

    ck_assert_int_eq(wl_entry_read(txn, (uint64_t)s.closed_seq, &entry), 1);
    OK(wl_entry_outcome(&entry, &arena, &decoded));
    return decoded;
}

static void dealer_is(uint64_t number, const char *name, const char *region, const char *country, int64_t tax_percent)
{
    const struct wl_settle_outcome *out = closing(number);

    ck_assert(wl_str_is(out->dealer_name, name));
    ck_assert(wl_str_is(out->region, region));
    ck_assert(wl_str_is(out->country, country));
    ck_assert_int_eq(out->tax_percent, tax_percent);
}

static void settle_one(const char *no)
{
    ck_assert_str_eq(claim_in(PLAIN("D1", no)), "approved");
    DONE(sign("D1", no));
    DONE(settle("D1", "CNY"));
}

START_TEST(the_dealer_stays_as_it_was)
{
    begin();
    settle_one("C1");
    commit();
    load_table("dealers", "dealer_id,name,region,country,currency,tax_percent,status\n"
                          "D1,Another,R9,XX,CNY,6.5,active\n");
    begin();
    settle_one("C2");
    dealer_is(1, "One", "R1", "CN", 13000000);
    dealer_is(2, "Another", "R9", "XX", 6500000);
    ck_assert_int_eq(settlement(2).tax, 1300);
    commit();
    check_all();
}
END_TEST

/* Only the entry that issues it tells of its dealer. */
START_TEST(a_drafted_settlement_knows_no_dealer)
{
    enum { CLAIMS = WL_SETTLE_LINES_MAX + 1 };
    const struct wl_settle_outcome *out;
    struct wl_entry entry;
    void *decoded;
    char no[16];

    begin();
    for (unsigned i = 0; i < CLAIMS; i++) {
        snprintf(no, sizeof no, "C%u", i);
        claim_in(PLAIN("D1", no));
        DONE(sign("D1", no));
    }
    DONE(settle("D1", "CNY"));
    ck_assert_uint_eq(answer.entries, 2);
    ck_assert_int_eq(wl_entry_read(txn, (uint64_t)settlement(1).opened_seq, &entry), 1);
    OK(wl_entry_outcome(&entry, &arena, &decoded));
    out = decoded;
    ck_assert_uint_eq(out->dealer_name.size + out->region.size + out->country.size, 0);
    ck_assert_int_eq(out->tax_percent, WL_NONE);
    dealer_is(1, "One", "R1", "CN", 13000000);
    commit();
    check_all();
}
END_TEST

/* What the reversal of a chargeback leaves: a row below 0. */
static void put_chargeback(int64_t entry, int64_t claim, int64_t amount)
{
    struct wl_key key = wl_key_of_dealer(text("D1"), entry);
    const struct wl_chargeback row = {claim, text("CNY"), amount, 20000};
    struct wl_buf bytes;

    wl_buf_init(&bytes, WL_VALUE_MAX);
    wl_record_encode(&wl_chargeback_record, &row, &bytes);
    OK(wl_buf_status(&bytes));
    wl_put(txn, WL_TABLE_CHARGEBACKS, wl_key_view(&key), wl_buf_view(&bytes));
    wl_buf_release(&bytes);
}

START_TEST(a_credit_adds_to_the_net)
{
    struct wl_settlement_lines *lines;
    struct wl_settlement_line line;

    begin();
    settle_one("C1");
    put_chargeback(900000, 0, 500);
    put_chargeback(900001, 0, -2500);
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(2).chargebacks, -2000);
    ck_assert_int_eq(settlement(2).chargeback_count, 2);
    ck_assert_int_eq(settlement(2).tax, 260);
    ck_assert_int_eq(settlement(2).to_pay, 2260);
    OK(wl_settlement_lines_open(txn, 2, WL_NONE, WL_NONE, &lines));
    ck_assert_int_eq(wl_settlement_lines_next(lines, &line, NULL), 1);
    ck_assert_int_eq(line.amount, 500);
    ck_assert_int_eq(wl_settlement_lines_next(lines, &line, NULL), 1);
    ck_assert_int_eq(line.amount, -2500);
    ck_assert_int_eq(wl_settlement_lines_next(lines, &line, NULL), 0);
    wl_settlement_lines_close(lines);
    wl_txn_abort(&txn);
}
END_TEST

/* No sum of what one settlement holds can leave a number: what would, waits for the next. */
START_TEST(sums_have_their_bound_on_both_sides)
{
    static const int64_t most = INT64_C(500000000000000000);

    begin();
    settle_one("C1");
    put_chargeback(900000, 0, -most);
    put_chargeback(900001, 0, -1);
    DONE(settle("D1", "CNY"));
    ck_assert(answer.limited);
    ck_assert_int_eq(settlement(2).chargebacks, -most);
    ck_assert_int_eq(settlement(2).tax, most / 100 * 13);
    DONE(settle("D1", "CNY"));
    ck_assert(!answer.limited);
    ck_assert_int_eq(settlement(3).chargebacks, -1);
    put_chargeback(900002, 0, most);
    put_chargeback(900003, 0, 1);
    DONE(settle("D1", "CNY"));
    ck_assert(answer.limited);
    ck_assert_int_eq(settlement(4).chargebacks, most);
    wl_txn_abort(&txn);
}
END_TEST

/* Paid is what was decided by then, and told is what was: not what came of the claim later. */
START_TEST(lines_are_as_they_were_decided_then)
{
    struct wl_decided decided;
    struct wl_settlement first;

    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    ck_assert_str_eq(claim_in(BAD("C2")), "rejected");
    DONE(sign("D1", "C1"));
    DONE(receive("C1", 0));
    DONE(waive("C1", 0, "inspected later"));
    DONE(settle("D1", "CNY"));
    DONE(inspect("C1", 1, WL_ABUSE));
    DONE(inspect("C1", 2, WL_MISSING));
    first = settlement(1);
    OK(wl_decision_when_settled(txn, &arena, 0, &first, &decided));
    ck_assert_int_eq(decided.decision.total, 28800);
    ck_assert_int_eq(decided.state, WL_CLAIM_APPROVED);
    ck_assert(decided.seq < first.closed_seq);
    OK(wl_decision_when_settled(txn, &arena, 1, &first, &decided));
    ck_assert_int_eq(decided.state, WL_CLAIM_REJECTED);
    commit();
    check_all();
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("statements");
    TCase *tests = cases("statements", world_make);

    tcase_add_test(tests, the_dealer_stays_as_it_was);
    tcase_add_test(tests, a_drafted_settlement_knows_no_dealer);
    tcase_add_test(tests, a_credit_adds_to_the_net);
    tcase_add_test(tests, sums_have_their_bound_on_both_sides);
    tcase_add_test(tests, lines_are_as_they_were_decided_then);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void)
{
    return run_suite(suite());
}
