/* Whether this floor's tables agree with one another. Each table is walked once, in order. Where rows of one
 * table stand for rows of another in a different order, sums of their hashes are compared: nothing is looked
 * up for each of a million claims. */
#include "claims/account_sums.h"
#include "claims/check_rows.h"
#include "claims/desk_check.h"
#include "claims/facts.h"
#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/vehicle_heads.h"
#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

struct check {
    struct wl_txn *txn;
    struct wl_account_map accounts;
    /* By obligation id. */
    int64_t *obligation_claim;
    uint8_t *obligation_state;
    uint64_t obligations, obligation_room;
    uint64_t owed; /* obligations that claims name */
    uint64_t claims;
    uint64_t payables; /* rows that should be there */
    uint64_t settled;
    uint8_t *told; /* a bit for each claim: its dealer is told that it is worth nothing */
    uint64_t told_room;
    /* Sums of hashes: of what claims say less what the tables have. 0 in the end. */
    uint64_t payable_hash, name_hash, vehicle_hash, line_hash;
    uint64_t fact_hash; /* what facts must come to */
    uint64_t form_hash; /* likewise forms */
    uint64_t spent_sum; /* goodwill that stands less what SPENT has, each by its authorization: 0 in the end */
    struct wl_desk_sums desks;
};

/* ---- obligations, then claims ---- */

static bool make_room(struct check *c)
{
    uint64_t room = c->obligation_room ? 2 * c->obligation_room : 1024;
    int64_t *claims = realloc(c->obligation_claim, room * sizeof *claims);
    uint8_t *states;

    if (claims)
        c->obligation_claim = claims;
    states = claims ? realloc(c->obligation_state, room) : NULL;
    if (!states)
        return false;
    c->obligation_state = states;
    c->obligation_room = room;
    return true;
}

static int check_obligation(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_obligation row;
    int rc;

    if (key.size != 8 || wl_get_u64(key.data) != c->obligations)
        return wl_check_fail("a return obligation is missing", c->obligations);
    if ((rc = wl_record_decode(&wl_obligation_record, value, &row, NULL)) != WL_OK)
        return rc;
    if (c->obligations == c->obligation_room && !make_room(c))
        return wl_fail(WL_E_SYSTEM, "out of memory");
    c->obligation_claim[c->obligations] = row.claim;
    c->obligation_state[c->obligations] = (uint8_t)row.state;
    c->obligations++;
    return WL_OK;
}

static int check_owed(struct check *c, int64_t id, const struct wl_claim *claim)
{
    int64_t unmet = 0;

    if (claim->obligation_count <= 0)
        return claim->obligation_count == 0 && claim->unmet_obligations == 0
                   ? WL_OK
                   : wl_check_fail("a claim owes less than nothing", (uint64_t)id);
    if (claim->first_obligation < 0 || (uint64_t)claim->first_obligation > c->obligations ||
        (uint64_t)claim->obligation_count > c->obligations - (uint64_t)claim->first_obligation)
        return wl_check_fail("a claim names return obligations that are not there", (uint64_t)id);
    for (int64_t i = claim->first_obligation; i < claim->first_obligation + claim->obligation_count; i++) {
        if (c->obligation_claim[i] != id)
            return wl_check_fail("a return obligation is another claim's", (uint64_t)i);
        unmet += wl_obligation_blocks(c->obligation_state[i]);
    }
    c->owed += (uint64_t)claim->obligation_count;
    return unmet == claim->unmet_obligations ? WL_OK
                                             : wl_check_fail("a claim's count of unmet returns is wrong", (uint64_t)id);
}

/* A name leads to its newest version: what versions add, each is taken off by the one after it. */
static int check_chains(struct check *c, uint64_t id, const struct wl_claim *claim)
{
    uint64_t name = wl_check_mix(wl_hash(claim->dealer_id), wl_hash(claim->claim_no)), vehicle;

    c->name_hash += wl_check_mix(name, id);
    if (claim->previous_version != WL_NONE) {
        if (claim->previous_version < 0 || (uint64_t)claim->previous_version >= id)
            return wl_check_fail("a claim's previous version is not before it", id);
        c->name_hash -= wl_check_mix(name, (uint64_t)claim->previous_version);
    }
    if (claim->previous_on_vehicle == WL_NONE)
        return wl_claim_stands(claim) ? wl_check_fail("a claim that stands is not in its vehicle's chain", id) : WL_OK;
    vehicle = (uint64_t)claim->vehicle;
    c->vehicle_hash += wl_check_mix(vehicle, id);
    if (claim->previous_on_vehicle != WL_CHAIN_END) {
        if (claim->previous_on_vehicle < 0 || (uint64_t)claim->previous_on_vehicle >= id)
            return wl_check_fail("a vehicle's chain does not lead back", id);
        c->vehicle_hash -= wl_check_mix(vehicle, (uint64_t)claim->previous_on_vehicle);
    }
    return WL_OK;
}

static bool is_row_state(int64_t state)
{
#define X(NAME) || state == WL_CLAIM_##NAME
    return false WL_CLAIM_ROW_STATES(X);
#undef X
}

static int check_money(struct check *c, uint64_t id, const struct wl_claim *claim)
{
    bool payable = claim->state == WL_CLAIM_APPROVED || claim->state == WL_CLAIM_PARTIAL;
    bool settled = claim->state == WL_CLAIM_SETTLED;
    struct wl_account_sums *sums;

    if (settled != (claim->settlement != WL_NONE) || !is_row_state(claim->state))
        return wl_check_fail("a claim's state is not that of its settlement", id);
    if (wl_claim_is_told(claim->state) && claim->total != 0)
        return wl_check_fail("a claim that is rejected or sent back is worth something", id);
    if (settled && (claim->signed_seq == WL_NONE || claim->unmet_obligations != 0))
        return wl_check_fail("a claim was settled that may not be", id);
    if (!payable && !settled)
        return claim->charged_back == 0 ? WL_OK : wl_check_fail("a claim was charged back that was not settled", id);
    if (claim->charged_back < 0 || claim->charged_back > claim->total || (payable && claim->charged_back != 0))
        return wl_check_fail("a claim was charged back for more than it was paid", id);
    if (!(sums = wl_account_of(&c->accounts, claim->dealer_id, claim->currency)))
        return WL_E_DAMAGED;
    sums->charged_back += claim->charged_back;
    if (payable) {
        sums->accrued += claim->total;
        c->payables++;
        c->payable_hash += wl_check_mix(wl_hash(claim->dealer_id), id);
    } else {
        c->settled++;
        c->fact_hash += wl_facts_claim_hash(id, claim);
        c->line_hash += wl_check_mix(wl_check_mix((uint64_t)claim->settlement, id), (uint64_t)claim->total);
    }
    return WL_OK;
}

static uint64_t authorization_hash(struct wl_str authorization_no)
{
    return wl_check_mix(wl_hash(authorization_no), 1);
}

/* What is taken back may be given again. */
static void note_goodwill(struct check *c, const struct wl_claim *claim)
{
    if (claim->type == WL_TYPE_GOODWILL && claim->authorization_no.size != 0 && wl_claim_stands(claim))
        c->spent_sum += authorization_hash(claim->authorization_no) * (uint64_t)(claim->total - claim->charged_back);
}

/* Whose dealer is to be told, by claim id. */
static int note_told(struct check *c, uint64_t id, const struct wl_claim *claim)
{
    uint64_t room = c->told_room ? 2 * c->told_room : 1 << 16;
    uint8_t *told;

    if (id / 8 >= c->told_room) {
        if (!(told = realloc(c->told, room)))
            return wl_fail(WL_E_SYSTEM, "out of memory");
        memset(told + c->told_room, 0, room - c->told_room);
        c->told = told;
        c->told_room = room;
    }
    if (wl_claim_is_told(claim->state))
        c->told[id / 8] |= (uint8_t)(1u << id % 8);
    return WL_OK;
}

static int check_claim(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint64_t id = c->claims;
    struct wl_claim claim;
    int rc;

    if (key.size != 8 || wl_get_u64(key.data) != id)
        return wl_check_fail("a claim's row is missing", id);
    if ((rc = wl_record_decode(&wl_claim_row_record, value, &claim, NULL)) != WL_OK)
        return rc;
    c->claims++;
    note_goodwill(c, &claim);
    if (claim.form != WL_NONE)
        c->form_hash += wl_form_claim_hash(claim.form, (int64_t)id, claim.signed_seq);
    if ((rc = check_owed(c, (int64_t)id, &claim)) == WL_OK && (rc = check_chains(c, id, &claim)) == WL_OK &&
        (rc = check_money(c, id, &claim)) == WL_OK &&
        (rc = wl_desk_sums_claim(&c->desks, (int64_t)id, &claim)) == WL_OK)
        rc = note_told(c, id, &claim);
    return rc;
}

/* ---- what leads to claims ---- */

static int check_payable(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    (void)value;
    if (key.size < 10 || c->payables == 0)
        return wl_check_fail("a claim waits for a settlement that is not payable", key.size);
    c->payables--;
    c->payable_hash -=
        wl_check_mix(wl_hash((struct wl_str){key.data, key.size - 9}), wl_get_u64(key.data + key.size - 8));
    return WL_OK;
}

static int check_disposition(void *check, struct wl_str key, struct wl_str value)
{
    const struct check *c = check;
    uint64_t id = key.size < 10 ? UINT64_MAX : wl_get_u64(key.data + key.size - 8);

    (void)value;
    if (id >= c->claims || !(c->told[id / 8] & 1u << id % 8))
        return wl_check_fail("a dealer is to be told of a claim that is neither rejected nor sent back", id);
    return WL_OK;
}

static int check_name(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    const char *end = memchr(key.data, 0, key.size);
    size_t dealer = end ? (size_t)(end - key.data) : 0;

    if (!end || value.size != 8)
        return wl_check_fail("a claim's name is none", key.size);
    c->name_hash -= wl_check_mix(wl_check_mix(wl_hash((struct wl_str){key.data, dealer}),
                                              wl_hash((struct wl_str){end + 1, key.size - dealer - 1})),
                                 wl_get_u64(value.data));
    return WL_OK;
}

static int check_spent(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;

    if (value.size != 8)
        return wl_check_fail("what an authorization has spent is no number", value.size);
    c->spent_sum -= authorization_hash(key) * wl_get_u64(value.data);
    return WL_OK;
}

static int check_vehicles(struct check *c)
{
    uint64_t heads;
    int rc = wl_vehicle_newest_hash(c->txn, WL_TABLE_VEHICLE_HEADS, &heads);

    c->vehicle_hash -= heads;
    return rc;
}

/* ---- settlements with their lines ---- */

struct totals {
    wl_i128 sum[WL_SETTLED_KIND_COUNT];
    int64_t count[WL_SETTLED_KIND_COUNT];
};

static bool adds_up(const struct wl_settlement *s, const struct totals *lines)
{
    return lines->sum[WL_SETTLED_PAID] == s->claims_total && lines->sum[WL_SETTLED_CHARGEBACK] == s->chargebacks &&
           lines->sum[WL_SETTLED_REJECTED] == 0 && lines->count[WL_SETTLED_PAID] == s->paid_count &&
           lines->count[WL_SETTLED_REJECTED] == s->rejected_count &&
           lines->count[WL_SETTLED_CHARGEBACK] == s->chargeback_count && s->to_pay >= 0 && s->carried_on <= 0 &&
           (wl_i128)s->to_pay + s->carried_on == (wl_i128)s->claims_total - s->chargebacks + s->tax + s->carried;
}

/* What is left to pay, and what was paid beyond it, fit the state. */
static bool pays_up(const struct wl_settlement *s)
{
    int64_t left = wl_settlement_left(s);

    return s->paid_amount >= 0 && s->overpaid >= 0 && s->owed_since >= 0 && left >= 0 &&
           (s->state == WL_SETTLEMENT_ISSUED ? left > 0 || s->paid_amount == 0 : left == 0);
}

static int check_settlement(struct check *c, uint64_t number, struct wl_str value, const struct totals *lines)
{
    struct wl_settlement s;
    struct wl_account_sums *sums;
    int rc = wl_record_decode(&wl_settlement_record, value, &s, NULL);

    if (rc != WL_OK)
        return rc;
    if (s.state == WL_SETTLEMENT_DRAFTED)
        return wl_check_fail("a settlement was never issued", number);
    if (!adds_up(&s, lines))
        return wl_check_fail("a settlement's totals are not those of its lines", number);
    if (!pays_up(&s))
        return wl_check_fail("what a settlement was paid is not what its state says", number);
    if (!(sums = wl_account_of(&c->accounts, s.dealer_id, s.currency)))
        return WL_E_DAMAGED;
    if (s.carried != sums->carried_on)
        return wl_check_fail("a settlement does not carry on the debt of the one before", number);
    sums->settlement = (int64_t)number;
    if (__builtin_sub_overflow(s.carried_on, s.owed_since, &sums->carried_on))
        return wl_check_fail("a dealer owes more than the books carry", number);
    sums->netted += s.chargebacks;
    sums->unpaid += wl_settlement_left(&s);
    sums->overpaid += s.overpaid;
    sums->owed += s.owed_since;
    return WL_OK;
}

/* The lines of settlement `number` from where the walk stands; *line is the first that is not its own. */
static int add_lines(struct check *c, struct wl_walk *walk, uint64_t number, uint64_t *of,
                     struct wl_settlement_line *line, struct totals *totals)
{
    int rc = 1;

    memset(totals, 0, sizeof *totals);
    while (rc == 1 && *of == number) {
        struct wl_str key, value;

        totals->sum[line->kind] += line->amount;
        totals->count[line->kind]++;
        if (line->kind == WL_SETTLED_PAID) {
            c->settled--;
            c->line_hash -= wl_check_mix(wl_check_mix(number, (uint64_t)line->claim), (uint64_t)line->amount);
        }
        if ((rc = wl_walk_next(walk, &key, &value)) == 1 && !wl_line_read(key, value, of, line))
            rc = wl_check_fail("a line of a settlement is not one", number);
        if (rc == 0)
            *of = 0;
    }
    return rc < 0 ? rc : WL_OK;
}

static int check_settlements(struct check *c)
{
    struct wl_walk *settlements, *lines = NULL;
    struct wl_settlement_line line = {.kind = 0};
    struct wl_str key, value, first_key, first_value;
    struct totals totals;
    uint64_t number = 0, of = 0;
    int rc = wl_walk_open(c->txn, WL_TABLE_SETTLEMENTS, WL_NO_STR, WL_NO_STR, &settlements);

    if (rc == WL_OK)
        rc = wl_walk_open(c->txn, WL_TABLE_SETTLEMENT_LINES, WL_NO_STR, WL_NO_STR, &lines);
    if (rc == WL_OK && (rc = wl_walk_next(lines, &first_key, &first_value)) == 1)
        rc = wl_line_read(first_key, first_value, &of, &line) ? WL_OK
                                                              : wl_check_fail("a line of a settlement is not one", 1);
    while (rc == WL_OK && (rc = wl_walk_next(settlements, &key, &value)) == 1) {
        number++;
        if (key.size != 8 || wl_get_u64(key.data) != number)
            rc = wl_check_fail("a settlement is missing", number);
        else if ((rc = add_lines(c, lines, number, &of, &line, &totals)) == WL_OK)
            rc = check_settlement(c, number, value, &totals);
    }
    if (rc == WL_OK && (of != 0 || number != wl_settlement_count(c->txn)))
        rc = wl_check_fail("lines or numbers of settlements lead to none", of);
    wl_walk_close(lines);
    wl_walk_close(settlements);
    return rc;
}

/* ---- dealers' accounts ---- */

static int check_chargeback(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_chargeback row;
    struct wl_account_sums *sums;
    int rc = wl_record_decode(&wl_chargeback_record, value, &row, NULL);

    if (rc != WL_OK)
        return rc;
    if (key.size < 10 || row.amount == 0)
        return wl_check_fail("a chargeback is none", key.size);
    if (!(sums = wl_account_of(&c->accounts, (struct wl_str){key.data, key.size - 9}, row.currency)))
        return WL_E_DAMAGED;
    sums->open += row.amount;
    return WL_OK;
}

/* "A dealer's accrued balance is the sum of its approved, unsettled claims" (domain text, section 6); its
 * payable one what its settlements leave to pay, less its debts: what chargebacks and overpayments left. */
static int check_accounts(struct check *c)
{
    for (size_t i = 0; i < c->accounts.capacity; i++) {
        const struct wl_account_sums *a = &c->accounts.at[i];
        struct wl_str name = wl_key_view(&a->key), dealer, currency;
        const char *end;
        int64_t head;

        if (name.size == 0)
            continue;
        end = memchr(name.data, 0, name.size);
        dealer = (struct wl_str){name.data, (size_t)(end - name.data)};
        currency = (struct wl_str){end + 1, name.size - dealer.size - 1};
        head = wl_get_number(c->txn, WL_TABLE_SETTLEMENT_HEADS, name, 0);
        if (wl_balance(c->txn, WL_ACCOUNT_ACCRUED, dealer, currency, WL_NO_STR) != a->accrued)
            return wl_fail(WL_E_DAMAGED, "the accrued balance of " WL_STR_FMT " is not the sum of its unsettled claims",
                           WL_STR_ARG(dealer));
        if (wl_balance(c->txn, WL_ACCOUNT_PAYABLE, dealer, currency, WL_NO_STR) != a->unpaid + a->carried_on - a->open)
            return wl_fail(WL_E_DAMAGED, "the payable balance of " WL_STR_FMT " is not what its settlements leave",
                           WL_STR_ARG(dealer));
        if (a->overpaid != a->owed)
            return wl_fail(WL_E_DAMAGED, "what " WL_STR_FMT " was overpaid is lost", WL_STR_ARG(dealer));
        if (a->charged_back != a->netted + a->open)
            return wl_fail(WL_E_DAMAGED, "chargebacks of " WL_STR_FMT " are lost", WL_STR_ARG(dealer));
        if (head != a->settlement)
            return wl_fail(WL_E_DAMAGED, "the newest settlement of " WL_STR_FMT " is another", WL_STR_ARG(dealer));
    }
    return wl_txn_status(c->txn);
}

/* An open account of a dealer that no claim or settlement accounts for. */
static int check_balance(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_account_balance balance;
    size_t known = c->accounts.count;
    int rc = wl_balance_read(key, value, &balance);

    if (rc != WL_OK)
        return rc;
    if (!wl_account_of(&c->accounts, balance.party, balance.unit))
        return WL_E_DAMAGED;
    return c->accounts.count == known ? WL_OK
                                      : wl_fail(WL_E_DAMAGED, "the %s balance of " WL_STR_FMT " belongs to no claim",
                                                wl_account_kind_name((int64_t)balance.kind), WL_STR_ARG(balance.party));
}

static int check_kind(struct check *c, char kind)
{
    return wl_check_rows(c->txn, WL_TABLE_BALANCES, (struct wl_str){&kind, 1}, check_balance, c);
}

/* What the walks leave must be nothing. */
static int check_rest(const struct check *c)
{
    if (c->obligations != c->owed)
        return wl_check_fail("return obligations belong to no claim", c->obligations - c->owed);
    if (c->payables != 0 || c->payable_hash != 0)
        return wl_check_fail("the list of payable claims is not that of the approved ones", c->payables);
    if (c->name_hash != 0)
        return wl_check_fail("a claim's name does not lead to its newest version", c->claims);
    if (c->vehicle_hash != 0)
        return wl_check_fail("a vehicle does not lead to its newest claim", c->claims);
    if (c->spent_sum != 0)
        return wl_check_fail("what authorizations have spent is not the goodwill that stands", c->claims);
    if (c->settled != 0 || c->line_hash != 0)
        return wl_check_fail("the lines of settlements are not the settled claims", c->settled);
    return WL_OK;
}

int wl_gates_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn};
    int rc;

    wl_account_map_init(&c.accounts);
    if ((rc = wl_check_rows(txn, WL_TABLE_OBLIGATIONS, WL_NO_STR, check_obligation, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_CLAIMS, WL_NO_STR, check_claim, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_PAYABLES, WL_NO_STR, check_payable, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_DISPOSITIONS, WL_NO_STR, check_disposition, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_CLAIM_NAMES, WL_NO_STR, check_name, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_SPENT, WL_NO_STR, check_spent, &c)) == WL_OK &&
        (rc = check_vehicles(&c)) == WL_OK && (rc = check_settlements(&c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_CHARGEBACKS, WL_NO_STR, check_chargeback, &c)) == WL_OK &&
        (rc = check_rest(&c)) == WL_OK && (rc = check_accounts(&c)) == WL_OK &&
        (rc = check_kind(&c, WL_ACCOUNT_ACCRUED)) == WL_OK)
        rc = check_kind(&c, WL_ACCOUNT_PAYABLE);
    if (rc == WL_OK)
        rc = wl_desk_check(txn, &c.desks);
    if (rc == WL_OK)
        rc = wl_facts_check(txn, c.fact_hash);
    if (rc == WL_OK)
        rc = wl_form_claims_check(txn, c.form_hash);
    free(c.obligation_claim);
    free(c.obligation_state);
    free(c.told);
    wl_account_map_release(&c.accounts);
    return rc;
}
