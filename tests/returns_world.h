/* The commands of the defective loop by name, over tests/demand_world.h, and what they leave. P-OIL is sold by the
 * litre and must come back, P-LOT and P-SER as well; a piece of any of them costs CNY 1, so that hundreds are no case
 * for a reviewer. A dispatch is late after two days. */
#ifndef TESTS_RETURNS_WORLD_H
#define TESTS_RETURNS_WORLD_H

#include "tests/demand_world.h"

#include "wledger/defective.h"

static UNUSED void returns_world_make(void)
{
    demand_world_make();
    load_table("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime\nP-OIL,Oil,engine,l,S1,always,30,24,60000,no\n");
    load_table("part_prices", "part_id,currency,from_date,price\nP-OIL,CNY,2020-01-01,1\nP-LOT,CNY,2020-01-01,1\n"
                              "P-SER,CNY,2020-01-01,1\n");
    load_table("policy", "key,from_date,value\ndispatch_hours,2020-01-01,48\n");
}

/* ---- claims ---- */

struct part_spec {
    const char *part, *quantity;
};

/* A claim of D1 on VIN, labour CNY 200, repaired on a day: its decision's name. Parts end with a NULL. */
static UNUSED const char *claim_of(const char *no, const char *repaired, const char *hours,
                                   const struct part_spec *specs)
{
    struct wl_labour_line labour = {text("OP1"), text(hours)};
    struct wl_part_line parts[WL_LINES_MAX];
    struct wl_claim_record record = {.dealer_id = text("D1"),
                                     .claim_no = text(no),
                                     .submission = text("1"),
                                     .type = text("warranty"),
                                     .vin = text(VIN),
                                     .repair_date = text(repaired),
                                     .submit_date = text(repaired),
                                     .mileage = text("10000"),
                                     .fault_code = text("F1"),
                                     .labour = {&labour, hours[0] != 0},
                                     .parts = {parts, 0}};

    for (; specs[record.parts.count].part; record.parts.count++) {
        const struct part_spec *spec = &specs[record.parts.count];
        const char *price = strcmp(spec->part, "P-BACK") == 0 ? "50" : strcmp(spec->part, "P-TWO") == 0 ? "30" : "1";

        ck_assert_uint_lt(record.parts.count, WL_LINES_MAX);
        parts[record.parts.count] =
            (struct wl_part_line){text(spec->part), text(spec->quantity), text(price), text("CNY")};
    }
    DONE(run(&wl_record_command, &record));
    return wl_decision_names[((struct wl_record_outcome *)outcome)->decision.decision];
}

#define PARTS(...)             \
    (const struct part_spec[]) \
    {                          \
        __VA_ARGS__,           \
        {                      \
            NULL, NULL         \
        }                      \
    }
/* Repaired before the first day of the world. */
#define CLAIM(no, ...) ck_assert_str_eq(claim_of((no), "2025-05-20", "2", PARTS(__VA_ARGS__)), "approved")

/* ---- commands by name; NULL: left empty ---- */

static UNUSED const char *tag_by(const char *no, int64_t line, bool together, const char *serial)
{
    struct wl_tag_body body = {text("D1"), text(no), line, together ? 1 : WL_NONE, text(serial)};

    return run(&wl_tag_command, &body);
}

static UNUSED const char *tag_line(const char *no, int64_t line)
{
    return tag_by(no, line, false, NULL);
}

static UNUSED const char *tag_loose_by(const char *dealer, const char *vin, const char *part, int64_t quantity,
                                       const char *serial, const char *reason)
{
    struct wl_tag_loose_body body = {text(dealer), text(vin), text(part), text(serial), text(reason), quantity};

    return run(&wl_tag_loose_command, &body);
}

static UNUSED const char *tag_loose(const char *part, int64_t quantity)
{
    return tag_loose_by("D1", VIN, part, quantity, NULL, "noise");
}

static UNUSED const char *tag_link(int64_t tag, const char *no, int64_t line)
{
    struct wl_tag_link_body body = {tag, text("D1"), text(no), line};

    return run(&wl_tag_link_command, &body);
}

static UNUSED const char *send_by(const char *dealer, const char *centre, const char *carrier, const int64_t *tags,
                                  size_t count)
{
    struct wl_return_ship_body body = {.dealer_id = text(dealer),
                                       .centre_id = text(centre),
                                       .carrier_id = text(carrier),
                                       .box = text("BOX-9"),
                                       .tracking = text("TR-9"),
                                       .tags = {(int64_t *)(uintptr_t)tags, count}};

    return run(&wl_return_ship_command, &body);
}

/* Tags of D1, to the centre that is chosen. */
#define SEND(...) \
    send_by("D1", NULL, NULL, (const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static UNUSED const char *scan_by(int64_t tag, const char *centre, const char *bin)
{
    struct wl_return_scan_body body = {tag, text(centre), text(bin)};

    return run(&wl_return_scan_command, &body);
}

static UNUSED const char *scan(int64_t tag)
{
    return scan_by(tag, NULL, NULL);
}

static UNUSED const char *close_return(int64_t shipment)
{
    struct wl_return_close_body body = {shipment};

    return run(&wl_return_close_command, &body);
}

static UNUSED const char *inspect_tag(int64_t tag, enum wl_inspection result)
{
    struct wl_tag_inspect_body body = {tag, result, text("as seen")};

    return run(&wl_tag_inspect_command, &body);
}

static UNUSED const char *dispose(int64_t tag, enum wl_disposition disposition)
{
    struct wl_dispose_body body = {tag, disposition, text("as agreed")};

    return run(&wl_dispose_command, &body);
}

/* ---- what there is, in the open transaction ---- */

static UNUSED struct wl_tag tag_row(int64_t tag)
{
    struct wl_tag row;

    ck_assert_int_eq(wl_tag_get(txn, &arena, (uint64_t)tag, &row), 1);
    return row;
}

static UNUSED struct wl_return return_row(int64_t number)
{
    struct wl_return row;

    ck_assert_int_eq(wl_return_get(txn, &arena, (uint64_t)number, &row), 1);
    return row;
}

static UNUSED int64_t newest_tag(void)
{
    return (int64_t)wl_tag_count(txn);
}

static UNUSED void tag_is(int64_t tag, enum wl_tag_state state)
{
    struct wl_tag row = tag_row(tag);

    ck_assert_msg(row.state == (int64_t)state, "tag %lld: %s", (long long)tag, wl_tag_state_names()[row.state]);
}

/* Each makes a loose tag of P-BACK that is in the state; its number. */
static UNUSED int64_t loose_tagged(void)
{
    DONE(tag_loose("P-BACK", PIECES(1)));
    return newest_tag();
}

static UNUSED int64_t loose_shipped(void)
{
    int64_t tag = loose_tagged();

    DONE(SEND(tag));
    return tag;
}

static UNUSED int64_t loose_received(void)
{
    int64_t tag = loose_shipped();

    DONE(scan(tag));
    return tag;
}

static UNUSED int64_t loose_missing(void)
{
    int64_t tag = loose_shipped();

    DONE(close_return((int64_t)wl_return_count(txn)));
    return tag;
}

/* The obligation of a part line of a claim of D1 (from 1). */
static UNUSED struct wl_obligation owed(const char *no, int64_t line)
{
    struct wl_claim claim = claim_now("D1", no);
    struct wl_obligation row;

    for (int64_t i = 0; i < claim.obligation_count; i++) {
        ck_assert_int_eq(wl_obligation_get(txn, &arena, claim.first_obligation + i, &row), 1);
        if (row.line == line - 1)
            return row;
    }
    ck_abort_msg("%s owes nothing for line %lld", no, (long long)line);
    return row;
}

static UNUSED void owed_is(const char *no, int64_t line, enum wl_obligation_state state, int64_t tagged,
                           int64_t received, int64_t inspected)
{
    struct wl_obligation row = owed(no, line);

    ck_assert_msg(row.state == (int64_t)state && row.tagged == tagged && row.received == received &&
                      row.inspected == inspected,
                  "%s, line %lld: %s, tagged %lld, received %lld, inspected %lld", no, (long long)line,
                  wl_obligation_state_names()[row.state], (long long)row.tagged, (long long)row.received,
                  (long long)row.inspected);
}

static UNUSED int note_tag(void *context, uint64_t number, const struct wl_tag *tag)
{
    struct wl_buf *out = context;

    wl_buf_format(out, "%s%llu " WL_STR_FMT " %lld", out->size ? ", " : "", (unsigned long long)number,
                  WL_STR_ARG(tag->lot), (long long)tag->quantity);
    return WL_OK;
}

/* The tags of a line as "NUMBER LOT THOUSANDTHS, ...". */
static UNUSED void tags_are(const char *no, int64_t line, const char *expected)
{
    struct wl_claim claim = claim_now("D1", no);
    struct wl_buf found;

    wl_buf_init(&found, 1 << 16);
    for (int64_t i = claim.first_obligation; i < claim.first_obligation + claim.obligation_count; i++) {
        struct wl_obligation row;

        ck_assert_int_eq(wl_obligation_get(txn, &arena, i, &row), 1);
        if (row.line == line - 1)
            OK(wl_tags_of(txn, NULL, i, note_tag, &found));
    }
    wl_buf_byte(&found, 0);
    OK(wl_buf_status(&found));
    ck_assert_str_eq((const char *)found.data, expected);
    wl_buf_release(&found);
}

/* The bytes of the newest entry. */
static UNUSED size_t entry_size(void)
{
    struct wl_entry entry;

    ck_assert_int_eq(wl_entry_read(txn, (uint64_t)entry_now(), &entry), 1);
    return entry.bytes.size;
}

#endif
