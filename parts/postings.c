/* Postings of a command, collected in the arena. */
#include "parts/stock.h"

#include "wledger/error.h"

bool wl_postings_init(const struct wl_context *ctx, struct wl_postings *postings, size_t most)
{
    *postings = (struct wl_postings){.at = most == 0 ? NULL : wl_arena_alloc(ctx->arena, most * sizeof *postings->at),
                                     .most = most};
    if (most == 0 || postings->at)
        return true;
    wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return false;
}

void wl_postings_add(const struct wl_context *ctx, struct wl_postings *postings, int64_t from_kind,
                     struct wl_str from_party, int64_t to_kind, struct wl_str to_party, struct wl_str part_id,
                     struct wl_str lot, int64_t quantity)
{
    if (postings->count == postings->most) {
        wl_txn_fail(ctx->txn,
                    wl_fail(WL_E_FULL, "a command posts more than the %zu postings it made room for", postings->most));
        return;
    }
    postings->at[postings->count++] = (struct wl_posting){.from_kind = from_kind,
                                                          .from_party = from_party,
                                                          .to_kind = to_kind,
                                                          .to_party = to_party,
                                                          .unit = part_id,
                                                          .lot = lot,
                                                          .amount = quantity};
}

struct wl_list wl_postings_list(const struct wl_postings *postings)
{
    return (struct wl_list){postings->at, postings->count};
}
