/* The settlement statement: a head, the lines part by part on as many pages as they take, the totals. */
#include "paper/statement_words.h"

#include "paper/blocks.h"
#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/error.h"
#include "wledger/record.h"
#include <stdlib.h>
#include <string.h>

enum {
    EDGE = 13000,
    WIDTH = 297000, /* A4, lying */
    HEIGHT = 210000,
    INNER = WIDTH - 2 * EDGE,
    RIGHT = WIDTH - EDGE,
    FIRST_BODY = 62000, /* where the lines begin on the first page, and on others */
    NEXT_BODY = 24000,
    BODY_END = 195000,
    FOOT = 199000,
    PART_HEAD = 8000,
    TABLE_HEAD = 6000,
    ROW = 8800,
    PAD = 1000, /* within a column */
    TOTALS = 66000,
    TOTAL_ROW = 5600,
    CONTROL_LEFT = EDGE + 118000,
};

enum { LINE, CLAIM, DAY, LABOUR, PARTS, HANDLING, SUBLET, AMOUNT, DECISION, WHY };

static const struct {
    int width;
    enum wl_align align;
} columns[WL_STATEMENT_COLUMNS] = {
    [LINE] = {10000, WL_ALIGN_LEFT},    [CLAIM] = {38000, WL_ALIGN_LEFT},   [DAY] = {24000, WL_ALIGN_LEFT},
    [LABOUR] = {21000, WL_ALIGN_RIGHT}, [PARTS] = {21000, WL_ALIGN_RIGHT},  [HANDLING] = {18000, WL_ALIGN_RIGHT},
    [SUBLET] = {19000, WL_ALIGN_RIGHT}, [AMOUNT] = {25000, WL_ALIGN_RIGHT}, [DECISION] = {24000, WL_ALIGN_LEFT},
    [WHY] = {71000, WL_ALIGN_LEFT},
};

static const enum wl_statement_part part_of[WL_STATEMENT_KINDS] = {
    [WL_STATEMENT_APPROVED] = WL_STATEMENT_CLAIMS,        [WL_STATEMENT_PARTIAL] = WL_STATEMENT_CLAIMS,
    [WL_STATEMENT_CHARGEBACK] = WL_STATEMENT_CHARGEBACKS, [WL_STATEMENT_CREDIT] = WL_STATEMENT_CHARGEBACKS,
    [WL_STATEMENT_REJECTED] = WL_STATEMENT_UNPAID,        [WL_STATEMENT_INFORMATION] = WL_STATEMENT_UNPAID,
};

/* Where the next line goes. */
struct place {
    size_t page; /* from 0 */
    int y;
    uint64_t done[WL_STATEMENT_PARTS]; /* lines so far */
};

struct wl_statement {
    struct wl_sheet *sheet;
    const struct wl_paper_head *head;
    const struct wl_statement_paper *paper;
    const struct wl_statement_words *words;
    struct wl_buf text;
    size_t pages;
    struct place place;
};

/* ---- where things go ---- */

/* Makes room below; true when that takes a new page. */
static bool make_room(struct place *p, int height)
{
    if (p->y + height <= BODY_END)
        return false;
    p->page++;
    p->y = NEXT_BODY;
    return true;
}

struct row_place {
    bool new_page, part_head, table_head; /* what comes before the row */
};

static struct row_place place_row(struct place *p, enum wl_statement_part part)
{
    struct row_place before = {.part_head = p->done[part]++ == 0};

    before.new_page = make_room(p, ROW + (before.part_head ? PART_HEAD + TABLE_HEAD : 0));
    before.table_head = before.part_head || before.new_page;
    return before;
}

static void pass(struct place *p, const struct row_place *before)
{
    p->y += ROW + (before->part_head ? PART_HEAD : 0) + (before->table_head ? TABLE_HEAD : 0);
}

static size_t count_pages(const struct wl_statement_paper *paper)
{
    struct place p = {.y = FIRST_BODY};

    for (int part = 0; part < WL_STATEMENT_PARTS; part++)
        for (uint64_t i = 0; i < paper->lines[part]; i++) {
            struct row_place before = place_row(&p, (enum wl_statement_part)part);

            pass(&p, &before);
        }
    make_room(&p, TOTALS);
    return p.page + 1;
}

/* ---- texts ---- */

static struct wl_str text_of(struct wl_statement *s, const char *text)
{
    wl_buf_clear(&s->text);
    wl_buf_text(&s->text, text);
    return wl_buf_view(&s->text);
}

static struct wl_str number_text(struct wl_statement *s, uint64_t n)
{
    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, "%llu", (unsigned long long)n);
    return wl_buf_view(&s->text);
}

static struct wl_str amount_text(struct wl_statement *s, int64_t amount)
{
    char text[WL_DECIMAL_TEXT];

    if (amount == WL_NONE)
        return WL_NO_STR;
    wl_decimal_format(amount, wl_minor_digits(s->paper->currency), text);
    return text_of(s, text);
}

static struct wl_str day_text(struct wl_statement *s, int64_t day)
{
    wl_buf_clear(&s->text);
    wl_day_text(&s->text, day);
    return wl_buf_view(&s->text);
}

/* "Tax 13 %". */
static struct wl_str tax_text(struct wl_statement *s)
{
    char percent[WL_DECIMAL_TEXT];
    size_t size;

    if (s->paper->tax_percent == WL_NONE)
        return text_of(s, s->words->tax);
    size = wl_decimal_format(s->paper->tax_percent, WL_PERCENT_PLACES, percent);
    while (percent[size - 1] == '0')
        size--;
    size -= percent[size - 1] == '.';
    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, "%s %.*s %%", s->words->tax, (int)size, percent);
    return wl_buf_view(&s->text);
}

static struct wl_str number_of_statement(struct wl_statement *s)
{
    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, "%s %llu", s->words->title, (unsigned long long)s->paper->number);
    return wl_buf_view(&s->text);
}

/* ---- heads and foot ---- */

static void facts(struct wl_statement *s)
{
    static const struct wl_lettering value = {.size = 90, .bold = true, .whole = true};
    const struct wl_statement_paper *p = s->paper;
    const struct wl_statement_words *w = s->words;
    char time[WL_TIME_TEXT];

    wl_buf_clear(&s->text);
    wl_day_text(&s->text, p->from_day);
    wl_buf_text(&s->text, " \xE2\x80\x93 ");
    wl_day_text(&s->text, p->to_day);
    wl_block_value(s->sheet, EDGE + 100000, 31000, 48000, w->period, &value, wl_buf_view(&s->text));
    wl_block_value(s->sheet, EDGE + 152000, 31000, 24000, w->currency, &value, p->currency);
    wl_block_value(s->sheet, EDGE + 180000, 31000, 24000, w->lines, &value,
                   number_text(s, p->lines[0] + p->lines[1] + p->lines[2]));
    wl_time_format(p->settled_at, time);
    wl_block_value(s->sheet, EDGE + 100000, 43000, 48000, w->settled_on, &value, text_of(s, time));
    wl_block_value(s->sheet, EDGE + 152000, 43000, 50000, w->settled_by, &value, p->settled_by);
    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, "%llu \xE2\x80\x93 %llu", (unsigned long long)p->first_entry,
                  (unsigned long long)p->last_entry);
    wl_block_value(s->sheet, EDGE + 208000, 43000, INNER - 208000 - PAD, w->entries, &value, wl_buf_view(&s->text));
}

static void first_head(struct wl_statement *s)
{
    static const struct wl_lettering oem = {.size = 100, .ink = WL_INK_GREY}, title = {.size = 200, .bold = true},
                                     name = {.size = 105, .bold = true, .lines = 2}, plain = {.size = 90},
                                     caption = {.size = 90, .align = WL_ALIGN_RIGHT},
                                     sum = {.size = 170, .bold = true, .whole = true, .align = WL_ALIGN_RIGHT};
    const struct wl_statement_paper *p = s->paper;

    wl_sheet_text(s->sheet, EDGE, 11000, 150000, &oem, s->head->oem);
    wl_sheet_text(s->sheet, EDGE, 15500, 150000, &title, number_of_statement(s));
    wl_sheet_text(s->sheet, EDGE + 150000, 11000, INNER - 150000, &caption, text_of(s, s->words->to_pay));
    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, WL_STR_FMT " ", WL_STR_ARG(p->currency));
    {
        char amount[WL_DECIMAL_TEXT];

        wl_decimal_format(p->to_pay, wl_minor_digits(p->currency), amount);
        wl_buf_text(&s->text, amount);
    }
    wl_sheet_text(s->sheet, EDGE + 150000, 15500, INNER - 150000, &sum, wl_buf_view(&s->text));
    wl_block_rule(s->sheet, EDGE, 27000, INNER, 500);
    wl_block_party(s->sheet, EDGE, 31000, 92000, s->words->dealer, &p->dealer, &name, &plain);
    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, WL_STR_FMT "%s" WL_STR_FMT, WL_STR_ARG(p->region),
                  p->region.size && p->country.size ? ", " : "", WL_STR_ARG(p->country));
    wl_sheet_text(s->sheet, EDGE, 46500, 92000, &plain, wl_buf_view(&s->text));
    facts(s);
    wl_block_rule(s->sheet, EDGE, 56000, INNER, WL_RULE);
}

static void next_head(struct wl_statement *s)
{
    static const struct wl_lettering title = {.size = 115, .bold = true},
                                     dealer = {.size = 90, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY};

    wl_sheet_text(s->sheet, EDGE, 12500, 130000, &title, number_of_statement(s));
    wl_buf_clear(&s->text);
    wl_party_text(&s->text, &s->paper->dealer);
    wl_sheet_text(s->sheet, EDGE + 131000, 13000, INNER - 131000, &dealer, wl_buf_view(&s->text));
    wl_block_rule(s->sheet, EDGE, 20000, INNER, WL_RULE);
}

static void foot(struct wl_statement *s, size_t page)
{
    static const struct wl_lettering left = {.size = 75, .ink = WL_INK_GREY},
                                     right = {.size = 75, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY};

    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, WL_STR_FMT ", %s %llu", WL_STR_ARG(s->head->oem), s->words->title,
                  (unsigned long long)s->paper->number);
    wl_sheet_text(s->sheet, EDGE, FOOT, 150000, &left, wl_buf_view(&s->text));
    wl_buf_clear(&s->text);
    wl_buf_format(&s->text, s->words->page, page + 1, s->pages);
    wl_sheet_text(s->sheet, EDGE + 200000, FOOT, INNER - 200000, &right, wl_buf_view(&s->text));
}

static void turn_page(struct wl_statement *s)
{
    foot(s, s->place.page - 1);
    wl_sheet_page_end(s->sheet);
    next_head(s);
}

/* ---- the lines ---- */

static void part_head(struct wl_statement *s, enum wl_statement_part part, int y)
{
    static const struct wl_lettering type = {.size = 115, .bold = true};

    wl_sheet_text(s->sheet, EDGE, y + 1500, INNER, &type, text_of(s, s->words->parts[part]));
}

static void table_head(struct wl_statement *s, int y)
{
    int x = EDGE;

    wl_sheet_fill(s->sheet, (struct wl_box){EDGE, y, INNER, TABLE_HEAD - 500}, WL_INK_BLACK);
    for (int i = 0; i < WL_STATEMENT_COLUMNS; i++) {
        struct wl_lettering type = {.size = 75, .bold = true, .ink = WL_INK_WHITE, .align = columns[i].align};

        wl_sheet_text(s->sheet, x + PAD, y + 1200, columns[i].width - 2 * PAD, &type, text_of(s, s->words->columns[i]));
        x += columns[i].width;
    }
}

static void cell(struct wl_statement *s, int column, int y, const struct wl_lettering *type, struct wl_str text)
{
    struct wl_lettering aligned = *type;
    int x = EDGE;

    for (int i = 0; i < column; i++)
        x += columns[i].width;
    aligned.align = columns[column].align;
    wl_sheet_text(s->sheet, x + PAD, y, columns[column].width - 2 * PAD, &aligned, text);
}

static void draw_line(struct wl_statement *s, const struct wl_statement_line *line, uint64_t number, int y)
{
    static const struct wl_lettering strong = {.size = 85, .bold = true, .whole = true},
                                     plain = {.size = 85, .whole = true}, small = {.size = 70, .whole = true},
                                     prose = {.size = 65, .lines = 3};
    const struct {
        int column;
        int64_t amount;
    } amounts[] = {{LABOUR, line->labour}, {PARTS, line->parts}, {HANDLING, line->handling}, {SUBLET, line->sublet}};
    int64_t type = line->type >= 0 && line->type < WL_STATEMENT_TYPES ? line->type : WL_STATEMENT_TYPES - 1;

    cell(s, LINE, y + 900, &small, number_text(s, number));
    cell(s, CLAIM, y + 700, &strong, line->claim_no);
    cell(s, CLAIM, y + 4600, &small, line->vin);
    cell(s, DAY, y + 700, &plain, day_text(s, line->day));
    cell(s, DAY, y + 4600, &small, text_of(s, s->words->types[type]));
    for (size_t i = 0; i < WL_COUNT(amounts); i++)
        cell(s, amounts[i].column, y + 700, &plain, amount_text(s, amounts[i].amount));
    cell(s, AMOUNT, y + 700, &strong, amount_text(s, line->amount));
    cell(s, DECISION, y + 700, &plain, text_of(s, s->words->kinds[line->kind]));
    cell(s, WHY, y + 300, &prose, line->why);
    wl_block_rule(s->sheet, EDGE, y + ROW - 100, INNER, 100);
}

static bool is_expected(const struct wl_statement *s, enum wl_statement_part part)
{
    if (s->place.done[part] >= s->paper->lines[part])
        return false;
    for (int i = 0; i < (int)part; i++)
        if (s->place.done[i] < s->paper->lines[i])
            return false;
    return true;
}

void wl_paper_statement_line(struct wl_statement *s, const struct wl_statement_line *line)
{
    enum wl_statement_part part = part_of[line->kind];
    struct row_place before;
    uint64_t number = 1;
    int y;

    if (wl_sheet_failed(s->sheet))
        return;
    if (!is_expected(s, part)) {
        wl_sheet_fail(s->sheet, wl_fail(WL_E_USAGE, "a statement has other lines than its head says"));
        return;
    }
    for (int i = 0; i < WL_STATEMENT_PARTS; i++)
        number += s->place.done[i];
    before = place_row(&s->place, part);
    y = s->place.y;
    if (before.new_page)
        turn_page(s);
    if (before.part_head)
        part_head(s, part, y);
    y += before.part_head ? PART_HEAD : 0;
    if (before.table_head)
        table_head(s, y);
    y += before.table_head ? TABLE_HEAD : 0;
    draw_line(s, line, number, y);
    pass(&s->place, &before);
    wl_sheet_fail(s->sheet, wl_buf_status(&s->text));
}

/* ---- the totals ---- */

static void total(struct wl_statement *s, int y, bool bold, struct wl_str name, int64_t amount)
{
    struct wl_lettering left = {.size = 100, .bold = bold},
                        right = {.size = 100, .bold = bold, .whole = true, .align = WL_ALIGN_RIGHT};

    wl_sheet_text(s->sheet, EDGE, y, 64000, &left, name);
    wl_sheet_text(s->sheet, EDGE + 65000, y, 40000, &right, amount_text(s, amount));
}

static void totals(struct wl_statement *s, int y)
{
    const struct wl_statement_paper *p = s->paper;
    const struct wl_statement_words *w = s->words;

    total(s, y, false, wl_str_of(w->claims), p->claims);
    total(s, y + TOTAL_ROW, false, wl_str_of(w->chargebacks), p->chargebacks);
    wl_block_rule(s->sheet, EDGE, y + 2 * TOTAL_ROW - 600, 105000, 100);
    total(s, y + 2 * TOTAL_ROW, false, wl_str_of(w->net), p->net);
    total(s, y + 3 * TOTAL_ROW, false, tax_text(s), p->tax);
    total(s, y + 4 * TOTAL_ROW, false, wl_str_of(w->carried), p->carried);
    wl_block_rule(s->sheet, EDGE, y + 5 * TOTAL_ROW - 600, 105000, WL_RULE);
    total(s, y + 5 * TOTAL_ROW, true, wl_str_of(w->to_pay), p->to_pay);
    total(s, y + 6 * TOTAL_ROW, false, wl_str_of(w->carried_on), p->carried_on);
}

/* One row of the control totals; x its left edge. */
static void control(struct wl_statement *s, int x, int y, bool bold, const char *name,
                    const struct wl_statement_sum *sum)
{
    struct wl_lettering left = {.size = 80, .bold = bold},
                        right = {.size = 80, .bold = bold, .whole = true, .align = WL_ALIGN_RIGHT};

    wl_sheet_text(s->sheet, x, y, 27000, &left, wl_str_of(name));
    wl_sheet_text(s->sheet, x + 27000, y, 14000, &right, number_text(s, sum->count));
    wl_sheet_text(s->sheet, x + 42000, y, 31000, &right, amount_text(s, sum->amount));
}

static void control_column(struct wl_statement *s, int x, int y, const struct wl_statement_sum *sums,
                           const char *const *names, size_t count)
{
    static const struct wl_lettering left = {.size = 70, .ink = WL_INK_GREY, .align = WL_ALIGN_RIGHT};
    struct wl_statement_sum all = {0, 0};

    wl_sheet_text(s->sheet, x + 27000, y, 14000, &left, wl_str_of(s->words->count));
    wl_sheet_text(s->sheet, x + 42000, y, 31000, &left, wl_str_of(s->words->sum));
    for (size_t i = 0; i < count; i++) {
        all.count += sums[i].count;
        all.amount += sums[i].amount;
        if (sums[i].count == 0)
            continue;
        y += 4400;
        control(s, x, y, false, names[i], &sums[i]);
    }
    control(s, x, y + 4600, true, s->words->all, &all);
}

static void end_block(struct wl_statement *s)
{
    static const struct wl_lettering title = {.size = 90, .bold = true}, plain = {.size = 75},
                                     number = {.size = 80, .bold = true, .whole = true, .align = WL_ALIGN_RIGHT};
    bool new_page = make_room(&s->place, TOTALS);
    int y = s->place.y + 5000, x = CONTROL_LEFT;

    if (new_page)
        turn_page(s);
    wl_block_rule(s->sheet, EDGE, y - 2500, INNER, 500);
    totals(s, y);
    if (s->paper->more)
        wl_sheet_text(s->sheet, EDGE, y + 8 * TOTAL_ROW, 105000, &plain, wl_str_of(s->words->more));
    wl_sheet_text(s->sheet, x, y, 70000, &title, wl_str_of(s->words->control));
    control_column(s, x, y + 4500, s->paper->by_kind, s->words->kinds, WL_STATEMENT_KINDS);
    control_column(s, x + 79000, y + 4500, s->paper->by_type, s->words->types, WL_STATEMENT_TYPES);
    wl_sheet_text(s->sheet, x, y + 54000, 112000, &plain, wl_str_of(s->words->hash_total));
    wl_sheet_text(s->sheet, x + 112000, y + 54000, RIGHT - x - 112000 - PAD, &number,
                  number_text(s, (uint64_t)s->paper->hash_total));
    foot(s, s->place.page);
    wl_sheet_page_end(s->sheet);
    wl_sheet_fail(s->sheet, wl_buf_status(&s->text));
}

/* ---- beginning and end ---- */

static int check(const struct wl_statement_paper *paper)
{
    uint64_t all = 0;

    for (int i = 0; i < WL_STATEMENT_PARTS; i++) {
        if (paper->lines[i] > WL_PAPER_STATEMENT_LINES_MAX)
            all = WL_PAPER_STATEMENT_LINES_MAX;
        all += paper->lines[i];
    }
    if (all > WL_PAPER_STATEMENT_LINES_MAX)
        return wl_fail(WL_E_FULL, "a statement has at most %d lines on paper", WL_PAPER_STATEMENT_LINES_MAX);
    return WL_OK;
}

int wl_paper_statement_begin(struct wl_file *file, const struct wl_paper_head *head,
                             const struct wl_statement_paper *paper, struct wl_statement **out)
{
    struct wl_statement *s;
    int rc;

    *out = NULL;
    if ((rc = check(paper)) != WL_OK)
        return rc;
    if (!(s = calloc(1, sizeof *s)))
        return wl_fail(WL_E_SYSTEM, "memory is short");
    s->head = head;
    s->paper = paper;
    s->words = wl_statement_words(paper->language);
    if ((rc = wl_sheet_new(file, head, s->words->title, WIDTH, HEIGHT, &s->sheet)) != WL_OK) {
        free(s);
        return rc;
    }
    wl_buf_init(&s->text, WL_MADE_TEXT_MAX);
    s->pages = count_pages(paper);
    s->place = (struct place){.y = FIRST_BODY};
    first_head(s);
    *out = s;
    return WL_OK;
}

int wl_paper_statement_end(struct wl_statement **statement)
{
    struct wl_statement *s = *statement;
    int rc;

    *statement = NULL;
    if (!s)
        return WL_OK;
    for (int i = 0; i < WL_STATEMENT_PARTS; i++)
        if (s->place.done[i] != s->paper->lines[i] && !wl_sheet_failed(s->sheet))
            wl_sheet_fail(s->sheet, wl_fail(WL_E_USAGE, "a statement lacks lines that its head says it has"));
    if (!wl_sheet_failed(s->sheet))
        end_block(s);
    rc = wl_sheet_close(&s->sheet);
    wl_buf_release(&s->text);
    free(s);
    return rc;
}
