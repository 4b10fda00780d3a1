/* The command `form-order`, and the run of requests and ties that orders the parts of an appraisal form. */
#include "claims/forms.h"
#include "claims/keys.h"
#include "parts/demand.h"
#include "parts/fields.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include <stdio.h>

/* The form's content and decisions, while the arena is cleared for each command. */
enum { SCRATCH_MAX = 4 << 20, QUANTITY_DIGITS = 9 };

/* ---- form-order ---- */

/* Whether a request is tied to a line of the form already. */
static bool is_tied(const struct wl_context *ctx, int64_t form, int64_t request)
{
    char bytes[WL_FORM_PART_KEY];
    struct wl_str prefix = wl_form_part_key((uint64_t)form, 0, bytes), key, value;
    struct wl_walk *walk;
    bool tied = false;

    prefix.size = 8;
    if (wl_walk_open(ctx->txn, WL_TABLE_FORM_PARTS, prefix, prefix, &walk) != WL_OK)
        return false;
    while (!tied && wl_walk_next(walk, &key, &value) == 1)
        tied = value.size == 8 && (int64_t)wl_get_u64(value.data) == request;
    wl_walk_close(walk);
    return tied;
}

/* Whether the request is for the line: this dealer's, for this vehicle and part. */
static bool is_for_line(const struct wl_context *ctx, const struct wl_form_order_body *b, const struct wl_form *form,
                        struct wl_str part_id, struct wl_outcome_head *head)
{
    struct wl_request_row request;
    int found = b->request < 1 ? 0 : wl_request_get(ctx->txn, ctx->arena, (uint64_t)b->request, &request);

    if (found == 0)
        return wl_form_refuse(ctx, head, WL_REFUSED_REQUEST_UNKNOWN, WL_NO_STR);
    if (found < 0)
        return false;
    if (!wl_str_equal(request.dealer_id, form->dealer_id) || !wl_str_equal(request.vin, form->vin) ||
        !wl_str_equal(request.asked_part_id, part_id))
        return wl_form_refuse(ctx, head, WL_REFUSED_REQUEST_ELSEWHERE, wl_number_text(ctx, b->request));
    return !is_tied(ctx, b->form, b->request) ||
           wl_form_refuse(ctx, head, WL_REFUSED_ALREADY_ORDERED, wl_number_text(ctx, b->request));
}

static bool may_order(const struct wl_context *ctx, const struct wl_form_order_body *b, const struct wl_form *form,
                      struct wl_outcome_head *head)
{
    struct wl_claim_record content;
    const struct wl_part_line *lines;
    char name[32];

    if (b->line == WL_NONE)
        return wl_form_refuse(ctx, head, WL_REFUSED_NOTHING_TO_ORDER, WL_NO_STR);
    snprintf(name, sizeof name, "part %lld", (long long)b->line);
    if (wl_form_content(ctx->txn, ctx->arena, form, &content) != WL_OK)
        return false;
    lines = content.parts.at;
    if (b->line < 1 || (uint64_t)b->line > content.parts.count)
        return wl_form_refuse(ctx, head, WL_REFUSED_LINE_UNKNOWN, wl_str_of(name));
    if (wl_form_request(ctx->txn, (uint64_t)b->form, (uint64_t)b->line) != 0)
        return wl_form_refuse(ctx, head, WL_REFUSED_ALREADY_ORDERED, wl_str_of(name));
    return is_for_line(ctx, b, form, lines[b->line - 1].part_id, head);
}

static int decide(const struct wl_context *ctx, const void *body, void *outcome)
{
    const struct wl_form_order_body *b = body;
    struct wl_form_outcome *out = outcome;
    struct wl_form form;

    if (wl_form_gate(ctx, b->form, WL_FORM_STEP_ORDER, &out->head, &form) && may_order(ctx, b, &form, &out->head)) {
        out->form = b->form;
        out->state = form.state;
    }
    return wl_txn_status(ctx->txn);
}

static void apply(const struct wl_context *ctx, const void *body, const void *outcome)
{
    const struct wl_form_order_body *b = body;
    char key[WL_FORM_PART_KEY];

    (void)outcome;
    wl_put_number(ctx->txn, WL_TABLE_FORM_PARTS, wl_form_part_key((uint64_t)b->form, (uint64_t)b->line, key),
                  b->request);
    wl_form_note(ctx, b->form);
}

static const struct wl_field body_fields[] = {
    WL_FIELD_NUMBER(struct wl_form_order_body, 1, form),
    WL_FIELD_NUMBER(struct wl_form_order_body, 2, line),
    WL_FIELD_NUMBER(struct wl_form_order_body, 3, request),
};
static const struct wl_record body_record = {"form-order", body_fields, WL_COUNT(body_fields),
                                             sizeof(struct wl_form_order_body)};

const struct wl_command wl_form_order_command = {
    .name = "form-order",
    .tag = 68,
    .body = &body_record,
    .outcome = &wl_form_outcome_record,
    .decide = decide,
    .apply = apply,
};

/* ---- the run ---- */

struct ordering {
    struct wl_txn *txn;
    struct wl_arena *arena;
    const struct wl_form_request *asked;
    struct wl_form_answer *answer;
    struct wl_str key; /* of the first entry */
    char document[24]; /* "F" and the form's number */
};

static int execute(struct ordering *o, const struct wl_command *command, const void *body, struct wl_result *result)
{
    struct wl_request request = {
        .command = command, .body = body, .time = o->asked->time, .actor = o->asked->actor, .key = o->key};

    wl_arena_clear(o->arena);
    o->key = WL_NO_STR;
    return wl_execute(o->txn, o->arena, &request, result);
}

/* A command that is refused, so that the journal has it. */
static int refuse(struct ordering *o)
{
    const struct wl_form_order_body body = {.form = (int64_t)o->asked->form, .line = WL_NONE, .request = WL_NONE};
    const struct wl_form_outcome *out;
    struct wl_result result;
    int rc = execute(o, &wl_form_order_command, &body, &result);

    if (rc != WL_OK)
        return rc;
    o->answer->refusal = result.refusal;
    o->answer->repeated = result.repeated;
    if ((out = result.outcome))
        o->answer->about = out->head.about;
    return WL_OK;
}

static int tie(struct ordering *o, uint64_t line, int64_t request)
{
    const struct wl_form_order_body body = {.form = (int64_t)o->asked->form, .line = (int64_t)line, .request = request};
    struct wl_result result;
    int rc = execute(o, &wl_form_order_command, &body, &result);

    if (rc == WL_OK && result.refusal != WL_DONE)
        rc = wl_txn_fail(o->txn, wl_fail(WL_E_DAMAGED, "request %lld, just made for form %s, cannot be tied to it: %s",
                                         (long long)request, o->document, wl_refusal_name(result.refusal)));
    return rc;
}

static int order_line(struct ordering *o, const struct wl_claim_record *content, size_t i)
{
    const struct wl_part_line *line = (const struct wl_part_line *)content->parts.at + i;
    struct wl_request_body body = {.dealer_id = content->dealer_id,
                                   .part_id = line->part_id,
                                   .reason = content->fault_code,
                                   .vin = content->vin,
                                   .document = wl_str_of(o->document)};
    const struct wl_request_outcome *out;
    struct wl_result result;
    int rc;

    if (!wl_decimal_parse(line->quantity, QUANTITY_DIGITS, WL_QUANTITY_PLACES, &body.quantity))
        body.quantity = 0;
    if (!wl_is_identifier(body.part_id))
        body.part_id = WL_NO_STR;
    if (!wl_is_identifier(body.reason))
        body.reason = WL_NO_STR;
    if ((rc = execute(o, &wl_request_command, &body, &result)) != WL_OK)
        return rc;
    if (!result.journalled) {
        o->answer->refusal = result.refusal;
        return WL_OK;
    }
    if (result.refusal != WL_DONE) {
        o->answer->refused++;
        return WL_OK;
    }
    o->answer->ordered++;
    out = result.outcome;
    return tie(o, i + 1, out->request);
}

/* The lines that have no request and were not refused in review. */
static int order_lines(struct ordering *o, struct wl_arena *scratch, const struct wl_form *form)
{
    struct wl_form_approval approval;
    struct wl_claim_record content;
    bool wanted = false;
    int rc = wl_form_content(o->txn, scratch, form, &content);

    if (rc == WL_OK)
        rc = wl_form_approval(o->txn, scratch, form, &approval);
    for (size_t i = 0; rc == WL_OK && i < content.parts.count && o->answer->refusal == WL_DONE; i++) {
        if (wl_form_line_refused(&approval, WL_LINE_PART, i) || wl_form_request(o->txn, o->asked->form, i + 1) != 0)
            continue;
        wanted = true;
        rc = order_line(o, &content, i);
    }
    return rc != WL_OK || wanted ? rc : refuse(o);
}

/* ---- what a repeated key gives back ---- */

/* Whether an entry is a request of this run: not when it holds a key of its own. */
static bool is_of_run(const struct ordering *o, uint64_t first, const struct wl_entry *entry, int64_t time,
                      const struct wl_request_body *body)
{
    return entry->time == time && wl_str_equal(entry->actor, o->asked->actor) &&
           (entry->seq == first || entry->key.size == 0) && wl_str_is(body->document, o->document);
}

/* Counts again what the run that begins with an entry ordered. */
static int first_answer(struct ordering *o, uint64_t first)
{
    int64_t time = WL_NONE;
    uint64_t seq = first;
    struct wl_entry entry;
    int rc;

    while ((rc = wl_entry_read(o->txn, seq, &entry)) == 1 && entry.command == &wl_request_command) {
        const struct wl_outcome_head *head;
        void *body, *outcome;

        wl_arena_clear(o->arena);
        if ((rc = wl_entry_body(&entry, o->arena, &body)) != WL_OK ||
            (rc = wl_entry_outcome(&entry, o->arena, &outcome)) != WL_OK)
            return wl_txn_fail(o->txn, rc);
        time = seq == first ? entry.time : time;
        if (!is_of_run(o, first, &entry, time, body))
            break;
        head = outcome;
        o->answer->repeated = true;
        o->answer->refused += head->refusal != WL_NONE;
        o->answer->ordered += head->refusal == WL_NONE;
        seq += head->refusal == WL_NONE ? 2 : 1; /* the tie follows */
    }
    return rc < 0 ? rc : WL_OK;
}

/* The key is known. The entry that holds it is a request of the first run, or what refused it; else the key was used
 * for something else, and the command that is refused says so. */
static int repeat(struct ordering *o, uint64_t first)
{
    int rc = first_answer(o, first);

    return rc != WL_OK || o->answer->repeated ? rc : refuse(o);
}

int wl_form_order(struct wl_txn *txn, struct wl_arena *arena, const struct wl_form_request *r,
                  struct wl_form_answer *answer)
{
    struct ordering o = {.txn = txn, .arena = arena, .asked = r, .answer = answer, .key = r->key};
    struct wl_arena scratch;
    struct wl_form form;
    uint64_t first;
    int rc = r->key.size != 0 ? wl_key_find(txn, r->key, r->time, &first) : 0;

    *answer = (struct wl_form_answer){.refusal = WL_DONE, .claim = WL_NONE};
    snprintf(o.document, sizeof o.document, "F%llu", (unsigned long long)r->form);
    if (rc != 0)
        return rc < 0 ? rc : repeat(&o, first);
    wl_arena_init(&scratch, SCRATCH_MAX);
    rc = wl_form_get(txn, &scratch, r->form, &form);
    if (rc == 1 && wl_form_transition(WL_FORM_STEP_ORDER)->refusal[form.state] == WL_DONE)
        rc = order_lines(&o, &scratch, &form);
    else if (rc >= 0)
        rc = refuse(&o);
    wl_arena_release(&scratch);
    return rc;
}
