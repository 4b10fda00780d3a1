#include "cli/commands.h"
#include "cli/stale.h"

#include "wledger/audit.h"
#include "wledger/date.h"
#include "wledger/error.h"
#include "wledger/schema.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* ---- init ---- */

static int execute_init(struct cli *cli, const struct wl_init_body *body)
{
    struct wl_request request = {.command = &wl_init_command, .body = body, .time = cli->at, .actor = cli->actor};
    struct wl_result result;
    struct wl_txn *txn;
    int rc = wl_txn_begin(cli->store, true, &txn);

    if (rc == WL_OK)
        rc = wl_execute(txn, &cli->arena, &request, &result);
    if (rc == WL_OK)
        rc = wl_txn_commit(&txn);
    wl_txn_abort(&txn);
    return rc;
}

static int run_init(struct cli *cli)
{
    const char *oem = cli_value(cli, "oem"), *zone = cli_value(cli, "zone");
    struct wl_init_body body = {.oem = wl_str_of(oem ? oem : "OEM"), .zone = 0};
    int rc;

    if (body.oem.size < 1 || body.oem.size > 100 || wl_utf8_prefix(body.oem) != body.oem.size)
        return wl_fail(WL_E_USAGE, "--oem: 1 to 100 bytes of UTF-8, please");
    if (zone && !wl_zone_parse(wl_str_of(zone), &body.zone))
        return wl_fail(WL_E_USAGE, "--zone %s: not a zone; write UTC or +HH:MM", zone);
    rc = wl_store_open(cli->dir, &wl_house_schema, WL_OPEN_CREATE, &cli->store);
    if (rc == WL_OK)
        rc = execute_init(cli, &body);
    if (rc == WL_OK)
        fprintf(cli->out, "a new ledger in %s, of " WL_STR_FMT ", in the zone %s\n", cli->dir, WL_STR_ARG(body.oem),
                zone ? zone : "UTC");
    return rc;
}

static const struct cli_option init_options[] = {
    {"oem", "NAME", "whose ledger it is (default: OEM)"},
    {"zone", "+HH:MM", "the zone whose civil days count, fixed for ever (default: UTC)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_init = {
    .name = "init",
    .args = "",
    .summary = "make a new ledger",
    .options = init_options,
    .flags = CLI_NEEDS_DIR | CLI_TAKES_TIME | CLI_TAKES_ACTOR,
    .run = run_init,
    .text = "Makes the folder and the ledger in it. The zone gives a time its civil day, for instance the day of a\n"
            "review; it has no summer time, because an auditor in thirty years must come to the same days.",
    .example = "init -d ledger --oem \"Example Motors\" --zone +08:00",
};

/* ---- verify ---- */

static void print_hash(FILE *out, const char *label, const uint8_t hash[WL_HASH_SIZE])
{
    char hex[2 * WL_HASH_SIZE + 1];

    wl_hex(hash, WL_HASH_SIZE, hex);
    fprintf(out, "%-9s %s\n", label, hex);
}

static int run_verify(struct cli *cli)
{
    struct wl_verify_report report;
    int rc = wl_verify(cli->dir, &wl_house_schema, &report);

    if (rc != WL_OK)
        return rc;
    fprintf(cli->out, "%-9s %llu, %llu with personal text\n", "entries", (unsigned long long)report.entries,
            (unsigned long long)report.texts);
    print_hash(cli->out, "root", report.root);
    print_hash(cli->out, "digest", report.digest);
    fputs("verified: hashes, tree, texts, balances, indexes\n", cli->out);
    return CLI_DONE;
}

const struct cli_command cli_verify = {
    .name = "verify",
    .args = "",
    .summary = "check everything the ledger holds",
    .flags = CLI_NEEDS_DIR,
    .run = run_verify,
    .text =
        "Computes every entry's hash, the tree over them, every balance from its postings, and checks every table's\n"
        "order, counts, checksums and cross-references. Changes nothing. The root stands for the whole journal, the\n"
        "digest for everything derived from it. Exit code 4 and the first fault when something is not as it must be.",
    .example = "verify -d ledger",
};

/* ---- rebuild and replay ---- */

static void show_progress(void *context, uint64_t done, uint64_t all)
{
    cli_progress(context, "rebuilding", done, all);
}

static int rebuild(struct cli *cli, const char *new_dir, bool decide_again, struct wl_rebuild_report *report)
{
    int rc = wl_rebuild(cli->dir, &wl_house_schema, new_dir, decide_again, show_progress, cli, report);

    cli_progress_end(cli);
    if (rc == WL_OK) {
        fprintf(cli->out, "%-9s %llu\n", "entries", (unsigned long long)report->entries);
        print_hash(cli->out, "root", report->root);
        print_hash(cli->out, "digest", report->digest);
    }
    return rc;
}

/* A rebuild that was killed leaves NEWDIR.part-PID beside NEWDIR. */
static void remove_stale_rebuilds(const char *new_dir)
{
    char dir[PATH_SIZE], head[PATH_SIZE];
    size_t size = strlen(new_dir);
    const char *slash;

    while (size > 1 && new_dir[size - 1] == '/')
        size--;
    slash = memrchr(new_dir, '/', size);
    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - new_dir) + 1 : 1, slash ? new_dir : ".");
    snprintf(head, sizeof head, "%.*s.part-", (int)(new_dir + size - (slash ? slash + 1 : new_dir)),
             slash ? slash + 1 : new_dir);
    cli_remove_stale(dir, head);
}

static int run_rebuild(struct cli *cli)
{
    struct wl_rebuild_report report;

    remove_stale_rebuilds(cli->argv[0]);
    return rebuild(cli, cli->argv[0], false, &report);
}

const struct cli_command cli_rebuild = {
    .name = "rebuild",
    .args = "NEWDIR",
    .summary = "make the ledger again from its journal",
    .flags = CLI_NEEDS_DIR,
    .least_args = 1,
    .most_args = 1,
    .run = run_rebuild,
    .text =
        "Applies every entry of the journal to a new ledger in NEWDIR, which must not exist. Its root and digest are\n"
        "those of the old one. Use it after an upgrade, to win back space, and to be rid of the bytes of forgotten\n"
        "texts.",
    .example = "rebuild -d ledger ledger-2",
};

static int run_replay(struct cli *cli)
{
    char dir[PATH_SIZE];
    struct wl_rebuild_report report;
    int rc;

    if (snprintf(dir, sizeof dir, "%s/replay-%ld", cli->dir, (long)getpid()) >= (int)sizeof dir)
        return wl_fail(WL_E_USAGE, "%s: the path is too long", cli->dir);
    cli_remove_stale(cli->dir, "replay-");
    rc = rebuild(cli, dir, true, &report);
    cli_remove_ledger(dir);
    if (rc == WL_OK)
        fputs("replayed: every command, decided again, came out as it stands in the journal\n", cli->out);
    return rc;
}

const struct cli_command cli_replay = {
    .name = "replay",
    .args = "",
    .summary = "decide every command again and compare",
    .flags = CLI_NEEDS_DIR,
    .run = run_replay,
    .text =
        "Executes the journal from its first entry, by the rules of this program, in a ledger of its own beside the\n"
        "data (removed afterwards), and compares every outcome to the byte. Exit code 4 names the first that differs.",
    .example = "replay -d ledger",
};

/* ---- stat ---- */

static int run_stat(struct cli *cli)
{
    static const struct cli_column columns[] = {{"what", false, false}, {"value", true, false}};
    struct wl_store_facts facts;
    struct wl_txn *txn;
    struct cli_table *table;
    uint8_t root[WL_HASH_SIZE];
    char hex[2 * WL_HASH_SIZE + 1], time[WL_TIME_TEXT] = "";
    struct wl_arena *a = &cli->arena;
    int rc = wl_txn_begin(cli->store, false, &txn);

    if (rc == WL_OK)
        rc = wl_store_facts(txn, &facts);
    if (rc == WL_OK)
        rc = wl_journal_root(txn, root);
    if (rc == WL_OK) {
        struct wl_str rows[][2] = {
            {WL_STR("oem"), wl_journal_oem(txn)},
            {WL_STR("zone, minutes east"), cli_int(a, wl_journal_zone(txn))},
            {WL_STR("entries"), cli_int(a, (int64_t)wl_journal_size(txn))},
            {WL_STR("tree root"), WL_NO_STR},
            {WL_STR("last command"), WL_NO_STR},
            {WL_STR("claims"), cli_int(a, (int64_t)wl_table_rows(txn, WL_TABLE_CLAIMS))},
            {WL_STR("batches"), cli_int(a, (int64_t)wl_counter(txn, "batches"))},
            {WL_STR("settlements"), cli_int(a, (int64_t)wl_table_rows(txn, WL_TABLE_SETTLEMENTS))},
            {WL_STR("claims not settled"), cli_int(a, (int64_t)wl_table_rows(txn, WL_TABLE_PAYABLES))},
            {WL_STR("reference version"), cli_int(a, (int64_t)wl_counter(txn, "reference-version"))},
            {WL_STR("file, bytes"), cli_int(a, (int64_t)facts.file_bytes)},
            {WL_STR("pages in use"), cli_int(a, (int64_t)facts.used_pages)},
            {WL_STR("pages free"), cli_int(a, (int64_t)facts.free_pages)},
            {WL_STR("map, bytes"), cli_int(a, (int64_t)facts.map_bytes)},
            {WL_STR("room, bytes"), cli_int(a, (int64_t)facts.room_bytes)},
            {WL_STR("reader slots"), cli_int(a, (int64_t)facts.readers)},
            {WL_STR("commits"), cli_int(a, (int64_t)facts.transactions)},
        };

        wl_hex(root, sizeof root, hex);
        rows[3][1] = wl_str_of(hex);
        if (wl_journal_time(txn) != WL_NONE)
            wl_time_format(wl_journal_time(txn), time);
        rows[4][1] = wl_str_of(time);
        table = cli_table_new(cli, columns, WL_COUNT(columns));
        for (size_t i = 0; i < WL_COUNT(rows); i++)
            cli_table_row(table, rows[i]);
        rc = cli_table_end(table);
    }
    wl_txn_abort(&txn);
    return rc;
}

const struct cli_command cli_stat = {
    .name = "stat",
    .args = "",
    .summary = "what the ledger holds and how full it is",
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .run = run_stat,
    .text = "Entries and tree root, rows, pages in use and free, the map and what room is left, readers and commits.",
    .example = "stat -d ledger --json",
};
