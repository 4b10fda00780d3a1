/* print dispatch, print label: the note that goes into the box, the label that goes onto it. The same dispatch gives
 * the same bytes whenever it is printed: both bear the time at which it was shipped. */
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/lookup.h"
#include "cli/output.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/paper.h"
#include <string.h>

enum { PIECE = 1000 };

/* What a paper is made from; all of it in cli->arena. */
struct printing {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    struct wl_paper_head head;
    struct wl_paper_shipment_head shipment;
    int64_t number; /* of the dispatch */
    struct wl_dispatch_note_line *lines;
    size_t count;
    int64_t pieces; /* in thousandths; WL_NONE: something in the box is not counted by the piece */
};

static struct wl_paper_party party(struct printing *p, struct wl_str id)
{
    return (struct wl_paper_party){.id = id, .name = cli_location_name(p->txn, p->arena, id)};
}

/* A lot that only the ledger knows is printed on no part. */
static struct wl_str lot_for_people(struct wl_str lot)
{
    return lot.size && lot.data[0] == '@' ? WL_NO_STR : lot;
}

static bool is_counted(struct wl_str unit)
{
    static const char *const units[] = {"ea", "each", "pc", "pcs", "piece", "set", "unit"};

    for (size_t i = 0; i < WL_COUNT(units); i++)
        if (wl_str_is(unit, units[i]))
            return true;
    return false;
}

static int add_line(struct printing *p, const struct wl_dispatch_line *line)
{
    struct wl_dispatch_note_line *to = &p->lines[p->count++];
    struct wl_part part = {.unit = WL_NO_STR};
    int rc = cli_reference_row(p->txn, p->arena, WL_REF_PARTS, line->part_id, &part);

    if (rc < 0)
        return rc;
    *to = (struct wl_dispatch_note_line){.request = cli_int(p->arena, line->request),
                                         .bin = line->from_bin,
                                         .part_id = line->part_id,
                                         .description = part.description,
                                         .serial = wl_lot_serial(line->lot),
                                         .unit = part.unit,
                                         .quantity = line->quantity};
    if (!to->serial.size)
        to->lot = lot_for_people(line->lot);
    if (!is_counted(part.unit) || line->quantity % PIECE != 0)
        p->pieces = WL_NONE;
    else if (p->pieces != WL_NONE && __builtin_add_overflow(p->pieces, line->quantity, &p->pieces))
        p->pieces = WL_NONE;
    return wl_arena_status(p->arena);
}

static int find_dispatch(struct printing *p, uint64_t *number, struct wl_dispatch *d)
{
    struct wl_str name = cli_code_number(wl_str_of(p->cli->argv[0]), CLI_CODE_DISPATCH);
    uint64_t count = wl_dispatch_count(p->txn);
    int64_t n;
    int rc;

    if (!cli_demand_number(name, &n))
        return wl_fail(WL_E_USAGE, "%s: the number of a dispatch, please", p->cli->command->name);
    if (count == 0)
        return wl_fail(WL_E_USAGE, "there is no dispatch yet; `wledger dispatch` makes one");
    if ((uint64_t)n > count)
        return wl_fail(WL_E_USAGE, "there is no dispatch %lld; there are 1 to %llu", (long long)n,
                       (unsigned long long)count);
    *number = (uint64_t)n;
    if ((rc = wl_dispatch_get(p->txn, p->arena, *number, d)) != 1)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "dispatch %lld has no row", (long long)n);
    if (d->state == WL_DISPATCH_CANCELLED)
        return wl_fail(WL_E_USAGE, "dispatch %lld was reversed: nothing of it is under way", (long long)n);
    return WL_OK;
}

static int add_dispatch(struct printing *p)
{
    struct wl_carrier carrier;
    struct wl_dispatch d;
    uint64_t number = 0;
    int rc = find_dispatch(p, &number, &d);

    if (rc != WL_OK)
        return rc;
    p->head.oem = wl_arena_copy(p->arena, wl_journal_oem(p->txn));
    p->head.created = d.time;
    p->number = (int64_t)number;
    p->shipment = (struct wl_paper_shipment_head){.number = cli_code(p->arena, CLI_CODE_DISPATCH, (int64_t)number),
                                                  .from = party(p, d.from_id),
                                                  .to = party(p, d.to_id),
                                                  .carrier = d.carrier_id,
                                                  .box = d.box,
                                                  .tracking = d.tracking,
                                                  .day = wl_time_day(d.time, wl_journal_zone(p->txn))};
    if (cli_reference_row(p->txn, p->arena, WL_REF_CARRIERS, d.carrier_id, &carrier) == 1)
        p->shipment.carrier = carrier.name;
    p->lines = wl_arena_alloc(p->arena, ((size_t)d.lines + 1) * sizeof *p->lines);
    for (int64_t n = 1; p->lines && rc == WL_OK && n <= d.lines; n++) {
        struct wl_dispatch_line line;

        rc = wl_dispatch_line_get(p->txn, p->arena, number, (uint64_t)n, &line);
        rc = rc == 1 ? add_line(p, &line) : rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "a line of a dispatch has no row");
    }
    return rc != WL_OK ? rc : wl_arena_status(p->arena);
}

static int print(struct cli *cli, cli_write_fn *write, const char *what)
{
    struct printing p = {.cli = cli, .arena = &cli->arena};
    const char *path = cli_value(cli, "output");
    int rc;

    if (!path)
        return wl_fail(WL_E_USAGE, "%s: -o FILE.pdf, where it is to be written, please", cli->command->name);
    if ((rc = wl_txn_begin(cli->store, false, &p.txn)) != WL_OK)
        return rc;
    rc = add_dispatch(&p);
    wl_txn_abort(&p.txn);
    if (rc == WL_OK)
        rc = cli_output(cli, path, write, &p);
    if (rc == WL_OK)
        fprintf(cli->out, "%s: %s of dispatch %lld, %zu line%s\n", cli_shown(cli, path), what, (long long)p.number,
                p.count, p.count == 1 ? "" : "s");
    return rc;
}

/* ---- print dispatch ---- */

static int write_note(void *context, struct wl_file *file)
{
    const struct printing *p = context;

    return wl_paper_dispatch_note(file, &p->head, &p->shipment, p->lines, p->count);
}

static int run_print_dispatch(struct cli *cli)
{
    return print(cli, write_note, "note");
}

static const struct cli_option output_options[] = {
    {"output", "FILE", "write to FILE, which appears whole or not at all; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_print_dispatch = {
    .name = "print dispatch",
    .args = "DISPATCH -o FILE.pdf",
    .summary = "print the note that goes into a dispatch's box",
    .options = output_options,
    .letters = "o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_print_dispatch,
    .text = "Writes a PDF on A4 with the lines of a dispatch, numbered as `wledger receive` names them, and the\n"
            "dispatch's number as a bar code. The same dispatch gives the same bytes whenever it is printed, as long\n"
            "as the names in the reference data are the same.",
    .example = "print dispatch -d ledger 3 -o dispatch-3.pdf",
};

/* ---- print label ---- */

static int write_label(void *context, struct wl_file *file)
{
    const struct printing *p = context;
    struct wl_shipping_paper label = {.kind = WL_PAPER_DISPATCH,
                                      .number = p->shipment.number,
                                      .from = p->shipment.from,
                                      .to = p->shipment.to,
                                      .carrier = p->shipment.carrier,
                                      .box = p->shipment.box,
                                      .tracking = p->shipment.tracking,
                                      .pieces = p->pieces == WL_NONE ? WL_NONE : p->pieces / PIECE,
                                      .day = p->shipment.day};

    return wl_paper_shipping_labels(file, &p->head, &label, 1);
}

static int run_print_label(struct cli *cli)
{
    return print(cli, write_label, "label");
}

const struct cli_command cli_print_label = {
    .name = "print label",
    .args = "DISPATCH -o FILE.pdf",
    .summary = "print the label that goes onto a dispatch's box",
    .options = output_options,
    .letters = "o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_print_label,
    .text = "Writes a PDF with a shipping label of 100 x 150 mm: from where to where, carrier, box and tracking\n"
            "number, and the dispatch's number as a QR code. The same dispatch gives the same bytes whenever it is\n"
            "printed, as long as the names in the reference data are the same.",
    .example = "print label -d ledger 3 -o label-3.pdf",
};
