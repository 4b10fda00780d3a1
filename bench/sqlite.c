/* The peer: the same rows into SQLite, from the same staged records, in one durable transaction. Nothing
 * is adjudicated, hashed or posted; it keeps what a claims table would: the claim, its lines, an index on
 * the claim's number and one on the vehicle. */
#include "bench/measure.h"

#include <sqlite3.h>
#include <unistd.h>

enum { CLAIM, LABOUR, PART, SUBLET, STATEMENTS };
enum { COMMAND_MEMORY = 4 << 20 };

static const char set_up[] =
    "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
    "CREATE TABLE claims (id INTEGER PRIMARY KEY, dealer_id TEXT, claim_no TEXT, submission TEXT, type TEXT, vin TEXT,"
    " repair_date TEXT, submit_date TEXT, mileage TEXT, mileage_unit TEXT, fault_code TEXT, causal_part TEXT,"
    " campaign_id TEXT, authorization_no TEXT, repair_order TEXT, narrative TEXT);"
    "CREATE INDEX claims_number ON claims (dealer_id, claim_no);"
    "CREATE INDEX claims_vin ON claims (vin);"
    "CREATE TABLE labour_lines (claim INTEGER, line INTEGER, op_code TEXT, hours TEXT,"
    " PRIMARY KEY (claim, line)) WITHOUT ROWID;"
    "CREATE TABLE part_lines (claim INTEGER, line INTEGER, part_id TEXT, quantity TEXT, unit_price TEXT, currency TEXT,"
    " PRIMARY KEY (claim, line)) WITHOUT ROWID;"
    "CREATE TABLE sublet_lines (claim INTEGER, line INTEGER, code TEXT, amount TEXT, currency TEXT,"
    " PRIMARY KEY (claim, line)) WITHOUT ROWID;";

static const char *const inserts[STATEMENTS] = {
    [CLAIM] = "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [LABOUR] = "INSERT INTO labour_lines VALUES (?, ?, ?, ?)",
    [PART] = "INSERT INTO part_lines VALUES (?, ?, ?, ?, ?, ?)",
    [SUBLET] = "INSERT INTO sublet_lines VALUES (?, ?, ?, ?, ?)",
};

struct peer {
    sqlite3 *db;
    sqlite3_stmt *insert[STATEMENTS];
    int64_t claim, lines;
};

static void run(struct peer *p, const char *sql)
{
    if (sqlite3_exec(p->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        measure_fail("SQLite: %s", sqlite3_errmsg(p->db));
}

static void text(sqlite3_stmt *insert, int column, struct wl_str value)
{
    if (value.size)
        sqlite3_bind_text(insert, column, value.data, (int)value.size, SQLITE_STATIC);
    else
        sqlite3_bind_null(insert, column);
}

static void step(struct peer *p, sqlite3_stmt *insert)
{
    if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK)
        measure_fail("SQLite: %s", sqlite3_errmsg(p->db));
}

/* A line's texts are all that its struct holds. */
static void put_lines(struct peer *p, int statement, struct wl_list lines, size_t texts)
{
    sqlite3_stmt *insert = p->insert[statement];
    const struct wl_str *at = lines.at;

    for (size_t i = 0; i < lines.count; i++, at += texts) {
        sqlite3_bind_int64(insert, 1, p->claim);
        sqlite3_bind_int64(insert, 2, (int64_t)i + 1);
        for (size_t t = 0; t < texts; t++)
            text(insert, (int)t + 3, at[t]);
        step(p, insert);
        p->lines++;
    }
}

static void put_claim(struct peer *p, const struct wl_claim_record *r, struct wl_str narrative)
{
    const struct wl_str texts[] = {
        r->dealer_id,   r->claim_no,    r->submission,       r->type,         r->vin,
        r->repair_date, r->submit_date, r->mileage,          r->mileage_unit, r->fault_code,
        r->causal_part, r->campaign_id, r->authorization_no, r->repair_order, narrative,
    };

    sqlite3_bind_int64(p->insert[CLAIM], 1, ++p->claim);
    for (size_t i = 0; i < WL_COUNT(texts); i++)
        text(p->insert[CLAIM], (int)i + 2, texts[i]);
    step(p, p->insert[CLAIM]);
    put_lines(p, LABOUR, r->labour, sizeof(struct wl_labour_line) / sizeof(struct wl_str));
    put_lines(p, PART, r->parts, sizeof(struct wl_part_line) / sizeof(struct wl_str));
    put_lines(p, SUBLET, r->sublet, sizeof(struct wl_sublet_line) / sizeof(struct wl_str));
}

static void put_spool(struct peer *p, const char *path)
{
    struct wl_spool_record spooled;
    struct wl_claim_record record;
    struct wl_arena arena;
    struct wl_spool *spool;
    int rc;

    wl_arena_init(&arena, COMMAND_MEMORY);
    measure_ok(wl_spool_open(path, &spool), path);
    while ((rc = wl_spool_next(spool, &spooled)) == 1) {
        wl_arena_clear(&arena);
        measure_ok(wl_record_decode(&wl_claim_record, spooled.encoded, &record, &arena), "decode");
        put_claim(p, &record, spooled.narrative);
    }
    measure_ok(rc, path);
    wl_spool_close(spool);
    wl_arena_release(&arena);
}

void measure_sqlite(char **args)
{
    struct peer p = {.claim = 0};
    double begin, end, cpu;

    unlink(args[1]);
    if (sqlite3_open(args[1], &p.db) != SQLITE_OK)
        measure_fail("%s: %s", args[1], sqlite3_errmsg(p.db));
    run(&p, set_up);
    for (int i = CLAIM; i < STATEMENTS; i++)
        if (sqlite3_prepare_v2(p.db, inserts[i], -1, &p.insert[i], NULL) != SQLITE_OK)
            measure_fail("SQLite: %s", sqlite3_errmsg(p.db));
    cpu = measure_cpu(false);
    begin = measure_now();
    run(&p, "BEGIN");
    put_spool(&p, args[0]);
    run(&p, "COMMIT");
    end = measure_now();
    cpu = measure_cpu(false) - cpu;
    for (int i = CLAIM; i < STATEMENTS; i++)
        sqlite3_finalize(p.insert[i]);
    sqlite3_close(p.db);
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"claims\": %lld, \"lines\": %lld, \"version\": \"%s\"}\n",
           end - begin, cpu, (long long)p.claim, (long long)p.lines, sqlite3_libversion());
}
