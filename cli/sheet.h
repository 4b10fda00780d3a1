/* A sheet: a CSV file (RFC 4180, UTF-8, a header row, columns found by name) whose rows a command takes. It is read
 * whole, into memory, before anything is done. */
#ifndef WL_CLI_SHEET_H
#define WL_CLI_SHEET_H

#include "cli/cli.h"
#include "wledger/command.h"

enum { CLI_SHEET_COLUMNS_MAX = 16, CLI_SHEET_BYTES_MAX = 16 << 20 };

struct cli_sheet_column {
    const char *name;
    bool required; /* stands in the header, and no row has it empty */
};

struct cli_sheet_row {
    uint64_t line;               /* on which it begins */
    const struct wl_str *values; /* of the columns asked for, in their order, trimmed; empty where there is none */
};

struct cli_sheet {
    const char *path; /* "-" for standard input */
    const struct cli_sheet_column *columns;
    size_t column_count;
    struct cli_sheet_row *rows;
    size_t count;
    char sha256[2 * WL_HASH_SIZE + 1]; /* of the file's bytes, in hexadecimal */
};

/* Reads a sheet of at most `most` rows into cli->arena; rows that hold nothing are passed over. WL_OK, or
 * WL_E_INPUT that names file, line, column and what to do. */
int cli_sheet_read(struct cli *, const char *path, const struct cli_sheet_column *, size_t column_count, size_t most,
                   struct cli_sheet *);
/* WL_E_INPUT about one value of a row: "FILE:LINE: column NAME: reason; it is 'VALUE'". */
int cli_sheet_fail(struct cli *, const struct cli_sheet *, const struct cli_sheet_row *, size_t column,
                   const char *reason);

#endif
