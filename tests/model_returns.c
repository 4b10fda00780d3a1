/* The model of return shipments (defective.h). */
#include "tests/model.h"

#include <string.h>

/* ---- tags by their state ---- */

static struct m_tag *judge_tag(struct model *m, int64_t number)
{
    if (number < 1 || number >= (int64_t)m->tag_count) {
        m_must(m, WL_REFUSED_TAG_UNKNOWN);
        return NULL;
    }
    if (m->tags[number].state == WL_TAG_WITHDRAWN) {
        m_must(m, WL_REFUSED_TAG_WITHDRAWN);
        return NULL;
    }
    return &m->tags[number];
}

const char *m_centre_chosen(const struct model *m, int dealer)
{
    const char *any = NULL, *near = NULL;

    for (int i = 0; i < m->place_count; i++) {
        const struct m_place *p = &m->places[i];

        if (!p->centre)
            continue;
        if (!any || strcmp(p->id, any) < 0)
            any = p->id;
        if (strcmp(p->region, m->places[dealer].region) == 0 && (!near || strcmp(p->id, near) < 0))
            near = p->id;
    }
    return near ? near : any ? any : "centre";
}

static bool is_centre(const struct model *m, struct wl_str id)
{
    int place = m_place_of(m, id);

    return place >= 0 && m->places[place].centre;
}

/* ---- return-ship ---- */

static void judge_shipped(struct model *m, const struct wl_return_ship_body *b, size_t i)
{
    const struct m_tag *tag;

    for (size_t j = 0; j < i; j++)
        if (b->tags.at[j] == b->tags.at[i])
            m_must(m, WL_REFUSED_NAMED_TWICE);
    tag = judge_tag(m, b->tags.at[i]);
    if (!tag)
        return;
    if (tag->dealer != m->plan.place)
        m_must(m, WL_REFUSED_TAG_MISMATCH);
    if (tag->state == WL_TAG_MISSING) {
        m_must(m, WL_REFUSED_TAG_MISSING);
        m_may(m, WL_REFUSED_ALREADY_SHIPPED);
    } else if (tag->state != WL_TAG_TAGGED) {
        m_must(m, WL_REFUSED_ALREADY_SHIPPED);
        m_may(m, WL_REFUSED_ALREADY_RECEIVED);
        m_may(m, WL_REFUSED_ALREADY_INSPECTED);
        m_may(m, WL_REFUSED_ALREADY_DISPOSED);
    }
}

void m_judge_return_ship(struct model *m, const void *body)
{
    const struct wl_return_ship_body *b = body;

    m->plan.place = m_place_of(m, b->dealer_id);
    if (m->plan.place < 0 || !m->places[m->plan.place].dealer)
        m_must(m, WL_REFUSED_DEALER_UNKNOWN);
    if (b->carrier_id.size > 0 && !wl_str_is(b->carrier_id, "C1") && !wl_str_is(b->carrier_id, "C2"))
        m_must(m, WL_REFUSED_CARRIER_UNKNOWN);
    if (b->centre_id.size > 0 && !is_centre(m, b->centre_id))
        m_must(m, WL_REFUSED_CENTRE_UNKNOWN);
    if (b->tags.count == 0)
        m_must(m, WL_REFUSED_NOTHING_TO_SHIP);
    for (size_t i = 0; i < b->tags.count; i++)
        judge_shipped(m, b, i);
}

void m_return_ship(struct model *m, const void *body, const void *outcome)
{
    const struct wl_return_ship_body *b = body;
    const struct wl_return_ship_outcome *out = outcome;
    struct m_return *shipment;
    struct m_entry *e;
    int64_t number;

    if (m->return_count == 0)
        (void)M_ADD(m->returns, m->return_count, m->return_room);
    number = (int64_t)m->return_count;
    shipment = M_ADD(m->returns, m->return_count, m->return_room);
    *shipment = (struct m_return){.dealer = m->plan.place, .tags = (int64_t)b->tags.count, .seq = (int64_t)m->seq};
    shipment->open = shipment->tags;
    m_set(shipment->centre, M_ID, b->centre_id.size ? b->centre_id : wl_str_of(m_centre_chosen(m, m->plan.place)));
    m_same(m, "shipment", out->shipment, number);
    m_same_text(m, "centre", out->centre_id, shipment->centre);
    for (size_t i = 0; i < b->tags.count; i++) {
        struct m_tag *tag = &m->tags[b->tags.at[i]];

        tag->state = WL_TAG_SHIPPED;
        tag->shipment = number;
        memcpy(tag->centre, shipment->centre, M_ID);
        m_move(m, WL_ACCOUNT_DEALER_DEFECTIVE, m_party(m->places[tag->dealer].id, tag->bin), WL_ACCOUNT_IN_TRANSIT,
               m_party_number("return", number), tag->part, tag->lot, tag->quantity);
    }
    e = m_entry_note(m, wl_return_ship_command.tag);
    e->number = number;
    m_entry_list(e, b->tags.at, b->tags.count);
}

/* ---- return-scan ---- */

void m_judge_return_scan(struct model *m, const void *body)
{
    const struct wl_return_scan_body *b = body;
    const struct m_tag *tag = judge_tag(m, b->tag);
    struct m_plan *p = &m->plan;
    bool centre_known = b->centre_id.size == 0 || is_centre(m, b->centre_id);

    if (!centre_known)
        m_must(m, WL_REFUSED_CENTRE_UNKNOWN);
    if (!tag)
        return;
    if (tag->state == WL_TAG_TAGGED)
        m_must(m, WL_REFUSED_TAG_NOT_SHIPPED);
    else if (tag->state == WL_TAG_MISSING)
        m_must(m, WL_REFUSED_TAG_MISSING);
    else if (tag->state != WL_TAG_SHIPPED) {
        m_must(m, WL_REFUSED_ALREADY_RECEIVED);
        if (tag->state != WL_TAG_RECEIVED)
            m_may(m, WL_REFUSED_ALREADY_INSPECTED);
        if (tag->state == WL_TAG_DISPOSED)
            m_may(m, WL_REFUSED_ALREADY_DISPOSED);
        if (tag->outcome == WL_MISSING)
            m_may(m, WL_REFUSED_TAG_MISSING);
    }
    if (b->centre_id.size > 0 && !m_is(tag->centre, b->centre_id)) {
        if (tag->state == WL_TAG_SHIPPED && centre_known)
            m_must(m, WL_REFUSED_RETURN_MISMATCH);
        m_may(m, WL_REFUSED_RETURN_MISMATCH);
    }
    p->place = m_place_of(m, wl_str_of(tag->centre));
    if (b->bin_id.size > 0 && p->place >= 0 && !m_bin_is(m, p->place, tag->part, b->bin_id))
        m_must(m, WL_REFUSED_BIN_UNKNOWN);
    else if (b->bin_id.size > 0 && p->place < 0)
        m_may(m, WL_REFUSED_BIN_UNKNOWN);
    m_set(p->bin, M_ID, b->bin_id.size ? b->bin_id : WL_STR(WL_MAIN_BIN));
}

/* A tag comes out of its shipment to its centre. */
static void arrive(struct model *m, int64_t number, const char *bin)
{
    struct m_tag *tag = &m->tags[number];

    m_set(tag->centre_bin, M_ID, wl_str_of(bin));
    if (tag->state == WL_TAG_SHIPPED) {
        m->returns[tag->shipment].open--;
        m_move(m, WL_ACCOUNT_IN_TRANSIT, m_party_number("return", tag->shipment), WL_ACCOUNT_CENTRE_DEFECTIVE,
               m_party(tag->centre, bin), tag->part, tag->lot, tag->quantity);
    } else {
        m_move(m, WL_ACCOUNT_DEALER_DEFECTIVE, m_party(m->places[tag->dealer].id, tag->bin),
               WL_ACCOUNT_CENTRE_DEFECTIVE, m_party(tag->centre, bin), tag->part, tag->lot, tag->quantity);
    }
    tag->state = WL_TAG_RECEIVED;
}

void m_return_scan(struct model *m, const void *body, const void *outcome)
{
    const struct wl_return_scan_body *b = body;
    const struct wl_return_scan_outcome *out = outcome;
    struct m_tag *tag = &m->tags[b->tag];
    struct m_entry *e;

    m_same_text(m, "centre", out->centre_id, tag->centre);
    m_same_text(m, "bin", out->bin_id, m->plan.bin);
    m_same(m, "obligation", out->obligation, tag->obligation);
    arrive(m, b->tag, m->plan.bin);
    if (tag->obligation != WL_NONE)
        m_obligation_follow(m, tag->obligation);
    e = m_entry_note(m, wl_return_scan_command.tag);
    e->number = b->tag;
}

/* ---- return-receive: without its papers ---- */

/* What an obligation still has to come: tags to make, tags on their way, tags given up. */
struct to_come {
    size_t made, known, missing;
};

static struct to_come to_come_of(const struct model *m, int64_t obligation)
{
    const struct m_obligation *o = &m->obligations[obligation];
    int64_t lacks = m_tags_missing(m, obligation);
    struct to_come come = {.made = lacks > 0 ? m_tags_of(lacks, false) : 0};

    for (size_t i = 0; i < o->tag_count; i++) {
        const struct m_tag *tag = &m->tags[o->tags[i]];

        come.known += tag->state == WL_TAG_TAGGED || tag->state == WL_TAG_SHIPPED;
        come.missing += tag->state == WL_TAG_MISSING;
    }
    return come;
}

static bool judge_received(struct model *m, int64_t obligation, bool named)
{
    const struct m_obligation *o = &m->obligations[obligation];
    struct to_come come = to_come_of(m, obligation);

    if (o->state == WL_OBLIGATION_RECEIVED || o->state == WL_OBLIGATION_WAIVED_RECEIVED) {
        if (named)
            m_must(m, WL_REFUSED_ALREADY_RECEIVED);
        return false;
    }
    if (o->state == WL_OBLIGATION_ACCEPTED || o->state == WL_OBLIGATION_REFUSED) {
        if (named)
            m_must(m, WL_REFUSED_ALREADY_INSPECTED);
        return false;
    }
    if (o->state == WL_OBLIGATION_WAIVED && !named)
        return false;
    if (come.missing > 0)
        m_may(m, WL_REFUSED_TAG_MISSING);
    if (come.made + come.known > 0)
        return true;
    if (named) {
        m_must(m, WL_REFUSED_TAG_MISSING);
        m_may(m, WL_REFUSED_NOTHING_TO_RECEIVE);
        m_may(m, WL_REFUSED_ALREADY_RECEIVED);
    }
    return false;
}

void m_judge_return_receive(struct model *m, const void *body)
{
    const struct wl_receive_body *b = body;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false);
    bool any = false;

    if (claim < 0 || m->claims[claim].decision == WL_CLAIM_REFERRED)
        return;
    if (b->line != WL_NONE && b->line != 0) {
        int64_t obligation = m_obligation_of(m, claim, b->line);

        if (obligation < 0)
            m_must(m, WL_REFUSED_OBLIGATION_UNKNOWN);
        else
            judge_received(m, obligation, true);
        return;
    }
    for (int64_t i = 0; i < m->claims[claim].obligations; i++)
        any |= judge_received(m, m->claims[claim].first_obligation + i, false);
    if (!any)
        m_must(m, WL_REFUSED_NOTHING_TO_RECEIVE);
}

static bool is_known(const struct wl_receive_outcome *out, int64_t tag)
{
    for (size_t i = 0; i < out->known.count; i++)
        if (out->known.at[i] == tag)
            return true;
    return false;
}

/* As many of an obligation's tags as the ledger took. */
static struct to_come taken_of(const struct model *m, int64_t obligation, const struct wl_receive_outcome *out)
{
    const struct m_obligation *o = &m->obligations[obligation];
    const struct wl_new_tag *tags = out->tags.at;
    struct to_come taken = {0, 0, 0};

    for (size_t i = 0; i < out->tags.count; i++)
        taken.made += tags[i].obligation == obligation;
    for (size_t i = 0; i < o->tag_count; i++)
        taken.known += is_known(out, o->tags[i]);
    return taken;
}

static void receive_line(struct model *m, int64_t obligation, const struct wl_receive_outcome *out, size_t from,
                         size_t most)
{
    struct m_obligation *o = &m->obligations[obligation];
    size_t known = o->tag_count;

    if (most > 0)
        m_tags_make(m, obligation, false, WL_NO_STR, out->tags, from, most);
    for (size_t i = 0; i < o->tag_count && !m->fault[0]; i++) {
        struct m_tag *tag = &m->tags[o->tags[i]];

        if ((tag->state != WL_TAG_TAGGED && tag->state != WL_TAG_SHIPPED) || (i < known && !is_known(out, o->tags[i])))
            continue;
        if (tag->state == WL_TAG_TAGGED)
            m_set(tag->centre, M_ID, out->centre_id);
        arrive(m, o->tags[i], WL_MAIN_BIN);
    }
    m_obligation_follow(m, obligation);
}

void m_return_receive(struct model *m, const void *body, const void *outcome)
{
    const struct wl_receive_body *b = body;
    const struct wl_receive_outcome *out = outcome;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false), remaining = 0;
    const struct m_claim *c = &m->claims[claim];
    bool named = b->line != WL_NONE && b->line != 0;
    size_t made = 0, known = 0;
    struct m_entry *e;

    m_same(m, "claim", out->claim, c->id);
    m_same_text(m, "centre", out->centre_id, m_centre_chosen(m, c->dealer));
    for (int64_t i = c->first_obligation; i < c->first_obligation + c->obligations && !m->fault[0]; i++) {
        struct to_come come = to_come_of(m, i), taken = taken_of(m, i, out);
        size_t left = WL_RECEIVED_AT_ONCE_MAX - made - known;

        if (named ? m->obligations[i].line != b->line : !m_obligation_is_open(&m->obligations[i]))
            continue;
        if (come.made + come.known == 0)
            continue;
        if (come.made + come.known > left) {
            remaining++;
            m_saw(m, "receipt-remaining");
        }
        /* One that is too large may come in part. */
        if (come.made + come.known <= left || taken.made + taken.known > left)
            m_same(m, "tags that are received of a line", (int64_t)(taken.made + taken.known),
                   (int64_t)(come.made + come.known));
        receive_line(m, i, out, made, taken.made);
        made += taken.made;
        known += taken.known;
    }
    m_same(m, "first tag", out->first_tag, made ? (int64_t)(m->tag_count - made) : WL_NONE);
    m_same(m, "tags made", (int64_t)out->tags.count, (int64_t)made);
    m_same(m, "known tags", (int64_t)out->known.count, (int64_t)known);
    m_same(m, "remaining", out->remaining, remaining ? remaining : WL_NONE);
    if (m->fault[0])
        return;
    e = m_entry_note(m, wl_receive_command.tag);
    e->first_number = made ? out->first_tag : 0;
    e->count_of_numbers = (int64_t)made;
    m_entry_list(e, out->known.at, out->known.count);
}

/* ---- return-close ---- */

void m_judge_return_close(struct model *m, const void *body)
{
    const struct wl_return_close_body *b = body;

    if (b->shipment < 1 || b->shipment >= (int64_t)m->return_count)
        m_must(m, WL_REFUSED_RETURN_UNKNOWN);
    else if (m->returns[b->shipment].open == 0)
        m_must(m, WL_REFUSED_RETURN_CLOSED);
}

void m_return_close(struct model *m, const void *body, const void *outcome)
{
    const struct wl_return_close_body *b = body;
    const struct wl_return_close_outcome *out = outcome;
    struct m_return *r = &m->returns[b->shipment];
    struct m_entry *e;

    m_same(m, "first discrepancy", out->first_discrepancy, m->discrepancy_count ? (int64_t)m->discrepancy_count : 1);
    m_same(m, "missing tags", (int64_t)out->tags.count, r->open);
    for (size_t i = 0; i < out->tags.count && !m->fault[0]; i++) {
        struct m_tag *tag =
            out->tags.at[i] > 0 && out->tags.at[i] < (int64_t)m->tag_count ? &m->tags[out->tags.at[i]] : NULL;
        struct m_discrepancy row = {.kind = WL_DISCREPANCY_RETURN_MISSING,
                                    .dispatch = WL_NONE,
                                    .line = WL_NONE,
                                    .tag = out->tags.at[i],
                                    .resolution = WL_NONE,
                                    .seq = (int64_t)m->seq};

        if (!tag || tag->shipment != b->shipment || tag->state != WL_TAG_SHIPPED) {
            m_differs(m, "tag %lld is not in transit in this shipment", (long long)out->tags.at[i]);
            return;
        }
        row.part = tag->part;
        row.quantity = tag->quantity;
        memcpy(row.lot, tag->lot, M_ID);
        memcpy(row.from, m->places[tag->dealer].id, M_ID);
        memcpy(row.to, tag->centre, M_ID);
        tag->state = WL_TAG_MISSING;
        tag->gone = true;
        tag->discrepancy = m_discrepancy_add(m, &row);
        m_move(m, WL_ACCOUNT_IN_TRANSIT, m_party_number("return", b->shipment), WL_ACCOUNT_DISCREPANCY,
               m_party_number("", tag->discrepancy), tag->part, tag->lot, tag->quantity);
    }
    r->open = 0;
    r->closed = true;
    e = m_entry_note(m, wl_return_close_command.tag);
    e->number = b->shipment;
    e->first_number = out->first_discrepancy;
    m_entry_list(e, out->tags.at, out->tags.count);
}
