/* show supplier-claim, and what show tells of a claim's chargebacks and recoveries */
#include "cli/show.h"
#include "cli/show_recovery.h"

#include "wledger/desk.h"
#include "wledger/error.h"
#include "wledger/recovery.h"
#include "wledger/stock.h"

struct telling {
    struct wl_txn *txn;
    struct wl_arena *arena;
    struct wl_str currency;
    json_t *list;
};

/* ---- of a claim ---- */

/* Percentages of its lines, with the lines. */
static json_t *recovered_lines(struct wl_arena *arena, const struct wl_recovery *r)
{
    json_t *list = json_array();

    for (size_t i = 0; i < r->lines.count; i++)
        json_array_append_new(
            list, cli_view_str(cli_format_text(arena, "part:%lld " WL_STR_FMT "%%", (long long)r->lines.at[i],
                                               WL_STR_ARG(cli_recovered_percent(arena, r->percents.at[i])))));
    if (r->labour_percent != WL_NONE)
        json_array_append_new(
            list, cli_view_str(cli_format_text(arena, "labour " WL_STR_FMT "%%",
                                               WL_STR_ARG(cli_recovered_percent(arena, r->labour_percent)))));
    return list;
}

static json_t *recovery_view(struct wl_arena *arena, const struct wl_recovery *r)
{
    json_t *one = json_object();

    cli_view_text(one, "supplier_id", r->supplier_id);
    cli_view_text(one, "state", wl_str_of(wl_recovery_state_names()[r->state]));
    cli_view_put(one, "of", recovered_lines(arena, r));
    cli_view_amount(one, "basis", r->basis, r->currency);
    cli_view_amount(one, "amount", r->amount, r->currency);
    cli_view_amount(one, "accepted", r->accepted, r->currency);
    if (r->supplier_claim != WL_NONE)
        cli_view_amount(one, "owed", wl_recovery_owed(r), r->currency);
    cli_view_text(one, "currency", r->currency);
    cli_view_day(one, "claimed", r->claimed_day);
    cli_view_number(one, "supplier_claim", r->supplier_claim);
    cli_view_number(one, "line", r->line);
    return one;
}

static int add_recovery(void *context, const struct wl_recovery *r)
{
    struct telling *t = context;

    json_array_append_new(t->list, recovery_view(t->arena, r));
    return WL_OK;
}

/* What an entry took back, or gave back; WL_NONE: nothing. */
static int64_t amount_of(const struct wl_entry *e, const void *outcome)
{
    const struct wl_field *taken = wl_record_field(e->command->outcome, WL_STR("charged_back"));
    const struct wl_field *given = wl_record_field(e->command->outcome, WL_STR("given_back"));
    const char *at = outcome;
    int64_t amount = WL_NONE;

    if (taken)
        amount = *(const int64_t *)(const void *)(at + taken->offset);
    if (given && (amount = *(const int64_t *)(const void *)(at + given->offset)) != WL_NONE)
        amount = -amount;
    return amount;
}

static int add_chargeback(void *context, uint64_t seq)
{
    static const char *const names[] = {"reason", "evidence", "paper", "entry", NULL};
    struct telling *t = context;
    void *body, *outcome;
    struct wl_entry e;
    int64_t amount;
    json_t *one;
    int rc = wl_entry_read(t->txn, seq, &e);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a claim's history is missing");
    if ((rc = wl_entry_outcome(&e, t->arena, &outcome)) != WL_OK || (amount = amount_of(&e, outcome)) == WL_NONE ||
        (rc = wl_entry_body(&e, t->arena, &body)) != WL_OK)
        return rc;
    one = json_object();
    json_array_append_new(t->list, one);
    cli_view_time(one, "time", e.time);
    cli_view_text(one, "by", e.actor);
    cli_view_text(one, "command", wl_str_of(e.command->name));
    cli_view_amount(one, "amount", amount, t->currency);
    if (e.command == &wl_reverse_command)
        cli_view_number(one, "of", ((const struct wl_reverse_body *)body)->entry);
    cli_view_pick(one, e.command->body, body, names, WL_NO_STR);
    cli_view_number(one, "entry", (int64_t)seq);
    return WL_OK;
}

int cli_show_taken_back(struct wl_txn *txn, struct wl_arena *arena, int64_t id, const struct wl_claim *claim,
                        json_t *view)
{
    struct telling t = {txn, arena, claim->currency, json_array()};
    int rc;

    if (claim->settlement == WL_NONE) {
        json_decref(t.list);
        return WL_OK;
    }
    cli_view_put(view, "chargebacks", t.list);
    if ((rc = wl_history_each(txn, (struct wl_subject){WL_SUBJECT_CLAIM, id}, add_chargeback, &t)) != WL_OK)
        return rc;
    t.list = json_array();
    cli_view_put(view, "recoveries", t.list);
    return wl_recoveries_each(txn, id, add_recovery, &t);
}

/* ---- of a supplier claim ---- */

static int add_line(struct telling *t, uint64_t number, const struct wl_supplier_claim *of, int64_t line)
{
    struct wl_recovery r;
    struct wl_claim claim;
    json_t *one;
    int64_t id;
    int rc = wl_supplier_line_get(t->txn, number, (uint64_t)line, &id);

    if (rc == 1 && (rc = wl_claim_get(t->txn, t->arena, id, &claim)) == 1)
        rc = wl_recovery_get(t->txn, t->arena, id, of->supplier_id, &r);
    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a line of a supplier claim is missing");
    one = json_object();
    json_array_append_new(t->list, one);
    cli_view_number(one, "line", line);
    cli_view_text(
        one, "claim",
        cli_format_text(t->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id), WL_STR_ARG(claim.claim_no)));
    cli_view_text(one, "vin", claim.vin);
    cli_view_day(one, "repair_date", claim.repair_day);
    cli_view_amount(one, "basis", r.basis, r.currency);
    cli_view_amount(one, "amount", r.amount, r.currency);
    cli_view_amount(one, "owed", wl_recovery_owed(&r), r.currency);
    cli_view_text(one, "state", wl_str_of(wl_recovery_state_names()[r.state]));
    return WL_OK;
}

/* An answer or a payment. */
static int add_event(void *context, uint64_t seq)
{
    static const char *const said[] = {"verdict", "reason", "reference", NULL};
    static const char *const came[] = {"amount", "given_up", NULL};
    struct telling *t = context;
    void *body, *outcome;
    struct wl_entry e;
    json_t *one;
    int rc = wl_entry_read(t->txn, seq, &e);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a supplier claim is missing");
    if ((rc = wl_entry_body(&e, t->arena, &body)) != WL_OK || (rc = wl_entry_outcome(&e, t->arena, &outcome)) != WL_OK)
        return rc;
    one = json_object();
    json_array_append_new(t->list, one);
    cli_view_time(one, "time", e.time);
    cli_view_text(one, "by", e.actor);
    cli_view_text(one, "command", wl_str_of(e.command->name));
    cli_view_pick(one, e.command->body, body, said, t->currency);
    cli_view_pick(one, e.command->outcome, outcome, came, t->currency);
    cli_view_number(one, "entry", (int64_t)seq);
    return WL_OK;
}

static int build(struct telling *t, uint64_t number, const struct wl_supplier_claim *row, json_t *view)
{
    static const char *const names[] = {"supplier_id", "state", "currency", "to_day", "day", "lines",
                                        "open_lines",  "total", "due",      "paid",   "seq", NULL};
    int rc = WL_OK;

    cli_view_number(view, "supplier_claim", (int64_t)number);
    cli_view_pick(view, &wl_supplier_claim_record, row, names, row->currency);
    cli_view_amount(view, row->due < row->paid ? "owed_to_the_supplier" : "left_to_pay",
                    row->due < row->paid ? row->paid - row->due : row->due - row->paid, row->currency);
    t->list = json_array();
    cli_view_put(view, "claims", t->list);
    for (int64_t line = 1; rc == WL_OK && line <= row->lines; line++)
        rc = add_line(t, number, row, line);
    t->list = json_array();
    cli_view_put(view, "history", t->list);
    return rc == WL_OK
               ? wl_history_each(t->txn, (struct wl_subject){WL_SUBJECT_SUPPLIER_CLAIM, (int64_t)number}, add_event, t)
               : rc;
}

int cli_show_supplier_claim(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct telling t = {.txn = txn, .arena = &cli->arena};
    struct wl_supplier_claim row;
    uint64_t number;
    json_t *view;
    int rc = cli_show_number(name, "supplier claim", 1, wl_supplier_claim_count(txn), &number);

    if (rc != WL_OK)
        return rc;
    if ((rc = wl_supplier_claim_get(txn, &cli->arena, number, &row)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "supplier claim %llu has no row", (unsigned long long)number);
    t.currency = row.currency;
    view = json_object();
    if ((rc = build(&t, number, &row, view)) == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}
