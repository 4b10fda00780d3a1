/* The command `claim`: whether a record is a repeat, a version or neither; then adjudication. */
#include "wledger/record_command.h"

#include "claims/adjudicate.h"
#include "claims/gate.h"
#include "claims/keys.h"
#include "wledger/batch.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

/* Earlier versions are read one at a time. */
enum { VERSION_MAX = 1 << 20 };
#define NEXT_CLAIM "claims"

/* Looks for the version under the same number, from the newest back, whose content the record has again.
 * *repeats: its id, WL_NONE when there is none. */
static int find_repeat(const struct wl_context *context, const struct wl_claim_record *record, int64_t id,
                       int64_t *repeats)
{
    struct wl_arena scratch;
    struct wl_claim version;
    struct wl_claim_record content;
    int status = WL_OK;

    *repeats = WL_NONE;
    wl_arena_init(&scratch, VERSION_MAX);
    while (id != WL_NONE && *repeats == WL_NONE) {
        wl_arena_clear(&scratch);
        if (wl_claim_get(context->txn, &scratch, id, &version) != 1) {
            status =
                wl_txn_fail(context->txn, wl_fail(WL_E_DAMAGED, "claim %lld, a version, has no row", (long long)id));
            break;
        }
        if ((status = wl_claim_content(context->txn, &scratch, &version, &content)) != WL_OK)
            break;
        if (wl_claim_content_equal(record, &content))
            *repeats = id;
        id = version.previous_version;
    }
    wl_arena_release(&scratch);
    return status;
}

/* The record whose fields can be read. */
static int decide_readable(const struct wl_context *context, const struct wl_prepared *prepared,
                           struct wl_record_outcome *out)
{
    const struct wl_claim_record *record = prepared->typed.record;
    struct wl_claim latest;
    int64_t latest_id = WL_NONE, id;
    int known = wl_claim_find(context->txn, record->dealer_id, record->claim_no, &latest_id);
    int status = known < 0 ? known : WL_OK;

    if (known == 1)
        status = find_repeat(context, record, latest_id, &out->repeats);
    if (status != WL_OK || out->repeats != WL_NONE)
        return status;
    if (known == 1 && wl_claim_get(context->txn, context->arena, latest_id, &latest) < 0)
        return wl_txn_status(context->txn);
    id = (int64_t)wl_counter(context->txn, NEXT_CLAIM);
    status = wl_adjudicate(context, prepared, known == 1 ? &latest : NULL, id, &out->decision);
    if (!wl_decision_has(&out->decision, WL_FINDING_DEALER_UNKNOWN) &&
        !wl_decision_has(&out->decision, WL_FINDING_CLAIM_NUMBER_REUSED))
        out->claim = id;
    return status;
}

static int decide(const struct wl_context *context, const void *body, void *outcome)
{
    const struct wl_claim_record *record = body;
    struct wl_record_outcome *out = outcome;
    const struct wl_prepared *prepared = wl_prepared_of(context, record);
    struct wl_claim before = {.state = WL_CLAIM_STATE_COUNT, .dealer_id = record->dealer_id};
    int status;

    if (prepared == NULL)
        return wl_txn_status(context->txn);
    if (prepared->unreadable != 0)
        return wl_adjudicate(context, prepared, NULL, WL_NONE, &out->decision);
    status = decide_readable(context, prepared, out);
    before.type = prepared->typed.type;
    if (status == WL_OK && out->claim != WL_NONE)
        out->head.postings = wl_decision_postings(context, &before, &out->decision);
    return status != WL_OK ? status : wl_txn_status(context->txn);
}

static void apply(const struct wl_context *context, const void *body, const void *outcome)
{
    const struct wl_claim_record *record = body;
    const struct wl_record_outcome *out = outcome;
    const struct wl_prepared *ahead = context->prepared; /* typing a record needs no reference data */
    struct wl_typed_claim read;
    const struct wl_typed_claim *typed = ahead != NULL ? &ahead->typed : &read;
    struct wl_operations operations;
    struct wl_claim claim;
    struct wl_key name = wl_key_pair(record->dealer_id, record->claim_no);

    if (context->batch != 0)
        wl_batch_advance(context);
    if (out->claim == WL_NONE) {
        if (record->narrative_size != WL_NONE)
            wl_loose_text_note(context, record->dealer_id, record->claim_no);
        return;
    }
    if ((ahead != NULL ? ahead->unreadable : wl_typed_claim_read(record, &read)) != 0 ||
        out->claim != (int64_t)wl_counter(context->txn, NEXT_CLAIM)) {
        wl_txn_fail(context->txn, wl_fail(WL_E_DAMAGED, "entry %llu does not bring the next claim",
                                          (unsigned long long)context->seq));
        return;
    }
    wl_record_clear(&wl_claim_row_record, &claim);
    claim.seq = (int64_t)context->seq;
    claim.previous_version = wl_get_number(context->txn, WL_TABLE_CLAIM_NAMES, wl_key_view(&name), WL_NONE);
    claim.dealer_id = record->dealer_id;
    claim.claim_no = record->claim_no;
    claim.vin = record->vin;
    claim.vehicle = ahead != NULL ? ahead->vehicle : WL_NONE;
    if (claim.vehicle == WL_NONE) /* nothing was prepared, or before the vehicle was loaded */
        claim.vehicle = wl_vehicle_number(context->txn, record->vin);
    claim.submission = typed->submission;
    claim.type = typed->type;
    claim.repair_day = typed->repair_day;
    claim.submit_day = typed->submit_day;
    claim.mileage_km = typed->mileage_km;
    claim.operations = wl_operations_of(record, &operations);
    claim.campaign_id = record->campaign_id;
    claim.authorization_no = record->authorization_no;
    claim.state = WL_CLAIM_STATE_COUNT;
    claim.obligation_count = claim.unmet_obligations = claim.charged_back = 0;
    claim.priced_seq = claim.seq;
    wl_decision_apply(context, out->claim, &claim, record, &out->decision);
    wl_put_number(context->txn, WL_TABLE_CLAIM_NAMES, wl_key_view(&name), out->claim);
    wl_counter_set(context->txn, NEXT_CLAIM, (uint64_t)out->claim + 1);
}

static const struct wl_field outcome_fields[] = {
    WL_OUTCOME_FIELDS(struct wl_record_outcome),
    WL_DECISION_FIELDS(struct wl_record_outcome),
    WL_NUMBER_FIELD(struct wl_record_outcome, 20, claim),
    WL_NUMBER_FIELD(struct wl_record_outcome, 21, repeats),
    {.name = "hours",
     .tag = 22,
     .type = WL_DECIMAL,
     .digits = 9,
     .places = 2,
     .offset = offsetof(struct wl_record_outcome, decision.hours)},
};
static const struct wl_record outcome_record = {"claim_outcome", outcome_fields, WL_COUNT(outcome_fields),
                                                sizeof(struct wl_record_outcome)};

const struct wl_command wl_record_command = {"claim", WL_RECORD_COMMAND_TAG, &wl_claim_record, &outcome_record, decide,
                                             apply};

void wl_findings_text(struct wl_buf *out, struct wl_ints findings, const char *separator)
{
    for (size_t i = 0; i < findings.count; i++) {
        const char *name = wl_finding_name(findings.at[i]);
        if (i > 0)
            wl_buf_text(out, separator);
        wl_buf_text(out, name == NULL ? "unknown" : name);
    }
}

void wl_decision_header(struct wl_buf *out)
{
    wl_buf_text(out, "dealer_id,claim_no,decision,tier,labour,parts,handling,sublet,total,currency,findings\n");
}

void wl_decision_row(struct wl_buf *out, const struct wl_claim_record *record, const struct wl_decision *decision)
{
    const int64_t amounts[] = {decision->labour, decision->parts, decision->handling, decision->sublet,
                               decision->total};
    unsigned digits = decision->currency.size == 0 ? 0 : wl_minor_digits(decision->currency);
    char text[WL_DECIMAL_TEXT];

    wl_csv_value(out, record->dealer_id);
    wl_buf_byte(out, ',');
    wl_csv_value(out, record->claim_no);
    wl_buf_byte(out, ',');
    wl_buf_text(out, wl_decision_names[decision->decision]);
    wl_buf_byte(out, ',');
    if (decision->tier != WL_NONE) {
        wl_decimal_format(decision->tier, 0, text);
        wl_buf_text(out, text);
    }
    wl_buf_byte(out, ',');
    for (size_t i = 0; i < WL_COUNT(amounts); i++) {
        wl_decimal_format(amounts[i], digits, text);
        wl_buf_text(out, text);
        wl_buf_byte(out, ',');
    }
    wl_csv_value(out, decision->currency);
    wl_buf_byte(out, ',');
    wl_findings_text(out, decision->findings, "|");
    wl_buf_byte(out, '\n');
}
