/* The soak's world: reference data, as CSV for the ledger and as arrays for the model. */
#include "tests/soak.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/load.h"
#include "wledger/schema.h"

#define FIRST_DAY "2025-06-02"
enum { PARTS = 25, VEHICLES = 40, ZONE = 480, DISPATCH_HOURS = 72 };

static bool failed(const char *what)
{
    fprintf(stderr, "soak: %s: %s\n", what, wl_error());
    return false;
}

bool soak_execute(struct soak *s, const struct wl_request *request, struct wl_result *result)
{
    wl_arena_clear(&s->arena);
    if (wl_execute(s->txn, &s->arena, request, result) == WL_OK)
        return true;
    m_differs(s->m, "%s fails: %s", request->command->name, wl_error());
    return false;
}

/* ---- what the model is told ---- */

static bool is_returned(int part)
{
    static const char always[PARTS + 1] = "1111000111001000011100100";

    return always[part] == '1';
}

static void parts_make(struct model *m)
{
    static const struct {
        int part, replaced_by, after;
    } chains[] = {{0, 1, -10}, {1, 2, 20}, {2, 3, 60}, {4, 5, -10}, {5, 6, -10}, {17, 18, -10}, {12, 13, 5}};

    m->part_count = PARTS;
    for (int i = 0; i < PARTS; i++) {
        struct m_part *p = &m->parts[i];

        snprintf(p->id, sizeof p->id, "P%02d", i + 1);
        snprintf(p->supplier, sizeof p->supplier, "S%d", i % 2 + 1);
        p->tracking = i >= 12 && i < 17   ? M_BY_LOT
                      : i >= 17 && i < 22 ? M_BY_SERIAL
                      : i == 24           ? M_BY_LOT
                                          : M_BY_NOTHING;
        p->returns = is_returned(i);
        p->replaced_by = -1;
        p->price = 1000 + 100 * i;
    }
    for (size_t i = 0; i < WL_COUNT(chains); i++) {
        m->parts[chains[i].part].replaced_by = chains[i].replaced_by;
        m->parts[chains[i].part].replaced_from = m->day + chains[i].after;
    }
}

/* By id: dealers, then warehouses; the last two take returns. */
static void places_make(struct model *m, int dealers)
{
    static const char *const regions[] = {"R1", "R1", "R1", "R2", "R3", "R1"};
    static const char *const warehouse_regions[] = {"R1", "R1", "R2", "R2", "R1"};

    for (int i = 0; i < dealers; i++) {
        struct m_place *p = &m->places[m->place_count++];

        snprintf(p->id, sizeof p->id, "D%d", i + 1);
        snprintf(p->region, sizeof p->region, "%s", regions[i % 6]);
        p->dealer = true;
        p->suspended = i == 5;
    }
    for (int i = 0; i < 5; i++) {
        struct m_place *p = &m->places[m->place_count++];

        snprintf(p->id, sizeof p->id, "W%d", i + 1);
        snprintf(p->region, sizeof p->region, "%s", warehouse_regions[i]);
        p->centre = i >= 3;
    }
}

static void bins_make(struct model *m)
{
    static const char *const bins[][3] = {
        {"W1", "A1", "P01"}, {"W1", "A2", "P01"},  {"W1", "A1", "P13"}, {"W1", "B1", "*"},
        {"W1", "B2", "*"},   {"W2", "C1", "P01"},  {"W2", "C2", "*"},   {"W3", "E1", "P18"},
        {"W3", "E0", "P19"}, {"D1", "SHELF", "*"}, {"D1", "X1", "P01"}, {"D2", "SHELF", "*"},
        {"D3", "X1", "P13"}, {"W4", "Q1", "*"},    {"W4", "Q2", "P01"}, {"W5", "Q1", "*"},
    };

    for (size_t i = 0; i < WL_COUNT(bins); i++) {
        struct m_bin *bin = &m->bins[m->bin_count++];

        bin->place = m_place_of(m, wl_str_of(bins[i][0]));
        bin->part = m_part_of(m, wl_str_of(bins[i][2]));
        m_set(bin->id, M_ID, wl_str_of(bins[i][1]));
    }
}

/* With its check digit (ISO 3779). */
static void vehicles_make(struct model *m)
{
    static const char values[] = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"; /* place modulo 10 */
    static const int weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};

    m->vehicle_count = VEHICLES;
    for (int i = 0; i < VEHICLES; i++) {
        char *vin = m->vehicles[i];
        int sum = 0;

        snprintf(vin, sizeof m->vehicles[i], "WDB2110560A%06u", (unsigned)i % 1000000U);
        for (int j = 0; j < 17; j++)
            sum += weights[j] * (int)((strchr(values, vin[j]) - values) % 10);
        vin[8] = "0123456789X"[sum % 11];
        snprintf(m->owners[i], M_ID, "O%d", i);
    }
}

/* ---- what the ledger is loaded with ---- */

static bool load(struct soak *s, const char *table, const struct wl_buf *csv)
{
    struct wl_load_report report;
    char path[400];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.csv", s->folder, table);
    file = fopen(path, "w");
    if (!file || fwrite(csv->data, 1, csv->size, file) != csv->size || fclose(file) != 0)
        return failed(path);
    if (wl_txn_begin(s->store, true, &s->txn) != WL_OK ||
        wl_load_csv(s->txn, &s->arena, path, s->now, WL_STR("soak"), &report) != WL_OK ||
        wl_txn_commit(&s->txn) != WL_OK)
        return failed(table);
    return true;
}

static void write_parts(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "part_id,description,component,unit,supplier_id,return_rule,return_days,warranty_months,"
                     "warranty_km,lifetime\n");
    for (int i = 0; i < m->part_count; i++)
        wl_buf_format(out, "%s,Part,engine,%s,%s,%s,%d,24,60000,no\n", m->parts[i].id, i >= 22 ? "l" : "ea",
                      m->parts[i].supplier, m->parts[i].returns ? "always" : "never", 5 + i);
}

static void write_prices(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "part_id,currency,from_date,price\n");
    for (int i = 0; i < m->part_count; i++)
        wl_buf_format(out, "%s,CNY,2020-01-01,%lld\n", m->parts[i].id, (long long)(m->parts[i].price / 100));
}

static void write_dealers(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "dealer_id,name,region,country,currency,tax_percent,status\n");
    for (int i = 0; i < m->place_count; i++)
        if (m->places[i].dealer)
            wl_buf_format(out, "%s,Dealer,%s,CN,CNY,13,%s\n", m->places[i].id, m->places[i].region,
                          m->places[i].suspended ? "suspended" : "active");
}

static void write_rates(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "dealer_id,from_date,rate\n");
    for (int i = 0; i < m->place_count; i++)
        if (m->places[i].dealer)
            wl_buf_format(out, "%s,2020-01-01,100\n", m->places[i].id);
}

static void write_warehouses(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "warehouse_id,name,region,returns\n");
    for (int i = 0; i < m->place_count; i++)
        if (!m->places[i].dealer)
            wl_buf_format(out, "%s,Warehouse,%s,%s\n", m->places[i].id, m->places[i].region,
                          m->places[i].centre ? "yes" : "no");
}

static void write_bins(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "location_id,bin_id,part_id,minimum,maximum\n");
    for (int i = 0; i < m->bin_count; i++)
        if (m->bins[i].place >= 0)
            wl_buf_format(out, "%s,%s,%s,%s\n", m->places[m->bins[i].place].id, m->bins[i].id,
                          m->bins[i].part < 0 ? "*" : m->parts[m->bins[i].part].id, m->bins[i].part < 0 ? "," : "2,10");
}

static void write_tracked(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "part_id,tracking\n");
    for (int i = 0; i < m->part_count; i++)
        if (m->parts[i].tracking != M_BY_NOTHING)
            wl_buf_format(out, "%s,%s\n", m->parts[i].id, m->parts[i].tracking == M_BY_LOT ? "lot" : "serial");
}

static void write_supersessions(const struct model *m, struct wl_buf *out)
{
    char date[WL_DATE_TEXT];

    wl_buf_text(out, "part_id,replaced_by,from_date\n");
    for (int i = 0; i < m->part_count; i++)
        if (m->parts[i].replaced_by >= 0) {
            wl_date_format(m->parts[i].replaced_from, date);
            wl_buf_format(out, "%s,%s,%s\n", m->parts[i].id, m->parts[m->parts[i].replaced_by].id, date);
        }
}

static void write_vehicles(const struct model *m, struct wl_buf *out)
{
    wl_buf_text(out, "vin,model_id,production_batch,production_date,sale_date,dealer_id,owner_id\n");
    for (int i = 0; i < m->vehicle_count; i++)
        wl_buf_format(out, "%s,M1,B1,2024-01-01,2024-06-01,D1,%s\n", m->vehicles[i], m->owners[i]);
}

static const struct {
    const char *table, *csv;
    void (*write)(const struct model *, struct wl_buf *);
} tables[] = {
    {"dealers", NULL, write_dealers},
    {"labour_rates", NULL, write_rates},
    {"suppliers", "supplier_id,name,recovery_percent\nS1,One,80\nS2,Two,50\n", NULL},
    {"parts", NULL, write_parts},
    {"part_prices", NULL, write_prices},
    {"models", "model_id,name,list_price,currency\nM1,Model,100000,CNY\n", NULL},
    {"vehicles", NULL, write_vehicles},
    {"operations", "op_code,description,component,standard_hours\nOP1,Replace,engine,60\n", NULL},
    {"faults", "fault_code,component,cause,description,warrantable\nF1,engine,wear,Worn,yes\n", NULL},
    {"plans", "plan_id,model_id,component,sold_from,sold_to,months,km\nBASE,*,*,2020-01-01,2099-01-01,2400,9999999\n",
     NULL},
    {"tiers", "tier,currency,limit\n0,CNY,1000\n1,CNY,\n", NULL},
    {"seats", "seat_id,tier,capacity\nSEAT-1,1,1000\n", NULL},
    {"policy", "key,from_date,value\nhandling_percent,2020-01-01,10\ndispatch_hours,2020-01-01,72\n", NULL},
    {"warehouses", NULL, write_warehouses},
    {"bins", NULL, write_bins},
    {"tracked_parts", NULL, write_tracked},
    {"supersessions", NULL, write_supersessions},
    {"carriers", "carrier_id,name\nC1,Carrier\nC2,Other\n", NULL},
};

static bool load_all(struct soak *s)
{
    for (size_t i = 0; i < WL_COUNT(tables); i++) {
        struct wl_buf csv;
        bool loaded;

        wl_buf_init(&csv, 1 << 20);
        if (tables[i].csv)
            wl_buf_text(&csv, tables[i].csv);
        else
            tables[i].write(s->m, &csv);
        loaded = load(s, tables[i].table, &csv);
        wl_buf_release(&csv);
        if (!loaded)
            return false;
    }
    return true;
}

bool soak_world_make(struct soak *s, int dealers)
{
    struct wl_init_body body = {.oem = WL_STR("OEM"), .zone = ZONE};
    struct wl_request request = {.command = &wl_init_command, .body = &body, .actor = WL_STR("soak")};
    struct wl_result result;
    const char *temp = getenv("TMPDIR");

    snprintf(s->folder, sizeof s->folder, "%s/wl-soak-XXXXXX", temp ? temp : "/tmp");
    if (!mkdtemp(s->folder))
        return failed(s->folder);
    snprintf(s->dir, sizeof s->dir, "%s/store", s->folder);
    snprintf(s->other_dir, sizeof s->other_dir, "%s/other", s->folder);
    wl_arena_init(&s->arena, SOAK_ARENA);
    wl_date_parse(WL_STR(FIRST_DAY), &s->m->day);
    s->now = request.time = s->m->day * 86400 + 36000;
    s->m->dispatch_seconds = DISPATCH_HOURS * 3600;
    parts_make(s->m);
    places_make(s->m, dealers);
    bins_make(s->m);
    vehicles_make(s->m);
    if (wl_store_open(s->dir, &wl_house_schema, WL_OPEN_CREATE | WL_OPEN_NO_SYNC, &s->store) != WL_OK ||
        wl_txn_begin(s->store, true, &s->txn) != WL_OK)
        return failed(s->dir);
    if (!soak_execute(s, &request, &result) || wl_txn_commit(&s->txn) != WL_OK)
        return failed("init");
    return load_all(s);
}

void soak_world_remove(struct soak *s)
{
    char command[400];

    wl_txn_abort(&s->txn);
    if (s->store)
        wl_store_close(s->store);
    wl_arena_release(&s->arena);
    snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
    if (s->folder[0] && system(command) != 0)
        fprintf(stderr, "soak: %s stays behind\n", s->folder);
}
