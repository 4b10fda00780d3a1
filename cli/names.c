#include "cli/cli.h"

#include "wledger/error.h"
#include <errno.h>
#include <string.h>

enum { LINE_SIZE = 1024, PLACE_SIZE = 300 };

static int worse(int exit, int other)
{
    return exit > other ? exit : other;
}

/* Lines of a file, bounded; an empty one and one that begins with '#' is passed over. */
static int each_line(struct cli *cli, FILE *file, const char *name, cli_name_fn *one, void *context)
{
    char line[LINE_SIZE], place[PLACE_SIZE];
    uint64_t number = 0;
    int exit = CLI_DONE;

    while (fgets(line, sizeof line, file)) {
        size_t size = strlen(line);
        struct wl_str text = wl_str_trim((struct wl_str){line, size});
        int rc;

        number++;
        snprintf(place, sizeof place, "%s:%llu: ", name, (unsigned long long)number);
        if (size == sizeof line - 1 && line[size - 1] != '\n')
            return wl_fail(WL_E_INPUT, "%sthe line is longer than %d bytes; one name a line, please", place,
                           LINE_SIZE - 2);
        if (text.size == 0 || text.data[0] == '#')
            continue;
        rc = one(cli, context, text, place);
        if (rc < 0)
            return rc;
        exit = worse(exit, rc);
    }
    return ferror(file) ? wl_fail(WL_E_SYSTEM, "%s: %s", name, strerror(errno)) : exit;
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
