/* Holds the ledger's documents against the model's: requests, dispatches, discrepancies, tags, returns, obligations. */
#include "tests/soak.h"

#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"
#include "wledger/schema.h"

enum { NEWEST = 600 }; /* rows of a kind that are compared now and then; all of them at the end */

static size_t first_of(size_t count, size_t least, bool every_row)
{
    return every_row || count < NEWEST + least ? least : count - NEWEST;
}

static const char *place_name(const struct model *m, int place)
{
    return place < 0 ? "" : m->places[place].id;
}

static void compare_request(struct soak *s, size_t number)
{
    struct model *m = s->m;
    const struct m_request *r = &m->requests[number];
    struct wl_request_row row;

    wl_arena_clear(&s->arena);
    if (wl_request_get(s->txn, &s->arena, number, &row) != 1) {
        m_differs(m, "request %zu has no row", number);
        return;
    }
    m_same_text(m, "dealer", row.dealer_id, m->places[r->dealer].id);
    m_same_text(m, "part asked for", row.asked_part_id, m->parts[r->asked].id);
    m_same_text(m, "part", row.part_id, m->parts[r->part].id);
    m_same_text(m, "location", row.location_id, place_name(m, r->place));
    m_same(m, "quantity", row.quantity, r->quantity);
    m_same(m, "received", row.received, r->received);
    m_same(m, "discrepant", row.discrepant, r->discrepant);
    m_same(m, "fitted", row.fitted, r->fitted);
    m_same(m, "state", row.state, r->state);
    m_same(m, "choice", row.choice, r->choice);
    m_same(m, "dispatch", row.dispatch, r->dispatch);
    m_same(m, "reserved", wl_request_reserved(&row), m_request_reserved(m, r));
}

static void compare_dispatch(struct soak *s, size_t number)
{
    struct model *m = s->m;
    const struct m_dispatch *d = &m->dispatches[number];
    struct wl_dispatch row;
    int64_t open = 0;

    wl_arena_clear(&s->arena);
    if (wl_dispatch_get(s->txn, &s->arena, number, &row) != 1) {
        m_differs(m, "dispatch %zu has no row", number);
        return;
    }
    m_same_text(m, "from", row.from_id, m->places[d->from].id);
    m_same_text(m, "to", row.to_id, m->places[d->to].id);
    m_same(m, "state", row.state, d->state);
    m_same(m, "lines", row.lines, (int64_t)d->lines);
    m_same(m, "flagged late by", row.late_seq, d->late);
    for (size_t i = 0; i < d->lines && !m->fault[0]; i++) {
        const struct m_line *line = &m->lines[d->first_line + i];
        struct wl_dispatch_line there;

        if (wl_dispatch_line_get(s->txn, &s->arena, number, i + 1, &there) != 1) {
            m_differs(m, "line %zu of dispatch %zu has no row", i + 1, number);
            return;
        }
        m_same(m, "line's received", there.received, line->received);
        m_same(m, "line's discrepant", there.discrepant, line->discrepant);
        m_same(m, "line's quantity", there.quantity, line->quantity);
        m_same(m, "line's request", there.request, line->request);
        open += m_line_transit(line) > 0 && d->state == WL_DISPATCH_SHIPPED;
    }
    m_same(m, "open lines", row.open_lines, open);
}

static void compare_discrepancy(struct soak *s, size_t number)
{
    struct model *m = s->m;
    const struct m_discrepancy *x = &m->discrepancies[number];
    struct wl_discrepancy row;

    wl_arena_clear(&s->arena);
    if (wl_discrepancy_get(s->txn, &s->arena, number, &row) != 1) {
        m_differs(m, "discrepancy %zu has no row", number);
        return;
    }
    m_same(m, "kind", row.kind, x->kind);
    m_same(m, "dispatch", row.dispatch, x->dispatch);
    m_same(m, "tag", row.tag, x->tag);
    m_same_text(m, "part", row.part_id, m->parts[x->part].id);
    m_same_text(m, "lot", row.lot, x->lot);
    m_same_text(m, "from", row.from_id, x->from);
    m_same_text(m, "to", row.to_id, x->to);
    m_same(m, "quantity", row.quantity, x->quantity);
    m_same(m, "resolution", row.resolution, x->resolution);
    m_same(m, "open", row.resolved_seq == WL_NONE, x->resolution == WL_NONE && !x->withdrawn);
}

static void compare_tag(struct soak *s, size_t number)
{
    struct model *m = s->m;
    const struct m_tag *tag = &m->tags[number];
    struct wl_tag row;

    wl_arena_clear(&s->arena);
    if (wl_tag_get(s->txn, &s->arena, number, &row) != 1) {
        m_differs(m, "tag %zu has no row", number);
        return;
    }
    m_same(m, "state", row.state, tag->state);
    m_same(m, "outcome", row.outcome, tag->outcome);
    m_same(m, "disposition", row.disposition, tag->disposition);
    m_same(m, "shipment", row.shipment, tag->shipment);
    m_same(m, "quantity", row.quantity, tag->quantity);
    m_same(m, "discrepancy", row.discrepancy, tag->discrepancy);
    if (tag->state != WL_TAG_WITHDRAWN)
        m_same(m, "obligation", row.obligation, tag->obligation);
    m_same_text(m, "dealer", row.dealer_id, m->places[tag->dealer].id);
    m_same_text(m, "vehicle", row.vin, m->vehicles[tag->vehicle]);
    m_same_text(m, "part", row.part_id, m->parts[tag->part].id);
    m_same_text(m, "lot", row.lot, tag->lot);
    if ((tag->state == WL_TAG_RECEIVED || tag->state == WL_TAG_INSPECTED) && !tag->gone) {
        m_same_text(m, "centre", row.centre_id, tag->centre);
        m_same_text(m, "centre's bin", row.centre_bin, tag->centre_bin);
    }
}

static void compare_return(struct soak *s, size_t number)
{
    struct model *m = s->m;
    const struct m_return *r = &m->returns[number];
    struct wl_return row;

    wl_arena_clear(&s->arena);
    if (wl_return_get(s->txn, &s->arena, number, &row) != 1) {
        m_differs(m, "return shipment %zu has no row", number);
        return;
    }
    m_same_text(m, "dealer", row.dealer_id, m->places[r->dealer].id);
    m_same_text(m, "centre", row.centre_id, r->centre);
    m_same(m, "tags", row.tags, r->tags);
    m_same(m, "open", row.open, r->open);
    m_same(m, "closed", row.closed_seq != WL_NONE, r->closed || r->withdrawn);
}

/* An obligation and what its tags have done of it; never more than it asks for. */
static void compare_obligation(struct soak *s, size_t id)
{
    struct model *m = s->m;
    const struct m_obligation *o = &m->obligations[id];
    struct wl_obligation row;
    int64_t tagged = 0, inspected = 0;

    wl_arena_clear(&s->arena);
    if (wl_obligation_get(s->txn, &s->arena, (int64_t)id, &row) != 1) {
        m_differs(m, "obligation %zu has no row", id);
        return;
    }
    for (size_t i = 0; i < o->tag_count; i++) {
        const struct m_tag *tag = &m->tags[o->tags[i]];

        tagged += tag->state == WL_TAG_WITHDRAWN ? 0 : tag->quantity;
        inspected += tag->outcome == WL_NONE ? 0 : tag->quantity;
    }
    m_same(m, "state", row.state, o->state);
    m_same(m, "quantity", row.quantity, o->quantity);
    m_same(m, "due", row.due, o->due);
    m_same(m, "tagged", row.tagged == WL_NONE ? 0 : row.tagged, tagged);
    m_same(m, "inspected", row.inspected == WL_NONE ? 0 : row.inspected, inspected);
    if (tagged > o->quantity || row.received > row.tagged)
        m_differs(m, "more came back than was owed");
}

static const struct {
    const char *what;
    void (*compare)(struct soak *, size_t number);
    size_t offset; /* of its count in the model */
    uint64_t (*count)(struct wl_txn *);
    unsigned least; /* number of the first */
} kinds[] = {
    {"request", compare_request, offsetof(struct model, request_count), wl_request_count, 1},
    {"dispatch", compare_dispatch, offsetof(struct model, dispatch_count), wl_dispatch_count, 1},
    {"discrepancy", compare_discrepancy, offsetof(struct model, discrepancy_count), wl_discrepancy_count, 1},
    {"tag", compare_tag, offsetof(struct model, tag_count), wl_tag_count, 1},
    {"return shipment", compare_return, offsetof(struct model, return_count), wl_return_count, 1},
    {"obligation", compare_obligation, offsetof(struct model, obligation_count), NULL, 0},
};

bool soak_compare_rows(struct soak *s, bool every_row)
{
    struct model *m = s->m;

    for (size_t i = 0; i < WL_COUNT(kinds) && !m->fault[0]; i++) {
        size_t count = *(const size_t *)((const char *)m + kinds[i].offset);
        size_t first = first_of(count, kinds[i].least, every_row);

        if (kinds[i].count && count > 0)
            m_same(m, kinds[i].what, (int64_t)kinds[i].count(s->txn) + 1, (int64_t)count);
        for (size_t number = first; number < count && !m->fault[0]; number++) {
            kinds[i].compare(s, number);
            if (m->fault[0]) {
                char fault[sizeof m->fault];

                memcpy(fault, m->fault, sizeof fault);
                snprintf(m->fault, sizeof m->fault, "%s %zu: %.900s", kinds[i].what, number, fault);
            }
        }
    }
    return !m->fault[0];
}

/* ---- the audit ---- */

bool soak_audit(struct soak *s)
{
    struct wl_verify_report whole;
    struct wl_rebuild_report again;

    wl_store_close(s->store);
    s->store = NULL;
    if (wl_verify_here(s->dir, &wl_house_schema, &whole) != WL_OK)
        m_differs(s->m, "verify: %s", wl_error());
    else if (wl_rebuild(s->dir, &wl_house_schema, s->other_dir, true, NULL, NULL, &again) != WL_OK)
        m_differs(s->m, "rebuild: %s", wl_error());
    else if (memcmp(whole.root, again.root, WL_HASH_SIZE) != 0 || memcmp(whole.digest, again.digest, WL_HASH_SIZE) != 0)
        m_differs(s->m, "the rebuilt store has another root or digest");
    return !s->m->fault[0];
}
