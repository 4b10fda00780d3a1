/* The rows about supplier recovery and vehicle sale money. */
#include "cli/list.h"

#include "wledger/error.h"
#include "wledger/payment.h"
#include "wledger/recovery.h"

#define COLUMNS(table, count) _Static_assert(WL_COUNT(table) == (count), "the header says how many")

static int missing(const char *what, uint64_t number)
{
    return wl_fail(WL_E_DAMAGED, "%s %llu has no row", what, (unsigned long long)number);
}

/* ---- recoveries ---- */

const struct cli_column cli_recovery_columns[] = {
    {"claim", false, false},        {"supplier_id", false, false}, {"state", false, false},
    {"basis", true, false},         {"amount", true, false},       {"owed", true, false},
    {"currency", false, false},     {"repair_date", false, false}, {"claimed", false, false},
    {"supplier_claim", true, true}, {"line", true, true},
};
COLUMNS(cli_recovery_columns, CLI_RECOVERY_COLUMNS);

enum { FAR_ENOUGH = 1 };

/* Not yet done with: something is to be claimed, answered or paid of it. */
static bool is_open(const struct wl_recovery *r)
{
    return r->state == WL_RECOVERY_OPEN || r->state == WL_RECOVERY_CLAIMED || r->state == WL_RECOVERY_DISPUTED;
}

static int recovery_row(void *context, const struct wl_recovery *r)
{
    struct cli_list *l = context;
    struct wl_arena *a = &l->arena;
    struct wl_claim claim;
    int rc;

    if ((l->state != WL_NONE && l->state != r->state) || (l->open && !is_open(r)) ||
        (l->party.size && !wl_str_equal(l->party, r->supplier_id)))
        return WL_OK;
    wl_arena_clear(a);
    if ((rc = wl_claim_get(l->txn, a, r->claim, &claim)) != 1)
        return rc < 0 ? rc : missing("claim", (uint64_t)r->claim);
    if (l->dealer.size && !wl_str_equal(l->dealer, claim.dealer_id))
        return WL_OK;
    return cli_list_row(l,
                        (struct wl_str[]){cli_format_text(a, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                                                          WL_STR_ARG(claim.claim_no)),
                                          r->supplier_id, wl_str_of(wl_recovery_state_names()[r->state]),
                                          cli_amount(a, r->basis, r->currency), cli_amount(a, r->amount, r->currency),
                                          cli_amount(a, wl_recovery_owed(r), r->currency), r->currency,
                                          cli_day(a, claim.repair_day), cli_day(a, r->claimed_day),
                                          cli_int(a, r->supplier_claim), cli_int(a, r->line)})
               ? WL_OK
               : FAR_ENOUGH;
}

int cli_list_recoveries(struct cli_list *l)
{
    int rc = wl_recoveries_each(l->txn, WL_NONE, recovery_row, l);

    return rc == FAR_ENOUGH ? WL_OK : rc;
}

/* ---- supplier claims ---- */

const struct cli_column cli_supplier_claim_columns[] = {
    {"supplier_claim", true, true}, {"supplier_id", false, false}, {"state", false, false}, {"day", false, false},
    {"to", false, false},           {"lines", true, true},         {"open", true, true},    {"total", true, false},
    {"due", true, false},           {"paid", true, false},         {"left", true, false},   {"currency", false, false},
};
COLUMNS(cli_supplier_claim_columns, CLI_SUPPLIER_CLAIM_COLUMNS);

int cli_list_supplier_claims(struct cli_list *l)
{
    uint64_t count = wl_supplier_claim_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_arena *a = &l->arena;
        struct wl_supplier_claim c;
        int rc;

        wl_arena_clear(a);
        if ((rc = wl_supplier_claim_get(l->txn, a, n, &c)) != 1)
            return rc < 0 ? rc : missing("supplier claim", n);
        if ((l->state != WL_NONE && l->state != c.state) || (l->open && c.open_lines == 0 && c.due == c.paid) ||
            (l->party.size && !wl_str_equal(l->party, c.supplier_id)))
            continue;
        go_on = cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)n), c.supplier_id,
                                                  wl_str_of(wl_supplier_claim_state_names()[c.state]),
                                                  cli_day(a, c.day), cli_day(a, c.to_day), cli_int(a, c.lines),
                                                  cli_int(a, c.open_lines), cli_amount(a, c.total, c.currency),
                                                  cli_amount(a, c.due, c.currency), cli_amount(a, c.paid, c.currency),
                                                  cli_amount(a, c.due - c.paid, c.currency), c.currency});
    }
    return wl_txn_status(l->txn);
}

/* ---- receipts ---- */

const struct cli_column cli_receipt_columns[] = {
    {"receipt", true, true},     {"vin", false, false},      {"dealer_id", false, false},
    {"amount", true, false},     {"currency", false, false}, {"day", false, false},
    {"reference", false, false}, {"entry", true, true},      {"reversed_by", true, true},
};
COLUMNS(cli_receipt_columns, CLI_RECEIPT_COLUMNS);

static int receipt_row(void *context, uint64_t number, const struct wl_sale_receipt *r)
{
    struct cli_list *l = context;
    struct wl_arena *a = &l->arena;

    if (l->dealer.size && !wl_str_equal(l->dealer, r->dealer_id))
        return WL_OK;
    return cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)number), r->vin, r->dealer_id,
                                             cli_amount(a, r->amount, r->currency), r->currency, cli_day(a, r->day),
                                             r->reference, cli_int(a, r->seq), cli_int(a, r->reversed_seq)})
               ? WL_OK
               : FAR_ENOUGH;
}

int cli_list_receipts(struct cli_list *l)
{
    uint64_t count = wl_sale_receipt_count(l->txn);
    int rc = WL_OK;

    if (l->vin.size)
        rc = wl_sale_receipts_of(l->txn, l->vin, receipt_row, l);
    for (uint64_t n = 1; !l->vin.size && rc == WL_OK && n <= count; n++) {
        struct wl_sale_receipt row;

        wl_arena_clear(&l->arena);
        if ((rc = wl_sale_receipt_get(l->txn, &l->arena, n, &row)) != 1)
            return rc < 0 ? rc : missing("receipt", n);
        rc = receipt_row(l, n, &row);
    }
    return rc == FAR_ENOUGH ? WL_OK : rc;
}
