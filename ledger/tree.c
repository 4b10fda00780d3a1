/* SHA-256 by the plain functions: those of EVP cost half as much again for an entry, and may be without
 * memory just when a hash is wanted. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "ledger/tree.h"

#include "wledger/command.h"
#include "wledger/error.h"
#include <string.h>

void wl_sha256(struct wl_str bytes, uint8_t out[WL_TREE_HASH])
{
    SHA256_CTX ctx;

    SHA256_Init(&ctx);
    SHA256_Update(&ctx, bytes.data, bytes.size);
    SHA256_Final(out, &ctx);
}

void wl_sha256_2(struct wl_str first, struct wl_str second, uint8_t out[WL_TREE_HASH])
{
    SHA256_CTX ctx;

    SHA256_Init(&ctx);
    SHA256_Update(&ctx, first.data, first.size);
    SHA256_Update(&ctx, second.data, second.size);
    SHA256_Final(out, &ctx);
}

void wl_tree_leaf(struct wl_str entry, uint8_t out[WL_TREE_HASH])
{
    wl_sha256_2((struct wl_str){"\0", 1}, entry, out);
}

static void node(const uint8_t *left, const uint8_t *right, uint8_t out[WL_TREE_HASH])
{
    uint8_t both[1 + 2 * WL_TREE_HASH] = {1};

    memcpy(both + 1, left, WL_TREE_HASH);
    memcpy(both + 1 + WL_TREE_HASH, right, WL_TREE_HASH);
    wl_sha256((struct wl_str){(const char *)both, sizeof both}, out);
}

unsigned wl_frontier_add(struct wl_frontier *f, struct wl_str entry, uint8_t row[][WL_TREE_HASH])
{
    unsigned k = 0;

    wl_tree_leaf(entry, row[0]);
    for (; f->size >> k & 1; k++)
        node(f->level[k], row[k], row[k + 1]);
    memcpy(f->level[k], row[k], WL_TREE_HASH);
    f->size++;
    return k + 1;
}

void wl_frontier_root(const struct wl_frontier *f, uint8_t out[WL_TREE_HASH])
{
    bool begun = false;

    for (unsigned k = 0; k < WL_TREE_LEVELS && f->size >> k; k++) {
        if (!(f->size >> k & 1))
            continue;
        if (begun)
            node(f->level[k], out, out);
        else
            memcpy(out, f->level[k], WL_TREE_HASH);
        begun = true;
    }
    if (!begun)
        wl_sha256(WL_NO_STR, out);
}

int wl_frontier_load(struct wl_txn *txn, uint64_t size, struct wl_frontier *f)
{
    uint64_t end = 0; /* entries covered so far, from the left */

    f->size = size;
    for (unsigned k = WL_TREE_LEVELS; k-- > 0;) {
        struct wl_str row;
        int found;

        if (!(size >> k & 1))
            continue;
        end += UINT64_C(1) << k;
        found = wl_get_n(txn, WL_TABLE_TREE, end - 1, &row);
        if (found < 0)
            return found;
        if (!found || row.size < (size_t)(k + 1) * WL_TREE_HASH)
            return wl_fail(WL_E_DAMAGED, "the hash tree has no node of level %u at entry %llu", k,
                           (unsigned long long)(end - 1));
        memcpy(f->level[k], row.data + (size_t)k * WL_TREE_HASH, WL_TREE_HASH);
    }
    return WL_OK;
}
