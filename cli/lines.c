#include "cli/lines.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include <string.h>

enum { AMOUNT_DIGITS = 12, LINE_DIGITS = 4 };

/* Splits at the first such letter: false where there is none, and then `before` is all of it. */
static bool split(struct wl_str text, char letter, struct wl_str *before, struct wl_str *behind)
{
    const char *at = text.size ? memchr(text.data, letter, text.size) : NULL;
    size_t size = at ? (size_t)(at - text.data) : text.size;

    *before = wl_str_trim((struct wl_str){text.data, size});
    *behind = at ? wl_str_trim((struct wl_str){at + 1, text.size - size - 1}) : WL_NO_STR;
    return at != NULL;
}

bool cli_line_parse(struct wl_str text, int64_t *kind, int64_t *line)
{
    struct wl_str before, behind;

    if (!split(text, ':', &before, &behind))
        return false;
    *kind = cli_choice_of(wl_line_kind_names(), before);
    return *kind >= 0 && wl_decimal_parse(behind, LINE_DIGITS, 0, line) && *line >= 1;
}

/* What can be said of one value; NULL: nothing. */
static const char *parse(struct wl_str text, struct wl_line_name *line)
{
    struct wl_str name, rest, amount;

    *line = (struct wl_line_name){.amount = WL_NONE};
    split(wl_str_trim(text), '=', &name, &rest);
    if (!cli_line_parse(name, &line->kind, &line->line))
        return "it is KIND:N=AMOUNT[:REASON]; KIND is labour, part or sublet, N counts from 1";
    split(rest, ':', &amount, &line->reason);
    if (amount.size && (!wl_decimal_parse(amount, AMOUNT_DIGITS, WL_PRICE_PLACES, &line->amount) || line->amount < 0))
        return "its amount is not one; write it as 12.50 (0, or none, refuses the line)";
    if (line->reason.size > WL_LINE_REASON_MAX || wl_utf8_prefix(line->reason) != line->reason.size)
        return "its reason is too long, or not UTF-8";
    for (size_t i = 0; i < line->reason.size; i++)
        if ((unsigned char)line->reason.data[i] < 32 || line->reason.data[i] == 127)
            return "its reason holds a control character";
    return NULL;
}

int cli_lines(struct cli *cli, const char *option, struct wl_list *lines)
{
    struct wl_line_name *at;
    const char *value, *fault;
    size_t count = 0;

    *lines = (struct wl_list){0};
    if (!cli_value(cli, option))
        return WL_OK;
    if (!(at = wl_arena_alloc(&cli->arena, CLI_NAMED_LINES_MAX * sizeof *at)))
        return wl_arena_status(&cli->arena);
    while ((value = cli_value_at(cli, option, count))) {
        if (count == CLI_NAMED_LINES_MAX)
            return wl_fail(WL_E_USAGE, "--%s: given too often; a claim has at most %d lines", option,
                           CLI_NAMED_LINES_MAX);
        if ((fault = parse(wl_str_of(value), &at[count])))
            return wl_fail(WL_E_USAGE, "--%s " WL_STR_FMT ": %s", option,
                           WL_STR_ARG(cli_clean(&cli->arena, wl_str_of(value))), fault);
        count++;
    }
    *lines = (struct wl_list){at, count};
    return WL_OK;
}

int cli_amount_option(const struct cli *cli, const char *option, int64_t *amount)
{
    const char *text = cli_value(cli, option);
    int64_t value;

    if (!text)
        return WL_OK;
    if (!wl_decimal_parse(wl_str_trim(wl_str_of(text)), AMOUNT_DIGITS, WL_PRICE_PLACES, &value) || value < 0)
        return wl_fail(WL_E_USAGE, "--%s %s: an amount such as 12.50, please", option, text);
    *amount = value;
    return WL_OK;
}

int cli_amount_minor(const char *what, int64_t amount, struct wl_str currency, int64_t *minor)
{
    int64_t finer = wl_power10(WL_PRICE_PLACES - wl_minor_digits(currency));

    if (amount == WL_NONE || amount % finer == 0) {
        *minor = amount == WL_NONE ? WL_NONE : amount / finer;
        if (*minor <= WL_AMOUNT_MAX)
            return WL_OK;
        return wl_fail(WL_E_INPUT, "%s: more than any line is worth; nothing was done", what);
    }
    return wl_fail(WL_E_INPUT,
                   "%s: finer than the minor unit of " WL_STR_FMT ", which has %u decimals; nothing was done", what,
                   WL_STR_ARG(currency), wl_minor_digits(currency));
}

int cli_lines_minor(struct wl_arena *arena, struct wl_list lines, struct wl_str currency, struct wl_list *out)
{
    const struct wl_line_name *from = lines.at;
    struct wl_line_name *to;
    int rc = WL_OK;

    *out = lines;
    if (!lines.count || !currency.size)
        return WL_OK;
    if (!(to = wl_arena_alloc(arena, lines.count * sizeof *to)))
        return wl_arena_status(arena);
    for (size_t i = 0; i < lines.count && rc == WL_OK; i++) {
        char what[32];

        snprintf(what, sizeof what, "line %s:%lld", wl_line_kind_names()[from[i].kind], (long long)from[i].line);
        to[i] = from[i];
        rc = cli_amount_minor(what, from[i].amount, currency, &to[i].amount);
    }
    out->at = to;
    return rc;
}

int cli_lines_of_claim(struct wl_txn *txn, struct wl_arena *arena, struct wl_list lines, struct wl_str dealer_id,
                       struct wl_str claim_no, struct wl_list *out)
{
    struct wl_claim claim;
    int64_t id;
    int rc;

    *out = lines;
    if (!lines.count || (rc = wl_claim_find(txn, dealer_id, claim_no, &id)) == 0)
        return WL_OK;
    if (rc < 0 || (rc = wl_claim_get(txn, arena, id, &claim)) != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a claim number has no claim"));
    return cli_lines_minor(arena, lines, claim.currency, out);
}
