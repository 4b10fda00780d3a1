/* The model's arithmetic: books, prices, tiers, seats and rights, as the headers and the domain text have them. */
#include "tests/walk.h"

#include <stdlib.h>
#include <string.h>

#include "wledger/decimal.h"

/* ---- books ---- */

int dealer_party(unsigned dealer)
{
    return 1 + (int)dealer;
}

void post(int from, int from_party, int to, int to_party, unsigned currency, int64_t amount)
{
    walk.books[from][from_party][currency] -= amount;
    walk.books[to][to_party][currency] += amount;
}

/* ---- claims ---- */

int64_t total_of(const struct m_claim *c, int64_t lines[3][LINES])
{
    int64_t sum[3] = {0}, gross, total;

    for (unsigned kind = 0; kind < 3; kind++)
        for (unsigned i = 0; i < c->count[kind]; i++)
            sum[kind] += lines[kind][i];
    gross = sum[0] + sum[1] + sum[2] + (int64_t)wl_round((wl_i128)sum[1] * c->handling, 100000000);
    if (c->left == WL_NONE)
        return gross;
    total = (int64_t)wl_round((wl_i128)gross * c->share, 100000000);
    return total < c->left ? total : c->left;
}

/* What standing goodwill claims have of an authorization, without one of them. */
int64_t authorization_spent(int authorization, int64_t but)
{
    int64_t spent = 0;

    for (size_t i = 0; i < walk.claim_count; i++) {
        const struct m_claim *c = &walk.claims[i];
        bool stands = c->state != WL_CLAIM_REJECTED && c->state != WL_CLAIM_INFO_REQUESTED;

        if (c->left != WL_NONE && c->authorization == authorization && stands && (int64_t)i != but)
            spent += c->state == WL_CLAIM_SETTLED ? c->paid - c->charged_back : c->worth.total;
    }
    return spent;
}

int64_t unmet(const struct m_claim *c)
{
    int64_t n = 0;

    for (unsigned i = 0; i < c->owed_count; i++)
        n += c->owed[i].state == WL_OBLIGATION_OPEN || c->owed[i].state == WL_OBLIGATION_OVERDUE ||
             c->owed[i].state == WL_OBLIGATION_RECEIVED;
    return n;
}

void owe(struct m_claim *c, int64_t from_day)
{
    if (c->owed_once)
        return;
    for (unsigned i = 0; i < c->count[WL_LINE_PART]; i++)
        if (c->worth.lines[WL_LINE_PART][i] > 0 && part_returns(c->part[i])) {
            if (c->owed_count == 0)
                c->first_owed = walk.owed_count;
            c->owed[c->owed_count++] =
                (struct owed){.line = i, .quantity = c->quantity[i], .due = from_day + RETURN_DAYS};
            walk.owed_count++;
        }
    c->owed_once = c->owed_count > 0;
}

static bool is_accrued(int64_t state)
{
    return state == WL_CLAIM_APPROVED || state == WL_CLAIM_PARTIAL;
}

/* Before settlement: the claim comes to a state, its accrual follows, and it leaves its seat. */
void decide_claim(int64_t id, int64_t state, const struct worth *worth)
{
    struct m_claim *c = &walk.claims[id];
    int expense = WL_ACCOUNT_EXPENSE_WARRANTY + (int)c->type, dealer = dealer_party(c->dealer);
    unsigned currency = currency_of(c->dealer);
    int64_t had = is_accrued(c->state) ? c->worth.total : 0;

    if (state == WL_CLAIM_REJECTED || state == WL_CLAIM_INFO_REQUESTED) {
        memset(&c->worth, 0, sizeof c->worth);
        c->told = false;
    } else if (worth) {
        c->worth = *worth;
    }
    c->state = state;
    post(expense, 0, WL_ACCOUNT_ACCRUED, dealer, currency, (is_accrued(state) ? c->worth.total : 0) - had);
    c->wait.is = false;
    c->decided_day = walk.day;
    c->decided_seq = (int64_t)walk.result.seq;
}

/* ---- desks ---- */

int tier_for(unsigned currency, int64_t total, int from)
{
    for (int tier = from < 1 ? 1 : from; tier < TIERS; tier++)
        if (limits[currency][tier] == WL_NONE || limits[currency][tier] >= total)
            return tier;
    return TIERS - 1;
}

int reviewer_of(const char *actor)
{
    return actor[0] == 'r' && actor[1] >= '0' && actor[1] < '0' + REVIEWERS && !actor[2] ? actor[1] - '0' : NOBODY;
}

bool reviewer_is_absent(int r)
{
    return walk.absent_from[r] != WL_NONE && walk.absent_from[r] <= walk.day && walk.day <= walk.absent_to[r];
}

static bool sits_at(int r, int seat)
{
    return reviewer_seats[r][0] == seat || reviewer_seats[r][1] == seat;
}

static bool seat_has_reviewers(int seat)
{
    for (int r = 0; r < REVIEWERS; r++)
        if (sits_at(r, seat))
            return true;
    return false;
}

bool seat_is_manned(int seat)
{
    for (int r = 0; r < REVIEWERS; r++)
        if (sits_at(r, seat) && !reviewer_is_absent(r))
            return true;
    return !seat_has_reviewers(seat);
}

/* Each waiting claim or form. */
static struct waiting *next_waiting(size_t *at)
{
    while (*at < walk.claim_count + walk.form_count) {
        size_t i = (*at)++;
        struct waiting *w = i < walk.claim_count    ? &walk.claims[i].wait
                            : i == walk.claim_count ? NULL
                                                    : &walk.forms[i - walk.claim_count].wait;

        if (w && w->is)
            return w;
    }
    return NULL;
}

static int load_of(int seat)
{
    const struct waiting *w;
    int load = 0;

    for (size_t at = 0; (w = next_waiting(&at));)
        load += w->seat == seat;
    return load;
}

bool seat_is_free(int seat)
{
    return seat_is_manned(seat) && load_of(seat) < walk.capacity[seat];
}

/* The free seat of a tier with the fewest open reviews. */
static int best_seat(int tier)
{
    int best = NO_SEAT;

    for (int seat = 0; seat < SEATS; seat++)
        if (seat_tier[seat] == tier && seat_is_free(seat) && (best == NO_SEAT || load_of(seat) < load_of(best)))
            best = seat;
    return best;
}

bool tier_has_free(int tier)
{
    return best_seat(tier) != NO_SEAT;
}

static struct waiting *queue_first(int tier)
{
    struct waiting *w, *first = NULL;

    for (size_t at = 0; (w = next_waiting(&at));)
        if (w->seat == NO_SEAT && w->tier == tier && (!first || w->age < first->age))
            first = w;
    return first;
}

void wait_begin(struct waiting *w, int tier, int64_t age)
{
    *w = (struct waiting){.is = true,
                          .tier = tier,
                          .seat = NO_SEAT,
                          .taken_by = NOBODY,
                          .since = walk.now,
                          .entry = (int64_t)walk.result.seq,
                          .age = age};
}

void seats_follow(struct wl_list assignments, int tier)
{
    const struct wl_assignment *a = assignments.at;

    for (size_t i = 0; i < assignments.count; i++, a++) {
        struct waiting *w = a->form != WL_NONE ? &walk.forms[a->form].wait : &walk.claims[a->claim].wait;
        int seat = a->seat.size == 5 ? a->seat.data[4] - '0' : NO_SEAT;

        if (!w->is || w->seat != NO_SEAT || (tier != NO_SEAT && w->tier != tier))
            fail("claim %lld, form %lld took a seat, but does not wait for one there", (long long)a->claim,
                 (long long)a->form);
        if (queue_first(w->tier) != w)
            fail("claim %lld, form %lld took seat %d before an older one", (long long)a->claim, (long long)a->form,
                 seat);
        if (best_seat(w->tier) != seat)
            fail("seat %d was given, %d is the freest of tier %d", seat, best_seat(w->tier), w->tier);
        w->seat = seat;
    }
}

/* Nobody waits while a seat is free: unless so many came at once, or something freed a seat that nobody noticed. */
void seats_complete(int tier, size_t seated)
{
    enum { AT_ONCE = 8 };

    if (seated < AT_ONCE && tier_has_free(tier) && queue_first(tier))
        fail("one waits in tier %d although seat %d is free", tier, best_seat(tier));
}

void expect_right(const struct waiting *w, const char *actor, const char *const *parties, size_t count)
{
    int r = reviewer_of(actor);

    if (w->seat == NO_SEAT) {
        expect_only(WL_REFUSED_NOT_ASSIGNED);
        return;
    }
    if (seat_has_reviewers(w->seat) && (r == NOBODY || !sits_at(r, w->seat) || reviewer_is_absent(r)))
        expect(WL_REFUSED_NOT_YOUR_SEAT);
    for (size_t i = 0; i < count; i++)
        if (parties[i] && strcmp(parties[i], actor) == 0)
            expect(WL_REFUSED_FOUR_EYES);
    if (w->taken_by != NOBODY && w->taken_by != r && !reviewer_is_absent(w->taken_by))
        expect(WL_REFUSED_ALREADY_TAKEN);
}

void expect_reason(const char *event, struct wl_str reason, bool required)
{
    bool has_codes = strcmp(event, "chargeback") == 0 || strcmp(event, "refuse") == 0 || strcmp(event, "waive") == 0;

    if (reason.size == 0) {
        if (required)
            expect(WL_REFUSED_REASON_MISSING);
    } else if (has_codes && (reason.size < 5 || memcmp(reason.data, "audit", 5) != 0 ||
                             (reason.size > 5 && reason.data[5] != ':'))) {
        expect(WL_REFUSED_REASON_UNKNOWN);
    }
}
