#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"
#include "xmlio/binder_inside.h"

int wl_binder_new(wl_binder_sink_fn *sink, wl_binder_attribute_fn *find_attribute, void *context,
                  struct wl_binder **out)
{
    struct wl_binder *binder = calloc(1, sizeof *binder);
    *out = binder;
    if (binder == NULL)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    binder->sink = sink;
    binder->find_attribute = find_attribute;
    binder->context = context;
    wl_arena_init(&binder->document_arena, DOCUMENT_BYTES_MAX);
    wl_arena_init(&binder->group_arena, WL_GROUP_BYTES_MAX);
    wl_buf_init(&binder->encoded, 128 * 1024);
    return WL_OK;
}

void wl_binder_free(struct wl_binder *binder)
{
    if (binder == NULL)
        return;
    wl_arena_release(&binder->document_arena);
    wl_arena_release(&binder->group_arena);
    wl_buf_release(&binder->encoded);
    free(binder->whole);
    free(binder);
}

static struct gathered *gathered_new(struct wl_binder *binder, struct wl_arena *arena)
{
    struct gathered *made = wl_arena_alloc(arena, sizeof *made);
    if (made == NULL)
        return NULL;
    made->record = wl_arena_alloc(arena, binder->dialect->record->size);
    return made->record == NULL ? NULL : made;
}

int wl_group_too_large(void)
{
    return wl_fail(WL_E_INPUT, "the records that share one header take more than %d bytes; split them",
                   WL_GROUP_BYTES_MAX);
}

struct gathered *wl_gathered_of(struct wl_binder *binder, enum wl_scope scope)
{
    switch (scope) {
    case WL_IN_DOCUMENT:
        return binder->document;
    case WL_IN_GROUP:
        return binder->group;
    case WL_IN_BRANCH:
        return binder->branch;
    case WL_IN_RECORD:
        return binder->record;
    case WL_IN_LINE:
    case WL_SCOPES:
        break;
    }
    return NULL;
}

static void forget_group(struct wl_binder *binder)
{
    wl_arena_clear(&binder->group_arena);
    binder->group = binder->branch = binder->record = NULL;
    binder->records = NULL;
    binder->records_end = &binder->records;
    binder->line = NULL;
}

/* Elements. */

static void gather_attributes(struct wl_binder *binder, const struct wl_node *node, const void *attributes)
{
    unsigned n = 0;
    for (int16_t i = node->binding; i >= 0; i = binder->dialect->bindings[i].next) {
        struct wl_str value = WL_NO_STR;
        if (binder->dialect->bindings[i].attribute < 0)
            continue;
        if (binder->find_attribute(attributes, binder->attribute_names[i], &value))
            value = wl_cut(wl_str_trim(value), WL_HEADER_CEILING);
        if (value.size > 0)
            memcpy(binder->attribute_bytes[n], value.data, value.size);
        binder->attributes[n] = (struct wl_str){binder->attribute_bytes[n], value.size};
        n++;
    }
}

int wl_binder_begin(struct wl_binder *binder, const struct wl_dialect *dialect, wl_binder_intern_fn *intern,
                    void *context, const void *attributes)
{
    assert(dialect->record->field_count <= WL_DIALECT_FIELDS_MAX);
    binder->dialect = dialect;
    for (int16_t i = 0; i < dialect->node_count; i++)
        binder->names[i] = intern(context, wl_dialect_text(dialect, dialect->nodes[i].name));
    for (int16_t i = 0; i < dialect->binding_count; i++)
        if (dialect->bindings[i].attribute >= 0)
            binder->attribute_names[i] = intern(context, wl_dialect_text(dialect, dialect->bindings[i].attribute));
    binder->namespace_uri =
        dialect->namespace_uri < 0 ? NULL : intern(context, wl_dialect_text(dialect, dialect->namespace_uri));
    memset(binder->guess, 0xFF, sizeof binder->guess);
    binder->path[0] = 0;
    binder->depth = binder->skip_depth = 0;
    binder->value_node = SKIPPED;
    forget_group(binder);
    if (binder->document == NULL) {
        binder->document = gathered_new(binder, &binder->document_arena);
        binder->whole = malloc(dialect->record->size);
    }
    if (binder->document == NULL || binder->whole == NULL)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    gather_attributes(binder, &dialect->nodes[0], attributes);
    return wl_store_attributes(binder, &dialect->nodes[0], false);
}

static int begin_line(struct wl_binder *binder, const struct wl_node *node)
{
    const struct wl_field *list = &binder->dialect->record->fields[binder->dialect->lists[node->list]];
    struct lines *lines = &wl_gathered_of(binder, node->holder)->lines[node->list];
    size_t size = list->item->size, limit = list->limit;
    if (lines->count == limit) {
        binder->line = NULL;
        return WL_OK;
    }
    if (lines->count == lines->capacity) {
        size_t capacity = lines->capacity == 0 ? FIRST_LINES : lines->capacity * 4;
        void *at = wl_arena_alloc(&binder->group_arena, capacity * size);
        if (at == NULL)
            return wl_group_too_large();
        if (lines->count > 0)
            memcpy(at, lines->at, lines->count * size);
        lines->at = at;
        lines->capacity = capacity;
    }
    binder->line = (char *)lines->at + lines->count++ * size;
    binder->line_kind = list->item;
    memset(binder->line_ranks, 0, sizeof binder->line_ranks);
    return WL_OK;
}

static int begin_scope(struct wl_binder *binder, const struct wl_node *node)
{
    struct gathered *made = NULL;
    if (node->begins == WL_IN_LINE)
        return begin_line(binder, node);
    if (node->begins == WL_IN_DOCUMENT)
        return WL_OK;
    made = gathered_new(binder, &binder->group_arena);
    if (made == NULL)
        return wl_group_too_large();
    if (node->begins == WL_IN_GROUP) {
        binder->group = made;
        binder->group_count++;
    } else if (node->begins == WL_IN_BRANCH) {
        binder->branch = made;
    } else {
        binder->record = made;
        made->branch = binder->branch;
        *binder->records_end = made;
        binder->records_end = &made->next;
    }
    return WL_OK;
}

static inline int16_t find_child(struct wl_binder *binder, int16_t parent, const void *name)
{
    const struct wl_node *nodes = binder->dialect->nodes;
    int16_t index = binder->guess[parent];
    if (index < 0 || binder->names[index] != name) {
        index = nodes[parent].child;
        while (index >= 0 && binder->names[index] != name)
            index = nodes[index].sibling;
    }
    if (index >= 0)
        binder->guess[parent] = nodes[index].sibling;
    return index;
}

int wl_binder_start(struct wl_binder *binder, const void *name, const void *namespace_uri, const void *attributes)
{
    const struct wl_dialect *dialect = binder->dialect;
    if (binder->skip_depth > 0) {
        binder->skip_depth++;
        binder->skipped++;
        return WL_OK;
    }
    int16_t index = find_child(binder, binder->path[binder->depth], name);
    if (index < 0 || (binder->namespace_uri != NULL && binder->namespace_uri != namespace_uri)) {
        binder->skip_depth = 1;
        binder->skipped++;
        return WL_OK;
    }
    const struct wl_node *node = &dialect->nodes[index];
    if (node->begins != WL_IN_DOCUMENT) {
        int status = begin_scope(binder, node);
        if (status != WL_OK)
            return status;
        if (node->begins == WL_IN_LINE && binder->line == NULL) { /* one line too many is kept already */
            binder->skip_depth = 1;
            return WL_OK;
        }
    }
    binder->path[++binder->depth] = index;
    if (node->has_attributes)
        gather_attributes(binder, node, attributes);
    if (node->ceiling > 0) {
        binder->value_node = index;
        binder->value_size = 0;
        binder->value_over = false;
    } else if (node->has_attributes) {
        return wl_store_attributes(binder, node, false);
    }
    return WL_OK;
}

bool wl_binder_wants_text(const struct wl_binder *binder)
{
    return binder->value_node >= 0 && binder->skip_depth == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void wl_binder_text(struct wl_binder *binder, const char *bytes, size_t n)
{
    if (!wl_binder_wants_text(binder))
        return;
    /* Leading white space must not fill what is kept, however much of it there is. */
    if (binder->value_size == 0)
        while (n > 0 && is_blank(*bytes)) {
            bytes++;
            n--;
        }
    size_t ceiling = binder->dialect->nodes[binder->value_node].ceiling;
    size_t room = ceiling - binder->value_size;
    size_t taken = n < room ? n : room;
    memcpy(binder->value + binder->value_size, bytes, taken);
    binder->value_size += taken;
    for (; taken < n && !binder->value_over; taken++)
        binder->value_over = !is_blank(bytes[taken]);
}

/* A value that is over its node's ceiling is not trimmed again: it has to stay too long. */
static int end_value(struct wl_binder *binder, const struct wl_node *node, struct wl_place place)
{
    struct wl_str text = {binder->value, binder->value_size};
    if (binder->value_over)
        text.size = wl_utf8_prefix(text);
    else
        text = wl_str_trim(text);
    bool any_taken = false;
    binder->value_node = SKIPPED;
    for (int16_t i = node->binding; i >= 0; i = binder->dialect->bindings[i].next) {
        const struct wl_binding *binding = &binder->dialect->bindings[i];
        bool taken = false;
        if (binding->attribute >= 0)
            continue;
        int status = wl_store_text(binder, binding, text, binder->value_over, place, &taken);
        if (status != WL_OK)
            return status;
        any_taken |= taken;
    }
    return node->has_attributes ? wl_store_attributes(binder, node, any_taken) : WL_OK;
}

static int hand_out_all(struct wl_binder *binder)
{
    int status = WL_OK;
    for (struct gathered *record = binder->records; record != NULL && status == WL_OK; record = record->next)
        status = wl_hand_out(binder, record);
    forget_group(binder);
    return status;
}

int wl_binder_end(struct wl_binder *binder, struct wl_place place)
{
    if (binder->skip_depth > 0) {
        binder->skip_depth--;
        return WL_OK;
    }
    const struct wl_node *node = &binder->dialect->nodes[binder->path[binder->depth]];
    int status = node->ceiling > 0 ? end_value(binder, node, place) : WL_OK;
    binder->depth--;
    if (status != WL_OK || node->begins == WL_IN_DOCUMENT)
        return status;
    switch (node->begins) {
    case WL_IN_LINE:
        binder->line = NULL;
        break;
    case WL_IN_RECORD:
        binder->record = NULL;
        return binder->dialect->has_group ? WL_OK : hand_out_all(binder);
    case WL_IN_BRANCH:
        binder->branch = NULL;
        break;
    case WL_IN_GROUP:
        return hand_out_all(binder);
    case WL_IN_DOCUMENT:
    case WL_SCOPES:
        break;
    }
    return WL_OK;
}

static int check_total(const struct total *total, uint64_t count, const char *what, struct wl_place *place)
{
    if (!total->there || total->count == count)
        return WL_OK;
    *place = total->place;
    return wl_fail(WL_E_INPUT, "the control total says %" PRIu64 " %s, but the document holds %" PRIu64, total->count,
                   what, count);
}

int wl_binder_finish(struct wl_binder *binder, struct wl_batch_summary *summary, struct wl_place *place)
{
    memcpy(summary->dialect, binder->dialect->name, sizeof summary->dialect);
    memcpy(summary->sender, binder->sender, sizeof summary->sender);
    memcpy(summary->batch_id, binder->batch_id, sizeof summary->batch_id);
    memcpy(summary->creation_time, binder->creation_time, sizeof summary->creation_time);
    summary->records = binder->record_count;
    summary->skipped_elements = binder->skipped;
    int status = check_total(&binder->total_records, binder->record_count, "records", place);
    if (status == WL_OK)
        status = check_total(&binder->total_groups, binder->group_count, "groups of records", place);
    return status;
}

bool wl_binder_came_late(const struct wl_binder *binder)
{
    return binder->came_late;
}

void wl_binder_again(struct wl_binder *binder)
{
    binder->again = true;
    binder->came_late = false;
    binder->record_count = binder->group_count = binder->skipped = 0;
    binder->total_records = binder->total_groups = (struct total){.there = false};
}
