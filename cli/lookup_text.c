/* lookup: codes of operations, faults and parts by what their descriptions say. One walk over the table; of each rank
 * no more rows are kept than are shown. */
#include "cli/commands.h"

#include "wledger/error.h"
#include "wledger/load.h"
#include <string.h>

enum {
    WORDS_MAX = 16,
    TEXT_MAX = 200, /* bytes of all words */
    COLUMNS_MAX = 5,
    ROWS_FOR_PEOPLE = 20,
    ROWS_MAX = 1000,
    KEPT_MEMORY = 16 << 20, /* ROWS_MAX rows of each rank */
    ROW_MEMORY = 1 << 16,
};

/* How well a word, and in the end a row, matches: the best first. */
enum rank { EXACT_CODE, CODE_PREFIX, WORD_PREFIX, ANYWHERE, RANKS, NOWHERE = RANKS };

/* The fields that are looked at are those of the columns that are text; the first is the code. */
static const struct searched {
    const char *name;
    int64_t table;
    struct cli_column columns[COLUMNS_MAX];
    size_t count;
    const char *fields[COLUMNS_MAX]; /* ended by NULL: what is searched */
} tables[] = {
    {"operations",
     WL_REF_OPERATIONS,
     {{"op_code", false, false},
      {"description", false, false},
      {"component", false, false},
      {"standard_hours", true, false}},
     4,
     {"op_code", "description", "component", NULL}},
    {"faults",
     WL_REF_FAULTS,
     {{"fault_code", false, false},
      {"description", false, false},
      {"component", false, false},
      {"cause", false, false},
      {"warrantable", false, false}},
     5,
     {"fault_code", "description", "component", "cause", NULL}},
    {"parts",
     WL_REF_PARTS,
     {{"part_id", false, false},
      {"description", false, false},
      {"component", false, false},
      {"unit", false, false},
      {"return_rule", false, false}},
     5,
     {"part_id", "description", "component", NULL}},
};

struct looking {
    struct cli *cli;
    const struct searched *in;
    struct wl_str words[WORDS_MAX], component;
    size_t word_count;
    int64_t limit;
    struct wl_arena kept, row;
    struct wl_str *found[RANKS]; /* of each rank `limit` rows of COLUMNS_MAX values */
    int64_t count[RANKS];        /* all that there are, kept or not */
};

/* ---- matching ---- */

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool begins(struct wl_str text, size_t at, struct wl_str word)
{
    if (word.size > text.size - at)
        return false;
    for (size_t i = 0; i < word.size; i++)
        if (lower(text.data[at + i]) != lower(word.data[i]))
            return false;
    return true;
}

static bool same(struct wl_str a, struct wl_str b)
{
    return a.size == b.size && begins(a, 0, b);
}

/* A byte of a longer UTF-8 character counts as a letter: Chinese has no blanks between words. */
static bool is_letter(char c)
{
    unsigned char l = lower(c);

    return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || l >= 128;
}

static enum rank match(struct wl_str text, struct wl_str word, bool is_code)
{
    enum rank best = NOWHERE;

    if (is_code && begins(text, 0, word))
        return text.size == word.size ? EXACT_CODE : CODE_PREFIX;
    for (size_t i = 0; i < text.size && best != WORD_PREFIX; i++)
        if (begins(text, i, word))
            best = i == 0 || !is_letter(text.data[i - 1]) ? WORD_PREFIX : ANYWHERE;
    return best;
}

static struct wl_str text_of(const struct looking *l, const char *name, const void *row)
{
    const struct wl_record *record = wl_reference_info(l->in->table)->record;

    return *(const struct wl_str *)(const void *)((const char *)row + wl_record_field(record, wl_str_of(name))->offset);
}

/* Each word must occur somewhere. A row whose code was given is what was meant, whatever else was said; else the word
 * that is least well matched counts. */
static enum rank rank_of(const struct looking *l, const void *row)
{
    enum rank best = NOWHERE, worst = EXACT_CODE;

    for (size_t w = 0; w < l->word_count; w++) {
        enum rank rank = NOWHERE;

        for (size_t i = 0; l->in->fields[i]; i++) {
            enum rank here = match(text_of(l, l->in->fields[i], row), l->words[w], i == 0);

            rank = here < rank ? here : rank;
        }
        best = rank < best ? rank : best;
        worst = rank > worst ? rank : worst;
    }
    return worst == NOWHERE || best > CODE_PREFIX ? worst : best;
}

/* ---- rows ---- */

static int keep(struct looking *l, enum rank rank, const void *row)
{
    const struct wl_record *record = wl_reference_info(l->in->table)->record;
    struct wl_str *values = &l->found[rank][l->count[rank]++ * COLUMNS_MAX];
    struct wl_buf text;

    wl_buf_init(&text, WL_VALUE_MAX);
    for (size_t i = 0; i < l->in->count; i++) {
        wl_buf_clear(&text);
        wl_field_to_text(wl_record_field(record, wl_str_of(l->in->columns[i].name)), row, &text);
        values[i] = wl_arena_copy(&l->kept, wl_buf_view(&text));
    }
    wl_buf_release(&text);
    return wl_arena_status(&l->kept);
}

static int look_at(struct looking *l, struct wl_str value)
{
    union wl_reference_row row;
    enum rank rank;
    int rc;

    wl_arena_clear(&l->row);
    rc = wl_record_decode(wl_reference_info(l->in->table)->record, wl_reference_row_cbor(value), &row, &l->row);
    if (rc != WL_OK || (l->component.size && !same(text_of(l, "component", &row), l->component)))
        return rc;
    rank = rank_of(l, &row);
    if (rank == NOWHERE)
        return WL_OK;
    if (l->count[rank] < l->limit)
        return keep(l, rank, &row);
    l->count[rank]++;
    return WL_OK;
}

static int look_through(struct looking *l, struct wl_txn *txn)
{
    const char table = (char)l->in->table;
    struct wl_str key, value;
    struct wl_walk *walk;
    int rc = wl_walk_open(txn, WL_TABLE_REFERENCE, (struct wl_str){&table, 1}, WL_NO_STR, &walk);

    if (rc != WL_OK)
        return rc;
    for (rc = 1; rc == 1;)
        if ((rc = wl_walk_next(walk, &key, &value)) == 1 && (rc = look_at(l, value)) == WL_OK)
            rc = 1;
    wl_walk_close(walk);
    return rc;
}

static int tell(struct looking *l)
{
    struct cli_table *table = cli_table_new(l->cli, l->in->columns, l->in->count);
    int64_t shown = 0, all = 0;
    int rc;

    for (int rank = 0; rank < RANKS; rank++) {
        all += l->count[rank];
        for (int64_t i = 0; i < l->count[rank] && shown < l->limit; i++, shown++)
            cli_table_row(table, &l->found[rank][i * COLUMNS_MAX]);
    }
    rc = cli_table_end(table);
    fflush(l->cli->out);
    if (rc == WL_OK && all == 0)
        fprintf(l->cli->err, "no such %s\n", l->in->name);
    else if (rc == WL_OK && all > shown)
        fprintf(l->cli->err, "%lld more: another word, or --limit N up to %d\n", (long long)(all - shown), ROWS_MAX);
    return rc;
}

/* ---- the command ---- */

static int take_words(struct looking *l)
{
    size_t size = 0;

    for (int i = 1; i < l->cli->argc; i++)
        for (const char *at = l->cli->argv[i]; *(at += strspn(at, " \t\r\n"));) {
            size_t word = strcspn(at, " \t\r\n");

            size += word;
            if (l->word_count == WORDS_MAX || size > TEXT_MAX)
                return wl_fail(WL_E_USAGE, "lookup: at most %d words of %d bytes together, please", WORDS_MAX,
                               TEXT_MAX);
            l->words[l->word_count++] = (struct wl_str){at, word};
            at += word;
        }
    if (l->word_count || l->component.size)
        return WL_OK;
    return wl_fail(WL_E_USAGE, "lookup %s: which text? one or more words of its code or description, please",
                   l->in->name);
}

static int take(struct looking *l)
{
    struct cli *cli = l->cli;
    int rc;

    for (size_t i = 0; i < WL_COUNT(tables) && !l->in; i++)
        if (strcmp(tables[i].name, cli->argv[0]) == 0)
            l->in = &tables[i];
    if (!l->in)
        return wl_fail(WL_E_USAGE, "lookup: `%s` is none of operations, faults and parts", cli->argv[0]);
    l->limit = cli->format == CLI_TABLE ? ROWS_FOR_PEOPLE : ROWS_MAX;
    if ((rc = cli_text(cli, "component", TEXT_MAX, &l->component)) != WL_OK ||
        (rc = cli_number(cli, "limit", 1, ROWS_MAX, &l->limit)) != WL_OK)
        return rc;
    return take_words(l);
}

static int look_up(struct looking *l)
{
    struct wl_txn *txn;
    int rc;

    for (int rank = 0; rank < RANKS; rank++) {
        l->found[rank] = wl_arena_alloc(&l->kept, (size_t)l->limit * COLUMNS_MAX * sizeof *l->found[rank]);
        if (!l->found[rank])
            return wl_arena_status(&l->kept);
    }
    if ((rc = wl_txn_begin(l->cli->store, false, &txn)) != WL_OK)
        return rc;
    rc = look_through(l, txn);
    wl_txn_abort(&txn);
    return rc == WL_OK ? tell(l) : rc;
}

static int run_lookup(struct cli *cli)
{
    struct looking l = {.cli = cli};
    int rc = take(&l);

    if (rc != WL_OK)
        return rc;
    wl_arena_init(&l.kept, KEPT_MEMORY);
    wl_arena_init(&l.row, ROW_MEMORY);
    rc = look_up(&l);
    wl_arena_release(&l.kept);
    wl_arena_release(&l.row);
    return rc;
}

static const struct cli_option lookup_options[] = {
    {"component", "C", "only those of this component; then the text may be missing"},
    {"limit", "N", "at most N rows, up to 1000 (people: 20, programs: 1000)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_lookup = {
    .name = "lookup",
    .args = "operations|faults|parts TEXT...",
    .summary = "find the code of an operation, a fault or a part by text",
    .options = lookup_options,
    .flags = CLI_NEEDS_STORE | CLI_TAKES_FORMAT,
    .least_args = 1,
    .most_args = -1,
    .run = run_lookup,
    .text =
        "Finds rows in which every word occurs: in the code, the description, the component or the cause. Capitals\n"
        "of A to Z count as small letters. First comes the row whose code was given, then those whose code begins\n"
        "so, then those with words that begin so, then the rest, each in the order of their codes.",
    .example = "lookup -d ledger operations brake pad",
};
