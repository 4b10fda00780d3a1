/* Whether tags, return shipments, obligations, dues and the accounts of defective parts agree. Where rows of one table
 * stand for rows of another in a different order, each quantity is weighed with a number made of what it is of and
 * where, and the sums are compared. */
#include "claims/check_rows.h"
#include "parts/check.h"
#include "parts/demand.h"
#include "parts/tags.h"
#include "wledger/error.h"
#include <stdlib.h>
#include <string.h>

enum { ROW_MEMORY = 1 << 16 /* what one row's texts take at most */ };

/* What is remembered of a tag and of an obligation. */
struct seen_tag {
    int64_t shipment;
    uint8_t state;
};
struct seen_obligation {
    uint8_t state;
    bool is_refused; /* by a tag */
};

struct check {
    struct wl_txn *txn;
    struct wl_context ctx; /* for making parties of accounts */
    struct wl_arena arena;
    struct seen_tag *tags; /* from 0, which is none */
    struct seen_obligation *obligations;
    uint64_t tag_count, obligation_count, return_count; /* rows so far */
    uint64_t indexed;
    uint64_t open;             /* obligations below the mark that must be in DUES, less the rows */
    uint64_t in_shipments;     /* tags that name a shipment, less the rows of shipments that stand */
    uint64_t in_discrepancies; /* tags in a discrepancy, less the open ones of tags */
    /* Sums: what tags say less what the other tables do. 0 in the end. */
    uint64_t progress_hash, joined_hash, place_hash, due_hash, missing_hash, tagged_hash;
};

/* ---- obligations ---- */

/* Three sums in one: a quantity that is counted as another step would not be found otherwise. */
static uint64_t progress_of(int64_t obligation, int64_t tagged, int64_t received, int64_t inspected)
{
    uint64_t of = (uint64_t)obligation;

    return (uint64_t)tagged * wl_check_mix(of, 1) + (uint64_t)received * wl_check_mix(of, 2) +
           (uint64_t)inspected * wl_check_mix(of, 3);
}

static bool obligation_agrees(const struct wl_obligation *o)
{
    bool back = o->received == o->quantity, done = o->inspected == o->quantity;

    if (o->tagged < 0 || o->tagged > o->quantity || o->received < 0 || o->received > o->tagged || o->inspected < 0 ||
        o->inspected > o->tagged)
        return false;
    switch ((enum wl_obligation_state)o->state) {
    case WL_OBLIGATION_OPEN:
        return !back && o->overdue_seq == WL_NONE && o->outcome == WL_NONE;
    case WL_OBLIGATION_OVERDUE:
        return !back && o->overdue_seq != WL_NONE && o->outcome == WL_NONE;
    case WL_OBLIGATION_WAIVED:
        return !back && o->outcome == WL_NONE;
    case WL_OBLIGATION_RECEIVED:
    case WL_OBLIGATION_WAIVED_RECEIVED:
        return back && !done && o->outcome == WL_NONE;
    case WL_OBLIGATION_ACCEPTED:
        return back && done && o->outcome == WL_ACCEPTED;
    case WL_OBLIGATION_REFUSED:
        return o->inspected > 0 && o->outcome > WL_ACCEPTED && o->outcome <= WL_ABUSE;
    case WL_OBLIGATION_STATE_COUNT:
        break;
    }
    return false;
}

static int check_obligation(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint64_t id = c->obligation_count;
    struct wl_obligation o;
    int rc = wl_record_decode(&wl_obligation_record, value, &o, NULL);

    if (rc != WL_OK)
        return rc;
    if (key.size != 8 || wl_get_u64(key.data) != id || id == wl_table_rows(c->txn, WL_TABLE_OBLIGATIONS))
        return wl_check_fail("a return obligation is missing", id);
    if (!obligation_agrees(&o))
        return wl_check_fail("the state of a return obligation is not that of what came back", id);
    c->obligations[id] = (struct seen_obligation){.state = (uint8_t)o.state};
    c->progress_hash -= progress_of((int64_t)id, o.tagged, o.received, o.inspected);
    if (o.state == WL_OBLIGATION_OPEN && id < c->indexed) {
        c->open++;
        c->due_hash += wl_check_mix((uint64_t)o.due, id);
    }
    c->obligation_count++;
    return WL_OK;
}

static int check_due(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    int64_t due, id;

    if (!wl_pair_read(key, &due, &id) || value.size != 0 || id < 0 || (uint64_t)id >= c->indexed ||
        (uint64_t)id >= c->obligation_count)
        return wl_check_fail("a due day is of no return obligation", key.size);
    if (c->obligations[id].state != WL_OBLIGATION_OPEN)
        return WL_OK; /* the clock passes it by when its day comes */
    c->open--;
    c->due_hash -= wl_check_mix((uint64_t)due, (uint64_t)id);
    return WL_OK;
}

/* ---- tags ---- */

static bool has(int64_t seq)
{
    return seq != WL_NONE;
}

/* Which entries a tag names by its state, and where its part is. */
static bool tag_agrees(const struct wl_tag *t)
{
    bool at_centre = t->centre_bin.size != 0, nowhere = !at_centre && t->discrepancy == WL_NONE;
    bool was_sent = has(t->shipped_seq) && t->centre_id.size != 0;

    if (!has(t->tagged_seq) || t->quantity <= 0 || has(t->disposition) != (t->state == WL_TAG_DISPOSED) ||
        has(t->disposed_seq) != has(t->disposition) || has(t->outcome) != has(t->inspected_seq))
        return false;
    switch ((enum wl_tag_state)t->state) {
    case WL_TAG_TAGGED:
    case WL_TAG_WITHDRAWN:
        return nowhere && !has(t->shipped_seq) && !has(t->shipment) && !has(t->received_seq) && !has(t->outcome);
    case WL_TAG_SHIPPED:
        return nowhere && was_sent && has(t->shipment) && !has(t->received_seq) && !has(t->outcome);
    case WL_TAG_MISSING:
        return !at_centre && was_sent && has(t->shipment) && !has(t->received_seq) && !has(t->outcome);
    case WL_TAG_RECEIVED:
        return at_centre && t->discrepancy == WL_NONE && was_sent && has(t->received_seq) && !has(t->outcome);
    case WL_TAG_INSPECTED:
        return was_sent && has(t->outcome) && !(at_centre && t->discrepancy != WL_NONE) &&
               (at_centre || t->outcome == WL_MISSING) && (has(t->received_seq) || t->outcome == WL_MISSING);
    case WL_TAG_DISPOSED:
        return was_sent && has(t->outcome) && at_centre && t->discrepancy == WL_NONE;
    case WL_TAG_STATE_COUNT:
        break;
    }
    return false;
}

static uint64_t account_of(int64_t kind, struct wl_str party, struct wl_str part_id, struct wl_str lot)
{
    return wl_check_mix(wl_check_mix((uint64_t)kind, wl_hash(party)), wl_check_mix(wl_hash(part_id), wl_hash(lot)));
}

static int place_tag(struct check *c, int64_t number, const struct wl_tag *t)
{
    struct wl_place place;

    wl_arena_clear(&c->arena);
    place = wl_tag_place(&c->ctx, t);
    if (wl_arena_status(&c->arena) != WL_OK)
        return wl_arena_status(&c->arena);
    if (place.kind == WL_ACCOUNT_DISCREPANCY) { /* whose account is that of its row */
        c->in_discrepancies++;
        c->missing_hash += wl_check_mix((uint64_t)t->discrepancy, (uint64_t)number) +
                           (uint64_t)t->quantity * account_of(t->discrepancy, WL_NO_STR, t->part_id, t->lot);
    } else if (place.kind != WL_NONE) {
        c->place_hash += (uint64_t)t->quantity * account_of(place.kind, place.party, t->part_id, t->lot);
    }
    return WL_OK;
}

static int join_tag(struct check *c, int64_t number, const struct wl_tag *t)
{
    bool inspected = has(t->outcome);
    struct seen_obligation *of;

    if (t->obligation == WL_NONE || t->state == WL_TAG_WITHDRAWN)
        return WL_OK;
    if (t->obligation < 0 || (uint64_t)t->obligation >= c->obligation_count)
        return wl_check_fail("a tag is of no return obligation", (uint64_t)number);
    of = &c->obligations[t->obligation];
    if (inspected && t->outcome != WL_ACCEPTED && of->state != WL_OBLIGATION_REFUSED)
        return wl_check_fail("a part was refused, and its line was not", (uint64_t)number);
    of->is_refused |= inspected && t->outcome != WL_ACCEPTED;
    c->joined_hash += wl_check_mix((uint64_t)t->obligation, (uint64_t)number);
    c->progress_hash +=
        progress_of(t->obligation, t->quantity, has(t->received_seq) ? t->quantity : 0, inspected ? t->quantity : 0);
    return WL_OK;
}

static int check_tag(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    int64_t number = (int64_t)c->tag_count + 1;
    struct wl_tag t;
    int rc = wl_record_decode(&wl_tag_record, value, &t, NULL);

    if (rc != WL_OK)
        return rc;
    if (key.size != 8 || wl_get_u64(key.data) != (uint64_t)number || (uint64_t)number > wl_tag_count(c->txn))
        return wl_check_fail("a tag is missing", (uint64_t)number);
    if (!tag_agrees(&t))
        return wl_check_fail("the state of a tag is not that of its way", (uint64_t)number);
    c->tags[number] = (struct seen_tag){t.shipment, (uint8_t)t.state};
    c->in_shipments += has(t.shipment);
    if (t.state == WL_TAG_TAGGED)
        c->tagged_hash += wl_check_mix(wl_hash(t.dealer_id), (uint64_t)number);
    c->tag_count++;
    rc = place_tag(c, number, &t);
    return rc == WL_OK ? join_tag(c, number, &t) : rc;
}

static int check_joined(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    int64_t obligation, tag;

    if (!wl_pair_read(key, &obligation, &tag) || value.size != 0)
        return wl_check_fail("the list of an obligation's tags has a row that is none", key.size);
    c->joined_hash -= wl_check_mix((uint64_t)obligation, (uint64_t)tag);
    return WL_OK;
}

static int check_tagged(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    size_t dealer = key.size > 9 ? key.size - 9 : 0;

    if (dealer == 0 || key.data[dealer] != 0 || value.size != 0)
        return wl_check_fail("the list of a dealer's tagged parts has a row that is none", key.size);
    c->tagged_hash -= wl_check_mix(wl_hash((struct wl_str){key.data, dealer}), wl_get_u64(key.data + dealer + 1));
    return WL_OK;
}

/* ---- return shipments with their tags ---- */

struct listed {
    struct wl_walk *walk;
    int more; /* as wl_walk_next */
    int64_t shipment, tag;
};

static void next_listed(struct listed *l)
{
    struct wl_str key, value;

    l->more = wl_walk_next(l->walk, &key, &value);
    if (l->more == 1 && !wl_pair_read(key, &l->shipment, &l->tag))
        l->more = wl_check_fail("the list of a shipment's tags has a row that is none", key.size);
}

/* The tags of a shipment, from where the walk stands. A reversed one lists those that were in it. */
static int check_listed(struct check *c, int64_t number, const struct wl_return *row, struct listed *l)
{
    bool reversed = wl_reversed_by(c->txn, (uint64_t)row->seq) != WL_NONE;
    int64_t tags = 0, open = 0;

    for (; l->more == 1 && l->shipment == number; next_listed(l)) {
        bool known = l->tag > 0 && (uint64_t)l->tag <= c->tag_count, its;

        its = known && c->tags[l->tag].shipment == number;
        if (!known || its == reversed)
            return wl_check_fail("a tag is not in its return shipment", (uint64_t)l->tag);
        tags++;
        open += its && c->tags[l->tag].state == WL_TAG_SHIPPED;
        c->in_shipments -= its;
    }
    if (l->more < 0)
        return l->more;
    if (tags != row->tags || open != row->open || (reversed && row->closed_seq == WL_NONE) ||
        (row->closed_seq != WL_NONE && open > 0))
        return wl_check_fail("a return shipment does not count its tags", (uint64_t)number);
    return WL_OK;
}

static int check_returns(struct check *c)
{
    struct listed l = {.walk = NULL};
    struct wl_walk *returns;
    struct wl_str key, value;
    int rc = wl_walk_open(c->txn, WL_TABLE_RETURNS, WL_NO_STR, WL_NO_STR, &returns);

    if (rc == WL_OK && (rc = wl_walk_open(c->txn, WL_TABLE_RETURN_TAGS, WL_NO_STR, WL_NO_STR, &l.walk)) == WL_OK)
        next_listed(&l);
    while (rc == WL_OK && (rc = wl_walk_next(returns, &key, &value)) == 1) {
        struct wl_return row;

        c->return_count++;
        if (key.size != 8 || wl_get_u64(key.data) != c->return_count)
            rc = wl_check_fail("a return shipment is missing", c->return_count);
        else if ((rc = wl_record_decode(&wl_return_record, value, &row, NULL)) == WL_OK)
            rc = check_listed(c, (int64_t)c->return_count, &row, &l);
    }
    if (rc == WL_OK && l.more != 0)
        rc = l.more < 0 ? l.more : wl_check_fail("tags are listed in no return shipment", (uint64_t)l.tag);
    wl_walk_close(l.walk);
    wl_walk_close(returns);
    return rc;
}

/* ---- accounts ---- */

static int check_discrepancy(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_discrepancy row;
    int rc = wl_record_decode(&wl_discrepancy_record, value, &row, NULL);

    if (rc != WL_OK || row.kind != WL_DISCREPANCY_RETURN_MISSING || !wl_discrepancy_is_open(&row))
        return rc;
    c->in_discrepancies--;
    c->missing_hash -=
        wl_check_mix(wl_get_u64(key.data), (uint64_t)row.tag) +
        (uint64_t)row.quantity * account_of((int64_t)wl_get_u64(key.data), WL_NO_STR, row.part_id, row.lot);
    return WL_OK;
}

static int check_balance(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_account_balance b;
    int rc = wl_balance_read(key, value, &b);

    if (rc == WL_OK)
        c->place_hash -= (uint64_t)b.amount * account_of((int64_t)b.kind, b.party, b.unit, b.lot);
    return rc;
}

static int check_balances(struct check *c)
{
    static const char dealer = WL_ACCOUNT_DEALER_DEFECTIVE, centre = WL_ACCOUNT_CENTRE_DEFECTIVE;
    static const char transit[] = {WL_ACCOUNT_IN_TRANSIT, 'r', 'e', 't', 'u', 'r', 'n', '/'};
    const struct wl_str prefixes[] = {{&dealer, 1}, {transit, sizeof transit}, {&centre, 1}};
    int rc = WL_OK;

    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(prefixes); i++)
        rc = wl_check_rows(c->txn, WL_TABLE_BALANCES, prefixes[i], check_balance, c);
    return rc;
}

/* ---- all of it ---- */

/* What the walks leave must be nothing. */
static int check_rest(const struct check *c)
{
    const struct {
        bool holds;
        const char *otherwise;
    } rest[] = {
        {c->tag_count == wl_tag_count(c->txn) && c->return_count == wl_return_count(c->txn),
         "the newest tag or return shipment is not the one that is counted last"},
        {c->joined_hash == 0, "the lists of obligations' tags are not those of the tags"},
        {c->tagged_hash == 0, "the lists of dealers' tagged parts are not those of the tags"},
        {c->progress_hash == 0, "what came back of returns is not what their tags say"},
        {c->in_shipments == 0, "tags name return shipments that do not list them"},
        {c->in_discrepancies == 0 && c->missing_hash == 0, "missing tags are not those of the discrepancies"},
        {c->place_hash == 0, "the accounts of defective parts are not where their tags are"},
        {c->open == 0 && c->due_hash == 0, "open returns are not among the dues of the clock"},
    };

    for (size_t i = 0; i < WL_COUNT(rest); i++)
        if (!rest[i].holds)
            return wl_fail(WL_E_DAMAGED, "%s", rest[i].otherwise);
    for (uint64_t i = 0; i < c->obligation_count; i++)
        if (c->obligations[i].state == WL_OBLIGATION_REFUSED && !c->obligations[i].is_refused)
            return wl_check_fail("a line was refused, and none of its parts was", i);
    return wl_txn_status(c->txn);
}

int wl_defective_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn, .indexed = wl_counter(txn, WL_DUES_INDEXED)};
    uint64_t tags = wl_tag_count(txn), obligations = wl_table_rows(txn, WL_TABLE_OBLIGATIONS);
    int rc = WL_OK;

    if (tags > wl_table_rows(txn, WL_TABLE_TAGS))
        return wl_check_fail("tags are missing", tags);
    c.tags = calloc(tags + 1, sizeof *c.tags);
    c.obligations = calloc(obligations + 1, sizeof *c.obligations);
    wl_arena_init(&c.arena, ROW_MEMORY);
    c.ctx = (struct wl_context){.txn = txn, .arena = &c.arena};
    if (!c.tags || !c.obligations)
        rc = wl_fail(WL_E_SYSTEM, "out of memory");
    if (rc == WL_OK && (rc = wl_check_rows(txn, WL_TABLE_OBLIGATIONS, WL_NO_STR, check_obligation, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_DUES, WL_NO_STR, check_due, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_TAGS, WL_NO_STR, check_tag, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_OBLIGATION_TAGS, WL_NO_STR, check_joined, &c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_TAGGED, WL_NO_STR, check_tagged, &c)) == WL_OK &&
        (rc = check_returns(&c)) == WL_OK &&
        (rc = wl_check_rows(txn, WL_TABLE_DISCREPANCIES, WL_NO_STR, check_discrepancy, &c)) == WL_OK &&
        (rc = check_balances(&c)) == WL_OK)
        rc = check_rest(&c);
    wl_arena_release(&c.arena);
    free(c.tags);
    free(c.obligations);
    return rc;
}
