/* Draws commands of the parts loop: mostly such that goods flow, a share that must be refused. */
#include "tests/soak.h"

#include <stdarg.h>
#include <string.h>

enum { PLENTY = 60000, OPEN_WINDOW = 60, NEW_WINDOW = 200 };

/* ---- chance ---- */

uint64_t soak_below(struct soak *s, uint64_t n)
{
    s->random ^= s->random << 13;
    s->random ^= s->random >> 7;
    s->random ^= s->random << 17;
    return n > 0 ? (s->random >> 11) % n : 0;
}

bool soak_chance(struct soak *s, unsigned percent)
{
    return soak_below(s, 100) < percent;
}

struct wl_str soak_text(struct soak *s, const char *format, ...)
{
    char *out = s->texts[s->text_count++ % SOAK_TEXTS];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(out, sizeof s->texts[0], format, arguments);
    va_end(arguments);
    return wl_str_of(out);
}

int soak_any_part(struct soak *s)
{
    return (int)soak_below(s, (uint64_t)s->m->part_count);
}

struct wl_str soak_part(struct soak *s, int part)
{
    if (soak_chance(s, 1))
        return WL_STR("P99");
    return wl_str_of(s->m->parts[part].id);
}

struct wl_str soak_place(struct soak *s, int place)
{
    if (soak_chance(s, 1))
        return WL_STR("NOWHERE");
    if (soak_chance(s, 1))
        place = (int)soak_below(s, (uint64_t)s->m->place_count);
    return wl_str_of(s->m->places[place].id);
}

struct wl_str soak_vehicle(struct soak *s, int vehicle)
{
    if (soak_chance(s, 1))
        return WL_STR("WDB21105600000000");
    return wl_str_of(s->m->vehicles[vehicle]);
}

int soak_dealer(struct soak *s)
{
    int dealer = (int)soak_below(s, (uint64_t)s->m->place_count - 5);

    /* The suspended one now and then. */
    return s->m->places[dealer].suspended && soak_chance(s, 80) ? 0 : dealer;
}

int soak_warehouse(struct soak *s)
{
    return s->m->place_count - 5 + (int)soak_below(s, soak_chance(s, 95) ? 3 : 5);
}

int64_t soak_quantity(struct soak *s, int part)
{
    if (part >= 22)
        return 1 + (int64_t)soak_below(s, 4000);
    return 1000 * (1 + (int64_t)soak_below(s, soak_chance(s, 70) ? 2 : 5));
}

int64_t soak_spoiled(struct soak *s, int64_t quantity)
{
    switch (soak_below(s, 60)) {
    case 0:
        return 0;
    case 1:
        return -quantity;
    case 2:
        return quantity + 500;
    case 3:
        return quantity * 50;
    default:
        return quantity;
    }
}

struct wl_str soak_bin(struct soak *s, int place, int part)
{
    const struct model *m = s->m;

    if (soak_chance(s, 60))
        return WL_NO_STR;
    if (soak_chance(s, 30))
        return WL_STR(WL_MAIN_BIN);
    for (int i = 0; i < 12; i++) {
        const struct m_bin *bin = &m->bins[soak_below(s, (uint64_t)m->bin_count)];

        if (bin->place == place && (bin->part < 0 || bin->part == part))
            return wl_str_of(bin->id);
    }
    return soak_chance(s, 10) ? WL_STR("NOBIN") : WL_NO_STR;
}

int64_t soak_number(struct soak *s, size_t oldest, size_t count)
{
    size_t left = count > oldest ? count - oldest : 0;

    if (count <= 1)
        return 0;
    if (left == 0 || soak_chance(s, 3))
        return 1 + (int64_t)soak_below(s, count);
    if (soak_chance(s, 50))
        return (int64_t)(oldest + soak_below(s, left < OPEN_WINDOW ? left : OPEN_WINDOW));
    return (int64_t)(count - 1 - soak_below(s, left < NEW_WINDOW ? left : NEW_WINDOW));
}

static struct wl_str reason(struct soak *s)
{
    return soak_chance(s, 2) ? WL_NO_STR : WL_STR("because");
}

static struct wl_str carrier(struct soak *s)
{
    return soak_chance(s, 2) ? WL_STR("C9") : soak_chance(s, 50) ? WL_STR("C1") : WL_NO_STR;
}

/* A row of good stock of a part at a place, or NULL. */
static const struct m_row *any_row(struct soak *s, int part, int place)
{
    const struct m_stock *stock = &s->m->stock[part][place];

    return stock->count > 0 ? &stock->rows[soak_below(s, stock->count)] : NULL;
}

/* A part that lies at a place, if a few tries find one. */
static int stocked_part(struct soak *s, int place)
{
    int part = soak_any_part(s);

    for (int i = 0; i < 20 && s->m->stock[part][place].count == 0; i++)
        part = soak_any_part(s);
    return part;
}

static struct wl_str known_or_new_serial(struct soak *s, int part)
{
    const struct model *m = s->m;

    if (soak_chance(s, 5) && m->piece_count > 0) {
        const struct m_piece *piece = &m->pieces[soak_below(s, m->piece_count)];

        for (int i = 0; i < 10 && piece->part != part; i++)
            piece = &m->pieces[soak_below(s, m->piece_count)];
        return soak_text(s, "%s", piece->lot + 3);
    }
    return soak_text(s, "%07llu", (unsigned long long)s->next_serial++);
}

static struct wl_str new_lot(struct soak *s, int part)
{
    if (s->m->parts[part].tracking == M_BY_LOT ? soak_chance(s, 3) : soak_chance(s, 80))
        return WL_NO_STR;
    if (s->m->parts[part].tracking == M_BY_SERIAL)
        return WL_NO_STR;
    s->next_lot += soak_below(s, 2);
    return soak_text(s, "L%llu", (unsigned long long)s->next_lot);
}

/* ---- stock ---- */

bool soak_draw_deliver(struct soak *s, union soak_body *body)
{
    struct wl_deliver_body *b = &body->deliver;
    int place = soak_warehouse(s), part = soak_any_part(s);
    int64_t quantity;

    for (int i = 0; i < 5 && s->m->back_order_count[part] == 0; i++)
        part = soak_any_part(s);
    if (m_on_hand(s->m, part, place) > PLENTY && soak_chance(s, 98))
        return false;
    quantity = soak_quantity(s, part) * (1 + (int64_t)soak_below(s, 6));
    b->location_id = soak_place(s, place);
    b->part_id = soak_part(s, part);
    b->quantity = soak_spoiled(s, quantity);
    b->bin_id = soak_bin(s, place, part);
    b->lot = new_lot(s, part);
    b->supplier_id = soak_chance(s, 70) ? WL_NO_STR : soak_chance(s, 90) ? WL_STR("S1") : WL_STR("S9");
    b->document = soak_text(s, "DN%llu", (unsigned long long)s->step);
    if (s->m->parts[part].tracking != M_BY_SERIAL && !soak_chance(s, 1))
        return true;
    b->serials.at = s->serials;
    b->serials.count = (size_t)(quantity / 1000) - soak_chance(s, 2);
    for (size_t i = 0; i < b->serials.count; i++)
        s->serials[i].serial = soak_chance(s, 97) || i == 0 ? known_or_new_serial(s, part) : s->serials[i - 1].serial;
    return true;
}

bool soak_draw_open(struct soak *s, union soak_body *body)
{
    struct wl_open_body *b = &body->open;
    int place = soak_chance(s, 50) ? soak_dealer(s) : soak_warehouse(s), part = soak_any_part(s);

    b->location_id = soak_place(s, place);
    b->part_id = soak_part(s, part);
    b->bin_id = soak_bin(s, place, part);
    b->lot = new_lot(s, part);
    b->quantity = soak_spoiled(s, soak_quantity(s, part));
    if (s->m->parts[part].tracking == M_BY_SERIAL ? soak_chance(s, 98) : soak_chance(s, 1)) {
        b->serial = known_or_new_serial(s, part);
        if (soak_chance(s, 95))
            b->quantity = 1000;
    }
    return true;
}

bool soak_draw_stock_move(struct soak *s, union soak_body *body)
{
    struct wl_stock_move_body *b = &body->stock_move;
    int place = (int)soak_below(s, (uint64_t)s->m->place_count), part = stocked_part(s, place);
    const struct m_row *row = any_row(s, part, place);

    if (!row)
        return false;
    b->location_id = soak_place(s, place);
    b->part_id = soak_part(s, part);
    b->from_bin = soak_chance(s, 3) ? WL_STR("NOBIN") : soak_text(s, "%s", row->bin);
    for (int i = 0; i < 10; i++) {
        b->to_bin = soak_bin(s, place, part);
        if (!m_is(b->to_bin.size ? row->bin : m_bin_chosen(s->m, place, part),
                  b->to_bin.size ? b->to_bin : wl_str_of(row->bin)))
            break;
    }
    b->lot = soak_chance(s, 50) ? soak_text(s, "%s", row->lot) : WL_NO_STR;
    b->quantity = soak_spoiled(s, soak_chance(s, 50) ? row->quantity : soak_quantity(s, part));
    return true;
}

bool soak_draw_count(struct soak *s, union soak_body *body)
{
    struct wl_count_body *b = &body->count;
    int place = (int)soak_below(s, (uint64_t)s->m->place_count), part = stocked_part(s, place);
    const struct m_row *row = any_row(s, part, place);
    bool by_serial = s->m->parts[part].tracking == M_BY_SERIAL;
    int64_t there;

    b->location_id = soak_place(s, place);
    b->part_id = soak_part(s, part);
    b->bin_id = row && soak_chance(s, 90) ? soak_text(s, "%s", row->bin) : soak_bin(s, place, part);
    b->lot = row && soak_chance(s, by_serial ? 80 : 40) ? soak_text(s, "%s", row->lot) : WL_NO_STR;
    if (soak_chance(s, 8))
        b->lot =
            by_serial ? soak_text(s, "sn:" WL_STR_FMT, WL_STR_ARG(known_or_new_serial(s, part))) : new_lot(s, part);
    there = m_in_bin(s->m, part, place, b->bin_id.size ? b->bin_id.data : m_bin_chosen(s->m, place, part),
                     b->lot.size ? b->lot.data : NULL);
    b->counted = there;
    if (soak_chance(s, 40))
        b->counted = by_serial && b->lot.size ? (soak_chance(s, 95) ? 1000 * (int64_t)soak_below(s, 2) : 2000)
                                              : there + (soak_chance(s, 50) ? -1 : 1) * soak_quantity(s, part);
    if (b->counted < 0 && soak_chance(s, 95))
        b->counted = 0;
    b->sheet = soak_chance(s, 50) ? WL_NONE : soak_chance(s, 90) ? there : there + 1000;
    b->reason = reason(s);
    return true;
}

/* The model does not follow what is paid: tests/walk_money.c does, and reverses it. */
static bool is_payment(struct soak *s, int64_t entry)
{
    struct wl_entry e;

    return entry >= 0 && wl_entry_read(s->txn, (uint64_t)entry, &e) == 1 && e.command == &wl_pay_command;
}

bool soak_draw_reverse(struct soak *s, union soak_body *body)
{
    struct wl_reverse_body *b = &body->reverse;
    uint64_t window = s->m->seq < M_ENTRIES / 2 ? s->m->seq : M_ENTRIES / 2;

    b->entry = (int64_t)(s->m->seq - 1 - soak_below(s, soak_chance(s, 70) && window > 40 ? 40 : window));
    for (int i = 0; i < 20 && !m_entry(s->m, b->entry); i++)
        b->entry = (int64_t)(s->m->seq - 1 - soak_below(s, soak_chance(s, 70) && window > 40 ? 40 : window));
    if (soak_chance(s, 2))
        b->entry = soak_chance(s, 50) ? (int64_t)s->m->seq + (int64_t)soak_below(s, 3) : -1;
    b->reason = reason(s);
    return !is_payment(s, b->entry);
}

/* ---- requests ---- */

bool soak_draw_request(struct soak *s, union soak_body *body)
{
    struct wl_request_body *b = &body->request;
    int part = soak_any_part(s);

    if (s->m->back_order_count[part] > 12)
        return false;
    b->dealer_id = soak_place(s, soak_dealer(s));
    b->part_id = soak_part(s, part);
    b->quantity = soak_spoiled(s, soak_quantity(s, part));
    b->reason = reason(s);
    if (soak_chance(s, 40))
        b->vin = soak_vehicle(s, (int)soak_below(s, (uint64_t)s->m->vehicle_count));
    if (soak_chance(s, 40))
        b->document = soak_text(s, "RO%llu", (unsigned long long)s->step);
    return true;
}

static bool is_open_request(const struct m_request *r)
{
    return r->state != WL_REQUEST_FITTED && r->state != WL_REQUEST_CANCELLED &&
           (r->state != WL_REQUEST_RECEIVED_SHORT || r->received > r->fitted);
}

/* A request, mostly in the state wanted (or, -1: in any). */
static int64_t draw_request(struct soak *s, int64_t state)
{
    const struct model *m = s->m;
    int64_t number = 0;

    while (s->oldest_request < m->request_count && !is_open_request(&m->requests[s->oldest_request]))
        s->oldest_request++;
    for (int i = 0; i < 30; i++) {
        number = soak_number(s, s->oldest_request ? s->oldest_request : 1, m->request_count);
        if (number < 1 || number >= (int64_t)m->request_count || state < 0 || m->requests[number].state == state)
            break;
    }
    return number;
}

bool soak_draw_source(struct soak *s, union soak_body *body)
{
    const struct model *m = s->m;
    int64_t state = soak_chance(s, 60) ? WL_REQUEST_BACK_ORDERED : soak_chance(s, 80) ? WL_REQUEST_RESERVED : -1;

    for (int i = 0; i < 20; i++) {
        const struct m_request *r;

        body->source.request = draw_request(s, state);
        r = body->source.request > 0 && body->source.request < (int64_t)m->request_count
                ? &m->requests[body->source.request]
                : NULL;
        if (!r || r->place != r->dealer || soak_chance(s, 10))
            break;
    }
    return true;
}

bool soak_draw_cancel(struct soak *s, union soak_body *body)
{
    static const int64_t states[] = {WL_REQUEST_BACK_ORDERED, WL_REQUEST_RESERVED, WL_REQUEST_RECEIVED_SHORT,
                                     WL_REQUEST_RECEIVED, -1};

    body->cancel.request = draw_request(s, states[soak_below(s, WL_COUNT(states))]);
    body->cancel.reason = reason(s);
    return true;
}

/* ---- dispatches ---- */

static void draw_items(struct soak *s, struct wl_dispatch_body *b, int from)
{
    b->items.at = s->items;
    b->items.count = 1 + soak_below(s, 3);
    for (size_t i = 0; i < b->items.count; i++) {
        int part = stocked_part(s, from);
        const struct m_row *row = any_row(s, part, from);
        int64_t quantity = soak_quantity(s, part);

        s->items[i] = (struct wl_dispatch_item){.part_id = soak_part(s, part)};
        if (row && soak_chance(s, 40))
            s->items[i].bin_id = soak_text(s, "%s", row->bin);
        if (row && soak_chance(s, 40))
            s->items[i].lot = soak_text(s, "%s", row->lot);
        if (row && s->items[i].lot.size && row->quantity < quantity)
            quantity = row->quantity;
        s->items[i].quantity = soak_spoiled(s, quantity);
        if (soak_chance(s, 2))
            s->items[i].bin_id = WL_STR("NOBIN");
    }
}

static void draw_requests(struct soak *s, struct wl_dispatch_body *b, const struct m_request *like)
{
    const struct model *m = s->m;

    b->requests.at = s->numbers;
    for (size_t i = (size_t)(like - m->requests); i < m->request_count && b->requests.count < 6; i++) {
        const struct m_request *r = &m->requests[i];

        if (r->state == WL_REQUEST_RESERVED && r->place == like->place && r->dealer == like->dealer)
            s->numbers[b->requests.count++] = (int64_t)i;
        if (i - (size_t)(like - m->requests) > 300)
            break;
    }
    if (soak_chance(s, 4))
        s->numbers[b->requests.count++] = draw_request(s, -1);
    if (soak_chance(s, 2) && b->requests.count > 0)
        s->numbers[b->requests.count++] = s->numbers[0];
}

bool soak_draw_dispatch(struct soak *s, union soak_body *body)
{
    struct wl_dispatch_body *b = &body->dispatch;
    const struct model *m = s->m;
    int64_t number = draw_request(s, WL_REQUEST_RESERVED);
    const struct m_request *r = number > 0 && number < (int64_t)m->request_count ? &m->requests[number] : NULL;
    int from = soak_warehouse(s), to = soak_dealer(s);

    for (int i = 0; i < 20 && r && (r->state != WL_REQUEST_RESERVED || r->place == r->dealer); i++) {
        number = draw_request(s, WL_REQUEST_RESERVED);
        r = number > 0 && number < (int64_t)m->request_count ? &m->requests[number] : NULL;
    }
    if (soak_chance(s, 10))
        from = (int)soak_below(s, (uint64_t)m->place_count);
    if (soak_chance(s, 10))
        to = (int)soak_below(s, (uint64_t)m->place_count);
    if (r && r->state == WL_REQUEST_RESERVED && r->place >= 0 && soak_chance(s, 75)) {
        from = r->place;
        to = r->dealer;
        draw_requests(s, b, r);
    }
    b->from_id = soak_place(s, from);
    b->to_id = soak_place(s, to);
    b->carrier_id = carrier(s);
    b->box = soak_text(s, "B%llu", (unsigned long long)s->step);
    b->tracking = soak_chance(s, 50) ? soak_text(s, "T%llu", (unsigned long long)s->step) : WL_NO_STR;
    if (b->requests.count == 0 || soak_chance(s, 20))
        draw_items(s, b, from);
    if (soak_chance(s, 1))
        b->items.count = b->requests.count = 0;
    return true;
}

/* ---- receipts ---- */

static int64_t draw_dispatch(struct soak *s)
{
    const struct model *m = s->m;
    int64_t number = 0;

    while (s->oldest_dispatch < m->dispatch_count && m->dispatches[s->oldest_dispatch].state != WL_DISPATCH_SHIPPED)
        s->oldest_dispatch++;
    for (int i = 0; i < 10; i++) {
        number = soak_number(s, s->oldest_dispatch ? s->oldest_dispatch : 1, m->dispatch_count);
        if (number < 1 || number >= (int64_t)m->dispatch_count || m->dispatches[number].state == WL_DISPATCH_SHIPPED)
            break;
    }
    return number;
}

static void draw_wrong(struct soak *s, struct wl_receipt_line *r, int part)
{
    int wrong = soak_any_part(s);

    if (wrong == part)
        wrong = (part + 1) % s->m->part_count;
    r->wrong_part_id = soak_part(s, wrong);
    r->wrong = s->m->parts[wrong].tracking == M_BY_SERIAL ? 1000 : soak_quantity(s, wrong) % 3000;
    if (s->m->parts[wrong].tracking == M_BY_SERIAL)
        r->wrong_lot = soak_text(s, "sn:" WL_STR_FMT, WL_STR_ARG(known_or_new_serial(s, wrong)));
    else
        r->wrong_lot = new_lot(s, wrong);
}

static void draw_line(struct soak *s, const struct m_line *line, int64_t number, struct wl_receipt_line *r)
{
    int64_t transit = m_line_transit(line);

    *r = (struct wl_receipt_line){.line = number, .good = transit, .damaged = WL_NONE, .wrong = WL_NONE};
    switch (soak_below(s, 14)) {
    case 0:
        r->good = transit / 2000 * 1000;
        break;
    case 1:
        r->good = transit > 1000 ? transit - 1000 : 0;
        r->damaged = transit > 1000 ? 1000 : transit;
        break;
    case 2:
        r->good = transit + soak_quantity(s, line->part);
        break;
    case 3:
        r->good = soak_spoiled(s, transit);
        break;
    case 4:
        draw_wrong(s, r, line->part);
        r->good = transit > r->wrong ? transit - r->wrong : 0;
        break;
    case 5:
        r->good = 0;
        r->damaged = transit + (soak_chance(s, 20) ? 1000 : 0);
        break;
    default:
        break;
    }
}

bool soak_draw_receive(struct soak *s, union soak_body *body)
{
    struct wl_receive_dispatch_body *b = &body->receive;
    const struct model *m = s->m;
    const struct m_dispatch *d;

    b->dispatch = draw_dispatch(s);
    if (soak_chance(s, 40))
        b->close = 1;
    if (b->dispatch < 1 || b->dispatch >= (int64_t)m->dispatch_count) {
        b->all = 1;
        return true;
    }
    d = &m->dispatches[b->dispatch];
    if (soak_chance(s, 15))
        b->bin_id = soak_bin(s, d->to, d->lines ? m->lines[d->first_line].part : 0);
    if (soak_chance(s, 40)) {
        b->all = 1;
        return true;
    }
    b->lines.at = s->lines;
    for (size_t i = 0; i < d->lines && b->lines.count + 2 < WL_STOCK_LINES_MAX; i++)
        if (soak_chance(s, 70))
            draw_line(s, &m->lines[d->first_line + i], (int64_t)i + 1, &s->lines[b->lines.count++]);
    if (soak_chance(s, 2) && b->lines.count > 0) {
        s->lines[b->lines.count] = s->lines[0];
        b->lines.count++;
    }
    if (soak_chance(s, 2))
        s->lines[b->lines.count++] =
            (struct wl_receipt_line){.line = (int64_t)d->lines + 1, .good = 1000, .damaged = 0, .wrong = 0};
    return true;
}

bool soak_draw_resolve(struct soak *s, union soak_body *body)
{
    struct wl_resolve_body *b = &body->resolve;
    const struct model *m = s->m;

    while (s->oldest_discrepancy < m->discrepancy_count &&
           (m->discrepancies[s->oldest_discrepancy].resolution != WL_NONE ||
            m->discrepancies[s->oldest_discrepancy].withdrawn || s->oldest_discrepancy == 0))
        s->oldest_discrepancy++;
    for (int i = 0; i < 10; i++) {
        b->discrepancy = soak_number(s, s->oldest_discrepancy ? s->oldest_discrepancy : 1, m->discrepancy_count);
        if (b->discrepancy < 1 || b->discrepancy >= (int64_t)m->discrepancy_count ||
            m->discrepancies[b->discrepancy].resolution == WL_NONE)
            break;
    }
    if (b->discrepancy == 0 && soak_chance(s, 90))
        return false;
    b->resolution = (int64_t)soak_below(s, WL_RESOLUTION_COUNT);
    if (soak_chance(s, 15) && b->discrepancy > 0 && b->discrepancy < (int64_t)m->discrepancy_count)
        b->bin_id = soak_bin(s, m_place_of(m, wl_str_of(m->discrepancies[b->discrepancy].to)),
                             m->discrepancies[b->discrepancy].part);
    b->reason = reason(s);
    return true;
}

/* ---- fittings ---- */

static bool may_be_fitted(const struct m_request *r)
{
    return (r->state == WL_REQUEST_RESERVED && r->place == r->dealer) ||
           ((r->state == WL_REQUEST_SHIPPED || r->state == WL_REQUEST_RECEIVED ||
             r->state == WL_REQUEST_RECEIVED_SHORT) &&
            r->received > r->fitted);
}

static void draw_fit_of_request(struct soak *s, struct wl_fit_body *b)
{
    const struct model *m = s->m;
    const struct m_request *r = NULL;

    for (int i = 0; i < 40 && (!r || !may_be_fitted(r)); i++) {
        b->request = draw_request(s, -1);
        r = b->request > 0 && b->request < (int64_t)m->request_count ? &m->requests[b->request] : NULL;
    }
    b->quantity = WL_NONE;
    if (!r)
        return;
    b->dealer_id = soak_place(s, r->dealer);
    if (r->vehicle >= 0)
        b->vin = soak_vehicle(s, r->vehicle);
    if (soak_chance(s, 30))
        b->quantity = soak_spoiled(s, soak_quantity(s, r->part));
}

bool soak_draw_fit(struct soak *s, union soak_body *body)
{
    struct wl_fit_body *b = &body->fit;
    int dealer = soak_dealer(s), part = stocked_part(s, dealer);
    const struct m_row *row = any_row(s, part, dealer);

    b->vin = soak_vehicle(s, (int)soak_below(s, (uint64_t)s->m->vehicle_count));
    b->dealer_id = soak_place(s, dealer);
    b->mileage_km = 1000 + (int64_t)soak_below(s, 90000);
    b->paid_by = soak_chance(s, 50) ? WL_PAID_BY_CUSTOMER : WL_PAID_BY_WARRANTY;
    b->invoice_no = soak_text(s, "I%llu", (unsigned long long)(s->next_invoice += soak_below(s, 30) > 0));
    b->request = WL_NONE;
    if (soak_chance(s, 75)) {
        draw_fit_of_request(s, b);
        return true;
    }
    if (!row)
        return false;
    if (soak_chance(s, 10) && s->m->fit_count > 0) { /* the same again */
        const struct m_fit *fit = &s->m->fits[s->m->fit_count - 1];

        b->vin = wl_str_of(s->m->vehicles[fit->vehicle]);
        b->invoice_no = soak_text(s, "%s", fit->invoice);
        b->dealer_id = wl_str_of(s->m->places[fit->dealer].id);
        part = fit->part;
    }
    b->part_id = soak_part(s, part);
    b->quantity = soak_spoiled(s, soak_quantity(s, part));
    if (soak_chance(s, 40))
        b->bin_id = soak_text(s, "%s", row->bin);
    if (soak_chance(s, 40)) {
        b->lot = soak_text(s, "%s", row->lot);
        if (row->quantity < b->quantity)
            b->quantity = row->quantity;
    }
    return true;
}
