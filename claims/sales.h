/* Receipts of vehicle sale money: what the floor above and the checks need. */
#ifndef WL_CLAIMS_SALES_H
#define WL_CLAIMS_SALES_H

#include "wledger/payment.h"

#define WL_SALE_RECEIPTS "sale-receipts" /* counter: the newest number */

/* For apply: the receipt is reversed by this entry. */
void wl_sale_withdraw(const struct wl_context *, int64_t receipt);

/* The key of a dealer's reference in SALE_REFERENCES. */
enum { WL_SALE_KEY_MAX = 32 + 1 + WL_SALE_REFERENCE_MAX };
struct wl_str wl_sale_key(struct wl_str dealer_id, struct wl_str reference, char bytes[WL_SALE_KEY_MAX]);

#endif
