/* Paper: the PDF documents that go with the goods, and those that dealers and customers sign. It knows neither ledger
 * nor rules: what is printed is given as text, by whoever knows it.
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
    WL_PAPER_STATEMENT_LINES_MAX = 100000, /* of one settlement statement */
};

/* Languages that papers for dealers are printed in. */
enum wl_paper_language { WL_PAPER_ENGLISH, WL_PAPER_CHINESE };
const char *const *wl_paper_language_names(void); /* "en", "zh"; NULL-terminated, by enum */

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

/* ---- appraisal forms on A4: the form, then the service instruction that the customer signs ---- */

enum wl_form_paper_kind { WL_FORM_PAPER_LABOUR, WL_FORM_PAPER_PART, WL_FORM_PAPER_SUBLET, WL_FORM_PAPER_KINDS };
/* Lines count from 1 within their kind. */
struct wl_form_paper_line {
    struct wl_str code, description;
    struct wl_str request;  /* of a part: the number of its parts request */
    struct wl_str quantity; /* hours; of a part its quantity, with its unit */
    struct wl_str price;    /* of a part: of one; of a sublet line: its amount */
    struct wl_str approved; /* amount; empty: not decided yet */
};
struct wl_form_paper_cover {
    struct wl_str kind, what, until, left /* kilometres */, state;
};
struct wl_form_paper_note { /* a finding and its meaning; a refused line and why; each below the one before */
    struct wl_str name, text;
};

struct wl_form_paper {
    enum wl_paper_language language; /* of headings and captions; all else is printed as it is given */
    struct wl_str number;            /* code, such as F12 */
    bool instruction;                /* it was approved: the heading is the service instruction's */
    struct wl_str state;
    int64_t version; /* how often it was submitted; 0: not printed */
    int64_t opened_day;
    struct wl_paper_party dealer; /* its address is not printed */
    struct wl_str vin, model, mileage;
    int64_t sale_day;
    struct wl_str customer, complaint; /* the complaint to its end, however long */
    struct wl_str type, fault, fault_text, causal_part, campaign, authorization, repair_order, claim;
    struct {
        const struct wl_form_paper_line *at;
        size_t count; /* all kinds together at most WL_PAPER_LINES_MAX */
    } lines[WL_FORM_PAPER_KINDS];
    struct wl_str asked, handling, approved; /* total, of the approval its handling and total; empty: none yet */
    const struct wl_form_paper_cover *covers;
    size_t cover_count;
    const struct wl_form_paper_note *findings, *refused;
    size_t finding_count, refused_count;
    struct wl_str verdict, decided_by, reason; /* the newest decision; verdict empty: none yet */
    int64_t decided_day;
    int64_t started_day, completed_day; /* WL_NONE before */
    struct wl_str completed_mileage;
    struct wl_str signer, paper; /* who signed; SHA-256 of the signed paper, as text */
    int64_t signed_day;          /* WL_NONE: nobody did */
};

int wl_paper_form(struct wl_file *, const struct wl_paper_head *, const struct wl_form_paper *);

/* ---- settlement statements on A4, as many pages as they need ---- */

/* Amounts are minor units of the statement's currency; what is taken from the dealer is below 0. Captions are in the
 * language; findings and reasons are printed as they are given. */
enum wl_statement_kind {
    WL_STATEMENT_APPROVED,
    WL_STATEMENT_PARTIAL,
    WL_STATEMENT_CHARGEBACK,
    WL_STATEMENT_CREDIT, /* a chargeback that was taken back */
    WL_STATEMENT_REJECTED,
    WL_STATEMENT_INFORMATION, /* sent back for information */
    WL_STATEMENT_KINDS,
};
/* The parts that lines stand in, in this order. */
enum wl_statement_part {
    WL_STATEMENT_CLAIMS,      /* approved, partial */
    WL_STATEMENT_CHARGEBACKS, /* chargebacks, credits */
    WL_STATEMENT_UNPAID,      /* rejected, sent back */
    WL_STATEMENT_PARTS,
};
enum { WL_STATEMENT_TYPES = 8 }; /* claim types, and one for a type that is none */

struct wl_statement_sum {
    uint64_t count;
    int64_t amount;
};
struct wl_statement_paper {
    enum wl_paper_language language;
    uint64_t number;
    struct wl_paper_party dealer; /* its address is not printed */
    struct wl_str region, country, currency;
    int64_t from_day, to_day; /* from_day WL_NONE: the dealer's first settlement */
    struct wl_str settled_by;
    int64_t settled_at;               /* UTC seconds */
    uint64_t first_entry, last_entry; /* of the journal */
    bool more;                        /* what it had no room for is in the next one */
    uint64_t lines[WL_STATEMENT_PARTS];
    int64_t claims, chargebacks, net, tax, carried, to_pay, carried_on;
    int64_t tax_percent; /* times 10^6; WL_NONE: none */
    /* What a clerk checks the lines by. */
    struct wl_statement_sum by_kind[WL_STATEMENT_KINDS];
    struct wl_statement_sum by_type[WL_STATEMENT_TYPES]; /* of all lines, by claim type */
    int64_t hash_total;
};
struct wl_statement_line {
    enum wl_statement_kind kind;
    struct wl_str claim_no, vin;
    int64_t day;                             /* of the repair; of a chargeback that on which it was made */
    int64_t type;                            /* claim type; WL_STATEMENT_TYPES - 1 for one that is none */
    int64_t labour, parts, handling, sublet; /* WL_NONE: not told */
    int64_t amount;
    struct wl_str why; /* findings and reasons */
};

/* A statement is printed line by line, in the order of its parts: as many of each as its head says (else WL_E_USAGE
 * from the end). It holds one page at a time. The head must live until the end; its sums may grow until then. */
struct wl_statement;
int wl_paper_statement_begin(struct wl_file *, const struct wl_paper_head *, const struct wl_statement_paper *,
                             struct wl_statement **out);
void wl_paper_statement_line(struct wl_statement *, const struct wl_statement_line *);
/* Prints the totals, and frees it; *statement is NULL afterwards. NULL is allowed. */
int wl_paper_statement_end(struct wl_statement **statement);

#endif
