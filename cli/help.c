#include "cli/commands.h"
#include "cli/help.h"
#include "cli/options.h"

#include "wledger/error.h"
#include "wledger/schema.h"
#include <string.h>

static const char *const exit_meanings[] = {
    [CLI_DONE] = "done",
    [CLI_REFUSED] = "refused: at least one command was turned down by a rule; nothing else changed",
    [CLI_USAGE] = "usage: the command line is not one, or there is no such ledger",
    [CLI_INPUT] = "input error: a file or value cannot be used; nothing changed",
    [CLI_DAMAGED] = "the ledger is damaged, or what is computed again does not agree with it",
    [CLI_SYSTEM] = "system error: disk, memory, permission, or the ledger is full",
};

enum {
    WIDTH = 112,
    OPTION_WIDTH = 26,
    OPTION_INDENT = OPTION_WIDTH + 3,
    USAGE_INDENT = 8,
    USAGE_MAX = 512,
    FAMILY_MAX = 1024,
    FIRST_MAX = 32
};

/* The text's words, from a column on; lines that follow begin at the indent. */
static void words(FILE *out, const char *text, int column, int indent)
{
    for (int size; *text; text += size + (text[size] == ' ')) {
        size = (int)strcspn(text, " ");
        if (column > indent && column + 1 + size > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", size, text);
        column += size;
    }
    fputc('\n', out);
}

static void option_line(FILE *out, char letter, const char *name, const char *arg, bool repeats, const char *help)
{
    char left[64];

    snprintf(left, sizeof left, "%s--%s%s%s%s", letter ? (char[]){'-', letter, ',', ' ', 0} : "    ", name,
             arg ? " " : "", arg ? arg : "", repeats ? " ..." : "");
    if (strlen(left) > OPTION_WIDTH)
        fprintf(out, "  %s\n%*s", left, OPTION_INDENT, "");
    else
        fprintf(out, "  %-*s ", OPTION_WIDTH, left);
    words(out, help, OPTION_INDENT, OPTION_INDENT);
}

static void options(FILE *out, const struct cli_command *c)
{
    for (const struct cli_option *o = c->options; o && o->name; o++)
        option_line(out, cli_letter(c, (size_t)(o - c->options)), o->name, o->arg, cli_repeats(c, o->name), o->help);
    for (const struct cli_shared *s = cli_shared_options; s->name; s++)
        if (cli_takes(c, s))
            option_line(out, (char)(s->letter < 256 ? s->letter : 0), s->name, s->arg, false, s->help);
}

static bool is_of_family(const struct cli_command *c, const char *word)
{
    size_t size = strlen(word);

    return strncmp(c->name, word, size) == 0 && c->name[size] == ' ';
}

bool cli_help_family(FILE *out, const char *word)
{
    bool found = false;

    for (const struct cli_command *const *c = cli_commands; *c; c++)
        if (is_of_family(*c, word)) {
            fprintf(out, "  %-18s %s\n", (*c)->name, (*c)->summary);
            found = true;
        }
    return found;
}

/* One letter too many, too few or another, or two that changed places. */
static bool is_slip(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);

    for (; *a && *a == *b; a++, b++, m--, n--)
        continue;
    for (; m > 0 && n > 0 && a[m - 1] == b[n - 1]; m--, n--)
        continue;
    return (m <= 1 && n <= 1) || (m == 2 && n == 2 && a[0] == b[1] && a[1] == b[0]);
}

/* The command, or first word of some, that was meant; empty: nobody knows. */
static struct wl_str meant(const char *word)
{
    char first[FIRST_MAX];

    for (const struct cli_command *const *c = cli_commands; *c; c++) {
        size_t size = strcspn((*c)->name, " ");

        snprintf(first, sizeof first, "%.*s", (int)size, (*c)->name);
        if (is_slip(word, first))
            return (struct wl_str){(*c)->name, size};
    }
    return WL_NO_STR;
}

int cli_help_unknown(const char *word)
{
    struct wl_str near = meant(word);
    struct wl_buf names;
    int rc;

    wl_buf_init(&names, FAMILY_MAX);
    for (const struct cli_command *const *c = cli_commands; *c; c++)
        if (is_of_family(*c, word))
            wl_buf_format(&names, "%s`%s`", names.size ? ", " : "", (*c)->name);
    if (names.size && wl_buf_status(&names) == WL_OK)
        rc = wl_fail(WL_E_USAGE, "`%s` has a second word: " WL_STR_FMT, word, WL_STR_ARG(wl_buf_view(&names)));
    else if (near.size)
        rc = wl_fail(WL_E_USAGE, "`%s` is not a command; did you mean `" WL_STR_FMT "`?", word, WL_STR_ARG(near));
    else
        rc = wl_fail(WL_E_USAGE, "`%s` is not a command; `wledger help` lists them", word);
    wl_buf_release(&names);
    return rc;
}

void cli_help_command(FILE *out, const struct cli_command *c)
{
    char usage[USAGE_MAX];

    snprintf(usage, sizeof usage, "wledger %s%s%s [options]", c->name, *c->args ? " " : "", c->args);
    fprintf(out, "wledger %s - %s\n\nusage: ", c->name, c->summary);
    words(out, usage, USAGE_INDENT - 1, USAGE_INDENT);
    fprintf(out, "\n%s\n\n", c->text);
    options(out, c);
    if (c->example)
        fprintf(out, "\nexample: wledger %s\n", c->example);
    for (const struct cli_command *const *other = cli_commands; *other; other++)
        if (is_of_family(*other, c->name)) {
            fputs("\nsee also:\n", out);
            cli_help_family(out, c->name);
            return;
        }
}

void cli_help_overview(FILE *out)
{
    fprintf(out, "wledger - the ledger of vehicle warranty: parts, returns, claims, settlement\n\n"
                 "usage: wledger [-d DIR] COMMAND [ARGUMENTS] [OPTIONS]\n\n");
    for (const struct cli_command *const *c = cli_commands; *c; c++)
        fprintf(out, "  %-18s %s\n", (*c)->name, (*c)->summary);
    fprintf(out, "\n`wledger help COMMAND` tells more. Exit codes:\n");
    for (size_t i = 0; i < WL_COUNT(exit_meanings); i++)
        fprintf(out, "  %zu  %s\n", i, exit_meanings[i]);
}

/* ---- the man page ---- */

/* Text as troff has it: '-' and '\' written out, no line begins with a control. */
static void troff(FILE *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        if (*p == '\\')
            fputs("\\e", out);
        else if (*p == '-')
            fputs("\\-", out);
        else if ((*p == '.' || *p == '\'') && (p == text || p[-1] == '\n'))
            fprintf(out, "\\&%c", *p);
        else
            fputc(*p, out);
    }
}

static void man_option(FILE *out, char letter, const char *name, const char *arg, bool repeats, const char *help)
{
    fputs(".TP\n", out);
    if (letter)
        fprintf(out, "\\fB\\-%c\\fR, ", letter);
    fprintf(out, "\\fB\\-\\-%s\\fR", name);
    if (arg)
        fprintf(out, " \\fI%s\\fR%s", arg, repeats ? " ..." : "");
    fputc('\n', out);
    troff(out, help);
    fputc('\n', out);
}

static void man_command(FILE *out, const struct cli_command *c)
{
    fputs(".SS \"", out);
    troff(out, c->name);
    fputs(*c->args ? " " : "", out);
    troff(out, c->args);
    fputs("\"\n", out);
    troff(out, c->summary);
    fputs(".\n.PP\n", out);
    troff(out, c->text);
    fputc('\n', out);
    for (const struct cli_option *o = c->options; o && o->name; o++)
        man_option(out, cli_letter(c, (size_t)(o - c->options)), o->name, o->arg, cli_repeats(c, o->name), o->help);
}

static void man_page(FILE *out)
{
    fputs(".TH WLEDGER 1\n.SH NAME\nwledger \\- the ledger of vehicle warranty\n.SH SYNOPSIS\n"
          ".B wledger\n[\\fB\\-d\\fR \\fIDIR\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n"
          ".SH DESCRIPTION\nTracks parts, returns, appraisals and claims, and pays a claim only when its three loops "
          "have closed. Every change is an entry in a journal that anybody who holds it can execute again.\n"
          ".SH SHARED OPTIONS\nEach command takes those of these that fit it; \\fBwledger help\\fR \\fICOMMAND\\fR "
          "lists them.\n",
          out);
    for (const struct cli_shared *s = cli_shared_options; s->name; s++)
        man_option(out, (char)(s->letter < 256 ? s->letter : 0), s->name, s->arg, false, s->help);
    fputs(".SH COMMANDS\n", out);
    for (const struct cli_command *const *c = cli_commands; *c; c++)
        man_command(out, *c);
    fputs(".SH EXIT STATUS\n", out);
    for (size_t i = 0; i < WL_COUNT(exit_meanings); i++) {
        fprintf(out, ".TP\n%zu\n", i);
        troff(out, exit_meanings[i]);
        fputc('\n', out);
    }
    fputs(".SH ENVIRONMENT\n.TP\nWLEDGER_DIR\nThe ledger's folder.\n.TP\nWLEDGER_BY\nWho gives the commands.\n", out);
}

/* ---- what the checks of the project compare with the docs ---- */

static void print_tags(FILE *out, const char *of, const struct wl_record *r)
{
    static const char *const types[] = {"text", "bytes", "int", "day", "time", "decimal", "choice", "ints", "list"};

    for (size_t i = 0; i < r->field_count; i++)
        fprintf(out, "%s.%s %d %s %s\n", of, r->name, r->fields[i].tag, r->fields[i].name, types[r->fields[i].type]);
    for (size_t i = 0; i < r->field_count; i++) /* lists nest as deep as the tables do: twice */
        if (r->fields[i].item)
            print_tags(out, "common", r->fields[i].item);
}

static void command_tags(FILE *out, const struct wl_command *c)
{
    fprintf(out, "command %d %s %s\n", c->tag, c->name, c->body->name);
    print_tags(out, "body", c->body);
    print_tags(out, "outcome", c->outcome);
}

static void all_tags(FILE *out)
{
    command_tags(out, &wl_init_command);
    for (unsigned i = 0; i < wl_house_schema.command_count; i++)
        command_tags(out, wl_house_schema.commands[i]);
    for (int64_t t = 1; wl_reference_info(t); t++)
        print_tags(out, "reference", wl_reference_info(t)->record);
}

static int run(struct cli *cli)
{
    char name[64] = "";

    if (cli_value(cli, "man")) {
        man_page(cli->out);
        return CLI_DONE;
    }
    if (cli_value(cli, "tags")) {
        all_tags(cli->out);
        return CLI_DONE;
    }
    for (const struct cli_command *const *c = cli_commands; cli_value(cli, "names") && *c; c++)
        fprintf(cli->out, "%s\n", (*c)->name);
    if (cli_value(cli, "names"))
        return CLI_DONE;
    if (cli->argc == 0) {
        cli_help_overview(cli->out);
        return CLI_DONE;
    }
    snprintf(name, sizeof name, "%s%s%s", cli->argv[0], cli->argc > 1 ? " " : "", cli->argc > 1 ? cli->argv[1] : "");
    for (const struct cli_command *const *c = cli_commands; *c; c++)
        if (strcmp((*c)->name, name) == 0) {
            cli_help_command(cli->out, *c);
            return CLI_DONE;
        }
    return cli_help_family(cli->out, name) ? CLI_DONE : cli_help_unknown(name);
}

static const struct cli_option help_options[] = {
    {"man", NULL, "print the man page (troff)"},
    {"names", NULL, "print the names of all commands"},
    {"tags", NULL, "print the tags of all records in the journal"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_help = {
    .name = "help",
    .args = "[COMMAND]",
    .summary = "what the commands do",
    .options = help_options,
    .most_args = 2,
    .run = run,
    .text =
        "Without a command, lists all of them and the exit codes; with the first word of several, these. With --man,\n"
        "prints the man page: `wledger help --man | man -l -` shows it.",
    .example = "help import",
};
