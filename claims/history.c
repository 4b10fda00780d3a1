/* Which entries changed a claim or an appraisal form after the one that brought it: rows of HISTORY, subject and
 * entry. */
#include "wledger/desk.h"
#include "wledger/error.h"

enum { SUBJECT_KEY = 9, HISTORY_KEY = 17 };

struct history_key {
    char bytes[HISTORY_KEY];
};

static struct history_key history_key(struct wl_subject subject, uint64_t seq)
{
    struct history_key key;

    key.bytes[0] = (char)subject.kind;
    wl_set_u64(key.bytes + 1, (uint64_t)subject.id);
    wl_set_u64(key.bytes + SUBJECT_KEY, seq);
    return key;
}

int wl_history_each(struct wl_txn *txn, struct wl_subject subject, wl_history_fn *fn, void *context)
{
    struct history_key first = history_key(subject, 0);
    struct wl_str prefix = {first.bytes, SUBJECT_KEY}, key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, WL_TABLE_HISTORY, prefix, prefix, &walk);

    if (rc != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1)
        if (key.size == HISTORY_KEY && (rc = fn(context, wl_get_u64(key.data + SUBJECT_KEY))) != WL_OK)
            break;
    wl_walk_close(walk);
    return rc == 1 ? WL_OK : rc;
}

void wl_history_note(const struct wl_context *context, struct wl_subject subject)
{
    struct history_key key = history_key(subject, context->seq);

    wl_put(context->txn, WL_TABLE_HISTORY, (struct wl_str){key.bytes, HISTORY_KEY}, WL_NO_STR);
}
