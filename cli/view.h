/* A view: what `show` tells of one thing, as a JSON value made from record descriptors, printed as JSON, as
 * path and value in CSV, or laid out for people. */
#ifndef WL_CLI_VIEW_H
#define WL_CLI_VIEW_H

#include "cli/cli.h"

/* A record's fields as an object; absent ones are left out. Amounts are decimal strings in the record's own
 * currency, else in the one given (empty: whole minor units). */
json_t *cli_view_record(const struct wl_record *, const void *record, struct wl_str currency);
/* Puts those of a record's fields into the view that `names` (ended by NULL) has, in its order. */
void cli_view_pick(json_t *view, const struct wl_record *, const void *record, const char *const *names,
                   struct wl_str currency);

/* Puts one value into a view; an empty text, a number or day WL_NONE is left out. */
void cli_view_text(json_t *view, const char *name, struct wl_str);
void cli_view_number(json_t *view, const char *name, int64_t);
void cli_view_amount(json_t *view, const char *name, int64_t minor, struct wl_str currency);
void cli_view_day(json_t *view, const char *name, int64_t day);
void cli_view_time(json_t *view, const char *name, int64_t time);
/* Takes the value over. */
void cli_view_put(json_t *view, const char *name, json_t *value);
json_t *cli_view_str(struct wl_str);
/* "reject", "adjust", "refer" or "note". */
const char *cli_view_severity(int64_t finding);
/* The findings with severity and meaning, as a list. */
json_t *cli_view_findings(struct wl_ints);

/* Prints it in the form asked for, takes it over. WL_OK or WL_E_SYSTEM. */
int cli_view_print(struct cli *, json_t *view);
/* Prints an object as JSON without its closing brace, so that a long list can follow as its last member. */
int cli_view_print_open(struct cli *, const json_t *view);

#endif
