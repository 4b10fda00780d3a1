#include "wledger/claim.h"

#include "claims/gate.h"
#include "claims/keys.h"
#include "claims/vehicle_history.h"
#include "wledger/cbor.h"
#include "wledger/error.h"

static const char *const type_names[] = {"warranty", "part", "extended", "campaign",
                                         "goodwill", "pdi",  "service",  NULL};
/* A row also tells of a type that is none of them. */
static const char *const row_type_names[] = {"warranty", "part",    "extended", "campaign", "goodwill",
                                             "pdi",      "service", "unknown",  NULL};
static const char *const state_names[] = {"rejected", "referred",  "approved",       "partial",      "settled",
                                          "paid",     "confirmed", "info-requested", "charged-back", NULL};
static const char *const obligation_state_names[] = {"open",   "received",        "accepted", "refused",
                                                     "waived", "waived-received", "overdue",  NULL};
const char *const wl_decision_names[] = {"rejected", "referred", "approved", "partial", NULL};

_Static_assert(WL_COUNT(type_names) == WL_TYPE_COUNT + 1, "each type has a name");
_Static_assert(WL_COUNT(state_names) == WL_CLAIM_STATE_COUNT + 1, "each state has a name");
_Static_assert(WL_COUNT(obligation_state_names) == WL_OBLIGATION_STATE_COUNT + 1, "each state has a name");

const char *const *wl_claim_type_names(void)
{
    return type_names;
}

const char *const *wl_claim_state_names(void)
{
    return state_names;
}

const char *const *wl_obligation_state_names(void)
{
    return obligation_state_names;
}

enum wl_claim_type wl_claim_type_of(struct wl_str text)
{
    int type = 0;

    while (type < WL_TYPE_COUNT && !wl_str_is(text, type_names[type]))
        type++;
    return (enum wl_claim_type)type;
}

static const struct wl_field owed_fields[] = {
    {.name = "line", .tag = 1, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_owed, line)},
    {.name = "quantity",
     .tag = 2,
     .type = WL_DECIMAL,
     .digits = 9,
     .places = 3,
     .offset = offsetof(struct wl_owed, quantity)},
    WL_DAY_FIELD(struct wl_owed, 3, due),
};
const struct wl_record wl_owed_record = {"owed", owed_fields, WL_COUNT(owed_fields), sizeof(struct wl_owed)};

static const struct wl_field assignment_fields[] = {
    WL_NUMBER_FIELD(struct wl_assignment, 1, claim),
    WL_TEXT_FIELD(struct wl_assignment, 2, seat, 32),
    WL_NUMBER_FIELD(struct wl_assignment, 3, form),
};
const struct wl_record wl_assignment_record = {"assignment", assignment_fields, WL_COUNT(assignment_fields),
                                               sizeof(struct wl_assignment)};

#define NUMBER(tag_, field) WL_NUMBER_FIELD(struct wl_claim, tag_, field)
#define NAME(tag_, field)                                                                                       \
    {                                                                                                           \
        .name = #field, .tag = (tag_), .type = WL_TEXT, .limit = 32, .offset = offsetof(struct wl_claim, field) \
    }
#define DAY(tag_, field) WL_DAY_FIELD(struct wl_claim, tag_, field)

/* What a later claim on the vehicle asks of this one stands first: wl_claim_read_history stops there. */
static const struct wl_field row_fields[] = {
    NUMBER(1, previous_on_vehicle),
    WL_CHOICE_FIELD(struct wl_claim, 2, state, state_names),
    WL_CHOICE_FIELD(struct wl_claim, 3, type, row_type_names),
    DAY(4, repair_day),
    NUMBER(5, mileage_km),
    {.name = "operations",
     .tag = 6,
     .type = WL_BYTES,
     .limit = 4 * WL_LINES_MAX,
     .offset = offsetof(struct wl_claim, operations)},
    NAME(7, dealer_id),
    NAME(8, claim_no),
    NAME(9, campaign_id),
    NUMBER(10, seq),
#define HISTORY_FIELDS 10
    NUMBER(11, decided_seq),
    NUMBER(12, previous_version),
    NAME(13, vin),
    NUMBER(14, submission),
    DAY(15, submit_day),
    NAME(16, authorization_no),
    NUMBER(17, tier),
    NAME(18, seat),
    WL_TEXT_FIELD(struct wl_claim, 19, currency, 3),
    NUMBER(20, labour),
    NUMBER(21, parts),
    NUMBER(22, handling),
    NUMBER(23, sublet),
    NUMBER(24, total),
    DAY(25, decided_day),
    NUMBER(26, signed_seq),
    NUMBER(27, first_obligation),
    NUMBER(28, obligation_count),
    NUMBER(29, unmet_obligations),
    NUMBER(30, settlement),
    NUMBER(31, charged_back),
    NUMBER(32, forgotten),
    NUMBER(33, vehicle),
    NUMBER(34, priced_seq),
    NUMBER(35, review_seq),
    NUMBER(36, appealed_seq),
    NUMBER(37, appeals_from),
    NUMBER(38, form),
    NUMBER(39, decided_tier),
};
const struct wl_record wl_claim_row_record = {"claim", row_fields, WL_COUNT(row_fields), sizeof(struct wl_claim)};

#define OBLIGATION_QUANTITY(tag_, field)                                             \
    {                                                                                \
        .name = #field, .tag = (tag_), .type = WL_DECIMAL, .digits = 9, .places = 3, \
        .offset = offsetof(struct wl_obligation, field)                              \
    }

static const struct wl_field obligation_fields[] = {
    WL_NUMBER_FIELD(struct wl_obligation, 1, claim),
    {.name = "line", .tag = 2, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_obligation, line)},
    WL_TEXT_FIELD(struct wl_obligation, 3, part_id, 32),
    OBLIGATION_QUANTITY(4, quantity),
    WL_DAY_FIELD(struct wl_obligation, 5, due),
    WL_CHOICE_FIELD(struct wl_obligation, 6, state, obligation_state_names),
    {.name = "outcome", .tag = 7, .type = WL_INT, .digits = 4, .offset = offsetof(struct wl_obligation, outcome)},
    OBLIGATION_QUANTITY(8, tagged),
    OBLIGATION_QUANTITY(9, received),
    OBLIGATION_QUANTITY(10, inspected),
    WL_NUMBER_FIELD(struct wl_obligation, 11, overdue_seq),
    WL_NUMBER_FIELD(struct wl_obligation, 12, waived_seq),
};
const struct wl_record wl_obligation_record = {"obligation", obligation_fields, WL_COUNT(obligation_fields),
                                               sizeof(struct wl_obligation)};

bool wl_claim_stands(const struct wl_claim *claim)
{
    return claim->state > WL_CLAIM_REJECTED && claim->state < WL_CLAIM_STATE_COUNT &&
           claim->state != WL_CLAIM_INFO_REQUESTED;
}

/* A row of `table` as a record whose text lies in the arena. */
static int row_get(struct wl_txn *txn, struct wl_arena *arena, unsigned table, int64_t id,
                   const struct wl_record *record, void *out)
{
    struct wl_str value;
    int status;

    if (id < 0)
        return 0;
    status = wl_get_n(txn, table, (uint64_t)id, &value);
    if (status <= 0)
        return status;
    status = wl_record_decode(record, wl_arena_copy(arena, value), out, arena);
    return status == WL_OK ? 1 : wl_txn_fail(txn, status);
}

static void row_put(struct wl_txn *txn, unsigned table, int64_t id, const struct wl_record *record, const void *row)
{
    uint8_t room[WL_VALUE_MAX];
    struct wl_buf bytes = {.data = room, .capacity = sizeof(room), .ceiling = sizeof(room)}; /* never grows */

    wl_record_encode(record, row, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&bytes));
    else
        wl_put_n(txn, table, (uint64_t)id, wl_buf_view(&bytes));
}

int wl_claim_read_history(struct wl_txn *txn, int64_t id, struct wl_claim *claim)
{
    struct wl_str row;
    int status = wl_get_n(txn, WL_TABLE_CLAIMS, (uint64_t)id, &row);
    struct wl_cbor in = wl_cbor_open(status == 1 ? row : WL_NO_STR);
    size_t pairs = wl_cbor_read_map(&in);
    int64_t last = -1, tag = wl_cbor_read_key(&in, &last);

    for (size_t i = 0; i < HISTORY_FIELDS && !in.bad; i++) {
        const struct wl_field *field = &row_fields[i];
        bool is_text = field->type == WL_TEXT || field->type == WL_BYTES, present = tag == field->tag;
        void *at = (char *)claim + field->offset;
        if (is_text && present)
            *(struct wl_str *)at = field->type == WL_TEXT ? wl_cbor_read_text(&in) : wl_cbor_read_bytes(&in);
        else if (is_text)
            *(struct wl_str *)at = WL_NO_STR;
        else
            *(int64_t *)at = present ? wl_cbor_read_int(&in) : WL_NONE;
        if (present)
            tag = --pairs == 0 ? 0 : wl_cbor_read_key(&in, &last);
    }
    if (status < 0)
        return status;
    return in.bad ? wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "claim %lld has no readable row", (long long)id)) : WL_OK;
}

int wl_claim_get(struct wl_txn *txn, struct wl_arena *arena, int64_t id, struct wl_claim *claim)
{
    return row_get(txn, arena, WL_TABLE_CLAIMS, id, &wl_claim_row_record, claim);
}

void wl_claim_put(struct wl_txn *txn, int64_t id, const struct wl_claim *claim)
{
    row_put(txn, WL_TABLE_CLAIMS, id, &wl_claim_row_record, claim);
}

int wl_obligation_get(struct wl_txn *txn, struct wl_arena *arena, int64_t id, struct wl_obligation *obligation)
{
    return row_get(txn, arena, WL_TABLE_OBLIGATIONS, id, &wl_obligation_record, obligation);
}

void wl_obligation_put(struct wl_txn *txn, int64_t id, const struct wl_obligation *obligation)
{
    row_put(txn, WL_TABLE_OBLIGATIONS, id, &wl_obligation_record, obligation);
}

int64_t wl_get_number(struct wl_txn *txn, unsigned table, struct wl_str key, int64_t absent)
{
    struct wl_str value;

    if (wl_get(txn, table, key, &value) <= 0)
        return absent;
    if (value.size != 8) {
        wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a number in table %u has %zu bytes", table, value.size));
        return absent;
    }
    return (int64_t)wl_get_u64(value.data);
}

int wl_claim_find(struct wl_txn *txn, struct wl_str dealer_id, struct wl_str claim_no, int64_t *id)
{
    struct wl_key key = wl_key_pair(dealer_id, claim_no);

    if (key.size == 0)
        return 0;
    *id = wl_get_number(txn, WL_TABLE_CLAIM_NAMES, wl_key_view(&key), WL_NONE);
    return wl_txn_status(txn) != WL_OK ? wl_txn_status(txn) : *id != WL_NONE;
}

bool wl_claim_name_split(struct wl_str name, struct wl_str *dealer_id, struct wl_str *claim_no)
{
    const char *slash = name.size == 0 ? NULL : memchr(name.data, '/', name.size);

    if (slash == NULL)
        return false;
    *dealer_id = (struct wl_str){name.data, (size_t)(slash - name.data)};
    *claim_no = (struct wl_str){slash + 1, name.size - dealer_id->size - 1};
    return wl_is_identifier(*dealer_id) && wl_is_identifier(*claim_no);
}

static int content_of(struct wl_txn *txn, struct wl_arena *arena, const struct wl_entry *entry,
                      struct wl_claim_record *record)
{
    void *body;
    int status =
        entry->command->body == &wl_claim_record
            ? wl_entry_body(entry, arena, &body)
            : wl_fail(WL_E_DAMAGED, "entry %llu, which a claim names, brings no claim", (unsigned long long)entry->seq);

    if (status != WL_OK)
        return wl_txn_fail(txn, status);
    *record = *(const struct wl_claim_record *)body;
    return WL_OK;
}

static int decision_of(struct wl_txn *txn, struct wl_arena *arena, const struct wl_entry *entry,
                       struct wl_decision *decision)
{
    /* Where the outcome has its decision, its first field says. */
    const struct wl_field *first = wl_record_field(entry->command->outcome, WL_STR("decision"));
    void *outcome;
    int status =
        first != NULL && first->choices == wl_decision_names
            ? wl_entry_outcome(entry, arena, &outcome)
            : wl_fail(WL_E_DAMAGED, "entry %llu, which a claim names, decides nothing", (unsigned long long)entry->seq);

    if (status != WL_OK)
        return wl_txn_fail(txn, status);
    *decision =
        *(const struct wl_decision *)((const char *)outcome + first->offset - offsetof(struct wl_decision, decision));
    return WL_OK;
}

int wl_claim_content(struct wl_txn *txn, struct wl_arena *arena, const struct wl_claim *claim,
                     struct wl_claim_record *record)
{
    struct wl_entry entry;
    int status = wl_row_entry(txn, arena, claim->seq, "claim", &entry);

    return status == WL_OK ? content_of(txn, arena, &entry, record) : status;
}

int wl_claim_decision(struct wl_txn *txn, struct wl_arena *arena, const struct wl_claim *claim,
                      struct wl_decision *decision)
{
    struct wl_entry entry;
    int status = wl_row_entry(txn, arena, claim->decided_seq, "claim", &entry);

    return status == WL_OK ? decision_of(txn, arena, &entry, decision) : status;
}

int wl_claim_brought(struct wl_txn *txn, struct wl_arena *arena, const struct wl_claim *claim,
                     struct wl_claim_record *record, struct wl_decision *decision)
{
    struct wl_entry entry;
    int status = wl_row_entry(txn, arena, claim->seq, "claim", &entry);

    if (status == WL_OK)
        status = content_of(txn, arena, &entry, record);
    return status == WL_OK ? decision_of(txn, arena, &entry, decision) : status;
}
