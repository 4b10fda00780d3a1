/* The command `settle`: one entry of a settlement (domain text, section 7). A run of them draws a settlement
 * up, line by line; the closing one issues it. */
#include "claims/facts.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include <string.h>

/* What one settlement adds up stays so far below 2^63 that no total can leave it: a settlement that would
 * pass it is limited, and a dealer whose tax or debt alone would is refused at its opening. */
#define SUM_MAX INT64_C(500000000000000000)
#define DEBT_MAX INT64_C(2000000000000000000)
#define TAX_MAX (INT64_C(1000) * 1000000) /* per cent, scaled */

enum { HUNDRED_PERCENT = 100 * 1000000 };

struct drawing {
    const struct wl_context *ctx;
    const struct wl_settle_body *body;
    struct wl_settle_outcome *out;
    size_t room; /* lines that this entry may still have */
};

/* Whether a line still fits; else the entry, or the settlement, ends before it. */
static bool fits(struct drawing *d, int64_t paid, int64_t charged)
{
    struct wl_settle_outcome *out = d->out;
    wl_i128 claims = (wl_i128)out->claims_total + paid, chargebacks = (wl_i128)out->chargeback_total + charged;

    if (out->paid_count + out->rejected_count + out->chargeback_count >= WL_SETTLEMENT_LINES_MAX || claims > SUM_MAX ||
        chargebacks > SUM_MAX || claims - chargebacks > SUM_MAX) {
        out->limited = 1;
        return false;
    }
    if (d->room == 0) {
        out->more = 1;
        return false;
    }
    d->room--;
    return true;
}

/* Each takes a row of its table as a line where it belongs into the settlement. False where the entry or the
 * settlement ends before it. Errors stick. */

static bool take_chargeback(struct drawing *d, int64_t seq, struct wl_str value)
{
    struct wl_settle_outcome *out = d->out;
    struct wl_chargeback row;
    int rc = wl_record_decode(&wl_chargeback_record, value, &row, NULL);

    if (rc != WL_OK) {
        wl_txn_fail(d->ctx->txn, rc);
        return false;
    }
    if (!wl_str_equal(row.currency, d->body->currency))
        return true;
    if (!fits(d, 0, row.amount))
        return false;
    out->chargebacks.at[out->chargebacks.count++] = seq;
    out->charged.at[out->charged.count++] = row.amount;
    out->chargeback_total += row.amount;
    out->chargeback_count++;
    return true;
}

static bool claim_of(struct drawing *d, int64_t id, struct wl_claim *claim)
{
    int rc = wl_claim_view(d->ctx->txn, id, claim);

    if (rc == 0)
        wl_txn_fail(d->ctx->txn,
                    wl_fail(WL_E_DAMAGED, "claim %lld waits for a settlement but has no row", (long long)id));
    return rc == 1;
}

static bool take_paid(struct drawing *d, int64_t id, struct wl_str value)
{
    struct wl_settle_outcome *out = d->out;
    struct wl_claim claim;

    (void)value;
    if (!claim_of(d, id, &claim))
        return false;
    if (!wl_str_equal(claim.currency, d->body->currency) || !wl_claim_is_eligible(&claim, d->body->to))
        return true;
    if (!fits(d, claim.total, 0))
        return false;
    out->paid.at[out->paid.count++] = id;
    out->amounts.at[out->amounts.count++] = claim.total;
    out->claims_total += claim.total;
    out->paid_count++;
    return true;
}

static bool take_rejected(struct drawing *d, int64_t id, struct wl_str value)
{
    struct wl_settle_outcome *out = d->out;
    struct wl_claim claim;

    (void)value;
    if (!claim_of(d, id, &claim))
        return false;
    if (!wl_str_equal(claim.currency, d->body->currency) || claim.decided_day > d->body->to)
        return true;
    if (!fits(d, 0, 0))
        return false;
    out->rejected.at[out->rejected.count++] = id;
    out->rejected_count++;
    return true;
}

/* By enum wl_settlement_line_kind: chargebacks come first, so that no bound lets a debt wait behind claims. */
static const struct {
    unsigned table;
    bool (*take)(struct drawing *, int64_t id, struct wl_str value);
} sources[WL_SETTLED_KIND_COUNT] = {
    [WL_SETTLED_CHARGEBACK] = {WL_TABLE_CHARGEBACKS, take_chargeback},
    [WL_SETTLED_PAID] = {WL_TABLE_PAYABLES, take_paid},
    [WL_SETTLED_REJECTED] = {WL_TABLE_DISPOSITIONS, take_rejected},
};

/* Lines of one kind from where the settlement stands. True when all were taken. */
static bool draw_kind(struct drawing *d, int64_t kind)
{
    struct wl_key from = wl_key_of_dealer(d->body->dealer_id, d->out->line_after + 1);
    struct wl_str prefix = {from.bytes, d->body->dealer_id.size + 1}, key, value;
    struct wl_walk *walk;
    bool go_on = true;

    if (wl_walk_open(d->ctx->txn, sources[kind].table, prefix, wl_key_view(&from), &walk) != WL_OK)
        return false;
    while (go_on && wl_walk_next(walk, &key, &value) == 1) {
        int64_t id = key.size == prefix.size + 8 ? (int64_t)wl_get_u64(key.data + prefix.size) : WL_NONE;

        go_on = id >= 0 && sources[kind].take(d, id, value);
        if (id < 0)
            wl_txn_fail(d->ctx->txn, wl_fail(WL_E_DAMAGED, "a claim that waits for a settlement has no number"));
        if (go_on)
            d->out->line_after = id;
    }
    wl_walk_close(walk);
    return go_on && wl_txn_status(d->ctx->txn) == WL_OK;
}

/* Rejected claims alone are told with the next claim that is paid, not in a settlement of their own. */
static bool is_empty(const struct drawing *d)
{
    return d->body->number == WL_NONE && d->out->line_kind == WL_SETTLED_REJECTED && d->out->paid_count == 0 &&
           d->out->chargeback_count == 0;
}

static void draw(struct drawing *d)
{
    struct wl_settle_outcome *out = d->out;

    while (out->line_kind >= 0 && out->line_kind < WL_SETTLED_KIND_COUNT && !is_empty(d) &&
           draw_kind(d, out->line_kind)) {
        out->line_kind++;
        out->line_after = -1;
    }
}

static bool make_columns(struct drawing *d)
{
    struct wl_ints *columns[] = {&d->out->chargebacks, &d->out->charged, &d->out->paid, &d->out->amounts,
                                 &d->out->rejected};

    for (size_t i = 0; i < WL_COUNT(columns); i++)
        columns[i]->at = wl_arena_alloc(d->ctx->arena, WL_SETTLE_LINES_MAX * sizeof(int64_t));
    d->room = WL_SETTLE_LINES_MAX;
    if (wl_arena_status(d->ctx->arena) != WL_OK)
        wl_txn_fail(d->ctx->txn, wl_arena_status(d->ctx->arena));
    return wl_txn_status(d->ctx->txn) == WL_OK;
}

static struct wl_key head_key(const struct wl_settle_body *body)
{
    return wl_key_pair(body->dealer_id, body->currency);
}

/* The last day whose decisions a settlement could see: one that was made ahead of its closing day saw none later. */
static int64_t period_end(const struct wl_settlement *s)
{
    return s->to_day < s->settled_day ? s->to_day : s->settled_day;
}

/* The state of things before the first line. WL_DONE, or the refusal; errors stick. */
static int64_t open_new(struct drawing *d, const struct wl_dealer *dealer, uint64_t newest)
{
    struct wl_key key = head_key(d->body);
    int64_t before =
        key.size ? wl_get_number(d->ctx->txn, WL_TABLE_SETTLEMENT_HEADS, wl_key_view(&key), WL_NONE) : WL_NONE;
    struct wl_settle_outcome *out = d->out;
    struct wl_settlement last;

    out->number = (int64_t)newest + 1;
    out->line_kind = WL_SETTLED_CHARGEBACK;
    out->line_after = -1;
    out->carried = out->claims_total = out->chargeback_total = 0;
    out->paid_count = out->rejected_count = out->chargeback_count = 0;
    if (before != WL_NONE && wl_settlement_view(d->ctx->txn, (uint64_t)before, &last) == 1) {
        out->from_day = period_end(&last) < d->body->to ? period_end(&last) + 1 : d->body->to;
        if (__builtin_sub_overflow(last.carried_on, last.owed_since, &out->carried))
            return WL_REFUSED_SETTLEMENT_TOO_LARGE;
    }
    if (out->carried < -DEBT_MAX ||
        (dealer->tax_percent != WL_NONE && (dealer->tax_percent > TAX_MAX || dealer->tax_percent < -TAX_MAX)))
        return WL_REFUSED_SETTLEMENT_TOO_LARGE;
    return WL_DONE;
}

/* Goes on where the drafted settlement stands. */
static int64_t resume(struct drawing *d, const struct wl_settlement *s, bool known)
{
    struct wl_settle_outcome *out = d->out;

    if (!known)
        return WL_REFUSED_SETTLEMENT_UNKNOWN;
    if (s->state != WL_SETTLEMENT_DRAFTED || !wl_str_equal(s->dealer_id, d->body->dealer_id) ||
        !wl_str_equal(s->currency, d->body->currency) || s->to_day != d->body->to)
        return WL_REFUSED_SETTLEMENT_NOT_DRAFTED;
    out->number = d->body->number;
    out->line_kind = s->line_kind;
    out->line_after = s->line_after;
    out->from_day = s->from_day;
    out->carried = s->carried;
    out->claims_total = s->claims_total;
    out->chargeback_total = s->chargebacks;
    out->paid_count = s->paid_count;
    out->rejected_count = s->rejected_count;
    out->chargeback_count = s->chargeback_count;
    return WL_DONE;
}

static int64_t begin(struct drawing *d, const struct wl_dealer *dealer)
{
    uint64_t newest = wl_settlement_count(d->ctx->txn);
    struct wl_settlement last = {.state = WL_SETTLEMENT_ISSUED}, named;
    bool known;

    if (d->body->number == WL_NONE) {
        if (newest > 0 && wl_settlement_view(d->ctx->txn, newest, &last) < 0)
            return WL_DONE;
        return last.state == WL_SETTLEMENT_DRAFTED ? WL_REFUSED_SETTLEMENT_UNFINISHED : open_new(d, dealer, newest);
    }
    known = d->body->number > 0 && wl_settlement_view(d->ctx->txn, (uint64_t)d->body->number, &named) == 1;
    return resume(d, &named, known);
}

static void post(struct wl_posting *posting, int64_t from_kind, struct wl_str from, int64_t to_kind, struct wl_str to,
                 struct wl_str unit, int64_t amount)
{
    *posting = (struct wl_posting){
        .from_kind = from_kind, .from_party = from, .to_kind = to_kind, .to_party = to, .unit = unit, .amount = amount};
}

/* "settlement issued: dealer accrued -> dealer payable; tax: OEM input tax -> dealer payable" (domain text,
 * section 6). Chargebacks left the payable account when they were made. */
static int issue(struct drawing *d, const struct wl_dealer *dealer)
{
    struct wl_settle_outcome *out = d->out;
    struct wl_str dealer_id = d->body->dealer_id, unit = d->body->currency;
    struct wl_posting *postings = wl_arena_alloc(d->ctx->arena, 2 * sizeof *postings);
    int64_t percent = dealer->tax_percent == WL_NONE ? 0 : dealer->tax_percent;
    int64_t net = out->claims_total - out->chargeback_total, total;
    size_t n = 0;

    if (!postings)
        return wl_txn_fail(d->ctx->txn, wl_arena_status(d->ctx->arena));
    out->tax = (int64_t)wl_round((wl_i128)net * percent, HUNDRED_PERCENT);
    total = net + out->tax + out->carried;
    out->to_pay = total > 0 ? total : 0;
    out->carried_on = total < 0 ? total : 0;
    if (out->claims_total > 0)
        post(&postings[n++], WL_ACCOUNT_ACCRUED, dealer_id, WL_ACCOUNT_PAYABLE, dealer_id, unit, out->claims_total);
    if (out->tax > 0)
        post(&postings[n++], WL_ACCOUNT_INPUT_TAX, WL_NO_STR, WL_ACCOUNT_PAYABLE, dealer_id, unit, out->tax);
    if (out->tax < 0)
        post(&postings[n++], WL_ACCOUNT_PAYABLE, dealer_id, WL_ACCOUNT_INPUT_TAX, WL_NO_STR, unit, -out->tax);
    out->head.postings = (struct wl_list){postings, n};
    return WL_OK;
}

/* What the statement tells of the dealer stays as it is now, whatever is loaded later. */
static void describe(struct drawing *d, const struct wl_dealer *dealer)
{
    d->out->dealer_name = wl_arena_copy(d->ctx->arena, dealer->name);
    d->out->region = wl_arena_copy(d->ctx->arena, dealer->region);
    d->out->country = wl_arena_copy(d->ctx->arena, dealer->country);
    d->out->tax_percent = dealer->tax_percent;
    if (wl_arena_status(d->ctx->arena) != WL_OK)
        wl_txn_fail(d->ctx->txn, wl_arena_status(d->ctx->arena));
}

static int refuse(struct wl_settle_outcome *out, int64_t refusal)
{
    wl_record_clear(wl_settle_command.outcome, out);
    out->head.refusal = refusal;
    return WL_OK;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct drawing d = {.ctx = ctx, .body = body, .out = outcome};
    const struct wl_dealer *dealer = wl_dealer_find(wl_reference(ctx), d.body->dealer_id);
    int64_t refusal;

    if (d.body->to == WL_NONE)
        return wl_fail(WL_E_USAGE, "a settlement has no closing day");
    if (!dealer)
        return wl_txn_status(ctx->txn) != WL_OK ? wl_txn_status(ctx->txn) : refuse(d.out, WL_REFUSED_DEALER_UNKNOWN);
    refusal = begin(&d, dealer);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return wl_txn_status(ctx->txn);
    if (refusal != WL_DONE)
        return refuse(d.out, refusal);
    if (make_columns(&d))
        draw(&d);
    if (wl_txn_status(ctx->txn) != WL_OK)
        return wl_txn_status(ctx->txn);
    if (is_empty(&d))
        return refuse(d.out, WL_REFUSED_NOTHING_TO_SETTLE);
    if (d.out->more != WL_NONE)
        return WL_OK;
    describe(&d, dealer);
    return issue(&d, dealer);
}

/* ---- applying ---- */

static void apply_chargebacks(const struct wl_context *ctx, const struct wl_settle_body *body,
                              const struct wl_settle_outcome *out)
{
    for (size_t i = 0; i < out->chargebacks.count && i < out->charged.count; i++) {
        struct wl_key key = wl_key_of_dealer(body->dealer_id, out->chargebacks.at[i]);
        struct wl_settlement_line line = {
            .kind = WL_SETTLED_CHARGEBACK, .id = out->chargebacks.at[i], .amount = out->charged.at[i]};
        struct wl_chargeback row;
        struct wl_str value;
        int rc = wl_get(ctx->txn, WL_TABLE_CHARGEBACKS, wl_key_view(&key), &value);

        if (rc == 0)
            rc = wl_fail(WL_E_DAMAGED, "a chargeback that is settled has no row");
        else if (rc == 1)
            rc = wl_record_decode(&wl_chargeback_record, value, &row, NULL);
        if (rc != WL_OK) {
            wl_txn_fail(ctx->txn, rc);
            return;
        }
        line.claim = row.claim;
        wl_line_put(ctx->txn, (uint64_t)out->number, &line);
        wl_delete(ctx->txn, WL_TABLE_CHARGEBACKS, wl_key_view(&key));
    }
}

static void apply_paid(const struct wl_context *ctx, const struct wl_settle_body *body,
                       const struct wl_settle_outcome *out)
{
    struct wl_facts facts;

    wl_facts_open(&facts, ctx, out->paid.count);
    for (size_t i = 0; i < out->paid.count && i < out->amounts.count && wl_txn_status(ctx->txn) == WL_OK; i++) {
        const struct wl_settlement_line line = {WL_SETTLED_PAID, out->paid.at[i], out->paid.at[i], out->amounts.at[i]};
        struct wl_key key = wl_key_of_dealer(body->dealer_id, line.claim);
        struct wl_claim claim;

        if (!wl_gate_row(ctx, line.claim, &claim))
            break;
        claim.state = WL_CLAIM_SETTLED;
        claim.settlement = out->number;
        wl_claim_put(ctx->txn, line.claim, &claim);
        wl_line_put(ctx->txn, (uint64_t)out->number, &line);
        wl_delete(ctx->txn, WL_TABLE_PAYABLES, wl_key_view(&key));
        wl_facts_settled(&facts, line.claim, &claim);
    }
    wl_facts_close(&facts);
}

static void apply_rejected(const struct wl_context *ctx, const struct wl_settle_body *body,
                           const struct wl_settle_outcome *out)
{
    for (size_t i = 0; i < out->rejected.count; i++) {
        const struct wl_settlement_line line = {WL_SETTLED_REJECTED, out->rejected.at[i], out->rejected.at[i], 0};
        struct wl_key key = wl_key_of_dealer(body->dealer_id, line.claim);

        wl_line_put(ctx->txn, (uint64_t)out->number, &line);
        wl_delete(ctx->txn, WL_TABLE_DISPOSITIONS, wl_key_view(&key));
    }
}

/* The row as this entry leaves it. */
static bool row_after(const struct wl_context *ctx, const struct wl_settle_body *body,
                      const struct wl_settle_outcome *out, struct wl_settlement *row)
{
    bool opens = body->number == WL_NONE, closes = out->more == WL_NONE;

    wl_record_clear(&wl_settlement_record, row);
    if (!opens && wl_settlement_get(ctx->txn, ctx->arena, (uint64_t)out->number, row) != 1) {
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a settlement that goes on has no row"));
        return false;
    }
    row->dealer_id = body->dealer_id;
    row->currency = body->currency;
    row->to_day = body->to;
    row->from_day = out->from_day;
    row->settled_day = ctx->day;
    row->state = closes ? WL_SETTLEMENT_ISSUED : WL_SETTLEMENT_DRAFTED;
    row->claims_total = out->claims_total;
    row->chargebacks = out->chargeback_total;
    row->carried = out->carried;
    row->tax = out->tax;
    row->to_pay = out->to_pay;
    row->carried_on = out->carried_on;
    row->paid_count = out->paid_count;
    row->rejected_count = out->rejected_count;
    row->chargeback_count = out->chargeback_count;
    row->limited = out->limited;
    row->line_kind = closes ? WL_NONE : out->line_kind;
    row->line_after = closes ? WL_NONE : out->line_after;
    if (opens) {
        row->opened_seq = (int64_t)ctx->seq;
        row->paid_amount = row->overpaid = row->owed_since = 0;
    }
    if (closes)
        row->closed_seq = (int64_t)ctx->seq;
    return true;
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_settle_body *b = body;
    const struct wl_settle_outcome *out = outcome;
    struct wl_settlement row;

    apply_chargebacks(ctx, b, out);
    apply_paid(ctx, b, out);
    apply_rejected(ctx, b, out);
    if (!row_after(ctx, b, out, &row))
        return;
    wl_settlement_put(ctx->txn, (uint64_t)out->number, &row);
    if (b->number == WL_NONE) {
        struct wl_key key = head_key(b);

        wl_counter_set(ctx->txn, WL_SETTLEMENTS, (uint64_t)out->number);
        wl_put_number(ctx->txn, WL_TABLE_SETTLEMENT_HEADS, wl_key_view(&key), out->number);
    }
}

static const struct wl_field body_fields[] = {
    {.name = "dealer_id",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = 32,
     .offset = offsetof(struct wl_settle_body, dealer_id)},
    {.name = "currency",
     .tag = 2,
     .type = WL_TEXT,
     .required = true,
     .limit = 3,
     .offset = offsetof(struct wl_settle_body, currency)},
    {.name = "to", .tag = 3, .type = WL_DAY, .required = true, .offset = offsetof(struct wl_settle_body, to)},
    WL_NUMBER_FIELD(struct wl_settle_body, 4, number),
};
static const struct wl_record body_record = {"settle", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_settle_body)};

#define NUMBER(tag_, field) WL_NUMBER_FIELD(struct wl_settle_outcome, tag_, field)
#define NUMBERS(tag_, field) WL_NUMBERS_FIELD(struct wl_settle_outcome, tag_, field, WL_SETTLE_LINES_MAX)

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_settle_outcome),
    NUMBER(4, number),
    NUMBERS(5, chargebacks),
    NUMBERS(6, charged),
    NUMBERS(7, paid),
    NUMBERS(8, amounts),
    NUMBERS(9, rejected),
    NUMBER(10, line_kind),
    NUMBER(11, line_after),
    NUMBER(12, more),
    NUMBER(13, limited),
    WL_DAY_FIELD(struct wl_settle_outcome, 14, from_day),
    NUMBER(15, carried),
    NUMBER(16, claims_total),
    NUMBER(17, chargeback_total),
    NUMBER(18, paid_count),
    NUMBER(19, rejected_count),
    NUMBER(20, chargeback_count),
    NUMBER(21, tax),
    NUMBER(22, to_pay),
    NUMBER(23, carried_on),
    WL_TEXT_FIELD(struct wl_settle_outcome, 24, dealer_name, 200),
    WL_TEXT_FIELD(struct wl_settle_outcome, 25, region, 32),
    WL_TEXT_FIELD(struct wl_settle_outcome, 26, country, 32),
    {.name = "tax_percent",
     .tag = 27,
     .type = WL_DECIMAL,
     .digits = 3,
     .places = 6,
     .offset = offsetof(struct wl_settle_outcome, tax_percent)},
};
static const struct wl_record outcome_record = {"settle-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_settle_outcome)};

const struct wl_command wl_settle_command = {
    .name = "settle",
    .tag = 15,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
