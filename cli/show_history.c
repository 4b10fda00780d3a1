/* A claim's versions, and who did what to each of them when, on which rules. */
#include "cli/show.h"

#include "wledger/defective.h"
#include "wledger/desk.h"
#include "wledger/error.h"
#include "wledger/form.h"
#include "wledger/gates.h"
#include <stdlib.h>
#include <string.h>

enum { HISTORY_MAX = 20000, LINES_SIZE = 1 << 18 };

/* An entry, and the version that it is about, by its submission count and its id. */
struct event {
    int64_t seq, version, claim;
};

struct history {
    struct wl_txn *txn;
    struct wl_arena *arena;
    struct event *events;
    size_t count;
    bool more;              /* there was no room for all */
    int64_t version, claim; /* whose entries are being noted */
};

static void note(struct history *h, int64_t seq)
{
    if (seq == WL_NONE)
        return;
    h->more |= h->count == HISTORY_MAX;
    if (h->count < HISTORY_MAX)
        h->events[h->count++] = (struct event){seq, h->version, h->claim};
}

static int note_change(void *context, uint64_t seq)
{
    note(context, (int64_t)seq);
    return WL_OK;
}

static int note_tag(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct history *h = context;

    (void)number;
    note(h, tag->tagged_seq);
    note(h, tag->shipped_seq);
    note(h, tag->received_seq);
    note(h, tag->inspected_seq);
    note(h, tag->disposed_seq);
    return WL_OK;
}

/* What became of the removed parts of a version. */
static int note_returns(struct history *h, const struct wl_claim *version)
{
    for (int64_t i = 0; i < version->obligation_count; i++) {
        int64_t id = version->first_obligation + i;
        struct wl_obligation o;
        int rc = wl_obligation_get(h->txn, h->arena, id, &o);

        if (rc != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a return obligation of a claim is missing");
        note(h, o.waived_seq);
        note(h, o.overdue_seq);
        if ((rc = wl_tags_of(h->txn, h->arena, id, note_tag, h)) != WL_OK)
            return rc;
    }
    return WL_OK;
}

static int note_settlement(struct history *h, const struct wl_claim *version)
{
    struct wl_settlement settlement;
    int rc;

    if (version->settlement == WL_NONE)
        return WL_OK;
    if ((rc = wl_settlement_get(h->txn, h->arena, (uint64_t)version->settlement, &settlement)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a claim's settlement is missing");
    note(h, settlement.closed_seq);
    return WL_OK;
}

/* Who approved the form that a version was made of decided what its approval covers. */
static int note_form(struct history *h, const struct wl_claim *version)
{
    struct wl_form form;
    int rc;

    if (version->form == WL_NONE)
        return WL_OK;
    if ((rc = wl_form_get(h->txn, h->arena, (uint64_t)version->form, &form)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the form of a claim is missing");
    note(h, form.decided_seq);
    return WL_OK;
}

static int note_version(struct history *h, int64_t id, const struct wl_claim *version)
{
    int rc;

    h->version = version->submission;
    h->claim = id;
    note(h, version->seq);
    note(h, version->decided_seq);
    note(h, version->signed_seq);
    note(h, version->forgotten);
    if ((rc = wl_history_each(h->txn, (struct wl_subject){WL_SUBJECT_CLAIM, id}, note_change, h)) != WL_OK ||
        (rc = note_returns(h, version)) != WL_OK || (rc = note_form(h, version)) != WL_OK)
        return rc;
    return note_settlement(h, version);
}

static int add_versions(struct history *h, int64_t id, json_t *list)
{
    static const char *const names[] = {"submission", "submit_day", "total", "currency", NULL};
    int rc = WL_OK;

    while (rc == WL_OK && id != WL_NONE) {
        json_t *one = json_object();
        struct wl_claim version;

        json_array_append_new(list, one);
        if ((rc = wl_claim_get(h->txn, h->arena, id, &version)) != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a version of a claim is missing");
        cli_view_pick(one, &wl_claim_row_record, &version, names, version.currency);
        cli_view_text(one, "state", wl_str_of(wl_claim_state_names()[wl_claim_state_now(h->txn, &version)]));
        cli_view_number(one, "entry", version.seq);
        cli_view_number(one, "appealed_by", version.appealed_seq);
        rc = note_version(h, id, &version);
        id = version.previous_version;
    }
    return rc;
}

static int compare(const void *a, const void *b)
{
    const struct event *left = a, *right = b;

    return left->seq != right->seq ? (left->seq < right->seq ? -1 : 1)
                                   : (left->version > right->version) - (left->version < right->version);
}

/* ---- one entry ---- */

/* The lines that a reviewer or a correction names: "part:2=0.00 not the cause", "labour:1=12.50". */
static void add_lines(json_t *one, const struct wl_record *kind, const void *body, struct wl_str currency)
{
    const struct wl_field *f = wl_record_field(kind, WL_STR("lines"));
    const struct wl_line_name *line;
    const struct wl_list *lines;
    struct wl_arena text;

    f = f ? f : wl_record_field(kind, WL_STR("refused"));
    if (!f || f->type != WL_LIST || strcmp(f->item->name, "line-name") != 0)
        return;
    lines = (const void *)((const char *)body + f->offset);
    line = lines->at;
    if (lines->count == 0)
        return;
    wl_arena_init(&text, LINES_SIZE);
    cli_view_put(one, "lines", json_array());
    for (size_t i = 0; i < lines->count; i++, line++)
        json_array_append_new(
            json_object_get(one, "lines"),
            cli_view_str(cli_format_text(
                &text, "%s:%lld=" WL_STR_FMT "%s" WL_STR_FMT, wl_line_kind_names()[line->kind], (long long)line->line,
                WL_STR_ARG(cli_amount(&text, line->amount == WL_NONE ? 0 : line->amount, currency)),
                line->reason.size ? " " : "", WL_STR_ARG(line->reason))));
    wl_arena_release(&text);
}

/* What was decided, with its findings by name. */
static void add_outcome(json_t *one, const struct wl_command *command, const void *outcome, struct wl_str currency)
{
    static const char *const names[] = {"decision", "tier",  "seat",     "labour",       "parts",    "handling",
                                        "sublet",   "total", "currency", "charged_back", "findings", NULL};

    cli_view_pick(one, command->outcome, outcome, names, currency);
    if (command == &wl_information_command)
        cli_view_text(one, "decision", wl_str_of(wl_claim_state_names()[WL_CLAIM_INFO_REQUESTED]));
}

/* The list of such items in an outcome; empty: it has none. */
static struct wl_list list_of(const struct wl_record *kind, const void *outcome, const char *name,
                              const struct wl_record *item)
{
    const struct wl_field *f = wl_record_field(kind, wl_str_of(name));

    return f && f->type == WL_LIST && f->item == item
               ? *(const struct wl_list *)(const void *)((const char *)outcome + f->offset)
               : (struct wl_list){NULL, 0};
}

static bool is_named(struct wl_subject subject, int64_t claim, int64_t form)
{
    return subject.id == (subject.kind == WL_SUBJECT_FORM ? form : claim);
}

/* The seat that a list gives to the subject, or takes from it. */
static void add_seat(json_t *one, const char *name, struct wl_list list, struct wl_subject subject)
{
    const struct wl_assignment *at = list.at;

    for (size_t i = 0; i < list.count; i++)
        if (is_named(subject, at[i].claim, at[i].form))
            cli_view_text(one, name, at[i].seat);
}

/* Where an entry that is about many put this one: at another tier or late there, off its seat, at another. */
static void add_place(json_t *one, const struct wl_record *kind, const void *outcome, struct wl_subject subject)
{
    struct wl_list raised = list_of(kind, outcome, "escalated", &wl_escalation_record);
    const struct wl_escalation *e = raised.at;

    for (size_t i = 0; i < raised.count; i++)
        if (is_named(subject, e[i].claim, e[i].form)) {
            cli_view_number(one, "tier", e[i].to == WL_NONE ? e[i].from : e[i].to);
            cli_view_text(one, "late", e[i].to == WL_NONE ? WL_STR("yes") : WL_NO_STR);
        }
    add_seat(one, "left_seat", list_of(kind, outcome, "vacated", &wl_assignment_record), subject);
    add_seat(one, "seat", list_of(kind, outcome, "assignments", &wl_assignment_record), subject);
}

int cli_show_entry_of(struct wl_txn *txn, struct wl_arena *arena, int64_t seq, int64_t version,
                      struct wl_subject subject, struct wl_str currency, json_t *list)
{
    json_t *one = json_object();
    const struct wl_field *f;
    void *body, *outcome;
    struct wl_entry e;
    int rc = wl_entry_read(txn, (uint64_t)seq, &e);

    json_array_append_new(list, one);
    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a history is missing");
    cli_view_number(one, "version", version);
    cli_view_number(one, "entry", seq);
    cli_view_time(one, "time", e.time);
    cli_view_text(one, "by", e.actor);
    cli_view_text(one, "command", wl_str_of(e.command->name));
    if ((rc = wl_entry_body(&e, arena, &body)) != WL_OK || (rc = wl_entry_outcome(&e, arena, &outcome)) != WL_OK)
        return rc;
    add_outcome(one, e.command, outcome, currency);
    add_place(one, e.command->outcome, outcome, subject);
    add_lines(one, e.command->body, body, currency);
    f = wl_record_field(e.command->body, WL_STR("reason"));
    if (f && f->type == WL_TEXT)
        cli_view_text(one, "reason", *(const struct wl_str *)(const void *)((const char *)body + f->offset));
    cli_view_number(one, "rules", e.rules_version);
    return WL_OK;
}

int cli_show_history_of(struct wl_txn *txn, struct wl_arena *arena, int64_t id, struct wl_str currency, json_t *view)
{
    struct history h = {.txn = txn, .arena = arena};
    json_t *versions = json_array(), *list = json_array();
    int rc;

    cli_view_put(view, "versions", versions);
    cli_view_put(view, "history", list);
    if (!(h.events = wl_arena_alloc(arena, HISTORY_MAX * sizeof *h.events)))
        return wl_arena_status(arena);
    rc = add_versions(&h, id, versions);
    qsort(h.events, h.count, sizeof *h.events, compare);
    for (size_t i = 0; rc == WL_OK && i < h.count; i++)
        if (i == 0 || compare(&h.events[i - 1], &h.events[i]) != 0)
            rc = cli_show_entry_of(txn, arena, h.events[i].seq, h.events[i].version,
                                   (struct wl_subject){WL_SUBJECT_CLAIM, h.events[i].claim}, currency, list);
    if (h.more)
        cli_view_put(view, "history_limited", json_true());
    return rc;
}
