/* Views made from record descriptors. */
#include "cli/view.h"

#include "wledger/cbor.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include "wledger/recovery.h"
#include "wledger/load.h"
#include <string.h>

enum { TEXT_SIZE = 1 << 16, ROW_MEMORY = 1 << 20 };

/* ---- values ---- */

json_t *cli_view_str(struct wl_str s)
{
    return json_stringn(s.data ? s.data : "", s.size);
}

void cli_view_put(json_t *view, const char *name, json_t *value)
{
    json_object_set_new(view, name, value ? value : json_null());
}

void cli_view_text(json_t *view, const char *name, struct wl_str s)
{
    if (s.size)
        cli_view_put(view, name, cli_view_str(s));
}

void cli_view_number(json_t *view, const char *name, int64_t n)
{
    if (n != WL_NONE)
        cli_view_put(view, name, json_integer(n));
}

static json_t *amount(int64_t minor, struct wl_str currency)
{
    char text[WL_DECIMAL_TEXT];

    if (!currency.size)
        return json_integer(minor);
    wl_decimal_format(minor, wl_minor_digits(currency), text);
    return json_string(text);
}

void cli_view_amount(json_t *view, const char *name, int64_t minor, struct wl_str currency)
{
    if (minor != WL_NONE)
        cli_view_put(view, name, amount(minor, currency));
}

void cli_view_day(json_t *view, const char *name, int64_t day)
{
    char text[WL_DATE_TEXT];

    if (day == WL_NONE)
        return;
    wl_date_format(day, text);
    cli_view_put(view, name, json_string(text));
}

void cli_view_time(json_t *view, const char *name, int64_t time)
{
    char text[WL_TIME_TEXT];

    if (time == WL_NONE)
        return;
    wl_time_format(time, text);
    cli_view_put(view, name, json_string(text));
}

const char *cli_view_severity(int64_t finding)
{
    static const char *const severities[] = {
        [WL_REJECT] = "reject", [WL_ADJUST] = "adjust", [WL_REFER] = "refer", [WL_NOTE] = "note"};

    return severities[wl_finding_severity(finding)];
}

json_t *cli_view_findings(struct wl_ints findings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < findings.count; i++) {
        json_t *one = json_object();
        const char *name = wl_finding_name(findings.at[i]);

        cli_view_text(one, "finding", wl_str_of(name ? name : "unknown"));
        if (name) {
            cli_view_text(one, "severity", wl_str_of(cli_view_severity(findings.at[i])));
            cli_view_text(one, "meaning", wl_str_of(wl_finding_meaning(findings.at[i])));
        }
        json_array_append_new(list, one);
    }
    return list;
}

/* ---- numbers that stand for something ---- */

struct numbers {
    const struct wl_record *kind;
    const void *record;
    struct wl_str currency;
};

static json_t *show_money(const struct numbers *in, int64_t n)
{
    return amount(n, in->currency);
}

static json_t *show_finding(const struct numbers *in, int64_t n)
{
    (void)in;
    return wl_finding_name(n) ? json_string(wl_finding_name(n)) : json_integer(n);
}

static json_t *show_refusal(const struct numbers *in, int64_t n)
{
    (void)in;
    return wl_refusal_name(n) ? json_string(wl_refusal_name(n)) : json_integer(n);
}

static json_t *show_account(const struct numbers *in, int64_t n)
{
    (void)in;
    return wl_account_kind_name(n) ? json_string(wl_account_kind_name(n)) : json_integer(n);
}

static json_t *show_table(const struct numbers *in, int64_t n)
{
    (void)in;
    return wl_reference_info(n) ? json_string(wl_reference_info(n)->name) : json_integer(n);
}

static json_t *show_inspection(const struct numbers *in, int64_t n)
{
    (void)in;
    return n >= WL_ACCEPTED && n <= WL_ABUSE ? json_string(wl_inspection_names()[n]) : json_integer(n);
}

/* A posting moves money or thousandths of a part, as its accounts say. */
static json_t *show_posted(const struct numbers *in, int64_t n)
{
    const struct wl_posting *p = in->record;
    char text[WL_DECIMAL_TEXT];

    if (in->kind != &wl_posting_record)
        return amount(n, in->currency);
    if (wl_account_kind_name(p->from_kind) && wl_account_kind_book(p->from_kind) == WL_MONEY)
        return amount(n, p->unit);
    wl_decimal_format(n, WL_QUANTITY_PLACES, text);
    return json_string(text);
}

static json_t *show_percent(const struct numbers *in, int64_t n)
{
    char text[WL_DECIMAL_TEXT];

    (void)in;
    wl_decimal_format(n, WL_PERCENT_PLACES, text);
    return json_string(text);
}

/* What a supplier accepted of a line. */
static json_t *show_answered(const struct numbers *in, int64_t n)
{
    if (n == WL_ANSWER_DISPUTED)
        return json_string(wl_supplier_verdict_names()[WL_SUPPLIER_DISPUTES]);
    return n == WL_ANSWER_WHOLE ? json_string("whole") : amount(n, in->currency);
}

/* Descriptors say that these are numbers; what of, their names say. */
static const struct {
    const char *name;
    enum wl_type type;
    json_t *(*show)(const struct numbers *, int64_t);
} meanings[] = {
    {"labour", WL_INT, show_money},        {"parts", WL_INT, show_money},
    {"handling", WL_INT, show_money},      {"sublet", WL_INT, show_money},
    {"total", WL_INT, show_money},         {"left", WL_INT, show_money},
    {"charged_back", WL_INT, show_money},  {"given_back", WL_INT, show_money},
    {"given_up", WL_INT, show_money},      {"basis", WL_INT, show_money},
    {"due", WL_INT, show_money},           {"paid", WL_INT, show_money},
    {"accepted", WL_INT, show_money},      {"labour_percent", WL_INT, show_percent},
    {"claims_total", WL_INT, show_money},  {"chargeback_total", WL_INT, show_money},
    {"chargebacks", WL_INT, show_money},   {"tax", WL_INT, show_money},
    {"carried", WL_INT, show_money},       {"to_pay", WL_INT, show_money},
    {"carried_on", WL_INT, show_money},    {"paid_amount", WL_INT, show_money},
    {"overpaid", WL_INT, show_money},      {"owed_since", WL_INT, show_money},
    {"debited", WL_INT, show_money},       {"returned", WL_INT, show_money},
    {"labour_lines", WL_INTS, show_money}, {"part_lines", WL_INTS, show_money},
    {"sublet_lines", WL_INTS, show_money}, {"charged", WL_INTS, show_money},
    {"amounts", WL_INTS, show_money},      {"bases", WL_INTS, show_money},
    {"accepted", WL_INTS, show_answered},  {"percents", WL_INTS, show_percent},
    {"amount", WL_INT, show_posted},       {"findings", WL_INTS, show_finding},
    {"refusal", WL_INT, show_refusal},     {"from_kind", WL_INT, show_account},
    {"to_kind", WL_INT, show_account},     {"table", WL_INT, show_table},
    {"outcome", WL_INT, show_inspection},
};

static json_t *show_number(const struct wl_field *field, const struct numbers *in, int64_t n)
{
    for (size_t i = 0; i < WL_COUNT(meanings); i++)
        if (field->type == meanings[i].type && strcmp(field->name, meanings[i].name) == 0)
            return meanings[i].show(in, n);
    return json_integer(n);
}

/* ---- fields ---- */

static json_t *as_text(const struct wl_field *field, const void *record)
{
    struct wl_buf text;
    json_t *value;

    wl_buf_init(&text, 2 * TEXT_SIZE);
    wl_field_to_text(field, record, &text);
    value = cli_view_str(wl_buf_view(&text));
    wl_buf_release(&text);
    return value;
}

static json_t *ints(const struct wl_field *field, const struct numbers *in)
{
    const struct wl_ints *values = (const void *)((const char *)in->record + field->offset);
    json_t *list = values->count ? json_array() : NULL;

    for (size_t i = 0; i < values->count; i++)
        json_array_append_new(list, show_number(field, in, values->at[i]));
    return list;
}

/* Recursion goes as deep as descriptors nest. */
static json_t *list(const struct wl_field *field, const struct numbers *in)
{
    const struct wl_list *values = (const void *)((const char *)in->record + field->offset);
    json_t *items = values->count ? json_array() : NULL;

    for (size_t i = 0; i < values->count; i++)
        json_array_append_new(
            items, cli_view_record(field->item, (const char *)values->at + i * field->item->size, in->currency));
    return items;
}

/* The rows of reference data that an entry carries: a CBOR sequence of records of its table. */
static json_t *rows(int64_t table, struct wl_str bytes)
{
    const struct wl_reference_info *info = wl_reference_info(table);
    struct wl_cbor in = wl_cbor_open(bytes);
    json_t *items = json_array();
    struct wl_arena arena;

    wl_arena_init(&arena, ROW_MEMORY);
    while (info && !in.bad && in.at != in.end) {
        union wl_reference_row row;
        struct wl_str item = wl_cbor_read_item(&in);

        wl_arena_clear(&arena);
        if (!in.bad && wl_record_decode(info->record, item, &row, &arena) == WL_OK)
            json_array_append_new(items, cli_view_record(info->record, &row, WL_NO_STR));
    }
    wl_arena_release(&arena);
    return items;
}

static json_t *bytes(const struct wl_field *field, const struct numbers *in)
{
    struct wl_str value = *(const struct wl_str *)(const void *)((const char *)in->record + field->offset);
    const struct wl_load_rows_body *load = in->record;

    if (!value.size)
        return NULL;
    if (in->kind == wl_load_rows_command.body)
        return rows(load->table, value);
    return as_text(field, in->record);
}

/* NULL when it is absent. */
static json_t *field_value(const struct wl_field *field, const struct numbers *in)
{
    const void *at = (const char *)in->record + field->offset;

    switch (field->type) {
    case WL_TEXT:
        return ((const struct wl_str *)at)->size ? cli_view_str(*(const struct wl_str *)at) : NULL;
    case WL_BYTES:
        return bytes(field, in);
    case WL_INTS:
        return ints(field, in);
    case WL_LIST:
        return list(field, in);
    case WL_INT:
        return *(const int64_t *)at == WL_NONE ? NULL : show_number(field, in, *(const int64_t *)at);
    case WL_DAY:
    case WL_TIME:
    case WL_DECIMAL:
    case WL_CHOICE:
        break;
    }
    return *(const int64_t *)at == WL_NONE ? NULL : as_text(field, in->record);
}

/* The record's own currency, where it has one. */
static struct numbers numbers_of(const struct wl_record *kind, const void *record, struct wl_str currency)
{
    const struct wl_field *own = wl_record_field(kind, WL_STR("currency"));
    struct numbers in = {kind, record, currency};

    if (own && own->type == WL_TEXT &&
        ((const struct wl_str *)(const void *)((const char *)record + own->offset))->size)
        in.currency = *(const struct wl_str *)(const void *)((const char *)record + own->offset);
    return in;
}

json_t *cli_view_record(const struct wl_record *kind, const void *record, struct wl_str currency)
{
    struct numbers in = numbers_of(kind, record, currency);
    json_t *view = json_object();

    for (size_t i = 0; i < kind->field_count; i++) {
        json_t *value = field_value(&kind->fields[i], &in);

        if (value)
            cli_view_put(view, kind->fields[i].name, value);
    }
    return view;
}

void cli_view_pick(json_t *view, const struct wl_record *kind, const void *record, const char *const *names,
                   struct wl_str currency)
{
    struct numbers in = numbers_of(kind, record, currency);

    for (; *names; names++) {
        const struct wl_field *field = wl_record_field(kind, wl_str_of(*names));
        json_t *value = field ? field_value(field, &in) : NULL;

        if (value)
            cli_view_put(view, *names, value);
    }
}
