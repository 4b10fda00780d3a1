#include <inttypes.h>
#include <string.h>

#include "wledger/error.h"
#include "xmlio/binder_inside.h"

static int copy_into(struct wl_arena *arena, struct wl_str text, void *record, const struct wl_field *field)
{
    struct wl_str copy = wl_arena_copy(arena, text);
    if (copy.data == NULL && text.size > 0)
        return wl_group_too_large();
    memcpy((char *)record + field->offset, &copy, sizeof copy);
    return WL_OK;
}

/* Stores a text in a field of the record or line, unless a better source has filled it. By force: also
 * over the same source, also with nothing. *taken says whether it was stored. */
static int store_field(struct wl_binder *binder, const struct wl_binding *binding, struct wl_str text, bool force,
                       bool *taken)
{
    const struct wl_record *kind = binder->dialect->record;
    struct wl_arena *arena = binding->scope == WL_IN_DOCUMENT ? &binder->document_arena : &binder->group_arena;
    void *record = binder->line;
    uint8_t *rank = binder->line_ranks + binding->fills;
    if (binding->scope == WL_IN_LINE) {
        kind = binder->line_kind;
    } else {
        struct gathered *gathered = wl_gathered_of(binder, binding->scope);
        record = gathered->record;
        rank = gathered->ranks + binding->fills;
    }
    *taken = force ? *rank == 0 || *rank >= binding->rank : text.size > 0 && (*rank == 0 || *rank > binding->rank);
    if (!*taken) {
        if (*rank == 0)
            *rank = EMPTY_SOURCE;
        return WL_OK;
    }
    if (binding->scope == WL_IN_DOCUMENT && !binder->again && binding->rank < binder->worst_ranks[binding->fills])
        binder->came_late = true;
    *rank = binding->rank;
    const struct wl_field *field = &kind->fields[binding->fills];
    return copy_into(arena, wl_cut(text, binding->ceiling), record, field);
}

static int store_narrative(struct wl_binder *binder, const struct wl_binding *binding, struct wl_str text, bool over)
{
    struct gathered *gathered = wl_gathered_of(binder, binding->scope);
    if (text.size == 0)
        return WL_OK;
    if (gathered->narrative == NULL)
        gathered->narrative = wl_arena_alloc(&binder->group_arena, NARRATIVE_KEPT);
    if (gathered->narrative == NULL)
        return wl_group_too_large();
    if (gathered->narrative_size > 0 && gathered->narrative_size < NARRATIVE_KEPT)
        gathered->narrative[gathered->narrative_size++] = '\n';
    struct wl_str fits = wl_cut(text, NARRATIVE_KEPT - gathered->narrative_size);
    memcpy(gathered->narrative + gathered->narrative_size, fits.data, fits.size);
    gathered->narrative_size += fits.size;
    gathered->narrative_cut |= over || fits.size < text.size;
    return WL_OK;
}

static int store_of_document(struct wl_binder *binder, const struct wl_binding *binding, struct wl_str text, bool over)
{
    static const char *const called[] = {"sender", "batch id", "creation time"};
    char *const to[] = {binder->sender, binder->batch_id, binder->creation_time};
    size_t i = (size_t)(WL_FILLS_SENDER - binding->fills);
    uint8_t *rank = &binder->document_ranks[i];
    if (text.size == 0 || (*rank != 0 && *rank <= binding->rank))
        return WL_OK;
    if (over || text.size > binding->ceiling)
        return wl_fail(WL_E_INPUT, "the document's %s is longer than %u bytes", called[i], binding->ceiling);
    *rank = binding->rank;
    memcpy(to[i], text.data, text.size);
    to[i][text.size] = '\0';
    return WL_OK;
}

static int store_total(struct total *total, struct wl_str text, bool over, struct wl_place place)
{
    uint64_t count = 0;
    bool good = text.size > 0 && text.size <= 18 && !over;
    for (size_t i = 0; good && i < text.size; i++) {
        good = text.data[i] >= '0' && text.data[i] <= '9';
        count = count * 10 + (uint64_t)(text.data[i] - '0');
    }
    if (text.size == 0)
        return WL_OK;
    if (!good)
        return wl_fail(WL_E_INPUT, "the control total '" WL_STR_FMT "' is no number", WL_STR_ARG(text));
    if (total->there && total->count != count)
        return wl_fail(WL_E_INPUT, "the document has two control totals, %" PRIu64 " and %" PRIu64, total->count,
                       count);
    *total = (struct total){true, count, place};
    return WL_OK;
}

int wl_store_text(struct wl_binder *binder, const struct wl_binding *binding, struct wl_str text, bool over,
                  struct wl_place place, bool *taken)
{
    if (binding->form == WL_FORM_DATE_OF_TIME) {
        const char *end = text.size == 0 ? NULL : memchr(text.data, 'T', text.size);
        if (end != NULL)
            text = wl_str_trim((struct wl_str){text.data, (size_t)(end - text.data)});
    }
    if (binding->fills >= 0)
        return store_field(binder, binding, text, false, taken);
    switch (binding->fills) {
    case WL_FILLS_NARRATIVE:
        return store_narrative(binder, binding, text, over);
    case WL_FILLS_TOTAL_RECORDS:
        return store_total(&binder->total_records, text, over, place);
    case WL_FILLS_TOTAL_GROUPS:
        return store_total(&binder->total_groups, text, over, place);
    default:
        return store_of_document(binder, binding, text, over);
    }
}

int wl_store_attributes(struct wl_binder *binder, const struct wl_node *node, bool with_text)
{
    unsigned n = 0;
    int status = WL_OK;
    for (int16_t i = node->binding; i >= 0 && status == WL_OK; i = binder->dialect->bindings[i].next) {
        const struct wl_binding *binding = &binder->dialect->bindings[i];
        bool taken;
        if (binding->attribute < 0)
            continue;
        if (binding->fills >= 0 && with_text)
            status = store_field(binder, binding, binder->attributes[n], true, &taken);
        else
            status = wl_store_text(binder, binding, binder->attributes[n], false, (struct wl_place){0, 0}, &taken);
        n++;
    }
    return status;
}
