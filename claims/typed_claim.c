#include "claims/typed_claim.h"

#include <stdio.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/gates.h"

static const wl_finding_set missing = UINT64_C(1) << WL_FINDING_FIELD_MISSING;
static const wl_finding_set malformed = UINT64_C(1) << WL_FINDING_FIELD_MALFORMED;

/* 1 to 9 digits and nothing else. */
static bool whole_number(struct wl_str text, int64_t *value)
{
    int64_t n = 0;

    if (text.size < 1 || text.size > 9)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        n = n * 10 + (text.data[i] - '0');
    }
    *value = n;
    return true;
}

static bool read_identifier(struct wl_str text, int64_t *value)
{
    (void)value;
    return wl_is_identifier(text);
}

static bool read_submission(struct wl_str text, int64_t *value)
{
    return text.size <= 4 && text.data[0] != '0' && whole_number(text, value);
}

static bool read_mileage(struct wl_str text, int64_t *value)
{
    return text.size <= 7 && whole_number(text, value);
}

/* The header's fields: where the text stands, where its value goes (0: nowhere), how it is read. */
struct header_field {
    size_t text, value;
    bool (*read)(struct wl_str, int64_t *);
    bool required;
};
#define TEXT(field) offsetof(struct wl_claim_record, field)
#define VALUE(field) offsetof(struct wl_typed_claim, field)

static const struct header_field header_fields[] = {
    {TEXT(dealer_id), 0, read_identifier, true},
    {TEXT(claim_no), 0, read_identifier, true},
    {TEXT(submission), VALUE(submission), read_submission, true},
    {TEXT(type), 0, read_identifier, true},
    {TEXT(vin), 0, read_identifier, true},
    {TEXT(repair_date), VALUE(repair_day), wl_date_parse, true},
    {TEXT(submit_date), VALUE(submit_day), wl_date_parse, true},
    {TEXT(mileage), VALUE(mileage_km), read_mileage, true},
    {TEXT(fault_code), 0, read_identifier, true},
    {TEXT(causal_part), 0, read_identifier, false},
    {TEXT(campaign_id), 0, read_identifier, false},
    {TEXT(authorization_no), 0, read_identifier, false},
};

/* A line's fields, all required: an identifier, or (digits above 0) a decimal and the row of values
 * that it goes to. */
struct line_field {
    size_t text, values;
    unsigned digits, places;
};

struct line_kind {
    size_t list, size;
    struct line_field fields[3];
    unsigned field_count;
};

static const struct line_kind line_kinds[] = {
    {TEXT(labour),
     sizeof(struct wl_labour_line),
     {{offsetof(struct wl_labour_line, op_code), 0, 0, 0},
      {offsetof(struct wl_labour_line, hours), VALUE(hours_x100), 6, WL_HOURS_PLACES}},
     2},
    {TEXT(parts),
     sizeof(struct wl_part_line),
     {{offsetof(struct wl_part_line, part_id), 0, 0, 0},
      {offsetof(struct wl_part_line, quantity), VALUE(quantity_x1000), 9, WL_QUANTITY_PLACES},
      {offsetof(struct wl_part_line, unit_price), VALUE(unit_price_x10000), 12, WL_PRICE_PLACES}},
     3},
    {TEXT(sublet),
     sizeof(struct wl_sublet_line),
     {{offsetof(struct wl_sublet_line, code), 0, 0, 0},
      {offsetof(struct wl_sublet_line, amount), VALUE(sublet_x10000), 12, WL_PRICE_PLACES}},
     2},
};

static struct wl_str text_at(const void *struct_, size_t offset)
{
    return *(const struct wl_str *)((const char *)struct_ + offset);
}

static wl_finding_set read_line_field(const struct line_field *field, const void *line, size_t n,
                                      struct wl_typed_claim *typed)
{
    struct wl_str text = text_at(line, field->text);
    bool good;

    if (text.size == 0)
        return missing;
    if (field->digits == 0)
        good = wl_is_identifier(text);
    else
        good = wl_decimal_parse(text, field->digits, field->places, (int64_t *)((char *)typed + field->values) + n);
    return good ? 0 : malformed;
}

static wl_finding_set read_lines(const struct line_kind *kind, const struct wl_claim_record *record,
                                 struct wl_typed_claim *typed)
{
    const struct wl_list *list = (const struct wl_list *)((const char *)record + kind->list);
    wl_finding_set found = list->count > WL_LINES_MAX ? malformed : 0;

    for (size_t n = 0; n < list->count && n < WL_TYPED_LINES; n++)
        for (unsigned i = 0; i < kind->field_count; i++)
            found |= read_line_field(&kind->fields[i], (const char *)list->at + n * kind->size, n, typed);
    return found;
}

/* The reading of the odometer in whole kilometres: a mile is 1.609344 km. */
static bool in_kilometres(struct wl_str unit, int64_t *mileage)
{
    if (wl_str_is(unit, "mile"))
        *mileage = *mileage * 1609344 / 1000000;
    else if (unit.size != 0 && !wl_str_is(unit, "kilometer"))
        return false;
    return true;
}

wl_finding_set wl_typed_claim_read(const struct wl_claim_record *record, struct wl_typed_claim *typed)
{
    wl_finding_set found = 0;
    int64_t nowhere;

    typed->record = record;
    typed->mileage_km = 0;
    for (size_t i = 0; i < WL_COUNT(header_fields); i++) {
        const struct header_field *field = &header_fields[i];
        struct wl_str text = text_at(record, field->text);
        int64_t *value = field->value == 0 ? &nowhere : (int64_t *)((char *)typed + field->value);
        if (text.size == 0)
            found |= field->required ? missing : 0;
        else if (!field->read(text, value))
            found |= malformed;
    }
    if (!in_kilometres(record->mileage_unit, &typed->mileage_km))
        found |= malformed;
    typed->type = wl_claim_type_of(record->type);
    if (record->narrative_size > WL_NARRATIVE_MAX)
        found |= malformed;
    for (size_t i = 0; i < WL_COUNT(line_kinds); i++)
        found |= read_lines(&line_kinds[i], record, typed);
    return found;
}

static const char *name_at(const struct wl_record *record, size_t offset)
{
    const char *name = "";

    for (size_t i = 0; i < record->field_count; i++)
        if (record->fields[i].offset == offset)
            name = record->fields[i].name;
    return name;
}

/* By the order of line_kinds, which is that of enum wl_line_kind. */
static const struct wl_record *const line_records[] = {&wl_labour_line_record, &wl_part_line_record,
                                                       &wl_sublet_line_record};
_Static_assert(WL_COUNT(line_records) == WL_COUNT(line_kinds), "each kind of line has its record");

/* The length of the name of a kind's first unreadable line field; 0: all can be read. */
static int name_unreadable_line(size_t kind, const struct wl_claim_record *record, struct wl_typed_claim *typed,
                                char room[WL_FIELD_NAME_MAX])
{
    const struct line_kind *lines = &line_kinds[kind];
    const struct wl_list *list = (const struct wl_list *)((const char *)record + lines->list);
    const char *name = wl_line_kind_names()[kind];

    if (list->count > WL_LINES_MAX)
        return snprintf(room, WL_FIELD_NAME_MAX, "%s", name);
    for (size_t n = 0; n < list->count; n++)
        for (unsigned i = 0; i < lines->field_count; i++)
            if (read_line_field(&lines->fields[i], (const char *)list->at + n * lines->size, n, typed) != 0)
                return snprintf(room, WL_FIELD_NAME_MAX, "%s %zu %s", name, n + 1,
                                name_at(line_records[kind], lines->fields[i].text));
    return 0;
}

struct wl_str wl_unreadable_field(const struct wl_claim_record *record, char room[WL_FIELD_NAME_MAX])
{
    struct wl_typed_claim typed;
    int64_t value = 0;
    int size = 0;

    for (size_t i = 0; i < WL_COUNT(header_fields); i++) {
        const struct header_field *field = &header_fields[i];
        struct wl_str text = text_at(record, field->text);
        if (text.size == 0 ? field->required : !field->read(text, &value))
            return wl_str_of(name_at(&wl_claim_record, field->text));
    }
    if (!in_kilometres(record->mileage_unit, &value))
        return WL_STR("mileage_unit");
    if (record->narrative_size > WL_NARRATIVE_MAX)
        return WL_STR("narrative_size");
    for (size_t kind = 0; kind < WL_COUNT(line_kinds) && size == 0; kind++)
        size = name_unreadable_line(kind, record, &typed, room);
    return (struct wl_str){room, (size_t)size};
}

/* The texts that are content: the header's and each line's, all that section 4 of the domain text names
 * but the narrative. The repair order is not named there. */
static const size_t header_content[] = {
    TEXT(dealer_id),   TEXT(claim_no), TEXT(submission), TEXT(type),        TEXT(vin),         TEXT(repair_date),
    TEXT(submit_date), TEXT(mileage),  TEXT(fault_code), TEXT(causal_part), TEXT(campaign_id), TEXT(authorization_no),
};

/* A line is nothing but texts, so its size says how many. */
static const struct {
    size_t list, texts;
} line_content[] = {
    {TEXT(labour), sizeof(struct wl_labour_line) / sizeof(struct wl_str)},
    {TEXT(parts), sizeof(struct wl_part_line) / sizeof(struct wl_str)},
    {TEXT(sublet), sizeof(struct wl_sublet_line) / sizeof(struct wl_str)},
};

static bool lists_equal(const struct wl_list *a, const struct wl_list *b, size_t texts)
{
    const struct wl_str *left = a->at, *right = b->at;

    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count * texts; i++)
        if (!wl_str_equal(left[i], right[i]))
            return false;
    return true;
}

bool wl_claim_content_equal(const struct wl_claim_record *a, const struct wl_claim_record *b)
{
    for (size_t i = 0; i < WL_COUNT(header_content); i++)
        if (!wl_str_equal(text_at(a, header_content[i]), text_at(b, header_content[i])))
            return false;
    /* No unit and "kilometer" are the same reading. */
    if (wl_str_is(a->mileage_unit, "mile") != wl_str_is(b->mileage_unit, "mile"))
        return false;
    for (size_t i = 0; i < WL_COUNT(line_content); i++) {
        const struct wl_list *left = (const struct wl_list *)((const char *)a + line_content[i].list);
        const struct wl_list *right = (const struct wl_list *)((const char *)b + line_content[i].list);
        if (!lists_equal(left, right, line_content[i].texts))
            return false;
    }
    return true;
}
