/* How facts of settled claims (wledger/facts.h) are written: by the apply of what settles and of what takes back. */
#ifndef WL_CLAIMS_FACTS_H
#define WL_CLAIMS_FACTS_H

#include "wledger/facts.h"

enum { WL_FACTS_CODES = 512, WL_FACTS_TEXT = 32 };
/* A text whose number was asked for; its place is by hash, the last one stays. */
struct wl_facts_code {
    uint32_t number; /* 0: free */
    uint8_t kind, size;
    char text[WL_FACTS_TEXT];
};

/* Facts being added behind the last row of FACTS, which is held meanwhile. */
struct wl_facts {
    const struct wl_context *ctx;
    struct wl_arena arena; /* of one claim at a time */
    struct wl_fact fact;
    uint64_t row; /* number of the row that is held */
    bool held;
    struct wl_facts_code *codes; /* WL_FACTS_CODES of them, or NULL */
    size_t size;
    uint8_t bytes[WL_VALUE_MAX];
};

/* For how many claims, about: memory that many are worth is taken from the context's arena. */
void wl_facts_open(struct wl_facts *, const struct wl_context *, size_t claims);
/* A settlement took the claim: its row as it is by then. */
void wl_facts_settled(struct wl_facts *, int64_t id, const struct wl_claim *);
/* Puts what is held. Errors stick to the transaction. */
void wl_facts_close(struct wl_facts *);

/* A settled claim is worth less (charged_back > 0), worth more again by the reversal of that (below 0), or as much, by
 * other lines (0). before: its row as it was, by whose decided_seq the decision before this one is found; now: the
 * decision in force after it. */
void wl_facts_charged_back(const struct wl_context *, int64_t id, const struct wl_claim *before,
                           const struct wl_decision *now, int64_t charged_back);

/* A vehicle's row of reference data; NULL: it was withdrawn. */
void wl_vehicle_facts_put(struct wl_txn *, int64_t vehicle, const struct wl_vehicle *);

/* For checks: what a settled claim's row says, as one number; and whether the facts agree with the sum of these,
 * with the lines of settlements and with the vehicles, and the codes with their texts. Walks each table once, in
 * order; memory: 8 bytes a code. WL_E_DAMAGED with the first fault found. */
uint64_t wl_facts_claim_hash(uint64_t id, const struct wl_claim *);
int wl_facts_check(struct wl_txn *, uint64_t claims_hash);

#endif
