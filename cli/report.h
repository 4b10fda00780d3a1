/* Inside the command line: what the reports share. */
#ifndef WL_CLI_REPORT_H
#define WL_CLI_REPORT_H

#include "cli/cli.h"
#include "wledger/quality.h"

/* Opens the store as reports read it. WL_OK or an error. */
int cli_report_open(struct cli *);

/* The options --from, --to, --dealer, --model, --batch, --component, --fault, --part, --supplier, --type and
 * --currency of a report, those that it has, as a filter. WL_OK or WL_E_USAGE. */
int cli_report_filter(const struct cli *, struct wl_quality_filter *);

/* "12.34" for 0.1234: a share or rate times 10^scale as per cent with that many places; empty for WL_NONE. */
struct wl_str cli_percent(struct wl_arena *, int64_t value, unsigned scale, unsigned places);
/* a of b as per cent with one place; empty where b is not above 0. */
struct wl_str cli_share(struct wl_arena *, int64_t a, int64_t b);
/* a / b with places, rounded half away from zero; empty where b is not above 0. */
struct wl_str cli_ratio(struct wl_arena *, int64_t a, int64_t b, unsigned places);
struct wl_str cli_hours(struct wl_arena *, int64_t hours_x100);
/* An amount a vehicle, or whatever n counts; empty where n is not above 0. */
struct wl_str cli_amount_each(struct wl_arena *, int64_t minor, int64_t n, struct wl_str currency);

/* "repaired 2024-01-01 to 2024-12-31, model M1; less chargebacks, before tax": what a chart
 * shows; money: of amounts. */
struct wl_str cli_report_subtitle(struct wl_arena *, const struct wl_quality_filter *, int64_t day, bool money);
/* What the reference data calls a fault, a part, a supplier, a model or a dealer; empty: nothing. In the arena. */
struct wl_str cli_quality_name(struct wl_txn *, struct wl_arena *, enum wl_quality_key, struct wl_str id);
int cli_quality_chart(struct cli *, const struct wl_quality_request *, const struct wl_quality *, const char *path);

/* Under a table for people: up to when, or that there is nothing. */
void cli_report_foot(struct cli *, size_t rows, int64_t day);

#endif
