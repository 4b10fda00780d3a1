/* Lookups of reference data, through memory that outlives commands.
 *
 * The memory holds decoded rows under the first bytes of their storage key: one row, or all that share
 * them; also that there is none. Invariant: what it holds was read while the counter
 * WL_COUNTER_REFERENCE_CONTENT stood at `content`, and the tables it holds change only together with
 * that counter, which is a fingerprint of what was loaded. So an aborted load, a load by another
 * process or an older snapshot cannot be mistaken for what was read. */
#include "claims/reference_memory.h"

#include "wledger/claim.h"
#include "wledger/error.h"
#include "wledger/load.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    FULL = 24 << 20,     /* bytes held at which the next command starts afresh */
    CEILING = 256 << 20, /* bytes that one command may add */
    SLOTS_FIRST = 1024,
    SCRATCH_MAX = 64 << 20,
};

struct slot {
    uint64_t hash;
    struct wl_held *held; /* NULL: free */
};

struct wl_reference {
    struct wl_txn *txn;     /* of the present command */
    struct wl_arena *arena; /* likewise */
    uint64_t seq;           /* of the command whose rows may still be in use */
    uint64_t content;
    uint64_t seed; /* so that nobody can send codes that all fall on one slot */
    struct slot *slots;
    size_t slot_count, held_count;
    size_t bytes; /* held, slots included */
    struct wl_arena memory;
    struct wl_buf scratch; /* rows on their way in: size, CBOR */
};

void *wl_reference_cache_new(void)
{
    struct wl_reference *r = calloc(1, sizeof *r);

    if (!r) {
        wl_fail(WL_E_SYSTEM, "out of memory");
        return NULL;
    }
    if (getrandom(&r->seed, sizeof r->seed, 0) != sizeof r->seed)
        r->seed = (uintptr_t)r;
    wl_arena_init(&r->memory, CEILING);
    wl_buf_init(&r->scratch, SCRATCH_MAX);
    return r;
}

static void forget(struct wl_reference *r)
{
    wl_arena_release(&r->memory);
    free(r->slots);
    r->slots = NULL;
    r->slot_count = r->held_count = r->bytes = 0;
}

void wl_reference_cache_free(void *cache)
{
    struct wl_reference *r = cache;

    if (!r)
        return;
    forget(r);
    wl_buf_release(&r->scratch);
    free(r);
}

struct wl_reference *wl_reference(const struct wl_context *ctx)
{
    struct wl_reference *r = ctx->cache;
    uint64_t content = wl_counter(ctx->txn, WL_COUNTER_REFERENCE_CONTENT);

    assert(r);
    /* Decide and apply of one command both come here, with rows of the first call in use at the second:
     * so fullness counts only where a new command begins. */
    if (content != r->content || (r->bytes > FULL && ctx->seq != r->seq))
        forget(r);
    r->content = content;
    r->seq = ctx->seq;
    r->txn = ctx->txn;
    r->arena = ctx->arena;
    return r;
}

static uint64_t hash_of(const struct wl_reference *r, struct wl_str key)
{
    uint64_t h = r->seed ^ key.size, word = 0;
    size_t i = 0;

    for (; i + sizeof word <= key.size; i += sizeof word) {
        memcpy(&word, key.data + i, sizeof word);
        unsigned __int128 product = (unsigned __int128)(h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        h = (uint64_t)product ^ (uint64_t)(product >> 64);
    }
    word = 0;
    for (unsigned shift = 0; i < key.size; i++, shift += 8)
        word |= (uint64_t)(uint8_t)key.data[i] << shift;
    unsigned __int128 product = (unsigned __int128)(h ^ word) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The slot that holds key, or the free one where it belongs. */
static struct slot *slot_of(const struct wl_reference *r, uint64_t hash, struct wl_str key)
{
    size_t mask = r->slot_count - 1;

    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct slot *s = &r->slots[i];
        if (!s->held || (s->hash == hash && wl_str_equal(s->held->key, key)))
            return s;
    }
}

/* Room for one more. */
static bool slots_grow(struct wl_reference *r)
{
    struct wl_reference old = *r;

    if (r->held_count < r->slot_count / 2)
        return true;
    r->slot_count = old.slot_count ? 2 * old.slot_count : SLOTS_FIRST;
    r->slots = calloc(r->slot_count, sizeof *r->slots);
    if (!r->slots) {
        r->slots = old.slots;
        r->slot_count = old.slot_count;
        wl_txn_fail(r->txn, wl_fail(WL_E_SYSTEM, "out of memory"));
        return false;
    }
    for (size_t i = 0; i < old.slot_count; i++) {
        if (old.slots[i].held)
            *slot_of(r, old.slots[i].hash, old.slots[i].held->key) = old.slots[i];
    }
    free(old.slots);
    r->bytes += (r->slot_count - old.slot_count) * sizeof *r->slots;
    return true;
}

static bool decode(struct wl_reference *r, int64_t table, struct wl_str cbor, void *row)
{
    const struct wl_reference_info *info = wl_reference_info(table);
    int status = wl_record_decode(info->record, cbor, row, r->arena);

    if (status != WL_OK)
        wl_txn_fail(r->txn, status);
    return status == WL_OK;
}

/* What to gather for one key of the memory. */
struct wanted {
    int64_t table;
    struct wl_str key;  /* under which it is held */
    struct wl_str from; /* the row's key, or the prefix of the rows' keys */
    bool many;
    int64_t tier; /* of seats; else WL_NONE */
};

static void scratch_row(struct wl_reference *r, const struct wanted *w, struct wl_str value, size_t *count)
{
    struct wl_str cbor = wl_reference_row_cbor(value);
    struct wl_seat seat;

    if (w->tier != WL_NONE && (!decode(r, w->table, cbor, &seat) || seat.tier != w->tier))
        return;
    wl_buf_u32(&r->scratch, (uint32_t)cbor.size);
    wl_buf_str(&r->scratch, cbor);
    ++*count;
}

/* Brings the wanted rows into the scratch buffer; false when reading failed, which sticks. */
static bool gather(struct wl_reference *r, const struct wanted *w, size_t *count)
{
    struct wl_str key, value;
    struct wl_walk *walk;

    *count = 0;
    wl_buf_clear(&r->scratch);
    if (!w->many) {
        if (wl_get(r->txn, WL_TABLE_REFERENCE, w->from, &value) == 1)
            scratch_row(r, w, value, count);
    } else if (wl_walk_open(r->txn, WL_TABLE_REFERENCE, w->from, WL_NO_STR, &walk) == WL_OK) {
        while (wl_walk_next(walk, &key, &value) == 1)
            scratch_row(r, w, value, count);
        wl_walk_close(walk);
    }
    if (wl_buf_status(&r->scratch) != WL_OK)
        wl_txn_fail(r->txn, wl_buf_status(&r->scratch));
    return wl_txn_status(r->txn) == WL_OK;
}

/* The scratch rows decoded, in one piece of memory with their text. The memory is the cache's, or (key
 * empty) the command's. */
static struct wl_held *keep(struct wl_reference *r, const struct wanted *w, size_t count, struct wl_arena *arena)
{
    size_t row_size = wl_reference_info(w->table)->record->size;
    size_t size = sizeof(struct wl_held) + count * row_size + w->key.size + r->scratch.size;
    struct wl_held *held = wl_arena_alloc(arena, size);

    if (!held) {
        wl_txn_fail(r->txn, WL_E_FULL);
        return NULL;
    }
    char *rows = (char *)(held + 1), *text = rows + count * row_size;
    *held = (struct wl_held){.key = {text, w->key.size}, .rows = count ? rows : NULL, .count = count};
    if (w->key.size)
        memcpy(text, w->key.data, w->key.size);
    text += w->key.size;
    if (r->scratch.size)
        memcpy(text, r->scratch.data, r->scratch.size);
    for (size_t i = 0; i < count; i++, rows += row_size) {
        struct wl_str cbor = {text + 4, wl_get_u32(text)};
        if (!decode(r, w->table, cbor, rows))
            return NULL;
        text += 4 + cbor.size;
    }
    if (arena == &r->memory)
        r->bytes += size;
    return held;
}

/* The rows held under w->key, read from the store at the first time; NULL on error. */
static const struct wl_held *look(struct wl_reference *r, const struct wanted *w)
{
    uint64_t hash = hash_of(r, w->key);
    struct slot *s;
    struct wl_held *held;
    size_t count;

    if (r->slot_count) {
        s = slot_of(r, hash, w->key);
        if (s->held)
            return s->held;
    }
    if (!gather(r, w, &count) || !slots_grow(r))
        return NULL;
    held = keep(r, w, count, &r->memory);
    if (!held)
        return NULL;
    s = slot_of(r, hash, w->key);
    *s = (struct slot){hash, held};
    r->held_count++;
    return held;
}

static const struct wl_held none;

const struct wl_held *wl_reference_look(struct wl_reference *r, const struct wl_reference_key *key, bool many)
{
    struct wl_str view = wl_reference_key_view(key);
    const struct wl_held *held = NULL;

    if (!key->bad)
        held =
            look(r, &(struct wanted){.table = key->bytes[0], .key = view, .from = view, .many = many, .tier = WL_NONE});
    return held ? held : &none;
}

/* A cached row whose key is one code. */
static const void *cached_row(struct wl_reference *r, int64_t table, struct wl_str code)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, table);
    wl_reference_key_text(&key, code);
    return wl_reference_look(r, &key, false)->rows;
}

/* Rows straight from the store into the command's memory: for tables as large as the fleet. */
static const struct wl_held *fresh(struct wl_reference *r, const struct wl_reference_key *key, bool many)
{
    struct wanted w = {.table = key->bytes[0], .from = wl_reference_key_view(key), .many = many, .tier = WL_NONE};
    const struct wl_held *held = NULL;
    size_t count;

    if (!key->bad && gather(r, &w, &count) && count)
        held = keep(r, &w, count, r->arena);
    return held ? held : &none;
}

static const void *fresh_row(struct wl_reference *r, int64_t table, struct wl_str code)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, table);
    wl_reference_key_text(&key, code);
    return fresh(r, &key, false)->rows;
}

/* Of the versions of a key, which stand in the order of their from_date, the one in force. */
const void *wl_reference_in_force(const struct wl_held *versions, int64_t table, int64_t day)
{
    const struct wl_reference_info *info = wl_reference_info(table);
    size_t offset = info->record->fields[info->keys[info->key_count - 1]].offset, size = info->record->size;
    size_t low = 0, high = versions->count;
    const char *rows = versions->rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (*(const int64_t *)(rows + middle * size + offset) <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? rows + (low - 1) * size : NULL;
}

const struct wl_dealer *wl_dealer_find(struct wl_reference *r, struct wl_str dealer_id)
{
    return cached_row(r, WL_REF_DEALERS, dealer_id);
}

const struct wl_model *wl_model_find(struct wl_reference *r, struct wl_str model_id)
{
    return cached_row(r, WL_REF_MODELS, model_id);
}

const struct wl_supplier *wl_supplier_find(struct wl_reference *r, struct wl_str supplier_id)
{
    return cached_row(r, WL_REF_SUPPLIERS, supplier_id);
}

const struct wl_part *wl_part_find(struct wl_reference *r, struct wl_str part_id)
{
    return cached_row(r, WL_REF_PARTS, part_id);
}

const struct wl_operation *wl_operation_find(struct wl_reference *r, struct wl_str op_code)
{
    return cached_row(r, WL_REF_OPERATIONS, op_code);
}

const struct wl_fault *wl_fault_find(struct wl_reference *r, struct wl_str fault_code)
{
    return cached_row(r, WL_REF_FAULTS, fault_code);
}

const struct wl_campaign *wl_campaign_find(struct wl_reference *r, struct wl_str campaign_id)
{
    return cached_row(r, WL_REF_CAMPAIGNS, campaign_id);
}

const struct wl_service_plan *wl_service_plan_find(struct wl_reference *r, struct wl_str op_code)
{
    return cached_row(r, WL_REF_SERVICE_PLAN, op_code);
}

const struct wl_vehicle *wl_vehicle_find(struct wl_reference *r, struct wl_str vin)
{
    return fresh_row(r, WL_REF_VEHICLES, vin);
}

const struct wl_authorization *wl_authorization_find(struct wl_reference *r, struct wl_str auth_no)
{
    return fresh_row(r, WL_REF_AUTHORIZATIONS, auth_no);
}

bool wl_campaign_has_vehicle(struct wl_reference *r, struct wl_str campaign_id, struct wl_str vin)
{
    struct wl_reference_key key;
    struct wl_str value;

    wl_reference_key_start(&key, WL_REF_CAMPAIGN_VEHICLES);
    wl_reference_key_text(&key, campaign_id);
    wl_reference_key_text(&key, vin);
    return !key.bad && wl_get(r->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value) == 1;
}

const struct wl_labour_rate *wl_labour_rate_on(struct wl_reference *r, struct wl_str dealer_id, int64_t day)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_LABOUR_RATES);
    wl_reference_key_text(&key, dealer_id);
    return wl_reference_in_force(wl_reference_look(r, &key, true), WL_REF_LABOUR_RATES, day);
}

/* A part's terms as they are held: in one piece with what they point to. */
struct held_terms {
    struct wl_held held;
    struct wl_part_terms terms;
};

/* The prices under a key, from the scratch buffer, into room for as many as it has rows. */
static bool read_prices(struct wl_reference *r, size_t count, struct wl_list_price *prices)
{
    const char *at = (const char *)r->scratch.data;

    for (size_t i = 0; i < count; i++) {
        struct wl_str cbor = {at + 4, wl_get_u32(at)};
        struct wl_part_price row;

        if (!decode(r, WL_REF_PART_PRICES, cbor, &row))
            return false;
        prices[i] = (struct wl_list_price){row.from_date, row.price};
        at += 4 + cbor.size;
    }
    return true;
}

static bool read_part(struct wl_reference *r, struct wl_str part_id, struct wl_part_terms *terms)
{
    struct wl_reference_key key;
    struct wl_part part;
    struct wl_str value;

    wl_reference_key_start(&key, WL_REF_PARTS);
    wl_reference_key_text(&key, part_id);
    if (wl_get(r->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value) == 1 &&
        decode(r, WL_REF_PARTS, wl_reference_row_cbor(value), &part)) {
        terms->known = true;
        terms->return_rule = part.return_rule;
        terms->return_days = part.return_days;
    }
    return wl_txn_status(r->txn) == WL_OK;
}

static const struct wl_held *gather_terms(struct wl_reference *r, struct wl_str key, struct wl_str part_id,
                                          uint64_t hash)
{
    struct held_terms *h;
    size_t count, size;

    if (!gather(r, &(struct wanted){.table = WL_REF_PART_PRICES, .from = key, .many = true, .tier = WL_NONE}, &count) ||
        !slots_grow(r))
        return NULL;
    size = sizeof *h + count * sizeof(struct wl_list_price) + key.size;
    h = wl_arena_alloc(&r->memory, size);
    if (!h) {
        wl_txn_fail(r->txn, WL_E_FULL);
        return NULL;
    }
    struct wl_list_price *prices = (struct wl_list_price *)(h + 1);
    char *text = (char *)(prices + count);
    memcpy(text, key.data, key.size);
    h->held = (struct wl_held){.key = {text, key.size}, .rows = &h->terms, .count = 1};
    h->terms = (struct wl_part_terms){.prices = prices, .price_count = count};
    if (!read_prices(r, count, prices) || !read_part(r, part_id, &h->terms))
        return NULL;
    *slot_of(r, hash, key) = (struct slot){hash, &h->held};
    r->held_count++;
    r->bytes += size;
    return &h->held;
}

const struct wl_part_terms *wl_part_terms_find(struct wl_reference *r, struct wl_str part_id, struct wl_str currency)
{
    static const struct wl_part_terms unknown;
    struct wl_reference_key key;
    const struct wl_held *held = NULL;

    wl_reference_key_start(&key, WL_REF_PART_PRICES);
    wl_reference_key_text(&key, part_id);
    wl_reference_key_text(&key, currency);
    if (key.bad)
        return &unknown;
    struct wl_str view = wl_reference_key_view(&key);
    uint64_t hash = hash_of(r, view);
    if (r->slot_count)
        held = slot_of(r, hash, view)->held;
    if (!held)
        held = gather_terms(r, view, part_id, hash);
    return held ? held->rows : NULL;
}

int64_t wl_list_price_on(const struct wl_part_terms *terms, int64_t day)
{
    size_t i = terms->price_count;

    while (i > 0 && terms->prices[i - 1].from_date > day)
        i--;
    return i > 0 ? terms->prices[i - 1].price : WL_NONE;
}

int64_t wl_policy_on(struct wl_reference *r, struct wl_str policy, int64_t day)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_POLICY);
    wl_reference_key_text(&key, policy);
    const struct wl_policy *row = wl_reference_in_force(wl_reference_look(r, &key, true), WL_REF_POLICY, day);
    return row ? row->value : WL_NONE;
}

const struct wl_held *wl_reference_whole(struct wl_reference *r, int64_t table)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, table);
    return wl_reference_look(r, &key, true);
}

struct wl_plans wl_plans(struct wl_reference *r)
{
    const struct wl_held *held = wl_reference_whole(r, WL_REF_PLANS);

    return (struct wl_plans){held->rows, held->count};
}

struct wl_extensions wl_extensions(struct wl_reference *r)
{
    const struct wl_held *held = wl_reference_whole(r, WL_REF_EXTENSIONS);

    return (struct wl_extensions){held->rows, held->count};
}

struct wl_tiers wl_tiers(struct wl_reference *r, struct wl_str currency)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_TIERS);
    wl_reference_key_text(&key, currency);
    const struct wl_held *held = wl_reference_look(r, &key, true);
    return (struct wl_tiers){held->rows, held->count};
}

struct wl_seats wl_seats(struct wl_reference *r, int64_t tier)
{
    struct wl_reference_key key, all;

    wl_reference_key_start(&all, WL_REF_SEATS);
    key = all;
    wl_reference_key_number(&key, tier);
    if (key.bad)
        return (struct wl_seats){NULL, 0};
    const struct wl_held *held = look(r, &(struct wanted){.table = WL_REF_SEATS,
                                                          .key = wl_reference_key_view(&key),
                                                          .from = wl_reference_key_view(&all),
                                                          .many = true,
                                                          .tier = tier});
    return held ? (struct wl_seats){held->rows, held->count} : (struct wl_seats){NULL, 0};
}

const struct wl_warehouse *wl_warehouse_find(struct wl_reference *r, struct wl_str warehouse_id)
{
    return cached_row(r, WL_REF_WAREHOUSES, warehouse_id);
}

struct wl_warehouses wl_warehouses(struct wl_reference *r)
{
    const struct wl_held *held = wl_reference_whole(r, WL_REF_WAREHOUSES);

    return (struct wl_warehouses){held->rows, held->count};
}

struct wl_bins wl_bins_of(struct wl_reference *r, struct wl_str location_id, struct wl_str part_id)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_BINS);
    wl_reference_key_text(&key, location_id);
    wl_reference_key_text(&key, part_id);
    const struct wl_held *held = wl_reference_look(r, &key, true);
    return (struct wl_bins){held->rows, held->count};
}

const struct wl_carrier *wl_carrier_find(struct wl_reference *r, struct wl_str carrier_id)
{
    return cached_row(r, WL_REF_CARRIERS, carrier_id);
}

enum wl_tracking wl_tracking_of(struct wl_reference *r, struct wl_str part_id)
{
    static const enum wl_tracking by_choice[] = {WL_TRACKING_LOT, WL_TRACKING_SERIAL};
    const struct wl_tracked_part *row = cached_row(r, WL_REF_TRACKED_PARTS, part_id);

    return row ? by_choice[row->tracking] : WL_TRACKING_NONE;
}

const struct wl_supersession *wl_supersession_on(struct wl_reference *r, struct wl_str part_id, int64_t day)
{
    const struct wl_supersession *row = cached_row(r, WL_REF_SUPERSESSIONS, part_id);

    return row && row->from_date <= day ? row : NULL;
}

struct wl_contracts wl_contracts_of(struct wl_reference *r, struct wl_str vin)
{
    struct wl_reference_key prefix, row_key;
    struct wl_str key, value;
    struct wl_walk *walk;
    size_t count = 0;

    wl_reference_key_start(&prefix, WL_REF_CONTRACTS);
    wl_reference_key_text(&prefix, vin);
    struct wanted w = {.table = WL_REF_CONTRACTS, .tier = WL_NONE};
    wl_buf_clear(&r->scratch);
    if (prefix.bad ||
        wl_walk_open(r->txn, WL_TABLE_REFERENCE_INDEX, wl_reference_key_view(&prefix), WL_NO_STR, &walk) != WL_OK)
        return (struct wl_contracts){NULL, 0};
    while (wl_walk_next(walk, &key, &value) == 1) {
        wl_reference_key_start(&row_key, WL_REF_CONTRACTS);
        wl_reference_key_text(&row_key, (struct wl_str){key.data + prefix.size, key.size - prefix.size});
        if (row_key.bad || wl_get(r->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&row_key), &value) == 0)
            wl_txn_fail(r->txn, wl_fail(WL_E_DAMAGED, "the index of contracts names a contract that is not there"));
        else if (wl_txn_status(r->txn) == WL_OK)
            scratch_row(r, &w, value, &count);
    }
    wl_walk_close(walk);
    if (wl_buf_status(&r->scratch) != WL_OK)
        wl_txn_fail(r->txn, wl_buf_status(&r->scratch));
    const struct wl_held *held = count && wl_txn_status(r->txn) == WL_OK ? keep(r, &w, count, r->arena) : &none;
    return held ? (struct wl_contracts){held->rows, held->count} : (struct wl_contracts){NULL, 0};
}

struct wl_fits wl_fits_of(struct wl_reference *r, struct wl_str vin, struct wl_str part_id)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_FITS);
    wl_reference_key_text(&key, vin);
    wl_reference_key_text(&key, part_id);
    const struct wl_held *held = fresh(r, &key, true);
    return (struct wl_fits){held->rows, held->count};
}

struct wl_fits wl_fits_on(struct wl_reference *r, struct wl_str vin)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_FITS);
    wl_reference_key_text(&key, vin);
    const struct wl_held *held = fresh(r, &key, true);
    return (struct wl_fits){held->rows, held->count};
}

struct wl_campaigns wl_campaigns(struct wl_reference *r)
{
    const struct wl_held *held = wl_reference_whole(r, WL_REF_CAMPAIGNS);

    return (struct wl_campaigns){held->rows, held->count};
}

struct wl_service_plans wl_service_plans(struct wl_reference *r)
{
    const struct wl_held *held = wl_reference_whole(r, WL_REF_SERVICE_PLAN);

    return (struct wl_service_plans){held->rows, held->count};
}
