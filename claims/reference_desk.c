/* Lookups of the reference data of review desks, payments and recovery (docs/rules.md). */
#include "claims/reference_memory.h"

#include "wledger/claim.h"

#include <string.h>

const struct wl_seat *wl_seat_find(struct wl_reference *r, struct wl_str seat_id)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_SEATS);
    wl_reference_key_text(&key, seat_id);
    const struct wl_held *held = wl_reference_look(r, &key, false);
    return held->count > 0 ? held->rows : NULL;
}

struct wl_reviewers wl_reviewers(struct wl_reference *r)
{
    const struct wl_held *held = wl_reference_whole(r, WL_REF_REVIEWERS);

    return (struct wl_reviewers){held->rows, held->count};
}

struct wl_reviewers wl_reviewers_of(struct wl_reference *r, struct wl_str seat_id)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_REVIEWERS);
    wl_reference_key_text(&key, seat_id);
    const struct wl_held *held = wl_reference_look(r, &key, true);
    return (struct wl_reviewers){held->rows, held->count};
}

const struct wl_bank_account *wl_bank_account_on(struct wl_reference *r, struct wl_str party_id, struct wl_str currency,
                                                 int64_t day)
{
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_BANK_ACCOUNTS);
    wl_reference_key_text(&key, party_id);
    wl_reference_key_text(&key, currency);
    return wl_reference_in_force(wl_reference_look(r, &key, true), WL_REF_BANK_ACCOUNTS, day);
}

/* The newest that has begun and not ended. */
static const struct wl_supplier_agreement *agreement_of(struct wl_reference *r, struct wl_str supplier_id,
                                                        struct wl_str part_id, int64_t day)
{
    const struct wl_supplier_agreement *rows;
    struct wl_reference_key key;

    wl_reference_key_start(&key, WL_REF_SUPPLIER_AGREEMENTS);
    wl_reference_key_text(&key, supplier_id);
    wl_reference_key_text(&key, part_id);
    const struct wl_held *held = wl_reference_look(r, &key, true);
    rows = held->rows;
    for (size_t i = held->count; i-- > 0;)
        if (rows[i].from_date <= day && day <= rows[i].to_date)
            return &rows[i];
    return NULL;
}

const struct wl_supplier_agreement *wl_agreement_on(struct wl_reference *r, struct wl_str supplier_id,
                                                    struct wl_str part_id, int64_t day)
{
    const struct wl_supplier_agreement *own = agreement_of(r, supplier_id, part_id, day);

    return own ? own : agreement_of(r, supplier_id, WL_STR(WL_ANY_PART), day);
}

/* The code that a reason begins with: what stands before its first ':'. */
static struct wl_str reason_code(struct wl_str reason)
{
    const char *colon = memchr(reason.data, ':', reason.size);

    return colon ? (struct wl_str){reason.data, (size_t)(colon - reason.data)} : reason;
}

int64_t wl_reason_check(struct wl_reference *r, enum wl_reason_event event, struct wl_str reason)
{
    struct wl_reference_key key;
    const struct wl_reason *rows;

    if (reason.size == 0)
        return WL_REFUSED_REASON_MISSING;
    wl_reference_key_start(&key, WL_REF_REASONS);
    wl_reference_key_number(&key, (int64_t)event);
    const struct wl_held *held = wl_reference_look(r, &key, true);
    rows = held->rows;
    for (size_t i = 0; i < held->count; i++)
        if (wl_str_equal(rows[i].reason_code, reason_code(reason)))
            return WL_DONE;
    return held->count == 0 ? WL_DONE : WL_REFUSED_REASON_UNKNOWN;
}
