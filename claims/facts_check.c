/* Whether facts agree with what they are facts of. What stands in another order is compared by sums of hashes. */
#include <stdlib.h>
#include <string.h>

#include "claims/check_rows.h"
#include "claims/fact_rows.h"
#include "claims/facts.h"
#include "claims/gate.h"
#include "wledger/error.h"
#include "wledger/load.h"

struct check {
    struct wl_txn *txn;
    uint64_t *texts[WL_CODE_KIND_END]; /* hash of the text, by number */
    uint32_t counts[WL_CODE_KIND_END];
    uint64_t codes;    /* sum of hashes: what CODE_TEXTS say less what CODES do */
    uint64_t vehicles; /* of the reference data, less of VEHICLE_FACTS */
    uint64_t claims;   /* of facts */
    uint64_t rows;
    struct wl_walk *lines;
};

/* ---- codes ---- */

static uint64_t code_hash(uint64_t kind, struct wl_str text, uint64_t number)
{
    return wl_check_mix(wl_check_mix(kind, wl_hash(text)), number);
}

struct code_texts {
    struct check *check;
    enum wl_code_kind kind;
    uint32_t next;
};

static int check_text(void *texts, uint32_t number, struct wl_str text)
{
    struct code_texts *t = texts;

    if (number != t->next || number > t->check->counts[t->kind] || text.size == 0)
        return wl_check_fail("the text of a code is missing", number);
    t->check->texts[t->kind][number] = wl_hash(text);
    t->check->codes += code_hash(t->kind, text, number);
    t->next++;
    return WL_OK;
}

static int check_texts(struct check *c, enum wl_code_kind kind)
{
    struct code_texts texts = {c, kind, 1};
    int rc;

    c->counts[kind] = wl_code_count(c->txn, kind);
    c->texts[kind] = calloc((size_t)c->counts[kind] + 1, sizeof *c->texts[kind]);
    if (!c->texts[kind])
        return wl_fail(WL_E_SYSTEM, "out of memory");
    rc = wl_codes_walk(c->txn, kind, check_text, &texts);
    if (rc == WL_OK && texts.next != c->counts[kind] + 1)
        rc = wl_check_fail("the text of a code is missing", texts.next);
    return rc;
}

static int check_code(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;

    if (key.size < 2 || value.size != 8)
        return wl_check_fail("a code is none", key.size);
    c->codes -= code_hash((uint8_t)key.data[0], (struct wl_str){key.data + 1, key.size - 1}, wl_get_u64(value.data));
    return WL_OK;
}

static int check_codes(struct check *c)
{
    int rc = WL_OK;

    for (int kind = WL_CODE_DEALER; rc == WL_OK && kind < WL_CODE_KIND_END; kind++)
        rc = check_texts(c, (enum wl_code_kind)kind);
    if (rc == WL_OK)
        rc = wl_check_rows(c->txn, WL_TABLE_CODES, WL_NO_STR, check_code, c);
    return rc == WL_OK && c->codes != 0 ? wl_check_fail("codes are not those of their texts", 0) : rc;
}

/* False for a number that no text has. */
static bool text_of(const struct check *c, enum wl_code_kind kind, uint32_t number, uint64_t *hash)
{
    *hash = number == 0 ? 0 : number <= c->counts[kind] ? c->texts[kind][number] : 0;
    return number <= c->counts[kind];
}

/* ---- facts, beside the lines of settlements ---- */

static uint64_t mix_all(const uint64_t *numbers, size_t count)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < count; i++)
        hash = wl_check_mix(hash, numbers[i]);
    return hash;
}

/* What was taken back adds up over a claim's facts, so its weight is the claim's alone. */
static uint64_t taken_back(uint64_t id, int64_t amount)
{
    return wl_check_mix(id, UINT64_C(0x5bd1e995)) * (uint64_t)amount;
}

uint64_t wl_facts_claim_hash(uint64_t id, const struct wl_claim *claim)
{
    const uint64_t said[] = {id,
                             (uint64_t)claim->type,
                             (uint64_t)claim->settlement,
                             (uint64_t)claim->vehicle,
                             wl_hash(claim->dealer_id),
                             wl_hash(claim->currency),
                             (uint64_t)claim->repair_day,
                             (uint64_t)claim->mileage_km,
                             (uint64_t)claim->labour,
                             (uint64_t)claim->parts,
                             (uint64_t)claim->handling,
                             (uint64_t)claim->sublet,
                             (uint64_t)claim->total};

    return mix_all(said, WL_COUNT(said)) + taken_back(id, claim->charged_back);
}

/* The next line of a settlement that pays a claim: 1, 0, or an error. */
static int next_paid(struct check *c, uint64_t *settlement, struct wl_settlement_line *line)
{
    struct wl_str key, value;
    int rc;

    while ((rc = wl_walk_next(c->lines, &key, &value)) == 1) {
        if (!wl_line_read(key, value, settlement, line))
            return wl_check_fail("a line of a settlement is not one", 0);
        if (line->kind == WL_SETTLED_PAID)
            break;
    }
    return rc;
}

static int check_settled(struct check *c, const struct wl_fact *fact)
{
    uint64_t settlement, dealer, currency, fault, part;
    struct wl_settlement_line line;
    int rc = next_paid(c, &settlement, &line);

    if (rc < 0)
        return rc;
    if (rc == 0 || (uint64_t)fact->settlement != settlement || fact->claim != line.claim || fact->total != line.amount)
        return wl_check_fail("a fact is not that of the next claim that a settlement paid", (uint64_t)fact->claim);
    if (!text_of(c, WL_CODE_DEALER, fact->dealer, &dealer) ||
        !text_of(c, WL_CODE_CURRENCY, fact->currency, &currency) || !text_of(c, WL_CODE_FAULT, fact->fault, &fault) ||
        !text_of(c, WL_CODE_PART, fact->causal_part, &part))
        return wl_check_fail("a fact has a code that no text has", (uint64_t)fact->claim);
    const uint64_t said[] = {(uint64_t)fact->claim,
                             (uint64_t)fact->type,
                             (uint64_t)fact->settlement,
                             (uint64_t)fact->vehicle,
                             dealer,
                             currency,
                             (uint64_t)fact->repair_day,
                             (uint64_t)fact->mileage_km,
                             (uint64_t)fact->labour,
                             (uint64_t)fact->parts,
                             (uint64_t)fact->handling,
                             (uint64_t)fact->sublet,
                             (uint64_t)fact->total};

    c->claims += mix_all(said, WL_COUNT(said));
    return WL_OK;
}

static int check_fact(struct check *c, const struct wl_fact *fact)
{
    uint64_t text;

    for (uint32_t i = 0; i < fact->part_count; i++)
        if (!text_of(c, WL_CODE_PART, fact->lines[i].part, &text))
            return wl_check_fail("a fact has a part that no text has", (uint64_t)fact->claim);
    if (fact->kind == WL_FACT_SETTLED)
        return check_settled(c, fact);
    if (fact->kind == WL_FACT_CORRECTED)
        c->claims += taken_back((uint64_t)fact->claim, -fact->total);
    return WL_OK;
}

static int check_row(void *check, struct wl_str key, struct wl_str value)
{
    struct wl_fact_reader reader = wl_facts_of_row(value);
    struct check *c = check;
    struct wl_fact fact;
    int rc = 0;

    if (key.size != 8 || wl_get_u64(key.data) != c->rows || value.size == 0)
        return wl_check_fail("a row of facts is missing", c->rows);
    c->rows++;
    while (rc == WL_OK && (rc = wl_fact_next(&reader, &fact)) == 1)
        rc = check_fact(c, &fact);
    return rc;
}

static int check_facts(struct check *c, uint64_t claims_hash)
{
    struct wl_settlement_line line;
    uint64_t settlement;
    int rc = wl_walk_open(c->txn, WL_TABLE_SETTLEMENT_LINES, WL_NO_STR, WL_NO_STR, &c->lines);

    if (rc == WL_OK)
        rc = wl_check_rows(c->txn, WL_TABLE_FACTS, WL_NO_STR, check_row, c);
    if (rc == WL_OK && (rc = next_paid(c, &settlement, &line)) == 1)
        rc = wl_check_fail("a claim that a settlement paid has no fact", (uint64_t)line.claim);
    wl_walk_close(c->lines);
    if (rc == WL_OK && c->rows != wl_fact_row_count(c->txn))
        rc = wl_check_fail("rows of facts are not as many as they are counted", c->rows);
    if (rc == WL_OK && c->claims != claims_hash)
        rc = wl_check_fail("the facts are not what the settled claims say", c->rows);
    return rc;
}

/* ---- vehicles ---- */

static uint64_t vehicle_hash(uint64_t number, uint64_t model, uint64_t batch, int64_t produced, int64_t sold)
{
    const uint64_t said[] = {number, model, batch, (uint64_t)produced, (uint64_t)sold};

    return mix_all(said, WL_COUNT(said));
}

/* The vehicles of the reference data and their numbers, both by VIN. */
static int add_reference(struct check *c, struct wl_walk *numbers, struct wl_str row)
{
    struct wl_vehicle vehicle;
    struct wl_str key, value;
    int rc = wl_record_decode(wl_reference_info(WL_REF_VEHICLES)->record, wl_reference_row_cbor(row), &vehicle, NULL);

    while (rc == WL_OK && (rc = wl_walk_next(numbers, &key, &value)) == 1)
        rc = wl_str_equal(key, vehicle.vin);
    if (rc < 0)
        return rc;
    if (rc == 0 || value.size != 8)
        return wl_check_fail("a vehicle has no number", 0);
    c->vehicles += vehicle_hash(wl_get_u64(value.data), wl_hash(vehicle.model_id),
                                vehicle.production_batch.size == 0 ? 0 : wl_hash(vehicle.production_batch),
                                vehicle.production_date == WL_NONE ? WL_NO_DAY : vehicle.production_date,
                                vehicle.sale_date == WL_NONE ? WL_NO_DAY : vehicle.sale_date);
    return WL_OK;
}

static int add_references(struct check *c)
{
    char table = WL_REF_VEHICLES;
    struct wl_str prefix = {&table, 1}, key, value;
    struct wl_walk *vehicles, *numbers = NULL;
    int rc = wl_walk_open(c->txn, WL_TABLE_REFERENCE, prefix, WL_NO_STR, &vehicles);

    if (rc == WL_OK)
        rc = wl_walk_open(c->txn, WL_TABLE_VEHICLE_NUMBERS, WL_NO_STR, WL_NO_STR, &numbers);
    while (rc == WL_OK && (rc = wl_walk_next(vehicles, &key, &value)) == 1)
        rc = add_reference(c, numbers, value);
    wl_walk_close(numbers);
    wl_walk_close(vehicles);
    return rc;
}

static int check_vehicles(struct check *c)
{
    uint64_t count = wl_vehicle_count(c->txn), model, batch;
    struct wl_vehicle_facts *at = calloc(count + 1, sizeof *at);
    int rc = at ? add_references(c) : wl_fail(WL_E_SYSTEM, "out of memory");

    if (rc == WL_OK)
        rc = wl_vehicle_facts_read(c->txn, 0, count, at);
    for (uint64_t i = 0; rc == WL_OK && i < count; i++) {
        if (!text_of(c, WL_CODE_MODEL, at[i].model, &model) || !text_of(c, WL_CODE_BATCH, at[i].batch, &batch))
            rc = wl_check_fail("a vehicle has a code that no text has", i);
        else if (at[i].model != 0)
            c->vehicles -= vehicle_hash(i, model, batch, at[i].produced, at[i].sold);
    }
    free(at);
    return rc == WL_OK && c->vehicles != 0 ? wl_check_fail("vehicles' facts are not their reference data", count) : rc;
}

int wl_facts_check(struct wl_txn *txn, uint64_t claims_hash)
{
    struct check c = {.txn = txn};
    int rc = check_codes(&c);

    if (rc == WL_OK)
        rc = check_facts(&c, claims_hash);
    if (rc == WL_OK)
        rc = check_vehicles(&c);
    for (int kind = 0; kind < WL_CODE_KIND_END; kind++)
        free(c.texts[kind]);
    return rc;
}
