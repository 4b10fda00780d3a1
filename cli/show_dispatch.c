/* show dispatch, show discrepancy */
#include "cli/codes.h"
#include "cli/demand.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "cli/stock.h"
#include "cli/tags.h"
#include "cli/way.h"

#include "wledger/error.h"

static int missing(const char *what)
{
    return wl_fail(WL_E_DAMAGED, "%s has no row", what);
}

/* ---- show dispatch ---- */

struct shown {
    struct cli_way way;
    uint64_t number;
    struct wl_dispatch row;
};

static void put_head(struct shown *s, json_t *view)
{
    const struct wl_dispatch *d = &s->row;
    struct cli_way *w = &s->way;
    struct wl_entry e;

    cli_view_number(view, "dispatch", (int64_t)s->number);
    cli_view_text(view, "state", wl_str_of(wl_dispatch_state_names()[d->state]));
    cli_view_text(view, "from", d->from_id);
    cli_view_text(view, "from_name", cli_location_name(w->txn, w->arena, d->from_id));
    cli_view_text(view, "to", d->to_id);
    cli_view_text(view, "to_name", cli_location_name(w->txn, w->arena, d->to_id));
    cli_view_text(view, "carrier", d->carrier_id);
    cli_view_text(view, "box", d->box);
    cli_view_text(view, "tracking", d->tracking);
    cli_view_time(view, "shipped", d->time);
    cli_view_number(view, "entry", d->seq);
    cli_view_text(view, "late", wl_str_of(d->late_seq == WL_NONE ? "no" : "yes"));
    if (d->late_seq != WL_NONE && wl_entry_read(w->txn, (uint64_t)d->late_seq, &e) == 1)
        cli_view_time(view, "late_since", e.time);
    cli_view_number(view, "reversed_by", wl_reversed_by(w->txn, (uint64_t)d->seq));
    cli_view_number(view, "open_lines", d->open_lines);
}

static json_t *line_view(struct shown *s, int64_t number, const struct wl_dispatch_line *line)
{
    int64_t left = s->row.state == WL_DISPATCH_CANCELLED ? 0 : line->quantity - line->received - line->discrepant;
    struct cli *cli = s->way.cli;
    struct wl_arena *a = s->way.arena;
    json_t *one = json_object();

    cli_view_number(one, "line", number);
    cli_view_number(one, "request", line->request);
    cli_view_text(one, "part_id", line->part_id);
    cli_view_text(one, "lot", cli_stock_lot(line->lot));
    cli_view_text(one, "serial", wl_lot_serial(line->lot));
    cli_view_text(one, "from_bin", line->from_bin);
    cli_view_text(one, "shipped", cli_quantity(cli, a, line->quantity));
    cli_view_text(one, "received", cli_quantity(cli, a, line->received));
    cli_view_text(one, "discrepant", cli_quantity(cli, a, line->discrepant));
    cli_view_text(one, "in_transit", cli_quantity(cli, a, left));
    return one;
}

static int put_lines(struct shown *s, json_t *list)
{
    int rc = 1;

    for (int64_t n = 1; rc == 1 && n <= s->row.lines; n++) {
        struct wl_dispatch_line line;

        rc = wl_dispatch_line_get(s->way.txn, s->way.arena, s->number, (uint64_t)n, &line);
        if (rc != 1)
            break;
        json_array_append_new(list, line_view(s, n, &line));
        rc = cli_way_receipts(&s->way, s->number, &s->row, &line);
        rc = rc == WL_OK ? 1 : rc;
    }
    return rc == 1 ? WL_OK : rc < 0 ? rc : missing("a line of a dispatch");
}

static struct wl_str state_of(struct wl_txn *txn, const struct wl_discrepancy *d)
{
    if (d->resolution != WL_NONE)
        return wl_str_of(wl_resolution_names()[d->resolution]);
    return wl_reversed_by(txn, (uint64_t)d->seq) == WL_NONE ? WL_STR("open") : WL_STR("withdrawn");
}

/* Discrepancies are numbered in the order of entries: those of a dispatch are newer than its shipment. */
static int put_discrepancies(struct shown *s, json_t *list)
{
    struct cli_way *w = &s->way;

    for (uint64_t n = wl_discrepancy_count(w->txn); n >= 1; n--) {
        struct wl_discrepancy d;
        json_t *one;
        int rc = wl_discrepancy_get(w->txn, w->arena, n, &d);

        if (rc != 1)
            return rc < 0 ? rc : missing("a discrepancy");
        if (d.seq < s->row.seq)
            break;
        if (d.dispatch == WL_NONE || (uint64_t)d.dispatch != s->number)
            continue;
        cli_way_note(w, d.seq);
        one = json_object();
        cli_view_number(one, "discrepancy", (int64_t)n);
        cli_view_text(one, "kind", wl_str_of(wl_discrepancy_kind_names()[d.kind]));
        cli_view_number(one, "line", d.line);
        cli_view_text(one, "part_id", d.part_id);
        cli_view_text(one, "lot", cli_stock_lot(d.lot));
        cli_view_text(one, "serial", wl_lot_serial(d.lot));
        cli_view_text(one, "quantity", cli_quantity(w->cli, w->arena, d.quantity));
        cli_view_text(one, "state", state_of(w->txn, &d));
        json_array_insert_new(list, 0, one);
    }
    return wl_txn_status(w->txn);
}

static void put_change(struct cli_way *w, const struct wl_entry *e, const struct wl_line_change *change)
{
    json_t *one = cli_way_step(w, e, "received");

    cli_view_number(one, "line", change->line);
    cli_view_text(one, "good", cli_quantity(w->cli, w->arena, change->received == WL_NONE ? 0 : change->received));
    cli_view_text(one, "discrepant",
                  cli_quantity(w->cli, w->arena, change->discrepant == WL_NONE ? 0 : change->discrepant));
    cli_view_text(one, "bin", change->bin_id);
}

/* One row for each line that a receipt changed, by number; one that changed none brought only what was not shipped. */
static int put_receipt(struct shown *s, int64_t seq)
{
    const struct wl_receive_dispatch_outcome *out;
    const struct wl_line_change *at;
    struct wl_entry e;
    void *body, *outcome;
    int rc = cli_way_entry(&s->way, seq, &e, &body, &outcome);

    if (rc != WL_OK || e.command != &wl_receive_dispatch_command)
        return rc;
    out = outcome;
    at = out->changes.at;
    for (int64_t line = 1; line <= s->row.lines; line++)
        for (size_t i = 0; i < out->changes.count; i++)
            if (at[i].line == line)
                put_change(&s->way, &e, &at[i]);
    if (out->changes.count == 0)
        cli_way_step(&s->way, &e, "received");
    return wl_txn_status(s->way.txn);
}

static int build_dispatch(struct shown *s, json_t *view)
{
    struct cli_way *w = &s->way;
    json_t *lines, *discrepancies;
    int rc = wl_dispatch_get(w->txn, w->arena, s->number, &s->row);

    if (rc != 1)
        return rc < 0 ? rc : missing("a dispatch");
    lines = json_array();
    discrepancies = json_array();
    w->list = json_array();
    put_head(s, view);
    cli_view_put(view, "lines", lines);
    cli_view_put(view, "receipts", w->list);
    cli_view_put(view, "discrepancies", discrepancies);
    if ((rc = put_lines(s, lines)) != WL_OK || (rc = put_discrepancies(s, discrepancies)) != WL_OK)
        return rc;
    cli_way_sort(w);
    for (size_t i = 0; rc == WL_OK && i < w->count; i++)
        rc = put_receipt(s, w->seqs[i]);
    return rc;
}

int cli_show_dispatch(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct shown s = {.number = 0};
    json_t *view;
    int rc =
        cli_show_number(cli_code_number(name, CLI_CODE_DISPATCH), "dispatch", 1, wl_dispatch_count(txn), &s.number);

    if (rc != WL_OK)
        return rc;
    view = json_object();
    cli_way_init(&s.way, cli, txn, NULL);
    rc = build_dispatch(&s, view);
    cli_way_release(&s.way);
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}

/* ---- show discrepancy ---- */

static int put_found(struct cli_way *w, const struct wl_discrepancy *d)
{
    struct wl_entry e;
    void *body, *outcome;
    int rc = cli_way_entry(w, d->seq, &e, &body, &outcome);

    if (rc == WL_OK)
        cli_view_text(cli_way_step(w, &e, "found"), "note", wl_str_of(e.command->name));
    return rc;
}

static int put_resolved(struct cli_way *w, const struct wl_discrepancy *d)
{
    const struct wl_resolve_body *b;
    const struct wl_resolve_outcome *out;
    struct wl_entry e;
    void *body, *outcome;
    json_t *one;
    int rc = d->resolved_seq == WL_NONE ? WL_OK : cli_way_entry(w, d->resolved_seq, &e, &body, &outcome);

    if (rc != WL_OK || d->resolved_seq == WL_NONE || e.command != &wl_resolve_command)
        return rc;
    b = body;
    out = outcome;
    one = cli_way_step(w, &e, wl_resolution_names()[b->resolution]);
    cli_view_text(one, "to",
                  cli_format_text(w->arena, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(out->location_id),
                                  out->bin_id.size ? "/" : "", WL_STR_ARG(out->bin_id)));
    cli_view_text(one, "note", b->reason);
    return WL_OK;
}

static int build_discrepancy(struct cli_way *w, uint64_t number, json_t *view)
{
    struct wl_discrepancy d;
    int rc = wl_discrepancy_get(w->txn, w->arena, number, &d);

    if (rc != 1)
        return rc < 0 ? rc : missing("a discrepancy");
    cli_view_number(view, "discrepancy", (int64_t)number);
    cli_view_text(view, "kind", wl_str_of(wl_discrepancy_kind_names()[d.kind]));
    cli_view_text(view, "state", state_of(w->txn, &d));
    cli_view_number(view, "dispatch", d.dispatch);
    cli_view_number(view, "line", d.line);
    if (d.tag != WL_NONE)
        cli_view_text(view, "tag", cli_tag_text(w->arena, (uint64_t)d.tag));
    cli_view_text(view, "part_id", d.part_id);
    cli_view_text(view, "lot", cli_stock_lot(d.lot));
    cli_view_text(view, "serial", wl_lot_serial(d.lot));
    cli_view_text(view, "quantity", cli_quantity(w->cli, w->arena, d.quantity));
    cli_view_text(view, "from", d.from_id);
    cli_view_text(view, "to", d.to_id);
    if (wl_str_is(state_of(w->txn, &d), "open"))
        cli_view_text(view, "resolve_as", cli_demand_resolutions(w->arena, d.kind));
    w->list = json_array();
    cli_view_put(view, "way", w->list);
    rc = put_found(w, &d);
    return rc == WL_OK ? put_resolved(w, &d) : rc;
}

int cli_show_discrepancy(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct cli_way w;
    uint64_t number;
    json_t *view;
    int rc = cli_show_number(name, "discrepancy", 1, wl_discrepancy_count(txn), &number);

    if (rc != WL_OK)
        return rc;
    view = json_object();
    cli_way_init(&w, cli, txn, NULL);
    rc = build_discrepancy(&w, number, view);
    cli_way_release(&w);
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}
