/* Appraisal forms for tests, over tests/gates_world.h: their commands by name. */
#ifndef TESTS_FORM_WORLD_H
#define TESTS_FORM_WORLD_H

#include "tests/gates_world.h"

#include "wledger/demand.h"
#include "wledger/transitions.h"

#define CLERK "clerk"
#define REVIEWER "reviewer"

/* What stands on a form; NULL or 0: the usual. */
struct form_spec {
    const char *dealer, *vin, *km, *unit, *type, *fault, *claim_no, *campaign;
    const char *labour[3][2]; /* operation, hours */
    const char *parts[4][3];  /* part, quantity, price */
    const char *sublet[2][2]; /* code, amount */
};
/* CNY 288: labour 200, parts 50 and 30 that must come back, handling 8: within tier 0. */
#define SMALL_FORM                                                                         \
    {                                                                                      \
        .labour = {{"OP1", "2"}}, .parts = { {"P-BACK", "1", "50"}, {"P-TWO", "1", "30"} } \
    }
/* CNY 2143: labour 2000, parts 50, 30 and 50, handling 13: to tier 1. */
#define LARGE_FORM                                                                                                 \
    {                                                                                                              \
        .labour = {{"OP1", "20"}}, .parts = { {"P-BACK", "1", "50"}, {"P-TWO", "1", "30"}, {"P-BACK", "1", "50"} } \
    }

struct form_content {
    struct wl_claim_record record;
    struct wl_labour_line labour[3];
    struct wl_part_line parts[4];
    struct wl_sublet_line sublet[2];
};

static UNUSED struct wl_str or_else(const char *given, const char *usual)
{
    return text(given ? given : usual);
}

static UNUSED void content_make(const struct form_spec *spec, struct form_content *out)
{
    size_t labour = 0, parts = 0, sublet = 0;

    for (; labour < 3 && spec->labour[labour][0]; labour++)
        out->labour[labour] = (struct wl_labour_line){text(spec->labour[labour][0]), text(spec->labour[labour][1])};
    for (; parts < 4 && spec->parts[parts][0]; parts++)
        out->parts[parts] = (struct wl_part_line){text(spec->parts[parts][0]), text(spec->parts[parts][1]),
                                                  text(spec->parts[parts][2]), text("CNY")};
    for (; sublet < 2 && spec->sublet[sublet][0]; sublet++)
        out->sublet[sublet] =
            (struct wl_sublet_line){text(spec->sublet[sublet][0]), text(spec->sublet[sublet][1]), text("CNY")};
    out->record = (struct wl_claim_record){.dealer_id = or_else(spec->dealer, "D1"),
                                           .claim_no = text(spec->claim_no),
                                           .type = or_else(spec->type, "warranty"),
                                           .vin = or_else(spec->vin, VIN),
                                           .mileage = or_else(spec->km, "10000"),
                                           .mileage_unit = text(spec->unit),
                                           .fault_code = or_else(spec->fault, "F1"),
                                           .campaign_id = text(spec->campaign),
                                           .labour = {out->labour, labour},
                                           .parts = {out->parts, parts},
                                           .sublet = {out->sublet, sublet},
                                           .narrative_size = WL_NONE};
}

/* ---- commands by name, in the open transaction ---- */

static UNUSED const char *write_form(const struct wl_command *command, int64_t form, int64_t revision,
                                     const struct form_spec *spec, const char *customer, const char *complaint)
{
    struct form_content content;
    struct wl_form_content_body body = {
        .form = form, .revision = revision, .content = {&content.record, 1}, .texts = WL_NONE};
    struct wl_personal texts[2] = {{.salt = {3}, .text = text(customer)}, {.salt = {4}, .text = text(complaint)}};
    struct wl_request request = {.command = command, .body = &body, .time = now, .actor = text(CLERK), .texts = texts};
    struct wl_result result;

    content_make(spec, &content);
    if (customer || complaint)
        body.texts = (customer ? 1 : 0) + (complaint ? 2 : 0);
    request.text_count = complaint ? 2 : customer ? 1 : 0;
    wl_arena_clear(&arena);
    ck_assert_msg(wl_execute(txn, &arena, &request, &result) == WL_OK, "%s: %s", command->name, wl_error());
    outcome = result.outcome;
    return wl_refusal_name(result.refusal);
}

static UNUSED const char *form_open(const struct form_spec *spec)
{
    return write_form(&wl_form_open_command, WL_NONE, WL_NONE, spec, "Mr. Li", "It rattles");
}

static UNUSED const char *form_edit(int64_t form, int64_t revision, const struct form_spec *spec)
{
    return write_form(&wl_form_edit_command, form, revision, spec, NULL, NULL);
}

static UNUSED const char *form_step(const struct wl_command *command, int64_t form, int64_t km)
{
    struct wl_form_step_body body = {form, km};

    acting = CLERK;
    return run(command, &body);
}

static UNUSED const char *form_submit(int64_t form)
{
    return form_step(&wl_form_submit_command, form, WL_NONE);
}

static UNUSED const char *form_start(int64_t form)
{
    return form_step(&wl_form_start_command, form, WL_NONE);
}

static UNUSED const char *form_complete(int64_t form, int64_t km)
{
    return form_step(&wl_form_complete_command, form, km);
}

static UNUSED const char *form_forget(int64_t form)
{
    return form_step(&wl_form_forget_command, form, WL_NONE);
}

static UNUSED const char *form_sign(int64_t form)
{
    struct wl_form_sign_body body = {form, WL_NO_STR};
    struct wl_personal signer = {.salt = {5}, .text = text("Li Wei")};

    acting = CLERK;
    return run_with(&wl_form_sign_command, &body, &signer);
}

static UNUSED const char *form_review_by(const char *actor, int64_t form, enum wl_form_verdict verdict,
                                         const struct wl_line_name *lines, size_t count, const char *reason)
{
    struct wl_line_name named[8];
    struct wl_form_review_body body = {
        .form = form, .verdict = verdict, .refused = {named, count}, .reason = text(reason)};

    ck_assert_uint_le(count, WL_COUNT(named));
    if (count > 0)
        memcpy(named, lines, count * sizeof *named);
    acting = actor;
    return run(&wl_form_review_command, &body);
}

static UNUSED const char *form_review(int64_t form, enum wl_form_verdict verdict, const char *reason)
{
    return form_review_by(REVIEWER, form, verdict, NULL, 0, reason);
}

static struct wl_form_answer made; /* of the last form_claim or form_order */

static UNUSED struct wl_form_request request_of(int64_t form, const char *key)
{
    return (struct wl_form_request){.form = (uint64_t)form, .time = now, .actor = WL_STR(CLERK), .key = text(key)};
}

static UNUSED const char *form_claim_as(int64_t form, const char *claim_no, const char *key)
{
    struct wl_form_request request = request_of(form, key);

    OK(wl_form_claim(txn, &arena, &request, text(claim_no), &made));
    return wl_refusal_name(made.refusal);
}

static UNUSED const char *form_claim(int64_t form)
{
    return form_claim_as(form, NULL, NULL);
}

static UNUSED const char *form_order_by(int64_t form, const char *key)
{
    struct wl_form_request request = request_of(form, key);

    OK(wl_form_order(txn, &arena, &request, &made));
    return wl_refusal_name(made.refusal);
}

static UNUSED const char *form_order(int64_t form)
{
    return form_order_by(form, NULL);
}

static UNUSED const char *form_tie(int64_t form, int64_t line, int64_t request)
{
    struct wl_form_order_body body = {form, line, request};

    acting = CLERK;
    return run(&wl_form_order_command, &body);
}

/* ---- what they leave ---- */

static UNUSED struct wl_form form_now(int64_t number)
{
    struct wl_form form;

    ck_assert_int_eq(wl_form_get(txn, &arena, (uint64_t)number, &form), 1);
    return form;
}

static UNUSED const char *form_state(int64_t number)
{
    return wl_form_state_names()[form_now(number).state];
}

static UNUSED const char *about_now(char room[64])
{
    const struct wl_outcome_head *head = outcome;

    snprintf(room, 64, WL_STR_FMT, WL_STR_ARG(head->about));
    return room;
}

/* A refusal and what it is about. */
#define REFUSED(call, name, thing)                  \
    do {                                            \
        char about_[64];                            \
        ck_assert_str_eq(call, name);               \
        ck_assert_str_eq(about_now(about_), thing); \
    } while (0)

/* The text of an entry, or "-" where there is none. */
static UNUSED const char *text_of_entry(int64_t seq, unsigned n, char room[64])
{
    struct wl_str found;

    snprintf(room, 64, "-");
    if (seq != WL_NONE && wl_text_get(txn, (uint64_t)seq, n, &found) == 1)
        snprintf(room, 64, WL_STR_FMT, WL_STR_ARG(found));
    return room;
}

/* A form that its customer signed: approved by itself, or by the reviewer. */
static UNUSED void sign_form(int64_t form)
{
    DONE(form_submit(form));
    if (form_now(form).state == WL_FORM_UNDER_REVIEW)
        DONE(form_review(form, WL_FORM_APPROVE, NULL));
    DONE(form_start(form));
    DONE(form_complete(form, WL_NONE));
    DONE(form_sign(form));
}

#endif
