/* Reference data coming in: forms of CSV, what is refused, versions, what a journal may hold. A new refused
 * file is a new fixtures/csv/bad/TABLE--CASE.csv with its .err. */
#include <dirent.h>
#include <time.h>

#include "tests/reference_world.h"
#include "wledger/audit.h"

/* ---- files that are refused ---- */

static void read_text(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t n;

    ck_assert_msg(file != NULL, "%s is missing", path);
    n = fread(out, 1, size - 1, file);
    fclose(file);
    while (n > 0 && out[n - 1] == '\n')
        n--;
    out[n] = '\0';
}

/* The file under its table's name, and the message that it must give there. */
static void check_bad(const char *name)
{
    char from[1100], link[600], expected[2048], here[4096];
    int table_size = (int)(strstr(name, "--") - name);
    uint64_t size;

    ck_assert_ptr_nonnull(getcwd(here, sizeof here - 600));
    snprintf(here + strlen(here), 600, "/%s/%s", BAD, name);
    snprintf(link, sizeof link, "%s/%.*s.csv", folder, table_size, name);
    unlink(link);
    ck_assert_int_eq(symlink(here, link), 0);
    begin();
    size = wl_journal_size(txn);
    ck_assert_msg(load_path(link) == WL_E_INPUT, "%s was not refused: %s", name, wl_error());
    snprintf(from, sizeof from, "%s", wl_error());
    wl_txn_abort(&txn);
    unlink(link);
    ck_assert_msg(strncmp(from, folder, strlen(folder)) == 0, "%s: %s", name, from);
    snprintf(here + strlen(here) - 4, 5, ".err");
    read_text(here, expected, sizeof expected);
    ck_assert_str_eq(from + strlen(folder) + 1, expected);
    begin();
    ck_assert_uint_eq(wl_journal_size(txn), size);
    wl_txn_abort(&txn);
}

START_TEST(bad_files_are_refused)
{
    DIR *dir = opendir(BAD);
    struct dirent *entry;
    int count = 0;

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        size_t size = strlen(entry->d_name);
        if (size < 5 || strcmp(entry->d_name + size - 4, ".csv") != 0)
            continue;
        check_bad(entry->d_name);
        count++;
    }
    closedir(dir);
    ck_assert_int_gt(count, 50);
}
END_TEST

START_TEST(errors_stick_to_the_transaction)
{
    begin();
    ck_assert_int_eq(load_text("models", "model_id,name,list_price,currency\nM9,N,1,EUR\nM9,N,1,EUR\n"), WL_E_INPUT);
    ck_assert_int_eq(wl_txn_status(txn), WL_E_INPUT);
    ck_assert_int_eq(wl_txn_commit(&txn), WL_E_INPUT);
    begin();
    ck_assert_int_eq(load_path("/nowhere/parts.csv"), WL_E_INPUT);
    wl_txn_abort(&txn);
    begin();
    ck_assert_int_eq(load_path(GOOD "/party.csv"), WL_E_INPUT);
    ck_assert_ptr_nonnull(strstr(wl_error(), "TABLE.csv"));
    wl_txn_abort(&txn);
}
END_TEST

START_TEST(a_load_before_the_last_time_is_turned_down)
{
    must_load("models", "model_id,name,list_price,currency\nM9,N,1,EUR\n");
    begin();
    ck_assert_int_eq(load_text("models", "model_id,name,list_price,currency\nM8,N,1,EUR\n"), WL_OK);
    wl_txn_abort(&txn);
    begin();
    char path[300];
    snprintf(path, sizeof path, "%s/models.csv", folder);
    ck_assert_int_eq(wl_load_csv(txn, &arena, path, 999, text("test"), &report), WL_E_USAGE);
    ck_assert_int_eq(report.refusal, WL_REFUSED_TIME_BEFORE_LAST);
    wl_txn_abort(&txn);
}
END_TEST

/* ---- forms of a file that are accepted ---- */

START_TEST(forms_of_csv)
{
    static const char *const forms[] = {
        "model_id,name,list_price,currency\nM9,Neun,1.50,EUR\n",
        "model_id,name,list_price,currency\r\nM9,Neun,1.50,EUR\r\n",
        "model_id,name,list_price,currency\rM9,Neun,1.50,EUR\r",
        "model_id,name,list_price,currency\nM9,Neun,1.50,EUR",
        "\xEF\xBB\xBFmodel_id,name,list_price,currency\nM9,Neun,1.50,EUR\n",
        "\xEF\xBB\xBF\"model_id\",name,list_price,currency\nM9,Neun,1.50,EUR\n",
        "\n\ncurrency,list_price,name,model_id\n\nEUR,1.5000,Neun,M9\n\n",
        "\"model_id\",\"name\",\"list_price\",\"currency\"\r\n\"M9\",\"Neun\",\"1.50\",\"EUR\"\r\n",
        "void,model_id,name,list_price,currency\nno,M9,Neun,001.50,EUR\n",
        "model_id,name,list_price,currency,void\nM9,Neun,1.50,EUR,\n",
    };
    uint64_t size;

    must_load("models", forms[0]);
    check_report(1, 1, 0, 0);
    begin();
    size = wl_journal_size(txn);
    wl_txn_abort(&txn);
    for (size_t i = 0; i < WL_COUNT(forms); i++) {
        must_load("models", forms[i]);
        check_report(1, 0, 0, 0);
        ck_assert_uint_eq(report.seq, 0);
    }
    must_load("models", "model_id,name,list_price,currency\n");
    check_report(0, 0, 0, 0);
    begin();
    ck_assert_uint_eq(wl_journal_size(txn), size);
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_VERSION), 1);
}
END_TEST

START_TEST(values_reach_their_limits)
{
    static const char id[] = "12345678901234567890123456789012";
    char csv[1000], name[201];

    memset(name, 'n', 200);
    name[200] = '\0';
    snprintf(csv, sizeof csv, "model_id,name,list_price,currency\n%s,%s,999999999999.9999,EUR\n", id, name);
    must_load("models", csv);
    check_report(1, 1, 0, 0);
    must_load("parts",
              "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,"
              "lifetime\nP,d,c,ea,S,never,9999,9999,9999999,yes\n");
    must_load("policy",
              "key,from_date,value\nsubmit_days,1900-01-01,999999999.999999\nhandling_percent,2199-12-31,10000\n"
              "sublet_limit.VND,1900-01-01,999999999999.999999\n");
    must_load("suppliers", "supplier_id,name,recovery_percent\nS,\"a \"\"b\"\", c\",100.000000\n");
    must_load("tiers", "tier,currency,limit\n0,KWD,1.001\n1,KWD,\n0,CLF,0.0001\n1,CLF,\n0,JPY,1.0000\n1,JPY,\n");
    begin();
    ck_assert_int_eq(wl_policy_on(reference(), text("submit_days"), day("1900-01-01")), INT64_C(999999999999999));
    ck_assert_int_eq(wl_policy_on(reference(), text("sublet_limit.VND"), day("1900-01-01")),
                     INT64_C(999999999999999999));
    ck_assert_int_eq(wl_part_find(reference(), text("P"))->warranty_km, 9999999);
    ck_assert_int_eq(wl_tiers(reference(), text("CLF")).at[0].limit, 1);
}
END_TEST

/* ---- versions ---- */

START_TEST(the_same_again_adds_nothing)
{
    uint64_t size, content;

    begin();
    size = wl_journal_size(txn);
    content = wl_counter(txn, WL_COUNTER_REFERENCE_CONTENT);
    ck_assert_uint_eq(size, 1 + 2 * WL_REFERENCE_TABLE_MAX);
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_VERSION), WL_REFERENCE_TABLE_MAX);
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_ENTRY), size - 1);
    wl_txn_abort(&txn);
    load_folder(GOOD);
    begin();
    ck_assert_uint_eq(wl_journal_size(txn), size);
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_CONTENT), content);
}
END_TEST

#define FAULTS "fault_code,component,cause,description,warrantable,void\n"

START_TEST(rows_change_and_are_withdrawn)
{
    uint64_t entry;

    must_load("faults", FAULTS "F1,brake,wear,Worn disc,no,\nF3,body,seal,Leak,yes,\nF4,,,,,yes\nF2,,,,,yes\n");
    check_report(4, 1, 1, 1);
    entry = report.seq;
    begin();
    ck_assert_int_eq(wl_fault_find(reference(), text("F1"))->warrantable, WL_NO);
    ck_assert_ptr_null(wl_fault_find(reference(), text("F2")));
    ck_assert(wl_str_is(wl_fault_find(reference(), text("F3"))->description, "Leak"));
    ck_assert_uint_eq(wl_counter(txn, WL_COUNTER_REFERENCE_ENTRY), entry);
    wl_txn_abort(&txn);
    must_load("faults", FAULTS "F2,glass,misuse,Broken glass,no,no\nF4,anything,\"\",not checked,maybe,yes\n");
    check_report(2, 1, 0, 0);
    begin();
    ck_assert_int_eq(wl_fault_find(reference(), text("F2"))->warrantable, WL_NO);
}
END_TEST

START_TEST(a_void_of_what_is_not_there_adds_nothing)
{
    begin();
    uint64_t size = wl_journal_size(txn);
    wl_txn_abort(&txn);
    must_load("faults", FAULTS "F77,,,,,yes\n");
    check_report(1, 0, 0, 0);
    begin();
    ck_assert_uint_eq(wl_journal_size(txn), size);
}
END_TEST

START_TEST(large_tables_are_a_run_of_entries)
{
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/campaign_vehicles.csv", folder);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("campaign_id,vin\n", file);
    for (int i = 0; i < 20000; i++)
        fprintf(file, "C2,VIN%014d\n", i);
    fclose(file);
    begin();
    uint64_t size = wl_journal_size(txn);
    ck_assert_msg(load_path(path) == WL_OK, "%s", wl_error());
    check_report(20000, 20000, 0, 0);
    ck_assert_uint_gt(wl_journal_size(txn), size + 5);
    ck_assert_uint_eq(report.seq, wl_journal_size(txn) - 1);
    commit();
    begin();
    ck_assert_msg(load_path(path) == WL_OK, "%s", wl_error());
    check_report(20000, 0, 0, 0);
    ck_assert(wl_campaign_has_vehicle(reference(), text("C2"), text("VIN00000000019999")));
    ck_assert(!wl_campaign_has_vehicle(reference(), text("C2"), text("VIN00000000020000")));
}
END_TEST

/* ---- what a journal may hold ---- */

/* Executes load-rows with these bytes as rows, or as withdrawals. */
static int load_rows(int64_t table, struct wl_str rows, struct wl_str withdrawn)
{
    struct wl_load_rows_body body = {table, rows, withdrawn};
    struct wl_request request = {
        .command = &wl_load_rows_command, .body = &body, .time = 1000, .actor = WL_STR("test")};
    struct wl_result result;
    int status;

    wl_arena_clear(&arena);
    begin();
    status = wl_execute(txn, &arena, &request, &result);
    wl_txn_abort(&txn);
    return status;
}

/* Rows as a hostile journal may have them are damage, never believed and never a crash. */
START_TEST(rows_in_the_journal_are_checked)
{
    static const struct wl_str good = WL_STR("\xA3\x01\x62L9\x02\x0C\x03\x19\x10\x00");
    static const struct {
        int64_t table;
        struct wl_str rows, withdrawn;
    } bad[] = {
        {0, WL_STR("\xA0"), WL_NO_STR},
        {WL_REFERENCE_TABLE_MAX + 1, WL_STR("\xA0"), WL_NO_STR},
        {WL_REF_SERVICE_PLAN, WL_NO_STR, WL_NO_STR},
        {WL_REF_SERVICE_PLAN, WL_STR("\xA0"), WL_NO_STR},
        {WL_REF_SERVICE_PLAN, WL_STR("\xFF"), WL_NO_STR},
        {WL_REF_SERVICE_PLAN, WL_STR("\xA3\x01\x62L9\x02\x0C\x03\x19\x10"), WL_NO_STR},
        {WL_REF_SERVICE_PLAN, WL_STR("\xA2\x01\x62L9\x02\x0C"), WL_NO_STR},                     /* max_km is absent */
        {WL_REF_SERVICE_PLAN, WL_STR("\xA3\x01\x62L9\x02\x20\x03\x01"), WL_NO_STR},             /* negative months */
        {WL_REF_SERVICE_PLAN, WL_STR("\xA3\x01\x62L9\x02\x19\x27\x10\x03\x01"), WL_NO_STR},     /* 10000 months */
        {WL_REF_SERVICE_PLAN, WL_STR("\xA3\x01\x62\x4C\x00\x02\x0C\x03\x01"), WL_NO_STR},       /* NUL in the key */
        {WL_REF_SERVICE_PLAN, WL_NO_STR, WL_STR("\xA3\x01\x62L9\x02\x0C\x03\x01")},             /* more than its key */
        {WL_REF_SERVICE_PLAN, WL_NO_STR, WL_STR("\xA1\x02\x0C")},                               /* without its key */
        {WL_REF_FAULTS, WL_STR("\xA5\x01\x61x\x02\x61x\x03\x61x\x04\x61x\x05\x02"), WL_NO_STR}, /* no such choice */
        {WL_REF_EXTENSIONS, WL_STR("\xA4\x01\x61x\x02\x02\x03\x01\x04\x03"), WL_NO_STR},        /* ends before */
        {WL_REF_DEALERS,
         WL_STR("\xA7\x01\x62W1\x02\x61n\x03\x61r\x04\x61"
                "c\x05\x63"
                "EUR\x06\x00\x07\x00"),
         WL_NO_STR}, /* a warehouse's id */
        {WL_REF_BINS,
         WL_STR("\xA4\x01\x62W1\x02\x61"
                "b\x03\x62P1\x04\x01"),
         WL_NO_STR}, /* no maximum */
        {WL_REF_BINS,
         WL_STR("\xA3\x01\x62W1\x02\x62"
                "b/\x03\x62P1"),
         WL_NO_STR},
        {WL_REF_TRACKED_PARTS, WL_STR("\xA2\x01\x62P1\x02\x02"), WL_NO_STR},           /* no such choice */
        {WL_REF_SUPERSESSIONS, WL_STR("\xA3\x01\x62P9\x02\x62P9\x03\x01"), WL_NO_STR}, /* by itself */
        {WL_REF_EXTENSIONS, WL_STR("\xA4\x01\x61x\x02\x01\x03\x1A\x7F\xFF\xFF\xFF\x04\x03"), WL_NO_STR},
    };

    ck_assert_int_eq(load_rows(WL_REF_SERVICE_PLAN, good, WL_NO_STR), WL_OK);
    ck_assert_int_eq(load_rows(WL_REF_SERVICE_PLAN, WL_NO_STR, WL_STR("\xA1\x01\x62L9")), WL_OK);
    for (size_t i = 0; i < WL_COUNT(bad); i++) {
        int status = load_rows(bad[i].table, bad[i].rows, bad[i].withdrawn);
        ck_assert_msg(status == WL_E_DAMAGED, "row %zu gave %d", i, status);
    }
}
END_TEST

START_TEST(tiers_in_the_journal_are_checked)
{
    static const uint8_t hash[32];
    struct wl_load_rows_body rows = {WL_REF_TIERS, WL_STR("\xA3\x01\x05\x02\x63USD\x03\x01"), WL_NO_STR};
    struct wl_load_body load = {.table = WL_REF_TIERS,
                                .file_sha256 = {(const char *)hash, 32},
                                .rows = 1,
                                .added = 1,
                                .changed = 0,
                                .withdrawn = 0};
    struct wl_request request = {
        .body = &rows, .command = &wl_load_rows_command, .time = 1000, .actor = WL_STR("test")};
    struct wl_result result;

    begin();
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_DAMAGED);
    wl_txn_abort(&txn);
    rows.rows = WL_STR("\xA3\x01\x05\x02\x63USD\x03\x19\x27\x10");
    begin();
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_OK);
    request.body = &load;
    request.command = &wl_load_command;
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_DAMAGED);
    wl_txn_abort(&txn);
}
END_TEST

#define SUPERSESSIONS "part_id,replaced_by,from_date,void\n"

/* What counts is how the table stands when the file is in, not the order of its rows. */
START_TEST(supersessions_are_judged_as_they_stand)
{
    static const uint8_t hash[32];
    struct wl_load_rows_body rows = {WL_REF_SUPERSESSIONS, WL_STR("\xA3\x01\x62P5\x02\x62P0\x03\x01"), WL_NO_STR};
    struct wl_load_body load = {
        .table = WL_REF_SUPERSESSIONS, .file_sha256 = {(const char *)hash, 32}, .rows = 1, .added = 1};
    struct wl_request request = {
        .body = &rows, .command = &wl_load_rows_command, .time = 1000, .actor = WL_STR("test")};
    struct wl_result result;

    begin();
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_OK);
    request.body = &load;
    request.command = &wl_load_command;
    ck_assert_int_eq(wl_execute(txn, &arena, &request, &result), WL_E_DAMAGED);
    wl_txn_abort(&txn);
    must_load("supersessions", SUPERSESSIONS "P5,P0,2027-01-01,\nP0,,,yes\n");
    check_report(2, 1, 0, 1);
    must_load("supersessions", SUPERSESSIONS "P4,P1,2027-01-01,no\nP5,P1,2027-01-01,no\nP1,,,yes\n");
    check_report(3, 0, 2, 1);
    begin();
    ck_assert_int_eq(load_text("supersessions", SUPERSESSIONS "P1,P4,2027-01-01,\n"), WL_E_INPUT);
    ck_assert_ptr_nonnull(strstr(wl_error(), "P1, P4, P1"));
}
END_TEST

static void chain_of(int steps, char *csv, size_t size)
{
    size_t used = (size_t)snprintf(csv, size, "part_id,replaced_by,from_date\n");

    for (int i = 0; i < steps; i++)
        used += (size_t)snprintf(csv + used, size - used, "C%d,C%d,2025-01-01\n", i, i + 1);
}

START_TEST(chains_of_supersessions_are_bounded)
{
    char csv[4000];

    chain_of(WL_SUPERSESSION_CHAIN_MAX, csv, sizeof csv);
    must_load("supersessions", csv);
    check_report(WL_SUPERSESSION_CHAIN_MAX, WL_SUPERSESSION_CHAIN_MAX, 0, 0);
    begin();
    ck_assert_int_eq(load_text("supersessions", "part_id,replaced_by,from_date\nX,Y,2025-01-01\nB,C0,2025-01-01\n"),
                     WL_E_INPUT);
    ck_assert_ptr_nonnull(strstr(wl_error(), "supersessions.csv:3: column replaced_by: is in a chain of more than 64"));
}
END_TEST

/* Dealers and warehouses are locations, and a location is told by its id alone. */
START_TEST(an_id_is_of_one_location)
{
    must_load("warehouses", "warehouse_id,name,region,returns,void\nW1,,,,yes\nW2,Two,R1,no,\n");
    must_load("dealers", "dealer_id,name,region,country,currency,tax_percent,status,void\n"
                         "W1,N,R,DE,EUR,19,active,\nD2,,,,,,,yes\n");
    must_load("warehouses", "warehouse_id,name,region,returns\nD2,Two,R1,no\n");
    begin();
    ck_assert_ptr_nonnull(wl_dealer_find(reference(), text("W1")));
    ck_assert_ptr_null(wl_warehouse_find(reference(), text("W1")));
    ck_assert_ptr_nonnull(wl_warehouse_find(reference(), text("D2")));
    ck_assert_int_eq(wl_warehouse_find(reference(), text("W2"))->returns, WL_NO);
}
END_TEST

START_TEST(the_journal_makes_the_same_tables_again)
{
    struct wl_rebuild_report rebuilt;
    struct wl_verify_report verified;
    char dir[300], again[300];

    must_load("faults", "fault_code,component,cause,description,warrantable,void\nF2,,,,,yes\nF3,a,b,c,no,\n");
    must_load("contracts", "contract_id,vin,component,start_date,end_date,max_km,void\nK1," VIN2
                           ",*,2025-03-31,2027-03-31,150000,\nK2,,,,,,yes\n");
    snprintf(dir, sizeof dir, "%s/store", folder);
    snprintf(again, sizeof again, "%s/again", folder);
    wl_store_close(store);
    ck_assert_msg(wl_verify_here(dir, &schema, &verified) == WL_OK, "%s", wl_error());
    ck_assert_msg(wl_rebuild(dir, &schema, again, true, NULL, NULL, &rebuilt) == WL_OK, "%s", wl_error());
    ck_assert_uint_eq(verified.entries, rebuilt.entries);
    ck_assert_mem_eq(verified.digest, rebuilt.digest, sizeof verified.digest);
    ck_assert_msg(wl_store_open(dir, &schema, 0, &store) == WL_OK, "%s", wl_error());
}
END_TEST

/* ---- generated worlds ---- */

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check_world(const char *path)
{
    uint64_t size;
    double start = seconds();

    load_folder(path);
    begin();
    size = wl_journal_size(txn);
    ck_assert_uint_gt(wl_counter(txn, WL_COUNTER_REFERENCE_VERSION), 10);
    wl_txn_abort(&txn);
    printf("%s: loaded in %.2f s", path, seconds() - start);
    start = seconds();
    load_folder(path);
    printf(", again in %.2f s\n", seconds() - start);
    begin();
    ck_assert_uint_eq(wl_journal_size(txn), size);
    wl_txn_abort(&txn);
}

/* WL_WORLD names a further folder of tables, such as a large one. */
START_TEST(worlds_load)
{
    DIR *dir = opendir("fixtures");
    struct dirent *entry;
    char path[600];

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (strncmp(entry->d_name, "world-", 6) != 0)
            continue;
        snprintf(path, sizeof path, "fixtures/%s", entry->d_name);
        world_make();
        check_world(path);
        world_remove();
    }
    closedir(dir);
    if (getenv("WL_WORLD")) {
        world_make();
        check_world(getenv("WL_WORLD"));
        world_remove();
    }
}
END_TEST

START_TEST(files_are_ordered)
{
    struct wl_load_files files;

    wl_load_files_init(&files);
    ck_assert_int_eq(wl_load_files_add(&files, GOOD), WL_OK);
    ck_assert_str_eq(files.path[WL_REF_PARTS], GOOD "/parts.csv");
    ck_assert_int_eq(wl_load_files_add(&files, GOOD "/parts.csv"), WL_E_INPUT);
    wl_load_files_release(&files);
    ck_assert_int_eq(wl_load_files_add(&files, BAD), WL_E_INPUT);
    ck_assert_int_eq(wl_load_files_add(&files, "nowhere"), WL_E_INPUT);
    wl_load_files_release(&files);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load");
    TCase *empty = cases("empty", world_make);
    TCase *good = cases("good", good_world_make);
    TCase *none = tcase_create("none");

    tcase_add_test(empty, forms_of_csv);
    tcase_add_test(empty, values_reach_their_limits);
    tcase_add_test(empty, errors_stick_to_the_transaction);
    tcase_add_test(empty, a_load_before_the_last_time_is_turned_down);
    tcase_add_test(good, bad_files_are_refused);
    tcase_add_test(good, the_same_again_adds_nothing);
    tcase_add_test(good, rows_change_and_are_withdrawn);
    tcase_add_test(good, a_void_of_what_is_not_there_adds_nothing);
    tcase_add_test(good, large_tables_are_a_run_of_entries);
    tcase_add_test(good, rows_in_the_journal_are_checked);
    tcase_add_test(good, tiers_in_the_journal_are_checked);
    tcase_add_test(good, supersessions_are_judged_as_they_stand);
    tcase_add_test(good, chains_of_supersessions_are_bounded);
    tcase_add_test(good, an_id_is_of_one_location);
    tcase_add_test(good, the_journal_makes_the_same_tables_again);
    tcase_add_test(none, worlds_load);
    tcase_add_test(none, files_are_ordered);
    tcase_set_timeout(none, 300);
    suite_add_tcase(suite, empty);
    suite_add_tcase(suite, good);
    suite_add_tcase(suite, none);
    return run(suite);
}
