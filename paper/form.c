/* The appraisal form and the service instruction: blocks that flow over as many pages as they need. All of it is gone
 * through twice, first without drawing, because each page says how many there are. */
#include "paper/blocks.h"
#include "paper/form_words.h"

#include "wledger/error.h"
#include "wledger/record.h"
#include <string.h>

enum {
    EDGE = 15000,
    WIDTH = 210000,
    HEIGHT = 297000,
    INNER = WIDTH - 2 * EDGE,
    RIGHT = WIDTH - EDGE,
    FIRST_BODY = 39500, /* where the body begins on the first page, and on others */
    NEXT_BODY = 25000,
    BODY_END = 279000,
    FOOT = 285000,
    GAP = 3500, /* above a section */
    SECTION_HEAD = 6500,
    TABLE_HEAD = 5800,
    PAD = 1200,   /* within a column, above and below a row's text */
    FACTS = 8800, /* from one row of captioned values to the next */
    SIGN = 32000,
    PIECE = WL_PAPER_TEXT_MAX, /* bytes of a long text that are laid out at once, and lines of its own in them: */
    PIECE_ENDS = 25,           /* together they take no more than PIECE_LINES */
    PIECE_LINES = 50,
    COLUMNS_MAX = 6,
};

struct column {
    enum wl_form_word caption;
    int width; /* 0: after the last */
    enum wl_align align;
};
struct cell {
    struct wl_str first, second; /* the second below the first, smaller; where the first is empty, in its place */
};

struct form {
    struct wl_sheet *sheet;
    const struct wl_paper_head *head;
    const struct wl_form_paper *paper;
    struct wl_buf text, page_text; /* the second of heads and feet, which come while the first is in use */
    const struct column *table;    /* whose heading stands again at the top of a page; NULL: none */
    int y;
    size_t page, pages;
};

static const struct wl_lettering strong = {.size = 95, .bold = true, .whole = true}, plain = {.size = 90},
                                 small = {.size = 80, .lines = 3}, note = {.size = 80, .lines = 8};

static const char *word(const struct form *f, enum wl_form_word w)
{
    return wl_form_word(f->paper->language, w);
}

static struct wl_str day(struct form *f, int64_t day)
{
    wl_buf_clear(&f->text);
    wl_day_text(&f->text, day);
    return wl_buf_view(&f->text);
}

/* ---- pages ---- */

static enum wl_form_word title(const struct form *f)
{
    return f->paper->instruction ? WL_WORD_INSTRUCTION : WL_WORD_FORM;
}

static struct wl_str title_text(struct form *f)
{
    wl_buf_clear(&f->page_text);
    wl_buf_format(&f->page_text, "%s " WL_STR_FMT, word(f, title(f)), WL_STR_ARG(f->paper->number));
    return wl_buf_view(&f->page_text);
}

static void first_head(struct form *f)
{
    static const struct wl_lettering oem = {.size = 100, .ink = WL_INK_GREY},
                                     name = {.size = 190, .bold = true, .whole = true},
                                     digits = {.size = 110, .bold = true, .whole = true, .align = WL_ALIGN_CENTRE},
                                     state = {.size = 105, .bold = true};
    const struct wl_form_paper *paper = f->paper;

    wl_sheet_text(f->sheet, EDGE, 13500, 100000, &oem, f->head->oem);
    wl_sheet_text(f->sheet, EDGE, 18000, 100000, &name, wl_str_of(word(f, title(f))));
    /* The quiet zone on the right may lie in the margin. */
    wl_block_code128(f->sheet, (struct wl_box){117000, 13000, RIGHT + 3000 - 117000, 12000}, WL_ALIGN_RIGHT, &digits,
                     "the form's number", paper->number);
    wl_block_value(f->sheet, EDGE, 27500, 45000, word(f, WL_WORD_STATE), &state, paper->state);
    wl_buf_clear(&f->text);
    if (paper->version > 0)
        wl_buf_format(&f->text, "%lld", (long long)paper->version);
    wl_block_value(f->sheet, 62000, 27500, 20000, word(f, WL_WORD_VERSION), &state, wl_buf_view(&f->text));
    wl_block_value(f->sheet, 85000, 27500, 30000, word(f, WL_WORD_OPENED), &state, day(f, paper->opened_day));
    wl_block_rule(f->sheet, EDGE, 36500, INNER, 500);
}

static void next_head(struct form *f)
{
    static const struct wl_lettering name = {.size = 120, .bold = true},
                                     oem = {.size = 90, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY};

    wl_sheet_text(f->sheet, EDGE, 14000, 110000, &name, title_text(f));
    wl_sheet_text(f->sheet, 126000, 15000, RIGHT - 126000, &oem, f->head->oem);
    wl_block_rule(f->sheet, EDGE, 21500, INNER, 500);
}

static void foot(struct form *f)
{
    static const struct wl_lettering left = {.size = 75, .ink = WL_INK_GREY},
                                     right = {.size = 75, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY};

    wl_sheet_text(f->sheet, EDGE, FOOT, 120000, &left, title_text(f));
    wl_buf_clear(&f->page_text);
    wl_buf_format(&f->page_text, "%s%zu%s%zu%s", word(f, WL_WORD_PAGE), f->page, word(f, WL_WORD_PAGE_OF), f->pages,
                  word(f, WL_WORD_PAGE_END));
    wl_sheet_text(f->sheet, 140000, FOOT, RIGHT - 140000, &right, wl_buf_view(&f->page_text));
}

static void table_head(struct form *f)
{
    int x = EDGE;

    wl_sheet_fill(f->sheet, (struct wl_box){EDGE, f->y, INNER, TABLE_HEAD - 400}, WL_INK_LIGHT);
    for (const struct column *column = f->table; column->width > 0; column++) {
        struct wl_lettering type = {.size = 75, .bold = true, .align = column->align};

        wl_sheet_text(f->sheet, x + PAD, f->y + 1200, column->width - 2 * PAD, &type,
                      wl_str_of(word(f, column->caption)));
        x += column->width;
    }
    f->y += TABLE_HEAD;
}

static void page_begin(struct form *f)
{
    f->page++;
    f->y = f->page == 1 ? FIRST_BODY : NEXT_BODY;
    if (f->page == 1)
        first_head(f);
    else
        next_head(f);
}

static void page_end(struct form *f)
{
    foot(f);
    wl_sheet_page_end(f->sheet);
}

/* Makes sure that something of that height stands on one page. */
static void room(struct form *f, int height)
{
    if (f->y + height <= BODY_END)
        return;
    page_end(f);
    page_begin(f);
    if (f->table)
        table_head(f);
}

/* ---- blocks ---- */

/* A heading, never without `least` below it. */
static void section(struct form *f, enum wl_form_word w, int least)
{
    static const struct wl_lettering type = {.size = 110, .bold = true};

    f->table = NULL;
    if (f->y > FIRST_BODY)
        f->y += GAP;
    room(f, SECTION_HEAD + least);
    wl_sheet_text(f->sheet, EDGE, f->y, INNER, &type, wl_str_of(word(f, w)));
    wl_block_rule(f->sheet, EDGE, f->y + SECTION_HEAD - 1200, INNER, WL_RULE);
    f->y += SECTION_HEAD;
}

struct fact {
    enum wl_form_word caption;
    struct wl_str value;
    int width;
};

/* One row of captioned values. */
static void facts(struct form *f, const struct fact *fact, size_t count)
{
    int x = EDGE;

    room(f, FACTS);
    for (size_t i = 0; i < count; i++) {
        wl_block_value(f->sheet, x, f->y, fact[i].width - 2 * PAD, word(f, fact[i].caption), &strong, fact[i].value);
        x += fact[i].width;
    }
    f->y += FACTS;
}

static int draw_cell(struct form *f, int x, const struct column *column, const struct cell *cell)
{
    struct wl_lettering first = strong, second = small;
    int width = column->width - 2 * PAD, height = PAD;

    first.align = second.align = column->align;
    height += wl_sheet_text(f->sheet, x + PAD, f->y + height, width, &first, cell->first);
    height += wl_sheet_text(f->sheet, x + PAD, f->y + height, width, &second, cell->second);
    return height + PAD;
}

static int draw_cells(struct form *f, const struct cell *cells)
{
    int x = EDGE, highest = 0;

    for (size_t i = 0; f->table[i].width > 0; i++) {
        int height = draw_cell(f, x, &f->table[i], &cells[i]);

        highest = height > highest ? height : highest;
        x += f->table[i].width;
    }
    wl_block_rule(f->sheet, EDGE, f->y + highest - 100, INNER, 100);
    return highest;
}

static void row(struct form *f, const struct cell *cells)
{
    bool before = wl_sheet_try(f->sheet, true);
    int height = draw_cells(f, cells);

    wl_sheet_try(f->sheet, before);
    room(f, height);
    f->y += draw_cells(f, cells);
}

static void table(struct form *f, const struct column *columns)
{
    f->table = NULL;
    room(f, TABLE_HEAD + 12000);
    f->table = columns;
    table_head(f);
}

/* Text as high as it is, below what stands there. */
static void paragraph(struct form *f, const struct wl_lettering *type, struct wl_str text)
{
    bool before = wl_sheet_try(f->sheet, true);
    int height = wl_sheet_text(f->sheet, EDGE, f->y, INNER, type, text);

    wl_sheet_try(f->sheet, before);
    room(f, height);
    f->y += wl_sheet_text(f->sheet, EDGE, f->y, INNER, type, text);
}

/* Whether a text may be cut after its first n bytes: 2 at a line's or a sentence's end, 1 at a blank, else 0. */
static int cut_at(struct wl_str text, size_t n)
{
    static const char *const ends[] = {"\n", ". ", "! ", "? ", "\u3002", "\uff01", "\uff1f", "\uff1b"};

    for (size_t i = 0; i < WL_COUNT(ends); i++) {
        size_t size = strlen(ends[i]);

        if (n >= size && memcmp(text.data + n - size, ends[i], size) == 0)
            return 2;
    }
    return text.data[n - 1] == ' ';
}

/* Up to PIECE bytes of it, up to PIECE_ENDS lines: to the last line's or sentence's end in the second half, else to a
 * blank there, else to a character's end. */
static struct wl_str piece_of(struct wl_str text)
{
    struct wl_str piece = {text.data, text.size < PIECE ? text.size : PIECE};
    size_t ends = 0;

    for (size_t n = 1; n <= piece.size; n++)
        if (text.data[n - 1] == '\n' && ++ends == PIECE_ENDS)
            return (struct wl_str){text.data, n};
    if (piece.size == text.size)
        return text;
    piece.size = wl_utf8_prefix(piece);
    for (int wanted = 2; wanted > 0; wanted--)
        for (size_t n = piece.size; n > PIECE / 2; n--)
            if (cut_at(text, n) == wanted)
                return (struct wl_str){piece.data, n};
    return piece.size ? piece : (struct wl_str){text.data, PIECE};
}

static void long_text(struct form *f, struct wl_str text)
{
    static const struct wl_lettering type = {.size = 90, .lines = PIECE_LINES};

    for (text = wl_str_trim(text); text.size > 0 && !wl_sheet_failed(f->sheet);) {
        struct wl_str piece = piece_of(text);

        paragraph(f, &type, piece);
        text = (struct wl_str){text.data + piece.size, text.size - piece.size};
    }
}

/* ---- what stands on it ---- */

static void vehicle_and_customer(struct form *f)
{
    static const struct wl_lettering type = {.size = 90, .lines = 2};
    const struct wl_form_paper *paper = f->paper;
    struct wl_str fault;

    wl_buf_clear(&f->text);
    wl_party_text(&f->text, &paper->dealer);
    facts(f, (struct fact[]){{WL_WORD_DEALER, wl_buf_view(&f->text), 120000}, {WL_WORD_CLAIM, paper->claim, 60000}}, 2);
    facts(f,
          (struct fact[]){{WL_WORD_VIN, paper->vin, 60000},
                          {WL_WORD_MODEL, paper->model, 60000},
                          {WL_WORD_SOLD, day(f, paper->sale_day), 30000},
                          {WL_WORD_MILEAGE, paper->mileage, 30000}},
          4);
    facts(f,
          (struct fact[]){{WL_WORD_CUSTOMER, paper->customer, 90000},
                          {WL_WORD_TYPE, paper->type, 45000},
                          {WL_WORD_REPAIR_ORDER, paper->repair_order, 45000}},
          3);
    facts(f,
          (struct fact[]){{WL_WORD_CAUSAL_PART, paper->causal_part, 90000},
                          {WL_WORD_CAMPAIGN, paper->campaign, 45000},
                          {WL_WORD_AUTHORIZATION, paper->authorization, 45000}},
          3);
    fault = wl_str_trim(paper->fault);
    facts(f, (struct fact[]){{WL_WORD_FAULT, fault, INNER}}, 1);
    f->y -= fault.size ? 1400 : 0;
    paragraph(f, &type, paper->fault_text);
}

static const struct column labour_columns[] = {{WL_WORD_LINE, 12000, WL_ALIGN_LEFT},
                                               {WL_WORD_LABOUR, 100000, WL_ALIGN_LEFT},
                                               {WL_WORD_HOURS, 34000, WL_ALIGN_RIGHT},
                                               {WL_WORD_APPROVED, 34000, WL_ALIGN_RIGHT},
                                               {WL_WORD_LINE, 0, WL_ALIGN_LEFT}},
                           part_columns[] = {{WL_WORD_LINE, 12000, WL_ALIGN_LEFT},
                                             {WL_WORD_PART, 62000, WL_ALIGN_LEFT},
                                             {WL_WORD_REQUEST, 20000, WL_ALIGN_LEFT},
                                             {WL_WORD_QUANTITY, 24000, WL_ALIGN_RIGHT},
                                             {WL_WORD_PRICE, 30000, WL_ALIGN_RIGHT},
                                             {WL_WORD_APPROVED, 32000, WL_ALIGN_RIGHT},
                                             {WL_WORD_LINE, 0, WL_ALIGN_LEFT}},
                           sublet_columns[] = {{WL_WORD_LINE, 12000, WL_ALIGN_LEFT},
                                               {WL_WORD_SUBLET, 100000, WL_ALIGN_LEFT},
                                               {WL_WORD_AMOUNT, 34000, WL_ALIGN_RIGHT},
                                               {WL_WORD_APPROVED, 34000, WL_ALIGN_RIGHT},
                                               {WL_WORD_LINE, 0, WL_ALIGN_LEFT}};
static const struct column *const line_columns[] = {[WL_FORM_PAPER_LABOUR] = labour_columns,
                                                    [WL_FORM_PAPER_PART] = part_columns,
                                                    [WL_FORM_PAPER_SUBLET] = sublet_columns};

static void line_row(struct form *f, enum wl_form_paper_kind kind, size_t i)
{
    const struct wl_form_paper_line *line = &f->paper->lines[kind].at[i];
    struct cell cells[COLUMNS_MAX] = {0}, *last = &cells[2];

    wl_buf_clear(&f->text);
    wl_buf_format(&f->text, "%zu", i + 1);
    cells[0].second = wl_buf_view(&f->text);
    cells[1] = (struct cell){line->code, line->description};
    if (kind == WL_FORM_PAPER_PART)
        (last++)->second = line->request;
    if (kind != WL_FORM_PAPER_SUBLET)
        (last++)->second = line->quantity;
    if (kind != WL_FORM_PAPER_LABOUR)
        (last++)->second = line->price;
    last->first = line->approved;
    row(f, cells);
}

static void lines(struct form *f)
{
    const struct wl_form_paper *paper = f->paper;

    section(f, WL_WORD_LINES, FACTS);
    for (int kind = 0; kind < WL_FORM_PAPER_KINDS; kind++) {
        if (paper->lines[kind].count > 0)
            table(f, line_columns[kind]);
        for (size_t i = 0; i < paper->lines[kind].count && !wl_sheet_failed(f->sheet); i++)
            line_row(f, (enum wl_form_paper_kind)kind, i);
        f->y += paper->lines[kind].count > 0 ? 2000 : 0;
    }
    f->table = NULL;
    facts(f,
          (struct fact[]){{WL_WORD_TOTAL_ASKED, paper->asked, 60000},
                          {WL_WORD_HANDLING, paper->handling, 60000},
                          {WL_WORD_TOTAL_APPROVED, paper->approved, 60000}},
          3);
}

static void coverage(struct form *f)
{
    static const struct column columns[] = {
        {WL_WORD_COVER, 26000, WL_ALIGN_LEFT},       {WL_WORD_COVERED, 78000, WL_ALIGN_LEFT},
        {WL_WORD_UNTIL, 26000, WL_ALIGN_LEFT},       {WL_WORD_KM_LEFT, 26000, WL_ALIGN_RIGHT},
        {WL_WORD_COVER_STATE, 24000, WL_ALIGN_LEFT}, {WL_WORD_LINE, 0, WL_ALIGN_LEFT}};

    if (f->paper->cover_count == 0)
        return;
    section(f, WL_WORD_COVERAGE, TABLE_HEAD + 12000);
    table(f, columns);
    for (size_t i = 0; i < f->paper->cover_count && !wl_sheet_failed(f->sheet); i++) {
        const struct wl_form_paper_cover *c = &f->paper->covers[i];

        row(f, (struct cell[]){{.second = c->kind},
                               {.second = c->what},
                               {.second = c->until},
                               {.second = c->left},
                               {.second = c->state}});
    }
    f->table = NULL;
}

static void notes(struct form *f, const struct wl_form_paper_note *at, size_t count)
{
    static const struct wl_lettering name = {.size = 80, .bold = true, .whole = true};

    for (size_t i = 0; i < count && !wl_sheet_failed(f->sheet); i++) {
        bool before = wl_sheet_try(f->sheet, true);
        int height = wl_sheet_text(f->sheet, EDGE + 52000, f->y, INNER - 52000, &note, at[i].text);

        wl_sheet_try(f->sheet, before);
        height = height > FACTS / 2 ? height : FACTS / 2;
        room(f, height);
        wl_sheet_text(f->sheet, EDGE, f->y, 50000, &name, at[i].name);
        wl_sheet_text(f->sheet, EDGE + 52000, f->y, INNER - 52000, &note, at[i].text);
        f->y += height + 500;
    }
}

static void decision(struct form *f)
{
    const struct wl_form_paper *paper = f->paper;

    if (paper->finding_count > 0) {
        section(f, WL_WORD_FINDINGS, FACTS);
        notes(f, paper->findings, paper->finding_count);
    }
    if (wl_str_trim(paper->verdict).size == 0)
        return;
    section(f, WL_WORD_DECISION, 2 * FACTS);
    facts(f,
          (struct fact[]){{WL_WORD_VERDICT, paper->verdict, 75000},
                          {WL_WORD_DECIDED_BY, paper->decided_by, 75000},
                          {WL_WORD_DECIDED_ON, day(f, paper->decided_day), 30000}},
          3);
    if (wl_str_trim(paper->reason).size > 0) {
        room(f, FACTS);
        wl_block_caption(f->sheet, EDGE, f->y, INNER, word(f, WL_WORD_REASON));
        f->y += WL_CAPTION_HEIGHT;
        paragraph(f, &note, paper->reason);
        f->y += 2000;
    }
    if (paper->refused_count == 0)
        return;
    room(f, FACTS);
    wl_block_caption(f->sheet, EDGE, f->y, INNER, word(f, WL_WORD_REFUSED));
    f->y += WL_CAPTION_HEIGHT;
    notes(f, paper->refused, paper->refused_count);
}

static void instruction(struct form *f)
{
    static const struct wl_lettering type = {.size = 90, .lines = 4};
    const struct wl_form_paper *paper = f->paper;
    struct wl_str started, completed;
    size_t size;

    if (!paper->instruction)
        return;
    section(f, WL_WORD_WORK, 2 * FACTS);
    paragraph(f, &type, wl_str_of(word(f, WL_WORD_WORK_TEXT)));
    f->y += 2000;
    started = day(f, paper->started_day);
    size = started.size;
    wl_day_text(&f->text, paper->completed_day);
    started = (struct wl_str){(const char *)f->text.data, size}; /* the buffer may have moved */
    completed = (struct wl_str){(const char *)f->text.data + size, f->text.size - size};
    facts(f,
          (struct fact[]){{WL_WORD_STARTED, started, 60000},
                          {WL_WORD_COMPLETED, completed, 60000},
                          {WL_WORD_COMPLETED_AT, paper->completed_mileage, 60000}},
          3);
}

static void signature(struct form *f, int x, int width, enum wl_form_word who, struct wl_str name, int64_t signed_day)
{
    static const struct wl_lettering statement = {.size = 80, .bold = true, .lines = 2};

    wl_sheet_frame(f->sheet, (struct wl_box){x, f->y, width, SIGN - 6000}, WL_RULE);
    wl_sheet_text(f->sheet, x + 2500, f->y + 2000, width - 5000, &statement, wl_str_of(word(f, who)));
    wl_sheet_text(f->sheet, x + 2500, f->y + 15800, 22000, &plain, day(f, signed_day));
    wl_sheet_text(f->sheet, x + 28000, f->y + 15800, width - 30500, &plain, name);
    wl_block_rule(f->sheet, x + 2500, f->y + 20500, 22000, 100);
    wl_block_caption(f->sheet, x + 2500, f->y + 21300, 22000, word(f, WL_WORD_DATE));
    wl_block_rule(f->sheet, x + 28000, f->y + 20500, width - 30500, 100);
    wl_block_caption(f->sheet, x + 28000, f->y + 21300, width - 30500, word(f, WL_WORD_SIGNATURE));
}

static void signatures(struct form *f)
{
    enum { BOX = (INNER - 6000) / 2 };
    static const struct wl_lettering hash = {.size = 85, .whole = true};
    const struct wl_form_paper *paper = f->paper;

    f->y += GAP;
    room(f, SIGN + FACTS);
    signature(f, EDGE, BOX, paper->instruction ? WL_WORD_CUSTOMER_SIGNS : WL_WORD_CUSTOMER_ASKS, paper->signer,
              paper->signed_day);
    signature(f, EDGE + BOX + 6000, BOX, paper->instruction ? WL_WORD_DEALER_SIGNS : WL_WORD_DEALER_TAKES, WL_NO_STR,
              WL_NONE);
    f->y += SIGN - 4500;
    if (paper->paper.size > 0)
        wl_block_value(f->sheet, EDGE, f->y, INNER, word(f, WL_WORD_SIGNED_PAPER), &hash, paper->paper);
}

static void draw(struct form *f)
{
    f->page = 0;
    page_begin(f);
    vehicle_and_customer(f);
    if (wl_str_trim(f->paper->complaint).size > 0) {
        section(f, WL_WORD_COMPLAINT, FACTS);
        long_text(f, f->paper->complaint);
    }
    lines(f);
    coverage(f);
    decision(f);
    instruction(f);
    signatures(f);
    page_end(f);
}

int wl_paper_form(struct wl_file *file, const struct wl_paper_head *head, const struct wl_form_paper *paper)
{
    struct form f = {.head = head, .paper = paper};
    size_t count = 0;
    int rc;

    for (int kind = 0; kind < WL_FORM_PAPER_KINDS; kind++)
        if (__builtin_add_overflow(count, paper->lines[kind].count, &count) || count > WL_PAPER_LINES_MAX)
            return wl_fail(WL_E_FULL, "there are more lines than one document has, %d", WL_PAPER_LINES_MAX);
    if ((rc = wl_code_check(paper->number, "the form's number")) != WL_OK ||
        (rc = wl_sheet_new(file, head, word(&f, title(&f)), WIDTH, HEIGHT, &f.sheet)) != WL_OK)
        return rc;
    wl_buf_init(&f.text, WL_MADE_TEXT_MAX);
    wl_buf_init(&f.page_text, WL_MADE_TEXT_MAX);
    wl_sheet_try(f.sheet, true);
    draw(&f);
    f.pages = f.page;
    wl_sheet_try(f.sheet, false);
    draw(&f);
    wl_sheet_fail(f.sheet, wl_buf_status(&f.text));
    wl_sheet_fail(f.sheet, wl_buf_status(&f.page_text));
    wl_buf_release(&f.text);
    wl_buf_release(&f.page_text);
    return wl_sheet_close(&f.sheet);
}
