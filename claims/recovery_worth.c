/* What a recovery is worth, and how it follows when its claim is worth less, or more again. */
#include "claims/recoveries.h"

#include "claims/typed_claim.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

#define HUNDRED_PERCENT (INT64_C(100) * 1000000)

/* What stays paid of an amount that the decision approved: all of it, unless more was charged back than the lines
 * say. */
static int64_t share_of(int64_t amount, const struct wl_worth *w)
{
    if (w->left >= w->decision->total)
        return amount;
    return w->left <= 0 ? 0 : (int64_t)wl_round((wl_i128)amount * w->left, w->decision->total);
}

static void add(struct wl_recovery *r, int64_t worth, int64_t percent)
{
    r->basis += worth;
    r->amount += (int64_t)wl_round((wl_i128)worth * percent, HUNDRED_PERCENT);
}

static bool is_over(const struct wl_recovery *r, size_t i, const struct wl_worth *w, int64_t on)
{
    return on != WL_NONE && r->days.at[i] != WL_RECOVERY_NO_LIMIT && on - w->repair_day > r->days.at[i];
}

void wl_recovery_price(struct wl_recovery *r, const struct wl_worth *w, int64_t on)
{
    const struct wl_part_line *lines = wl_part_lines(w->record);
    const struct wl_ints *worth = &w->decision->part_lines;
    bool is_causal = false;

    r->basis = r->amount = 0;
    for (size_t i = 0; i < r->lines.count; i++) {
        uint64_t line = (uint64_t)r->lines.at[i] - 1;

        if (line >= worth->count || line >= w->record->parts.count || worth->at[line] <= 0 || is_over(r, i, w, on))
            continue;
        add(r, share_of(worth->at[line], w), r->percents.at[i]);
        is_causal |= wl_str_equal(lines[line].part_id, w->record->causal_part);
    }
    if (r->labour_percent != WL_NONE && is_causal)
        add(r, share_of(w->decision->labour, w), r->labour_percent);
}

/* ---- following ---- */

struct following {
    const struct wl_context *ctx;
    struct wl_worth worth;
    struct wl_list changes, postings;
    size_t room;
};

static bool make_room(struct following *f, size_t count)
{
    f->changes.at = wl_arena_alloc(f->ctx->arena, count * sizeof(struct wl_recovery_change));
    f->postings.at = wl_arena_alloc(f->ctx->arena, count * sizeof(struct wl_posting));
    f->room = count;
    if (wl_arena_status(f->ctx->arena) != WL_OK)
        wl_txn_fail(f->ctx->txn, wl_arena_status(f->ctx->arena));
    return wl_txn_status(f->ctx->txn) == WL_OK;
}

static int count_one(void *context, const struct wl_recovery *row)
{
    size_t *count = context;

    (void)row;
    ++*count;
    return WL_OK;
}

/* The row as it is once its amount is another. Nothing left: it is withdrawn; something again: it is what it was. What
 * lapsed was worth nothing then: what it is worth again has not, and is open. */
static void change_amount(struct wl_recovery *r, int64_t basis, int64_t amount)
{
    bool has_lapsed = r->state == WL_RECOVERY_GIVEN_UP && r->supplier_claim == WL_NONE;

    r->basis = basis;
    r->amount = amount;
    if (has_lapsed && amount == 0)
        return;
    if (has_lapsed) {
        r->state = WL_RECOVERY_OPEN;
        r->claimed_day = WL_NONE;
    } else if (amount == 0 && r->state != WL_RECOVERY_WITHDRAWN) {
        r->withdrawn_from = r->state;
        r->state = WL_RECOVERY_WITHDRAWN;
    } else if (amount > 0 && r->state == WL_RECOVERY_WITHDRAWN) {
        r->state = r->withdrawn_from;
        r->withdrawn_from = WL_NONE;
    }
}

static int follow_one(void *context, const struct wl_recovery *row)
{
    struct following *f = context;
    const struct wl_context *ctx = f->ctx;
    struct wl_recovery_change *change = f->changes.at;
    struct wl_recovery after = *row;

    wl_recovery_price(&after, &f->worth, row->claimed_day);
    if ((after.basis == row->basis && after.amount == row->amount) || f->changes.count == f->room)
        return WL_OK;
    change_amount(&after, after.basis, after.amount);
    change[f->changes.count++] = (struct wl_recovery_change){
        .supplier_id = wl_arena_copy(ctx->arena, row->supplier_id), .basis = after.basis, .amount = after.amount};
    wl_recovery_post(ctx, &f->postings, change[f->changes.count - 1].supplier_id,
                     wl_arena_copy(ctx->arena, row->currency), wl_recovery_owed(row) - wl_recovery_owed(&after));
    return wl_txn_status(ctx->txn);
}

int wl_recoveries_follow(const struct wl_context *ctx, int64_t claim, const struct wl_decision *decision, int64_t left,
                         struct wl_list *changes, struct wl_list *postings)
{
    struct following f = {.ctx = ctx};
    struct wl_claim_record record;
    struct wl_claim row;
    size_t count = 0;
    int rc = wl_recoveries_each(ctx->txn, claim, count_one, &count);

    *changes = *postings = (struct wl_list){NULL, 0};
    if (rc != WL_OK || count == 0)
        return rc;
    if ((rc = wl_claim_get(ctx->txn, ctx->arena, claim, &row)) != 1)
        return rc < 0 ? rc : wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a recovery is of no claim"));
    if ((rc = wl_claim_content(ctx->txn, ctx->arena, &row, &record)) != WL_OK || !make_room(&f, count))
        return wl_txn_status(ctx->txn);
    f.worth = (struct wl_worth){&record, decision, left, row.repair_day};
    rc = wl_recoveries_each(ctx->txn, claim, follow_one, &f);
    *changes = f.changes;
    *postings = f.postings;
    return rc == WL_OK ? wl_txn_status(ctx->txn) : rc;
}

void wl_recoveries_follow_apply(const struct wl_context *ctx, int64_t claim, struct wl_list changes)
{
    const struct wl_recovery_change *change = changes.at;

    for (size_t i = 0; i < changes.count; i++) {
        struct wl_recovery before, after;

        if (!wl_recovery_row(ctx, claim, change[i].supplier_id, &before))
            return;
        after = before;
        change_amount(&after, change[i].basis, change[i].amount);
        wl_recovery_put(ctx, &before, &after);
    }
}

bool wl_posting_follows(const struct wl_posting *p)
{
    return p->from_kind == WL_ACCOUNT_RECOVERY || p->to_kind == WL_ACCOUNT_RECOVERY;
}

/* ---- what the commands share ---- */

bool wl_recovery_refuse(const struct wl_context *ctx, struct wl_outcome_head *head, int64_t refusal,
                        struct wl_str about)
{
    head->refusal = refusal;
    head->about = wl_arena_copy(ctx->arena, about);
    if (wl_arena_status(ctx->arena) != WL_OK)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return false;
}

void wl_recovery_post(const struct wl_context *ctx, struct wl_list *postings, struct wl_str supplier_id,
                      struct wl_str currency, int64_t amount)
{
    struct wl_posting *p = (struct wl_posting *)postings->at + postings->count;

    if (amount == 0 || wl_txn_status(ctx->txn) != WL_OK)
        return;
    *p = (struct wl_posting){.from_kind = WL_ACCOUNT_RECEIVABLE,
                             .from_party = supplier_id,
                             .to_kind = WL_ACCOUNT_RECOVERY,
                             .unit = currency,
                             .amount = amount};
    if (amount < 0)
        *p = (struct wl_posting){.from_kind = WL_ACCOUNT_RECOVERY,
                                 .to_kind = WL_ACCOUNT_RECEIVABLE,
                                 .to_party = supplier_id,
                                 .unit = currency,
                                 .amount = -amount};
    postings->count++;
}
