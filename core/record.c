#include "wledger/record.h"

#include <string.h>

#include "core/inline.h"
#include "wledger/error.h"

static struct wl_str *text_at(const struct wl_field *field, const void *record)
{
    return (struct wl_str *)((uintptr_t)record + field->offset);
}

static int64_t *number_at(const struct wl_field *field, const void *record)
{
    return (int64_t *)((uintptr_t)record + field->offset);
}

static struct wl_ints *ints_at(const struct wl_field *field, const void *record)
{
    return (struct wl_ints *)((uintptr_t)record + field->offset);
}

static struct wl_list *list_at(const struct wl_field *field, const void *record)
{
    return (struct wl_list *)((uintptr_t)record + field->offset);
}

static inline void set_absent(const struct wl_field *field, void *record)
{
    switch (field->type) {
    case WL_TEXT:
    case WL_BYTES:
        *text_at(field, record) = WL_NO_STR;
        break;
    case WL_INT:
    case WL_DAY:
    case WL_TIME:
    case WL_DECIMAL:
    case WL_CHOICE:
        *number_at(field, record) = WL_NONE;
        break;
    case WL_INTS:
        *ints_at(field, record) = (struct wl_ints){NULL, 0};
        break;
    case WL_LIST:
        *list_at(field, record) = (struct wl_list){NULL, 0};
        break;
    }
}

static inline bool is_absent(const struct wl_field *field, const void *record)
{
    switch (field->type) {
    case WL_TEXT:
    case WL_BYTES:
        return text_at(field, record)->size == 0;
    case WL_INTS:
        return ints_at(field, record)->count == 0;
    case WL_LIST:
        return list_at(field, record)->count == 0;
    case WL_INT:
    case WL_DAY:
    case WL_TIME:
    case WL_DECIMAL:
    case WL_CHOICE:
        break;
    }
    return *number_at(field, record) == WL_NONE;
}

static bool is_choice(const struct wl_field *field, int64_t value)
{
    if (value < 0)
        return false;
    for (int64_t i = 0; field->choices[i] != NULL; i++)
        if (i == value)
            return true;
    return false;
}

void wl_record_clear(const struct wl_record *kind, void *record)
{
    memset(record, 0, kind->size);
    for (size_t i = 0; i < kind->field_count; i++)
        set_absent(&kind->fields[i], record);
}

/* Encoding. What could not be read back must not be written: it fails the buffer. */

static inline void encode_string(const struct wl_field *field, struct wl_str string, struct wl_buf *out)
{
    enum wl_cbor_major major = field->type == WL_TEXT ? WL_CBOR_TEXT : WL_CBOR_BYTES;
    if (string.size > field->limit || (major == WL_CBOR_TEXT && !wl_is_utf8(string))) {
        wl_buf_fail(out, string.size > field->limit ? "a field is over its limit" : "a field is not UTF-8");
        return;
    }
    uint8_t *start = wl_buf_reserve(out, wl_cbor_head_size(field->tag) + wl_cbor_head_size(string.size) + string.size);
    if (start == NULL)
        return;
    uint8_t *at = wl_cbor_put_head(start, WL_CBOR_UNSIGNED, field->tag);
    at = wl_cbor_put_head(at, major, string.size);
    wl_copy_short(at, string.data, string.size);
    out->size += (size_t)(at - start) + string.size;
}

static inline void encode_number(const struct wl_field *field, int64_t value, struct wl_buf *out)
{
    if (field->type == WL_CHOICE && !is_choice(field, value)) {
        wl_buf_fail(out, "a field is none of its choices");
        return;
    }
    enum wl_cbor_major major = wl_cbor_int_major(value);
    uint64_t argument = wl_cbor_int_argument(value);
    uint8_t *start = wl_buf_reserve(out, wl_cbor_head_size(field->tag) + wl_cbor_head_size(argument));
    if (start == NULL)
        return;
    uint8_t *at = wl_cbor_put_head(start, WL_CBOR_UNSIGNED, field->tag);
    at = wl_cbor_put_head(at, major, argument);
    out->size += (size_t)(at - start);
}

static void encode_list_head(const struct wl_field *field, size_t count, struct wl_buf *out)
{
    if (count > field->limit) {
        wl_buf_fail(out, "a field is over its limit");
        return;
    }
    wl_cbor_int(out, field->tag);
    wl_cbor_array(out, count);
}

static void encode_ints(const struct wl_field *field, const struct wl_ints *ints, struct wl_buf *out)
{
    encode_list_head(field, ints->count, out);
    for (size_t i = 0; i < ints->count && !out->failed; i++)
        wl_cbor_int(out, ints->at[i]);
}

static void encode_list(const struct wl_field *field, const struct wl_list *list, struct wl_buf *out)
{
    encode_list_head(field, list->count, out);
    for (size_t i = 0; i < list->count && !out->failed; i++)
        wl_record_encode(field->item, (const char *)list->at + i * field->item->size, out);
}

void wl_record_encode(const struct wl_record *kind, const void *record, struct wl_buf *out)
{
    const struct wl_field *end = kind->fields + kind->field_count;
    size_t present = 0;
    for (const struct wl_field *field = kind->fields; field != end; field++)
        present += !is_absent(field, record);
    wl_cbor_map(out, present);
    for (const struct wl_field *field = kind->fields; field != end; field++) {
        if (is_absent(field, record))
            continue;
        switch (field->type) {
        case WL_TEXT:
        case WL_BYTES:
            encode_string(field, *text_at(field, record), out);
            break;
        case WL_INT:
        case WL_DAY:
        case WL_TIME:
        case WL_DECIMAL:
        case WL_CHOICE:
            encode_number(field, *number_at(field, record), out);
            break;
        case WL_INTS:
            encode_ints(field, ints_at(field, record), out);
            break;
        case WL_LIST:
            encode_list(field, list_at(field, record), out);
            break;
        }
    }
}

/* Decoding. */

static int decode_fail(const struct wl_record *kind, const struct wl_field *field, const char *what)
{
    return wl_fail(WL_E_DAMAGED, "record %s, %s: %s", kind->name, field == NULL ? "as a whole" : field->name, what);
}

/* Why a field could not be read: NULL when it could. */
static const char *decode_string(const struct wl_field *field, struct wl_cbor *cbor, void *record)
{
    struct wl_str string = wl_cbor_take_string(cbor, field->type == WL_TEXT ? WL_CBOR_TEXT : WL_CBOR_BYTES);
    if (cbor->bad)
        return field->type == WL_TEXT ? "not a text in UTF-8" : "not bytes";
    if (string.size == 0)
        return "empty, and yet there";
    if (string.size > field->limit)
        return "over its limit";
    *text_at(field, record) = string;
    return NULL;
}

static const char *decode_number(const struct wl_field *field, struct wl_cbor *cbor, void *record)
{
    int64_t value = wl_cbor_take_int(cbor);
    if (cbor->bad || value == WL_NONE)
        return "not a number";
    if (field->type == WL_CHOICE && !is_choice(field, value))
        return "none of its choices";
    *number_at(field, record) = value;
    return NULL;
}

static const char *decode_count(const struct wl_field *field, struct wl_cbor *cbor, size_t *count)
{
    *count = wl_cbor_take_count(cbor, WL_CBOR_ARRAY, 1);
    if (cbor->bad)
        return "not a list, or longer than what is there";
    if (*count == 0)
        return "empty, and yet there";
    return *count > field->limit ? "over its limit" : NULL;
}

static int decode_ints(const struct wl_record *kind, const struct wl_field *field, struct wl_cbor *cbor, void *record,
                       struct wl_arena *arena)
{
    size_t count;
    const char *why = decode_count(field, cbor, &count);
    if (why != NULL)
        return decode_fail(kind, field, why);
    int64_t *at = wl_arena_alloc(arena, count * sizeof *at);
    if (at == NULL)
        return wl_arena_status(arena);
    for (size_t i = 0; i < count; i++)
        at[i] = wl_cbor_take_int(cbor);
    *ints_at(field, record) = (struct wl_ints){at, count};
    return cbor->bad ? decode_fail(kind, field, "not a list of numbers") : WL_OK;
}

static int decode(const struct wl_record *, struct wl_cbor *, void *record, struct wl_arena *);

/* Recursion here goes as deep as descriptors nest, whatever the bytes say. */
static int decode_list(const struct wl_record *kind, const struct wl_field *field, struct wl_cbor *cbor, void *record,
                       struct wl_arena *arena)
{
    size_t count;
    const char *why = decode_count(field, cbor, &count);
    if (why != NULL)
        return decode_fail(kind, field, why);
    char *items = wl_arena_alloc(arena, count * field->item->size);
    if (items == NULL)
        return wl_arena_status(arena);
    for (size_t i = 0; i < count; i++) {
        int status = decode(field->item, cbor, items + i * field->item->size, arena);
        if (status != WL_OK)
            return status;
    }
    *list_at(field, record) = (struct wl_list){items, count};
    return WL_OK;
}

static int decode_field(const struct wl_record *kind, const struct wl_field *field, struct wl_cbor *cbor, void *record,
                        struct wl_arena *arena)
{
    const char *why = NULL;
    switch (field->type) {
    case WL_TEXT:
    case WL_BYTES:
        why = decode_string(field, cbor, record);
        break;
    case WL_INT:
    case WL_DAY:
    case WL_TIME:
    case WL_DECIMAL:
    case WL_CHOICE:
        why = decode_number(field, cbor, record);
        break;
    case WL_INTS:
        return decode_ints(kind, field, cbor, record, arena);
    case WL_LIST:
        return decode_list(kind, field, cbor, record, arena);
    }
    return why == NULL ? WL_OK : decode_fail(kind, field, why);
}

static int decode(const struct wl_record *kind, struct wl_cbor *cbor, void *record, struct wl_arena *arena)
{
    const struct wl_field *field = kind->fields, *end = kind->fields + kind->field_count;
    size_t pairs = wl_cbor_take_count(cbor, WL_CBOR_MAP, 2);
    int64_t last = -1;
    for (size_t i = 0; i < pairs; i++) {
        int64_t tag = wl_cbor_take_key(cbor, &last);
        for (; field != end && field->tag < tag; field++)
            set_absent(field, record);
        if (cbor->bad || field == end || field->tag != tag)
            return decode_fail(kind, NULL, "a tag is not known or out of order");
        int status = decode_field(kind, field, cbor, record, arena);
        if (status != WL_OK)
            return status;
        field++;
    }
    for (; field != end; field++)
        set_absent(field, record);
    return cbor->bad ? decode_fail(kind, NULL, "not a map, or longer than what is there") : WL_OK;
}

int wl_record_decode(const struct wl_record *kind, struct wl_str bytes, void *record, struct wl_arena *arena)
{
    struct wl_cbor cbor = wl_cbor_open(bytes);
    memset(record, 0, kind->size);
    int status = decode(kind, &cbor, record, arena);
    if (status == WL_OK && !wl_cbor_done(&cbor))
        status = decode_fail(kind, NULL, "bytes are left over");
    return status;
}

/* Equality. */

static bool lists_equal(const struct wl_record *kind, const struct wl_list *a, const struct wl_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!wl_record_equal(kind, (const char *)a->at + i * kind->size, (const char *)b->at + i * kind->size))
            return false;
    return true;
}

static bool ints_equal(const struct wl_ints *a, const struct wl_ints *b)
{
    return a->count == b->count && (a->count == 0 || memcmp(a->at, b->at, a->count * sizeof *a->at) == 0);
}

static bool fields_equal(const struct wl_field *field, const void *a, const void *b)
{
    switch (field->type) {
    case WL_TEXT:
    case WL_BYTES:
        return wl_str_equal(*text_at(field, a), *text_at(field, b));
    case WL_INTS:
        return ints_equal(ints_at(field, a), ints_at(field, b));
    case WL_LIST:
        return lists_equal(field->item, list_at(field, a), list_at(field, b));
    case WL_INT:
    case WL_DAY:
    case WL_TIME:
    case WL_DECIMAL:
    case WL_CHOICE:
        break;
    }
    return *number_at(field, a) == *number_at(field, b);
}

bool wl_record_equal(const struct wl_record *kind, const void *a, const void *b)
{
    for (size_t i = 0; i < kind->field_count; i++)
        if (!fields_equal(&kind->fields[i], a, b))
            return false;
    return true;
}

const struct wl_field *wl_record_field(const struct wl_record *kind, struct wl_str name)
{
    for (size_t i = 0; i < kind->field_count; i++)
        if (wl_str_is(name, kind->fields[i].name))
            return &kind->fields[i];
    return NULL;
}
