/* From a settlement to money that is confirmed (domain text, sections 3, 6 and 7): payment runs, what the bank
 * answered, what the dealer confirms; and vehicle sale money.
 *
 * Payments are numbered from 1, and so are the bank's answers and sale receipts. Amounts are minor units. */
#ifndef WLEDGER_PAYMENT_H
#define WLEDGER_PAYMENT_H

#include "wledger/gates.h"

enum {
    WL_PAYMENT_LINES_MAX = 400,     /* settlements of one payment run: more goes into the next ... */
    WL_PAYMENT_BYTES_MAX = 58000,   /* ... as does what would not fit into an entry */
    WL_BANK_TEXT_MAX = 500,         /* bytes of what the bank says of a transaction */
    WL_BANK_REFERENCE_MAX = 248,    /* bytes of the bank's reference */
    WL_BANK_NAME_MAX = 140,         /* bytes of a message's id, or of a reference of ours */
    WL_PAYMENT_REFERENCE_TEXT = 48, /* holds any of our references */
    WL_BANK_REFERENCE_HASH = 32,    /* bytes of a key of BANK_REFERENCES: SHA-256 */
    WL_PAYMENT_LINE_KEY = 16,       /* of PAYMENT_LINES: payment, settlement */
};
#define WL_PAYMENT_AMOUNT_MAX INT64_C(999999999999999999) /* ISO 20022: 18 digits; of a transfer and of a run */

/* What both sides of a transfer are known by, as they were when the run was made. */
struct wl_payment_account {
    struct wl_str holder, account, bic;
    int64_t kind; /* WL_ACCOUNT_IBAN or WL_ACCOUNT_OTHER */
};
struct wl_payment {
    struct wl_str currency;
    int64_t execution_day;
    int64_t time; /* of the command */
    int64_t count, total;
    int64_t seq;      /* entry: its outcome has the accounts */
    int64_t answered; /* lines that the bank has answered */
};
struct wl_payment_line {
    int64_t settlement, amount;
    int64_t answer;            /* newest answer of the bank; WL_NONE: none yet */
    int64_t debited, returned; /* sums of what the bank booked; what it took less what came back counts as paid, but not
                                  below 0: so a return may be told before its debit */
};
extern const struct wl_record wl_payment_record, wl_payment_line_record;
uint64_t wl_payment_count(struct wl_txn *);
/* 1 and the row (text in the arena), 0, or the error that sticks. */
int wl_payment_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_payment *);
int wl_payment_line_get(struct wl_txn *, uint64_t payment, uint64_t settlement, struct wl_payment_line *);
/* The lines of a payment in order of settlement. What the callback returns other than WL_OK ends the walk and is
 * returned; it may not write. */
typedef int wl_payment_line_fn(void *context, const struct wl_payment_line *);
int wl_payment_lines(struct wl_txn *, uint64_t payment, wl_payment_line_fn *, void *context);

/* payment-run, tag 27: instructs the bank to pay issued settlements of a currency that have something left to pay
 * and are in no open run: those named, or all (of a dealer, where one is named), oldest first, at most
 * WL_PAYMENT_LINES_MAX. Needs the OEM's account (account-missing) on the execution day; a settlement whose dealer
 * has none is left out, and refused by name when it was named. Posts nothing: the bank pays. */
struct wl_payment_body {
    struct wl_str currency, dealer_id; /* dealer may be empty */
    int64_t execution_day;             /* not before the command's day */
    struct wl_ints settlements;        /* empty: all */
};
struct wl_payment_transfer {
    int64_t settlement, amount;
    struct wl_str dealer_id, holder, account, bic;
    int64_t kind;
};
struct wl_payment_outcome {
    struct wl_outcome_head head;
    int64_t payment;
    struct wl_str holder, account, bic; /* the OEM's */
    int64_t kind;
    struct wl_list transfers; /* of wl_payment_transfer */
    int64_t total;
    int64_t left_out; /* settlements without an account; WL_NONE: none */
    int64_t more;     /* 1: another run has more to pay */
};
/* The outcome that made a payment, from its entry, into the arena. WL_OK, or the error that sticks. */
int wl_payment_made(struct wl_txn *, struct wl_arena *, const struct wl_payment *, const struct wl_payment_outcome **);

/* The transfer's reference on its way through the banks (EndToEndId): "WL-P<payment>-S<settlement>". A bank that booked
 * a run as one names the run: "WL-P<payment>". */
struct wl_str wl_payment_reference(struct wl_arena *, uint64_t payment, uint64_t settlement);
bool wl_payment_reference_read(struct wl_str, uint64_t *payment, uint64_t *settlement);
struct wl_str wl_payment_name(struct wl_arena *, uint64_t payment);
bool wl_payment_name_read(struct wl_str, uint64_t *payment);

/* bank-answer, tag 28: one booked transaction of a camt.054. Once for each of the bank's references (answer-known). A
 * debit with a reference of ours pays its settlement: payable -> bank, the amount that the bank booked; all of it paid,
 * the settlement is paid. What differs (another amount, a reference of nobody, a return) is recorded and listed as a
 * difference, money that moved is posted where its party is known. An answer, other than one in another currency, lets
 * the settlement go for another run. */
enum wl_bank_event {
    WL_BANK_DEBIT,
    WL_BANK_RETURN,
    WL_BANK_REJECTED, /* the bank refused the transfer: a person records it */
    WL_BANK_CREDIT,   /* money that came in; under a reference of ours it is a return */
};
const char *const *wl_bank_event_names(void); /* "debit", "return", "rejected", "credit" */
struct wl_bank_answer_body {
    struct wl_str message, reference; /* of the message, and the bank's of this transaction */
    struct wl_str end_to_end;         /* ours */
    int64_t event;                    /* enum wl_bank_event */
    int64_t amount, booked_day;       /* above 0; WL_NONE: the bank did not say */
    struct wl_str currency, text;     /* text: what the bank says of it; may be empty */
};
enum wl_bank_difference {
    WL_BANK_AGREES,
    WL_BANK_UNKNOWN,  /* no such reference: nothing is posted */
    WL_BANK_CURRENCY, /* of another currency: nothing is posted, the settlement stays in its run */
    WL_BANK_LESS,     /* less than instructed: the rest may be paid by another run */
    WL_BANK_MORE, /* more than instructed or left: all of it is posted, what goes beyond what was left is the dealer's
                         debt, which its next settlement carries */
    WL_BANK_RETURNED, /* bank -> payable: the settlement is issued again */
    WL_BANK_REFUSED,  /* rejected before anything moved */
    WL_BANK_DIFFERENCE_COUNT,
};
const char *const *wl_bank_difference_names(
    void); /* "agrees", "unknown-reference", "other-currency", "less", "more", "returned", "rejected" */
struct wl_bank_answer_outcome {
    struct wl_outcome_head head;
    int64_t answer;              /* number */
    int64_t payment, settlement; /* WL_NONE: unknown */
    int64_t difference;          /* enum wl_bank_difference */
    int64_t state;               /* of the settlement after it; WL_NONE: none */
    /* As the answer leaves them; WL_NONE where it moves none. */
    int64_t debited, returned;     /* of the line */
    int64_t paid_amount, overpaid; /* of the settlement */
    int64_t newest, owed_since;    /* the dealer's newest settlement in the currency, where its debt changes */
};
struct wl_bank_answer {
    int64_t payment, settlement, event, amount, booked_day, difference, seq;
    struct wl_str currency, reference, end_to_end;
};
extern const struct wl_record wl_bank_answer_record;
uint64_t wl_bank_answer_count(struct wl_txn *);
int wl_bank_answer_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_bank_answer *);
/* The answer under the bank's reference: 1 and its number, 0, or the error that sticks. */
int wl_bank_answer_find(struct wl_txn *, struct wl_str reference, uint64_t *number);

/* What a dealer was overpaid in a currency that no settlement carries yet, >= 0; 0 also with an error, which sticks. */
int64_t wl_dealer_overpaid(struct wl_txn *, struct wl_arena *, struct wl_str dealer_id, struct wl_str currency);

/* confirm, tag 17 (gates.h): what the dealer says that it received. amount WL_NONE: what was paid. Another amount
 * than was paid is recorded as the dealer's difference and leaves the settlement paid; the right one confirms it. */

/* ---- vehicle sale money ---- */

/* vehicle-sale, tag 74: a dealer's payment for a vehicle: dealer (kind vehicle-sale) -> bank-received. In the
 * currency of the dealer or of the vehicle's model (currency-other). Once for each reference of a dealer
 * (receipt-known); can be reversed, once, and then its reference is free again. dealer-unknown, vehicle-unknown,
 * amount-invalid. */
enum { WL_SALE_REFERENCE_MAX = 64 }; /* bytes */
struct wl_sale_body {
    struct wl_str dealer_id, vin, currency, reference;
    int64_t amount; /* above 0, at most WL_PAYMENT_AMOUNT_MAX (amount-too-large) */
};
struct wl_sale_receipt {
    struct wl_str dealer_id, vin, currency, reference;
    int64_t amount, day, seq;
    int64_t reversed_seq; /* WL_NONE: it stands */
};
extern const struct wl_record wl_sale_receipt_record;
uint64_t wl_sale_receipt_count(struct wl_txn *);
int wl_sale_receipt_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_sale_receipt *);
/* Calls back for each receipt of a vehicle, oldest first; texts live until it returns, which may not write. What it
 * returns other than WL_OK ends the walk and is returned. */
typedef int wl_sale_receipt_fn(void *context, uint64_t number, const struct wl_sale_receipt *);
int wl_sale_receipts_of(struct wl_txn *, struct wl_str vin, wl_sale_receipt_fn *, void *context);
struct wl_sale_outcome {
    struct wl_outcome_head head;
    int64_t receipt;
};

extern const struct wl_command wl_payment_command, wl_bank_answer_command, wl_sale_command;

/* Whether payments, their lines, settlements and the bank's answers agree, and the bank's balances with what
 * settlements were paid. Walks each table once, in order; memory: a few bytes a currency. WL_E_DAMAGED with the
 * first fault found. */
int wl_payments_check(struct wl_txn *);

#endif
