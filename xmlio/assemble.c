#include <string.h>

#include "wledger/error.h"
#include "xmlio/binder_inside.h"

static void take_field(struct wl_binder *binder, size_t i, struct gathered *const sources[4])
{
    const struct wl_field *field = &binder->dialect->record->fields[i];
    uint8_t best = NO_SOURCE;
    struct wl_str text = WL_NO_STR;
    for (size_t s = 0; s < 4; s++)
        if (sources[s] != NULL && sources[s]->ranks[i] != 0 && sources[s]->ranks[i] < best) {
            best = sources[s]->ranks[i];
            memcpy(&text, (char *)sources[s]->record + field->offset, sizeof text);
        }
    if (best == NO_SOURCE && binder->dialect->defaults[i] >= 0)
        text = wl_str_of(wl_dialect_text(binder->dialect, binder->dialect->defaults[i]));
    if (best > binder->worst_ranks[i])
        binder->worst_ranks[i] = best;
    memcpy((char *)binder->whole + field->offset, &text, sizeof text);
}

static void take_lines(struct wl_binder *binder, uint8_t list, struct gathered *const sources[4])
{
    const struct wl_field *field = &binder->dialect->record->fields[binder->dialect->lists[list]];
    for (size_t s = 0; s < 3; s++)
        if (sources[s] != NULL && sources[s]->lines[list].count > 0) {
            struct wl_list lines = {sources[s]->lines[list].at, sources[s]->lines[list].count};
            memcpy((char *)binder->whole + field->offset, &lines, sizeof lines);
            return;
        }
}

static struct wl_str take_narrative(struct wl_binder *binder, struct gathered *const sources[4])
{
    struct wl_str narrative = WL_NO_STR;
    bool too_long = false;
    for (size_t s = 0; s < 3 && narrative.size == 0; s++)
        if (sources[s] != NULL && sources[s]->narrative_size > 0) {
            narrative = (struct wl_str){sources[s]->narrative, sources[s]->narrative_size};
            too_long = sources[s]->narrative_cut || narrative.size > WL_NARRATIVE_MAX;
        }
    if (narrative.size == 0)
        return narrative;
    struct wl_claim_record *claim = binder->whole;
    claim->narrative_size = too_long ? WL_NARRATIVE_MAX + 1 : (int64_t)narrative.size;
    return narrative;
}

int wl_hand_out(struct wl_binder *binder, struct gathered *record)
{
    struct gathered *const sources[4] = {record, record->branch, binder->group, binder->document};
    const struct wl_record *kind = binder->dialect->record;
    if (++binder->record_count > WL_BATCH_RECORDS_MAX)
        return wl_fail(WL_E_INPUT, "the document holds more than %d records; split it", WL_BATCH_RECORDS_MAX);
    wl_record_clear(kind, binder->whole);
    for (size_t i = 0; i < kind->field_count; i++)
        if (kind->fields[i].type == WL_TEXT)
            take_field(binder, i, sources);
    for (uint8_t list = 0; list < binder->dialect->list_count; list++)
        take_lines(binder, list, sources);
    struct wl_str narrative = binder->dialect->has_narrative ? take_narrative(binder, sources) : WL_NO_STR;
    wl_buf_clear(&binder->encoded);
    wl_record_encode(kind, binder->whole, &binder->encoded);
    int status = wl_buf_status(&binder->encoded);
    if (status == WL_OK)
        binder->sink(binder->context, wl_buf_view(&binder->encoded), narrative);
    return status;
}
