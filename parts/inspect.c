/* The commands `return-inspect` and `tag-inspect`: the clearing house's finding on parts that came back, or did not.
 * "Before settlement the claim is re-priced without it, after settlement it is charged back" (domain text,
 * section 7). */
#include "claims/keys.h"
#include "claims/refused_returns.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"
#include "wledger/recovery.h"

/* Each part once. What a closed shipment did not bring can be found missing, and nothing else. */
static const struct wl_tag_gate gate = {{
    [WL_TAG_TAGGED] = WL_REFUSED_TAG_NOT_RECEIVED,
    [WL_TAG_SHIPPED] = WL_REFUSED_TAG_NOT_RECEIVED,
    [WL_TAG_RECEIVED] = WL_DONE,
    [WL_TAG_MISSING] = WL_REFUSED_TAG_MISSING,
    [WL_TAG_INSPECTED] = WL_REFUSED_ALREADY_INSPECTED,
    [WL_TAG_DISPOSED] = WL_REFUSED_ALREADY_INSPECTED,
    [WL_TAG_WITHDRAWN] = WL_REFUSED_TAG_WITHDRAWN,
}};
static const struct wl_tag_gate missing_gate = {{
    [WL_TAG_TAGGED] = WL_REFUSED_TAG_NOT_RECEIVED,
    [WL_TAG_SHIPPED] = WL_REFUSED_TAG_NOT_RECEIVED,
    [WL_TAG_RECEIVED] = WL_DONE,
    [WL_TAG_MISSING] = WL_DONE,
    [WL_TAG_INSPECTED] = WL_REFUSED_ALREADY_INSPECTED,
    [WL_TAG_DISPOSED] = WL_REFUSED_ALREADY_INSPECTED,
    [WL_TAG_WITHDRAWN] = WL_REFUSED_TAG_WITHDRAWN,
}};

/* ---- which tags ---- */

struct inspection {
    const struct wl_context *ctx;
    struct wl_inspect_outcome *out;
    bool refuses;
    int64_t left; /* lines that did not fit */
};

static bool make_lists(const struct inspection *in, size_t tags, size_t lines)
{
    in->out->tags.at = wl_arena_alloc(in->ctx->arena, tags * sizeof(int64_t));
    in->out->obligations.at = wl_arena_alloc(in->ctx->arena, lines * sizeof(int64_t));
    if (wl_arena_status(in->ctx->arena) != WL_OK)
        wl_txn_fail(in->ctx->txn, wl_arena_status(in->ctx->arena));
    return wl_txn_status(in->ctx->txn) == WL_OK;
}

/* A line is refused once, by its first tag that is not accepted. */
static void refuse_line(const struct inspection *in, int64_t id, const struct wl_obligation *obligation)
{
    struct wl_ints *obligations = &in->out->obligations;

    if (in->refuses && obligation->state != WL_OBLIGATION_REFUSED)
        obligations->at[obligations->count++] = id;
}

/* The received tags of a line. A line that does not fit is left, but for one that alone is more than fits. */
static bool take_line(struct inspection *in, int64_t id, const struct wl_obligation *obligation)
{
    struct wl_ints *tags = &in->out->tags;
    size_t before = tags->count, space = WL_INSPECTED_AT_ONCE_MAX - before;
    int64_t received =
        obligation->received == 0 ? 0 : wl_tags_in(in->ctx, id, 1u << WL_TAG_RECEIVED, tags, WL_INSPECTED_AT_ONCE_MAX);

    if (received < 0)
        return false;
    if ((size_t)received > space) {
        in->left++;
        if (space < WL_INSPECTED_AT_ONCE_MAX)
            tags->count = before;
    }
    if (tags->count > before)
        refuse_line(in, id, obligation);
    return true;
}

static bool take_named(struct inspection *in, const struct wl_claim *claim, int64_t line)
{
    struct wl_outcome_head *head = &in->out->head;
    struct wl_obligation obligation;
    int64_t id;

    if (!wl_obligation_of_line(in->ctx, claim, line, head, &id, &obligation) || !take_line(in, id, &obligation))
        return false;
    if (in->out->tags.count > 0)
        return true;
    return wl_refuse(in->ctx, head,
                     obligation.inspected == obligation.quantity ? WL_REFUSED_ALREADY_INSPECTED
                                                                 : WL_REFUSED_OBLIGATION_NOT_RECEIVED,
                     WL_NO_STR);
}

static bool take_all(struct inspection *in, const struct wl_claim *claim)
{
    for (int64_t i = 0; i < claim->obligation_count; i++) {
        int64_t id = claim->first_obligation + i;
        struct wl_obligation obligation;

        if (!wl_obligation_row(in->ctx, id, &obligation) || !take_line(in, id, &obligation))
            return false;
    }
    return in->out->tags.count > 0 || wl_refuse(in->ctx, &in->out->head, WL_REFUSED_NOTHING_TO_INSPECT, WL_NO_STR);
}

/* ---- what follows ---- */

/* "The box was empty": centre bin -> discrepancy, one for each tag. What was missing before is in its own already. */
static bool miss(const struct inspection *in, struct wl_postings *postings)
{
    const struct wl_context *ctx = in->ctx;
    int64_t discrepancy = wl_discrepancy_next(ctx);

    for (size_t i = 0; i < in->out->tags.count; i++) {
        struct wl_place place;
        struct wl_tag tag;

        if (!wl_tag_row(ctx, in->out->tags.at[i], &tag))
            return false;
        if (tag.state == WL_TAG_MISSING)
            continue;
        place = wl_tag_place(ctx, &tag);
        if (in->out->first_discrepancy == WL_NONE)
            in->out->first_discrepancy = discrepancy;
        wl_postings_add(ctx, postings, place.kind, place.party, WL_ACCOUNT_DISCREPANCY,
                        wl_number_text(ctx, discrepancy++), tag.part_id, tag.lot, tag.quantity);
    }
    return wl_txn_status(ctx->txn) == WL_OK;
}

/* The outcome once its tags and refused lines are known: money, then parts. claim NULL: the tag belongs to none. */
static int conclude(const struct inspection *in, const struct wl_claim *claim, int64_t outcome)
{
    struct wl_inspect_outcome *out = in->out;
    struct wl_taking money = {.decided_before = WL_NONE, .charged_back = WL_NONE};
    struct wl_postings postings;
    int rc;

    if (claim &&
        (rc = wl_returns_refuse(in->ctx, out->claim, claim, out->obligations, &out->decision, &money)) != WL_OK)
        return rc;
    out->decided_before = money.decided_before;
    out->charged_back = money.charged_back;
    out->recoveries = money.recoveries;
    if (!wl_postings_init(in->ctx, &postings, money.postings.count + out->tags.count))
        return wl_txn_status(in->ctx->txn);
    for (; postings.count < money.postings.count; postings.count++)
        postings.at[postings.count] = ((const struct wl_posting *)money.postings.at)[postings.count];
    if (outcome == WL_MISSING && !miss(in, &postings))
        return wl_txn_status(in->ctx->txn);
    out->head.postings = wl_postings_list(&postings);
    if (in->left > 0)
        out->remaining = in->left;
    return wl_txn_status(in->ctx->txn);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_inspect_body *b = body;
    struct inspection in = {.ctx = ctx, .out = outcome, .refuses = b->outcome != WL_ACCEPTED};
    struct wl_claim claim;
    int64_t id;

    if (b->outcome < WL_ACCEPTED || b->outcome > WL_ABUSE)
        return wl_fail(WL_E_USAGE, "an inspection has no outcome");
    if (!wl_gate_returns(ctx, b->dealer_id, b->claim_no, &in.out->head, &id, &claim) ||
        !make_lists(&in, WL_INSPECTED_AT_ONCE_MAX, WL_LINES_MAX) ||
        !(b->line == WL_NONE || b->line == 0 ? take_all(&in, &claim) : take_named(&in, &claim, b->line)))
        return wl_txn_status(ctx->txn);
    in.out->claim = id;
    return conclude(&in, &claim, b->outcome);
}

/* While a reviewer decides the claim again, nothing else does. */
static bool may_be_inspected(const struct wl_context *ctx, const struct wl_claim *claim, struct wl_inspect_outcome *out)
{
    int64_t refusal = wl_claim_transition(WL_CLAIM_STEP_RETURNS)->refusal[claim->state];

    if (refusal == WL_DONE)
        return true;
    wl_record_clear(wl_tag_inspect_command.outcome, out);
    return wl_refuse(ctx, &out->head, refusal, WL_NO_STR);
}

static int decide_tag(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_tag_inspect_body *b = body;
    struct inspection in = {.ctx = ctx, .out = outcome, .refuses = b->outcome != WL_ACCEPTED};
    const struct wl_tag_gate *by = b->outcome == WL_MISSING ? &missing_gate : &gate;
    struct wl_obligation obligation;
    struct wl_claim claim;
    struct wl_tag tag;

    if (b->outcome < WL_ACCEPTED || b->outcome > WL_ABUSE)
        return wl_fail(WL_E_USAGE, "an inspection has no outcome");
    if (!wl_gate_tag(ctx, b->tag, by, &in.out->head, &tag) || !make_lists(&in, 1, 1))
        return wl_txn_status(ctx->txn);
    in.out->tags.at[in.out->tags.count++] = b->tag;
    if (tag.obligation == WL_NONE)
        return conclude(&in, NULL, b->outcome);
    if (!wl_obligation_row(ctx, tag.obligation, &obligation) || !wl_gate_row(ctx, obligation.claim, &claim) ||
        !may_be_inspected(ctx, &claim, in.out))
        return wl_txn_status(ctx->txn);
    refuse_line(&in, tag.obligation, &obligation);
    in.out->claim = obligation.claim;
    return conclude(&in, &claim, b->outcome);
}

/* ---- applying ---- */

/* Each tag as it was found; those that are missing now are listed. */
static void inspect_tags(const struct wl_context *ctx, struct wl_ints tags, int64_t outcome, struct wl_ints *missing)
{
    for (size_t i = 0; i < tags.count; i++) {
        struct wl_tag tag;

        if (!wl_tag_row(ctx, tags.at[i], &tag))
            return;
        if (outcome == WL_MISSING && tag.state == WL_TAG_RECEIVED)
            missing->at[missing->count++] = tags.at[i];
        tag.state = WL_TAG_INSPECTED;
        tag.outcome = outcome;
        tag.inspected_seq = (int64_t)ctx->seq;
        wl_tag_put(ctx, tags.at[i], &tag);
        wl_tag_progress(ctx, &tag, 0, 0, 1, outcome);
    }
}

static void apply_to(const struct wl_context *ctx, int64_t outcome, const struct wl_inspect_outcome *out)
{
    struct wl_ints missing = {wl_arena_alloc(ctx->arena, out->tags.count * sizeof(int64_t)), 0};
    struct wl_claim claim;

    if (!missing.at) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return;
    }
    wl_stock_follow(ctx, out->head.postings);
    inspect_tags(ctx, out->tags, outcome, &missing);
    wl_tags_miss(ctx, missing);
    if (out->decision.decision != WL_NONE && wl_gate_row(ctx, out->claim, &claim))
        wl_returns_refuse_apply(ctx, out->claim, &claim, &out->decision, out->charged_back, out->recoveries);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    apply_to(ctx, ((const struct wl_inspect_body *)body)->outcome, outcome);
}

static void apply_tag(const struct wl_context *ctx, const void *body, const void *outcome)
{
    apply_to(ctx, ((const struct wl_tag_inspect_body *)body)->outcome, outcome);
}

/* ---- reversing ---- */

/* In which discrepancy the nth tag lies that was received and found missing. */
static int64_t discrepancy_of(const struct wl_inspect_outcome *out, int64_t nth)
{
    return out->first_discrepancy == WL_NONE ? WL_NONE : out->first_discrepancy + nth;
}

/* That a part found missing is still so. *lost: how many of them had been received so far. */
static bool is_still_missing(const struct wl_context *ctx, const struct wl_inspect_outcome *out, int64_t number,
                             const struct wl_tag *tag, int64_t *lost, struct wl_outcome_head *head)
{
    struct wl_discrepancy row;
    int64_t discrepancy;

    if (tag->received_seq == WL_NONE)
        return tag->centre_bin.size == 0 || wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_name(ctx, number));
    discrepancy = discrepancy_of(out, (*lost)++);
    return wl_discrepancy_row(ctx, discrepancy, &row) &&
           (wl_discrepancy_is_open(&row) ||
            wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_party_number(ctx, "discrepancy", discrepancy)));
}

/* "It refuses to pay a claim whose return obligation is open" (domain text, section 7): what a settlement paid on is
 * not opened again. A line that another inspection refuses stays refused. */
static bool line_may_open(const struct wl_context *ctx, const struct wl_entry *entry, const struct wl_tag *tag,
                          struct wl_outcome_head *head)
{
    struct wl_obligation obligation;
    struct wl_settlement settlement;
    struct wl_claim claim;
    struct wl_tag other;
    int64_t number;
    int found;

    if (tag->obligation == WL_NONE)
        return true;
    if (!wl_obligation_row(ctx, tag->obligation, &obligation) || !wl_gate_row(ctx, obligation.claim, &claim))
        return false;
    if (claim.settlement == WL_NONE || obligation.waived_seq != WL_NONE)
        return true;
    if ((found = wl_tag_refusing(ctx, tag->obligation, (int64_t)entry->seq, -1, &number, &other)) != 0)
        return found == 1;
    if (wl_settlement_view(ctx->txn, (uint64_t)claim.settlement, &settlement) != 1)
        return false;
    return settlement.opened_seq < (int64_t)entry->seq ||
           wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_party_number(ctx, "settlement", claim.settlement));
}

/* Each tag as this entry left it. */
static bool tags_stand(const struct wl_context *ctx, const struct wl_entry *entry, int64_t outcome,
                       const struct wl_inspect_outcome *out, struct wl_outcome_head *head)
{
    int64_t lost = 0;

    for (size_t i = 0; i < out->tags.count; i++) {
        int64_t number = out->tags.at[i];
        struct wl_tag tag;

        if (!wl_tag_row(ctx, number, &tag))
            return false;
        if (tag.state != WL_TAG_INSPECTED || tag.inspected_seq != (int64_t)entry->seq)
            return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_newest(ctx, number, &tag));
        if ((outcome == WL_MISSING && !is_still_missing(ctx, out, number, &tag, &lost, head)) ||
            !line_may_open(ctx, entry, &tag, head))
            return false;
    }
    return true;
}

/* What a later inspection refused is not paid again by the decision that was in force before this one. */
static bool lines_are_free(const struct wl_context *ctx, const struct wl_entry *entry,
                           const struct wl_restored *restored, struct wl_outcome_head *head)
{
    const struct wl_ints *worth = &restored->decision.part_lines;
    struct wl_claim claim;

    if (!wl_gate_row(ctx, restored->claim, &claim))
        return false;
    for (int64_t i = 0; i < claim.obligation_count; i++) {
        int64_t id = claim.first_obligation + i, number;
        struct wl_obligation obligation;
        struct wl_tag other;
        int found;

        if (!wl_obligation_row(ctx, id, &obligation))
            return false;
        if ((size_t)obligation.line >= worth->count || worth->at[obligation.line] <= 0)
            continue;
        if ((found = wl_tag_refusing(ctx, id, (int64_t)entry->seq, (int64_t)entry->seq, &number, &other)) != 0)
            return found == 1 && wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_tag_newest(ctx, number, &other));
    }
    return true;
}

static bool decide_undo_of(const struct wl_context *ctx, const struct wl_entry *entry, int64_t outcome,
                           const struct wl_inspect_outcome *out, struct wl_outcome_head *head,
                           struct wl_undo_plan *plan)
{
    if (!tags_stand(ctx, entry, outcome, out, head))
        return false;
    return out->decision.decision == WL_NONE ||
           (wl_restore(ctx, entry->seq, out->claim, out->decided_before, out->charged_back, head, &plan->restored,
                       &plan->postings) &&
            lines_are_free(ctx, entry, &plan->restored, head));
}

/* The bin at its centre that a part was taken from as missing. */
static struct wl_str bin_before(const struct wl_inspect_outcome *out, struct wl_str discrepancy)
{
    const struct wl_posting *p = out->head.postings.at;
    struct wl_str centre_id, bin_id = WL_NO_STR;

    for (size_t i = 0; i < out->head.postings.count; i++)
        if (p[i].to_kind == WL_ACCOUNT_DISCREPANCY && wl_str_equal(p[i].to_party, discrepancy))
            wl_party_split(p[i].from_party, &centre_id, &bin_id);
    return bin_id;
}

/* What was found missing is not a discrepancy any more. */
static void withdraw(const struct wl_context *ctx, int64_t number)
{
    struct wl_discrepancy row;

    if (!wl_discrepancy_row(ctx, number, &row))
        return;
    row.resolved_seq = (int64_t)ctx->seq;
    wl_discrepancy_put(ctx, number, &row);
}

static void apply_undo_of(const struct wl_context *ctx, int64_t outcome, const struct wl_inspect_outcome *out)
{
    int64_t lost = 0;

    for (size_t i = 0; i < out->tags.count; i++) {
        struct wl_str bin_id = WL_NO_STR;
        struct wl_tag tag;

        if (!wl_tag_row(ctx, out->tags.at[i], &tag))
            return;
        if (outcome == WL_MISSING && tag.received_seq != WL_NONE) {
            int64_t discrepancy = discrepancy_of(out, lost++);

            bin_id = bin_before(out, wl_number_text(ctx, discrepancy));
            withdraw(ctx, discrepancy);
        }
        wl_tag_uninspect(ctx, out->tags.at[i], bin_id);
    }
}

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    return decide_undo_of(ctx, entry, ((const struct wl_inspect_body *)body)->outcome, outcome, head, plan);
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    (void)entry;
    apply_undo_of(ctx, ((const struct wl_inspect_body *)body)->outcome, outcome);
}

static bool decide_undo_tag(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                            const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    return decide_undo_of(ctx, entry, ((const struct wl_tag_inspect_body *)body)->outcome, outcome, head, plan);
}

static void apply_undo_tag(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                           const void *outcome)
{
    (void)entry;
    apply_undo_of(ctx, ((const struct wl_tag_inspect_body *)body)->outcome, outcome);
}

const struct wl_undo wl_inspect_undo = {
    .command = &wl_inspect_command, .decide = decide_undo, .apply = apply_undo, .silent = true};
const struct wl_undo wl_tag_inspect_undo = {
    .command = &wl_tag_inspect_command, .decide = decide_undo_tag, .apply = apply_undo_tag, .silent = true};

/* ---- records ---- */

static const struct wl_field body_fields[] = {
    WL_CLAIM_NAME_FIELDS(struct wl_inspect_body),
    {.name = "line", .tag = 3, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_inspect_body, line)},
    {.name = "outcome",
     .tag = 4,
     .type = WL_CHOICE,
     .required = true,
     .choices = wl_inspections,
     .offset = offsetof(struct wl_inspect_body, outcome)},
    WL_FIELD_TEXT(struct wl_inspect_body, 5, reason, WL_REASON_MAX),
};
static const struct wl_record body_record = {"return-inspect", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_inspect_body)};

static const struct wl_field tag_fields[] = {
    {.name = "tag",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 18,
     .offset = offsetof(struct wl_tag_inspect_body, tag)},
    {.name = "outcome",
     .tag = 2,
     .type = WL_CHOICE,
     .required = true,
     .choices = wl_inspections,
     .offset = offsetof(struct wl_tag_inspect_body, outcome)},
    WL_FIELD_TEXT(struct wl_tag_inspect_body, 3, reason, WL_REASON_MAX),
};
static const struct wl_record tag_record = {"tag-inspect", tag_fields, WL_COUNT(tag_fields),
                                            sizeof(struct wl_tag_inspect_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_inspect_outcome),
    WL_DECISION_FIELDS(struct wl_inspect_outcome),
    WL_FIELD_NUMBER(struct wl_inspect_outcome, 20, claim),
    WL_FIELD_INTS(struct wl_inspect_outcome, 21, obligations, WL_LINES_MAX),
    WL_FIELD_NUMBER(struct wl_inspect_outcome, 22, charged_back),
    WL_FIELD_INTS(struct wl_inspect_outcome, 23, tags, WL_INSPECTED_AT_ONCE_MAX),
    WL_FIELD_NUMBER(struct wl_inspect_outcome, 24, first_discrepancy),
    WL_FIELD_NUMBER(struct wl_inspect_outcome, 25, remaining),
    WL_FIELD_LIST(struct wl_inspect_outcome, 26, recoveries, WL_LINES_MAX, wl_recovery_change_record),
    WL_FIELD_NUMBER(struct wl_inspect_outcome, 27, decided_before),
};
static const struct wl_record outcome_record = {"inspect-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_inspect_outcome)};

const struct wl_command wl_inspect_command = {
    .name = "return-inspect",
    .tag = 13,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_command wl_tag_inspect_command = {
    .name = "tag-inspect",
    .tag = 50,
    .body = &tag_record,
    .outcome = &outcome_record,
    .decide = decide_tag,
    .apply = apply_tag,
};
