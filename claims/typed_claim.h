/* A claim record typed: what its text says, as numbers, days and kinds. */
#ifndef WL_CLAIMS_TYPED_CLAIM_H
#define WL_CLAIMS_TYPED_CLAIM_H

#include "claims/findings.h"

/* One line more than is allowed, which a reader keeps as the sign that there are too many. */
#define WL_TYPED_LINES (WL_LINES_MAX + 1)

/* Lines stand in the record's order. Scales as in the record's fields (decimal.h). */
struct wl_typed_claim {
    const struct wl_claim_record *record;
    int64_t submission, repair_day, submit_day, mileage_km;
    enum wl_claim_type type; /* WL_TYPE_COUNT: none of the seven */
    int64_t hours_x100[WL_TYPED_LINES];
    int64_t quantity_x1000[WL_TYPED_LINES], unit_price_x10000[WL_TYPED_LINES];
    int64_t sublet_x10000[WL_TYPED_LINES];
};

/* Reads all fields. The result is the set of field-missing and field-malformed: when it is empty, the
 * typed claim is whole, else it must not be used. The record's text is not copied. */
wl_finding_set wl_typed_claim_read(const struct wl_claim_record *, struct wl_typed_claim *);

/* The name of the first field that is missing or cannot be read, header first: "mileage", "part 2 quantity"; where a
 * kind has too many lines, the kind. In `room`; empty when all of it can be read. */
enum { WL_FIELD_NAME_MAX = 64 };
struct wl_str wl_unreadable_field(const struct wl_claim_record *, char room[WL_FIELD_NAME_MAX]);

/* Whether two records have the same content: all fields but the narrative and what section 4 of the
 * domain text does not name. */
bool wl_claim_content_equal(const struct wl_claim_record *, const struct wl_claim_record *);

static inline const struct wl_labour_line *wl_labour_lines(const struct wl_claim_record *record)
{
    return record->labour.at;
}

static inline const struct wl_part_line *wl_part_lines(const struct wl_claim_record *record)
{
    return record->parts.at;
}

static inline const struct wl_sublet_line *wl_sublet_lines(const struct wl_claim_record *record)
{
    return record->sublet.at;
}

#endif
