#include "ledger/journal.h"

#include "wledger/error.h"
#include <errno.h>
#include <string.h>
#include <sys/random.h>

int wl_salt_draw(uint8_t salt[WL_SALT_SIZE])
{
    if (getrandom(salt, WL_SALT_SIZE, 0) != WL_SALT_SIZE)
        return wl_fail(WL_E_SYSTEM, "the system gives no random bytes: %s", strerror(errno));
    return WL_OK;
}

void wl_commitment(const uint8_t salt[WL_SALT_SIZE], struct wl_str text, uint8_t out[WL_HASH_SIZE])
{
    uint8_t prefix[1 + WL_SALT_SIZE] = {2};

    memcpy(prefix + 1, salt, WL_SALT_SIZE);
    wl_sha256_2((struct wl_str){(const char *)prefix, sizeof prefix}, text, out);
}

void wl_text_key(uint64_t seq, unsigned n, uint8_t key[WL_TEXT_KEY])
{
    wl_set_u64(key, seq);
    key[8] = (uint8_t)n;
}

void wl_text_put(struct wl_txn *t, uint64_t seq, unsigned n, const uint8_t salt[WL_SALT_SIZE], struct wl_str text)
{
    uint8_t key[WL_TEXT_KEY];
    struct wl_buf *row = &t->body; /* the command's body is in its entry by now */

    wl_buf_clear(row);
    wl_buf_add(row, salt, WL_SALT_SIZE);
    wl_buf_str(row, text);
    if (row->failed) {
        wl_txn_fail(t, wl_buf_status(row));
        return;
    }
    wl_text_key(seq, n, key);
    wl_put(t, WL_TABLE_TEXTS, (struct wl_str){(const char *)key, sizeof key}, wl_buf_view(row));
}

int wl_text_row(struct wl_txn *t, uint64_t seq, unsigned n, struct wl_str *row)
{
    uint8_t key[WL_TEXT_KEY];
    int rc;

    wl_text_key(seq, n, key);
    rc = wl_get(t, WL_TABLE_TEXTS, (struct wl_str){(const char *)key, sizeof key}, row);
    if (rc == 1 && row->size < WL_SALT_SIZE)
        return wl_txn_fail(t, wl_fail(WL_E_DAMAGED, "text %u of entry %llu has no salt", n, (unsigned long long)seq));
    return rc;
}

int wl_text_get(struct wl_txn *t, uint64_t seq, unsigned n, struct wl_str *text)
{
    int rc = wl_text_row(t, seq, n, text);

    if (rc == 1) {
        text->data += WL_SALT_SIZE;
        text->size -= WL_SALT_SIZE;
    }
    return rc;
}

void wl_text_erase(struct wl_txn *t, uint64_t seq)
{
    for (unsigned n = 0; n < WL_TEXTS_MAX; n++) {
        uint8_t key[WL_TEXT_KEY];

        wl_text_key(seq, n, key);
        wl_delete(t, WL_TABLE_TEXTS, (struct wl_str){(const char *)key, sizeof key});
    }
}
