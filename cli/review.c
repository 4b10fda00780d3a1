/* review: a reviewer decides claims, and appraisal forms beside them. */
#include "cli/commands.h"
#include "cli/form.h"
#include "cli/verbs.h"

#include "wledger/error.h"
#include <string.h>

CLI_BEGINS_WITH_CLAIM(struct wl_review_body);

struct review {
    struct wl_review_body body;
    struct wl_list lines; /* amounts as they were given */
    bool returns;         /* forms are sent back */
};

/* Adds the lines of --refuse-line, which are worth nothing, to those of --line. */
static int add_refused(struct cli *cli, struct wl_list *lines)
{
    const char *text = cli_value(cli, "refuse-line");
    struct wl_line_name *all = wl_arena_alloc(&cli->arena, 2 * CLI_NAMED_LINES_MAX * sizeof *all);
    size_t count = lines->count;

    if (!all)
        return wl_arena_status(&cli->arena);
    if (count)
        memcpy(all, lines->at, count * sizeof *all);
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        struct wl_str one = {at, strcspn(at, ",")};
        struct wl_line_name *line = &all[count];

        *line = (struct wl_line_name){.amount = WL_NONE};
        if (count >= CLI_NAMED_LINES_MAX || !cli_line_parse(wl_str_trim(one), &line->kind, &line->line))
            return wl_fail(WL_E_USAGE,
                           "--refuse-line %s: lines are named labour:N, part:N or sublet:N, N from 1, "
                           "with commas between",
                           text);
        count++;
    }
    *lines = (struct wl_list){count ? all : NULL, count};
    return WL_OK;
}

/* Whether something that is refused or cut has no reason of its own. */
static bool lacks_reason(const struct wl_list *lines)
{
    const struct wl_line_name *line = lines->at;

    for (size_t i = 0; i < lines->count; i++)
        if (!line[i].reason.size)
            return true;
    return false;
}

static int ready(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job)
{
    struct review *r = job->body;

    if (r->returns)
        return wl_fail(WL_E_USAGE,
                       WL_STR_FMT "/" WL_STR_FMT ": --return sends forms back; a claim is sent back by "
                                  "`wledger information`; nothing was done",
                       WL_STR_ARG(r->body.dealer_id), WL_STR_ARG(r->body.claim_no));
    return cli_lines_of_claim(txn, arena, r->lines, r->body.dealer_id, r->body.claim_no, &r->body.refused);
}

static int read_options(struct cli *cli, struct review *r)
{
    bool approve = cli_value(cli, "approve"), refuse = cli_value(cli, "refuse"), down;
    int rc = cli_text(cli, "reason", WL_REASON_MAX, &r->body.reason);

    r->returns = cli_value(cli, "return");
    down = refuse || r->returns;
    if (rc != WL_OK || (rc = cli_lines(cli, "line", &r->lines)) != WL_OK || (rc = add_refused(cli, &r->lines)) != WL_OK)
        return rc;
    if (approve + refuse + r->returns > 1 || (down && r->lines.count) || !(approve || down || r->lines.count))
        return wl_fail(WL_E_USAGE, "review: one of --approve, --refuse, --return (forms), or lines (--line "
                                   "KIND:N=AMOUNT, --refuse-line KIND:N), which approves the rest");
    if ((down || lacks_reason(&r->lines)) && !r->body.reason.size)
        return wl_fail(WL_E_USAGE, "review: what is refused, cut or sent back needs its --reason TEXT");
    r->body.verdict = refuse ? WL_REFUSE : WL_APPROVE;
    return WL_OK;
}

static int run_review(struct cli *cli)
{
    struct review r = {.lines = {NULL, 0}};
    struct cli_form_review forms = {.lines = {NULL, 0}};
    struct cli_job job = cli_claim_job(&wl_review_command, &r, NULL), other;
    int rc = read_options(cli, &r);

    if (rc != WL_OK)
        return rc;
    forms.body.verdict = r.returns ? WL_FORM_RETURN : r.body.verdict == WL_REFUSE ? WL_FORM_REFUSE : WL_FORM_APPROVE;
    forms.body.reason = r.body.reason;
    forms.lines = r.lines;
    other = cli_form_review_job(&forms);
    other.set_name = cli_set_lettered_form;
    job.ready = ready;
    job.form = "DEALER/CLAIM, or F and the number of a form";
    job.other = &other;
    return cli_execute(cli, &job);
}

static const struct cli_option review_options[] = {
    {"approve", NULL, "approve the claim"},
    {"refuse", NULL, "refuse the claim as a whole"},
    {"return", NULL, "send a form back to its dealer for information (claims: `wledger information`)"},
    {"line", "KIND:N=AMOUNT[:REASON]",
     "what this line is worth (labour:N, part:N, sublet:N; N from 1; no amount: nothing), and why; approve the rest"},
    {"refuse-line", "KIND:N,...", "refuse these lines, approve the rest"},
    {"reason", "TEXT",
     "why; required where anything is refused or cut and its line has no reason of its own, or sent back"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_review = {
    .name = "review",
    .args = "DEALER/CLAIM|F12...",
    .summary = "decide referred claims, and forms",
    .options = review_options,
    .repeats = "line",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_review,
    .text =
        "Approves or refuses what lies at a seat, by one of the seat's reviewers (--by), who is not absent and did "
        "not\n"
        "submit, appeal or decide it before; at a seat without reviewers by anybody. A refused line is worth 0, a cut\n"
        "one its amount, up to what it was priced at, and the rest is priced again. F12 is a form, as in `form "
        "review`.\n"
        "`wledger list reviews` shows what waits, and since when.",
    .example = "review -d ledger D00001/000123 --line part:2=35.00:price --refuse-line labour:1 --reason \"not the "
               "cause\"",
};
