/* The walk's reference data: four dealers in three currencies, eight reviewers at six small seats. */
#include "tests/walk.h"

#include <stdio.h>
#include <string.h>

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/load.h"

const char *const currencies[CURRENCIES] = {"CNY", "EUR", "JPY"};
const int64_t limits[CURRENCIES][TIERS] = {
    {30000, 60000, 120000, WL_NONE}, {30000, 60000, 120000, WL_NONE}, {300, 600, 1200, WL_NONE}};
const int seat_tier[SEATS] = {1, 1, 1, 2, 2, 3};
/* The last seat of tier 2 has no reviewers: anybody decides there. */
const int reviewer_seats[REVIEWERS][2] = {{0, NO_SEAT}, {0, 1}, {1, NO_SEAT}, {2, 3},
                                          {3, NO_SEAT}, {5, 2}, {5, NO_SEAT}, {1, 5}};
const int64_t shares[AUTHORIZATIONS] = {80000000, 50000000, 100000000, 33300000, 80000000, 80000000,
                                        80000000, 50000000, 100000000, 33300000, 80000000, 80000000};

unsigned currency_of(unsigned dealer)
{
    static const unsigned of[DEALERS] = {0, 0, 1, 2};

    return of[dealer];
}

bool part_returns(int part)
{
    return part % 2 == 0;
}

int64_t handling_on(int64_t day)
{
    int64_t change;

    wl_date_parse(WL_STR("2026-11-01"), &change);
    return day < change ? 12500000 : 7300000;
}

int64_t authorization_max(unsigned authorization)
{
    return currency_of(authorization % DEALERS) == 2 ? 900 : 90000;
}

const char *part_price(int part, unsigned currency)
{
    return currency == 2 ? format("%d", 31 + part * 37) : format("%d.%02d", 31 + part * 37, part * 7);
}

const char *vin_of(unsigned n)
{
    static const char values[] = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
    static const int weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    char vin[18];
    int sum = 0;

    snprintf(vin, sizeof vin, "LSVNV4180T2%06u", n % 1000000);
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (int)((strchr(values, vin[i]) - values) % 10);
    vin[8] = "0123456789X"[sum % 11];
    return format("%s", vin);
}

static FILE *file;
static char path[400];

static void start(const char *table, const char *columns)
{
    snprintf(path, sizeof path, "%s/%s.csv", walk.dir, table);
    if (!(file = fopen(path, "w")))
        fail("%s cannot be written", path);
    fprintf(file, "%s\n", columns);
}

/* Within the open transaction. */
static void load(void)
{
    struct wl_load_report report;

    if (fclose(file) != 0)
        fail("%s cannot be written", path);
    if (wl_load_csv(walk.txn, &walk.arena, path, walk.now, WL_STR("founder"), &report) != WL_OK)
        fail("%s", wl_error());
    remove(path);
}

static void dealers(void)
{
    start("dealers", "dealer_id,name,region,country,currency,tax_percent,status");
    for (unsigned i = 0; i < DEALERS; i++)
        fprintf(file, "D%u,Dealer %u,R,CN,%s,%lld.%02lld,%s\n", i, i, currencies[currency_of(i)],
                (long long)walk.tax[i] / 100, (long long)walk.tax[i] % 100, walk.suspended[i] ? "suspended" : "active");
    load();
}

static void seats(void)
{
    start("seats", "seat_id,tier,capacity");
    for (unsigned i = 0; i < SEATS; i++)
        fprintf(file, "SEAT%u,%d,%d\n", i, seat_tier[i], walk.capacity[i]);
    load();
}

static void parties(void)
{
    dealers();
    start("labour_rates", "dealer_id,from_date,rate");
    for (unsigned i = 0; i < DEALERS; i++)
        fprintf(file, "D%u,2020-01-01,%u.37\n", i, 61 + i);
    load();
    start("suppliers", "supplier_id,name,recovery_percent");
    fprintf(file, "S0,Supplier 0,0\nS1,Supplier 1,60\nS2,Supplier 2,33.3\n");
    load();
    start("bank_accounts", "party_id,currency,from_date,holder,account,kind,bic");
    for (unsigned c = 0; c < CURRENCIES; c++)
        fprintf(file, "*,%s,2020-01-01,OEM,100%u,other,\n", currencies[c], c);
    for (unsigned i = 0; i < DEALERS; i++)
        fprintf(file, "D%u,%s,2020-01-01,Dealer %u,2%03u,other,\n", i, currencies[currency_of(i)], i, i);
    load();
    start("warehouses", "warehouse_id,name,region,returns");
    fprintf(file, "CENTRE,Returns,R,yes\n");
    load();
}

static void goods(void)
{
    start("parts", "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,warranty_km,"
                   "lifetime");
    for (int i = 0; i < PARTS; i++)
        fprintf(file, "P%d,Part %d,engine,ea,S%d,%s,%d,24,60000,no\n", i, i, i % SUPPLIERS,
                part_returns(i) ? "always" : "never", RETURN_DAYS);
    load();
    start("part_prices", "part_id,currency,from_date,price");
    for (int i = 0; i < PARTS; i++)
        for (unsigned c = 0; c < CURRENCIES; c++)
            fprintf(file, "P%d,%s,2020-01-01,%s\n", i, currencies[c], part_price(i, c));
    load();
    start("models", "model_id,name,list_price,currency");
    fprintf(file, "M1,One,100000,CNY\n");
    load();
    start("vehicles", "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id");
    for (unsigned i = 0; i < VEHICLES; i++)
        fprintf(file, "%s,M1,B1,2025-01-01,%s,D0,O%u\n", vin_of(i), i % 20 == 19 ? "" : "2025-06-01", i);
    load();
    start("authorizations", "auth_no,dealer_id,vin,max_amount,share_percent,valid_to");
    for (unsigned i = 0; i < AUTHORIZATIONS; i++)
        fprintf(file, "A%u,D%u,%s,%d,%lld.%06lld,2099-12-31\n", i, i % DEALERS, vin_of(i), 900,
                (long long)shares[i] / 1000000, (long long)shares[i] % 1000000);
    load();
}

static void rules(void)
{
    start("operations", "op_code,description,component,standard_hours");
    for (unsigned i = 0; i < OPERATIONS; i++)
        fprintf(file, "OP%u,Replace %u,engine,%u\n", i, i, 1 + i);
    load();
    start("faults", "fault_code,component,cause,description,warrantable");
    fprintf(file, "F0,engine,wear,Fault,yes\nF1,engine,wear,Fault,no\n");
    load();
    start("plans", "plan_id,model_id,component,sold_from,sold_to,months,km");
    fprintf(file, "BASE,*,*,2020-01-01,2099-01-01,360,9000000\n");
    load();
    start("tiers", "tier,currency,limit");
    for (unsigned c = 0; c < CURRENCIES; c++)
        for (unsigned t = 0; t < TIERS; t++)
            fprintf(file, "%u,%s,%s\n", t, currencies[c],
                    limits[c][t] == WL_NONE ? "" : format("%lld", (long long)(limits[c][t] / (c == 2 ? 1 : 100))));
    load();
    seats();
    start("reviewers", "reviewer_id,name,seat_id");
    for (unsigned i = 0; i < REVIEWERS; i++)
        for (unsigned s = 0; s < 2; s++)
            if (reviewer_seats[i][s] != NO_SEAT)
                fprintf(file, "r%u,Reviewer %u,SEAT%d\n", i, i, reviewer_seats[i][s]);
    load();
    start("reasons", "event,reason_code,description");
    fprintf(file, "chargeback,audit,found by audit\nrefuse,audit,as found\nwaive,audit,as found\n");
    load();
    start("policy", "key,from_date,value");
    fprintf(file,
            "submit_days,2020-01-01,30\nhandling_percent,2020-01-01,12.5\nhandling_percent,2026-11-01,7.3\n"
            "price_tolerance_percent,2020-01-01,2\nduplicate_days,2020-01-01,0\nreview_hours,2020-01-01,%lld\n",
            (long long)walk.review_hours);
    load();
}

void world_load(void)
{
    static const int capacity[SEATS] = {2, 1, 2, 2, 3, 2};

    memcpy(walk.capacity, capacity, sizeof capacity);
    walk.review_hours = 60;
    for (unsigned i = 0; i < DEALERS; i++)
        walk.tax[i] = 1300 + 50 * i;
    begin();
    parties();
    goods();
    rules();
    commit();
}

/* A dealer's tax or status, or the seats' capacities, are loaded anew. */
void world_reload(void)
{
    unsigned i;

    walk.doing = "reload";
    if (chance(50)) {
        i = draw(DEALERS);
        walk.tax[i] = draw(2000);
        walk.suspended[i] = chance(25);
        dealers();
        return;
    }
    i = draw(SEATS);
    walk.capacity[i] = (int)(1 + draw(3));
    seats();
    walk.stale_seats = true;
}
