/* The commands `review-take`, `review-release` and `review-assign`: what waits for a review changes hands. */
#include "claims/desk_rows.h"
#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "claims/seats.h"
#include "wledger/error.h"

/* The review that a command is about. */
struct desk {
    const struct wl_context *ctx;
    const struct wl_desk_body *body;
    struct wl_desk_outcome *out;
    struct wl_review review;
    int64_t place; /* in queues */
};

static bool refuse(const struct desk *desk, int64_t refusal)
{
    if (refusal != WL_DONE)
        desk->out->head.refusal = refusal;
    return refusal == WL_DONE && wl_txn_status(desk->ctx->txn) == WL_OK;
}

static bool find_subject(const struct desk *desk, enum wl_claim_step step, struct wl_subject *subject)
{
    const struct wl_desk_body *b = desk->body;
    struct wl_claim claim;
    struct wl_form form;
    int64_t id;

    if (b->form != WL_NONE) {
        *subject = wl_subject_form(b->form);
        return wl_form_gate(desk->ctx, b->form, WL_FORM_STEP_DESK, &desk->out->head, &form);
    }
    if (!wl_gate_claim(desk->ctx, b->dealer_id, b->claim_no, step, &desk->out->head, &id, &claim))
        return false;
    *subject = wl_subject_claim(id);
    return true;
}

/* The review named, where the transition table lets the step through. False with the refusal in the head, or an error
 * that sticks. */
static bool find_review(struct desk *desk, enum wl_claim_step step)
{
    const struct wl_context *ctx = desk->ctx;
    struct wl_standing at;
    struct wl_subject subject;
    int rc;

    if (!find_subject(desk, step, &subject))
        return false;
    if ((rc = wl_standing_get(ctx->txn, ctx->arena, subject, &at)) == 1) {
        desk->place = at.seq;
        rc = wl_review_find(ctx->txn, ctx->arena, subject, &desk->review);
    }
    if (rc == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "what is to be reviewed waits for no review"));
    return rc == 1;
}

/* What the outcome says of the subject, and who follows it: `takes` as wl_seat_move has it. */
static int conclude(const struct desk *desk, struct wl_str takes)
{
    const struct wl_review *review = &desk->review;
    struct wl_desk_outcome *out = desk->out;
    struct wl_seat_move move = {.subject = review->subject,
                                .seq = desk->place,
                                .from = review->tier,
                                .leaves = review->seat,
                                .to = review->tier,
                                .takes = takes,
                                .elsewhere = true};
    const struct wl_assignment *taken;
    struct wl_assignment *others;
    struct wl_list list = wl_seats_follow(desk->ctx, &move);

    *(review->subject.kind == WL_SUBJECT_FORM ? &out->form : &out->claim) = review->subject.id;
    out->seat = wl_arena_copy(desk->ctx->arena, takes);
    taken = others = list.at;
    for (size_t i = 0; i < list.count; i++) {
        struct wl_subject subject = wl_assigned_subject(&taken[i]);

        if (subject.kind == review->subject.kind && subject.id == review->subject.id)
            out->seat = taken[i].seat;
        else
            others[out->assignments.count++] = taken[i];
    }
    out->assignments.at = out->assignments.count > 0 ? others : NULL;
    if (wl_arena_status(desk->ctx->arena) != WL_OK)
        wl_txn_fail(desk->ctx->txn, wl_arena_status(desk->ctx->arena));
    return wl_txn_status(desk->ctx->txn);
}

/* The free, manned seat of the tier with the fewest open reviews that may be taken; *full: there is one that has no
 * room now (one without capacity never has). */
static struct wl_str freest(const struct desk *desk, struct wl_str but, bool actors_own, bool *full)
{
    struct wl_seats seats = wl_seats(wl_reference(desk->ctx), desk->review.tier);
    struct wl_seating nothing = {.context = desk->ctx};
    struct wl_str best = WL_NO_STR;
    int64_t fewest = 0;

    *full = false;
    for (size_t i = 0; i < seats.count; i++) {
        struct wl_str seat = seats.at[i].seat_id;
        int64_t open = wl_seating_open(&nothing, seat);

        if (wl_str_equal(seat, but) ||
            !(actors_own ? wl_seat_is_sat_at(desk->ctx, seat, desk->ctx->actor) : wl_seat_is_manned(desk->ctx, seat)))
            continue;
        *full = *full || (seats.at[i].capacity > 0 && open >= seats.at[i].capacity);
        if (open < seats.at[i].capacity && (best.size == 0 || open < fewest)) {
            best = seat;
            fewest = open;
        }
    }
    return best;
}

/* ---- take ---- */

/* The seat at which the actor takes it: its own, or from the queue one of theirs. */
static int64_t seat_to_take_at(struct desk *desk, struct wl_str *seat)
{
    bool full;

    *seat = desk->review.seat;
    if (seat->size != 0)
        return WL_DONE;
    *seat = freest(desk, WL_NO_STR, true, &full);
    if (seat->size != 0)
        return WL_DONE;
    return full ? WL_REFUSED_SEAT_FULL : WL_REFUSED_NOT_YOUR_SEAT;
}

static int decide_take(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct desk desk = {.ctx = ctx, .body = body, .out = outcome};
    struct wl_review at;
    struct wl_str seat;

    if (!find_review(&desk, WL_CLAIM_STEP_TAKE) || !refuse(&desk, seat_to_take_at(&desk, &seat)))
        return wl_txn_status(ctx->txn);
    at = desk.review;
    at.seat = seat;
    if (!refuse(&desk, wl_review_right(ctx, &at)))
        return wl_txn_status(ctx->txn);
    if (wl_str_equal(at.reviewer, ctx->actor)) {
        desk.out->head.refusal = WL_REFUSED_TAKEN_BY_YOU;
        return WL_OK;
    }
    return conclude(&desk, seat);
}

/* ---- release ---- */

static int decide_release(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct desk desk = {.ctx = ctx, .body = body, .out = outcome};

    if (!find_review(&desk, WL_CLAIM_STEP_RELEASE) || !refuse(&desk, wl_review_right(ctx, &desk.review)) ||
        !refuse(&desk, wl_reason_check(wl_reference(ctx), WL_REASON_FOR_REASSIGN, desk.body->reason)))
        return wl_txn_status(ctx->txn);
    return conclude(&desk, WL_NO_STR);
}

/* ---- assign ---- */

static int64_t may_go_to(const struct desk *desk, struct wl_str seat_id)
{
    const struct wl_seat *seat = wl_seat_find(wl_reference(desk->ctx), seat_id);
    struct wl_seating nothing = {.context = desk->ctx};

    if (seat == NULL)
        return WL_REFUSED_SEAT_UNKNOWN;
    if (seat->tier != desk->review.tier)
        return WL_REFUSED_SEAT_ELSEWHERE;
    if (wl_str_equal(seat_id, desk->review.seat))
        return WL_REFUSED_SAME_SEAT;
    if (!wl_seat_is_manned(desk->ctx, seat_id))
        return WL_REFUSED_SEAT_UNMANNED;
    return wl_seating_open(&nothing, seat_id) >= seat->capacity ? WL_REFUSED_SEAT_FULL : WL_DONE;
}

static int64_t seat_to_go_to(const struct desk *desk, struct wl_str *seat)
{
    bool full;

    *seat = desk->body->seat;
    if (seat->size != 0)
        return may_go_to(desk, *seat);
    *seat = freest(desk, desk->review.seat, false, &full);
    if (seat->size != 0)
        return WL_DONE;
    return full ? WL_REFUSED_SEAT_FULL : WL_REFUSED_SEAT_UNMANNED;
}

static int decide_assign(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct desk desk = {.ctx = ctx, .body = body, .out = outcome};
    struct wl_str seat;

    if (!find_review(&desk, WL_CLAIM_STEP_ASSIGN) || !refuse(&desk, seat_to_go_to(&desk, &seat)) ||
        !refuse(&desk, wl_reason_check(wl_reference(ctx), WL_REASON_FOR_REASSIGN, desk.body->reason)))
        return wl_txn_status(ctx->txn);
    return conclude(&desk, seat);
}

/* ---- applying ---- */

static void follow(const struct wl_context *ctx, const struct wl_desk_outcome *out, struct wl_str reviewer)
{
    struct wl_subject subject = out->form == WL_NONE ? wl_subject_claim(out->claim) : wl_subject_form(out->form);

    wl_desk_seat(ctx, subject, out->seat, reviewer);
    wl_history_note(ctx, subject);
    wl_seats_take(ctx, subject, out->assignments);
}

static void apply_take(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)body;
    follow(ctx, outcome, ctx->actor);
}

static void apply_move(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)body;
    follow(ctx, outcome, WL_NO_STR);
}

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_desk_body),
    WL_NUMBER_FIELD(struct wl_desk_body, 3, form),
    WL_TEXT_FIELD(struct wl_desk_body, 4, seat, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_desk_body, 5, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"desk", body_fields, WL_COUNT(body_fields), sizeof(struct wl_desk_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_desk_outcome),
    WL_NUMBER_FIELD(struct wl_desk_outcome, 4, claim),
    WL_NUMBER_FIELD(struct wl_desk_outcome, 5, form),
    WL_TEXT_FIELD(struct wl_desk_outcome, 6, seat, WL_IDENTIFIER_MAX),
    {.name = "assignments",
     .tag = 7,
     .type = WL_LIST,
     .limit = 64,
     .item = &wl_assignment_record,
     .offset = offsetof(struct wl_desk_outcome, assignments)},
};
static const struct wl_record outcome_record = {"desk-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_desk_outcome)};

const struct wl_command wl_review_take_command = {"review-take",   19,          &body_record,
                                                  &outcome_record, decide_take, apply_take};
const struct wl_command wl_review_release_command = {"review-release", 20,        &body_record, &outcome_record,
                                                     decide_release,   apply_move};
const struct wl_command wl_review_assign_command = {"review-assign", 21,        &body_record, &outcome_record,
                                                    decide_assign,   apply_move};
