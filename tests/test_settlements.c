/* Settlements: what they pay, net, carry and tell, in one entry or many; and the check that all of it agrees. */
#include "tests/gates_world.h"

START_TEST(settlements_know_their_states)
{
    begin();
    ck_assert_str_eq(pay(0), "settlement-unknown");
    ck_assert_str_eq(pay(4), "settlement-unknown");
    ck_assert_str_eq(confirm(4), "settlement-unknown");
    ck_assert_str_eq(pay(1), "already-paid");
    ck_assert_str_eq(pay(2), "already-paid");
    ck_assert_str_eq(confirm(1), "already-confirmed");
    ck_assert_str_eq(confirm(3), "settlement-not-paid");
    ck_assert_str_eq(settle("D9", "CNY"), "dealer-unknown");
    ck_assert_str_eq(settle("D1", "EUR"), "nothing-to-settle");
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    ck_assert_uint_eq(answer.number, 0);
    ck_assert_int_eq(wl_claim_state_now(txn, &(struct wl_claim[]){claim_now("D1", "SETT")}[0]), WL_CLAIM_SETTLED);
    ck_assert_int_eq(wl_claim_state_now(txn, &(struct wl_claim[]){claim_now("D1", "PAID")}[0]), WL_CLAIM_PAID);
    ck_assert_int_eq(wl_claim_state_now(txn, &(struct wl_claim[]){claim_now("D1", "CONF")}[0]), WL_CLAIM_CONFIRMED);
    ck_assert_int_eq(wl_claim_state_now(txn, &(struct wl_claim[]){claim_now("D1", "OPEN")}[0]), WL_CLAIM_APPROVED);
    commit();
    check_all();
}
END_TEST

START_TEST(only_a_drafted_settlement_goes_on)
{
    struct wl_settle_body goes_on = {
        .dealer_id = text("D1"), .currency = text("CNY"), .to = day("2025-12-31"), .number = 7};

    begin();
    ck_assert_str_eq(run(&wl_settle_command, &goes_on), "settlement-unknown");
    goes_on.number = 3;
    ck_assert_str_eq(run(&wl_settle_command, &goes_on), "settlement-not-drafted");
    commit();
}
END_TEST

/* ---- settlement ---- */

/* A closing day that was typed too far ahead spoils no later period. */
START_TEST(a_settlement_ahead_of_its_closing_day)
{
    begin();
    ck_assert_str_eq(claim_in(PLAIN("D1", "C1")), "approved");
    ck_assert_str_eq(claim_in(PLAIN("D1", "C2")), "approved");
    DONE(sign("D1", "C1"));
    DONE(settle_keyed("D1", "CNY", "2065-06-02", NULL));
    DONE(sign("D1", "C2"));
    DONE(settle_keyed("D1", "CNY", "2025-06-30", NULL));
    ck_assert_int_eq(settlement(2).from_day, settlement(1).settled_day + 1);
    commit();
    check_all();
}
END_TEST

START_TEST(the_whole_way)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    ck_assert_str_eq(claim_in(BAD("C2")), "rejected");
    ck_assert_str_eq(claim_in(PLAIN("D1", "C3")), "approved"); /* unsigned */
    DONE(sign("D1", "C1"));
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    DONE(receive("C1", 0));
    DONE(inspect("C1", 0, WL_ACCEPTED));
    ck_assert_str_eq(settle_keyed("D1", "CNY", "2025-06-01", NULL), "nothing-to-settle");
    DONE(settle_keyed("D1", "CNY", "2025-06-02", NULL));
    ck_assert_int_eq(settlement(1).claims_total, 28800);
    ck_assert_int_eq(settlement(1).tax, 3744);
    ck_assert_int_eq(settlement(1).to_pay, 32544);
    ck_assert_int_eq(settlement(1).paid_count, 1);
    ck_assert_int_eq(settlement(1).rejected_count, 1);
    ck_assert_int_eq(settlement(1).from_day, WL_NONE);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), 32544);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 20000);
    ck_assert_int_eq(balance(WL_ACCOUNT_INPUT_TAX, "", "CNY"), -3744);
    DONE(pay(1));
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_BANK, "", "CNY"), 32544);
    DONE(confirm(1));
    DONE(sign("D1", "C3"));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(2).from_day, day("2025-06-03"));
    ck_assert_int_eq(settlement(2).rejected_count, 0);
    commit();
    check_all();
}
END_TEST

START_TEST(a_debt_is_carried_until_it_is_netted)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(sign("D1", "C1"));
    DONE(receive("C1", 0));
    DONE(waive("C1", 0, "inspected later"));
    DONE(settle("D1", "CNY"));
    DONE(pay(1));
    DONE(inspect("C1", 1, WL_ABUSE));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->charged_back, 5500);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), -5500);
    OK(wl_gates_check(txn));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(2).chargebacks, 5500);
    ck_assert_int_eq(settlement(2).tax, -715);
    ck_assert_int_eq(settlement(2).to_pay, 0);
    ck_assert_int_eq(settlement(2).carried_on, -6215);
    DONE(pay(2)); /* of nothing */
    DONE(inspect("C1", 2, WL_MISSING));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->charged_back, 3300);
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, 8800);
    ck_assert_int_eq(claim_now("D1", "C1").total, 28800);
    ck_assert_str_eq(claim_in(PLAIN("D1", "C2")), "approved");
    DONE(sign("D1", "C2"));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(3).carried, -6215);
    ck_assert_int_eq(settlement(3).tax, 2171);
    ck_assert_int_eq(settlement(3).to_pay, 20000 - 3300 + 2171 - 6215);
    ck_assert_int_eq(balance(WL_ACCOUNT_PAYABLE, "D1", "CNY"), settlement(3).to_pay);
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    commit();
    check_all();
}
END_TEST

/* A waived part that comes back after settlement is inspected like any other. */
START_TEST(all_of_a_claim_may_be_charged_back)
{
    begin();
    ck_assert_str_eq(claim_in(PART("C1")), "approved");
    DONE(sign("D1", "C1"));
    DONE(waive("C1", 0, "on its way"));
    DONE(settle("D1", "CNY"));
    ck_assert_str_eq(inspect("C1", 1, WL_ABUSE), "obligation-not-received");
    DONE(receive("C1", 1));
    OK(wl_gates_check(txn));
    DONE(inspect("C1", 0, WL_ABUSE));
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_SETTLED);
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, 5500);
    DONE(settle("D1", "CNY"));
    commit();
    check_all();
}
END_TEST

static int tell_left_out(void *context, const struct wl_left_out *left)
{
    struct wl_buf *seen = context;

    wl_buf_format(seen, WL_STR_FMT ":%s", WL_STR_ARG(left->claim->claim_no), wl_left_out_names()[left->reason]);
    if (left->line != WL_NONE)
        wl_buf_format(seen, "(%d " WL_STR_FMT ")", (int)left->line, WL_STR_ARG(left->part_id));
    wl_buf_byte(seen, ' ');
    return WL_OK;
}

static void left_out_is(const char *to, const char *expected)
{
    struct wl_buf seen;

    wl_buf_init(&seen, 1 << 20);
    OK(wl_left_out(txn, WL_NO_STR, WL_NO_STR, day(to), tell_left_out, &seen));
    wl_buf_byte(&seen, 0);
    ck_assert_str_eq((char *)seen.data, expected);
    wl_buf_release(&seen);
}

/* An inspection that finds nothing amiss takes nothing back. */
START_TEST(an_accepted_part_is_not_charged_back)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(sign("D1", "C1"));
    DONE(receive("C1", 0));
    DONE(waive("C1", 0, "inspected later"));
    DONE(settle("D1", "CNY"));
    DONE(inspect("C1", 0, WL_ACCEPTED));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->charged_back, WL_NONE);
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, 0);
    ck_assert_str_eq(inspect("C1", 1, WL_ABUSE), "already-inspected");
    commit();
    check_all();
}
END_TEST

/* "It pays a claim only when three loops have closed": the part back and inspected. */
START_TEST(a_part_not_inspected_keeps_its_claim_from_being_paid)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    ck_assert_str_eq(claim_in(USUAL("D1", "C2")), "approved");
    ck_assert_str_eq(claim_in(USUAL("D1", "C3")), "approved");
    for (const char *const *no = (const char *const[]){"C1", "C2", "C3", NULL}; *no; no++) {
        DONE(sign("D1", *no));
        DONE(receive(*no, 0));
        ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    }
    DONE(inspect("C1", 0, WL_ACCEPTED));
    DONE(waive("C2", 1, "inspected later"));
    DONE(inspect("C2", 2, WL_ACCEPTED));
    DONE(inspect("C3", 1, WL_ACCEPTED));
    left_out_is("2025-06-02", "C3:return-uninspected(2 P-TWO) ");
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(1).paid_count, 2);
    ck_assert_int_eq(settlement(1).claims_total, INT64_C(2) * 28800);
    ck_assert_int_eq(claim_now("D1", "C3").state, WL_CLAIM_APPROVED);
    commit();
    check_all();
}
END_TEST

/* A return past its day is as open as before. */
START_TEST(an_overdue_part_keeps_its_claim_from_being_paid)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(sign("D1", "C1"));
    set_day("2025-06-20");
    DONE(tick());
    ck_assert_uint_eq(((struct wl_tick_outcome *)outcome)->overdue.count, 1); /* P-TWO */
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    left_out_is("2025-06-20", "C1:return-open(1 P-BACK) C1:return-open(2 P-TWO) ");
    commit();
    check_all();
}
END_TEST

/* What goodwill took back may be given again. */
START_TEST(goodwill_charged_back_is_free_again)
{
    struct claim_spec spec = {.dealer = "D1",
                              .no = "G1",
                              .submission = "1",
                              .hours = "",
                              .parts = {{"P-BACK", "4"}},
                              .type = "goodwill",
                              .authorization = "A1"};
    struct wl_str spent;

    begin();
    ck_assert_str_eq(claim_in(&spec), "partial"); /* half of 220 */
    ck_assert_int_eq(claim_now("D1", "G1").total, 11000);
    DONE(sign("D1", "G1"));
    DONE(receive("G1", 0));
    DONE(waive("G1", 1, "inspected later"));
    DONE(settle("D1", "CNY"));
    DONE(inspect("G1", 0, WL_ABUSE));
    ck_assert_int_eq(wl_get(txn, WL_TABLE_SPENT, text("A1"), &spent), 1);
    ck_assert_int_eq((int64_t)wl_get_u64(spent.data), 0);
    commit();
    check_all();
}
END_TEST

START_TEST(currencies_are_settled_apart)
{
    begin();
    ck_assert_str_eq(claim_in(PLAIN("D2", "C1")), "approved");
    ck_assert_str_eq(claim_in(PLAIN("D1", "C1")), "approved");
    DONE(sign("D1", "C1"));
    DONE(sign("D2", "C1"));
    commit();
    load_table("dealers", "dealer_id,name,region,country,currency,tax_percent,status\nD2,Two,R2,CN,CNY,10,active\n");
    begin();
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D2", .no = "C2", .submission = "1", .hours = "2"}),
                     "referred"); /* 2000 CNY */
    ck_assert_str_eq(settle("D2", "CNY"), "nothing-to-settle");
    DONE(settle("D2", "JPY"));
    ck_assert_int_eq(settlement(1).claims_total, 2000);
    commit();
    check_all();
}
END_TEST

static int count_target(void *context, struct wl_str dealer_id, struct wl_str currency)
{
    struct wl_buf *seen = context;

    wl_buf_format(seen, WL_STR_FMT ":" WL_STR_FMT " ", WL_STR_ARG(dealer_id), WL_STR_ARG(currency));
    return WL_OK;
}

static int stop_at_once(void *context, const struct wl_left_out *left)
{
    (void)left;
    ++*(int *)context;
    return wl_fail(WL_E_USAGE, "enough");
}

START_TEST(whom_to_settle_and_what_is_left_out)
{
    struct wl_buf seen;
    int stops = 0;

    wl_buf_init(&seen, 1 << 20);
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    ck_assert_str_eq(claim_in(PLAIN("D10", "C2")), "approved");
    ck_assert_str_eq(claim_in(PLAIN("D2", "C3")), "approved");
    ck_assert_str_eq(claim_in(PART("C4")), "approved");
    DONE(sign("D1", "C4"));
    DONE(receive("C1", 2));
    OK(wl_settle_targets(txn, WL_NONE, count_target, &seen));
    wl_buf_byte(&seen, 0);
    ck_assert_str_eq((char *)seen.data, "D1:CNY D10:CNY D2:JPY ");
    wl_buf_clear(&seen);
    OK(wl_settle_targets(txn, day("2025-06-02"), count_target, &seen)); /* none is signed and back */
    ck_assert_uint_eq(seen.size, 0);
    DONE(sign("D10", "C2"));
    OK(wl_settle_targets(txn, day("2025-06-02"), count_target, &seen));
    wl_buf_byte(&seen, 0);
    ck_assert_str_eq((char *)seen.data, "D10:CNY ");
    wl_buf_clear(&seen);
    left_out_is("2025-06-02", "C1:voucher-unsigned C1:return-open(1 P-BACK) C1:return-uninspected(2 P-TWO) "
                              "C4:return-open(1 P-BACK) C3:voucher-unsigned ");
    wl_buf_clear(&seen);
    OK(wl_left_out(txn, text("D2"), text("JPY"), day("2025-06-01"), tell_left_out, &seen));
    OK(wl_left_out(txn, text("D2"), text("CNY"), day("2025-06-01"), tell_left_out, &seen));
    OK(wl_left_out(txn, text("a dealer with a name as long as no dealer's"), WL_NO_STR, 0, tell_left_out, &seen));
    wl_buf_byte(&seen, 0);
    ck_assert_str_eq((char *)seen.data, "C3:decided-later C3:voucher-unsigned ");
    ck_assert_int_eq(wl_left_out(txn, text("D1"), WL_NO_STR, 0, stop_at_once, &stops), WL_E_USAGE);
    ck_assert_int_eq(stops, 1);
    wl_buf_release(&seen);
    commit();
}
END_TEST

/* More lines than an entry holds: a run of entries, told in order. */
START_TEST(a_large_settlement_is_a_run_of_entries)
{
    enum { PAID_CLAIMS = 3200, REJECTED_CLAIMS = 10 };
    struct wl_settlement_lines *lines;
    struct wl_settlement_line line;
    struct wl_claim claim;
    int64_t last = -1;
    uint64_t size;
    unsigned n = 0;
    char no[16];

    begin();
    for (unsigned i = 0; i < PAID_CLAIMS; i++) {
        snprintf(no, sizeof no, "C%u", i);
        claim_in(PLAIN("D1", no));
        DONE(sign("D1", no));
        if (i % 320 == 0) {
            snprintf(no, sizeof no, "R%u", i);
            claim_in(BAD(no));
        }
    }
    commit();
    begin();
    size = wl_journal_size(txn);
    DONE(settle_keyed("D1", "CNY", "2025-12-31", "key"));
    ck_assert_uint_eq(answer.entries, 3);
    ck_assert_uint_eq(wl_journal_size(txn), size + 3);
    ck_assert_int_eq(settlement(1).claims_total, PAID_CLAIMS * INT64_C(20000));
    ck_assert_int_eq(settlement(1).paid_count, PAID_CLAIMS);
    ck_assert_int_eq(settlement(1).rejected_count, REJECTED_CLAIMS);
    ck_assert_int_eq(settlement(1).line_kind, WL_NONE);
    OK(wl_settlement_lines_open(txn, 1, WL_NONE, WL_NONE, &lines));
    for (; wl_settlement_lines_next(lines, &line, &claim) == 1; n++) {
        ck_assert_int_eq(line.kind, n < PAID_CLAIMS ? WL_SETTLED_PAID : WL_SETTLED_REJECTED);
        if (n == PAID_CLAIMS)
            last = -1;
        ck_assert_int_gt(line.claim, last);
        last = line.claim;
        ck_assert_int_eq(line.amount, claim.total);
    }
    wl_settlement_lines_close(lines);
    ck_assert_uint_eq(n, PAID_CLAIMS + REJECTED_CLAIMS);
    OK(wl_settlement_lines_open(txn, 1, WL_SETTLED_REJECTED, line.claim - 1, &lines));
    ck_assert_int_eq(wl_settlement_lines_next(lines, &line, NULL), 1);
    ck_assert_int_eq(wl_settlement_lines_next(lines, &line, NULL), 0);
    wl_settlement_lines_close(lines);
    /* The same key again: the same settlement, nothing new. */
    DONE(settle_keyed("D1", "CNY", "2025-12-31", "key"));
    ck_assert(answer.repeated);
    ck_assert_uint_eq(answer.number, 1);
    ck_assert_uint_eq(wl_journal_size(txn), size + 3);
    commit();
    check_all();
}
END_TEST

/* Dear: with the full tests only. */
START_TEST(a_settlement_has_its_bound)
{
    enum { VEHICLES = 20000 };
    const char *level = getenv("WL_LEVEL");
    unsigned claims = level && strcmp(level, "full") == 0 ? WL_SETTLEMENT_LINES_MAX + 20 : 0;
    struct claim_spec spec = {.dealer = "D1", .submission = "1", .hours = "2"};
    char no[16], vin[18];

    if (claims > 0)
        load_vehicles(VEHICLES);
    for (unsigned i = 0; i < claims; i++) {
        if (i % 10000 == 0)
            begin();
        snprintf(no, sizeof no, "C%u", i);
        spec.no = no;
        spec.vin = vin_of(i % VEHICLES, vin);
        ck_assert_str_eq(claim_in(&spec), "approved");
        DONE(sign("D1", no));
        if (i % 10000 == 9999 || i + 1 == claims)
            commit();
    }
    if (claims == 0)
        return;
    begin();
    DONE(settle("D1", "CNY"));
    ck_assert(answer.limited);
    ck_assert_uint_eq(answer.entries, 67);
    ck_assert_int_eq(settlement(1).paid_count, WL_SETTLEMENT_LINES_MAX);
    commit();
    begin();
    DONE(settle("D1", "CNY"));
    ck_assert(!answer.limited);
    ck_assert_int_eq(settlement(2).paid_count, 20);
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    commit();
    check_all();
}
END_TEST

/* ---- the check ---- */

static void lose_row(unsigned table)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    char bytes[WL_KEY_MAX];

    OK(wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk));
    ck_assert_int_eq(wl_walk_next(walk, &key, &value), 1);
    memcpy(bytes, key.data, key.size);
    key.data = bytes;
    wl_walk_close(walk);
    wl_delete(txn, table, key);
}

static void change_claim(const char *no, size_t offset, int64_t value)
{
    struct wl_claim claim = claim_now("D1", no);
    int64_t id;

    memcpy((char *)&claim + offset, &value, sizeof value);
    ck_assert_int_eq(wl_claim_find(txn, text("D1"), text(no), &id), 1);
    wl_claim_put(txn, id, &claim);
}

static const unsigned lost_tables[] = {WL_TABLE_PAYABLES,    WL_TABLE_CLAIM_NAMES,      WL_TABLE_VEHICLE_HEADS,
                                       WL_TABLE_SETTLEMENTS, WL_TABLE_SETTLEMENT_LINES, WL_TABLE_OBLIGATIONS,
                                       WL_TABLE_CLAIMS,      WL_TABLE_SETTLEMENT_HEADS};

START_TEST(a_lost_row_is_noticed)
{
    begin();
    lose_row(lost_tables[_i]);
    ck_assert_int_eq(wl_gates_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

static const struct {
    const char *no;
    size_t offset;
    int64_t value;
} changes[] = {
    {"OPEN", offsetof(struct wl_claim, total), 28801},
    {"OPEN", offsetof(struct wl_claim, unmet_obligations), 1},
    {"OPEN", offsetof(struct wl_claim, state), WL_CLAIM_REJECTED},
    {"OPEN", offsetof(struct wl_claim, settlement), 1},
    {"OPEN", offsetof(struct wl_claim, first_obligation), 0},
    {"OPEN", offsetof(struct wl_claim, previous_on_vehicle), 0},
    {"SETT", offsetof(struct wl_claim, total), 28801},
    {"SETT", offsetof(struct wl_claim, settlement), 1},
    {"SETT", offsetof(struct wl_claim, charged_back), 1},
    {"SETT", offsetof(struct wl_claim, signed_seq), WL_NONE},
    {"REJ", offsetof(struct wl_claim, charged_back), 1},
    {"REJ", offsetof(struct wl_claim, previous_version), 0},
    {"OPEN", offsetof(struct wl_claim, obligation_count), -1},
};

START_TEST(a_changed_claim_is_noticed)
{
    begin();
    OK(wl_gates_check(txn));
    change_claim(changes[_i].no, changes[_i].offset, changes[_i].value);
    ck_assert_int_eq(wl_gates_check(txn), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("settlements");
    TCase *states = cases("states", situations_make), *ways = cases("ways", world_make);

    tcase_add_test(states, settlements_know_their_states);
    tcase_add_test(states, only_a_drafted_settlement_goes_on);
    tcase_add_loop_test(states, a_lost_row_is_noticed, 0, (int)WL_COUNT(lost_tables));
    tcase_add_loop_test(states, a_changed_claim_is_noticed, 0, (int)WL_COUNT(changes));
    tcase_add_test(ways, the_whole_way);
    tcase_add_test(ways, a_settlement_ahead_of_its_closing_day);
    tcase_add_test(ways, a_debt_is_carried_until_it_is_netted);
    tcase_add_test(ways, all_of_a_claim_may_be_charged_back);
    tcase_add_test(ways, an_accepted_part_is_not_charged_back);
    tcase_add_test(ways, a_part_not_inspected_keeps_its_claim_from_being_paid);
    tcase_add_test(ways, an_overdue_part_keeps_its_claim_from_being_paid);
    tcase_add_test(ways, goodwill_charged_back_is_free_again);
    tcase_add_test(ways, currencies_are_settled_apart);
    tcase_add_test(ways, whom_to_settle_and_what_is_left_out);
    tcase_add_test(ways, a_large_settlement_is_a_run_of_entries);
    tcase_add_test(ways, a_settlement_has_its_bound);
    suite_add_tcase(suite, states);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
