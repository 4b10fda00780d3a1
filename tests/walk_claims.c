/* Claims and what is decided on them: commands drawn, foretold, given and compared. */
#include "tests/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

/* ---- drawing ---- */

struct m_claim *claim_at(int64_t id)
{
    return &walk.claims[id];
}

/* A newest version, the later ones more often; now and then a claim that is not there. */
int64_t any_claim(void)
{
    if (walk.claim_count == 0 || chance(1))
        return WL_NONE;
    for (;;) {
        size_t count = walk.claim_count, from = count > 60 && !chance(30) ? count - 60 : 0;
        int64_t id = (int64_t)(from + draw((unsigned)(count - from)));
        const struct m_claim *c = claim_at(id);

        return walk.newest[c->dealer][c->number];
    }
}

int64_t any_claim_where(bool (*is)(const struct m_claim *))
{
    for (int i = 0; i < 60; i++) {
        int64_t id = any_claim();

        if (id == WL_NONE || chance(4) || is(claim_at(id)))
            return id;
    }
    return any_claim();
}

void name_claim(int64_t id, struct wl_str *dealer_id, struct wl_str *claim_no)
{
    *dealer_id = text(format("D%u", id == WL_NONE ? draw(DEALERS) : claim_at(id)->dealer));
    *claim_no = text(id == WL_NONE ? "NONE" : format("C%u", claim_at(id)->number));
}

int64_t claim_state(const struct m_claim *c)
{
    if (c->state != WL_CLAIM_SETTLED)
        return c->state;
    if (c->charged_back > 0)
        return WL_CLAIM_CHARGED_BACK;
    switch ((enum wl_settlement_state)walk.settlements[c->settlement].state) {
    case WL_SETTLEMENT_PAID:
        return WL_CLAIM_PAID;
    case WL_SETTLEMENT_CONFIRMED:
        return WL_CLAIM_CONFIRMED;
    case WL_SETTLEMENT_DRAFTED:
    case WL_SETTLEMENT_ISSUED:
    case WL_SETTLEMENT_STATE_COUNT:
        return WL_CLAIM_SETTLED;
    }
    return c->state;
}

/* The rows of transitions.def, in the order of the rows' states. */
static int64_t step_refusal(enum wl_claim_step step, int64_t state)
{
#define REJECTED_ WL_REFUSED_CLAIM_REJECTED
#define LEGAL_ WL_DONE
#define WL_CLAIM_STEP(NAME, command, who, rejected, referred, approved, partial, settled, info)    \
    [WL_CLAIM_STEP_##NAME] = {WL_REFUSED_##rejected, WL_REFUSED_##referred, WL_REFUSED_##approved, \
                              WL_REFUSED_##partial,  WL_REFUSED_##settled,  WL_REFUSED_##info},
    static const int64_t rows[WL_CLAIM_STEP_COUNT][6] = {
#include "wledger/transitions.def"
    };
#undef WL_CLAIM_STEP

    return rows[step][state == WL_CLAIM_INFO_REQUESTED ? 5 : state];
}

bool expect_claim(int64_t id, enum wl_claim_step step)
{
    if (id == WL_NONE) {
        expect_only(WL_REFUSED_CLAIM_UNKNOWN);
        return false;
    }
    expect_only(step_refusal(step, claim_at(id)->state));
    return !walk.only;
}

struct wl_str any_reason(const char *event)
{
    bool has_codes = strcmp(event, "chargeback") == 0 || strcmp(event, "refuse") == 0 || strcmp(event, "waive") == 0;

    if (chance(3))
        return WL_NO_STR;
    return chance(95) && has_codes ? (chance(50) ? WL_STR("audit") : WL_STR("audit: as found")) : WL_STR("auditing");
}

bool is_referred(const struct m_claim *c)
{
    return c->state == WL_CLAIM_REFERRED;
}

static bool is_rejected(const struct m_claim *c)
{
    return c->state == WL_CLAIM_REJECTED && !c->appealed;
}

bool is_decided(const struct m_claim *c)
{
    return c->state == WL_CLAIM_APPROVED || c->state == WL_CLAIM_PARTIAL;
}

static bool is_unsigned(const struct m_claim *c)
{
    return !c->is_signed && (is_decided(c) || is_referred(c));
}

bool is_owing(const struct m_claim *c)
{
    return unmet(c) > 0;
}

bool has_owed(const struct m_claim *c)
{
    return c->owed_count > 0;
}

/* Mostly one who may decide it. */
const char *any_reviewer(const struct waiting *w)
{
    for (int i = 0; i < 30; i++) {
        int r = (int)draw(REVIEWERS);

        if (w->is && w->seat != NO_SEAT && !chance(10) && reviewer_seats[r][0] != w->seat &&
            reviewer_seats[r][1] != w->seat && w->seat != FREE_SEAT)
            continue;
        return format("r%d", r);
    }
    return "r0";
}

/* ---- claims come in ---- */

void send_lines(struct sent *s)
{
    const char *currency = currencies[chance(3) ? draw(CURRENCIES) : currency_of(s->dealer)];
    unsigned labour = draw(3), parts = draw(LINES + 1), sublet = chance(15);

    if (s->type >= WL_TYPE_CAMPAIGN && s->type != WL_TYPE_GOODWILL)
        labour = 1;
    for (unsigned i = 0; i < labour; i++)
        s->labour[i] = (struct wl_labour_line){text(format("OP%u", draw(OPERATIONS + chance(5)))),
                                               text(format("%u.%02u", draw(6), draw(100)))};
    for (unsigned i = 0; i < parts; i++) {
        s->part[i] = (int)draw(PARTS);
        s->quantity[i] = 1000 * (1 + draw(3));
        s->parts[i] = (struct wl_part_line){text(format("P%d", s->part[i])),
                                            text(format("%lld", (long long)s->quantity[i] / 1000)),
                                            text(part_price(s->part[i], currency_of(s->dealer))), text(currency)};
        if (chance(8))
            s->parts[i].unit_price = text("999");
    }
    for (unsigned i = 0; i < sublet; i++)
        s->sublet[i] = (struct wl_sublet_line){WL_STR("TOW"), text(format("%u", 1 + draw(90))), text(currency)};
    s->record.labour = (struct wl_list){s->labour, labour};
    s->record.parts = (struct wl_list){s->parts, parts};
    s->record.sublet = (struct wl_list){s->sublet, sublet};
    if (parts)
        s->record.causal_part = s->parts[0].part_id;
}

struct sent *new_claim(void)
{
    static const unsigned types[] = {WL_TYPE_WARRANTY, WL_TYPE_GOODWILL, WL_TYPE_PDI, WL_TYPE_EXTENDED, WL_TYPE_COUNT};
    struct sent *s = wl_arena_alloc(&walk.keep, sizeof *s);
    unsigned vehicle, how = draw(100);
    char day[WL_DATE_TEXT];

    memset(s, 0, sizeof *s);
    wl_record_clear(&wl_claim_record, &s->record);
    s->dealer = draw(DEALERS);
    s->number = chance(2) && walk.numbers[s->dealer] ? draw(walk.numbers[s->dealer]) : walk.numbers[s->dealer];
    s->submission = 1 + draw(2);
    s->type = types[how < 86 ? 0 : how < 96 ? 1 : how < 97 ? 2 : how < 99 ? 3 : 4];
    s->authorization = (int)(draw(AUTHORIZATIONS / DEALERS) * DEALERS + s->dealer);
    vehicle = s->type == WL_TYPE_GOODWILL ? (unsigned)s->authorization : draw(VEHICLES);
    s->record.dealer_id = text(format("D%u", s->dealer));
    s->record.claim_no = text(format("C%u", s->number));
    s->record.type = text(s->type == WL_TYPE_COUNT ? "gift" : wl_claim_type_names()[s->type]);
    s->record.vin = text(chance(98) ? vin_of(vehicle) : chance(50) ? vin_of(VEHICLES) : "LSVNV4180T2000000");
    if (s->type == WL_TYPE_GOODWILL)
        s->record.authorization_no = text(format("A%d", s->authorization));
    wl_date_format(walk.day - draw(4), day);
    s->record.repair_date = text(day);
    wl_date_format(walk.day, day);
    s->record.submit_date = text(day);
    s->record.mileage = text(format("%lld", (long long)(walk.day - 20000) * 40));
    s->record.fault_code = text(chance(95) ? "F0" : "F1");
    send_lines(s);
    return s;
}

const char *content_of(const struct wl_claim_record *r)
{
    char out[900];
    int n = snprintf(out, sizeof out, "%.*s %.*s %.*s %.*s %.*s %.*s %.*s %.*s %.*s", WL_STR_ARG(r->submission),
                     WL_STR_ARG(r->type), WL_STR_ARG(r->vin), WL_STR_ARG(r->repair_date), WL_STR_ARG(r->submit_date),
                     WL_STR_ARG(r->mileage), WL_STR_ARG(r->fault_code), WL_STR_ARG(r->authorization_no),
                     WL_STR_ARG(r->causal_part));

    for (size_t i = 0; i < r->labour.count; i++) {
        const struct wl_labour_line *l = (const struct wl_labour_line *)r->labour.at + i;

        n += snprintf(out + n, sizeof out - (size_t)n, "|%.*s %.*s", WL_STR_ARG(l->op_code), WL_STR_ARG(l->hours));
    }
    for (size_t i = 0; i < r->parts.count; i++) {
        const struct wl_part_line *l = (const struct wl_part_line *)r->parts.at + i;

        n += snprintf(out + n, sizeof out - (size_t)n, "|%.*s %.*s %.*s %.*s", WL_STR_ARG(l->part_id),
                      WL_STR_ARG(l->quantity), WL_STR_ARG(l->unit_price), WL_STR_ARG(l->currency));
    }
    for (size_t i = 0; i < r->sublet.count; i++) {
        const struct wl_sublet_line *l = (const struct wl_sublet_line *)r->sublet.at + i;

        n += snprintf(out + n, sizeof out - (size_t)n, "|%.*s %.*s", WL_STR_ARG(l->amount), WL_STR_ARG(l->currency));
    }
    return format("%s", out);
}

/* ---- decisions ---- */

/* Draws lines of a claim and what each is to be worth; expects what is wrong with them. */
struct wl_list any_lines(const struct m_claim *c, struct wl_line_name *names, struct worth *worth, bool *cuts,
                         bool *less)
{
    size_t count = 0;
    bool twice = chance(2);

    *worth = c->worth;
    *cuts = *less = false;
    for (unsigned kind = 0; kind < 3; kind++)
        for (unsigned i = 0; i < c->count[kind] && count < 3; i++) {
            int64_t is = c->worth.lines[kind][i], amount = 0;

            if (!chance(35))
                continue;
            if (chance(50) && is > 0)
                amount = (int64_t)draw((unsigned)(is < 1000000 ? is : 1000000));
            if (chance(3))
                amount = is;
            if (chance(2))
                amount = is + 1;
            if (amount > is)
                expect(WL_REFUSED_LINE_AMOUNT_INVALID);
            names[count++] =
                (struct wl_line_name){kind, i + 1, amount == 0 && chance(50) ? WL_NONE : amount, WL_NO_STR};
            *less |= amount < is;
            *cuts = true;
            worth->lines[kind][i] = amount;
        }
    if (count > 0 && chance(2)) {
        names[count - 1].line = c->count[names[count - 1].kind] + 1;
        expect(WL_REFUSED_LINE_UNKNOWN);
        may(WL_REFUSED_LINE_AMOUNT_INVALID);
    }
    if (count > 0 && twice) {
        names[count] = names[count - 1];
        names[count].amount = names[count].amount == 1 ? 2 : 1;
        count++;
        expect(WL_REFUSED_NAMED_TWICE);
        may(WL_REFUSED_LINE_AMOUNT_INVALID);
    }
    worth->total = total_of(c, worth->lines);
    return (struct wl_list){names, count};
}

/* Reviewers by their bits. */
void names_of(unsigned bits, const char **names)
{
    for (int r = 0; r < REVIEWERS; r++)
        names[r] = bits >> r & 1 ? format("r%d", r) : NULL;
}

void parties_of(const struct m_claim *c, const char *parties[PARTIES_MAX])
{
    /* Who decided before the decision that is appealed against: the text leaves it open. */
    if (c->appealed && c->deciders)
        may(WL_REFUSED_FOUR_EYES);
    parties[0] = c->appealed_by;
    parties[1] = c->overruled;
    names_of(c->parties, parties + 2);
}

/* A claim's seat is given back: who waits may take it. */
void leave_seat(int tier, const struct wl_decision *d)
{
    follow_all(d->assignments);
    seats_complete(tier, d->assignments.count);
}

void do_review(void)
{
    struct wl_line_name names[8];
    struct worth worth;
    const struct wl_review_outcome *out;
    const char *parties[PARTIES_MAX] = {0}, *actor = "chief";
    int64_t id = any_claim_where(is_referred);
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_review_body body = {.verdict = chance(80) ? WL_APPROVE : WL_REFUSE, .reason = any_reason("refuse")};
    bool cuts = false, less = false, queued = false;
    int tier = 0;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_REVIEW)) {
        actor = any_reviewer(&c->wait);
        parties_of(c, parties);
        tier = c->wait.tier;
        queued = c->wait.seat == NO_SEAT;
        if (queued && tier_has_free(tier))
            may(WL_DONE); /* "or could take one now" */
        else
            expect_right(&c->wait, actor, parties, PARTIES_MAX);
        if (chance(body.verdict == WL_APPROVE ? 40 : 3))
            body.refused = any_lines(c, names, &worth, &cuts, &less);
        if (body.verdict == WL_REFUSE && cuts)
            expect(WL_REFUSED_VERDICT_UNCLEAR);
        if (body.verdict == WL_REFUSE || cuts)
            expect_reason("refuse", body.reason, true);
        if (body.verdict == WL_APPROVE && cuts && worth.total <= 0)
            expect(WL_REFUSED_NOTHING_PAYABLE);
        if (body.verdict == WL_APPROVE && !cuts && c->worth.total <= 0)
            expect(WL_REFUSED_NOTHING_PAYABLE);
        if (queued)
            for (int64_t i = WL_REFUSED_NOT_YOUR_SEAT; i <= WL_REFUSED_ALREADY_TAKEN; i++)
                may(i), may(WL_REFUSED_NOT_ASSIGNED);
    }
    if (!go(&wl_review_command, &body, actor, NULL))
        return;
    out = walk.outcome;
    c = claim_at(id);
    if (out->claim != id)
        fail("it decided claim %lld, not %lld", (long long)out->claim, (long long)id);
    snprintf(c->decided_by, sizeof c->decided_by, "%s", actor);
    snprintf(c->rejected_by, sizeof c->rejected_by, "%s", actor);
    c->deciders = true;
    c->decided_tier = tier;
    if (body.verdict == WL_REFUSE) {
        decide_claim(id, WL_CLAIM_REJECTED, NULL);
    } else {
        c->adjusted |= less;
        decide_claim(id, c->adjusted ? WL_CLAIM_PARTIAL : WL_CLAIM_APPROVED, cuts ? &worth : NULL);
        owe(c, walk.day);
    }
    leave_seat(tier, &out->decision);
    check_claim(id);
}

void do_information(void)
{
    const struct wl_decision_outcome *out;
    const char *parties[PARTIES_MAX] = {0}, *actor = "chief";
    int64_t id = any_claim_where(chance(60) ? is_referred : is_decided);
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_information_body body = {.reason = any_reason("information")};
    int tier = 0;
    bool referred = false;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_INFORMATION)) {
        referred = c->state == WL_CLAIM_REFERRED;
        if (referred) {
            actor = any_reviewer(&c->wait);
            parties_of(c, parties);
            tier = c->wait.tier;
            if (c->wait.seat == NO_SEAT && tier_has_free(tier)) {
                may(WL_REFUSED_NOT_ASSIGNED);
                for (int64_t i = WL_REFUSED_NOT_YOUR_SEAT; i <= WL_REFUSED_ALREADY_TAKEN; i++)
                    may(i);
            } else {
                expect_right(&c->wait, actor, parties, PARTIES_MAX);
            }
        }
        expect_reason("information", body.reason, true);
    }
    if (!go(&wl_information_command, &body, actor, NULL))
        return;
    out = walk.outcome;
    for (unsigned i = 0; i < c->owed_count; i++)
        if (c->owed[i].state == WL_OBLIGATION_RECEIVED)
            c->owed[i].state = WL_OBLIGATION_WAIVED_RECEIVED;
        else if (c->owed[i].state == WL_OBLIGATION_OPEN || c->owed[i].state == WL_OBLIGATION_OVERDUE)
            c->owed[i].state = WL_OBLIGATION_WAIVED;
    decide_claim(id, WL_CLAIM_INFO_REQUESTED, NULL);
    if (referred)
        leave_seat(tier, &out->decision);
    check_claim(id);
}

void do_appeal(void)
{
    const struct wl_decision_outcome *out;
    int64_t id = any_claim_where(is_rejected), total;
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_appeal_body body = {.reason = any_reason("appeal")};
    const char *actor = chance(50) ? "clerk" : format("r%u", draw(REVIEWERS));

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_APPEAL)) {
        if (c->appealed)
            expect(WL_REFUSED_ALREADY_APPEALED);
        if (c->impossible)
            expect(WL_REFUSED_APPEAL_IMPOSSIBLE);
        else
            may(WL_REFUSED_APPEAL_IMPOSSIBLE); /* nothing may be left to price */
        expect_reason("appeal", body.reason, true);
    }
    if (!go(&wl_appeal_command, &body, actor, NULL))
        return;
    out = walk.outcome;
    total = out->decision.total;
    c->appealed = true;
    c->appeals_from = c->decided_tier;
    snprintf(c->appealed_by, sizeof c->appealed_by, "%s", actor);
    memcpy(c->overruled, c->rejected_by, sizeof c->overruled);
    c->decided_tier = WL_NONE;
    if (has_severity(out->decision.findings, WL_REJECT) || out->decision.decision != WL_CLAIM_REFERRED || total <= 0)
        fail("an appeal came to %lld, %s", (long long)total, wl_claim_state_names()[out->decision.decision]);
    c->state = WL_CLAIM_STATE_COUNT;
    take_prices(c, &out->decision);
    decide_claim(id, WL_CLAIM_REFERRED, NULL);
    wait_begin(&c->wait,
               tier_for(currency_of(c->dealer), total, c->appeals_from == WL_NONE ? 1 : (int)c->appeals_from + 1),
               c->seq);
    leave_seat(c->wait.tier, &out->decision);
    check_claim(id);
}

void do_correct(void)
{
    struct wl_line_name names[8];
    struct worth worth;
    int64_t id = any_claim_where(is_decided);
    struct m_claim *c = id == WL_NONE ? NULL : claim_at(id);
    struct wl_correct_body body = {.reason = any_reason("correct")};
    const char *actor = chance(40) ? "chief" : format("r%u", draw(REVIEWERS));
    bool cuts = false, less = false;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_CORRECT)) {
        body.lines = any_lines(c, names, &worth, &cuts, &less);
        if (!less)
            expect(WL_REFUSED_NOTHING_TO_CORRECT);
        if (strcmp(c->decided_by, actor) == 0)
            expect(WL_REFUSED_FOUR_EYES);
        expect_reason("correct", body.reason, true);
    }
    if (!go(&wl_correct_command, &body, actor, NULL))
        return;
    for (unsigned i = 0; i < c->owed_count; i++) {
        struct owed *o = &c->owed[i];
        bool refused = worth.lines[WL_LINE_PART][o->line] == 0;

        if (refused && o->state == WL_OBLIGATION_RECEIVED)
            o->state = WL_OBLIGATION_WAIVED_RECEIVED;
        else if (refused && (o->state == WL_OBLIGATION_OPEN || o->state == WL_OBLIGATION_OVERDUE))
            o->state = WL_OBLIGATION_WAIVED;
    }
    c->adjusted = true;
    c->decided_tier = WL_NONE;
    snprintf(c->rejected_by, sizeof c->rejected_by, "%s", actor);
    c->deciders = true;
    decide_claim(id, worth.total > 0 ? WL_CLAIM_PARTIAL : WL_CLAIM_REJECTED, &worth);
    check_claim(id);
}

void do_sign(void)
{
    int64_t id = any_claim_where(is_unsigned);
    struct wl_sign_body body = {.paper = WL_NO_STR};

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_SIGN) && claim_at(id)->is_signed)
        expect(WL_REFUSED_ALREADY_SIGNED);
    if (!go(&wl_sign_command, &body, "clerk", "Li Wei"))
        return;
    claim_at(id)->is_signed = true;
    check_claim(id);
}

void do_forget(void)
{
    int64_t id = any_claim();
    struct wl_forget_body body;

    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_FORGET))
        may(WL_REFUSED_NOTHING_TO_FORGET);
    if (go(&wl_forget_command, &body, "chief", NULL))
        check_claim(id);
}
