/* Text from outside, made so that it can be drawn. Pure. */
#ifndef PAPER_CLEAN_H
#define PAPER_CLEAN_H

#include "wledger/buf.h"
#include "wledger/paper.h"

/* A byte that is replaced becomes three. */
enum { WL_CLEAN_MAX = 3 * WL_PAPER_TEXT_MAX + 1 };

enum wl_clean { WL_CLEAN_LINE, WL_CLEAN_LINES };

/* Sets the buffer to at most WL_PAPER_TEXT_MAX bytes of the text, trimmed, as valid UTF-8 without control characters.
 * Line ends, in whatever form, become LF (WL_CLEAN_LINES; no line is empty) or a blank; a tab becomes a blank. Any
 * other control character, also one that turns the direction of text, so that no number can be made to look like
 * another, each code point that is no character, and each broken byte becomes U+FFFD. */
void wl_paper_clean(struct wl_buf *, struct wl_str text, enum wl_clean);
/* Makes ", " of each LF, a blank where the line ends in a stop of its own. */
void wl_paper_join_lines(struct wl_buf *);
/* The Debian package with a font for this letter. */
const char *wl_paper_font_for(uint32_t c);

#endif
