/* The rows of `list requests`, `list dispatches` and `list discrepancies`. */
#include "cli/list.h"
#include "cli/quantity.h"
#include "cli/tags.h"

#include "wledger/date.h"
#include "wledger/demand.h"
#include "wledger/error.h"

#define COLUMNS(table, count) _Static_assert(WL_COUNT(table) == (count), "the header says how many")

static bool passes(struct wl_str filter, struct wl_str value)
{
    return !filter.size || wl_str_equal(filter, value);
}

static bool passes_either(struct wl_str filter, struct wl_str a, struct wl_str b)
{
    return passes(filter, a) || wl_str_equal(filter, b);
}

static int missing(const char *what, uint64_t number)
{
    return wl_fail(WL_E_DAMAGED, "%s %llu has no row", what, (unsigned long long)number);
}

/* The day of an entry, in the store's zone; WL_NONE where there is none, or reading failed, which sticks. */
static int64_t day_of(struct cli_list *l, int64_t seq)
{
    struct wl_entry e;

    if (seq == WL_NONE || wl_entry_read(l->txn, (uint64_t)seq, &e) != 1)
        return WL_NONE;
    return wl_time_day(e.time, wl_journal_zone(l->txn));
}

/* ---- requests ---- */

const struct cli_column cli_request_columns[] = {
    {"request", true, true},         {"day", false, false},     {"dealer_id", false, false},
    {"asked_part_id", false, false}, {"part_id", false, false}, {"quantity", true, false},
    {"received", true, false},       {"fitted", true, false},   {"state", false, false},
    {"location", false, false},      {"dispatch", true, true},  {"vin", false, false},
    {"document", false, false},
};
COLUMNS(cli_request_columns, CLI_REQUEST_COLUMNS);

static bool is_open_request(const struct wl_request_row *r)
{
    static const bool open[WL_REQUEST_STATE_COUNT] = {[WL_REQUEST_RESERVED] = true,
                                                      [WL_REQUEST_BACK_ORDERED] = true,
                                                      [WL_REQUEST_SHIPPED] = true,
                                                      [WL_REQUEST_RECEIVED] = true};

    return open[r->state] || (r->state == WL_REQUEST_RECEIVED_SHORT && r->received > r->fitted);
}

static bool request_row(struct cli_list *l, uint64_t number, const struct wl_request_row *r)
{
    struct wl_arena *a = &l->arena;

    return cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)number), cli_day(a, day_of(l, r->seq)), r->dealer_id,
                                             r->asked_part_id, r->part_id, cli_quantity(l->cli, a, r->quantity),
                                             cli_quantity(l->cli, a, r->received), cli_quantity(l->cli, a, r->fitted),
                                             wl_str_of(wl_request_state_names()[r->state]), r->location_id,
                                             cli_int(a, r->dispatch), r->vin, r->document});
}

int cli_list_requests(struct cli_list *l)
{
    uint64_t count = wl_request_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_request_row r;
        int rc;

        wl_arena_clear(&l->arena);
        if ((rc = wl_request_get(l->txn, &l->arena, n, &r)) != 1)
            return rc < 0 ? rc : missing("request", n);
        if (passes(l->dealer, r.dealer_id) && passes(l->vin, r.vin) && passes(l->location, r.location_id) &&
            passes_either(l->part, r.part_id, r.asked_part_id) && (l->state == WL_NONE || l->state == r.state) &&
            (!l->open || is_open_request(&r)))
            go_on = request_row(l, n, &r);
    }
    return wl_txn_status(l->txn);
}

/* ---- dispatches ---- */

const struct cli_column cli_dispatch_columns[] = {
    {"dispatch", true, true},  {"day", false, false},  {"from", false, false},     {"to", false, false},
    {"state", false, false},   {"late", false, false}, {"lines", true, true},      {"open_lines", true, true},
    {"carrier", false, false}, {"box", false, false},  {"tracking", false, false},
};
COLUMNS(cli_dispatch_columns, CLI_DISPATCH_COLUMNS);

/* Whether a line of a dispatch is of the part: 1, 0, or an error. */
static int has_part(struct cli_list *l, uint64_t number, const struct wl_dispatch *d)
{
    for (uint64_t line = 1; l->part.size && line <= (uint64_t)d->lines; line++) {
        struct wl_dispatch_line row;
        int rc = wl_dispatch_line_get(l->txn, &l->arena, number, line, &row);

        if (rc != 1)
            return rc < 0 ? rc : missing("a line of dispatch", number);
        if (wl_str_equal(row.part_id, l->part))
            return 1;
    }
    return l->part.size == 0;
}

static bool dispatch_row(struct cli_list *l, uint64_t number, const struct wl_dispatch *d)
{
    struct wl_arena *a = &l->arena;

    return cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)number),
                                             cli_day(a, wl_time_day(d->time, wl_journal_zone(l->txn))), d->from_id,
                                             d->to_id, wl_str_of(wl_dispatch_state_names()[d->state]),
                                             wl_str_of(d->late_seq == WL_NONE ? "no" : "yes"), cli_int(a, d->lines),
                                             cli_int(a, d->open_lines), d->carrier_id, d->box, d->tracking});
}

int cli_list_dispatches(struct cli_list *l)
{
    uint64_t count = wl_dispatch_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_dispatch d;
        int rc;

        wl_arena_clear(&l->arena);
        if ((rc = wl_dispatch_get(l->txn, &l->arena, n, &d)) != 1)
            return rc < 0 ? rc : missing("dispatch", n);
        if (!passes(l->dealer, d.to_id) || !passes_either(l->location, d.from_id, d.to_id) ||
            (l->state != WL_NONE && l->state != d.state) || (l->open && d.state != WL_DISPATCH_SHIPPED) ||
            (l->late && d.late_seq == WL_NONE))
            continue;
        if ((rc = has_part(l, n, &d)) < 0)
            return rc;
        if (rc == 1)
            go_on = dispatch_row(l, n, &d);
    }
    return wl_txn_status(l->txn);
}

/* ---- discrepancies ---- */

const struct cli_column cli_discrepancy_columns[] = {
    {"discrepancy", true, true}, {"day", false, false}, {"kind", false, false},    {"dispatch", true, true},
    {"line", true, true},        {"tag", false, false}, {"from", false, false},    {"to", false, false},
    {"part_id", false, false},   {"lot", false, false}, {"quantity", true, false}, {"state", false, false},
};
COLUMNS(cli_discrepancy_columns, CLI_DISCREPANCY_COLUMNS);

static const char *discrepancy_state(struct cli_list *l, const struct wl_discrepancy *d)
{
    if (d->resolution != WL_NONE)
        return wl_resolution_names()[d->resolution];
    return wl_reversed_by(l->txn, (uint64_t)d->seq) == WL_NONE ? "open" : "withdrawn";
}

static bool discrepancy_row(struct cli_list *l, uint64_t number, const struct wl_discrepancy *d, const char *state)
{
    struct wl_arena *a = &l->arena;

    return cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)number), cli_day(a, day_of(l, d->seq)),
                                             wl_str_of(wl_discrepancy_kind_names()[d->kind]), cli_int(a, d->dispatch),
                                             cli_int(a, d->line),
                                             d->tag == WL_NONE ? WL_NO_STR : cli_tag_text(a, (uint64_t)d->tag),
                                             d->from_id, d->to_id, d->part_id, d->lot,
                                             cli_quantity(l->cli, a, d->quantity), wl_str_of(state)});
}

int cli_list_discrepancies(struct cli_list *l)
{
    uint64_t count = wl_discrepancy_count(l->txn);
    bool go_on = true;

    for (uint64_t n = 1; go_on && n <= count; n++) {
        struct wl_discrepancy d;
        const char *state;
        int rc;

        wl_arena_clear(&l->arena);
        if ((rc = wl_discrepancy_get(l->txn, &l->arena, n, &d)) != 1)
            return rc < 0 ? rc : missing("discrepancy", n);
        if (!passes(l->dealer, d.to_id) || !passes_either(l->location, d.from_id, d.to_id) ||
            !passes(l->part, d.part_id) || (l->state != WL_NONE && l->state != d.kind))
            continue;
        state = discrepancy_state(l, &d);
        if (!l->open || wl_str_is(wl_str_of(state), "open"))
            go_on = discrepancy_row(l, n, &d, state);
    }
    return wl_txn_status(l->txn);
}
