/* The commands `form-open` and `form-edit`: what stands on an appraisal form. */
#include "claims/adjudicate.h"
#include "claims/forms.h"
#include "claims/keys.h"
#include "wledger/error.h"
#include <stdio.h>

/* Bits of wl_form_content_body.texts. */
enum { CUSTOMER = 1, COMPLAINT = 2, BOTH_TEXTS = CUSTOMER | COMPLAINT };

static const struct wl_claim_record *content_of(const struct wl_form_content_body *body)
{
    return body->content.at;
}

static int check_usage(const struct wl_form_content_body *body)
{
    if (body->content.count != 1)
        return wl_fail(WL_E_USAGE, "an appraisal form has one content");
    if (body->texts != WL_NONE && (body->texts < CUSTOMER || body->texts > BOTH_TEXTS))
        return wl_fail(WL_E_USAGE, "an appraisal form has a customer and a complaint, no other texts");
    return WL_OK;
}

/* Dealer, VIN and mileage are there and can be read; what comes later is empty. */
static bool has_what_it_needs(const struct wl_context *ctx, const struct wl_claim_record *content,
                              struct wl_outcome_head *head)
{
    const struct wl_claim_record least = {.dealer_id = content->dealer_id,
                                          .claim_no = WL_STR("F"),
                                          .submission = WL_STR("1"),
                                          .type = WL_STR("warranty"),
                                          .vin = content->vin,
                                          .repair_date = WL_STR("2000-01-01"),
                                          .submit_date = WL_STR("2000-01-01"),
                                          .mileage = content->mileage,
                                          .mileage_unit = content->mileage_unit,
                                          .fault_code = WL_STR("F"),
                                          .narrative_size = WL_NONE};
    char room[WL_FIELD_NAME_MAX];
    struct wl_str field = wl_unreadable_field(&least, room);

    if (content->repair_date.size != 0)
        field = WL_STR("repair_date");
    if (content->submit_date.size != 0)
        field = WL_STR("submit_date");
    if (content->narrative_size != WL_NONE)
        field = WL_STR("narrative_size");
    return field.size == 0 || wl_form_refuse(ctx, head, WL_REFUSED_FORM_INCOMPLETE, field);
}

/* ---- form-open ---- */

static bool may_open(const struct wl_context *ctx, const struct wl_claim_record *content, struct wl_outcome_head *head)
{
    struct wl_reference *reference = wl_reference(ctx);
    const struct wl_dealer *dealer;

    if (!has_what_it_needs(ctx, content, head))
        return false;
    if (!(dealer = wl_dealer_find(reference, content->dealer_id)))
        return wl_form_refuse(ctx, head, WL_REFUSED_DEALER_UNKNOWN, content->dealer_id);
    if (dealer->status != WL_DEALER_ACTIVE)
        return wl_form_refuse(ctx, head, WL_REFUSED_DEALER_SUSPENDED, content->dealer_id);
    if (!wl_vin_is_valid(content->vin))
        return wl_form_refuse(ctx, head, WL_REFUSED_VIN_MALFORMED, content->vin);
    return wl_vehicle_find(reference, content->vin) ||
           wl_form_refuse(ctx, head, WL_REFUSED_VEHICLE_UNKNOWN, content->vin);
}

static int decide_open(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_content_body *b = body;
    struct wl_form_outcome *out = outcome;
    int rc = check_usage(b);

    if (rc != WL_OK)
        return rc;
    if (may_open(ctx, content_of(b), &out->head)) {
        out->form = (int64_t)wl_form_count(ctx->txn) + 1;
        out->state = WL_FORM_DRAFT;
    }
    return wl_txn_status(ctx->txn);
}

/* The entry brings the form's content, and the texts that its body names. */
static void take_content(const struct wl_context *ctx, const struct wl_form_content_body *body, struct wl_form *form)
{
    form->content_seq = (int64_t)ctx->seq;
    if (body->texts != WL_NONE && (body->texts & CUSTOMER) != 0)
        form->customer_seq = (int64_t)ctx->seq;
    if (body->texts != WL_NONE && (body->texts & COMPLAINT) != 0)
        form->complaint_seq = (int64_t)ctx->seq;
}

static void apply_open(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_content_body *b = body;
    const struct wl_form_outcome *out = outcome;
    struct wl_form form;

    if (b->content.count != 1 || out->form != (int64_t)wl_form_count(ctx->txn) + 1) {
        wl_txn_fail(ctx->txn,
                    wl_fail(WL_E_DAMAGED, "entry %llu does not open the next form", (unsigned long long)ctx->seq));
        return;
    }
    wl_record_clear(&wl_form_record, &form);
    form.dealer_id = content_of(b)->dealer_id;
    form.vin = content_of(b)->vin;
    form.state = out->state;
    form.version = 0;
    form.revision = 1;
    form.opened_seq = (int64_t)ctx->seq;
    take_content(ctx, b, &form);
    wl_form_put(ctx->txn, (uint64_t)out->form, &form);
    wl_counter_set(ctx->txn, WL_FORMS, (uint64_t)out->form);
}

/* ---- form-edit ---- */

/* A part line that has its parts request keeps its place and its part. */
static bool keeps_requests(const struct wl_context *ctx, int64_t form, const struct wl_claim_record *before,
                           const struct wl_claim_record *after, struct wl_outcome_head *head)
{
    const struct wl_part_line *was = before->parts.at, *is = after->parts.at;
    char name[WL_FIELD_NAME_MAX];

    for (size_t i = 0; i < before->parts.count; i++) {
        if ((i < after->parts.count && wl_str_equal(was[i].part_id, is[i].part_id)) ||
            wl_form_request(ctx->txn, (uint64_t)form, i + 1) == 0)
            continue;
        snprintf(name, sizeof name, "part %zu part_id", i + 1);
        return wl_form_refuse(ctx, head, WL_REFUSED_FORM_INCOMPLETE, wl_str_of(name));
    }
    return true;
}

static bool may_edit(const struct wl_context *ctx, const struct wl_form_content_body *b, const struct wl_form *form,
                     struct wl_outcome_head *head)
{
    const struct wl_claim_record *content = content_of(b);
    struct wl_claim_record before;

    if (b->revision != form->revision)
        return wl_form_refuse(ctx, head, WL_REFUSED_FORM_CHANGED, WL_NO_STR);
    if (!wl_str_equal(content->dealer_id, form->dealer_id))
        return wl_form_refuse(ctx, head, WL_REFUSED_FORM_INCOMPLETE, WL_STR("dealer_id"));
    if (!wl_str_equal(content->vin, form->vin))
        return wl_form_refuse(ctx, head, WL_REFUSED_FORM_INCOMPLETE, WL_STR("vin"));
    if (!has_what_it_needs(ctx, content, head) || wl_form_content(ctx->txn, ctx->arena, form, &before) != WL_OK ||
        !keeps_requests(ctx, b->form, &before, content, head))
        return false;
    return b->texts != WL_NONE || !wl_record_equal(&wl_claim_record, &before, content) ||
           wl_form_refuse(ctx, head, WL_REFUSED_FORM_UNCHANGED, WL_NO_STR);
}

static int decide_edit(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_content_body *b = body;
    struct wl_form_outcome *out = outcome;
    struct wl_form form;
    int rc = check_usage(b);

    if (rc != WL_OK)
        return rc;
    if (wl_form_gate(ctx, b->form, WL_FORM_STEP_EDIT, &out->head, &form) && may_edit(ctx, b, &form, &out->head)) {
        out->form = b->form;
        out->state = form.state;
    }
    return wl_txn_status(ctx->txn);
}

static void apply_edit(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_content_body *b = body;
    const struct wl_form_outcome *out = outcome;
    struct wl_form form;

    if (!wl_form_row(ctx, out->form, &form))
        return;
    form.revision++;
    take_content(ctx, b, &form);
    wl_form_put(ctx->txn, (uint64_t)out->form, &form);
    wl_form_note(ctx, out->form);
}

const struct wl_command wl_form_open_command = {
    .name = "form-open",
    .tag = 60,
    .body = &wl_form_content_record,
    .outcome = &wl_form_outcome_record,
    .decide = decide_open,
    .apply = apply_open,
};

const struct wl_command wl_form_edit_command = {
    .name = "form-edit",
    .tag = 61,
    .body = &wl_form_content_record,
    .outcome = &wl_form_outcome_record,
    .decide = decide_edit,
    .apply = apply_edit,
};
