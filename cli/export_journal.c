/* export journal: the money side of the journal as plain-text accounting, a transaction for each entry that moved
 * money. Amounts have the sign that they have in the ledger: what an account receives is above 0. */
#include "cli/commands.h"
#include "cli/output.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include <string.h>

enum {
    CHUNK = 10000, /* entries that one reader reads: a long export must not keep old pages alive */
    ENTRY_MEMORY = 4 << 20,
    NAME_SIZE = 400,
    CURRENCIES_MAX = 300, /* that are told how many decimals they have */
};

struct export_journal {
    struct cli *cli;
    struct wl_file *file;
    struct wl_arena arena; /* cleared for each entry */
    struct wl_buf text;    /* of one transaction */
    uint64_t next, end, transactions;
    int64_t zone;
    char currencies[CURRENCIES_MAX][4];
    size_t currency_count;
};

/* Blanks beyond ASCII, as UTF-8: plain-text accounting takes them for the end of a name. */
static const char *const blanks[] = {"\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
                                     "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
                                     "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
                                     "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

/* Bytes of the blank that a text begins with; 0: it begins with none. */
static size_t blank_size(struct wl_str text)
{
    for (size_t i = 0; i < WL_COUNT(blanks); i++) {
        size_t size = strlen(blanks[i]);

        if (text.size >= size && memcmp(text.data, blanks[i], size) == 0)
            return size;
    }
    return 0;
}

/* A party's name within an account's: what separates accounts, begins a comment or stands for the end of a name is
 * written as %XX, byte for byte. */
static void account_part(struct wl_buf *out, struct wl_str name)
{
    size_t blank_end = 0;

    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = (uint8_t)name.data[i];
        bool plain = c > ' ' && c != ':' && c != ';' && c != '%' && c != '(' && c != ')' && c != '[' && c != ']' &&
                     c != '*' && c != '!' && c != '"' && c != 0x7F;

        if (c >= 0x80 && i >= blank_end)
            blank_end = i + blank_size((struct wl_str){name.data + i, name.size - i});
        if (plain && i >= blank_end)
            wl_buf_byte(out, c);
        else
            wl_buf_format(out, "%%%02X", c);
    }
}

static void line(struct export_journal *x, int64_t kind, struct wl_str party, const struct wl_posting *p, int64_t sign)
{
    char amount[WL_DECIMAL_TEXT];

    wl_decimal_format((wl_i128)p->amount * sign, wl_minor_digits(p->unit), amount);
    wl_buf_format(&x->text, "    %s", wl_account_kind_name(kind));
    if (party.size) {
        wl_buf_byte(&x->text, ':');
        account_part(&x->text, party);
    }
    wl_buf_format(&x->text, "  %s " WL_STR_FMT "\n", amount, WL_STR_ARG(p->unit));
}

/* Each currency is declared once, before it is used, with its minor digits. */
static void declare(struct export_journal *x, struct wl_str currency)
{
    char one[WL_DECIMAL_TEXT];
    unsigned digits = wl_minor_digits(currency);

    for (size_t i = 0; i < x->currency_count; i++)
        if (wl_str_is(currency, x->currencies[i]))
            return;
    if (x->currency_count < CURRENCIES_MAX && currency.size < sizeof x->currencies[0]) {
        memcpy(x->currencies[x->currency_count], currency.data, currency.size);
        x->currencies[x->currency_count++][currency.size] = '\0';
    }
    wl_decimal_format((wl_i128)1000 * wl_power10(digits), digits, one);
    wl_buf_format(&x->text, "commodity %s%s " WL_STR_FMT "\n\n", one, digits ? "" : ".", WL_STR_ARG(currency));
}

/* Money postings of one outcome, as one transaction. */
static void transaction(struct export_journal *x, const struct wl_entry *e, struct wl_list postings)
{
    const struct wl_posting *p = postings.at;
    char date[WL_DATE_TEXT];
    size_t money = 0;

    wl_buf_clear(&x->text);
    for (size_t i = 0; i < postings.count; i++)
        if (wl_account_kind_book(p[i].from_kind) == WL_MONEY) {
            declare(x, p[i].unit);
            money++;
        }
    if (money == 0)
        return;
    wl_date_format(wl_time_day(e->time, x->zone), date);
    wl_buf_format(&x->text, "%s * (%llu) %s\n", date, (unsigned long long)e->seq, e->command->name);
    for (size_t i = 0; i < postings.count; i++, p++) {
        if (wl_account_kind_book(p->from_kind) != WL_MONEY)
            continue;
        line(x, p->from_kind, p->from_party, p, -1);
        line(x, p->to_kind, p->to_party, p, 1);
    }
    wl_buf_byte(&x->text, '\n');
    wl_file_write(x->file, x->text.data, x->text.size);
    x->transactions++;
}

static int write_entry(struct export_journal *x, struct wl_txn *txn)
{
    const struct wl_outcome_head *head;
    struct wl_entry e;
    void *outcome;
    int rc = wl_entry_read(txn, x->next, &e);

    if (rc <= 0)
        return rc < 0 ? rc : wl_fail(WL_E_DAMAGED, "journal entry %llu is missing", (unsigned long long)x->next);
    wl_arena_clear(&x->arena);
    if ((rc = wl_entry_outcome(&e, &x->arena, &outcome)) != WL_OK)
        return rc;
    head = outcome;
    for (size_t i = 0; i < head->postings.count; i++)
        if (!wl_posting_is_good((const struct wl_posting *)head->postings.at + i))
            return wl_fail(WL_E_DAMAGED, "journal entry %llu holds a posting that is none",
                           (unsigned long long)x->next);
    transaction(x, &e, head->postings);
    x->next++;
    return wl_buf_status(&x->text);
}

static int write_some(struct export_journal *x)
{
    struct wl_txn *txn;
    uint64_t stop = x->end - x->next > CHUNK ? x->next + CHUNK : x->end;
    int rc = wl_txn_begin(x->cli->store, false, &txn);

    if (rc != WL_OK)
        return rc;
    while (rc == WL_OK && x->next < stop)
        rc = write_entry(x, txn);
    wl_txn_abort(&txn);
    return rc;
}

static int write_journal(void *context, struct wl_file *file)
{
    struct export_journal *x = context;
    int rc = WL_OK;

    x->file = file;
    while (rc == WL_OK && x->next < x->end) {
        rc = write_some(x);
        cli_progress(x->cli, "writing", x->next, x->end);
    }
    cli_progress_end(x->cli);
    return rc;
}

/* What there is now: what is added meanwhile belongs to the next export. */
static int begin(struct export_journal *x)
{
    struct wl_txn *txn;
    int rc = wl_txn_begin(x->cli->store, false, &txn);

    if (rc != WL_OK)
        return rc;
    x->end = wl_journal_size(txn);
    x->zone = wl_journal_zone(txn);
    rc = wl_txn_status(txn);
    wl_txn_abort(&txn);
    return rc;
}

static int run_export(struct cli *cli)
{
    struct export_journal x = {.cli = cli};
    const char *path = cli_value(cli, "output"), *form = cli_value(cli, "format");
    int rc;

    if (!form || strcmp(form, "hledger") != 0)
        return wl_fail(WL_E_USAGE, "export journal: --format hledger, please");
    wl_arena_init(&x.arena, ENTRY_MEMORY);
    wl_buf_init(&x.text, ENTRY_MEMORY);
    if ((rc = begin(&x)) == WL_OK)
        rc = cli_output(cli, path, write_journal, &x);
    if (rc == WL_OK && path)
        fprintf(cli->out, "%s: %llu %s, %llu moved money\n", cli_shown(cli, path), (unsigned long long)x.end,
                cli_counted(x.end, "entry", "entries"), (unsigned long long)x.transactions);
    wl_buf_release(&x.text);
    wl_arena_release(&x.arena);
    return rc;
}

static const struct cli_option export_options[] = {
    {"format", "FORMAT", "hledger: plain-text accounting"},
    {"output", "FILE", "write to FILE, which appears whole or not at all (default: standard output)"},
    {NULL, NULL, NULL},
};
const struct cli_command cli_export_journal = {
    .name = "export journal",
    .args = "",
    .summary = "write the money side of the journal as plain-text accounting",
    .options = export_options,
    .letters = " o",
    .flags = CLI_NEEDS_STORE,
    .run = run_export,
    .text = "Writes a transaction for each entry of the journal that moved money, with its number, day and command. "
            "Accounts\n"
            "are KIND:PARTY, as `wledger list balances` has them, and their balances are the same, to the sign.",
    .example = "export journal -d ledger --format hledger -o books.journal",
};
