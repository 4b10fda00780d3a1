/* What a vehicle's parts cost, one of each, over what the vehicle does. */
#include <stdlib.h>

#include "quality/groups.h"
#include "quality/scan.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/load.h"

enum { TEXTS_MAX = 512 << 20, PAIRS_MAX = 1 << 24 };
#define MILLION 1000000

struct making {
    struct wl_base base;
    uint32_t model;            /* code, or 0: all */
    int64_t vehicle;           /* number, or WL_NONE: all */
    int64_t day;               /* of the prices */
    struct wl_texts parts;     /* codes, then parts that no claim had */
    struct wl_groups of_model; /* by model and part: each pair once */
};

/* ---- which parts a model has ---- */

struct pass {
    const struct making *making;
    struct wl_groups pairs; /* by model and part */
};

static bool is_asked(const struct making *m, int64_t vehicle, uint32_t model)
{
    return model != 0 && (m->vehicle == WL_NONE || m->vehicle == vehicle) && (m->model == 0 || m->model == model);
}

static int note(struct wl_groups *pairs, uint32_t model, uint32_t part)
{
    return wl_groups_find(pairs, wl_group_key(model, part, 0)) == UINT32_MAX ? WL_E_USAGE : WL_OK;
}

static int take_fact(void *pass, const struct wl_fact *fact)
{
    struct pass *p = pass;
    uint32_t model = wl_base_vehicle(&p->making->base, fact)->model;
    int rc = WL_OK;

    if (!is_asked(p->making, fact->vehicle, model) || fact->kind == WL_FACT_CORRECTED)
        return WL_OK;
    for (uint32_t i = 0; rc == WL_OK && i < fact->part_count; i++)
        if (fact->lines[i].amount > 0)
            rc = note(&p->pairs, model, fact->lines[i].part);
    return rc;
}

static int from_claims(struct making *m)
{
    struct pass passes[WL_SCAN_THREADS];
    int rc;

    for (size_t i = 0; i < WL_SCAN_THREADS; i++)
        passes[i] = (struct pass){.making = m, .pairs = {.limit = PAIRS_MAX}};
    rc = wl_scan(&m->base, take_fact, passes, sizeof passes[0]);
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        if (rc == WL_OK)
            rc = wl_groups_join(&m->of_model, &passes[i].pairs, NULL, NULL);
        wl_groups_release(&passes[i].pairs);
    }
    return rc;
}

static int take_fit(struct making *m, const struct wl_fit *fit)
{
    int64_t vehicle = wl_vehicle_number(m->base.txn, fit->vin);
    uint32_t model = vehicle >= 0 && (uint64_t)vehicle < m->base.vehicle_count ? m->base.vehicles[vehicle].model : 0;
    uint32_t part;

    if (!is_asked(m, vehicle, model))
        return wl_txn_status(m->base.txn);
    part = wl_texts_number(&m->parts, m->base.arena, fit->part_id);
    return part == 0 ? WL_E_SYSTEM : note(&m->of_model, model, part);
}

static int from_fits(struct making *m)
{
    char table = WL_REF_FITS;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(m->base.txn, WL_TABLE_REFERENCE, (struct wl_str){&table, 1}, WL_NO_STR, &walk);

    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_fit fit;

        rc = wl_record_decode(wl_reference_info(WL_REF_FITS)->record, wl_reference_row_cbor(value), &fit, NULL);
        if (rc == WL_OK)
            rc = take_fit(m, &fit);
    }
    wl_walk_close(walk);
    return rc;
}

/* Part codes keep their numbers; parts that only fits name follow. */
static int number_parts(struct making *m)
{
    const struct wl_texts *codes = &m->base.texts[WL_CODE_PART];

    for (uint32_t i = 1; i <= codes->count; i++)
        if (wl_texts_number(&m->parts, m->base.arena, codes->at[i]) != i)
            return wl_fail(WL_E_DAMAGED, "two codes have the same text");
    return WL_OK;
}

/* ---- rows ---- */

static int read_model(struct making *m, uint32_t number, struct wl_price_row *row)
{
    struct wl_reference_key key;
    struct wl_model model;
    struct wl_str value;
    int rc;

    row->model = wl_texts_at(&m->base.texts[WL_CODE_MODEL], number);
    wl_reference_key_start(&key, WL_REF_MODELS);
    wl_reference_key_text(&key, row->model);
    if (key.bad || (rc = wl_get(m->base.txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value)) == 0)
        return WL_OK;
    if (rc < 0 || (rc = wl_record_decode(wl_reference_info(WL_REF_MODELS)->record, wl_reference_row_cbor(value), &model,
                                         NULL)) != WL_OK)
        return rc;
    row->name = wl_arena_copy(m->base.arena, model.name);
    row->currency = wl_arena_copy(m->base.arena, model.currency);
    row->list_price = model.list_price;
    return WL_OK;
}

static int add_part(struct making *m, struct wl_price_row *row, struct wl_str part_id)
{
    const struct wl_part_terms *terms = wl_part_terms_find(m->base.reference, part_id, row->currency);
    int64_t price = terms ? wl_list_price_on(terms, m->day) : WL_NONE;

    row->parts++;
    if (price == WL_NONE)
        return wl_txn_status(m->base.txn);
    row->priced++;
    if (__builtin_add_overflow(row->sum, price, &row->sum))
        return wl_fail(WL_E_FULL, "a sum of prices is larger than can be told");
    return wl_txn_status(m->base.txn);
}

static int by_ratio(const void *a, const void *b)
{
    const struct wl_price_row *x = a, *y = b;

    if (x->ratio != y->ratio)
        return x->ratio > y->ratio ? -1 : 1; /* WL_NONE is below all */
    return wl_str_compare(x->model, y->model);
}

static int make_rows(struct making *m, struct wl_prices *out)
{
    uint32_t models = m->base.texts[WL_CODE_MODEL].count;
    struct wl_price_row *rows = out->rows = calloc((size_t)models + 1, sizeof *rows);
    int rc = rows ? WL_OK : wl_fail(WL_E_SYSTEM, "out of memory");

    for (uint32_t i = 1; rc == WL_OK && i <= models; i++)
        rc = read_model(m, i, &rows[i - 1]);
    for (uint32_t i = 0; rc == WL_OK && i < m->of_model.count; i++) {
        uint64_t key = m->of_model.at[i].key;

        rc = add_part(m, &rows[wl_group_number(key, 0) - 1], wl_texts_at(&m->parts, wl_group_number(key, 1)));
    }
    for (uint32_t i = 0; rc == WL_OK && i < models; i++) {
        if (rows[i].parts == 0)
            continue;
        rows[i].ratio =
            rows[i].list_price <= 0 ? WL_NONE : (int64_t)wl_round((wl_i128)rows[i].sum * MILLION, rows[i].list_price);
        rows[out->count++] = rows[i];
    }
    if (rc == WL_OK)
        qsort(rows, out->count, sizeof *rows, by_ratio);
    return rc == WL_OK ? wl_arena_status(m->base.arena) : rc;
}

/* ---- all of it ---- */

static int ask(struct making *m, struct wl_str model, struct wl_str vin, int64_t on)
{
    struct wl_txn *txn = m->base.txn;

    m->day = on == WL_NONE ? wl_time_day(wl_journal_time(txn), wl_journal_zone(txn)) : on;
    m->model = wl_base_code(&m->base, WL_CODE_MODEL, model);
    m->vehicle = vin.size == 0 ? WL_NONE : wl_vehicle_number(txn, vin);
    if (wl_txn_status(txn) != WL_OK)
        return wl_txn_status(txn);
    if (vin.size != 0 && (m->vehicle == WL_NONE || (uint64_t)m->vehicle >= m->base.vehicle_count ||
                          m->base.vehicles[m->vehicle].model == 0))
        return wl_fail(WL_E_USAGE, WL_STR_FMT ": not in the vehicles of the reference data", WL_STR_ARG(vin));
    return number_parts(m);
}

int wl_prices_make(struct wl_store *store, struct wl_str model, struct wl_str vin, int64_t on, struct wl_prices *out)
{
    struct making m = {.vehicle = WL_NONE, .of_model = {.limit = PAIRS_MAX}};
    int rc;

    *out = (struct wl_prices){.day = WL_NONE};
    wl_arena_init(&out->arena, TEXTS_MAX);
    if ((rc = wl_base_open(&m.base, store, &out->arena)) == WL_OK && (rc = wl_base_vehicles(&m.base)) == WL_OK &&
        (rc = ask(&m, model, vin, on)) == WL_OK && (rc = from_claims(&m)) == WL_OK && (rc = from_fits(&m)) == WL_OK)
        rc = make_rows(&m, out);
    out->day = m.day;
    wl_texts_release(&m.parts);
    wl_groups_release(&m.of_model);
    wl_base_close(&m.base);
    return rc;
}

void wl_prices_release(struct wl_prices *p)
{
    free(p->rows);
    wl_arena_release(&p->arena);
    *p = (struct wl_prices){.day = WL_NONE};
}
