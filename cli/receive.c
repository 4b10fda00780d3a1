/* What arrives: receive, and resolve for what did not arrive as it was shipped. */
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/quantity.h"
#include "cli/sheet.h"
#include "cli/tags.h"

#include "wledger/error.h"
#include <string.h>

enum { LINES_MAX = WL_STOCK_LINES_MAX, KEY_SIZE = WL_NAME_MAX };

struct receiving {
    struct cli *cli;
    struct wl_receive_dispatch_body body;
    struct wl_receipt_line *lines; /* LINES_MAX of them */
    bool rest;                     /* what is not named came complete and good */
    char key[KEY_SIZE];            /* of a file; "": none */
    struct wl_result result;
};

/* ---- how a receipt is typed ---- */

#define NOTATION                                                                                                     \
    "write LINE=GOOD, with +Nd for N damaged and +Nw:PART for N of another part that came instead, and commas "      \
    "between, such as 1=5,2=3+1d,3=2w:P-200 (line 1: 5 good; line 2: 3 good and 1 damaged; line 3: 2 of P-200 came " \
    "instead)"

/* Nw:PART or Nw:PART#LOT, without the N. */
static bool parse_wrong(struct wl_str text, struct wl_receipt_line *line)
{
    const char *hash;

    if (text.size < 2 || text.data[0] != ':' || line->wrong_part_id.size)
        return false;
    line->wrong_part_id = (struct wl_str){text.data + 1, text.size - 1};
    hash = memchr(line->wrong_part_id.data, '#', line->wrong_part_id.size);
    if (hash) {
        line->wrong_lot = wl_str_trim((struct wl_str){hash + 1, (size_t)(text.data + text.size - hash - 1)});
        line->wrong_part_id.size = (size_t)(hash - line->wrong_part_id.data);
    }
    line->wrong_part_id = wl_str_trim(line->wrong_part_id);
    return wl_is_identifier(line->wrong_part_id) && (!hash || line->wrong_lot.size) &&
           line->wrong_lot.size <= WL_LOT_MAX;
}

/* "5", "1d", "2w:PART": each once. */
static bool parse_piece(struct wl_str text, struct wl_receipt_line *line)
{
    size_t digits = 0;
    struct wl_str number, rest;
    int64_t *to = &line->good;
    char letter = 0;

    while (digits < text.size && (text.data[digits] == '.' || (text.data[digits] >= '0' && text.data[digits] <= '9')))
        digits++;
    number = (struct wl_str){text.data, digits};
    rest = wl_str_trim((struct wl_str){text.data + digits, text.size - digits});
    if (rest.size)
        letter = (char)(rest.data[0] | 0x20);
    if (letter == 'd')
        to = &line->damaged;
    else if (letter == 'w')
        to = &line->wrong;
    if (*to != WL_NONE || !cli_quantity_parse(number, letter == 0, to))
        return false;
    if (letter == 'w')
        return parse_wrong((struct wl_str){rest.data + 1, rest.size - 1}, line);
    return letter == 0 || (letter == 'd' && rest.size == 1);
}

static bool parse_line(struct wl_str text, struct wl_receipt_line *line)
{
    const char *equals = text.size ? memchr(text.data, '=', text.size) : NULL;
    struct wl_str number, rest;

    *line = (struct wl_receipt_line){.good = WL_NONE, .damaged = WL_NONE, .wrong = WL_NONE};
    if (!equals)
        return false;
    number = wl_str_trim((struct wl_str){text.data, (size_t)(equals - text.data)});
    rest = (struct wl_str){equals + 1, text.size - (size_t)(equals - text.data) - 1};
    if (!cli_demand_number(number, &line->line))
        return false;
    for (bool more = true; more;) {
        const char *plus = rest.size ? memchr(rest.data, '+', rest.size) : NULL;
        size_t size = plus ? (size_t)(plus - rest.data) : rest.size;

        if (!parse_piece(wl_str_trim((struct wl_str){rest.data, size}), line))
            return false;
        more = plus;
        if (more)
            rest = (struct wl_str){plus + 1, rest.size - size - 1};
    }
    return true;
}

/* NULL, with a message, when there are too many. */
static struct wl_receipt_line *add_line(struct receiving *r)
{
    if (r->body.lines.count < LINES_MAX)
        return &r->lines[r->body.lines.count++];
    wl_fail(WL_E_USAGE, "receive: at most %d lines at once; give them in parts", (int)LINES_MAX);
    return NULL;
}

static int take_lines(struct receiving *r, const char *text)
{
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        struct wl_str one = wl_str_trim((struct wl_str){at, strcspn(at, ",")});
        struct wl_receipt_line *line = add_line(r);

        if (!line)
            return WL_E_USAGE;
        if (!parse_line(one, line))
            return wl_fail(WL_E_USAGE, "--lines: `" WL_STR_FMT "` is unclear; " NOTATION,
                           WL_STR_ARG(cli_clean(&r->cli->arena, one)));
    }
    return WL_OK;
}

/* ---- from a file ---- */

enum column { LINE, GOOD, DAMAGED, WRONG_PART, WRONG, WRONG_LOT, COLUMNS };
static const struct cli_sheet_column sheet_columns[COLUMNS] = {
    [LINE] = {"line", true},        [GOOD] = {"good", false},
    [DAMAGED] = {"damaged", false}, [WRONG_PART] = {"wrong_part", false},
    [WRONG] = {"wrong", false},     [WRONG_LOT] = {"wrong_lot", false},
};

static int take_row(struct receiving *r, const struct cli_sheet *sheet, const struct cli_sheet_row *row)
{
    static const struct {
        enum column column;
        size_t offset;
    } quantities[] = {{GOOD, offsetof(struct wl_receipt_line, good)},
                      {DAMAGED, offsetof(struct wl_receipt_line, damaged)},
                      {WRONG, offsetof(struct wl_receipt_line, wrong)}};
    const struct wl_str *v = row->values;
    struct wl_receipt_line *line = add_line(r);

    if (!line)
        return WL_E_USAGE;
    *line = (struct wl_receipt_line){.good = WL_NONE,
                                     .damaged = WL_NONE,
                                     .wrong = WL_NONE,
                                     .wrong_part_id = v[WRONG_PART],
                                     .wrong_lot = v[WRONG_LOT]};
    if (!cli_demand_number(v[LINE], &line->line))
        return cli_sheet_fail(r->cli, sheet, row, LINE, "must be the number of a line of the dispatch, from 1");
    for (size_t i = 0; i < WL_COUNT(quantities); i++) {
        int64_t *to = (int64_t *)(void *)((char *)line + quantities[i].offset);

        if (v[quantities[i].column].size && !cli_quantity_parse(v[quantities[i].column], true, to))
            return cli_sheet_fail(r->cli, sheet, row, quantities[i].column,
                                  "must be a number from 0 with at most 3 decimals, such as 2 or 0.5");
    }
    if (line->good == WL_NONE && line->damaged == WL_NONE && line->wrong == WL_NONE)
        return cli_sheet_fail(r->cli, sheet, row, GOOD, "what came of it? fill in good, damaged or wrong");
    if ((v[WRONG_PART].size > 0) != (line->wrong > 0) || v[WRONG_PART].size > 32)
        return cli_sheet_fail(r->cli, sheet, row, WRONG_PART, "stands together with how many came in the column wrong");
    if (v[WRONG_LOT].size > WL_LOT_MAX || (v[WRONG_LOT].size && !v[WRONG_PART].size))
        return cli_sheet_fail(r->cli, sheet, row, WRONG_LOT, "stands together with a wrong part, at most 32 bytes");
    return WL_OK;
}

static int take_file(struct receiving *r, const char *path)
{
    struct cli_sheet sheet;
    int rc = cli_sheet_read(r->cli, path, sheet_columns, COLUMNS, LINES_MAX, &sheet);

    for (size_t i = 0; rc == WL_OK && i < sheet.count; i++)
        rc = take_row(r, &sheet, &sheet.rows[i]);
    if (rc == WL_OK && !r->cli->key.size)
        snprintf(r->key, sizeof r->key, "receive-%s/%lld", sheet.sha256, (long long)r->body.dispatch);
    return rc;
}

/* ---- the command ---- */

static int take_options(struct receiving *r)
{
    struct cli *cli = r->cli;
    const char *lines = cli_value(cli, "lines"), *file = cli_value(cli, "file");
    bool all = cli_value(cli, "all"), close = cli_value(cli, "close");
    int rc;

    if (!cli_demand_number(cli_code_number(wl_str_of(cli->argv[0]), CLI_CODE_DISPATCH), &r->body.dispatch))
        return wl_fail(WL_E_USAGE, "receive: `%s` is not the number of a dispatch", cli->argv[0]);
    if (lines && file)
        return wl_fail(WL_E_USAGE, "receive: one of --lines and --file, please");
    if (!lines && !file && !all && !close)
        return wl_fail(WL_E_USAGE, "receive: what came? --all where all came complete and good, or --lines: " NOTATION);
    if ((rc = cli_text(cli, "bin", WL_BIN_MAX, &r->body.bin_id)) != WL_OK)
        return rc;
    r->lines = wl_arena_alloc(&cli->arena, LINES_MAX * sizeof *r->lines);
    if (!r->lines)
        return wl_arena_status(&cli->arena);
    r->body.lines.at = r->lines;
    r->rest = all && (lines || file);
    r->body.all = all && !r->rest ? 1 : WL_NONE;
    r->body.close = close ? 1 : WL_NONE;
    return lines ? take_lines(r, lines) : file ? take_file(r, file) : WL_OK;
}

static bool is_named(const struct receiving *r, size_t named, int64_t number)
{
    for (size_t i = 0; i < named; i++)
        if (r->lines[i].line == number)
            return true;
    return false;
}

static int64_t in_transit(const struct wl_dispatch *dispatch, const struct wl_dispatch_line *line)
{
    return dispatch->state == WL_DISPATCH_CANCELLED ? 0 : line->quantity - line->received - line->discrepant;
}

/* Names every line that was not named, as complete and good. */
static int name_rest(struct receiving *r, struct wl_txn *txn)
{
    size_t named = r->body.lines.count;
    struct wl_receipt_line *line;
    struct wl_dispatch_line row;
    struct wl_dispatch dispatch;
    int rc = wl_dispatch_get(txn, &r->cli->arena, (uint64_t)r->body.dispatch, &dispatch);

    if (rc != 1) /* an unknown one is refused by name */
        return rc;
    for (int64_t n = 1; rc == 1 && n <= dispatch.lines; n++) {
        rc = wl_dispatch_line_get(txn, &r->cli->arena, (uint64_t)r->body.dispatch, (uint64_t)n, &row);
        if (rc != 1 || is_named(r, named, n) || in_transit(&dispatch, &row) <= 0)
            continue;
        if (r->body.lines.count == LINES_MAX)
            return wl_fail(WL_E_USAGE,
                           "receive: more than %d lines are in transit: give --lines alone first, then --all",
                           (int)LINES_MAX);
        line = add_line(r);
        *line = (struct wl_receipt_line){
            .line = n, .good = in_transit(&dispatch, &row), .damaged = WL_NONE, .wrong = WL_NONE};
    }
    return rc == 1 ? WL_OK : rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a line of a dispatch has no row");
}

/* Within the transaction that receives: what another clerk received meanwhile did not come twice. */
static int complete(struct receiving *r, struct wl_txn *txn, struct wl_str key)
{
    struct wl_receive_dispatch_body *before;
    int rc = r->rest ? cli_demand_known(r->cli, txn, key, &wl_receive_dispatch_command, (void **)&before) : 0;

    if (rc == 1 && before->dispatch == r->body.dispatch) {
        r->body.lines = before->lines;
        return WL_OK;
    }
    return rc < 0 ? rc : r->rest ? name_rest(r, txn) : WL_OK;
}

/* ---- what it came to ---- */

static json_t *change_view(struct wl_arena *arena, const struct wl_line_change *change,
                           const struct wl_dispatch_line *line, int64_t left, bool exact)
{
    struct wl_str (*quantity)(struct wl_arena *, int64_t) = exact ? cli_quantity_exact : cli_quantity_plain;
    json_t *one = json_object();

    cli_view_number(one, "line", change->line);
    cli_view_number(one, "request", line->request);
    cli_view_text(one, "part_id", line->part_id);
    cli_view_text(one, "shipped", quantity(arena, line->quantity));
    cli_view_text(one, "received", quantity(arena, change->received == WL_NONE ? 0 : change->received));
    cli_view_text(one, "discrepant", quantity(arena, change->discrepant == WL_NONE ? 0 : change->discrepant));
    cli_view_text(one, "in_transit", quantity(arena, left));
    cli_view_text(one, "bin", change->bin_id);
    return one;
}

/* Lines that changed, and those that have something in transit. */
static int add_changes(struct receiving *r, struct wl_txn *txn, const struct wl_receive_dispatch_outcome *out,
                       json_t *list)
{
    const struct wl_line_change *changes = out->changes.at;
    struct wl_arena *arena = &r->cli->arena;
    struct wl_dispatch dispatch;
    struct wl_dispatch_line row;
    int rc = wl_dispatch_get(txn, arena, (uint64_t)r->body.dispatch, &dispatch);

    for (int64_t n = 1; rc == 1 && n <= dispatch.lines; n++) {
        struct wl_line_change change = {.line = n, .received = 0, .discrepant = 0};
        bool changed = false;

        for (size_t i = 0; i < out->changes.count && !changed; i++)
            if ((changed = changes[i].line == n))
                change = changes[i];
        rc = wl_dispatch_line_get(txn, arena, (uint64_t)r->body.dispatch, (uint64_t)n, &row);
        if (rc == 1 && (changed || in_transit(&dispatch, &row) > 0))
            json_array_append_new(
                list, change_view(arena, &change, &row, in_transit(&dispatch, &row), r->cli->format != CLI_TABLE));
    }
    return rc == 1 ? WL_OK : rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a dispatch has no row");
}

/* Requests of lines that changed, of which no more comes: each once. */
static int add_lacks(struct receiving *r, struct wl_txn *txn, const struct wl_receive_dispatch_outcome *out,
                     json_t *list)
{
    const struct wl_line_change *changes = out->changes.at;
    struct wl_arena *arena = &r->cli->arena;
    int64_t told[WL_STOCK_LINES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < out->changes.count; i++) {
        struct wl_dispatch_line line;
        struct wl_str said;
        bool known = false;
        int rc = wl_dispatch_line_get(txn, arena, (uint64_t)r->body.dispatch, (uint64_t)changes[i].line, &line);

        if (rc != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a line of a dispatch has no row");
        for (size_t n = 0; n < count && !known; n++)
            known = told[n] == line.request;
        if (known || line.request == WL_NONE || count == WL_COUNT(told))
            continue;
        told[count++] = line.request;
        if ((rc = cli_demand_lack(txn, arena, line.request, &said)) != WL_OK)
            return rc;
        if (said.size)
            json_array_append_new(list, cli_view_str(said));
    }
    return WL_OK;
}

static json_t *discrepancies_view(struct receiving *r, const struct wl_receive_dispatch_outcome *out)
{
    const struct wl_new_discrepancy *found = out->discrepancies.at;
    struct wl_arena *arena = &r->cli->arena;
    json_t *list = json_array();

    for (size_t i = 0; i < out->discrepancies.count; i++) {
        json_t *one = json_object();

        cli_view_number(one, "discrepancy", out->first_discrepancy + (int64_t)i);
        cli_view_text(one, "kind", wl_str_of(wl_discrepancy_kind_names()[found[i].kind]));
        cli_view_number(one, "line", found[i].line);
        cli_view_text(one, "part_id", found[i].part_id);
        cli_view_text(one, "lot", found[i].lot);
        cli_view_text(one, "quantity", cli_quantity(r->cli, arena, found[i].quantity));
        cli_view_text(one, "resolve_as", cli_demand_resolutions(arena, found[i].kind));
        json_array_append_new(list, one);
    }
    return list;
}

static int tell(struct receiving *r)
{
    const struct wl_receive_dispatch_outcome *out = r->result.outcome;
    json_t *view = r->cli->format == CLI_TABLE ? json_object() : cli_demand_view(&r->result), *list = json_array();
    json_t *lacks = json_array();
    struct wl_str state = wl_str_of(wl_dispatch_state_names()[out->state]);
    struct wl_txn *txn;
    int rc;

    if (r->cli->format == CLI_TABLE) {
        fprintf(r->cli->out, "dispatch %lld  " WL_STR_FMT, (long long)r->body.dispatch, WL_STR_ARG(state));
        cli_demand_entry(r->cli, &r->result);
    } else {
        cli_view_number(view, "dispatch", r->body.dispatch);
        cli_view_text(view, "state", state);
    }
    cli_view_put(view, "lines", list);
    cli_view_put(view, "discrepancies", discrepancies_view(r, out));
    cli_view_put(view, "left_short", lacks);
    rc = wl_txn_begin(r->cli->store, false, &txn);
    if (rc == WL_OK) {
        if ((rc = add_changes(r, txn, out, list)) == WL_OK)
            rc = add_lacks(r, txn, out, lacks);
        wl_txn_abort(&txn);
    }
    if (rc == WL_OK)
        return cli_view_print(r->cli, view);
    json_decref(view);
    return rc;
}

static int run_receive(struct cli *cli)
{
    struct receiving r = {.cli = cli, .body = {.all = WL_NONE, .close = WL_NONE}};
    struct wl_txn *txn;
    struct wl_str key;
    int rc = take_options(&r);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, true, &txn)) != WL_OK)
        return rc;
    key = r.key[0] ? wl_str_of(r.key) : cli->key;
    rc = complete(&r, txn, key);
    if (rc == WL_OK)
        rc = cli_demand_execute(cli, txn, &wl_receive_dispatch_command, &r.body, key, &r.result);
    if ((rc = cli_demand_commit(&txn, rc)) != WL_OK)
        return rc;
    if (r.result.refusal == WL_DONE)
        return tell(&r);
    return cli_demand_refused(cli, "receive", &r.result,
                              &(struct cli_demand_named){.dispatch = cli_int(&cli->arena, r.body.dispatch)});
}

static const struct cli_option receive_options[] = {
    {"all", NULL,
     "all that is still in transit came complete and good; with --lines or --file: all but the lines named"},
    {"lines", "L=...,...", "what came, line by line: 1=5,2=3+1d,3=2w:PART"},
    {"file", "FILE",
     "the same from a CSV file (- for standard input): line, good, damaged, wrong_part, wrong, wrong_lot"},
    {"close", NULL, "nothing more will come: what is still in transit is short"},
    {"bin", "BIN", "where what is good goes (default: each part's own bin)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_receive = {
    .name = "receive",
    .args = "DISPATCH",
    .summary = "record what came of a dispatch",
    .options = receive_options,
    .letters = "al c",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_receive,
    .text = "Says what came, by the numbers of the dispatch's lines (`wledger show dispatch N`, or the note in the\n"
            "box):\n"
            "    1=5            line 1: 5 good\n"
            "    2=3+1d         line 2: 3 good, 1 damaged\n"
            "    3=2w:P-200     line 3: 2 of P-200 came instead; 2w:P-200#L-7 of lot L-7, 1w:P-300#sn:NO a piece\n"
            "    4=0.5+0.5d     quantities have at most 3 decimals\n"
            "with commas between; a part whose name holds a comma, + or # stands in a --file. More than was shipped\n"
            "is over, what is not said stays in transit until a later receipt, or --close says that it is short. What\n"
            "was short, damaged, over or wrong becomes a discrepancy, with a number, that `wledger resolve` ends.",
    .example = "receive -d ledger 3 --all --lines 2=3+1d --close",
};

/* ---- resolve ---- */

static bool set_discrepancy(void *body, struct wl_str name)
{
    return cli_demand_number(name, &((struct wl_resolve_body *)body)->discrepancy);
}

/* "into D1/MAIN", "back to W1/A-01", "scrapped", "written off" */
static struct wl_str became(struct wl_arena *arena, int64_t resolution, const struct wl_resolve_outcome *out)
{
    static const char *const words[] = {[WL_RESOLVE_ACCEPT] = "into",
                                        [WL_RESOLVE_RETURN] = "back to",
                                        [WL_RESOLVE_SCRAP] = "scrapped",
                                        [WL_RESOLVE_WRITE_OFF] = "written off"};

    return cli_format_text(arena, "%s%s" WL_STR_FMT "%s" WL_STR_FMT, words[resolution],
                           out->location_id.size ? " " : "", WL_STR_ARG(out->location_id), out->bin_id.size ? "/" : "",
                           WL_STR_ARG(out->bin_id));
}

/* What the request of its line lacks for good. */
static int note_lack(struct wl_txn *txn, struct wl_arena *arena, const struct wl_discrepancy *d, struct wl_str *note)
{
    struct wl_dispatch_line line;
    struct wl_str said;
    int rc =
        d->dispatch == WL_NONE ? 0 : wl_dispatch_line_get(txn, arena, (uint64_t)d->dispatch, (uint64_t)d->line, &line);

    if (rc == 1 && (rc = cli_demand_lack(txn, arena, line.request, &said)) == WL_OK && said.size)
        *note = cli_format_text(arena, WL_STR_FMT "; " WL_STR_FMT, WL_STR_ARG(*note), WL_STR_ARG(said));
    return rc < 0 ? rc : WL_OK;
}

static int tell_resolved(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                         struct cli_said *said)
{
    const struct wl_resolve_body *body = job->body;
    const struct wl_resolve_outcome *out = outcome;
    struct wl_discrepancy d;
    int rc = wl_discrepancy_get(txn, arena, (uint64_t)body->discrepancy, &d);

    if (rc != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a discrepancy has no row"));
    said->did = wl_str_of(job->did);
    said->state = wl_str_of(wl_resolution_names()[body->resolution]);
    said->note = cli_format_text(arena, WL_STR_FMT " of " WL_STR_FMT " " WL_STR_FMT,
                                 WL_STR_ARG(cli_quantity_plain(arena, d.quantity)), WL_STR_ARG(d.part_id),
                                 WL_STR_ARG(became(arena, body->resolution, out)));
    if (out->tag != WL_NONE)
        said->note = cli_format_text(arena, WL_STR_FMT "; tag " WL_STR_FMT " is received by it", WL_STR_ARG(said->note),
                                     WL_STR_ARG(cli_tag_text(arena, (uint64_t)out->tag)));
    return note_lack(txn, arena, &d, &said->note);
}

/* Asked where a resolution is illegal: which ones are not. */
static int near_resolution(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, struct wl_str *hint)
{
    struct wl_discrepancy d;
    int64_t number;
    int rc = cli_demand_number(name, &number) ? wl_discrepancy_get(txn, arena, (uint64_t)number, &d) : 0;

    if (rc == 1)
        *hint = cli_format_text(arena, "discrepancy %lld is %s: --as " WL_STR_FMT, (long long)number,
                                wl_discrepancy_kind_names()[d.kind], WL_STR_ARG(cli_demand_resolutions(arena, d.kind)));
    return rc < 0 ? rc : WL_OK;
}

static int run_resolve(struct cli *cli)
{
    struct wl_resolve_body body = {.resolution = WL_NONE};
    int rc = cli_choice(cli, "as", wl_resolution_names(), &body.resolution);

    if (rc != WL_OK || (rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK ||
        (rc = cli_text(cli, "bin", WL_BIN_MAX, &body.bin_id)) != WL_OK)
        return rc;
    if (body.resolution == WL_NONE)
        return wl_fail(WL_E_USAGE, "resolve: --as accept, return, scrap or write-off, please");
    if (!body.reason.size)
        return wl_fail(WL_E_USAGE, "resolve: a resolution needs its --reason TEXT");
    return cli_execute(cli, &(struct cli_job){.command = &wl_resolve_command,
                                              .body = &body,
                                              .form = "the number of a discrepancy",
                                              .did = "resolved",
                                              .set_name = set_discrepancy,
                                              .tell = tell_resolved,
                                              .near = near_resolution,
                                              .unknown = WL_REFUSED_RESOLUTION_ILLEGAL});
}

static const struct cli_option resolve_options[] = {
    {"as", "HOW", "accept, return, scrap or write-off; required"},
    {"reason", "TEXT", "what was found out; required"},
    {"bin", "BIN", "where it goes (default: the part's own bin)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_resolve = {
    .name = "resolve",
    .args = "DISCREPANCY...",
    .summary = "end discrepancies of receipts",
    .options = resolve_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_resolve,
    .text = "accept: the parts are there, into a bin of the destination. return: they are with the sender, into a bin\n"
            "of its own. scrap: thrown away at the destination. write-off: lost. A discrepancy has some of these:\n"
            "short: accept, return, write-off; damaged: accept, scrap, write-off; over and wrong-part: accept,\n"
            "return, scrap; return-missing: accept, write-off. `wledger list discrepancies --open` shows what is\n"
            "open.",
    .example = "resolve -d ledger 7 --as write-off --reason \"the carrier lost it\"",
};
