/* Months as numbers. */
#ifndef WL_QUALITY_MONTHS_H
#define WL_QUALITY_MONTHS_H

#include <stdint.h>

/* Months since January of the year 0, for days from 1900 to 2199. */
int32_t wl_month_of(int64_t day);
/* Whole months from one day to another that is not before it: the month n begins on the same day of the month n months
 * on, or on the month's last day where it is shorter (domain text, section 4). */
int32_t wl_months_between(int64_t from, int64_t to);

#endif
