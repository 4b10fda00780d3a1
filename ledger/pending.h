/* Inside the ledger: changes to buffered tables, kept in memory until they are written in key order. */
#ifndef WL_LEDGER_PENDING_H
#define WL_LEDGER_PENDING_H

#include "wledger/buf.h"

struct wl_pending;

struct wl_pending_row {
    unsigned table;
    bool deleted;
    struct wl_str key, value;
};

struct wl_pending *wl_pending_new(void);
void wl_pending_free(struct wl_pending *);

/* NULL when this row was not changed. The row is valid until it changes again. */
const struct wl_pending_row *wl_pending_find(const struct wl_pending *, unsigned table, struct wl_str key);
/* WL_OK, or WL_E_SYSTEM without memory. */
int wl_pending_put(struct wl_pending *, unsigned table, struct wl_str key, struct wl_str value, bool deleted);

/* How many rows are held, of one table and of all. */
size_t wl_pending_count(const struct wl_pending *, unsigned table);
size_t wl_pending_total(const struct wl_pending *);

/* Takes the rows of one table out, in key order: an array of *count pointers, valid until the next row is
 * put. */
struct wl_pending_row *const *wl_pending_take(struct wl_pending *, unsigned table, size_t *count);

#endif
