/* The verbs about claims: review, sign, forget. */
#include "cli/commands.h"
#include "cli/execute.h"
#include "cli/lookup.h"
#include "cli/verbs.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

enum { SIGNER_MAX = 200, REFUSED_LINES_MAX = 3 * WL_LINES_MAX };

/* ---- what they share ---- */

CLI_BEGINS_WITH_CLAIM(struct wl_review_body);
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
        *note = cli_format_text(arena, "%lld more part lines are left: give the command again", (long long)left);
        return WL_OK;
    }
    if (job->command == &wl_forget_command || claim->state == WL_CLAIM_REJECTED)
        return WL_OK;
    n = cli_in_the_way(txn, arena, claim, &first, 1);
    if (n > 0)
        *note = first;
    return n < 0 ? n : WL_OK;
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

/* ---- review ---- */

/* "part:2": a kind, and a line from 1. */
static bool parse_line(struct wl_str text, struct wl_line_name *line)
{
    const char *colon = text.size ? memchr(text.data, ':', text.size) : NULL;
    size_t before = colon ? (size_t)(colon - text.data) : 0;

    if (!colon)
        return false;
    line->kind = cli_choice_of(wl_line_kind_names(), (struct wl_str){text.data, before});
    return line->kind >= 0 && wl_decimal_parse((struct wl_str){colon + 1, text.size - before - 1}, 4, 0, &line->line) &&
           line->line >= 1;
}

static int parse_lines(struct wl_arena *arena, const char *text, struct wl_list *out)
{
    struct wl_line_name *lines = wl_arena_alloc(arena, REFUSED_LINES_MAX * sizeof *lines);
    size_t count = 0;

    if (!lines)
        return wl_arena_status(arena);
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        struct wl_str one = {at, strcspn(at, ",")};

        if (count == REFUSED_LINES_MAX || !parse_line(wl_str_trim(one), &lines[count]))
            return wl_fail(WL_E_USAGE,
                           "--refuse-line %s: lines are named labour:N, part:N or sublet:N, N from 1, "
                           "with commas between",
                           text);
        count++;
    }
    *out = (struct wl_list){lines, count};
    return WL_OK;
}

static int run_review(struct cli *cli)
{
    const char *lines = cli_value(cli, "refuse-line");
    bool approve = cli_value(cli, "approve"), refuse = cli_value(cli, "refuse");
    struct wl_review_body body = {.verdict = refuse ? WL_REFUSE : WL_APPROVE};
    struct cli_job job;
    int rc = cli_text(cli, "reason", WL_REASON_MAX, &body.reason);

    if (rc != WL_OK)
        return rc;
    if (approve + refuse > 1 || (refuse && lines) || !(approve || refuse || lines))
        return wl_fail(WL_E_USAGE,
                       "review: one of --approve, --refuse, or --refuse-line KIND:N which approves the rest");
    if ((refuse || lines) && !body.reason.size)
        return wl_fail(WL_E_USAGE, "review: what is refused needs its --reason TEXT");
    if (lines && (rc = parse_lines(&cli->arena, lines, &body.refused)) != WL_OK)
        return rc;
    job = cli_claim_job(&wl_review_command, &body, NULL);
    return cli_execute(cli, &job);
}

static const struct cli_option review_options[] = {
    {"approve", NULL, "approve the claim"},
    {"refuse", NULL, "refuse the claim as a whole"},
    {"refuse-line", "KIND:N,...", "refuse these lines (labour:N, part:N, sublet:N; N from 1), approve the rest"},
    {"reason", "TEXT", "why; required where anything is refused"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_review = {
    .name = "review",
    .args = "DEALER/CLAIM...",
    .summary = "decide a referred claim",
    .options = review_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_review,
    .text = "Approves or refuses claims that were referred to a reviewer and have a seat; a refused line is worth 0 "
            "and the\n"
            "rest is priced again. `wledger list queue` shows what waits.",
    .example = "review -d ledger D00001/000123 --refuse-line part:2 --reason \"not the causal part\"",
};

/* ---- sign ---- */

static int hash_file(const char *path, uint8_t hash[WL_HASH_SIZE])
{
    uint8_t bytes[1 << 16];
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    FILE *file = fopen(path, "re");
    bool good = sha && file && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1;
    int rc = WL_OK;

    if (!file) {
        rc = wl_fail(WL_E_INPUT, "%s: %s", path, strerror(errno));
    } else {
        for (size_t n; good && (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
            good = EVP_DigestUpdate(sha, bytes, n) == 1;
        if (ferror(file))
            rc = wl_fail(WL_E_INPUT, "%s: %s", path, strerror(errno));
        fclose(file);
    }
    if (rc == WL_OK && (!good || EVP_DigestFinal_ex(sha, hash, NULL) != 1))
        rc = wl_fail(WL_E_SYSTEM, "SHA-256 failed");
    EVP_MD_CTX_free(sha);
    return rc;
}

static int run_sign(struct cli *cli)
{
    const char *paper = cli_value(cli, "paper");
    uint8_t hash[WL_HASH_SIZE];
    struct wl_sign_body body = {.paper = WL_NO_STR};
    struct cli_job job = cli_claim_job(&wl_sign_command, &body, "signed");
    int rc = cli_text(cli, "name", SIGNER_MAX, &job.text);

    if (rc == WL_OK && paper && (rc = hash_file(paper, hash)) == WL_OK)
        body.paper = (struct wl_str){(const char *)hash, sizeof hash};
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
