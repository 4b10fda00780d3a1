/* Reading a table from CSV: one pass, one transaction. */
#include "claims/csv_rows.h"
#include "claims/row_keys.h"
#include "wledger/claim.h"
#include "wledger/error.h"
#include "wledger/load.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_SIZE = 256 * 1024,
    VOID_COLUMN = -1, /* in column_field: withdraws the row */
    SHA256_SIZE = 32,
};

struct loading {
    struct wl_txn *txn;
    struct wl_arena *arena;
    const char *path;
    const struct wl_reference_info *info;
    struct wl_load_report *report;
    int64_t time;
    struct wl_str actor;
    int status; /* the first error; nothing is done after it */

    uint64_t line; /* on which the present row begins */

    bool has_header;
    int8_t column_field[WL_CSV_COLUMNS_MAX]; /* by column: which field, or VOID_COLUMN */
    size_t columns;

    const struct wl_csv *csv; /* has the values of the present row */
    size_t values;            /* how many */

    struct wl_row_keys seen;
    struct wl_buf encoded;         /* the present row */
    struct wl_buf rows, withdrawn; /* of the entry being filled */
};

/* ---- messages ---- */

static void fail_column(struct loading *l, struct wl_str column, const char *reason)
{
    char shown[WL_CSV_SHOWN_MAX + 4];

    wl_csv_show(column, shown);
    l->status = wl_fail(WL_E_INPUT, "%s:%" PRIu64 ": column %s: %s", l->path, l->line, shown, reason);
}

static void fail_value(struct loading *l, const struct wl_field *field, struct wl_str value, const char *reason)
{
    char text[512], shown[WL_CSV_SHOWN_MAX + 4];

    wl_csv_show(value, shown);
    if (value.size)
        snprintf(text, sizeof text, "%s; it is '%s'", reason, shown);
    else
        snprintf(text, sizeof text, "%s", reason);
    fail_column(l, wl_str_of(field->name), text);
}

/* The names of a table's columns, for messages. */
static void name_columns(const struct wl_reference_info *info, bool keys_only, char *out, size_t size)
{
    size_t count = keys_only ? info->key_count : info->record->field_count, used = 0;

    for (size_t i = 0; i < count && used < size; i++) {
        const struct wl_field *field = &info->record->fields[keys_only ? info->keys[i] : i];
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", field->name);
    }
}

/* "must be a, b or c" */
static void name_choices(const char *const *choices, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "must be ");

    for (size_t i = 0; choices[i] && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s",
                                 i == 0           ? ""
                                 : choices[i + 1] ? ", "
                                                  : " or ",
                                 choices[i]);
}

/* Why a text is none of the field's type. */
static void fail_type(struct loading *l, const struct wl_field *field, struct wl_str value)
{
    char reason[200];

    if (field->type == WL_TEXT)
        snprintf(reason, sizeof reason, "is longer than %u bytes; shorten it", (unsigned)field->limit);
    else if (field->type == WL_DAY)
        snprintf(reason, sizeof reason, "must be a date that exists, from 1900 to 2199, as YYYY-MM-DD");
    else if (field->type == WL_CHOICE)
        name_choices(field->choices, reason, sizeof reason);
    else if (field->places)
        snprintf(reason, sizeof reason, "must be a plain number of up to %u digits and %u decimals",
                 (unsigned)field->digits, (unsigned)field->places);
    else
        snprintf(reason, sizeof reason, "must be a whole number of up to %u digits", (unsigned)field->digits);
    fail_value(l, field, value, reason);
}

/* ---- commands ---- */

static bool execute(struct loading *l, const struct wl_command *command, const void *body, uint64_t *seq)
{
    struct wl_request request = {.command = command, .body = body, .time = l->time, .actor = l->actor};
    struct wl_result result;

    wl_arena_clear(l->arena);
    l->status = wl_execute(l->txn, l->arena, &request, &result);
    if (l->status == WL_OK && result.refusal != WL_DONE) {
        l->report->refusal = result.refusal;
        l->status = wl_fail(WL_E_USAGE, "%s: %s", l->path, wl_refusal_meaning(result.refusal));
    }
    *seq = result.seq;
    return l->status == WL_OK;
}

static void flush_rows(struct loading *l)
{
    struct wl_load_rows_body body = {l->report->table, wl_buf_view(&l->rows), wl_buf_view(&l->withdrawn)};
    uint64_t seq;

    if (l->rows.size + l->withdrawn.size == 0)
        return;
    execute(l, &wl_load_rows_command, &body, &seq);
    wl_buf_clear(&l->rows);
    wl_buf_clear(&l->withdrawn);
}

/* Takes the encoded row to the entry that is being filled. */
static void add_to_entry(struct loading *l, struct wl_buf *part)
{
    if (l->rows.size + l->withdrawn.size + l->encoded.size > WL_LOAD_ROWS_MAX)
        flush_rows(l);
    if (l->status == WL_OK)
        wl_buf_str(part, wl_buf_view(&l->encoded));
}

/* ---- rows ---- */

static void read_header(struct loading *l)
{
    const struct wl_record *record = l->info->record;
    char known[400], reason[512];
    uint32_t seen = 0;

    name_columns(l->info, false, known, sizeof known);
    /* A header with more columns than the ceiling has one among the first that is unknown or comes twice. */
    for (size_t i = 0; i < l->values && i < WL_CSV_COLUMNS_MAX && l->status == WL_OK; i++) {
        struct wl_str name = wl_csv_value_of(l->csv, i);
        const struct wl_field *field = wl_record_field(record, name);
        int8_t number = field ? (int8_t)(field - record->fields) : VOID_COLUMN;
        uint32_t bit = UINT32_C(1) << (number == VOID_COLUMN ? WL_REFERENCE_COLUMNS_MAX : number);

        if (!field && !wl_str_is(name, "void")) {
            snprintf(reason, sizeof reason, "%s has no such column; its columns are %s, and void to withdraw rows",
                     l->info->name, known);
            fail_column(l, name, reason);
        } else if (seen & bit) {
            fail_column(l, name, "stands twice in the header; remove one of them");
        } else {
            l->column_field[i] = number;
        }
        seen |= bit;
    }
    for (size_t i = 0; i < record->field_count && l->status == WL_OK; i++) {
        if (!(seen & UINT32_C(1) << i))
            fail_column(l, wl_str_of(record->fields[i].name), "is missing from the header; add it");
    }
    l->columns = l->values;
    l->has_header = true;
}

/* Whether column `void` says that this row is withdrawn. */
static bool read_void(struct loading *l)
{
    for (size_t i = 0; i < l->columns; i++) {
        struct wl_str value = wl_csv_value_of(l->csv, i);
        if (l->column_field[i] != VOID_COLUMN || value.size == 0 || wl_str_is(value, "no"))
            continue;
        if (wl_str_is(value, "yes"))
            return true;
        fail_value(l, &(struct wl_field){.name = "void"}, value, "must be yes, no or empty");
    }
    return false;
}

/* Fills the row from the present values; a withdrawal has its key only. False on error. */
static bool read_row(struct loading *l, bool withdrawn, union wl_reference_row *row)
{
    const struct wl_record *record = l->info->record;
    struct wl_str texts[WL_REFERENCE_COLUMNS_MAX];
    struct wl_row_fault fault;

    wl_record_clear(record, row);
    for (size_t i = 0; i < l->columns; i++) {
        int8_t number = l->column_field[i];
        if (number == VOID_COLUMN || (withdrawn && !memchr(l->info->keys, number, l->info->key_count)))
            continue;
        texts[number] = wl_csv_value_of(l->csv, i);
        if (!wl_field_from_text(&record->fields[number], texts[number], row)) {
            fail_type(l, &record->fields[number], texts[number]);
            return false;
        }
    }
    if (!wl_reference_row_holds(l->txn, l->report->table, row, withdrawn, &fault)) {
        fail_value(l, &record->fields[fault.field], texts[fault.field], fault.reason);
        return false;
    }
    l->status = wl_txn_status(l->txn);
    return l->status == WL_OK;
}

static bool is_first(struct loading *l, struct wl_str key)
{
    int64_t line = wl_row_keys_add(&l->seen, key, (uint32_t)l->line);
    char names[100], reason[200];

    if (line < 0) {
        l->status = wl_fail(WL_E_SYSTEM, "%s: out of memory; split the file", l->path);
    } else if (line > 0) {
        name_columns(l->info, true, names, sizeof names);
        snprintf(reason, sizeof reason, "the same %s as in line %" PRId64 "; remove one of the rows", names, line);
        fail_column(l, wl_str_of(l->info->record->fields[l->info->keys[0]].name), reason);
    }
    return line == 0;
}

/* Compares the row with the one that stands, and keeps it for the journal where they differ. */
static void take_row(struct loading *l, bool withdrawn, const union wl_reference_row *row, struct wl_str key)
{
    struct wl_str value;
    int found = wl_get(l->txn, WL_TABLE_REFERENCE, key, &value);

    if (found < 0) {
        l->status = found;
        return;
    }
    if (withdrawn && !found)
        return;
    wl_buf_clear(&l->encoded);
    wl_record_encode(l->info->record, row, &l->encoded);
    l->status = wl_buf_status(&l->encoded);
    if (l->status != WL_OK)
        return;
    if (withdrawn) {
        l->report->withdrawn++;
        add_to_entry(l, &l->withdrawn);
    } else if (!found || !wl_str_equal(wl_reference_row_cbor(value), wl_buf_view(&l->encoded))) {
        l->report->added += !found;
        l->report->changed += found ? 1 : 0;
        add_to_entry(l, &l->rows);
    }
}

static void end_row(struct loading *l)
{
    union wl_reference_row row;
    struct wl_reference_key key;
    bool withdrawn;

    if (!l->has_header) {
        read_header(l);
        return;
    }
    if (l->values != l->columns) {
        l->status =
            wl_fail(WL_E_INPUT,
                    "%s:%" PRIu64 ": the row has %zu values, the header %zu; put values that hold a comma in quotes",
                    l->path, l->line, l->values, l->columns);
        return;
    }
    withdrawn = read_void(l);
    if (l->status != WL_OK || !read_row(l, withdrawn, &row))
        return;
    l->report->rows++;
    if (!wl_reference_key(l->report->table, &row, &key)) {
        l->status = wl_fail(WL_E_INPUT, "%s:%" PRIu64 ": the row's key cannot be stored", l->path, l->line);
        return;
    }
    if (is_first(l, wl_reference_key_view(&key)))
        take_row(l, withdrawn, &row, wl_reference_key_view(&key));
}

/* ---- the file, taken apart ---- */

static void fail_encoding(struct loading *l, const char *reason)
{
    bool known = l->has_header && l->values < l->columns;
    int8_t number = known ? l->column_field[l->values] : VOID_COLUMN;

    if (known)
        fail_column(l, number == VOID_COLUMN ? WL_STR("void") : wl_str_of(l->info->record->fields[number].name),
                    "is not UTF-8; save the file as UTF-8");
    else
        l->status = wl_fail(WL_E_INPUT, "%s:%" PRIu64 ": %s", l->path, l->line, reason);
}

static int on_row(void *context, struct wl_csv *csv)
{
    struct loading *l = context;

    l->csv = csv;
    l->line = csv->line;
    l->values = csv->count;
    end_row(l);
    return l->status;
}

static int on_fault(void *context, struct wl_csv *csv, enum wl_csv_fault fault, const char *reason)
{
    struct loading *l = context;

    l->line = csv->line;
    l->values = csv->count;
    if (fault == WL_CSV_NOT_UTF8)
        fail_encoding(l, reason);
    else
        l->status = wl_fail(WL_E_INPUT, "%s:%" PRIu64 ": %s", l->path, l->line, reason);
    return l->status;
}

/* As many bytes as there are, up to n: a pipe gives them in pieces, and a byte order mark must be whole. */
static ssize_t read_fully(int fd, uint8_t *bytes, size_t n)
{
    size_t got = 0;

    while (got < n) {
        ssize_t piece = read(fd, bytes + got, n - got);
        if (piece < 0 && errno == EINTR)
            continue;
        if (piece < 0)
            return -1;
        if (piece == 0)
            break;
        got += (size_t)piece;
    }
    return (ssize_t)got;
}

static void read_file(struct loading *l, int fd, struct wl_csv *csv, EVP_MD_CTX *sha)
{
    uint8_t *bytes = malloc(READ_SIZE);
    uint64_t all = 0;
    ssize_t n = 0;

    if (!bytes) {
        l->status = wl_fail(WL_E_SYSTEM, "out of memory");
        return;
    }
    while (l->status == WL_OK && (n = read_fully(fd, bytes, READ_SIZE)) > 0) {
        all += (uint64_t)n;
        if (all > WL_CSV_FILE_MAX)
            l->status = wl_fail(WL_E_INPUT, "%s: is larger than %" PRIu64 " bytes; split it", l->path, WL_CSV_FILE_MAX);
        else if (EVP_DigestUpdate(sha, bytes, (size_t)n) != 1)
            l->status = wl_fail(WL_E_SYSTEM, "SHA-256 failed");
        else
            l->status = wl_csv_read(csv, bytes, (size_t)n);
    }
    if (n < 0)
        l->status = wl_fail(WL_E_SYSTEM, "%s: cannot be read: %s", l->path, strerror(errno));
    if (l->status == WL_OK)
        l->status = wl_csv_finish(csv);
    free(bytes);
}

/* Whether the tiers hold with this file's rows among them; the message names the currency's last line. */
static void check_tiers(struct loading *l)
{
    struct wl_reference_key prefix;
    struct wl_row_fault fault;
    char currency[4], reason[sizeof fault.reason + 64];

    if (wl_tiers_hold(l->txn, currency, &fault)) {
        l->status = wl_txn_status(l->txn);
        return;
    }
    wl_reference_key_start(&prefix, WL_REF_TIERS);
    wl_reference_key_text(&prefix, wl_str_of(currency));
    l->line = wl_row_keys_last_line(&l->seen, wl_reference_key_view(&prefix));
    snprintf(reason, sizeof reason, "%s (tiers of %s as they would stand with this file)", fault.reason, currency);
    fail_column(l, wl_str_of(l->info->record->fields[fault.field].name), reason);
}

/* The same for supersessions; the message names the last line of this file that has part in the circle. */
static void check_supersessions(struct loading *l)
{
    struct wl_supersession_chain chain;
    struct wl_reference_key key;
    struct wl_row_fault fault;

    if (wl_supersessions_hold(l->txn, &chain, &fault)) {
        l->status = wl_txn_status(l->txn);
        return;
    }
    l->line = 0;
    for (size_t i = 0; i < chain.count; i++) {
        wl_reference_key_start(&key, WL_REF_SUPERSESSIONS);
        wl_reference_key_text(&key, chain.part_ids[i]);
        uint32_t line = wl_row_keys_last_line(&l->seen, wl_reference_key_view(&key));
        l->line = line > l->line ? line : l->line;
    }
    fail_column(l, wl_str_of(l->info->record->fields[fault.field].name), fault.reason);
}

/* The `load` entry, where there is anything to close. */
static void close_run(struct loading *l, EVP_MD_CTX *sha)
{
    struct wl_load_report *r = l->report;
    uint8_t digest[SHA256_SIZE];

    if (!l->has_header) {
        l->line = 1;
        fail_column(l, wl_str_of(l->info->record->fields[0].name), "is missing, as is the whole header row; add it");
        return;
    }
    flush_rows(l);
    if (l->status == WL_OK && l->report->table == WL_REF_TIERS)
        check_tiers(l);
    if (l->status == WL_OK && l->report->table == WL_REF_SUPERSESSIONS)
        check_supersessions(l);
    if (l->status != WL_OK || r->added + r->changed + r->withdrawn == 0)
        return;
    if (EVP_DigestFinal_ex(sha, digest, NULL) != 1) {
        l->status = wl_fail(WL_E_SYSTEM, "SHA-256 failed");
        return;
    }
    struct wl_load_body body = {.table = r->table,
                                .file_sha256 = {(const char *)digest, sizeof digest},
                                .rows = (int64_t)r->rows,
                                .added = (int64_t)r->added,
                                .changed = (int64_t)r->changed,
                                .withdrawn = (int64_t)r->withdrawn};
    execute(l, &wl_load_command, &body, &r->seq);
}

static void load_open_file(struct loading *l, int fd)
{
    struct wl_csv csv = {.row = on_row, .fault = on_fault, .context = l};
    EVP_MD_CTX *sha = EVP_MD_CTX_new();

    l->status = wl_csv_init(&csv);
    if (l->status == WL_OK && (!sha || EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1))
        l->status = wl_fail(WL_E_SYSTEM, "SHA-256 failed");
    if (l->status == WL_OK)
        read_file(l, fd, &csv, sha);
    if (l->status == WL_OK)
        close_run(l, sha);
    EVP_MD_CTX_free(sha);
    wl_csv_release(&csv);
}

int wl_load_csv(struct wl_txn *txn, struct wl_arena *arena, const char *path, int64_t time, struct wl_str actor,
                struct wl_load_report *report)
{
    struct loading l = {
        .txn = txn, .arena = arena, .path = path, .report = report, .time = time, .actor = actor, .line = 1};
    int fd = -1;

    *report = (struct wl_load_report){.table = wl_load_table(path), .refusal = WL_DONE};
    l.info = wl_reference_info(report->table);
    wl_row_keys_init(&l.seen);
    wl_buf_init(&l.encoded, WL_VALUE_MAX - 8);
    wl_buf_init(&l.rows, WL_LOAD_ROWS_MAX);
    wl_buf_init(&l.withdrawn, WL_LOAD_ROWS_MAX);
    if (!l.info)
        l.status =
            wl_fail(WL_E_INPUT, "%s: is not named like a table; give it the name TABLE.csv, such as parts.csv", path);
    else if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        l.status =
            wl_fail(errno == ENOENT ? WL_E_INPUT : WL_E_SYSTEM, "%s: cannot be opened: %s", path, strerror(errno));
    else
        load_open_file(&l, fd);
    if (fd >= 0)
        close(fd);
    wl_row_keys_release(&l.seen);
    wl_buf_release(&l.encoded);
    wl_buf_release(&l.rows);
    wl_buf_release(&l.withdrawn);
    return l.status == WL_OK ? WL_OK : wl_txn_fail(txn, l.status);
}
