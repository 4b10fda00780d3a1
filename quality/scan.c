#include "quality/scan.h"

#include <pthread.h>
#include <stdio.h>

#include "wledger/error.h"

enum { ROWS_WORTH_A_THREAD = 16, MESSAGE_SIZE = 1024 };

/* ---- shares ---- */

struct share {
    struct wl_base *base;
    wl_share_fn *call;
    void *context;
    size_t number;
    uint64_t first, end;
    int status;
    bool started;
    bool elsewhere; /* the thread sees another state of the ledger */
    pthread_t thread;
    char message[MESSAGE_SIZE];
};

static void *run(void *share)
{
    struct share *s = share;
    struct wl_txn *txn;

    s->status = wl_txn_begin(s->base->store, false, &txn);
    if (s->status == WL_OK) {
        s->elsewhere = wl_journal_size(txn) != s->base->entries;
        if (!s->elsewhere)
            s->status = s->call(s->context, s->number, txn, s->first, s->end);
        wl_txn_abort(&txn);
    }
    if (s->status != WL_OK)
        snprintf(s->message, sizeof s->message, "%s", wl_error());
    return NULL;
}

static int run_here(const struct share *s)
{
    return s->call(s->context, s->number, s->base->txn, s->first, s->end);
}

/* What a thread left, because it could not be had or a command came between its view and ours, is done here. */
static int finish(struct share *s)
{
    if (s->started)
        pthread_join(s->thread, NULL);
    if (!s->started || s->elsewhere)
        return run_here(s);
    return s->status == WL_OK ? WL_OK : wl_fail(s->status, "%s", s->message);
}

int wl_share_out(struct wl_base *b, uint64_t count, uint64_t worth_a_thread, wl_share_fn *call, void *context)
{
    struct share shares[WL_SCAN_THREADS];
    size_t threads = count / worth_a_thread < WL_SCAN_THREADS ? (size_t)(count / worth_a_thread) : WL_SCAN_THREADS;
    int rc, other;

    threads = threads == 0 ? 1 : threads;
    for (size_t i = 0; i < threads; i++) {
        shares[i] = (struct share){.base = b,
                                   .call = call,
                                   .context = context,
                                   .number = i,
                                   .first = count / threads * i,
                                   .end = i + 1 == threads ? count : count / threads * (i + 1)};
        shares[i].started = i > 0 && pthread_create(&shares[i].thread, NULL, run, &shares[i]) == 0;
    }
    rc = run_here(&shares[0]);
    for (size_t i = 1; i < threads; i++)
        if ((other = finish(&shares[i])) != WL_OK && rc == WL_OK)
            rc = other;
    return rc;
}

/* ---- facts ---- */

struct scan {
    wl_scan_fn *each;
    char *states;
    size_t state_size;
};

static int scan_row(wl_scan_fn *each, void *state, struct wl_str value)
{
    struct wl_fact_reader reader = wl_facts_of_row(value);
    struct wl_fact fact;
    int rc;

    while ((rc = wl_fact_next(&reader, &fact)) == 1)
        if ((rc = each(state, &fact)) != WL_OK)
            return rc;
    return rc;
}

static int scan_rows(void *scan, size_t share, struct wl_txn *txn, uint64_t first, uint64_t end)
{
    const struct scan *s = scan;
    struct wl_str key, value;
    struct wl_walk *walk;
    char from[8];
    int rc;

    wl_set_u64(from, first);
    rc = wl_walk_open(txn, WL_TABLE_FACTS, WL_NO_STR, (struct wl_str){from, sizeof from}, &walk);
    if (rc != WL_OK)
        return rc;
    for (uint64_t n = first; n < end && (rc = wl_walk_next(walk, &key, &value)) == 1; n++)
        if ((rc = scan_row(s->each, s->states + share * s->state_size, value)) != WL_OK)
            break;
    wl_walk_close(walk);
    return rc == 1 ? WL_OK : rc;
}

int wl_scan(struct wl_base *b, wl_scan_fn *each, void *states, size_t state_size)
{
    struct scan scan = {each, states, state_size};

    return wl_share_out(b, wl_fact_row_count(b->txn), ROWS_WORTH_A_THREAD, scan_rows, &scan);
}

/* ---- filters ---- */

static void narrow(struct wl_base *b, enum wl_code_kind kind, struct wl_str text, bool *by, uint32_t *code)
{
    *by = text.size != 0;
    *code = wl_base_code(b, kind, text);
}

int wl_sieve_make(struct wl_sieve *s, struct wl_base *b, const struct wl_quality_filter *filter)
{
    int rc = WL_OK;

    *s = (struct wl_sieve){.from = filter->from == WL_NONE ? INT64_MIN : filter->from,
                           .to = filter->to == WL_NONE ? INT64_MAX : filter->to,
                           .types = filter->types == 0 ? ~0u : filter->types,
                           .base = b};
    narrow(b, WL_CODE_DEALER, filter->dealer, &s->by_dealer, &s->dealer);
    narrow(b, WL_CODE_CURRENCY, filter->currency, &s->by_currency, &s->currency);
    narrow(b, WL_CODE_PART, filter->part, &s->by_part, &s->part);
    narrow(b, WL_CODE_FAULT, filter->fault, &s->by_fault, &s->fault);
    narrow(b, WL_CODE_MODEL, filter->model, &s->by_model, &s->model);
    narrow(b, WL_CODE_BATCH, filter->batch, &s->by_batch, &s->batch);
    s->by_component = filter->component.size != 0;
    s->by_supplier = filter->supplier.size != 0;
    if (s->by_component && !b->fault_component)
        rc = wl_base_faults(b);
    if (rc == WL_OK && s->by_supplier && !b->part_supplier)
        rc = wl_base_parts(b);
    if (rc == WL_OK && (s->by_model || s->by_batch) && !b->vehicles)
        rc = wl_base_vehicles(b);
    s->component = wl_texts_find(&b->components, filter->component);
    s->supplier = wl_texts_find(&b->suppliers, filter->supplier);
    return rc == WL_OK ? wl_txn_status(b->txn) : rc;
}

const struct wl_vehicle_facts *wl_base_vehicle(const struct wl_base *b, const struct wl_fact *fact)
{
    static const struct wl_vehicle_facts none = {.produced = WL_NO_DAY, .sold = WL_NO_DAY};

    return fact->vehicle >= 0 && (uint64_t)fact->vehicle < b->vehicle_count ? &b->vehicles[fact->vehicle] : &none;
}

bool wl_sieve_vehicle(const struct wl_sieve *s, const struct wl_vehicle_facts *vehicle)
{
    return (!s->by_model || vehicle->model == s->model) && (!s->by_batch || vehicle->batch == s->batch);
}

/* A code beyond the texts would be damage, which the check finds; here it is nobody's. */
static uint32_t looked_up(const uint32_t *by_code, const struct wl_texts *codes, uint32_t code)
{
    return code <= codes->count ? by_code[code] : 0;
}

bool wl_sieve_passes(const struct wl_sieve *s, const struct wl_fact *fact)
{
    const struct wl_base *b = s->base;

    if (fact->repair_day < s->from || fact->repair_day > s->to || !(s->types >> fact->type & 1) ||
        (s->by_dealer && fact->dealer != s->dealer) || (s->by_currency && fact->currency != s->currency) ||
        (s->by_part && fact->causal_part != s->part) || (s->by_fault && fact->fault != s->fault))
        return false;
    if (s->by_component && looked_up(b->fault_component, &b->texts[WL_CODE_FAULT], fact->fault) != s->component)
        return false;
    if (s->by_supplier && looked_up(b->part_supplier, &b->texts[WL_CODE_PART], fact->causal_part) != s->supplier)
        return false;
    return (!s->by_model && !s->by_batch) || wl_sieve_vehicle(s, wl_base_vehicle(b, fact));
}
