#include "paper/barcode.h"

#include <string.h>
#include <zint.h>

#include "wledger/error.h"
#include "wledger/paper.h"

enum { QR_LEVEL_M = 2 };

static bool is_code_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
           c == '/';
}

bool wl_paper_is_code(struct wl_str s)
{
    for (size_t i = 0; i < s.size; i++)
        if (!is_code_byte(s.data[i]))
            return false;
    return s.size > 0 && s.size <= WL_PAPER_CODE_MAX;
}

/* From an image of one pixel a module, '1' where it is dark. */
static int take(const struct zint_symbol *symbol, const char *what, struct wl_modules *modules)
{
    size_t width = (size_t)symbol->bitmap_width, rows = (size_t)symbol->bitmap_height;

    if (symbol->bitmap_width != symbol->width || width * rows == 0 || width * rows > WL_MODULES_MAX)
        return wl_fail(WL_E_SYSTEM, "%s: libzint made a bar code of %zu x %zu", what, width, rows);
    modules->width = (unsigned)width;
    modules->rows = (unsigned)rows;
    for (size_t i = 0; i < width * rows; i++)
        modules->dark[i] = symbol->bitmap[i] == '1';
    return WL_OK;
}

static int encode(struct zint_symbol *symbol, struct wl_str code, const char *what, struct wl_modules *modules)
{
    unsigned char bytes[WL_PAPER_CODE_MAX];

    memcpy(bytes, code.data, code.size);
    symbol->show_hrt = 0;
    symbol->scale = 0.5F; /* a pixel a module */
    symbol->output_options |= OUT_BUFFER_INTERMEDIATE;
    symbol->warn_level = WARN_FAIL_ALL;
    if (ZBarcode_Encode_and_Buffer(symbol, bytes, (int)code.size, 0) != 0)
        return wl_fail(WL_E_SYSTEM, "%s " WL_STR_FMT ": no bar code: %s", what, WL_STR_ARG(code), symbol->errtxt);
    return take(symbol, what, modules);
}

int wl_code_check(struct wl_str code, const char *what)
{
    if (wl_paper_is_code(code))
        return WL_OK;
    if (wl_utf8_prefix(code) != code.size || code.size > WL_PAPER_TEXT_MAX)
        return wl_fail(WL_E_INPUT, "%s: cannot be a bar code, which has 1 to %d letters and digits", what,
                       WL_PAPER_CODE_MAX);
    return wl_fail(WL_E_INPUT, "%s \"" WL_STR_FMT "\": cannot be a bar code, which has 1 to %d letters and digits",
                   what, WL_STR_ARG(code), WL_PAPER_CODE_MAX);
}

static int make(int symbology, int level, struct wl_str code, const char *what, struct wl_modules *modules)
{
    struct zint_symbol *symbol;
    int rc = wl_code_check(code, what);

    if (rc != WL_OK)
        return rc;
    if (!(symbol = ZBarcode_Create()))
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", what);
    symbol->symbology = symbology;
    if (level)
        symbol->option_1 = level;
    else
        symbol->height = 1;
    rc = encode(symbol, code, what, modules);
    ZBarcode_Delete(symbol);
    return rc;
}

int wl_code128(struct wl_str code, const char *what, struct wl_modules *modules)
{
    return make(BARCODE_CODE128, 0, code, what, modules);
}

int wl_qr(struct wl_str code, const char *what, struct wl_modules *modules)
{
    return make(BARCODE_QRCODE, QR_LEVEL_M, code, what, modules);
}
