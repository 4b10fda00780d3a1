/* The business step of an import, where documents and claims meet: a spool's records become commands. */
#ifndef WL_CLI_IMPORT_JOB_H
#define WL_CLI_IMPORT_JOB_H

#include "wledger/batch.h"
#include "wledger/batch_reader.h"
#include "wledger/record_command.h"

/* Imports stop this far before the store is full, so that everything else still works then. */
#define WL_IMPORT_RESERVE (UINT64_C(64) << 20)

/* Records by what came of them. */
struct wl_batch_counts {
    uint64_t decisions[WL_CLAIM_STATE_COUNT]; /* by enum wl_claim_state: rejected to partial */
    uint64_t repeats;
    uint64_t records; /* all of them */
};

struct wl_import_result {
    uint64_t batch;                /* its number */
    uint64_t before;               /* records that were in the journal already: all of them when the file is known */
    int64_t refusal;               /* enum wl_refusal: the batch was turned down */
    struct wl_batch_counts counts; /* of what this call executed */
};

/* Executes what is missing of the batch in the spool file. Killed at any point, the next call goes on
 * where this one stopped; a batch that is complete adds nothing. time is that of a new batch; all entries
 * of a batch bear the batch's time. */
int wl_import_spool(struct wl_store *, const char *spool_path, const struct wl_batch_summary *, int64_t time,
                    struct wl_str actor, wl_progress_fn *, void *context, struct wl_import_result *);

/* Counts one record's outcome. */
void wl_batch_count_outcome(struct wl_batch_counts *, const struct wl_record_outcome *);

#endif
