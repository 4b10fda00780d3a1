/* The month's repairs: forms and claims as the dealers bring them, and what becomes of their parts. */
#include "tests/month.h"

#include <stdio.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/error.h"

enum { PARTS_BACK_DAILY = 60 };

static void draw_spec(struct repair *r, size_t n)
{
    r->dealer = draw(DEALERS);
    r->submission = 1;
    vin_of((unsigned)n % VEHICLES, r->vin);
    snprintf(r->claim_no, sizeof r->claim_no, "C%06zu", n);
    r->spec = (struct spec){.hours_x10 = 5 + draw(60),
                            .operation = draw(OPERATIONS),
                            .fault = draw(chance(4) ? FAULTS : FAULTS - 1),
                            .parts = draw(3),
                            .part = {draw(PARTS / 2), PARTS / 2 + draw(PARTS / 2)},
                            .quantity = {1 + draw(2), 1},
                            .km = 5000 + draw(30000) + (unsigned)n % 7,
                            .sublet = chance(5) ? 1 + draw(80) : 0,
                            .repair_day = month.day - draw(3),
                            .type = "warranty"};
}

/* The repair as a claim would tell it; without days and number where it is a form's content. Lives for the day. */
static struct wl_claim_record *record_of(const struct repair *r, bool form)
{
    const struct spec *s = &r->spec;
    unsigned currency = currency_of(r->dealer);
    struct wl_claim_record *record = wl_arena_alloc(&month.keep, sizeof *record);
    struct wl_labour_line *labour = wl_arena_alloc(&month.keep, 2 * sizeof *labour);
    struct wl_part_line *parts = wl_arena_alloc(&month.keep, 2 * sizeof *parts);
    struct wl_sublet_line *sublet = wl_arena_alloc(&month.keep, sizeof *sublet);
    char day[WL_DATE_TEXT];

    wl_record_clear(&wl_claim_record, record);
    record->dealer_id = wl_str_of(dealer_name(r->dealer));
    record->claim_no = wl_str_of(format("%s", r->claim_no));
    record->vin = wl_str_of(format("%s", r->vin));
    record->type = wl_str_of(s->type);
    record->mileage = wl_str_of(format("%u", s->km));
    record->fault_code = wl_str_of(format("F%02u", s->fault));
    if (!form) {
        record->submission = wl_str_of(format("%u", r->submission));
        wl_date_format(s->repair_day, day);
        record->repair_date = wl_str_of(format("%s", day));
        wl_date_format(month.day, day);
        record->submit_date = wl_str_of(format("%s", day));
    }
    labour[0] = (struct wl_labour_line){wl_str_of(format("OP%02u", s->operation)),
                                        wl_str_of(format("%u.%u", s->hours_x10 / 10, s->hours_x10 % 10))};
    labour[1] = (struct wl_labour_line){wl_str_of(format("OP%02u", (s->operation + 7) % OPERATIONS)), WL_STR("1")};
    record->labour = (struct wl_list){labour, 2};
    for (unsigned i = 0; i < s->parts; i++)
        parts[i] =
            (struct wl_part_line){wl_str_of(format("P%02u", s->part[i])), wl_str_of(format("%u", s->quantity[i])),
                                  wl_str_of(price_text(s->part[i], currency)), wl_str_of(currencies[currency])};
    record->parts = (struct wl_list){parts, s->parts};
    if (s->parts)
        record->causal_part = parts[0].part_id;
    *sublet =
        (struct wl_sublet_line){WL_STR("TOW"), wl_str_of(format("%u", s->sublet)), wl_str_of(currencies[currency])};
    record->sublet = (struct wl_list){sublet, s->sublet > 0};
    return record;
}

static const char *clerk_of(const struct repair *r)
{
    return format("clerk-%s", dealer_name(r->dealer));
}

/* ---- forms ---- */

static void form_step(const struct wl_command *command, const struct repair *r)
{
    struct wl_form_step_body body = {(int64_t)r->form, WL_NONE};

    must(command, &body, clerk_of(r));
}

static void open_form(struct repair *r)
{
    struct wl_claim_record *content = record_of(r, true);
    struct wl_form_content_body body = {.form = WL_NONE, .revision = WL_NONE, .content = {content, 1}, .texts = 3};
    const char *texts[] = {"Li Wei", "noise from the front"};
    int64_t refusal = run_texts(&wl_form_open_command, &body, clerk_of(r), texts, 2);

    if (refusal != WL_DONE)
        fail("a form cannot be opened: %s", wl_refusal_name(refusal));
    r->form = (uint64_t)((struct wl_form_outcome *)month.outcome)->form;
    r->step = STEP_FORM;
    form_step(&wl_form_submit_command, r);
}

static void submit_again(struct repair *r, const struct wl_form *form)
{
    struct wl_form_content_body body = {.form = (int64_t)r->form, .revision = form->revision, .texts = WL_NONE};

    r->spec.hours_x10 += 1;
    body.content = (struct wl_list){record_of(r, true), 1};
    must(&wl_form_edit_command, &body, clerk_of(r));
    form_step(&wl_form_submit_command, r);
}

/* The whole of the repair, from the approved form to the claim. */
static void repair_begins(struct repair *r)
{
    struct wl_form_request request = {.form = r->form, .time = month.now, .actor = wl_str_of(clerk_of(r))};
    struct wl_form_answer answer;

    form_step(&wl_form_start_command, r);
    if (wl_form_order(month.txn, &month.arena, &request, &answer) != WL_OK)
        fail("form %llu: %s", (unsigned long long)r->form, wl_error());
    r->step = STEP_REPAIR;
}

static void repair_ends(struct repair *r)
{
    struct wl_form_sign_body sign = {.form = (int64_t)r->form};
    struct wl_form_request request = {.form = r->form, .time = month.now, .actor = wl_str_of(clerk_of(r))};
    struct wl_form_answer answer;
    const char *signer[] = {"Li Wei"};
    int64_t refusal;

    form_step(&wl_form_complete_command, r);
    if ((refusal = run_texts(&wl_form_sign_command, &sign, clerk_of(r), signer, 1)) != WL_DONE)
        fail("form %llu is not signed: %s", (unsigned long long)r->form, wl_refusal_name(refusal));
    if (wl_form_claim(month.txn, &month.arena, &request, WL_NO_STR, &answer) != WL_OK)
        fail("form %llu: %s", (unsigned long long)r->form, wl_error());
    if (answer.refusal != WL_DONE)
        fail("form %llu becomes no claim: %s", (unsigned long long)r->form, wl_refusal_name(answer.refusal));
    r->step = STEP_CLAIM;
}

static void form_goes_on(struct repair *r)
{
    struct wl_form form;

    if (wl_form_get(month.txn, &month.keep, r->form, &form) != 1)
        fail("form %llu is not there", (unsigned long long)r->form);
    switch ((enum wl_form_state)form.state) {
    case WL_FORM_APPROVED:
    case WL_FORM_PARTLY_APPROVED:
        repair_begins(r);
        break;
    case WL_FORM_IN_REPAIR:
        repair_ends(r);
        break;
    case WL_FORM_RETURNED:
        submit_again(r, &form);
        break;
    case WL_FORM_REFUSED:
        r->step = STEP_DONE;
        break;
    case WL_FORM_DRAFT:
    case WL_FORM_SUBMITTED:
    case WL_FORM_UNDER_REVIEW:
        break;
    case WL_FORM_COMPLETED:
    case WL_FORM_SIGNED:
    case WL_FORM_STATE_COUNT:
        fail("form %llu is %s", (unsigned long long)r->form, wl_form_state_names()[form.state]);
    }
}

/* ---- claims ---- */

static void claim_in(struct repair *r)
{
    struct wl_claim_record *record = record_of(r, false);

    must(&wl_record_command, record, "import");
    if (((struct wl_record_outcome *)month.outcome)->claim == WL_NONE)
        fail("%s became no claim", r->claim_no);
    r->step = STEP_CLAIM;
}

void repairs_begin(size_t count)
{
    for (size_t i = 0; i < count && month.begun < month.count; i++) {
        struct repair *r = &month.repairs[month.begun];

        draw_spec(r, month.begun++);
        if (chance(60))
            open_form(r);
        else
            claim_in(r);
    }
}

static struct wl_claim claim_of(struct repair *r, int64_t *id)
{
    const char *name = r->claim_no;
    struct wl_claim claim;

    if (wl_claim_find(month.txn, wl_str_of(dealer_name(r->dealer)), wl_str_of(name), id) != 1 ||
        wl_claim_get(month.txn, &month.keep, *id, &claim) != 1)
        fail("claim %s is not there", name);
    return claim;
}

/* A claim made from a form that is claimed anew loses the form's signature with its version. */
static void sign(const struct repair *r)
{
    struct wl_sign_body body = {.dealer_id = wl_str_of(dealer_name(r->dealer)), .claim_no = wl_str_of(r->claim_no)};
    const char *signer[] = {"Li Wei"};
    int64_t refusal = run_texts(&wl_sign_command, &body, clerk_of(r), signer, 1);

    if (refusal != WL_DONE)
        fail("%s is not signed: %s", r->claim_no, wl_refusal_name(refusal));
}

static void tag(struct repair *r)
{
    struct wl_tag_body body = {.dealer_id = wl_str_of(dealer_name(r->dealer)),
                               .claim_no = wl_str_of(r->claim_no),
                               .line = WL_NONE,
                               .together = WL_NONE};

    must(&wl_tag_command, &body, clerk_of(r));
    r->tagged = true;
}

static bool correct(struct repair *r)
{
    struct wl_line_name line = {WL_LINE_LABOUR, 2, WL_NONE, WL_NO_STR};
    struct wl_correct_body body = {.dealer_id = wl_str_of(dealer_name(r->dealer)),
                                   .claim_no = wl_str_of(r->claim_no),
                                   .lines = {&line, 1},
                                   .reason = WL_STR("not part of this repair")};
    int64_t refusal = run(&wl_correct_command, &body, "auditor");

    r->corrected = true;
    month.corrections += refusal == WL_DONE;
    return refusal == WL_DONE || refusal == WL_REFUSED_NOTHING_TO_CORRECT || refusal == WL_REFUSED_NOTHING_PAYABLE ||
           refusal == WL_REFUSED_LINE_AMOUNT_INVALID || refusal == WL_REFUSED_LINE_UNKNOWN;
}

static void appeal(struct repair *r)
{
    struct wl_appeal_body body = {.dealer_id = wl_str_of(dealer_name(r->dealer)),
                                  .claim_no = wl_str_of(r->claim_no),
                                  .reason = WL_STR("we see it otherwise")};
    int64_t refusal = run(&wl_appeal_command, &body, clerk_of(r));

    r->appealed = true;
    month.appeals += refusal == WL_DONE;
    if (refusal != WL_DONE)
        r->step = STEP_DONE;
}

static void answer(struct repair *r)
{
    r->submission++;
    r->spec.km += 1;
    r->tagged = false;
    claim_in(r);
}

static void approved_goes_on(struct repair *r, const struct wl_claim *claim)
{
    if (!r->corrected && chance(3) && !correct(r))
        fail("%s cannot be corrected: %s", r->claim_no,
             wl_refusal_name(((struct wl_outcome_head *)month.outcome)->refusal));
    else if (claim->signed_seq == WL_NONE)
        sign(r);
    else if (claim->unmet_obligations > 0 && !r->tagged)
        tag(r);
}

static void claim_goes_on(struct repair *r)
{
    int64_t id;
    struct wl_claim claim = claim_of(r, &id);
    enum wl_claim_state state = (enum wl_claim_state)wl_claim_state_now(month.txn, &claim);

    switch (state) {
    case WL_CLAIM_REJECTED:
        if (r->appealed || !chance(40))
            r->step = STEP_DONE;
        else
            appeal(r);
        break;
    case WL_CLAIM_INFO_REQUESTED:
        answer(r);
        break;
    case WL_CLAIM_APPROVED:
    case WL_CLAIM_PARTIAL:
        approved_goes_on(r, &claim);
        break;
    case WL_CLAIM_CONFIRMED:
    case WL_CLAIM_CHARGED_BACK:
        r->step = STEP_DONE;
        break;
    case WL_CLAIM_REFERRED:
    case WL_CLAIM_SETTLED:
    case WL_CLAIM_PAID:
        break;
    case WL_CLAIM_STATE_COUNT:
        fail("%s has no state", r->claim_no);
    }
}

void repairs_go_on(void)
{
    for (size_t i = 0; i < month.begun; i++) {
        struct repair *r = &month.repairs[i];

        if (r->step == STEP_FORM || r->step == STEP_REPAIR)
            form_goes_on(r);
        else if (r->step == STEP_CLAIM)
            claim_goes_on(r);
    }
}

size_t repairs_left(void)
{
    size_t left = month.count - month.begun;

    for (size_t i = 0; i < month.begun; i++)
        left += month.repairs[i].step != STEP_DONE;
    return left;
}

/* ---- removed parts ---- */

static int64_t found[PARTS_BACK_DAILY];
static size_t found_count;

static int note_tag(void *context, uint64_t number)
{
    (void)context;
    found[found_count++] = (int64_t)number;
    return found_count == PARTS_BACK_DAILY;
}

static void inspect(int64_t number)
{
    struct wl_tag_inspect_body body = {.tag = number, .outcome = WL_ACCEPTED, .reason = WL_STR("as found")};

    if (chance(8))
        body.outcome = 1 + draw(4);
    must(&wl_tag_inspect_command, &body, "inspector");
    month.inspections++;
    month.inspections_refused += body.outcome != WL_ACCEPTED;
    if (body.outcome == WL_ABUSE && chance(50)) {
        struct wl_reverse_body reverse = {(int64_t)wl_journal_size(month.txn) - 1, WL_STR("looked at the wrong part")};

        must(&wl_reverse_command, &reverse, "inspector");
        body.outcome = WL_ACCEPTED;
        must(&wl_tag_inspect_command, &body, "inspector");
        month.reversed++;
    }
}

/* A dealer's tagged parts leave, and come to the centre, where they are inspected. */
static void ship(unsigned dealer)
{
    struct wl_return_ship_body body = {.dealer_id = wl_str_of(dealer_name(dealer)), .box = WL_STR("B")};

    found_count = 0;
    if (wl_tagged_each(month.txn, body.dealer_id, note_tag, NULL) < 0)
        fail("%s", wl_error());
    if (found_count == 0)
        return;
    body.tags = (struct wl_ints){found, found_count};
    must(&wl_return_ship_command, &body, format("clerk-%s", dealer_name(dealer)));
    for (size_t i = 0; i < found_count; i++) {
        struct wl_return_scan_body scan = {.tag = found[i]};

        must(&wl_return_scan_command, &scan, "centre");
        inspect(found[i]);
    }
}

void returns_go(void)
{
    for (unsigned i = 0; i < DEALERS; i++)
        ship(i);
}
