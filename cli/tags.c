/* The verbs that make tags: tag, tag loose, tag link; and what the commands about tags share. */
#include "cli/tags.h"
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/lookup.h"
#include "cli/quantity.h"
#include "cli/verbs.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include <string.h>

enum { SAID_ONE_BY_ONE = 10, MISSING_NAMED = 3, TEXT_SIZE = 1 << 16, SHOWN_SIZE = 60 };

CLI_BEGINS_WITH_CLAIM(struct wl_tag_body);
_Static_assert(offsetof(struct wl_tag_link_body, tag) == 0, "the tag stands first");

/* ---- numbers ---- */

struct wl_str cli_tag_text(struct wl_arena *arena, uint64_t tag)
{
    char text[WL_TAG_TEXT];

    wl_tag_format(tag, text);
    return wl_arena_copy(arena, wl_str_of(text));
}

struct wl_str cli_tag_texts(struct wl_arena *arena, struct wl_ints tags)
{
    struct wl_str all;
    struct wl_buf text;

    wl_buf_init(&text, TEXT_SIZE);
    for (size_t i = 0; i < tags.count; i++) {
        char number[WL_TAG_TEXT];

        wl_tag_format((uint64_t)tags.at[i], number);
        wl_buf_format(&text, "%s%s", i ? " " : "", number);
    }
    all = wl_arena_copy(arena, wl_buf_view(&text));
    wl_buf_release(&text);
    return all;
}

struct wl_str cli_tags_said(struct wl_arena *arena, struct wl_ints tags)
{
    if (tags.count <= SAID_ONE_BY_ONE)
        return cli_format_text(arena, "%s " WL_STR_FMT, tags.count == 1 ? "tag" : "tags",
                               WL_STR_ARG(cli_tag_texts(arena, tags)));
    return cli_format_text(arena, "%zu tags, " WL_STR_FMT " to " WL_STR_FMT, tags.count,
                           WL_STR_ARG(cli_tag_text(arena, (uint64_t)tags.at[0])),
                           WL_STR_ARG(cli_tag_text(arena, (uint64_t)tags.at[tags.count - 1])));
}

struct wl_ints cli_tag_range(struct wl_arena *arena, int64_t first, size_t count)
{
    int64_t *at = wl_arena_alloc(arena, (count ? count : 1) * sizeof *at);

    for (size_t i = 0; at && i < count; i++)
        at[i] = first + (int64_t)i;
    return (struct wl_ints){at, at ? count : 0};
}

static bool parse_tag(struct wl_str text, int64_t *tag)
{
    uint64_t n;

    if (!wl_tag_parse(text, &n) || n > INT64_MAX)
        return false;
    *tag = (int64_t)n;
    return true;
}

int cli_tags_add(struct wl_ints *tags, size_t most, struct wl_str text, const char *what, const char *place)
{
    size_t at = 0;

    while (at <= text.size) {
        size_t end = at;
        struct wl_str one;
        int64_t tag;

        while (end < text.size && text.data[end] != ',')
            end++;
        one = wl_str_trim((struct wl_str){text.data + at, end - at});
        at = end + 1;
        if (!parse_tag(one, &tag))
            return wl_fail(WL_E_INPUT, "%s%s: `%.*s` is not " CLI_TAG_FORM "; nothing was done", place, what,
                           (int)wl_utf8_prefix((struct wl_str){one.data, one.size < 80 ? one.size : 80}), one.data);
        if (tags->count == most)
            return wl_fail(WL_E_USAGE, "%s%s: at most %zu tags at once; give them in parts", place, what, most);
        tags->at[tags->count++] = tag;
    }
    return WL_OK;
}

/* One of the ten check digits is right for any digits before it. */
bool cli_tag_is_misread(struct wl_str text)
{
    char other[SHOWN_SIZE];
    uint64_t n;

    text = wl_str_trim(text);
    if (text.size == 0 || text.size > sizeof other || wl_tag_parse(text, &n))
        return false;
    memcpy(other, text.data, text.size);
    if (other[text.size - 1] < '0' || other[text.size - 1] > '9')
        return false;
    for (char digit = '0'; digit <= '9'; digit++) {
        other[text.size - 1] = digit;
        if (wl_tag_parse((struct wl_str){other, text.size}, &n))
            return true;
    }
    return false;
}

bool cli_set_tag(void *body, struct wl_str name)
{
    return parse_tag(name, body);
}

int cli_near_tag(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, struct wl_str *hint)
{
    uint64_t count = wl_tag_count(txn);

    (void)name;
    *hint = count ? cli_format_text(arena, "there are tags " WL_STR_FMT " to " WL_STR_FMT,
                                    WL_STR_ARG(cli_tag_text(arena, 1)), WL_STR_ARG(cli_tag_text(arena, count)))
                  : WL_STR("there is no tag yet; `wledger tag` makes them");
    return wl_txn_status(txn);
}

/* ---- what a tag belongs to ---- */

int cli_tag_owner(struct wl_txn *txn, struct wl_arena *arena, const struct wl_tag *tag, struct cli_owner *owner)
{
    int rc;

    if (tag->obligation == WL_NONE)
        return 0;
    if ((rc = wl_obligation_get(txn, arena, tag->obligation, &owner->obligation)) != 1 ||
        (rc = wl_claim_get(txn, arena, owner->obligation.claim, &owner->claim)) != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the claim of a tag has no row"));
    owner->name = cli_format_text(arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(owner->claim.dealer_id),
                                  WL_STR_ARG(owner->claim.claim_no));
    return 1;
}

static bool is_awaited(const struct wl_obligation *o)
{
    return wl_obligation_blocks(o->state) && o->state != WL_OBLIGATION_RECEIVED;
}

static void name_missing(struct wl_buf *text, struct wl_arena *arena, const struct wl_obligation *o)
{
    wl_buf_format(text, "%s" WL_STR_FMT " of line %lld", text->size ? ", " : "", WL_STR_ARG(o->part_id),
                  (long long)o->line + 1);
    if (o->received > 0)
        wl_buf_format(text, " (" WL_STR_FMT " of " WL_STR_FMT ")",
                      WL_STR_ARG(cli_quantity_plain(arena, o->quantity - o->received)),
                      WL_STR_ARG(cli_quantity_plain(arena, o->quantity)));
    else if (o->tagged <= 0)
        wl_buf_text(text, " (not tagged)");
}

int cli_still_missing(struct wl_txn *txn, struct wl_arena *arena, const struct wl_claim *claim, int64_t *lines,
                      struct wl_str *said)
{
    struct wl_buf text;
    int rc = 1;

    *lines = 0;
    *said = WL_NO_STR;
    wl_buf_init(&text, TEXT_SIZE);
    for (int64_t i = 0; rc == 1 && claim->unmet_obligations > 0 && i < claim->obligation_count; i++) {
        struct wl_obligation o;

        rc = wl_obligation_get(txn, arena, claim->first_obligation + i, &o);
        if (rc == 1 && is_awaited(&o) && ++*lines <= MISSING_NAMED)
            name_missing(&text, arena, &o);
    }
    if (*lines > MISSING_NAMED)
        wl_buf_format(&text, " and %lld %s more", (long long)(*lines - MISSING_NAMED),
                      cli_counted((uint64_t)(*lines - MISSING_NAMED), "line", "lines"));
    *said = wl_arena_copy(arena, wl_buf_view(&text));
    wl_buf_release(&text);
    if (rc == 0)
        return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "a return obligation of a claim is missing"));
    return rc < 0 ? rc : WL_OK;
}

/* ---- tag ---- */

static int tell_tags(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                     struct cli_said *said)
{
    const struct wl_tag_outcome *o = outcome;
    struct wl_ints tags = cli_tag_range(arena, o->first_tag, o->tags.count);

    (void)txn;
    said->did = wl_str_of(job->did);
    said->made = cli_tag_texts(arena, tags);
    said->note = cli_tags_said(arena, tags);
    if (o->remaining != WL_NONE && o->remaining > 0)
        said->note = cli_format_text(arena, WL_STR_FMT "; %lld more part %s left: give the command again",
                                     WL_STR_ARG(said->note), (long long)o->remaining,
                                     cli_counted((uint64_t)o->remaining, "line is", "lines are"));
    return WL_OK;
}

static int run_tag(struct cli *cli)
{
    struct wl_tag_body body = {.line = WL_NONE, .together = cli_value(cli, "together") ? 1 : WL_NONE};
    struct cli_job job = cli_claim_job(&wl_tag_command, &body, "tagged");
    int rc = cli_number(cli, "line", 1, WL_LINES_MAX, &body.line);

    if (rc != WL_OK || (rc = cli_text(cli, "serial", WL_SERIAL_MAX, &body.serial)) != WL_OK)
        return rc;
    if (body.serial.size && (cli->argc != 1 || cli->from))
        return wl_fail(WL_E_USAGE, "tag: a serial number is of one piece; name one claim with it");
    job.tell = tell_tags;
    return cli_execute(cli, &job);
}

static const struct cli_option tag_options[] = {
    {"line", "N", "the parts of this part line only (from 1; default: all that have no tags yet)"},
    {"together", NULL, "one tag for all pieces of a line"},
    {"serial", "S", "the serial number on the removed part; of one piece"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_tag = {
    .name = "tag",
    .args = "DEALER/CLAIM...",
    .summary = "give removed parts their tags",
    .options = tag_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_tag,
    .text = "Makes the tags of a claim's removed parts that must come back: one for each piece, one for all of a line\n"
            "where it is measured in litres and the like. A tag's number is ten digits, the last of which checks the\n"
            "others. `wledger print tags` prints the labels, `wledger return ship` sends the parts.",
    .example = "tag -d ledger D00001/000123",
};

/* ---- tag loose ---- */

static bool set_dealer(void *body, struct wl_str name)
{
    struct wl_tag_loose_body *loose = body;

    loose->dealer_id = name;
    return wl_is_identifier(name);
}

static int run_tag_loose(struct cli *cli)
{
    struct wl_tag_loose_body body = {.quantity = wl_power10(WL_QUANTITY_PLACES)};
    const struct cli_job job = {.command = &wl_tag_loose_command,
                                .body = &body,
                                .form = "a dealer's id",
                                .did = "tagged",
                                .set_name = set_dealer,
                                .tell = tell_tags,
                                .near = cli_near_dealer,
                                .unknown = WL_REFUSED_DEALER_UNKNOWN};
    int rc = cli_quantity_option(cli, "quantity", &body.quantity);

    if (rc != WL_OK || (rc = cli_demand_id(cli, "vin", &body.vin)) != WL_OK ||
        (rc = cli_demand_id(cli, "part", &body.part_id)) != WL_OK ||
        (rc = cli_text(cli, "serial", WL_SERIAL_MAX, &body.serial)) != WL_OK ||
        (rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK)
        return rc;
    if (!body.vin.size || !body.part_id.size || !body.reason.size)
        return wl_fail(WL_E_USAGE, "tag loose: --vin VIN, --part P and --reason TEXT, please");
    return cli_execute(cli, &job);
}

static const struct cli_option loose_options[] = {
    {"vin", "VIN", "the vehicle that it was taken from; required"},
    {"part", "P", "which part it is; required"},
    {"quantity", "Q", "how much (default: 1)"},
    {"serial", "S", "the serial number on the removed part"},
    {"reason", "TEXT", "why it was removed; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_tag_loose = {
    .name = "tag loose",
    .args = "DEALER",
    .summary = "tag a part that was removed before there is a claim",
    .options = loose_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_tag_loose,
    .text =
        "Makes one tag for a part that was taken from a vehicle. Once its claim is there, `wledger tag link` joins it "
        "to\n"
        "the claim's line, so that it counts as what must come back.",
    .example = "tag loose -d ledger D00001 --vin LVGNYUUV3RL000000 --part P000131 --reason \"leaks\"",
};

/* ---- tag link ---- */

static int tell_link(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                     struct cli_said *said)
{
    const struct wl_tag_link_body *body = job->body;
    int rc = cli_tell_claim(txn, arena, job, outcome, said);

    said->note = cli_format_text(arena, "to " WL_STR_FMT "/" WL_STR_FMT " line %lld%s" WL_STR_FMT,
                                 WL_STR_ARG(body->dealer_id), WL_STR_ARG(body->claim_no), (long long)body->line,
                                 said->note.size ? "; " : "", WL_STR_ARG(said->note));
    return rc;
}

static int run_tag_link(struct cli *cli)
{
    struct wl_tag_link_body body = {.line = WL_NONE};
    const struct cli_job job = {.command = &wl_tag_link_command,
                                .body = &body,
                                .form = CLI_TAG_FORM,
                                .did = "linked",
                                .set_name = cli_set_tag,
                                .tell = tell_link,
                                .near = cli_near_tag,
                                .unknown = WL_REFUSED_TAG_UNKNOWN};
    int rc = cli_number(cli, "line", 1, WL_LINES_MAX, &body.line);

    if (rc != WL_OK)
        return rc;
    if (!wl_claim_name_split(wl_str_trim(wl_str_of(cli->argv[1])), &body.dealer_id, &body.claim_no))
        return wl_fail(WL_E_INPUT, "`%s` is not a claim's name: DEALER/CLAIM, please; nothing was done", cli->argv[1]);
    if (body.line == WL_NONE)
        return wl_fail(WL_E_USAGE, "tag link: --line N, the part line that it belongs to, please");
    cli->argc = 1;
    return cli_execute(cli, &job);
}

static const struct cli_option link_options[] = {
    {"line", "N", "the part line that it belongs to (from 1); required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_tag_link = {
    .name = "tag link",
    .args = "TAG DEALER/CLAIM",
    .summary = "join a loose tag to its claim's line",
    .options = link_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 2,
    .most_args = 2,
    .run = run_tag_link,
    .text = "Joins a tag that `wledger tag loose` made to the claim that came later: of the same dealer, vehicle and "
            "part,\n"
            "on a line that lacks as many tags. What was shipped or received before counts for the claim at once.",
    .example = "tag link -d ledger 0000000013 D00001/000123 --line 1",
};
