/* show DEALER/CLAIM */
#include "cli/codes.h"
#include "cli/lookup.h"
#include "cli/show.h"
#include "cli/show_recovery.h"

#include "wledger/defective.h"
#include "wledger/desk.h"
#include "wledger/error.h"
#include "wledger/gates.h"

enum { SENTENCES_MAX = 210 };

struct shown {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    json_t *view;
    int64_t id;
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
    if (s->claim.form != WL_NONE)
        cli_view_put(s->view, "form", cli_view_str(cli_code(s->arena, CLI_CODE_FORM, s->claim.form)));
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

/* The desk that it lies at, and since when. */
static int add_review(struct shown *s)
{
    struct wl_review at;
    json_t *review;
    int rc = wl_review_find(s->txn, s->arena, (struct wl_subject){WL_SUBJECT_CLAIM, s->id}, &at);

    if (rc != 1)
        return rc;
    review = sub(s->view, "review");
    cli_view_number(review, "tier", at.tier);
    cli_view_text(review, "seat", at.seat.size ? at.seat : WL_STR("(in the queue)"));
    cli_view_text(review, "taken_by", at.reviewer);
    cli_view_time(review, "since", at.since);
    if (at.late)
        cli_view_text(review, "late", WL_STR("yes"));
    return WL_OK;
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

/* A text of a record by its field's name; empty where it has none. */
static struct wl_str text_of(const struct wl_record *kind, const void *record, const char *name)
{
    const struct wl_field *f = wl_record_field(kind, wl_str_of(name));

    return f && f->type == WL_TEXT ? *(const struct wl_str *)(const void *)((const char *)record + f->offset)
                                   : WL_NO_STR;
}

/* Who waived a return, when, on whose authority and why: that stands in the entry, which may have sent the claim back
 * or refused the line. */
static int add_waiver(struct shown *s, const struct wl_obligation *o, json_t *list)
{
    void *body, *outcome;
    struct wl_entry e;
    json_t *one;
    int rc;

    if (o->waived_seq == WL_NONE)
        return WL_OK;
    if ((rc = wl_entry_read(s->txn, (uint64_t)o->waived_seq, &e)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of a waiver is missing");
    if ((rc = wl_entry_body(&e, s->arena, &body)) != WL_OK || (rc = wl_entry_outcome(&e, s->arena, &outcome)) != WL_OK)
        return rc;
    one = json_object();
    json_array_append_new(list, one);
    cli_view_number(one, "line", o->line + 1);
    cli_view_time(one, "time", e.time);
    cli_view_text(one, "by", e.actor);
    cli_view_text(one, "command", wl_str_of(e.command->name));
    cli_view_text(one, "authority", text_of(e.command->outcome, outcome, "authority"));
    cli_view_text(one, "reason", text_of(e.command->body, body, "reason"));
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
    if ((rc = add_review(s)) != WL_OK || (rc = add_signature(s)) != WL_OK || (rc = add_returns(s)) != WL_OK ||
        (rc = add_settlement(s)) != WL_OK ||
        (rc = cli_show_taken_back(s->txn, s->arena, s->id, &s->claim, s->view)) != WL_OK ||
        (rc = cli_show_history_of(s->txn, s->arena, s->id, s->claim.currency, s->view)) != WL_OK)
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
    int rc;

    if (!wl_claim_name_split(name, &dealer_id, &claim_no))
        return wl_fail(WL_E_USAGE, "`" WL_STR_FMT "` is not a claim's name: DEALER/CLAIM, please",
                       WL_STR_ARG(cli_clean(&cli->arena, name)));
    if ((rc = wl_claim_find(txn, dealer_id, claim_no, &s.id)) != 1)
        return rc < 0 ? rc : unknown(cli, txn, name);
    if ((rc = wl_claim_get(txn, s.arena, s.id, &s.claim)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "claim " WL_STR_FMT " has no row", WL_STR_ARG(name));
    s.view = json_object();
    rc = build(&s);
    if (rc == WL_OK)
        return cli_view_print(cli, s.view);
    json_decref(s.view);
    return rc;
}
