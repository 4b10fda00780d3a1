/* One claim before the reference data: what those checks share. Private to the adjudication. */
#ifndef WL_CLAIMS_CASE_H
#define WL_CLAIMS_CASE_H

#include "claims/typed_claim.h"

struct wl_case {
    const struct wl_context *context;
    struct wl_reference *reference;
    const struct wl_typed_claim *typed;
    const struct wl_claim_record *record;
    wl_finding_set found;
    /* What the header checks look up; NULL when there is none, or when no check came to it. */
    const struct wl_dealer *dealer;
    const struct wl_vehicle *vehicle;
    const struct wl_fault *fault;
    const struct wl_plan *plan;
    const struct wl_campaign *campaign;
    struct wl_fits fits; /* of the causal part */
    bool authorization_known;
    const struct wl_authorization *authorization; /* as for authorization-missing */
    /* Of the part lines that are worth something; the others' are not set. */
    const struct wl_part_terms *parts[WL_TYPED_LINES];
};

/* The header checks that need reference data alone, in the order of the domain text. When the dealer is
 * unknown, `dealer` stays NULL. The result is what the other checks may count on. */
unsigned wl_reference_checks(struct wl_case *);

/* The line checks and the amounts before the goodwill share: fills labour, parts, handling, sublet, total
 * and the three arrays of lines. The dealer is known. */
void wl_line_checks(struct wl_case *, struct wl_decision *);

/* The claim's authorization, or NULL: that number, this dealer and VIN, valid on the repair date. */
const struct wl_authorization *wl_case_authorization(struct wl_case *);

/* The handling on a sum of part lines: `handling_percent` in force on a day, 0 where there is none. */
int64_t wl_handling(struct wl_reference *, int64_t parts, int64_t repair_day);

/* What an authorization pays of a gross total: its share (percent times 10^6), rounded, and not above what
 * is left. */
int64_t wl_goodwill_share(int64_t share_percent, int64_t gross, int64_t left);

static inline void wl_case_find(struct wl_case *claim, enum wl_finding finding)
{
    claim->found |= wl_finding_bit(finding);
}

/* n / d rounded half away from zero, quickly where 64 bits do. d > 0. */
static inline wl_i128 wl_rounded(wl_i128 n, int64_t d)
{
    int64_t small = (int64_t)n;

    if (small != n)
        return wl_round(n, d);
    int64_t whole = small / d, rest = small % d;
    if (rest >= 0)
        return whole + (rest >= d - rest);
    return whole - (-rest >= d + rest);
}

#endif
