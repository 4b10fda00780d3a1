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

/* One line of a kind, numbered from 1; NULL: it is in the other content alone. */
static int tell_line(const struct telling *telling, const struct wl_record *record, const char *kind, size_t number,
                     const void *before, const void *after)
{
    char name[64];
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < record->field_count; i++) {
        const struct wl_field *field = &record->fields[i];
        int size = snprintf(name, sizeof name, "%s %zu %s", kind, number, field->name);

        rc = tell(telling, (struct wl_str){name, (size_t)size}, before ? text_of(before, field) : WL_NO_STR,
                  after ? text_of(after, field) : WL_NO_STR);
    }
    return rc;
}

static int tell_lines(const struct telling *telling, const struct wl_record *record, const char *kind,
                      const struct wl_list *before, const struct wl_list *after)
{
    size_t most = before->count > after->count ? before->count : after->count;
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < most; i++)
        rc = tell_line(telling, record, kind, i + 1,
                       i < before->count ? (const char *)before->at + i * record->size : NULL,
                       i < after->count ? (const char *)after->at + i * record->size : NULL);
    return rc;
}

int wl_form_differences(const struct wl_claim_record *before, const struct wl_claim_record *after, wl_difference_fn *fn,
                        void *context)
{
    const struct telling telling = {fn, context};
    const char *const *kinds = wl_line_kind_names();
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < wl_claim_record.field_count; i++) {
        const struct wl_field *field = &wl_claim_record.fields[i];

        if (field->type == WL_TEXT)
            rc = tell(&telling, wl_str_of(field->name), text_of(before, field), text_of(after, field));
    }
    if (rc == WL_OK)
        rc = tell_lines(&telling, &wl_labour_line_record, kinds[WL_LINE_LABOUR], &before->labour, &after->labour);
    if (rc == WL_OK)
        rc = tell_lines(&telling, &wl_part_line_record, kinds[WL_LINE_PART], &before->parts, &after->parts);
    if (rc == WL_OK)
        rc = tell_lines(&telling, &wl_sublet_line_record, kinds[WL_LINE_SUBLET], &before->sublet, &after->sublet);
    return rc;
}
