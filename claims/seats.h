/* How a subject's place in review follows what is decided: which seats are taken (decide), and the tables that say so
 * (apply). Choosing a seat for a claim alone is wl_seats_assign (claim.h). */
#ifndef WL_CLAIMS_SEATS_H
#define WL_CLAIMS_SEATS_H

#include "wledger/desk.h"
#include "wledger/form.h"

/* Subjects that one command gives seats to: the next commands go on. */
enum { WL_ASSIGNMENTS_MAX = 8 };

static inline struct wl_subject wl_subject_claim(int64_t id)
{
    return (struct wl_subject){WL_SUBJECT_CLAIM, id};
}
static inline struct wl_subject wl_subject_form(int64_t number)
{
    return (struct wl_subject){WL_SUBJECT_FORM, number};
}
/* The subject of an assignment, which names a claim or a form. */
static inline struct wl_subject wl_assigned_subject(const struct wl_assignment *assigned)
{
    return assigned->form == WL_NONE ? wl_subject_claim(assigned->claim) : wl_subject_form(assigned->form);
}
static inline struct wl_assignment wl_assignment_of(struct wl_subject subject, struct wl_str seat)
{
    return subject.kind == WL_SUBJECT_FORM ? (struct wl_assignment){WL_NONE, seat, subject.id}
                                           : (struct wl_assignment){subject.id, seat, WL_NONE};
}

/* Where a subject stands, as its own row says. */
struct wl_standing {
    int64_t seq;            /* entry that brought the claim's version, or submitted the form's: its place in queues */
    int64_t tier;           /* WL_NONE: it waits for no review */
    struct wl_str seat;     /* empty: in the queue */
    int64_t entry;          /* by which it came to its tier */
    struct wl_str currency; /* of what it asks for */
};
/* 1, its texts in the arena; 0 when it waits for no review, or has no row; or the error that sticks. */
int wl_standing_get(struct wl_txn *, struct wl_arena *, struct wl_subject, struct wl_standing *);

/* ---- deciding: which seats are taken ---- */

/* What a command does to one subject's place, beside what follows for others. */
struct wl_seat_move {
    struct wl_subject subject;
    int64_t seq;          /* its place in queues */
    int64_t from;         /* tier at which it waits now; WL_NONE: at none */
    struct wl_str leaves; /* seat that it gives back; empty: it has none */
    int64_t to;           /* tier at which it waits then; WL_NONE: at none */
    struct wl_str takes;  /* the seat that the command itself gives it; empty: whichever the rules do */
    bool elsewhere;       /* not the seat that it leaves */
};
struct wl_seating {
    const struct wl_context *context;
    const struct wl_seat_move *moves;
    size_t move_count;
    struct wl_assignment *taken; /* by the rules, in the order in which they were */
    size_t count, most;
    bool full;                /* there was no room for one that would have had a seat */
    struct wl_str away, back; /* reviewers who are absent, or no more, by the command at hand; empty: nobody is */
};
/* False with the error that sticks. */
bool wl_seating_begin(struct wl_seating *, const struct wl_context *, const struct wl_seat_move *, size_t count,
                      size_t most);
/* Gives the free, manned seats of a tier to those that wait there, oldest first. Once for each tier. */
void wl_seating_fill(struct wl_seating *, int64_t tier);
/* Who takes a seat, of wl_assignment, in the arena. */
struct wl_list wl_seating_list(const struct wl_seating *);
/* One subject moves, others follow: seats of the tier that it comes to, then of the one that it leaves. */
struct wl_list wl_seats_follow(const struct wl_context *, const struct wl_seat_move *);
/* How many are at a seat once the moves are made and the seats taken. */
int64_t wl_seating_open(const struct wl_seating *, struct wl_str seat);

/* ---- applying ---- */

/* A referred claim gives back its seat, or its place in the queue; nothing for any other. The row is
 * changed, not put. */
void wl_review_leave(const struct wl_context *, int64_t id, struct wl_claim *);

/* A claim, which has no place yet, takes the seat that an assignment gives it, or else waits in the tier's
 * queue. The row is changed, not put. */
void wl_review_join(const struct wl_context *, int64_t id, struct wl_claim *, int64_t tier, struct wl_list assignments);

/* The same of a form: leave it before its submitted_seq changes, join when it is the new one. Its state is changed with
 * its place where it joins (wl_form_seat). Nothing for a form that waits for no review. */
void wl_form_leave_review(const struct wl_context *, int64_t number, struct wl_form *);
void wl_form_join_review(const struct wl_context *, int64_t number, struct wl_form *, int64_t tier,
                         struct wl_list assignments);

/* All of the assignments but that of `without` (a claim's id WL_NONE: without none) leave the queue for their seats;
 * their rows are put. */
void wl_seats_take(const struct wl_context *, struct wl_subject without, struct wl_list assignments);

/* A subject that waits for a review is put at a seat of its tier, or (empty) in its queue, in the hands of a reviewer
 * (empty: whoever sits there); its row is put. */
void wl_desk_seat(const struct wl_context *, struct wl_subject, struct wl_str seat, struct wl_str reviewer);
/* It comes to another tier by this entry, in its queue; its row is put. */
void wl_desk_raise(const struct wl_context *, struct wl_subject, int64_t tier);
/* It is late from now on. */
void wl_desk_late(const struct wl_context *, struct wl_subject);

/* Rows of REVIEWS: late (1 byte), entry (8), kind (1), id (8) -> tier, seat, reviewer, time. */
enum { WL_REVIEW_KEY = 18 };
/* Views into both. False when they are no such row. */
bool wl_review_read(struct wl_str key, struct wl_str value, struct wl_review *);
/* Rows of QUEUES: tier (4), place (8), kind (1), id (8) -> ""; the tier alone -> how many wait. */
enum { WL_TIER_KEY = 4, WL_QUEUE_KEY = 21 };

#endif
