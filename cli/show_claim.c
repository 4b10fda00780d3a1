/* show DEALER/CLAIM */
#include "cli/lookup.h"
#include "cli/show.h"

#include "wledger/defective.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include <stdlib.h>

enum { VERSIONS_MAX = 20, HISTORY_MAX = 2000, SENTENCES_MAX = 210 };

struct shown {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    json_t *view;
    struct wl_claim claim;
    struct wl_claim_record record;
    struct wl_decision decision;
};

static json_t *sub(json_t *view, const char *name)
{
    json_t *object = json_object();

    cli_view_put(view, name, object);
    return object;
}

/* ---- what was claimed ---- */

static void add_head(struct shown *s, int64_t state)
{
    cli_view_put(s->view, "claim",
                 cli_view_str(cli_format_text(s->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(s->claim.dealer_id),
                                              WL_STR_ARG(s->claim.claim_no))));
    cli_view_text(s->view, "state", wl_str_of(wl_claim_state_names()[state]));
    cli_view_amount(s->view, "total", s->claim.total, s->claim.currency);
    cli_view_text(s->view, "currency", s->claim.currency);
    if (s->claim.charged_back != WL_NONE && s->claim.charged_back > 0)
        cli_view_amount(s->view, "charged_back", s->claim.charged_back, s->claim.currency);
}

/* The header as its sender wrote it: every text of the record but the name, which stands above. */
static int add_claimed(struct shown *s)
{
    json_t *claimed = sub(s->view, "claimed");
    struct wl_str text;
    int rc;

    for (size_t i = 0; i < wl_claim_record.field_count; i++) {
        const struct wl_field *f = &wl_claim_record.fields[i];

        if (f->type == WL_TEXT)
            cli_view_text(claimed, f->name,
                          *(const struct wl_str *)(const void *)((const char *)&s->record + f->offset));
    }
    rc = wl_text_get(s->txn, (uint64_t)s->claim.seq, 0, &text);
    if (rc == 1)
        cli_view_text(claimed, "narrative", text);
    else if (rc == 0 && s->record.narrative_size != WL_NONE && s->claim.forgotten != WL_NONE)
        cli_view_text(claimed, "narrative", WL_STR("(forgotten)"));
    return rc < 0 ? rc : WL_OK;
}

/* Lines as claimed, each with its number and what was approved of it. */
static json_t *lines(const struct shown *s, const struct wl_field *f, struct wl_ints approved)
{
    const struct wl_list *claimed = (const void *)((const char *)&s->record + f->offset);
    json_t *list = json_array();

    for (size_t i = 0; i < claimed->count; i++) {
        json_t *line = json_object();

        cli_view_number(line, "line", (int64_t)i + 1);
        json_object_update_new(line,
                               cli_view_record(f->item, (const char *)claimed->at + i * f->item->size, WL_NO_STR));
        if (i < approved.count)
            cli_view_amount(line, "approved", approved.at[i], s->decision.currency);
        json_array_append_new(list, line);
    }
    return list;
}

static void add_lines(struct shown *s)
{
    const struct {
        const char *field, *name;
        struct wl_ints approved;
    } kinds[] = {
        {"labour", "labour_lines", s->decision.labour_lines},
        {"parts", "part_lines", s->decision.part_lines},
        {"sublet", "sublet_lines", s->decision.sublet_lines},
    };

    for (size_t i = 0; i < WL_COUNT(kinds); i++) {
        const struct wl_field *f = wl_record_field(&wl_claim_record, wl_str_of(kinds[i].field));
        json_t *list = f ? lines(s, f, kinds[i].approved) : NULL;

        if (json_array_size(list))
            cli_view_put(s->view, kinds[i].name, list);
        else
            json_decref(list);
    }
}

/* ---- what was decided ---- */

/* The decision in force. After settlement it may be worth less than what was paid, which stands at the top. */
static void add_decision(struct shown *s)
{
    static const struct {
        const char *name;
        size_t offset;
    } amounts[] = {
        {"labour", offsetof(struct wl_decision, labour)},
        {"parts", offsetof(struct wl_decision, parts)},
        {"handling", offsetof(struct wl_decision, handling)},
        {"sublet", offsetof(struct wl_decision, sublet)},
        {"total", offsetof(struct wl_decision, total)},
        {"left_of_authorization", offsetof(struct wl_decision, left)},
    };
    json_t *decision = sub(s->view, "decision");

    cli_view_text(decision, "decision", wl_str_of(wl_decision_names[s->decision.decision]));
    cli_view_day(decision, "day", s->claim.decided_day);
    for (size_t i = 0; i < WL_COUNT(amounts); i++)
        cli_view_amount(decision, amounts[i].name,
                        *(const int64_t *)(const void *)((const char *)&s->decision + amounts[i].offset),
                        s->decision.currency);
    cli_view_text(decision, "currency", s->decision.currency);
    cli_view_put(s->view, "findings", cli_view_findings(s->decision.findings));
}

static void add_review(struct shown *s)
{
    json_t *review;

    if (s->claim.state != WL_CLAIM_REFERRED)
        return;
    review = sub(s->view, "review");
    cli_view_number(review, "tier", s->claim.tier);
    cli_view_text(review, "seat", s->claim.seat.size ? s->claim.seat : WL_STR("(in the queue)"));
}

static int add_signature(struct shown *s)
{
    json_t *signature;
    struct wl_entry e;
    struct wl_str name;
    void *body;
    int rc;

    if (s->claim.signed_seq == WL_NONE)
        return WL_OK;
    signature = sub(s->view, "signature");
    if ((rc = wl_entry_read(s->txn, (uint64_t)s->claim.signed_seq, &e)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of a signature is missing");
    cli_view_time(signature, "time", e.time);
    cli_view_text(signature, "recorded_by", e.actor);
    if (e.command->body == wl_sign_command.body && (rc = wl_entry_body(&e, s->arena, &body)) != WL_OK)
        return rc;
    if (e.command->body == wl_sign_command.body)
        cli_view_pick(signature, e.command->body, body, (const char *const[]){"paper", NULL}, WL_NO_STR);
    if (e.text_count && (rc = wl_text_get(s->txn, e.seq, 0, &name)) < 0)
        return rc;
    if (e.text_count)
        cli_view_text(signature, "signer", rc == 1 ? name : WL_STR("(forgotten)"));
    return WL_OK;
}

/* Who waived a return, when, on whose authority and why: that stands in the entry. */
static int add_waiver(struct shown *s, const struct wl_obligation *o, json_t *list)
{
    const struct wl_returns_outcome *out;
    const struct wl_waive_body *b;
    void *body, *outcome;
    struct wl_entry e;
    json_t *one;
    int rc;

    if (o->waived_seq == WL_NONE)
        return WL_OK;
    if ((rc = wl_entry_read(s->txn, (uint64_t)o->waived_seq, &e)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of a waiver is missing");
    if (e.command != &wl_waive_command)
        return wl_fail(WL_E_DAMAGED, "entry %lld is no waiver", (long long)o->waived_seq);
    e.body = wl_arena_copy(s->arena, e.body);
    e.outcome = wl_arena_copy(s->arena, e.outcome);
    if ((rc = wl_entry_body(&e, s->arena, &body)) != WL_OK || (rc = wl_entry_outcome(&e, s->arena, &outcome)) != WL_OK)
        return rc;
    b = body;
    out = outcome;
    one = json_object();
    json_array_append_new(list, one);
    cli_view_number(one, "line", o->line + 1);
    cli_view_time(one, "time", e.time);
    cli_view_text(one, "by", e.actor);
    cli_view_text(one, "authority", out->authority);
    cli_view_text(one, "reason", b->reason);
    cli_view_number(one, "entry", o->waived_seq);
    return WL_OK;
}

static int add_returns(struct shown *s)
{
    static const char *const names[] = {"part_id", "quantity", "due",       "state", "outcome",
                                        "tagged",  "received", "inspected", NULL};
    json_t *list = s->claim.obligation_count > 0 ? json_array() : NULL, *tags = list ? json_array() : NULL;
    json_t *waivers = list ? json_array() : NULL;

    if (list) {
        cli_view_put(s->view, "returns", list);
        cli_view_put(s->view, "waivers", waivers);
        cli_view_put(s->view, "tags", tags);
    }
    for (int64_t i = 0; list && i < s->claim.obligation_count; i++) {
        struct wl_obligation o;
        json_t *one = json_object();
        int rc = wl_obligation_get(s->txn, s->arena, s->claim.first_obligation + i, &o);

        json_array_append_new(list, one);
        if (rc != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a return obligation of a claim is missing");
        cli_view_number(one, "line", o.line + 1);
        cli_view_pick(one, &wl_obligation_record, &o, names, WL_NO_STR);
        if ((rc = add_waiver(s, &o, waivers)) != WL_OK ||
            (rc = cli_show_tags_of(s->txn, s->arena, s->claim.first_obligation + i, o.line + 1, tags)) != WL_OK)
            return rc;
    }
    return WL_OK;
}

static int add_settlement(struct shown *s)
{
    static const char *const names[] = {"state",    "from_day",      "to_day", "settled_day",
                                        "paid_day", "confirmed_day", NULL};
    struct wl_settlement settlement;
    json_t *view;
    int rc;

    if (s->claim.settlement == WL_NONE)
        return WL_OK;
    if ((rc = wl_settlement_get(s->txn, s->arena, (uint64_t)s->claim.settlement, &settlement)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a claim's settlement is missing");
    view = sub(s->view, "settlement");
    cli_view_number(view, "number", s->claim.settlement);
    cli_view_pick(view, &wl_settlement_record, &settlement, names, WL_NO_STR);
    return WL_OK;
}

/* ---- versions and history ---- */

struct history {
    int64_t seqs[HISTORY_MAX];
    size_t count;
};

static void note_entry(struct history *h, int64_t seq)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->seqs[i] == seq)
            return;
    if (seq != WL_NONE && h->count < HISTORY_MAX)
        h->seqs[h->count++] = seq;
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

static int note_tag(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct history *h = context;

    (void)number;
    note_entry(h, tag->tagged_seq);
    note_entry(h, tag->shipped_seq);
    note_entry(h, tag->received_seq);
    note_entry(h, tag->inspected_seq);
    note_entry(h, tag->disposed_seq);
    return WL_OK;
}

/* What became of the removed parts of a version. */
static int note_returns(struct shown *s, const struct wl_claim *version, struct history *h)
{
    for (int64_t i = 0; i < version->obligation_count; i++) {
        int64_t id = version->first_obligation + i;
        struct wl_obligation o;
        int rc = wl_obligation_get(s->txn, s->arena, id, &o);

        if (rc != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a return obligation of a claim is missing");
        note_entry(h, o.waived_seq);
        note_entry(h, o.overdue_seq);
        if ((rc = wl_tags_of(s->txn, s->arena, id, note_tag, h)) != WL_OK)
            return rc;
    }
    return WL_OK;
}

static int add_versions(struct shown *s, struct history *h)
{
    json_t *list = json_array();
    struct wl_claim version = s->claim;
    int rc = 1;

    cli_view_put(s->view, "versions", list);
    for (int n = 0; rc == 1 && n < VERSIONS_MAX; n++) {
        json_t *one = json_object();

        json_array_append_new(list, one);
        cli_view_pick(one, &wl_claim_row_record, &version,
                      (const char *const[]){"submission", "submit_day", "state", "total", "currency", NULL},
                      version.currency);
        cli_view_number(one, "entry", version.seq);
        note_entry(h, version.seq);
        note_entry(h, version.decided_seq);
        note_entry(h, version.signed_seq);
        note_entry(h, version.forgotten);
        if ((rc = note_returns(s, &version, h)) != WL_OK)
            return rc;
        if (version.previous_version == WL_NONE)
            return WL_OK;
        rc = wl_claim_get(s->txn, s->arena, version.previous_version, &version);
    }
    return rc < 0 ? rc : rc == 0 ? wl_fail(WL_E_DAMAGED, "a version of a claim is missing") : WL_OK;
}

static int add_entry(struct shown *s, json_t *list, int64_t seq)
{
    json_t *one = json_object();
    const struct wl_field *f;
    struct wl_entry e;
    void *outcome;
    int rc = wl_entry_read(s->txn, (uint64_t)seq, &e);

    json_array_append_new(list, one);
    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a claim is missing");
    cli_view_number(one, "entry", seq);
    cli_view_time(one, "time", e.time);
    cli_view_text(one, "by", e.actor);
    cli_view_text(one, "command", wl_str_of(e.command->name));
    f = wl_record_field(e.command->outcome, WL_STR("decision"));
    if (!f || (rc = wl_entry_outcome(&e, s->arena, &outcome)) != WL_OK)
        return f ? rc : WL_OK;
    cli_view_pick(one, e.command->outcome, outcome, (const char *const[]){"decision", "total", "currency", NULL},
                  WL_NO_STR);
    return WL_OK;
}

static int add_history(struct shown *s)
{
    struct history h = {.count = 0};
    struct wl_settlement settlement;
    json_t *list = json_array();
    int rc = add_versions(s, &h);

    if (rc == WL_OK && s->claim.settlement != WL_NONE) {
        rc = wl_settlement_get(s->txn, s->arena, (uint64_t)s->claim.settlement, &settlement);
        if (rc == 1)
            note_entry(&h, settlement.closed_seq);
        rc = rc < 0 ? rc : WL_OK;
    }
    qsort(h.seqs, h.count, sizeof *h.seqs, compare);
    cli_view_put(s->view, "history", list);
    for (size_t i = 0; rc == WL_OK && i < h.count; i++)
        rc = add_entry(s, list, h.seqs[i]);
    return rc;
}

static int add_in_the_way(struct shown *s)
{
    struct wl_str sentences[SENTENCES_MAX];
    json_t *list = json_array();
    int n = cli_in_the_way(s->txn, s->arena, &s->claim, sentences, SENTENCES_MAX);

    cli_view_put(s->view, "in_the_way_of_payment", list);
    for (int i = 0; i < n; i++)
        json_array_append_new(list, cli_view_str(sentences[i]));
    return n < 0 ? n : WL_OK;
}

/* ---- all of it ---- */

static int build(struct shown *s)
{
    int64_t state = wl_claim_state_now(s->txn, &s->claim);
    int rc = wl_txn_status(s->txn);

    if (rc != WL_OK || (rc = wl_claim_content(s->txn, s->arena, &s->claim, &s->record)) != WL_OK ||
        (rc = wl_claim_decision(s->txn, s->arena, &s->claim, &s->decision)) != WL_OK)
        return rc;
    add_head(s, state);
    if ((rc = add_claimed(s)) != WL_OK)
        return rc;
    add_lines(s);
    add_decision(s);
    add_review(s);
    if ((rc = add_signature(s)) != WL_OK || (rc = add_returns(s)) != WL_OK || (rc = add_settlement(s)) != WL_OK ||
        (rc = add_history(s)) != WL_OK)
        return rc;
    return add_in_the_way(s);
}

static int unknown(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct wl_str hint;
    int rc = cli_near_claim(txn, &cli->arena, name, &hint);

    return rc != WL_OK ? rc
                       : wl_fail(WL_E_USAGE, "no claim " WL_STR_FMT ": " WL_STR_FMT,
                                 WL_STR_ARG(cli_clean(&cli->arena, name)), WL_STR_ARG(cli_clean(&cli->arena, hint)));
}

int cli_show_claim(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct shown s = {.cli = cli, .txn = txn, .arena = &cli->arena};
    struct wl_str dealer_id, claim_no;
    int64_t id;
    int rc;

    if (!wl_claim_name_split(name, &dealer_id, &claim_no))
        return wl_fail(WL_E_USAGE, "`" WL_STR_FMT "` is not a claim's name: DEALER/CLAIM, please",
                       WL_STR_ARG(cli_clean(&cli->arena, name)));
    if ((rc = wl_claim_find(txn, dealer_id, claim_no, &id)) != 1)
        return rc < 0 ? rc : unknown(cli, txn, name);
    if ((rc = wl_claim_get(txn, s.arena, id, &s.claim)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "claim " WL_STR_FMT " has no row", WL_STR_ARG(name));
    s.view = json_object();
    rc = build(&s);
    if (rc == WL_OK)
        return cli_view_print(cli, s.view);
    json_decref(s.view);
    return rc;
}
