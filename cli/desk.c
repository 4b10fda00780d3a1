/* The desks: review take, release, assign; absence. */
#include "cli/commands.h"
#include "cli/form.h"
#include "cli/lookup.h"
#include "cli/verbs.h"

#include "wledger/error.h"

enum { SEAT_MAX = 32 }; /* bytes of a seat's id */

/* ---- what lies on a desk ---- */

CLI_BEGINS_WITH_CLAIM(struct wl_desk_body);

static bool set_subject(void *body, struct wl_str name)
{
    struct wl_desk_body *desk = body;

    desk->form = WL_NONE;
    if (cli_set_claim(body, name))
        return true;
    desk->dealer_id = desk->claim_no = WL_NO_STR;
    return cli_set_lettered_form(&desk->form, name);
}

/* What the subject asks for, in its currency. */
static int tell_amount(struct wl_txn *txn, struct wl_arena *arena, const struct wl_desk_outcome *out,
                       struct cli_said *said)
{
    struct wl_claim claim;
    struct wl_form form;
    int rc;

    if (out->form != WL_NONE) {
        if ((rc = wl_form_get(txn, arena, (uint64_t)out->form, &form)) != 1)
            return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the form of a command has no row"));
        said->state = wl_str_of(wl_form_state_names()[form.state]);
        said->amount = form.asked;
        said->currency = form.currency;
        return WL_OK;
    }
    if ((rc = wl_claim_get(txn, arena, out->claim, &claim)) != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the claim of a command has no row"));
    said->state = wl_str_of(wl_claim_state_names()[claim.state]);
    said->amount = claim.total;
    said->currency = claim.currency;
    return WL_OK;
}

static int tell_desk(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                     struct cli_said *said)
{
    const struct wl_desk_outcome *out = outcome;
    struct wl_str where;

    said->did = wl_str_of(job->did);
    where = out->seat.size ? cli_format_text(arena, "at seat " WL_STR_FMT, WL_STR_ARG(out->seat))
                           : WL_STR("waits in the queue");
    said->note = where;
    if (out->assignments.count)
        said->note = cli_format_text(arena, WL_STR_FMT "; %zu other%s took a seat", WL_STR_ARG(where),
                                     out->assignments.count, out->assignments.count == 1 ? "" : "s");
    return tell_amount(txn, arena, out, said);
}

static int run_desk(struct cli *cli, const struct wl_command *command, const char *did, bool reason)
{
    struct wl_desk_body body = {.form = WL_NONE};
    struct cli_job job = {.command = command,
                          .body = &body,
                          .form = "DEALER/CLAIM, or F and the number of a form",
                          .did = did,
                          .set_name = set_subject,
                          .tell = tell_desk,
                          .near = cli_near_claim,
                          .unknown = WL_REFUSED_CLAIM_UNKNOWN};
    int rc = cli_text(cli, "seat", SEAT_MAX, &body.seat);

    if (rc == WL_OK)
        rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason);
    if (rc == WL_OK && reason && !body.reason.size)
        rc = wl_fail(WL_E_USAGE, "%s: who had it must know why; --reason TEXT", cli->command->name);
    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static int run_take(struct cli *cli)
{
    return run_desk(cli, &wl_review_take_command, "taken", false);
}

const struct cli_command cli_review_take = {
    .name = "review take",
    .args = "DEALER/CLAIM|F12...",
    .summary = "take a review: nobody else decides it then",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_take,
    .text = "Takes what lies at a seat of yours (--by is a reviewer of it), or waits in the queue of its tier and your "
            "seat\n"
            "has room for it. `wledger list reviews` shows what waits.",
    .example = "review take -d ledger D00001/000123 --by li",
};

static int run_release(struct cli *cli)
{
    return run_desk(cli, &wl_review_release_command, "released", true);
}

static const struct cli_option release_options[] = {
    {"reason", "TEXT", "why"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_review_release = {
    .name = "review release",
    .args = "DEALER/CLAIM|F12...",
    .summary = "give a review back to the queue, or another seat",
    .options = release_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_release,
    .text =
        "Gives a review back by who may decide it: another seat of the tier takes it if one is free, else it waits\n"
        "in the queue. Its seat takes the oldest other one that waits.",
    .example = "review release -d ledger D00001/000123 --by li --reason \"I know the dealer\"",
};

static int run_assign(struct cli *cli)
{
    return run_desk(cli, &wl_review_assign_command, "assigned", true);
}

static const struct cli_option assign_options[] = {
    {"seat", "S", "the seat; without it the freest other one of the tier"},
    {"reason", "TEXT", "why"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_review_assign = {
    .name = "review assign",
    .args = "DEALER/CLAIM|F12...",
    .summary = "give a review to another seat",
    .options = assign_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_assign,
    .text =
        "Gives reviews to a seat of their tier that is manned and has room, whoever took them before. `wledger list\n"
        "workload` shows the seats.",
    .example = "review assign -d ledger D00001/000123 --seat SEAT-3 --reason \"belongs to the engine desk\"",
};

/* ---- absence ---- */

static bool set_reviewer(void *body, struct wl_str name)
{
    ((struct wl_absence_body *)body)->reviewer_id = name;
    return wl_is_identifier(name);
}

static int tell_absence(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                        struct cli_said *said)
{
    const struct wl_absence_outcome *out = outcome;
    size_t left = out->vacated.count, taken = out->assignments.count;

    said->did = said->state = wl_str_of(job->did);
    if (left || taken)
        said->note = cli_format_text(arena, "%zu review%s left %s, %zu took a seat%s", left, left == 1 ? "" : "s",
                                     left == 1 ? "its seat" : "their seats", taken,
                                     out->more == 1 ? "; `wledger tick` goes on" : "");
    return wl_txn_status(txn);
}

static int run_absence(struct cli *cli)
{
    bool back = cli_value(cli, "back") != NULL;
    struct wl_absence_body body = {.from = WL_NONE, .to = WL_NONE};
    struct cli_job job = {.command = &wl_absence_command,
                          .body = &body,
                          .form = "the id of a reviewer",
                          .did = back ? "back" : "away",
                          .set_name = set_reviewer,
                          .tell = tell_absence};
    int rc = cli_date(cli, "from", &body.from);

    if (rc == WL_OK)
        rc = cli_date(cli, "to", &body.to);
    if (rc == WL_OK)
        rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason);
    if (rc != WL_OK)
        return rc;
    if (back ? body.from != WL_NONE || body.to != WL_NONE : body.from == WL_NONE || body.to == WL_NONE)
        return wl_fail(WL_E_USAGE, "absence: --from DAY --to DAY, or --back");
    if (!back && !body.reason.size)
        return wl_fail(WL_E_USAGE, "absence: an absence needs its --reason TEXT");
    return cli_execute(cli, &job);
}

static const struct cli_option absence_options[] = {
    {"from", "DAY", "the first day of it"},
    {"to", "DAY", "the last day of it"},
    {"reason", "TEXT", "why"},
    {"back", NULL, "the reviewer is back"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_absence = {
    .name = "absence",
    .args = "REVIEWER...",
    .summary = "a reviewer is away, or back",
    .options = absence_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_absence,
    .text = "While all reviewers of a seat are away nobody decides there: what lies at it goes to other seats of the\n"
            "tier, or waits in the queue. An absence that begins later takes effect with the first `tick` of its days; "
            "the\n"
            "one told last counts.",
    .example = "absence -d ledger li --from 2026-07-01 --to 2026-07-14 --reason holiday",
};
