#include "wledger/date.h"

#include <assert.h>
#include <string.h>

enum {
    FIRST_YEAR = 1900,
    LAST_YEAR = 2199,
    DAYS_IN_ERA = 146097, /* 400 years */
    EPOCH_FROM_MARCH_0000 = 719468,
    SECONDS_IN_DAY = 86400,
    ZONE_MINUTES_MAX = 14 * 60,
};

/* Numbers from a store may be anything: beyond these the calendar has no use, and below them nothing here
 * overflows. */
#define FAR_DAYS INT64_C(1000000000)
#define FAR_MONTHS INT64_C(10000000)

struct civil {
    int64_t year;
    int month, day;
};

static int64_t clamp(int64_t value, int64_t bound)
{
    if (value > bound)
        return bound;
    return value < -bound ? -bound : value;
}

static int64_t floor_div(int64_t n, int64_t d)
{
    return n / d - (n % d < 0);
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int64_t year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Years are counted from March, so that the leap day is a year's last. */
static int64_t day_of(struct civil date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_IN_ERA + day_of_era - EPOCH_FROM_MARCH_0000;
}

static struct civil civil_of(int64_t day)
{
    int64_t shifted = clamp(day, FAR_DAYS) + EPOCH_FROM_MARCH_0000;
    int64_t era = floor_div(shifted, DAYS_IN_ERA);
    int64_t day_of_era = shifted - era * DAYS_IN_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    int day_of_month = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    return (struct civil){era * 400 + year_of_era + (month <= 2), month, day_of_month};
}

/* Reads n digits at `at`; -1 when they are not. */
static int read_digits(const char *at, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        unsigned digit = (unsigned)(unsigned char)at[i] - '0';
        if (digit > 9)
            return -1;
        value = value * 10 + (int)digit;
    }
    return value;
}

static void write_digits(char *at, int n, int64_t value)
{
    for (int i = n - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

bool wl_date_parse(struct wl_str text, int64_t *day)
{
    if (text.size != WL_DATE_TEXT - 1 || text.data[4] != '-' || text.data[7] != '-')
        return false;
    struct civil date = {read_digits(text.data, 4), read_digits(text.data + 5, 2), read_digits(text.data + 8, 2)};
    if (date.year < FIRST_YEAR || date.year > LAST_YEAR || date.month < 1 || date.month > 12)
        return false;
    if (date.day < 1 || date.day > month_length(date.year, date.month))
        return false;
    *day = day_of(date);
    return true;
}

void wl_date_format(int64_t day, char out[WL_DATE_TEXT])
{
    struct civil date = civil_of(day);
    memcpy(out, "....-..-..", WL_DATE_TEXT);
    if (date.year < 0 || date.year > 9999)
        return;
    write_digits(out, 4, date.year);
    write_digits(out + 5, 2, date.month);
    write_digits(out + 8, 2, date.day);
}

int64_t wl_date_add_months(int64_t day, int64_t n)
{
    struct civil date = civil_of(day);
    int64_t months = date.year * 12 + date.month - 1 + clamp(n, FAR_MONTHS);
    date.year = floor_div(months, 12);
    date.month = (int)(months - date.year * 12) + 1;
    int last = month_length(date.year, date.month);
    if (date.day > last)
        date.day = last;
    return day_of(date);
}

/* Reads +HH:MM or -HH:MM up to 14:00. */
static bool offset_parse(struct wl_str text, int64_t *minutes)
{
    if (text.size != 6 || (text.data[0] != '+' && text.data[0] != '-') || text.data[3] != ':')
        return false;
    int hour = read_digits(text.data + 1, 2);
    int minute = read_digits(text.data + 4, 2);
    if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > ZONE_MINUTES_MAX)
        return false;
    *minutes = (text.data[0] == '-' ? -1 : 1) * (hour * 60 + minute);
    return true;
}

bool wl_time_parse(struct wl_str text, int64_t *seconds)
{
    const size_t date_size = WL_DATE_TEXT - 1, clock_size = sizeof "THH:MM:SS" - 1;
    int64_t day;
    if (text.size < date_size || !wl_date_parse((struct wl_str){text.data, date_size}, &day))
        return false;
    if (text.size == date_size) {
        *seconds = day * SECONDS_IN_DAY;
        return true;
    }
    if (text.size <= date_size + clock_size)
        return false;
    const char *clock = text.data + date_size;
    int hour = read_digits(clock + 1, 2), minute = read_digits(clock + 4, 2), second = read_digits(clock + 7, 2);
    if (clock[0] != 'T' || clock[3] != ':' || clock[6] != ':')
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    struct wl_str zone = {clock + clock_size, text.size - date_size - clock_size};
    int64_t offset = 0;
    if (!wl_str_is(zone, "Z") && !offset_parse(zone, &offset))
        return false;
    int64_t time = day * SECONDS_IN_DAY + hour * 3600 + minute * 60 + second - offset * 60;
    struct civil date = civil_of(floor_div(time, SECONDS_IN_DAY));
    if (date.year < FIRST_YEAR || date.year > LAST_YEAR)
        return false;
    *seconds = time;
    return true;
}

void wl_time_format(int64_t seconds, char out[WL_TIME_TEXT])
{
    seconds = clamp(seconds, FAR_DAYS * SECONDS_IN_DAY);
    int64_t day = floor_div(seconds, SECONDS_IN_DAY);
    int64_t of_day = seconds - day * SECONDS_IN_DAY;
    memcpy(out, "YYYY-MM-DDTHH:MM:SSZ", WL_TIME_TEXT);
    char date[WL_DATE_TEXT];
    wl_date_format(day, date);
    memcpy(out, date, WL_DATE_TEXT - 1);
    write_digits(out + 11, 2, of_day / 3600);
    write_digits(out + 14, 2, of_day / 60 % 60);
    write_digits(out + 17, 2, of_day % 60);
}

int64_t wl_time_day(int64_t seconds, int64_t offset_minutes)
{
    assert(offset_minutes >= -ZONE_MINUTES_MAX && offset_minutes <= ZONE_MINUTES_MAX);
    return floor_div(clamp(seconds, FAR_DAYS * SECONDS_IN_DAY) + offset_minutes * 60, SECONDS_IN_DAY);
}

bool wl_zone_parse(struct wl_str text, int64_t *offset_minutes)
{
    if (!wl_str_is(text, "UTC") && !wl_str_is(text, "Z"))
        return offset_parse(text, offset_minutes);
    *offset_minutes = 0;
    return true;
}
