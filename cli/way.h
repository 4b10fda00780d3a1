/* Inside `show`: the way of a thing through the journal, put together from the entries that had to do with it. */
#ifndef WL_CLI_WAY_H
#define WL_CLI_WAY_H

#include "cli/view.h"
#include "wledger/demand.h"

enum { CLI_WAY_ENTRIES_MAX = 400 };

struct cli_way {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena; /* of the answer */
    struct wl_arena moves;  /* cleared for each move */
    int64_t looked;         /* moves looked at so far */
    int64_t seqs[CLI_WAY_ENTRIES_MAX];
    size_t count;
    json_t *list; /* of steps; the view's */
};
void cli_way_init(struct cli_way *, struct cli *, struct wl_txn *, json_t *list);
void cli_way_release(struct cli_way *);

/* Takes an entry into the way, once; WL_NONE is none. More than CLI_WAY_ENTRIES_MAX are left out. */
void cli_way_note(struct cli_way *, int64_t seq);
/* Brings the entries into the order of time. */
void cli_way_sort(struct cli_way *);

/* Follows a chain of moves (of a unit, or of a vehicle) from move `id` back to those of entry `from`; gives up after
 * very many, because lots are shared. WL_OK, or what the callback returned else, or the error that sticks. */
typedef int cli_way_move_fn(struct cli_way *, const void *context, const struct wl_move *);
int cli_way_moves(struct cli_way *, int64_t id, bool on_vehicle, int64_t from, cli_way_move_fn *, const void *context);
/* Takes the entries into the way that took anything of a line out of its dispatch's box. */
int cli_way_receipts(struct cli_way *, uint64_t dispatch, const struct wl_dispatch *, const struct wl_dispatch_line *);

/* Reads an entry with body and outcome, all in the way's arena. WL_OK, or an error. */
int cli_way_entry(struct cli_way *, int64_t seq, struct wl_entry *, void **body, void **outcome);
/* Adds a step: when, what, which entry, by whom, whether it was taken back; the caller may add more to it. */
json_t *cli_way_step(struct cli_way *, const struct wl_entry *, const char *what);

#endif
