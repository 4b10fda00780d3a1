/* The model of fittings (demand.h). */
#include "tests/model.h"

#include <string.h>

static bool is_fitted(const struct model *m, int dealer, int vehicle, int part, struct wl_str invoice)
{
    for (size_t i = m->fit_count; i-- > 0;)
        if (m->fits[i].vehicle == vehicle && m->fits[i].part == part && m->fits[i].dealer == dealer &&
            !m->fits[i].withdrawn && m_is(m->fits[i].invoice, invoice))
            return true;
    return false;
}

/* Of a request: what is reserved for it at its dealer. */
static int64_t judge_request(struct model *m, const struct wl_fit_body *b)
{
    const struct m_request *r;
    int64_t there = 0;

    if (b->request < 1 || b->request >= (int64_t)m->request_count) {
        m_must(m, WL_REFUSED_REQUEST_UNKNOWN);
        return 0;
    }
    r = &m->requests[b->request];
    m->plan.part = r->part;
    if (r->dealer != m->plan.place || (r->vehicle >= 0 && r->vehicle != m->plan.vehicle))
        m_must(m, WL_REFUSED_REQUEST_ELSEWHERE);
    if (r->state == WL_REQUEST_FITTED || r->state == WL_REQUEST_CANCELLED)
        m_must(m, WL_REFUSED_REQUEST_CLOSED);
    else if (r->state == WL_REQUEST_BACK_ORDERED) {
        m_must(m, WL_REFUSED_REQUEST_NOT_SOURCED);
        m_may(m, WL_REFUSED_REQUEST_NOT_RECEIVED);
    } else if (r->state == WL_REQUEST_RESERVED && r->place != r->dealer) {
        m_must(m, WL_REFUSED_REQUEST_NOT_RECEIVED);
        m_may(m, WL_REFUSED_REQUEST_ELSEWHERE);
    } else {
        there = m_request_reserved(m, r);
        if (there == 0)
            m_must(m, WL_REFUSED_REQUEST_NOT_RECEIVED);
        if (there == 0)
            m_may(m, WL_REFUSED_REQUEST_CLOSED);
    }
    return there;
}

void m_judge_fit(struct model *m, const void *body)
{
    const struct wl_fit_body *b = body;
    struct m_plan *p = &m->plan;
    bool of_request = b->request != WL_NONE;
    int64_t there = 0;

    p->place = m_place_of(m, b->dealer_id);
    p->vehicle = m_vehicle_of(m, b->vin);
    p->part = m_part_of(m, b->part_id);
    p->quantity = b->quantity;
    if (p->place < 0 || !m->places[p->place].dealer) {
        m_must(m, WL_REFUSED_DEALER_UNKNOWN);
        p->place = -1;
    }
    if (p->vehicle < 0)
        m_must(m, WL_REFUSED_VEHICLE_UNKNOWN);
    if (of_request)
        there = judge_request(m, b);
    else if (p->part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    if (of_request && b->quantity == WL_NONE)
        p->quantity = there;
    else
        m_judge_quantity(m, p->part, b->quantity == WL_NONE ? 0 : b->quantity);
    if (p->part < 0 || p->place < 0)
        return;
    if (of_request && p->quantity > there)
        m_must(m, WL_REFUSED_QUANTITY_TOO_LARGE);
    if (b->bin_id.size > 0 && !m_bin_is(m, p->place, p->part, b->bin_id))
        m_must(m, WL_REFUSED_BIN_UNKNOWN);
    if (is_fitted(m, p->place, p->vehicle, p->part, b->invoice_no))
        m_must(m, WL_REFUSED_FIT_KNOWN);
    if (p->quantity <= 0)
        return;
    m_judge_picks(m, p->part, p->place, b->bin_id, b->lot, p->quantity, !of_request, WL_NONE);
}

void m_fit(struct model *m, const void *body, const void *outcome)
{
    const struct wl_fit_body *b = body;
    const struct wl_fit_outcome *out = outcome;
    const struct m_plan *p = &m->plan;
    const char *vin = m->vehicles[p->vehicle];
    struct m_entry *e;

    m_same_text(m, "part", out->part_id, m->parts[p->part].id);
    m_same_text(m, "owner", out->owner_id, m->owners[p->vehicle]);
    m_same(m, "quantity", out->quantity, p->quantity);
    for (size_t i = 0; i < p->pick_count; i++) {
        const struct m_pick *pick = &p->picks[i];
        struct m_fit *fit = M_ADD(m->fits, m->fit_count, m->fit_room);

        m_move(m, WL_ACCOUNT_DEALER, m_party(m->places[p->place].id, pick->bin), WL_ACCOUNT_VEHICLE, vin, p->part,
               pick->lot, pick->quantity);
        *fit = (struct m_fit){.vehicle = p->vehicle, .part = p->part, .dealer = p->place, .day = m->day};
        fit->seq = (int64_t)m->seq;
        memcpy(fit->lot, pick->lot, M_ID);
        m_set(fit->invoice, M_ID, b->invoice_no);
    }
    if (b->request != WL_NONE) {
        struct m_request *r = &m->requests[b->request];

        r->fitted += p->quantity;
        m_stock(m, p->part, p->place)->reserved -= p->quantity;
        if (r->state != WL_REQUEST_SHIPPED && m_request_reserved(m, r) == 0)
            r->state = WL_REQUEST_FITTED;
    }
    e = m_entry_note(m, wl_fit_command.tag);
    e->number = b->request;
    e->quantity = p->quantity;
}
