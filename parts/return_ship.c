/* The command `return-ship`: defective parts leave their dealer, in one box. "dealer bin, defective -> in-transit"
 * (domain text, section 5). */
#include "claims/keys.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

static const struct wl_tag_gate gate = {{
    [WL_TAG_TAGGED] = WL_DONE,
    [WL_TAG_SHIPPED] = WL_REFUSED_ALREADY_SHIPPED,
    [WL_TAG_RECEIVED] = WL_REFUSED_ALREADY_SHIPPED,
    [WL_TAG_MISSING] = WL_REFUSED_TAG_MISSING,
    [WL_TAG_INSPECTED] = WL_REFUSED_ALREADY_SHIPPED,
    [WL_TAG_DISPOSED] = WL_REFUSED_ALREADY_SHIPPED,
    [WL_TAG_WITHDRAWN] = WL_REFUSED_TAG_WITHDRAWN,
}};

/* The tag at a place of the list, if it may go into the box. */
static bool take(const struct wl_context *ctx, const struct wl_return_ship_body *b, size_t at,
                 struct wl_outcome_head *head, struct wl_tag *tag)
{
    int64_t number = b->tags.at[at];

    for (size_t i = 0; i < at; i++)
        if (b->tags.at[i] == number)
            return wl_refuse(ctx, head, WL_REFUSED_NAMED_TWICE, wl_tag_name(ctx, number));
    if (!wl_gate_tag(ctx, number, &gate, head, tag))
        return false;
    return wl_str_equal(tag->dealer_id, b->dealer_id) ||
           wl_refuse(ctx, head, WL_REFUSED_TAG_MISMATCH, wl_tag_name(ctx, number));
}

static bool post(const struct wl_context *ctx, const struct wl_return_ship_body *b, struct wl_return_ship_outcome *out)
{
    struct wl_postings postings;

    if (!wl_postings_init(ctx, &postings, b->tags.count))
        return false;
    for (size_t i = 0; i < b->tags.count; i++) {
        struct wl_tag tag;

        if (!take(ctx, b, i, &out->head, &tag))
            return false;
        wl_postings_add(ctx, &postings, WL_ACCOUNT_DEALER_DEFECTIVE, wl_party(ctx, tag.dealer_id, tag.bin_id),
                        WL_ACCOUNT_IN_TRANSIT, wl_party_number(ctx, "return", out->shipment), tag.part_id, tag.lot,
                        tag.quantity);
    }
    out->head.postings = wl_postings_list(&postings);
    return true;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_return_ship_body *b = body;
    struct wl_return_ship_outcome *out = outcome;
    struct wl_reference *reference = wl_reference(ctx);
    struct wl_str centre_id;

    if (!wl_dealer_find(reference, b->dealer_id))
        wl_refuse(ctx, &out->head, WL_REFUSED_DEALER_UNKNOWN, b->dealer_id);
    else if (b->carrier_id.size > 0 && !wl_carrier_find(reference, b->carrier_id))
        wl_refuse(ctx, &out->head, WL_REFUSED_CARRIER_UNKNOWN, b->carrier_id);
    else if (b->tags.count == 0)
        wl_refuse(ctx, &out->head, WL_REFUSED_NOTHING_TO_SHIP, WL_NO_STR);
    else if (wl_centre_choose(ctx, b->dealer_id, b->centre_id, &out->head, &centre_id)) {
        out->shipment = (int64_t)wl_return_count(ctx->txn) + 1;
        out->centre_id = centre_id;
        if (!post(ctx, b, out)) { /* a refusal says nothing else */
            out->shipment = WL_NONE;
            out->centre_id = WL_NO_STR;
        }
    }
    return wl_txn_status(ctx->txn);
}

/* ---- applying ---- */

static void ship(const struct wl_context *ctx, int64_t number, const struct wl_return_ship_outcome *out)
{
    struct wl_tag tag;

    if (!wl_tag_row(ctx, number, &tag))
        return;
    tag.state = WL_TAG_SHIPPED;
    tag.shipment = out->shipment;
    tag.centre_id = out->centre_id;
    tag.shipped_seq = (int64_t)ctx->seq;
    wl_tag_put(ctx, number, &tag);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_return_ship_body *b = body;
    const struct wl_return_ship_outcome *out = outcome;
    const struct wl_return row = {.dealer_id = b->dealer_id,
                                  .centre_id = out->centre_id,
                                  .carrier_id = b->carrier_id,
                                  .box = b->box,
                                  .tracking = b->tracking,
                                  .tags = (int64_t)b->tags.count,
                                  .open = (int64_t)b->tags.count,
                                  .seq = (int64_t)ctx->seq,
                                  .time = ctx->time,
                                  .closed_seq = WL_NONE};

    if (!wl_outcome_check(ctx, out->shipment == (int64_t)wl_return_count(ctx->txn) + 1))
        return;
    wl_stock_follow(ctx, out->head.postings);
    for (size_t i = 0; i < b->tags.count; i++) {
        ship(ctx, b->tags.at[i], out);
        wl_pair_put(ctx->txn, WL_TABLE_RETURN_TAGS, out->shipment, b->tags.at[i]);
    }
    wl_return_put(ctx, out->shipment, &row);
    wl_counter_set(ctx->txn, WL_RETURNS, (uint64_t)out->shipment);
}

/* ---- reversing ---- */

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_return_ship_outcome *out = outcome;
    struct wl_return row;

    (void)entry;
    (void)body;
    (void)plan;
    if (!wl_return_row(ctx, out->shipment, &row))
        return false;
    return row.open == row.tags ||
           wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_party_number(ctx, "return", out->shipment));
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_return_ship_body *b = body;
    const struct wl_return_ship_outcome *out = outcome;
    struct wl_return row;

    (void)entry;
    for (size_t i = 0; i < b->tags.count; i++) {
        struct wl_tag tag;

        if (!wl_tag_row(ctx, b->tags.at[i], &tag))
            return;
        tag.state = WL_TAG_TAGGED;
        tag.shipment = WL_NONE;
        tag.centre_id = WL_NO_STR;
        tag.shipped_seq = WL_NONE;
        wl_tag_put(ctx, b->tags.at[i], &tag);
    }
    if (!wl_return_row(ctx, out->shipment, &row))
        return;
    row.open = 0;
    row.closed_seq = (int64_t)ctx->seq;
    wl_return_put(ctx, out->shipment, &row);
}

const struct wl_undo wl_return_ship_undo = {
    .command = &wl_return_ship_command, .decide = decide_undo, .apply = apply_undo};

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    {.name = "dealer_id",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = WL_IDENTIFIER_MAX,
     .offset = offsetof(struct wl_return_ship_body, dealer_id)},
    WL_FIELD_TEXT(struct wl_return_ship_body, 2, centre_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_return_ship_body, 3, carrier_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_return_ship_body, 4, box, WL_DOCUMENT_MAX),
    WL_FIELD_TEXT(struct wl_return_ship_body, 5, tracking, WL_DOCUMENT_MAX),
    WL_FIELD_INTS(struct wl_return_ship_body, 6, tags, WL_TAGS_AT_ONCE_MAX),
};
static const struct wl_record body_record = {"return-ship", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_return_ship_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_return_ship_outcome),
    WL_FIELD_NUMBER(struct wl_return_ship_outcome, 4, shipment),
    WL_FIELD_TEXT(struct wl_return_ship_outcome, 5, centre_id, WL_IDENTIFIER_MAX),
};
static const struct wl_record outcome_record = {"return-ship-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_return_ship_outcome)};

const struct wl_command wl_return_ship_command = {
    .name = "return-ship",
    .tag = 48,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
