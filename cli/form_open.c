/* form open, form edit: what stands on an appraisal form. */
#include "cli/commands.h"
#include "cli/form_content.h"

#include "wledger/error.h"

/* Bits of wl_form_content_body.texts. */
enum { CUSTOMER = 1, COMPLAINT = 2 };

struct opening {
    struct cli *cli;
    struct cli_form_wishes wishes;
    struct wl_claim_record before, record; /* before: of an edit */
    struct wl_form_content_body body;
    struct wl_result result;
    json_t *view, *warnings;
};

/* ---- execution ---- */

static int execute(struct opening *o, struct wl_txn *txn, const struct wl_command *command)
{
    const struct cli_form_wishes *w = &o->wishes;
    struct wl_personal texts[] = {{.text = w->customer}, {.text = w->complaint}};
    struct wl_request request = {.command = command,
                                 .body = &o->body,
                                 .time = cli_time(o->cli, txn),
                                 .actor = o->cli->actor,
                                 .texts = texts,
                                 .text_count = w->complaint.size  ? 2
                                               : w->customer.size ? 1
                                                                  : 0};
    int64_t bits = (w->customer.size ? CUSTOMER : 0) | (w->complaint.size ? COMPLAINT : 0);
    int rc = cli_key(o->cli, &o->cli->arena, WL_NO_STR, false, &request.key);

    for (unsigned i = 0; rc == WL_OK && i < request.text_count; i++)
        rc = wl_salt_draw(texts[i].salt);
    if (rc != WL_OK)
        return rc;
    o->body.content = (struct wl_list){&o->record, 1};
    o->body.texts = bits ? bits : WL_NONE;
    return wl_execute(txn, &o->cli->arena, &request, &o->result);
}

static const struct wl_claim_record *content_of(const struct wl_form_content_body *body)
{
    return body && body->content.count == 1 ? body->content.at : NULL;
}

/* Works the content out in the transaction that it is executed in: nobody comes between. */
static int open_form(struct opening *o, struct wl_txn *txn)
{
    void *known;
    int rc = cli_demand_known(o->cli, txn, o->cli->key, &wl_form_open_command, &known);

    if (rc < 0 || (rc = cli_form_make(o->cli, txn, &o->wishes, NULL, rc == 1 ? content_of(known) : NULL, &o->record,
                                      o->warnings)) != WL_OK)
        return rc;
    o->body.form = o->body.revision = WL_NONE;
    return execute(o, txn, &wl_form_open_command);
}

/* ---- answers ---- */

static int add_vehicle(struct opening *o, struct wl_txn *txn)
{
    json_t *view = json_object();
    struct wl_vehicle vehicle;
    int rc = cli_coverage_known(o->cli, txn, o->record.vin, &vehicle);

    cli_view_put(o->view, "vehicle", view);
    return rc == WL_OK ? cli_vehicle_view(o->cli, txn, &vehicle, view) : rc;
}

static int add_coverage(struct opening *o, struct wl_txn *txn)
{
    json_t *list = json_array();
    int64_t km = WL_NONE;

    cli_view_put(o->view, "coverage", list);
    if (cli_number(o->cli, "km", 0, INT64_MAX, &km) != WL_OK || km == WL_NONE)
        return WL_OK;
    return cli_coverage_view(o->cli, txn, o->record.vin, cli_form_context(o->cli, txn).day, km, list);
}

static void tell_warnings(struct opening *o)
{
    struct cli *cli = o->cli;
    json_t *one;
    size_t i;

    json_array_foreach(o->warnings, i, one) fprintf(
        cli->out, "    note: " WL_STR_FMT "\n", WL_STR_ARG(cli_clean(&cli->arena, wl_str_of(json_string_value(one)))));
}

/* For people a line and then what is listed below it; for programs all of it. */
static int tell(struct opening *o, const char *did, const char *list, const char *none)
{
    const struct wl_form_outcome *out = o->result.outcome;
    struct cli *cli = o->cli;
    json_t *view, *rows = json_object_get(o->view, list);

    if (cli->format == CLI_TABLE) {
        fprintf(cli->out, "form F%lld  %s  %s", (long long)out->form, did, wl_form_state_names()[out->state]);
        cli_demand_entry(cli, &o->result);
        tell_warnings(o);
        if (json_array_size(rows) == 0) {
            fprintf(cli->out, "    %s\n", none);
            json_object_del(o->view, list);
        }
        return json_object_size(o->view) ? cli_view_print(cli, json_incref(o->view)) : WL_OK;
    }
    view = cli_demand_view(&o->result);
    cli_view_number(view, "form", out->form);
    cli_view_text(view, "state", wl_str_of(wl_form_state_names()[out->state]));
    cli_view_put(view, "warnings", json_incref(o->warnings));
    json_object_update(view, o->view);
    return cli_view_print(cli, view);
}

/* name: what was to be done, or to which form. */
static int refused(struct opening *o, const char *name)
{
    int rc = cli_demand_refused(o->cli, name, &o->result, &(struct cli_demand_named){.dealer_id = o->record.dealer_id});

    if (o->cli->format == CLI_TABLE && rc == CLI_REFUSED)
        tell_warnings(o);
    return rc;
}

/* ---- form open ---- */

static int take_open(struct cli *cli, struct opening *o)
{
    int rc = cli_form_take(cli, &o->wishes);

    wl_record_clear(&wl_claim_record, &o->record);
    o->record.dealer_id = wl_str_trim(wl_str_of(cli->argv[0]));
    o->record.vin = wl_str_trim(wl_str_of(cli->argv[1]));
    if (rc != WL_OK || (rc = cli_demand_identifier("DEALER", o->record.dealer_id)) != WL_OK ||
        (rc = cli_demand_identifier("VIN", o->record.vin)) != WL_OK)
        return rc;
    if (!o->wishes.mileage.size)
        return wl_fail(WL_E_USAGE, "form open: --km N, please: what does the odometer say?");
    return WL_OK;
}

static int run_open_in(struct cli *cli, struct opening *o)
{
    struct wl_txn *txn;
    int rc = take_open(cli, o);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    if ((rc = open_form(o, txn)) == WL_OK && o->result.refusal == WL_DONE && (rc = add_vehicle(o, txn)) == WL_OK)
        rc = add_coverage(o, txn);
    if ((rc = cli_demand_commit(&txn, rc)) != WL_OK)
        return rc;
    if (o->result.refusal != WL_DONE)
        return refused(o, "form open");
    return tell(o, "opened", "coverage", "no plan, contract, part, campaign or service covers this vehicle");
}

static int run(struct cli *cli, int (*in)(struct cli *, struct opening *))
{
    struct opening o = {.cli = cli, .view = json_object(), .warnings = json_array()};
    int rc = in(cli, &o);

    json_decref(o.view);
    json_decref(o.warnings);
    return rc;
}

static int run_open(struct cli *cli)
{
    return run(cli, run_open_in);
}

static const struct cli_option open_options[] = {CLI_FORM_OPTIONS, {NULL, NULL, NULL}};
const struct cli_command cli_form_open = {
    .name = "form open",
    .args = "DEALER VIN --km N",
    .summary = "open an appraisal form for a vehicle that comes in",
    .options = open_options,
    .repeats = CLI_FORM_REPEATS,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 2,
    .most_args = 2,
    .run = run_open,
    .text =
        "Opens a form as a draft, and tells at once which vehicle it is and what it is covered by. Dealer, VIN and "
        "mileage are\n"
        "required; all else may come later, by `wledger form edit`. A code that the reference data does not have is\n"
        "noted, with what is near; it may be loaded later. `wledger lookup operations TEXT` finds codes by text.\n"
        "The complaint may have several lines.",
    .example = "form open -d ledger D00001 1M8GDM9AXKP042788 --km 45200 --type warranty --fault F-12 --labour OP-77 "
               "--part P-100=2",
};

/* ---- form edit ---- */

enum { ENTRY_MEMORY = 4 << 20 };

struct finding_content {
    struct wl_txn *txn;
    struct wl_arena entry;
    int64_t revision; /* wanted */
    uint64_t seq;     /* the entry that wrote it; 0: not found yet */
};

static int is_content(void *context, uint64_t seq)
{
    struct finding_content *f = context;
    struct wl_entry e;
    void *body;
    int rc = wl_entry_read(f->txn, seq, &e);

    if (rc != 1 || e.command != &wl_form_edit_command)
        return rc < 0 ? rc : WL_OK;
    wl_arena_clear(&f->entry);
    if ((rc = wl_entry_body(&e, &f->entry, &body)) != WL_OK)
        return rc;
    if (((const struct wl_form_content_body *)body)->revision == f->revision - 1)
        f->seq = seq;
    return WL_OK;
}

/* The content that a revision of the form had. */
static int content_at(struct wl_txn *txn, struct wl_arena *arena, int64_t number, const struct wl_form *form,
                      int64_t revision, struct wl_claim_record *record)
{
    struct finding_content f = {.txn = txn, .revision = revision};
    int rc = WL_OK;

    if (revision == form->revision)
        return wl_form_content(txn, arena, form, record);
    wl_arena_init(&f.entry, ENTRY_MEMORY);
    if (revision == 1)
        f.seq = (uint64_t)form->opened_seq;
    else
        rc = wl_history_each(txn, (struct wl_subject){WL_SUBJECT_FORM, number}, is_content, &f);
    wl_arena_release(&f.entry);
    if (rc == WL_OK && f.seq == 0)
        rc = wl_fail(WL_E_DAMAGED, "form F%lld has no revision %lld", (long long)number, (long long)revision);
    return rc == WL_OK ? wl_form_content_at(txn, arena, f.seq, record) : rc;
}

/* Given again under its key, the command starts from what it started from. */
static int edit_form(struct opening *o, struct wl_txn *txn)
{
    const struct wl_form_content_body *known = NULL;
    struct wl_arena *arena = &o->cli->arena;
    struct wl_form form;
    void *body;
    int rc = cli_form_get(txn, arena, wl_str_of(o->cli->argv[0]), &o->body.form, &form);

    if (rc != WL_OK || (rc = cli_demand_known(o->cli, txn, o->cli->key, &wl_form_edit_command, &body)) < 0)
        return rc;
    if (rc == 1)
        known = body;
    o->body.revision = known && known->form == o->body.form ? known->revision : form.revision;
    if ((rc = content_at(txn, arena, o->body.form, &form, o->body.revision, &o->before)) != WL_OK ||
        (rc = cli_form_make(o->cli, txn, &o->wishes, &o->before, content_of(known), &o->record, o->warnings)) != WL_OK)
        return rc;
    return execute(o, txn, &wl_form_edit_command);
}

static int add_difference(void *context, struct wl_str field, struct wl_str before, struct wl_str after)
{
    json_t *one = json_object();

    cli_view_text(one, "field", field);
    cli_view_put(one, "before", cli_view_str(before));
    cli_view_put(one, "after", cli_view_str(after));
    json_array_append_new(context, one);
    return WL_OK;
}

static int add_differences(struct opening *o)
{
    json_t *list = json_array();

    cli_view_put(o->view, "differences", list);
    return wl_form_differences(&o->before, &o->record, add_difference, list);
}

static int run_edit_in(struct cli *cli, struct opening *o)
{
    struct wl_txn *txn;
    int rc = cli_form_take(cli, &o->wishes);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    if ((rc = edit_form(o, txn)) == WL_OK && o->result.refusal == WL_DONE)
        rc = add_differences(o);
    if ((rc = cli_demand_commit(&txn, rc)) != WL_OK)
        return rc;
    if (o->result.refusal != WL_DONE)
        return refused(o, cli_format_text(&cli->arena, "F%lld", (long long)o->body.form).data);
    return tell(o, "changed", "differences", "the personal texts alone were changed");
}

static int run_edit(struct cli *cli)
{
    return run(cli, run_edit_in);
}

static const struct cli_option edit_options[] = {
    CLI_FORM_OPTIONS,
    {"remove", "KIND:N", "take this line off (labour:N, part:N, sublet:N; N from 1, as before the edit)"},
    {NULL, NULL, NULL}};
const struct cli_command cli_form_edit = {
    .name = "form edit",
    .args = "FORM",
    .summary = "change a form that is a draft or was returned",
    .options = edit_options,
    .repeats = CLI_FORM_REPEATS,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_edit,
    .text =
        "Changes what is named and leaves the rest; the dealer and the vehicle stay. A line whose code stands on the\n"
        "form already is set anew (a part keeps its price unless one is named), any other is added. An empty value\n"
        "takes a field off: --authorization \"\". The answer has each field that differs, before and after.",
    .example = "form edit -d ledger F12 --labour OP-77=1.5 --remove part:2",
};
