/* Whether appraisal forms, the reviews that they wait for and their parts requests agree. Forms and reviews are walked
 * once, in order, and their hashes compared; a request is looked up for each that is tied. Their claims: see
 * claims/form_claims_check.c. */
#include "claims/check_rows.h"
#include "claims/forms.h"
#include "claims/gate.h"
#include "parts/demand.h"
#include "wledger/error.h"

struct check {
    struct wl_txn *txn;
    uint64_t forms, ties;
    uint64_t review_hash; /* what forms say that they wait for, less the reviews of forms: 0 in the end */
};

/* What a form in a state has. */
enum { WAITS = 1, SEAT = 2, APPROVAL = 4, STARTED = 8, COMPLETED = 16, SIGNED = 32, VERSIONS = 64 };
static const unsigned has[WL_FORM_STATE_COUNT] = {
    [WL_FORM_DRAFT] = 0,
    [WL_FORM_SUBMITTED] = VERSIONS | WAITS,
    [WL_FORM_UNDER_REVIEW] = VERSIONS | WAITS | SEAT,
    [WL_FORM_APPROVED] = VERSIONS | APPROVAL,
    [WL_FORM_PARTLY_APPROVED] = VERSIONS | APPROVAL,
    [WL_FORM_REFUSED] = VERSIONS,
    [WL_FORM_RETURNED] = VERSIONS,
    [WL_FORM_IN_REPAIR] = VERSIONS | APPROVAL | STARTED,
    [WL_FORM_COMPLETED] = VERSIONS | APPROVAL | STARTED | COMPLETED,
    [WL_FORM_SIGNED] = VERSIONS | APPROVAL | STARTED | COMPLETED | SIGNED,
};

static unsigned what_it_has(const struct wl_form *form)
{
    return (form->tier != WL_NONE && form->review_seq != WL_NONE ? WAITS : 0u) | (form->seat.size != 0 ? SEAT : 0u) |
           (form->approved != WL_NONE && form->approved_tier != WL_NONE ? APPROVAL : 0u) |
           (form->started_day != WL_NONE ? STARTED : 0u) |
           (form->completed_day != WL_NONE && form->completed_km != WL_NONE ? COMPLETED : 0u) |
           (form->signed_seq != WL_NONE ? SIGNED : 0u) |
           (form->version > 0 && form->submitted_seq != WL_NONE ? VERSIONS : 0u);
}

static uint64_t review_mix(uint64_t form, int64_t tier, int64_t entry, struct wl_str seat)
{
    return wl_check_mix(wl_check_mix(form, (uint64_t)tier), wl_check_mix((uint64_t)entry, wl_hash(seat)));
}

static int check_form(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint64_t number = c->forms + 1;
    struct wl_form form;
    int rc;

    if (key.size != 8 || wl_get_u64(key.data) != number)
        return wl_check_fail("an appraisal form is missing", number);
    if ((rc = wl_record_decode(&wl_form_record, value, &form, NULL)) != WL_OK)
        return rc;
    c->forms++;
    if (form.state < 0 || form.state >= WL_FORM_STATE_COUNT || what_it_has(&form) != has[form.state])
        return wl_check_fail("an appraisal form's state is not what was done to it", number);
    if (form.revision < 1 || form.content_seq < form.opened_seq || form.opened_seq < 0)
        return wl_check_fail("an appraisal form has no content", number);
    if (form.state == WL_FORM_SUBMITTED || form.state == WL_FORM_UNDER_REVIEW)
        c->review_hash += review_mix(number, form.tier, form.review_seq, form.seat);
    return form.claim == WL_NONE || form.state == WL_FORM_SIGNED
               ? WL_OK
               : wl_check_fail("an appraisal form became a claim unsigned", number);
}

static int check_review(void *check, const struct wl_review *review)
{
    struct check *c = check;

    if (review->subject.kind == WL_SUBJECT_FORM)
        c->review_hash -= review_mix((uint64_t)review->subject.id, review->tier, review->entry, review->seat);
    return WL_OK;
}

/* A tie leads from a form's line to a request of its dealer, for its vehicle. */
static int check_tie(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    uint64_t number = key.size == WL_FORM_PART_KEY ? wl_get_u64(key.data) : 0;
    uint64_t line = number == 0 ? 0 : wl_get_u64(key.data + 8);
    struct wl_request_row request;
    struct wl_form form;
    struct wl_str row;
    int rc;

    c->ties++;
    if (line < 1 || line > WL_LINES_MAX || value.size != 8 || (rc = wl_form_view(c->txn, number, &form)) == 0)
        return wl_check_fail("a parts request is tied to no appraisal form", c->ties);
    if (rc == 1)
        rc = wl_get_n(c->txn, WL_TABLE_REQUESTS, wl_get_u64(value.data), &row);
    if (rc == 1)
        rc = wl_record_decode(&wl_request_record, row, &request, NULL) == WL_OK ? 1 : WL_E_DAMAGED;
    if (rc < 0)
        return rc;
    return rc == 1 && wl_str_equal(request.dealer_id, form.dealer_id) && wl_str_equal(request.vin, form.vin)
               ? WL_OK
               : wl_check_fail("an appraisal form's parts request is another's", number);
}

int wl_forms_check(struct wl_txn *txn)
{
    struct check c = {.txn = txn};
    int rc;

    if ((rc = wl_check_rows(txn, WL_TABLE_FORMS, WL_NO_STR, check_form, &c)) == WL_OK &&
        (rc = wl_reviews_each(txn, WL_NONE, check_review, &c)) == WL_OK)
        rc = wl_check_rows(txn, WL_TABLE_FORM_PARTS, WL_NO_STR, check_tie, &c);
    if (rc == WL_OK && c.review_hash != 0)
        rc = wl_check_fail("the reviews of appraisal forms are not what the forms wait for", c.forms);
    return rc;
}
