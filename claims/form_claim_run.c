/* A claim made of a signed appraisal form: the claim's own entry, and the one that ties the two. */
#include "claims/forms.h"
#include "claims/gate.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/record_command.h"
#include <string.h>

/* The form's content, its decisions and the complaint, while the arena is cleared for each entry. */
enum { SCRATCH_MAX = 4 << 20 };

struct making {
    struct wl_txn *txn;
    struct wl_arena *arena;
    const struct wl_form_request *asked;
    struct wl_form_answer *answer;
    struct wl_personal complaint; /* becomes the claim's narrative; empty: none */
};

static int execute(struct making *m, const struct wl_command *command, const void *body, struct wl_str key,
                   struct wl_result *result)
{
    struct wl_request request = {
        .command = command, .body = body, .time = m->asked->time, .actor = m->asked->actor, .key = key};

    if (command == &wl_record_command && m->complaint.text.size != 0) {
        request.texts = &m->complaint;
        request.text_count = 1;
    }
    wl_arena_clear(m->arena);
    return wl_execute(m->txn, m->arena, &request, result);
}

/* A command that is refused, so that the journal has it; finding: why no claim can be made (WL_NONE: the form's own
 * state says it). */
static int refuse(struct making *m, int64_t finding)
{
    const struct wl_form_claim_body body = {.form = (int64_t)m->asked->form, .claim = WL_NONE, .finding = finding};
    const struct wl_form_claim_outcome *out;
    struct wl_result result;
    int rc = execute(m, &wl_form_claim_command, &body, m->asked->key, &result);

    if (rc != WL_OK)
        return rc;
    m->answer->refusal = result.refusal;
    m->answer->repeated = result.repeated;
    if ((out = result.outcome))
        m->answer->about = out->head.about;
    return WL_OK;
}

/* ---- the claim's record ---- */

/* The lines of a kind that review left, in their order; of `size` bytes each. */
static struct wl_list keep_lines(const struct wl_form_approval *approval, enum wl_line_kind kind,
                                 const struct wl_list *lines, size_t size, struct wl_arena *scratch)
{
    struct wl_list kept = {.at = lines->count == 0 ? NULL : wl_arena_alloc(scratch, lines->count * size), .count = 0};

    for (size_t i = 0; kept.at && i < lines->count; i++) {
        if (wl_form_line_refused(approval, kind, i))
            continue;
        memcpy((char *)kept.at + kept.count * size, (const char *)lines->at + i * size, size);
        kept.count++;
    }
    return kept;
}

static int read_record(struct making *m, struct wl_arena *scratch, const struct wl_form *form, struct wl_str claim_no,
                       struct wl_claim_record *record)
{
    int64_t today = wl_time_day(m->asked->time, wl_journal_zone(m->txn));
    struct wl_form_approval approval;
    int rc = wl_form_content(m->txn, scratch, form, record);

    if (rc == WL_OK)
        rc = wl_form_approval(m->txn, scratch, form, &approval);
    if (rc != WL_OK)
        return rc;
    record->labour = keep_lines(&approval, WL_LINE_LABOUR, &record->labour, sizeof(struct wl_labour_line), scratch);
    record->parts = keep_lines(&approval, WL_LINE_PART, &record->parts, sizeof(struct wl_part_line), scratch);
    record->sublet = keep_lines(&approval, WL_LINE_SUBLET, &record->sublet, sizeof(struct wl_sublet_line), scratch);
    return wl_form_as_claim(m->txn, scratch, (int64_t)m->asked->form, claim_no, form->completed_day, today, record);
}

/* The complaint, where there is one still that a narrative has room for. */
static int read_complaint(struct making *m, struct wl_arena *scratch, const struct wl_form *form,
                          struct wl_claim_record *record)
{
    struct wl_str text;
    int rc = form->complaint_seq == WL_NONE ? 0 : wl_text_get(m->txn, (uint64_t)form->complaint_seq, 1, &text);

    if (rc != 1 || text.size == 0 || text.size > WL_NARRATIVE_MAX)
        return rc < 0 ? rc : WL_OK;
    m->complaint.text = wl_arena_copy(scratch, text);
    if (wl_arena_status(scratch) != WL_OK)
        return wl_txn_fail(m->txn, wl_arena_status(scratch));
    record->narrative_size = (int64_t)text.size;
    rc = wl_salt_draw(m->complaint.salt);
    return rc == WL_OK ? WL_OK : wl_txn_fail(m->txn, rc);
}

/* ---- the entries ---- */

/* Why no claim would come of the record, decided as it will be: a finding, or WL_NONE where one would. */
static int64_t obstacle(const struct wl_record_outcome *out)
{
    if (out->claim != WL_NONE)
        return WL_NONE;
    for (size_t i = 0; i < out->decision.findings.count; i++)
        if (wl_finding_severity(out->decision.findings.at[i]) == WL_REJECT)
            return out->decision.findings.at[i];
    return WL_FINDING_CLAIM_NUMBER_REUSED; /* a repeat of the claim that has the number */
}

static int foresee(struct making *m, const struct wl_claim_record *record, int64_t *finding)
{
    const struct wl_context ctx = {.txn = m->txn,
                                   .arena = m->arena,
                                   .cache = wl_store_cache(wl_txn_store(m->txn)),
                                   .seq = wl_journal_size(m->txn),
                                   .time = m->asked->time,
                                   .day = wl_time_day(m->asked->time, wl_journal_zone(m->txn)),
                                   .actor = m->asked->actor};
    struct wl_record_outcome out;
    int rc;

    wl_arena_clear(m->arena);
    wl_record_clear(wl_record_command.outcome, &out);
    rc = wl_record_command.decide(&ctx, record, &out);
    *finding = rc == WL_OK ? obstacle(&out) : WL_NONE;
    return rc == WL_OK ? wl_txn_status(m->txn) : wl_txn_fail(m->txn, rc);
}

static int tie(struct making *m, int64_t claim)
{
    const struct wl_form_claim_body body = {.form = (int64_t)m->asked->form, .claim = claim};
    struct wl_result result;
    int rc = execute(m, &wl_form_claim_command, &body, WL_NO_STR, &result);

    if (rc == WL_OK && result.refusal != WL_DONE)
        rc = wl_txn_fail(m->txn, wl_fail(WL_E_DAMAGED, "claim %lld, just made of form %llu, cannot be tied to it: %s",
                                         (long long)claim, (unsigned long long)m->asked->form,
                                         wl_refusal_name(result.refusal)));
    m->answer->claim = claim;
    return rc;
}

static int make(struct making *m, struct wl_arena *scratch, const struct wl_form *form, struct wl_str claim_no)
{
    const struct wl_record_outcome *out;
    struct wl_claim_record record;
    struct wl_result result;
    int64_t finding = WL_NONE;
    int rc = read_record(m, scratch, form, claim_no, &record);

    if (rc == WL_OK)
        rc = read_complaint(m, scratch, form, &record);
    if (rc == WL_OK)
        rc = foresee(m, &record, &finding);
    if (rc == WL_OK && finding != WL_NONE)
        return refuse(m, finding);
    if (rc == WL_OK)
        rc = execute(m, &wl_record_command, &record, m->asked->key, &result);
    if (rc != WL_OK)
        return rc;
    m->answer->refusal = result.refusal;
    out = result.outcome;
    if (result.refusal == WL_DONE && out->claim == WL_NONE)
        return wl_txn_fail(m->txn, wl_fail(WL_E_DAMAGED, "form %llu makes another claim than it did a moment ago",
                                           (unsigned long long)m->asked->form));
    return result.refusal == WL_DONE ? tie(m, out->claim) : WL_OK;
}

/* ---- what a repeated key gives back ---- */

/* Whether an entry made a claim of the form: 1, 0, or the error that sticks. */
static int made_before(struct making *m, const struct wl_entry *entry, struct wl_str claim_no)
{
    const struct wl_record_outcome *out;
    struct wl_claim claim;
    void *outcome;
    int rc;

    if ((rc = wl_entry_outcome(entry, m->arena, &outcome)) != WL_OK)
        return wl_txn_fail(m->txn, rc);
    out = outcome;
    if ((rc = wl_claim_view(m->txn, out->claim, &claim)) != 1)
        return rc;
    m->answer->claim = out->claim;
    return claim.form == (int64_t)m->asked->form && (claim_no.size == 0 || wl_str_equal(claim_no, claim.claim_no));
}

/* Whether an entry refused to make one. */
static int refused_before(struct making *m, const struct wl_entry *entry)
{
    const struct wl_form_claim_body *b;
    const struct wl_outcome_head *head;
    void *body, *outcome;
    int rc;

    if ((rc = wl_entry_body(entry, m->arena, &body)) != WL_OK ||
        (rc = wl_entry_outcome(entry, m->arena, &outcome)) != WL_OK)
        return wl_txn_fail(m->txn, rc);
    b = body;
    head = outcome;
    if (b->form != (int64_t)m->asked->form || head->refusal == WL_NONE)
        return 0;
    m->answer->refusal = head->refusal;
    m->answer->about = wl_arena_copy(m->arena, head->about);
    rc = wl_arena_status(m->arena);
    return rc == WL_OK ? 1 : wl_txn_fail(m->txn, rc);
}

/* The key is known: its entry made the claim, or refused it; else the key was used for something else, and the command
 * that is refused says so. */
static int repeat(struct making *m, uint64_t first, struct wl_str claim_no)
{
    struct wl_entry entry;
    int rc = wl_entry_read(m->txn, first, &entry);

    if (rc == 0)
        rc = wl_txn_fail(m->txn, wl_fail(WL_E_DAMAGED, "an idempotency key leads to no entry"));
    if (rc < 0)
        return rc;
    wl_arena_clear(m->arena);
    rc = 0;
    if (wl_str_equal(entry.actor, m->asked->actor) && entry.command == &wl_record_command)
        rc = made_before(m, &entry, claim_no);
    else if (wl_str_equal(entry.actor, m->asked->actor) && entry.command == &wl_form_claim_command)
        rc = refused_before(m, &entry);
    if (rc < 0)
        return rc;
    m->answer->repeated = rc == 1;
    if (rc == 1)
        return WL_OK;
    m->answer->claim = WL_NONE;
    return refuse(m, WL_NONE);
}

int wl_form_claim(struct wl_txn *txn, struct wl_arena *arena, const struct wl_form_request *r, struct wl_str claim_no,
                  struct wl_form_answer *answer)
{
    struct making m = {.txn = txn, .arena = arena, .asked = r, .answer = answer};
    struct wl_arena scratch;
    struct wl_form form;
    uint64_t first;
    int rc = r->key.size != 0 ? wl_key_find(txn, r->key, r->time, &first) : 0;

    *answer = (struct wl_form_answer){.refusal = WL_DONE, .claim = WL_NONE};
    if (rc != 0)
        return rc < 0 ? rc : repeat(&m, first, claim_no);
    wl_arena_init(&scratch, SCRATCH_MAX);
    rc = wl_form_get(txn, &scratch, r->form, &form);
    if (rc == 1 && wl_form_transition(WL_FORM_STEP_CLAIM)->refusal[form.state] == WL_DONE && form.claim == WL_NONE)
        rc = make(&m, &scratch, &form, claim_no);
    else if (rc >= 0)
        rc = refuse(&m, WL_NONE);
    wl_arena_release(&scratch);
    return rc;
}
