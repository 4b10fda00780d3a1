/* Appraisal forms: what is written on them, the parts that they order, repeated commands, and personal texts. */
#include "tests/form_world.h"

static const struct form_spec small = SMALL_FORM, large = LARGE_FORM;

/* ---- what is written on a form ---- */

START_TEST(a_form_is_opened_for_a_known_dealer_and_vehicle)
{
    struct form_spec spec = SMALL_FORM;

    load_table("dealers",
               "dealer_id,name,region,country,currency,tax_percent,status\nD3,Three,R1,CN,CNY,0,suspended\n");
    begin();
    spec.km = "";
    REFUSED(form_open(&spec), "form-incomplete", "mileage");
    spec.km = "12,5";
    REFUSED(form_open(&spec), "form-incomplete", "mileage");
    spec.km = NULL;
    spec.unit = "verst";
    REFUSED(form_open(&spec), "form-incomplete", "mileage_unit");
    spec.unit = NULL;
    spec.dealer = "";
    REFUSED(form_open(&spec), "form-incomplete", "dealer_id");
    spec.dealer = "D7";
    REFUSED(form_open(&spec), "dealer-unknown", "D7");
    spec.dealer = "D3";
    REFUSED(form_open(&spec), "dealer-suspended", "D3");
    spec.dealer = NULL;
    spec.vin = "";
    REFUSED(form_open(&spec), "form-incomplete", "vin");
    spec.vin = "1M8GDM9A1KP042788";
    REFUSED(form_open(&spec), "vin-malformed", "1M8GDM9A1KP042788");
    spec.vin = "5GZCZ43D13S812715";
    REFUSED(form_open(&spec), "vehicle-unknown", "5GZCZ43D13S812715");
    ck_assert_uint_eq(wl_form_count(txn), 0);
    spec = (struct form_spec){.km = "7"};
    DONE(form_open(&spec));
    ck_assert_uint_eq(wl_form_count(txn), 1);
    commit();
    check_all();
}
END_TEST

/* What comes later stands on no form. */
START_TEST(a_form_has_no_dates_yet)
{
    struct form_content content;
    struct wl_form_content_body body = {
        .form = WL_NONE, .revision = WL_NONE, .content = {&content.record, 1}, .texts = WL_NONE};

    begin();
    content_make(&small, &content);
    content.record.repair_date = text("2025-06-01");
    REFUSED(run(&wl_form_open_command, &body), "form-incomplete", "repair_date");
    content_make(&small, &content);
    content.record.submit_date = text("2025-06-01");
    REFUSED(run(&wl_form_open_command, &body), "form-incomplete", "submit_date");
    content_make(&small, &content);
    content.record.narrative_size = 3;
    REFUSED(run(&wl_form_open_command, &body), "form-incomplete", "narrative_size");
    commit();
}
END_TEST

START_TEST(an_edit_writes_on_what_it_read)
{
    struct form_spec other = SMALL_FORM;
    struct wl_form form;
    char room[64];

    begin();
    DONE(form_open(&small));
    ck_assert_str_eq(form_edit(1, 1, &small), "form-unchanged");
    ck_assert_str_eq(form_edit(1, 2, &large), "form-changed");
    other.dealer = "D2";
    REFUSED(form_edit(1, 1, &other), "form-incomplete", "dealer_id");
    other.dealer = NULL;
    other.vin = "11111111111111111";
    REFUSED(form_edit(1, 1, &other), "form-incomplete", "vin");
    DONE(form_edit(1, 1, &large));
    ck_assert_str_eq(form_edit(1, 1, &small), "form-changed");
    ck_assert_str_eq(form_edit(2, 1, &small), "form-unknown");
    form = form_now(1);
    ck_assert_int_eq(form.content_seq, form.opened_seq + 5);
    ck_assert_int_eq(form.complaint_seq, form.opened_seq);
    DONE(write_form(&wl_form_edit_command, 1, 2, &large, NULL, "It rattles and whistles"));
    form = form_now(1);
    ck_assert_int_eq(form.revision, 3);
    ck_assert_str_eq(text_of_entry(form.customer_seq, 0, room), "Mr. Li");
    ck_assert_str_eq(text_of_entry(form.complaint_seq, 1, room), "It rattles and whistles");
    commit();
    check_all();
}
END_TEST

/* What a claim would lack. */
static const struct {
    struct form_spec spec;
    const char *field;
} incomplete[] = {
    {{.type = "", .labour = {{"OP1", "1"}}}, "type"},
    {{.fault = "", .labour = {{"OP1", "1"}}}, "fault_code"},
    {{.claim_no = "a\x01", .labour = {{"OP1", "1"}}}, "claim_no"},
    {{.labour = {{"OP1", "1"}, {"OP1", ""}}}, "labour 2 hours"},
    {{.labour = {{"", "1"}}}, "labour 1 op_code"},
    {{.parts = {{"P-BACK", "one", "50"}}}, "part 1 quantity"},
    {{.parts = {{"P-BACK", "1", ""}}}, "part 1 unit_price"},
    {{.sublet = {{"TOW", "1.23456"}}}, "sublet 1 amount"},
};

START_TEST(what_a_claim_would_lack_is_not_submitted)
{
    uint64_t before;

    begin();
    DONE(form_open(&incomplete[_i].spec));
    before = state_now();
    REFUSED(form_submit(1), "form-incomplete", incomplete[_i].field);
    ck_assert(before == state_now());
    ck_assert_str_eq(form_state(1), "draft");
    commit();
}
END_TEST

START_TEST(a_completion_is_not_below_the_entry)
{
    struct form_spec miles = SMALL_FORM;

    miles.unit = "mile"; /* 16,093 km */
    begin();
    DONE(form_open(&miles));
    DONE(form_submit(1));
    DONE(form_start(1));
    ck_assert_str_eq(form_complete(1, 16092), "mileage-below");
    DONE(form_complete(1, 16093));
    ck_assert_int_eq(form_now(1).completed_km, 16093);
    DONE(form_open(&miles));
    DONE(form_submit(2));
    DONE(form_start(2));
    DONE(form_complete(2, WL_NONE));
    ck_assert_int_eq(form_now(2).completed_km, 16093);
    commit();
    check_all();
}
END_TEST

/* ---- parts ---- */

START_TEST(each_part_line_has_one_request)
{
    struct form_spec spec = SMALL_FORM;
    struct wl_request_row request;

    spec.parts[2][0] = "P-NONE";
    spec.parts[2][1] = "1";
    spec.parts[2][2] = "1";
    begin();
    DONE(form_open(&spec));
    DONE(form_order(1));
    ck_assert_uint_eq(made.ordered, 2);
    ck_assert_uint_eq(made.refused, 1);
    ck_assert_uint_eq(wl_form_request(txn, 1, 1), 1);
    ck_assert_uint_eq(wl_form_request(txn, 1, 2), 2);
    ck_assert_uint_eq(wl_form_request(txn, 1, 3), 0);
    ck_assert_int_eq(wl_request_get(txn, &arena, 2, &request), 1);
    ck_assert(wl_str_is(request.asked_part_id, "P-TWO"));
    ck_assert(wl_str_is(request.document, "F1"));
    ck_assert(wl_str_is(request.reason, "F1"));
    ck_assert(wl_str_is(request.vin, VIN));
    ck_assert_int_eq(request.quantity, 1000);
    DONE(form_order(1));
    ck_assert_uint_eq(made.ordered, 0);
    ck_assert_uint_eq(made.refused, 1);
    /* A line with a request keeps its place and its part. */
    spec.parts[0][0] = "P-KEEP";
    REFUSED(form_edit(1, 1, &spec), "form-incomplete", "part 1 part_id");
    spec.parts[0][0] = "P-BACK";
    spec.parts[1][0] = NULL;
    REFUSED(form_edit(1, 1, &spec), "form-incomplete", "part 2 part_id");
    spec = (struct form_spec)SMALL_FORM;
    DONE(form_edit(1, 1, &spec));
    ck_assert_str_eq(form_order(1), "nothing-to-order");
    ck_assert_str_eq(form_order(2), "form-unknown");
    commit();
    check_all();
}
END_TEST

START_TEST(a_request_is_tied_to_its_own_form)
{
    static const struct {
        const char *dealer, *part, *vin;
    } asked[] = {{"D1", "P-BACK", VIN},
                 {"D10", "P-BACK", VIN},
                 {"D1", "P-TWO", VIN},
                 {"D1", "P-BACK", NULL},
                 {"D1", "P-TWO", VIN}};

    begin();
    DONE(form_open(&large));
    for (size_t i = 0; i < WL_COUNT(asked); i++) {
        struct wl_request_body body = {.dealer_id = text(asked[i].dealer),
                                       .part_id = text(asked[i].part),
                                       .quantity = 1000,
                                       .reason = text("worn"),
                                       .vin = text(asked[i].vin)};

        DONE(run(&wl_request_command, &body));
    }
    ck_assert_str_eq(form_tie(1, 1, 99), "request-unknown");
    REFUSED(form_tie(1, 1, 2), "request-elsewhere", "2");
    REFUSED(form_tie(1, 1, 3), "request-elsewhere", "3");
    REFUSED(form_tie(1, 1, 4), "request-elsewhere", "4");
    REFUSED(form_tie(1, 4, 1), "line-unknown", "part 4");
    REFUSED(form_tie(1, 0, 1), "line-unknown", "part 0");
    DONE(form_tie(1, 1, 1));
    REFUSED(form_tie(1, 1, 1), "already-ordered", "part 1");
    REFUSED(form_tie(1, 3, 1), "already-ordered", "1");
    DONE(form_tie(1, 2, 5));
    commit();
    check_all();
}
END_TEST

START_TEST(what_review_refused_is_not_ordered)
{
    static const struct wl_line_name second = {WL_LINE_PART, 2, WL_NONE, {NULL, 0}};

    begin();
    DONE(form_open(&large));
    DONE(form_submit(1));
    DONE(form_review_by(REVIEWER, 1, WL_FORM_APPROVE, &second, 1, "good as it is"));
    DONE(form_order(1));
    ck_assert_uint_eq(made.ordered, 2);
    ck_assert_uint_eq(wl_form_request(txn, 1, 2), 0);
    ck_assert_uint_eq(wl_form_request(txn, 1, 3), 2);
    ck_assert_str_eq(form_order(1), "nothing-to-order");
    DONE(form_start(1));
    DONE(form_complete(1, WL_NONE));
    ck_assert_str_eq(form_order(1), "form-closed");
    commit();
    check_all();
}
END_TEST

/* ---- keys ---- */

START_TEST(a_repeated_key_gives_the_first_answer)
{
    struct form_spec spec = SMALL_FORM;
    struct wl_form_request other;
    uint64_t size;

    spec.parts[2][0] = "P-NONE";
    spec.parts[2][1] = spec.parts[2][2] = "1";
    begin();
    DONE(form_open(&spec));
    DONE(form_order_by(1, "order"));
    ck_assert(!made.repeated);
    DONE(form_order_by(1, "again")); /* the part that nobody knows is asked for once more */
    ck_assert_uint_eq(made.refused, 1);
    DONE(form_open(&small));
    DONE(form_order(2));
    size = wl_journal_size(txn);
    DONE(form_order_by(1, "order"));
    ck_assert(made.repeated);
    ck_assert_uint_eq(made.ordered, 2);
    ck_assert_uint_eq(made.refused, 1);
    ck_assert_str_eq(form_claim_as(2, NULL, "early"), "form-not-signed");
    sign_form(2);
    DONE(form_claim_as(2, "C-7", "claim"));
    ck_assert_int_eq(made.claim, 0);
    set_day("2025-07-01");
    size = wl_journal_size(txn);
    DONE(form_claim_as(2, "C-7", "claim"));
    ck_assert(made.repeated);
    ck_assert_int_eq(made.claim, 0);
    ck_assert_str_eq(form_claim_as(2, NULL, "early"), "form-not-signed");
    ck_assert(made.repeated);
    ck_assert_uint_eq(wl_journal_size(txn), size);
    ck_assert_str_eq(form_claim_as(2, "C-8", "claim"), "key-reused");
    ck_assert_int_eq(made.claim, WL_NONE);
    ck_assert_str_eq(form_claim_as(1, NULL, "early"), "key-reused");
    other = request_of(2, "claim");
    other.actor = text("another clerk");
    OK(wl_form_claim(txn, &arena, &other, WL_NO_STR, &made));
    ck_assert_int_eq(made.refusal, WL_REFUSED_KEY_REUSED);
    ck_assert_str_eq(form_claim_as(2, "C-9", NULL), "form-claimed");
    ck_assert_str_eq(form_claim_as(1, NULL, "claim"), "key-reused");
    ck_assert_str_eq(form_claim_as(2, NULL, "order"), "key-reused");
    ck_assert_str_eq(form_order_by(2, "order"), "key-reused");
    ck_assert_str_eq(form_order_by(1, "claim"), "key-reused");
    ck_assert_uint_eq(wl_journal_size(txn), size + 8);
    commit();
    check_all();
}
END_TEST

START_TEST(a_time_before_the_last_is_told)
{
    begin();
    DONE(form_open(&small));
    DONE(form_open(&small));
    sign_form(2);
    now -= 10;
    ck_assert_str_eq(form_order(1), "time-before-last");
    ck_assert_str_eq(form_claim(2), "time-before-last");
    ck_assert_str_eq(form_claim(1), "time-before-last");
    commit();
}
END_TEST

START_TEST(a_number_that_is_in_use_makes_no_claim)
{
    uint64_t before, size;

    begin();
    ck_assert_str_eq(claim_in(USUAL("D1", "F1")), "approved");
    DONE(form_open(&small));
    DONE(form_submit(1));
    ck_assert_str_eq(form_state(1), "under-review"); /* its number is in use */
    DONE(form_review(1, WL_FORM_APPROVE, NULL));
    DONE(form_start(1));
    DONE(form_complete(1, WL_NONE));
    DONE(form_sign(1));
    before = state_now();
    ck_assert_str_eq(form_claim_as(1, NULL, "key"), "claim-not-made");
    ck_assert(wl_str_is(made.about, "claim-number-reused"));
    ck_assert(!made.repeated);
    ck_assert_str_eq(form_claim_as(1, "no\x7F", NULL), "claim-not-made");
    ck_assert(wl_str_is(made.about, "field-malformed"));
    ck_assert(before == state_now());
    ck_assert_int_eq(form_now(1).claim, WL_NONE);
    size = wl_journal_size(txn);
    DONE(form_claim_as(1, "C-1", NULL));
    ck_assert_int_eq(claim_now("D1", "C-1").form, 1);
    ck_assert_str_eq(form_claim_as(1, NULL, "key"), "claim-not-made");
    ck_assert(wl_str_is(made.about, "claim-number-reused"));
    ck_assert(made.repeated);
    ck_assert_int_eq(made.claim, WL_NONE);
    ck_assert_uint_eq(wl_journal_size(txn), size + 2);
    /* The very same again is no claim of another form either. */
    DONE(form_open(&small));
    sign_form(2);
    ck_assert_str_eq(form_claim_as(2, "C-1", NULL), "claim-not-made");
    ck_assert(wl_str_is(made.about, "claim-number-reused"));
    commit();
    check_all();
}
END_TEST

/* Only what the entry before brought, of this dealer and vehicle, is a form's claim. */
START_TEST(another_claim_is_no_forms)
{
    struct wl_form_claim_body body = {1, 0, WL_NONE};

    begin();
    DONE(form_open(&small));
    sign_form(1);
    ck_assert_str_eq(run(&wl_form_claim_command, &body), "claim-not-made");
    ck_assert_str_eq(claim_in(PLAIN("D10", "C1")), "approved");
    ck_assert_str_eq(run(&wl_form_claim_command, &body), "claim-not-made");
    ck_assert_str_eq(claim_in(PLAIN("D1", "C1")), "approved");
    DONE(tick());
    body.claim = 1;
    ck_assert_str_eq(run(&wl_form_claim_command, &body), "claim-not-made");
    commit();
    check_all();
}
END_TEST

/* ---- personal texts ---- */

START_TEST(a_form_is_forgotten_with_its_claim)
{
    struct wl_claim claim;
    struct wl_form form;
    char room[64];

    begin();
    DONE(form_open(&small));
    DONE(write_form(&wl_form_edit_command, 1, 1, &small, "Mr. Li Wei", "It whistles"));
    DONE(form_open(&small));
    sign_form(1);
    DONE(form_claim(1));
    commit();
    begin();
    acting = CLERK;
    DONE(forget("F1"));
    form = form_now(1);
    claim = claim_now("D1", "F1");
    ck_assert_str_eq(text_of_entry(form.opened_seq, 0, room), "-");
    ck_assert_str_eq(text_of_entry(form.customer_seq, 0, room), "-");
    ck_assert_str_eq(text_of_entry(form.complaint_seq, 1, room), "-");
    ck_assert_str_eq(text_of_entry(form.signed_seq, 0, room), "-");
    ck_assert_str_eq(text_of_entry(claim.seq, 0, room), "-");
    ck_assert_str_eq(text_of_entry(form_now(2).opened_seq, 0, room), "Mr. Li");
    ck_assert_str_eq(form_forget(1), "nothing-to-forget");
    DONE(form_forget(2));
    ck_assert_str_eq(text_of_entry(form_now(2).opened_seq, 1, room), "-");
    ck_assert_str_eq(form_forget(2), "nothing-to-forget");
    DONE(write_form(&wl_form_edit_command, 2, 1, &small, "Mrs. Li", NULL));
    DONE(form_forget(2));
    ck_assert_str_eq(form_forget(3), "form-unknown");
    commit();
    check_all();
}
END_TEST

START_TEST(a_forgotten_form_takes_its_claims_narrative_along)
{
    char room[64];

    begin();
    DONE(form_open(&small));
    sign_form(1);
    DONE(form_claim(1));
    DONE(form_forget(1));
    ck_assert_str_eq(text_of_entry(claim_now("D1", "F1").seq, 0, room), "-");
    /* A form that was forgotten before makes a claim without a narrative. */
    DONE(form_open(&small));
    sign_form(2);
    DONE(form_forget(2));
    DONE(form_claim(2));
    ck_assert_str_eq(text_of_entry(claim_now("D1", "F2").seq, 0, room), "-");
    commit();
    check_all();
}
END_TEST

START_TEST(a_vin_says_who_made_it_where_and_when)
{
    static const struct {
        const char *vin, *produced, *maker, *region;
        int64_t year;
    } cases_[] = {
        {"1M8GDM9AXKP042788", "1989-05-01", "1M8", "North America", 1989},
        {"1M8GDM9AXKP042788", "1988-12-31", "1M8", "North America", 1989},
        {"1M8GDM9AXKP042788", "2019-01-01", "1M8", "North America", 2019}, /* the codes come again after 30 years */
        {"1M8GDM9AXKP042788", "1990-01-01", "1M8", "North America", WL_NONE},
        {"1M8GDM9AXKP042788", "1987-12-31", "1M8", "North America", WL_NONE},
        {"1M8GDM9AXKP042788", NULL, "1M8", "North America", WL_NONE},
        {"LVGTFX1580N001207", "2020-01-01", "LVG", "Asia", WL_NONE}, /* a 0 is no year */
        {"WBABVG2LXAK001322", "1979-12-31", "WBA", "Europe", WL_NONE},
        {"WBABVG2LXAK001322", "1980-12-31", "WBA", "Europe", 1980},
        {"WBABVG2LX9K001322", "2009-06-01", "WBA", "Europe", 2009},
        {"AAABVG2LX9K001322", "2008-06-01", "AAA", "Africa", 2009},
        {"6AABVG2LX9K001322", "2008-06-01", "6AA", "Oceania", 2009},
        {"9AABVG2LX9K001322", "2008-06-01", "9AA", "South America", 2009},
        {"OAABVG2LX9K001322", "2008-06-01", "OAA", NULL, 2009},
        {"1M8GDM9AXKP04278", "1989-05-01", "", NULL, WL_NONE},
        {"", "1989-05-01", "", NULL, WL_NONE},
    };

    for (size_t i = 0; i < WL_COUNT(cases_); i++) {
        struct wl_vin vin;

        wl_vin_read(text(cases_[i].vin), cases_[i].produced ? day(cases_[i].produced) : WL_NONE, &vin);
        ck_assert_msg(wl_str_is(vin.maker, cases_[i].maker), "maker of case %zu", i);
        ck_assert_msg(cases_[i].region ? vin.region && strcmp(vin.region, cases_[i].region) == 0 : !vin.region,
                      "region of case %zu", i);
        ck_assert_msg(vin.model_year == cases_[i].year, "case %zu: %lld", i, (long long)vin.model_year);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("form-content");
    TCase *ways = cases("ways", world_make);

    tcase_add_test(ways, a_form_is_opened_for_a_known_dealer_and_vehicle);
    tcase_add_test(ways, a_form_has_no_dates_yet);
    tcase_add_test(ways, an_edit_writes_on_what_it_read);
    tcase_add_loop_test(ways, what_a_claim_would_lack_is_not_submitted, 0, (int)WL_COUNT(incomplete));
    tcase_add_test(ways, a_completion_is_not_below_the_entry);
    tcase_add_test(ways, each_part_line_has_one_request);
    tcase_add_test(ways, a_request_is_tied_to_its_own_form);
    tcase_add_test(ways, what_review_refused_is_not_ordered);
    tcase_add_test(ways, a_repeated_key_gives_the_first_answer);
    tcase_add_test(ways, a_time_before_the_last_is_told);
    tcase_add_test(ways, a_number_that_is_in_use_makes_no_claim);
    tcase_add_test(ways, another_claim_is_no_forms);
    tcase_add_test(ways, a_form_is_forgotten_with_its_claim);
    tcase_add_test(ways, a_forgotten_form_takes_its_claims_narrative_along);
    tcase_add_test(ways, a_vin_says_who_made_it_where_and_when);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
