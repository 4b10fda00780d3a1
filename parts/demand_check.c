/* Whether requests, dispatches and discrepancies agree with one another, with the stock rows and with the balances.
 * What two tables must have in common is summed on both sides, each quantity times a number made of what it is of and
 * where: the sums differ when anything does. */
#include "claims/check_rows.h"
#include "parts/check.h"
#include "parts/demand.h"
#include "parts/keys.h"
#include "wledger/error.h"

#include <inttypes.h>
#include <stdio.h>

struct check {
    struct wl_txn *txn;
    uint64_t requests, dispatches, discrepancies;    /* rows so far */
    uint64_t reserved, on_order, in_transit;         /* by part and location: of documents, less the stock rows */
    uint64_t back_orders, sourced;                   /* of requests, less the tables' rows */
    uint64_t shipped;                                /* of requests, less the lines of dispatches */
    uint64_t transit_balances, discrepancy_balances; /* of documents, less the accounts */
};

static uint64_t of_part(struct wl_str part_id, struct wl_str location_id)
{
    return wl_check_mix(wl_hash(part_id), wl_hash(location_id));
}

static uint64_t of_account(struct wl_str party, struct wl_str part_id, struct wl_str lot)
{
    return wl_check_mix(of_part(part_id, party), wl_hash(lot));
}

/* What a request and the lines that carry it have in common. */
static uint64_t of_request(uint64_t number, uint64_t dispatch, int64_t quantity, int64_t received, int64_t discrepant)
{
    uint64_t h = wl_check_mix(number, dispatch);

    return (uint64_t)quantity * wl_check_mix(h, 1) + (uint64_t)received * wl_check_mix(h, 2) +
           (uint64_t)discrepant * wl_check_mix(h, 3);
}

/* ---- requests ---- */

static bool request_agrees(const struct wl_request_row *row)
{
    bool here = wl_request_is_at_dealer(row), shipped = row->dispatch != WL_NONE;

    if (row->fitted > row->received || row->received + row->discrepant > row->quantity || here != (row->received > 0))
        return false;
    switch ((enum wl_request_state)row->state) {
    case WL_REQUEST_BACK_ORDERED:
        return !shipped && row->location_id.size == 0;
    case WL_REQUEST_RESERVED:
        return !shipped && row->location_id.size > 0 && row->fitted < row->quantity && row->discrepant == 0;
    case WL_REQUEST_SHIPPED:
    case WL_REQUEST_RECEIVED:
    case WL_REQUEST_RECEIVED_SHORT:
        return shipped && row->state == wl_request_state_by_quantity(row);
    case WL_REQUEST_FITTED:
        return row->state == wl_request_state_by_quantity(row) && row->fitted > 0;
    case WL_REQUEST_CANCELLED:
        return !shipped || row->received + row->discrepant == row->quantity;
    case WL_REQUEST_STATE_COUNT:
        break;
    }
    return false;
}

static bool request_is_one(const struct wl_request_row *row)
{
    return row->state != WL_NONE && row->choice != WL_NONE && row->quantity > 0 && row->received >= 0 &&
           row->discrepant >= 0 && row->fitted >= 0 && (row->dispatch == WL_NONE || row->dispatch > 0) &&
           row->seq >= 0 && row->sourced_seq >= row->seq &&
           (row->cancelled_seq != WL_NONE) == (row->state == WL_REQUEST_CANCELLED);
}

static int check_request(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_request_row row;
    int rc = wl_record_decode(&wl_request_record, value, &row, NULL);

    if (rc != WL_OK)
        return rc;
    c->requests++;
    if (key.size != 8 || wl_get_u64(key.data) != c->requests || !request_is_one(&row) || !request_agrees(&row))
        return wl_check_fail("there is no, or no good, row of request", c->requests);
    c->reserved += (uint64_t)wl_request_reserved(&row) * of_part(row.part_id, row.location_id);
    c->on_order += (uint64_t)wl_request_on_order(&row) * of_part(row.part_id, row.dealer_id);
    if (row.state == WL_REQUEST_BACK_ORDERED)
        c->back_orders += wl_check_mix(wl_hash(row.part_id), c->requests);
    if (wl_request_is_sourced(&row))
        c->sourced += wl_check_mix(of_part(row.dealer_id, row.location_id), c->requests);
    if (row.dispatch != WL_NONE)
        c->shipped += of_request(c->requests, (uint64_t)row.dispatch, row.quantity, row.received, row.discrepant);
    return WL_OK;
}

static int check_back_order(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    size_t part = key.size > 9 ? key.size - 9 : 0;

    if (part == 0 || key.data[part] != 0 || value.size != 0)
        return wl_fail(WL_E_DAMAGED, "a back-order is not one");
    c->back_orders -= wl_check_mix(wl_hash((struct wl_str){key.data, part}), wl_get_u64(key.data + part + 1));
    return WL_OK;
}

static int check_sourced(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    size_t names = key.size > 9 ? key.size - 9 : 0;
    struct wl_str parts[2];

    if (names == 0 || key.data[names] != 0 || value.size != 0 ||
        !wl_parts_key_split((struct wl_str){key.data, names}, parts, WL_COUNT(parts)))
        return wl_fail(WL_E_DAMAGED, "a request that is reserved is not one");
    c->sourced -= wl_check_mix(of_part(parts[1], parts[0]), wl_get_u64(key.data + names + 1));
    return WL_OK;
}

/* ---- dispatches with their lines ---- */

struct counted {
    int64_t lines, open, discrepant;
    bool touched, arrived;
};

static bool line_is_one(const struct wl_dispatch_line *line)
{
    return line->quantity > 0 && line->received >= 0 && line->discrepant >= 0 && wl_dispatch_line_open(line) >= 0 &&
           (line->request == WL_NONE || line->request > 0);
}

static void count_line(struct check *c, uint64_t number, const struct wl_dispatch *dispatch,
                       const struct wl_dispatch_line *line, struct counted *counted)
{
    struct wl_str party;
    char text[40];
    uint64_t open = (uint64_t)wl_dispatch_line_open(line);

    counted->lines++;
    counted->discrepant += line->discrepant > 0;
    counted->touched |= line->received + line->discrepant > 0;
    counted->arrived |= line->received > 0;
    if (dispatch->state == WL_DISPATCH_CANCELLED)
        return;
    party = (struct wl_str){text, (size_t)snprintf(text, sizeof text, "dispatch/%" PRIu64, number)};
    counted->open += open > 0;
    c->in_transit += open * of_part(line->part_id, dispatch->to_id);
    c->transit_balances += open * of_account(party, line->part_id, line->lot);
    if (line->request != WL_NONE)
        c->shipped -= of_request((uint64_t)line->request, number, line->quantity, line->received, line->discrepant);
}

/* The lines of dispatch `number`, from where their walk stands. */
static int check_lines(struct check *c, uint64_t number, const struct wl_dispatch *dispatch, struct wl_walk *lines)
{
    struct counted counted = {.lines = 0};
    struct wl_dispatch_line line;
    struct wl_str key, value;
    uint64_t of, place;
    int rc;

    while (counted.lines < dispatch->lines) {
        if ((rc = wl_walk_next(lines, &key, &value)) < 0)
            return rc;
        if (rc == 0 || !wl_dispatch_line_name(key, &of, &place) || of != number || place != (uint64_t)counted.lines + 1)
            return wl_check_fail("a line is missing of dispatch", number);
        if ((rc = wl_record_decode(&wl_dispatch_line_record, value, &line, NULL)) != WL_OK)
            return rc;
        if (!line_is_one(&line))
            return wl_check_fail("a line cannot stand of dispatch", number);
        count_line(c, number, dispatch, &line, &counted);
    }
    if (counted.open != dispatch->open_lines || counted.discrepant != dispatch->discrepant_lines ||
        (counted.arrived && dispatch->receipts == 0))
        return wl_check_fail("the lines are not as they are counted of dispatch", number);
    if (dispatch->state == WL_DISPATCH_CANCELLED ? counted.touched || dispatch->receipts != 0
                                                 : dispatch->state != wl_dispatch_state_by_count(dispatch))
        return wl_check_fail("the state is not that of its lines of dispatch", number);
    return WL_OK;
}

static bool dispatch_is_one(const struct wl_dispatch *row)
{
    return row->state != WL_NONE && row->lines > 0 && row->open_lines >= 0 && row->discrepant_lines >= 0 &&
           row->receipts >= 0 && row->seq >= 0;
}

static int check_dispatches(struct check *c)
{
    struct wl_walk *dispatches, *lines = NULL;
    struct wl_str key, value;
    struct wl_dispatch row;
    int rc = wl_walk_open(c->txn, WL_TABLE_DISPATCHES, WL_NO_STR, WL_NO_STR, &dispatches);

    if (rc == WL_OK)
        rc = wl_walk_open(c->txn, WL_TABLE_DISPATCH_LINES, WL_NO_STR, WL_NO_STR, &lines);
    while (rc == WL_OK && (rc = wl_walk_next(dispatches, &key, &value)) == 1) {
        c->dispatches++;
        if ((rc = wl_record_decode(&wl_dispatch_record, value, &row, NULL)) != WL_OK)
            break;
        if (key.size != 8 || wl_get_u64(key.data) != c->dispatches || !dispatch_is_one(&row))
            rc = wl_check_fail("there is no, or no good, row of dispatch", c->dispatches);
        else
            rc = check_lines(c, c->dispatches, &row, lines);
    }
    if (rc == WL_OK && (rc = wl_walk_next(lines, &key, &value)) == 1)
        rc = wl_check_fail("lines belong to no dispatch after", c->dispatches);
    wl_walk_close(lines);
    wl_walk_close(dispatches);
    return rc;
}

/* ---- discrepancies ---- */

static bool discrepancy_is_one(const struct wl_discrepancy *row)
{
    bool of_tag = row->kind == WL_DISCREPANCY_RETURN_MISSING;

    if (row->kind == WL_NONE || row->quantity <= 0 || row->seq < 0 || of_tag != (row->tag != WL_NONE) ||
        of_tag == (row->dispatch != WL_NONE))
        return false;
    if (row->resolution == WL_NONE)
        return row->resolved_seq == WL_NONE || row->resolved_seq > row->seq;
    return row->resolved_seq > row->seq && wl_resolution_is_legal(row->kind, row->resolution);
}

static int check_discrepancy(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_discrepancy row;
    struct wl_str party;
    char text[24];
    int rc = wl_record_decode(&wl_discrepancy_record, value, &row, NULL);

    if (rc != WL_OK)
        return rc;
    c->discrepancies++;
    if (key.size != 8 || wl_get_u64(key.data) != c->discrepancies || !discrepancy_is_one(&row))
        return wl_check_fail("there is no, or no good, row of discrepancy", c->discrepancies);
    party = (struct wl_str){text, (size_t)snprintf(text, sizeof text, "%" PRIu64, c->discrepancies)};
    if (wl_discrepancy_is_open(&row))
        c->discrepancy_balances += (uint64_t)row.quantity * of_account(party, row.part_id, row.lot);
    return WL_OK;
}

/* ---- stock rows and balances ---- */

static int check_stock(void *context, struct wl_str part_id, struct wl_str location_id, const struct wl_stock *stock)
{
    struct check *c = context;
    uint64_t h = of_part(part_id, location_id);

    c->reserved -= (uint64_t)stock->reserved * h;
    c->on_order -= (uint64_t)stock->on_order * h;
    c->in_transit -= (uint64_t)stock->in_transit * h;
    return WL_OK;
}

static int check_balance(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_account_balance balance;
    int rc = wl_balance_read(key, value, &balance);
    uint64_t weighed;

    if (rc != WL_OK)
        return rc;
    weighed = (uint64_t)balance.amount * of_account(balance.party, balance.unit, balance.lot);
    if (balance.kind == WL_ACCOUNT_DISCREPANCY)
        c->discrepancy_balances -= weighed;
    else
        c->transit_balances -= weighed;
    return WL_OK;
}

static int check_accounts(struct check *c)
{
    const char transit[] = {WL_ACCOUNT_IN_TRANSIT, 'd', 'i', 's', 'p', 'a', 't', 'c', 'h', '/'};
    const char discrepancy[] = {WL_ACCOUNT_DISCREPANCY};
    int rc = wl_check_rows(c->txn, WL_TABLE_BALANCES, (struct wl_str){transit, sizeof transit}, check_balance, c);

    if (rc != WL_OK)
        return rc;
    return wl_check_rows(c->txn, WL_TABLE_BALANCES, (struct wl_str){discrepancy, sizeof discrepancy}, check_balance, c);
}

/* What the walks leave must be nothing. */
static int check_rest(const struct check *c)
{
    const struct {
        bool holds;
        const char *otherwise;
    } rest[] = {
        {c->requests == wl_request_count(c->txn) && c->dispatches == wl_dispatch_count(c->txn) &&
             c->discrepancies == wl_discrepancy_count(c->txn),
         "the newest request, dispatch or discrepancy is not the one that is counted last"},
        {c->back_orders == 0, "the back-orders are not the requests that are back-ordered"},
        {c->sourced == 0, "the requests listed as reserved at warehouses are not those that are"},
        {c->shipped == 0, "requests that were shipped are not those in the lines of dispatches"},
        {c->reserved == 0, "what is reserved in stock is not what requests have reserved"},
        {c->on_order == 0, "what is on order in stock is not what requests wait for"},
        {c->in_transit == 0, "what is in transit to locations is not what dispatches have open"},
        {c->transit_balances == 0, "accounts in transit are not what dispatches have open"},
        {c->discrepancy_balances == 0, "accounts of discrepancies are not those that are open"},
    };

    for (size_t i = 0; i < WL_COUNT(rest); i++)
        if (!rest[i].holds)
            return wl_fail(WL_E_DAMAGED, "%s", rest[i].otherwise);
    return WL_OK;
}

int wl_demand_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn};
    int rc;

    if ((rc = wl_check_rows(txn, WL_TABLE_REQUESTS, WL_NO_STR, check_request, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_BACK_ORDERS, WL_NO_STR, check_back_order, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_SOURCED, WL_NO_STR, check_sourced, &c)) == WL_OK &&
        (rc = check_dispatches(&c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_DISCREPANCIES, WL_NO_STR, check_discrepancy, &c)) == WL_OK &&
        (rc = wl_stock_each(txn, WL_NO_STR, check_stock, &c)) == WL_OK && (rc = check_accounts(&c)) == WL_OK)
        rc = check_rest(&c);
    return rc == WL_OK ? wl_txn_status(txn) : rc;
}
