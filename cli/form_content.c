#include "cli/form_content.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include <string.h>

enum {
    MILEAGE_MAX = 9999999,
    CUSTOMER_MAX = 200,
    HOURS_DIGITS = 6,
    QUANTITY_DIGITS = 9,
    AMOUNT_DIGITS = 12,
};

/* In the order of struct cli_form_wishes. What is not looked up has no table. */
static const struct {
    const char *option, *what;
    int64_t table;
    size_t offset;
} headers[CLI_FORM_HEADERS] = {
    {"type", NULL, 0, offsetof(struct wl_claim_record, type)},
    {"fault", "fault", WL_REF_FAULTS, offsetof(struct wl_claim_record, fault_code)},
    {"causal-part", "part", WL_REF_PARTS, offsetof(struct wl_claim_record, causal_part)},
    {"campaign", "campaign", WL_REF_CAMPAIGNS, offsetof(struct wl_claim_record, campaign_id)},
    {"authorization", "authorization", WL_REF_AUTHORIZATIONS, offsetof(struct wl_claim_record, authorization_no)},
    {"claim-no", NULL, 0, offsetof(struct wl_claim_record, claim_no)},
    {"repair-order", NULL, 0, offsetof(struct wl_claim_record, repair_order)},
};

/* Lines by kind: their records' first field is the code. */
static const struct kind {
    size_t size, lines;   /* of a line; where the list is in the content */
    size_t number, price; /* where a line has its hours, quantity or amount, and its price; 0: it has none */
    size_t currency;      /* likewise */
} kinds[CLI_FORM_KINDS] = {
    [WL_LINE_LABOUR] = {sizeof(struct wl_labour_line), offsetof(struct wl_claim_record, labour),
                        offsetof(struct wl_labour_line, hours), 0, 0},
    [WL_LINE_PART] = {sizeof(struct wl_part_line), offsetof(struct wl_claim_record, parts),
                      offsetof(struct wl_part_line, quantity), offsetof(struct wl_part_line, unit_price),
                      offsetof(struct wl_part_line, currency)},
    [WL_LINE_SUBLET] = {sizeof(struct wl_sublet_line), offsetof(struct wl_claim_record, sublet),
                        offsetof(struct wl_sublet_line, amount), 0, offsetof(struct wl_sublet_line, currency)},
};

static struct wl_str *text_at(const void *record, size_t offset)
{
    return (struct wl_str *)(void *)((char *)(uintptr_t)record + offset);
}

static struct wl_list *list_of(const struct wl_claim_record *record, size_t kind)
{
    return (struct wl_list *)(void *)((char *)(uintptr_t)record + kinds[kind].lines);
}

/* ---- what was typed ---- */

static int take_headers(struct cli *cli, struct cli_form_wishes *w)
{
    for (size_t i = 0; i < CLI_FORM_HEADERS; i++) {
        const char *value = cli_value(cli, headers[i].option);
        int rc = WL_OK;
        int64_t n;

        w->header_given[i] = value != NULL;
        w->headers[i] = value ? wl_str_trim(wl_str_of(value)) : WL_NO_STR;
        if (w->headers[i].size && i == 0)
            rc = cli_choice(cli, headers[i].option, wl_claim_type_names(), &n);
        else if (w->headers[i].size && !wl_is_identifier(w->headers[i]))
            rc = wl_fail(WL_E_USAGE, "--%s: an identifier of 1 to 32 bytes without control characters, please",
                         headers[i].option);
        if (rc != WL_OK)
            return rc;
    }
    return WL_OK;
}

/* A complaint may have lines. */
static int take_complaint(struct cli *cli, struct wl_str *out)
{
    const char *value = cli_value(cli, "complaint");

    *out = value ? wl_str_trim(wl_str_of(value)) : WL_NO_STR;
    if (value && (out->size < 1 || out->size > WL_NARRATIVE_MAX || wl_utf8_prefix(*out) != out->size))
        return wl_fail(WL_E_USAGE, "--complaint: 1 to %d bytes of UTF-8, please", WL_NARRATIVE_MAX);
    for (size_t i = 0; i < out->size; i++) {
        unsigned char c = (unsigned char)out->data[i];

        if ((c < 32 && c != '\n' && c != '\t') || c == 127)
            return wl_fail(WL_E_USAGE, "--complaint: holds a control character");
    }
    return WL_OK;
}

/* Cuts a text at its last such letter; what is behind it may not be empty. False where it is. */
static bool cut(struct wl_str *text, char letter, struct wl_str *behind)
{
    const char *at = text->size ? memrchr(text->data, letter, text->size) : NULL;

    *behind = WL_NO_STR;
    if (!at)
        return true;
    *behind = wl_str_trim((struct wl_str){at + 1, text->size - (size_t)(at - text->data) - 1});
    *text = wl_str_trim((struct wl_str){text->data, (size_t)(at - text->data)});
    return behind->size > 0;
}

static bool is_decimal(struct wl_str text, unsigned digits, unsigned places, int64_t least)
{
    int64_t value;

    return !text.size || (wl_decimal_parse(text, digits, places, &value) && value >= least);
}

static bool parse_wish(struct wl_str text, int64_t kind, struct cli_form_wish *wish)
{
    *wish = (struct cli_form_wish){.code = wl_str_trim(text)};
    if ((kind == WL_LINE_PART && !cut(&wish->code, '@', &wish->price)) || !cut(&wish->code, '=', &wish->number) ||
        !wl_is_identifier(wish->code) || !is_decimal(wish->price, AMOUNT_DIGITS, WL_PRICE_PLACES, 0))
        return false;
    if (kind == WL_LINE_LABOUR)
        return is_decimal(wish->number, HOURS_DIGITS, WL_HOURS_PLACES, 1);
    if (kind == WL_LINE_PART)
        return wish->number.size && is_decimal(wish->number, QUANTITY_DIGITS, WL_QUANTITY_PLACES, 1);
    return wish->number.size && is_decimal(wish->number, AMOUNT_DIGITS, WL_PRICE_PLACES, 1);
}

static int take_lines(struct cli *cli, struct cli_form_wishes *w, size_t kind)
{
    static const char *const forms[] = {
        [WL_LINE_LABOUR] = "OP[=HOURS], such as OP-77=1.5; hours have at most 2 decimals",
        [WL_LINE_PART] = "PART=QUANTITY[@PRICE], such as P-100=2@12.50; quantities have at most 3 decimals, prices 4",
        [WL_LINE_SUBLET] = "CODE=AMOUNT, such as TOWING=300.00"};
    const char *option = wl_line_kind_names()[kind], *value;

    if (!cli_value(cli, option))
        return WL_OK;
    if (!(w->lines[kind] = wl_arena_alloc(&cli->arena, WL_LINES_MAX * sizeof *w->lines[kind])))
        return wl_arena_status(&cli->arena);
    while ((value = cli_value_at(cli, option, w->counts[kind]))) {
        if (w->counts[kind] == WL_LINES_MAX)
            return wl_fail(WL_E_USAGE, "--%s: at most %d lines of a kind", option, WL_LINES_MAX);
        if (!parse_wish(wl_str_of(value), (int64_t)kind, &w->lines[kind][w->counts[kind]++]))
            return wl_fail(WL_E_USAGE, "--%s %s: write %s; a code has 1 to 32 bytes", option, value, forms[kind]);
    }
    return WL_OK;
}

static int take_removed(struct cli *cli, struct cli_form_wishes *w)
{
    const char *value;

    if (!cli_value(cli, "remove"))
        return WL_OK;
    if (!(w->removed = wl_arena_alloc(&cli->arena, CLI_NAMED_LINES_MAX * sizeof *w->removed)))
        return wl_arena_status(&cli->arena);
    while ((value = cli_value_at(cli, "remove", w->removed_count))) {
        struct wl_line_name *line = &w->removed[w->removed_count];

        if (w->removed_count++ == CLI_NAMED_LINES_MAX)
            return wl_fail(WL_E_USAGE, "--remove: given too often; a form has at most %d lines", CLI_NAMED_LINES_MAX);
        if (!cli_line_parse(wl_str_of(value), &line->kind, &line->line))
            return wl_fail(WL_E_USAGE, "--remove %s: a line is labour:N, part:N or sublet:N, N from 1", value);
    }
    return WL_OK;
}

int cli_form_take(struct cli *cli, struct cli_form_wishes *w)
{
    int64_t km = WL_NONE;
    int rc = cli_number(cli, "km", 0, MILEAGE_MAX, &km);

    *w = (struct cli_form_wishes){.removed_count = 0};
    if (rc != WL_OK || (rc = take_headers(cli, w)) != WL_OK ||
        (rc = cli_text(cli, "customer", CUSTOMER_MAX, &w->customer)) != WL_OK ||
        (rc = take_complaint(cli, &w->complaint)) != WL_OK)
        return rc;
    w->mileage = cli_int(&cli->arena, km);
    for (size_t kind = 0; kind < CLI_FORM_KINDS; kind++)
        if ((rc = take_lines(cli, w, kind)) != WL_OK)
            return rc;
    if ((rc = take_removed(cli, w)) != WL_OK)
        return rc;
    return wl_arena_status(&cli->arena);
}

/* ---- what comes of it ---- */

struct making {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    struct wl_context ctx;
    const struct wl_claim_record *known; /* NULL: none */
    struct wl_claim_record *record;
    struct wl_str currency; /* the dealer's; empty: not known */
    json_t *warnings;
};

static void warn(struct making *m, const char *what, struct wl_str id, struct wl_str sentence)
{
    json_array_append_new(m->warnings, cli_view_str(cli_format_text(m->arena, "%s " WL_STR_FMT ": " WL_STR_FMT, what,
                                                                    WL_STR_ARG(id), WL_STR_ARG(sentence))));
}

/* A code that is in no table is told with what is near; that is no error, the data may come later. */
static int check_code(struct making *m, const char *option, int64_t table, const char *what, struct wl_str id)
{
    union wl_reference_row row;
    struct wl_str hint;
    int rc = cli_reference_row(m->txn, m->arena, table, id, &row);

    if (rc != 0)
        return rc < 0 ? rc : WL_OK;
    if ((rc = cli_near_row(m->txn, m->arena, table, what, id, &hint)) == WL_OK)
        warn(m, option, id, hint);
    return rc;
}

static int set_headers(struct making *m, const struct cli_form_wishes *w)
{
    for (size_t i = 0; i < CLI_FORM_HEADERS; i++) {
        int rc = WL_OK;

        if (w->header_given[i])
            *text_at(m->record, headers[i].offset) = w->headers[i];
        if (w->headers[i].size && headers[i].table)
            rc = check_code(m, headers[i].option, headers[i].table, headers[i].what, w->headers[i]);
        if (rc != WL_OK)
            return rc;
    }
    if (w->mileage.size) {
        m->record->mileage = w->mileage;
        m->record->mileage_unit = WL_NO_STR; /* kilometres */
    }
    return WL_OK;
}

/* A line of that code in a content; NULL: it has none. */
static void *line_of(const struct wl_claim_record *record, size_t kind, struct wl_str code)
{
    const struct wl_list *list = list_of(record, kind);

    for (size_t i = 0; i < list->count; i++) {
        char *line = (char *)list->at + i * kinds[kind].size;

        if (wl_str_equal(*text_at(line, 0), code))
            return line;
    }
    return NULL;
}

/* With as few decimals as say it, but the currency's minor digits. */
static struct wl_str price_text(struct making *m, int64_t price)
{
    char text[WL_DECIMAL_TEXT];
    size_t size = wl_decimal_format(price, WL_PRICE_PLACES, text);
    unsigned places = WL_PRICE_PLACES, least = wl_minor_digits(m->currency);

    while (places > least && text[size - 1] == '0') {
        size--;
        places--;
    }
    size -= places == 0;
    return wl_arena_copy(m->arena, (struct wl_str){text, size});
}

static int default_hours(struct making *m, const struct cli_form_wish *wish, struct wl_labour_line *line)
{
    const struct wl_labour_line *known = m->known ? line_of(m->known, WL_LINE_LABOUR, wish->code) : NULL;
    struct wl_operation operation;
    char text[WL_DECIMAL_TEXT];
    int rc = cli_reference_row(m->txn, m->arena, WL_REF_OPERATIONS, wish->code, &operation);

    if (rc < 0 || (rc == 0 && (rc = check_code(m, "labour", WL_REF_OPERATIONS, "operation", wish->code)) != WL_OK))
        return rc;
    line->hours = wish->number;
    if (!line->hours.size && known)
        line->hours = known->hours;
    else if (!line->hours.size && rc == 1)
        line->hours = wl_arena_copy(
            m->arena, (struct wl_str){text, wl_decimal_format(operation.standard_hours, WL_HOURS_PLACES, text)});
    return WL_OK;
}

static int default_price(struct making *m, const struct cli_form_wish *wish, struct wl_part_line *line)
{
    const struct wl_part_line *known = m->known ? line_of(m->known, WL_LINE_PART, wish->code) : NULL;
    const struct wl_part_terms *terms;
    int64_t price = WL_NONE;
    int rc = check_code(m, "part", WL_REF_PARTS, "part", wish->code);

    line->quantity = wish->number;
    if (wish->price.size || line->unit_price.size || known || rc != WL_OK) {
        if (wish->price.size || known)
            line->unit_price = wish->price.size ? wish->price : known->unit_price;
        return rc;
    }
    terms = wl_part_terms_find(wl_reference(&m->ctx), wish->code, m->currency);
    if (terms && m->currency.size)
        price = wl_list_price_on(terms, m->ctx.day);
    if (price != WL_NONE)
        line->unit_price = price_text(m, price);
    else if (terms && terms->known && m->currency.size)
        warn(m, "part", wish->code,
             cli_format_text(m->arena, "it has no list price in " WL_STR_FMT " today; name one: PART=QUANTITY@PRICE",
                             WL_STR_ARG(m->currency)));
    return wl_txn_status(m->txn);
}

static int set_line(struct making *m, size_t kind, const struct cli_form_wish *wish, void *line)
{
    *text_at(line, 0) = wish->code;
    if (kinds[kind].currency)
        *text_at(line, kinds[kind].currency) = m->currency;
    if (kind == WL_LINE_LABOUR)
        return default_hours(m, wish, line);
    if (kind == WL_LINE_PART)
        return default_price(m, wish, line);
    *text_at(line, kinds[kind].number) = wish->number;
    return WL_OK;
}

/* The lines of a kind that stay, in room for those that come. */
static int keep_lines(struct making *m, const struct cli_form_wishes *w, size_t kind)
{
    struct wl_list *list = list_of(m->record, kind), before = *list;
    size_t size = kinds[kind].size;

    if (!(list->at = wl_arena_alloc(m->arena, (before.count + w->counts[kind] + 1) * size)))
        return wl_arena_status(m->arena);
    list->count = 0;
    for (size_t r = 0; r < w->removed_count; r++)
        if (w->removed[r].kind == (int64_t)kind && (size_t)w->removed[r].line > before.count)
            return wl_fail(WL_E_USAGE, "--remove %s:%lld: the form has %zu %s line%s", wl_line_kind_names()[kind],
                           (long long)w->removed[r].line, before.count, wl_line_kind_names()[kind],
                           before.count == 1 ? "" : "s");
    for (size_t i = 0; i < before.count; i++) {
        bool removed = false;

        for (size_t r = 0; r < w->removed_count; r++)
            removed |= w->removed[r].kind == (int64_t)kind && (size_t)w->removed[r].line == i + 1;
        if (!removed)
            memcpy((char *)list->at + list->count++ * size, (const char *)before.at + i * size, size);
    }
    return WL_OK;
}

static int set_lines(struct making *m, const struct cli_form_wishes *w, size_t kind)
{
    struct wl_list *list = list_of(m->record, kind);
    struct wl_claim_record stays;
    int rc = keep_lines(m, w, kind);

    stays = *m->record; /* a line that comes twice comes twice */
    for (size_t i = 0; rc == WL_OK && i < w->counts[kind]; i++) {
        void *line = line_of(&stays, kind, w->lines[kind][i].code);

        if (!line)
            line = (char *)list->at + list->count++ * kinds[kind].size;
        rc = set_line(m, kind, &w->lines[kind][i], line);
    }
    if (rc == WL_OK && list->count > WL_LINES_MAX)
        rc = wl_fail(WL_E_USAGE, "a form has at most %d %s lines", WL_LINES_MAX, wl_line_kind_names()[kind]);
    return rc;
}

int cli_form_make(struct cli *cli, struct wl_txn *txn, const struct cli_form_wishes *w,
                  const struct wl_claim_record *before, const struct wl_claim_record *known,
                  struct wl_claim_record *record, json_t *warnings)
{
    struct making m = {.cli = cli,
                       .txn = txn,
                       .arena = &cli->arena,
                       .ctx = cli_form_context(cli, txn),
                       .known = known,
                       .record = record,
                       .warnings = warnings};
    struct wl_dealer dealer;
    int rc;

    if (before)
        *record = *before;
    if ((rc = cli_reference_row(txn, m.arena, WL_REF_DEALERS, record->dealer_id, &dealer)) < 0)
        return rc;
    m.currency = rc == 1 ? dealer.currency : WL_NO_STR;
    rc = set_headers(&m, w);
    for (size_t kind = 0; rc == WL_OK && kind < CLI_FORM_KINDS; kind++)
        rc = set_lines(&m, w, kind);
    return rc == WL_OK ? wl_arena_status(m.arena) : rc;
}
