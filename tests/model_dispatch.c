/* The model of dispatches (demand.h). */
#include "tests/model.h"

#include <string.h>

static void judge_request(struct model *m, const struct wl_dispatch_body *b, size_t i)
{
    int64_t number = b->requests.at[i];
    const struct m_request *r;

    for (size_t j = 0; j < i; j++)
        if (b->requests.at[j] == number) {
            m_must(m, WL_REFUSED_NAMED_TWICE);
            return;
        }
    if (number < 1 || number >= (int64_t)m->request_count) {
        m_must(m, WL_REFUSED_REQUEST_UNKNOWN);
        return;
    }
    r = &m->requests[number];
    if (r->dealer != m->plan.part || (r->state == WL_REQUEST_RESERVED && r->place != m->plan.place)) {
        if (r->state == WL_REQUEST_RESERVED)
            m_must(m, WL_REFUSED_REQUEST_ELSEWHERE);
        else
            m_may(m, WL_REFUSED_REQUEST_ELSEWHERE);
    }
    if (r->state == WL_REQUEST_RESERVED && r->place == r->dealer)
        m_may(m, WL_REFUSED_REQUEST_SOURCED);
    if (r->state == WL_REQUEST_BACK_ORDERED)
        m_must(m, WL_REFUSED_REQUEST_NOT_SOURCED);
    if (r->state == WL_REQUEST_SHIPPED)
        m_must(m, WL_REFUSED_REQUEST_SHIPPED);
    if (r->state > WL_REQUEST_SHIPPED) {
        m_must(m, WL_REFUSED_REQUEST_CLOSED);
        m_may(m, WL_REFUSED_REQUEST_SOURCED);
        m_may(m, WL_REFUSED_REQUEST_ELSEWHERE);
    }
    if (m->must_count == 0)
        m_judge_picks(m, r->part, r->place, WL_NO_STR, WL_NO_STR, r->quantity, false, number);
}

static void judge_item(struct model *m, const struct wl_dispatch_item *item)
{
    int part = m_part_of(m, item->part_id);

    if (part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    m_judge_quantity(m, part, item->quantity);
    if (part < 0 || m->plan.place < 0)
        return;
    if (item->bin_id.size > 0 && !m_bin_is(m, m->plan.place, part, item->bin_id))
        m_must(m, WL_REFUSED_BIN_UNKNOWN);
    if (item->quantity <= 0)
        return;
    m_judge_picks(m, part, m->plan.place, item->bin_id, item->lot, item->quantity, true, WL_NONE);
}

/* plan.place is where it leaves, plan.part where it goes. */
void m_judge_dispatch(struct model *m, const void *body)
{
    const struct wl_dispatch_body *b = body;
    const struct wl_dispatch_item *items = b->items.at;
    struct m_plan *p = &m->plan;

    p->place = m_place_of(m, b->from_id);
    p->part = m_place_of(m, b->to_id);
    if (p->place < 0 || p->part < 0)
        m_must(m, WL_REFUSED_LOCATION_UNKNOWN);
    if (wl_str_equal(b->from_id, b->to_id))
        m_must(m, WL_REFUSED_SAME_LOCATION);
    if (p->part >= 0 && m->places[p->part].suspended)
        m_must(m, WL_REFUSED_DEALER_SUSPENDED);
    if (b->carrier_id.size > 0 && !wl_str_is(b->carrier_id, "C1") && !wl_str_is(b->carrier_id, "C2"))
        m_must(m, WL_REFUSED_CARRIER_UNKNOWN);
    if (b->requests.count == 0 && b->items.count == 0)
        m_must(m, WL_REFUSED_NOTHING_TO_SHIP);
    for (size_t i = 0; i < b->requests.count; i++)
        judge_request(m, b, i);
    for (size_t i = 0; i < b->items.count; i++)
        judge_item(m, &items[i]);
    if (p->pick_count > WL_DISPATCH_LINES_MAX)
        m_must(m, WL_REFUSED_QUANTITY_TOO_LARGE);
}

static void same_line(struct model *m, const struct wl_dispatch_line *ledger, const struct m_pick *pick)
{
    m_same(m, "line's request", ledger->request, pick->request);
    m_same_text(m, "line's part", ledger->part_id, m->parts[pick->part].id);
    m_same_text(m, "line's lot", ledger->lot, pick->lot);
    m_same_text(m, "line's bin", ledger->from_bin, pick->bin);
    m_same(m, "line's quantity", ledger->quantity, pick->quantity);
}

void m_dispatch(struct model *m, const void *body, const void *outcome)
{
    const struct wl_dispatch_body *b = body;
    const struct wl_dispatch_outcome *out = outcome;
    const struct wl_dispatch_line *lines = out->lines.at;
    const struct m_plan *p = &m->plan;
    const char *from = m->places[p->place].id;
    int64_t number;
    struct m_dispatch *d;

    if (m->dispatch_count == 0)
        (void)M_ADD(m->dispatches, m->dispatch_count, m->dispatch_room);
    number = (int64_t)m->dispatch_count;
    m_same(m, "dispatch", out->dispatch, number);
    m_same(m, "lines", (int64_t)out->lines.count, (int64_t)p->pick_count);
    if (m->fault[0])
        return;
    d = M_ADD(m->dispatches, m->dispatch_count, m->dispatch_room);
    *d = (struct m_dispatch){.from = p->place,
                             .to = p->part,
                             .state = WL_DISPATCH_SHIPPED,
                             .seq = (int64_t)m->seq,
                             .time = m->time,
                             .late = WL_NONE,
                             .first_line = m->line_count,
                             .lines = p->pick_count};
    for (size_t i = 0; i < p->pick_count; i++) {
        const struct m_pick *pick = &p->picks[i];
        struct m_line *line = M_ADD(m->lines, m->line_count, m->line_room);

        same_line(m, &lines[i], pick);
        *line = (struct m_line){.request = pick->request, .quantity = pick->quantity, .part = pick->part};
        memcpy(line->lot, pick->lot, M_ID);
        memcpy(line->bin, pick->bin, M_ID);
        m_move(m, m_good_kind(m, p->place), m_party(from, pick->bin), WL_ACCOUNT_IN_TRANSIT,
               m_party_number("dispatch", number), pick->part, pick->lot, pick->quantity);
        m_stock(m, pick->part, p->part)->in_transit += pick->quantity;
    }
    for (size_t i = 0; i < b->requests.count; i++) {
        struct m_request *r = &m->requests[b->requests.at[i]];

        r->state = WL_REQUEST_SHIPPED;
        r->dispatch = number;
        m_stock(m, r->part, r->place)->reserved -= r->quantity;
        m_stock(m, r->part, r->dealer)->on_order -= r->quantity;
    }
    m_entry_note(m, wl_dispatch_command.tag)->number = number;
}

/* ---- what a dispatch's lines came to ---- */

int64_t m_line_transit(const struct m_line *line)
{
    return line->quantity - line->received - line->discrepant;
}

static void settle_request(struct model *m, int64_t number)
{
    struct m_request *r = &m->requests[number];

    if (r->state != WL_REQUEST_SHIPPED && r->state != WL_REQUEST_RECEIVED && r->state != WL_REQUEST_RECEIVED_SHORT &&
        r->state != WL_REQUEST_FITTED)
        return;
    if (r->received + r->discrepant < r->quantity)
        r->state = WL_REQUEST_SHIPPED;
    else
        r->state = r->received == r->quantity ? WL_REQUEST_RECEIVED : WL_REQUEST_RECEIVED_SHORT;
    if (r->state != WL_REQUEST_SHIPPED && r->received > 0 && r->fitted == r->received)
        r->state = WL_REQUEST_FITTED;
}

void m_dispatch_settle(struct model *m, int64_t number)
{
    struct m_dispatch *d = &m->dispatches[number];
    int64_t transit = 0, discrepant = 0;

    for (size_t i = 0; i < d->lines; i++) {
        transit += m_line_transit(&m->lines[d->first_line + i]);
        discrepant += m->lines[d->first_line + i].discrepant;
    }
    if (transit > 0)
        d->state = WL_DISPATCH_SHIPPED;
    else if (discrepant == 0)
        d->state = WL_DISPATCH_RECEIVED;
    else
        d->state = d->came > 0 ? WL_DISPATCH_RECEIVED_SHORT : WL_DISPATCH_LOST;
    m_saw(m, wl_dispatch_state_names()[d->state]);
    for (size_t i = 0; i < d->lines; i++)
        if (m->lines[d->first_line + i].request != WL_NONE)
            settle_request(m, m->lines[d->first_line + i].request);
}
