/* Appraisal forms: commands drawn, foretold, given and compared. */
#include "tests/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/decimal.h"
#include "wledger/error.h"

enum { NO_FORM = 9999999 };

void check_form(int64_t number)
{
    const struct m_form *f = &walk.forms[number];
    struct wl_form row;

    wl_arena_clear(&walk.arena);
    if (wl_form_get(walk.txn, &walk.arena, (uint64_t)number, &row) != 1)
        fail("form %lld is not there", (long long)number);
    if (row.state != f->state)
        fail("form %lld is %s, not %s", (long long)number, wl_form_state_names()[row.state],
             wl_form_state_names()[f->state]);
    if (row.version != f->version || row.revision != f->revision || row.claim != f->claim)
        fail("form %lld has version %lld, revision %lld, claim %lld, not %lld, %lld, %lld", (long long)number,
             (long long)row.version, (long long)row.revision, (long long)row.claim, (long long)f->version,
             (long long)f->revision, (long long)f->claim);
    if (f->approved != WL_NONE && row.approved != f->approved)
        fail("form %lld is approved for %lld, not %lld", (long long)number, (long long)row.approved,
             (long long)f->approved);
}

/* ---- drawing ---- */

static int64_t any_form(unsigned states)
{
    if (walk.form_count < 2 || chance(1))
        return NO_FORM;
    for (int i = 0; i < 40; i++) {
        size_t from = walk.form_count > 30 && !chance(30) ? walk.form_count - 30 : 1;
        int64_t n = (int64_t)(from + draw((unsigned)(walk.form_count - from)));

        if (chance(3) || (states >> walk.forms[n].state & 1))
            return n;
    }
    return (int64_t)walk.form_count - 1;
}

static int64_t form_refusal(int64_t form, enum wl_form_step step)
{
#define WL_FORM_STEP(NAME, command, who, draft, submitted, under, approved, partly, refused, returned, repair, \
                     completed, signed_)                                                                       \
    [WL_FORM_STEP_##NAME] = {WL_REFUSED_##draft,    WL_REFUSED_##submitted, WL_REFUSED_##under,                \
                             WL_REFUSED_##approved, WL_REFUSED_##partly,    WL_REFUSED_##refused,              \
                             WL_REFUSED_##returned, WL_REFUSED_##repair,    WL_REFUSED_##completed,            \
                             WL_REFUSED_##signed_},
    static const int64_t rows[WL_FORM_STEP_COUNT][WL_FORM_STATE_COUNT] = {
#include "wledger/transitions.def"
    };
#undef WL_FORM_STEP

    return form == NO_FORM ? WL_REFUSED_FORM_UNKNOWN : rows[step][walk.forms[form].state];
}

static const char *any_clerk(void)
{
    return chance(85) ? "clerk" : format("r%u", draw(REVIEWERS));
}

static void note_party(struct m_form *f, const char *actor)
{
    if (reviewer_of(actor) != NOBODY)
        f->parties |= 1u << reviewer_of(actor);
}

/* What it says lives as long as the walk. */
static struct sent *new_content(const struct m_form *of)
{
    struct wl_arena keep = walk.keep;
    struct sent *s;

    walk.keep = walk.forever;
    s = new_claim();
    if (s->type != WL_TYPE_WARRANTY) {
        s->type = WL_TYPE_WARRANTY;
        s->record.type = WL_STR("warranty");
        s->record.authorization_no = WL_NO_STR;
    }
    s->record.claim_no = s->record.submission = s->record.repair_date = s->record.submit_date = WL_NO_STR;
    if (of) {
        s->dealer = of->dealer;
        s->record.dealer_id = of->content->record.dealer_id;
        s->record.vin = of->content->record.vin;
        send_lines(s);
    }
    if (chance(6))
        s->record.fault_code = WL_NO_STR;
    walk.forever = walk.keep;
    walk.keep = keep;
    return s;
}

static void take_content(struct m_form *f, struct sent *s)
{
    f->content = s;
    f->incomplete = s->record.fault_code.size == 0;
    f->km = strtoll(s->record.mileage.data, NULL, 10);
    f->revision++;
}

/* ---- the commands ---- */

void do_form_open(void)
{
    struct sent *s = new_content(NULL);
    struct wl_form_content_body body = {
        .form = WL_NONE, .revision = WL_NONE, .content = {&s->record, 1}, .texts = WL_NONE};
    const char *actor = any_clerk();
    struct m_form *f;

    if (chance(2)) {
        s->record.mileage = WL_NO_STR;
        expect(WL_REFUSED_FORM_INCOMPLETE);
    }
    if (walk.suspended[s->dealer])
        expect(WL_REFUSED_DEALER_SUSPENDED);
    if (wl_str_is(s->record.vin, "LSVNV4180T2000000") && !wl_str_is(s->record.vin, vin_of(0)))
        expect(WL_REFUSED_VIN_MALFORMED);
    if (wl_str_is(s->record.vin, vin_of(VEHICLES)))
        expect(WL_REFUSED_VEHICLE_UNKNOWN);
    if (!go(&wl_form_open_command, &body, actor, NULL))
        return;
    if (walk.form_count == 0)
        walk.form_count = 1;
    walk.forms = room(walk.forms, &walk.form_room, walk.form_count, sizeof *walk.forms);
    f = &walk.forms[walk.form_count++];
    *f = (struct m_form){
        .dealer = s->dealer, .state = WL_FORM_DRAFT, .claim = WL_NONE, .approved = WL_NONE, .approved_tier = WL_NONE};
    take_content(f, s);
    note_party(f, actor);
    if (((struct wl_form_outcome *)walk.outcome)->form != (int64_t)walk.form_count - 1)
        fail("it is form %lld", (long long)((struct wl_form_outcome *)walk.outcome)->form);
    check_form((int64_t)walk.form_count - 1);
}

void do_form_edit(void)
{
    int64_t form = any_form(1u << WL_FORM_DRAFT | 1u << WL_FORM_RETURNED);
    struct m_form *f = form == NO_FORM ? NULL : &walk.forms[form];
    struct sent *s = new_content(f);
    bool same = chance(4), other = chance(3);
    struct wl_form_content_body body = {.form = form, .revision = f ? f->revision : 1, .texts = WL_NONE};
    const char *actor = any_clerk();

    if (f && same)
        s = f->content;
    body.content = (struct wl_list){&s->record, 1};
    expect_only(form_refusal(form, WL_FORM_STEP_EDIT));
    if (!walk.only) {
        if (chance(4)) {
            body.revision++;
            expect(WL_REFUSED_FORM_CHANGED);
        }
        if (!same && other) {
            s->record.vin = text(vin_of(VEHICLES + 1));
            expect(WL_REFUSED_FORM_INCOMPLETE);
        }
        if (same || strcmp(content_of(&s->record), content_of(&f->content->record)) == 0)
            expect(WL_REFUSED_FORM_UNCHANGED);
    }
    if (!go(&wl_form_edit_command, &body, actor, NULL))
        return;
    take_content(f, s);
    note_party(f, actor);
    check_form(form);
}

/* Priced as a claim of today: its lines and sums are taken as they are. */
static void price(struct m_form *f, const struct wl_decision *d)
{
    const struct wl_ints *lines[3] = {&d->labour_lines, &d->part_lines, &d->sublet_lines};
    struct m_claim *c = &f->as;

    memset(c, 0, sizeof *c);
    c->dealer = f->dealer;
    c->handling = handling_on(walk.day);
    c->left = WL_NONE;
    c->count[0] = (unsigned)f->content->record.labour.count;
    c->count[1] = (unsigned)f->content->record.parts.count;
    c->count[2] = (unsigned)f->content->record.sublet.count;
    for (unsigned kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < lines[kind]->count; i++)
            c->worth.lines[kind][i] = lines[kind]->at[i];
    c->worth.total = total_of(c, c->worth.lines);
    c->adjusted = has_severity(d->findings, WL_ADJUST);
    memset(f->lines_gone, 0, sizeof f->lines_gone);
    f->lines_cut = false;
}

void do_form_submit(void)
{
    int64_t form = any_form(1u << WL_FORM_DRAFT | 1u << WL_FORM_RETURNED);
    struct m_form *f = form == NO_FORM ? NULL : &walk.forms[form];
    struct wl_form_step_body body = {form, WL_NONE};
    const struct wl_form_decision_outcome *out;
    const char *actor = any_clerk();
    unsigned currency;

    expect_only(form_refusal(form, WL_FORM_STEP_SUBMIT));
    if (!walk.only && f->incomplete)
        expect(WL_REFUSED_FORM_INCOMPLETE);
    if (!go(&wl_form_submit_command, &body, actor, NULL))
        return;
    out = walk.outcome;
    note_party(f, actor);
    f->version++;
    price(f, &out->decision);
    currency = currency_of(f->dealer);
    if (has_severity(out->decision.findings, WL_REJECT) || has_severity(out->decision.findings, WL_REFER) ||
        f->as.worth.total > limits[currency][0]) {
        f->approved = WL_NONE;
        f->state = WL_FORM_SUBMITTED;
        wait_begin(&f->wait, tier_for(currency, f->as.worth.total, 1), (int64_t)walk.result.seq);
        leave_seat(f->wait.tier, &out->decision);
    } else {
        f->state = f->as.adjusted ? WL_FORM_PARTLY_APPROVED : WL_FORM_APPROVED;
        f->approved = f->as.worth.total;
        f->approved_tier = 0;
    }
    check_form(form);
}

static void approve(struct m_form *f, const struct wl_line_name *names, size_t count, const struct worth *worth,
                    bool less)
{
    for (size_t i = 0; i < count; i++) {
        bool gone = names[i].amount == WL_NONE || names[i].amount == 0;

        f->lines_gone[names[i].kind][names[i].line - 1] = gone;
        f->lines_cut |= !gone && less;
    }
    if (count > 0)
        f->as.worth = *worth;
    f->approved = f->as.worth.total;
    f->approved_tier = f->wait.tier;
    f->state = f->as.adjusted || less ? WL_FORM_PARTLY_APPROVED : WL_FORM_APPROVED;
}

void do_form_review(void)
{
    struct wl_line_name names[8];
    struct worth worth;
    const char *parties[PARTIES_MAX] = {0}, *actor = "chief";
    int64_t form = any_form(1u << WL_FORM_UNDER_REVIEW);
    struct m_form *f = form == NO_FORM ? NULL : &walk.forms[form];
    unsigned how = draw(100);
    struct wl_form_review_body body = {.form = form,
                                       .verdict = how < 70   ? WL_FORM_APPROVE
                                                  : how < 85 ? WL_FORM_REFUSE
                                                             : WL_FORM_RETURN};
    bool cuts = false, less = false;
    int tier = 0;

    body.reason = any_reason(body.verdict == WL_FORM_RETURN ? "information" : "refuse");
    if (f && f->wait.is && f->wait.seat == NO_SEAT && tier_has_free(f->wait.tier))
        return; /* "or could take one now" */
    expect_only(form_refusal(form, WL_FORM_STEP_REVIEW));
    if (!walk.only) {
        actor = any_reviewer(&f->wait);
        names_of(f->parties, parties);
        tier = f->wait.tier;
        expect_right(&f->wait, actor, parties, PARTIES_MAX);
        if (body.verdict == WL_FORM_APPROVE && chance(40))
            body.refused = any_lines(&f->as, names, &worth, &cuts, &less);
        if (body.verdict != WL_FORM_APPROVE || cuts)
            expect_reason(body.verdict == WL_FORM_RETURN ? "information" : "refuse", body.reason, true);
        if (body.verdict == WL_FORM_APPROVE && (cuts ? worth.total : f->as.worth.total) <= 0)
            expect(WL_REFUSED_NOTHING_PAYABLE);
    }
    if (!go(&wl_form_review_command, &body, actor, NULL))
        return;
    if (body.verdict == WL_FORM_APPROVE) {
        approve(f, names, body.refused.count, &worth, less);
        snprintf(f->approved_by, sizeof f->approved_by, "%s", actor);
    } else {
        f->state = body.verdict == WL_FORM_REFUSE ? WL_FORM_REFUSED : WL_FORM_RETURNED;
    }
    f->wait.is = false;
    leave_seat(tier, &((struct wl_form_decision_outcome *)walk.outcome)->decision);
    check_form(form);
}

void do_form_step(void)
{
    bool start = chance(50);
    int64_t form = any_form(start ? 1u << WL_FORM_APPROVED | 1u << WL_FORM_PARTLY_APPROVED : 1u << WL_FORM_IN_REPAIR);
    struct m_form *f = form == NO_FORM ? NULL : &walk.forms[form];
    struct wl_form_step_body body = {form, WL_NONE};
    const char *actor = any_clerk();

    expect_only(form_refusal(form, start ? WL_FORM_STEP_START : WL_FORM_STEP_COMPLETE));
    if (!walk.only && !start && chance(40)) {
        body.km = f->km + (int64_t)draw(20) - 1;
        if (body.km < f->km)
            expect(WL_REFUSED_MILEAGE_BELOW);
    }
    if (!go(start ? &wl_form_start_command : &wl_form_complete_command, &body, actor, NULL))
        return;
    f->state = start ? WL_FORM_IN_REPAIR : WL_FORM_COMPLETED;
    if (!start) {
        note_party(f, actor);
        f->as.handling = handling_on(walk.day); /* the repair's day */
    }
    check_form(form);
}

void do_form_sign(void)
{
    int64_t form = any_form(1u << WL_FORM_COMPLETED);
    struct wl_form_sign_body body = {.form = form};

    expect_only(form_refusal(form, WL_FORM_STEP_SIGN));
    if (!go(&wl_form_sign_command, &body, "clerk", "Li Wei"))
        return;
    walk.forms[form].state = WL_FORM_SIGNED;
    check_form(form);
}

void do_form_forget(void)
{
    int64_t form = any_form(~0u);
    struct wl_form_step_body body = {form, WL_NONE};

    expect_only(form_refusal(form, WL_FORM_STEP_FORGET));
    if (!walk.only)
        may(WL_REFUSED_NOTHING_TO_FORGET);
    if (go(&wl_form_forget_command, &body, "clerk", NULL))
        check_form(form);
}

/* ---- a form becomes a claim ---- */

/* The claim as it was sent for a form, from the journal. */
static struct sent *sent_for(const struct m_form *f, unsigned number, const struct wl_claim_record *record)
{
    struct sent *s = wl_arena_alloc(&walk.keep, sizeof *s);
    const struct wl_part_line *part = record->parts.at;
    size_t lines = 0;

    memset(s, 0, sizeof *s);
    s->record = *record;
    s->dealer = f->dealer;
    s->number = number;
    s->type = WL_TYPE_WARRANTY;
    s->submission = strtoll(format("%.*s", WL_STR_ARG(record->submission)), NULL, 10);
    for (size_t i = 0; i < record->parts.count; i++) {
        s->part[i] = part[i].part_id.data[1] - '0';
        wl_decimal_parse(part[i].quantity, 9, 3, &s->quantity[i]);
    }
    for (unsigned kind = 0; kind < 3; kind++)
        for (unsigned i = 0; i < f->as.count[kind]; i++)
            lines += !f->lines_gone[kind][i];
    if (record->labour.count + record->parts.count + record->sublet.count != lines)
        fail("form %td: the claim has %zu lines, not %zu", f - walk.forms,
             record->labour.count + record->parts.count + record->sublet.count, lines);
    return s;
}

/* What the form's review cut of the lines that are left. */
static struct worth worth_by_form(const struct m_form *f, const struct m_claim *c)
{
    struct worth worth = c->worth;

    for (unsigned kind = 0; kind < 3; kind++)
        for (unsigned i = 0, at = 0; i < f->as.count[kind]; i++)
            if (!f->lines_gone[kind][i]) {
                if (f->as.worth.lines[kind][i] < worth.lines[kind][at])
                    worth.lines[kind][at] = f->as.worth.lines[kind][i];
                at++;
            }
    worth.total = total_of(c, worth.lines);
    return worth;
}

static void claim_follows(int64_t form, unsigned number, uint64_t first)
{
    struct m_form *f = &walk.forms[form];
    struct wl_entry entry;
    void *record, *made, *tied;
    const struct wl_form_claim_outcome *out;
    struct wl_ints findings;
    struct worth worth;
    struct m_claim *c;
    int64_t id;

    if (wl_entry_read(walk.txn, first, &entry) != 1 || wl_entry_body(&entry, &walk.keep, &record) != WL_OK ||
        wl_entry_outcome(&entry, &walk.keep, &made) != WL_OK || entry.command != &wl_record_command)
        fail("no claim was sent for form %lld", (long long)form);
    walk.result.seq = first;
    findings = ((struct wl_record_outcome *)made)->decision.findings;
    id = new_version(sent_for(f, number, record), content_of(record), made);
    c = claim_at(id);
    if (wl_entry_read(walk.txn, first + 1, &entry) != 1 || wl_entry_outcome(&entry, &walk.keep, &tied) != WL_OK ||
        entry.command != &wl_form_claim_command)
        fail("the claim was not tied to form %lld", (long long)form);
    out = tied;
    walk.result.seq = first + 1;
    c->is_signed = true;
    c->form = form;
    c->parties = f->parties;
    f->claim = id;
    worth = worth_by_form(f, c);
    if (c->state == WL_CLAIM_REFERRED && !has_severity(findings, WL_REFER) && worth.total <= f->approved &&
        (limits[currency_of(f->dealer)][f->approved_tier] == WL_NONE ||
         worth.total <= limits[currency_of(f->dealer)][f->approved_tier])) {
        int tier = c->wait.tier;

        c->adjusted |= worth.total < c->worth.total;
        decide_claim(id, c->adjusted ? WL_CLAIM_PARTIAL : WL_CLAIM_APPROVED, &worth);
        owe(c, walk.day);
        leave_seat(tier, &out->decision);
    } else if ((c->state == WL_CLAIM_APPROVED || c->state == WL_CLAIM_PARTIAL) && worth.total < c->worth.total) {
        c->adjusted = true; /* what was cut stays cut where the claim needs no review */
        decide_claim(id, WL_CLAIM_PARTIAL, &worth);
    }
    if (out->decision.decision != WL_NONE)
        memcpy(c->decided_by, f->approved_by, sizeof c->decided_by);
    check_claim(id);
    check_form(form);
}

void do_form_claim(void)
{
    int64_t form = any_form(1u << WL_FORM_SIGNED);
    struct m_form *f = form == NO_FORM ? NULL : &walk.forms[form];
    struct wl_form_request request = {.form = (uint64_t)form, .time = walk.now, .actor = WL_STR("clerk")};
    struct wl_form_answer answer;
    uint64_t first = wl_journal_size(walk.txn);
    unsigned number = 0;
    char claim_no[NAME] = "NONE";

    for (int i = 0; i < 20 && f && f->claim != WL_NONE; i++)
        f = (form = any_form(1u << WL_FORM_SIGNED)) == NO_FORM ? NULL : &walk.forms[form];
    request.form = (uint64_t)form;
    expect_only(form_refusal(form, WL_FORM_STEP_CLAIM));
    if (!walk.only && f->claim != WL_NONE)
        expect_only(WL_REFUSED_FORM_CLAIMED);
    if (f) {
        number = walk.numbers[f->dealer];
        if (!walk.only && chance(6) && number > 0) {
            number = draw(number);
            expect_only(WL_REFUSED_CLAIM_NOT_MADE); /* its submission is 1: no higher than any other */
        }
        snprintf(claim_no, sizeof claim_no, "C%u", number);
    }
    walk.doing = "form-claim";
    if (wl_form_claim(walk.txn, &walk.arena, &request, wl_str_of(claim_no), &answer) != WL_OK)
        fail("%s", wl_error());
    if (!judge("form-claim", answer.refusal))
        return;
    if (answer.claim != (int64_t)walk.claim_count)
        fail("it became claim %lld", (long long)answer.claim);
    claim_follows(form, number, first);
}
