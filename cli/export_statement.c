/* export statement: one settlement as the clerk checks it and the dealer gets it, as a table or on paper. The same
 * settlement gives the same bytes for ever: what it tells stands in the journal up to its closing entry. */
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/settled.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/paper.h"
#include "wledger/record_command.h"
#include <stdarg.h>
#include <string.h>

_Static_assert((int)WL_STATEMENT_TYPES == WL_TYPE_COUNT + 1, "each claim type has a place in a statement");
_Static_assert((int)WL_PAPER_STATEMENT_LINES_MAX >= WL_SETTLEMENT_LINES_MAX, "a settlement has room on paper");

enum {
    MEMORY = 8 << 20,
    LINE_TEXT_MAX = 1 << 20,
    HASH_DIGITS = 9, /* of a claim number, from its end: they are what the hash total adds up */
};

struct statement {
    struct cli *cli;
    struct wl_file *file;
    struct wl_arena arena, line; /* of the statement; of one line */
    struct wl_buf text, findings, row;
    struct cli_closed closed;
    struct wl_statement_paper paper; /* its sums grow line by line */
    struct wl_statement *printed;    /* NULL for CSV */
    uint64_t lines;
};

/* ---- a line ---- */

static enum wl_statement_kind kind_of(const struct cli_settled_line *l)
{
    if (l->line.kind == WL_SETTLED_CHARGEBACK)
        return l->line.amount < 0 ? WL_STATEMENT_CREDIT : WL_STATEMENT_CHARGEBACK;
    if (l->line.kind == WL_SETTLED_REJECTED)
        return l->decided.state == WL_CLAIM_INFO_REQUESTED ? WL_STATEMENT_INFORMATION : WL_STATEMENT_REJECTED;
    return l->decided.decision.decision == WL_CLAIM_APPROVED ? WL_STATEMENT_APPROVED : WL_STATEMENT_PARTIAL;
}

/* What it adds to the net sum. */
static int64_t value_of(const struct cli_settled_line *l)
{
    return l->line.kind == WL_SETTLED_CHARGEBACK ? -l->line.amount : l->line.amount;
}

static int64_t last_digits(struct wl_str claim_no)
{
    int64_t n = 0, place = 1;

    for (size_t i = claim_no.size, digits = 0; i-- > 0 && digits < HASH_DIGITS;)
        if (claim_no.data[i] >= '0' && claim_no.data[i] <= '9') {
            n += place * (claim_no.data[i] - '0');
            place *= 10;
            digits++;
        }
    return n;
}

static void add_up(struct statement *s, const struct cli_settled_line *l)
{
    enum wl_statement_kind kind = kind_of(l);
    int64_t type = l->claim.type >= 0 && l->claim.type < WL_TYPE_COUNT ? l->claim.type : WL_TYPE_COUNT;

    s->paper.by_kind[kind].count++;
    s->paper.by_kind[kind].amount += value_of(l);
    s->paper.by_type[type].count++;
    s->paper.by_type[type].amount += value_of(l);
    s->paper.hash_total += last_digits(l->claim.claim_no);
    s->lines++;
}

/* ---- CSV ---- */

static const char *const columns[] = {"record", "name",      "count",    "value",  "claim_no", "submission", "vin",
                                      "date",   "type",      "decision", "labour", "parts",    "handling",   "sublet",
                                      "total",  "taken_off", "findings", "reason", "entry"};
enum { COUNT = 2, VALUE, CLAIM_NO, SUBMISSION, VIN, DATE, TYPE, DECISION, LABOUR, PARTS, HANDLING, SUBLET, TOTAL };
enum { TAKEN_OFF = TOTAL + 1, FINDINGS, REASON, ENTRY, COLUMNS };
_Static_assert(COLUMNS == WL_COUNT(columns), "each column has a name");

static const char *const kind_names[WL_STATEMENT_KINDS] = {
    [WL_STATEMENT_APPROVED] = "approved",     [WL_STATEMENT_PARTIAL] = "partial",
    [WL_STATEMENT_CHARGEBACK] = "chargeback", [WL_STATEMENT_CREDIT] = "credit",
    [WL_STATEMENT_REJECTED] = "rejected",     [WL_STATEMENT_INFORMATION] = "info-requested",
};

static void put_row(struct statement *s, const struct wl_str *values)
{
    wl_buf_clear(&s->row);
    for (size_t i = 0; i < COLUMNS; i++) {
        wl_buf_text(&s->row, i ? "," : "");
        wl_csv_value(&s->row, values[i]);
    }
    wl_buf_text(&s->row, "\n");
    wl_file_write(s->file, s->row.data, s->row.size);
}

static void put_value(struct statement *s, const char *record, const char *name, struct wl_str value)
{
    put_row(s, (struct wl_str[COLUMNS]){wl_str_of(record), wl_str_of(name), [VALUE] = value});
}

static struct wl_str amount(struct statement *s, struct wl_arena *arena, int64_t minor)
{
    return cli_amount(arena, minor, s->paper.currency);
}

static int put_line(struct statement *s, const struct cli_settled_line *l)
{
    bool charged = l->line.kind == WL_SETTLED_CHARGEBACK;
    const struct wl_decision *d = &l->decided.decision;
    struct wl_arena *a = &s->line;
    struct wl_str values[COLUMNS] = {
        charged ? wl_str_of(kind_names[kind_of(l)]) : WL_STR("claim"),
        cli_int(a, (int64_t)s->lines),
        [VALUE] = amount(s, a, value_of(l)),
        [CLAIM_NO] = l->claim.claim_no,
        [SUBMISSION] = cli_int(a, l->claim.submission),
        [VIN] = l->claim.vin,
        [DATE] = cli_day(a, charged ? l->day : l->claim.repair_day),
        [TYPE] = l->record.type,
        [DECISION] = wl_str_of(kind_names[kind_of(l)]),
        [REASON] = l->why,
        [ENTRY] = cli_int(a, l->seq),
    };

    if (!charged) {
        values[LABOUR] = amount(s, a, d->labour);
        values[PARTS] = amount(s, a, d->parts);
        values[HANDLING] = amount(s, a, d->handling);
        values[SUBLET] = amount(s, a, d->sublet);
        values[TOTAL] = amount(s, a, d->total);
        values[TAKEN_OFF] = amount(s, a, cli_taken_off(l, s->paper.currency));
        wl_buf_clear(&s->findings);
        wl_findings_text(&s->findings, d->findings, "|");
        values[FINDINGS] = wl_buf_view(&s->findings);
    }
    put_row(s, values);
    wl_arena_clear(a);
    return wl_buf_status(&s->row) != WL_OK ? wl_buf_status(&s->row) : wl_buf_status(&s->findings);
}

static void put_head(struct statement *s)
{
    const struct wl_statement_paper *p = &s->paper;
    struct wl_arena *a = &s->arena;
    struct wl_str names[COLUMNS];
    char time[WL_TIME_TEXT];

    for (size_t i = 0; i < COLUMNS; i++)
        names[i] = wl_str_of(columns[i]);
    put_row(s, names);
    wl_time_format(p->settled_at, time);
    put_value(s, "statement", "settlement", cli_int(a, (int64_t)p->number));
    put_value(s, "statement", "oem", s->closed.oem);
    put_value(s, "statement", "dealer_id", p->dealer.id);
    put_value(s, "statement", "dealer_name", p->dealer.name);
    put_value(s, "statement", "region", p->region);
    put_value(s, "statement", "country", p->country);
    put_value(s, "statement", "currency", p->currency);
    put_value(s, "statement", "from", cli_day(a, p->from_day));
    put_value(s, "statement", "to", cli_day(a, p->to_day));
    put_value(s, "statement", "settled_at", wl_str_of(time));
    put_value(s, "statement", "settled_by", p->settled_by);
    put_value(s, "statement", "first_entry", cli_int(a, (int64_t)p->first_entry));
    put_value(s, "statement", "last_entry", cli_int(a, (int64_t)p->last_entry));
    put_value(s, "statement", "more", p->more ? WL_STR("yes") : WL_STR("no"));
}

static void put_control(struct statement *s, const char *name, const struct wl_statement_sum *sum)
{
    put_row(s, (struct wl_str[COLUMNS]){WL_STR("control"),
                                        wl_str_of(name), [COUNT] = cli_int(&s->arena, (int64_t)sum->count),
                                        [VALUE] = amount(s, &s->arena, sum->amount)});
}

static void put_totals(struct statement *s)
{
    const struct wl_statement_paper *p = &s->paper;
    struct wl_statement_sum all = {s->lines, p->net};
    char percent[WL_DECIMAL_TEXT] = "";

    if (p->tax_percent != WL_NONE)
        wl_decimal_format(p->tax_percent, WL_PERCENT_PLACES, percent);
    put_value(s, "total", "claims", amount(s, &s->arena, p->claims));
    put_value(s, "total", "chargebacks", amount(s, &s->arena, p->chargebacks));
    put_value(s, "total", "net", amount(s, &s->arena, p->net));
    put_value(s, "total", "tax_percent", wl_str_of(percent));
    put_value(s, "total", "tax", amount(s, &s->arena, p->tax));
    put_value(s, "total", "carried", amount(s, &s->arena, p->carried));
    put_value(s, "total", "to_pay", amount(s, &s->arena, p->to_pay));
    put_value(s, "total", "carried_on", amount(s, &s->arena, p->carried_on));
    for (int kind = 0; kind < WL_STATEMENT_KINDS; kind++)
        put_control(s, kind_names[kind], &p->by_kind[kind]);
    for (int type = 0; type <= WL_TYPE_COUNT; type++)
        put_control(s, type < WL_TYPE_COUNT ? wl_claim_type_names()[type] : "type-unknown", &p->by_type[type]);
    put_control(s, "all", &all);
    put_value(s, "control", "hash_total", cli_int(&s->arena, p->hash_total));
}

/* ---- paper ---- */

static int print_line(struct statement *s, const struct cli_settled_line *l)
{
    bool charged = l->line.kind == WL_SETTLED_CHARGEBACK;
    const struct wl_decision *d = &l->decided.decision;
    struct wl_statement_line line = {.kind = kind_of(l),
                                     .claim_no = l->claim.claim_no,
                                     .vin = l->claim.vin,
                                     .day = charged ? l->day : l->claim.repair_day,
                                     .type = l->claim.type,
                                     .labour = charged ? WL_NONE : d->labour,
                                     .parts = charged ? WL_NONE : d->parts,
                                     .handling = charged ? WL_NONE : d->handling,
                                     .sublet = charged ? WL_NONE : d->sublet,
                                     .amount = value_of(l)};

    wl_buf_clear(&s->text);
    if (!charged)
        wl_findings_text(&s->text, d->findings, ", ");
    if (s->text.size && l->why.size)
        wl_buf_text(&s->text, ": ");
    wl_buf_str(&s->text, l->why);
    if (charged)
        wl_buf_format(&s->text, "%sentry %lld", l->why.size ? "; " : "", (long long)l->seq);
    line.why = wl_buf_view(&s->text);
    wl_paper_statement_line(s->printed, &line);
    return wl_buf_status(&s->text);
}

/* ---- the statement ---- */

static int one_line(void *context, const struct cli_settled_line *l)
{
    struct statement *s = context;

    add_up(s, l);
    cli_progress(s->cli, "writing", s->lines, s->paper.lines[0] + s->paper.lines[1] + s->paper.lines[2]);
    return s->printed ? print_line(s, l) : put_line(s, l);
}

static int write_lines(struct statement *s)
{
    static const int64_t kinds[WL_STATEMENT_PARTS] = {
        [WL_STATEMENT_CLAIMS] = WL_SETTLED_PAID,
        [WL_STATEMENT_CHARGEBACKS] = WL_SETTLED_CHARGEBACK,
        [WL_STATEMENT_UNPAID] = WL_SETTLED_REJECTED,
    };
    int rc = WL_OK;

    for (int part = 0; rc == WL_OK && part < WL_STATEMENT_PARTS; part++)
        rc = cli_settled_each(s->cli, s->paper.number, &s->closed.row, kinds[part], one_line, s);
    cli_progress_end(s->cli);
    return rc;
}

static int write_csv(void *context, struct wl_file *file)
{
    struct statement *s = context;
    int rc;

    s->file = file;
    put_head(s);
    if ((rc = write_lines(s)) == WL_OK)
        put_totals(s);
    return rc == WL_OK ? wl_arena_status(&s->arena) : rc;
}

static int write_pdf(void *context, struct wl_file *file)
{
    struct statement *s = context;
    const struct wl_paper_head head = {.oem = s->closed.oem, .created = s->closed.time};
    int rc = wl_paper_statement_begin(file, &head, &s->paper, &s->printed), end;

    if (rc != WL_OK)
        return rc;
    rc = write_lines(s);
    end = wl_paper_statement_end(&s->printed);
    return rc == WL_OK ? end : rc;
}

static void describe(struct statement *s, uint64_t number, int64_t language)
{
    const struct wl_settlement *row = &s->closed.row;
    const struct wl_settle_outcome *out = s->closed.outcome;

    s->paper = (struct wl_statement_paper){
        .language = (enum wl_paper_language)language,
        .number = number,
        .dealer = {.id = row->dealer_id, .name = out->dealer_name},
        .region = out->region,
        .country = out->country,
        .currency = row->currency,
        .from_day = out->from_day,
        .to_day = row->to_day,
        .settled_by = s->closed.actor,
        .settled_at = s->closed.time,
        .first_entry = (uint64_t)row->opened_seq,
        .last_entry = (uint64_t)row->closed_seq,
        .more = out->limited == 1,
        .lines = {[WL_STATEMENT_CLAIMS] = (uint64_t)out->paid_count,
                  [WL_STATEMENT_CHARGEBACKS] = (uint64_t)out->chargeback_count,
                  [WL_STATEMENT_UNPAID] = (uint64_t)out->rejected_count},
        .claims = out->claims_total,
        .chargebacks = -out->chargeback_total,
        .net = out->claims_total - out->chargeback_total,
        .tax = out->tax,
        .carried = out->carried,
        .to_pay = out->to_pay,
        .carried_on = out->carried_on,
        .tax_percent = out->tax_percent,
    };
}

static int write_statement(struct statement *s, uint64_t number, int64_t language)
{
    const char *path = cli_value(s->cli, "output");
    int rc = cli_closed_get(s->cli, &s->arena, number, &s->closed);

    if (rc != WL_OK)
        return rc;
    describe(s, number, language);
    rc = cli_output(s->cli, path, cli_value(s->cli, "pdf") ? write_pdf : write_csv, s);
    if (rc == WL_OK && path)
        fprintf(s->cli->out, "%s: settlement %llu, %llu %s\n", cli_shown(s->cli, path), (unsigned long long)number,
                (unsigned long long)s->lines, cli_counted(s->lines, "line", "lines"));
    return rc;
}

static int run_export(struct cli *cli)
{
    struct statement s = {.cli = cli};
    int64_t number, language = WL_PAPER_ENGLISH;
    int rc;

    if (!wl_decimal_parse(wl_str_of(cli->argv[0]), 15, 0, &number) || number < 1)
        return wl_fail(WL_E_USAGE, "export statement: the number of a settlement, please");
    if (!cli_value(cli, "csv") == !cli_value(cli, "pdf"))
        return wl_fail(WL_E_USAGE, "export statement: one of --csv and --pdf, please");
    if ((rc = cli_choice(cli, "language", wl_paper_language_names(), &language)) != WL_OK)
        return rc;
    wl_arena_init(&s.arena, MEMORY);
    wl_arena_init(&s.line, MEMORY);
    wl_buf_init(&s.text, LINE_TEXT_MAX);
    wl_buf_init(&s.findings, LINE_TEXT_MAX);
    wl_buf_init(&s.row, LINE_TEXT_MAX);
    rc = write_statement(&s, (uint64_t)number, language);
    wl_buf_release(&s.row);
    wl_buf_release(&s.findings);
    wl_buf_release(&s.text);
    wl_arena_release(&s.line);
    wl_arena_release(&s.arena);
    return rc;
}

static const struct cli_option export_options[] = {
    {"csv", NULL, "as a table"},
    {"pdf", NULL, "on paper"},
    {"language", "LANGUAGE", "of the paper: en or zh (default: en)"},
    {"output", "FILE", "write to FILE, which appears whole or not at all (default: standard output)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_export_statement = {
    .name = "export statement",
    .args = "SETTLEMENT",
    .summary = "write the statement of a settlement, as CSV or PDF",
    .options = export_options,
    .letters = "   o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_export,
    .text =
        "Writes what a settlement pays and why: a line for each claim with its sums, each chargeback and credit, each\n"
        "claim that was rejected or sent back, the totals with tax and what was carried, and control totals to check\n"
        "them by. Everything is as it was when it was settled: the same settlement gives the same bytes, whatever\n"
        "happened to its claims, its dealer or the reference data since.",
    .example = "export statement -d ledger 1 --pdf -o statement-1.pdf",
};
