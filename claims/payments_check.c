/* Whether payments, their lines, settlements and the bank's answers agree. Tables are walked once, in order; where rows
 * of one stand for rows of another in a different order, sums of their hashes are compared. */
#include "claims/account_sums.h"
#include "claims/check_rows.h"
#include "claims/payments.h"
#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

struct check {
    struct wl_txn *txn;
    struct wl_walk *lines;
    struct wl_payment_line line; /* where the walk over the lines stands: of payment `of`, 0 at its end */
    uint64_t of;
    uint64_t payments, answers, references;
    struct wl_account_map paid; /* by currency: what settlements were paid */
    /* Sums of hashes. 0 in the end. */
    uint64_t open;              /* lines without an answer, less the settlements that are in a run */
    uint64_t debited, returned; /* by lines, less what answers say */
    uint64_t keys;              /* answers' references, less their rows */
};

/* A party that is no dealer's: of the sums by currency. */
#define ALL_DEALERS WL_STR("*")

/* ---- settlements ---- */

static int check_settlement(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_account_sums *sums;
    struct wl_settlement s;
    int rc = wl_record_decode(&wl_settlement_record, value, &s, NULL);

    if (rc != WL_OK)
        return rc;
    if (key.size != 8)
        return wl_check_fail("a settlement has no number", key.size);
    if (s.payment != WL_NONE)
        c->open -= wl_check_mix((uint64_t)s.payment, wl_get_u64(key.data));
    if (!(sums = wl_account_of(&c->paid, ALL_DEALERS, s.currency)))
        return WL_E_DAMAGED;
    sums->unpaid += s.paid_amount;
    return WL_OK;
}

/* An account of the bank in a currency in which nothing was paid. */
static int check_balance(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_account_balance balance;
    size_t known = c->paid.count;
    int rc = wl_balance_read(key, value, &balance);

    if (rc != WL_OK)
        return rc;
    if (!wl_account_of(&c->paid, ALL_DEALERS, balance.unit))
        return WL_E_DAMAGED;
    return c->paid.count == known && balance.party.size == 0
               ? WL_OK
               : wl_fail(WL_E_DAMAGED, "the bank's balance in " WL_STR_FMT " belongs to no settlement",
                         WL_STR_ARG(balance.unit));
}

/* "OEM bank <- dealer payable" (domain text, section 6): the bank's balance is what settlements were paid. */
static int check_bank(struct check *c)
{
    for (size_t i = 0; i < c->paid.capacity; i++) {
        struct wl_str name = wl_key_view(&c->paid.at[i].key), currency;
        size_t head = ALL_DEALERS.size + 1;

        if (name.size == 0)
            continue;
        currency = (struct wl_str){name.data + head, name.size - head};
        if (wl_balance(c->txn, WL_ACCOUNT_BANK, WL_NO_STR, currency, WL_NO_STR) != c->paid.at[i].unpaid)
            return wl_fail(WL_E_DAMAGED, "the bank's balance in " WL_STR_FMT " is not what settlements were paid",
                           WL_STR_ARG(currency));
    }
    return wl_check_rows(c->txn, WL_TABLE_BALANCES, (struct wl_str){(const char[]){WL_ACCOUNT_BANK}, 1}, check_balance,
                         c);
}

/* ---- payments with their lines ---- */

static int next_line(struct check *c)
{
    struct wl_str key, value;
    int rc = wl_walk_next(c->lines, &key, &value);

    c->of = 0;
    if (rc != 1)
        return rc;
    if (key.size != WL_PAYMENT_LINE_KEY || (c->of = wl_get_u64(key.data)) == 0)
        return wl_check_fail("a line of a payment is not one", key.size);
    if ((rc = wl_record_decode(&wl_payment_line_record, value, &c->line, NULL)) != WL_OK)
        return rc;
    return (uint64_t)c->line.settlement == wl_get_u64(key.data + 8)
               ? WL_OK
               : wl_check_fail("a line of a payment is another settlement's", c->of);
}

static int check_line(struct check *c)
{
    const struct wl_payment_line *line = &c->line;
    uint64_t name = wl_check_mix(c->of, (uint64_t)line->settlement);

    if (line->amount <= 0 || line->debited < 0 || line->returned < 0 ||
        (line->answer == WL_NONE && (line->debited != 0 || line->returned != 0)))
        return wl_check_fail("a line of a payment has amounts that cannot be", c->of);
    if (line->answer == WL_NONE)
        c->open += name;
    c->debited += name * (uint64_t)line->debited;
    c->returned += name * (uint64_t)line->returned;
    return WL_OK;
}

static int check_payment(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_payment payment;
    int64_t count = 0, answered = 0;
    wl_i128 total = 0;
    int rc = wl_record_decode(&wl_payment_record, value, &payment, NULL);

    if (key.size != 8 || wl_get_u64(key.data) != ++c->payments)
        return wl_check_fail("a payment is missing", c->payments);
    while (rc == WL_OK && c->of == c->payments) {
        count++;
        answered += c->line.answer != WL_NONE;
        total += c->line.amount;
        if ((rc = check_line(c)) == WL_OK)
            rc = next_line(c);
    }
    if (rc != WL_OK)
        return rc;
    return count == payment.count && total == payment.total && answered == payment.answered
               ? WL_OK
               : wl_check_fail("a payment's totals are not those of its lines", c->payments);
}

static int check_payments(struct check *c)
{
    int rc = wl_walk_open(c->txn, WL_TABLE_PAYMENT_LINES, WL_NO_STR, WL_NO_STR, &c->lines);

    if (rc == WL_OK)
        rc = next_line(c);
    if (rc == WL_OK)
        rc = wl_check_rows(c->txn, WL_TABLE_PAYMENTS, WL_NO_STR, check_payment, c);
    if (rc == WL_OK && (c->of != 0 || c->payments != wl_payment_count(c->txn)))
        rc = wl_check_fail("lines or numbers of payments lead to none", c->of);
    wl_walk_close(c->lines);
    return rc;
}

/* ---- the bank's answers ---- */

static int check_answer(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint8_t hash[WL_BANK_REFERENCE_HASH];
    struct wl_bank_answer row;
    bool known, moves;
    uint64_t name;
    int rc = wl_record_decode(&wl_bank_answer_record, value, &row, NULL);

    if (rc != WL_OK)
        return rc;
    if (key.size != 8 || wl_get_u64(key.data) != ++c->answers)
        return wl_check_fail("an answer of the bank is missing", c->answers);
    known = row.settlement != WL_NONE;
    if (known != (row.payment != WL_NONE) || known != (row.difference != WL_BANK_UNKNOWN) || row.amount <= 0)
        return wl_check_fail("an answer of the bank cannot be", c->answers);
    wl_bank_reference_key(row.reference, hash);
    c->keys += wl_check_mix(wl_hash((struct wl_str){(const char *)hash, sizeof hash}), c->answers);
    moves = known && row.difference != WL_BANK_CURRENCY;
    name = wl_check_mix((uint64_t)row.payment, (uint64_t)row.settlement);
    if (moves && row.event == WL_BANK_DEBIT)
        c->debited -= name * (uint64_t)row.amount;
    else if (moves && row.event != WL_BANK_REJECTED)
        c->returned -= name * (uint64_t)row.amount;
    return WL_OK;
}

static int check_reference(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;

    if (key.size != WL_BANK_REFERENCE_HASH || value.size != 8)
        return wl_check_fail("a reference of the bank is none", key.size);
    c->references++;
    c->keys -= wl_check_mix(wl_hash(key), wl_get_u64(value.data));
    return WL_OK;
}

static int check_rest(const struct check *c)
{
    if (c->open != 0)
        return wl_check_fail("the settlements in payment runs are not those that wait for the bank", c->payments);
    if (c->answers != wl_bank_answer_count(c->txn) || c->references != c->answers || c->keys != 0)
        return wl_check_fail("the bank's references do not lead to its answers", c->answers);
    if (c->debited != 0 || c->returned != 0)
        return wl_check_fail("lines of payments are not what the bank's answers say", c->answers);
    return WL_OK;
}

int wl_payments_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn};
    int rc;

    wl_account_map_init(&c.paid);
    if ((rc = check_payments(&c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_SETTLEMENTS, WL_NO_STR, check_settlement, &c)) == WL_OK &&
        (rc = check_bank(&c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_BANK_ANSWERS, WL_NO_STR, check_answer, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_BANK_REFERENCES, WL_NO_STR, check_reference, &c)) == WL_OK)
        rc = check_rest(&c);
    wl_account_map_release(&c.paid);
    return rc;
}
