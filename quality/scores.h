/* The scorecard in the making: scores by dealer and currency, and what claims add to them. */
#ifndef WL_QUALITY_SCORES_H
#define WL_QUALITY_SCORES_H

#include "quality/groups.h"
#include "quality/scan.h"

enum { WL_NO_SCORE = -1 };

struct wl_scores {
    struct wl_arena *arena;              /* of texts */
    struct wl_texts dealers, currencies; /* also of dealers that never had a settled claim */
    struct wl_groups groups;             /* by dealer and currency, of these texts */
    struct wl_dealer_score *at;          /* by group */
    uint32_t room;
};

/* The score of a dealer in a currency, by index, made now if there was none; WL_NO_SCORE with an error. */
int32_t wl_scores_find(struct wl_scores *, struct wl_str dealer_id, struct wl_str currency);
void wl_scores_release(struct wl_scores *);

/* Counts every version of a claim that passes, whatever became of it. Of the sieve, that of what facts are sieved by,
 * days, types and vehicles count, of the filter dealer and currency. The base has its vehicles. score_of has room for
 * each claim of the base's view: its score by claim id, or WL_NO_SCORE where it does not pass. WL_OK or an error. */
int wl_scores_of_claims(struct wl_scores *, struct wl_base *, const struct wl_sieve *, const struct wl_quality_filter *,
                        int32_t *score_of, uint64_t claim_count);

#endif
