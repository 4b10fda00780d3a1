/* Adjudication: from a typed claim and the state to a decision (domain text, section 4). Rules only:
 * nothing here writes. */
#ifndef WL_CLAIMS_ADJUDICATE_H
#define WL_CLAIMS_ADJUDICATE_H

#include "claims/prepare.h"

/* 17 characters of A-Z 0-9 without I, O and Q, and the check digit of ISO 3779 is right. */
bool wl_vin_is_valid(struct wl_str vin);

/* The decision for a prepared claim, all of it set; its lists are in the context's arena or the prepared
 * claim's. latest: the newest version under its number, NULL when there is none; id: the claim id that it
 * gets if it becomes a version (for its place in a queue). WL_OK, or the error that sticks. */
int wl_adjudicate(const struct wl_context *, const struct wl_prepared *, const struct wl_claim *latest, int64_t id,
                  struct wl_decision *);

/* What a prepared claim would cost if nothing rejected it: amounts and lines, with all findings; for an appraisal
 * form, which a reviewer may approve all the same. `decision` says rejected; tier, obligations and assignments are
 * empty. WL_OK, or the error that sticks. */
int wl_appraise(const struct wl_context *, const struct wl_prepared *, const struct wl_claim *latest,
                struct wl_decision *);

/* The lowest tier from 1 on whose limit is not below a total; 1 for a currency without tiers. */
int64_t wl_tier_for(const struct wl_context *, int64_t total, struct wl_str currency);
/* Whether a tier's limit is not below a total. Without tiers any tier but 0 covers everything. */
bool wl_tier_covers(const struct wl_context *, int64_t tier, int64_t total, struct wl_str currency);

/* The decision that an appeal asks for: the claim priced as wl_adjudicate would, without the findings that reject
 * (*dropped has them), referred to the lowest tier above `above` whose limit is not below its total, or to the highest.
 * total 0: nothing can be priced. WL_OK, or the error that sticks. */
int wl_adjudicate_appeal(const struct wl_context *, const struct wl_prepared *, int64_t id, int64_t above,
                         wl_finding_set *dropped, struct wl_decision *);

bool wl_decision_has(const struct wl_decision *, enum wl_finding);

/* Which lines of a claim are refused or cut, by kind and number from 0, and what each of these is worth: below what the
 * decision in force gives it, 0 where it is refused. */
struct wl_refused_lines {
    bool labour[WL_LINES_MAX], parts[WL_LINES_MAX], sublet[WL_LINES_MAX];
    int64_t labour_worth[WL_LINES_MAX], parts_worth[WL_LINES_MAX], sublet_worth[WL_LINES_MAX];
};

/* The decision in force without the lines refused: for a reviewer's decision on a referred claim and for
 * an inspection that refuses a part. Refused lines are worth 0 (finding line-refused), cut ones what they were cut to
 * (line-reduced), handling is that of
 * the parts that stay, goodwill pays its share again with what was left then. Without a line refused all
 * amounts stay. The result is approved when no line was refused and no finding adjusts the claim, rejected
 * (finding nothing-payable) when nothing is left, else partial. due_from: the day from which return_days
 * count where this decision is the first to approve (the reviewer's day); WL_NONE: it creates no return
 * obligations. tier and assignments are left empty: who gives a seat back adds wl_seats_assign. Lists are
 * in the context's arena and share nothing with in_force but the currency's text. WL_OK, or the error
 * that sticks. */
int wl_reprice(const struct wl_context *, const struct wl_claim_record *, const struct wl_decision *in_force,
               const struct wl_refused_lines *, int64_t due_from, struct wl_decision *);

#endif
