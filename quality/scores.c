#include "quality/scores.h"

#include <stdlib.h>
#include <string.h>

#include "wledger/command.h"
#include "wledger/desk.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include "wledger/load.h"

enum { CLAIMS_WORTH_A_THREAD = 4096, TEXTS_MAX = 64 << 20, FIRST_ROOM = 64 };

static int no_memory(void)
{
    return wl_fail(WL_E_SYSTEM, "out of memory");
}

int32_t wl_scores_find(struct wl_scores *s, struct wl_str dealer_id, struct wl_str currency)
{
    uint32_t dealer = wl_texts_number(&s->dealers, s->arena, dealer_id);
    uint32_t money = wl_texts_number(&s->currencies, s->arena, currency), group;

    if ((dealer == 0 && dealer_id.size != 0) || (money == 0 && currency.size != 0) || money > WL_GROUP_CURRENCY_MAX ||
        (group = wl_groups_find(&s->groups, wl_group_key(dealer, 0, money))) == UINT32_MAX)
        return WL_NO_SCORE;
    if (group >= s->room) {
        uint32_t room = 2 * group + FIRST_ROOM;
        struct wl_dealer_score *more = realloc(s->at, room * sizeof *more);

        if (!more) {
            no_memory();
            return WL_NO_SCORE;
        }
        memset(more + s->room, 0, (room - s->room) * sizeof *more);
        s->at = more;
        s->room = room;
    }
    return (int32_t)group;
}

void wl_scores_release(struct wl_scores *s)
{
    wl_texts_release(&s->dealers);
    wl_texts_release(&s->currencies);
    wl_groups_release(&s->groups);
    free(s->at);
    *s = (struct wl_scores){.arena = NULL};
}

/* ---- one thread's claims ---- */

struct pass {
    struct wl_scores scores;
    struct wl_arena arena;
    uint64_t first, end; /* claims that it looked at */
};

struct counting {
    struct pass passes[WL_SCAN_THREADS];
    const struct wl_base *base;
    const struct wl_sieve *sieve;
    const struct wl_quality_filter *filter;
    int32_t *score_of;
    uint64_t claim_count;
};

/* What a thread looks at while it counts. */
struct view {
    struct wl_txn *txn;
    struct wl_reference *reference;
};

static bool passes_text(struct wl_str wanted, struct wl_str text)
{
    return wanted.size == 0 || wl_str_equal(wanted, text);
}

static bool passes(const struct counting *c, const struct wl_claim *claim)
{
    const struct wl_sieve *s = c->sieve;
    const struct wl_fact as_fact = {.vehicle = claim->vehicle};

    return claim->repair_day >= s->from && claim->repair_day <= s->to && s->types >> claim->type & 1 &&
           passes_text(c->filter->dealer, claim->dealer_id) && passes_text(c->filter->currency, claim->currency) &&
           ((!s->by_model && !s->by_batch) || wl_sieve_vehicle(s, wl_base_vehicle(c->base, &as_fact)));
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

/* A corrected claim comes before a reviewer again only by an appeal, so what a reviewer decided last, without one, was
 * never corrected: few claims are left to be looked up in the journal. */
static bool may_be_corrected(const struct wl_claim *claim)
{
    return claim->decided_seq != claim->seq && (claim->decided_tier == WL_NONE || claim->appealed_seq != WL_NONE);
}

static int count_correction(const struct view *v, int64_t id, const struct wl_claim *claim,
                            struct wl_dealer_score *score)
{
    struct looking l = {v->txn, false};
    int rc;

    if (!may_be_corrected(claim))
        return WL_OK;
    rc = wl_history_each(v->txn, (struct wl_subject){WL_SUBJECT_CLAIM, id}, look_at, &l);
    score->corrected += l.found;
    return rc;
}

static void count_delay(const struct view *v, const struct wl_claim *claim, struct wl_dealer_score *score)
{
    int64_t days = claim->submit_day - claim->repair_day, limit;

    if (claim->previous_version != WL_NONE || days < 0)
        return;
    limit = wl_policy_on(v->reference, WL_STR("submit_days"), claim->repair_day);
    score->first_claims++;
    score->delay += days;
    score->late += limit != WL_NONE && days * 1000000 > limit;
}

static int count_claim(const struct view *v, int64_t id, const struct wl_claim *claim, struct wl_dealer_score *score)
{
    score->claims++;
    /* Whether one that is settled was approved in part, its fact says. */
    score->approved += claim->state == WL_CLAIM_APPROVED || claim->state == WL_CLAIM_SETTLED;
    score->partial += claim->state == WL_CLAIM_PARTIAL;
    score->rejected += claim->state == WL_CLAIM_REJECTED;
    score->referred += claim->state == WL_CLAIM_REFERRED;
    score->info_requested += claim->state == WL_CLAIM_INFO_REQUESTED;
    score->charged_back_claims += claim->charged_back != WL_NONE && claim->charged_back > 0;
    count_delay(v, claim, score);
    return count_correction(v, id, claim, score);
}

static int take_claim(struct counting *c, struct pass *p, const struct view *v, uint64_t id, struct wl_str value)
{
    struct wl_claim claim;
    int32_t score;
    int rc = wl_record_decode(&wl_claim_row_record, value, &claim, NULL);

    if (rc != WL_OK || !passes(c, &claim))
        return rc;
    if ((score = wl_scores_find(&p->scores, claim.dealer_id, claim.currency)) == WL_NO_SCORE)
        return WL_E_SYSTEM;
    c->score_of[id] = score;
    return count_claim(v, (int64_t)id, &claim, &p->scores.at[score]);
}

static int take_rows(struct counting *c, struct pass *p, const struct view *v)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    char from[8];
    int rc;

    wl_set_u64(from, p->first);
    if ((rc = wl_walk_open(v->txn, WL_TABLE_CLAIMS, WL_NO_STR, (struct wl_str){from, sizeof from}, &walk)) != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        uint64_t id = key.size == sizeof from ? wl_get_u64(key.data) : UINT64_MAX;

        if (id >= p->end && id < c->claim_count)
            break;
        if (id >= p->end)
            rc = wl_fail(WL_E_DAMAGED, "there are more claims than are counted");
        if (rc != 1 || (rc = take_claim(c, p, v, id, value)) != WL_OK)
            break;
    }
    wl_walk_close(walk);
    return rc == 1 ? wl_txn_status(v->txn) : rc;
}

static int take_share(void *counting, size_t share, struct wl_txn *txn, uint64_t first, uint64_t end)
{
    struct counting *c = counting;
    struct pass *p = &c->passes[share];
    void *cache = wl_reference_cache_new();
    int rc;

    p->first = first;
    p->end = end;
    if (!cache)
        return no_memory();
    const struct wl_context ctx = {.txn = txn, .arena = &p->arena, .cache = cache, .seq = c->base->entries};
    const struct view view = {txn, wl_reference(&ctx)};

    rc = take_rows(c, p, &view);
    wl_reference_cache_free(cache);
    return rc;
}

/* ---- of all threads ---- */

static void add(struct wl_dealer_score *to, const struct wl_dealer_score *from)
{
    to->claims += from->claims;
    to->approved += from->approved;
    to->partial += from->partial;
    to->rejected += from->rejected;
    to->referred += from->referred;
    to->info_requested += from->info_requested;
    to->corrected += from->corrected;
    to->charged_back_claims += from->charged_back_claims;
    to->first_claims += from->first_claims;
    to->delay += from->delay;
    to->late += from->late;
}

static int join(struct wl_scores *all, struct counting *c, const struct pass *p)
{
    const struct wl_scores *own = &p->scores;
    int32_t *now = malloc(((size_t)own->groups.count + 1) * sizeof *now);
    int rc = now ? WL_OK : no_memory();

    for (uint32_t i = 0; rc == WL_OK && i < own->groups.count; i++) {
        uint64_t key = own->groups.at[i].key;

        now[i] = wl_scores_find(all, wl_texts_at(&own->dealers, wl_group_number(key, 0)),
                                wl_texts_at(&own->currencies, wl_group_number(key, 2)));
        if (now[i] == WL_NO_SCORE)
            rc = WL_E_SYSTEM;
        else
            add(&all->at[now[i]], &own->at[i]);
    }
    for (uint64_t id = p->first; rc == WL_OK && id < p->end; id++)
        if (c->score_of[id] != WL_NO_SCORE)
            c->score_of[id] = now[c->score_of[id]];
    free(now);
    return rc;
}

int wl_scores_of_claims(struct wl_scores *scores, struct wl_base *base, const struct wl_sieve *sieve,
                        const struct wl_quality_filter *filter, int32_t *score_of, uint64_t claim_count)
{
    struct counting c = {
        .base = base, .sieve = sieve, .filter = filter, .score_of = score_of, .claim_count = claim_count};
    int rc;

    for (uint64_t id = 0; id < claim_count; id++)
        score_of[id] = WL_NO_SCORE;
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        wl_arena_init(&c.passes[i].arena, TEXTS_MAX);
        c.passes[i].scores.arena = &c.passes[i].arena;
    }
    rc = wl_share_out(base, claim_count, CLAIMS_WORTH_A_THREAD, take_share, &c);
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        if (rc == WL_OK)
            rc = join(scores, &c, &c.passes[i]);
        wl_scores_release(&c.passes[i].scores);
        wl_arena_release(&c.passes[i].arena);
    }
    return rc;
}
