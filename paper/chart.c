#include "wledger/chart.h"

#include <string.h>

#include "paper/sheet.h"
#include "wledger/decimal.h"
#include "wledger/error.h"

/* Micrometres; type sizes in tenths of a point. */
enum {
    WIDTH = 230000,
    MARGIN = 8000,
    HEAD = 17000,       /* title and subtitle */
    PANEL_TITLE = 8000, /* of a panel that has one */
    AXIS = 11000,       /* ticks with their numbers, and the unit */
    GAP = 5000,         /* below a panel */
    FOOT = 8000,        /* the note */
    ROW = 6200,         /* of a bar */
    BAR = 3600,
    LABELS = 50000, /* column of the labels */
    VALUES = 42000, /* column of the values as text */
    LINE_HEIGHT = 70000,
    LINE_LABELS = 28000, /* column of the numbers beside a line */
    LABEL_WIDTH = 16000, /* of a month below a line: what keeps two apart */
    DOT = 900,
    HAIR = 120,
    WHISKER = 350,
    TITLE_SIZE = 150,
    SUBTITLE_SIZE = 95,
    PANEL_SIZE = 110,
    TEXT_SIZE = 90,
    SMALL_SIZE = 80,
    LABEL_LEAST = 70, /* a longer label is cut: smaller ones would not be read beside the others */
    TICKS = 6,        /* at most, about */
};

/* ---- scales ---- */

/* From `least` to `most` in steps of a round number, which both are multiples of. */
struct scale {
    int64_t least, most, step;
    unsigned places; /* of the values */
    unsigned shift;  /* digits that the unit's word stands for: 3 thousand, 6 million, ... */
    unsigned shown;  /* digits after the point of a tick's number */
};

static const struct {
    unsigned shift;
    const char *word;
} words[] = {{0, ""}, {3, "thousand "}, {6, "million "}, {9, "billion "}, {12, "trillion "}};

static int64_t round_step(int64_t span)
{
    int64_t power = 1;

    while (power <= span / TICKS / 10)
        power *= 10;
    for (int64_t times = 1; times <= 10; times = times == 2 ? 5 : 2 * times)
        if (power * times >= (span + TICKS - 1) / TICKS)
            return power * times;
    return power * 10;
}

static void widen(struct scale *s, int64_t value)
{
    if (value == WL_NONE)
        return;
    s->least = value < s->least ? value : s->least;
    s->most = value > s->most ? value : s->most;
}

/* Zeros at the end of a step. */
static unsigned zeros(int64_t step)
{
    unsigned n = 0;

    for (; step % 10 == 0; step /= 10)
        n++;
    return n;
}

static struct scale scale_of(const struct wl_chart_panel *panel)
{
    struct scale s = {.places = panel->places};
    size_t word = 0;
    unsigned digits;

    for (size_t i = 0; i < panel->count; i++) {
        if (panel->points[i].rest)
            continue;
        widen(&s, panel->points[i].value);
        widen(&s, panel->points[i].low);
        widen(&s, panel->points[i].high);
        widen(&s, panel->points[i].mark);
    }
    /* Amounts are far below what a step could leave 64 bits with; what is not is drawn at the edge. */
    s.least = s.least < -INT64_MAX / 4 ? -INT64_MAX / 4 : s.least;
    s.most = s.most > INT64_MAX / 4 ? INT64_MAX / 4 : s.most;
    s.step = round_step(s.most - s.least > 0 ? s.most - s.least : 1);
    s.least = s.least < 0 ? -((-s.least + s.step - 1) / s.step) * s.step : 0;
    s.most = s.most <= 0 && s.least < 0 ? 0 : (s.most / s.step + (s.most % s.step != 0 || s.most == 0)) * s.step;
    while (word + 1 < WL_COUNT(words) && s.places + words[word].shift + 4 <= 18 &&
           (s.most > -s.least ? s.most : -s.least) >= wl_power10(s.places + words[word].shift + 4))
        word++;
    s.shift = words[word].shift;
    digits = s.places + s.shift;
    s.shown = zeros(s.step) >= digits ? 0 : digits - zeros(s.step);
    return s;
}

static const char *word_of(const struct scale *s)
{
    size_t i = 0;

    while (words[i].shift != s->shift)
        i++;
    return words[i].word;
}

static struct wl_str tick_text(const struct scale *s, int64_t value, char text[WL_DECIMAL_TEXT])
{
    int64_t unit = wl_power10(s->places + s->shift - s->shown);

    return (struct wl_str){text, wl_decimal_format(wl_round(value, unit), s->shown, text)};
}

/* Where a value lies between two places. */
static int place(const struct scale *s, int64_t value, int from, int to)
{
    value = value < s->least ? s->least : value > s->most ? s->most : value;
    return from + (int)((wl_i128)(value - s->least) * (to - from) / (s->most - s->least));
}

/* ---- rows: bars and intervals ---- */

static const struct wl_lettering label_type = {.size = TEXT_SIZE,
                                               .align = WL_ALIGN_RIGHT,
                                               .whole = true,
                                               .least = LABEL_LEAST},
                                 value_type = {.size = TEXT_SIZE, .align = WL_ALIGN_RIGHT, .whole = true},
                                 tick_type = {.size = SMALL_SIZE, .align = WL_ALIGN_CENTRE, .ink = WL_INK_GREY},
                                 side_type = {.size = SMALL_SIZE, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY},
                                 unit_type = {.size = SMALL_SIZE, .align = WL_ALIGN_RIGHT, .ink = WL_INK_GREY};

enum { ROWS_LEFT = MARGIN + LABELS + 2000, ROWS_RIGHT = WIDTH - MARGIN - VALUES - 2000 };

static void draw_unit(struct wl_sheet *sheet, const struct scale *s, struct wl_str unit, int y)
{
    struct wl_buf text;

    wl_buf_init(&text, WL_PAPER_TEXT_MAX);
    wl_buf_text(&text, word_of(s));
    wl_buf_str(&text, unit);
    if (wl_buf_status(&text) != WL_OK)
        wl_sheet_fail(sheet, wl_buf_status(&text));
    else
        wl_sheet_text(sheet, MARGIN, y, WIDTH - 2 * MARGIN, &unit_type, wl_buf_view(&text));
    wl_buf_release(&text);
}

/* Lines across the rows with their numbers below. */
static void draw_ticks(struct wl_sheet *sheet, const struct scale *s, struct wl_str unit, int y, int height)
{
    char text[WL_DECIMAL_TEXT];

    for (int64_t value = s->least; value <= s->most; value += s->step) {
        int x = place(s, value, ROWS_LEFT, ROWS_RIGHT);

        wl_sheet_line(sheet, x, y, x, y + height, HAIR, value == 0 ? WL_INK_GREY : WL_INK_LIGHT);
        wl_sheet_text(sheet, x - 12000, y + height + 800, 24000, &tick_type, tick_text(s, value, text));
    }
    draw_unit(sheet, s, unit, y + height + 5000);
}

static void draw_mark(struct wl_sheet *sheet, const struct scale *s, const struct wl_chart_point *p, int y)
{
    int mark = p->mark == WL_NONE ? 0 : place(s, p->mark, ROWS_LEFT, ROWS_RIGHT);

    if (p->mark != WL_NONE)
        wl_sheet_line(sheet, mark, y + 600, mark, y + ROW - 600, 2 * WHISKER, WL_INK_GREY);
}

static void draw_bar(struct wl_sheet *sheet, const struct scale *s, const struct wl_chart_point *p, int y)
{
    int zero = place(s, 0, ROWS_LEFT, ROWS_RIGHT), end = place(s, p->value, ROWS_LEFT, ROWS_RIGHT);

    wl_sheet_fill(
        sheet, (struct wl_box){end < zero ? end : zero, y + (ROW - BAR) / 2, end < zero ? zero - end : end - zero, BAR},
        p->flagged ? WL_INK_RED : WL_INK_BLUE);
    draw_mark(sheet, s, p, y);
}

static void draw_interval(struct wl_sheet *sheet, const struct scale *s, const struct wl_chart_point *p, int y)
{
    enum wl_ink ink = p->flagged ? WL_INK_RED : WL_INK_BLUE;
    int middle = y + ROW / 2;

    if (p->low != WL_NONE && p->high != WL_NONE) {
        int low = place(s, p->low, ROWS_LEFT, ROWS_RIGHT), high = place(s, p->high, ROWS_LEFT, ROWS_RIGHT);

        wl_sheet_line(sheet, low, middle, high, middle, WHISKER, ink);
        wl_sheet_line(sheet, low, middle - DOT, low, middle + DOT, WHISKER, ink);
        wl_sheet_line(sheet, high, middle - DOT, high, middle + DOT, WHISKER, ink);
    }
    draw_mark(sheet, s, p, y);
    wl_sheet_dot(sheet, place(s, p->value, ROWS_LEFT, ROWS_RIGHT), middle, DOT, ink);
}

static void draw_rows(struct wl_sheet *sheet, const struct wl_chart_panel *panel, enum wl_chart_kind kind, int y)
{
    struct scale s = scale_of(panel);
    int text = (ROW - wl_sheet_line_height(&label_type)) / 2;

    draw_ticks(sheet, &s, panel->unit, y, (int)panel->count * ROW);
    for (size_t i = 0; i < panel->count && !wl_sheet_failed(sheet); i++, y += ROW) {
        const struct wl_chart_point *p = &panel->points[i];

        wl_sheet_text(sheet, MARGIN, y + text, LABELS, &label_type, p->label);
        wl_sheet_text(sheet, WIDTH - MARGIN - VALUES, y + text, VALUES, &value_type, p->text);
        if (!p->rest)
            (kind == WL_CHART_BARS ? draw_bar : draw_interval)(sheet, &s, p, y);
    }
}

/* ---- lines ---- */

enum { LINE_LEFT = MARGIN + LINE_LABELS + 2000, LINE_RIGHT = WIDTH - MARGIN - LABEL_WIDTH / 2 };

static void draw_levels(struct wl_sheet *sheet, const struct scale *s, int y)
{
    char text[WL_DECIMAL_TEXT];

    for (int64_t value = s->least; value <= s->most; value += s->step) {
        int level = place(s, value, y + LINE_HEIGHT, y);

        wl_sheet_line(sheet, LINE_LEFT, level, LINE_RIGHT, level, HAIR, value == 0 ? WL_INK_GREY : WL_INK_LIGHT);
        wl_sheet_text(sheet, MARGIN, level - wl_sheet_line_height(&side_type) / 2, LINE_LABELS, &side_type,
                      tick_text(s, value, text));
    }
}

static int point_x(const struct wl_chart_panel *panel, size_t i)
{
    int64_t span = LINE_RIGHT - LINE_LEFT;

    return panel->count < 2 ? LINE_LEFT + (int)span / 2
                            : LINE_LEFT + (int)(span * (int64_t)i / (int64_t)(panel->count - 1));
}

/* Points of a line are months: labels stand at quarters, half years, years, ... */
static size_t months_between_labels(size_t months, size_t fitting)
{
    size_t every = months / fitting + 1;

    return every <= 3 ? every : every <= 6 ? 6 : (every + 11) / 12 * 12;
}

static void draw_line(struct wl_sheet *sheet, const struct wl_chart_panel *panel, int y)
{
    struct scale s = scale_of(panel);
    size_t fitting = (LINE_RIGHT - LINE_LEFT) / LABEL_WIDTH, every = months_between_labels(panel->count, fitting);
    int before = 0;

    draw_levels(sheet, &s, y);
    for (size_t i = 0; i < panel->count && !wl_sheet_failed(sheet); i++) {
        int x = point_x(panel, i), level = place(&s, panel->points[i].value, y + LINE_HEIGHT, y);

        if (i > 0)
            wl_sheet_line(sheet, point_x(panel, i - 1), before, x, level, WHISKER, WL_INK_BLUE);
        if (panel->count <= 4 * fitting)
            wl_sheet_dot(sheet, x, level, DOT * 2 / 3, WL_INK_BLUE);
        if (i % every == 0) {
            wl_sheet_line(sheet, x, y + LINE_HEIGHT, x, y + LINE_HEIGHT + 800, HAIR, WL_INK_GREY);
            wl_sheet_text(sheet, x - LABEL_WIDTH / 2, y + LINE_HEIGHT + 1200, LABEL_WIDTH, &tick_type,
                          panel->points[i].label);
        }
        before = level;
    }
    draw_unit(sheet, &s, panel->unit, y + LINE_HEIGHT + 5500);
}

/* ---- all of it ---- */

static int panel_height(const struct wl_chart *chart, const struct wl_chart_panel *panel)
{
    return (panel->title.size ? PANEL_TITLE : 0) +
           (chart->kind == WL_CHART_LINE ? LINE_HEIGHT : (int)panel->count * ROW) + AXIS + GAP;
}

static void draw(struct wl_sheet *sheet, const struct wl_chart *chart)
{
    const int width = WIDTH - 2 * MARGIN;
    int y = MARGIN;

    wl_sheet_text(sheet, MARGIN, y, width, &(struct wl_lettering){.size = TITLE_SIZE, .bold = true, .whole = true},
                  chart->title);
    wl_sheet_text(sheet, MARGIN, y + 7500, width,
                  &(struct wl_lettering){.size = SUBTITLE_SIZE, .ink = WL_INK_GREY, .whole = true}, chart->subtitle);
    y += HEAD;
    for (size_t i = 0; i < chart->count; i++) {
        const struct wl_chart_panel *panel = &chart->panels[i];
        int top = y + (panel->title.size ? PANEL_TITLE : 0);

        wl_sheet_text(sheet, MARGIN, y, width, &(struct wl_lettering){.size = PANEL_SIZE, .bold = true}, panel->title);
        if (chart->kind == WL_CHART_LINE)
            draw_line(sheet, panel, top);
        else
            draw_rows(sheet, panel, chart->kind, top);
        y += panel_height(chart, panel);
    }
    wl_sheet_text(sheet, MARGIN, y, width,
                  &(struct wl_lettering){.size = SMALL_SIZE, .ink = WL_INK_GREY, .whole = true}, chart->note);
}

static int check(const struct wl_chart *chart)
{
    if (chart->count == 0 || chart->count > WL_CHART_PANELS_MAX)
        return wl_fail(WL_E_USAGE, "a chart has 1 to %d panels", WL_CHART_PANELS_MAX);
    for (size_t i = 0; i < chart->count; i++) {
        size_t most = chart->kind == WL_CHART_LINE ? WL_CHART_POINTS_MAX : WL_CHART_BARS_MAX;

        if (chart->panels[i].count == 0 || chart->panels[i].count > most)
            return wl_fail(WL_E_USAGE, "a panel of a chart has 1 to %zu points", most);
    }
    return WL_OK;
}

/* ---- the text of it ---- */

static void put_text(struct wl_buf *out, struct wl_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c == '<' || c == '>' || c == '&')
            wl_buf_text(out, c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
        else if (c >= 0x20 || c == '\n')
            wl_buf_byte(out, c);
    }
}

/* For who cannot see it, and for who searches: a line for each point. */
static void put_description(struct wl_buf *out, const struct wl_chart *chart)
{
    wl_buf_text(out, "\n<title>");
    put_text(out, chart->title);
    wl_buf_text(out, "</title>\n<desc>");
    put_text(out, chart->subtitle);
    for (size_t i = 0; i < chart->count; i++) {
        const struct wl_chart_panel *panel = &chart->panels[i];

        wl_buf_byte(out, '\n');
        put_text(out, panel->title.size ? panel->title : panel->unit);
        for (size_t j = 0; j < panel->count; j++) {
            wl_buf_byte(out, '\n');
            put_text(out, panel->points[j].label);
            wl_buf_text(out, ": ");
            put_text(out, panel->points[j].text);
        }
    }
    wl_buf_byte(out, '\n');
    put_text(out, chart->note);
    wl_buf_text(out, "</desc>");
}

/* cairo numbers its surfaces from the program's start on: the number would tell which chart of a program this is. */
static void put_unnumbered(struct wl_buf *out, struct wl_str drawing)
{
    static const struct wl_str numbered = WL_STR("<g id=\"surface");
    const char *at = drawing.data, *end = drawing.data + drawing.size, *found;

    while ((found = memmem(at, (size_t)(end - at), numbered.data, numbered.size)) != NULL) {
        const char *close = memchr(found, '>', (size_t)(end - found));

        wl_buf_add(out, at, (size_t)(found - at));
        wl_buf_text(out, "<g");
        at = close ? close : end;
    }
    wl_buf_add(out, at, (size_t)(end - at));
}

/* Behind the drawing's first tag, whose end is the first '>' after "<svg". */
static int put_drawing(struct wl_buf *out, const struct wl_chart *chart, struct wl_str drawing)
{
    const char *svg = memmem(drawing.data, drawing.size, "<svg", 4);
    const char *end = svg ? memchr(svg, '>', drawing.size - (size_t)(svg - drawing.data)) : NULL;

    if (!end)
        return wl_fail(WL_E_SYSTEM, "cairo drew no SVG");
    wl_buf_add(out, drawing.data, (size_t)(end + 1 - drawing.data));
    put_description(out, chart);
    put_unnumbered(out, (struct wl_str){end + 1, drawing.size - (size_t)(end + 1 - drawing.data)});
    return wl_buf_status(out);
}

int wl_chart_svg(const struct wl_chart *chart, struct wl_buf *out)
{
    int height = MARGIN + HEAD + FOOT, rc = check(chart);
    struct wl_sheet *sheet;
    struct wl_buf drawing;

    if (rc != WL_OK)
        return rc;
    for (size_t i = 0; i < chart->count; i++)
        height += panel_height(chart, &chart->panels[i]);
    wl_buf_init(&drawing, WL_CHART_BYTES_MAX);
    if ((rc = wl_sheet_new_drawing(&drawing, WIDTH, height, &sheet)) == WL_OK) {
        wl_sheet_fill(sheet, (struct wl_box){0, 0, WIDTH, height}, WL_INK_WHITE);
        draw(sheet, chart);
        wl_sheet_page_end(sheet);
        rc = wl_sheet_close(&sheet);
    }
    if (rc == WL_OK)
        rc = wl_buf_status(&drawing);
    if (rc == WL_OK)
        rc = put_drawing(out, chart, wl_buf_view(&drawing));
    wl_buf_release(&drawing);
    return rc;
}
