/* A toy trade for the tests of the ledger: accounts that are opened, moves between them, texts that are
 * forgotten. One table of each kind, and switches that make deciding go wrong on purpose. */
#ifndef TOY_LEDGER_H
#define TOY_LEDGER_H

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wledger/audit.h"
#include "wledger/error.h"

#define TOY_UNUSED __attribute__((unused))

enum { TOY_HEADS = WL_TABLE_FIRST, TOY_MOVES, TOY_INDEX, TOY_TABLES_END };

static const struct wl_table toy_tables[] = {
    {"toy-heads", WL_TABLE_BUFFERED}, /* name -> moves, number of the last */
    {"toy-moves", WL_TABLE_APPEND},   /* entry number -> from, note */
    {"toy-index", 0},                 /* name, entry number -> amount */
};

enum toy_how {
    TOY_PROPER,
    TOY_REFUSE_WITH_POSTINGS, /* refuses after it has filled in postings */
    TOY_OVERDRAW,             /* forgets to look at the balance */
    TOY_ABOUT_ROW,            /* its outcome carries a text as the store gave it */
};

struct toy_open_body {
    struct wl_str name;
    int64_t funds;
};
struct toy_move_body {
    struct wl_str from, to;
    int64_t amount, how;
    struct wl_str note;
};
struct toy_forget_body {
    int64_t seq;
};

static const struct wl_field toy_open_fields[] = {
    {.name = "name",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = 32,
     .offset = offsetof(struct toy_open_body, name)},
    {.name = "funds", .tag = 2, .type = WL_INT, .digits = 18, .offset = offsetof(struct toy_open_body, funds)},
};
static const struct wl_record toy_open_record = {"open", toy_open_fields, WL_COUNT(toy_open_fields),
                                                 sizeof(struct toy_open_body)};
static const struct wl_field toy_move_fields[] = {
    {.name = "from",
     .tag = 1,
     .type = WL_TEXT,
     .required = true,
     .limit = 32,
     .offset = offsetof(struct toy_move_body, from)},
    {.name = "to",
     .tag = 2,
     .type = WL_TEXT,
     .required = true,
     .limit = 32,
     .offset = offsetof(struct toy_move_body, to)},
    {.name = "amount", .tag = 3, .type = WL_INT, .digits = 18, .offset = offsetof(struct toy_move_body, amount)},
    {.name = "how", .tag = 4, .type = WL_INT, .digits = 2, .offset = offsetof(struct toy_move_body, how)},
    {.name = "note", .tag = 5, .type = WL_TEXT, .limit = 65000, .offset = offsetof(struct toy_move_body, note)},
};
static const struct wl_record toy_move_record = {"move", toy_move_fields, WL_COUNT(toy_move_fields),
                                                 sizeof(struct toy_move_body)};
static const struct wl_field toy_forget_fields[] = {
    {.name = "seq", .tag = 1, .type = WL_INT, .digits = 18, .offset = offsetof(struct toy_forget_body, seq)},
};
static const struct wl_record toy_forget_record = {"forget", toy_forget_fields, WL_COUNT(toy_forget_fields),
                                                   sizeof(struct toy_forget_body)};

/* Changes what `move` decides, as a new release might without meaning to. */
static bool toy_twist;

static bool toy_known(const struct wl_context *ctx, struct wl_str name)
{
    struct wl_str head;

    return wl_get(ctx->txn, TOY_HEADS, name, &head) == 1;
}

static int toy_posting(const struct wl_context *ctx, struct wl_outcome_head *head, struct wl_posting posting)
{
    struct wl_posting *p = wl_arena_alloc(ctx->arena, sizeof *p);

    if (!p)
        return WL_E_FULL;
    *p = posting;
    head->postings = (struct wl_list){p, 1};
    return WL_OK;
}

static int toy_open_decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct toy_open_body *b = body;
    struct wl_outcome_head *head = outcome;

    if (toy_known(ctx, b->name)) {
        head->refusal = WL_REFUSED_JOURNAL_BEGUN;
        head->about = b->name;
    } else if (b->funds > 0) {
        return toy_posting(ctx, head,
                           (struct wl_posting){.from_kind = WL_ACCOUNT_EXPENSE_WARRANTY,
                                               .to_kind = WL_ACCOUNT_ACCRUED,
                                               .from_party = WL_STR("oem"),
                                               .to_party = b->name,
                                               .unit = WL_STR("EUR"),
                                               .amount = b->funds});
    }
    return WL_OK;
}

static void toy_head_put(struct wl_txn *txn, struct wl_str name, uint64_t count, uint64_t seq)
{
    char row[16];

    wl_set_u64(row, count);
    wl_set_u64(row + 8, seq);
    wl_put(txn, TOY_HEADS, name, (struct wl_str){row, sizeof row});
}

static void toy_open_apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct toy_open_body *b = body;

    (void)outcome;
    toy_head_put(ctx->txn, b->name, 0, ctx->seq);
}

static int toy_move_decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct toy_move_body *b = body;
    struct wl_outcome_head *head = outcome;
    bool known = toy_known(ctx, b->from) && toy_known(ctx, b->to);
    int rc = WL_OK;

    if (known)
        rc = toy_posting(ctx, head,
                         (struct wl_posting){.from_kind = WL_ACCOUNT_ACCRUED,
                                             .to_kind = WL_ACCOUNT_ACCRUED,
                                             .from_party = b->from,
                                             .to_party = b->to,
                                             .unit = WL_STR("EUR"),
                                             .amount = toy_twist ? b->amount + 1 : b->amount});
    if (!known || b->how == TOY_REFUSE_WITH_POSTINGS ||
        (b->how != TOY_OVERDRAW &&
         wl_balance(ctx->txn, WL_ACCOUNT_ACCRUED, b->from, WL_STR("EUR"), WL_NO_STR) < b->amount)) {
        head->refusal = WL_REFUSED_JOURNAL_BEGUN;
        head->about = b->from;
    }
    if (known && b->how == TOY_ABOUT_ROW)
        head->about = WL_STR("a text of the outcome that is long enough to be looked at");
    return rc != WL_OK ? rc : wl_txn_status(ctx->txn);
}

static void toy_count(const struct wl_context *ctx, struct wl_str name, int64_t amount)
{
    struct wl_str head;
    uint8_t key[40];
    char value[8];
    uint64_t count = wl_get(ctx->txn, TOY_HEADS, name, &head) == 1 ? wl_get_u64(head.data) : 0;

    toy_head_put(ctx->txn, name, count + 1, ctx->seq);
    memcpy(key, name.data, name.size);
    wl_set_u64(key + name.size, ctx->seq);
    wl_set_u64(value, (uint64_t)amount);
    wl_put(ctx->txn, TOY_INDEX, (struct wl_str){(char *)key, name.size + 8}, (struct wl_str){value, sizeof value});
}

static void toy_move_apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct toy_move_body *b = body;

    (void)outcome;
    wl_put_n(ctx->txn, TOY_MOVES, ctx->seq, b->from);
    toy_count(ctx, b->from, -b->amount);
    if (!wl_str_equal(b->from, b->to))
        toy_count(ctx, b->to, b->amount);
}

static int toy_forget_decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    (void)ctx, (void)body, (void)outcome;
    return WL_OK;
}

static void toy_forget_apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)outcome;
    wl_text_erase(ctx->txn, (uint64_t)((const struct toy_forget_body *)body)->seq);
}

static const struct wl_command toy_open_command = {
    "open-account", 1000, &toy_open_record, &wl_plain_outcome_record, toy_open_decide, toy_open_apply};
static const struct wl_command toy_move_command = {
    "move", 1001, &toy_move_record, &wl_plain_outcome_record, toy_move_decide, toy_move_apply};
static const struct wl_command toy_forget_command = {
    "forget", 1002, &toy_forget_record, &wl_plain_outcome_record, toy_forget_decide, toy_forget_apply};
static const struct wl_command *const toy_commands[] = {&toy_open_command, &toy_move_command, &toy_forget_command};
static const struct wl_schema toy_schema = {.tables = toy_tables,
                                            .table_count = WL_COUNT(toy_tables),
                                            .commands = toy_commands,
                                            .command_count = WL_COUNT(toy_commands),
                                            .rules_version = 1};

/* ---- folders ---- */

/* A path for a store that does not exist yet, in a folder of its own. */
static TOY_UNUSED const char *toy_dir(char path[256])
{
    snprintf(path, 256, "%s/wledger-toy-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(path));
    strcat(path, "/store");
    return path;
}

/* Removes a store, and the folder around it. */
static TOY_UNUSED void toy_remove(const char *dir)
{
    char command[600], folder[256];

    snprintf(folder, sizeof folder, "%s", dir);
    ck_assert(strstr(folder, "/wledger-toy-") != NULL && strrchr(folder, '/') > strstr(folder, "/wledger-toy-"));
    *strrchr(folder, '/') = 0;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static TOY_UNUSED uint64_t toy_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* WL_SEED, or one of our own; printed, so that a failure can be had again. */
static TOY_UNUSED uint64_t toy_seed(const char *what)
{
    const char *given = getenv("WL_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 20240229;

    printf("%s: WL_SEED=%llu\n", what, (unsigned long long)seed);
    fflush(stdout);
    return seed * 2 + 1;
}

static TOY_UNUSED bool toy_is_quick(void)
{
    return getenv("WL_QUICK") != NULL;
}

/* ---- running commands ---- */

#define TOY_OK(call) ck_assert_msg((call) == WL_OK, "%s: %s", #call, wl_error())

static TOY_UNUSED struct wl_store *toy_store(const char *dir, unsigned flags)
{
    struct wl_store *store;

    TOY_OK(wl_store_open(dir, &toy_schema, flags, &store));
    return store;
}

static TOY_UNUSED struct wl_request toy_request(const struct wl_command *command, const void *body, int64_t time)
{
    return (struct wl_request){.command = command, .body = body, .time = time, .actor = WL_STR("tester")};
}

static TOY_UNUSED struct wl_request toy_init(int64_t time)
{
    static const struct wl_init_body body = {.oem = {"Toy", 3}, .zone = 60};

    return toy_request(&wl_init_command, &body, time);
}

/* Number n of a fixed run of commands, the same for every caller: the journal is a function of n. */
static TOY_UNUSED int toy_step(struct wl_txn *txn, struct wl_arena *arena, uint64_t n, struct wl_result *result)
{
    enum { ACCOUNTS = 25, TEXT_EVERY = 7 };
    uint64_t state = n * UINT64_C(0x9E3779B97F4A7C15) + 99;
    char from[16], to[16], key[32], note[200], text[64];
    struct wl_personal personal = {.salt = {(uint8_t)n, 1, 2, 3}};
    struct toy_open_body open_body = {.funds = 100000};
    struct toy_move_body move = {.how = TOY_PROPER};
    struct wl_request request;

    toy_random(&state);
    snprintf(from, sizeof from, "dealer-%02u", (unsigned)(n < ACCOUNTS ? n : toy_random(&state) % (ACCOUNTS + 1)));
    snprintf(to, sizeof to, "dealer-%02u", (unsigned)(toy_random(&state) % ACCOUNTS));
    snprintf(key, sizeof key, "key-%llu", (unsigned long long)n);
    snprintf(text, sizeof text, "Mrs. %llu of Lindenstrasse", (unsigned long long)n);
    memset(note, 'a' + (int)(n % 26), sizeof note);
    open_body.name = wl_str_of(from);
    move.from = wl_str_of(from);
    move.to = wl_str_of(to);
    move.amount = (int64_t)(toy_random(&state) % 9000 + 1);
    move.note = (struct wl_str){note, toy_random(&state) % sizeof note};
    request = n < ACCOUNTS ? toy_request(&toy_open_command, &open_body, (int64_t)(1700000000 + n * 60))
                           : toy_request(&toy_move_command, &move, (int64_t)(1700000000 + n * 60));
    if (n % 3 == 0)
        request.key = wl_str_of(key);
    personal.text = wl_str_of(text);
    if (n % TEXT_EVERY == 0) {
        request.texts = &personal;
        request.text_count = 1;
    }
    wl_arena_clear(arena);
    return wl_execute(txn, arena, &request, result);
}

/* Steps from `next` to `end`, so many in a transaction. */
static TOY_UNUSED void toy_steps(struct wl_store *store, uint64_t next, uint64_t end, uint64_t in_one)
{
    struct wl_arena arena;
    struct wl_result result;

    wl_arena_init(&arena, 1 << 20);
    while (next < end) {
        struct wl_txn *txn;

        TOY_OK(wl_txn_begin(store, true, &txn));
        for (uint64_t i = 0; i < in_one && next < end; i++)
            TOY_OK(toy_step(txn, &arena, next++, &result));
        TOY_OK(wl_txn_commit(&txn));
    }
    wl_arena_release(&arena);
}

/* A new store with an opened journal and `count` steps. */
static TOY_UNUSED struct wl_store *toy_new(const char *dir, uint64_t count, uint64_t in_one)
{
    struct wl_store *store = toy_store(dir, WL_OPEN_CREATE);
    struct wl_request request = toy_init(1600000000);
    struct wl_arena arena;
    struct wl_result result;
    struct wl_txn *txn;

    wl_arena_init(&arena, 1 << 20);
    TOY_OK(wl_txn_begin(store, true, &txn));
    TOY_OK(wl_execute(txn, &arena, &request, &result));
    TOY_OK(wl_txn_commit(&txn));
    wl_arena_release(&arena);
    toy_steps(store, 0, count, in_one);
    return store;
}

#endif
