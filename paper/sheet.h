/* A PDF that is drawn page by page: text, lines, areas, modules. The only door to cairo and pango.
 *
 * Lengths are micrometres from the upper left corner, type sizes tenths of a point; both are integers, and only
 * behind this door do they become the floating point numbers that cairo wants. The first failure sticks: later
 * calls do nothing, and wl_sheet_close returns it. */
#ifndef PAPER_SHEET_H
#define PAPER_SHEET_H

#include "paper/barcode.h"
#include "wledger/paper.h"

struct wl_sheet;

struct wl_box {
    int x, y, width, height;
};

enum wl_align { WL_ALIGN_LEFT, WL_ALIGN_RIGHT, WL_ALIGN_CENTRE };
enum wl_ink { WL_INK_BLACK, WL_INK_GREY, WL_INK_LIGHT, WL_INK_WHITE, WL_INK_BLUE, WL_INK_RED };

struct wl_lettering {
    int size;  /* tenths of a point */
    int lines; /* at most; 0: one. The last ends in an ellipsis when the text is longer */
    bool bold;
    bool whole; /* an identifier: printed smaller before it is cut */
    int least;  /* of a whole one: not smaller than this size; 0: as small as can be read at all */
    enum wl_align align;
    enum wl_ink ink;
};

/* Begins a document of pages of that size. *out is NULL after a failure. */
int wl_sheet_new(struct wl_file *, const struct wl_paper_head *, const char *title, int width, int height,
                 struct wl_sheet **out);
/* Begins one drawing of that size, as SVG, which goes to `out`. It is closed like a document; it has one page. */
int wl_sheet_new_drawing(struct wl_buf *out, int width, int height, struct wl_sheet **sheet);
/* Finishes the document and frees the sheet; *sheet is NULL afterwards. */
int wl_sheet_close(struct wl_sheet **sheet);
/* Whether something has failed: to end loops early. */
bool wl_sheet_failed(const struct wl_sheet *);
/* Fails it with what a call outside returned, if that is not WL_OK; its message is set. */
void wl_sheet_fail(struct wl_sheet *, int status);

/* While it is tried nothing is drawn and no page ends, but heights are told and failures stick; returns whether it was
 * tried before. */
bool wl_sheet_try(struct wl_sheet *, bool trying);

/* Ends the page; what follows is drawn on the next. The last page must be ended too. */
void wl_sheet_page_end(struct wl_sheet *);

/* Draws text in a column that begins at x, y. Returns the height of what it drew, whole lines. */
int wl_sheet_text(struct wl_sheet *, int x, int y, int width, const struct wl_lettering *, struct wl_str text);
int wl_sheet_line_height(const struct wl_lettering *);
void wl_sheet_fill(struct wl_sheet *, struct wl_box, enum wl_ink);
/* The outline of a box; `weight` is its thickness. */
void wl_sheet_frame(struct wl_sheet *, struct wl_box, int weight);
void wl_sheet_line(struct wl_sheet *, int x, int y, int to_x, int to_y, int weight, enum wl_ink);
void wl_sheet_dot(struct wl_sheet *, int x, int y, int radius, enum wl_ink);
/* The dark modules, each of that size, from x, y. Without quiet zone. */
void wl_sheet_modules(struct wl_sheet *, int x, int y, const struct wl_modules *, int width, int height);

#endif
