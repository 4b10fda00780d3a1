/* The transition tables (domain text, section 3), cell by cell: a claim, a settlement and an appraisal form in each of
 * their states, and each command on each of them. What the table refuses is refused by that name and changes nothing;
 * what it allows is not refused by any name of its row. */
#include "tests/gates_world.h"

#include "wledger/payment.h"
#include "wledger/transitions.h"

enum { FORM_SEAT_ROOM = 2, DRAFT_LINES = WL_SETTLE_LINES_MAX + 1 };

/* ---- what is tried ---- */

static const char *try_desk(const struct wl_command *command, const char *no, int64_t form)
{
    struct wl_desk_body body = {.dealer_id = text(no ? "D1" : NULL),
                                .claim_no = text(no),
                                .form = form,
                                .seat = text("SEAT-1"),
                                .reason = text("because")};

    return run(command, &body);
}

static const char *try_review(const char *no)
{
    return review(no, WL_APPROVE, 0, 0, NULL);
}

static const char *try_take(const char *no)
{
    return try_desk(&wl_review_take_command, no, WL_NONE);
}

static const char *try_release(const char *no)
{
    return try_desk(&wl_review_release_command, no, WL_NONE);
}

static const char *try_assign(const char *no)
{
    return try_desk(&wl_review_assign_command, no, WL_NONE);
}

static const char *try_information(const char *no)
{
    struct wl_information_body body = {text("D1"), text(no), text("which pump?")};

    return run(&wl_information_command, &body);
}

static const char *try_appeal(const char *no)
{
    struct wl_appeal_body body = {text("D1"), text(no), text("it was covered")};

    return run(&wl_appeal_command, &body);
}

static const char *try_correct(const char *no)
{
    struct wl_line_name line = {WL_LINE_LABOUR, 1, 1, WL_NO_STR};
    struct wl_correct_body body = {text("D1"), text(no), {&line, 1}, text("too many hours")};

    return run(&wl_correct_command, &body);
}

static const char *try_sign(const char *no)
{
    return sign("D1", no);
}

static const char *try_tag(const char *no)
{
    struct wl_tag_body body = {.dealer_id = text("D1"), .claim_no = text(no), .line = WL_NONE, .together = WL_NONE};

    return run(&wl_tag_command, &body);
}

static const char *try_receive(const char *no)
{
    return receive(no, 0);
}

static const char *try_inspect(const char *no)
{
    return inspect(no, 0, WL_ACCEPTED);
}

static const char *try_waive(const char *no)
{
    return waive(no, 0, "scrapped");
}

static const char *try_charge_back(const char *no)
{
    struct wl_chargeback_body body = {.dealer_id = text("D1"),
                                      .claim_no = text(no),
                                      .amount = 100,
                                      .reason = text("audit"),
                                      .evidence = text("audit 7")};

    return run(&wl_chargeback_command, &body);
}

/* Every command of every row of the table of claims. */
static const struct {
    enum wl_claim_step step;
    const char *(*try)(const char *no);
} claim_tries[] = {
    {WL_CLAIM_STEP_REVIEW, try_review},
    {WL_CLAIM_STEP_TAKE, try_take},
    {WL_CLAIM_STEP_RELEASE, try_release},
    {WL_CLAIM_STEP_ASSIGN, try_assign},
    {WL_CLAIM_STEP_INFORMATION, try_information},
    {WL_CLAIM_STEP_APPEAL, try_appeal},
    {WL_CLAIM_STEP_CORRECT, try_correct},
    {WL_CLAIM_STEP_SIGN, try_sign},
    {WL_CLAIM_STEP_RETURNS, try_tag},
    {WL_CLAIM_STEP_RETURNS, try_receive},
    {WL_CLAIM_STEP_RETURNS, try_inspect},
    {WL_CLAIM_STEP_WAIVE, try_waive},
    {WL_CLAIM_STEP_CHARGE_BACK, try_charge_back},
    {WL_CLAIM_STEP_FORGET, forget},
};

/* ---- cells ---- */

/* What the table refuses is refused so and changes nothing; what it allows meets no refusal of its row. The open
 * transaction is given up. Returns 1 for a cell that refuses. */
static int check_cell(const struct wl_transition *row, int64_t state, const char *thing, const char *name,
                      uint64_t before)
{
    int64_t refusal = row->refusal[state];

    if (refusal != WL_DONE) {
        ck_assert_msg(strcmp(name, wl_refusal_name(refusal)) == 0, "%s on %s: %s, not %s", row->command, thing, name,
                      wl_refusal_name(refusal));
        ck_assert_msg(state_now() == before, "%s on %s was refused and changed something", row->command, thing);
    } else {
        for (size_t i = 0; i < row->states; i++)
            ck_assert_msg(row->refusal[i] == WL_DONE || strcmp(name, wl_refusal_name(row->refusal[i])) != 0,
                          "%s on %s: %s, although it is legal there", row->command, thing, name);
    }
    wl_txn_abort(&txn);
    return refusal != WL_DONE;
}

/* ---- claims ---- */

static const struct {
    const char *no;
    enum wl_claim_state state;
} claims[] = {
    {"T-REJ", WL_CLAIM_REJECTED},  {"T-REF", WL_CLAIM_REFERRED},       {"T-APP", WL_CLAIM_APPROVED},
    {"T-PAR", WL_CLAIM_PARTIAL},   {"T-SET", WL_CLAIM_SETTLED},        {"T-PAID", WL_CLAIM_PAID},
    {"T-CON", WL_CLAIM_CONFIRMED}, {"T-INF", WL_CLAIM_INFO_REQUESTED}, {"T-CHB", WL_CLAIM_CHARGED_BACK},
};
_Static_assert(WL_COUNT(claims) == WL_CLAIM_STATE_COUNT, "a claim in each state");

static void settle_one(const char *no)
{
    ck_assert_str_eq(claim_in(PLAIN("D1", no)), "approved");
    DONE(sign("D1", no));
    DONE(settle("D1", "CNY"));
}

/* Settlement 1 is confirmed, 2 paid, 3 and 4 issued. */
static void claims_make(void)
{
    begin();
    settle_one("T-CON");
    DONE(pay(1));
    DONE(confirm(1));
    settle_one("T-PAID");
    DONE(pay(2));
    settle_one("T-SET");
    settle_one("T-CHB");
    DONE(try_charge_back("T-CHB"));
    ck_assert_str_eq(claim_in(BAD("T-REJ")), "rejected");
    ck_assert_str_eq(claim_in(LARGE("T-PAR")), "referred");
    DONE(review("T-PAR", WL_APPROVE, WL_LINE_PART, 1, "not needed"));
    ck_assert_str_eq(claim_in(LARGE("T-INF")), "referred");
    DONE(try_information("T-INF"));
    ck_assert_str_eq(claim_in(LARGE("T-REF")), "referred");
    ck_assert_str_eq(claim_in(USUAL("D1", "T-APP")), "approved");
    commit();
}

START_TEST(claims_cell_by_cell)
{
    bool tried[WL_CLAIM_STEP_COUNT] = {false};
    uint64_t before;
    int illegal = 0, expected = 0;

    world_make();
    claims_make();
    begin();
    before = state_now();
    for (size_t i = 0; i < WL_COUNT(claims); i++) {
        struct wl_claim claim = claim_now("D1", claims[i].no);

        ck_assert_msg(wl_claim_state_now(txn, &claim) == (int64_t)claims[i].state, "%s is %s", claims[i].no,
                      wl_claim_state_names()[wl_claim_state_now(txn, &claim)]);
    }
    wl_txn_abort(&txn);
    for (size_t t = 0; t < WL_COUNT(claim_tries); t++) {
        const struct wl_transition *row = wl_claim_transition(claim_tries[t].step);

        tried[claim_tries[t].step] = true;
        for (size_t i = 0; i < WL_COUNT(claims); i++) {
            begin();
            illegal += check_cell(row, claims[i].state, claims[i].no, claim_tries[t].try(claims[i].no), before);
            expected += row->refusal[claims[i].state] != WL_DONE;
        }
        begin();
        ck_assert_str_eq(claim_tries[t].try("T-NONE"), "claim-unknown");
        ck_assert_uint_eq(state_now(), before);
        wl_txn_abort(&txn);
    }
    for (size_t i = 0; i < WL_CLAIM_STEP_COUNT; i++)
        ck_assert_msg(tried[i], "%s is not tried", wl_claim_transition((enum wl_claim_step)i)->command);
    ck_assert_int_eq(illegal, expected);
    printf("%d illegal transitions of claims refused\n", illegal);
    check_all();
    world_remove();
}
END_TEST

/* ---- settlements ---- */

/* The first of several entries of a settlement: it is drafted until the last. */
static uint64_t settlement_draft(void)
{
    struct wl_settle_body body = {
        .dealer_id = text("D10"), .currency = text("CNY"), .to = day("2025-12-31"), .number = WL_NONE};
    char no[16], vin[18];

    for (unsigned i = 0; i < DRAFT_LINES; i++) {
        struct claim_spec spec = {.dealer = "D10", .no = no, .submission = "1", .hours = "2", .vin = vin_of(i, vin)};

        snprintf(no, sizeof no, "N%u", i);
        ck_assert_str_eq(claim_in(&spec), "approved");
        DONE(sign("D10", no));
    }
    DONE(run(&wl_settle_command, &body));
    return wl_settlement_count(txn);
}

static const char *try_payment_run(int64_t number)
{
    struct wl_payment_body body = {.currency = text("CNY"), .execution_day = today_, .settlements = {&number, 1}};

    return run(&wl_payment_command, &body);
}

static const struct {
    enum wl_settlement_step step;
    const char *(*try)(int64_t number);
} settlement_tries[] = {
    {WL_SETTLEMENT_STEP_INSTRUCT, try_payment_run},
    {WL_SETTLEMENT_STEP_PAY, pay},
    {WL_SETTLEMENT_STEP_CONFIRM, confirm},
};
_Static_assert(WL_COUNT(settlement_tries) == WL_SETTLEMENT_STEP_COUNT, "each step is tried");

START_TEST(settlements_cell_by_cell)
{
    int64_t number[WL_SETTLEMENT_STATE_COUNT] = {
        [WL_SETTLEMENT_ISSUED] = 3, [WL_SETTLEMENT_PAID] = 2, [WL_SETTLEMENT_CONFIRMED] = 1};
    int illegal = 0;

    world_make();
    load_vehicles(DRAFT_LINES);
    load_table("bank_accounts", "party_id,currency,from_date,holder,account,kind,bic\n"
                                "*,CNY,2020-01-01,OEM,1,other,\nD1,CNY,2020-01-01,One,2,other,\n");
    claims_make();
    for (size_t t = 0; t < WL_COUNT(settlement_tries); t++) {
        const struct wl_transition *row = wl_settlement_transition(settlement_tries[t].step);

        for (int64_t state = WL_SETTLEMENT_ISSUED; state < WL_SETTLEMENT_STATE_COUNT; state++) {
            uint64_t before;

            begin();
            before = state_now();
            illegal += check_cell(row, state, wl_settlement_state_names()[state],
                                  settlement_tries[t].try(number[state]), before);
        }
    }
    begin();
    number[WL_SETTLEMENT_DRAFTED] = (int64_t)settlement_draft();
    for (size_t t = 0; t < WL_COUNT(settlement_tries); t++) {
        const struct wl_transition *row = wl_settlement_transition(settlement_tries[t].step);
        uint64_t before = state_now();

        ck_assert_str_eq(settlement_tries[t].try(number[WL_SETTLEMENT_DRAFTED]),
                         wl_refusal_name(row->refusal[WL_SETTLEMENT_DRAFTED]));
        ck_assert_uint_eq(state_now(), before);
        illegal++;
        ck_assert_str_eq(settlement_tries[t].try(99), "settlement-unknown");
    }
    wl_txn_abort(&txn);
    printf("%d illegal transitions of settlements refused\n", illegal);
    world_remove();
}
END_TEST

/* ---- appraisal forms ---- */

static struct wl_labour_line form_labour[2];
static struct wl_claim_record form_content;

static struct wl_list form_record(const char *hours)
{
    form_labour[0] = form_labour[1] = (struct wl_labour_line){text("OP1"), text(hours)};
    wl_record_clear(&wl_claim_record, &form_content);
    form_content.dealer_id = text("D1");
    form_content.vin = text(VIN);
    form_content.type = text("warranty");
    form_content.mileage = text("10000");
    form_content.fault_code = text("F1");
    form_content.labour = (struct wl_list){form_labour, 2};
    return (struct wl_list){&form_content, 1};
}

static int64_t open_form(const char *hours)
{
    struct wl_form_content_body body = {
        .form = WL_NONE, .revision = WL_NONE, .content = form_record(hours), .texts = WL_NONE};

    DONE(run(&wl_form_open_command, &body));
    return ((struct wl_form_outcome *)outcome)->form;
}

static const char *form_step(const struct wl_command *command, int64_t form)
{
    struct wl_form_step_body body = {form, WL_NONE};

    return run(command, &body);
}

static const char *try_form_edit(int64_t form)
{
    struct wl_form_content_body body = {.form = form, .revision = 1, .content = form_record("3"), .texts = WL_NONE};

    return run(&wl_form_edit_command, &body);
}

static const char *try_form_submit(int64_t form)
{
    return form_step(&wl_form_submit_command, form);
}

static const char *form_review(int64_t form, enum wl_form_verdict verdict, int64_t line)
{
    struct wl_line_name refused = {WL_LINE_LABOUR, line, WL_NONE, WL_NO_STR};
    struct wl_form_review_body body = {form, verdict, {&refused, line > 0}, text("as the manual says")};

    return run(&wl_form_review_command, &body);
}

static const char *try_form_review(int64_t form)
{
    return form_review(form, WL_FORM_APPROVE, 0);
}

static const char *try_form_take(int64_t form)
{
    return try_desk(&wl_review_take_command, NULL, form);
}

static const char *try_form_release(int64_t form)
{
    return try_desk(&wl_review_release_command, NULL, form);
}

static const char *try_form_assign(int64_t form)
{
    return try_desk(&wl_review_assign_command, NULL, form);
}

static const char *try_form_order(int64_t form)
{
    struct wl_form_order_body body = {form, 1, 1};

    return run(&wl_form_order_command, &body);
}

static const char *try_form_start(int64_t form)
{
    return form_step(&wl_form_start_command, form);
}

static const char *try_form_complete(int64_t form)
{
    return form_step(&wl_form_complete_command, form);
}

static const char *try_form_sign(int64_t form)
{
    struct wl_form_sign_body body = {.form = form};
    struct wl_personal signer = {.salt = {3}, .text = text("Mr. Li")};

    return run_with(&wl_form_sign_command, &body, &signer);
}

static const char *try_form_claim(int64_t form)
{
    struct wl_form_claim_body body = {form, 0, WL_NONE};

    return run(&wl_form_claim_command, &body);
}

static const char *try_form_forget(int64_t form)
{
    return form_step(&wl_form_forget_command, form);
}

static const struct {
    enum wl_form_step step;
    const char *(*try)(int64_t form);
} form_tries[] = {
    {WL_FORM_STEP_EDIT, try_form_edit},         {WL_FORM_STEP_SUBMIT, try_form_submit},
    {WL_FORM_STEP_REVIEW, try_form_review},     {WL_FORM_STEP_DESK, try_form_take},
    {WL_FORM_STEP_DESK, try_form_release},      {WL_FORM_STEP_DESK, try_form_assign},
    {WL_FORM_STEP_ORDER, try_form_order},       {WL_FORM_STEP_START, try_form_start},
    {WL_FORM_STEP_COMPLETE, try_form_complete}, {WL_FORM_STEP_SIGN, try_form_sign},
    {WL_FORM_STEP_CLAIM, try_form_claim},       {WL_FORM_STEP_FORGET, try_form_forget},
};

/* A form in each state. Two hours are within tier 0, forty need a review by somebody else than who submitted: the
 * actor is then changed by the seat's reviewers, so forms are reviewed under another name. */
static void forms_make(int64_t form[WL_FORM_STATE_COUNT])
{
    static const struct {
        enum wl_form_state state;
        const char *hours;
    } ways[] = {
        {WL_FORM_DRAFT, "2"},     {WL_FORM_APPROVED, "2"},  {WL_FORM_IN_REPAIR, "2"},
        {WL_FORM_COMPLETED, "2"}, {WL_FORM_SIGNED, "2"},    {WL_FORM_PARTLY_APPROVED, "20"},
        {WL_FORM_REFUSED, "20"},  {WL_FORM_RETURNED, "20"}, {WL_FORM_UNDER_REVIEW, "20"},
    };

    for (size_t i = 0; i < WL_COUNT(ways); i++) {
        int64_t n = form[ways[i].state] = open_form(ways[i].hours);

        if (ways[i].state != WL_FORM_DRAFT)
            DONE(try_form_submit(n));
    }
    acting = "rita";
    DONE(form_review(form[WL_FORM_PARTLY_APPROVED], WL_FORM_APPROVE, 2));
    DONE(form_review(form[WL_FORM_REFUSED], WL_FORM_REFUSE, 0));
    DONE(form_review(form[WL_FORM_RETURNED], WL_FORM_RETURN, 0));
    acting = "test";
    /* The seat takes what waits: it is full again before the last form comes. */
    for (int i = 0; i < FORM_SEAT_ROOM; i++)
        DONE(try_form_submit(open_form("20")));
    form[WL_FORM_SUBMITTED] = open_form("20");
    DONE(try_form_submit(form[WL_FORM_SUBMITTED]));
    for (size_t i = WL_FORM_IN_REPAIR; i <= WL_FORM_SIGNED; i++) {
        DONE(try_form_start(form[i]));
        if (i >= WL_FORM_COMPLETED)
            DONE(try_form_complete(form[i]));
        if (i >= WL_FORM_SIGNED)
            DONE(try_form_sign(form[i]));
    }
}

START_TEST(forms_cell_by_cell)
{
    bool tried[WL_FORM_STEP_COUNT] = {false};
    int64_t form[WL_FORM_STATE_COUNT];
    uint64_t before;
    int illegal = 0;

    world_make();
    begin();
    forms_make(form);
    commit();
    begin();
    before = state_now();
    for (int64_t state = 0; state < WL_FORM_STATE_COUNT; state++) {
        struct wl_form row;

        ck_assert_int_eq(wl_form_get(txn, &arena, (uint64_t)form[state], &row), 1);
        ck_assert_str_eq(wl_form_state_names()[row.state], wl_form_state_names()[state]);
    }
    wl_txn_abort(&txn);
    for (size_t t = 0; t < WL_COUNT(form_tries); t++) {
        const struct wl_transition *row = wl_form_transition(form_tries[t].step);

        tried[form_tries[t].step] = true;
        for (int64_t state = 0; state < WL_FORM_STATE_COUNT; state++) {
            begin();
            illegal += check_cell(row, state, wl_form_state_names()[state], form_tries[t].try(form[state]), before);
        }
        begin();
        ck_assert_str_eq(form_tries[t].try(99), "form-unknown");
        ck_assert_uint_eq(state_now(), before);
        wl_txn_abort(&txn);
    }
    for (size_t i = 0; i < WL_FORM_STEP_COUNT; i++)
        ck_assert_msg(tried[i], "%s is not tried", wl_form_transition((enum wl_form_step)i)->command);
    printf("%d illegal transitions of forms refused\n", illegal);
    check_all();
    world_remove();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transitions");
    TCase *cells = tcase_create("cells");
    SRunner *runner;
    int failed;

    tcase_set_timeout(cells, 60);
    tcase_add_test(cells, claims_cell_by_cell);
    tcase_add_test(cells, settlements_cell_by_cell);
    tcase_add_test(cells, forms_cell_by_cell);
    suite_add_tcase(suite, cells);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
