/* What the files of the binder share: binder.c follows the elements, store.c takes their texts in,
 * assemble.c puts records together. */
#ifndef XMLIO_BINDER_INSIDE_H
#define XMLIO_BINDER_INSIDE_H

#include "xmlio/binder.h"

enum {
    SKIPPED = -1,
    NO_SOURCE = UINT8_MAX,
    EMPTY_SOURCE = NO_SOURCE - 1, /* a source is there and has no text: any other is better */
    FIRST_LINES = 4,
    LINE_FIELDS_MAX = 8,
    NARRATIVE_KEPT = WL_NARRATIVE_MAX + 4,
    DOCUMENT_BYTES_MAX = 64 * 1024, /* of texts of the document itself: each source of a field once */
};

struct lines {
    void *at;
    size_t count, capacity;
};

/* What one element that begins a scope has gathered. */
struct gathered {
    struct gathered *next, *branch; /* of records: the next one, and the branch around it */
    void *record;
    uint8_t ranks[WL_DIALECT_FIELDS_MAX]; /* where each field came from; 0: nowhere */
    struct lines lines[WL_DIALECT_LISTS_MAX];
    char *narrative;
    size_t narrative_size;
    bool narrative_cut; /* it is longer than what is kept */
};

struct total {
    bool there;
    uint64_t count;
    struct wl_place place;
};

struct wl_binder {
    const struct wl_dialect *dialect;
    wl_binder_sink_fn *sink;
    wl_binder_attribute_fn *find_attribute;
    void *context;
    const void *namespace_uri;
    const void *names[WL_DIALECT_NODES_MAX];
    const void *attribute_names[WL_DIALECT_BINDINGS_MAX];

    int16_t guess[WL_DIALECT_NODES_MAX]; /* the child that most likely comes next: documents repeat themselves */
    int16_t path[WL_XML_DEPTH_MAX + 1];  /* the nodes from the root to here */
    unsigned depth;                      /* of the last of them */
    unsigned skip_depth;                 /* elements below it that are skipped */
    int16_t value_node;                  /* whose text is being gathered; SKIPPED: none */
    size_t value_size;
    bool value_over;
    struct wl_str attributes[WL_DIALECT_ATTRIBUTES_MAX]; /* of the value's element, in the order of its bindings */

    struct wl_arena document_arena, group_arena;
    struct gathered *document, *group, *branch, *record;
    struct gathered *records, **records_end;
    void *line;
    const struct wl_record *line_kind;
    uint8_t line_ranks[LINE_FIELDS_MAX];
    struct total total_records, total_groups;
    uint8_t document_ranks[3];
    char sender[129], batch_id[129], creation_time[65];

    uint64_t record_count, group_count, skipped;
    uint8_t worst_ranks[WL_DIALECT_FIELDS_MAX]; /* of the records handed out */
    bool came_late, again;
    struct wl_buf encoded;
    void *whole; /* the record being put together */
    char value[WL_BINDER_VALUE_MAX];
    char attribute_bytes[WL_DIALECT_ATTRIBUTES_MAX][WL_HEADER_CEILING];
};

/* At most ceiling bytes, cut at a character's end. */
static inline struct wl_str wl_cut(struct wl_str text, size_t ceiling)
{
    if (text.size <= ceiling)
        return text;
    text.size = ceiling;
    text.size = wl_utf8_prefix(text);
    return text;
}

/* Both end with a message: that the texts of a group are too long together. */
int wl_group_too_large(void);
struct gathered *wl_gathered_of(struct wl_binder *, enum wl_scope);

/* store.c: takes in the text of an element or attribute. *taken: a field of a record has it now. */
int wl_store_text(struct wl_binder *, const struct wl_binding *, struct wl_str text, bool over, struct wl_place,
                  bool *taken);
/* Takes in the attributes gathered of an element. Those of an element whose text was taken go with it, so
 * that a currency stays with its amount; otherwise each counts by itself. */
int wl_store_attributes(struct wl_binder *, const struct wl_node *, bool with_text);

/* assemble.c: hands a record out whole. */
int wl_hand_out(struct wl_binder *, struct gathered *record);

#endif
