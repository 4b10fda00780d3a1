/* Desks: who takes seats, absences, the clock. */
#include "tests/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

/* ---- who takes seats ---- */

static void form_follows(int64_t form)
{
    struct m_form *f = form == WL_NONE ? NULL : &walk.forms[form];

    if (f && f->wait.is)
        f->state = f->wait.seat == NO_SEAT ? WL_FORM_SUBMITTED : WL_FORM_UNDER_REVIEW;
}

void follow_all(struct wl_list assignments)
{
    seats_follow(assignments, NO_SEAT);
    for (size_t i = 0; i < assignments.count; i++)
        form_follows(((const struct wl_assignment *)assignments.at)[i].form);
}

bool has_finding(struct wl_ints findings, int64_t finding)
{
    for (size_t i = 0; i < findings.count; i++)
        if (findings.at[i] == finding)
            return true;
    return false;
}

bool has_severity(struct wl_ints findings, enum wl_severity severity)
{
    for (size_t i = 0; i < findings.count; i++)
        if (wl_finding_severity(findings.at[i]) == severity)
            return true;
    return false;
}

/* What pricing said: taken as it is, and held against its own sums. */
void take_prices(struct m_claim *c, const struct wl_decision *d)
{
    const struct wl_ints *lines[3] = {&d->labour_lines, &d->part_lines, &d->sublet_lines};

    memset(&c->worth, 0, sizeof c->worth);
    c->left = d->left;
    c->share = d->share;
    for (unsigned kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < lines[kind]->count && i < LINES; i++)
            c->worth.lines[kind][i] = lines[kind]->at[i];
    c->worth.total = d->total;
    c->adjusted = has_severity(d->findings, WL_ADJUST);
    if (d->decision != WL_CLAIM_REJECTED && total_of(c, c->worth.lines) != d->total)
        fail("priced lines come to %lld, not to %lld", (long long)total_of(c, c->worth.lines), (long long)d->total);
    if (d->left != WL_NONE && d->decision != WL_CLAIM_REJECTED) {
        int64_t left =
            authorization_max((unsigned)c->authorization) - authorization_spent(c->authorization, c - walk.claims);

        if (d->left != left)
            fail("of the authorization %lld is left, not %lld", (long long)left, (long long)d->left);
    }
}

static int64_t decided_by_findings(unsigned dealer, const struct wl_decision *d)
{
    if (has_severity(d->findings, WL_REJECT))
        return WL_CLAIM_REJECTED;
    if (has_severity(d->findings, WL_REFER) || d->total > limits[currency_of(dealer)][0])
        return WL_CLAIM_REFERRED;
    return has_severity(d->findings, WL_ADJUST) ? WL_CLAIM_PARTIAL : WL_CLAIM_APPROVED;
}

/* The claim that a record became, from its outcome; seats and money follow. */
int64_t new_version(const struct sent *s, const char *content, const struct wl_record_outcome *out)
{
    const struct wl_decision *d = &out->decision;
    int64_t id = (int64_t)walk.claim_count, state;
    struct m_claim *c;

    if (out->claim != id)
        fail("the claim is %lld, not %lld", (long long)out->claim, (long long)id);
    walk.claims = room(walk.claims, &walk.claim_room, walk.claim_count, sizeof *walk.claims);
    c = &walk.claims[walk.claim_count++];
    memset(c, 0, sizeof *c);
    c->dealer = s->dealer;
    c->number = s->number;
    c->submission = s->submission;
    c->type = s->type;
    c->seq = (int64_t)walk.result.seq;
    c->submit_day = walk.day;
    c->content = strdup(content);
    c->authorization = s->authorization;
    c->settlement = c->form = c->decided_tier = c->appeals_from = WL_NONE;
    c->count[0] = (unsigned)s->record.labour.count;
    c->count[1] = (unsigned)s->record.parts.count;
    c->count[2] = (unsigned)s->record.sublet.count;
    memcpy(c->part, s->part, sizeof c->part);
    memcpy(c->quantity, s->quantity, sizeof c->quantity);
    int64_t repair_day;
    wl_date_parse(s->record.repair_date, &repair_day);
    c->handling = handling_on(repair_day);
    c->state = WL_CLAIM_STATE_COUNT;
    take_prices(c, d);
    c->impossible =
        has_finding(d->findings, WL_FINDING_VIN_MALFORMED) || has_finding(d->findings, WL_FINDING_VEHICLE_UNKNOWN) ||
        has_finding(d->findings, WL_FINDING_TYPE_UNKNOWN) || has_finding(d->findings, WL_FINDING_CURRENCY_MISMATCH);
    if (s->number == walk.numbers[s->dealer]) {
        walk.newest[s->dealer] = realloc(walk.newest[s->dealer], ++walk.numbers[s->dealer] * sizeof(int64_t));
        c->previous = WL_NONE;
    } else {
        c->previous = walk.newest[s->dealer][s->number];
        c->parties = claim_at(c->previous)->parties; /* of the form of the same repair */
    }
    walk.newest[s->dealer][s->number] = id;
    state = decided_by_findings(s->dealer, d);
    if (state != d->decision)
        fail("it is %s, by its findings and sum it is %s", wl_claim_state_names()[d->decision],
             wl_claim_state_names()[state]);
    decide_claim(id, state, NULL);
    if (state == WL_CLAIM_APPROVED || state == WL_CLAIM_PARTIAL)
        owe(c, c->submit_day);
    if (state == WL_CLAIM_REFERRED) {
        wait_begin(&c->wait, tier_for(currency_of(c->dealer), d->total, 1), c->seq);
        follow_all(d->assignments);
        seats_complete(c->wait.tier, d->assignments.count);
    }
    return id;
}

/* A claim of before, sent again: as it was, or with a higher submission, or changed. */
static struct sent *again(void)
{
    struct sent *s = new_claim();
    int64_t id = any_claim();

    if (id == WL_NONE)
        return s;
    s->dealer = claim_at(id)->dealer;
    s->number = claim_at(id)->number;
    if (s->type == WL_TYPE_GOODWILL) {
        s->type = WL_TYPE_WARRANTY;
        s->record.type = WL_STR("warranty");
        s->record.authorization_no = WL_NO_STR;
    }
    s->submission = claim_at(id)->submission + (chance(75) ? 1 : 0);
    s->record.dealer_id = text(format("D%u", s->dealer));
    s->record.claim_no = text(format("C%u", s->number));
    send_lines(s);
    return s;
}

static struct sent *last_sent; /* lives for the group */
static uint64_t last_group;

static int64_t repeated(const struct sent *s, const char *content)
{
    if (s->number >= walk.numbers[s->dealer])
        return WL_NONE;
    for (int64_t id = walk.newest[s->dealer][s->number]; id != WL_NONE; id = claim_at(id)->previous)
        if (strcmp(claim_at(id)->content, content) == 0)
            return id;
    return WL_NONE;
}

void do_record(void)
{
    struct sent *s = chance(75) ? new_claim() : again();
    const struct wl_record_outcome *out;
    const struct m_claim *newest;
    const char *content;
    bool unreadable, reused, unknown = chance(1);

    if (chance(5) && last_sent && last_group == walk.group)
        s = last_sent;
    last_sent = s;
    last_group = walk.group;
    s->record.submission = text(format("%lld", (long long)s->submission));
    if ((unreadable = chance(2)))
        s->record.mileage = text("many");
    else if (wl_str_is(s->record.mileage, "many"))
        unreadable = true;
    if (unknown)
        s->record.dealer_id = WL_STR("D99");
    else if (wl_str_is(s->record.dealer_id, "D99"))
        unknown = true;
    content = content_of(&s->record);
    newest = s->number < walk.numbers[s->dealer] ? claim_at(walk.newest[s->dealer][s->number]) : NULL;
    reused = newest && !((newest->state == WL_CLAIM_REJECTED || newest->state == WL_CLAIM_INFO_REQUESTED) &&
                         s->submission > newest->submission);
    go(&wl_record_command, &s->record, "import", NULL);
    out = walk.outcome;
    if (unreadable || unknown) {
        if (out->claim != WL_NONE || out->repeats != WL_NONE)
            fail("what cannot be read became a claim");
        return;
    }
    if (out->repeats != repeated(s, content))
        fail("it repeats %lld, not %lld", (long long)out->repeats, (long long)repeated(s, content));
    if (out->repeats != WL_NONE)
        return;
    if (reused != has_finding(out->decision.findings, WL_FINDING_CLAIM_NUMBER_REUSED))
        fail("its number is %sreused", reused ? "" : "not ");
    if (walk.suspended[s->dealer] != has_finding(out->decision.findings, WL_FINDING_DEALER_SUSPENDED))
        fail("its dealer is %ssuspended", walk.suspended[s->dealer] ? "" : "not ");
    if (reused && out->claim != WL_NONE)
        fail("a number that is reused became a claim");
    if (!reused)
        check_claim(new_version(s, content, out));
}

/* ---- desks ---- */

static struct waiting *any_waiting(int64_t *claim, int64_t *form)
{
    *claim = *form = WL_NONE;
    if (walk.form_count > 1 && chance(30)) {
        *form = 1 + draw((unsigned)walk.form_count - 1);
        for (int i = 0; i < 30 && !walk.forms[*form].wait.is; i++)
            *form = 1 + draw((unsigned)walk.form_count - 1);
        return &walk.forms[*form].wait;
    }
    *claim = any_claim_where(is_referred);
    return *claim == WL_NONE ? NULL : &claim_at(*claim)->wait;
}

static int64_t form_desk_refusal(int64_t state)
{
    return state == WL_FORM_SUBMITTED || state == WL_FORM_UNDER_REVIEW ? WL_DONE : WL_REFUSED_FORM_NOT_IN_REVIEW;
}

static int seat_load(int seat)
{
    int load = 0;

    for (size_t i = 0; i < walk.claim_count; i++)
        load += walk.claims[i].wait.is && walk.claims[i].wait.seat == seat;
    for (size_t i = 1; i < walk.form_count; i++)
        load += walk.forms[i].wait.is && walk.forms[i].wait.seat == seat;
    return load;
}

static const char *const *waiting_parties(int64_t claim, int64_t form)
{
    static const char *parties[PARTIES_MAX];

    memset(parties, 0, sizeof parties);
    if (claim != WL_NONE)
        parties_of(claim_at(claim), parties);
    if (form != WL_NONE)
        names_of(walk.forms[form].parties, parties);
    return parties;
}

/* Where a take would go: the freest seat of the reviewer's in the tier. */
static int seat_to_take(const struct waiting *w, int r, bool *sits)
{
    int best = NO_SEAT;

    *sits = false;
    for (int seat = 0; seat < SEATS; seat++) {
        if (seat_tier[seat] != w->tier ||
            (seat != FREE_SEAT &&
             (r == NOBODY || reviewer_is_absent(r) || (reviewer_seats[r][0] != seat && reviewer_seats[r][1] != seat))))
            continue;
        *sits = true;
        if (seat_load(seat) < walk.capacity[seat] && (best == NO_SEAT || seat_load(seat) < seat_load(best)))
            best = seat;
    }
    return best;
}

static void expect_take(const struct waiting *w, const char *actor, const char *const *parties)
{
    int r = reviewer_of(actor), seat;
    bool sits;

    if (w->seat != NO_SEAT) {
        expect_right(w, actor, parties, PARTIES_MAX);
        if (w->taken_by == r && r != NOBODY)
            expect(WL_REFUSED_TAKEN_BY_YOU);
        return;
    }
    seat = seat_to_take(w, r, &sits);
    if (seat == NO_SEAT)
        expect(sits ? WL_REFUSED_SEAT_FULL : WL_REFUSED_NOT_YOUR_SEAT);
    for (int i = 0; i < PARTIES_MAX; i++)
        if (parties[i] && strcmp(parties[i], actor) == 0)
            expect(WL_REFUSED_FOUR_EYES);
}

static void expect_assign(const struct waiting *w, int seat)
{
    if (seat == NO_SEAT)
        return;
    if (seat >= SEATS) {
        expect(WL_REFUSED_SEAT_UNKNOWN);
        return;
    }
    if (seat_tier[seat] != w->tier)
        expect(WL_REFUSED_SEAT_ELSEWHERE);
    if (!seat_is_manned(seat))
        expect(WL_REFUSED_SEAT_UNMANNED);
    if (w->seat == seat)
        expect(WL_REFUSED_SAME_SEAT);
    if (seat_load(seat) >= walk.capacity[seat])
        expect(WL_REFUSED_SEAT_FULL);
}

/* Any other seat of its tier will do. */
static void expect_other_seat(const struct waiting *w)
{
    bool free = false, unmanned = false;
    int count = 0;

    for (int s = 0; s < SEATS; s++)
        if (seat_tier[s] == w->tier && s != w->seat) {
            free |= seat_is_free(s);
            unmanned |= !seat_is_manned(s);
            count++;
        }
    if (free)
        return;
    expect(WL_REFUSED_SEAT_FULL);
    if (unmanned || count == 0) /* or there is none */
        expect(WL_REFUSED_SEAT_UNMANNED);
}

static void check_subject(int64_t claim, int64_t form)
{
    if (claim != WL_NONE)
        check_claim(claim);
    if (form != WL_NONE)
        check_form(form);
}

static void desk_take(int64_t claim, int64_t form, struct waiting *w, struct wl_desk_body *body)
{
    const char *actor = w ? any_reviewer(w) : "r1";
    bool sits;
    int seat;

    if (!walk.only)
        expect_take(w, actor, waiting_parties(claim, form));
    if (!go(&wl_review_take_command, body, actor, NULL))
        return;
    if (w->seat == NO_SEAT) {
        seat = seat_to_take(w, reviewer_of(actor), &sits);
        w->seat = seat;
    }
    w->taken_by = reviewer_of(actor);
    follow_all(((const struct wl_desk_outcome *)walk.outcome)->assignments);
    form_follows(form);
    check_subject(claim, form);
}

static struct waiting *assigned(const struct wl_assignment *a)
{
    return a->form != WL_NONE ? &walk.forms[a->form].wait : &walk.claims[a->claim].wait;
}

/* The freest seat of a tier but one. */
static int best_but(int tier, int but)
{
    int best = NO_SEAT;

    for (int seat = 0; seat < SEATS; seat++)
        if (seat_tier[seat] == tier && seat != but && seat_is_free(seat) &&
            (best == NO_SEAT || seat_load(seat) < seat_load(best)))
            best = seat;
    return best;
}

/* It leaves its seat for another one, or for its place in the queue; then who waits is seated by age. What is released
 * is among them, but not where it came from: those that are older, and find a seat that came free unnoticed, go
 * first. */
static void leaves_for_other(struct waiting *w, int64_t claim, int64_t form, bool released, int to)
{
    const struct wl_desk_outcome *out = walk.outcome;
    const struct wl_assignment *a = out->assignments.at;
    int from = w->seat, got = out->seat.size == 5 ? out->seat.data[4] - '0' : NO_SEAT, best = to;
    size_t at = 0;

    w->taken_by = NOBODY;
    w->seat = NO_SEAT;
    if (released) {
        for (; at < out->assignments.count && assigned(&a[at])->age < w->age; at++) {
            seats_follow((struct wl_list){(void *)&a[at], 1}, w->tier);
            form_follows(a[at].form);
        }
        best = best_but(w->tier, from);
    }
    if (got != best)
        fail("it went to seat %d, not to %d", got, best);
    w->seat = best;
    for (; at < out->assignments.count; at++) {
        int64_t age = w->age;

        if (assigned(&a[at]) == w)
            fail("it took its own seat again");
        w->age = INT64_MAX;
        seats_follow((struct wl_list){(void *)&a[at], 1}, w->tier);
        w->age = age;
        form_follows(a[at].form);
    }
    form_follows(form);
    check_subject(claim, form);
}

void do_desk(void)
{
    int64_t claim, form;
    struct waiting *w = any_waiting(&claim, &form);
    unsigned how = draw(3);
    struct wl_desk_body body = {.form = form, .reason = any_reason("reassign")};
    int seat = chance(50) ? NO_SEAT : (int)draw(SEATS + 1);
    const char *actor;

    if (form == WL_NONE)
        name_claim(claim, &body.dealer_id, &body.claim_no);
    if (form != WL_NONE)
        expect_only(form_desk_refusal(walk.forms[form].state));
    else
        expect_claim(claim, how == 0 ? WL_CLAIM_STEP_TAKE : how == 1 ? WL_CLAIM_STEP_RELEASE : WL_CLAIM_STEP_ASSIGN);
    if (how == 0) {
        body.reason = WL_NO_STR;
        desk_take(claim, form, w, &body);
        return;
    }
    actor = w ? any_reviewer(w) : "r1";
    if (how == 2 && seat != NO_SEAT)
        body.seat = text(format("SEAT%d", seat));
    if (!walk.only) {
        expect_reason("reassign", body.reason, true);
        if (how == 1) {
            expect_right(w, actor, waiting_parties(claim, form), PARTIES_MAX);
            if (walk.only) {
                walk.only = false;
                may(WL_REFUSED_REASON_MISSING);
            }
        } else {
            expect_assign(w, seat);
            if (seat == NO_SEAT)
                expect_other_seat(w);
        }
    }
    if (go(how == 1 ? &wl_review_release_command : &wl_review_assign_command, &body, actor, NULL))
        leaves_for_other(w, claim, form, how == 1, seat != NO_SEAT ? seat : best_but(w->tier, w->seat));
}

/* ---- absences and the clock ---- */

static int seat_number(struct wl_str seat)
{
    return seat.size == 5 ? seat.data[4] - '0' : NO_SEAT;
}

static void vacate(struct wl_list vacated)
{
    const struct wl_assignment *a = vacated.at;

    for (size_t i = 0; i < vacated.count; i++, a++) {
        struct waiting *w = assigned(a);

        if (!w->is || w->seat != seat_number(a->seat))
            fail("claim %lld, form %lld left a seat that it had not", (long long)a->claim, (long long)a->form);
        if (seat_is_manned(w->seat))
            fail("claim %lld, form %lld left a seat that is manned", (long long)a->claim, (long long)a->form);
        w->seat = NO_SEAT;
        w->taken_by = NOBODY;
    }
    a = vacated.at;
    for (size_t i = 0; i < vacated.count; i++, a++)
        form_follows(a->form);
}

void do_absence(void)
{
    int r = (int)draw(REVIEWERS);
    struct wl_absence_body body = {
        .reviewer_id = text(format("r%d", r)), .from = walk.day - 1 + draw(4), .reason = any_reason("absence")};
    const struct wl_absence_outcome *out;
    bool back = chance(45);

    body.to = body.from + draw(5) - chance(5);
    if (back)
        body.from = body.to = WL_NONE;
    if (chance(2)) {
        body.reviewer_id = WL_STR("r99");
        expect(WL_REFUSED_REVIEWER_UNKNOWN);
    }
    if (!back && body.to < body.from)
        expect(WL_REFUSED_PERIOD_INVALID);
    if (!back)
        expect_reason("absence", body.reason, true);
    if (back && body.reviewer_id.size == 2 && (walk.absent_from[r] == WL_NONE || walk.absent_to[r] < walk.day))
        expect(WL_REFUSED_NOT_ABSENT);
    if (!go(&wl_absence_command, &body, "chief", NULL))
        return;
    out = walk.outcome;
    walk.absent_from[r] = body.from;
    walk.absent_to[r] = body.to;
    vacate(out->vacated);
    for (int i = 0; i < 2; i++) {
        int seat = reviewer_seats[r][i];

        if (seat != NO_SEAT && !seat_is_manned(seat) && seat_load(seat) > 0 && out->more != 1)
            fail("something lies at seat %d, which nobody mans", seat);
    }
    follow_all(out->assignments);
    for (int i = 0; i < 2 && out->more != 1; i++)
        if (reviewer_seats[r][i] != NO_SEAT)
            seats_complete(seat_tier[reviewer_seats[r][i]], out->assignments.count);
}

static bool is_past(const struct waiting *w)
{
    return walk.now > w->since + walk.review_hours * 3600;
}

static void escalate(const struct wl_escalation *e)
{
    struct waiting *w = e->form != WL_NONE ? &walk.forms[e->form].wait : &walk.claims[e->claim].wait;

    if (!w->is || w->late || w->tier != e->from || !is_past(w))
        fail("claim %lld, form %lld went up or is late, but waits in tier %d since %lld", (long long)e->claim,
             (long long)e->form, w->tier, (long long)w->since);
    if (e->to == WL_NONE ? w->tier != TIERS - 1 : e->to != w->tier + 1)
        fail("from tier %d it went to %lld", w->tier, (long long)e->to);
    if (e->to == WL_NONE)
        w->late = true;
    else
        wait_begin(w, (int)e->to, w->age);
    form_follows(e->form);
}

static void tick_obligations(const struct wl_tick_outcome *out)
{
    int64_t past = 0;

    for (size_t i = 0; i < walk.claim_count; i++) {
        struct m_claim *c = claim_at((int64_t)i);

        for (unsigned k = 0; k < c->owed_count; k++)
            if (c->owed[k].state == WL_OBLIGATION_OPEN && c->owed[k].due < walk.day) {
                c->owed[k].state = WL_OBLIGATION_OVERDUE;
                past++;
            }
    }
    if (past != (int64_t)out->overdue.count)
        fail("%zu obligations became overdue, not %lld", out->overdue.count, (long long)past);
}

void do_tick(void)
{
    static const struct wl_tick_body body = {WL_NONE};
    const struct wl_tick_outcome *out;

    do {
        go(&wl_tick_command, &body, "clock", NULL);
        out = walk.outcome;
        if (out->more != 1)
            tick_obligations(out);
        else
            fail("a tick of so little has more to do");
        for (size_t i = 0; i < out->escalated.count; i++)
            escalate((const struct wl_escalation *)out->escalated.at + i);
        vacate(out->vacated);
        follow_all(out->assignments);
    } while (out->more == 1);
    for (int seat = 0; seat < SEATS; seat++)
        if (!seat_is_manned(seat) && seat_load(seat) > 0)
            fail("after a tick something lies at seat %d, which nobody mans", seat);
    for (int tier = 1; tier < TIERS; tier++)
        seats_complete(tier, 0);
    for (size_t i = 0; i < walk.claim_count; i++)
        if (walk.claims[i].wait.is && !walk.claims[i].wait.late && is_past(&walk.claims[i].wait))
            fail("claim %zu waits too long after a tick", i);
    for (size_t i = 1; i < walk.form_count; i++)
        if (walk.forms[i].wait.is && !walk.forms[i].wait.late && is_past(&walk.forms[i].wait))
            fail("form %zu waits too long after a tick", i);
}
