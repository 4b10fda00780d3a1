/* The command `recovery-claim`: what is open of a supplier goes to it as one claim. "supplier recovery claimed:
 * supplier receivable <- OEM recovery" (domain text, section 6). */
#include "claims/gate.h"
#include "claims/recoveries.h"
#include "wledger/error.h"

enum { CLAIM_MEMORY = 16 << 20 /* what one claim's record and decision take at most */ };

struct claiming {
    const struct wl_context *ctx;
    const struct wl_recovery_claim_body *body;
    struct wl_recovery_claim_outcome *out;
    struct wl_arena scratch; /* of one recovery */
};

static bool make_columns(struct claiming *c)
{
    struct wl_ints *columns[] = {&c->out->claims, &c->out->bases, &c->out->amounts, &c->out->lapsed};

    for (size_t i = 0; i < WL_COUNT(columns); i++)
        columns[i]->at = wl_arena_alloc(c->ctx->arena, WL_SUPPLIER_LINES_MAX * sizeof(int64_t));
    if (wl_arena_status(c->ctx->arena) != WL_OK)
        wl_txn_fail(c->ctx->txn, wl_arena_status(c->ctx->arena));
    return wl_txn_status(c->ctx->txn) == WL_OK;
}

/* Whether the days of one of its lines are over by now. */
static bool has_lapsed(const struct claiming *c, const struct wl_recovery *r, int64_t repair_day)
{
    for (size_t i = 0; i < r->days.count; i++)
        if (r->days.at[i] != WL_RECOVERY_NO_LIMIT && c->ctx->day - repair_day > r->days.at[i])
            return true;
    return false;
}

/* What of it may still be claimed today. */
static bool price(struct claiming *c, struct wl_recovery *r, const struct wl_claim *claim)
{
    struct wl_claim_record record;
    struct wl_decision decision;

    if (!has_lapsed(c, r, claim->repair_day))
        return true;
    if (wl_claim_content(c->ctx->txn, &c->scratch, claim, &record) != WL_OK ||
        wl_claim_decision(c->ctx->txn, &c->scratch, claim, &decision) != WL_OK)
        return false;
    wl_recovery_price(r, &(struct wl_worth){&record, &decision, claim->total - claim->charged_back, claim->repair_day},
                      c->ctx->day);
    return true;
}

/* False where the claim ends before it, which is no failure. */
static bool take(struct claiming *c, int64_t id, struct wl_recovery *r)
{
    struct wl_recovery_claim_outcome *out = c->out;

    if (out->claims.count + out->lapsed.count == WL_SUPPLIER_LINES_MAX ||
        r->amount > WL_RECOVERY_SUM_MAX - out->total) {
        out->more = 1;
        return false;
    }
    if (r->amount == 0) {
        out->lapsed.at[out->lapsed.count++] = id;
        return true;
    }
    out->claims.at[out->claims.count++] = id;
    out->bases.at[out->bases.count++] = r->basis;
    out->amounts.at[out->amounts.count++] = r->amount;
    out->total += r->amount;
    return true;
}

/* One row of RECOVERABLE. False where the claim ends before it, or an error sticks. */
static bool look(struct claiming *c, int64_t id)
{
    struct wl_txn *txn = c->ctx->txn;
    struct wl_recovery r;
    struct wl_claim claim;
    int rc;

    wl_arena_clear(&c->scratch);
    if ((rc = wl_claim_get(txn, &c->scratch, id, &claim)) == 1)
        rc = wl_recovery_get(txn, &c->scratch, id, c->body->supplier_id, &r);
    if (rc == 0)
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "claim %lld is recoverable and has no recovery", (long long)id));
    if (rc != 1)
        return false;
    if (claim.repair_day > c->body->to)
        return true;
    return price(c, &r, &claim) && take(c, id, &r);
}

static void draw(struct claiming *c)
{
    struct wl_recoverable_key start = wl_recoverable_key(c->body->supplier_id, c->body->currency, WL_NONE);
    struct wl_str prefix = {start.bytes, start.size}, key, value;
    struct wl_walk *walk;
    bool go_on = true;

    if (prefix.size == 0 || wl_walk_open(c->ctx->txn, WL_TABLE_RECOVERABLE, prefix, prefix, &walk) != WL_OK)
        return;
    while (go_on && wl_walk_next(walk, &key, &value) == 1)
        go_on = look(c, key.size == prefix.size + 8 ? (int64_t)wl_get_u64(key.data + prefix.size) : WL_NONE);
    wl_walk_close(walk);
}

static void post(struct claiming *c)
{
    struct wl_list *postings = &c->out->head.postings;

    if (!(postings->at = wl_arena_alloc(c->ctx->arena, sizeof(struct wl_posting))))
        wl_txn_fail(c->ctx->txn, wl_arena_status(c->ctx->arena));
    else
        wl_recovery_post(c->ctx, postings, c->body->supplier_id, c->body->currency, -c->out->total);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct claiming c = {.ctx = ctx, .body = body, .out = outcome};

    if (c.body->to == WL_NONE)
        return wl_fail(WL_E_USAGE, "a supplier claim has no closing day");
    if (!wl_supplier_find(wl_reference(ctx), c.body->supplier_id)) {
        if (wl_txn_status(ctx->txn) == WL_OK)
            c.out->head.refusal = WL_REFUSED_SUPPLIER_UNKNOWN;
        return wl_txn_status(ctx->txn);
    }
    if (!make_columns(&c))
        return wl_txn_status(ctx->txn);
    c.out->total = 0;
    wl_arena_init(&c.scratch, CLAIM_MEMORY);
    draw(&c);
    wl_arena_release(&c.scratch);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return wl_txn_status(ctx->txn);
    if (c.out->claims.count + c.out->lapsed.count == 0) {
        wl_record_clear(wl_recovery_claim_command.outcome, c.out);
        c.out->head.refusal = WL_REFUSED_NOTHING_TO_RECOVER;
        return WL_OK;
    }
    if (c.out->claims.count > 0) {
        c.out->supplier_claim = (int64_t)wl_supplier_claim_count(ctx->txn) + 1;
        post(&c);
    }
    return wl_txn_status(ctx->txn);
}

/* ---- applying ---- */

static void lapse(const struct wl_context *ctx, int64_t claim, struct wl_str supplier_id)
{
    struct wl_recovery before, after;

    if (!wl_recovery_row(ctx, claim, supplier_id, &before))
        return;
    after = before;
    after.state = WL_RECOVERY_GIVEN_UP;
    after.basis = after.amount = 0;
    after.claimed_day = ctx->day;
    wl_recovery_put(ctx, &before, &after);
}

static void claim_line(const struct wl_context *ctx, const struct wl_recovery_claim_body *b,
                       const struct wl_recovery_claim_outcome *out, size_t i)
{
    int64_t claim = out->claims.at[i];
    struct wl_recovery before, after;

    if (!wl_recovery_row(ctx, claim, b->supplier_id, &before))
        return;
    after = before;
    after.state = WL_RECOVERY_CLAIMED;
    after.basis = out->bases.at[i];
    after.amount = out->amounts.at[i];
    after.claimed_day = ctx->day;
    after.supplier_claim = out->supplier_claim;
    after.line = (int64_t)i + 1;
    wl_recovery_put(ctx, &before, &after);
    wl_supplier_line_put(ctx, out->supplier_claim, after.line, claim);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_recovery_claim_body *b = body;
    const struct wl_recovery_claim_outcome *out = outcome;
    struct wl_supplier_claim row;

    for (size_t i = 0; i < out->lapsed.count; i++)
        lapse(ctx, out->lapsed.at[i], b->supplier_id);
    if (out->supplier_claim == WL_NONE)
        return;
    for (size_t i = 0; i < out->claims.count && i < out->amounts.count && i < out->bases.count; i++)
        claim_line(ctx, b, out, i);
    row = (struct wl_supplier_claim){.supplier_id = b->supplier_id,
                                     .currency = b->currency,
                                     .to_day = b->to,
                                     .day = ctx->day,
                                     .seq = (int64_t)ctx->seq,
                                     .lines = (int64_t)out->claims.count,
                                     .total = out->total,
                                     .open_lines = (int64_t)out->claims.count,
                                     .due = out->total,
                                     .paid = 0};
    wl_supplier_claim_put(ctx, out->supplier_claim, &row);
    wl_counter_set(ctx->txn, WL_SUPPLIER_CLAIMS, (uint64_t)out->supplier_claim);
}

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    {.name = "supplier_id",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = WL_IDENTIFIER_MAX,
     .offset = offsetof(struct wl_recovery_claim_body, supplier_id)},
    {.name = "currency",
     .tag = 2,
     .type = WL_TEXT,
     .required = true,
     .limit = 3,
     .offset = offsetof(struct wl_recovery_claim_body, currency)},
    {.name = "to", .tag = 3, .type = WL_DAY, .required = true, .offset = offsetof(struct wl_recovery_claim_body, to)},
};
static const struct wl_record body_record = {"recovery-claim", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_recovery_claim_body)};

#define NUMBER(tag_, field) WL_NUMBER_FIELD(struct wl_recovery_claim_outcome, tag_, field)
#define NUMBERS(tag_, field) WL_NUMBERS_FIELD(struct wl_recovery_claim_outcome, tag_, field, WL_SUPPLIER_LINES_MAX)

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_recovery_claim_outcome),
    NUMBER(4, supplier_claim),
    NUMBERS(5, claims),
    NUMBERS(6, bases),
    NUMBERS(7, amounts),
    NUMBERS(8, lapsed),
    NUMBER(9, total),
    NUMBER(10, more),
};
static const struct wl_record outcome_record = {"recovery-claim-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_recovery_claim_outcome)};

const struct wl_command wl_recovery_claim_command = {
    .name = "recovery-claim",
    .tag = 71,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
