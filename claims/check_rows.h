/* What the checks of this floor and of the one above share: tables are walked once, in order, and where rows of one
 * stand for rows of another in a different order, sums of their hashes are compared. */
#ifndef WL_CLAIMS_CHECK_ROWS_H
#define WL_CLAIMS_CHECK_ROWS_H

#include "wledger/store.h"

/* WL_E_DAMAGED with a message: what is wrong, and the number of the row (or how many). */
int wl_check_fail(const char *what, uint64_t n);

/* A hash of two hashes or numbers, in which their order counts. */
uint64_t wl_check_mix(uint64_t a, uint64_t b);

/* Calls `row` for every row of a table whose key begins with prefix; what it returns other than WL_OK ends the walk and
 * is returned. */
typedef int wl_check_row_fn(void *check, struct wl_str key, struct wl_str value);
int wl_check_rows(struct wl_txn *, unsigned table, struct wl_str prefix, wl_check_row_fn *row, void *check);

#endif
