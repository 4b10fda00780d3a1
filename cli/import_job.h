/* The business step of an import, where documents and claims meet: a spool's records become commands. */
#ifndef WL_CLI_IMPORT_JOB_H
#define WL_CLI_IMPORT_JOB_H

#include "wledger/batch.h"
#include "wledger/batch_reader.h"

/* Imports stop this far before the store is full, so that everything else still works then. */
#define WL_IMPORT_RESERVE (UINT64_C(64) << 20)

struct wl_import_result {
    uint64_t batch;   /* its number */
    uint64_t before;  /* records that were in the journal already: all of them when the file is known */
    int64_t refusal;  /* enum wl_refusal: the batch was turned down */
};

/* Executes what is missing of the batch in the spool file. Killed at any point, the next call goes on
 * where this one stopped; a batch that is complete adds nothing. time is that of a new batch; all entries
 * of a batch bear the batch's time. */
int wl_import_spool(struct wl_store *, const char *spool_path, const struct wl_batch_summary *, int64_t time,
                    struct wl_str actor, wl_progress_fn *, void *context, struct wl_import_result *);

#endif
