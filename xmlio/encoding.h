/* From a document's bytes to UTF-8: byte order marks, the encoding that the XML declaration names,
 * and the few encodings that are read. */
#ifndef XMLIO_ENCODING_H
#define XMLIO_ENCODING_H

#include <iconv.h>

#include "xmlio/gate.h"

enum { WL_XML_DECLARATION_MAX = 1024 }; /* bytes (decoder) */

struct wl_decoder {
    struct wl_gate *gate;
    bool embedded; /* text of another document: UTF-8 whatever its declaration says */
    bool decided, converts;
    iconv_t converter;
    char head[WL_XML_DECLARATION_MAX]; /* until the encoding is known */
    size_t head_size;
    char carried[16]; /* the beginning of a character */
    size_t carried_size;
};

void wl_decoder_init(struct wl_decoder *, struct wl_gate *, bool embedded);
void wl_decoder_release(struct wl_decoder *);
/* As wl_gate_feed and wl_gate_end. */
int wl_decoder_feed(struct wl_decoder *, const char *bytes, size_t n);
int wl_decoder_end(struct wl_decoder *);

#endif
