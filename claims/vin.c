/* What a VIN says of itself: ISO 3780 its first character, the codes of model years its tenth. */
#include "wledger/date.h"
#include "wledger/form.h"
#include <stdlib.h>
#include <string.h>

enum { VIN_SIZE = 17, MAKER_SIZE = 3, YEAR_PLACE = 9, FIRST_YEAR = 1980 };

/* 30 years, then again. */
static const char year_codes[] = "ABCDEFGHJKLMNPRSTVWXY123456789";
enum { YEARS = sizeof year_codes - 1 };

static const char *region_of(char first)
{
    static const struct {
        const char *letters, *region;
    } regions[] = {{"ABCDEFGH", "Africa"},     {"JKLMNPR", "Asia"}, {"STUVWXYZ", "Europe"},
                   {"12345", "North America"}, {"67", "Oceania"},   {"890", "South America"}};

    for (size_t i = 0; i < WL_COUNT(regions); i++)
        if (first != '\0' && strchr(regions[i].letters, first))
            return regions[i].region;
    return NULL;
}

/* Not everybody writes a year there: one that is not that of the production, or the next, is none. */
static int64_t model_year(char code, int64_t production_year)
{
    const char *at = code == '\0' ? NULL : strchr(year_codes, code);
    int64_t since;

    if (!at || production_year < FIRST_YEAR)
        return WL_NONE;
    since = production_year - FIRST_YEAR - (at - year_codes); /* years after the code first stood for one */
    if (since >= 0 && since % YEARS == 0)
        return production_year;
    return since >= -1 && (since + 1) % YEARS == 0 ? production_year + 1 : WL_NONE;
}

void wl_vin_read(struct wl_str vin, int64_t production_day, struct wl_vin *out)
{
    char date[WL_DATE_TEXT];

    *out = (struct wl_vin){.model_year = WL_NONE};
    if (vin.size != VIN_SIZE)
        return;
    out->maker = (struct wl_str){vin.data, MAKER_SIZE};
    out->region = region_of(vin.data[0]);
    if (production_day == WL_NONE)
        return;
    wl_date_format(production_day, date);
    out->model_year = model_year(vin.data[YEAR_PLACE], strtol(date, NULL, 10));
}
