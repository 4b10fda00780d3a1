/* The month's reference data: 40 dealers in three currencies, 20 reviewers at 10 seats of three tiers. */
#include "tests/month.h"

#include <stdio.h>
#include <string.h>

#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/load.h"

const char *const currencies[CURRENCIES] = {"CNY", "EUR", "JPY"};
static const unsigned worth[CURRENCIES] = {100, 13, 2000}; /* of 100 CNY */
static const char *const components[] = {"engine", "brake", "battery", "body", "wiring"};
enum { COMPONENTS = sizeof components / sizeof *components };

unsigned currency_of(unsigned dealer)
{
    return dealer % 8 == 0 ? 2 : dealer % 4 == 0 ? 1 : 0;
}

unsigned minor_digits(unsigned currency)
{
    return wl_minor_digits(wl_str_of(currencies[currency]));
}

unsigned currency_number(struct wl_str currency)
{
    for (unsigned i = 0; i < CURRENCIES; i++)
        if (wl_str_is(currency, currencies[i]))
            return i;
    fail("an unknown currency: " WL_STR_FMT, WL_STR_ARG(currency));
}

/* An amount in hundredths of CNY, in a currency. */
static const char *money(unsigned cny_x100, unsigned currency)
{
    uint64_t n = (uint64_t)cny_x100 * worth[currency] / 100;

    return minor_digits(currency) == 0
               ? format("%llu", (unsigned long long)(n / 100))
               : format("%llu.%02llu", (unsigned long long)(n / 100), (unsigned long long)(n % 100));
}

const char *price_text(unsigned part, unsigned currency)
{
    return money(1500 + part * 731, currency);
}

const char *vin_of(unsigned n, char vin[18])
{
    static const char values[] = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"; /* place modulo 10 */
    static const int weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;

    snprintf(vin, 18, "LSVNV4180T2%06u", n % 1000000);
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (int)((strchr(values, vin[i]) - values) % 10);
    vin[8] = "0123456789X"[sum % 11];
    return vin;
}

static FILE *file;
static const char *in_folder;
static char path[400];

static void start(const char *table, const char *columns)
{
    snprintf(path, sizeof path, "%s/%s.csv", in_folder, table);
    if (!(file = fopen(path, "w")))
        fail("%s cannot be written", path);
    fprintf(file, "%s\n", columns);
}

static void load(void)
{
    struct wl_load_report report;

    if (fclose(file) != 0)
        fail("%s cannot be written", path);
    begin();
    if (wl_load_csv(month.txn, &month.arena, path, month.now, WL_STR("founder"), &report) != WL_OK)
        fail("%s", wl_error());
    commit();
}

static void parties(void)
{
    static const unsigned tax[CURRENCIES] = {13, 19, 10};

    start("dealers", "dealer_id,name,region,country,currency,tax_percent,status");
    for (unsigned i = 0; i < DEALERS; i++)
        fprintf(file, "%s,Dealer %u,R%u,CN,%s,%u,active\n", dealer_name(i), i, i % 3, currencies[currency_of(i)],
                tax[currency_of(i)]);
    load();
    start("labour_rates", "dealer_id,from_date,rate");
    for (unsigned i = 0; i < DEALERS; i++)
        fprintf(file, "%s,2020-01-01,%s\n", dealer_name(i), money(12000 + i * 100, currency_of(i)));
    load();
    start("suppliers", "supplier_id,name,recovery_percent");
    for (unsigned i = 0; i < SUPPLIERS; i++)
        fprintf(file, "S%u,Supplier %u,%u\n", i, i, i * 20);
    load();
    start("bank_accounts", "party_id,currency,from_date,holder,account,kind,bic");
    for (unsigned c = 0; c < CURRENCIES; c++)
        fprintf(file, "*,%s,2020-01-01,OEM Clearing,100%u,other,\n", currencies[c], c);
    for (unsigned i = 0; i < DEALERS; i++)
        fprintf(file, "%s,%s,2020-01-01,Dealer %u,2%03u,other,\n", dealer_name(i), currencies[currency_of(i)], i, i);
    load();
    start("warehouses", "warehouse_id,name,region,returns");
    fprintf(file, "W0,North,R0,no\nW1,South,R1,no\nCENTRE,Returns,R0,yes\n");
    load();
}

static void goods(void)
{
    start("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,"
                   "lifetime");
    for (unsigned i = 0; i < PARTS; i++)
        fprintf(file, "P%02u,Part %u,%s,ea,S%u,%s,14,24,60000,no\n", i, i, components[i % COMPONENTS], i % SUPPLIERS,
                i % 3 ? "never" : "always");
    load();
    start("part_prices", "part_id,currency,from_date,price");
    for (unsigned i = 0; i < PARTS; i++)
        for (unsigned c = 0; c < CURRENCIES; c++)
            fprintf(file, "P%02u,%s,2020-01-01,%s\n", i, currencies[c], price_text(i, c));
    load();
    start("supplier_agreements", "supplier_id,part_id,from_date,to_date,percent,labour,days");
    fprintf(file,
            "S1,*,2020-01-01,2099-12-31,70,no,\nS2,*,2020-01-01,2099-12-31,100,yes,\nS3,P03,2020-01-01,2099-12-31,55.5,"
            "yes,400\n");
    load();
    start("models", "model_id,name,list_price,currency");
    fprintf(file, "M1,One,100000,CNY\nM2,Two,180000,CNY\n");
    load();
    start("vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id");
    for (unsigned i = 0; i < VEHICLES; i++) {
        char vin[18];

        fprintf(file, "%s,M%u,B25%02u,2025-%02u-01,2025-%02u-20,%s,O%u\n", vin_of(i, vin), 1 + i % 2, i % 9, 1 + i % 9,
                1 + i % 9, dealer_name(i % DEALERS), i);
    }
    load();
}

static void rules(void)
{
    static const unsigned limits[] = {30000, 150000, 600000};

    start("operations", "op_code,description,component,standard_hours");
    for (unsigned i = 0; i < OPERATIONS; i++)
        fprintf(file, "OP%02u,Replace %u,%s,%u\n", i, i, components[i % COMPONENTS], 2 + i);
    load();
    start("faults", "fault_code,component,cause,description,warrantable");
    for (unsigned i = 0; i < FAULTS; i++)
        fprintf(file, "F%02u,%s,wear,Fault %u,%s\n", i, components[i % COMPONENTS], i, i == 19 ? "no" : "yes");
    load();
    start("plans", "plan_id,model_id,component,sold_from,sold_to,months,km");
    fprintf(file, "BASE,*,*,2020-01-01,2099-01-01,36,100000\n");
    load();
    start("tiers", "tier,currency,limit");
    for (unsigned c = 0; c < CURRENCIES; c++)
        for (unsigned t = 0; t < 4; t++)
            fprintf(file, "%u,%s,%s\n", t, currencies[c], t < 3 ? money(limits[t], c) : "");
    load();
    start("seats", "seat_id,tier,capacity");
    for (unsigned i = 0; i < REVIEWERS / 2; i++)
        fprintf(file, "SEAT%u,%u,60\n", i, i < 6 ? 1 : i < 8 ? 2 : 3);
    load();
    start("reviewers", "reviewer_id,name,seat_id");
    for (unsigned i = 0; i < REVIEWERS; i++)
        fprintf(file, "R%02u,Reviewer %u,SEAT%u\n", i, i, i / 2);
    load();
    start("reasons", "event,reason_code,description");
    fprintf(file, "chargeback,audit,found by audit\nabsence,leave,on leave\nwaive,scrapped,the part is gone\n");
    load();
    start("policy", "key,from_date,value");
    fprintf(file, "submit_days,2020-01-01,30\nhandling_percent,2020-01-01,12.5\nprice_tolerance_percent,2020-01-01,2\n"
                  "review_hours,2020-01-01,40\ndispatch_hours,2020-01-01,48\nduplicate_days,2020-01-01,1\n");
    load();
}

static void stock(void)
{
    begin();
    for (unsigned i = 0; i < PARTS; i++)
        for (unsigned w = 0; w < 2; w++) {
            struct wl_deliver_body body = {.location_id = wl_str_of(format("W%u", w)),
                                           .part_id = wl_str_of(format("P%02u", i)),
                                           .lot = wl_str_of(format("LOT%u", i)),
                                           .document = WL_STR("first"),
                                           .quantity = 1000 * 1000};

            must(&wl_deliver_command, &body, "store");
        }
    commit();
}

void world_load(const char *folder)
{
    in_folder = folder;
    parties();
    goods();
    rules();
    stock();
}
