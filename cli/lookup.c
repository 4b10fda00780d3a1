#include "cli/lookup.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include "wledger/load.h"
#include <string.h>

enum {
    NAME_SIZE = 32,  /* longest identifier, bytes */
    NEAR_ENOUGH = 2, /* letters that may be wrong */
    ROWS_LOOKED_AT = 200000,
};

int cli_reference_row(struct wl_txn *txn, struct wl_arena *arena, int64_t table, struct wl_str name, void *row)
{
    struct wl_reference_key key;
    struct wl_str value;
    int rc;

    wl_reference_key_start(&key, table);
    wl_reference_key_text(&key, name);
    if (key.bad)
        return 0;
    if ((rc = wl_get(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value)) != 1)
        return rc;
    value = wl_arena_copy(arena, wl_reference_row_cbor(value));
    rc = wl_record_decode(wl_reference_info(table)->record, value, row, arena);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

/* ---- what is near ---- */

/* A name without the zeros that digits begin with, which people leave out: D00017 and D17 are near. */
static struct wl_str without_zeros(struct wl_str name, char out[NAME_SIZE])
{
    size_t n = 0;

    for (size_t i = 0; i < name.size && n < NAME_SIZE; i++) {
        bool begins = i == 0 || name.data[i - 1] < '0' || name.data[i - 1] > '9' ||
                      (n == 0 || out[n - 1] < '0' || out[n - 1] > '9');

        if (name.data[i] != '0' || !begins)
            out[n++] = name.data[i];
    }
    return (struct wl_str){out, n};
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out or changed to come from a to b (Levenshtein). */
static unsigned distance(struct wl_str a, struct wl_str b)
{
    unsigned row[NAME_SIZE + 1];

    for (unsigned j = 0; j <= b.size; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a.size; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= b.size; j++) {
            unsigned changed = diagonal + (a.data[i - 1] != b.data[j - 1]);

            diagonal = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.size];
}

struct nearest {
    char wanted_bytes[NAME_SIZE];
    struct wl_str wanted;
    unsigned best;
    char name_bytes[NAME_SIZE], last_bytes[NAME_SIZE];
    struct wl_str name, last; /* the nearest; the last in order */
    uint64_t count;
};

static void keep(struct wl_str *to, char bytes[NAME_SIZE], struct wl_str name)
{
    memcpy(bytes, name.data, name.size);
    *to = (struct wl_str){bytes, name.size};
}

static void consider(struct nearest *n, struct wl_str name)
{
    char bytes[NAME_SIZE];
    struct wl_str bare;
    unsigned d;

    if (name.size == 0 || name.size > NAME_SIZE)
        return;
    bare = without_zeros(name, bytes);
    d = distance(n->wanted, bare);
    if (d < n->best && d <= NEAR_ENOUGH && d < bare.size) {
        n->best = d;
        keep(&n->name, n->name_bytes, name);
    }
    keep(&n->last, n->last_bytes, name);
    n->count++;
}

/* Looks at the names that follow `prefix` in a table's keys, up to a 0x00 or the key's end. */
static int look(struct wl_txn *txn, unsigned table, struct wl_str prefix, struct wl_str wanted, struct nearest *n)
{
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc;

    *n = (struct nearest){.best = NEAR_ENOUGH + 1};
    n->wanted = without_zeros(wanted, n->wanted_bytes);
    if ((rc = wl_walk_open(txn, table, prefix, WL_NO_STR, &walk)) != WL_OK)
        return rc;
    for (unsigned rows = 0; rows < ROWS_LOOKED_AT && (rc = wl_walk_next(walk, &key, &value)) == 1; rows++) {
        struct wl_str name = {key.data + prefix.size, key.size - prefix.size};
        const char *end = name.size ? memchr(name.data, 0, name.size) : NULL;

        consider(n, end ? (struct wl_str){name.data, (size_t)(end - name.data)} : name);
    }
    wl_walk_close(walk);
    return rc < 0 ? rc : WL_OK;
}

int cli_near_row(struct wl_txn *txn, struct wl_arena *arena, int64_t table, const char *what, struct wl_str id,
                 struct wl_str *hint)
{
    const char *tables = wl_reference_info(table)->name;
    const char prefix = (char)table;
    struct nearest n;
    int rc = look(txn, WL_TABLE_REFERENCE, (struct wl_str){&prefix, 1}, id, &n);

    if (rc != WL_OK)
        return rc;
    if (n.count == 0)
        *hint = cli_format_text(arena, "no %s are loaded yet; `wledger load` brings them", tables);
    else if (n.name.size)
        *hint = cli_format_text(arena, "there is no %s " WL_STR_FMT "; did you mean " WL_STR_FMT "?", what,
                                WL_STR_ARG(id), WL_STR_ARG(n.name));
    else
        *hint = cli_format_text(arena, "there is no %s " WL_STR_FMT "; `wledger list %s` shows them", what,
                                WL_STR_ARG(id), tables);
    return wl_arena_status(arena);
}

int cli_near_dealer(struct wl_txn *txn, struct wl_arena *arena, struct wl_str dealer_id, struct wl_str *hint)
{
    return cli_near_row(txn, arena, WL_REF_DEALERS, "dealer", dealer_id, hint);
}

int cli_near_part(struct wl_txn *txn, struct wl_arena *arena, struct wl_str part_id, struct wl_str *hint)
{
    return cli_near_row(txn, arena, WL_REF_PARTS, "part", part_id, hint);
}

int cli_near_location(struct wl_txn *txn, struct wl_arena *arena, struct wl_str location_id, bool warehouse,
                      struct wl_str *hint)
{
    static const char dealers = WL_REF_DEALERS, warehouses = WL_REF_WAREHOUSES;
    struct nearest dealer = {.best = NEAR_ENOUGH + 1}, place;
    int rc = look(txn, WL_TABLE_REFERENCE, (struct wl_str){&warehouses, 1}, location_id, &place);

    if (rc == WL_OK && !warehouse)
        rc = look(txn, WL_TABLE_REFERENCE, (struct wl_str){&dealers, 1}, location_id, &dealer);
    if (rc != WL_OK)
        return rc;
    if (dealer.best < place.best)
        place = dealer;
    if (place.best <= NEAR_ENOUGH)
        *hint = cli_format_text(arena, "did you mean " WL_STR_FMT "?", WL_STR_ARG(place.name));
    else
        *hint = warehouse ? WL_STR("`wledger list warehouses` shows them")
                          : WL_STR("`wledger list warehouses` and `wledger list dealers` show them");
    return wl_arena_status(arena);
}

static struct wl_str claims_of(struct wl_arena *arena, struct wl_str dealer_id, const struct nearest *n)
{
    if (n->count == 0)
        return cli_format_text(arena, "dealer " WL_STR_FMT " has no claims", WL_STR_ARG(dealer_id));
    if (n->name.size)
        return cli_format_text(
            arena, "did you mean " WL_STR_FMT "/" WL_STR_FMT "? dealer " WL_STR_FMT " has claims up to " WL_STR_FMT,
            WL_STR_ARG(dealer_id), WL_STR_ARG(n->name), WL_STR_ARG(dealer_id), WL_STR_ARG(n->last));
    return cli_format_text(arena, "dealer " WL_STR_FMT " has claims up to " WL_STR_FMT, WL_STR_ARG(dealer_id),
                           WL_STR_ARG(n->last));
}

int cli_near_claim(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, struct wl_str *hint)
{
    struct wl_str dealer_id, claim_no, prefix;
    struct wl_dealer dealer;
    struct nearest n;
    int rc;

    *hint = WL_NO_STR;
    if (!wl_claim_name_split(name, &dealer_id, &claim_no))
        return WL_OK;
    prefix = cli_format_text(arena, WL_STR_FMT "%c", WL_STR_ARG(dealer_id), 0);
    if ((rc = look(txn, WL_TABLE_CLAIM_NAMES, prefix, claim_no, &n)) != WL_OK)
        return rc;
    if (n.count == 0 && (rc = cli_reference_row(txn, arena, WL_REF_DEALERS, dealer_id, &dealer)) == 0)
        return cli_near_dealer(txn, arena, dealer_id, hint);
    if (rc < 0)
        return rc;
    *hint = claims_of(arena, dealer_id, &n);
    return wl_arena_status(arena);
}

/* ---- what stands in the way of payment ---- */

struct sentences {
    struct wl_str *at;
    size_t count, most;
};

static void say(struct sentences *s, struct wl_str sentence)
{
    if (s->count < s->most)
        s->at[s->count++] = sentence;
}

static int say_returns(struct wl_txn *txn, struct wl_arena *arena, const struct wl_claim *claim, struct sentences *s)
{
    for (int64_t i = 0; claim->unmet_obligations > 0 && i < claim->obligation_count; i++) {
        struct wl_obligation o;
        char due[WL_DATE_TEXT];
        int rc = wl_obligation_get(txn, arena, claim->first_obligation + i, &o);

        if (rc != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a return obligation of a claim is missing");
        if (!wl_obligation_blocks(o.state))
            continue;
        wl_date_format(o.due, due);
        if (o.state == WL_OBLIGATION_RECEIVED)
            say(s, cli_format_text(arena, "the removed part " WL_STR_FMT " of part line %lld is not inspected yet",
                                   WL_STR_ARG(o.part_id), (long long)o.line + 1));
        else
            say(s, cli_format_text(arena,
                                   "the removed part " WL_STR_FMT " of part line %lld has not come back; it %s by %s",
                                   WL_STR_ARG(o.part_id), (long long)o.line + 1,
                                   o.state == WL_OBLIGATION_OVERDUE ? "is overdue, it was due" : "is due", due));
    }
    return WL_OK;
}

static int say_settlement(struct wl_txn *txn, struct wl_arena *arena, const struct wl_claim *claim, struct sentences *s)
{
    struct wl_settlement settlement;
    int rc = wl_settlement_get(txn, arena, (uint64_t)claim->settlement, &settlement);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "settlement %lld is missing", (long long)claim->settlement);
    if (settlement.state == WL_SETTLEMENT_ISSUED)
        say(s, cli_format_text(arena, "it stands in settlement %lld, which is not paid yet",
                               (long long)claim->settlement));
    return WL_OK;
}

int cli_in_the_way(struct wl_txn *txn, struct wl_arena *arena, const struct wl_claim *claim, struct wl_str *sentences,
                   size_t most)
{
    struct sentences s = {sentences, 0, most};
    bool decided = claim->state == WL_CLAIM_APPROVED || claim->state == WL_CLAIM_PARTIAL;
    int rc = WL_OK;

    if (claim->state == WL_CLAIM_REJECTED)
        say(&s, claim->appealed_seq == WL_NONE
                    ? WL_STR("it was rejected, so it is not paid; a corrected claim comes as a new submission, or its "
                             "dealer appeals")
                    : WL_STR("it was rejected, also after an appeal, so it is never paid; a corrected claim comes as a "
                             "new submission"));
    if (claim->state == WL_CLAIM_INFO_REQUESTED)
        say(&s, WL_STR("it was sent back for information; its dealer answers with a higher submission"));
    if (claim->state == WL_CLAIM_REFERRED && claim->seat.size)
        say(&s, cli_format_text(arena, "it waits for the review by seat " WL_STR_FMT " of tier %lld",
                                WL_STR_ARG(claim->seat), (long long)claim->tier));
    else if (claim->state == WL_CLAIM_REFERRED)
        say(&s, cli_format_text(arena, "it waits in the queue of tier %lld: no seat there is free",
                                (long long)claim->tier));
    if ((decided || claim->state == WL_CLAIM_REFERRED) && claim->signed_seq == WL_NONE)
        say(&s, WL_STR("the customer has not signed its voucher"));
    if (decided)
        rc = say_returns(txn, arena, claim, &s);
    if (rc == WL_OK && claim->settlement != WL_NONE)
        rc = say_settlement(txn, arena, claim, &s);
    else if (rc == WL_OK && decided && s.count == 0)
        say(&s, WL_STR("it is in no settlement yet; the next one of its dealer takes it"));
    if (rc == WL_OK)
        rc = wl_arena_status(arena);
    return rc == WL_OK ? (int)s.count : wl_txn_fail(txn, rc);
}
