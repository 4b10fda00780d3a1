/* What adjudication works out from a record and the reference data alone. It writes nothing and reads no
 * claim, so it can be done ahead of the command, by another thread with a reader of its own. */
#ifndef WL_CLAIMS_PREPARE_H
#define WL_CLAIMS_PREPARE_H

#include "claims/typed_claim.h"
#include "claims/vehicle_history.h"

struct wl_prepared {
    uint64_t content, rows;    /* of the reference data it holds for (WL_COUNTER_REFERENCE_CONTENT and _ROWS) */
    wl_finding_set unreadable; /* field-missing, field-malformed; when there is one, only the currency is set */
    struct wl_typed_claim typed;
    struct wl_operations operation_bytes;
    struct wl_str operations; /* the labour lines' codes in their short form */
    bool dealer_known;
    wl_finding_set found;      /* by the checks that need reference data alone */
    unsigned have;             /* what the checks that need claims may count on (header_checks.c) */
    struct wl_decision priced; /* currency, and the amounts before the goodwill share */
    struct wl_list owed;       /* of wl_owed, for approval: `due` is in days after the day that counts */
    int64_t duplicate_window;  /* duplicate_days in force, times 10^6; WL_NONE: nothing is a repeat */
    bool authorized;           /* the claim's authorization holds, as for authorization-missing */
    int64_t authorized_amount; /* its max_amount, whole minor units */
    int64_t share_percent;     /* times 10^6 */
    int64_t vehicle;           /* its number; WL_NONE: it is not in the reference data */
};

/* Fills *out, whose memory the caller gives; texts and lists are in the context's arena or the record. WL_OK,
 * or the error that sticks. */
int wl_prepare(const struct wl_context *, const struct wl_claim_record *, struct wl_prepared *out);

/* What was prepared for this command, if it is of the reference data in force; else it is prepared now, in
 * the arena. NULL: the error sticks. */
const struct wl_prepared *wl_prepared_of(const struct wl_context *, const struct wl_claim_record *);

#endif
