/* Inside `show`: what a settlement tells of its payment. */
#ifndef WL_CLI_SHOW_PAYMENT_H
#define WL_CLI_SHOW_PAYMENT_H

#include "cli/view.h"
#include "wledger/payment.h"

/* Adds to a settlement's view what was paid, what is left, what the bank said last and what the dealer. WL_OK, or the
 * error that sticks. */
int cli_show_paid(struct wl_txn *, struct wl_arena *, const struct wl_settlement *, json_t *view);

#endif
