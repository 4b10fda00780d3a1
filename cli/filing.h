/* Inside the command line: many rows of stock from a file (stock open, count book). The whole file is checked before
 * anything is done; then its rows are executed in groups, each under a key that is made of the file's bytes and its
 * line, so that a run that was cut off, or is given again, does nothing twice. */
#ifndef WL_CLI_FILING_H
#define WL_CLI_FILING_H

#include "claims/row_keys.h"
#include "cli/sheet.h"
#include "cli/stock.h"

/* The columns that both files begin with; their own follow from CLI_FILING_OWN on. */
enum { CLI_FILING_LOCATION, CLI_FILING_BIN, CLI_FILING_PART, CLI_FILING_LOT, CLI_FILING_OWN };
enum { CLI_FILING_GROUP = 100 /* commands that share a commit, at most */ };

struct cli_filing;

struct cli_filing_line {
    uint64_t line;
    union {
        struct wl_open_body open;
        struct wl_count_body count;
    } body;
};

/* What came of one line, until its group is durable. */
struct cli_filing_answer {
    const struct cli_filing_line *line;
    struct wl_result result;
    struct wl_str about, place;
    int64_t difference;
    struct wl_ints filled;
};

/* What the two commands differ in. */
struct cli_filing_kind {
    const char *name; /* for keys: "open-" or "count-" and the file's SHA-256 */
    const struct wl_command *command;
    const struct cli_sheet_column *columns;
    size_t column_count;
    /* Fills a line from its row: 1, 0 when there is nothing to do, or WL_E_INPUT. */
    int (*read)(struct cli_filing *, const struct cli_sheet_row *, struct cli_filing_line *);
    /* To people, where there is something to say. */
    void (*tell)(struct cli_filing *, const struct cli_filing_answer *);
    const struct cli_column *told;
    size_t told_count;
    void (*tell_program)(struct cli_filing *, const struct cli_filing_answer *);
};

struct cli_filing {
    struct cli *cli;
    const struct cli_filing_kind *kind;
    struct cli_sheet sheet;
    struct cli_filing_line *lines;
    size_t count, skipped;
    struct wl_str reason;
    struct wl_row_keys seen;
    struct wl_txn *reading; /* while rows are checked */
    struct wl_arena row;    /* of one row that is checked */
    struct wl_arena command, answers;
    struct cli_filing_answer group[CLI_FILING_GROUP];
    size_t in_group;
    struct cli_table *table;
    uint64_t done, refused, before, differ;
};

/* Reads, checks and executes the file at path, tells what came of it row by row. WL_OK, also with refusals, or an
 * error. */
int cli_filing_run(struct cli_filing *, const char *path);
/* For people: how many rows were done (`did`: "counted"), refused, ... */
void cli_filing_sum(struct cli_filing *, const char *did);

/* For a kind's read(): WL_E_INPUT about one value. */
int cli_filing_fail(struct cli_filing *, const struct cli_sheet_row *, size_t column, const char *reason);
/* What both files have: the form of the first four columns, a known location and part. Says how the units of the part
 * are told apart. */
int cli_filing_check(struct cli_filing *, const struct cli_sheet_row *, enum wl_tracking *);
/* That no place, part and lot (or serial number) comes twice in the file. */
int cli_filing_once(struct cli_filing *, const struct cli_sheet_row *, struct wl_str lot);

/* For a kind's tell(), in the arena of answers: "FILE:LINE: W1/A-01 P1, lot L"; columns that both have. */
struct wl_str cli_filing_name(struct cli_filing *, const struct cli_filing_answer *, struct wl_str location_id,
                              struct wl_str bin_id, struct wl_str part_id, struct wl_str lot);
struct wl_str cli_filing_result(const struct cli_filing_answer *);
struct wl_str cli_filing_entry(struct cli_filing *, const struct cli_filing_answer *);
struct wl_str cli_filing_repeated(const struct cli_filing_answer *);

#endif
