/* Paper: the PDF documents that go with the goods. It knows neither ledger nor rules: what is printed is given as
 * text, by whoever knows it.
 *
 * Each function appends one PDF to a file, which stays the caller's and keeps a failure of writing (file.h). It
 * returns WL_OK, or with a message an error; then the file holds a part of a document and must be discarded:
 *   WL_E_INPUT   a number that cannot be a bar code
 *   WL_E_USAGE   nothing to print, or a time that no PDF can hold
 *   WL_E_FULL    more labels or lines than the ceilings below
 *   WL_E_SYSTEM  memory is short, or no installed font has a letter that the document holds (says which to install)
 * The same input gives the same bytes, on a machine with the same libraries and fonts.
 *
 * Texts are UTF-8 and may be empty, unless it is said otherwise: an empty one is left out, or a dash stands for it.
 * Names and descriptions that are too long end in an ellipsis; identifiers are printed smaller before
 * they do. Line ends count in addresses and in the fault. Control characters, broken UTF-8 and symbols that no font
 * has are seen as U+FFFD.
 *
 * A `code` is printed as a bar code as well: wl_paper_is_code must hold. */
#ifndef WLEDGER_PAPER_H
#define WLEDGER_PAPER_H

#include "wledger/file.h"

enum {
    WL_PAPER_CODE_MAX = 28,      /* characters of a bar code that a hand scanner reads from a label 100 mm wide */
    WL_PAPER_TEXT_MAX = 1000,    /* bytes that are looked at of any text */
    WL_PAPER_LABELS_MAX = 10000, /* of one document */
    WL_PAPER_LINES_MAX = 10000,
};

/* Whether a text can be a bar code: 1 to WL_PAPER_CODE_MAX of A-Z a-z 0-9 - . / */
bool wl_paper_is_code(struct wl_str);

/* What every document says of itself. */
struct wl_paper_head {
    struct wl_str oem;
    int64_t created; /* UTC seconds, the PDF's times of creation and change; from 1970 to 9999 */
};

struct wl_paper_party {
    struct wl_str id, name; /* the id stands beside the name, or alone */
    struct wl_str address;  /* lines with LF between them, or one text that is broken where it must be */
};

/* ---- return tags: one label of 100 x 70 mm for each removed part ---- */

struct wl_tag_paper {
    struct wl_str number; /* code */
    struct wl_str part_id, description, unit;
    int64_t quantity; /* thousandths; WL_NONE: not known */
    struct wl_str serial, lot, vin, claim /* DEALER/CLAIM */, fault;
    struct wl_paper_party dealer; /* its address is not printed */
    int64_t removed_day, due_day; /* WL_NONE: not known */
    struct wl_paper_party return_to;
};

int wl_paper_tags(struct wl_file *, const struct wl_paper_head *, const struct wl_tag_paper *, size_t count);

/* ---- shipping labels: one of 100 x 150 mm for each box ---- */

enum wl_paper_shipment { WL_PAPER_DISPATCH, WL_PAPER_RETURN };

struct wl_shipping_paper {
    enum wl_paper_shipment kind;
    struct wl_str number; /* code, of the dispatch or return shipment; as a QR code */
    struct wl_paper_party from, to;
    struct wl_str carrier, box;
    struct wl_str tracking; /* where it is no code, it is printed as text only */
    int64_t pieces;         /* in the box; WL_NONE: not known */
    int64_t day;            /* of shipment; WL_NONE: not known */
};

int wl_paper_shipping_labels(struct wl_file *, const struct wl_paper_head *, const struct wl_shipping_paper *,
                             size_t count);

/* ---- lists on A4, as many pages as they need ---- */

/* Lines count from 1, in the order given. */
struct wl_dispatch_note_line {
    struct wl_str request, bin /* to take it from */, part_id, description, lot, serial, unit;
    int64_t quantity; /* thousandths; WL_NONE: not known */
};

struct wl_return_list_line {
    struct wl_str tag, part_id, description, claim /* DEALER/CLAIM */, vin, unit;
    int64_t quantity; /* thousandths; WL_NONE: not known */
};

/* What both lists begin with. */
struct wl_paper_shipment_head {
    struct wl_str number; /* code, of the dispatch or return shipment */
    struct wl_paper_party from, to;
    struct wl_str carrier, box, tracking;
    int64_t day; /* of shipment; WL_NONE: not known */
};

int wl_paper_dispatch_note(struct wl_file *, const struct wl_paper_head *, const struct wl_paper_shipment_head *,
                           const struct wl_dispatch_note_line *, size_t count);
int wl_paper_return_list(struct wl_file *, const struct wl_paper_head *, const struct wl_paper_shipment_head *,
                         const struct wl_return_list_line *, size_t count);

#endif
