/* The command `payment-run`: tells the bank what to pay. Nothing is posted: the bank's answer does that. */
#include "claims/payments.h"
#include "wledger/error.h"
#include <stdlib.h>

enum {
    TRANSFER_BYTES = 64, /* of a transfer in an entry, beside its texts, at most */
    CURRENCY_LETTERS = 3,
};

struct run {
    const struct wl_context *ctx;
    const struct wl_payment_body *body;
    struct wl_payment_outcome *out;
    struct wl_ints named;             /* ascending */
    struct wl_payment_transfer *last; /* of those there are */
    size_t bytes;
    struct wl_str left_out; /* the first dealer without an account */
};

static bool refuse(struct run *r, int64_t refusal, struct wl_str about)
{
    wl_record_clear(wl_payment_command.outcome, r->out);
    r->out->head.refusal = refusal;
    r->out->head.about = about;
    return false;
}

static struct wl_str number_text(const struct run *r, int64_t number)
{
    char text[WL_DECIMAL_TEXT];
    size_t size = wl_decimal_format(number, 0, text);

    return wl_arena_copy(r->ctx->arena, (struct wl_str){text, size});
}

static bool stuck(const struct run *r)
{
    if (wl_arena_status(r->ctx->arena) != WL_OK)
        wl_txn_fail(r->ctx->txn, wl_arena_status(r->ctx->arena));
    return wl_txn_status(r->ctx->txn) != WL_OK;
}

/* ---- what was named ---- */

static int ascending(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

/* Each that was named is there, and may be instructed. */
static bool look_at_named(struct run *r)
{
    const struct wl_transition *step = wl_settlement_transition(WL_SETTLEMENT_STEP_INSTRUCT);

    r->named = (struct wl_ints){wl_arena_alloc(r->ctx->arena, (r->body->settlements.count + 1) * sizeof(int64_t)),
                                r->body->settlements.count};
    if (stuck(r))
        return false;
    for (size_t i = 0; i < r->named.count; i++)
        r->named.at[i] = r->body->settlements.at[i];
    qsort(r->named.at, r->named.count, sizeof *r->named.at, ascending);
    for (size_t i = 0; i < r->named.count; i++) {
        int64_t number = r->named.at[i];
        struct wl_settlement settlement;
        int rc = number > 0 ? wl_settlement_view(r->ctx->txn, (uint64_t)number, &settlement) : 0;

        if (rc < 0)
            return false;
        if (rc == 0)
            return refuse(r, WL_REFUSED_SETTLEMENT_UNKNOWN, number_text(r, number));
        if (step->refusal[settlement.state] != WL_DONE)
            return refuse(r, step->refusal[settlement.state], number_text(r, number));
        if (i > 0 && number == r->named.at[i - 1])
            return refuse(r, WL_REFUSED_NAMED_TWICE, number_text(r, number));
    }
    return true;
}

static bool is_currency(struct wl_str currency)
{
    for (size_t i = 0; i < currency.size; i++)
        if (currency.data[i] < 'A' || currency.data[i] > 'Z')
            return false;
    return currency.size == CURRENCY_LETTERS;
}

static bool look_at_terms(struct run *r)
{
    const struct wl_payment_body *b = r->body;
    struct wl_reference *reference = wl_reference(r->ctx);
    const struct wl_bank_account *own;

    if (!is_currency(b->currency))
        return refuse(r, WL_REFUSED_CURRENCY_UNKNOWN, b->currency);
    if (b->execution_day == WL_NONE || b->execution_day < r->ctx->day)
        return refuse(r, WL_REFUSED_DAY_PAST, WL_NO_STR);
    if (b->dealer_id.size && !wl_dealer_find(reference, b->dealer_id))
        return wl_txn_status(r->ctx->txn) == WL_OK && refuse(r, WL_REFUSED_DEALER_UNKNOWN, b->dealer_id);
    own = wl_bank_account_on(reference, WL_STR(WL_OEM_PARTY), b->currency, b->execution_day);
    if (!own)
        return wl_txn_status(r->ctx->txn) == WL_OK && refuse(r, WL_REFUSED_ACCOUNT_MISSING, WL_STR(WL_OEM_PARTY));
    r->out->holder = wl_arena_copy(r->ctx->arena, own->holder);
    r->out->account = wl_arena_copy(r->ctx->arena, own->account);
    r->out->bic = wl_arena_copy(r->ctx->arena, own->bic);
    r->out->kind = own->kind;
    return !stuck(r);
}

/* ---- transfers ---- */

static void leave_out(struct run *r, struct wl_str dealer_id)
{
    if (r->out->left_out == WL_NONE) {
        r->out->left_out = 0;
        r->left_out = wl_arena_copy(r->ctx->arena, dealer_id);
    }
    r->out->left_out++;
}

/* Whether it goes into this run; else, with what follows, into the next. */
static bool fits(struct run *r, const struct wl_settlement *s, const struct wl_bank_account *account)
{
    size_t bytes =
        TRANSFER_BYTES + s->dealer_id.size + account->holder.size + account->account.size + account->bic.size;

    if (r->out->transfers.count == WL_PAYMENT_LINES_MAX || r->bytes + bytes > WL_PAYMENT_BYTES_MAX ||
        wl_settlement_left(s) > WL_PAYMENT_AMOUNT_MAX - r->out->total) {
        r->out->more = 1;
        return false;
    }
    r->bytes += bytes;
    return true;
}

static void add(struct run *r, int64_t number, const struct wl_settlement *s, const struct wl_bank_account *account)
{
    struct wl_arena *arena = r->ctx->arena;
    struct wl_payment_transfer *transfers = r->out->transfers.at;

    transfers[r->out->transfers.count++] = (struct wl_payment_transfer){
        .settlement = number,
        .amount = wl_settlement_left(s),
        .dealer_id = wl_arena_copy(arena, s->dealer_id),
        .holder = wl_arena_copy(arena, account->holder),
        .account = wl_arena_copy(arena, account->account),
        .bic = wl_arena_copy(arena, account->bic),
        .kind = account->kind,
    };
    r->out->total += wl_settlement_left(s);
}

/* Takes an issued settlement that belongs into the run. False when the run ends before it, or with a refusal of one
 * that was named. */
static bool take(struct run *r, int64_t number, const struct wl_settlement *s, bool named)
{
    const struct wl_bank_account *account;
    bool belongs = wl_str_equal(s->currency, r->body->currency) && wl_settlement_left(s) > 0 &&
                   (!r->body->dealer_id.size || wl_str_equal(s->dealer_id, r->body->dealer_id));

    if (!belongs)
        return !named || refuse(r, WL_REFUSED_NOTHING_TO_PAY, number_text(r, number));
    if (s->payment != WL_NONE)
        return !named || refuse(r, WL_REFUSED_IN_PAYMENT, number_text(r, number));
    account = wl_bank_account_on(wl_reference(r->ctx), s->dealer_id, s->currency, r->body->execution_day);
    if (stuck(r))
        return false;
    if (!account && named)
        return refuse(r, WL_REFUSED_ACCOUNT_MISSING, wl_arena_copy(r->ctx->arena, s->dealer_id));
    if (wl_settlement_left(s) > WL_PAYMENT_AMOUNT_MAX && named)
        return refuse(r, WL_REFUSED_AMOUNT_TOO_LARGE, number_text(r, number));
    if (!account || wl_settlement_left(s) > WL_PAYMENT_AMOUNT_MAX) {
        leave_out(r, s->dealer_id);
        return true;
    }
    if (!fits(r, s, account))
        return false;
    add(r, number, s, account);
    return !stuck(r);
}

static void take_all(struct run *r)
{
    bool named = r->named.count > 0;
    int64_t count = named ? (int64_t)r->named.count : (int64_t)wl_settlement_count(r->ctx->txn);
    bool go_on = true;

    for (int64_t i = 0; go_on && i < count; i++) {
        int64_t number = named ? r->named.at[i] : i + 1;
        struct wl_settlement settlement;
        int rc = wl_settlement_view(r->ctx->txn, (uint64_t)number, &settlement);

        if (rc == 0)
            wl_txn_fail(r->ctx->txn, wl_fail(WL_E_DAMAGED, "settlement %lld has no row", (long long)number));
        go_on = rc == 1;
        if (go_on && settlement.state == WL_SETTLEMENT_ISSUED)
            go_on = take(r, number, &settlement, named);
    }
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct run r = {.ctx = ctx, .body = body, .out = outcome};

    if (!look_at_named(&r) || !look_at_terms(&r))
        return wl_txn_status(ctx->txn);
    r.out->payment = (int64_t)wl_payment_count(ctx->txn) + 1;
    r.out->total = 0;
    r.out->transfers.at = wl_arena_alloc(ctx->arena, WL_PAYMENT_LINES_MAX * sizeof(struct wl_payment_transfer));
    if (!stuck(&r))
        take_all(&r);
    if (stuck(&r) || r.out->head.refusal != WL_NONE)
        return wl_txn_status(ctx->txn);
    if (r.out->transfers.count == 0)
        refuse(&r, r.left_out.size ? WL_REFUSED_ACCOUNT_MISSING : WL_REFUSED_NOTHING_TO_PAY, r.left_out);
    return WL_OK;
}

/* ---- applying ---- */

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_payment_body *b = body;
    const struct wl_payment_outcome *out = outcome;
    const struct wl_payment_transfer *transfer = out->transfers.at;
    const struct wl_payment row = {.currency = b->currency,
                                   .execution_day = b->execution_day,
                                   .time = ctx->time,
                                   .count = (int64_t)out->transfers.count,
                                   .total = out->total,
                                   .seq = (int64_t)ctx->seq,
                                   .answered = 0};

    wl_payment_put(ctx->txn, out->payment, &row);
    wl_counter_set(ctx->txn, WL_PAYMENTS, (uint64_t)out->payment);
    for (size_t i = 0; i < out->transfers.count; i++, transfer++) {
        const struct wl_payment_line line = {.settlement = transfer->settlement,
                                             .amount = transfer->amount,
                                             .answer = WL_NONE,
                                             .debited = 0,
                                             .returned = 0};
        struct wl_settlement settlement;

        if (!wl_settlement_row(ctx, transfer->settlement, &settlement))
            return;
        settlement.payment = out->payment;
        wl_settlement_put(ctx->txn, (uint64_t)transfer->settlement, &settlement);
        wl_payment_line_put(ctx->txn, out->payment, &line);
    }
}

/* ---- records ---- */

static const char *const account_kinds[] = {[WL_ACCOUNT_IBAN] = "iban", [WL_ACCOUNT_OTHER] = "other", NULL};
#define KIND(of, tag_)                                                                                           \
    {                                                                                                            \
        .name = "kind", .tag = (tag_), .type = WL_CHOICE, .choices = account_kinds, .offset = offsetof(of, kind) \
    }

static const struct wl_field body_fields[] = {
    {.name = "currency",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = 3,
     .offset = offsetof(struct wl_payment_body, currency)},
    WL_TEXT_FIELD(struct wl_payment_body, 2, dealer_id, 32),
    {.name = "execution_day",
     .tag = 3,
     .type = WL_DAY,
     .required = true,
     .offset = offsetof(struct wl_payment_body, execution_day)},
    WL_NUMBERS_FIELD(struct wl_payment_body, 4, settlements, WL_PAYMENT_LINES_MAX),
};
static const struct wl_record body_record = {"payment-run", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_payment_body)};

static const struct wl_field transfer_fields[] = {
    WL_NUMBER_FIELD(struct wl_payment_transfer, 1, settlement),
    WL_NUMBER_FIELD(struct wl_payment_transfer, 2, amount),
    WL_TEXT_FIELD(struct wl_payment_transfer, 3, dealer_id, 32),
    WL_TEXT_FIELD(struct wl_payment_transfer, 4, holder, 200),
    WL_TEXT_FIELD(struct wl_payment_transfer, 5, account, 34),
    WL_TEXT_FIELD(struct wl_payment_transfer, 6, bic, 11),
    KIND(struct wl_payment_transfer, 7),
};
static const struct wl_record transfer_record = {"payment-transfer", transfer_fields, WL_COUNT(transfer_fields),
                                                 sizeof(struct wl_payment_transfer)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_payment_outcome),
    WL_NUMBER_FIELD(struct wl_payment_outcome, 4, payment),
    WL_TEXT_FIELD(struct wl_payment_outcome, 5, holder, 200),
    WL_TEXT_FIELD(struct wl_payment_outcome, 6, account, 34),
    WL_TEXT_FIELD(struct wl_payment_outcome, 7, bic, 11),
    KIND(struct wl_payment_outcome, 8),
    {.name = "transfers",
     .tag = 9,
     .type = WL_LIST,
     .limit = WL_PAYMENT_LINES_MAX,
     .item = &transfer_record,
     .offset = offsetof(struct wl_payment_outcome, transfers)},
    WL_NUMBER_FIELD(struct wl_payment_outcome, 10, total),
    WL_NUMBER_FIELD(struct wl_payment_outcome, 11, left_out),
    WL_NUMBER_FIELD(struct wl_payment_outcome, 12, more),
};
static const struct wl_record outcome_record = {"payment-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_payment_outcome)};

const struct wl_command wl_payment_command = {
    .name = "payment-run",
    .tag = 27,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
