/* From what one entry of a bank's notification gathered to its transactions. */
#ifndef XMLIO_BANK_ENTRY_H
#define XMLIO_BANK_ENTRY_H

#include "wledger/bank_reader.h"
#include "wledger/buf.h"

enum wl_bank_side { WL_BANK_SIDE_NONE, WL_BANK_SIDE_DEBIT, WL_BANK_SIDE_CREDIT };

struct wl_bank_money {
    int64_t amount; /* minor units; only with a currency */
    struct wl_str currency;
};

/* A day WL_NONE, a text or a currency empty, a flag 0: it is not said. */
struct wl_bank_message {
    struct wl_str id;
    int64_t day;
};
struct wl_bank_notification {
    struct wl_str id;
    int64_t day;
    uint64_t entries; /* so far */
};
struct wl_bank_detail {
    struct wl_bank_detail *next;
    struct wl_str servicer, end_to_end, payment, message, text, reason, reason_text;
    struct wl_bank_money amount, instructed, transaction;
    int64_t side;     /* enum wl_bank_side */
    int64_t returned; /* 1: it is a return */
    bool repeated;    /* another one of the entry has the same reference */
};
struct wl_bank_entry {
    struct wl_str reference, status, servicer, text;
    struct wl_bank_money amount;
    int64_t side, reversal; /* reversal 1: it takes another entry back */
    int64_t booked, value;
    struct wl_bank_detail *details;
    size_t count;
};

/* Takes a transaction; its text lives until the call returns. */
typedef void wl_bank_take_fn(void *context, const struct wl_notified *);

/* Hands out the transactions of a whole entry; *left_out counts those that are not booked or moved nothing. WL_OK, or
 * WL_E_INPUT or WL_E_FULL with a message. */
int wl_bank_entry_end(const struct wl_bank_message *, const struct wl_bank_notification *, struct wl_bank_entry *,
                      struct wl_arena *, wl_bank_take_fn *, void *context, uint64_t *left_out);

/* An amount of a currency as the document has it: WL_OK, or WL_E_INPUT with a message. */
int wl_bank_money_read(struct wl_str amount, struct wl_str currency, struct wl_bank_money *);
/* The date that a date or a time begins with. */
int wl_bank_day_read(struct wl_str, int64_t *day);

#endif
