/* The command `return-dispose`: what becomes of an inspected part. "centre bin, defective -> scrap, supplier, or back
 * to the dealer" (domain text, section 5). */
#include "claims/keys.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

static const struct wl_tag_gate gate = {{
    [WL_TAG_TAGGED] = WL_REFUSED_NOT_INSPECTED,
    [WL_TAG_SHIPPED] = WL_REFUSED_NOT_INSPECTED,
    [WL_TAG_RECEIVED] = WL_REFUSED_NOT_INSPECTED,
    [WL_TAG_MISSING] = WL_REFUSED_NOT_INSPECTED,
    [WL_TAG_INSPECTED] = WL_DONE,
    [WL_TAG_DISPOSED] = WL_REFUSED_ALREADY_DISPOSED,
    [WL_TAG_WITHDRAWN] = WL_REFUSED_TAG_WITHDRAWN,
}};

/* Where it goes, and whose name stands for that. */
static struct wl_place destination(const struct wl_context *ctx, const struct wl_tag *tag, int64_t disposition,
                                   struct wl_str *to)
{
    const struct wl_part *part;

    if (disposition == WL_DISPOSE_DEALER) {
        *to = tag->dealer_id;
        return (struct wl_place){WL_ACCOUNT_DEALER_DEFECTIVE, wl_party(ctx, tag->dealer_id, tag->bin_id)};
    }
    if (disposition == WL_DISPOSE_SCRAP) {
        *to = tag->centre_id;
        return (struct wl_place){WL_ACCOUNT_SCRAP, *to};
    }
    part = wl_part_find(wl_reference(ctx), tag->part_id);
    *to = part && part->supplier_id.size > 0 ? wl_arena_copy(ctx->arena, part->supplier_id) : WL_STR("unknown");
    return (struct wl_place){WL_ACCOUNT_SUPPLIER, *to};
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_dispose_body *b = body;
    struct wl_dispose_outcome *out = outcome;
    struct wl_postings postings;
    struct wl_place from, to;
    struct wl_tag tag;

    if (b->disposition < WL_DISPOSE_SCRAP || b->disposition > WL_DISPOSE_DEALER)
        return wl_fail(WL_E_USAGE, "a part is disposed of without a way");
    if (!wl_gate_tag(ctx, b->tag, &gate, &out->head, &tag))
        return wl_txn_status(ctx->txn);
    from = wl_tag_place(ctx, &tag);
    if (from.kind != WL_ACCOUNT_CENTRE_DEFECTIVE) {
        wl_refuse(ctx, &out->head, WL_REFUSED_NOTHING_TO_DISPOSE, wl_tag_name(ctx, b->tag));
        return wl_txn_status(ctx->txn);
    }
    to = destination(ctx, &tag, b->disposition, &out->to);
    if (wl_postings_init(ctx, &postings, 1)) {
        wl_postings_add(ctx, &postings, from.kind, from.party, to.kind, to.party, tag.part_id, tag.lot, tag.quantity);
        out->head.postings = wl_postings_list(&postings);
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_dispose_body *b = body;
    const struct wl_dispose_outcome *out = outcome;
    struct wl_tag tag;

    wl_stock_follow(ctx, out->head.postings);
    if (!wl_tag_row(ctx, b->tag, &tag))
        return;
    tag.state = WL_TAG_DISPOSED;
    tag.disposition = b->disposition;
    tag.disposed_seq = (int64_t)ctx->seq;
    wl_tag_put(ctx, b->tag, &tag);
}

/* ---- reversing ---- */

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_dispose_body *b = body;
    struct wl_tag tag;

    (void)entry;
    (void)outcome;
    (void)plan;
    if (!wl_tag_row(ctx, b->tag, &tag))
        return false;
    return tag.state == WL_TAG_DISPOSED || wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_name(ctx, b->tag));
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_dispose_body *b = body;
    struct wl_tag tag;

    (void)entry;
    (void)outcome;
    if (!wl_tag_row(ctx, b->tag, &tag))
        return;
    tag.state = WL_TAG_INSPECTED;
    tag.disposition = WL_NONE;
    tag.disposed_seq = WL_NONE;
    wl_tag_put(ctx, b->tag, &tag);
}

const struct wl_undo wl_dispose_undo = {.command = &wl_dispose_command, .decide = decide_undo, .apply = apply_undo};

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    {.name = "tag",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_dispose_body, tag)},
    {.name = "disposition",
     .tag = 2,
     .type = WL_CHOICE,
     .required = true,
     .choices = wl_dispositions,
     .offset = offsetof(struct wl_dispose_body, disposition)},
    WL_FIELD_TEXT(struct wl_dispose_body, 3, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"return-dispose", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_dispose_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_dispose_outcome),
    WL_FIELD_TEXT(struct wl_dispose_outcome, 4, to, WL_IDENTIFIER_MAX),
};
static const struct wl_record outcome_record = {"dispose-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_dispose_outcome)};

const struct wl_command wl_dispose_command = {
    .name = "return-dispose",
    .tag = 51,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
