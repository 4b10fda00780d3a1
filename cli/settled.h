/* The lines of a settlement as they were when it was made, for whoever writes it down: what was decided, corrected or
 * charged back later is not in them, so that a document of them is the same whenever it is written. */
#ifndef WL_CLI_SETTLED_H
#define WL_CLI_SETTLED_H

#include "cli/cli.h"
#include "wledger/gates.h"

struct cli_settled_line {
    struct wl_settlement_line line;
    struct wl_claim claim;         /* its row: only what the claim came with stays as it is */
    struct wl_claim_record record; /* as its sender wrote it */
    struct wl_decided decided;     /* of a claim that is paid or told of: by what; not of a chargeback */
    int64_t seq, day;              /* entry of that decision, or of the chargeback, and its day */
    struct wl_str why;             /* reasons given with it, as they stand in the journal; may be empty */
};

/* Calls back for the lines of one kind, in order; texts live until it returns. Readers are short: a long walk takes
 * several. What the callback returns other than WL_OK ends the walk and is returned. */
typedef int cli_settled_fn(void *context, const struct cli_settled_line *);
int cli_settled_each(struct cli *, uint64_t number, const struct wl_settlement *, int64_t kind, cli_settled_fn *,
                     void *context);

/* Claimed less paid, 0 or more. Labour is claimed in hours, without a price, and handling not at all: both count as
 * they were approved. 0 where what was claimed cannot be read or is in another currency. */
int64_t cli_taken_off(const struct cli_settled_line *, struct wl_str currency);

/* The row of a settlement that was issued, and the entry that closed it with its outcome; texts in the arena. WL_OK;
 * WL_E_USAGE where there is none of that number. */
struct cli_closed {
    struct wl_settlement row;
    int64_t time;
    struct wl_str actor, oem;
    const struct wl_settle_outcome *outcome;
};
int cli_closed_get(struct cli *, struct wl_arena *, uint64_t number, struct cli_closed *);

#endif
