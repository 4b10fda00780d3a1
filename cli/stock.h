/* Inside the command line: what the commands, listings and views about stock share. */
#ifndef WL_CLI_STOCK_H
#define WL_CLI_STOCK_H

#include "cli/demand.h"

/* "warehouse W1/A-01", "in-transit dispatch/3", "vehicle 1M8GDM9AXKP042788". In the arena. */
struct wl_str cli_stock_place(struct wl_arena *, int64_t kind, struct wl_str party);
/* "serial number S-1", "lot L-1", "" for what has no lot. In the arena. */
struct wl_str cli_stock_lot_words(struct wl_arena *, struct wl_str lot);

/* A list's or a view's two columns for a lot: a serial number stands in the one of its own. */
struct wl_str cli_stock_lot(struct wl_str lot);

/* The value of an option as a bin, a lot or a serial number, which it then names (the lot of a serial number is in
 * the arena); empty when it was not given. WL_OK or WL_E_USAGE. */
int cli_stock_bin(const struct cli *, const char *option, struct wl_str *bin_id);
int cli_stock_lot_option(struct cli *, struct wl_str *lot); /* --lot or --serial */

/* Tells a refusal as cli_demand_refused does, with what helps where the part and the place are known (they may be
 * empty). CLI_REFUSED, or an error below 0. */
int cli_stock_refused(struct cli *, const char *name, const struct wl_result *, struct wl_str location_id,
                      struct wl_str part_id);

/* Postings of stock, as a list for views: part, lot or serial, quantity, from, to. */
json_t *cli_stock_moves(struct cli *, struct wl_list postings);

/* A move with the command that made it, and the papers that it belongs to: "document DN-1, request 3". Text in the
 * arena or static. WL_OK, or the error that sticks. */
struct cli_stock_moved {
    struct wl_move move;
    const char *command;
    struct wl_str document, reason; /* empty where the command has none */
};
int cli_stock_move_read(struct wl_txn *, struct wl_arena *, int64_t id, struct cli_stock_moved *);
json_t *cli_stock_move_view(struct cli *, struct wl_arena *, const struct cli_stock_moved *);

#endif
