/* What the commands from demand to fitting share. Inside this floor. */
#ifndef WL_PARTS_DEMAND_H
#define WL_PARTS_DEMAND_H

#include "parts/stock.h"
#include "wledger/demand.h"

/* Counters: the newest number of each. */
#define WL_REQUESTS "requests"
#define WL_DISPATCHES "dispatches"
#define WL_DISCREPANCIES "discrepancies"

/* The names of choices, for tables of fields; as the functions of demand.h give them. */
extern const char *const wl_choices[];
extern const char *const wl_dispatch_states[];
extern const char *const wl_discrepancy_kinds[];
extern const char *const wl_resolutions[];

/* A number as text, for what a refusal is about and for the party of a discrepancy's account. In the arena. */
struct wl_str wl_number_text(const struct wl_context *, int64_t number);

/* Whether a quantity more may be on order for a location or on its way there, both together (WL_STOCK_MAX); false with
 * quantity-too-large in the head, or when reading failed. */
bool wl_order_fits(const struct wl_context *, struct wl_str part_id, struct wl_str location_id, int64_t quantity,
                   struct wl_outcome_head *);

/* Whether a part may be taken from a location: it is in `parts`, or was and lies there still; false with part-unknown
 * in the head, or when reading failed. */
bool wl_part_is_known_at(const struct wl_context *, struct wl_str part_id, struct wl_str location_id,
                         struct wl_outcome_head *);

/* ---- requests ---- */

/* A table that says what a state allows: WL_DONE, or the refusal that it meets. */
struct wl_request_gate {
    int64_t refusal[WL_REQUEST_STATE_COUNT];
};
/* The request of a number where the gate lets it through: true with its row, text in the arena. False with the refusal
 * in the head, about `about` (may be empty), or when reading failed, which sticks. */
bool wl_gate_request(const struct wl_context *, int64_t number, const struct wl_request_gate *, struct wl_str about,
                     struct wl_outcome_head *, struct wl_request_row *);

/* For apply: the row of a request that an outcome or a row names. False when there is none, which is damage and
 * sticks. */
bool wl_request_row(const struct wl_context *, int64_t number, struct wl_request_row *);
void wl_request_put(const struct wl_context *, int64_t number, const struct wl_request_row *);
/* Whether its parts are reserved at its dealer, or arrived there. */
bool wl_request_is_at_dealer(const struct wl_request_row *);
/* Whether its parts are reserved at a warehouse, not at its dealer: a row of SOURCED. */
bool wl_request_is_sourced(const struct wl_request_row *);
/* Where a request stands that was shipped, or has its parts at its dealer, by its quantities. */
int64_t wl_request_state_by_quantity(const struct wl_request_row *);
/* What of a request is on order for its dealer: all, until it is shipped. */
int64_t wl_request_on_order(const struct wl_request_row *);
/* Makes the stock rows, the back-orders and what is sourced follow what a request has reserved and on order by its row:
 * enters it, or takes it out. */
void wl_request_enter(const struct wl_context *, int64_t number, const struct wl_request_row *);
void wl_request_take_out(const struct wl_context *, int64_t number, const struct wl_request_row *);

/* ---- sourcing ---- */

/* What is asked for. What is reserved for it already (freed, where there is any) counts as free there. */
struct wl_demand {
    struct wl_str dealer_id, part_id;
    int64_t quantity;
    struct wl_str freed_location, freed_part;
    int64_t freed;
};
/* Finds where it comes from. False with dealer-unknown, part-unknown or quantity-invalid (a part that may supply it is
 * tracked by serial number) in the head, or when reading failed, which sticks. Text and list in the arena, but the
 * demand's. */
bool wl_source_find(const struct wl_context *, const struct wl_demand *, struct wl_outcome_head *, struct wl_source *);
/* Whether requests are sourced at a location: a warehouse that is no return centre. */
bool wl_location_supplies(const struct wl_context *, struct wl_str location_id);

/* ---- dispatches ---- */

/* For apply, as wl_request_row. */
bool wl_dispatch_row(const struct wl_context *, int64_t number, struct wl_dispatch *);
bool wl_dispatch_line_row(const struct wl_context *, int64_t number, int64_t line, struct wl_dispatch_line *);
void wl_dispatch_put(const struct wl_context *, int64_t number, const struct wl_dispatch *);
void wl_dispatch_line_put(const struct wl_context *, int64_t number, int64_t line, const struct wl_dispatch_line *);
/* Which line a key of DISPATCH_LINES is of. False when it is none. */
bool wl_dispatch_line_name(struct wl_str key, uint64_t *number, uint64_t *line);
/* Of a dispatch that is not reversed: what of a line is in transit; where the dispatch stands, by its counts. */
int64_t wl_dispatch_line_open(const struct wl_dispatch_line *);
int64_t wl_dispatch_state_by_count(const struct wl_dispatch *);

/* ---- discrepancies ---- */

/* Neither resolved nor withdrawn with the receipt that found it. */
bool wl_discrepancy_is_open(const struct wl_discrepancy *);
/* For apply, as wl_request_row. Numbers follow one another: add gives the next to a row. */
bool wl_discrepancy_row(const struct wl_context *, int64_t number, struct wl_discrepancy *);
void wl_discrepancy_put(const struct wl_context *, int64_t number, const struct wl_discrepancy *);
void wl_discrepancy_add(const struct wl_context *, const struct wl_discrepancy *);
/* The number that the next one gets. */
int64_t wl_discrepancy_next(const struct wl_context *);

#endif
