#include "ledger/verify.h"

#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

enum { COMMAND_MEMORY = 16 << 20, PIECE_ENTRIES = 2048, ACCOUNTS = 0 };

static int damaged(uint64_t seq, const char *what)
{
    return wl_fail(WL_E_DAMAGED, "journal entry %llu: %s", (unsigned long long)seq, what);
}

static int check_tree(struct wl_journal_check *j, uint64_t seq, struct wl_str bytes)
{
    uint8_t row[WL_TREE_LEVELS][WL_TREE_HASH];
    size_t size = wl_frontier_add(&j->frontier, bytes, row) * (size_t)WL_TREE_HASH;
    struct wl_str key, value;
    int rc = wl_walk_next(j->tree, &key, &value);

    if (rc < 0)
        return rc;
    if (rc == 0 || key.size != 8 || wl_get_u64(key.data) != seq || value.size != size ||
        memcmp(value.data, row, size) != 0)
        return damaged(seq, "its bytes do not give the hashes in the tree");
    return WL_OK;
}

static int next_text(struct wl_journal_check *j)
{
    int rc = wl_walk_next(j->texts, &j->text_key, &j->text);

    if (rc == 0)
        j->text_key = WL_NO_STR;
    return rc < 0 ? rc : WL_OK;
}

static int check_texts(struct wl_journal_check *j, const struct wl_entry *e)
{
    uint8_t hash[WL_HASH_SIZE];
    int rc = WL_OK;

    for (unsigned n = 0; rc == WL_OK && n < e->text_count; n++) {
        uint8_t key[WL_TEXT_KEY];

        wl_text_key(e->seq, n, key);
        if (!wl_str_equal(j->text_key, (struct wl_str){(char *)key, sizeof key}))
            continue; /* erased */
        if (j->text.size < WL_SALT_SIZE)
            return damaged(e->seq, "a text has no salt");
        wl_commitment((const uint8_t *)j->text.data,
                      (struct wl_str){j->text.data + WL_SALT_SIZE, j->text.size - WL_SALT_SIZE}, hash);
        if (memcmp(hash, e->commitments[n].data, WL_HASH_SIZE) != 0)
            return damaged(e->seq, "a text is not the one that the entry committed to");
        j->text_count++;
        rc = next_text(j);
    }
    return rc;
}

static int add_up(struct wl_journal_check *j, uint64_t seq, const struct wl_outcome_head *head)
{
    const struct wl_posting *p = head->postings.at;
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && head->refusal == WL_NONE && i < head->postings.count; i++, p++)
        rc = wl_posting_is_good(p) ? wl_posting_sum(j->accounts, p) : damaged(seq, "a posting is not one");
    return rc;
}

static int check_entry(struct wl_journal_check *j, uint64_t seq)
{
    struct wl_str key, bytes;
    struct wl_entry e;
    void *outcome, *body;
    int rc = wl_walk_next(j->entries, &key, &bytes);

    if (rc < 0)
        return rc;
    if (rc == 0 || key.size != 8 || wl_get_u64(key.data) != seq)
        return damaged(seq, "it is missing");
    wl_arena_clear(&j->arena);
    rc = check_tree(j, seq, bytes);
    if (rc == WL_OK)
        rc = wl_entry_parse(wl_store_schema(j->txn->store), seq, bytes, &e);
    if (rc == WL_OK)
        rc = wl_entry_body(&e, &j->arena, &body);
    if (rc == WL_OK)
        rc = wl_entry_outcome(&e, &j->arena, &outcome);
    if (rc == WL_OK)
        rc = check_texts(j, &e);
    return rc == WL_OK ? add_up(j, seq, outcome) : rc;
}

static void close_walks(struct wl_journal_check *j)
{
    wl_walk_close(j->entries);
    wl_walk_close(j->tree);
    wl_walk_close(j->texts);
    j->entries = j->tree = j->texts = NULL;
}

static int open_walks(struct wl_journal_check *j, uint64_t start)
{
    uint8_t bytes[8];
    struct wl_str from = {(const char *)bytes, sizeof bytes};
    int rc = wl_frontier_load(j->txn, start, &j->frontier);

    wl_set_u64(bytes, start);
    if (rc == WL_OK)
        rc = wl_walk_open(j->txn, WL_TABLE_JOURNAL, WL_NO_STR, from, &j->entries);
    if (rc == WL_OK)
        rc = wl_walk_open(j->txn, WL_TABLE_TREE, WL_NO_STR, from, &j->tree);
    if (rc == WL_OK)
        rc = wl_walk_open(j->txn, WL_TABLE_TEXTS, WL_NO_STR, start == 0 ? WL_NO_STR : from, &j->texts);
    return rc == WL_OK ? next_text(j) : rc;
}

/* Behind the last entry there must be nothing more. */
static int check_end(struct wl_journal_check *j)
{
    struct wl_str key, value;
    int rc = wl_walk_next(j->entries, &key, &value);

    if (rc == 0)
        rc = wl_walk_next(j->tree, &key, &value);
    if (rc != 0)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the hash tree does not end where the journal does");
    wl_frontier_root(&j->frontier, j->pieces->root);
    return WL_OK;
}

static int check_piece(struct wl_journal_check *j, uint64_t start, uint64_t end)
{
    int rc = open_walks(j, start);

    for (uint64_t seq = start; rc == WL_OK && seq < end; seq++)
        rc = check_entry(j, seq);
    if (rc == WL_OK && j->text_key.size > 0 &&
        (end == j->pieces->size || j->text_key.size < 8 || wl_get_u64(j->text_key.data) < end))
        rc = wl_fail(WL_E_DAMAGED, "there is a text that belongs to no entry");
    if (rc == WL_OK && end == j->pieces->size)
        rc = check_end(j);
    close_walks(j);
    return rc;
}

int wl_journal_check_begin(struct wl_journal_check *j, struct wl_txn *txn, struct wl_journal_pieces *pieces)
{
    *j = (struct wl_journal_check){.txn = txn, .pieces = pieces};
    wl_arena_init(&j->arena, COMMAND_MEMORY);
    j->accounts = wl_pending_new();
    if (j->accounts)
        return WL_OK;
    atomic_store(&pieces->stop, true);
    return wl_fail(WL_E_SYSTEM, "out of memory");
}

int wl_journal_check_pieces(struct wl_journal_check *j)
{
    uint64_t size = j->pieces->size, start;
    int rc = WL_OK;

    while (rc == WL_OK && !atomic_load(&j->pieces->stop)) {
        start = atomic_fetch_add(&j->pieces->next, PIECE_ENTRIES);
        if (start > size || (start == size && size > 0)) /* an empty journal is one piece */
            break;
        rc = check_piece(j, start, size - start < PIECE_ENTRIES ? size : start + PIECE_ENTRIES);
        if (rc != WL_OK)
            atomic_store(&j->pieces->stop, true);
    }
    return rc;
}

void wl_journal_check_end(struct wl_journal_check *j)
{
    wl_pending_free(j->accounts);
    wl_arena_release(&j->arena);
}

static int check_balance(void *context, struct wl_str key, struct wl_str value)
{
    struct wl_journal_check *j = context;
    const struct wl_pending_row *sum = wl_pending_find(j->accounts, ACCOUNTS, key);

    if (!sum || !wl_str_equal(sum->value, value))
        return wl_fail(WL_E_DAMAGED, "a balance is not the sum of its postings");
    return WL_OK;
}

/* Every account that the postings left open stands in the table, and the other way about. */
int wl_journal_check_balances(struct wl_journal_check *j, struct wl_journal_check *other)
{
    uint64_t open = 0;
    size_t count;
    struct wl_pending_row *const *rows;
    int rc = wl_posting_sums_merge(j->accounts, other->accounts);

    if (rc == WL_OK)
        rc = wl_table_check(j->txn, WL_TABLE_BALANCES, check_balance, j);
    if (rc != WL_OK)
        return rc;
    rows = wl_pending_take(j->accounts, ACCOUNTS, &count);
    for (size_t i = 0; i < count; i++)
        open += !rows[i]->deleted;
    if (open != wl_table_rows(j->txn, WL_TABLE_BALANCES))
        return wl_fail(WL_E_DAMAGED, "an account that the postings left open has no balance");
    return WL_OK;
}
