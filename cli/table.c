#include "cli/cli.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include <libsmartcols/libsmartcols.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct cli_table {
    struct cli *cli;
    const struct cli_column *columns;
    size_t count, rows;
    struct libscols_table *screen; /* for people; columns are as wide as their widest value, so it waits */
    struct wl_buf line;
    int status;
};

enum { LINE_MAX_BYTES = 1 << 20 };

static int new_screen(struct cli_table *t)
{
    t->screen = scols_new_table();
    if (!t->screen)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    scols_table_enable_noencoding(t->screen, 1);
    /* In a pipe or a file nothing is cut to the width of a terminal that is not there. */
    if (!isatty(fileno(t->cli->out)))
        scols_table_set_termforce(t->screen, SCOLS_TERMFORCE_NEVER);
    scols_table_set_stream(t->screen, t->cli->out);
    for (size_t i = 0; i < t->count; i++)
        if (!scols_table_new_column(t->screen, t->columns[i].name, 0, t->columns[i].right ? SCOLS_FL_RIGHT : 0))
            return wl_fail(WL_E_SYSTEM, "out of memory");
    return WL_OK;
}

struct cli_table *cli_table_new(struct cli *cli, const struct cli_column *columns, size_t count)
{
    struct cli_table *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    *t = (struct cli_table){.cli = cli, .columns = columns, .count = count};
    wl_buf_init(&t->line, LINE_MAX_BYTES);
    if (cli->format == CLI_TABLE) {
        t->status = new_screen(t);
    } else if (cli->format == CLI_CSV) {
        for (size_t i = 0; i < count; i++) {
            wl_buf_text(&t->line, i ? "," : "");
            wl_csv_value(&t->line, wl_str_of(columns[i].name));
        }
        wl_buf_byte(&t->line, '\n');
        fwrite(t->line.data, 1, t->line.size, cli->out);
    } else {
        fputs("[", cli->out);
    }
    return t;
}

/* Where no UTF-8 locale is to be had, libsmartcols never ends over a letter beyond ASCII. */
static char *screen_text(struct wl_str s)
{
    char *text = strndup(s.data ? s.data : "", s.size);

    for (char *at = text; at && *at && MB_CUR_MAX == 1; at++)
        if ((unsigned char)*at > 0x7F)
            *at = '?';
    return text;
}

static void screen_row(struct cli_table *t, const struct wl_str *values)
{
    struct libscols_line *line = scols_table_new_line(t->screen, NULL);

    for (size_t i = 0; line && i < t->count; i++) {
        struct wl_str clean = cli_clean(&t->cli->arena, values[i]);
        char *text = screen_text(clean);

        if (!text || scols_line_refer_data(line, i, text) != 0)
            t->status = wl_fail(WL_E_SYSTEM, "out of memory");
    }
    if (!line)
        t->status = wl_fail(WL_E_SYSTEM, "out of memory");
}

static void csv_row(struct cli_table *t, const struct wl_str *values)
{
    wl_buf_clear(&t->line);
    for (size_t i = 0; i < t->count; i++) {
        wl_buf_text(&t->line, i ? "," : "");
        wl_csv_value(&t->line, values[i]);
    }
    wl_buf_byte(&t->line, '\n');
    fwrite(t->line.data, 1, t->line.size, t->cli->out);
}

static void json_row(struct cli_table *t, const struct wl_str *values)
{
    json_t *object = json_object();

    for (size_t i = 0; object && i < t->count; i++) {
        char *end = NULL;
        char number[32];
        json_t *value;

        snprintf(number, sizeof number, WL_STR_FMT, WL_STR_ARG(values[i]));
        if (t->columns[i].number)
            value = values[i].size ? json_integer(strtoll(number, &end, 10)) : json_null();
        else
            value = json_stringn(values[i].data ? values[i].data : "", values[i].size);
        json_object_set_new(object, t->columns[i].name, value);
    }
    fputs(t->rows ? "," : "\n ", t->cli->out); /* a row's line is whole once it is written: somebody may wait for it */
    if (!object || json_dumpf(object, t->cli->out, JSON_COMPACT) != 0)
        t->status = wl_fail(WL_E_SYSTEM, "out of memory");
    fputc('\n', t->cli->out);
    json_decref(object);
}

void cli_table_row(struct cli_table *t, const struct wl_str *values)
{
    if (!t || t->status != WL_OK)
        return;
    if (t->cli->format == CLI_TABLE)
        screen_row(t, values);
    else if (t->cli->format == CLI_CSV)
        csv_row(t, values);
    else
        json_row(t, values);
    t->rows++;
}

int cli_table_end(struct cli_table *t)
{
    int rc = t ? t->status : wl_fail(WL_E_SYSTEM, "out of memory");

    if (!t)
        return rc;
    if (t->cli->format == CLI_JSON)
        fputs("]\n", t->cli->out);
    if (t->screen && rc == WL_OK && t->rows && scols_print_table(t->screen) != 0)
        rc = wl_fail(WL_E_SYSTEM, "the table cannot be written");
    if (t->screen)
        scols_unref_table(t->screen);
    wl_buf_release(&t->line);
    free(t);
    return rc;
}

/* ---- values as text ---- */

const char *cli_counted(uint64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

struct wl_str cli_format_text(struct wl_arena *arena, const char *format, ...)
{
    va_list args;
    char *text;
    int size;

    va_start(args, format);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = size >= 0 ? wl_arena_alloc(arena, (size_t)size + 1) : NULL;
    if (!text)
        return WL_NO_STR;
    va_start(args, format);
    vsnprintf(text, (size_t)size + 1, format, args);
    va_end(args);
    return (struct wl_str){text, (size_t)size};
}

struct wl_str cli_amount(struct wl_arena *arena, int64_t minor, struct wl_str currency)
{
    char text[WL_DECIMAL_TEXT];
    size_t size = wl_decimal_format(minor, wl_minor_digits(currency), text);

    return wl_arena_copy(arena, (struct wl_str){text, size});
}

struct wl_str cli_day(struct wl_arena *arena, int64_t day)
{
    char text[WL_DATE_TEXT];

    if (day == WL_NONE)
        return WL_NO_STR;
    wl_date_format(day, text);
    return wl_arena_copy(arena, wl_str_of(text));
}

struct wl_str cli_int(struct wl_arena *arena, int64_t n)
{
    return n == WL_NONE ? WL_NO_STR : cli_format_text(arena, "%lld", (long long)n);
}

struct wl_str cli_clean(struct wl_arena *arena, struct wl_str s)
{
    char *copy = NULL;

    for (size_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.data[i];

        if (c >= 32 && c != 127 && !(c == 0xc2 && i + 1 < s.size && (unsigned char)s.data[i + 1] < 0xa0))
            continue;
        if (!copy && !(copy = (char *)(uintptr_t)wl_arena_copy(arena, s).data))
            return WL_NO_STR;
        copy[i] = '?';
        if (c == 0xc2)
            copy[++i] = '?';
    }
    return copy ? (struct wl_str){copy, s.size} : s;
}

const char *cli_shown(struct cli *cli, const char *path)
{
    struct wl_str clean = cli_clean(&cli->arena, wl_str_of(path));
    char *text = wl_arena_alloc(&cli->arena, clean.size + 1);

    if (!text)
        return "";
    memcpy(text, clean.data, clean.size);
    text[clean.size] = '\0';
    for (char *at = text + wl_utf8_prefix(clean); *at; at += wl_utf8_prefix(wl_str_of(at)))
        *at = '?';
    return text;
}

/* ---- progress ---- */

void cli_progress(struct cli *cli, const char *what, uint64_t done, uint64_t all)
{
    enum { WIDTH = 30 };
    unsigned filled = all ? (unsigned)((done > all ? all : done) * WIDTH / all) : 0;

    if (!cli->terminal)
        return;
    fprintf(cli->err, "\r%-10s [%.*s%*s] %3u%%", what, (int)filled,
            "==============================", (int)(WIDTH - filled), "",
            all ? (unsigned)((done > all ? all : done) * 100 / all) : 0);
    fflush(cli->err);
}

void cli_progress_end(struct cli *cli)
{
    if (cli->terminal)
        fprintf(cli->err, "\r%-60s\r", "");
}
