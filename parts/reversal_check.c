/* Whether reversals and openings are what the entries say that they name. */
#include "claims/check_rows.h"
#include "parts/check.h"
#include "parts/keys.h"
#include "parts/stock.h"
#include "wledger/error.h"
#include "wledger/recovery.h"

enum { ENTRY_MEMORY = 4 << 20 /* what one entry's structs take at most */ };

struct check {
    struct wl_txn *txn;
    struct wl_arena arena;
    uint64_t reversals;
};

/* The outcome of an entry that is of a command and was done; NULL when it is not, or with an error in *rc. */
static const void *done_outcome(struct check *c, uint64_t seq, const struct wl_command *command, int *rc)
{
    struct wl_entry entry;
    void *outcome = NULL;

    *rc = wl_entry_read(c->txn, seq, &entry);
    if (*rc == 1 && (!command || entry.command == command)) {
        entry.outcome = wl_arena_copy(&c->arena, entry.outcome);
        *rc = wl_arena_status(&c->arena);
        if (*rc == WL_OK)
            *rc = wl_entry_outcome(&entry, &c->arena, &outcome);
    }
    if (*rc > 0)
        *rc = WL_OK;
    return outcome && ((const struct wl_outcome_head *)outcome)->refusal == WL_NONE ? outcome : NULL;
}

static bool is_mirrored(const struct wl_posting *a, const struct wl_posting *p)
{
    return a->amount == p->amount && a->from_kind == p->to_kind && a->to_kind == p->from_kind &&
           wl_str_equal(a->from_party, p->to_party) && wl_str_equal(a->to_party, p->from_party) &&
           wl_str_equal(a->unit, p->unit) && wl_str_equal(a->lot, p->lot);
}

/* But for what follows at suppliers, which is made anew. */
static bool is_inverse(struct wl_list postings, struct wl_list of)
{
    const struct wl_posting *a = postings.at, *b = of.at;
    size_t i = 0;

    for (size_t k = of.count; k-- > 0;) {
        if (wl_posting_follows(&b[k]))
            continue;
        if (i == postings.count || !is_mirrored(&a[i], &b[k]))
            return false;
        i++;
    }
    while (i < postings.count && wl_posting_follows(&a[i]))
        i++;
    return i == postings.count;
}

static int check_reversal(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    const struct wl_reverse_outcome *by;
    const struct wl_outcome_head *of;
    uint64_t entry, by_entry;
    int rc;

    if (key.size != 8 || value.size != 8)
        return wl_check_fail("a reversal is of no entry", key.size);
    entry = wl_get_u64(key.data);
    by_entry = wl_get_u64(value.data);
    wl_arena_clear(&c->arena);
    by = done_outcome(c, by_entry, &wl_reverse_command, &rc);
    of = rc == WL_OK ? done_outcome(c, entry, NULL, &rc) : NULL;
    if (rc != WL_OK)
        return rc;
    if (!by || !of || by->entry != (int64_t)entry || entry >= by_entry || !is_inverse(by->head.postings, of->postings))
        return wl_check_fail("an entry is not reversed by the one that is named", entry);
    c->reversals++;
    return WL_OK;
}

static int check_opening(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    const struct wl_count_outcome *out;
    const struct wl_posting *p;
    struct wl_parts_key expected;
    struct wl_str location_id, bin_id;
    uint64_t entry;
    int rc;

    if (value.size != 8)
        return wl_check_fail("an opening is of no entry", value.size);
    entry = wl_get_u64(value.data);
    wl_arena_clear(&c->arena);
    out = done_outcome(c, entry, &wl_open_command, &rc);
    if (rc != WL_OK)
        return rc;
    if (!out || out->head.postings.count != 1 || wl_reversed_by(c->txn, entry) != WL_NONE)
        return wl_check_fail("an opening is not in its entry", entry);
    p = out->head.postings.at;
    wl_party_split(p->to_party, &location_id, &bin_id);
    expected = WL_PARTS_KEY(location_id, bin_id, p->unit, p->lot);
    return wl_str_equal(key, wl_parts_key_view(&expected)) ? WL_OK
                                                           : wl_check_fail("an opening is of other stock", entry);
}

int wl_reversals_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn};
    int rc;

    wl_arena_init(&c.arena, ENTRY_MEMORY);
    rc = wl_check_rows(txn, WL_TABLE_REVERSALS, WL_NO_STR, check_reversal, &c);
    if (rc == WL_OK && c.reversals != wl_counter(txn, WL_REVERSALS))
        rc = wl_check_fail("reversals are missing", c.reversals);
    if (rc == WL_OK)
        rc = wl_check_rows(txn, WL_TABLE_OPENINGS, WL_NO_STR, check_opening, &c);
    wl_arena_release(&c.arena);
    return rc == WL_OK ? wl_txn_status(txn) : rc;
}
