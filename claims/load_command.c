/* The commands that bring reference data: `load-rows` carries rows, `load` closes the run of one file. */
#include "claims/facts.h"
#include "claims/vehicle_heads.h"
#include "wledger/cbor.h"
#include "wledger/claim.h"
#include "wledger/error.h"
#include "wledger/load.h"

#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

enum {
    SHA256_SIZE = 32,
    VALUE_CEILING = WL_VALUE_MAX,
};

/* The next row of a CBOR sequence: 1, 0 at the end, or WL_E_DAMAGED. */
static int next_row(struct wl_cbor *sequence, int64_t table, union wl_reference_row *row, struct wl_str *cbor)
{
    const struct wl_record *record = wl_reference_info(table)->record;

    if (!sequence->bad && sequence->at == sequence->end)
        return 0;
    *cbor = wl_cbor_read_item(sequence);
    if (sequence->bad)
        return wl_fail(WL_E_DAMAGED, "rows of %s in the journal are not a sequence of rows", record->name);
    int status = wl_record_decode(record, *cbor, row, NULL);
    return status == WL_OK ? 1 : status;
}

/* A withdrawal has the fields of its row's key and no other. */
static bool has_key_only(int64_t table, const union wl_reference_row *row)
{
    const struct wl_reference_info *info = wl_reference_info(table);
    union wl_reference_row key_only;

    wl_record_clear(info->record, &key_only);
    for (unsigned i = 0; i < info->key_count; i++) {
        const struct wl_field *field = &info->record->fields[info->keys[i]];
        const char *from = (const char *)row + field->offset;
        char *to = (char *)&key_only + field->offset;

        if (field->type == WL_TEXT)
            *(struct wl_str *)(void *)to = *(const struct wl_str *)(const void *)from;
        else
            *(int64_t *)(void *)to = *(const int64_t *)(const void *)from;
    }
    return wl_record_equal(info->record, &key_only, row);
}

static int check_rows(struct wl_txn *txn, int64_t table, struct wl_str rows, bool withdrawn)
{
    const struct wl_record *record = wl_reference_info(table)->record;
    struct wl_cbor sequence = wl_cbor_open(rows);
    union wl_reference_row row;
    struct wl_row_fault fault;
    struct wl_str cbor;
    int rc;

    while ((rc = next_row(&sequence, table, &row, &cbor)) == 1) {
        if (withdrawn && !has_key_only(table, &row))
            return wl_fail(WL_E_DAMAGED, "a withdrawal from %s in the journal is not one", record->name);
        if (!wl_reference_row_holds(txn, table, &row, withdrawn, &fault))
            return wl_fail(WL_E_DAMAGED, "a row of %s in the journal cannot stand: %s %s", record->name,
                           record->fields[fault.field].name, fault.reason);
    }
    return rc;
}

static int decide_load_rows(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_load_rows_body *b = body;
    int status;

    (void)outcome;
    if (!wl_reference_info(b->table) || b->rows.size + b->withdrawn.size == 0)
        return wl_fail(WL_E_DAMAGED, "a load-rows in the journal names no table or has no rows");
    status = check_rows(ctx->txn, b->table, b->rows, false);
    return status == WL_OK ? check_rows(ctx->txn, b->table, b->withdrawn, true) : status;
}

static int decide_load(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_load_body *b = body;
    struct wl_supersession_chain chain;
    struct wl_row_fault fault;
    char currency[4];

    (void)outcome;
    if (!wl_reference_info(b->table) || b->file_sha256.size != SHA256_SIZE || b->added < 0 || b->changed < 0 ||
        b->withdrawn < 0 || b->rows < 0)
        return wl_fail(WL_E_DAMAGED, "a load in the journal is not one");
    if (b->table == WL_REF_TIERS && !wl_tiers_hold(ctx->txn, currency, &fault))
        return wl_fail(WL_E_DAMAGED, "a load in the journal leaves tiers of %s that cannot stand: %s", currency,
                       fault.reason);
    if (b->table == WL_REF_SUPERSESSIONS && !wl_supersessions_hold(ctx->txn, &chain, &fault))
        return wl_fail(WL_E_DAMAGED, "a load in the journal leaves supersessions that cannot stand: one %s",
                       fault.reason);
    return WL_OK;
}

/* The index row of a contract: contracts are looked up by their vehicle. */
static bool contract_index_key(const struct wl_contract *contract, struct wl_reference_key *key)
{
    wl_reference_key_start(key, WL_REF_CONTRACTS);
    wl_reference_key_text(key, contract->vin);
    wl_reference_key_text(key, contract->contract_id);
    if (!key->bad)
        key->size--; /* ends with the contract's number */
    return !key->bad;
}

/* Takes away the index row of the contract that stands under this key. */
static void unindex(struct wl_txn *txn, const struct wl_reference_key *key)
{
    struct wl_reference_key index;
    struct wl_contract contract;
    struct wl_str value;

    if (wl_get(txn, WL_TABLE_REFERENCE, wl_reference_key_view(key), &value) != 1)
        return;
    if (wl_record_decode(wl_reference_info(WL_REF_CONTRACTS)->record, wl_reference_row_cbor(value), &contract, NULL) !=
            WL_OK ||
        !contract_index_key(&contract, &index))
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a contract in the store cannot be read"));
    else
        wl_delete(txn, WL_TABLE_REFERENCE_INDEX, wl_reference_key_view(&index));
}

static void put(struct wl_txn *txn, uint64_t seq, int64_t table, const void *row, struct wl_str cbor)
{
    struct wl_reference_key key, index;
    uint8_t value[VALUE_CEILING];

    if (!wl_reference_key(table, row, &key) || cbor.size > sizeof value - 8 ||
        (table == WL_REF_CONTRACTS && !contract_index_key(row, &index))) {
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of %s cannot be stored", wl_reference_info(table)->name));
        return;
    }
    wl_set_u64(value, seq);
    memcpy(value + 8, cbor.data, cbor.size);
    if (table == WL_REF_CONTRACTS)
        unindex(txn, &key);
    wl_put(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), (struct wl_str){(const char *)value, 8 + cbor.size});
    if (table == WL_REF_CONTRACTS)
        wl_put(txn, WL_TABLE_REFERENCE_INDEX, wl_reference_key_view(&index), WL_NO_STR);
    if (table == WL_REF_VEHICLES)
        wl_vehicle_facts_put(txn, wl_vehicle_enroll(txn, ((const struct wl_vehicle *)row)->vin), row);
}

static void withdraw(struct wl_txn *txn, int64_t table, const void *row)
{
    struct wl_reference_key key;

    if (!wl_reference_key(table, row, &key)) {
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of %s cannot be withdrawn", wl_reference_info(table)->name));
        return;
    }
    if (table == WL_REF_CONTRACTS)
        unindex(txn, &key);
    if (table == WL_REF_VEHICLES)
        wl_vehicle_facts_put(txn, wl_vehicle_number(txn, ((const struct wl_vehicle *)row)->vin), NULL);
    wl_delete(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key));
}

static bool is_cached(int64_t table)
{
    return table != WL_REF_FITS && table != WL_REF_VEHICLES && table != WL_REF_CONTRACTS &&
           table != WL_REF_AUTHORIZATIONS && table != WL_REF_CAMPAIGN_VEHICLES;
}

static void count_row(struct wl_txn *txn)
{
    wl_counter_set(txn, WL_COUNTER_REFERENCE_ROWS, wl_counter(txn, WL_COUNTER_REFERENCE_ROWS) + 1);
}

void wl_reference_put_row(struct wl_txn *txn, uint64_t seq, int64_t table, const void *row)
{
    struct wl_buf cbor;

    assert(wl_reference_info(table) && !is_cached(table));
    wl_buf_init(&cbor, VALUE_CEILING);
    wl_record_encode(wl_reference_info(table)->record, row, &cbor);
    if (wl_buf_status(&cbor) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&cbor));
    else
        put(txn, seq, table, row, wl_buf_view(&cbor));
    count_row(txn);
    wl_buf_release(&cbor);
}

void wl_reference_withdraw_row(struct wl_txn *txn, int64_t table, const void *row)
{
    assert(wl_reference_info(table) && !is_cached(table));
    withdraw(txn, table, row);
    count_row(txn);
}

/* What WL_COUNTER_REFERENCE_CONTENT becomes with these rows. */
static int content_after(uint64_t content, const struct wl_load_rows_body *b, uint64_t *after)
{
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    uint8_t head[24], digest[SHA256_SIZE];
    bool good;

    wl_set_u64(head, content);
    wl_set_u64(head + 8, (uint64_t)b->table);
    wl_set_u64(head + 16, b->rows.size);
    good = sha && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1 && EVP_DigestUpdate(sha, head, sizeof head) == 1 &&
           EVP_DigestUpdate(sha, b->rows.data, b->rows.size) == 1 &&
           EVP_DigestUpdate(sha, b->withdrawn.data, b->withdrawn.size) == 1 &&
           EVP_DigestFinal_ex(sha, digest, NULL) == 1;
    EVP_MD_CTX_free(sha);
    if (!good)
        return wl_fail(WL_E_SYSTEM, "SHA-256 failed");
    *after = wl_get_u64(digest);
    return WL_OK;
}

static void apply_load_rows(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_load_rows_body *b = body;
    struct wl_cbor rows = wl_cbor_open(b->rows), withdrawn = wl_cbor_open(b->withdrawn);
    union wl_reference_row row;
    struct wl_str cbor;
    uint64_t content = 0;
    int rc;

    (void)outcome;
    if (!wl_reference_info(b->table)) {
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a load-rows in the journal names no table"));
        return;
    }
    while ((rc = next_row(&rows, b->table, &row, &cbor)) == 1)
        put(ctx->txn, ctx->seq, b->table, &row, cbor);
    if (rc == WL_OK) {
        while ((rc = next_row(&withdrawn, b->table, &row, &cbor)) == 1)
            withdraw(ctx->txn, b->table, &row);
    }
    if (rc == WL_OK)
        rc = content_after(wl_counter(ctx->txn, WL_COUNTER_REFERENCE_CONTENT), b, &content);
    if (rc == WL_OK)
        wl_counter_set(ctx->txn, WL_COUNTER_REFERENCE_CONTENT, content);
    else
        wl_txn_fail(ctx->txn, rc);
}

static void apply_load(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)body;
    (void)outcome;
    wl_counter_set(ctx->txn, WL_COUNTER_REFERENCE_VERSION, wl_counter(ctx->txn, WL_COUNTER_REFERENCE_VERSION) + 1);
    wl_counter_set(ctx->txn, WL_COUNTER_REFERENCE_ENTRY, ctx->seq);
}

static const struct wl_field load_rows_fields[] = {
    {.name = "table",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 3,
     .offset = offsetof(struct wl_load_rows_body, table)},
    {.name = "rows",
     .tag = 2,
     .type = WL_BYTES,
     .limit = WL_LOAD_ROWS_MAX,
     .offset = offsetof(struct wl_load_rows_body, rows)},
    {.name = "withdrawn",
     .tag = 3,
     .type = WL_BYTES,
     .limit = WL_LOAD_ROWS_MAX,
     .offset = offsetof(struct wl_load_rows_body, withdrawn)},
};
static const struct wl_record load_rows_record = {"load-rows", load_rows_fields, WL_COUNT(load_rows_fields),
                                                  sizeof(struct wl_load_rows_body)};

static const struct wl_field load_fields[] = {
    {.name = "table",
     .tag = 1,
     .type = WL_INT,
     .required = true,
     .digits = 3,
     .offset = offsetof(struct wl_load_body, table)},
    {.name = "file_sha256",
     .tag = 2,
     .type = WL_BYTES,
     .limit = SHA256_SIZE,
     .offset = offsetof(struct wl_load_body, file_sha256)},
    {.name = "rows", .tag = 3, .type = WL_INT, .digits = 12, .offset = offsetof(struct wl_load_body, rows)},
    {.name = "added", .tag = 4, .type = WL_INT, .digits = 12, .offset = offsetof(struct wl_load_body, added)},
    {.name = "changed", .tag = 5, .type = WL_INT, .digits = 12, .offset = offsetof(struct wl_load_body, changed)},
    {.name = "withdrawn", .tag = 6, .type = WL_INT, .digits = 12, .offset = offsetof(struct wl_load_body, withdrawn)},
};
static const struct wl_record load_record = {"load", load_fields, WL_COUNT(load_fields), sizeof(struct wl_load_body)};

const struct wl_command wl_load_rows_command = {
    .name = "load-rows",
    .tag = 2,
    .body = &load_rows_record,
    .outcome = &wl_plain_outcome_record,
    .decide = decide_load_rows,
    .apply = apply_load_rows,
};

const struct wl_command wl_load_command = {
    .name = "load",
    .tag = 3,
    .body = &load_record,
    .outcome = &wl_plain_outcome_record,
    .decide = decide_load,
    .apply = apply_load,
};
