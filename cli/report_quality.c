/* `report quality`: settled claims by what they were for. */
#include <string.h>

#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/report.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/load.h"

enum { COLUMNS_MAX = 18, ROW_MEMORY = 1 << 20, TOP_MAX = 1000000 };
#define REST "(rest)"

struct quality_report {
    struct cli *cli;
    struct wl_quality_request request;
    struct wl_quality made;
    struct wl_txn *txn; /* to look names up, once the report is made */
    struct wl_arena row;
    struct cli_table *table;
    struct cli_column columns[COLUMNS_MAX];
    size_t column_count;
};

/* ---- options ---- */

static int parse_keys(const char *text, struct wl_quality_request *request)
{
    const char *const *names = wl_quality_key_names();

    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        struct wl_str one = wl_str_trim((struct wl_str){at, strcspn(at, ",")});
        int64_t key = cli_choice_of(names, one);

        if (key < 0 || request->key_count == WL_QUALITY_KEYS_MAX ||
            (request->key_count == 1 && request->keys[0] == (enum wl_quality_key)key))
            return wl_fail(
                WL_E_USAGE,
                "--by %s: one or two, with a comma between, of component, fault, cause, part, supplier, batch, "
                "model, dealer, month, service-month, type",
                text);
        request->keys[request->key_count++] = (enum wl_quality_key)key;
    }
    return WL_OK;
}

static bool is_month(enum wl_quality_key key)
{
    return key == WL_BY_MONTH || key == WL_BY_SERVICE_MONTH;
}

static int read_request(struct cli *cli, struct wl_quality_request *request)
{
    const char *by = cli_value(cli, "by");
    int rc;

    request->top = WL_NONE;
    if ((rc = parse_keys(by ? by : "component", request)) != WL_OK ||
        (rc = cli_number(cli, "top", 1, TOP_MAX, &request->top)) != WL_OK)
        return rc;
    if (request->top != WL_NONE && is_month(request->keys[0]))
        return wl_fail(WL_E_USAGE, "--top: months are not cut to the greatest; narrow them by --from and --to");
    return cli_report_filter(cli, &request->filter);
}

/* ---- rows ---- */

/* What a key's text is the name of, in the reference data. */
static const struct {
    int64_t table;
    size_t offset; /* of the name in its row */
} named[WL_QUALITY_KEY_COUNT] = {
    [WL_BY_FAULT] = {WL_REF_FAULTS, offsetof(struct wl_fault, description)},
    [WL_BY_PART] = {WL_REF_PARTS, offsetof(struct wl_part, description)},
    [WL_BY_SUPPLIER] = {WL_REF_SUPPLIERS, offsetof(struct wl_supplier, name)},
    [WL_BY_MODEL] = {WL_REF_MODELS, offsetof(struct wl_model, name)},
    [WL_BY_DEALER] = {WL_REF_DEALERS, offsetof(struct wl_dealer, name)},
};

struct wl_str cli_quality_name(struct wl_txn *txn, struct wl_arena *arena, enum wl_quality_key key, struct wl_str id)
{
    union wl_reference_row found;

    if (named[key].table == 0 || id.size == 0 || cli_reference_row(txn, arena, named[key].table, id, &found) != 1)
        return WL_NO_STR;
    return *(const struct wl_str *)(const void *)((const char *)&found + named[key].offset);
}

static void set_columns(struct quality_report *r)
{
    static const struct cli_column figures[] = {
        {"currency", false, false},       {"claims", true, true},
        {"vehicles", true, true},         {"hours", true, false},
        {"labour", true, false},          {"parts", true, false},
        {"handling", true, false},        {"sublet", true, false},
        {"total", true, false},           {"charged_back", true, false},
        {"share_percent", true, false},   {"in_service", true, true},
        {"claims_per_1000", true, false}, {"cost_per_vehicle", true, false},
    };

    for (size_t i = 0; i < r->request.key_count; i++)
        r->columns[r->column_count++] = (struct cli_column){wl_quality_key_names()[r->request.keys[i]], false, false};
    if (named[r->request.keys[0]].table != 0)
        r->columns[r->column_count++] = (struct cli_column){"name", false, false};
    memcpy(r->columns + r->column_count, figures, sizeof figures);
    r->column_count += WL_COUNT(figures);
}

static struct wl_str key_text(const struct quality_report *r, struct wl_str text)
{
    return text.size == 0 && r->cli->format == CLI_TABLE ? WL_STR("-") : text;
}

static size_t put_keys(struct quality_report *r, const struct wl_quality_row *row, bool all, struct wl_str *values)
{
    size_t n = 0;

    for (size_t i = 0; i < r->request.key_count; i++)
        values[n++] = all                   ? i == 0 ? WL_STR("(all)") : WL_NO_STR
                      : row->rest && i == 0 ? WL_STR(REST)
                                            : key_text(r, row->keys[i]);
    if (named[r->request.keys[0]].table != 0)
        values[n++] = all ? WL_NO_STR : cli_quality_name(r->txn, &r->row, r->request.keys[0], row->keys[0]);
    return n;
}

static void put_row(struct quality_report *r, const struct wl_quality_row *row, bool all)
{
    struct wl_arena *a = &r->row;
    struct wl_str values[COLUMNS_MAX], currency = row->currency;
    size_t n;

    wl_arena_clear(a);
    n = put_keys(r, row, all, values);
    const struct wl_str figures[] = {currency,
                                     cli_int(a, row->claims),
                                     cli_int(a, row->vehicles),
                                     cli_hours(a, row->hours_x100),
                                     cli_amount(a, row->labour, currency),
                                     cli_amount(a, row->parts, currency),
                                     cli_amount(a, row->handling, currency),
                                     cli_amount(a, row->sublet, currency),
                                     cli_amount(a, row->total, currency),
                                     cli_amount(a, row->charged_back, currency),
                                     cli_percent(a, row->share, 6, 2),
                                     cli_int(a, row->in_service),
                                     cli_ratio(a, 1000 * row->claims, row->in_service, 2),
                                     cli_amount_each(a, row->total, row->in_service, currency)};

    memcpy(values + n, figures, sizeof figures);
    cli_table_row(r->table, values);
}

static int print(struct quality_report *r)
{
    int rc = wl_txn_begin(r->cli->store, false, &r->txn);

    if (rc != WL_OK)
        return rc;
    set_columns(r);
    r->table = cli_table_new(r->cli, r->columns, r->column_count);
    for (size_t i = 0; i < r->made.count; i++)
        put_row(r, &r->made.rows[i], false);
    for (size_t i = 0; r->cli->format == CLI_TABLE && i < r->made.sum_count; i++)
        put_row(r, &r->made.sums[i], true);
    rc = cli_table_end(r->table);
    cli_report_foot(r->cli, r->made.count, r->made.day);
    if (rc == WL_OK)
        rc = wl_txn_status(r->txn);
    wl_txn_abort(&r->txn);
    return rc;
}

static int run(struct cli *cli)
{
    struct quality_report r = {.cli = cli};
    int rc = read_request(cli, &r.request);

    if (rc != WL_OK || (rc = cli_report_open(cli)) != WL_OK)
        return rc;
    wl_arena_init(&r.row, ROW_MEMORY);
    if ((rc = wl_quality_make(cli->store, &r.request, &r.made)) == WL_OK && cli_value(cli, "svg"))
        rc = cli_quality_chart(cli, &r.request, &r.made, cli_value(cli, "svg"));
    if (rc == WL_OK)
        rc = print(&r);
    wl_quality_release(&r.made);
    wl_arena_release(&r.row);
    return rc;
}

static const struct cli_option options[] = {
    {"by", "KEY[,KEY]",
     "component (default), fault, cause, part, supplier, batch, model, dealer, month, service-month, type"},
    {"from", "DATE", "repaired on this day or later"},
    {"to", "DATE", "repaired on this day or earlier"},
    {"dealer", "D", "of this dealer"},
    {"model", "M", "on vehicles of this model"},
    {"batch", "B", "on vehicles of this production batch"},
    {"component", "C", "whose fault is in this component"},
    {"fault", "F", "with this fault code"},
    {"part", "P", "with this causal part"},
    {"supplier", "S", "whose causal part is this supplier's"},
    {"type", "T[,T]", "of these claim types"},
    {"currency", "CUR", "in this currency"},
    {"top", "N", "the N greatest of the first key, the rest as one"},
    {"svg", "FILE", "also draw the cost as a chart: bars, or lines by month"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_report_quality = {
    .name = "report quality",
    .args = "",
    .summary = "counts, hours and cost of settled claims, by what they were for",
    .options = options,
    .flags = CLI_NEEDS_DIR | CLI_TAKES_FORMAT,
    .run = run,
    .text = "Groups settled claims by one or two keys: the fault's component, code or cause, the causal part or its\n"
            "supplier, the vehicle's production batch or model, the dealer, the month of repair, the month in service\n"
            "(0 is the first), or the claim type. Amounts are as decided by now, less what was charged back; each\n"
            "currency has rows of its own. in_service: vehicles sold that the row could have been on.",
    .example = "report quality -d ledger --by component,month --from 2024-01-01 --model M1",
};
