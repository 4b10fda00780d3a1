#include "paper/sheet.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#include "paper/clean.h"
#include "wledger/date.h"
#include "wledger/error.h"

/* The fonts of deps.sh first, so that a paper looks the same on each machine; where they are not, others do. */
#define FAMILIES "DejaVu Sans,WenQuanYi Micro Hei,Sans"

enum {
    SIZE_MIN = 45,         /* tenths of a point: smaller, an identifier is cut */
    LINE_PERCENT = 120,    /* of the type's size, from line to line */
    BASELINE_PERCENT = 94, /* from the top of a text to its first baseline, whatever font is drawn with */
    TENTHS_PER_INCH = 720, /* of a point */
    MICROMETRES_PER_INCH = 25400,
};

static const int64_t created_end = INT64_C(253402300800); /* 10000-01-01 */

struct wl_sheet {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoContext *context;
    PangoLayout *layout;
    PangoFontDescription *font;
    struct wl_buf text; /* as it is drawn */
    bool trying;
    int status;
};

static double points(int micrometres)
{
    return micrometres * 72.0 / MICROMETRES_PER_INCH;
}

static int pango_length(int micrometres)
{
    return (int)((int64_t)micrometres * 72 * PANGO_SCALE / MICROMETRES_PER_INCH);
}

static int pango_size(int tenths)
{
    return tenths * PANGO_SCALE / 10;
}

/* ---- beginning and end ---- */

static cairo_status_t write_out(void *context, const unsigned char *bytes, unsigned n)
{
    wl_file_write(context, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

static int is_drawable(struct wl_sheet *sheet)
{
    cairo_status_t status = cairo_status(sheet->cairo);

    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(sheet->surface);
    return status == CAIRO_STATUS_SUCCESS
               ? WL_OK
               : wl_fail(WL_E_SYSTEM, "the paper cannot be drawn: %s", cairo_status_to_string(status));
}

static void describe(struct wl_sheet *sheet, const struct wl_paper_head *head, const char *title)
{
    char time[WL_TIME_TEXT];

    wl_time_format(head->created, time);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_CREATE_DATE, time);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_MOD_DATE, time);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_CREATOR, "wledger");
    wl_paper_clean(&sheet->text, head->oem, WL_CLEAN_LINE);
    wl_buf_byte(&sheet->text, '\0');
    if (!sheet->text.failed)
        cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_AUTHOR, (const char *)sheet->text.data);
}

/* Sizes and places must not depend on a grid of pixels, nor the choice among fonts on whose machine it is. */
static void open_fonts(struct wl_sheet *sheet)
{
    PangoFontMap *fonts = pango_cairo_font_map_new();
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    sheet->context = pango_font_map_create_context(fonts);
    pango_cairo_context_set_font_options(sheet->context, options);
    pango_context_set_language(sheet->context, pango_language_from_string("zh-cn"));
    pango_context_set_round_glyph_positions(sheet->context, FALSE);
    cairo_font_options_destroy(options);
    g_object_unref(fonts);
    sheet->layout = pango_layout_new(sheet->context);
    sheet->font = pango_font_description_from_string(FAMILIES);
}

static void sheet_free(struct wl_sheet *sheet)
{
    cairo_destroy(sheet->cairo);
    cairo_surface_destroy(sheet->surface);
    if (sheet->layout) {
        pango_font_description_free(sheet->font);
        g_object_unref(sheet->layout);
        g_object_unref(sheet->context);
    }
    wl_buf_release(&sheet->text);
    free(sheet);
}

int wl_sheet_new(struct wl_file *file, const struct wl_paper_head *head, const char *title, int width, int height,
                 struct wl_sheet **out)
{
    struct wl_sheet *sheet;
    int rc;

    *out = NULL;
    if (head->created < 0 || head->created >= created_end)
        return wl_fail(WL_E_USAGE, "a paper is of a time from 1970 to 9999");
    if (!(sheet = calloc(1, sizeof *sheet)))
        return wl_fail(WL_E_SYSTEM, "memory is short");
    wl_buf_init(&sheet->text, WL_CLEAN_MAX);
    sheet->surface = cairo_pdf_surface_create_for_stream(write_out, file, points(width), points(height));
    sheet->cairo = cairo_create(sheet->surface);
    rc = is_drawable(sheet);
    if (rc != WL_OK) {
        sheet_free(sheet);
        return rc;
    }
    open_fonts(sheet);
    describe(sheet, head, title);
    *out = sheet;
    return WL_OK;
}

static cairo_status_t write_drawing(void *context, const unsigned char *bytes, unsigned n)
{
    wl_buf_add(context, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

int wl_sheet_new_drawing(struct wl_buf *out, int width, int height, struct wl_sheet **handle)
{
    struct wl_sheet *sheet = calloc(1, sizeof *sheet);
    int rc;

    *handle = NULL;
    if (!sheet)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    wl_buf_init(&sheet->text, WL_CLEAN_MAX);
    sheet->surface = cairo_svg_surface_create_for_stream(write_drawing, out, points(width), points(height));
    sheet->cairo = cairo_create(sheet->surface);
    rc = is_drawable(sheet);
    if (rc != WL_OK) {
        sheet_free(sheet);
        return rc;
    }
    open_fonts(sheet);
    *handle = sheet;
    return WL_OK;
}

int wl_sheet_close(struct wl_sheet **handle)
{
    struct wl_sheet *sheet = *handle;
    int rc;

    *handle = NULL;
    cairo_surface_finish(sheet->surface);
    if (sheet->status == WL_OK)
        sheet->status = wl_buf_status(&sheet->text);
    if (sheet->status == WL_OK)
        sheet->status = is_drawable(sheet);
    rc = sheet->status;
    sheet_free(sheet);
    return rc;
}

bool wl_sheet_failed(const struct wl_sheet *sheet)
{
    return sheet->status != WL_OK;
}

void wl_sheet_fail(struct wl_sheet *sheet, int status)
{
    if (sheet->status == WL_OK)
        sheet->status = status;
}

bool wl_sheet_try(struct wl_sheet *sheet, bool trying)
{
    bool before = sheet->trying;

    sheet->trying = trying;
    return before;
}

void wl_sheet_page_end(struct wl_sheet *sheet)
{
    if (sheet->status != WL_OK || sheet->trying)
        return;
    cairo_show_page(sheet->cairo);
    sheet->status = is_drawable(sheet);
}

/* ---- areas ---- */

static void set_ink(struct wl_sheet *sheet, enum wl_ink ink)
{
    static const double inks[][3] = {
        [WL_INK_BLACK] = {0, 0, 0}, [WL_INK_GREY] = {0.35, 0.35, 0.35}, [WL_INK_LIGHT] = {0.9, 0.9, 0.9},
        [WL_INK_WHITE] = {1, 1, 1}, [WL_INK_BLUE] = {0.18, 0.4, 0.65},  [WL_INK_RED] = {0.75, 0.15, 0.15},
    };

    cairo_set_source_rgb(sheet->cairo, inks[ink][0], inks[ink][1], inks[ink][2]);
}

void wl_sheet_fill(struct wl_sheet *sheet, struct wl_box box, enum wl_ink ink)
{
    if (sheet->status != WL_OK || sheet->trying)
        return;
    set_ink(sheet, ink);
    cairo_rectangle(sheet->cairo, points(box.x), points(box.y), points(box.width), points(box.height));
    cairo_fill(sheet->cairo);
}

void wl_sheet_frame(struct wl_sheet *sheet, struct wl_box box, int weight)
{
    if (sheet->status != WL_OK || sheet->trying)
        return;
    set_ink(sheet, WL_INK_BLACK);
    cairo_set_line_width(sheet->cairo, points(weight));
    cairo_rectangle(sheet->cairo, points(box.x), points(box.y), points(box.width), points(box.height));
    cairo_stroke(sheet->cairo);
}

void wl_sheet_line(struct wl_sheet *sheet, int x, int y, int to_x, int to_y, int weight, enum wl_ink ink)
{
    if (sheet->status != WL_OK || sheet->trying)
        return;
    set_ink(sheet, ink);
    cairo_set_line_width(sheet->cairo, points(weight));
    cairo_move_to(sheet->cairo, points(x), points(y));
    cairo_line_to(sheet->cairo, points(to_x), points(to_y));
    cairo_stroke(sheet->cairo);
}

void wl_sheet_dot(struct wl_sheet *sheet, int x, int y, int radius, enum wl_ink ink)
{
    if (sheet->status != WL_OK || sheet->trying)
        return;
    set_ink(sheet, ink);
    cairo_new_path(sheet->cairo);
    cairo_arc(sheet->cairo, points(x), points(y), points(radius), 0, 2 * G_PI);
    cairo_fill(sheet->cairo);
}

/* One path for all of them, so that no seam shows between neighbours. */
void wl_sheet_modules(struct wl_sheet *sheet, int x, int y, const struct wl_modules *modules, int width, int height)
{
    if (sheet->status != WL_OK || sheet->trying)
        return;
    for (unsigned row = 0; row < modules->rows; row++) {
        const bool *dark = modules->dark + row * modules->width;

        for (unsigned from = 0, to; from < modules->width; from = to) {
            for (to = from + 1; to < modules->width && dark[to] == dark[from];)
                to++;
            if (dark[from])
                cairo_rectangle(sheet->cairo, points(x + (int)from * width), points(y + (int)row * height),
                                points((int)(to - from) * width), points(height));
        }
    }
    set_ink(sheet, WL_INK_BLACK);
    cairo_fill(sheet->cairo);
}

/* ---- text ---- */

int wl_sheet_line_height(const struct wl_lettering *type)
{
    return type->size * LINE_PERCENT / 100 * MICROMETRES_PER_INCH / TENTHS_PER_INCH;
}

static void set_size(struct wl_sheet *sheet, int tenths)
{
    PangoAttrList *attributes = pango_attr_list_new();

    pango_font_description_set_absolute_size(sheet->font, pango_size(tenths));
    pango_layout_set_font_description(sheet->layout, sheet->font);
    pango_attr_list_insert(attributes, pango_attr_line_height_new_absolute(pango_size(tenths) * LINE_PERCENT / 100));
    pango_layout_set_attributes(sheet->layout, attributes);
    pango_attr_list_unref(attributes);
}

static void set_text(struct wl_sheet *sheet)
{
    pango_layout_set_text(sheet->layout, (const char *)sheet->text.data, (int)sheet->text.size);
}

static bool has_glyph(PangoFontset *fonts, gunichar c)
{
    PangoFont *font = pango_fontset_get_font(fonts, c);
    bool has = font && pango_font_has_char(font, c);

    if (font)
        g_object_unref(font);
    return has;
}

/* A letter that cannot be printed is an error, because a name would be wrong; of a symbol it is enough to see that it
 * stood there. */
static int replace_unknown(struct wl_sheet *sheet, PangoFontset *fonts)
{
    const char *text = (const char *)sheet->text.data, *end = text + sheet->text.size;
    bool has_replacement = has_glyph(fonts, 0xFFFD);
    struct wl_buf shown;
    int rc = WL_OK;

    wl_buf_init(&shown, WL_CLEAN_MAX);
    while (rc == WL_OK && text < end) {
        gunichar c = g_utf8_get_char(text);
        const char *next = g_utf8_next_char(text);

        if (c < 0x20 || g_unichar_iszerowidth(c) || has_glyph(fonts, c))
            wl_buf_add(&shown, text, (size_t)(next - text));
        else if (g_unichar_isalnum(c))
            rc = wl_fail(WL_E_SYSTEM, "no installed font has the letter %.*s (U+%04X); on Debian, apt-get install %s",
                         (int)(next - text), text, (unsigned)c, wl_paper_font_for(c));
        else
            wl_buf_text(&shown, has_replacement ? "\xEF\xBF\xBD" : "?");
        text = next;
    }
    if (rc == WL_OK) {
        wl_buf_clear(&sheet->text);
        wl_buf_str(&sheet->text, wl_buf_view(&shown));
        rc = wl_buf_status(&shown);
    }
    wl_buf_release(&shown);
    return rc;
}

static void check_glyphs(struct wl_sheet *sheet)
{
    PangoFontset *fonts;

    if (pango_layout_get_unknown_glyphs_count(sheet->layout) == 0)
        return;
    fonts = pango_context_load_fontset(sheet->context, sheet->font, pango_context_get_language(sheet->context));
    sheet->status = replace_unknown(sheet, fonts);
    g_object_unref(fonts);
    if (sheet->status == WL_OK)
        set_text(sheet);
}

/* Lays out on one endless line, and chooses the size by what that takes. */
static void fit(struct wl_sheet *sheet, int width, const struct wl_lettering *type)
{
    int taken, size = type->size, least = type->least > SIZE_MIN ? type->least : SIZE_MIN;

    pango_layout_set_width(sheet->layout, -1);
    set_size(sheet, size);
    pango_layout_get_size(sheet->layout, &taken, NULL);
    while (taken > width && size > least) {
        int fitting = (int)((int64_t)size * width / taken);

        size = fitting < size ? fitting : size - 1;
        size = size < least ? least : size;
        set_size(sheet, size);
        pango_layout_get_size(sheet->layout, &taken, NULL);
    }
}

static void set_shape(struct wl_sheet *sheet, int width, const struct wl_lettering *type)
{
    static const PangoAlignment alignments[] = {[WL_ALIGN_LEFT] = PANGO_ALIGN_LEFT,
                                                [WL_ALIGN_RIGHT] = PANGO_ALIGN_RIGHT,
                                                [WL_ALIGN_CENTRE] = PANGO_ALIGN_CENTER};

    pango_layout_set_width(sheet->layout, width);
    pango_layout_set_height(sheet->layout, type->lines > 1 ? -type->lines : -1);
    pango_layout_set_wrap(sheet->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(sheet->layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(sheet->layout, alignments[type->align]);
}

static int show(struct wl_sheet *sheet, int x, int y, const struct wl_lettering *type)
{
    int lines = pango_layout_get_line_count(sheet->layout), height = wl_sheet_line_height(type);
    double baseline = type->size * BASELINE_PERCENT / 1000.0;

    if (sheet->trying)
        return lines * height;
    set_ink(sheet, type->ink);
    cairo_move_to(sheet->cairo, points(x),
                  points(y) + baseline - (double)pango_layout_get_baseline(sheet->layout) / PANGO_SCALE);
    pango_cairo_show_layout(sheet->cairo, sheet->layout);
    sheet->status = is_drawable(sheet);
    return lines * height;
}

int wl_sheet_text(struct wl_sheet *sheet, int x, int y, int width, const struct wl_lettering *type, struct wl_str text)
{
    int lines_max = type->lines > 1 ? type->lines : 1;

    if (sheet->status != WL_OK || text.size == 0)
        return 0;
    wl_paper_clean(&sheet->text, text, lines_max > 1 ? WL_CLEAN_LINES : WL_CLEAN_LINE);
    if ((sheet->status = wl_buf_status(&sheet->text)) != WL_OK)
        return 0;
    pango_font_description_set_weight(sheet->font, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    set_text(sheet);
    set_size(sheet, type->size);
    set_shape(sheet, pango_length(width), type);
    check_glyphs(sheet);
    if (type->whole) {
        fit(sheet, pango_length(width), type);
        set_shape(sheet, pango_length(width), type);
    }
    if (sheet->status == WL_OK && pango_layout_get_line_count(sheet->layout) > lines_max) {
        wl_paper_join_lines(&sheet->text);
        sheet->status = wl_buf_status(&sheet->text);
        set_text(sheet);
    }
    return sheet->status == WL_OK ? show(sheet, x, y, type) : 0;
}
