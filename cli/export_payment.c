/* export payment: a payment run for the bank, as a pain.001.001.09. The same payment gives the same bytes for ever:
 * only its entry, and what cannot change of its settlements, is read. */
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/output.h"

#include "wledger/error.h"
#include "wledger/payment.h"
#include "wledger/writer.h"

enum { EXPORT_MEMORY = 8 << 20 };

struct exporting {
    struct wl_arena arena;
    int64_t number;
    struct wl_payment row;
    struct wl_payment_document doc;
};

static struct wl_payment_document_party party(struct wl_str holder, struct wl_str account, struct wl_str bic,
                                              int64_t kind)
{
    return (struct wl_payment_document_party){
        .holder = holder, .account = account, .bic = bic, .iban = kind == WL_ACCOUNT_IBAN};
}

/* "Settlement 12, 2026-03-01 to 2026-03-31" */
static int remittance(struct exporting *x, struct wl_txn *txn, int64_t settlement, struct wl_str *text)
{
    struct wl_settlement s;
    int rc = wl_settlement_get(txn, &x->arena, (uint64_t)settlement, &s);
    struct wl_str from;

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "settlement %lld has no row", (long long)settlement);
    from = cli_day(&x->arena, s.from_day);
    *text = cli_format_text(&x->arena, "Settlement %lld, " WL_STR_FMT "%sto " WL_STR_FMT, (long long)settlement,
                            WL_STR_ARG(from), from.size ? " " : "", WL_STR_ARG(cli_day(&x->arena, s.to_day)));
    return WL_OK;
}

static int make_transfers(struct exporting *x, struct wl_txn *txn, const struct wl_payment_outcome *made)
{
    const struct wl_payment_transfer *from = made->transfers.at;
    struct wl_payment_document_transfer *to =
        wl_arena_alloc(&x->arena, (made->transfers.count + 1) * sizeof(struct wl_payment_document_transfer));
    int rc = WL_OK;

    for (size_t i = 0; to && rc == WL_OK && i < made->transfers.count; i++) {
        to[i].reference = wl_payment_reference(&x->arena, (uint64_t)x->number, (uint64_t)from[i].settlement);
        to[i].amount = from[i].amount;
        to[i].party = party(from[i].holder, from[i].account, from[i].bic, from[i].kind);
        rc = remittance(x, txn, from[i].settlement, &to[i].remittance);
    }
    x->doc.transfers = to;
    x->doc.count = made->transfers.count;
    return rc != WL_OK ? rc : wl_arena_status(&x->arena);
}

static int make_document(struct exporting *x, struct wl_txn *txn)
{
    const struct wl_payment_outcome *made;
    int rc = wl_payment_get(txn, &x->arena, (uint64_t)x->number, &x->row);

    if (rc == 0)
        rc = wl_fail(WL_E_USAGE, "there is no payment %lld; there are %llu", (long long)x->number,
                     (unsigned long long)wl_payment_count(txn));
    if (rc == 1)
        rc = wl_payment_made(txn, &x->arena, &x->row, &made);
    if (rc != WL_OK)
        return rc;
    x->doc = (struct wl_payment_document){
        .id = wl_payment_name(&x->arena, (uint64_t)x->number),
        .time = x->row.time,
        .initiator = wl_arena_copy(&x->arena, wl_journal_oem(txn)),
        .currency = x->row.currency,
        .execution_day = x->row.execution_day,
        .total = x->row.total,
        .debtor = party(made->holder, made->account, made->bic, made->kind),
    };
    return make_transfers(x, txn, made);
}

static int write_document(void *context, struct wl_file *file)
{
    const struct exporting *x = context;

    wl_write_payment(file, &x->doc);
    return WL_OK;
}

static int run_export(struct cli *cli)
{
    const char *path = cli_value(cli, "output");
    struct exporting x = {.number = 0};
    struct wl_txn *txn;
    int rc;

    if (!cli_demand_number(wl_str_trim(wl_str_of(cli->argv[0])), &x.number))
        return wl_fail(WL_E_USAGE, "export payment: `%s` is not the number of a payment", cli->argv[0]);
    if ((rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
        return rc;
    wl_arena_init(&x.arena, EXPORT_MEMORY);
    rc = make_document(&x, txn);
    wl_txn_abort(&txn);
    if (rc == WL_OK)
        rc = cli_output(cli, path, write_document, &x);
    if (rc == WL_OK && path)
        fprintf(cli->out, "%s: payment %lld, %zu transfer%s, " WL_STR_FMT " " WL_STR_FMT "\n", cli_shown(cli, path),
                (long long)x.number, x.doc.count, x.doc.count == 1 ? "" : "s",
                WL_STR_ARG(cli_amount(&x.arena, x.doc.total, x.doc.currency)), WL_STR_ARG(x.doc.currency));
    wl_arena_release(&x.arena);
    return rc;
}

static const struct cli_option export_options[] = {
    {"output", "FILE", "write to FILE, which appears whole or not at all (default: standard output)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_export_payment = {
    .name = "export payment",
    .args = "PAYMENT",
    .summary = "write a payment run for the bank, as pain.001.001.09",
    .options = export_options,
    .letters = "o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_export,
    .text = "Writes the credit transfers of a payment run as ISO 20022 pain.001.001.09, with the bank accounts as they "
            "were when\n"
            "the run was made: the same run gives the same bytes for ever. Each transfer has the reference\n"
            "WL-P<payment>-S<settlement>, by which `wledger bank` knows it again.",
    .example = "export payment -d ledger 3 -o payment-3.xml",
};
