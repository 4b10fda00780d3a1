/* The command line: a table of commands, one small file for each family; the shared work (options,
 * folder, time, actor, output form) is done once, here. */
#ifndef WL_CLI_H
#define WL_CLI_H

#include "wledger/claim.h"
#include <jansson.h>
#include <stdio.h>

/* What the program ends with (documented in `wledger help` and the man page). */
enum cli_exit {
    CLI_DONE = 0,
    CLI_REFUSED = 1, /* at least one command was refused */
    CLI_USAGE = 2,
    CLI_INPUT = 3,   /* a file or value that cannot be used */
    CLI_DAMAGED = 4, /* the ledger is damaged, or does not verify */
    CLI_SYSTEM = 5,  /* disk, memory, permission, full */
};
int cli_exit_of(int status); /* from a wl_status */

enum cli_format { CLI_TABLE, CLI_JSON, CLI_CSV };

struct cli_option {
    const char *name; /* long name; the command's own */
    const char *arg;  /* what it takes; NULL: nothing */
    const char *help;
};

enum {                        /* what a command needs and takes */
       CLI_NEEDS_STORE = 1,   /* opened for reading */
       CLI_NEEDS_WRITE = 2,   /* opened for writing */
       CLI_TAKES_TIME = 4,    /* --at */
       CLI_TAKES_ACTOR = 8,   /* --by */
       CLI_TAKES_FROM = 16,   /* --from FILE|-: names, one a line */
       CLI_TAKES_FORMAT = 32, /* --json, --csv */
       CLI_NEEDS_DIR = 64,    /* the folder; the command opens the store itself */
       CLI_TAKES_KEY = 128    /* --key; not where what comes is known again by itself, as a file's rows are */
};
#define CLI_EXECUTES (CLI_NEEDS_WRITE | CLI_TAKES_TIME | CLI_TAKES_ACTOR | CLI_TAKES_KEY)

struct cli;
struct cli_command {
    const char *name; /* one or two words */
    const char *args; /* as shown in the usage line; "" when it takes none */
    const char *summary;
    const char *text;                 /* a paragraph or two for `help NAME` and the man page */
    const char *example;              /* one command line, without "wledger"; NULL: none */
    const struct cli_option *options; /* ended by a name NULL; NULL: none */
    const char *letters; /* short letters of its options, in their order, ' ' for one without; NULL: none has */
    const char *repeats; /* names of the options that may be given several times, with spaces between; NULL: none */
    unsigned flags;
    int least_args, most_args; /* most_args -1: any number */
    int (*run)(struct cli *);  /* a wl_status below 0, or a cli_exit */
};
/* Ended by a name NULL. */
extern const struct cli_command *const cli_commands[];

enum { CLI_REPEATED_MAX = 1000 /* values of all options of a command that may be given several times */ };

struct cli {
    FILE *in, *out, *err;
    const struct cli_command *command;
    const char *dir;
    struct wl_store *store;
    struct wl_arena arena; /* for the command that runs */
    int argc;
    char **argv; /* the positional arguments */
    const char *from;
    enum cli_format format;
    struct wl_str actor, key;
    bool at_given;
    int64_t at;             /* --at, or the machine's clock as the program started */
    bool terminal;          /* standard error is one: progress may be shown */
    const char *values[24]; /* of the command's options, in its order; "" for one without argument */
    struct {
        const char *option, *value;
    } repeated[CLI_REPEATED_MAX]; /* those that may be given several times, as they came */
    size_t repeated_count;
};

int wl_main(int argc, char **argv, FILE *in, FILE *out, FILE *err);

/* The value of one of the command's options; NULL when it was not given. */
const char *cli_value(const struct cli *, const char *option);
/* The nth value, from 0, of an option that may be given several times; NULL: there are no more. */
const char *cli_value_at(const struct cli *, const char *option, size_t nth);
/* Its value as a number from low to high, or WL_E_USAGE; *n stays when it was not given. */
int cli_number(const struct cli *, const char *option, int64_t low, int64_t high, int64_t *n);
/* Its value as a date. */
int cli_date(const struct cli *, const char *option, int64_t *day);
/* Its value as text, trimmed: 1 to `most` bytes of UTF-8 without control characters, or WL_E_USAGE; empty when it was
 * not given. */
int cli_text(const struct cli *, const char *option, size_t most, struct wl_str *out);
/* Which of a NULL-terminated list of names its value is, or WL_E_USAGE with all of them; *n stays when it was not
 * given. */
int cli_choice(const struct cli *, const char *option, const char *const *names, int64_t *n);
/* Which of them a text is; -1 for none. */
int64_t cli_choice_of(const char *const *names, struct wl_str text);

/* The time of a command in this transaction: --at as given, else the later of the clock and the last
 * command's time (domain text, section 8). */
int64_t cli_time(const struct cli *, struct wl_txn *);

/* Calls `one` for every name: the arguments, then the lines of --from. `one` returns a wl_status (below
 * 0 ends it) or a cli_exit; the worst exit is returned. `place` is "" or "FILE:LINE: " for messages. */
typedef int cli_name_fn(struct cli *, void *context, struct wl_str name, const char *place);
int cli_each_name(struct cli *, cli_name_fn *one, void *context);

/* ---- output ---- */

/* A table of rows for people, JSON or CSV, as --json and --csv say. Values are UTF-8 text. */
struct cli_table;
struct cli_column {
    const char *name; /* heading, CSV column and JSON member */
    bool right;       /* numbers */
    bool number;      /* a JSON number */
};
struct cli_table *cli_table_new(struct cli *, const struct cli_column *, size_t count);
/* As many values as columns; copied. With CSV and JSON rows go out as they come. */
void cli_table_row(struct cli_table *, const struct wl_str *values);
/* Writes what is left, frees it. */
int cli_table_end(struct cli_table *);

/* "12,345.60" for people would be locale; this is "12345.60": amount in minor units of the currency. */
struct wl_str cli_amount(struct wl_arena *, int64_t minor, struct wl_str currency);
struct wl_str cli_day(struct wl_arena *, int64_t day);
struct wl_str cli_int(struct wl_arena *, int64_t n);
struct wl_str cli_format_text(struct wl_arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The word for what is counted: `one` of 1. */
const char *cli_counted(uint64_t n, const char *one, const char *many);

/* A progress line on a terminal; nothing otherwise. */
void cli_progress(struct cli *, const char *what, uint64_t done, uint64_t all);
void cli_progress_end(struct cli *);

/* Text on a terminal must not move the cursor: control characters become '?'. */
struct wl_str cli_clean(struct wl_arena *, struct wl_str);
/* A file's name likewise, which may be no UTF-8 besides; in the command line's arena. */
const char *cli_shown(struct cli *, const char *path);

#endif
