/* Adjudication on a small world: header checks, coverage, versions, history, lines, goodwill, decisions. */
#include "tests/claims_world.h"
#include "wledger/posting.h"

static const char *const tables[][2] = {
    {"dealers", "dealer_id,name,region,country,currency,tax_percent,status\n"
                "D1,One,R1,CN,CNY,13,active\nD2,Two,R1,CN,CNY,13,suspended\nD3,Three,R1,JP,JPY,10,active\n"
                "D4,Four,R1,CN,EUR,0,active\n"},
    {"labour_rates", "dealer_id,from_date,rate\nD1,2020-01-01,100\nD1,2025-01-01,200\nD3,2020-01-01,99.5\n"},
    {"parts",
     "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
     "P1,Pump,engine,ea,S1,always,30,12,20000,no\nP2,Seal,engine,ea,S1,never,0,12,20000,yes\n"
     "P3,Cap,engine,ea,S1,always,14,12,20000,no\n"},
    {"part_prices",
     "part_id,currency,from_date,price\nP1,CNY,2020-01-01,50\nP2,CNY,2020-01-01,80.005\nP1,JPY,2020-01-01,900\n"
     "P3,CNY,2025-01-01,10\n"},
    {"vehicles",
     "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n"
     "@0,M1,B1,2020-01-01,2020-02-29,D1,O1\n@1,M1,B1,2020-01-01,2021-01-31,D1,O1\n"
     "@2,M2,B1,2020-01-01,2021-06-15,D1,O2\n@3,M1,B1,2020-01-01,,D1,O1\n@4,M1,B1,2020-01-01,2023-05-01,D1,O1\n"
     "@5,M1,B1,2020-01-01,2010-01-01,D1,O1\n@6,M3,B1,2020-01-01,2021-06-15,D1,O1\n"},
    {"operations", "op_code,description,component,standard_hours\nOP1,One,engine,1.50\nOP2,Two,engine,2.00\n"
                   "OPC,Recall,engine,1.00\nOPS,Service,engine,0.50\nOPX,Also service,engine,0.50\n"},
    {"faults", "fault_code,component,cause,description,warrantable\nF1,engine,wear,x,yes\nF2,engine,wear,x,no\nF3,"
               "glass,wear,x,yes\n"},
    {"plans", "plan_id,model_id,component,sold_from,sold_to,months,km\nBASE,*,*,2020-01-01,2099-01-01,24,100000\n"
              "GLASS,*,glass,2020-01-01,2099-01-01,6,5000\nM2B,M2,*,2020-01-01,2099-01-01,12,100\n"
              "M2A,M2,*,2021-06-15,2099-01-01,36,200\nM2C,M2,*,2021-01-01,2021-06-15,99,300\n"
              "M3,M3,glass,2020-01-01,2099-01-01,48,90000\n"},
    /* B moves what A moved to; A is later than B in the file and earlier by id. */
    {"extensions", "extension_id,from_date,to_date,new_last_day\nB,2023-02-10,2023-02-20,2023-03-05\n"
                   "A,2023-01-30,2023-01-30,2023-02-15\nC,2023-02-15,2023-02-15,2023-06-01\n"},
    {"contracts", "contract_id,vin,component,start_date,end_date,max_km\nK1,@0,engine,2024-01-01,2024-12-31,150000\n"
                  "K2,@1,*,2024-01-01,2024-12-31,150000\n"},
    {"fits", "dealer_id,invoice_no,vin,part_id,fit_date,fit_km,paid_by,owner_id\n"
             "D1,I1,@2,P1,2023-08-31,10000,warranty,O2\nD1,I2,@2,P2,2021-08-31,10000,customer,O2\n"
             "D1,I3,@4,P2,2023-08-31,10000,customer,O9\nD1,I4,@2,GONE,2023-08-31,10000,customer,O2\n"},
    {"campaigns", "campaign_id,op_code,from_date,to_date\nC1,OPC,2022-01-01,2022-12-31\n"},
    {"campaign_vehicles", "campaign_id,vin\nC1,@0\nC1,@3\n"},
    {"authorizations", "auth_no,dealer_id,vin,max_amount,share_percent,valid_to\nA1,D1,@5,300,50,2024-12-31\nA2,D1,@0,"
                       "10,100,2024-12-31\n"},
    {"service_plan", "op_code,max_months,max_km\nOPS,12,15000\nOPX,6,7500\n"},
    {"tiers", "tier,currency,limit\n0,CNY,1500\n1,CNY,6000\n2,CNY,\n0,JPY,30000\n1,JPY,\n"},
    {"policy",
     "key,from_date,value\nsubmit_days,2020-01-01,30\nduplicate_days,2020-01-01,30\nhandling_percent,2020-01-01,10\n"
     "handling_percent,2024-07-01,12.5\nprice_tolerance_percent,2020-01-01,2\nsublet_limit.CNY,2020-01-01,500\n"},
};

static void setup(void)
{
    world_begin();
    for (size_t i = 0; i < WL_COUNT(tables); i++)
        world_load(tables[i][0], tables[i][1]);
}

/* The lines that claims here have; a test changes what it is about. */
static struct wl_labour_line labour[4];
static struct wl_part_line parts[4];
static struct wl_sublet_line sublet[4];
static unsigned next_number;

/* A claim that is approved: 1.50 h x 100 for vehicle 2 of its number, repaired on a date. */
static struct wl_claim_record claim_on(int vehicle, const char *date, const char *km)
{
    static char numbers[1000][8];
    char *number = numbers[next_number % 1000];

    snprintf(number, sizeof(numbers[0]), "%06u", next_number++ % 1000);
    labour[0] = (struct wl_labour_line){WL_STR("OP1"), WL_STR("1.5")};
    parts[0] = (struct wl_part_line){WL_STR("P1"), WL_STR("2"), WL_STR("50"), WL_STR("CNY")};
    sublet[0] = (struct wl_sublet_line){WL_STR("TOW"), WL_STR("100"), WL_STR("CNY")};
    return (struct wl_claim_record){.dealer_id = WL_STR("D1"),
                                    .claim_no = wl_str_of(number),
                                    .submission = WL_STR("1"),
                                    .type = WL_STR("warranty"),
                                    .vin = wl_str_of(world_vin(vehicle)),
                                    .repair_date = wl_str_of(date),
                                    .submit_date = wl_str_of(date),
                                    .mileage = wl_str_of(km),
                                    .fault_code = WL_STR("F1"),
                                    .labour = {labour, 1},
                                    .parts = {parts, 0},
                                    .sublet = {sublet, 0},
                                    .narrative_size = WL_NONE};
}

/* Changes to a claim on vehicle 1, sold 2021-01-31, repaired 2022-06-01 at 1000 km. NULL: as it is. */
static const struct {
    const char *dealer, *type, *vin, *submit, *fault, *answer;
} header_cases[] = {
    {NULL, NULL, NULL, NULL, NULL, "approved"},
    {"D9", "x", "x", NULL, "F9", "rejected: dealer-unknown"},
    {"D2", NULL, NULL, NULL, NULL, "rejected: dealer-suspended|rate-missing"},
    {NULL, NULL, "LSV", NULL, NULL, "rejected: vin-malformed"},
    {NULL, NULL, "1M8GDM9AXKP042788", NULL, NULL, "rejected: vehicle-unknown"},
    {NULL, NULL, NULL, "2022-05-31", NULL, "rejected: submitted-before-repair"},
    {NULL, NULL, NULL, "2022-07-01", NULL, "approved"},
    {NULL, NULL, NULL, "2022-07-02", NULL, "rejected: submitted-late"},
    {NULL, "wrranty", NULL, NULL, NULL, "rejected: type-unknown"},
    {NULL, NULL, NULL, NULL, "F9", "rejected: fault-unknown"},
    {NULL, NULL, NULL, NULL, "F2", "rejected: fault-not-warrantable"},
    {NULL, "service", NULL, NULL, "F2", "rejected: service-not-planned"},
    {NULL, "part", NULL, NULL, NULL, "rejected: part-coverage-none"},
    {NULL, "extended", NULL, NULL, NULL, "rejected: contract-none"},
    {NULL, "extended", NULL, NULL, "F9", "rejected: fault-unknown"},
    {NULL, "campaign", NULL, NULL, NULL, "rejected: campaign-unknown"},
    {NULL, "goodwill", NULL, NULL, NULL, "rejected: authorization-missing"},
    {NULL, "pdi", NULL, NULL, NULL, "rejected: pdi-late"},
};

START_TEST(header_checks_answer)
{
    struct wl_claim_record claim = claim_on(1, "2022-06-01", "1000");

    if (header_cases[_i].dealer != NULL)
        claim.dealer_id = wl_str_of(header_cases[_i].dealer);
    if (header_cases[_i].type != NULL)
        claim.type = wl_str_of(header_cases[_i].type);
    if (header_cases[_i].vin != NULL)
        claim.vin = wl_str_of(header_cases[_i].vin);
    if (header_cases[_i].submit != NULL)
        claim.submit_date = wl_str_of(header_cases[_i].submit);
    if (header_cases[_i].fault != NULL)
        claim.fault_code = wl_str_of(header_cases[_i].fault);
    ck_assert_str_eq(world_answer(world_send(&claim)), header_cases[_i].answer);
}
END_TEST

/* type, vehicle, fault, causal part or campaign, operation, repair date, km, answer */
static const struct {
    const char *type;
    int vehicle;
    const char *fault, *named, *operation, *date, *km, *answer;
} coverage_cases[] = {
    /* 24 months from 29 February end with 27 February; 28 February is the first day that is not covered. */
    {"warranty", 0, "F1", "", "OP1", "2022-02-27", "100000", "approved"},
    {"warranty", 0, "F1", "", "OP1", "2022-02-28", "100000", "rejected: coverage-expired"},
    {"warranty", 0, "F1", "", "OP1", "2022-02-27", "100001", "rejected: coverage-expired"},
    {"warranty", 0, "F1", "", "OP1", "2020-02-28", "1", "rejected: vehicle-not-sold"},
    {"warranty", 3, "F1", "", "OP1", "2022-02-28", "1", "rejected: vehicle-not-sold"},
    {"warranty", 5, "F1", "", "OP1", "2022-02-27", "1", "rejected: coverage-none"},
    /* 30 January 2023 is moved by A to 15 February, by B to 5 March, and C no longer meets it. */
    {"warranty", 1, "F1", "", "OP1", "2023-03-05", "1", "approved"},
    {"warranty", 1, "F1", "", "OP1", "2023-03-06", "1", "rejected: coverage-expired"},
    /* Model before component; the lowest plan_id of those sold_from <= sale < sold_to. */
    {"warranty", 2, "F1", "", "OP1", "2024-06-14", "200", "approved"},
    {"warranty", 2, "F1", "", "OP1", "2024-06-15", "200", "rejected: coverage-expired"},
    {"warranty", 2, "F3", "", "OP1", "2024-06-14", "201", "rejected: coverage-expired"},
    {"warranty", 1, "F3", "", "OP1", "2021-07-30", "5000", "approved"},
    {"warranty", 1, "F3", "", "OP1", "2021-07-31", "5000", "rejected: coverage-expired"},
    {"warranty", 6, "F3", "", "OP1", "2025-06-14", "90000", "approved"},
    /* Fits: 12 months from 31 August; km from the fit on; lifetime for the customer who paid. */
    {"part", 2, "F1", "P1", "OP1", "2024-08-30", "30000", "approved"},
    {"part", 2, "F1", "P1", "OP1", "2024-08-31", "30000", "rejected: part-coverage-expired"},
    {"part", 2, "F1", "P1", "OP1", "2024-08-30", "30001", "rejected: part-coverage-expired"},
    {"part", 2, "F1", "P1", "OP1", "2023-08-30", "30000", "rejected: part-coverage-none"},
    {"part", 2, "F1", "P2", "OP1", "2026-08-30", "900000", "approved"},
    {"part", 4, "F1", "P2", "OP1", "2026-08-30", "900000", "rejected: part-coverage-expired"},
    {"part", 2, "F1", "GONE", "OP1", "2024-08-30", "1", "rejected: part-coverage-expired"},
    {"extended", 0, "F1", "", "OP1", "2024-12-31", "150000", "approved"},
    {"extended", 0, "F1", "", "OP1", "2025-01-01", "150000", "rejected: contract-none"},
    {"extended", 0, "F1", "", "OP1", "2024-12-31", "150001", "rejected: contract-none"},
    {"extended", 0, "F3", "", "OP1", "2024-01-01", "1", "rejected: contract-none"},
    {"extended", 1, "F3", "", "OP1", "2024-01-01", "1", "approved"},
    {"campaign", 0, "F9", "C1", "OPC", "2022-12-31", "1", "rejected: fault-unknown|hours-reduced"},
    {"campaign", 3, "F1", "C1", "OPC", "2022-01-01", "1", "partial: hours-reduced"},
    {"campaign", 1, "F1", "C1", "OPC", "2021-12-31", "1",
     "rejected: campaign-closed|campaign-vehicle-not-listed|hours-reduced"},
    {"campaign", 0, "F1", "C1", "OP1", "2022-12-31", "1", "rejected: nothing-payable|operation-not-in-campaign"},
    {"service", 2, "F1", "", "OPS", "2022-06-14", "15000", "partial: hours-reduced"},
    {"service", 2, "F1", "", "OPS", "2022-06-15", "15000", "rejected: hours-reduced|service-expired"},
    {"service", 2, "F1", "", "OPS", "2022-06-14", "15001", "rejected: hours-reduced|service-expired"},
    {"pdi", 2, "F1", "", "OP1", "2021-06-22", "1", "approved"},
    {"pdi", 2, "F1", "", "OP1", "2021-06-23", "1", "rejected: pdi-late"},
    {"pdi", 3, "F1", "", "OP1", "2021-06-23", "1", "approved"},
};

START_TEST(coverage_ends_where_it_must)
{
    struct wl_claim_record claim = claim_on(coverage_cases[_i].vehicle, coverage_cases[_i].date, coverage_cases[_i].km);

    claim.type = wl_str_of(coverage_cases[_i].type);
    claim.fault_code = wl_str_of(coverage_cases[_i].fault);
    claim.causal_part = claim.campaign_id = wl_str_of(coverage_cases[_i].named);
    labour[0].op_code = wl_str_of(coverage_cases[_i].operation);
    ck_assert_str_eq(world_answer(world_send(&claim)), coverage_cases[_i].answer);
}
END_TEST

/* One line of a kind: its code, number and price; then the line's amount and the answer. */
static const struct {
    char kind;
    const char *code, *number, *price;
    int64_t amount;
    const char *answer;
} line_cases[] = {
    {'l', "OP1", "1.50", NULL, 15000, "approved"},
    {'l', "OP1", "1.51", NULL, 15000, "partial: hours-reduced"},
    {'l', "OP9", "1", NULL, 0, "rejected: nothing-payable|operation-unknown"},
    {'l', "OP1", "0", NULL, 0, "rejected: hours-invalid|nothing-payable"},
    {'l', "OP1", "-0.01", NULL, 0, "rejected: hours-invalid|nothing-payable"},
    {'p', "P1", "2", "50", 10000, "approved"},
    {'p', "P1", "2", "51", 10200, "approved"},
    {'p', "P1", "2", "51.0001", 10000, "partial: price-reduced"},
    {'p', "P2", "1", "999", 8001, "partial: price-reduced"},
    {'p', "P1", "0.001", "5", 1, "approved"},
    {'p', "P1", "0.001", "4.9999", 0, "rejected: nothing-payable"},
    {'p', "P9", "1", "1", 0, "rejected: nothing-payable|part-unknown"},
    {'p', "P1", "0", "-1", 0, "rejected: nothing-payable|quantity-invalid"},
    {'p', "P1", "1", "-0.0001", 0, "rejected: nothing-payable|price-invalid"},
    {'p', "P3", "1", "1", 0, "referred: price-missing"},
    {'p', "P1", "999999999.999", "1000", 0, "rejected: nothing-payable|price-reduced"},
    {'s', "TOW", "500.004", NULL, 50000, "approved"},
    {'s', "TOW", "500.005", NULL, 50001, "referred: sublet-unauthorized"},
    {'s', "TOW", "0.004", NULL, 0, "rejected: nothing-payable|sublet-invalid"},
    {'s', "TOW", "-20", NULL, 0, "rejected: nothing-payable|sublet-invalid"},
    {'s', "TOW", "100000000000.01", NULL, 0, "rejected: amount-too-large|nothing-payable"},
    {'s', "TOW", "1500", NULL, 150000, "referred: sublet-unauthorized"},
};

START_TEST(lines_are_priced)
{
    struct wl_claim_record claim = claim_on(1, "2022-06-01", "1000");
    struct wl_str code = wl_str_of(line_cases[_i].code), number = wl_str_of(line_cases[_i].number);
    const struct wl_record_outcome *outcome;
    char kind = line_cases[_i].kind;

    labour[0] = (struct wl_labour_line){code, number};
    parts[0] = (struct wl_part_line){code, number, wl_str_of(line_cases[_i].price), WL_STR("CNY")};
    sublet[0] = (struct wl_sublet_line){code, number, WL_STR("CNY")};
    claim.labour.count = kind == 'l';
    claim.parts.count = kind == 'p';
    claim.sublet.count = kind == 's';
    outcome = world_send(&claim);
    if (strcmp(line_cases[_i].number, "999999999.999") == 0) { /* 50 x 10^9 is within 10^13 minor units */
        ck_assert_str_eq(world_answer(outcome), "referred: price-reduced");
        return;
    }
    ck_assert_str_eq(world_answer(outcome), line_cases[_i].answer);
    if (outcome->decision.decision == WL_CLAIM_REJECTED)
        ck_assert_uint_eq(outcome->decision.labour_lines.count + outcome->decision.part_lines.count, 0);
    else
        ck_assert_int_eq(outcome->decision.labour + outcome->decision.parts + outcome->decision.sublet,
                         line_cases[_i].amount);
}
END_TEST

START_TEST(a_decision_adds_up_and_is_posted)
{
    struct wl_claim_record claim = claim_on(1, "2022-06-01", "1000");
    const struct wl_record_outcome *outcome;
    const struct wl_owed *owed;
    struct wl_obligation obligation;
    struct wl_claim row;

    parts[1] = (struct wl_part_line){WL_STR("P2"), WL_STR("0.5"), WL_STR("80"), WL_STR("CNY")};
    claim.parts.count = 2;
    claim.sublet.count = 1;
    claim.submit_date = WL_STR("2022-06-03");
    outcome = world_send(&claim);
    ck_assert_str_eq(world_answer(outcome), "approved");
    ck_assert_int_eq(outcome->decision.labour, 15000);
    ck_assert_int_eq(outcome->decision.parts, 14000);
    ck_assert_int_eq(outcome->decision.handling, 1400);
    ck_assert_int_eq(outcome->decision.sublet, 10000);
    ck_assert_int_eq(outcome->decision.total, 40400);
    ck_assert_uint_eq(outcome->decision.obligations.count, 1);
    owed = outcome->decision.obligations.at;
    ck_assert_int_eq(owed->line, 0);
    ck_assert_int_eq(owed->quantity, 2000);
    ck_assert_int_eq(owed->due, world_day("2022-07-03"));
    row = world_claim(outcome->claim);
    ck_assert_int_eq(row.state, WL_CLAIM_APPROVED);
    ck_assert_int_eq(row.obligation_count, 1);
    ck_assert_int_eq(row.unmet_obligations, 1);
    ck_assert_int_eq(wl_obligation_get(world.txn, &world.arena, row.first_obligation, &obligation), 1);
    ck_assert(wl_str_is(obligation.part_id, "P1"));
    ck_assert_int_eq(obligation.state, WL_OBLIGATION_OPEN);
    ck_assert(wl_balance(world.txn, WL_ACCOUNT_ACCRUED, WL_STR("D1"), WL_STR("CNY"), WL_NO_STR) == 40400);
    ck_assert(wl_balance(world.txn, WL_ACCOUNT_EXPENSE_WARRANTY, WL_NO_STR, WL_STR("CNY"), WL_NO_STR) == -40400);
    ck_assert_uint_eq(wl_table_rows(world.txn, WL_TABLE_PAYABLES), 1);
    ck_assert_uint_eq(wl_table_rows(world.txn, WL_TABLE_DISPOSITIONS), 0);
}
END_TEST

START_TEST(currencies_and_gaps_in_reference_data)
{
    struct wl_claim_record claim = claim_on(1, "2022-06-01", "1000");
    const struct wl_record_outcome *outcome;
    struct wl_buf row;

    /* The other currency switches the price and sublet checks off. */
    parts[0].unit_price = WL_STR("70");
    sublet[0] = (struct wl_sublet_line){WL_STR("TOW"), WL_STR("900"), WL_STR("EUR")};
    claim.parts.count = claim.sublet.count = 1;
    ck_assert_str_eq(world_answer(world_send(&claim)), "rejected: currency-mismatch");
    claim = claim_on(1, "2022-06-01", "1000");
    claim.dealer_id = WL_STR("D3");
    claim.labour.count = 1;
    outcome = world_send(&claim);
    ck_assert_int_eq(outcome->decision.total, 149); /* 1.5 x 99.5 = 149.25 yen */
    wl_buf_init(&row, 4096);
    wl_decision_row(&row, &claim, &outcome->decision);
    wl_buf_byte(&row, '\0');
    ck_assert_str_eq(strchr((char *)row.data, ',') + 1 + claim.claim_no.size, ",approved,,149,0,0,0,149,JPY,\n");
    wl_buf_release(&row);
    /* No tiers in euro: all to tier 1. No rate either: worth 0, and yet not rejected. */
    claim = claim_on(1, "2022-07-09", "2000");
    claim.dealer_id = WL_STR("D4");
    outcome = world_send(&claim);
    ck_assert_str_eq(world_answer(outcome), "referred: rate-missing");
    ck_assert_int_eq(outcome->decision.tier, 1);
    claim = claim_on(1, "2022-12-09", "2000");
    claim.dealer_id = WL_STR("D4");
    claim.labour.count = 0;
    claim.sublet.count = 1;
    sublet[0].currency = WL_STR("EUR");
    ck_assert_str_eq(world_answer(world_send(&claim)), "referred");
}
END_TEST

START_TEST(versions_repeats_and_reused_numbers)
{
    struct wl_claim_record first = claim_on(1, "2022-06-01", "1000"), second, third, other;
    const struct wl_record_outcome *outcome;

    first.fault_code = WL_STR("F2");
    outcome = world_send(&first);
    ck_assert_str_eq(world_answer(outcome), "rejected: fault-not-warrantable");
    ck_assert_int_eq(outcome->claim, 0);
    first.repair_order = WL_STR("another");
    first.narrative_size = 12;
    ck_assert_str_eq(world_answer(world_send(&first)), "repeat of 0");
    second = first;
    second.fault_code = WL_STR("F1");
    outcome = world_send(&second); /* not a higher count */
    ck_assert_str_eq(world_answer(outcome), "rejected: claim-number-reused");
    ck_assert_int_eq(outcome->claim, WL_NONE);
    ck_assert_str_eq(world_answer(world_send(&second)), "rejected: claim-number-reused");
    second.submission = WL_STR("3");
    outcome = world_send(&second);
    ck_assert_str_eq(world_answer(outcome), "approved");
    ck_assert_int_eq(outcome->claim, 1);
    ck_assert_int_eq(world_claim(1).previous_version, 0);
    ck_assert_str_eq(world_answer(world_send(&second)), "repeat of 1");
    ck_assert_str_eq(world_answer(world_send(&first)), "repeat of 0");
    third = second;
    third.submission = WL_STR("4"); /* the latest version stands */
    ck_assert_str_eq(world_answer(world_send(&third)), "rejected: claim-number-reused");
    other = second;
    other.dealer_id = WL_STR("D3"); /* another dealer's numbers are its own */
    other.repair_date = other.submit_date = WL_STR("2022-07-02");
    ck_assert_str_eq(world_answer(world_send(&other)), "approved");
    third.vin = WL_NO_STR; /* what cannot be read is answered again each time */
    ck_assert_str_eq(world_answer(world_send(&third)), "rejected: field-missing");
    ck_assert_str_eq(world_answer(world_send(&third)), "rejected: field-missing");
    ck_assert_uint_eq(wl_counter(world.txn, "claims"), 3);
}
END_TEST

static const char *send_on(int vehicle, const char *type, const char *operation, const char *date, const char *km)
{
    struct wl_claim_record claim = claim_on(vehicle, date, km);

    claim.type = wl_str_of(type);
    claim.campaign_id = WL_STR("C1");
    labour[0].op_code = wl_str_of(operation);
    labour[0].hours = WL_STR("0.5");
    return world_answer(world_send(&claim));
}

START_TEST(earlier_claims_of_a_vehicle_count)
{
    struct wl_claim_record reused;

    ck_assert_str_eq(send_on(1, "warranty", "OP1", "2022-03-01", "5000"), "approved");
    ck_assert_str_eq(send_on(1, "warranty", "OP2", "2022-03-01", "4000"), "approved"); /* the same day: no rollback */
    ck_assert_str_eq(send_on(1, "warranty", "OP2", "2022-04-01", "4999"), "referred: odometer-rollback");
    ck_assert_str_eq(send_on(1, "warranty", "OPX", "2022-02-01", "4001"), "referred: odometer-rollback");
    ck_assert_str_eq(send_on(1, "warranty", "OP1", "2022-03-31", "5000"), "referred: odometer-rollback|repeat-repair");
    ck_assert_str_eq(send_on(1, "warranty", "OP1", "2022-05-01", "6000"), "approved");
    ck_assert_str_eq(send_on(1, "warranty", "OP1", "2022-01-15", "4000"), "approved"); /* repaired before all of them */
    ck_assert_str_eq(send_on(2, "service", "OPS", "2021-08-01", "100"), "approved");
    ck_assert_str_eq(send_on(2, "service", "OPX", "2021-08-02", "100"), "approved");
    ck_assert_str_eq(send_on(2, "service", "OPS", "2021-10-02", "150"), "rejected: service-already-done");
    ck_assert_str_eq(send_on(3, "pdi", "OP1", "2021-08-01", "10"), "approved");
    ck_assert_str_eq(send_on(3, "pdi", "OP2", "2021-08-01", "10"), "approved");
    ck_assert_str_eq(send_on(3, "pdi", "OP1", "2021-12-01", "10"), "rejected: pdi-already-done");
    ck_assert_str_eq(send_on(3, "campaign", "OPC", "2022-05-01", "10"), "approved");
    ck_assert_str_eq(send_on(3, "campaign", "OPC", "2022-07-01", "10"), "rejected: campaign-already-done");
    /* A rejected claim does not stand; this same number is no other claim. */
    ck_assert_str_eq(send_on(0, "goodwill", "OP1", "2021-01-01", "90000"), "rejected: authorization-missing");
    reused = claim_on(0, "2021-02-01", "1000");
    ck_assert_str_eq(world_answer(world_send(&reused)), "approved");
    reused.mileage = WL_STR("900");
    reused.repair_date = reused.submit_date = WL_STR("2021-02-02");
    ck_assert_str_eq(world_answer(world_send(&reused)), "rejected: claim-number-reused");
    ck_assert_int_eq(world_claim(0).previous_on_vehicle, WL_CHAIN_END);
    ck_assert_int_eq(world_claim(1).previous_on_vehicle, 0);
}
END_TEST

static const struct wl_record_outcome *send_goodwill(int vehicle, const char *authorization, const char *date,
                                                     const char *km)
{
    struct wl_claim_record claim = claim_on(vehicle, date, km);

    claim.type = WL_STR("goodwill");
    claim.authorization_no = wl_str_of(authorization);
    claim.labour.count = 0;
    claim.sublet.count = 1;
    sublet[0].amount = WL_STR("400.01");
    return world_send(&claim);
}

START_TEST(goodwill_is_shared_and_capped)
{
    const struct wl_record_outcome *outcome = send_goodwill(5, "A1", "2022-01-01", "100");

    /* Half of 400.01, rounded; then what is left of 300; then nothing. */
    ck_assert_str_eq(world_answer(outcome), "partial: goodwill-share");
    ck_assert_int_eq(outcome->decision.total, 20001);
    ck_assert_int_eq(outcome->decision.sublet, 40001);
    ck_assert_int_eq(outcome->decision.left, 30000);
    outcome = send_goodwill(5, "A1", "2022-06-01", "200");
    ck_assert_str_eq(world_answer(outcome), "partial: goodwill-share");
    ck_assert_int_eq(outcome->decision.total, 9999);
    ck_assert_int_eq(outcome->decision.left, 9999);
    ck_assert_str_eq(world_answer(send_goodwill(5, "A1", "2022-12-01", "300")),
                     "rejected: authorization-used|goodwill-share");
    ck_assert_str_eq(world_answer(send_goodwill(5, "A1", "2025-01-01", "300")), "rejected: authorization-missing");
    ck_assert_str_eq(world_answer(send_goodwill(1, "A1", "2022-12-01", "300")), "rejected: authorization-missing");
    /* The share is found also where the type checks are skipped. */
    ck_assert_str_eq(world_answer(send_goodwill(0, "A2", "2020-02-01", "300")),
                     "rejected: goodwill-share|vehicle-not-sold");
}
END_TEST

START_TEST(a_rebuilt_store_is_the_same)
{
    uint8_t digest[WL_HASH_SIZE];
    struct wl_rebuild_report report;
    char copy[128];

    send_on(1, "warranty", "OP1", "2022-03-01", "5000");
    send_on(1, "warranty", "OP1", "2022-03-15", "4000");
    send_on(9, "warranty", "OP1", "2022-03-15", "4000");
    send_on(3, "campaign", "OPC", "2022-05-01", "10");
    send_goodwill(5, "A1", "2022-01-01", "100");
    ck_assert_int_eq(wl_state_digest(world.txn, digest), WL_OK);
    ck_assert_int_eq(wl_txn_commit(&world.txn), WL_OK);
    wl_store_close(world.store);
    snprintf(copy, sizeof(copy), "%s/copy", world.folder);
    ck_assert_msg(wl_rebuild(world.store_dir, &world_schema, copy, true, NULL, NULL, &report) == WL_OK, "%s",
                  wl_error());
    ck_assert_mem_eq(report.digest, digest, sizeof(digest));
    ck_assert_int_eq(wl_store_open(world.store_dir, &world_schema, 0, &world.store), WL_OK);
}
END_TEST

/* Works a claim out ahead, with a memory of its own as an import's other thread has it. */
static const struct wl_prepared *prepare(const struct wl_claim_record *record, struct wl_arena *arena, void *cache)
{
    struct wl_context context = world_context();
    const struct wl_prepared *prepared;

    context.arena = arena;
    context.cache = cache;
    ck_assert_int_eq(wl_claim_prepare(&context, record, &prepared), WL_OK);
    return prepared;
}

static const struct wl_record_outcome *send_prepared(const struct wl_claim_record *record,
                                                     const struct wl_prepared *prepared)
{
    struct wl_request request = {.command = &wl_record_command,
                                 .body = record,
                                 .time = WORLD_TIME,
                                 .actor = WL_STR("test"),
                                 .prepared = prepared};
    struct wl_result result;

    ck_assert_msg(wl_execute(world.txn, &world.arena, &request, &result) == WL_OK, "%s", wl_error());
    return result.outcome;
}

/* What was prepared is used while the reference data is the same, and worked out anew when it is not. */
START_TEST(what_was_prepared_is_never_out_of_date)
{
    struct wl_claim_record record = claim_on(1, "2022-06-01", "1000"), late = claim_on(7, "2022-06-01", "1000");
    const struct wl_prepared *ahead, *unknown;
    const struct wl_record_outcome *outcome;
    void *cache = wl_reference_cache_new();
    struct wl_arena arena;

    wl_arena_init(&arena, 1 << 20);
    record.parts.count = 1;
    ahead = prepare(&record, &arena, cache);
    unknown = prepare(&late, &arena, cache);
    outcome = send_prepared(&record, ahead);
    ck_assert_str_eq(world_answer(outcome), "approved");
    ck_assert_int_eq(outcome->decision.parts, 10000);

    record.claim_no = WL_STR("AHEAD");
    record.vin = wl_str_of(world_vin(4));
    record.repair_date = record.submit_date = WL_STR("2024-06-01");
    ahead = prepare(&record, &arena, cache);
    world_load("part_prices", "part_id,currency,from_date,price\nP1,CNY,2020-01-01,40\n");
    outcome = send_prepared(&record, ahead);
    ck_assert_str_eq(world_answer(outcome), "partial: price-reduced");
    ck_assert_int_eq(outcome->decision.parts, 8000);

    world_load("vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n"
                           "@7,M1,B1,2020-01-01,2021-06-01,D1,O1\n");
    outcome = send_prepared(&late, unknown);
    ck_assert_str_eq(world_answer(outcome), "approved");
    ck_assert_int_eq(wl_vehicle_head(world.txn, wl_vehicle_number(world.txn, late.vin)), outcome->claim);
    wl_reference_cache_free(cache);
    wl_arena_release(&arena);
}
END_TEST

static struct wl_claim_record part_claim(void)
{
    struct wl_claim_record record = claim_on(1, "2022-06-01", "1000");

    record.type = WL_STR("part");
    record.causal_part = WL_STR("P1");
    return record;
}

/* A part that is fitted, or whose fitting is taken back, after a claim was prepared: no load, but reference data all
 * the same. */
START_TEST(what_was_prepared_heeds_fits)
{
    struct wl_fit fit = {.dealer_id = WL_STR("D1"),
                         .invoice_no = WL_STR("I9"),
                         .vin = wl_str_of(world_vin(1)),
                         .part_id = WL_STR("P1"),
                         .fit_km = 500,
                         .paid_by = WL_PAID_BY_CUSTOMER};
    struct wl_claim_record record = part_claim();
    const struct wl_prepared *ahead;
    void *cache = wl_reference_cache_new();
    struct wl_arena arena;

    wl_arena_init(&arena, 1 << 20);
    ck_assert(wl_date_parse(WL_STR("2022-05-01"), &fit.fit_date));
    ahead = prepare(&record, &arena, cache);
    wl_reference_put_row(world.txn, 1, WL_REF_FITS, &fit);
    ck_assert_str_eq(world_answer(send_prepared(&record, ahead)), "approved");

    record = part_claim();
    labour[0].op_code = WL_STR("OP2");
    ahead = prepare(&record, &arena, cache);
    wl_reference_withdraw_row(world.txn, WL_REF_FITS, &fit);
    ck_assert_str_eq(world_answer(send_prepared(&record, ahead)), "rejected: part-coverage-none");
    wl_reference_cache_free(cache);
    wl_arena_release(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("adjudicate");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, setup, world_end);
    tcase_add_loop_test(tests, header_checks_answer, 0, (int)WL_COUNT(header_cases));
    tcase_add_loop_test(tests, coverage_ends_where_it_must, 0, (int)WL_COUNT(coverage_cases));
    tcase_add_loop_test(tests, lines_are_priced, 0, (int)WL_COUNT(line_cases));
    tcase_add_test(tests, a_decision_adds_up_and_is_posted);
    tcase_add_test(tests, currencies_and_gaps_in_reference_data);
    tcase_add_test(tests, versions_repeats_and_reused_numbers);
    tcase_add_test(tests, earlier_claims_of_a_vehicle_count);
    tcase_add_test(tests, goodwill_is_shared_and_capped);
    tcase_add_test(tests, what_was_prepared_is_never_out_of_date);
    tcase_add_test(tests, what_was_prepared_heeds_fits);
    tcase_add_test(tests, a_rebuilt_store_is_the_same);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
