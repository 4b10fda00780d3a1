/* Dealers' scorecard: how their claims came out, how late they are, what had to be repaired again. */
#include <stdlib.h>

#include "quality/repeats.h"
#include "quality/scores.h"
#include "wledger/date.h"
#include "wledger/demand.h"
#include "wledger/error.h"

enum { TEXTS_MAX = 512 << 20, SCRATCH_MAX = 8 << 20 };

struct making {
    struct wl_base base;
    struct wl_sieve sieve; /* of facts */
    const struct wl_quality_filter *filter;
    struct wl_scores scores;
    int32_t *score_of_claim; /* by claim id; WL_NO_SCORE: it does not pass */
    uint64_t claim_count;
    struct wl_arena row; /* of one row */
};

static int no_memory(void)
{
    return wl_fail(WL_E_SYSTEM, "out of memory");
}

static bool passes_text(struct wl_str wanted, struct wl_str text)
{
    return wanted.size == 0 || wl_str_equal(wanted, text);
}

/* ---- claims, whatever became of them ---- */

static int take_claims(struct making *m)
{
    m->claim_count = wl_table_rows(m->base.txn, WL_TABLE_CLAIMS);
    m->score_of_claim = malloc((m->claim_count + 1) * sizeof *m->score_of_claim);
    return m->score_of_claim
               ? wl_scores_of_claims(&m->scores, &m->base, &m->sieve, m->filter, m->score_of_claim, m->claim_count)
               : no_memory();
}

typedef int row_fn(struct making *, struct wl_str value);
static int each_row(struct making *m, unsigned table, row_fn *take)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(m->base.txn, table, WL_NO_STR, WL_NO_STR, &walk);

    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1)
        rc = take(m, value);
    wl_walk_close(walk);
    return rc;
}

/* ---- parts that come back; parts on their way ---- */

static int take_obligation(struct making *m, struct wl_str value)
{
    struct wl_obligation o;
    struct wl_dealer_score *score;
    int rc = wl_record_decode(&wl_obligation_record, value, &o, NULL);

    if (rc != WL_OK || o.claim < 0 || (uint64_t)o.claim >= m->claim_count || m->score_of_claim[o.claim] == WL_NO_SCORE)
        return rc;
    score = &m->scores.at[m->score_of_claim[o.claim]];
    score->returns++;
    score->returns_overdue += o.overdue_seq != WL_NONE;
    score->returns_accepted += o.state == WL_OBLIGATION_ACCEPTED;
    score->returns_refused += o.state == WL_OBLIGATION_REFUSED;
    return WL_OK;
}

static int take_dispatch(struct making *m, struct wl_str value)
{
    struct wl_dispatch dispatch;
    const struct wl_dealer *dealer;
    int32_t group;
    int64_t day;
    int rc;

    wl_arena_clear(&m->row);
    if ((rc = wl_record_decode(&wl_dispatch_record, value, &dispatch, &m->row)) != WL_OK)
        return rc;
    day = wl_time_day(dispatch.time, wl_journal_zone(m->base.txn));
    if (day < m->sieve.from || day > m->sieve.to || !passes_text(m->filter->dealer, dispatch.to_id) ||
        !(dealer = wl_dealer_find(m->base.reference, dispatch.to_id)) ||
        !passes_text(m->filter->currency, dealer->currency))
        return wl_txn_status(m->base.txn);
    if ((group = wl_scores_find(&m->scores, dispatch.to_id, dealer->currency)) == WL_NO_SCORE)
        return WL_E_SYSTEM;
    m->scores.at[group].dispatches++;
    m->scores.at[group].late_dispatches += dispatch.late_seq != WL_NONE;
    return WL_OK;
}

static int take_movements(struct making *m)
{
    int rc = each_row(m, WL_TABLE_OBLIGATIONS, take_obligation);

    if (rc != WL_OK || m->filter->types != 0 || m->sieve.by_model || m->sieve.by_batch)
        return rc;
    return each_row(m, WL_TABLE_DISPATCHES, take_dispatch);
}

/* ---- settled claims ---- */

struct pass {
    const struct making *making;
    struct wl_groups settled;  /* by dealer and currency, of codes */
    struct wl_groups partial;  /* claims that were approved in part */
    struct wl_repairs repairs; /* of all dealers */
    int64_t newest;
};

static int take_fact(void *pass, const struct wl_fact *fact)
{
    struct pass *p = pass;
    const struct making *m = p->making;
    bool settled = fact->kind == WL_FACT_SETTLED, good = wl_sieve_passes(&m->sieve, fact);
    uint64_t key = wl_group_key(fact->dealer, 0, fact->currency);
    uint32_t group;
    int rc = WL_OK;

    if (settled && fact->repair_day > p->newest)
        p->newest = fact->repair_day;
    if (settled)
        rc = wl_repairs_add(&p->repairs, &m->base, fact, good);
    if (rc != WL_OK || fact->kind == WL_FACT_PARTS || !good)
        return rc;
    if ((group = wl_groups_find(&p->partial, key)) == UINT32_MAX)
        return WL_E_USAGE;
    p->partial.at[group].claims += settled && fact->partial;
    return wl_groups_add(&p->settled, key, fact);
}

/* By the texts of this report in place of the codes of facts. */
static int32_t score_of(struct making *m, uint32_t dealer, uint32_t currency)
{
    const struct wl_texts *dealers = &m->base.texts[WL_CODE_DEALER], *currencies = &m->base.texts[WL_CODE_CURRENCY];

    return wl_scores_find(&m->scores, wl_texts_at(dealers, dealer), wl_texts_at(currencies, currency));
}

static int add_sums(struct making *m, const struct wl_groups *settled)
{
    for (uint32_t i = 0; i < settled->count; i++) {
        const struct wl_sums *sums = &settled->at[i];
        int32_t group = score_of(m, wl_group_number(sums->key, 0), wl_group_number(sums->key, 2));

        if (group == WL_NO_SCORE)
            return WL_E_DAMAGED;
        m->scores.at[group].settled = sums->claims;
        m->scores.at[group].vehicles = sums->vehicles;
        m->scores.at[group].total = sums->total;
        m->scores.at[group].charged_back = sums->charged_back;
    }
    return WL_OK;
}

static int add_partial(struct making *m, const struct wl_groups *partial)
{
    for (uint32_t i = 0; i < partial->count; i++) {
        int32_t group = score_of(m, wl_group_number(partial->at[i].key, 0), wl_group_number(partial->at[i].key, 2));

        if (group == WL_NO_SCORE)
            return WL_E_DAMAGED;
        m->scores.at[group].partial += partial->at[i].claims;
        m->scores.at[group].approved -= partial->at[i].claims;
    }
    return WL_OK;
}

static int add_repeat(void *making, const struct wl_repair *repair)
{
    struct making *m = making;
    int32_t group = score_of(m, repair->dealer, repair->currency);

    if (group == WL_NO_SCORE)
        return WL_E_DAMAGED;
    m->scores.at[group].repeats++;
    return WL_OK;
}

static int join(struct making *m, struct pass *all, struct pass *one)
{
    int rc = wl_groups_join(&all->settled, &one->settled, NULL, NULL);

    if (rc == WL_OK)
        rc = add_partial(m, &one->partial);
    if (rc == WL_OK)
        rc = wl_repairs_join(&all->repairs, &one->repairs);
    all->newest = one->newest > all->newest ? one->newest : all->newest;
    return rc;
}

static void release_pass(struct pass *p)
{
    wl_groups_release(&p->settled);
    wl_groups_release(&p->partial);
    wl_repairs_release(&p->repairs);
}

static int take_facts(struct making *m, int64_t *newest)
{
    struct pass passes[WL_SCAN_THREADS], all = {.newest = WL_NONE};
    int rc;

    for (size_t i = 0; i < WL_SCAN_THREADS; i++)
        passes[i] = (struct pass){.making = m, .newest = WL_NONE};
    rc = wl_scan(&m->base, take_fact, passes, sizeof passes[0]);
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        if (rc == WL_OK)
            rc = join(m, &all, &passes[i]);
        release_pass(&passes[i]);
    }
    if (rc == WL_OK)
        rc = wl_groups_count_vehicles(&all.settled, m->base.vehicle_count);
    if (rc == WL_OK)
        rc = add_sums(m, &all.settled);
    if (rc == WL_OK)
        rc = wl_repeats_each(&all.repairs, &m->base, add_repeat, m);
    *newest = all.newest;
    release_pass(&all);
    return rc;
}

/* ---- rows ---- */

static int by_dealer(const void *a, const void *b)
{
    const struct wl_dealer_score *x = a, *y = b;
    int order = wl_str_compare(x->dealer_id, y->dealer_id);

    return order != 0 ? order : wl_str_compare(x->currency, y->currency);
}

static int make_rows(struct making *m, struct wl_dealer_scores *out)
{
    for (uint32_t i = 0; i < m->scores.groups.count; i++) {
        struct wl_dealer_score *row = &m->scores.at[i];
        const struct wl_dealer *dealer;

        row->dealer_id = wl_texts_at(&m->scores.dealers, wl_group_number(m->scores.groups.at[i].key, 0));
        row->currency = wl_texts_at(&m->scores.currencies, wl_group_number(m->scores.groups.at[i].key, 2));
        if (row->dealer_id.size != 0 && (dealer = wl_dealer_find(m->base.reference, row->dealer_id)))
            row->name = wl_arena_copy(m->base.arena, dealer->name);
    }
    out->rows = m->scores.at;
    out->count = m->scores.groups.count;
    m->scores.at = NULL;
    if (out->count)
        qsort(out->rows, out->count, sizeof *out->rows, by_dealer);
    return wl_txn_status(m->base.txn);
}

static void release(struct making *m)
{
    wl_scores_release(&m->scores);
    free(m->score_of_claim);
    wl_arena_release(&m->row);
    wl_base_close(&m->base);
}

int wl_dealer_scores_make(struct wl_store *store, const struct wl_quality_filter *filter, struct wl_dealer_scores *out)
{
    struct wl_quality_filter known = *filter;
    struct making m = {.filter = &known};
    int rc;

    *out = (struct wl_dealer_scores){.day = WL_NONE};
    known.component = known.fault = known.part = known.supplier = WL_NO_STR;
    wl_arena_init(&out->arena, TEXTS_MAX);
    wl_arena_init(&m.row, SCRATCH_MAX);
    m.scores.arena = &out->arena;
    if ((rc = wl_base_open(&m.base, store, &out->arena)) == WL_OK && (rc = wl_base_vehicles(&m.base)) == WL_OK &&
        (rc = wl_base_faults(&m.base)) == WL_OK && (rc = wl_sieve_make(&m.sieve, &m.base, &known)) == WL_OK &&
        (rc = take_claims(&m)) == WL_OK && (rc = take_movements(&m)) == WL_OK &&
        (rc = take_facts(&m, &out->day)) == WL_OK)
        rc = make_rows(&m, out);
    if (filter->to != WL_NONE)
        out->day = filter->to;
    release(&m);
    return rc;
}

void wl_dealer_scores_release(struct wl_dealer_scores *s)
{
    free(s->rows);
    wl_arena_release(&s->arena);
    *s = (struct wl_dealer_scores){.day = WL_NONE};
}
