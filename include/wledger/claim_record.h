/* A claim as its sender wrote it (domain text, section 4): what a document reader fills, what the
 * journal keeps, what adjudication reads. Every field is trimmed text; whether it can be read as what
 * it is meant to be is part of deciding. */
#ifndef WLEDGER_CLAIM_RECORD_H
#define WLEDGER_CLAIM_RECORD_H

#include "wledger/record.h"

enum {
    WL_LINES_MAX = 200,       /* of each kind; a claim with more is field-malformed */
    WL_NARRATIVE_MAX = 4000,  /* bytes; a longer one is field-malformed */
    WL_HEADER_CEILING = 512,  /* bytes of a header field that are kept, whatever was sent */
    WL_LINE_CEILING = 36,     /* the same for an identifier in a line */
    WL_NUMBER_CEILING = 20,   /* the same for a number in a line; no readable one is longer than 18 */
    WL_CURRENCY_CEILING = 16, /* the same for a line's currency */
};

struct wl_labour_line {
    struct wl_str op_code, hours;
};

struct wl_part_line {
    struct wl_str part_id, quantity, unit_price, currency;
};

struct wl_sublet_line {
    struct wl_str code, amount, currency;
};

/* A reader keeps at most WL_LINES_MAX + 1 lines of a kind: the one too many is what makes the claim
 * malformed. A text longer than its ceiling is cut there, at a character's end, without trimming again:
 * it stays longer than what is readable. */
struct wl_claim_record {
    struct wl_str dealer_id, claim_no, submission, type, vin, repair_date, submit_date;
    struct wl_str mileage, mileage_unit; /* unit: "kilometer" (or empty) or "mile" */
    struct wl_str fault_code, causal_part, campaign_id, authorization_no, repair_order;
    struct wl_list labour, parts, sublet; /* of wl_labour_line, wl_part_line, wl_sublet_line */
    /* The narrative itself is personal text and lies beside the journal, which holds a commitment to it
     * (command.h): the record has its length in bytes. WL_NONE: none; at most WL_NARRATIVE_MAX + 1,
     * which means too long. */
    int64_t narrative_size;
};

extern const struct wl_record wl_claim_record;
extern const struct wl_record wl_labour_line_record, wl_part_line_record, wl_sublet_line_record;

#endif
