#include "quality/base.h"

#include <stdlib.h>
#include <string.h>

#include "quality/scan.h"
#include "wledger/error.h"

enum {
    SCRATCH_MAX = 64 << 20, /* of the rows of reference data that one report asks for */
    SLOTS_FIRST = 64,
    ROWS_WORTH_A_THREAD = 128,
};

static int no_memory(void)
{
    return wl_fail(WL_E_SYSTEM, "out of memory");
}

/* ---- texts ---- */

static bool texts_room(struct wl_texts *t)
{
    uint32_t room = t->room ? 2 * t->room : SLOTS_FIRST;
    struct wl_str *at;

    if (t->count + 1 < t->room)
        return true;
    at = realloc(t->at, room * sizeof *at);
    if (!at)
        return false;
    t->at = at;
    t->room = room;
    return true;
}

static uint32_t *slot_of(const struct wl_texts *t, struct wl_str text)
{
    uint32_t mask = t->slot_count - 1;

    for (uint32_t i = (uint32_t)wl_hash(text) & mask;; i = (i + 1) & mask)
        if (t->slots[i] == 0 || wl_str_equal(t->at[t->slots[i]], text))
            return &t->slots[i];
}

static bool slots_grow(struct wl_texts *t)
{
    uint32_t *old = t->slots, count = t->slot_count ? 2 * t->slot_count : SLOTS_FIRST;

    if (2 * (t->count + 1) <= t->slot_count)
        return true;
    if (!(t->slots = calloc(count, sizeof *t->slots))) {
        t->slots = old;
        return false;
    }
    t->slot_count = count;
    for (uint32_t i = 1; i <= t->count; i++)
        *slot_of(t, t->at[i]) = i;
    free(old);
    return true;
}

struct wl_str wl_texts_at(const struct wl_texts *t, uint32_t number)
{
    return number == 0 || number > t->count ? WL_NO_STR : t->at[number];
}

uint32_t wl_texts_find(const struct wl_texts *t, struct wl_str text)
{
    if (text.size == 0)
        return 0;
    for (uint32_t i = 1; i <= t->count; i++)
        if (wl_str_equal(t->at[i], text))
            return i;
    return UINT32_MAX;
}

uint32_t wl_texts_number(struct wl_texts *t, struct wl_arena *arena, struct wl_str text)
{
    uint32_t *slot;

    if (text.size == 0)
        return 0;
    if (!texts_room(t) || !slots_grow(t)) {
        no_memory();
        return 0;
    }
    slot = slot_of(t, text);
    if (*slot == 0) {
        t->at[++t->count] = wl_arena_copy(arena, text);
        *slot = t->count;
    }
    return *slot;
}

void wl_texts_release(struct wl_texts *t)
{
    free(t->at);
    free(t->slots);
}

/* ---- codes ---- */

struct reading {
    struct wl_base *base;
    struct wl_texts *texts;
};

static int read_text(void *reading, uint32_t number, struct wl_str text)
{
    struct reading *r = reading;
    struct wl_texts *t = r->texts;

    if (number != t->count + 1)
        return wl_fail(WL_E_DAMAGED, "the text of a code is missing");
    if (!texts_room(t))
        return no_memory();
    t->at[number] = wl_arena_copy(r->base->arena, text);
    t->count = number;
    return WL_OK;
}

static int read_texts(struct wl_base *b, enum wl_code_kind kind)
{
    struct reading reading = {b, &b->texts[kind]};

    if (!texts_room(reading.texts))
        return no_memory();
    return wl_codes_walk(b->txn, kind, read_text, &reading);
}

uint32_t wl_base_code(struct wl_base *b, enum wl_code_kind kind, struct wl_str text)
{
    uint32_t number = wl_code_find(b->txn, kind, text);

    return number == 0 && text.size != 0 ? UINT32_MAX : number;
}

/* ---- opening ---- */

int wl_base_open(struct wl_base *b, struct wl_store *store, struct wl_arena *arena)
{
    int rc;

    *b = (struct wl_base){.store = store, .arena = arena};
    wl_arena_init(&b->scratch, SCRATCH_MAX);
    if ((rc = wl_txn_begin(store, false, &b->txn)) != WL_OK)
        return rc;
    b->entries = wl_journal_size(b->txn);
    /* Reports come after every command: no rows of the cache are in use. */
    const struct wl_context ctx = {
        .txn = b->txn, .arena = &b->scratch, .cache = wl_store_cache(store), .seq = b->entries};

    b->reference = wl_reference(&ctx);
    for (int kind = WL_CODE_DEALER; rc == WL_OK && kind < WL_CODE_KIND_END; kind++)
        rc = read_texts(b, (enum wl_code_kind)kind);
    return rc == WL_OK ? wl_txn_status(b->txn) : rc;
}

void wl_base_close(struct wl_base *b)
{
    for (int kind = 0; kind < WL_CODE_KIND_END; kind++)
        wl_texts_release(&b->texts[kind]);
    wl_texts_release(&b->components);
    wl_texts_release(&b->causes);
    wl_texts_release(&b->suppliers);
    free(b->vehicles);
    free(b->fault_component);
    free(b->fault_cause);
    free(b->part_supplier);
    wl_arena_release(&b->scratch);
    wl_txn_abort(&b->txn);
}

static int read_vehicles(void *base, size_t share, struct wl_txn *txn, uint64_t first, uint64_t end)
{
    struct wl_base *b = base;
    uint64_t last = end * WL_VEHICLES_IN_ROW < b->vehicle_count ? end * WL_VEHICLES_IN_ROW : b->vehicle_count;

    (void)share;
    first *= WL_VEHICLES_IN_ROW;
    return wl_vehicle_facts_read(txn, first, last - first, b->vehicles + first);
}

int wl_base_vehicles(struct wl_base *b)
{
    b->vehicle_count = wl_vehicle_count(b->txn);
    b->vehicles = malloc((b->vehicle_count + 1) * sizeof *b->vehicles);
    if (!b->vehicles)
        return no_memory();
    return wl_share_out(b, (b->vehicle_count + WL_VEHICLES_IN_ROW - 1) / WL_VEHICLES_IN_ROW, ROWS_WORTH_A_THREAD,
                        read_vehicles, b);
}

/* ---- what reference data says of codes ---- */

static uint32_t *by_code(const struct wl_texts *codes)
{
    return calloc((size_t)codes->count + 1, sizeof(uint32_t));
}

int wl_base_faults(struct wl_base *b)
{
    const struct wl_texts *codes = &b->texts[WL_CODE_FAULT];

    b->fault_component = by_code(codes);
    b->fault_cause = by_code(codes);
    if (!b->fault_component || !b->fault_cause || !texts_room(&b->components) || !texts_room(&b->causes))
        return no_memory();
    for (uint32_t i = 1; i <= codes->count; i++) {
        const struct wl_fault *fault = wl_fault_find(b->reference, codes->at[i]);

        if (!fault)
            continue;
        b->fault_component[i] = wl_texts_number(&b->components, b->arena, fault->component);
        b->fault_cause[i] = wl_texts_number(&b->causes, b->arena, fault->cause);
    }
    return wl_txn_status(b->txn);
}

int wl_base_parts(struct wl_base *b)
{
    const struct wl_texts *codes = &b->texts[WL_CODE_PART];

    b->part_supplier = by_code(codes);
    if (!b->part_supplier || !texts_room(&b->suppliers))
        return no_memory();
    for (uint32_t i = 1; i <= codes->count; i++) {
        const struct wl_part *part = wl_part_find(b->reference, codes->at[i]);

        if (part)
            b->part_supplier[i] = wl_texts_number(&b->suppliers, b->arena, part->supplier_id);
    }
    return wl_txn_status(b->txn);
}
