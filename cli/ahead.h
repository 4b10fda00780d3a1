/* What an import can do ahead of its transactions, on another core: reading a spool's records and working
 * out what their decisions need of the reference data. */
#ifndef WL_CLI_AHEAD_H
#define WL_CLI_AHEAD_H

#include "wledger/batch_reader.h"
#include "wledger/record_command.h"

struct wl_ahead;

struct wl_ahead_record {
    uint64_t ordinal; /* from 1 */
    struct wl_str encoded, narrative;
    struct wl_claim_record record;
    const struct wl_prepared *prepared;
};

/* Starts a thread that reads the spool file from its first record on. The store must stay open until
 * wl_ahead_stop. */
int wl_ahead_start(struct wl_store *, const char *spool_path, struct wl_ahead **out);
/* 1 and the next record, valid until the next call; 0 at the end; or the error that the thread came to. */
int wl_ahead_next(struct wl_ahead *, const struct wl_ahead_record **out);
/* Ends the thread and frees everything. NULL is allowed. */
void wl_ahead_stop(struct wl_ahead *);

#endif
