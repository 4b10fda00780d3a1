/* Several processes at once at the same small stock: each opens the store itself. What they were granted is what there
 * was, and nothing is reserved that is not there. The seed is printed; WL_SEED sets it. */
#include "tests/parts_world.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

enum { CALLERS = 8, STOCK = 60, ARENA = 4 << 20 };

/* What all callers together came to; quantities in thousandths. */
struct sums {
    atomic_llong reserved, back_ordered, fitted, shipped, received, counted, refused;
};
static struct sums *sums;
static uint64_t seed, drawn;

static uint64_t below(uint64_t n)
{
    drawn ^= drawn << 13;
    drawn ^= drawn >> 7;
    drawn ^= drawn << 17;
    return (drawn >> 11) % n;
}

static int commands(int quick, int full)
{
    return getenv("WL_QUICK") ? quick : full;
}

/* ---- one caller ---- */

/* A command in a transaction of its own, at the time of the last one. Its outcome, or NULL where it was refused. */
static const void *call(const struct wl_command *command, const void *body)
{
    struct wl_request request = {.command = command, .body = body, .actor = WL_STR("caller")};
    struct wl_result result;

    wl_arena_clear(&arena);
    if (wl_txn_begin(store, true, &txn) != WL_OK)
        _exit(2);
    request.time = wl_journal_time(txn);
    if (wl_execute(txn, &arena, &request, &result) != WL_OK || wl_txn_commit(&txn) != WL_OK) {
        fprintf(stderr, "%s: %s\n", command->name, wl_error());
        _exit(3);
    }
    if (result.refusal == WL_DONE)
        return result.outcome;
    atomic_fetch_add(&sums->refused, 1);
    return NULL;
}

static void call_request(int64_t pieces)
{
    struct wl_request_body body = {.dealer_id = text(below(2) ? "D1" : "D10"),
                                   .part_id = WL_STR("P-OLD"),
                                   .quantity = PIECES(pieces),
                                   .reason = WL_STR("worn")};
    const struct wl_request_outcome *out = call(&wl_request_command, &body);

    if (out)
        atomic_fetch_add(out->location_id.size ? &sums->reserved : &sums->back_ordered, body.quantity);
}

static int64_t any_request(void)
{
    int64_t count;

    if (wl_txn_begin(store, false, &txn) != WL_OK)
        _exit(2);
    count = (int64_t)wl_request_count(txn);
    wl_txn_abort(&txn);
    return count == 0 ? 1 : count - (int64_t)below(count < 40 ? (uint64_t)count : 40);
}

static void call_cancel(void)
{
    struct wl_request_cancel_body body = {any_request(), WL_STR("changed")};

    call(&wl_request_cancel_command, &body);
}

static void call_fit(unsigned caller, unsigned number)
{
    char invoice[32];
    struct wl_fit_body body = {.dealer_id = text(below(2) ? "D1" : "D10"),
                               .vin = WL_STR(VIN),
                               .request = any_request(),
                               .quantity = WL_NONE,
                               .mileage_km = 100,
                               .paid_by = WL_PAID_BY_CUSTOMER};
    const struct wl_fit_outcome *out;

    snprintf(invoice, sizeof invoice, "I-%u-%u", caller, number);
    body.invoice_no = text(invoice);
    out = call(&wl_fit_command, &body);
    if (out)
        atomic_fetch_add(&sums->fitted, out->quantity);
}

static void call_dispatch(void)
{
    int64_t numbers[] = {any_request()};
    struct wl_dispatch_item item = {.part_id = WL_STR("P-OLD"), .quantity = PIECES(1)};
    bool of_request = below(3) > 0;
    struct wl_dispatch_body body = {.from_id = WL_STR("W1"),
                                    .to_id = text(below(2) ? "D1" : "D10"),
                                    .requests = {numbers, of_request},
                                    .items = {&item, !of_request}};
    const struct wl_dispatch_outcome *out = call(&wl_dispatch_command, &body);
    const struct wl_dispatch_line *lines = out ? out->lines.at : NULL;

    for (size_t i = 0; out && i < out->lines.count; i++)
        atomic_fetch_add(&sums->shipped, lines[i].quantity);
}

static void call_receive(void)
{
    struct wl_receive_dispatch_body body = {.all = 1, .close = WL_NONE};
    const struct wl_receive_dispatch_outcome *out;
    const struct wl_line_change *changes;

    if (wl_txn_begin(store, false, &txn) != WL_OK)
        _exit(2);
    body.dispatch = (int64_t)wl_dispatch_count(txn);
    wl_txn_abort(&txn);
    body.dispatch -= body.dispatch > 6 ? (int64_t)below(6) : 0;
    out = call(&wl_receive_dispatch_command, &body);
    changes = out ? out->changes.at : NULL;
    for (size_t i = 0; out && i < out->changes.count; i++)
        atomic_fetch_add(&sums->received, changes[i].received);
}

static void call_count(void)
{
    struct wl_count_body body = {.location_id = WL_STR("W1"),
                                 .bin_id = WL_STR("S-01"),
                                 .part_id = WL_STR("P-OLD"),
                                 .counted = PIECES((int64_t)below(30)),
                                 .sheet = WL_NONE,
                                 .reason = WL_STR("counted")};
    const struct wl_count_outcome *out = call(&wl_count_command, &body);

    if (out)
        atomic_fetch_add(&sums->counted, out->difference);
}

static void caller_opens(unsigned caller)
{
    drawn = (seed + caller) * UINT64_C(0x9E3779B97F4A7C15) + 1;
    wl_arena_init(&arena, ARENA);
    if (wl_store_open(dir, &wl_house_schema, 0, &store) != WL_OK)
        _exit(4);
}

static void ask_only(unsigned caller)
{
    (void)caller;
    for (int i = commands(10, 20); i > 0; i--)
        call_request(1);
}

static void all_kinds(unsigned caller)
{
    for (unsigned i = 0; i < (unsigned)commands(25, 150); i++)
        switch (below(12)) {
        case 0:
            call_cancel();
            break;
        case 1:
        case 2:
        case 3:
            call_fit(caller, i);
            break;
        case 4:
        case 5:
            call_dispatch();
            break;
        case 6:
        case 7:
            call_receive();
            break;
        case 8:
            call_count();
            break;
        default:
            call_request(1 + (int64_t)below(2));
        }
}

/* ---- all of them ---- */

static void stock_make(int64_t warehouse, int64_t dealer)
{
    parts_world_make();
    begin();
    DONE(deliver("W1", "P-OLD", PIECES(warehouse)));
    if (dealer > 0)
        DONE(open_stock("D1", NULL, "P-OLD", NULL, NULL, PIECES(dealer)));
    commit();
    sums = mmap(NULL, sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(sums != MAP_FAILED);
    seed = getenv("WL_SEED") ? strtoull(getenv("WL_SEED"), NULL, 10) : (uint64_t)time(NULL);
    printf("callers: seed %llu (WL_SEED)\n", (unsigned long long)seed);
}

static void run_callers(void (*work)(unsigned))
{
    pid_t callers[CALLERS];

    wl_store_close(store); /* which must not cross a fork */
    fflush(stdout);
    for (unsigned i = 0; i < CALLERS; i++) {
        callers[i] = fork();
        ck_assert_int_ge(callers[i], 0);
        if (callers[i] == 0) {
            caller_opens(i);
            work(i);
            wl_store_close(store);
            _exit(0);
        }
    }
    for (unsigned i = 0; i < CALLERS; i++) {
        int status;

        ck_assert_int_eq(waitpid(callers[i], &status, 0), callers[i]);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "caller %u ended with %d", i, status);
    }
    OK(wl_store_open(dir, &wl_house_schema, 0, &store));
}

/* What the requests hold at a place is what its stock row says. */
static void check_reserved(const char *location)
{
    struct wl_stock stock;
    int64_t held = 0;

    ck_assert_int_eq(wl_stock_get(txn, text("P-OLD"), text(location), &stock), 1);
    for (uint64_t i = 1; i <= wl_request_count(txn); i++) {
        struct wl_request_row row;

        ck_assert_int_eq(wl_request_get(txn, &arena, i, &row), 1);
        if (wl_str_is(row.part_id, "P-OLD") && wl_str_is(row.location_id, location))
            held += wl_request_reserved(&row);
    }
    ck_assert_int_eq(stock.reserved, held);
    ck_assert_int_ge(stock.on_hand, stock.reserved);
    ck_assert_int_ge(stock.in_transit, 0);
}

START_TEST(what_is_granted_is_what_there_is)
{
    stock_make(STOCK, 0);
    run_callers(ask_only);
    begin();
    ck_assert_int_eq(sums->reserved, PIECES(STOCK < CALLERS * commands(10, 20) ? STOCK : CALLERS * commands(10, 20)));
    ck_assert_int_eq(sums->reserved + sums->back_ordered, PIECES(CALLERS * commands(10, 20)));
    ck_assert_int_eq(sums->refused, 0);
    check_reserved("W1");
    OK(wl_gates_check(txn));
    OK(wl_parts_check(txn));
    commit();
    munmap(sums, sizeof *sums);
    check_all();
}
END_TEST

START_TEST(nothing_is_lost_between_callers)
{
    struct wl_stock w1, d1, d10;
    int64_t on_hand;

    stock_make(STOCK, 10);
    run_callers(all_kinds);
    begin();
    ck_assert_int_eq(wl_stock_get(txn, text("P-OLD"), text("W1"), &w1), 1);
    ck_assert_int_eq(wl_stock_get(txn, text("P-OLD"), text("D1"), &d1), 1);
    ck_assert_int_ge(wl_stock_get(txn, text("P-OLD"), text("D10"), &d10), 0);
    on_hand = w1.on_hand + d1.on_hand + d10.on_hand;
    ck_assert_int_eq(w1.on_hand, PIECES(STOCK) - sums->shipped + sums->counted);
    ck_assert_int_eq(d1.in_transit + d10.in_transit, sums->shipped - sums->received);
    ck_assert_int_eq(on_hand, PIECES(STOCK + 10) - sums->shipped + sums->received - sums->fitted + sums->counted);
    check_reserved("W1");
    check_reserved("D1");
    OK(wl_gates_check(txn));
    OK(wl_parts_check(txn));
    commit();
    munmap(sums, sizeof *sums);
    check_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("callers");
    TCase *tc = cases("one stock", NULL);

    tcase_add_test(tc, what_is_granted_is_what_there_is);
    tcase_add_test(tc, nothing_is_lost_between_callers);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
