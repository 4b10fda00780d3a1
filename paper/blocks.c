#include "paper/blocks.h"

#include "wledger/date.h"
#include "wledger/decimal.h"
#include "wledger/record.h"

static const struct wl_lettering caption_type = {.size = 55, .ink = WL_INK_GREY};

void wl_block_caption(struct wl_sheet *sheet, int x, int y, int width, const char *caption)
{
    wl_sheet_text(sheet, x, y, width, &caption_type, wl_str_of(caption));
}

void wl_block_value(struct wl_sheet *sheet, int x, int y, int width, const char *caption,
                    const struct wl_lettering *type, struct wl_str value)
{
    struct wl_lettering absent = {.size = type->size, .align = type->align, .ink = WL_INK_GREY};
    struct wl_lettering above = caption_type;

    above.align = type->align;
    wl_sheet_text(sheet, x, y, width, &above, wl_str_of(caption));
    if (wl_str_trim(value).size > 0)
        wl_sheet_text(sheet, x, y + WL_CAPTION_HEIGHT, width, type, value);
    else
        wl_sheet_text(sheet, x, y + WL_CAPTION_HEIGHT, width, &absent, WL_STR("–"));
}

void wl_block_party(struct wl_sheet *sheet, int x, int y, int width, const char *caption,
                    const struct wl_paper_party *party, const struct wl_lettering *name,
                    const struct wl_lettering *address)
{
    struct wl_buf text;

    wl_buf_init(&text, WL_MADE_TEXT_MAX);
    wl_party_text(&text, party);
    wl_block_caption(sheet, x, y, width, caption);
    y += WL_CAPTION_HEIGHT;
    y += wl_sheet_text(sheet, x, y, width, name, wl_buf_view(&text));
    wl_sheet_text(sheet, x, y, width, address, party->address);
    wl_sheet_fail(sheet, wl_buf_status(&text));
    wl_buf_release(&text);
}

/* ---- bar codes ---- */

static int module_width(int width, const struct wl_modules *modules)
{
    static const int widths[] = {500, 375, 250};
    int count = (int)modules->width + 2 * WL_CODE128_QUIET;

    for (size_t i = 0; i < WL_COUNT(widths); i++)
        if (count * widths[i] <= width)
            return widths[i];
    return widths[WL_COUNT(widths) - 1];
}

void wl_block_code128(struct wl_sheet *sheet, struct wl_box box, enum wl_align align, const struct wl_lettering *type,
                      const char *what, struct wl_str code)
{
    struct wl_modules modules;
    int each, width, x = box.x;

    if (wl_sheet_failed(sheet))
        return;
    wl_sheet_fail(sheet, wl_code128(code, what, &modules));
    if (wl_sheet_failed(sheet))
        return;
    each = module_width(box.width, &modules);
    width = ((int)modules.width + 2 * WL_CODE128_QUIET) * each;
    if (align != WL_ALIGN_LEFT)
        x += (box.width - width) / (align == WL_ALIGN_CENTRE ? 2 : 1);
    wl_sheet_modules(sheet, x + WL_CODE128_QUIET * each, box.y, &modules, each, box.height);
    wl_sheet_text(sheet, x, box.y + box.height + WL_DIGITS_GAP, width, type, code);
}

void wl_block_qr(struct wl_sheet *sheet, int x, int y, int size, const char *what, struct wl_str code)
{
    struct wl_modules modules;
    int each, margin;

    if (wl_sheet_failed(sheet))
        return;
    wl_sheet_fail(sheet, wl_qr(code, what, &modules));
    if (wl_sheet_failed(sheet))
        return;
    each = size / ((int)modules.width + 2 * WL_QR_QUIET);
    margin = (size - each * (int)modules.width) / 2;
    wl_sheet_modules(sheet, x + margin, y + margin, &modules, each, each);
}

void wl_block_rule(struct wl_sheet *sheet, int x, int y, int width, int weight)
{
    wl_sheet_fill(sheet, (struct wl_box){x, y, width, weight}, WL_INK_BLACK);
}

/* ---- texts ---- */

void wl_quantity_text(struct wl_buf *out, int64_t quantity, struct wl_str unit)
{
    char digits[WL_DECIMAL_TEXT];
    size_t size;

    if (quantity == WL_NONE)
        return;
    size = wl_decimal_format(quantity, WL_QUANTITY_PLACES, digits);
    while (digits[size - 1] == '0')
        size--;
    size -= digits[size - 1] == '.';
    wl_buf_add(out, digits, size);
    if (unit.size > 0) {
        wl_buf_byte(out, ' ');
        wl_buf_str(out, unit.size > WL_PAPER_TEXT_MAX ? WL_NO_STR : unit);
    }
}

void wl_day_text(struct wl_buf *out, int64_t day)
{
    char text[WL_DATE_TEXT];

    if (day == WL_NONE)
        return;
    wl_date_format(day, text);
    wl_buf_text(out, text);
}

void wl_party_text(struct wl_buf *out, const struct wl_paper_party *party)
{
    struct wl_str parts[] = {party->id, party->name};

    for (size_t i = 0; i < WL_COUNT(parts); i++) {
        struct wl_str part = wl_str_trim(parts[i]);

        if (part.size > WL_PAPER_TEXT_MAX)
            part.size = WL_PAPER_TEXT_MAX;
        if (out->size > 0 && part.size > 0)
            wl_buf_text(out, "  ");
        wl_buf_str(out, part);
    }
}
