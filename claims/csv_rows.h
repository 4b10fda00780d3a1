/* CSV taken apart (RFC 4180, UTF-8): rows of values, each row with the line on which it begins. libcsv does the
 * work; everything that it gives is bounded and checked here before it is believed. */
#ifndef CLAIMS_CSV_ROWS_H
#define CLAIMS_CSV_ROWS_H

#include "wledger/load.h"

enum wl_csv_fault {
    WL_CSV_NOT_UTF8, /* the value behind the `count` that the row has so far */
    WL_CSV_QUOTE,
    WL_CSV_VALUE_LONG,
    WL_CSV_ROW_LONG,
};

struct wl_csv {
    /* Set by the caller. Each gives WL_OK, or an error that ends the reading. */
    int (*row)(void *context, struct wl_csv *);
    /* What is wrong on `line`, in words (no newline): to be made the message. */
    int (*fault)(void *context, struct wl_csv *, enum wl_csv_fault, const char *reason);
    void *context;

    /* The present row. Values above WL_CSV_COLUMNS_MAX are counted and not kept. */
    uint64_t line;
    size_t count;

    struct csv_parser *parser;
    int status;                                 /* the first error; nothing is done after it */
    bool begun;                                 /* past where a byte order mark may stand */
    uint64_t line_breaks;                       /* within its values */
    bool after_cr;                              /* a line feed now belongs to the line before */
    uint32_t value_end[WL_CSV_COLUMNS_MAX + 1]; /* of each in text, from [1] on */
    struct wl_buf text;
};

/* Makes ready what the caller's members are set in, and nothing else. Release is for whatever init left. */
int wl_csv_init(struct wl_csv *);
void wl_csv_release(struct wl_csv *);
/* Takes the next bytes of the file; the first ones whole enough that a byte order mark is not cut. */
int wl_csv_read(struct wl_csv *, const void *bytes, size_t n);
/* The file ends. */
int wl_csv_finish(struct wl_csv *);

/* Value n (from 0, below count and WL_CSV_COLUMNS_MAX) of the present row; valid until row() returns. */
struct wl_str wl_csv_value_of(const struct wl_csv *, size_t n);

/* A value as a message may show it: short, and without what would upset a terminal. */
enum { WL_CSV_SHOWN_MAX = 40 };
void wl_csv_show(struct wl_str value, char out[WL_CSV_SHOWN_MAX + 4]);

#endif
