/* Facts as bytes: each number as groups of seven bits, lowest first, the top bit set on all but the last; what may be
 * below 0 doubled, and less 1 and turned where it is. docs/format.md, "Facts". */
#include "claims/facts.h"

#include <string.h>

#include "claims/fact_rows.h"
#include "wledger/error.h"

/* Bits of the first byte; the type stands below. */
enum { TYPE_MASK = 0x0F, KIND = 4, KIND_MASK = 3, PARTIAL = 6, REPEAT = 7 };

static uint8_t *put(uint8_t *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (uint8_t)(number | 0x80);
    *at++ = (uint8_t)number;
    return at;
}

static uint8_t *put_signed(uint8_t *at, int64_t number)
{
    return put(at, (uint64_t)number << 1 ^ (uint64_t)(number >> 63));
}

size_t wl_fact_write(const struct wl_fact *fact, uint8_t bytes[WL_FACT_BYTES_MAX])
{
    const int64_t amounts[] = {fact->hours_x100, fact->labour, fact->parts, fact->handling, fact->sublet, fact->total};
    uint8_t *at = bytes;

    *at++ = (uint8_t)(fact->kind << KIND | fact->type | fact->partial << PARTIAL | fact->repeat << REPEAT);
    at = put(at, (uint64_t)fact->claim);
    at = put(at, (uint64_t)fact->settlement);
    at = put(at, fact->vehicle == WL_NONE ? 0 : (uint64_t)fact->vehicle + 1);
    at = put(at, fact->dealer);
    at = put(at, fact->currency);
    at = put(at, fact->fault);
    at = put(at, fact->causal_part);
    at = put_signed(at, fact->repair_day);
    at = put_signed(at, fact->mileage_km);
    for (size_t i = 0; i < WL_COUNT(amounts); i++)
        at = put_signed(at, amounts[i]);
    at = put(at, fact->part_count);
    for (uint32_t i = 0; i < fact->part_count; i++) {
        at = put(at, fact->lines[i].part);
        at = put_signed(at, fact->lines[i].amount);
    }
    return (size_t)(at - bytes);
}

struct wl_fact_reader wl_facts_of_row(struct wl_str value)
{
    const uint8_t *at = (const uint8_t *)value.data;

    return (struct wl_fact_reader){at, at + value.size};
}

/* Moves past the end, which the caller sees, where the number is cut off or too long. */
static inline uint64_t get(struct wl_fact_reader *in)
{
    uint64_t number = 0;

    for (unsigned shift = 0; in->at < in->end; shift += 7) {
        uint8_t byte = *in->at++;

        number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return number;
        if (shift == 63)
            break;
    }
    in->end = NULL;
    return 0;
}

static inline int64_t get_signed(struct wl_fact_reader *in)
{
    uint64_t number = get(in);

    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

int wl_fact_next(struct wl_fact_reader *in, struct wl_fact *fact)
{
    uint64_t vehicle;
    uint8_t head;

    if (in->at == in->end)
        return 0;
    head = *in->at++;
    fact->kind = head >> KIND & KIND_MASK;
    fact->type = head & TYPE_MASK;
    fact->partial = head >> PARTIAL & 1;
    fact->repeat = head >> REPEAT & 1;
    fact->claim = (int64_t)get(in);
    fact->settlement = (int64_t)get(in);
    vehicle = get(in);
    fact->vehicle = vehicle == 0 ? WL_NONE : (int64_t)(vehicle - 1);
    fact->dealer = (uint32_t)get(in);
    fact->currency = (uint32_t)get(in);
    fact->fault = (uint32_t)get(in);
    fact->causal_part = (uint32_t)get(in);
    fact->repair_day = get_signed(in);
    fact->mileage_km = get_signed(in);
    fact->hours_x100 = get_signed(in);
    fact->labour = get_signed(in);
    fact->parts = get_signed(in);
    fact->handling = get_signed(in);
    fact->sublet = get_signed(in);
    fact->total = get_signed(in);
    fact->part_count = (uint32_t)get(in);
    if (fact->part_count > WL_FACT_PARTS_MAX)
        in->end = NULL;
    for (uint32_t i = 0; in->end != NULL && i < fact->part_count; i++) {
        fact->lines[i].part = (uint32_t)get(in);
        fact->lines[i].amount = get_signed(in);
    }
    if (in->end == NULL || fact->kind > WL_FACT_PARTS || fact->type >= WL_TYPE_COUNT)
        return wl_fail(WL_E_DAMAGED, "a row of facts does not hold facts");
    return 1;
}

uint64_t wl_fact_row_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_FACT_ROWS);
}
