/* Quantities on the command line: thousandths, as people write them and as programs want them. */
#ifndef WL_CLI_QUANTITY_H
#define WL_CLI_QUANTITY_H

#include "cli/cli.h"

/* Reads a quantity above 0, or from 0 on where `zero`: at most 9 digits and 3 decimals. False when it is none. */
bool cli_quantity_parse(struct wl_str, bool zero, int64_t *quantity);
/* The value of an option as a quantity above 0, or WL_E_USAGE; *quantity stays when it was not given. */
int cli_quantity_option(const struct cli *, const char *option, int64_t *quantity);

/* "2.5": as people write it; empty for WL_NONE. */
struct wl_str cli_quantity_plain(struct wl_arena *, int64_t quantity);
/* "2.500": for programs; empty for WL_NONE. */
struct wl_str cli_quantity_exact(struct wl_arena *, int64_t quantity);
/* Either, as the answer's form asks for. */
struct wl_str cli_quantity(const struct cli *, struct wl_arena *, int64_t quantity);

#endif
