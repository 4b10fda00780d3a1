/* Whether chains of supersessions end (docs/rules.md). A circle takes several rows, which one file may bring
 * together: so the table is looked at as a whole, once its rows stand. */
#include "wledger/claim.h"
#include "wledger/error.h"
#include "wledger/load.h"

#include <stdio.h>

enum { SHOWN_PARTS = 4 /* of a circle, in a message */ };

/* What stands to replace a part: 1, 0, or an error, which sticks. */
static int replacement(struct wl_txn *txn, struct wl_str part_id, struct wl_str *replaced_by)
{
    struct wl_supersession row;
    struct wl_reference_key key;
    struct wl_str value;

    wl_reference_key_start(&key, WL_REF_SUPERSESSIONS);
    wl_reference_key_text(&key, part_id);
    int found = key.bad ? 0 : wl_get(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&key), &value);
    if (found != 1)
        return found;
    if (wl_record_decode(wl_reference_info(WL_REF_SUPERSESSIONS)->record, wl_reference_row_cbor(value), &row, NULL) !=
        WL_OK)
        return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a supersession in the store cannot be read"));
    *replaced_by = row.replaced_by;
    return 1;
}

/* The chain that begins with a part, until it ends, comes back to that part, or is too long. */
static bool chain_ends(struct wl_txn *txn, struct wl_str part_id, struct wl_supersession_chain *chain, bool *circle)
{
    struct wl_str at = part_id;

    *circle = false;
    for (chain->count = 0; chain->count <= WL_SUPERSESSION_CHAIN_MAX;) {
        chain->part_ids[chain->count++] = at;
        if (replacement(txn, at, &at) != 1)
            return true;
        *circle = wl_str_equal(at, part_id);
        if (*circle)
            return false;
    }
    return false;
}

static bool wrong_circle(const struct wl_supersession_chain *chain, struct wl_row_fault *fault)
{
    size_t used =
        (size_t)snprintf(fault->reason, sizeof fault->reason, "makes a circle of parts that replace each other: ");

    for (size_t i = 0; i < chain->count && i < SHOWN_PARTS; i++)
        used += (size_t)snprintf(fault->reason + used, sizeof fault->reason - used, WL_STR_FMT ", ",
                                 WL_STR_ARG(chain->part_ids[i]));
    snprintf(fault->reason + used, sizeof fault->reason - used, "%s" WL_STR_FMT "; remove one of them",
             chain->count > SHOWN_PARTS ? "..., " : "", WL_STR_ARG(chain->part_ids[0]));
    return false;
}

/* A chain that does not end within its bound leads into a circle, which is named rather than the way there; or
 * it is too long. */
static bool wrong_chain(struct wl_txn *txn, struct wl_supersession_chain *chain, struct wl_row_fault *fault)
{
    struct wl_supersession_chain inner;
    bool circle;

    if (!chain_ends(txn, chain->part_ids[chain->count - 1], &inner, &circle) && circle) {
        *chain = inner;
        return wrong_circle(chain, fault);
    }
    snprintf(fault->reason, sizeof fault->reason,
             "is in a chain of more than %d parts that replace each other, from " WL_STR_FMT
             " on; replace the older ones by the newest at once",
             (int)WL_SUPERSESSION_CHAIN_MAX, WL_STR_ARG(chain->part_ids[0]));
    return false;
}

bool wl_supersessions_hold(struct wl_txn *txn, struct wl_supersession_chain *chain, struct wl_row_fault *fault)
{
    const struct wl_record *record = wl_reference_info(WL_REF_SUPERSESSIONS)->record;
    struct wl_reference_key prefix;
    struct wl_supersession row;
    struct wl_str key, value;
    struct wl_walk *walk;
    bool holds = true, circle;

    fault->field = (size_t)(wl_record_field(record, WL_STR("replaced_by")) - record->fields);
    wl_reference_key_start(&prefix, WL_REF_SUPERSESSIONS);
    if (wl_walk_open(txn, WL_TABLE_REFERENCE, wl_reference_key_view(&prefix), WL_NO_STR, &walk) != WL_OK)
        return true;
    while (holds && wl_walk_next(walk, &key, &value) == 1) {
        if (wl_record_decode(record, wl_reference_row_cbor(value), &row, NULL) != WL_OK)
            wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a supersession in the store cannot be read"));
        else if (!chain_ends(txn, row.part_id, chain, &circle))
            holds = circle ? wrong_circle(chain, fault) : wrong_chain(txn, chain, fault);
    }
    wl_walk_close(walk);
    return holds;
}
