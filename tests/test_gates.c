/* The gates between a decision and the money: which command is legal where, and what each leaves. */
#include "tests/gates_world.h"

/* ---- every command in every state ---- */

static const char *try_approve(const char *no)
{
    return review(no, WL_APPROVE, 0, 0, NULL);
}
static const char *try_refuse(const char *no)
{
    return review(no, WL_REFUSE, 0, 0, "no fault found");
}
static const char *try_refuse_line(const char *no)
{
    return review(no, WL_APPROVE, WL_LINE_PART, 1, "not the cause");
}
static const char *try_sign(const char *no)
{
    return sign("D1", no);
}
static const char *try_receive_one(const char *no)
{
    return receive(no, 1);
}
static const char *try_receive_all(const char *no)
{
    return receive(no, WL_NONE);
}
static const char *try_receive_third(const char *no)
{
    return receive(no, 3);
}
static const char *try_accept_one(const char *no)
{
    return inspect(no, 1, WL_ACCEPTED);
}
static const char *try_abuse_all(const char *no)
{
    return inspect(no, 0, WL_ABUSE);
}
static const char *try_waive_one(const char *no)
{
    return waive(no, 1, "scrapped");
}
static const char *try_waive_all(const char *no)
{
    return waive(no, 0, "scrapped");
}
static const char *try_waive_silently(const char *no)
{
    return waive(no, 0, NULL);
}
static const char *try_forget(const char *no)
{
    return forget(no);
}

#define NOT_REFERRED "claim-not-referred"
/* Rows: a command; columns: what it meets in each situation, in the order of enum situation. In a settled
 * claim part 1 was waived and part 2 waived and received. */
static const struct {
    const char *(*run)(const char *no);
    const char *expected[SITUATIONS];
} legal[] = {
    {try_approve,
     {"claim-unknown", NOT_REFERRED, "done", "not-assigned", NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED,
      NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED}},
    {try_refuse,
     {"claim-unknown", NOT_REFERRED, "done", "not-assigned", NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED,
      NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED}},
    {try_refuse_line,
     {"claim-unknown", NOT_REFERRED, "done", "not-assigned", NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED,
      NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED}},
    {try_sign,
     {"claim-unknown", "claim-rejected", "done", "done", "done", "already-signed", "done", "done", "done", "done",
      "already-signed", "already-signed", "already-signed"}},
    {try_receive_one,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "already-received",
      "already-inspected", "already-inspected", "done", "done", "done", "done"}},
    {try_receive_all,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "nothing-to-receive",
      "nothing-to-receive", "done", "nothing-to-receive", "nothing-to-receive", "nothing-to-receive",
      "nothing-to-receive"}},
    {try_receive_third,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "obligation-unknown",
      "obligation-unknown", "obligation-unknown", "obligation-unknown", "obligation-unknown", "obligation-unknown",
      "obligation-unknown", "obligation-unknown", "obligation-unknown"}},
    {try_accept_one,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "obligation-not-received",
      "obligation-not-received", "done", "already-inspected", "already-inspected", "obligation-not-received",
      "obligation-not-received", "obligation-not-received", "obligation-not-received"}},
    {try_abuse_all,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "nothing-to-inspect",
      "nothing-to-inspect", "done", "nothing-to-inspect", "nothing-to-inspect", "nothing-to-inspect", "done", "done",
      "done"}},
    {try_waive_one,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "done",
      "already-inspected", "already-inspected", "already-waived", "already-waived", "already-waived",
      "already-waived"}},
    {try_waive_all,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "done",
      "nothing-to-waive", "done", "nothing-to-waive", "nothing-to-waive", "nothing-to-waive", "nothing-to-waive"}},
    {try_waive_silently,
     {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "reason-missing", "reason-missing",
      "reason-missing", "reason-missing", "reason-missing", "reason-missing", "reason-missing", "reason-missing",
      "reason-missing"}},
    {try_forget,
     {"claim-unknown", "done", "done", "done", "done", "done", "done", "done", "done", "done", "done", "done", "done"}},
};

START_TEST(each_command_knows_its_states)
{
    for (int i = 0; i < SITUATIONS; i++) {
        const char *name;
        uint64_t before;

        begin();
        before = state_now();
        name = legal[_i].run(situation_claim[i]);
        ck_assert_msg(strcmp(name, legal[_i].expected[i]) == 0, "row %d, %s: %s and not %s", _i, situation_claim[i],
                      name, legal[_i].expected[i]);
        ck_assert_msg((before == state_now()) == (strcmp(name, "done") != 0), "row %d, %s", _i, situation_claim[i]);
        OK(wl_gates_check(txn));
        wl_txn_abort(&txn);
    }
}
END_TEST

/* ---- every command in every state of a return ---- */

/* Rows: a state, and the steps (R receive, W waive, A accept, X refuse; part 1 by its line; T a tick past its due day)
 * that lead to it.
 * For each step, once by its line and once as all there are: the state that follows, or the refusal. */
static const struct {
    enum wl_obligation_state state;
    bool blocks;
    const char *steps;
    struct {
        int next; /* -1: refused */
        const char *named, *all;
    } step[4]; /* as in step_names */
} return_states[] = {
    {WL_OBLIGATION_OPEN,
     true,
     "",
     {{WL_OBLIGATION_RECEIVED, "done", "done"},
      {WL_OBLIGATION_WAIVED, "done", "done"},
      {-1, "obligation-not-received", "nothing-to-inspect"},
      {-1, "obligation-not-received", "nothing-to-inspect"}}},
    {WL_OBLIGATION_RECEIVED,
     true,
     "R",
     {{-1, "already-received", "nothing-to-receive"},
      {WL_OBLIGATION_WAIVED_RECEIVED, "done", "done"},
      {WL_OBLIGATION_ACCEPTED, "done", "done"},
      {WL_OBLIGATION_REFUSED, "done", "done"}}},
    {WL_OBLIGATION_ACCEPTED,
     false,
     "RA",
     {{-1, "already-inspected", "nothing-to-receive"},
      {-1, "already-inspected", "nothing-to-waive"},
      {-1, "already-inspected", "nothing-to-inspect"},
      {-1, "already-inspected", "nothing-to-inspect"}}},
    {WL_OBLIGATION_REFUSED,
     false,
     "RX",
     {{-1, "already-inspected", "nothing-to-receive"},
      {-1, "already-inspected", "nothing-to-waive"},
      {-1, "already-inspected", "nothing-to-inspect"},
      {-1, "already-inspected", "nothing-to-inspect"}}},
    {WL_OBLIGATION_WAIVED,
     false,
     "W",
     {{WL_OBLIGATION_WAIVED_RECEIVED, "done", "nothing-to-receive"},
      {-1, "already-waived", "nothing-to-waive"},
      {-1, "obligation-not-received", "nothing-to-inspect"},
      {-1, "obligation-not-received", "nothing-to-inspect"}}},
    {WL_OBLIGATION_WAIVED_RECEIVED,
     false,
     "WR",
     {{-1, "already-received", "nothing-to-receive"},
      {-1, "already-waived", "nothing-to-waive"},
      {WL_OBLIGATION_ACCEPTED, "done", "done"},
      {WL_OBLIGATION_REFUSED, "done", "done"}}},
    {WL_OBLIGATION_WAIVED_RECEIVED,
     false,
     "RW",
     {{-1, "already-received", "nothing-to-receive"},
      {-1, "already-waived", "nothing-to-waive"},
      {WL_OBLIGATION_ACCEPTED, "done", "done"},
      {WL_OBLIGATION_REFUSED, "done", "done"}}},
    {WL_OBLIGATION_OVERDUE,
     true,
     "T",
     {{WL_OBLIGATION_RECEIVED, "done", "done"},
      {WL_OBLIGATION_WAIVED, "done", "done"},
      {-1, "obligation-not-received", "nothing-to-inspect"},
      {-1, "obligation-not-received", "nothing-to-inspect"}}},
};
_Static_assert(WL_COUNT(return_states) >= WL_OBLIGATION_STATE_COUNT, "each state has its row");

static const char step_names[] = "RWAX";

static const char *take_step(char step, const char *no, int64_t line)
{
    switch (step) {
    case 'R':
        return receive(no, line);
    case 'W':
        return waive(no, line, "scrapped");
    case 'T':
        set_day("2025-07-01");
        return tick();
    default:
        return inspect(no, line, step == 'A' ? WL_ACCEPTED : WL_ABUSE);
    }
}

static struct wl_obligation return_now(const char *no)
{
    struct wl_obligation obligation;

    ck_assert_int_eq(wl_obligation_get(txn, &arena, claim_now("D1", no).first_obligation, &obligation), 1);
    return obligation;
}

/* Part 1 is as the steps left it; part 2 was accepted, so that "all" is part 1 alone. */
static void return_is(const char *no, size_t row)
{
    DONE(receive(no, 2));
    DONE(inspect(no, 2, WL_ACCEPTED));
    for (const char *step = return_states[row].steps; *step; step++)
        DONE(take_step(*step, no, 1));
    ck_assert_int_eq(return_now(no).state, (int)return_states[row].state);
    ck_assert_int_eq(claim_now("D1", no).unmet_obligations, return_states[row].blocks);
    ck_assert(wl_obligation_blocks((int64_t)return_states[row].state) == return_states[row].blocks);
}

/* One step from where part 1 stands. A part arrives once, and is inspected or not. */
static void step_is(const char *no, size_t row, size_t step, bool named)
{
    int next = return_states[row].step[step].next;
    const char *expected = named ? return_states[row].step[step].named : return_states[row].step[step].all;
    int64_t arrived = balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-BACK");
    uint64_t before = state_now();
    const char *name = take_step(step_names[step], no, named);
    bool done = strcmp(name, "done") == 0;

    ck_assert_msg(strcmp(name, expected) == 0, "%s, row %zu, step %zu: %s and not %s", no, row, step, name, expected);
    ck_assert(done == (before != state_now()));
    ck_assert_int_eq(return_now(no).state, done ? next : (int)return_states[row].state);
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-BACK"),
                     arrived + (done && step_names[step] == 'R' ? 1000 : 0));
    OK(wl_gates_check(txn));
}

START_TEST(each_command_knows_the_states_of_a_return)
{
    size_t row = (size_t)_i;
    char no[16];

    begin();
    for (size_t step = 0; step < sizeof step_names - 1; step++)
        for (int named = 0; named < 2; named++) {
            snprintf(no, sizeof no, "C%zu-%d", step, named);
            ck_assert_str_eq(claim_in(USUAL("D1", no)), "approved");
            return_is(no, row);
            step_is(no, row, step, named);
        }
    commit();
    check_all();
}
END_TEST

/* ---- review ---- */

START_TEST(reviews_refuse_what_is_unclear)
{
    begin();
    ck_assert_str_eq(claim_in(LARGE("R1")), "referred");
    ck_assert_str_eq(review("R1", WL_REFUSE, 0, 0, NULL), "reason-missing");
    ck_assert_str_eq(review("R1", WL_APPROVE, WL_LINE_PART, 1, NULL), "reason-missing");
    ck_assert_str_eq(review("R1", WL_REFUSE, WL_LINE_PART, 1, "why"), "verdict-unclear");
    ck_assert_str_eq(review("R1", WL_APPROVE, WL_LINE_PART, 2, "why"), "line-unknown");
    ck_assert(wl_str_is(((struct wl_review_outcome *)outcome)->head.about, "part 2"));
    ck_assert_str_eq(review("R1", WL_APPROVE, WL_LINE_SUBLET, 1, "why"), "line-unknown");
    ck_assert_str_eq(review("R1", WL_APPROVE, WL_LINE_LABOUR, -1, "why"), "line-unknown");
    ck_assert_int_eq(claim_now("D1", "R1").state, WL_CLAIM_REFERRED);
    commit();
    check_all();
}
END_TEST

START_TEST(a_refused_line_is_worth_nothing)
{
    struct wl_claim claim;

    begin();
    ck_assert_str_eq(claim_in(LARGE("R1")), "referred");
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 0);
    DONE(review("R1", WL_APPROVE, WL_LINE_LABOUR, 1, "too long"));
    claim = claim_now("D1", "R1");
    ck_assert_int_eq(claim.state, WL_CLAIM_PARTIAL);
    ck_assert_int_eq(claim.total, 5500);
    ck_assert_int_eq(claim.unmet_obligations, 1);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 5500);
    commit();
    check_all();
}
END_TEST

START_TEST(a_claim_of_refused_lines_only_is_refused_as_a_whole)
{
    struct wl_line_name lines[] = {{.kind = WL_LINE_LABOUR, .line = 1, .amount = WL_NONE},
                                   {.kind = WL_LINE_PART, .line = 1, .amount = WL_NONE},
                                   {.kind = WL_LINE_PART, .line = 1, .amount = WL_NONE}};
    struct wl_review_body body = {.dealer_id = text("D1"),
                                  .claim_no = text("R1"),
                                  .verdict = WL_APPROVE,
                                  .refused = {lines, WL_COUNT(lines)},
                                  .reason = text("all of it")};

    begin();
    ck_assert_str_eq(claim_in(LARGE("R1")), "referred");
    ck_assert_str_eq(run(&wl_review_command, &body), "nothing-payable");
    ck_assert_int_eq(((struct wl_review_outcome *)outcome)->decision.decision, WL_NONE);
    DONE(review("R1", WL_REFUSE, 0, 0, "all of it"));
    ck_assert_int_eq(((struct wl_review_outcome *)outcome)->decision.findings.at[0], WL_FINDING_REVIEW_REFUSED);
    ck_assert_int_eq(claim_now("D1", "R1").state, WL_CLAIM_REJECTED);
    ck_assert_int_eq(claim_now("D1", "R1").total, 0);
    /* A refused claim may come again. */
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D1", .no = "R1", .submission = "2", .hours = "2"}),
                     "approved");
    ck_assert_str_eq(forget("R1"), "done");
    commit();
    check_all();
}
END_TEST

/* "a referred claim goes to the seat of its tier with free capacity...; with none free it waits" */
START_TEST(a_decided_claim_frees_its_seat)
{
    begin();
    for (const char *const *no = (const char *const[]){"R1", "R2", "R3", "R4", NULL}; *no; no++)
        ck_assert_str_eq(claim_in(LARGE(*no)), "referred");
    ck_assert_str_eq(try_approve("R3"), "not-assigned");
    DONE(try_refuse("R2"));
    ck_assert(wl_str_is(claim_now("D1", "R3").seat, "SEAT-1"));
    ck_assert_uint_eq(claim_now("D1", "R4").seat.size, 0);
    DONE(try_approve("R3"));
    ck_assert_int_eq(claim_now("D1", "R3").total, 205500);
    DONE(try_approve("R1"));
    DONE(try_approve("R4"));
    commit();
    check_all();
}
END_TEST

START_TEST(a_seat_loaded_later_takes_from_the_queue)
{
    begin();
    for (const char *const *no = (const char *const[]){"R1", "R2", "R3", "R4", "R5", NULL}; *no; no++)
        ck_assert_str_eq(claim_in(LARGE(*no)), "referred");
    commit();
    load_table("seats", "seat_id,tier,capacity\nSEAT-3,1,1\n");
    begin();
    ck_assert_str_eq(try_approve("R4"), "not-assigned");
    DONE(try_approve("R3")); /* the oldest that waits takes the seat, and is decided */
    OK(wl_gates_check(txn));
    DONE(try_approve("R1"));
    ck_assert(wl_str_is(claim_now("D1", "R5").seat, "SEAT-1"));
    DONE(try_approve("R4"));
    DONE(try_approve("R5"));
    DONE(try_approve("R2"));
    commit();
    check_all();
}
END_TEST

/* Due return_days after the day of the review (domain text, section 4), in the store's zone. */
START_TEST(a_review_starts_the_days_of_a_return)
{
    struct wl_obligation obligation;

    begin();
    ck_assert_str_eq(claim_in(LARGE("R1")), "referred");
    now = day("2025-06-10") * 86400 + 20 * 3600; /* the 11th in UTC+8 */
    DONE(try_approve("R1"));
    ck_assert_int_eq(wl_obligation_get(txn, &arena, claim_now("D1", "R1").first_obligation, &obligation), 1);
    ck_assert_int_eq(obligation.due, day("2025-06-11") + 30);
    ck_assert_int_eq(claim_now("D1", "R1").decided_day, day("2025-06-11"));
    commit();
}
END_TEST

/* ---- returns ---- */

START_TEST(parts_travel_from_the_vehicle_to_the_centre)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(receive("C1", 2));
    DONE(receive("C1", 0));
    ck_assert_uint_eq(((struct wl_receive_outcome *)outcome)->head.postings.count, 3);
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-TWO"), 1000);
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-BACK"), 1000);
    ck_assert_int_eq(balance(WL_ACCOUNT_VEHICLE, VIN, "P-BACK"), -1000);
    ck_assert_int_eq(balance(WL_ACCOUNT_DEALER_DEFECTIVE, "D1/MAIN", "P-BACK"), 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_IN_TRANSIT, "return/0", "P-BACK"), 0);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 2);
    DONE(inspect("C1", 2, WL_ACCEPTED));
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 1);
    DONE(inspect("C1", 0, WL_ACCEPTED));
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    commit();
    check_all();
}
END_TEST

/* A waived part is no part of "all": it comes back by its line, and once. */
START_TEST(a_waived_part_may_come_back)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(waive("C1", 1, "lost"));
    DONE(receive("C1", 0));
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-BACK"), 0);
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-TWO"), 1000);
    DONE(receive("C1", 1));
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-BACK"), 1000);
    ck_assert_str_eq(receive("C1", 1), "already-received");
    DONE(waive("C1", 0, "no time")); /* part 2, which is back */
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre/MAIN", "P-TWO"), 1000);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    DONE(inspect("C1", 0, WL_NOT_DEFECTIVE)); /* both, before settlement: priced again */
    ck_assert_int_eq(claim_now("D1", "C1").total, 20000);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 20000);
    commit();
    check_all();
}
END_TEST

/* A waiver of all takes each return on from where it stands. */
START_TEST(a_waiver_takes_open_and_received_parts)
{
    struct wl_obligation second;

    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    DONE(receive("C1", 2));
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 2);
    DONE(waive("C1", 0, "a recall of the supplier's"));
    ck_assert_int_eq(return_now("C1").state, WL_OBLIGATION_WAIVED);
    ck_assert_int_eq(wl_obligation_get(txn, &arena, claim_now("D1", "C1").first_obligation + 1, &second), 1);
    ck_assert_int_eq(second.state, WL_OBLIGATION_WAIVED_RECEIVED);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    commit();
    check_all();
}
END_TEST

START_TEST(a_part_refused_before_settlement_lowers_the_claim)
{
    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "C1")), "approved");
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 28800);
    DONE(receive("C1", 0));
    DONE(inspect("C1", 1, WL_NOT_DEFECTIVE));
    ck_assert_int_eq(claim_now("D1", "C1").total, 23300);
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_PARTIAL);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 23300);
    DONE(inspect("C1", 0, WL_MISSING));
    ck_assert_int_eq(claim_now("D1", "C1").total, 20000);
    ck_assert_str_eq(inspect("C1", 0, WL_MISSING), "nothing-to-inspect");
    DONE(sign("D1", "C1"));
    DONE(settle("D1", "CNY"));
    ck_assert_int_eq(settlement(1).claims_total, 20000);
    commit();
    check_all();
}
END_TEST

START_TEST(a_claim_of_one_refused_part_is_rejected)
{
    begin();
    ck_assert_str_eq(claim_in(PART("C1")), "approved");
    DONE(receive("C1", 0));
    DONE(inspect("C1", 0, WL_WRONG_PART));
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_REJECTED);
    ck_assert_int_eq(balance(WL_ACCOUNT_ACCRUED, "D1", "CNY"), 0);
    ck_assert_str_eq(receive("C1", 1), "already-inspected");
    ck_assert_str_eq(receive("C1", 0), "nothing-to-receive");
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    commit();
    check_all();
}
END_TEST

/* ---- forgetting ---- */

static unsigned texts_of(int64_t seq)
{
    struct wl_str found;

    return seq != WL_NONE && wl_text_get(txn, (uint64_t)seq, 0, &found) == 1;
}

START_TEST(forgetting_erases_texts_and_nothing_else)
{
    struct wl_claim first, second, other;

    begin();
    ck_assert_str_eq(claim_in(BAD("C1")), "rejected");
    first = claim_now("D1", "C1");
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D1", .no = "C1", .submission = "2", .hours = "2"}),
                     "approved");
    ck_assert_str_eq(claim_in(PLAIN("D1", "C2")), "approved");
    DONE(forget("C1"));
    ck_assert_str_eq(forget("C1"), "nothing-to-forget");
    DONE(sign("D1", "C1"));
    DONE(sign("D1", "C2"));
    second = claim_now("D1", "C1");
    other = claim_now("D1", "C2");
    ck_assert_uint_eq(texts_of(first.seq) + texts_of(second.seq), 0);
    ck_assert_uint_eq(texts_of(second.signed_seq), 1);
    DONE(forget("C1"));
    ck_assert_uint_eq(texts_of(second.signed_seq), 0);
    ck_assert_str_eq(forget("C1"), "nothing-to-forget");
    ck_assert_uint_eq(texts_of(other.seq) + texts_of(other.signed_seq), 2);
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_APPROVED);
    commit();
    check_all();
}
END_TEST

/* ---- anything, in any order ---- */

static unsigned draw(uint64_t *state, unsigned below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (unsigned)(*state >> 16) % below;
}

static void random_command(uint64_t *state)
{
    enum { NUMBERS = 80, SETTLEMENTS = 12 };
    const struct claim_spec *specs[] = {USUAL("D1", NULL), PLAIN("D1", NULL), LARGE(NULL), PART(NULL), BAD(NULL)};
    struct claim_spec spec = *specs[draw(state, WL_COUNT(specs))];
    char no[16], submission[4];
    int64_t line = draw(state, 4);

    snprintf(no, sizeof no, "C%u", draw(state, NUMBERS));
    snprintf(submission, sizeof submission, "%u", draw(state, 3) + 1);
    spec.no = no;
    spec.submission = submission;
    now += draw(state, 5000);
    switch (draw(state, 12)) {
    case 0:
    case 1:
        claim_in(&spec);
        break;
    case 2:
    case 3:
        sign("D1", no);
        break;
    case 4:
        review(no, WL_APPROVE, draw(state, 2), line, "a reason");
        break;
    case 5:
        review(no, WL_REFUSE, 0, 0, "a reason");
        break;
    case 6:
    case 7:
        receive(no, line);
        break;
    case 8:
        inspect(no, line, (enum wl_inspection)draw(state, 5));
        break;
    case 9:
        if (line <= 1)
            waive(no, line, "a reason");
        else
            forget(no);
        break;
    case 10:
        if (draw(state, 8) == 0)
            settle("D1", "CNY");
        break;
    default:
        if (line > 1)
            pay(1 + draw(state, SETTLEMENTS));
        else
            confirm(1 + draw(state, SETTLEMENTS));
        break;
    }
}

START_TEST(whatever_comes_all_agrees)
{
    const char *given = getenv("WL_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 20250602, state = (seed + (uint64_t)_i) * 2 + 1;

    printf("gates: WL_SEED=%llu, run %d\n", (unsigned long long)seed, _i);
    for (int i = 0; i < 30; i++) {
        begin();
        for (int j = 0; j < 100; j++)
            random_command(&state);
        ck_assert_msg(wl_gates_check(txn) == WL_OK, "%s", wl_error());
        commit();
    }
    check_all();
    begin();
    printf("gates: %u settlements\n", (unsigned)wl_settlement_count(txn));
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gates");
    TCase *states = cases("states", situations_make), *ways = cases("ways", world_make);

    tcase_add_loop_test(states, each_command_knows_its_states, 0, (int)WL_COUNT(legal));
    tcase_add_loop_test(ways, each_command_knows_the_states_of_a_return, 0, (int)WL_COUNT(return_states));
    tcase_add_test(ways, reviews_refuse_what_is_unclear);
    tcase_add_test(ways, a_refused_line_is_worth_nothing);
    tcase_add_test(ways, a_claim_of_refused_lines_only_is_refused_as_a_whole);
    tcase_add_test(ways, a_decided_claim_frees_its_seat);
    tcase_add_test(ways, a_seat_loaded_later_takes_from_the_queue);
    tcase_add_test(ways, a_review_starts_the_days_of_a_return);
    tcase_add_test(ways, parts_travel_from_the_vehicle_to_the_centre);
    tcase_add_test(ways, a_waived_part_may_come_back);
    tcase_add_test(ways, a_waiver_takes_open_and_received_parts);
    tcase_add_test(ways, a_part_refused_before_settlement_lowers_the_claim);
    tcase_add_test(ways, a_claim_of_one_refused_part_is_rejected);
    tcase_add_test(ways, forgetting_erases_texts_and_nothing_else);
    tcase_add_loop_test(ways, whatever_comes_all_agrees, 0, 5);
    suite_add_tcase(suite, states);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
