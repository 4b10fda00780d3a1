#include "cli/way.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include <stdlib.h>

enum {
    MOVES_LOOKED_AT = 50000, /* of one way */
    MOVE_MEMORY = 4 << 20,
};

void cli_way_init(struct cli_way *w, struct cli *cli, struct wl_txn *txn, json_t *list)
{
    *w = (struct cli_way){.cli = cli, .txn = txn, .arena = &cli->arena, .list = list};
    wl_arena_init(&w->moves, MOVE_MEMORY);
}

void cli_way_release(struct cli_way *w)
{
    wl_arena_release(&w->moves);
}

void cli_way_note(struct cli_way *w, int64_t seq)
{
    for (size_t i = w->count; i-- > 0;)
        if (w->seqs[i] == seq)
            return;
    if (seq != WL_NONE && w->count < CLI_WAY_ENTRIES_MAX)
        w->seqs[w->count++] = seq;
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

void cli_way_sort(struct cli_way *w)
{
    qsort(w->seqs, w->count, sizeof *w->seqs, compare);
}

int cli_way_moves(struct cli_way *w, int64_t id, bool on_vehicle, int64_t from, cli_way_move_fn *one,
                  const void *context)
{
    while (id >= 0 && w->looked++ < MOVES_LOOKED_AT) {
        struct wl_move move;
        int rc;

        wl_arena_clear(&w->moves);
        if ((rc = wl_move_get(w->txn, &w->moves, id, &move)) != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "move %lld of stock has no row", (long long)id);
        if (move.seq < from)
            return WL_OK;
        if ((rc = one(w, context, &move)) != WL_OK)
            return rc;
        id = on_vehicle ? move.previous_on_vehicle : move.previous;
    }
    return WL_OK;
}

static int note_receipt(struct cli_way *w, const void *context, const struct wl_move *move)
{
    const struct wl_str *transit = context;

    if (move->from_kind == WL_ACCOUNT_IN_TRANSIT && wl_str_equal(move->from_party, *transit))
        cli_way_note(w, move->seq);
    return WL_OK;
}

int cli_way_receipts(struct cli_way *w, uint64_t dispatch, const struct wl_dispatch *d,
                     const struct wl_dispatch_line *line)
{
    struct wl_str transit = cli_format_text(w->arena, "dispatch/%llu", (unsigned long long)dispatch);
    struct wl_unit unit;
    int rc = wl_unit_get(w->txn, w->arena, line->part_id, line->lot, &unit);

    return rc == 1 ? cli_way_moves(w, unit.newest, false, d->seq, note_receipt, &transit) : rc;
}

int cli_way_entry(struct cli_way *w, int64_t seq, struct wl_entry *e, void **body, void **outcome)
{
    int rc = wl_entry_read(w->txn, (uint64_t)seq, e);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "entry %lld is missing", (long long)seq);
    e->actor = wl_arena_copy(w->arena, e->actor);
    e->body = wl_arena_copy(w->arena, e->body);
    e->outcome = wl_arena_copy(w->arena, e->outcome);
    rc = wl_entry_body(e, w->arena, body);
    return rc == WL_OK ? wl_entry_outcome(e, w->arena, outcome) : rc;
}

json_t *cli_way_step(struct cli_way *w, const struct wl_entry *e, const char *what)
{
    json_t *one = json_object();

    cli_view_day(one, "date", wl_time_day(e->time, wl_journal_zone(w->txn)));
    cli_view_text(one, "step", wl_str_of(what));
    cli_view_number(one, "entry", (int64_t)e->seq);
    cli_view_text(one, "by", e->actor);
    cli_view_number(one, "reversed_by", wl_reversed_by(w->txn, e->seq));
    json_array_append_new(w->list, one);
    return one;
}
