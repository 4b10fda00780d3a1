/* One description of a record serves all: the journal codec, tables loaded from CSV, output as JSON,
 * and the binding of fields in documents are all driven by these tables.
 *
 * In memory a record is a C struct, described by `offset`:
 *   text, bytes          struct wl_str              empty: absent
 *   every number kind    int64_t                    WL_NONE: absent
 *   ints                 struct wl_ints             count 0: absent
 *   list                 struct wl_list             count 0: absent
 * In the journal it is a CBOR map from tag to value; absent fields are left out. Tags are never used
 * again or given another type. */
#ifndef WLEDGER_RECORD_H
#define WLEDGER_RECORD_H

#include "wledger/buf.h"

/* An absent number. */
#define WL_NONE INT64_MIN

enum wl_type {
    WL_TEXT,    /* UTF-8, at most `limit` bytes */
    WL_BYTES,   /* at most `limit` bytes */
    WL_INT,     /* a whole number of at most `digits` digits when read from text */
    WL_DAY,     /* a civil date, see date.h */
    WL_TIME,    /* UTC seconds */
    WL_DECIMAL, /* `digits` before and `places` after the point, see decimal.h */
    WL_CHOICE,  /* an index into `choices` */
    WL_INTS,    /* numbers, at most `limit` of them */
    WL_LIST,    /* records of the kind `item`, at most `limit` of them */
};

struct wl_ints {
    int64_t *at;
    size_t count;
};

struct wl_list {
    void *at;
    size_t count;
};

struct wl_record;

struct wl_field {
    const char *name;
    uint8_t tag; /* 1 to 255, ascending within a record */
    enum wl_type type;
    bool required; /* may not be empty when loaded from text */
    uint16_t limit;
    uint8_t digits, places;
    uint16_t offset;
    const char *const *choices; /* NULL-terminated names for WL_CHOICE */
    const struct wl_record *item;
};

/* The usual rows of a table of fields, each named as its member of the structure `of`; a number has up to 18 digits. */
#define WL_NUMBER_FIELD(of, tag_, member)                                                            \
    {                                                                                                \
        .name = #member, .tag = (tag_), .type = WL_INT, .digits = 18, .offset = offsetof(of, member) \
    }
#define WL_NUMBERS_FIELD(of, tag_, member, most)                                                         \
    {                                                                                                    \
        .name = #member, .tag = (tag_), .type = WL_INTS, .limit = (most), .offset = offsetof(of, member) \
    }
#define WL_TEXT_FIELD(of, tag_, member, most)                                                            \
    {                                                                                                    \
        .name = #member, .tag = (tag_), .type = WL_TEXT, .limit = (most), .offset = offsetof(of, member) \
    }
#define WL_DAY_FIELD(of, tag_, member)                                                 \
    {                                                                                  \
        .name = #member, .tag = (tag_), .type = WL_DAY, .offset = offsetof(of, member) \
    }
#define WL_CHOICE_FIELD(of, tag_, member, names)                                                              \
    {                                                                                                         \
        .name = #member, .tag = (tag_), .type = WL_CHOICE, .choices = (names), .offset = offsetof(of, member) \
    }

struct wl_record {
    const char *name;
    const struct wl_field *fields;
    size_t field_count;
    size_t size; /* of the C struct */
};

/* Sets every field absent. */
void wl_record_clear(const struct wl_record *, void *record);

/* Appends the record's deterministic CBOR. A field that could not be read back (over its limit, not
 * UTF-8, none of its choices) makes the buffer fail. */
void wl_record_encode(const struct wl_record *, const void *record, struct wl_buf *out);

/* Reads a record that wl_record_encode wrote. Text and bytes point into `bytes`; lists are made in the
 * arena. WL_E_DAMAGED, with a message, when it is not exactly that; WL_E_FULL when the arena is. */
int wl_record_decode(const struct wl_record *, struct wl_str bytes, void *record, struct wl_arena *);

/* Sets a text or a number from its text form. False when the text is not of the field's type and
 * limits; text "" sets it absent, whether or not it is required. Text is not copied. */
bool wl_field_from_text(const struct wl_field *, struct wl_str text, void *record);

/* Appends a field's (not a list's) text form: bytes as hexadecimal, ints with spaces between; nothing when
 * absent. */
void wl_field_to_text(const struct wl_field *, const void *record, struct wl_buf *out);

/* The field of that name, or NULL. */
const struct wl_field *wl_record_field(const struct wl_record *, struct wl_str name);

/* Whether two records of a kind have the same content. */
bool wl_record_equal(const struct wl_record *, const void *a, const void *b);

/* Appends one CSV value as RFC 4180 has it: quoted only where it must be. */
void wl_csv_value(struct wl_buf *, struct wl_str value);

#define WL_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
