/* A plain model of the parts loop and the defective loop, written from the public headers and the domain text alone:
 * arrays and linear search, no store, none of the library's rules. It says of each command what must come of it, and
 * keeps its own double entry.
 *
 * A command is judged first: `must` collects every rule that it breaks, `may` what the texts leave open. It has to be
 * done when nothing must refuse it, and refused with one of these otherwise; which rule is looked at first is nobody's
 * promise. What was done is then compared and followed. The first difference stays in `fault`. */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "wledger/defective.h"
#include "wledger/demand.h"
#include "wledger/gates.h"
#include "wledger/record_command.h"
#include "wledger/stock.h"

enum {
    M_ID = 36,     /* bytes of an id or a lot, terminated */
    M_PARTY = 72,  /* bytes of an account's party, terminated */
    M_PARTS = 32,  /* parts of the world */
    M_PLACES = 12, /* dealers and warehouses */
    M_BINS = 64,
    M_VEHICLES = 48,
    M_REFUSALS = 256,
    M_SEEN = 112,
    M_TOUCHED = 4096,  /* accounts that one command may touch */
    M_ENTRIES = 16384, /* newest entries that may be reversed: older ones the soak leaves alone */
};

/* ---- the world, as the reference data has it ---- */

enum m_tracking { M_BY_NOTHING, M_BY_LOT, M_BY_SERIAL };
struct m_part {
    char id[M_ID], supplier[M_ID];
    enum m_tracking tracking;
    bool returns; /* return_rule always */
    int replaced_by;
    int64_t replaced_from; /* day */
    int64_t price;         /* minor units a piece */
};
struct m_place { /* dealer or warehouse */
    char id[M_ID], region[M_ID];
    bool dealer, suspended, centre;
};
struct m_bin {
    int place, part; /* part -1: for any */
    char id[M_ID];
};

/* ---- stock ---- */

struct m_row { /* good stock of a part at a place */
    char bin[M_ID], lot[M_ID];
    int64_t quantity;
};
struct m_stock {
    int64_t reserved, in_transit, on_order;
    struct m_row *rows; /* by bin, then lot; none is 0 */
    size_t count, room;
    bool touched; /* since the last comparison */
};
struct m_account {
    int64_t kind, part, balance;
    char party[M_PARTY], lot[M_ID];
    uint64_t hash;
    bool touched;
};
struct m_posting {
    int64_t from_kind, to_kind, part, quantity;
    char from_party[M_PARTY], to_party[M_PARTY], lot[M_ID];
};
struct m_piece { /* where a serial number is */
    int64_t part, kind;
    char lot[M_ID], party[M_PARTY];
    bool strange; /* on a vehicle, by a tagging that was reversed, and never seen before it */
    bool touched;
};
struct m_pick {
    int part, place;
    char bin[M_ID], lot[M_ID];
    int64_t quantity, request;
};

/* ---- documents ---- */

struct m_request {
    int dealer, asked, part, vehicle /* -1: none */, place /* -1: back-order */;
    int64_t quantity, received, discrepant, fitted, state, choice, sourced_seq, seq, dispatch;
};
struct m_dispatch {
    int from, to;
    int64_t state, seq, time, late;
    size_t first_line, lines;
    int64_t came; /* quantity that came in whichever way: good, damaged or as another part */
};
struct m_line {
    int64_t request, quantity, received, discrepant;
    int part;
    char lot[M_ID], bin[M_ID];
};
struct m_discrepancy {
    int64_t kind, dispatch, line, tag, quantity, resolution, seq;
    int part;
    bool withdrawn; /* its receipt was reversed */
    char lot[M_ID], from[M_ID], to[M_ID];
};
struct m_tag {
    int64_t obligation, state, outcome, disposition, shipment, discrepancy, quantity, seq;
    int64_t inspected_seq; /* entry; only while it has an outcome */
    int dealer, vehicle, part;
    bool strange; /* its piece was not seen before */
    bool gone;    /* neither on its way nor at its centre: in a discrepancy, or written off */
    char bin[M_ID], lot[M_ID], centre[M_ID], centre_bin[M_ID];
};
struct m_return {
    int dealer;
    char centre[M_ID];
    int64_t tags, open, seq;
    bool closed, withdrawn;
};
enum { M_CLAIM_LINES = 4 };
struct m_claim {
    int64_t id, decision, repair_day, labour, sublet, total, charged_back, settlement;
    int64_t part_amounts[M_CLAIM_LINES];
    int line_parts[M_CLAIM_LINES], dealer, vehicle, lines;
    char no[M_ID];
    int64_t first_obligation, obligations; /* they follow one another */
    int64_t decided_seq, settled_seq;      /* entries: of the decision in force, and of its settlement */
    bool is_signed;
};
struct m_obligation {
    int64_t claim /* index */, line /* from 1 */, quantity, due, state;
    int64_t open_state; /* open or overdue: what it was before the parts came */
    int part;
    bool refused; /* once: later findings have no effect on money */
    bool waived;
    int64_t *tags;
    size_t tag_count, tag_room;
};
/* A fitting that stands: where the removed part's lot comes from. */
struct m_fit {
    int vehicle, part, dealer;
    char lot[M_ID], invoice[M_ID];
    int64_t day, seq;
    bool withdrawn; /* reversed: no fit any more */
};

/* What is remembered of an inspection: the claim as it was before, and what it refused. */
struct m_finding {
    int64_t claim, found; /* index of the claim, or -1 */
    bool decides, was_missing;
    int64_t decided_before, total, decision, charged_back;
    int64_t amounts[M_CLAIM_LINES], refused[M_CLAIM_LINES]; /* of its lines; obligations that were refused anew */
    size_t refused_count;
};

/* What is remembered of an entry that may be reversed. */
struct m_entry {
    int64_t seq, reversed_by;
    int tag;              /* of its command */
    struct m_posting *at; /* its postings */
    size_t count;
    int64_t number;           /* its document: dispatch, discrepancy, first tag, return shipment, request, tag */
    int64_t count_of_numbers; /* of discrepancies or tags that it made */
    int64_t first_number;     /* likewise the first of them */
    struct wl_line_change *changes;
    size_t change_count;
    int64_t *list; /* requests that it filled, or tags that it names */
    size_t list_count;
    int64_t quantity;
    char invoice[M_ID], opened[M_ID]; /* of a fitting; of an opening the lot */
    int vehicle, part, place;
    char bin[M_ID];
    struct m_finding finding;
};

struct m_plan { /* what judging worked out for following */
    int part, place, vehicle;
    char bin[M_ID], lot[M_ID], to_bin[M_ID], supplier[M_ID];
    struct m_pick picks[WL_PICKS_MAX + 1];
    size_t pick_count;
    int64_t difference, quantity;
};

struct model {
    char fault[1024];
    uint64_t seq; /* of the entry being judged or followed */
    int64_t time, day;

    struct m_part parts[M_PARTS];
    int part_count;
    struct m_place places[M_PLACES];
    int place_count;
    struct m_bin bins[M_BINS];
    int bin_count;
    char vehicles[M_VEHICLES][20], owners[M_VEHICLES][M_ID];
    int vehicle_count;
    int64_t dispatch_seconds;

    bool must[M_REFUSALS], may[M_REFUSALS];
    int must_count;
    struct m_plan plan;

    struct m_account *accounts;
    size_t account_count, account_room;
    uint32_t *account_slots; /* index + 1 */
    size_t account_slot_count;
    size_t touched[M_TOUCHED];
    size_t touched_count;
    struct m_piece *pieces;
    size_t piece_count, piece_room;
    uint32_t *piece_slots;
    size_t piece_slot_count;
    struct m_stock stock[M_PARTS][M_PLACES];
    struct m_posting step[WL_PICKS_MAX * 6];
    size_t step_count;

    struct m_request *requests; /* from 1 */
    size_t request_count, request_room;
    int64_t *back_orders[M_PARTS]; /* by number */
    size_t back_order_count[M_PARTS], back_order_room[M_PARTS];
    struct m_dispatch *dispatches;
    size_t dispatch_count, dispatch_room;
    struct m_line *lines;
    size_t line_count, line_room;
    struct m_discrepancy *discrepancies;
    size_t discrepancy_count, discrepancy_room;
    struct m_tag *tags;
    size_t tag_count, tag_room;
    struct m_return *returns;
    size_t return_count, return_room;
    struct m_claim *claims; /* from 0 */
    size_t claim_count, claim_room;
    struct m_obligation *obligations; /* from 0, as the ledger numbers them */
    size_t obligation_count, obligation_room, overdue_from, late_from;
    struct m_fit *fits;
    size_t fit_count, fit_room;
    struct m_opening {
        int place, part;
        char bin[M_ID], lot[M_ID];
    } * openings;
    size_t opening_count, opening_room;
    struct {
        const char *what;
        uint64_t times;
    } seen[M_SEEN];
    size_t seen_count;
    struct m_entry entries[M_ENTRIES]; /* by number modulo M_ENTRIES */
};

/* ---- text and growing (model_books.c) ---- */

void m_set(char *out, size_t size, struct wl_str);
bool m_is(const char *text, struct wl_str);
/* Room for one more in an array; the array may move. */
void *m_grow(void *array, size_t count, size_t *room, size_t size);
#define M_ADD(array, count, room) (((array) = m_grow((array), (count), &(room), sizeof *(array))), &(array)[(count)++])
void m_differs(struct model *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Counts what came to pass, so that a walk can tell what it saw. The name is a constant. */
void m_saw(struct model *, const char *what);
/* What the ledger said and what it should have said. */
void m_same(struct model *, const char *what, int64_t ledger, int64_t model);
void m_same_text(struct model *, const char *what, struct wl_str ledger, const char *model);

/* Frees all that the model holds, not the model. */
void m_release(struct model *);

/* ---- verdicts ---- */

void m_clear(struct model *);
void m_must(struct model *, enum wl_refusal);
void m_may(struct model *, enum wl_refusal);

/* ---- the world ---- */

int m_part_of(const struct model *, struct wl_str);  /* -1: none */
int m_place_of(const struct model *, struct wl_str); /* -1: none */
int m_vehicle_of(const struct model *, struct wl_str);
/* Whether the bin is one for this part there; and the one that is chosen where none is named. */
bool m_bin_is(const struct model *, int place, int part, struct wl_str bin);
const char *m_bin_chosen(const struct model *, int place, int part);
/* Judges a bin: the one named or the one chosen into out. */
void m_judge_bin(struct model *, int place, int part, struct wl_str named, char out[M_ID]);
/* The account kind and party of a bin, good or defective. */
int64_t m_good_kind(const struct model *, int place);
const char *m_party(const char *place, const char *bin); /* valid until the next but three */
const char *m_party_number(const char *what, int64_t number);

/* ---- books ---- */

/* Moves a quantity (below 0: back) and what follows it: rows of stock, pieces, the entry's postings. */
void m_move(struct model *, int64_t from_kind, const char *from, int64_t to_kind, const char *to, int part,
            const char *lot, int64_t quantity);
int64_t m_balance(const struct model *, int64_t kind, const char *party, int part, const char *lot);
struct m_account *m_account(struct model *, int64_t kind, const char *party, int part, const char *lot);
/* Forgets accounts that are 0, once there are many. */
void m_accounts_tidy(struct model *);
int64_t m_on_hand(const struct model *, int part, int place);
int64_t m_free(const struct model *, int part, int place);
int64_t m_in_bin(const struct model *, int part, int place, const char *bin, const char *lot /* NULL: all */);
struct m_stock *m_stock(struct model *, int part, int place);
const struct m_piece *m_piece(const struct model *, int part, const char *lot);
/* The same, NULL for one that is not in the ledger. */
const struct m_piece *m_piece_here(const struct model *, int part, const char *lot);
void m_piece_strange(struct model *, int part, const char *lot);
/* The entry that is being followed, as what may be reversed; NULL: it moved nothing. */
struct m_entry *m_entry_note(struct model *, int tag);
struct m_entry *m_entry(struct model *, int64_t seq);

/* ---- stock (model_stock.c) ---- */

/* Judges whether a quantity is one for the part. */
void m_judge_quantity(struct model *, int part, int64_t quantity);
/* Judges taking a quantity from a bin and lot (empty: any) and adds the picks to the plan. free_only: what is reserved
 * may not be taken. */
void m_judge_picks(struct model *, int part, int place, struct wl_str bin, struct wl_str lot, int64_t quantity,
                   bool free_only, int64_t request);
/* Judges bringing in a piece: its serial number may not be in the ledger. */
void m_judge_new_piece(struct model *, int part, struct wl_str serial);
/* Fills back-orders from what a place has free, where it is a warehouse that supplies; the ledger filled these. */
void m_fill(struct model *, int part, int place, struct wl_ints filled);
/* Keeps a list of numbers with an entry. */
void m_entry_list(struct m_entry *, const int64_t *at, size_t count);

void m_judge_deliver(struct model *, const void *body);
void m_deliver(struct model *, const void *body, const void *outcome);
void m_judge_open(struct model *, const void *body);
void m_open(struct model *, const void *body, const void *outcome);
void m_judge_stock_move(struct model *, const void *body);
void m_stock_move(struct model *, const void *body, const void *outcome);
void m_judge_count(struct model *, const void *body);
void m_count(struct model *, const void *body, const void *outcome);

/* ---- demand (model_demand.c, model_dispatch.c, model_receipt.c) ---- */

int64_t m_request_reserved(const struct model *, const struct m_request *);
void m_back_order_add(struct model *, int part, int64_t number);
void m_back_order_drop(struct model *, int part, int64_t number);
void m_judge_request(struct model *, const void *body);
void m_request(struct model *, const void *body, const void *outcome);
void m_judge_source(struct model *, const void *body);
void m_source(struct model *, const void *body, const void *outcome);
void m_judge_cancel(struct model *, const void *body);
void m_cancel(struct model *, const void *body, const void *outcome);
void m_judge_dispatch(struct model *, const void *body);
void m_dispatch(struct model *, const void *body, const void *outcome);
void m_judge_receive(struct model *, const void *body);
void m_receive(struct model *, const void *body, const void *outcome);
void m_judge_resolve(struct model *, const void *body);
void m_resolve(struct model *, const void *body, const void *outcome);
void m_judge_fit(struct model *, const void *body);
void m_fit(struct model *, const void *body, const void *outcome);
int64_t m_line_transit(const struct m_line *);
/* States of a dispatch and its requests by what its lines came to. */
void m_dispatch_settle(struct model *, int64_t number);
int64_t m_discrepancy_add(struct model *, const struct m_discrepancy *);

/* ---- the defective loop (model_tags.c, model_returns.c, model_inspect.c) ---- */

/* A claim as the ledger decided it: which is not the model's business, but what it owes is. */
int64_t m_claim_in(struct model *, const struct wl_claim_record *, const struct wl_record_outcome *);
void m_claim_decided(struct model *, int64_t claim, const struct wl_decision *, int64_t first_obligation);
/* Judged: unknown, undecided, or (strictly) rejected; -1: none. */
int64_t m_claim_named(struct model *, struct wl_str dealer_id, struct wl_str claim_no, bool strictly);
int64_t m_obligation_of(const struct model *, int64_t claim, int64_t line); /* -1: none */
void m_obligation_follow(struct model *, int64_t obligation);
bool m_obligation_is_open(const struct m_obligation *);
bool m_obligation_blocks(const struct m_obligation *);
int64_t m_tags_missing(const struct model *, int64_t obligation); /* quantity that has no tag */
/* The lot of a part that is taken off a vehicle: of its newest fit before a day of which so much is still there. */
void m_lot_removed(const struct model *, int vehicle, int part, int64_t before, int64_t quantity, char lot[M_ID]);
/* Adds a tag, with its move off the vehicle; its number. */
int64_t m_tag_add(struct model *, const struct m_tag *);
/* Whether a quantity is tagged piece by piece, and how many tags it makes. */
size_t m_tags_of(int64_t quantity, bool together);
/* Makes tags that an obligation lacks, at most so many, and compares them with the ledger's from `from` on. */
size_t m_tags_make(struct model *, int64_t obligation, bool together, struct wl_str serial, struct wl_list made,
                   size_t from, size_t most);
const char *m_centre_chosen(const struct model *, int dealer);

void m_judge_tag(struct model *, const void *body);
void m_tag(struct model *, const void *body, const void *outcome);
void m_judge_tag_loose(struct model *, const void *body);
void m_tag_loose(struct model *, const void *body, const void *outcome);
void m_judge_tag_link(struct model *, const void *body);
void m_tag_link(struct model *, const void *body, const void *outcome);
void m_judge_return_ship(struct model *, const void *body);
void m_return_ship(struct model *, const void *body, const void *outcome);
void m_judge_return_scan(struct model *, const void *body);
void m_return_scan(struct model *, const void *body, const void *outcome);
void m_judge_return_receive(struct model *, const void *body);
void m_return_receive(struct model *, const void *body, const void *outcome);
void m_judge_return_close(struct model *, const void *body);
void m_return_close(struct model *, const void *body, const void *outcome);
void m_judge_inspect(struct model *, const void *body);
void m_inspect(struct model *, const void *body, const void *outcome);
void m_judge_tag_inspect(struct model *, const void *body);
void m_tag_inspect(struct model *, const void *body, const void *outcome);
void m_judge_dispose(struct model *, const void *body);
void m_dispose(struct model *, const void *body, const void *outcome);
void m_judge_waive(struct model *, const void *body);
void m_waive(struct model *, const void *body, const void *outcome);
void m_judge_tick(struct model *, const void *body);
void m_tick(struct model *, const void *body, const void *outcome);

/* ---- reversals (model_reverse.c) ---- */

void m_judge_reverse(struct model *, const void *body);
void m_reverse(struct model *, const void *body, const void *outcome);

#endif
