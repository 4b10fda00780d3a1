/* The model of receipts, discrepancies and fittings (demand.h). */
#include "tests/model.h"

#include <stdlib.h>
#include <string.h>

static int64_t number_or_0(int64_t n)
{
    return n == WL_NONE ? 0 : n;
}

/* ---- receive ---- */

static struct m_dispatch *dispatch_of(const struct model *m, int64_t number)
{
    return number < 1 || number >= (int64_t)m->dispatch_count ? NULL : &m->dispatches[number];
}

static void judge_wrong(struct model *m, const struct wl_receipt_line *r, int shipped)
{
    int part = m_part_of(m, r->wrong_part_id);

    if (number_or_0(r->wrong) == 0) {
        if (r->wrong_part_id.size > 0)
            m_may(m, WL_REFUSED_QUANTITY_INVALID);
        return;
    }
    if (part < 0) {
        m_must(m, WL_REFUSED_PART_UNKNOWN);
        return;
    }
    if (part == shipped)
        m_must(m, WL_REFUSED_SAME_PART);
    if (m->parts[part].tracking == M_BY_LOT && r->wrong_lot.size == 0)
        m_must(m, WL_REFUSED_LOT_MISSING);
    if (m->parts[part].tracking != M_BY_SERIAL)
        return;
    if (r->wrong != 1000)
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
    if (r->wrong_lot.size < 4)
        m_must(m, WL_REFUSED_SERIAL_MISSING);
    else
        m_judge_new_piece(m, part, (struct wl_str){r->wrong_lot.data + 3, r->wrong_lot.size - 3});
}

static void judge_line(struct model *m, const struct wl_receive_dispatch_body *b, const struct wl_receipt_line *r)
{
    const struct m_dispatch *d = dispatch_of(m, b->dispatch);
    int64_t good = number_or_0(r->good), damaged = number_or_0(r->damaged), wrong = number_or_0(r->wrong), transit;
    const struct m_line *line;
    bool by_serial;

    if (r->line < 1 || r->line > (int64_t)d->lines) {
        m_must(m, WL_REFUSED_DISPATCH_LINE_UNKNOWN);
        return;
    }
    line = &m->lines[d->first_line + (size_t)r->line - 1];
    transit = m_line_transit(line);
    by_serial = m->parts[line->part].tracking == M_BY_SERIAL;
    if (good < 0 || damaged < 0 || wrong < 0 || (by_serial && (good % 1000 || damaged % 1000 || wrong % 1000)))
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
    if (damaged + wrong > transit)
        m_must(m, WL_REFUSED_QUANTITY_TOO_LARGE);
    else if (by_serial && good + damaged + wrong > transit) {
        m_must(m, WL_REFUSED_QUANTITY_TOO_LARGE);
        m_may(m, WL_REFUSED_SERIAL_KNOWN);
        m_may(m, WL_REFUSED_SERIAL_ELSEWHERE);
        m_may(m, WL_REFUSED_QUANTITY_INVALID);
    }
    judge_wrong(m, r, (int)line->part);
    if (b->bin_id.size > 0 && !m_bin_is(m, d->to, line->part, b->bin_id)) {
        if (good > 0 && good <= transit - damaged - wrong)
            m_must(m, WL_REFUSED_BIN_UNKNOWN);
        m_may(m, WL_REFUSED_BIN_UNKNOWN);
    }
}

static void judge_all(struct model *m, const struct wl_receive_dispatch_body *b, const struct m_dispatch *d)
{
    if (b->lines.count > 0)
        m_may(m, WL_REFUSED_NAMED_TWICE);
    for (size_t i = 0; i < d->lines; i++)
        if (b->bin_id.size > 0 && !m_bin_is(m, d->to, m->lines[d->first_line + i].part, b->bin_id)) {
            if (m_line_transit(&m->lines[d->first_line + i]) > 0)
                m_must(m, WL_REFUSED_BIN_UNKNOWN);
            m_may(m, WL_REFUSED_BIN_UNKNOWN);
        }
}

void m_judge_receive(struct model *m, const void *body)
{
    const struct wl_receive_dispatch_body *b = body;
    const struct wl_receipt_line *lines = b->lines.at;
    const struct m_dispatch *d = dispatch_of(m, b->dispatch);
    int64_t sum = 0;

    if (!d) {
        m_must(m, WL_REFUSED_DISPATCH_UNKNOWN);
        return;
    }
    if (d->state != WL_DISPATCH_SHIPPED)
        m_must(m, WL_REFUSED_DISPATCH_CLOSED);
    if (b->all == 1)
        judge_all(m, b, d);
    for (size_t i = 0; i < b->lines.count; i++) {
        judge_line(m, b, &lines[i]);
        sum += llabs(number_or_0(lines[i].good)) + llabs(number_or_0(lines[i].damaged)) +
               llabs(number_or_0(lines[i].wrong));
        for (size_t j = 0; j < i; j++)
            if (lines[j].line == lines[i].line)
                m_must(m, WL_REFUSED_NAMED_TWICE);
    }
    if (b->all != 1 && b->close != 1 && sum == 0)
        m_must(m, WL_REFUSED_NOTHING_RECEIVED);
    else if (b->all != 1 && b->lines.count > 0 && sum == 0)
        m_may(m, WL_REFUSED_NOTHING_RECEIVED);
    if (b->bin_id.size > 0 && b->lines.count == 0 && b->all != 1)
        m_may(m, WL_REFUSED_BIN_UNKNOWN);
}

/* What one line comes to. */
struct came {
    int64_t good, of_kind[WL_DISCREPANCY_KIND_COUNT];
    int wrong_part;
    char wrong_lot[M_ID];
};

static struct came came_of(const struct model *m, const struct wl_receive_dispatch_body *b, int64_t number)
{
    const struct m_dispatch *d = &m->dispatches[b->dispatch];
    const struct wl_receipt_line *lines = b->lines.at;
    int64_t transit = m_line_transit(&m->lines[d->first_line + (size_t)number - 1]);
    struct came came = {.wrong_part = -1};

    for (size_t i = 0; i < b->lines.count; i++) {
        const struct wl_receipt_line *r = &lines[i];
        int64_t good = number_or_0(r->good);

        if (r->line != number)
            continue;
        came.of_kind[WL_DISCREPANCY_DAMAGED] = number_or_0(r->damaged);
        came.of_kind[WL_DISCREPANCY_WRONG_PART] = came.of_kind[WL_DISCREPANCY_SHORT] = number_or_0(r->wrong);
        if (number_or_0(r->wrong) > 0) {
            came.wrong_part = m_part_of(m, r->wrong_part_id);
            m_set(came.wrong_lot, M_ID, r->wrong_lot);
            if (r->wrong_lot.size == 0)
                snprintf(came.wrong_lot, M_ID, "@%010llu", (unsigned long long)m->seq);
        }
        transit -= number_or_0(r->damaged) + number_or_0(r->wrong);
        came.good = good < transit ? good : transit;
        came.of_kind[WL_DISCREPANCY_OVER] = good - came.good;
    }
    if (b->all == 1)
        came.good = transit;
    if (b->close == 1)
        came.of_kind[WL_DISCREPANCY_SHORT] += transit - came.good;
    return came;
}

static const struct wl_line_change *change_of(const struct wl_receive_dispatch_outcome *out, int64_t line)
{
    const struct wl_line_change *changes = out->changes.at;

    for (size_t i = 0; i < out->changes.count; i++)
        if (changes[i].line == line)
            return &changes[i];
    return NULL;
}

/* The ledger's discrepancies of a line are those of the model, in whichever order and parts. */
static void same_discrepancies(struct model *m, const struct wl_receive_dispatch_outcome *out, int64_t number,
                               const struct m_line *line, const struct came *came)
{
    const struct wl_new_discrepancy *made = out->discrepancies.at;
    int64_t sums[WL_DISCREPANCY_KIND_COUNT] = {0};

    for (size_t i = 0; i < out->discrepancies.count; i++) {
        bool wrong = made[i].kind == WL_DISCREPANCY_WRONG_PART;

        if (made[i].line != number)
            continue;
        if (made[i].kind < 0 || made[i].kind >= WL_DISCREPANCY_KIND_COUNT || (wrong && came->wrong_part < 0)) {
            m_differs(m, "line %lld has a discrepancy of no or of a strange kind", (long long)number);
            return;
        }
        sums[made[i].kind] += made[i].quantity;
        m_same_text(m, "discrepancy's part", made[i].part_id, m->parts[wrong ? came->wrong_part : line->part].id);
        m_same_text(m, "discrepancy's lot", made[i].lot, wrong ? came->wrong_lot : line->lot);
    }
    for (int kind = 0; kind < WL_DISCREPANCY_KIND_COUNT; kind++)
        m_same(m, wl_discrepancy_kind_names()[kind], sums[kind], came->of_kind[kind]);
}

static void follow_line(struct model *m, const struct wl_receive_dispatch_body *b,
                        const struct wl_receive_dispatch_outcome *out, int64_t number)
{
    struct m_dispatch *d = &m->dispatches[b->dispatch];
    struct m_line *line = &m->lines[d->first_line + (size_t)number - 1];
    struct came came = came_of(m, b, number);
    int64_t discrepant = came.of_kind[WL_DISCREPANCY_SHORT] + came.of_kind[WL_DISCREPANCY_DAMAGED];
    const struct wl_line_change *change = change_of(out, number);
    struct m_stock *s;

    same_discrepancies(m, out, number, line, &came);
    m_same(m, "line's received", change ? number_or_0(change->received) : 0, came.good);
    m_same(m, "line's discrepant", change ? number_or_0(change->discrepant) : 0, discrepant);
    if (came.good > 0) {
        const char *bin = m_bin_chosen(m, d->to, line->part);
        char named[M_ID];

        m_set(named, M_ID, b->bin_id);
        if (change)
            m_same_text(m, "line's bin", change->bin_id, named[0] ? named : bin);
        m_move(m, WL_ACCOUNT_IN_TRANSIT, m_party_number("dispatch", b->dispatch), m_good_kind(m, d->to),
               m_party(m->places[d->to].id, named[0] ? named : bin), line->part, line->lot, came.good);
    }
    s = m_stock(m, line->part, d->to);
    s->in_transit -= came.good + discrepant;
    line->received += came.good;
    line->discrepant += discrepant;
    d->came += came.good + came.of_kind[WL_DISCREPANCY_DAMAGED] + came.of_kind[WL_DISCREPANCY_WRONG_PART];
    if (line->request != WL_NONE) {
        m->requests[line->request].received += came.good;
        m->requests[line->request].discrepant += discrepant;
        if (came.good > 0)
            m->requests[line->request].place = d->to;
        s->reserved += came.good;
    }
}

int64_t m_discrepancy_add(struct model *m, const struct m_discrepancy *row)
{
    int64_t number;

    if (m->discrepancy_count == 0)
        (void)M_ADD(m->discrepancies, m->discrepancy_count, m->discrepancy_room);
    number = (int64_t)m->discrepancy_count;
    *M_ADD(m->discrepancies, m->discrepancy_count, m->discrepancy_room) = *row;
    return number;
}

static void follow_discrepancy(struct model *m, const struct wl_receive_dispatch_body *b,
                               const struct wl_new_discrepancy *made)
{
    const struct m_dispatch *d = &m->dispatches[b->dispatch];
    struct m_discrepancy row = {.kind = made->kind,
                                .dispatch = b->dispatch,
                                .line = made->line,
                                .tag = WL_NONE,
                                .quantity = made->quantity,
                                .resolution = WL_NONE,
                                .seq = (int64_t)m->seq,
                                .part = m_part_of(m, made->part_id)};
    bool from_transit = made->kind == WL_DISCREPANCY_SHORT || made->kind == WL_DISCREPANCY_DAMAGED;
    int64_t number;

    if (row.part < 0 || made->line < 1 || made->line > (int64_t)d->lines) {
        m_differs(m, "a discrepancy of no part or line");
        return;
    }
    m_set(row.lot, M_ID, made->lot);
    memcpy(row.from, m->places[d->from].id, M_ID);
    memcpy(row.to, m->places[d->to].id, M_ID);
    m_saw(m, wl_discrepancy_kind_names()[made->kind]);
    number = m_discrepancy_add(m, &row);
    m_move(m, from_transit ? WL_ACCOUNT_IN_TRANSIT : WL_ACCOUNT_COUNT_ADJUSTMENT,
           from_transit ? m_party_number("dispatch", b->dispatch) : row.from, WL_ACCOUNT_DISCREPANCY,
           m_party_number("", number), row.part, row.lot, row.quantity);
}

static void note_receipt(struct model *m, const struct wl_receive_dispatch_body *b,
                         const struct wl_receive_dispatch_outcome *out, int64_t first, int64_t came)
{
    struct m_entry *e = m_entry_note(m, wl_receive_dispatch_command.tag);

    e->number = b->dispatch;
    e->quantity = came;
    e->first_number = first;
    e->count_of_numbers = (int64_t)out->discrepancies.count;
    e->changes = calloc(out->changes.count + 1, sizeof *e->changes);
    if (!e->changes)
        abort();
    e->change_count = out->changes.count;
    if (out->changes.count > 0)
        memcpy(e->changes, out->changes.at, out->changes.count * sizeof *e->changes);
}

void m_receive(struct model *m, const void *body, const void *outcome)
{
    const struct wl_receive_dispatch_body *b = body;
    const struct wl_receive_dispatch_outcome *out = outcome;
    const struct wl_new_discrepancy *made = out->discrepancies.at;
    const struct m_dispatch *d = &m->dispatches[b->dispatch];
    int64_t came = d->came;
    int64_t first = m->discrepancy_count ? (int64_t)m->discrepancy_count : 1;

    m_same(m, "first discrepancy", out->first_discrepancy, out->discrepancies.count ? first : WL_NONE);
    for (int64_t line = 1; line <= (int64_t)d->lines && !m->fault[0]; line++)
        follow_line(m, b, out, line);
    for (size_t i = 0; i < out->discrepancies.count && !m->fault[0]; i++)
        follow_discrepancy(m, b, &made[i]);
    m_dispatch_settle(m, b->dispatch);
    m_same(m, "dispatch's state", out->state, d->state);
    note_receipt(m, b, out, first, d->came - came);
}

/* ---- resolve ---- */

static bool resolution_fits(int64_t kind, int64_t resolution)
{
    static const char *const legal[WL_DISCREPANCY_KIND_COUNT] = {
        [WL_DISCREPANCY_SHORT] = "arw",      [WL_DISCREPANCY_DAMAGED] = "asw",       [WL_DISCREPANCY_OVER] = "ars",
        [WL_DISCREPANCY_WRONG_PART] = "ars", [WL_DISCREPANCY_RETURN_MISSING] = "aw",
    };

    return resolution >= 0 && resolution < 4 && strchr(legal[kind], "arsw"[resolution]);
}

void m_judge_resolve(struct model *m, const void *body)
{
    const struct wl_resolve_body *b = body;
    const struct m_discrepancy *x;
    struct m_plan *p = &m->plan;
    bool to_bin = b->resolution == WL_RESOLVE_ACCEPT || b->resolution == WL_RESOLVE_RETURN;

    if (b->reason.size == 0)
        m_must(m, WL_REFUSED_REASON_MISSING);
    if (b->discrepancy < 1 || b->discrepancy >= (int64_t)m->discrepancy_count) {
        m_must(m, WL_REFUSED_DISCREPANCY_UNKNOWN);
        return;
    }
    x = &m->discrepancies[b->discrepancy];
    if (x->resolution != WL_NONE || x->withdrawn)
        m_must(m, WL_REFUSED_DISCREPANCY_RESOLVED);
    if (!resolution_fits(x->kind, b->resolution))
        m_must(m, WL_REFUSED_RESOLUTION_ILLEGAL);
    p->place = m_place_of(m, wl_str_of(b->resolution == WL_RESOLVE_RETURN ? x->from : x->to));
    if (to_bin && x->tag == WL_NONE)
        m_judge_bin(m, p->place, x->part, b->bin_id, p->bin);
    if (to_bin && x->tag != WL_NONE && b->bin_id.size > 0) {
        if (!m_bin_is(m, p->place, x->part, b->bin_id))
            m_must(m, WL_REFUSED_BIN_UNKNOWN);
        m_set(p->bin, M_ID, b->bin_id);
    }
    if (x->tag != WL_NONE && to_bin && b->bin_id.size == 0)
        m_set(p->bin, M_ID, WL_STR(WL_MAIN_BIN)); /* as all that comes back */
    if (!to_bin && b->bin_id.size > 0)
        m_may(m, WL_REFUSED_BIN_UNKNOWN);
}

static void resolve_tag(struct model *m, const struct m_discrepancy *x, const struct wl_resolve_outcome *out)
{
    struct m_tag *tag = &m->tags[x->tag];

    m_same_text(m, "bin", out->bin_id, m->plan.bin);
    m_set(tag->centre_bin, M_ID, out->bin_id);
    tag->gone = false;
    m_move(m, WL_ACCOUNT_DISCREPANCY, m_party_number("", x - m->discrepancies), WL_ACCOUNT_CENTRE_DEFECTIVE,
           m_party(x->to, tag->centre_bin), x->part, x->lot, x->quantity);
    m_same(m, "tag", out->tag, x->tag);
    /* What was found stands, whatever becomes of the part later. */
    if (tag->state != WL_TAG_MISSING)
        return;
    tag->state = WL_TAG_RECEIVED;
    if (tag->obligation != WL_NONE)
        m_obligation_follow(m, tag->obligation);
}

void m_resolve(struct model *m, const void *body, const void *outcome)
{
    const struct wl_resolve_body *b = body;
    const struct wl_resolve_outcome *out = outcome;
    const struct m_plan *p = &m->plan;
    struct m_discrepancy *x = &m->discrepancies[b->discrepancy];
    const char *party = m_party_number("", b->discrepancy);
    struct m_entry *e;

    x->resolution = b->resolution;
    if (x->tag != WL_NONE)
        m->tags[x->tag].discrepancy = WL_NONE;
    if (p->place >= 0 && p->bin[0])
        m_same_text(m, "location", out->location_id, m->places[p->place].id);
    if (x->tag != WL_NONE && b->resolution == WL_RESOLVE_ACCEPT) {
        resolve_tag(m, x, out);
    } else if (b->resolution == WL_RESOLVE_SCRAP) {
        m_move(m, WL_ACCOUNT_DISCREPANCY, party, WL_ACCOUNT_SCRAP, x->to, x->part, x->lot, x->quantity);
    } else if (b->resolution == WL_RESOLVE_WRITE_OFF) {
        m_move(m, WL_ACCOUNT_DISCREPANCY, party, WL_ACCOUNT_COUNT_ADJUSTMENT, x->from, x->part, x->lot, x->quantity);
    } else {
        m_same_text(m, "bin", out->bin_id, p->bin);
        m_move(m, WL_ACCOUNT_DISCREPANCY, party, m_good_kind(m, p->place), m_party(m->places[p->place].id, p->bin),
               x->part, x->lot, x->quantity);
    }
    e = m_entry_note(m, wl_resolve_command.tag);
    e->number = b->discrepancy;
    e->quantity = x->tag == WL_NONE ? 0 : m->tags[x->tag].state; /* that a reversal must find */
}
