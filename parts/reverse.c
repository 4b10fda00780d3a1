/* The command `reverse`: a mistake is taken back by its exact inverse, once. */
#include "parts/fields.h"
#include "parts/keys.h"
#include "parts/stock.h"

#include "claims/taken_back.h"
#include "wledger/error.h"
#include "wledger/recovery.h"
#include <stdio.h>

enum { ABOUT_SIZE = 256 };

/* What can be reversed: everything else is not-reversible. */
static const struct wl_undo *const undos[] = {
    &wl_deliver_undo,          &wl_open_undo,        &wl_stock_move_undo,   &wl_count_undo,   &wl_dispatch_undo,
    &wl_receive_dispatch_undo, &wl_resolve_undo,     &wl_fit_undo,          &wl_tag_undo,     &wl_tag_loose_undo,
    &wl_return_ship_undo,      &wl_return_scan_undo, &wl_return_close_undo, &wl_receive_undo, &wl_dispose_undo,
    &wl_inspect_undo,          &wl_tag_inspect_undo, &wl_chargeback_undo,   &wl_sale_undo,    &wl_pay_undo,
    &wl_recovery_pay_undo,
};

static const struct wl_undo *undo_of(const struct wl_command *command)
{
    for (size_t i = 0; i < WL_COUNT(undos); i++)
        if (undos[i]->command == command)
            return undos[i];
    return NULL;
}

int64_t wl_reversed_by(struct wl_txn *txn, uint64_t seq)
{
    struct wl_str value;

    if (wl_get_n(txn, WL_TABLE_REVERSALS, seq, &value) != 1)
        return WL_NONE;
    if (value.size != 8) {
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the reversal of entry %llu is no entry", (unsigned long long)seq));
        return WL_NONE;
    }
    return (int64_t)wl_get_u64(value.data);
}

/* The entry that is reversed, read into the arena. */
struct reversed {
    struct wl_entry entry;
    const struct wl_undo *undo; /* NULL: it cannot be */
    void *body, *outcome;
};

/* 1, 0 when there is no such entry, or the error that sticks. */
static int read_entry(const struct wl_context *ctx, int64_t seq, struct reversed *r)
{
    int rc = seq < 0 || (uint64_t)seq >= ctx->seq ? 0 : wl_entry_read(ctx->txn, (uint64_t)seq, &r->entry);

    if (rc != 1 || !(r->undo = undo_of(r->entry.command)))
        return rc;
    r->entry.body = wl_arena_copy(ctx->arena, r->entry.body);
    r->entry.outcome = wl_arena_copy(ctx->arena, r->entry.outcome);
    if ((rc = wl_arena_status(ctx->arena)) == WL_OK && (rc = wl_entry_body(&r->entry, ctx->arena, &r->body)) == WL_OK)
        rc = wl_entry_outcome(&r->entry, ctx->arena, &r->outcome);
    return rc == WL_OK ? 1 : wl_txn_fail(ctx->txn, rc);
}

/* ---- the inverse ---- */

/* What suppliers owe by it follows anew, by what became of that meanwhile. */
static bool invert(const struct wl_context *ctx, const struct wl_outcome_head *of, struct wl_list follow,
                   struct wl_postings *inverse)
{
    const struct wl_posting *p = of->postings.at, *f = follow.at;

    if (!wl_postings_init(ctx, inverse, of->postings.count + follow.count))
        return false;
    for (size_t i = of->postings.count; i-- > 0;)
        if (!wl_posting_follows(&p[i]))
            wl_postings_add(ctx, inverse, p[i].to_kind, p[i].to_party, p[i].from_kind, p[i].from_party, p[i].unit,
                            p[i].lot, p[i].amount);
    for (size_t i = 0; i < follow.count; i++)
        wl_postings_add(ctx, inverse, f[i].from_kind, f[i].from_party, f[i].to_kind, f[i].to_party, f[i].unit, f[i].lot,
                        f[i].amount);
    return wl_txn_status(ctx->txn) == WL_OK;
}

/* Sets reversal-blocked: which part is not where the inverse takes it from. */
static bool blocked(const struct wl_context *ctx, struct wl_outcome_head *head, struct wl_str part_id,
                    struct wl_str party, const char *why)
{
    char about[ABOUT_SIZE];
    int n = snprintf(about, sizeof about, "part " WL_STR_FMT " at " WL_STR_FMT ": %s", WL_STR_ARG(part_id),
                     WL_STR_ARG(party), why);

    return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, (struct wl_str){about, (size_t)n});
}

static bool is_same(const struct wl_posting *a, const struct wl_posting *b)
{
    return wl_str_equal(a->unit, b->unit) && wl_str_equal(a->lot, b->lot);
}

static bool is_at(int64_t kind, struct wl_str party, int64_t other_kind, struct wl_str other_party)
{
    return kind == other_kind && wl_str_equal(party, other_party);
}

/* What the account that posting n takes from holds by then. */
static wl_i128 balance_before(const struct wl_context *ctx, const struct wl_posting *postings, size_t n)
{
    const struct wl_posting *p = &postings[n];
    wl_i128 balance = wl_balance(ctx->txn, (enum wl_account_kind)p->from_kind, p->from_party, p->unit, p->lot);

    for (size_t i = 0; i < n; i++) {
        if (!is_same(&postings[i], p))
            continue;
        if (is_at(postings[i].from_kind, postings[i].from_party, p->from_kind, p->from_party))
            balance -= postings[i].amount;
        if (is_at(postings[i].to_kind, postings[i].to_party, p->from_kind, p->from_party))
            balance += postings[i].amount;
    }
    return balance;
}

/* Whether a piece is where posting n takes it from. */
static bool piece_is_there(const struct wl_context *ctx, const struct wl_posting *postings, size_t n)
{
    const struct wl_posting *p = &postings[n];
    struct wl_unit unit;

    for (size_t i = n; i-- > 0;)
        if (is_same(&postings[i], p))
            return is_at(postings[i].to_kind, postings[i].to_party, p->from_kind, p->from_party);
    return wl_unit_get(ctx->txn, ctx->arena, p->unit, p->lot, &unit) == 1 &&
           is_at(unit.kind, unit.party, p->from_kind, p->from_party);
}

/* A vehicle has less than nothing of a part that it was built with and that was removed; a reversal does not make it
 * so, because the part that was fitted is gone then. */
static bool must_cover(const struct wl_posting *p)
{
    return !wl_account_kind_may_be_negative(p->from_kind) || (p->from_kind == WL_ACCOUNT_VEHICLE && p->lot.size != 0);
}

static bool parts_are_there(const struct wl_context *ctx, const struct wl_postings *inverse,
                            struct wl_outcome_head *head)
{
    for (size_t i = 0; i < inverse->count; i++) {
        const struct wl_posting *p = &inverse->at[i];
        bool there = (!must_cover(p) || balance_before(ctx, inverse->at, i) >= p->amount) &&
                     (wl_lot_serial(p->lot).size == 0 || piece_is_there(ctx, inverse->at, i));

        if (wl_txn_status(ctx->txn) != WL_OK)
            return false;
        if (!there)
            return blocked(ctx, head, p->unit, p->from_party, "it is not there any more");
    }
    return true;
}

/* A bin is found by its location's id: it gets nothing back while the id names a location of the other kind. Withdrawn,
 * it does, since it can be loaded as what it was and nothing else. */
static bool bins_are_the_same(const struct wl_context *ctx, const struct wl_postings *inverse,
                              struct wl_outcome_head *head)
{
    for (size_t i = 0; i < inverse->count; i++) {
        const struct wl_posting *p = &inverse->at[i];
        struct wl_str location_id, bin_id;
        enum wl_location_kind kind;

        if (p->to_kind != WL_ACCOUNT_WAREHOUSE && p->to_kind != WL_ACCOUNT_DEALER)
            continue;
        wl_party_split(p->to_party, &location_id, &bin_id);
        kind = wl_location_kind(ctx, location_id);
        if (wl_txn_status(ctx->txn) != WL_OK)
            return false;
        if (kind != WL_LOCATION_NONE && (int64_t)wl_location_account(kind) != p->to_kind)
            return blocked(ctx, head, p->unit, p->to_party,
                           kind == WL_LOCATION_DEALER ? "that is a dealer's by now" : "that is a warehouse's by now");
    }
    return true;
}

/* ---- what is reserved ---- */

/* What one side of a posting adds to what is on hand at a location: 0 where it is no bin there. */
static int64_t on_hand_of(int64_t kind, struct wl_str party, struct wl_str location_id, int64_t amount)
{
    struct wl_str location, bin;

    if (kind != WL_ACCOUNT_WAREHOUSE && kind != WL_ACCOUNT_DEALER)
        return 0;
    wl_party_split(party, &location, &bin);
    return wl_str_equal(location, location_id) ? amount : 0;
}

/* Whether what remains of a part at a location covers what stays reserved there. */
static bool covers(const struct wl_context *ctx, const struct wl_postings *inverse, const struct wl_undo_plan *plan,
                   struct wl_str part_id, struct wl_str location_id)
{
    struct wl_stock stock;

    if (wl_stock_get(ctx->txn, part_id, location_id, &stock) < 0)
        return false;
    for (size_t i = 0; i < inverse->count; i++) {
        const struct wl_posting *p = &inverse->at[i];

        if (wl_str_equal(p->unit, part_id))
            stock.on_hand += on_hand_of(p->to_kind, p->to_party, location_id, p->amount) -
                             on_hand_of(p->from_kind, p->from_party, location_id, p->amount);
    }
    for (size_t i = 0; i < plan->count; i++)
        if (wl_str_equal(plan->released[i].part_id, part_id) &&
            wl_str_equal(plan->released[i].location_id, location_id))
            stock.reserved -= plan->released[i].quantity;
    return stock.on_hand >= stock.reserved;
}

static bool reserved_is_covered(const struct wl_context *ctx, const struct wl_postings *inverse,
                                const struct wl_undo_plan *plan, struct wl_outcome_head *head)
{
    struct wl_str location_id = WL_NO_STR, bin_id, last_part = WL_NO_STR, last_location = WL_NO_STR;

    for (size_t i = 0; i < inverse->count; i++) {
        const struct wl_posting *p = &inverse->at[i];

        if (p->from_kind != WL_ACCOUNT_WAREHOUSE && p->from_kind != WL_ACCOUNT_DEALER)
            continue;
        wl_party_split(p->from_party, &location_id, &bin_id);
        if (wl_str_equal(p->unit, last_part) && wl_str_equal(location_id, last_location))
            continue;
        last_part = p->unit;
        last_location = location_id;
        if (!covers(ctx, inverse, plan, p->unit, location_id))
            return wl_txn_status(ctx->txn) == WL_OK &&
                   blocked(ctx, head, p->unit, location_id, "what would remain is reserved");
    }
    return wl_txn_status(ctx->txn) == WL_OK;
}

/* ---- the command ---- */

static bool may_be_reversed(const struct wl_context *ctx, const struct wl_reverse_body *b, struct wl_outcome_head *head,
                            struct reversed *r)
{
    int found = read_entry(ctx, b->entry, r);
    const struct wl_outcome_head *of = found == 1 ? r->outcome : NULL;
    int64_t by;

    if (found < 0)
        return false;
    if (found == 0)
        return wl_refuse(ctx, head, WL_REFUSED_ENTRY_UNKNOWN, WL_NO_STR);
    if (!of || of->refusal != WL_NONE || (of->postings.count == 0 && !r->undo->silent))
        return wl_refuse(ctx, head, WL_REFUSED_NOT_REVERSIBLE, wl_str_of(r->entry.command->name));
    if ((by = wl_reversed_by(ctx->txn, (uint64_t)b->entry)) != WL_NONE)
        return wl_refuse(ctx, head, WL_REFUSED_ALREADY_REVERSED, wl_named_entry(ctx, WL_NO_STR, by));
    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    return b->reason.size != 0 || wl_refuse(ctx, head, WL_REFUSED_REASON_MISSING, WL_NO_STR);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_reverse_body *b = body;
    struct wl_reverse_outcome *out = outcome;
    struct wl_undo_plan *plan = wl_arena_alloc(ctx->arena, sizeof *plan);
    struct reversed r = {.undo = NULL};
    struct wl_postings inverse;

    if (!plan)
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    plan->restored.claim = WL_NONE;
    if (may_be_reversed(ctx, b, &out->head, &r) &&
        (!r.undo->decide || r.undo->decide(ctx, &r.entry, r.body, r.outcome, &out->head, plan)) &&
        invert(ctx, r.outcome, plan->postings, &inverse) && parts_are_there(ctx, &inverse, &out->head) &&
        bins_are_the_same(ctx, &inverse, &out->head) && reserved_is_covered(ctx, &inverse, plan, &out->head)) {
        out->head.postings = wl_postings_list(&inverse);
        out->entry = b->entry;
        if (plan->restored.claim != WL_NONE)
            out->restored = plan->restored;
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_reverse_outcome *out = outcome;
    struct reversed r = {.undo = NULL};
    char by[8];

    (void)body;
    if (read_entry(ctx, out->entry, &r) == 0 || !r.outcome) {
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "entry %lld is reversed and cannot be", (long long)out->entry));
        return;
    }
    wl_stock_follow(ctx, out->head.postings);
    if (r.undo->apply)
        r.undo->apply(ctx, &r.entry, r.body, r.outcome);
    if (out->restored.claim != WL_NONE)
        wl_restore_apply(ctx, (uint64_t)out->entry, &out->restored);
    wl_set_u64(by, ctx->seq);
    wl_put_n(ctx->txn, WL_TABLE_REVERSALS, (uint64_t)out->entry, (struct wl_str){by, sizeof by});
    wl_counter_set(ctx->txn, WL_REVERSALS, wl_counter(ctx->txn, WL_REVERSALS) + 1);
}

#define BODY struct wl_reverse_body

static const struct wl_field body_fields[] = {
    WL_FIELD_NUMBER(BODY, 1, entry),
    WL_FIELD_TEXT(BODY, 2, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"reverse", body_fields, WL_COUNT(body_fields), sizeof(BODY)};

#define RESTORED_NUMBER(tag_, field)                                  \
    {                                                                 \
        .name = #field, .tag = (tag_), .type = WL_INT, .digits = 18,  \
        .offset = offsetof(struct wl_reverse_outcome, restored.field) \
    }

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_reverse_outcome),
    WL_FIELD_NUMBER(struct wl_reverse_outcome, 4, entry),
    WL_DECISION_FIELDS_AT(struct wl_reverse_outcome, restored.decision, 5),
    RESTORED_NUMBER(21, claim),
    RESTORED_NUMBER(22, restored_seq),
    RESTORED_NUMBER(23, given_back),
    {.name = "recoveries",
     .tag = 24,
     .type = WL_LIST,
     .limit = WL_LINES_MAX,
     .item = &wl_recovery_change_record,
     .offset = offsetof(struct wl_reverse_outcome, restored.recoveries)},
};
static const struct wl_record outcome_record = {"reverse-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_reverse_outcome)};

const struct wl_command wl_reverse_command = {
    .name = "reverse",
    .tag = 34,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
