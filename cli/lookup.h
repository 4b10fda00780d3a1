/* Looking things up for answers: rows of reference data as they stand, and what is near a name that is
 * not known. */
#ifndef WL_CLI_LOOKUP_H
#define WL_CLI_LOOKUP_H

#include "cli/cli.h"

/* The row of a table whose key is one text: 1 and the row (text in the arena), 0, or the error that sticks. */
int cli_reference_row(struct wl_txn *, struct wl_arena *, int64_t table, struct wl_str key, void *row);

/* One sentence about a dealer, a part, or a claim by DEALER/CLAIM, that is not known: what is near. In the arena; empty
 * when there is nothing to say. WL_OK, or the error that sticks. */
int cli_near_dealer(struct wl_txn *, struct wl_arena *, struct wl_str dealer_id, struct wl_str *hint);
int cli_near_part(struct wl_txn *, struct wl_arena *, struct wl_str part_id, struct wl_str *hint);
/* The same of any table of reference data whose keys begin with a text; `what` is one of it: "fault". */
int cli_near_row(struct wl_txn *, struct wl_arena *, int64_t table, const char *what, struct wl_str id,
                 struct wl_str *hint);
/* The same for the id of a dealer or a warehouse, or of a warehouse alone. */
int cli_near_location(struct wl_txn *, struct wl_arena *, struct wl_str location_id, bool warehouse,
                      struct wl_str *hint);
int cli_near_claim(struct wl_txn *, struct wl_arena *, struct wl_str name, struct wl_str *hint);

/* What keeps a claim from being paid, a sentence each; at most `most`. Text in the arena or static. How many,
 * or the error that sticks. */
int cli_in_the_way(struct wl_txn *, struct wl_arena *, const struct wl_claim *, struct wl_str *sentences, size_t most);

#endif
