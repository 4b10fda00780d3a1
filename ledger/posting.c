#include "ledger/journal.h"

#include "wledger/error.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct kind {
    const char *name;
    enum wl_book book;
    bool may_be_negative;
};

static const struct kind kinds[] = {
#define WL_ACCOUNT(tag, NAME, name, book, negative) [tag] = {name, book, negative},
#include "wledger/accounts.def"
#undef WL_ACCOUNT
};

static const struct wl_field posting_fields[] = {
    {.name = "from_kind",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 3,
     .offset = offsetof(struct wl_posting, from_kind)},
    {.name = "to_kind",
     .tag = 2,
     .type = WL_INT,
     .required = true,
     .digits = 3,
     .offset = offsetof(struct wl_posting, to_kind)},
    WL_TEXT_FIELD(struct wl_posting, 3, from_party, 64),
    WL_TEXT_FIELD(struct wl_posting, 4, to_party, 64),
    {.name = "unit",
     .tag = 5,
     .type = WL_TEXT,
     .required = true,
     .limit = 32,
     .offset = offsetof(struct wl_posting, unit)},
    WL_TEXT_FIELD(struct wl_posting, 6, lot, 32),
    {.name = "amount",
     .tag = 7,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_posting, amount)},
};
const struct wl_record wl_posting_record = {"posting", posting_fields, WL_COUNT(posting_fields),
                                            sizeof(struct wl_posting)};

static const struct kind *kind_of(int64_t kind)
{
    return kind > 0 && (size_t)kind < WL_COUNT(kinds) && kinds[kind].name ? &kinds[kind] : NULL;
}

const char *wl_account_kind_name(int64_t kind)
{
    const struct kind *k = kind_of(kind);

    return k ? k->name : NULL;
}

enum wl_book wl_account_kind_book(int64_t kind)
{
    assert(kind_of(kind));
    return kind_of(kind)->book;
}

bool wl_account_kind_may_be_negative(int64_t kind)
{
    assert(kind_of(kind));
    return kind_of(kind)->may_be_negative;
}

enum { BALANCE_SIZE = 16, ACCOUNT_KEY_MAX = 1 + 64 + 1 + 32 + 1 + 32 };

/* kind, party, 0, unit, 0, lot */
static struct wl_str account_key(int64_t kind, struct wl_str party, struct wl_str unit, struct wl_str lot,
                                 uint8_t bytes[ACCOUNT_KEY_MAX])
{
    struct wl_buf b = {.data = bytes, .capacity = ACCOUNT_KEY_MAX, .ceiling = ACCOUNT_KEY_MAX};

    assert(party.size <= 64 && unit.size <= 32 && lot.size <= 32);
    wl_buf_byte(&b, (uint8_t)kind);
    wl_buf_str(&b, party);
    wl_buf_byte(&b, 0);
    wl_buf_str(&b, unit);
    wl_buf_byte(&b, 0);
    wl_buf_str(&b, lot);
    return wl_buf_view(&b);
}

static wl_i128 read_amount(const char *bytes)
{
    return (wl_i128)((unsigned __int128)wl_get_u64(bytes) << 64 | wl_get_u64(bytes + 8));
}

static void write_amount(wl_i128 amount, char *bytes)
{
    wl_set_u64(bytes, (uint64_t)((unsigned __int128)amount >> 64));
    wl_set_u64(bytes + 8, (uint64_t)amount);
}

static int read_balance(struct wl_txn *t, struct wl_str key, wl_i128 *amount)
{
    struct wl_str value;
    int rc = wl_get(t, WL_TABLE_BALANCES, key, &value);

    *amount = 0;
    if (rc <= 0)
        return rc;
    if (value.size != BALANCE_SIZE)
        return wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "a balance is not a number"));
    *amount = read_amount(value.data);
    return 1;
}

wl_i128 wl_balance(struct wl_txn *t, enum wl_account_kind kind, struct wl_str party, struct wl_str unit,
                   struct wl_str lot)
{
    uint8_t bytes[ACCOUNT_KEY_MAX];
    wl_i128 amount;

    read_balance(t, account_key(kind, party, unit, lot, bytes), &amount);
    return amount;
}

static void move(struct wl_txn *t, int64_t kind, struct wl_str party, const struct wl_posting *p, wl_i128 amount)
{
    uint8_t key_bytes[ACCOUNT_KEY_MAX];
    char value[BALANCE_SIZE];
    struct wl_str key = account_key(kind, party, p->unit, p->lot, key_bytes);
    wl_i128 balance;

    if (read_balance(t, key, &balance) < 0)
        return;
    if (__builtin_add_overflow(balance, amount, &balance) ||
        (balance < 0 && amount < 0 && !wl_account_kind_may_be_negative(kind))) {
        wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "account %s of " WL_STR_FMT " in " WL_STR_FMT " would go below zero",
                               wl_account_kind_name(kind), WL_STR_ARG(party), WL_STR_ARG(p->unit)));
        return;
    }
    if (balance == 0) { /* as if it had never been touched, so that only what is open is listed */
        wl_delete(t, WL_TABLE_BALANCES, key);
        return;
    }
    write_amount(balance, value);
    wl_put(t, WL_TABLE_BALANCES, key, (struct wl_str){value, sizeof value});
}

static int add_to_sum(struct wl_pending *sums, struct wl_str key, wl_i128 amount)
{
    char value[BALANCE_SIZE];
    const struct wl_pending_row *row = wl_pending_find(sums, 0, key);

    if (__builtin_add_overflow(amount, row ? read_amount(row->value.data) : 0, &amount))
        return wl_fail(WL_E_DAMAGED, "the postings of an account come to more than can be");
    write_amount(amount, value);
    return wl_pending_put(sums, 0, key, (struct wl_str){value, sizeof value}, amount == 0);
}

static int sum_side(struct wl_pending *sums, int64_t kind, struct wl_str party, const struct wl_posting *p,
                    wl_i128 amount)
{
    uint8_t key_bytes[ACCOUNT_KEY_MAX];

    return add_to_sum(sums, account_key(kind, party, p->unit, p->lot, key_bytes), amount);
}

int wl_posting_sums_merge(struct wl_pending *sums, struct wl_pending *others)
{
    size_t count;
    struct wl_pending_row *const *rows = wl_pending_take(others, 0, &count);
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < count; i++)
        rc = add_to_sum(sums, rows[i]->key, read_amount(rows[i]->value.data));
    return rc;
}

int wl_posting_sum(struct wl_pending *sums, const struct wl_posting *p)
{
    int rc = sum_side(sums, p->from_kind, p->from_party, p, -(wl_i128)p->amount);

    return rc == WL_OK ? sum_side(sums, p->to_kind, p->to_party, p, p->amount) : rc;
}

/* The parts of an account's key end with a 0, so they have none in them. */
static bool is_part(struct wl_str s, size_t limit)
{
    return s.size <= limit && (s.size == 0 || !memchr(s.data, 0, s.size));
}

bool wl_posting_is_good(const struct wl_posting *p)
{
    return p->amount > 0 && kind_of(p->from_kind) && kind_of(p->to_kind) &&
           kind_of(p->from_kind)->book == kind_of(p->to_kind)->book && is_part(p->from_party, 64) &&
           is_part(p->to_party, 64) && p->unit.size >= 1 && is_part(p->unit, 32) && is_part(p->lot, 32);
}

void wl_post(struct wl_txn *t, struct wl_list postings)
{
    const struct wl_posting *p = postings.at;

    for (size_t i = 0; i < postings.count && wl_txn_status(t) == WL_OK; i++, p++) {
        if (!wl_posting_is_good(p)) {
            wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "posting %zu of a command is not one", i + 1));
            return;
        }
        move(t, p->from_kind, p->from_party, p, -(wl_i128)p->amount);
        move(t, p->to_kind, p->to_party, p, p->amount);
    }
}

/* The part of a key up to the next 0, which is passed over. */
static bool next_part(struct wl_str *rest, struct wl_str *part)
{
    const char *end = rest->size ? memchr(rest->data, 0, rest->size) : NULL;

    if (!end)
        return false;
    *part = (struct wl_str){rest->data, (size_t)(end - rest->data)};
    rest->size -= part->size + 1;
    rest->data = end + 1;
    return true;
}

int wl_balance_read(struct wl_str key, struct wl_str value, struct wl_account_balance *out)
{
    struct wl_str rest = key;
    int64_t kind = key.size ? (uint8_t)key.data[0] : 0;

    rest.data++;
    rest.size -= key.size > 0;
    if (!kind_of(kind) || !next_part(&rest, &out->party) || !next_part(&rest, &out->unit) || value.size != BALANCE_SIZE)
        return wl_fail(WL_E_DAMAGED, "a row of the balances is not one");
    out->kind = (enum wl_account_kind)kind;
    out->lot = rest;
    out->amount = read_amount(value.data);
    return WL_OK;
}
