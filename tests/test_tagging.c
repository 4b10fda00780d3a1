/* How removed parts get their tags: of a claim, of a vehicle, taken back, and the largest entries. */
#include "tests/returns_world.h"

/* ---- the tags of a claim ---- */

START_TEST(a_line_has_a_tag_for_each_piece)
{
    const struct wl_tag_outcome *out;

    begin();
    CLAIM("C1", {"P-BACK", "2"}, {"P-OIL", "4.5"}, {"P-KEEP", "1"}, {"P-TWO", "3"});
    DONE(tag_line("C1", WL_NONE));
    out = outcome;
    ck_assert_int_eq(out->first_tag, 1);
    ck_assert_uint_eq(out->tags.count, 6);
    ck_assert_uint_eq(out->head.postings.count, 6);
    ck_assert_int_eq(out->remaining, WL_NONE);
    tags_are("C1", 1, "1  1000, 2  1000");
    tags_are("C1", 2, "3  4500");
    tags_are("C1", 4, "4  1000, 5  1000, 6  1000");
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 2000, 0, 0);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_DEALER_DEFECTIVE, "D1/MAIN", "P-TWO", NULL), 3000);
    REFUSED("nothing-to-tag", tag_line("C1", 0));
    REFUSED("already-tagged", tag_line("C1", 1));
    REFUSED("obligation-unknown", tag_line("C1", 3));
    REFUSED("obligation-unknown", tag_line("C1", 5));
    REFUSED("claim-unknown", tag_line("C9", 0));
    CLAIM("C2", {"P-BACK", "2"}, {"P-TWO", "2"});
    DONE(tag_by("C2", 2, true, NULL));
    tags_are("C2", 1, "");
    tags_are("C2", 2, "7  2000");
    DONE(tag_by("C2", WL_NONE, true, NULL));
    tags_are("C2", 1, "8  2000");
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_claim_that_owes_nothing_has_no_tags)
{
    begin();
    ck_assert_str_eq(claim_in(BAD("REJ")), "rejected");
    ck_assert_str_eq(claim_in(LARGE("REF")), "referred");
    ck_assert_str_eq(claim_in(PLAIN("D1", "NO")), "approved");
    REFUSED("claim-rejected", tag_line("REJ", 0));
    REFUSED("claim-undecided", tag_line("REF", 0));
    REFUSED("nothing-to-tag", tag_line("NO", 0));
    REFUSED("claim-rejected", receive("REJ", 0));
    REFUSED("claim-rejected", inspect("REJ", 0, WL_ABUSE));
    REFUSED("claim-undecided", receive("REF", 0));
    REFUSED("claim-undecided", inspect("REF", 0, WL_ABUSE));
    DONE(tag_loose("P-BACK", PIECES(1)));
    REFUSED("claim-rejected", tag_link(1, "REJ", 1));
    REFUSED("claim-undecided", tag_link(1, "REF", 1));
    REFUSED("obligation-unknown", tag_link(1, "NO", 1));
    REFUSED("claim-unknown", tag_link(1, "NONE", 1));
    commit();
    all_agrees();
}
END_TEST

/* A waived part is tagged by its line alone; what came back, or was refused, has no more tags. */
START_TEST(a_line_is_tagged_by_its_state)
{
    begin();
    CLAIM("C1", {"P-BACK", "2"}, {"P-TWO", "1"});
    DONE(waive("C1", 1, "scrapped"));
    DONE(tag_line("C1", WL_NONE));
    ck_assert_uint_eq(((struct wl_tag_outcome *)outcome)->tags.count, 1);
    DONE(tag_line("C1", 1));
    owed_is("C1", 1, WL_OBLIGATION_WAIVED, 2000, 0, 0);
    CLAIM("C2", {"P-BACK", "2"}, {"P-TWO", "1"});
    DONE(receive("C2", 0));
    REFUSED("already-tagged", tag_line("C2", 1));
    DONE(inspect("C2", 1, WL_ACCEPTED));
    DONE(inspect("C2", 2, WL_ABUSE));
    REFUSED("already-inspected", tag_line("C2", 1));
    REFUSED("already-inspected", tag_line("C2", 2));
    REFUSED("nothing-to-tag", tag_line("C2", 0));
    /* One piece of two was tagged loose, came back and was refused: the other one is still at its dealer. */
    CLAIM("C3", {"P-BACK", "2"});
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_link(newest_tag(), "C3", 1));
    DONE(SEND(newest_tag()));
    DONE(scan(newest_tag()));
    DONE(inspect_tag(newest_tag(), WL_ABUSE));
    owed_is("C3", 1, WL_OBLIGATION_REFUSED, 1000, 1000, 1000);
    REFUSED("already-inspected", tag_line("C3", 1));
    REFUSED("nothing-to-tag", tag_line("C3", 0));
    REFUSED("already-inspected", receive("C3", 1));
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_link(newest_tag(), "C3", 1));
    DONE(SEND(newest_tag()));
    DONE(scan(newest_tag()));
    DONE(inspect_tag(newest_tag(), WL_ABUSE));
    ck_assert_uint_eq(((struct wl_inspect_outcome *)outcome)->obligations.count, 0);
    owed_is("C3", 1, WL_OBLIGATION_REFUSED, 2000, 2000, 2000);
    commit();
    all_agrees();
}
END_TEST

/* A hundred tags at once: what does not fit is left for the next command. */
START_TEST(a_hundred_tags_are_made_at_once)
{
    const struct wl_tag_outcome *out;

    begin();
    CLAIM("C1", {"P-OIL", "60"}, {"P-LOT", "50"}, {"P-OIL", "30"}, {"P-OIL", "101"}, {"P-LOT", "20"});
    DONE(tag_line("C1", 0));
    out = outcome;
    ck_assert_uint_eq(out->tags.count, 60 + 30 + 1);
    ck_assert_int_eq(out->remaining, 2);
    DONE(tag_line("C1", 0));
    out = outcome;
    ck_assert_int_eq(out->first_tag, 92);
    ck_assert_uint_eq(out->tags.count, 70);
    ck_assert_int_eq(out->remaining, WL_NONE);
    owed_is("C1", 4, WL_OBLIGATION_OPEN, PIECES(101), 0, 0);
    tags_are("C1", 4, "91  101000");
    commit();
    all_agrees();
}
END_TEST

/* ---- serial numbers and lots ---- */

START_TEST(a_serial_number_can_be_named)
{
    begin();
    CLAIM("C1", {"P-SER", "1"}, {"P-BACK", "1"}, {"P-SER", "2"});
    REFUSED("not-serialised", tag_by("C1", 2, false, "B1"));
    about_is("P-BACK");
    REFUSED("quantity-invalid", tag_by("C1", 3, false, "B1"));
    REFUSED("quantity-invalid", tag_by("C1", 3, true, "B1"));
    REFUSED("quantity-invalid", tag_by("C1", 0, false, "B1"));
    ck_assert_int_eq(((struct wl_tag_outcome *)outcome)->remaining, WL_NONE);
    DONE(tag_by("C1", 1, false, "B1")); /* the vehicle was built with it */
    tags_are("C1", 1, "1 sn:B1 1000");
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_VEHICLE, VIN, "P-SER", "sn:B1"), -PIECES(1));
    REFUSED("serial-elsewhere", tag_loose_by("D1", VIN, "P-SER", PIECES(1), "B1", "again"));
    about_is("B1");
    DONE(open_stock("D1", "SHELF", "P-SER", NULL, "E1", PIECES(1)));
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "E2"));
    REFUSED("serial-elsewhere", tag_loose_by("D1", VIN, "P-SER", PIECES(1), "E1", "noise"));
    REFUSED("serial-elsewhere", tag_loose_by("D1", VIN, "P-SER", PIECES(1), "E2", "noise"));
    DONE(fit_by("D1", VIN, WL_NONE, "P-SER", "sn:E1", PIECES(1), "RO-1"));
    REFUSED("serial-elsewhere", tag_loose_by("D1", VIN2, "P-SER", PIECES(1), "E1", "noise"));
    REFUSED("not-serialised", tag_loose_by("D1", VIN, "P-TWO", PIECES(1), "E1", "noise"));
    REFUSED("quantity-invalid", tag_loose_by("D1", VIN, "P-SER", PIECES(2), "E1", "noise"));
    REFUSED("quantity-invalid", tag_loose_by("D1", VIN, "P-SER", 1500, NULL, "noise"));
    DONE(tag_loose_by("D1", VIN, "P-SER", PIECES(1), "E1", "noise"));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_VEHICLE, VIN, "P-SER", "sn:E1"), 0);
    DONE(reverse(entry_now())); /* it is on the vehicle again */
    DONE(tag_loose_by("D1", VIN, "P-SER", PIECES(1), "E1", "noise"));
    DONE(tag_line("C1", 3)); /* two pieces that nobody knows */
    tags_are("C1", 3, "4  1000, 5  1000");
    commit();
    all_agrees();
}
END_TEST

/* Fits on the 2nd, 3rd and 4th of June; what was removed in a repair was on the vehicle before its day. */
START_TEST(a_removed_part_is_the_newest_that_was_fitted)
{
    begin();
    DONE(open_stock("D1", "SHELF", "P-LOT", "L1", NULL, PIECES(2)));
    DONE(open_stock("D1", "SHELF", "P-LOT", "L2", NULL, PIECES(1)));
    DONE(open_stock("D1", "SHELF", "P-LOT", "L3", NULL, PIECES(9)));
    DONE(open_stock("D1", "SHELF", "P-SER", NULL, "E1", PIECES(1)));
    DONE(fit_by("D1", VIN, WL_NONE, "P-LOT", "L1", PIECES(2), "RO-1"));
    set_day("2025-06-03");
    DONE(fit_by("D1", VIN, WL_NONE, "P-LOT", "L2", PIECES(1), "RO-2"));
    DONE(fit_by("D1", VIN, WL_NONE, "P-SER", "sn:E1", PIECES(1), "RO-2"));
    DONE(fit_by("D1", VIN2, WL_NONE, "P-LOT", "L3", PIECES(1), "RO-2"));
    set_day("2025-06-04");
    DONE(fit_by("D1", VIN, WL_NONE, "P-LOT", "L3", PIECES(1), "RO-3"));
    ck_assert_str_eq(claim_of("OLD", "2025-06-02", "2", PARTS({"P-LOT", "1"})), "approved");
    DONE(tag_line("OLD", 1)); /* L1 was fitted on that day: what was removed was built in */
    tags_are("OLD", 1, "1  1000");
    ck_assert_str_eq(claim_of("MID", "2025-06-04", "2", PARTS({"P-LOT", "2"}, {"P-SER", "1"}, {"P-LOT", "2"})),
                     "approved");
    DONE(tag_line("MID", 0)); /* of the newest before, then the one before that; one of line 3 is the vehicle's own */
    tags_are("MID", 1, "2 L2 1000, 3 L1 1000");
    tags_are("MID", 2, "4 sn:E1 1000");
    tags_are("MID", 3, "5 L1 1000, 6  1000");
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_VEHICLE, VIN, "P-LOT", "L3"), PIECES(1));
    DONE(tag_loose("P-LOT", PIECES(1))); /* on the day of L3's fit */
    ck_assert_uint_eq(tag_row(7).lot.size, 0);
    DONE(reverse(entry_now()));
    set_day("2025-06-05");
    DONE(tag_loose("P-LOT", PIECES(2))); /* of L3 is one there */
    ck_assert_uint_eq(tag_row(8).lot.size, 0);
    DONE(tag_loose("P-LOT", PIECES(1)));
    ck_assert(wl_str_is(tag_row(9).lot, "L3"));
    DONE(tag_loose("P-LOT", PIECES(1)));
    ck_assert_uint_eq(tag_row(10).lot.size, 0);
    commit();
    all_agrees();
}
END_TEST

/* What is taken back is no fit, and a part that is tagged no more is on the vehicle again. */
START_TEST(what_was_taken_back_is_not_removed)
{
    int64_t second;

    begin();
    DONE(open_stock("D1", "SHELF", "P-LOT", "L1", NULL, PIECES(1)));
    DONE(open_stock("D1", "SHELF", "P-LOT", "L2", NULL, PIECES(1)));
    DONE(fit_by("D1", VIN, WL_NONE, "P-LOT", "L1", PIECES(1), "RO-1"));
    DONE(fit_by("D1", VIN, WL_NONE, "P-LOT", "L2", PIECES(1), "RO-2"));
    DONE(reverse(entry_now()));
    set_day("2025-06-05");
    DONE(tag_loose("P-LOT", PIECES(1)));
    ck_assert(wl_str_is(tag_row(1).lot, "L1"));
    DONE(reverse(entry_now()));
    tag_is(1, WL_TAG_WITHDRAWN);
    DONE(tag_loose("P-LOT", PIECES(1)));
    ck_assert(wl_str_is(tag_row(2).lot, "L1"));
    DONE(reverse(entry_now()));
    DONE(fit_by("D1", VIN, WL_NONE, "P-LOT", "L2", PIECES(1), "RO-3"));
    set_day("2025-06-06");
    DONE(tag_loose("P-LOT", PIECES(1)));
    second = entry_now();
    ck_assert(wl_str_is(tag_row(3).lot, "L2"));
    DONE(tag_loose("P-LOT", PIECES(1)));
    ck_assert(wl_str_is(tag_row(4).lot, "L1"));
    DONE(reverse(second));
    DONE(reverse(second + 1)); /* L1 came back last, and was fitted first */
    set_day("2025-06-07");
    DONE(tag_loose("P-LOT", PIECES(1)));
    ck_assert(wl_str_is(tag_row(5).lot, "L2"));
    commit();
    all_agrees();
}
END_TEST

/* ---- loose tags ---- */

START_TEST(a_loose_tag_knows_its_vehicle)
{
    begin();
    REFUSED("dealer-unknown", tag_loose_by("D9", VIN, "P-BACK", PIECES(1), NULL, "noise"));
    REFUSED("vehicle-unknown", tag_loose_by("D1", "1M8GDM9AXKP042780", "P-BACK", PIECES(1), NULL, "noise"));
    REFUSED("vehicle-unknown", tag_loose_by("D1", NULL, "P-BACK", PIECES(1), NULL, "noise"));
    REFUSED("part-unknown", tag_loose_by("D1", VIN, "P-NONE", PIECES(1), NULL, "noise"));
    REFUSED("reason-missing", tag_loose_by("D1", VIN, "P-BACK", PIECES(1), NULL, NULL));
    REFUSED("quantity-invalid", tag_loose_by("D1", VIN, "P-BACK", 0, NULL, "noise"));
    REFUSED("quantity-invalid", tag_loose_by("D1", VIN, "P-BACK", -1, NULL, "noise"));
    DONE(tag_loose_by("D1", VIN, "P-OIL", 4500, NULL, "noise"));
    DONE(tag_loose_by("D3", VIN, "P-OIL", WL_QUANTITY_MAX, NULL, "a suspended dealer's"));
    ck_assert_int_eq(((struct wl_tag_outcome *)outcome)->claim, WL_NONE);
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_loose_tag_joins_a_line_of_its_kind)
{
    begin();
    CLAIM("C1", {"P-BACK", "2"}, {"P-TWO", "1"});
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_loose_by("D10", VIN, "P-BACK", PIECES(1), NULL, "another dealer's"));
    DONE(tag_loose_by("D1", VIN2, "P-BACK", PIECES(1), NULL, "another vehicle's"));
    DONE(tag_loose("P-BACK", PIECES(3)));
    REFUSED("tag-mismatch", tag_link(2, "C1", 1));
    REFUSED("tag-mismatch", tag_link(3, "C1", 1));
    REFUSED("tag-mismatch", tag_link(1, "C1", 2));
    REFUSED("tag-mismatch", tag_link(4, "C1", 1));
    about_is("0000000045");
    REFUSED("obligation-unknown", tag_link(1, "C1", 0));
    REFUSED("obligation-unknown", tag_link(1, "C1", 3));
    DONE(tag_link(1, "C1", 1));
    ck_assert_int_eq(((struct wl_tag_link_outcome *)outcome)->obligation, claim_now("D1", "C1").first_obligation);
    REFUSED("tag-linked", tag_link(1, "C1", 1));
    DONE(tag_line("C1", 1)); /* the one that it still lacks */
    tags_are("C1", 1, "1  1000, 5  1000");
    DONE(tag_loose("P-BACK", PIECES(1)));
    REFUSED("already-tagged", tag_link(6, "C1", 1));
    commit();
    all_agrees();
}
END_TEST

/* The state that a tag is in when it joins moves its line as if it had been there. */
START_TEST(a_line_moves_by_the_tags_that_join_it)
{
    begin();
    CLAIM("C1", {"P-BACK", "2"});
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 1);
    DONE(tag_link(loose_received(), "C1", 1));
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 1000, 1000, 0);
    DONE(tag_link(loose_received(), "C1", 1));
    owed_is("C1", 1, WL_OBLIGATION_RECEIVED, 2000, 2000, 0);
    DONE(inspect("C1", 0, WL_ACCEPTED));
    owed_is("C1", 1, WL_OBLIGATION_ACCEPTED, 2000, 2000, 2000);
    ck_assert_int_eq(owed("C1", 1).outcome, WL_ACCEPTED);
    ck_assert_int_eq(claim_now("D1", "C1").unmet_obligations, 0);
    CLAIM("C2", {"P-BACK", "1"});
    DONE(waive("C2", 0, "lost"));
    DONE(tag_link(loose_received(), "C2", 1));
    owed_is("C2", 1, WL_OBLIGATION_WAIVED_RECEIVED, 1000, 1000, 0);
    CLAIM("C3", {"P-BACK", "1"});
    DONE(tag_link(loose_missing(), "C3", 1));
    owed_is("C3", 1, WL_OBLIGATION_OPEN, 1000, 0, 0);
    REFUSED("tag-missing", receive("C3", 1));
    REFUSED("nothing-to-receive", receive("C3", 0));
    DONE(resolve(tag_row(newest_tag()).discrepancy, WL_RESOLVE_ACCEPT));
    owed_is("C3", 1, WL_OBLIGATION_RECEIVED, 1000, 1000, 0);
    commit();
    all_agrees();
}
END_TEST

/* ---- reversals ---- */

START_TEST(a_tagging_is_taken_back_while_nothing_went_on)
{
    int64_t tagging, loose;

    begin();
    CLAIM("C1", {"P-BACK", "2"}, {"P-TWO", "1"});
    DONE(tag_line("C1", 0));
    tagging = entry_now();
    DONE(SEND(2));
    REFUSED("reversal-blocked", reverse(tagging));
    about_is_entry("0000000021: ", entry_now() - 1);
    DONE(reverse(entry_now() - 1)); /* of the shipment */
    DONE(reverse(tagging));
    REFUSED("already-reversed", reverse(tagging));
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 0, 0, 0);
    tags_are("C1", 1, "");
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_VEHICLE, VIN, "P-BACK", NULL), 0);
    DONE(tag_line("C1", 1));
    tags_are("C1", 1, "4  1000, 5  1000");
    DONE(tag_loose("P-TWO", PIECES(1)));
    loose = entry_now();
    DONE(tag_link(6, "C1", 2));
    owed_is("C1", 2, WL_OBLIGATION_OPEN, 1000, 0, 0);
    DONE(reverse(loose)); /* with it the line lacks a tag again */
    owed_is("C1", 2, WL_OBLIGATION_OPEN, 0, 0, 0);
    REFUSED("tag-withdrawn", tag_link(6, "C1", 2));
    DONE(tag_line("C1", 2));
    tagging = entry_now();
    tags_are("C1", 2, "7  1000");
    DONE(receive("C1", 0));
    REFUSED("reversal-blocked", reverse(tagging));
    DONE(reverse(tagging + 1)); /* of the receipt */
    DONE(reverse(tagging));
    tags_are("C1", 2, "");
    commit();
    all_agrees();
}
END_TEST

/* ---- the largest entries ---- */

#define LONG_DEALER "DEALER-OF-THIRTY-TWO-BYTES-00001"
#define LONG_PART "PART-OF-THIRTY-TWO-BYTES-0000001"
#define LONG_CLAIM "CLAIM-OF-THIRTY-TWO-BYTES-000001"
#define LONG_CENTRE "CENTRE-OF-THIRTY-TWO-BYTES-00001"
#define LONG_BIN "BIN-OF-THIRTY-ONE-BYTES-0000001"
#define LONG_LOT "LOT-OF-THIRTY-TWO-BYTES-%05d-%02d"

static void long_world_make(void)
{
    returns_world_make();
    load_table("dealers",
               "dealer_id,name,region,country,currency,tax_percent,status\n" LONG_DEALER ",Long,R1,CN,CNY,13,active\n");
    load_table("labour_rates", "dealer_id,from_date,rate\n" LONG_DEALER ",2020-01-01,100\n");
    load_table("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                        "warranty_km,lifetime\n" LONG_PART ",Long,engine,ea,S1,always,30,24,60000,no\n");
    load_table("part_prices", "part_id,currency,from_date,price\n" LONG_PART ",CNY,2020-01-01,1\n");
    load_table("warehouses", "warehouse_id,name,region,returns\n" LONG_CENTRE ",Long,R1,yes\nRC,Centre,R1,no\n");
    load_table("bins", "location_id,bin_id,part_id,minimum,maximum\n" LONG_CENTRE "," LONG_BIN ",*,,\n");
}

/* A claim of lines of a hundred pieces, each of a lot of its own. */
static void long_claim(const char *no, size_t lines)
{
    char today[WL_DATE_TEXT];
    const struct wl_part_line part = {text(LONG_PART), text("100"), text("1"), text("CNY")};
    struct wl_part_line parts[] = {part, part};
    struct wl_claim_record record = {.dealer_id = text(LONG_DEALER),
                                     .claim_no = text(no),
                                     .submission = text("1"),
                                     .type = text("warranty"),
                                     .vin = text(VIN),
                                     .repair_date = {today, 10},
                                     .submit_date = {today, 10},
                                     .mileage = text("10000"),
                                     .fault_code = text("F1"),
                                     .parts = {parts, lines}};

    wl_date_format(today_, today);
    DONE(run(&wl_record_command, &record));
    ck_assert_int_eq(((struct wl_record_outcome *)outcome)->decision.decision, WL_CLAIM_APPROVED);
}

static void fit_long_lots(int time)
{
    char lot[64], invoice[32];

    for (int i = 0; i < 100; i++) {
        snprintf(lot, sizeof lot, LONG_LOT, time, i);
        snprintf(invoice, sizeof invoice, "RO-%d-%d", time, i);
        DONE(open_stock(LONG_DEALER, "MAIN", LONG_PART, lot, NULL, PIECES(1)));
        DONE(fit_by(LONG_DEALER, VIN, WL_NONE, LONG_PART, lot, PIECES(1), invoice));
    }
}

static void is_largest(const char *what)
{
    printf("tags: the largest %s has %zu bytes\n", what, entry_size());
    ck_assert_uint_le(entry_size(), WL_ENTRY_MAX);
}

START_TEST(the_largest_entries_fit)
{
    int64_t tags[100];
    struct wl_tag_body tag = {text(LONG_DEALER), text("C2"), 1, WL_NONE, WL_NO_STR};
    struct wl_receive_body back = {text(LONG_DEALER), text(LONG_CLAIM), 1};
    struct wl_inspect_body found = {text(LONG_DEALER), text(LONG_CLAIM), 1, WL_MISSING, text("nothing in the box")};

    begin();
    fit_long_lots(0);
    set_day("2025-06-05");
    long_claim(LONG_CLAIM, 1);
    DONE(run(&wl_receive_command, &back));
    ck_assert_uint_eq(((struct wl_receive_outcome *)outcome)->head.postings.count, 300);
    is_largest("return-receive");
    DONE(run(&wl_inspect_command, &found));
    is_largest("return-inspect");
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->first_discrepancy, 1);
    fit_long_lots(1);
    set_day("2025-06-06");
    long_claim("C2", 1);
    DONE(run(&wl_tag_command, &tag));
    is_largest("tag");
    for (int i = 0; i < 100; i++)
        tags[i] = 200 - i;
    DONE(send_by(LONG_DEALER, NULL, "C1", tags, 100));
    ck_assert(wl_str_is(((struct wl_return_ship_outcome *)outcome)->centre_id, LONG_CENTRE));
    is_largest("return-ship");
    DONE(scan_by(200, LONG_CENTRE, LONG_BIN));
    DONE(close_return(1));
    ck_assert_uint_eq(((struct wl_return_close_outcome *)outcome)->tags.count, 99);
    is_largest("return-close");
    set_day("2025-06-07");
    long_claim("C3", 2);
    back = (struct wl_receive_body){text(LONG_DEALER), text("C3"), WL_NONE};
    DONE(run(&wl_receive_command, &back));
    DONE(run(&wl_receive_command, &back));
    found.claim_no = text("C3");
    found.line = 0;
    DONE(run(&wl_inspect_command, &found));
    ck_assert_uint_eq(((struct wl_inspect_outcome *)outcome)->tags.count, 200);
    is_largest("return-inspect of two lines");
    commit();
    all_agrees();
}
END_TEST

/* ---- a number that came in by mistake ---- */

START_TEST(a_number_that_was_never_seen_is_not_when_its_tagging_is_reversed)
{
    begin();
    for (int i = 0; i < 2; i++) {
        DONE(tag_loose_by("D1", VIN, "P-SER", PIECES(1), "X1", "noise"));
        REFUSED("serial-elsewhere", tag_loose_by("D1", VIN2, "P-SER", PIECES(1), "X1", "noise"));
        REFUSED("serial-known", deliver_serials("W1", "P-SER", PIECES(1), "X1"));
        DONE(reverse(entry_now() - 2));
    }
    OK(wl_parts_check(txn));
    DONE(tag_loose_by("D1", VIN2, "P-SER", PIECES(1), "X1", "noise"));
    OK(wl_parts_check(txn));
    DONE(reverse(entry_now()));
    DONE(deliver_serials("W1", "P-SER", PIECES(1), "X1"));
    OK(wl_parts_check(txn));
    DONE(reverse(entry_now()));
    DONE(open_stock("D1", "SHELF", "P-SER", NULL, "X1", PIECES(1)));
    REFUSED("serial-known", open_stock("W2", NULL, "P-SER", NULL, "X1", PIECES(1)));
    DONE(tag_loose_by("D1", VIN, "P-SER", PIECES(1), "X2", "noise"));
    DONE(reverse(entry_now()));
    DONE(count("W1", "S-01", "P-SER", "sn:X2", PIECES(1)));
    commit();
    all_agrees();
}
END_TEST

/* What was fitted is on its vehicle, also once a tagging was reversed. */
START_TEST(a_number_that_was_fitted_stays_where_it_is)
{
    begin();
    DONE(open_stock("D1", NULL, "P-SER", NULL, "F1", PIECES(1)));
    DONE(fit_by("D1", VIN, WL_NONE, "P-SER", "sn:F1", PIECES(1), "I-1"));
    DONE(tag_loose_by("D1", VIN, "P-SER", PIECES(1), "F1", "noise"));
    DONE(reverse(entry_now()));
    REFUSED("serial-elsewhere", tag_loose_by("D1", VIN2, "P-SER", PIECES(1), "F1", "noise"));
    REFUSED("serial-known", deliver_serials("W1", "P-SER", PIECES(1), "F1"));
    DONE(tag_loose_by("D1", VIN, "P-SER", PIECES(1), "F1", "noise"));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_serial_number_is_named_as_itself)
{
    const struct wl_tag_loose_body body = {WL_STR("D1"),    WL_STR(VIN),     WL_STR("P-SER"),
                                           WL_STR("sn:X1"), WL_STR("noise"), PIECES(1)};
    struct wl_request request = {.command = &wl_tag_loose_command, .body = &body, .time = now, .actor = WL_STR("test")};
    struct wl_result result;

    begin();
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_USAGE);
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tagging");
    TCase *ways = cases("ways", returns_world_make);
    TCase *large = cases("large", long_world_make);

    tcase_add_test(ways, a_line_has_a_tag_for_each_piece);
    tcase_add_test(ways, a_claim_that_owes_nothing_has_no_tags);
    tcase_add_test(ways, a_line_is_tagged_by_its_state);
    tcase_add_test(ways, a_hundred_tags_are_made_at_once);
    tcase_add_test(ways, a_serial_number_can_be_named);
    tcase_add_test(ways, a_removed_part_is_the_newest_that_was_fitted);
    tcase_add_test(ways, what_was_taken_back_is_not_removed);
    tcase_add_test(ways, a_loose_tag_knows_its_vehicle);
    tcase_add_test(ways, a_loose_tag_joins_a_line_of_its_kind);
    tcase_add_test(ways, a_line_moves_by_the_tags_that_join_it);
    tcase_add_test(ways, a_tagging_is_taken_back_while_nothing_went_on);
    tcase_add_test(ways, a_number_that_was_never_seen_is_not_when_its_tagging_is_reversed);
    tcase_add_test(ways, a_number_that_was_fitted_stays_where_it_is);
    tcase_add_test(ways, a_serial_number_is_named_as_itself);
    tcase_add_test(large, the_largest_entries_fit);
    suite_add_tcase(suite, ways);
    suite_add_tcase(suite, large);
    return run_suite(suite);
}
