#include "wledger/vehicle_parts.h"

#include "parts/stock.h"
#include "wledger/defective.h"
#include "wledger/demand.h"
#include "wledger/error.h"
#include "wledger/load.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 32 };

/* A row with its place among those of the same day. */
struct told {
    struct wl_vehicle_part part;
    size_t place;
};

struct history {
    struct wl_txn *txn;
    struct wl_arena *arena;
    struct wl_str vin;
    struct told *at;
    size_t count, room;
    size_t from_moves;                       /* how many of them are the ledger's own; they stand first */
    const struct wl_vehicle_part **standing; /* fittings of the ledger that stand, by what names a fit */
    size_t standing_count;
};

static struct wl_vehicle_part *add(struct history *h)
{
    if (h->count == h->room) {
        size_t room = h->room ? 2 * h->room : ROOM_FIRST;
        struct told *more = wl_arena_alloc(h->arena, room * sizeof *more);

        if (!more) {
            wl_txn_fail(h->txn, wl_arena_status(h->arena));
            return NULL;
        }
        if (h->count)
            memcpy(more, h->at, h->count * sizeof *more);
        h->at = more;
        h->room = room;
    }
    h->at[h->count] = (struct told){.place = h->count,
                                    .part = {.kind = WL_PART_FITTED,
                                             .quantity = WL_NONE,
                                             .reversed_seq = WL_NONE,
                                             .fit_km = WL_NONE,
                                             .paid_by = WL_NONE,
                                             .request = WL_NONE,
                                             .tag = WL_NONE}};
    return &h->at[h->count++].part;
}

/* ---- what the ledger saw: the chain of moves ---- */

/* The moves of one entry, which follow one another in the chain, newest first. */
struct group {
    struct wl_move *at;
    size_t count, room;
};

static bool add_move(struct history *h, struct group *g, const struct wl_move *move)
{
    if (g->count == g->room) {
        size_t room = g->room ? 2 * g->room : ROOM_FIRST;
        struct wl_move *more = wl_arena_alloc(h->arena, room * sizeof *more);

        if (!more) {
            wl_txn_fail(h->txn, wl_arena_status(h->arena));
            return false;
        }
        if (g->count)
            memcpy(more, g->at, g->count * sizeof *more);
        g->at = more;
        g->room = room;
    }
    g->at[g->count++] = *move;
    return true;
}

static bool is_fitting(const struct wl_move *move)
{
    return move->to_kind == WL_ACCOUNT_VEHICLE;
}

static struct wl_str dealer_of(const struct wl_move *move)
{
    struct wl_str location_id, bin_id;

    wl_party_split(is_fitting(move) ? move->from_party : move->to_party, &location_id, &bin_id);
    return location_id;
}

/* One row for a lot, out of however many bins it came. */
static struct wl_vehicle_part *row_of_lot(struct history *h, size_t first, const struct wl_move *move)
{
    struct wl_vehicle_part *part;

    for (size_t i = first; i < h->count; i++) {
        part = &h->at[i].part;
        if (part->kind == (is_fitting(move) ? WL_PART_FITTED : WL_PART_REMOVED) &&
            wl_str_equal(part->part_id, move->part_id) && wl_str_equal(part->lot, move->lot))
            return part;
    }
    if (!(part = add(h)))
        return NULL;
    part->kind = is_fitting(move) ? WL_PART_FITTED : WL_PART_REMOVED;
    part->part_id = move->part_id;
    part->lot = move->lot;
    part->quantity = 0;
    return part;
}

static void add_lots(struct history *h, const struct group *g)
{
    size_t first = h->count;

    for (size_t i = g->count; i-- > 0;) {
        struct wl_vehicle_part *part = row_of_lot(h, first, &g->at[i]);

        if (!part)
            return;
        part->quantity += g->at[i].quantity;
    }
}

/* A removal's tags are told one by one, because each has a way of its own from there. */
static bool add_tags(struct history *h, const struct wl_entry *e, const void *outcome)
{
    const struct wl_field *first = wl_record_field(e->command->outcome, WL_STR("first_tag"));
    const struct wl_field *list = wl_record_field(e->command->outcome, WL_STR("tags"));
    const struct wl_list *tags;

    if (!first || !list || list->type != WL_LIST || list->item->size != sizeof(struct wl_new_tag))
        return false;
    tags = (const void *)((const char *)outcome + list->offset);
    for (size_t i = 0; i < tags->count; i++) {
        const struct wl_new_tag *tag = (const struct wl_new_tag *)tags->at + i;
        struct wl_vehicle_part *part = add(h);

        if (!part)
            return true;
        part->kind = WL_PART_REMOVED;
        part->part_id = tag->part_id;
        part->lot = tag->lot;
        part->quantity = tag->quantity;
        part->tag = *(const int64_t *)(const void *)((const char *)outcome + first->offset) + (int64_t)i;
    }
    return true;
}

static void set_fit(struct wl_vehicle_part *part, const struct wl_fit_body *body, const struct wl_fit_outcome *outcome)
{
    part->dealer_id = body->dealer_id;
    part->invoice_no = body->invoice_no;
    part->owner_id = outcome->owner_id;
    part->fit_km = body->mileage_km;
    part->paid_by = body->paid_by;
    part->request = body->request;
}

static bool read_entry(struct history *h, int64_t seq, struct wl_entry *e, void **body, void **outcome)
{
    int rc = wl_entry_read(h->txn, (uint64_t)seq, e);

    if (rc == 1) {
        e->body = wl_arena_copy(h->arena, e->body);
        e->outcome = wl_arena_copy(h->arena, e->outcome);
        rc = wl_entry_body(e, h->arena, body);
        if (rc == WL_OK)
            rc = wl_entry_outcome(e, h->arena, outcome);
    } else if (rc == 0) {
        rc = wl_fail(WL_E_DAMAGED, "entry %lld, which a move of stock names, is missing", (long long)seq);
    }
    if (rc != WL_OK)
        wl_txn_fail(h->txn, rc);
    return rc == WL_OK;
}

static void add_group(struct history *h, const struct group *g)
{
    const struct wl_move *move = g->at;
    size_t first = h->count;
    int64_t reversed;
    struct wl_entry e;
    void *body, *outcome;

    if (!read_entry(h, move->seq, &e, &body, &outcome) || e.command == &wl_reverse_command)
        return;
    if (is_fitting(move) || !add_tags(h, &e, outcome))
        add_lots(h, g);
    reversed = wl_reversed_by(h->txn, (uint64_t)move->seq);
    for (size_t i = first; i < h->count; i++) {
        struct wl_vehicle_part *part = &h->at[i].part;

        part->day = move->day;
        part->seq = move->seq;
        part->reversed_seq = reversed;
        part->dealer_id = dealer_of(move);
        if (e.command == &wl_fit_command)
            set_fit(part, body, outcome);
    }
}

static void add_moves(struct history *h)
{
    int64_t vehicle = wl_vehicle_number(h->txn, h->vin);
    int64_t id = vehicle == WL_NONE ? WL_CHAIN_END : wl_vehicle_move(h->txn, vehicle);
    struct group g = {.count = 0};

    while (id >= 0 && wl_txn_status(h->txn) == WL_OK) {
        struct wl_move move;
        int rc = wl_move_get(h->txn, h->arena, id, &move);

        if (rc != 1) {
            wl_txn_fail(h->txn,
                        rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "move %lld of a vehicle is missing", (long long)id));
            return;
        }
        if (g.count && g.at[0].seq != move.seq) {
            add_group(h, &g);
            g.count = 0;
        }
        if (!add_move(h, &g, &move))
            return;
        id = move.previous_on_vehicle;
    }
    if (g.count)
        add_group(h, &g);
    h->from_moves = h->count;
}

/* ---- what the ledger was told: fits ---- */

static int compare_names(const void *a, const void *b)
{
    const struct wl_vehicle_part *left = *(const struct wl_vehicle_part *const *)a;
    const struct wl_vehicle_part *right = *(const struct wl_vehicle_part *const *)b;
    int order = wl_str_compare(left->part_id, right->part_id);

    if (order == 0)
        order = wl_str_compare(left->dealer_id, right->dealer_id);
    return order != 0 ? order : wl_str_compare(left->invoice_no, right->invoice_no);
}

static bool sort_standing(struct history *h)
{
    h->standing = wl_arena_alloc(h->arena, (h->from_moves + 1) * sizeof(const struct wl_vehicle_part *));
    if (!h->standing) {
        wl_txn_fail(h->txn, wl_arena_status(h->arena));
        return false;
    }
    for (size_t i = 0; i < h->from_moves; i++)
        if (h->at[i].part.kind == WL_PART_FITTED && h->at[i].part.reversed_seq == WL_NONE)
            h->standing[h->standing_count++] = &h->at[i].part;
    qsort(h->standing, h->standing_count, sizeof *h->standing, compare_names);
    return true;
}

static void add_fit(struct history *h, struct wl_str value)
{
    const struct wl_reference_info *info = wl_reference_info(WL_REF_FITS);
    struct wl_vehicle_part named, *part = &named;
    struct wl_fit fit;
    int rc = wl_record_decode(info->record, wl_arena_copy(h->arena, wl_reference_row_cbor(value)), &fit, h->arena);

    if (rc != WL_OK) {
        wl_txn_fail(h->txn, rc);
        return;
    }
    named = (struct wl_vehicle_part){.part_id = fit.part_id, .dealer_id = fit.dealer_id, .invoice_no = fit.invoice_no};
    if (bsearch(&part, h->standing, h->standing_count, sizeof *h->standing, compare_names) || !(part = add(h)))
        return;
    part->day = fit.fit_date;
    part->part_id = fit.part_id;
    part->dealer_id = fit.dealer_id;
    part->invoice_no = fit.invoice_no;
    part->owner_id = fit.owner_id;
    part->fit_km = fit.fit_km;
    part->paid_by = fit.paid_by;
    part->seq = (int64_t)wl_get_u64(value.data);
    part->loaded = true;
}

/* The keys of fits begin with the VIN. */
static void add_fits(struct history *h)
{
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;

    wl_reference_key_start(&prefix, WL_REF_FITS);
    wl_reference_key_text(&prefix, h->vin);
    if (prefix.bad ||
        wl_walk_open(h->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk) != WL_OK)
        return;
    while (wl_walk_next(walk, &key, &value) == 1)
        add_fit(h, value);
    wl_walk_close(walk);
}

/* ---- in the order of time ---- */

/* Of one day, what was loaded first: nobody knows its hour. Entries were met newest first, the rows of one in order. */
static int compare_times(const void *a, const void *b)
{
    const struct told *left = a, *right = b;

    if (left->part.day != right->part.day)
        return left->part.day < right->part.day ? -1 : 1;
    if (left->part.loaded != right->part.loaded)
        return left->part.loaded ? -1 : 1;
    if (!left->part.loaded && left->part.seq != right->part.seq)
        return left->part.seq < right->part.seq ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

int wl_vehicle_parts(struct wl_txn *txn, struct wl_arena *arena, struct wl_str vin, wl_vehicle_part_fn *each,
                     void *context)
{
    struct history h = {.txn = txn, .arena = arena, .vin = vin};
    int rc;

    add_moves(&h);
    if (wl_txn_status(txn) == WL_OK && sort_standing(&h))
        add_fits(&h);
    rc = wl_txn_status(txn);
    if (rc == WL_OK && h.count)
        qsort(h.at, h.count, sizeof *h.at, compare_times);
    for (size_t i = 0; rc == WL_OK && i < h.count; i++)
        rc = each(context, &h.at[i].part);
    return rc;
}
