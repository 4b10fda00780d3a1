/* list forms */
#include "cli/codes.h"
#include "cli/form.h"
#include "cli/list.h"

#include "wledger/date.h"
#include "wledger/error.h"

const struct cli_column cli_form_columns[] = {
    {"form", false, false}, {"state", false, false},   {"version", true, true},    {"dealer_id", false, false},
    {"vin", false, false},  {"opened", false, false},  {"tier", true, true},       {"seat", false, false},
    {"asked", true, false}, {"approved", true, false}, {"currency", false, false}, {"claim", false, false},
};
_Static_assert(sizeof cli_form_columns / sizeof *cli_form_columns == CLI_FORM_COLUMNS, "as many as list.h says");

static bool is_wanted(const struct cli_list *l, const struct wl_form *form)
{
    return (l->state == WL_NONE || form->state == l->state) &&
           (!l->dealer.size || wl_str_equal(form->dealer_id, l->dealer)) &&
           (!l->vin.size || wl_str_equal(form->vin, l->vin));
}

static int opened_day(struct cli_list *l, const struct wl_form *form, struct wl_str *day)
{
    struct wl_entry e;
    int rc = wl_entry_read(l->txn, (uint64_t)form->opened_seq, &e);

    if (rc != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a form was opened by no entry");
    *day = cli_day(&l->arena, wl_time_day(e.time, wl_journal_zone(l->txn)));
    return WL_OK;
}

static int claim_name(struct cli_list *l, const struct wl_form *form, struct wl_str *name)
{
    struct wl_claim claim;
    int rc = form->claim == WL_NONE ? 0 : wl_claim_get(l->txn, &l->arena, form->claim, &claim);

    *name = rc == 1 ? cli_format_text(&l->arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id),
                                      WL_STR_ARG(claim.claim_no))
                    : WL_NO_STR;
    return rc < 0 ? rc : WL_OK;
}

static struct wl_str amount(struct cli_list *l, int64_t minor, struct wl_str currency)
{
    return minor == WL_NONE ? WL_NO_STR : cli_amount(&l->arena, minor, currency);
}

int cli_list_forms(struct cli_list *l)
{
    uint64_t count = wl_form_count(l->txn);

    for (uint64_t n = 1; n <= count; n++) {
        struct wl_arena *a = &l->arena;
        struct wl_str opened, claim;
        struct wl_form form;
        int rc;

        wl_arena_clear(a);
        if ((rc = wl_form_get(l->txn, a, n, &form)) != 1)
            return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a form has no row");
        if (!is_wanted(l, &form))
            continue;
        if ((rc = opened_day(l, &form, &opened)) != WL_OK || (rc = claim_name(l, &form, &claim)) != WL_OK)
            return rc;
        if (!cli_list_row(l, (struct wl_str[]){cli_code(a, CLI_CODE_FORM, (int64_t)n),
                                               wl_str_of(wl_form_state_names()[form.state]), cli_int(a, form.version),
                                               form.dealer_id, form.vin, opened, cli_int(a, form.tier), form.seat,
                                               amount(l, form.asked, form.currency),
                                               amount(l, form.approved, form.currency), form.currency, claim}))
            return WL_OK;
    }
    return WL_OK;
}
