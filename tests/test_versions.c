/* A claim is sent back for information and submitted anew; which commands know which states; and what a settlement told
 * of a claim stays told. */
#include "tests/versions_world.h"

/* ---- every command in every state ---- */

#define R(NAME) WL_CLAIM_STEP_##NAME
static const struct {
    enum wl_claim_step step;
    const char *(*run)(const char *no);
    const char *expected[SITUATIONS];
} legal[] = {
    {R(INFORMATION),
     try_information,
     {"claim-unknown", "claim-rejected", "done", "not-assigned", "done", "done", "done", "done", "done", "done",
      "already-settled", "already-settled", "already-settled"}},
    {R(APPEAL),
     try_appeal,
     {"claim-unknown", "done", "claim-not-rejected", "claim-not-rejected", "claim-not-rejected", "claim-not-rejected",
      "claim-not-rejected", "claim-not-rejected", "claim-not-rejected", "claim-not-rejected", "claim-not-rejected",
      "claim-not-rejected", "claim-not-rejected"}},
    {R(CORRECT),
     try_correct,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "done", "done",
      "nothing-to-correct", "done", "already-settled", "already-settled", "already-settled"}},
};

START_TEST(each_command_knows_its_states)
{
    for (int i = 0; i < SITUATIONS; i++) {
        const char *name;
        uint64_t before;
        bool changed;

        begin();
        before = state_now();
        if (i != UNKNOWN) {
            int64_t by_state = wl_claim_transition(legal[_i].step)->refusal[claim_now("D1", situation_claim[i]).state];

            ck_assert(by_state == WL_DONE || strcmp(wl_refusal_name(by_state), legal[_i].expected[i]) == 0);
        }
        name = legal[_i].run(situation_claim[i]);
        changed = before != state_now();
        ck_assert_msg(strcmp(name, legal[_i].expected[i]) == 0, "row %d, %s: %s and not %s", _i, situation_claim[i],
                      name, legal[_i].expected[i]);
        ck_assert_msg(changed == (strcmp(name, "done") == 0), "row %d, %s", _i, situation_claim[i]);
        OK(wl_gates_check(txn));
        wl_txn_abort(&txn);
    }
}
END_TEST

static const char *try_approve(const char *no)
{
    return review(no, WL_APPROVE, 0, 0, NULL);
}
static const char *try_sign(const char *no)
{
    return sign("D1", no);
}
static const char *try_waive(const char *no)
{
    return waive(no, 0, "scrapped");
}
static const char *try_settle(const char *no)
{
    (void)no;
    return settle("D1", "CNY");
}

/* What a claim that was sent back meets, whatever it was before. */
static const struct {
    const char *(*run)(const char *no);
    const char *expected;
} sent_back[] = {
    {try_approve, "claim-not-referred"},  {try_information, "information-awaited"}, {try_appeal, "claim-not-rejected"},
    {try_correct, "information-awaited"}, {try_sign, "information-awaited"},        {try_settle, "nothing-to-settle"},
    {try_waive, "nothing-to-waive"},
};

START_TEST(what_was_sent_back_waits_for_its_dealer)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(sign("D1", "C1"));
    DONE(information("C1", "why two pumps?"));
    commit();
    for (size_t i = 0; i < WL_COUNT(sent_back); i++) {
        uint64_t before;

        begin();
        before = state_now();
        ck_assert_str_eq(sent_back[i].run("C1"), sent_back[i].expected);
        ck_assert_uint_eq(before, state_now());
        wl_txn_abort(&txn);
    }
    begin();
    DONE(forget("C1"));
    commit();
    check_all();
}
END_TEST
/* ---- information ---- */

START_TEST(what_hangs_on_a_claim_goes_back_with_it)
{
    struct wl_claim claim;

    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(sign("D1", "C1"));
    DONE(receive("C1", 1));
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 28800);
    ck_assert(has_row(WL_TABLE_PAYABLES, "C1"));
    ck_assert_str_eq(information("C1", NULL), "reason-missing");
    DONE(information("C1", "why two?"));
    ck_assert_int_eq(decided()->decision.decision, WL_CLAIM_REJECTED);
    ck_assert(found(&decided()->decision, WL_FINDING_INFORMATION_REQUESTED));
    ck_assert_uint_eq(decided()->waived.count, 2);
    claim = claim_now("D1", "C1");
    ck_assert_int_eq(claim.state, WL_CLAIM_INFO_REQUESTED);
    ck_assert_int_eq(claim.total, 0);
    ck_assert_int_eq(claim.unmet_obligations, 0);
    ck_assert(!wl_claim_stands(&claim));
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_EXPENSE_WARRANTY, NULL, "CNY"), 0);
    ck_assert(!has_row(WL_TABLE_PAYABLES, "C1"));
    ck_assert(has_row(WL_TABLE_DISPOSITIONS, "C1"));
    ck_assert_int_eq(obligation_of("C1", 0).state, WL_OBLIGATION_WAIVED_RECEIVED);
    ck_assert_int_eq(obligation_of("C1", 1).state, WL_OBLIGATION_WAIVED);
    ck_assert_int_eq(obligation_of("C1", 1).waived_seq, claim.decided_seq);
    commit();
    check_all();
}
END_TEST

static int64_t spent(void)
{
    struct wl_str value;

    return wl_get(txn, WL_TABLE_SPENT, WL_STR("A1"), &value) == 1 ? (int64_t)wl_get_u64(value.data) : 0;
}

START_TEST(goodwill_is_given_back_and_spent_again)
{
    begin();
    ck_assert_str_eq(claim_in(GOODWILL("G1", "F1")), "partial");
    ck_assert_int_eq(spent(), 12750);
    DONE(information("G1", "whose goodwill?"));
    ck_assert_int_eq(spent(), 0);
    ck_assert_str_eq(claim_in(GOODWILL("G2", "F9")), "rejected");
    DONE(appeal("G2", "F1 was meant"));
    ck_assert_int_eq(decided()->decision.total, 12750);
    ck_assert_int_eq(decided()->decision.left, 50000);
    ck_assert_int_eq(spent(), 12750);
    acting = "R1";
    DONE(review("G2", WL_REFUSE, 0, 0, "no"));
    ck_assert_int_eq(spent(), 0);
    commit();
    check_all();
}
END_TEST

START_TEST(a_referred_claim_leaves_its_seat)
{
    begin();
    for (const char *const *no = (const char *const[]){"L1", "L2", "L3", "L4", NULL}; *no; no++)
        ck_assert_str_eq(claim_in(LARGE(*no)), "referred");
    ck_assert_uint_eq(claim_now("D1", "L3").seat.size, 0);
    ck_assert_str_eq(information("L3", "x"), "not-assigned");
    DONE(information("L1", "which pump?"));
    ck_assert_uint_eq(decided()->decision.assignments.count, 1);
    ck_assert_uint_eq(decided()->head.postings.count, 0);
    ck_assert_int_eq(claim_now("D1", "L1").state, WL_CLAIM_INFO_REQUESTED);
    ck_assert_uint_eq(claim_now("D1", "L1").seat.size, 0);
    ck_assert_uint_ne(claim_now("D1", "L3").seat.size, 0);
    ck_assert_uint_eq(claim_now("D1", "L4").seat.size, 0);
    commit();
    check_all();
}
END_TEST

/* Who may not decide it may not send it back; later the clearing house may. */
START_TEST(only_its_reviewer_sends_a_referred_claim_back)
{
    load_table("reviewers", "reviewer_id,name,seat_id\nR1,One,SEAT-1\nR2,Two,SEAT-2\n");
    begin();
    ck_assert_str_eq(claim_in(LARGE("L1")), "referred");
    acting = "R2";
    ck_assert_str_eq(information("L1", "x"), "not-your-seat");
    acting = "R1";
    DONE(review("L1", WL_APPROVE, 0, 0, NULL));
    acting = "R2";
    DONE(information("L1", "x"));
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 0);
    commit();
    check_all();
}
END_TEST

/* ---- versions ---- */
START_TEST(a_higher_submission_is_a_new_version)
{
    int64_t first, second;

    begin();
    ck_assert_str_eq(send("C1", "3", "2", NULL), "approved");
    first = id_of("C1");
    ck_assert_str_eq(send("C1", "4", "1", NULL), "rejected"); /* it stands */
    ck_assert(found(&came_in()->decision, WL_FINDING_CLAIM_NUMBER_REUSED));
    DONE(information("C1", "less labour?"));
    ck_assert_str_eq(send("C1", "3", "1", NULL), "rejected"); /* not higher */
    ck_assert(found(&came_in()->decision, WL_FINDING_CLAIM_NUMBER_REUSED));
    send("C1", "3", "2", NULL); /* the first answer again */
    ck_assert_int_eq(came_in()->repeats, first);
    ck_assert_str_eq(send("C1", "4", "1", NULL), "approved");
    second = id_of("C1");
    ck_assert_int_ne(first, second);
    ck_assert_int_eq(row_of(second).previous_version, first);
    ck_assert_int_eq(row_of(second).total, 15500);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 15500);
    send("C1", "3", "2", NULL); /* and so is that of any earlier version */
    ck_assert_int_eq(came_in()->repeats, first);
    send("C1", "4", "1", NULL);
    ck_assert_int_eq(came_in()->repeats, second);
    commit();
    check_all();
}
END_TEST

/* Commands name the newest version; what is left of an old one are parts, and they cost and pay nothing. */
START_TEST(an_old_version_is_past)
{
    struct wl_claim before;
    int64_t old;

    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    old = id_of("C1");
    DONE(receive("C1", 1));
    DONE(information("C1", "which pump?"));
    before = row_of(old);
    ck_assert_str_eq(send("C1", "2", "2", "F9"), "rejected");
    DONE(appeal("C1", "F1 was meant"));
    acting = "R1";
    DONE(review("C1", WL_APPROVE, 0, 0, NULL));
    DONE(sign("D1", "C1"));
    DONE(waive("C1", 0, "scrapped"));
    ck_assert_int_ne(id_of("C1"), old);
    ck_assert_int_eq(row_of(old).state, WL_CLAIM_INFO_REQUESTED);
    ck_assert_int_eq(row_of(old).signed_seq, WL_NONE);
    ck_assert_int_eq(row_of(old).appealed_seq, WL_NONE);
    ck_assert_int_eq(row_of(old).decided_seq, before.decided_seq);
    DONE(run(&wl_tag_inspect_command, &(struct wl_tag_inspect_body){.tag = 1, .outcome = WL_ABUSE}));
    ck_assert_int_eq(row_of(old).state, WL_CLAIM_INFO_REQUESTED);
    ck_assert_int_eq(row_of(old).total, 0);
    ck_assert_int_eq(row_of(id_of("C1")).total, 25500);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 25500);
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(1).paid_count, 1);
    ck_assert_int_eq(settlement(1).rejected_count, 1); /* the old one, as sent back */
    commit();
    check_all();
}
END_TEST
/* ---- what a settlement told stays told ---- */

static struct wl_decided when_settled(const char *no, uint64_t number)
{
    struct wl_settlement s = settlement(number);
    struct wl_decided d;

    OK(wl_decision_when_settled(txn, &arena, id_of(no), &s, &d));
    return d;
}

START_TEST(what_was_told_stays_told)
{
    struct wl_decided d;

    begin();
    ck_assert_str_eq(claim_in(PLAIN("D1", "P1")), "approved");
    ck_assert_str_eq(send("C1", "1", "2", "F9"), "rejected");
    ck_assert_str_eq(claim_in(USUAL("D1", "C2")), "approved");
    DONE(information("C2", "which?"));
    ck_assert_str_eq(claim_in(USUAL("D1", "C3")), "approved");
    DONE(sign("D1", "P1"));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(1).rejected_count, 2);
    ck_assert_int_eq(when_settled("C1", 1).state, WL_CLAIM_REJECTED);
    ck_assert_int_eq(when_settled("C2", 1).state, WL_CLAIM_INFO_REQUESTED);
    DONE(appeal("C1", "F1 was meant"));
    acting = "R1";
    DONE(review("C1", WL_APPROVE, WL_LINE_LABOUR, 1, "no"));
    acting = "test";
    DONE(correct("C1", LINES(LINE(PART, 1, 4000)), "used"));
    DONE(sign("D1", "C1"));
    DONE(receive("C1", 0));
    DONE(inspect("C1", 0, WL_ACCEPTED));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(2).paid_count, 1);
    ck_assert_int_eq(settlement(2).rejected_count, 0); /* each is told once */
    ck_assert_int_eq(when_settled("C1", 2).decision.total, 4400);
    ck_assert_int_eq(when_settled("C1", 1).state, WL_CLAIM_REJECTED);
    d = when_settled("C1", 1);
    ck_assert(found(&d.decision, WL_FINDING_FAULT_UNKNOWN));
    commit();
    check_all();
}
END_TEST

struct counted {
    uint64_t seqs[16];
    size_t count;
};

static int count(void *context, uint64_t seq)
{
    struct counted *c = context;

    ck_assert_uint_lt(c->count, WL_COUNT(c->seqs));
    c->seqs[c->count++] = seq;
    return WL_OK;
}

/* Rejected, appealed, approved, corrected, sent back: every decision is in force in its time. */
START_TEST(each_decision_had_its_time)
{
    static const int64_t states[] = {WL_CLAIM_REJECTED, WL_CLAIM_REFERRED, WL_CLAIM_APPROVED, WL_CLAIM_PARTIAL,
                                     WL_CLAIM_INFO_REQUESTED};
    struct counted c = {.count = 0};
    struct wl_decided d;
    int64_t id;

    begin();
    ck_assert_str_eq(send("C1", "1", "2", "F9"), "rejected");
    id = id_of("C1");
    DONE(appeal("C1", "F1 was meant"));
    acting = "R1";
    DONE(review("C1", WL_APPROVE, 0, 0, NULL));
    acting = "R2";
    DONE(correct("C1", LINES(LINE(LABOUR, 1, 1)), "no"));
    DONE(information("C1", "which?"));
    OK(wl_history_each(txn, (struct wl_subject){WL_SUBJECT_CLAIM, id}, count, &c));
    ck_assert_uint_eq(c.count, 4);
    for (size_t i = 0; i < WL_COUNT(states); i++) {
        int64_t seq = i == 0 ? row_of(id).seq : (int64_t)c.seqs[i - 1];

        OK(wl_decision_at(txn, &arena, id, seq, &d));
        ck_assert_int_eq(d.seq, seq);
        ck_assert_int_eq(d.state, states[i]);
    }
    ck_assert_int_eq(wl_decision_at(txn, &arena, id, row_of(id).seq - 1, &d), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

/* ---- the check finds what disagrees ---- */

START_TEST(the_check_finds_a_claim_that_is_told_of_and_stands)
{
    char key[11] = "D1";

    begin();
    ck_assert_str_eq(claim_in(PLAIN("D1", "C1")), "approved");
    OK(wl_gates_check(txn));
    wl_set_u64(key + 3, (uint64_t)id_of("C1"));
    wl_put(txn, WL_TABLE_DISPOSITIONS, (struct wl_str){key, sizeof key}, WL_NO_STR);
    ck_assert_int_eq(wl_gates_check(txn), WL_E_DAMAGED);
    ck_assert_ptr_nonnull(strstr(wl_error(), "neither rejected nor sent back"));
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("versions");
    TCase *states = cases("states", situations_make), *ways = cases("ways", make);

    tcase_add_loop_test(states, each_command_knows_its_states, 0, WL_COUNT(legal));
    tcase_add_test(ways, what_was_sent_back_waits_for_its_dealer);
    tcase_add_test(ways, what_hangs_on_a_claim_goes_back_with_it);
    tcase_add_test(ways, goodwill_is_given_back_and_spent_again);
    tcase_add_test(ways, a_referred_claim_leaves_its_seat);
    tcase_add_test(ways, only_its_reviewer_sends_a_referred_claim_back);
    tcase_add_test(ways, a_higher_submission_is_a_new_version);
    tcase_add_test(ways, an_old_version_is_past);
    tcase_add_test(ways, what_was_told_stays_told);
    tcase_add_test(ways, each_decision_had_its_time);
    tcase_add_test(ways, the_check_finds_a_claim_that_is_told_of_and_stands);
    suite_add_tcase(suite, states);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
