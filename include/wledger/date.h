/* Civil dates as day numbers (days since 1970-01-01, Gregorian) and times as UTC seconds since
 * 1970-01-01T00:00:00Z. Dates run from 1900-01-01 to 2199-12-31 (domain text, section 4). */
#ifndef WLEDGER_DATE_H
#define WLEDGER_DATE_H

#include "wledger/buf.h"

#define WL_DATE_TEXT 11 /* "YYYY-MM-DD" and its terminator */
#define WL_TIME_TEXT 21 /* "YYYY-MM-DDTHH:MM:SSZ" and its terminator */

/* Reads exactly YYYY-MM-DD; false when it is not that, does not exist or is out of range. */
bool wl_date_parse(struct wl_str, int64_t *day);
/* Dots instead of digits for a day outside the years 0 to 9999. */
void wl_date_format(int64_t day, char out[WL_DATE_TEXT]);

/* Same day of month n months on, or that month's last day where it is shorter. n may be negative; the
 * result may lie outside the range of dates. */
int64_t wl_date_add_months(int64_t day, int64_t n);

/* Reads YYYY-MM-DDTHH:MM:SSZ, or with an offset +HH:MM / -HH:MM for the Z, or a date alone (its
 * midnight, UTC). */
bool wl_time_parse(struct wl_str, int64_t *seconds);
void wl_time_format(int64_t seconds, char out[WL_TIME_TEXT]);

/* The civil day of a time in a zone that stands offset_minutes east of UTC. */
int64_t wl_time_day(int64_t seconds, int64_t offset_minutes);

/* Reads "UTC", "Z" or +HH:MM / -HH:MM (to 14:00) as minutes east of UTC. */
bool wl_zone_parse(struct wl_str, int64_t *offset_minutes);

#endif
