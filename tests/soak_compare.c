/* Holds the ledger's accounts and stock against the model's, both ways. */
#include "tests/soak.h"

#include <string.h>

#include "wledger/error.h"

/* ---- a step ---- */

static void compare_account(struct soak *s, const struct m_account *a)
{
    int64_t there = (int64_t)wl_balance(s->txn, (enum wl_account_kind)a->kind, wl_str_of(a->party),
                                        wl_str_of(s->m->parts[a->part].id), wl_str_of(a->lot));

    if (there != a->balance)
        m_differs(s->m, "account %s %s of %s, lot \"%s\": the ledger has %lld, the model %lld",
                  wl_account_kind_name(a->kind), a->party, s->m->parts[a->part].id, a->lot, (long long)there,
                  (long long)a->balance);
}

static void compare_stock(struct soak *s, int part, int place, const struct wl_stock *ledger)
{
    struct model *m = s->m;
    const struct m_stock *mine = &m->stock[part][place];
    const struct {
        const char *what;
        int64_t ledger, model;
    } numbers[] = {
        {"on hand", ledger->on_hand, m_on_hand(m, part, place)},
        {"reserved", ledger->reserved, mine->reserved},
        {"in transit", ledger->in_transit, mine->in_transit},
        {"on order", ledger->on_order, mine->on_order},
    };

    for (size_t i = 0; i < WL_COUNT(numbers); i++)
        if (numbers[i].ledger != numbers[i].model)
            m_differs(m, "%s of %s at %s: the ledger has %lld, the model %lld", numbers[i].what, m->parts[part].id,
                      m->places[place].id, (long long)numbers[i].ledger, (long long)numbers[i].model);
    if (ledger->reserved > ledger->on_hand || ledger->reserved < 0 || ledger->in_transit < 0 || ledger->on_order < 0)
        m_differs(m, "%s at %s: more is reserved than there is, or a number is below zero", m->parts[part].id,
                  m->places[place].id);
}

bool soak_compare_step(struct soak *s)
{
    struct model *m = s->m;

    for (size_t i = 0; i < m->touched_count && !m->fault[0]; i++)
        compare_account(s, &m->accounts[m->touched[i]]);
    for (int part = 0; part < m->part_count; part++)
        for (int place = 0; place < m->place_count; place++) {
            struct wl_stock row;

            if (!m->stock[part][place].touched)
                continue;
            m->stock[part][place].touched = false;
            if (wl_stock_get(s->txn, wl_str_of(m->parts[part].id), wl_str_of(m->places[place].id), &row) < 0)
                m_differs(m, "reading stock: %s", wl_error());
            else
                compare_stock(s, part, place, &row);
        }
    return !m->fault[0];
}

/* ---- all accounts ---- */

struct sums {
    wl_i128 of_part[M_PARTS];
    size_t accounts;
};

static void compare_balance(struct soak *s, const struct wl_account_balance *b, struct sums *sums)
{
    struct model *m = s->m;
    int part = m_part_of(m, b->unit);
    char party[M_PARTY], lot[M_ID];

    if (b->amount == 0)
        return;
    if (part < 0) {
        m_differs(m, "an account of a part that nobody knows");
        return;
    }
    m_set(party, sizeof party, b->party);
    m_set(lot, sizeof lot, b->lot);
    if (m_balance(m, b->kind, party, part, lot) != (int64_t)b->amount)
        m_differs(m, "account %s %s of %s, lot \"%s\": the ledger has %lld, the model %lld",
                  wl_account_kind_name(b->kind), party, m->parts[part].id, lot, (long long)b->amount,
                  (long long)m_balance(m, b->kind, party, part, lot));
    if (b->amount < 0 && !wl_account_kind_may_be_negative(b->kind))
        m_differs(m, "account %s %s is below zero", wl_account_kind_name(b->kind), party);
    sums->of_part[part] += b->amount;
    sums->accounts++;
}

static void compare_balances(struct soak *s)
{
    struct model *m = s->m;
    struct sums sums = {.accounts = 0};
    struct wl_str key, value;
    struct wl_walk *walk;
    size_t mine = 0;

    if (wl_walk_open(s->txn, WL_TABLE_BALANCES, WL_NO_STR, WL_NO_STR, &walk) != WL_OK) {
        m_differs(m, "walking the balances: %s", wl_error());
        return;
    }
    while (wl_walk_next(walk, &key, &value) == 1) {
        struct wl_account_balance balance;

        if (wl_balance_read(key, value, &balance) != WL_OK)
            m_differs(m, "a balance: %s", wl_error());
        else if (wl_account_kind_book(balance.kind) == WL_STOCK)
            compare_balance(s, &balance, &sums);
    }
    wl_walk_close(walk);
    for (size_t i = 0; i < m->account_count; i++)
        mine += m->accounts[i].balance != 0;
    m_same(m, "accounts that are not zero", (int64_t)sums.accounts, (int64_t)mine);
    for (int part = 0; part < m->part_count; part++)
        if (sums.of_part[part] != 0)
            m_differs(m, "the accounts of %s do not sum to zero", m->parts[part].id);
}

/* ---- all stock rows, bins, serial numbers, shipments ---- */

static int compare_stock_row(void *context, struct wl_str part_id, struct wl_str location_id,
                             const struct wl_stock *ledger)
{
    struct soak *s = context;
    int part = m_part_of(s->m, part_id), place = m_place_of(s->m, location_id);

    if (part < 0 || place < 0)
        m_differs(s->m, "a row of stock of no part or place");
    else {
        compare_stock(s, part, place, ledger);
        s->m->stock[part][place].touched = true;
    }
    return WL_OK;
}

static void compare_stocks(struct soak *s)
{
    struct model *m = s->m;

    if (wl_stock_each(s->txn, WL_NO_STR, compare_stock_row, s) != WL_OK)
        m_differs(m, "walking the stock: %s", wl_error());
    for (int part = 0; part < m->part_count; part++)
        for (int place = 0; place < m->place_count; place++) {
            struct m_stock *mine = &m->stock[part][place];

            if (!mine->touched && (mine->count || mine->reserved || mine->in_transit || mine->on_order))
                m_differs(m, "the ledger has no row of %s at %s", m->parts[part].id, m->places[place].id);
            mine->touched = false;
        }
}

struct bins {
    struct soak *s;
    size_t count;
};

static int compare_bin(void *context, const struct wl_bin_stock *row)
{
    struct bins *bins = context;
    struct model *m = bins->s->m;
    int part = m_part_of(m, row->part_id), place = m_place_of(m, row->location_id);
    char bin[M_ID], lot[M_ID];

    m_set(bin, sizeof bin, row->bin_id);
    m_set(lot, sizeof lot, row->lot);
    bins->count++;
    if (part < 0 || place < 0 || row->quantity != m_in_bin(m, part, place, bin, lot) || row->quantity == 0)
        m_differs(m, "bin %s/%s of " WL_STR_FMT ", lot \"%s\": the ledger has %lld, the model %lld",
                  place < 0 ? "?" : m->places[place].id, bin, WL_STR_ARG(row->part_id), lot, (long long)row->quantity,
                  part < 0 || place < 0 ? 0 : (long long)m_in_bin(m, part, place, bin, lot));
    return WL_OK;
}

static void compare_bins(struct soak *s)
{
    struct bins bins = {s, 0};
    size_t mine = 0;

    if (wl_bin_stock_each(s->txn, WL_NO_STR, WL_NO_STR, compare_bin, &bins) != WL_OK)
        m_differs(s->m, "walking the bins: %s", wl_error());
    for (int part = 0; part < s->m->part_count; part++)
        for (int place = 0; place < s->m->place_count; place++)
            mine += s->m->stock[part][place].count;
    m_same(s->m, "bins and lots with something in them", (int64_t)bins.count, (int64_t)mine);
}

/* Each serial number is where the model has it, and nowhere else. */
static void compare_pieces(struct soak *s, size_t from)
{
    struct model *m = s->m;

    for (size_t i = from; i < m->piece_count && !m->fault[0]; i++) {
        const struct m_piece *piece = &m->pieces[i];
        struct wl_unit unit;

        wl_arena_clear(&s->arena);
        if (wl_unit_get(s->txn, &s->arena, wl_str_of(m->parts[piece->part].id), wl_str_of(piece->lot), &unit) != 1) {
            m_differs(m, "piece %s of %s has no row", piece->lot, m->parts[piece->part].id);
            return;
        }
        if (unit.kind != piece->kind || !m_is(piece->party, unit.party))
            m_differs(m, "piece %s of %s is at %s " WL_STR_FMT ", and the model has it at %s %s", piece->lot,
                      m->parts[piece->part].id, wl_account_kind_name(unit.kind), WL_STR_ARG(unit.party),
                      wl_account_kind_name(piece->kind), piece->party);
    }
}

/* What the accounts of a shipment hold is what of it is open. */
static void compare_transit(struct model *m)
{
    int64_t open = 0, booked = 0;

    for (size_t i = 1; i < m->dispatch_count; i++)
        for (size_t j = 0; m->dispatches[i].state == WL_DISPATCH_SHIPPED && j < m->dispatches[i].lines; j++)
            open += m_line_transit(&m->lines[m->dispatches[i].first_line + j]);
    for (size_t i = 1; i < m->tag_count; i++)
        open += m->tags[i].state == WL_TAG_SHIPPED ? m->tags[i].quantity : 0;
    for (size_t i = 0; i < m->account_count; i++)
        booked += m->accounts[i].kind == WL_ACCOUNT_IN_TRANSIT ? m->accounts[i].balance : 0;
    m_same(m, "in transit by the accounts, and by the open shipments", booked, open);
}

/* No physical place holds a piece that another holds too. */
static void compare_places(struct model *m)
{
    for (size_t i = 0; i < m->piece_count; i++)
        m->pieces[i].touched = false;
    for (size_t i = 0; i < m->account_count; i++) {
        const struct m_account *a = &m->accounts[i];
        struct m_piece *piece;

        if (a->balance <= 0 || strncmp(a->lot, "sn:", 3) != 0 || a->kind == WL_ACCOUNT_SUPPLIER ||
            a->kind == WL_ACCOUNT_COUNT_ADJUSTMENT)
            continue;
        piece = &m->pieces[m_piece(m, (int)a->part, a->lot) - m->pieces];
        if (piece->touched || a->balance != 1000)
            m_differs(m, "piece %s of %s is in two places", a->lot, m->parts[a->part].id);
        piece->touched = true;
    }
}

bool soak_compare_all(struct soak *s, bool every_row)
{
    struct model *m = s->m;

    compare_balances(s);
    compare_stocks(s);
    compare_bins(s);
    compare_pieces(s, every_row || m->piece_count < 2000 ? 0 : m->piece_count - 2000);
    compare_transit(m);
    compare_places(m);
    if (!m->fault[0])
        soak_compare_rows(s, every_row);
    if (!m->fault[0] && wl_gates_check(s->txn) != WL_OK)
        m_differs(m, "wl_gates_check: %s", wl_error());
    if (!m->fault[0] && wl_parts_check(s->txn) != WL_OK)
        m_differs(m, "wl_parts_check: %s", wl_error());
    return !m->fault[0];
}
