/* The verbs about claims: sign, forget; and what they share with review. */
#include "cli/commands.h"
#include "cli/execute.h"
#include "cli/lookup.h"
#include "cli/paper_hash.h"
#include "cli/verbs.h"

#include "wledger/error.h"
#include "wledger/gates.h"

enum { SIGNER_MAX = 200 };

/* ---- what they share ---- */

CLI_BEGINS_WITH_CLAIM(struct wl_sign_body);
CLI_BEGINS_WITH_CLAIM(struct wl_forget_body);

bool cli_set_claim(void *body, struct wl_str name)
{
    struct cli_named_claim *claim = body;

    return wl_claim_name_split(name, &claim->dealer_id, &claim->claim_no);
}

/* A number of a command's outcome by its name; WL_NONE where it has none. */
static int64_t outcome_number(const struct cli_job *job, const void *outcome, const char *name)
{
    const struct wl_field *field = wl_record_field(job->command->outcome, wl_str_of(name));

    return field ? *(const int64_t *)(const void *)((const char *)outcome + field->offset) : WL_NONE;
}

/* What follows from it: money taken back, parts left over, or what the claim still waits for. */
static int note(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                const struct wl_claim *claim, struct wl_str *note)
{
    int64_t back = outcome_number(job, outcome, "charged_back"), left = outcome_number(job, outcome, "remaining");
    struct wl_str first;
    int n;

    if (back != WL_NONE && back > 0) {
        *note = cli_format_text(arena, WL_STR_FMT " " WL_STR_FMT " will be charged back",
                                WL_STR_ARG(cli_amount(arena, back, claim->currency)), WL_STR_ARG(claim->currency));
        return WL_OK;
    }
    if (left != WL_NONE && left > 0) {
        *note = cli_format_text(arena, "%lld more part %s left: give the command again", (long long)left,
                                cli_counted((uint64_t)left, "line is", "lines are"));
        return WL_OK;
    }
    if (job->command == &wl_forget_command || claim->state == WL_CLAIM_REJECTED)
        return WL_OK;
    n = cli_in_the_way(txn, arena, claim, &first, 1);
    if (n > 0)
        *note = first;
    return n < 0 ? n : WL_OK;
}

/* What was taken back now is what it is about, not the claim's total. */
static int tell_charged_back(struct wl_arena *arena, const struct wl_claim *claim, int64_t back, struct cli_said *said)
{
    if (back != WL_NONE)
        said->amount = back;
    said->note =
        cli_format_text(arena, "of " WL_STR_FMT " " WL_STR_FMT "; the dealer's next settlement nets it",
                        WL_STR_ARG(cli_amount(arena, claim->total, claim->currency)), WL_STR_ARG(claim->currency));
    return WL_OK;
}

int cli_tell_claim(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                   struct cli_said *said)
{
    struct wl_claim claim;
    int64_t state;
    int rc = wl_claim_get(txn, arena, outcome_number(job, outcome, "claim"), &claim);

    if (rc != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the claim of a command has no row"));
    state = wl_claim_state_now(txn, &claim);
    if (wl_txn_status(txn) != WL_OK)
        return wl_txn_status(txn);
    said->state = wl_str_of(wl_claim_state_names()[state]);
    said->did = job->did ? wl_str_of(job->did) : said->state;
    said->amount = claim.currency.size ? claim.total : WL_NONE;
    said->currency = claim.currency;
    if (job->command == &wl_chargeback_command)
        return tell_charged_back(arena, &claim, outcome_number(job, outcome, "charged_back"), said);
    return note(txn, arena, job, outcome, &claim, &said->note);
}

struct cli_job cli_claim_job(const struct wl_command *command, void *body, const char *did)
{
    return (struct cli_job){.command = command,
                            .body = body,
                            .form = "DEALER/CLAIM",
                            .did = did,
                            .set_name = cli_set_claim,
                            .tell = cli_tell_claim,
                            .near = cli_near_claim,
                            .unknown = WL_REFUSED_CLAIM_UNKNOWN};
}

/* ---- sign ---- */

static int run_sign(struct cli *cli)
{
    struct wl_sign_body body = {.paper = WL_NO_STR};
    struct cli_job job = cli_claim_job(&wl_sign_command, &body, "signed");
    int rc = cli_text(cli, "name", SIGNER_MAX, &job.text);

    if (rc == WL_OK)
        rc = cli_paper_hash(cli, "paper", &body.paper);
    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static const struct cli_option sign_options[] = {
    {"name", "NAME", "who signed; personal text, which `forget` erases"},
    {"paper", "FILE", "the signed paper: its SHA-256 is recorded, the file is not"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_sign = {
    .name = "sign",
    .args = "DEALER/CLAIM...",
    .summary = "record the customer's signature",
    .options = sign_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_sign,
    .text = "Records that the customer signed the claim's voucher, without which it is not paid. A voucher is signed "
            "once;\n"
            "a referred claim may be signed before it is decided.",
    .example = "sign -d ledger D00001/000123 --name \"A. Customer\" --paper voucher.pdf",
};

/* ---- forget ---- */

static int run_forget(struct cli *cli)
{
    struct wl_forget_body body = {.dealer_id = WL_NO_STR};
    struct cli_job job = cli_claim_job(&wl_forget_command, &body, "forgotten");

    return cli_execute(cli, &job);
}

const struct cli_command cli_forget = {
    .name = "forget",
    .args = "DEALER/CLAIM...",
    .summary = "erase a claim's personal text",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_forget,
    .text =
        "Erases the narratives and the signer's names of all versions of a claim. Every hash, decision and balance\n"
        "stays as it was, and the ledger still verifies. The bytes may linger in the file's free pages and in copies;\n"
        "`wledger rebuild` makes a ledger without them.",
    .example = "forget -d ledger D00001/000123",
};
