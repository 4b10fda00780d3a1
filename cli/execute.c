#include "cli/execute.h"

#include "wledger/error.h"
#include <string.h>

enum {
    GROUP = 100,           /* commands that share a commit, at most */
    NAMES_MAX = 256 << 20, /* bytes of all names of one call */
    COMMAND_MEMORY = 64 << 20,
    ANSWER_MEMORY = 8 << 20,
};

/* What came of one name, until its group is durable. */
struct answer {
    const struct cli_job *job;
    struct wl_str name, about, hint;
    struct wl_result result;
    struct cli_said said;
};

struct run {
    struct cli *cli;
    const struct cli_job *job;
    struct wl_buf names; /* each: size (4 bytes), text */
    uint64_t count;
    struct wl_arena command, answers; /* cleared for each command, for each group */
    struct answer group[GROUP];
    size_t in_group;
    struct cli_table *table; /* NULL: lines for people */
    uint64_t done, refused;
};

/* ---- names ---- */

/* The job that takes the name, which is set in its body; NULL: none does. */
static const struct cli_job *job_for(const struct cli_job *job, struct wl_str name)
{
    while (job && !job->set_name(job->body, name))
        job = job->other;
    return job;
}

static int take_name(struct cli *cli, void *context, struct wl_str name, const char *place)
{
    struct run *run = context;
    struct wl_str cut = {name.data, name.size < 80 ? name.size : 80};

    cut.size = wl_utf8_prefix(cut);
    if (!job_for(run->job, name))
        return wl_fail(WL_E_INPUT, "%s`" WL_STR_FMT "` is not a name: %s, please; nothing was done", place,
                       WL_STR_ARG(cli_clean(&cli->arena, cut)), run->job->form);
    wl_buf_u32(&run->names, (uint32_t)name.size);
    wl_buf_str(&run->names, name);
    run->count++;
    return run->names.failed ? wl_fail(WL_E_INPUT, "%stoo many names at once; give them in parts", place) : CLI_DONE;
}

/* The name at `*at`, which moves on. */
static bool next_name(const struct run *run, size_t *at, struct wl_str *name)
{
    if (*at >= run->names.size)
        return false;
    *name = (struct wl_str){(const char *)run->names.data + *at + 4, wl_get_u32(run->names.data + *at)};
    *at += 4 + name->size;
    return true;
}

int cli_key(const struct cli *cli, struct wl_arena *arena, struct wl_str name, bool several, struct wl_str *key)
{
    uint8_t drawn[WL_SALT_SIZE];
    char hex[2 * WL_SALT_SIZE + 1];
    int rc;

    if (cli->key.size && !several) {
        *key = cli->key;
        return WL_OK;
    }
    if (cli->key.size) {
        if (cli->key.size + 1 + name.size > WL_NAME_MAX)
            return wl_fail(WL_E_INPUT,
                           "--key: with /" WL_STR_FMT " behind it, it is longer than %d bytes; take a shorter one",
                           WL_STR_ARG(name), WL_NAME_MAX);
        *key = cli_format_text(arena, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(cli->key), WL_STR_ARG(name));
        return wl_arena_status(arena);
    }
    if ((rc = wl_salt_draw(drawn)) != WL_OK)
        return rc;
    wl_hex(drawn, sizeof drawn, hex);
    *key = wl_arena_copy(arena, wl_str_of(hex));
    return wl_arena_status(arena);
}

static int read_names(struct run *run)
{
    struct wl_str name, key;
    size_t at = 0;
    int rc = cli_each_name(run->cli, take_name, run);

    while (rc >= WL_OK && run->cli->key.size && next_name(run, &at, &name)) {
        wl_arena_clear(&run->command);
        rc = cli_key(run->cli, &run->command, name, run->count > 1, &key);
    }
    return rc;
}

/* What cannot be made ready for any of the names is told before anything is done. */
static int ready_names(struct run *run)
{
    struct wl_txn *txn;
    struct wl_str name;
    size_t at = 0;
    int rc = run->job->ready || run->job->other ? wl_txn_begin(run->cli->store, false, &txn) : 1;

    if (rc != WL_OK)
        return rc == 1 ? WL_OK : rc;
    while (rc == WL_OK && next_name(run, &at, &name)) {
        const struct cli_job *job = job_for(run->job, name);

        wl_arena_clear(&run->command);
        rc = job->ready ? job->ready(txn, &run->command, job) : WL_OK;
    }
    wl_txn_abort(&txn);
    return rc;
}

/* ---- answers ---- */

static const struct cli_column columns[] = {
    {"name", false, false},  {"result", false, false},   {"did", false, false},  {"state", false, false},
    {"amount", true, false}, {"currency", false, false}, {"entry", true, true},  {"repeated", false, false},
    {"about", false, false}, {"note", false, false},     {"made", false, false},
};

void cli_tell_refusal(FILE *out, struct wl_arena *arena, struct wl_str name, int64_t refusal, struct wl_str about)
{
    struct wl_str clean = cli_clean(arena, about);

    fprintf(out, WL_STR_FMT "  refused: %s%s" WL_STR_FMT "%s: %s\n", WL_STR_ARG(cli_clean(arena, name)),
            wl_refusal_name(refusal), clean.size ? " (" : "", WL_STR_ARG(clean), clean.size ? ")" : "",
            wl_refusal_meaning(refusal));
}

static void tell_more(FILE *out, struct wl_arena *arena, struct wl_str more)
{
    while (more.size) {
        const char *end = memchr(more.data, '\n', more.size);
        size_t size = end ? (size_t)(end - more.data) : more.size;

        fprintf(out, "    " WL_STR_FMT "\n", WL_STR_ARG(cli_clean(arena, (struct wl_str){more.data, size})));
        size += end != NULL;
        more = (struct wl_str){more.data + size, more.size - size};
    }
}

static void tell_person(struct run *run, const struct answer *a)
{
    struct wl_arena *arena = &run->answers;
    FILE *out = run->cli->out;
    struct wl_str amount;

    if (a->result.refusal != WL_DONE) {
        cli_tell_refusal(out, arena, a->name, a->result.refusal, a->about);
        if (a->hint.size)
            fprintf(out, "    " WL_STR_FMT "\n", WL_STR_ARG(cli_clean(arena, a->hint)));
        return;
    }
    amount = a->said.amount == WL_NONE ? WL_NO_STR : cli_amount(arena, a->said.amount, a->said.currency);
    fprintf(out, WL_STR_FMT "  " WL_STR_FMT, WL_STR_ARG(cli_clean(arena, a->name)), WL_STR_ARG(a->said.did));
    if (amount.size)
        fprintf(out, "  " WL_STR_FMT " " WL_STR_FMT, WL_STR_ARG(amount), WL_STR_ARG(a->said.currency));
    if (a->result.journalled)
        fprintf(out, "  (entry %llu%s)", (unsigned long long)a->result.seq,
                a->result.repeated ? ", done before under this key" : "");
    else if (a->result.repeated)
        fputs("  (done before under this key)", out);
    if (a->said.note.size)
        fprintf(out, "  " WL_STR_FMT, WL_STR_ARG(cli_clean(arena, a->said.note)));
    fputc('\n', out);
    tell_more(out, arena, a->said.more);
}

static void tell_program(struct run *run, const struct answer *a)
{
    struct wl_arena *arena = &run->answers;
    bool done = a->result.refusal == WL_DONE;

    cli_table_row(
        run->table,
        (struct wl_str[]){
            a->name, wl_str_of(wl_refusal_name(a->result.refusal)), a->said.did, a->said.state,
            done && a->said.amount != WL_NONE ? cli_amount(arena, a->said.amount, a->said.currency) : WL_NO_STR,
            a->said.currency, a->result.journalled ? cli_int(arena, (int64_t)a->result.seq) : WL_NO_STR,
            a->result.repeated ? WL_STR("yes") : WL_NO_STR, a->about, done ? a->said.note : a->hint, a->said.made});
}

static void tell_group(struct run *run)
{
    for (size_t i = 0; i < run->in_group; i++) {
        const struct answer *a = &run->group[i];

        run->done += a->result.refusal == WL_DONE;
        run->refused += a->result.refusal != WL_DONE;
        if (run->table)
            tell_program(run, a);
        else
            tell_person(run, a);
    }
    run->in_group = 0;
    wl_arena_clear(&run->answers);
}

/* ---- commands ---- */

static int note_refusal(struct run *run, struct wl_txn *txn, struct answer *a)
{
    const struct wl_outcome_head *head = a->result.outcome;

    if (head)
        a->about = wl_arena_copy(&run->answers, head->about);
    /* A look around costs more than the command; in a long list the place of each name helps more. */
    if (run->count > 1 || !a->job->near || a->result.refusal != a->job->unknown)
        return WL_OK;
    return a->job->near(txn, &run->answers, a->name, &a->hint);
}

static int execute_one(struct run *run, struct wl_txn *txn, struct wl_str name)
{
    const struct cli_job *job = job_for(run->job, name);
    struct cli *cli = run->cli;
    struct answer *a = &run->group[run->in_group];
    struct wl_personal text = {.text = job->text};
    struct wl_request request = {.command = job->command,
                                 .body = job->body,
                                 .time = cli_time(cli, txn),
                                 .actor = cli->actor,
                                 .texts = &text,
                                 .text_count = job->text.size > 0};
    int rc;

    *a = (struct answer){.job = job, .name = name, .said = {.amount = WL_NONE}};
    wl_arena_clear(&run->command);
    if ((rc = cli_key(cli, &run->command, name, run->count > 1, &request.key)) != WL_OK ||
        (job->text.size && (rc = wl_salt_draw(text.salt)) != WL_OK) ||
        (job->ready && (rc = job->ready(txn, &run->command, job)) != WL_OK) ||
        (rc = job->execute ? job->execute(txn, &run->command, job, &request, &a->result)
                           : wl_execute(txn, &run->command, &request, &a->result)) != WL_OK)
        return rc;
    if (a->result.refusal != WL_DONE)
        rc = note_refusal(run, txn, a);
    else
        rc = job->tell(txn, &run->answers, job, a->result.outcome, &a->said);
    run->in_group++;
    return rc != WL_OK ? rc : wl_arena_status(&run->answers);
}

static int execute_group(struct run *run, size_t *at, bool *more)
{
    struct wl_txn *txn;
    struct wl_str name;
    int rc = wl_txn_begin(run->cli->store, true, &txn);

    while (rc == WL_OK && run->in_group < GROUP && !wl_txn_is_full(txn) && (*more = next_name(run, at, &name)))
        rc = execute_one(run, txn, name);
    if (rc == WL_OK)
        rc = wl_txn_commit(&txn);
    wl_txn_abort(&txn);
    if (rc == WL_OK)
        tell_group(run);
    return rc;
}

static int execute_names(struct run *run)
{
    size_t at = 0;
    bool more = true;
    int rc = WL_OK, end;

    run->table = run->cli->format == CLI_TABLE ? NULL : cli_table_new(run->cli, columns, WL_COUNT(columns));
    while (rc == WL_OK && more)
        rc = execute_group(run, &at, &more);
    end = run->cli->format == CLI_TABLE ? WL_OK : cli_table_end(run->table);
    fflush(run->cli->out); /* the sum stands below what it sums up, also in a pipe */
    if (run->cli->format == CLI_TABLE && run->count > 1)
        fprintf(run->cli->err, "%llu done, %llu refused%s\n", (unsigned long long)run->done,
                (unsigned long long)run->refused, rc == WL_OK ? "" : "; what follows was not done");
    if (rc == WL_OK)
        rc = end;
    return rc != WL_OK ? rc : run->refused ? CLI_REFUSED : CLI_DONE;
}

int cli_execute(struct cli *cli, const struct cli_job *job)
{
    struct run run = {.cli = cli, .job = job};
    int rc, end;

    wl_buf_init(&run.names, NAMES_MAX);
    wl_arena_init(&run.command, COMMAND_MEMORY);
    wl_arena_init(&run.answers, ANSWER_MEMORY);
    if ((rc = read_names(&run)) >= WL_OK && (end = ready_names(&run)) != WL_OK)
        rc = end;
    if (rc >= WL_OK && run.count == 0)
        fprintf(cli->err, "no names: nothing to do\n");
    if (rc >= WL_OK)
        rc = execute_names(&run);
    wl_arena_release(&run.command);
    wl_arena_release(&run.answers);
    wl_buf_release(&run.names);
    return rc;
}
