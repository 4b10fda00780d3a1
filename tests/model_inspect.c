/* The model of inspections, dispositions, waivers and the clock (defective.h, gates.h). */
#include "tests/model.h"

#include <stdlib.h>
#include <string.h>

/* ---- money ---- */

/* What the claim is worth with these part lines: handling is 10 per cent of them, rounded half away from zero. */
static int64_t worth(const struct m_claim *c)
{
    int64_t parts = 0;

    for (int i = 0; i < M_CLAIM_LINES; i++)
        parts += c->part_amounts[i];
    return c->labour + parts + (parts * 10 + 50) / 100 + c->sublet;
}

/* The lines that are refused now, and what that does to the claim. */
static void reprice(struct model *m, struct m_claim *c, const struct wl_inspect_outcome *out, struct m_finding *f)
{
    int64_t total = worth(c), back = c->total - c->charged_back - total;

    f->decides = true;
    f->charged_back = c->settlement != WL_NONE ? back : 0;
    c->decided_seq = (int64_t)m->seq;
    if (c->settlement != WL_NONE) {
        m_same(m, "charged back", out->charged_back, back > 0 ? back : WL_NONE);
        m_saw(m, "charged-back");
        c->charged_back += back;
        return;
    }
    m_same(m, "charged back", out->charged_back, WL_NONE);
    if (out->decision.decision == WL_NONE) {
        m_differs(m, "a refused line does not change the claim's decision");
        return;
    }
    m_same(m, "total without the refused lines", out->decision.total, total);
    m_saw(m, total == 0 ? "priced-at-0" : "priced-without-line");
    m_same(m, "rejected without the refused lines", out->decision.decision == WL_CLAIM_REJECTED, total == 0);
    c->total = total;
    c->decision = out->decision.decision;
}

/* ---- inspections ---- */

static void inspect_tag(struct model *m, int64_t number, int64_t found, int64_t *discrepancies)
{
    struct m_tag *tag = &m->tags[number];
    bool was_missing = tag->state == WL_TAG_MISSING;

    tag->state = WL_TAG_INSPECTED;
    tag->outcome = found;
    tag->inspected_seq = (int64_t)m->seq;
    m_saw(m, wl_inspection_names()[found]);
    if (found != WL_MISSING || was_missing)
        return;
    tag->gone = true;
    tag->discrepancy = m_discrepancy_add(m, &(struct m_discrepancy){.kind = WL_DISCREPANCY_RETURN_MISSING,
                                                                    .dispatch = WL_NONE,
                                                                    .line = WL_NONE,
                                                                    .tag = number,
                                                                    .quantity = tag->quantity,
                                                                    .resolution = WL_NONE,
                                                                    .seq = (int64_t)m->seq,
                                                                    .part = tag->part});
    memcpy(m->discrepancies[tag->discrepancy].lot, tag->lot, M_ID);
    memcpy(m->discrepancies[tag->discrepancy].from, m->places[tag->dealer].id, M_ID);
    memcpy(m->discrepancies[tag->discrepancy].to, tag->centre, M_ID);
    m_move(m, WL_ACCOUNT_CENTRE_DEFECTIVE, m_party(tag->centre, tag->centre_bin), WL_ACCOUNT_DISCREPANCY,
           m_party_number("", tag->discrepancy), tag->part, tag->lot, tag->quantity);
    ++*discrepancies;
}

/* The claim as it is before. */
static struct m_finding finding_of(const struct model *m, int64_t claim, int64_t found)
{
    struct m_finding f = {.claim = claim, .found = found};
    const struct m_claim *c;

    if (claim < 0)
        return f;
    c = &m->claims[claim];
    f.decided_before = c->decided_seq;
    f.total = c->total;
    f.decision = c->decision;
    memcpy(f.amounts, c->part_amounts, sizeof f.amounts);
    return f;
}

static void note(struct model *m, int tag, struct wl_ints tags, int64_t first, int64_t made, const struct m_finding *f)
{
    struct m_entry *e = m_entry_note(m, tag);

    m_entry_list(e, tags.at, tags.count);
    e->first_number = first;
    e->count_of_numbers = made;
    e->finding = *f;
}

/* What was found on tags, in the order of the ledger's list. */
static void follow(struct model *m, int command, int64_t claim, struct wl_ints tags, int64_t found,
                   const struct wl_inspect_outcome *out)
{
    int64_t first = m->discrepancy_count ? (int64_t)m->discrepancy_count : 1, made = 0;
    struct m_finding f = finding_of(m, claim, found);
    size_t refused = 0;
    bool on_money = claim >= 0 && m->claims[claim].decision != WL_CLAIM_REJECTED;

    f.was_missing = tags.count == 1 && m->tags[tags.at[0]].state == WL_TAG_MISSING;

    for (size_t i = 0; i < tags.count; i++) {
        int64_t obligation = m->tags[tags.at[i]].obligation;

        inspect_tag(m, tags.at[i], found, &made);
        if (obligation == WL_NONE)
            continue;
        m_obligation_follow(m, obligation);
        if (found != WL_ACCEPTED && !m->obligations[obligation].refused) {
            m->obligations[obligation].refused = true;
            if (refused >= out->obligations.count || out->obligations.at[refused] != obligation)
                m_differs(m, "obligation %lld is refused anew, and the ledger does not say so", (long long)obligation);
            if (refused < M_CLAIM_LINES)
                f.refused[refused] = obligation;
            refused++;
            m->claims[claim].part_amounts[m->obligations[obligation].line - 1] = 0;
        }
    }
    m_same(m, "first discrepancy", out->first_discrepancy, made ? first : WL_NONE);
    m_same(m, "obligations refused anew", (int64_t)out->obligations.count, (int64_t)refused);
    if (refused > 0 && on_money && !m->fault[0])
        reprice(m, &m->claims[claim], out, &f);
    else
        m_same(m, "charged back", out->charged_back, WL_NONE);
    f.refused_count = refused;
    note(m, command, tags, first, made, &f);
}

/* The received tags of a line, or of all (0): their numbers, ascending; valid until the next call. */
static struct wl_ints received_tags(const struct model *m, int64_t claim, int64_t line)
{
    static int64_t tags[1024];
    const struct m_claim *c = &m->claims[claim];
    struct wl_ints out = {tags, 0};

    for (int64_t i = c->first_obligation; i < c->first_obligation + c->obligations; i++) {
        const struct m_obligation *o = &m->obligations[i];

        for (size_t j = 0; j < o->tag_count && (line == 0 || o->line == line); j++)
            if (m->tags[o->tags[j]].state == WL_TAG_RECEIVED && out.count < WL_COUNT(tags))
                tags[out.count++] = o->tags[j];
    }
    return out;
}

void m_judge_inspect(struct model *m, const void *body)
{
    const struct wl_inspect_body *b = body;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false), obligation;
    int64_t line = b->line == WL_NONE ? 0 : b->line;

    if (claim < 0 || m->claims[claim].decision == WL_CLAIM_REFERRED)
        return;
    obligation = line ? m_obligation_of(m, claim, line) : 0;
    if (obligation < 0) {
        m_must(m, WL_REFUSED_OBLIGATION_UNKNOWN);
    } else if (received_tags(m, claim, line).count == 0 && line == 0) {
        m_must(m, WL_REFUSED_NOTHING_TO_INSPECT);
    } else if (received_tags(m, claim, line).count == 0) {
        const struct m_obligation *o = &m->obligations[obligation];
        bool any = false;

        for (size_t i = 0; i < o->tag_count; i++)
            any |= m->tags[o->tags[i]].outcome != WL_NONE;
        m_must(m, any ? WL_REFUSED_ALREADY_INSPECTED : WL_REFUSED_OBLIGATION_NOT_RECEIVED);
        if (any)
            m_may(m, WL_REFUSED_OBLIGATION_NOT_RECEIVED);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

void m_inspect(struct model *m, const void *body, const void *outcome)
{
    const struct wl_inspect_body *b = body;
    const struct wl_inspect_outcome *out = outcome;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, false);
    struct wl_ints tags = received_tags(m, claim, b->line == WL_NONE ? 0 : b->line);
    static int64_t ledger[1024];

    m_same(m, "claim", out->claim, m->claims[claim].id);
    m_same(m, "inspected tags", (int64_t)out->tags.count, (int64_t)tags.count);
    m_same(m, "remaining", out->remaining, WL_NONE);
    if (m->fault[0])
        return;
    memcpy(ledger, out->tags.at, tags.count * sizeof *ledger);
    qsort(ledger, tags.count, sizeof *ledger, compare_numbers);
    qsort(tags.at, tags.count, sizeof *tags.at, compare_numbers);
    for (size_t i = 0; i < tags.count; i++)
        m_same(m, "inspected tag", ledger[i], tags.at[i]);
    if (!m->fault[0])
        follow(m, wl_inspect_command.tag, claim, out->tags, b->outcome, out);
}

void m_judge_tag_inspect(struct model *m, const void *body)
{
    const struct wl_tag_inspect_body *b = body;
    const struct m_tag *tag;

    if (b->tag < 1 || b->tag >= (int64_t)m->tag_count) {
        m_must(m, WL_REFUSED_TAG_UNKNOWN);
        return;
    }
    tag = &m->tags[b->tag];
    if (tag->state == WL_TAG_WITHDRAWN) {
        m_must(m, WL_REFUSED_TAG_WITHDRAWN);
    } else if (tag->state == WL_TAG_TAGGED || tag->state == WL_TAG_SHIPPED) {
        m_must(m, WL_REFUSED_TAG_NOT_RECEIVED);
        m_may(m, WL_REFUSED_TAG_NOT_SHIPPED);
    } else if (tag->state == WL_TAG_INSPECTED || tag->state == WL_TAG_DISPOSED) {
        m_must(m, WL_REFUSED_ALREADY_INSPECTED);
        if (tag->state == WL_TAG_DISPOSED)
            m_may(m, WL_REFUSED_ALREADY_DISPOSED);
    } else if (tag->state == WL_TAG_MISSING && b->outcome != WL_MISSING) {
        m_must(m, WL_REFUSED_TAG_MISSING);
        m_may(m, WL_REFUSED_TAG_NOT_RECEIVED);
    }
}

void m_tag_inspect(struct model *m, const void *body, const void *outcome)
{
    const struct wl_tag_inspect_body *b = body;
    const struct wl_inspect_outcome *out = outcome;
    int64_t obligation = m->tags[b->tag].obligation;
    int64_t claim = obligation == WL_NONE ? -1 : m->obligations[obligation].claim, number = b->tag;

    m_same(m, "claim", out->claim, claim < 0 ? WL_NONE : m->claims[claim].id);
    m_same(m, "inspected tags", (int64_t)out->tags.count, 1);
    if (out->tags.count == 1)
        m_same(m, "inspected tag", out->tags.at[0], b->tag);
    follow(m, wl_tag_inspect_command.tag, claim, (struct wl_ints){&number, 1}, b->outcome, out);
}

/* ---- dispositions ---- */

void m_judge_dispose(struct model *m, const void *body)
{
    const struct wl_dispose_body *b = body;
    const struct m_tag *tag;

    if (b->tag < 1 || b->tag >= (int64_t)m->tag_count) {
        m_must(m, WL_REFUSED_TAG_UNKNOWN);
        return;
    }
    tag = &m->tags[b->tag];
    if (tag->state == WL_TAG_WITHDRAWN) {
        m_must(m, WL_REFUSED_TAG_WITHDRAWN);
    } else if (tag->state == WL_TAG_DISPOSED) {
        m_must(m, WL_REFUSED_ALREADY_DISPOSED);
    } else if (tag->state == WL_TAG_INSPECTED && tag->gone) {
        m_must(m, WL_REFUSED_NOTHING_TO_DISPOSE);
    } else if (tag->state != WL_TAG_INSPECTED) {
        m_must(m, WL_REFUSED_NOT_INSPECTED);
        if (tag->state == WL_TAG_MISSING)
            m_may(m, WL_REFUSED_TAG_MISSING);
        if (tag->state != WL_TAG_RECEIVED)
            m_may(m, WL_REFUSED_TAG_NOT_RECEIVED);
    }
}

void m_dispose(struct model *m, const void *body, const void *outcome)
{
    const struct wl_dispose_body *b = body;
    const struct wl_dispose_outcome *out = outcome;
    struct m_tag *tag = &m->tags[b->tag];
    const char *supplier = m->parts[tag->part].supplier, *dealer = m->places[tag->dealer].id;
    struct m_entry *e;
    static const int64_t kinds[] = {WL_ACCOUNT_SCRAP, WL_ACCOUNT_SUPPLIER, WL_ACCOUNT_DEALER_DEFECTIVE};
    const char *const parties[] = {tag->centre, supplier, m_party(dealer, tag->bin)};
    const char *const to[] = {tag->centre, supplier, dealer};

    m_same_text(m, "where it went", out->to, to[b->disposition]);
    m_move(m, WL_ACCOUNT_CENTRE_DEFECTIVE, m_party(tag->centre, tag->centre_bin), kinds[b->disposition],
           parties[b->disposition], tag->part, tag->lot, tag->quantity);
    tag->state = WL_TAG_DISPOSED;
    tag->disposition = b->disposition;
    e = m_entry_note(m, wl_dispose_command.tag);
    e->number = b->tag;
}

/* ---- waivers ---- */

static bool may_be_waived(const struct m_obligation *o)
{
    return m_obligation_blocks(o);
}

void m_judge_waive(struct model *m, const void *body)
{
    const struct wl_waive_body *b = body;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, true), any = 0, obligation;

    if (b->reason.size == 0)
        m_must(m, WL_REFUSED_REASON_MISSING);
    if (claim < 0 || m->claims[claim].decision == WL_CLAIM_REFERRED)
        return;
    if (b->line == WL_NONE || b->line == 0) {
        for (int64_t i = 0; i < m->claims[claim].obligations; i++)
            any += may_be_waived(&m->obligations[m->claims[claim].first_obligation + i]);
        if (any == 0)
            m_must(m, WL_REFUSED_NOTHING_TO_WAIVE);
        return;
    }
    obligation = m_obligation_of(m, claim, b->line);
    if (obligation < 0)
        m_must(m, WL_REFUSED_OBLIGATION_UNKNOWN);
    else if (!may_be_waived(&m->obligations[obligation])) {
        int64_t state = m->obligations[obligation].state;

        m_must(m, state == WL_OBLIGATION_ACCEPTED || state == WL_OBLIGATION_REFUSED ? WL_REFUSED_ALREADY_INSPECTED
                                                                                    : WL_REFUSED_ALREADY_WAIVED);
    }
}

void m_waive(struct model *m, const void *body, const void *outcome)
{
    const struct wl_waive_body *b = body;
    const struct wl_returns_outcome *out = outcome;
    int64_t claim = m_claim_named(m, b->dealer_id, b->claim_no, true);
    const struct m_claim *c = &m->claims[claim];
    size_t n = 0;

    m_same(m, "claim", out->claim, c->id);
    for (int64_t i = c->first_obligation; i < c->first_obligation + c->obligations; i++) {
        struct m_obligation *o = &m->obligations[i];

        if (!may_be_waived(o) || (b->line != WL_NONE && b->line != 0 && o->line != b->line))
            continue;
        if (n >= out->obligations.count || out->obligations.at[n] != i)
            m_differs(m, "obligation %lld is waived, and the ledger waives another or none", (long long)i);
        n++;
        o->waived = true;
        o->state = o->state == WL_OBLIGATION_RECEIVED ? WL_OBLIGATION_WAIVED_RECEIVED : WL_OBLIGATION_WAIVED;
    }
    m_same(m, "obligations waived", (int64_t)out->obligations.count, (int64_t)n);
}

/* ---- the clock ---- */

void m_judge_tick(struct model *m, const void *body)
{
    (void)m;
    (void)body;
}

static bool holds(struct wl_ints list, int64_t number)
{
    for (size_t i = 0; i < list.count; i++)
        if (list.at[i] == number)
            return true;
    return false;
}

static void tick_obligations(struct model *m, const struct wl_tick_outcome *out)
{
    size_t n = 0;

    while (m->overdue_from < m->obligation_count && m->obligations[m->overdue_from].state != WL_OBLIGATION_OPEN)
        m->overdue_from++;
    for (size_t i = m->overdue_from; i < m->obligation_count; i++) {
        struct m_obligation *o = &m->obligations[i];

        if (o->state != WL_OBLIGATION_OPEN || o->due >= m->day)
            continue;
        if (!holds(out->overdue, (int64_t)i)) {
            if (out->more != 1)
                m_differs(m, "obligation %zu is past due and does not become overdue", i);
            continue;
        }
        n++;
        o->state = o->open_state = WL_OBLIGATION_OVERDUE;
        m_saw(m, "became-overdue");
    }
    m_same(m, "obligations that become overdue", (int64_t)out->overdue.count, (int64_t)n);
}

static void tick_dispatches(struct model *m, const struct wl_tick_outcome *out)
{
    size_t n = 0;

    while (m->late_from < m->dispatch_count &&
           (m->dispatches[m->late_from].state != WL_DISPATCH_SHIPPED || m->dispatches[m->late_from].late != WL_NONE))
        m->late_from++;
    for (size_t i = m->late_from; i < m->dispatch_count; i++) {
        struct m_dispatch *d = &m->dispatches[i];

        if (d->state != WL_DISPATCH_SHIPPED || d->late != WL_NONE || d->time + m->dispatch_seconds >= m->time || i == 0)
            continue;
        if (!holds(out->late, (int64_t)i)) {
            if (out->more != 1)
                m_differs(m, "dispatch %zu is in transit for too long and is not flagged", i);
            continue;
        }
        n++;
        d->late = (int64_t)m->seq;
        m_saw(m, "flagged-late");
    }
    m_same(m, "dispatches that are flagged late", (int64_t)out->late.count, (int64_t)n);
}

void m_tick(struct model *m, const void *body, const void *outcome)
{
    (void)body;
    tick_obligations(m, outcome);
    tick_dispatches(m, outcome);
}
