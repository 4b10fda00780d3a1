/* The checks that wl_parts_check makes, one for each group of tables. Each walks its tables once, in order
 * (claims/check_rows.h), looks nothing up for each of many rows, and gives WL_OK or, with a message, WL_E_DAMAGED
 * or the error that sticks. */
#ifndef WL_PARTS_CHECK_H
#define WL_PARTS_CHECK_H

#include "wledger/stock.h"

/* Stock, bins, units, moves, against one another and the balances. */
int wl_stock_check(struct wl_txn *);
/* Reversals and openings, against the journal. */
int wl_reversals_check(struct wl_txn *);
/* Requests, with what lists those back-ordered and those reserved at warehouses, dispatches and discrepancies, against
 * one another, what stock is reserved, in transit and on order, and the accounts of what is in transit or in a
 * discrepancy. */
int wl_demand_check(struct wl_txn *);
/* Tags, return shipments, obligations and their dues, against one another, missing tags' discrepancies and the accounts
 * of defective parts. Memory: 16 bytes a tag, 2 an obligation. */
int wl_defective_check(struct wl_txn *);

#endif
