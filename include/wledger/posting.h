/* Postings: every amount and quantity moves from one account to another (domain text, sections 5, 6).
 *
 * An account is (kind, party, unit, lot): of money, the kind of account, whose it is, and the currency;
 * of stock, the kind of place with its condition, which place, and the part with its lot. */
#ifndef WLEDGER_POSTING_H
#define WLEDGER_POSTING_H

#include "wledger/decimal.h"
#include "wledger/record.h"
#include "wledger/store.h"

/* X(tag, NAME, "name", book, may_be_negative) */
enum wl_account_kind {
#define WL_ACCOUNT(tag, NAME, name, book, negative) WL_ACCOUNT_##NAME = (tag),
#include "wledger/accounts.def"
#undef WL_ACCOUNT
};

enum wl_book { WL_MONEY = 1, WL_STOCK = 2 };

struct wl_posting {
    int64_t from_kind, to_kind; /* enum wl_account_kind, both of one book */
    struct wl_str from_party, to_party;
    struct wl_str unit; /* currency, or part */
    struct wl_str lot;  /* stock only; may be empty */
    int64_t amount;     /* minor units, or thousandths; above 0 */
};

extern const struct wl_record wl_posting_record;

/* "accrued", "bank", ... ; NULL for a number that is no kind. */
const char *wl_account_kind_name(int64_t kind);
enum wl_book wl_account_kind_book(int64_t kind);
bool wl_account_kind_may_be_negative(int64_t kind);

/* The balance of an account: what came in less what went out. 0 when it was never touched. */
wl_i128 wl_balance(struct wl_txn *, enum wl_account_kind, struct wl_str party, struct wl_str unit, struct wl_str lot);

/* Whether a posting is one: an amount above 0 between two accounts of one book, within the limits. */
bool wl_posting_is_good(const struct wl_posting *);

/* Posts a list of wl_posting: all or, with WL_E_DAMAGED sticking, none; an account that may not go
 * below zero and would is such an error, because deciding had to refuse it. */
void wl_post(struct wl_txn *, struct wl_list postings);

/* One row of the balances table, for listing. */
struct wl_account_balance {
    enum wl_account_kind kind;
    struct wl_str party, unit, lot;
    wl_i128 amount;
};

/* Reads a key and value of WL_TABLE_BALANCES. Views into the key. WL_E_DAMAGED when they are not so. */
int wl_balance_read(struct wl_str key, struct wl_str value, struct wl_account_balance *out);

#endif
