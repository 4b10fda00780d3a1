#define OPENSSL_SUPPRESS_DEPRECATED /* tree.c says why */
#include <openssl/sha.h>

#include "ledger/digest.h"

#include "wledger/error.h"

static void add(SHA256_CTX *digest, struct wl_str s)
{
    uint8_t size[8];

    wl_set_u64(size, s.size);
    SHA256_Update(digest, size, sizeof size);
    SHA256_Update(digest, s.data, s.size);
}

static int add_row(void *context, struct wl_str key, struct wl_str value)
{
    add(context, key);
    add(context, value);
    return WL_OK;
}

int wl_digest_tables(struct wl_txn *t, uint8_t digest[WL_HASH_SIZE])
{
    SHA256_CTX d;
    int rc = WL_OK;

    SHA256_Init(&d);
    for (unsigned i = 0; rc == WL_OK && i < wl_store_table_count(t->store); i++) {
        const struct wl_table *table = wl_store_table(t->store, i);
        bool derived = !(table->flags & WL_TABLE_PRIMARY);

        if (derived)
            add(&d, wl_str_of(table->name));
        rc = wl_table_check(t, i, derived ? add_row : NULL, &d);
    }
    if (rc == WL_OK)
        SHA256_Final(digest, &d);
    return rc;
}

int wl_state_digest(struct wl_txn *t, uint8_t digest[WL_HASH_SIZE])
{
    int rc = wl_digest_tables(t, digest);

    return rc == WL_OK ? rc : wl_txn_fail(t, rc);
}
