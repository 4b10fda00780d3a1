/* show payment, and what show settlement tells of its payment */
#include "cli/show.h"
#include "cli/show_payment.h"

#include "wledger/error.h"
#include "wledger/payment.h"

/* ---- a settlement ---- */

static json_t *answer_view(uint64_t number, const struct wl_bank_answer *row)
{
    json_t *view = json_object();

    cli_view_number(view, "answer", (int64_t)number);
    cli_view_text(view, "event", wl_str_of(wl_bank_event_names()[row->event]));
    cli_view_amount(view, "amount", row->amount, row->currency);
    cli_view_text(view, "currency", row->currency);
    cli_view_day(view, "booked_day", row->booked_day);
    cli_view_text(view, "difference", wl_str_of(wl_bank_difference_names()[row->difference]));
    cli_view_text(view, "reference", row->reference);
    cli_view_number(view, "payment", row->payment);
    cli_view_number(view, "entry", row->seq);
    return view;
}

static int bank_view(struct wl_txn *txn, struct wl_arena *arena, int64_t number, json_t **view)
{
    struct wl_bank_answer row;
    int rc = wl_bank_answer_get(txn, arena, (uint64_t)number, &row);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "answer %lld of the bank has no row", (long long)number);
    *view = answer_view((uint64_t)number, &row);
    return WL_OK;
}

int cli_show_paid(struct wl_txn *txn, struct wl_arena *arena, const struct wl_settlement *s, json_t *view)
{
    json_t *bank;
    int rc;

    cli_view_amount(view, "paid_amount", s->paid_amount, s->currency);
    cli_view_amount(view, "left_to_pay", wl_settlement_left(s), s->currency);
    if (s->overpaid > 0)
        cli_view_amount(view, "overpaid", s->overpaid, s->currency);
    if (s->owed_since > 0)
        cli_view_amount(view, "dealer_was_overpaid_since", s->owed_since, s->currency);
    cli_view_number(view, "in_payment", s->payment);
    cli_view_amount(view, "confirmed_amount", s->confirmed_amount, s->currency);
    cli_view_amount(view, "dealer_difference", s->dealer_difference, s->currency);
    if (s->bank_answer == WL_NONE)
        return WL_OK;
    if ((rc = bank_view(txn, arena, s->bank_answer, &bank)) == WL_OK)
        cli_view_put(view, "bank", bank);
    return rc;
}

/* ---- a payment ---- */

struct showing {
    struct wl_txn *txn;
    struct wl_arena *arena;
    const struct wl_payment *payment;
    const struct wl_payment_outcome *made;
    size_t next; /* of its transfers */
    json_t *list;
};

/* Lines and transfers stand in the same order. */
static int show_line(void *context, const struct wl_payment_line *line)
{
    struct showing *s = context;
    const struct wl_payment_transfer *transfer = (const struct wl_payment_transfer *)s->made->transfers.at + s->next;
    struct wl_str currency = s->payment->currency;
    struct wl_settlement settlement;
    json_t *one, *bank;
    int rc;

    if (s->next++ >= s->made->transfers.count || transfer->settlement != line->settlement)
        return wl_fail(WL_E_DAMAGED, "a payment's lines are not those of its entry");
    if ((rc = wl_settlement_get(s->txn, s->arena, (uint64_t)line->settlement, &settlement)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a settlement that is paid has no row");
    one = json_object();
    json_array_append_new(s->list, one);
    cli_view_number(one, "settlement", line->settlement);
    cli_view_text(one, "dealer_id", transfer->dealer_id);
    cli_view_text(one, "holder", transfer->holder);
    cli_view_text(one, "account", transfer->account);
    cli_view_text(one, "bic", transfer->bic);
    cli_view_amount(one, "amount", line->amount, currency);
    cli_view_amount(one, "debited", line->debited, currency);
    cli_view_amount(one, "returned", line->returned, currency);
    cli_view_text(one, "state", wl_str_of(wl_settlement_state_names()[settlement.state]));
    if (line->answer == WL_NONE)
        return WL_OK;
    if ((rc = bank_view(s->txn, s->arena, line->answer, &bank)) == WL_OK)
        cli_view_put(one, "bank", bank);
    return rc;
}

static json_t *payment_view(uint64_t number, const struct wl_payment *p, const struct wl_payment_outcome *made)
{
    json_t *view = json_object(), *own = json_object();

    cli_view_number(view, "payment", (int64_t)number);
    cli_view_time(view, "time", p->time);
    cli_view_text(view, "currency", p->currency);
    cli_view_day(view, "execution_day", p->execution_day);
    cli_view_number(view, "transfers", p->count);
    cli_view_amount(view, "total", p->total, p->currency);
    cli_view_number(view, "answered", p->answered);
    cli_view_number(view, "entry", p->seq);
    cli_view_text(own, "holder", made->holder);
    cli_view_text(own, "account", made->account);
    cli_view_text(own, "bic", made->bic);
    cli_view_put(view, "paid_from", own);
    return view;
}

int cli_show_payment(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct wl_payment payment;
    struct showing s = {.txn = txn, .arena = &cli->arena, .payment = &payment};
    json_t *view;
    uint64_t number;
    int rc = cli_show_number(name, "payment", 1, wl_payment_count(txn), &number);

    if (rc != WL_OK)
        return rc;
    if ((rc = wl_payment_get(txn, &cli->arena, number, &payment)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "payment %llu has no row", (unsigned long long)number);
    if ((rc = wl_payment_made(txn, &cli->arena, &payment, &s.made)) != WL_OK)
        return rc;
    s.list = json_array();
    view = payment_view(number, &payment, s.made);
    cli_view_put(view, "lines", s.list);
    if ((rc = wl_payment_lines(txn, number, show_line, &s)) == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}
