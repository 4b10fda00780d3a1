/* return receive --scan */
#include "cli/scan.h"
#include "cli/codes.h"
#include "cli/demand.h"
#include "cli/tags.h"

#include "wledger/error.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    GROUP = 100,     /* lines that share a commit, at most */
    LINE_SIZE = 200, /* bytes of a line; a tag has a few more than ten */
    SHOWN_SIZE = 60, /* bytes of a line that are repeated in its answer */
    READ_SIZE = 1 << 16,
    COMMAND_MEMORY = 4 << 20,
    ANSWER_MEMORY = 64 << 20, /* of a group: the tags of its claims are looked through */
};

/* What was read, and what came of it. */
struct scanned {
    char text[LINE_SIZE + 1];
    size_t size; /* LINE_SIZE + 1: it was longer */
    uint64_t number;
    bool is_tag;
    uint64_t tag;
    struct wl_result result;
    struct wl_str about, place, part_id, claim, missing;
    int64_t line, missing_lines; /* WL_NONE: of no claim */
};

struct scan {
    struct cli *cli;
    struct wl_return_scan_body body;
    struct wl_arena command, answers; /* cleared for each command, for each group */
    struct cli_table *table;          /* NULL: lines for people */
    uint64_t lines, received, refused, unreadable;

    int fd;
    bool terminal, ended;
    bool after_cr; /* a line feed now belongs to the line before */
    size_t at, size;
    char bytes[READ_SIZE];
    size_t line_size; /* of the line that is being read */
    char line[LINE_SIZE + 1];

    size_t in_group;
    struct scanned group[GROUP];
};

/* ---- lines ---- */

/* Moves what has come into the line that is being read, of which no more is kept than one byte too many. True once it
 * is whole. Scanners end a line with LF, CR or both. */
static bool take_bytes(struct scan *s)
{
    while (s->at < s->size) {
        char c = s->bytes[s->at++];
        bool after_cr = s->after_cr;

        s->after_cr = c == '\r';
        if (c == '\n' && after_cr)
            continue;
        if (c == '\n' || c == '\r')
            return true;
        if (s->line_size <= LINE_SIZE)
            s->line[s->line_size++] = c;
    }
    return false;
}

static bool has_more(const struct scan *s)
{
    struct pollfd in = {.fd = s->fd, .events = POLLIN};

    return poll(&in, 1, 0) > 0;
}

static int read_more(struct scan *s)
{
    ssize_t n;

    do
        n = read(s->fd, s->bytes, sizeof s->bytes);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return wl_fail(WL_E_SYSTEM, "standard input: %s", strerror(errno));
    s->at = 0;
    s->size = (size_t)n;
    s->ended = n == 0;
    return WL_OK;
}

/* The next line into the group: 1, 0 at the end (or, unless `wait`, when no more has come yet), or an error. */
static int next_line(struct scan *s, bool wait)
{
    struct scanned *line = &s->group[s->in_group];
    int rc = WL_OK;

    while (!take_bytes(s)) {
        if (s->ended && s->line_size)
            break;
        if (s->ended || (!wait && !has_more(s)))
            return 0;
        if ((rc = read_more(s)) != WL_OK)
            return rc;
    }
    *line = (struct scanned){.size = s->line_size, .number = ++s->lines, .line = WL_NONE, .missing_lines = WL_NONE};
    memcpy(line->text, s->line, s->line_size);
    s->line_size = 0;
    line->is_tag =
        line->size <= LINE_SIZE && wl_tag_parse(wl_str_trim((struct wl_str){line->text, line->size}), &line->tag);
    s->in_group++;
    return 1;
}

/* Waits for one line, and takes what else is waiting. At a terminal each line is a group of its own. */
static int read_group(struct scan *s)
{
    int rc = next_line(s, true);

    while (rc == 1 && s->in_group < (s->terminal ? 1 : GROUP))
        rc = next_line(s, false);
    return rc < 0 ? rc : WL_OK;
}

/* ---- receiving ---- */

/* What the part is, whose, and what its claim waits for now. */
static int describe(struct scan *s, struct wl_txn *txn, struct scanned *line)
{
    struct cli_owner owner;
    struct wl_tag tag;
    int rc = wl_tag_get(txn, &s->answers, line->tag, &tag);

    if (rc != 1)
        return rc;
    line->part_id = tag.part_id;
    if ((rc = cli_tag_owner(txn, &s->answers, &tag, &owner)) != 1)
        return rc;
    line->claim = owner.name;
    line->line = owner.obligation.line + 1;
    return cli_still_missing(txn, &s->answers, &owner.claim, &line->missing_lines, &line->missing);
}

/* The key is of the line, never of the tag: a tag that is read twice is received once and refused once. */
static int receive_one(struct scan *s, struct wl_txn *txn, struct scanned *line)
{
    struct wl_request request = {
        .command = &wl_return_scan_command, .body = &s->body, .time = cli_time(s->cli, txn), .actor = s->cli->actor};
    const struct wl_return_scan_outcome *outcome;
    int rc;

    if (!line->is_tag)
        return WL_OK;
    wl_arena_clear(&s->command);
    s->body.tag = (int64_t)line->tag;
    if ((rc = cli_key(s->cli, &s->command, cli_int(&s->command, (int64_t)line->number), true, &request.key)) != WL_OK ||
        (rc = wl_execute(txn, &s->command, &request, &line->result)) != WL_OK)
        return rc;
    outcome = line->result.outcome;
    if (outcome)
        line->about = wl_arena_copy(&s->answers, outcome->head.about);
    if (line->result.refusal == WL_DONE)
        line->place = cli_format_text(&s->answers, WL_STR_FMT "/" WL_STR_FMT, WL_STR_ARG(outcome->centre_id),
                                      WL_STR_ARG(outcome->bin_id));
    rc = describe(s, txn, line);
    return rc != WL_OK ? rc : wl_arena_status(&s->answers);
}

/* ---- answers ---- */

/* Many programs wait for an answer that says which line it is of; what they cannot show is left out. */
static struct wl_str shown(const struct scanned *line)
{
    struct wl_str text = {line->text, line->size < SHOWN_SIZE ? line->size : SHOWN_SIZE};

    text.size = wl_utf8_prefix(text);
    return wl_str_trim(text);
}

static struct wl_str what_is_wrong(struct scan *s, const struct scanned *line)
{
    struct wl_str text = {line->text, line->size}, label;

    if (line->size > LINE_SIZE)
        return WL_STR("the line is too long for a tag; one tag a line, please");
    if (wl_str_trim(text).size == 0)
        return WL_STR("the line is empty; scan the tag again");
    if ((label = cli_code_said(&s->answers, text)).size)
        return label;
    if (cli_tag_is_misread(text))
        return WL_STR("its check digit is wrong; scan it again, or read it digit by digit");
    return WL_STR("it is not the number of a tag, all ten digits of it; scan it again, or read it digit by digit");
}

/* "P000131 of D00012/000064 line 2; still missing: ..." */
static struct wl_str whose(struct scan *s, const struct scanned *line)
{
    struct wl_arena *a = &s->answers;

    if (!line->part_id.size)
        return WL_NO_STR;
    if (!line->claim.size)
        return cli_format_text(a, WL_STR_FMT " of no claim yet", WL_STR_ARG(line->part_id));
    return cli_format_text(a, WL_STR_FMT " of " WL_STR_FMT " line %lld; %s" WL_STR_FMT, WL_STR_ARG(line->part_id),
                           WL_STR_ARG(line->claim), (long long)line->line,
                           line->missing_lines ? "still missing: " : "nothing more is missing",
                           WL_STR_ARG(line->missing));
}

static void tell_person(struct scan *s, const struct scanned *line)
{
    struct wl_str number = cli_tag_text(&s->answers, line->tag), of = whose(s, line);
    struct wl_str text = cli_clean(&s->answers, shown(line)), about = cli_clean(&s->answers, line->about);
    FILE *out = s->cli->out;

    of = cli_clean(&s->answers, of);
    if (wl_str_equal(about, number)) /* which stands in front already */
        about = WL_NO_STR;
    if (!line->is_tag) {
        fprintf(out, WL_STR_FMT "%s  unreadable: " WL_STR_FMT "\n", WL_STR_ARG(text), text.size ? "" : "(nothing)",
                WL_STR_ARG(what_is_wrong(s, line)));
    } else if (line->result.refusal != WL_DONE) {
        fprintf(out, WL_STR_FMT "  refused: %s%s" WL_STR_FMT "%s: %s", WL_STR_ARG(number),
                wl_refusal_name(line->result.refusal), about.size ? " (" : "", WL_STR_ARG(about), about.size ? ")" : "",
                wl_refusal_meaning(line->result.refusal));
        fprintf(out, "%s" WL_STR_FMT "\n", of.size ? "  " : "", WL_STR_ARG(of));
    } else {
        fprintf(out, WL_STR_FMT "  received  " WL_STR_FMT "  (entry %llu%s)  " WL_STR_FMT "\n", WL_STR_ARG(number),
                WL_STR_ARG(line->place), (unsigned long long)line->result.seq,
                line->result.repeated ? ", done before under this key" : "", WL_STR_ARG(of));
    }
}

static const struct cli_column columns[] = {
    {"input_line", true, true}, {"input", false, false}, {"tag", false, false},      {"result", false, false},
    {"about", false, false},    {"place", false, false}, {"part_id", false, false},  {"claim", false, false},
    {"claim_line", true, true}, {"entry", true, true},   {"repeated", false, false}, {"lines_missing", true, true},
    {"missing", false, false},  {"note", false, false},
};

static void tell_program(struct scan *s, const struct scanned *line)
{
    bool done = line->is_tag && line->result.refusal == WL_DONE;
    struct wl_arena *a = &s->answers;

    cli_table_row(s->table,
                  (struct wl_str[]){
                      cli_int(a, (int64_t)line->number), shown(line),
                      line->is_tag ? cli_tag_text(a, line->tag) : WL_NO_STR,
                      line->is_tag ? wl_str_of(wl_refusal_name(line->result.refusal)) : WL_STR("unreadable"),
                      line->about, line->place, line->part_id, line->claim, cli_int(a, line->line),
                      line->is_tag && line->result.journalled ? cli_int(a, (int64_t)line->result.seq) : WL_NO_STR,
                      line->result.repeated ? WL_STR("yes") : WL_NO_STR, cli_int(a, line->missing_lines), line->missing,
                      done           ? WL_NO_STR
                      : line->is_tag ? wl_str_of(wl_refusal_meaning(line->result.refusal))
                                     : what_is_wrong(s, line)});
}

static void tell(struct scan *s, const struct scanned *line)
{
    s->unreadable += !line->is_tag;
    s->refused += line->is_tag && line->result.refusal != WL_DONE;
    s->received += line->is_tag && line->result.refusal == WL_DONE;
    if (s->table)
        tell_program(s, line);
    else
        tell_person(s, line);
}

/* ---- all of it ---- */

/* Receives and answers the group from line `*at` on, as far as one commit goes. */
static int receive_some(struct scan *s, size_t *at)
{
    size_t first = *at;
    struct wl_txn *txn;
    int rc = wl_txn_begin(s->cli->store, true, &txn);

    while (rc == WL_OK && *at < s->in_group && !wl_txn_is_full(txn))
        rc = receive_one(s, txn, &s->group[(*at)++]);
    if (rc == WL_OK)
        rc = wl_txn_commit(&txn);
    wl_txn_abort(&txn);
    for (size_t i = first; rc == WL_OK && i < *at; i++)
        tell(s, &s->group[i]);
    wl_arena_clear(&s->answers);
    if (rc == WL_OK && fflush(s->cli->out) != 0)
        rc = wl_fail(WL_E_SYSTEM, "the answer cannot be written: %s", strerror(errno));
    return rc;
}

/* A group without a tag needs no commit. */
static int receive_group(struct scan *s)
{
    size_t at = 0;
    int rc = WL_OK;

    while (at < s->in_group && !s->group[at].is_tag)
        at++;
    if (at == s->in_group) {
        for (size_t i = 0; i < at; i++)
            tell(s, &s->group[i]);
        fflush(s->cli->out);
    } else {
        at = 0;
    }
    while (rc == WL_OK && at < s->in_group)
        rc = receive_some(s, &at);
    s->in_group = 0;
    return rc;
}

static int scan_all(struct scan *s)
{
    bool people = s->cli->format == CLI_TABLE;
    int rc = WL_OK, end;

    s->table = people ? NULL : cli_table_new(s->cli, columns, WL_COUNT(columns));
    fflush(s->cli->out);
    while (rc == WL_OK && !s->ended)
        if ((rc = read_group(s)) == WL_OK)
            rc = receive_group(s);
    end = people ? WL_OK : cli_table_end(s->table);
    fflush(s->cli->out);
    if (people)
        fprintf(s->cli->err, "%llu received, %llu refused, %llu unreadable%s\n", (unsigned long long)s->received,
                (unsigned long long)s->refused, (unsigned long long)s->unreadable,
                rc == WL_OK ? "" : "; what follows was not done");
    if (rc != WL_OK || end != WL_OK)
        return rc != WL_OK ? rc : end;
    return s->unreadable ? CLI_INPUT : s->refused ? CLI_REFUSED : CLI_DONE;
}

int cli_scan(struct cli *cli)
{
    struct scan *s = calloc(1, sizeof *s);
    int rc;

    if (!s)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    s->cli = cli;
    s->fd = fileno(cli->in);
    s->terminal = isatty(s->fd) == 1;
    if (s->terminal && cli->terminal)
        fprintf(cli->err, "scan one tag a line; Ctrl-D ends\n");
    wl_arena_init(&s->command, COMMAND_MEMORY);
    wl_arena_init(&s->answers, ANSWER_MEMORY);
    rc = cli_demand_id(cli, "centre", &s->body.centre_id);
    if (rc == WL_OK)
        rc = cli_text(cli, "bin", WL_BIN_MAX, &s->body.bin_id);
    if (rc == WL_OK)
        rc = scan_all(s);
    wl_arena_release(&s->command);
    wl_arena_release(&s->answers);
    free(s);
    return rc;
}
