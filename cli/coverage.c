/* coverage: what a vehicle has on a day at a mileage. */
#include "cli/commands.h"
#include "cli/form.h"

#include "claims/adjudicate.h"
#include "wledger/error.h"

enum { MILEAGE_MAX = 9999999 };

static bool is_all(struct wl_str component)
{
    return !component.size || wl_str_is(component, "*");
}

struct wl_str cli_cover_what(struct wl_arena *arena, enum wl_paper_language language, const struct wl_cover *cover)
{
    struct wl_str before = cover->kind == WL_COVER_PART ? WL_STR("invoice") : WL_STR("operation");

    if (cover->kind == WL_COVER_PLAN || cover->kind == WL_COVER_CONTRACT)
        return is_all(cover->component) ? cli_form_word(language, WL_STR("all components")) : cover->component;
    if (!cover->text.size)
        return WL_NO_STR;
    return cli_format_text(arena, WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(cli_form_word(language, before)),
                           WL_STR_ARG(cover->text));
}

struct wl_str cli_cover_state(const struct wl_cover *cover)
{
    return cover->holds == 1 ? WL_STR("in force") : WL_STR("expired");
}

struct listing {
    struct wl_arena *arena;
    json_t *list;
};

static int add_cover(void *context, const struct wl_cover *cover)
{
    struct listing *l = context;
    json_t *one = json_object();

    cli_view_text(one, "kind", wl_str_of(wl_cover_kind_names()[cover->kind]));
    cli_view_text(one, "id", cover->id);
    cli_view_text(one, "what", cli_cover_what(l->arena, WL_PAPER_ENGLISH, cover));
    cli_view_day(one, "until", cover->last_day);
    cli_view_number(one, "km_left", cover->km_left);
    cli_view_text(one, "state", cli_cover_state(cover));
    json_array_append_new(l->list, one);
    return wl_arena_status(l->arena);
}

int cli_coverage_view(struct cli *cli, struct wl_txn *txn, struct wl_str vin, int64_t day, int64_t km, json_t *list)
{
    struct wl_context ctx = cli_form_context(cli, txn);
    struct listing l = {&cli->arena, list};

    return wl_coverage_each(&ctx, vin, day, km, add_cover, &l);
}

int cli_vehicle_view(struct cli *cli, struct wl_txn *txn, const struct wl_vehicle *vehicle, json_t *view)
{
    struct wl_model model = {.name = WL_NO_STR};
    struct wl_vin vin;
    int rc = cli_reference_row(txn, &cli->arena, WL_REF_MODELS, vehicle->model_id, &model);

    wl_vin_read(vehicle->vin, vehicle->production_date, &vin);
    cli_view_text(view, "maker", vin.maker);
    cli_view_text(view, "region", vin.region ? wl_str_of(vin.region) : WL_NO_STR);
    cli_view_number(view, "model_year", vin.model_year);
    cli_view_text(view, "model_id", vehicle->model_id);
    cli_view_text(view, "model", rc == 1 ? model.name : WL_NO_STR);
    cli_view_day(view, "production_date", vehicle->production_date);
    cli_view_day(view, "sale_date", vehicle->sale_date);
    return rc < 0 ? rc : WL_OK;
}

int cli_coverage_known(struct cli *cli, struct wl_txn *txn, struct wl_str vin, struct wl_vehicle *vehicle)
{
    int rc = cli_reference_row(txn, &cli->arena, WL_REF_VEHICLES, vin, vehicle);

    if (rc != 0)
        return rc < 0 ? rc : WL_OK;
    if (!wl_vin_is_valid(vin))
        return wl_fail(WL_E_USAGE, "VIN " WL_STR_FMT ": %s", WL_STR_ARG(cli_clean(&cli->arena, vin)),
                       wl_refusal_meaning(WL_REFUSED_VIN_MALFORMED));
    return wl_fail(WL_E_USAGE, "vehicle " WL_STR_FMT " is not in the reference data; `wledger load` brings vehicles",
                   WL_STR_ARG(vin));
}

static int print(struct cli *cli, struct wl_txn *txn, struct wl_str vin, int64_t day, int64_t km)
{
    json_t *view = json_object(), *list = json_array();
    struct wl_vehicle vehicle;
    int rc = cli_coverage_known(cli, txn, vin, &vehicle);

    if (rc == WL_OK) {
        if (day == WL_NONE)
            day = cli_form_context(cli, txn).day;
        cli_view_text(view, "vin", vin);
        rc = cli_vehicle_view(cli, txn, &vehicle, view);
        cli_view_day(view, "day", day);
        cli_view_number(view, "mileage_km", km);
        cli_view_put(view, "coverage", json_incref(list));
        rc = rc == WL_OK ? cli_coverage_view(cli, txn, vin, day, km, list) : rc;
    }
    if (rc != WL_OK)
        json_decref(view);
    else if ((rc = cli_view_print(cli, view)) == WL_OK && cli->format == CLI_TABLE && json_array_size(list) == 0)
        fprintf(cli->err, "no plan, contract, part, campaign or service covers it\n");
    json_decref(list);
    return rc;
}

static int run_coverage(struct cli *cli)
{
    struct wl_str vin = wl_str_trim(wl_str_of(cli->argv[0]));
    int64_t km = WL_NONE, day = WL_NONE;
    struct wl_txn *txn;
    int rc = cli_demand_identifier("VIN", vin);

    if (rc != WL_OK || (rc = cli_number(cli, "km", 0, MILEAGE_MAX, &km)) != WL_OK ||
        (rc = cli_date(cli, "on", &day)) != WL_OK)
        return rc;
    if (km == WL_NONE)
        return wl_fail(WL_E_USAGE, "coverage: --km N, please: what does the odometer say?");
    if ((rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
        return rc;
    rc = print(cli, txn, vin, day, km);
    wl_txn_abort(&txn);
    return rc;
}

static const struct cli_option coverage_options[] = {
    {"km", "N", "what the odometer says; required"},
    {"on", "DATE", "on this day (default: today)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_coverage = {
    .name = "coverage",
    .args = "VIN",
    .summary = "what a vehicle is covered by",
    .options = coverage_options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_coverage,
    .text = "Tells what a vehicle has on a day at a mileage: the plan that counts for each component, its contracts,\n"
            "parts that were fitted to it and have a warranty of their own, campaigns that wait for it, services that\n"
            "are planned; until when, how many kilometres are left, and whether it is in force.",
    .example = "coverage -d ledger 1M8GDM9AXKP042788 --km 45200 --on 2026-07-01",
};
