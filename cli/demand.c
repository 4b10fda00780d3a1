/* Parts requests: request, request source, request cancel. */
#include "cli/demand.h"
#include "cli/commands.h"
#include "cli/quantity.h"
#include "cli/sheet.h"

#include "wledger/error.h"
#include <string.h>

enum {
    ROWS_MAX = 1000, /* of a file: one transaction */
    COMMAND_MEMORY = 16 << 20,
    PIECE = 1000, /* the unit of quantities */
    KEY_SIZE = 2 * WL_HASH_SIZE + 64,
};

/* ---- request ---- */

static const struct cli_column request_columns[] = {
    {"request", true, true},   {"result", false, false},  {"dealer_id", false, false}, {"asked_part_id", false, false},
    {"part_id", false, false}, {"quantity", true, false}, {"state", false, false},     {"location_id", false, false},
    {"choice", false, false},  {"entry", true, true},     {"repeated", false, false},  {"about", false, false},
    {"note", false, false},    {"line", true, true},
};

/* What came of one request, until all are durable. */
struct asked {
    struct wl_request_body body;
    uint64_t line; /* of the file; 0: it was typed */
    struct wl_result result;
    struct wl_str about, location_id, part_id, note;
    int64_t request, choice;
};

struct asking {
    struct cli *cli;
    struct cli_sheet sheet; /* path NULL: typed */
    struct asked *at;
    size_t count, refused;
    struct wl_arena command; /* cleared for each */
};

static int request_state(const struct asked *a)
{
    return a->location_id.size ? WL_REQUEST_RESERVED : WL_REQUEST_BACK_ORDERED;
}

static int take_typed(struct asking *asking)
{
    struct cli *cli = asking->cli;
    struct wl_request_body body = {.quantity = PIECE};
    int rc = WL_OK;

    if (cli->argc != 2)
        return wl_fail(WL_E_USAGE, "request: who asks for which part? usage: wledger request %s --reason TEXT",
                       "DEALER PART");
    body.dealer_id = wl_str_trim(wl_str_of(cli->argv[0]));
    body.part_id = wl_str_trim(wl_str_of(cli->argv[1]));
    if ((rc = cli_demand_identifier("DEALER", body.dealer_id)) != WL_OK ||
        (rc = cli_demand_identifier("PART", body.part_id)) != WL_OK ||
        (rc = cli_quantity_option(cli, "quantity", &body.quantity)) != WL_OK ||
        (rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK ||
        (rc = cli_demand_id(cli, "vin", &body.vin)) != WL_OK ||
        (rc = cli_text(cli, "document", WL_DOCUMENT_MAX, &body.document)) != WL_OK)
        return rc;
    if (!body.reason.size)
        return wl_fail(WL_E_USAGE, "request: a request needs its --reason TEXT: why is the part replaced?");
    asking->at = wl_arena_alloc(&cli->arena, sizeof *asking->at);
    if (!asking->at)
        return wl_arena_status(&cli->arena);
    asking->at[0] = (struct asked){.body = body};
    asking->count = 1;
    return WL_OK;
}

/* ---- from a file ---- */

enum column { DEALER, PART, QUANTITY, REASON, VIN, DOCUMENT, COLUMNS };
static const struct cli_sheet_column sheet_columns[COLUMNS] = {
    [DEALER] = {"dealer_id", true}, [PART] = {"part_id", true}, [QUANTITY] = {"quantity", false},
    [REASON] = {"reason", true},    [VIN] = {"vin", false},     [DOCUMENT] = {"document", false},
};

static bool has_control(struct wl_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < 32 || text.data[i] == 127)
            return true;
    return false;
}

static int take_row(struct asking *asking, const struct cli_sheet_row *row)
{
    static const struct {
        enum column column;
        size_t most;
    } texts[] = {{REASON, WL_REASON_MAX}, {DOCUMENT, WL_DOCUMENT_MAX}};
    static const enum column identifiers[] = {DEALER, PART, VIN};
    struct cli *cli = asking->cli;
    const struct wl_str *v = row->values;
    struct asked *a = &asking->at[asking->count++];

    *a = (struct asked){.line = row->line,
                        .body = {.dealer_id = v[DEALER],
                                 .part_id = v[PART],
                                 .quantity = PIECE,
                                 .reason = v[REASON],
                                 .vin = v[VIN],
                                 .document = v[DOCUMENT]}};
    for (size_t i = 0; i < WL_COUNT(identifiers); i++)
        if (v[identifiers[i]].size && !wl_is_identifier(v[identifiers[i]]))
            return cli_sheet_fail(cli, &asking->sheet, row, identifiers[i], "must be at most 32 bytes in one line");
    for (size_t i = 0; i < WL_COUNT(texts); i++)
        if (v[texts[i].column].size > texts[i].most || has_control(v[texts[i].column]))
            return cli_sheet_fail(cli, &asking->sheet, row, texts[i].column,
                                  texts[i].column == REASON ? "must be at most 200 bytes in one line"
                                                            : "must be at most 32 bytes in one line");
    if (v[QUANTITY].size && !cli_quantity_parse(v[QUANTITY], false, &a->body.quantity))
        return cli_sheet_fail(cli, &asking->sheet, row, QUANTITY,
                              "must be a number above 0 with at most 3 decimals, such as 2 or 0.5");
    return WL_OK;
}

static int take_file(struct asking *asking, const char *path)
{
    struct cli *cli = asking->cli;
    int rc;

    if (cli->argc || cli_value(cli, "quantity") || cli_value(cli, "reason") || cli_value(cli, "vin") ||
        cli_value(cli, "document"))
        return wl_fail(WL_E_USAGE,
                       "request: with --file all of it stands in the file, in the columns dealer_id, part_id, "
                       "quantity, reason, vin, document");
    if ((rc = cli_sheet_read(cli, path, sheet_columns, COLUMNS, ROWS_MAX, &asking->sheet)) != WL_OK)
        return rc;
    asking->at = wl_arena_alloc(&cli->arena, (asking->sheet.count + 1) * sizeof *asking->at);
    if (!asking->at)
        return wl_arena_status(&cli->arena);
    for (size_t i = 0; rc == WL_OK && i < asking->sheet.count; i++)
        rc = take_row(asking, &asking->sheet.rows[i]);
    return rc;
}

/* ---- execution ---- */

/* Of a row, the key is that of its file, which is known by its bytes, and its line. */
static int make_key(const struct asking *asking, const struct asked *a, struct wl_arena *arena, struct wl_str *key)
{
    const struct cli *cli = asking->cli;
    char line[KEY_SIZE];

    if (!asking->sheet.path)
        return cli_key(cli, arena, WL_NO_STR, false, key);
    if (cli->key.size) {
        snprintf(line, sizeof line, "%llu", (unsigned long long)a->line);
        return cli_key(cli, arena, wl_str_of(line), true, key);
    }
    *key = cli_format_text(arena, "request-%s/%llu", asking->sheet.sha256, (unsigned long long)a->line);
    return wl_arena_status(arena);
}

static void note_filled(struct wl_arena *arena, struct wl_ints filled, struct wl_str *note)
{
    struct wl_str requests = cli_demand_requests(arena, filled);

    if (requests.size)
        *note = cli_format_text(arena, WL_STR_FMT "; " WL_STR_FMT " got what it released", WL_STR_ARG(*note),
                                WL_STR_ARG(requests));
}

/* Keeps of an outcome, whose memory goes, what the answer needs. */
static void keep(struct asking *asking, struct wl_txn *txn, struct asked *a)
{
    struct wl_arena *arena = &asking->cli->arena;
    const struct wl_request_outcome *out = a->result.outcome;

    a->request = a->choice = WL_NONE;
    if (out)
        a->about = wl_arena_copy(arena, out->head.about);
    asking->refused += a->result.refusal != WL_DONE;
    if (a->result.refusal != WL_DONE)
        return;
    a->request = out->request;
    a->choice = out->choice;
    a->location_id = wl_arena_copy(arena, out->location_id);
    a->part_id = wl_arena_copy(arena, out->part_id);
    a->note = cli_demand_sourced(txn, arena,
                                 &(struct cli_demand_source){.dealer_id = a->body.dealer_id,
                                                             .asked_part_id = a->body.part_id,
                                                             .part_id = a->part_id,
                                                             .location_id = a->location_id,
                                                             .quantity = a->body.quantity,
                                                             .choice = a->choice});
}

static int execute_one(struct asking *asking, struct wl_txn *txn, struct asked *a)
{
    struct cli *cli = asking->cli;
    struct wl_request request = {
        .command = &wl_request_command, .body = &a->body, .time = cli_time(cli, txn), .actor = cli->actor};
    int rc;

    wl_arena_clear(&asking->command);
    if ((rc = make_key(asking, a, &asking->command, &request.key)) != WL_OK ||
        (rc = wl_execute(txn, &asking->command, &request, &a->result)) != WL_OK)
        return rc;
    keep(asking, txn, a);
    rc = wl_txn_status(txn);
    return rc != WL_OK ? rc : wl_arena_status(&cli->arena);
}

/* A file is done as a whole or not at all: a corrected one is another file, of which nothing may be done already. */
static int execute_all(struct asking *asking)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(asking->cli->store, true, &txn);

    for (size_t i = 0; rc == WL_OK && i < asking->count; i++)
        rc = execute_one(asking, txn, &asking->at[i]);
    if (rc == WL_OK && asking->sheet.path && asking->refused) {
        wl_txn_abort(&txn);
        return WL_OK;
    }
    return cli_demand_commit(&txn, rc);
}

/* ---- answers ---- */

static struct wl_str name_of(struct wl_arena *arena, const struct asking *asking, const struct asked *a)
{
    return a->line ? cli_format_text(arena, "%s:%llu", asking->sheet.path, (unsigned long long)a->line)
                   : WL_STR("request");
}

static void tell_person(struct asking *asking, const struct asked *a)
{
    struct cli *cli = asking->cli;
    struct wl_arena *arena = &cli->arena;

    if (a->result.refusal != WL_DONE) {
        cli_tell_refusal(cli->out, arena, name_of(arena, asking, a), a->result.refusal, a->about);
        return;
    }
    fprintf(cli->out, "request %lld  " WL_STR_FMT, (long long)a->request, WL_STR_ARG(cli_clean(arena, a->note)));
    cli_demand_entry(cli, &a->result);
}

static void tell_program(struct asking *asking, struct cli_table *table, const struct asked *a)
{
    struct wl_arena *arena = &asking->cli->arena;
    bool done = a->result.refusal == WL_DONE;
    bool stands = a->result.journalled && (done || !asking->sheet.path);

    cli_table_row(table, (struct wl_str[]){cli_int(arena, a->request), wl_str_of(wl_refusal_name(a->result.refusal)),
                                           a->body.dealer_id, a->body.part_id, a->part_id,
                                           cli_quantity_exact(arena, a->body.quantity),
                                           done ? wl_str_of(wl_request_state_names()[request_state(a)]) : WL_NO_STR,
                                           a->location_id, done ? wl_str_of(wl_choice_names()[a->choice]) : WL_NO_STR,
                                           stands ? cli_int(arena, (int64_t)a->result.seq) : WL_NO_STR,
                                           a->result.repeated ? WL_STR("yes") : WL_NO_STR, a->about, a->note,
                                           a->line ? cli_int(arena, (int64_t)a->line) : WL_NO_STR});
}

static int tell(struct asking *asking)
{
    struct cli *cli = asking->cli;
    bool undone = asking->sheet.path && asking->refused;
    struct cli_table *table =
        cli->format == CLI_TABLE ? NULL : cli_table_new(cli, request_columns, WL_COUNT(request_columns));
    int rc = WL_OK;

    for (size_t i = 0; i < asking->count; i++) {
        const struct asked *a = &asking->at[i];

        if (undone && a->result.refusal == WL_DONE)
            continue;
        if (cli->format == CLI_TABLE)
            tell_person(asking, a);
        else
            tell_program(asking, table, a);
    }
    if (cli->format != CLI_TABLE)
        rc = cli_table_end(table);
    fflush(cli->out);
    if (undone)
        return rc != WL_OK ? rc
                           : wl_fail(WL_E_INPUT, "%s: %zu of %zu requests would be refused; nothing was done",
                                     asking->sheet.path, asking->refused, asking->count);
    if (asking->sheet.path && cli->format == CLI_TABLE)
        fprintf(cli->err, "%zu %s\n", asking->count, cli_counted(asking->count, "request", "requests"));
    return rc != WL_OK ? rc : asking->refused ? CLI_REFUSED : CLI_DONE;
}

/* One that was typed and refused is told with what is near. */
static int tell_typed_refusal(struct asking *asking)
{
    struct asked *a = &asking->at[0];
    struct wl_request_outcome out = {.head = {.refusal = a->result.refusal, .about = a->about}};

    a->result.outcome = &out;
    return cli_demand_refused(asking->cli, "request", &a->result,
                              &(struct cli_demand_named){.dealer_id = a->body.dealer_id, .part_id = a->body.part_id});
}

static int run_request(struct cli *cli)
{
    const char *path = cli_value(cli, "file");
    struct asking asking = {.cli = cli};
    int rc = path ? take_file(&asking, path) : take_typed(&asking);

    if (rc != WL_OK)
        return rc;
    wl_arena_init(&asking.command, COMMAND_MEMORY);
    rc = execute_all(&asking);
    if (rc == WL_OK && !path && asking.refused && cli->format == CLI_TABLE)
        rc = tell_typed_refusal(&asking);
    else if (rc == WL_OK)
        rc = tell(&asking);
    wl_arena_release(&asking.command);
    return rc;
}

static const struct cli_option request_options[] = {
    {"quantity", "Q", "how much, at most 3 decimals (default: 1)"},
    {"reason", "TEXT", "why the part is replaced; required"},
    {"vin", "VIN", "the vehicle that it is for (default: none, for the shelf)"},
    {"document", "NO", "the appraisal form or repair order"},
    {"file", "FILE",
     "many from a CSV file (- for standard input): dealer_id, part_id, quantity, reason, vin, document"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_request = {
    .name = "request",
    .args = "DEALER PART",
    .summary = "ask for a part; it is found and reserved at once",
    .options = request_options,
    .letters = "q",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 0,
    .most_args = 2,
    .run = run_request,
    .text = "Finds a part for a dealer and reserves it: in the dealer's own stock, else at the warehouse with enough\n"
            "free stock, nearest by region, then with the largest free quantity, then with the lowest id; else it is\n"
            "back-ordered until a delivery fills it. Old stock of a superseded part is used up first. The answer says\n"
            "where, and why; `wledger show request N` tells all that was looked at. With --file, all rows are done or\n"
            "none; the same file again gives the first answers, unless it is given another --key.",
    .example = "request -d ledger D00001 P000123 --quantity 2 --reason \"worn out\" --vin 1M8GDM9AXKP042788",
};

/* ---- request source, request cancel ---- */

static bool set_source(void *body, struct wl_str name)
{
    return cli_demand_number(name, &((struct wl_request_source_body *)body)->request);
}

static bool set_cancel(void *body, struct wl_str name)
{
    return cli_demand_number(name, &((struct wl_request_cancel_body *)body)->request);
}

static int near_request(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, struct wl_str *hint)
{
    uint64_t count = wl_request_count(txn);

    (void)name;
    *hint = count ? cli_format_text(arena, "there are requests 1 to %llu", (unsigned long long)count)
                  : WL_STR("there is no request yet; `wledger request` makes one");
    return wl_txn_status(txn);
}

static int read_request(struct wl_txn *txn, struct wl_arena *arena, int64_t number, struct wl_request_row *row)
{
    int rc = wl_request_get(txn, arena, (uint64_t)number, row);

    return rc == 1 ? WL_OK : rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a request has no row"));
}

static int tell_source(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                       struct cli_said *said)
{
    const struct wl_request_outcome *out = outcome;
    struct wl_request_row row;
    int rc = read_request(txn, arena, out->request, &row);

    if (rc != WL_OK)
        return rc;
    said->did = wl_str_of(job->did);
    said->state = wl_str_of(wl_request_state_names()[row.state]);
    said->note = cli_demand_sourced(txn, arena,
                                    &(struct cli_demand_source){.dealer_id = row.dealer_id,
                                                                .asked_part_id = row.asked_part_id,
                                                                .part_id = out->part_id,
                                                                .location_id = out->location_id,
                                                                .quantity = row.quantity,
                                                                .choice = out->choice});
    note_filled(arena, out->filled, &said->note);
    return wl_txn_status(txn);
}

static int tell_cancel(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                       struct cli_said *said)
{
    const struct wl_request_cancel_outcome *out = outcome;
    struct wl_request_row row;
    int rc = read_request(txn, arena, out->request, &row);

    if (rc != WL_OK)
        return rc;
    said->did = wl_str_of(job->did);
    said->state = wl_str_of(wl_request_state_names()[row.state]);
    said->note = WL_STR("nothing was reserved for it");
    if (out->released > 0)
        said->note = cli_format_text(arena, WL_STR_FMT " of " WL_STR_FMT " released at " WL_STR_FMT,
                                     WL_STR_ARG(cli_quantity_plain(arena, out->released)), WL_STR_ARG(row.part_id),
                                     WL_STR_ARG(row.location_id));
    note_filled(arena, out->filled, &said->note);
    return WL_OK;
}

static int run_source(struct cli *cli)
{
    struct wl_request_source_body body = {.request = WL_NONE};

    return cli_execute(cli, &(struct cli_job){.command = &wl_request_source_command,
                                              .body = &body,
                                              .form = "the number of a request",
                                              .did = "sourced",
                                              .set_name = set_source,
                                              .tell = tell_source,
                                              .near = near_request,
                                              .unknown = WL_REFUSED_REQUEST_UNKNOWN});
}

static int run_cancel(struct cli *cli)
{
    struct wl_request_cancel_body body = {.request = WL_NONE};
    int rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason);

    if (rc != WL_OK)
        return rc;
    if (!body.reason.size)
        return wl_fail(WL_E_USAGE, "request cancel: a cancellation needs its --reason TEXT");
    return cli_execute(cli, &(struct cli_job){.command = &wl_request_cancel_command,
                                              .body = &body,
                                              .form = "the number of a request",
                                              .did = "cancelled",
                                              .set_name = set_cancel,
                                              .tell = tell_cancel,
                                              .near = near_request,
                                              .unknown = WL_REFUSED_REQUEST_UNKNOWN});
}

const struct cli_command cli_request_source = {
    .name = "request source",
    .args = "REQUEST...",
    .summary = "find the parts of requests anew",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_source,
    .text = "Releases what is reserved for a request at a warehouse, if anything, and looks for its parts again:\n"
            "where stock came, or where it proved not to be there. Back-orders may get what it releases. Requests are\n"
            "named by their numbers; `wledger list requests --state back-ordered` shows what waits.",
    .example = "request source -d ledger 12",
};

static const struct cli_option cancel_options[] = {
    {"reason", "TEXT", "why; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_request_cancel = {
    .name = "request cancel",
    .args = "REQUEST...",
    .summary = "let requests go that are not needed any more",
    .options = cancel_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_cancel,
    .text = "Cancels requests and releases what is reserved for them; what a warehouse has free by it fills\n"
            "back-orders, what has arrived stays with its dealer as free stock. Parts on their way must be received\n"
            "first.",
    .example = "request cancel -d ledger 12 --reason \"customer withdrew\"",
};
