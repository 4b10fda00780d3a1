/* The commands from demand to fitting by name, over tests/parts_world.h, and what they leave. */
#ifndef TESTS_DEMAND_WORLD_H
#define TESTS_DEMAND_WORLD_H

#include "tests/parts_world.h"

#include "wledger/demand.h"

#define VIN2 "11111111111111111"

/* D3 is suspended, in region R3 with nobody else. */
static UNUSED void demand_world_make(void)
{
    parts_world_make();
    load_table("dealers", "dealer_id,name,region,country,currency,tax_percent,status\n"
                          "D3,Three,R3,CN,CNY,13,suspended\n");
}

/* ---- commands by name, in the open transaction; NULL: left empty ---- */

static UNUSED const char *request_by(const char *dealer, const char *part, int64_t quantity, const char *reason,
                                     const char *vin, const char *document)
{
    struct wl_request_body body = {text(dealer), text(part), quantity, text(reason), text(vin), text(document)};

    return run(&wl_request_command, &body);
}

static UNUSED const char *request(const char *dealer, const char *part, int64_t quantity)
{
    return request_by(dealer, part, quantity, "worn", NULL, NULL);
}

static UNUSED const char *source_again(int64_t number)
{
    struct wl_request_source_body body = {number};

    return run(&wl_request_source_command, &body);
}

static UNUSED const char *cancel_by(int64_t number, const char *reason)
{
    struct wl_request_cancel_body body = {number, text(reason)};

    return run(&wl_request_cancel_command, &body);
}

static UNUSED const char *cancel(int64_t number)
{
    return cancel_by(number, "not needed");
}

/* Requests: numbers that end with 0. Items: of which the first with an empty part ends them. */
static UNUSED const char *ship_by(const char *from, const char *to, const char *carrier, const int64_t *requests,
                                  const struct wl_dispatch_item *items)
{
    int64_t numbers[WL_STOCK_LINES_MAX];
    struct wl_dispatch_body body = {.from_id = text(from),
                                    .to_id = text(to),
                                    .carrier_id = text(carrier),
                                    .box = text("BOX-1"),
                                    .tracking = text("TR-1"),
                                    .requests = {numbers, 0},
                                    .items = {(void *)(uintptr_t)items, 0}};

    for (; requests && requests[body.requests.count]; body.requests.count++)
        numbers[body.requests.count] = requests[body.requests.count];
    while (items && items[body.items.count].part_id.size)
        body.items.count++;
    return run(&wl_dispatch_command, &body);
}

#define REQUESTS(...)  \
    (const int64_t[])  \
    {                  \
        __VA_ARGS__, 0 \
    }
#define ITEMS(...)                    \
    (const struct wl_dispatch_item[]) \
    {                                 \
        __VA_ARGS__,                  \
        {                             \
            .quantity = 0             \
        }                             \
    }
#define ITEM(part, amount)                            \
    {                                                 \
        .part_id = WL_STR(part), .quantity = (amount) \
    }

/* Requests from W1 to D1, and free stock. */
static UNUSED const char *ship(const int64_t *requests)
{
    return ship_by("W1", "D1", NULL, requests, NULL);
}

static UNUSED const char *ship_items(const struct wl_dispatch_item *items)
{
    return ship_by("W1", "D1", NULL, NULL, items);
}

static UNUSED const char *arrive_by(int64_t dispatch, const char *bin, const struct wl_receipt_line *lines,
                                    size_t count, bool all, bool close)
{
    struct wl_receive_dispatch_body body = {.dispatch = dispatch,
                                            .bin_id = text(bin),
                                            .lines = {(void *)(uintptr_t)lines, count},
                                            .all = all ? 1 : WL_NONE,
                                            .close = close ? 1 : WL_NONE};

    return run(&wl_receive_dispatch_command, &body);
}

static UNUSED const char *arrive(int64_t dispatch, int64_t line, int64_t good, int64_t damaged)
{
    return arrive_by(dispatch, NULL, &(struct wl_receipt_line){.line = line, .good = good, .damaged = damaged}, 1,
                     false, false);
}

static UNUSED const char *arrive_all(int64_t dispatch)
{
    return arrive_by(dispatch, NULL, NULL, 0, true, false);
}

static UNUSED const char *close_dispatch(int64_t dispatch)
{
    return arrive_by(dispatch, NULL, NULL, 0, false, true);
}

/* Of a line nothing came but another part in its place. */
static UNUSED const char *arrive_wrong(int64_t dispatch, int64_t line, int64_t quantity, const char *part,
                                       const char *lot)
{
    return arrive_by(dispatch, NULL,
                     &(struct wl_receipt_line){.line = line,
                                               .good = WL_NONE,
                                               .damaged = WL_NONE,
                                               .wrong_part_id = text(part),
                                               .wrong_lot = text(lot),
                                               .wrong = quantity},
                     1, false, false);
}

static UNUSED const char *resolve_by(int64_t discrepancy, enum wl_resolution resolution, const char *bin,
                                     const char *reason)
{
    struct wl_resolve_body body = {discrepancy, resolution, text(bin), text(reason)};

    return run(&wl_resolve_command, &body);
}

static UNUSED const char *resolve(int64_t discrepancy, enum wl_resolution resolution)
{
    return resolve_by(discrepancy, resolution, NULL, "found out");
}

static UNUSED const char *fit_by(const char *dealer, const char *vin, int64_t number, const char *part, const char *lot,
                                 int64_t quantity, const char *invoice)
{
    struct wl_fit_body body = {.dealer_id = text(dealer),
                               .vin = text(vin),
                               .request = number,
                               .part_id = text(part),
                               .lot = text(lot),
                               .quantity = quantity,
                               .mileage_km = 20000,
                               .invoice_no = text(invoice),
                               .paid_by = WL_PAID_BY_CUSTOMER};

    return run(&wl_fit_command, &body);
}

/* Of a request of D1, under an invoice of its own each time. */
static UNUSED const char *fit(int64_t number, int64_t quantity)
{
    static unsigned invoices;
    char invoice[16];

    snprintf(invoice, sizeof invoice, "RO-%u", ++invoices);
    return fit_by("D1", VIN, number, NULL, NULL, quantity, invoice);
}

static UNUSED const char *fit_part(const char *part, int64_t quantity, const char *invoice)
{
    return fit_by("D1", VIN, WL_NONE, part, NULL, quantity, invoice);
}

/* ---- what there is, in the open transaction ---- */

static UNUSED void request_is(int64_t number, int64_t state, const char *location, int64_t received, int64_t discrepant,
                              int64_t fitted)
{
    struct wl_request_row row = request_row((uint64_t)number);

    ck_assert_msg(row.state == state && wl_str_is(row.location_id, location) && row.received == received &&
                      row.discrepant == discrepant && row.fitted == fitted,
                  "request %lld: %s at '" WL_STR_FMT "', received %lld, discrepant %lld, fitted %lld",
                  (long long)number, wl_request_state_names()[row.state], WL_STR_ARG(row.location_id),
                  (long long)row.received, (long long)row.discrepant, (long long)row.fitted);
}

static UNUSED struct wl_dispatch dispatch_row(int64_t number)
{
    struct wl_dispatch row;

    ck_assert_int_eq(wl_dispatch_get(txn, &arena, (uint64_t)number, &row), 1);
    return row;
}

static UNUSED void dispatch_is(int64_t number, enum wl_dispatch_state state, int64_t open_lines)
{
    struct wl_dispatch row = dispatch_row(number);

    ck_assert_msg(row.state == (int64_t)state && row.open_lines == open_lines, "dispatch %lld: %s, %lld lines open",
                  (long long)number, wl_dispatch_state_names()[row.state], (long long)row.open_lines);
}

static UNUSED struct wl_dispatch_line line_row(int64_t number, int64_t line)
{
    struct wl_dispatch_line row;

    ck_assert_int_eq(wl_dispatch_line_get(txn, &arena, (uint64_t)number, (uint64_t)line, &row), 1);
    return row;
}

/* All lines of a dispatch as "REQUEST PART LOT BIN QUANTITY, ..."; - for no request. */
static UNUSED void lines_are(int64_t number, const char *expected)
{
    struct wl_buf found;

    wl_buf_init(&found, 1 << 16);
    for (int64_t i = 1; i <= dispatch_row(number).lines; i++) {
        struct wl_dispatch_line line = line_row(number, i);

        wl_buf_text(&found, i > 1 ? ", " : "");
        if (line.request == WL_NONE)
            wl_buf_text(&found, "-");
        else
            wl_buf_format(&found, "%lld", (long long)line.request);
        wl_buf_format(&found, " " WL_STR_FMT " " WL_STR_FMT " " WL_STR_FMT " %lld", WL_STR_ARG(line.part_id),
                      WL_STR_ARG(line.lot), WL_STR_ARG(line.from_bin), (long long)line.quantity);
    }
    wl_buf_byte(&found, 0);
    OK(wl_buf_status(&found));
    ck_assert_str_eq((const char *)found.data, expected);
    wl_buf_release(&found);
}

static UNUSED struct wl_discrepancy discrepancy_row(int64_t number)
{
    struct wl_discrepancy row;

    ck_assert_int_eq(wl_discrepancy_get(txn, &arena, (uint64_t)number, &row), 1);
    return row;
}

/* The numbers of the last outcome's `filled` as "1 2 3". */
static UNUSED void numbers_are(struct wl_ints numbers, const char *expected)
{
    char found[400] = "";

    for (size_t i = 0; i < numbers.count; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%lld", i ? " " : "", (long long)numbers.at[i]);
    ck_assert_str_eq(found, expected);
}

static UNUSED void considered_are(struct wl_list list, const char *expected)
{
    const struct wl_considered *c = list.at;
    struct wl_buf found;

    wl_buf_init(&found, 1 << 16);
    for (size_t i = 0; i < list.count; i++)
        wl_buf_format(&found, "%s" WL_STR_FMT " " WL_STR_FMT " %lld %s", i ? ", " : "", WL_STR_ARG(c[i].location_id),
                      WL_STR_ARG(c[i].part_id), (long long)(c[i].free / 1000), wl_choice_names()[c[i].choice]);
    wl_buf_byte(&found, 0);
    OK(wl_buf_status(&found));
    ck_assert_str_eq((const char *)found.data, expected);
    wl_buf_release(&found);
}

/* Dispatch 1 from W1 to D1: line 1 five of P-BACK for request 1, line 2 two of P-TWO for stock. */
static UNUSED void send_box(void)
{
    DONE(deliver_to("W1", "A-01", "P-BACK", "L1", PIECES(9)));
    DONE(deliver_to("W1", "S-01", "P-TWO", "L2", PIECES(9)));
    DONE(request("D1", "P-BACK", PIECES(5)));
    DONE(ship_by("W1", "D1", NULL, REQUESTS(1), ITEMS(ITEM("P-TWO", 2000))));
}

/* The open discrepancies as "KIND PART LOT QUANTITY, ...". */
static UNUSED void discrepancies_are(const char *expected)
{
    struct wl_buf found;

    wl_buf_init(&found, 1 << 16);
    for (int64_t i = 1; i <= (int64_t)wl_discrepancy_count(txn); i++) {
        struct wl_discrepancy row = discrepancy_row(i);

        if (row.resolved_seq != WL_NONE)
            continue;
        wl_buf_format(&found, "%s%s " WL_STR_FMT " " WL_STR_FMT " %lld", found.size ? ", " : "",
                      wl_discrepancy_kind_names()[row.kind], WL_STR_ARG(row.part_id), WL_STR_ARG(row.lot),
                      (long long)row.quantity);
    }
    wl_buf_byte(&found, 0);
    OK(wl_buf_status(&found));
    ck_assert_str_eq((const char *)found.data, expected);
    wl_buf_release(&found);
}

/* Dispatches 1 and 2, and discrepancies: 1 short, 2 damaged, 3 over, 4 short, 5 wrong-part. */
static UNUSED void find_all(void)
{
    struct wl_receipt_line lines[] = {{.line = 1, .good = 4000}, {.line = 2, .good = 4000, .damaged = 1000}};

    send_box();
    DONE(ship_items(ITEMS(ITEM("P-BACK", 2000))));
    DONE(arrive_by(1, NULL, lines, 2, false, true));
    DONE(arrive_wrong(2, 1, 1500, "P-LOT", "B-7"));
}

/* What a reversal brings back is what was before, but for the documents' own traces; so: the quantities. */
static UNUSED uint64_t quantities_now(void)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < 3; i++) {
        static const unsigned compared[] = {WL_TABLE_BALANCES, WL_TABLE_STOCK, WL_TABLE_BIN_STOCK};
        struct wl_str key, value;
        struct wl_walk *walk;

        OK(wl_walk_open(txn, compared[i], WL_NO_STR, WL_NO_STR, &walk));
        while (wl_walk_next(walk, &key, &value) == 1) {
            struct wl_stock stock;

            if (compared[i] == WL_TABLE_STOCK) { /* a row of nothing is as good as none */
                OK(wl_record_decode(&wl_stock_record, value, &stock, NULL));
                if (stock.on_hand == 0 && stock.reserved == 0 && stock.in_transit == 0 && stock.on_order == 0)
                    continue;
            }
            sum += wl_hash(key) * (wl_hash(value) | 1);
        }
        wl_walk_close(walk);
    }
    return sum;
}

/* For D1: P-TWO and some P-BACK of its own; more of that at W1. */
static UNUSED void stock_up(void)
{
    DONE(open_stock("D1", NULL, "P-TWO", NULL, NULL, PIECES(3)));
    DONE(open_stock("D1", NULL, "P-BACK", NULL, NULL, PIECES(2)));
    DONE(deliver("W1", "P-BACK", PIECES(5)));
}

/* After the last step of a test: tables, accounts and documents agree; closed and made again it comes to the same. */
static UNUSED void all_agrees(void)
{
    begin();
    OK(wl_parts_check(txn));
    wl_txn_abort(&txn);
    check_all();
}

#endif
