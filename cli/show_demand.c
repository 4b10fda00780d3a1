/* show request: a request's whole way. */
#include "cli/demand.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "cli/way.h"

#include "wledger/error.h"

enum {
    UNIT_MEMORY = 4 << 20,
    DISPATCHES_LOOKED_AT = 50000, /* for those of a request that were reversed */
};

static int missing(const char *what)
{
    return wl_fail(WL_E_DAMAGED, "%s has no row", what);
}

/* ---- show request ---- */

struct shown {
    struct cli_way way;
    int64_t number;
    struct wl_request_row row;
    struct wl_dispatch dispatch;  /* where it has one */
    bool lines[WL_PICKS_MAX + 1]; /* by number: lines of the dispatch that are its own */
};

static int note_fit(struct cli_way *w, const void *context, const struct wl_move *move)
{
    const int64_t *number = context;
    struct wl_entry e;
    void *body;
    int rc;

    if (move->to_kind != WL_ACCOUNT_VEHICLE)
        return WL_OK;
    if ((rc = wl_entry_read(w->txn, (uint64_t)move->seq, &e)) != 1 || e.command != &wl_fit_command)
        return rc < 0 ? rc : WL_OK;
    if ((rc = wl_entry_body(&e, &w->moves, &body)) != WL_OK)
        return rc;
    if (((const struct wl_fit_body *)body)->request == *number)
        cli_way_note(w, move->seq);
    return WL_OK;
}

static int note_fits_of_lot(void *context, struct wl_str lot, const struct wl_unit *unit)
{
    struct shown *s = context;

    (void)lot;
    return cli_way_moves(&s->way, unit->newest, false, s->row.seq, note_fit, &s->number);
}

/* Fittings stand in the vehicle's own chain; without one, any lot of the part may have been taken. */
static int note_fits(struct shown *s)
{
    struct cli_way *w = &s->way;
    struct wl_arena units;
    int64_t vehicle;
    int rc;

    if (s->row.received == 0)
        return WL_OK;
    vehicle = s->row.vin.size ? wl_vehicle_number(w->txn, s->row.vin) : WL_NONE;
    if (vehicle != WL_NONE)
        return cli_way_moves(w, wl_vehicle_move(w->txn, vehicle), true, s->row.seq, note_fit, &s->number);
    wl_arena_init(&units, UNIT_MEMORY);
    rc = wl_units_each(w->txn, &units, s->row.part_id, note_fits_of_lot, s);
    wl_arena_release(&units);
    return rc;
}

static int note_dispatch(struct shown *s)
{
    struct cli_way *w = &s->way;
    int rc;

    if (s->row.dispatch == WL_NONE)
        return WL_OK;
    if ((rc = wl_dispatch_get(w->txn, w->arena, (uint64_t)s->row.dispatch, &s->dispatch)) != 1)
        return rc < 0 ? rc : missing("the dispatch of a request");
    cli_way_note(w, s->dispatch.seq);
    for (int64_t n = 1; n <= s->dispatch.lines && n <= WL_PICKS_MAX; n++) {
        struct wl_dispatch_line line;

        if ((rc = wl_dispatch_line_get(w->txn, w->arena, (uint64_t)s->row.dispatch, (uint64_t)n, &line)) != 1)
            return rc < 0 ? rc : missing("a line of a dispatch");
        s->lines[n] = line.request == s->number;
        if (s->lines[n] && (rc = cli_way_receipts(w, (uint64_t)s->row.dispatch, &s->dispatch, &line)) != WL_OK)
            return rc;
    }
    return WL_OK;
}

/* Whether a dispatch has a line of the request: 1, 0, or an error. */
static int is_of(struct shown *s, uint64_t number, const struct wl_dispatch *d)
{
    for (int64_t n = 1; n <= d->lines; n++) {
        struct wl_dispatch_line line;
        int rc = wl_dispatch_line_get(s->way.txn, &s->way.moves, number, (uint64_t)n, &line);

        if (rc != 1)
            return rc < 0 ? rc : missing("a line of a dispatch");
        if (line.request == s->number)
            return 1;
    }
    return 0;
}

/* A dispatch that was reversed is not named by its requests any more. */
static int note_reversed_dispatches(struct shown *s)
{
    struct cli_way *w = &s->way;
    uint64_t looked = 0;

    for (uint64_t n = wl_dispatch_count(w->txn); n > 0 && looked < DISPATCHES_LOOKED_AT; n--, looked++) {
        struct wl_dispatch d;
        int rc;

        wl_arena_clear(&w->moves);
        if ((rc = wl_dispatch_get(w->txn, &w->moves, n, &d)) != 1)
            return rc < 0 ? rc : missing("a dispatch");
        if (d.seq < s->row.seq)
            return WL_OK;
        if (d.state != WL_DISPATCH_CANCELLED || !wl_str_equal(d.to_id, s->row.dealer_id))
            continue;
        if ((rc = is_of(s, n, &d)) < 0)
            return rc;
        if (rc == 1)
            cli_way_note(w, d.seq);
    }
    return WL_OK;
}

/* What was done about the discrepancies of its lines. */
static int note_resolutions(struct shown *s, const struct wl_receive_dispatch_outcome *out)
{
    const struct wl_new_discrepancy *found = out->discrepancies.at;

    for (size_t i = 0; i < out->discrepancies.count; i++) {
        struct wl_discrepancy d;
        int rc;

        if (found[i].line < 1 || found[i].line > WL_PICKS_MAX || !s->lines[found[i].line])
            continue;
        if ((rc = wl_discrepancy_get(s->way.txn, s->way.arena, (uint64_t)out->first_discrepancy + i, &d)) != 1)
            return rc < 0 ? rc : missing("a discrepancy");
        cli_way_note(&s->way, d.resolved_seq);
    }
    return WL_OK;
}

/* What followed from the entries that are noted: resolutions and reversals. */
static int note_what_followed(struct shown *s)
{
    struct cli_way *w = &s->way;

    for (size_t i = 0, count = w->count; i < count; i++) {
        struct wl_entry e;
        void *body, *outcome;
        int rc = cli_way_entry(w, w->seqs[i], &e, &body, &outcome);

        if (rc == WL_OK && e.command == &wl_receive_dispatch_command)
            rc = note_resolutions(s, outcome);
        if (rc != WL_OK)
            return rc;
    }
    for (size_t i = 0, count = w->count; i < count; i++)
        cli_way_note(w, wl_reversed_by(w->txn, (uint64_t)w->seqs[i]));
    return wl_txn_status(w->txn);
}

/* ---- the steps of a request ---- */

static void put_step(struct cli_way *w, const struct wl_entry *e, const char *what, struct wl_str note)
{
    cli_view_text(cli_way_step(w, e, what), "note", note);
}

static void put_source(struct shown *s, const struct wl_entry *e, const struct wl_request_outcome *out)
{
    const struct cli_demand_source source = {.dealer_id = s->row.dealer_id,
                                             .asked_part_id = s->row.asked_part_id,
                                             .part_id = out->part_id,
                                             .location_id = out->location_id,
                                             .quantity = s->row.quantity,
                                             .choice = out->choice};

    put_step(&s->way, e, out->location_id.size ? "reserved" : "back-ordered",
             cli_demand_sourced(s->way.txn, s->way.arena, &source));
}

static int tell_asked(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    const struct wl_request_body *b = body;
    struct wl_arena *a = s->way.arena;

    put_step(&s->way, e, "requested",
             cli_format_text(a, WL_STR_FMT " of " WL_STR_FMT ": " WL_STR_FMT,
                             WL_STR_ARG(cli_quantity_plain(a, b->quantity)), WL_STR_ARG(b->part_id),
                             WL_STR_ARG(b->reason)));
    put_source(s, e, outcome);
    return WL_OK;
}

/* Another request that is sourced again may let go what fills this one. */
static int tell_sourced(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    (void)body;
    if (((const struct wl_request_outcome *)outcome)->request != s->number)
        return -1;
    put_source(s, e, outcome);
    return WL_OK;
}

static int tell_cancelled(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    const struct wl_request_cancel_body *b = body;

    (void)outcome;
    if (b->request != s->number)
        return -1;
    put_step(&s->way, e, "cancelled", b->reason);
    return WL_OK;
}

static int tell_dispatched(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    const struct wl_dispatch_body *b = body;
    const struct wl_dispatch_outcome *out = outcome;

    put_step(&s->way, e, "dispatched",
             cli_format_text(s->way.arena,
                             "dispatch %lld, " WL_STR_FMT " to " WL_STR_FMT "%s" WL_STR_FMT "%s" WL_STR_FMT,
                             (long long)out->dispatch, WL_STR_ARG(b->from_id), WL_STR_ARG(b->to_id),
                             b->carrier_id.size ? ", carrier " : "", WL_STR_ARG(b->carrier_id),
                             b->tracking.size ? ", tracking " : "", WL_STR_ARG(b->tracking)));
    return WL_OK;
}

static int tell_received(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    const struct wl_receive_dispatch_outcome *out = outcome;
    const struct wl_line_change *changes = out->changes.at;
    int64_t good = 0, discrepant = 0;
    struct wl_arena *a = s->way.arena;

    (void)body;
    for (size_t i = 0; i < out->changes.count; i++) {
        if (changes[i].line < 1 || changes[i].line > WL_PICKS_MAX || !s->lines[changes[i].line])
            continue;
        good += changes[i].received == WL_NONE ? 0 : changes[i].received;
        discrepant += changes[i].discrepant == WL_NONE ? 0 : changes[i].discrepant;
    }
    if (good + discrepant == 0) /* lines of others */
        return WL_OK;
    put_step(&s->way, e, "received",
             cli_format_text(a, WL_STR_FMT " good%s" WL_STR_FMT "%s", WL_STR_ARG(cli_quantity_plain(a, good)),
                             discrepant ? ", " : "",
                             WL_STR_ARG(discrepant ? cli_quantity_plain(a, discrepant) : WL_NO_STR),
                             discrepant ? " short, damaged or wrong" : ""));
    return WL_OK;
}

static int tell_fitted(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    const struct wl_fit_body *b = body;
    const struct wl_fit_outcome *out = outcome;
    struct wl_arena *a = s->way.arena;

    put_step(&s->way, e, "fitted",
             cli_format_text(a, WL_STR_FMT " to " WL_STR_FMT " at %lld km, invoice " WL_STR_FMT,
                             WL_STR_ARG(cli_quantity_plain(a, out->quantity)), WL_STR_ARG(b->vin),
                             (long long)b->mileage_km, WL_STR_ARG(b->invoice_no)));
    return WL_OK;
}

static int tell_resolved(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    const struct wl_resolve_body *b = body;
    struct wl_arena *a = s->way.arena;
    struct wl_discrepancy d;
    int rc = wl_discrepancy_get(s->way.txn, a, (uint64_t)b->discrepancy, &d);

    (void)outcome;
    if (rc == 1)
        put_step(&s->way, e, "resolved",
                 cli_format_text(a, "discrepancy %lld, " WL_STR_FMT " %s: %s, " WL_STR_FMT, (long long)b->discrepancy,
                                 WL_STR_ARG(cli_quantity_plain(a, d.quantity)), wl_discrepancy_kind_names()[d.kind],
                                 wl_resolution_names()[b->resolution], WL_STR_ARG(b->reason)));
    return WL_OK;
}

/* Of another entry, it may free stock that fills this request. */
static int tell_reversed(struct shown *s, const struct wl_entry *e, const void *body, const void *outcome)
{
    const struct wl_reverse_body *b = body;

    (void)outcome;
    if ((int64_t)e->seq == s->row.sourced_seq)
        return -1;
    put_step(&s->way, e, "reversed",
             cli_format_text(s->way.arena, "entry %lld: " WL_STR_FMT, (long long)b->entry, WL_STR_ARG(b->reason)));
    return WL_OK;
}

/* Which returns -1 where the entry is about another request and fills this one by the way. */
static const struct {
    const struct wl_command *command;
    int (*tell)(struct shown *, const struct wl_entry *, const void *body, const void *outcome);
} tellers[] = {
    {&wl_request_command, tell_asked},
    {&wl_request_source_command, tell_sourced},
    {&wl_request_cancel_command, tell_cancelled},
    {&wl_dispatch_command, tell_dispatched},
    {&wl_receive_dispatch_command, tell_received},
    {&wl_fit_command, tell_fitted},
    {&wl_resolve_command, tell_resolved},
    {&wl_reverse_command, tell_reversed},
};

/* A delivery, a count, or whatever freed stock filled it. Its row says where it is now, its dispatch where it was. */
static void put_filled(struct shown *s, const struct wl_entry *e)
{
    struct wl_arena *a = s->way.arena;
    const struct cli_demand_source source = {.dealer_id = s->row.dealer_id,
                                             .asked_part_id = s->row.asked_part_id,
                                             .part_id = s->row.part_id,
                                             .location_id =
                                                 s->row.dispatch == WL_NONE ? s->row.location_id : s->dispatch.from_id,
                                             .quantity = s->row.quantity,
                                             .choice = WL_CHOICE_DELIVERY};
    struct wl_str sourced = cli_demand_sourced(s->way.txn, a, &source);

    put_step(&s->way, e, "reserved", cli_format_text(a, WL_STR_FMT ", by %s", WL_STR_ARG(sourced), e->command->name));
}

static int tell_entry(struct shown *s, int64_t seq)
{
    struct cli_way *w = &s->way;
    struct wl_entry e;
    void *body, *outcome;
    int rc = cli_way_entry(w, seq, &e, &body, &outcome);

    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(tellers); i++)
        if (tellers[i].command == e.command && tellers[i].tell(s, &e, body, outcome) == WL_OK)
            return wl_txn_status(w->txn);
    if (rc == WL_OK)
        put_filled(s, &e);
    return rc;
}

static int add_way(struct shown *s)
{
    struct cli_way *w = &s->way;
    int rc;

    cli_way_note(w, s->row.seq);
    cli_way_note(w, s->row.sourced_seq);
    cli_way_note(w, s->row.cancelled_seq);
    if ((rc = note_dispatch(s)) != WL_OK || (rc = note_reversed_dispatches(s)) != WL_OK ||
        (rc = note_fits(s)) != WL_OK || (rc = note_what_followed(s)) != WL_OK)
        return rc;
    cli_way_sort(w);
    for (size_t i = 0; rc == WL_OK && i < w->count; i++)
        rc = tell_entry(s, w->seqs[i]);
    return rc;
}

/* What was looked at when it was sourced last by a look at all; a delivery that fills a back-order looks at none. */
static int add_considered(struct shown *s, json_t *list)
{
    const struct wl_request_outcome *out = NULL;
    const struct wl_considered *at;
    struct cli_way *w = &s->way;
    struct wl_entry e;
    void *body, *outcome;
    int rc = cli_way_entry(w, s->row.sourced_seq, &e, &body, &outcome);

    if (rc == WL_OK && (e.command == &wl_request_command || e.command == &wl_request_source_command))
        out = outcome;
    if (rc == WL_OK && (!out || out->request != s->number)) {
        rc = cli_way_entry(w, s->row.seq, &e, &body, &outcome);
        out = outcome;
    }
    for (size_t i = 0; rc == WL_OK && i < out->considered.count; i++) {
        json_t *one = json_object();

        at = (const struct wl_considered *)out->considered.at + i;
        cli_view_text(one, "part_id", at->part_id);
        cli_view_text(one, "location_id", at->location_id);
        cli_view_text(one, "name", cli_location_name(w->txn, w->arena, at->location_id));
        cli_view_text(one, "free", cli_quantity(w->cli, w->arena, at->free));
        cli_view_text(one, "choice", wl_str_of(wl_choice_names()[at->choice]));
        json_array_append_new(list, one);
    }
    return rc;
}

static void add_head(struct shown *s, json_t *view)
{
    const struct wl_request_row *r = &s->row;
    struct cli_way *w = &s->way;
    struct cli *cli = w->cli;

    cli_view_number(view, "request", s->number);
    cli_view_text(view, "state", wl_str_of(wl_request_state_names()[r->state]));
    cli_view_text(view, "dealer_id", r->dealer_id);
    cli_view_text(view, "dealer_name", cli_location_name(w->txn, w->arena, r->dealer_id));
    cli_view_text(view, "asked_part_id", r->asked_part_id);
    cli_view_text(view, "part_id", r->part_id);
    cli_view_text(view, "quantity", cli_quantity(cli, w->arena, r->quantity));
    cli_view_text(view, "received", cli_quantity(cli, w->arena, r->received));
    cli_view_text(view, "discrepant", cli_quantity(cli, w->arena, r->discrepant));
    cli_view_text(view, "fitted", cli_quantity(cli, w->arena, r->fitted));
    cli_view_text(view, "reserved", cli_quantity(cli, w->arena, wl_request_reserved(r)));
    cli_view_text(view, "location_id", r->location_id);
    cli_view_text(view, "choice", wl_str_of(wl_choice_names()[r->choice]));
    cli_view_number(view, "dispatch", r->dispatch);
    cli_view_text(view, "vin", r->vin);
    cli_view_text(view, "document", r->document);
    cli_view_text(view, "reason", r->reason);
}

static int build(struct shown *s, json_t *view)
{
    int rc = wl_request_get(s->way.txn, s->way.arena, (uint64_t)s->number, &s->row);
    json_t *considered;

    if (rc != 1)
        return rc < 0 ? rc : missing("a request");
    considered = json_array();
    s->way.list = json_array();
    add_head(s, view);
    cli_view_put(view, "considered", considered);
    cli_view_put(view, "way", s->way.list);
    rc = add_considered(s, considered);
    return rc == WL_OK ? add_way(s) : rc;
}

int cli_show_request(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct shown s = {.number = 0};
    json_t *view;
    uint64_t number;
    int rc = cli_show_number(name, "request", 1, wl_request_count(txn), &number);

    if (rc != WL_OK)
        return rc;
    view = json_object();
    s.number = (int64_t)number;
    cli_way_init(&s.way, cli, txn, NULL);
    rc = build(&s, view);
    cli_way_release(&s.way);
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}
