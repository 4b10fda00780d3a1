/* Appraisal forms as the store holds them, and reading them. */
#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include <stdio.h>

static const char *const state_names[] = {"draft",   "submitted", "under-review", "approved",  "partly-approved",
                                          "refused", "returned",  "in-repair",    "completed", "signed",
                                          NULL};
_Static_assert(WL_COUNT(state_names) == WL_FORM_STATE_COUNT + 1, "each state has a name");

const char *const *wl_form_state_names(void)
{
    return state_names;
}

#define STATE(of, tag_)                                                                                          \
    {                                                                                                            \
        .name = "state", .tag = (tag_), .type = WL_CHOICE, .choices = state_names, .offset = offsetof(of, state) \
    }

static const struct wl_field row_fields[] = {
    WL_TEXT_FIELD(struct wl_form, 1, dealer_id, WL_IDENTIFIER_MAX),
    WL_TEXT_FIELD(struct wl_form, 2, vin, WL_IDENTIFIER_MAX),
    STATE(struct wl_form, 3),
    WL_NUMBER_FIELD(struct wl_form, 4, version),
    WL_NUMBER_FIELD(struct wl_form, 5, revision),
    WL_NUMBER_FIELD(struct wl_form, 6, opened_seq),
    WL_NUMBER_FIELD(struct wl_form, 7, content_seq),
    WL_NUMBER_FIELD(struct wl_form, 8, customer_seq),
    WL_NUMBER_FIELD(struct wl_form, 9, complaint_seq),
    WL_NUMBER_FIELD(struct wl_form, 10, submitted_seq),
    WL_NUMBER_FIELD(struct wl_form, 11, decided_seq),
    WL_NUMBER_FIELD(struct wl_form, 12, tier),
    WL_TEXT_FIELD(struct wl_form, 13, seat, WL_IDENTIFIER_MAX),
    WL_NUMBER_FIELD(struct wl_form, 14, review_seq),
    WL_TEXT_FIELD(struct wl_form, 15, currency, 3),
    WL_NUMBER_FIELD(struct wl_form, 16, asked),
    WL_NUMBER_FIELD(struct wl_form, 17, approved),
    WL_NUMBER_FIELD(struct wl_form, 18, approved_tier),
    WL_DAY_FIELD(struct wl_form, 19, started_day),
    WL_DAY_FIELD(struct wl_form, 20, completed_day),
    WL_NUMBER_FIELD(struct wl_form, 21, completed_km),
    WL_NUMBER_FIELD(struct wl_form, 22, signed_seq),
    WL_NUMBER_FIELD(struct wl_form, 23, claim),
    WL_NUMBER_FIELD(struct wl_form, 24, forgotten),
};
const struct wl_record wl_form_record = {"form", row_fields, WL_COUNT(row_fields), sizeof(struct wl_form)};

static const struct wl_field content_fields[] = {
    WL_NUMBER_FIELD(struct wl_form_content_body, 1, form),
    WL_NUMBER_FIELD(struct wl_form_content_body, 2, revision),
    {.name = "content",
     .tag = 3,
     .type = WL_LIST,
     .limit = 1,
     .item = &wl_claim_record,
     .offset = offsetof(struct wl_form_content_body, content)},
    {.name = "texts", .tag = 4, .type = WL_INT, .digits = 1, .offset = offsetof(struct wl_form_content_body, texts)},
};
const struct wl_record wl_form_content_record = {"form-content", content_fields, WL_COUNT(content_fields),
                                                 sizeof(struct wl_form_content_body)};

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_form_outcome),
    WL_NUMBER_FIELD(struct wl_form_outcome, 4, form),
    STATE(struct wl_form_outcome, 5),
};
const struct wl_record wl_form_outcome_record = {"form-outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                 sizeof(struct wl_form_outcome)};

static const struct wl_field decision_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_form_decision_outcome),
    WL_DECISION_FIELDS(struct wl_form_decision_outcome),
    WL_NUMBER_FIELD(struct wl_form_decision_outcome, 20, form),
    STATE(struct wl_form_decision_outcome, 21),
    WL_NUMBER_FIELD(struct wl_form_decision_outcome, 22, version),
};
const struct wl_record wl_form_decision_record = {"form-decision", decision_fields, WL_COUNT(decision_fields),
                                                  sizeof(struct wl_form_decision_outcome)};

uint64_t wl_form_count(struct wl_txn *txn)
{
    return wl_counter(txn, WL_FORMS);
}

int wl_form_view(struct wl_txn *txn, uint64_t number, struct wl_form *form)
{
    struct wl_str value;
    int rc = wl_get_n(txn, WL_TABLE_FORMS, number, &value);

    if (rc != 1)
        return rc;
    rc = wl_record_decode(&wl_form_record, value, form, NULL);
    if (rc == WL_OK && (form->state < 0 || form->state >= WL_FORM_STATE_COUNT))
        rc = wl_fail(WL_E_DAMAGED, "form %llu has no state", (unsigned long long)number);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

int wl_form_get(struct wl_txn *txn, struct wl_arena *arena, uint64_t number, struct wl_form *form)
{
    int rc = wl_form_view(txn, number, form);

    if (rc != 1)
        return rc;
    form->dealer_id = wl_arena_copy(arena, form->dealer_id);
    form->vin = wl_arena_copy(arena, form->vin);
    form->seat = wl_arena_copy(arena, form->seat);
    form->currency = wl_arena_copy(arena, form->currency);
    rc = wl_arena_status(arena);
    return rc == WL_OK ? 1 : wl_txn_fail(txn, rc);
}

void wl_form_put(struct wl_txn *txn, uint64_t number, const struct wl_form *form)
{
    uint8_t room[WL_VALUE_MAX];
    struct wl_buf bytes = {.data = room, .capacity = sizeof(room), .ceiling = sizeof(room)}; /* never grows */

    wl_record_encode(&wl_form_record, form, &bytes);
    if (wl_buf_status(&bytes) != WL_OK)
        wl_txn_fail(txn, wl_buf_status(&bytes));
    else
        wl_put_n(txn, WL_TABLE_FORMS, number, wl_buf_view(&bytes));
}

bool wl_form_row(const struct wl_context *ctx, int64_t number, struct wl_form *form)
{
    int rc = number < 1 ? 0 : wl_form_get(ctx->txn, ctx->arena, (uint64_t)number, form);

    if (rc == 0)
        wl_txn_fail(ctx->txn, wl_fail(WL_E_DAMAGED, "form %lld is named but has no row", (long long)number));
    return rc == 1;
}

bool wl_form_gate(const struct wl_context *ctx, int64_t number, enum wl_form_step step, struct wl_outcome_head *head,
                  struct wl_form *form)
{
    int found = number < 1 ? 0 : wl_form_get(ctx->txn, ctx->arena, (uint64_t)number, form);
    int64_t refusal = WL_REFUSED_FORM_UNKNOWN;

    if (found == 1)
        refusal = wl_form_transition(step)->refusal[form->state];
    if (found >= 0 && refusal != WL_DONE)
        head->refusal = refusal;
    return found == 1 && refusal == WL_DONE;
}

bool wl_form_refuse(const struct wl_context *ctx, struct wl_outcome_head *head, int64_t refusal, struct wl_str about)
{
    head->refusal = refusal;
    head->about = wl_arena_copy(ctx->arena, about);
    if (about.size != 0 && wl_arena_status(ctx->arena) != WL_OK)
        wl_txn_fail(ctx->txn, wl_arena_status(ctx->arena));
    return false;
}

void wl_form_note(const struct wl_context *ctx, int64_t form)
{
    wl_history_note(ctx, (struct wl_subject){WL_SUBJECT_FORM, form});
}

/* ---- what entries say of a form ---- */

/* Whether an entry brings a content: false also when it was refused. */
static bool brings_content(const struct wl_entry *entry, struct wl_arena *arena, int *rc)
{
    void *outcome;

    if (entry->command->body != &wl_form_content_record)
        return false;
    *rc = wl_entry_outcome(entry, arena, &outcome);
    return *rc == WL_OK && ((const struct wl_outcome_head *)outcome)->refusal == WL_NONE;
}

int wl_form_content_at(struct wl_txn *txn, struct wl_arena *arena, uint64_t seq, struct wl_claim_record *record)
{
    const struct wl_form_content_body *written;
    struct wl_entry entry;
    void *body;
    int rc = WL_OK;

    if (seq >= wl_journal_size(txn))
        return wl_fail(WL_E_INPUT, "the journal has no entry %llu", (unsigned long long)seq);
    if ((rc = wl_row_entry(txn, arena, (int64_t)seq, "form", &entry)) != WL_OK)
        return rc;
    if (!brings_content(&entry, arena, &rc))
        return rc != WL_OK ? wl_txn_fail(txn, rc)
                           : wl_fail(WL_E_INPUT, "entry %llu writes no form", (unsigned long long)seq);
    if ((rc = wl_entry_body(&entry, arena, &body)) != WL_OK)
        return wl_txn_fail(txn, rc);
    written = body;
    if (written->content.count != 1)
        return wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "entry %llu has no content", (unsigned long long)seq));
    *record = *(const struct wl_claim_record *)written->content.at;
    return WL_OK;
}

int wl_form_content(struct wl_txn *txn, struct wl_arena *arena, const struct wl_form *form,
                    struct wl_claim_record *record)
{
    int rc = wl_form_content_at(txn, arena, (uint64_t)form->content_seq, record);

    return rc == WL_E_INPUT ? wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "entry %lld, which a form names, writes none",
                                                       (long long)form->content_seq))
                            : rc;
}

static struct wl_str day_text(struct wl_arena *arena, int64_t day)
{
    char text[WL_DATE_TEXT];

    wl_date_format(day, text);
    return wl_arena_copy(arena, wl_str_of(text));
}

int wl_form_as_claim(struct wl_txn *txn, struct wl_arena *arena, int64_t form, struct wl_str claim_no,
                     int64_t repair_day, int64_t submit_day, struct wl_claim_record *record)
{
    char own[24];
    int size = snprintf(own, sizeof own, "F%lld", (long long)form);

    if (claim_no.size != 0)
        record->claim_no = claim_no;
    else if (record->claim_no.size == 0)
        record->claim_no = wl_arena_copy(arena, (struct wl_str){own, (size_t)size});
    if (record->submission.size == 0)
        record->submission = WL_STR("1");
    record->repair_date = day_text(arena, repair_day);
    record->submit_date = day_text(arena, submit_day);
    return wl_arena_status(arena) == WL_OK ? WL_OK : wl_txn_fail(txn, wl_arena_status(arena));
}

int wl_form_decision(struct wl_txn *txn, struct wl_arena *arena, int64_t seq, struct wl_decision *decision)
{
    struct wl_entry entry;
    void *outcome;
    int rc = wl_row_entry(txn, arena, seq, "form", &entry);

    if (rc != WL_OK)
        return rc;
    rc = entry.command->outcome == &wl_form_decision_record
             ? wl_entry_outcome(&entry, arena, &outcome)
             : wl_fail(WL_E_DAMAGED, "entry %lld, which a form names, decides nothing", (long long)seq);
    if (rc != WL_OK)
        return wl_txn_fail(txn, rc);
    *decision = ((const struct wl_form_decision_outcome *)outcome)->decision;
    return WL_OK;
}

int wl_form_reviewer(struct wl_txn *txn, struct wl_arena *arena, int64_t number, struct wl_str *actor)
{
    struct wl_entry entry;
    struct wl_form form;
    int rc = wl_form_get(txn, arena, (uint64_t)number, &form);

    *actor = WL_NO_STR;
    if (rc == 0)
        rc = wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "form %lld is named but has no row", (long long)number));
    if (rc < 0 || form.decided_seq == WL_NONE)
        return rc < 0 ? rc : WL_OK;
    if ((rc = wl_entry_read(txn, (uint64_t)form.decided_seq, &entry)) != 1)
        return rc < 0 ? rc : wl_txn_fail(txn, wl_fail(WL_E_DAMAGED, "the entry that decided a form is missing"));
    if (entry.command == &wl_form_review_command)
        *actor = wl_arena_copy(arena, entry.actor);
    rc = wl_arena_status(arena);
    return rc == WL_OK ? WL_OK : wl_txn_fail(txn, rc);
}

/* The lines that the review of an entry named. */
static int named_lines(struct wl_txn *txn, struct wl_arena *arena, int64_t seq, struct wl_list *named)
{
    struct wl_entry entry;
    void *body;
    int rc = wl_row_entry(txn, arena, seq, "form", &entry);

    if (rc != WL_OK)
        return rc;
    rc = entry.command == &wl_form_review_command
             ? wl_entry_body(&entry, arena, &body)
             : wl_fail(WL_E_DAMAGED, "entry %lld, which a form names, reviews nothing", (long long)seq);
    if (rc != WL_OK)
        return wl_txn_fail(txn, rc);
    *named = ((const struct wl_form_review_body *)body)->refused;
    return WL_OK;
}

int wl_form_approval(struct wl_txn *txn, struct wl_arena *arena, const struct wl_form *form,
                     struct wl_form_approval *approval)
{
    int rc;

    approval->is_reviewed = form->approved != WL_NONE && form->decided_seq != form->submitted_seq;
    if (!approval->is_reviewed)
        return WL_OK;
    if ((rc = named_lines(txn, arena, form->decided_seq, &approval->named)) != WL_OK ||
        (rc = wl_form_decision(txn, arena, form->submitted_seq, &approval->asked)) != WL_OK)
        return rc;
    return wl_form_decision(txn, arena, form->decided_seq, &approval->approved);
}

bool wl_form_line_refused(const struct wl_form_approval *approval, enum wl_line_kind kind, size_t line)
{
    const struct wl_line_name *name = approval->named.at;

    for (size_t i = 0; approval->is_reviewed && i < approval->named.count; i++)
        if (name[i].kind == (int64_t)kind && name[i].line == (int64_t)line + 1 &&
            (name[i].amount == WL_NONE || name[i].amount == 0))
            return true;
    return false;
}

/* ---- parts requests ---- */

struct wl_str wl_form_part_key(uint64_t form, uint64_t line, char bytes[WL_FORM_PART_KEY])
{
    wl_set_u64(bytes, form);
    wl_set_u64(bytes + 8, line);
    return (struct wl_str){bytes, WL_FORM_PART_KEY};
}

uint64_t wl_form_request(struct wl_txn *txn, uint64_t form, uint64_t line)
{
    char key[WL_FORM_PART_KEY];

    return (uint64_t)wl_get_number(txn, WL_TABLE_FORM_PARTS, wl_form_part_key(form, line, key), 0);
}
