#include "claims/desk_tick.h"

#include "claims/keys.h"
#include "claims/reference_memory.h"
#include "claims/seat_rows.h"
#include "wledger/date.h"
#include "wledger/error.h"

enum { POLICY_SCALE = 1000000, HOUR_SECONDS = 3600 };
#define DUE_MOST INT64_C(253402300799) /* the end of the year 9999: what is due later never is */
enum { ENOUGH = 1 };                   /* ends a walk over reviews before its end */

static const struct wl_field escalation_fields[] = {
    WL_NUMBER_FIELD(struct wl_escalation, 1, claim),
    WL_NUMBER_FIELD(struct wl_escalation, 2, form),
    {.name = "from", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_escalation, from)},
    {.name = "to", .tag = 4, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_escalation, to)},
};
const struct wl_record wl_escalation_record = {"escalation", escalation_fields, WL_COUNT(escalation_fields),
                                               sizeof(struct wl_escalation)};

bool wl_desk_moves_begin(struct wl_desk_moves *moves, const struct wl_context *ctx)
{
    *moves = (struct wl_desk_moves){.ctx = ctx};
    moves->at = wl_arena_alloc(ctx->arena, 2 * WL_TICK_REVIEWS_MAX * sizeof *moves->at);
    if (moves->at == NULL)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return moves->at != NULL;
}

static bool is_moved(const struct wl_desk_moves *moves, struct wl_subject subject)
{
    for (size_t i = 0; i < moves->count; i++)
        if (moves->at[i].subject.kind == subject.kind && moves->at[i].subject.id == subject.id)
            return true;
    return false;
}

/* ---- unmanned seats ---- */

/* Open reviews at seats that have reviewers and are unmanned. */
static int64_t open_at_unmanned(const struct wl_desk_moves *moves)
{
    const struct wl_context *ctx = moves->ctx;
    struct wl_reviewers all = wl_reviewers(wl_reference(ctx));
    int64_t open = 0;

    for (size_t i = 0; i < all.count; i++) {
        struct wl_str seat = all.at[i].seat_id;
        int64_t load;

        if (i > 0 && wl_str_equal(seat, all.at[i - 1].seat_id))
            continue;
        load = wl_get_number(ctx->txn, WL_TABLE_SEAT_LOADS, seat, 0);
        if (load > 0 && !wl_seat_is_manned_then(ctx, seat, moves->away, moves->back))
            open += load;
    }
    return open;
}

struct vacating {
    struct wl_desk_moves *moves;
    struct wl_assignment *list;
    size_t count;
    int64_t left; /* to be met yet */
};

static int vacate_one(void *context, const struct wl_review *review)
{
    struct vacating *v = context;
    struct wl_desk_moves *moves = v->moves;
    const struct wl_context *ctx = moves->ctx;
    struct wl_standing at;
    int rc;

    if (v->left <= 0)
        return ENOUGH;
    if (review->seat.size == 0 || wl_seat_is_manned_then(ctx, review->seat, moves->away, moves->back))
        return WL_OK;
    v->left--;
    if (is_moved(moves, review->subject))
        return WL_OK;
    if (v->count == WL_TICK_REVIEWS_MAX) {
        moves->more = true;
        return ENOUGH;
    }
    if ((rc = wl_standing_get(ctx->txn, ctx->arena, review->subject, &at)) != 1)
        return rc < 0 ? rc : wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a review is of nothing that waits for one"));
    v->list[v->count++] = wl_assignment_of(review->subject, at.seat);
    moves->at[moves->count++] = (struct wl_seat_move){
        .subject = review->subject, .seq = at.seq, .from = review->tier, .leaves = at.seat, .to = review->tier};
    return WL_OK;
}

void wl_desk_vacate(struct wl_desk_moves *moves, struct wl_list *vacated)
{
    const struct wl_context *ctx = moves->ctx;
    struct vacating v = {.moves = moves, .left = open_at_unmanned(moves)};

    if (v.left == 0)
        return;
    if ((v.list = wl_arena_alloc(ctx->arena, WL_TICK_REVIEWS_MAX * sizeof *v.list)) == NULL) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return;
    }
    wl_reviews_each(ctx->txn, WL_NONE, vacate_one, &v);
    if (v.count > 0)
        *vacated = (struct wl_list){v.list, v.count};
}

void wl_desk_vacate_apply(const struct wl_context *ctx, struct wl_list vacated)
{
    const struct wl_assignment *left = vacated.at;

    for (size_t i = 0; i < vacated.count; i++) {
        wl_desk_seat(ctx, wl_assigned_subject(&left[i]), WL_NO_STR, WL_NO_STR);
        wl_history_note(ctx, wl_assigned_subject(&left[i]));
    }
}

/* ---- review_hours ---- */

struct escalating {
    struct wl_desk_moves *moves;
    struct wl_escalation *list;
    size_t count;
    int64_t least; /* of all values that review_hours ever had, times 10^6 */
};

/* When so many hours (times 10^6) are over; WL_NONE: never. */
static int64_t due_after(int64_t since, int64_t hours)
{
    wl_i128 due = since + (wl_i128)hours * HOUR_SECONDS / POLICY_SCALE;

    return hours == WL_NONE || due > DUE_MOST ? WL_NONE : (int64_t)due;
}

int64_t wl_review_due(const struct wl_context *ctx, int64_t since)
{
    int64_t day = wl_time_day(since, wl_journal_zone(ctx->txn));

    return due_after(since, wl_policy_on(wl_reference(ctx), WL_STR("review_hours"), day));
}

static int64_t least_hours(const struct wl_context *ctx)
{
    struct wl_reference_key key;
    const struct wl_policy *rows;
    int64_t least = WL_NONE;

    wl_reference_key_start(&key, WL_REF_POLICY);
    wl_reference_key_text(&key, WL_STR("review_hours"));
    const struct wl_held *held = wl_reference_look(wl_reference(ctx), &key, true);
    rows = held->rows;
    for (size_t i = 0; i < held->count; i++)
        if (least == WL_NONE || rows[i].value < least)
            least = rows[i].value;
    return least;
}

static bool is_past(const struct wl_context *ctx, int64_t since, int64_t hours)
{
    int64_t due = due_after(since, hours);

    return due != WL_NONE && ctx->time > due;
}

/* The next tier of a currency above another; WL_NONE: it is the highest, or the currency has no tiers. */
static int64_t tier_above(const struct wl_context *ctx, struct wl_str currency, int64_t tier)
{
    struct wl_tiers tiers = wl_tiers(wl_reference(ctx), currency);

    for (size_t i = 0; i < tiers.count; i++)
        if (tiers.at[i].tier > tier)
            return tiers.at[i].tier;
    return WL_NONE;
}

static int escalate_one(void *context, const struct wl_review *review)
{
    struct escalating *e = context;
    const struct wl_context *ctx = e->moves->ctx;
    struct wl_standing at;
    struct wl_assignment named = wl_assignment_of(review->subject, WL_NO_STR);
    int64_t due, to;
    int rc;

    if (review->late || !is_past(ctx, review->since, e->least))
        return ENOUGH; /* those behind it came later */
    due = wl_review_due(ctx, review->since);
    if (due == WL_NONE || ctx->time <= due)
        return WL_OK;
    if (e->count == WL_TICK_REVIEWS_MAX) {
        e->moves->more = true;
        return ENOUGH;
    }
    if ((rc = wl_standing_get(ctx->txn, ctx->arena, review->subject, &at)) != 1)
        return rc < 0 ? rc : wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a review is of nothing that waits for one"));
    to = tier_above(ctx, at.currency, review->tier);
    e->list[e->count++] = (struct wl_escalation){named.claim, named.form, review->tier, to};
    if (to != WL_NONE)
        e->moves->at[e->moves->count++] = (struct wl_seat_move){
            .subject = review->subject, .seq = at.seq, .from = review->tier, .leaves = at.seat, .to = to};
    return WL_OK;
}

static void escalate(struct wl_desk_moves *moves, struct wl_list *escalated)
{
    const struct wl_context *ctx = moves->ctx;
    struct escalating e = {.moves = moves, .least = least_hours(ctx)};

    if (e.least == WL_NONE)
        return;
    if ((e.list = wl_arena_alloc(ctx->arena, WL_TICK_REVIEWS_MAX * sizeof *e.list)) == NULL) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return;
    }
    wl_reviews_each(ctx->txn, WL_NONE, escalate_one, &e);
    if (e.count > 0)
        *escalated = (struct wl_list){e.list, e.count};
}

/* ---- the tick ---- */

/* The lowest tier above another at which somebody waits, or comes to or leaves by the moves; WL_NONE: none. */
static int64_t next_tier(const struct wl_desk_moves *moves, int64_t after)
{
    struct wl_queue_key from = wl_queue_key(after + 1, 0, (struct wl_subject){0, 0});
    struct wl_str key, value;
    struct wl_walk *walk;
    int64_t next = WL_NONE;

    for (size_t i = 0; i < moves->count; i++) {
        const int64_t tiers[] = {moves->at[i].from, moves->at[i].to};
        for (size_t k = 0; k < WL_COUNT(tiers); k++)
            if (tiers[k] > after && (next == WL_NONE || tiers[k] < next))
                next = tiers[k];
    }
    if (wl_walk_open(moves->ctx->txn, WL_TABLE_QUEUES, WL_NO_STR, wl_tier_view(&from), &walk) != WL_OK)
        return WL_NONE;
    if (wl_walk_next(walk, &key, &value) == 1 && key.size >= WL_TIER_KEY &&
        (next == WL_NONE || (int64_t)wl_get_u32(key.data) < next))
        next = (int64_t)wl_get_u32(key.data);
    wl_walk_close(walk);
    return next;
}

int wl_desk_tick(const struct wl_context *ctx, struct wl_desk_tick *out)
{
    struct wl_desk_moves moves;
    struct wl_seating seating;

    *out = (struct wl_desk_tick){.more = false};
    if (!wl_desk_moves_begin(&moves, ctx))
        return wl_txn_status(ctx->txn);
    escalate(&moves, &out->escalated);
    wl_desk_vacate(&moves, &out->vacated);
    if (!wl_seating_begin(&seating, ctx, moves.at, moves.count, WL_TICK_REVIEWS_MAX))
        return wl_txn_status(ctx->txn);
    for (int64_t tier = next_tier(&moves, 0); tier != WL_NONE; tier = next_tier(&moves, tier))
        wl_seating_fill(&seating, tier);
    out->assignments = wl_seating_list(&seating);
    out->more = moves.more || seating.full;
    return wl_txn_status(ctx->txn);
}

void wl_desk_tick_apply(const struct wl_context *ctx, const struct wl_desk_tick *tick)
{
    const struct wl_escalation *moved = tick->escalated.at;

    for (size_t i = 0; i < tick->escalated.count; i++) {
        struct wl_assignment named = {moved[i].claim, WL_NO_STR, moved[i].form};
        struct wl_subject subject = wl_assigned_subject(&named);

        if (moved[i].to == WL_NONE)
            wl_desk_late(ctx, subject);
        else
            wl_desk_raise(ctx, subject, moved[i].to);
        wl_history_note(ctx, subject);
    }
    wl_desk_vacate_apply(ctx, tick->vacated);
    wl_seats_take(ctx, wl_subject_claim(WL_NONE), tick->assignments);
}
