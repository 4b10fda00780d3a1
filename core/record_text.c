/* Fields of a record as text: what tables are loaded from and printed as. */
#include <assert.h>
#include <string.h>

#include "core/inline.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/record.h"

enum { INT_DIGITS_MAX = 18 };

static bool choice_from_text(const struct wl_field *field, struct wl_str text, int64_t *value)
{
    for (int64_t i = 0; field->choices[i] != NULL; i++) {
        if (wl_str_is(text, field->choices[i])) {
            *value = i;
            return true;
        }
    }
    return false;
}

static bool number_from_text(const struct wl_field *field, struct wl_str text, int64_t *value)
{
    unsigned digits = field->digits < INT_DIGITS_MAX ? field->digits : INT_DIGITS_MAX;
    switch (field->type) {
    case WL_INT:
        return wl_decimal_parse(text, digits, 0, value);
    case WL_DAY:
        return wl_date_parse(text, value);
    case WL_TIME:
        return wl_time_parse(text, value);
    case WL_DECIMAL:
        return wl_decimal_parse(text, field->digits, field->places, value);
    case WL_CHOICE:
        return choice_from_text(field, text, value);
    case WL_TEXT:
    case WL_BYTES:
    case WL_INTS:
    case WL_LIST:
        break;
    }
    return false;
}

bool wl_field_from_text(const struct wl_field *field, struct wl_str text, void *record)
{
    assert(field->type != WL_INTS && field->type != WL_LIST && field->type != WL_BYTES);
    char *at = (char *)record + field->offset;
    if (field->type == WL_TEXT) {
        if (text.size > field->limit || !wl_is_utf8(text))
            return false;
        *(struct wl_str *)(void *)at = text;
        return true;
    }
    int64_t value = WL_NONE;
    if (text.size > 0 && !number_from_text(field, text, &value))
        return false;
    *(int64_t *)(void *)at = value;
    return true;
}

static void number_to_text(const struct wl_field *field, int64_t value, struct wl_buf *out)
{
    char text[WL_DECIMAL_TEXT];
    switch (field->type) {
    case WL_DAY:
        wl_date_format(value, text);
        break;
    case WL_TIME:
        wl_time_format(value, text);
        break;
    case WL_CHOICE:
        for (int64_t i = 0; field->choices[i] != NULL; i++) {
            if (i == value) {
                wl_buf_text(out, field->choices[i]);
                return;
            }
        }
        wl_decimal_format(value, 0, text);
        break;
    case WL_INT:
    case WL_DECIMAL:
    case WL_TEXT:
    case WL_BYTES:
    case WL_INTS:
    case WL_LIST:
        wl_decimal_format(value, field->type == WL_DECIMAL ? field->places : 0, text);
        break;
    }
    wl_buf_text(out, text);
}

static void bytes_to_text(struct wl_str bytes, struct wl_buf *out)
{
    for (size_t i = 0; i < bytes.size; i++) {
        char hex[3];
        wl_hex((const uint8_t *)bytes.data + i, 1, hex);
        wl_buf_text(out, hex);
    }
}

static void ints_to_text(const struct wl_ints *ints, struct wl_buf *out)
{
    for (size_t i = 0; i < ints->count; i++)
        wl_buf_format(out, "%s%lld", i == 0 ? "" : " ", (long long)ints->at[i]);
}

void wl_field_to_text(const struct wl_field *field, const void *record, struct wl_buf *out)
{
    assert(field->type != WL_LIST);
    const void *at = (const char *)record + field->offset;
    if (field->type == WL_TEXT)
        wl_buf_str(out, *(const struct wl_str *)at);
    else if (field->type == WL_BYTES)
        bytes_to_text(*(const struct wl_str *)at, out);
    else if (field->type == WL_INTS)
        ints_to_text(at, out);
    else if (*(const int64_t *)at != WL_NONE)
        number_to_text(field, *(const int64_t *)at, out);
}

void wl_csv_value(struct wl_buf *out, struct wl_str value)
{
    bool quoted = false;
    for (size_t i = 0; i < value.size && !quoted; i++)
        quoted = memchr(",\"\r\n", value.data[i], 4) != NULL;
    if (!quoted) {
        wl_buf_str(out, value);
        return;
    }
    wl_buf_byte(out, '"');
    while (value.size > 0) {
        const char *quote = memchr(value.data, '"', value.size);
        size_t n = quote == NULL ? value.size : (size_t)(quote - value.data) + 1;
        wl_buf_add(out, value.data, n);
        if (quote != NULL)
            wl_buf_byte(out, '"');
        value.data += n;
        value.size -= n;
    }
    wl_buf_byte(out, '"');
}
