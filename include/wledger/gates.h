/* The gates between a decision and the money (domain text, sections 3, 6 and 7): a reviewer's decision,
 * the customer's signature, parts that need not come back, settlements, their payment, and
 * forgetting personal text.
 *
 * A claim is named by dealer_id and claim_no; its newest version is meant. A command that is illegal in a
 * claim's or settlement's state is refused by name (refusals.def) and changes nothing else. Days are day
 * numbers, amounts minor units of the currency at hand. */
#ifndef WLEDGER_GATES_H
#define WLEDGER_GATES_H

#include "wledger/claim.h"

enum {
    WL_REASON_MAX = 200,              /* bytes of a reason */
    WL_LINE_REASON_MAX = 64,          /* bytes of a line's own: an entry holds those of 600 lines */
    WL_SETTLE_LINES_MAX = 1500,       /* lines of one entry of a settlement */
    WL_SETTLEMENT_LINES_MAX = 100000, /* lines of one settlement; more goes into the next */
};

/* ---- review, tag 10 ---- */

enum wl_verdict { WL_APPROVE, WL_REFUSE };
const char *const *wl_verdict_names(void); /* "approve", "refuse"; NULL-terminated, by enum */
enum wl_line_kind { WL_LINE_LABOUR, WL_LINE_PART, WL_LINE_SUBLET };
const char *const *wl_line_kind_names(void); /* "labour", "part", "sublet" */

struct wl_line_name {
    int64_t kind;   /* enum wl_line_kind */
    int64_t line;   /* from 1 */
    int64_t amount; /* what it is worth, minor units: 0 up to what it was priced at (line-amount-invalid); WL_NONE or
                             0: nothing, the line is refused */
    struct wl_str reason; /* of this line; empty: that of the whole */
};

/* Legal for a referred claim that has a seat, by who may decide it (wl_review_right, desk.h). */
struct wl_review_body {
    struct wl_str dealer_id, claim_no;
    int64_t verdict;        /* enum wl_verdict */
    struct wl_list refused; /* of wl_line_name, with an approval: lines refused or cut; each once (named-twice) */
    struct wl_str reason;   /* event refuse; required where anything is refused and the line has no reason of its own */
};
struct wl_review_outcome {
    struct wl_outcome_head head;
    struct wl_decision decision; /* approved, partial or rejected (finding review-refused) */
    int64_t claim;               /* id */
};

/* ---- versions ---- */

/* information, tag 23: the claim is sent back to its dealer for information, by who may decide it while it is referred,
 * by the clearing house while it is approved or partial and unsettled: what had accrued is taken back, returns that are
 * still owed are waived by it. The dealer answers with a higher submission, which is adjudicated. */
struct wl_information_body {
    struct wl_str dealer_id, claim_no;
    struct wl_str reason; /* what is asked; event information */
};
/* appeal, tag 24: the dealer appeals against a rejection, once per version (already-appealed). The claim is priced
 * as adjudication would without the findings that reject, and referred to the tier after the one that decided it (1,
 * when no reviewer did; the highest again when that one did), but to none whose limit is below its total. What no
 * reviewer can overrule (a currency, a vehicle or a type that is none) is appeal-impossible: a corrected submission
 * helps. */
struct wl_appeal_body {
    struct wl_str dealer_id, claim_no;
    struct wl_str reason; /* event appeal */
};
/* correct, tag 25: lines of an approved or partial claim that is not settled are refused or cut; the accrual follows,
 * and the return that a refused line still owes is waived by it. More is never given: what was wrongly refused is
 * appealed, or sent back for information and claimed anew. Not by who decided the claim (four-eyes). */
struct wl_correct_body {
    struct wl_str dealer_id, claim_no;
    struct wl_list lines; /* of wl_line_name, at least one (nothing-to-correct) */
    struct wl_str reason; /* event correct */
};
struct wl_decision_outcome { /* of the three */
    struct wl_outcome_head head;
    struct wl_decision decision; /* information: rejected, all at 0 (the state is info-requested) */
    int64_t claim;               /* id */
    struct wl_ints waived;       /* obligations */
};

/* What the reversal of an entry that decided a claim restores: a member of the outcome of `reverse` (stock.h). */
struct wl_restored {
    int64_t claim;               /* id; WL_NONE: the entry decided nothing */
    int64_t restored_seq;        /* entry that made the decision which is in force again */
    struct wl_decision decision; /* that decision */
    int64_t given_back;          /* of what was taken back after settlement; WL_NONE: nothing */
    struct wl_list recoveries;   /* of wl_recovery_change */
};

struct wl_settlement; /* below */

/* One of a claim's decisions. */
struct wl_decided {
    int64_t seq;   /* entry that made it */
    int64_t state; /* that it brought the claim to: its own, or WL_CLAIM_INFO_REQUESTED */
    struct wl_decision decision;
};
/* The decision in force right after entry seq, not before the one that brought the claim (id); text and lists in the
 * arena. WL_OK, or the error that sticks. */
int wl_decision_at(struct wl_txn *, struct wl_arena *, int64_t id, int64_t seq, struct wl_decided *);
/* The one in force when a settlement paid the claim, or told of it: what came later is not in its statement. */
int wl_decision_when_settled(struct wl_txn *, struct wl_arena *, int64_t id, const struct wl_settlement *,
                             struct wl_decided *);

/* ---- chargeback, tag 26 ---- */

/* Money taken back after settlement (domain text, sections 3 and 6), in whole or part: dealer payable -> expense.
 * Lines, or an amount, or neither: all that is left. Never more than is left of what was paid
 * (nothing-to-charge-back, amount-too-large). Lines are worth what is left of them from then on; an amount leaves
 * them as they are. What was claimed from suppliers for it follows (recovery.h), and goodwill taken back may be
 * given again. `reverse` takes the newest one of a claim back: one that no settlement netted is withdrawn, else the
 * dealer has a credit, which the next one nets. */
struct wl_chargeback_body {
    struct wl_str dealer_id, claim_no;
    struct wl_list lines;   /* of wl_line_name, without reasons of their own: what stays of them */
    int64_t amount;         /* above 0 (amount-invalid), where no lines are named; WL_NONE: the lines say it, or all */
    struct wl_str reason;   /* event chargeback; required */
    struct wl_str evidence; /* what it rests on: an audit's number, an entry, the name of a paper; required */
    struct wl_str paper;    /* SHA-256 of that paper, 32 bytes; may be empty */
};
struct wl_chargeback_outcome {
    struct wl_outcome_head head;
    struct wl_decision decision; /* in force from then on */
    int64_t claim;
    int64_t charged_back;
    struct wl_list recoveries; /* of wl_recovery_change (recovery.h): what follows at suppliers */
    int64_t decided_before;    /* entry of the decision that was in force */
};

/* ---- sign, tag 11; forget, tag 18 ---- */

/* Legal once, for a referred, approved or partial claim. The signer's name is personal text: the request's
 * texts bring it, never the body. */
struct wl_sign_body {
    struct wl_str dealer_id, claim_no;
    struct wl_str paper; /* SHA-256 of the signed paper, 32 bytes; may be empty */
};
/* Erases the personal texts of all versions of the claim and of its signature, and of the records under its
 * name that became no version (repeats, numbers reused, malformed ones: LOOSE_TEXTS), whenever they came.
 * Refused when nothing was added since the last time. */
struct wl_forget_body {
    struct wl_str dealer_id, claim_no;
};
struct wl_claim_outcome { /* of both */
    struct wl_outcome_head head;
    int64_t claim; /* id */
};

/* ---- returned parts ---- */

/* Whether a return in this state keeps its claim from being paid: an open one does, and a received one until
 * it is inspected. A waiver lets the claim be paid without waiting; the part may still come back and be
 * inspected later, which after settlement charges back what it refuses (domain text, section 7).
 * claim.unmet_obligations counts the obligations that block. */
bool wl_obligation_blocks(int64_t obligation_state);

/* Numbers as in the journal. */
enum wl_inspection { WL_ACCEPTED, WL_WRONG_PART, WL_MISSING, WL_NOT_DEFECTIVE, WL_ABUSE };
const char *const *wl_inspection_names(void); /* "accepted", "wrong-part", ... */

/* waive, tag 14: open or overdue -> waived; received -> waived-received. How parts come back and are inspected:
 * defective.h. */
struct wl_waive_body {
    struct wl_str dealer_id, claim_no;
    int64_t line; /* part line from 1; WL_NONE or 0: all that may be waived */
    struct wl_str reason;
    struct wl_str authority; /* who allowed it, at most WL_NAME_MAX bytes; empty: the actor */
};
struct wl_returns_outcome {
    struct wl_outcome_head head;
    int64_t claim;
    struct wl_ints obligations; /* ids */
    struct wl_str authority;
};

/* ---- settle, tag 15 ---- */

enum wl_settlement_state {
    WL_SETTLEMENT_DRAFTED, /* only between the entries of one run */
    WL_SETTLEMENT_ISSUED,
    WL_SETTLEMENT_PAID,
    WL_SETTLEMENT_CONFIRMED,
    WL_SETTLEMENT_STATE_COUNT,
};
const char *const *wl_settlement_state_names(void);

/* A settlement as the store holds it; settlements are numbered from 1. to_pay + carried_on = claims_total -
 * chargebacks + tax + carried. */
struct wl_settlement {
    struct wl_str dealer_id, currency;
    int64_t from_day;     /* the day after the closing day of the dealer's settlement before this one, or after the day
                             that it was made on, if that is earlier; at most to_day; WL_NONE: it is the first in this
                             currency */
    int64_t to_day;       /* closing day */
    int64_t settled_day;  /* of the command */
    int64_t state;        /* enum wl_settlement_state */
    int64_t claims_total; /* of the claims paid, before tax and chargebacks */
    int64_t chargebacks;  /* netted here, less credits; may be below 0 */
    int64_t tax;          /* the dealer's tax_percent of claims less chargebacks; may be negative */
    int64_t carried;      /* the dealer's debt from before: carried_on less owed_since of its settlement before; <= 0 */
    int64_t to_pay;       /* >= 0 */
    int64_t carried_on;   /* the debt that the next one nets, <= 0 */
    int64_t paid_count, rejected_count, chargeback_count;
    int64_t opened_seq, closed_seq;  /* entries */
    int64_t limited;                 /* 1: it reached its bound, more waits for the next; else WL_NONE */
    int64_t paid_day, confirmed_day; /* WL_NONE before */
    int64_t line_kind, line_after;   /* while drafted: how far it has come */
    int64_t paid_amount;             /* what was paid of it, less what came back; >= 0 */
    int64_t overpaid;                /* of that, what went beyond what was to pay and is the dealer's debt; >= 0 */
    int64_t owed_since;              /* what the dealer was overpaid, by whichever settlement, while this was its newest
                                        in the currency: the next one carries it; >= 0 */
    int64_t payment;                 /* payment run that instructed what is left, and has no answer; else WL_NONE */
    int64_t bank_answer;             /* the bank's newest answer; WL_NONE before */
    int64_t confirmed_amount;        /* what the dealer says that it received; WL_NONE before */
    int64_t dealer_difference;       /* that less what was paid, while they differ; else WL_NONE */
};
extern const struct wl_record wl_settlement_record;
/* What is left to pay of it: to_pay + overpaid - paid_amount, >= 0. */
int64_t wl_settlement_left(const struct wl_settlement *);

/* One entry of a run; wl_settle makes the whole of it. */
struct wl_settle_body {
    struct wl_str dealer_id, currency;
    int64_t to;
    int64_t number; /* WL_NONE: opens a settlement; else the one that it goes on with */
};
/* Lines in the order of their kinds, then ids. Totals are those of the settlement after this entry; tax,
 * to_pay and carried_on come with the closing one. */
struct wl_settle_outcome {
    struct wl_outcome_head head;
    int64_t number;
    struct wl_ints chargebacks;    /* entries that charged back */
    struct wl_ints charged;        /* amounts */
    struct wl_ints paid, amounts;  /* claim ids, what each is paid */
    struct wl_ints rejected;       /* claim ids */
    int64_t line_kind, line_after; /* where the next entry goes on */
    int64_t more;                  /* 1: another entry must follow; WL_NONE: this one closes */
    int64_t limited;
    int64_t from_day, carried;
    int64_t claims_total, chargeback_total, paid_count, rejected_count, chargeback_count;
    int64_t tax, to_pay, carried_on;
    struct wl_str dealer_name, region, country; /* of the dealer as it was then, for the statement; closing entry */
    int64_t tax_percent;                        /* times 10^6; WL_NONE: it had none */
};

struct wl_settle_request {
    struct wl_str dealer_id, currency;
    int64_t to;               /* closing day: claims decided up to it */
    int64_t time;             /* of the command */
    struct wl_str actor, key; /* as in wl_request */
};
struct wl_settle_answer {
    int64_t refusal; /* WL_DONE, or why not */
    bool repeated;   /* the key was known: this is the settlement that it made */
    uint64_t number; /* 0 when refused */
    uint64_t entries;
    bool limited; /* it reached its bound: settle again for the rest */
};
/* Settles one dealer and currency within a write transaction: every claim that may be paid, in the order in
 * which they came, every open chargeback, and the claims rejected up to the closing day, which are told at
 * 0. Commit or abort the whole of it. The arena is cleared for each entry: the request's text may not lie
 * in it. WL_OK with an answer, or the error that sticks. */
int wl_settle(struct wl_txn *, struct wl_arena *, const struct wl_settle_request *, struct wl_settle_answer *);

/* Every dealer and currency that has open chargebacks or claims to settle up to the day `to` (WL_NONE:
 * claims that wait for a settlement, eligible or not), in order of dealer. The callback may execute
 * commands in the transaction; what it returns other than WL_OK ends the walk and is returned. */
typedef int wl_target_fn(void *context, struct wl_str dealer_id, struct wl_str currency);
int wl_settle_targets(struct wl_txn *, int64_t to, wl_target_fn *, void *context);

/* Why a settlement would leave an approved or partial claim out. */
enum wl_left_out_reason { WL_LEFT_UNSIGNED, WL_LEFT_RETURN_OPEN, WL_LEFT_RETURN_UNINSPECTED, WL_LEFT_DECIDED_LATER };
const char *const *wl_left_out_names(void); /* "voucher-unsigned", "return-open", ... */
struct wl_left_out {
    int64_t id;
    const struct wl_claim *claim;
    enum wl_left_out_reason reason;
    int64_t line;          /* of a return: part line from 1; else WL_NONE */
    struct wl_str part_id; /* of a return; else empty */
};
/* Calls back for each claim that a settlement up to that day would leave out, once for each reason, in order
 * of dealer and claim id; dealer_id and currency empty: all. Referred claims are not among them: they are not
 * decided. What the callback gets lives until it returns; it may not write. What it returns other than
 * WL_OK ends the walk and is returned. Memory does not grow. */
typedef int wl_left_out_fn(void *context, const struct wl_left_out *);
int wl_left_out(struct wl_txn *, struct wl_str dealer_id, struct wl_str currency, int64_t to, wl_left_out_fn *,
                void *context);

/* ---- settlements, reading ---- */

/* The newest settlement's number; 0 before the first. */
uint64_t wl_settlement_count(struct wl_txn *);
/* 1 and the settlement (text in the arena), 0, or the error that sticks. */
int wl_settlement_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_settlement *);

/* Lines of a settlement, in this order. */
enum wl_settlement_line_kind { WL_SETTLED_CHARGEBACK, WL_SETTLED_PAID, WL_SETTLED_REJECTED, WL_SETTLED_KIND_COUNT };
struct wl_settlement_line {
    int64_t kind;
    int64_t id;     /* of a chargeback the entry that made it; else the claim */
    int64_t claim;  /* id */
    int64_t amount; /* paid, or taken back (below 0: given back, a credit); 0 for a rejected claim */
};
/* A walk over the lines of a settlement of one kind, or of all (kind WL_NONE), from the one behind `after`
 * (an id; WL_NONE: from the first; with one kind only) on. No settlement may be made while it is open. */
struct wl_settlement_lines;
int wl_settlement_lines_open(struct wl_txn *, uint64_t number, int64_t kind, int64_t after,
                             struct wl_settlement_lines **out);
/* 1 and the next line with its claim's row (valid until the next call or write), 0 at the end, or the error
 * that sticks. claim may be NULL. */
int wl_settlement_lines_next(struct wl_settlement_lines *, struct wl_settlement_line *, struct wl_claim *claim);
void wl_settlement_lines_close(struct wl_settlement_lines *);

/* What a chargeback or an inspection took back after settlement, or its reversal gave back (below 0: a credit); open
 * until a settlement nets it. */
struct wl_chargeback {
    int64_t claim;
    struct wl_str currency;
    int64_t amount, day;
};
extern const struct wl_record wl_chargeback_record;

/* Where a claim stands: that of its row, but a settled claim is charged-back where something of it was taken back, else
 * paid or confirmed when its settlement is. The error that sticks gives the row's. */
int64_t wl_claim_state_now(struct wl_txn *, const struct wl_claim *);

/* ---- pay, tag 16; confirm, tag 17 ---- */

/* pay: what is left of an issued settlement was paid by hand; not while it is in a payment run (in-payment). Its
 * outcome is a wl_plain_outcome. `reverse` takes it back until it is confirmed, and the settlement is issued again; not
 * where the bank paid too much (overpaid). confirm: see payment.h. */
struct wl_settlement_body {
    int64_t settlement;
    int64_t amount; /* confirm: what the dealer received; WL_NONE: what was paid. pay does not read it */
};
struct wl_confirm_outcome {
    struct wl_outcome_head head;
    int64_t difference; /* the amount less what was paid: the settlement stays paid; WL_NONE: it is confirmed */
};

/* ---- the commands, and their check ---- */

extern const struct wl_command wl_information_command, wl_appeal_command, wl_correct_command, wl_chargeback_command;
extern const struct wl_command wl_review_command, wl_sign_command, wl_waive_command, wl_settle_command, wl_pay_command,
    wl_confirm_command, wl_forget_command;

/* Whether claims, obligations, payables, settlements, dispositions, names, vehicles' chains, what authorizations spent
 * and dealers' balances agree. Walks each table once, in order; memory: 9 bytes an obligation and a bit a claim.
 * WL_E_DAMAGED with the first fault found. */
int wl_gates_check(struct wl_txn *);

#endif
