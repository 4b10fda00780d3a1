/* Supplier recovery (domain text, sections 1 and 6): what the OEM claims from the part's supplier.
 *
 * Each settled claim is looked at once, after its settlement: what its part lines of one supplier are worth, by the
 * agreement in force on the repair date (reference.h) or the supplier's recovery_percent, makes one recovery. A supplier
 * claim batches the recoveries of one supplier and currency; the supplier answers line by line; payments meet it. Amounts
 * are minor units, each rounded once, half away from zero. */
#ifndef WLEDGER_RECOVERY_H
#define WLEDGER_RECOVERY_H

#include "wledger/gates.h"

enum wl_recovery_state {
    WL_RECOVERY_OPEN, /* found, in no supplier claim */
    WL_RECOVERY_CLAIMED,
    WL_RECOVERY_ACCEPTED, /* in whole, or in part (accepted < amount; the rest is given up) */
    WL_RECOVERY_DISPUTED, /* waits for a second answer */
    WL_RECOVERY_GIVEN_UP,
    WL_RECOVERY_WITHDRAWN, /* nothing is left of it after a chargeback */
    WL_RECOVERY_STATE_COUNT,
};
const char *const *wl_recovery_state_names(void);
struct wl_recovery {
    int64_t claim; /* id */
    struct wl_str supplier_id, currency;
    int64_t basis, percent,
        labour;       /* amounts that it is a percentage (times 10^6) of; labour: 1 when labour is in it */
    int64_t amount;   /* claimed now, after what chargebacks took off */
    int64_t accepted; /* WL_NONE before the answer */
    int64_t state;
    int64_t supplier_claim, line; /* number and line from 1; WL_NONE while open */
};
extern const struct wl_record wl_recovery_record;
int wl_recovery_get(struct wl_txn *, struct wl_arena *, int64_t claim, struct wl_str supplier_id, struct wl_recovery *);

/* What a chargeback, or its reversal, does to a recovery: receivable -> recovery, or back, where it was claimed. */
struct wl_recovery_change {
    struct wl_str supplier_id;
    int64_t amount, accepted; /* after it; accepted WL_NONE: not answered */
};
extern const struct wl_record wl_recovery_change_record;
/* For decide: what follows when a claim is worth less (decision) and `left` of it stays paid; appends postings. */
int wl_recoveries_follow(const struct wl_context *, int64_t claim, const struct wl_decision *, int64_t left,
                         struct wl_list *changes, struct wl_list *postings);
void wl_recoveries_follow_apply(const struct wl_context *, int64_t claim, struct wl_list changes);

/* recovery-find, tag 70: looks at settled claims in the order of their settlements, from where the last one stopped, and
 * writes down what suppliers owe. Posts nothing. */
enum { WL_RECOVERY_LOOK_MAX = 500 };
struct wl_recovery_find_body {
    int64_t reserved;
};
struct wl_recovery_find_outcome {
    struct wl_outcome_head head;
    struct wl_list found;      /* of wl_recovery */
    int64_t settlement, claim; /* how far it has come */
    int64_t looked;
    int64_t more; /* 1: there are more */
};
/* recovery-claim, tag 71: a supplier claim of open recoveries of claims repaired up to a day: recovery -> receivable. At
 * most WL_SUPPLIER_LINES_MAX lines; nothing-to-recover, supplier-unknown. */
enum { WL_SUPPLIER_LINES_MAX = 1000 };
struct wl_recovery_claim_body {
    struct wl_str supplier_id, currency;
    int64_t to;
};
struct wl_recovery_claim_outcome {
    struct wl_outcome_head head;
    int64_t supplier_claim;
    struct wl_ints claims, amounts;
    int64_t total;
    int64_t more;
};
enum wl_supplier_claim_state { WL_SUPPLIER_CLAIM_SENT, WL_SUPPLIER_CLAIM_ANSWERED, WL_SUPPLIER_CLAIM_PAID };
const char *const *wl_supplier_claim_state_names(void); /* "sent", "answered", "paid" */
struct wl_supplier_claim {
    struct wl_str supplier_id, currency;
    int64_t to_day, day, seq;
    int64_t lines, total; /* as sent */
    int64_t open_lines;   /* without an answer, or disputed */
    int64_t due;          /* what the supplier owes of it by now: unanswered lines count in full */
    int64_t paid, state;
};
extern const struct wl_record wl_supplier_claim_record;
uint64_t wl_supplier_claim_count(struct wl_txn *);
int wl_supplier_claim_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_supplier_claim *);
/* The claim id of a line, from 1: 1, 0, or the error that sticks. */
int wl_supplier_line_get(struct wl_txn *, uint64_t number, uint64_t line, int64_t *claim);

/* recovery-answer, tag 72: by line: accepted (all or an amount; the rest goes receivable -> recovery), disputed, or
 * refused (given up). A disputed line can be answered again; others once (already-answered). */
enum wl_supplier_verdict { WL_SUPPLIER_ACCEPTS, WL_SUPPLIER_DISPUTES, WL_SUPPLIER_REFUSES };
const char *const *wl_supplier_verdict_names(void); /* "accepted", "disputed", "refused" */
struct wl_supplier_answer_line {
    int64_t line, verdict;
    int64_t amount; /* accepted: WL_NONE: all */
};
struct wl_recovery_answer_body {
    int64_t supplier_claim;
    struct wl_list lines; /* of wl_supplier_answer_line, each once; empty: all open ones */
    int64_t verdict;      /* of all, where no lines are named; else WL_NONE */
    struct wl_str reason; /* event dispute; required where anything is not accepted */
};
struct wl_recovery_answer_outcome {
    struct wl_outcome_head head;
    struct wl_ints lines, accepted; /* accepted WL_NONE encoded as -1: disputed */
    int64_t state, due;
};
/* recovery-pay, tag 73: receivable -> bank-received; not more than is due (amount-too-large). */
struct wl_recovery_pay_body {
    int64_t supplier_claim, amount; /* WL_NONE: all that is due */
    struct wl_str reference;
};
struct wl_recovery_pay_outcome {
    struct wl_outcome_head head;
    int64_t amount, state;
};

extern const struct wl_command wl_recovery_find_command, wl_recovery_claim_command, wl_recovery_answer_command,
    wl_recovery_pay_command;

int wl_recoveries_check(struct wl_txn *);

#endif
