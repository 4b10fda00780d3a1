/* The commands `form-start`, `form-complete`, `form-sign` and `form-forget`: a service instruction is carried out, and
 * its customer signs. */
#include "claims/forms.h"
#include "claims/gate.h"
#include "claims/typed_claim.h"
#include "wledger/error.h"

enum { KM_MAX = 9999999 /* as a claim has it: 7 digits */ };

static void conclude(struct wl_form_outcome *out, int64_t form, int64_t state)
{
    out->form = form;
    out->state = state;
}

/* For apply: the row after a step, whose state the outcome has. */
static void put_step(const struct wl_context *ctx, const struct wl_form_outcome *out, struct wl_form *form)
{
    form->state = out->state;
    wl_form_put(ctx->txn, (uint64_t)out->form, form);
    wl_form_note(ctx, out->form);
}

/* ---- form-start ---- */

static int decide_start(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_step_body *b = body;
    struct wl_form_outcome *out = outcome;
    struct wl_form form;

    if (wl_form_gate(ctx, b->form, WL_FORM_STEP_START, &out->head, &form))
        conclude(out, b->form, WL_FORM_IN_REPAIR);
    return wl_txn_status(ctx->txn);
}

static void apply_start(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_outcome *out = outcome;
    struct wl_form form;

    (void)body;
    if (!wl_form_row(ctx, out->form, &form))
        return;
    form.started_day = ctx->day;
    put_step(ctx, out, &form);
}

/* ---- form-complete ---- */

/* The mileage at the vehicle's entry, in kilometres. */
static int entry_km(const struct wl_context *ctx, const struct wl_form *form, int64_t *km)
{
    struct wl_claim_record content;
    struct wl_typed_claim typed;
    int rc = wl_form_content(ctx->txn, ctx->arena, form, &content);

    if (rc != WL_OK)
        return rc;
    wl_typed_claim_read(&content, &typed);
    *km = typed.mileage_km;
    return WL_OK;
}

static int decide_complete(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_step_body *b = body;
    struct wl_form_outcome *out = outcome;
    struct wl_form form;
    int64_t km;
    int rc;

    if (b->km != WL_NONE && (b->km < 0 || b->km > KM_MAX))
        return wl_fail(WL_E_USAGE, "a mileage is 0 to %d km", KM_MAX);
    if (!wl_form_gate(ctx, b->form, WL_FORM_STEP_COMPLETE, &out->head, &form))
        return wl_txn_status(ctx->txn);
    if ((rc = entry_km(ctx, &form, &km)) != WL_OK)
        return rc;
    if (b->km != WL_NONE && b->km < km)
        wl_form_refuse(ctx, &out->head, WL_REFUSED_MILEAGE_BELOW, WL_NO_STR);
    else
        conclude(out, b->form, WL_FORM_COMPLETED);
    return wl_txn_status(ctx->txn);
}

static void apply_complete(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_step_body *b = body;
    const struct wl_form_outcome *out = outcome;
    struct wl_form form;

    if (!wl_form_row(ctx, out->form, &form))
        return;
    form.completed_day = ctx->day;
    form.completed_km = b->km;
    if (b->km == WL_NONE && entry_km(ctx, &form, &form.completed_km) != WL_OK)
        return;
    put_step(ctx, out, &form);
}

/* ---- form-sign ---- */

static int decide_sign(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_sign_body *b = body;
    struct wl_form_outcome *out = outcome;
    struct wl_form form;

    if (b->paper.size != 0 && b->paper.size != WL_HASH_SIZE)
        return wl_fail(WL_E_USAGE, "the signed paper's SHA-256 has %zu bytes", b->paper.size);
    if (wl_form_gate(ctx, b->form, WL_FORM_STEP_SIGN, &out->head, &form))
        conclude(out, b->form, WL_FORM_SIGNED);
    return wl_txn_status(ctx->txn);
}

static void apply_sign(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_outcome *out = outcome;
    struct wl_form form;

    (void)body;
    if (!wl_form_row(ctx, out->form, &form))
        return;
    form.signed_seq = (int64_t)ctx->seq;
    put_step(ctx, out, &form);
}

/* ---- form-forget ---- */

/* Decided from the row, never from the presence of the texts, which are no part of the state. */
static bool has_news(const struct wl_form *form)
{
    return form->forgotten == WL_NONE || form->customer_seq > form->forgotten ||
           form->complaint_seq > form->forgotten || form->signed_seq > form->forgotten;
}

static int decide_forget(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_step_body *b = body;
    struct wl_form_outcome *out = outcome;
    struct wl_form form;

    if (!wl_form_gate(ctx, b->form, WL_FORM_STEP_FORGET, &out->head, &form))
        return wl_txn_status(ctx->txn);
    if (has_news(&form))
        conclude(out, b->form, form.state);
    else
        wl_form_refuse(ctx, &out->head, WL_REFUSED_NOTHING_TO_FORGET, WL_NO_STR);
    return wl_txn_status(ctx->txn);
}

static int erase_entry(void *context, uint64_t seq)
{
    const struct wl_context *ctx = context;

    wl_text_erase(ctx->txn, seq);
    return wl_txn_status(ctx->txn);
}

/* The claim that a form became has its complaint as narrative. */
static void erase_narrative(const struct wl_context *ctx, int64_t id)
{
    struct wl_claim claim;

    if (wl_gate_row(ctx, id, &claim))
        wl_text_erase(ctx->txn, (uint64_t)claim.seq);
}

void wl_form_erase(const struct wl_context *ctx, int64_t number)
{
    struct wl_context erasing = *ctx;
    struct wl_form form;

    if (!wl_form_row(ctx, number, &form))
        return;
    if (form.claim != WL_NONE)
        erase_narrative(ctx, form.claim);
    wl_text_erase(ctx->txn, (uint64_t)form.opened_seq);
    if (wl_history_each(ctx->txn, (struct wl_subject){WL_SUBJECT_FORM, number}, erase_entry, &erasing) != WL_OK)
        return;
    form.forgotten = (int64_t)ctx->seq;
    wl_form_put(ctx->txn, (uint64_t)number, &form);
    wl_form_note(ctx, number);
}

static void apply_forget(const struct wl_context *ctx, const void *body, const void *outcome)
{
    (void)body;
    wl_form_erase(ctx, ((const struct wl_form_outcome *)outcome)->form);
}

/* ---- records ---- */

static const struct wl_field step_fields[] = {
    WL_NUMBER_FIELD(struct wl_form_step_body, 1, form),
    WL_NUMBER_FIELD(struct wl_form_step_body, 2, km),
};
const struct wl_record wl_form_step_record = {"form-step", step_fields, WL_COUNT(step_fields),
                                              sizeof(struct wl_form_step_body)};

static const struct wl_field sign_fields[] = {
    WL_NUMBER_FIELD(struct wl_form_sign_body, 1, form),
    {.name = "paper",
     .tag = 2,
     .type = WL_BYTES,
     .limit = WL_HASH_SIZE,
     .offset = offsetof(struct wl_form_sign_body, paper)},
};
static const struct wl_record sign_record = {"form-sign", sign_fields, WL_COUNT(sign_fields),
                                             sizeof(struct wl_form_sign_body)};

const struct wl_command wl_form_start_command = {
    .name = "form-start",
    .tag = 64,
    .body = &wl_form_step_record,
    .outcome = &wl_form_outcome_record,
    .decide = decide_start,
    .apply = apply_start,
};

const struct wl_command wl_form_complete_command = {
    .name = "form-complete",
    .tag = 65,
    .body = &wl_form_step_record,
    .outcome = &wl_form_outcome_record,
    .decide = decide_complete,
    .apply = apply_complete,
};

const struct wl_command wl_form_sign_command = {
    .name = "form-sign",
    .tag = 66,
    .body = &sign_record,
    .outcome = &wl_form_outcome_record,
    .decide = decide_sign,
    .apply = apply_sign,
};

const struct wl_command wl_form_forget_command = {
    .name = "form-forget",
    .tag = 69,
    .body = &wl_form_step_record,
    .outcome = &wl_form_outcome_record,
    .decide = decide_forget,
    .apply = apply_forget,
};
