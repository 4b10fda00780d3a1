/* What the bank did, read from its notifications (ISO 20022 camt.054.001): from bytes to transactions in a spool file.
 *
 * Nothing of the ledger or of the rules is known here. Each message passes the same gate and has the same ceilings as a
 * batch of claims (batch_reader.h), and is read whole or refused with file, line and column. Read are all versions of
 * the message from 02 on; the document may stand in an envelope of elements, and elements that are not known are passed
 * over. */
#ifndef WLEDGER_BANK_READER_H
#define WLEDGER_BANK_READER_H

#include "wledger/batch_reader.h"

enum {
    WL_NOTIFIED_NAME_MAX = 140,             /* bytes of an id or reference in the document */
    WL_NOTIFIED_REFERENCE_MAX = 200,        /* bytes of a reference that was made of several of them */
    WL_NOTIFIED_TEXT_MAX = 500,             /* bytes of free text; more is cut */
    WL_NOTIFIED_ENTRY_MAX = 8 * 1024 * 1024 /* memory for the transactions of one entry */
};

enum wl_notified_event { WL_NOTIFIED_DEBIT, WL_NOTIFIED_RETURN, WL_NOTIFIED_CREDIT };

/* One booked transaction. What is not booked yet (pending, for information) and what moved nothing is left out. */
struct wl_notified {
    struct wl_str message; /* id of the message */
    /* The bank's own of the transaction, else of its entry, with the transaction's number behind it where the entry has
     * several that this does not tell apart; else message, notification, entry and transaction. "/rest" is behind that
     * of the entry for what its transactions do not tell of its amount. */
    struct wl_str reference;
    struct wl_str end_to_end; /* may be empty */
    struct wl_str batch;      /* id of the payment, or message, of ours that was booked as one; may be empty */
    int64_t event;            /* enum wl_notified_event */
    int64_t amount;           /* above 0, minor units; as instructed where the account is kept in another currency */
    struct wl_str currency;
    int64_t day;        /* of booking, else of value, else of the message; WL_NONE: none is said */
    struct wl_str text; /* reason, additional information; may be empty */
};
extern const struct wl_record wl_notified_record;

/* Reads the file at path ("-": standard input; plain or gzip) and publishes its transactions as a spool of
 * wl_notified_record (wl_spool_open). In the summary, batch_id is the message's id, dialect the version, records the
 * transactions, skipped_elements the entries and transactions left out. As wl_batch_read and wl_batch_read_apart. */
int wl_bank_read(const char *path, const char *spool_path, wl_progress_fn *, void *context, struct wl_batch_summary *,
                 struct wl_batch_fault *);
int wl_bank_read_apart(const char *path, const char *spool_path, wl_progress_fn *, void *context,
                       struct wl_batch_summary *, struct wl_batch_fault *);

#endif
