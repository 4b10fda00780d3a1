/* export advisory: settlements as a ShowServiceProcessingAdvisory. The same settlement gives the same bytes
 * for ever: only what cannot change after it was closed is read. */
#include "cli/commands.h"
#include "cli/output.h"

#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/gates.h"
#include "wledger/record_command.h"
#include "wledger/writer.h"
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 5000, /* lines that one reader reads: a long export must not keep old pages alive */
    ID_SIZE = 64,
    CLAIM_MEMORY = 8 << 20,
    FINDINGS_SIZE = 4096,
};

/* A claim that was decided again after its settlement, and the entry of its decision before. */
struct earlier {
    int64_t claim, seq;
};

struct export
{
    struct cli *cli;
    struct wl_advisory *advisory;
    struct wl_arena claim, settlement; /* cleared for each */
    struct wl_buf findings;
    struct earlier earlier[CHUNK];
    size_t earlier_count;
    struct wl_settlement row; /* the one that is written */
    uint64_t number, settlements, claims;
};

/* ---- what the dealer claimed ---- */

/* value / 10^places in minor units of the currency. */
static wl_i128 minor(wl_i128 value, unsigned places, struct wl_str currency)
{
    return wl_round(value * wl_power10(wl_minor_digits(currency)), wl_power10(places));
}

/* The parts and sublet lines as claimed; false when one cannot be read or is in another currency. */
static bool claimed_lines(const struct wl_claim_record *record, struct wl_str currency, wl_i128 *sum)
{
    const struct wl_part_line *part = record->parts.at;
    const struct wl_sublet_line *sublet = record->sublet.at;
    int64_t quantity, price;

    *sum = 0;
    for (size_t i = 0; i < record->parts.count; i++, part++) {
        if (!wl_str_equal(part->currency, currency) ||
            !wl_decimal_parse(part->quantity, 9, WL_QUANTITY_PLACES, &quantity) ||
            !wl_decimal_parse(part->unit_price, 12, WL_PRICE_PLACES, &price))
            return false;
        *sum += minor((wl_i128)quantity * price, WL_QUANTITY_PLACES + WL_PRICE_PLACES, currency);
    }
    for (size_t i = 0; i < record->sublet.count; i++, sublet++) {
        if (!wl_str_equal(sublet->currency, currency) || !wl_decimal_parse(sublet->amount, 12, WL_PRICE_PLACES, &price))
            return false;
        *sum += minor(price, WL_PRICE_PLACES, currency);
    }
    return true;
}

/* Claimed less paid. Labour is claimed in hours, without a price, and handling not at all: both count as they
 * were approved. */
static int64_t taken_off(const struct wl_claim_record *record, const struct wl_decision *decision,
                         struct wl_str currency, int64_t paid)
{
    wl_i128 off;

    if (!claimed_lines(record, currency, &off))
        return 0;
    off += (wl_i128)decision->labour + decision->handling - paid;
    return off > 0 && off <= INT64_MAX ? (int64_t)off : 0;
}

/* ---- the decision by which a claim was settled ---- */

static int compare(const void *a, const void *b)
{
    const struct earlier *left = a, *right = b;

    return left->claim < right->claim ? -1 : left->claim > right->claim;
}

static struct earlier *find_earlier(struct export *x, int64_t claim)
{
    struct earlier key = {.claim = claim};

    return bsearch(&key, x->earlier, x->earlier_count, sizeof key, compare);
}

/* Notes the entry when it decided one of the claims. */
static int note_entry(struct export *x, const struct wl_entry *e)
{
    const struct wl_record *kind = e->command->outcome;
    const struct wl_field *decision = wl_record_field(kind, WL_STR("decision")),
                          *claim = wl_record_field(kind, WL_STR("claim"));
    struct earlier *earlier;
    const char *outcome;
    void *decoded;
    int rc;

    if (!decision || !claim || e->command == &wl_record_command)
        return WL_OK;
    wl_arena_clear(&x->claim);
    if ((rc = wl_entry_outcome(e, &x->claim, &decoded)) != WL_OK)
        return rc;
    outcome = decoded;
    earlier = find_earlier(x, *(const int64_t *)(const void *)(outcome + claim->offset));
    if (earlier && *(const int64_t *)(const void *)(outcome + decision->offset) != WL_NONE)
        earlier->seq = (int64_t)e->seq;
    return WL_OK;
}

/* An inspection after settlement decides a claim anew. Which decision it was settled by says no index: the
 * journal up to the settlement is read, once for all such claims of a chunk. */
static int find_earlier_decisions(struct export *x, struct wl_txn *txn)
{
    uint64_t from = UINT64_MAX;
    int rc = 1;

    for (size_t i = 0; i < x->earlier_count; i++)
        from = (uint64_t)x->earlier[i].seq < from ? (uint64_t)x->earlier[i].seq : from;
    for (uint64_t seq = from; rc == 1 && x->earlier_count && seq <= (uint64_t)x->row.closed_seq; seq++) {
        struct wl_entry e;

        rc = wl_entry_read(txn, seq, &e);
        if (rc == 1 && (rc = note_entry(x, &e)) == WL_OK)
            rc = 1;
    }
    return rc == 0 ? wl_fail(WL_E_DAMAGED, "the journal ends within a settlement") : rc < 0 ? rc : WL_OK;
}

static int collect_earlier(struct export *x, struct wl_txn *txn, int64_t kind, int64_t after)
{
    struct wl_settlement_lines *lines;
    struct wl_settlement_line line;
    struct wl_claim claim;
    int rc = wl_settlement_lines_open(txn, x->number, kind, after, &lines);

    x->earlier_count = 0;
    if (rc != WL_OK)
        return rc;
    for (size_t n = 0; n < CHUNK && (rc = wl_settlement_lines_next(lines, &line, &claim)) == 1; n++)
        if (claim.decided_seq > x->row.closed_seq)
            x->earlier[x->earlier_count++] = (struct earlier){line.claim, claim.seq};
    wl_settlement_lines_close(lines);
    return rc < 0 ? rc : find_earlier_decisions(x, txn);
}

/* ---- claims ---- */

static int write_claim(struct export *x, struct wl_txn *txn, const struct wl_settlement_line *line,
                       struct wl_claim *claim)
{
    const struct earlier *earlier = find_earlier(x, line->claim);
    struct wl_claim_record record;
    struct wl_decision decision;
    struct wl_advisory_claim out;
    int rc;

    wl_arena_clear(&x->claim);
    if (earlier)
        claim->decided_seq = earlier->seq;
    if ((rc = wl_claim_content(txn, &x->claim, claim, &record)) != WL_OK ||
        (rc = wl_claim_decision(txn, &x->claim, claim, &decision)) != WL_OK)
        return rc;
    wl_buf_clear(&x->findings);
    wl_findings_text(&x->findings, decision.findings, "|");
    out = (struct wl_advisory_claim){.claim_no = record.claim_no,
                                     .vin = record.vin,
                                     .repair_order = record.repair_order,
                                     .type = record.type,
                                     .repair_day = claim->repair_day,
                                     .to_be_paid = line->amount,
                                     .findings = wl_buf_view(&x->findings),
                                     .taken_off = taken_off(&record, &decision, x->row.currency, line->amount)};
    out.status = line->kind == WL_SETTLED_REJECTED ? 'D' : decision.decision == WL_CLAIM_APPROVED ? 'A' : 'P';
    if (out.status == 'D')
        wl_advisory_rejected(x->advisory, &out);
    else
        wl_advisory_paid(x->advisory, &out);
    x->claims++;
    return wl_buf_status(&x->findings);
}

/* Up to CHUNK lines behind *after, in a reader of their own. 1 when there may be more, 0 at the end. */
static int write_chunk(struct export *x, int64_t kind, int64_t *after)
{
    struct wl_settlement_lines *lines = NULL;
    struct wl_settlement_line line;
    struct wl_claim claim;
    struct wl_txn *txn;
    size_t n = 0;
    int rc = wl_txn_begin(x->cli->store, false, &txn);

    if (rc == WL_OK)
        rc = collect_earlier(x, txn, kind, *after);
    if (rc == WL_OK)
        rc = wl_settlement_lines_open(txn, x->number, kind, *after, &lines);
    for (rc = rc == WL_OK ? 1 : rc; rc == 1 && n < CHUNK; n++) {
        rc = wl_settlement_lines_next(lines, &line, &claim);
        if (rc != 1)
            break;
        *after = line.id;
        rc = write_claim(x, txn, &line, &claim);
        rc = rc == WL_OK ? 1 : rc;
    }
    wl_settlement_lines_close(lines);
    wl_txn_abort(&txn);
    return rc;
}

static int write_lines(struct export *x, int64_t kind)
{
    int64_t after = WL_NONE;
    int rc = 1;

    while (rc == 1)
        rc = write_chunk(x, kind, &after);
    return rc;
}

/* ---- settlements ---- */

static int read_settlement(struct export *x, uint64_t number)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(x->cli->store, false, &txn);

    wl_arena_clear(&x->settlement);
    if (rc == WL_OK)
        rc = wl_settlement_get(txn, &x->settlement, number, &x->row);
    wl_txn_abort(&txn);
    x->number = number;
    return rc == 0  ? wl_fail(WL_E_DAMAGED, "settlement %llu is missing", (unsigned long long)number)
           : rc < 0 ? rc
                    : WL_OK;
}

/* The dealer's name is left out: it may be loaded anew, and the document would no longer be the same. */
static int write_settlement(struct export *x, uint64_t number)
{
    int rc = read_settlement(x, number);

    if (rc != WL_OK || x->row.state == WL_SETTLEMENT_DRAFTED)
        return rc;
    wl_advisory_settlement(x->advisory, &(struct wl_advisory_settlement){
                                            .number = number,
                                            .dealer_id = x->row.dealer_id,
                                            .currency = x->row.currency,
                                            .settled_day = x->row.settled_day,
                                            .from_day = x->row.from_day,
                                            .to_day = x->row.to_day,
                                            .total = x->row.claims_total,
                                            .claim_count = (uint64_t)(x->row.paid_count + x->row.rejected_count)});
    rc = write_lines(x, WL_SETTLED_PAID);
    if (rc == WL_OK)
        rc = write_lines(x, WL_SETTLED_REJECTED);
    wl_advisory_settlement_end(x->advisory);
    x->settlements++;
    return rc;
}

/* The document's time: that of the entry which closed its newest settlement, or which began the journal. */
static int time_of(struct export *x, uint64_t number, int64_t *time)
{
    struct wl_txn *txn;
    struct wl_entry e;
    int rc = number ? read_settlement(x, number) : WL_OK;

    if (rc != WL_OK || (rc = wl_txn_begin(x->cli->store, false, &txn)) != WL_OK)
        return rc;
    rc = wl_entry_read(txn, number && x->row.closed_seq != WL_NONE ? (uint64_t)x->row.closed_seq : 0, &e);
    if (rc == 1)
        *time = e.time;
    wl_txn_abort(&txn);
    return rc == 0 ? wl_fail(WL_E_DAMAGED, "the entry of a settlement is missing") : rc < 0 ? rc : WL_OK;
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
    wl_arena_init(&x->claim, CLAIM_MEMORY);
    wl_arena_init(&x->settlement, CLAIM_MEMORY);
    wl_buf_init(&x->findings, FINDINGS_SIZE);
    rc = cli_output(cli, path, write_wanted, &w);
    if (rc == WL_OK && path)
        fprintf(cli->out, "%s: %llu settlements, %llu claims\n", path, (unsigned long long)x->settlements,
                (unsigned long long)x->claims);
    wl_arena_release(&x->claim);
    wl_arena_release(&x->settlement);
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
