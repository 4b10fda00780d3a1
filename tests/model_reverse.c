/* The model of reversals (stock.h): the exact inverse, once, where nothing that came later stands on it. */
#include "tests/model.h"

#include <string.h>

/* ---- whether the goods are still there ---- */

/* What the inverse takes from where the entry brought it. */
static int64_t taken_from(const struct m_entry *e, const struct m_posting *p)
{
    int64_t sum = 0;

    for (size_t i = 0; i < e->count; i++) {
        const struct m_posting *q = &e->at[i];

        if (q->to_kind == p->to_kind && q->part == p->part && strcmp(q->to_party, p->to_party) == 0 &&
            strcmp(q->lot, p->lot) == 0)
            sum += q->quantity;
        if (q->from_kind == p->to_kind && q->part == p->part && strcmp(q->from_party, p->to_party) == 0 &&
            strcmp(q->lot, p->lot) == 0)
            sum -= q->quantity;
    }
    return sum;
}

static bool is_still_there(const struct model *m, const struct m_entry *e, const struct m_posting *p)
{
    int64_t balance = m_balance(m, p->to_kind, p->to_party, (int)p->part, p->lot);

    if (strncmp(p->lot, "sn:", 3) == 0) {
        const struct m_piece *piece = m_piece(m, (int)p->part, p->lot);

        return piece && piece->kind == p->to_kind && strcmp(piece->party, p->to_party) == 0;
    }
    if (p->to_kind == WL_ACCOUNT_SUPPLIER || p->to_kind == WL_ACCOUNT_COUNT_ADJUSTMENT)
        return true;
    return balance >= taken_from(e, p);
}

static int place_of_party(const struct model *m, const char *party)
{
    const char *slash = strchr(party, '/');

    return m_place_of(m, (struct wl_str){party, slash ? (size_t)(slash - party) : strlen(party)});
}

/* How much good stock of a part a place loses by the inverse. */
static int64_t lost_at(const struct model *m, const struct m_entry *e, int64_t part, int place)
{
    int64_t sum = 0;

    for (size_t i = 0; i < e->count; i++) {
        const struct m_posting *q = &e->at[i];
        bool to = q->to_kind == WL_ACCOUNT_DEALER || q->to_kind == WL_ACCOUNT_WAREHOUSE;
        bool from = q->from_kind == WL_ACCOUNT_DEALER || q->from_kind == WL_ACCOUNT_WAREHOUSE;

        if (q->part == part && to && place_of_party(m, q->to_party) == place)
            sum += q->quantity;
        if (q->part == part && from && place_of_party(m, q->from_party) == place)
            sum -= q->quantity;
    }
    return sum;
}

/* Reservations that end with the reversal. */
static int64_t released_at(const struct model *m, const struct m_entry *e, int64_t part, int place)
{
    int64_t sum = 0;

    if (e->tag == wl_receive_dispatch_command.tag && m->dispatches[e->number].to == place)
        for (size_t i = 0; i < e->change_count; i++) {
            const struct m_line *line = &m->lines[m->dispatches[e->number].first_line + (size_t)e->changes[i].line - 1];

            if (line->part == part && line->request != WL_NONE && e->changes[i].received != WL_NONE &&
                m->requests[line->request].state != WL_REQUEST_CANCELLED)
                sum += e->changes[i].received;
        }
    return sum;
}

static bool goods_are_there(const struct model *m, const struct m_entry *e)
{
    if (e->tag == wl_receive_command.tag)
        return true; /* its parts passed through several places; where they lie their tags say */
    for (size_t i = 0; i < e->count; i++) {
        const struct m_posting *p = &e->at[i];
        int place = place_of_party(m, p->to_party);

        if (!is_still_there(m, e, p))
            return false;
        if (p->to_kind != WL_ACCOUNT_DEALER && p->to_kind != WL_ACCOUNT_WAREHOUSE)
            continue;
        if (m_free(m, (int)p->part, place) + released_at(m, e, p->part, place) < lost_at(m, e, p->part, place))
            return false;
    }
    return true;
}

/* ---- whether the documents stand as the entry left them ---- */

static bool dispatch_is_whole(const struct model *m, const struct m_entry *e)
{
    const struct m_dispatch *d = &m->dispatches[e->number];

    for (size_t i = 0; i < d->lines; i++)
        if (m->lines[d->first_line + i].received > 0 || m->lines[d->first_line + i].discrepant > 0)
            return false;
    return d->state == WL_DISPATCH_SHIPPED;
}

static bool receipt_stands(const struct model *m, const struct m_entry *e)
{
    for (int64_t i = 0; i < e->count_of_numbers; i++)
        if (m->discrepancies[e->first_number + i].resolution != WL_NONE)
            return false;
    for (size_t i = 0; i < e->change_count; i++) {
        const struct m_line *line = &m->lines[m->dispatches[e->number].first_line + (size_t)e->changes[i].line - 1];
        const struct m_request *r;
        int64_t sum = 0;

        if (line->request == WL_NONE)
            continue;
        for (size_t j = 0; j < e->change_count; j++)
            if (m->lines[m->dispatches[e->number].first_line + (size_t)e->changes[j].line - 1].request ==
                    line->request &&
                e->changes[j].received != WL_NONE)
                sum += e->changes[j].received;
        r = &m->requests[line->request];
        if (r->state == WL_REQUEST_CANCELLED || r->received - r->fitted < sum)
            return false;
    }
    return true;
}

static bool tags_are(const struct model *m, const int64_t *tags, size_t count, int64_t first, int64_t state)
{
    for (size_t i = 0; i < count; i++)
        if (m->tags[tags ? tags[i] : first + (int64_t)i].state != state)
            return false;
    return true;
}

/* ---- inspections ---- */

static bool is_inspection(const struct m_entry *e)
{
    return e->tag == wl_inspect_command.tag || e->tag == wl_tag_inspect_command.tag;
}

/* Whether a part of a line is refused by another entry than this one, or by a later one. */
static bool is_refused_by(const struct model *m, int64_t obligation, int64_t but_by, int64_t after)
{
    const struct m_obligation *o = &m->obligations[obligation];

    for (size_t i = 0; i < o->tag_count; i++) {
        const struct m_tag *tag = &m->tags[o->tags[i]];

        if (tag->state != WL_TAG_WITHDRAWN && tag->outcome != WL_NONE && tag->outcome != WL_ACCEPTED &&
            tag->inspected_seq != but_by && tag->inspected_seq > after)
            return true;
    }
    return false;
}

/* Its claim's decision is the newest, no settlement paid by it, and what it left worth something nobody refused
 * since. */
static bool decision_stands(const struct model *m, const struct m_entry *e)
{
    const struct m_finding *f = &e->finding;
    const struct m_claim *c = &m->claims[f->claim];

    if (c->decided_seq != e->seq || (c->settlement != WL_NONE && c->settled_seq > e->seq))
        return false;
    for (int64_t i = c->first_obligation; i < c->first_obligation + c->obligations; i++)
        if (f->amounts[m->obligations[i].line - 1] > 0 && is_refused_by(m, i, e->seq, e->seq))
            return false;
    return true;
}

static bool inspection_stands(const struct model *m, const struct m_entry *e)
{
    const struct m_finding *f = &e->finding;

    for (int64_t i = 0; i < e->count_of_numbers; i++)
        if (m->discrepancies[e->first_number + i].resolution != WL_NONE)
            return false;
    for (size_t i = 0; i < e->list_count; i++) {
        const struct m_tag *tag = &m->tags[e->list[i]];
        int64_t settled = f->claim < 0 ? WL_NONE : m->claims[f->claim].settled_seq;

        if (tag->state != WL_TAG_INSPECTED || tag->inspected_seq != e->seq || (f->was_missing && !tag->gone))
            return false;
        if (tag->obligation != WL_NONE && settled != WL_NONE && settled > e->seq &&
            !m->obligations[tag->obligation].waived && !is_refused_by(m, tag->obligation, e->seq, -1))
            return false;
    }
    return !f->decides || decision_stands(m, e);
}

static bool documents_stand(const struct model *m, const struct m_entry *e)
{
    if (is_inspection(e))
        return inspection_stands(m, e);
    if (e->tag == wl_dispatch_command.tag)
        return dispatch_is_whole(m, e);
    if (e->tag == wl_receive_dispatch_command.tag)
        return receipt_stands(m, e);
    if (e->tag == wl_resolve_command.tag) {
        const struct m_discrepancy *x = &m->discrepancies[e->number];

        return x->tag == WL_NONE || x->resolution != WL_RESOLVE_ACCEPT || m->tags[x->tag].state == e->quantity;
    }
    if (e->tag == wl_tag_command.tag || e->tag == wl_tag_loose_command.tag)
        return tags_are(m, NULL, (size_t)e->count_of_numbers, e->first_number, WL_TAG_TAGGED);
    if (e->tag == wl_return_ship_command.tag)
        return tags_are(m, e->list, e->list_count, 0, WL_TAG_SHIPPED);
    if (e->tag == wl_return_scan_command.tag)
        return tags_are(m, &e->number, 1, 0, WL_TAG_RECEIVED);
    if (e->tag == wl_dispose_command.tag)
        return tags_are(m, &e->number, 1, 0, WL_TAG_DISPOSED);
    if (e->tag == wl_receive_command.tag)
        return tags_are(m, NULL, (size_t)e->count_of_numbers, e->first_number, WL_TAG_RECEIVED) &&
               tags_are(m, e->list, e->list_count, 0, WL_TAG_RECEIVED);
    if (e->tag == wl_return_close_command.tag)
        for (size_t i = 0; i < e->list_count; i++)
            if (m->tags[e->list[i]].state != WL_TAG_MISSING ||
                m->discrepancies[e->first_number + (int64_t)i].resolution != WL_NONE)
                return false;
    return true;
}

/* What the texts leave open. */
static void judge_doubts(struct model *m, const struct m_entry *e)
{
    if (e->tag == wl_tag_loose_command.tag && m->tags[e->first_number].obligation != WL_NONE)
        m_may(m, WL_REFUSED_REVERSAL_BLOCKED);
    if (e->tag == wl_fit_command.tag && e->number != WL_NONE && m->requests[e->number].state == WL_REQUEST_CANCELLED)
        m_may(m, WL_REFUSED_REVERSAL_BLOCKED);
}

void m_judge_reverse(struct model *m, const void *body)
{
    const struct wl_reverse_body *b = body;
    const struct m_entry *e = m_entry(m, b->entry);

    if (b->reason.size == 0)
        m_must(m, WL_REFUSED_REASON_MISSING);
    if (b->entry < 0 || b->entry >= (int64_t)m->seq)
        m_must(m, WL_REFUSED_ENTRY_UNKNOWN);
    else if (!e)
        m_must(m, WL_REFUSED_NOT_REVERSIBLE);
    else if (e->reversed_by != WL_NONE)
        m_must(m, WL_REFUSED_ALREADY_REVERSED);
    else if (!documents_stand(m, e) || !goods_are_there(m, e))
        m_must(m, WL_REFUSED_REVERSAL_BLOCKED);
    else
        judge_doubts(m, e);
}

/* ---- what becomes of the documents ---- */

/* What it filled stays reserved: without other free stock the reversal is blocked. */
static void undo_opening(struct model *m, const struct m_entry *e)
{
    for (size_t i = 0; i < m->opening_count; i++)
        if (m->openings[i].place == e->place && m->openings[i].part == e->part &&
            strcmp(m->openings[i].bin, e->bin) == 0 && strcmp(m->openings[i].lot, e->opened) == 0)
            m->openings[i] = m->openings[--m->opening_count];
}

static void undo_dispatch(struct model *m, const struct m_entry *e)
{
    struct m_dispatch *d = &m->dispatches[e->number];

    d->state = WL_DISPATCH_CANCELLED;
    for (size_t i = 0; i < d->lines; i++) {
        const struct m_line *line = &m->lines[d->first_line + i];

        m_stock(m, line->part, d->to)->in_transit -= line->quantity;
        if (line->request == WL_NONE)
            continue;
        m_stock(m, line->part, d->from)->reserved += line->quantity;
        m_stock(m, line->part, d->to)->on_order += line->quantity;
        m->requests[line->request].state = WL_REQUEST_RESERVED;
        m->requests[line->request].dispatch = WL_NONE;
    }
}

static void undo_receipt(struct model *m, const struct m_entry *e)
{
    struct m_dispatch *d = &m->dispatches[e->number];

    for (size_t i = 0; i < e->change_count; i++) {
        struct m_line *line = &m->lines[d->first_line + (size_t)e->changes[i].line - 1];
        int64_t received = e->changes[i].received == WL_NONE ? 0 : e->changes[i].received;
        int64_t discrepant = e->changes[i].discrepant == WL_NONE ? 0 : e->changes[i].discrepant;
        struct m_stock *s = m_stock(m, line->part, d->to);

        line->received -= received;
        line->discrepant -= discrepant;
        s->in_transit += received + discrepant;
        if (line->request == WL_NONE)
            continue;
        s->reserved -= received;
        m->requests[line->request].received -= received;
        m->requests[line->request].discrepant -= discrepant;
        if (m->requests[line->request].received == 0)
            m->requests[line->request].place = d->from;
    }
    for (int64_t i = 0; i < e->count_of_numbers; i++)
        m->discrepancies[e->first_number + i].withdrawn = true;
    d->came -= e->quantity;
    m_dispatch_settle(m, e->number);
    if (d->late == WL_NONE && (size_t)e->number < m->late_from)
        m->late_from = (size_t)e->number;
}

static void undo_fit(struct model *m, const struct m_entry *e)
{
    for (size_t i = m->fit_count; i-- > 0 && m->fits[i].seq >= e->seq;)
        m->fits[i].withdrawn |= m->fits[i].seq == e->seq;
    if (e->number != WL_NONE) {
        struct m_request *r = &m->requests[e->number];

        r->fitted -= e->quantity;
        if (r->state == WL_REQUEST_CANCELLED)
            return;
        m_stock(m, r->part, r->dealer)->reserved += e->quantity;
        if (r->dispatch == WL_NONE)
            r->state = WL_REQUEST_RESERVED;
        else
            m_dispatch_settle(m, r->dispatch);
    }
}

static void undo_resolve(struct model *m, const struct m_entry *e)
{
    struct m_discrepancy *x = &m->discrepancies[e->number];

    if (x->tag != WL_NONE)
        m->tags[x->tag].discrepancy = e->number;
    if (x->tag != WL_NONE && x->resolution == WL_RESOLVE_ACCEPT) {
        m->tags[x->tag].gone = true;
        if (m->tags[x->tag].state == WL_TAG_RECEIVED)
            m->tags[x->tag].state = WL_TAG_MISSING;
        if (m->tags[x->tag].obligation != WL_NONE)
            m_obligation_follow(m, m->tags[x->tag].obligation);
    }
    x->resolution = WL_NONE;
}

static void undo_tags(struct model *m, const struct m_entry *e)
{
    for (int64_t i = e->first_number; i < e->first_number + e->count_of_numbers; i++) {
        m->tags[i].state = WL_TAG_WITHDRAWN;
        if (m->tags[i].strange)
            m_piece_strange(m, m->tags[i].part, m->tags[i].lot);
        if (m->tags[i].obligation != WL_NONE)
            m_obligation_follow(m, m->tags[i].obligation);
    }
}

static void undo_return(struct model *m, const struct m_entry *e)
{
    if (e->tag == wl_return_ship_command.tag) {
        for (size_t i = 0; i < e->list_count; i++) {
            m->tags[e->list[i]].state = WL_TAG_TAGGED;
            m->tags[e->list[i]].shipment = WL_NONE;
        }
        m->returns[e->number].open = 0;
        m->returns[e->number].withdrawn = true;
    } else if (e->tag == wl_return_close_command.tag) {
        for (size_t i = 0; i < e->list_count; i++) {
            struct m_tag *tag = &m->tags[e->list[i]];

            tag->state = WL_TAG_SHIPPED;
            tag->gone = false;
            tag->discrepancy = WL_NONE;
            m->discrepancies[e->first_number + (int64_t)i].withdrawn = true;
        }
        m->returns[e->number].open = (int64_t)e->list_count;
        m->returns[e->number].closed = false;
    } else if (e->tag == wl_return_scan_command.tag) {
        struct m_tag *tag = &m->tags[e->number];

        tag->state = WL_TAG_SHIPPED;
        m->returns[tag->shipment].open++;
        m->returns[tag->shipment].closed = false;
        if (tag->obligation != WL_NONE)
            m_obligation_follow(m, tag->obligation);
    } else {
        m->tags[e->number].state = WL_TAG_INSPECTED;
        m->tags[e->number].disposition = WL_NONE;
    }
}

/* The tags that it made are void; the others are where they came from. */
static void undo_receive(struct model *m, const struct m_entry *e)
{
    undo_tags(m, e);
    for (size_t i = 0; i < e->list_count; i++) {
        struct m_tag *tag = &m->tags[e->list[i]];

        tag->state = tag->shipment == WL_NONE ? WL_TAG_TAGGED : WL_TAG_SHIPPED;
        if (tag->shipment != WL_NONE) {
            m->returns[tag->shipment].open++;
            m->returns[tag->shipment].closed = false;
        }
        if (tag->obligation != WL_NONE)
            m_obligation_follow(m, tag->obligation);
    }
}

/* The claim as it was before. */
static void undo_decision(struct model *m, const struct m_finding *f, const struct wl_reverse_outcome *out)
{
    struct m_claim *c = &m->claims[f->claim];

    c->decided_seq = f->decided_before;
    m_same(m, "claim that is decided as before", out->restored.claim, c->id);
    m_same(m, "given back", out->restored.given_back, f->charged_back > 0 ? f->charged_back : WL_NONE);
    if (c->settlement != WL_NONE) {
        c->charged_back -= f->charged_back;
        m_saw(m, "given-back");
        return;
    }
    m_same(m, "total of the decision before", out->restored.decision.total, f->total);
    c->total = f->total;
    c->decision = f->decision;
    m_saw(m, "decided-as-before");
}

/* Its tags wait for an inspection again, or are missing; lines that nothing refuses any more are worth what they
 * were. */
static void undo_inspection(struct model *m, const struct m_entry *e, const struct wl_reverse_outcome *out)
{
    const struct m_finding *f = &e->finding;

    for (size_t i = 0; i < e->list_count; i++) {
        struct m_tag *tag = &m->tags[e->list[i]];

        tag->state = f->was_missing ? WL_TAG_MISSING : WL_TAG_RECEIVED;
        tag->outcome = tag->inspected_seq = WL_NONE;
        if (f->found != WL_MISSING || f->was_missing)
            continue;
        tag->gone = false;
        tag->discrepancy = WL_NONE;
    }
    for (int64_t i = 0; i < e->count_of_numbers; i++)
        m->discrepancies[e->first_number + i].withdrawn = true;
    for (size_t i = 0; i < e->list_count; i++) {
        int64_t id = m->tags[e->list[i]].obligation;
        struct m_obligation *o = id == WL_NONE ? NULL : &m->obligations[id];

        if (!o)
            continue;
        o->state = o->waived ? WL_OBLIGATION_WAIVED : o->open_state;
        o->refused = is_refused_by(m, id, WL_NONE, -1);
        m_obligation_follow(m, id);
    }
    for (size_t i = 0; i < f->refused_count; i++) {
        const struct m_obligation *o = &m->obligations[f->refused[i]];

        if (!o->refused)
            m->claims[f->claim].part_amounts[o->line - 1] = f->amounts[o->line - 1];
    }
    if (f->decides)
        undo_decision(m, f, out);
    else
        m_same(m, "claim that is decided as before", out->restored.claim, WL_NONE);
}

static const char *reversed_name(int tag)
{
    static const struct {
        const struct wl_command *command;
        const char *name;
    } names[] = {
        {&wl_deliver_command, "delivery-reversed"},
        {&wl_open_command, "opening-reversed"},
        {&wl_stock_move_command, "move-reversed"},
        {&wl_count_command, "count-reversed"},
        {&wl_dispatch_command, "dispatch-reversed"},
        {&wl_receive_dispatch_command, "receipt-reversed"},
        {&wl_resolve_command, "resolution-reversed"},
        {&wl_fit_command, "fitting-reversed"},
        {&wl_tag_command, "tagging-reversed"},
        {&wl_tag_loose_command, "loose-tagging-reversed"},
        {&wl_return_ship_command, "return-shipment-reversed"},
        {&wl_return_scan_command, "return-scan-reversed"},
        {&wl_receive_command, "receipt-without-papers-reversed"},
        {&wl_return_close_command, "closing-reversed"},
        {&wl_dispose_command, "disposition-reversed"},
        {&wl_inspect_command, "inspection-reversed"},
        {&wl_tag_inspect_command, "inspection-of-a-tag-reversed"},
    };

    for (size_t i = 0; i < WL_COUNT(names); i++)
        if (names[i].command->tag == tag)
            return names[i].name;
    return "something-reversed";
}

void m_reverse(struct model *m, const void *body, const void *outcome)
{
    const struct wl_reverse_body *b = body;
    const struct wl_reverse_outcome *out = outcome;
    struct m_entry *e = m_entry(m, b->entry);

    m_same(m, "entry", out->entry, b->entry);
    for (size_t i = e->count; i-- > 0;)
        m_move(m, e->at[i].to_kind, e->at[i].to_party, e->at[i].from_kind, e->at[i].from_party, (int)e->at[i].part,
               e->at[i].lot, e->at[i].quantity);
    e->reversed_by = (int64_t)m->seq;
    m_saw(m, reversed_name(e->tag));
    if (is_inspection(e))
        undo_inspection(m, e, out);
    else if (e->tag == wl_open_command.tag)
        undo_opening(m, e);
    else if (e->tag == wl_dispatch_command.tag)
        undo_dispatch(m, e);
    else if (e->tag == wl_receive_dispatch_command.tag)
        undo_receipt(m, e);
    else if (e->tag == wl_fit_command.tag)
        undo_fit(m, e);
    else if (e->tag == wl_resolve_command.tag)
        undo_resolve(m, e);
    else if (e->tag == wl_tag_command.tag || e->tag == wl_tag_loose_command.tag)
        undo_tags(m, e);
    else if (e->tag == wl_receive_command.tag)
        undo_receive(m, e);
    else if (e->tag == wl_return_ship_command.tag || e->tag == wl_return_scan_command.tag ||
             e->tag == wl_return_close_command.tag || e->tag == wl_dispose_command.tag)
        undo_return(m, e);
}
