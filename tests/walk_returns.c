/* Returned parts and what is taken back. */
#include "tests/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

/* ---- returned parts ---- */

static struct owed *owed_of(struct m_claim *c, int64_t line)
{
    for (unsigned i = 0; i < c->owed_count; i++)
        if (c->owed[i].line + 1 == line)
            return &c->owed[i];
    return NULL;
}

static int64_t any_line(const struct m_claim *c)
{
    if (chance(50))
        return WL_NONE;
    if (c && c->owed_count > 0 && !chance(5))
        return c->owed[draw(c->owed_count)].line + 1;
    return 1 + draw(5);
}

/* A line that owes nothing: unknown, or not among what is owed. */
static void expect_no_line(const struct m_claim *c, int64_t line)
{
    expect(line > (int64_t)c->count[WL_LINE_PART] ? WL_REFUSED_LINE_UNKNOWN : WL_REFUSED_OBLIGATION_UNKNOWN);
    may(WL_REFUSED_OBLIGATION_UNKNOWN);
}

static bool is_open(int64_t state)
{
    return state == WL_OBLIGATION_OPEN || state == WL_OBLIGATION_OVERDUE;
}

/* Marks by bit the lines that a command moves; expects what is wrong. */
static unsigned lines_to(struct m_claim *c, int64_t line, bool (*all)(int64_t), bool (*one)(int64_t), int64_t nothing,
                         const int64_t *refusals)
{
    unsigned bits = 0;

    if (line != WL_NONE) {
        struct owed *o = owed_of(c, line);

        if (!o) {
            expect_no_line(c, line);
            return 0;
        }
        expect(one(o->state) ? WL_DONE : refusals[o->state]);
        return one(o->state) ? 1u << (o - c->owed) : 0;
    }
    for (unsigned i = 0; i < c->owed_count; i++)
        if (all(c->owed[i].state))
            bits |= 1u << i;
    expect(bits ? WL_DONE : nothing);
    return bits;
}

static bool may_waive(int64_t state)
{
    return is_open(state) || state == WL_OBLIGATION_RECEIVED;
}

static bool may_receive(int64_t state)
{
    return is_open(state) || state == WL_OBLIGATION_WAIVED;
}

static bool may_inspect(int64_t state)
{
    return state == WL_OBLIGATION_RECEIVED || state == WL_OBLIGATION_WAIVED_RECEIVED;
}

void do_waive(void)
{
    static const int64_t refusals[WL_OBLIGATION_STATE_COUNT] = {[WL_OBLIGATION_ACCEPTED] = WL_REFUSED_ALREADY_INSPECTED,
                                                                [WL_OBLIGATION_REFUSED] = WL_REFUSED_ALREADY_INSPECTED,
                                                                [WL_OBLIGATION_WAIVED] = WL_REFUSED_ALREADY_WAIVED,
                                                                [WL_OBLIGATION_WAIVED_RECEIVED] =
                                                                    WL_REFUSED_ALREADY_WAIVED};
    int64_t id = any_claim_where(is_owing);
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_waive_body body = {.line = any_line(c), .reason = any_reason("waive")};
    unsigned bits = 0;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_WAIVE)) {
        expect_reason("waive", body.reason, true);
        bits = lines_to(c, body.line, may_waive, may_waive, WL_REFUSED_NOTHING_TO_WAIVE, refusals);
    }
    if (!go(&wl_waive_command, &body, "chief", NULL))
        return;
    for (unsigned i = 0; i < c->owed_count; i++)
        if (bits >> i & 1)
            c->owed[i].state = is_open(c->owed[i].state) ? WL_OBLIGATION_WAIVED : WL_OBLIGATION_WAIVED_RECEIVED;
    check_claim(id);
}

/* What was rejected and never owed has nothing to return. */
static bool expect_returns(int64_t id)
{
    if (!expect_claim(id, WL_CLAIM_STEP_RETURNS))
        return false;
    if ((claim_at(id)->state == WL_CLAIM_REJECTED || claim_at(id)->state == WL_CLAIM_INFO_REQUESTED) &&
        claim_at(id)->owed_count == 0) {
        if (claim_at(id)->state == WL_CLAIM_REJECTED)
            expect_only(WL_REFUSED_CLAIM_REJECTED);
        else
            expect(WL_REFUSED_CLAIM_REJECTED);
        return claim_at(id)->state != WL_CLAIM_REJECTED;
    }
    return true;
}

void do_tag(void)
{
    int64_t id = any_claim_where(is_owing);
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_tag_body body = {.line = any_line(c), .together = chance(50) ? 1 : WL_NONE};
    struct undo *undo;
    bool lacks = false;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_returns(id)) {
        if (body.line != WL_NONE) {
            struct owed *o = owed_of(c, body.line);

            if (!o)
                expect_no_line(c, body.line);
            else if (o->state == WL_OBLIGATION_ACCEPTED || o->state == WL_OBLIGATION_REFUSED)
                expect(WL_REFUSED_ALREADY_INSPECTED), expect(WL_REFUSED_ALREADY_TAGGED);
            else if (o->tagged)
                expect(WL_REFUSED_ALREADY_TAGGED), expect(WL_REFUSED_ALREADY_RECEIVED);
        } else {
            for (unsigned i = 0; i < c->owed_count; i++)
                lacks |= is_open(c->owed[i].state) && !c->owed[i].tagged;
            expect(lacks ? WL_DONE : WL_REFUSED_NOTHING_TO_TAG);
        }
    }
    if (!go(&wl_tag_command, &body, "clerk", NULL))
        return;
    undo = undo_note(UNDO_TAGGING, id);
    for (unsigned i = 0; i < c->owed_count; i++)
        if (!c->owed[i].tagged &&
            (body.line == WL_NONE ? is_open(c->owed[i].state) : c->owed[i].line + 1 == body.line)) {
            c->owed[i].tagged = true;
            undo->lines |= 1u << i;
        }
    check_claim(id);
}

void do_receive(void)
{
    static const int64_t refusals[WL_OBLIGATION_STATE_COUNT] = {[WL_OBLIGATION_RECEIVED] = WL_REFUSED_ALREADY_RECEIVED,
                                                                [WL_OBLIGATION_WAIVED_RECEIVED] =
                                                                    WL_REFUSED_ALREADY_RECEIVED,
                                                                [WL_OBLIGATION_ACCEPTED] = WL_REFUSED_ALREADY_INSPECTED,
                                                                [WL_OBLIGATION_REFUSED] = WL_REFUSED_ALREADY_INSPECTED};
    int64_t id = any_claim_where(is_owing);
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_receive_body body = {.line = any_line(c)};
    struct undo *undo;
    unsigned bits = 0;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_returns(id))
        bits = lines_to(c, body.line, is_open, may_receive, WL_REFUSED_NOTHING_TO_RECEIVE, refusals);
    if (!go(&wl_receive_command, &body, "centre", NULL))
        return;
    undo = undo_note(UNDO_RECEIPT, id);
    undo->lines = bits;
    for (unsigned i = 0; i < c->owed_count; i++)
        if (bits >> i & 1) {
            c->owed[i].state = is_open(c->owed[i].state) ? WL_OBLIGATION_RECEIVED : WL_OBLIGATION_WAIVED_RECEIVED;
            c->owed[i].tagged = true;
        }
    check_claim(id);
}

/* The lines that an inspection refuses, and the money that follows. */
static void refuse_lines(int64_t id, unsigned bits, const struct wl_inspect_outcome *out, struct undo *undo)
{
    struct m_claim *c = claim_at(id);
    struct worth worth = c->worth;

    for (unsigned i = 0; i < c->owed_count; i++)
        if (bits >> i & 1)
            worth.lines[WL_LINE_PART][c->owed[i].line] = 0;
    worth.total = total_of(c, worth.lines);
    if (c->state == WL_CLAIM_SETTLED) {
        int64_t amount = charged(c, c->worth.total, worth.total);

        if ((out->charged_back == WL_NONE ? 0 : out->charged_back) != amount)
            fail("%lld was charged back, not %lld", (long long)out->charged_back, (long long)amount);
        undo->decides = true;
        undo->amount = amount;
        c->worth = worth;
        c->charged_back += amount;
        c->decided_seq = (int64_t)walk.result.seq;
        if (amount > 0) {
            walk.chargebacks =
                room(walk.chargebacks, &walk.chargeback_room, walk.chargeback_count, sizeof *walk.chargebacks);
            walk.chargebacks[walk.chargeback_count++] =
                (struct m_chargeback){(int64_t)walk.result.seq, id, amount, true};
            post(WL_ACCOUNT_PAYABLE, dealer_party(c->dealer), WL_ACCOUNT_EXPENSE_WARRANTY + (int)c->type, 0,
                 currency_of(c->dealer), amount);
        }
    } else if (is_decided(c)) {
        undo->decides = true;
        c->adjusted = true;
        c->decided_tier = WL_NONE;
        c->rejected_by[0] = 0;
        decide_claim(id, worth.total > 0 ? WL_CLAIM_PARTIAL : WL_CLAIM_REJECTED, &worth);
    }
}

void do_inspect(void)
{
    static const int64_t refusals[WL_OBLIGATION_STATE_COUNT] = {
        [WL_OBLIGATION_OPEN] = WL_REFUSED_OBLIGATION_NOT_RECEIVED,
        [WL_OBLIGATION_OVERDUE] = WL_REFUSED_OBLIGATION_NOT_RECEIVED,
        [WL_OBLIGATION_WAIVED] = WL_REFUSED_OBLIGATION_NOT_RECEIVED,
        [WL_OBLIGATION_ACCEPTED] = WL_REFUSED_ALREADY_INSPECTED,
        [WL_OBLIGATION_REFUSED] = WL_REFUSED_ALREADY_INSPECTED};
    int64_t id = any_claim_where(has_owed);
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_inspect_body body = {
        .line = any_line(c), .outcome = chance(65) ? WL_ACCEPTED : 1 + draw(4), .reason = WL_STR("as found")};
    struct undo *undo;
    unsigned bits = 0;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_returns(id))
        bits = lines_to(c, body.line, may_inspect, may_inspect, WL_REFUSED_NOTHING_TO_INSPECT, refusals);
    if (!go(&wl_inspect_command, &body, "inspector", NULL))
        return;
    undo = undo_note(UNDO_INSPECTION, id);
    undo->lines = bits;
    for (unsigned i = 0; i < c->owed_count; i++)
        if (bits >> i & 1)
            c->owed[i].state = body.outcome == WL_ACCEPTED ? WL_OBLIGATION_ACCEPTED : WL_OBLIGATION_REFUSED;
    if (body.outcome != WL_ACCEPTED)
        refuse_lines(id, bits, walk.outcome, undo);
    check_claim(id);
}
