/* Facts as bytes, between the files that write and check them. */
#ifndef WL_CLAIMS_FACT_ROWS_H
#define WL_CLAIMS_FACT_ROWS_H

#include "wledger/facts.h"

#define WL_FACT_ROWS "fact-rows" /* counter: rows of FACTS */

/* No fact is longer: 16 numbers and the parts, at most 10 bytes a number and 5 a code. */
enum { WL_FACT_BYTES_MAX = 1 + 16 * 10 + WL_FACT_PARTS_MAX * 15 };
_Static_assert(WL_FACT_BYTES_MAX <= WL_VALUE_MAX, "a fact fits into a row");

/* Bytes written. */
size_t wl_fact_write(const struct wl_fact *, uint8_t bytes[WL_FACT_BYTES_MAX]);

#endif
