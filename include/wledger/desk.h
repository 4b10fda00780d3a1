/* Review desks (domain text, sections 3, 4 and 8): who decides what was referred, and how long it has waited.
 *
 * What waits for a review is a claim or an appraisal form, its subject. It is at a tier, and there at a seat or in the
 * tier's queue. Seats and their reviewers are reference data; a seat that has reviewers is manned while one of them is
 * not absent, one without reviewers always: anybody decides there. Only a manned seat takes a subject. Automatic
 * assignment is wl_seats_assign (claim.h): free capacity, fewest open, lowest seat_id; queue oldest first, by the entry
 * that brought the claim's version or submitted the form's. */
#ifndef WLEDGER_DESK_H
#define WLEDGER_DESK_H

#include "wledger/claim.h"

enum wl_subject_kind {
    WL_SUBJECT_CLAIM,
    WL_SUBJECT_FORM,
    WL_SUBJECT_SUPPLIER_CLAIM, /* has a history, is never reviewed (recovery.h) */
};
struct wl_subject {
    int64_t kind; /* enum wl_subject_kind */
    int64_t id;   /* claim id, or number */
};

/* A row of REVIEWS: key late (1 byte), entry by which the subject came to its tier (8), kind (1), id (8); so the one
 * that has waited longest at its tier stands first, and those that are late in the highest tier stand behind all
 * others. */
struct wl_review {
    struct wl_subject subject;
    int64_t tier;
    struct wl_str seat;     /* empty: in the queue */
    struct wl_str reviewer; /* who took it; empty: whoever sits at the seat */
    int64_t since;          /* time at which it came to its tier */
    int64_t entry;          /* entry by which it did */
    int64_t late;           /* 1: past review_hours in the highest tier (or in one of no currency's); else 0 */
};
/* Calls back for each open review, longest at its tier first, late ones last; tier WL_NONE: of all tiers. The text
 * lives until it returns; it may not write. What it returns other than WL_OK ends the walk and is returned. */
typedef int wl_review_fn(void *context, const struct wl_review *);
int wl_reviews_each(struct wl_txn *, int64_t tier, wl_review_fn *, void *context);
/* That of one subject: 1, 0 when it waits for no review, or the error that sticks. Text in the arena. */
int wl_review_find(struct wl_txn *, struct wl_arena *, struct wl_subject, struct wl_review *);

/* The time up to which a review is not late that came to its tier at `since` (policy review_hours of that day);
 * WL_NONE: there is no limit. */
int64_t wl_review_due(const struct wl_context *, int64_t since);

/* A reviewer's absence: the newest one told counts. */
struct wl_absence {
    int64_t from, to; /* days, both included */
    struct wl_str reason;
    int64_t seq; /* entry that told it */
};
/* 1 and the absence (text in the arena), 0, or the error that sticks. */
int wl_absence_get(struct wl_txn *, struct wl_arena *, struct wl_str reviewer_id, struct wl_absence *);
/* For decide: whether a seat is manned today. */
bool wl_seat_is_manned(const struct wl_context *, struct wl_str seat_id);

/* Who may decide: the actor is a reviewer of the seat (not-your-seat), not absent, did not submit the form or appeal
 * the claim, and did not decide what is appealed against (four-eyes); where another one took it who still may decide at
 * the seat, nobody else (already-taken). A seat without reviewers asks the last two alone; at no seat, nobody may
 * (not-assigned). WL_DONE, or the refusal. */
int64_t wl_review_right(const struct wl_context *, const struct wl_review *);

/* ---- the commands ---- */

/* Of a subject that waits for a review. form WL_NONE: the claim is named. */
struct wl_desk_body {
    struct wl_str dealer_id, claim_no;
    int64_t form;
    struct wl_str seat;   /* review-assign: where to; empty: wherever the rules seat it */
    struct wl_str reason; /* review-release, review-assign: required (event reassign) */
};
struct wl_desk_outcome {
    struct wl_outcome_head head;
    int64_t claim, form;        /* one of them WL_NONE */
    struct wl_str seat;         /* where it is now; empty: in the queue */
    struct wl_list assignments; /* of wl_assignment: others that took a seat by it */
};
/* review-take, tag 19: the actor, a reviewer of a seat of its tier, takes a subject that is at that seat, or waits in
 * the queue and the seat has free capacity (seat-full); of several seats the freest. Nobody else decides it then; once
 * (taken-by-you). */
/* review-release, tag 20: it goes back to its tier's queue, and to another seat if one is free; its own seat takes the
 * oldest other one that waits. By whoever may decide it. */
/* review-assign, tag 21: to a seat of the same tier (seat-elsewhere) that is manned (seat-unmanned), has free capacity
 * (seat-full) and is not where it is (same-seat); seat-unknown. Without a seat: to the freest other one that may be. */

/* absence, tag 22: a reviewer is away from day to day (`to` not before `from`; from WL_NONE: is back, which ends the
 * absence told; not-absent where none is, or it is over). What lies at seats that are unmanned by it today goes back to
 * the queues and to other seats; where one entry has no room for all, tick goes on. */
struct wl_absence_body {
    struct wl_str reviewer_id;
    int64_t from, to;
    struct wl_str reason; /* event absence; not required when back */
};
struct wl_absence_outcome {
    struct wl_outcome_head head;
    struct wl_list vacated;     /* of wl_assignment: what left its seat, and the seat that it had */
    struct wl_list assignments; /* of wl_assignment */
    int64_t more;               /* 1: a tick goes on; else WL_NONE */
};

/* By tick (defective.h): a review that has been at its tier for longer than review_hours (policy of the day on which it
 * came there) goes to the next tier of its currency; in the highest one it is late, which is told once. What lies at an
 * unmanned seat leaves it, and seats that are free are taken from the queues. The entries of one tick are bounded as
 * its other lists are. */
enum { WL_TICK_REVIEWS_MAX = 200 }; /* reviews of one entry that go up or are late; leave a seat; take one */
struct wl_escalation {
    int64_t claim, form; /* one of them WL_NONE */
    int64_t from, to;    /* tiers; `to` WL_NONE: there is no higher one, it is late */
};
extern const struct wl_record wl_escalation_record;

extern const struct wl_command wl_review_take_command, wl_review_release_command, wl_review_assign_command,
    wl_absence_command;

/* ---- history ---- */

/* Calls back with each entry that changed a subject after the one that brought it, oldest first: reviews, desks,
 * signatures, appeals, corrections, waivers, inspections, chargebacks, settlements' confirmations are read from their
 * own rows. What the callback returns other than WL_OK ends the walk and is returned. */
typedef int wl_history_fn(void *context, uint64_t seq);
int wl_history_each(struct wl_txn *, struct wl_subject, wl_history_fn *, void *context);
/* For apply: this entry changed the subject. Twice the same is once. */
void wl_history_note(const struct wl_context *, struct wl_subject);

#endif
