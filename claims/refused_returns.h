/* What a returned part that is refused does to its claim (domain text, section 7). For the floor above, where parts
 * are inspected. */
#ifndef WL_CLAIMS_REFUSED_RETURNS_H
#define WL_CLAIMS_REFUSED_RETURNS_H

#include "claims/taken_back.h"

/* For decide: the claim without the lines of these obligations, which are refused now: before settlement it is
 * priced again, after settlement the difference is charged back. The decision stays absent (nothing else is set)
 * where nothing is refused, or the claim is worth nothing by now (rejected, sent back for information): then there
 * is no money to take. WL_OK, or the error that sticks. */
int wl_returns_refuse(const struct wl_context *, int64_t id, const struct wl_claim *, struct wl_ints obligations,
                      struct wl_decision *, struct wl_taking *);

/* For apply: makes the claim and what hangs on it follow that, and puts its row. */
void wl_returns_refuse_apply(const struct wl_context *, int64_t id, struct wl_claim *, const struct wl_decision *,
                             int64_t charged_back, struct wl_list recoveries);

#endif
