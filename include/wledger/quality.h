/* Quality analysis from settled history (domain text, section 9): what was paid for, by what it was for. Reports
 * read and write nothing. They look at facts of settled claims (facts.h) and at the reference data as it stands
 * when they are made; docs/rules.md, "Quality", defines every figure.
 *
 * A report holds one view of the ledger. Texts and rows live until it is released. Amounts are minor units of their
 * row's currency and never added across currencies; nothing is a float. */
#ifndef WLEDGER_QUALITY_H
#define WLEDGER_QUALITY_H

#include "wledger/facts.h"

/* X(NAME, "name"): what facts are grouped by. */
#define WL_QUALITY_KEYS(X)            \
    X(COMPONENT, "component")         \
    X(FAULT, "fault")                 \
    X(CAUSE, "cause")                 \
    X(PART, "part") /* causal part */ \
    X(SUPPLIER, "supplier")           \
    X(BATCH, "batch")                 \
    X(MODEL, "model")                 \
    X(DEALER, "dealer")               \
    X(MONTH, "month")                 \
    X(SERVICE_MONTH, "service-month") \
    X(TYPE, "type")
enum wl_quality_key {
#define X(NAME, name) WL_BY_##NAME,
    WL_QUALITY_KEYS(X)
#undef X
        WL_QUALITY_KEY_COUNT,
};
const char *const *wl_quality_key_names(void);

enum {
    WL_QUALITY_KEYS_MAX = 2,        /* of one report */
    WL_QUALITY_GROUPS_MAX = 200000, /* rows of one report, all currencies; more: WL_E_USAGE */
};

/* Which facts count: those that all of it lets through. */
struct wl_quality_filter {
    int64_t from, to; /* days of repair, both included; WL_NONE: no bound */
    unsigned types;   /* a bit for each enum wl_claim_type; 0: all */
    struct wl_str dealer, model, batch, component, fault, part, supplier, currency; /* empty: any */
};

struct wl_quality_request {
    struct wl_quality_filter filter;
    size_t key_count; /* 1 or 2 */
    enum wl_quality_key keys[WL_QUALITY_KEYS_MAX];
    int64_t top; /* groups of the first key that are kept, by total; the others become one; WL_NONE: all */
};

struct wl_quality_row {
    struct wl_str keys[WL_QUALITY_KEYS_MAX]; /* empty: not known, or none */
    bool rest;                               /* of the first key's groups that are not kept: that key is empty */
    struct wl_str currency;
    int64_t claims, vehicles;                            /* settled; vehicles that they were on, each once */
    int64_t hours_x100, labour, parts, handling, sublet; /* as decided by now */
    int64_t total;                                       /* paid, less what was taken back since; before tax */
    int64_t charged_back;                                /* taken back since */
    int64_t share;      /* of the total of its currency, times 10^6; WL_NONE: that is not above 0 */
    int64_t in_service; /* vehicles sold that it could have been on; WL_NONE: means nothing here */
};

struct wl_quality {
    struct wl_quality_row *rows; /* by currency, then by total, greatest first; months in their order */
    size_t count;
    struct wl_quality_row *sums; /* by currency: of all rows, without keys */
    size_t sum_count;
    int64_t day; /* how far history reaches: filter.to, or the newest repair; WL_NONE: there is none */
    struct wl_arena arena;
};

/* WL_OK with a report, or an error. It reads on a few threads beside the caller's, in which no transaction of the
 * store may be open; WL_OPEN_SCATTERED (store.h) suits it. Memory: at most 28 bytes a settled claim, 24 a
 * vehicle. */
int wl_quality_make(struct wl_store *, const struct wl_quality_request *, struct wl_quality *);
void wl_quality_release(struct wl_quality *);

/* ---- production batches ---- */

/* Whether a batch has more vehicles with a claim than its model without it has. */
struct wl_batches_request {
    struct wl_quality_filter filter; /* types 0: warranty, part, extended, goodwill. dealer and currency too */
    int64_t within;     /* months in service in which a claim counts; only vehicles that have been in service for as
                                        long do. WL_NONE: any, and all that were sold */
    int64_t least;      /* vehicles that a batch must have to be told; at least 1 */
    int64_t confidence; /* of wl_confidence_names */
};
/* "90", "95", ... */
const char *const *wl_confidence_names(void);
enum { WL_CONFIDENCE_DEFAULT = 1 }; /* "95" */

/* Rates and bounds times 10^9. */
struct wl_batch_row {
    struct wl_str model, batch;
    int64_t built, sold;                            /* vehicles; sold up to the report's day */
    int64_t vehicles;                               /* of those, long enough in service */
    int64_t with_claim, claims;                     /* of these vehicles; claims on them that count */
    int64_t rate;                                   /* with_claim / vehicles */
    int64_t others, others_with_claim, others_rate; /* the model without the batch; rate WL_NONE: there is no other */
    int64_t lower, upper;                           /* one-sided bounds of the rate, each with the confidence */
    bool flagged;                                   /* lower is above others_rate */
};
struct wl_batches {
    struct wl_batch_row *rows; /* by lower less others_rate, greatest first; those without others last */
    size_t count;
    int64_t day;
    struct wl_arena arena;
};
int wl_batches_make(struct wl_store *, const struct wl_batches_request *, struct wl_batches *);
void wl_batches_release(struct wl_batches *);

/* Wilson's score bound of k out of n (0 <= k <= n, 1 <= n <= 10^9), times 10^9, in integers, rounded away from k /
 * n: the same on every machine. z: the normal quantile, times 10^6. */
int64_t wl_wilson_lower(int64_t k, int64_t n, int64_t z);
int64_t wl_wilson_upper(int64_t k, int64_t n, int64_t z);

/* ---- suppliers ---- */

struct wl_supplier_row {
    struct wl_str supplier_id, name, currency; /* supplier_id empty: causal parts of nobody known, and claims without */
    int64_t claims, vehicles, total, charged_back,
        share;                  /* of claims whose causal part is theirs, as in wl_quality_row */
    int64_t parts;              /* worth of their parts in settled claims, whatever the causal part */
    int64_t open;               /* recoveries (recovery.h), as they are now: found, not claimed yet */
    int64_t claimed;            /* in supplier claims */
    int64_t accepted, disputed; /* of that */
    int64_t given_up;           /* refused, not accepted in whole, or their days were over */
    int64_t paid;               /* WL_NONE: not told of a part of history */
};
struct wl_suppliers {
    struct wl_supplier_row *rows; /* by currency, then by total, greatest first */
    size_t count;
    int64_t day;
    struct wl_arena arena;
};
/* The filter's days, types, model, batch, component and fault are those of facts; recoveries are all there are of
 * what it lets through. Its supplier narrows the rows alone: shares stay those among all suppliers. */
int wl_suppliers_make(struct wl_store *, const struct wl_quality_filter *, struct wl_suppliers *);
void wl_suppliers_release(struct wl_suppliers *);

/* ---- dealers ---- */

/* Of one dealer and currency. Claims are versions, whatever became of them, unless it says settled. */
struct wl_dealer_score {
    struct wl_str dealer_id, name, currency;
    int64_t claims, approved, partial, rejected, referred, info_requested; /* as they stand; settled ones as they were
                                                                              decided */
    int64_t corrected;           /* of those approved in whole or part: corrected after that (gates.h, correct) */
    int64_t first_claims, delay; /* claims that are no new version, submitted after the repair; days of that, in sum */
    int64_t late;                /* of these: later than submit_days */
    int64_t dispatches, late_dispatches;                                 /* shipped to the dealer; flagged late */
    int64_t returns, returns_overdue, returns_accepted, returns_refused; /* return obligations of these claims */
    int64_t settled, vehicles, total, charged_back;                      /* as in wl_quality_row */
    int64_t charged_back_claims;
    int64_t
        repeats; /* settled claims that have the finding repeat-repair, or the vehicle had a settled claim for the same
                        component up to duplicate_days before */
};
struct wl_dealer_scores {
    struct wl_dealer_score *rows; /* by dealer_id, then currency */
    size_t count;
    int64_t day;
    struct wl_arena arena;
};
/* Of the filter, from, to, types, dealer, model, batch and currency count: the other claims have no fault.
 * Dispatches count by the day on which they were shipped, for the dealer's present currency, where neither types,
 * model nor batch narrow it. */
int wl_dealer_scores_make(struct wl_store *, const struct wl_quality_filter *, struct wl_dealer_scores *);
void wl_dealer_scores_release(struct wl_dealer_scores *);

/* ---- prices ---- */

/* What one of each part of a model, or of a vehicle, costs, over the model's list price. A model's parts are those
 * that were fitted to a vehicle of it (fits) or are worth something in a settled claim for one; prices are list
 * prices in the model's currency. */
struct wl_price_row {
    struct wl_str model, name, currency;
    int64_t list_price; /* times 10^4 */
    int64_t parts;      /* different ones */
    int64_t priced;     /* of them, with a price */
    int64_t sum;        /* of these prices, times 10^4 */
    int64_t ratio;      /* sum / list_price, times 10^6; WL_NONE: that is not above 0 */
};
struct wl_prices {
    struct wl_price_row *rows; /* by ratio, greatest first */
    size_t count;
    int64_t day;
    struct wl_arena arena;
};
/* on: prices of that day; WL_NONE: of the newest command's. model, vin: of it alone; empty: all. A vehicle that the
 * reference data has not is WL_E_USAGE. */
int wl_prices_make(struct wl_store *, struct wl_str model, struct wl_str vin, int64_t on, struct wl_prices *);
void wl_prices_release(struct wl_prices *);

#endif
