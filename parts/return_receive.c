/* The command `return-receive`: parts that came back without their papers are tagged, shipped and received at once. */
#include "claims/keys.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

enum { ON_THE_WAY = 1u << WL_TAG_TAGGED | 1u << WL_TAG_SHIPPED, STEPS_MOST = 3 };

/* What an obligation's state says to parts that come back. */
static const struct {
    int64_t refusal; /* where its line is named */
    bool in_all;
} from[WL_OBLIGATION_STATE_COUNT] = {
    [WL_OBLIGATION_OPEN] = {WL_DONE, true},
    [WL_OBLIGATION_RECEIVED] = {WL_REFUSED_ALREADY_RECEIVED, false},
    [WL_OBLIGATION_ACCEPTED] = {WL_REFUSED_ALREADY_INSPECTED, false},
    [WL_OBLIGATION_REFUSED] = {WL_REFUSED_ALREADY_INSPECTED, false},
    [WL_OBLIGATION_WAIVED] = {WL_DONE, false},
    [WL_OBLIGATION_WAIVED_RECEIVED] = {WL_REFUSED_ALREADY_RECEIVED, false},
    [WL_OBLIGATION_OVERDUE] = {WL_DONE, true},
};

struct arrival {
    const struct wl_context *ctx;
    struct wl_receive_outcome *out;
    struct wl_removal removal; /* tags that are made now */
    int64_t left;              /* lines that did not fit */
};

static size_t room(const struct arrival *a)
{
    return WL_RECEIVED_AT_ONCE_MAX - a->removal.count - a->out->known.count;
}

/* Takes what a line still lacks: its tags on their way, and tags for the rest. A line that does not fit is left, but
 * for one that alone is more than fits: of it so much as does. Whether anything is to come at all: *any. */
static bool take_line(struct arrival *a, int64_t id, const struct wl_obligation *obligation, bool *any)
{
    int64_t lacks = obligation->quantity - obligation->tagged;
    size_t before = a->out->known.count, space = room(a), made = lacks > 0 ? wl_removal_pieces(lacks, false) : 0;
    int64_t known = obligation->tagged == 0 ? 0 : wl_tags_in(a->ctx, id, ON_THE_WAY, &a->out->known, before + space);

    if (known < 0)
        return false;
    *any = (size_t)known + made > 0;
    if ((size_t)known + made > space) {
        a->left++;
        if (space < WL_RECEIVED_AT_ONCE_MAX)
            a->out->known.count = before;
        if (space < WL_RECEIVED_AT_ONCE_MAX || made > room(a))
            return true;
    }
    return made == 0 || wl_removal_add(a->ctx, &a->removal, id, obligation->part_id, lacks, false);
}

static bool take_named(struct arrival *a, const struct wl_claim *claim, int64_t line)
{
    struct wl_outcome_head *head = &a->out->head;
    struct wl_obligation obligation;
    int64_t id;
    bool any;

    if (!wl_obligation_of_line(a->ctx, claim, line, head, &id, &obligation))
        return false;
    if (from[obligation.state].refusal != WL_DONE)
        return wl_refuse(a->ctx, head, from[obligation.state].refusal, WL_NO_STR);
    return take_line(a, id, &obligation, &any) && (any || wl_refuse(a->ctx, head, WL_REFUSED_TAG_MISSING, WL_NO_STR));
}

static bool take_all(struct arrival *a, const struct wl_claim *claim)
{
    bool any, some = false;

    for (int64_t i = 0; i < claim->obligation_count; i++) {
        struct wl_obligation obligation;

        if (!wl_obligation_row(a->ctx, claim->first_obligation + i, &obligation))
            return false;
        if (!from[obligation.state].in_all)
            continue;
        if (!take_line(a, claim->first_obligation + i, &obligation, &any))
            return false;
        some |= any;
    }
    return some || wl_refuse(a->ctx, &a->out->head, WL_REFUSED_NOTHING_TO_RECEIVE, WL_NO_STR);
}

/* ---- postings ---- */

/* Where a part comes to its centre from; one that has no shipment goes through transit all the same. */
static void post_arrival(const struct arrival *a, struct wl_postings *postings, struct wl_place place,
                         struct wl_str centre_id, struct wl_str part_id, struct wl_str lot, int64_t quantity)
{
    struct wl_str transit = place.kind == WL_ACCOUNT_IN_TRANSIT ? place.party : wl_party_number(a->ctx, "return", 0);

    if (place.kind != WL_ACCOUNT_IN_TRANSIT)
        wl_postings_add(a->ctx, postings, place.kind, place.party, WL_ACCOUNT_IN_TRANSIT, transit, part_id, lot,
                        quantity);
    wl_postings_add(a->ctx, postings, WL_ACCOUNT_IN_TRANSIT, transit, WL_ACCOUNT_CENTRE_DEFECTIVE,
                    wl_party(a->ctx, centre_id, WL_STR(WL_MAIN_BIN)), part_id, lot, quantity);
}

static bool post(struct arrival *a)
{
    const struct wl_context *ctx = a->ctx;
    struct wl_receive_outcome *out = a->out;
    const struct wl_place dealer = {WL_ACCOUNT_DEALER_DEFECTIVE,
                                    wl_party(ctx, a->removal.dealer_id, WL_STR(WL_MAIN_BIN))};
    struct wl_postings postings;

    if (!wl_postings_init(ctx, &postings, (a->removal.count + out->known.count) * STEPS_MOST))
        return false;
    wl_removal_post(ctx, &a->removal, &postings);
    for (size_t i = 0; i < a->removal.count; i++)
        post_arrival(a, &postings, dealer, out->centre_id, a->removal.at[i].part_id, a->removal.at[i].lot,
                     a->removal.at[i].quantity);
    for (size_t i = 0; i < out->known.count; i++) {
        struct wl_tag tag;

        if (!wl_tag_row(ctx, out->known.at[i], &tag))
            return false;
        post_arrival(a, &postings, wl_tag_place(ctx, &tag),
                     tag.state == WL_TAG_SHIPPED ? tag.centre_id : out->centre_id, tag.part_id, tag.lot, tag.quantity);
    }
    out->head.postings = wl_postings_list(&postings);
    return true;
}

/* ---- the command ---- */

static bool take(struct arrival *a, const struct wl_claim *claim, const struct wl_receive_body *b)
{
    a->out->known.at = wl_arena_alloc(a->ctx->arena, WL_RECEIVED_AT_ONCE_MAX * sizeof *a->out->known.at);
    if (!a->out->known.at) {
        wl_txn_fail(a->ctx->txn, wl_arena_status(a->ctx->arena));
        return false;
    }
    if (!wl_removal_init(a->ctx, &a->removal, WL_RECEIVED_AT_ONCE_MAX))
        return false;
    a->removal.dealer_id = claim->dealer_id;
    a->removal.vin = claim->vin;
    a->removal.before = claim->repair_day;
    return b->line == WL_NONE || b->line == 0 ? take_all(a, claim) : take_named(a, claim, b->line);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_receive_body *b = body;
    struct wl_receive_outcome *out = outcome;
    struct arrival a = {.ctx = ctx, .out = out};
    struct wl_claim claim;
    int64_t id;

    if (!wl_gate_returns(ctx, b->dealer_id, b->claim_no, &out->head, &id, &claim) || !take(&a, &claim, b) ||
        !wl_centre_choose(ctx, claim.dealer_id, WL_NO_STR, &out->head, &out->centre_id) || !post(&a))
        return wl_txn_status(ctx->txn);
    out->claim = id;
    out->tags = (struct wl_list){a.removal.at, a.removal.count};
    out->first_tag = a.removal.count > 0 ? (int64_t)wl_tag_count(ctx->txn) + 1 : WL_NONE;
    out->remaining = a.left > 0 ? a.left : WL_NONE;
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_receive_outcome *out = outcome;
    struct wl_claim claim;

    (void)body;
    wl_stock_follow(ctx, out->head.postings);
    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    wl_tags_make(ctx, out->first_tag, out->tags, claim.dealer_id, claim.vin, WL_NO_STR);
    for (size_t i = 0; i < out->tags.count; i++)
        wl_tag_receive(ctx, out->first_tag + (int64_t)i, out->centre_id, WL_STR(WL_MAIN_BIN));
    for (size_t i = 0; i < out->known.count; i++)
        wl_tag_receive(ctx, out->known.at[i], out->centre_id, WL_STR(WL_MAIN_BIN));
}

/* ---- reversing ---- */

/* Whether a part is where this entry brought it. */
static bool still_lies(const struct wl_context *ctx, int64_t number, int64_t entry, struct wl_outcome_head *head)
{
    struct wl_tag tag;

    if (!wl_tag_row(ctx, number, &tag))
        return false;
    return (tag.state == WL_TAG_RECEIVED && tag.received_seq == entry) ||
           wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_newest(ctx, number, &tag));
}

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_receive_outcome *out = outcome;

    (void)body, (void)plan;
    for (size_t i = 0; i < out->tags.count; i++)
        if (!still_lies(ctx, out->first_tag + (int64_t)i, (int64_t)entry->seq, head))
            return false;
    for (size_t i = 0; i < out->known.count; i++)
        if (!still_lies(ctx, out->known.at[i], (int64_t)entry->seq, head))
            return false;
    return true;
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_receive_outcome *out = outcome;

    (void)entry, (void)body;
    for (size_t i = 0; i < out->tags.count; i++)
        wl_tag_withdraw(ctx, out->first_tag + (int64_t)i);
    for (size_t i = 0; i < out->known.count; i++)
        wl_tag_unreceive(ctx, out->known.at[i]);
}

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_receive_body),
    {.name = "line", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_receive_body, line)},
};
static const struct wl_record body_record = {"return-receive", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_receive_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_receive_outcome),
    WL_FIELD_NUMBER(struct wl_receive_outcome, 4, claim),
    WL_FIELD_NUMBER(struct wl_receive_outcome, 5, first_tag),
    WL_FIELD_LIST(struct wl_receive_outcome, 6, tags, WL_RECEIVED_AT_ONCE_MAX, wl_new_tag_record),
    WL_FIELD_INTS(struct wl_receive_outcome, 7, known, WL_RECEIVED_AT_ONCE_MAX),
    WL_FIELD_TEXT(struct wl_receive_outcome, 8, centre_id, WL_IDENTIFIER_MAX),
    WL_FIELD_NUMBER(struct wl_receive_outcome, 9, remaining),
};
static const struct wl_record outcome_record = {"return-receive-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_receive_outcome)};

const struct wl_command wl_receive_command = {
    .name = "return-receive",
    .tag = 12,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_receive_undo = {.command = &wl_receive_command, .decide = decide_undo, .apply = apply_undo};
