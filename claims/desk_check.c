#include "claims/desk_check.h"

#include "claims/check_rows.h"
#include "claims/forms.h"
#include "claims/seat_rows.h"
#include "wledger/error.h"

enum { HISTORY_KEY = 17 };

struct check {
    struct wl_txn *txn;
    struct wl_desk_sums *sums;
    int64_t tier; /* whose queue is being walked */
    uint64_t entries;
};

static uint64_t subject_hash(struct wl_subject subject)
{
    return wl_check_mix((uint64_t)subject.kind, (uint64_t)subject.id);
}

static uint64_t review_hash(struct wl_subject subject, int64_t entry, int64_t tier, struct wl_str seat)
{
    return wl_check_mix(wl_check_mix(subject_hash(subject), (uint64_t)entry),
                        wl_check_mix((uint64_t)tier, wl_hash(seat)));
}

static uint64_t place_hash(int64_t tier, int64_t seq, struct wl_subject subject)
{
    return wl_check_mix(wl_check_mix((uint64_t)tier, (uint64_t)seq), subject_hash(subject));
}

static uint64_t tier_hash(int64_t tier)
{
    return wl_check_mix((uint64_t)tier, 1);
}

static uint64_t seat_hash(struct wl_str seat)
{
    return wl_check_mix(wl_hash(seat), 1);
}

static void add(struct wl_desk_sums *sums, struct wl_subject subject, int64_t seq, int64_t tier, struct wl_str seat,
                int64_t entry)
{
    sums->reviews += review_hash(subject, entry, tier, seat);
    if (seat.size != 0) {
        sums->seats += seat_hash(seat);
    } else {
        sums->places += place_hash(tier, seq, subject);
        sums->tiers += tier_hash(tier);
    }
}

int wl_desk_sums_claim(struct wl_desk_sums *sums, int64_t id, const struct wl_claim *claim)
{
    bool waits = claim->tier != WL_NONE;

    if (waits != (claim->state == WL_CLAIM_REFERRED) || waits != (claim->review_seq != WL_NONE) ||
        (!waits && claim->seat.size != 0))
        return wl_check_fail("a claim waits for a review that is not referred, or is and does not", (uint64_t)id);
    if (waits)
        add(sums, wl_subject_claim(id), claim->seq, claim->tier, claim->seat, claim->review_seq);
    return WL_OK;
}

static int check_form(void *check, struct wl_str key, struct wl_str value)
{
    const struct check *c = check;
    struct wl_form form;
    int64_t number = key.size == 8 ? (int64_t)wl_get_u64(key.data) : 0;
    int rc = wl_record_decode(&wl_form_record, value, &form, NULL);
    bool waits = rc == WL_OK && form.tier != WL_NONE;

    if (rc != WL_OK)
        return rc;
    if (waits != (form.state == WL_FORM_SUBMITTED || form.state == WL_FORM_UNDER_REVIEW) ||
        waits != (form.review_seq != WL_NONE) || (form.seat.size != 0) != (form.state == WL_FORM_UNDER_REVIEW))
        return wl_check_fail("a form's state is not that of its review", (uint64_t)number);
    if (waits)
        add(c->sums, wl_subject_form(number), form.submitted_seq, form.tier, form.seat, form.review_seq);
    return WL_OK;
}

static int check_review(void *check, struct wl_str key, struct wl_str value)
{
    const struct check *c = check;
    struct wl_review review;

    if (!wl_review_read(key, value, &review))
        return wl_check_fail("a review's row cannot be read", key.size);
    if (review.seat.size == 0 && review.reviewer.size != 0)
        return wl_check_fail("what waits in a queue was taken by a reviewer", (uint64_t)review.subject.id);
    c->sums->reviews -= review_hash(review.subject, review.entry, review.tier, review.seat);
    return WL_OK;
}

static int check_queue(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_subject subject;
    int64_t seq;

    if (key.size == WL_TIER_KEY && value.size == 8) {
        c->tier = (int64_t)wl_get_u32(key.data);
        c->sums->tiers -= tier_hash(c->tier) * wl_get_u64(value.data);
        return WL_OK;
    }
    if (!wl_queue_read(key, &seq, &subject) || (int64_t)wl_get_u32(key.data) != c->tier)
        return wl_check_fail("a queue holds what is no place", key.size);
    c->sums->places -= place_hash(c->tier, seq, subject);
    return WL_OK;
}

static int check_load(void *check, struct wl_str key, struct wl_str value)
{
    const struct check *c = check;

    if (value.size != 8)
        return wl_check_fail("a seat's load is no number", value.size);
    c->sums->seats -= seat_hash(key) * wl_get_u64(value.data);
    return WL_OK;
}

static int check_history(void *check, struct wl_str key, struct wl_str value)
{
    const struct check *c = check;

    (void)value;
    return key.size == HISTORY_KEY && wl_get_u64(key.data + 9) < c->entries
               ? WL_OK
               : wl_check_fail("a history names an entry that is not there", key.size);
}

static int check_sums(const struct wl_desk_sums *sums)
{
    if (sums->reviews != 0)
        return wl_fail(WL_E_DAMAGED, "the open reviews are not those of the claims and forms that wait for one");
    if (sums->places != 0 || sums->tiers != 0)
        return wl_fail(WL_E_DAMAGED, "the queues are not those that wait without a seat");
    if (sums->seats != 0)
        return wl_fail(WL_E_DAMAGED, "the loads of the seats are not those that lie there");
    return WL_OK;
}

int wl_desk_check(struct wl_txn *txn, struct wl_desk_sums *sums)
{
    static const struct {
        unsigned table;
        wl_check_row_fn *row;
    } walks[] = {{WL_TABLE_FORMS, check_form},
                 {WL_TABLE_REVIEWS, check_review},
                 {WL_TABLE_QUEUES, check_queue},
                 {WL_TABLE_SEAT_LOADS, check_load},
                 {WL_TABLE_HISTORY, check_history}};
    struct check c = {.txn = txn, .sums = sums, .tier = WL_NONE, .entries = wl_journal_size(txn)};
    int rc = wl_txn_status(txn);

    for (size_t i = 0; rc == WL_OK && i < WL_COUNT(walks); i++)
        rc = wl_check_rows(txn, walks[i].table, WL_NO_STR, walks[i].row, &c);
    return rc == WL_OK ? check_sums(sums) : rc;
}
