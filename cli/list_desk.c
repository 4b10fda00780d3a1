/* What lists of the review desks show: reviews, workload, ageing, reviewers. */
#include "cli/form.h"
#include "cli/list.h"

#include "wledger/date.h"
#include "wledger/desk.h"
#include "wledger/error.h"
#include "wledger/load.h"

#define COLUMNS(table, count) _Static_assert(WL_COUNT(table) == (count), "the header says how many")

enum { HOUR_SECONDS = 3600, MEMORY = 64 << 20, TIERS_MAX = 10000 /* a tier has four digits */ };

/* ---- what they share ---- */

struct desk_list {
    struct cli_list *l;
    struct wl_context ctx; /* of now; its arena lives as long as the list */
    struct wl_arena memory;
    int64_t late; /* reviews that a tick found late are shown before the others */
};

static void begin(struct desk_list *d, struct cli_list *l)
{
    int64_t time = cli_time(l->cli, l->txn);

    *d = (struct desk_list){.l = l};
    wl_arena_init(&d->memory, MEMORY);
    d->ctx = (struct wl_context){.txn = l->txn,
                                 .cache = wl_store_cache(l->cli->store),
                                 .seq = wl_journal_size(l->txn),
                                 .time = time,
                                 .day = wl_time_day(time, wl_journal_zone(l->txn))};
}

/* Ends it; rc as a row's callback gave it (1: the limit is reached). */
static int end(struct desk_list *d, int rc)
{
    wl_arena_release(&d->memory);
    return rc < 0 ? rc : wl_txn_status(d->l->txn);
}

static bool passes(struct wl_str filter, struct wl_str value)
{
    return !filter.size || wl_str_equal(filter, value);
}

/* Past review_hours, whether a tick told it yet or not. */
static bool is_late(const struct desk_list *d, const struct wl_review *review)
{
    int64_t due = wl_review_due(&d->ctx, review->since);

    return review->late == 1 || (due != WL_NONE && d->ctx.time > due);
}

static struct wl_str time_text(struct wl_arena *arena, int64_t time)
{
    char text[WL_TIME_TEXT];

    if (time == WL_NONE)
        return WL_NO_STR;
    wl_time_format(time, text);
    return wl_arena_copy(arena, wl_str_of(text));
}

static struct wl_str hours_since(const struct desk_list *d, struct wl_arena *arena, int64_t since)
{
    return cli_int(arena, d->ctx.time > since ? (d->ctx.time - since) / HOUR_SECONDS : 0);
}

/* ---- reviews ---- */

const struct cli_column cli_review_columns[] = {
    {"review", false, false}, {"tier", true, true},    {"seat", false, false},     {"reviewer", false, false},
    {"since", false, false},  {"hours", true, true},   {"due", false, false},      {"late", false, false},
    {"type", false, false},   {"amount", true, false}, {"currency", false, false},
};
COLUMNS(cli_review_columns, CLI_REVIEW_COLUMNS);

/* What is known of a subject. */
struct asked {
    struct wl_str name, type, currency;
    int64_t amount;
};

static int look_at_form(struct cli_list *l, int64_t number, struct asked *out)
{
    struct wl_claim_record content;
    struct wl_form form;
    int rc = wl_form_get(l->txn, &l->arena, (uint64_t)number, &form);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "form %lld has no row", (long long)number);
    if ((rc = wl_form_content(l->txn, &l->arena, &form, &content)) != WL_OK)
        return rc;
    *out =
        (struct asked){cli_format_text(&l->arena, "F%lld", (long long)number), content.type, form.currency, form.asked};
    return WL_OK;
}

static int look_at(struct cli_list *l, struct wl_subject subject, struct asked *out)
{
    struct wl_claim claim;
    bool known;
    int rc;

    if (subject.kind == WL_SUBJECT_FORM)
        return look_at_form(l, subject.id, out);
    if ((rc = wl_claim_get(l->txn, &l->arena, subject.id, &claim)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "claim %lld has no row", (long long)subject.id);
    known = claim.type >= 0 && claim.type < WL_TYPE_COUNT;
    *out = (struct asked){
        cli_format_text(&l->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id), WL_STR_ARG(claim.claim_no)),
        wl_str_of(known ? wl_claim_type_names()[claim.type] : "unknown"), claim.currency, claim.total};
    return WL_OK;
}

static int review_row(void *context, const struct wl_review *review)
{
    struct desk_list *d = context;
    struct cli_list *l = d->l;
    struct wl_arena *a = &l->arena;
    bool late = is_late(d, review);
    struct asked asked;
    int rc;

    if (!passes(l->seat, review->seat) || !passes(l->reviewer, review->reviewer) || (l->late && !late) ||
        review->late != d->late)
        return WL_OK;
    if ((rc = look_at(l, review->subject, &asked)) != WL_OK)
        return rc;
    return cli_list_row(l, (struct wl_str[]){asked.name, cli_int(a, review->tier),
                                             review->seat.size ? review->seat : WL_STR("-"), review->reviewer,
                                             time_text(a, review->since), hours_since(d, a, review->since),
                                             time_text(a, wl_review_due(&d->ctx, review->since)),
                                             wl_str_of(late ? "yes" : "no"), asked.type,
                                             cli_amount(a, asked.amount, asked.currency), asked.currency})
               ? WL_OK
               : 1;
}

int cli_list_reviews(struct cli_list *l)
{
    struct desk_list d;
    int rc = WL_OK;

    begin(&d, l);
    d.ctx.arena = &d.memory;
    for (d.late = 1; rc == WL_OK && d.late >= 0; d.late--)
        rc = wl_reviews_each(l->txn, l->tier, review_row, &d);
    return end(&d, rc);
}

/* ---- ageing ---- */

const struct cli_column cli_ageing_columns[] = {
    {"tier", true, true},        {"open", true, true},    {"within", true, true},
    {"up_to_twice", true, true}, {"beyond", true, true},  {"in_the_queue", true, true},
    {"oldest", false, false},    {"since", false, false}, {"hours", true, true},
};
COLUMNS(cli_ageing_columns, CLI_AGEING_COLUMNS);

/* Reviews of one tier. */
struct ages {
    int64_t open, within, up_to_twice, beyond, queued;
    struct wl_subject oldest;
    int64_t since;
};

struct ageing {
    struct desk_list desk;
    struct ages *tiers; /* by tier */
};

static int count_review(void *context, const struct wl_review *review)
{
    struct ageing *g = context;
    int64_t due = wl_review_due(&g->desk.ctx, review->since), now = g->desk.ctx.time;
    struct ages *ages;

    if (review->tier < 0 || review->tier >= TIERS_MAX)
        return wl_fail(WL_E_DAMAGED, "a review is at no tier");
    ages = &g->tiers[review->tier];
    if (ages->open == 0 || review->since < ages->since) {
        ages->oldest = review->subject;
        ages->since = review->since;
    }
    ages->open++;
    ages->queued += review->seat.size == 0;
    if (due == WL_NONE || now <= due)
        ages->within++;
    else if (now - due <= due - review->since)
        ages->up_to_twice++;
    else
        ages->beyond++;
    return WL_OK;
}

static int ageing_row(const struct ageing *g, int64_t tier)
{
    struct cli_list *l = g->desk.l;
    struct wl_arena *a = &l->arena;
    const struct ages *ages = &g->tiers[tier];
    struct asked asked;
    int rc = look_at(l, ages->oldest, &asked);

    if (rc != WL_OK)
        return rc;
    return cli_list_row(l, (struct wl_str[]){cli_int(a, tier), cli_int(a, ages->open), cli_int(a, ages->within),
                                             cli_int(a, ages->up_to_twice), cli_int(a, ages->beyond),
                                             cli_int(a, ages->queued), asked.name, time_text(a, ages->since),
                                             hours_since(&g->desk, a, ages->since)})
               ? WL_OK
               : 1;
}

int cli_list_ageing(struct cli_list *l)
{
    struct ageing g;
    int rc;

    begin(&g.desk, l);
    g.desk.ctx.arena = &g.desk.memory;
    g.tiers = wl_arena_alloc(&g.desk.memory, TIERS_MAX * sizeof *g.tiers);
    rc = g.tiers ? wl_reviews_each(l->txn, l->tier, count_review, &g) : wl_arena_status(&g.desk.memory);
    for (int64_t tier = 0; rc == WL_OK && tier < TIERS_MAX; tier++)
        if (g.tiers[tier].open > 0)
            rc = ageing_row(&g, tier);
    return end(&g.desk, rc);
}

/* ---- workload, reviewers ---- */

const struct cli_column cli_workload_columns[] = {
    {"tier", true, true},        {"seat", false, false},   {"capacity", true, true},
    {"open", true, true},        {"free", true, true},     {"taken", true, true},
    {"reviewers", false, false}, {"absent", false, false}, {"absent_until", false, false},
};
COLUMNS(cli_workload_columns, CLI_WORKLOAD_COLUMNS);

const struct cli_column cli_reviewer_columns[] = {
    {"reviewer_id", false, false}, {"name", false, false},    {"seat_id", false, false},
    {"tier", true, true},          {"taken", true, true},     {"absent_from", false, false},
    {"absent_to", false, false},   {"absence", false, false},
};
COLUMNS(cli_reviewer_columns, CLI_REVIEWER_COLUMNS);

/* Reviews at a seat that were taken, by one reviewer (empty: by any). */
struct taken {
    struct wl_str seat, reviewer;
    int64_t count;
};

struct tally {
    struct taken *at;
    size_t count, room;
    int64_t *queued; /* by tier */
    bool *has_seats; /* likewise */
    struct wl_arena *memory;
};

static int tally_review(void *context, const struct wl_review *review)
{
    struct tally *t = context;

    if (review->tier < 0 || review->tier >= TIERS_MAX)
        return wl_fail(WL_E_DAMAGED, "a review is at no tier");
    t->queued[review->tier] += review->seat.size == 0;
    if (!review->reviewer.size)
        return WL_OK;
    for (size_t i = 0; i < t->count; i++)
        if (wl_str_equal(t->at[i].seat, review->seat) && wl_str_equal(t->at[i].reviewer, review->reviewer)) {
            t->at[i].count++;
            return WL_OK;
        }
    if (t->count == t->room) {
        size_t room = t->room ? 2 * t->room : 64;
        struct taken *at = wl_arena_alloc(t->memory, room * sizeof *at);

        for (size_t i = 0; at && i < t->count; i++)
            at[i] = t->at[i];
        if (!at)
            return wl_arena_status(t->memory);
        t->at = at;
        t->room = room;
    }
    t->at[t->count++] =
        (struct taken){wl_arena_copy(t->memory, review->seat), wl_arena_copy(t->memory, review->reviewer), 1};
    return wl_arena_status(t->memory);
}

static int64_t taken_at(const struct tally *t, struct wl_str seat, struct wl_str reviewer)
{
    int64_t count = 0;

    for (size_t i = 0; i < t->count; i++)
        if (passes(seat, t->at[i].seat) && passes(reviewer, t->at[i].reviewer))
            count += t->at[i].count;
    return count;
}

/* Which tiers have seats. */
static int find_tiers(struct cli_list *l, struct tally *t)
{
    const char table = WL_REF_SEATS;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(l->txn, WL_TABLE_REFERENCE, (struct wl_str){&table, 1}, WL_NO_STR, &walk);

    if (rc != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_seat seat;

        rc = wl_record_decode(wl_reference_info(WL_REF_SEATS)->record, wl_reference_row_cbor(value), &seat, NULL);
        if (rc != WL_OK)
            break;
        if (seat.tier >= 0 && seat.tier < TIERS_MAX)
            t->has_seats[seat.tier] = true;
    }
    wl_walk_close(walk);
    return rc;
}

static int begin_tally(struct desk_list *d, struct cli_list *l, struct tally *t)
{
    int rc;

    begin(d, l);
    d->ctx.arena = &d->memory;
    *t = (struct tally){.memory = &d->memory};
    t->queued = wl_arena_alloc(&d->memory, TIERS_MAX * sizeof *t->queued);
    t->has_seats = wl_arena_alloc(&d->memory, TIERS_MAX * sizeof *t->has_seats);
    if (!t->queued || !t->has_seats)
        return wl_arena_status(&d->memory);
    if ((rc = find_tiers(l, t)) != WL_OK)
        return rc;
    return wl_reviews_each(l->txn, WL_NONE, tally_review, t);
}

/* 1 and the absence that holds today, 0 or error. */
static int absence_now(const struct desk_list *d, struct wl_str reviewer, struct wl_absence *absence)
{
    int rc = wl_absence_get(d->l->txn, &d->l->arena, reviewer, absence);

    return rc != 1 ? rc : absence->from <= d->ctx.day && d->ctx.day <= absence->to;
}

/* The reviewers of a seat by name, and those of them who are away, and until when the seat is unmanned (WL_NONE: it is
 * manned). */
static int people_of(const struct desk_list *d, struct wl_str seat, struct wl_str *people, struct wl_str *away,
                     int64_t *until)
{
    struct wl_reviewers all = wl_reviewers_of(wl_reference(&d->ctx), seat);
    struct wl_arena *a = &d->l->arena;
    size_t absent = 0;
    int64_t first = WL_NONE;

    *people = *away = WL_NO_STR;
    for (size_t i = 0; i < all.count; i++) {
        struct wl_absence absence;
        struct wl_str name = all.at[i].reviewer_id;
        int rc = absence_now(d, name, &absence);

        if (rc < 0)
            return rc;
        *people = cli_format_text(a, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(*people), i ? " " : "", WL_STR_ARG(name));
        if (rc == 0)
            continue;
        *away = cli_format_text(a, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(*away), absent ? " " : "", WL_STR_ARG(name));
        if (absent++ == 0 || absence.to < first)
            first = absence.to;
    }
    *until = all.count > 0 && absent == all.count ? first : WL_NONE;
    return WL_OK;
}

static int64_t load_of(struct cli_list *l, struct wl_str seat)
{
    struct wl_str load;

    return wl_get(l->txn, WL_TABLE_SEAT_LOADS, seat, &load) == 1 && load.size == 8 ? (int64_t)wl_get_u64(load.data) : 0;
}

static int seat_row(const struct desk_list *d, const struct tally *t, const struct wl_seat *seat)
{
    struct cli_list *l = d->l;
    struct wl_arena *a = &l->arena;
    struct wl_str people, away;
    int64_t open = load_of(l, seat->seat_id), until, free;
    int rc = people_of(d, seat->seat_id, &people, &away, &until);

    if (rc != WL_OK || !passes(l->seat, seat->seat_id))
        return rc;
    free = until == WL_NONE && seat->capacity > open ? seat->capacity - open : 0;
    return cli_list_row(l, (struct wl_str[]){cli_int(a, seat->tier), seat->seat_id, cli_int(a, seat->capacity),
                                             cli_int(a, open), cli_int(a, free),
                                             cli_int(a, taken_at(t, seat->seat_id, WL_NO_STR)), people, away,
                                             cli_day(a, until)})
               ? WL_OK
               : 1;
}

static int queue_row(const struct desk_list *d, int64_t tier, int64_t waiting)
{
    struct cli_list *l = d->l;
    struct wl_arena *a = &l->arena;

    if (waiting == 0 || l->seat.size)
        return WL_OK;
    return cli_list_row(l, (struct wl_str[]){cli_int(a, tier), WL_STR("-"), WL_NO_STR, cli_int(a, waiting), WL_NO_STR,
                                             WL_NO_STR, WL_NO_STR, WL_NO_STR, WL_NO_STR})
               ? WL_OK
               : 1;
}

int cli_list_workload(struct cli_list *l)
{
    struct desk_list d;
    struct tally t;
    int rc = begin_tally(&d, l, &t);

    for (int64_t tier = 1; rc == WL_OK && tier < TIERS_MAX; tier++) {
        struct wl_seats seats = {NULL, 0};

        if (l->tier != WL_NONE && l->tier != tier)
            continue;
        if (t.has_seats[tier])
            seats = wl_seats(wl_reference(&d.ctx), tier);
        for (size_t i = 0; rc == WL_OK && i < seats.count; i++)
            rc = seat_row(&d, &t, &seats.at[i]);
        if (rc == WL_OK)
            rc = queue_row(&d, tier, t.queued[tier]);
    }
    return end(&d, rc);
}

static int reviewer_row(const struct desk_list *d, const struct tally *t, const struct wl_reviewer *reviewer)
{
    struct cli_list *l = d->l;
    struct wl_arena *a = &l->arena;
    const struct wl_seat *seat = wl_seat_find(wl_reference(&d->ctx), reviewer->seat_id);
    struct wl_absence absence = {.from = WL_NONE, .to = WL_NONE};
    int rc = wl_absence_get(l->txn, a, reviewer->reviewer_id, &absence);

    if (rc < 0)
        return rc;
    if (!passes(l->seat, reviewer->seat_id) || !passes(l->reviewer, reviewer->reviewer_id) ||
        (l->tier != WL_NONE && (!seat || seat->tier != l->tier)))
        return WL_OK;
    if (rc == 1 && absence.to < d->ctx.day) /* it is over */
        absence = (struct wl_absence){.from = WL_NONE, .to = WL_NONE};
    return cli_list_row(l, (struct wl_str[]){reviewer->reviewer_id, reviewer->name, reviewer->seat_id,
                                             cli_int(a, seat ? seat->tier : WL_NONE),
                                             cli_int(a, taken_at(t, reviewer->seat_id, reviewer->reviewer_id)),
                                             cli_day(a, absence.from), cli_day(a, absence.to), absence.reason})
               ? WL_OK
               : 1;
}

int cli_list_reviewers(struct cli_list *l)
{
    struct desk_list d;
    struct tally t;
    int rc = begin_tally(&d, l, &t);
    struct wl_reviewers all = {NULL, 0};

    if (rc == WL_OK)
        all = wl_reviewers(wl_reference(&d.ctx));
    for (size_t i = 0; rc == WL_OK && i < all.count; i++)
        rc = reviewer_row(&d, &t, &all.at[i]);
    return end(&d, rc);
}
