/* The command `absence`: a reviewer is away, or back, and what lies at seats that are unmanned by it leaves them. */
#include "claims/desk_tick.h"
#include "claims/keys.h"
#include "wledger/error.h"

static bool is_reviewer(const struct wl_context *ctx, struct wl_str reviewer_id)
{
    struct wl_reviewers all = wl_reviewers(wl_reference(ctx));

    for (size_t i = 0; i < all.count; i++)
        if (wl_str_equal(all.at[i].reviewer_id, reviewer_id))
            return true;
    return false;
}

/* Whether the reviewer's absence that was told is over: nothing ends it then. */
static bool is_over(const struct wl_context *ctx, struct wl_str reviewer_id)
{
    struct wl_absence absence;

    return wl_absence_get(ctx->txn, ctx->arena, reviewer_id, &absence) != 1 || absence.to < ctx->day;
}

static int64_t refusal_of(const struct wl_context *ctx, const struct wl_absence_body *body)
{
    if (!is_reviewer(ctx, body->reviewer_id))
        return WL_REFUSED_REVIEWER_UNKNOWN;
    if (body->from == WL_NONE)
        return is_over(ctx, body->reviewer_id) ? WL_REFUSED_NOT_ABSENT : WL_DONE;
    if (body->to == WL_NONE || body->to < body->from)
        return WL_REFUSED_PERIOD_INVALID;
    return wl_reason_check(wl_reference(ctx), WL_REASON_FOR_ABSENCE, body->reason);
}

/* The tiers of the reviewer's seats, each once. */
static void fill_seats_of(struct wl_seating *seating, struct wl_str reviewer_id)
{
    struct wl_reference *reference = wl_reference(seating->context);
    struct wl_reviewers all = wl_reviewers(reference);

    for (int64_t tier = WL_NONE, next;; tier = next) {
        next = WL_NONE;
        for (size_t i = 0; i < all.count; i++) {
            const struct wl_seat *seat =
                wl_str_equal(all.at[i].reviewer_id, reviewer_id) ? wl_seat_find(reference, all.at[i].seat_id) : NULL;
            if (seat != NULL && seat->tier > tier && (next == WL_NONE || seat->tier < next))
                next = seat->tier;
        }
        if (next == WL_NONE)
            return;
        wl_seating_fill(seating, next);
    }
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_absence_body *b = body;
    struct wl_absence_outcome *out = outcome;
    const struct wl_absence told = {.from = b->from, .to = b->to};
    bool away = wl_absence_holds(&told, ctx->day);
    struct wl_desk_moves moves;
    struct wl_seating seating;
    int64_t refusal = refusal_of(ctx, b);

    if (refusal != WL_DONE)
        out->head.refusal = refusal;
    if (refusal != WL_DONE || !wl_desk_moves_begin(&moves, ctx))
        return wl_txn_status(ctx->txn);
    *(away ? &moves.away : &moves.back) = b->reviewer_id;
    wl_desk_vacate(&moves, &out->vacated);
    if (!wl_seating_begin(&seating, ctx, moves.at, moves.count, WL_TICK_REVIEWS_MAX))
        return wl_txn_status(ctx->txn);
    seating.away = moves.away;
    seating.back = moves.back;
    fill_seats_of(&seating, b->reviewer_id);
    out->assignments = wl_seating_list(&seating);
    if (moves.more || seating.full)
        out->more = 1;
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_absence_body *b = body;
    const struct wl_absence_outcome *out = outcome;
    const struct wl_absence row = {b->from, b->to, b->reason, (int64_t)ctx->seq};

    if (b->from == WL_NONE)
        wl_delete(ctx->txn, WL_TABLE_ABSENCES, b->reviewer_id);
    else
        wl_absence_put(ctx->txn, b->reviewer_id, &row);
    wl_desk_vacate_apply(ctx, out->vacated);
    wl_seats_take(ctx, wl_subject_claim(WL_NONE), out->assignments);
}

static const struct wl_field body_fields[] = {
    {.name = "reviewer_id",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = WL_IDENTIFIER_MAX,
     .offset = offsetof(struct wl_absence_body, reviewer_id)},
    WL_DAY_FIELD(struct wl_absence_body, 2, from),
    WL_DAY_FIELD(struct wl_absence_body, 3, to),
    WL_TEXT_FIELD(struct wl_absence_body, 4, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"absence", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_absence_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_absence_outcome),
    {.name = "vacated",
     .tag = 4,
     .type = WL_LIST,
     .limit = WL_TICK_REVIEWS_MAX,
     .item = &wl_assignment_record,
     .offset = offsetof(struct wl_absence_outcome, vacated)},
    {.name = "assignments",
     .tag = 5,
     .type = WL_LIST,
     .limit = WL_TICK_REVIEWS_MAX,
     .item = &wl_assignment_record,
     .offset = offsetof(struct wl_absence_outcome, assignments)},
    {.name = "more", .tag = 6, .type = WL_INT, .digits = 1, .offset = offsetof(struct wl_absence_outcome, more)},
};
static const struct wl_record outcome_record = {"absence-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_absence_outcome)};

const struct wl_command wl_absence_command = {"absence", 22, &body_record, &outcome_record, decide, apply};
