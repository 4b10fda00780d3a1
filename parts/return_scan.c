/* The command `return-scan`: one part arrives at the centre. "return receipt: in-transit -> centre bin, defective"
 * (domain text, section 5). */
#include "claims/keys.h"
#include "parts/fields.h"
#include "parts/tags.h"

static const struct wl_tag_gate gate = {{
    [WL_TAG_TAGGED] = WL_REFUSED_TAG_NOT_SHIPPED,
    [WL_TAG_SHIPPED] = WL_DONE,
    [WL_TAG_RECEIVED] = WL_REFUSED_ALREADY_RECEIVED,
    [WL_TAG_MISSING] = WL_REFUSED_TAG_MISSING,
    [WL_TAG_INSPECTED] = WL_REFUSED_ALREADY_INSPECTED,
    [WL_TAG_DISPOSED] = WL_REFUSED_ALREADY_DISPOSED,
    [WL_TAG_WITHDRAWN] = WL_REFUSED_TAG_WITHDRAWN,
}};

/* That the scanner stands where the shipment goes. */
static bool is_at_its_centre(const struct wl_context *ctx, const struct wl_return_scan_body *b,
                             const struct wl_tag *tag, struct wl_outcome_head *head)
{
    struct wl_str known;

    if (b->centre_id.size == 0 || wl_str_equal(b->centre_id, tag->centre_id))
        return true;
    return wl_centre_choose(ctx, tag->dealer_id, b->centre_id, head, &known) &&
           wl_refuse(ctx, head, WL_REFUSED_RETURN_MISMATCH, tag->centre_id);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_return_scan_body *b = body;
    struct wl_return_scan_outcome *out = outcome;
    struct wl_str bin_id = WL_STR(WL_MAIN_BIN);
    struct wl_postings postings;
    struct wl_place from;
    struct wl_tag tag;

    if (!wl_gate_tag(ctx, b->tag, &gate, &out->head, &tag) || !is_at_its_centre(ctx, b, &tag, &out->head))
        return wl_txn_status(ctx->txn);
    if (b->bin_id.size > 0 && !wl_bin_choose(ctx, tag.centre_id, tag.part_id, b->bin_id, &out->head, &bin_id))
        return wl_txn_status(ctx->txn);
    if (!wl_postings_init(ctx, &postings, 1))
        return wl_txn_status(ctx->txn);
    from = wl_tag_place(ctx, &tag);
    wl_postings_add(ctx, &postings, from.kind, from.party, WL_ACCOUNT_CENTRE_DEFECTIVE,
                    wl_party(ctx, tag.centre_id, bin_id), tag.part_id, tag.lot, tag.quantity);
    out->centre_id = tag.centre_id;
    out->bin_id = bin_id;
    out->obligation = tag.obligation;
    out->head.postings = wl_postings_list(&postings);
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_return_scan_body *b = body;
    const struct wl_return_scan_outcome *out = outcome;

    wl_stock_follow(ctx, out->head.postings);
    wl_tag_receive(ctx, b->tag, out->centre_id, out->bin_id);
}

/* ---- reversing ---- */

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_return_scan_body *b = body;
    struct wl_tag tag;

    (void)entry;
    (void)outcome;
    (void)plan;
    if (!wl_tag_row(ctx, b->tag, &tag))
        return false;
    return tag.state == WL_TAG_RECEIVED ||
           wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_newest(ctx, b->tag, &tag));
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_return_scan_body *b = body;

    (void)entry;
    (void)outcome;
    wl_tag_unreceive(ctx, b->tag);
}

const struct wl_undo wl_return_scan_undo = {
    .command = &wl_return_scan_command, .decide = decide_undo, .apply = apply_undo};

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    {.name = "tag",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_return_scan_body, tag)},
    WL_FIELD_TEXT(struct wl_return_scan_body, 2, centre_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_return_scan_body, 3, bin_id, WL_BIN_MAX),
};
static const struct wl_record body_record = {"return-scan", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_return_scan_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_return_scan_outcome),
    WL_FIELD_TEXT(struct wl_return_scan_outcome, 4, centre_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_return_scan_outcome, 5, bin_id, WL_BIN_MAX),
    WL_FIELD_NUMBER(struct wl_return_scan_outcome, 6, obligation),
};
static const struct wl_record outcome_record = {"return-scan-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_return_scan_outcome)};

const struct wl_command wl_return_scan_command = {
    .name = "return-scan",
    .tag = 49,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
