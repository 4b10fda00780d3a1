#include "claims/lines.h"

#include "wledger/error.h"
#include <stdio.h>

static const char *const line_kind_names[] = {"labour", "part", "sublet", NULL};

const char *const *wl_line_kind_names(void)
{
    return line_kind_names;
}

static const struct wl_field line_name_fields[] = {
    WL_CHOICE_FIELD(struct wl_line_name, 1, kind, line_kind_names),
    {.name = "line", .tag = 2, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_line_name, line)},
    WL_NUMBER_FIELD(struct wl_line_name, 3, amount),
    WL_TEXT_FIELD(struct wl_line_name, 4, reason, WL_LINE_REASON_MAX),
};
const struct wl_record wl_line_name_record = {"line-name", line_name_fields, WL_COUNT(line_name_fields),
                                              sizeof(struct wl_line_name)};

static bool is_kind(int64_t kind)
{
    return kind >= 0 && kind < (int64_t)WL_COUNT(line_kind_names) - 1;
}

/* "part 2" */
static struct wl_str line_text(const struct wl_context *ctx, const struct wl_line_name *name)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%s %lld", is_kind(name->kind) ? line_kind_names[name->kind] : "line",
                     (long long)name->line);

    return wl_arena_copy(ctx->arena, (struct wl_str){text, (size_t)n});
}

static int64_t amount_of(const struct wl_line_name *name)
{
    return name->amount == WL_NONE ? 0 : name->amount;
}

/* Whether one of the names before says otherwise of the same line. */
static bool is_contradicted(const struct wl_line_name *names, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (names[k].kind == names[i].kind && names[k].line == names[i].line &&
            amount_of(&names[k]) != amount_of(&names[i]))
            return true;
    return false;
}

int64_t wl_lines_mark(const struct wl_context *ctx, struct wl_list names, const struct wl_claim_record *record,
                      const struct wl_decision *in_force, struct wl_refused_lines *refused, struct wl_str *about)
{
    const size_t counts[] = {record->labour.count, record->parts.count, record->sublet.count};
    const struct wl_ints *const worth[] = {&in_force->labour_lines, &in_force->part_lines, &in_force->sublet_lines};
    bool *const marks[] = {refused->labour, refused->parts, refused->sublet};
    int64_t *const amounts[] = {refused->labour_worth, refused->parts_worth, refused->sublet_worth};
    const struct wl_line_name *name = names.at;

    for (size_t i = 0; i < names.count; i++, name++) {
        size_t line = (size_t)name->line - 1;
        int64_t before, amount = amount_of(name);

        *about = line_text(ctx, name);
        if (!is_kind(name->kind) || name->line < 1 || line >= counts[name->kind])
            return WL_REFUSED_LINE_UNKNOWN;
        before = line < worth[name->kind]->count ? worth[name->kind]->at[line] : 0;
        if (amount < 0 || (amount > 0 && amount > before))
            return WL_REFUSED_LINE_AMOUNT_INVALID;
        if (is_contradicted(names.at, i))
            return WL_REFUSED_NAMED_TWICE;
        if (amount > 0 && amount == before)
            continue;
        marks[name->kind][line] = true;
        amounts[name->kind][line] = amount;
    }
    *about = WL_NO_STR;
    return WL_DONE;
}

int64_t wl_lines_reason(const struct wl_context *ctx, enum wl_reason_event event, struct wl_list names,
                        struct wl_str reason, struct wl_str *about)
{
    const struct wl_line_name *name = names.at;
    bool all_have = names.count > 0;

    for (size_t i = 0; i < names.count; i++, name++) {
        int64_t refusal = name->reason.size == 0 ? WL_DONE : wl_reason_check(wl_reference(ctx), event, name->reason);

        all_have = all_have && name->reason.size != 0;
        if (refusal != WL_DONE) {
            *about = line_text(ctx, name);
            return refusal;
        }
    }
    return all_have && reason.size == 0 ? WL_DONE : wl_reason_check(wl_reference(ctx), event, reason);
}
