/* Appraisal forms: each command in each state, against the transition table; damage; and anything in any order. */
#include "tests/form_world.h"

#include "claims/forms.h"

static const struct form_spec small = SMALL_FORM, large = LARGE_FORM;

/* ---- every command in every state ---- */

static const char *try_edit(int64_t form)
{
    struct form_spec other = SMALL_FORM;

    other.km = "10500";
    return form_edit(form, form_now(form).revision, &other);
}
static const char *try_approve(int64_t form)
{
    return form_review(form, WL_FORM_APPROVE, NULL);
}
static const char *try_complete(int64_t form)
{
    return form_complete(form, WL_NONE);
}
static const char *try_desk(int64_t form)
{
    struct wl_desk_body body = {.form = form, .seat = text("SEAT-1"), .reason = text("a reason")};

    acting = REVIEWER;
    return run(&wl_review_take_command, &body);
}

static const struct {
    enum wl_form_step step;
    const char *(*run)(int64_t form);
} steps[] = {
    {WL_FORM_STEP_EDIT, try_edit},    {WL_FORM_STEP_SUBMIT, form_submit}, {WL_FORM_STEP_REVIEW, try_approve},
    {WL_FORM_STEP_ORDER, form_order}, {WL_FORM_STEP_START, form_start},   {WL_FORM_STEP_COMPLETE, try_complete},
    {WL_FORM_STEP_SIGN, form_sign},   {WL_FORM_STEP_CLAIM, form_claim},   {WL_FORM_STEP_FORGET, form_forget},
    {WL_FORM_STEP_DESK, try_desk},
};
_Static_assert(WL_COUNT(steps) == WL_FORM_STEP_COUNT, "each step of the table is tried");

/* Forms 1 to 10 in the order of their states; two seats are taken by 2 and 3's place is the first of SEAT-1. */
static void one_of_each(void)
{
    struct wl_line_name line = {WL_LINE_PART, 1, WL_NONE, WL_NO_STR};

    world_make();
    load_table("seats", "seat_id,tier,capacity\nSEAT-1,1,1\n");
    begin();
    for (int64_t form = 1; form <= WL_FORM_STATE_COUNT; form++)
        DONE(form_open(form - 1 == WL_FORM_SUBMITTED || form - 1 == WL_FORM_UNDER_REVIEW ||
                               form - 1 == WL_FORM_PARTLY_APPROVED || form - 1 == WL_FORM_REFUSED ||
                               form - 1 == WL_FORM_RETURNED
                           ? &large
                           : &small));
    DONE(form_submit(1 + WL_FORM_PARTLY_APPROVED));
    DONE(form_review_by(REVIEWER, 1 + WL_FORM_PARTLY_APPROVED, WL_FORM_APPROVE, &line, 1, "no"));
    DONE(form_submit(1 + WL_FORM_REFUSED));
    DONE(form_review(1 + WL_FORM_REFUSED, WL_FORM_REFUSE, "no"));
    DONE(form_submit(1 + WL_FORM_RETURNED));
    DONE(form_review(1 + WL_FORM_RETURNED, WL_FORM_RETURN, "why"));
    DONE(form_submit(1 + WL_FORM_UNDER_REVIEW));
    DONE(form_submit(1 + WL_FORM_SUBMITTED));
    DONE(form_submit(1 + WL_FORM_APPROVED));
    for (int64_t form = 1 + WL_FORM_IN_REPAIR; form <= 1 + WL_FORM_SIGNED; form++) {
        DONE(form_submit(form));
        DONE(form_start(form));
        if (form > 1 + WL_FORM_IN_REPAIR)
            DONE(form_complete(form, WL_NONE));
        if (form > 1 + WL_FORM_COMPLETED)
            DONE(form_sign(form));
    }
    for (int64_t form = 1; form <= WL_FORM_STATE_COUNT; form++)
        ck_assert_int_eq(form_now(form).state, form - 1);
    commit();
}

START_TEST(each_command_meets_what_the_table_says)
{
    const struct wl_transition *row = wl_form_transition(steps[_i].step);

    ck_assert_uint_eq(row->states, WL_FORM_STATE_COUNT);
    for (int64_t state = 0; state < WL_FORM_STATE_COUNT; state++) {
        bool is_seated_elsewhere = steps[_i].step == WL_FORM_STEP_DESK && state == WL_FORM_SUBMITTED;
        const char *expected = is_seated_elsewhere ? "seat-full" : wl_refusal_name(row->refusal[state]), *met;
        uint64_t before;

        begin();
        before = state_now();
        met = steps[_i].run(state + 1);
        ck_assert_msg(strcmp(met, expected) == 0, "%s of a form that is %s: %s and not %s", row->command,
                      wl_form_state_names()[state], met, expected);
        ck_assert_msg((before == state_now()) == (strcmp(met, "done") != 0), "%s of a form that is %s", row->command,
                      wl_form_state_names()[state]);
        OK(wl_forms_check(txn));
        OK(wl_gates_check(txn));
        wl_txn_abort(&txn);
    }
    begin();
    if (steps[_i].run != try_edit)
        ck_assert_str_eq(steps[_i].run(99), "form-unknown");
    wl_txn_abort(&txn);
}
END_TEST

/* ---- damage ---- */

/* Form 1 became claim 0, 2 waits for its review, 3 has requests for its parts, 4 is a draft. */
static void some_forms(void)
{
    world_make();
    begin();
    DONE(form_open(&small));
    sign_form(1);
    DONE(form_claim(1));
    DONE(form_open(&large));
    DONE(form_submit(2));
    DONE(form_open(&small));
    DONE(form_order(3));
    DONE(form_open(&small));
    commit();
}

static void harm_state(struct wl_form *form)
{
    form->state = WL_FORM_APPROVED;
}
static void harm_tier(struct wl_form *form)
{
    form->tier = 2;
}
static void harm_seat(struct wl_form *form)
{
    form->seat = text("SEAT-2");
}
static void harm_content(struct wl_form *form)
{
    form->content_seq = 0;
}
static void harm_claim(struct wl_form *form)
{
    form->claim = WL_NONE;
}
static void harm_signature(struct wl_form *form)
{
    form->signed_seq--;
}
static void harm_owner(struct wl_form *form)
{
    form->dealer_id = text("D10");
}
static void claim_again(struct wl_form *form)
{
    form->claim = 0;
}

static const struct {
    int64_t form;
    void (*harm)(struct wl_form *);
    const char *told;
} damages[] = {
    {4, harm_state, "state is not what was done to it"},
    {2, harm_tier, "the reviews of appraisal forms"},
    {2, harm_seat, "the reviews of appraisal forms"},
    {3, harm_content, "has no content"},
    {4, claim_again, "became a claim unsigned"},
    {3, harm_owner, "parts request is another's"},
    {1, harm_claim, "are not the same"},
    {1, harm_signature, "are not the same"},
};

static bool check_tells(const char *told)
{
    int rc = wl_forms_check(txn);

    if (rc == WL_OK)
        rc = wl_gates_check(txn);
    return rc == WL_E_DAMAGED && strstr(wl_error(), told);
}

START_TEST(a_form_that_is_not_what_was_done_is_found)
{
    struct wl_form form;

    begin();
    OK(wl_forms_check(txn));
    OK(wl_gates_check(txn));
    form = form_now(damages[_i].form);
    damages[_i].harm(&form);
    wl_form_put(txn, (uint64_t)damages[_i].form, &form);
    ck_assert_msg(check_tells(damages[_i].told), "%s: %s", damages[_i].told, wl_error());
}
END_TEST

START_TEST(a_form_or_its_tie_that_is_lost_is_found)
{
    char key[WL_FORM_PART_KEY], last[8];
    struct wl_claim claim;

    wl_set_u64(last, 4);
    begin();
    wl_delete(txn, WL_TABLE_FORMS, (struct wl_str){last, sizeof last});
    ck_assert(check_tells("are missing, or too many"));
    wl_txn_abort(&txn);
    begin();
    wl_put(txn, WL_TABLE_FORM_PARTS, wl_form_part_key(9, 1, key), (struct wl_str){last, sizeof last});
    ck_assert(check_tells("tied to no appraisal form"));
    wl_txn_abort(&txn);
    begin();
    wl_set_u64(last, 99);
    wl_put(txn, WL_TABLE_FORM_PARTS, wl_form_part_key(3, 1, key), (struct wl_str){last, sizeof last});
    ck_assert(check_tells("parts request is another's"));
    wl_txn_abort(&txn);
    begin();
    claim = claim_now("D1", "F1");
    claim.form = 3;
    wl_claim_put(txn, 0, &claim);
    ck_assert(check_tells("are not the same"));
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

static struct form_spec random_spec(uint64_t *state)
{
    struct form_spec spec = draw(state, 2) ? small : large;

    if (draw(state, 6) == 0)
        spec.fault = "F9";
    if (draw(state, 6) == 0)
        spec.parts[0][2] = "99";
    if (draw(state, 4) == 0)
        spec.labour[1][0] = spec.labour[1][1] = "1"; /* an operation that nobody knows */
    if (draw(state, 4) == 0)
        spec.labour[0][1] = "90";
    if (draw(state, 8) == 0)
        spec.type = "";
    return spec;
}

static void random_review(uint64_t *state, int64_t form)
{
    struct wl_line_name lines[] = {{WL_LINE_LABOUR, 1, 100 * (int64_t)draw(state, 3000), WL_NO_STR},
                                   {WL_LINE_PART, 1 + draw(state, 3), WL_NONE, WL_NO_STR}};
    enum wl_form_verdict verdict = draw(state, 3) ? WL_FORM_APPROVE : draw(state, 2) ? WL_FORM_RETURN : WL_FORM_REFUSE;

    form_review_by(REVIEWER, form, verdict, lines, verdict == WL_FORM_APPROVE ? draw(state, 3) : 0, "a reason");
}

static void random_desk(uint64_t *state, int64_t form)
{
    static const struct wl_command *const commands[] = {&wl_review_take_command, &wl_review_release_command,
                                                        &wl_review_assign_command};
    struct wl_desk_body body = {.form = form, .reason = text("a reason")};

    acting = REVIEWER;
    run(commands[draw(state, WL_COUNT(commands))], &body);
}

static void random_claims(uint64_t *state)
{
    char no[8];

    snprintf(no, sizeof no, "C%u", draw(state, 40));
    acting = REVIEWER;
    switch (draw(state, 4)) {
    case 0:
        claim_in(LARGE(no));
        break;
    case 1:
        review(no, WL_APPROVE, 0, 0, NULL);
        break;
    case 2:
        snprintf(no, sizeof no, "F%u", 1 + draw(state, 30));
        review(no, WL_APPROVE, WL_LINE_PART, 1, "a reason");
        break;
    default:
        now += 3600 * (int64_t)draw(state, 40);
        tick();
        break;
    }
}

static void random_command(uint64_t *state)
{
    static const char *const keys[] = {NULL, NULL, "one", "two", "three"};
    struct form_spec spec = random_spec(state);
    int64_t form = 1 + draw(state, 30);
    const char *key = keys[draw(state, WL_COUNT(keys))];

    switch (draw(state, 16)) {
    case 0:
    case 1:
        if (wl_form_count(txn) < 30)
            form_open(&spec);
        break;
    case 2:
        form_edit(form, 1 + draw(state, 3), &spec);
        break;
    case 3:
    case 4:
        form_submit(form);
        break;
    case 5:
    case 6:
        random_review(state, form);
        break;
    case 7:
        form_order_by(form, key);
        break;
    case 8:
    case 9:
        form_start(form);
        break;
    case 10:
        form_complete(form, draw(state, 2) ? WL_NONE : 9990 + (int64_t)draw(state, 20));
        break;
    case 11:
        form_sign(form);
        break;
    case 12:
        form_claim_as(form, NULL, key);
        break;
    case 13:
        form_forget(form);
        break;
    case 14:
        random_desk(state, form);
        break;
    default:
        random_claims(state);
        break;
    }
}

START_TEST(whatever_comes_all_agrees)
{
    const char *given = getenv("WL_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 20250602, state = (seed + (uint64_t)_i) * 2 + 1;

    unsigned in_state[WL_FORM_STATE_COUNT] = {0}, claimed = 0;

    printf("forms: WL_SEED=%llu, run %d\n", (unsigned long long)seed, _i);
    for (int i = 0; i < 60; i++) {
        begin();
        for (int j = 0; j < 60; j++)
            random_command(&state);
        ck_assert_msg(wl_forms_check(txn) == WL_OK && wl_gates_check(txn) == WL_OK, "%s", wl_error());
        commit();
    }
    check_all();
    begin();
    for (int64_t form = 1; form <= (int64_t)wl_form_count(txn); form++) {
        struct wl_form row = form_now(form);

        in_state[row.state]++;
        claimed += row.claim != WL_NONE;
    }
    wl_txn_abort(&txn);
    printf("forms: %u signed, %u claimed, %u refused\n", in_state[WL_FORM_SIGNED], claimed, in_state[WL_FORM_REFUSED]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("form-states");
    TCase *states = cases("states", one_of_each), *harm = cases("damage", some_forms),
          *ways = cases("ways", world_make);

    tcase_add_loop_test(states, each_command_meets_what_the_table_says, 0, (int)WL_COUNT(steps));
    tcase_add_loop_test(harm, a_form_that_is_not_what_was_done_is_found, 0, (int)WL_COUNT(damages));
    tcase_add_test(harm, a_form_or_its_tie_that_is_lost_is_found);
    tcase_add_loop_test(ways, whatever_comes_all_agrees, 0, 4);
    suite_add_tcase(suite, ways);
    suite_add_tcase(suite, states);
    suite_add_tcase(suite, harm);
    return run_suite(suite);
}
