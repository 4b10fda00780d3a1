/* The command `tag-link`: a loose tag joins a claim that came later. */
#include "claims/keys.h"
#include "parts/fields.h"
#include "parts/tags.h"

static const struct wl_tag_gate gate = {{
    [WL_TAG_TAGGED] = WL_DONE,
    [WL_TAG_SHIPPED] = WL_DONE,
    [WL_TAG_RECEIVED] = WL_DONE,
    [WL_TAG_MISSING] = WL_DONE,
    [WL_TAG_INSPECTED] = WL_REFUSED_ALREADY_INSPECTED,
    [WL_TAG_DISPOSED] = WL_REFUSED_ALREADY_INSPECTED,
    [WL_TAG_WITHDRAWN] = WL_REFUSED_TAG_WITHDRAWN,
}};

/* Whether the tag is one of those that the line lacks. */
static int64_t fits(const struct wl_tag *tag, const struct wl_claim *claim, const struct wl_obligation *obligation)
{
    int64_t lacks = obligation->quantity - obligation->tagged;

    if (!wl_str_equal(tag->dealer_id, claim->dealer_id) || !wl_str_equal(tag->vin, claim->vin) ||
        !wl_str_equal(tag->part_id, obligation->part_id))
        return WL_REFUSED_TAG_MISMATCH;
    if (lacks == 0)
        return WL_REFUSED_ALREADY_TAGGED;
    return tag->quantity <= lacks ? WL_DONE : WL_REFUSED_TAG_MISMATCH;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_tag_link_body *b = body;
    struct wl_tag_link_outcome *out = outcome;
    struct wl_obligation obligation;
    struct wl_claim claim;
    struct wl_tag tag;
    int64_t id, line_id, refusal;

    if (!wl_gate_tag(ctx, b->tag, &gate, &out->head, &tag))
        return wl_txn_status(ctx->txn);
    if (tag.obligation != WL_NONE)
        wl_refuse(ctx, &out->head, WL_REFUSED_TAG_LINKED, wl_tag_name(ctx, b->tag));
    else if (wl_gate_returns(ctx, b->dealer_id, b->claim_no, &out->head, &id, &claim) &&
             wl_obligation_of_line(ctx, &claim, b->line, &out->head, &line_id, &obligation)) {
        refusal = fits(&tag, &claim, &obligation);
        if (refusal != WL_DONE) {
            wl_refuse(ctx, &out->head, refusal, wl_tag_name(ctx, b->tag));
        } else {
            out->claim = id;
            out->obligation = line_id;
        }
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_tag_link_body *b = body;
    const struct wl_tag_link_outcome *out = outcome;
    struct wl_tag tag;

    if (!wl_tag_row(ctx, b->tag, &tag))
        return;
    wl_tag_join(ctx, b->tag, &tag, out->obligation);
    wl_tag_put(ctx, b->tag, &tag);
}

static const struct wl_field body_fields[] = {
    {.name = "tag",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_tag_link_body, tag)},
    WL_FIELD_TEXT(struct wl_tag_link_body, 2, dealer_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_tag_link_body, 3, claim_no, WL_IDENTIFIER_MAX),
    {.name = "line", .tag = 4, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_tag_link_body, line)},
};
static const struct wl_record body_record = {"tag-link", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_tag_link_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_tag_link_outcome),
    WL_FIELD_NUMBER(struct wl_tag_link_outcome, 4, claim),
    WL_FIELD_NUMBER(struct wl_tag_link_outcome, 5, obligation),
};
static const struct wl_record outcome_record = {"tag-link-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_tag_link_outcome)};

const struct wl_command wl_tag_link_command = {
    .name = "tag-link",
    .tag = 47,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
