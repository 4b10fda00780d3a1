#include "claims/facts.h"

#include <string.h>

#include "claims/adjudicate.h"
#include "claims/fact_rows.h"
#include "claims/gate.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

/* Memory that the content and the decision of one claim take at most, decoded. */
enum { CLAIM_MEMORY = 8 << 20, WORTH_CODES = 16 };

/* ---- rows ---- */

void wl_facts_open(struct wl_facts *facts, const struct wl_context *ctx, size_t claims)
{
    facts->ctx = ctx;
    facts->held = false;
    facts->size = 0;
    facts->codes =
        claims < WORTH_CODES ? NULL : wl_arena_alloc(ctx->arena, WL_FACTS_CODES * sizeof(struct wl_facts_code));
    wl_arena_init(&facts->arena, CLAIM_MEMORY);
}

/* The number of a text, out of memory where it was asked for before. */
static uint32_t code(struct wl_facts *facts, enum wl_code_kind kind, struct wl_str text)
{
    struct wl_facts_code *held;

    if (facts->codes == NULL || text.size == 0 || text.size > WL_FACTS_TEXT)
        return wl_code_number(facts->ctx->txn, kind, text);
    held = &facts->codes[(wl_hash(text) + kind) % WL_FACTS_CODES];
    if (held->number != 0 && held->kind == kind && held->size == text.size &&
        memcmp(held->text, text.data, text.size) == 0)
        return held->number;
    held->number = wl_code_number(facts->ctx->txn, kind, text);
    held->kind = (uint8_t)kind;
    held->size = (uint8_t)text.size;
    memcpy(held->text, text.data, text.size);
    return held->number;
}

/* The last row, or the first one where there is none. */
static void hold(struct wl_facts *facts)
{
    struct wl_txn *txn = facts->ctx->txn;
    uint64_t rows = wl_counter(txn, WL_FACT_ROWS);
    struct wl_str value;

    facts->held = true;
    facts->row = rows == 0 ? 0 : rows - 1;
    if (rows == 0 || wl_get_n(txn, WL_TABLE_FACTS, facts->row, &value) != 1)
        return;
    if (value.size > sizeof facts->bytes) {
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a row of facts is too long"));
        return;
    }
    memcpy(facts->bytes, value.data, value.size);
    facts->size = value.size;
}

static void put_held(struct wl_facts *facts)
{
    wl_put_n(facts->ctx->txn, WL_TABLE_FACTS, facts->row, (struct wl_str){(const char *)facts->bytes, facts->size});
}

static void append(struct wl_facts *facts)
{
    uint8_t bytes[WL_FACT_BYTES_MAX];
    size_t size = wl_fact_write(&facts->fact, bytes);

    if (!facts->held)
        hold(facts);
    if (facts->size + size > sizeof facts->bytes) {
        put_held(facts);
        facts->row++;
        facts->size = 0;
    }
    memcpy(facts->bytes + facts->size, bytes, size);
    facts->size += size;
}

void wl_facts_close(struct wl_facts *facts)
{
    struct wl_txn *txn = facts->ctx->txn;

    if (facts->held && wl_txn_status(txn) == WL_OK) {
        put_held(facts);
        wl_counter_set(txn, WL_FACT_ROWS, facts->row + 1);
    }
    wl_arena_release(&facts->arena);
}

/* ---- one fact ---- */

/* An amount that a line is worth; lines that nothing was priced of are not there. */
static int64_t line_amount(const struct wl_ints *lines, size_t i)
{
    return i < lines->count ? lines->at[i] : 0;
}

/* A part's amount joins that of the part's lines before it; what does not fit goes into facts that follow. */
static void add_part(struct wl_facts *facts, struct wl_str part_id, int64_t amount)
{
    struct wl_fact *fact = &facts->fact;
    uint32_t part = code(facts, WL_CODE_PART, part_id), i = 0;

    while (i < fact->part_count && fact->lines[i].part != part)
        i++;
    if (i == WL_FACT_PARTS_MAX) {
        append(facts);
        fact->kind = WL_FACT_PARTS;
        fact->partial = fact->repeat = false;
        fact->hours_x100 = fact->labour = fact->parts = fact->handling = fact->sublet = fact->total = 0;
        fact->part_count = i = 0;
    }
    if (i == fact->part_count)
        fact->lines[fact->part_count++] = (struct wl_fact_part){.part = part};
    fact->lines[i].amount += amount;
}

/* The fact's head: what does not change with the amounts. */
static void describe(struct wl_facts *facts, int64_t kind, int64_t id, const struct wl_claim *claim,
                     const struct wl_claim_record *record)
{
    struct wl_fact *fact = &facts->fact;

    fact->kind = kind;
    fact->type = claim->type;
    fact->partial = fact->repeat = false;
    fact->claim = id;
    fact->settlement = claim->settlement;
    fact->vehicle = claim->vehicle;
    fact->dealer = code(facts, WL_CODE_DEALER, claim->dealer_id);
    fact->currency = code(facts, WL_CODE_CURRENCY, claim->currency);
    fact->fault = code(facts, WL_CODE_FAULT, record->fault_code);
    fact->causal_part = code(facts, WL_CODE_PART, record->causal_part);
    fact->repair_day = claim->repair_day;
    fact->mileage_km = claim->mileage_km;
    fact->part_count = 0;
}

/* Hours that a decision leaves of those approved when the lines were priced: all of a claim's labour has one rate. */
static int64_t hours_left(const struct wl_decision *priced, const struct wl_decision *decision)
{
    if (priced->labour == 0 || priced->hours == WL_NONE || decision->labour == priced->labour)
        return priced->hours == WL_NONE || decision->labour == 0 ? 0 : priced->hours;
    wl_i128 share = (wl_i128)priced->hours * decision->labour;

    return (int64_t)(priced->labour > 0 ? wl_round(share, priced->labour) : wl_round(-share, -(wl_i128)priced->labour));
}

/* What a claim was decided to be, then and now. NULL before: it was worth nothing. */
static void measure(struct wl_facts *facts, const struct wl_claim_record *record, const struct wl_decision *priced,
                    const struct wl_decision *before, const struct wl_decision *now)
{
    static const struct wl_decision nothing;
    const struct wl_part_line *lines = record->parts.at;
    struct wl_fact *fact = &facts->fact;
    const struct wl_decision *was = before ? before : &nothing;

    fact->hours_x100 = hours_left(priced, now) - (before ? hours_left(priced, before) : 0);
    fact->labour = now->labour - was->labour;
    fact->parts = now->parts - was->parts;
    fact->handling = now->handling - was->handling;
    fact->sublet = now->sublet - was->sublet;
    for (size_t i = 0; i < record->parts.count; i++) {
        int64_t change = line_amount(&now->part_lines, i) - line_amount(&was->part_lines, i);

        if (change != 0)
            add_part(facts, lines[i].part_id, change);
    }
}

/* ---- what is read of a claim ---- */

static bool decision_of(struct wl_facts *facts, const struct wl_claim *claim, int64_t seq, struct wl_decision *out)
{
    struct wl_claim at = *claim;

    at.decided_seq = seq;
    return wl_claim_decision(facts->ctx->txn, &facts->arena, &at, out) == WL_OK;
}

/* Hours as claimed, of the labour lines that are worth something. */
static int64_t claimed_hours(const struct wl_claim_record *record, const struct wl_ints *amounts)
{
    const struct wl_labour_line *lines = record->labour.at;
    int64_t sum = 0, hours;

    for (size_t i = 0; i < record->labour.count; i++)
        if (line_amount(amounts, i) != 0 && wl_decimal_parse(lines[i].hours, 6, WL_HOURS_PLACES, &hours))
            sum += hours;
    return sum;
}

/* The claim's content and how its lines were priced last. */
static bool read_claim(struct wl_facts *facts, const struct wl_claim *claim, struct wl_claim_record *record,
                       struct wl_decision *priced)
{
    wl_arena_clear(&facts->arena);
    if (wl_claim_brought(facts->ctx->txn, &facts->arena, claim, record, priced) != WL_OK ||
        (claim->priced_seq != claim->seq && claim->priced_seq != WL_NONE &&
         !decision_of(facts, claim, claim->priced_seq, priced)))
        return false;
    /* Entries of before hours were part of the outcome do not tell. */
    if (priced->hours == WL_NONE)
        priced->hours = claimed_hours(record, &priced->labour_lines);
    return true;
}

void wl_facts_settled(struct wl_facts *facts, int64_t id, const struct wl_claim *claim)
{
    struct wl_claim_record record;
    struct wl_decision priced, last;
    const struct wl_decision *now = &priced;

    if (wl_txn_status(facts->ctx->txn) != WL_OK || !read_claim(facts, claim, &record, &priced))
        return;
    if (claim->decided_seq != claim->priced_seq) {
        if (!decision_of(facts, claim, claim->decided_seq, &last))
            return;
        now = &last;
    }
    describe(facts, WL_FACT_SETTLED, id, claim, &record);
    facts->fact.total = claim->total;
    facts->fact.partial = now->decision == WL_CLAIM_PARTIAL;
    facts->fact.repeat = wl_decision_has(now, WL_FINDING_REPEAT_REPAIR);
    measure(facts, &record, &priced, NULL, now);
    append(facts);
}

void wl_facts_charged_back(const struct wl_context *ctx, int64_t id, const struct wl_claim *before,
                           const struct wl_decision *now, int64_t charged_back)
{
    struct wl_facts facts;
    struct wl_claim_record record;
    struct wl_decision priced, was;

    if (wl_txn_status(ctx->txn) != WL_OK)
        return;
    wl_facts_open(&facts, ctx, 1);
    if (read_claim(&facts, before, &record, &priced) && decision_of(&facts, before, before->decided_seq, &was)) {
        describe(&facts, WL_FACT_CORRECTED, id, before, &record);
        facts.fact.total = -charged_back;
        measure(&facts, &record, &priced, &was, now);
        append(&facts);
    }
    wl_facts_close(&facts);
}
