/* The command `tick`: business time goes on. "Reviews past `review_hours` escalate one tier, dispatches past
 * `dispatch_hours` are flagged late, obligations past due become overdue" (domain text, section 8).
 *
 * An import indexes nothing: a tick first brings the obligations that came since the last one into DUES, then takes
 * from it what is due. */
#include "claims/desk_tick.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

enum { POLICY_SCALE = 1000000, HOUR_SECONDS = 3600 };

static int64_t indexed_to(const struct wl_context *ctx)
{
    return (int64_t)wl_counter(ctx->txn, WL_DUES_INDEXED);
}

static bool is_past(const struct wl_context *ctx, const struct wl_obligation *obligation)
{
    return obligation->state == WL_OBLIGATION_OPEN && obligation->due < ctx->day;
}

/* Obligations that came since the last tick: those past their day already need no row. */
static void index_new(const struct wl_context *ctx, struct wl_tick_outcome *out)
{
    int64_t count = (int64_t)wl_table_rows(ctx->txn, WL_TABLE_OBLIGATIONS), id = indexed_to(ctx);
    int64_t end = count - id > WL_TICK_INDEX_MAX ? id + WL_TICK_INDEX_MAX : count;

    for (; id < end && out->overdue.count < WL_TICK_MAX; id++) {
        struct wl_obligation obligation;

        if (!wl_obligation_row(ctx, id, &obligation))
            return;
        if (is_past(ctx, &obligation))
            out->overdue.at[out->overdue.count++] = id;
    }
    out->indexed_to = id;
    if (id < count)
        out->more = 1;
}

/* Rows whose day is past, oldest first. */
static void take_dues(const struct wl_context *ctx, struct wl_tick_outcome *out)
{
    size_t room = WL_TICK_MAX - out->overdue.count;
    struct wl_str key, value;
    struct wl_walk *walk;
    int64_t due, id;

    out->passed = 0;
    if (wl_walk_open(ctx->txn, WL_TABLE_DUES, WL_NO_STR, WL_NO_STR, &walk) != WL_OK)
        return;
    while (wl_walk_next(walk, &key, &value) == 1 && wl_pair_read(key, &due, &id) && due < ctx->day) {
        struct wl_obligation obligation;

        if (room-- == 0) {
            out->more = 1;
            break;
        }
        if (!wl_obligation_row(ctx, id, &obligation))
            break;
        if (is_past(ctx, &obligation))
            out->overdue.at[out->overdue.count++] = id;
        else
            out->passed++;
    }
    wl_walk_close(walk);
}

void wl_tick_look_again(const struct wl_context *ctx, int64_t dispatch)
{
    if ((int64_t)wl_counter(ctx->txn, WL_LATE_TO) >= dispatch)
        wl_counter_set(ctx->txn, WL_LATE_TO, (uint64_t)(dispatch - 1));
}

/* Dispatches in the order in which they left: behind the first that is not late yet, none is. */
static void find_late(const struct wl_context *ctx, struct wl_tick_outcome *out)
{
    int64_t count = (int64_t)wl_dispatch_count(ctx->txn), number = (int64_t)wl_counter(ctx->txn, WL_LATE_TO);
    int64_t hours = wl_policy_on(wl_reference(ctx), WL_STR("dispatch_hours"), ctx->day);
    int64_t end = count - number > WL_TICK_INDEX_MAX ? number + WL_TICK_INDEX_MAX : count;

    for (; hours != WL_NONE && number < end && out->late.count < WL_TICK_MAX; number++) {
        struct wl_dispatch dispatch;

        if (!wl_dispatch_row(ctx, number + 1, &dispatch))
            return;
        if (dispatch.state != WL_DISPATCH_SHIPPED || dispatch.late_seq != WL_NONE)
            continue;
        if (((wl_i128)ctx->time - dispatch.time) * POLICY_SCALE <= (wl_i128)hours * HOUR_SECONDS)
            break;
        out->late.at[out->late.count++] = number + 1;
    }
    out->late_to = number;
    if (number < count && (number == end || out->late.count == WL_TICK_MAX))
        out->more = 1;
}

static int look_at_reviews(const struct wl_context *ctx, struct wl_tick_outcome *out)
{
    struct wl_desk_tick tick;
    int rc = wl_desk_tick(ctx, &tick);

    out->escalated = tick.escalated;
    out->vacated = tick.vacated;
    out->assignments = tick.assignments;
    if (tick.more)
        out->more = 1;
    return rc;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct wl_tick_outcome *out = outcome;

    (void)body;
    out->overdue.at = wl_arena_alloc(ctx->arena, WL_TICK_MAX * sizeof *out->overdue.at);
    out->late.at = wl_arena_alloc(ctx->arena, WL_TICK_MAX * sizeof *out->late.at);
    if (!out->overdue.at || !out->late.at)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    index_new(ctx, out);
    take_dues(ctx, out);
    find_late(ctx, out);
    return look_at_reviews(ctx, out);
}

/* ---- applying ---- */

/* Takes the rows off that this tick looked at: the first so many. */
static void drop_dues(const struct wl_context *ctx, size_t count)
{
    int64_t(*rows)[2] = wl_arena_alloc(ctx->arena, WL_TICK_MAX * sizeof *rows);
    struct wl_str key, value;
    struct wl_walk *walk;
    size_t n = 0;

    if (!rows || count > WL_TICK_MAX) {
        wl_txn_fail(ctx->txn,
                    rows ? wl_fail(WL_E_DAMAGED, "a tick passes more dues than it may") : wl_arena_status(ctx->arena));
        return;
    }
    if (wl_walk_open(ctx->txn, WL_TABLE_DUES, WL_NO_STR, WL_NO_STR, &walk) != WL_OK)
        return;
    while (n < count && wl_walk_next(walk, &key, &value) == 1 && wl_pair_read(key, &rows[n][0], &rows[n][1]))
        n++;
    wl_walk_close(walk);
    for (size_t i = 0; i < n; i++)
        wl_pair_delete(ctx->txn, WL_TABLE_DUES, rows[i][0], rows[i][1]);
}

static void put_new(const struct wl_context *ctx, int64_t id, int64_t end)
{
    for (; id < end; id++) {
        struct wl_obligation obligation;

        if (!wl_obligation_row(ctx, id, &obligation))
            return;
        if (obligation.state == WL_OBLIGATION_OPEN)
            wl_pair_put(ctx->txn, WL_TABLE_DUES, obligation.due, id);
    }
}

static void flag_late(const struct wl_context *ctx, int64_t number)
{
    struct wl_dispatch dispatch;

    if (!wl_dispatch_row(ctx, number, &dispatch))
        return;
    dispatch.late_seq = (int64_t)ctx->seq;
    wl_dispatch_put(ctx, number, &dispatch);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_tick_outcome *out = outcome;
    const struct wl_desk_tick reviews = {out->escalated, out->vacated, out->assignments, false};
    int64_t from = indexed_to(ctx);
    size_t rows = (size_t)out->passed;

    (void)body;
    for (size_t i = 0; i < out->overdue.count; i++)
        rows += out->overdue.at[i] < from;
    if (rows > 0)
        drop_dues(ctx, rows);
    for (size_t i = 0; i < out->overdue.count; i++)
        wl_obligation_overdue(ctx, out->overdue.at[i]);
    for (size_t i = 0; i < out->late.count; i++)
        flag_late(ctx, out->late.at[i]);
    put_new(ctx, from, out->indexed_to);
    wl_counter_set(ctx->txn, WL_DUES_INDEXED, (uint64_t)out->indexed_to);
    wl_counter_set(ctx->txn, WL_LATE_TO, (uint64_t)out->late_to);
    wl_desk_tick_apply(ctx, &reviews);
}

static const struct wl_field body_fields[] = {
    WL_FIELD_NUMBER(struct wl_tick_body, 1, reserved),
};
static const struct wl_record body_record = {"tick", body_fields, WL_COUNT(body_fields), sizeof(struct wl_tick_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_tick_outcome),
    WL_FIELD_INTS(struct wl_tick_outcome, 4, overdue, WL_TICK_MAX),
    WL_FIELD_INTS(struct wl_tick_outcome, 5, late, WL_TICK_MAX),
    WL_FIELD_NUMBER(struct wl_tick_outcome, 6, indexed_to),
    WL_FIELD_NUMBER(struct wl_tick_outcome, 7, late_to),
    WL_FIELD_NUMBER(struct wl_tick_outcome, 8, passed),
    WL_FIELD_NUMBER(struct wl_tick_outcome, 9, more),
    WL_FIELD_LIST(struct wl_tick_outcome, 10, escalated, WL_TICK_REVIEWS_MAX, wl_escalation_record),
    WL_FIELD_LIST(struct wl_tick_outcome, 11, vacated, WL_TICK_REVIEWS_MAX, wl_assignment_record),
    WL_FIELD_LIST(struct wl_tick_outcome, 12, assignments, WL_TICK_REVIEWS_MAX, wl_assignment_record),
};
static const struct wl_record outcome_record = {"tick-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_tick_outcome)};

const struct wl_command wl_tick_command = {
    .name = "tick",
    .tag = 55,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
