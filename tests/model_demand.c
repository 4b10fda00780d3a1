/* The model of requests and how they are sourced (demand.h). */
#include "tests/model.h"

#include <stdlib.h>
#include <string.h>

/* ---- back-orders ---- */

void m_back_order_add(struct model *m, int part, int64_t number)
{
    size_t i;

    m->back_orders[part] = m_grow(m->back_orders[part], m->back_order_count[part], &m->back_order_room[part],
                                  sizeof *m->back_orders[part]);
    for (i = m->back_order_count[part]++; i > 0 && m->back_orders[part][i - 1] > number; i--)
        m->back_orders[part][i] = m->back_orders[part][i - 1];
    m->back_orders[part][i] = number;
}

void m_back_order_drop(struct model *m, int part, int64_t number)
{
    size_t kept = 0;

    for (size_t i = 0; i < m->back_order_count[part]; i++)
        if (m->back_orders[part][i] != number)
            m->back_orders[part][kept++] = m->back_orders[part][i];
    m->back_order_count[part] = kept;
}

/* ---- sourcing ---- */

struct found {
    int64_t choice;
    int place, part;
    struct {
        int place, part;
        int64_t free, choice;
    } considered[WL_CONSIDERED_MAX + M_PLACES];
    size_t count;
};
/* What a request held there counts as free, because it is released before it is sourced again. */
struct held {
    int place, part;
    int64_t quantity;
};

static void consider(struct found *f, int place, int part, int64_t free, int64_t choice)
{
    if (f->count >= WL_CONSIDERED_MAX)
        return;
    f->considered[f->count].place = place;
    f->considered[f->count].part = part;
    f->considered[f->count].free = free;
    f->considered[f->count++].choice = choice;
}

static int64_t free_with(const struct model *m, int part, int place, const struct held *held)
{
    return m_free(m, part, place) + (held->place == place && held->part == part ? held->quantity : 0);
}

/* The reason for the winner among those that have enough, and for each that was passed over. */
static void choose_warehouse(const struct model *m, const char *region, int64_t quantity, struct found *f, size_t first)
{
    size_t enough = 0, near = 0, as_large = 0;
    int64_t largest = -1;
    bool in_region;

    for (size_t i = first; i < f->count; i++)
        if (f->considered[i].free >= quantity) {
            enough++;
            near += strcmp(m->places[f->considered[i].place].region, region) == 0;
        }
    in_region = near > 0;
    if (!in_region)
        near = enough;
    for (size_t i = first; i < f->count; i++) {
        bool is_near = !in_region || strcmp(m->places[f->considered[i].place].region, region) == 0;

        if (f->considered[i].free >= quantity && is_near && f->considered[i].free > largest)
            largest = f->considered[i].free;
    }
    for (size_t i = first; i < f->count; i++) {
        bool is_near = !in_region || strcmp(m->places[f->considered[i].place].region, region) == 0;

        if (f->considered[i].free < quantity)
            f->considered[i].choice = WL_CHOICE_NOT_ENOUGH;
        else if (!is_near)
            f->considered[i].choice = WL_CHOICE_FARTHER;
        else if (f->considered[i].free < largest)
            f->considered[i].choice = WL_CHOICE_SMALLER;
        else if (as_large++ > 0)
            f->considered[i].choice = WL_CHOICE_HIGHER_ID;
        else
            f->place = f->considered[i].place;
    }
    f->choice = enough == 1     ? WL_CHOICE_ONLY
                : near == 1     ? WL_CHOICE_REGION
                : as_large == 1 ? WL_CHOICE_LARGEST
                                : WL_CHOICE_LOWEST_ID;
    for (size_t i = first; i < f->count; i++)
        if (f->considered[i].place == f->place)
            f->considered[i].choice = f->choice;
}

static bool source_own(const struct model *m, int dealer, int part, int64_t quantity, const struct held *held,
                       struct found *f)
{
    int64_t own = free_with(m, part, dealer, held);

    consider(f, dealer, part, own, own >= quantity ? WL_CHOICE_OWN_STOCK : WL_CHOICE_NOT_ENOUGH);
    f->part = part;
    f->choice = WL_CHOICE_OWN_STOCK;
    f->place = dealer;
    return own >= quantity;
}

static bool source_warehouse(const struct model *m, int dealer, int part, int64_t quantity, const struct held *held,
                             struct found *f)
{
    size_t first = f->count;
    bool enough = false;

    f->part = part;
    for (int i = 0; i < m->place_count; i++)
        if (!m->places[i].dealer && !m->places[i].centre) {
            int64_t free = free_with(m, part, i, held);

            consider(f, i, part, free, WL_CHOICE_NOT_ENOUGH);
            enough |= free >= quantity;
        }
    if (enough)
        choose_warehouse(m, m->places[dealer].region, quantity, f, first);
    return enough;
}

static int replaced(const struct model *m, int part)
{
    return m->parts[part].replaced_from <= m->day ? m->parts[part].replaced_by : -1;
}

static void find_source(const struct model *m, int dealer, int asked, int64_t quantity, const struct held *held,
                        struct found *f)
{
    *f = (struct found){.place = -1, .part = asked};
    for (int part = asked; part >= 0; part = replaced(m, part))
        if (source_own(m, dealer, part, quantity, held, f))
            return;
    for (int part = asked; part >= 0; part = replaced(m, part))
        if (source_warehouse(m, dealer, part, quantity, held, f))
            return;
    f->choice = WL_CHOICE_BACK_ORDER;
    f->place = -1;
}

static void same_source(struct model *m, const struct found *f, const struct wl_request_outcome *out)
{
    const struct wl_considered *considered = out->considered.at;

    m_same(m, "choice", out->choice, f->choice);
    m_same_text(m, "location", out->location_id, f->place < 0 ? "" : m->places[f->place].id);
    m_same_text(m, "part", out->part_id, m->parts[f->part].id);
    m_same(m, "places considered", (int64_t)out->considered.count, (int64_t)f->count);
    for (size_t i = 0; i < f->count && !m->fault[0]; i++) {
        m_same_text(m, "considered location", considered[i].location_id, m->places[f->considered[i].place].id);
        m_same_text(m, "considered part", considered[i].part_id, m->parts[f->considered[i].part].id);
        m_same(m, "considered free", considered[i].free, f->considered[i].free);
        m_same(m, "considered choice", considered[i].choice, f->considered[i].choice);
    }
}

/* Gives a request what was found for it. */
static void take_source(struct model *m, int64_t number, const struct found *f)
{
    struct m_request *r = &m->requests[number];

    r->part = f->part;
    r->place = f->place;
    r->choice = f->choice;
    m_saw(m, wl_choice_names()[f->choice]);
    if (f->part != r->asked)
        m_saw(m, "superseded");
    r->sourced_seq = (int64_t)m->seq;
    if (f->place < 0) {
        r->state = WL_REQUEST_BACK_ORDERED;
        m_back_order_add(m, f->part, number);
    } else {
        r->state = WL_REQUEST_RESERVED;
        m_stock(m, f->part, f->place)->reserved += r->quantity;
    }
    if (f->place == r->dealer)
        r->received = r->quantity;
    else
        m_stock(m, f->part, r->dealer)->on_order += r->quantity;
}

/* ---- request ---- */

void m_judge_request(struct model *m, const void *body)
{
    const struct wl_request_body *b = body;
    struct m_plan *p = &m->plan;

    p->place = m_place_of(m, b->dealer_id);
    p->part = m_part_of(m, b->part_id);
    p->vehicle = m_vehicle_of(m, b->vin);
    if (p->place < 0 || !m->places[p->place].dealer)
        m_must(m, WL_REFUSED_DEALER_UNKNOWN);
    else if (m->places[p->place].suspended)
        m_must(m, WL_REFUSED_DEALER_SUSPENDED);
    if (p->part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    m_judge_quantity(m, p->part, b->quantity);
    if (b->reason.size == 0)
        m_must(m, WL_REFUSED_REASON_MISSING);
    if (b->vin.size > 0 && p->vehicle < 0)
        m_must(m, WL_REFUSED_VEHICLE_UNKNOWN);
}

void m_request(struct model *m, const void *body, const void *outcome)
{
    const struct wl_request_body *b = body;
    const struct wl_request_outcome *out = outcome;
    const struct m_plan p = {.place = m->plan.place, .part = m->plan.part, .vehicle = m->plan.vehicle};
    static const struct held nothing = {-1, -1, 0};
    struct m_request *r;
    static struct found f;
    int64_t number;

    if (m->request_count == 0)
        (void)M_ADD(m->requests, m->request_count, m->request_room); /* they are numbered from 1 */
    find_source(m, p.place, p.part, b->quantity, &nothing, &f);
    number = (int64_t)m->request_count;
    r = M_ADD(m->requests, m->request_count, m->request_room);
    *r = (struct m_request){.dealer = p.place,
                            .asked = p.part,
                            .vehicle = p.vehicle,
                            .quantity = b->quantity,
                            .seq = (int64_t)m->seq,
                            .dispatch = WL_NONE};
    m_same(m, "request", out->request, number);
    same_source(m, &f, out);
    take_source(m, number, &f);
    m_same(m, "filled", (int64_t)out->filled.count, 0);
}

/* ---- request-source, request-cancel ---- */

static struct m_request *judge_request(struct model *m, int64_t number)
{
    if (number < 1 || number >= (int64_t)m->request_count) {
        m_must(m, WL_REFUSED_REQUEST_UNKNOWN);
        return NULL;
    }
    return &m->requests[number];
}

void m_judge_source(struct model *m, const void *body)
{
    const struct wl_request_source_body *b = body;
    const struct m_request *r = judge_request(m, b->request);

    if (!r)
        return;
    if (m->places[r->dealer].suspended)
        m_must(m, WL_REFUSED_DEALER_SUSPENDED);
    if (r->state == WL_REQUEST_SHIPPED)
        m_must(m, WL_REFUSED_REQUEST_SHIPPED);
    if (r->state == WL_REQUEST_FITTED || r->state == WL_REQUEST_CANCELLED)
        m_must(m, WL_REFUSED_REQUEST_CLOSED);
    if (r->state == WL_REQUEST_RESERVED && r->place == r->dealer)
        m_must(m, WL_REFUSED_REQUEST_SOURCED);
    if (r->state == WL_REQUEST_RECEIVED || r->state == WL_REQUEST_RECEIVED_SHORT) {
        m_must(m, WL_REFUSED_REQUEST_SOURCED);
        if (r->state == WL_REQUEST_RECEIVED_SHORT)
            m_may(m, WL_REFUSED_REQUEST_CLOSED);
    }
}

void m_source(struct model *m, const void *body, const void *outcome)
{
    const struct wl_request_source_body *b = body;
    const struct wl_request_outcome *out = outcome;
    struct m_request *r = &m->requests[b->request];
    struct held held = {-1, -1, 0};
    static struct found f;

    if (r->state == WL_REQUEST_RESERVED) {
        held = (struct held){r->place, r->part, r->quantity};
        m_stock(m, r->part, r->place)->reserved -= r->quantity;
    } else {
        m_back_order_drop(m, r->part, b->request);
    }
    m_stock(m, r->part, r->dealer)->on_order -= r->quantity;
    find_source(m, r->dealer, r->asked, r->quantity, &(struct held){-1, -1, 0}, &f);
    m_same(m, "request", out->request, b->request);
    same_source(m, &f, out);
    take_source(m, b->request, &f);
    if (held.place >= 0 && (held.place != f.place || held.part != f.part))
        m_saw(m, "sourced-elsewhere");
    if (held.place >= 0 && (held.place != f.place || held.part != f.part))
        m_fill(m, held.part, held.place, out->filled);
    else
        m_same(m, "filled", (int64_t)out->filled.count, 0);
}

int64_t m_request_reserved(const struct model *m, const struct m_request *r)
{
    (void)m;
    if (r->state == WL_REQUEST_RESERVED)
        return r->quantity - r->fitted;
    if (r->state == WL_REQUEST_SHIPPED || r->state == WL_REQUEST_RECEIVED || r->state == WL_REQUEST_RECEIVED_SHORT)
        return r->received - r->fitted;
    return 0;
}

void m_judge_cancel(struct model *m, const void *body)
{
    const struct wl_request_cancel_body *b = body;
    const struct m_request *r = judge_request(m, b->request);

    if (b->reason.size == 0)
        m_must(m, WL_REFUSED_REASON_MISSING);
    if (!r)
        return;
    if (r->state == WL_REQUEST_SHIPPED)
        m_must(m, WL_REFUSED_REQUEST_SHIPPED);
    if (r->state == WL_REQUEST_FITTED || r->state == WL_REQUEST_CANCELLED)
        m_must(m, WL_REFUSED_REQUEST_CLOSED);
}

void m_cancel(struct model *m, const void *body, const void *outcome)
{
    const struct wl_request_cancel_body *b = body;
    const struct wl_request_cancel_outcome *out = outcome;
    struct m_request *r = &m->requests[b->request];
    int64_t released = m_request_reserved(m, r), state = r->state;

    m_same(m, "request", out->request, b->request);
    m_same(m, "released", out->released == WL_NONE ? 0 : out->released, released);
    if (state == WL_REQUEST_BACK_ORDERED)
        m_back_order_drop(m, r->part, b->request);
    if (state == WL_REQUEST_BACK_ORDERED || (state == WL_REQUEST_RESERVED && r->place != r->dealer))
        m_stock(m, r->part, r->dealer)->on_order -= r->quantity;
    if (released > 0)
        m_stock(m, r->part, state == WL_REQUEST_RESERVED ? r->place : r->dealer)->reserved -= released;
    r->state = WL_REQUEST_CANCELLED;
    if (state == WL_REQUEST_RESERVED && released > 0)
        m_fill(m, r->part, r->place, out->filled);
    else
        m_same(m, "filled", (int64_t)out->filled.count, 0);
}
