/* What the reports share: filters from options, figures as text. */
#include <string.h>

#include "cli/report.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/schema.h"

enum { NAME_MOST = 32 /* bytes of an identifier */, SUBTITLE_MAX = 1000 };

/* "warranty,part": types with commas between. */
static int parse_types(const char *text, unsigned *types)
{
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        struct wl_str one = wl_str_trim((struct wl_str){at, strcspn(at, ",")});
        int64_t type = cli_choice_of(wl_claim_type_names(), one);

        if (type < 0)
            return wl_fail(WL_E_USAGE,
                           "--type " WL_STR_FMT
                           ": warranty, part, extended, campaign, goodwill, pdi or service, several "
                           "with commas between",
                           WL_STR_ARG(one));
        *types |= 1u << type;
    }
    return WL_OK;
}

int cli_report_open(struct cli *cli)
{
    return wl_store_open(cli->dir, &wl_house_schema, WL_OPEN_READ | WL_OPEN_SCATTERED, &cli->store);
}

int cli_report_filter(const struct cli *cli, struct wl_quality_filter *filter)
{
    const struct {
        const char *option;
        struct wl_str *text;
    } texts[] = {
        {"dealer", &filter->dealer},       {"model", &filter->model},       {"batch", &filter->batch},
        {"component", &filter->component}, {"fault", &filter->fault},       {"part", &filter->part},
        {"supplier", &filter->supplier},   {"currency", &filter->currency},
    };
    int rc;

    *filter = (struct wl_quality_filter){.from = WL_NONE, .to = WL_NONE};
    if ((rc = cli_date(cli, "from", &filter->from)) != WL_OK || (rc = cli_date(cli, "to", &filter->to)) != WL_OK)
        return rc;
    if (filter->from != WL_NONE && filter->to != WL_NONE && filter->from > filter->to)
        return wl_fail(WL_E_USAGE, "--from is after --to");
    for (size_t i = 0; i < WL_COUNT(texts); i++)
        if ((rc = cli_text(cli, texts[i].option, NAME_MOST, texts[i].text)) != WL_OK)
            return rc;
    return cli_value(cli, "type") ? parse_types(cli_value(cli, "type"), &filter->types) : WL_OK;
}

static struct wl_str decimal(struct wl_arena *arena, wl_i128 value, unsigned places)
{
    char text[WL_DECIMAL_TEXT];

    return wl_arena_copy(arena, (struct wl_str){text, wl_decimal_format(value, places, text)});
}

struct wl_str cli_percent(struct wl_arena *arena, int64_t value, unsigned scale, unsigned places)
{
    return value == WL_NONE
               ? WL_NO_STR
               : decimal(arena, wl_round((wl_i128)value * 100 * wl_power10(places), wl_power10(scale)), places);
}

struct wl_str cli_share(struct wl_arena *arena, int64_t a, int64_t b)
{
    return b <= 0 ? WL_NO_STR : decimal(arena, wl_round((wl_i128)a * 1000, b), 1);
}

struct wl_str cli_ratio(struct wl_arena *arena, int64_t a, int64_t b, unsigned places)
{
    return b <= 0 ? WL_NO_STR : decimal(arena, wl_round((wl_i128)a * wl_power10(places), b), places);
}

struct wl_str cli_hours(struct wl_arena *arena, int64_t hours_x100)
{
    return decimal(arena, hours_x100, WL_HOURS_PLACES);
}

struct wl_str cli_amount_each(struct wl_arena *arena, int64_t minor, int64_t n, struct wl_str currency)
{
    return n <= 0 ? WL_NO_STR : cli_amount(arena, (int64_t)wl_round(minor, n), currency);
}

struct wl_str cli_report_subtitle(struct wl_arena *arena, const struct wl_quality_filter *f, int64_t day, bool money)
{
    const struct {
        const char *name;
        struct wl_str text;
    } narrowed[] = {
        {"dealer", f->dealer}, {"model", f->model}, {"batch", f->batch},       {"component", f->component},
        {"fault", f->fault},   {"part", f->part},   {"supplier", f->supplier}, {"currency", f->currency},
    };
    struct wl_buf text;
    struct wl_str out;

    wl_buf_init(&text, SUBTITLE_MAX);
    wl_buf_text(&text, "repaired ");
    if (f->from != WL_NONE)
        wl_buf_str(&text, cli_day(arena, f->from));
    wl_buf_text(&text, f->from == WL_NONE ? "up to " : " to ");
    wl_buf_str(&text, cli_day(arena, day));
    for (size_t i = 0; i < WL_COUNT(narrowed); i++)
        if (narrowed[i].text.size)
            wl_buf_format(&text, ", %s " WL_STR_FMT, narrowed[i].name, WL_STR_ARG(narrowed[i].text));
    for (int i = 0; i < WL_TYPE_COUNT; i++)
        if (f->types >> i & 1)
            wl_buf_format(&text, ", %s", wl_claim_type_names()[i]);
    wl_buf_text(&text, money ? "; less chargebacks, before tax" : "");
    out = wl_arena_copy(arena, wl_buf_view(&text));
    wl_buf_release(&text);
    return out;
}

void cli_report_foot(struct cli *cli, size_t rows, int64_t day)
{
    char text[WL_DATE_TEXT];

    if (cli->format != CLI_TABLE)
        return;
    if (rows == 0) {
        fputs(day == WL_NONE ? "no settled claims\n" : "nothing in settled claims answers this\n", cli->out);
        return;
    }
    wl_date_format(day, text);
    fprintf(cli->out, "settled claims repaired up to %s; before tax\n", text);
}
