/* The decisions of a claim, one after the other: which of them stood when, and who made it. */
#include "claims/versions.h"

#include "claims/forms.h"
#include "wledger/desk.h"
#include "wledger/error.h"

/* Entries are read one at a time. */
enum { SCRATCH_MAX = 1 << 20 };

/* A walk over what changed a claim after the entry that brought it. */
struct decisions {
    struct wl_txn *txn;
    struct wl_arena scratch;
    int64_t id, until; /* claim, and the entry after which nothing counts */
    int64_t newest;    /* entry of its newest decision so far */
};

enum { FAR_ENOUGH = 1 };

/* Whether an entry's outcome decides the claim, and does not only tell of it. */
static int decides(struct decisions *d, const struct wl_entry *entry, bool *yes)
{
    const struct wl_record *kind = entry->command->outcome;
    const struct wl_field *decision = wl_record_field(kind, WL_STR("decision")),
                          *claim = wl_record_field(kind, WL_STR("claim"));
    const char *outcome;
    void *decoded;
    int rc;

    *yes = false;
    if (!decision || decision->choices != wl_decision_names || !claim)
        return WL_OK;
    wl_arena_clear(&d->scratch);
    if ((rc = wl_entry_outcome(entry, &d->scratch, &decoded)) != WL_OK)
        return wl_txn_fail(d->txn, rc);
    outcome = decoded;
    *yes = *(const int64_t *)(const void *)(outcome + claim->offset) == d->id &&
           *(const int64_t *)(const void *)(outcome + decision->offset) != WL_NONE;
    return WL_OK;
}

static int note_decision(void *context, uint64_t seq)
{
    struct decisions *d = context;
    struct wl_entry entry;
    bool yes;
    int rc;

    if ((int64_t)seq > d->until)
        return FAR_ENOUGH;
    if ((rc = wl_entry_read(d->txn, seq, &entry)) != 1)
        return rc < 0 ? rc : wl_txn_fail(d->txn, wl_fail(WL_E_DAMAGED, "an entry of a claim's history is missing"));
    if ((rc = decides(d, &entry, &yes)) == WL_OK && yes)
        d->newest = (int64_t)seq;
    return rc;
}

/* The entry of the decision in force after entry `until`, where a later one is by now. */
static int newest_until(struct wl_txn *txn, int64_t id, const struct wl_claim *claim, int64_t until, int64_t *newest)
{
    struct decisions d = {.txn = txn, .id = id, .until = until, .newest = claim->seq};
    int rc;

    wl_arena_init(&d.scratch, SCRATCH_MAX);
    rc = wl_history_each(txn, (struct wl_subject){WL_SUBJECT_CLAIM, id}, note_decision, &d);
    wl_arena_release(&d.scratch);
    *newest = d.newest;
    return rc == FAR_ENOUGH ? WL_OK : rc;
}

int wl_decision_at(struct wl_txn *txn, struct wl_arena *arena, int64_t id, int64_t seq, struct wl_decided *out)
{
    struct wl_claim claim;
    bool is_newest;
    int rc = wl_claim_get(txn, arena, id, &claim);

    if (rc != 1 || claim.seq > seq)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "claim %lld was not there yet", (long long)id));
    is_newest = claim.decided_seq <= seq;
    if ((!is_newest && (rc = newest_until(txn, id, &claim, seq, &claim.decided_seq)) != WL_OK) ||
        (rc = wl_claim_decision(txn, arena, &claim, &out->decision)) != WL_OK)
        return rc;
    out->seq = claim.decided_seq;
    /* Nothing decides a version once it was sent back. */
    out->state = is_newest && claim.state == WL_CLAIM_INFO_REQUESTED ? WL_CLAIM_INFO_REQUESTED : out->decision.decision;
    return WL_OK;
}

int wl_decision_when_settled(struct wl_txn *txn, struct wl_arena *arena, int64_t id,
                             const struct wl_settlement *settlement, struct wl_decided *out)
{
    return wl_decision_at(txn, arena, id, settlement->closed_seq, out);
}

/* ---- who decided ---- */

struct reviews {
    struct wl_txn *txn;
    int64_t newest; /* WL_NONE: none yet */
};

static int note_review(void *context, uint64_t seq)
{
    struct reviews *r = context;
    struct wl_entry entry;
    int rc = wl_entry_read(r->txn, seq, &entry);

    if (rc != 1)
        return rc < 0 ? rc : wl_txn_fail(r->txn, wl_fail(WL_E_DAMAGED, "an entry of a claim's history is missing"));
    if (entry.command == &wl_review_command || entry.command == &wl_form_claim_command)
        r->newest = (int64_t)seq;
    return WL_OK;
}

/* A form's approval decided the claim that it became where the entry that ties the two says so. */
static int decided_by_form(struct wl_txn *txn, struct wl_arena *arena, const struct wl_entry *entry,
                           struct wl_str *actor)
{
    const struct wl_form_claim_outcome *tied;
    void *outcome;
    int rc = wl_entry_outcome(entry, arena, &outcome);

    if (rc != WL_OK)
        return wl_txn_fail(txn, rc);
    tied = outcome;
    return tied->decision.decision == WL_NONE ? WL_OK : wl_form_reviewer(txn, arena, tied->form, actor);
}

int wl_decided_by(struct wl_txn *txn, struct wl_arena *arena, int64_t id, struct wl_str *actor)
{
    struct reviews r = {txn, WL_NONE};
    struct wl_entry entry;
    int rc = wl_history_each(txn, (struct wl_subject){WL_SUBJECT_CLAIM, id}, note_review, &r);

    *actor = WL_NO_STR;
    if (rc != WL_OK || r.newest == WL_NONE)
        return rc;
    if ((rc = wl_entry_read(txn, (uint64_t)r.newest, &entry)) != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the entry of a review is missing"));
    if (entry.command == &wl_form_claim_command)
        return decided_by_form(txn, arena, &entry, actor);
    *actor = wl_arena_copy(arena, entry.actor);
    rc = wl_arena_status(arena);
    return rc == WL_OK ? WL_OK : wl_txn_fail(txn, rc);
}

/* ---- the outcome of the commands ---- */

int wl_versions_refuse(struct wl_decision_outcome *out, int64_t refusal, struct wl_str about)
{
    wl_record_clear(&wl_decision_outcome_record, out);
    out->head.refusal = refusal;
    out->head.about = about;
    return WL_OK;
}

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_decision_outcome),
    WL_DECISION_FIELDS(struct wl_decision_outcome),
    WL_NUMBER_FIELD(struct wl_decision_outcome, 20, claim),
    WL_NUMBERS_FIELD(struct wl_decision_outcome, 21, waived, WL_LINES_MAX),
    {.name = "hours",
     .tag = 22,
     .type = WL_DECIMAL,
     .digits = 9,
     .places = 2,
     .offset = offsetof(struct wl_decision_outcome, decision.hours)},
};
const struct wl_record wl_decision_outcome_record = {"decision-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                     sizeof(struct wl_decision_outcome)};
