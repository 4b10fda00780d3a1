#include "ledger/journal.h"

#include "wledger/cbor.h"
#include "wledger/error.h"
#include <string.h>

/* Tags of an entry's map (docs/format.md). */
enum {
    TAG_FORMAT = 1,
    TAG_RULES,
    TAG_TIME,
    TAG_ACTOR,
    TAG_KEY,
    TAG_BATCH,
    TAG_ORDINAL,
    TAG_COMMAND,
    TAG_BODY,
    TAG_OUTCOME,
    TAG_COMMITMENTS,
};

const struct wl_command *wl_command_by_tag(const struct wl_schema *schema, int64_t tag)
{
    if (tag == wl_init_command.tag)
        return &wl_init_command;
    for (unsigned i = 0; i < schema->command_count; i++)
        if (schema->commands[i]->tag == tag)
            return schema->commands[i];
    return NULL;
}

int wl_entry_encode(struct wl_txn *t, const struct wl_entry *e)
{
    struct wl_buf *b = &t->entry;

    wl_buf_clear(b);
    wl_cbor_map(b, 7 + (size_t)(e->key.size > 0) + (e->batch > 0 ? 2 : 0) + (size_t)(e->text_count > 0));
    wl_cbor_int(b, TAG_FORMAT);
    wl_cbor_int(b, e->format);
    wl_cbor_int(b, TAG_RULES);
    wl_cbor_int(b, e->rules_version);
    wl_cbor_int(b, TAG_TIME);
    wl_cbor_int(b, e->time);
    wl_cbor_int(b, TAG_ACTOR);
    wl_cbor_text(b, e->actor);
    if (e->key.size > 0) {
        wl_cbor_int(b, TAG_KEY);
        wl_cbor_text(b, e->key);
    }
    if (e->batch > 0) {
        wl_cbor_int(b, TAG_BATCH);
        wl_cbor_int(b, (int64_t)e->batch);
        wl_cbor_int(b, TAG_ORDINAL);
        wl_cbor_int(b, (int64_t)e->ordinal);
    }
    wl_cbor_int(b, TAG_COMMAND);
    wl_cbor_int(b, e->command->tag);
    wl_cbor_int(b, TAG_BODY);
    wl_buf_str(b, e->body);
    wl_cbor_int(b, TAG_OUTCOME);
    wl_buf_str(b, e->outcome);
    if (e->text_count > 0) {
        wl_cbor_int(b, TAG_COMMITMENTS);
        wl_cbor_array(b, e->text_count);
        for (unsigned i = 0; i < e->text_count; i++)
            wl_cbor_bytes(b, e->commitments[i]);
    }
    return b->failed ? wl_fail(WL_E_FULL, "a command and its outcome are larger than %d bytes", WL_ENTRY_MAX) : WL_OK;
}

static void read_commitments(struct wl_cbor *c, struct wl_entry *e)
{
    size_t count = wl_cbor_read_array(c);

    if (count < 1 || count > WL_TEXTS_MAX) {
        c->bad = true;
        return;
    }
    e->text_count = (unsigned)count;
    for (size_t i = 0; i < count; i++) {
        e->commitments[i] = wl_cbor_read_bytes(c);
        if (e->commitments[i].size != WL_HASH_SIZE)
            c->bad = true;
    }
}

static int64_t read_number(struct wl_cbor *c, int64_t least, int64_t most)
{
    int64_t n = wl_cbor_read_int(c);

    if (n < least || n > most)
        c->bad = true;
    return n;
}

static struct wl_str read_name(struct wl_cbor *c)
{
    struct wl_str name = wl_cbor_read_text(c);

    if (name.size < 1 || name.size > WL_NAME_MAX)
        c->bad = true;
    return name;
}

/* One field of the entry's map. The order of tags is the order of bytes, so each comes at most once. */
static void read_field(struct wl_cbor *c, const struct wl_schema *schema, int64_t tag, struct wl_entry *e)
{
    switch (tag) {
    case TAG_FORMAT:
        e->format = (uint32_t)read_number(c, 0, UINT32_MAX);
        break;
    case TAG_RULES:
        e->rules_version = (uint32_t)read_number(c, 0, UINT32_MAX);
        break;
    case TAG_TIME:
        e->time = read_number(c, -WL_TIME_MOST, WL_TIME_MOST);
        break;
    case TAG_ACTOR:
        e->actor = read_name(c);
        break;
    case TAG_KEY:
        e->key = read_name(c);
        break;
    case TAG_BATCH:
        e->batch = (uint64_t)read_number(c, 1, INT64_MAX);
        break;
    case TAG_ORDINAL:
        e->ordinal = (uint64_t)read_number(c, 0, INT64_MAX);
        break;
    case TAG_COMMAND:
        e->command = wl_command_by_tag(schema, wl_cbor_read_int(c));
        break;
    case TAG_BODY:
        e->body = wl_cbor_read_item(c);
        break;
    case TAG_OUTCOME:
        e->outcome = wl_cbor_read_item(c);
        break;
    case TAG_COMMITMENTS:
        read_commitments(c, e);
        break;
    default:
        c->bad = true;
    }
}

int wl_entry_parse(const struct wl_schema *schema, uint64_t seq, struct wl_str bytes, struct wl_entry *e)
{
    struct wl_cbor c = wl_cbor_open(bytes);
    size_t pairs = wl_cbor_read_map(&c);
    int64_t tag = -1;
    unsigned seen = 0;
    const unsigned must = 1u << TAG_FORMAT | 1u << TAG_RULES | 1u << TAG_TIME | 1u << TAG_ACTOR | 1u << TAG_COMMAND |
                          1u << TAG_BODY | 1u << TAG_OUTCOME;

    memset(e, 0, sizeof *e);
    e->seq = seq;
    e->bytes = bytes;
    for (size_t i = 0; i < pairs && !c.bad; i++) {
        wl_cbor_read_key(&c, &tag);
        if (!c.bad && tag <= TAG_COMMITMENTS)
            seen |= 1u << tag;
        read_field(&c, schema, tag, e);
    }
    if (!wl_cbor_done(&c) || (seen & must) != must || !e->command ||
        (seen >> TAG_BATCH & 1) != (seen >> TAG_ORDINAL & 1))
        return wl_fail(WL_E_DAMAGED, "journal entry %llu is not an entry", (unsigned long long)seq);
    if (e->format != WL_ENTRY_FORMAT)
        return wl_fail(WL_E_DAMAGED, "journal entry %llu has format %u; this program reads format %d",
                       (unsigned long long)seq, e->format, WL_ENTRY_FORMAT);
    return WL_OK;
}

int wl_entry_read(struct wl_txn *t, uint64_t seq, struct wl_entry *e)
{
    struct wl_str bytes;
    int rc = wl_get_n(t, WL_TABLE_JOURNAL, seq, &bytes);

    if (rc <= 0)
        return rc;
    rc = wl_entry_parse(wl_store_schema(t->store), seq, bytes, e);
    return rc == WL_OK ? 1 : wl_txn_fail(t, rc);
}

static int decode(const struct wl_record *record, struct wl_str bytes, struct wl_arena *arena, void **out)
{
    *out = wl_arena_alloc(arena, record->size);
    return *out ? wl_record_decode(record, bytes, *out, arena) : WL_E_FULL;
}

int wl_entry_body(const struct wl_entry *e, struct wl_arena *arena, void **body)
{
    return decode(e->command->body, e->body, arena, body);
}

int wl_entry_outcome(const struct wl_entry *e, struct wl_arena *arena, void **outcome)
{
    return decode(e->command->outcome, e->outcome, arena, outcome);
}
