#include "ledger/journal.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include <assert.h>
#include <string.h>

/* Zones go from -14:00 to +14:00; counters do not go below zero. */
enum { ZONE_MAX = 840, ZONE_BIAS = 1440, KEY_ROW = 16, KEYS_DROPPED_AT_ONCE = 8 };

int wl_journal_end(struct wl_txn *t)
{
    struct wl_str key, value;
    int rc;

    if (t->end_known)
        return t->status;
    rc = wl_last(t, WL_TABLE_JOURNAL, &key, &value);
    if (rc < 0)
        return rc;
    if (rc == 1 && key.size != 8)
        return wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "the journal has an entry without a number"));
    t->next_seq = rc == 1 ? wl_get_u64(key.data) + 1 : 0;
    rc = wl_frontier_load(t, t->next_seq, &t->frontier);
    if (rc != WL_OK)
        return wl_txn_fail(t, rc);
    t->end_known = true;
    return WL_OK;
}

void wl_journal_append(struct wl_txn *t, struct wl_str bytes)
{
    uint8_t row[WL_TREE_LEVELS][WL_TREE_HASH];
    unsigned count = wl_frontier_add(&t->frontier, bytes, row);

    wl_put_n(t, WL_TABLE_JOURNAL, t->next_seq, bytes);
    wl_put_n(t, WL_TABLE_TREE, t->next_seq, (struct wl_str){(const char *)row, (size_t)count * WL_TREE_HASH});
    t->next_seq++;
}

uint64_t wl_journal_size(struct wl_txn *t)
{
    return wl_journal_end(t) == WL_OK ? t->next_seq : 0;
}

int wl_journal_root(struct wl_txn *t, uint8_t root[WL_HASH_SIZE])
{
    int rc = wl_journal_end(t);

    if (rc == WL_OK)
        wl_frontier_root(&t->frontier, root);
    return rc;
}

/* Reads the clock once for a transaction, because every entry asks for it several times. */
static void know_clock(struct wl_txn *t)
{
    struct wl_str value;
    uint64_t biased = wl_counter(t, "zone");
    int rc = wl_get(t, WL_TABLE_META, WL_STR("last-time"), &value);

    if (rc == 1 && value.size != 8)
        wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "the time of the last command is not a number"));
    t->last_time = rc == 1 && value.size == 8 ? (int64_t)wl_get_u64(value.data) : WL_NONE;
    t->zone = biased == 0 || biased > 2 * ZONE_BIAS ? 0 : (int64_t)biased - ZONE_BIAS;
    t->clock_known = t->status == WL_OK;
}

int64_t wl_journal_time(struct wl_txn *t)
{
    if (!t->clock_known)
        know_clock(t);
    return t->last_time;
}

int64_t wl_journal_zone(struct wl_txn *t)
{
    if (!t->clock_known)
        know_clock(t);
    return t->zone;
}

struct wl_str wl_journal_oem(struct wl_txn *t)
{
    struct wl_str value;

    return wl_get(t, WL_TABLE_META, WL_STR("oem"), &value) == 1 ? value : WL_NO_STR;
}

/* ---- idempotency keys ---- */

static bool is_expired(int64_t taken, int64_t now)
{
    int64_t age;

    return __builtin_sub_overflow(now, taken, &age) ? now > taken : age > WL_KEY_SECONDS;
}

int wl_key_find(struct wl_txn *t, struct wl_str key, int64_t time, uint64_t *seq)
{
    struct wl_str row;
    int rc = wl_get(t, WL_TABLE_KEYS, key, &row);

    if (rc <= 0)
        return rc;
    if (row.size != KEY_ROW)
        return wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "an idempotency key has no entry"));
    *seq = wl_get_u64(row.data);
    return !is_expired((int64_t)wl_get_u64(row.data + 8), time);
}

/* Lets go of the oldest expired keys, a few at a time, so that no command pays for all. */
static void drop_old_keys(struct wl_txn *t, int64_t time)
{
    struct {
        uint64_t seq;
        size_t size;
        char key[WL_NAME_MAX];
    } old[KEYS_DROPPED_AT_ONCE];
    struct wl_walk *walk;
    struct wl_str number, key, row;
    unsigned n = 0;

    if (wl_walk_open(t, WL_TABLE_KEY_AGE, WL_NO_STR, WL_NO_STR, &walk) != WL_OK)
        return;
    while (n < KEYS_DROPPED_AT_ONCE && wl_walk_next(walk, &number, &key) == 1) {
        if (number.size != 8 || key.size < 8 || key.size > 8 + WL_NAME_MAX ||
            !is_expired((int64_t)wl_get_u64(key.data), time))
            break;
        old[n].seq = wl_get_u64(number.data);
        old[n].size = key.size - 8;
        memcpy(old[n].key, key.data + 8, old[n].size);
        n++;
    }
    wl_walk_close(walk);
    for (unsigned i = 0; i < n; i++) {
        uint8_t seq[8];
        struct wl_str name = {old[i].key, old[i].size};

        wl_set_u64(seq, old[i].seq);
        wl_delete(t, WL_TABLE_KEY_AGE, (struct wl_str){(char *)seq, sizeof seq});
        if (wl_get(t, WL_TABLE_KEYS, name, &row) == 1 && row.size == KEY_ROW && wl_get_u64(row.data) == old[i].seq)
            wl_delete(t, WL_TABLE_KEYS, name);
    }
}

static void take_key(struct wl_txn *t, const struct wl_entry *e)
{
    char row[8 + WL_NAME_MAX];

    drop_old_keys(t, e->time);
    wl_set_u64(row, (uint64_t)e->time);
    memcpy(row + 8, e->key.data, e->key.size);
    wl_put_n(t, WL_TABLE_KEY_AGE, e->seq, (struct wl_str){row, 8 + e->key.size});
    wl_set_u64(row, e->seq);
    wl_set_u64(row + 8, (uint64_t)e->time);
    wl_put(t, WL_TABLE_KEYS, e->key, (struct wl_str){row, KEY_ROW});
}

/* ---- decide, append, apply ---- */

static struct wl_context context_of(struct wl_txn *t, struct wl_arena *arena, const struct wl_entry *e,
                                    const void *prepared)
{
    return (struct wl_context){
        .txn = t,
        .arena = arena,
        .cache = wl_store_cache(t->store),
        .seq = e->seq,
        .time = e->time,
        .day = wl_time_day(e->time, wl_journal_zone(t)),
        .actor = e->actor,
        .batch = e->batch,
        .ordinal = e->ordinal,
        .prepared = prepared,
    };
}

/* Whether the texts of a request are those of an entry: 1, 0 or error. The request's salts are new ones,
 * so its texts are put to the salts of before; an erased text passes for any. */
static int same_texts(struct wl_txn *t, const struct wl_entry *first, const struct wl_request *r)
{
    if (first->text_count != r->text_count)
        return 0;
    for (unsigned n = 0; n < r->text_count; n++) {
        uint8_t hash[WL_HASH_SIZE];
        struct wl_str row;
        int rc = wl_text_row(t, first->seq, n, &row);

        if (rc < 0)
            return rc;
        if (rc == 0)
            continue;
        wl_commitment((const uint8_t *)row.data, r->texts[n].text, hash);
        if (memcmp(hash, first->commitments[n].data, WL_HASH_SIZE) != 0)
            return 0;
    }
    return 1;
}

/* Whether the entry that holds this key is of the same command and content: 1, 0 or error. */
static int same_command(struct wl_txn *t, uint64_t seq, const struct wl_entry *now, const struct wl_request *r)
{
    struct wl_entry first;
    int rc = wl_entry_read(t, seq, &first);

    if (rc <= 0)
        return rc < 0 ? rc : wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "an idempotency key leads to no entry"));
    if (first.command != now->command || !wl_str_equal(first.body, now->body) || !wl_str_equal(first.actor, now->actor))
        return 0;
    return same_texts(t, &first, r);
}

void *wl_decide(struct wl_txn *t, struct wl_arena *arena, const struct wl_entry *e, const void *body,
                const void *prepared)
{
    struct wl_context ctx = context_of(t, arena, e, prepared);
    struct wl_outcome_head *outcome = wl_arena_alloc(arena, e->command->outcome->size);
    uint64_t holder;
    int rc;

    if (!outcome) {
        wl_txn_fail(t, WL_E_FULL);
        return NULL;
    }
    wl_record_clear(e->command->outcome, outcome);
    rc = e->key.size ? wl_key_find(t, e->key, e->time, &holder) : 0;
    if (rc == 1)
        outcome->refusal = WL_REFUSED_KEY_REUSED;
    else if (rc == 0 && (rc = e->command->decide(&ctx, body, outcome)) != WL_OK)
        wl_txn_fail(t, rc);
    return t->status == WL_OK ? outcome : NULL;
}

int wl_entry_apply(struct wl_txn *t, struct wl_arena *arena, const struct wl_entry *e, const void *body,
                   const void *outcome, const void *prepared)
{
    const struct wl_outcome_head *head = outcome;
    struct wl_context ctx = context_of(t, arena, e, prepared);

    if (e->time > wl_journal_time(t)) { /* WL_NONE is below every time */
        wl_counter_set(t, "last-time", (uint64_t)e->time);
        t->last_time = e->time;
    }
    if (e->key.size && head->refusal != WL_REFUSED_KEY_REUSED)
        take_key(t, e);
    if (head->refusal == WL_NONE) {
        wl_post(t, head->postings);
        e->command->apply(&ctx, body, outcome);
    }
    return t->status;
}

static int give_first_outcome(struct wl_txn *t, struct wl_arena *arena, uint64_t seq, struct wl_result *result)
{
    struct wl_entry first;
    int rc = wl_entry_read(t, seq, &first);

    if (rc <= 0)
        return rc < 0 ? rc : wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "an idempotency key leads to no entry"));
    /* Copied, because the caller reads the outcome after the commit as well. */
    first.outcome = wl_arena_copy(arena, first.outcome);
    rc = wl_arena_status(arena);
    if (rc == WL_OK)
        rc = wl_entry_outcome(&first, arena, &result->outcome);
    if (rc != WL_OK)
        return wl_txn_fail(t, rc);
    result->seq = seq;
    result->repeated = result->journalled = true;
    return WL_OK;
}

/* The entry that the request would become, without its outcome. */
static int entry_of(struct wl_txn *t, const struct wl_request *r, struct wl_entry *e,
                    uint8_t commitments[][WL_HASH_SIZE])
{
    *e = (struct wl_entry){.seq = t->next_seq,
                           .format = WL_ENTRY_FORMAT,
                           .time = r->time,
                           .actor = r->actor,
                           .rules_version = wl_store_schema(t->store)->rules_version,
                           .key = r->key,
                           .batch = r->batch,
                           .ordinal = r->ordinal,
                           .command = r->command,
                           .body = r->encoded,
                           .text_count = r->text_count};
    for (unsigned i = 0; i < r->text_count; i++) {
        wl_commitment(r->texts[i].salt, r->texts[i].text, commitments[i]);
        e->commitments[i] = (struct wl_str){(const char *)commitments[i], WL_HASH_SIZE};
    }
    if (e->body.size)
        return WL_OK;
    wl_buf_clear(&t->body);
    wl_record_encode(r->command->body, r->body, &t->body);
    e->body = wl_buf_view(&t->body);
    return t->body.failed ? wl_txn_fail(t, wl_buf_status(&t->body)) : WL_OK;
}

static int append_and_apply(struct wl_txn *t, struct wl_arena *arena, const struct wl_request *r, struct wl_entry *e,
                            const void *outcome)
{
    int rc;

    wl_buf_clear(&t->outcome);
    wl_record_encode(e->command->outcome, outcome, &t->outcome);
    e->outcome = wl_buf_view(&t->outcome);
    rc = t->outcome.failed ? wl_buf_status(&t->outcome) : wl_entry_encode(t, e);
    if (rc != WL_OK)
        return wl_txn_fail(t, rc);
    wl_journal_append(t, wl_buf_view(&t->entry));
    for (unsigned i = 0; i < r->text_count; i++)
        wl_text_put(t, e->seq, i, r->texts[i].salt, r->texts[i].text);
    return wl_entry_apply(t, arena, e, r->body, outcome, r->prepared);
}

int wl_execute(struct wl_txn *t, struct wl_arena *arena, const struct wl_request *r, struct wl_result *result)
{
    uint8_t commitments[WL_TEXTS_MAX][WL_HASH_SIZE];
    struct wl_entry e;
    const struct wl_outcome_head *head;
    uint64_t holder;
    int rc;

    assert(t->write && r->actor.size > 0 && r->actor.size <= WL_NAME_MAX && r->key.size <= WL_NAME_MAX);
    assert(r->text_count <= WL_TEXTS_MAX && r->time >= -WL_TIME_MOST && r->time <= WL_TIME_MOST);
    assert(r->batch <= INT64_MAX && r->ordinal <= INT64_MAX && (r->batch > 0 || r->ordinal == 0));
    *result = (struct wl_result){.refusal = WL_DONE};
    if ((rc = wl_journal_end(t)) != WL_OK || (rc = entry_of(t, r, &e, commitments)) != WL_OK)
        return rc;
    rc = r->key.size ? wl_key_find(t, r->key, r->time, &holder) : 0;
    if (rc == 1 && (rc = same_command(t, holder, &e, r)) == 1) {
        /* Before the time is looked at: who asks again does so with the time of before. */
        rc = give_first_outcome(t, arena, holder, result);
    } else if (r->batch == 0 && r->time < wl_journal_time(t)) {
        result->refusal = WL_REFUSED_TIME_BEFORE_LAST;
        return t->status;
    } else if (rc >= 0 && (result->outcome = wl_decide(t, arena, &e, r->body, r->prepared))) {
        rc = append_and_apply(t, arena, r, &e, result->outcome);
        result->seq = e.seq;
        result->journalled = true;
    }
    if (t->status != WL_OK)
        return t->status;
    head = result->outcome;
    result->refusal = head->refusal == WL_NONE ? WL_DONE : head->refusal;
    return rc;
}

/* ---- the first command ---- */

static int decide_init(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct wl_plain_outcome *out = outcome;
    const struct wl_init_body *b = body;

    if (b->zone < -ZONE_MAX || b->zone > ZONE_MAX)
        return wl_fail(WL_E_USAGE, "a zone is at most 14 hours from UTC");
    if (ctx->seq != 0)
        out->head.refusal = WL_REFUSED_JOURNAL_BEGUN;
    return WL_OK;
}

static void apply_init(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_init_body *b = body;

    (void)outcome;
    wl_counter_set(ctx->txn, "zone", (uint64_t)(b->zone + ZONE_BIAS));
    ctx->txn->clock_known = false;
    wl_put(ctx->txn, WL_TABLE_META, WL_STR("oem"), b->oem);
}

static const struct wl_field init_fields[] = {
    {.name = "oem",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = 100,
     .offset = offsetof(struct wl_init_body, oem)},
    {.name = "zone", .tag = 2, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_init_body, zone)},
};
static const struct wl_record init_record = {"init", init_fields, WL_COUNT(init_fields), sizeof(struct wl_init_body)};

static const struct wl_field plain_fields[] = {WL_OUTCOME_FIELDS(struct wl_plain_outcome)};
const struct wl_record wl_plain_outcome_record = {"plain-outcome", plain_fields, WL_COUNT(plain_fields),
                                                  sizeof(struct wl_plain_outcome)};

const struct wl_command wl_init_command = {
    .name = "init",
    .tag = 1,
    .body = &init_record,
    .outcome = &wl_plain_outcome_record,
    .decide = decide_init,
    .apply = apply_init,
};
