/* The sourcing rule: "the dealer's own stock first; else the warehouse with enough free stock, nearest by region, then
 * largest free quantity, then lowest id; else a back-order" (domain text, section 5). */
#include "parts/demand.h"
#include "wledger/error.h"

enum { CHAIN_MAX = WL_SUPERSESSION_CHAIN_MAX + 1 /* parts of a chain: the first and one for each step */ };

struct place {
    struct wl_str location_id;
    int64_t free;
    bool near, covers;
};

struct search {
    const struct wl_context *ctx;
    struct wl_reference *reference;
    const struct wl_demand *demand;
    struct wl_str region; /* the dealer's */
    struct wl_warehouses warehouses;
    struct place *places; /* of the part at hand: the warehouses, by id */
    size_t place_count;
    struct wl_considered *considered;
    struct wl_source *source;
};

bool wl_order_fits(const struct wl_context *ctx, struct wl_str part_id, struct wl_str location_id, int64_t quantity,
                   struct wl_outcome_head *head)
{
    struct wl_stock stock;

    if (wl_stock_get(ctx->txn, part_id, location_id, &stock) < 0)
        return false;
    if (stock.on_order + stock.in_transit > WL_STOCK_MAX - quantity)
        return wl_refuse(ctx, head, WL_REFUSED_QUANTITY_TOO_LARGE, part_id);
    return true;
}

bool wl_part_is_known_at(const struct wl_context *ctx, struct wl_str part_id, struct wl_str location_id,
                         struct wl_outcome_head *head)
{
    struct wl_stock stock;

    if (wl_part_find(wl_reference(ctx), part_id))
        return true;
    if (wl_stock_get(ctx->txn, part_id, location_id, &stock) < 0)
        return false;
    return stock.on_hand > 0 || wl_refuse(ctx, head, WL_REFUSED_PART_UNKNOWN, part_id);
}

bool wl_location_supplies(const struct wl_context *ctx, struct wl_str location_id)
{
    const struct wl_warehouse *warehouse = wl_warehouse_find(wl_reference(ctx), location_id);

    return warehouse && warehouse->returns != WL_YES;
}

/* The parts that may supply a part on the day. */
static size_t chain_of(const struct wl_context *ctx, struct wl_reference *reference, struct wl_str part_id,
                       struct wl_str chain[CHAIN_MAX])
{
    size_t count = 0;

    while (count < CHAIN_MAX && wl_part_find(reference, part_id)) {
        const struct wl_supersession *next = wl_supersession_on(reference, part_id, ctx->day);

        chain[count++] = wl_arena_copy(ctx->arena, part_id);
        if (!next)
            break;
        part_id = next->replaced_by;
    }
    return count;
}

static int64_t free_at(const struct search *s, struct wl_str part_id, struct wl_str location_id)
{
    struct wl_stock stock;
    int found = wl_stock_get(s->ctx->txn, part_id, location_id, &stock);
    int64_t free = found == 1 ? stock.on_hand - stock.reserved : 0;

    if (s->demand->freed > 0 && wl_str_equal(location_id, s->demand->freed_location) &&
        wl_str_equal(part_id, s->demand->freed_part))
        free += s->demand->freed;
    return free;
}

static void consider(struct search *s, struct wl_str part_id, struct wl_str location_id, int64_t free,
                     enum wl_choice choice, bool chosen)
{
    struct wl_list *list = &s->source->considered;
    struct wl_considered row = {location_id, part_id, free, choice};

    if (list->count < WL_CONSIDERED_MAX)
        s->considered[list->count++] = row;
    else if (chosen)
        s->considered[WL_CONSIDERED_MAX - 1] = row;
    if (chosen) {
        s->source->choice = choice;
        s->source->location_id = location_id;
        s->source->part_id = part_id;
    }
}

static bool look_at_dealer(struct search *s, struct wl_str part_id)
{
    int64_t free = free_at(s, part_id, s->demand->dealer_id);
    bool covers = free >= s->demand->quantity;

    consider(s, part_id, s->demand->dealer_id, free, covers ? WL_CHOICE_OWN_STOCK : WL_CHOICE_NOT_ENOUGH, covers);
    return covers;
}

static void survey(struct search *s, struct wl_str part_id)
{
    s->place_count = 0;
    for (size_t i = 0; i < s->warehouses.count; i++) {
        const struct wl_warehouse *warehouse = &s->warehouses.at[i];
        struct place *place = &s->places[s->place_count];

        if (warehouse->returns == WL_YES)
            continue;
        place->location_id = wl_arena_copy(s->ctx->arena, warehouse->warehouse_id);
        place->free = free_at(s, part_id, warehouse->warehouse_id);
        place->near = wl_str_equal(warehouse->region, s->region);
        place->covers = place->free >= s->demand->quantity;
        s->place_count++;
    }
}

/* Places stand by id, so that of two alike the first stays. */
static bool is_better(const struct place *a, const struct place *b)
{
    return a->near != b->near ? a->near : a->free > b->free;
}

static const struct place *best_of(const struct search *s)
{
    const struct place *best = NULL;

    for (const struct place *p = s->places; p < s->places + s->place_count; p++)
        if (p->covers && (!best || is_better(p, best)))
            best = p;
    return best;
}

static enum wl_choice why_passed_over(const struct place *place, const struct place *best)
{
    if (!place->covers)
        return WL_CHOICE_NOT_ENOUGH;
    if (place->near != best->near)
        return WL_CHOICE_FARTHER;
    return place->free < best->free ? WL_CHOICE_SMALLER : WL_CHOICE_HIGHER_ID;
}

/* The first rule that left no other. */
static enum wl_choice why_chosen(const struct search *s, const struct place *best)
{
    enum wl_choice why = WL_CHOICE_ONLY;

    for (const struct place *p = s->places; p < s->places + s->place_count; p++) {
        enum wl_choice needed = WL_CHOICE_ONLY;

        if (p == best || !p->covers)
            continue;
        if (why_passed_over(p, best) == WL_CHOICE_FARTHER)
            needed = WL_CHOICE_REGION;
        else
            needed = p->free < best->free ? WL_CHOICE_LARGEST : WL_CHOICE_LOWEST_ID;
        if (needed > why)
            why = needed;
    }
    return why;
}

static bool look_at_warehouses(struct search *s, struct wl_str part_id)
{
    const struct place *best;

    survey(s, part_id);
    best = best_of(s);
    for (const struct place *p = s->places; p < s->places + s->place_count; p++) {
        if (p == best)
            consider(s, part_id, p->location_id, p->free, why_chosen(s, best), true);
        else
            consider(s, part_id, p->location_id, p->free, why_passed_over(p, best), false);
    }
    return best != NULL;
}

static bool search(struct search *s, const struct wl_str chain[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (look_at_dealer(s, chain[i]))
            return true;
    for (size_t i = 0; i < count; i++)
        if (look_at_warehouses(s, chain[i]))
            return true;
    return false;
}

bool wl_source_find(const struct wl_context *ctx, const struct wl_demand *demand, struct wl_outcome_head *head,
                    struct wl_source *source)
{
    struct wl_reference *reference = wl_reference(ctx);
    struct search s = {
        .ctx = ctx, .reference = reference, .demand = demand, .warehouses = wl_warehouses(reference), .source = source};
    const struct wl_dealer *dealer = wl_dealer_find(reference, demand->dealer_id);
    struct wl_str chain[CHAIN_MAX];
    size_t count = chain_of(ctx, reference, demand->part_id, chain);

    if (!dealer || count == 0)
        return wl_txn_status(ctx->txn) == WL_OK &&
               wl_refuse(ctx, head, dealer ? WL_REFUSED_PART_UNKNOWN : WL_REFUSED_DEALER_UNKNOWN,
                         dealer ? demand->part_id : demand->dealer_id);
    s.region = dealer->region;
    *source = (struct wl_source){.choice = WL_CHOICE_BACK_ORDER};
    for (size_t i = 0; i < count; i++)
        if (!wl_quantity_check(ctx, chain[i], demand->quantity, head))
            return false;
    s.places = wl_arena_alloc(ctx->arena, (s.warehouses.count + 1) * sizeof *s.places);
    s.considered = wl_arena_alloc(ctx->arena, WL_CONSIDERED_MAX * sizeof *s.considered);
    if (wl_arena_status(ctx->arena) != WL_OK)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    if (wl_txn_status(ctx->txn) != WL_OK)
        return false;
    source->considered.at = s.considered;
    if (!search(&s, chain, count))
        source->part_id = chain[count - 1];
    return wl_txn_status(ctx->txn) == WL_OK;
}
