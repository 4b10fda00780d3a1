/* The model of what a claim owes, and of the tags that meet it (defective.h). */
#include "tests/model.h"

#include <string.h>

/* ---- claims, as they were decided ---- */

int64_t m_claim_in(struct model *m, const struct wl_claim_record *record, const struct wl_record_outcome *out)
{
    const struct wl_part_line *parts = record->parts.at;
    struct m_claim *c = M_ADD(m->claims, m->claim_count, m->claim_room);

    *c = (struct m_claim){.id = out->claim,
                          .decision = WL_CLAIM_REJECTED,
                          .dealer = m_place_of(m, record->dealer_id),
                          .vehicle = m_vehicle_of(m, record->vin),
                          .settlement = WL_NONE,
                          .settled_seq = WL_NONE,
                          .lines = (int)record->parts.count};
    m_set(c->no, M_ID, record->claim_no);
    for (int i = 0; i < c->lines && i < M_CLAIM_LINES; i++)
        c->line_parts[i] = m_part_of(m, parts[i].part_id);
    return (int64_t)m->claim_count - 1;
}

void m_claim_decided(struct model *m, int64_t claim, const struct wl_decision *decision, int64_t first_obligation)
{
    struct m_claim *c = &m->claims[claim];
    const struct wl_owed *owed = decision->obligations.at;

    c->decision = decision->decision;
    c->labour = decision->labour;
    c->sublet = decision->sublet;
    c->total = decision->total;
    for (size_t i = 0; i < decision->part_lines.count && i < M_CLAIM_LINES; i++)
        c->part_amounts[i] = decision->part_lines.at[i];
    if (decision->obligations.count == 0)
        return;
    m_same(m, "first obligation", first_obligation, (int64_t)m->obligation_count);
    c->first_obligation = first_obligation;
    c->obligations = (int64_t)decision->obligations.count;
    for (size_t i = 0; i < decision->obligations.count; i++) {
        struct m_obligation *o = M_ADD(m->obligations, m->obligation_count, m->obligation_room);

        *o = (struct m_obligation){.claim = claim,
                                   .line = owed[i].line + 1,
                                   .quantity = owed[i].quantity,
                                   .due = owed[i].due,
                                   .state = WL_OBLIGATION_OPEN,
                                   .open_state = WL_OBLIGATION_OPEN,
                                   .part = c->line_parts[owed[i].line]};
    }
}

int64_t m_claim_named(struct model *m, struct wl_str dealer_id, struct wl_str claim_no, bool strictly)
{
    for (size_t i = m->claim_count; i-- > 0;) {
        const struct m_claim *c = &m->claims[i];

        if (!m_is(c->no, claim_no) || !m_is(m->places[c->dealer].id, dealer_id))
            continue;
        if (c->decision == WL_CLAIM_REFERRED)
            m_must(m, WL_REFUSED_CLAIM_UNDECIDED);
        if (c->decision == WL_CLAIM_REJECTED && (strictly || c->obligations == 0))
            m_must(m, WL_REFUSED_CLAIM_REJECTED);
        return (int64_t)i;
    }
    m_must(m, WL_REFUSED_CLAIM_UNKNOWN);
    return -1;
}

int64_t m_obligation_of(const struct model *m, int64_t claim, int64_t line)
{
    const struct m_claim *c = &m->claims[claim];

    for (int64_t i = c->first_obligation; i < c->first_obligation + c->obligations; i++)
        if (m->obligations[i].line == line)
            return i;
    return -1;
}

/* ---- obligations ---- */

bool m_obligation_is_open(const struct m_obligation *o)
{
    return o->state == WL_OBLIGATION_OPEN || o->state == WL_OBLIGATION_OVERDUE;
}

bool m_obligation_blocks(const struct m_obligation *o)
{
    return m_obligation_is_open(o) || o->state == WL_OBLIGATION_RECEIVED;
}

/* The tags of an obligation are near one another but for linked ones: each obligation keeps a list. */
int64_t m_tags_missing(const struct model *m, int64_t obligation)
{
    const struct m_obligation *o = &m->obligations[obligation];
    int64_t missing = o->quantity;

    for (size_t i = 0; i < o->tag_count; i++)
        if (m->tags[o->tags[i]].state != WL_TAG_WITHDRAWN)
            missing -= m->tags[o->tags[i]].quantity;
    return missing;
}

/* Where an obligation stands by its tags. Accepted and refused are for good. */
void m_obligation_follow(struct model *m, int64_t obligation)
{
    struct m_obligation *o = &m->obligations[obligation];
    bool received = m_tags_missing(m, obligation) == 0, accepted = received;

    if (o->state == WL_OBLIGATION_ACCEPTED || o->state == WL_OBLIGATION_REFUSED)
        return;
    for (size_t i = 0; i < o->tag_count; i++) {
        const struct m_tag *tag = &m->tags[o->tags[i]];

        if (tag->state == WL_TAG_WITHDRAWN)
            continue;
        received &= tag->state != WL_TAG_TAGGED && tag->state != WL_TAG_SHIPPED && tag->state != WL_TAG_MISSING;
        accepted &= tag->outcome == WL_ACCEPTED;
        if (tag->outcome != WL_NONE && tag->outcome != WL_ACCEPTED) {
            o->state = WL_OBLIGATION_REFUSED;
            m_saw(m, "refused");
            return;
        }
    }
    if (m_obligation_is_open(o))
        o->open_state = o->state;
    if (accepted && received)
        o->state = WL_OBLIGATION_ACCEPTED;
    else if (o->state == WL_OBLIGATION_WAIVED || o->state == WL_OBLIGATION_WAIVED_RECEIVED)
        o->state = received ? WL_OBLIGATION_WAIVED_RECEIVED : WL_OBLIGATION_WAIVED;
    else
        o->state = received ? WL_OBLIGATION_RECEIVED : o->open_state;
    m_saw(m, wl_obligation_state_names()[o->state]);
    if (o->state == WL_OBLIGATION_OPEN && (size_t)obligation < m->overdue_from)
        m->overdue_from = (size_t)obligation;
}

/* ---- tags ---- */

void m_lot_removed(const struct model *m, int vehicle, int part, int64_t before, int64_t quantity, char lot[M_ID])
{
    lot[0] = 0;
    for (size_t i = m->fit_count; i-- > 0;) {
        const struct m_fit *fit = &m->fits[i];

        if (fit->vehicle == vehicle && fit->part == part && fit->day < before && !fit->withdrawn &&
            m_balance(m, WL_ACCOUNT_VEHICLE, m->vehicles[vehicle], part, fit->lot) >= quantity) {
            memcpy(lot, fit->lot, M_ID);
            return;
        }
    }
}

size_t m_tags_of(int64_t quantity, bool together)
{
    return !together && quantity % 1000 == 0 && quantity / 1000 <= WL_TAGS_AT_ONCE_MAX ? (size_t)(quantity / 1000) : 1;
}

static void join(struct model *m, int64_t tag, int64_t obligation)
{
    struct m_obligation *o = &m->obligations[obligation];

    *M_ADD(o->tags, o->tag_count, o->tag_room) = tag;
    m->tags[tag].obligation = obligation;
}

int64_t m_tag_add(struct model *m, const struct m_tag *row)
{
    const struct m_piece *piece = m_piece(m, row->part, row->lot);
    int64_t number;

    if (m->tag_count == 0)
        (void)M_ADD(m->tags, m->tag_count, m->tag_room);
    number = (int64_t)m->tag_count;
    *M_ADD(m->tags, m->tag_count, m->tag_room) = *row;
    m->tags[number].strange = strncmp(row->lot, "sn:", 3) == 0 && (!piece || piece->strange);
    m_saw(m, !row->lot[0] ? "built-in-removed" : row->lot[0] == 's' ? "serial-removed" : "lot-removed");
    if (row->obligation != WL_NONE)
        join(m, number, row->obligation);
    m_move(m, WL_ACCOUNT_VEHICLE, m->vehicles[row->vehicle], WL_ACCOUNT_DEALER_DEFECTIVE,
           m_party(m->places[row->dealer].id, row->bin), row->part, row->lot, row->quantity);
    return number;
}

static void judge_serial(struct model *m, int part, int vehicle, struct wl_str serial)
{
    const struct m_piece *piece;
    char lot[M_ID + 4];

    if (serial.size == 0)
        return;
    snprintf(lot, sizeof lot, "sn:" WL_STR_FMT, WL_STR_ARG(serial));
    piece = m_piece(m, part, lot);
    if (m->parts[part].tracking != M_BY_SERIAL)
        m_must(m, WL_REFUSED_NOT_SERIALISED);
    else if (piece && !piece->strange &&
             (piece->kind != WL_ACCOUNT_VEHICLE || strcmp(piece->party, m->vehicles[vehicle]) != 0)) {
        m_must(m, WL_REFUSED_SERIAL_ELSEWHERE);
        m_may(m, WL_REFUSED_SERIAL_KNOWN);
    }
}

/* Whether `tag` takes an obligation. */
static bool judge_line(struct model *m, const struct wl_tag_body *b, int64_t obligation, bool named)
{
    const struct m_obligation *o = &m->obligations[obligation];
    const struct m_claim *c = &m->claims[o->claim];
    int64_t missing = m_tags_missing(m, obligation);
    bool waived = o->state == WL_OBLIGATION_WAIVED;

    if (missing == 0 || (!m_obligation_is_open(o) && !waived)) {
        if (named) {
            m_must(m, WL_REFUSED_ALREADY_TAGGED);
            m_may(m, WL_REFUSED_ALREADY_RECEIVED);
            m_may(m, WL_REFUSED_ALREADY_INSPECTED);
        }
        return false;
    }
    if (waived && !named)
        return false;
    if (b->serial.size > 0 && missing != 1000)
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
    judge_serial(m, o->part, c->vehicle, b->serial);
    return true;
}

void m_judge_tag(struct model *m, const void *body)
{
    const struct wl_tag_body *b = body;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false);
    int lines = 0;

    if (claim < 0 || m->claims[claim].decision == WL_CLAIM_REFERRED)
        return;
    if (b->line != WL_NONE && b->line != 0) {
        int64_t obligation = m_obligation_of(m, claim, b->line);

        if (obligation < 0) {
            m_must(m, WL_REFUSED_OBLIGATION_UNKNOWN);
            m_may(m, WL_REFUSED_LINE_UNKNOWN);
        } else {
            judge_line(m, b, obligation, true);
        }
        return;
    }
    for (int64_t i = 0; i < m->claims[claim].obligations; i++)
        lines += judge_line(m, b, m->claims[claim].first_obligation + i, false);
    if (lines == 0)
        m_must(m, WL_REFUSED_NOTHING_TO_TAG);
    if (lines > 1 && b->serial.size > 0)
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
}

static void same_tag(struct model *m, const struct wl_new_tag *ledger, const struct m_tag *tag)
{
    m_same(m, "tag's obligation", ledger->obligation, tag->obligation);
    m_same_text(m, "tag's part", ledger->part_id, m->parts[tag->part].id);
    m_same_text(m, "tag's lot", ledger->lot, tag->lot);
    m_same_text(m, "tag's bin", ledger->bin_id, tag->bin);
    m_same(m, "tag's quantity", ledger->quantity, tag->quantity);
}

/* The tags that an obligation lacks, in the order of the ledger's; how many. */
size_t m_tags_make(struct model *m, int64_t obligation, bool together, struct wl_str serial, struct wl_list made,
                   size_t from, size_t most)
{
    struct m_obligation *o = &m->obligations[obligation];
    const struct m_claim *c = &m->claims[o->claim];
    const struct wl_new_tag *ledger = made.at;
    int64_t missing = m_tags_missing(m, obligation);
    size_t count = m_tags_of(missing, together);

    for (size_t i = 0; i < count && i < most && !m->fault[0]; i++) {
        struct m_tag tag = {.obligation = obligation,
                            .state = WL_TAG_TAGGED,
                            .outcome = WL_NONE,
                            .disposition = WL_NONE,
                            .shipment = WL_NONE,
                            .discrepancy = WL_NONE,
                            .quantity = missing / (int64_t)count,
                            .seq = (int64_t)m->seq,
                            .dealer = c->dealer,
                            .vehicle = c->vehicle,
                            .part = o->part};

        m_set(tag.bin, M_ID, WL_STR(WL_MAIN_BIN));
        if (serial.size > 0)
            snprintf(tag.lot, M_ID, "sn:" WL_STR_FMT, WL_STR_ARG(serial));
        else
            m_lot_removed(m, c->vehicle, o->part, c->repair_day, tag.quantity, tag.lot);
        if (from + i >= made.count) {
            m_differs(m, "obligation %lld lacks tags, and the ledger makes none", (long long)obligation);
            return 0;
        }
        same_tag(m, &ledger[from + i], &tag);
        m_tag_add(m, &tag);
    }
    return count < most ? count : most;
}

void m_tag(struct model *m, const void *body, const void *outcome)
{
    const struct wl_tag_body *b = body;
    const struct wl_tag_outcome *out = outcome;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false), remaining = 0;
    const struct m_claim *c = &m->claims[claim];
    bool named = b->line != WL_NONE && b->line != 0;
    size_t made = 0;
    struct m_entry *e;

    m_same(m, "claim", out->claim, c->id);
    m_same(m, "first tag", out->first_tag, m->tag_count ? (int64_t)m->tag_count : 1);
    for (int64_t i = c->first_obligation; i < c->first_obligation + c->obligations; i++) {
        int64_t missing = m_tags_missing(m, i);

        if (named ? m->obligations[i].line != b->line : !m_obligation_is_open(&m->obligations[i]))
            continue;
        if (missing == 0)
            continue;
        if (made + m_tags_of(missing, b->together == 1) > WL_TAGS_AT_ONCE_MAX)
            remaining++;
        else
            made += m_tags_make(m, i, b->together == 1, b->serial, out->tags, made, SIZE_MAX);
    }
    m_same(m, "tags made", (int64_t)out->tags.count, (int64_t)made);
    m_same(m, "remaining", out->remaining, remaining ? remaining : WL_NONE);
    if (remaining)
        m_saw(m, "tags-remaining");
    e = m_entry_note(m, wl_tag_command.tag);
    e->first_number = (int64_t)(m->tag_count - made);
    e->count_of_numbers = (int64_t)made;
}

/* ---- tag-loose ---- */

void m_judge_tag_loose(struct model *m, const void *body)
{
    const struct wl_tag_loose_body *b = body;
    struct m_plan *p = &m->plan;

    p->place = m_place_of(m, b->dealer_id);
    p->vehicle = m_vehicle_of(m, b->vin);
    p->part = m_part_of(m, b->part_id);
    if (p->place < 0 || !m->places[p->place].dealer)
        m_must(m, WL_REFUSED_DEALER_UNKNOWN);
    if (p->vehicle < 0)
        m_must(m, WL_REFUSED_VEHICLE_UNKNOWN);
    if (p->part < 0)
        m_must(m, WL_REFUSED_PART_UNKNOWN);
    if (b->reason.size == 0)
        m_must(m, WL_REFUSED_REASON_MISSING);
    m_judge_quantity(m, p->part, b->quantity);
    if (p->part < 0 || p->vehicle < 0)
        return;
    if (b->serial.size > 0 && b->quantity != 1000)
        m_must(m, WL_REFUSED_QUANTITY_INVALID);
    judge_serial(m, p->part, p->vehicle, b->serial);
}

void m_tag_loose(struct model *m, const void *body, const void *outcome)
{
    const struct wl_tag_loose_body *b = body;
    const struct wl_tag_outcome *out = outcome;
    const struct m_plan *p = &m->plan;
    struct m_tag tag = {.obligation = WL_NONE,
                        .state = WL_TAG_TAGGED,
                        .outcome = WL_NONE,
                        .disposition = WL_NONE,
                        .shipment = WL_NONE,
                        .discrepancy = WL_NONE,
                        .quantity = b->quantity,
                        .seq = (int64_t)m->seq,
                        .dealer = p->place,
                        .vehicle = p->vehicle,
                        .part = p->part};
    struct m_entry *e;

    m_set(tag.bin, M_ID, WL_STR(WL_MAIN_BIN));
    if (b->serial.size > 0)
        snprintf(tag.lot, M_ID, "sn:" WL_STR_FMT, WL_STR_ARG(b->serial));
    else
        m_lot_removed(m, p->vehicle, p->part, m->day, tag.quantity, tag.lot);
    m_same(m, "claim", out->claim, WL_NONE);
    m_same(m, "first tag", out->first_tag, m->tag_count ? (int64_t)m->tag_count : 1);
    m_same(m, "tags made", (int64_t)out->tags.count, 1);
    m_same(m, "remaining", out->remaining, WL_NONE);
    if (m->fault[0])
        return;
    same_tag(m, out->tags.at, &tag);
    m_tag_add(m, &tag);
    e = m_entry_note(m, wl_tag_loose_command.tag);
    e->first_number = (int64_t)m->tag_count - 1;
    e->count_of_numbers = 1;
}

/* ---- tag-link ---- */

static void judge_link(struct model *m, const struct m_tag *tag, int64_t obligation)
{
    const struct m_obligation *o = &m->obligations[obligation];
    const struct m_claim *c = &m->claims[o->claim];

    if (tag->dealer != c->dealer || tag->vehicle != c->vehicle || tag->part != o->part ||
        tag->quantity > m_tags_missing(m, obligation))
        m_must(m, WL_REFUSED_TAG_MISMATCH);
    if (m_tags_missing(m, obligation) == 0)
        m_may(m, WL_REFUSED_ALREADY_TAGGED);
    if (o->state == WL_OBLIGATION_REFUSED || o->state == WL_OBLIGATION_ACCEPTED)
        m_may(m, WL_REFUSED_ALREADY_INSPECTED);
    if (o->state == WL_OBLIGATION_WAIVED)
        m_may(m, WL_REFUSED_ALREADY_WAIVED);
}

void m_judge_tag_link(struct model *m, const void *body)
{
    const struct wl_tag_link_body *b = body;
    const struct m_tag *tag = NULL;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false), obligation;

    if (b->tag < 1 || b->tag >= (int64_t)m->tag_count) {
        m_must(m, WL_REFUSED_TAG_UNKNOWN);
    } else {
        tag = &m->tags[b->tag];
        if (tag->state == WL_TAG_WITHDRAWN)
            m_must(m, WL_REFUSED_TAG_WITHDRAWN);
        if (tag->obligation != WL_NONE) {
            m_must(m, WL_REFUSED_TAG_LINKED);
        } else if (tag->state == WL_TAG_INSPECTED || tag->state == WL_TAG_DISPOSED) {
            m_must(m, WL_REFUSED_ALREADY_INSPECTED);
            m_may(m, WL_REFUSED_ALREADY_DISPOSED);
        }
        if (tag->state == WL_TAG_MISSING)
            m_may(m, WL_REFUSED_TAG_MISSING);
        if (tag->state == WL_TAG_INSPECTED || tag->state == WL_TAG_DISPOSED)
            m_may(m, WL_REFUSED_ALREADY_INSPECTED);
    }
    if (claim < 0 || m->claims[claim].decision == WL_CLAIM_REFERRED)
        return;
    obligation = m_obligation_of(m, claim, b->line);
    if (obligation < 0) {
        m_must(m, WL_REFUSED_OBLIGATION_UNKNOWN);
        m_may(m, WL_REFUSED_LINE_UNKNOWN);
    } else if (tag) {
        judge_link(m, tag, obligation);
    }
    m_may(m, WL_REFUSED_TAG_MISMATCH);
    m->may[WL_REFUSED_TAG_MISMATCH] = m->must_count > 0;
}

void m_tag_link(struct model *m, const void *body, const void *outcome)
{
    const struct wl_tag_link_body *b = body;
    const struct wl_tag_link_outcome *out = outcome;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false);
    int64_t obligation = m_obligation_of(m, claim, b->line);

    m_same(m, "claim", out->claim, m->claims[claim].id);
    m_same(m, "obligation", out->obligation, obligation);
    m_saw(m, "tag-linked");
    join(m, b->tag, obligation);
    m_obligation_follow(m, obligation);
}
