/* Settlements, their lines and chargebacks as rows, and reading them. */
#include "claims/gate.h"
#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {"drafted", "issued", "paid", "confirmed", NULL};
_Static_assert(WL_COUNT(state_names) == WL_SETTLEMENT_STATE_COUNT + 1, "each state has a name");

const char *const *wl_settlement_state_names(void)
{
    return state_names;
}

#define NUMBER(tag_, field) WL_NUMBER_FIELD(struct wl_settlement, tag_, field)
#define DAY(tag_, field) WL_DAY_FIELD(struct wl_settlement, tag_, field)

static const struct wl_field row_fields[] = {
    WL_TEXT_FIELD(struct wl_settlement, 1, dealer_id, 32),
    WL_TEXT_FIELD(struct wl_settlement, 2, currency, 3),
    DAY(3, from_day),
    DAY(4, to_day),
    DAY(5, settled_day),
    WL_CHOICE_FIELD(struct wl_settlement, 6, state, state_names),
    NUMBER(7, claims_total),
    NUMBER(8, chargebacks),
    NUMBER(9, tax),
    NUMBER(10, carried),
    NUMBER(11, to_pay),
    NUMBER(12, carried_on),
    NUMBER(13, paid_count),
    NUMBER(14, rejected_count),
    NUMBER(15, chargeback_count),
    NUMBER(16, opened_seq),
    NUMBER(17, closed_seq),
    NUMBER(18, limited),
    DAY(19, paid_day),
    DAY(20, confirmed_day),
    NUMBER(21, line_kind),
    NUMBER(22, line_after),
    NUMBER(23, paid_amount),
    NUMBER(24, overpaid),
    NUMBER(25, owed_since),
    NUMBER(26, payment),
    NUMBER(27, bank_answer),
    NUMBER(28, confirmed_amount),
    NUMBER(29, dealer_difference),
};
const struct wl_record wl_settlement_record = {"settlement", row_fields, WL_COUNT(row_fields),
                                               sizeof(struct wl_settlement)};

static const struct wl_field chargeback_fields[] = {
    WL_NUMBER_FIELD(struct wl_chargeback, 1, claim),
    WL_TEXT_FIELD(struct wl_chargeback, 2, currency, 3),
    WL_NUMBER_FIELD(struct wl_chargeback, 3, amount),
    WL_DAY_FIELD(struct wl_chargeback, 4, day),
};
const struct wl_record wl_chargeback_record = {"chargeback", chargeback_fields, WL_COUNT(chargeback_fields),
                                               sizeof(struct wl_chargeback)};

int64_t wl_settlement_left(const struct wl_settlement *s)
{
    return s->to_pay + s->overpaid - s->paid_amount;
}

uint64_t wl_settlement_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_SETTLEMENTS);
}

int wl_settlement_view(struct wl_txn *txn, uint64_t number, struct wl_settlement *settlement)
{
    struct wl_str value;
    int rc = wl_get_n(txn, WL_TABLE_SETTLEMENTS, number, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(&wl_settlement_record, value, settlement, NULL);
    if (rc == WL_OK && (settlement->state < 0 || settlement->state >= WL_SETTLEMENT_STATE_COUNT))
        rc = wl_fail(WL_E_DAMAGED, "settlement %llu has no state", (unsigned long long)number);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

int wl_settlement_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_settlement *settlement)
{
    int rc = wl_settlement_view(txn, number, settlement);

    if (rc != 1)
        return rc;
    settlement->dealer_id = wl_arena_copy(arena, settlement->dealer_id);
    settlement->currency = wl_arena_copy(arena, settlement->currency);
    rc = wl_arena_status(arena);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

void wl_settlement_put(struct wl_txn *txn, uint64_t number, const struct wl_settlement *settlement)
{
    struct wl_buf bytes;

    wl_buf_init(&bytes, WL_VALUE_MAX);
    wl_record_encode(&wl_settlement_record, settlement, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&bytes));
    else
        wl_put_n(txn, WL_TABLE_SETTLEMENTS, number, wl_buf_view(&bytes));
    wl_buf_release(&bytes);
}

int64_t wl_claim_state_now(struct wl_txn *txn, const struct wl_claim *claim)
{
    static const int64_t states[WL_SETTLEMENT_STATE_COUNT] = {
        [WL_SETTLEMENT_DRAFTED] = WL_CLAIM_SETTLED,
        [WL_SETTLEMENT_ISSUED] = WL_CLAIM_SETTLED,
        [WL_SETTLEMENT_PAID] = WL_CLAIM_PAID,
        [WL_SETTLEMENT_CONFIRMED] = WL_CLAIM_CONFIRMED,
    };
    struct wl_settlement settlement;
    int rc;

    if (claim->state != WL_CLAIM_SETTLED)
        return claim->state;
    if (claim->charged_back > 0)
        return WL_CLAIM_CHARGED_BACK;
    rc = wl_settlement_view(txn, (uint64_t)claim->settlement, &settlement);
    if (rc == 0)
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "settlement %lld, which a claim names, has no row",
                                 (long long)claim->settlement));
    return rc == 1 ? states[settlement.state] : claim->state;
}

/* ---- lines ---- */

static struct wl_str line_key(uint64_t settlement, int64_t kind, int64_t id, char bytes[WL_LINE_KEY])
{
    wl_set_u64(bytes, settlement);
    bytes[8] = (char)kind;
    wl_set_u64(bytes + 9, (uint64_t)id);
    return (struct wl_str){bytes, WL_LINE_KEY};
}

void wl_line_put(struct wl_txn *txn, uint64_t settlement, const struct wl_settlement_line *line)
{
    char key[WL_LINE_KEY], value[WL_LINE_VALUE];

    wl_set_u64(value, (uint64_t)line->amount);
    wl_set_u64(value + 8, (uint64_t)line->claim);
    wl_put(txn, WL_TABLE_SETTLEMENT_LINES, line_key(settlement, line->kind, line->id, key),
           (struct wl_str){value, sizeof value});
}

bool wl_line_read(struct wl_str key, struct wl_str value, uint64_t *settlement, struct wl_settlement_line *line)
{
    if (key.size != WL_LINE_KEY || value.size != WL_LINE_VALUE || (uint8_t)key.data[8] >= WL_SETTLED_KIND_COUNT)
        return false;
    *settlement = wl_get_u64(key.data);
    *line = (struct wl_settlement_line){.kind = (uint8_t)key.data[8],
                                        .id = (int64_t)wl_get_u64(key.data + 9),
                                        .amount = (int64_t)wl_get_u64(value.data),
                                        .claim = (int64_t)wl_get_u64(value.data + 8)};
    return true;
}

struct wl_settlement_lines {
    struct wl_txn *txn;
    struct wl_walk *walk;
};

int wl_settlement_lines_open(struct wl_txn *txn, uint64_t number, int64_t kind, int64_t after,
                             struct wl_settlement_lines **out)
{
    char prefix[WL_LINE_KEY], from[WL_LINE_KEY];
    bool one_kind = kind >= 0 && kind < WL_SETTLED_KIND_COUNT;
    struct wl_settlement_lines *lines = calloc(1, sizeof *lines);
    int rc;

    *out = NULL;
    if (!lines)
        return wl_txn_fail(txn, wl_fail(WL_E_SYSTEM, "out of memory"));
    line_key(number, one_kind ? kind : 0, 0, prefix);
    line_key(number, one_kind ? kind : 0, one_kind && after != WL_NONE ? after + 1 : 0, from);
    lines->txn = txn;
    rc = wl_walk_open(txn, WL_TABLE_SETTLEMENT_LINES, (struct wl_str){prefix, one_kind ? 9 : 8},
                      (struct wl_str){from, sizeof from}, &lines->walk);
    if (rc != WL_OK)
        free(lines);
    else
        *out = lines;
    return rc;
}

int wl_settlement_lines_next(struct wl_settlement_lines *lines, struct wl_settlement_line *line, struct wl_claim *claim)
{
    struct wl_str key, value;
    uint64_t number;
    int rc = wl_walk_next(lines->walk, &key, &value);

    if (rc != 1)
        return rc;
    if (!wl_line_read(key, value, &number, line))
        return wl_txn_fail(lines->txn, wl_fail(WL_E_DAMAGED, "a line of a settlement is not one"));
    rc = claim ? wl_claim_view(lines->txn, line->claim, claim) : 1;
    if (rc == 0)
        rc = wl_txn_fail(lines->txn,
                         wl_fail(WL_E_DAMAGED, "claim %lld is settled but has no row", (long long)line->claim));
    return rc;
}

void wl_settlement_lines_close(struct wl_settlement_lines *lines)
{
    if (!lines)
        return;
    wl_walk_close(lines->walk);
    free(lines);
}
