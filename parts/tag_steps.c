/* The steps of a tag's way, as the commands of the defective loop apply them. */
#include "parts/tags.h"

#include "parts/demand.h"
#include "wledger/error.h"

/* ---- gates ---- */

struct wl_str wl_tag_name(const struct wl_context *ctx, int64_t tag)
{
    char text[WL_TAG_TEXT];

    wl_tag_format((uint64_t)tag, text);
    return wl_arena_copy(ctx->arena, wl_str_of(text));
}

struct wl_str wl_tag_newest(const struct wl_context *ctx, int64_t number, const struct wl_tag *tag)
{
    const int64_t seqs[] = {tag->shipped_seq, tag->received_seq, tag->inspected_seq, tag->disposed_seq};
    int64_t newest = tag->tagged_seq;

    for (size_t i = 0; i < WL_COUNT(seqs); i++)
        if (seqs[i] != WL_NONE && seqs[i] > newest)
            newest = seqs[i];
    return wl_named_entry(ctx, wl_tag_name(ctx, number), newest);
}

bool wl_gate_tag(const struct wl_context *ctx, int64_t number, const struct wl_tag_gate *gate,
                 struct wl_outcome_head *head, struct wl_tag *tag)
{
    int found = number < 1 ? 0 : wl_tag_get(ctx->txn, ctx->arena, (uint64_t)number, tag);
    int64_t refusal = found == 1 ? gate->refusal[tag->state] : WL_REFUSED_TAG_UNKNOWN;

    if (found < 0)
        return false;
    if (refusal == WL_DONE)
        return true;
    return wl_refuse(ctx, head, refusal, number < 1 ? wl_number_text(ctx, number) : wl_tag_name(ctx, number));
}

/* ---- obligations ---- */

/* An obligation that is open again, below the mark of the clock, must be found by it. */
static void owe_again(const struct wl_context *ctx, int64_t id)
{
    struct wl_obligation obligation;

    if ((uint64_t)id < wl_counter(ctx->txn, WL_DUES_INDEXED) && wl_obligation_row(ctx, id, &obligation))
        wl_pair_put(ctx->txn, WL_TABLE_DUES, obligation.due, id);
}

void wl_tag_progress(const struct wl_context *ctx, const struct wl_tag *tag, int tagged, int received, int inspected,
                     int64_t outcome)
{
    const struct wl_progress step = {tagged * tag->quantity, received * tag->quantity, inspected * tag->quantity,
                                     outcome};
    int64_t state = tag->obligation == WL_NONE ? WL_NONE : wl_obligation_progress(ctx, tag->obligation, &step);

    if (received < 0 && state == WL_OBLIGATION_OPEN)
        owe_again(ctx, tag->obligation);
}

void wl_tag_join(const struct wl_context *ctx, int64_t tag, struct wl_tag *row, int64_t obligation)
{
    row->obligation = obligation;
    wl_pair_put(ctx->txn, WL_TABLE_OBLIGATION_TAGS, obligation, tag);
    wl_tag_progress(ctx, row, 1, row->received_seq != WL_NONE, 0, WL_NONE);
}

/* ---- steps ---- */

void wl_tags_make(const struct wl_context *ctx, int64_t first, struct wl_list tags, struct wl_str dealer_id,
                  struct wl_str vin, struct wl_str reason)
{
    const struct wl_new_tag *made = tags.at;

    if (!wl_outcome_check(ctx, tags.count == 0 || first == (int64_t)wl_tag_count(ctx->txn) + 1))
        return;
    for (size_t i = 0; i < tags.count; i++) {
        int64_t number = first + (int64_t)i;
        struct wl_tag tag;

        if (!wl_outcome_check(ctx, made[i].quantity > 0))
            return;
        wl_record_clear(&wl_tag_record, &tag);
        tag.dealer_id = dealer_id;
        tag.bin_id = made[i].bin_id;
        tag.vin = vin;
        tag.part_id = made[i].part_id;
        tag.lot = made[i].lot;
        tag.reason = reason;
        tag.quantity = made[i].quantity;
        tag.state = WL_TAG_TAGGED;
        tag.tagged_seq = (int64_t)ctx->seq;
        if (made[i].obligation != WL_NONE)
            wl_tag_join(ctx, number, &tag, made[i].obligation);
        wl_tag_put(ctx, number, &tag);
    }
    if (tags.count > 0)
        wl_counter_set(ctx->txn, WL_TAGS, (uint64_t)first + tags.count - 1);
}

/* A shipment has so many more in transit. */
static void change_open(const struct wl_context *ctx, int64_t shipment, int change)
{
    struct wl_return row;

    if (!wl_return_row(ctx, shipment, &row))
        return;
    row.open += change;
    if (change > 0)
        row.closed_seq = WL_NONE;
    wl_return_put(ctx, shipment, &row);
}

void wl_tag_receive(const struct wl_context *ctx, int64_t tag, struct wl_str centre_id, struct wl_str bin_id)
{
    struct wl_tag row;

    if (!wl_tag_row(ctx, tag, &row))
        return;
    if (row.state == WL_TAG_SHIPPED) {
        change_open(ctx, row.shipment, -1);
    } else {
        row.centre_id = centre_id;
        row.shipped_seq = (int64_t)ctx->seq;
    }
    row.centre_bin = bin_id;
    row.state = WL_TAG_RECEIVED;
    row.received_seq = (int64_t)ctx->seq;
    wl_tag_put(ctx, tag, &row);
    wl_tag_progress(ctx, &row, 0, 1, 0, WL_NONE);
}

void wl_tag_withdraw(const struct wl_context *ctx, int64_t number)
{
    struct wl_tag tag;
    int received;

    if (!wl_tag_row(ctx, number, &tag))
        return;
    received = tag.state == WL_TAG_RECEIVED;
    tag.state = WL_TAG_WITHDRAWN;
    tag.centre_id = tag.centre_bin = WL_NO_STR;
    tag.shipped_seq = tag.received_seq = WL_NONE;
    wl_tag_put(ctx, number, &tag);
    if (tag.obligation != WL_NONE)
        wl_pair_delete(ctx->txn, WL_TABLE_OBLIGATION_TAGS, tag.obligation, number);
    wl_tag_progress(ctx, &tag, -1, -received, 0, WL_NONE);
}

void wl_tag_unreceive(const struct wl_context *ctx, int64_t tag)
{
    struct wl_tag row;

    if (!wl_tag_row(ctx, tag, &row))
        return;
    if (row.shipment != WL_NONE) {
        change_open(ctx, row.shipment, 1);
        row.state = WL_TAG_SHIPPED;
    } else {
        row.centre_id = WL_NO_STR;
        row.shipped_seq = WL_NONE;
        row.state = WL_TAG_TAGGED;
    }
    row.centre_bin = WL_NO_STR;
    row.received_seq = WL_NONE;
    wl_tag_put(ctx, tag, &row);
    wl_tag_progress(ctx, &row, 0, -1, 0, WL_NONE);
}

/* ---- inspections that are reversed ---- */

struct refusing {
    int64_t but_by, after, number;
    struct wl_tag tag;
};

static int note_refusing(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct refusing *r = context;

    if (tag->outcome == WL_NONE || tag->outcome == WL_ACCEPTED || tag->inspected_seq == r->but_by ||
        tag->inspected_seq <= r->after || (r->number != WL_NONE && r->tag.inspected_seq <= tag->inspected_seq))
        return WL_OK;
    r->number = (int64_t)number;
    r->tag = *tag;
    return WL_OK;
}

int wl_tag_refusing(const struct wl_context *ctx, int64_t obligation, int64_t but_by, int64_t after, int64_t *number,
                    struct wl_tag *tag)
{
    struct refusing r = {.but_by = but_by, .after = after, .number = WL_NONE};
    int rc = wl_tags_of(ctx->txn, NULL, obligation, note_refusing, &r);

    *number = r.number;
    *tag = r.tag;
    return rc != WL_OK ? rc : r.number != WL_NONE;
}

void wl_tag_uninspect(const struct wl_context *ctx, int64_t number, struct wl_str centre_bin)
{
    struct wl_tag tag, other;
    int64_t by, first, state;
    int refused;

    if (!wl_tag_row(ctx, number, &tag))
        return;
    by = tag.inspected_seq;
    tag.state = tag.received_seq == WL_NONE ? WL_TAG_MISSING : WL_TAG_RECEIVED;
    tag.outcome = tag.inspected_seq = WL_NONE;
    if (centre_bin.size != 0) {
        tag.centre_bin = centre_bin;
        tag.discrepancy = WL_NONE;
    }
    wl_tag_put(ctx, number, &tag);
    if (tag.obligation == WL_NONE || (refused = wl_tag_refusing(ctx, tag.obligation, by, -1, &first, &other)) < 0)
        return;
    state = wl_obligation_uninspect(ctx, tag.obligation, tag.quantity, refused ? other.outcome : WL_NONE);
    if (state == WL_OBLIGATION_OPEN)
        owe_again(ctx, tag.obligation);
}

void wl_tags_miss(const struct wl_context *ctx, struct wl_ints tags)
{
    for (size_t i = 0; i < tags.count; i++) {
        struct wl_discrepancy row;
        struct wl_tag tag;

        if (!wl_tag_row(ctx, tags.at[i], &tag))
            return;
        wl_record_clear(&wl_discrepancy_record, &row);
        row.kind = WL_DISCREPANCY_RETURN_MISSING;
        row.tag = tags.at[i];
        row.part_id = tag.part_id;
        row.lot = tag.lot;
        row.from_id = tag.dealer_id;
        row.to_id = tag.centre_id;
        row.quantity = tag.quantity;
        row.seq = (int64_t)ctx->seq;
        tag.centre_bin = WL_NO_STR;
        tag.discrepancy = wl_discrepancy_next(ctx);
        wl_tag_put(ctx, tags.at[i], &tag);
        wl_discrepancy_add(ctx, &row);
    }
}
