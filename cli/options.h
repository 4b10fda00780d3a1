/* Inside the command line: the options that several commands share. */
#ifndef WL_CLI_OPTIONS_H
#define WL_CLI_OPTIONS_H

#include "cli/cli.h"

struct cli_shared {
    const char *name, *arg, *help;
    int letter;
    unsigned flag; /* the CLI_TAKES_ flag of commands that have it; 0: all */
};
/* Ended by a name NULL. */
extern const struct cli_shared cli_shared_options[];
bool cli_takes(const struct cli_command *, const struct cli_shared *);
/* The short letter of the command's nth option of its own; 0: it has none. */
char cli_letter(const struct cli_command *, size_t nth);
/* Whether an option of the command's own may be given several times. */
bool cli_repeats(const struct cli_command *, const char *option);

/* Takes a name that was given in `what`: 1 to WL_NAME_MAX bytes of UTF-8 without control characters. */
int cli_set_name(const char *what, const char *text, struct wl_str *out);
/* Reads a command's options and arguments (argv[0] is its name) into cli. */
int cli_parse(struct cli *, int argc, char **argv, bool *help);

#endif
