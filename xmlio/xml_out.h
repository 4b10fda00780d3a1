/* A streaming writer of XML 1.0 in UTF-8: elements opened and closed against a stack, text escaped,
 * one element a line. It holds no memory of its own and cannot fail; what can is the file, and its
 * first failure sticks there.
 *
 * Own code, because libxml2's xmlTextWriter allocates for every piece of text (each call can fail, the
 * writers have nowhere to say so), wants terminated strings, and writes control characters as
 * references that XML 1.0 forbids, so that text would have to pass a filter of ours all the same. */
#ifndef XMLIO_XML_OUT_H
#define XMLIO_XML_OUT_H

#include "wledger/file.h"

enum { WL_XML_OUT_DEPTH = 32 }; /* nested elements; no document of ours comes near */

struct wl_xml_out {
    struct wl_file *file;
    const char *open[WL_XML_OUT_DEPTH]; /* names of the elements that stand open, outermost first */
    unsigned depth;
    enum { WL_XML_OUT_IN_TAG, WL_XML_OUT_IN_TEXT, WL_XML_OUT_BETWEEN } at;
};

/* Begins a document in the file, which stays the caller's. */
void wl_xml_out_init(struct wl_xml_out *, struct wl_file *);
/* Opens an element. The name is ASCII, trusted, and lives until the element is closed. */
void wl_xml_out_open(struct wl_xml_out *, const char *name);
/* Adds an attribute to the element that was opened last; nothing may have come between. */
void wl_xml_out_attribute(struct wl_xml_out *, const char *name, struct wl_str value);
/* Text of an element without child elements. What XML 1.0 cannot hold (control characters other than
 * tab, LF and CR, U+FFFE, U+FFFF, bytes that are not UTF-8) becomes U+FFFD, one for each character or
 * byte, so that it is seen that something stood there. */
void wl_xml_out_text(struct wl_xml_out *, struct wl_str text);
/* Closes the element that was opened last, which must have this name. */
void wl_xml_out_close(struct wl_xml_out *, const char *name);
/* An element with nothing but text: open, text, close. */
void wl_xml_out_element(struct wl_xml_out *, const char *name, struct wl_str text);
/* Ends the document; every element must be closed. */
void wl_xml_out_end(struct wl_xml_out *);

#endif
