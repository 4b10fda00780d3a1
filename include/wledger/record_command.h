/* The command `claim`: one record of a batch, adjudicated (domain text, section 4). */
#ifndef WLEDGER_RECORD_COMMAND_H
#define WLEDGER_RECORD_COMMAND_H

#include "wledger/claim.h"

#define WL_RECORD_COMMAND_TAG 5

/* Every record has an answer, so this command is never refused. An exact repeat has `repeats` and nothing
 * else: the first answer is that claim's. */
struct wl_record_outcome {
    struct wl_outcome_head head;
    struct wl_decision decision;
    int64_t claim; /* id of the claim that it became; WL_NONE: no version (malformed, unknown dealer, number reused) */
    int64_t repeats; /* id of the claim that it repeats exactly; else WL_NONE */
};

/* What a record's decision needs of the reference data, worked out ahead of the command: in the context's
 * arena, whose memory, like the record, must stay until the command (wl_request.prepared) is executed. The
 * context needs a transaction of either kind, an arena, a cache of its own thread
 * (wl_reference_cache_new) and a number in seq that no other preparation with that cache has. When the
 * reference data changed since, the command works it out anew. WL_OK, or the error that sticks. */
struct wl_prepared;
int wl_claim_prepare(const struct wl_context *, const struct wl_claim_record *, const struct wl_prepared **);

extern const struct wl_command wl_record_command; /* its body is a wl_claim_record */

/* Appends a row of `decisions --csv`, and the row of column names; each ends with a newline. Not for exact
 * repeats, which have none. */
void wl_decision_row(struct wl_buf *, const struct wl_claim_record *, const struct wl_decision *);
void wl_decision_header(struct wl_buf *);

/* Appends a decision's findings by name, joined by `separator`. */
void wl_findings_text(struct wl_buf *, struct wl_ints findings, const char *separator);

#endif
