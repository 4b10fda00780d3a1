/* Documents out: one writer for each, valid against STAR 5.5.4 or ISO 20022. Each appends its document to a file,
 * which stays the caller's and keeps the first failure. The same input gives the same bytes. Text that
 * XML cannot hold (control characters, broken UTF-8) is replaced by U+FFFD. */
#ifndef WLEDGER_WRITER_H
#define WLEDGER_WRITER_H

#include "wledger/decimal.h"
#include "wledger/file.h"

/* The structural answer to one batch file. */
struct wl_confirm_document {
    struct wl_str bod_id;          /* of this answer */
    int64_t time;                  /* UTC seconds */
    struct wl_str oem;             /* who answers */
    struct wl_str sender;          /* who sent the batch; may be empty */
    struct wl_str original_bod_id; /* the batch's id; may be empty when it could not be read */
    struct wl_str original_time;   /* the batch's creation time as it stands there; may be empty */
    bool success;
    uint64_t records;        /* read, on success */
    struct wl_str file_name; /* of the failed file */
    uint64_t line, column;   /* of the failure; 0: not known */
    struct wl_str reason;    /* of the failure */
};

void wl_write_confirm_bod(struct wl_file *, const struct wl_confirm_document *);

/* A claim within an advisory. Amounts in minor units of the settlement's currency; where the schema does not
 * know that currency, they are stated as text (WarrantyNotes, AdjustedReasonCode, PaymentNotes), since an
 * amount without its true currency would be wrong. */
struct wl_advisory_claim {
    struct wl_str claim_no, vin, repair_order, type;
    int64_t repair_day; /* WL_NONE when not readable */
    char status;        /* A approved, P partial; D denied, R information requested: rejected ones, and no other */
    int64_t to_be_paid;
    struct wl_str findings; /* names joined by '|'; may be empty */
    int64_t taken_off;      /* claimed less paid where above 0; else 0 */
    struct wl_str why;      /* of a chargeback: its reason; may be empty */
};

struct wl_advisory_settlement {
    uint64_t number;
    struct wl_str dealer_id, dealer_name, currency;
    int64_t settled_day, from_day, to_day; /* from_day WL_NONE: the first */
    uint64_t claim_count;                  /* paid and rejected */
    int64_t total;                         /* of the claims paid, less what was charged back; before tax */
};

/* ShowServiceProcessingAdvisory, streaming: open, for each settlement its head, the paid claims, the
 * rejected claims, its end; close. Calls out of this order are assertion failures. A document without any
 * settlement holds one noun of no claims and no dealer, because the schema wants one. NULL, with a message,
 * without memory. bod_id must live until the writer is closed. */
struct wl_advisory;
struct wl_advisory *wl_advisory_new(struct wl_file *, struct wl_str bod_id, struct wl_str oem, int64_t time);
/* The settlement's text must live until its end (the schema puts the dealer after the claims); a claim's
 * only until the call returns. */
void wl_advisory_settlement(struct wl_advisory *, const struct wl_advisory_settlement *);
void wl_advisory_paid(struct wl_advisory *, const struct wl_advisory_claim *);
/* What was taken back of a claim that was paid before, as to_be_paid below 0; what was given back of that, above 0.
 * Among the paid claims. status 0. */
void wl_advisory_charged_back(struct wl_advisory *, const struct wl_advisory_claim *);
void wl_advisory_rejected(struct wl_advisory *, const struct wl_advisory_claim *);
void wl_advisory_settlement_end(struct wl_advisory *);
/* Writes the end of the document and frees the writer. */
void wl_advisory_close(struct wl_advisory *);

/* ---- ISO 20022 ---- */

/* Longest name of a party, and of a remittance text; characters. */
enum { WL_PAYMENT_TEXT_MAX = 140 };

struct wl_payment_document_party {
    struct wl_str holder, account; /* neither is empty */
    struct wl_str bic;             /* of the bank; may be empty, and is left out when it is none */
    bool iban;                     /* the account is an IBAN (ISO 13616) */
};
struct wl_payment_document_transfer {
    struct wl_str reference; /* EndToEndId: 1 to 35 characters */
    int64_t amount;          /* minor units */
    struct wl_payment_document_party party;
    struct wl_str remittance; /* what the transfer is for; may be empty */
};
struct wl_payment_document {
    struct wl_str id;        /* of the message and of the payment: 1 to 35 characters, for ever another one */
    int64_t time;            /* UTC seconds */
    struct wl_str initiator; /* may be empty */
    struct wl_str currency;
    int64_t execution_day;
    int64_t total;
    struct wl_payment_document_party debtor;
    const struct wl_payment_document_transfer *transfers; /* at least one */
    size_t count;
};

/* A payment run for the bank: pain.001.001.09, each transfer booked by itself. It is a SEPA one when it is in EUR and
 * all accounts are IBANs of SEPA countries; then texts lose what the character set of SEPA does not have: accents,
 * and other letters become full stops. Texts are cut to what the schema allows, at the end of a character. */
void wl_write_payment(struct wl_file *, const struct wl_payment_document *);

#endif
