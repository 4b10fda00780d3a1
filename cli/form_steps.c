/* The steps of an appraisal form: submit, review, order, start, complete, sign, claim, forget. */
#include "cli/commands.h"
#include "cli/form.h"
#include "cli/lookup.h"
#include "cli/paper_hash.h"

#include "claims/forms.h"
#include "wledger/error.h"
#include "wledger/gates.h"

enum {
    MILEAGE_MAX = 9999999,
    SIGNER_MAX = 200,
    RUN_MEMORY = 64 << 20,
    SAID_MAX = 1 << 18, /* bytes of what is said below one name */
};

_Static_assert(offsetof(struct wl_form_step_body, form) == 0 && offsetof(struct wl_form_review_body, form) == 0 &&
                   offsetof(struct wl_form_sign_body, form) == 0 && offsetof(struct cli_form_review, body) == 0,
               "the form stands first");

/* ---- what they share ---- */

static int read_form(struct wl_txn *txn, struct wl_arena *arena, int64_t number, struct wl_form *form)
{
    int rc = wl_form_get(txn, arena, (uint64_t)number, form);

    return rc == 1 ? WL_OK : rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the form of a command has no row"));
}

static int tell_form(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                     struct cli_said *said)
{
    const int64_t *number = job->body;
    struct wl_form form;
    int rc = read_form(txn, arena, *number, &form);

    (void)outcome;
    if (rc != WL_OK)
        return rc;
    said->state = wl_str_of(wl_form_state_names()[form.state]);
    said->did = job->did ? wl_str_of(job->did) : said->state;
    said->amount = form.approved != WL_NONE ? form.approved : form.asked;
    said->currency = form.currency;
    said->note = cli_format_text(arena, "next: " WL_STR_FMT, WL_STR_ARG(cli_form_next(arena, *number, &form)));
    return wl_arena_status(arena);
}

struct cli_job cli_form_job(const struct wl_command *command, void *body, const char *did)
{
    return (struct cli_job){.command = command,
                            .body = body,
                            .form = CLI_FORM_NAME,
                            .did = did,
                            .set_name = cli_set_form,
                            .tell = tell_form,
                            .near = cli_near_form,
                            .unknown = WL_REFUSED_FORM_UNKNOWN};
}

/* A copy in the arena of what was said, which is released. */
static int keep_said(struct wl_arena *arena, struct wl_buf *said, struct wl_str *out)
{
    int rc = wl_buf_status(said);

    if (rc == WL_OK) {
        *out = wl_arena_copy(arena, wl_buf_view(said));
        rc = wl_arena_status(arena);
    }
    wl_buf_release(said);
    return rc;
}

/* ---- submit, review: a decision with its findings ---- */

static int tell_decision(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                         struct cli_said *said)
{
    const struct wl_form_decision_outcome *out = outcome;
    struct wl_ints findings = out->decision.findings;
    struct wl_buf names, more;
    int rc = tell_form(txn, arena, job, outcome, said);

    if (rc != WL_OK || findings.count == 0)
        return rc;
    wl_buf_init(&names, SAID_MAX);
    wl_buf_init(&more, SAID_MAX);
    wl_buf_format(&names, WL_STR_FMT "; findings:", WL_STR_ARG(said->note));
    for (size_t i = 0; i < findings.count; i++) {
        wl_buf_format(&names, "%s %s", i ? "," : "", wl_finding_name(findings.at[i]));
        wl_buf_format(&more, "%s (%s): %s\n", wl_finding_name(findings.at[i]), cli_view_severity(findings.at[i]),
                      wl_finding_meaning(findings.at[i]));
    }
    rc = keep_said(arena, &more, &said->more);
    if (rc != WL_OK) {
        wl_buf_release(&names);
        return rc;
    }
    return keep_said(arena, &names, &said->note);
}

static int run_submit(struct cli *cli)
{
    struct wl_form_step_body body = {.km = WL_NONE};
    struct cli_job job = cli_form_job(&wl_form_submit_command, &body, NULL);

    job.tell = tell_decision;
    return cli_execute(cli, &job);
}

const struct cli_command cli_form_submit = {
    .name = "form submit",
    .args = "FORM...",
    .summary = "submit an appraisal form for its approval",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_submit,
    .text =
        "Prices and checks a form as a claim of this day would be, and tells what was found. Within tier 0, and with\n"
        "nothing that rejects or refers a claim, it is approved at once; else it goes to the tier that its total\n"
        "asks for, and to a free seat there. Each submission is a version.",
    .example = "form submit -d ledger F12",
};

static int review_ready(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job)
{
    struct cli_form_review *review = job->body;
    struct wl_form form;
    int rc = wl_form_get(txn, arena, (uint64_t)review->body.form, &form);

    return rc == 1 ? cli_lines_minor(arena, review->lines, form.currency, &review->body.refused) : rc;
}

struct cli_job cli_form_review_job(struct cli_form_review *review)
{
    struct cli_job job = cli_form_job(&wl_form_review_command, review, NULL);

    job.ready = review_ready;
    job.tell = tell_decision;
    return job;
}

static int run_review(struct cli *cli)
{
    static const char *const options[] = {
        [WL_FORM_APPROVE] = "approve", [WL_FORM_REFUSE] = "refuse", [WL_FORM_RETURN] = "return"};
    struct cli_form_review review = {.body = {.verdict = WL_NONE}};
    struct cli_job job = cli_form_review_job(&review);
    int rc = cli_lines(cli, "line", &review.lines), given = 0;

    for (size_t i = 0; i < WL_COUNT(options); i++)
        if (cli_value(cli, options[i])) {
            review.body.verdict = (int64_t)i;
            given++;
        }
    if (rc != WL_OK || (rc = cli_text(cli, "reason", WL_REASON_MAX, &review.body.reason)) != WL_OK)
        return rc;
    if (given == 0 && review.lines.count) {
        review.body.verdict = WL_FORM_APPROVE;
        given = 1;
    }
    if (given != 1)
        return wl_fail(WL_E_USAGE, "form review: one of --approve, --refuse, --return, or --line which approves the "
                                   "rest, please");
    if (review.body.verdict != WL_FORM_APPROVE && review.lines.count)
        return wl_fail(WL_E_USAGE, "form review: lines are refused or cut with an approval; --approve");
    return cli_execute(cli, &job);
}

static const struct cli_option review_options[] = {
    {"approve", NULL, "approve it; it is the service instruction then"},
    {"refuse", NULL, "refuse it as a whole"},
    {"return", NULL, "send it back to its dealer for information"},
    {"line", "KIND:N=AMOUNT[:REASON]",
     "cut this line (labour:N, part:N, sublet:N; N from 1) to the amount, refuse it with 0 or none; approve the rest"},
    {"reason", "TEXT", "why; required where anything is refused that has no reason of its own, or sent back"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_form_review = {
    .name = "form review",
    .args = "FORM...",
    .summary = "decide an appraisal form",
    .options = review_options,
    .repeats = "line",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_review,
    .text =
        "Decides forms that are under review at a seat of yours, line by line. `wledger review F12` does the same;\n"
        "`wledger review take F12` takes one that waits in the queue.",
    .example = "form review -d ledger F12 --line part:2=0:\"not the causal part\" --line labour:1=150",
};

/* ---- order, start: parts requests ---- */

struct ordering {
    struct wl_form_step_body body; /* stands first: it is the job's body */
    struct wl_arena arena;
    uint64_t first, end; /* entries of the run */
    struct wl_form_answer answer;
};

/* Runs what takes several commands, and answers for them as one. */
typedef int run_fn(struct wl_txn *, struct wl_arena *, const struct wl_form_request *, void *context,
                   struct wl_form_answer *);
static int run_all(struct wl_txn *txn, struct wl_arena *arena, struct wl_arena *own, const struct wl_request *request,
                   int64_t form, run_fn *run, void *context, struct wl_form_answer *answer, struct wl_result *result)
{
    const struct wl_form_request asked = {
        .form = (uint64_t)form, .time = request->time, .actor = request->actor, .key = request->key};
    struct wl_plain_outcome *out = wl_arena_alloc(arena, sizeof *out);
    uint64_t before = wl_journal_size(txn), after;
    int rc = out ? run(txn, own, &asked, context, answer) : wl_arena_status(arena);

    if (rc != WL_OK)
        return wl_txn_fail(txn, rc);
    after = wl_journal_size(txn);
    *out = (struct wl_plain_outcome){.head = {.refusal = answer->refusal == WL_DONE ? WL_NONE : answer->refusal,
                                              .about = wl_arena_copy(arena, answer->about)}};
    *result = (struct wl_result){.seq = after > before ? after - 1 : 0,
                                 .repeated = answer->repeated,
                                 .journalled = after > before,
                                 .refusal = answer->refusal,
                                 .outcome = out};
    return wl_arena_status(arena);
}

/* Whether a part line has no request yet, and was not refused: 1, 0, or the error that sticks. */
static int wants_parts(struct wl_txn *txn, struct wl_arena *arena, uint64_t number)
{
    struct wl_form_approval approval;
    struct wl_claim_record content;
    struct wl_form form;
    int rc = wl_form_get(txn, arena, number, &form);

    if (rc != 1)
        return rc;
    if ((rc = wl_form_content(txn, arena, &form, &content)) != WL_OK ||
        (rc = wl_form_approval(txn, arena, &form, &approval)) != WL_OK)
        return rc;
    for (size_t i = 0; i < content.parts.count; i++)
        if (!wl_form_line_refused(&approval, WL_LINE_PART, i) && wl_form_request(txn, number, i + 1) == 0)
            return 1;
    return wl_txn_status(txn);
}

static int order(struct wl_txn *txn, struct wl_arena *arena, const struct wl_form_request *asked, void *context,
                 struct wl_form_answer *answer)
{
    (void)context;
    return wl_form_order(txn, arena, asked, answer);
}

static int execute_order(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job,
                         const struct wl_request *request, struct wl_result *result)
{
    struct ordering *o = job->body;
    int rc;

    o->first = wl_journal_size(txn);
    rc = run_all(txn, arena, &o->arena, request, o->body.form, order, NULL, &o->answer, result);
    o->end = wl_journal_size(txn);
    return rc;
}

/* Orders what is missing once the repair has begun; given again under its key, the start was followed by it before. */
static int execute_start(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job,
                         const struct wl_request *request, struct wl_result *result)
{
    struct ordering *o = job->body;
    struct wl_form_request asked = {.form = (uint64_t)o->body.form, .time = request->time, .actor = request->actor};
    int rc = wl_execute(txn, arena, request, result);

    o->answer = (struct wl_form_answer){.refusal = WL_DONE};
    o->first = o->end = wl_journal_size(txn);
    if (rc != WL_OK || result->refusal != WL_DONE || result->repeated ||
        (rc = wants_parts(txn, arena, (uint64_t)o->body.form)) != 1)
        return rc;
    rc = wl_form_order(txn, &o->arena, &asked, &o->answer);
    o->end = wl_journal_size(txn);
    return rc;
}

static void say_request(struct wl_txn *txn, struct wl_arena *arena, const struct wl_request_body *body,
                        const struct wl_request_outcome *out, struct wl_buf *said, struct wl_buf *made)
{
    struct cli_demand_source source = {.dealer_id = body->dealer_id,
                                       .asked_part_id = body->part_id,
                                       .part_id = out->part_id,
                                       .location_id = out->location_id,
                                       .quantity = body->quantity,
                                       .choice = out->choice};

    if (out->head.refusal != WL_NONE) {
        wl_buf_format(said, WL_STR_FMT ": refused: %s: %s\n", WL_STR_ARG(body->part_id),
                      wl_refusal_name(out->head.refusal), wl_refusal_meaning(out->head.refusal));
        return;
    }
    wl_buf_format(said, "request %lld: " WL_STR_FMT "\n", (long long)out->request,
                  WL_STR_ARG(cli_demand_sourced(txn, arena, &source)));
    wl_buf_format(made, "%s%lld", made->size ? " " : "", (long long)out->request);
}

/* What came of each part line, from the entries of the run. */
static int say_requests(struct wl_txn *txn, struct wl_arena *arena, const struct ordering *o, struct wl_buf *said,
                        struct wl_buf *made)
{
    for (uint64_t seq = o->first; seq < o->end; seq++) {
        void *body, *outcome;
        struct wl_entry e;
        int rc = wl_entry_read(txn, seq, &e);

        if (rc != 1 || e.command != &wl_request_command) {
            if (rc < 0)
                return rc;
            continue;
        }
        if ((rc = wl_entry_body(&e, arena, &body)) != WL_OK || (rc = wl_entry_outcome(&e, arena, &outcome)) != WL_OK)
            return wl_txn_fail(txn, rc);
        say_request(txn, arena, body, outcome, said, made);
    }
    return wl_txn_status(txn);
}

static int tell_ordered(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                        struct cli_said *said)
{
    const struct ordering *o = job->body;
    unsigned long long ordered = o->answer.ordered, refused = o->answer.refused;
    struct wl_buf more, made;
    int rc = tell_form(txn, arena, job, outcome, said);

    if (rc != WL_OK)
        return rc;
    if (ordered || refused)
        said->note = cli_format_text(
            arena, "%llu part line%s requested%s; " WL_STR_FMT, ordered, ordered == 1 ? "" : "s",
            refused ? cli_format_text(arena, ", %llu refused", refused).data : "", WL_STR_ARG(said->note));
    wl_buf_init(&more, SAID_MAX);
    wl_buf_init(&made, SAID_MAX);
    rc = say_requests(txn, arena, o, &more, &made);
    if (rc == WL_OK)
        rc = keep_said(arena, &more, &said->more);
    if (rc == WL_OK)
        rc = keep_said(arena, &made, &said->made);
    wl_buf_release(&more);
    wl_buf_release(&made);
    return rc;
}

static int run_ordering(struct cli *cli, const struct wl_command *command, bool starts)
{
    struct ordering o = {.body = {.km = WL_NONE}};
    struct cli_job job = cli_form_job(command, &o, starts ? NULL : "ordered");
    int rc;

    job.execute = starts ? execute_start : execute_order;
    job.tell = tell_ordered;
    wl_arena_init(&o.arena, RUN_MEMORY);
    rc = cli_execute(cli, &job);
    wl_arena_release(&o.arena);
    return rc;
}

static int run_order(struct cli *cli)
{
    return run_ordering(cli, &wl_form_order_command, false);
}

const struct cli_command cli_form_order = {
    .name = "form order",
    .args = "FORM...",
    .summary = "ask for the parts of an appraisal form",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_order,
    .text = "Makes a parts request for each part line that has none yet and was not refused in review, for the form's\n"
            "vehicle, with the form as its document and the fault as its reason; each is sourced at once. Before the\n"
            "approval too, when the vehicle is not to wait. Where a request is refused, correct what it says and give\n"
            "the command again.",
    .example = "form order -d ledger F12",
};

static int run_start(struct cli *cli)
{
    return run_ordering(cli, &wl_form_start_command, true);
}

const struct cli_command cli_form_start = {
    .name = "form start",
    .args = "FORM...",
    .summary = "start the repair that was approved",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_start,
    .text =
        "Records that the repair of an approved form began, and asks for the parts that it needs and that were not\n"
        "asked for yet, as `wledger form order` does.",
    .example = "form start -d ledger F12",
};

/* ---- complete, sign, forget ---- */

static int run_complete(struct cli *cli)
{
    struct wl_form_step_body body = {.km = WL_NONE};
    struct cli_job job = cli_form_job(&wl_form_complete_command, &body, NULL);
    int rc = cli_number(cli, "km", 0, MILEAGE_MAX, &body.km);

    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static const struct cli_option complete_options[] = {
    {"km", "N", "what the odometer says now (default: as at the entry)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_form_complete = {
    .name = "form complete",
    .args = "FORM...",
    .summary = "record that the repair is done",
    .options = complete_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_complete,
    .text = "Records that a repair is done; its day is the claim's repair date. Print the form for its customer then.",
    .example = "form complete -d ledger F12 --km 45210",
};

static int run_sign(struct cli *cli)
{
    struct wl_form_sign_body body = {.paper = WL_NO_STR};
    struct cli_job job = cli_form_job(&wl_form_sign_command, &body, NULL);
    int rc = cli_text(cli, "name", SIGNER_MAX, &job.text);

    if (rc == WL_OK && !job.text.size)
        rc = wl_fail(WL_E_USAGE, "form sign: who signed? --name NAME, please");
    if (rc == WL_OK)
        rc = cli_paper_hash(cli, "paper", &body.paper);
    return rc != WL_OK ? rc : cli_execute(cli, &job);
}

static const struct cli_option sign_options[] = {
    {"name", "NAME", "who signed; personal text, which `form forget` erases; required"},
    {"paper", "FILE", "the signed paper: its SHA-256 is recorded, the file is not"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_form_sign = {
    .name = "form sign",
    .args = "FORM...",
    .summary = "record the customer's signature on the service instruction",
    .options = sign_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_sign,
    .text =
        "Records that the customer signed for the completed repair. The signed form is the voucher of the claim that\n"
        "it becomes.",
    .example = "form sign -d ledger F12 --name \"A. Customer\" --paper F12-signed.pdf",
};

static int run_forget(struct cli *cli)
{
    struct wl_form_step_body body = {.km = WL_NONE};
    struct cli_job job = cli_form_job(&wl_form_forget_command, &body, "forgotten");

    return cli_execute(cli, &job);
}

const struct cli_command cli_form_forget = {
    .name = "form forget",
    .args = "FORM...",
    .summary = "erase a form's personal text",
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_forget,
    .text =
        "Erases the customers, complaints and signers of all entries of a form; `wledger forget` of its claim does so\n"
        "too. Every hash, decision and balance stays as it was, and the ledger still verifies.",
    .example = "form forget -d ledger F12",
};

/* ---- claim ---- */

struct claiming {
    int64_t form; /* stands first: the job's names are set in it */
    struct wl_str claim_no;
    struct wl_arena arena;
    struct wl_form_answer answer;
};

static int make_claim(struct wl_txn *txn, struct wl_arena *arena, const struct wl_form_request *asked, void *context,
                      struct wl_form_answer *answer)
{
    const struct claiming *c = context;

    return wl_form_claim(txn, arena, asked, c->claim_no, answer);
}

static int execute_claim(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job,
                         const struct wl_request *request, struct wl_result *result)
{
    struct claiming *c = job->body;

    return run_all(txn, arena, &c->arena, request, c->form, make_claim, c, &c->answer, result);
}

static int tell_claim(struct wl_txn *txn, struct wl_arena *arena, const struct cli_job *job, const void *outcome,
                      struct cli_said *said)
{
    const struct claiming *c = job->body;
    struct wl_claim claim;
    struct wl_str way;
    int rc = wl_claim_get(txn, arena, c->answer.claim, &claim), n;

    (void)outcome;
    if (rc != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the claim of a form has no row"));
    said->state = wl_str_of(wl_claim_state_names()[wl_claim_state_now(txn, &claim)]);
    said->made =
        cli_format_text(arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(claim.dealer_id), WL_STR_ARG(claim.claim_no));
    said->did =
        cli_format_text(arena, "claim " WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(said->made), WL_STR_ARG(said->state));
    said->amount = claim.total;
    said->currency = claim.currency;
    n = cli_in_the_way(txn, arena, &claim, &way, 1);
    said->note = n > 0 ? way : WL_NO_STR;
    return n < 0 ? n : wl_arena_status(arena);
}

static int run_claim(struct cli *cli)
{
    struct claiming c = {.form = WL_NONE};
    struct cli_job job = cli_form_job(&wl_form_claim_command, &c, NULL);
    int rc = cli_demand_id(cli, "claim-no", &c.claim_no);

    if (rc == WL_OK && c.claim_no.size && (cli->argc != 1 || cli->from))
        rc = wl_fail(WL_E_USAGE, "form claim: --claim-no is the number of one claim; name one form");
    if (rc != WL_OK)
        return rc;
    job.execute = execute_claim;
    job.tell = tell_claim;
    wl_arena_init(&c.arena, RUN_MEMORY);
    rc = cli_execute(cli, &job);
    wl_arena_release(&c.arena);
    return rc;
}

static const struct cli_option claim_options[] = {
    {"claim-no", "NO", "the claim's number (default: the one on the form, else F and the form's number)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_form_claim = {
    .name = "form claim",
    .args = "FORM...",
    .summary = "make the claim of a signed form",
    .options = claim_options,
    .flags = CLI_EXECUTES | CLI_TAKES_FROM | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_claim,
    .text =
        "Makes a claim of a signed form, with nothing typed twice: its lines without those that review refused, the\n"
        "repair's day, this day. It is adjudicated as any claim; where it is referred for its amount alone and the\n"
        "form's approval covers that, the approval decides it. It is signed by the form's signature.",
    .example = "form claim -d ledger F12",
};
