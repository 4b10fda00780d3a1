/* The verbs by which a claim's decision is opened again: information, appeal, correct. */
#include "cli/commands.h"
#include "cli/lines.h"
#include "cli/verbs.h"

#include "wledger/error.h"

CLI_BEGINS_WITH_CLAIM(struct wl_information_body);
CLI_BEGINS_WITH_CLAIM(struct wl_appeal_body);
CLI_BEGINS_WITH_CLAIM(struct wl_correct_body);

/* The --reason of a command that has to have one. */
static int take_reason(struct cli *cli, const char *what, struct wl_str *reason)
{
    int rc = cli_text(cli, "reason", WL_REASON_MAX, reason);

    return rc != WL_OK || reason->size ? rc : wl_fail(WL_E_USAGE, "%s: %s; --reason TEXT", cli->command->name, what);
}

/* ---- information ---- */

static int run_information(struct cli *cli)
{
    struct wl_information_body body = {.dealer_id = WL_NO_STR};
    struct cli_job job = cli_claim_job(&wl_information_command, &body, NULL);
    int rc = take_reason(cli, "the dealer must know what is asked", &body.reason);

    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static const struct cli_option information_options[] = {
    {"reason", "TEXT", "what is asked"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_information = {
    .name = "information",
    .args = "DEALER/CLAIM...",
    .summary = "send a claim back to its dealer for information",
    .options = information_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_information,
    .text =
        "Sends claims back that are referred, or approved and not settled. What was accrued for such a claim is taken\n"
        "back, its returns that are still owed are waived; it is info-requested until its dealer answers with a "
        "higher\n"
        "submission, which is a new version. `wledger list claims --state info-requested` shows what is waited for.",
    .example = "information -d ledger D00001/000123 --reason \"which part failed first?\"",
};

/* ---- appeal ---- */

static int run_appeal(struct cli *cli)
{
    struct wl_appeal_body body = {.dealer_id = WL_NO_STR};
    struct cli_job job = cli_claim_job(&wl_appeal_command, &body, NULL);
    int rc = take_reason(cli, "an appeal says why the rejection is wrong", &body.reason);

    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static const struct cli_option appeal_options[] = {
    {"reason", "TEXT", "why the rejection is wrong"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_appeal = {
    .name = "appeal",
    .args = "DEALER/CLAIM...",
    .summary = "appeal against a rejection",
    .options = appeal_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_appeal,
    .text = "Refers rejected claims to a reviewer, once for each version: to the tier after the one that rejected it, "
            "which\n"
            "`wledger review` decides. What is in a currency, of a type or on a vehicle that is none, and what has no "
            "line\n"
            "that could be priced, no reviewer can grant: send a corrected submission.",
    .example = "appeal -d ledger D00001/000123 --reason \"the extension covers it\"",
};

/* ---- correct ---- */

struct correction {
    struct wl_correct_body body;
    struct wl_list lines; /* as they were given */
};

static int ready(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job)
{
    struct correction *c = job->body;

    return cli_lines_of_claim(txn, arena, c->lines, c->body.dealer_id, c->body.claim_no, &c->body.lines);
}

static int run_correct(struct cli *cli)
{
    struct correction c = {.lines = {NULL, 0}};
    struct cli_job job = cli_claim_job(&wl_correct_command, &c, NULL);
    int rc = cli_lines(cli, "line", &c.lines);

    job.ready = ready;
    if (rc == WL_OK && c.lines.count == 0)
        rc = wl_fail(WL_E_USAGE, "correct: which lines? --line KIND:N=AMOUNT; without an amount the line is refused");
    if (rc == WL_OK)
        rc = take_reason(cli, "a correction says why", &c.body.reason);
    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static const struct cli_option correct_options[] = {
    {"line", "KIND:N=AMOUNT[:REASON]",
     "what this line is worth (labour:N, part:N, sublet:N; N from 1; no amount: nothing), and why"},
    {"reason", "TEXT", "why the claim is corrected"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_correct = {
    .name = "correct",
    .args = "DEALER/CLAIM",
    .summary = "cut or refuse lines of an approved claim",
    .options = correct_options,
    .repeats = "line",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_correct,
    .text = "Corrects a claim that is approved and not settled: its lines are worth less, or nothing, and what was "
            "accrued\n"
            "follows. A refused line's part need not come back any more. Nothing is ever raised; what was wrongly "
            "refused is\n"
            "appealed, or sent back for information. Not by the reviewer who decided the claim.",
    .example = "correct -d ledger D00001/000123 --line part:2=35.00 --line labour:1 --reason \"standard hours\"",
};
