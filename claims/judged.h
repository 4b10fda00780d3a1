/* One prepared claim before the ledger's claims. Private to the adjudication. */
#ifndef WL_CLAIMS_JUDGED_H
#define WL_CLAIMS_JUDGED_H

#include "claims/prepare.h"

struct wl_judged {
    const struct wl_context *context;
    const struct wl_prepared *prepared;
    const struct wl_claim *latest; /* newest version under the claim's number; NULL: the number is new */
    wl_finding_set found;
    bool history_known;
    struct wl_vehicle_history history;
};

/* The header checks that need claims, in the order of the domain text. */
void wl_claim_checks(struct wl_judged *);

/* What earlier goodwill left of the claim's authorization, minor units; for a claim that has one. */
int64_t wl_judged_left(const struct wl_judged *);

#endif
