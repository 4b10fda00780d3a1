#include "cli/sheet.h"

#include "claims/csv_rows.h"
#include "wledger/error.h"
#include <errno.h>
#include <string.h>

enum {
    ROWS_FIRST = 64,
    NAMES_MAX = 1000 /* bytes of all columns' names */
};

struct reading {
    struct cli *cli;
    struct cli_sheet *sheet;
    size_t most, room; /* rows: at most, and room for */
    int status;        /* the first error; nothing is done after it */

    uint64_t line; /* on which the present row begins */
    bool has_header;
    int columns[WL_CSV_COLUMNS_MAX]; /* by place in the file: which column */
    size_t fields;                   /* of the header */

    const struct wl_csv *csv; /* has the values of the present row */
    size_t values;            /* how many */
};

/* ---- messages ---- */

int cli_sheet_fail(struct cli *cli, const struct cli_sheet *sheet, const struct cli_sheet_row *row, size_t column,
                   const char *reason)
{
    struct wl_str value = row->values[column];
    char shown[WL_CSV_SHOWN_MAX + 4];

    (void)cli;
    wl_csv_show(value, shown);
    if (value.size == 0)
        return wl_fail(WL_E_INPUT, "%s:%llu: column %s: %s; nothing was done", sheet->path,
                       (unsigned long long)row->line, sheet->columns[column].name, reason);
    return wl_fail(WL_E_INPUT, "%s:%llu: column %s: %s; it is '%s'; nothing was done", sheet->path,
                   (unsigned long long)row->line, sheet->columns[column].name, reason, shown);
}

static void fail(struct reading *r, const char *reason)
{
    r->status =
        wl_fail(WL_E_INPUT, "%s:%llu: %s; nothing was done", r->sheet->path, (unsigned long long)r->line, reason);
}

static void fail_header(struct reading *r, struct wl_str name, const char *reason)
{
    char shown[WL_CSV_SHOWN_MAX + 4];
    struct wl_buf all;

    wl_csv_show(name, shown);
    wl_buf_init(&all, NAMES_MAX);
    for (size_t i = 0; i < r->sheet->column_count; i++)
        wl_buf_format(&all, "%s%s", i ? ", " : "", r->sheet->columns[i].name);
    r->status = wl_fail(WL_E_INPUT, "%s:%llu: column %s: %s; the columns are " WL_STR_FMT "; nothing was done",
                        r->sheet->path, (unsigned long long)r->line, shown, reason, WL_STR_ARG(wl_buf_view(&all)));
    wl_buf_release(&all);
}

/* ---- rows ---- */

static struct wl_str value_of(const struct reading *r, size_t place)
{
    return wl_str_trim(wl_csv_value_of(r->csv, place));
}

static int find_column(const struct cli_sheet *sheet, struct wl_str name)
{
    for (size_t i = 0; i < sheet->column_count; i++)
        if (wl_str_is(name, sheet->columns[i].name))
            return (int)i;
    return -1;
}

static void read_header(struct reading *r)
{
    uint32_t seen = 0;

    for (size_t i = 0; i < r->values && i < WL_CSV_COLUMNS_MAX && r->status == WL_OK; i++) {
        struct wl_str name = value_of(r, i);
        int column = find_column(r->sheet, name);

        r->columns[i] = column;
        if (column < 0)
            fail_header(r, name, "there is no such column here");
        else if (seen & UINT32_C(1) << column)
            fail_header(r, name, "stands twice in the header; remove one of them");
        else
            seen |= UINT32_C(1) << column;
    }
    for (size_t i = 0; i < r->sheet->column_count && r->status == WL_OK; i++)
        if (r->sheet->columns[i].required && !(seen & UINT32_C(1) << i))
            fail_header(r, wl_str_of(r->sheet->columns[i].name), "is missing from the header; add it");
    r->fields = r->values;
    r->has_header = true;
}

static bool is_blank(const struct reading *r)
{
    for (size_t i = 0; i < r->values && i < WL_CSV_COLUMNS_MAX; i++)
        if (value_of(r, i).size)
            return false;
    return true;
}

static struct cli_sheet_row *add_row(struct reading *r)
{
    struct cli_sheet *sheet = r->sheet;

    if (sheet->count == r->most) {
        r->status =
            wl_fail(WL_E_INPUT, "%s: more than %zu rows; split the file; nothing was done", sheet->path, r->most);
        return NULL;
    }
    if (sheet->count == r->room) {
        size_t room = r->room ? 2 * r->room : ROWS_FIRST;
        struct cli_sheet_row *rows = wl_arena_alloc(&r->cli->arena, room * sizeof *rows);

        if (!rows) {
            r->status = wl_arena_status(&r->cli->arena);
            return NULL;
        }
        if (sheet->count)
            memcpy(rows, sheet->rows, sheet->count * sizeof *rows);
        sheet->rows = rows;
        r->room = room;
    }
    return &sheet->rows[sheet->count++];
}

static void read_row(struct reading *r)
{
    struct cli_sheet_row *row;
    struct wl_str *values;

    if (is_blank(r))
        return;
    if (r->values != r->fields) {
        r->status = wl_fail(WL_E_INPUT,
                            "%s:%llu: the row has %zu values, the header %zu; put values that hold a comma in "
                            "quotes; nothing was done",
                            r->sheet->path, (unsigned long long)r->line, r->values, r->fields);
        return;
    }
    values = wl_arena_alloc(&r->cli->arena, r->sheet->column_count * sizeof *values);
    row = values ? add_row(r) : NULL;
    if (!row) {
        r->status = r->status != WL_OK ? r->status : wl_arena_status(&r->cli->arena);
        return;
    }
    *row = (struct cli_sheet_row){r->line, values};
    for (size_t i = 0; i < r->values; i++)
        values[r->columns[i]] = wl_arena_copy(&r->cli->arena, value_of(r, i));
    r->status = wl_arena_status(&r->cli->arena);
    for (size_t i = 0; i < r->sheet->column_count && r->status == WL_OK; i++)
        if (r->sheet->columns[i].required && values[i].size == 0)
            r->status = cli_sheet_fail(r->cli, r->sheet, row, i, "is empty; fill it in");
}

static bool has_nul(const struct reading *r)
{
    for (size_t i = 0; i < r->values && i < WL_CSV_COLUMNS_MAX; i++) {
        struct wl_str value = wl_csv_value_of(r->csv, i);
        if (value.size && memchr(value.data, 0, value.size))
            return true;
    }
    return false;
}

static int on_row(void *context, struct wl_csv *csv)
{
    struct reading *r = context;

    r->csv = csv;
    r->line = csv->line;
    r->values = csv->count;
    if (has_nul(r))
        fail(r, "a value of the row holds a NUL byte; save the file as text");
    else if (r->has_header)
        read_row(r);
    else
        read_header(r);
    return r->status;
}

static int on_fault(void *context, struct wl_csv *csv, enum wl_csv_fault fault, const char *reason)
{
    struct reading *r = context;

    (void)fault;
    r->line = csv->line;
    fail(r, reason);
    return r->status;
}

/* ---- the file ---- */

static int read_bytes(struct cli *cli, const char *path, struct wl_buf *bytes)
{
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? cli->in : fopen(path, "re");
    char piece[1 << 14];
    int rc = WL_OK;

    if (!file)
        return wl_fail(WL_E_INPUT, "%s: %s", path, strerror(errno));
    for (size_t n; !bytes->failed && (n = fread(piece, 1, sizeof piece, file)) > 0;)
        wl_buf_add(bytes, piece, n);
    if (ferror(file))
        rc = wl_fail(errno == EISDIR ? WL_E_INPUT : WL_E_SYSTEM, "%s: %s", path, strerror(errno));
    else if (bytes->failed)
        rc = wl_fail(WL_E_INPUT, "%s: is larger than %d bytes; split it; nothing was done", path, CLI_SHEET_BYTES_MAX);
    if (!is_input)
        fclose(file);
    return rc;
}

static void parse(struct reading *r, struct wl_str bytes)
{
    struct wl_csv csv = {.row = on_row, .fault = on_fault, .context = r};

    r->status = wl_csv_init(&csv);
    if (r->status == WL_OK && (r->status = wl_csv_read(&csv, bytes.data, bytes.size)) == WL_OK)
        r->status = wl_csv_finish(&csv);
    wl_csv_release(&csv);
    if (r->status == WL_OK && !r->has_header)
        fail_header(r, wl_str_of(r->sheet->columns[0].name), "is missing, as is the whole header row; add it");
}

int cli_sheet_read(struct cli *cli, const char *path, const struct cli_sheet_column *columns, size_t column_count,
                   size_t most, struct cli_sheet *sheet)
{
    struct reading r = {.cli = cli, .sheet = sheet, .most = most, .line = 1};
    uint8_t hash[WL_HASH_SIZE];
    struct wl_buf bytes;

    *sheet = (struct cli_sheet){.path = path, .columns = columns, .column_count = column_count};
    wl_buf_init(&bytes, CLI_SHEET_BYTES_MAX);
    r.status = read_bytes(cli, path, &bytes);
    if (r.status == WL_OK) {
        wl_sha256(wl_buf_view(&bytes), hash);
        wl_hex(hash, sizeof hash, sheet->sha256);
        parse(&r, wl_buf_view(&bytes));
    }
    wl_buf_release(&bytes);
    return r.status;
}
