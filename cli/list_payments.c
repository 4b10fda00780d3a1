/* The rows about payment: payment runs, the bank's answers, what differs. */
#include "cli/list.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/payment.h"

#define COLUMNS(table, count) _Static_assert(WL_COUNT(table) == (count), "the header says how many")

static int missing(const char *what, uint64_t number)
{
    return wl_fail(WL_E_DAMAGED, "%s %llu has no row", what, (unsigned long long)number);
}

/* ---- payments ---- */

const struct cli_column cli_payment_columns[] = {
    {"payment", true, true},   {"time", false, false}, {"currency", false, false}, {"execution_day", false, false},
    {"transfers", true, true}, {"total", true, false}, {"answered", true, true},   {"entry", true, true},
};
COLUMNS(cli_payment_columns, CLI_PAYMENT_COLUMNS);

int cli_list_payments(struct cli_list *l)
{
    uint64_t count = wl_payment_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_arena *a = &l->arena;
        struct wl_payment p;
        char time[WL_TIME_TEXT];
        int rc;

        wl_arena_clear(a);
        if ((rc = wl_payment_get(l->txn, a, n, &p)) != 1)
            return rc < 0 ? rc : missing("payment", n);
        if (l->open && p.answered == p.count)
            continue;
        wl_time_format(p.time, time);
        go_on = cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)n), wl_str_of(time), p.currency,
                                                  cli_day(a, p.execution_day), cli_int(a, p.count),
                                                  cli_amount(a, p.total, p.currency), cli_int(a, p.answered),
                                                  cli_int(a, p.seq)});
    }
    return wl_txn_status(l->txn);
}

/* ---- the bank's answers ---- */

const struct cli_column cli_bank_answer_columns[] = {
    {"answer", true, true},      {"booked", false, false},     {"event", false, false},      {"amount", true, false},
    {"currency", false, false},  {"difference", false, false}, {"payment", true, true},      {"settlement", true, true},
    {"dealer_id", false, false}, {"reference", false, false},  {"end_to_end", false, false}, {"entry", true, true},
};
COLUMNS(cli_bank_answer_columns, CLI_BANK_ANSWER_COLUMNS);

/* Each answer with its settlement; settlement NULL: nobody's. False ends the walk. */
typedef bool answer_fn(struct cli_list *, uint64_t number, const struct wl_bank_answer *, const struct wl_settlement *);

static int each_answer(struct cli_list *l, answer_fn *one)
{
    uint64_t count = wl_bank_answer_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count && wl_txn_status(l->txn) == WL_OK; n++) {
        struct wl_bank_answer row;
        struct wl_settlement s;
        bool ours;
        int rc;

        wl_arena_clear(&l->arena);
        if ((rc = wl_bank_answer_get(l->txn, &l->arena, n, &row)) != 1)
            return rc < 0 ? rc : missing("answer of the bank", n);
        ours = row.settlement != WL_NONE;
        if (ours && (rc = wl_settlement_get(l->txn, &l->arena, (uint64_t)row.settlement, &s)) != 1)
            return rc < 0 ? rc : missing("settlement", (uint64_t)row.settlement);
        if ((l->state == WL_NONE || l->state == row.difference) &&
            (!l->dealer.size || (ours && wl_str_equal(l->dealer, s.dealer_id))))
            go_on = one(l, n, &row, ours ? &s : NULL);
    }
    return wl_txn_status(l->txn);
}

static bool answer_row(struct cli_list *l, uint64_t number, const struct wl_bank_answer *row,
                       const struct wl_settlement *s)
{
    struct wl_arena *a = &l->arena;

    return cli_list_row(
        l, (struct wl_str[]){cli_int(a, (int64_t)number), cli_day(a, row->booked_day),
                             wl_str_of(wl_bank_event_names()[row->event]), cli_amount(a, row->amount, row->currency),
                             row->currency, wl_str_of(wl_bank_difference_names()[row->difference]),
                             cli_int(a, row->payment), cli_int(a, row->settlement), s ? s->dealer_id : WL_NO_STR,
                             row->reference, row->end_to_end, cli_int(a, row->seq)});
}

int cli_list_bank_answers(struct cli_list *l)
{
    return each_answer(l, answer_row);
}

/* ---- differences ---- */

/* As wl_bank_difference_names, and what dealers say. */
enum { OF_DEALER = WL_BANK_DIFFERENCE_COUNT };

const char *const *cli_difference_kinds(void)
{
    static const char *names[WL_BANK_DIFFERENCE_COUNT + 2];

    for (int i = 0; i < WL_BANK_DIFFERENCE_COUNT; i++)
        names[i] = wl_bank_difference_names()[i];
    names[OF_DEALER] = "dealer";
    return names;
}

const struct cli_column cli_difference_columns[] = {
    {"difference", false, false}, {"settlement", true, true}, {"dealer_id", false, false}, {"state", false, false},
    {"amount", true, false},      {"paid", true, false},      {"left", true, false},       {"overpaid", true, false},
    {"currency", false, false},   {"day", false, false},      {"answer", true, true},      {"reference", false, false},
};
COLUMNS(cli_difference_columns, CLI_DIFFERENCE_COLUMNS);

/* Whether somebody still has to see to it: nobody's and other money, what is left to pay, what a dealer owes. */
static bool is_open(struct cli_list *l, const struct wl_bank_answer *row, const struct wl_settlement *s)
{
    if (!s)
        return true;
    if (row->difference == WL_BANK_CURRENCY)
        return s->payment == row->payment;
    if (row->difference == WL_BANK_MORE)
        return s->overpaid > 0 && wl_dealer_overpaid(l->txn, &l->arena, s->dealer_id, s->currency) > 0;
    return wl_settlement_left(s) > 0;
}

static bool difference_row(struct cli_list *l, const char *difference, int64_t settlement,
                           const struct wl_settlement *s, const struct wl_bank_answer *row, uint64_t answer)
{
    struct wl_arena *a = &l->arena;

    return cli_list_row(
        l, (struct wl_str[]){wl_str_of(difference), cli_int(a, settlement), s ? s->dealer_id : WL_NO_STR,
                             s ? wl_str_of(wl_settlement_state_names()[s->state]) : WL_NO_STR,
                             row ? cli_amount(a, row->amount, row->currency)
                                 : cli_amount(a, s->confirmed_amount, s->currency),
                             s ? cli_amount(a, s->paid_amount, s->currency) : WL_NO_STR,
                             s ? cli_amount(a, wl_settlement_left(s), s->currency) : WL_NO_STR,
                             s ? cli_amount(a, s->overpaid, s->currency) : WL_NO_STR, row ? row->currency : s->currency,
                             row ? cli_day(a, row->booked_day) : cli_day(a, s->paid_day),
                             row ? cli_int(a, (int64_t)answer) : WL_NO_STR, row ? row->reference : WL_NO_STR});
}

static bool bank_difference(struct cli_list *l, uint64_t number, const struct wl_bank_answer *row,
                            const struct wl_settlement *s)
{
    if (row->difference == WL_BANK_AGREES || (l->open && !is_open(l, row, s)))
        return true;
    return difference_row(l, wl_bank_difference_names()[row->difference], row->settlement, s, row, number);
}

/* Of settlements that dealers did not confirm, because they got something else; or of which the bank took more since,
 * which is a difference of its own. */
static int dealer_differences(struct cli_list *l)
{
    uint64_t count = wl_settlement_count(l->txn);
    bool go_on = !l->more;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_settlement s;
        int rc;

        wl_arena_clear(&l->arena);
        if ((rc = wl_settlement_get(l->txn, &l->arena, n, &s)) != 1)
            return rc < 0 ? rc : missing("settlement", n);
        if (s.dealer_difference != WL_NONE && !(l->open && s.state == WL_SETTLEMENT_CONFIRMED) &&
            (!l->dealer.size || wl_str_equal(l->dealer, s.dealer_id)))
            go_on = difference_row(l, "dealer", (int64_t)n, &s, NULL, 0);
    }
    return wl_txn_status(l->txn);
}

int cli_list_differences(struct cli_list *l)
{
    int rc = l->state == OF_DEALER ? WL_OK : each_answer(l, bank_difference);

    return rc == WL_OK && (l->state == WL_NONE || l->state == OF_DEALER) ? dealer_differences(l) : rc;
}
