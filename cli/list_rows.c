/* The rows of each listing. A row is read, written and forgotten. */
#include "cli/list.h"

#include "wledger/batch.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/desk.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include "wledger/load.h"
#include <stdlib.h>

#define COLUMNS(table, count) _Static_assert(WL_COUNT(table) == (count), "the header says how many")

enum { REVIEWS_MEMORY = 64 << 20 }; /* 8 bytes for each that waits */

static struct wl_str name_of(struct cli_list *l, const struct wl_claim *claim)
{
    return cli_format_text(&l->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim->dealer_id),
                           WL_STR_ARG(claim->claim_no));
}

static bool passes(struct wl_str filter, struct wl_str value)
{
    return !filter.size || wl_str_equal(filter, value);
}

static int missing(const char *what, int64_t id)
{
    return wl_fail(WL_E_DAMAGED, "%s %lld has no row", what, (long long)id);
}

/* ---- claims, queue ---- */

const struct cli_column cli_claim_columns[] = {
    {"claim", false, false},       {"submission", true, true},   {"state", false, false},
    {"type", false, false},        {"vin", false, false},        {"repair_date", false, false},
    {"submit_date", false, false}, {"total", true, false},       {"currency", false, false},
    {"signed", false, false},      {"open_returns", true, true}, {"settlement", true, true},
    {"charged_back", true, false},
};
COLUMNS(cli_claim_columns, CLI_CLAIM_COLUMNS);

static const char *type_name(const struct wl_claim *claim)
{
    return claim->type >= 0 && claim->type < WL_TYPE_COUNT ? wl_claim_type_names()[claim->type] : "unknown";
}

static bool claim_row(struct cli_list *l, const struct wl_claim *c, int64_t state)
{
    struct wl_arena *a = &l->arena;
    bool back = c->charged_back != WL_NONE && c->charged_back > 0;

    return cli_list_row(
        l, (struct wl_str[]){
               name_of(l, c), cli_int(a, c->submission), wl_str_of(wl_claim_state_names()[state]),
               wl_str_of(type_name(c)), c->vin, cli_day(a, c->repair_day), cli_day(a, c->submit_day),
               cli_amount(a, c->total, c->currency), c->currency, wl_str_of(c->signed_seq == WL_NONE ? "no" : "yes"),
               cli_int(a, c->unmet_obligations == WL_NONE ? 0 : c->unmet_obligations), cli_int(a, c->settlement),
               back ? cli_amount(a, c->charged_back, c->currency) : WL_NO_STR});
}

static bool queue_row(struct cli_list *l, const struct wl_claim *c, int64_t state)
{
    struct wl_arena *a = &l->arena;

    (void)state;
    return cli_list_row(l, (struct wl_str[]){name_of(l, c), cli_int(a, c->tier), c->seat.size ? c->seat : WL_STR("-"),
                                             cli_day(a, c->submit_day), wl_str_of(type_name(c)),
                                             cli_amount(a, c->total, c->currency), c->currency});
}

typedef bool claim_fn(struct cli_list *, const struct wl_claim *, int64_t state);

/* 1: go on, 0: the limit is reached, or the error that sticks. */
static int show_claim(struct cli_list *l, const struct wl_claim *claim, claim_fn *row)
{
    int64_t state;

    if (!passes(l->dealer, claim->dealer_id) || !passes(l->vin, claim->vin))
        return 1;
    state = wl_claim_state_now(l->txn, claim);
    if (wl_txn_status(l->txn) != WL_OK)
        return wl_txn_status(l->txn);
    return (l->state != WL_NONE && l->state != state) || row(l, claim, state);
}

/* Every claim in the order in which they came, those that pass. */
static int each_claim(struct cli_list *l, claim_fn *row)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(l->txn, WL_TABLE_CLAIMS, WL_NO_STR, WL_NO_STR, &walk);

    for (rc = rc == WL_OK ? 1 : rc; rc == 1;) {
        struct wl_claim claim;

        wl_arena_clear(&l->arena);
        if ((rc = wl_walk_next(walk, &key, &value)) != 1)
            break;
        rc = wl_record_decode(&wl_claim_row_record, value, &claim, &l->arena);
        rc = rc == WL_OK ? show_claim(l, &claim, row) : rc;
    }
    wl_walk_close(walk);
    return rc;
}

struct waiting {
    int64_t *claims; /* ids; room for all reviews */
    size_t count;
};

static int note_waiting(void *context, const struct wl_review *review)
{
    struct waiting *w = context;

    if (review->subject.kind == WL_SUBJECT_CLAIM)
        w->claims[w->count++] = review->subject.id;
    return WL_OK;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static int show_waiting(struct cli_list *l, const struct waiting *w, claim_fn *row)
{
    int rc = 1;

    for (size_t i = 0; rc == 1 && i < w->count; i++) {
        struct wl_claim claim;

        wl_arena_clear(&l->arena);
        if ((rc = wl_claim_get(l->txn, &l->arena, w->claims[i], &claim)) == 1)
            rc = show_claim(l, &claim, row);
        else if (rc == 0)
            rc = missing("claim", w->claims[i]);
    }
    return rc == 1 ? WL_OK : rc;
}

/* The referred claims alone, in the same order: what is reviewed is little beside what was decided. */
static int each_referred(struct cli_list *l, claim_fn *row)
{
    struct waiting w = {.count = 0};
    struct wl_arena memory;
    int rc;

    wl_arena_init(&memory, REVIEWS_MEMORY);
    w.claims = wl_arena_alloc(&memory, (wl_table_rows(l->txn, WL_TABLE_REVIEWS) + 1) * sizeof *w.claims);
    rc = w.claims ? wl_reviews_each(l->txn, WL_NONE, note_waiting, &w) : wl_arena_status(&memory);
    if (w.count > 1)
        qsort(w.claims, w.count, sizeof *w.claims, by_id);
    rc = rc == WL_OK ? show_waiting(l, &w, row) : rc;
    wl_arena_release(&memory);
    return rc;
}

int cli_list_claims(struct cli_list *l)
{
    return l->state == WL_CLAIM_REFERRED ? each_referred(l, claim_row) : each_claim(l, claim_row);
}

const struct cli_column cli_queue_columns[] = {
    {"claim", false, false}, {"tier", true, true},   {"seat", false, false},     {"submit_date", false, false},
    {"type", false, false},  {"total", true, false}, {"currency", false, false},
};
COLUMNS(cli_queue_columns, CLI_QUEUE_COLUMNS);

int cli_list_queue(struct cli_list *l)
{
    l->state = WL_CLAIM_REFERRED;
    return each_referred(l, queue_row);
}

/* ---- batches ---- */

const struct cli_column cli_batch_columns[] = {
    {"batch", true, true},   {"sender", false, false}, {"batch_id", false, false}, {"time", false, false},
    {"records", true, true}, {"done", true, true},     {"sha256", false, false},
};
COLUMNS(cli_batch_columns, CLI_BATCH_COLUMNS);

int cli_list_batches(struct cli_list *l)
{
    uint64_t count = wl_batch_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_batch b;
        char hash[2 * WL_HASH_SIZE + 1] = "", time[WL_TIME_TEXT];
        struct wl_arena *a = &l->arena;
        int rc = wl_batch_get(l->txn, a, n, &b);

        if (rc != 1)
            return rc < 0 ? rc : missing("batch", (int64_t)n);
        if (b.sha256.size == WL_HASH_SIZE)
            wl_hex((const uint8_t *)b.sha256.data, WL_HASH_SIZE, hash);
        wl_time_format(b.time, time);
        go_on = cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)n), b.sender, b.batch_id, wl_str_of(time),
                                                  cli_int(a, b.records), cli_int(a, b.done), wl_str_of(hash)});
    }
    return wl_txn_status(l->txn);
}

/* ---- settlements ---- */

const struct cli_column cli_settlement_columns[] = {
    {"settlement", true, true}, {"dealer_id", false, false},  {"state", false, false}, {"currency", false, false},
    {"from", false, false},     {"to", false, false},         {"claims", true, true},  {"rejected", true, true},
    {"total", true, false},     {"chargebacks", true, false}, {"tax", true, false},    {"carried", true, false},
    {"to_pay", true, false},    {"carried_on", true, false},
};
COLUMNS(cli_settlement_columns, CLI_SETTLEMENT_COLUMNS);

static struct wl_str money(struct cli_list *l, int64_t minor, struct wl_str currency)
{
    return minor == WL_NONE ? WL_NO_STR : cli_amount(&l->arena, minor, currency);
}

static bool settlement_row(struct cli_list *l, uint64_t number, const struct wl_settlement *s)
{
    struct wl_arena *a = &l->arena;
    struct wl_str c = s->currency;

    return cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)number), s->dealer_id,
                                             wl_str_of(wl_settlement_state_names()[s->state]), c,
                                             cli_day(a, s->from_day), cli_day(a, s->to_day), cli_int(a, s->paid_count),
                                             cli_int(a, s->rejected_count), money(l, s->claims_total, c),
                                             money(l, s->chargebacks, c), money(l, s->tax, c), money(l, s->carried, c),
                                             money(l, s->to_pay, c), money(l, s->carried_on, c)});
}

int cli_list_settlements(struct cli_list *l)
{
    uint64_t count = wl_settlement_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_settlement s;
        int rc;

        wl_arena_clear(&l->arena);
        if ((rc = wl_settlement_get(l->txn, &l->arena, n, &s)) != 1)
            return rc < 0 ? rc : missing("settlement", (int64_t)n);
        if (passes(l->dealer, s.dealer_id) && (l->state == WL_NONE || l->state == s.state))
            go_on = settlement_row(l, n, &s);
    }
    return wl_txn_status(l->txn);
}

/* ---- balances ---- */

const struct cli_column cli_balance_columns[] = {
    {"book", false, false}, {"account", false, false}, {"party", false, false},
    {"unit", false, false}, {"lot", false, false},     {"balance", true, false},
};
COLUMNS(cli_balance_columns, CLI_BALANCE_COLUMNS);

int cli_list_balances(struct cli_list *l)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(l->txn, WL_TABLE_BALANCES, WL_NO_STR, WL_NO_STR, &walk);

    for (rc = rc == WL_OK ? 1 : rc; rc == 1;) {
        struct wl_account_balance b;
        char text[WL_DECIMAL_TEXT];
        bool is_money;

        if ((rc = wl_walk_next(walk, &key, &value)) != 1 || (rc = wl_balance_read(key, value, &b)) != WL_OK)
            break;
        rc = 1;
        is_money = wl_account_kind_book(b.kind) == WL_MONEY;
        wl_decimal_format(b.amount, is_money ? wl_minor_digits(b.unit) : WL_QUANTITY_PLACES, text);
        if (passes(l->party, b.party) && !cli_list_row(l, (struct wl_str[]){wl_str_of(is_money ? "money" : "stock"),
                                                                            wl_str_of(wl_account_kind_name(b.kind)),
                                                                            b.party, b.unit, b.lot, wl_str_of(text)}))
            rc = 0;
    }
    wl_walk_close(walk);
    return rc;
}

/* ---- reference data ---- */

static int decode_row(struct cli_list *l, struct wl_str value, union wl_reference_row *row)
{
    wl_arena_clear(&l->arena);
    return wl_record_decode(wl_reference_info(l->reference)->record, wl_reference_row_cbor(value), row, &l->arena);
}

/* Calls back for every row of the table whose key begins with the prefix. */
static int each_row(struct cli_list *l, int (*one)(struct cli_list *, const union wl_reference_row *))
{
    uint8_t bytes[1 + WL_REFERENCE_KEY_MAX];
    struct wl_buf prefix = {.data = bytes, .capacity = sizeof bytes, .ceiling = sizeof bytes};
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    wl_buf_byte(&prefix, (uint8_t)l->reference);
    wl_buf_str(&prefix, l->prefix);
    if (prefix.failed)
        return WL_OK; /* no key is that long */
    rc = wl_walk_open(l->txn, WL_TABLE_REFERENCE, wl_buf_view(&prefix), WL_NO_STR, &walk);
    for (rc = rc == WL_OK ? 1 : rc; rc == 1;) {
        union wl_reference_row row;

        if ((rc = wl_walk_next(walk, &key, &value)) == 1 && (rc = decode_row(l, value, &row)) == WL_OK)
            rc = one(l, &row);
    }
    wl_walk_close(walk);
    return rc;
}

static int reference_row(struct cli_list *l, const union wl_reference_row *row)
{
    const struct wl_record *record = wl_reference_info(l->reference)->record;
    struct wl_str values[WL_REFERENCE_COLUMNS_MAX];
    struct wl_buf text;

    wl_buf_init(&text, WL_VALUE_MAX);
    for (size_t i = 0; i < record->field_count; i++) {
        wl_buf_clear(&text);
        wl_field_to_text(&record->fields[i], row, &text);
        values[i] = wl_arena_copy(&l->arena, wl_buf_view(&text));
    }
    wl_buf_release(&text);
    return cli_list_row(l, values);
}

int cli_list_reference(struct cli_list *l)
{
    return each_row(l, reference_row);
}

const struct cli_column cli_seat_columns[] = {
    {"seat_id", false, false},
    {"tier", true, true},
    {"capacity", true, true},
    {"open_claims", true, true},
};
COLUMNS(cli_seat_columns, CLI_SEAT_COLUMNS);

static int seat_row(struct cli_list *l, const union wl_reference_row *row)
{
    const struct wl_seat *seat = &row->seat;
    struct wl_arena *a = &l->arena;
    struct wl_str load;
    int rc = wl_get(l->txn, WL_TABLE_SEAT_LOADS, seat->seat_id, &load);

    if (rc < 0)
        return rc;
    return cli_list_row(l,
                        (struct wl_str[]){seat->seat_id, cli_int(a, seat->tier), cli_int(a, seat->capacity),
                                          cli_int(a, rc == 1 && load.size == 8 ? (int64_t)wl_get_u64(load.data) : 0)});
}

int cli_list_seats(struct cli_list *l)
{
    return each_row(l, seat_row);
}
