#include "wledger/writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"
#include "wledger/record.h"
#include "xmlio/star_out.h"

struct wl_advisory {
    struct wl_xml_out out;
    struct wl_str bod_id;
    /* A group is opened by its first claim, so that none stands empty. */
    enum { BETWEEN_SETTLEMENTS, IN_HEAD, IN_PAYMENTS, IN_DISPOSITION } at;
    struct wl_advisory_settlement settlement; /* the one that stands open: its party follows its claims */
    uint64_t settlements, rejected;
};

struct wl_advisory *wl_advisory_new(struct wl_file *file, struct wl_str bod_id, struct wl_str oem, int64_t time)
{
    const struct wl_star_area area = {.bod_id = bod_id, .sender = oem, .time = time};
    struct wl_advisory *a = calloc(1, sizeof *a);

    if (a == NULL) {
        wl_fail(WL_E_SYSTEM, "out of memory");
        return NULL;
    }
    a->bod_id = bod_id;
    wl_xml_out_init(&a->out, file);
    wl_star_open(&a->out, "ShowServiceProcessingAdvisory", &area);
    wl_xml_out_open(&a->out, "ShowServiceProcessingAdvisoryDataArea");
    wl_xml_out_element(&a->out, "Show", WL_NO_STR);
    return a;
}

static void open_document_id(struct wl_xml_out *x)
{
    wl_xml_out_open(x, "ServiceProcessingAdvisory");
    wl_xml_out_open(x, "ServiceProcessingAdvisoryHeader");
    wl_xml_out_open(x, "DocumentIdentificationGroup");
    wl_xml_out_open(x, "DocumentIdentification");
}

static void close_document_id(struct wl_xml_out *x)
{
    wl_xml_out_close(x, "DocumentIdentification");
    wl_xml_out_close(x, "DocumentIdentificationGroup");
}

static void close_noun(struct wl_xml_out *x)
{
    wl_xml_out_close(x, "ServiceProcessingAdvisoryHeader");
    wl_xml_out_close(x, "ServiceProcessingAdvisory");
}

void wl_advisory_settlement(struct wl_advisory *a, const struct wl_advisory_settlement *s)
{
    struct wl_xml_out *x = &a->out;

    assert(a->at == BETWEEN_SETTLEMENTS);
    a->at = IN_HEAD;
    a->settlement = *s;
    a->settlements++;
    a->rejected = 0;
    open_document_id(x);
    wl_star_count(x, "DocumentID", s->number);
    close_document_id(x);
    wl_xml_out_element(x, "SettlementTypeCode", WL_STR("EFT"));
    wl_star_day(x, "SettlementDate", s->settled_day);
    wl_star_day(x, "PaymentCycleStartDate", s->from_day);
    wl_star_day(x, "PaymentCycleEndDate", s->to_day);
    wl_star_count(x, "ClaimCountNumeric", s->claim_count);
    wl_star_amount(x, "TotalAmount", s->total, s->currency);
}

static void close_group(struct wl_advisory *a)
{
    struct wl_xml_out *x = &a->out;

    if (a->at == IN_PAYMENTS) {
        wl_star_amount_text(x, "PaymentNotes", "TotalAmount", a->settlement.total, a->settlement.currency);
        wl_xml_out_close(x, "Payments");
    }
    if (a->at == IN_DISPOSITION)
        wl_xml_out_close(x, "Disposition");
    a->at = IN_HEAD;
}

static void write_adjustment(struct wl_xml_out *x, int64_t taken_off, struct wl_str currency)
{
    if (taken_off <= 0)
        return;
    wl_xml_out_open(x, "AdjustmentReason");
    wl_star_amount(x, "AdjustedAmount", taken_off, currency);
    wl_star_amount_text(x, "AdjustedReasonCode", "AdjustedAmount", taken_off, currency);
    wl_xml_out_close(x, "AdjustmentReason");
}

/* One reason for each name between the bars. */
static void write_findings(struct wl_xml_out *x, struct wl_str findings)
{
    while (findings.size > 0) {
        const char *bar = memchr(findings.data, '|', findings.size);
        size_t size = bar == NULL ? findings.size : (size_t)(bar - findings.data);
        size_t past = bar == NULL ? size : size + 1;

        if (size > 0) {
            wl_xml_out_open(x, "DispositionReason");
            wl_xml_out_element(x, "DispositionReasonCode", (struct wl_str){findings.data, size});
            wl_xml_out_close(x, "DispositionReason");
        }
        findings = (struct wl_str){findings.data + past, findings.size - past};
    }
}

static void write_why(struct wl_xml_out *x, struct wl_str why)
{
    if (why.size == 0)
        return;
    wl_xml_out_open(x, "DispositionReason");
    wl_xml_out_element(x, "DispositionReasonCodeDesc", why);
    wl_xml_out_close(x, "DispositionReason");
}

/* A claim's decision has its code; a chargeback is none, and says on which side it is. */
static void write_status(struct wl_xml_out *x, const struct wl_advisory_claim *c)
{
    if (c->status != 0)
        wl_xml_out_element(x, "ClaimStatusCode", (struct wl_str){&c->status, 1});
    else
        wl_xml_out_element(x, c->to_be_paid < 0 ? "ReversalForDebitIndicator" : "ReversalForCreditIndicator",
                           WL_STR("true"));
}

static void write_claim(struct wl_xml_out *x, const struct wl_advisory_claim *c, struct wl_str currency)
{
    wl_xml_out_open(x, "RepairOrderReconciliation");
    wl_star_text(x, "DocumentID", c->repair_order);
    wl_star_text(x, "VIN", c->vin);
    wl_star_day(x, "RepairOrderCompletedDate", c->repair_day);
    wl_xml_out_open(x, "WarrantyClaimReconciliation");
    wl_xml_out_element(x, "ClaimNumberString", c->claim_no);
    wl_star_text(x, "ClaimTypeString", c->type);
    wl_xml_out_element(x, "AdjustedIndicator", c->taken_off > 0 ? WL_STR("true") : WL_STR("false"));
    wl_star_amount(x, "ToBePaidAmount", c->to_be_paid, currency);
    write_adjustment(x, c->taken_off, currency);
    write_findings(x, c->findings);
    write_why(x, c->why);
    wl_star_amount_text(x, "WarrantyNotes", "ToBePaidAmount", c->to_be_paid, currency);
    write_status(x, c);
    wl_xml_out_close(x, "WarrantyClaimReconciliation");
    wl_xml_out_close(x, "RepairOrderReconciliation");
}

static void write_payment(struct wl_advisory *a, const struct wl_advisory_claim *claim)
{
    assert((a->at == IN_HEAD || a->at == IN_PAYMENTS) && a->rejected == 0);
    if (a->at == IN_HEAD)
        wl_xml_out_open(&a->out, "Payments");
    a->at = IN_PAYMENTS;
    write_claim(&a->out, claim, a->settlement.currency);
}

void wl_advisory_paid(struct wl_advisory *a, const struct wl_advisory_claim *claim)
{
    assert(claim->status == 'A' || claim->status == 'P');
    write_payment(a, claim);
}

void wl_advisory_charged_back(struct wl_advisory *a, const struct wl_advisory_claim *claim)
{
    assert(claim->status == 0);
    write_payment(a, claim);
}

void wl_advisory_rejected(struct wl_advisory *a, const struct wl_advisory_claim *claim)
{
    assert(a->at != BETWEEN_SETTLEMENTS && (claim->status == 'D' || claim->status == 'R'));
    if (a->at != IN_DISPOSITION) {
        close_group(a);
        wl_xml_out_open(&a->out, "Disposition");
    }
    a->at = IN_DISPOSITION;
    a->rejected++;
    write_claim(&a->out, claim, a->settlement.currency);
}

static void write_dealer(struct wl_xml_out *x, const struct wl_advisory_settlement *s)
{
    wl_xml_out_open(x, "DealerParty");
    wl_star_text(x, "PartyID", s->dealer_id);
    if (s->dealer_name.size > 0) {
        wl_xml_out_open(x, "SpecifiedOrganization");
        wl_xml_out_element(x, "CompanyName", s->dealer_name);
        wl_xml_out_close(x, "SpecifiedOrganization");
    }
    wl_xml_out_close(x, "DealerParty");
}

void wl_advisory_settlement_end(struct wl_advisory *a)
{
    assert(a->at != BETWEEN_SETTLEMENTS);
    close_group(a);
    write_dealer(&a->out, &a->settlement);
    wl_star_count(&a->out, "DispositionCountNumeric", a->rejected);
    close_noun(&a->out);
    a->at = BETWEEN_SETTLEMENTS;
}

/* The schema wants a noun also where nothing was settled: one of no claims, under the document's number. */
static void write_nothing_settled(struct wl_xml_out *x, struct wl_str bod_id)
{
    open_document_id(x);
    wl_xml_out_element(x, "DocumentID", bod_id.size > 0 ? bod_id : WL_STR("-"));
    close_document_id(x);
    wl_star_count(x, "ClaimCountNumeric", 0);
    close_noun(x);
}

void wl_advisory_close(struct wl_advisory *a)
{
    assert(a->at == BETWEEN_SETTLEMENTS);
    if (a->settlements == 0)
        write_nothing_settled(&a->out, a->bod_id);
    wl_xml_out_close(&a->out, "ShowServiceProcessingAdvisoryDataArea");
    wl_xml_out_close(&a->out, "ShowServiceProcessingAdvisory");
    wl_xml_out_end(&a->out);
    free(a);
}
