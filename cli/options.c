#include "cli/options.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include <getopt.h>
#include <string.h>

enum { OPT_DIR = 'd', OPT_HELP = 'h', OPT_AT = 256, OPT_BY, OPT_KEY, OPT_FROM, OPT_JSON, OPT_CSV, OPT_OWN = 512 };
enum { OPTIONS_MAX = 40, OWN_MAX = 24, NAMES_SIZE = 1000 };

const struct cli_shared cli_shared_options[] = {
    {"dir", "DIR", "the ledger's folder (or WLEDGER_DIR)", OPT_DIR, 0},
    {"help", NULL, "what this command does", OPT_HELP, 0},
    {"at", "TIME", "the command's time, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ (default: the clock)", OPT_AT,
     CLI_TAKES_TIME},
    {"by", "WHO", "who gives the command (or WLEDGER_BY; default: the login name)", OPT_BY, CLI_TAKES_ACTOR},
    {"key", "KEY", "idempotency key: the same key and command again gives the first answer", OPT_KEY, CLI_TAKES_KEY},
    {"from", "FILE", "names from a file, one a line; - for standard input", OPT_FROM, CLI_TAKES_FROM},
    {"json", NULL, "answer as JSON", OPT_JSON, CLI_TAKES_FORMAT},
    {"csv", NULL, "answer as CSV", OPT_CSV, CLI_TAKES_FORMAT},
    {NULL, NULL, NULL, 0, 0},
};

bool cli_takes(const struct cli_command *command, const struct cli_shared *option)
{
    return !option->flag || (command->flags & option->flag);
}

char cli_letter(const struct cli_command *command, size_t nth)
{
    char letter = command->letters && nth < strlen(command->letters) ? command->letters[nth] : ' ';

    return letter == ' ' ? 0 : letter;
}

/* Which option a short letter of the command's own stands for; any other stays what it is. */
static int own_option(const struct cli_command *command, int c)
{
    for (int i = 0; command->options && command->options[i].name && i < OWN_MAX; i++)
        if (c == cli_letter(command, (size_t)i))
            return OPT_OWN + i;
    return c;
}

static int set_time(struct cli *cli, const char *text)
{
    if (!wl_time_parse(wl_str_of(text), &cli->at) || cli->at < 0)
        return wl_fail(WL_E_USAGE, "--at %s: not a time; write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ", text);
    cli->at_given = true;
    return WL_OK;
}

int cli_set_name(const char *what, const char *text, struct wl_str *out)
{
    struct wl_str s = wl_str_of(text);

    if (s.size < 1 || s.size > WL_NAME_MAX || wl_utf8_prefix(s) != s.size)
        return wl_fail(WL_E_USAGE, "%s: 1 to %d bytes of UTF-8, please", what, WL_NAME_MAX);
    for (size_t i = 0; i < s.size; i++)
        if ((unsigned char)s.data[i] < 32 || s.data[i] == 127)
            return wl_fail(WL_E_USAGE, "%s: holds a control character", what);
    *out = s;
    return WL_OK;
}

bool cli_repeats(const struct cli_command *command, const char *option)
{
    size_t size = strlen(option);

    for (const char *at = command->repeats; at && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == size && strncmp(at, option, size) == 0)
            return true;
    return false;
}

static int take_own(struct cli *cli, int i, const char *value)
{
    const char *name = cli->command->options[i].name;

    cli->values[i] = value ? value : "";
    if (!cli_repeats(cli->command, name))
        return WL_OK;
    if (cli->repeated_count == CLI_REPEATED_MAX)
        return wl_fail(WL_E_USAGE, "--%s: given too often; %d at most", name, CLI_REPEATED_MAX);
    cli->repeated[cli->repeated_count].option = name;
    cli->repeated[cli->repeated_count++].value = cli->values[i];
    return WL_OK;
}

static int take(struct cli *cli, int option, const char *value)
{
    switch (option) {
    case OPT_DIR:
        cli->dir = value;
        return WL_OK;
    case OPT_AT:
        return set_time(cli, value);
    case OPT_BY:
        return cli_set_name("--by", value, &cli->actor);
    case OPT_KEY:
        return cli_set_name("--key", value, &cli->key);
    case OPT_FROM:
        cli->from = value;
        return WL_OK;
    case OPT_JSON:
        cli->format = CLI_JSON;
        return WL_OK;
    case OPT_CSV:
        cli->format = CLI_CSV;
        return WL_OK;
    default:
        return take_own(cli, option - OPT_OWN, value);
    }
}

/* Which of two values was meant nobody can know; two forms of answer are the same case. */
static int once(const struct cli_command *command, const struct option *options, int option,
                bool seen[OPT_OWN + OWN_MAX])
{
    const char *name = "";
    bool is_form = option == OPT_JSON || option == OPT_CSV, again = seen[is_form ? OPT_JSON : option];

    seen[is_form ? OPT_JSON : option] = true;
    for (const struct option *o = options; o->name; o++)
        if (o->val == option)
            name = o->name;
    if (again && is_form)
        return wl_fail(WL_E_USAGE, "--%s: one form of answer, please; --json or --csv", name);
    return again && !cli_repeats(command, name) ? wl_fail(WL_E_USAGE, "--%s: given twice; give it once", name) : WL_OK;
}

/* Of short options, several can stand in one argument, which getopt has not left yet. */
static int bad_option(const struct cli_command *command, const char *argument)
{
    char letter[] = {'-', (char)optopt, 0};
    bool is_letter = optopt > 0 && optopt < OPT_AT;

    return wl_fail(WL_E_USAGE, "%s: not an option of `%s`; see `wledger help %s`", is_letter ? letter : argument,
                   command->name, command->name);
}

int cli_parse(struct cli *cli, int argc, char **argv, bool *help)
{
    const struct cli_command *command = cli->command;
    struct option options[OPTIONS_MAX] = {{0}};
    char letters[2 * OWN_MAX + 8] = ":d:h", letter[2] = "";
    bool seen[OPT_OWN + OWN_MAX] = {false};
    size_t n = 0;
    int c, rc = WL_OK;

    for (const struct cli_shared *s = cli_shared_options; s->name; s++)
        if (cli_takes(command, s))
            options[n++] = (struct option){s->name, s->arg ? required_argument : no_argument, NULL, s->letter};
    for (int i = 0; command->options && command->options[i].name && i < OWN_MAX; i++) {
        const struct cli_option *o = &command->options[i];

        options[n++] = (struct option){o->name, o->arg ? required_argument : no_argument, NULL, OPT_OWN + i};
        letter[0] = cli_letter(command, (size_t)i);
        if (letter[0])
            strcat(strcat(letters, letter), o->arg ? ":" : "");
    }
    *help = false;
    optind = 0; /* GNU: start anew, so that wl_main can be called more than once */
    opterr = 0;
    while (rc == WL_OK && (c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
        if (c == OPT_HELP)
            *help = true;
        else if (c == ':')
            rc = wl_fail(WL_E_USAGE, "%s: needs a value; see `wledger help %s`", argv[optind - 1], command->name);
        else if (c == '?')
            rc = bad_option(command, argv[optind - 1]);
        else if ((rc = once(command, options, own_option(command, c), seen)) == WL_OK)
            rc = take(cli, own_option(command, c), optarg);
    }
    cli->argc = argc - optind;
    cli->argv = argv + optind;
    return rc;
}

const char *cli_value(const struct cli *cli, const char *option)
{
    for (size_t i = 0; cli->command->options && cli->command->options[i].name; i++)
        if (strcmp(cli->command->options[i].name, option) == 0)
            return cli->values[i];
    return NULL;
}

const char *cli_value_at(const struct cli *cli, const char *option, size_t nth)
{
    for (size_t i = 0; i < cli->repeated_count; i++)
        if (strcmp(cli->repeated[i].option, option) == 0 && nth-- == 0)
            return cli->repeated[i].value;
    return NULL;
}

int cli_number(const struct cli *cli, const char *option, int64_t low, int64_t high, int64_t *n)
{
    const char *text = cli_value(cli, option);
    int64_t value;

    if (!text)
        return WL_OK;
    if (!wl_decimal_parse(wl_str_of(text), 18, 0, &value) || value < low || value > high)
        return wl_fail(WL_E_USAGE, "--%s %s: a whole number from %lld to %lld, please", option, text, (long long)low,
                       (long long)high);
    *n = value;
    return WL_OK;
}

int cli_date(const struct cli *cli, const char *option, int64_t *day)
{
    const char *text = cli_value(cli, option);

    if (text && !wl_date_parse(wl_str_of(text), day))
        return wl_fail(WL_E_USAGE, "--%s %s: not a date; write YYYY-MM-DD", option, text);
    return WL_OK;
}

int cli_text(const struct cli *cli, const char *option, size_t most, struct wl_str *out)
{
    const char *value = cli_value(cli, option);

    *out = WL_NO_STR;
    if (!value)
        return WL_OK;
    *out = wl_str_trim(wl_str_of(value));
    if (out->size < 1 || out->size > most || wl_utf8_prefix(*out) != out->size)
        return wl_fail(WL_E_USAGE, "--%s: 1 to %zu bytes of UTF-8, please", option, most);
    for (size_t i = 0; i < out->size; i++)
        if ((unsigned char)out->data[i] < 32 || out->data[i] == 127)
            return wl_fail(WL_E_USAGE, "--%s: holds a control character", option);
    return WL_OK;
}

int64_t cli_choice_of(const char *const *names, struct wl_str text)
{
    for (int64_t i = 0; names[i]; i++)
        if (wl_str_is(text, names[i]))
            return i;
    return -1;
}

int cli_choice(const struct cli *cli, const char *option, const char *const *names, int64_t *n)
{
    const char *value = cli_value(cli, option);
    struct wl_buf all;
    int rc = WL_OK;

    if (!value)
        return WL_OK;
    if ((*n = cli_choice_of(names, wl_str_of(value))) >= 0)
        return WL_OK;
    wl_buf_init(&all, NAMES_SIZE);
    for (size_t i = 0; names[i]; i++)
        wl_buf_format(&all, "%s%s", i == 0 ? "" : names[i + 1] ? ", " : " or ", names[i]);
    rc = wl_fail(WL_E_USAGE, "--%s %s: " WL_STR_FMT ", please", option, value, WL_STR_ARG(wl_buf_view(&all)));
    wl_buf_release(&all);
    return rc;
}
