#include "cli/help.h"
#include "cli/options.h"

#include "wledger/error.h"
#include "wledger/schema.h"
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_MEMORY = 64 << 20 };

int cli_exit_of(int status)
{
    static const enum cli_exit exits[] = {
        [-WL_OK] = CLI_DONE,         [-WL_E_INPUT] = CLI_INPUT, [-WL_E_DAMAGED] = CLI_DAMAGED,
        [-WL_E_SYSTEM] = CLI_SYSTEM, [-WL_E_FULL] = CLI_SYSTEM, [-WL_E_USAGE] = CLI_USAGE,
    };

    return status <= 0 && (size_t)-status < WL_COUNT(exits) ? (int)exits[-status] : status;
}

/* Without --by, WLEDGER_BY says who it is, or else the login name. */
static int know_actor(struct cli *cli)
{
    const char *by = getenv("WLEDGER_BY");
    const struct passwd *user;

    if (cli->actor.size)
        return WL_OK;
    if (by && *by)
        return cli_set_name("WLEDGER_BY", by, &cli->actor);
    user = getpwuid(geteuid());
    if (!user || cli_set_name("the login name", user->pw_name, &cli->actor) != WL_OK)
        cli->actor = WL_STR("unknown");
    return WL_OK;
}

int64_t cli_time(const struct cli *cli, struct wl_txn *txn)
{
    int64_t last = wl_journal_time(txn);

    return cli->at_given || last == WL_NONE || cli->at > last ? cli->at : last;
}

/* The command whose name argv begins with; *words: of how many words it is. */
static const struct cli_command *find_command(int argc, char **argv, int *words)
{
    for (int two = 1; two >= 0; two--) {
        char name[64] = "";

        if (argc < 1 + two || strlen(argv[0]) + (two ? strlen(argv[1]) : 0) + 2 > sizeof name)
            continue;
        strcpy(name, argv[0]);
        if (two)
            strcat(strcat(name, " "), argv[1]);
        for (const struct cli_command *const *c = cli_commands; *c; c++)
            if (strcmp((*c)->name, name) == 0) {
                *words = 1 + two;
                return *c;
            }
    }
    return NULL;
}

/* `wledger -d DIR verb` as well as `wledger verb -d DIR`. */
static int leading_dir(struct cli *cli, int *argc, char ***argv)
{
    while (*argc > 0 && strncmp(**argv, "-d", 2) == 0) {
        const char *joined = **argv + 2;

        if (!*joined && *argc < 2)
            return wl_fail(WL_E_USAGE, "-d: needs the ledger's folder");
        cli->dir = *joined ? joined : (*argv)[1];
        *argv += *joined ? 1 : 2;
        *argc -= *joined ? 1 : 2;
    }
    return WL_OK;
}

static int check_arguments(const struct cli *cli)
{
    const struct cli_command *c = cli->command;

    if (cli->argc < c->least_args && !(cli->from && cli->argc == 0))
        return wl_fail(WL_E_USAGE, "%s: something is missing; usage: wledger %s %s", c->name, c->name, c->args);
    if (c->most_args >= 0 && cli->argc > c->most_args)
        return wl_fail(WL_E_USAGE, "%s: `%s` is one too many; usage: wledger %s %s", c->name, cli->argv[c->most_args],
                       c->name, c->args);
    if (c->flags & (CLI_NEEDS_STORE | CLI_NEEDS_WRITE | CLI_NEEDS_DIR) && !cli->dir)
        return wl_fail(WL_E_USAGE, "which ledger? name its folder with -d DIR or in WLEDGER_DIR");
    return WL_OK;
}

static int run_command(struct cli *cli)
{
    const struct cli_command *c = cli->command;
    int rc = check_arguments(cli);

    if (rc == WL_OK && c->flags & CLI_TAKES_ACTOR)
        rc = know_actor(cli);
    if (rc == WL_OK && c->flags & (CLI_NEEDS_STORE | CLI_NEEDS_WRITE))
        rc = wl_store_open(cli->dir, &wl_house_schema, c->flags & CLI_NEEDS_WRITE ? 0 : WL_OPEN_READ, &cli->store);
    if (rc == WL_OK) {
        wl_arena_init(&cli->arena, COMMAND_MEMORY);
        rc = c->run(cli);
        wl_arena_release(&cli->arena);
    }
    wl_store_close(cli->store);
    return rc;
}

static int run(struct cli *cli, int argc, char **argv)
{
    char help_word[] = "help";
    bool help = false;
    int words, rc = leading_dir(cli, &argc, &argv);

    if (rc != WL_OK)
        return rc;
    if (argc == 0) {
        cli_help_overview(cli->err);
        return CLI_USAGE;
    }
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
        argv[0] = help_word;
    cli->command = find_command(argc, argv, &words);
    if (!cli->command)
        return cli_help_unknown(argv[0]);
    rc = cli_parse(cli, argc - words + 1, argv + words - 1, &help);
    if (rc != WL_OK)
        return rc;
    if (help) {
        cli_help_command(cli->out, cli->command);
        return CLI_DONE;
    }
    return run_command(cli);
}

int wl_main(int argc, char **argv, FILE *in, FILE *out, FILE *err)
{
    struct cli cli = {.in = in, .out = out, .err = err, .dir = getenv("WLEDGER_DIR")};
    int rc;

    cli.at = (int64_t)time(NULL);
    cli.terminal = isatty(fileno(err)) == 1;
    if (cli.dir && !*cli.dir)
        cli.dir = NULL;
    rc = run(&cli, argc - 1, argv + 1);
    if (rc >= 0 && (fflush(out) != 0 || ferror(out)))
        rc = wl_fail(WL_E_SYSTEM, "the answer cannot be written");
    if (rc < 0) {
        fflush(out);
        fprintf(err, "wledger: %s\n", wl_error());
    }
    return cli_exit_of(rc);
}
