/* Settlements, payments, the bank, chargebacks, reversals, vehicle sales: commands drawn, foretold, given, compared. */
#include "tests/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/decimal.h"
#include "wledger/error.h"

/* ---- settlements ---- */

static int64_t newest_of(unsigned dealer)
{
    for (size_t n = walk.settlement_count; n > 0; n--)
        if (walk.settlements[n].dealer == dealer)
            return (int64_t)n;
    return WL_NONE;
}

static bool is_eligible(const struct m_claim *c, unsigned dealer, int64_t to)
{
    return c->dealer == dealer && (c->state == WL_CLAIM_APPROVED || c->state == WL_CLAIM_PARTIAL) && c->is_signed &&
           unmet(c) == 0 && c->decided_day <= to;
}

static bool is_to_tell(const struct m_claim *c, unsigned dealer, int64_t to)
{
    return c->dealer == dealer && (c->state == WL_CLAIM_REJECTED || c->state == WL_CLAIM_INFO_REQUESTED) && !c->told &&
           c->decided_day <= to;
}

static struct m_settlement collect(unsigned dealer, int64_t to)
{
    struct m_settlement s = {.dealer = dealer, .to_day = to, .payment = WL_NONE, .confirmed = WL_NONE};

    for (size_t i = 0; i < walk.chargeback_count; i++)
        if (walk.chargebacks[i].open && walk.claims[walk.chargebacks[i].claim].dealer == dealer) {
            s.chargebacks += walk.chargebacks[i].amount;
            s.chargeback_count++;
        }
    for (size_t i = 0; i < walk.claim_count; i++) {
        const struct m_claim *c = &walk.claims[i];

        if (is_eligible(c, dealer, to)) {
            s.claims += c->worth.total;
            s.paid_count++;
        }
        s.rejected_count += is_to_tell(c, dealer, to);
    }
    return s;
}

static void settle_follows(struct m_settlement s)
{
    int64_t newest = newest_of(s.dealer), number = (int64_t)++walk.settlement_count, sum;
    unsigned currency = currency_of(s.dealer);
    int dealer = dealer_party(s.dealer);

    if (newest != WL_NONE)
        s.carried = walk.settlements[newest].carried_on - walk.settlements[newest].owed_since;
    s.tax = (int64_t)wl_round((wl_i128)(s.claims - s.chargebacks) * walk.tax[s.dealer], 10000);
    sum = s.claims - s.chargebacks + s.tax + s.carried;
    s.to_pay = sum > 0 ? sum : 0;
    s.carried_on = sum < 0 ? sum : 0;
    s.state = WL_SETTLEMENT_ISSUED;
    walk.settlements = room(walk.settlements, &walk.settlement_room, walk.settlement_count, sizeof *walk.settlements);
    walk.settlements[number] = s;
    post(WL_ACCOUNT_ACCRUED, dealer, WL_ACCOUNT_PAYABLE, dealer, currency, s.claims);
    post(WL_ACCOUNT_INPUT_TAX, 0, WL_ACCOUNT_PAYABLE, dealer, currency, s.tax);
    for (size_t i = 0; i < walk.chargeback_count; i++)
        if (walk.claims[walk.chargebacks[i].claim].dealer == s.dealer)
            walk.chargebacks[i].open = false;
    for (size_t i = 0; i < walk.claim_count; i++) {
        struct m_claim *c = &walk.claims[i];

        if (is_eligible(c, s.dealer, s.to_day)) {
            c->state = WL_CLAIM_SETTLED;
            c->paid = c->worth.total;
            c->settlement = number;
        } else if (is_to_tell(c, s.dealer, s.to_day)) {
            c->told = true;
        }
    }
    check_settlement(number);
}

void do_settle(void)
{
    unsigned dealer = draw(DEALERS);
    bool unknown = chance(1), other = chance(2);
    char dealer_id[8];
    struct wl_settle_request request = {
        .to = walk.day - (chance(30) ? draw(4) : 0), .time = walk.now, .actor = WL_STR("clerk")};
    struct wl_settle_answer answer;
    struct m_settlement s = collect(dealer, request.to);

    snprintf(dealer_id, sizeof dealer_id, unknown ? "D99" : "D%u", dealer);
    request.dealer_id = wl_str_of(dealer_id);
    request.currency = wl_str_of(currencies[(currency_of(dealer) + other) % CURRENCIES]);
    if (unknown)
        expect_only(WL_REFUSED_DEALER_UNKNOWN);
    else if (other || s.paid_count + s.chargeback_count == 0)
        expect_only(WL_REFUSED_NOTHING_TO_SETTLE);
    walk.doing = "settle";
    if (wl_settle(walk.txn, &walk.arena, &request, &answer) != WL_OK)
        fail("%s", wl_error());
    if (judge("settle", answer.refusal))
        settle_follows(s);
}

/* ---- payments ---- */

static int64_t left_of(const struct m_settlement *s)
{
    return s->to_pay + s->overpaid - s->paid_amount;
}

static int64_t any_settlement(int64_t state)
{
    int64_t number = WL_NONE;

    if (walk.settlement_count == 0 || chance(2))
        return 9999999;
    for (int i = 0; i < 20; i++) {
        number = 1 + draw((unsigned)walk.settlement_count);
        if (walk.settlements[number].state == state || chance(3))
            break;
    }
    return number;
}

static int64_t settlement_refusal(int64_t number, enum wl_settlement_step step)
{
#define WL_SETTLEMENT_STEP(NAME, command, who, drafted, issued, paid, confirmed) \
    [WL_SETTLEMENT_STEP_##                                                       \
        NAME] = {WL_REFUSED_##drafted, WL_REFUSED_##issued, WL_REFUSED_##paid, WL_REFUSED_##confirmed},
    static const int64_t rows[WL_SETTLEMENT_STEP_COUNT][WL_SETTLEMENT_STATE_COUNT] = {
#include "wledger/transitions.def"
    };
#undef WL_SETTLEMENT_STEP

    return number > (int64_t)walk.settlement_count ? WL_REFUSED_SETTLEMENT_UNKNOWN
                                                   : rows[step][walk.settlements[number].state];
}

void do_pay(void)
{
    int64_t number = any_settlement(WL_SETTLEMENT_ISSUED);
    struct wl_settlement_body body = {number, WL_NONE};
    struct m_settlement *s = &walk.settlements[number];
    struct undo *undo;

    expect_only(settlement_refusal(number, WL_SETTLEMENT_STEP_PAY));
    if (!walk.only && s->payment != WL_NONE)
        expect_only(WL_REFUSED_IN_PAYMENT);
    if (!go(&wl_pay_command, &body, "clerk", NULL))
        return;
    post(WL_ACCOUNT_PAYABLE, dealer_party(s->dealer), WL_ACCOUNT_BANK, 0, currency_of(s->dealer), left_of(s));
    undo = undo_note(UNDO_PAY, WL_NONE);
    undo->number = number;
    undo->amount = left_of(s);
    s->paid_amount += left_of(s);
    s->state = WL_SETTLEMENT_PAID;
    check_settlement(number);
}

void do_confirm(void)
{
    int64_t number = any_settlement(WL_SETTLEMENT_PAID);
    struct wl_settlement_body body = {number, WL_NONE};
    struct m_settlement *s = &walk.settlements[number];
    int64_t difference;

    expect_only(settlement_refusal(number, WL_SETTLEMENT_STEP_CONFIRM));
    if (!walk.only && chance(40))
        body.amount = s->paid_amount + (chance(50) ? 0 : draw(200));
    if (!go(&wl_confirm_command, &body, "dealer", NULL))
        return;
    difference = body.amount == WL_NONE ? 0 : body.amount - s->paid_amount;
    s->confirmed = s->paid_amount + difference;
    if (((struct wl_confirm_outcome *)walk.outcome)->difference != (difference == 0 ? WL_NONE : difference))
        fail("it differs by %lld", (long long)((struct wl_confirm_outcome *)walk.outcome)->difference);
    if (difference == 0)
        s->state = WL_SETTLEMENT_CONFIRMED;
    check_settlement(number);
}

static bool is_to_instruct(const struct m_settlement *s, unsigned currency, int dealer)
{
    return s->state == WL_SETTLEMENT_ISSUED && left_of(s) > 0 && s->payment == WL_NONE &&
           currency_of(s->dealer) == currency && (dealer < 0 || s->dealer == (unsigned)dealer);
}

static void instruct(const struct wl_payment_outcome *out, const bool *named, unsigned currency, int dealer)
{
    const struct wl_payment_transfer *t = out->transfers.at;
    int64_t total = 0;
    size_t at = 0;

    if (out->payment != ++walk.payments)
        fail("it is payment %lld, not %lld", (long long)out->payment, (long long)walk.payments);
    for (size_t n = 1; n <= walk.settlement_count; n++) {
        struct m_settlement *s = &walk.settlements[n];

        if (!is_to_instruct(s, currency, dealer) || (named && !named[n]))
            continue;
        if (at >= out->transfers.count) {
            if (out->more == 1)
                break;
            fail("settlement %zu is not instructed", n);
        }
        if (t[at].settlement != (int64_t)n || t[at].amount != left_of(s))
            fail("settlement %lld is instructed for %lld, not %zu for %lld", (long long)t[at].settlement,
                 (long long)t[at].amount, n, (long long)left_of(s));
        walk.transfers = room(walk.transfers, &walk.transfer_room, walk.transfer_count, sizeof *walk.transfers);
        walk.transfers[walk.transfer_count++] = (struct m_transfer){out->payment, (int64_t)n, left_of(s), 0, 0};
        s->payment = out->payment;
        total += left_of(s);
        at++;
    }
    if (at != out->transfers.count || total != out->total)
        fail("%zu transfers of %lld, not %zu of %lld", out->transfers.count, (long long)out->total, at,
             (long long)total);
}

void do_payment(void)
{
    unsigned currency = draw(CURRENCIES);
    int dealer = chance(30) ? (int)draw(DEALERS) : -1;
    int64_t numbers[2];
    struct wl_payment_body body = {.currency = wl_str_of(currencies[currency]),
                                   .execution_day = walk.day - 1 + draw(4)};
    bool *named = calloc(walk.settlement_count + 1, 1), any = false;

    if (body.execution_day < walk.day)
        expect(WL_REFUSED_DAY_PAST);
    if (chance(2)) {
        body.currency = WL_STR("cny");
        expect(WL_REFUSED_CURRENCY_UNKNOWN);
        may(WL_REFUSED_ACCOUNT_MISSING);
    }
    if (chance(40)) {
        dealer = -1;
        body.settlements = (struct wl_ints){numbers, 1 + draw(2)};
        for (size_t i = 0; i < body.settlements.count; i++) {
            int64_t n = numbers[i] = any_settlement(WL_SETTLEMENT_ISSUED);
            int64_t refusal = settlement_refusal(n, WL_SETTLEMENT_STEP_INSTRUCT);

            expect(refusal);
            if (refusal == WL_DONE) {
                const struct m_settlement *s = &walk.settlements[n];

                if (s->payment != WL_NONE)
                    expect(WL_REFUSED_IN_PAYMENT);
                if (left_of(s) == 0)
                    expect(WL_REFUSED_NOTHING_TO_PAY);
                if (currency_of(s->dealer) != currency) {
                    expect(WL_REFUSED_CURRENCY_OTHER);
                    expect(WL_REFUSED_NOTHING_TO_PAY);
                }
                if (named[n])
                    expect(WL_REFUSED_NAMED_TWICE);
                named[n] = true;
            }
        }
        if (body.settlements.count == 2 && numbers[0] == numbers[1])
            expect(WL_REFUSED_NAMED_TWICE);
    } else {
        for (size_t n = 1; n <= walk.settlement_count; n++)
            any |= is_to_instruct(&walk.settlements[n], currency, dealer);
        expect(any ? WL_DONE : WL_REFUSED_NOTHING_TO_PAY);
        if (dealer >= 0)
            body.dealer_id = text(format("D%d", dealer));
    }
    if (go(&wl_payment_command, &body, "clerk", NULL))
        instruct(walk.outcome, body.settlements.count ? named : NULL, currency, dealer);
    free(named);
}

/* ---- what the bank says ---- */

static int64_t net_of(const struct m_transfer *t)
{
    return t->debited > t->returned ? t->debited - t->returned : 0;
}

static enum wl_bank_difference answer_follows(struct m_transfer *t, int64_t event, int64_t amount)
{
    struct m_settlement *s = &walk.settlements[t->settlement], *newest = &walk.settlements[newest_of(s->dealer)];
    int64_t before = net_of(t), left = left_of(s), delta;
    enum wl_bank_difference difference = WL_BANK_RETURNED;

    if (s->payment == t->payment)
        s->payment = WL_NONE;
    if (event == WL_BANK_REJECTED)
        return WL_BANK_REFUSED;
    *(event == WL_BANK_DEBIT ? &t->debited : &t->returned) += amount;
    delta = net_of(t) - before;
    post(WL_ACCOUNT_PAYABLE, dealer_party(s->dealer), WL_ACCOUNT_BANK, 0, currency_of(s->dealer), delta);
    s->paid_amount += delta;
    if (event == WL_BANK_DEBIT)
        difference = delta > left || net_of(t) > t->amount ? WL_BANK_MORE
                     : net_of(t) == t->amount              ? WL_BANK_AGREES
                     : t->returned > 0                     ? WL_BANK_RETURNED
                                                           : WL_BANK_LESS;
    if (delta > left) {
        s->overpaid += delta - left;
        newest->owed_since += delta - left;
    } else if (delta < 0) {
        int64_t off = -delta < s->overpaid ? -delta : s->overpaid;

        off = off < newest->owed_since ? off : newest->owed_since;
        s->overpaid -= off;
        newest->owed_since -= off;
    }
    if (left_of(s) > 0) {
        s->state = WL_SETTLEMENT_ISSUED;
        s->confirmed = WL_NONE; /* what is to be paid again was not received */
    } else if (s->state == WL_SETTLEMENT_ISSUED) {
        s->state = WL_SETTLEMENT_PAID;
    }
    return difference;
}

void do_bank(void)
{
    unsigned how = draw(100);
    struct m_transfer *t = NULL;
    bool other = chance(3), known = chance(3) && walk.answers > 0;
    struct wl_bank_answer_body body = {.message = WL_STR("M"),
                                       .event = how < 72   ? WL_BANK_DEBIT
                                                : how < 86 ? WL_BANK_RETURN
                                                : how < 94 ? WL_BANK_REJECTED
                                                           : WL_BANK_CREDIT,
                                       .booked_day = walk.day};
    const struct wl_bank_answer_outcome *out;
    enum wl_bank_difference difference = WL_BANK_UNKNOWN;
    int64_t settlement = WL_NONE;

    if (walk.transfer_count == 0 && chance(90))
        return;
    if (walk.transfer_count > 0 && chance(97)) {
        size_t count = walk.transfer_count, from = count > 12 && chance(90) ? count - 12 : 0;

        t = &walk.transfers[from + draw((unsigned)(count - from))];
    }
    body.amount = t ? t->amount : 100;
    if (t && body.event == WL_BANK_DEBIT && chance(75)) {
        const struct m_transfer *last = t;

        for (int i = 0; i < 12 && last->debited > 0; i++)
            last = &walk.transfers[draw((unsigned)walk.transfer_count)];
        t = &walk.transfers[last - walk.transfers];
        body.amount = t->amount;
    }
    if (chance(15))
        body.amount = 1 + draw((unsigned)(2 * body.amount));
    body.reference = text(format("BK%lld", (long long)(known ? draw((unsigned)walk.answers) + 1 : walk.answers + 1)));
    body.currency =
        wl_str_of(currencies[t ? (currency_of(walk.settlements[t->settlement].dealer) + other) % CURRENCIES : 0]);
    body.end_to_end =
        t ? wl_payment_reference(&walk.keep, (uint64_t)t->payment, (uint64_t)t->settlement) : WL_STR("WL-P999-S999");
    if (known)
        expect_only(WL_REFUSED_ANSWER_KNOWN);
    if (!go(&wl_bank_answer_command, &body, "bank", NULL))
        return;
    out = walk.outcome;
    walk.answers++;
    if (t && other)
        difference = WL_BANK_CURRENCY;
    else if (t)
        difference = answer_follows(t, body.event, body.amount);
    if (t)
        settlement = t->settlement;
    if (out->difference != (int64_t)difference || out->settlement != settlement)
        fail("settlement %lld: %s, not %lld: %s (%s of %lld, instructed %lld, debited %lld, returned %lld)",
             (long long)out->settlement, wl_bank_difference_names()[out->difference], (long long)settlement,
             wl_bank_difference_names()[difference], wl_bank_event_names()[body.event], (long long)body.amount,
             (long long)(t ? t->amount : 0), (long long)(t ? t->debited : 0), (long long)(t ? t->returned : 0));
    if (t) {
        check_settlement(settlement);
        check_settlement(newest_of(walk.settlements[settlement].dealer));
    }
}

/* ---- taking back ---- */

int64_t charged(const struct m_claim *c, int64_t was, int64_t is)
{
    int64_t left = c->paid - c->charged_back;

    return was - is < left ? was - is : left;
}

static int64_t any_settled(void)
{
    for (int i = 0; i < 60; i++) {
        int64_t id = any_claim();

        if (id == WL_NONE || chance(4) ||
            (walk.claims[id].state == WL_CLAIM_SETTLED && walk.claims[id].charged_back < walk.claims[id].paid))
            return id;
    }
    return any_claim();
}

static int64_t draw_chargeback(struct m_claim *c, struct wl_chargeback_body *body, struct wl_line_name *name,
                               struct worth *worth)
{
    int64_t left = c->paid - c->charged_back, amount = left;
    unsigned kind = draw(3), line;

    *worth = c->worth;
    if (chance(50) && c->count[kind] > 0) {
        line = draw(c->count[kind]);
        *name = (struct wl_line_name){kind, line + 1, 0, WL_NO_STR};
        if (chance(40) && worth->lines[kind][line] > 0)
            name->amount = draw((unsigned)worth->lines[kind][line]);
        if (chance(4)) {
            name->amount = worth->lines[kind][line] + 1;
            expect(WL_REFUSED_LINE_AMOUNT_INVALID);
        }
        worth->lines[kind][line] = name->amount;
        worth->total = total_of(c, worth->lines);
        body->lines = (struct wl_list){name, 1};
        amount = charged(c, c->worth.total, worth->total);
        expect(amount > 0 ? WL_DONE : WL_REFUSED_NOTHING_TO_CHARGE_BACK);
    } else if (chance(60)) {
        amount = body->amount = (int64_t)draw((unsigned)(left + left / 4 + 2));
        if (left == 0)
            expect(WL_REFUSED_NOTHING_TO_CHARGE_BACK);
        if (amount > left)
            expect(WL_REFUSED_AMOUNT_TOO_LARGE);
        if (amount <= 0)
            expect(WL_REFUSED_AMOUNT_INVALID);
    } else {
        expect(left > 0 ? WL_DONE : WL_REFUSED_NOTHING_TO_CHARGE_BACK);
    }
    return amount;
}

void do_chargeback(void)
{
    int64_t id = any_settled(), amount = 0;
    struct m_claim *c = id == WL_NONE ? NULL : &walk.claims[id];
    struct wl_chargeback_body body = {.amount = WL_NONE, .reason = any_reason("chargeback")};
    struct wl_line_name name;
    struct worth worth;
    struct undo *undo;

    body.evidence = chance(97) ? WL_STR("audit 7") : WL_NO_STR;
    name_claim(id, &body.dealer_id, &body.claim_no);
    if (expect_claim(id, WL_CLAIM_STEP_CHARGE_BACK)) {
        expect_reason("chargeback", body.reason, true);
        if (body.evidence.size == 0)
            expect(WL_REFUSED_EVIDENCE_MISSING);
        amount = draw_chargeback(c, &body, &name, &worth);
    }
    if (!go(&wl_chargeback_command, &body, "auditor", NULL))
        return;
    if (((struct wl_chargeback_outcome *)walk.outcome)->charged_back != amount)
        fail("%lld was charged back, not %lld", (long long)((struct wl_chargeback_outcome *)walk.outcome)->charged_back,
             (long long)amount);
    undo = undo_note(UNDO_CHARGEBACK, id);
    undo->decides = true;
    undo->amount = amount;
    c->worth = worth;
    c->charged_back += amount;
    c->decided_seq = (int64_t)walk.result.seq;
    walk.chargebacks = room(walk.chargebacks, &walk.chargeback_room, walk.chargeback_count, sizeof *walk.chargebacks);
    walk.chargebacks[walk.chargeback_count++] = (struct m_chargeback){(int64_t)walk.result.seq, id, amount, true};
    post(WL_ACCOUNT_PAYABLE, dealer_party(c->dealer), WL_ACCOUNT_EXPENSE_WARRANTY + (int)c->type, 0,
         currency_of(c->dealer), amount);
    check_claim(id);
}

/* ---- reversals ---- */

struct undo *undo_note(enum undo_kind kind, int64_t claim)
{
    struct undo *undo;

    walk.undos = room(walk.undos, &walk.undo_room, walk.undo_count, sizeof *walk.undos);
    undo = &walk.undos[walk.undo_count++];
    *undo = (struct undo){.kind = kind, .seq = (int64_t)walk.result.seq, .claim = claim};
    if (claim != WL_NONE) {
        undo->before = malloc(sizeof *undo->before);
        *undo->before = walk.claims[claim];
    }
    return undo;
}

/* Goodwill that the entry took back and another claim has by now. */
static bool is_given_again(const struct m_claim *c, const struct undo *u)
{
    int64_t back = c->state == WL_CLAIM_SETTLED ? u->amount : u->before->worth.total - c->worth.total;

    return c->type == WL_TYPE_GOODWILL && c->left != WL_NONE && back > 0 &&
           back > authorization_max((unsigned)c->authorization) - authorization_spent(c->authorization, WL_NONE);
}

/* What stands on it. */
static bool is_blocked(const struct undo *u)
{
    const struct m_claim *c = u->claim == WL_NONE ? NULL : &walk.claims[u->claim];

    if (u->kind == UNDO_PAY) {
        const struct m_settlement *s = &walk.settlements[u->number];

        return s->state == WL_SETTLEMENT_CONFIRMED || s->overpaid > 0 || u->amount > s->paid_amount;
    }
    if (u->kind == UNDO_TAGGING) {
        for (unsigned i = 0; i < c->owed_count; i++)
            if ((u->lines >> i & 1) && c->owed[i].state != WL_OBLIGATION_OPEN &&
                c->owed[i].state != WL_OBLIGATION_OVERDUE && c->owed[i].state != WL_OBLIGATION_WAIVED)
                return true;
        return false;
    }
    if (u->kind == UNDO_RECEIPT) {
        for (unsigned i = 0; i < c->owed_count; i++)
            if ((u->lines >> i & 1) && c->owed[i].state != WL_OBLIGATION_RECEIVED &&
                c->owed[i].state != WL_OBLIGATION_WAIVED_RECEIVED)
                return true;
        return false;
    }
    /* A settlement stands on what was inspected before it, but not where a waiver had it paid anyway. */
    if (u->kind == UNDO_INSPECTION && c->state == WL_CLAIM_SETTLED && u->before->state != WL_CLAIM_SETTLED)
        for (unsigned i = 0; i < c->owed_count; i++)
            if ((u->lines >> i & 1) && u->before->owed[i].state == WL_OBLIGATION_RECEIVED)
                return true;
    if (u->kind == UNDO_INSPECTION && u->decides && c->state == WL_CLAIM_SETTLED &&
        u->before->state != WL_CLAIM_SETTLED)
        return true;
    return u->decides &&
           (c->decided_seq != u->seq || walk.newest[c->dealer][c->number] != u->claim || is_given_again(c, u));
}

static void restore_decision(struct m_claim *c, struct undo *u)
{
    int expense = WL_ACCOUNT_EXPENSE_WARRANTY + (int)c->type, dealer = dealer_party(c->dealer);
    unsigned currency = currency_of(c->dealer);

    if (c->state == WL_CLAIM_SETTLED) {
        c->charged_back -= u->amount;
        post(expense, 0, WL_ACCOUNT_PAYABLE, dealer, currency, u->amount);
        for (size_t i = 0; i < walk.chargeback_count; i++)
            if (walk.chargebacks[i].seq == u->seq && walk.chargebacks[i].open) {
                walk.chargebacks[i].open = false;
                u->amount = 0;
            }
        if (u->amount > 0) {
            walk.chargebacks =
                room(walk.chargebacks, &walk.chargeback_room, walk.chargeback_count, sizeof *walk.chargebacks);
            walk.chargebacks[walk.chargeback_count++] =
                (struct m_chargeback){(int64_t)walk.result.seq, u->claim, -u->amount, true};
        }
    } else {
        post(expense, 0, WL_ACCOUNT_ACCRUED, dealer, currency, u->before->worth.total - c->worth.total);
        c->state = u->before->state;
        c->adjusted = u->before->adjusted;
        c->decided_day = walk.day;
        c->decided_tier = u->before->decided_tier;
        memcpy(c->decided_by, u->before->decided_by, sizeof c->decided_by);
        memcpy(c->rejected_by, u->before->rejected_by, sizeof c->rejected_by);
    }
    c->worth = u->before->worth;
    c->decided_seq = u->before->decided_seq;
}

static void undo_payment(const struct undo *u)
{
    struct m_settlement *s = &walk.settlements[u->number];

    post(WL_ACCOUNT_BANK, 0, WL_ACCOUNT_PAYABLE, dealer_party(s->dealer), currency_of(s->dealer), u->amount);
    s->paid_amount -= u->amount;
    s->state = WL_SETTLEMENT_ISSUED;
    s->confirmed = WL_NONE;
    check_settlement(u->number);
}

static void undo_follows(struct undo *u)
{
    struct m_claim *c = u->claim == WL_NONE ? NULL : &walk.claims[u->claim];

    u->done = true;
    if (u->kind == UNDO_PAY) {
        undo_payment(u);
        return;
    }
    if (u->kind == UNDO_SALE) {
        struct m_sale *sale = &walk.sales[u->number];

        sale->reversed = true;
        post(WL_ACCOUNT_BANK_RECEIVED, 0, WL_ACCOUNT_VEHICLE_SALE, dealer_party(sale->dealer),
             currency_of(sale->dealer), sale->amount);
        return;
    }
    for (unsigned i = 0; i < c->owed_count; i++)
        if (u->lines >> i & 1) {
            int64_t now = c->owed[i].state;

            if (u->kind == UNDO_TAGGING) {
                c->owed[i].tagged = false;
                continue;
            }
            c->owed[i].state = u->before->owed[i].state;
            if (u->kind == UNDO_RECEIPT && now == WL_OBLIGATION_WAIVED_RECEIVED)
                c->owed[i].state = WL_OBLIGATION_WAIVED;
            if (u->kind == UNDO_RECEIPT)
                c->owed[i].tagged = u->before->owed[i].tagged;
        }
    if (u->decides)
        restore_decision(c, u);
    check_claim(u->claim);
}

void do_reverse(void)
{
    struct wl_reverse_body body = {0, chance(98) ? WL_STR("it was wrong") : WL_NO_STR};
    struct undo *u = NULL;
    uint64_t size = wl_journal_size(walk.txn);

    if (walk.undo_count > 0 && chance(90)) {
        size_t from = walk.undo_count > 10 && chance(90) ? walk.undo_count - 10 : 0;

        u = &walk.undos[from + draw((unsigned)(walk.undo_count - from))];
        body.entry = u->seq;
    } else {
        body.entry = (int64_t)draw((unsigned)size + 1);
        for (size_t i = 0; i < walk.undo_count; i++)
            if (walk.undos[i].seq == body.entry)
                u = &walk.undos[i];
    }
    if (body.reason.size == 0)
        expect(WL_REFUSED_REASON_MISSING);
    if (u && u->done)
        expect(WL_REFUSED_ALREADY_REVERSED);
    else if (u && is_blocked(u))
        expect(WL_REFUSED_REVERSAL_BLOCKED);
    else if (!u)
        expect(body.entry == (int64_t)size ? WL_REFUSED_ENTRY_UNKNOWN : WL_REFUSED_NOT_REVERSIBLE);
    if (go(&wl_reverse_command, &body, "chief", NULL))
        undo_follows(u);
}

/* ---- vehicle sale money ---- */

void do_sale(void)
{
    unsigned dealer = draw(DEALERS), reference = draw(60);
    bool other = chance(4);
    struct wl_sale_body body = {.dealer_id = text(format("D%u", dealer)),
                                .vin = text(vin_of(draw(VEHICLES))),
                                .currency = wl_str_of(other ? "USD" : currencies[currency_of(dealer)]),
                                .reference = text(format("SALE%u", reference)),
                                .amount = draw(40) ? 1 + draw(1000000) : 0};

    if (body.amount == 0)
        expect(WL_REFUSED_AMOUNT_INVALID);
    if (other)
        expect(WL_REFUSED_CURRENCY_OTHER);
    for (size_t i = 0; i < walk.sale_count; i++)
        if (walk.sales[i].dealer == dealer && walk.sales[i].reference == reference && !walk.sales[i].reversed)
            expect(WL_REFUSED_RECEIPT_KNOWN);
    if (!go(&wl_sale_command, &body, "bank", NULL))
        return;
    walk.sales = room(walk.sales, &walk.sale_room, walk.sale_count, sizeof *walk.sales);
    walk.sales[walk.sale_count] = (struct m_sale){dealer, body.amount, reference, false};
    undo_note(UNDO_SALE, WL_NONE)->number = (int64_t)walk.sale_count++;
    post(WL_ACCOUNT_VEHICLE_SALE, dealer_party(dealer), WL_ACCOUNT_BANK_RECEIVED, 0, currency_of(dealer), body.amount);
}
