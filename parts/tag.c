/* The commands `tag` and `tag-loose`: removed parts get their labels. "removal (tagging): vehicle -> dealer bin,
 * defective" (domain text, section 5). */
#include "claims/keys.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

/* What an obligation's state says to more tags. What came back, or was refused, lacks none that it needs. */
static const struct {
    int64_t refusal; /* where its line is named */
    bool in_all;
} from[WL_OBLIGATION_STATE_COUNT] = {
    [WL_OBLIGATION_OPEN] = {WL_DONE, true},
    [WL_OBLIGATION_RECEIVED] = {WL_REFUSED_ALREADY_TAGGED, false},
    [WL_OBLIGATION_ACCEPTED] = {WL_REFUSED_ALREADY_INSPECTED, false},
    [WL_OBLIGATION_REFUSED] = {WL_REFUSED_ALREADY_INSPECTED, false},
    [WL_OBLIGATION_WAIVED] = {WL_DONE, false},
    [WL_OBLIGATION_WAIVED_RECEIVED] = {WL_REFUSED_ALREADY_TAGGED, false},
    [WL_OBLIGATION_OVERDUE] = {WL_DONE, true},
};

static bool add_line(const struct wl_context *ctx, const struct wl_claim *claim, const struct wl_tag_body *b,
                     struct wl_removal *removal, struct wl_outcome_head *head)
{
    struct wl_obligation obligation;
    int64_t id, refusal;

    if (!wl_obligation_of_line(ctx, claim, b->line, head, &id, &obligation))
        return false;
    refusal = from[obligation.state].refusal;
    if (refusal == WL_DONE && obligation.tagged == obligation.quantity)
        refusal = WL_REFUSED_ALREADY_TAGGED;
    if (refusal != WL_DONE)
        return wl_refuse(ctx, head, refusal, WL_NO_STR);
    return wl_removal_add(ctx, removal, id, obligation.part_id, obligation.quantity - obligation.tagged,
                          b->together == 1);
}

/* A line that does not fit any more is left; a smaller one behind it is not. */
static bool add_all(const struct wl_context *ctx, const struct wl_claim *claim, const struct wl_tag_body *b,
                    struct wl_removal *removal, struct wl_tag_outcome *out)
{
    int64_t left = 0;

    for (int64_t i = 0; i < claim->obligation_count; i++) {
        int64_t id = claim->first_obligation + i, lacks;
        struct wl_obligation obligation;

        if (!wl_obligation_row(ctx, id, &obligation))
            return false;
        lacks = obligation.quantity - obligation.tagged;
        if (!from[obligation.state].in_all || lacks == 0)
            continue;
        if (wl_removal_pieces(lacks, b->together == 1) > removal->most - removal->count)
            left++;
        else if (!wl_removal_add(ctx, removal, id, obligation.part_id, lacks, b->together == 1))
            return false;
    }
    if (left > 0)
        out->remaining = left;
    return removal->count > 0 || wl_refuse(ctx, &out->head, WL_REFUSED_NOTHING_TO_TAG, WL_NO_STR);
}

/* The outcome of both: tags that follow one another, and their postings. */
static int make(const struct wl_context *ctx, const struct wl_removal *removal, struct wl_tag_outcome *out)
{
    struct wl_postings postings;

    if (!wl_postings_init(ctx, &postings, removal->count))
        return wl_txn_status(ctx->txn);
    wl_removal_post(ctx, removal, &postings);
    out->first_tag = (int64_t)wl_tag_count(ctx->txn) + 1;
    out->tags = (struct wl_list){removal->at, removal->count};
    out->head.postings = wl_postings_list(&postings);
    return wl_txn_status(ctx->txn);
}

static int refused(const struct wl_context *ctx, struct wl_tag_outcome *out)
{
    out->remaining = WL_NONE;
    return wl_txn_status(ctx->txn);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_tag_body *b = body;
    struct wl_tag_outcome *out = outcome;
    struct wl_removal removal;
    struct wl_claim claim;
    int64_t id;
    bool named = b->line != WL_NONE && b->line != 0;

    if (!wl_gate_returns(ctx, b->dealer_id, b->claim_no, &out->head, &id, &claim) ||
        !wl_removal_init(ctx, &removal, WL_TAGS_AT_ONCE_MAX))
        return wl_txn_status(ctx->txn);
    removal.dealer_id = claim.dealer_id;
    removal.vin = claim.vin;
    removal.before = claim.repair_day;
    if (!(named ? add_line(ctx, &claim, b, &removal, &out->head) : add_all(ctx, &claim, b, &removal, out)) ||
        !wl_removal_serial(ctx, &removal, b->serial, &out->head))
        return refused(ctx, out);
    out->claim = id;
    return make(ctx, &removal, out);
}

static bool may_be_removed(const struct wl_context *ctx, const struct wl_tag_loose_body *b,
                           struct wl_outcome_head *head)
{
    struct wl_reference *reference = wl_reference(ctx);
    int64_t refusal = WL_DONE;
    struct wl_str about = WL_NO_STR;

    if (!wl_dealer_find(reference, b->dealer_id)) {
        refusal = WL_REFUSED_DEALER_UNKNOWN;
        about = b->dealer_id;
    } else if (!wl_vehicle_find(reference, b->vin)) {
        refusal = WL_REFUSED_VEHICLE_UNKNOWN;
        about = b->vin;
    } else if (!wl_part_find(reference, b->part_id)) {
        refusal = WL_REFUSED_PART_UNKNOWN;
        about = b->part_id;
    } else if (b->reason.size == 0) {
        refusal = WL_REFUSED_REASON_MISSING;
    }
    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    if (refusal != WL_DONE)
        return wl_refuse(ctx, head, refusal, about);
    return wl_quantity_check(ctx, b->part_id, b->quantity, head);
}

static int decide_loose(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_tag_loose_body *b = body;
    struct wl_tag_outcome *out = outcome;
    struct wl_removal removal = {.dealer_id = b->dealer_id, .vin = b->vin, .before = ctx->day};

    if (!may_be_removed(ctx, b, &out->head) || !wl_removal_init(ctx, &removal, 1) ||
        !wl_removal_add(ctx, &removal, WL_NONE, b->part_id, b->quantity, true) ||
        !wl_removal_serial(ctx, &removal, b->serial, &out->head))
        return refused(ctx, out);
    return make(ctx, &removal, out);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_tag_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    wl_stock_follow(ctx, out->head.postings);
    if (wl_gate_row(ctx, out->claim, &claim))
        wl_tags_make(ctx, out->first_tag, out->tags, claim.dealer_id, claim.vin, WL_NO_STR);
}

static void apply_loose(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_tag_loose_body *b = body;
    const struct wl_tag_outcome *out = outcome;

    wl_stock_follow(ctx, out->head.postings);
    wl_tags_make(ctx, out->first_tag, out->tags, b->dealer_id, b->vin, b->reason);
}

/* ---- reversing ---- */

/* A loose tag may have been joined to a claim since: with it, its obligation lacks a tag again. */
static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_tag_outcome *out = outcome;
    struct wl_tag tag;

    (void)entry;
    (void)body;
    (void)plan;
    for (size_t i = 0; i < out->tags.count; i++) {
        int64_t number = out->first_tag + (int64_t)i;

        if (!wl_tag_row(ctx, number, &tag))
            return false;
        if (tag.state != WL_TAG_TAGGED)
            return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_newest(ctx, number, &tag));
    }
    return true;
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_tag_outcome *out = outcome;

    (void)entry;
    (void)body;
    for (size_t i = 0; i < out->tags.count; i++)
        wl_tag_withdraw(ctx, out->first_tag + (int64_t)i);
}

const struct wl_undo wl_tag_undo = {.command = &wl_tag_command, .decide = decide_undo, .apply = apply_undo};
const struct wl_undo wl_tag_loose_undo = {.command = &wl_tag_loose_command, .decide = decide_undo, .apply = apply_undo};

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_tag_body),
    {.name = "line", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_tag_body, line)},
    {.name = "together", .tag = 4, .type = WL_INT, .digits = 1, .offset = offsetof(struct wl_tag_body, together)},
    WL_FIELD_TEXT(struct wl_tag_body, 5, serial, WL_SERIAL_MAX),
};
static const struct wl_record body_record = {"tag", body_fields, WL_COUNT(body_fields), sizeof(struct wl_tag_body)};

static const struct wl_field loose_fields[] = {
    {.name = "dealer_id",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = WL_IDENTIFIER_MAX,
     .offset = offsetof(struct wl_tag_loose_body, dealer_id)},
    WL_FIELD_TEXT(struct wl_tag_loose_body, 2, vin, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_tag_loose_body, 3, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_tag_loose_body, 4, serial, WL_SERIAL_MAX),
    WL_FIELD_TEXT(struct wl_tag_loose_body, 5, reason, WL_REASON_MAX),
    WL_FIELD_QUANTITY(struct wl_tag_loose_body, 6, quantity),
};
static const struct wl_record loose_record = {"tag-loose", loose_fields, WL_COUNT(loose_fields),
                                              sizeof(struct wl_tag_loose_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_tag_outcome),
    WL_FIELD_NUMBER(struct wl_tag_outcome, 4, claim),
    WL_FIELD_NUMBER(struct wl_tag_outcome, 5, first_tag),
    WL_FIELD_LIST(struct wl_tag_outcome, 6, tags, WL_TAGS_AT_ONCE_MAX, wl_new_tag_record),
    WL_FIELD_NUMBER(struct wl_tag_outcome, 7, remaining),
};
static const struct wl_record outcome_record = {"tag-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_tag_outcome)};

const struct wl_command wl_tag_command = {
    .name = "tag",
    .tag = 45,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_command wl_tag_loose_command = {
    .name = "tag-loose",
    .tag = 46,
    .body = &loose_record,
    .outcome = &outcome_record,
    .decide = decide_loose,
    .apply = apply_loose,
};
