#include "ledger/pending.h"
#include "ledger/txn.h"

#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

enum { PENDING_TABLES = WL_TABLES_MAX, PENDING_FIRST_SLOTS = 64, VALUE_SLACK = 8, FIRST_ROWS = 64 };
#define PENDING_BYTES_MAX ((size_t)256 << 20)

/* A row as it is held. Once taken it stays where it is, as if it had never been, until it changes again:
 * the slots behind it must still be found. */
struct held {
    struct wl_pending_row row;
    uint64_t order; /* the key's first bytes as a number, which decides most comparisons */
    bool taken;
};

struct slot {
    uint64_t hash;
    struct held *held;
};

struct rows {
    struct wl_pending_row **at;
    size_t count, room;
};

struct wl_pending {
    struct slot *slots;
    size_t slot_count, used; /* slot_count is a power of two */
    size_t total;            /* rows that are not taken */
    struct rows tables[PENDING_TABLES];
    struct wl_arena arena;
};

struct wl_pending *wl_pending_new(void)
{
    struct wl_pending *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->slot_count = PENDING_FIRST_SLOTS;
    p->slots = calloc(p->slot_count, sizeof *p->slots);
    if (!p->slots) {
        free(p);
        return NULL;
    }
    wl_arena_init(&p->arena, PENDING_BYTES_MAX);
    return p;
}

void wl_pending_free(struct wl_pending *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < PENDING_TABLES; i++)
        free(p->tables[i].at);
    wl_arena_release(&p->arena);
    free(p->slots);
    free(p);
}

static uint64_t row_hash(unsigned table, struct wl_str key)
{
    uint64_t h = UINT64_C(0x9E3779B97F4A7C15) * (table + 1) ^ key.size, word;
    size_t i = 0;

    for (; i + sizeof word <= key.size; i += sizeof word) {
        memcpy(&word, key.data + i, sizeof word);
        h = (h ^ word) * UINT64_C(0x9FB21C651E98DF25);
        h ^= h >> 32;
    }
    word = 0;
    if (i < key.size)
        memcpy(&word, key.data + i, key.size - i);
    h = (h ^ word) * UINT64_C(0x9FB21C651E98DF25);
    return h ^ h >> 32;
}

static uint64_t order_of(struct wl_str key)
{
    uint8_t first[8] = {0};

    memcpy(first, key.data, key.size < sizeof first ? key.size : sizeof first);
    return wl_get_u64(first);
}

static struct slot *find_slot(const struct wl_pending *p, uint64_t hash, unsigned table, struct wl_str key)
{
    size_t mask = p->slot_count - 1;

    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct slot *s = &p->slots[i];

        if (!s->held || (s->hash == hash && s->held->row.table == table && wl_str_equal(s->held->row.key, key)))
            return s;
    }
}

static int grow(struct wl_pending *p)
{
    struct slot *old = p->slots;
    size_t old_count = p->slot_count, mask = old_count * 2 - 1;
    struct slot *slots = calloc(old_count * 2, sizeof *slots);

    if (!slots)
        return wl_fail(WL_E_SYSTEM, "out of memory for pending changes");
    for (size_t i = 0; i < old_count; i++) {
        size_t at = (size_t)old[i].hash & mask;

        if (!old[i].held)
            continue;
        while (slots[at].held)
            at = (at + 1) & mask;
        slots[at] = old[i];
    }
    p->slots = slots;
    p->slot_count = old_count * 2;
    free(old);
    return WL_OK;
}

const struct wl_pending_row *wl_pending_find(const struct wl_pending *p, unsigned table, struct wl_str key)
{
    const struct held *held;

    if (p->tables[table].count == 0)
        return NULL;
    held = find_slot(p, row_hash(table, key), table, key)->held;
    return held && !held->taken ? &held->row : NULL;
}

static int set_value(struct wl_pending *p, struct wl_pending_row *row, struct wl_str value, bool fresh)
{
    /* A value is given a little more than it needs, so that a number that grows stays in its place. */
    size_t capacity = (row->value.size + VALUE_SLACK - 1) / VALUE_SLACK * VALUE_SLACK;

    if (fresh || value.size > capacity) {
        char *room = wl_arena_alloc(&p->arena, value.size + VALUE_SLACK);

        if (!room)
            return WL_E_FULL;
        row->value.data = room;
    }
    if (value.size)
        memmove((char *)(uintptr_t)row->value.data, value.data, value.size);
    row->value.size = value.size;
    return WL_OK;
}

/* Room for one more row in its table's list. */
static int list_room(struct rows *rows)
{
    size_t room = rows->room ? rows->room * 2 : FIRST_ROWS;
    struct wl_pending_row **at;

    if (rows->count < rows->room)
        return WL_OK;
    at = realloc(rows->at, room * sizeof *at);
    if (!at)
        return wl_fail(WL_E_SYSTEM, "out of memory for pending changes");
    rows->at = at;
    rows->room = room;
    return WL_OK;
}

static struct held *new_row(struct wl_pending *p, unsigned table, struct wl_str key)
{
    struct held *held = wl_arena_alloc(&p->arena, sizeof *held);

    if (!held)
        return NULL;
    held->row.table = table;
    held->row.key = wl_arena_copy(&p->arena, key);
    held->order = order_of(key);
    held->taken = true; /* until it stands in its table's list */
    return held->row.key.data ? held : NULL;
}

int wl_pending_put(struct wl_pending *p, unsigned table, struct wl_str key, struct wl_str value, bool deleted)
{
    uint64_t hash = row_hash(table, key);
    struct rows *rows = &p->tables[table];
    struct slot *s;
    struct held *held;
    bool fresh;
    int rc;

    if (p->used * 4 >= p->slot_count * 3 && (rc = grow(p)) != WL_OK)
        return rc;
    if ((rc = list_room(rows)) != WL_OK)
        return rc;
    s = find_slot(p, hash, table, key);
    fresh = !s->held;
    held = fresh ? new_row(p, table, key) : s->held;
    if (!held)
        return WL_E_FULL;
    if ((rc = set_value(p, &held->row, value, fresh)) != WL_OK)
        return rc;
    held->row.deleted = deleted;
    if (fresh) {
        *s = (struct slot){hash, held};
        p->used++;
    }
    if (held->taken) {
        held->taken = false;
        rows->at[rows->count++] = &held->row;
        p->total++;
    }
    return WL_OK;
}

size_t wl_pending_count(const struct wl_pending *p, unsigned table)
{
    return p->tables[table].count;
}

size_t wl_pending_total(const struct wl_pending *p)
{
    return p->total;
}

/* The row is the first member, so a pointer to it is one to what holds it. */
static int by_key(const void *a, const void *b)
{
    const struct held *x = *(const struct held *const *)a, *y = *(const struct held *const *)b;

    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return wl_str_compare(x->row.key, y->row.key);
}

struct wl_pending_row *const *wl_pending_take(struct wl_pending *p, unsigned table, size_t *count)
{
    struct rows *rows = &p->tables[table];

    *count = rows->count;
    if (rows->count == 0)
        return NULL;
    qsort(rows->at, rows->count, sizeof *rows->at, by_key);
    for (size_t i = 0; i < rows->count; i++)
        ((struct held *)rows->at[i])->taken = true;
    p->total -= rows->count;
    rows->count = 0;
    return rows->at;
}
