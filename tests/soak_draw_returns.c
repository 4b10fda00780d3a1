/* Draws commands of the defective loop. */
#include "tests/soak.h"

#include <string.h>

enum { CLAIM_WINDOW = 80 };

static struct wl_str reason(struct soak *s)
{
    return soak_chance(s, 2) ? WL_NO_STR : WL_STR("because");
}

/* ---- claims and their lines ---- */

static bool owes(const struct model *m, const struct m_claim *c)
{
    for (int64_t i = 0; i < c->obligations; i++) {
        const struct m_obligation *o = &m->obligations[c->first_obligation + i];

        if (o->state != WL_OBLIGATION_ACCEPTED && o->state != WL_OBLIGATION_REFUSED)
            return true;
    }
    return false;
}

static const struct m_claim *draw_claim(struct soak *s)
{
    const struct model *m = s->m;
    const struct m_claim *c = NULL;
    size_t window = m->claim_count < CLAIM_WINDOW ? m->claim_count : CLAIM_WINDOW;

    if (window == 0)
        return NULL;
    for (int i = 0; i < 20 && (!c || !owes(m, c)); i++)
        c = &m->claims[soak_chance(s, 95) ? m->claim_count - 1 - soak_below(s, window) : soak_below(s, m->claim_count)];
    return c;
}

/* dealer, claim number and line; false: there is no claim yet. */
static bool name_claim(struct soak *s, struct wl_str *dealer_id, struct wl_str *claim_no, int64_t *line)
{
    const struct m_claim *c = draw_claim(s);

    if (!c)
        return false;
    *dealer_id = soak_place(s, c->dealer);
    *claim_no = soak_chance(s, 2) ? WL_STR("C-NONE") : soak_text(s, "%s", c->no);
    *line = soak_chance(s, 50) ? WL_NONE : 1 + (int64_t)soak_below(s, 3);
    for (int64_t i = 0; i < c->obligations && soak_chance(s, 70); i++) {
        const struct m_obligation *o = &s->m->obligations[c->first_obligation + i];

        if (o->state == WL_OBLIGATION_WAIVED || o->state == WL_OBLIGATION_WAIVED_RECEIVED)
            *line = o->line;
    }
    return true;
}

static struct wl_str any_serial(struct soak *s, int part, int vehicle)
{
    const struct model *m = s->m;

    if (soak_chance(s, 20) || m->piece_count == 0)
        return soak_text(s, "X%06llu", (unsigned long long)s->next_serial++);
    for (int i = 0; i < 60; i++) {
        const struct m_piece *piece = &m->pieces[soak_below(s, m->piece_count)];

        if (piece->part == part && (strcmp(piece->party, m->vehicles[vehicle]) == 0 || soak_chance(s, 4)))
            return soak_text(s, "%s", piece->lot + 3);
    }
    return WL_NO_STR;
}

/* ---- tags ---- */

bool soak_draw_tag(struct soak *s, union soak_body *body)
{
    struct wl_tag_body *b = &body->tag;

    if (!name_claim(s, &b->dealer_id, &b->claim_no, &b->line))
        return false;
    b->together = soak_chance(s, 15) ? 1 : WL_NONE;
    if (b->line != WL_NONE && soak_chance(s, 30))
        b->serial = any_serial(s, 17 + (int)soak_below(s, 5), (int)soak_below(s, (uint64_t)s->m->vehicle_count));
    return true;
}

bool soak_draw_tag_loose(struct soak *s, union soak_body *body)
{
    struct wl_tag_loose_body *b = &body->tag_loose;
    const struct m_claim *c = draw_claim(s);
    int part = soak_any_part(s), vehicle = (int)soak_below(s, (uint64_t)s->m->vehicle_count), dealer = soak_dealer(s);

    if (c && soak_chance(s, 70)) {
        part = c->line_parts[soak_below(s, (uint64_t)c->lines)];
        vehicle = c->vehicle;
        dealer = c->dealer;
    }
    b->dealer_id = soak_place(s, dealer);
    b->vin = soak_vehicle(s, vehicle);
    b->part_id = soak_part(s, part);
    b->quantity = soak_spoiled(s, part >= 22 ? soak_quantity(s, part) : 1000);
    b->reason = reason(s);
    if (s->m->parts[part].tracking == M_BY_SERIAL ? soak_chance(s, 50) : soak_chance(s, 1))
        b->serial = any_serial(s, part, vehicle);
    return true;
}

static bool is_tag_done(const struct m_tag *tag)
{
    return tag->state == WL_TAG_DISPOSED || tag->state == WL_TAG_WITHDRAWN ||
           (tag->state == WL_TAG_INSPECTED && tag->outcome == WL_MISSING);
}

/* A tag, mostly in this state. */
static int64_t draw_tag(struct soak *s, int64_t state)
{
    const struct model *m = s->m;
    int64_t number = 0;

    while (s->oldest_tag < m->tag_count && (s->oldest_tag == 0 || is_tag_done(&m->tags[s->oldest_tag])))
        s->oldest_tag++;
    for (int i = 0; i < 40; i++) {
        number = soak_number(s, s->oldest_tag ? s->oldest_tag : 1, m->tag_count);
        if (number < 1 || number >= (int64_t)m->tag_count || m->tags[number].state == state)
            break;
    }
    return soak_chance(s, 2) ? number + 1 : number;
}

bool soak_draw_tag_link(struct soak *s, union soak_body *body)
{
    struct wl_tag_link_body *b = &body->tag_link;
    const struct model *m = s->m;

    if (!name_claim(s, &b->dealer_id, &b->claim_no, &b->line))
        return false;
    b->tag = draw_tag(s, WL_TAG_TAGGED);
    if (b->line == WL_NONE)
        b->line = 1;
    for (int i = 0; i < 60; i++) {
        const struct m_tag *tag = b->tag > 0 && b->tag < (int64_t)m->tag_count ? &m->tags[b->tag] : NULL;

        if (tag && tag->obligation == WL_NONE && tag->state != WL_TAG_INSPECTED)
            break;
        b->tag = draw_tag(s, WL_TAG_TAGGED);
    }
    if (b->tag < 1 || b->tag >= (int64_t)m->tag_count)
        return true;
    /* The claim that it might be of, if there is one among the newest. */
    for (size_t i = 0; i < m->claim_count && i < 400; i++) {
        const struct m_claim *c = &m->claims[m->claim_count - 1 - i];

        /* Now and then of another dealer, or on another vehicle. */
        if ((c->dealer != m->tags[b->tag].dealer && !soak_chance(s, 10)) ||
            (c->vehicle != m->tags[b->tag].vehicle && !soak_chance(s, 1)))
            continue;
        for (int64_t j = 0; j < c->obligations; j++)
            if (m->obligations[c->first_obligation + j].part == m->tags[b->tag].part) {
                b->dealer_id = soak_place(s, c->dealer);
                b->claim_no = soak_text(s, "%s", c->no);
                b->line = m->obligations[c->first_obligation + j].line;
            }
    }
    return true;
}

/* ---- return shipments ---- */

static struct wl_str centre(struct soak *s)
{
    if (soak_chance(s, 70))
        return WL_NO_STR;
    return wl_str_of(s->m->places[s->m->place_count - (soak_chance(s, 95) ? 1 : 3) - (int)soak_below(s, 2)].id);
}

bool soak_draw_return_ship(struct soak *s, union soak_body *body)
{
    struct wl_return_ship_body *b = &body->return_ship;
    const struct model *m = s->m;
    int64_t number = draw_tag(s, WL_TAG_TAGGED);
    const struct m_tag *tag = number > 0 && number < (int64_t)m->tag_count ? &m->tags[number] : NULL;

    b->tags.at = s->numbers;
    if (tag)
        for (size_t i = (size_t)number; i < m->tag_count && b->tags.count < 30 && i < (size_t)number + 300; i++)
            if (m->tags[i].state == WL_TAG_TAGGED && m->tags[i].dealer == tag->dealer)
                s->numbers[b->tags.count++] = (int64_t)i;
    if (b->tags.count == 0 && soak_chance(s, 80))
        return false;
    if (soak_chance(s, 4))
        s->numbers[b->tags.count++] = draw_tag(s, WL_TAG_SHIPPED);
    if (soak_chance(s, 2) && b->tags.count > 0)
        s->numbers[b->tags.count++] = s->numbers[0];
    b->dealer_id = soak_place(s, tag ? tag->dealer : 0);
    b->centre_id = centre(s);
    b->carrier_id = soak_chance(s, 2) ? WL_STR("C9") : soak_chance(s, 50) ? WL_STR("C2") : WL_NO_STR;
    b->box = soak_text(s, "R%llu", (unsigned long long)s->step);
    return true;
}

bool soak_draw_return_scan(struct soak *s, union soak_body *body)
{
    struct wl_return_scan_body *b = &body->return_scan;
    const struct model *m = s->m;

    b->tag = draw_tag(s, WL_TAG_SHIPPED);
    if (b->tag < 1 || b->tag >= (int64_t)m->tag_count)
        return soak_chance(s, 10);
    if (m->tags[b->tag].state != WL_TAG_SHIPPED && soak_chance(s, 80))
        return false;
    if (soak_chance(s, 30))
        b->centre_id = soak_chance(s, 85) ? soak_text(s, "%s", m->tags[b->tag].centre) : centre(s);
    if (soak_chance(s, 20))
        b->bin_id = soak_chance(s, 95) ? WL_STR("Q1") : WL_STR("Q7");
    return true;
}

bool soak_draw_return_receive(struct soak *s, union soak_body *body)
{
    struct wl_receive_body *b = &body->return_receive;

    return name_claim(s, &b->dealer_id, &b->claim_no, &b->line);
}

bool soak_draw_return_close(struct soak *s, union soak_body *body)
{
    const struct model *m = s->m;

    while (s->oldest_return < m->return_count && (s->oldest_return == 0 || m->returns[s->oldest_return].open == 0))
        s->oldest_return++;
    body->return_close.shipment = soak_number(s, s->oldest_return ? s->oldest_return : 1, m->return_count);
    return body->return_close.shipment > 0 || soak_chance(s, 20);
}

/* ---- inspections, dispositions, waivers, the clock ---- */

static int64_t finding(struct soak *s)
{
    return soak_chance(s, 75) ? WL_ACCEPTED : (int64_t)soak_below(s, 5);
}

bool soak_draw_inspect(struct soak *s, union soak_body *body)
{
    struct wl_inspect_body *b = &body->inspect;

    b->outcome = finding(s);
    b->reason = WL_STR("seen");
    return name_claim(s, &b->dealer_id, &b->claim_no, &b->line);
}

bool soak_draw_tag_inspect(struct soak *s, union soak_body *body)
{
    struct wl_tag_inspect_body *b = &body->tag_inspect;

    b->outcome = finding(s);
    b->tag = draw_tag(s, soak_chance(s, 85) ? WL_TAG_RECEIVED : WL_TAG_MISSING);
    if (b->tag > 0 && b->tag < (int64_t)s->m->tag_count && s->m->tags[b->tag].state == WL_TAG_MISSING &&
        soak_chance(s, 80))
        b->outcome = WL_MISSING;
    b->reason = WL_STR("seen");
    return true;
}

bool soak_draw_dispose(struct soak *s, union soak_body *body)
{
    struct wl_dispose_body *b = &body->dispose;

    b->tag = draw_tag(s, WL_TAG_INSPECTED);
    for (int i = 0; i < 10 && b->tag > 0 && b->tag < (int64_t)s->m->tag_count && s->m->tags[b->tag].gone; i++)
        b->tag = draw_tag(s, WL_TAG_INSPECTED);
    b->disposition = (int64_t)soak_below(s, 3);
    b->reason = WL_STR("judged");
    return true;
}

bool soak_draw_waive(struct soak *s, union soak_body *body)
{
    struct wl_waive_body *b = &body->waive;

    b->reason = reason(s);
    return name_claim(s, &b->dealer_id, &b->claim_no, &b->line);
}

bool soak_draw_tick(struct soak *s, union soak_body *body)
{
    (void)s;
    body->tick.reserved = WL_NONE;
    return true;
}
