/* Who sits at a seat today, and who may decide what lies there. */
#include "claims/desk_rows.h"
#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/seats.h"
#include "wledger/error.h"

/* ---- absences ---- */

static const struct wl_field absence_fields[] = {
    WL_DAY_FIELD(struct wl_absence, 1, from),
    WL_DAY_FIELD(struct wl_absence, 2, to),
    WL_TEXT_FIELD(struct wl_absence, 3, reason, WL_REASON_MAX),
    WL_NUMBER_FIELD(struct wl_absence, 4, seq),
};
static const struct wl_record absence_record = {"absence-row", absence_fields, WL_COUNT(absence_fields),
                                                sizeof(struct wl_absence)};

/* 1 and a view, 0 or error. */
static int absence_view(struct wl_txn *txn, struct wl_str reviewer_id, struct wl_absence *absence)
{
    struct wl_str value;
    int rc = reviewer_id.size == 0 ? 0 : wl_get(txn, WL_TABLE_ABSENCES, reviewer_id, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(&absence_record, value, absence, NULL);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

int wl_absence_get(struct wl_txn *txn, struct wl_arena *arena, struct wl_str reviewer_id, struct wl_absence *absence)
{
    int rc = absence_view(txn, reviewer_id, absence);

    if (rc != 1)
        return rc;
    absence->reason = wl_arena_copy(arena, absence->reason);
    return wl_arena_status(arena) == WL_OK ? 1 : wl_txn_fail(txn, wl_arena_status(arena));
}

void wl_absence_put(struct wl_txn *txn, struct wl_str reviewer_id, const struct wl_absence *absence)
{
    uint8_t room[WL_VALUE_MAX];
    struct wl_buf bytes = {.data = room, .capacity = sizeof(room), .ceiling = sizeof(room)}; /* never grows */

    wl_record_encode(&absence_record, absence, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&bytes));
    else
        wl_put(txn, WL_TABLE_ABSENCES, reviewer_id, wl_buf_view(&bytes));
}

bool wl_absence_holds(const struct wl_absence *absence, int64_t day)
{
    return absence->from != WL_NONE && absence->from <= day && day <= absence->to;
}

/* Also when reading failed, which sticks: nobody decides then. */
static bool is_absent(const struct wl_context *ctx, struct wl_str reviewer_id)
{
    struct wl_absence absence;
    int found = absence_view(ctx->txn, reviewer_id, &absence);

    return found < 0 || (found == 1 && wl_absence_holds(&absence, ctx->day));
}

/* ---- seats ---- */

bool wl_seat_is_manned_then(const struct wl_context *ctx, struct wl_str seat_id, struct wl_str away, struct wl_str back)
{
    struct wl_reviewers reviewers = wl_reviewers_of(wl_reference(ctx), seat_id);

    if (reviewers.count == 0)
        return true;
    for (size_t i = 0; i < reviewers.count; i++) {
        struct wl_str reviewer = reviewers.at[i].reviewer_id;

        if (wl_str_equal(reviewer, back) || (!wl_str_equal(reviewer, away) && !is_absent(ctx, reviewer)))
            return true;
    }
    return false;
}

bool wl_seat_is_manned(const struct wl_context *ctx, struct wl_str seat_id)
{
    return wl_table_rows(ctx->txn, WL_TABLE_ABSENCES) == 0 ||
           wl_seat_is_manned_then(ctx, seat_id, WL_NO_STR, WL_NO_STR);
}

bool wl_seat_is_sat_at(const struct wl_context *ctx, struct wl_str seat_id, struct wl_str actor)
{
    struct wl_reviewers reviewers = wl_reviewers_of(wl_reference(ctx), seat_id);

    for (size_t i = 0; i < reviewers.count; i++)
        if (wl_str_equal(reviewers.at[i].reviewer_id, actor))
            return !is_absent(ctx, actor);
    return reviewers.count == 0;
}

/* ---- four eyes ---- */

struct other_eyes {
    const struct wl_context *ctx;
    bool (*counts)(const struct wl_entry *, struct wl_arena *); /* entries of whose actors another must be found */
    bool same;
};

/* Whether an entry's outcome decided something: reviews, inspections, corrections, appeals. */
static bool decides(const struct wl_entry *entry, struct wl_arena *arena)
{
    const struct wl_field *decision = wl_record_field(entry->command->outcome, WL_STR("decision"));
    void *outcome;

    return decision != NULL && wl_entry_outcome(entry, arena, &outcome) == WL_OK &&
           *(const int64_t *)(const void *)((const char *)outcome + decision->offset) != WL_NONE;
}

/* What a dealer's people write of a form: its content, its submission, and that it is completed. */
static bool makes_form(const struct wl_entry *entry, struct wl_arena *arena)
{
    (void)arena;
    return entry->command == &wl_form_open_command || entry->command == &wl_form_edit_command ||
           entry->command == &wl_form_submit_command || entry->command == &wl_form_complete_command ||
           entry->command == &wl_form_claim_command;
}

static int look_at(void *context, uint64_t seq)
{
    struct other_eyes *eyes = context;
    const struct wl_context *ctx = eyes->ctx;
    struct wl_entry entry;
    int rc = wl_entry_read(ctx->txn, seq, &entry);

    if (rc != 1)
        return rc < 0 ? rc
                      : wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "the history of a review names no entry %llu",
                                                      (unsigned long long)seq));
    eyes->same = eyes->same || (wl_str_equal(entry.actor, ctx->actor) && eyes->counts(&entry, ctx->arena));
    return WL_OK;
}

static bool wrote_form(const struct wl_context *ctx, int64_t number)
{
    struct other_eyes eyes = {.ctx = ctx, .counts = makes_form};
    struct wl_form form;

    if (!wl_form_row(ctx, number, &form))
        return true;
    if (look_at(&eyes, (uint64_t)form.opened_seq) == WL_OK && !eyes.same)
        wl_history_each(ctx->txn, wl_subject_form(number), look_at, &eyes);
    return eyes.same;
}

/* An imported claim's submitter is its dealer; one made of a form was submitted by whoever made the form, and the
 * claim, and so was what is claimed anew for the same repair. */
static bool wrote_claim(const struct wl_context *ctx, int64_t id)
{
    struct other_eyes eyes = {.ctx = ctx, .counts = decides};
    struct wl_claim claim;

    for (int64_t version = id; version != WL_NONE; version = claim.previous_version)
        if (!wl_gate_row(ctx, version, &claim) || (claim.form != WL_NONE && wrote_form(ctx, claim.form)))
            return true;
    wl_history_each(ctx->txn, wl_subject_claim(id), look_at, &eyes);
    return eyes.same;
}

/* Whether it was taken by another one who still may decide it. */
static bool is_taken(const struct wl_context *ctx, const struct wl_review *review)
{
    return review->reviewer.size != 0 && !wl_str_equal(review->reviewer, ctx->actor) &&
           !is_absent(ctx, review->reviewer) && wl_seat_is_sat_at(ctx, review->seat, review->reviewer);
}

int64_t wl_review_right(const struct wl_context *ctx, const struct wl_review *review)
{
    if (review->seat.size == 0)
        return WL_REFUSED_NOT_ASSIGNED;
    if (!wl_seat_is_sat_at(ctx, review->seat, ctx->actor))
        return WL_REFUSED_NOT_YOUR_SEAT;
    if (is_taken(ctx, review))
        return WL_REFUSED_ALREADY_TAKEN;
    if (review->subject.kind == WL_SUBJECT_FORM ? wrote_form(ctx, review->subject.id)
                                                : wrote_claim(ctx, review->subject.id))
        return WL_REFUSED_FOUR_EYES;
    return WL_DONE;
}
