/* show unit: the whole way of a lot or a serial number, from its supplier to scrap. */
#include "cli/lookup.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "cli/stock.h"
#include "cli/tags.h"

#include "wledger/defective.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include <stdlib.h>
#include <string.h>

enum {
    MOVES_FOR_PEOPLE = 100,
    MOVES_MAX = 200000, /* of one lot, that are looked at */
    ENTRY_MEMORY = 8 << 20,
    TAGS_SHOWN = 10,       /* of one move: pieces of a lot are not told apart */
    PLACES_SIZE = 4 << 20, /* bytes of all places that moves name */
};

/* ---- the document that a move belongs to ---- */

static struct wl_str text_in(const struct wl_record *kind, const void *record, const char *name)
{
    const struct wl_field *f = wl_record_field(kind, wl_str_of(name));

    return f && f->type == WL_TEXT ? *(const struct wl_str *)(const void *)((const char *)record + f->offset)
                                   : WL_NO_STR;
}

static int64_t number_in(const struct wl_record *kind, const void *record, const char *name)
{
    const struct wl_field *f = wl_record_field(kind, wl_str_of(name));

    return f && f->type == WL_INT ? *(const int64_t *)(const void *)((const char *)record + f->offset) : WL_NONE;
}

static void add(struct wl_buf *text, const char *label, struct wl_str value)
{
    if (value.size)
        wl_buf_format(text, "%s%s " WL_STR_FMT, text->size ? ", " : "", label, WL_STR_ARG(value));
}

/* What a command's body names, else its outcome, in this order. */
static const struct {
    const char *field, *label;
} papers[] = {
    {"document", "document"}, {"invoice_no", "invoice"}, {"request", "request"},         {"dispatch", "dispatch"},
    {"tag", "tag"},           {"shipment", "return"},    {"discrepancy", "discrepancy"}, {"entry", "entry"},
};

static void add_paper(struct wl_buf *text, const struct wl_command *command, const void *body, const void *outcome,
                      size_t paper)
{
    const char *field = papers[paper].field, *label = papers[paper].label;
    struct wl_str value = text_in(command->body, body, field);
    int64_t number = number_in(command->body, body, field);
    char digits[WL_TAG_TEXT];

    if (number == WL_NONE)
        number = number_in(command->outcome, outcome, field);
    if (number != WL_NONE && number >= 0) {
        if (strcmp(field, "tag") == 0)
            wl_tag_format((uint64_t)number, digits);
        else
            snprintf(digits, sizeof digits, "%lld", (long long)number);
        value = wl_str_of(digits);
    }
    add(text, label, value);
}

/* Adds the tags of this part and lot that a command made or shipped: "tag 0000000013, tag 0000000021". */
static int add_tags(struct wl_txn *txn, struct wl_arena *arena, const struct wl_move *move, struct wl_ints tags,
                    struct wl_buf *text)
{
    size_t added = 0;

    for (size_t i = 0; i < tags.count && added < TAGS_SHOWN; i++) {
        char digits[WL_TAG_TEXT];
        struct wl_tag tag;
        int rc = wl_tag_get(txn, arena, (uint64_t)tags.at[i], &tag);

        if (rc != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "tag %lld has no row", (long long)tags.at[i]);
        if (!wl_str_equal(tag.part_id, move->part_id) || !wl_str_equal(tag.lot, move->lot))
            continue;
        wl_tag_format((uint64_t)tags.at[i], digits);
        add(text, "tag", wl_str_of(digits));
        added++;
    }
    return WL_OK;
}

static int find_tags(struct wl_txn *txn, struct wl_arena *arena, const struct wl_entry *e, const void *body,
                     const void *outcome, const struct wl_move *move, struct wl_buf *text)
{
    if (e->command == &wl_return_ship_command)
        return add_tags(txn, arena, move, ((const struct wl_return_ship_body *)body)->tags, text);
    if (e->command == &wl_tag_command || e->command == &wl_tag_loose_command) {
        const struct wl_tag_outcome *out = outcome;

        return add_tags(txn, arena, move, cli_tag_range(arena, out->first_tag, out->tags.count), text);
    }
    return WL_OK;
}

static int find_papers(struct wl_txn *txn, const struct wl_entry *e, struct wl_arena *arena,
                       struct cli_stock_moved *moved)
{
    struct wl_str dealer_id, claim_no;
    struct wl_buf text;
    void *body, *outcome;
    int rc;

    if ((rc = wl_entry_body(e, arena, &body)) != WL_OK || (rc = wl_entry_outcome(e, arena, &outcome)) != WL_OK)
        return rc;
    wl_buf_init(&text, WL_VALUE_MAX);
    for (size_t i = 0; i < WL_COUNT(papers); i++)
        add_paper(&text, e->command, body, outcome, i);
    rc = find_tags(txn, arena, e, body, outcome, &moved->move, &text);
    dealer_id = text_in(e->command->body, body, "dealer_id");
    claim_no = text_in(e->command->body, body, "claim_no");
    if (claim_no.size)
        add(&text, "claim",
            cli_format_text(arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(dealer_id), WL_STR_ARG(claim_no)));
    moved->document = wl_arena_copy(arena, wl_buf_view(&text));
    moved->reason = text_in(e->command->body, body, "reason");
    wl_buf_release(&text);
    return rc != WL_OK ? rc : wl_arena_status(arena);
}

int cli_stock_move_read(struct wl_txn *txn, struct wl_arena *arena, int64_t id, struct cli_stock_moved *moved)
{
    struct wl_entry e;
    int rc = wl_move_get(txn, arena, id, &moved->move);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "move %lld is missing", (long long)id);
    if ((rc = wl_entry_read(txn, (uint64_t)moved->move.seq, &e)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of move %lld is missing", (long long)id);
    moved->command = e.command->name;
    return find_papers(txn, &e, arena, moved);
}

json_t *cli_stock_move_view(struct cli *cli, struct wl_arena *arena, const struct cli_stock_moved *moved)
{
    const struct wl_move *m = &moved->move;
    json_t *one = json_object();

    cli_view_day(one, "day", m->day);
    cli_view_number(one, "entry", m->seq);
    cli_view_text(one, "command", wl_str_of(moved->command));
    cli_view_text(one, "quantity", cli_quantity(cli, arena, m->quantity));
    cli_view_text(one, "from", cli_stock_place(arena, m->from_kind, m->from_party));
    cli_view_text(one, "to", cli_stock_place(arena, m->to_kind, m->to_party));
    cli_view_text(one, "document", moved->document);
    cli_view_text(one, "reason", moved->reason);
    return one;
}

/* ---- where it is now ---- */

struct balance {
    int64_t kind, quantity;
    size_t party_at; /* in the buffer, which moves while it grows */
    struct wl_str party;
};

struct way {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena arena;    /* of one move */
    int64_t *ids;             /* the newest first */
    struct balance *balances; /* two for each move, then one for each place */
    struct wl_buf parties;    /* what the balances' text lies in */
    size_t count, places;
    bool cut; /* there are more moves than are looked at */
};

static int by_place(const void *a, const void *b)
{
    const struct balance *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return wl_str_compare(x->party, y->party);
}

static void add_balance(struct way *w, int64_t kind, struct wl_str party, int64_t quantity)
{
    w->balances[w->places++] = (struct balance){kind, quantity, w->parties.size, {NULL, party.size}};
    wl_buf_str(&w->parties, party);
}

static void sum_balances(struct way *w)
{
    size_t kept = 0;

    for (size_t i = 0; i < w->places; i++)
        w->balances[i].party.data = (const char *)w->parties.data + w->balances[i].party_at;
    if (w->places)
        qsort(w->balances, w->places, sizeof *w->balances, by_place);
    for (size_t i = 0; i < w->places; i++) {
        if (kept && by_place(&w->balances[kept - 1], &w->balances[i]) == 0)
            w->balances[kept - 1].quantity += w->balances[i].quantity;
        else
            w->balances[kept++] = w->balances[i];
    }
    w->places = kept;
}

/* The ids of all moves of the unit, and what they sum up to. */
static int walk(struct way *w, int64_t newest)
{
    int rc = 1;

    w->ids = calloc(MOVES_MAX, sizeof *w->ids);
    w->balances = calloc(2 * MOVES_MAX, sizeof *w->balances);
    if (!w->ids || !w->balances)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    for (int64_t id = newest; rc == 1 && id >= 0;) {
        struct wl_move move;

        if (w->count == MOVES_MAX || w->parties.size > PLACES_SIZE / 2) {
            w->cut = true;
            break;
        }
        wl_arena_clear(&w->arena);
        if ((rc = wl_move_get(w->txn, &w->arena, id, &move)) != 1)
            break;
        w->ids[w->count++] = id;
        add_balance(w, move.from_kind, move.from_party, -move.quantity);
        add_balance(w, move.to_kind, move.to_party, move.quantity);
        id = move.previous;
    }
    sum_balances(w);
    if (rc == 1)
        return wl_buf_status(&w->parties);
    return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a move of a lot is missing");
}

/* ---- answers ---- */

static json_t *where_view(struct way *w)
{
    json_t *list = json_array();

    for (size_t i = 0; i < w->places && !w->cut; i++) {
        const struct balance *b = &w->balances[i];
        json_t *one;

        if (b->quantity <= 0)
            continue;
        one = json_object();
        wl_arena_clear(&w->arena);
        cli_view_text(one, "place", cli_stock_place(&w->arena, b->kind, b->party));
        cli_view_text(one, "quantity", cli_quantity(w->cli, &w->arena, b->quantity));
        json_array_append_new(list, one);
    }
    return list;
}

/* The newest `limit` moves, the oldest of them first. */
static int add_moves(struct way *w, size_t limit, json_t *list)
{
    int rc = WL_OK;

    for (size_t i = w->count < limit ? w->count : limit; rc == WL_OK && i > 0; i--) {
        struct cli_stock_moved moved;

        wl_arena_clear(&w->arena);
        rc = cli_stock_move_read(w->txn, &w->arena, w->ids[i - 1], &moved);
        if (rc == WL_OK)
            json_array_append_new(list, cli_stock_move_view(w->cli, &w->arena, &moved));
    }
    return rc;
}

static const struct cli_column move_columns[] = {
    {"day", false, false},       {"entry", true, true},        {"command", false, false}, {"quantity", true, false},
    {"from_kind", false, false}, {"from_party", false, false}, {"to_kind", false, false}, {"to_party", false, false},
    {"document", false, false},  {"reason", false, false},
};

static int print_moves(struct way *w, size_t limit)
{
    struct cli_table *table = cli_table_new(w->cli, move_columns, WL_COUNT(move_columns));
    int rc = WL_OK, end;

    for (size_t i = w->count < limit ? w->count : limit; rc == WL_OK && i > 0; i--) {
        struct cli_stock_moved moved;
        const struct wl_move *m = &moved.move;

        wl_arena_clear(&w->arena);
        if ((rc = cli_stock_move_read(w->txn, &w->arena, w->ids[i - 1], &moved)) != WL_OK)
            break;
        cli_table_row(table, (struct wl_str[]){cli_day(&w->arena, m->day), cli_int(&w->arena, m->seq),
                                               wl_str_of(moved.command), cli_quantity_exact(&w->arena, m->quantity),
                                               wl_str_of(wl_account_kind_name(m->from_kind)), m->from_party,
                                               wl_str_of(wl_account_kind_name(m->to_kind)), m->to_party, moved.document,
                                               moved.reason});
    }
    end = cli_table_end(table);
    return rc != WL_OK ? rc : end;
}

static int print_way(struct way *w, struct wl_str part_id, struct wl_str lot, const struct wl_unit *unit, size_t limit)
{
    struct cli *cli = w->cli;
    json_t *view, *moves = json_array();
    struct wl_part part;
    int rc = add_moves(w, limit, moves);

    view = json_object();
    cli_view_text(view, "part_id", part_id);
    if (rc == WL_OK && cli_reference_row(w->txn, &cli->arena, WL_REF_PARTS, part_id, &part) == 1)
        cli_view_text(view, "description", part.description);
    cli_view_text(view, "lot", cli_stock_lot(lot));
    cli_view_text(view, "serial", wl_lot_serial(lot));
    if (unit->party.size || unit->kind != WL_NONE)
        cli_view_text(view, "is_in", cli_stock_place(&cli->arena, unit->kind, unit->party));
    if (w->count > limit)
        cli_view_number(view, "earlier_moves", (int64_t)(w->count - limit));
    if (w->cut)
        cli_view_text(view, "note", WL_STR("its way goes back further than is shown"));
    cli_view_put(view, "where", where_view(w));
    cli_view_put(view, "moves", moves);
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}

/* A lot by its name, else a serial number. */
static int find_unit(struct cli *cli, struct wl_txn *txn, struct wl_str part_id, struct wl_str name, struct wl_str *lot,
                     struct wl_unit *unit)
{
    struct wl_str hint = WL_NO_STR;
    struct wl_part part;
    int rc;

    *lot = name;
    if ((rc = wl_unit_get(txn, &cli->arena, part_id, *lot, unit)) == 0) {
        *lot = wl_serial_lot(&cli->arena, name);
        rc = wl_unit_get(txn, &cli->arena, part_id, *lot, unit);
    }
    if (rc != 0)
        return rc < 0 ? rc : WL_OK;
    if ((rc = cli_reference_row(txn, &cli->arena, WL_REF_PARTS, part_id, &part)) < 0 ||
        (rc == 0 && (rc = cli_near_part(txn, &cli->arena, part_id, &hint)) != WL_OK))
        return rc;
    if (hint.size)
        return wl_fail(WL_E_USAGE, WL_STR_FMT, WL_STR_ARG(cli_clean(&cli->arena, hint)));
    return wl_fail(WL_E_USAGE,
                   "part " WL_STR_FMT " has no lot or serial number " WL_STR_FMT
                   "; `wledger list stock --bins --part " WL_STR_FMT "` shows those that are on hand",
                   WL_STR_ARG(cli_clean(&cli->arena, part_id)), WL_STR_ARG(cli_clean(&cli->arena, name)),
                   WL_STR_ARG(cli_clean(&cli->arena, part_id)));
}

int cli_show_unit(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct way w = {.cli = cli, .txn = txn};
    struct wl_str part_id = wl_str_trim(wl_str_of(cli->argv[1])), lot;
    struct wl_unit unit;
    int64_t limit;
    int rc = cli_show_limit(cli, cli->format == CLI_TABLE ? MOVES_FOR_PEOPLE : MOVES_MAX, &limit);

    if (rc != WL_OK || (rc = find_unit(cli, txn, part_id, name, &lot, &unit)) != WL_OK)
        return rc;
    wl_arena_init(&w.arena, ENTRY_MEMORY);
    wl_buf_init(&w.parties, PLACES_SIZE);
    rc = walk(&w, unit.newest);
    if (rc == WL_OK)
        rc =
            cli->format == CLI_CSV ? print_moves(&w, (size_t)limit) : print_way(&w, part_id, lot, &unit, (size_t)limit);
    wl_arena_release(&w.arena);
    wl_buf_release(&w.parties);
    free(w.ids);
    free(w.balances);
    return rc;
}
