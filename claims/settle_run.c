/* A settlement as a run of entries, whom to settle, and what a settlement leaves out. */
#include "claims/gate.h"
#include "claims/keys.h"
#include "wledger/error.h"
#include <string.h>

/* What a repeated key gives back: the settlement that it made the first time. */
static int first_answer(struct wl_txn *txn, struct wl_settle_answer *answer)
{
    struct wl_settlement made;
    int rc = wl_settlement_view(txn, answer->number, &made);

    if (rc == 0)
        return wl_txn_fail(txn,
                           wl_fail(WL_E_DAMAGED, "settlement %llu has no row", (unsigned long long)answer->number));
    answer->limited = rc == 1 && made.limited == 1;
    return rc < 0 ? rc : WL_OK;
}

int wl_settle(struct wl_txn *txn, struct wl_arena *arena, const struct wl_settle_request *r,
              struct wl_settle_answer *answer)
{
    struct wl_settle_body body = {.dealer_id = r->dealer_id, .currency = r->currency, .to = r->to, .number = WL_NONE};
    struct wl_request request = {
        .command = &wl_settle_command, .body = &body, .time = r->time, .actor = r->actor, .key = r->key};
    const struct wl_settle_outcome *out;
    struct wl_result result;
    int rc;

    *answer = (struct wl_settle_answer){.refusal = WL_DONE};
    do {
        wl_arena_clear(arena);
        if ((rc = wl_execute(txn, arena, &request, &result)) != WL_OK)
            return rc;
        if (result.refusal != WL_DONE && body.number != WL_NONE)
            return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "settlement %lld cannot go on: %s", (long long)body.number,
                                            wl_refusal_name(result.refusal)));
        answer->refusal = result.refusal;
        answer->repeated = result.repeated;
        if (result.refusal != WL_DONE)
            return WL_OK;
        out = result.outcome;
        answer->number = (uint64_t)out->number;
        answer->limited = out->limited == 1;
        answer->entries++;
        body.number = out->number;
        request.key = WL_NO_STR; /* the first entry holds it */
    } while (!result.repeated && out->more == 1);
    return result.repeated ? first_answer(txn, answer) : WL_OK;
}

/* ---- whom to settle ---- */

enum { CURRENCY_MAX = 3, CURRENCIES_CEILING = 64 * 1024 };

struct targets {
    struct wl_txn *txn;
    int64_t to; /* claims that are eligible on this day; WL_NONE: all that wait for a settlement */
    char dealer[WL_IDENTIFIER_MAX];
    size_t dealer_size;
    struct wl_buf currencies; /* CURRENCY_MAX bytes each, with 0x00 behind a shorter one */
};

static struct wl_str dealer_of(const struct targets *targets)
{
    return (struct wl_str){targets->dealer, targets->dealer_size};
}

/* The first dealer behind one (size 0: the first of all) in a table keyed by dealer: 1, 0 or error. */
static int dealer_after(struct wl_txn *txn, unsigned table, struct wl_str dealer, char found[WL_IDENTIFIER_MAX],
                        size_t *size)
{
    char from[WL_IDENTIFIER_MAX + 1];
    struct wl_str key, value;
    struct wl_walk *walk;
    const char *end;
    int rc;

    /* Behind all keys dealer, 0x00, id stands dealer, 0x01. */
    if (dealer.size > 0)
        memcpy(from, dealer.data, dealer.size);
    from[dealer.size] = 1;
    rc = wl_walk_open(txn, table, WL_NO_STR, (struct wl_str){from, dealer.size > 0 ? dealer.size + 1 : 0}, &walk);
    if (rc != WL_OK)
        return rc;
    if ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        end = memchr(key.data, 0, key.size);
        if (!end || end - key.data > WL_IDENTIFIER_MAX) {
            rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row that waits for a settlement has no dealer"));
        } else {
            *size = (size_t)(end - key.data);
            memcpy(found, key.data, *size);
        }
    }
    wl_walk_close(walk);
    return rc;
}

/* The next dealer of either table: 1, 0 or error. */
static int next_dealer(struct targets *targets)
{
    static const unsigned tables[] = {WL_TABLE_PAYABLES, WL_TABLE_CHARGEBACKS};
    char found[WL_COUNT(tables)][WL_IDENTIFIER_MAX];
    size_t size[WL_COUNT(tables)];
    int best = -1;

    for (size_t i = 0; i < WL_COUNT(tables); i++) {
        int rc = dealer_after(targets->txn, tables[i], dealer_of(targets), found[i], &size[i]);

        if (rc < 0)
            return rc;
        if (rc == 1 && (best < 0 || wl_str_compare((struct wl_str){found[i], size[i]},
                                                   (struct wl_str){found[best], size[best]}) < 0))
            best = (int)i;
    }
    if (best < 0)
        return 0;
    memcpy(targets->dealer, found[best], size[best]);
    targets->dealer_size = size[best];
    return 1;
}

static void add_currency(struct targets *targets, struct wl_str currency)
{
    char text[CURRENCY_MAX] = {0};

    if (currency.size == 0 || currency.size > CURRENCY_MAX)
        return;
    memcpy(text, currency.data, currency.size);
    for (size_t at = 0; at < targets->currencies.size; at += CURRENCY_MAX)
        if (memcmp(targets->currencies.data + at, text, CURRENCY_MAX) == 0)
            return;
    wl_buf_add(&targets->currencies, text, CURRENCY_MAX);
}

/* How many accounts hold what the dealer's claims have accrued: one for each currency that they are in. */
static int count_accrued(const struct targets *targets, size_t *accounts)
{
    char prefix[WL_IDENTIFIER_MAX + 2] = {WL_ACCOUNT_ACCRUED};
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    *accounts = 0;
    memcpy(prefix + 1, targets->dealer, targets->dealer_size);
    prefix[targets->dealer_size + 1] = 0;
    rc = wl_walk_open(targets->txn, WL_TABLE_BALANCES, (struct wl_str){prefix, targets->dealer_size + 2}, WL_NO_STR,
                      &walk);
    if (rc != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1)
        ++*accounts;
    wl_walk_close(walk);
    return rc;
}

/* The currencies in which the dealer's rows of a table stand; no more rows than it takes to find `most` of them. */
static int gather(struct targets *targets, unsigned table, size_t most)
{
    struct wl_key start = wl_key_of_dealer(dealer_of(targets), 0);
    struct wl_str prefix = {start.bytes, targets->dealer_size + 1}, key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(targets->txn, table, prefix, prefix, &walk);

    if (rc != WL_OK)
        return rc;
    while (targets->currencies.size < most * CURRENCY_MAX && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_chargeback chargeback;
        struct wl_claim claim;

        if (table == WL_TABLE_CHARGEBACKS) {
            if ((rc = wl_record_decode(&wl_chargeback_record, value, &chargeback, NULL)) != WL_OK)
                break;
            add_currency(targets, chargeback.currency);
        } else {
            if (key.size != prefix.size + 8 ||
                wl_claim_view(targets->txn, (int64_t)wl_get_u64(key.data + prefix.size), &claim) != 1) {
                rc = wl_fail(WL_E_DAMAGED, "a claim that waits for a settlement has no row");
                break;
            }
            if (targets->to == WL_NONE || wl_claim_is_eligible(&claim, targets->to))
                add_currency(targets, claim.currency);
        }
    }
    wl_walk_close(walk);
    return rc < 0 ? wl_txn_fail(targets->txn, rc) : WL_OK;
}

int wl_settle_targets(struct wl_txn *txn, int64_t to, wl_target_fn *tell, void *context)
{
    struct targets targets = {.txn = txn, .to = to};
    size_t accounts;
    int rc;

    wl_buf_init(&targets.currencies, CURRENCIES_CEILING);
    while ((rc = next_dealer(&targets)) == 1) {
        wl_buf_clear(&targets.currencies);
        if ((rc = count_accrued(&targets, &accounts)) != WL_OK ||
            (rc = gather(&targets, WL_TABLE_PAYABLES, accounts)) != WL_OK ||
            (rc = gather(&targets, WL_TABLE_CHARGEBACKS, SIZE_MAX / CURRENCY_MAX)) != WL_OK ||
            (rc = wl_buf_status(&targets.currencies)) != WL_OK)
            break;
        for (size_t at = 0; rc == WL_OK && at < targets.currencies.size; at += CURRENCY_MAX) {
            const char *text = (const char *)targets.currencies.data + at;

            rc = tell(context, dealer_of(&targets), (struct wl_str){text, strnlen(text, CURRENCY_MAX)});
        }
        if (rc != WL_OK)
            break;
    }
    wl_buf_release(&targets.currencies);
    return rc;
}

/* ---- what is left out ---- */

static const char *const left_out_names[] = {"voucher-unsigned", "return-open", "return-uninspected", "decided-later",
                                             NULL};

const char *const *wl_left_out_names(void)
{
    return left_out_names;
}

struct leaving {
    struct wl_txn *txn;
    int64_t to;
    wl_left_out_fn *tell;
    void *context;
};

static int tell(const struct leaving *l, struct wl_left_out *left, enum wl_left_out_reason reason)
{
    left->reason = reason;
    return l->tell(l->context, left);
}

/* Each return of the claim that keeps it from being paid. */
static int tell_returns(const struct leaving *l, struct wl_left_out *left)
{
    int rc = WL_OK;

    for (int64_t i = 0; rc == WL_OK && left->claim->unmet_obligations > 0 && i < left->claim->obligation_count; i++) {
        struct wl_obligation obligation;
        struct wl_str value;

        if ((rc = wl_get_n(l->txn, WL_TABLE_OBLIGATIONS, (uint64_t)(left->claim->first_obligation + i), &value)) == 0)
            rc = wl_fail(WL_E_DAMAGED, "a return obligation has no row");
        if (rc < 0 || (rc = wl_record_decode(&wl_obligation_record, value, &obligation, NULL)) != WL_OK)
            return wl_txn_fail(l->txn, rc);
        if (!wl_obligation_blocks(obligation.state))
            continue;
        left->line = obligation.line + 1;
        left->part_id = obligation.part_id;
        rc = tell(l, left,
                  obligation.state == WL_OBLIGATION_RECEIVED ? WL_LEFT_RETURN_UNINSPECTED : WL_LEFT_RETURN_OPEN);
    }
    left->line = WL_NONE;
    left->part_id = WL_NO_STR;
    return rc;
}

static int tell_why(const struct leaving *l, int64_t id, const struct wl_claim *claim)
{
    struct wl_left_out left = {.id = id, .claim = claim, .line = WL_NONE};
    int rc = WL_OK;

    if (claim->decided_day > l->to)
        rc = tell(l, &left, WL_LEFT_DECIDED_LATER);
    if (rc == WL_OK && claim->signed_seq == WL_NONE)
        rc = tell(l, &left, WL_LEFT_UNSIGNED);
    return rc == WL_OK ? tell_returns(l, &left) : rc;
}

int wl_left_out(struct wl_txn *txn, struct wl_str dealer_id, struct wl_str currency, int64_t to, wl_left_out_fn *fn,
                void *context)
{
    struct wl_key start = wl_key_of_dealer(dealer_id, 0);
    struct wl_str prefix = start.size ? (struct wl_str){start.bytes, dealer_id.size + 1} : WL_NO_STR, key, value;
    const struct leaving leaving = {txn, to, fn, context};
    struct wl_walk *walk;
    int rc;

    if (dealer_id.size > 0 && start.size == 0)
        return WL_OK; /* no dealer has such an id */
    if ((rc = wl_walk_open(txn, WL_TABLE_PAYABLES, prefix, prefix, &walk)) != WL_OK)
        return rc;
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        int64_t id = key.size > 8 ? (int64_t)wl_get_u64(key.data + key.size - 8) : WL_NONE;
        struct wl_claim claim;

        rc = wl_claim_view(txn, id, &claim);
        if (rc == 0)
            rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a claim that waits for a settlement has no row"));
        if (rc == 1)
            rc = (currency.size > 0 && !wl_str_equal(claim.currency, currency)) || wl_claim_is_eligible(&claim, to)
                     ? WL_OK
                     : tell_why(&leaving, id, &claim);
    }
    wl_walk_close(walk);
    return rc;
}
