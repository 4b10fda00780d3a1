#include "claims/vehicle_history.h"

#include "claims/keys.h"
#include "claims/prepare.h"
#include "wledger/error.h"

/* The records of earlier claims are read one at a time. */
enum { SCRATCH_MAX = 1 << 20 };

/* A claim against the history of its vehicle. */
struct question {
    struct wl_txn *txn;
    const struct wl_prepared *prepared;
    struct wl_arena scratch; /* empty until a record must be read */
};

struct wl_str wl_operations_of(const struct wl_claim_record *record, struct wl_operations *out)
{
    const struct wl_labour_line *lines = wl_labour_lines(record);
    uint32_t sorted[WL_TYPED_LINES];
    size_t count = 0;

    for (size_t i = 0; i < record->labour.count && i < WL_TYPED_LINES; i++) {
        uint64_t hash = wl_hash(lines[i].op_code);
        uint32_t folded = (uint32_t)(hash >> 32) ^ (uint32_t)hash;
        size_t at = count;
        while (at > 0 && sorted[at - 1] > folded)
            at--;
        if (at > 0 && sorted[at - 1] == folded)
            continue;
        memmove(sorted + at + 1, sorted + at, (count - at) * sizeof(*sorted));
        sorted[at] = folded;
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t big_endian = __builtin_bswap32(sorted[i]);
        memcpy(out->bytes + 4 * i, &big_endian, 4);
    }
    return (struct wl_str){out->bytes, 4 * count};
}

/* Whether two ascending lists have something in common. */
static bool short_forms_meet(struct wl_str a, struct wl_str b)
{
    size_t i = 0, j = 0;

    while (i + 4 <= a.size && j + 4 <= b.size) {
        int order = memcmp(a.data + i, b.data + j, 4);
        if (order == 0)
            return true;
        if (order < 0)
            i += 4;
        else
            j += 4;
    }
    return false;
}

static bool operation_codes_meet(const struct wl_claim_record *a, const struct wl_claim_record *b)
{
    const struct wl_labour_line *left = wl_labour_lines(a), *right = wl_labour_lines(b);

    for (size_t i = 0; i < a->labour.count; i++)
        for (size_t j = 0; j < b->labour.count; j++)
            if (wl_str_equal(left[i].op_code, right[j].op_code))
                return true;
    return false;
}

/* Whether an earlier claim has one of the same operations: two codes may share a short form, so the
 * records decide. */
static bool operations_meet(struct question *question, const struct wl_claim *earlier)
{
    struct wl_entry entry;
    void *body;
    bool meet = false;
    int status;

    if (!short_forms_meet(question->prepared->operations, earlier->operations))
        return false;
    if (question->scratch.ceiling == 0)
        wl_arena_init(&question->scratch, SCRATCH_MAX);
    wl_arena_clear(&question->scratch);
    status = wl_entry_read(question->txn, (uint64_t)earlier->seq, &entry);
    if (status == 0)
        status = wl_fail(WL_E_DAMAGED, "the entry %lld of a claim is missing", (long long)earlier->seq);
    else if (status == 1)
        status = wl_entry_body(&entry, &question->scratch, &body);
    if (status == WL_OK)
        meet = operation_codes_meet(question->prepared->typed.record, body);
    else
        wl_txn_fail(question->txn, status);
    return meet;
}

static void ask(struct question *question, const struct wl_claim *earlier, struct wl_vehicle_history *history)
{
    const struct wl_typed_claim *typed = &question->prepared->typed;
    int64_t window = question->prepared->duplicate_window;
    int64_t days = typed->repair_day - earlier->repair_day;
    bool other = !wl_str_equal(earlier->claim_no, typed->record->claim_no) ||
                 !wl_str_equal(earlier->dealer_id, typed->record->dealer_id);
    bool in_window = other && window != WL_NONE && days >= 0 && days * 1000000 <= window;

    if (earlier->type == WL_TYPE_CAMPAIGN && wl_str_equal(earlier->campaign_id, typed->record->campaign_id))
        history->campaign_done = true;
    if (other && ((days > 0 && typed->mileage_km < earlier->mileage_km) ||
                  (days < 0 && typed->mileage_km > earlier->mileage_km)))
        history->mileage_contradicted = true;
    if (!(in_window && !history->operation_repeated) && !(earlier->type == WL_TYPE_SERVICE && !history->service_done) &&
        !(earlier->type == WL_TYPE_PDI && !history->pdi_done))
        return;
    if (!operations_meet(question, earlier))
        return;
    history->operation_repeated |= in_window;
    history->service_done |= earlier->type == WL_TYPE_SERVICE;
    history->pdi_done |= earlier->type == WL_TYPE_PDI;
}

int wl_vehicle_history_read(struct wl_txn *txn, const struct wl_prepared *prepared, struct wl_vehicle_history *history)
{
    struct question question = {.txn = txn, .prepared = prepared};
    int64_t id = wl_vehicle_head(txn, prepared->vehicle);

    *history = (struct wl_vehicle_history){0};
    while (id >= 0 && wl_txn_status(txn) == WL_OK) {
        struct wl_claim earlier;
        if (wl_claim_read_history(txn, id, &earlier) != WL_OK)
            break;
        id = earlier.previous_on_vehicle;
        if (wl_claim_stands(&earlier))
            ask(&question, &earlier, history);
    }
    if (question.scratch.ceiling != 0)
        wl_arena_release(&question.scratch);
    return wl_txn_status(txn);
}
