/* Early warning: production batches with more claims than their model has (domain text, section 9). */
#include <stdlib.h>

#include "quality/groups.h"
#include "quality/months.h"
#include "quality/scan.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

enum { TEXTS_MAX = 512 << 20 };
#define BILLION INT64_C(1000000000)

/* What goes wrong with a vehicle; not what is planned for it, nor what a campaign repairs on all. */
enum {
    FAILURES = 1u << WL_TYPE_WARRANTY | 1u << WL_TYPE_PART | 1u << WL_TYPE_EXTENDED | 1u << WL_TYPE_GOODWILL,
};

static const char *const confidence_names[] = {"90", "95", "97.5", "99", "99.5", "99.9", NULL};
/* Quantiles of the normal distribution, times 10^6. */
static const int64_t quantiles[] = {1281552, 1644854, 1959964, 2326348, 2575829, 3090232};
_Static_assert(WL_COUNT(confidence_names) == WL_COUNT(quantiles) + 1, "each confidence has its quantile");

const char *const *wl_confidence_names(void)
{
    return confidence_names;
}

/* ---- claims by vehicle ---- */

struct pass {
    const struct wl_base *base;
    const struct wl_sieve *sieve;
    int64_t within;
    uint32_t *claims; /* by vehicle: claims that count; all threads add to it */
    int64_t newest;
};

static int take_fact(void *pass, const struct wl_fact *fact)
{
    struct pass *p = pass;
    const struct wl_vehicle_facts *vehicle = wl_base_vehicle(p->base, fact);

    if (fact->kind != WL_FACT_SETTLED)
        return WL_OK;
    if (fact->repair_day > p->newest)
        p->newest = fact->repair_day;
    if (vehicle->model == 0 || !wl_sieve_passes(p->sieve, fact))
        return WL_OK;
    if (p->within != WL_NONE &&
        (vehicle->sold == WL_NO_DAY ||
         (fact->repair_day >= vehicle->sold && wl_months_between(vehicle->sold, fact->repair_day) >= p->within)))
        return WL_OK;
    __atomic_fetch_add(&p->claims[fact->vehicle], 1, __ATOMIC_RELAXED);
    return WL_OK;
}

/* The newest repair of all, in *day. */
static int pass_over(struct wl_base *b, const struct wl_sieve *sieve, int64_t within, uint32_t *claims, int64_t *day)
{
    struct pass passes[WL_SCAN_THREADS];
    int rc;

    for (size_t i = 0; i < WL_SCAN_THREADS; i++)
        passes[i] = (struct pass){b, sieve, within, claims, WL_NONE};
    rc = wl_scan(b, take_fact, passes, sizeof passes[0]);
    for (size_t i = 0; i < WL_SCAN_THREADS; i++)
        *day = passes[i].newest > *day ? passes[i].newest : *day;
    return rc;
}

/* ---- vehicles by batch ---- */

struct counts {
    int64_t built, sold, vehicles, with_claim, claims;
};

struct counting {
    struct wl_base *base;
    const struct wl_batches_request *request;
    int64_t day;
    uint32_t *claims;         /* by vehicle */
    struct wl_groups batches; /* by model and batch */
    struct counts *of_batch;  /* by group; a model's own stand under batch 0 where it has any, and in of_model */
    struct counts *of_model;  /* by code */
};

static bool is_long_enough(const struct counting *c, const struct wl_vehicle_facts *vehicle)
{
    return c->request->within == WL_NONE || wl_months_between(vehicle->sold, c->day) >= c->request->within;
}

static void count(const struct counting *c, struct counts *of, const struct wl_vehicle_facts *vehicle, uint32_t claims)
{
    of->built++;
    if (vehicle->sold == WL_NO_DAY || vehicle->sold > c->day)
        return;
    of->sold++;
    if (!is_long_enough(c, vehicle))
        return;
    of->vehicles++;
    of->with_claim += claims != 0;
    of->claims += claims;
}

static int count_vehicles(struct counting *c)
{
    const struct wl_base *b = c->base;

    for (uint64_t i = 0; i < b->vehicle_count; i++)
        if (b->vehicles[i].model != 0 &&
            wl_groups_find(&c->batches, wl_group_key(b->vehicles[i].model, b->vehicles[i].batch, 0)) == UINT32_MAX)
            return WL_E_USAGE;
    c->of_batch = calloc((size_t)c->batches.count + 1, sizeof *c->of_batch);
    c->of_model = calloc((size_t)b->texts[WL_CODE_MODEL].count + 1, sizeof *c->of_model);
    if (!c->of_batch || !c->of_model)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    for (uint64_t i = 0; i < b->vehicle_count; i++) {
        const struct wl_vehicle_facts *vehicle = &b->vehicles[i];

        if (vehicle->model == 0 || vehicle->model > b->texts[WL_CODE_MODEL].count)
            continue;
        count(c, &c->of_batch[wl_groups_known(&c->batches, wl_group_key(vehicle->model, vehicle->batch, 0))], vehicle,
              c->claims[i]);
        count(c, &c->of_model[vehicle->model], vehicle, c->claims[i]);
    }
    return WL_OK;
}

/* ---- rows ---- */

static int64_t rate_of(int64_t k, int64_t n)
{
    return n == 0 ? WL_NONE : (int64_t)wl_round((wl_i128)k * BILLION, n);
}

static void fill_row(const struct counting *c, uint32_t group, struct wl_batch_row *row)
{
    const struct counts *own = &c->of_batch[group];
    uint32_t model = wl_group_number(c->batches.at[group].key, 0), batch = wl_group_number(c->batches.at[group].key, 1);
    const struct counts *all = &c->of_model[model];
    int64_t z = quantiles[c->request->confidence];

    *row = (struct wl_batch_row){.model = wl_texts_at(&c->base->texts[WL_CODE_MODEL], model),
                                 .batch = wl_texts_at(&c->base->texts[WL_CODE_BATCH], batch),
                                 .built = own->built,
                                 .sold = own->sold,
                                 .vehicles = own->vehicles,
                                 .with_claim = own->with_claim,
                                 .claims = own->claims,
                                 .rate = rate_of(own->with_claim, own->vehicles),
                                 .others = all->vehicles - own->vehicles,
                                 .others_with_claim = all->with_claim - own->with_claim,
                                 .lower = wl_wilson_lower(own->with_claim, own->vehicles, z),
                                 .upper = wl_wilson_upper(own->with_claim, own->vehicles, z)};
    row->others_rate = rate_of(row->others_with_claim, row->others);
    /* The rate itself, not as it is rounded. */
    row->flagged = row->others > 0 && (wl_i128)row->lower * row->others > (wl_i128)row->others_with_claim * BILLION;
}

/* Whose lower bound stands farthest above the rest of its model. */
static int by_evidence(const void *a, const void *b)
{
    const struct wl_batch_row *x = a, *y = b;
    int64_t dx = x->others > 0 ? x->lower - x->others_rate : INT64_MIN;
    int64_t dy = y->others > 0 ? y->lower - y->others_rate : INT64_MIN;
    int order;

    if (dx != dy)
        return dx > dy ? -1 : 1;
    if (x->with_claim != y->with_claim)
        return x->with_claim > y->with_claim ? -1 : 1;
    order = wl_str_compare(x->model, y->model);
    return order != 0 ? order : wl_str_compare(x->batch, y->batch);
}

static int make_rows(const struct counting *c, const struct wl_sieve *sieve, struct wl_batches *out)
{
    out->rows = calloc((size_t)c->batches.count + 1, sizeof *out->rows);
    if (!out->rows)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    for (uint32_t i = 0; i < c->batches.count; i++) {
        const struct wl_vehicle_facts of = {.model = wl_group_number(c->batches.at[i].key, 0),
                                            .batch = wl_group_number(c->batches.at[i].key, 1)};

        if (of.batch != 0 && wl_sieve_vehicle(sieve, &of) && c->of_batch[i].vehicles >= c->request->least)
            fill_row(c, i, &out->rows[out->count++]);
    }
    qsort(out->rows, out->count, sizeof *out->rows, by_evidence);
    return WL_OK;
}

static int make(struct counting *c, struct wl_batches *out)
{
    struct wl_quality_filter filter = c->request->filter, of_vehicles = {.model = filter.model, .batch = filter.batch};
    struct wl_sieve sieve, shown;
    int rc;

    /* A batch is compared with its whole model: what is shown is narrowed, not what is counted. */
    filter.model = filter.batch = WL_NO_STR;
    filter.types = filter.types == 0 ? FAILURES : filter.types;
    if ((rc = wl_base_vehicles(c->base)) != WL_OK || (rc = wl_sieve_make(&sieve, c->base, &filter)) != WL_OK ||
        (rc = wl_sieve_make(&shown, c->base, &of_vehicles)) != WL_OK)
        return rc;
    if (!(c->claims = calloc(c->base->vehicle_count + 1, sizeof *c->claims)))
        return wl_fail(WL_E_SYSTEM, "out of memory");
    if ((rc = pass_over(c->base, &sieve, c->request->within, c->claims, &out->day)) != WL_OK)
        return rc;
    out->day = filter.to == WL_NONE ? out->day : filter.to;
    if (out->day == WL_NONE)
        return WL_OK;
    c->day = out->day;
    rc = count_vehicles(c);
    return rc == WL_OK ? make_rows(c, &shown, out) : rc;
}

int wl_batches_make(struct wl_store *store, const struct wl_batches_request *request, struct wl_batches *out)
{
    struct wl_base base;
    struct counting c = {.base = &base, .request = request};
    int rc;

    *out = (struct wl_batches){.day = WL_NONE};
    wl_arena_init(&out->arena, TEXTS_MAX);
    rc = wl_base_open(&base, store, &out->arena);
    if (rc == WL_OK)
        rc = make(&c, out);
    free(c.claims);
    wl_groups_release(&c.batches);
    free(c.of_batch);
    free(c.of_model);
    wl_base_close(&base);
    return rc;
}

void wl_batches_release(struct wl_batches *b)
{
    free(b->rows);
    wl_arena_release(&b->arena);
    *b = (struct wl_batches){.day = WL_NONE};
}
