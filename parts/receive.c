/* The command `receive`: parts arrive, perhaps short, over or damaged. "in-transit -> dealer bin; short or damaged:
 * in-transit -> discrepancy" (domain text, section 5). */
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "parts/tags.h"
#include "wledger/error.h"

enum { MOVES_OF_LINE = 5 /* good, damaged, short, wrong, over */ };
_Static_assert((int)WL_DISPATCH_LINES_MAX <= (int)WL_PICKS_MAX, "a reversal has room for what each line reserved");

static const int64_t gate[WL_DISPATCH_STATE_COUNT] = {
    [WL_DISPATCH_SHIPPED] = WL_DONE,
    [WL_DISPATCH_RECEIVED] = WL_REFUSED_DISPATCH_CLOSED,
    [WL_DISPATCH_RECEIVED_SHORT] = WL_REFUSED_DISPATCH_CLOSED,
    [WL_DISPATCH_LOST] = WL_REFUSED_DISPATCH_CLOSED,
    [WL_DISPATCH_CANCELLED] = WL_REFUSED_DISPATCH_CLOSED,
};

/* What a line comes to. */
struct arrival {
    int64_t line;
    struct wl_dispatch_line row;
    int64_t good, damaged, wrong; /* as the receipt says */
    struct wl_str wrong_part_id, wrong_lot;
    int64_t taken, lacking, over; /* of the good what was in transit; what did not come; what is more */
};

struct receipt {
    const struct wl_context *ctx;
    const struct wl_receive_dispatch_body *body;
    struct wl_receive_dispatch_outcome *out;
    struct wl_dispatch dispatch; /* as it is after the lines so far */
    int64_t to_kind;             /* of account */
    int64_t first_discrepancy;   /* the number of the first, if there is any */
    struct wl_str transit;
    bool *told; /* by line, from 0: what came of it was said */
    struct wl_postings postings;
    struct wl_line_change *changes;
    struct wl_new_discrepancy *discrepancies;
};

static bool refuse_line(const struct receipt *r, int64_t refusal, int64_t line)
{
    return wl_refuse(r->ctx, &r->out->head, refusal, wl_number_text(r->ctx, line));
}

static int64_t number_of(int64_t value)
{
    return value == WL_NONE ? 0 : value;
}

/* ---- what came of a line ---- */

/* A piece with a serial number comes as a whole or not at all. */
static bool is_measured(const struct arrival *a)
{
    const int64_t quantities[] = {a->good, a->damaged, a->wrong};
    bool whole = wl_lot_serial(a->row.lot).size != 0;

    for (size_t i = 0; i < WL_COUNT(quantities); i++)
        if (quantities[i] < 0 || quantities[i] > WL_QUANTITY_MAX || (whole && quantities[i] % WL_PIECE != 0))
            return false;
    return true;
}

/* The same piece came twice in one receipt. */
static bool is_piece_of_receipt(const struct receipt *r, struct wl_str part_id, struct wl_str lot)
{
    const struct wl_new_discrepancy *d = r->discrepancies;

    for (size_t i = 0; i < r->out->discrepancies.count; i++)
        if (d[i].kind == WL_DISCREPANCY_WRONG_PART && wl_str_equal(d[i].part_id, part_id) &&
            wl_str_equal(d[i].lot, lot))
            return wl_lot_serial(lot).size != 0;
    return false;
}

/* The lot that another part came in under, in place of what was shipped. */
static bool know_wrong_part(const struct receipt *r, struct arrival *a)
{
    if (a->wrong == 0)
        return a->wrong_part_id.size == 0 || refuse_line(r, WL_REFUSED_QUANTITY_INVALID, a->line);
    if (!wl_part_find(wl_reference(r->ctx), a->wrong_part_id))
        return refuse_line(r, WL_REFUSED_PART_UNKNOWN, a->line);
    if (wl_str_equal(a->wrong_part_id, a->row.part_id))
        return refuse_line(r, WL_REFUSED_SAME_PART, a->line);
    if (!wl_lot_choose(r->ctx, a->wrong_part_id, a->wrong_lot, WL_NO_STR, a->wrong, wl_lot_of_entry(r->ctx),
                       &r->out->head, &a->wrong_lot))
        return false;
    return !is_piece_of_receipt(r, a->wrong_part_id, a->wrong_lot) || refuse_line(r, WL_REFUSED_SERIAL_KNOWN, a->line);
}

/* Shares what came between what was in transit and what is more. */
static bool measure(const struct receipt *r, struct arrival *a)
{
    int64_t open = wl_dispatch_line_open(&a->row), room;

    if (!is_measured(a))
        return refuse_line(r, WL_REFUSED_QUANTITY_INVALID, a->line);
    room = open - a->damaged - a->wrong;
    if (room < 0)
        return refuse_line(r, WL_REFUSED_QUANTITY_TOO_LARGE, a->line);
    a->taken = a->good < room ? a->good : room;
    a->over = a->good - a->taken;
    a->lacking = a->wrong + (r->body->close == 1 ? room - a->taken : 0);
    if (a->over > 0 && wl_lot_serial(a->row.lot).size != 0)
        return refuse_line(r, WL_REFUSED_QUANTITY_TOO_LARGE, a->line);
    return know_wrong_part(r, a);
}

/* ---- what it posts ---- */

static void post_discrepancy(struct receipt *r, const struct arrival *a, enum wl_discrepancy_kind kind,
                             int64_t quantity)
{
    bool shipped = kind == WL_DISCREPANCY_SHORT || kind == WL_DISCREPANCY_DAMAGED;
    bool other = kind == WL_DISCREPANCY_WRONG_PART;
    int64_t number = r->first_discrepancy + (int64_t)r->out->discrepancies.count;
    struct wl_new_discrepancy d = {.kind = kind,
                                   .line = a->line,
                                   .part_id = other ? a->wrong_part_id : a->row.part_id,
                                   .lot = other ? a->wrong_lot : a->row.lot,
                                   .quantity = quantity};

    if (quantity == 0)
        return;
    r->discrepancies[r->out->discrepancies.count++] = d;
    wl_postings_add(r->ctx, &r->postings, shipped ? WL_ACCOUNT_IN_TRANSIT : WL_ACCOUNT_COUNT_ADJUSTMENT,
                    shipped ? r->transit : r->dispatch.from_id, WL_ACCOUNT_DISCREPANCY, wl_number_text(r->ctx, number),
                    d.part_id, d.lot, quantity);
}

static bool post_good(struct receipt *r, const struct arrival *a, struct wl_str *bin_id)
{
    *bin_id = WL_NO_STR;
    if (a->taken == 0)
        return true;
    if (!wl_bin_choose(r->ctx, r->dispatch.to_id, a->row.part_id, r->body->bin_id, &r->out->head, bin_id) ||
        !wl_stock_fits(r->ctx, a->row.part_id, r->dispatch.to_id, a->taken, &r->out->head))
        return false;
    wl_postings_add(r->ctx, &r->postings, WL_ACCOUNT_IN_TRANSIT, r->transit, r->to_kind,
                    wl_party(r->ctx, r->dispatch.to_id, *bin_id), a->row.part_id, a->row.lot, a->taken);
    return true;
}

static bool book(struct receipt *r, const struct arrival *a)
{
    size_t moves = (size_t)(a->taken > 0) + (a->damaged > 0) + (a->lacking > 0) + (a->wrong > 0) + (a->over > 0);
    int64_t discrepant = a->damaged + a->lacking;
    struct wl_str bin_id;

    if (r->postings.count + moves > WL_RECEIPT_MOVES_MAX)
        return refuse_line(r, WL_REFUSED_QUANTITY_TOO_LARGE, a->line);
    if (!post_good(r, a, &bin_id))
        return false;
    post_discrepancy(r, a, WL_DISCREPANCY_DAMAGED, a->damaged);
    post_discrepancy(r, a, WL_DISCREPANCY_SHORT, a->lacking);
    post_discrepancy(r, a, WL_DISCREPANCY_WRONG_PART, a->wrong);
    post_discrepancy(r, a, WL_DISCREPANCY_OVER, a->over);
    if (a->taken + discrepant == 0)
        return true;
    r->changes[r->out->changes.count++] =
        (struct wl_line_change){.line = a->line, .received = a->taken, .discrepant = discrepant, .bin_id = bin_id};
    r->dispatch.open_lines -= wl_dispatch_line_open(&a->row) == a->taken + discrepant;
    r->dispatch.discrepant_lines += a->row.discrepant == 0 && discrepant > 0;
    return true;
}

/* ---- all lines ---- */

static bool read_line(const struct receipt *r, struct arrival *a)
{
    return wl_dispatch_line_row(r->ctx, r->body->dispatch, a->line, &a->row);
}

static bool take_named(struct receipt *r, const struct wl_receipt_line *said)
{
    struct arrival a = {.line = said->line,
                        .good = number_of(said->good),
                        .damaged = number_of(said->damaged),
                        .wrong = number_of(said->wrong),
                        .wrong_part_id = said->wrong_part_id,
                        .wrong_lot = said->wrong_lot};

    if (a.line < 1 || a.line > r->dispatch.lines)
        return refuse_line(r, WL_REFUSED_DISPATCH_LINE_UNKNOWN, a.line);
    if (r->told[a.line - 1])
        return refuse_line(r, WL_REFUSED_NAMED_TWICE, a.line);
    r->told[a.line - 1] = true;
    return read_line(r, &a) && measure(r, &a) && book(r, &a);
}

/* A line that was not named: it came complete, or nothing of it. */
static bool take_silent(struct receipt *r, int64_t line)
{
    struct arrival a = {.line = line};

    if (!read_line(r, &a))
        return false;
    a.good = r->body->all == 1 ? wl_dispatch_line_open(&a.row) : 0;
    return measure(r, &a) && book(r, &a);
}

static bool take_lines(struct receipt *r)
{
    const struct wl_receipt_line *said = r->body->lines.at;

    for (size_t i = 0; i < r->body->lines.count; i++)
        if (!take_named(r, &said[i]))
            return false;
    if (r->body->all != 1 && r->body->close != 1)
        return true;
    for (int64_t line = 1; line <= r->dispatch.lines; line++)
        if (!r->told[line - 1] && !take_silent(r, line))
            return false;
    return true;
}

static bool open_receipt(struct receipt *r)
{
    const struct wl_context *ctx = r->ctx;
    int64_t number = r->body->dispatch;
    int found = number < 1 ? 0 : wl_dispatch_get(ctx->txn, ctx->arena, (uint64_t)number, &r->dispatch);
    enum wl_location_kind to;

    if (found == 0)
        return wl_refuse(ctx, &r->out->head, WL_REFUSED_DISPATCH_UNKNOWN, WL_NO_STR);
    if (found < 0)
        return false;
    if (gate[r->dispatch.state] != WL_DONE)
        return wl_refuse(ctx, &r->out->head, gate[r->dispatch.state], WL_NO_STR);
    if ((to = wl_location_kind(ctx, r->dispatch.to_id)) == WL_LOCATION_NONE)
        return wl_refuse(ctx, &r->out->head, WL_REFUSED_LOCATION_UNKNOWN, r->dispatch.to_id);
    r->to_kind = wl_location_account(to);
    r->transit = wl_party_number(ctx, "dispatch", number);
    r->first_discrepancy = wl_discrepancy_next(ctx);
    return true;
}

static bool make_room(struct receipt *r)
{
    size_t lines = (size_t)r->dispatch.lines, most = MOVES_OF_LINE * r->body->lines.count + lines;

    most = most < WL_RECEIPT_MOVES_MAX ? most : WL_RECEIPT_MOVES_MAX;
    r->told = wl_arena_alloc(r->ctx->arena, lines * sizeof *r->told);
    r->changes = wl_arena_alloc(r->ctx->arena, lines * sizeof *r->changes);
    r->discrepancies = wl_arena_alloc(r->ctx->arena, (most + 1) * sizeof *r->discrepancies);
    if (wl_arena_status(r->ctx->arena) != WL_OK) {
        wl_txn_fail(r->ctx->txn, wl_arena_status(r->ctx->arena));
        return false;
    }
    return wl_postings_init(r->ctx, &r->postings, most);
}

/* Whether anything came at all, be it damaged or wrong. */
static bool brought_anything(const struct wl_receive_dispatch_outcome *out)
{
    const struct wl_line_change *change = out->changes.at;
    const struct wl_new_discrepancy *discrepancy = out->discrepancies.at;

    for (size_t i = 0; i < out->changes.count; i++)
        if (change[i].received > 0)
            return true;
    for (size_t i = 0; i < out->discrepancies.count; i++)
        if (discrepancy[i].kind != WL_DISCREPANCY_SHORT)
            return true;
    return false;
}

static void conclude(struct receipt *r)
{
    struct wl_receive_dispatch_outcome *out = r->out;

    out->changes.at = r->changes;
    out->discrepancies.at = r->discrepancies;
    out->head.postings = wl_postings_list(&r->postings);
    if (out->discrepancies.count > 0)
        out->first_discrepancy = r->first_discrepancy;
    r->dispatch.receipts += brought_anything(out);
    out->state = wl_dispatch_state_by_count(&r->dispatch);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct wl_receive_dispatch_outcome *out = outcome;
    struct receipt r = {.ctx = ctx, .body = body, .out = out};
    struct wl_outcome_head head;

    if (r.body->all == 1 && r.body->lines.count > 0)
        return wl_fail(WL_E_USAGE, "a receipt of all lines names lines");
    if (open_receipt(&r) && make_room(&r) && take_lines(&r)) {
        if (r.postings.count > 0)
            conclude(&r);
        else
            wl_refuse(ctx, &out->head, WL_REFUSED_NOTHING_RECEIVED, WL_NO_STR);
    }
    if (out->head.refusal != WL_NONE) { /* a refusal says nothing else */
        head = out->head;
        wl_record_clear(wl_receive_dispatch_command.outcome, out);
        out->head = head;
    }
    return wl_txn_status(ctx->txn);
}

/* ---- applying ---- */

/* A line's quantities become what they are after a change (sign 1), or what they were before it (-1). */
static bool change_line(const struct wl_context *ctx, int64_t number, const struct wl_line_change *change, int sign,
                        struct wl_dispatch *dispatch, struct wl_dispatch_line *line)
{
    if (!wl_dispatch_line_row(ctx, number, change->line, line))
        return false;
    dispatch->open_lines -= wl_dispatch_line_open(line) > 0;
    dispatch->discrepant_lines -= line->discrepant > 0;
    line->received += sign * change->received;
    line->discrepant += sign * change->discrepant;
    dispatch->open_lines += wl_dispatch_line_open(line) > 0;
    dispatch->discrepant_lines += line->discrepant > 0;
    wl_dispatch_line_put(ctx, number, change->line, line);
    return true;
}

static void change_request(const struct wl_context *ctx, int64_t number, const struct wl_line_change *change, int sign,
                           const struct wl_dispatch *dispatch)
{
    struct wl_request_row row;

    if (!wl_request_row(ctx, number, &row))
        return;
    row.received += sign * change->received;
    row.discrepant += sign * change->discrepant;
    row.state = wl_request_state_by_quantity(&row);
    row.location_id = row.received > 0 ? dispatch->to_id : dispatch->from_id;
    wl_request_put(ctx, number, &row);
}

/* What a request asked for is reserved for it as it arrives. */
static void change_all(const struct wl_context *ctx, int64_t number, const struct wl_receive_dispatch_outcome *out,
                       int sign)
{
    const struct wl_line_change *change = out->changes.at;
    struct wl_dispatch dispatch;
    struct wl_dispatch_line line;

    if (!wl_dispatch_row(ctx, number, &dispatch))
        return;
    for (size_t i = 0; i < out->changes.count; i++, change++) {
        struct wl_stock delta = {0};

        if (!wl_outcome_check(ctx, change->received >= 0 && change->discrepant >= 0))
            return;
        delta.in_transit = -sign * (change->received + change->discrepant);
        if (!change_line(ctx, number, change, sign, &dispatch, &line))
            return;
        if (line.request != WL_NONE) {
            change_request(ctx, line.request, change, sign, &dispatch);
            delta.reserved = sign * change->received;
        }
        wl_stock_add(ctx, line.part_id, dispatch.to_id, delta);
    }
    dispatch.receipts += sign * brought_anything(out);
    dispatch.state = wl_dispatch_state_by_count(&dispatch);
    wl_dispatch_put(ctx, number, &dispatch);
}

static void add_discrepancies(const struct wl_context *ctx, int64_t number,
                              const struct wl_receive_dispatch_outcome *out)
{
    const struct wl_new_discrepancy *d = out->discrepancies.at;
    struct wl_dispatch dispatch;

    if (out->discrepancies.count == 0 || !wl_dispatch_row(ctx, number, &dispatch))
        return;
    for (size_t i = 0; i < out->discrepancies.count; i++, d++) {
        const struct wl_discrepancy row = {.kind = d->kind,
                                           .dispatch = number,
                                           .line = d->line,
                                           .tag = WL_NONE,
                                           .part_id = d->part_id,
                                           .lot = d->lot,
                                           .from_id = dispatch.from_id,
                                           .to_id = dispatch.to_id,
                                           .quantity = d->quantity,
                                           .resolution = WL_NONE,
                                           .seq = (int64_t)ctx->seq,
                                           .resolved_seq = WL_NONE};

        wl_discrepancy_add(ctx, &row);
    }
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_receive_dispatch_body *b = body;
    const struct wl_receive_dispatch_outcome *out = outcome;

    wl_stock_follow(ctx, out->head.postings);
    change_all(ctx, b->dispatch, out, 1);
    add_discrepancies(ctx, b->dispatch, out);
}

/* ---- reversing ---- */

/* What a receipt brought to one request, over all of its lines. */
static int64_t brought_to(int64_t request, const int64_t requests[], const struct wl_line_change *change, size_t count)
{
    int64_t brought = 0;

    for (size_t i = 0; i < count; i++)
        brought += requests[i] == request ? change[i].received : 0;
    return brought;
}

/* Whether what came for requests is still reserved for them. */
static bool requests_allow(const struct wl_context *ctx, int64_t number, const struct wl_receive_dispatch_outcome *out,
                           struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_line_change *change = out->changes.at;
    int64_t requests[WL_DISPATCH_LINES_MAX];
    struct wl_dispatch_line line;
    struct wl_request_row row;

    for (size_t i = 0; i < out->changes.count; i++) {
        if (!wl_dispatch_line_row(ctx, number, change[i].line, &line))
            return false;
        requests[i] = line.request;
    }
    for (size_t i = 0; i < out->changes.count; i++) {
        if (requests[i] == WL_NONE)
            continue;
        if (!wl_request_row(ctx, requests[i], &row))
            return false;
        if (row.state == WL_REQUEST_CANCELLED ||
            row.received - row.fitted < brought_to(requests[i], requests, change, out->changes.count))
            return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED, wl_party_number(ctx, "request", requests[i]));
        if (change[i].received > 0)
            plan->released[plan->count++] = (struct wl_released){row.part_id, row.dealer_id, change[i].received};
    }
    return true;
}

static bool decide_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                        const void *outcome, struct wl_outcome_head *head, struct wl_undo_plan *plan)
{
    const struct wl_receive_dispatch_body *b = body;
    const struct wl_receive_dispatch_outcome *out = outcome;
    struct wl_discrepancy row;

    (void)entry;
    for (size_t i = 0; i < out->discrepancies.count; i++) {
        int64_t number = out->first_discrepancy + (int64_t)i;

        if (!wl_discrepancy_row(ctx, number, &row))
            return false;
        if (!wl_discrepancy_is_open(&row))
            return wl_refuse(ctx, head, WL_REFUSED_REVERSAL_BLOCKED,
                             wl_named_entry(ctx, wl_party_number(ctx, "discrepancy", number), row.resolved_seq));
    }
    return requests_allow(ctx, b->dispatch, out, head, plan);
}

static void apply_undo(const struct wl_context *ctx, const struct wl_entry *entry, const void *body,
                       const void *outcome)
{
    const struct wl_receive_dispatch_body *b = body;
    const struct wl_receive_dispatch_outcome *out = outcome;
    struct wl_discrepancy row;

    (void)entry;
    change_all(ctx, b->dispatch, out, -1);
    wl_tick_look_again(ctx, b->dispatch);
    for (size_t i = 0; i < out->discrepancies.count; i++) {
        int64_t number = out->first_discrepancy + (int64_t)i;

        if (!wl_discrepancy_row(ctx, number, &row))
            return;
        row.resolved_seq = (int64_t)ctx->seq;
        wl_discrepancy_put(ctx, number, &row);
    }
}

/* ---- records ---- */

static const struct wl_field said_fields[] = {
    WL_FIELD_NUMBER(struct wl_receipt_line, 1, line),
    WL_FIELD_QUANTITY(struct wl_receipt_line, 2, good),
    WL_FIELD_QUANTITY(struct wl_receipt_line, 3, damaged),
    WL_FIELD_TEXT(struct wl_receipt_line, 4, wrong_part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_receipt_line, 5, wrong_lot, WL_LOT_MAX),
    WL_FIELD_QUANTITY(struct wl_receipt_line, 6, wrong),
};
static const struct wl_record said_record = {"receipt-line", said_fields, WL_COUNT(said_fields),
                                             sizeof(struct wl_receipt_line)};

static const struct wl_field body_fields[] = {
    WL_FIELD_NUMBER(struct wl_receive_dispatch_body, 1, dispatch),
    WL_FIELD_TEXT(struct wl_receive_dispatch_body, 2, bin_id, WL_BIN_MAX),
    WL_FIELD_LIST(struct wl_receive_dispatch_body, 3, lines, WL_STOCK_LINES_MAX, said_record),
    WL_FIELD_NUMBER(struct wl_receive_dispatch_body, 4, all),
    WL_FIELD_NUMBER(struct wl_receive_dispatch_body, 5, close),
};
static const struct wl_record body_record = {"receive", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_receive_dispatch_body)};

static const struct wl_field change_fields[] = {
    WL_FIELD_NUMBER(struct wl_line_change, 1, line),
    WL_FIELD_QUANTITY(struct wl_line_change, 2, received),
    WL_FIELD_QUANTITY(struct wl_line_change, 3, discrepant),
    WL_FIELD_TEXT(struct wl_line_change, 4, bin_id, WL_BIN_MAX),
};
static const struct wl_record change_record = {"line-change", change_fields, WL_COUNT(change_fields),
                                               sizeof(struct wl_line_change)};

static const struct wl_field discrepancy_fields[] = {
    WL_FIELD_CHOICE(struct wl_new_discrepancy, 1, kind, wl_discrepancy_kinds),
    WL_FIELD_NUMBER(struct wl_new_discrepancy, 2, line),
    WL_FIELD_TEXT(struct wl_new_discrepancy, 3, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_new_discrepancy, 4, lot, WL_LOT_MAX),
    WL_FIELD_QUANTITY(struct wl_new_discrepancy, 5, quantity),
};
static const struct wl_record discrepancy_record = {"new-discrepancy", discrepancy_fields, WL_COUNT(discrepancy_fields),
                                                    sizeof(struct wl_new_discrepancy)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_receive_dispatch_outcome),
    WL_FIELD_LIST(struct wl_receive_dispatch_outcome, 4, changes, WL_DISPATCH_LINES_MAX, change_record),
    WL_FIELD_LIST(struct wl_receive_dispatch_outcome, 5, discrepancies, WL_RECEIPT_MOVES_MAX, discrepancy_record),
    WL_FIELD_NUMBER(struct wl_receive_dispatch_outcome, 6, first_discrepancy),
    WL_FIELD_CHOICE(struct wl_receive_dispatch_outcome, 7, state, wl_dispatch_states),
};
static const struct wl_record outcome_record = {"receipt-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_receive_dispatch_outcome)};

const struct wl_command wl_receive_dispatch_command = {
    .name = "receive",
    .tag = 39,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};

const struct wl_undo wl_receive_dispatch_undo = {
    .command = &wl_receive_dispatch_command,
    .decide = decide_undo,
    .apply = apply_undo,
};
