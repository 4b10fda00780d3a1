/* All that was ever fitted to a vehicle and removed from it: once, in the order of time, taken back or not. */
#include "tests/demand_world.h"

#include "wledger/defective.h"
#include "wledger/vehicle_parts.h"

static struct wl_buf found;

/* "DATE fitted|removed PART LOT THOUSANDTHS DEALER INVOICE request tag", and what is special behind it. */
static int note(void *context, const struct wl_vehicle_part *p)
{
    char date[WL_DATE_TEXT];

    (void)context;
    wl_date_format(p->day, date);
    wl_buf_format(&found, "%s %s " WL_STR_FMT " " WL_STR_FMT " %lld " WL_STR_FMT " " WL_STR_FMT " %lld %lld%s%s\n",
                  date, p->kind == WL_PART_FITTED ? "fitted" : "removed", WL_STR_ARG(p->part_id), WL_STR_ARG(p->lot),
                  (long long)(p->quantity == WL_NONE ? -1 : p->quantity), WL_STR_ARG(p->dealer_id),
                  WL_STR_ARG(p->invoice_no), (long long)(p->request == WL_NONE ? 0 : p->request),
                  (long long)(p->tag == WL_NONE ? 0 : p->tag), p->loaded ? " loaded" : "",
                  p->reversed_seq != WL_NONE ? " reversed" : "");
    return WL_OK;
}

static void parts_are(const char *vin, const char *expected)
{
    struct wl_txn *read;
    struct wl_arena mine;

    wl_buf_init(&found, 1 << 16);
    wl_arena_init(&mine, 1 << 20);
    OK(wl_txn_begin(store, false, &read));
    OK(wl_vehicle_parts(read, &mine, text(vin), note, NULL));
    wl_txn_abort(&read);
    wl_arena_release(&mine);
    wl_buf_byte(&found, 0);
    OK(wl_buf_status(&found));
    ck_assert_str_eq((const char *)found.data, expected);
    wl_buf_release(&found);
}

#define FITS "dealer_id,invoice_no,vin,part_id,fit_date,fit_km,paid_by,owner_id\n"

static void make(void)
{
    demand_world_make();
    load_table("fits", FITS "D2,OLD-2," VIN ",P-KEEP,2024-09-01,9000,customer,O1\n"
                            "D2,OLD-1," VIN ",P-TWO,2024-08-01,8000,warranty,\n"
                            "D2,OLD-3," VIN2 ",P-TWO,2024-08-02,8000,warranty,\n");
}

START_TEST(test_none)
{
    parts_are("WDB2110560A000001", "");
    parts_are("", "");
    parts_are(VIN2, "2024-08-02 fitted P-TWO  -1 D2 OLD-3 0 0 loaded\n");
}
END_TEST

START_TEST(test_loaded_and_fitted)
{
    begin();
    DONE(open_stock("D1", "SHELF", "P-BACK", "L1", NULL, PIECES(1)));
    DONE(open_stock("D1", "MAIN", "P-BACK", "L1", NULL, PIECES(2)));
    DONE(open_stock("D1", "MAIN", "P-BACK", "L2", NULL, PIECES(2)));
    DONE(ask("D1", "P-BACK", PIECES(5)));
    DONE(fit_by("D1", VIN, 1, NULL, NULL, PIECES(5), "RO-A"));
    commit();
    set_day("2025-06-10");
    begin();
    DONE(open_stock("D1", "SHELF", "P-SER", NULL, "S9", PIECES(1)));
    DONE(fit_by("D1", VIN, WL_NONE, "P-SER", "sn:S9", PIECES(1), "RO-B"));
    commit();
    load_table("fits", FITS "D1,RO-A," VIN ",P-BACK,2025-06-02,20000,customer,O1\n"    /* as the ledger has it */
                            "D1,RO-B," VIN ",P-SER,2025-06-09,19000,warranty,O1\n"     /* the same, told otherwise */
                            "D1,RO-C," VIN ",P-BACK,2025-06-10,20000,customer,O1\n"    /* of another invoice */
                            "D10,RO-A," VIN ",P-BACK,2025-06-05,20000,customer,O1\n"); /* of another dealer */
    parts_are(VIN, "2024-08-01 fitted P-TWO  -1 D2 OLD-1 0 0 loaded\n"
                   "2024-09-01 fitted P-KEEP  -1 D2 OLD-2 0 0 loaded\n"
                   "2025-06-02 fitted P-BACK L1 3000 D1 RO-A 1 0\n"
                   "2025-06-02 fitted P-BACK L2 2000 D1 RO-A 1 0\n"
                   "2025-06-05 fitted P-BACK  -1 D10 RO-A 0 0 loaded\n"
                   "2025-06-10 fitted P-BACK  -1 D1 RO-C 0 0 loaded\n"
                   "2025-06-10 fitted P-SER sn:S9 1000 D1 RO-B 0 0\n");
    parts_are(VIN2, "2024-08-02 fitted P-TWO  -1 D2 OLD-3 0 0 loaded\n");
}
END_TEST

/* What was taken back is told, and does not hide a fit of the same name that was loaded after it. */
START_TEST(test_reversed)
{
    int64_t entry;

    begin();
    DONE(open_stock("D1", "SHELF", "P-BACK", "L1", NULL, PIECES(2)));
    DONE(fit_part("P-BACK", PIECES(1), "RO-A"));
    entry = entry_now();
    DONE(reverse(entry));
    DONE(fit_part("P-BACK", PIECES(2), "RO-B"));
    commit();
    parts_are(VIN, "2024-08-01 fitted P-TWO  -1 D2 OLD-1 0 0 loaded\n"
                   "2024-09-01 fitted P-KEEP  -1 D2 OLD-2 0 0 loaded\n"
                   "2025-06-02 fitted P-BACK L1 1000 D1 RO-A 0 0 reversed\n"
                   "2025-06-02 fitted P-BACK L1 2000 D1 RO-B 0 0\n");
    load_table("fits", FITS "D1,RO-A," VIN ",P-BACK,2025-06-02,20000,customer,O1\n");
    parts_are(VIN, "2024-08-01 fitted P-TWO  -1 D2 OLD-1 0 0 loaded\n"
                   "2024-09-01 fitted P-KEEP  -1 D2 OLD-2 0 0 loaded\n"
                   "2025-06-02 fitted P-BACK  -1 D1 RO-A 0 0 loaded\n"
                   "2025-06-02 fitted P-BACK L1 1000 D1 RO-A 0 0 reversed\n"
                   "2025-06-02 fitted P-BACK L1 2000 D1 RO-B 0 0\n");
}
END_TEST

START_TEST(test_removed)
{
    struct wl_tag_loose_body loose = {.dealer_id = text("D1"),
                                      .vin = text(VIN),
                                      .part_id = text("P-TWO"),
                                      .reason = text("leaks"),
                                      .quantity = PIECES(1)};
    struct wl_tag_body tag = {.dealer_id = text("D1"), .claim_no = text("C1"), .line = WL_NONE, .together = WL_NONE};
    int64_t entry;

    begin();
    DONE(run(&wl_tag_loose_command, &loose));
    entry = entry_now();
    DONE(run(&wl_tag_loose_command, &loose));
    DONE(reverse(entry + 1));
    commit();
    claim_is(
        &(struct claim_spec){
            .dealer = "D1", .no = "C1", .submission = "1", .hours = "2", .parts = {{"P-BACK", "2"}, {"P-TWO", "1"}}},
        "approved");
    set_day("2025-06-12");
    begin();
    DONE(run(&wl_tag_command, &tag));
    commit();
    parts_are(VIN, "2024-08-01 fitted P-TWO  -1 D2 OLD-1 0 0 loaded\n"
                   "2024-09-01 fitted P-KEEP  -1 D2 OLD-2 0 0 loaded\n"
                   "2025-06-02 removed P-TWO  1000 D1  0 1\n"
                   "2025-06-02 removed P-TWO  1000 D1  0 2 reversed\n"
                   "2025-06-12 removed P-BACK  1000 D1  0 3\n"
                   "2025-06-12 removed P-BACK  1000 D1  0 4\n"
                   "2025-06-12 removed P-TWO  1000 D1  0 5\n");
}
END_TEST

/* Parts that come back without their papers are removed by that. */
START_TEST(test_received_unasked)
{
    claim_is(USUAL("D1", "C1"), "approved");
    begin();
    DONE(receive("C1", 0));
    commit();
    parts_are(VIN, "2024-08-01 fitted P-TWO  -1 D2 OLD-1 0 0 loaded\n"
                   "2024-09-01 fitted P-KEEP  -1 D2 OLD-2 0 0 loaded\n"
                   "2025-06-02 removed P-BACK  1000 D1  0 1\n"
                   "2025-06-02 removed P-TWO  1000 D1  0 2\n");
}
END_TEST

static int end_it(void *context, const struct wl_vehicle_part *p)
{
    int *calls = context;

    (void)p;
    ++*calls;
    return 7;
}

START_TEST(test_callback_ends_it)
{
    int calls = 0;

    OK(wl_txn_begin(store, false, &txn));
    ck_assert_int_eq(wl_vehicle_parts(txn, &arena, text(VIN), end_it, &calls), 7);
    ck_assert_int_eq(calls, 1);
    wl_txn_abort(&txn);
}
END_TEST

/* Memory that does not suffice is an error, and not a shorter history. */
START_TEST(test_short_of_memory)
{
    struct wl_arena small;
    struct wl_buf csv;

    wl_buf_init(&csv, 1 << 20);
    wl_buf_text(&csv, FITS);
    for (int i = 0; i < 300; i++)
        wl_buf_format(&csv, "D2,MANY-%d," VIN ",P-TWO,2024-08-01,8000,warranty,\n", i);
    wl_buf_byte(&csv, 0);
    load_table("fits", (const char *)csv.data);
    wl_buf_release(&csv);
    wl_arena_init(&small, 32 << 10);
    wl_buf_init(&found, 1 << 16);
    OK(wl_txn_begin(store, false, &txn));
    ck_assert_int_eq(wl_vehicle_parts(txn, &small, text(VIN), note, NULL), WL_E_FULL);
    ck_assert_uint_eq(found.size, 0);
    wl_txn_abort(&txn);
    wl_arena_release(&small);
    wl_buf_release(&found);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vehicle parts");
    TCase *tc = cases("vehicle parts", make);

    tcase_add_test(tc, test_none);
    tcase_add_test(tc, test_loaded_and_fitted);
    tcase_add_test(tc, test_reversed);
    tcase_add_test(tc, test_removed);
    tcase_add_test(tc, test_received_unasked);
    tcase_add_test(tc, test_callback_ends_it);
    tcase_add_test(tc, test_short_of_memory);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
