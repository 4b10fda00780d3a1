/* The verb `sale receive`: a dealer's money for a vehicle. */
#include "cli/commands.h"
#include "cli/demand.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/payment.h"
#include <string.h>

enum { AMOUNT_DIGITS = 18, CURRENCY_LETTERS = 3 };

static int read_sale(struct cli *cli, struct wl_sale_body *body)
{
    const char *currency = cli_value(cli, "currency"), *amount = cli_value(cli, "amount");
    unsigned places;
    int rc;

    body->vin = wl_str_trim(wl_str_of(cli->argv[0]));
    if ((rc = cli_demand_identifier("VIN", body->vin)) != WL_OK ||
        (rc = cli_demand_id(cli, "dealer", &body->dealer_id)) != WL_OK ||
        (rc = cli_text(cli, "reference", WL_SALE_REFERENCE_MAX, &body->reference)) != WL_OK)
        return rc;
    if (!body->dealer_id.size || !body->reference.size || !amount || !currency || strlen(currency) != CURRENCY_LETTERS)
        return wl_fail(WL_E_USAGE,
                       "sale receive: --dealer D, --amount A, --currency CUR and --reference R, please; the "
                       "currency has three letters");
    body->currency = wl_str_of(currency);
    places = wl_minor_digits(body->currency);
    if (!wl_decimal_parse(wl_str_trim(wl_str_of(amount)), AMOUNT_DIGITS - places, places, &body->amount))
        return wl_fail(WL_E_USAGE, "--amount %s: an amount in %s with at most %u decimals and 18 digits, please",
                       amount, currency, places);
    return WL_OK;
}

static int tell_sale(struct cli *cli, const struct wl_sale_body *b, const struct wl_result *result)
{
    const struct wl_sale_outcome *out = result->outcome;
    struct wl_arena *a = &cli->arena;
    json_t *view;

    if (result->refusal != WL_DONE)
        return cli_demand_refused(cli, cli->argv[0], result, &(struct cli_demand_named){.dealer_id = b->dealer_id});
    if (cli->format != CLI_TABLE) {
        view = cli_demand_view(result);
        cli_view_number(view, "receipt", out->receipt);
        cli_view_text(view, "vin", b->vin);
        cli_view_text(view, "dealer_id", b->dealer_id);
        cli_view_amount(view, "amount", b->amount, b->currency);
        cli_view_text(view, "currency", b->currency);
        cli_view_text(view, "reference", b->reference);
        return cli_view_print(cli, view);
    }
    fprintf(cli->out, "receipt %lld: " WL_STR_FMT " " WL_STR_FMT " of " WL_STR_FMT " for " WL_STR_FMT,
            (long long)out->receipt, WL_STR_ARG(cli_amount(a, b->amount, b->currency)), WL_STR_ARG(b->currency),
            WL_STR_ARG(cli_clean(a, b->dealer_id)), WL_STR_ARG(cli_clean(a, b->vin)));
    cli_demand_entry(cli, result);
    return CLI_DONE;
}

static int run_receive(struct cli *cli)
{
    struct wl_sale_body body = {.amount = WL_NONE};
    struct wl_result result;
    struct wl_txn *txn;
    int rc = read_sale(cli, &body);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    rc = cli_demand_execute(cli, txn, &wl_sale_command, &body, WL_NO_STR, &result);
    rc = cli_demand_commit(&txn, rc);
    return rc == WL_OK ? tell_sale(cli, &body, &result) : rc;
}

static const struct cli_option options[] = {
    {"dealer", "D", "who paid; required"},
    {"amount", "AMOUNT", "how much; required"},
    {"currency", "CUR", "the dealer's, or that of the vehicle's model; required"},
    {"reference", "R", "what the payment is known by, once for each dealer; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_sale_receive = {
    .name = "sale receive",
    .args = "VIN",
    .summary = "record a dealer's payment for a vehicle",
    .options = options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_receive,
    .text = "Books vehicle sale money, in the same books as claims: from the dealer's account vehicle-sale to "
            "bank-received.\n"
            "The same reference of a dealer is booked once. A wrong one is taken back with `wledger reverse`;\n"
            "`wledger list receipts` shows them.",
    .example = "sale receive -d ledger LSVAAAAA1CN200000 --dealer D00001 --amount 98000.00 --currency CNY "
               "--reference TT-77",
};
