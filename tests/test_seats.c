/* What decisions do to claims and what hangs on them: seats and queues, repricing, transitions. */
#include "tests/claims_world.h"
#include "wledger/posting.h"

static void setup(void)
{
    world_begin();
    world_load("dealers", "dealer_id,name,region,country,currency,tax_percent,status\nD1,One,R1,CN,CNY,13,active\n");
    world_load("labour_rates", "dealer_id,from_date,rate\nD1,2020-01-01,100\n");
    world_load(
        "parts",
        "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
        "P1,Pump,engine,ea,S1,always,30,12,20000,no\nP2,Seal,engine,ea,S1,never,0,12,20000,yes\n");
    world_load("part_prices", "part_id,currency,from_date,price\nP1,CNY,2020-01-01,50\nP2,CNY,2020-01-01,80\n");
    world_load("vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n"
                           "@0,M1,B1,2020-01-01,2022-01-01,D1,O1\n@1,M1,B1,2020-01-01,2022-01-01,D1,O1\n");
    world_load("operations", "op_code,description,component,standard_hours\nOP1,One,engine,9.00\n");
    world_load("faults", "fault_code,component,cause,description,warrantable\nF1,engine,wear,x,yes\n");
    world_load("plans",
               "plan_id,model_id,component,sold_from,sold_to,months,km\nBASE,*,*,2020-01-01,2099-01-01,24,100000\n");
    world_load("authorizations",
               "auth_no,dealer_id,vin,max_amount,share_percent,valid_to\nA1,D1,@1,200,50,2024-12-31\n");
    world_load("tiers", "tier,currency,limit\n0,CNY,1\n1,CNY,1000\n2,CNY,\n");
    world_load("seats", "seat_id,tier,capacity\nT1-b,1,2\nT1-a,1,1\nT2-a,2,1\n");
    world_load("policy", "key,from_date,value\nhandling_percent,2020-01-01,10\n");
}

static struct wl_labour_line labour[1];
static struct wl_part_line parts[2];
static struct wl_sublet_line sublet[1];

/* Claim n of D1: 1 h, two pumps, a seal and a tow: 100 + 180 + 18 + 40 = 338, which is referred. */
static struct wl_claim_record claim_number(unsigned n)
{
    static char numbers[100][8];

    snprintf(numbers[n % 100], sizeof(numbers[0]), "%06u", n % 100);
    labour[0] = (struct wl_labour_line){WL_STR("OP1"), WL_STR("1")};
    parts[0] = (struct wl_part_line){WL_STR("P1"), WL_STR("2"), WL_STR("50"), WL_STR("CNY")};
    parts[1] = (struct wl_part_line){WL_STR("P2"), WL_STR("1"), WL_STR("80"), WL_STR("CNY")};
    sublet[0] = (struct wl_sublet_line){WL_STR("TOW"), WL_STR("40"), WL_STR("CNY")};
    return (struct wl_claim_record){.dealer_id = WL_STR("D1"),
                                    .claim_no = wl_str_of(numbers[n % 100]),
                                    .submission = WL_STR("1"),
                                    .type = WL_STR("warranty"),
                                    .vin = wl_str_of(world_vin(0)),
                                    .repair_date = WL_STR("2022-06-01"),
                                    .submit_date = WL_STR("2022-06-01"),
                                    .mileage = WL_STR("100"),
                                    .fault_code = WL_STR("F1"),
                                    .labour = {labour, 1},
                                    .parts = {parts, 2},
                                    .sublet = {sublet, 1},
                                    .narrative_size = WL_NONE};
}

static int64_t refer(unsigned n)
{
    struct wl_claim_record record = claim_number(n);
    const struct wl_record_outcome *outcome = world_send(&record);

    ck_assert_int_eq(outcome->decision.decision, WL_CLAIM_REFERRED);
    return outcome->claim;
}

/* The seat of a claim; "" while it waits. Valid until the next call. */
static const char *seat_of(int64_t id)
{
    static char seat[40];
    struct wl_claim claim = world_claim(id);

    snprintf(seat, sizeof(seat), WL_STR_FMT, WL_STR_ARG(claim.seat));
    return seat;
}

static int64_t load_of(const char *seat)
{
    struct wl_str value;

    return wl_get(world.txn, WL_TABLE_SEAT_LOADS, wl_str_of(seat), &value) == 1 ? (int64_t)wl_get_u64(value.data) : 0;
}

static int64_t waiting(void)
{
    struct wl_str value;

    return wl_get(world.txn, WL_TABLE_QUEUES, (struct wl_str){"\0\0\0\1", 4}, &value) == 1
               ? (int64_t)wl_get_u64(value.data)
               : 0;
}

/* A decision on a claim that has one, as a review or an inspection makes it. */
static struct wl_claim decide_again(int64_t id, struct wl_decision *decision, bool gives_seat_back)
{
    struct wl_context context = world_context();
    struct wl_claim claim = world_claim(id);

    if (gives_seat_back)
        decision->assignments = wl_seats_assign(&context, claim.tier, WL_NONE, claim.seat);
    wl_post(world.txn, wl_decision_postings(&context, &claim, decision));
    wl_decision_apply(&context, id, &claim, NULL, decision);
    ck_assert_msg(wl_txn_status(world.txn) == WL_OK, "%s", wl_error());
    return world_claim(id);
}

static struct wl_decision reprice(int64_t id, const struct wl_decision *in_force,
                                  const struct wl_refused_lines *refused, int64_t due_from)
{
    struct wl_context context = world_context();
    struct wl_claim claim = world_claim(id);
    struct wl_claim_record record;
    struct wl_decision found, out;

    ck_assert_int_eq(wl_claim_content(world.txn, &world.arena, &claim, &record), WL_OK);
    if (in_force == NULL) {
        ck_assert_int_eq(wl_claim_decision(world.txn, &world.arena, &claim, &found), WL_OK);
        in_force = &found;
    }
    ck_assert_int_eq(wl_reprice(&context, &record, in_force, refused, due_from, &out), WL_OK);
    return out;
}

static const struct wl_refused_lines no_lines;

static void approve(int64_t id)
{
    struct wl_decision decision = reprice(id, NULL, &no_lines, WL_NONE);

    decide_again(id, &decision, true);
}

START_TEST(the_freest_seat_is_taken_and_the_oldest_goes_first)
{
    for (unsigned n = 0; n < 6; n++)
        ck_assert_int_eq(refer(n), n);
    ck_assert_str_eq(seat_of(0), "T1-a");
    ck_assert_str_eq(seat_of(1), "T1-b");
    ck_assert_str_eq(seat_of(2), "T1-b");
    ck_assert_str_eq(seat_of(3), "");
    ck_assert_int_eq(waiting(), 3);
    approve(1);
    ck_assert_str_eq(seat_of(1), "");
    ck_assert_str_eq(seat_of(3), "T1-b");
    ck_assert_int_eq(waiting(), 2);
    ck_assert_int_eq(load_of("T1-a"), 1);
    ck_assert_int_eq(load_of("T1-b"), 2);
    approve(0);
    ck_assert_str_eq(seat_of(4), "T1-a");
    approve(2);
    ck_assert_str_eq(seat_of(5), "T1-b");
    ck_assert_int_eq(waiting(), 0);
    ck_assert_uint_eq(wl_table_rows(world.txn, WL_TABLE_QUEUES), 1); /* the count alone */
    approve(3);
    approve(4);
    approve(5);
    ck_assert_int_eq(load_of("T1-a") + load_of("T1-b"), 0);
}
END_TEST

START_TEST(new_capacity_drains_a_few_and_nobody_overtakes)
{
    int64_t id;

    for (unsigned n = 0; n < 15; n++)
        refer(n); /* 3 are seated, 12 wait */
    world_load("seats", "seat_id,tier,capacity\nT1-a,1,20\n");
    id = refer(15);
    ck_assert_str_eq(seat_of(id), "");
    ck_assert_str_eq(seat_of(3), "T1-a");
    ck_assert_str_eq(seat_of(10), "T1-a");
    ck_assert_str_eq(seat_of(11), "");
    ck_assert_int_eq(waiting(), 5);
    id = refer(16); /* the last five, then itself */
    ck_assert_str_eq(seat_of(15), "T1-a");
    ck_assert_str_eq(seat_of(id), "T1-a");
    ck_assert_int_eq(waiting(), 0);
    ck_assert_int_eq(load_of("T1-a"), 15);
}
END_TEST

START_TEST(a_claim_may_leave_the_queue)
{
    struct wl_decision refused = {
        .decision = WL_CLAIM_REJECTED, .currency = WL_STR("CNY"), .tier = WL_NONE, .left = WL_NONE, .share = WL_NONE};

    for (unsigned n = 0; n < 5; n++)
        refer(n);
    ck_assert_int_eq(decide_again(3, &refused, false).state, WL_CLAIM_REJECTED);
    ck_assert_int_eq(waiting(), 1);
    approve(0);
    ck_assert_str_eq(seat_of(4), "T1-a");
}
END_TEST

static void check_amounts(const struct wl_decision *decision, int64_t state, int64_t labour_sum, int64_t part_sum,
                          int64_t handling, int64_t sublet_sum, int64_t total)
{
    ck_assert_int_eq(decision->decision, state);
    ck_assert_int_eq(decision->labour, labour_sum);
    ck_assert_int_eq(decision->parts, part_sum);
    ck_assert_int_eq(decision->handling, handling);
    ck_assert_int_eq(decision->sublet, sublet_sum);
    ck_assert_int_eq(decision->total, total);
}

START_TEST(a_claim_is_priced_again_without_lines)
{
    struct wl_refused_lines pump = {.parts = {true}}, all = {.labour = {true}, .parts = {true, true}, .sublet = {true}};
    int64_t id = refer(0), day = world_day("2022-08-15");
    struct wl_decision decision = reprice(id, NULL, &no_lines, day), later;
    const struct wl_owed *owed = decision.obligations.at;

    check_amounts(&decision, WL_CLAIM_APPROVED, 10000, 18000, 1800, 4000, 33800);
    ck_assert_uint_eq(decision.findings.count, 0);
    ck_assert_uint_eq(decision.obligations.count, 1);
    ck_assert_int_eq(owed->quantity, 2000);
    ck_assert_int_eq(owed->due, day + 30);
    later = reprice(id, &decision, &pump, WL_NONE);
    check_amounts(&later, WL_CLAIM_PARTIAL, 10000, 8000, 800, 4000, 22800);
    ck_assert(wl_decision_has(&later, WL_FINDING_LINE_REFUSED) && later.findings.count == 1);
    ck_assert_int_eq(later.part_lines.at[0], 0);
    ck_assert_uint_eq(later.obligations.count, 0);
    later = reprice(id, &later, &no_lines, WL_NONE); /* what was refused stays refused */
    check_amounts(&later, WL_CLAIM_PARTIAL, 10000, 8000, 800, 4000, 22800);
    later = reprice(id, &decision, &all, day);
    check_amounts(&later, WL_CLAIM_REJECTED, 0, 0, 0, 0, 0);
    ck_assert(wl_decision_has(&later, WL_FINDING_NOTHING_PAYABLE) && wl_decision_has(&later, WL_FINDING_LINE_REFUSED));
    ck_assert_uint_eq(later.labour_lines.count + later.obligations.count, 0);
}
END_TEST

START_TEST(goodwill_is_shared_again)
{
    struct wl_refused_lines pump = {.parts = {true}};
    struct wl_claim_record record = claim_number(0);
    struct wl_decision decision;
    struct wl_claim claim;

    record.type = WL_STR("goodwill");
    record.authorization_no = WL_STR("A1");
    record.vin = wl_str_of(world_vin(1));
    decision = world_send(&record)->decision; /* half of 338 */
    ck_assert_int_eq(decision.total, 16900);
    ck_assert_int_eq(decision.left, 20000);
    decision = reprice(0, NULL, &pump, WL_NONE); /* half of 228 */
    check_amounts(&decision, WL_CLAIM_PARTIAL, 10000, 8000, 800, 4000, 11400);
    ck_assert(wl_decision_has(&decision, WL_FINDING_GOODWILL_SHARE));
    claim = decide_again(0, &decision, true);
    ck_assert_int_eq(claim.total, 11400);
    record.claim_no = WL_STR("next");
    record.repair_date = record.submit_date = WL_STR("2022-09-01");
    decision = world_send(&record)->decision; /* what the first gave back is there again */
    ck_assert_int_eq(decision.left, 8600);
    ck_assert_int_eq(decision.total, 8600);
}
END_TEST

static void check_marks(unsigned payables, unsigned dispositions, int64_t accrued)
{
    ck_assert_uint_eq(wl_table_rows(world.txn, WL_TABLE_PAYABLES), payables);
    ck_assert_uint_eq(wl_table_rows(world.txn, WL_TABLE_DISPOSITIONS), dispositions);
    ck_assert_int_eq((int64_t)wl_balance(world.txn, WL_ACCOUNT_ACCRUED, WL_STR("D1"), WL_STR("CNY"), WL_NO_STR),
                     accrued);
}

START_TEST(what_hangs_on_a_claim_follows_its_decisions)
{
    struct wl_refused_lines pump = {.parts = {true}}, all = {.labour = {true}, .parts = {true, true}, .sublet = {true}};
    int64_t id = refer(0), day = world_day("2022-08-15");
    struct wl_decision approved = reprice(id, NULL, &no_lines, day), partial, rejected, referred;
    struct wl_claim claim;

    check_marks(0, 0, 0);
    claim = decide_again(id, &approved, true);
    ck_assert_int_eq(claim.state, WL_CLAIM_APPROVED);
    ck_assert_int_eq(claim.tier, WL_NONE);
    ck_assert_int_eq(claim.unmet_obligations, 1);
    check_marks(1, 0, 33800);
    partial = reprice(id, &approved, &pump, WL_NONE);
    claim = decide_again(id, &partial, false);
    ck_assert_int_eq(claim.obligation_count, 1);
    check_marks(1, 0, 22800);
    rejected = reprice(id, &partial, &all, WL_NONE);
    claim = decide_again(id, &rejected, false);
    ck_assert(!wl_claim_stands(&claim));
    check_marks(0, 1, 0);
    /* Appealed: it stands again, and is in its vehicle's chain already. */
    referred = approved;
    referred.decision = WL_CLAIM_REFERRED;
    referred.tier = 1;
    referred.obligations.count = 0;
    claim = decide_again(id, &referred, false);
    ck_assert_int_eq(claim.previous_on_vehicle, WL_CHAIN_END);
    ck_assert_int_eq(waiting(), 1);
    check_marks(0, 0, 0);
}
END_TEST

START_TEST(a_claim_that_stands_later_joins_its_vehicle)
{
    struct wl_claim_record record = claim_number(0);
    struct wl_decision approved;

    record.fault_code = WL_STR("F9");
    ck_assert_str_eq(world_answer(world_send(&record)), "rejected: fault-unknown");
    ck_assert_int_eq(world_claim(0).previous_on_vehicle, WL_NONE);
    ck_assert_int_eq(refer(1), 1);
    approved = reprice(1, NULL, &no_lines, WL_NONE);
    ck_assert_int_eq(decide_again(0, &approved, false).previous_on_vehicle, WL_CHAIN_END); /* it came before */
    ck_assert_int_eq(world_claim(1).previous_on_vehicle, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seats");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, setup, world_end);
    tcase_add_test(tests, the_freest_seat_is_taken_and_the_oldest_goes_first);
    tcase_add_test(tests, new_capacity_drains_a_few_and_nobody_overtakes);
    tcase_add_test(tests, a_claim_may_leave_the_queue);
    tcase_add_test(tests, a_claim_is_priced_again_without_lines);
    tcase_add_test(tests, goodwill_is_shared_again);
    tcase_add_test(tests, what_hangs_on_a_claim_follows_its_decisions);
    tcase_add_test(tests, a_claim_that_stands_later_joins_its_vehicle);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
