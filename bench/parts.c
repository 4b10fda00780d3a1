/* The parts loop: receipts and fittings in groups that share a commit, and what it costs to tell all that was
 * ever fitted to a vehicle. Requests, dispatches and opening balances prepare them. Dealers, parts and vehicles
 * are drawn at random from the reference data of the store. */
#include "bench/measure.h"

#include "wledger/defective.h"
#include "wledger/demand.h"
#include "wledger/load.h"
#include "wledger/schema.h"
#include "wledger/vehicle_parts.h"
#include <stdlib.h>
#include <string.h>

enum {
    COMMAND_MEMORY = 8 << 20,
    NAME_SIZE = 33,
    STOCKED = 500,     /* parts that are in stock */
    PER_DISPATCH = 50, /* requests that leave in one dispatch */
    LOOKS = 20000,     /* vehicles that are looked at */
    PLENTY = 99999999, /* pieces: more than anybody asks for */
    ONE = 1000,        /* thousandths */
};

/* Identifiers of one reference table. */
struct names {
    char (*at)[NAME_SIZE];
    size_t count;
};

struct trade {
    struct wl_store *store;
    struct wl_txn *txn;
    struct wl_arena arena;
    struct names dealers, parts, vehicles, warehouses;
    int64_t time;
    uint64_t random;
    size_t group, in_group, invoices;
};

static size_t draw(struct trade *t, size_t below)
{
    t->random = t->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)((t->random >> 33) % below);
}

static struct wl_str name(const struct names *names, size_t i)
{
    return wl_str_of(names->at[i]);
}

/* Parts go to active dealers only. */
static bool is_open(int64_t table, struct wl_str value)
{
    struct wl_dealer dealer;

    if (table != WL_REF_DEALERS)
        return true;
    measure_ok(wl_record_decode(wl_reference_info(table)->record, wl_reference_row_cbor(value), &dealer, NULL), "row");
    return dealer.status == WL_DEALER_ACTIVE;
}

/* The first identifiers of a table, whose key is one text. */
static struct names read_names(struct wl_txn *txn, int64_t table, size_t most)
{
    struct names names = {.at = calloc(most, NAME_SIZE)};
    struct wl_reference_key prefix;
    struct wl_str key, value;
    struct wl_walk *walk;

    measure_ok_system(names.at != NULL, "memory");
    wl_reference_key_start(&prefix, table);
    measure_ok(wl_walk_open(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk), "walk");
    while (names.count < most && wl_walk_next(walk, &key, &value) == 1)
        if (is_open(table, value))
            snprintf(names.at[names.count++], NAME_SIZE, "%.*s", (int)key.size - 2, key.data + 1);
    wl_walk_close(walk);
    if (names.count == 0)
        measure_fail("the store lacks reference data of table %d", (int)table);
    return names;
}

static void open_trade(struct trade *t, const char *dir, size_t group)
{
    *t = (struct trade){.group = group, .random = 9};
    wl_arena_init(&t->arena, COMMAND_MEMORY);
    measure_ok(wl_store_open(dir, &wl_house_schema, 0, &t->store), dir);
    measure_ok(wl_txn_begin(t->store, false, &t->txn), "begin");
    t->time = wl_journal_time(t->txn);
    t->dealers = read_names(t->txn, WL_REF_DEALERS, 10000);
    t->parts = read_names(t->txn, WL_REF_PARTS, STOCKED);
    t->vehicles = read_names(t->txn, WL_REF_VEHICLES, 1000000);
    t->warehouses = read_names(t->txn, WL_REF_WAREHOUSES, 1);
    wl_txn_abort(&t->txn);
}

static void close_trade(struct trade *t)
{
    free(t->dealers.at);
    free(t->parts.at);
    free(t->vehicles.at);
    free(t->warehouses.at);
    wl_arena_release(&t->arena);
    wl_store_close(t->store);
}

static void end_group(struct trade *t)
{
    if (t->txn)
        measure_ok(wl_txn_commit(&t->txn), "commit");
    t->in_group = 0;
}

/* Executes a command within the group; its outcome lives until the next one. */
static void *execute(struct trade *t, const struct wl_command *command, const void *body)
{
    struct wl_request request = {.command = command, .body = body, .time = t->time, .actor = WL_STR("bench")};
    struct wl_result result;

    if (!t->txn)
        measure_ok(wl_txn_begin(t->store, true, &t->txn), "begin");
    wl_arena_clear(&t->arena);
    measure_ok(wl_execute(t->txn, &t->arena, &request, &result), command->name);
    if (result.refusal != WL_DONE)
        measure_fail("%s: refused: %s", command->name, wl_refusal_name(result.refusal));
    if (++t->in_group == t->group)
        end_group(t);
    return result.outcome;
}

static void deliver_all(struct trade *t)
{
    for (size_t i = 0; i < t->parts.count; i++)
        execute(t, &wl_deliver_command,
                &(struct wl_deliver_body){.location_id = name(&t->warehouses, 0),
                                          .part_id = name(&t->parts, i),
                                          .quantity = (int64_t)PLENTY * ONE});
    end_group(t);
}

/* Requests of one dealer after the other, each PER_DISPATCH in a dispatch of their own. Dispatches and their
 * lines are numbered from 1. */
static void request_and_ship(struct trade *t, size_t count)
{
    int64_t numbers[PER_DISPATCH];

    for (size_t i = 0; i < count; i++) {
        struct wl_str dealer = name(&t->dealers, i / PER_DISPATCH % t->dealers.count);
        const struct wl_request_outcome *asked =
            execute(t, &wl_request_command,
                    &(struct wl_request_body){.dealer_id = dealer,
                                              .part_id = name(&t->parts, draw(t, t->parts.count)),
                                              .quantity = ONE,
                                              .reason = WL_STR("worn")});

        numbers[i % PER_DISPATCH] = asked->request;
        if (i % PER_DISPATCH == PER_DISPATCH - 1)
            execute(t, &wl_dispatch_command,
                    &(struct wl_dispatch_body){.from_id = name(&t->warehouses, 0),
                                               .to_id = dealer,
                                               .box = WL_STR("BOX"),
                                               .requests = {numbers, PER_DISPATCH}});
    }
    end_group(t);
}

static void receive_one(struct trade *t, size_t i)
{
    struct wl_receipt_line line = {
        .line = (int64_t)(i % PER_DISPATCH) + 1, .good = ONE, .damaged = WL_NONE, .wrong = WL_NONE};

    execute(t, &wl_receive_dispatch_command,
            &(struct wl_receive_dispatch_body){
                .dispatch = (int64_t)(i / PER_DISPATCH) + 1, .lines = {&line, 1}, .all = WL_NONE, .close = WL_NONE});
}

static void fit(struct trade *t, struct wl_str dealer, int64_t request, struct wl_str part)
{
    char invoice[24];

    snprintf(invoice, sizeof invoice, "I%08zu", ++t->invoices);
    execute(t, &wl_fit_command,
            &(struct wl_fit_body){.dealer_id = dealer,
                                  .vin = name(&t->vehicles, draw(t, t->vehicles.count)),
                                  .request = request,
                                  .part_id = part,
                                  .quantity = ONE,
                                  .mileage_km = 10000,
                                  .invoice_no = wl_str_of(invoice),
                                  .paid_by = WL_PAID_BY_WARRANTY});
}

static void fit_one(struct trade *t, size_t i)
{
    fit(t, name(&t->dealers, i / PER_DISPATCH % t->dealers.count), (int64_t)i + 1, WL_NO_STR);
}

static double timed(struct trade *t, size_t count, void (*one)(struct trade *, size_t))
{
    double begin = measure_now();

    for (size_t i = 0; i < count; i++)
        one(t, i);
    end_group(t);
    return measure_now() - begin;
}

void measure_parts(char **args)
{
    size_t count = strtoul(args[1], NULL, 10) / PER_DISPATCH * PER_DISPATCH;
    double requested, received, fitted;
    struct trade t;

    open_trade(&t, args[0], strtoul(args[2], NULL, 10));
    deliver_all(&t);
    requested = measure_now();
    request_and_ship(&t, count);
    requested = measure_now() - requested;
    received = timed(&t, count, receive_one);
    fitted = timed(&t, count, fit_one);
    printf("{\"count\": %zu, \"request_seconds\": %.6f, \"receive_seconds\": %.6f, \"fit_seconds\": %.6f, "
           "\"dealers\": %zu, \"parts\": %zu, \"vehicles\": %zu}\n",
           count, requested, received, fitted, t.dealers.count, t.parts.count, t.vehicles.count);
    close_trade(&t);
}

static void open_stock(struct trade *t, struct wl_str dealer)
{
    execute(t, &wl_open_command,
            &(struct wl_open_body){
                .location_id = dealer, .part_id = name(&t->parts, 0), .quantity = (int64_t)PLENTY * ONE});
}

static void fit_from_stock(struct trade *t, size_t i)
{
    (void)i;
    fit(t, name(&t->dealers, 0), WL_NONE, name(&t->parts, 0));
}

static int count_part(void *context, const struct wl_vehicle_part *part)
{
    (void)part;
    ++*(size_t *)context;
    return WL_OK;
}

/* One vehicle, in a reader of its own as a single question would have it. */
static double look(struct trade *t, size_t *seen)
{
    struct wl_str vin = name(&t->vehicles, draw(t, t->vehicles.count));
    double begin = measure_now();

    wl_arena_clear(&t->arena);
    measure_ok(wl_txn_begin(t->store, false, &t->txn), "begin");
    measure_ok(wl_vehicle_parts(t->txn, &t->arena, vin, count_part, seen), "vehicle");
    wl_txn_abort(&t->txn);
    return measure_now() - begin;
}

void measure_vehicles(char **args)
{
    size_t fits = strtoul(args[1], NULL, 10), seen = 0;
    double *times = calloc(LOOKS, sizeof *times), filled;
    struct trade t;

    measure_ok_system(times != NULL, "memory");
    open_trade(&t, args[0], strtoul(args[2], NULL, 10));
    open_stock(&t, name(&t.dealers, 0));
    filled = timed(&t, fits, fit_from_stock);
    for (size_t i = 0; i < LOOKS; i++)
        times[i] = look(&t, &seen);
    measure_sort(times, LOOKS);
    printf("{\"fits\": %zu, \"fit_seconds\": %.6f, \"vehicles\": %zu, \"looks\": %d, \"parts_each\": %.2f, "
           "\"p50\": %.9f, \"p99\": %.9f, \"max\": %.9f}\n",
           fits, filled, t.vehicles.count, LOOKS, (double)seen / LOOKS, measure_quantile(times, LOOKS, 0.5),
           measure_quantile(times, LOOKS, 0.99), times[LOOKS - 1]);
    free(times);
    close_trade(&t);
}
