/* What was repaired again: settled claims on a vehicle for the same component, soon after one another. */
#ifndef WL_QUALITY_REPEATS_H
#define WL_QUALITY_REPEATS_H

#include "quality/scan.h"

struct wl_repair {
    uint32_t vehicle, component, claim, dealer;
    int32_t day;
    uint16_t currency;
    bool counts;   /* as a repeat, if it is one: it passes what the report asks for, and is of a type that repairs */
    bool has_said; /* its decision has the finding repeat-repair */
};

struct wl_repairs {
    struct wl_repair *at;
    size_t count, room;
};

void wl_repairs_release(struct wl_repairs *);
/* The base has its faults. WL_OK or an error. */
int wl_repairs_add(struct wl_repairs *, const struct wl_base *, const struct wl_fact *, bool passes);
/* Takes over what the other has. */
int wl_repairs_join(struct wl_repairs *, struct wl_repairs *other);

/* Calls back for each repeat; what it returns other than WL_OK ends it and is returned. */
typedef int wl_repeat_fn(void *context, const struct wl_repair *);
int wl_repeats_each(struct wl_repairs *, struct wl_base *, wl_repeat_fn *, void *context);

#endif
