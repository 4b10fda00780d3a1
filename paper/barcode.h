/* Bar codes as modules: what is dark, before anything is drawn. Pure. */
#ifndef PAPER_BARCODE_H
#define PAPER_BARCODE_H

#include "wledger/text.h"

enum {
    WL_MODULES_MAX = 4096,
    WL_CODE128_QUIET = 10, /* modules that must stay white on either side */
    WL_QR_QUIET = 4,       /* on all sides */
};

/* rows of `width` modules each, without quiet zones; a Code 128 has one row, to be drawn as high as wanted. */
struct wl_modules {
    unsigned width, rows;
    bool dark[WL_MODULES_MAX];
};

/* WL_E_INPUT, with a message that begins with `what`, when it is no code (wl_paper_is_code). */
int wl_code_check(struct wl_str code, const char *what);
/* The code as Code 128, or as a QR code that may lose 15 % of itself. WL_E_INPUT when it is none, WL_E_SYSTEM when
 * it cannot be encoded; the message begins with `what`. */
int wl_code128(struct wl_str code, const char *what, struct wl_modules *);
int wl_qr(struct wl_str code, const char *what, struct wl_modules *);

#endif
