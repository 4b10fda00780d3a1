/* print tags, print return: the papers of the defective loop. The same tags give the same bytes whenever they are
 * printed: the time that a paper bears is that of the entry which made what it is about. */
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/demand.h"
#include "cli/lookup.h"
#include "cli/output.h"
#include "cli/tags.h"

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include "wledger/paper.h"
#include <string.h>

enum { NUMBER_MAX = INT32_MAX };

/* What a paper is made from; all of it in cli->arena. */
struct printing {
    struct cli *cli;
    struct wl_txn *txn;
    struct wl_arena *arena;
    struct wl_paper_head head;
    size_t count;
    struct wl_tag_paper *tags;       /* WL_PAPER_LABELS_MAX at most */
    struct wl_ints named;            /* tags of one argument */
    struct wl_str centre_of, centre; /* of the dealer that was looked up last */
    int64_t claim;                   /* whose content was read last; WL_NONE: none */
    struct wl_str fault;
    struct wl_paper_shipment_head shipment;
    size_t room; /* for lines: as many as the shipment has tags */
    struct wl_return_list_line *lines;
};

static int begin(struct printing *p, struct cli *cli)
{
    int rc;

    *p = (struct printing){.cli = cli, .arena = &cli->arena, .head.created = WL_NONE, .claim = WL_NONE};
    if (!cli_value(cli, "output"))
        return wl_fail(WL_E_USAGE, "%s: -o FILE.pdf, where it is to be written, please", cli->command->name);
    if ((rc = wl_txn_begin(cli->store, false, &p->txn)) == WL_OK)
        p->head.oem = wl_arena_copy(p->arena, wl_journal_oem(p->txn));
    return rc;
}

static struct wl_paper_party party(struct printing *p, struct wl_str id)
{
    return (struct wl_paper_party){.id = id, .name = cli_location_name(p->txn, p->arena, id)};
}

/* ---- labels ---- */

/* Where a part that is not shipped yet goes unless its dealer decides otherwise: of the warehouses that take returns
 * one in the dealer's region, else any; of several the lowest id. */
static int find_centre(struct printing *p, struct wl_str dealer_id)
{
    const char table = WL_REF_WAREHOUSES;
    const struct wl_record *record = wl_reference_info(WL_REF_WAREHOUSES)->record;
    struct wl_dealer dealer = {.region = WL_NO_STR};
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = cli_reference_row(p->txn, p->arena, WL_REF_DEALERS, dealer_id, &dealer);

    p->centre_of = dealer_id;
    p->centre = WL_NO_STR;
    if (rc < 0 ||
        (rc = wl_walk_open(p->txn, WL_TABLE_REFERENCE, (struct wl_str){&table, 1}, WL_NO_STR, &walk)) != WL_OK)
        return rc;
    while ((rc = wl_walk_next(walk, &key, &value)) == 1) {
        struct wl_warehouse w;

        value = wl_arena_copy(p->arena, wl_reference_row_cbor(value));
        if ((rc = wl_record_decode(record, value, &w, p->arena)) != WL_OK)
            break;
        if (w.returns != WL_YES)
            continue;
        if (!p->centre.size)
            p->centre = w.warehouse_id;
        if (!wl_str_equal(w.region, dealer.region))
            continue;
        p->centre = w.warehouse_id;
        rc = 0;
        break;
    }
    wl_walk_close(walk);
    return rc;
}

/* The paper bears the time of the newest of its tags. Of a part without a claim no more is known of its removal than
 * the day on which it was tagged. */
static int note_time(struct printing *p, int64_t seq, struct wl_tag_paper *paper)
{
    struct wl_entry e;
    int rc = wl_entry_read(p->txn, (uint64_t)seq, &e);

    if (rc == 1 && paper->removed_day == WL_NONE)
        paper->removed_day = wl_time_day(e.time, wl_journal_zone(p->txn));
    if (rc == 1 && (p->head.created == WL_NONE || e.time > p->head.created))
        p->head.created = e.time;
    return rc == 1 ? WL_OK : rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "the entry of a tag is missing");
}

static int add_claim(struct printing *p, const struct wl_tag *tag, struct wl_tag_paper *paper)
{
    struct wl_claim_record record;
    struct cli_owner owner;
    int rc = cli_tag_owner(p->txn, p->arena, tag, &owner);

    if (rc != 1)
        return rc;
    if (p->claim != owner.obligation.claim) {
        if ((rc = wl_claim_content(p->txn, p->arena, &owner.claim, &record)) != WL_OK)
            return rc;
        p->claim = owner.obligation.claim;
        p->fault = record.fault_code;
    }
    paper->claim = owner.name;
    paper->fault = p->fault;
    paper->removed_day = owner.claim.repair_day;
    paper->due_day = owner.obligation.due;
    return WL_OK;
}

/* A lot that only the ledger knows is printed on no part. */
static struct wl_str lot_for_people(struct wl_str lot)
{
    return lot.size && lot.data[0] == '@' ? WL_NO_STR : lot;
}

static int add_label(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct printing *p = context;
    struct wl_part part = {.unit = WL_NO_STR};
    struct wl_tag_paper *paper;
    int rc;

    if (tag->state == WL_TAG_WITHDRAWN)
        return WL_OK;
    if (p->count == WL_PAPER_LABELS_MAX)
        return wl_fail(WL_E_USAGE, "more than %d labels at once; print them in parts", WL_PAPER_LABELS_MAX);
    paper = &p->tags[p->count++];
    *paper = (struct wl_tag_paper){.number = cli_tag_text(p->arena, number),
                                   .part_id = tag->part_id,
                                   .quantity = tag->quantity,
                                   .serial = wl_lot_serial(tag->lot),
                                   .vin = tag->vin,
                                   .removed_day = WL_NONE,
                                   .due_day = WL_NONE};
    if (!paper->serial.size)
        paper->lot = lot_for_people(tag->lot);
    if ((rc = cli_reference_row(p->txn, p->arena, WL_REF_PARTS, tag->part_id, &part)) < 0 ||
        (rc = add_claim(p, tag, paper)) != WL_OK || (rc = note_time(p, tag->tagged_seq, paper)) != WL_OK)
        return rc;
    if (!tag->centre_id.size && !wl_str_equal(p->centre_of, tag->dealer_id) &&
        (rc = find_centre(p, tag->dealer_id)) != WL_OK)
        return rc;
    paper->description = part.description;
    paper->unit = part.unit;
    paper->dealer = party(p, tag->dealer_id);
    paper->return_to = party(p, tag->centre_id.size ? tag->centre_id : p->centre);
    return wl_arena_status(p->arena);
}

/* ---- which tags ---- */

static int add_tags(struct printing *p, struct wl_str text)
{
    int rc;

    p->named.count = 0;
    rc = cli_tags_add(&p->named, WL_PAPER_LABELS_MAX, text, "print tags", "");
    for (size_t i = 0; rc == WL_OK && i < p->named.count; i++) {
        uint64_t n = (uint64_t)p->named.at[i];
        struct wl_str number = cli_tag_text(p->arena, n), hint;
        struct wl_tag tag;

        if ((rc = wl_tag_get(p->txn, p->arena, n, &tag)) == 0) {
            rc = cli_near_tag(p->txn, p->arena, number, &hint);
            return rc != WL_OK ? rc
                               : wl_fail(WL_E_USAGE, "there is no tag " WL_STR_FMT "; " WL_STR_FMT, WL_STR_ARG(number),
                                         WL_STR_ARG(hint));
        }
        if (rc == 1 && tag.state == WL_TAG_WITHDRAWN)
            return wl_fail(WL_E_USAGE, "tag " WL_STR_FMT " was withdrawn: its label is void; tag the part again",
                           WL_STR_ARG(number));
        rc = rc == 1 ? add_label(p, n, &tag) : rc;
    }
    return rc;
}

static int add_tags_of_claim(struct printing *p, struct wl_str name)
{
    struct wl_str dealer_id, claim_no, hint = WL_NO_STR;
    struct wl_claim claim;
    size_t before = p->count;
    int64_t id;
    int rc;

    if (!wl_claim_name_split(name, &dealer_id, &claim_no))
        return wl_fail(WL_E_USAGE, "`" WL_STR_FMT "` is not a claim's name: DEALER/CLAIM, please",
                       WL_STR_ARG(cli_clean(p->arena, name)));
    if ((rc = wl_claim_find(p->txn, dealer_id, claim_no, &id)) == 0) {
        rc = cli_near_claim(p->txn, p->arena, name, &hint);
        return rc != WL_OK ? rc
                           : wl_fail(WL_E_USAGE, "no claim " WL_STR_FMT ": " WL_STR_FMT,
                                     WL_STR_ARG(cli_clean(p->arena, name)), WL_STR_ARG(cli_clean(p->arena, hint)));
    }
    if (rc == 1 && (rc = wl_claim_get(p->txn, p->arena, id, &claim)) == 0)
        rc = wl_fail(WL_E_DAMAGED, "claim " WL_STR_FMT " has no row", WL_STR_ARG(name));
    for (int64_t i = 0; rc >= WL_OK && i < claim.obligation_count; i++)
        rc = wl_tags_of(p->txn, p->arena, claim.first_obligation + i, add_label, p);
    if (rc >= WL_OK && p->count == before)
        return wl_fail(WL_E_USAGE, "claim " WL_STR_FMT " has no tags; `wledger tag` makes them",
                       WL_STR_ARG(cli_clean(p->arena, name)));
    return rc < 0 ? rc : WL_OK;
}

static int find_return(struct printing *p, int64_t number, struct wl_return *r)
{
    uint64_t count = wl_return_count(p->txn);
    int rc;

    if (count == 0)
        return wl_fail(WL_E_USAGE, "there is no return shipment yet; `wledger return ship` makes one");
    if (number > (int64_t)count)
        return wl_fail(WL_E_USAGE, "there is no return %lld; there are 1 to %llu", (long long)number,
                       (unsigned long long)count);
    rc = wl_return_get(p->txn, p->arena, (uint64_t)number, r);
    return rc == 1 ? WL_OK : rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "return %lld has no row", (long long)number);
}

static int add_all(struct printing *p, int64_t shipment)
{
    struct wl_return r;
    int rc = WL_OK;

    p->tags = wl_arena_alloc(p->arena, WL_PAPER_LABELS_MAX * sizeof *p->tags);
    p->named.at = wl_arena_alloc(p->arena, WL_PAPER_LABELS_MAX * sizeof *p->named.at);
    if (!p->tags || !p->named.at)
        return wl_arena_status(p->arena);
    if (shipment != WL_NONE && (rc = find_return(p, shipment, &r)) == WL_OK)
        rc = wl_return_tags(p->txn, p->arena, (uint64_t)shipment, add_label, p);
    for (int i = 0; rc == WL_OK && i < p->cli->argc; i++) {
        struct wl_str name = wl_str_trim(wl_str_of(p->cli->argv[i]));

        rc = name.size && memchr(name.data, '/', name.size) ? add_tags_of_claim(p, name) : add_tags(p, name);
    }
    return rc;
}

/* ---- print tags ---- */

static int write_labels(void *context, struct wl_file *file)
{
    const struct printing *p = context;

    return wl_paper_tags(file, &p->head, p->tags, p->count);
}

static int run_print_tags(struct cli *cli)
{
    const char *path = cli_value(cli, "output");
    int64_t shipment = WL_NONE;
    struct printing p;
    int rc = cli_number(cli, "return", 1, NUMBER_MAX, &shipment);

    if (rc != WL_OK)
        return rc;
    if (!cli->argc && shipment == WL_NONE)
        return wl_fail(WL_E_USAGE, "print tags: which? usage: wledger print tags %s", cli->command->args);
    if ((rc = begin(&p, cli)) != WL_OK)
        return rc;
    rc = add_all(&p, shipment);
    wl_txn_abort(&p.txn);
    if (rc == WL_OK)
        rc = cli_output(cli, path, write_labels, &p);
    if (rc == WL_OK)
        fprintf(cli->out, "%s: %zu %s\n", cli_shown(cli, path), p.count, cli_counted(p.count, "tag", "tags"));
    return rc;
}

static const struct cli_option tags_options[] = {
    {"return", "N", "the tags of this return shipment"},
    {"output", "FILE", "write to FILE, which appears whole or not at all; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_print_tags = {
    .name = "print tags",
    .args = "DEALER/CLAIM|T,T,...|--return N -o FILE.pdf",
    .summary = "print the labels of tagged parts",
    .options = tags_options,
    .letters = " o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 0,
    .most_args = -1,
    .run = run_print_tags,
    .text =
        "Writes a PDF with one label of 100 x 70 mm for each removed part: its number as a bar code, which a hand\n"
        "scanner reads for `wledger return receive --scan`, the part, the vehicle, the claim, the day by which it "
        "must\n"
        "be back and where. Claims and tags can be named together. The same tags give the same bytes whenever they\n"
        "are printed, as long as their claim and the names in the reference data are the same.",
    .example = "print tags -d ledger D00001/000123 -o tags.pdf",
};

/* ---- print return ---- */

static int add_line(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct printing *p = context;
    struct wl_part part = {.unit = WL_NO_STR};
    struct cli_owner owner = {.name = WL_NO_STR};
    int rc = cli_reference_row(p->txn, p->arena, WL_REF_PARTS, tag->part_id, &part);

    if (rc < 0 || (rc = cli_tag_owner(p->txn, p->arena, tag, &owner)) < 0)
        return rc;
    if (p->count == p->room)
        return wl_fail(WL_E_DAMAGED, "a return shipment has more tags than its row says");
    p->lines[p->count++] = (struct wl_return_list_line){.tag = cli_tag_text(p->arena, number),
                                                        .part_id = tag->part_id,
                                                        .description = part.description,
                                                        .claim = owner.name,
                                                        .vin = tag->vin,
                                                        .unit = part.unit,
                                                        .quantity = tag->quantity};
    return wl_arena_status(p->arena);
}

static int add_shipment(struct printing *p, int64_t number)
{
    struct wl_carrier carrier;
    struct wl_return r;
    int rc = find_return(p, number, &r);

    if (rc != WL_OK)
        return rc;
    p->head.created = r.time;
    p->shipment = (struct wl_paper_shipment_head){.number = cli_code(p->arena, CLI_CODE_RETURN, number),
                                                  .from = party(p, r.dealer_id),
                                                  .to = party(p, r.centre_id),
                                                  .carrier = r.carrier_id,
                                                  .box = r.box,
                                                  .tracking = r.tracking,
                                                  .day = wl_time_day(r.time, wl_journal_zone(p->txn))};
    if (cli_reference_row(p->txn, p->arena, WL_REF_CARRIERS, r.carrier_id, &carrier) == 1)
        p->shipment.carrier = carrier.name;
    p->room = r.tags > 0 && r.tags <= WL_PAPER_LINES_MAX ? (size_t)r.tags : 0;
    p->lines = wl_arena_alloc(p->arena, (p->room + 1) * sizeof *p->lines);
    return p->lines ? wl_return_tags(p->txn, p->arena, (uint64_t)number, add_line, p) : wl_arena_status(p->arena);
}

static int write_shipping_label(void *context, struct wl_file *file)
{
    const struct printing *p = context;
    const struct wl_shipping_paper label = {.kind = WL_PAPER_RETURN,
                                            .number = p->shipment.number,
                                            .from = p->shipment.from,
                                            .to = p->shipment.to,
                                            .carrier = p->shipment.carrier,
                                            .box = p->shipment.box,
                                            .tracking = p->shipment.tracking,
                                            .pieces = (int64_t)p->count,
                                            .day = p->shipment.day};

    return wl_paper_shipping_labels(file, &p->head, &label, 1);
}

static int write_list(void *context, struct wl_file *file)
{
    const struct printing *p = context;

    return wl_paper_return_list(file, &p->head, &p->shipment, p->lines, p->count);
}

static int run_print_return(struct cli *cli)
{
    const char *path = cli_value(cli, "output");
    struct printing p;
    int64_t number;
    int rc;

    if (!cli_demand_number(cli_code_number(wl_str_of(cli->argv[0]), CLI_CODE_RETURN), &number))
        return wl_fail(WL_E_USAGE, "print return: the number of a return shipment, please");
    if ((rc = begin(&p, cli)) != WL_OK)
        return rc;
    rc = add_shipment(&p, number);
    wl_txn_abort(&p.txn);
    if (rc == WL_OK)
        rc = cli_output(cli, path, cli_value(cli, "label") ? write_shipping_label : write_list, &p);
    if (rc == WL_OK)
        fprintf(cli->out, "%s: return %lld, %zu %s\n", cli_shown(cli, path), (long long)number, p.count,
                cli_counted(p.count, "tag", "tags"));
    return rc;
}

static const struct cli_option return_options[] = {
    {"label", NULL, "instead of the list, the shipping label of 100 x 150 mm for the box"},
    {"output", "FILE", "write to FILE, which appears whole or not at all; required"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_print_return = {
    .name = "print return",
    .args = "RETURN -o FILE.pdf",
    .summary = "print the list or the label of a return shipment",
    .options = return_options,
    .letters = " o",
    .flags = CLI_NEEDS_STORE,
    .least_args = 1,
    .most_args = 1,
    .run = run_print_return,
    .text = "Writes a PDF on A4 with the tags of a return shipment, each with its part, claim and vehicle, for the box "
            "and\n"
            "for the dealer's file; with --label, the shipping label that goes onto the box, with the shipment's "
            "number as\n"
            "a QR code. The same shipment gives the same bytes whenever it is printed, as long as the names in the "
            "reference\n"
            "data are the same.",
    .example = "print return -d ledger 3 -o return-3.pdf",
};
