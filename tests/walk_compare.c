/* The store's rows against the model's. */
#include "tests/walk.h"

#include <stdio.h>
#include <string.h>

#include "wledger/error.h"

static void same(const char *thing, int64_t id, const char *what, int64_t has, int64_t must)
{
    if (has != must)
        fail("%s %lld: %s is %lld, not %lld", thing, (long long)id, what, (long long)has, (long long)must);
}

static void check_owed(int64_t id, const struct m_claim *c, const struct wl_claim *row)
{
    same("claim", id, "number of obligations", row->obligation_count, c->owed_count);
    same("claim", id, "unmet obligations", row->unmet_obligations, unmet(c));
    for (unsigned i = 0; i < c->owed_count; i++) {
        struct wl_obligation o;

        if (wl_obligation_get(walk.txn, &walk.arena, row->first_obligation + i, &o) != 1)
            fail("claim %lld has no obligation %u", (long long)id, i);
        same("claim", id, "obligation's state", o.state, c->owed[i].state);
        same("claim", id, "obligation's line", o.line, c->owed[i].line);
        same("claim", id, "obligation's quantity", o.quantity, c->owed[i].quantity);
        same("claim", id, "obligation's due day", o.due, c->owed[i].due);
    }
    if (c->owed_count > 0)
        same("claim", id, "first obligation", row->first_obligation, c->first_owed);
}

void check_claim(int64_t id)
{
    const struct m_claim *c = &walk.claims[id];
    struct wl_claim row;
    int64_t newest;

    if (wl_claim_get(walk.txn, &walk.arena, id, &row) != 1)
        fail("claim %lld is not there", (long long)id);
    same("claim", id, "state", row.state, c->state);
    same("claim", id, "state now", wl_claim_state_now(walk.txn, &row), claim_state(c));
    same("claim", id, "total", row.total, c->state == WL_CLAIM_SETTLED ? c->paid : c->worth.total);
    same("claim", id, "charged back", row.charged_back, c->charged_back);
    same("claim", id, "submission", row.submission, c->submission);
    same("claim", id, "previous version", row.previous_version, c->previous);
    same("claim", id, "signature", row.signed_seq != WL_NONE, c->is_signed);
    same("claim", id, "day of its decision", row.decided_day, c->decided_day);
    same("claim", id, "appeal", row.appealed_seq != WL_NONE, c->appealed);
    if (c->state == WL_CLAIM_SETTLED)
        same("claim", id, "settlement", row.settlement, c->settlement);
    if (c->wait.is) {
        same("claim", id, "tier", row.tier, c->wait.tier);
        same("claim", id, "seat", row.seat.size ? row.seat.data[4] - '0' : NO_SEAT, c->wait.seat);
    }
    check_owed(id, c, &row);
    if (wl_claim_find(walk.txn, row.dealer_id, row.claim_no, &newest) != 1)
        fail("claim %lld has no name", (long long)id);
    same("claim", id, "newest version", newest, walk.newest[c->dealer][c->number]);
}

void check_settlement(int64_t number)
{
    const struct m_settlement *s = &walk.settlements[number];
    struct wl_settlement row;

    if (wl_settlement_get(walk.txn, &walk.arena, (uint64_t)number, &row) != 1)
        fail("settlement %lld is not there", (long long)number);
    same("settlement", number, "claims", row.claims_total, s->claims);
    same("settlement", number, "chargebacks", row.chargebacks, s->chargebacks);
    same("settlement", number, "tax", row.tax, s->tax);
    same("settlement", number, "carried", row.carried, s->carried);
    same("settlement", number, "to pay", row.to_pay, s->to_pay);
    same("settlement", number, "carried on", row.carried_on, s->carried_on);
    same("settlement", number, "number of claims paid", row.paid_count, s->paid_count);
    same("settlement", number, "number of claims rejected", row.rejected_count, s->rejected_count);
    same("settlement", number, "number of chargebacks", row.chargeback_count, s->chargeback_count);
    same("settlement", number, "paid", row.paid_amount, s->paid_amount);
    same("settlement", number, "overpaid", row.overpaid, s->overpaid);
    same("settlement", number, "owed since", row.owed_since, s->owed_since);
    same("settlement", number, "state", row.state, s->state);
    same("settlement", number, "payment", row.payment, s->payment);
    if (s->state == WL_SETTLEMENT_PAID)
        same("settlement", number, "dealer's difference", row.dealer_difference,
             s->confirmed == WL_NONE || s->confirmed == s->paid_amount ? WL_NONE : s->confirmed - s->paid_amount);
}

/* ---- all of it ---- */

static int party_of(struct wl_str party)
{
    if (party.size == 2 && party.data[0] == 'D')
        return dealer_party((unsigned)(party.data[1] - '0'));
    if (party.size == 2 && party.data[0] == 'S')
        return 1 + DEALERS + party.data[1] - '0';
    return 0;
}

static void check_books(void)
{
    static wl_i128 is[KINDS][PARTIES][CURRENCIES];
    struct wl_str key, value;
    struct wl_walk *rows;

    memset(is, 0, sizeof is);
    if (wl_walk_open(walk.txn, WL_TABLE_BALANCES, WL_NO_STR, WL_NO_STR, &rows) != WL_OK)
        fail("%s", wl_error());
    while (wl_walk_next(rows, &key, &value) == 1) {
        struct wl_account_balance b;

        if (wl_balance_read(key, value, &b) != WL_OK)
            fail("%s", wl_error());
        for (int c = 0; c < CURRENCIES; c++)
            if (wl_account_kind_book(b.kind) == WL_MONEY && wl_str_is(b.unit, currencies[c]))
                is[b.kind][party_of(b.party)][c] = b.amount;
    }
    wl_walk_close(rows);
    for (int k = 1; k < KINDS; k++)
        for (int p = 0; p < PARTIES; p++)
            for (int c = 0; c < CURRENCIES; c++)
                if (is[k][p][c] != walk.books[k][p][c])
                    fail("account %s of party %d in %s is %lld, not %lld", wl_account_kind_name(k), p, currencies[c],
                         (long long)is[k][p][c], (long long)walk.books[k][p][c]);
}

static size_t reviews_seen;

static int check_review(void *context, const struct wl_review *review)
{
    int64_t id = review->subject.id;
    bool form = review->subject.kind == WL_SUBJECT_FORM;
    const struct waiting *w = form ? &walk.forms[id].wait : &walk.claims[id].wait;
    const char *thing = form ? "review of form" : "review of claim";

    (void)context;
    same(thing, id, "waiting", w->is, true);
    same(thing, id, "tier", review->tier, w->tier);
    same(thing, id, "seat", review->seat.size ? review->seat.data[4] - '0' : NO_SEAT, w->seat);
    same(thing, id, "taker", review->reviewer.size ? review->reviewer.data[1] - '0' : NOBODY, w->taken_by);
    same(thing, id, "time", review->since, w->since);
    same(thing, id, "entry", review->entry, w->entry);
    same(thing, id, "lateness", review->late, w->late);
    reviews_seen++;
    return WL_OK;
}

static void check_reviews(void)
{
    size_t waiting = 0;

    reviews_seen = 0;
    if (wl_reviews_each(walk.txn, WL_NONE, check_review, NULL) != WL_OK)
        fail("%s", wl_error());
    for (size_t i = 0; i < walk.claim_count; i++)
        waiting += walk.claims[i].wait.is;
    for (size_t i = 1; i < walk.form_count; i++)
        waiting += walk.forms[i].wait.is;
    same("desk", 0, "number of reviews", (int64_t)reviews_seen, (int64_t)waiting);
}

void check_everything(void)
{
    if (wl_gates_check(walk.txn) != WL_OK || wl_forms_check(walk.txn) != WL_OK)
        fail("%s", wl_error());
    check_books();
    check_reviews();
    for (size_t i = 0; i < walk.claim_count; i++) {
        wl_arena_clear(&walk.arena);
        check_claim((int64_t)i);
    }
    same("journal", 0, "number of claims", (int64_t)wl_counter(walk.txn, "claims"), (int64_t)walk.claim_count);
    same("journal", 0, "number of settlements", (int64_t)wl_settlement_count(walk.txn), (int64_t)walk.settlement_count);
    for (size_t n = 1; n <= walk.settlement_count; n++) {
        wl_arena_clear(&walk.arena);
        check_settlement((int64_t)n);
    }
    for (size_t n = 1; n < walk.form_count; n++)
        check_form((int64_t)n);
}
