/* The defective loop (domain text, sections 3, 5 and 7): removed parts are tagged, shipped back, received, inspected,
 * disposed of. The tag is the identity of one removed part; a return obligation is met by the tags of its line.
 *
 * A tag's number is its sequence number, at least nine digits, with a check digit behind it (H. M. Damm's
 * algorithm, which finds every wrong digit and every swap of neighbours). Return shipments are numbered from 1.
 * Quantities are thousandths. What becomes of a part is recorded even if its claim was rejected or priced at 0
 * meanwhile; then it has no effect on money. A claim that was rejected and owes nothing is claim-rejected. */
#ifndef WLEDGER_DEFECTIVE_H
#define WLEDGER_DEFECTIVE_H

#include "wledger/gates.h"
#include "wledger/stock.h"

enum {
    WL_TAGS_AT_ONCE_MAX = 100,
    WL_RECEIVED_AT_ONCE_MAX = 100, /* tags of one return-receive: what its postings leave room for in an entry */
    WL_TAG_TEXT = 24,
};

/* ---- tags ---- */

enum wl_tag_state {
    WL_TAG_TAGGED,    /* at its dealer */
    WL_TAG_SHIPPED,   /* in a return shipment */
    WL_TAG_RECEIVED,  /* at the centre */
    WL_TAG_MISSING,   /* its shipment was closed without it */
    WL_TAG_INSPECTED, /* `outcome` says what was found; the part is at the centre, or `discrepancy` says where */
    WL_TAG_DISPOSED,
    WL_TAG_WITHDRAWN, /* the tagging was reversed */
    WL_TAG_STATE_COUNT,
};
const char *const *wl_tag_state_names(void);
enum wl_disposition { WL_DISPOSE_SCRAP, WL_DISPOSE_SUPPLIER, WL_DISPOSE_DEALER };
const char *const *wl_disposition_names(void); /* "scrap", "supplier", "dealer" */

struct wl_tag {
    int64_t obligation; /* id; WL_NONE: not linked to a claim yet */
    struct wl_str dealer_id, bin_id /* the dealer's */, vin, part_id, lot, reason;
    int64_t quantity, state;
    int64_t outcome;          /* enum wl_inspection; WL_NONE before */
    int64_t disposition;      /* enum wl_disposition; WL_NONE before */
    int64_t shipment;         /* WL_NONE: received without one, or not shipped */
    struct wl_str centre_id;  /* where it goes or went */
    struct wl_str centre_bin; /* where it lies there, or lay until it was disposed of */
    int64_t tagged_seq, shipped_seq, received_seq, inspected_seq, disposed_seq; /* entries; WL_NONE before */
    int64_t discrepancy; /* that it went to and has not come out of; else WL_NONE */
};
extern const struct wl_record wl_tag_record;
uint64_t wl_tag_count(struct wl_txn *); /* tags are 1 to this */
int wl_tag_get(struct wl_txn *, struct wl_arena *, uint64_t tag, struct wl_tag *);
/* "0000000013" of tag 1: the digits of a tag and its check digit, terminated. */
void wl_tag_format(uint64_t tag, char out[WL_TAG_TEXT]);
/* Reads what wl_tag_format wrote, every digit of it, with or without spaces and hyphens within: a short number is the
 * number of something else. False when it is not the number of a tag or its check digit is wrong. */
bool wl_tag_parse(struct wl_str, uint64_t *tag);
/* The tags of an obligation that are not withdrawn, in order; their texts in the arena, or, where it is NULL, only
 * until the callback returns, which may not write. What it returns other than WL_OK ends the walk and is returned. */
typedef int wl_tag_fn(void *context, uint64_t tag, const struct wl_tag *);
int wl_tags_of(struct wl_txn *, struct wl_arena *, int64_t obligation, wl_tag_fn *, void *context);

/* The tags of a dealer that are tagged, from the oldest on; what the callback may do as above. */
typedef int wl_tagged_fn(void *context, uint64_t tag);
int wl_tagged_each(struct wl_txn *, struct wl_str dealer_id, wl_tagged_fn *, void *context);

/* tag, tag 45: vehicle -> dealer bin, defective. Makes the tags that a claim's returns lack: of those open or overdue,
 * or of one line, which may be waived. One for each piece of a whole quantity of at most WL_TAGS_AT_ONCE_MAX, else
 * (litres; `together`) one for all that the line lacks; a line that does not fit any more is left for the next command.
 * The lot is that of the newest fit of this part on this vehicle before the repair date of which so much is still
 * there; else empty: the vehicle was built with it. A serial number can be named where one tag of one piece comes of
 * it (else quantity-invalid); one that the ledger knows must be on this vehicle. The bin is MAIN. */
struct wl_tag_body {
    struct wl_str dealer_id, claim_no;
    int64_t line;     /* part line from 1; WL_NONE or 0: all */
    int64_t together; /* 1: one tag for each line; else WL_NONE */
    struct wl_str serial;
};
/* tag-loose, tag 46: a part that was removed before there is a claim. Lot, serial number and bin as of `tag`, with the
 * day of the command as repair date. */
struct wl_tag_loose_body {
    struct wl_str dealer_id, vin, part_id, serial, reason /* required */;
    int64_t quantity;
};
struct wl_new_tag {
    int64_t obligation; /* WL_NONE: none */
    struct wl_str part_id, lot, bin_id;
    int64_t quantity;
};
struct wl_tag_outcome { /* of both */
    struct wl_outcome_head head;
    int64_t claim;       /* id; WL_NONE: none */
    int64_t first_tag;   /* they follow one another */
    struct wl_list tags; /* of wl_new_tag */
    int64_t remaining;   /* lines left for the next command; else WL_NONE */
};
/* tag-link, tag 47: joins a loose tag that is not inspected to a claim's line of the same dealer, vehicle and part
 * that lacks as much. */
struct wl_tag_link_body {
    int64_t tag;
    struct wl_str dealer_id, claim_no;
    int64_t line; /* part line from 1 */
};
struct wl_tag_link_outcome {
    struct wl_outcome_head head;
    int64_t claim, obligation;
};

/* ---- return shipments ---- */

struct wl_return {
    struct wl_str dealer_id, centre_id, carrier_id, box, tracking;
    int64_t tags, open; /* in all, still in transit */
    int64_t seq, time;
    int64_t closed_seq; /* close or reversal; WL_NONE: something is in transit, or all was scanned */
};
extern const struct wl_record wl_return_record;
uint64_t wl_return_count(struct wl_txn *);
int wl_return_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_return *);
/* The tags that were put into a return shipment, in order; as wl_tags_of. */
int wl_return_tags(struct wl_txn *, struct wl_arena *, uint64_t number, wl_tag_fn *, void *context);

/* return-ship, tag 48: dealer bin, defective -> in-transit. Tags of one dealer that are tagged. The centre left
 * empty: of the warehouses that take returns one in the dealer's region, else any; of several the lowest id; "centre"
 * where none is loaded. */
struct wl_return_ship_body {
    struct wl_str dealer_id, centre_id, carrier_id, box, tracking;
    struct wl_ints tags; /* at most WL_TAGS_AT_ONCE_MAX */
};
struct wl_return_ship_outcome {
    struct wl_outcome_head head;
    int64_t shipment;
    struct wl_str centre_id;
};

/* return-scan, tag 49: in-transit -> centre bin, defective. One tag, shipped. The centre left empty: the shipment's;
 * another than the shipment's is return-mismatch. The bin left empty: MAIN. */
struct wl_return_scan_body {
    int64_t tag;
    struct wl_str centre_id, bin_id;
};
struct wl_return_scan_outcome {
    struct wl_outcome_head head;
    struct wl_str centre_id, bin_id;
    int64_t obligation; /* that it belongs to; else WL_NONE */
};

/* return-receive, tag 12: what came back without its papers: for a claim's line, or all lines that still owe, makes
 * the tags that are missing, ships and receives, all at once; posts each step. By the state of the obligation: open or
 * overdue, or waived where its line is named. Tags that are in a shipment are received from it at its centre, the
 * others at the one that return-ship would choose; bins are MAIN. What a closed shipment was missing is not received so
 * (tag-missing). At most WL_RECEIVED_AT_ONCE_MAX tags; `remaining` lines are left for the next command, perhaps one of
 * them in part. */
struct wl_receive_body {
    struct wl_str dealer_id, claim_no;
    int64_t line; /* part line from 1; WL_NONE or 0: all that are open */
};
struct wl_receive_outcome {
    struct wl_outcome_head head;
    int64_t claim, first_tag;
    struct wl_list tags;     /* of wl_new_tag: made now */
    struct wl_ints known;    /* tags that were there, now received */
    struct wl_str centre_id; /* of those that are in no shipment */
    int64_t remaining;       /* WL_NONE: no line is left */
};

/* return-close, tag 52: nothing more will come of a return shipment: what is in transit becomes missing, a
 * return-missing discrepancy each: in-transit -> discrepancy. Resolved as accepted it is received, at the centre. */
struct wl_return_close_body {
    int64_t shipment;
};
struct wl_return_close_outcome {
    struct wl_outcome_head head;
    int64_t first_discrepancy;
    struct wl_ints tags;
};

/* ---- inspection ---- */

enum { WL_INSPECTED_AT_ONCE_MAX = 200 /* tags of one return-inspect */ };

/* return-inspect, tag 13: all received tags of a claim's line, or of all its lines; tag-inspect, tag 50: one tag. Each
 * tag once. Any outcome but accepted refuses the line: before settlement the claim is priced again without it, after
 * settlement the difference is charged back (domain text, section 7); once for each line. `missing`: the box was
 * empty, or (tag-inspect) the shipment was closed without it; a received one goes centre bin -> discrepancy, and comes
 * back to the centre when that is resolved as accepted, its outcome as it is. A line is accepted when all its tags
 * are. Reversible: the newest decision first, and not once a settlement stands on it. */
struct wl_inspect_body {
    struct wl_str dealer_id, claim_no;
    int64_t line;    /* part line from 1; WL_NONE or 0: all that are received */
    int64_t outcome; /* enum wl_inspection */
    struct wl_str reason;
};
struct wl_tag_inspect_body {
    int64_t tag, outcome;
    struct wl_str reason;
};
struct wl_inspect_outcome { /* of both */
    struct wl_outcome_head head;
    struct wl_decision decision; /* the claim without the refused lines; all absent when nothing is refused anew, or the
                                    claim was rejected meanwhile */
    int64_t claim;               /* WL_NONE: the tag belongs to none */
    struct wl_ints obligations;  /* that are refused anew */
    int64_t charged_back;        /* above 0 after settlement, else WL_NONE */
    struct wl_ints tags;         /* inspected */
    int64_t first_discrepancy;   /* of those that are missing and were received; WL_NONE: none */
    int64_t remaining;           /* lines left for the next command; else WL_NONE */
    struct wl_list recoveries;   /* of wl_recovery_change (recovery.h): what follows at suppliers */
    int64_t decided_before;      /* entry of the decision that was in force; WL_NONE: this one decides nothing */
};

/* ---- disposition ---- */

/* return-dispose, tag 51: centre bin, defective -> scrap, supplier (the part's; "unknown" where the part is known no
 * more) or the dealer's bin, defective. Of an inspected tag whose part is there, once. */
struct wl_dispose_body {
    int64_t tag, disposition;
    struct wl_str reason;
};
struct wl_dispose_outcome {
    struct wl_outcome_head head;
    struct wl_str to; /* scrap: the centre; supplier id; dealer id */
};

/* ---- the clock ---- */

/* tick, tag 55: open obligations past due become overdue (a state from which all goes on as from open); dispatches that
 * are in transit for more than `dispatch_hours` are flagged late; reviews past `review_hours` go up a tier (desk.h).
 * One entry takes a bounded number; `more` says that another must follow. */
enum { WL_TICK_MAX = 1000, WL_TICK_INDEX_MAX = 4000 };
struct wl_tick_body {
    int64_t reserved; /* absent */
};
struct wl_tick_outcome {
    struct wl_outcome_head head;
    struct wl_ints overdue;     /* obligation ids */
    struct wl_ints late;        /* dispatches */
    int64_t indexed_to;         /* obligations below it are in the table of dues */
    int64_t late_to;            /* dispatches up to it were looked at; a receipt that is reversed lowers it */
    int64_t passed;             /* rows of dues that led to nothing, because the part is back or waived */
    int64_t more;               /* 1, or WL_NONE */
    struct wl_list escalated;   /* of wl_escalation (desk.h) */
    struct wl_list vacated;     /* of wl_assignment: reviews that left a seat that nobody mans, and that seat */
    struct wl_list assignments; /* of wl_assignment: reviews that took a seat */
};

extern const struct wl_command wl_tag_command, wl_tag_loose_command, wl_tag_link_command, wl_return_ship_command,
    wl_return_scan_command, wl_receive_command, wl_return_close_command, wl_inspect_command, wl_tag_inspect_command,
    wl_dispose_command, wl_tick_command;

#endif
