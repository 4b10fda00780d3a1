/* What the commands of the defective loop share. Inside this floor. */
#ifndef WL_PARTS_TAGS_H
#define WL_PARTS_TAGS_H

#include "claims/gate.h"
#include "parts/stock.h"
#include "wledger/defective.h"

/* Counters: the newest number of each. */
#define WL_TAGS "tags"
#define WL_RETURNS "returns"
/* Counters of the clock: obligations below the one are in DUES; dispatches up to the other were looked at. */
#define WL_DUES_INDEXED "dues-indexed"
#define WL_LATE_TO "late-to"

extern const struct wl_record wl_new_tag_record;
extern const char *const wl_dispositions[];

/* ---- rows ---- */

/* For apply: the row of a tag or shipment that an outcome or a row names, text in the arena. False when there is none,
 * which is damage, or reading failed; that sticks. */
bool wl_tag_row(const struct wl_context *, int64_t tag, struct wl_tag *);
bool wl_return_row(const struct wl_context *, int64_t number, struct wl_return *);
/* TAGGED follows the row's state. */
void wl_tag_put(const struct wl_context *, int64_t tag, const struct wl_tag *);
void wl_return_put(const struct wl_context *, int64_t number, const struct wl_return *);

/* Rows of OBLIGATION_TAGS (obligation, tag), RETURN_TAGS (shipment, tag) and DUES (due day, obligation) are keys
 * alone: two numbers. Days before 1970 sort before those after it. */
enum { WL_PAIR_KEY = 16 };
void wl_pair_put(struct wl_txn *, unsigned table, int64_t first, int64_t second);
void wl_pair_delete(struct wl_txn *, unsigned table, int64_t first, int64_t second);
bool wl_pair_read(struct wl_str key, int64_t *first, int64_t *second);

/* The tags of an obligation that are in one of `states` (bits, 1 << state), in order: appended to *ids, no more than
 * `most` there. How many there are in all; below 0: the error that sticks. */
int64_t wl_tags_in(const struct wl_context *, int64_t obligation, unsigned states, struct wl_ints *ids, size_t most);

/* Where the part of a tag lies. kind WL_NONE: it is in no account of its own any more (withdrawn, lost, scrapped, with
 * the supplier). Party in the arena. */
struct wl_place {
    int64_t kind;
    struct wl_str party;
};
struct wl_place wl_tag_place(const struct wl_context *, const struct wl_tag *);

/* ---- deciding ---- */

/* The number of a tag as it stands on its label, for what a refusal is about. In the arena. */
struct wl_str wl_tag_name(const struct wl_context *, int64_t tag);
/* The same with the newest entry that moved its part on: "0000000013: entry 12". */
struct wl_str wl_tag_newest(const struct wl_context *, int64_t number, const struct wl_tag *);

/* A table that says what a state allows: WL_DONE, or the refusal that it meets. */
struct wl_tag_gate {
    int64_t refusal[WL_TAG_STATE_COUNT];
};
/* The tag of a number where the gate lets it through: true with its row, text in the arena. False with the refusal in
 * the head, about the tag, or when reading failed, which sticks. */
bool wl_gate_tag(const struct wl_context *, int64_t number, const struct wl_tag_gate *, struct wl_outcome_head *,
                 struct wl_tag *);

/* The newest version under a claim's name, where it owes or owed returns, or may: physical steps go on when the claim
 * was rejected meanwhile. As wl_gate_claim. */
bool wl_gate_returns(const struct wl_context *, struct wl_str dealer_id, struct wl_str claim_no,
                     struct wl_outcome_head *, int64_t *id, struct wl_claim *);
/* The obligation of a part line (from 1); false with obligation-unknown in the head, or when reading failed. */
bool wl_obligation_of_line(const struct wl_context *, const struct wl_claim *, int64_t line, struct wl_outcome_head *,
                           int64_t *id, struct wl_obligation *);

/* The centre that a dealer's returns go to: the one named, which must take returns (centre-unknown), or the one chosen
 * (wledger/defective.h). In the arena. */
bool wl_centre_choose(const struct wl_context *, struct wl_str dealer_id, struct wl_str named, struct wl_outcome_head *,
                      struct wl_str *centre_id);

/* Parts as they come off a vehicle: tags that a command is about to make. Memory in the arena. */
struct wl_removal {
    struct wl_str dealer_id, vin;
    int64_t before; /* the day of the repair: what was fitted from it on stays */
    struct wl_new_tag *at;
    size_t count, most;
};
bool wl_removal_init(const struct wl_context *, struct wl_removal *, size_t most);
/* How many tags a quantity makes. */
size_t wl_removal_pieces(int64_t quantity, bool together);
/* Adds tags for a quantity of a part, with their lots, for an obligation (WL_NONE: none). They must fit. False when
 * reading failed, which sticks. */
bool wl_removal_add(const struct wl_context *, struct wl_removal *, int64_t obligation, struct wl_str part_id,
                    int64_t quantity, bool together);
/* The serial number that was named for the one tag of the removal (empty: none was). False with not-serialised,
 * quantity-invalid or serial-elsewhere in the head, or when reading failed. */
bool wl_removal_serial(const struct wl_context *, struct wl_removal *, struct wl_str serial, struct wl_outcome_head *);
/* vehicle -> dealer bin, defective, of all of them. */
void wl_removal_post(const struct wl_context *, const struct wl_removal *, struct wl_postings *);

/* ---- applying ---- */

/* Makes tags, numbered from `first`, and joins them to their obligations. reason: may be empty. */
void wl_tags_make(const struct wl_context *, int64_t first, struct wl_list tags, struct wl_str dealer_id,
                  struct wl_str vin, struct wl_str reason);
/* Joins a tag to an obligation, which moves by the tag's state. The tag's row is changed, not put. */
void wl_tag_join(const struct wl_context *, int64_t tag, struct wl_tag *, int64_t obligation);
/* The part arrives, from its shipment or, if it is in none, at centre_id straight from its dealer. */
void wl_tag_receive(const struct wl_context *, int64_t tag, struct wl_str centre_id, struct wl_str bin_id);
/* Its label is void: the tagging is reversed, of a received part the receipt with it. */
void wl_tag_withdraw(const struct wl_context *, int64_t tag);
/* Back into its shipment or, if it was in none, to its dealer. */
void wl_tag_unreceive(const struct wl_context *, int64_t tag);
/* What it was found to be is taken back: it waits for an inspection, or is missing again. centre_bin: where it lies
 * again, because that inspection did not find it there; else empty. */
void wl_tag_uninspect(const struct wl_context *, int64_t tag, struct wl_str centre_bin);
/* The oldest tag of an obligation that is refused by another entry than `but_by`, and by one behind `after` (-1:
 * any): 1 with its number and row (texts a view), 0, or the error that sticks. */
int wl_tag_refusing(const struct wl_context *, int64_t obligation, int64_t but_by, int64_t after, int64_t *number,
                    struct wl_tag *);
/* Moves the obligation of a tag, if it has one, by its quantity: steps are 1, 0 or, where reversed, -1. */
void wl_tag_progress(const struct wl_context *, const struct wl_tag *, int tagged, int received, int inspected,
                     int64_t outcome);
/* A dispatch is in transit again: the next tick looks at it, and at those behind it, once more. */
void wl_tick_look_again(const struct wl_context *, int64_t dispatch);
/* Their parts are missing: a discrepancy for each of these tags, in order. */
void wl_tags_miss(const struct wl_context *, struct wl_ints tags);

#endif
