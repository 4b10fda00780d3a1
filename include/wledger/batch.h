/* Batches: one imported file each, identified by the SHA-256 of its uncompressed bytes and by (sender,
 * id). The journal has an entry for the batch and then one for each of its records, in order. */
#ifndef WLEDGER_BATCH_H
#define WLEDGER_BATCH_H

#include "wledger/command.h"

struct wl_batch_body {
    struct wl_str sender, batch_id, sha256, dialect; /* sha256: 32 bytes */
    int64_t records, bytes, skipped_elements;
};
extern const struct wl_command wl_batch_command; /* tag 4 */

/* A batch as the store holds it. */
struct wl_batch {
    struct wl_str sender, batch_id, sha256, dialect;
    int64_t records, bytes;
    int64_t seq;  /* its entry */
    int64_t time; /* of all its entries */
    int64_t done; /* records that are in the journal */
};
extern const struct wl_record wl_batch_record;

/* Batches are numbered from 1. 1 and the batch (text in the arena), 0, or the error that sticks. */
int wl_batch_get(struct wl_txn *, struct wl_arena *, uint64_t number, struct wl_batch *);
uint64_t wl_batch_count(struct wl_txn *);
/* The batch of a file: 1 and its number, 0 or error. */
int wl_batch_find(struct wl_txn *, const uint8_t sha256[WL_HASH_SIZE], uint64_t *number);

/* For the apply of a batch's record: the batch is one record further. */
void wl_batch_advance(const struct wl_context *);

#endif
