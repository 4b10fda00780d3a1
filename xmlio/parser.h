/* What the readers of documents share of libxml2: its start, where it is, and what it found wrong. */
#ifndef WL_XMLIO_PARSER_H
#define WL_XMLIO_PARSER_H

#include "xmlio/gate.h"
#include <libxml/parser.h>

/* Makes libxml2 ready and quiet, once. Any thread. */
void wl_parser_init(void);

/* Where the parser is; 0, 0 where it does not know. */
struct wl_place wl_parser_place(const xmlParserCtxt *);

/* Sets the message of an error that ends a document, and where it is if libxml2 says so. WL_E_SYSTEM when memory is
 * short, else WL_E_INPUT. */
int wl_parser_fail(const xmlError *, struct wl_place *);

/* Sets the message of a DOCTYPE, which the gate lets not pass either. WL_E_INPUT. */
int wl_parser_doctype(void);

#endif
