/* Sets of findings, while a claim is being judged. */
#ifndef WL_CLAIMS_FINDINGS_H
#define WL_CLAIMS_FINDINGS_H

#include "wledger/claim.h"

/* One bit for each finding, at its tag. */
typedef uint64_t wl_finding_set;

static inline wl_finding_set wl_finding_bit(enum wl_finding finding)
{
    return UINT64_C(1) << finding;
}

/* All findings of a severity. */
wl_finding_set wl_findings_of(enum wl_severity);

/* The set as outcomes have it: ordered by name, each once. In the arena; count 0 when it is empty. */
struct wl_ints wl_findings_list(wl_finding_set, struct wl_arena *);
/* The set that a list holds; numbers that are no finding are left out. */
wl_finding_set wl_findings_set(struct wl_ints);

#endif
