/* Inside `show`: one function for each thing that it shows. */
#ifndef WL_CLI_SHOW_H
#define WL_CLI_SHOW_H

#include "cli/view.h"
#include "wledger/desk.h"

/* Each prints what is known about the thing of that name. WL_OK, or an error with a message that says what
 * there is instead. */
typedef int cli_show_fn(struct cli *, struct wl_txn *, struct wl_str name);
cli_show_fn cli_show_part, cli_show_unit, cli_show_form;
cli_show_fn cli_show_payment, cli_show_supplier_claim;
cli_show_fn cli_show_claim, cli_show_settlement, cli_show_batch, cli_show_vehicle, cli_show_entry, cli_show_dealer,
    cli_show_tag, cli_show_return, cli_show_request, cli_show_dispatch, cli_show_discrepancy;

/* A name that must be a number from 1 (or from `low`) to `high`. */
int cli_show_number(struct wl_str name, const char *of, int64_t low, uint64_t high, uint64_t *number);

/* The rows that a list within a view may have: --limit, or `unless`. */
int cli_show_limit(struct cli *, int64_t unless, int64_t *limit);

/* Adds to a view the versions of a claim, of which id is the newest, and its history: every entry that is about one of
 * them, oldest first, with who gave it, what it decided and why, by which version of the rules. WL_OK, or the error
 * that sticks. */
int cli_show_history_of(struct wl_txn *, struct wl_arena *, int64_t id, struct wl_str currency, json_t *view);

/* Adds one entry to such a history, of a claim or a form; version WL_NONE: not told. */
int cli_show_entry_of(struct wl_txn *, struct wl_arena *, int64_t seq, int64_t version, struct wl_subject,
                      struct wl_str currency, json_t *list);

/* Adds the tags of a return obligation, which is of that part line (from 1), to a list. WL_OK, or the error that
 * sticks. */
int cli_show_tags_of(struct wl_txn *, struct wl_arena *, int64_t obligation, int64_t line, json_t *list);

#endif
