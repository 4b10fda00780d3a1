/* The command `forget`: erases what is personal about a claim; every hash, decision and digest stays as it
 * was (architecture, rule 7). */
#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "wledger/error.h"
#include <string.h>

/* Rows of LOOSE_TEXTS: a claim's name as CLAIM_NAMES has it, 0x00, entry. */
struct loose_key {
    size_t size; /* 0: no claim can have that name */
    char bytes[sizeof(struct wl_key) + 9];
};

static struct loose_key loose_key(struct wl_str dealer_id, struct wl_str claim_no, uint64_t seq)
{
    struct wl_key name = wl_key_pair(dealer_id, claim_no);
    struct loose_key key = {.size = 0};

    if (name.size == 0)
        return key;
    memcpy(key.bytes, name.bytes, name.size);
    key.bytes[name.size] = 0;
    wl_set_u64(key.bytes + name.size + 1, seq);
    key.size = name.size + 9;
    return key;
}

void wl_loose_text_note(const struct wl_context *ctx, struct wl_str dealer_id, struct wl_str claim_no)
{
    struct loose_key key = loose_key(dealer_id, claim_no, ctx->seq);

    if (key.size != 0)
        wl_put(ctx->txn, WL_TABLE_LOOSE_TEXTS, (struct wl_str){key.bytes, key.size}, WL_NO_STR);
}

/* The first record under a name whose text lies loose: 1 and its entry, 0 or error. */
static int first_loose(struct wl_txn *txn, const struct wl_forget_body *body, uint64_t *seq)
{
    struct loose_key from = loose_key(body->dealer_id, body->claim_no, 0);
    struct wl_str prefix = {from.bytes, from.size - 8}, key, value;
    struct wl_walk *walk;
    int rc;

    if (from.size == 0)
        return 0;
    rc = wl_walk_open(txn, WL_TABLE_LOOSE_TEXTS, prefix, prefix, &walk);
    if (rc != WL_OK)
        return rc;
    rc = wl_walk_next(walk, &key, &value);
    if (rc == 1 && key.size != from.size)
        rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a text that is no claim's has no entry"));
    if (rc == 1)
        *seq = wl_get_u64(key.data + prefix.size);
    wl_walk_close(walk);
    return rc;
}

static void erase_loose(const struct wl_context *ctx, const struct wl_forget_body *body)
{
    uint64_t seq;

    while (first_loose(ctx->txn, body, &seq) == 1) {
        struct loose_key key = loose_key(body->dealer_id, body->claim_no, seq);

        wl_text_erase(ctx->txn, seq);
        wl_delete(ctx->txn, WL_TABLE_LOOSE_TEXTS, (struct wl_str){key.bytes, key.size});
    }
}

/* Decided from the row, never from the presence of the texts, which are no part of the state. */
static bool has_news(const struct wl_claim *claim)
{
    return claim->forgotten == WL_NONE || (claim->signed_seq != WL_NONE && claim->signed_seq > claim->forgotten);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_forget_body *b = body;
    struct wl_claim_outcome *out = outcome;
    struct wl_claim claim;
    uint64_t loose;
    int64_t id;

    if (!wl_gate_claim(ctx, b->dealer_id, b->claim_no, WL_CLAIM_STEP_FORGET, &out->head, &id, &claim))
        return wl_txn_status(ctx->txn);
    if (has_news(&claim) || first_loose(ctx->txn, b, &loose) == 1)
        out->claim = id;
    else
        out->head.refusal = WL_REFUSED_NOTHING_TO_FORGET;
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_claim_outcome *out = outcome;
    struct wl_claim claim, version;
    int64_t id = out->claim;

    erase_loose(ctx, body);
    while (id != WL_NONE) {
        int rc = wl_claim_view(ctx->txn, id, &version);

        if (rc != 1) {
            if (rc == 0)
                wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "claim %lld, a version, has no row", (long long)id));
            return;
        }
        id = version.previous_version;
        wl_text_erase(ctx->txn, (uint64_t)version.seq);
        if (version.signed_seq != WL_NONE)
            wl_text_erase(ctx->txn, (uint64_t)version.signed_seq);
        if (version.form != WL_NONE)
            wl_form_erase(ctx, version.form);
    }
    if (!wl_gate_row(ctx, out->claim, &claim))
        return;
    claim.forgotten = (int64_t)ctx->seq;
    wl_claim_put(ctx->txn, out->claim, &claim);
}

static const struct wl_field body_fields[] = {WL_CLAIM_NAME_FIELDS(struct wl_forget_body)};
static const struct wl_record body_record = {"forget", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_forget_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_claim_outcome),
    WL_NUMBER_FIELD(struct wl_claim_outcome, 20, claim),
};
static const struct wl_record outcome_record = {"forget-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_claim_outcome)};

const struct wl_command wl_forget_command = {
    .name = "forget",
    .tag = 18,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
