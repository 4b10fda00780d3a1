/* show vehicle: all that was ever fitted to it and removed from it, and its claims. */
#include "cli/lookup.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "cli/stock.h"
#include "cli/tags.h"

#include "wledger/error.h"
#include "wledger/vehicle_parts.h"

enum { ROWS_FOR_PEOPLE = 1000, CLAIM_MEMORY = 1 << 20 };

struct parts {
    struct cli *cli;
    struct wl_txn *txn;
    json_t *list;
};

/* The number on a removed part's label, and whose return it is. */
static int put_tag(struct parts *p, json_t *one, int64_t number)
{
    struct wl_arena *a = &p->cli->arena;
    struct cli_owner owner;
    struct wl_tag tag;
    int rc;

    if (number == WL_NONE)
        return WL_OK;
    cli_view_text(one, "tag", cli_tag_text(a, (uint64_t)number));
    rc = wl_tag_get(p->txn, a, (uint64_t)number, &tag);
    if (rc == 1 && (rc = cli_tag_owner(p->txn, a, &tag, &owner)) == 1)
        cli_view_text(one, "claim", owner.name);
    return rc < 0 ? rc : WL_OK;
}

/* A column that people find in its place, also where its first rows are empty. */
static void put_column(const struct parts *p, json_t *one, const char *name, struct wl_str text)
{
    if (text.size || p->cli->format == CLI_TABLE)
        cli_view_put(one, name, cli_view_str(text));
}

static int put_part(void *context, const struct wl_vehicle_part *part)
{
    static const char *const kinds[] = {[WL_PART_FITTED] = "fitted", [WL_PART_REMOVED] = "removed"};
    static const char *const payers[] = {[WL_PAID_BY_CUSTOMER] = "customer", [WL_PAID_BY_WARRANTY] = "warranty"};
    struct parts *p = context;
    json_t *one = json_object();

    json_array_append_new(p->list, one);
    cli_view_day(one, "date", part->day);
    cli_view_text(one, "what", wl_str_of(kinds[part->kind]));
    cli_view_text(one, "part_id", part->part_id);
    put_column(p, one, "quantity", cli_quantity(p->cli, &p->cli->arena, part->quantity));
    put_column(p, one, "lot", cli_stock_lot(part->lot));
    cli_view_text(one, "serial", wl_lot_serial(part->lot));
    cli_view_text(one, "dealer_id", part->dealer_id);
    cli_view_number(one, "km", part->fit_km);
    cli_view_text(one, "invoice_no", part->invoice_no);
    if (part->paid_by == WL_PAID_BY_CUSTOMER || part->paid_by == WL_PAID_BY_WARRANTY)
        cli_view_text(one, "paid_by", wl_str_of(payers[part->paid_by]));
    cli_view_number(one, "request", part->request);
    cli_view_number(one, "entry", part->seq);
    cli_view_text(one, "source", part->loaded ? WL_STR("loaded") : WL_STR("ledger"));
    cli_view_number(one, "reversed_by", part->reversed_seq);
    return put_tag(p, one, part->tag);
}

static int add_claims(struct wl_txn *txn, struct wl_str vin, json_t *list, int64_t limit)
{
    static const char *const names[] = {"repair_day",  "mileage_km",       "type", "total", "currency",
                                        "campaign_id", "authorization_no", NULL};
    int64_t id = wl_vehicle_head(txn, wl_vehicle_number(txn, vin));
    struct wl_arena arena;
    int rc = wl_txn_status(txn);

    wl_arena_init(&arena, CLAIM_MEMORY);
    for (rc = rc < 0 ? rc : 1; rc == 1 && id >= 0 && limit > 0; limit--) {
        json_t *one = json_object();
        struct wl_claim claim;

        json_array_append_new(list, one);
        wl_arena_clear(&arena);
        if ((rc = wl_claim_get(txn, &arena, id, &claim)) != 1)
            break;
        cli_view_text(one, "claim",
                      cli_format_text(&arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                                      WL_STR_ARG(claim.claim_no)));
        cli_view_text(one, "state", wl_str_of(wl_claim_state_names()[wl_claim_state_now(txn, &claim)]));
        cli_view_pick(one, &wl_claim_row_record, &claim, names, WL_NO_STR);
        id = claim.previous_on_vehicle;
    }
    wl_arena_release(&arena);
    if (rc == 1)
        return wl_txn_status(txn);
    return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a claim of a vehicle has no row");
}

static int build(struct cli *cli, struct wl_txn *txn, struct wl_str vin, int64_t limit, json_t *view)
{
    struct parts p = {cli, txn, json_array()};
    json_t *claims = json_array();
    int rc;

    cli_view_put(view, "parts", p.list);
    cli_view_put(view, "claims", claims);
    rc = wl_vehicle_parts(txn, &cli->arena, vin, put_part, &p);
    return rc == WL_OK ? add_claims(txn, vin, claims, limit) : rc;
}

int cli_show_vehicle(struct cli *cli, struct wl_txn *txn, struct wl_str vin)
{
    struct wl_vehicle vehicle;
    struct wl_model model;
    json_t *view;
    int64_t limit;
    int rc = cli_reference_row(txn, &cli->arena, WL_REF_VEHICLES, vin, &vehicle);

    if (rc == 0)
        return wl_fail(WL_E_USAGE,
                       "there is no vehicle " WL_STR_FMT "; `wledger list vehicles PREFIX` finds those that begin so",
                       WL_STR_ARG(cli_clean(&cli->arena, vin)));
    if (rc < 0 || (rc = cli_show_limit(cli, ROWS_FOR_PEOPLE, &limit)) != WL_OK)
        return rc;
    view = cli_view_record(wl_reference_info(WL_REF_VEHICLES)->record, &vehicle, WL_NO_STR);
    if (cli_reference_row(txn, &cli->arena, WL_REF_MODELS, vehicle.model_id, &model) == 1)
        cli_view_text(view, "model", model.name);
    rc = build(cli, txn, vin, limit, view);
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}
