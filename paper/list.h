/* Lists on A4: a head, rows on as many pages as they take, a place to sign. What stands in the columns is the
 * caller's. */
#ifndef PAPER_LIST_H
#define PAPER_LIST_H

#include "paper/blocks.h"

enum { WL_LIST_COLUMNS_MAX = 7 };

/* Of one row and column: the second below the first, smaller. Either may be empty. */
struct wl_cell {
    struct wl_str first, second;
};

struct wl_column {
    const char *caption;
    int width; /* 0: after the last column */
    enum wl_align align;
    bool whole; /* the second text is an identifier as well as the first */
    bool bold;  /* the first text */
    bool tick;  /* an empty square instead of text */
};

struct wl_list_paper {
    const char *title, *what; /* "Dispatch note"; "the dispatch number", for messages */
    const char *signatures[2];
    struct wl_column columns[WL_LIST_COLUMNS_MAX + 1]; /* together as wide as the page within its margins */
    /* Sets the cells of line i, which were cleared; the buffer is empty, and holds what must be put together. */
    void (*row)(const void *lines, size_t i, struct wl_cell *cells, struct wl_buf *made);
};

int wl_list_draw(struct wl_file *, const struct wl_paper_head *, const struct wl_list_paper *,
                 const struct wl_paper_shipment_head *, const void *lines, size_t count);

/* How many pages `count` rows take, and how many of `left` rows stand on page i (from 0) of n. No page is without a
 * row but the only one of no rows. */
size_t wl_list_pages(size_t count);
size_t wl_list_rows_on(size_t i, size_t n, size_t left);

#endif
