/* The gates between a decision and the money: which command is legal where, and what each leaves. */
#include "gates_world.h"

/* ---- every command in every state ---- */

enum situation {
    UNKNOWN, REJECTED, SEATED, QUEUED, OPEN_, SIGNED, RECEIVED, ACCEPTED, PARTLY_REFUSED, WAIVED, SETTLED, PAID, CONFIRMED,
    SITUATIONS,
};
static const char *const situation_claim[SITUATIONS] = {"none", "REJ", "REF1", "REF3", "OPEN", "SIGN", "RECV",
                                                        "ACC", "PART", "WAIV", "SETT", "PAID", "CONF"};

static void settle_alone(const char *no)
{
    DONE(sign("D1", no));
    DONE(waive(no, 1, "scrapped"));
    DONE(receive(no, 0));
    DONE(settle("D1", "CNY"));
}

static void situations_make(void)
{
    world_make();
    begin();
    ck_assert_str_eq(claim_in(BAD("REJ")), "rejected");
    for (const char *const *no = (const char *const[]){"CONF", "PAID", "SETT", NULL}; *no; no++) {
        ck_assert_str_eq(claim_in(USUAL("D1", *no)), "approved");
        settle_alone(*no);
    }
    DONE(pay(1));
    DONE(confirm(1));
    DONE(pay(2));
    for (const char *const *no = (const char *const[]){"REF1", "REF2", "REF3", NULL}; *no; no++)
        ck_assert_str_eq(claim_in(LARGE(*no)), "referred");
    for (int i = OPEN_; i <= WAIVED; i++)
        ck_assert_str_eq(claim_in(USUAL("D1", situation_claim[i])), "approved");
    DONE(sign("D1", "SIGN"));
    DONE(receive("RECV", 0));
    DONE(receive("ACC", 0));
    DONE(inspect("ACC", 0, WL_ACCEPTED));
    DONE(receive("PART", 1));
    DONE(inspect("PART", 1, WL_ABUSE));
    DONE(waive("WAIV", 0, "lost in a fire"));
    commit();
}

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
 * claim part 1 was waived and part 2 received. */
static const struct {
    const char *(*run)(const char *no);
    const char *expected[SITUATIONS];
} legal[] = {
    {try_approve, {"claim-unknown", NOT_REFERRED, "done", "not-assigned", NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED,
                   NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED}},
    {try_refuse, {"claim-unknown", NOT_REFERRED, "done", "not-assigned", NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED,
                  NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED}},
    {try_refuse_line, {"claim-unknown", NOT_REFERRED, "done", "not-assigned", NOT_REFERRED, NOT_REFERRED, NOT_REFERRED,
                       NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED, NOT_REFERRED}},
    {try_sign, {"claim-unknown", "claim-rejected", "done", "done", "done", "already-signed", "done", "done", "done", "done",
                "already-signed", "already-signed", "already-signed"}},
    {try_receive_one, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "already-received",
                       "already-inspected", "already-inspected", "already-waived", "already-waived", "already-waived",
                       "already-waived"}},
    {try_receive_all, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done",
                       "nothing-to-receive", "nothing-to-receive", "done", "nothing-to-receive", "nothing-to-receive",
                       "nothing-to-receive", "nothing-to-receive"}},
    {try_receive_third, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "obligation-unknown",
                         "obligation-unknown", "obligation-unknown", "obligation-unknown", "obligation-unknown",
                         "obligation-unknown", "obligation-unknown", "obligation-unknown", "obligation-unknown"}},
    {try_accept_one, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "obligation-not-received",
                      "obligation-not-received", "done", "already-inspected", "already-inspected", "already-waived",
                      "already-waived", "already-waived", "already-waived"}},
    {try_abuse_all, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "nothing-to-inspect",
                     "nothing-to-inspect", "done", "nothing-to-inspect", "nothing-to-inspect", "nothing-to-inspect", "done", "done",
                     "done"}},
    {try_waive_one, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "done",
                     "already-inspected", "already-inspected", "already-waived", "already-waived", "already-waived",
                     "already-waived"}},
    {try_waive_all, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "done", "done", "done",
                     "nothing-to-waive", "done", "nothing-to-waive", "done", "done", "done"}},
    {try_waive_silently, {"claim-unknown", "claim-rejected", "claim-undecided", "claim-undecided", "reason-missing",
                          "reason-missing", "reason-missing", "reason-missing", "reason-missing", "reason-missing",
                          "reason-missing", "reason-missing", "reason-missing"}},
    {try_forget, {"claim-unknown", "done", "done", "done", "done", "done", "done", "done", "done", "done", "done", "done", "done"}},
};

START_TEST(each_command_knows_its_states)
{
    for (int i = 0; i < SITUATIONS; i++) {
        const char *name;
        uint64_t before;

        begin();
        before = state_now();
        name = legal[_i].run(situation_claim[i]);
        ck_assert_msg(strcmp(name, legal[_i].expected[i]) == 0, "row %d, %s: %s and not %s", _i, situation_claim[i], name,
                      legal[_i].expected[i]);
        ck_assert_msg((before == state_now()) == (strcmp(name, "done") != 0), "row %d, %s", _i, situation_claim[i]);
        OK(wl_gates_check(txn));
        wl_txn_abort(&txn);
    }
}
END_TEST

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

/* A run left half done is resumed by its number alone. */
START_TEST(a_drafted_settlement_is_finished_first)
{
    struct wl_settle_body goes_on = {.dealer_id = text("D1"), .currency = text("CNY"), .to = day("2025-12-31"), .number = 7};

    begin();
    ck_assert_str_eq(run(&wl_settle_command, &goes_on), "settlement-unknown");
    goes_on.number = 3;
    ck_assert_str_eq(run(&wl_settle_command, &goes_on), "settlement-not-drafted");
    commit();
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
    struct wl_line_name lines[] = {{WL_LINE_LABOUR, 1}, {WL_LINE_PART, 1}, {WL_LINE_PART, 1}};
    struct wl_review_body body = {.dealer_id = text("D1"), .claim_no = text("R1"), .verdict = WL_APPROVE,
                                  .refused = {lines, WL_COUNT(lines)}, .reason = text("all of it")};

    begin();
    ck_assert_str_eq(claim_in(LARGE("R1")), "referred");
    ck_assert_str_eq(run(&wl_review_command, &body), "nothing-payable");
    ck_assert_int_eq(((struct wl_review_outcome *)outcome)->decision.decision, WL_NONE);
    DONE(review("R1", WL_REFUSE, 0, 0, "all of it"));
    ck_assert_int_eq(((struct wl_review_outcome *)outcome)->decision.findings.at[0], WL_FINDING_REVIEW_REFUSED);
    ck_assert_int_eq(claim_now("D1", "R1").state, WL_CLAIM_REJECTED);
    ck_assert_int_eq(claim_now("D1", "R1").total, 0);
    /* A refused claim may come again. */
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D1", .no = "R1", .submission = "2", .hours = "2"}), "approved");
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
    ck_assert_uint_eq(((struct wl_returns_outcome *)outcome)->head.postings.count, 3);
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre", "P-TWO"), 1000);
    ck_assert_int_eq(balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "centre", "P-BACK"), 1000);
    ck_assert_int_eq(balance(WL_ACCOUNT_VEHICLE, VIN, "P-BACK"), -1000);
    ck_assert_int_eq(balance(WL_ACCOUNT_IN_TRANSIT, "D1/C1", "P-BACK"), 0);
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
    ck_assert_str_eq(receive("C1", 1), "claim-rejected");
    ck_assert_str_eq(settle("D1", "CNY"), "nothing-to-settle");
    commit();
    check_all();
}
END_TEST

/* ---- settlement ---- */

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

START_TEST(all_of_a_claim_may_be_charged_back)
{
    begin();
    ck_assert_str_eq(claim_in(PART("C1")), "approved");
    DONE(sign("D1", "C1"));
    DONE(receive("C1", 0));
    DONE(settle("D1", "CNY"));
    DONE(inspect("C1", 0, WL_ABUSE));
    ck_assert_int_eq(claim_now("D1", "C1").state, WL_CLAIM_SETTLED);
    ck_assert_int_eq(claim_now("D1", "C1").charged_back, 5500);
    DONE(settle("D1", "CNY"));
    commit();
    check_all();
}
END_TEST

/* What goodwill took back may be given again. */
START_TEST(goodwill_charged_back_is_free_again)
{
    struct claim_spec spec = {.dealer = "D1", .no = "G1", .submission = "1", .hours = "", .parts = {{"P-BACK", "4"}}, .type = "goodwill",
                              .authorization = "A1"};
    struct wl_str spent;

    begin();
    ck_assert_str_eq(claim_in(&spec), "partial"); /* half of 220 */
    ck_assert_int_eq(claim_now("D1", "G1").total, 11000);
    DONE(sign("D1", "G1"));
    DONE(receive("G1", 0));
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
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D2", .no = "C2", .submission = "1", .hours = "2"}), "referred"); /* 2000 CNY */
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

static int tell_left_out(void *context, const struct wl_left_out *left)
{
    struct wl_buf *seen = context;

    wl_buf_format(seen, WL_STR_FMT ":%s", WL_STR_ARG(left->claim->claim_no), wl_left_out_names()[left->reason]);
    if (left->line != WL_NONE)
        wl_buf_format(seen, "(%d " WL_STR_FMT ")", (int)left->line, WL_STR_ARG(left->part_id));
    wl_buf_byte(seen, ' ');
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
    OK(wl_settle_targets(txn, count_target, &seen));
    wl_buf_byte(&seen, 0);
    ck_assert_str_eq((char *)seen.data, "D1:CNY D10:CNY D2:JPY ");
    wl_buf_clear(&seen);
    OK(wl_left_out(txn, WL_NO_STR, WL_NO_STR, day("2025-06-02"), tell_left_out, &seen));
    wl_buf_byte(&seen, 0);
    ck_assert_str_eq((char *)seen.data, "C1:voucher-unsigned C1:return-open(1 P-BACK) C4:return-open(1 P-BACK) "
                                        "C2:voucher-unsigned C3:voucher-unsigned ");
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
    ck_assert_str_eq(claim_in(&(struct claim_spec){.dealer = "D1", .no = "C1", .submission = "2", .hours = "2"}), "approved");
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

static const unsigned lost_tables[] = {WL_TABLE_PAYABLES, WL_TABLE_CLAIM_NAMES, WL_TABLE_VEHICLE_HEADS, WL_TABLE_SETTLEMENTS,
                                       WL_TABLE_SETTLEMENT_LINES, WL_TABLE_OBLIGATIONS, WL_TABLE_CLAIMS,
                                       WL_TABLE_SETTLEMENT_HEADS};

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
    {"OPEN", offsetof(struct wl_claim, total), 28801},      {"OPEN", offsetof(struct wl_claim, unmet_obligations), 1},
    {"OPEN", offsetof(struct wl_claim, state), WL_CLAIM_REJECTED}, {"OPEN", offsetof(struct wl_claim, settlement), 1},
    {"OPEN", offsetof(struct wl_claim, first_obligation), 0}, {"OPEN", offsetof(struct wl_claim, previous_on_vehicle), 0},
    {"SETT", offsetof(struct wl_claim, total), 28801},      {"SETT", offsetof(struct wl_claim, settlement), 1},
    {"SETT", offsetof(struct wl_claim, charged_back), 1},   {"SETT", offsetof(struct wl_claim, signed_seq), WL_NONE},
    {"REJ", offsetof(struct wl_claim, charged_back), 1},    {"REJ", offsetof(struct wl_claim, previous_version), 0},
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

static TCase *cases(const char *name, void (*make)(void))
{
    TCase *tc = tcase_create(name);

    tcase_add_checked_fixture(tc, make, world_remove);
    tcase_set_timeout(tc, 300);
    return tc;
}

int main(void)
{
    Suite *suite = suite_create("gates");
    TCase *states = cases("states", situations_make), *ways = cases("ways", world_make);
    SRunner *runner;
    int failed;

    tcase_add_loop_test(states, each_command_knows_its_states, 0, (int)WL_COUNT(legal));
    tcase_add_test(states, settlements_know_their_states);
    tcase_add_test(states, a_drafted_settlement_is_finished_first);
    tcase_add_loop_test(states, a_lost_row_is_noticed, 0, (int)WL_COUNT(lost_tables));
    tcase_add_loop_test(states, a_changed_claim_is_noticed, 0, (int)WL_COUNT(changes));
    tcase_add_test(ways, reviews_refuse_what_is_unclear);
    tcase_add_test(ways, a_refused_line_is_worth_nothing);
    tcase_add_test(ways, a_claim_of_refused_lines_only_is_refused_as_a_whole);
    tcase_add_test(ways, a_decided_claim_frees_its_seat);
    tcase_add_test(ways, a_review_starts_the_days_of_a_return);
    tcase_add_test(ways, parts_travel_from_the_vehicle_to_the_centre);
    tcase_add_test(ways, a_part_refused_before_settlement_lowers_the_claim);
    tcase_add_test(ways, a_claim_of_one_refused_part_is_rejected);
    tcase_add_test(ways, the_whole_way);
    tcase_add_test(ways, a_debt_is_carried_until_it_is_netted);
    tcase_add_test(ways, all_of_a_claim_may_be_charged_back);
    tcase_add_test(ways, goodwill_charged_back_is_free_again);
    tcase_add_test(ways, currencies_are_settled_apart);
    tcase_add_test(ways, whom_to_settle_and_what_is_left_out);
    tcase_add_test(ways, a_large_settlement_is_a_run_of_entries);
    tcase_add_test(ways, forgetting_erases_texts_and_nothing_else);
    suite_add_tcase(suite, states);
    suite_add_tcase(suite, ways);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
