/* The command `recovery-find`: what suppliers owe of claims that were settled (domain text, section 6). */
#include "claims/gate.h"
#include "claims/recoveries.h"
#include "claims/typed_claim.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

enum {
    CLAIM_MEMORY = 16 << 20, /* what one claim's record and decision take at most */
    ROW_BYTES = 96,          /* of a recovery in the outcome, at most, but for its lines ... */
    LINE_BYTES = 10,         /* ... and for each of these */
    FOUND_MAX = WL_RECOVERY_FOUND_BYTES_MAX / ROW_BYTES + WL_LINES_MAX + 1,
};

struct finding {
    const struct wl_context *ctx;
    struct wl_recovery_find_outcome *out;
    struct wl_arena scratch; /* of one claim */
    struct wl_recovery *at;  /* found so far */
    size_t room, bytes;
};

/* One claim as it is looked at. */
struct looked {
    int64_t id;
    const struct wl_claim *claim;
    struct wl_claim_record record;
    struct wl_decision decision;
    size_t first; /* of its recoveries, within what was found */
};

/* ---- one line ---- */

/* What its supplier pays of a part: percent 0 where it pays nothing. */
struct terms {
    struct wl_str supplier_id;
    int64_t percent, days;
    bool labour;
};

static struct terms terms_of(const struct finding *f, struct wl_str part_id, int64_t repair_day)
{
    struct wl_reference *r = wl_reference(f->ctx);
    const struct wl_part *part = wl_part_find(r, part_id);
    const struct wl_supplier_agreement *agreement;
    const struct wl_supplier *supplier;
    struct terms terms = {.days = WL_RECOVERY_NO_LIMIT};

    if (!part || part->supplier_id.size == 0)
        return terms;
    terms.supplier_id = part->supplier_id;
    if ((agreement = wl_agreement_on(r, part->supplier_id, part_id, repair_day))) {
        terms.percent = agreement->percent;
        terms.labour = agreement->labour == WL_YES;
        terms.days = agreement->days == WL_NONE ? WL_RECOVERY_NO_LIMIT : agreement->days;
    } else if ((supplier = wl_supplier_find(r, part->supplier_id)) && supplier->recovery_percent != WL_NONE) {
        terms.percent = supplier->recovery_percent;
    }
    if (terms.days != WL_RECOVERY_NO_LIMIT && f->ctx->day - repair_day > terms.days)
        terms.percent = 0;
    return terms;
}

static bool grow(struct finding *f)
{
    size_t room = f->room ? 2 * f->room : 64;
    struct wl_recovery *at = wl_arena_alloc(f->ctx->arena, room * sizeof *at);

    if (!at) {
        wl_txn_fail(f->ctx->txn, wl_arena_status(f->ctx->arena));
        return false;
    }
    if (f->out->found.count > 0)
        memcpy(at, f->at, f->out->found.count * sizeof *at);
    f->at = at;
    f->room = room;
    f->out->found.at = at;
    return true;
}

static struct wl_recovery *begin(struct finding *f, const struct looked *l, struct wl_str supplier_id)
{
    size_t lines = l->record.parts.count < WL_RECOVERY_LINES_MAX ? l->record.parts.count : WL_RECOVERY_LINES_MAX;
    struct wl_arena *arena = f->ctx->arena;
    struct wl_ints *columns[3];
    struct wl_recovery *row;

    if (f->out->found.count == f->room && !grow(f))
        return NULL;
    row = &f->at[f->out->found.count++];
    wl_record_clear(&wl_recovery_record, row);
    row->claim = l->id;
    row->supplier_id = wl_arena_copy(arena, supplier_id);
    row->currency = wl_arena_copy(arena, l->decision.currency);
    columns[0] = &row->lines;
    columns[1] = &row->percents;
    columns[2] = &row->days;
    for (size_t i = 0; i < WL_COUNT(columns); i++)
        columns[i]->at = wl_arena_alloc(arena, lines * sizeof(int64_t));
    f->bytes += ROW_BYTES;
    if (wl_arena_status(arena) == WL_OK)
        return row;
    wl_txn_fail(f->ctx->txn, wl_arena_status(arena));
    return NULL;
}

/* The claim's recovery from a supplier; NULL without memory. */
static struct wl_recovery *row_of(struct finding *f, const struct looked *l, struct wl_str supplier_id)
{
    for (size_t i = l->first; i < f->out->found.count; i++)
        if (wl_str_equal(f->at[i].supplier_id, supplier_id))
            return &f->at[i];
    return begin(f, l, supplier_id);
}

static bool add_line(struct finding *f, const struct looked *l, size_t line)
{
    struct wl_str part_id = wl_part_lines(&l->record)[line].part_id;
    struct terms terms = terms_of(f, part_id, l->claim->repair_day);
    struct wl_recovery *row;

    if (terms.percent <= 0)
        return wl_txn_status(f->ctx->txn) == WL_OK;
    if (!(row = row_of(f, l, terms.supplier_id)))
        return false;
    if (row->lines.count == WL_RECOVERY_LINES_MAX)
        return true;
    row->lines.at[row->lines.count++] = (int64_t)line + 1;
    row->percents.at[row->percents.count++] = terms.percent;
    row->days.at[row->days.count++] = terms.days;
    f->bytes += LINE_BYTES;
    if (terms.labour && wl_str_equal(part_id, l->record.causal_part))
        row->labour_percent = terms.percent;
    return true;
}

/* ---- one claim ---- */

/* Whether a line may be worth something: by now, or again when what was charged back is given back. */
static bool may_count(const struct looked *l, size_t line)
{
    return l->claim->charged_back > 0 || (line < l->decision.part_lines.count && l->decision.part_lines.at[line] > 0);
}

/* What is worth nothing, and was from the start, is none. */
static void conclude(struct finding *f, const struct looked *l)
{
    const struct wl_worth worth = {&l->record, &l->decision, l->claim->total - l->claim->charged_back,
                                   l->claim->repair_day};
    size_t kept = l->first;

    for (size_t i = l->first; i < f->out->found.count; i++) {
        struct wl_recovery *row = &f->at[i];

        wl_recovery_price(row, &worth, WL_NONE);
        if (row->amount == 0 && l->claim->charged_back == 0)
            continue;
        row->state = row->amount > 0 ? WL_RECOVERY_OPEN : WL_RECOVERY_WITHDRAWN;
        row->withdrawn_from = row->amount > 0 ? WL_NONE : WL_RECOVERY_OPEN;
        f->at[kept++] = *row;
    }
    f->out->found.count = kept;
}

static bool look(struct finding *f, int64_t id, const struct wl_claim *claim)
{
    struct looked l = {.id = id, .claim = claim, .first = f->out->found.count};
    struct wl_txn *txn = f->ctx->txn;

    if (claim->type == WL_TYPE_GOODWILL)
        return true;
    wl_arena_clear(&f->scratch);
    if (wl_claim_content(txn, &f->scratch, claim, &l.record) != WL_OK ||
        wl_claim_decision(txn, &f->scratch, claim, &l.decision) != WL_OK)
        return false;
    for (size_t i = 0; i < l.record.parts.count; i++)
        if (may_count(&l, i) && !add_line(f, &l, i))
            return false;
    conclude(f, &l);
    return wl_txn_status(txn) == WL_OK;
}

/* ---- all of them ---- */

/* The lines of one settlement, from where the last command stopped. */
static bool look_at_settlement(struct finding *f, uint64_t number, int64_t after)
{
    struct wl_recovery_find_outcome *out = f->out;
    struct wl_settlement_lines *lines;
    struct wl_settlement_line line;
    struct wl_claim claim;
    int rc = wl_settlement_lines_open(f->ctx->txn, number, WL_SETTLED_PAID, after, &lines);

    if (rc != WL_OK)
        return false;
    while ((rc = wl_settlement_lines_next(lines, &line, &claim)) == 1) {
        if (out->looked == WL_RECOVERY_LOOK_MAX || f->bytes >= WL_RECOVERY_FOUND_BYTES_MAX) {
            out->more = 1;
            break;
        }
        if (!look(f, line.claim, &claim))
            break;
        out->settlement = (int64_t)number;
        out->claim = line.claim;
        out->looked++;
    }
    wl_settlement_lines_close(lines);
    return rc == 0 && wl_txn_status(f->ctx->txn) == WL_OK;
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    struct finding f = {.ctx = ctx, .out = outcome};
    uint64_t number = wl_counter(ctx->txn, WL_RECOVERY_SETTLEMENT), count = wl_settlement_count(ctx->txn);
    int64_t after = (int64_t)wl_counter(ctx->txn, WL_RECOVERY_CLAIM) - 1;

    (void)body;
    f.out->looked = 0;
    if (number > 0) {
        f.out->settlement = (int64_t)number;
        f.out->claim = after;
    } else {
        number = 1;
    }
    wl_arena_init(&f.scratch, CLAIM_MEMORY);
    for (after = f.out->settlement == WL_NONE ? WL_NONE : after; number <= count; number++) {
        if (!look_at_settlement(&f, number, after))
            break;
        after = WL_NONE;
    }
    wl_arena_release(&f.scratch);
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_recovery_find_outcome *out = outcome;
    const struct wl_recovery *found = out->found.at;

    (void)body;
    for (size_t i = 0; i < out->found.count; i++)
        wl_recovery_put(ctx, NULL, &found[i]);
    if (out->settlement == WL_NONE)
        return;
    wl_counter_set(ctx->txn, WL_RECOVERY_SETTLEMENT, (uint64_t)out->settlement);
    wl_counter_set(ctx->txn, WL_RECOVERY_CLAIM, (uint64_t)(out->claim + 1));
}

static const struct wl_field body_fields[] = {WL_NUMBER_FIELD(struct wl_recovery_find_body, 1, reserved)};
static const struct wl_record body_record = {"recovery-find", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_recovery_find_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_recovery_find_outcome),
    {.name = "found",
     .tag = 4,
     .type = WL_LIST,
     .limit = FOUND_MAX,
     .item = &wl_recovery_record,
     .offset = offsetof(struct wl_recovery_find_outcome, found)},
    WL_NUMBER_FIELD(struct wl_recovery_find_outcome, 5, settlement),
    WL_NUMBER_FIELD(struct wl_recovery_find_outcome, 6, claim),
    WL_NUMBER_FIELD(struct wl_recovery_find_outcome, 7, looked),
    WL_NUMBER_FIELD(struct wl_recovery_find_outcome, 8, more),
};
static const struct wl_record outcome_record = {"recovery-find-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_recovery_find_outcome)};

const struct wl_command wl_recovery_find_command = {
    .name = "recovery-find",
    .tag = 70,
    .body = &body_record,
    .outcome = &outcome_record,
    .decide = decide,
    .apply = apply,
};
