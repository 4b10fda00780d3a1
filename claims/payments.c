/* Payments, their lines and the bank's answers as rows, and reading them. */
#include "claims/payments.h"
#include "claims/keys.h"
#include "wledger/error.h"
#include <stdio.h>
#include <string.h>

const char *const wl_bank_events[] = {"debit", "return", "rejected", "credit", NULL};
const char *const wl_bank_differences[] = {"agrees", "unknown-reference", "other-currency", "less",
                                           "more",   "returned",          "rejected",       NULL};
_Static_assert(WL_COUNT(wl_bank_differences) == WL_BANK_DIFFERENCE_COUNT + 1, "each difference has a name");

const char *const *wl_bank_event_names(void)
{
    return wl_bank_events;
}

const char *const *wl_bank_difference_names(void)
{
    return wl_bank_differences;
}

static const struct wl_field payment_fields[] = {
    WL_TEXT_FIELD(struct wl_payment, 1, currency, 3),
    WL_DAY_FIELD(struct wl_payment, 2, execution_day),
    {.name = "time", .tag = 3, .type = WL_TIME, .offset = offsetof(struct wl_payment, time)},
    WL_NUMBER_FIELD(struct wl_payment, 4, count),
    WL_NUMBER_FIELD(struct wl_payment, 5, total),
    WL_NUMBER_FIELD(struct wl_payment, 6, seq),
    WL_NUMBER_FIELD(struct wl_payment, 7, answered),
};
const struct wl_record wl_payment_record = {"payment", payment_fields, WL_COUNT(payment_fields),
                                            sizeof(struct wl_payment)};

static const struct wl_field line_fields[] = {
    WL_NUMBER_FIELD(struct wl_payment_line, 1, settlement), WL_NUMBER_FIELD(struct wl_payment_line, 2, amount),
    WL_NUMBER_FIELD(struct wl_payment_line, 3, answer),     WL_NUMBER_FIELD(struct wl_payment_line, 4, debited),
    WL_NUMBER_FIELD(struct wl_payment_line, 5, returned),
};
const struct wl_record wl_payment_line_record = {"payment-line", line_fields, WL_COUNT(line_fields),
                                                 sizeof(struct wl_payment_line)};

static const struct wl_field answer_fields[] = {
    WL_NUMBER_FIELD(struct wl_bank_answer, 1, payment),
    WL_NUMBER_FIELD(struct wl_bank_answer, 2, settlement),
    WL_CHOICE_FIELD(struct wl_bank_answer, 3, event, wl_bank_events),
    WL_NUMBER_FIELD(struct wl_bank_answer, 4, amount),
    WL_DAY_FIELD(struct wl_bank_answer, 5, booked_day),
    WL_CHOICE_FIELD(struct wl_bank_answer, 6, difference, wl_bank_differences),
    WL_NUMBER_FIELD(struct wl_bank_answer, 7, seq),
    WL_TEXT_FIELD(struct wl_bank_answer, 8, currency, 3),
    WL_TEXT_FIELD(struct wl_bank_answer, 9, reference, WL_BANK_REFERENCE_MAX),
    WL_TEXT_FIELD(struct wl_bank_answer, 10, end_to_end, WL_BANK_NAME_MAX),
};
const struct wl_record wl_bank_answer_record = {"bank-answer-row", answer_fields, WL_COUNT(answer_fields),
                                                sizeof(struct wl_bank_answer)};

/* ---- reading ---- */

uint64_t wl_payment_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_PAYMENTS);
}

uint64_t wl_bank_answer_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_BANK_ANSWERS);
}

/* A row as a view: 1, 0, or the error that sticks. */
static int view(struct wl_txn *txn, unsigned table, struct wl_str key, const struct wl_record *record, void *row)
{
    struct wl_str value;
    int rc = wl_get(txn, table, key, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(record, value, row, NULL);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

static int kept(struct wl_txn *txn, struct wl_arena *arena)
{
    int rc = wl_arena_status(arena);

    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

int wl_payment_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_payment *payment)
{
    char key[8];
    int rc;

    wl_set_u64(key, number);
    rc = view(txn, WL_TABLE_PAYMENTS, (struct wl_str){key, sizeof key}, &wl_payment_record, payment);
    if (rc != 1)
        return rc;
    payment->currency = wl_arena_copy(arena, payment->currency);
    return kept(txn, arena);
}

static struct wl_str line_key(uint64_t payment, uint64_t settlement, char key[WL_PAYMENT_LINE_KEY])
{
    wl_set_u64(key, payment);
    wl_set_u64(key + 8, settlement);
    return (struct wl_str){key, WL_PAYMENT_LINE_KEY};
}

int wl_payment_line_get(struct wl_txn *txn, uint64_t payment, uint64_t settlement, struct wl_payment_line *line)
{
    char key[WL_PAYMENT_LINE_KEY];

    return view(txn, WL_TABLE_PAYMENT_LINES, line_key(payment, settlement, key), &wl_payment_line_record, line);
}

int wl_payment_lines(struct wl_txn *txn, uint64_t payment, wl_payment_line_fn *one, void *context)
{
    char prefix[8];
    struct wl_str key, value, from = {prefix, sizeof prefix};
    struct wl_walk *walk;
    int rc;

    wl_set_u64(prefix, payment);
    if ((rc = wl_walk_open(txn, WL_TABLE_PAYMENT_LINES, from, from, &walk)) != WL_OK)
        return rc;
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_payment_line line;

        rc = wl_record_decode(&wl_payment_line_record, value, &line, NULL);
        rc = rc == WL_OK ? one(context, &line) : wl_txn_fail(txn, rc);
    }
    wl_walk_close(walk);
    return rc;
}

int wl_bank_answer_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_bank_answer *answer)
{
    char key[8];
    int rc;

    wl_set_u64(key, number);
    rc = view(txn, WL_TABLE_BANK_ANSWERS, (struct wl_str){key, sizeof key}, &wl_bank_answer_record, answer);
    if (rc != 1)
        return rc;
    answer->currency = wl_arena_copy(arena, answer->currency);
    answer->reference = wl_arena_copy(arena, answer->reference);
    answer->end_to_end = wl_arena_copy(arena, answer->end_to_end);
    return kept(txn, arena);
}

void wl_bank_reference_key(struct wl_str reference, uint8_t key[WL_BANK_REFERENCE_HASH])
{
    _Static_assert(WL_BANK_REFERENCE_HASH == WL_HASH_SIZE, "a key is a hash");
    wl_sha256(reference, key);
}

int wl_bank_answer_find(struct wl_txn *txn, struct wl_str reference, uint64_t *number)
{
    uint8_t key[WL_BANK_REFERENCE_HASH];
    struct wl_str value;
    int rc;

    wl_bank_reference_key(reference, key);
    rc = wl_get(txn, WL_TABLE_BANK_REFERENCES, (struct wl_str){(const char *)key, sizeof key}, &value);
    if (rc == 1 && value.size != 8)
        return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a reference of the bank leads to no answer"));
    if (rc == 1)
        *number = wl_get_u64(value.data);
    return rc;
}

int64_t wl_dealer_overpaid(struct wl_txn *txn, struct wl_arena *arena, struct wl_str dealer_id, struct wl_str currency)
{
    struct wl_key key = wl_key_pair(dealer_id, currency);
    struct wl_settlement row;
    int64_t newest = key.size ? wl_get_number(txn, WL_TABLE_SETTLEMENT_HEADS, wl_key_view(&key), WL_NONE) : WL_NONE;

    return newest != WL_NONE && wl_settlement_get(txn, arena, (uint64_t)newest, &row) == 1 ? row.owed_since : 0;
}

int wl_payment_made(struct wl_txn *txn, struct wl_arena *arena, const struct wl_payment *payment,
                    const struct wl_payment_outcome **out)
{
    struct wl_entry e;
    void *outcome;
    int rc = payment->seq < 0 ? 0 : wl_entry_read(txn, (uint64_t)payment->seq, &e);

    if (rc == 1 && e.command != &wl_payment_command)
        rc = 0;
    if (rc == 0)
        rc = wl_fail(WL_E_DAMAGED, "entry %lld made no payment", (long long)payment->seq);
    if (rc == 1) {
        e.outcome = wl_arena_copy(arena, e.outcome);
        rc = wl_arena_status(arena);
        if (rc == WL_OK)
            rc = wl_entry_outcome(&e, arena, &outcome);
        if (rc == WL_OK)
            *out = outcome;
    }
    return rc == WL_OK ? WL_OK : wl_txn_fail(txn, rc);
}

/* ---- references ---- */

#define PREFIX "WL-P"
#define SETTLEMENT_MARK "-S"

struct wl_str wl_payment_reference(struct wl_arena *arena, uint64_t payment, uint64_t settlement)
{
    char text[WL_PAYMENT_REFERENCE_TEXT];
    int size = snprintf(text, sizeof text, PREFIX "%llu" SETTLEMENT_MARK "%llu", (unsigned long long)payment,
                        (unsigned long long)settlement);

    return wl_arena_copy(arena, (struct wl_str){text, (size_t)size});
}

struct wl_str wl_payment_name(struct wl_arena *arena, uint64_t payment)
{
    char text[WL_PAYMENT_REFERENCE_TEXT];
    int size = snprintf(text, sizeof text, PREFIX "%llu", (unsigned long long)payment);

    return wl_arena_copy(arena, (struct wl_str){text, (size_t)size});
}

/* A number from 1, without a 0 before it, at the beginning of the text, which goes on behind it. */
static bool take_number(struct wl_str *text, uint64_t *number)
{
    size_t digits = 0;
    int64_t n;

    while (digits < text->size && text->data[digits] >= '0' && text->data[digits] <= '9')
        digits++;
    if (digits == 0 || text->data[0] == '0' || !wl_decimal_parse((struct wl_str){text->data, digits}, 18, 0, &n))
        return false;
    *number = (uint64_t)n;
    *text = (struct wl_str){text->data + digits, text->size - digits};
    return true;
}

static bool take_text(struct wl_str *text, struct wl_str mark)
{
    if (text->size < mark.size || memcmp(text->data, mark.data, mark.size) != 0)
        return false;
    *text = (struct wl_str){text->data + mark.size, text->size - mark.size};
    return true;
}

bool wl_payment_reference_read(struct wl_str text, uint64_t *payment, uint64_t *settlement)
{
    return take_text(&text, WL_STR(PREFIX)) && take_number(&text, payment) &&
           take_text(&text, WL_STR(SETTLEMENT_MARK)) && take_number(&text, settlement) && text.size == 0;
}

bool wl_payment_name_read(struct wl_str text, uint64_t *payment)
{
    return take_text(&text, WL_STR(PREFIX)) && take_number(&text, payment) && text.size == 0;
}

/* ---- for the commands ---- */

struct wl_list wl_payment_posting(const struct wl_context *ctx, const struct wl_settlement *settlement, int64_t amount,
                                  bool pays)
{
    struct wl_posting *posting = wl_arena_alloc(ctx->arena, sizeof *posting);

    if (!posting) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return (struct wl_list){NULL, 0};
    }
    *posting = (struct wl_posting){.from_kind = pays ? WL_ACCOUNT_PAYABLE : WL_ACCOUNT_BANK,
                                   .from_party = pays ? settlement->dealer_id : WL_NO_STR,
                                   .to_kind = pays ? WL_ACCOUNT_BANK : WL_ACCOUNT_PAYABLE,
                                   .to_party = pays ? WL_NO_STR : settlement->dealer_id,
                                   .unit = settlement->currency,
                                   .amount = amount};
    return (struct wl_list){posting, 1};
}

static bool found(const struct wl_context *ctx, int rc, const char *what, int64_t number)
{
    if (rc == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "%s %lld has no row", what, (long long)number));
    return rc == 1;
}

bool wl_settlement_row(const struct wl_context *ctx, int64_t number, struct wl_settlement *row)
{
    return found(ctx, wl_settlement_get(ctx->txn, ctx->arena, (uint64_t)number, row), "settlement", number);
}

bool wl_payment_row(const struct wl_context *ctx, int64_t number, struct wl_payment *row)
{
    return found(ctx, wl_payment_get(ctx->txn, ctx->arena, (uint64_t)number, row), "payment", number);
}

bool wl_payment_line_row(const struct wl_context *ctx, int64_t payment, int64_t settlement, struct wl_payment_line *row)
{
    return found(ctx, wl_payment_line_get(ctx->txn, (uint64_t)payment, (uint64_t)settlement, row), "a line of payment",
                 payment);
}

int64_t wl_payment_line_paid(const struct wl_payment_line *line)
{
    return line->debited > line->returned ? line->debited - line->returned : 0;
}

static void put(struct wl_txn *txn, unsigned table, struct wl_str key, const struct wl_record *record, const void *row)
{
    struct wl_buf bytes;

    wl_buf_init(&bytes, WL_VALUE_MAX);
    wl_record_encode(record, row, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&bytes));
    else
        wl_put(txn, table, key, wl_buf_view(&bytes));
    wl_buf_release(&bytes);
}

static void put_n(struct wl_txn *txn, unsigned table, int64_t number, const struct wl_record *record, const void *row)
{
    char key[8];

    wl_set_u64(key, (uint64_t)number);
    put(txn, table, (struct wl_str){key, sizeof key}, record, row);
}

void wl_payment_put(struct wl_txn *txn, int64_t number, const struct wl_payment *payment)
{
    put_n(txn, WL_TABLE_PAYMENTS, number, &wl_payment_record, payment);
}

void wl_payment_line_put(struct wl_txn *txn, int64_t payment, const struct wl_payment_line *line)
{
    char key[WL_PAYMENT_LINE_KEY];

    put(txn, WL_TABLE_PAYMENT_LINES, line_key((uint64_t)payment, (uint64_t)line->settlement, key),
        &wl_payment_line_record, line);
}

void wl_bank_answer_put(struct wl_txn *txn, int64_t number, const struct wl_bank_answer *answer)
{
    put_n(txn, WL_TABLE_BANK_ANSWERS, number, &wl_bank_answer_record, answer);
}
