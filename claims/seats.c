/* Seats and queues: who reviews a referred claim (domain text, section 4).
 *
 * SEAT_LOADS holds how many open claims a seat has. QUEUES holds, under tier and claim id, each claim that
 * waits, and under the tier alone how many do: where nobody waits, or no seat is free, nothing is walked. */
#include "claims/seats.h"

#include "claims/keys.h"
#include "wledger/error.h"

/* Claims that one command gives seats to: the next commands go on. */
enum { ASSIGNMENTS_MAX = 8 };

struct seating {
    const struct wl_context *context;
    struct wl_seats seats;
    struct wl_str given_back;
    struct wl_assignment taken[ASSIGNMENTS_MAX];
    size_t count;
};

/* A tier's key, and with a claim that of its place in the queue. */
struct queue_key {
    char bytes[12];
};

static struct queue_key queue_key(int64_t tier, int64_t claim)
{
    struct queue_key key;
    uint32_t big_endian = __builtin_bswap32((uint32_t)tier);

    memcpy(key.bytes, &big_endian, 4);
    wl_set_u64(key.bytes + 4, (uint64_t)claim);
    return key;
}

static struct wl_str tier_view(const struct queue_key *key)
{
    return (struct wl_str){key->bytes, 4};
}

static struct wl_str place_view(const struct queue_key *key)
{
    return (struct wl_str){key->bytes, sizeof(key->bytes)};
}

static int64_t open_claims(const struct seating *seating, struct wl_str seat)
{
    int64_t load = wl_get_number(seating->context->txn, WL_TABLE_SEAT_LOADS, seat, 0);

    if (wl_str_equal(seat, seating->given_back))
        load--;
    for (size_t i = 0; i < seating->count; i++)
        load += wl_str_equal(seat, seating->taken[i].seat);
    return load;
}

/* The free seat with the fewest open claims; seats come in order of their ids, so the lowest of equals. */
static const struct wl_seat *free_seat(const struct seating *seating)
{
    const struct wl_seat *best = NULL;
    int64_t fewest = 0;

    for (size_t i = 0; i < seating->seats.count; i++) {
        const struct wl_seat *seat = &seating->seats.at[i];
        int64_t load = open_claims(seating, seat->seat_id);
        if (load < seat->capacity && (best == NULL || load < fewest)) {
            best = seat;
            fewest = load;
        }
    }
    return best;
}

/* False when there is no seat to take. */
static bool take_seat(struct seating *seating, int64_t claim)
{
    const struct wl_seat *seat = seating->count < ASSIGNMENTS_MAX ? free_seat(seating) : NULL;

    if (seat == NULL)
        return false;
    seating->taken[seating->count++] =
        (struct wl_assignment){claim, wl_arena_copy(seating->context->arena, seat->seat_id), WL_NONE};
    return true;
}

static void seat_the_queue(struct seating *seating, int64_t tier)
{
    struct queue_key first = queue_key(tier, 0);
    struct wl_str key, value;
    struct wl_walk *walk;

    if (free_seat(seating) == NULL ||
        wl_walk_open(seating->context->txn, WL_TABLE_QUEUES, tier_view(&first), place_view(&first), &walk) != WL_OK)
        return;
    while (wl_walk_next(walk, &key, &value) == 1)
        if (key.size != sizeof(first.bytes) || !take_seat(seating, (int64_t)wl_get_u64(key.data + 4)))
            break;
    wl_walk_close(walk);
}

struct wl_list wl_seats_assign(const struct wl_context *context, int64_t tier, int64_t waiting,
                               struct wl_str given_back)
{
    struct seating seating = {
        .context = context, .seats = wl_seats(wl_reference(context), tier), .given_back = given_back};
    struct queue_key key = queue_key(tier, 0);
    int64_t queued = wl_get_number(context->txn, WL_TABLE_QUEUES, tier_view(&key), 0);
    struct wl_list list = {NULL, 0};

    if (queued > 0)
        seat_the_queue(&seating, tier);
    /* Who came first is seated first. */
    if (waiting != WL_NONE && (int64_t)seating.count == queued)
        take_seat(&seating, waiting);
    if (seating.count == 0 ||
        (list.at = wl_arena_alloc(context->arena, seating.count * sizeof(*seating.taken))) == NULL)
        return list;
    memcpy(list.at, seating.taken, seating.count * sizeof(*seating.taken));
    list.count = seating.count;
    return list;
}

static void add_to_number(struct wl_txn *txn, unsigned table, struct wl_str key, int64_t change)
{
    wl_put_number(txn, table, key, wl_get_number(txn, table, key, 0) + change);
}

static void leave_queue(struct wl_txn *txn, int64_t tier, int64_t id)
{
    struct queue_key key = queue_key(tier, id);

    wl_delete(txn, WL_TABLE_QUEUES, place_view(&key));
    add_to_number(txn, WL_TABLE_QUEUES, tier_view(&key), -1);
}

void wl_review_leave(const struct wl_context *context, int64_t id, struct wl_claim *claim)
{
    if (claim->state != WL_CLAIM_REFERRED)
        return;
    if (claim->seat.size != 0)
        add_to_number(context->txn, WL_TABLE_SEAT_LOADS, claim->seat, -1);
    else
        leave_queue(context->txn, claim->tier, id);
    claim->seat = WL_NO_STR;
    claim->tier = WL_NONE;
}

/* The seat that an assignment gives to a claim; empty: none does. */
static struct wl_str seat_given(struct wl_list assignments, int64_t id)
{
    const struct wl_assignment *assigned = assignments.at;

    for (size_t i = 0; i < assignments.count; i++)
        if (assigned[i].claim == id)
            return assigned[i].seat;
    return WL_NO_STR;
}

void wl_review_join(const struct wl_context *context, int64_t id, struct wl_claim *claim, int64_t tier,
                    struct wl_list assignments)
{
    struct queue_key key = queue_key(tier, id);

    claim->tier = tier;
    claim->seat = seat_given(assignments, id);
    if (claim->seat.size != 0) {
        add_to_number(context->txn, WL_TABLE_SEAT_LOADS, claim->seat, 1);
    } else {
        wl_put(context->txn, WL_TABLE_QUEUES, place_view(&key), WL_NO_STR);
        add_to_number(context->txn, WL_TABLE_QUEUES, tier_view(&key), 1);
    }
}

void wl_seats_take(const struct wl_context *context, int64_t id, struct wl_list assignments)
{
    const struct wl_assignment *assigned = assignments.at;

    for (size_t i = 0; i < assignments.count; i++) {
        struct wl_claim seated;
        if (assigned[i].claim == id)
            continue;
        if (wl_claim_get(context->txn, context->arena, assigned[i].claim, &seated) != 1) {
            wl_txn_fail(context->txn, wl_fail(WL_E_DAMAGED, "claim %lld waits for a seat but has no row",
                                              (long long)assigned[i].claim));
            return;
        }
        leave_queue(context->txn, seated.tier, assigned[i].claim);
        seated.seat = assigned[i].seat;
        add_to_number(context->txn, WL_TABLE_SEAT_LOADS, seated.seat, 1);
        wl_claim_put(context->txn, assigned[i].claim, &seated);
    }
}
