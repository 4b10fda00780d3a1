/* The command `return-close`: what did not come of a return shipment is missing. "short: in-transit -> discrepancy"
 * (domain text, section 5). */
#include "parts/demand.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

/* What is still in transit, as it goes into discrepancies of its own. */
struct closing {
    const struct wl_context *ctx;
    struct wl_return_close_outcome *out;
    struct wl_postings postings;
    struct wl_str transit;
};

static int give_up(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct closing *c = context;
    int64_t discrepancy = c->out->first_discrepancy + (int64_t)c->out->tags.count;

    if (tag->state != WL_TAG_SHIPPED)
        return WL_OK;
    if (c->out->tags.count == c->postings.most)
        return wl_txn_fail(c->ctx->txn, wl_fail(WL_E_DAMAGED, "a return shipment has more in transit than it counts"));
    c->out->tags.at[c->out->tags.count++] = (int64_t)number;
    wl_postings_add(c->ctx, &c->postings, WL_ACCOUNT_IN_TRANSIT, c->transit, WL_ACCOUNT_DISCREPANCY,
                    wl_number_text(c->ctx, discrepancy), tag->part_id, tag->lot, tag->quantity);
    return WL_OK;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_return_close_body *b = body;
    struct wl_return_close_outcome *out = outcome;
    struct closing c = {.ctx = ctx, .out = out};
    struct wl_return row;
    int found = b->shipment < 1 ? 0 : wl_return_get(ctx->txn, ctx->arena, (uint64_t)b->shipment, &row);

    if (found < 0)
        return wl_txn_status(ctx->txn);
    if (found == 0 || row.open == 0) {
        wl_refuse(ctx, &out->head, found == 0 ? WL_REFUSED_RETURN_UNKNOWN : WL_REFUSED_RETURN_CLOSED, WL_NO_STR);
        return wl_txn_status(ctx->txn);
    }
    c.transit = wl_party_number(ctx, "return", b->shipment);
    out->first_discrepancy = wl_discrepancy_next(ctx);
    out->tags.at = wl_arena_alloc(ctx->arena, (size_t)row.open * sizeof *out->tags.at);
    if (!out->tags.at || !wl_postings_init(ctx, &c.postings, (size_t)row.open))
        return wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    wl_return_tags(ctx->txn, ctx->arena, (uint64_t)b->shipment, give_up, &c);
    out->head.postings = wl_postings_list(&c.postings);
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_return_close_body *b = body;
    const struct wl_return_close_outcome *out = outcome;
    struct wl_return row;

    wl_stock_follow(ctx, out->head.postings);
    for (size_t i = 0; i < out->tags.count; i++) {
        struct wl_tag tag;

        if (!wl_tag_row(ctx, out->tags.at[i], &tag))
            return;
        tag.state = WL_TAG_MISSING;
        wl_tag_put(ctx, out->tags.at[i], &tag);
    }
    wl_tags_miss(ctx, out->tags);
    if (!wl_return_row(ctx, b->shipment, &row))
        return;
    row.open = 0;
    row.closed_seq = (int64_t)ctx->seq;
    wl_return_put(ctx, b->shipment, &row);
}

/* ---- reversing ---- */

/* Each is still missing, in the discrepancy that the closing made for it. */
static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_return_close_outcome *out = outcome;

    (void)entry, (void)body, (void)plan;
    for (size_t i = 0; i < out->tags.count; i++) {
        int64_t number = out->first_discrepancy + (int64_t)i;
        struct wl_discrepancy row;
        struct wl_tag tag;

        if (!wl_tag_row(ctx, out->tags.at[i], &tag) || !wl_discrepancy_row(ctx, number, &row))
            return false;
        if (!wl_discrepancy_is_open(&row))
            return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_party_number(ctx, "discrepancy", number));
        if (tag.state != WL_TAG_MISSING)
            return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_name(ctx, out->tags.at[i]));
    }
    return true;
}

/* On its way again. The discrepancies are withdrawn. */
static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_return_close_body *b = body;
    const struct wl_return_close_outcome *out = outcome;
    struct wl_return shipment;

    (void)entry;
    for (size_t i = 0; i < out->tags.count; i++) {
        int64_t number = out->first_discrepancy + (int64_t)i;
        struct wl_discrepancy row;
        struct wl_tag tag;

        if (!wl_tag_row(ctx, out->tags.at[i], &tag) || !wl_discrepancy_row(ctx, number, &row))
            return;
        tag.state = WL_TAG_SHIPPED;
        tag.discrepancy = WL_NONE;
        wl_tag_put(ctx, out->tags.at[i], &tag);
        row.resolved_seq = (int64_t)ctx->seq;
        wl_discrepancy_put(ctx, number, &row);
    }
    if (!wl_return_row(ctx, b->shipment, &shipment))
        return;
    shipment.open = (int64_t)out->tags.count;
    shipment.closed_seq = WL_NONE;
    wl_return_put(ctx, b->shipment, &shipment);
}

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    {.name = "shipment",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_return_close_body, shipment)},
};
static const struct wl_record body_record = {"return-close", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_return_close_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_return_close_outcome),
    WL_FIELD_NUMBER(struct wl_return_close_outcome, 4, first_discrepancy),
    WL_FIELD_INTS(struct wl_return_close_outcome, 5, tags, WL_TAGS_AT_ONCE_MAX),
};
static const struct wl_record outcome_record = {"return-close-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_return_close_outcome)};

const struct wl_command wl_return_close_command = {
    .name = "return-close",
    .tag = 52,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_return_close_undo = {
    .command = &wl_return_close_command, .decide = decide_undo, .apply = apply_undo};
