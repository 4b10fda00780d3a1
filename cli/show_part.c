/* show part: what it is, what replaces it, where it lies, who waits for it, what moved last. */
#include "cli/lookup.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "cli/stock.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include <string.h>

enum {
    MOVES_SHOWN = 20, /* unless --limit says more */
    MOVES_MAX = 1000,
    WAITING_MAX = 1000,  /* back-orders */
    REPLACED_MAX = 1000, /* parts that it replaces */
    MOVE_MEMORY = 8 << 20,
};

struct showing {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_str part_id;
    struct wl_arena row; /* of one row */
    json_t *view;
};

/* ---- what it is ---- */

/* 1 where it is in `parts`, 0 where not. */
static int add_part(struct showing *s)
{
    static const char *const trackings[] = {"lot", "serial"};
    struct wl_arena *arena = &s->cli->arena;
    struct wl_tracked_part tracked;
    struct wl_part part;
    int found = cli_reference_row(s->txn, arena, WL_REF_PARTS, s->part_id, &part), rc;

    if (found < 0)
        return found;
    if (found)
        json_object_update_new(s->view, cli_view_record(wl_reference_info(WL_REF_PARTS)->record, &part, WL_NO_STR));
    else
        cli_view_text(s->view, "part_id", s->part_id);
    if ((rc = cli_reference_row(s->txn, arena, WL_REF_TRACKED_PARTS, s->part_id, &tracked)) < 0)
        return rc;
    cli_view_text(s->view, "tracking", rc ? wl_str_of(trackings[tracked.tracking]) : WL_STR("none"));
    return found;
}

/* ---- supersession ---- */

static json_t *step_view(struct showing *s, struct wl_str part_id, int64_t from_date, int64_t today)
{
    json_t *one = json_object();
    struct wl_part part;

    cli_view_text(one, "part_id", part_id);
    cli_view_day(one, "from_date", from_date);
    cli_view_text(one, "in_force", from_date <= today ? WL_STR("yes") : WL_STR("no"));
    if (cli_reference_row(s->txn, &s->cli->arena, WL_REF_PARTS, part_id, &part) == 1)
        cli_view_text(one, "description", part.description);
    return one;
}

static int add_replaced_by(struct showing *s, int64_t today)
{
    json_t *list = json_array();
    struct wl_str at = s->part_id;
    int rc = 1;

    cli_view_put(s->view, "replaced_by", list);
    for (int i = 0; rc == 1 && i < WL_SUPERSESSION_CHAIN_MAX; i++) {
        struct wl_supersession row;

        if ((rc = cli_reference_row(s->txn, &s->cli->arena, WL_REF_SUPERSESSIONS, at, &row)) == 1) {
            json_array_append_new(list, step_view(s, row.replaced_by, row.from_date, today));
            at = row.replaced_by;
        }
    }
    return rc < 0 ? rc : WL_OK;
}

/* What is replaced by it, by that, and so on: one look through the table for each part found. */
struct replaced {
    struct wl_str part_ids[REPLACED_MAX];
    size_t count;
};

static int add_replaced(struct showing *s, struct replaced *found, struct wl_str by, int64_t today, json_t *list)
{
    const struct wl_record *record = wl_reference_info(WL_REF_SUPERSESSIONS)->record;
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    wl_reference_key_start(&prefix, WL_REF_SUPERSESSIONS);
    rc = wl_walk_open(s->txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk);
    while (rc == WL_OK && found->count < REPLACED_MAX && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_supersession row;
        json_t *one;

        wl_arena_clear(&s->row);
        value = wl_arena_copy(&s->row, wl_reference_row_cbor(value));
        rc = wl_record_decode(record, value, &row, &s->row);
        if (rc != WL_OK || !wl_str_equal(row.replaced_by, by))
            continue;
        found->part_ids[found->count++] = wl_arena_copy(&s->cli->arena, row.part_id);
        one = step_view(s, row.part_id, row.from_date, today);
        if (!wl_str_equal(by, s->part_id))
            cli_view_text(one, "by_way_of", by);
        json_array_append_new(list, one);
    }
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}

static int add_replaces(struct showing *s, int64_t today)
{
    struct replaced *found = wl_arena_alloc(&s->cli->arena, sizeof *found);
    json_t *list = json_array();
    int rc;

    cli_view_put(s->view, "replaces", list);
    if (!found)
        return wl_arena_status(&s->cli->arena);
    rc = add_replaced(s, found, s->part_id, today, list);
    for (size_t i = 0; rc == WL_OK && i < found->count && found->count < REPLACED_MAX; i++)
        rc = add_replaced(s, found, found->part_ids[i], today, list);
    return rc;
}

/* ---- stock, back-orders ---- */

static int add_location(void *context, struct wl_str part_id, struct wl_str location_id, const struct wl_stock *stock)
{
    struct showing *s = context;
    struct cli *cli = s->cli;
    struct wl_arena *a = &cli->arena;
    json_t *one;

    (void)part_id;
    if ((stock->on_hand | stock->reserved | stock->in_transit | stock->on_order) == 0)
        return WL_OK;
    one = json_object();
    cli_view_text(one, "location_id", location_id);
    cli_view_text(one, "name", cli_location_name(s->txn, a, location_id));
    cli_view_text(one, "on_hand", cli_quantity(cli, a, stock->on_hand));
    cli_view_text(one, "reserved", cli_quantity(cli, a, stock->reserved));
    cli_view_text(one, "free", cli_quantity(cli, a, stock->on_hand - stock->reserved));
    cli_view_text(one, "in_transit", cli_quantity(cli, a, stock->in_transit));
    cli_view_text(one, "on_order", cli_quantity(cli, a, stock->on_order));
    json_array_append_new(json_object_get(s->view, "stock"), one);
    return WL_OK;
}

static int add_stock(struct showing *s)
{
    cli_view_put(s->view, "stock", json_array());
    return wl_stock_each(s->txn, s->part_id, add_location, s);
}

/* The keys of a part's rows begin with its id and a 0x00. */
static int walk_part(struct showing *s, unsigned table, struct wl_walk **walk)
{
    struct wl_str prefix = cli_format_text(&s->cli->arena, WL_STR_FMT "%c", WL_STR_ARG(s->part_id), 0);

    return wl_walk_open(s->txn, table, prefix, WL_NO_STR, walk);
}

static int add_request(struct showing *s, uint64_t number, json_t *list)
{
    struct wl_request_row row;
    json_t *one;
    int rc;

    wl_arena_clear(&s->row);
    if ((rc = wl_request_get(s->txn, &s->row, number, &row)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "request %llu has no row", (unsigned long long)number);
    one = json_object();
    cli_view_number(one, "request", (int64_t)number);
    cli_view_text(one, "dealer_id", row.dealer_id);
    cli_view_text(one, "quantity", cli_quantity(s->cli, &s->row, row.quantity));
    if (!wl_str_equal(row.asked_part_id, s->part_id))
        cli_view_text(one, "asked_part_id", row.asked_part_id);
    cli_view_text(one, "vin", row.vin);
    cli_view_text(one, "document", row.document);
    json_array_append_new(list, one);
    return WL_OK;
}

/* The oldest first, as a delivery fills them. */
static int add_back_orders(struct showing *s)
{
    json_t *list = json_array();
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = walk_part(s, WL_TABLE_BACK_ORDERS, &walk);

    cli_view_put(s->view, "back_orders", list);
    while (rc == WL_OK && json_array_size(list) < WAITING_MAX && (rc = wl_walk_next(walk, &key, &value)) == 1)
        rc = key.size == s->part_id.size + 1 + 8 ? add_request(s, wl_get_u64(key.data + key.size - 8), list)
                                                 : wl_fail(WL_E_DAMAGED, "a back-order has no request");
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}

/* ---- the last moves ---- */

/* The newest move ids, in falling order, at most `most`: of all lots at first, then, as each is shown, of the one
 * before it in its lot. */
struct newest {
    int64_t ids[MOVES_MAX];
    size_t count, most;
};

static void keep(struct newest *n, int64_t id)
{
    size_t at = n->count;

    while (at > 0 && n->ids[at - 1] < id)
        at--;
    if (at == n->most)
        return;
    if (n->count == n->most)
        n->count--;
    memmove(n->ids + at + 1, n->ids + at, (n->count - at) * sizeof *n->ids);
    n->ids[at] = id;
    n->count++;
}

static int find_newest(struct showing *s, struct newest *n)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = walk_part(s, WL_TABLE_UNITS, &walk);

    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_unit unit;

        wl_arena_clear(&s->row);
        if ((rc = wl_record_decode(&wl_unit_record, value, &unit, &s->row)) == WL_OK)
            keep(n, unit.newest);
    }
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}

static int add_move(struct showing *s, int64_t id, json_t *list, int64_t *previous)
{
    struct cli_stock_moved moved;
    json_t *one;
    int rc;

    wl_arena_clear(&s->row);
    if ((rc = cli_stock_move_read(s->txn, &s->row, id, &moved)) != WL_OK)
        return rc;
    one = cli_stock_move_view(s->cli, &s->row, &moved);
    cli_view_text(one, "lot", cli_stock_lot(moved.move.lot));
    cli_view_text(one, "serial", wl_lot_serial(moved.move.lot));
    json_array_append_new(list, one);
    *previous = moved.move.previous;
    return WL_OK;
}

/* Of two moves of one lot the newer stands for both until it is shown. */
static int add_moves(struct showing *s, size_t limit)
{
    struct newest *n = wl_arena_alloc(&s->cli->arena, sizeof *n);
    json_t *list = json_array();
    int rc;

    cli_view_put(s->view, "last_moves", list);
    if (!n)
        return wl_arena_status(&s->cli->arena);
    n->most = limit;
    rc = find_newest(s, n);
    while (rc == WL_OK && n->count > 0 && json_array_size(list) < limit) {
        int64_t id = n->ids[0], previous;

        memmove(n->ids, n->ids + 1, --n->count * sizeof *n->ids);
        if ((rc = add_move(s, id, list, &previous)) == WL_OK && previous >= 0)
            keep(n, previous);
    }
    return rc;
}

/* ---- */

static bool is_empty(const struct showing *s, const char *list)
{
    return json_array_size(json_object_get(s->view, list)) == 0;
}

static int fill_view(struct showing *s, size_t limit)
{
    int64_t today = wl_time_day(cli_time(s->cli, s->txn), wl_journal_zone(s->txn));
    int found = add_part(s), rc = found < 0 ? found : WL_OK;
    struct wl_str hint = WL_NO_STR;

    if (rc != WL_OK || (rc = add_replaced_by(s, today)) != WL_OK || (rc = add_replaces(s, today)) != WL_OK ||
        (rc = add_stock(s)) != WL_OK || (rc = add_back_orders(s)) != WL_OK || (rc = add_moves(s, limit)) != WL_OK)
        return rc;
    if (found || !is_empty(s, "replaced_by") || !is_empty(s, "replaces") || !is_empty(s, "last_moves"))
        return WL_OK;
    rc = cli_near_part(s->txn, &s->cli->arena, s->part_id, &hint);
    return rc != WL_OK ? rc : wl_fail(WL_E_USAGE, WL_STR_FMT, WL_STR_ARG(cli_clean(&s->cli->arena, hint)));
}

int cli_show_part(struct cli *cli, struct wl_txn *txn, struct wl_str part_id)
{
    struct showing s = {.cli = cli, .txn = txn, .part_id = part_id};
    int64_t limit = MOVES_SHOWN;
    int rc = cli_demand_identifier("show part", part_id);

    if (rc != WL_OK || (rc = cli_number(cli, "limit", 1, MOVES_MAX, &limit)) != WL_OK)
        return rc;
    wl_arena_init(&s.row, MOVE_MEMORY);
    s.view = json_object();
    rc = fill_view(&s, (size_t)limit);
    wl_arena_release(&s.row);
    if (rc == WL_OK)
        return cli_view_print(cli, s.view);
    json_decref(s.view);
    return rc;
}
