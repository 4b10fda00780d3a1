/* From demand to fitting (domain text, sections 3 and 5): parts requests, sourcing, dispatches, receipts with
 * their discrepancies, fittings.
 *
 * Requests, dispatches and discrepancies are numbered from 1, each. Quantities are thousandths. */
#ifndef WLEDGER_DEMAND_H
#define WLEDGER_DEMAND_H

#include "wledger/gates.h"
#include "wledger/stock.h"

/* ---- requests ---- */

enum wl_request_state {
    WL_REQUEST_RESERVED,       /* its parts are reserved, at the dealer itself or at a warehouse */
    WL_REQUEST_BACK_ORDERED,   /* waits for a delivery */
    WL_REQUEST_SHIPPED,        /* on its way; what has arrived of it may be fitted */
    WL_REQUEST_RECEIVED,       /* all of it arrived */
    WL_REQUEST_RECEIVED_SHORT, /* nothing of it is in transit any more and less arrived, perhaps nothing */
    WL_REQUEST_FITTED,         /* what arrived is fitted */
    WL_REQUEST_CANCELLED,
    WL_REQUEST_STATE_COUNT,
};
const char *const *wl_request_state_names(void); /* "reserved", ...; NULL-terminated, by enum */

/* Why a location was chosen, or not (domain text, section 5: own stock; enough; region; quantity; id). */
enum wl_choice {
    WL_CHOICE_OWN_STOCK,  /* chosen: the dealer has it itself */
    WL_CHOICE_ONLY,       /* chosen: no other warehouse has enough */
    WL_CHOICE_REGION,     /* chosen: the only one with enough in the dealer's region */
    WL_CHOICE_LARGEST,    /* chosen: of several as near, the one with the largest free quantity */
    WL_CHOICE_LOWEST_ID,  /* chosen: of several as near and as large, the lowest id */
    WL_CHOICE_NOT_ENOUGH, /* passed over: its free stock does not cover the request */
    WL_CHOICE_FARTHER,    /* passed over: another region */
    WL_CHOICE_SMALLER,    /* passed over: another as near has more */
    WL_CHOICE_HIGHER_ID,  /* passed over: another as near and as large has a lower id */
    WL_CHOICE_DELIVERY,   /* chosen: a delivery (or what freed stock) filled the back-order here */
    WL_CHOICE_BACK_ORDER, /* none has enough: back-ordered */
};
const char *const *wl_choice_names(void); /* "own-stock", "only", "region", "largest", "lowest-id", "not-enough", ... */
struct wl_considered {
    struct wl_str location_id, part_id; /* part: the one asked for or one that replaces it */
    int64_t free;
    int64_t choice; /* enum wl_choice */
};
enum { WL_CONSIDERED_MAX = 64 };

/* How a request's parts are found. The parts are those of the chain of supersession that is in force on the day, the
 * part asked for first: old stock is used up. Candidates are the dealer itself, for each of them; then the
 * warehouses that are no return centres, by id, for each of them. The first with a location whose free stock covers the
 * whole quantity wins. Else a back-order for the last part of the chain. A part that is not in `parts` ends the chain
 * before it. */
struct wl_source {
    int64_t choice;            /* enum wl_choice */
    struct wl_str location_id; /* empty: back-order */
    struct wl_str part_id;     /* what is supplied, or awaited */
    struct wl_list considered; /* of wl_considered, as they were looked at; the first WL_CONSIDERED_MAX of them, and
                                  always the one that was chosen, which then stands last */
};

struct wl_request_row {
    struct wl_str dealer_id, asked_part_id, part_id /* supplied or awaited */, vin, document, reason;
    int64_t quantity;
    int64_t received;   /* good at its dealer; of own stock all at once */
    int64_t discrepant; /* shipped, and short or damaged. On its way, once shipped: quantity - received - discrepant */
    int64_t fitted;     /* of what was received */
    int64_t state;
    int64_t choice;            /* enum wl_choice, of the newest sourcing */
    struct wl_str location_id; /* where it is or was reserved, its dealer once anything arrived; empty: back-order */
    int64_t seq;               /* entry that made it */
    int64_t sourced_seq;       /* entry of its newest sourcing */
    int64_t dispatch;          /* WL_NONE: none */
    int64_t cancelled_seq;     /* entry that cancelled it; WL_NONE: none did */
};
extern const struct wl_record wl_request_record;
uint64_t wl_request_count(struct wl_txn *);
int wl_request_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_request_row *);
/* What of a request is reserved at location_id now: at a warehouse all of it, at its dealer what arrived and is not
 * fitted. */
int64_t wl_request_reserved(const struct wl_request_row *);
/* The requests of a dealer whose parts are reserved at a warehouse and wait for a dispatch, from the oldest on. The
 * callback may not write; what it returns other than WL_OK ends the walk and is returned. */
typedef int wl_sourced_fn(void *context, uint64_t request);
int wl_sourced_each(struct wl_txn *, struct wl_str warehouse_id, struct wl_str dealer_id, wl_sourced_fn *,
                    void *context);

/* request, tag 35: by an active dealer, for a known part, with the reason for the replacement. Sourced at once. */
struct wl_request_body {
    struct wl_str dealer_id, part_id;
    int64_t quantity;
    struct wl_str reason;   /* required (reason-missing) */
    struct wl_str vin;      /* may be empty: for the shelf; else a known vehicle */
    struct wl_str document; /* appraisal form or repair order; may be empty */
};
/* request-source, tag 36: releases what is reserved at a warehouse, if anything, and sources again; what was reserved
 * for it counts as free. Legal while reserved at a warehouse or back-ordered, for an active dealer (request-sourced
 * where its parts are reserved at the dealer or all arrived there, request-shipped, else request-closed). */
struct wl_request_source_body {
    int64_t request;
};
struct wl_request_outcome { /* of both */
    struct wl_outcome_head head;
    int64_t request;
    int64_t choice;
    struct wl_str location_id, part_id;
    struct wl_list considered;
    struct wl_ints filled; /* request-source: other back-orders that got what it released at its warehouse */
};
/* request-cancel, tag 37: not needed any more: releases its reservation, or what of it is not fitted. Legal while
 * reserved, back-ordered, received or received-short (not request-shipped, not request-closed). What a warehouse has
 * free by it fills back-orders; a dealer's is free stock. */
struct wl_request_cancel_body {
    int64_t request;
    struct wl_str reason; /* required */
};
struct wl_request_cancel_outcome {
    struct wl_outcome_head head;
    int64_t request;
    int64_t released; /* 0: nothing was reserved */
    struct wl_ints filled;
};

/* ---- dispatches ---- */

/* What an entry has room for, with the longest ids: more is quantity-too-large. */
enum {
    WL_DISPATCH_LINES_MAX = 150, /* lines of one dispatch */
    WL_RECEIPT_MOVES_MAX = 180,  /* postings of one receipt: name fewer lines, and receive the rest after it */
};

enum wl_dispatch_state {
    WL_DISPATCH_SHIPPED,
    WL_DISPATCH_RECEIVED,       /* all of it arrived in good condition */
    WL_DISPATCH_RECEIVED_SHORT, /* nothing is in transit any more, and something was short, damaged or wrong */
    WL_DISPATCH_LOST,           /* nothing arrived */
    WL_DISPATCH_CANCELLED,      /* the dispatch was reversed */
    WL_DISPATCH_STATE_COUNT,
};
const char *const *wl_dispatch_state_names(void);

struct wl_dispatch {
    struct wl_str from_id, to_id, carrier_id, box, tracking;
    int64_t state, lines;
    int64_t seq, time;        /* of the entry that shipped it */
    int64_t late_seq;         /* tick that flagged it late; WL_NONE: none did */
    int64_t open_lines;       /* lines with something in transit */
    int64_t discrepant_lines; /* lines of which something was short or damaged */
    int64_t receipts;         /* that stand and brought anything, good, damaged or wrong */
};
struct wl_dispatch_line {
    int64_t request; /* WL_NONE: none, for stock */
    struct wl_str part_id, lot, from_bin;
    int64_t quantity;
    int64_t received;   /* good */
    int64_t discrepant; /* short or damaged: in discrepancies. in transit = quantity - received - discrepant, unless
                           the dispatch was reversed */
};
extern const struct wl_record wl_dispatch_record, wl_dispatch_line_record;
uint64_t wl_dispatch_count(struct wl_txn *);
int wl_dispatch_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_dispatch *);
/* Lines count from 1. */
int wl_dispatch_line_get(struct wl_txn *, struct wl_arena *, uint64_t number, uint64_t line, struct wl_dispatch_line *);

/* dispatch, tag 38: from a warehouse or dealer to another location, in one box: reserved requests of the destination
 * that are sourced at `from` (else request-elsewhere; request-not-sourced, request-shipped, request-sourced,
 * request-closed by their states), and free stock; not to a suspended dealer. Lines come out one for each bin and lot
 * taken, in the order of requests, then items; bins and lots in their order. */
struct wl_dispatch_item {
    struct wl_str part_id, bin_id, lot; /* bin and lot may be empty: in their order */
    int64_t quantity;
};
struct wl_dispatch_body {
    struct wl_str from_id, to_id, carrier_id /* may be empty */, box, tracking;
    struct wl_ints requests; /* at most WL_STOCK_LINES_MAX */
    struct wl_list items;    /* of wl_dispatch_item, at most WL_STOCK_LINES_MAX */
};
struct wl_dispatch_outcome {
    struct wl_outcome_head head;
    int64_t dispatch;
    struct wl_list lines; /* of wl_dispatch_line, at most WL_DISPATCH_LINES_MAX */
};

/* ---- receipts ---- */

/* What came of one line. good may be more than is in transit: the rest is over, but of a serial number there is one
 * piece (quantity-too-large). damaged and wrong take the place of what is in transit: for what is wrong as much is
 * short. A wrong part has the lot named, or "@entry"; over has the line's. */
struct wl_receipt_line {
    int64_t line;                           /* from 1 */
    int64_t good, damaged;                  /* WL_NONE or 0: nothing */
    struct wl_str wrong_part_id, wrong_lot; /* another part that came in its place; a serial number as "sn:..." */
    int64_t wrong;
};
/* receive, tag 39: at the dispatch's destination; any number of times while something is in transit. With `close`
 * nothing more will come: what is still in transit is short. in-transit -> bin, or -> discrepancy. What a
 * request asked for is reserved for it at its dealer, all else is free stock. At a warehouse that fills no back-orders,
 * as a delivery, an opening, a count or what another request releases does: source them again. */
struct wl_receive_dispatch_body {
    int64_t dispatch;
    struct wl_str bin_id; /* for what is good; empty: chosen for each part */
    struct wl_list lines; /* of wl_receipt_line, at most WL_STOCK_LINES_MAX, each line once */
    int64_t all;          /* 1: every line came complete and good; then no lines are named */
    int64_t close;        /* 1: nothing more will come; else WL_NONE */
};
/* What a line came to, for all lines that changed. */
struct wl_line_change {
    int64_t line, received, discrepant; /* added to the line's */
    struct wl_str bin_id;
};
struct wl_new_discrepancy {
    int64_t kind; /* enum wl_discrepancy_kind */
    int64_t line;
    struct wl_str part_id, lot;
    int64_t quantity;
};
struct wl_receive_dispatch_outcome {
    struct wl_outcome_head head;
    struct wl_list changes;       /* of wl_line_change */
    struct wl_list discrepancies; /* of wl_new_discrepancy, numbered on from first_discrepancy */
    int64_t first_discrepancy;    /* WL_NONE: there are none */
    int64_t state;                /* enum wl_dispatch_state after it */
};

/* ---- discrepancies ---- */

enum wl_discrepancy_kind {
    WL_DISCREPANCY_SHORT,          /* shipped, and did not come: from in-transit */
    WL_DISCREPANCY_DAMAGED,        /* came damaged: from in-transit */
    WL_DISCREPANCY_OVER,           /* came, and was not shipped: from the sender's count-adjustment */
    WL_DISCREPANCY_WRONG_PART,     /* came in another's place: from the sender's count-adjustment; the other is short */
    WL_DISCREPANCY_RETURN_MISSING, /* a tagged defective part that did not come back, or an empty box (defective.h) */
    WL_DISCREPANCY_KIND_COUNT,
};
const char *const *wl_discrepancy_kind_names(void);
enum wl_resolution {
    WL_RESOLVE_ACCEPT,    /* it is there: into a bin of the destination, as free stock */
    WL_RESOLVE_RETURN,    /* it is with the sender: into a bin of the sender */
    WL_RESOLVE_SCRAP,     /* -> scrap of the destination */
    WL_RESOLVE_WRITE_OFF, /* lost: -> count-adjustment of the sender */
    WL_RESOLUTION_COUNT,
};
const char *const *wl_resolution_names(void);
/* Which resolutions a kind has: short: accept, return, write-off; damaged: accept, scrap, write-off; over and
 * wrong-part: accept, return, scrap; return-missing: accept (the part came after all), write-off. */
bool wl_resolution_is_legal(int64_t kind, int64_t resolution);

struct wl_discrepancy {
    int64_t kind, dispatch, line; /* dispatch WL_NONE: of a tag */
    int64_t tag;                  /* WL_NONE: of a dispatch */
    struct wl_str part_id, lot, from_id, to_id;
    int64_t quantity;
    int64_t resolution;   /* enum wl_resolution; WL_NONE: open, or withdrawn */
    int64_t seq;          /* entry that found it */
    int64_t resolved_seq; /* entry that resolved it, or reversed what had found it (then it is withdrawn: nothing of it
                             is left, and no resolution); WL_NONE: open */
};
extern const struct wl_record wl_discrepancy_record;
uint64_t wl_discrepancy_count(struct wl_txn *);
int wl_discrepancy_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_discrepancy *);

/* resolve, tag 40: once, with a reason. What goes into a bin is free stock, and fills no back-orders. A return-missing
 * one that is accepted makes its tag received, at its centre, unless it was inspected as missing before. */
struct wl_resolve_body {
    int64_t discrepancy, resolution;
    struct wl_str bin_id; /* empty: chosen */
    struct wl_str reason; /* required */
};
struct wl_resolve_outcome {
    struct wl_outcome_head head;
    struct wl_str location_id, bin_id; /* where it went; empty: not into a bin */
    int64_t tag;                       /* that is received by it; else WL_NONE */
};

/* ---- fittings ---- */

/* fit, tag 41: dealer bin -> vehicle; the part's own warranty begins: a row of `fits` (dealer, invoice, VIN, part; the
 * command's day; mileage; who paid; the vehicle's owner). By a suspended dealer too. For a request of this dealer that
 * names no VIN or this one (else request-elsewhere): what arrived for it and is not fitted, or a part of that
 * (quantity-too-large; request-not-received, request-not-sourced, request-closed by its state). Without: free stock. */
struct wl_fit_body {
    struct wl_str dealer_id, vin;
    int64_t request;                    /* WL_NONE: none; else part_id may be empty, or names what is supplied */
    struct wl_str part_id, bin_id, lot; /* bin and lot may be empty: in their order; a serial number as "sn:..." */
    int64_t quantity;                   /* WL_NONE with a request: all that arrived */
    int64_t mileage_km;                 /* 0 to 9,999,999 */
    struct wl_str invoice_no;           /* required: repair order or invoice */
    int64_t paid_by;                    /* WL_PAID_BY_CUSTOMER or WL_PAID_BY_WARRANTY */
};
struct wl_fit_outcome {
    struct wl_outcome_head head;
    struct wl_str part_id, owner_id; /* of the fit */
    int64_t quantity;
};

extern const struct wl_command wl_request_command, wl_request_source_command, wl_request_cancel_command,
    wl_dispatch_command, wl_receive_dispatch_command, wl_resolve_command, wl_fit_command;

#endif
