/* What stands before the parser. Everything a document holds passes the gate first, as UTF-8; what the
 * parser would take too long over, or must never see, ends here: broken UTF-8, control bytes, a
 * DOCTYPE, entities, tags and comments without measure, too many attributes, too deep a nesting, a
 * second root, text outside of the root.
 *
 * It is not a parser: whether the markup fits together is for the parser behind it to say. */
#ifndef XMLIO_GATE_H
#define XMLIO_GATE_H

#include "wledger/batch_reader.h"

enum {
    WL_XML_ASIDE_MAX = 64 * 1024, /* bytes of a comment or a processing instruction (gate) */
    WL_XML_REFERENCE_MAX = 16,    /* bytes of a reference, without & and ; (gate) */
};

struct wl_place {
    uint64_t line, column; /* from 1; a column is a character */
};

/* Takes what has passed: whole characters. A status other than 0 ends the document. */
typedef int wl_gate_sink_fn(void *context, const char *bytes, size_t n);

enum wl_gate_state {
    WL_GATE_TEXT,
    WL_GATE_OPEN,   /* behind < */
    WL_GATE_TAG,    /* in a start tag */
    WL_GATE_DOUBLE, /* in an attribute's value in " */
    WL_GATE_SINGLE, /* in an attribute's value in ' */
    WL_GATE_END_TAG,
    WL_GATE_BANG, /* behind <! */
    WL_GATE_COMMENT,
    WL_GATE_CDATA,
    WL_GATE_INSTRUCTION,
    WL_GATE_REFERENCE, /* behind & */
};

struct wl_gate {
    wl_gate_sink_fn *sink;
    void *context;
    struct wl_batch_fault *fault;

    enum wl_gate_state state, behind_reference;
    unsigned depth, depth_base;
    bool root_seen;
    unsigned attributes;
    unsigned matched;                    /* characters of <!--, <![CDATA[, -->, ]]>, ?> that are there */
    uint8_t last;                        /* the byte before this piece */
    char word[WL_XML_REFERENCE_MAX + 1]; /* of a reference or behind <! */
    size_t word_size;
    bool failed;

    const uint8_t *start, *stop;  /* the piece being looked at, and where a fault ends it */
    const uint8_t *mark;          /* where the open markup began, in this piece ... */
    struct wl_place here, marked; /* of start; of the open markup that began in an earlier piece */
    size_t mark_size;             /* ... and its bytes in earlier pieces */

    uint8_t held[4]; /* the beginning of a character whose end is to come */
    size_t held_size;
    size_t kept_size; /* how many ] of a CDATA section wait for what follows */
};

/* fault takes what is wrong. depth_base: elements around this document. */
void wl_gate_init(struct wl_gate *, wl_gate_sink_fn *, void *context, struct wl_batch_fault *fault,
                  unsigned depth_base);
/* Lets n bytes pass, in pieces of any size. WL_E_INPUT and *fault, or what the sink returned. All that stood
 * before the fault has reached the sink. */
int wl_gate_feed(struct wl_gate *, const char *bytes, size_t n);
/* Says that the document is whole. */
int wl_gate_end(struct wl_gate *);
/* Sets a fault at the place reached. Returns WL_E_INPUT. */
int wl_gate_fail(struct wl_gate *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
