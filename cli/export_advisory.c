/* export advisory: settlements as a ShowServiceProcessingAdvisory. The same settlement gives the same bytes
 * for ever: only what cannot change after it was closed is read. */
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/settled.h"

#include "wledger/error.h"
#include "wledger/record_command.h"
#include "wledger/writer.h"
#include <stdlib.h>
#include <string.h>

enum {
    ID_SIZE = 64,
    SETTLEMENT_MEMORY = 8 << 20,
    FINDINGS_SIZE = 4096,
};

struct export
{
    struct cli *cli;
    struct wl_advisory *advisory;
    struct wl_arena arena; /* of one settlement */
    struct wl_buf findings;
    struct cli_closed closed; /* the settlement that is written */
    uint64_t settlements, claims;
};

/* ---- claims ---- */

static char status_of(const struct cli_settled_line *l)
{
    if (l->line.kind == WL_SETTLED_REJECTED)
        return l->decided.state == WL_CLAIM_INFO_REQUESTED ? 'R' : 'D';
    return l->decided.state == WL_CLAIM_APPROVED ? 'A' : 'P';
}

static int write_claim(void *context, const struct cli_settled_line *l)
{
    struct export *x = context;
    struct wl_advisory_claim out;

    wl_buf_clear(&x->findings);
    wl_findings_text(&x->findings, l->decided.decision.findings, "|");
    out = (struct wl_advisory_claim){.claim_no = l->record.claim_no,
                                     .vin = l->record.vin,
                                     .repair_order = l->record.repair_order,
                                     .type = l->record.type,
                                     .repair_day = l->claim.repair_day,
                                     .status = status_of(l),
                                     .to_be_paid = l->line.amount,
                                     .findings = wl_buf_view(&x->findings),
                                     .taken_off = cli_taken_off(l, x->closed.row.currency)};
    if (l->line.kind == WL_SETTLED_REJECTED)
        wl_advisory_rejected(x->advisory, &out);
    else
        wl_advisory_paid(x->advisory, &out);
    x->claims++;
    return wl_buf_status(&x->findings);
}

static int write_chargeback(void *context, const struct cli_settled_line *l)
{
    struct export *x = context;

    wl_advisory_charged_back(x->advisory, &(struct wl_advisory_claim){.claim_no = l->record.claim_no,
                                                                      .vin = l->record.vin,
                                                                      .repair_order = l->record.repair_order,
                                                                      .type = l->record.type,
                                                                      .repair_day = l->claim.repair_day,
                                                                      .to_be_paid = -l->line.amount,
                                                                      .why = l->why});
    return WL_OK;
}

/* ---- settlements ---- */

static int read_settlement(struct export *x, uint64_t number)
{
    wl_arena_clear(&x->arena);
    return cli_closed_get(x->cli, &x->arena, number, &x->closed);
}

static int write_settlement(struct export *x, uint64_t number)
{
    const struct wl_settlement *row = &x->closed.row;
    int rc = read_settlement(x, number);

    if (rc != WL_OK)
        return rc;
    wl_advisory_settlement(x->advisory, &(struct wl_advisory_settlement){
                                            .number = number,
                                            .dealer_id = row->dealer_id,
                                            .dealer_name = x->closed.outcome->dealer_name,
                                            .currency = row->currency,
                                            .settled_day = row->settled_day,
                                            .from_day = row->from_day,
                                            .to_day = row->to_day,
                                            .total = row->claims_total - row->chargebacks,
                                            .claim_count = (uint64_t)(row->paid_count + row->rejected_count)});
    rc = cli_settled_each(x->cli, number, row, WL_SETTLED_PAID, write_claim, x);
    if (rc == WL_OK)
        rc = cli_settled_each(x->cli, number, row, WL_SETTLED_CHARGEBACK, write_chargeback, x);
    if (rc == WL_OK)
        rc = cli_settled_each(x->cli, number, row, WL_SETTLED_REJECTED, write_claim, x);
    wl_advisory_settlement_end(x->advisory);
    x->settlements++;
    return rc;
}

/* The document's time: that of the entry which closed its newest settlement, or which began the journal. */
static int time_of(struct export *x, uint64_t number, int64_t *time)
{
    struct wl_txn *txn;
    struct wl_entry e;
    int rc = number ? read_settlement(x, number) : wl_txn_begin(x->cli->store, false, &txn);

    if (rc != WL_OK || number) {
        *time = x->closed.time;
        return rc;
    }
    rc = wl_entry_read(txn, 0, &e);
    *time = rc == 1 ? e.time : 0;
    wl_txn_abort(&txn);
    return rc == 0 ? wl_fail(WL_E_DAMAGED, "the journal has no beginning") : rc < 0 ? rc : WL_OK;
}

static int write_document(struct export *x, struct wl_file *file, struct wl_str oem, uint64_t from, uint64_t to)
{
    char id[ID_SIZE];
    int64_t time = 0;
    int rc = time_of(x, to, &time);

    if (rc != WL_OK)
        return rc;
    snprintf(id, sizeof id, "advisory-%s%llu", cli_value(x->cli, "settlement") ? "" : "all-", (unsigned long long)to);
    if (!(x->advisory = wl_advisory_new(file, wl_str_of(id), oem, time)))
        return WL_E_SYSTEM;
    for (uint64_t number = from; rc == WL_OK && number <= to; number++) {
        rc = write_settlement(x, number);
        cli_progress(x->cli, "writing", number - from + 1, to - from + 1);
    }
    cli_progress_end(x->cli);
    wl_advisory_close(x->advisory);
    return rc;
}

/* What is written of which settlements. */
struct wanted {
    struct export *x;
    struct wl_str oem;
    uint64_t from, to;
};

static int write_wanted(void *context, struct wl_file *file)
{
    const struct wanted *w = context;

    return write_document(w->x, file, w->oem, w->from, w->to);
}

static int range(struct cli *cli, struct wl_str *oem, uint64_t *from, uint64_t *to)
{
    struct wl_txn *txn;
    int64_t only = 0;
    int rc = cli_number(cli, "settlement", 1, INT64_C(999999999999999), &only);

    if (rc != WL_OK || (rc = wl_txn_begin(cli->store, false, &txn)) != WL_OK)
        return rc;
    *to = wl_settlement_count(txn);
    *from = 1;
    *oem = wl_arena_copy(&cli->arena, wl_journal_oem(txn));
    rc = wl_txn_status(txn);
    if (rc == WL_OK && (uint64_t)only > *to)
        rc = *to ? wl_fail(WL_E_USAGE, "there is no settlement %lld; there are 1 to %llu", (long long)only,
                           (unsigned long long)*to)
                 : wl_fail(WL_E_USAGE, "there is no settlement yet; `wledger settle` makes one");
    if (only)
        *from = *to = (uint64_t)only;
    wl_txn_abort(&txn);
    return rc;
}

static int run_export(struct cli *cli)
{
    const char *path = cli_value(cli, "output");
    struct wanted w = {.x = NULL};
    struct export *x;
    int rc = range(cli, &w.oem, &w.from, &w.to);

    if (rc != WL_OK)
        return rc;
    x = calloc(1, sizeof *x);
    if (!x)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    x->cli = cli;
    w.x = x;
    wl_arena_init(&x->arena, SETTLEMENT_MEMORY);
    wl_buf_init(&x->findings, FINDINGS_SIZE);
    rc = cli_output(cli, path, write_wanted, &w);
    if (rc == WL_OK && path)
        fprintf(cli->out, "%s: %llu %s, %llu %s\n", cli_shown(cli, path), (unsigned long long)x->settlements,
                cli_counted(x->settlements, "settlement", "settlements"), (unsigned long long)x->claims,
                cli_counted(x->claims, "claim", "claims"));
    wl_arena_release(&x->arena);
    wl_buf_release(&x->findings);
    free(x);
    return rc;
}

static const struct cli_option export_options[] = {
    {"settlement", "N", "this settlement only (default: all)"},
    {"output", "FILE", "write to FILE, which appears whole or not at all (default: standard output)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_export_advisory = {
    .name = "export advisory",
    .args = "",
    .summary = "write settlements as an XML advisory",
    .options = export_options,
    .letters = " o",
    .flags = CLI_NEEDS_STORE,
    .run = run_export,
    .text =
        "Writes a ShowServiceProcessingAdvisory (STAR 5.5.4): each settlement with what is paid for each claim, what "
        "was\n"
        "taken off and why, and the rejected claims. The same settlement gives the same bytes, whenever it is written.",
    .example = "export advisory -d ledger --settlement 1 -o advisory.xml",
};
