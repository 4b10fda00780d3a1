/* A dialect compiled: a tree of element names in which each node says what begins there and where its
 * text goes. docs/dialects.md has the language that dialect files are written in. */
#ifndef XMLIO_DIALECT_H
#define XMLIO_DIALECT_H

#include "wledger/batch_reader.h"

enum {
    WL_DIALECT_FILE_MAX = 64 * 1024,   /* bytes of a dialect file (wl_dialects_add) */
    WL_DIALECT_NODES_MAX = 512,        /* elements that a dialect names (wl_dialect_compile) */
    WL_DIALECT_BINDINGS_MAX = 512,     /* fields bound to them (the same) */
    WL_DIALECT_NAMES_SIZE = 16 * 1024, /* bytes of their names (the same) */
    WL_DIALECT_FIELDS_MAX = 32,        /* fields of a record (the same) */
    WL_DIALECT_ATTRIBUTES_MAX = 4,     /* attributes bound of one element (the same) */
    WL_DIALECT_LISTS_MAX = 4,          /* kinds of lines of a record (the same) */
};

/* What a text belongs to. A record takes a field from the sources around it as well. */
enum wl_scope {
    WL_IN_DOCUMENT,
    WL_IN_GROUP,  /* an element that records share a header in */
    WL_IN_BRANCH, /* an element within a group that records share lines in */
    WL_IN_RECORD,
    WL_IN_LINE,
    WL_SCOPES
};

/* What a binding fills, other than a field of the record (0 and up). */
enum {
    WL_FILLS_SENDER = -1,
    WL_FILLS_BATCH_ID = -2,
    WL_FILLS_CREATION_TIME = -3,
    WL_FILLS_NARRATIVE = -4,
    WL_FILLS_TOTAL_RECORDS = -5,
    WL_FILLS_TOTAL_GROUPS = -6,
};

enum wl_form { WL_FORM_TEXT, WL_FORM_DATE_OF_TIME };

struct wl_binding {
    int16_t fills;
    int16_t next;      /* of the same node; -1: none */
    int32_t attribute; /* offset of its name; -1: the element's text */
    uint16_t ceiling;
    uint8_t rank; /* among the sources of a field: the lowest with a value is taken */
    enum wl_scope scope;
    enum wl_form form;
};

struct wl_node {
    int32_t name;                    /* offset */
    int16_t child, sibling, binding; /* -1: none */
    uint16_t ceiling;                /* bytes of its text that are wanted; 0: none */
    bool has_attributes;
    enum wl_scope begins; /* WL_IN_DOCUMENT: nothing */
    enum wl_scope holder; /* WL_IN_LINE: what the line belongs to */
    uint8_t list;         /* WL_IN_LINE: index into lists */
};

struct wl_dialect {
    struct wl_dialect *next;
    char name[65];
    const struct wl_record *record;
    int32_t root, namespace_uri;                /* offsets; namespace_uri -1: any */
    struct wl_node nodes[WL_DIALECT_NODES_MAX]; /* 0: the root element */
    struct wl_binding bindings[WL_DIALECT_BINDINGS_MAX];
    uint8_t lists[WL_DIALECT_LISTS_MAX];     /* fields that are lists */
    int32_t defaults[WL_DIALECT_FIELDS_MAX]; /* offsets; -1: none */
    int16_t node_count, binding_count;
    uint8_t list_count;
    bool has_group, has_narrative, has_records;
    char names[WL_DIALECT_NAMES_SIZE];
    size_t names_size;
};

struct wl_dialects {
    struct wl_dialect *first;
};

static inline const char *wl_dialect_text(const struct wl_dialect *dialect, int32_t offset)
{
    return dialect->names + offset;
}

/* Compiles text. where is how messages call it. WL_E_INPUT with "where:line: what is wrong". */
int wl_dialect_compile(const char *where, struct wl_str text, struct wl_dialect *out);

/* The dialect whose root element that is, or NULL. namespace_uri may be NULL. */
const struct wl_dialect *wl_dialects_find(const struct wl_dialects *, const char *root, const char *namespace_uri);

#endif
