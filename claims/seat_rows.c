/* Where each subject of review stands: rows of REVIEWS, QUEUES and SEAT_LOADS beside the claim's and the form's own. */
#include "claims/seat_rows.h"

#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "wledger/error.h"

/* ---- rows of REVIEWS ---- */

static const struct wl_field review_fields[] = {
    {.name = "tier", .tag = 1, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_review, tier)},
    WL_TEXT_FIELD(struct wl_review, 2, seat, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_review, 3, reviewer, WL_NAME_MAX),
    {.name = "since", .tag = 4, .type = WL_TIME, .offset = offsetof(struct wl_review, since)},
};
static const struct wl_record review_record = {"review-row", review_fields, WL_COUNT(review_fields),
                                               sizeof(struct wl_review)};

struct review_key {
    char bytes[WL_REVIEW_KEY];
};

static struct review_key review_key(int64_t late, int64_t entry, struct wl_subject subject)
{
    struct review_key key;

    key.bytes[0] = (char)late;
    wl_set_u64(key.bytes + 1, (uint64_t)entry);
    key.bytes[9] = (char)subject.kind;
    wl_set_u64(key.bytes + 10, (uint64_t)subject.id);
    return key;
}

static struct wl_str review_view(const struct review_key *key)
{
    return (struct wl_str){key->bytes, WL_REVIEW_KEY};
}

bool wl_review_read(struct wl_str key, struct wl_str value, struct wl_review *review)
{
    if (key.size != WL_REVIEW_KEY || wl_record_decode(&review_record, value, review, NULL) != WL_OK)
        return false;
    review->late = (uint8_t)key.data[0];
    review->entry = (int64_t)wl_get_u64(key.data + 1);
    review->subject.kind = (uint8_t)key.data[9];
    review->subject.id = (int64_t)wl_get_u64(key.data + 10);
    return review->late <= 1 && (review->subject.kind == WL_SUBJECT_CLAIM || review->subject.kind == WL_SUBJECT_FORM);
}

static int fail_row(struct wl_txn *txn)
{
    return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a review's row cannot be read"));
}

int wl_reviews_each(struct wl_txn *txn, int64_t tier, wl_review_fn *fn, void *context)
{
    struct wl_str key, value;
    struct wl_review review;
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, WL_TABLE_REVIEWS, WL_NO_STR, WL_NO_STR, &walk);

    if (rc != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        if (!wl_review_read(key, value, &review))
            rc = fail_row(txn);
        else if (tier == WL_NONE || review.tier == tier)
            rc = fn(context, &review);
        else
            rc = WL_OK;
        if (rc != WL_OK)
            break;
    }
    wl_walk_close(walk);
    return rc;
}

/* The row of a subject that came to its tier by an entry: 1, 0 or error. Views. */
static int find_row(struct wl_txn *txn, struct wl_subject subject, int64_t entry, struct wl_review *review)
{
    for (int64_t late = 0; late <= 1; late++) {
        struct review_key key = review_key(late, entry, subject);
        struct wl_str value;
        int rc = wl_get(txn, WL_TABLE_REVIEWS, review_view(&key), &value);

        if (rc == 1 && !wl_review_read(review_view(&key), value, review))
            return fail_row(txn);
        if (rc != 0)
            return rc;
    }
    return 0;
}

int wl_review_find(struct wl_txn *txn, struct wl_arena *arena, struct wl_subject subject, struct wl_review *review)
{
    struct wl_standing standing;
    int rc = wl_standing_get(txn, arena, subject, &standing);

    if (rc != 1)
        return rc;
    if ((rc = find_row(txn, subject, standing.entry, review)) != 1)
        return rc < 0 ? rc
                      : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "what waits for a review is not among the reviews"));
    review->seat = wl_arena_copy(arena, review->seat);
    review->reviewer = wl_arena_copy(arena, review->reviewer);
    return wl_arena_status(arena) == WL_OK ? 1 : wl_txn_fail(txn, wl_arena_status(arena));
}

static void put_row(struct wl_txn *txn, const struct wl_review *review)
{
    struct review_key key = review_key(review->late, review->entry, review->subject);
    uint8_t room[WL_VALUE_MAX];
    struct wl_buf bytes = {.data = room, .capacity = sizeof(room), .ceiling = sizeof(room)}; /* never grows */

    wl_record_encode(&review_record, review, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&bytes));
    else
        wl_put(txn, WL_TABLE_REVIEWS, review_view(&key), wl_buf_view(&bytes));
}

static void drop_row(struct wl_txn *txn, const struct wl_review *review)
{
    struct review_key key = review_key(review->late, review->entry, review->subject);

    wl_delete(txn, WL_TABLE_REVIEWS, review_view(&key));
}

/* ---- where the subject's own row says that it stands ---- */

static struct wl_standing standing_of_claim(const struct wl_claim *claim)
{
    bool waits = claim->state == WL_CLAIM_REFERRED;

    return (struct wl_standing){claim->seq, waits ? claim->tier : WL_NONE, claim->seat, claim->review_seq,
                                claim->currency};
}

static struct wl_standing standing_of_form(const struct wl_form *form)
{
    bool waits = form->state == WL_FORM_SUBMITTED || form->state == WL_FORM_UNDER_REVIEW;

    return (struct wl_standing){form->submitted_seq, waits ? form->tier : WL_NONE, form->seat, form->review_seq,
                                form->currency};
}

int wl_standing_get(struct wl_txn *txn, struct wl_arena *arena, struct wl_subject subject, struct wl_standing *out)
{
    struct wl_claim claim;
    struct wl_form form;
    int rc;

    if (subject.kind == WL_SUBJECT_FORM) {
        rc = subject.id < 1 ? 0 : wl_form_view(txn, (uint64_t)subject.id, &form);
        *out = rc == 1 ? standing_of_form(&form) : (struct wl_standing){.tier = WL_NONE};
    } else {
        rc = wl_claim_view(txn, subject.id, &claim);
        *out = rc == 1 ? standing_of_claim(&claim) : (struct wl_standing){.tier = WL_NONE};
    }
    if (rc < 0 || out->tier == WL_NONE)
        return rc < 0 ? rc : 0;
    out->seat = wl_arena_copy(arena, out->seat);
    out->currency = wl_arena_copy(arena, out->currency);
    return wl_arena_status(arena) == WL_OK ? 1 : wl_txn_fail(txn, wl_arena_status(arena));
}

/* ---- seats and queues ---- */

static void add_to_number(struct wl_txn *txn, unsigned table, struct wl_str key, int64_t change)
{
    wl_put_number(txn, table, key, wl_get_number(txn, table, key, 0) + change);
}

static void leave_place(struct wl_txn *txn, struct wl_subject subject, const struct wl_standing *at)
{
    struct wl_queue_key key;

    if (at->seat.size != 0) {
        add_to_number(txn, WL_TABLE_SEAT_LOADS, at->seat, -1);
        return;
    }
    key = wl_queue_key(at->tier, at->seq, subject);
    wl_delete(txn, WL_TABLE_QUEUES, wl_place_view(&key));
    add_to_number(txn, WL_TABLE_QUEUES, wl_tier_view(&key), -1);
}

static void take_place(struct wl_txn *txn, struct wl_subject subject, const struct wl_standing *at)
{
    struct wl_queue_key key;

    if (at->seat.size != 0) {
        add_to_number(txn, WL_TABLE_SEAT_LOADS, at->seat, 1);
        return;
    }
    key = wl_queue_key(at->tier, at->seq, subject);
    wl_put(txn, WL_TABLE_QUEUES, wl_place_view(&key), WL_NO_STR);
    add_to_number(txn, WL_TABLE_QUEUES, wl_tier_view(&key), 1);
}

static bool same_subject(struct wl_subject a, struct wl_subject b)
{
    return a.kind == b.kind && a.id == b.id;
}

/* The seat that an assignment gives to a subject; empty: none does. */
static struct wl_str seat_given(struct wl_list assignments, struct wl_subject subject)
{
    const struct wl_assignment *assigned = assignments.at;

    for (size_t i = 0; i < assignments.count; i++)
        if (same_subject(wl_assigned_subject(&assigned[i]), subject))
            return assigned[i].seat;
    return WL_NO_STR;
}

/* ---- joining and leaving ---- */

static void leave(const struct wl_context *context, struct wl_subject subject, const struct wl_standing *at)
{
    struct wl_review review;
    int found = find_row(context->txn, subject, at->entry, &review);

    if (found < 0)
        return;
    leave_place(context->txn, subject, at);
    if (found == 1)
        drop_row(context->txn, &review);
    else
        wl_txn_fail(context->txn, wl_fail(WL_E_DAMAGED, "what waits for a review is not among the reviews"));
}

static void join(const struct wl_context *context, struct wl_subject subject, const struct wl_standing *at)
{
    const struct wl_review review = {
        .subject = subject, .tier = at->tier, .seat = at->seat, .since = context->time, .entry = at->entry, .late = 0};

    take_place(context->txn, subject, at);
    put_row(context->txn, &review);
}

void wl_review_leave(const struct wl_context *context, int64_t id, struct wl_claim *claim)
{
    const struct wl_standing at = standing_of_claim(claim);

    if (at.tier == WL_NONE)
        return;
    leave(context, wl_subject_claim(id), &at);
    claim->seat = WL_NO_STR;
    claim->tier = claim->review_seq = WL_NONE;
}

void wl_review_join(const struct wl_context *context, int64_t id, struct wl_claim *claim, int64_t tier,
                    struct wl_list assignments)
{
    struct wl_standing at;

    claim->tier = tier;
    claim->seat = seat_given(assignments, wl_subject_claim(id));
    claim->review_seq = (int64_t)context->seq;
    at = standing_of_claim(claim);
    at.tier = tier;
    join(context, wl_subject_claim(id), &at);
}

void wl_form_leave_review(const struct wl_context *context, int64_t number, struct wl_form *form)
{
    const struct wl_standing at = standing_of_form(form);

    if (at.tier == WL_NONE)
        return;
    leave(context, wl_subject_form(number), &at);
    form->seat = WL_NO_STR;
    form->tier = form->review_seq = WL_NONE;
}

void wl_form_join_review(const struct wl_context *context, int64_t number, struct wl_form *form, int64_t tier,
                         struct wl_list assignments)
{
    struct wl_standing at;

    form->tier = tier;
    form->review_seq = (int64_t)context->seq;
    wl_form_seat(form, seat_given(assignments, wl_subject_form(number)));
    at = standing_of_form(form);
    join(context, wl_subject_form(number), &at);
}

/* ---- moving what waits already ---- */

/* The subject's row says where it stands. */
static void put_standing(const struct wl_context *context, struct wl_subject subject, const struct wl_standing *at)
{
    struct wl_claim claim;
    struct wl_form form;

    if (subject.kind == WL_SUBJECT_FORM) {
        if (!wl_form_row(context, subject.id, &form))
            return;
        form.tier = at->tier;
        form.review_seq = at->entry;
        wl_form_seat(&form, at->seat);
        wl_form_put(context->txn, (uint64_t)subject.id, &form);
    } else if (wl_gate_row(context, subject.id, &claim)) {
        claim.tier = at->tier;
        claim.review_seq = at->entry;
        claim.seat = at->seat;
        wl_claim_put(context->txn, subject.id, &claim);
    }
}

/* One that waits, with its row of REVIEWS. False when it does not, which is damage, or reading failed. */
static bool find_waiting(const struct wl_context *context, struct wl_subject subject, struct wl_standing *at,
                         struct wl_review *review)
{
    int rc = wl_standing_get(context->txn, context->arena, subject, at);

    if (rc == 1)
        rc = wl_review_find(context->txn, context->arena, subject, review);
    if (rc == 0)
        wl_txn_fail(context->txn, wl_fail(WL_E_DAMAGED, "%s %lld is moved but waits for no review",
                                          subject.kind == WL_SUBJECT_FORM ? "form" : "claim", (long long)subject.id));
    return rc == 1;
}

void wl_desk_seat(const struct wl_context *context, struct wl_subject subject, struct wl_str seat,
                  struct wl_str reviewer)
{
    struct wl_standing at;
    struct wl_review review;

    if (!find_waiting(context, subject, &at, &review))
        return;
    leave_place(context->txn, subject, &at);
    at.seat = review.seat = seat;
    review.reviewer = reviewer;
    take_place(context->txn, subject, &at);
    put_row(context->txn, &review);
    put_standing(context, subject, &at);
}

void wl_desk_raise(const struct wl_context *context, struct wl_subject subject, int64_t tier)
{
    struct wl_standing at;
    struct wl_review review;

    if (!find_waiting(context, subject, &at, &review))
        return;
    leave_place(context->txn, subject, &at);
    drop_row(context->txn, &review);
    at.tier = tier;
    at.seat = WL_NO_STR;
    at.entry = (int64_t)context->seq;
    join(context, subject, &at);
    put_standing(context, subject, &at);
}

void wl_desk_late(const struct wl_context *context, struct wl_subject subject)
{
    struct wl_standing at;
    struct wl_review review;

    if (!find_waiting(context, subject, &at, &review))
        return;
    drop_row(context->txn, &review);
    review.late = 1;
    put_row(context->txn, &review);
}

void wl_seats_take(const struct wl_context *context, struct wl_subject without, struct wl_list assignments)
{
    const struct wl_assignment *assigned = assignments.at;

    for (size_t i = 0; i < assignments.count; i++)
        if (!same_subject(wl_assigned_subject(&assigned[i]), without))
            wl_desk_seat(context, wl_assigned_subject(&assigned[i]), assigned[i].seat, WL_NO_STR);
}
