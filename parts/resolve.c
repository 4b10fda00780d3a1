/* The command `resolve`: what became of parts that were short, damaged, over, wrong or missing. */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

/* Where parts go by a resolution: a bin of a location, or an account of its own. */
struct destination {
    struct wl_str location_id; /* of a bin; else empty */
    int64_t kind;
    struct wl_str party; /* where there is no bin */
};

/* A defective part that came after all lies at its centre; all other resolutions know good parts. */
static bool find_destination(const struct wl_context *ctx, const struct wl_discrepancy *row, int64_t resolution,
                             struct wl_outcome_head *head, struct destination *to)
{
    struct wl_str location_id = resolution == WL_RESOLVE_RETURN ? row->from_id : row->to_id;
    enum wl_location_kind kind;

    if (resolution == WL_RESOLVE_SCRAP || resolution == WL_RESOLVE_WRITE_OFF) {
        *to = resolution == WL_RESOLVE_SCRAP
                  ? (struct destination){.kind = WL_ACCOUNT_SCRAP, .party = row->to_id}
                  : (struct destination){.kind = WL_ACCOUNT_COUNT_ADJUSTMENT, .party = row->from_id};
        return true;
    }
    if (row->kind == WL_DISCREPANCY_RETURN_MISSING) {
        *to = (struct destination){.location_id = row->to_id, .kind = WL_ACCOUNT_CENTRE_DEFECTIVE};
        return true;
    }
    if ((kind = wl_location_kind(ctx, location_id)) == WL_LOCATION_NONE)
        return wl_refuse(ctx, head, WL_REFUSED_LOCATION_UNKNOWN, location_id);
    *to = (struct destination){.location_id = location_id, .kind = wl_location_account(kind)};
    return wl_stock_fits(ctx, row->part_id, location_id, row->quantity, head);
}

/* What comes back goes to the centre's main bin unless another is named, as a scan has it. */
static bool choose_bin(const struct wl_context *ctx, const struct wl_discrepancy *row, const struct destination *to,
                       struct wl_str named, struct wl_outcome_head *head, struct wl_str *bin_id)
{
    *bin_id = WL_NO_STR;
    if (to->location_id.size == 0)
        return true;
    if (row->kind != WL_DISCREPANCY_RETURN_MISSING)
        return wl_bin_choose(ctx, to->location_id, row->part_id, named, head, bin_id);
    *bin_id = WL_STR(WL_MAIN_BIN);
    return named.size == 0 || wl_bin_choose(ctx, to->location_id, row->part_id, named, head, bin_id);
}

static bool find_open(const struct wl_context *ctx, const struct wl_resolve_body *b, struct wl_outcome_head *head,
                      struct wl_discrepancy *row)
{
    int found = b->discrepancy < 1 ? 0 : wl_discrepancy_get(ctx->txn, ctx->arena, (uint64_t)b->discrepancy, row);

    if (found < 0)
        return false;
    if (found == 0)
        return wl_refuse(ctx, head, WL_REFUSED_DISCREPANCY_UNKNOWN, WL_NO_STR);
    if (!wl_discrepancy_is_open(row))
        return wl_refuse(ctx, head, WL_REFUSED_DISCREPANCY_RESOLVED, WL_NO_STR);
    if (!wl_resolution_is_legal(row->kind, b->resolution))
        return wl_refuse(ctx, head, WL_REFUSED_RESOLUTION_ILLEGAL, WL_NO_STR);
    return b->reason.size > 0 || wl_refuse(ctx, head, WL_REFUSED_REASON_MISSING, WL_NO_STR);
}

static void post(const struct wl_context *ctx, const struct wl_resolve_body *b, const struct wl_discrepancy *row,
                 const struct destination *to, struct wl_str bin_id, struct wl_outcome_head *head)
{
    struct wl_str party = to->location_id.size > 0 ? wl_party(ctx, to->location_id, bin_id) : to->party;
    struct wl_postings postings;

    if (!wl_postings_init(ctx, &postings, 1))
        return;
    wl_postings_add(ctx, &postings, WL_ACCOUNT_DISCREPANCY, wl_number_text(ctx, b->discrepancy), to->kind, party,
                    row->part_id, row->lot, row->quantity);
    head->postings = wl_postings_list(&postings);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_resolve_body *b = body;
    struct wl_resolve_outcome *out = outcome;
    struct wl_discrepancy row;
    struct destination to = {.kind = 0};
    struct wl_str bin_id;

    if (b->resolution < 0 || b->resolution >= WL_RESOLUTION_COUNT)
        return wl_fail(WL_E_USAGE, "a discrepancy is resolved by nothing");
    if (!find_open(ctx, b, &out->head, &row) || !find_destination(ctx, &row, b->resolution, &out->head, &to) ||
        !choose_bin(ctx, &row, &to, b->bin_id, &out->head, &bin_id))
        return wl_txn_status(ctx->txn);
    out->location_id = to.location_id;
    out->bin_id = bin_id;
    if (row.kind == WL_DISCREPANCY_RETURN_MISSING && b->resolution == WL_RESOLVE_ACCEPT)
        out->tag = row.tag;
    post(ctx, b, &row, &to, bin_id, &out->head);
    return wl_txn_status(ctx->txn);
}

/* The tag of a part that was missing comes out of its discrepancy: found, it lies at its centre. */
static void release_tag(const struct wl_context *ctx, int64_t number, bool found, struct wl_str bin_id)
{
    struct wl_tag tag;

    if (!wl_tag_row(ctx, number, &tag))
        return;
    tag.discrepancy = WL_NONE;
    if (found)
        tag.centre_bin = bin_id;
    if (found && tag.state == WL_TAG_MISSING) {
        tag.state = WL_TAG_RECEIVED;
        tag.received_seq = (int64_t)ctx->seq;
        wl_tag_progress(ctx, &tag, 0, 1, 0, WL_NONE);
    }
    wl_tag_put(ctx, number, &tag);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_resolve_body *b = body;
    const struct wl_resolve_outcome *out = outcome;
    struct wl_discrepancy row;

    if (!wl_discrepancy_row(ctx, b->discrepancy, &row))
        return;
    wl_stock_follow(ctx, out->head.postings);
    row.resolution = b->resolution;
    row.resolved_seq = (int64_t)ctx->seq;
    wl_discrepancy_put(ctx, b->discrepancy, &row);
    if (row.tag != WL_NONE)
        release_tag(ctx, row.tag, out->tag != WL_NONE, out->bin_id);
}

/* ---- reversing ---- */

/* Whether a tag stands as its discrepancy's resolution by this entry left it. What was inspected as missing before that
 * stayed so. */
static bool tag_stands(const struct wl_tag *tag, int64_t entry, bool found)
{
    if (!found)
        return tag->state == WL_TAG_MISSING || tag->state == WL_TAG_INSPECTED;
    if (tag->state == WL_TAG_RECEIVED)
        return tag->received_seq == entry;
    return tag->state == WL_TAG_INSPECTED && tag->inspected_seq < entry;
}

static void take_back_tag(const struct wl_context *ctx, int64_t number, bool found, int64_t discrepancy)
{
    struct wl_tag tag;

    if (!wl_tag_row(ctx, number, &tag))
        return;
    tag.discrepancy = discrepancy;
    tag.centre_bin = WL_NO_STR;
    if (found && tag.state == WL_TAG_RECEIVED) {
        tag.state = WL_TAG_MISSING;
        tag.received_seq = WL_NONE;
        wl_tag_progress(ctx, &tag, 0, -1, 0, WL_NONE);
    }
    wl_tag_put(ctx, number, &tag);
}

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_resolve_body *b = body;
    const struct wl_resolve_outcome *out = outcome;
    struct wl_discrepancy row;
    struct wl_tag tag;

    (void)plan;
    if (!wl_discrepancy_row(ctx, b->discrepancy, &row))
        return false;
    if (row.tag == WL_NONE)
        return true;
    if (!wl_tag_row(ctx, row.tag, &tag))
        return false;
    return tag_stands(&tag, (int64_t)entry->seq, out->tag != WL_NONE) ||
           wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_newest(ctx, row.tag, &tag));
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_resolve_body *b = body;
    const struct wl_resolve_outcome *out = outcome;
    struct wl_discrepancy row;

    (void)entry;
    if (!wl_discrepancy_row(ctx, b->discrepancy, &row))
        return;
    row.resolution = WL_NONE;
    row.resolved_seq = WL_NONE;
    wl_discrepancy_put(ctx, b->discrepancy, &row);
    if (row.tag != WL_NONE)
        take_back_tag(ctx, row.tag, out->tag != WL_NONE, b->discrepancy);
}

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    WL_FIELD_NUMBER(struct wl_resolve_body, 1, discrepancy),
    WL_FIELD_CHOICE(struct wl_resolve_body, 2, resolution, wl_resolutions),
    WL_FIELD_TEXT(struct wl_resolve_body, 3, bin_id, WL_BIN_MAX),
    WL_FIELD_TEXT(struct wl_resolve_body, 4, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"resolve", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_resolve_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_resolve_outcome),
    WL_FIELD_TEXT(struct wl_resolve_outcome, 4, location_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_resolve_outcome, 5, bin_id, WL_BIN_MAX),
    WL_FIELD_NUMBER(struct wl_resolve_outcome, 6, tag),
};
static const struct wl_record outcome_record = {"resolve-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_resolve_outcome)};

const struct wl_command wl_resolve_command = {
    .name = "resolve",
    .tag = 40,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_resolve_undo = {
    .command = &wl_resolve_command,
    .decide = decide_undo,
    .apply = apply_undo,
};
