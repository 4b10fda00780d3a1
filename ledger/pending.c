#include "ledger/pending.h"

#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

enum { PENDING_TABLES = 48, PENDING_FIRST_SLOTS = 64, VALUE_SLACK = 8 };
#define PENDING_BYTES_MAX ((size_t)256 << 20)

struct slot {
    uint64_t hash;
    struct wl_pending_row *row;
};

struct wl_pending {
    struct slot *slots;
    size_t slot_count, used; /* slot_count is a power of two */
    size_t counts[PENDING_TABLES];
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
    wl_arena_release(&p->arena);
    free(p->slots);
    free(p);
}

static uint64_t row_hash(unsigned table, struct wl_str key)
{
    return wl_hash(key) * UINT64_C(0x9E3779B97F4A7C15) + table * UINT64_C(0xBF58476D1CE4E5B9);
}

static struct slot *find_slot(const struct wl_pending *p, uint64_t hash, unsigned table, struct wl_str key)
{
    size_t mask = p->slot_count - 1;

    for (size_t i = (size_t)(hash >> 20) & mask;; i = (i + 1) & mask) {
        struct slot *s = &p->slots[i];

        if (!s->row || (s->hash == hash && s->row->table == table && wl_str_equal(s->row->key, key)))
            return s;
    }
}

static int grow(struct wl_pending *p)
{
    struct slot *old = p->slots;
    size_t old_count = p->slot_count;
    struct slot *slots = calloc(old_count * 2, sizeof *slots);

    if (!slots)
        return wl_fail(WL_E_SYSTEM, "out of memory for pending changes");
    p->slots = slots;
    p->slot_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].row)
            *find_slot(p, old[i].hash, old[i].row->table, old[i].row->key) = old[i];
    free(old);
    return WL_OK;
}

const struct wl_pending_row *wl_pending_find(const struct wl_pending *p, unsigned table, struct wl_str key)
{
    if (p->counts[table] == 0)
        return NULL;
    return find_slot(p, row_hash(table, key), table, key)->row;
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

int wl_pending_put(struct wl_pending *p, unsigned table, struct wl_str key, struct wl_str value, bool deleted)
{
    uint64_t hash = row_hash(table, key);
    struct slot *s;
    struct wl_pending_row *row;
    bool fresh;
    int rc;

    if (p->used * 4 >= p->slot_count * 3 && (rc = grow(p)) != WL_OK)
        return rc;
    s = find_slot(p, hash, table, key);
    row = s->row;
    fresh = !row;
    if (fresh) {
        row = wl_arena_alloc(&p->arena, sizeof *row);
        if (!row)
            return WL_E_FULL;
        row->table = table;
        row->key = wl_arena_copy(&p->arena, key);
        if (key.size && !row->key.data)
            return WL_E_FULL;
    }
    if ((rc = set_value(p, row, value, fresh)) != WL_OK)
        return rc;
    row->deleted = deleted;
    if (fresh) {
        *s = (struct slot){hash, row};
        p->used++;
        p->counts[table]++;
    }
    return WL_OK;
}

size_t wl_pending_count(const struct wl_pending *p, unsigned table)
{
    return p->counts[table];
}

size_t wl_pending_total(const struct wl_pending *p)
{
    return p->used;
}

static int by_key(const void *a, const void *b)
{
    const struct wl_pending_row *const *x = a, *const *y = b;

    return wl_str_compare((*x)->key, (*y)->key);
}

/* Takes every row of the table out of the slots. Slots of other tables may then stand behind a gap, so
 * they are laid anew. */
static void drop_table(struct wl_pending *p, unsigned table, struct wl_pending_row **rows)
{
    struct slot *old = p->slots;
    size_t n = 0, others = 0;
    struct slot *kept = NULL;

    for (size_t i = 0; i < p->slot_count; i++)
        if (old[i].row && old[i].row->table == table)
            rows[n++] = old[i].row;
    kept = n < p->used ? malloc((p->used - n) * sizeof *kept) : NULL;
    for (size_t i = 0; kept && i < p->slot_count; i++)
        if (old[i].row && old[i].row->table != table)
            kept[others++] = old[i];
    if (kept || n == p->used) {
        memset(old, 0, p->slot_count * sizeof *old);
        for (size_t i = 0; i < others; i++)
            *find_slot(p, kept[i].hash, kept[i].row->table, kept[i].row->key) = kept[i];
        p->used = others;
        p->counts[table] = 0;
    }
    free(kept);
}

struct wl_pending_row **wl_pending_take(struct wl_pending *p, unsigned table, size_t *count)
{
    struct wl_pending_row **rows;

    *count = p->counts[table];
    if (*count == 0)
        return NULL;
    rows = malloc(*count * sizeof(struct wl_pending_row *));
    if (!rows)
        return NULL;
    drop_table(p, table, rows);
    if (p->counts[table] != 0) {
        free(rows);
        return NULL;
    }
    qsort(rows, *count, sizeof(struct wl_pending_row *), by_key);
    return rows;
}
