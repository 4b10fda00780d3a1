/* Tags and return shipments as the store holds them. */
#include "parts/tags.h"

#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "parts/keys.h"
#include "wledger/error.h"
#include <inttypes.h>

static const char *const state_names[] = {"tagged",    "shipped",  "received",  "missing",
                                          "inspected", "disposed", "withdrawn", NULL};
_Static_assert(WL_COUNT(state_names) == WL_TAG_STATE_COUNT + 1, "each state has its name");
const char *const wl_dispositions[] = {"scrap", "supplier", "dealer", NULL};

const char *const *wl_tag_state_names(void)
{
    return state_names;
}

const char *const *wl_disposition_names(void)
{
    return wl_dispositions;
}

static const struct wl_field tag_fields[] = {
    WL_FIELD_NUMBER(struct wl_tag, 1, obligation),
    WL_FIELD_TEXT(struct wl_tag, 2, dealer_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_tag, 3, bin_id, WL_BIN_MAX),
    WL_FIELD_TEXT(struct wl_tag, 4, vin, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_tag, 5, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_tag, 6, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(struct wl_tag, 7, reason, WL_REASON_MAX),
    WL_FIELD_QUANTITY(struct wl_tag, 8, quantity),
    WL_FIELD_CHOICE(struct wl_tag, 9, state, state_names),
    WL_FIELD_CHOICE(struct wl_tag, 10, outcome, wl_inspections),
    WL_FIELD_CHOICE(struct wl_tag, 11, disposition, wl_dispositions),
    WL_FIELD_NUMBER(struct wl_tag, 12, shipment),
    WL_FIELD_TEXT(struct wl_tag, 13, centre_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_tag, 14, centre_bin, WL_BIN_MAX),
    WL_FIELD_NUMBER(struct wl_tag, 15, tagged_seq),
    WL_FIELD_NUMBER(struct wl_tag, 16, shipped_seq),
    WL_FIELD_NUMBER(struct wl_tag, 17, received_seq),
    WL_FIELD_NUMBER(struct wl_tag, 18, inspected_seq),
    WL_FIELD_NUMBER(struct wl_tag, 19, disposed_seq),
    WL_FIELD_NUMBER(struct wl_tag, 20, discrepancy),
};
const struct wl_record wl_tag_record = {"tag-row", tag_fields, WL_COUNT(tag_fields), sizeof(struct wl_tag)};

static const struct wl_field new_tag_fields[] = {
    WL_FIELD_NUMBER(struct wl_new_tag, 1, obligation),
    WL_FIELD_TEXT(struct wl_new_tag, 2, part_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_new_tag, 3, lot, WL_LOT_MAX),
    WL_FIELD_TEXT(struct wl_new_tag, 4, bin_id, WL_BIN_MAX),
    WL_FIELD_QUANTITY(struct wl_new_tag, 5, quantity),
};
const struct wl_record wl_new_tag_record = {"new-tag", new_tag_fields, WL_COUNT(new_tag_fields),
                                            sizeof(struct wl_new_tag)};

static const struct wl_field return_fields[] = {
    WL_FIELD_TEXT(struct wl_return, 1, dealer_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_return, 2, centre_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_return, 3, carrier_id, WL_IDENTIFIER_MAX),
    WL_FIELD_TEXT(struct wl_return, 4, box, WL_DOCUMENT_MAX),
    WL_FIELD_TEXT(struct wl_return, 5, tracking, WL_DOCUMENT_MAX),
    WL_FIELD_NUMBER(struct wl_return, 6, tags),
    WL_FIELD_NUMBER(struct wl_return, 7, open),
    WL_FIELD_NUMBER(struct wl_return, 8, seq),
    {.name = "time", .tag = 9, .type = WL_TIME, .offset = offsetof(struct wl_return, time)},
    WL_FIELD_NUMBER(struct wl_return, 10, closed_seq),
};
const struct wl_record wl_return_record = {"return-row", return_fields, WL_COUNT(return_fields),
                                           sizeof(struct wl_return)};

/* ---- rows ---- */

uint64_t wl_tag_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_TAGS);
}

uint64_t wl_return_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_RETURNS);
}

static bool is_tag(const struct wl_tag *tag)
{
    return tag->state != WL_NONE && tag->quantity > 0 &&
           (tag->outcome != WL_NONE) == (tag->state == WL_TAG_INSPECTED || tag->state == WL_TAG_DISPOSED);
}

static int no_tag(struct wl_txn *txn, uint64_t tag)
{
    return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the row of tag %" PRIu64 " is not one", tag));
}

int wl_tag_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t tag, struct wl_tag *row)
{
    int rc = wl_row_get(txn, arena, WL_TABLE_TAGS, tag, &wl_tag_record, row);

    return rc == 1 && !is_tag(row) ? no_tag(txn, tag) : rc;
}

int wl_return_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_return *row)
{
    int rc = wl_row_get(txn, arena, WL_TABLE_RETURNS, number, &wl_return_record, row);

    if (rc == 1 && (row->tags < 1 || row->tags > WL_TAGS_AT_ONCE_MAX || row->open < 0 || row->open > row->tags))
        rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the row of return shipment %" PRIu64 " is not one", number));
    return rc;
}

bool wl_tag_row(const struct wl_context *ctx, int64_t tag, struct wl_tag *row)
{
    int found = tag < 1 ? 0 : wl_tag_get(ctx->txn, ctx->arena, (uint64_t)tag, row);

    if (found == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "tag %" PRId64 " is named but has no row", tag));
    return found == 1;
}

bool wl_return_row(const struct wl_context *ctx, int64_t number, struct wl_return *row)
{
    int found = number < 1 ? 0 : wl_return_get(ctx->txn, ctx->arena, (uint64_t)number, row);

    if (found == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "return shipment %" PRId64 " is named but has no row", number));
    return found == 1;
}

void wl_tag_put(const struct wl_context *ctx, int64_t tag, const struct wl_tag *row)
{
    struct wl_key key = wl_key_of_dealer(row->dealer_id, tag);

    wl_row_put(ctx->txn, WL_TABLE_TAGS, (uint64_t)tag, &wl_tag_record, row);
    if (row->state == WL_TAG_TAGGED)
        wl_put(ctx->txn, WL_TABLE_TAGGED, wl_key_view(&key), WL_NO_STR);
    else
        wl_delete(ctx->txn, WL_TABLE_TAGGED, wl_key_view(&key));
}

void wl_return_put(const struct wl_context *ctx, int64_t number, const struct wl_return *row)
{
    wl_row_put(ctx->txn, WL_TABLE_RETURNS, (uint64_t)number, &wl_return_record, row);
}

/* ---- pairs of numbers ---- */

/* So that what is below 0 comes first; twice is as it was. */
static uint64_t sortable(uint64_t number)
{
    return number ^ UINT64_C(1) << 63;
}

static struct wl_str pair_key(int64_t first, int64_t second, char key[WL_PAIR_KEY])
{
    wl_set_u64(key, sortable((uint64_t)first));
    wl_set_u64(key + 8, sortable((uint64_t)second));
    return (struct wl_str){key, WL_PAIR_KEY};
}

void wl_pair_put(struct wl_txn *txn, unsigned table, int64_t first, int64_t second)
{
    char key[WL_PAIR_KEY];

    wl_put(txn, table, pair_key(first, second, key), WL_NO_STR);
}

void wl_pair_delete(struct wl_txn *txn, unsigned table, int64_t first, int64_t second)
{
    char key[WL_PAIR_KEY];

    wl_delete(txn, table, pair_key(first, second, key));
}

bool wl_pair_read(struct wl_str key, int64_t *first, int64_t *second)
{
    if (key.size != WL_PAIR_KEY)
        return false;
    *first = (int64_t)sortable(wl_get_u64(key.data));
    *second = (int64_t)sortable(wl_get_u64(key.data + 8));
    return true;
}

/* ---- tags of a thing ---- */

/* arena NULL: a view, valid until the next write. */
static int listed_tag(struct wl_txn *txn, struct wl_arena *arena, int64_t number, struct wl_tag *tag)
{
    struct wl_str value;
    int rc = number < 1 ? 0 : wl_get_n(txn, WL_TABLE_TAGS, (uint64_t)number, &value);

    if (rc == 1 && arena) {
        value = wl_arena_copy(arena, value);
        rc = wl_arena_status(arena) == WL_OK ? 1 : wl_arena_status(arena);
    }
    if (rc == 0)
        rc = wl_fail(WL_E_DAMAGED, "tag %" PRId64 " is listed but has no row", number);
    else if (rc == 1)
        rc = wl_record_decode(&wl_tag_record, value, tag, NULL);
    if (rc == WL_OK && !is_tag(tag))
        return no_tag(txn, (uint64_t)number);
    return rc == WL_OK ? WL_OK : wl_txn_fail(txn, rc);
}

static int each_tag(struct wl_txn *txn, struct wl_arena *arena, unsigned table, int64_t of, wl_tag_fn *each,
                    void *context)
{
    char start[8];
    struct wl_str prefix = {start, sizeof start}, key, value;
    struct wl_walk *walk;
    int rc;

    wl_set_u64(start, sortable((uint64_t)of));
    if ((rc = wl_walk_open(txn, table, prefix, prefix, &walk)) != WL_OK)
        return rc;
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        int64_t owner, number;
        struct wl_tag tag;

        if (!wl_pair_read(key, &owner, &number))
            rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a list of tags has a row that is none"));
        else if ((rc = listed_tag(txn, arena, number, &tag)) == WL_OK)
            rc = each(context, (uint64_t)number, &tag);
    }
    wl_walk_close(walk);
    return rc;
}

int wl_tags_of(struct wl_txn *txn, struct wl_arena *arena, int64_t obligation, wl_tag_fn *each, void *context)
{
    return each_tag(txn, arena, WL_TABLE_OBLIGATION_TAGS, obligation, each, context);
}

int wl_return_tags(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, wl_tag_fn *each, void *context)
{
    return each_tag(txn, arena, WL_TABLE_RETURN_TAGS, (int64_t)number, each, context);
}

int wl_tagged_each(struct wl_txn *txn, struct wl_str dealer_id, wl_tagged_fn *each, void *context)
{
    struct wl_parts_key prefix = WL_PARTS_PREFIX(dealer_id);
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc =
        prefix.size == 0 ? WL_OK : wl_walk_open(txn, WL_TABLE_TAGGED, wl_parts_key_view(&prefix), WL_NO_STR, &walk);

    if (prefix.size == 0 || rc != WL_OK)
        return rc;
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1)
        rc = key.size == prefix.size + 8 ? each(context, wl_get_u64(key.data + prefix.size))
                                         : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "what is tagged has no number"));
    wl_walk_close(walk);
    return rc;
}

struct chosen {
    unsigned states;
    struct wl_ints *ids;
    size_t most;
    int64_t count;
};

static int choose(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct chosen *c = context;

    if (!(c->states >> tag->state & 1))
        return WL_OK;
    if (c->ids->count < c->most)
        c->ids->at[c->ids->count++] = (int64_t)number;
    c->count++;
    return WL_OK;
}

int64_t wl_tags_in(const struct wl_context *ctx, int64_t obligation, unsigned states, struct wl_ints *ids, size_t most)
{
    struct chosen chosen = {states, ids, most, 0};
    int rc = wl_tags_of(ctx->txn, NULL, obligation, choose, &chosen);

    return rc == WL_OK ? chosen.count : rc;
}

/* ---- places ---- */

static struct wl_place place(int64_t kind, struct wl_str party)
{
    return (struct wl_place){kind, party};
}

struct wl_place wl_tag_place(const struct wl_context *ctx, const struct wl_tag *tag)
{
    switch ((enum wl_tag_state)tag->state) {
    case WL_TAG_TAGGED:
        return place(WL_ACCOUNT_DEALER_DEFECTIVE, wl_party(ctx, tag->dealer_id, tag->bin_id));
    case WL_TAG_SHIPPED:
        return place(WL_ACCOUNT_IN_TRANSIT, wl_party_number(ctx, "return", tag->shipment));
    case WL_TAG_RECEIVED:
    case WL_TAG_MISSING:
    case WL_TAG_INSPECTED:
        break;
    case WL_TAG_DISPOSED:
        if (tag->disposition == WL_DISPOSE_DEALER)
            return place(WL_ACCOUNT_DEALER_DEFECTIVE, wl_party(ctx, tag->dealer_id, tag->bin_id));
        return place(WL_NONE, WL_NO_STR);
    case WL_TAG_WITHDRAWN:
    case WL_TAG_STATE_COUNT:
        return place(WL_NONE, WL_NO_STR);
    }
    if (tag->discrepancy != WL_NONE)
        return place(WL_ACCOUNT_DISCREPANCY, wl_number_text(ctx, tag->discrepancy));
    if (tag->centre_bin.size != 0)
        return place(WL_ACCOUNT_CENTRE_DEFECTIVE, wl_party(ctx, tag->centre_id, tag->centre_bin));
    return place(WL_NONE, WL_NO_STR);
}
