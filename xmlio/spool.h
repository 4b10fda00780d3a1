/* Writing a spool file: what the structural step of an import hands to the business step. The format is
 * private to one run of the program and never kept:
 *   8 bytes  "wlspool1"
 *   frames:  u32 size of the record, u32 size of the narrative, u32 check of both; the record; the narrative
 *   the end: u32 0xFFFFFFFF, u32 0, u32 check, u64 count of records */
#ifndef XMLIO_SPOOL_H
#define XMLIO_SPOOL_H

#include "wledger/batch_reader.h"

enum {
    WL_SPOOL_RECORD_MAX = 128 * 1024, /* bytes of an encoded record (wl_spool_add, wl_spool_next) */
    WL_SPOOL_NARRATIVE_MAX = WL_NARRATIVE_MAX + 4,
};

struct wl_spool_writer;

int wl_spool_new(const char *path, struct wl_spool_writer **out);
void wl_spool_add(struct wl_spool_writer *, struct wl_str encoded, struct wl_str narrative);
/* Makes the file appear, or reports why not. *writer is NULL afterwards. */
int wl_spool_publish(struct wl_spool_writer **writer);
/* Leaves nothing. *writer is NULL afterwards; NULL is allowed. */
void wl_spool_discard(struct wl_spool_writer **writer);

#endif
