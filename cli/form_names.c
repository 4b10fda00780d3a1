#include "cli/form.h"

#include "cli/codes.h"
#include "claims/typed_claim.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

enum { MILEAGE_DIGITS = 7 };

bool cli_form_number(struct wl_str text, int64_t *number)
{
    return cli_demand_number(cli_code_number(text, CLI_CODE_FORM), number);
}

bool cli_set_form(void *body, struct wl_str name)
{
    return cli_form_number(name, body);
}

bool cli_set_lettered_form(void *body, struct wl_str name)
{
    return cli_code_number(name, CLI_CODE_FORM).size < wl_str_trim(name).size && cli_form_number(name, body);
}

static struct wl_str there_are(struct wl_txn *txn, struct wl_arena *arena)
{
    uint64_t count = wl_form_count(txn);

    if (count == 0)
        return WL_STR("there is no appraisal form yet; `wledger form open` makes one");
    return cli_format_text(arena, "there are forms F1 to F%llu", (unsigned long long)count);
}

int cli_near_form(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, struct wl_str *hint)
{
    (void)name;
    *hint = there_are(txn, arena);
    return wl_txn_status(txn);
}

int cli_form_get(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, int64_t *number, struct wl_form *form)
{
    int rc;

    if (!cli_form_number(name, number))
        return wl_fail(WL_E_USAGE, "`" WL_STR_FMT "` is not " CLI_FORM_NAME, WL_STR_ARG(cli_clean(arena, name)));
    if ((rc = wl_form_get(txn, arena, (uint64_t)*number, form)) != 0)
        return rc < 0 ? rc : WL_OK;
    return wl_fail(WL_E_USAGE, "there is no form F%lld; " WL_STR_FMT, (long long)*number,
                   WL_STR_ARG(there_are(txn, arena)));
}

int64_t cli_form_km(const struct wl_claim_record *content)
{
    struct wl_typed_claim typed = {.mileage_km = WL_NONE};
    int64_t digits;

    if (!wl_decimal_parse(content->mileage, MILEAGE_DIGITS, 0, &digits))
        return WL_NONE;
    wl_typed_claim_read(content, &typed);
    return typed.mileage_km;
}

int64_t cli_form_cover_day(const struct wl_form *form, int64_t today)
{
    return form->completed_day == WL_NONE ? today : form->completed_day;
}

struct wl_context cli_form_context(struct cli *cli, struct wl_txn *txn)
{
    int64_t time = cli_time(cli, txn);

    return (struct wl_context){.txn = txn,
                               .arena = &cli->arena,
                               .cache = wl_store_cache(cli->store),
                               .seq = wl_journal_size(txn),
                               .time = time,
                               .day = wl_time_day(time, wl_journal_zone(txn))};
}

struct wl_str cli_form_next(struct wl_arena *arena, int64_t number, const struct wl_form *form)
{
    static const char *const commands[WL_FORM_STATE_COUNT] = {
        [WL_FORM_DRAFT] = "submit",  [WL_FORM_APPROVED] = "start",     [WL_FORM_PARTLY_APPROVED] = "start",
        [WL_FORM_RETURNED] = "edit", [WL_FORM_IN_REPAIR] = "complete", [WL_FORM_COMPLETED] = "sign",
        [WL_FORM_SIGNED] = "claim",
    };

    if (form->state == WL_FORM_SUBMITTED)
        return cli_format_text(arena, "a free seat of tier %lld, in whose queue it waits", (long long)form->tier);
    if (form->state == WL_FORM_UNDER_REVIEW)
        return cli_format_text(arena, "the review by seat " WL_STR_FMT " of tier %lld", WL_STR_ARG(form->seat),
                               (long long)form->tier);
    if (form->state == WL_FORM_REFUSED)
        return WL_STR("nothing: it was refused; a new form may be opened");
    if (form->state == WL_FORM_SIGNED && form->claim != WL_NONE)
        return WL_STR("nothing: it became a claim");
    return cli_format_text(arena, "wledger form %s F%lld", commands[form->state], (long long)number);
}
