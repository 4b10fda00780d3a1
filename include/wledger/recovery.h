/* Supplier recovery (domain text, sections 1 and 6): what the OEM claims from the part's supplier.
 *
 * Each settled claim is looked at once, after its settlement: what its part lines of one supplier are worth, by the
 * agreement in force on the repair date (reference.h) or the supplier's recovery_percent, makes one recovery. A
 * supplier claim batches the recoveries of one supplier and currency; the supplier answers line by line; payments
 * meet it. Amounts are minor units, each rounded once, half away from zero.
 *
 * A part line counts at what the decision in force approved of it; where an amount was charged back without lines,
 * at its share of what stays paid, rounded. Labour is in it where the agreement of the causal part says so and a
 * line of that part counts. Handling and sublet are not, and goodwill is the OEM's own gift: such claims recover
 * nothing. */
#ifndef WLEDGER_RECOVERY_H
#define WLEDGER_RECOVERY_H

#include "wledger/gates.h"

enum {
    WL_RECOVERY_LINES_MAX = 148,    /* part lines of one recovery: a row holds no more, those behind are not claimed */
    WL_RECOVERY_NO_LIMIT = -1,      /* of `days`: the agreement sets none */
    WL_SUPPLIER_LINES_MAX = 1000,   /* lines of one supplier claim: more goes into the next */
    WL_SUPPLIER_ANSWERS_MAX = 1000, /* lines of one answer */
    WL_SUPPLIER_REFERENCE_MAX = 64, /* bytes of what a payment is known by */
    WL_RECOVERY_LOOK_MAX = 500,     /* claims that one recovery-find looks at, at most */
    WL_RECOVERY_FOUND_BYTES_MAX = 30000 /* of what it finds: the claim that goes beyond is its last one */
};

enum wl_recovery_state {
    WL_RECOVERY_OPEN, /* found, in no supplier claim */
    WL_RECOVERY_CLAIMED,
    WL_RECOVERY_ACCEPTED,  /* in whole, or in part (the rest is given up) */
    WL_RECOVERY_DISPUTED,  /* waits for a second answer */
    WL_RECOVERY_GIVEN_UP,  /* refused by the supplier, or its days were over when it was to be claimed */
    WL_RECOVERY_WITHDRAWN, /* nothing is left of it after a chargeback */
    WL_RECOVERY_STATE_COUNT,
};
const char *const *
wl_recovery_state_names(void); /* "open", "claimed", "accepted", "disputed", "given-up", "withdrawn" */
struct wl_recovery {
    int64_t claim; /* id */
    struct wl_str supplier_id, currency;
    struct wl_ints lines;    /* part lines of the claim, from 1 */
    struct wl_ints percents; /* of each, times 10^6 */
    struct wl_ints days;     /* of each: so many days after the repair it was to be claimed; WL_RECOVERY_NO_LIMIT */
    int64_t labour_percent;  /* of the claim's labour, times 10^6; WL_NONE: none of it */
    int64_t basis;           /* what the lines and the labour are worth now */
    int64_t amount;          /* recovered of that: after what chargebacks took off */
    int64_t accepted;        /* what the supplier accepted, where that was less than all; else WL_NONE */
    int64_t state;
    int64_t withdrawn_from;       /* while withdrawn: the state before; else WL_NONE */
    int64_t claimed_day;          /* on which it was claimed, or lapsed; WL_NONE while open */
    int64_t supplier_claim, line; /* number and line from 1; WL_NONE while open, or lapsed */
};
extern const struct wl_record wl_recovery_record;
int wl_recovery_get(struct wl_txn *, struct wl_arena *, int64_t claim, struct wl_str supplier_id, struct wl_recovery *);
/* What the supplier owes of it now: 0 where it is in no supplier claim, given up or withdrawn; of one that was accepted
 * in part not more than that; unanswered and disputed ones in full. */
int64_t wl_recovery_owed(const struct wl_recovery *);
/* Calls back for each recovery of a claim (WL_NONE: of all), in the order of claim and supplier; text and lists live
 * until it returns, which may not write. What it returns other than WL_OK ends the walk and is returned. */
typedef int wl_recovery_fn(void *context, const struct wl_recovery *);
int wl_recoveries_each(struct wl_txn *, int64_t claim, wl_recovery_fn *, void *context);

/* What a chargeback, or its reversal, makes of a recovery. Where that changes what the supplier owes, it is posted:
 * receivable -> recovery, or back. What a supplier paid beyond what it owes by then is owed to it (recovery-pay). */
struct wl_recovery_change {
    struct wl_str supplier_id;
    int64_t basis, amount; /* after it */
};
extern const struct wl_record wl_recovery_change_record;
/* For decide: what follows where the lines of a claim are worth what `decision` says and `left` of it stays paid.
 * changes are of wl_recovery_change, postings of wl_posting; both in the arena. WL_OK, or the error that sticks. */
int wl_recoveries_follow(const struct wl_context *, int64_t claim, const struct wl_decision *, int64_t left,
                         struct wl_list *changes, struct wl_list *postings);
void wl_recoveries_follow_apply(const struct wl_context *, int64_t claim, struct wl_list changes);
/* Whether a posting is one of those that follow: a reversal makes them anew, by what the recovery is by then. */
bool wl_posting_follows(const struct wl_posting *);

/* recovery-find, tag 70: looks at settled claims in the order of their settlements, from where the last one stopped,
 * and writes down what suppliers owe. Posts nothing. A line is left out whose days are over. */
struct wl_recovery_find_body {
    int64_t reserved; /* absent */
};
struct wl_recovery_find_outcome {
    struct wl_outcome_head head;
    struct wl_list found;      /* of wl_recovery */
    int64_t settlement, claim; /* how far it has come: the newest line that it looked at; WL_NONE: none yet */
    int64_t looked;
    int64_t more; /* 1: there are more; else WL_NONE */
};
/* recovery-claim, tag 71: a supplier claim of open recoveries of claims repaired up to a day: recovery ->
 * receivable. At most WL_SUPPLIER_LINES_MAX lines; nothing-to-recover, supplier-unknown. Lines whose days are over
 * by now are not in it; what nothing is left of is given up: where that is all, no supplier claim is made. What of it a
 * reversal makes worth something again, whose days were not over, is open again. */
struct wl_recovery_claim_body {
    struct wl_str supplier_id, currency;
    int64_t to;
};
struct wl_recovery_claim_outcome {
    struct wl_outcome_head head;
    int64_t supplier_claim; /* WL_NONE: none was made */
    struct wl_ints claims, bases, amounts;
    struct wl_ints lapsed; /* claims whose recovery is given up */
    int64_t total;
    int64_t more; /* 1: there are more; else WL_NONE */
};
enum wl_supplier_claim_state {
    WL_SUPPLIER_CLAIM_SENT,     /* lines wait for an answer */
    WL_SUPPLIER_CLAIM_ANSWERED, /* none does */
    WL_SUPPLIER_CLAIM_PAID,     /* something was paid, and that is all that is due */
    WL_SUPPLIER_CLAIM_STATE_COUNT,
};
const char *const *wl_supplier_claim_state_names(void); /* "sent", "answered", "paid" */
struct wl_supplier_claim {
    struct wl_str supplier_id, currency;
    int64_t to_day, day, seq;
    int64_t lines, total; /* as sent */
    int64_t open_lines;   /* without an answer, or disputed */
    int64_t due;          /* what the supplier owes of it by now: unanswered lines count in full */
    int64_t paid;         /* less what was paid back; more than `due`: the rest is owed to the supplier */
    int64_t state;
};
extern const struct wl_record wl_supplier_claim_record;
uint64_t wl_supplier_claim_count(struct wl_txn *);
int wl_supplier_claim_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_supplier_claim *);
/* The claim id of a line, from 1: 1, 0, or the error that sticks. Answers and payments are the history of the supplier
 * claim (desk.h: WL_SUBJECT_SUPPLIER_CLAIM). */
int wl_supplier_line_get(struct wl_txn *, uint64_t number, uint64_t line, int64_t *claim);

/* recovery-answer, tag 72: by line: accepted (all or an amount; the rest goes receivable -> recovery), disputed, or
 * refused (given up). A disputed line can be answered again; others once (already-answered); one of which nothing is
 * left not at all (line-withdrawn). A line accepted in whole stays so when its amount changes. */
enum wl_supplier_verdict { WL_SUPPLIER_ACCEPTS, WL_SUPPLIER_DISPUTES, WL_SUPPLIER_REFUSES };
const char *const *wl_supplier_verdict_names(void); /* "accepted", "disputed", "refused" */
struct wl_supplier_answer_line {
    int64_t line, verdict;
    int64_t amount; /* accepted: above 0; WL_NONE: all */
};
struct wl_recovery_answer_body {
    int64_t supplier_claim;
    struct wl_list lines; /* of wl_supplier_answer_line, each once (named-twice); empty: all that wait for an answer */
    int64_t verdict;      /* of all, where no lines are named; else WL_NONE */
    struct wl_str reason; /* event dispute; required where anything is not accepted in whole */
};
enum { WL_ANSWER_DISPUTED = -1, WL_ANSWER_WHOLE = -2 };
struct wl_recovery_answer_outcome {
    struct wl_outcome_head head;
    struct wl_ints lines, accepted; /* amounts, WL_ANSWER_DISPUTED, or WL_ANSWER_WHOLE; 0: refused */
    int64_t given_up;               /* of all of them */
};
/* recovery-pay, tag 73: receivable -> bank-received; not more than is due (amount-too-large). Where the supplier has
 * paid more than it owes by now, the difference is paid back to it, as a payment below 0. nothing-due. `reverse` takes
 * it back, unless more was paid back since than would be left. */
struct wl_recovery_pay_body {
    int64_t supplier_claim, amount; /* WL_NONE: all that is due, or is to be paid back */
    struct wl_str reference;
};
struct wl_recovery_pay_outcome {
    struct wl_outcome_head head;
    int64_t amount; /* below 0: paid back */
};

extern const struct wl_command wl_recovery_find_command, wl_recovery_claim_command, wl_recovery_answer_command,
    wl_recovery_pay_command;

/* Whether recoveries, supplier claims with their lines, sale receipts and the accounts receivable, recovery,
 * vehicle-sale and bank-received agree. Walks each table once, in order; memory: 32 bytes a supplier claim.
 * WL_E_DAMAGED with the first fault found. */
int wl_recoveries_check(struct wl_txn *);

#endif
