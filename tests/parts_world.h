/* The trade of tests/gates_world.h with its parts: three warehouses, one of them a return centre, bins, parts
 * tracked by lot and by serial number, one that replaces another, carriers. Dealers D1 and D10 and warehouse W1 are
 * in region R1, D2 and W2 in R2. Quantities are thousandths: PIECES(2) is 2.000. */
#ifndef TESTS_PARTS_WORLD_H
#define TESTS_PARTS_WORLD_H

#include "tests/gates_world.h"

#include "parts/stock.h"
#include "wledger/demand.h"
#include <stdarg.h>

#define PIECES(n) (INT64_C(1000) * (n))

/* P-BACK has two bins of its own in W1; there S-01 and in D1 SHELF are for any part. D2 and W2 have MAIN only. */
static const char *const parts_world[][2] = {
    {"parts",
     "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
     "P-LOT,Belt,engine,ea,S1,always,30,24,60000,no\nP-SER,Engine,engine,ea,S1,always,30,24,60000,no\n"
     "P-OLD,Filter 1,engine,ea,S1,never,0,24,60000,no\nP-NEW,Filter 2,engine,ea,S1,never,0,24,60000,no\n"
     "P-LOST,No supplier,engine,ea,S9,never,0,24,60000,no\n"},
    {"suppliers", "supplier_id,name,recovery_percent\nS2,Other,50\n"},
    {"warehouses", "warehouse_id,name,region,returns\nW1,North,R1,no\nW2,South,R2,no\nRC,Centre,R1,yes\n"},
    {"bins", "location_id,bin_id,part_id,minimum,maximum\nW1,A-02,P-BACK,,\nW1,A-01,P-BACK,,\nW1,S-01,*,,\n"
             "D1,SHELF,*,,\n"},
    {"tracked_parts", "part_id,tracking\nP-LOT,lot\nP-SER,serial\n"},
    {"supersessions", "part_id,replaced_by,from_date\nP-OLD,P-NEW,2025-01-01\n"},
    {"carriers", "carrier_id,name\nC1,Carrier\n"},
};

static UNUSED void parts_world_make(void)
{
    world_make();
    for (size_t i = 0; i < WL_COUNT(parts_world); i++)
        load_table(parts_world[i][0], parts_world[i][1]);
}

/* The entry of the last command, in the open transaction. */
static UNUSED int64_t entry_now(void)
{
    return (int64_t)wl_journal_size(txn) - 1;
}

/* A command, in the open transaction, is refused by that name and changes nothing but the journal. */
#define REFUSED(name, call)                \
    do {                                   \
        uint64_t before_ = state_now();    \
        ck_assert_str_eq(call, name);      \
        ck_assert(state_now() == before_); \
    } while (0)

/* What the last refusal was about. */
static UNUSED void about_is(const char *expected)
{
    struct wl_str about = ((const struct wl_outcome_head *)outcome)->about;

    ck_assert_msg(wl_str_is(about, expected), "about " WL_STR_FMT ", not %s", WL_STR_ARG(about), expected);
}

/* "WHAT: entry 12", or "entry 12" where `what` is empty. */
static UNUSED void about_is_entry(const char *what, int64_t seq)
{
    char expected[100];

    snprintf(expected, sizeof expected, "%sentry %lld", what, (long long)seq);
    about_is(expected);
}

/* ---- commands by name; NULL: left empty ---- */

static UNUSED const char *deliver_to(const char *location, const char *bin, const char *part, const char *lot,
                                     int64_t quantity)
{
    struct wl_deliver_body body = {.location_id = text(location),
                                   .part_id = text(part),
                                   .bin_id = text(bin),
                                   .lot = text(lot),
                                   .document = text("DN-1"),
                                   .quantity = quantity};

    return run(&wl_deliver_command, &body);
}

static UNUSED const char *deliver(const char *location, const char *part, int64_t quantity)
{
    return deliver_to(location, NULL, part, NULL, quantity);
}

/* Serial numbers with spaces between. */
static UNUSED const char *deliver_serials(const char *location, const char *part, int64_t quantity, const char *serials)
{
    struct wl_serial rows[WL_SERIALS_MAX];
    struct wl_deliver_body body = {
        .location_id = text(location), .part_id = text(part), .quantity = quantity, .serials = {rows, 0}};

    while (*serials) {
        size_t size = strcspn(serials, " ");

        ck_assert_uint_lt(body.serials.count, WL_SERIALS_MAX);
        rows[body.serials.count++].serial = (struct wl_str){serials, size};
        serials += size + (serials[size] == ' ');
    }
    return run(&wl_deliver_command, &body);
}

static UNUSED const char *open_stock(const char *location, const char *bin, const char *part, const char *lot,
                                     const char *serial, int64_t quantity)
{
    struct wl_open_body body = {text(location), text(bin), text(part), text(lot), text(serial), quantity};

    return run(&wl_open_command, &body);
}

static UNUSED const char *stock_move(const char *location, const char *part, const char *lot, const char *from,
                                     const char *to, int64_t quantity)
{
    struct wl_stock_move_body body = {text(location), text(part), text(lot), text(from), text(to), quantity};

    return run(&wl_stock_move_command, &body);
}

/* sheet WL_NONE: there was none. */
static UNUSED const char *count_by(const char *location, const char *bin, const char *part, const char *lot,
                                   int64_t counted, int64_t sheet, const char *reason)
{
    struct wl_count_body body = {text(location), text(bin), text(part), text(lot), counted, sheet, text(reason)};

    return run(&wl_count_command, &body);
}

static UNUSED const char *count(const char *location, const char *bin, const char *part, const char *lot,
                                int64_t counted)
{
    return count_by(location, bin, part, lot, counted, WL_NONE, "counted");
}

static UNUSED const char *reverse(int64_t entry)
{
    struct wl_reverse_body body = {entry, WL_STR("a mistake")};

    return run(&wl_reverse_command, &body);
}

/* A parts request; its number is that of the newest. */
static UNUSED const char *ask(const char *dealer, const char *part, int64_t quantity)
{
    struct wl_request_body body = {
        .dealer_id = text(dealer), .part_id = text(part), .quantity = quantity, .reason = WL_STR("worn")};

    return run(&wl_request_command, &body);
}

/* ---- what there is, in the open transaction ---- */

static UNUSED struct wl_stock stock_of(const char *part, const char *location)
{
    struct wl_stock stock;

    ck_assert_int_ge(wl_stock_get(txn, text(part), text(location), &stock), 0);
    return stock;
}

static UNUSED void stock_is(const char *part, const char *location, int64_t on_hand, int64_t reserved,
                            int64_t in_transit, int64_t on_order)
{
    struct wl_stock stock = stock_of(part, location);

    ck_assert_msg(stock.on_hand == on_hand && stock.reserved == reserved && stock.in_transit == in_transit &&
                      stock.on_order == on_order,
                  "%s at %s: on hand %lld, reserved %lld, in transit %lld, on order %lld", part, location,
                  (long long)stock.on_hand, (long long)stock.reserved, (long long)stock.in_transit,
                  (long long)stock.on_order);
}

static UNUSED int note_bin(void *context, const struct wl_bin_stock *bin)
{
    struct wl_buf *out = context;

    wl_buf_format(out, "%s" WL_STR_FMT "/" WL_STR_FMT " " WL_STR_FMT " %lld", out->size ? ", " : "",
                  WL_STR_ARG(bin->location_id), WL_STR_ARG(bin->bin_id), WL_STR_ARG(bin->lot),
                  (long long)bin->quantity);
    return WL_OK;
}

/* Bins of a part as "LOCATION/BIN LOT THOUSANDTHS, ...", in their order. location NULL: all. */
__attribute__((format(printf, 3, 4))) static UNUSED void bins_are(const char *part, const char *location,
                                                                  const char *expected, ...)
{
    struct wl_buf found;
    char text_[2000];
    va_list values;

    va_start(values, expected);
    ck_assert_int_lt(vsnprintf(text_, sizeof text_, expected, values), (int)sizeof text_);
    va_end(values);
    wl_buf_init(&found, 1 << 16);
    OK(wl_bin_stock_each(txn, text(part), text(location), note_bin, &found));
    wl_buf_byte(&found, 0);
    OK(wl_buf_status(&found));
    ck_assert_str_eq((const char *)found.data, text_);
    wl_buf_release(&found);
}

/* The lot of what an entry brought; of the newest four. */
static UNUSED const char *lot_of(int64_t entry)
{
    static char lots[4][24];
    static unsigned next;
    char *lot = lots[next++ % 4];

    snprintf(lot, sizeof lots[0], "@%010lld", (long long)entry);
    return lot;
}

static UNUSED struct wl_request_row request_row(uint64_t number)
{
    struct wl_request_row row;

    ck_assert_int_eq(wl_request_get(txn, &arena, number, &row), 1);
    return row;
}

/* A balance of an account with a lot. */
static UNUSED int64_t stock_balance(enum wl_account_kind kind, const char *party, const char *part, const char *lot)
{
    return (int64_t)wl_balance(txn, kind, text(party), text(part), text(lot));
}

/* ---- postings without a command around them, in the open transaction ---- */

static UNUSED struct wl_context context(void)
{
    return (struct wl_context){.txn = txn,
                               .arena = &arena,
                               .cache = wl_store_cache(store),
                               .seq = wl_journal_size(txn) - 1,
                               .time = now,
                               .day = today_,
                               .actor = WL_STR("test")};
}

static UNUSED void follow(const struct wl_posting *posting, size_t count)
{
    struct wl_context ctx = context();
    struct wl_posting copy[4];

    memcpy(copy, posting, count * sizeof *posting);
    wl_post(txn, (struct wl_list){copy, count});
    wl_stock_follow(&ctx, (struct wl_list){copy, count});
}

/* Part P-TWO, lot L1: from a supplier to a bin of a dealer, and into a vehicle. */
#define DELIVERY(bin, quantity)                                                                                    \
    {                                                                                                              \
        WL_ACCOUNT_SUPPLIER, WL_ACCOUNT_DEALER, WL_STR("S1"), WL_STR(bin), WL_STR("P-TWO"), WL_STR("L1"), quantity \
    }
#define FITTING(vin, quantity)                                                                                         \
    {                                                                                                                  \
        WL_ACCOUNT_DEALER, WL_ACCOUNT_VEHICLE, WL_STR("D1/MAIN"), WL_STR(vin), WL_STR("P-TWO"), WL_STR("L1"), quantity \
    }

#endif
