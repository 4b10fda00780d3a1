/* Recoveries and supplier claims as the store holds them, and reading them. */
#include "claims/recoveries.h"

#include "wledger/error.h"

static const char *const state_names[] = {"open", "claimed", "accepted", "disputed", "given-up", "withdrawn", NULL};
_Static_assert(WL_COUNT(state_names) == WL_RECOVERY_STATE_COUNT + 1, "each state has its name");
static const char *const claim_state_names[] = {"sent", "answered", "paid", NULL};
_Static_assert(WL_COUNT(claim_state_names) == WL_SUPPLIER_CLAIM_STATE_COUNT + 1, "each state has its name");

const char *const *wl_recovery_state_names(void)
{
    return state_names;
}

const char *const *wl_supplier_claim_state_names(void)
{
    return claim_state_names;
}

static const struct wl_field recovery_fields[] = {
    WL_NUMBER_FIELD(struct wl_recovery, 1, claim),
    WL_TEXT_FIELD(struct wl_recovery, 2, supplier_id, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_recovery, 3, currency, 3),
    WL_NUMBERS_FIELD(struct wl_recovery, 4, lines, WL_RECOVERY_LINES_MAX),
    WL_NUMBERS_FIELD(struct wl_recovery, 5, percents, WL_RECOVERY_LINES_MAX),
    WL_NUMBERS_FIELD(struct wl_recovery, 6, days, WL_RECOVERY_LINES_MAX),
    WL_NUMBER_FIELD(struct wl_recovery, 7, labour_percent),
    WL_NUMBER_FIELD(struct wl_recovery, 8, basis),
    WL_NUMBER_FIELD(struct wl_recovery, 9, amount),
    WL_NUMBER_FIELD(struct wl_recovery, 10, accepted),
    WL_CHOICE_FIELD(struct wl_recovery, 11, state, state_names),
    WL_CHOICE_FIELD(struct wl_recovery, 12, withdrawn_from, state_names),
    WL_DAY_FIELD(struct wl_recovery, 13, claimed_day),
    WL_NUMBER_FIELD(struct wl_recovery, 14, supplier_claim),
    WL_NUMBER_FIELD(struct wl_recovery, 15, line),
};
const struct wl_record wl_recovery_record = {"recovery", recovery_fields, WL_COUNT(recovery_fields),
                                             sizeof(struct wl_recovery)};

static const struct wl_field change_fields[] = {
    WL_TEXT_FIELD(struct wl_recovery_change, 1, supplier_id, WL_IDENTIFIER_MAX),
    WL_NUMBER_FIELD(struct wl_recovery_change, 2, basis),
    WL_NUMBER_FIELD(struct wl_recovery_change, 3, amount),
};
const struct wl_record wl_recovery_change_record = {"recovery-change", change_fields, WL_COUNT(change_fields),
                                                    sizeof(struct wl_recovery_change)};

static const struct wl_field claim_fields[] = {
    WL_TEXT_FIELD(struct wl_supplier_claim, 1, supplier_id, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_supplier_claim, 2, currency, 3),
    WL_DAY_FIELD(struct wl_supplier_claim, 3, to_day),
    WL_DAY_FIELD(struct wl_supplier_claim, 4, day),
    WL_NUMBER_FIELD(struct wl_supplier_claim, 5, seq),
    WL_NUMBER_FIELD(struct wl_supplier_claim, 6, lines),
    WL_NUMBER_FIELD(struct wl_supplier_claim, 7, total),
    WL_NUMBER_FIELD(struct wl_supplier_claim, 8, open_lines),
    WL_NUMBER_FIELD(struct wl_supplier_claim, 9, due),
    WL_NUMBER_FIELD(struct wl_supplier_claim, 10, paid),
    WL_CHOICE_FIELD(struct wl_supplier_claim, 11, state, claim_state_names),
};
const struct wl_record wl_supplier_claim_record = {"supplier-claim", claim_fields, WL_COUNT(claim_fields),
                                                   sizeof(struct wl_supplier_claim)};

/* ---- keys ---- */

static struct wl_str recovery_key(int64_t claim, struct wl_str supplier_id, char bytes[WL_RECOVERY_KEY_MAX])
{
    wl_set_u64(bytes, (uint64_t)claim);
    if (supplier_id.size > WL_IDENTIFIER_MAX)
        return WL_NO_STR;
    memcpy(bytes + 8, supplier_id.data, supplier_id.size);
    return (struct wl_str){bytes, 8 + supplier_id.size};
}

struct wl_recoverable_key wl_recoverable_key(struct wl_str supplier_id, struct wl_str currency, int64_t claim)
{
    struct wl_recoverable_key key = {.size = 0};

    if (supplier_id.size == 0 || supplier_id.size > WL_IDENTIFIER_MAX || currency.size == 0 || currency.size > 3)
        return key;
    memcpy(key.bytes, supplier_id.data, supplier_id.size);
    key.bytes[supplier_id.size] = '\0';
    memcpy(key.bytes + supplier_id.size + 1, currency.data, currency.size);
    key.size = supplier_id.size + 1 + currency.size;
    key.bytes[key.size++] = '\0';
    if (claim == WL_NONE)
        return key;
    wl_set_u64(key.bytes + key.size, (uint64_t)claim);
    key.size += 8;
    return key;
}

/* ---- recoveries ---- */

static bool is_recovery(const struct wl_recovery *r)
{
    return r->claim >= 0 && r->state != WL_NONE && r->supplier_id.size > 0 && r->currency.size > 0 && r->basis >= 0 &&
           r->amount >= 0 && r->lines.count == r->percents.count && r->lines.count == r->days.count;
}

static int read_recovery(struct wl_str value, struct wl_arena *arena, struct wl_recovery *out)
{
    int rc = wl_record_decode(&wl_recovery_record, value, out, arena);

    if (rc == WL_OK && !is_recovery(out))
        rc = wl_fail(WL_E_DAMAGED, "a recovery of claim %lld is none", (long long)out->claim);
    return rc;
}

int wl_recovery_get(struct wl_txn *txn, struct wl_arena *arena, int64_t claim, struct wl_str supplier_id,
                    struct wl_recovery *out)
{
    char bytes[WL_RECOVERY_KEY_MAX];
    struct wl_str key = claim < 0 ? WL_NO_STR : recovery_key(claim, supplier_id, bytes), value;
    int rc = key.size <= 8 ? 0 : wl_get(txn, WL_TABLE_RECOVERIES, key, &value);

    if (rc != 1)
        return rc;
    rc = read_recovery(wl_arena_copy(arena, value), arena, out);
    if (rc == WL_OK)
        rc = wl_arena_status(arena);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

int wl_recoveries_each(struct wl_txn *txn, int64_t claim, wl_recovery_fn *fn, void *context)
{
    enum { ROW_MEMORY = 1 << 16 };
    char start[8];
    struct wl_str prefix = {start, claim == WL_NONE ? 0 : sizeof start}, key, value;
    struct wl_arena arena;
    struct wl_walk *walk;
    int rc;

    wl_set_u64(start, claim == WL_NONE ? 0 : (uint64_t)claim);
    if ((rc = wl_walk_open(txn, WL_TABLE_RECOVERIES, prefix, prefix, &walk)) != WL_OK)
        return rc;
    wl_arena_init(&arena, ROW_MEMORY);
    while (rc == WL_OK && (rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_recovery row;

        wl_arena_clear(&arena);
        rc = read_recovery(value, &arena, &row);
        rc = rc == WL_OK ? fn(context, &row) : wl_txn_fail(txn, rc);
    }
    wl_arena_release(&arena);
    wl_walk_close(walk);
    return rc;
}

int64_t wl_recovery_owed(const struct wl_recovery *r)
{
    switch ((enum wl_recovery_state)r->state) {
    case WL_RECOVERY_CLAIMED:
    case WL_RECOVERY_DISPUTED:
        return r->amount;
    case WL_RECOVERY_ACCEPTED:
        return r->accepted == WL_NONE || r->accepted > r->amount ? r->amount : r->accepted;
    case WL_RECOVERY_OPEN:
    case WL_RECOVERY_GIVEN_UP:
    case WL_RECOVERY_WITHDRAWN:
    case WL_RECOVERY_STATE_COUNT:
        break;
    }
    return 0;
}

bool wl_recovery_waits(const struct wl_recovery *r)
{
    return r->state == WL_RECOVERY_CLAIMED || r->state == WL_RECOVERY_DISPUTED;
}

bool wl_recovery_row(const struct wl_context *ctx, int64_t claim, struct wl_str supplier_id, struct wl_recovery *out)
{
    int rc = wl_recovery_get(ctx->txn, ctx->arena, claim, supplier_id, out);

    if (rc == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "a recovery of claim %lld from " WL_STR_FMT " has no row",
                                      (long long)claim, WL_STR_ARG(supplier_id)));
    return rc == 1;
}

/* What a supplier claim has of a row changes with it. */
static void book(const struct wl_context *ctx, const struct wl_recovery *before, const struct wl_recovery *after)
{
    int64_t due = wl_recovery_owed(after) - (before ? wl_recovery_owed(before) : 0);
    int64_t waiting = wl_recovery_waits(after) - (before ? wl_recovery_waits(before) : 0);
    struct wl_supplier_claim claim;

    if (after->supplier_claim == WL_NONE || !before || before->supplier_claim == WL_NONE ||
        (due == 0 && waiting == 0) || !wl_supplier_claim_row(ctx, after->supplier_claim, &claim))
        return;
    claim.due += due;
    claim.open_lines += waiting;
    wl_supplier_claim_put(ctx, after->supplier_claim, &claim);
}

void wl_recovery_put(const struct wl_context *ctx, const struct wl_recovery *before, const struct wl_recovery *row)
{
    struct wl_recoverable_key open = wl_recoverable_key(row->supplier_id, row->currency, row->claim);
    struct wl_str open_key = {open.bytes, open.size};
    char bytes[WL_RECOVERY_KEY_MAX];
    struct wl_buf value;

    wl_buf_init(&value, WL_VALUE_MAX);
    wl_record_encode(&wl_recovery_record, row, &value);
    if (wl_buf_status(&value) != WL_OK)
        wl_txn_fail(ctx->txn, wl_buf_status(&value));
    else
        wl_put(ctx->txn, WL_TABLE_RECOVERIES, recovery_key(row->claim, row->supplier_id, bytes), wl_buf_view(&value));
    wl_buf_release(&value);
    if (row->state == WL_RECOVERY_OPEN)
        wl_put(ctx->txn, WL_TABLE_RECOVERABLE, open_key, WL_NO_STR);
    else if (before && before->state == WL_RECOVERY_OPEN)
        wl_delete(ctx->txn, WL_TABLE_RECOVERABLE, open_key);
    book(ctx, before, row);
}

/* ---- supplier claims ---- */

uint64_t wl_supplier_claim_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_SUPPLIER_CLAIMS);
}

int wl_supplier_claim_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_supplier_claim *out)
{
    struct wl_str value;
    int rc = wl_get_n(txn, WL_TABLE_SUPPLIER_CLAIMS, number, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(&wl_supplier_claim_record, wl_arena_copy(arena, value), out, arena);
    if (rc == WL_OK && (rc = wl_arena_status(arena)) == WL_OK && out->state == WL_NONE)
        rc = wl_fail(WL_E_DAMAGED, "supplier claim %llu has no state", (unsigned long long)number);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

bool wl_supplier_claim_row(const struct wl_context *ctx, int64_t number, struct wl_supplier_claim *out)
{
    int rc = number < 1 ? 0 : wl_supplier_claim_get(ctx->txn, ctx->arena, (uint64_t)number, out);

    if (rc == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "supplier claim %lld has no row", (long long)number));
    return rc == 1;
}

void wl_supplier_claim_put(const struct wl_context *ctx, int64_t number, struct wl_supplier_claim *row)
{
    struct wl_buf value;

    row->state = row->open_lines > 0 ? WL_SUPPLIER_CLAIM_SENT : WL_SUPPLIER_CLAIM_ANSWERED;
    if (row->paid != 0 && row->paid == row->due)
        row->state = WL_SUPPLIER_CLAIM_PAID;
    wl_buf_init(&value, WL_VALUE_MAX);
    wl_record_encode(&wl_supplier_claim_record, row, &value);
    if (wl_buf_status(&value) != WL_OK)
        wl_txn_fail(ctx->txn, wl_buf_status(&value));
    else
        wl_put_n(ctx->txn, WL_TABLE_SUPPLIER_CLAIMS, (uint64_t)number, wl_buf_view(&value));
    wl_buf_release(&value);
}

static struct wl_str line_key(uint64_t number, uint64_t line, char bytes[16])
{
    wl_set_u64(bytes, number);
    wl_set_u64(bytes + 8, line);
    return (struct wl_str){bytes, 16};
}

int wl_supplier_line_get(struct wl_txn *txn, uint64_t number, uint64_t line, int64_t *claim)
{
    char bytes[16];

    *claim = wl_get_number(txn, WL_TABLE_SUPPLIER_LINES, line_key(number, line, bytes), WL_NONE);
    return wl_txn_status(txn) != WL_OK ? wl_txn_status(txn) : *claim != WL_NONE;
}

void wl_supplier_line_put(const struct wl_context *ctx, int64_t number, int64_t line, int64_t claim)
{
    char bytes[16];

    wl_put_number(ctx->txn, WL_TABLE_SUPPLIER_LINES, line_key((uint64_t)number, (uint64_t)line, bytes), claim);
}
