/* What `settle` is measured with: a store with so many claims that may be settled, and the bare side, which reads
 * and writes the same rows and decides nothing. */
#include "bench/measure.h"

#include "wledger/defective.h"
#include "wledger/schema.h"
#include <stdlib.h>
#include <string.h>

enum { COMMAND_MEMORY = 8 << 20, GROUP = 1000, LINE_KEY = 17, LINE_VALUE = 16 };

struct desk {
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena, rows; /* cleared for each command; for each claim */
    int64_t time, day;
    size_t in_group;
};

static void open_desk(struct desk *d, const char *dir)
{
    *d = (struct desk){.store = NULL};
    wl_arena_init(&d->arena, COMMAND_MEMORY);
    wl_arena_init(&d->rows, COMMAND_MEMORY);
    measure_ok(wl_store_open(dir, &wl_house_schema, 0, &d->store), dir);
    measure_ok(wl_txn_begin(d->store, true, &d->txn), "begin");
    d->time = wl_journal_time(d->txn);
}

static void commit(struct desk *d)
{
    measure_ok(wl_txn_commit(&d->txn), "commit");
    d->in_group = 0;
}

static void close_desk(struct desk *d)
{
    wl_txn_abort(&d->txn);
    wl_store_close(d->store);
    wl_arena_release(&d->arena);
    wl_arena_release(&d->rows);
}

/* Whether it was done; a refusal is none. */
static bool execute(struct desk *d, const struct wl_command *command, const void *body)
{
    struct wl_request request = {.command = command, .body = body, .time = d->time, .actor = WL_STR("bench")};
    struct wl_result result;

    if (d->in_group++ == GROUP) {
        commit(d);
        measure_ok(wl_txn_begin(d->store, true, &d->txn), "begin");
    }
    wl_arena_clear(&d->arena);
    measure_ok(wl_execute(d->txn, &d->arena, &request, &result), command->name);
    return result.refusal == WL_DONE;
}

static bool row(struct desk *d, int64_t id, struct wl_claim *claim)
{
    wl_arena_clear(&d->rows);
    return wl_claim_get(d->txn, &d->rows, id, claim) == 1;
}

/* Approves, signs and waives as far as it goes. */
static bool make_eligible(struct desk *d, int64_t id)
{
    struct wl_claim claim;

    if (row(d, id, &claim) && claim.state == WL_CLAIM_REFERRED &&
        (!execute(d, &wl_review_command,
                  &(struct wl_review_body){
                      .dealer_id = claim.dealer_id, .claim_no = claim.claim_no, .verdict = WL_APPROVE}) ||
         !row(d, id, &claim)))
        return false;
    if (claim.state != WL_CLAIM_APPROVED && claim.state != WL_CLAIM_PARTIAL)
        return false;
    if (claim.unmet_obligations > 0 && !execute(d, &wl_waive_command,
                                                &(struct wl_waive_body){.dealer_id = claim.dealer_id,
                                                                        .claim_no = claim.claim_no,
                                                                        .line = WL_NONE,
                                                                        .reason = WL_STR("bench")}))
        return false;
    return claim.signed_seq != WL_NONE ||
           execute(d, &wl_sign_command,
                   &(struct wl_sign_body){.dealer_id = claim.dealer_id, .claim_no = claim.claim_no});
}

void measure_eligible(char **args)
{
    uint64_t wanted = strtoull(args[1], NULL, 10), made = 0, before = UINT64_MAX, claims, entries;
    struct desk d;
    bool *done;

    open_desk(&d, args[0]);
    claims = wl_table_rows(d.txn, WL_TABLE_CLAIMS);
    done = calloc((size_t)claims + 1, 1);
    measure_ok_system(done != NULL, "memory");
    /* A claim that waits for a seat gets one when others have left theirs. */
    while (made < wanted && made != before) {
        before = made;
        for (uint64_t id = 0; id < claims && made < wanted; id++)
            if (!done[id] && make_eligible(&d, (int64_t)id)) {
                done[id] = true;
                made++;
            }
    }
    entries = wl_journal_size(d.txn);
    commit(&d);
    printf("{\"eligible\": %llu, \"claims\": %llu, \"entries\": %llu}\n", (unsigned long long)made,
           (unsigned long long)claims, (unsigned long long)entries);
    free(done);
    close_desk(&d);
}

/* ---- the bare side ---- */

struct bare_row {
    int64_t id;
    struct wl_str dealer_id, value;
};

struct bare {
    struct desk desk;
    struct wl_arena names, values;
    struct bare_row *rows;
    size_t count;
};

static int by_id(const void *a, const void *b)
{
    const struct bare_row *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

/* The claims that a settlement of all dealers would take, dealer by dealer. */
static void find_eligible(struct bare *b)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    size_t room = (size_t)wl_table_rows(b->desk.txn, WL_TABLE_PAYABLES);

    b->rows = calloc(room + 1, sizeof *b->rows);
    measure_ok_system(b->rows != NULL, "memory");
    measure_ok(wl_walk_open(b->desk.txn, WL_TABLE_PAYABLES, WL_NO_STR, WL_NO_STR, &walk), "walk");
    while (wl_walk_next(walk, &key, &value) == 1) {
        int64_t id = (int64_t)wl_get_u64(key.data + key.size - 8);
        struct wl_claim claim;

        if (row(&b->desk, id, &claim) && claim.signed_seq != WL_NONE && claim.unmet_obligations == 0)
            b->rows[b->count++] = (struct bare_row){.id = id, .dealer_id = wl_arena_copy(&b->names, claim.dealer_id)};
    }
    wl_walk_close(walk);
    measure_ok(wl_arena_status(&b->names), "memory");
}

static void write_line(struct bare *b, uint64_t number, int64_t id)
{
    char key[LINE_KEY] = {0}, value[LINE_VALUE] = {0};

    wl_set_u64(key, number);
    wl_set_u64(key + LINE_KEY - 8, (uint64_t)id);
    wl_put(b->desk.txn, WL_TABLE_SETTLEMENT_LINES, (struct wl_str){key, sizeof key},
           (struct wl_str){value, sizeof value});
}

static void delete_payable(struct bare *b, const struct bare_row *r)
{
    char key[64];

    memcpy(key, r->dealer_id.data, r->dealer_id.size);
    key[r->dealer_id.size] = 0;
    wl_set_u64(key + r->dealer_id.size + 1, (uint64_t)r->id);
    wl_delete(b->desk.txn, WL_TABLE_PAYABLES, (struct wl_str){key, r->dealer_id.size + 9});
}

/* Each claim's row read in the order of dealers, its line written and its place among the payable ones let go of; then
 * all rows written back, sorted, and one commit: what any settlement of them must do at the least. */
void measure_bare_settle(char **args)
{
    struct bare b = {.count = 0};
    uint64_t number = 0, written;
    double begin, end;

    open_desk(&b.desk, args[0]);
    wl_arena_init(&b.names, (size_t)1 << 30);
    wl_arena_init(&b.values, (size_t)1 << 30);
    find_eligible(&b);
    written = measure_written(0);
    begin = measure_now();
    for (size_t i = 0; i < b.count; i++) {
        struct bare_row *r = &b.rows[i];

        number += i == 0 || !wl_str_equal(r->dealer_id, r[-1].dealer_id);
        if (wl_get_n(b.desk.txn, WL_TABLE_CLAIMS, (uint64_t)r->id, &r->value) != 1)
            measure_fail("a claim has no row");
        r->value = wl_arena_copy(&b.values, r->value);
        write_line(&b, number, r->id);
        delete_payable(&b, r);
    }
    qsort(b.rows, b.count, sizeof *b.rows, by_id);
    for (size_t i = 0; i < b.count; i++)
        wl_put_n(b.desk.txn, WL_TABLE_CLAIMS, (uint64_t)b.rows[i].id, b.rows[i].value);
    commit(&b.desk);
    end = measure_now();
    written = measure_written(0) - written;
    printf("{\"seconds\": %.6f, \"claims\": %zu, \"dealers\": %llu, \"written_bytes\": %llu}\n", end - begin, b.count,
           (unsigned long long)number, (unsigned long long)written);
    wl_arena_release(&b.names);
    wl_arena_release(&b.values);
    free(b.rows);
    close_desk(&b.desk);
}
