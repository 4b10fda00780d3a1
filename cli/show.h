/* Inside `show`: one function for each thing that it shows. */
#ifndef WL_CLI_SHOW_H
#define WL_CLI_SHOW_H

#include "cli/view.h"

/* Each prints what is known about the thing of that name. WL_OK, or an error with a message that says what
 * there is instead. */
typedef int cli_show_fn(struct cli *, struct wl_txn *, struct wl_str name);
cli_show_fn cli_show_claim, cli_show_settlement, cli_show_batch, cli_show_vehicle, cli_show_entry, cli_show_dealer;

/* A name that must be a number from 1 (or from `low`) to `high`. */
int cli_show_number(struct wl_str name, const char *of, int64_t low, uint64_t high, uint64_t *number);

/* The rows that a list within a view may have: --limit, or `unless`. */
int cli_show_limit(struct cli *, int64_t unless, int64_t *limit);

#endif
