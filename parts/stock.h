/* What the commands that move stock share. Inside this floor. */
#ifndef WL_PARTS_STOCK_H
#define WL_PARTS_STOCK_H

#include "wledger/stock.h"

/* ---- deciding ---- */

enum wl_location_kind { WL_LOCATION_NONE, WL_LOCATION_DEALER, WL_LOCATION_WAREHOUSE };
/* Which kind of place an id names. NONE also when reading failed, which sticks. */
enum wl_location_kind wl_location_kind(const struct wl_context *, struct wl_str location_id);
/* WL_ACCOUNT_DEALER or WL_ACCOUNT_WAREHOUSE. */
enum wl_account_kind wl_location_account(enum wl_location_kind);
/* "LOCATION/BIN", "dispatch/12" in the arena; and apart again (views; bin empty where there is no '/'). */
struct wl_str wl_party(const struct wl_context *, struct wl_str location_id, struct wl_str bin_id);
struct wl_str wl_party_number(const struct wl_context *, const char *what, int64_t number);
/* "WHAT: entry 12", or "entry 12" where `what` is empty: for what a refusal is about. In the arena. */
struct wl_str wl_named_entry(const struct wl_context *, struct wl_str what, int64_t seq);
void wl_party_split(struct wl_str party, struct wl_str *location_id, struct wl_str *bin_id);

/* Sets a refusal and what it is about (copied to the arena, as much of it as an outcome holds). Always false, so that
 * `return wl_refuse(...)` reads well. */
bool wl_refuse(const struct wl_context *, struct wl_outcome_head *, int64_t refusal, struct wl_str about);

/* The bin for a part that comes in: the one named, if the location has it for this part, or the one chosen
 * (wledger/stock.h). In the arena. False with bin-unknown in the head, or when reading failed. */
bool wl_bin_choose(const struct wl_context *, struct wl_str location_id, struct wl_str part_id, struct wl_str named,
                   struct wl_outcome_head *, struct wl_str *bin_id);

/* One piece, in thousandths. */
enum { WL_PIECE = 1000 };
/* Whether a quantity is one (above 0, at most WL_QUANTITY_MAX, whole for a part tracked by serial number); false with
 * quantity-invalid in the head, or when reading failed. */
bool wl_quantity_check(const struct wl_context *, struct wl_str part_id, int64_t quantity, struct wl_outcome_head *);
/* Whether a location can take a quantity of a part more (WL_STOCK_MAX); false with quantity-too-large. */
bool wl_stock_fits(const struct wl_context *, struct wl_str part_id, struct wl_str location_id, int64_t quantity,
                   struct wl_outcome_head *);

/* The lot that a quantity of a part comes in under: the one named (a lot "@..." that is not there yet, or a serial
 * number named with "sn:", is WL_E_USAGE, which sticks), the serial number's (also named as the lot "sn:..."), the one
 * `unnamed` where the part is not tracked and none is named. Checks the quantity, what tracked_parts asks for, and that
 * a serial number is one piece and not in the ledger (serial-known; one that went back to its supplier may come again).
 * False with the refusal in the head. */
bool wl_lot_choose(const struct wl_context *, struct wl_str part_id, struct wl_str lot, struct wl_str serial,
                   int64_t quantity, struct wl_str unnamed, struct wl_outcome_head *, struct wl_str *out);
/* Whether a serial number is named as itself, without "sn:"; false with WL_E_USAGE, which sticks. */
bool wl_serial_is_named(const struct wl_context *, struct wl_str serial);
/* Whether a place is in the ledger: neither at a supplier nor in a count-adjustment. */
bool wl_serial_is_here(const struct wl_unit *);
/* Where a serial number (a lot "sn:...") is in the ledger: 1 and its unit, 0 where it is not in it, or the error that
 * sticks. What a vehicle got back by the reversal of its tagging is in the ledger only if it was before. */
int wl_serial_find(const struct wl_context *, struct wl_str part_id, struct wl_str lot, struct wl_unit *);
/* "@0000000123" for this entry, in the arena. */
struct wl_str wl_lot_of_entry(const struct wl_context *);

/* What a command takes out of bins: collected pick by pick, so that what an earlier line took is gone for a later
 * one. Memory in the arena. */
struct wl_pick {
    struct wl_str part_id, location_id, bin_id, lot;
    int64_t quantity;
    bool was_free;
};
struct wl_picks {
    struct wl_pick *at; /* moves as it grows, to WL_PICKS_MAX of them */
    size_t count, room;
};
/* Picks quantity of a part at a location: from the bin and the lot named (empty: any), in the order of bin, then
 * lot; of a serial number all or nothing. `free_only`: what is reserved stays, less what earlier free picks of this
 * command took. False with quantity-invalid, stock-short, serial-elsewhere (the lot named is a serial number that is
 * not there), stock-reserved or quantity-too-large (more than WL_PICKS_MAX places) in the head. first (may be NULL):
 * index of the first pick made. */
bool wl_pick(const struct wl_context *, struct wl_picks *, struct wl_str part_id, struct wl_str location_id,
             struct wl_str bin_id, struct wl_str lot, int64_t quantity, bool free_only, struct wl_outcome_head *,
             size_t *first);

/* Postings, collected in the arena: room for `most` of them. An overflow of it is a fault of ours and sticks. Texts
 * are not copied: they are the body's, constants or in the arena. */
struct wl_postings {
    struct wl_posting *at;
    size_t count, most;
};
bool wl_postings_init(const struct wl_context *, struct wl_postings *, size_t most);
void wl_postings_add(const struct wl_context *, struct wl_postings *, int64_t from_kind, struct wl_str from_party,
                     int64_t to_kind, struct wl_str to_party, struct wl_str part_id, struct wl_str lot,
                     int64_t quantity);
struct wl_list wl_postings_list(const struct wl_postings *);

/* Back-orders of a part that free stock at a location fills, oldest first; one that it does not cover is passed over.
 * At most WL_FILLED_MAX of the WL_BACK_ORDERS_LOOKED_MAX oldest; none where the location is no warehouse, or a return
 * centre. free: what it will have free after this command. Request numbers in the arena. False when reading failed,
 * which sticks. */
enum { WL_FILLED_MAX = 1000, WL_BACK_ORDERS_LOOKED_MAX = 1000 };
bool wl_back_orders_fill(const struct wl_context *, struct wl_str part_id, struct wl_str location_id, int64_t free,
                         struct wl_ints *filled);
/* The same for what is free at the location and `more` that this command brings there. */
bool wl_back_orders_fill_with(const struct wl_context *, struct wl_str part_id, struct wl_str location_id, int64_t more,
                              struct wl_ints *filled);

/* ---- applying ---- */

/* For apply and undo, before an outcome is used that an entry may say otherwise than its command does: false where it
 * is not good, which is damage and sticks. */
bool wl_outcome_check(const struct wl_context *, bool is_good);
/* Makes every table follow the stock postings of this entry: on hand, bins, units, moves, vehicles. For each
 * command's apply, once, with the outcome's postings. */
void wl_stock_follow(const struct wl_context *, struct wl_list postings);
/* Adds to reserved, in_transit, on_order (deltas; on_hand must be 0, it follows the postings). */
void wl_stock_add(const struct wl_context *, struct wl_str part_id, struct wl_str location_id, struct wl_stock delta);
/* Reserves for the requests that wl_back_orders_fill named: their rows, the back-orders, the stock rows. */
void wl_back_orders_apply(const struct wl_context *, struct wl_str location_id, struct wl_ints filled);

/* Puts a row under a number, or reads it, by its record; for the tables of this floor. */
void wl_row_put(struct wl_txn *, unsigned table, uint64_t number, const struct wl_record *, const void *row);
int wl_row_get(struct wl_txn *, struct wl_arena *, unsigned table, uint64_t number, const struct wl_record *,
               void *row);
/* Whether a row of MOVES is one, from which its chains lead strictly back: 1, or WL_E_DAMAGED, which sticks.
 * wl_move_get asks it itself. */
int wl_move_check(struct wl_txn *, int64_t id, const struct wl_move *);
/* The same for keys of other kinds; a key of no bytes is no row's. */
void wl_row_put_key(struct wl_txn *, unsigned table, struct wl_str key, const struct wl_record *, const void *row);
int wl_row_get_key(struct wl_txn *, struct wl_arena *, unsigned table, struct wl_str key, const struct wl_record *,
                   void *row);

/* ---- reversing ---- */

/* What the reversal of a command needs besides the inverse postings: whether its documents allow it (the refusal is
 * in the head: reversal-blocked with what is in the way), what reservations end with it (`apply` takes them off the
 * stock rows), and what becomes of the documents. `entry` is the entry that is reversed; body and outcome are its own,
 * in the arena. */
struct wl_released {
    struct wl_str part_id, location_id;
    int64_t quantity;
};
struct wl_undo_plan {
    struct wl_released released[WL_PICKS_MAX]; /* texts in the arena */
    size_t count;
    struct wl_restored restored; /* of an entry that decided a claim (claims/taken_back.h) */
    struct wl_list postings;     /* of wl_posting, on top of the inverse: what follows from that */
};
struct wl_undo {
    const struct wl_command *command;
    /* Both may be NULL: nothing more than the inverse postings, which the generic part checks and follows before
     * `apply`. decide: false with the refusal in the head, or when reading failed, which sticks. */
    bool (*decide)(const struct wl_context *, const struct wl_entry *entry, const void *body, const void *outcome,
                   struct wl_outcome_head *, struct wl_undo_plan *);
    void (*apply)(const struct wl_context *, const struct wl_entry *entry, const void *body, const void *outcome);
    bool silent; /* also where it posted nothing */
};
/* Each in the file of its command; the table of them is in reverse.c. */
extern const struct wl_undo wl_deliver_undo, wl_open_undo, wl_stock_move_undo, wl_count_undo, wl_dispatch_undo,
    wl_receive_dispatch_undo, wl_resolve_undo, wl_fit_undo, wl_tag_undo, wl_tag_loose_undo, wl_return_ship_undo,
    wl_return_scan_undo, wl_return_close_undo, wl_receive_undo, wl_dispose_undo, wl_inspect_undo, wl_tag_inspect_undo,
    wl_chargeback_undo, wl_sale_undo, wl_pay_undo, wl_recovery_pay_undo;

#endif
