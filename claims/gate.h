/* What the commands at the gates share. */
#ifndef WL_CLAIMS_GATE_H
#define WL_CLAIMS_GATE_H

#include "wledger/gates.h"
#include "wledger/transitions.h"

/* What one command makes of a return obligation, by the state that it finds it in. */
struct wl_obligation_gate {
    struct {
        int64_t refusal; /* or WL_DONE */
        int64_t next;    /* the state that it leaves, where legal */
    } from[WL_OBLIGATION_STATE_COUNT];
    int64_t none; /* refusal when all are meant and none is legal */
};

/* The newest version under a name, where the transition table lets the step through (its row; WL_CLAIM_SETTLED stands
 * for what follows). True with its id and row, text in the arena. False with the refusal in the head, or when reading
 * failed, which sticks to the transaction. */
bool wl_gate_claim(const struct wl_context *, struct wl_str dealer_id, struct wl_str claim_no, enum wl_claim_step,
                   struct wl_outcome_head *, int64_t *id, struct wl_claim *);

/* The obligations of a claim that a command names: that of a part line (from 1), or all that are legal
 * (line WL_NONE or 0). Ids in the arena. False as wl_gate_claim. */
bool wl_gate_obligations(const struct wl_context *, const struct wl_claim *, int64_t line,
                         const struct wl_obligation_gate *, struct wl_outcome_head *, struct wl_ints *ids);

/* For apply: moves each obligation to the state that follows its own and the claim's count of unmet ones with them;
 * the claim's row is changed, not put. One that may not move is damage, which sticks. */
void wl_obligations_move(const struct wl_context *, struct wl_claim *, struct wl_ints ids,
                         const struct wl_obligation_gate *);

/* Of the command `waive`, and of what else waives returns. */
extern const struct wl_obligation_gate wl_waive_gate;
/* For apply: waives them by this entry; the claim's row is changed, not put. */
void wl_obligations_waive(const struct wl_context *, struct wl_claim *, struct wl_ints ids);

/* What a step of its tags adds to a return obligation: thousandths, below 0 where the step is reversed. */
struct wl_progress {
    int64_t tagged, received, inspected;
    int64_t outcome; /* enum wl_inspection of what is inspected; WL_NONE: nothing is */
};
/* For apply: adds it, and makes the obligation's state and its claim's count of unmet ones follow: refused with the
 * first outcome that is not accepted, and for good; accepted when all is inspected; else received, or waived-received,
 * when all is there; else waived, overdue or open. The state after it, or WL_NONE with an error that sticks. */
int64_t wl_obligation_progress(const struct wl_context *, int64_t id, const struct wl_progress *);
/* For apply: the inspection of so much of it is reversed. refused: what the oldest other tag that is refused was
 * found to be (enum wl_inspection); WL_NONE: none is. The state after it, or WL_NONE with an error that sticks. */
int64_t wl_obligation_uninspect(const struct wl_context *, int64_t id, int64_t quantity, int64_t refused);
/* For apply: an open one is found to be past its day by this entry. */
void wl_obligation_overdue(const struct wl_context *, int64_t id);

/* The row of an obligation that a claim or an outcome names. False when there is none, which is damage, or reading
 * failed, which sticks. */
bool wl_obligation_row(const struct wl_context *, int64_t id, struct wl_obligation *);

/* The entry that a claim's or form's row (`whose`) names, its body and outcome in the arena. WL_OK, or the error that
 * sticks. */
int wl_row_entry(struct wl_txn *, struct wl_arena *, int64_t seq, const char *whose, struct wl_entry *);

/* For apply: the row that an outcome names, its text in the arena. False when reading failed, which sticks. */
bool wl_gate_row(const struct wl_context *, int64_t id, struct wl_claim *);

/* A claim's or settlement's row as a view, without memory of its own: valid until the next write. 1, 0 or the
 * error that sticks. */
int wl_claim_view(struct wl_txn *, int64_t id, struct wl_claim *);
int wl_settlement_view(struct wl_txn *, uint64_t number, struct wl_settlement *);
void wl_settlement_put(struct wl_txn *, uint64_t number, const struct wl_settlement *);

/* wl_claim_content, and the decision of that same entry: the first one. */
int wl_claim_brought(struct wl_txn *, struct wl_arena *, const struct wl_claim *, struct wl_claim_record *,
                     struct wl_decision *);

/* Rows of SETTLEMENT_LINES: settlement, kind (1 byte), id -> amount, claim. */
enum { WL_LINE_KEY = 17, WL_LINE_VALUE = 16 };
void wl_line_put(struct wl_txn *, uint64_t settlement, const struct wl_settlement_line *);
bool wl_line_read(struct wl_str key, struct wl_str value, uint64_t *settlement, struct wl_settlement_line *);

/* For the apply of a record that became no version but brought a narrative: `forget` finds it by its name. */
void wl_loose_text_note(const struct wl_context *, struct wl_str dealer_id, struct wl_str claim_no);

/* Whether its dealer is told of a claim in this state although nothing is paid: rejected, or sent back. */
bool wl_claim_is_told(int64_t state);

/* Whether a settlement up to a day may pay it. */
bool wl_claim_is_eligible(const struct wl_claim *, int64_t to);

/* Names of enum wl_inspection. */
extern const char *const wl_inspections[];

#define WL_SETTLEMENTS "settlements" /* counter: the newest number */

#define WL_CLAIM_NAME_FIELDS(body_type)                                               \
    {.name = "dealer_id",                                                             \
     .tag = 1,                                                                        \
     .type = WL_TEXT,                                                                 \
     .required = true,                                                                \
     .limit = 32,                                                                     \
     .offset = offsetof(body_type, dealer_id)},                                       \
    {                                                                                 \
        .name = "claim_no", .tag = 2, .type = WL_TEXT, .required = true, .limit = 32, \
        .offset = offsetof(body_type, claim_no)                                       \
    }

#endif
