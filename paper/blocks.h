/* What papers are put together from: captioned values, addresses, bar codes. Lengths as in sheet.h. */
#ifndef PAPER_BLOCKS_H
#define PAPER_BLOCKS_H

#include "paper/sheet.h"

enum {
    WL_CAPTION_HEIGHT = 2600, /* from a caption's top to its value's */
    WL_RULE = 200,            /* thickness */
    WL_DIGITS_GAP = 900,      /* from a bar code to the text below it */
};

/* A small caption, and the value below it; a dash where the value is empty. */
void wl_block_value(struct wl_sheet *, int x, int y, int width, const char *caption, const struct wl_lettering *,
                    struct wl_str value);
void wl_block_caption(struct wl_sheet *, int x, int y, int width, const char *caption);
/* "id  name" in one type, the address below it in the other. */
void wl_block_party(struct wl_sheet *, int x, int y, int width, const char *caption, const struct wl_paper_party *,
                    const struct wl_lettering *name, const struct wl_lettering *address);
/* A code as Code 128 that fills the box's height, its quiet zones within the box, and as text below the box. A
 * module is 0.5, 0.375 or 0.25 mm wide, the largest that fits: whole dots of a printer of 203 dpi. */
void wl_block_code128(struct wl_sheet *, struct wl_box, enum wl_align, const struct wl_lettering *, const char *what,
                      struct wl_str code);
/* A code as QR code, its quiet zone within the square at x, y. */
void wl_block_qr(struct wl_sheet *, int x, int y, int size, const char *what, struct wl_str code);
void wl_block_rule(struct wl_sheet *, int x, int y, int width, int weight);

/* "2 pc", "0.5 l": thousandths without the zeros that say nothing; "" for WL_NONE. */
void wl_quantity_text(struct wl_buf *, int64_t quantity, struct wl_str unit);
/* "YYYY-MM-DD"; "" for WL_NONE. */
void wl_day_text(struct wl_buf *, int64_t day);
/* "id  name"; one of them where the other is empty. */
void wl_party_text(struct wl_buf *, const struct wl_paper_party *);

/* Texts that are put together for one page. */
enum { WL_MADE_TEXT_MAX = 3 * WL_PAPER_TEXT_MAX };

#endif
