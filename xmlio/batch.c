#include "wledger/batch_reader.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "wledger/error.h"
#include "xmlio/reader.h"
#include "xmlio/source.h"
#include "xmlio/spool.h"

/* What one call of wl_batch_read was given, and works with. */
struct job {
    const char *path, *spool_path;
    const struct wl_dialects *dialects;
    wl_progress_fn *progress;
    void *context;
    struct wl_batch_summary *summary;
    struct wl_batch_fault *fault;
    struct wl_binder *binder;
    struct wl_spool_writer *spool;
    bool fault_is_placed; /* in the document; else it is of the file as such */
};

static void take_record(void *context, struct wl_str encoded, struct wl_str narrative)
{
    struct job *job = context;
    wl_spool_add(job->spool, encoded, narrative);
}

static int read_pieces(struct job *job, struct wl_source *source, struct wl_reader *reader)
{
    for (;;) {
        struct wl_str piece;
        int status = wl_source_next(source, &piece, job->fault);
        if (status != WL_OK)
            return status;
        if (piece.size == 0)
            return wl_reader_end(reader, job->summary);
        status = wl_reader_feed(reader, piece.data, piece.size);
        if (status != WL_OK)
            return status;
        if (job->progress != NULL)
            job->progress(job->context, wl_source_done(source), wl_source_all(source));
    }
}

/* Once through the document. */
static int read_once(struct job *job)
{
    struct wl_source *source = NULL;
    struct wl_reader *reader = NULL;
    int status = wl_source_open(job->path, &source);
    if (status == WL_OK)
        status = wl_spool_new(job->spool_path, &job->spool);
    if (status == WL_OK)
        status = wl_reader_new(job->dialects, take_record, job, &job->binder, job->fault, &reader);
    if (status == WL_OK) {
        status = read_pieces(job, source, reader);
        job->fault_is_placed = status != WL_OK;
    }
    if (status == WL_OK)
        status = wl_source_identity(source, job->summary);
    wl_reader_free(reader);
    wl_source_close(source);
    return status;
}

/* Where records need what stands behind them in the document, it is read twice. */
static int read_again(struct job *job)
{
    uint8_t before[sizeof job->summary->sha256];
    if (strcmp(job->path, "-") == 0)
        return wl_fail(WL_E_INPUT, "-: records need what stands behind them, and standard input cannot be read again; "
                                   "give a file");
    memcpy(before, job->summary->sha256, sizeof before);
    wl_spool_discard(&job->spool);
    wl_binder_again(job->binder);
    int status = read_once(job);
    if (status == WL_OK && memcmp(before, job->summary->sha256, sizeof before) != 0)
        return wl_fail(WL_E_INPUT, "%s: the file changed while it was read; try again", job->path);
    return status;
}

int wl_batch_read(const char *path, const struct wl_dialects *dialects, const char *spool_path,
                  wl_progress_fn *progress, void *context, struct wl_batch_summary *summary,
                  struct wl_batch_fault *fault)
{
    assert(path != NULL && dialects != NULL && spool_path != NULL);
    memset(summary, 0, sizeof *summary);
    memset(fault, 0, sizeof *fault);
    struct job job = {
        .path = path,
        .spool_path = spool_path,
        .dialects = dialects,
        .progress = progress,
        .context = context,
        .summary = summary,
        .fault = fault,
    };
    int status = read_once(&job);
    if (status == WL_OK && wl_binder_came_late(job.binder))
        status = read_again(&job);
    /* The document's own name is optional; its content always has one. */
    if (status == WL_OK && summary->batch_id[0] == '\0')
        wl_hex(summary->sha256, sizeof summary->sha256, summary->batch_id);
    if (status == WL_OK)
        status = wl_spool_publish(&job.spool);
    if (status != WL_OK && job.fault_is_placed)
        wl_fail(status, "%s:%" PRIu64 ":%" PRIu64 ": %s", path, fault->line, fault->column, fault->reason);
    else if (status != WL_OK)
        strncpy(fault->reason, wl_error(), sizeof fault->reason - 1);
    wl_spool_discard(&job.spool);
    wl_binder_free(job.binder);
    return status;
}
