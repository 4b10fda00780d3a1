/* Deterministic CBOR (RFC 8949, section 4.2.1), strict both ways: what is read must be what we would
 * have written. Only what the journal uses: integers of 64 bits, byte strings, UTF-8 text, arrays and
 * maps of known length. Map keys are unsigned integers in ascending order. */
#ifndef WLEDGER_CBOR_H
#define WLEDGER_CBOR_H

#include "wledger/buf.h"

/* Deepest nesting that a journal entry has. */
#define WL_CBOR_DEPTH 8

void wl_cbor_int(struct wl_buf *, int64_t);
/* Fails the buffer when it is not UTF-8. */
void wl_cbor_text(struct wl_buf *, struct wl_str);
void wl_cbor_bytes(struct wl_buf *, struct wl_str);
void wl_cbor_array(struct wl_buf *, size_t count);
void wl_cbor_map(struct wl_buf *, size_t pairs);

/* A place in encoded bytes. The first thing that is not as it must be sets `bad`; from then on every
 * call gives 0, false or empty and moves nothing. */
struct wl_cbor {
    const uint8_t *at, *end;
    bool bad;
};

struct wl_cbor wl_cbor_open(struct wl_str bytes);
int64_t wl_cbor_read_int(struct wl_cbor *);
/* Views into the bytes being read. Text is checked to be UTF-8. */
struct wl_str wl_cbor_read_text(struct wl_cbor *);
struct wl_str wl_cbor_read_bytes(struct wl_cbor *);
/* The count; bad when more items are announced than bytes remain. */
size_t wl_cbor_read_array(struct wl_cbor *);
size_t wl_cbor_read_map(struct wl_cbor *);
/* The next map key, which must be above *last (start with -1); then *last is it. */
int64_t wl_cbor_read_key(struct wl_cbor *, int64_t *last);
/* The next item whole, checked in all its depth: its bytes. */
struct wl_str wl_cbor_read_item(struct wl_cbor *);
/* Whether everything was good and nothing is left over. */
bool wl_cbor_done(const struct wl_cbor *);

#endif
