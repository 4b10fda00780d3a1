/* From element events to records: follows a document along a dialect's tree, gathers the texts it binds,
 * and hands out each record whole when its group ends.
 *
 * Which source of a field is taken: the first in the dialect file that has a text; of one source, the
 * first text that is not empty. Lines and narratives come from the record itself, or, where it has none
 * of that kind, from the branch or group around it. */
#ifndef XMLIO_BINDER_H
#define XMLIO_BINDER_H

#include "xmlio/dialect.h"
#include "xmlio/gate.h"

enum {
    WL_GROUP_BYTES_MAX = 8 * 1024 * 1024, /* memory for the records of one group (wl_binder_*) */
    WL_BINDER_VALUE_MAX = 4096,           /* bytes of a text that are looked at: at least each ceiling */
};

struct wl_binder;

/* Takes a record; both views end with the call. */
typedef void wl_binder_sink_fn(void *context, struct wl_str encoded, struct wl_str narrative);

/* An attribute's value, found by the pointer to its interned name; false when it is not there. */
typedef bool wl_binder_attribute_fn(const void *attributes, const void *name, struct wl_str *value);

int wl_binder_new(wl_binder_sink_fn *, wl_binder_attribute_fn *, void *context, struct wl_binder **out);
void wl_binder_free(struct wl_binder *);

/* Begins with the dialect's root element and its attributes. intern gives the one pointer that stands
 * for a name in all later calls. */
typedef const void *wl_binder_intern_fn(void *context, const char *name);
int wl_binder_begin(struct wl_binder *, const struct wl_dialect *, wl_binder_intern_fn *, void *context,
                    const void *attributes);

/* Elements below the root, by interned pointers. place: where the document is, for a total. WL_E_INPUT or
 * WL_E_FULL with a message. */
int wl_binder_start(struct wl_binder *, const void *name, const void *namespace_uri, const void *attributes);
int wl_binder_end(struct wl_binder *, struct wl_place place);
void wl_binder_text(struct wl_binder *, const char *bytes, size_t n);
/* Whether text would be looked at. */
bool wl_binder_wants_text(const struct wl_binder *);

/* After the root's end: checks totals and fills sender, batch_id (may be empty), dialect, creation_time,
 * records and skipped_elements. *place: of the total that is wrong. */
int wl_binder_finish(struct wl_binder *, struct wl_batch_summary *, struct wl_place *place);

/* Whether a text of the document came too late for records that were handed out before it. Then reading
 * again, after wl_binder_again, gives the right ones. */
bool wl_binder_came_late(const struct wl_binder *);
void wl_binder_again(struct wl_binder *);

#endif
