#include "cli/filing.h"
#include "cli/lookup.h"

#include "wledger/error.h"
#include "wledger/load.h"

enum {
    ROWS_MAX = 50000,
    ATTEMPTS_MAX = 100, /* of a row that is refused again and again */
    KEY_SIZE = 200,     /* bytes of a place, a part and a lot together */
    COMMAND_MEMORY = 64 << 20,
    ANSWER_MEMORY = 16 << 20,
    ROW_MEMORY = 1 << 20,
};

/* ---- checking ---- */

int cli_filing_fail(struct cli_filing *f, const struct cli_sheet_row *row, size_t column, const char *reason)
{
    return cli_sheet_fail(f->cli, &f->sheet, row, column, reason);
}

/* The first four columns are those of both files: the form of what stands in them. */
static int check_form(struct cli_filing *f, const struct cli_sheet_row *row)
{
    static const struct {
        size_t column, most;
        const char *reason;
    } texts[] = {
        {CLI_FILING_LOCATION, 32, "must be 1 to 32 bytes of UTF-8 without control characters"},
        {CLI_FILING_BIN, WL_BIN_MAX, "must be at most 31 bytes of UTF-8 without control characters"},
        {CLI_FILING_PART, 32, "must be 1 to 32 bytes of UTF-8 without control characters"},
        {CLI_FILING_LOT, WL_LOT_MAX, "must be at most 32 bytes of UTF-8 without control characters"},
    };

    for (size_t i = 0; i < WL_COUNT(texts); i++) {
        struct wl_str value = row->values[texts[i].column];

        if (value.size && (!wl_is_identifier(value) || value.size > texts[i].most))
            return cli_filing_fail(f, row, texts[i].column, texts[i].reason);
    }
    return WL_OK;
}

static int check_location(struct cli_filing *f, const struct cli_sheet_row *row)
{
    struct wl_str id = row->values[CLI_FILING_LOCATION], hint = WL_NO_STR;
    union wl_reference_row found;
    char reason[200];
    int rc = cli_reference_row(f->reading, &f->row, WL_REF_WAREHOUSES, id, &found);

    if (rc == 0)
        rc = cli_reference_row(f->reading, &f->row, WL_REF_DEALERS, id, &found);
    if (rc != 0)
        return rc < 0 ? rc : WL_OK;
    if ((rc = cli_near_location(f->reading, &f->row, id, false, &hint)) != WL_OK)
        return rc;
    snprintf(reason, sizeof reason, "is neither a dealer nor a warehouse; " WL_STR_FMT, WL_STR_ARG(hint));
    return cli_filing_fail(f, row, CLI_FILING_LOCATION, reason);
}

/* How the units of the part are told apart. */
static int check_part(struct cli_filing *f, const struct cli_sheet_row *row, enum wl_tracking *tracking)
{
    struct wl_str id = row->values[CLI_FILING_PART], hint = WL_NO_STR;
    struct wl_tracked_part tracked;
    struct wl_part part;
    char reason[200];
    int rc = cli_reference_row(f->reading, &f->row, WL_REF_PARTS, id, &part);

    if (rc == 0 && (rc = cli_near_part(f->reading, &f->row, id, &hint)) == WL_OK) {
        snprintf(reason, sizeof reason, "is not in `parts`: " WL_STR_FMT, WL_STR_ARG(hint));
        return cli_filing_fail(f, row, CLI_FILING_PART, reason);
    }
    if (rc < 0 || (rc = cli_reference_row(f->reading, &f->row, WL_REF_TRACKED_PARTS, id, &tracked)) < 0)
        return rc;
    *tracking = rc == 0 ? WL_TRACKING_NONE : tracked.tracking == 0 ? WL_TRACKING_LOT : WL_TRACKING_SERIAL;
    return WL_OK;
}

/* No place, part and lot twice in a file: which of the two would be meant? */
int cli_filing_once(struct cli_filing *f, const struct cli_sheet_row *row, struct wl_str lot)
{
    const struct wl_str parts[] = {row->values[CLI_FILING_LOCATION], row->values[CLI_FILING_BIN],
                                   row->values[CLI_FILING_PART], lot};
    char reason[120];
    uint8_t bytes[KEY_SIZE];
    struct wl_buf key = {.data = bytes, .capacity = sizeof bytes, .ceiling = sizeof bytes}; /* never grows */
    int64_t line;

    for (size_t i = 0; i < WL_COUNT(parts); i++) {
        wl_buf_str(&key, parts[i]);
        wl_buf_byte(&key, 0);
    }
    line = wl_row_keys_add(&f->seen, wl_buf_view(&key), (uint32_t)row->line);
    if (line < 0)
        return wl_fail(WL_E_SYSTEM, "%s: out of memory; split the file", f->sheet.path);
    if (line == 0)
        return WL_OK;
    snprintf(reason, sizeof reason, "the same location, bin, part and lot as in line %lld; remove one of the rows",
             (long long)line);
    return cli_filing_fail(f, row, CLI_FILING_PART, reason);
}

/* What both files have, as far as it goes without executing anything. */
int cli_filing_check(struct cli_filing *f, const struct cli_sheet_row *row, enum wl_tracking *tracking)
{
    int rc = check_form(f, row);

    if (rc == WL_OK)
        rc = check_location(f, row);
    return rc == WL_OK ? check_part(f, row, tracking) : rc;
}

static int check_rows(struct cli_filing *f)
{
    int rc = wl_txn_begin(f->cli->store, false, &f->reading);

    f->lines = wl_arena_alloc(&f->cli->arena, (f->sheet.count + 1) * sizeof *f->lines);
    if (rc == WL_OK && !f->lines)
        rc = wl_arena_status(&f->cli->arena);
    for (size_t i = 0; rc >= WL_OK && i < f->sheet.count; i++) {
        struct cli_filing_line *line = &f->lines[f->count];

        wl_arena_clear(&f->row);
        line->line = f->sheet.rows[i].line;
        rc = f->kind->read(f, &f->sheet.rows[i], line);
        f->count += rc == 1;
        f->skipped += rc == 0;
    }
    wl_txn_abort(&f->reading);
    return rc < 0 ? rc : WL_OK;
}

/* ---- executing ---- */

/* The file and the line, and behind a refusal, of which nothing came, a number: so the same file can be given again
 * once what it was refused for is put right. */
static int make_key(struct cli_filing *f, uint64_t line, int attempt, struct wl_str *key)
{
    struct wl_str name = cli_format_text(&f->command, "%llu", (unsigned long long)line);

    if (attempt > 1)
        name = cli_format_text(&f->command, WL_STR_FMT ".%d", WL_STR_ARG(name), attempt);
    if (f->cli->key.size)
        return cli_key(f->cli, &f->command, name, true, key);
    *key = cli_format_text(&f->command, "%s-%s/" WL_STR_FMT, f->kind->name, f->sheet.sha256, WL_STR_ARG(name));
    return wl_arena_status(&f->command);
}

/* Keeps of an outcome, whose memory goes, what the answer needs. */
static void keep(struct cli_filing *f, struct cli_filing_answer *a)
{
    const struct wl_count_outcome *out = a->result.outcome;
    const struct wl_posting *moved = out ? out->head.postings.at : NULL;

    if (!out)
        return;
    a->about = wl_arena_copy(&f->answers, out->head.about);
    a->difference = out->difference;
    if (out->head.postings.count)
        a->place = wl_arena_copy(&f->answers,
                                 moved->from_kind == WL_ACCOUNT_COUNT_ADJUSTMENT ? moved->to_party : moved->from_party);
    if (out->filled.count) {
        struct wl_str bytes = {(const char *)out->filled.at, out->filled.count * sizeof *out->filled.at};

        a->filled.at = (int64_t *)(uintptr_t)wl_arena_copy(&f->answers, bytes).data;
        a->filled.count = a->filled.at ? out->filled.count : 0;
    }
}

static int execute_one(struct cli_filing *f, struct wl_txn *txn, const struct cli_filing_line *line)
{
    struct cli_filing_answer *a = &f->group[f->in_group];
    struct wl_request request = {
        .command = f->kind->command, .body = &line->body, .time = cli_time(f->cli, txn), .actor = f->cli->actor};
    int rc;

    *a = (struct cli_filing_answer){.line = line, .difference = WL_NONE};
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
        wl_arena_clear(&f->command);
        if ((rc = make_key(f, line->line, attempt, &request.key)) != WL_OK ||
            (rc = wl_execute(txn, &f->command, &request, &a->result)) != WL_OK)
            return rc;
        if (a->result.refusal == WL_DONE || !a->result.repeated)
            break;
    }
    keep(f, a);
    f->in_group++;
    return wl_arena_status(&f->answers);
}

static void tell_group(struct cli_filing *f)
{
    for (size_t i = 0; i < f->in_group; i++) {
        const struct cli_filing_answer *a = &f->group[i];

        f->done += a->result.refusal == WL_DONE;
        f->refused += a->result.refusal != WL_DONE;
        f->before += a->result.repeated;
        f->differ += a->difference != WL_NONE && a->difference != 0;
        if (f->cli->format == CLI_TABLE)
            f->kind->tell(f, a);
        else
            f->kind->tell_program(f, a);
    }
    f->in_group = 0;
    wl_arena_clear(&f->answers);
}

static int execute_group(struct cli_filing *f, size_t *next)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(f->cli->store, true, &txn);

    while (rc == WL_OK && f->in_group < CLI_FILING_GROUP && *next < f->count && !wl_txn_is_full(txn))
        rc = execute_one(f, txn, &f->lines[(*next)++]);
    if (rc == WL_OK)
        rc = wl_txn_commit(&txn);
    wl_txn_abort(&txn);
    if (rc == WL_OK)
        tell_group(f);
    return rc;
}

static int execute_all(struct cli_filing *f)
{
    size_t next = 0;
    int rc = WL_OK, end = WL_OK;

    if (f->cli->format != CLI_TABLE)
        f->table = cli_table_new(f->cli, f->kind->told, f->kind->told_count);
    while (rc == WL_OK && next < f->count)
        rc = execute_group(f, &next);
    if (f->cli->format != CLI_TABLE)
        end = cli_table_end(f->table);
    return rc != WL_OK ? rc : end;
}

int cli_filing_run(struct cli_filing *f, const char *path)
{
    int rc = cli_sheet_read(f->cli, path, f->kind->columns, f->kind->column_count, ROWS_MAX, &f->sheet);

    wl_row_keys_init(&f->seen);
    wl_arena_init(&f->row, ROW_MEMORY);
    wl_arena_init(&f->command, COMMAND_MEMORY);
    wl_arena_init(&f->answers, ANSWER_MEMORY);
    if (rc == WL_OK && (rc = check_rows(f)) == WL_OK && (rc = execute_all(f)) != WL_OK && f->done + f->refused)
        fprintf(f->cli->err, "%s: %llu %s done; the same command again goes on there\n", cli_shown(f->cli, path),
                (unsigned long long)(f->done + f->refused), cli_counted(f->done + f->refused, "row is", "rows are"));
    wl_arena_release(&f->row);
    wl_arena_release(&f->command);
    wl_arena_release(&f->answers);
    wl_row_keys_release(&f->seen);
    return rc;
}

/* ---- answers ---- */

struct wl_str cli_filing_name(struct cli_filing *f, const struct cli_filing_answer *a, struct wl_str location_id,
                              struct wl_str bin_id, struct wl_str part_id, struct wl_str lot)
{
    struct wl_arena *arena = &f->answers;
    struct wl_str words = cli_stock_lot_words(arena, lot);
    struct wl_str place =
        a->place.size ? a->place
        : bin_id.size ? cli_format_text(arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(location_id), WL_STR_ARG(bin_id))
                      : location_id;

    return cli_format_text(arena, "%s:%llu: " WL_STR_FMT " " WL_STR_FMT "%s" WL_STR_FMT, f->sheet.path,
                           (unsigned long long)a->line->line, WL_STR_ARG(place), WL_STR_ARG(part_id),
                           words.size ? ", " : "", WL_STR_ARG(words));
}

void cli_filing_sum(struct cli_filing *f, const char *did)
{
    FILE *out = f->cli->out;

    fprintf(out, "%s: %zu %s: %llu %s", cli_shown(f->cli, f->sheet.path), f->sheet.count,
            cli_counted(f->sheet.count, "row", "rows"), (unsigned long long)f->done, did);
    if (f->kind->command == &wl_count_command)
        fprintf(out, ", %llu of them differ", (unsigned long long)f->differ);
    if (f->skipped)
        fprintf(out, ", %zu not counted", f->skipped);
    fprintf(out, ", %llu refused", (unsigned long long)f->refused);
    if (f->before)
        fprintf(out, "; %llu were done before", (unsigned long long)f->before);
    fputc('\n', out);
}

struct wl_str cli_filing_result(const struct cli_filing_answer *a)
{
    return wl_str_of(wl_refusal_name(a->result.refusal));
}

struct wl_str cli_filing_entry(struct cli_filing *f, const struct cli_filing_answer *a)
{
    return a->result.journalled ? cli_int(&f->answers, (int64_t)a->result.seq) : WL_NO_STR;
}

struct wl_str cli_filing_repeated(const struct cli_filing_answer *a)
{
    return a->result.repeated ? WL_STR("yes") : WL_NO_STR;
}
