/* show form N */
#include "cli/codes.h"
#include "cli/form.h"
#include "cli/show.h"

#include "claims/forms.h"
#include "wledger/error.h"
#include "wledger/gates.h"

struct shown {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    json_t *view;
    int64_t number;
    struct wl_form form;
    struct wl_claim_record content;
    struct wl_decision asked, approved; /* without lines where there is none */
};

static json_t *add_list(struct shown *s, const char *name)
{
    json_t *list = json_array();

    cli_view_put(s->view, name, list);
    return list;
}

/* ---- where it stands ---- */

static void add_head(struct shown *s)
{
    const struct wl_form *form = &s->form;
    bool waits = form->state == WL_FORM_SUBMITTED || form->state == WL_FORM_UNDER_REVIEW;

    cli_view_put(s->view, "form", cli_view_str(cli_code(s->arena, CLI_CODE_FORM, s->number)));
    cli_view_text(s->view, "state", wl_str_of(wl_form_state_names()[form->state]));
    if (form->version > 0)
        cli_view_number(s->view, "version", form->version);
    cli_view_number(s->view, "revision", form->revision);
    cli_view_number(s->view, "tier", waits ? form->tier : WL_NONE);
    cli_view_text(s->view, "seat", waits ? form->seat : WL_NO_STR);
    if (form->asked != WL_NONE)
        cli_view_amount(s->view, "asked", form->asked, form->currency);
    if (form->approved != WL_NONE)
        cli_view_amount(s->view, "approved", form->approved, form->currency);
    cli_view_number(s->view, "approved_tier", form->approved_tier);
    cli_view_text(s->view, "currency", form->currency);
    cli_view_day(s->view, "started", form->started_day);
    cli_view_day(s->view, "completed", form->completed_day);
    cli_view_number(s->view, "completed_km", form->completed_km);
}

static int add_claim(struct shown *s)
{
    struct wl_claim claim;
    int rc = s->form.claim == WL_NONE ? 0 : wl_claim_get(s->txn, s->arena, s->form.claim, &claim);

    if (rc == 1)
        cli_view_text(s->view, "claim",
                      cli_format_text(s->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                                      WL_STR_ARG(claim.claim_no)));
    cli_view_text(s->view, "next", cli_form_next(s->arena, s->number, &s->form));
    return rc < 0 ? rc : WL_OK;
}

/* ---- what stands on it ---- */

/* For people, a text of several lines stands in one. */
static struct wl_str in_one_line(struct shown *s, struct wl_str text)
{
    char *copy = s->cli->format == CLI_TABLE ? wl_arena_alloc(s->arena, text.size + 1) : NULL;

    if (!copy)
        return text;
    for (size_t i = 0; i < text.size; i++)
        copy[i] = text.data[i] == '\n' || text.data[i] == '\t' ? ' ' : text.data[i];
    return (struct wl_str){copy, text.size};
}

static int add_text(struct shown *s, json_t *view, const char *name, int64_t seq, unsigned n)
{
    struct wl_str text;
    int rc = seq == WL_NONE ? 0 : wl_text_get(s->txn, (uint64_t)seq, n, &text);

    if (rc == 1)
        cli_view_text(view, name, in_one_line(s, text));
    else if (rc == 0 && seq != WL_NONE && s->form.forgotten != WL_NONE)
        cli_view_text(view, name, WL_STR("(forgotten)"));
    return rc < 0 ? rc : WL_OK;
}

static int add_signature(struct shown *s, json_t *view)
{
    char hex[2 * WL_HASH_SIZE + 1];
    struct wl_entry e;
    void *body;
    int rc;

    if (s->form.signed_seq == WL_NONE)
        return WL_OK;
    if ((rc = add_text(s, view, "signed_by", s->form.signed_seq, 0)) != WL_OK ||
        (rc = wl_entry_read(s->txn, (uint64_t)s->form.signed_seq, &e)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the signature of a form has no entry");
    if ((rc = wl_entry_body(&e, s->arena, &body)) != WL_OK)
        return rc;
    if (((const struct wl_form_sign_body *)body)->paper.size == WL_HASH_SIZE) {
        wl_hex((const uint8_t *)((const struct wl_form_sign_body *)body)->paper.data, WL_HASH_SIZE, hex);
        cli_view_text(view, "signed_paper_sha256", wl_str_of(hex));
    }
    return WL_OK;
}

static int add_content(struct shown *s)
{
    json_t *view = json_object();
    int rc;

    cli_view_put(s->view, "content", view);
    for (size_t i = 0; i < wl_claim_record.field_count; i++) {
        const struct wl_field *f = &wl_claim_record.fields[i];

        if (f->type == WL_TEXT)
            cli_view_text(view, f->name, *(const struct wl_str *)(const void *)((const char *)&s->content + f->offset));
    }
    if ((rc = add_text(s, view, "customer", s->form.customer_seq, 0)) != WL_OK ||
        (rc = add_text(s, view, "complaint", s->form.complaint_seq, 1)) != WL_OK)
        return rc;
    return add_signature(s, view);
}

/* The request of a part line, and how it stands. */
static int add_request(struct shown *s, json_t *one, uint64_t line)
{
    uint64_t number = wl_form_request(s->txn, (uint64_t)s->number, line);
    struct wl_request_row row;
    int rc = number ? wl_request_get(s->txn, s->arena, number, &row) : 0;

    if (rc != 1)
        return rc < 0 ? rc : wl_txn_status(s->txn);
    cli_view_number(one, "request", (int64_t)number);
    cli_view_text(one, "request_state", wl_str_of(wl_request_state_names()[row.state]));
    cli_view_text(one, "at", row.location_id);
    return WL_OK;
}

static int add_lines(struct shown *s, const char *field, struct wl_ints asked, struct wl_ints approved)
{
    const struct wl_field *f = wl_record_field(&wl_claim_record, wl_str_of(field));
    const struct wl_list *lines = (const void *)((const char *)&s->content + f->offset);
    json_t *list = lines->count ? add_list(s, field) : NULL;
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < lines->count; i++) {
        json_t *one = json_object();

        cli_view_number(one, "line", (int64_t)i + 1);
        json_object_update_new(one, cli_view_record(f->item, (const char *)lines->at + i * f->item->size, WL_NO_STR));
        if (i < asked.count)
            cli_view_amount(one, "priced", asked.at[i], s->form.currency);
        if (i < approved.count)
            cli_view_amount(one, "approved", approved.at[i], s->form.currency);
        if (f->item == &wl_part_line_record)
            rc = add_request(s, one, i + 1);
        json_array_append_new(list, one);
    }
    return rc;
}

/* What was priced and approved of the content as it stands: a form that was sent back may have been edited since. */
static int read_decisions(struct shown *s)
{
    bool is_open = s->form.state == WL_FORM_DRAFT || s->form.state == WL_FORM_RETURNED;
    int rc = WL_OK;

    if (!is_open && s->form.submitted_seq != WL_NONE)
        rc = wl_form_decision(s->txn, s->arena, s->form.submitted_seq, &s->asked);
    if (rc == WL_OK && s->form.approved != WL_NONE && s->form.decided_seq != WL_NONE)
        rc = wl_form_decision(s->txn, s->arena, s->form.decided_seq, &s->approved);
    return rc;
}

static int add_all_lines(struct shown *s)
{
    int rc = read_decisions(s);

    if (rc != WL_OK || (rc = add_lines(s, "labour", s->asked.labour_lines, s->approved.labour_lines)) != WL_OK ||
        (rc = add_lines(s, "parts", s->asked.part_lines, s->approved.part_lines)) != WL_OK ||
        (rc = add_lines(s, "sublet", s->asked.sublet_lines, s->approved.sublet_lines)) != WL_OK)
        return rc;
    if (s->asked.findings.count)
        cli_view_put(s->view, "findings", cli_view_findings(s->asked.findings));
    return WL_OK;
}

static int add_vehicle(struct shown *s)
{
    json_t *view = json_object();
    struct wl_vehicle vehicle;
    int rc = cli_reference_row(s->txn, s->arena, WL_REF_VEHICLES, s->form.vin, &vehicle);

    cli_view_put(s->view, "vehicle", view);
    return rc == 1 ? cli_vehicle_view(s->cli, s->txn, &vehicle, view) : rc;
}

static int add_coverage(struct shown *s)
{
    json_t *list = json_array();
    int64_t km = cli_form_km(&s->content), day = cli_form_cover_day(&s->form, cli_form_context(s->cli, s->txn).day);
    int rc = WL_OK;

    if (km != WL_NONE)
        rc = cli_coverage_view(s->cli, s->txn, s->form.vin, day, km, list);
    cli_view_day(s->view, "coverage_on", day);
    if (json_array_size(list))
        cli_view_put(s->view, "coverage", json_incref(list));
    json_decref(list);
    return rc;
}

/* ---- how it came there ---- */

enum { ENTRY_MEMORY = 16 << 20 };

struct history {
    struct shown *s;
    struct wl_arena entry; /* cleared for each */
    json_t *list, *differences;
    int64_t content_seq, submitted; /* entries: the content now, and as it was submitted last; WL_NONE: never */
    int64_t version;
};

struct differing {
    json_t *list;
    int64_t version;
};

static int add_difference(void *context, struct wl_str field, struct wl_str before, struct wl_str after)
{
    const struct differing *d = context;
    json_t *one = json_object();

    cli_view_number(one, "version", d->version);
    cli_view_text(one, "field", field);
    cli_view_put(one, "before", cli_view_str(before));
    cli_view_put(one, "after", cli_view_str(after));
    json_array_append_new(d->list, one);
    return WL_OK;
}

static int compare_versions(struct history *h)
{
    struct differing d = {h->differences, h->version};
    struct wl_claim_record before, after;
    struct shown *s = h->s;
    int rc;

    if (h->submitted == WL_NONE || h->submitted == h->content_seq)
        return WL_OK;
    if ((rc = wl_form_content_at(s->txn, &h->entry, (uint64_t)h->submitted, &before)) != WL_OK ||
        (rc = wl_form_content_at(s->txn, &h->entry, (uint64_t)h->content_seq, &after)) != WL_OK)
        return rc;
    return wl_form_differences(&before, &after, add_difference, &d);
}

/* A form has states where a claim has decisions. */
static int say_state(struct history *h, uint64_t seq)
{
    json_t *one = json_array_get(h->list, json_array_size(h->list) - 1);
    const struct wl_field *form, *state;
    struct wl_entry e;
    void *outcome;
    int64_t value;
    int rc = wl_entry_read(h->s->txn, seq, &e);

    if (rc != 1 || (rc = wl_entry_outcome(&e, &h->entry, &outcome)) != WL_OK)
        return rc < 0 ? rc : WL_OK;
    form = wl_record_field(e.command->outcome, WL_STR("form"));
    state = wl_record_field(e.command->outcome, WL_STR("state"));
    if (!form || !state || (state->type != WL_INT && state->type != WL_CHOICE))
        return WL_OK;
    value = *(const int64_t *)(const void *)((const char *)outcome + state->offset);
    json_object_del(one, "decision");
    if (value >= 0 && value < WL_FORM_STATE_COUNT)
        cli_view_text(one, "state", wl_str_of(wl_form_state_names()[value]));
    return WL_OK;
}

static int add_entry(void *context, uint64_t seq)
{
    struct history *h = context;
    struct shown *s = h->s;
    struct wl_entry e;
    int rc = wl_entry_read(s->txn, seq, &e);

    wl_arena_clear(&h->entry);
    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a form is missing");
    if (e.command == &wl_form_open_command || e.command == &wl_form_edit_command)
        h->content_seq = (int64_t)seq;
    if (e.command == &wl_form_submit_command) {
        h->version++;
        if ((rc = compare_versions(h)) != WL_OK)
            return rc;
        h->submitted = h->content_seq;
    }
    rc = cli_show_entry_of(s->txn, &h->entry, (int64_t)seq, h->version ? h->version : WL_NONE,
                           (struct wl_subject){WL_SUBJECT_FORM, s->number}, s->form.currency, h->list);
    return rc == WL_OK ? say_state(h, seq) : rc;
}

static int add_history(struct shown *s)
{
    struct history h = {
        .s = s, .list = json_array(), .differences = json_array(), .content_seq = WL_NONE, .submitted = WL_NONE};
    int rc;

    wl_arena_init(&h.entry, ENTRY_MEMORY);
    rc = add_entry(&h, (uint64_t)s->form.opened_seq);
    if (rc == WL_OK)
        rc = wl_history_each(s->txn, (struct wl_subject){WL_SUBJECT_FORM, s->number}, add_entry, &h);
    if (json_array_size(h.differences))
        cli_view_put(s->view, "differences", json_incref(h.differences));
    json_decref(h.differences);
    cli_view_put(s->view, "history", h.list);
    wl_arena_release(&h.entry);
    return rc;
}

int cli_show_form(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct shown s = {.cli = cli, .txn = txn, .arena = &cli->arena};
    int rc = cli_form_get(txn, s.arena, name, &s.number, &s.form);

    if (rc != WL_OK || (rc = wl_form_content(txn, s.arena, &s.form, &s.content)) != WL_OK)
        return rc;
    s.view = json_object();
    add_head(&s);
    if ((rc = add_claim(&s)) != WL_OK || (rc = add_content(&s)) != WL_OK || (rc = add_all_lines(&s)) != WL_OK ||
        (rc = add_vehicle(&s)) != WL_OK || (rc = add_coverage(&s)) != WL_OK || (rc = add_history(&s)) != WL_OK ||
        (rc = wl_arena_status(s.arena)) != WL_OK) {
        json_decref(s.view);
        return rc;
    }
    return cli_view_print(cli, s.view);
}
