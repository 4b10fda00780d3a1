#include "paper/list.h"

#include "wledger/error.h"
#include "wledger/record.h"

enum {
    EDGE = 15000,
    WIDTH = 210000,
    HEIGHT = 297000,
    INNER = WIDTH - 2 * EDGE,
    RIGHT = WIDTH - EDGE,
    FIRST_TABLE = 83000, /* where the table begins on the first page, and on others */
    NEXT_TABLE = 26000,
    TABLE_HEAD = 6500,
    BODY_END = 280000,
    ROW = 9000,
    PAD = 1200, /* within a column */
    TICK = 4500,
    SIGN = 30000, /* the place to sign, on the last page, with the gap above it */
    ROWS_FIRST = (BODY_END - FIRST_TABLE - TABLE_HEAD) / ROW,
    ROWS_NEXT = (BODY_END - NEXT_TABLE - TABLE_HEAD) / ROW,
    ROWS_SIGN = (SIGN + ROW - 1) / ROW,
};

struct list {
    struct wl_sheet *sheet;
    const struct wl_paper_head *head;
    const struct wl_list_paper *paper;
    const struct wl_paper_shipment_head *shipment;
    struct wl_buf text;
    size_t pages;
};

/* ---- pages ---- */

static size_t room_on(size_t i)
{
    return i == 0 ? ROWS_FIRST : ROWS_NEXT;
}

size_t wl_list_pages(size_t count)
{
    size_t pages = 1, room = ROWS_FIRST;

    while (count + ROWS_SIGN > room) {
        pages++;
        room += ROWS_NEXT;
    }
    return pages;
}

size_t wl_list_rows_on(size_t i, size_t n, size_t left)
{
    size_t room = room_on(i);

    if (i + 1 == n)
        return left;
    return left > room ? room : left - 1;
}

/* ---- heads ---- */

static void first_head(struct list *list)
{
    static const struct wl_lettering oem = {.size = 100, .ink = WL_INK_GREY}, title = {.size = 220, .bold = true},
                                     digits = {.size = 110, .bold = true, .whole = true, .align = WL_ALIGN_CENTRE},
                                     name = {.size = 105, .bold = true, .lines = 2}, address = {.size = 90, .lines = 4};
    const struct wl_paper_shipment_head *shipment = list->shipment;
    struct wl_sheet *sheet = list->sheet;

    wl_sheet_text(sheet, EDGE, 15500, 86000, &oem, list->head->oem);
    wl_sheet_text(sheet, EDGE, 20500, 86000, &title, wl_str_of(list->paper->title));
    /* The quiet zone on the right may lie in the margin. */
    wl_block_code128(sheet, (struct wl_box){102000, 15000, RIGHT + 3000 - 102000, 13000}, WL_ALIGN_RIGHT, &digits,
                     list->paper->what, shipment->number);
    wl_block_rule(sheet, EDGE, 36500, INNER, 500);
    wl_block_party(sheet, EDGE, 39500, 85000, "FROM", &shipment->from, &name, &address);
    wl_block_party(sheet, 110000, 39500, 85000, "TO", &shipment->to, &name, &address);
}

static void first_facts(struct list *list, size_t count)
{
    static const struct wl_lettering value = {.size = 100, .bold = true, .whole = true};
    const struct wl_paper_shipment_head *shipment = list->shipment;
    struct wl_sheet *sheet = list->sheet;

    wl_sheet_fill(sheet, (struct wl_box){EDGE, 68500, INNER, 10500}, WL_INK_LIGHT);
    wl_block_value(sheet, EDGE + PAD, 69800, 36000, "CARRIER", &value, shipment->carrier);
    wl_block_value(sheet, 56000, 69800, 28000, "BOX", &value, shipment->box);
    wl_block_value(sheet, 87000, 69800, 60000, "TRACKING NUMBER", &value, shipment->tracking);
    wl_buf_clear(&list->text);
    wl_day_text(&list->text, shipment->day);
    wl_block_value(sheet, 150000, 69800, 24000, "DATE", &value, wl_buf_view(&list->text));
    wl_buf_clear(&list->text);
    wl_buf_format(&list->text, "%zu", count);
    wl_block_value(sheet, 180000, 69800, RIGHT - 180000 - PAD, "LINES", &value, wl_buf_view(&list->text));
}

static void next_head(struct list *list)
{
    static const struct wl_lettering title = {.size = 120, .bold = true},
                                     oem = {.size = 90, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY};

    wl_buf_clear(&list->text);
    wl_buf_format(&list->text, "%s " WL_STR_FMT, list->paper->title, WL_STR_ARG(list->shipment->number));
    wl_sheet_text(list->sheet, EDGE, 16000, 110000, &title, wl_buf_view(&list->text));
    wl_sheet_text(list->sheet, 126000, 17000, RIGHT - 126000, &oem, list->head->oem);
}

static void foot(struct list *list, size_t page)
{
    static const struct wl_lettering left = {.size = 75, .ink = WL_INK_GREY},
                                     right = {.size = 75, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY};

    wl_buf_clear(&list->text);
    wl_buf_format(&list->text, "%s " WL_STR_FMT, list->paper->title, WL_STR_ARG(list->shipment->number));
    wl_sheet_text(list->sheet, EDGE, 285000, 120000, &left, wl_buf_view(&list->text));
    wl_buf_clear(&list->text);
    wl_buf_format(&list->text, "page %zu of %zu", page + 1, list->pages);
    wl_sheet_text(list->sheet, 140000, 285000, RIGHT - 140000, &right, wl_buf_view(&list->text));
}

/* ---- the table ---- */

static void table_head(struct list *list, int y)
{
    int x = EDGE;

    wl_sheet_fill(list->sheet, (struct wl_box){EDGE, y, INNER, TABLE_HEAD - 500}, WL_INK_BLACK);
    for (const struct wl_column *column = list->paper->columns; column->width > 0; column++) {
        struct wl_lettering type = {.size = 75, .bold = true, .ink = WL_INK_WHITE, .align = column->align};

        wl_sheet_text(list->sheet, x + PAD, y + 1500, column->width - 2 * PAD, &type, wl_str_of(column->caption));
        x += column->width;
    }
}

static void draw_cell(struct list *list, int x, int y, const struct wl_column *column, const struct wl_cell *cell)
{
    struct wl_lettering first = {.size = 90, .bold = column->bold, .whole = true, .align = column->align},
                        second = {.size = 75, .whole = column->whole, .align = column->align};
    bool both = wl_str_trim(cell->first).size > 0 && wl_str_trim(cell->second).size > 0;
    int width = column->width - 2 * PAD;

    if (column->tick) {
        wl_sheet_frame(list->sheet, (struct wl_box){x + (column->width - TICK) / 2, y + (ROW - TICK) / 2, TICK, TICK},
                       WL_RULE);
        return;
    }
    x += PAD;
    if (both) {
        wl_sheet_text(list->sheet, x, y + 1000, width, &first, cell->first);
        wl_sheet_text(list->sheet, x, y + 5000, width, &second, cell->second);
    } else {
        wl_sheet_text(list->sheet, x, y + 2700, width, &first, cell->first);
        wl_sheet_text(list->sheet, x, y + 2900, width, &second, cell->second);
    }
}

static void draw_row(struct list *list, const void *lines, size_t i, int y)
{
    struct wl_cell cells[WL_LIST_COLUMNS_MAX] = {0};
    const struct wl_column *columns = list->paper->columns;
    int x = EDGE;

    wl_buf_clear(&list->text);
    list->paper->row(lines, i, cells, &list->text);
    for (size_t c = 0; columns[c].width > 0; c++) {
        draw_cell(list, x, y, &columns[c], &cells[c]);
        x += columns[c].width;
    }
    wl_block_rule(list->sheet, EDGE, y + ROW - 100, INNER, 100);
    wl_sheet_fail(list->sheet, wl_buf_status(&list->text));
}

/* ---- the place to sign ---- */

static void signatures(struct list *list)
{
    static const struct wl_lettering title = {.size = 85, .bold = true};
    enum { BOX = (INNER - 6000) / 2, TOP = BODY_END - SIGN + 4000, BOX_HEIGHT = SIGN - 4000 };

    for (int i = 0; i < 2; i++) {
        int x = EDGE + i * (BOX + 6000);

        wl_sheet_frame(list->sheet, (struct wl_box){x, TOP, BOX, BOX_HEIGHT}, WL_RULE);
        wl_sheet_text(list->sheet, x + 2500, TOP + 2000, BOX - 5000, &title, wl_str_of(list->paper->signatures[i]));
        wl_block_rule(list->sheet, x + 2500, TOP + 20500, 22000, 100);
        wl_block_caption(list->sheet, x + 2500, TOP + 21300, 22000, "DATE");
        wl_block_rule(list->sheet, x + 28000, TOP + 20500, BOX - 28000 - 2500, 100);
        wl_block_caption(list->sheet, x + 28000, TOP + 21300, 50000, "NAME, SIGNATURE");
    }
}

static void draw_pages(struct list *list, const void *lines, size_t count)
{
    size_t at = 0;

    for (size_t page = 0; page < list->pages && !wl_sheet_failed(list->sheet); page++) {
        size_t rows = wl_list_rows_on(page, list->pages, count - at);
        int y = page == 0 ? FIRST_TABLE : NEXT_TABLE;

        if (page == 0) {
            first_head(list);
            first_facts(list, count);
        } else {
            next_head(list);
        }
        table_head(list, y);
        y += TABLE_HEAD;
        for (size_t end = at + rows; at < end; at++, y += ROW)
            draw_row(list, lines, at, y);
        if (page + 1 == list->pages)
            signatures(list);
        foot(list, page);
        wl_sheet_page_end(list->sheet);
    }
}

int wl_list_draw(struct wl_file *file, const struct wl_paper_head *head, const struct wl_list_paper *paper,
                 const struct wl_paper_shipment_head *shipment, const void *lines, size_t count)
{
    struct list list = {.head = head, .paper = paper, .shipment = shipment};
    int rc;

    if (count == 0)
        return wl_fail(WL_E_USAGE, "there are no lines to print");
    if (count > WL_PAPER_LINES_MAX)
        return wl_fail(WL_E_FULL, "%zu lines are more than one document has, %d", count, WL_PAPER_LINES_MAX);
    if ((rc = wl_code_check(shipment->number, paper->what)) != WL_OK ||
        (rc = wl_sheet_new(file, head, paper->title, WIDTH, HEIGHT, &list.sheet)) != WL_OK)
        return rc;
    wl_buf_init(&list.text, WL_MADE_TEXT_MAX);
    list.pages = wl_list_pages(count);
    draw_pages(&list, lines, count);
    wl_buf_release(&list.text);
    return wl_sheet_close(&list.sheet);
}
