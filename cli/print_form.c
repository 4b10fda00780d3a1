/* print form: the appraisal form, and once it is approved the service instruction that its customer signs. It bears the
 * time of the newest entry that changed it, and tells the coverage of the day of the repair's completion, before that
 * of the entry: the same form gives the same bytes whenever it is printed, while the reference data and what else was
 * done to the vehicle are the same. */
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/form.h"
#include "cli/output.h"
#include "cli/quantity.h"

#include "claims/forms.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/paper.h"

enum { COVERS_MAX = 1000 };

/* What a paper is made from; all of it in cli->arena. */
struct printing {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    struct wl_paper_head head;
    struct wl_form_paper paper;
    int64_t number, day; /* day: of the newest entry */
    struct wl_form form;
    struct wl_claim_record content;
    struct wl_decision asked, approved; /* without lines where there is none */
    struct wl_form_paper_cover *covers;
};

static struct wl_str word(const struct printing *p, const char *name)
{
    return cli_form_word(p->paper.language, wl_str_of(name));
}

static int64_t day_of(const struct printing *p, int64_t time)
{
    return wl_time_day(time, wl_journal_zone(p->txn));
}

/* ---- what changed it ---- */

static int note_newest(void *context, uint64_t seq)
{
    int64_t *newest = context;

    *newest = (int64_t)seq;
    return WL_OK;
}

static int read_entry(struct printing *p, int64_t seq, struct wl_entry *e, void **body, void **outcome)
{
    int rc = wl_entry_read(p->txn, (uint64_t)seq, e);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a form is missing");
    e->actor = wl_arena_copy(p->arena, e->actor);
    if (body && (rc = wl_entry_body(e, p->arena, body)) != WL_OK)
        return rc;
    return outcome ? wl_entry_outcome(e, p->arena, outcome) : WL_OK;
}

static int add_times(struct printing *p)
{
    int64_t newest = p->form.opened_seq;
    struct wl_entry e;
    int rc = read_entry(p, newest, &e, NULL, NULL);

    if (rc != WL_OK)
        return rc;
    p->paper.opened_day = day_of(p, e.time);
    if ((rc = wl_history_each(p->txn, (struct wl_subject){WL_SUBJECT_FORM, p->number}, note_newest, &newest)) !=
            WL_OK ||
        (rc = read_entry(p, newest, &e, NULL, NULL)) != WL_OK)
        return rc;
    p->head.created = e.time;
    p->day = day_of(p, e.time);
    return WL_OK;
}

/* ---- vehicle, customer, fault ---- */

static int add_text(struct printing *p, int64_t seq, unsigned n, struct wl_str *out)
{
    struct wl_str text;
    int rc = seq == WL_NONE ? 0 : wl_text_get(p->txn, (uint64_t)seq, n, &text);

    if (rc == 1)
        *out = wl_arena_copy(p->arena, text);
    return rc < 0 ? rc : WL_OK;
}

static struct wl_str kilometres(struct printing *p, int64_t km)
{
    return km == WL_NONE ? WL_NO_STR : cli_format_text(p->arena, "%lld km", (long long)km);
}

static int add_vehicle(struct printing *p)
{
    struct wl_vehicle vehicle;
    struct wl_model model;
    int rc = cli_reference_row(p->txn, p->arena, WL_REF_VEHICLES, p->form.vin, &vehicle);

    p->paper.vin = p->form.vin;
    p->paper.mileage = kilometres(p, cli_form_km(&p->content));
    if (rc != 1)
        return rc;
    p->paper.sale_day = vehicle.sale_date;
    p->paper.model = vehicle.model_id;
    rc = cli_reference_row(p->txn, p->arena, WL_REF_MODELS, vehicle.model_id, &model);
    if (rc == 1)
        p->paper.model =
            cli_format_text(p->arena, WL_STR_FMT "  " WL_STR_FMT, WL_STR_ARG(vehicle.model_id), WL_STR_ARG(model.name));
    return rc < 0 ? rc : WL_OK;
}

static int add_fault(struct printing *p)
{
    struct wl_fault fault;
    struct wl_part part;
    int rc = cli_reference_row(p->txn, p->arena, WL_REF_FAULTS, p->content.fault_code, &fault);

    p->paper.fault = p->content.fault_code;
    if (rc == 1)
        p->paper.fault_text =
            cli_format_text(p->arena, WL_STR_FMT "%s" WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(fault.component),
                            fault.component.size && fault.cause.size ? ", " : "", WL_STR_ARG(fault.cause),
                            fault.description.size ? ": " : "", WL_STR_ARG(fault.description));
    p->paper.causal_part = p->content.causal_part;
    if (rc < 0 || (rc = cli_reference_row(p->txn, p->arena, WL_REF_PARTS, p->content.causal_part, &part)) != 1)
        return rc < 0 ? rc : WL_OK;
    p->paper.causal_part = cli_format_text(p->arena, WL_STR_FMT "  " WL_STR_FMT, WL_STR_ARG(p->content.causal_part),
                                           WL_STR_ARG(part.description));
    return WL_OK;
}

static int add_head(struct printing *p)
{
    struct wl_form_paper *paper = &p->paper;
    const struct wl_form *form = &p->form;
    int rc;

    p->head.oem = wl_arena_copy(p->arena, wl_journal_oem(p->txn));
    paper->number = cli_code(p->arena, CLI_CODE_FORM, p->number);
    paper->instruction = form->approved != WL_NONE;
    paper->state = word(p, wl_form_state_names()[form->state]);
    paper->version = form->version;
    paper->dealer =
        (struct wl_paper_party){.id = form->dealer_id, .name = cli_location_name(p->txn, p->arena, form->dealer_id)};
    paper->type = p->content.type.size ? cli_form_word(paper->language, p->content.type) : WL_NO_STR;
    paper->campaign = p->content.campaign_id;
    paper->authorization = p->content.authorization_no;
    paper->repair_order = p->content.repair_order;
    paper->claim = p->content.claim_no;
    paper->started_day = form->started_day;
    paper->completed_day = form->completed_day;
    paper->completed_mileage = kilometres(p, form->completed_km);
    if ((rc = add_text(p, form->customer_seq, 0, &paper->customer)) != WL_OK ||
        (rc = add_text(p, form->complaint_seq, 1, &paper->complaint)) != WL_OK || (rc = add_vehicle(p)) != WL_OK)
        return rc;
    return add_fault(p);
}

static int add_claim(struct printing *p)
{
    struct wl_claim claim;
    int rc = p->form.claim == WL_NONE ? 0 : wl_claim_get(p->txn, p->arena, p->form.claim, &claim);

    if (rc == 1)
        p->paper.claim = cli_format_text(p->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                                         WL_STR_ARG(claim.claim_no));
    return rc < 0 ? rc : WL_OK;
}

/* ---- lines ---- */

static struct wl_str approved(struct printing *p, struct wl_ints amounts, size_t i)
{
    return i < amounts.count ? cli_amount(p->arena, amounts.at[i], p->form.currency) : WL_NO_STR;
}

static struct wl_form_paper_line *new_lines(struct printing *p, enum wl_form_paper_kind kind, size_t count)
{
    struct wl_form_paper_line *lines = wl_arena_alloc(p->arena, (count + 1) * sizeof *lines);

    p->paper.lines[kind].at = lines;
    p->paper.lines[kind].count = lines ? count : 0;
    return lines;
}

static int add_labour(struct printing *p)
{
    const struct wl_labour_line *from = p->content.labour.at;
    struct wl_form_paper_line *to = new_lines(p, WL_FORM_PAPER_LABOUR, p->content.labour.count);

    for (size_t i = 0; i < p->paper.lines[WL_FORM_PAPER_LABOUR].count; i++) {
        struct wl_operation operation = {.description = WL_NO_STR};
        int rc = cli_reference_row(p->txn, p->arena, WL_REF_OPERATIONS, from[i].op_code, &operation);

        if (rc < 0)
            return rc;
        to[i] = (struct wl_form_paper_line){.code = from[i].op_code,
                                            .description = rc ? operation.description : WL_NO_STR,
                                            .quantity = from[i].hours,
                                            .approved = approved(p, p->approved.labour_lines, i)};
    }
    return WL_OK;
}

/* "2 pc"; what cannot be read stands as it was given. */
static struct wl_str quantity(struct printing *p, struct wl_str text, struct wl_str unit)
{
    int64_t thousandths;

    if (wl_decimal_parse(text, 9, WL_QUANTITY_PLACES, &thousandths))
        text = cli_quantity_plain(p->arena, thousandths);
    return unit.size ? cli_format_text(p->arena, WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(text), WL_STR_ARG(unit)) : text;
}

static int add_parts(struct printing *p)
{
    const struct wl_part_line *from = p->content.parts.at;
    struct wl_form_paper_line *to = new_lines(p, WL_FORM_PAPER_PART, p->content.parts.count);

    for (size_t i = 0; i < p->paper.lines[WL_FORM_PAPER_PART].count; i++) {
        uint64_t request = wl_form_request(p->txn, (uint64_t)p->number, i + 1);
        struct wl_part part = {.unit = WL_NO_STR};
        int rc = cli_reference_row(p->txn, p->arena, WL_REF_PARTS, from[i].part_id, &part);

        if (rc < 0)
            return rc;
        to[i] = (struct wl_form_paper_line){.code = from[i].part_id,
                                            .description = rc ? part.description : WL_NO_STR,
                                            .request = request ? cli_int(p->arena, (int64_t)request) : WL_NO_STR,
                                            .quantity = quantity(p, from[i].quantity, rc ? part.unit : WL_NO_STR),
                                            .price = from[i].unit_price,
                                            .approved = approved(p, p->approved.part_lines, i)};
    }
    return wl_txn_status(p->txn);
}

static void add_sublet(struct printing *p)
{
    const struct wl_sublet_line *from = p->content.sublet.at;
    struct wl_form_paper_line *to = new_lines(p, WL_FORM_PAPER_SUBLET, p->content.sublet.count);

    for (size_t i = 0; i < p->paper.lines[WL_FORM_PAPER_SUBLET].count; i++)
        to[i] = (struct wl_form_paper_line){
            .code = from[i].code, .price = from[i].amount, .approved = approved(p, p->approved.sublet_lines, i)};
}

static struct wl_str total(struct printing *p, int64_t amount)
{
    if (amount == WL_NONE)
        return WL_NO_STR;
    return cli_format_text(p->arena, WL_STR_FMT " " WL_STR_FMT,
                           WL_STR_ARG(cli_amount(p->arena, amount, p->form.currency)), WL_STR_ARG(p->form.currency));
}

static int add_lines(struct printing *p)
{
    int rc = add_labour(p);

    if (rc == WL_OK)
        rc = add_parts(p);
    add_sublet(p);
    p->paper.asked = total(p, p->form.asked);
    p->paper.handling = total(p, p->form.approved == WL_NONE ? WL_NONE : p->approved.handling);
    p->paper.approved = total(p, p->form.approved);
    return rc;
}

/* ---- coverage ---- */

static int add_cover(void *context, const struct wl_cover *cover)
{
    struct printing *p = context;
    struct wl_str what = cli_cover_what(p->arena, p->paper.language, cover);
    struct wl_form_paper_cover *to;

    if (p->paper.cover_count == COVERS_MAX)
        return WL_OK;
    to = &p->covers[p->paper.cover_count++];
    *to = (struct wl_form_paper_cover){.kind = word(p, wl_cover_kind_names()[cover->kind]),
                                       .what =
                                           cli_format_text(p->arena, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(cover->id),
                                                           what.size ? ", " : "", WL_STR_ARG(what)),
                                       .until = cli_day(p->arena, cover->last_day),
                                       .left = cli_int(p->arena, cover->km_left),
                                       .state = cli_form_word(p->paper.language, cli_cover_state(cover))};
    return wl_arena_status(p->arena);
}

static int add_coverage(struct printing *p)
{
    struct wl_context ctx = cli_form_context(p->cli, p->txn);
    int64_t km = cli_form_km(&p->content);

    if (!(p->covers = wl_arena_alloc(p->arena, COVERS_MAX * sizeof *p->covers)))
        return wl_arena_status(p->arena);
    p->paper.covers = p->covers;
    return km == WL_NONE ? WL_OK
                         : wl_coverage_each(&ctx, p->form.vin, cli_form_cover_day(&p->form, p->day), km, add_cover, p);
}

/* ---- decisions ---- */

static int add_findings(struct printing *p)
{
    struct wl_ints findings = p->asked.findings;
    struct wl_form_paper_note *notes = wl_arena_alloc(p->arena, (findings.count + 1) * sizeof *notes);

    if (!notes)
        return wl_arena_status(p->arena);
    for (size_t i = 0; i < findings.count; i++)
        notes[i] = (struct wl_form_paper_note){wl_str_of(wl_finding_name(findings.at[i])),
                                               cli_form_finding(p->paper.language, findings.at[i])};
    p->paper.findings = notes;
    p->paper.finding_count = findings.count;
    return WL_OK;
}

static int add_refused(struct printing *p, const struct wl_form_review_body *body)
{
    const struct wl_line_name *lines = body->refused.at;
    struct wl_form_paper_note *notes = wl_arena_alloc(p->arena, (body->refused.count + 1) * sizeof *notes);

    if (!notes)
        return wl_arena_status(p->arena);
    for (size_t i = 0; i < body->refused.count; i++) {
        int64_t amount = lines[i].amount == WL_NONE ? 0 : lines[i].amount;
        struct wl_str reason = lines[i].reason.size ? lines[i].reason : body->reason;

        notes[i].name =
            cli_format_text(p->arena, WL_STR_FMT " %lld", WL_STR_ARG(cli_form_line(p->paper.language, lines[i].kind)),
                            (long long)lines[i].line);
        notes[i].text = cli_format_text(p->arena, WL_STR_FMT " " WL_STR_FMT "%s" WL_STR_FMT,
                                        WL_STR_ARG(cli_amount(p->arena, amount, p->form.currency)),
                                        WL_STR_ARG(p->form.currency), reason.size ? ": " : "", WL_STR_ARG(reason));
    }
    p->paper.refused = notes;
    p->paper.refused_count = body->refused.count;
    return WL_OK;
}

/* The newest decision, by whom; what was approved within tier 0 was decided by its submission. */
static int add_decision(struct printing *p)
{
    const struct wl_form_decision_outcome *out;
    void *body, *outcome;
    struct wl_entry e;
    int rc;

    if (p->form.decided_seq == WL_NONE)
        return WL_OK;
    if ((rc = read_entry(p, p->form.decided_seq, &e, &body, &outcome)) != WL_OK)
        return rc;
    out = outcome;
    if (out->state >= 0 && out->state < WL_FORM_STATE_COUNT)
        p->paper.verdict = word(p, wl_form_state_names()[out->state]);
    p->paper.decided_day = day_of(p, e.time);
    if (e.command != &wl_form_review_command) {
        p->paper.decided_by = word(p, "automatic");
        return WL_OK;
    }
    p->paper.decided_by = e.actor;
    p->paper.reason = ((const struct wl_form_review_body *)body)->reason;
    return add_refused(p, body);
}

static int read_decisions(struct printing *p)
{
    bool is_open = p->form.state == WL_FORM_DRAFT || p->form.state == WL_FORM_RETURNED;
    int rc = WL_OK;

    if (p->form.submitted_seq != WL_NONE)
        rc = wl_form_decision(p->txn, p->arena, p->form.submitted_seq, &p->asked);
    if (is_open)
        p->asked.labour_lines = p->asked.part_lines = p->asked.sublet_lines = (struct wl_ints){NULL, 0};
    if (rc == WL_OK && p->form.approved != WL_NONE && p->form.decided_seq != WL_NONE)
        rc = wl_form_decision(p->txn, p->arena, p->form.decided_seq, &p->approved);
    return rc;
}

static int add_signature(struct printing *p)
{
    char hex[2 * WL_HASH_SIZE + 1];
    const struct wl_form_sign_body *sign;
    struct wl_entry e;
    void *body;
    int rc;

    if (p->form.signed_seq == WL_NONE)
        return WL_OK;
    if ((rc = read_entry(p, p->form.signed_seq, &e, &body, NULL)) != WL_OK ||
        (rc = add_text(p, p->form.signed_seq, 0, &p->paper.signer)) != WL_OK)
        return rc;
    sign = body;
    p->paper.signed_day = day_of(p, e.time);
    if (sign->paper.size != WL_HASH_SIZE)
        return WL_OK;
    wl_hex((const uint8_t *)sign->paper.data, WL_HASH_SIZE, hex);
    p->paper.paper = wl_arena_copy(p->arena, wl_str_of(hex));
    return wl_arena_status(p->arena);
}

/* ---- the command ---- */

static int gather(struct printing *p)
{
    static int (*const steps[])(struct printing *) = {add_times,    read_decisions, add_head,
                                                      add_claim,    add_lines,      add_coverage,
                                                      add_findings, add_decision,   add_signature};
    int rc = cli_form_get(p->txn, p->arena, wl_str_of(p->cli->argv[0]), &p->number, &p->form);

    if (rc == WL_OK)
        rc = wl_form_content(p->txn, p->arena, &p->form, &p->content);
    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(steps); i++)
        rc = steps[i](p);
    return rc == WL_OK ? wl_arena_status(p->arena) : rc;
}

static int write_form(void *context, struct wl_file *file)
{
    const struct printing *p = context;

    return wl_paper_form(file, &p->head, &p->paper);
}

static int run_print_form(struct cli *cli)
{
    const char *path = cli_value(cli, "output");
    int64_t language = WL_PAPER_ENGLISH;
    struct printing p = {.cli = cli,
                         .arena = &cli->arena,
                         .paper = {.sale_day = WL_NONE, .decided_day = WL_NONE, .signed_day = WL_NONE}};
    int rc = cli_choice(cli, "language", wl_paper_language_names(), &language);

    if (rc != WL_OK)
        return rc;
    if (!path)
        return wl_fail(WL_E_USAGE, "%s: -o FILE.pdf, where it is to be written, please", cli->command->name);
    p.paper.language = (enum wl_paper_language)language;
    if ((rc = wl_txn_begin(cli->store, false, &p.txn)) != WL_OK)
        return rc;
    rc = gather(&p);
    wl_txn_abort(&p.txn);
    if (rc == WL_OK)
        rc = cli_output(cli, path, write_form, &p);
    if (rc == WL_OK)
        fprintf(cli->out, "%s: form F%lld, %s\n", cli_shown(cli, path), (long long)p.number,
                p.paper.instruction ? "the service instruction" : "the appraisal form");
    return rc;
}

static const struct cli_option print_options[] = {
    {"output", "FILE", "write to FILE, which appears whole or not at all; required"},
    {"language", "L", "en or zh (default: en)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_print_form = {
    .name = "print form",
    .args = "FORM -o FILE.pdf",
    .summary = "print an appraisal form, or the service instruction to be signed",
    .options = print_options,
    .letters = "o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_print_form,
    .text =
        "Writes a PDF on A4 with all that is on a form, in English or Chinese, its number as a bar code, and places\n"
        "to sign; from its approval on it is the service instruction. The same form gives the same bytes until\n"
        "something on it changes, as long as the reference data are the same.",
    .example = "print form -d ledger F12 -o F12.pdf --language zh",
};
