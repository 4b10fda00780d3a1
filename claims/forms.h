/* What the commands of appraisal forms share. Inside the floors. */
#ifndef WL_CLAIMS_FORMS_H
#define WL_CLAIMS_FORMS_H

#include "wledger/transitions.h"

#define WL_FORMS "forms" /* counter: the newest number */

/* The bodies of form-open and form-edit, and of the commands that name a form. */
extern const struct wl_record wl_form_content_record, wl_form_step_record;
/* The outcome of commands that say no more, and of form-submit and form-review. */
extern const struct wl_record wl_form_outcome_record, wl_form_decision_record;

/* A form's row as a view, without memory of its own: valid until the next write. 1, 0 or the error that sticks. */
int wl_form_view(struct wl_txn *, uint64_t number, struct wl_form *);
void wl_form_put(struct wl_txn *, uint64_t number, const struct wl_form *);

/* For apply: the row that a body or an outcome names, its text in the arena. False when there is none, which is damage,
 * or reading failed, which sticks. */
bool wl_form_row(const struct wl_context *, int64_t number, struct wl_form *);

/* The form of a number where the transition table lets the step through: true with its row, text in the arena. False
 * with the refusal in the head, or when reading failed, which sticks. */
bool wl_form_gate(const struct wl_context *, int64_t number, enum wl_form_step, struct wl_outcome_head *,
                  struct wl_form *);

/* Turns a command down; what it is about goes into the arena. False. */
bool wl_form_refuse(const struct wl_context *, struct wl_outcome_head *, int64_t refusal, struct wl_str about);

/* Makes of a form's content the claim that it is or becomes: the number as given, else the content's, else "F" and the
 * form's number; the first submission where it names none; the dates. Text in the arena. WL_OK, or the error that
 * sticks. */
int wl_form_as_claim(struct wl_txn *, struct wl_arena *, int64_t form, struct wl_str claim_no, int64_t repair_day,
                     int64_t submit_day, struct wl_claim_record *);

/* For apply: this entry changed the form. */
void wl_form_note(const struct wl_context *, int64_t form);

/* For apply: erases the personal texts of a form's entries, and the narrative that its claim has of it, and says so in
 * its row. */
void wl_form_erase(const struct wl_context *, int64_t form);

/* Where a form that waits for a review stands: under review at a seat, else submitted. The row is changed, not put. */
static inline void wl_form_seat(struct wl_form *form, struct wl_str seat)
{
    form->seat = seat;
    form->state = seat.size != 0 ? WL_FORM_UNDER_REVIEW : WL_FORM_SUBMITTED;
}

/* The decision of the entry that decided a form, or priced it for its review (decided_seq, submitted_seq), into the
 * arena. WL_OK, or the error that sticks. */
int wl_form_decision(struct wl_txn *, struct wl_arena *, int64_t seq, struct wl_decision *);

/* Who decided a form: the actor of its newest review, into the arena; empty where none did, as within tier 0. WL_OK, or
 * the error that sticks. */
int wl_form_reviewer(struct wl_txn *, struct wl_arena *, int64_t form, struct wl_str *actor);

/* What a form's approval made of its lines. */
struct wl_form_approval {
    bool is_reviewed; /* by a reviewer: else nothing was refused or cut, and the decisions are not set */
    struct wl_decision asked, approved;
    struct wl_list named; /* of wl_line_name: as the reviewer named them; a line at 0 can be refused too */
};
/* WL_OK, decisions and names in the arena, or the error that sticks. */
int wl_form_approval(struct wl_txn *, struct wl_arena *, const struct wl_form *, struct wl_form_approval *);
/* Whether review refused a line, from 0. */
bool wl_form_line_refused(const struct wl_form_approval *, enum wl_line_kind, size_t line);

/* For checks: a hash of what ties a form and the claim that it became, and whether the forms say the same of all claims
 * as the sum of theirs. */
uint64_t wl_form_claim_hash(int64_t form, int64_t claim, int64_t signed_seq);
int wl_form_claims_check(struct wl_txn *, uint64_t sum);

/* Rows of FORM_PARTS: form, part line (from 1) -> parts request. */
enum { WL_FORM_PART_KEY = 16 };
struct wl_str wl_form_part_key(uint64_t form, uint64_t line, char bytes[WL_FORM_PART_KEY]);

#endif
