/* The verb `chargeback`: money is taken back after settlement. */
#include "cli/commands.h"
#include "cli/lines.h"
#include "cli/paper_hash.h"
#include "cli/verbs.h"

#include "wledger/error.h"

enum { EVIDENCE_MAX = 200 };

CLI_BEGINS_WITH_CLAIM(struct wl_chargeback_body);

struct charging {
    struct wl_chargeback_body body; /* stands first: it is the job's body */
    struct wl_list lines;           /* as they were given */
    int64_t amount;                 /* likewise, in ten-thousandths */
};

/* Amounts are read in the claim's currency. */
static int ready(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job)
{
    struct charging *c = job->body;
    struct wl_claim claim;
    int64_t id;
    int rc = cli_lines_of_claim(txn, arena, c->lines, c->body.dealer_id, c->body.claim_no, &c->body.lines);

    if (rc != WL_OK || c->amount == WL_NONE)
        return rc;
    if ((rc = wl_claim_find(txn, c->body.dealer_id, c->body.claim_no, &id)) == 1)
        rc = wl_claim_get(txn, arena, id, &claim);
    c->body.amount = c->amount;
    return rc == 1 ? cli_amount_minor("--amount", c->amount, claim.currency, &c->body.amount) : rc;
}

static int read_options(struct cli *cli, struct charging *c)
{
    const struct wl_line_name *line;
    int rc;

    if ((rc = cli_lines(cli, "line", &c->lines)) != WL_OK ||
        (rc = cli_amount_option(cli, "amount", &c->amount)) != WL_OK ||
        (rc = cli_text(cli, "reason", WL_REASON_MAX, &c->body.reason)) != WL_OK ||
        (rc = cli_text(cli, "evidence", EVIDENCE_MAX, &c->body.evidence)) != WL_OK ||
        (rc = cli_paper_hash(cli, "paper", &c->body.paper)) != WL_OK)
        return rc;
    line = c->lines.at;
    for (size_t i = 0; i < c->lines.count; i++)
        if (line[i].reason.size)
            return wl_fail(WL_E_USAGE, "chargeback: --line KIND:N=AMOUNT, without a reason; --reason is that of all");
    if (c->lines.count && c->amount != WL_NONE)
        return wl_fail(WL_E_USAGE, "chargeback: --line or --amount, not both");
    if (!c->body.reason.size || !c->body.evidence.size)
        return wl_fail(WL_E_USAGE, "chargeback: --reason TEXT and --evidence TEXT, please: why, and what it rests on");
    return WL_OK;
}

static int run_chargeback(struct cli *cli)
{
    struct charging c = {.body = {.amount = WL_NONE}, .amount = WL_NONE};
    struct cli_job job = cli_claim_job(&wl_chargeback_command, &c, NULL);
    int rc = read_options(cli, &c);

    job.ready = ready;
    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static const struct cli_option options[] = {
    {"line", "KIND:N=AMOUNT", "what stays of this line (labour:N, part:N, sublet:N; N from 1; no amount: nothing)"},
    {"amount", "AMOUNT", "so much, whatever the lines (default: the lines say it, or all that is left)"},
    {"reason", "TEXT", "why; required"},
    {"evidence", "TEXT", "what it rests on: an audit, an entry, a paper; required"},
    {"paper", "FILE", "that paper: its SHA-256 is recorded, the file is not"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_chargeback = {
    .name = "chargeback",
    .args = "DEALER/CLAIM",
    .summary = "take back what was settled, in whole or part",
    .options = options,
    .repeats = "line",
    .flags = CLI_EXECUTES | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = 1,
    .run = run_chargeback,
    .text = "Takes back what was paid for a settled claim: lines that are worth less now, an amount, or all that is "
            "left of\n"
            "it, never more. The dealer's next settlement nets it; what suppliers owe for the claim follows. "
            "`wledger reverse`\n"
            "takes the newest one of a claim back: one that was netted already becomes a credit of the dealer.",
    .example = "chargeback -d ledger D00001/000123 --line part:2=35.00 --reason \"half was used\" --evidence \"audit "
               "12\"",
};
