/* A small trade for the tests of the gates: two dealers, a few parts that must come back, claims of a few
 * sizes. In a folder of its own. */
#ifndef TESTS_GATES_WORLD_H
#define TESTS_GATES_WORLD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wledger/audit.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/defective.h"
#include "wledger/load.h"
#include "wledger/record_command.h"
#include "wledger/schema.h"

#define UNUSED __attribute__((unused))
#define OK(call) ck_assert_msg((call) == WL_OK, "%s: %s", #call, wl_error())
#define VIN "1M8GDM9AXKP042788"

static char folder[256], dir[300], other_dir[300];
static struct wl_store *store;
static struct wl_txn *txn;
static struct wl_arena arena;
static int64_t now;    /* time of the next command */
static void *outcome;  /* of the last command */
static int64_t today_; /* day of `now` */
static UNUSED const char *acting = "test";

static UNUSED struct wl_str text(const char *s)
{
    return wl_str_of(s);
}

static UNUSED int64_t day(const char *date)
{
    int64_t n;

    ck_assert(wl_date_parse(text(date), &n));
    return n;
}

static UNUSED void set_day(const char *date)
{
    today_ = day(date);
    now = today_ * 86400 + 36000;
}

static UNUSED void begin(void)
{
    OK(wl_txn_begin(store, true, &txn));
}

static UNUSED void commit(void)
{
    OK(wl_txn_commit(&txn));
}

/* Executes one command in the open transaction; the refusal's name. */
static UNUSED const char *run_with(const struct wl_command *command, const void *body,
                                   const struct wl_personal *personal)
{
    struct wl_request request = {.command = command, .body = body, .time = now, .actor = text(acting)};
    struct wl_result result;

    request.texts = personal;
    request.text_count = personal != NULL;
    wl_arena_clear(&arena);
    ck_assert_msg(wl_execute(txn, &arena, &request, &result) == WL_OK, "%s: %s", command->name, wl_error());
    outcome = result.outcome;
    return wl_refusal_name(result.refusal);
}

static UNUSED const char *run(const struct wl_command *command, const void *body)
{
    return run_with(command, body, NULL);
}

/* The same in a transaction of its own. */
static UNUSED const char *once(const struct wl_command *command, const void *body)
{
    const char *name;

    begin();
    name = run(command, body);
    commit();
    return name;
}

#define DONE(name) ck_assert_str_eq(name, "done")

static UNUSED void load_table(const char *table, const char *csv)
{
    struct wl_load_report report;
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.csv", folder, table);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(csv, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    begin();
    OK(wl_load_csv(txn, &arena, path, now, text("test"), &report));
    commit();
}

static const char *const world[][2] = {
    {"dealers", "dealer_id,name,region,country,currency,tax_percent,status\n"
                "D1,One,R1,CN,CNY,13,active\nD2,Two,R2,JP,JPY,10,active\nD10,Ten,R1,CN,CNY,0,active\n"},
    {"labour_rates", "dealer_id,from_date,rate\nD1,2020-01-01,100\nD2,2020-01-01,1000\nD10,2020-01-01,100\n"},
    {"suppliers", "supplier_id,name,recovery_percent\nS1,Supplier,80\n"},
    {"parts",
     "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,lifetime\n"
     "P-BACK,Pump,engine,ea,S1,always,30,24,60000,no\nP-TWO,Valve,engine,ea,S1,always,10,24,60000,no\n"
     "P-KEEP,Oil,engine,l,S1,never,0,0,0,no\n"},
    {"part_prices", "part_id,currency,from_date,price\nP-BACK,CNY,2020-01-01,50\nP-TWO,CNY,2020-01-01,30\n"
                    "P-KEEP,CNY,2020-01-01,20\nP-BACK,JPY,2020-01-01,500\n"},
    {"models", "model_id,name,list_price,currency\nM1,Model,100000,CNY\n"},
    {"vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n" VIN
                 ",M1,B1,2024-01-01,2024-06-01,D1,O1\n11111111111111111,M1,B1,2024-01-01,2024-06-01,D1,O1\n"},
    {"operations", "op_code,description,component,standard_hours\nOP1,Replace,engine,60\n"},
    {"faults", "fault_code,component,cause,description,warrantable\nF1,engine,wear,Worn,yes\n"},
    {"plans", "plan_id,model_id,component,sold_from,sold_to,months,km\nBASE,*,*,2020-01-01,2099-01-01,36,100000\n"},
    {"authorizations", "auth_no,dealer_id,vin,max_amount,share_percent,valid_to\nA1,D1," VIN ",500,50,2026-12-31\n"},
    {"tiers", "tier,currency,limit\n0,CNY,1000\n1,CNY,5000\n2,CNY,\n0,JPY,1000000\n1,JPY,\n"},
    {"seats", "seat_id,tier,capacity\nSEAT-1,1,2\nSEAT-2,2,5\n"},
    {"policy", "key,from_date,value\nhandling_percent,2020-01-01,10\nsubmit_days,2020-01-01,30\n"},
};

static UNUSED void world_make(void)
{
    const char *temp = getenv("TMPDIR");
    struct wl_init_body body = {.oem = WL_STR("OEM"), .zone = 480};

    snprintf(folder, sizeof folder, "%s/wl-gates-XXXXXX", temp ? temp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(dir, sizeof dir, "%s/store", folder);
    snprintf(other_dir, sizeof other_dir, "%s/other", folder);
    OK(wl_store_open(dir, &wl_house_schema, WL_OPEN_CREATE, &store));
    wl_arena_init(&arena, 16 << 20);
    set_day("2025-06-02");
    DONE(once(&wl_init_command, &body));
    for (size_t i = 0; i < WL_COUNT(world); i++)
        load_table(world[i][0], world[i][1]);
}

static UNUSED void world_remove(void)
{
    char command[300];

    wl_txn_abort(&txn);
    wl_arena_release(&arena);
    wl_store_close(store);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

/* ---- claims ---- */

struct claim_spec {
    const char *dealer, *no, *submission, *hours;   /* hours of OP1; "": no labour */
    const char *parts[3][2];                        /* part, quantity */
    const char *type, *authorization, *fault, *vin; /* NULL: warranty, none, F1, VIN */
};

/* A claim comes in, within the open transaction; its decision's name. */
static UNUSED const char *claim_in(const struct claim_spec *spec)
{
    static const char *const prices[][2] = {{"P-BACK", "50"}, {"P-TWO", "30"}, {"P-KEEP", "20"}};
    bool jpy = strcmp(spec->dealer, "D2") == 0;
    struct wl_labour_line labour = {text("OP1"), text(spec->hours)};
    struct wl_part_line parts[3];
    struct wl_claim_record record = {
        .dealer_id = text(spec->dealer),
        .claim_no = text(spec->no),
        .submission = text(spec->submission),
        .type = text(spec->type ? spec->type : "warranty"),
        .vin = text(spec->vin ? spec->vin : VIN),
        .repair_date = text("2025-05-20"),
        .submit_date = text("2025-05-25"),
        .mileage = text("10000"),
        .fault_code = text(spec->fault ? spec->fault : "F1"),
        .authorization_no = text(spec->authorization),
        .labour = {&labour, spec->hours[0] != 0},
        .parts = {parts, 0},
        .narrative_size = 11,
    };
    struct wl_personal narrative = {.salt = {1}, .text = text("Mr. Li said")};

    for (; record.parts.count < 3 && spec->parts[record.parts.count][0]; record.parts.count++) {
        const char *const *part = spec->parts[record.parts.count];
        const char *price = NULL;

        for (size_t i = 0; i < WL_COUNT(prices); i++)
            if (strcmp(prices[i][0], part[0]) == 0)
                price = prices[i][1];
        ck_assert_ptr_nonnull(price);
        parts[record.parts.count] =
            (struct wl_part_line){text(part[0]), text(part[1]), text(jpy ? "500" : price), text(jpy ? "JPY" : "CNY")};
    }
    DONE(run_with(&wl_record_command, &record, &narrative));
    return wl_decision_names[((struct wl_record_outcome *)outcome)->decision.decision];
}

static UNUSED void claim_is(const struct claim_spec *spec, const char *decision)
{
    begin();
    ck_assert_str_eq(claim_in(spec), decision);
    commit();
}

/* CNY 288: labour 200, parts 50 and 30 that must come back, handling 8. */
#define USUAL(dealer_, no_)                                                           \
    &(struct claim_spec)                                                              \
    {                                                                                 \
        .dealer = (dealer_), .no = (no_), .submission = "1", .hours = "2", .parts = { \
            {"P-BACK", "1"},                                                          \
            {"P-TWO", "1"}                                                            \
        }                                                                             \
    }
/* CNY 200, nothing to return. */
#define PLAIN(dealer_, no_)                                               \
    &(struct claim_spec)                                                  \
    {                                                                     \
        .dealer = (dealer_), .no = (no_), .submission = "1", .hours = "2" \
    }
/* CNY 2055: labour 2000, a part 50, handling 5: to tier 1. */
#define LARGE(no_)                                                                                  \
    &(struct claim_spec)                                                                            \
    {                                                                                               \
        .dealer = "D1", .no = (no_), .submission = "1", .hours = "20", .parts = { {"P-BACK", "1"} } \
    }
/* CNY 55, of a part alone. */
#define PART(no_)                                                                                 \
    &(struct claim_spec)                                                                          \
    {                                                                                             \
        .dealer = "D1", .no = (no_), .submission = "1", .hours = "", .parts = { {"P-BACK", "1"} } \
    }
#define BAD(no_)                                                                    \
    &(struct claim_spec)                                                            \
    {                                                                               \
        .dealer = "D1", .no = (no_), .submission = "1", .hours = "2", .fault = "F9" \
    }

/* The newest version under a number, in the open transaction. */
static UNUSED struct wl_claim claim_now(const char *dealer, const char *no)
{
    struct wl_claim claim;
    int64_t id;

    ck_assert_int_eq(wl_claim_find(txn, text(dealer), text(no), &id), 1);
    ck_assert_int_eq(wl_claim_get(txn, &arena, id, &claim), 1);
    return claim;
}

/* Number n of many vehicles, with its check digit (ISO 3779). */
static UNUSED const char *vin_of(unsigned n, char vin[18])
{
    static const char values[] = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"; /* place modulo 10 */
    static const int weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;

    snprintf(vin, 18, "WDB2110560A%06u", n % 1000000);
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (int)((strchr(values, vin[i]) - values) % 10);
    vin[8] = "0123456789X"[sum % 11];
    return vin;
}

static UNUSED void load_vehicles(unsigned count)
{
    struct wl_buf csv;
    char vin[18];

    wl_buf_init(&csv, 64 << 20);
    wl_buf_text(&csv, "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n");
    for (unsigned i = 0; i < count; i++)
        wl_buf_format(&csv, "%s,M1,B1,2024-01-01,2024-06-01,D1,O1\n", vin_of(i, vin));
    wl_buf_byte(&csv, 0);
    OK(wl_buf_status(&csv));
    load_table("vehicles", (const char *)csv.data);
    wl_buf_release(&csv);
}

/* ---- commands by name ---- */

static UNUSED const char *sign(const char *dealer, const char *no)
{
    struct wl_sign_body body = {.dealer_id = text(dealer), .claim_no = text(no)};
    struct wl_personal signer = {.salt = {2}, .text = text("Mr. Li")};

    return run_with(&wl_sign_command, &body, &signer);
}

static UNUSED const char *review(const char *no, enum wl_verdict verdict, int64_t kind, int64_t line,
                                 const char *reason)
{
    struct wl_line_name name = {kind, line, WL_NONE, WL_NO_STR};
    struct wl_review_body body = {.dealer_id = text("D1"),
                                  .claim_no = text(no),
                                  .verdict = verdict,
                                  .refused = {&name, line != 0},
                                  .reason = text(reason)};

    return run(&wl_review_command, &body);
}

static UNUSED const char *receive(const char *no, int64_t line)
{
    struct wl_receive_body body = {.dealer_id = text("D1"), .claim_no = text(no), .line = line};

    return run(&wl_receive_command, &body);
}

static UNUSED const char *inspect(const char *no, int64_t line, enum wl_inspection result)
{
    struct wl_inspect_body body = {.dealer_id = text("D1"), .claim_no = text(no), .line = line, .outcome = result};

    return run(&wl_inspect_command, &body);
}

static UNUSED const char *waive(const char *no, int64_t line, const char *reason)
{
    struct wl_waive_body body = {.dealer_id = text("D1"), .claim_no = text(no), .line = line, .reason = text(reason)};

    return run(&wl_waive_command, &body);
}

static UNUSED const char *tick(void)
{
    struct wl_tick_body body = {WL_NONE};

    return run(&wl_tick_command, &body);
}

static UNUSED const char *forget(const char *no)
{
    struct wl_forget_body body = {text("D1"), text(no)};

    return run(&wl_forget_command, &body);
}

static UNUSED const char *pay(int64_t settlement)
{
    struct wl_settlement_body body = {settlement, WL_NONE};

    return run(&wl_pay_command, &body);
}

static UNUSED const char *confirm(int64_t settlement)
{
    struct wl_settlement_body body = {settlement, WL_NONE};

    return run(&wl_confirm_command, &body);
}

static struct wl_settle_answer answer; /* of the last settle */

static UNUSED const char *settle_keyed(const char *dealer, const char *currency, const char *to, const char *key)
{
    struct wl_settle_request request = {.dealer_id = text(dealer),
                                        .currency = text(currency),
                                        .to = day(to),
                                        .time = now,
                                        .actor = WL_STR("test"),
                                        .key = text(key)};

    OK(wl_settle(txn, &arena, &request, &answer));
    return wl_refusal_name(answer.refusal);
}

static UNUSED const char *settle(const char *dealer, const char *currency)
{
    return settle_keyed(dealer, currency, "2025-12-31", NULL);
}

static UNUSED struct wl_settlement settlement(uint64_t number)
{
    struct wl_settlement row;

    ck_assert_int_eq(wl_settlement_get(txn, &arena, number, &row), 1);
    return row;
}

static UNUSED int64_t balance(enum wl_account_kind kind, const char *party, const char *unit)
{
    return (int64_t)wl_balance(txn, kind, text(party), text(unit), WL_NO_STR);
}

/* A fingerprint of all that is derived, but for the journal's own tree and keys. */
static UNUSED uint64_t state_now(void)
{
    uint64_t sum = 0;

    for (unsigned table = WL_TABLE_BALANCES; table < WL_TABLE_FIRST + wl_house_schema.table_count; table++) {
        struct wl_str key, value;
        struct wl_walk *walk;

        OK(wl_walk_open(txn, table, WL_NO_STR, WL_NO_STR, &walk));
        while (wl_walk_next(walk, &key, &value) == 1)
            sum = (sum ^ wl_hash(key)) * 31 + (wl_hash(value) ^ table);
        wl_walk_close(walk);
    }
    return sum;
}

/* The store agrees with itself, and rebuilding or replaying it gives the same. No transaction may be open. */
static UNUSED void check_all(void)
{
    struct wl_verify_report whole;
    struct wl_rebuild_report again;
    char command[400];

    wl_store_close(store);
    store = NULL;
    OK(wl_verify_here(dir, &wl_house_schema, &whole));
    OK(wl_rebuild(dir, &wl_house_schema, other_dir, true, NULL, NULL, &again));
    ck_assert_mem_eq(whole.root, again.root, WL_HASH_SIZE);
    ck_assert_mem_eq(whole.digest, again.digest, WL_HASH_SIZE);
    snprintf(command, sizeof command, "rm -rf '%s'", other_dir);
    ck_assert_int_eq(system(command), 0);
    OK(wl_store_open(dir, &wl_house_schema, 0, &store));
}

/* ---- a claim in each situation ---- */

enum situation {
    UNKNOWN,
    REJECTED,
    SEATED,
    QUEUED,
    OPEN_,
    SIGNED,
    RECEIVED,
    ACCEPTED,
    PARTLY_REFUSED,
    WAIVED,
    SETTLED,
    PAID,
    CONFIRMED,
    SITUATIONS,
};
static const char *const situation_claim[SITUATIONS] = {"none", "REJ",  "REF1", "REF3", "OPEN", "SIGN", "RECV",
                                                        "ACC",  "PART", "WAIV", "SETT", "PAID", "CONF"};

/* Signs a claim and settles it with part 1 waived and away, the others waived and back. */
static UNUSED void settle_alone(const char *no)
{
    DONE(sign("D1", no));
    DONE(waive(no, 1, "scrapped"));
    DONE(receive(no, 0));
    DONE(waive(no, 0, "inspected later"));
    DONE(settle("D1", "CNY"));
}

static UNUSED void situations_make(void)
{
    world_make();
    begin();
    ck_assert_str_eq(claim_in(BAD("REJ")), "rejected");
    for (const char *const *no = (const char *const[]){"CONF", "PAID", "SETT", NULL}; *no; no++) {
        ck_assert_str_eq(claim_in(USUAL("D1", *no)), "approved");
        settle_alone(*no);
    }
    DONE(pay(1));
    DONE(confirm(1));
    DONE(pay(2));
    for (const char *const *no = (const char *const[]){"REF1", "REF2", "REF3", NULL}; *no; no++)
        ck_assert_str_eq(claim_in(LARGE(*no)), "referred");
    for (int i = OPEN_; i <= WAIVED; i++)
        ck_assert_str_eq(claim_in(USUAL("D1", situation_claim[i])), "approved");
    DONE(sign("D1", "SIGN"));
    DONE(receive("RECV", 0));
    DONE(receive("ACC", 0));
    DONE(inspect("ACC", 0, WL_ACCEPTED));
    DONE(receive("PART", 1));
    DONE(inspect("PART", 1, WL_ABUSE));
    DONE(waive("WAIV", 0, "lost in a fire"));
    commit();
}

static UNUSED TCase *cases(const char *name, void (*make)(void))
{
    TCase *tc = tcase_create(name);

    tcase_add_checked_fixture(tc, make, world_remove);
    tcase_set_timeout(tc, 300);
    return tc;
}

static UNUSED int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
