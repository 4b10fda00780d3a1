#include "wledger/quality.h"

#include <stdio.h>
#include <stdlib.h>

#include "quality/groups.h"
#include "quality/months.h"
#include "quality/scan.h"
#include "quality/service.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

enum { TEXTS_MAX = 512 << 20 };
#define MILLION 1000000
/* In place of a first key's number: all groups that are not kept. No code comes so high. */
#define REST ((uint32_t)WL_GROUP_NUMBER_MAX)

static const char *const key_names[] = {
#define X(NAME, name) name,
    WL_QUALITY_KEYS(X)
#undef X
        NULL,
};

const char *const *wl_quality_key_names(void)
{
    return key_names;
}

/* ---- one thread's pass ---- */

struct pass {
    const struct wl_base *base;
    const struct wl_sieve *sieve;
    const struct wl_quality_request *request;
    struct wl_groups groups;
    int64_t newest; /* repair of any settled claim, whether it passes or not */
};

static uint32_t by_code(const uint32_t *numbers, const struct wl_texts *codes, uint32_t code)
{
    return code <= codes->count ? numbers[code] : 0;
}

/* Months in service, from 1, of a repair; 0: the vehicle was not sold yet. */
static uint32_t service_month(const struct wl_vehicle_facts *vehicle, int64_t repair_day)
{
    if (vehicle->sold == WL_NO_DAY || repair_day < vehicle->sold)
        return 0;
    return (uint32_t)wl_months_between(vehicle->sold, repair_day) + 1;
}

/* A fact's number under a key; 0 is not known, or none. */
static uint32_t number_of(const struct wl_base *b, enum wl_quality_key key, const struct wl_fact *fact)
{
    switch (key) {
    case WL_BY_COMPONENT:
        return by_code(b->fault_component, &b->texts[WL_CODE_FAULT], fact->fault);
    case WL_BY_FAULT:
        return fact->fault;
    case WL_BY_CAUSE:
        return by_code(b->fault_cause, &b->texts[WL_CODE_FAULT], fact->fault);
    case WL_BY_PART:
        return fact->causal_part;
    case WL_BY_SUPPLIER:
        return by_code(b->part_supplier, &b->texts[WL_CODE_PART], fact->causal_part);
    case WL_BY_BATCH:
        return wl_base_vehicle(b, fact)->batch;
    case WL_BY_MODEL:
        return wl_base_vehicle(b, fact)->model;
    case WL_BY_DEALER:
        return fact->dealer;
    case WL_BY_MONTH:
        return (uint32_t)wl_month_of(fact->repair_day) + 1;
    case WL_BY_SERVICE_MONTH:
        return service_month(wl_base_vehicle(b, fact), fact->repair_day);
    case WL_BY_TYPE:
        return (uint32_t)fact->type + 1;
    case WL_QUALITY_KEY_COUNT:
        break;
    }
    return 0;
}

static int take_fact(void *pass, const struct wl_fact *fact)
{
    struct pass *p = pass;
    uint32_t numbers[WL_QUALITY_KEYS_MAX] = {0};

    if (fact->kind == WL_FACT_SETTLED && fact->repair_day > p->newest)
        p->newest = fact->repair_day;
    if (fact->kind == WL_FACT_PARTS || !wl_sieve_passes(p->sieve, fact))
        return WL_OK;
    for (size_t i = 0; i < p->request->key_count; i++)
        numbers[i] = number_of(p->base, p->request->keys[i], fact);
    if (numbers[0] >= REST || numbers[1] >= REST || fact->currency > WL_GROUP_CURRENCY_MAX)
        return wl_fail(WL_E_FULL, "there are more codes of a kind than a report can tell apart");
    return wl_groups_add(&p->groups, wl_group_key(numbers[0], numbers[1], fact->currency), fact);
}

/* ---- what the groups come to ---- */

struct making {
    struct wl_quality *out;
    const struct wl_quality_request *request;
    struct wl_base base;
    struct wl_sieve sieve;
    struct wl_groups groups; /* of both threads */
    struct wl_groups firsts; /* by first key and currency: which are kept, and in which order they stand */
    struct wl_service service;
};

static bool is_time(enum wl_quality_key key)
{
    return key == WL_BY_MONTH || key == WL_BY_SERVICE_MONTH;
}

static const struct wl_texts *texts_of(const struct wl_base *b, enum wl_quality_key key)
{
    static const enum wl_code_kind kinds[WL_QUALITY_KEY_COUNT] = {
        [WL_BY_FAULT] = WL_CODE_FAULT, [WL_BY_PART] = WL_CODE_PART,     [WL_BY_BATCH] = WL_CODE_BATCH,
        [WL_BY_MODEL] = WL_CODE_MODEL, [WL_BY_DEALER] = WL_CODE_DEALER,
    };

    return key == WL_BY_COMPONENT  ? &b->components
           : key == WL_BY_CAUSE    ? &b->causes
           : key == WL_BY_SUPPLIER ? &b->suppliers
           : kinds[key] != 0       ? &b->texts[kinds[key]]
                                   : NULL;
}

static struct wl_str number_text(struct wl_arena *arena, uint32_t number)
{
    char text[WL_DECIMAL_TEXT];

    return wl_arena_copy(arena, (struct wl_str){text, wl_decimal_format(number, 0, text)});
}

static struct wl_str month_text(struct wl_arena *arena, uint32_t month)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%04u-%02u", month / 12, month % 12 + 1);

    return wl_arena_copy(arena, (struct wl_str){text, (size_t)size});
}

static struct wl_str text_of(const struct wl_base *b, enum wl_quality_key key, uint32_t number)
{
    const struct wl_texts *texts = texts_of(b, key);

    if (number == 0 || number == REST)
        return WL_NO_STR;
    if (texts)
        return wl_texts_at(texts, number);
    if (key == WL_BY_TYPE)
        return wl_str_of(wl_claim_type_names()[number - 1]);
    return key == WL_BY_MONTH ? month_text(b->arena, number - 1) : number_text(b->arena, number - 1);
}

/* ---- which of the first key's groups are kept ---- */

static uint64_t first_alone(uint64_t key)
{
    return wl_group_key(wl_group_number(key, 0), 0, wl_group_number(key, 2));
}

static uint64_t currency_alone(const void *context, uint64_t key)
{
    (void)context;
    return wl_group_key(0, 0, wl_group_number(key, 2));
}

static int sum_firsts(struct making *m)
{
    for (uint32_t i = 0; i < m->groups.count; i++) {
        uint32_t first = wl_groups_find(&m->firsts, first_alone(m->groups.at[i].key));

        if (first == UINT32_MAX)
            return WL_E_SYSTEM;
        if (__builtin_add_overflow(m->firsts.at[first].total, m->groups.at[i].total, &m->firsts.at[first].total))
            return wl_fail(WL_E_FULL, "a sum of amounts is larger than can be told");
    }
    return WL_OK;
}

/* By currency, then by total, greatest first; alike ones by text. */
static int by_total(const void *a, const void *b, void *making)
{
    const struct making *m = making;
    const struct wl_sums *x = &m->firsts.at[*(const uint32_t *)a], *y = &m->firsts.at[*(const uint32_t *)b];
    uint32_t cx = wl_group_number(x->key, 2), cy = wl_group_number(y->key, 2);
    const struct wl_texts *texts = texts_of(&m->base, m->request->keys[0]);

    if (cx != cy)
        return cx < cy ? -1 : 1;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return texts ? wl_str_compare(text_of(&m->base, m->request->keys[0], wl_group_number(x->key, 0)),
                                  text_of(&m->base, m->request->keys[0], wl_group_number(y->key, 0)))
                 : (x->key > y->key) - (x->key < y->key);
}

/* Gives each its place among those of its currency, from 1 on: claims, which nobody counts there, has it. */
static int place_firsts(struct making *m)
{
    uint32_t *order = malloc(((size_t)m->firsts.count + 1) * sizeof *order);
    int64_t place = 0;

    if (!order)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    for (uint32_t i = 0; i < m->firsts.count; i++)
        order[i] = i;
    qsort_r(order, m->firsts.count, sizeof *order, by_total, m);
    for (uint32_t i = 0; i < m->firsts.count; i++) {
        struct wl_sums *one = &m->firsts.at[order[i]];

        if (i == 0 || wl_group_number(one->key, 2) != wl_group_number(m->firsts.at[order[i - 1]].key, 2))
            place = 0;
        one->claims = ++place;
    }
    free(order);
    return WL_OK;
}

static int64_t place_of(const struct making *m, uint64_t key)
{
    uint32_t first = wl_groups_known(&m->firsts, first_alone(key));

    return first == UINT32_MAX ? INT64_MAX : m->firsts.at[first].claims; /* what is not kept comes last */
}

static uint64_t kept_or_rest(const void *making, uint64_t key)
{
    const struct making *m = making;

    return place_of(m, key) <= m->request->top ? key
                                               : wl_group_key(REST, wl_group_number(key, 1), wl_group_number(key, 2));
}

static int cut(struct making *m)
{
    struct wl_groups all = m->groups;
    int rc = sum_firsts(m);

    if (rc == WL_OK)
        rc = place_firsts(m);
    if (rc != WL_OK || m->request->top == WL_NONE)
        return rc;
    m->groups = (struct wl_groups){.at = NULL};
    rc = wl_groups_join(&m->groups, &all, kept_or_rest, m);
    wl_groups_release(&all);
    return rc;
}

/* ---- rows ---- */

static void fill_row(const struct making *m, const struct wl_sums *sums, struct wl_quality_row *row)
{
    const struct wl_texts *currencies = &m->base.texts[WL_CODE_CURRENCY];
    uint32_t currency = wl_group_number(sums->key, 2);

    *row = (struct wl_quality_row){.claims = sums->claims,
                                   .vehicles = sums->vehicles,
                                   .hours_x100 = sums->hours_x100,
                                   .labour = sums->labour,
                                   .parts = sums->parts,
                                   .handling = sums->handling,
                                   .sublet = sums->sublet,
                                   .total = sums->total,
                                   .charged_back = sums->charged_back,
                                   .share = WL_NONE,
                                   .in_service = WL_NONE,
                                   .currency = wl_texts_at(currencies, currency)};
}

/* What rows are ordered by, beside them. */
struct placed {
    struct wl_quality_row row;
    int64_t place; /* of the first key's group */
    uint32_t numbers[WL_QUALITY_KEYS_MAX];
};

static int compare_places(const struct wl_quality_request *request, const struct placed *a, const struct placed *b)
{
    if (is_time(request->keys[0]) && a->numbers[0] != b->numbers[0])
        return a->numbers[0] < b->numbers[0] ? -1 : 1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (request->key_count > 1 && is_time(request->keys[1]) && a->numbers[1] != b->numbers[1])
        return a->numbers[1] < b->numbers[1] ? -1 : 1;
    if (a->row.total != b->row.total)
        return a->row.total > b->row.total ? -1 : 1;
    return wl_str_compare(a->row.keys[1], b->row.keys[1]);
}

static int by_place(const void *a, const void *b, void *making)
{
    const struct making *m = making;
    const struct placed *x = a, *y = b;
    int currency = wl_str_compare(x->row.currency, y->row.currency);

    return currency != 0 ? currency : compare_places(m->request, x, y);
}

static int make_sums(struct making *m)
{
    struct wl_groups sums = {.at = NULL};
    int rc = wl_groups_join(&sums, &m->groups, currency_alone, NULL);

    if (rc == WL_OK)
        rc = wl_groups_count_vehicles(&sums, m->base.vehicle_count);
    m->out->sums = calloc((size_t)sums.count + 1, sizeof *m->out->sums);
    if (rc == WL_OK && !m->out->sums)
        rc = wl_fail(WL_E_SYSTEM, "out of memory");
    for (uint32_t i = 0; rc == WL_OK && i < sums.count; i++)
        fill_row(m, &sums.at[i], &m->out->sums[m->out->sum_count++]);
    wl_groups_release(&sums);
    return rc;
}

static int by_currency(const void *a, const void *b)
{
    return wl_str_compare(((const struct wl_quality_row *)a)->currency, ((const struct wl_quality_row *)b)->currency);
}

static int64_t share_of(const struct wl_quality *q, const struct wl_quality_row *row)
{
    for (size_t i = 0; i < q->sum_count; i++)
        if (wl_str_equal(q->sums[i].currency, row->currency))
            return q->sums[i].total <= 0 ? WL_NONE : (int64_t)wl_round((wl_i128)row->total * MILLION, q->sums[i].total);
    return WL_NONE;
}

static void place_row(const struct making *m, const struct wl_sums *sums, struct placed *placed)
{
    fill_row(m, sums, &placed->row);
    placed->place = place_of(m, sums->key);
    for (size_t i = 0; i < m->request->key_count; i++) {
        placed->numbers[i] = wl_group_number(sums->key, (unsigned)i);
        placed->row.keys[i] = text_of(&m->base, m->request->keys[i], placed->numbers[i]);
    }
    placed->row.rest = placed->numbers[0] == REST;
    placed->row.share = share_of(m->out, &placed->row);
    if (!placed->row.rest)
        placed->row.in_service = wl_service_count(&m->service, placed->numbers);
}

static int make_rows(struct making *m)
{
    struct placed *placed = calloc((size_t)m->groups.count + 1, sizeof *placed);

    m->out->rows = calloc((size_t)m->groups.count + 1, sizeof *m->out->rows);
    if (!placed || !m->out->rows) {
        free(placed);
        return wl_fail(WL_E_SYSTEM, "out of memory");
    }
    for (uint32_t i = 0; i < m->groups.count; i++)
        place_row(m, &m->groups.at[i], &placed[i]);
    qsort_r(placed, m->groups.count, sizeof *placed, by_place, m);
    for (uint32_t i = 0; i < m->groups.count; i++)
        m->out->rows[i] = placed[i].row;
    m->out->count = m->groups.count;
    free(placed);
    return wl_arena_status(&m->out->arena);
}

/* ---- all of it ---- */

static bool asks(const struct wl_quality_request *request, enum wl_quality_key a, enum wl_quality_key b)
{
    return request->keys[0] == a || request->keys[0] == b ||
           (request->key_count > 1 && (request->keys[1] == a || request->keys[1] == b));
}

/* The vehicles are always needed: to tell them apart, and for how many are in service. */
static int look_up(struct making *m)
{
    int rc = wl_base_vehicles(&m->base);

    if (rc == WL_OK && (asks(m->request, WL_BY_COMPONENT, WL_BY_CAUSE)))
        rc = wl_base_faults(&m->base);
    if (rc == WL_OK && asks(m->request, WL_BY_SUPPLIER, WL_BY_SUPPLIER))
        rc = wl_base_parts(&m->base);
    return rc == WL_OK ? wl_sieve_make(&m->sieve, &m->base, &m->request->filter) : rc;
}

static int pass_over(struct making *m)
{
    struct pass passes[WL_SCAN_THREADS];
    int64_t newest = WL_NONE;
    int rc;

    for (size_t i = 0; i < WL_SCAN_THREADS; i++)
        passes[i] = (struct pass){.base = &m->base, .sieve = &m->sieve, .request = m->request, .newest = WL_NONE};
    rc = wl_scan(&m->base, take_fact, passes, sizeof passes[0]);
    m->groups = passes[0].groups;
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        if (rc == WL_OK && i > 0)
            rc = wl_groups_join(&m->groups, &passes[i].groups, NULL, NULL);
        if (i > 0)
            wl_groups_release(&passes[i].groups);
        newest = passes[i].newest > newest ? passes[i].newest : newest;
    }
    m->out->day = m->request->filter.to == WL_NONE ? newest : m->request->filter.to;
    return rc;
}

int wl_quality_make(struct wl_store *store, const struct wl_quality_request *request, struct wl_quality *out)
{
    struct making m = {.out = out, .request = request};
    int rc;

    *out = (struct wl_quality){.day = WL_NONE};
    wl_arena_init(&out->arena, TEXTS_MAX);
    if ((rc = wl_base_open(&m.base, store, &out->arena)) == WL_OK && (rc = look_up(&m)) == WL_OK &&
        (rc = pass_over(&m)) == WL_OK && (rc = cut(&m)) == WL_OK &&
        (rc = wl_groups_count_vehicles(&m.groups, m.base.vehicle_count)) == WL_OK &&
        (rc = wl_service_make(&m.service, &m.base, &m.sieve, request, out->day)) == WL_OK &&
        (rc = make_sums(&m)) == WL_OK)
        rc = make_rows(&m);
    if (out->sums)
        qsort(out->sums, out->sum_count, sizeof *out->sums, by_currency);
    wl_groups_release(&m.groups);
    wl_groups_release(&m.firsts);
    wl_service_release(&m.service);
    wl_base_close(&m.base);
    return rc;
}

void wl_quality_release(struct wl_quality *q)
{
    free(q->rows);
    free(q->sums);
    wl_arena_release(&q->arena);
    *q = (struct wl_quality){.day = WL_NONE};
}
