#include "claims/taken_back.h"

#include "claims/facts.h"
#include "claims/keys.h"
#include "claims/seats.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/recovery.h"
#include <stdio.h>

enum { ABOUT_MAX = 160 };

/* ---- taking back ---- */

/* What goes back from the dealer: payable -> expense of the claim's type (domain text, section 6). */
static struct wl_list payable_back(const struct wl_context *ctx, const struct wl_claim *claim, int64_t amount)
{
    const struct wl_claim accrued = {
        .state = WL_CLAIM_APPROVED, .type = claim->type, .dealer_id = claim->dealer_id, .total = amount};
    const struct wl_decision nothing = {.decision = WL_CLAIM_REJECTED, .currency = claim->currency};
    struct wl_list postings = wl_decision_postings(ctx, &accrued, &nothing);

    /* As a decision takes an accrual back, but from what is payable by now. */
    if (postings.count == 1)
        ((struct wl_posting *)postings.at)->from_kind = WL_ACCOUNT_PAYABLE;
    return postings;
}

static void join(const struct wl_context *ctx, struct wl_list *to, struct wl_list more)
{
    size_t all = to->count + more.count;
    struct wl_posting *joined;

    if (more.count == 0)
        return;
    if (!(joined = wl_arena_alloc(ctx->arena, all * sizeof *joined))) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return;
    }
    if (to->count > 0)
        memcpy(joined, to->at, to->count * sizeof *joined);
    memcpy(joined + to->count, more.at, more.count * sizeof *joined);
    *to = (struct wl_list){joined, all};
}

int wl_take_back(const struct wl_context *ctx, int64_t id, const struct wl_claim *claim,
                 const struct wl_decision *in_force, const struct wl_decision *decision, int64_t amount,
                 struct wl_taking *out)
{
    int64_t left = claim->total - claim->charged_back;
    int64_t taken = amount != WL_NONE ? amount : in_force->total - decision->total;
    struct wl_list follow;
    int rc;

    *out = (struct wl_taking){.charged_back = WL_NONE};
    if ((rc = wl_decision_entry(ctx->txn, claim, &out->decided_before)) != WL_OK)
        return rc;
    if (taken > left)
        taken = left;
    if (taken > 0) {
        out->charged_back = taken;
        out->postings = payable_back(ctx, claim, taken);
        left -= taken;
    }
    if ((rc = wl_recoveries_follow(ctx, id, decision, left, &out->recoveries, &follow)) != WL_OK)
        return rc;
    join(ctx, &out->postings, follow);
    return wl_txn_status(ctx->txn);
}

static void put_chargeback(const struct wl_context *ctx, int64_t id, const struct wl_claim *claim, int64_t amount)
{
    struct wl_key key = wl_key_of_dealer(claim->dealer_id, (int64_t)ctx->seq);
    const struct wl_chargeback row = {id, claim->currency, amount, ctx->day};
    struct wl_buf bytes;

    wl_buf_init(&bytes, WL_VALUE_MAX);
    wl_record_encode(&wl_chargeback_record, &row, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(ctx->txn, wl_buf_status(&bytes));
    else
        wl_put(ctx->txn, WL_TABLE_CHARGEBACKS, wl_key_view(&key), wl_buf_view(&bytes));
    wl_buf_release(&bytes);
}

/* Goodwill taken back is there to be given again. */
static void spend(const struct wl_context *ctx, const struct wl_claim *claim, int64_t change)
{
    if (claim->type == WL_TYPE_GOODWILL && claim->authorization_no.size != 0)
        wl_put_number(ctx->txn, WL_TABLE_SPENT, claim->authorization_no,
                      wl_get_number(ctx->txn, WL_TABLE_SPENT, claim->authorization_no, 0) + change);
}

/* After settlement the claim's row keeps what was paid; what its lines are worth stands in the new decision. */
void wl_take_back_apply(const struct wl_context *ctx, int64_t id, struct wl_claim *claim,
                        const struct wl_decision *decision, int64_t charged_back, struct wl_list recoveries)
{
    wl_facts_charged_back(ctx, id, claim, decision, charged_back == WL_NONE ? 0 : charged_back);
    claim->decided_seq = (int64_t)ctx->seq;
    if (charged_back != WL_NONE) {
        claim->charged_back += charged_back;
        put_chargeback(ctx, id, claim, charged_back);
        spend(ctx, claim, -charged_back);
    }
    wl_claim_put(ctx->txn, id, claim);
    wl_history_note(ctx, wl_subject_claim(id));
    wl_recoveries_follow_apply(ctx, id, recoveries);
}

void wl_decision_quiet(struct wl_decision *decision)
{
    decision->obligations = decision->assignments = (struct wl_list){NULL, 0};
    decision->tier = WL_NONE;
}

int wl_decision_entry(struct wl_txn *txn, const struct wl_claim *claim, int64_t *seq)
{
    enum { ENTRY_MEMORY = 4 << 20 };
    const struct wl_field *decided;
    struct wl_arena arena;
    struct wl_entry entry;
    void *outcome;
    int rc = wl_entry_read(txn, (uint64_t)claim->decided_seq, &entry);

    *seq = claim->decided_seq;
    if (rc != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the entry of a claim's decision is missing"));
    if (!(decided = wl_record_field(entry.command->outcome, WL_STR("restored_seq"))))
        return WL_OK;
    wl_arena_init(&arena, ENTRY_MEMORY);
    if ((rc = wl_entry_outcome(&entry, &arena, &outcome)) == WL_OK)
        *seq = *(const int64_t *)(const void *)((const char *)outcome + decided->offset);
    wl_arena_release(&arena);
    return rc == WL_OK ? WL_OK : wl_txn_fail(txn, rc);
}

/* ---- giving back ---- */

static bool blocked(const struct wl_context *ctx, struct wl_outcome_head *head, const char *about, int n)
{
    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    head->refusal = WL_REFUSED_REVERSAL_BLOCKED;
    head->about = wl_arena_copy(ctx->arena, (struct wl_str){about, (size_t)n});
    if (wl_arena_status(ctx->arena) != WL_OK)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return false;
}

static bool blocked_by_entry(const struct wl_context *ctx, struct wl_outcome_head *head, const struct wl_claim *claim,
                             int64_t seq)
{
    char about[ABOUT_MAX];

    return blocked(ctx, head, about,
                   snprintf(about, sizeof about, "claim " WL_STR_FMT "/" WL_STR_FMT ": entry %lld",
                            WL_STR_ARG(claim->dealer_id), WL_STR_ARG(claim->claim_no), (long long)seq));
}

/* That the claim was not settled by what the entry left of it. */
static bool is_unpaid(const struct wl_context *ctx, uint64_t seq, const struct wl_claim *claim,
                      struct wl_outcome_head *head)
{
    struct wl_settlement settlement;
    char about[ABOUT_MAX];
    int rc;

    if (claim->settlement == WL_NONE)
        return true;
    if ((rc = wl_settlement_view(ctx->txn, (uint64_t)claim->settlement, &settlement)) != 1)
        return rc == 0 && wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "the settlement of a claim has no row")) == WL_OK;
    return settlement.opened_seq < (int64_t)seq ||
           blocked(ctx, head, about,
                   snprintf(about, sizeof about, "settlement %lld paid claim " WL_STR_FMT "/" WL_STR_FMT,
                            (long long)claim->settlement, WL_STR_ARG(claim->dealer_id), WL_STR_ARG(claim->claim_no)));
}

/* A claim that was worth nothing may have been sent again since: both would be paid. */
static bool is_newest(const struct wl_context *ctx, int64_t id, const struct wl_claim *claim,
                      struct wl_outcome_head *head)
{
    struct wl_claim newer;
    int64_t newest;

    if (wl_claim_find(ctx->txn, claim->dealer_id, claim->claim_no, &newest) != 1)
        return false;
    if (newest == id)
        return true;
    return wl_claim_view(ctx->txn, newest, &newer) == 1 && blocked_by_entry(ctx, head, claim, newer.seq);
}

/* Goodwill that was given again meanwhile is not there any more. */
static bool is_covered(const struct wl_context *ctx, const struct wl_claim *claim, int64_t more,
                       struct wl_outcome_head *head)
{
    const struct wl_authorization *authorization;
    char about[ABOUT_MAX];
    int64_t most, spent;

    if (claim->type != WL_TYPE_GOODWILL || claim->authorization_no.size == 0 || more <= 0 ||
        !(authorization = wl_authorization_find(wl_reference(ctx), claim->authorization_no)))
        return wl_txn_status(ctx->txn) == WL_OK;
    most = authorization->max_amount / wl_power10(WL_PRICE_PLACES - wl_minor_digits(claim->currency));
    spent = wl_get_number(ctx->txn, WL_TABLE_SPENT, claim->authorization_no, 0);
    return more <= most - spent || blocked(ctx, head, about,
                                           snprintf(about, sizeof about, "authorization " WL_STR_FMT " was used again",
                                                    WL_STR_ARG(claim->authorization_no)));
}

/* The decision of an entry. */
static int read_decision(const struct wl_context *ctx, const struct wl_claim *claim, int64_t seq,
                         struct wl_decision *out)
{
    struct wl_claim then = *claim;
    int rc;

    then.decided_seq = seq;
    if ((rc = wl_claim_decision(ctx->txn, ctx->arena, &then, out)) == WL_OK)
        wl_decision_quiet(out);
    return rc;
}

static bool may_be_restored(const struct wl_context *ctx, uint64_t seq, int64_t id, const struct wl_claim *claim,
                            struct wl_outcome_head *head)
{
    int64_t decided;

    if (wl_decision_entry(ctx->txn, claim, &decided) != WL_OK)
        return false;
    if (decided != (int64_t)seq)
        return blocked_by_entry(ctx, head, claim, claim->decided_seq);
    return is_unpaid(ctx, seq, claim, head) && (claim->settlement != WL_NONE || is_newest(ctx, id, claim, head));
}

bool wl_restore(const struct wl_context *ctx, uint64_t seq, int64_t id, int64_t decided_before, int64_t charged_back,
                struct wl_outcome_head *head, struct wl_restored *out, struct wl_list *postings)
{
    struct wl_claim claim;
    int64_t left, more;

    *out = (struct wl_restored){.claim = WL_NONE, .restored_seq = WL_NONE, .given_back = WL_NONE};
    *postings = (struct wl_list){NULL, 0};
    if (!wl_gate_row(ctx, id, &claim) || !may_be_restored(ctx, seq, id, &claim, head) ||
        read_decision(ctx, &claim, decided_before, &out->decision) != WL_OK)
        return false;
    more = claim.settlement == WL_NONE ? out->decision.total - claim.total : charged_back == WL_NONE ? 0 : charged_back;
    if (!is_covered(ctx, &claim, more, head))
        return false;
    out->claim = id;
    out->restored_seq = decided_before;
    if (claim.settlement == WL_NONE)
        return true;
    out->given_back = charged_back;
    left = claim.total - claim.charged_back + more;
    return wl_recoveries_follow(ctx, id, &out->decision, left, &out->recoveries, postings) == WL_OK;
}

static void restore_settled(const struct wl_context *ctx, uint64_t seq, struct wl_claim *claim,
                            const struct wl_restored *r)
{
    struct wl_key key = wl_key_of_dealer(claim->dealer_id, (int64_t)seq);
    struct wl_str row;
    int open;

    wl_facts_charged_back(ctx, r->claim, claim, &r->decision, r->given_back == WL_NONE ? 0 : -r->given_back);
    claim->decided_seq = (int64_t)ctx->seq;
    if (r->given_back != WL_NONE) {
        claim->charged_back -= r->given_back;
        spend(ctx, claim, r->given_back);
        if ((open = wl_get(ctx->txn, WL_TABLE_CHARGEBACKS, wl_key_view(&key), &row)) == 1)
            wl_delete(ctx->txn, WL_TABLE_CHARGEBACKS, wl_key_view(&key));
        else if (open == 0)
            put_chargeback(ctx, r->claim, claim, -r->given_back);
    }
    wl_claim_put(ctx->txn, r->claim, claim);
    wl_history_note(ctx, wl_subject_claim(r->claim));
    wl_recoveries_follow_apply(ctx, r->claim, r->recoveries);
}

void wl_restore_apply(const struct wl_context *ctx, uint64_t seq, const struct wl_restored *r)
{
    struct wl_claim claim;

    if (!wl_gate_row(ctx, r->claim, &claim))
        return;
    if (claim.settlement == WL_NONE)
        wl_decision_apply(ctx, r->claim, &claim, NULL, &r->decision);
    else
        restore_settled(ctx, seq, &claim, r);
}
