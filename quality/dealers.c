/* Dealers' scorecard: how their claims came out, how late they are, what had to be repaired again. */
#include <stdlib.h>
#include <string.h>

#include "quality/groups.h"
#include "quality/repeats.h"
#include "quality/scan.h"
#include "wledger/date.h"
#include "wledger/demand.h"
#include "wledger/desk.h"
#include "wledger/error.h"
#include "wledger/gates.h"

enum { TEXTS_MAX = 512 << 20, SCRATCH_MAX = 8 << 20, NO_GROUP = -1 };

struct making {
    struct wl_base base;
    struct wl_sieve sieve; /* of facts */
    const struct wl_quality_filter *filter;
    struct wl_texts dealers, currencies; /* also of dealers that never had a settled claim */
    struct wl_groups groups;             /* by dealer and currency, of these texts */
    struct wl_dealer_score *scores;      /* by group */
    uint32_t room;
    int32_t *group_of_claim; /* by claim id; NO_GROUP: it does not pass */
    uint64_t claim_count, claims_seen;
    struct wl_arena row; /* of one row */
};

static int no_memory(void)
{
    return wl_fail(WL_E_SYSTEM, "out of memory");
}

/* The score of a dealer in a currency, by index; NO_GROUP with an error. */
static int32_t group_of(struct making *m, struct wl_str dealer_id, struct wl_str currency)
{
    uint32_t dealer = wl_texts_number(&m->dealers, m->base.arena, dealer_id);
    uint32_t money = wl_texts_number(&m->currencies, m->base.arena, currency), group;

    if ((dealer == 0 && dealer_id.size != 0) || (money == 0 && currency.size != 0) || money > WL_GROUP_CURRENCY_MAX ||
        (group = wl_groups_find(&m->groups, wl_group_key(dealer, 0, money))) == UINT32_MAX)
        return NO_GROUP;
    if (group >= m->room) {
        uint32_t room = 2 * group + 64;
        struct wl_dealer_score *more = realloc(m->scores, room * sizeof *more);

        if (!more) {
            no_memory();
            return NO_GROUP;
        }
        memset(more + m->room, 0, (room - m->room) * sizeof *more);
        m->scores = more;
        m->room = room;
    }
    return (int32_t)group;
}

static bool passes_text(struct wl_str wanted, struct wl_str text)
{
    return wanted.size == 0 || wl_str_equal(wanted, text);
}

/* ---- claims, whatever became of them ---- */

static bool passes(const struct making *m, const struct wl_claim *claim)
{
    const struct wl_sieve *s = &m->sieve;
    const struct wl_fact as_fact = {.vehicle = claim->vehicle};

    return claim->repair_day >= s->from && claim->repair_day <= s->to && s->types >> claim->type & 1 &&
           passes_text(m->filter->dealer, claim->dealer_id) && passes_text(m->filter->currency, claim->currency) &&
           ((!s->by_model && !s->by_batch) || wl_sieve_vehicle(s, wl_base_vehicle(&m->base, &as_fact)));
}

struct looking {
    struct wl_txn *txn;
    bool found;
};

/* Whether an entry of a claim's history is a correction. */
static int look_at(void *looking, uint64_t seq)
{
    struct looking *l = looking;
    struct wl_entry entry;
    int rc = wl_entry_read(l->txn, seq, &entry);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a claim's history is missing");
    l->found |= entry.command == &wl_correct_command;
    return WL_OK;
}

static int count_correction(struct making *m, int64_t id, const struct wl_claim *claim, struct wl_dealer_score *score)
{
    struct looking l = {m->base.txn, false};
    int rc;

    if (claim->decided_seq == claim->seq)
        return WL_OK;
    rc = wl_history_each(m->base.txn, (struct wl_subject){WL_SUBJECT_CLAIM, id}, look_at, &l);
    score->corrected += l.found;
    return rc;
}

static void count_delay(struct making *m, const struct wl_claim *claim, struct wl_dealer_score *score)
{
    int64_t days = claim->submit_day - claim->repair_day, limit;

    if (claim->previous_version != WL_NONE || days < 0)
        return;
    limit = wl_policy_on(m->base.reference, WL_STR("submit_days"), claim->repair_day);
    score->first_claims++;
    score->delay += days;
    score->late += limit != WL_NONE && days * 1000000 > limit;
}

static int count_claim(struct making *m, int64_t id, const struct wl_claim *claim, struct wl_dealer_score *score)
{
    score->claims++;
    /* Whether one that is settled was approved in part, its fact says. */
    score->approved += claim->state == WL_CLAIM_APPROVED || claim->state == WL_CLAIM_SETTLED;
    score->partial += claim->state == WL_CLAIM_PARTIAL;
    score->rejected += claim->state == WL_CLAIM_REJECTED;
    score->referred += claim->state == WL_CLAIM_REFERRED;
    score->info_requested += claim->state == WL_CLAIM_INFO_REQUESTED;
    score->charged_back_claims += claim->charged_back != WL_NONE && claim->charged_back > 0;
    count_delay(m, claim, score);
    return count_correction(m, id, claim, score);
}

static int take_claim(struct making *m, struct wl_str value)
{
    int64_t id = (int64_t)m->claims_seen++;
    struct wl_claim claim;
    int32_t group;
    int rc = wl_record_decode(&wl_claim_row_record, value, &claim, NULL);

    if (rc != WL_OK || (uint64_t)id >= m->claim_count)
        return rc != WL_OK ? rc : wl_fail(WL_E_DAMAGED, "there are more claims than are counted");
    m->group_of_claim[id] = NO_GROUP;
    if (!passes(m, &claim))
        return WL_OK;
    if ((group = group_of(m, claim.dealer_id, claim.currency)) == NO_GROUP)
        return WL_E_SYSTEM;
    m->group_of_claim[id] = group;
    return count_claim(m, id, &claim, &m->scores[group]);
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

static int take_claims(struct making *m)
{
    m->claim_count = wl_table_rows(m->base.txn, WL_TABLE_CLAIMS);
    m->group_of_claim = malloc((m->claim_count + 1) * sizeof *m->group_of_claim);
    return m->group_of_claim ? each_row(m, WL_TABLE_CLAIMS, take_claim) : no_memory();
}

/* ---- parts that come back; parts on their way ---- */

static int take_obligation(struct making *m, struct wl_str value)
{
    struct wl_obligation o;
    struct wl_dealer_score *score;
    int rc = wl_record_decode(&wl_obligation_record, value, &o, NULL);

    if (rc != WL_OK || o.claim < 0 || (uint64_t)o.claim >= m->claims_seen || m->group_of_claim[o.claim] == NO_GROUP)
        return rc;
    score = &m->scores[m->group_of_claim[o.claim]];
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
    if ((group = group_of(m, dispatch.to_id, dealer->currency)) == NO_GROUP)
        return WL_E_SYSTEM;
    m->scores[group].dispatches++;
    m->scores[group].late_dispatches += dispatch.late_seq != WL_NONE;
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

    return group_of(m, wl_texts_at(dealers, dealer), wl_texts_at(currencies, currency));
}

static int add_sums(struct making *m, const struct wl_groups *settled)
{
    for (uint32_t i = 0; i < settled->count; i++) {
        const struct wl_sums *sums = &settled->at[i];
        int32_t group = score_of(m, wl_group_number(sums->key, 0), wl_group_number(sums->key, 2));

        if (group == NO_GROUP)
            return WL_E_DAMAGED;
        m->scores[group].settled = sums->claims;
        m->scores[group].vehicles = sums->vehicles;
        m->scores[group].total = sums->total;
        m->scores[group].charged_back = sums->charged_back;
    }
    return WL_OK;
}

static int add_partial(struct making *m, const struct wl_groups *partial)
{
    for (uint32_t i = 0; i < partial->count; i++) {
        int32_t group = score_of(m, wl_group_number(partial->at[i].key, 0), wl_group_number(partial->at[i].key, 2));

        if (group == NO_GROUP)
            return WL_E_DAMAGED;
        m->scores[group].partial += partial->at[i].claims;
        m->scores[group].approved -= partial->at[i].claims;
    }
    return WL_OK;
}

static int add_repeat(void *making, const struct wl_repair *repair)
{
    struct making *m = making;
    int32_t group = score_of(m, repair->dealer, repair->currency);

    if (group == NO_GROUP)
        return WL_E_DAMAGED;
    m->scores[group].repeats++;
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
    for (uint32_t i = 0; i < m->groups.count; i++) {
        struct wl_dealer_score *row = &m->scores[i];
        const struct wl_dealer *dealer;

        row->dealer_id = wl_texts_at(&m->dealers, wl_group_number(m->groups.at[i].key, 0));
        row->currency = wl_texts_at(&m->currencies, wl_group_number(m->groups.at[i].key, 2));
        if (row->dealer_id.size != 0 && (dealer = wl_dealer_find(m->base.reference, row->dealer_id)))
            row->name = wl_arena_copy(m->base.arena, dealer->name);
    }
    out->rows = m->scores;
    out->count = m->groups.count;
    m->scores = NULL;
    if (out->count)
        qsort(out->rows, out->count, sizeof *out->rows, by_dealer);
    return wl_txn_status(m->base.txn);
}

static void release(struct making *m)
{
    wl_texts_release(&m->dealers);
    wl_texts_release(&m->currencies);
    wl_groups_release(&m->groups);
    free(m->scores);
    free(m->group_of_claim);
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
