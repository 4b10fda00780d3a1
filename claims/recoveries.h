/* What the commands of supplier recovery share. Inside this floor. */
#ifndef WL_CLAIMS_RECOVERIES_H
#define WL_CLAIMS_RECOVERIES_H

#include "claims/keys.h"
#include "wledger/recovery.h"

/* Counters: the newest number; where recovery-find stands: settlement, and behind which claim of it (id + 1). */
#define WL_SUPPLIER_CLAIMS "supplier-claims"
#define WL_RECOVERY_SETTLEMENT "recovery-settlement"
#define WL_RECOVERY_CLAIM "recovery-claim"

/* What all totals here stay below, so that no sum of two leaves 64 bits. */
#define WL_RECOVERY_SUM_MAX INT64_C(500000000000000000)

/* ---- rows ---- */

/* Rows of RECOVERIES: claim (8 bytes), supplier. Of RECOVERABLE: supplier, 0x00, currency, 0x00, claim (8). */
enum { WL_RECOVERY_KEY_MAX = 8 + WL_IDENTIFIER_MAX, WL_RECOVERABLE_KEY_MAX = WL_IDENTIFIER_MAX + 1 + 3 + 1 + 8 };
struct wl_recoverable_key {
    size_t size; /* 0: no row can have it */
    char bytes[WL_RECOVERABLE_KEY_MAX];
};
/* claim WL_NONE: what all keys of a supplier and currency begin with. */
struct wl_recoverable_key wl_recoverable_key(struct wl_str supplier_id, struct wl_str currency, int64_t claim);

/* For apply: the row that an outcome or another row names, its text in the arena. False when there is none, which is
 * damage, or reading failed, which sticks. */
bool wl_recovery_row(const struct wl_context *, int64_t claim, struct wl_str supplier_id, struct wl_recovery *);
bool wl_supplier_claim_row(const struct wl_context *, int64_t number, struct wl_supplier_claim *);
/* RECOVERABLE follows the row's state; what the supplier owes of it, or waits to answer, is booked to its supplier
 * claim, against what `before` (NULL: the row is new) said. */
void wl_recovery_put(const struct wl_context *, const struct wl_recovery *before, const struct wl_recovery *);
/* Its state follows what is open, due and paid. */
void wl_supplier_claim_put(const struct wl_context *, int64_t number, struct wl_supplier_claim *);
void wl_supplier_line_put(const struct wl_context *, int64_t number, int64_t line, int64_t claim);

/* Whether the supplier's answer to it is awaited. */
bool wl_recovery_waits(const struct wl_recovery *);

/* ---- deciding ---- */

/* What a recovery is worth: sets basis and amount from the lines' worth by a decision, of which `left` stays paid. */
struct wl_worth {
    const struct wl_claim_record *record;
    const struct wl_decision *decision;
    int64_t left;
    int64_t repair_day;
};
/* The same, leaving out the lines whose days are over on day `on` (WL_NONE: none is). */
void wl_recovery_price(struct wl_recovery *, const struct wl_worth *, int64_t on);

/* Sets a refusal and what it is about (in the arena). Always false. */
bool wl_recovery_refuse(const struct wl_context *, struct wl_outcome_head *, int64_t refusal, struct wl_str about);

/* One more posting in a list that has room for it: receivable of the supplier -> recovery
 * where the amount is above 0, the other way below it; nothing for 0. */
void wl_recovery_post(const struct wl_context *, struct wl_list *postings, struct wl_str supplier_id,
                      struct wl_str currency, int64_t amount);

#endif
