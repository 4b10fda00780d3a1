/* Printing a view: as JSON, as path and value in CSV, laid out for people. */
#include "cli/view.h"

#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 32, LABEL_WIDTH = 18, PATH_SIZE = 512, INDENT = 2, CELL_SIZE = 1 << 20 };

/* A scalar as text. Views hold no floating point. */
static struct wl_str scalar(struct wl_arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return (struct wl_str){json_string_value(value), json_string_length(value)};
    if (json_is_integer(value))
        return cli_format_text(arena, "%lld", (long long)json_integer_value(value));
    return json_is_true(value) ? WL_STR("yes") : json_is_false(value) ? WL_STR("no") : WL_NO_STR;
}

static bool is_scalar(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

/* ---- CSV ---- */

/* Depth is that of the view, which is ours. */
static void flatten(struct cli *cli, struct cli_table *table, const char *path, const json_t *value)
{
    char below[PATH_SIZE];
    const char *name;
    json_t *item;
    size_t i;

    if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, name, item)
        {
            snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", name);
            flatten(cli, table, below, item);
        }
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, item)
        {
            snprintf(below, sizeof below, "%s.%zu", path, i + 1);
            flatten(cli, table, below, item);
        }
    } else {
        cli_table_row(table, (struct wl_str[]){wl_str_of(path), scalar(&cli->arena, value)});
    }
}

static int print_csv(struct cli *cli, const json_t *view)
{
    static const struct cli_column columns[] = {{"what", false, false}, {"value", false, false}};
    struct cli_table *table = cli_table_new(cli, columns, WL_COUNT(columns));

    flatten(cli, table, "", view);
    return cli_table_end(table);
}

/* ---- for people ---- */

static void label(struct cli *cli, int depth, int width, const char *name)
{
    char text[64];

    snprintf(text, sizeof text, "%s", name);
    for (char *c = text; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    fprintf(cli->out, "%*s%-*s", depth * INDENT, "", width, text);
}

static void heading(struct cli *cli, int depth, const char *name)
{
    fputc('\n', cli->out);
    label(cli, depth, 0, name);
    fputc('\n', cli->out);
}

/* Whether text reads as a number, so that it stands at the right of its column. */
static bool is_number(struct wl_str s)
{
    size_t i = s.size && s.data[0] == '-';

    if (i == s.size)
        return s.size == 0;
    for (; i < s.size; i++)
        if ((s.data[i] < '0' || s.data[i] > '9') && s.data[i] != '.')
            return false;
    return true;
}

/* The columns that the objects of a list have between them, in order of their first appearance. */
static size_t find_columns(struct cli *cli, const json_t *items, struct cli_column columns[COLUMNS_MAX])
{
    size_t count = 0, i;
    const char *name;
    json_t *item, *value;

    json_array_foreach(items, i, item)
    {
        json_object_foreach(item, name, value)
        {
            size_t at = 0;

            while (at < count && strcmp(columns[at].name, name) != 0)
                at++;
            if (at == COLUMNS_MAX)
                continue;
            if (at == count)
                columns[count++] = (struct cli_column){name, true, false};
            columns[at].right &= is_scalar(value) && is_number(scalar(&cli->arena, value));
        }
    }
    return count;
}

/* A list within a row: its scalars with spaces between, or how many objects it has. */
static struct wl_str cell(struct cli *cli, const json_t *value)
{
    struct wl_buf joined;
    struct wl_str text;
    json_t *item;
    size_t i;

    if (!value || is_scalar(value))
        return value ? scalar(&cli->arena, value) : WL_NO_STR;
    wl_buf_init(&joined, CELL_SIZE);
    json_array_foreach(value, i, item)
    {
        wl_buf_text(&joined, i ? " " : "");
        wl_buf_str(&joined, is_scalar(item) ? scalar(&cli->arena, item) : WL_STR("..."));
    }
    text = wl_arena_copy(&cli->arena, wl_buf_view(&joined));
    wl_buf_release(&joined);
    return text;
}

static int print_table(struct cli *cli, const json_t *items)
{
    struct cli_column columns[COLUMNS_MAX];
    size_t count = find_columns(cli, items, columns), i;
    struct cli_table *table = cli_table_new(cli, columns, count);
    json_t *item;

    json_array_foreach(items, i, item)
    {
        struct wl_str values[COLUMNS_MAX];

        for (size_t c = 0; c < count; c++)
            values[c] = cell(cli, json_object_get(item, columns[c].name));
        cli_table_row(table, values);
    }
    return cli_table_end(table);
}

static int print_list(struct cli *cli, int depth, const char *name, const json_t *items)
{
    json_t *item;
    size_t i;

    if (json_array_size(items) == 0)
        return WL_OK;
    if (json_is_object(json_array_get(items, 0))) {
        heading(cli, depth, name);
        return print_table(cli, items);
    }
    if (json_is_integer(json_array_get(items, 0))) {
        struct wl_str all = cli_clean(&cli->arena, cell(cli, items));

        label(cli, depth, LABEL_WIDTH, name);
        fprintf(cli->out, WL_STR_FMT "\n", WL_STR_ARG(all));
        return WL_OK;
    }
    heading(cli, depth, name);
    json_array_foreach(items, i, item)
    {
        struct wl_str text = cli_clean(&cli->arena, scalar(&cli->arena, item));

        fprintf(cli->out, "%*s- " WL_STR_FMT "\n", (depth + 1) * INDENT, "", WL_STR_ARG(text));
    }
    return WL_OK;
}

/* What is simple first, so that a heading's lines are not torn apart. */
static int print_object(struct cli *cli, int depth, const json_t *view)
{
    json_t *object = (json_t *)(uintptr_t)view, *value;
    const char *name;
    int rc = WL_OK;

    json_object_foreach(object, name, value)
    {
        struct wl_str text = is_scalar(value) ? cli_clean(&cli->arena, scalar(&cli->arena, value)) : WL_NO_STR;

        if (!is_scalar(value))
            continue;
        label(cli, depth, LABEL_WIDTH, name);
        fprintf(cli->out, "%s" WL_STR_FMT "\n", strlen(name) >= LABEL_WIDTH ? " " : "", WL_STR_ARG(text));
    }
    json_object_foreach(object, name, value)
    {
        if (rc != WL_OK || is_scalar(value))
            continue;
        if (json_is_array(value)) {
            rc = print_list(cli, depth, name, value);
        } else if (json_object_size(value)) {
            heading(cli, depth, name);
            rc = print_object(cli, depth + 1, value);
        }
    }
    return rc;
}

/* ---- */

static int print_json(struct cli *cli, const json_t *view)
{
    if (json_dumpf(view, cli->out, JSON_INDENT(2)) != 0)
        return wl_fail(WL_E_SYSTEM, "the answer cannot be written");
    fputc('\n', cli->out);
    return WL_OK;
}

int cli_view_print(struct cli *cli, json_t *view)
{
    int rc;

    if (!view)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    if (cli->format == CLI_JSON)
        rc = print_json(cli, view);
    else if (cli->format == CLI_CSV)
        rc = print_csv(cli, view);
    else
        rc = print_object(cli, 0, view);
    json_decref(view);
    return rc;
}

int cli_view_print_open(struct cli *cli, const json_t *view)
{
    char *text = json_dumps(view, JSON_INDENT(2));
    char *end = text ? strrchr(text, '}') : NULL;

    if (!end)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    while (end > text && (end[-1] == '\n' || end[-1] == ' '))
        end--;
    fprintf(cli->out, "%.*s", (int)(end - text), text);
    free(text);
    return WL_OK;
}
