#include "cli/commands.h"
#include "cli/import_job.h"
#include "cli/spool.h"
#include "cli/stale.h"

#include "wledger/error.h"
#include "wledger/file.h"
#include "wledger/record_command.h"
#include "wledger/schema.h"
#include "wledger/writer.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void deciding(void *context, uint64_t done, uint64_t all)
{
    cli_progress(context, "deciding", done, all);
}

static int time_of(struct cli *cli, int64_t *time)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(cli->store, false, &txn);

    if (rc == WL_OK)
        *time = cli_time(cli, txn);
    wl_txn_abort(&txn);
    return rc;
}

/* The structural answer, whichever it is. */
static int confirm(struct cli *cli, const char *file, const struct wl_batch_summary *s,
                   const struct wl_batch_fault *fault, bool success, int64_t time, struct wl_str oem)
{
    const char *path = cli_value(cli, "confirm");
    char id[80];
    struct wl_file *out;
    char hex[2 * WL_HASH_SIZE + 1];
    int rc;

    if (!path)
        return WL_OK;
    wl_hex(s->sha256, sizeof s->sha256, hex);
    snprintf(id, sizeof id, "confirm-%.32s", hex);
    rc = wl_file_new(path, true, &out);
    if (rc != WL_OK)
        return rc;
    wl_write_confirm_bod(out, &(struct wl_confirm_document){.bod_id = wl_str_of(id),
                                                            .time = time,
                                                            .oem = oem,
                                                            .sender = wl_str_of(s->sender),
                                                            .original_bod_id = wl_str_of(s->batch_id),
                                                            .original_time = wl_str_of(s->creation_time),
                                                            .success = success,
                                                            .records = s->records,
                                                            .file_name = wl_str_of(file),
                                                            .line = fault->line,
                                                            .column = fault->column,
                                                            .reason = wl_str_of(fault->reason)});
    return wl_file_publish(&out);
}

static int count_decisions(struct wl_txn *txn, struct wl_arena *arena, uint64_t batch, struct wl_batch_counts *counts)
{
    struct wl_batch b;
    struct wl_entry e;
    int rc = wl_batch_get(txn, arena, batch, &b);

    for (uint64_t seq = (uint64_t)b.seq + 1; rc == 1 && counts->records < (uint64_t)b.done; seq++) {
        struct wl_record_outcome *outcome;

        rc = wl_entry_read(txn, seq, &e);
        if (rc != 1 || e.batch != batch || e.command != &wl_record_command)
            continue;
        wl_arena_clear(arena);
        if ((rc = wl_entry_outcome(&e, arena, (void **)&outcome)) != WL_OK)
            return rc;
        rc = 1;
        wl_batch_count_outcome(counts, outcome);
    }
    return rc < 0 ? rc : WL_OK;
}

/* What an earlier import did of this batch stands in the journal. */
static int count_all(struct cli *cli, const struct wl_import_result *r, struct wl_batch_counts *counts)
{
    struct wl_arena arena;
    struct wl_txn *txn;
    int rc = wl_txn_begin(cli->store, false, &txn);

    wl_arena_init(&arena, 4 << 20);
    if (rc == WL_OK)
        rc = count_decisions(txn, &arena, r->batch, counts);
    wl_txn_abort(&txn);
    wl_arena_release(&arena);
    return rc;
}

static int tell(struct cli *cli, const char *path, const struct wl_batch_summary *s, const struct wl_import_result *r)
{
    struct wl_batch_counts earlier = {.records = 0}, counts = r->counts;
    int rc = WL_OK;

    if (counts.records != s->records) {
        rc = count_all(cli, r, &earlier);
        counts = earlier;
    }
    if (rc != WL_OK)
        return rc;
    fprintf(cli->out, "%s: batch %llu, %llu %s%s\n", cli_shown(cli, path), (unsigned long long)r->batch,
            (unsigned long long)s->records, cli_counted(s->records, "record", "records"),
            r->before == s->records ? ", all known: nothing was added"
            : r->before             ? ", gone on where an earlier import stopped"
                                    : "");
    for (int d = 0; d <= WL_CLAIM_PARTIAL; d++)
        fprintf(cli->out, "  %-10s %9llu\n", wl_claim_state_names()[d], (unsigned long long)counts.decisions[d]);
    if (counts.repeats)
        fprintf(cli->out, "  %-10s %9llu\n", "repeats", (unsigned long long)counts.repeats);
    if (s->skipped_elements)
        fprintf(cli->out, "  elements that the dialect %s does not know: %llu, passed over\n", s->dialect,
                (unsigned long long)s->skipped_elements);
    return WL_OK;
}

/* What was done stays done, also where the answer cannot be written. */
static int answered(int rc, const char *path, const char *what)
{
    return rc == WL_OK ? rc
                       : wl_fail(rc, "%s %s, but its answer is not written: %s; the same import again writes it", path,
                                 what, wl_error());
}

static int refuse(struct cli *cli, const char *path, const struct wl_batch_summary *s, int64_t time, struct wl_str oem,
                  int64_t refusal)
{
    struct wl_batch_fault why = {.line = 0};
    int rc;

    snprintf(why.reason, sizeof why.reason, "refused: %s: %s", wl_refusal_name(refusal), wl_refusal_meaning(refusal));
    fprintf(cli->err, "wledger: %s: %s\n", cli_shown(cli, path), why.reason);
    rc = answered(confirm(cli, path, s, &why, false, time, oem), path, "is refused");
    return rc == WL_OK ? CLI_REFUSED : rc;
}

/* The time is bounded below by the last command's, and an explicit one before it is refused by name. */
static int business_step(struct cli *cli, const char *path, const char *spool, const struct wl_batch_summary *s)
{
    struct wl_batch_fault none = {0};
    struct wl_import_result result;
    struct wl_txn *txn;
    struct wl_str oem = WL_NO_STR;
    int64_t time = cli->at;
    int rc = wl_store_open(cli->dir, &wl_house_schema, 0, &cli->store);

    if (rc == WL_OK)
        rc = time_of(cli, &time);
    if (rc == WL_OK)
        rc = wl_import_spool(cli->store, spool, s, time, cli->actor, deciding, cli, &result);
    cli_progress_end(cli);
    if (rc == WL_OK && (rc = wl_txn_begin(cli->store, false, &txn)) == WL_OK) {
        oem = wl_arena_copy(&cli->arena, wl_journal_oem(txn));
        wl_txn_abort(&txn);
    }
    if (rc == WL_OK && result.refusal != WL_DONE)
        rc = refuse(cli, path, s, time, oem, result.refusal);
    else if (rc == WL_OK && (rc = tell(cli, path, s, &result)) == WL_OK)
        rc = answered(confirm(cli, path, s, &none, true, time, oem), path, "is imported");
    wl_store_close(cli->store);
    cli->store = NULL;
    return rc;
}

static int import_file(struct cli *cli, const struct wl_dialects *dialects, const char *path)
{
    struct wl_batch_summary summary = {.records = 0};
    struct wl_batch_fault fault = {.line = 0};
    char spool[CLI_SPOOL_PATH];
    int rc;

    cli_remove_stale(cli->dir, ".wledger-");
    if ((rc = cli_spool_path(cli, spool)) != WL_OK)
        return rc;
    rc = wl_batch_read_apart(path, dialects, spool, cli_spool_progress, cli, &summary, &fault);
    cli_progress_end(cli);
    if (rc == WL_E_INPUT) {
        char reason[1024];

        snprintf(reason, sizeof reason, "%s", wl_error());
        rc = confirm(cli, path, &summary, &fault, false, cli->at, WL_NO_STR);
        return rc == WL_OK ? wl_fail(WL_E_INPUT, "%s", reason)
                           : wl_fail(WL_E_INPUT, "%s; and its answer is not written: %s", reason, wl_error());
    }
    if (rc == WL_OK)
        rc = business_step(cli, path, spool, &summary);
    unlink(spool);
    return rc;
}

static int run_import(struct cli *cli)
{
    struct wl_dialects *dialects;
    int rc = cli_spool_check_ledger(cli), exit = CLI_DONE;

    if (rc != WL_OK)
        return rc;
    if (cli->argc > 1 && cli_value(cli, "confirm"))
        return wl_fail(WL_E_USAGE, "--confirm answers one file; import the files one by one");
    /* Before anything is changed; who waits for the answer must not miss it afterwards. */
    if (cli_value(cli, "confirm") && (rc = wl_file_check(cli_value(cli, "confirm"))) != WL_OK)
        return rc;
    dialects = wl_dialects_new();
    rc = dialects ? WL_OK : WL_E_SYSTEM;
    if (rc == WL_OK && cli_value(cli, "dialect"))
        rc = wl_dialects_add(dialects, cli_value(cli, "dialect"));
    for (int i = 0; rc >= WL_OK && i < cli->argc; i++) {
        rc = import_file(cli, dialects, cli->argv[i]);
        exit = rc > exit ? rc : exit;
    }
    wl_dialects_free(dialects);
    return rc < 0 ? rc : exit;
}

static const struct cli_option import_options[] = {
    {"confirm", "FILE", "write the answer, a ConfirmBOD, to FILE"},
    {"dialect", "FILE", "a dialect file to read by, besides those built in"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_import = {
    .name = "import",
    .args = "FILE...",
    .summary = "import claim batches and adjudicate them",
    .options = import_options,
    .flags = CLI_NEEDS_DIR | CLI_TAKES_TIME | CLI_TAKES_ACTOR,
    .least_args = 1,
    .most_args = -1,
    .run = run_import,
    .text =
        "Reads an XML claim batch, plain or gzip (which is seen from its content), and adjudicates every claim. A "
        "file\n"
        "that cannot be read in whole is refused in whole, with line and column. The same file again adds nothing and\n"
        "gives the same answers; an import that was cut off goes on where it stopped.",
    .example = "import -d ledger claims.xml.gz --confirm confirm.xml",
};
