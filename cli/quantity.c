#include "cli/quantity.h"

#include "wledger/error.h"
#include "wledger/stock.h"

bool cli_quantity_parse(struct wl_str text, bool zero, int64_t *quantity)
{
    return wl_decimal_parse(text, WL_QUANTITY_DIGITS, WL_QUANTITY_PLACES, quantity) && *quantity >= (zero ? 0 : 1);
}

int cli_quantity_option(const struct cli *cli, const char *option, int64_t *quantity)
{
    const char *text = cli_value(cli, option);

    if (text && !cli_quantity_parse(wl_str_trim(wl_str_of(text)), false, quantity))
        return wl_fail(WL_E_USAGE, "--%s %s: a number above 0 with at most %d decimals, please", option, text,
                       (int)WL_QUANTITY_PLACES);
    return WL_OK;
}

struct wl_str cli_quantity_exact(struct wl_arena *arena, int64_t quantity)
{
    char text[WL_DECIMAL_TEXT];
    size_t size = quantity == WL_NONE ? 0 : wl_decimal_format(quantity, WL_QUANTITY_PLACES, text);

    return wl_arena_copy(arena, (struct wl_str){text, size});
}

struct wl_str cli_quantity_plain(struct wl_arena *arena, int64_t quantity)
{
    struct wl_str text = cli_quantity_exact(arena, quantity);

    if (text.size == 0)
        return text;
    while (text.data[text.size - 1] == '0')
        text.size--;
    text.size -= text.data[text.size - 1] == '.';
    return text;
}

struct wl_str cli_quantity(const struct cli *cli, struct wl_arena *arena, int64_t quantity)
{
    return cli->format == CLI_TABLE ? cli_quantity_plain(arena, quantity) : cli_quantity_exact(arena, quantity);
}
