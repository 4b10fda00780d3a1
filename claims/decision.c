/* What a decision does to a claim and to what hangs on it: the part of applying that all commands which
 * decide share. No rule stands here. */
#include "claims/gate.h"
#include "claims/keys.h"
#include "claims/seats.h"
#include "claims/vehicle_heads.h"
#include "wledger/desk.h"
#include "wledger/error.h"

static bool is_payable(int64_t state)
{
    return state == WL_CLAIM_APPROVED || state == WL_CLAIM_PARTIAL;
}

/* What was decided or is: rows that wait for a settlement, or for the dealer to be told. */
static void mark(struct wl_txn *txn, unsigned table, struct wl_str dealer_id, int64_t id, bool was, bool is)
{
    struct wl_key key = wl_key_of_dealer(dealer_id, id);

    if (was && !is)
        wl_delete(txn, table, wl_key_view(&key));
    if (is && !was)
        wl_put(txn, table, wl_key_view(&key), WL_NO_STR);
}

static int64_t goodwill_of(const struct wl_claim *claim)
{
    return claim->type == WL_TYPE_GOODWILL && wl_claim_stands(claim) ? claim->total : 0;
}

static void spend(struct wl_txn *txn, struct wl_str authorization_no, int64_t change)
{
    if (change != 0 && authorization_no.size != 0)
        wl_put_number(txn, WL_TABLE_SPENT, authorization_no,
                      wl_get_number(txn, WL_TABLE_SPENT, authorization_no, 0) + change);
}

/* Joins a vehicle's chain behind claims that came later: chains lead from newer claims to older ones. */
static void join_behind(const struct wl_context *context, int64_t newer, int64_t id, struct wl_claim *claim)
{
    struct wl_claim row;

    while (wl_claim_view(context->txn, newer, &row) == 1 && row.previous_on_vehicle > id)
        newer = row.previous_on_vehicle;
    if (!wl_gate_row(context, newer, &row))
        return;
    claim->previous_on_vehicle = row.previous_on_vehicle;
    row.previous_on_vehicle = id;
    wl_claim_put(context->txn, newer, &row);
}

/* A claim joins its vehicle's chain when it first stands, which may be by an appeal, and stays in it. */
static void join_vehicle(const struct wl_context *context, int64_t id, struct wl_claim *claim)
{
    struct wl_txn *txn = context->txn;
    int64_t newest;

    if (!wl_claim_stands(claim) || claim->previous_on_vehicle != WL_NONE)
        return;
    if (claim->vehicle == WL_NONE) {
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a claim stands on a vehicle that was never loaded"));
        return;
    }
    newest = wl_vehicle_head(txn, claim->vehicle);
    if (newest > id) {
        join_behind(context, newest, id, claim);
        return;
    }
    claim->previous_on_vehicle = newest;
    wl_vehicle_newest_put(txn, WL_TABLE_VEHICLE_HEADS, claim->vehicle, id);
}

static void create_obligations(const struct wl_context *context, int64_t id, struct wl_claim *claim,
                               struct wl_list obligations, const struct wl_claim_record *record)
{
    const struct wl_owed *owed = obligations.at;
    struct wl_claim_record read;
    const struct wl_part_line *lines;
    int64_t next;

    if (obligations.count == 0)
        return;
    if (record == NULL && wl_claim_content(context->txn, context->arena, claim, &read) != WL_OK)
        return;
    record = record == NULL ? &read : record;
    lines = record->parts.at;
    next = (int64_t)wl_counter(context->txn, "obligations");
    claim->first_obligation = next;
    claim->obligation_count = claim->unmet_obligations = (int64_t)obligations.count;
    for (size_t i = 0; i < obligations.count; i++) {
        struct wl_obligation obligation = {.claim = id,
                                           .line = owed[i].line,
                                           .quantity = owed[i].quantity,
                                           .due = owed[i].due,
                                           .state = WL_OBLIGATION_OPEN,
                                           .outcome = WL_NONE,
                                           .overdue_seq = WL_NONE,
                                           .waived_seq = WL_NONE};
        if (owed[i].line >= 0 && (size_t)owed[i].line < record->parts.count)
            obligation.part_id = lines[owed[i].line].part_id;
        wl_obligation_put(context->txn, next++, &obligation);
    }
    wl_counter_set(context->txn, "obligations", (uint64_t)next);
}

static void follow(const struct wl_context *context, int64_t id, struct wl_claim *claim,
                   const struct wl_claim_record *record, const struct wl_decision *decision, int64_t state)
{
    struct wl_txn *txn = context->txn;
    int64_t before = claim->state, spent = goodwill_of(claim);

    claim->decided_tier = before == WL_CLAIM_REFERRED ? claim->tier : WL_NONE;
    wl_review_leave(context, id, claim);
    claim->state = state;
    claim->currency = decision->currency;
    claim->labour = decision->labour;
    claim->parts = decision->parts;
    claim->handling = decision->handling;
    claim->sublet = decision->sublet;
    claim->total = decision->total;
    claim->decided_seq = (int64_t)context->seq;
    claim->decided_day = context->day;
    if (claim->state == WL_CLAIM_REFERRED)
        wl_review_join(context, id, claim, decision->tier, decision->assignments);
    spend(txn, claim->authorization_no, goodwill_of(claim) - spent);
    mark(txn, WL_TABLE_PAYABLES, claim->dealer_id, id, is_payable(before), is_payable(claim->state));
    mark(txn, WL_TABLE_DISPOSITIONS, claim->dealer_id, id, wl_claim_is_told(before), wl_claim_is_told(state));
    join_vehicle(context, id, claim);
    create_obligations(context, id, claim, decision->obligations, record);
    wl_claim_put(txn, id, claim);
    wl_seats_take(context, wl_subject_claim(id), decision->assignments);
    if (before != WL_CLAIM_STATE_COUNT)
        wl_history_note(context, wl_subject_claim(id));
}

void wl_decision_apply(const struct wl_context *context, int64_t id, struct wl_claim *claim,
                       const struct wl_claim_record *record, const struct wl_decision *decision)
{
    follow(context, id, claim, record, decision, decision->decision);
}

void wl_information_apply(const struct wl_context *context, int64_t id, struct wl_claim *claim,
                          const struct wl_decision *decision)
{
    follow(context, id, claim, NULL, decision, WL_CLAIM_INFO_REQUESTED);
}

/* By enum wl_claim_type; a claim of an unknown type is never worth anything. */
static const int64_t expense_of_type[WL_TYPE_COUNT] = {
    [WL_TYPE_WARRANTY] = WL_ACCOUNT_EXPENSE_WARRANTY, [WL_TYPE_PART] = WL_ACCOUNT_EXPENSE_PART,
    [WL_TYPE_EXTENDED] = WL_ACCOUNT_EXPENSE_EXTENDED, [WL_TYPE_CAMPAIGN] = WL_ACCOUNT_EXPENSE_CAMPAIGN,
    [WL_TYPE_GOODWILL] = WL_ACCOUNT_EXPENSE_GOODWILL, [WL_TYPE_PDI] = WL_ACCOUNT_EXPENSE_PDI,
    [WL_TYPE_SERVICE] = WL_ACCOUNT_EXPENSE_SERVICE,
};

struct wl_list wl_decision_postings(const struct wl_context *context, const struct wl_claim *before,
                                    const struct wl_decision *decision)
{
    int64_t had = is_payable(before->state) ? before->total : 0;
    int64_t change = (is_payable(decision->decision) ? decision->total : 0) - had;
    struct wl_posting *posting;

    if (change == 0 || before->type < 0 || before->type >= WL_TYPE_COUNT)
        return (struct wl_list){NULL, 0};
    posting = wl_arena_alloc(context->arena, sizeof(*posting));
    if (posting == NULL) {
        wl_txn_fail(context->txn, wl_arena_status(context->arena));
        return (struct wl_list){NULL, 0};
    }
    /* The OEM's own accounts have no party: a store serves one OEM. */
    *posting = (struct wl_posting){.from_kind = expense_of_type[before->type],
                                   .to_kind = WL_ACCOUNT_ACCRUED,
                                   .to_party = before->dealer_id,
                                   .unit = decision->currency,
                                   .amount = change};
    if (change < 0)
        *posting = (struct wl_posting){.from_kind = WL_ACCOUNT_ACCRUED,
                                       .to_kind = expense_of_type[before->type],
                                       .from_party = before->dealer_id,
                                       .unit = decision->currency,
                                       .amount = -change};
    return (struct wl_list){posting, 1};
}
