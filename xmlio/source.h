/* Where the bytes of a document come from: a file or standard input, plain or gzip. */
#ifndef XMLIO_SOURCE_H
#define XMLIO_SOURCE_H

#include "wledger/batch_reader.h"

enum {
    WL_INFLATE_RATIO_MAX = 256,               /* inflated bytes for each byte of the file (wl_inflate_read) */
    WL_INFLATE_RATIO_FROM = 16 * 1024 * 1024, /* ... looked at from so many inflated bytes on */
};

/* A file opened for reading, inflated as it is read: all members of a gzip file, one after the other. */
struct wl_inflate;

/* "-" is standard input. */
int wl_inflate_open(const char *path, struct wl_inflate **out);
/* Fills `to` with up to n bytes; *got is 0 at the end of the document. WL_E_INPUT, with a message
 * without the path, when the compressed bytes are damaged, cut short, followed by something else, or
 * inflate past a ceiling. */
int wl_inflate_read(struct wl_inflate *, void *to, size_t n, size_t *got);
/* Bytes of the file that are read, and all there are (0: not known). */
uint64_t wl_inflate_done(const struct wl_inflate *);
uint64_t wl_inflate_all(const struct wl_inflate *);
void wl_inflate_close(struct wl_inflate *);

/* The same in pieces of UTF-8 that have passed the gate (gate.h): inflated, hashed and looked at by a
 * thread of its own while the caller works on the piece before. */
struct wl_source;

int wl_source_open(const char *path, struct wl_source **out);
/* The next piece, valid until the next call; empty at the end. With a status other than 0, *fault says where
 * in the document the bytes end or the gate closed; all before has been given out. */
int wl_source_next(struct wl_source *, struct wl_str *piece, struct wl_batch_fault *fault);
/* How far the piece given last reaches into the file, and the file's size (0: not known). */
uint64_t wl_source_done(const struct wl_source *);
uint64_t wl_source_all(const struct wl_source *);
/* After the end: the document's size and hashes. */
int wl_source_identity(struct wl_source *, struct wl_batch_summary *);
void wl_source_close(struct wl_source *);

#endif
