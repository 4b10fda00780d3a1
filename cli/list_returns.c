/* The rows of the defective loop: obligations, tags, return shipments. */
#include "cli/list.h"
#include "cli/quantity.h"
#include "cli/tags.h"

#include "wledger/date.h"
#include "wledger/error.h"

#define COLUMNS(table, count) _Static_assert(WL_COUNT(table) == (count), "the header says how many")

static bool passes(struct wl_str filter, struct wl_str value)
{
    return !filter.size || wl_str_equal(filter, value);
}

static int missing(const char *what, int64_t id)
{
    return wl_fail(WL_E_DAMAGED, "%s %lld has no row", what, (long long)id);
}

static struct wl_str inspection(int64_t outcome)
{
    return outcome >= WL_ACCEPTED && outcome <= WL_ABUSE ? wl_str_of(wl_inspection_names()[outcome]) : WL_NO_STR;
}

/* ---- obligations ---- */

const struct cli_column cli_obligation_columns[] = {
    {"claim", false, false},   {"line", true, true},       {"part_id", false, false}, {"quantity", true, false},
    {"due", false, false},     {"state", false, false},    {"outcome", false, false}, {"tagged", true, false},
    {"received", true, false}, {"inspected", true, false},
};
COLUMNS(cli_obligation_columns, CLI_OBLIGATION_COLUMNS);

static struct wl_str so_much(struct wl_arena *arena, int64_t quantity)
{
    return cli_quantity_exact(arena, quantity == WL_NONE ? 0 : quantity);
}

static bool obligation_row(struct cli_list *l, const struct wl_obligation *o, const struct wl_claim *claim)
{
    struct wl_arena *a = &l->arena;

    return cli_list_row(l, (struct wl_str[]){cli_format_text(a, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim->dealer_id),
                                                             WL_STR_ARG(claim->claim_no)),
                                             cli_int(a, o->line + 1), o->part_id, cli_quantity_exact(a, o->quantity),
                                             cli_day(a, o->due), wl_str_of(wl_obligation_state_names()[o->state]),
                                             inspection(o->outcome), so_much(a, o->tagged), so_much(a, o->received),
                                             so_much(a, o->inspected)});
}

int cli_list_obligations(struct cli_list *l)
{
    uint64_t count = wl_table_rows(l->txn, WL_TABLE_OBLIGATIONS);
    int rc = 1;

    for (uint64_t id = 0; rc == 1 && id < count; id++) {
        struct wl_obligation o;
        struct wl_claim claim;

        wl_arena_clear(&l->arena);
        if ((rc = wl_obligation_get(l->txn, &l->arena, (int64_t)id, &o)) != 1)
            return rc < 0 ? rc : missing("return obligation", (int64_t)id);
        if (l->state != WL_NONE && l->state != o.state)
            continue;
        if ((rc = wl_claim_get(l->txn, &l->arena, o.claim, &claim)) != 1)
            return rc < 0 ? rc : missing("claim", o.claim);
        if (passes(l->dealer, claim.dealer_id))
            rc = obligation_row(l, &o, &claim);
    }
    return rc < 0 ? rc : wl_txn_status(l->txn);
}

/* ---- tags ---- */

const struct cli_column cli_tag_columns[] = {
    {"tag", false, false},     {"state", false, false},   {"dealer_id", false, false},   {"claim", false, false},
    {"line", true, true},      {"vin", false, false},     {"part_id", false, false},     {"lot", false, false},
    {"quantity", true, false}, {"tagged", false, false},  {"return", true, true},        {"centre_id", false, false},
    {"bin_id", false, false},  {"outcome", false, false}, {"disposition", false, false},
};
COLUMNS(cli_tag_columns, CLI_TAG_COLUMNS);

/* The civil day of an entry; WL_NONE where there is none. */
static int day_of(struct cli_list *l, int64_t seq, int64_t *day)
{
    struct wl_entry e;
    int rc = seq == WL_NONE ? 0 : wl_entry_read(l->txn, (uint64_t)seq, &e);

    *day = rc == 1 ? wl_time_day(e.time, wl_journal_zone(l->txn)) : WL_NONE;
    return rc < 0 ? rc : WL_OK;
}

static int tag_row(struct cli_list *l, uint64_t number, const struct wl_tag *t)
{
    struct wl_arena *a = &l->arena;
    struct cli_owner owner = {.name = WL_NO_STR};
    bool disposed = t->disposition >= WL_DISPOSE_SCRAP && t->disposition <= WL_DISPOSE_DEALER;
    int64_t tagged;
    int rc = cli_tag_owner(l->txn, a, t, &owner);
    int64_t line = rc == 1 ? owner.obligation.line + 1 : WL_NONE;

    if (rc < 0 || (rc = day_of(l, t->tagged_seq, &tagged)) != WL_OK)
        return rc;
    return cli_list_row(l,
                        (struct wl_str[]){cli_tag_text(a, number), wl_str_of(wl_tag_state_names()[t->state]),
                                          t->dealer_id, owner.name, cli_int(a, line), t->vin, t->part_id, t->lot,
                                          cli_quantity_exact(a, t->quantity), cli_day(a, tagged),
                                          cli_int(a, t->shipment), t->centre_id, t->centre_bin, inspection(t->outcome),
                                          disposed ? wl_str_of(wl_disposition_names()[t->disposition]) : WL_NO_STR});
}

int cli_list_tags(struct cli_list *l)
{
    uint64_t count = wl_tag_count(l->txn);
    int rc = 1;

    for (uint64_t n = 1; rc == 1 && n <= count; n++) {
        struct wl_tag t;

        wl_arena_clear(&l->arena);
        if ((rc = wl_tag_get(l->txn, &l->arena, n, &t)) != 1)
            return rc < 0 ? rc : missing("tag", (int64_t)n);
        if ((l->state == WL_NONE || l->state == t.state) && passes(l->dealer, t.dealer_id) && passes(l->vin, t.vin) &&
            passes(l->part, t.part_id))
            rc = tag_row(l, n, &t);
    }
    return rc < 0 ? rc : wl_txn_status(l->txn);
}

/* ---- return shipments ---- */

const struct cli_column cli_return_columns[] = {
    {"return", true, true},     {"dealer_id", false, false}, {"centre_id", false, false},  {"shipped", false, false},
    {"tags", true, true},       {"in_transit", true, true},  {"carrier_id", false, false}, {"box", false, false},
    {"tracking", false, false}, {"closed", false, false},
};
COLUMNS(cli_return_columns, CLI_RETURN_COLUMNS);

static int return_row(struct cli_list *l, uint64_t number, const struct wl_return *r)
{
    struct wl_arena *a = &l->arena;
    int64_t closed;
    int rc = day_of(l, r->closed_seq, &closed);

    if (rc != WL_OK)
        return rc;
    return cli_list_row(l, (struct wl_str[]){cli_int(a, (int64_t)number), r->dealer_id, r->centre_id,
                                             cli_day(a, wl_time_day(r->time, wl_journal_zone(l->txn))),
                                             cli_int(a, r->tags), cli_int(a, r->open), r->carrier_id, r->box,
                                             r->tracking, cli_day(a, closed)});
}

int cli_list_returns(struct cli_list *l)
{
    uint64_t count = wl_return_count(l->txn);
    int rc = 1;

    for (uint64_t n = 1; rc == 1 && n <= count; n++) {
        struct wl_return r;

        wl_arena_clear(&l->arena);
        if ((rc = wl_return_get(l->txn, &l->arena, n, &r)) != 1)
            return rc < 0 ? rc : missing("return shipment", (int64_t)n);
        if (passes(l->dealer, r.dealer_id) && (!l->open || r.open > 0))
            rc = return_row(l, n, &r);
    }
    return rc < 0 ? rc : wl_txn_status(l->txn);
}
