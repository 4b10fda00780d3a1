/* Texts as numbers (wledger/facts.h): CODES has kind, text -> number; CODE_TEXTS kind, number -> text. */
#include "claims/facts.h"

#include <string.h>

#include "claims/keys.h"
#include "wledger/error.h"

enum { NUMBER_KEY = 5 /* kind, number */ };

/* The kind as one byte, then the text. size 0: too long, so that no row can have it. */
static struct wl_key text_key(enum wl_code_kind kind, struct wl_str text)
{
    struct wl_key key = {.size = 0};

    if (text.size == 0 || text.size > WL_IDENTIFIER_MAX)
        return key;
    key.bytes[0] = (char)kind;
    memcpy(key.bytes + 1, text.data, text.size);
    key.size = 1 + text.size;
    return key;
}

static struct wl_str number_key(char bytes[NUMBER_KEY], enum wl_code_kind kind, uint32_t number)
{
    bytes[0] = (char)kind;
    for (unsigned i = 0; i < 4; i++)
        bytes[1 + i] = (char)(number >> (24 - 8 * i));
    return (struct wl_str){bytes, NUMBER_KEY};
}

static const char *counter_of(enum wl_code_kind kind)
{
    static const char *const names[WL_CODE_KIND_END] = {
        [WL_CODE_DEALER] = "codes-dealer", [WL_CODE_CURRENCY] = "codes-currency", [WL_CODE_FAULT] = "codes-fault",
        [WL_CODE_PART] = "codes-part",     [WL_CODE_MODEL] = "codes-model",       [WL_CODE_BATCH] = "codes-batch",
    };

    return names[kind];
}

uint32_t wl_code_find(struct wl_txn *txn, enum wl_code_kind kind, struct wl_str text)
{
    struct wl_key key = text_key(kind, text);

    return key.size == 0 ? 0 : (uint32_t)wl_get_number(txn, WL_TABLE_CODES, wl_key_view(&key), 0);
}

uint32_t wl_code_number(struct wl_txn *txn, enum wl_code_kind kind, struct wl_str text)
{
    struct wl_key key = text_key(kind, text);
    uint32_t number = wl_code_find(txn, kind, text);
    char bytes[NUMBER_KEY];
    uint64_t next;

    if (number != 0 || text.size == 0 || wl_txn_status(txn) != WL_OK)
        return number;
    next = wl_counter(txn, counter_of(kind)) + 1;
    if (key.size == 0 || next > WL_CODE_MAX) {
        wl_txn_fail(txn, wl_fail(WL_E_FULL, "%s: a text is too long or there are too many", counter_of(kind)));
        return 0;
    }
    /* The text may lie in a row that the first put moves. */
    wl_put(txn, WL_TABLE_CODE_TEXTS, number_key(bytes, kind, (uint32_t)next),
           (struct wl_str){key.bytes + 1, key.size - 1});
    wl_put_number(txn, WL_TABLE_CODES, wl_key_view(&key), (int64_t)next);
    wl_counter_set(txn, counter_of(kind), next);
    return (uint32_t)next;
}

uint32_t wl_code_count(struct wl_txn *txn, enum wl_code_kind kind)
{
    return (uint32_t)wl_counter(txn, counter_of(kind));
}

int wl_codes_walk(struct wl_txn *txn, enum wl_code_kind kind, wl_code_fn *call, void *context)
{
    char prefix = (char)kind;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, WL_TABLE_CODE_TEXTS, (struct wl_str){&prefix, 1}, WL_NO_STR, &walk);

    if (rc != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        if (key.size != NUMBER_KEY)
            rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a code has no number"));
        else
            rc = call(context, wl_get_u32(key.data + 1), value);
        if (rc != WL_OK)
            break;
    }
    wl_walk_close(walk);
    return rc;
}
