/* Places, bins and lots, as the commands that move stock choose and check them. */
#include "parts/stock.h"

#include "parts/keys.h"
#include "wledger/error.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PARTY_MAX = 64, ABOUT_MAX = 200 /* bytes of wl_outcome_head.about */ };

enum wl_location_kind wl_location_kind(const struct wl_context *ctx, struct wl_str location_id)
{
    struct wl_reference *reference = wl_reference(ctx);

    if (wl_warehouse_find(reference, location_id))
        return WL_LOCATION_WAREHOUSE;
    return wl_dealer_find(reference, location_id) ? WL_LOCATION_DEALER : WL_LOCATION_NONE;
}

enum wl_account_kind wl_location_account(enum wl_location_kind kind)
{
    return kind == WL_LOCATION_WAREHOUSE ? WL_ACCOUNT_WAREHOUSE : WL_ACCOUNT_DEALER;
}

/* A text made of parts, in the arena; longer than `most` it is a fault of ours, which sticks. */
static struct wl_str made(const struct wl_context *ctx, const char *text, int size, int most)
{
    struct wl_str copy = WL_NO_STR;

    if (size > most)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_USAGE, "an account's party would have %d bytes", size));
    else if ((copy = wl_arena_copy(ctx->arena, (struct wl_str){text, (size_t)size})).size == 0)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return copy;
}

struct wl_str wl_party(const struct wl_context *ctx, struct wl_str location_id, struct wl_str bin_id)
{
    char text[2 * PARTY_MAX];
    int n = snprintf(text, sizeof text, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(location_id), WL_STR_ARG(bin_id));

    return made(ctx, text, n, PARTY_MAX);
}

struct wl_str wl_party_number(const struct wl_context *ctx, const char *what, int64_t number)
{
    char text[2 * PARTY_MAX];
    int n = snprintf(text, sizeof text, "%s/%" PRId64, what, number);

    return made(ctx, text, n, PARTY_MAX);
}

struct wl_str wl_named_entry(const struct wl_context *ctx, struct wl_str what, int64_t seq)
{
    char text[2 * PARTY_MAX];
    int n = snprintf(text, sizeof text, WL_STR_FMT "%sentry %" PRId64, WL_STR_ARG(what), what.size ? ": " : "", seq);

    return made(ctx, text, n, PARTY_MAX);
}

void wl_party_split(struct wl_str party, struct wl_str *location_id, struct wl_str *bin_id)
{
    const char *slash = party.size == 0 ? NULL : memchr(party.data, '/', party.size);

    *location_id = party;
    *bin_id = WL_NO_STR;
    if (!slash)
        return;
    location_id->size = (size_t)(slash - party.data);
    *bin_id = (struct wl_str){slash + 1, party.size - location_id->size - 1};
}

bool wl_refuse(const struct wl_context *ctx, struct wl_outcome_head *head, int64_t refusal, struct wl_str about)
{
    if (about.size > ABOUT_MAX)
        about.size = ABOUT_MAX;
    about.size = wl_utf8_prefix(about);
    head->refusal = refusal;
    head->about = wl_arena_copy(ctx->arena, about);
    if (wl_arena_status(ctx->arena) != WL_OK)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return false;
}

bool wl_outcome_check(const struct wl_context *ctx, bool is_good)
{
    if (!is_good)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "an entry's outcome is none of its command"));
    return is_good;
}

/* ---- bins ---- */

static bool has_bin(struct wl_bins bins, struct wl_str bin_id)
{
    size_t i = 0;

    while (i < bins.count && !wl_str_equal(bins.at[i].bin_id, bin_id))
        i++;
    return i < bins.count;
}

bool wl_bin_choose(const struct wl_context *ctx, struct wl_str location_id, struct wl_str part_id, struct wl_str named,
                   struct wl_outcome_head *head, struct wl_str *bin_id)
{
    struct wl_reference *reference = wl_reference(ctx);
    struct wl_bins own = wl_bins_of(reference, location_id, part_id);
    struct wl_bins any = wl_bins_of(reference, location_id, WL_STR(WL_ANY_PART));

    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    if (named.size == 0)
        named = own.count ? own.at[0].bin_id : any.count ? any.at[0].bin_id : WL_STR(WL_MAIN_BIN);
    else if (!wl_str_is(named, WL_MAIN_BIN) && !has_bin(own, named) && !has_bin(any, named))
        return wl_refuse(ctx, head, WL_REFUSED_BIN_UNKNOWN, named);
    *bin_id = wl_arena_copy(ctx->arena, named);
    if (bin_id->size == 0)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return wl_txn_status(ctx->txn) == WL_OK;
}

/* ---- quantities ---- */

bool wl_quantity_check(const struct wl_context *ctx, struct wl_str part_id, int64_t quantity,
                       struct wl_outcome_head *head)
{
    bool whole = quantity % WL_PIECE == 0 || wl_tracking_of(wl_reference(ctx), part_id) != WL_TRACKING_SERIAL;

    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    if (quantity <= 0 || quantity > WL_QUANTITY_MAX || !whole)
        return wl_refuse(ctx, head, WL_REFUSED_QUANTITY_INVALID, part_id);
    return true;
}

bool wl_stock_fits(const struct wl_context *ctx, struct wl_str part_id, struct wl_str location_id, int64_t quantity,
                   struct wl_outcome_head *head)
{
    struct wl_stock stock;

    if (wl_stock_get(ctx->txn, part_id, location_id, &stock) < 0)
        return false;
    if (stock.on_hand > WL_STOCK_MAX - quantity)
        return wl_refuse(ctx, head, WL_REFUSED_QUANTITY_TOO_LARGE, part_id);
    return true;
}

/* ---- lots ---- */

struct wl_str wl_lot_of_entry(const struct wl_context *ctx)
{
    char text[32];
    int n = snprintf(text, sizeof text, "@%010" PRIu64, ctx->seq);

    return made(ctx, text, n, WL_LOT_MAX);
}

/* What is typed or scanned as a lot or serial number has no control characters: whoever lets one through to here made
 * a mistake. */
static bool is_printed(const struct wl_context *ctx, struct wl_str name, size_t most)
{
    if (name.size == 0 || (name.size <= most && wl_is_identifier(name)))
        return true;
    wl_txn_fail(ctx->txn, wl_fail(WL_E_USAGE, "a lot or serial number is too long or holds control characters"));
    return false;
}

/* Lots and serial numbers in the ledger's own forms are the ledger's: a serial number is named without "sn:", a lot
 * that begins with "@" only where it is there, or where it is given anyway. */
static bool is_a_users_name(const struct wl_context *ctx, struct wl_str part_id, struct wl_str lot, struct wl_str piece,
                            struct wl_str unnamed)
{
    struct wl_unit unit;
    int found = 1;

    if (piece.size == 0 && lot.size != 0 && lot.data[0] == '@' && !wl_str_equal(lot, unnamed))
        found = wl_unit_get(ctx->txn, ctx->arena, part_id, lot, &unit);
    if (found == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_USAGE,
                                      "lot " WL_STR_FMT ": a lot that begins with \"@\" is the ledger's own; "
                                      "name the one on the label, or none",
                                      WL_STR_ARG(lot)));
    return found == 1 && wl_serial_is_named(ctx, piece);
}

bool wl_serial_is_named(const struct wl_context *ctx, struct wl_str serial)
{
    if (wl_lot_serial(serial).size == 0 && !wl_str_is(serial, "sn:"))
        return true;
    wl_txn_fail(ctx->txn,
                wl_fail(WL_E_USAGE, "serial number " WL_STR_FMT ": it is named without \"sn:\"", WL_STR_ARG(serial)));
    return false;
}

bool wl_serial_is_here(const struct wl_unit *unit)
{
    return unit->kind != WL_ACCOUNT_SUPPLIER && unit->kind != WL_ACCOUNT_COUNT_ADJUSTMENT;
}

static bool choose_serial(const struct wl_context *ctx, struct wl_str part_id, struct wl_str serial, int64_t quantity,
                          struct wl_outcome_head *head, struct wl_str *out)
{
    struct wl_unit unit;
    int found;

    if (serial.size == 0)
        return wl_refuse(ctx, head, WL_REFUSED_SERIAL_MISSING, part_id);
    if (quantity != WL_PIECE)
        return wl_refuse(ctx, head, WL_REFUSED_QUANTITY_INVALID, serial);
    *out = wl_serial_lot(ctx->arena, serial);
    if (out->size == 0) {
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
        return false;
    }
    found = wl_serial_find(ctx, part_id, *out, &unit);
    if (found == 1)
        return wl_refuse(ctx, head, WL_REFUSED_SERIAL_KNOWN, serial);
    return found >= 0;
}

bool wl_lot_choose(const struct wl_context *ctx, struct wl_str part_id, struct wl_str lot, struct wl_str serial,
                   int64_t quantity, struct wl_str unnamed, struct wl_outcome_head *head, struct wl_str *out)
{
    enum wl_tracking tracking = wl_tracking_of(wl_reference(ctx), part_id);
    struct wl_str piece = serial.size ? serial : wl_lot_serial(lot);

    if (!is_printed(ctx, lot, WL_LOT_MAX) || !is_printed(ctx, piece, WL_SERIAL_MAX) ||
        !is_a_users_name(ctx, part_id, lot, piece, unnamed) || !wl_quantity_check(ctx, part_id, quantity, head))
        return false;
    if (tracking == WL_TRACKING_SERIAL)
        return choose_serial(ctx, part_id, piece, quantity, head, out);
    if (piece.size)
        return wl_refuse(ctx, head, WL_REFUSED_NOT_SERIALISED, part_id);
    if (lot.size == 0 && tracking == WL_TRACKING_LOT)
        return wl_refuse(ctx, head, WL_REFUSED_LOT_MISSING, part_id);
    *out = lot.size ? lot : unnamed;
    return true;
}
