#include "cli/settled.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

enum {
    CHUNK = 5000, /* lines that one reader reads: a long export must not keep old pages alive */
    LINE_MEMORY = 8 << 20,
    WHY_MAX = 4 * WL_ENTRY_MAX,
};

struct walk {
    struct cli *cli;
    uint64_t number;
    const struct wl_settlement *row;
    int64_t kind, after; /* after: id of the last line */
    cli_settled_fn *fn;
    void *context;
    struct wl_arena arena; /* of one line */
    struct wl_buf why;
};

/* ---- what was given as a reason ---- */

static void add_separator(struct wl_buf *out)
{
    if (out->size)
        wl_buf_text(out, "; ");
}

static struct wl_str text_of(const void *record, const struct wl_field *field)
{
    return *(const struct wl_str *)(const void *)((const char *)record + field->offset);
}

static void add_field(struct wl_buf *out, const struct wl_record *record, const void *body, const char *name,
                      const char *before)
{
    const struct wl_field *field = wl_record_field(record, wl_str_of(name));

    if (!field || (field->type == WL_TEXT && text_of(body, field).size == 0) ||
        (field->type != WL_TEXT && field->type != WL_CHOICE))
        return;
    add_separator(out);
    wl_buf_text(out, before);
    wl_field_to_text(field, body, out);
}

/* "labour 1: ...", for each line that has a reason of its own. */
static void add_lines(struct wl_buf *out, struct wl_list lines)
{
    const struct wl_line_name *line = lines.at;

    for (size_t i = 0; i < lines.count; i++, line++) {
        if (line->reason.size == 0 || line->kind < 0 || line->kind > WL_LINE_SUBLET)
            continue;
        add_separator(out);
        wl_buf_format(out, "%s %lld: ", wl_line_kind_names()[line->kind], (long long)line->line);
        wl_buf_str(out, line->reason);
    }
}

static void add_line_reasons(struct wl_buf *out, const struct wl_command *command, const void *body)
{
    if (command == &wl_review_command)
        add_lines(out, ((const struct wl_review_body *)body)->refused);
    if (command == &wl_correct_command)
        add_lines(out, ((const struct wl_correct_body *)body)->lines);
    if (command == &wl_chargeback_command)
        add_lines(out, ((const struct wl_chargeback_body *)body)->lines);
}

static int read_why(struct walk *w, struct wl_txn *txn, struct cli_settled_line *line)
{
    struct wl_entry e;
    void *body;
    int rc = wl_entry_read(txn, (uint64_t)line->seq, &e);

    if (rc <= 0)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "entry %lld of a settlement is missing", (long long)line->seq);
    line->day = wl_time_day(e.time, wl_journal_zone(txn));
    wl_buf_clear(&w->why);
    if (line->seq == line->claim.seq) /* the entry that brought the claim gives no reason */
        return WL_OK;
    if ((rc = wl_entry_body(&e, &w->arena, &body)) != WL_OK)
        return rc;
    add_field(&w->why, e.command->body, body, "outcome", "");
    add_field(&w->why, e.command->body, body, "reason", "");
    add_line_reasons(&w->why, e.command, body);
    add_field(&w->why, e.command->body, body, "evidence", "evidence: ");
    line->why = wl_buf_view(&w->why);
    return wl_buf_status(&w->why);
}

/* ---- lines ---- */

static int read_line(struct walk *w, struct wl_txn *txn, struct cli_settled_line *line)
{
    int rc = wl_claim_content(txn, &w->arena, &line->claim, &line->record);

    line->seq = line->line.id;
    if (rc == WL_OK && line->line.kind != WL_SETTLED_CHARGEBACK &&
        (rc = wl_decision_when_settled(txn, &w->arena, line->line.claim, w->row, &line->decided)) == WL_OK)
        line->seq = line->decided.seq;
    return rc == WL_OK ? read_why(w, txn, line) : rc;
}

/* Up to CHUNK lines, in a reader of their own. 1 when there may be more, 0 at the end. */
static int walk_chunk(struct walk *w)
{
    struct wl_settlement_lines *lines = NULL;
    struct wl_txn *txn;
    size_t n = 0;
    int rc = wl_txn_begin(w->cli->store, false, &txn);

    if (rc == WL_OK)
        rc = wl_settlement_lines_open(txn, w->number, w->kind, w->after, &lines);
    for (rc = rc == WL_OK ? 1 : rc; rc == 1 && n < CHUNK; n++) {
        struct cli_settled_line line = {.why = WL_NO_STR};

        wl_arena_clear(&w->arena);
        if ((rc = wl_settlement_lines_next(lines, &line.line, &line.claim)) != 1)
            break;
        w->after = line.line.id;
        rc = read_line(w, txn, &line);
        rc = rc == WL_OK ? w->fn(w->context, &line) : rc;
        rc = rc == WL_OK ? 1 : rc;
    }
    wl_settlement_lines_close(lines);
    wl_txn_abort(&txn);
    return rc;
}

int cli_settled_each(struct cli *cli, uint64_t number, const struct wl_settlement *row, int64_t kind,
                     cli_settled_fn *fn, void *context)
{
    struct walk w = {
        .cli = cli, .number = number, .row = row, .kind = kind, .after = WL_NONE, .fn = fn, .context = context};
    int rc = 1;

    wl_arena_init(&w.arena, LINE_MEMORY);
    wl_buf_init(&w.why, WHY_MAX);
    while (rc == 1)
        rc = walk_chunk(&w);
    wl_buf_release(&w.why);
    wl_arena_release(&w.arena);
    return rc;
}

/* ---- what was taken off ---- */

/* value / 10^places in minor units of the currency. */
static wl_i128 minor(wl_i128 value, unsigned places, struct wl_str currency)
{
    return wl_round(value * wl_power10(wl_minor_digits(currency)), wl_power10(places));
}

/* The parts and sublet lines as claimed; false when one cannot be read or is in another currency. */
static bool claimed_lines(const struct wl_claim_record *record, struct wl_str currency, wl_i128 *sum)
{
    const struct wl_part_line *part = record->parts.at;
    const struct wl_sublet_line *sublet = record->sublet.at;
    int64_t quantity, price;

    *sum = 0;
    for (size_t i = 0; i < record->parts.count; i++, part++) {
        if (!wl_str_equal(part->currency, currency) ||
            !wl_decimal_parse(part->quantity, 9, WL_QUANTITY_PLACES, &quantity) ||
            !wl_decimal_parse(part->unit_price, 12, WL_PRICE_PLACES, &price))
            return false;
        *sum += minor((wl_i128)quantity * price, WL_QUANTITY_PLACES + WL_PRICE_PLACES, currency);
    }
    for (size_t i = 0; i < record->sublet.count; i++, sublet++) {
        if (!wl_str_equal(sublet->currency, currency) || !wl_decimal_parse(sublet->amount, 12, WL_PRICE_PLACES, &price))
            return false;
        *sum += minor(price, WL_PRICE_PLACES, currency);
    }
    return true;
}

int64_t cli_taken_off(const struct cli_settled_line *line, struct wl_str currency)
{
    wl_i128 off;

    if (!claimed_lines(&line->record, currency, &off))
        return 0;
    off += (wl_i128)line->decided.decision.labour + line->decided.decision.handling - line->line.amount;
    return off > 0 && off <= INT64_MAX ? (int64_t)off : 0;
}

/* ---- the settlement ---- */

static int read_closing(struct wl_txn *txn, struct wl_arena *arena, struct cli_closed *closed)
{
    struct wl_entry e;
    void *outcome;
    int rc = wl_entry_read(txn, (uint64_t)closed->row.closed_seq, &e);

    if (rc <= 0 || e.command != &wl_settle_command)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry that closed a settlement is missing");
    closed->time = e.time;
    closed->actor = wl_arena_copy(arena, e.actor);
    closed->oem = wl_arena_copy(arena, wl_journal_oem(txn));
    e.outcome = wl_arena_copy(arena, e.outcome);
    rc = wl_arena_status(arena);
    if (rc == WL_OK && (rc = wl_entry_outcome(&e, arena, &outcome)) == WL_OK)
        closed->outcome = outcome;
    return rc;
}

static int find_settlement(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct cli_closed *closed)
{
    uint64_t count = wl_settlement_count(txn);
    int rc = wl_txn_status(txn);

    if (rc == WL_OK && count == 0)
        return wl_fail(WL_E_USAGE, "there is no settlement yet; `wledger settle` makes one");
    if (rc == WL_OK && number > count)
        return wl_fail(WL_E_USAGE, "there is no settlement %llu; there are 1 to %llu", (unsigned long long)number,
                       (unsigned long long)count);
    rc = rc == WL_OK ? wl_settlement_get(txn, arena, number, &closed->row) : rc;
    if (rc <= 0 || closed->row.state == WL_SETTLEMENT_DRAFTED || closed->row.closed_seq < 0)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "settlement %llu was never issued", (unsigned long long)number);
    return WL_OK;
}

int cli_closed_get(struct cli *cli, struct wl_arena *arena, uint64_t number, struct cli_closed *closed)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(cli->store, false, &txn);

    *closed = (struct cli_closed){.outcome = NULL};
    if (rc == WL_OK)
        rc = find_settlement(txn, arena, number, closed);
    if (rc == WL_OK)
        rc = read_closing(txn, arena, closed);
    wl_txn_abort(&txn);
    return rc;
}
