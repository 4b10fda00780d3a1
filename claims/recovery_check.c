/* Whether the tables of recoveries, supplier claims and sale receipts agree with one another and with the accounts.
 * Where rows of one table stand for rows of another in a different order, sums of their hashes are compared. */
#include "claims/account_sums.h"
#include "claims/check_rows.h"
#include "claims/recoveries.h"
#include "claims/sales.h"
#include "wledger/error.h"
#include <stdlib.h>

enum { ROW_MEMORY = 1 << 16 };

/* What the recoveries say of a supplier claim. */
struct seen {
    int64_t due, open_lines, lines;
    uint64_t party; /* hash of its supplier and currency */
};

struct check {
    struct wl_txn *txn;
    struct wl_arena arena; /* of one row */
    struct seen *claims;   /* by number, from 0, which is none */
    uint64_t claim_count, receipt_count;
    struct wl_account_map owed, sold, received; /* by supplier, dealer, OEM; and currency: `open` of each */
    struct wl_account_map recovered;
    /* Sums of hashes: what rows say less what the lists have. 0 in the end. */
    uint64_t open_hash, line_hash, vehicle_hash, reference_hash;
};

static int add(struct wl_account_map *map, struct wl_str party, struct wl_str currency, int64_t amount)
{
    struct wl_account_sums *sums = wl_account_of(map, party, currency);

    if (!sums)
        return WL_E_DAMAGED;
    sums->open += amount;
    return WL_OK;
}

static uint64_t party_hash(struct wl_str party, struct wl_str currency)
{
    return wl_check_mix(wl_hash(party), wl_hash(currency));
}

/* ---- recoveries ---- */

static bool state_agrees(const struct wl_recovery *r)
{
    bool claimed = r->supplier_claim != WL_NONE, withdrawn = r->state == WL_RECOVERY_WITHDRAWN;
    int64_t state = withdrawn ? r->withdrawn_from : r->state;

    if (withdrawn != (r->withdrawn_from != WL_NONE) || claimed != (r->line != WL_NONE) ||
        (claimed && r->claimed_day == WL_NONE) || (r->accepted != WL_NONE && state != WL_RECOVERY_ACCEPTED))
        return false;
    switch ((enum wl_recovery_state)state) {
    case WL_RECOVERY_OPEN:
        return !claimed && r->claimed_day == WL_NONE && (r->amount > 0) != withdrawn;
    case WL_RECOVERY_CLAIMED:
    case WL_RECOVERY_ACCEPTED:
    case WL_RECOVERY_DISPUTED:
        return claimed && (r->amount > 0) != withdrawn;
    case WL_RECOVERY_GIVEN_UP:
        return r->claimed_day != WL_NONE && (claimed || !withdrawn);
    case WL_RECOVERY_WITHDRAWN:
    case WL_RECOVERY_STATE_COUNT:
        break;
    }
    return false;
}

static int check_recovery(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_recovery r;
    struct seen *of;
    int rc;

    wl_arena_clear(&c->arena);
    if ((rc = wl_record_decode(&wl_recovery_record, value, &r, &c->arena)) != WL_OK)
        return rc;
    if (key.size < 9 || (int64_t)wl_get_u64(key.data) != r.claim ||
        !wl_str_equal((struct wl_str){key.data + 8, key.size - 8}, r.supplier_id) || !state_agrees(&r))
        return wl_check_fail("a recovery is not what its state says", (uint64_t)r.claim);
    if (r.state == WL_RECOVERY_OPEN)
        c->open_hash += wl_check_mix(party_hash(r.supplier_id, r.currency), (uint64_t)r.claim);
    if (r.supplier_claim == WL_NONE)
        return WL_OK;
    if (r.supplier_claim < 1 || (uint64_t)r.supplier_claim > c->claim_count || r.line < 1)
        return wl_check_fail("a recovery is in a supplier claim that is not there", (uint64_t)r.claim);
    of = &c->claims[r.supplier_claim];
    if (of->lines > 0 && of->party != party_hash(r.supplier_id, r.currency))
        return wl_check_fail("a supplier claim has recoveries of two suppliers", (uint64_t)r.supplier_claim);
    of->party = party_hash(r.supplier_id, r.currency);
    of->lines++;
    of->due += wl_recovery_owed(&r);
    of->open_lines += wl_recovery_waits(&r);
    c->line_hash += wl_check_mix(wl_check_mix((uint64_t)r.supplier_claim, (uint64_t)r.line), (uint64_t)r.claim);
    return WL_OK;
}

static int check_open(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    const char *end = memchr(key.data, 0, key.size);
    size_t supplier = end ? (size_t)(end - key.data) : 0;
    struct wl_str currency;

    if (!end || key.size < supplier + 1 + 1 + 1 + 8 || value.size != 0)
        return wl_check_fail("the list of open recoveries has a row that is none", key.size);
    currency = (struct wl_str){end + 1, key.size - supplier - 1 - 1 - 8};
    c->open_hash -=
        wl_check_mix(party_hash((struct wl_str){key.data, supplier}, currency), wl_get_u64(key.data + key.size - 8));
    return WL_OK;
}

/* ---- supplier claims ---- */

static int check_claim(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint64_t number = key.size == 8 ? wl_get_u64(key.data) : 0;
    struct wl_supplier_claim row;
    const struct seen *of;
    int rc;

    wl_arena_clear(&c->arena);
    if ((rc = wl_record_decode(&wl_supplier_claim_record, value, &row, &c->arena)) != WL_OK)
        return rc;
    if (number < 1 || number > c->claim_count)
        return wl_check_fail("a supplier claim has no number", number);
    of = &c->claims[number];
    if (of->party != party_hash(row.supplier_id, row.currency) || of->lines != row.lines || of->due != row.due ||
        of->open_lines != row.open_lines)
        return wl_check_fail("a supplier claim is not what its lines say", number);
    if (row.state != (row.paid != 0 && row.paid == row.due ? WL_SUPPLIER_CLAIM_PAID
                      : row.open_lines > 0                 ? WL_SUPPLIER_CLAIM_SENT
                                                           : WL_SUPPLIER_CLAIM_ANSWERED))
        return wl_check_fail("a supplier claim is not in its state", number);
    if ((rc = add(&c->owed, row.supplier_id, row.currency, row.due - row.paid)) != WL_OK ||
        (rc = add(&c->recovered, WL_STR(WL_OEM_PARTY), row.currency, -row.due)) != WL_OK)
        return rc;
    return add(&c->received, WL_STR(WL_OEM_PARTY), row.currency, row.paid);
}

static int check_line(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;

    if (key.size != 16 || value.size != 8)
        return wl_check_fail("a line of a supplier claim is none", key.size);
    c->line_hash -= wl_check_mix(wl_check_mix(wl_get_u64(key.data), wl_get_u64(key.data + 8)), wl_get_u64(value.data));
    return WL_OK;
}

/* ---- vehicle sale money ---- */

static uint64_t reference_hash(struct wl_str key, uint64_t receipt)
{
    return wl_check_mix(wl_hash(key), receipt);
}

static int check_receipt(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint64_t number = ++c->receipt_count;
    char bytes[WL_SALE_KEY_MAX];
    struct wl_sale_receipt row;
    int rc;

    wl_arena_clear(&c->arena);
    if ((rc = wl_record_decode(&wl_sale_receipt_record, value, &row, &c->arena)) != WL_OK)
        return rc;
    if (key.size != 8 || wl_get_u64(key.data) != number || row.amount <= 0)
        return wl_check_fail("a receipt is missing, or is none", number);
    c->vehicle_hash += wl_check_mix(wl_hash(row.vin), number);
    if (row.reversed_seq != WL_NONE)
        return WL_OK;
    c->reference_hash += reference_hash(wl_sale_key(row.dealer_id, row.reference, bytes), number);
    rc = add(&c->sold, row.dealer_id, row.currency, -row.amount);
    return rc == WL_OK ? add(&c->received, WL_STR(WL_OEM_PARTY), row.currency, row.amount) : rc;
}

static int check_vehicle(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;

    if (key.size < 10 || value.size != 0)
        return wl_check_fail("the list of a vehicle's receipts has a row that is none", key.size);
    c->vehicle_hash -=
        wl_check_mix(wl_hash((struct wl_str){key.data, key.size - 9}), wl_get_u64(key.data + key.size - 8));
    return WL_OK;
}

static int check_reference(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;

    if (value.size != 8)
        return wl_check_fail("the reference of a receipt leads to none", value.size);
    c->reference_hash -= reference_hash(key, wl_get_u64(value.data));
    return WL_OK;
}

/* ---- accounts ---- */

struct accounts {
    struct wl_txn *txn;
    enum wl_account_kind kind;
    bool is_oems; /* they have no party */
    struct wl_account_map *map;
};

static int check_balance(void *check, struct wl_str key, struct wl_str value)
{
    const struct accounts *a = check;
    struct wl_account_balance balance;
    struct wl_account_sums *sums;
    int rc = wl_balance_read(key, value, &balance);

    if (rc != WL_OK)
        return rc;
    if (!(sums = wl_account_of(a->map, a->is_oems ? WL_STR(WL_OEM_PARTY) : balance.party, balance.unit)))
        return WL_E_DAMAGED;
    sums->open -= balance.amount;
    return WL_OK;
}

/* Each account of a kind is what the rows say, and none is left over. */
static int check_accounts(struct wl_txn *txn, enum wl_account_kind kind, bool is_oems, struct wl_account_map *map)
{
    struct accounts a = {txn, kind, is_oems, map};
    const char prefix = (char)kind;
    int rc = wl_check_rows(txn, WL_TABLE_BALANCES, (struct wl_str){&prefix, 1}, check_balance, &a);

    for (size_t i = 0; rc == WL_OK && i < map->capacity; i++)
        if (map->at[i].key.size > 0 && map->at[i].open != 0)
            rc = wl_fail(WL_E_DAMAGED, "the %s accounts are not what recoveries and receipts say",
                         wl_account_kind_name((int64_t)kind));
    return rc;
}

/* ---- all of it ---- */

static int check_rest(const struct check *c)
{
    if (c->open_hash != 0)
        return wl_fail(WL_E_DAMAGED, "the list of open recoveries is not that of the recoveries");
    if (c->line_hash != 0)
        return wl_fail(WL_E_DAMAGED, "the lines of supplier claims are not the claimed recoveries");
    if (c->vehicle_hash != 0 || c->receipt_count != wl_sale_receipt_count(c->txn))
        return wl_fail(WL_E_DAMAGED, "the lists of vehicles' receipts are not those of the receipts");
    if (c->reference_hash != 0)
        return wl_fail(WL_E_DAMAGED, "the references of receipts are not those that stand");
    return wl_txn_status(c->txn);
}

static int check_tables(struct check *c)
{
    static const struct {
        unsigned table;
        wl_check_row_fn *row;
    } walks[] = {
        {WL_TABLE_RECOVERIES, check_recovery},       {WL_TABLE_RECOVERABLE, check_open},
        {WL_TABLE_SUPPLIER_CLAIMS, check_claim},     {WL_TABLE_SUPPLIER_LINES, check_line},
        {WL_TABLE_SALE_RECEIPTS, check_receipt},     {WL_TABLE_VEHICLE_RECEIPTS, check_vehicle},
        {WL_TABLE_SALE_REFERENCES, check_reference},
    };
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(walks); i++)
        rc = wl_check_rows(c->txn, walks[i].table, WL_NO_STR, walks[i].row, c);
    return rc == WL_OK ? check_rest(c) : rc;
}

int wl_recoveries_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn, .claim_count = wl_supplier_claim_count(txn)};
    struct wl_account_map *const maps[] = {&c.owed, &c.sold, &c.received, &c.recovered};
    int rc = WL_OK;

    if (c.claim_count != wl_table_rows(txn, WL_TABLE_SUPPLIER_CLAIMS))
        return wl_check_fail("supplier claims are missing", c.claim_count);
    wl_arena_init(&c.arena, ROW_MEMORY);
    for (size_t i = 0; i < WL_COUNT(maps); i++)
        wl_account_map_init(maps[i]);
    if (!(c.claims = calloc(c.claim_count + 1, sizeof *c.claims)))
        rc = wl_fail(WL_E_SYSTEM, "out of memory");
    if (rc == WL_OK && (rc = check_tables(&c)) == WL_OK &&
        (rc = check_accounts(txn, WL_ACCOUNT_RECEIVABLE, false, &c.owed)) == WL_OK &&
        (rc = check_accounts(txn, WL_ACCOUNT_RECOVERY, true, &c.recovered)) == WL_OK &&
        (rc = check_accounts(txn, WL_ACCOUNT_VEHICLE_SALE, false, &c.sold)) == WL_OK)
        rc = check_accounts(txn, WL_ACCOUNT_BANK_RECEIVED, true, &c.received);
    for (size_t i = 0; i < WL_COUNT(maps); i++)
        wl_account_map_release(maps[i]);
    free(c.claims);
    wl_arena_release(&c.arena);
    return rc;
}
