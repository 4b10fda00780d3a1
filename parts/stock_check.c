/* Whether stock, bins, units and moves agree with one another and with the balances.
 *
 * The moves, added up by account, must come to the balances; the bins to the balances of bins; the stock rows to
 * their bins. Chains are compared as in claims/gates_check.c: what a move adds, the next of its chain takes off,
 * and what is left is what the heads say. The way of a piece with a serial number is whole when each move begins
 * where the one before it ended. */
#include "claims/check_rows.h"
#include "claims/vehicle_heads.h"
#include "parts/check.h"
#include "parts/keys.h"
#include "parts/stock.h"
#include "wledger/error.h"

struct check {
    struct wl_txn *txn;
    uint64_t moves, entries;
    int64_t last_seq;
    /* Sums of hashes: what the one side says less what the other does. 0 in the end. */
    uint64_t account_hash; /* moves, balances: thousandths by account */
    uint64_t bin_hash;     /* bins, balances: thousandths by bin */
    uint64_t unit_hash;    /* moves, units: the newest of each lot */
    uint64_t way_hash;     /* moves, units: where each piece went */
    uint64_t piece_hash;   /* units, balances: where each piece is */
    uint64_t vehicle_hash; /* moves, heads */
};

static uint64_t hash_of(struct wl_str a, struct wl_str b)
{
    return wl_check_mix(wl_hash(a), wl_hash(b));
}

static uint64_t account_of(int64_t kind, struct wl_str party, struct wl_str part_id, struct wl_str lot)
{
    return wl_check_mix(wl_check_mix((uint64_t)kind, wl_hash(party)), hash_of(part_id, lot));
}

static uint64_t bin_of(struct wl_str part_id, struct wl_str location_id, struct wl_str bin_id, struct wl_str lot)
{
    return wl_check_mix(hash_of(part_id, location_id), hash_of(bin_id, lot));
}

/* Outside the ledger one place is as good as another. */
static uint64_t place_of(int64_t kind, struct wl_str party)
{
    return wl_serial_is_here(&(struct wl_unit){.kind = kind}) ? wl_check_mix((uint64_t)kind, wl_hash(party)) : 0;
}

/* Where a piece lies in one account alone: a vehicle may have less than nothing of a piece that it was built with. */
static bool holds_pieces(int64_t kind)
{
    return !wl_account_kind_may_be_negative(kind);
}

/* ---- moves ---- */

static bool is_move(const struct check *c, const struct wl_move *m)
{
    const struct wl_posting posting = {.from_kind = m->from_kind,
                                       .to_kind = m->to_kind,
                                       .from_party = m->from_party,
                                       .to_party = m->to_party,
                                       .unit = m->part_id,
                                       .lot = m->lot,
                                       .amount = m->quantity};

    return wl_posting_is_good(&posting) && wl_account_kind_book(m->from_kind) == WL_STOCK && m->seq >= c->last_seq &&
           (uint64_t)m->seq < c->entries && (wl_lot_serial(m->lot).size == 0 || m->quantity == WL_PIECE);
}

/* Adds move `id` to a chain and takes the one before it off; false where the chain does not lead back. */
static bool link_chain(uint64_t *sum, uint64_t chain, uint64_t id, int64_t previous)
{
    *sum += wl_check_mix(chain, id);
    if (previous == WL_CHAIN_END)
        return true;
    *sum -= wl_check_mix(chain, (uint64_t)previous);
    return previous >= 0 && (uint64_t)previous < id;
}

static bool link_vehicle(struct check *c, uint64_t id, const struct wl_move *m)
{
    bool on_vehicle = (m->to_kind == WL_ACCOUNT_VEHICLE && m->to_party.size != 0) ||
                      (m->from_kind == WL_ACCOUNT_VEHICLE && m->from_party.size != 0);

    if (!on_vehicle)
        return m->vehicle == WL_NONE && m->previous_on_vehicle == WL_NONE;
    return m->vehicle >= 0 && link_chain(&c->vehicle_hash, (uint64_t)m->vehicle, id, m->previous_on_vehicle);
}

/* Where a piece was before a move: where that begins. A vehicle that got it back by a tagging's reversal perhaps never
 * had it: then it comes from anywhere that brings pieces in. */
static int place_before(const struct check *c, const struct wl_move *m, uint64_t *place)
{
    struct wl_move before;
    struct wl_str value;
    int rc;

    *place = place_of(m->from_kind, m->from_party);
    if (*place != 0 && m->from_kind != WL_ACCOUNT_VEHICLE)
        return WL_OK;
    if ((rc = wl_get_n(c->txn, WL_TABLE_MOVES, (uint64_t)m->previous, &value)) != 1)
        return rc == 0 ? wl_check_fail("a move of parts is missing", (uint64_t)m->previous) : rc;
    rc = wl_record_decode(&wl_move_record, value, &before, NULL);
    if (rc == WL_OK && before.from_kind == WL_ACCOUNT_DEALER_DEFECTIVE && before.to_kind == WL_ACCOUNT_VEHICLE)
        *place = place_of(before.to_kind, before.to_party);
    return rc;
}

static int check_way(struct check *c, uint64_t id, uint64_t unit, const struct wl_move *m)
{
    uint64_t before;
    int rc;

    c->way_hash += wl_check_mix(wl_check_mix(unit, id), place_of(m->to_kind, m->to_party));
    if (m->previous == WL_CHAIN_END)
        return WL_OK;
    if ((rc = place_before(c, m, &before)) == WL_OK)
        c->way_hash -= wl_check_mix(wl_check_mix(unit, (uint64_t)m->previous), before);
    return rc;
}

static int check_move(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint64_t id = c->moves, unit;
    struct wl_move m;
    int rc;

    if (key.size != 8 || wl_get_u64(key.data) != id)
        return wl_check_fail("a move of parts is missing", id);
    if ((rc = wl_record_decode(&wl_move_record, value, &m, NULL)) != WL_OK)
        return rc;
    if (!is_move(c, &m))
        return wl_check_fail("a move of parts is none", id);
    unit = hash_of(m.part_id, m.lot);
    if (!link_chain(&c->unit_hash, unit, id, m.previous) || !link_vehicle(c, id, &m))
        return wl_check_fail("a move of parts does not lead back", id);
    if (wl_lot_serial(m.lot).size != 0 && (rc = check_way(c, id, unit, &m)) != WL_OK)
        return rc;
    c->account_hash += (uint64_t)m.quantity * (account_of(m.to_kind, m.to_party, m.part_id, m.lot) -
                                               account_of(m.from_kind, m.from_party, m.part_id, m.lot));
    c->last_seq = m.seq;
    c->moves++;
    return WL_OK;
}

static int check_unit(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_str name[2];
    struct wl_unit unit;
    uint64_t hash;
    int rc;

    if (!wl_parts_key_split(key, name, 2))
        return wl_check_fail("a unit has no part", key.size);
    if ((rc = wl_record_decode(&wl_unit_record, value, &unit, NULL)) != WL_OK)
        return rc;
    hash = hash_of(name[0], name[1]);
    c->unit_hash -= wl_check_mix(hash, (uint64_t)unit.newest);
    if (wl_lot_serial(name[1]).size == 0)
        return unit.kind == WL_NONE && unit.party.size == 0
                   ? WL_OK
                   : wl_check_fail("a lot has the place of a piece", (uint64_t)unit.newest);
    if (!wl_account_kind_name(unit.kind))
        return wl_check_fail("a piece is in no place", (uint64_t)unit.newest);
    c->way_hash -= wl_check_mix(wl_check_mix(hash, (uint64_t)unit.newest), place_of(unit.kind, unit.party));
    if (holds_pieces(unit.kind))
        c->piece_hash += account_of(unit.kind, unit.party, name[0], name[1]);
    return WL_OK;
}

/* ---- balances ---- */

static bool is_bin(int64_t kind)
{
    return kind == WL_ACCOUNT_WAREHOUSE || kind == WL_ACCOUNT_DEALER;
}

static int check_balance(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_account_balance b;
    struct wl_str location_id, bin_id;
    uint64_t account;
    int rc = wl_balance_read(key, value, &b);

    if (rc != WL_OK)
        return rc;
    account = account_of((int64_t)b.kind, b.party, b.unit, b.lot);
    c->account_hash -= (uint64_t)b.amount * account;
    if (is_bin((int64_t)b.kind)) {
        wl_party_split(b.party, &location_id, &bin_id);
        c->bin_hash -= (uint64_t)b.amount * bin_of(b.unit, location_id, bin_id, b.lot);
    }
    if (holds_pieces((int64_t)b.kind) && wl_lot_serial(b.lot).size != 0) {
        if (b.amount != WL_PIECE)
            return wl_fail(WL_E_DAMAGED, "a piece of " WL_STR_FMT " at " WL_STR_FMT " is not one", WL_STR_ARG(b.unit),
                           WL_STR_ARG(b.party));
        c->piece_hash -= account;
    }
    return WL_OK;
}

static int check_balances(struct check *c)
{
    int rc = WL_OK;

    for (int kind = 1; rc == WL_OK && kind <= UINT8_MAX; kind++) {
        const char prefix = (char)kind;

        if (wl_account_kind_name(kind) && wl_account_kind_book(kind) == WL_STOCK)
            rc = wl_check_rows(c->txn, WL_TABLE_BALANCES, (struct wl_str){&prefix, 1}, check_balance, c);
    }
    return rc;
}

/* ---- stock with its bins ---- */

/* The row of BIN_STOCK where its walk stands: 1, 0 at the end, or an error. */
static int next_bin(struct wl_walk *bins, struct wl_bin_stock *bin)
{
    struct wl_str key, value;
    int rc = wl_walk_next(bins, &key, &value);

    if (rc == 1 && (!wl_bin_stock_read(key, value, bin) || bin->quantity <= 0))
        rc = wl_check_fail("what lies in a bin is no quantity", key.size);
    return rc;
}

/* Whether the stock of a part at a location is that of its bins, from where their walk stands; *more tells whether
 * *bin is the one after them. */
static int check_stock(struct check *c, struct wl_str key, struct wl_str value, struct wl_walk *bins,
                       struct wl_bin_stock *bin, int *more)
{
    struct wl_str name[2];
    struct wl_stock s;
    wl_i128 quantity = 0;
    int rc = wl_record_decode(&wl_stock_record, value, &s, NULL);

    if (rc != WL_OK)
        return rc;
    if (!wl_parts_key_split(key, name, 2))
        return wl_check_fail("a row of stock has no location", key.size);
    while (*more == 1 && wl_str_equal(bin->location_id, name[0]) && wl_str_equal(bin->part_id, name[1])) {
        quantity += bin->quantity;
        c->bin_hash += (uint64_t)bin->quantity * bin_of(bin->part_id, bin->location_id, bin->bin_id, bin->lot);
        *more = next_bin(bins, bin);
    }
    if (*more < 0)
        return *more;
    if (s.on_hand != quantity || s.reserved < 0 || s.reserved > s.on_hand || s.in_transit < 0 || s.on_order < 0)
        return wl_fail(WL_E_DAMAGED, "the stock of " WL_STR_FMT " at " WL_STR_FMT " is not that of its bins",
                       WL_STR_ARG(name[1]), WL_STR_ARG(name[0]));
    return WL_OK;
}

static int check_bins(struct check *c)
{
    struct wl_walk *stock, *bins = NULL;
    struct wl_bin_stock bin = {.quantity = 0};
    struct wl_str key, value;
    int more = 0, rc = wl_walk_open(c->txn, WL_TABLE_STOCK, WL_NO_STR, WL_NO_STR, &stock);

    if (rc == WL_OK)
        rc = wl_walk_open(c->txn, WL_TABLE_BIN_STOCK, WL_NO_STR, WL_NO_STR, &bins);
    if (rc == WL_OK && (more = next_bin(bins, &bin)) < 0)
        rc = more;
    while (rc == WL_OK && (rc = wl_walk_next(stock, &key, &value)) == 1)
        rc = check_stock(c, key, value, bins, &bin, &more);
    if (rc == WL_OK && more == 1)
        rc = wl_fail(WL_E_DAMAGED, "a bin of " WL_STR_FMT " at " WL_STR_FMT " belongs to no stock",
                     WL_STR_ARG(bin.part_id), WL_STR_ARG(bin.location_id));
    wl_walk_close(bins);
    wl_walk_close(stock);
    return rc;
}

/* What the walks leave must be nothing. */
static int check_rest(const struct check *c)
{
    if (c->moves != wl_counter(c->txn, WL_MOVES))
        return wl_check_fail("moves of parts are missing", c->moves);
    if (c->account_hash != 0)
        return wl_check_fail("the moves of parts do not come to the balances", c->moves);
    if (c->bin_hash != 0)
        return wl_check_fail("what lies in the bins is not what their accounts hold", c->moves);
    if (c->unit_hash != 0)
        return wl_check_fail("a lot does not lead to its newest move", c->moves);
    if (c->way_hash != 0)
        return wl_check_fail("the way of a piece is broken", c->moves);
    if (c->piece_hash != 0)
        return wl_check_fail("a piece is not where its account is", c->moves);
    if (c->vehicle_hash != 0)
        return wl_check_fail("a vehicle does not lead to the newest move on it", c->moves);
    return wl_txn_status(c->txn);
}

int wl_stock_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn, .entries = wl_journal_size(txn)};
    uint64_t heads = 0;
    int rc;

    if ((rc = wl_check_rows(txn, WL_TABLE_MOVES, WL_NO_STR, check_move, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_UNITS, WL_NO_STR, check_unit, &c)) == WL_OK &&
        (rc = wl_vehicle_newest_hash(txn, WL_TABLE_VEHICLE_MOVES, &heads)) == WL_OK &&
        (rc = check_balances(&c)) == WL_OK && (rc = check_bins(&c)) == WL_OK) {
        c.vehicle_hash -= heads;
        rc = check_rest(&c);
    }
    return rc;
}
