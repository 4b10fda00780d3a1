/* Whether appraisal forms and the claims that they became name each other. */
#include "claims/check_rows.h"
#include "claims/forms.h"
#include "wledger/error.h"

struct check {
    uint64_t number, sum;
};

uint64_t wl_form_claim_hash(int64_t form, int64_t claim, int64_t signed_seq)
{
    return wl_check_mix(wl_check_mix((uint64_t)form, (uint64_t)claim), (uint64_t)signed_seq);
}

static int check_form(void *check, struct wl_str key, struct wl_str value)
{
    struct check *c = check;
    struct wl_form form;
    int rc = wl_record_decode(&wl_form_record, value, &form, NULL);

    if (rc != WL_OK)
        return rc;
    if (key.size != 8 || wl_get_u64(key.data) != ++c->number)
        return wl_check_fail("an appraisal form is missing", c->number);
    if (form.claim != WL_NONE)
        c->sum += wl_form_claim_hash((int64_t)c->number, form.claim, form.signed_seq);
    return WL_OK;
}

int wl_form_claims_check(struct wl_txn *txn, uint64_t sum)
{
    struct check c = {0};
    int rc = wl_check_rows(txn, WL_TABLE_FORMS, WL_NO_STR, check_form, &c);

    if (rc == WL_OK && c.number != wl_form_count(txn))
        rc = wl_check_fail("appraisal forms are missing, or too many", c.number);
    if (rc == WL_OK && c.sum != sum)
        rc = wl_check_fail("an appraisal form's claim and the claim's form are not the same", c.number);
    return rc;
}
