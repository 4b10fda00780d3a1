/* One pass over one document that has passed the gate (gate.h), pushed in pieces of any size: through the
 * parser to the binder, through envelopes and into payloads. The bank's notifications have a reader of their own
 * (bank_reader.c); nowhere else does libxml2 read. */
#ifndef XMLIO_READER_H
#define XMLIO_READER_H

#include "xmlio/binder.h"

struct wl_reader;

/* The dialects and the fault outlive the reader, which takes over neither. take gets the records; texts of the
 * document that came late are kept in *binder for a second pass (see binder.h): NULL at first, freed by
 * the caller. */
int wl_reader_new(const struct wl_dialects *, wl_binder_sink_fn *take, void *context, struct wl_binder **binder,
                  struct wl_batch_fault *, struct wl_reader **out);
void wl_reader_free(struct wl_reader *);
/* A wl_gate_sink_fn. The first error ends it: the fault is set, and all later calls return the same status. */
int wl_reader_feed(void *reader, const char *bytes, size_t n);
/* Says that the document is whole. Fills the summary but for its size and hashes. */
int wl_reader_end(struct wl_reader *, struct wl_batch_summary *);

#endif
