/* Lines that a command refuses or cuts: naming them, and their reasons. */
#ifndef WL_CLAIMS_LINES_H
#define WL_CLAIMS_LINES_H

#include "claims/adjudicate.h"
#include "wledger/gates.h"

extern const struct wl_record wl_line_name_record;
/* The field of a body that has a list of wl_line_name. */
#define WL_LINE_NAMES_FIELD(of, tag_, member)                                                                     \
    {                                                                                                             \
        .name = #member, .tag = (tag_), .type = WL_LIST, .limit = 3 * WL_LINES_MAX, .item = &wl_line_name_record, \
        .offset = offsetof(of, member)                                                                            \
    }

/* Marks the lines named, each by what it is worth from now on, 0 up to what the decision in force gives it (lines that
 * stay at that are not marked). WL_DONE; or, with the line in *about: line-unknown, line-amount-invalid, or named-twice
 * where one is named with two amounts. */
int64_t wl_lines_mark(const struct wl_context *, struct wl_list names, const struct wl_claim_record *,
                      const struct wl_decision *in_force, struct wl_refused_lines *, struct wl_str *about);

/* Whether everything that a command refuses has a reason that its event allows: each line its own, or else the
 * command's. WL_DONE, or reason-missing or reason-unknown, with the line in *about where it is about one's own. */
int64_t wl_lines_reason(const struct wl_context *, enum wl_reason_event, struct wl_list names, struct wl_str reason,
                        struct wl_str *about);

#endif
