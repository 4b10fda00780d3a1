#include "quality/months.h"

struct civil {
    int32_t month; /* since January of the year 0 */
    int32_t day;   /* of the month, from 1 */
};

/* By way of years that begin in March, so that the day that leap years add is their last. */
static struct civil civil_of(int64_t day)
{
    int64_t since = day + 719468; /* days since 1 March of the year 0 */
    int64_t era = (since >= 0 ? since : since - 146096) / 146097;
    int64_t of_era = since - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* from March */

    return (struct civil){(int32_t)((year + era * 400) * 12 + month + 2),
                          (int32_t)(of_year - (153 * month + 2) / 5 + 1)};
}

static int32_t month_length(int32_t month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t year = month / 12;

    return lengths[month % 12] + (month % 12 == 1 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

int32_t wl_month_of(int64_t day)
{
    return civil_of(day).month;
}

int32_t wl_months_between(int64_t from, int64_t to)
{
    struct civil begin = civil_of(from), end = civil_of(to);
    int32_t last = month_length(end.month), first = begin.day < last ? begin.day : last;

    return end.month - begin.month - (end.day < first);
}
