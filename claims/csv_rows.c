#include "claims/csv_rows.h"

#include "wledger/error.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROW_TEXT_MAX = 4 * WL_CSV_FIELD_MAX, /* bytes of one row's values */
    PARSER_BLOCK = 4096,
};

void wl_csv_show(struct wl_str value, char out[WL_CSV_SHOWN_MAX + 4])
{
    size_t n =
        wl_utf8_prefix((struct wl_str){value.data, value.size < WL_CSV_SHOWN_MAX ? value.size : WL_CSV_SHOWN_MAX});

    for (size_t i = 0; i < n; i++) {
        uint8_t c = (uint8_t)value.data[i];
        bool c1 = c == 0xC2 && i + 1 < n && (uint8_t)value.data[i + 1] < 0xA0;
        out[i] = c < 0x20 || c == 0x7F || c1 ? '?' : (char)c;
        if (c1)
            out[++i] = '?';
    }
    snprintf(out + n, 4, "%s", n < value.size ? "..." : "");
}

struct wl_str wl_csv_value_of(const struct wl_csv *csv, size_t n)
{
    uint32_t from = csv->value_end[n];

    return (struct wl_str){(const char *)csv->text.data + from, csv->value_end[n + 1] - from};
}

static void fail(struct wl_csv *csv, enum wl_csv_fault fault)
{
    char reason[160];

    if (fault == WL_CSV_NOT_UTF8)
        snprintf(reason, sizeof reason, "value %zu of the row is not UTF-8; save the file as UTF-8", csv->count + 1);
    else if (fault == WL_CSV_QUOTE)
        snprintf(reason, sizeof reason,
                 "a quote stands where none may be; write it twice within a quoted value and close what is opened");
    else if (fault == WL_CSV_VALUE_LONG)
        snprintf(reason, sizeof reason, "a value is longer than %d bytes, perhaps for want of a closing quote",
                 WL_CSV_FIELD_MAX);
    else
        snprintf(reason, sizeof reason, "the row is longer than %d bytes", ROW_TEXT_MAX);
    csv->status = csv->fault(csv->context, csv, fault, reason);
}

/* ---- what libcsv calls ---- */

static void on_value(void *bytes, size_t size, void *context)
{
    struct wl_csv *csv = context;
    struct wl_str value = {bytes, size};

    csv->after_cr = false;
    if (csv->status != WL_OK)
        return;
    if (wl_utf8_prefix(value) != size) {
        fail(csv, WL_CSV_NOT_UTF8);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        if (value.data[i] == '\n' || (value.data[i] == '\r' && (i + 1 == size || value.data[i + 1] != '\n')))
            csv->line_breaks++;
    }
    if (csv->count < WL_CSV_COLUMNS_MAX) {
        wl_buf_str(&csv->text, value);
        csv->value_end[csv->count + 1] = (uint32_t)csv->text.size;
    }
    csv->count++;
    if (wl_buf_status(&csv->text) != WL_OK)
        fail(csv, WL_CSV_ROW_LONG);
}

static void on_row(int terminator, void *context)
{
    struct wl_csv *csv = context;

    if (csv->status != WL_OK)
        return;
    if (terminator == '\n' && csv->after_cr && csv->count == 0) {
        csv->after_cr = false;
        return;
    }
    if (csv->count > 0)
        csv->status = csv->row(csv->context, csv);
    if (csv->status != WL_OK)
        return;
    csv->line += csv->line_breaks + 1;
    csv->line_breaks = 0;
    csv->after_cr = terminator == '\r';
    csv->count = 0;
    wl_buf_clear(&csv->text);
}

static int is_never_space(unsigned char c)
{
    (void)c;
    return 0;
}

/* The parser's memory holds one value: this is where its ceiling stands. */
static void *value_realloc(void *old, size_t size)
{
    return size > WL_CSV_FIELD_MAX ? NULL : realloc(old, size);
}

/* ---- the file ---- */

int wl_csv_init(struct wl_csv *csv)
{
    csv->line = 1;
    wl_buf_init(&csv->text, ROW_TEXT_MAX);
    csv->parser = malloc(sizeof *csv->parser);
    if (!csv->parser)
        return csv->status = wl_fail(WL_E_SYSTEM, "out of memory");
    csv_init(csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    csv_set_space_func(csv->parser, is_never_space);
    csv_set_realloc_func(csv->parser, value_realloc);
    csv_set_blk_size(csv->parser, PARSER_BLOCK);
    return WL_OK;
}

void wl_csv_release(struct wl_csv *csv)
{
    if (csv->parser)
        csv_free(csv->parser);
    free(csv->parser);
    csv->parser = NULL;
    wl_buf_release(&csv->text);
}

static void fail_parse(struct wl_csv *csv)
{
    fail(csv, csv_error(csv->parser) == CSV_EPARSE ? WL_CSV_QUOTE : WL_CSV_VALUE_LONG);
}

int wl_csv_read(struct wl_csv *csv, const void *bytes, size_t n)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};

    if (csv->status != WL_OK)
        return csv->status;
    if (!csv->begun && n >= sizeof mark && memcmp(bytes, mark, sizeof mark) == 0) {
        bytes = (const uint8_t *)bytes + sizeof mark;
        n -= sizeof mark;
    }
    csv->begun = true;
    if (csv_parse(csv->parser, bytes, n, on_value, on_row, csv) != n && csv->status == WL_OK)
        fail_parse(csv);
    return csv->status;
}

int wl_csv_finish(struct wl_csv *csv)
{
    if (csv->status == WL_OK && csv_fini(csv->parser, on_value, on_row, csv) != 0 && csv->status == WL_OK)
        fail_parse(csv);
    return csv->status;
}
