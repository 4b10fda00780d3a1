/* The command `bank-answer`: what the bank did with one transfer of ours. */
#include "claims/keys.h"
#include "claims/payments.h"
#include "wledger/error.h"

/* What a dealer may owe in all for having been overpaid: its next settlement can carry it. */
#define OVERPAID_MAX INT64_C(1000000000000000000)

struct answer {
    const struct wl_context *ctx;
    const struct wl_bank_answer_body *body;
    struct wl_bank_answer_outcome *out;
    struct wl_payment_line line;
    struct wl_settlement settlement;
    int64_t newest; /* the dealer's newest settlement in the currency, and what is owed since */
    int64_t owed_since;
};

static bool refuse(struct answer *a, int64_t refusal)
{
    wl_record_clear(wl_bank_answer_command.outcome, a->out);
    a->out->head.refusal = refusal;
    return false;
}

static bool is_good(struct answer *a)
{
    const struct wl_bank_answer_body *b = a->body;
    uint64_t known;
    int rc = wl_bank_answer_find(a->ctx->txn, b->reference, &known);

    if (rc != 0)
        return rc == 1 && refuse(a, WL_REFUSED_ANSWER_KNOWN);
    if (b->amount == WL_NONE || b->amount <= 0)
        return refuse(a, WL_REFUSED_AMOUNT_INVALID);
    return b->currency.size > 0 || refuse(a, WL_REFUSED_CURRENCY_UNKNOWN);
}

/* The line that the reference names. False when it is nobody's, or reading failed. */
static bool find_line(struct answer *a)
{
    struct wl_bank_answer_outcome *out = a->out;
    uint64_t payment, settlement;
    struct wl_txn *txn = a->ctx->txn;

    if (!wl_payment_reference_read(a->body->end_to_end, &payment, &settlement) ||
        wl_payment_line_get(txn, payment, settlement, &a->line) != 1 ||
        !wl_settlement_row(a->ctx, (int64_t)settlement, &a->settlement))
        return false;
    out->payment = (int64_t)payment;
    out->settlement = (int64_t)settlement;
    out->state = a->settlement.state;
    out->debited = a->line.debited;
    out->returned = a->line.returned;
    out->paid_amount = a->settlement.paid_amount;
    out->overpaid = a->settlement.overpaid;
    return true;
}

static bool find_newest(struct answer *a)
{
    struct wl_key key = wl_key_pair(a->settlement.dealer_id, a->settlement.currency);
    struct wl_settlement row;

    a->newest = wl_get_number(a->ctx->txn, WL_TABLE_SETTLEMENT_HEADS, wl_key_view(&key), WL_NONE);
    if (!wl_settlement_row(a->ctx, a->newest, &row))
        return false;
    a->owed_since = row.owed_since;
    return true;
}

/* By as much the dealer owes more (or, below 0, less) of what it was overpaid. */
static void owe(struct answer *a, int64_t amount)
{
    if (amount == 0)
        return;
    a->out->overpaid += amount;
    a->out->newest = a->newest;
    a->out->owed_since = a->owed_since + amount;
}

static int64_t left_after(const struct answer *a)
{
    return a->settlement.to_pay + a->out->overpaid - a->out->paid_amount;
}

/* ---- what the bank did ---- */

static void debit(struct answer *a)
{
    struct wl_bank_answer_outcome *out = a->out;
    int64_t before = wl_payment_line_paid(&a->line), paid, left = wl_settlement_left(&a->settlement), over;

    if (__builtin_add_overflow(a->line.debited, a->body->amount, &a->line.debited)) {
        refuse(a, WL_REFUSED_AMOUNT_TOO_LARGE);
        return;
    }
    paid = wl_payment_line_paid(&a->line) - before;
    over = paid > left ? paid - left : 0;
    if (over > OVERPAID_MAX - a->owed_since || over > OVERPAID_MAX - a->settlement.overpaid) {
        refuse(a, WL_REFUSED_AMOUNT_TOO_LARGE);
        return;
    }
    out->debited = a->line.debited;
    out->paid_amount += paid;
    owe(a, over);
    if (out->state == WL_SETTLEMENT_ISSUED && left_after(a) == 0)
        out->state = WL_SETTLEMENT_PAID;
    if (paid > 0)
        out->head.postings = wl_payment_posting(a->ctx, &a->settlement, paid, true);
    paid += before;
    if (over > 0 || paid > a->line.amount)
        out->difference = WL_BANK_MORE;
    else if (paid < a->line.amount)
        out->difference = a->line.returned > 0 ? WL_BANK_RETURNED : WL_BANK_LESS;
    else
        out->difference = WL_BANK_AGREES;
}

/* What came back takes off first what was too much, as far as no settlement has carried it yet. */
static void credit(struct answer *a)
{
    struct wl_bank_answer_outcome *out = a->out;
    int64_t before = wl_payment_line_paid(&a->line), back, most;

    if (__builtin_add_overflow(a->line.returned, a->body->amount, &a->line.returned)) {
        refuse(a, WL_REFUSED_AMOUNT_TOO_LARGE);
        return;
    }
    back = before - wl_payment_line_paid(&a->line);
    most = a->owed_since < a->settlement.overpaid ? a->owed_since : a->settlement.overpaid;
    out->returned = a->line.returned;
    out->paid_amount -= back;
    owe(a, -(back < most ? back : most));
    if (left_after(a) > 0)
        out->state = WL_SETTLEMENT_ISSUED;
    if (back > 0)
        out->head.postings = wl_payment_posting(a->ctx, &a->settlement, back, false);
    out->difference = WL_BANK_RETURNED;
}

static void reject(struct answer *a)
{
    a->out->difference = WL_BANK_REFUSED;
}

/* By enum wl_bank_event. */
static void (*const events[])(struct answer *) = {debit, credit, reject, credit};

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct answer a = {.ctx = ctx, .body = body, .out = outcome};

    if (a.body->reference.size == 0 || a.body->event < 0 || a.body->event >= (int64_t)WL_COUNT(events))
        return wl_fail(WL_E_USAGE, "an answer of the bank has no reference, or is none");
    if (!is_good(&a))
        return wl_txn_status(ctx->txn);
    a.out->answer = (int64_t)wl_bank_answer_count(ctx->txn) + 1;
    if (!find_line(&a))
        a.out->difference = WL_BANK_UNKNOWN;
    else if (!wl_str_equal(a.body->currency, a.settlement.currency))
        a.out->difference = WL_BANK_CURRENCY;
    else if (find_newest(&a))
        events[a.body->event](&a);
    return wl_txn_status(ctx->txn);
}

/* ---- applying ---- */

/* The settlement as the answer leaves it. What is to be paid again was not received. */
static void follow_settlement(const struct wl_context *ctx, const struct wl_bank_answer_body *body,
                              const struct wl_bank_answer_outcome *out)
{
    struct wl_settlement row;

    if (!wl_settlement_row(ctx, out->settlement, &row))
        return;
    row.bank_answer = out->answer;
    if (out->difference != WL_BANK_CURRENCY && row.payment == out->payment)
        row.payment = WL_NONE;
    row.paid_amount = out->paid_amount;
    row.overpaid = out->overpaid;
    if (out->state == WL_SETTLEMENT_PAID && row.state == WL_SETTLEMENT_ISSUED)
        row.paid_day = body->booked_day == WL_NONE ? ctx->day : body->booked_day;
    if (out->state == WL_SETTLEMENT_ISSUED)
        row.paid_day = row.confirmed_day = row.confirmed_amount = WL_NONE;
    row.dealer_difference = row.confirmed_amount == WL_NONE || row.confirmed_amount == row.paid_amount
                                ? WL_NONE
                                : row.confirmed_amount - row.paid_amount;
    row.state = out->state;
    wl_settlement_put(ctx->txn, (uint64_t)out->settlement, &row);
    if (out->newest == WL_NONE || !wl_settlement_row(ctx, out->newest, &row))
        return;
    row.owed_since = out->owed_since;
    wl_settlement_put(ctx->txn, (uint64_t)out->newest, &row);
}

static void follow_line(const struct wl_context *ctx, const struct wl_bank_answer_outcome *out)
{
    struct wl_payment_line line;
    struct wl_payment payment;

    if (!wl_payment_line_row(ctx, out->payment, out->settlement, &line) || !wl_payment_row(ctx, out->payment, &payment))
        return;
    if (line.answer == WL_NONE) {
        payment.answered++;
        wl_payment_put(ctx->txn, out->payment, &payment);
    }
    line.answer = out->answer;
    line.debited = out->debited;
    line.returned = out->returned;
    wl_payment_line_put(ctx->txn, out->payment, &line);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_bank_answer_body *b = body;
    const struct wl_bank_answer_outcome *out = outcome;
    const struct wl_bank_answer row = {.payment = out->payment,
                                       .settlement = out->settlement,
                                       .event = b->event,
                                       .amount = b->amount,
                                       .booked_day = b->booked_day,
                                       .difference = out->difference,
                                       .seq = (int64_t)ctx->seq,
                                       .currency = b->currency,
                                       .reference = b->reference,
                                       .end_to_end = b->end_to_end};
    uint8_t key[WL_BANK_REFERENCE_HASH];

    wl_bank_reference_key(b->reference, key);
    wl_put_number(ctx->txn, WL_TABLE_BANK_REFERENCES, (struct wl_str){(const char *)key, sizeof key}, out->answer);
    wl_bank_answer_put(ctx->txn, out->answer, &row);
    wl_counter_set(ctx->txn, WL_BANK_ANSWERS, (uint64_t)out->answer);
    if (out->settlement == WL_NONE)
        return;
    follow_settlement(ctx, b, out);
    if (out->difference != WL_BANK_CURRENCY)
        follow_line(ctx, out);
}

/* ---- records ---- */

#define TEXT(tag_, field, most) WL_TEXT_FIELD(struct wl_bank_answer_body, tag_, field, most)

static const struct wl_field body_fields[] = {
    TEXT(1, message, WL_BANK_NAME_MAX),
    {.name = "reference",
     .tag = 2,
     .type = WL_TEXT,
     .required = true,
     .limit = WL_BANK_REFERENCE_MAX,
     .offset = offsetof(struct wl_bank_answer_body, reference)},
    TEXT(3, end_to_end, WL_BANK_NAME_MAX),
    {.name = "event",
     .tag = 4,
     .type = WL_CHOICE,
     .required = true,
     .choices = wl_bank_events,
     .offset = offsetof(struct wl_bank_answer_body, event)},
    {.name = "amount",
     .tag = 5,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_bank_answer_body, amount)},
    WL_DAY_FIELD(struct wl_bank_answer_body, 6, booked_day),
    TEXT(7, currency, 3),
    TEXT(8, text, WL_BANK_TEXT_MAX),
};
static const struct wl_record body_record = {"bank-answer", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_bank_answer_body)};

#define NUMBER(tag_, field) WL_NUMBER_FIELD(struct wl_bank_answer_outcome, tag_, field)

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_bank_answer_outcome),
    NUMBER(4, answer),
    NUMBER(5, payment),
    NUMBER(6, settlement),
    WL_CHOICE_FIELD(struct wl_bank_answer_outcome, 7, difference, wl_bank_differences),
    NUMBER(8, state),
    NUMBER(9, debited),
    NUMBER(10, returned),
    NUMBER(11, paid_amount),
    NUMBER(12, overpaid),
    NUMBER(13, newest),
    NUMBER(14, owed_since),
};
static const struct wl_record outcome_record = {"bank-answer-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_bank_answer_outcome)};

const struct wl_command wl_bank_answer_command = {
    .name = "bank-answer",
    .tag = 28,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
