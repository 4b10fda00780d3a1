/* Seats and queues: who reviews what was referred (domain text, section 4): choosing, without writing.
 *
 * SEAT_LOADS holds how many open reviews a seat has. QUEUES holds, under tier and place, each subject that waits, and
 * under the tier alone how many do: where nobody waits, or no seat is free, nothing is walked. */
#include "claims/seats.h"

#include "claims/desk_rows.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "claims/seat_rows.h"
#include "wledger/error.h"
#include <stdlib.h>

/* One that waits, in the queue or by a move. */
struct waiting {
    struct wl_subject subject;
    int64_t seq;
    struct wl_str not_at; /* a seat that it does not take; empty: any */
};

static bool same_subject(struct wl_subject a, struct wl_subject b)
{
    return a.kind == b.kind && a.id == b.id;
}

int64_t wl_seating_open(const struct wl_seating *seating, struct wl_str seat)
{
    int64_t load = wl_get_number(seating->context->txn, WL_TABLE_SEAT_LOADS, seat, 0);

    for (size_t i = 0; i < seating->move_count; i++) {
        load -= wl_str_equal(seat, seating->moves[i].leaves);
        load += wl_str_equal(seat, seating->moves[i].takes);
    }
    for (size_t i = 0; i < seating->count; i++)
        load += wl_str_equal(seat, seating->taken[i].seat);
    return load;
}

static bool is_manned(const struct wl_seating *seating, struct wl_str seat)
{
    if (seating->away.size == 0 && seating->back.size == 0)
        return wl_seat_is_manned(seating->context, seat);
    return wl_seat_is_manned_then(seating->context, seat, seating->away, seating->back);
}

/* The free seat with the fewest open reviews; seats come in order of their ids, so the lowest of equals. Who sits there
 * is asked last: mostly nobody is absent. */
static const struct wl_seat *free_seat(const struct wl_seating *seating, struct wl_seats seats, struct wl_str not_at)
{
    const struct wl_seat *best = NULL;
    int64_t fewest = 0;

    for (size_t i = 0; i < seats.count; i++) {
        const struct wl_seat *seat = &seats.at[i];
        int64_t load = wl_seating_open(seating, seat->seat_id);
        if (load >= seat->capacity || (best != NULL && load >= fewest) || wl_str_equal(seat->seat_id, not_at) ||
            !is_manned(seating, seat->seat_id))
            continue;
        best = seat;
        fewest = load;
    }
    return best;
}

/* False when no seat of the tier is left, or there is no room to say who takes one. */
static bool take_seat(struct wl_seating *seating, struct wl_seats seats, const struct waiting *waiting)
{
    const struct wl_seat *seat = free_seat(seating, seats, waiting->not_at);

    if (seat == NULL)
        return waiting->not_at.size != 0 && free_seat(seating, seats, WL_NO_STR) != NULL;
    if (seating->count == seating->most) {
        seating->full = true;
        return false;
    }
    seating->taken[seating->count++] =
        wl_assignment_of(waiting->subject, wl_arena_copy(seating->context->arena, seat->seat_id));
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct waiting *x = a, *y = b;

    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    if (x->subject.kind != y->subject.kind)
        return x->subject.kind < y->subject.kind ? -1 : 1;
    return (x->subject.id > y->subject.id) - (x->subject.id < y->subject.id);
}

/* Those that come to a tier by the moves and wait for a seat, oldest first. */
static struct waiting *joining(const struct wl_seating *seating, int64_t tier, size_t *count)
{
    struct waiting *list = NULL;

    *count = 0;
    for (size_t i = 0; i < seating->move_count; i++) {
        const struct wl_seat_move *move = &seating->moves[i];
        if (move->to != tier || move->takes.size != 0)
            continue;
        if (list == NULL &&
            (list = wl_arena_alloc(seating->context->arena, seating->move_count * sizeof(*list))) == NULL) {
            wl_txn_fail(seating->context->txn, wl_arena_status(seating->context->arena));
            return NULL;
        }
        list[(*count)++] = (struct waiting){move->subject, move->seq, move->elsewhere ? move->leaves : WL_NO_STR};
    }
    if (*count > 1)
        qsort(list, *count, sizeof(*list), by_place);
    return list;
}

/* Whether one that stands in a queue leaves it by the moves. */
static bool moves_away(const struct wl_seating *seating, struct wl_subject subject)
{
    for (size_t i = 0; i < seating->move_count; i++)
        if (seating->moves[i].from != WL_NONE && same_subject(seating->moves[i].subject, subject))
            return true;
    return false;
}

/* 1 and the next of the queue that stays in it, 0 at the end, or the error that sticks. */
static int next_queued(const struct wl_seating *seating, struct wl_walk *walk, struct waiting *out)
{
    struct wl_str key, value;
    int rc;

    while ((rc = walk == NULL ? 0 : wl_walk_next(walk, &key, &value)) == 1) {
        *out = (struct waiting){.not_at = WL_NO_STR};
        if (!wl_queue_read(key, &out->seq, &out->subject))
            return wl_txn_fail(seating->context->txn, wl_fail(WL_E_DAMAGED, "a queue holds what is no place"));
        if (!moves_away(seating, out->subject))
            break;
    }
    return rc;
}

/* Who came first is seated first, whether it waits already or comes now. */
static void seat_in_order(struct wl_seating *seating, struct wl_seats seats, struct wl_walk *walk,
                          const struct waiting *join, size_t join_count)
{
    struct waiting queued;
    int more = next_queued(seating, walk, &queued);

    while (more == 1 || (more == 0 && join_count > 0)) {
        bool from_queue = more == 1 && (join_count == 0 || by_place(&queued, join) < 0);
        if (!take_seat(seating, seats, from_queue ? &queued : join))
            return;
        if (from_queue) {
            more = next_queued(seating, walk, &queued);
        } else {
            join++;
            join_count--;
        }
    }
}

bool wl_seating_begin(struct wl_seating *seating, const struct wl_context *context, const struct wl_seat_move *moves,
                      size_t count, size_t most)
{
    *seating = (struct wl_seating){.context = context, .moves = moves, .move_count = count, .most = most};
    seating->taken = wl_arena_alloc(context->arena, most * sizeof(*seating->taken));
    if (seating->taken == NULL)
        wl_txn_fail(context->txn, wl_arena_status(context->arena));
    return seating->taken != NULL;
}

void wl_seating_fill(struct wl_seating *seating, int64_t tier)
{
    const struct wl_context *context = seating->context;
    struct wl_seats seats = wl_seats(wl_reference(context), tier);
    struct wl_queue_key first = wl_queue_key(tier, 0, (struct wl_subject){0, 0});
    int64_t queued = wl_get_number(context->txn, WL_TABLE_QUEUES, wl_tier_view(&first), 0);
    struct wl_walk *walk = NULL;
    struct waiting *join;
    size_t count;

    if (free_seat(seating, seats, WL_NO_STR) == NULL)
        return;
    join = joining(seating, tier, &count);
    if (queued <= 0 && count == 0)
        return;
    if (queued > 0 &&
        wl_walk_open(context->txn, WL_TABLE_QUEUES, wl_tier_view(&first), wl_place_view(&first), &walk) != WL_OK)
        return;
    seat_in_order(seating, seats, walk, join, count);
    if (walk != NULL)
        wl_walk_close(walk);
}

struct wl_list wl_seating_list(const struct wl_seating *seating)
{
    return (struct wl_list){seating->count > 0 ? seating->taken : NULL, seating->count};
}

struct wl_list wl_seats_follow(const struct wl_context *context, const struct wl_seat_move *move)
{
    struct wl_seating seating;

    if (!wl_seating_begin(&seating, context, move, 1, WL_ASSIGNMENTS_MAX))
        return (struct wl_list){NULL, 0};
    if (move->to != WL_NONE)
        wl_seating_fill(&seating, move->to);
    if (move->from != WL_NONE && move->from != move->to)
        wl_seating_fill(&seating, move->from);
    return wl_seating_list(&seating);
}

/* A claim's place in queues is its version's: the entry being decided for one that is not there yet. */
static int64_t place_of(const struct wl_context *context, int64_t id)
{
    struct wl_claim claim;

    return wl_claim_view(context->txn, id, &claim) == 1 ? claim.seq : (int64_t)context->seq;
}

struct wl_list wl_seats_assign(const struct wl_context *context, int64_t tier, int64_t waiting,
                               struct wl_str given_back)
{
    /* One that leaves has another place than any that waits. */
    struct wl_seat_move move = {
        .subject = wl_subject_claim(waiting), .from = tier, .leaves = given_back, .to = WL_NONE};

    if (waiting != WL_NONE) {
        move.seq = place_of(context, waiting);
        move.from = WL_NONE;
        move.to = tier;
    }
    return wl_seats_follow(context, &move);
}
