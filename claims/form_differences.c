/* What differs between two contents of an appraisal form, field by field. */
#include "wledger/error.h"
#include "wledger/form.h"

#include <stdio.h>

struct telling {
    wl_difference_fn *fn;
    void *context;
};

static int tell(const struct telling *telling, struct wl_str field, struct wl_str before, struct wl_str after)
{
    return wl_str_equal(before, after) ? WL_OK : telling->fn(telling->context, field, before, after);
}

static struct wl_str text_of(const void *record, const struct wl_field *field)
{
    return *(const struct wl_str *)(const void *)((const char *)record + field->offset);
}

/* A line of one kind in two contents. Lines are numbered from 1. */
struct pair {
    const struct wl_record *record;
    const char *kind;
    const struct wl_list *before, *after;
};

static const void *line_at(const struct pair *pair, const struct wl_list *lines, size_t number)
{
    return number == 0 ? NULL : (const char *)lines->at + (number - 1) * pair->record->size;
}

/* Number 0: the line is in the other content alone. */
static int tell_line(const struct telling *telling, const struct pair *pair, size_t was, size_t is)
{
    const void *before = line_at(pair, pair->before, was), *after = line_at(pair, pair->after, is);
    char name[96];
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < pair->record->field_count; i++) {
        const struct wl_field *field = &pair->record->fields[i];
        int size = was == 0 || is == 0 || was == is
                       ? snprintf(name, sizeof name, "%s %zu %s", pair->kind, was ? was : is, field->name)
                       : snprintf(name, sizeof name, "%s %zu->%zu %s", pair->kind, was, is, field->name);

        rc = tell(telling, (struct wl_str){name, (size_t)size}, before ? text_of(before, field) : WL_NO_STR,
                  after ? text_of(after, field) : WL_NO_STR);
    }
    return rc;
}

/* Whether two lines are of the same operation, part or code: their first field. */
static bool is_same_thing(const struct pair *pair, size_t was, size_t is)
{
    const struct wl_field *code = &pair->record->fields[0];

    return wl_str_equal(text_of(line_at(pair, pair->before, was), code), text_of(line_at(pair, pair->after, is), code));
}

/* Lines are paired from both ends as long as they are of the same thing, and those between in their order: what was put
 * in or taken out does not make all that follows look changed. */
static int tell_lines(const struct telling *telling, const struct pair *pair)
{
    size_t was = pair->before->count, is = pair->after->count, same = 0, tail = 0, most;
    int rc = WL_OK;

    while (same < was && same < is && is_same_thing(pair, same + 1, same + 1))
        same++;
    while (tail < was - same && tail < is - same && is_same_thing(pair, was - tail, is - tail))
        tail++;
    most = (was > is ? was : is) - tail;
    for (size_t i = 1; rc == WL_OK && i <= most; i++)
        rc = tell_line(telling, pair, i <= was - tail ? i : 0, i <= is - tail ? i : 0);
    for (size_t i = tail; rc == WL_OK && i > 0; i--)
        rc = tell_line(telling, pair, was - i + 1, is - i + 1);
    return rc;
}

int wl_form_differences(const struct wl_claim_record *before, const struct wl_claim_record *after, wl_difference_fn *fn,
                        void *context)
{
    const struct telling telling = {fn, context};
    const char *const *kinds = wl_line_kind_names();
    const struct pair pairs[] = {
        {&wl_labour_line_record, kinds[WL_LINE_LABOUR], &before->labour, &after->labour},
        {&wl_part_line_record, kinds[WL_LINE_PART], &before->parts, &after->parts},
        {&wl_sublet_line_record, kinds[WL_LINE_SUBLET], &before->sublet, &after->sublet},
    };
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < wl_claim_record.field_count; i++) {
        const struct wl_field *field = &wl_claim_record.fields[i];

        if (field->type == WL_TEXT)
            rc = tell(&telling, wl_str_of(field->name), text_of(before, field), text_of(after, field));
    }
    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(pairs); i++)
        rc = tell_lines(&telling, &pairs[i]);
    return rc;
}
