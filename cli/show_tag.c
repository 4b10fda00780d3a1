/* show tag: a removed part's whole way, from its supplier to its disposition; show return: a shipment with its tags. */
#include "cli/codes.h"
#include "cli/lookup.h"
#include "cli/quantity.h"
#include "cli/show.h"
#include "cli/tags.h"

#include "wledger/date.h"
#include "wledger/demand.h"
#include "wledger/error.h"
#include <string.h>

enum {
    STEPS_MAX = 60,           /* of one way */
    MOVES_LOOKED_AT = 100000, /* of a lot, which many parts share */
    CLAIMS_LOOKED_AT = 200,   /* of a vehicle */
    FIT_DAYS = 31,            /* a fitting is recorded within so many days of its claim's repair date */
    MOVE_MEMORY = 1 << 20,
};

/* One step of the way. */
struct step {
    int64_t seq, day; /* WL_NONE: no entry; the entry's */
    struct wl_str what, from, to, note;
};

struct way {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    uint64_t number;
    struct wl_tag tag;
    struct cli_owner owner;
    bool owned;
    struct step before[STEPS_MAX]; /* until it was removed; the newest first */
    size_t steps;
    bool cut;
    json_t *list;
};

static struct wl_str inspection(int64_t outcome)
{
    return outcome >= WL_ACCEPTED && outcome <= WL_ABUSE ? wl_str_of(wl_inspection_names()[outcome]) : WL_NO_STR;
}

/* The value of a text field of a record, by its name; empty where it has none. */
static struct wl_str text_of(const struct wl_record *record, const void *at, const char *name)
{
    const struct wl_field *f = wl_record_field(record, wl_str_of(name));

    return f && f->type == WL_TEXT ? *(const struct wl_str *)(const void *)((const char *)at + f->offset) : WL_NO_STR;
}

/* ---- steps ---- */

static void add_text(struct wl_arena *arena, struct wl_str *to, const char *label, struct wl_str text)
{
    struct wl_str before = to->size ? *to : WL_STR("");

    if (text.size)
        *to = cli_format_text(arena, WL_STR_FMT "%s%s" WL_STR_FMT, WL_STR_ARG(before), before.size ? ", " : "", label,
                              WL_STR_ARG(text));
}

/* Puts a step into the view: its entry says when and by whom; the entry's own reason is told with it. */
static int put_step(struct way *w, struct step step)
{
    json_t *one = json_object();
    struct wl_entry e = {.command = NULL};
    void *body;
    int rc = step.seq == WL_NONE ? 1 : wl_entry_read(w->txn, (uint64_t)step.seq, &e);

    json_array_append_new(w->list, one);
    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "an entry of a tag is missing");
    if (e.command) {
        struct wl_entry copy = e;

        copy.body = wl_arena_copy(w->arena, e.body);
        if ((rc = wl_entry_body(&copy, w->arena, &body)) != WL_OK)
            return rc;
        add_text(w->arena, &step.note, "", text_of(e.command->body, body, "reason"));
        if (wl_reversed_by(w->txn, e.seq) != WL_NONE)
            add_text(w->arena, &step.note, "reversed by entry ", cli_int(w->arena, wl_reversed_by(w->txn, e.seq)));
        step.day = wl_time_day(e.time, wl_journal_zone(w->txn));
    }
    cli_view_day(one, "date", step.day);
    cli_view_put(one, "step", cli_view_str(step.what)); /* all of them: every step has the same columns */
    cli_view_put(one, "from", cli_view_str(step.from));
    cli_view_put(one, "to", cli_view_str(step.to));
    cli_view_put(one, "entry", step.seq == WL_NONE ? json_null() : json_integer(step.seq));
    cli_view_put(one, "by", cli_view_str(e.command ? e.actor : WL_NO_STR));
    cli_view_put(one, "note", cli_view_str(step.note));
    return wl_txn_status(w->txn);
}

/* ---- before it was removed ---- */

static struct wl_str place(struct wl_arena *arena, int64_t kind, struct wl_str party)
{
    const char *name = wl_account_kind_name(kind);

    return cli_format_text(arena, "%s%s" WL_STR_FMT, name ? name : "?", party.size ? " " : "", WL_STR_ARG(party));
}

/* What a command did, in the trade's words. */
static struct wl_str done_by(struct wl_arena *arena, const struct wl_command *command)
{
    static const struct {
        const char *command, *word;
    } words[] = {
        {"deliver", "delivered"},       {"stock-open", "opened"},
        {"stock-move", "moved"},        {"stock-count", "counted"},
        {"dispatch", "dispatched"},     {"receive", "received"},
        {"resolve", "resolved"},        {"fit", "fitted"},
        {"reverse", "taken back"},      {"return-scan", "returned"},
        {"return-dispose", "disposed"},
    };

    for (size_t i = 0; i < WL_COUNT(words); i++)
        if (strcmp(words[i].command, command->name) == 0)
            return wl_str_of(words[i].word);
    return wl_arena_copy(arena, wl_str_of(command->name));
}

/* The part before the '/' of "LOCATION/BIN". */
static struct wl_str location_of(struct wl_str party)
{
    const char *slash = party.size ? memchr(party.data, '/', party.size) : NULL;

    return slash ? (struct wl_str){party.data, (size_t)(slash - party.data)} : party;
}

static bool has_part(const struct wl_claim_record *record, struct wl_str part_id)
{
    const struct wl_part_line *parts = record->parts.at;

    for (size_t i = 0; i < record->parts.count; i++)
        if (wl_str_equal(parts[i].part_id, part_id))
            return true;
    return false;
}

/* The claim for whose repair a dealer fitted a part: on this vehicle, of this dealer, with this part, not the one for
 * which it was removed again, and of the repair date next to the fitting. Empty where there is none. WL_OK, or the
 * error that sticks. */
static int claim_of_fit(struct way *w, struct wl_str dealer_id, int64_t day, struct wl_str *name)
{
    int64_t id = wl_vehicle_head(w->txn, wl_vehicle_number(w->txn, w->tag.vin)), best = FIT_DAYS + 1;
    int rc = 1;

    *name = WL_NO_STR;
    for (int looked = 0; rc == 1 && id >= 0 && looked < CLAIMS_LOOKED_AT; looked++) {
        struct wl_claim_record record;
        struct wl_claim claim;
        int64_t apart;

        if ((rc = wl_claim_get(w->txn, w->arena, id, &claim)) != 1)
            break;
        id = claim.previous_on_vehicle;
        apart = claim.repair_day > day ? claim.repair_day - day : day - claim.repair_day;
        if (apart >= best || !wl_str_equal(claim.dealer_id, dealer_id) ||
            (w->owned && wl_str_equal(claim.claim_no, w->owner.claim.claim_no)))
            continue;
        if ((rc = wl_claim_content(w->txn, w->arena, &claim, &record)) != WL_OK)
            break;
        rc = 1;
        if (!has_part(&record, w->tag.part_id))
            continue;
        best = apart;
        *name = cli_format_text(w->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                                WL_STR_ARG(claim.claim_no));
    }
    return rc < 0 ? rc : wl_txn_status(w->txn);
}

static int note_fit(struct way *w, const struct wl_move *move, const void *read, struct wl_str *note)
{
    const struct wl_fit_body *fit = read;
    struct wl_str claim;
    int rc = claim_of_fit(w, location_of(move->from_party), move->day, &claim);

    add_text(w->arena, note, "invoice ", fit->invoice_no);
    add_text(w->arena, note, "claim ", claim);
    if (fit->mileage_km != WL_NONE)
        add_text(w->arena, note, "km ", cli_int(w->arena, fit->mileage_km));
    return rc;
}

/* The box of a dispatch that is named "dispatch/N". */
static int note_dispatch(struct way *w, struct wl_str party, struct wl_str *note)
{
    static const struct wl_str prefix = {"dispatch/", sizeof "dispatch/" - 1};
    struct wl_dispatch d;
    int64_t number;
    int rc;

    if (party.size <= prefix.size || memcmp(party.data, prefix.data, prefix.size) != 0 ||
        !wl_decimal_parse((struct wl_str){party.data + prefix.size, party.size - prefix.size}, 15, 0, &number))
        return WL_OK;
    if ((rc = wl_dispatch_get(w->txn, w->arena, (uint64_t)number, &d)) != 1)
        return rc < 0 ? rc : WL_OK;
    add_text(w->arena, note, "carrier ", d.carrier_id);
    add_text(w->arena, note, "box ", d.box);
    add_text(w->arena, note, "tracking ", d.tracking);
    return WL_OK;
}

/* Takes a move into the way. */
static int note_move(struct way *w, const struct wl_move *move)
{
    struct step *step = &w->before[w->steps];
    struct wl_entry e;
    void *body;
    int rc = wl_entry_read(w->txn, (uint64_t)move->seq, &e);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of a move is missing");
    *step = (struct step){.seq = move->seq,
                          .day = move->day,
                          .what = done_by(w->arena, e.command),
                          .from = place(w->arena, move->from_kind, move->from_party),
                          .to = place(w->arena, move->to_kind, move->to_party)};
    w->steps++;
    e.body = wl_arena_copy(w->arena, e.body);
    if ((rc = wl_entry_body(&e, w->arena, &body)) != WL_OK)
        return rc;
    add_text(w->arena, &step->note, "document ", text_of(e.command->body, body, "document"));
    if (e.command == &wl_fit_command)
        return note_fit(w, move, body, &step->note);
    return move->to_kind == WL_ACCOUNT_IN_TRANSIT ? note_dispatch(w, move->to_party, &step->note) : WL_OK;
}

/* Back from the vehicle: of the moves of its part and lot, each time the newest that led to where the next one began.
 * The units of a lot are not told apart, those of a serial number are one. */
static int trace(struct way *w)
{
    int64_t kind = WL_ACCOUNT_VEHICLE, looked = 0;
    struct wl_str party = w->tag.vin;
    struct wl_arena moves;
    struct wl_unit unit;
    int rc = w->tag.lot.size ? wl_unit_get(w->txn, w->arena, w->tag.part_id, w->tag.lot, &unit) : 0;
    int64_t id = rc == 1 ? unit.newest : WL_CHAIN_END;

    wl_arena_init(&moves, MOVE_MEMORY);
    while (rc == 1 && id >= 0 && looked++ < MOVES_LOOKED_AT && w->steps < STEPS_MAX) {
        struct wl_move move;

        wl_arena_clear(&moves);
        if ((rc = wl_move_get(w->txn, &moves, id, &move)) != 1)
            break;
        id = move.previous;
        if (move.seq >= w->tag.tagged_seq || move.to_kind != kind || !wl_str_equal(move.to_party, party))
            continue;
        kind = move.from_kind;
        party = wl_arena_copy(w->arena, move.from_party);
        rc = note_move(w, &move);
        rc = rc == WL_OK ? 1 : rc;
        if (kind == WL_ACCOUNT_SUPPLIER || kind == WL_ACCOUNT_COUNT_ADJUSTMENT)
            id = WL_CHAIN_END;
    }
    w->cut = rc == 1 && id >= 0;
    wl_arena_release(&moves);
    return rc < 0 ? rc : wl_arena_status(w->arena);
}

/* ---- from its removal on ---- */

static int put_removal(struct way *w)
{
    struct step step = {
        .seq = WL_NONE, .what = WL_STR("removed"), .from = place(w->arena, WL_ACCOUNT_VEHICLE, w->tag.vin)};

    if (!w->owned)
        return WL_OK;
    step.day = w->owner.claim.repair_day;
    step.note = cli_format_text(w->arena, "claim " WL_STR_FMT " line %lld", WL_STR_ARG(w->owner.name),
                                (long long)w->owner.obligation.line + 1);
    return put_step(w, step);
}

static struct wl_str in_bin(struct wl_arena *arena, struct wl_str location_id, struct wl_str bin_id)
{
    return cli_format_text(arena, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(location_id), bin_id.size ? "/" : "",
                           WL_STR_ARG(bin_id));
}

static int put_shipped(struct way *w)
{
    struct step step = {.seq = w->tag.shipped_seq, .what = WL_STR("shipped"), .to = w->tag.centre_id};
    struct wl_return r;
    int rc;

    if (w->tag.shipped_seq == WL_NONE)
        return WL_OK;
    step.from = in_bin(w->arena, w->tag.dealer_id, w->tag.bin_id);
    if (w->tag.shipment == WL_NONE)
        return put_step(w, step);
    if ((rc = wl_return_get(w->txn, w->arena, (uint64_t)w->tag.shipment, &r)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the return shipment of a tag has no row");
    add_text(w->arena, &step.note, "return ", cli_int(w->arena, w->tag.shipment));
    add_text(w->arena, &step.note, "carrier ", r.carrier_id);
    add_text(w->arena, &step.note, "box ", r.box);
    add_text(w->arena, &step.note, "tracking ", r.tracking);
    return put_step(w, step);
}

static int put_missing(struct way *w)
{
    struct step step = {.what = WL_STR("missing")};
    struct wl_discrepancy d;
    int rc;

    if (w->tag.discrepancy == WL_NONE)
        return WL_OK;
    if ((rc = wl_discrepancy_get(w->txn, w->arena, (uint64_t)w->tag.discrepancy, &d)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the discrepancy of a tag has no row");
    step.seq = d.seq;
    add_text(w->arena, &step.note, "discrepancy ", cli_int(w->arena, w->tag.discrepancy));
    if ((rc = put_step(w, step)) != WL_OK || d.resolution == WL_NONE)
        return rc;
    return put_step(w, (struct step){.seq = d.resolved_seq,
                                     .what = WL_STR("resolved"),
                                     .to = wl_str_of(wl_resolution_names()[d.resolution])});
}

static int put_disposed(struct way *w)
{
    bool known = w->tag.disposition >= WL_DISPOSE_SCRAP && w->tag.disposition <= WL_DISPOSE_DEALER;
    struct step step = {.seq = w->tag.disposed_seq, .what = WL_STR("disposed")};
    struct wl_entry e;
    void *outcome;
    int rc;

    if (w->tag.disposed_seq == WL_NONE || !known)
        return WL_OK;
    if ((rc = wl_entry_read(w->txn, (uint64_t)w->tag.disposed_seq, &e)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of a disposition is missing");
    e.outcome = wl_arena_copy(w->arena, e.outcome);
    if ((rc = wl_entry_outcome(&e, w->arena, &outcome)) != WL_OK)
        return rc;
    step.from = in_bin(w->arena, w->tag.centre_id, w->tag.centre_bin);
    step.to = cli_format_text(w->arena, "%s " WL_STR_FMT, wl_disposition_names()[w->tag.disposition],
                              WL_STR_ARG(text_of(e.command->outcome, outcome, "to")));
    return put_step(w, step);
}

static int put_way(struct way *w)
{
    const struct wl_tag *t = &w->tag;
    struct wl_arena *a = w->arena;
    int rc = trace(w);

    for (size_t i = w->steps; rc == WL_OK && i > 0; i--)
        rc = put_step(w, w->before[i - 1]);
    if (rc != WL_OK || (rc = put_removal(w)) != WL_OK ||
        (rc = put_step(w, (struct step){.seq = t->tagged_seq,
                                        .what = WL_STR("tagged"),
                                        .from = place(a, WL_ACCOUNT_VEHICLE, t->vin),
                                        .to = in_bin(a, t->dealer_id, t->bin_id)})) != WL_OK ||
        (rc = put_shipped(w)) != WL_OK)
        return rc;
    if (t->received_seq == WL_NONE && (rc = put_missing(w)) != WL_OK)
        return rc;
    if (t->received_seq != WL_NONE)
        rc = put_step(w, (struct step){.seq = t->received_seq,
                                       .what = WL_STR("received"),
                                       .to = in_bin(a, t->centre_id, t->centre_bin)});
    if (rc == WL_OK && t->inspected_seq != WL_NONE)
        rc = put_step(
            w, (struct step){.seq = t->inspected_seq, .what = WL_STR("inspected"), .to = inspection(t->outcome)});
    if (rc == WL_OK && t->received_seq != WL_NONE)
        rc = put_missing(w);
    return rc == WL_OK ? put_disposed(w) : rc;
}

/* ---- show tag ---- */

static json_t *tag_view(struct way *w)
{
    const struct wl_tag *t = &w->tag;
    struct wl_str serial = wl_lot_serial(t->lot);
    json_t *view = json_object();
    struct wl_part part;

    cli_view_text(view, "tag", cli_tag_text(w->arena, w->number));
    cli_view_text(view, "state", wl_str_of(wl_tag_state_names()[t->state]));
    cli_view_text(view, "part_id", t->part_id);
    if (cli_reference_row(w->txn, w->arena, WL_REF_PARTS, t->part_id, &part) == 1)
        cli_view_text(view, "description", part.description);
    cli_view_text(view, "quantity", cli_quantity(w->cli, w->arena, t->quantity));
    cli_view_text(view, serial.size ? "serial" : "lot", serial.size ? serial : t->lot);
    cli_view_text(view, "vin", t->vin);
    cli_view_text(view, "dealer_id", t->dealer_id);
    if (w->owned) {
        cli_view_text(view, "claim", w->owner.name);
        cli_view_number(view, "line", w->owner.obligation.line + 1);
        cli_view_day(view, "due", w->owner.obligation.due);
    }
    cli_view_number(view, "return", t->shipment);
    cli_view_text(view, "centre_id", t->centre_id);
    cli_view_text(view, "outcome", inspection(t->outcome));
    if (t->disposition >= WL_DISPOSE_SCRAP && t->disposition <= WL_DISPOSE_DEALER)
        cli_view_text(view, "disposition", wl_str_of(wl_disposition_names()[t->disposition]));
    return view;
}

/* What a person would ask, looking at the way. */
static void add_notes(struct way *w, json_t *view)
{
    if (!w->owned)
        cli_view_text(view, "note", WL_STR("it belongs to no claim yet; `wledger tag link` joins it"));
    if (!w->steps)
        cli_view_text(view, "origin",
                      WL_STR("not fitted through this ledger: the vehicle was built with it, or it came before"));
    else if (w->cut)
        cli_view_text(view, "origin", WL_STR("the way before the first step is too long to be followed here"));
}

int cli_show_tag(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct way w = {.cli = cli, .txn = txn, .arena = &cli->arena, .list = json_array()};
    struct wl_str hint;
    json_t *view;
    int rc = WL_OK;

    if (!wl_tag_parse(name, &w.number))
        rc = wl_fail(WL_E_USAGE, "show tag " WL_STR_FMT ": %s", WL_STR_ARG(cli_clean(&cli->arena, name)),
                     cli_tag_is_misread(name) ? "its check digit is wrong; read the number of the tag digit by digit"
                                              : CLI_TAG_FORM ", please");
    if (rc == WL_OK && (rc = wl_tag_get(txn, w.arena, w.number, &w.tag)) == 0) {
        rc = cli_near_tag(txn, w.arena, name, &hint);
        rc = rc == WL_OK ? wl_fail(WL_E_USAGE, "no such tag; " WL_STR_FMT, WL_STR_ARG(hint)) : rc;
    }
    if (rc == 1 && (rc = cli_tag_owner(txn, w.arena, &w.tag, &w.owner)) >= 0) {
        w.owned = rc == 1;
        rc = put_way(&w);
    }
    if (rc != WL_OK) {
        json_decref(w.list);
        return rc;
    }
    view = tag_view(&w);
    add_notes(&w, view);
    cli_view_put(view, "way", w.list);
    return cli_view_print(cli, view);
}

/* ---- lists of tags ---- */

struct tag_list {
    struct wl_txn *txn;
    struct wl_arena *arena;
    int64_t line; /* of the claim that is shown; WL_NONE: each tag says its claim */
    json_t *list;
};

static int add_tag(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct tag_list *l = context;
    json_t *one = json_object();
    struct cli_owner owner;
    int rc = l->line == WL_NONE ? cli_tag_owner(l->txn, l->arena, tag, &owner) : 0;

    json_array_append_new(l->list, one);
    cli_view_text(one, "tag", cli_tag_text(l->arena, number));
    cli_view_text(one, "state", wl_str_of(wl_tag_state_names()[tag->state]));
    cli_view_text(one, "part_id", tag->part_id);
    cli_view_text(one, "quantity", cli_quantity_exact(l->arena, tag->quantity));
    if (rc == 1) {
        cli_view_text(one, "claim", owner.name);
        cli_view_number(one, "line", owner.obligation.line + 1);
    }
    cli_view_number(one, "line", l->line);
    if (l->line != WL_NONE)
        cli_view_number(one, "return", tag->shipment);
    cli_view_text(one, "outcome", inspection(tag->outcome));
    return rc < 0 ? rc : WL_OK;
}

int cli_show_tags_of(struct wl_txn *txn, struct wl_arena *arena, int64_t obligation, int64_t line, json_t *list)
{
    struct tag_list l = {txn, arena, line, list};

    return wl_tags_of(txn, arena, obligation, add_tag, &l);
}

/* ---- show return ---- */

static int return_view(struct cli *cli, struct wl_txn *txn, uint64_t number, const struct wl_return *r, json_t *view)
{
    struct wl_dealer dealer;
    struct wl_warehouse centre;
    struct wl_entry e;
    int rc = wl_entry_read(txn, (uint64_t)r->seq, &e);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of a return shipment is missing");
    cli_view_number(view, "return", (int64_t)number);
    cli_view_text(view, "dealer_id", r->dealer_id);
    if (cli_reference_row(txn, &cli->arena, WL_REF_DEALERS, r->dealer_id, &dealer) == 1)
        cli_view_text(view, "dealer_name", dealer.name);
    cli_view_text(view, "centre_id", r->centre_id);
    if (cli_reference_row(txn, &cli->arena, WL_REF_WAREHOUSES, r->centre_id, &centre) == 1)
        cli_view_text(view, "centre_name", centre.name);
    cli_view_text(view, "carrier_id", r->carrier_id);
    cli_view_text(view, "box", r->box);
    cli_view_text(view, "tracking", r->tracking);
    cli_view_number(view, "tags", r->tags);
    cli_view_number(view, "in_transit", r->open);
    cli_view_time(view, "shipped", e.time);
    cli_view_number(view, "entry", r->seq);
    cli_view_text(view, "by", e.actor);
    cli_view_number(view, "closed_entry", r->closed_seq);
    return wl_txn_status(txn);
}

int cli_show_return(struct cli *cli, struct wl_txn *txn, struct wl_str name)
{
    struct tag_list l = {.txn = txn, .arena = &cli->arena, .line = WL_NONE};
    struct wl_return r;
    uint64_t number;
    json_t *view;
    int rc = cli_show_number(cli_code_number(name, CLI_CODE_RETURN), "return", 1, wl_return_count(txn), &number);

    if (rc != WL_OK || (rc = wl_return_get(txn, &cli->arena, number, &r)) != 1)
        return rc == 0 ? wl_fail(WL_E_DAMAGED, "return %llu has no row", (unsigned long long)number) : rc;
    view = json_object();
    l.list = json_array();
    rc = return_view(cli, txn, number, &r, view);
    cli_view_put(view, "parts", l.list);
    if (rc == WL_OK)
        rc = wl_return_tags(txn, &cli->arena, number, add_tag, &l);
    if (rc == WL_OK)
        return cli_view_print(cli, view);
    json_decref(view);
    return rc;
}
