/* Stock: what lies where (domain text, section 5).
 *
 * A stock account is (location, part, condition, lot). Its kind and party say the place: a warehouse's or a
 * dealer's bin has the party "LOCATION/BIN"; what is in transit "dispatch/N" or "return/N"; a discrepancy its
 * number; a vehicle its VIN; a supplier its id; scrap and count-adjustment the location's id. Quantities are
 * thousandths of the part's unit.
 *
 * Every unit has a lot, so that its way can be told from the supplier to scrap: the lot that was named when it
 * came; of a part tracked by serial number "sn:" and the number, one piece each; else "@" and the number of the
 * journal entry that brought it in, ten digits, so that lots sort by age. Only what never was in the ledger (a
 * part that a vehicle was built with) has the empty lot.
 *
 * All tables here follow the postings of the journal's entries, by one function, so that no command can move
 * stock and forget a table. */
#ifndef WLEDGER_STOCK_H
#define WLEDGER_STOCK_H

#include "wledger/gates.h"
#include "wledger/reference.h"

/* The tables of this floor. X(NAME, "name", flags) */
#define WL_PARTS_TABLES(X)                                                                                         \
    X(STOCK, "stock", WL_TABLE_BUFFERED)                     /* location, part -> wl_stock */                      \
    X(BIN_STOCK, "bin-stock", 0)                             /* location, part, bin, lot -> good quantity there */ \
    X(UNITS, "units", WL_TABLE_BUFFERED)                     /* part, lot -> wl_unit */                            \
    X(MOVES, "moves", WL_TABLE_APPEND)                       /* move id -> wl_move */                              \
    X(VEHICLE_MOVES, "vehicle-moves", WL_TABLE_BUFFERED)     /* vehicle number / 64 -> newest move ids */          \
    X(OPENINGS, "openings", 0)                               /* location, bin, part, lot -> entry that opened */   \
    X(REVERSALS, "reversals", 0)                             /* entry -> entry that reversed it */                 \
    X(REQUESTS, "requests", WL_TABLE_APPEND)                 /* request number -> wl_request_row */                \
    X(BACK_ORDERS, "back-orders", WL_TABLE_BUFFERED)         /* part, request number -> "" */                      \
    X(DISPATCHES, "dispatches", WL_TABLE_APPEND)             /* dispatch number -> wl_dispatch */                  \
    X(DISPATCH_LINES, "dispatch-lines", WL_TABLE_APPEND)     /* dispatch number, line -> wl_dispatch_line */       \
    X(DISCREPANCIES, "discrepancies", WL_TABLE_APPEND)       /* discrepancy number -> wl_discrepancy */            \
    X(TAGS, "tags", WL_TABLE_APPEND)                         /* tag, without its check digit -> wl_tag */          \
    X(OBLIGATION_TAGS, "obligation-tags", WL_TABLE_BUFFERED) /* obligation id, tag -> "" */                        \
    X(RETURNS, "returns", WL_TABLE_APPEND)                   /* return shipment number -> wl_return */             \
    X(RETURN_TAGS, "return-tags", WL_TABLE_APPEND)           /* return shipment number, tag -> "" */               \
    X(DUES, "dues", WL_TABLE_BUFFERED)                       /* due day, obligation id -> "" */                    \
    X(SOURCED, "sourced", WL_TABLE_BUFFERED)                 /* warehouse, dealer, request number -> "" */         \
    X(TAGGED, "tagged", WL_TABLE_BUFFERED)                   /* dealer, tag -> "" */

enum wl_parts_table {
    WL_TABLE_BEFORE_PARTS = WL_TABLE_AFTER_CLAIMS - 1,
#define X(NAME, name, flags) WL_TABLE_##NAME,
    WL_PARTS_TABLES(X)
#undef X
};

enum {
    WL_LOT_MAX = 32,          /* bytes of a lot */
    WL_SERIAL_MAX = 29,       /* bytes of a serial number: a lot without "sn:" */
    WL_DOCUMENT_MAX = 32,     /* bytes of the number of a paper: delivery note, invoice, box, tracking number */
    WL_SERIALS_MAX = 100,     /* serial numbers of one command */
    WL_STOCK_LINES_MAX = 100, /* lines of one dispatch or receipt, as named */
    WL_PICKS_MAX = 150,       /* places that one command takes stock from: what an entry has room for */
};
/* A quantity's digits before the point (domain text, section 4), for CLI and CSV; what is more, or not above 0, is
 * quantity-invalid. */
enum { WL_QUANTITY_DIGITS = 9 };
#define WL_QUANTITY_MAX INT64_C(999999999999) /* thousandths */
/* Of one part at one location, thousandths: what would come to more is quantity-too-large. */
#define WL_STOCK_MAX INT64_C(1000000000000000)

/* The bin that every location has, for who has no other. */
#define WL_MAIN_BIN "MAIN"
/* The lot of what lay there when the ledger began and has no other: the oldest. */
#define WL_OPENING_LOT "@0000000000"

/* ---- what there is ---- */

/* One part at one location, all bins and lots, good condition. free = on_hand - reserved >= 0. */
struct wl_stock {
    int64_t on_hand, reserved;
    int64_t in_transit; /* shipped to this location, neither arrived nor given up */
    int64_t on_order;   /* of a dealer: requested, not yet shipped: reserved elsewhere or back-ordered */
};
extern const struct wl_record wl_stock_record;
/* 1 and the row, 0 (all 0) when there never was any, or the error that sticks. */
int wl_stock_get(struct wl_txn *, struct wl_str part_id, struct wl_str location_id, struct wl_stock *);

/* Every location that has, had or awaits a part, in the order of their ids; every bin and lot of a part at a
 * location (empty: at all), in the order location, bin, lot; of all parts in the order location, part, bin, lot.
 * The callback may not write; what it returns other than WL_OK ends the walk and is returned. Its texts live until
 * it returns. */
typedef int wl_stock_fn(void *context, struct wl_str part_id, struct wl_str location_id, const struct wl_stock *);
int wl_stock_each(struct wl_txn *, struct wl_str part_id /* empty: all parts */, wl_stock_fn *, void *context);
struct wl_bin_stock {
    struct wl_str part_id, location_id, bin_id, lot;
    int64_t quantity;
};
typedef int wl_bin_stock_fn(void *context, const struct wl_bin_stock *);
int wl_bin_stock_each(struct wl_txn *, struct wl_str part_id /* empty: all parts */, struct wl_str location_id,
                      wl_bin_stock_fn *, void *context);

/* ---- the way of a unit ---- */

/* One posting of stock as it was made. Moves are numbered from 0; chains lead back in time. */
struct wl_move {
    int64_t seq, day; /* of the entry that made it */
    struct wl_str part_id, lot;
    int64_t quantity, from_kind, to_kind; /* enum wl_account_kind */
    struct wl_str from_party, to_party;
    int64_t previous;            /* move of the same part and lot; WL_CHAIN_END: it is the first */
    int64_t vehicle;             /* its number; WL_NONE: no vehicle has part in it */
    int64_t previous_on_vehicle; /* as previous; WL_NONE likewise */
};
extern const struct wl_record wl_move_record;
struct wl_unit {
    int64_t newest; /* move id */
    /* Of a serial number: where the piece is. At a supplier or in a count-adjustment it is not in the ledger, nor on a
     * vehicle that it was never seen on but by a tagging that was reversed. Empty party and WL_NONE for lots. */
    int64_t kind;
    struct wl_str party;
};
extern const struct wl_record wl_unit_record;
/* 1 and the row (text in the arena), 0, or the error that sticks. */
int wl_move_get(struct wl_txn *, struct wl_arena *, int64_t id, struct wl_move *);
int wl_unit_get(struct wl_txn *, struct wl_arena *, struct wl_str part_id, struct wl_str lot, struct wl_unit *);
/* Every lot that there ever was of a part, in their order; otherwise as wl_stock_each. */
typedef int wl_unit_fn(void *context, struct wl_str lot, const struct wl_unit *);
int wl_units_each(struct wl_txn *, struct wl_arena *, struct wl_str part_id, wl_unit_fn *, void *context);
/* The newest move on a vehicle (wl_vehicle_number), WL_CHAIN_END when there is none. */
int64_t wl_vehicle_move(struct wl_txn *, int64_t vehicle);

/* "sn:" and the number, in the arena; and back: empty when the lot is no serial number. */
struct wl_str wl_serial_lot(struct wl_arena *, struct wl_str serial);
struct wl_str wl_lot_serial(struct wl_str lot);

/* ---- stock that comes in, is moved, counted, taken back ----
 *
 * A bin left empty is chosen: of the bins of reference data that name the part there the lowest id, else of those
 * for any part ("*"), else MAIN. A bin that is named must be one of these, or MAIN, or to take from it or count it one
 * that still holds the part (bin-unknown). */

/* deliver, tag 30: supplier -> warehouse bin. A part tracked by serial number brings one piece for each serial; a
 * lot that is named besides stands in the entry only. Then the part's back-orders are filled from the warehouse's
 * free stock, unless it is a return centre, oldest first; one that the free stock does not cover is passed
 * over, as a new request would pass it. Of more than 1,000 that wait the newest go on waiting, until the part's next
 * delivery, opening, count or release there, or request-source. */
struct wl_serial {
    struct wl_str serial;
};
struct wl_deliver_body {
    struct wl_str location_id; /* warehouse */
    struct wl_str part_id, supplier_id /* empty: the part's */, bin_id, lot, document;
    int64_t quantity;
    struct wl_list serials; /* of wl_serial; as many as the quantity */
};
struct wl_deliver_outcome {
    struct wl_outcome_head head;
    struct wl_str bin_id, lot; /* where it went; of serials no lot */
    struct wl_ints filled;     /* requests that have their parts reserved here now */
};

/* stock-open, tag 31: count-adjustment -> bin, once for each (location, bin, part, lot). A part without lot gets
 * WL_OPENING_LOT. May fill back-orders of a warehouse as a delivery does. */
struct wl_open_body {
    struct wl_str location_id, bin_id, part_id, lot, serial;
    int64_t quantity; /* a serial's is 1 */
};

/* stock-move, tag 32: bin -> bin of one location. The lot empty: lots in their order. Reserved or not. */
struct wl_stock_move_body {
    struct wl_str location_id, part_id, lot, from_bin, to_bin;
    int64_t quantity;
};

/* stock-count, tag 33: what was counted of a part (and lot) in a bin; the difference is posted against
 * count-adjustment. Less: lots in their order, not below what is reserved at the location (stock-reserved).
 * More: onto the lot named, or the last of the part there, or a new one; may fill back-orders of a
 * warehouse as a delivery does. A difference of pieces with serial numbers is counted one by one (lot "sn:..."; else
 * serial-missing), as 0 or 1. No difference: done, without postings. */
struct wl_count_body {
    struct wl_str location_id, bin_id, part_id, lot; /* lot empty: all lots in the bin together */
    int64_t counted;                                 /* >= 0 */
    int64_t sheet;                                   /* what the sheet said; WL_NONE: no sheet. Otherwise count-stale */
    struct wl_str reason;                            /* required where there is a difference (reason-missing) */
};
struct wl_count_outcome { /* of stock-open, stock-move and stock-count */
    struct wl_outcome_head head;
    int64_t difference; /* counted less what was there; of the others WL_NONE */
    struct wl_ints filled;
};

/* reverse, tag 34: the exact inverse of all postings of an entry, once, with the state of its documents: of deliver,
 * stock-open, stock-move, stock-count, dispatch, receive, resolve, fit, tag, tag-loose, return-ship, return-scan,
 * return-receive, return-close, return-inspect, tag-inspect and return-dispose; of chargeback and vehicle-sale.
 * Nothing else is reversed (not-reversible). A serial number that a tagging brought into the ledger is out of it
 * again when that is reversed. reversal-blocked when what came later stands on it: the parts are gone or reserved, a
 * dispatch was received in part, a tag went on, a discrepancy was resolved, the claim was decided again or settled.
 * A reversal is not reversed. Of an inspection: its tags wait for one again, what it found missing lies where it
 * lay, and if it refused lines, the decision before it is in force again: before settlement the accrual follows,
 * after settlement what was charged back is given back (gates.h: chargeback). What suppliers owe follows as it
 * stands by then, beside the exact inverse. */
struct wl_reverse_body {
    int64_t entry;
    struct wl_str reason; /* required (reason-missing) */
};
struct wl_reverse_outcome {
    struct wl_outcome_head head;
    int64_t entry;
    struct wl_restored restored; /* gates.h */
};

extern const struct wl_command wl_deliver_command, wl_open_command, wl_stock_move_command, wl_count_command,
    wl_reverse_command;

/* The entry that reversed an entry; WL_NONE when none did. */
int64_t wl_reversed_by(struct wl_txn *, uint64_t seq);

/* Whether this floor's tables agree with one another, with the balances and with the claims' obligations. Walks
 * each table once, in order. WL_E_DAMAGED with the first fault found. */
int wl_parts_check(struct wl_txn *);

#endif
