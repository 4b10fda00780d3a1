#include "wledger/batch.h"

#include "wledger/claim.h"
#include "wledger/error.h"
#include <string.h>

enum { DONE_KEY = 9, ID_KEY_MAX = 300 };

#define BODY struct wl_batch_body
static const struct wl_field body_fields[] = {
    {.name = "sender", .tag = 1, .type = WL_TEXT, .limit = 128, .offset = offsetof(BODY, sender)},
    {.name = "batch_id", .tag = 2, .type = WL_TEXT, .required = true, .limit = 128, .offset = offsetof(BODY, batch_id)},
    {.name = "sha256", .tag = 3, .type = WL_BYTES, .required = true, .limit = 32, .offset = offsetof(BODY, sha256)},
    {.name = "dialect", .tag = 4, .type = WL_TEXT, .required = true, .limit = 64, .offset = offsetof(BODY, dialect)},
    {.name = "records", .tag = 5, .type = WL_INT, .required = true, .digits = 18, .offset = offsetof(BODY, records)},
    {.name = "bytes", .tag = 6, .type = WL_INT, .required = true, .digits = 18, .offset = offsetof(BODY, bytes)},
    {.name = "skipped_elements", .tag = 7, .type = WL_INT, .digits = 18, .offset = offsetof(BODY, skipped_elements)},
};
#undef BODY
static const struct wl_record body_record = {"batch", body_fields, WL_COUNT(body_fields), sizeof(struct wl_batch_body)};

#define ROW struct wl_batch
static const struct wl_field row_fields[] = {
    {.name = "sender", .tag = 1, .type = WL_TEXT, .limit = 128, .offset = offsetof(ROW, sender)},
    {.name = "batch_id", .tag = 2, .type = WL_TEXT, .limit = 128, .offset = offsetof(ROW, batch_id)},
    {.name = "sha256", .tag = 3, .type = WL_BYTES, .limit = 32, .offset = offsetof(ROW, sha256)},
    {.name = "dialect", .tag = 4, .type = WL_TEXT, .limit = 64, .offset = offsetof(ROW, dialect)},
    {.name = "records", .tag = 5, .type = WL_INT, .digits = 18, .offset = offsetof(ROW, records)},
    {.name = "bytes", .tag = 6, .type = WL_INT, .digits = 18, .offset = offsetof(ROW, bytes)},
    {.name = "seq", .tag = 7, .type = WL_INT, .digits = 18, .offset = offsetof(ROW, seq)},
    {.name = "time", .tag = 8, .type = WL_TIME, .offset = offsetof(ROW, time)},
};
#undef ROW
const struct wl_record wl_batch_record = {"batch-row", row_fields, WL_COUNT(row_fields), sizeof(struct wl_batch)};

/* How far a batch has come stands in a row of its own, because it changes with every record. */
static struct wl_str done_key(uint64_t number, uint8_t bytes[DONE_KEY])
{
    wl_set_u64(bytes, number);
    bytes[8] = 'd';
    return (struct wl_str){(char *)bytes, DONE_KEY};
}

/* 'i', sender, 0, id; and 'h', hash. */
static struct wl_str id_key(struct wl_str sender, struct wl_str batch_id, uint8_t bytes[ID_KEY_MAX])
{
    struct wl_buf b = {.data = bytes, .capacity = ID_KEY_MAX, .ceiling = ID_KEY_MAX};

    wl_buf_byte(&b, 'i');
    wl_buf_str(&b, sender);
    wl_buf_byte(&b, 0);
    wl_buf_str(&b, batch_id);
    return wl_buf_view(&b);
}

static struct wl_str hash_key(const void *sha256, uint8_t bytes[1 + WL_HASH_SIZE])
{
    bytes[0] = 'h';
    memcpy(bytes + 1, sha256, WL_HASH_SIZE);
    return (struct wl_str){(char *)bytes, 1 + WL_HASH_SIZE};
}

uint64_t wl_batch_count(struct wl_txn *txn)
{
    return wl_counter(txn, "batches");
}

int wl_batch_find(struct wl_txn *txn, const uint8_t sha256[WL_HASH_SIZE], uint64_t *number)
{
    uint8_t key[1 + WL_HASH_SIZE];
    struct wl_str value;
    int rc = wl_get(txn, WL_TABLE_BATCH_IDS, hash_key(sha256, key), &value);

    if (rc == 1)
        *number = wl_get_u64(value.data);
    return rc;
}

int wl_batch_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_batch *batch)
{
    uint8_t key[DONE_KEY];
    struct wl_str value;
    int rc = wl_get_n(txn, WL_TABLE_BATCHES, number, &value);

    if (rc <= 0)
        return rc;
    value = wl_arena_copy(arena, value);
    if ((rc = wl_record_decode(&wl_batch_record, value, batch, arena)) != WL_OK)
        return wl_txn_fail(txn, rc);
    rc = wl_get(txn, WL_TABLE_BATCHES, done_key(number, key), &value);
    batch->done = rc == 1 ? (int64_t)wl_get_u64(value.data) : 0;
    return rc < 0 ? rc : 1;
}

void wl_batch_advance(const struct wl_context *ctx)
{
    uint8_t key[DONE_KEY];
    char value[8];

    if (ctx->batch == 0)
        return;
    wl_set_u64(value, ctx->ordinal);
    wl_put(ctx->txn, WL_TABLE_BATCHES, done_key(ctx->batch, key), (struct wl_str){value, sizeof value});
}

/* The same file never becomes a second batch, and a batch's number never another file (architecture:
 * a batch is identified by its bytes, and by sender and id). */
static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_batch_body *b = body;
    struct wl_outcome_head *out = outcome;
    uint8_t key[ID_KEY_MAX];
    uint64_t known;
    struct wl_str value;
    int rc = wl_batch_find(ctx->txn, (const uint8_t *)b->sha256.data, &known);

    if (rc == 1) {
        out->refusal = WL_REFUSED_BATCH_KNOWN;
        return WL_OK;
    }
    if (rc == 0)
        rc = wl_get(ctx->txn, WL_TABLE_BATCH_IDS, id_key(b->sender, b->batch_id, key), &value);
    if (rc == 1)
        out->refusal = WL_REFUSED_BATCH_CHANGED;
    return rc < 0 ? rc : WL_OK;
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_batch_body *b = body;
    struct wl_batch row = {b->sender, b->batch_id,       b->sha256, b->dialect, b->records,
                           b->bytes,  (int64_t)ctx->seq, ctx->time, 0};
    uint64_t number = wl_batch_count(ctx->txn) + 1;
    uint8_t key[ID_KEY_MAX];
    char value[8];
    struct wl_buf encoded;

    (void)outcome;
    wl_buf_init(&encoded, WL_VALUE_MAX);
    wl_record_encode(&wl_batch_record, &row, &encoded);
    if (encoded.failed)
        wl_txn_fail(ctx->txn, wl_buf_status(&encoded));
    wl_put_n(ctx->txn, WL_TABLE_BATCHES, number, wl_buf_view(&encoded));
    wl_buf_release(&encoded);
    wl_set_u64(value, number);
    wl_put(ctx->txn, WL_TABLE_BATCH_IDS, id_key(b->sender, b->batch_id, key), (struct wl_str){value, sizeof value});
    wl_put(ctx->txn, WL_TABLE_BATCH_IDS, hash_key(b->sha256.data, key), (struct wl_str){value, sizeof value});
    wl_counter_set(ctx->txn, "batches", number);
}

const struct wl_command wl_batch_command = {
    .name = "batch",
    .tag = 4,
    .body = &body_record,
    .outcome = &wl_plain_outcome_record,
    .decide = decide,
    .apply = apply,
};
