/* What the commands about payments share. */
#ifndef WL_CLAIMS_PAYMENTS_H
#define WL_CLAIMS_PAYMENTS_H

#include "claims/gate.h"
#include "wledger/payment.h"

/* Counters: the newest numbers. */
#define WL_PAYMENTS "payments"
#define WL_BANK_ANSWERS "bank-answers"

/* Names of enum wl_bank_event and wl_bank_difference. */
extern const char *const wl_bank_events[], *const wl_bank_differences[];

/* The posting that pays a settlement's dealer ("payment: OEM bank <- dealer payable"; domain text, section 6), or takes
 * back what came back. amount above 0; in the arena; an error sticks. */
struct wl_list wl_payment_posting(const struct wl_context *, const struct wl_settlement *, int64_t amount, bool pays);

/* For apply: the row of a settlement, a payment or a line that an outcome names, text in the arena. False when there is
 * none, which is damage, or reading failed; it sticks. */
bool wl_settlement_row(const struct wl_context *, int64_t number, struct wl_settlement *);
bool wl_payment_row(const struct wl_context *, int64_t number, struct wl_payment *);
bool wl_payment_line_row(const struct wl_context *, int64_t payment, int64_t settlement, struct wl_payment_line *);

void wl_payment_put(struct wl_txn *, int64_t number, const struct wl_payment *);
void wl_payment_line_put(struct wl_txn *, int64_t payment, const struct wl_payment_line *);
void wl_bank_answer_put(struct wl_txn *, int64_t number, const struct wl_bank_answer *);

/* What of a line counts as paid. */
int64_t wl_payment_line_paid(const struct wl_payment_line *);

/* The key of a reference of the bank. */
void wl_bank_reference_key(struct wl_str reference, uint8_t key[WL_BANK_REFERENCE_HASH]);

#endif
