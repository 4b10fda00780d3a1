/* From a settlement to money that is confirmed (domain text, sections 3, 6 and 7): payment runs, what the bank answered,
 * what the dealer confirms; and vehicle sale money.
 *
 * Payments are numbered from 1, and so are the bank's answers and sale receipts. Amounts are minor units. */
#ifndef WLEDGER_PAYMENT_H
#define WLEDGER_PAYMENT_H

#include "wledger/gates.h"

enum { WL_PAYMENT_LINES_MAX = 400 }; /* settlements of one payment run: more goes into the next */

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
    int64_t answer; /* newest answer of the bank; WL_NONE: none yet */
};
extern const struct wl_record wl_payment_record, wl_payment_line_record;
uint64_t wl_payment_count(struct wl_txn *);
int wl_payment_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_payment *);

/* payment-run, tag 27: instructs the bank to pay issued settlements of a currency that have something left to pay and are
 * in no open run: those named, or all (of a dealer, where one is named), oldest first, at most WL_PAYMENT_LINES_MAX. Needs
 * the OEM's account (account-missing) on the execution day; a settlement whose dealer has none is left out, and refused by
 * name when it was named. Posts nothing: the bank pays. */
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
/* The transfer's reference on its way through the banks (EndToEndId): "WL-P<payment>-S<settlement>". */
struct wl_str wl_payment_reference(struct wl_arena *, uint64_t payment, uint64_t settlement);
bool wl_payment_reference_read(struct wl_str, uint64_t *payment, uint64_t *settlement);

/* bank-answer, tag 28: one booked transaction of a camt.054. Once for each of the bank's references (answer-known). A
 * debit with a reference of ours pays its settlement: payable -> bank, the amount that the bank booked, up to what is left;
 * all of it paid, the settlement is paid. What differs (another amount, a reference of nobody, a return) is recorded and
 * listed as a difference, money that moved is posted where its party is known. */
enum wl_bank_event { WL_BANK_DEBIT, WL_BANK_RETURN, WL_BANK_REJECTED };
const char *const *wl_bank_event_names(void); /* "debit", "return", "rejected" */
struct wl_bank_answer_body {
    struct wl_str message, reference; /* of the message, and the bank's of this transaction */
    struct wl_str end_to_end;         /* ours */
    int64_t event;                    /* enum wl_bank_event */
    int64_t amount, booked_day;
    struct wl_str currency, text; /* text: what the bank says of it; may be empty */
};
enum wl_bank_difference {
    WL_BANK_AGREES,
    WL_BANK_UNKNOWN,  /* no such reference: nothing is posted */
    WL_BANK_CURRENCY, /* of another currency: nothing is posted */
    WL_BANK_LESS,     /* less than instructed: the rest may be paid by another run */
    WL_BANK_MORE,     /* more than was left: all of it is posted, the dealer owes the rest */
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
};
struct wl_bank_answer {
    int64_t payment, settlement, event, amount, booked_day, difference, seq;
    struct wl_str currency, reference;
};
extern const struct wl_record wl_bank_answer_record;
uint64_t wl_bank_answer_count(struct wl_txn *);
int wl_bank_answer_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_bank_answer *);

/* confirm, tag 17 (gates.h): what the dealer says that it received. amount WL_NONE: what was paid. Another amount than was
 * paid is recorded as the dealer's difference and leaves the settlement paid; the right one confirms it. */

/* ---- vehicle sale money ---- */

/* vehicle-sale, tag 74: a dealer's payment for a vehicle: dealer (kind vehicle-sale) -> bank-received. Once for each
 * reference of a dealer (receipt-known); can be reversed, once. */
struct wl_sale_body {
    struct wl_str dealer_id, vin, currency, reference;
    int64_t amount; /* above 0 */
};
struct wl_sale_receipt {
    struct wl_str dealer_id, vin, currency, reference;
    int64_t amount, day, seq;
    int64_t reversed_seq; /* WL_NONE: it stands */
};
extern const struct wl_record wl_sale_receipt_record;
uint64_t wl_sale_receipt_count(struct wl_txn *);
int wl_sale_receipt_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_sale_receipt *);
struct wl_sale_outcome {
    struct wl_outcome_head head;
    int64_t receipt;
};

extern const struct wl_command wl_payment_command, wl_bank_answer_command, wl_sale_command;

int wl_payments_check(struct wl_txn *);

#endif
