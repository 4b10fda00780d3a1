/* Removed parts on their way back: shipments, receipts, what is missing. */
#include "tests/returns_world.h"

/* ---- shipments ---- */

START_TEST(a_shipment_has_tags_of_one_dealer)
{
    const int64_t twice[] = {1, 2, 1};
    struct wl_return row;

    begin();
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_loose("P-TWO", PIECES(1)));
    DONE(tag_loose_by("D10", VIN, "P-BACK", PIECES(1), NULL, "noise"));
    REFUSED("dealer-unknown", send_by("D9", NULL, NULL, twice, 1));
    REFUSED("carrier-unknown", send_by("D1", NULL, "C9", twice, 1));
    REFUSED("centre-unknown", send_by("D1", "W1", NULL, twice, 1));
    REFUSED("centre-unknown", send_by("D1", "NONE", NULL, twice, 1));
    REFUSED("nothing-to-ship", send_by("D1", NULL, NULL, NULL, 0));
    REFUSED("named-twice", send_by("D1", NULL, NULL, twice, 3));
    about_is("0000000013");
    REFUSED("tag-mismatch", SEND(1, 3));
    REFUSED("tag-unknown", SEND(1, 4));
    REFUSED("tag-unknown", SEND(0));
    REFUSED("tag-unknown", SEND(-1));
    ck_assert_int_eq(((struct wl_return_ship_outcome *)outcome)->shipment, WL_NONE);
    DONE(send_by("D1", "RC", "C1", (const int64_t[]){2, 1}, 2));
    ck_assert_int_eq(((struct wl_return_ship_outcome *)outcome)->shipment, 1);
    row = return_row(1);
    ck_assert(wl_str_is(row.dealer_id, "D1") && wl_str_is(row.centre_id, "RC") && wl_str_is(row.carrier_id, "C1"));
    ck_assert(wl_str_is(row.box, "BOX-9") && wl_str_is(row.tracking, "TR-9"));
    ck_assert(row.tags == 2 && row.open == 2 && row.seq == entry_now() && row.time == now && row.closed_seq == WL_NONE);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_IN_TRANSIT, "return/1", "P-BACK", NULL), PIECES(1));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_DEALER_DEFECTIVE, "D1/MAIN", "P-BACK", NULL), 0);
    REFUSED("already-shipped", SEND(1));
    commit();
    all_agrees();
}
END_TEST

static int note_number(void *context, uint64_t number, const struct wl_tag *tag)
{
    (void)tag;
    wl_buf_format(context, "%llu ", (unsigned long long)number);
    return WL_OK;
}

static void shipment_has(uint64_t number, const char *expected)
{
    struct wl_buf found;

    wl_buf_init(&found, 1 << 12);
    OK(wl_return_tags(txn, NULL, number, note_number, &found));
    wl_buf_byte(&found, 0);
    ck_assert_str_eq((const char *)found.data, expected);
    wl_buf_release(&found);
}

/* The dealer's region first, then the lowest id; without any it is "centre". */
START_TEST(a_shipment_goes_to_the_nearest_centre)
{
    begin();
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_loose_by("D2", VIN, "P-BACK", PIECES(1), NULL, "noise"));
    DONE(send_by("D2", NULL, NULL, (const int64_t[]){2}, 1)); /* RC, though it is in R1 */
    ck_assert(wl_str_is(((struct wl_return_ship_outcome *)outcome)->centre_id, "RC"));
    DONE(reverse(entry_now()));
    commit();
    load_table("warehouses", "warehouse_id,name,region,returns\nA0,Far,R3,yes\nR2,Near,R2,yes\nR3,As near,R2,yes\n");
    begin();
    DONE(send_by("D2", NULL, NULL, (const int64_t[]){2}, 1));
    ck_assert(wl_str_is(((struct wl_return_ship_outcome *)outcome)->centre_id, "R2"));
    DONE(SEND(1));
    ck_assert(wl_str_is(((struct wl_return_ship_outcome *)outcome)->centre_id, "RC"));
    shipment_has(1, "2 ");
    shipment_has(2, "2 ");
    ck_assert(return_row(1).open == 0 && return_row(1).closed_seq != WL_NONE);
    REFUSED("return-closed", close_return(1));
    REFUSED("return-mismatch", scan_by(2, "RC", NULL));
    about_is("R2");
    REFUSED("centre-unknown", scan_by(2, "W1", NULL));
    REFUSED("bin-unknown", scan_by(2, "R2", "NOWHERE"));
    DONE(scan_by(2, "R2", NULL));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "R2/MAIN", "P-BACK", NULL), PIECES(1));
    ck_assert(wl_str_is(((struct wl_return_scan_outcome *)outcome)->bin_id, "MAIN"));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_centre_may_have_bins)
{
    load_table("bins", "location_id,bin_id,part_id,minimum,maximum\nRC,R-1,P-BACK,,\nRC,R-2,*,,\n");
    begin();
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_loose("P-TWO", PIECES(1)));
    DONE(tag_loose("P-TWO", PIECES(1)));
    DONE(SEND(3, 1, 2));
    shipment_has(1, "1 2 3 ");
    DONE(scan_by(1, NULL, "R-1"));
    REFUSED("bin-unknown", scan_by(2, NULL, "R-1"));
    DONE(scan_by(2, NULL, "R-2"));
    DONE(scan(3)); /* MAIN, although there are others */
    ck_assert(wl_str_is(tag_row(3).centre_bin, "MAIN") && wl_str_is(tag_row(1).centre_bin, "R-1"));
    ck_assert(return_row(1).open == 0 && return_row(1).closed_seq == WL_NONE);
    REFUSED("return-closed", close_return(1));
    REFUSED("return-unknown", close_return(2));
    REFUSED("return-unknown", close_return(0));
    commit();
    all_agrees();
}
END_TEST

/* ---- what did not come ---- */

START_TEST(what_a_closed_shipment_lacks_is_missing)
{
    struct wl_discrepancy row;

    begin();
    CLAIM("C1", {"P-BACK", "3"});
    DONE(tag_line("C1", 1));
    DONE(SEND(1, 2, 3));
    DONE(scan(2));
    DONE(close_return(1));
    ck_assert_int_eq(((struct wl_return_close_outcome *)outcome)->first_discrepancy, 1);
    numbers_are(((struct wl_return_close_outcome *)outcome)->tags, "1 3");
    ck_assert(return_row(1).open == 0 && return_row(1).closed_seq == entry_now());
    row = discrepancy_row(2);
    ck_assert(row.kind == WL_DISCREPANCY_RETURN_MISSING && row.tag == 3 && row.dispatch == WL_NONE);
    ck_assert(wl_str_is(row.from_id, "D1") && wl_str_is(row.to_id, "RC") && row.quantity == PIECES(1));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_DISCREPANCY, "2", "P-BACK", NULL), PIECES(1));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_IN_TRANSIT, "return/1", "P-BACK", NULL), 0);
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 3000, 1000, 0);
    DONE(reverse(entry_now())); /* closed too early: on its way again, and lost once more */
    ck_assert(return_row(1).open == 2 && return_row(1).closed_seq == WL_NONE);
    tag_is(3, WL_TAG_SHIPPED);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_IN_TRANSIT, "return/1", "P-BACK", NULL), PIECES(2));
    REFUSED("already-reversed", reverse(entry_now() - 1));
    REFUSED("discrepancy-resolved", resolve(1, WL_RESOLVE_ACCEPT));
    OK(wl_parts_check(txn));
    DONE(close_return(1));
    REFUSED("resolution-illegal", resolve(3, WL_RESOLVE_SCRAP));
    DONE(resolve(3, WL_RESOLVE_ACCEPT)); /* it came after all */
    tag_is(1, WL_TAG_RECEIVED);
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 3000, 2000, 0);
    DONE(inspect_tag(3, WL_MISSING));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->first_discrepancy, WL_NONE);
    ck_assert_int_eq(claim_now("D1", "C1").total, 20000);
    owed_is("C1", 1, WL_OBLIGATION_REFUSED, 3000, 2000, 1000);
    DONE(resolve(4, WL_RESOLVE_WRITE_OFF));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_DISCREPANCY, "4", "P-BACK", NULL), 0);
    REFUSED("nothing-to-dispose", dispose(3, WL_DISPOSE_SCRAP));
    REFUSED("discrepancy-resolved", resolve(4, WL_RESOLVE_ACCEPT));
    DONE(inspect("C1", 1, WL_ACCEPTED)); /* the two that came */
    owed_is("C1", 1, WL_OBLIGATION_REFUSED, 3000, 2000, 3000);
    ck_assert_int_eq(claim_now("D1", "C1").total, 20000);
    commit();
    all_agrees();
}
END_TEST

/* A box that was empty; what was in it is found and lost and found again. */
START_TEST(a_missing_part_may_be_found)
{
    int64_t found, again;

    begin();
    CLAIM("C1", {"P-BACK", "1"});
    DONE(tag_line("C1", 1));
    DONE(SEND(1));
    DONE(scan(1));
    DONE(inspect("C1", 1, WL_MISSING));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->first_discrepancy, 1);
    ck_assert_uint_eq(((struct wl_inspect_outcome *)outcome)->head.postings.count, 2);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_DISCREPANCY, "1", "P-BACK", NULL), PIECES(1));
    ck_assert_int_eq(tag_row(1).discrepancy, 1);
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    found = entry_now();
    tag_is(1, WL_TAG_INSPECTED); /* what was found stands */
    ck_assert_int_eq(tag_row(1).outcome, WL_MISSING);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/MAIN", "P-BACK", NULL), PIECES(1));
    owed_is("C1", 1, WL_OBLIGATION_REFUSED, 1000, 1000, 1000);
    OK(wl_parts_check(txn));
    DONE(reverse(found));
    ck_assert_int_eq(tag_row(1).discrepancy, 1);
    OK(wl_parts_check(txn));
    DONE(resolve(1, WL_RESOLVE_WRITE_OFF));
    again = entry_now();
    OK(wl_parts_check(txn));
    REFUSED("nothing-to-dispose", dispose(1, WL_DISPOSE_SCRAP));
    DONE(reverse(again));
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    again = entry_now();
    DONE(dispose(1, WL_DISPOSE_SCRAP));
    REFUSED("reversal-blocked", reverse(again));
    commit();
    all_agrees();
}
END_TEST

/* Missing, found, and the box empty all the same: only the newest finding may be taken back. */
START_TEST(a_finding_is_taken_back_in_its_turn)
{
    int64_t first, second;

    begin();
    CLAIM("C1", {"P-BACK", "1"});
    DONE(tag_line("C1", 1));
    DONE(SEND(1));
    DONE(close_return(1));
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    first = entry_now();
    DONE(reverse(first));
    tag_is(1, WL_TAG_MISSING);
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 1000, 0, 0);
    DONE(resolve(1, WL_RESOLVE_ACCEPT));
    first = entry_now();
    owed_is("C1", 1, WL_OBLIGATION_RECEIVED, 1000, 1000, 0);
    DONE(inspect_tag(1, WL_MISSING));
    REFUSED("reversal-blocked", reverse(first));
    DONE(resolve(2, WL_RESOLVE_ACCEPT));
    second = entry_now();
    REFUSED("reversal-blocked", reverse(first));
    DONE(reverse(second));
    ck_assert_int_eq(tag_row(1).discrepancy, 2);
    commit();
    all_agrees();
}
END_TEST

/* ---- without papers ---- */

START_TEST(what_comes_without_papers_is_received_from_where_it_is)
{
    const struct wl_receive_outcome *out;

    begin();
    CLAIM("C1", {"P-BACK", "4"}, {"P-TWO", "2"});
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_loose("P-TWO", PIECES(1)));
    DONE(tag_link(1, "C1", 1));
    DONE(tag_link(2, "C1", 1));
    DONE(tag_link(3, "C1", 2));
    DONE(SEND(1));
    DONE(SEND(3));
    DONE(close_return(2));
    commit();
    load_table("warehouses", "warehouse_id,name,region,returns\nA0,Nearer,R1,yes\n");
    begin();
    DONE(receive("C1", 0));
    out = outcome;
    ck_assert(wl_str_is(out->centre_id, "A0"));
    ck_assert_int_eq(out->first_tag, 4);
    ck_assert_uint_eq(out->tags.count, 3);
    numbers_are(out->known, "1 2");
    ck_assert_uint_eq(out->head.postings.count, 3 * 3 + 1 + 2);
    ck_assert(wl_str_is(tag_row(1).centre_id, "RC") && wl_str_is(tag_row(2).centre_id, "A0"));
    ck_assert_int_eq(return_row(1).open, 0);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/MAIN", "P-BACK", NULL), PIECES(1));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "A0/MAIN", "P-BACK", NULL), PIECES(3));
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_IN_TRANSIT, "return/0", "P-BACK", NULL), 0);
    owed_is("C1", 1, WL_OBLIGATION_RECEIVED, 4000, 4000, 0);
    owed_is("C1", 2, WL_OBLIGATION_OPEN, 2000, 1000, 0);
    REFUSED("already-received", receive("C1", 1));
    REFUSED("tag-missing", receive("C1", 2));
    REFUSED("nothing-to-receive", receive("C1", 0));
    ck_assert_int_eq(tag_row(4).shipment, WL_NONE);
    DONE(reverse(entry_now() - 3)); /* its own tags are void, the others where they were */
    tag_is(1, WL_TAG_SHIPPED);
    tag_is(2, WL_TAG_TAGGED);
    tag_is(4, WL_TAG_WITHDRAWN);
    ck_assert(tag_row(2).centre_id.size == 0 && tag_row(2).shipped_seq == WL_NONE);
    ck_assert_int_eq(stock_balance(WL_ACCOUNT_CENTRE_DEFECTIVE, "RC/MAIN", "P-BACK", NULL), 0);
    owed_is("C1", 2, WL_OBLIGATION_OPEN, 1000, 0, 0);
    OK(wl_parts_check(txn));
    DONE(receive("C1", 0));
    DONE(inspect_tag(1, WL_ACCEPTED));
    REFUSED("reversal-blocked", reverse(entry_now() - 1));
    commit();
    all_agrees();
}
END_TEST

/* What does not fit into one command is left for the next: whole lines, or so much of one as fits. */
START_TEST(a_hundred_parts_are_received_at_once)
{
    const struct wl_receive_outcome *out;

    begin();
    CLAIM("C1", {"P-OIL", "60"}, {"P-OIL", "50"}, {"P-OIL", "40"}, {"P-BACK", "1"});
    DONE(receive("C1", 0));
    out = outcome;
    ck_assert_uint_eq(out->tags.count, 100);
    ck_assert_int_eq(out->remaining, 2);
    owed_is("C1", 2, WL_OBLIGATION_OPEN, 0, 0, 0);
    DONE(receive("C1", 0));
    out = outcome;
    ck_assert_uint_eq(out->tags.count, 51);
    ck_assert_int_eq(out->remaining, WL_NONE);
    CLAIM("C3", {"P-OIL", "90"}, {"P-OIL", "12"}, {"P-OIL", "10"});
    for (int i = 0; i < 6; i++) {
        DONE(tag_loose("P-OIL", PIECES(1)));
        DONE(tag_link(newest_tag(), "C3", 2));
    }
    DONE(receive("C3", 0)); /* of line 2 nothing, though its tags would fit */
    out = outcome;
    ck_assert(out->known.count == 0 && out->tags.count == 100 && out->remaining == 1);
    owed_is("C3", 2, WL_OBLIGATION_OPEN, 6000, 0, 0);
    DONE(receive("C3", 0));
    out = outcome;
    ck_assert(out->known.count == 6 && out->tags.count == 6 && out->remaining == WL_NONE);
    CLAIM("C2", {"P-OIL", "230"});
    for (int i = 0; i < 130; i++) {
        DONE(tag_loose("P-OIL", PIECES(1)));
        DONE(tag_link(newest_tag(), "C2", 1));
    }
    DONE(receive("C2", 1));
    out = outcome;
    ck_assert(out->known.count == 100 && out->tags.count == 0 && out->remaining == 1 && out->first_tag == WL_NONE);
    owed_is("C2", 1, WL_OBLIGATION_OPEN, 130000, 100000, 0);
    DONE(receive("C2", 0));
    out = outcome;
    ck_assert(out->known.count == 30 && out->tags.count == 0 && out->remaining == 1);
    DONE(receive("C2", 0));
    out = outcome;
    ck_assert(out->known.count == 0 && out->tags.count == 100 && out->remaining == WL_NONE);
    owed_is("C2", 1, WL_OBLIGATION_RECEIVED, 230000, 230000, 0);
    DONE(inspect("C2", 1, WL_ACCEPTED));
    ck_assert_uint_eq(((struct wl_inspect_outcome *)outcome)->tags.count, 200);
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->remaining, 1);
    owed_is("C2", 1, WL_OBLIGATION_RECEIVED, 230000, 230000, 200000);
    DONE(inspect("C2", 1, WL_ACCEPTED));
    ck_assert_int_eq(((struct wl_inspect_outcome *)outcome)->remaining, WL_NONE);
    owed_is("C2", 1, WL_OBLIGATION_ACCEPTED, 230000, 230000, 230000);
    commit();
    all_agrees();
}
END_TEST

/* ---- reversals ---- */

START_TEST(a_receipt_is_taken_back_while_nothing_went_on)
{
    int64_t scanned, shipped;

    begin();
    CLAIM("C1", {"P-BACK", "2"});
    DONE(tag_line("C1", 1));
    DONE(SEND(1, 2));
    shipped = entry_now();
    DONE(scan(1));
    scanned = entry_now();
    REFUSED("reversal-blocked", reverse(shipped));
    about_is("return/1");
    DONE(close_return(1));
    REFUSED("reversal-blocked", reverse(shipped));
    DONE(reverse(scanned)); /* it is in transit again, and the shipment open */
    ck_assert(return_row(1).open == 1 && return_row(1).closed_seq == WL_NONE);
    owed_is("C1", 1, WL_OBLIGATION_OPEN, 2000, 0, 0);
    OK(wl_parts_check(txn));
    DONE(scan(1));
    scanned = entry_now();
    DONE(inspect_tag(1, WL_ACCEPTED));
    REFUSED("reversal-blocked", reverse(scanned));
    about_is_entry("0000000013: ", scanned + 1);
    DONE(reverse(scanned + 1));
    tag_is(1, WL_TAG_RECEIVED);
    DONE(inspect_tag(1, WL_ACCEPTED));
    DONE(dispose(1, WL_DISPOSE_DEALER));
    scanned = entry_now();
    DONE(reverse(scanned));
    REFUSED("already-reversed", reverse(scanned));
    tag_is(1, WL_TAG_INSPECTED);
    DONE(dispose(1, WL_DISPOSE_SCRAP));
    commit();
    all_agrees();
}
END_TEST

START_TEST(a_shipment_is_taken_back_as_a_whole)
{
    int64_t shipped;

    begin();
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(tag_loose("P-BACK", PIECES(1)));
    DONE(SEND(2, 1));
    shipped = entry_now();
    DONE(scan(2));
    DONE(reverse(entry_now()));
    DONE(reverse(shipped)); /* all of it is in transit again */
    tag_is(1, WL_TAG_TAGGED);
    ck_assert(tag_row(2).shipment == WL_NONE && tag_row(2).shipped_seq == WL_NONE && tag_row(2).centre_id.size == 0);
    REFUSED("tag-not-shipped", scan(2));
    REFUSED("return-closed", close_return(1));
    DONE(SEND(1));
    DONE(SEND(2));
    shipment_has(1, "1 2 ");
    shipment_has(3, "2 ");
    commit();
    all_agrees();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("returns");
    TCase *ways = cases("ways", returns_world_make);

    tcase_add_test(ways, a_shipment_has_tags_of_one_dealer);
    tcase_add_test(ways, a_shipment_goes_to_the_nearest_centre);
    tcase_add_test(ways, a_centre_may_have_bins);
    tcase_add_test(ways, what_a_closed_shipment_lacks_is_missing);
    tcase_add_test(ways, a_missing_part_may_be_found);
    tcase_add_test(ways, a_finding_is_taken_back_in_its_turn);
    tcase_add_test(ways, what_comes_without_papers_is_received_from_where_it_is);
    tcase_add_test(ways, a_hundred_parts_are_received_at_once);
    tcase_add_test(ways, a_receipt_is_taken_back_while_nothing_went_on);
    tcase_add_test(ways, a_shipment_is_taken_back_as_a_whole);
    suite_add_tcase(suite, ways);
    return run_suite(suite);
}
