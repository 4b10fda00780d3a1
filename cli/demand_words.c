/* How the commands from demand to fitting are executed, and told in a clerk's words. */
#include "cli/demand.h"
#include "cli/lookup.h"
#include "cli/quantity.h"

#include "wledger/error.h"
#include <string.h>

enum { KEY_ROW = 16 }; /* bytes: entry number, time */

/* ---- execution ---- */

int cli_demand_execute(struct cli *cli, struct wl_txn *txn, const struct wl_command *command, const void *body,
                       struct wl_str key, struct wl_result *result)
{
    struct wl_request request = {
        .command = command, .body = body, .time = cli_time(cli, txn), .actor = cli->actor, .key = key};
    int rc = key.size ? WL_OK : cli_key(cli, &cli->arena, WL_NO_STR, false, &request.key);

    return rc != WL_OK ? rc : wl_execute(txn, &cli->arena, &request, result);
}

int cli_demand_commit(struct wl_txn **txn, int rc)
{
    if (rc == WL_OK)
        rc = wl_txn_commit(txn);
    wl_txn_abort(txn);
    return rc;
}

int cli_demand_known(struct cli *cli, struct wl_txn *txn, struct wl_str key, const struct wl_command *command,
                     void **body)
{
    struct wl_str row;
    struct wl_entry e;
    int rc = key.size ? wl_get(txn, WL_TABLE_KEYS, key, &row) : 0;

    if (rc != 1 || row.size != KEY_ROW || cli_time(cli, txn) - (int64_t)wl_get_u64(row.data + 8) > WL_KEY_SECONDS)
        return rc < 0 ? rc : 0;
    if ((rc = wl_entry_read(txn, wl_get_u64(row.data), &e)) != 1 || e.command != command)
        return rc < 0 ? rc : 0;
    e.body = wl_arena_copy(&cli->arena, e.body);
    rc = wl_entry_body(&e, &cli->arena, body);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

/* ---- answers ---- */

json_t *cli_demand_view(const struct wl_result *result)
{
    const struct wl_outcome_head *head = result->outcome;
    json_t *view = json_object();

    cli_view_text(view, "result", wl_str_of(wl_refusal_name(result->refusal)));
    if (result->journalled)
        cli_view_number(view, "entry", (int64_t)result->seq);
    if (result->repeated)
        cli_view_put(view, "repeated", json_true());
    if (result->refusal != WL_DONE) {
        cli_view_text(view, "about", head ? head->about : WL_NO_STR);
        cli_view_text(view, "meaning", wl_str_of(wl_refusal_meaning(result->refusal)));
    }
    return view;
}

void cli_demand_entry(struct cli *cli, const struct wl_result *result)
{
    fprintf(cli->out, "  (entry %llu%s)\n", (unsigned long long)result->seq,
            result->repeated ? ", done before under this key" : "");
}

static int about_request(struct wl_txn *txn, struct wl_arena *arena, struct wl_str about, struct wl_str *hint)
{
    struct wl_request_row row;
    uint64_t count = wl_request_count(txn);
    int64_t number;
    int rc;

    if (!cli_demand_number(about, &number))
        return WL_OK;
    if ((uint64_t)number > count) {
        *hint = count ? cli_format_text(arena, "there are requests 1 to %llu", (unsigned long long)count)
                      : WL_STR("there is no request yet");
        return WL_OK;
    }
    if ((rc = wl_request_get(txn, arena, (uint64_t)number, &row)) != 1)
        return rc;
    *hint = cli_format_text(
        arena, "request %lld of " WL_STR_FMT ", for " WL_STR_FMT ", is %s%s" WL_STR_FMT, (long long)number,
        WL_STR_ARG(row.dealer_id), WL_STR_ARG(cli_demand_parts(arena, row.quantity, row.asked_part_id, row.part_id)),
        wl_request_state_names()[row.state], row.location_id.size ? " at " : "", WL_STR_ARG(row.location_id));
    return WL_OK;
}

static int about_dispatch(struct wl_txn *txn, struct wl_arena *arena, struct wl_str about, struct wl_str *hint)
{
    uint64_t count = wl_dispatch_count(txn);

    (void)about;
    *hint = count ? cli_format_text(arena, "there are dispatches 1 to %llu", (unsigned long long)count)
                  : WL_STR("there is no dispatch yet");
    return WL_OK;
}

/* What is near, or how it stands, for refusals where that helps more than the refusal's meaning alone. */
static const struct {
    int64_t refusal;
    size_t named; /* offset in what the command named */
    int (*hint)(struct wl_txn *, struct wl_arena *, struct wl_str about, struct wl_str *hint);
} hints[] = {
    {WL_REFUSED_DEALER_UNKNOWN, offsetof(struct cli_demand_named, dealer_id), cli_near_dealer},
    {WL_REFUSED_PART_UNKNOWN, offsetof(struct cli_demand_named, part_id), cli_near_part},
    {WL_REFUSED_REQUEST_UNKNOWN, offsetof(struct cli_demand_named, request), about_request},
    {WL_REFUSED_REQUEST_NOT_SOURCED, offsetof(struct cli_demand_named, request), about_request},
    {WL_REFUSED_REQUEST_SHIPPED, offsetof(struct cli_demand_named, request), about_request},
    {WL_REFUSED_REQUEST_CLOSED, offsetof(struct cli_demand_named, request), about_request},
    {WL_REFUSED_REQUEST_ELSEWHERE, offsetof(struct cli_demand_named, request), about_request},
    {WL_REFUSED_REQUEST_NOT_RECEIVED, offsetof(struct cli_demand_named, request), about_request},
    {WL_REFUSED_REQUEST_SOURCED, offsetof(struct cli_demand_named, request), about_request},
    {WL_REFUSED_DISPATCH_UNKNOWN, offsetof(struct cli_demand_named, dispatch), about_dispatch},
};

static int find_hint(struct cli *cli, const struct wl_result *result, const struct cli_demand_named *named,
                     struct wl_str *hint)
{
    const struct wl_outcome_head *head = result->outcome;
    struct wl_str about = head ? head->about : WL_NO_STR;
    struct wl_txn *txn;
    int rc = WL_OK;

    *hint = WL_NO_STR;
    for (size_t i = 0; i < WL_COUNT(hints); i++) {
        if (hints[i].refusal != result->refusal)
            continue;
        if (!about.size)
            about = *(const struct wl_str *)(const void *)((const char *)named + hints[i].named);
        if (!about.size || (rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
            return rc;
        rc = hints[i].hint(txn, &cli->arena, about, hint);
        wl_txn_abort(&txn);
    }
    return rc < 0 ? rc : WL_OK;
}

int cli_demand_refused(struct cli *cli, const char *name, const struct wl_result *result,
                       const struct cli_demand_named *named)
{
    const struct wl_outcome_head *head = result->outcome;
    struct wl_str hint;
    int rc = find_hint(cli, result, named, &hint);

    if (rc != WL_OK)
        return rc;
    if (cli->format != CLI_TABLE) {
        json_t *view = cli_demand_view(result);

        cli_view_text(view, "hint", hint);
        rc = cli_view_print(cli, view);
        return rc != WL_OK ? rc : CLI_REFUSED;
    }
    cli_tell_refusal(cli->out, &cli->arena, wl_str_of(name), result->refusal, head ? head->about : WL_NO_STR);
    if (hint.size)
        fprintf(cli->out, "    " WL_STR_FMT "\n", WL_STR_ARG(cli_clean(&cli->arena, hint)));
    return CLI_REFUSED;
}

/* ---- what is typed ---- */

bool cli_demand_number(struct wl_str text, int64_t *number)
{
    return wl_decimal_parse(text, 15, 0, number) && *number >= 1;
}

int cli_demand_identifier(const char *what, struct wl_str text)
{
    return wl_is_identifier(text)
               ? WL_OK
               : wl_fail(WL_E_USAGE, "%s: an identifier of 1 to 32 bytes without control characters, please", what);
}

int cli_demand_id(const struct cli *cli, const char *option, struct wl_str *out)
{
    const char *value = cli_value(cli, option);

    *out = value ? wl_str_trim(wl_str_of(value)) : WL_NO_STR;
    return value && !wl_is_identifier(*out)
               ? wl_fail(WL_E_USAGE, "--%s: an identifier of 1 to 32 bytes without control characters, please", option)
               : WL_OK;
}

/* ---- words ---- */

/* The region of a dealer or warehouse; empty where there is none, or reading failed. */
static struct wl_str region_of(struct wl_txn *txn, struct wl_arena *arena, struct wl_str location_id,
                               struct wl_str *name)
{
    struct wl_warehouse warehouse;
    struct wl_dealer dealer;

    *name = WL_NO_STR;
    if (cli_reference_row(txn, arena, WL_REF_WAREHOUSES, location_id, &warehouse) == 1) {
        *name = warehouse.name;
        return warehouse.region;
    }
    if (cli_reference_row(txn, arena, WL_REF_DEALERS, location_id, &dealer) == 1) {
        *name = dealer.name;
        return dealer.region;
    }
    return WL_NO_STR;
}

struct wl_str cli_location_name(struct wl_txn *txn, struct wl_arena *arena, struct wl_str location_id)
{
    struct wl_str name;

    region_of(txn, arena, location_id, &name);
    return name;
}

struct wl_str cli_demand_choice(struct wl_txn *txn, struct wl_arena *arena, struct wl_str dealer_id,
                                struct wl_str location_id, int64_t choice)
{
    static const char *const reasons[][2] = {
        [WL_CHOICE_ONLY] = {"no other warehouse has enough", "no other warehouse has enough"},
        [WL_CHOICE_REGION] = {"no other warehouse has enough", "no other there has enough"},
        [WL_CHOICE_LARGEST] = {"of all that have enough, it has the most free",
                               "it has the largest free quantity there"},
        [WL_CHOICE_LOWEST_ID] = {"of all that have as much free, its id is the first",
                                 "of those there with as much, its id is the first"},
        [WL_CHOICE_DELIVERY] = {"now there is enough", "now there is enough"},
    };
    struct wl_str name, own, region;
    bool in_region, known = choice >= 0 && (size_t)choice < WL_COUNT(reasons);
    const char *reason;

    if (location_id.size == 0)
        return WL_STR("back-ordered: no location has enough");
    if (wl_str_equal(location_id, dealer_id))
        return cli_format_text(arena, "reserved at " WL_STR_FMT " itself, in its own stock", WL_STR_ARG(dealer_id));
    region = region_of(txn, arena, location_id, &name);
    own = region_of(txn, arena, dealer_id, &name);
    in_region = region.size && wl_str_equal(region, own);
    reason = known ? reasons[choice][in_region] : NULL;
    if (in_region)
        return cli_format_text(arena, "reserved at " WL_STR_FMT ", in your region%s%s", WL_STR_ARG(location_id),
                               reason ? ": " : "", reason ? reason : "");
    return cli_format_text(arena, "reserved at " WL_STR_FMT "%s" WL_STR_FMT "%s%s", WL_STR_ARG(location_id),
                           region.size ? ", in region " : "", WL_STR_ARG(region), reason ? ": " : "",
                           reason ? reason : "");
}

struct wl_str cli_demand_parts(struct wl_arena *arena, int64_t quantity, struct wl_str asked_part_id,
                               struct wl_str part_id)
{
    struct wl_str number = cli_quantity_plain(arena, quantity);
    bool other = part_id.size && !wl_str_equal(asked_part_id, part_id);

    return cli_format_text(arena, WL_STR_FMT " of " WL_STR_FMT "%s" WL_STR_FMT "%s", WL_STR_ARG(number),
                           WL_STR_ARG(other ? part_id : asked_part_id), other ? " (which replaces " : "",
                           WL_STR_ARG(other ? asked_part_id : WL_NO_STR), other ? ")" : "");
}

struct wl_str cli_demand_sourced(struct wl_txn *txn, struct wl_arena *arena, const struct cli_demand_source *source)
{
    struct wl_str parts = cli_demand_parts(arena, source->quantity, source->asked_part_id, source->part_id);
    struct wl_str choice = cli_demand_choice(txn, arena, source->dealer_id, source->location_id, source->choice);

    return cli_format_text(arena, WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(parts), WL_STR_ARG(choice));
}

int cli_demand_lack(struct wl_txn *txn, struct wl_arena *arena, int64_t request, struct wl_str *said)
{
    struct wl_request_row row;
    int rc = request == WL_NONE ? 0 : wl_request_get(txn, arena, (uint64_t)request, &row);

    *said = WL_NO_STR;
    if (rc == 1 && (row.state == WL_REQUEST_RECEIVED_SHORT || row.state == WL_REQUEST_FITTED) &&
        row.quantity > row.received)
        *said = cli_format_text(arena, "request %lld lacks " WL_STR_FMT ": ask for it anew", (long long)request,
                                WL_STR_ARG(cli_quantity_plain(arena, row.quantity - row.received)));
    return rc < 0 ? rc : WL_OK;
}

struct wl_str cli_demand_resolutions(struct wl_arena *arena, int64_t kind)
{
    struct wl_buf text;
    struct wl_str copy;

    wl_buf_init(&text, 200);
    for (int64_t i = 0; wl_resolution_names()[i]; i++)
        if (wl_resolution_is_legal(kind, i))
            wl_buf_format(&text, "%s%s", text.size ? "|" : "", wl_resolution_names()[i]);
    copy = wl_arena_copy(arena, wl_buf_view(&text));
    wl_buf_release(&text);
    return copy;
}

struct wl_str cli_demand_requests(struct wl_arena *arena, struct wl_ints numbers)
{
    struct wl_buf text;
    struct wl_str copy;

    if (numbers.count == 0)
        return WL_NO_STR;
    wl_buf_init(&text, 1 << 16);
    for (size_t i = 0; i < numbers.count; i++)
        wl_buf_format(&text, "%s%lld",
                      i == 0                   ? numbers.count == 1 ? "request " : "requests "
                      : i + 1 == numbers.count ? " and "
                                               : ", ",
                      (long long)numbers.at[i]);
    copy = wl_arena_copy(arena, wl_buf_view(&text));
    wl_buf_release(&text);
    return copy;
}
