/* What every STAR document that goes out shares: root, application area, and the types of its fields. */
#ifndef XMLIO_STAR_OUT_H
#define XMLIO_STAR_OUT_H

#include "xmlio/xml_out.h"

/* The application area. Empty text: not known. */
struct wl_star_area {
    struct wl_str bod_id;
    struct wl_str sender;      /* "-" stands for an empty one: the schema requires it */
    struct wl_str reference;   /* the document that this one answers */
    struct wl_str destination; /* whom it is for */
    int64_t time;              /* UTC seconds */
};

/* Opens the document's root element and writes its application area. */
void wl_star_open(struct wl_xml_out *, const char *root, const struct wl_star_area *);
/* The application area alone, under another name. */
void wl_star_area(struct wl_xml_out *, const char *name, const struct wl_star_area *);

/* An optional element: left out when the text is empty, which most of the schema's types forbid. */
void wl_star_text(struct wl_xml_out *, const char *name, struct wl_str text);
/* Left out when the day is WL_NONE. */
void wl_star_day(struct wl_xml_out *, const char *name, int64_t day);
void wl_star_count(struct wl_xml_out *, const char *name, uint64_t count);

/* Whether the schema's list of currencies, which is that of 2001, has this code (RON, TRY and CLF, for
 * instance, are not in it). */
bool wl_star_has_currency(struct wl_str currency);
/* An amount, minor units in the currency's minor digits; left out when the schema does not have the
 * currency: its document states such an amount as text, see wl_star_amount_text. */
void wl_star_amount(struct wl_xml_out *, const char *name, int64_t amount_minor, struct wl_str currency);
/* "NAME AMOUNT CURRENCY" as an element's text, for an amount that wl_star_amount leaves out; nothing for
 * one that it writes. */
void wl_star_amount_text(struct wl_xml_out *, const char *element, const char *name, int64_t amount_minor,
                         struct wl_str currency);

#endif
