/* What covers a vehicle, told at its entry: a table of cases computed by hand. */
#include "tests/gates_world.h"

#include "wledger/form.h"

#define OTHER "11111111111111111" /* of model M2 */
#define UNSOLD "WDB2110500A000001"

static const char *const tables[][2] = {
    {"models", "model_id,name,list_price,currency\nM2,Two,200000,CNY\n"},
    {"parts",
     "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
     "P-LIFE,Belt,engine,ea,S1,never,0,12,10000,yes\n"},
    {"operations", "op_code,description,component,standard_hours\nOP-C,Campaign,engine,10\nOP-S1,First,engine,10\n"
                   "OP-S2,Second,engine,10\n"},
    {"plans", "plan_id,model_id,component,sold_from,sold_to,months,km,void\n"
              "BASE,*,*,2020-01-01,2099-01-01,36,100000,yes\n"
              "P1,M1,engine,2020-01-01,2099-01-01,24,50000,\nP2,M1,*,2020-01-01,2099-01-01,36,60000,\n"
              "P3,*,engine,2020-01-01,2099-01-01,60,200000,\nP4,*,*,2020-01-01,2099-01-01,12,20000,\n"
              "P5,*,brake,2020-01-01,2099-01-01,6,10000,\nP6,*,paint,2024-06-02,2099-01-01,6,10000,\n"
              "P7,*,glass,2020-01-01,2023-01-31,6,10000,\n"},
    {"extensions", "extension_id,from_date,to_date,new_last_day\nE1,2026-05-01,2026-06-30,2026-08-15\n"},
    {"contracts", "contract_id,vin,component,start_date,end_date,max_km\n"
                  "C2," VIN ",brake,2026-01-01,2027-06-30,45000\nC1," VIN ",*,2025-01-01,2026-12-31,80000\n"},
    {"campaigns", "campaign_id,op_code,from_date,to_date\n"
                  "K1,OP-C,2025-01-01,2025-12-31\nK2,OP-C,2025-01-01,2025-06-09\nK3,OP-C,2025-01-01,2025-12-31\n"
                  "K4,OP-C,2025-01-01,2025-12-31\n"},
    {"service_plan", "op_code,max_months,max_km\nOP-S1,12,15000\nOP-S2,24,30000\n"},
    {"fits", "dealer_id,invoice_no,vin,part_id,fit_date,fit_km,paid_by,owner_id\n"
             "D1,I1," VIN ",P-BACK,2025-01-15,8000,customer,O1\nD1,I2," VIN ",P-LIFE,2025-02-01,9000,customer,O1\n"
             "D1,I3," VIN ",P-LIFE,2025-02-01,9000,warranty,O1\nD1,I4," VIN ",P-KEEP,2025-02-01,9000,customer,O1\n"
             "D1,I5," VIN ",P-TWO,2026-07-01,48000,customer,O1\nD1,I6," VIN ",P-LIFE,2025-02-01,9000,customer,O9\n"},
};

static void claim_done(const char *no, const char *type, const char *campaign, const char *operation,
                       const char *expected)
{
    struct wl_labour_line labour = {text(operation), text("1")};
    struct wl_claim_record record = {.dealer_id = text("D1"),
                                     .claim_no = text(no),
                                     .submission = text("1"),
                                     .type = text(type),
                                     .vin = text(VIN),
                                     .repair_date = text("2025-05-20"),
                                     .submit_date = text("2025-05-25"),
                                     .mileage = text("9500"),
                                     .fault_code = text("F1"),
                                     .campaign_id = text(campaign),
                                     .labour = {&labour, 1},
                                     .narrative_size = WL_NONE};

    DONE(run(&wl_record_command, &record));
    ck_assert_str_eq(wl_decision_names[((struct wl_record_outcome *)outcome)->decision.decision], expected);
}

static void coverage_world(void)
{
    char vin[18], rows[400];

    world_make();
    ck_assert_str_eq(vin_of(1, vin), UNSOLD);
    for (size_t i = 0; i < WL_COUNT(tables); i++)
        load_table(tables[i][0], tables[i][1]);
    load_table("vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n" OTHER
                           ",M2,B1,2022-01-01,2023-01-31,D1,O2\n" UNSOLD ",M1,B1,2024-01-01,,D1,\n");
    snprintf(rows, sizeof rows, "campaign_id,vin\nK1,%s\nK2,%s\nK4,%s\nK3,%s\n", VIN, VIN, VIN, vin);
    load_table("campaign_vehicles", rows);
    begin();
    claim_done("C1", "campaign", "K4", "OP-C", "approved");
    claim_done("C2", "service", NULL, "OP-S2", "approved");
    claim_done("C3", "campaign", "K1", "OP-C", "approved");
    claim_done("C4", "service", NULL, "OP-S1", "approved");
    commit();
    /* What was sent back, or refused, did nothing. */
    begin();
    for (const char *const *no = (const char *const[]){"C3", "C4", NULL}; *no; no++) {
        struct wl_information_body body = {text("D1"), text(*no), text("which?")};

        DONE(run(&wl_information_command, &body));
    }
    commit();
}

/* Days of no end and kilometres of no limit: "-". */
static const struct {
    const char *vin, *day;
    int64_t km;
    const char *expected;
} told[] = {
    {VIN, "2025-06-10", 10000,
     "plan P1 engine 2026-08-15 40000 holds\n"
     "plan P2 * 2027-05-31 50000 holds\n"
     "plan P2 brake 2027-05-31 50000 holds\n"
     "contract C1 * 2026-12-31 70000 holds\n"
     "part P-BACK 2027-01-14 58000 holds I1\n"
     "part P-LIFE - - holds I2\n"
     "part P-LIFE 2026-01-31 9000 holds I3\n"
     "part P-LIFE 2026-01-31 9000 holds I6\n"
     "campaign K1 2025-12-31 - holds OP-C\n"
     "service OP-S1 2025-05-31 5000 expired\n"},
    {VIN, "2026-08-15", 50000,
     "plan P1 engine 2026-08-15 0 holds\n"
     "plan P2 * 2027-05-31 10000 holds\n"
     "plan P2 brake 2027-05-31 10000 holds\n"
     "contract C1 * 2026-12-31 30000 holds\n"
     "contract C2 brake 2027-06-30 -5000 expired\n"
     "part P-BACK 2027-01-14 18000 holds I1\n"
     "part P-LIFE - - holds I2\n"
     "part P-LIFE 2026-01-31 -31000 expired I3\n"
     "part P-LIFE 2026-01-31 -31000 expired I6\n"
     "part P-TWO 2028-06-30 58000 holds I5\n"
     "service OP-S1 2025-05-31 -35000 expired\n"},
    {VIN, "2026-08-16", 50001,
     "plan P1 engine 2026-08-15 -1 expired\n"
     "plan P2 * 2027-05-31 9999 holds\n"
     "plan P2 brake 2027-05-31 9999 holds\n"
     "contract C1 * 2026-12-31 29999 holds\n"
     "contract C2 brake 2027-06-30 -5001 expired\n"
     "part P-BACK 2027-01-14 17999 holds I1\n"
     "part P-LIFE - - holds I2\n"
     "part P-LIFE 2026-01-31 -31001 expired I3\n"
     "part P-LIFE 2026-01-31 -31001 expired I6\n"
     "part P-TWO 2028-06-30 57999 holds I5\n"
     "service OP-S1 2025-05-31 -35001 expired\n"},
    /* One day too late, no kilometre too many. */
    {VIN, "2026-08-16", 50000,
     "plan P1 engine 2026-08-15 0 expired\n"
     "plan P2 * 2027-05-31 10000 holds\n"
     "plan P2 brake 2027-05-31 10000 holds\n"
     "contract C1 * 2026-12-31 30000 holds\n"
     "contract C2 brake 2027-06-30 -5000 expired\n"
     "part P-BACK 2027-01-14 18000 holds I1\n"
     "part P-LIFE - - holds I2\n"
     "part P-LIFE 2026-01-31 -31000 expired I3\n"
     "part P-LIFE 2026-01-31 -31000 expired I6\n"
     "part P-TWO 2028-06-30 58000 holds I5\n"
     "service OP-S1 2025-05-31 -35000 expired\n"},
    /* The day of its sale; nothing was fitted yet, no contract had begun. */
    {VIN, "2024-06-01", 5,
     "plan P1 engine 2026-08-15 49995 holds\n"
     "plan P2 * 2027-05-31 59995 holds\n"
     "plan P2 brake 2027-05-31 59995 holds\n"
     "service OP-S1 2025-05-31 14995 holds\n"},
    {VIN, "2024-05-31", 5, ""},
    {OTHER, "2023-07-30", 10000,
     "plan P3 engine 2028-01-30 190000 holds\n"
     "plan P4 * 2024-01-30 10000 holds\n"
     "plan P5 brake 2023-07-30 0 holds\n"
     "service OP-S1 2024-01-30 5000 holds\n"
     "service OP-S2 2025-01-30 20000 holds\n"},
    {OTHER, "2024-01-31", 20001,
     "plan P3 engine 2028-01-30 179999 holds\n"
     "plan P4 * 2024-01-30 -1 expired\n"
     "plan P5 brake 2023-07-30 -10001 expired\n"
     "service OP-S1 2024-01-30 -5001 expired\n"
     "service OP-S2 2025-01-30 9999 holds\n"},
    /* A campaign calls back what was never sold. */
    {UNSOLD, "2025-06-10", 12, "campaign K3 2025-12-31 - holds OP-C\n"},
    {UNSOLD, "2026-01-01", 12, ""},
    {"5GZCZ43D13S812715", "2025-06-10", 12, ""},
};

static void print_day(struct wl_buf *out, int64_t day_)
{
    char room[WL_DATE_TEXT];

    wl_date_format(day_, room);
    wl_buf_text(out, day_ == WL_NONE ? "-" : room);
}

static int print_cover(void *context, const struct wl_cover *cover)
{
    struct wl_buf *out = context;

    wl_buf_format(out, "%s " WL_STR_FMT, wl_cover_kind_names()[cover->kind], WL_STR_ARG(cover->id));
    if (cover->component.size)
        wl_buf_format(out, " " WL_STR_FMT, WL_STR_ARG(cover->component));
    wl_buf_byte(out, ' ');
    print_day(out, cover->last_day);
    if (cover->km_left == WL_NONE)
        wl_buf_text(out, " -");
    else
        wl_buf_format(out, " %lld", (long long)cover->km_left);
    wl_buf_text(out, cover->holds ? " holds" : " expired");
    if (cover->text.size)
        wl_buf_format(out, " " WL_STR_FMT, WL_STR_ARG(cover->text));
    wl_buf_byte(out, '\n');
    return WL_OK;
}

static struct wl_context context_now(void)
{
    return (struct wl_context){.txn = txn, .arena = &arena, .cache = wl_store_cache(store), .seq = UINT64_MAX};
}

START_TEST(a_vehicle_is_told_what_covers_it)
{
    struct wl_context context;
    struct wl_buf out;

    wl_buf_init(&out, 1 << 16);
    OK(wl_txn_begin(store, false, &txn));
    context = context_now();
    OK(wl_coverage_each(&context, text(told[_i].vin), day(told[_i].day), told[_i].km, print_cover, &out));
    wl_buf_byte(&out, 0);
    ck_assert_str_eq((const char *)out.data, told[_i].expected);
    wl_txn_abort(&txn);
    wl_buf_release(&out);
}
END_TEST

static int stop_at_second(void *context, const struct wl_cover *cover)
{
    int *count = context;

    (void)cover;
    return ++*count == 2 ? 77 : WL_OK;
}

START_TEST(who_listens_may_stop)
{
    struct wl_context context;
    int count = 0;

    OK(wl_txn_begin(store, false, &txn));
    context = context_now();
    ck_assert_int_eq(wl_coverage_each(&context, text(VIN), day("2025-06-10"), 0, stop_at_second, &count), 77);
    ck_assert_int_eq(count, 2);
    wl_txn_abort(&txn);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tc = cases("coverage", coverage_world);

    tcase_add_loop_test(tc, a_vehicle_is_told_what_covers_it, 0, (int)WL_COUNT(told));
    tcase_add_test(tc, who_listens_may_stop);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
