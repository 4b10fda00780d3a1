/* Cost by supplier, and what of it came back from them. */
#include <stdlib.h>
#include <string.h>

#include "quality/groups.h"
#include "quality/scan.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/recovery.h"

enum { TEXTS_MAX = 512 << 20 };
#define MILLION 1000000

static int no_memory(void)
{
    return wl_fail(WL_E_SYSTEM, "out of memory");
}

/* ---- one thread's pass ---- */

struct pass {
    const struct wl_base *base;
    const struct wl_sieve *sieve;
    struct wl_groups causal; /* by supplier of the causal part, and currency */
    struct wl_groups lines;  /* of part lines: `parts` alone */
    uint8_t *claims;         /* a bit for each that passes; all threads set theirs */
    uint64_t claim_count;
    int64_t newest;
};

static uint32_t supplier_of(const struct wl_base *b, uint32_t part)
{
    return part <= b->texts[WL_CODE_PART].count ? b->part_supplier[part] : 0;
}

static int add_lines(struct pass *p, const struct wl_fact *fact)
{
    for (uint32_t i = 0; i < fact->part_count; i++) {
        uint32_t group =
            wl_groups_find(&p->lines, wl_group_key(supplier_of(p->base, fact->lines[i].part), 0, fact->currency));

        if (group == UINT32_MAX)
            return WL_E_USAGE;
        if (__builtin_add_overflow(p->lines.at[group].parts, fact->lines[i].amount, &p->lines.at[group].parts))
            return wl_fail(WL_E_FULL, "a sum of amounts is larger than can be told");
    }
    return WL_OK;
}

static int take_fact(void *pass, const struct wl_fact *fact)
{
    struct pass *p = pass;

    if (fact->kind == WL_FACT_SETTLED && fact->repair_day > p->newest)
        p->newest = fact->repair_day;
    if (!wl_sieve_passes(p->sieve, fact))
        return WL_OK;
    if (fact->currency > WL_GROUP_CURRENCY_MAX)
        return wl_fail(WL_E_FULL, "there are more currencies than a report can tell apart");
    if ((uint64_t)fact->claim < p->claim_count)
        __atomic_fetch_or(&p->claims[fact->claim / 8], (uint8_t)(1u << fact->claim % 8), __ATOMIC_RELAXED);
    if (add_lines(p, fact) != WL_OK)
        return WL_E_USAGE;
    return fact->kind == WL_FACT_PARTS
               ? WL_OK
               : wl_groups_add(&p->causal, wl_group_key(supplier_of(p->base, fact->causal_part), 0, fact->currency),
                               fact);
}

/* ---- what came back ---- */

/* Beside the sums of a group, by its index. */
struct returned {
    int64_t lines, open, claimed, accepted, disputed, given_up, paid;
};

struct making {
    struct wl_base base;
    struct wl_sieve sieve;
    const struct wl_quality_filter *filter;
    struct pass passes[WL_SCAN_THREADS];
    uint8_t *claims; /* as passes have it */
    uint64_t claim_count;
    struct wl_groups groups; /* by supplier and currency: of causal parts */
    struct returned *returned;
    uint32_t room;
    bool too_large;
};

/* The group's amounts; NULL with an error. */
static struct returned *returned_of(struct making *m, uint32_t supplier, uint32_t currency)
{
    uint32_t group = wl_groups_find(&m->groups, wl_group_key(supplier, 0, currency));

    if (group == UINT32_MAX)
        return NULL;
    if (group >= m->room) {
        uint32_t room = 2 * group + 64;
        struct returned *more = realloc(m->returned, room * sizeof *more);

        if (!more) {
            no_memory();
            return NULL;
        }
        memset(more + m->room, 0, (room - m->room) * sizeof *more);
        m->returned = more;
        m->room = room;
    }
    return &m->returned[group];
}

static void add(struct making *m, int64_t *sum, int64_t amount)
{
    m->too_large |= __builtin_add_overflow(*sum, amount, sum);
}

/* Whose rows are not in settled claims has no number yet. Currencies do: recoveries are of settled claims. */
static struct returned *named(struct making *m, struct wl_str supplier_id, struct wl_str currency)
{
    uint32_t supplier = wl_texts_number(&m->base.suppliers, m->base.arena, supplier_id);

    return supplier == 0 ? NULL : returned_of(m, supplier, wl_base_code(&m->base, WL_CODE_CURRENCY, currency));
}

static bool is_shown(const struct making *m, struct wl_str supplier_id, struct wl_str currency)
{
    return (m->filter->supplier.size == 0 || wl_str_equal(m->filter->supplier, supplier_id)) &&
           (m->filter->currency.size == 0 || wl_str_equal(m->filter->currency, currency));
}

static bool has_claim(const struct making *m, int64_t claim)
{
    return claim >= 0 && (uint64_t)claim < m->claim_count && m->claims[claim / 8] >> claim % 8 & 1;
}

static void sum_recovery(struct making *m, struct returned *to, const struct wl_recovery *r)
{
    /* A smaller acceptance stays as it was told when chargebacks took off more. */
    int64_t accepted = r->accepted == WL_NONE || r->accepted > r->amount ? r->amount : r->accepted;

    if (r->state == WL_RECOVERY_OPEN)
        add(m, &to->open, r->amount);
    if (r->supplier_claim != WL_NONE && r->state != WL_RECOVERY_WITHDRAWN)
        add(m, &to->claimed, r->amount);
    if (r->state == WL_RECOVERY_DISPUTED)
        add(m, &to->disputed, r->amount);
    if (r->state == WL_RECOVERY_GIVEN_UP)
        add(m, &to->given_up, r->amount);
    if (r->state == WL_RECOVERY_ACCEPTED) {
        add(m, &to->accepted, accepted);
        add(m, &to->given_up, r->amount - accepted);
    }
}

static int add_recovery(void *making, const struct wl_recovery *recovery)
{
    struct making *m = making;
    struct returned *to;

    if (!has_claim(m, recovery->claim) || !is_shown(m, recovery->supplier_id, recovery->currency))
        return WL_OK;
    if (!(to = named(m, recovery->supplier_id, recovery->currency)))
        return WL_E_SYSTEM;
    sum_recovery(m, to, recovery);
    return WL_OK;
}

/* Payments are for a supplier claim as a whole: of a part of history they cannot be told. */
static bool tells_paid(const struct wl_quality_filter *f)
{
    return f->from == WL_NONE && f->to == WL_NONE && f->types == 0 && f->dealer.size == 0 && f->model.size == 0 &&
           f->batch.size == 0 && f->component.size == 0 && f->fault.size == 0 && f->part.size == 0;
}

static int add_payments(struct making *m)
{
    uint64_t count = tells_paid(m->filter) ? wl_supplier_claim_count(m->base.txn) : 0;

    for (uint64_t n = 1; n <= count; n++) {
        struct wl_supplier_claim claim;
        struct returned *to;

        wl_arena_clear(&m->base.scratch);
        if (wl_supplier_claim_get(m->base.txn, &m->base.scratch, n, &claim) != 1)
            return wl_txn_status(m->base.txn) != WL_OK ? wl_txn_status(m->base.txn)
                                                       : wl_fail(WL_E_DAMAGED, "a supplier claim is missing");
        if (!is_shown(m, claim.supplier_id, claim.currency))
            continue;
        if (!(to = named(m, claim.supplier_id, claim.currency)))
            return WL_E_SYSTEM;
        add(m, &to->paid, claim.paid);
    }
    return WL_OK;
}

static int add_part_lines(struct making *m, const struct wl_groups *lines)
{
    for (uint32_t i = 0; i < lines->count; i++) {
        uint32_t supplier = wl_group_number(lines->at[i].key, 0);
        struct returned *to;

        if (!(to = returned_of(m, supplier, wl_group_number(lines->at[i].key, 2))))
            return WL_E_SYSTEM;
        add(m, &to->lines, lines->at[i].parts);
    }
    return WL_OK;
}

/* ---- rows ---- */

static int compare(const void *a, const void *b)
{
    const struct wl_supplier_row *x = a, *y = b;
    int order = wl_str_compare(x->currency, y->currency);

    if (order != 0)
        return order;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return wl_str_compare(x->supplier_id, y->supplier_id);
}

static int64_t currency_total(const struct wl_groups *groups, uint32_t currency)
{
    wl_i128 sum = 0;

    for (uint32_t i = 0; i < groups->count; i++)
        if (wl_group_number(groups->at[i].key, 2) == currency)
            sum += groups->at[i].total;
    return sum > INT64_MAX || sum < 0 ? 0 : (int64_t)sum;
}

static void fill_row(struct making *m, uint32_t group, struct wl_supplier_row *row)
{
    const struct wl_sums *sums = &m->groups.at[group];
    const struct returned *back = &m->returned[group];
    uint32_t currency = wl_group_number(sums->key, 2);
    int64_t total = currency_total(&m->groups, currency);
    const struct wl_supplier *supplier;

    *row = (struct wl_supplier_row){.supplier_id = wl_texts_at(&m->base.suppliers, wl_group_number(sums->key, 0)),
                                    .currency = wl_texts_at(&m->base.texts[WL_CODE_CURRENCY], currency),
                                    .claims = sums->claims,
                                    .vehicles = sums->vehicles,
                                    .total = sums->total,
                                    .charged_back = sums->charged_back,
                                    .share =
                                        total <= 0 ? WL_NONE : (int64_t)wl_round((wl_i128)sums->total * MILLION, total),
                                    .parts = back->lines,
                                    .open = back->open,
                                    .claimed = back->claimed,
                                    .accepted = back->accepted,
                                    .disputed = back->disputed,
                                    .given_up = back->given_up,
                                    .paid = tells_paid(m->filter) ? back->paid : WL_NONE};
    supplier = row->supplier_id.size == 0 ? NULL : wl_supplier_find(m->base.reference, row->supplier_id);
    if (supplier)
        row->name = wl_arena_copy(m->base.arena, supplier->name);
}

static int make_rows(struct making *m, struct wl_suppliers *out)
{
    out->rows = calloc((size_t)m->groups.count + 1, sizeof *out->rows);
    if (!out->rows)
        return no_memory();
    /* Groups that no amount was added to beside have no place in `returned` yet. */
    for (uint32_t i = 0; i < m->groups.count; i++)
        if (!returned_of(m, wl_group_number(m->groups.at[i].key, 0), wl_group_number(m->groups.at[i].key, 2)))
            return WL_E_SYSTEM;
    /* All are made before they are narrowed: a supplier's share is that among all. */
    for (uint32_t i = 0; i < m->groups.count; i++) {
        fill_row(m, i, &out->rows[out->count]);
        out->count += is_shown(m, out->rows[out->count].supplier_id, out->rows[out->count].currency);
    }
    qsort(out->rows, out->count, sizeof *out->rows, compare);
    return m->too_large ? wl_fail(WL_E_FULL, "a sum of amounts is larger than can be told")
                        : wl_txn_status(m->base.txn);
}

static int pass_over(struct making *m, struct wl_suppliers *out)
{
    int rc;

    m->claim_count = wl_table_rows(m->base.txn, WL_TABLE_CLAIMS);
    if (!(m->claims = calloc(m->claim_count / 8 + 1, 1)))
        return no_memory();
    for (size_t i = 0; i < WL_SCAN_THREADS; i++)
        m->passes[i] = (struct pass){.base = &m->base,
                                     .sieve = &m->sieve,
                                     .claims = m->claims,
                                     .claim_count = m->claim_count,
                                     .newest = WL_NONE};
    rc = wl_scan(&m->base, take_fact, m->passes, sizeof m->passes[0]);
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        if (rc == WL_OK)
            rc = wl_groups_join(&m->groups, &m->passes[i].causal, NULL, NULL);
        out->day = m->passes[i].newest > out->day ? m->passes[i].newest : out->day;
    }
    if (rc == WL_OK)
        rc = wl_groups_count_vehicles(&m->groups, m->base.vehicle_count);
    for (size_t i = 0; rc == WL_OK && i < WL_SCAN_THREADS; i++)
        rc = add_part_lines(m, &m->passes[i].lines);
    if (m->filter->to != WL_NONE)
        out->day = m->filter->to;
    return rc;
}

static void release(struct making *m)
{
    for (size_t i = 0; i < WL_SCAN_THREADS; i++) {
        wl_groups_release(&m->passes[i].causal);
        wl_groups_release(&m->passes[i].lines);
    }
    free(m->claims);
    wl_groups_release(&m->groups);
    free(m->returned);
    wl_base_close(&m->base);
}

int wl_suppliers_make(struct wl_store *store, const struct wl_quality_filter *filter, struct wl_suppliers *out)
{
    /* A part line counts for its own supplier, whatever the claim's causal part: what is shown is narrowed later. */
    struct wl_quality_filter wide = *filter;
    struct making m = {.filter = filter};
    int rc;

    *out = (struct wl_suppliers){.day = WL_NONE};
    wl_arena_init(&out->arena, TEXTS_MAX);
    wide.supplier = WL_NO_STR;
    if ((rc = wl_base_open(&m.base, store, &out->arena)) == WL_OK && (rc = wl_base_vehicles(&m.base)) == WL_OK &&
        (rc = wl_base_parts(&m.base)) == WL_OK && (rc = wl_sieve_make(&m.sieve, &m.base, &wide)) == WL_OK &&
        (rc = pass_over(&m, out)) == WL_OK &&
        (rc = wl_recoveries_each(m.base.txn, WL_NONE, add_recovery, &m)) == WL_OK && (rc = add_payments(&m)) == WL_OK)
        rc = make_rows(&m, out);
    release(&m);
    return rc;
}

void wl_suppliers_release(struct wl_suppliers *s)
{
    free(s->rows);
    wl_arena_release(&s->arena);
    *s = (struct wl_suppliers){.day = WL_NONE};
}
