/* What `show` tells of money that came back: of a claim's chargebacks, and of what its suppliers owe. */
#ifndef WL_CLI_SHOW_RECOVERY_H
#define WL_CLI_SHOW_RECOVERY_H

#include "cli/view.h"

/* Adds them to the view of a claim; nothing before it is settled. WL_OK, or an error. */
int cli_show_taken_back(struct wl_txn *, struct wl_arena *, int64_t id, const struct wl_claim *, json_t *view);

/* "33.333333" of a percentage times 10^6, without zeros at its end. In the arena. */
struct wl_str cli_recovered_percent(struct wl_arena *, int64_t percent);

#endif
