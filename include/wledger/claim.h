/* Claims and what hangs on them, as the store holds them (all of it derived from the journal).
 *
 * Claims are numbered in the order in which they became a version of a claim number; a row's place
 * never moves. From the fixed-size head of a vehicle and of a claim number, chains lead back through
 * the claims. */
#ifndef WLEDGER_CLAIM_H
#define WLEDGER_CLAIM_H

#include "wledger/claim_record.h"
#include "wledger/reference.h"

/* The tables of this floor. X(NAME, "name", flags) */
#define WL_CLAIM_TABLES(X)                                                                                             \
    X(REFERENCE, "reference", 0)                         /* table, key -> entry number, row */                         \
    X(REFERENCE_INDEX, "reference-index", 0)             /* table, indexed field, key -> "" */                         \
    X(BATCHES, "batches", WL_TABLE_BUFFERED)             /* batch number -> wl_batch */                                \
    X(BATCH_IDS, "batch-ids", 0)                         /* sender, id -> batch number; and file hash -> the same */   \
    X(CLAIMS, "claims", WL_TABLE_APPEND)                 /* claim id -> wl_claim */                                    \
    X(CLAIM_NAMES, "claim-names", WL_TABLE_BUFFERED)     /* dealer, claim number -> newest claim id */                 \
    X(VEHICLE_NUMBERS, "vehicle-numbers", 0)             /* VIN -> number, from 0; for good */                         \
    X(VEHICLE_HEADS, "vehicle-heads", WL_TABLE_BUFFERED) /* vehicle number / 64 -> newest claim ids */                 \
    X(SPENT, "spent", WL_TABLE_BUFFERED)                 /* authorization -> minor units of goodwill that stand */     \
    X(SEAT_LOADS, "seat-loads", WL_TABLE_BUFFERED)       /* seat -> open reviews */                                    \
    X(QUEUES, "queues", WL_TABLE_BUFFERED)               /* tier, place, subject -> ""; tier alone -> how many wait */ \
    X(PAYABLES, "payables", WL_TABLE_BUFFERED)           /* dealer, claim id -> "": decided, not yet settled */        \
    X(OBLIGATIONS, "obligations", WL_TABLE_APPEND)       /* obligation id -> wl_obligation */                          \
    X(SETTLEMENTS, "settlements", WL_TABLE_APPEND)       /* settlement number -> wl_settlement */                      \
    X(SETTLEMENT_LINES, "settlement-lines", WL_TABLE_APPEND) /* settlement, claim id -> amount */                      \
    X(CHARGEBACKS, "chargebacks", 0)                         /* dealer, entry number -> wl_chargeback: open ones */    \
    X(DISPOSITIONS, "dispositions", WL_TABLE_BUFFERED)       /* dealer, claim id -> "": rejected, not yet advised */   \
    X(SETTLEMENT_HEADS, "settlement-heads", 0)               /* dealer, currency -> newest settlement */               \
    X(LOOSE_TEXTS, "loose-texts", WL_TABLE_BUFFERED)         /* dealer, claim number, entry -> "": see gates.h */      \
    X(REVIEWS, "reviews", WL_TABLE_BUFFERED)                 /* late, entry, subject -> wl_review (desk.h) */          \
    X(ABSENCES, "absences", 0)                               /* reviewer -> wl_absence (desk.h) */                     \
    X(HISTORY, "history", WL_TABLE_BUFFERED)                 /* subject, entry -> "": what was decided on it later */  \
    X(FORMS, "forms", WL_TABLE_APPEND)                       /* form number -> wl_form (form.h) */                     \
    X(FORM_PARTS, "form-parts", 0)                           /* form, part line -> parts request */                    \
    X(PAYMENTS, "payments", WL_TABLE_APPEND)                 /* payment number -> wl_payment (payment.h) */            \
    X(PAYMENT_LINES, "payment-lines", WL_TABLE_APPEND)       /* payment, settlement -> wl_payment_line */              \
    X(BANK_ANSWERS, "bank-answers", WL_TABLE_APPEND)         /* answer number -> wl_bank_answer */                     \
    X(BANK_REFERENCES, "bank-references", 0)                 /* hash of the bank's reference -> answer number */       \
    X(RECOVERIES, "recoveries", WL_TABLE_BUFFERED)           /* claim, supplier -> wl_recovery (recovery.h) */         \
    X(RECOVERABLE, "recoverable", WL_TABLE_BUFFERED)         /* supplier, currency, claim -> "": not yet claimed */    \
    X(SUPPLIER_CLAIMS, "supplier-claims", WL_TABLE_APPEND)   /* number -> wl_supplier_claim */                         \
    X(SUPPLIER_LINES, "supplier-lines", WL_TABLE_APPEND)     /* supplier claim, line -> claim */                       \
    X(SALE_RECEIPTS, "sale-receipts", WL_TABLE_APPEND)       /* receipt number -> wl_sale_receipt */                   \
    X(VEHICLE_RECEIPTS, "vehicle-receipts", 0)               /* VIN, receipt number -> "" */                           \
    X(SALE_REFERENCES, "sale-references", 0)                 /* dealer, reference -> receipt that stands */            \
    X(CODES, "codes", 0)                                     /* kind, text -> number (quality.h) */                    \
    X(CODE_TEXTS, "code-texts", WL_TABLE_APPEND)             /* kind, number -> text */                                \
    X(FACTS, "facts", WL_TABLE_APPEND)                       /* number / rows a block -> facts of settled claims */    \
    X(VEHICLE_FACTS, "vehicle-facts", WL_TABLE_BUFFERED)     /* vehicle number / 64 -> model, batch, days */

enum wl_claim_table {
    WL_TABLE_BEFORE_CLAIMS = WL_TABLE_FIRST - 1,
#define X(NAME, name, flags) WL_TABLE_##NAME,
    WL_CLAIM_TABLES(X)
#undef X
        WL_TABLE_AFTER_CLAIMS, /* where the tables of the floor above begin */
};

/* X(tag, NAME, "name"): claim types in the order of the domain text, section 1. */
enum wl_claim_type {
    WL_TYPE_WARRANTY,
    WL_TYPE_PART,
    WL_TYPE_EXTENDED,
    WL_TYPE_CAMPAIGN,
    WL_TYPE_GOODWILL,
    WL_TYPE_PDI,
    WL_TYPE_SERVICE,
    WL_TYPE_COUNT, /* also: a type that is none of these */
};
const char *const *wl_claim_type_names(void); /* NULL-terminated, by enum */
enum wl_claim_type wl_claim_type_of(struct wl_str text);

/* Where a claim stands. The journal has the numbers. */
enum wl_claim_state {
    WL_CLAIM_REJECTED,
    WL_CLAIM_REFERRED,
    WL_CLAIM_APPROVED,
    WL_CLAIM_PARTIAL,
    WL_CLAIM_SETTLED,
    WL_CLAIM_PAID,
    WL_CLAIM_CONFIRMED,
    WL_CLAIM_INFO_REQUESTED, /* sent back for information: it stands no more, a higher submission follows */
    WL_CLAIM_CHARGED_BACK,   /* settled, and something of it was taken back: charged_back says how much */
    WL_CLAIM_STATE_COUNT,
};
/* A row's state is one of these; WL_CLAIM_SETTLED stands for all that follows it, which wl_claim_state_now tells
 * apart. */
#define WL_CLAIM_ROW_STATES(X) X(REJECTED) X(REFERRED) X(APPROVED) X(PARTIAL) X(SETTLED) X(INFO_REQUESTED)
const char *const *wl_claim_state_names(void);

/* Findings (domain text, section 4): findings.def. Their tags stand in the journal. */
enum wl_severity { WL_REJECT, WL_ADJUST, WL_REFER, WL_NOTE };
enum wl_finding {
    WL_FINDING_NONE,
#define WL_FINDING(tag, NAME, name, severity, meaning) WL_FINDING_##NAME = (tag),
#include "wledger/findings.def"
#undef WL_FINDING
};
/* NULL for a number that is none. */
const char *wl_finding_name(int64_t finding);
const char *wl_finding_meaning(int64_t finding);
enum wl_severity wl_finding_severity(int64_t finding);

/* How a claim was decided, whoever decided it: part of the outcome of adjudication, of a review and of
 * an inspection that refuses a line. Amounts in minor units of `currency`. The lines' arrays have the
 * approved amount of every line of the claim in its order; empty where nothing was priced. */
struct wl_decision {
    int64_t decision;       /* WL_CLAIM_REJECTED, _REFERRED, _APPROVED or _PARTIAL */
    struct wl_str currency; /* the dealer's; empty: dealer unknown */
    int64_t labour, parts, handling, sublet, total;
    int64_t hours; /* times 100, of the labour lines as they were priced; WL_NONE: none were, or it is not told: only
                      outcomes of what prices lines (claim, appeal) have it */
    struct wl_ints findings; /* enum wl_finding, ordered by name, each once */
    struct wl_ints labour_lines, part_lines, sublet_lines;
    struct wl_list obligations; /* of wl_owed: return obligations that this decision creates */
    int64_t tier;               /* of a referred claim; else WL_NONE */
    struct wl_list assignments; /* of wl_assignment: claims that take a free seat now, this one perhaps among them */
    int64_t left;               /* goodwill: what was left of the authorization before this claim; else WL_NONE */
    int64_t share;              /* goodwill: the authorization's share_percent, times 10^6; else WL_NONE */
};
struct wl_owed {
    int64_t line;     /* part line, from 0 */
    int64_t quantity; /* thousandths */
    int64_t due;      /* day */
};
struct wl_assignment {
    int64_t claim; /* id; the claim being decided has the id that it is about to get; WL_NONE: a form */
    struct wl_str seat;
    int64_t form; /* number; WL_NONE: a claim */
};
/* Field rows of a wl_decision that is the member `decision` of an outcome struct: tags 4 to 19; or another member, from
 * another tag on. */
extern const struct wl_record wl_owed_record, wl_assignment_record;
#define WL_DECISION_FIELDS(outcome_type) WL_DECISION_FIELDS_AT(outcome_type, decision, 4)
#define WL_DECISION_FIELDS_AT(outcome_type, member, first)                 \
    {.name = "decision",                                                   \
     .tag = (first),                                                       \
     .type = WL_CHOICE,                                                    \
     .choices = wl_decision_names,                                         \
     .offset = offsetof(outcome_type, member.decision)},                   \
        {.name = "currency",                                               \
         .tag = (first) + 1,                                               \
         .type = WL_TEXT,                                                  \
         .limit = 3,                                                       \
         .offset = offsetof(outcome_type, member.currency)},               \
        {.name = "labour",                                                 \
         .tag = (first) + 2,                                               \
         .type = WL_INT,                                                   \
         .digits = 18,                                                     \
         .offset = offsetof(outcome_type, member.labour)},                 \
        {.name = "parts",                                                  \
         .tag = (first) + 3,                                               \
         .type = WL_INT,                                                   \
         .digits = 18,                                                     \
         .offset = offsetof(outcome_type, member.parts)},                  \
        {.name = "handling",                                               \
         .tag = (first) + 4,                                               \
         .type = WL_INT,                                                   \
         .digits = 18,                                                     \
         .offset = offsetof(outcome_type, member.handling)},               \
        {.name = "sublet",                                                 \
         .tag = (first) + 5,                                               \
         .type = WL_INT,                                                   \
         .digits = 18,                                                     \
         .offset = offsetof(outcome_type, member.sublet)},                 \
        {.name = "total",                                                  \
         .tag = (first) + 6,                                               \
         .type = WL_INT,                                                   \
         .digits = 18,                                                     \
         .offset = offsetof(outcome_type, member.total)},                  \
        {.name = "findings",                                               \
         .tag = (first) + 7,                                               \
         .type = WL_INTS,                                                  \
         .limit = 100,                                                     \
         .offset = offsetof(outcome_type, member.findings)},               \
        {.name = "labour_lines",                                           \
         .tag = (first) + 8,                                               \
         .type = WL_INTS,                                                  \
         .limit = 200,                                                     \
         .offset = offsetof(outcome_type, member.labour_lines)},           \
        {.name = "part_lines",                                             \
         .tag = (first) + 9,                                               \
         .type = WL_INTS,                                                  \
         .limit = 200,                                                     \
         .offset = offsetof(outcome_type, member.part_lines)},             \
        {.name = "sublet_lines",                                           \
         .tag = (first) + 10,                                              \
         .type = WL_INTS,                                                  \
         .limit = 200,                                                     \
         .offset = offsetof(outcome_type, member.sublet_lines)},           \
        {.name = "obligations",                                            \
         .tag = (first) + 11,                                              \
         .type = WL_LIST,                                                  \
         .limit = 200,                                                     \
         .item = &wl_owed_record,                                          \
         .offset = offsetof(outcome_type, member.obligations)},            \
        {.name = "tier",                                                   \
         .tag = (first) + 12,                                              \
         .type = WL_INT,                                                   \
         .digits = 4,                                                      \
         .offset = offsetof(outcome_type, member.tier)},                   \
        {.name = "assignments",                                            \
         .tag = (first) + 13,                                              \
         .type = WL_LIST,                                                  \
         .limit = 64,                                                      \
         .item = &wl_assignment_record,                                    \
         .offset = offsetof(outcome_type, member.assignments)},            \
        {.name = "left",                                                   \
         .tag = (first) + 14,                                              \
         .type = WL_INT,                                                   \
         .digits = 18,                                                     \
         .offset = offsetof(outcome_type, member.left)},                   \
    {                                                                      \
        .name = "share", .tag = (first) + 15, .type = WL_INT, .digits = 9, \
        .offset = offsetof(outcome_type, member.share)                     \
    }
extern const char *const wl_decision_names[];

/* One version of a claim. Amounts in minor units of its currency. */
struct wl_claim {
    int64_t seq;                 /* entry that brought it: its body is the wl_claim_record */
    int64_t decided_seq;         /* entry of its newest decision, whose outcome holds a wl_decision */
    int64_t previous_version;    /* claim id of the version before it under the same number; WL_NONE: first */
    int64_t previous_on_vehicle; /* claim id of the claim before it on its vehicle; WL_CHAIN_END: it is the
                                    first there; WL_NONE: it never stood and is in no chain */
    struct wl_str dealer_id, claim_no, vin;
    int64_t vehicle;          /* its number; WL_NONE: not in the reference data when the claim came */
    int64_t submission, type; /* enum wl_claim_type; WL_TYPE_COUNT for a type unknown */
    int64_t repair_day, submit_day, mileage_km;
    struct wl_str operations; /* short form of each labour line's op_code (the two halves of its wl_hash, one
                                 xor the other), 4 bytes big-endian each, ascending, each once; a common one
                                 counts only when the records of both claims confirm it */
    struct wl_str campaign_id, authorization_no;
    int64_t state;      /* enum wl_claim_state */
    int64_t tier;       /* while referred */
    struct wl_str seat; /* while referred; empty: waits in its tier's queue */
    struct wl_str currency;
    int64_t labour, parts, handling, sublet, total;
    int64_t decided_day;
    int64_t signed_seq;       /* entry of the customer's signature; WL_NONE: unsigned */
    int64_t first_obligation; /* id; its obligations follow one another */
    int64_t obligation_count;
    int64_t unmet_obligations; /* that keep it from being paid: wl_obligation_blocks (gates.h) */
    int64_t settlement;        /* number; WL_NONE: in none */
    int64_t charged_back;      /* taken back after settlement so far */
    int64_t forgotten;         /* entry that last erased its personal texts; WL_NONE: none did */
    int64_t priced_seq;        /* entry whose decision priced its lines last: adjudication, or an appeal */
    int64_t review_seq;        /* while referred: entry by which it came to its tier (desk.h) */
    int64_t appealed_seq;      /* entry that appealed its rejection; WL_NONE: none did */
    int64_t appeals_from;      /* tier that the rejection appealed against was decided at; WL_NONE: by no reviewer */
    int64_t form;              /* number of the appraisal form that it came from; WL_NONE: none (form.h) */
    int64_t decided_tier;      /* tier whose reviewer made its newest decision; WL_NONE: no reviewer did */
};
extern const struct wl_record wl_claim_row_record;

/* Below every claim id. */
#define WL_CHAIN_END INT64_C(-1)

/* A standing claim is approved, partial or referred, or further on; a rejected one does not stand. */
bool wl_claim_stands(const struct wl_claim *);

/* 1 and the claim (its text in the arena), 0 when there is none, or the error that sticks. */
int wl_claim_get(struct wl_txn *, struct wl_arena *, int64_t id, struct wl_claim *);
void wl_claim_put(struct wl_txn *, int64_t id, const struct wl_claim *);
/* The newest version under a number: 1 and its id, 0, or error. */
int wl_claim_find(struct wl_txn *, struct wl_str dealer_id, struct wl_str claim_no, int64_t *id);
/* A vehicle's number: WL_NONE when it was never loaded and no part ever moved on it, or reading failed, which
 * sticks. */
int64_t wl_vehicle_number(struct wl_txn *, struct wl_str vin);
/* The newest claim on a vehicle (a number; below 0: none), WL_CHAIN_END when there is none. */
int64_t wl_vehicle_head(struct wl_txn *, int64_t vehicle);
/* "DEALER/CLAIM" apart, at the first '/'. False when it is not that. */
bool wl_claim_name_split(struct wl_str name, struct wl_str *dealer_id, struct wl_str *claim_no);

/* What must come back, and be inspected, before a claim may be paid. Numbers as in the store. */
enum wl_obligation_state {
    WL_OBLIGATION_OPEN,
    WL_OBLIGATION_RECEIVED, /* waits for its inspection */
    WL_OBLIGATION_ACCEPTED,
    WL_OBLIGATION_REFUSED,
    WL_OBLIGATION_WAIVED,          /* the part is not back */
    WL_OBLIGATION_WAIVED_RECEIVED, /* waived, and the part is back all the same: it may still be inspected */
    WL_OBLIGATION_OVERDUE,         /* open, and a tick found it past its due day: all goes on as from open */
    WL_OBLIGATION_STATE_COUNT,
};
const char *const *wl_obligation_state_names(void);
struct wl_obligation {
    int64_t claim, line; /* claim id, part line from 0 */
    struct wl_str part_id;
    int64_t quantity, due, state;
    int64_t outcome;                     /* enum wl_inspection, once it is accepted or refused */
    int64_t tagged, received, inspected; /* thousandths of the quantity, by its tags (defective.h) */
    int64_t overdue_seq;                 /* tick that found it overdue; WL_NONE: none did */
    int64_t waived_seq;                  /* entry that waived it; WL_NONE: none did */
};
extern const struct wl_record wl_obligation_record;
int wl_obligation_get(struct wl_txn *, struct wl_arena *, int64_t id, struct wl_obligation *);
void wl_obligation_put(struct wl_txn *, int64_t id, const struct wl_obligation *);

/* A claim as its sender wrote it, from the entry that brought it, into the arena. WL_OK, or the error that
 * sticks. */
int wl_claim_content(struct wl_txn *, struct wl_arena *, const struct wl_claim *, struct wl_claim_record *);
/* The decision in force, from the entry of the claim's newest decision, into the arena. WL_OK, or the
 * error that sticks. */
int wl_claim_decision(struct wl_txn *, struct wl_arena *, const struct wl_claim *, struct wl_decision *);

/* Shared by every command whose outcome holds a decision: makes the claim's row, balances of
 * authorizations, obligations, seats, queues, the vehicle's chain and the payables follow the new
 * decision. `claim` is the claim's row as it is before (state WL_CLAIM_STATE_COUNT: it is new, and its
 * fields up to authorization_no are set); it is put as it is after. record: the claim's content; NULL: it
 * is read from the journal where obligations need it. */
void wl_decision_apply(const struct wl_context *, int64_t id, struct wl_claim *claim,
                       const struct wl_claim_record *record, const struct wl_decision *);

/* The same where the claim is sent back for information, by a decision that leaves it nothing: it is info-requested. */
void wl_information_apply(const struct wl_context *, int64_t id, struct wl_claim *claim, const struct wl_decision *);

/* The postings that take a claim from what it had accrued to what a decision gives it (domain text,
 * section 6): expense of its type -> accrued, or back. `before` is its row, of which only state, type,
 * dealer_id and total are read. The OEM's own accounts have no party. In the arena. */
struct wl_list wl_decision_postings(const struct wl_context *, const struct wl_claim *before,
                                    const struct wl_decision *);

/* Which claims take a free seat when `tier` gains one waiting claim (id) or a seat is given back (seat;
 * empty: none): free capacity, fewest open, lowest seat id; queue oldest first (domain text, section 4).
 * waiting: WL_NONE when none is gained. Claims that waited may come before it, a few for each command. Not
 * for a claim that only leaves the queue: that frees no seat. In the arena; changes nothing. */
struct wl_list wl_seats_assign(const struct wl_context *, int64_t tier, int64_t waiting, struct wl_str given_back);

#endif
