/* The verbs about removed parts: return ship, receive, inspect, dispose, close; waive. */
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/lookup.h"
#include "cli/scan.h"
#include "cli/tags.h"
#include "cli/verbs.h"

#include "wledger/error.h"

enum { TAG_MEMORY = 1 << 20 };

CLI_BEGINS_WITH_CLAIM(struct wl_receive_body);
CLI_BEGINS_WITH_CLAIM(struct wl_inspect_body);
CLI_BEGINS_WITH_CLAIM(struct wl_waive_body);
_Static_assert(offsetof(struct wl_tag_inspect_body, tag) == 0, "the tag stands first");
_Static_assert(offsetof(struct wl_dispose_body, tag) == 0, "the tag stands first");

static int line_value(const struct cli *cli, int64_t *line)
{
    *line = WL_NONE;
    return cli_number(cli, "line", 1, WL_LINES_MAX, line);
}

/* What is said stands before what was said. */
static void say_first(struct wl_arena *arena, struct wl_str *note, struct wl_str first)
{
    *note = cli_format_text(arena, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(first), first.size && note->size ? "; " : "",
                            WL_STR_ARG(*note));
}

/* ---- return ship ---- */

struct ship {
    struct wl_return_ship_body body; /* stands first: it is the job's body */
    int64_t left;                    /* tagged parts that were not taken; WL_NONE: nobody counted */
};

static bool set_ship_dealer(void *body, struct wl_str name)
{
    struct ship *ship = body;

    ship->body.dealer_id = name;
    return wl_is_identifier(name);
}

static int tell_ship(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                     struct cli_said *said)
{
    const struct wl_return_ship_outcome *o = outcome;
    const struct ship *ship = job->body;

    said->did = wl_str_of(job->did);
    said->made = cli_int(arena, o->shipment);
    said->note = cli_format_text(arena, "return %lld to " WL_STR_FMT ", " WL_STR_FMT, (long long)o->shipment,
                                 WL_STR_ARG(o->centre_id), WL_STR_ARG(cli_tags_said(arena, ship->body.tags)));
    if (ship->left != WL_NONE && ship->left > 0)
        said->note = cli_format_text(arena, WL_STR_FMT "; %lld more tagged %s left: give the command again",
                                     WL_STR_ARG(said->note), (long long)ship->left,
                                     cli_counted((uint64_t)ship->left, "part is", "parts are"));
    return wl_txn_status(txn);
}

/* As many as one box takes. */
static int take_tagged(void *context, uint64_t tag)
{
    struct ship *ship = context;

    if (ship->body.tags.count < WL_TAGS_AT_ONCE_MAX)
        ship->body.tags.at[ship->body.tags.count++] = (int64_t)tag;
    else
        ship->left++;
    return WL_OK;
}

static int take_all(struct cli *cli, struct ship *ship)
{
    struct wl_txn *txn;
    void *known;
    int rc = wl_txn_begin(cli->store, false, &txn);

    if (rc == WL_OK && (rc = cli_demand_known(cli, txn, cli->key, &wl_return_ship_command, &known)) == 0) {
        ship->left = 0;
        rc = wl_tagged_each(txn, ship->body.dealer_id, take_tagged, ship);
    } else if (rc == 1) /* given again, the key means the same tags */
        ship->body.tags = ((const struct wl_return_ship_body *)known)->tags;
    wl_txn_abort(&txn);
    return rc < 0 ? rc : WL_OK;
}

static int take_line(struct cli *cli, void *context, struct wl_str name, const char *place)
{
    struct ship *ship = context;
    int rc = cli_tags_add(&ship->body.tags, WL_TAGS_AT_ONCE_MAX, name, "--from", place);

    (void)cli;
    return rc == WL_OK ? CLI_DONE : rc;
}

static int take_tags(struct cli *cli, struct ship *ship)
{
    const char *tags = cli_value(cli, "tags");
    bool all = tags && wl_str_is(wl_str_of(tags), "all");
    int rc = WL_OK;

    ship->body.tags.at = wl_arena_alloc(&cli->arena, WL_TAGS_AT_ONCE_MAX * sizeof *ship->body.tags.at);
    if (!ship->body.tags.at)
        return wl_arena_status(&cli->arena);
    if (!tags == !cli->from)
        return wl_fail(WL_E_USAGE, "return ship: one of --tags T,T,..., --tags all and --from FILE, please");
    if (all)
        return take_all(cli, ship);
    if (tags)
        return cli_tags_add(&ship->body.tags, WL_TAGS_AT_ONCE_MAX, wl_str_of(tags), "--tags", "");
    cli->argc = 0; /* --from names the tags here, not dealers */
    rc = cli_each_name(cli, take_line, ship);
    cli->argc = 1;
    cli->from = NULL;
    return rc;
}

static int run_ship(struct cli *cli)
{
    struct ship ship = {.left = WL_NONE};
    const struct cli_job job = {.command = &wl_return_ship_command,
                                .body = &ship,
                                .form = "a dealer's id",
                                .did = "shipped",
                                .set_name = set_ship_dealer,
                                .tell = tell_ship,
                                .near = cli_near_dealer,
                                .unknown = WL_REFUSED_DEALER_UNKNOWN};
    int rc;

    if (cli->argc != 1)
        return wl_fail(WL_E_USAGE, "return ship: which dealer? usage: wledger return ship %s", cli->command->args);
    if (!set_ship_dealer(&ship, wl_str_trim(wl_str_of(cli->argv[0]))))
        return wl_fail(WL_E_INPUT, "`%s` is not a dealer's id; nothing was done", cli->argv[0]);
    if ((rc = cli_demand_id(cli, "to", &ship.body.centre_id)) != WL_OK ||
        (rc = cli_demand_id(cli, "carrier", &ship.body.carrier_id)) != WL_OK ||
        (rc = cli_text(cli, "box", WL_DOCUMENT_MAX, &ship.body.box)) != WL_OK ||
        (rc = cli_text(cli, "tracking", WL_DOCUMENT_MAX, &ship.body.tracking)) != WL_OK ||
        (rc = take_tags(cli, &ship)) != WL_OK)
        return rc;
    return cli_execute(cli, &job);
}

static const struct cli_option ship_options[] = {
    {"tags", "T,T,...", "the tags in the box, at most 100; `all`: every tagged part of the dealer, oldest first"},
    {"to", "CENTRE", "the return centre (default: one in the dealer's region, else any)"},
    {"carrier", "C", "who carries it"},
    {"box", "B", "number of the box"},
    {"tracking", "T", "the carrier's tracking number"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_return_ship = {
    .name = "return ship",
    .args = "DEALER --tags T,T,...|all",
    .summary = "send tagged parts to a return centre",
    .options = ship_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_ship,
    .text =
        "Books one box of tagged parts out of the dealer and into transit, and gives the return shipment its number.\n"
        "The tags are named by --tags, or one a line by --from. More than 100 go in several boxes. `wledger print\n"
        "return` prints the list that goes into the box.",
    .example = "return ship -d ledger D00001 --tags all --carrier DHL --tracking 1234567890",
};

/* ---- return receive ---- */

static int tell_receive(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                        struct cli_said *said)
{
    const struct wl_receive_outcome *o = outcome;
    struct wl_ints tags = cli_tag_range(arena, o->first_tag, o->tags.count);
    int rc = cli_tell_claim(txn, arena, job, outcome, said);

    said->made = cli_tag_texts(arena, tags);
    if (tags.count)
        say_first(arena, &said->note, cli_tags_said(arena, tags));
    return rc;
}

static int run_receive(struct cli *cli)
{
    struct wl_receive_body body = {.line = WL_NONE};
    struct cli_job job = cli_claim_job(&wl_receive_command, &body, "received");
    int rc = line_value(cli, &body.line);

    if (rc != WL_OK)
        return rc;
    if (cli_value(cli, "scan") && (cli->argc || cli->from || body.line != WL_NONE))
        return wl_fail(WL_E_USAGE,
                       "return receive: --scan reads tags from standard input; it takes no names and no line");
    if (cli_value(cli, "scan"))
        return cli_scan(cli);
    if (cli_value(cli, "centre") || cli_value(cli, "bin"))
        return wl_fail(WL_E_USAGE, "return receive: --centre and --bin say where tags are scanned; give --scan");
    if (!cli->argc && !cli->from)
        return wl_fail(WL_E_USAGE, "return receive: something is missing; usage: wledger return receive %s",
                       cli->command->args);
    job.tell = tell_receive;
    return cli_execute(cli, &job);
}

static const struct cli_option receive_options[] = {
    {"scan", NULL, "read one tag a line from standard input, and answer each line at once"},
    {"centre", "C", "with --scan: the return centre that scans (default: where the part was sent)"},
    {"bin", "B", "with --scan: the bin that it goes into (default: MAIN)"},
    {"line", "N",
     "the part of this part line only (from 1; default: all that are open); a waived part is received by it alone"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_return_receive = {
    .name = "return receive",
    .args = "DEALER/CLAIM... | --scan",
    .summary = "record that removed parts came back",
    .options = receive_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 0,
    .most_args = -1,
    .run = run_receive,
    .text =
        "With --scan, each tag that is read is received and answered once that is durable: whether it is done or why\n"
        "not, which part of which claim it is, and what the claim still waits for. A line that is no tag is answered\n"
        "too, and the run goes on; exit code 1 when a tag was refused, 3 when a line could not be read. With --key, "
        "the\n"
        "Nth line has the key KEY/N.\n"
        "With claims, records parts that came without their papers, all of the claim or that of one line: what is not\n"
        "tagged or shipped is so at once. `wledger list obligations --state open` shows what must come back; a claim "
        "is\n"
        "paid once its parts are inspected as well. A waived part that comes back all the same is received by its\n"
        "--line.",
    .example = "return receive -d ledger --scan --centre C1 < /dev/ttyUSB0",
};

/* ---- return inspect ---- */

static int tell_inspected_tag(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job,
                              const void *outcome, struct cli_said *said)
{
    const struct wl_tag_inspect_body *body = job->body;
    const struct wl_inspect_outcome *o = outcome;
    struct cli_owner owner;
    struct wl_tag tag;
    int rc;

    if (o->claim == WL_NONE) {
        said->did = wl_str_of(job->did);
        said->note = WL_STR("it belongs to no claim yet; `wledger tag link` joins it");
        return WL_OK;
    }
    if ((rc = cli_tell_claim(txn, arena, job, outcome, said)) != WL_OK ||
        (rc = wl_tag_get(txn, arena, (uint64_t)body->tag, &tag)) != 1 ||
        (rc = cli_tag_owner(txn, arena, &tag, &owner)) != 1)
        return rc < 0 ? rc : WL_OK;
    said->note = cli_format_text(arena, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(owner.name), said->note.size ? ": " : "",
                                 WL_STR_ARG(said->note));
    return WL_OK;
}

static int run_inspect(struct cli *cli)
{
    struct wl_inspect_body body = {.line = WL_NONE, .outcome = WL_NONE};
    struct wl_tag_inspect_body tag = {.tag = WL_NONE};
    const char *outcome = cli_value(cli, "outcome");
    struct cli_job job = cli_claim_job(&wl_inspect_command, &body, outcome);
    const struct cli_job tag_job = {.command = &wl_tag_inspect_command,
                                    .body = &tag,
                                    .did = outcome,
                                    .set_name = cli_set_tag,
                                    .tell = tell_inspected_tag,
                                    .near = cli_near_tag,
                                    .unknown = WL_REFUSED_TAG_UNKNOWN};
    int rc = line_value(cli, &body.line);

    if (rc != WL_OK || (rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK ||
        (rc = cli_choice(cli, "outcome", wl_inspection_names(), &body.outcome)) != WL_OK)
        return rc;
    if (!outcome)
        return wl_fail(WL_E_USAGE,
                       "return inspect: --outcome accepted, wrong-part, missing, not-defective or abuse, please");
    tag.outcome = body.outcome;
    tag.reason = body.reason;
    if (body.line == WL_NONE) { /* a tag has no lines */
        job.form = "DEALER/CLAIM, or " CLI_TAG_FORM;
        job.other = &tag_job;
    }
    return cli_execute(cli, &job);
}

static const struct cli_option inspect_options[] = {
    {"outcome", "OUTCOME", "accepted, wrong-part, missing, not-defective or abuse; required"},
    {"reason", "TEXT", "what was seen"},
    {"line", "N", "of claims: the part of this part line only (from 1; default: all that were received)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_return_inspect = {
    .name = "return inspect",
    .args = "DEALER/CLAIM|TAG...",
    .summary = "record what inspection found",
    .options = inspect_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_inspect,
    .text =
        "Records the clearing house's finding on returned parts: of one tag, or of all received parts of a claim. Any\n"
        "outcome but accepted refuses the part's line: before settlement the claim is priced again without it,\n"
        "afterwards the difference is charged back. A line is accepted once all its tags are. A waived part can be\n"
        "inspected once it is back.",
    .example = "return inspect -d ledger 0000000013 --outcome not-defective --reason \"holds pressure\"",
};

/* ---- return dispose ---- */

static int tell_disposed(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                         struct cli_said *said)
{
    static const char *const ways[] = {
        [WL_DISPOSE_SCRAP] = "scrapped at", [WL_DISPOSE_SUPPLIER] = "to the supplier", [WL_DISPOSE_DEALER] = "back to"};
    const struct wl_dispose_body *body = job->body;
    const struct wl_dispose_outcome *o = outcome;

    (void)txn;
    said->did = WL_STR("disposed");
    said->note = cli_format_text(arena, "%s " WL_STR_FMT, ways[body->disposition], WL_STR_ARG(o->to));
    return WL_OK;
}

static int run_dispose(struct cli *cli)
{
    struct wl_dispose_body body = {.tag = WL_NONE, .disposition = WL_NONE};
    const struct cli_job job = {.command = &wl_dispose_command,
                                .body = &body,
                                .form = CLI_TAG_FORM,
                                .set_name = cli_set_tag,
                                .tell = tell_disposed,
                                .near = cli_near_tag,
                                .unknown = WL_REFUSED_TAG_UNKNOWN};
    int rc = cli_choice(cli, "to", wl_disposition_names(), &body.disposition);

    if (rc != WL_OK || (rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK)
        return rc;
    if (body.disposition == WL_NONE)
        return wl_fail(WL_E_USAGE, "return dispose: --to scrap, supplier or dealer, please");
    if (!body.reason.size)
        return wl_fail(WL_E_USAGE, "return dispose: a disposition needs its --reason TEXT");
    return cli_execute(cli, &job);
}

static const struct cli_option dispose_options[] = {
    {"to", "WHERE", "scrap, supplier (the part's) or dealer (it came from); required"},
    {"reason", "TEXT", "why; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_return_dispose = {
    .name = "return dispose",
    .args = "TAG...",
    .summary = "scrap inspected parts, or send them on",
    .options = dispose_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_dispose,
    .text = "Records what became of returned parts after their inspection: out of the centre's bin to scrap, to the "
            "part's\n"
            "supplier, or back to the dealer. It has no effect on the claim.",
    .example = "return dispose -d ledger 0000000013 --to scrap --reason \"housing cracked\"",
};

/* ---- return close ---- */

static bool set_shipment(void *body, struct wl_str name)
{
    struct wl_return_close_body *close = body;

    return cli_demand_number(cli_code_number(name, CLI_CODE_RETURN), &close->shipment);
}

static int near_return(struct wl_txn *txn, struct wl_arena *arena, struct wl_str name, struct wl_str *hint)
{
    uint64_t count = wl_return_count(txn);

    (void)name;
    *hint = count ? cli_format_text(arena, "there are returns 1 to %llu", (unsigned long long)count)
                  : WL_STR("there is no return shipment yet; `wledger return ship` makes one");
    return wl_txn_status(txn);
}

static int tell_closed(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                       struct cli_said *said)
{
    const struct wl_return_close_outcome *o = outcome;
    struct wl_buf numbers;

    (void)txn;
    wl_buf_init(&numbers, TAG_MEMORY);
    for (size_t i = 0; o->first_discrepancy != WL_NONE && i < o->tags.count; i++)
        wl_buf_format(&numbers, "%s%lld", i ? " " : "", (long long)o->first_discrepancy + (long long)i);
    said->made = wl_arena_copy(arena, wl_buf_view(&numbers));
    wl_buf_release(&numbers);
    said->did = wl_str_of(job->did);
    if (o->tags.count)
        said->note = cli_format_text(arena, "missing: " WL_STR_FMT " (discrepancies from %lld on)",
                                     WL_STR_ARG(cli_tags_said(arena, o->tags)), (long long)o->first_discrepancy);
    return WL_OK;
}

static int run_close(struct cli *cli)
{
    struct wl_return_close_body body = {.shipment = WL_NONE};

    return cli_execute(cli, &(struct cli_job){.command = &wl_return_close_command,
                                              .body = &body,
                                              .form = "the number of a return shipment",
                                              .did = "closed",
                                              .set_name = set_shipment,
                                              .tell = tell_closed,
                                              .near = near_return,
                                              .unknown = WL_REFUSED_RETURN_UNKNOWN});
}

const struct cli_command cli_return_close = {
    .name = "return close",
    .args = "RETURN...",
    .summary = "record that nothing more will come of return shipments",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_close,
    .text =
        "What is still in transit of a return shipment becomes missing, with a discrepancy for each tag. A part that\n"
        "comes after all is taken back by resolving its discrepancy as accepted.",
    .example = "return close -d ledger 3",
};

/* ---- waive ---- */

static int run_waive(struct cli *cli)
{
    struct wl_waive_body body = {.line = WL_NONE};
    struct cli_job job = cli_claim_job(&wl_waive_command, &body, "waived");
    int rc = line_value(cli, &body.line);

    if (rc != WL_OK || (rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason)) != WL_OK ||
        (rc = cli_text(cli, "authority", WL_NAME_MAX, &body.authority)) != WL_OK)
        return rc;
    if (!body.reason.size)
        return wl_fail(WL_E_USAGE, "waive: a waiver needs its --reason TEXT");
    return cli_execute(cli, &job);
}

static const struct cli_option waive_options[] = {
    {"reason", "TEXT", "why; required"},
    {"authority", "WHO", "who allowed it (default: who gives the command)"},
    {"line", "N", "the part of this part line only (from 1; default: all that may be waived)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_waive = {
    .name = "waive",
    .args = "DEALER/CLAIM...",
    .summary = "let a claim be paid without waiting for its removed parts",
    .options = waive_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_waive,
    .text =
        "Waives return obligations of a claim, all or that of one line: the claim may be paid without these parts,\n"
        "or before those that are back are inspected. A waived part that is back, now or later, may be inspected.",
    .example = "waive -d ledger D00001/000123 --reason \"scrapped under supervision\" --authority \"zone manager\"",
};
