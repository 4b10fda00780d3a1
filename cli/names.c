#include "cli/cli.h"

#include "wledger/error.h"
#include <errno.h>
#include <string.h>

enum { LINE_SIZE = 1024, PLACE_SIZE = 300 };

static int worse(int exit, int other)
{
    return exit > other ? exit : other;
}

/* The next line without its end, of which no more is kept than one byte too many. False at the file's end. */
static bool read_line(FILE *file, char line[LINE_SIZE + 1], struct wl_str *text)
{
    size_t size = 0;
    int c;

    while ((c = getc(file)) != EOF && c != '\n' && size <= LINE_SIZE)
        line[size++] = (char)c;
    *text = (struct wl_str){line, size};
    return size > 0 || c == '\n';
}

/* Lines of a file, bounded; an empty one and one that begins with '#' is passed over. */
static int each_line(struct cli *cli, FILE *file, const char *name, cli_name_fn *one, void *context)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* that some editors put before UTF-8 */
    char line[LINE_SIZE + 1], place[PLACE_SIZE];
    struct wl_str text;
    uint64_t number = 0;
    int exit = CLI_DONE;

    while (read_line(file, line, &text)) {
        int rc;

        number++;
        snprintf(place, sizeof place, "%s:%llu: ", name, (unsigned long long)number);
        if (text.size > LINE_SIZE)
            return wl_fail(WL_E_INPUT, "%sthe line is longer than %d bytes; one name a line, please", place, LINE_SIZE);
        if (memchr(text.data, 0, text.size))
            return wl_fail(WL_E_INPUT, "%sthe line holds a NUL byte; a text of names, please", place);
        if (number == 1 && text.size >= sizeof mark - 1 && memcmp(text.data, mark, sizeof mark - 1) == 0)
            text = (struct wl_str){text.data + sizeof mark - 1, text.size - (sizeof mark - 1)};
        text = wl_str_trim(text);
        if (text.size == 0 || text.data[0] == '#')
            continue;
        rc = one(cli, context, text, place);
        if (rc < 0)
            return rc;
        exit = worse(exit, rc);
    }
    if (ferror(file))
        return wl_fail(errno == EISDIR ? WL_E_INPUT : WL_E_SYSTEM, "%s: %s", name, strerror(errno));
    return exit;
}

int cli_each_name(struct cli *cli, cli_name_fn *one, void *context)
{
    int exit = CLI_DONE, rc;
    FILE *file;

    for (int i = 0; i < cli->argc; i++) {
        rc = one(cli, context, wl_str_trim(wl_str_of(cli->argv[i])), "");
        if (rc < 0)
            return rc;
        exit = worse(exit, rc);
    }
    if (!cli->from)
        return exit;
    if (strcmp(cli->from, "-") == 0) {
        rc = each_line(cli, cli->in, "-", one, context);
        return rc < 0 ? rc : worse(exit, rc);
    }
    file = fopen(cli->from, "re");
    if (!file)
        return wl_fail(WL_E_INPUT, "%s: %s", cli->from, strerror(errno));
    rc = each_line(cli, file, cli->from, one, context);
    fclose(file);
    return rc < 0 ? rc : worse(exit, rc);
}
