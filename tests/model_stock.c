/* The model of stock that comes in, is moved and counted (stock.h). */
#include "tests/model.h"

#include <stdlib.h>
#include <string.h>

/* ---- what several commands judge ---- */

void m_judge_quantity(struct model *m, int part, int64_t quantity)
{
    if (quantity <= 0 || quantity > WL_QUANTITY_MAX ||
        (part >= 0 && m->parts[part].tracking == M_BY_SERIAL && quantity % 1000 != 0))
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
}

static int64_t left_in_row(const struct model *m, int part, int place, const struct m_row *row)
{
    int64_t left = row->quantity;

    for (size_t i = 0; i < m->plan.pick_count; i++) {
        const struct m_pick *pick = &m->plan.picks[i];

        if (pick->part == part && pick->place == place && strcmp(pick->bin, row->bin) == 0 &&
            strcmp(pick->lot, row->lot) == 0)
            left -= pick->quantity;
    }
    return left;
}

static int64_t free_taken(const struct model *m, int part, int place)
{
    int64_t taken = 0;

    for (size_t i = 0; i < m->plan.pick_count; i++)
        if (m->plan.picks[i].part == part && m->plan.picks[i].place == place && m->plan.picks[i].request == WL_NONE)
            taken += m->plan.picks[i].quantity;
    return taken;
}

static void judge_what_is_short(struct model *m, int part, int place, struct wl_str lot, bool is_short,
                                bool is_reserved)
{
    char name[M_ID];

    m_set(name, sizeof name, lot);
    if (is_short) {
        const struct m_piece *piece = m_piece(m, part, name);

        m_must(m, WL_REFUSED_STOCK_SHORT);
        if (piece)
            m_may(m, WL_REFUSED_SERIAL_ELSEWHERE);
        if (is_reserved)
            m_may(m, WL_REFUSED_STOCK_RESERVED);
    } else if (is_reserved) {
        m_must(m, WL_REFUSED_STOCK_RESERVED);
    }
    (void)place;
}

void m_judge_picks(struct model *m, int part, int place, struct wl_str bin, struct wl_str lot, int64_t quantity,
                   bool free_only, int64_t request)
{
    const struct m_stock *s = &m->stock[part][place];
    int64_t taken = free_taken(m, part, place), left = quantity;

    for (size_t i = 0; i < s->count && left > 0; i++) {
        const struct m_row *row = &s->rows[i];
        int64_t there = left_in_row(m, part, place, row);
        struct m_pick *pick = &m->plan.picks[m->plan.pick_count];

        if (there <= 0 || (bin.size > 0 && !m_is(row->bin, bin)) || (lot.size > 0 && !m_is(row->lot, lot)))
            continue;
        if (m->plan.pick_count == WL_PICKS_MAX) {
            m_must(m, WL_REFUSED_QUANTITY_TOO_LARGE);
            return;
        }
        *pick = (struct m_pick){.part = part, .place = place, .request = request};
        memcpy(pick->bin, row->bin, M_ID);
        memcpy(pick->lot, row->lot, M_ID);
        pick->quantity = there < left ? there : left;
        left -= pick->quantity;
        m->plan.pick_count++;
    }
    judge_what_is_short(m, part, place, lot, left > 0, free_only && m_free(m, part, place) - taken < quantity);
}

void m_judge_new_piece(struct model *m, int part, struct wl_str serial)
{
    const struct m_piece *piece;
    char lot[M_ID + 4];

    if (serial.size == 0) {
        m_must(m, WL_REFUSED_SERIAL_MISSING);
        return;
    }
    snprintf(lot, sizeof lot, "sn:" WL_STR_FMT, WL_STR_ARG(serial));
    piece = m_piece_here(m, part, lot);
    if (piece) {
        m_must(m, WL_REFUSED_SERIAL_KNOWN);
        m_may(m, WL_REFUSED_SERIAL_ELSEWHERE);
    }
}

void m_entry_list(struct m_entry *e, const int64_t *at, size_t count)
{
    e->list = calloc(count + 1, sizeof *e->list);
    if (!e->list)
        abort();
    if (count > 0)
        memcpy(e->list, at, count * sizeof *at);
    e->list_count = count;
}

/* Oldest first; one that is not covered is passed over. */
void m_fill(struct model *m, int part, int place, struct wl_ints filled)
{
    bool supplies = !m->places[place].dealer && !m->places[place].centre;
    size_t n = 0;

    for (size_t i = 0; supplies && n < 1000 && i < m->back_order_count[part];) {
        int64_t number = m->back_orders[part][i];
        struct m_request *r = &m->requests[number];

        if (m_free(m, part, place) < r->quantity) {
            i++;
            continue;
        }
        if (n >= filled.count || filled.at[n] != number) {
            m_differs(m, "back-order %lld of %s is filled at %s, and the ledger fills another or none",
                      (long long)number, m->parts[part].id, m->places[place].id);
            return;
        }
        n++;
        m_back_order_drop(m, part, number);
        r->state = WL_REQUEST_RESERVED;
        r->choice = WL_CHOICE_DELIVERY;
        m_saw(m, "back-order-filled");
        r->place = place;
        r->sourced_seq = (int64_t)m->seq;
        m_stock(m, part, place)->reserved += r->quantity;
    }
    if (n != filled.count)
        m_differs(m, "the ledger fills %zu back-orders of %s at %s, the model %zu", filled.count, m->parts[part].id,
                  m->places[place].id, n);
}

/* ---- deliver ---- */

static const char *const suppliers[] = {"S1", "S2", NULL};

static void judge_serials(struct model *m, int part, const struct wl_deliver_body *b)
{
    const struct wl_serial *serials = b->serials.at;

    if ((int64_t)b->serials.count * 1000 != b->quantity) {
        m_must(m, WL_REFUSED_SERIAL_MISSING);
        m_may(m, WL_REFUSED_QUANTITY_INVALID);
    }
    for (size_t i = 0; i < b->serials.count; i++) {
        m_judge_new_piece(m, part, serials[i].serial);
        for (size_t j = 0; j < i; j++)
            if (wl_str_equal(serials[i].serial, serials[j].serial)) {
                m_must(m, WL_REFUSED_NAMED_TWICE);
                m_may(m, WL_REFUSED_SERIAL_KNOWN);
            }
    }
}

static void judge_lot(struct model *m, int part, bool names_serials, struct wl_str lot)
{
    if (m->parts[part].tracking != M_BY_SERIAL && names_serials)
        m_must(m, WL_REFUSED_NOT_SERIALISED);
    if (m->parts[part].tracking == M_BY_LOT && lot.size == 0)
        m_must(m, WL_REFUSED_LOT_MISSING);
}

void m_judge_deliver(struct model *m, const void *body)
{
    const struct wl_deliver_body *b = body;
    struct m_plan *p = &m->plan;
    bool known = b->supplier_id.size == 0;

    p->place = m_place_of(m, b->location_id);
    p->part = m_part_of(m, b->part_id);
    for (const char *const *s = suppliers; *s; s++)
        known |= m_is(*s, b->supplier_id);
    if (!known)
        m_must(m, WL_REFUSED_SUPPLIER_UNKNOWN);
    if (p->place < 0 || m->places[p->place].dealer)
        m_must(m, WL_REFUSED_WAREHOUSE_UNKNOWN);
    if (p->part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    m_judge_quantity(m, p->part, b->quantity);
    if (p->part < 0)
        return;
    judge_lot(m, p->part, b->serials.count > 0, b->lot);
    if (m->parts[p->part].tracking == M_BY_SERIAL)
        judge_serials(m, p->part, b);
    if (p->place >= 0)
        m_judge_bin(m, p->place, p->part, b->bin_id, p->bin);
    m_set(p->supplier, M_ID, b->supplier_id.size ? b->supplier_id : wl_str_of(m->parts[p->part].supplier));
    if (b->lot.size > 0)
        m_set(p->lot, M_ID, b->lot);
    else if (m->parts[p->part].tracking == M_BY_NOTHING)
        snprintf(p->lot, M_ID, "@%010llu", (unsigned long long)m->seq);
}

void m_deliver(struct model *m, const void *body, const void *outcome)
{
    const struct wl_deliver_body *b = body;
    const struct wl_deliver_outcome *out = outcome;
    const struct m_plan *p = &m->plan;
    const struct wl_serial *serials = b->serials.at;
    const char *party = m_party(m->places[p->place].id, p->bin);
    struct m_entry *e;

    m_same_text(m, "bin", out->bin_id, p->bin);
    m_same_text(m, "lot", out->lot, p->lot);
    for (size_t i = 0; i < b->serials.count; i++) {
        char lot[M_ID + 4];

        snprintf(lot, sizeof lot, "sn:" WL_STR_FMT, WL_STR_ARG(serials[i].serial));
        m_move(m, WL_ACCOUNT_SUPPLIER, p->supplier, WL_ACCOUNT_WAREHOUSE, party, p->part, lot, 1000);
    }
    if (b->serials.count == 0)
        m_move(m, WL_ACCOUNT_SUPPLIER, p->supplier, WL_ACCOUNT_WAREHOUSE, party, p->part, p->lot, b->quantity);
    m_fill(m, p->part, p->place, out->filled);
    e = m_entry_note(m, wl_deliver_command.tag);
    e->part = p->part;
    e->place = p->place;
    e->quantity = b->quantity;
    m_entry_list(e, out->filled.at, out->filled.count);
}

/* ---- stock-open ---- */

static bool is_opened(const struct model *m, const struct m_plan *p)
{
    for (size_t i = 0; i < m->opening_count; i++)
        if (m->openings[i].place == p->place && m->openings[i].part == p->part &&
            strcmp(m->openings[i].bin, p->bin) == 0 && strcmp(m->openings[i].lot, p->lot) == 0)
            return true;
    return false;
}

void m_judge_open(struct model *m, const void *body)
{
    const struct wl_open_body *b = body;
    struct m_plan *p = &m->plan;

    p->place = m_place_of(m, b->location_id);
    p->part = m_part_of(m, b->part_id);
    if (p->place < 0)
        m_must(m, WL_REFUSED_LOCATION_UNKNOWN);
    if (p->part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    m_judge_quantity(m, p->part, b->quantity);
    if (p->part < 0)
        return;
    judge_lot(m, p->part, b->serial.size > 0, b->lot);
    if (m->parts[p->part].tracking == M_BY_SERIAL) {
        if (b->quantity != 1000)
            m_must(m, WL_REFUSED_QUANTITY_INVALID);
        m_judge_new_piece(m, p->part, b->serial);
        snprintf(p->lot, M_ID, "sn:" WL_STR_FMT, WL_STR_ARG(b->serial));
    } else {
        m_set(p->lot, M_ID, b->lot.size ? b->lot : WL_STR(WL_OPENING_LOT));
    }
    if (p->place < 0)
        return;
    m_judge_bin(m, p->place, p->part, b->bin_id, p->bin);
    if (is_opened(m, p))
        m_must(m, WL_REFUSED_ALREADY_OPENED);
}

void m_open(struct model *m, const void *body, const void *outcome)
{
    const struct wl_open_body *b = body;
    const struct wl_count_outcome *out = outcome;
    const struct m_plan *p = &m->plan;
    const char *place = m->places[p->place].id;
    struct m_opening *opening = M_ADD(m->openings, m->opening_count, m->opening_room);
    struct m_entry *e;

    m_same(m, "difference", out->difference, WL_NONE);
    *opening = (struct m_opening){.place = p->place, .part = p->part};
    memcpy(opening->bin, p->bin, M_ID);
    memcpy(opening->lot, p->lot, M_ID);
    m_move(m, WL_ACCOUNT_COUNT_ADJUSTMENT, place, m_good_kind(m, p->place), m_party(place, p->bin), p->part, p->lot,
           b->quantity);
    m_fill(m, p->part, p->place, out->filled);
    e = m_entry_note(m, wl_open_command.tag);
    e->part = p->part;
    e->place = p->place;
    e->quantity = b->quantity;
    memcpy(e->bin, p->bin, M_ID);
    memcpy(e->opened, p->lot, M_ID);
    m_entry_list(e, out->filled.at, out->filled.count);
}

/* ---- stock-move ---- */

void m_judge_stock_move(struct model *m, const void *body)
{
    const struct wl_stock_move_body *b = body;
    struct m_plan *p = &m->plan;

    p->place = m_place_of(m, b->location_id);
    p->part = m_part_of(m, b->part_id);
    if (p->place < 0)
        m_must(m, WL_REFUSED_LOCATION_UNKNOWN);
    if (p->part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    m_judge_quantity(m, p->part, b->quantity);
    if (p->part < 0 || p->place < 0)
        return;
    m_judge_bin(m, p->place, p->part, b->from_bin, p->bin);
    m_judge_bin(m, p->place, p->part, b->to_bin, p->to_bin);
    if (strcmp(p->bin, p->to_bin) == 0)
        m_must(m, WL_REFUSED_SAME_LOCATION);
    if (b->quantity > 0)
        m_judge_picks(m, p->part, p->place, wl_str_of(p->bin), b->lot, b->quantity, false, WL_NONE);
}

void m_stock_move(struct model *m, const void *body, const void *outcome)
{
    const struct wl_count_outcome *out = outcome;
    const struct m_plan *p = &m->plan;
    const char *place = m->places[p->place].id;
    int64_t kind = m_good_kind(m, p->place);

    (void)body;
    m_same(m, "difference", out->difference, WL_NONE);
    m_same(m, "filled", (int64_t)out->filled.count, 0);
    for (size_t i = 0; i < p->pick_count; i++)
        m_move(m, kind, m_party(place, p->picks[i].bin), kind, m_party(place, p->to_bin), p->part, p->picks[i].lot,
               p->picks[i].quantity);
    m_entry_note(m, wl_stock_move_command.tag);
}

/* ---- stock-count ---- */

static void judge_more(struct model *m, const struct wl_count_body *b)
{
    struct m_plan *p = &m->plan;
    const struct m_stock *s = &m->stock[p->part][p->place];

    m_set(p->lot, M_ID, b->lot);
    if (m->parts[p->part].tracking == M_BY_SERIAL) {
        const struct m_piece *piece = m_piece_here(m, p->part, p->lot);

        if (strncmp(p->lot, "sn:", 3) != 0)
            m_must(m, WL_REFUSED_SERIAL_MISSING);
        else if (piece) {
            m_must(m, WL_REFUSED_SERIAL_ELSEWHERE);
            m_may(m, WL_REFUSED_SERIAL_KNOWN);
        }
    } else if (b->lot.size == 0) {
        for (size_t i = 0; i < s->count; i++)
            if (strcmp(s->rows[i].bin, p->bin) == 0)
                memcpy(p->lot, s->rows[i].lot, M_ID);
        if (!p->lot[0] && m->parts[p->part].tracking == M_BY_LOT)
            m_must(m, WL_REFUSED_LOT_MISSING);
        else if (!p->lot[0])
            snprintf(p->lot, M_ID, "@%010llu", (unsigned long long)m->seq);
    }
}

static void judge_less(struct model *m, const struct wl_count_body *b)
{
    struct m_plan *p = &m->plan;

    if (m->parts[p->part].tracking == M_BY_SERIAL && b->lot.size == 0)
        m_must(m, WL_REFUSED_SERIAL_MISSING);
    m_judge_picks(m, p->part, p->place, wl_str_of(p->bin), b->lot, -p->difference, false, WL_NONE);
    if (m_free(m, p->part, p->place) + p->difference < 0)
        m_must(m, WL_REFUSED_STOCK_RESERVED);
}

void m_judge_count(struct model *m, const void *body)
{
    const struct wl_count_body *b = body;
    struct m_plan *p = &m->plan;
    char lot[M_ID];
    int64_t there;

    p->place = m_place_of(m, b->location_id);
    p->part = m_part_of(m, b->part_id);
    if (p->place < 0)
        m_must(m, WL_REFUSED_LOCATION_UNKNOWN);
    if (p->part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    if (b->counted < 0 || b->counted > WL_QUANTITY_MAX)
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
    if (p->part < 0 || p->place < 0)
        return;
    m_judge_bin(m, p->place, p->part, b->bin_id, p->bin);
    if (b->counted < 0 || b->counted > WL_QUANTITY_MAX)
        return;
    if (m->parts[p->part].tracking == M_BY_SERIAL && (b->counted % 1000 != 0 || (b->lot.size && b->counted > 1000)))
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
    m_set(lot, sizeof lot, b->lot);
    there = m_in_bin(m, p->part, p->place, p->bin, lot[0] ? lot : NULL);
    p->difference = b->counted - there;
    if (b->sheet != WL_NONE && b->sheet != there)
        m_must(m, WL_REFUSED_COUNT_STALE);
    if (p->difference != 0 && b->reason.size == 0)
        m_must(m, WL_REFUSED_REASON_MISSING);
    if (p->difference > 0)
        judge_more(m, b);
    if (p->difference < 0)
        judge_less(m, b);
}

void m_count(struct model *m, const void *body, const void *outcome)
{
    const struct wl_count_outcome *out = outcome;
    const struct m_plan *p = &m->plan;
    const char *place = m->places[p->place].id;
    int64_t kind = m_good_kind(m, p->place);
    struct m_entry *e;

    (void)body;
    m_same(m, "difference", out->difference, p->difference);
    if (p->difference > 0)
        m_move(m, WL_ACCOUNT_COUNT_ADJUSTMENT, place, kind, m_party(place, p->bin), p->part, p->lot, p->difference);
    for (size_t i = 0; i < p->pick_count; i++)
        m_move(m, kind, m_party(place, p->picks[i].bin), WL_ACCOUNT_COUNT_ADJUSTMENT, place, p->part, p->picks[i].lot,
               p->picks[i].quantity);
    if (p->difference > 0)
        m_fill(m, p->part, p->place, out->filled);
    else
        m_same(m, "filled", (int64_t)out->filled.count, 0);
    if (m->step_count == 0)
        return;
    e = m_entry_note(m, wl_count_command.tag);
    e->part = p->part;
    e->place = p->place;
    e->quantity = p->difference;
    m_entry_list(e, out->filled.at, out->filled.count);
}
