#include "cli/codes.h"
#include "cli/demand.h"

struct wl_str cli_code(struct wl_arena *arena, char letter, int64_t number)
{
    return cli_format_text(arena, "%c%lld", letter, (long long)number);
}

struct wl_str cli_code_number(struct wl_str text, char letter)
{
    text = wl_str_trim(text);
    if (text.size < 2 || (text.data[0] & ~0x20) != letter || text.data[1] < '0' || text.data[1] > '9')
        return text;
    return (struct wl_str){text.data + 1, text.size - 1};
}

struct wl_str cli_code_said(struct wl_arena *arena, struct wl_str text)
{
    static const struct {
        char letter;
        const char *what;
    } codes[] = {{CLI_CODE_DISPATCH, "dispatch"}, {CLI_CODE_RETURN, "return"}};

    text = wl_str_trim(text);
    for (size_t i = 0; i < WL_COUNT(codes); i++) {
        struct wl_str digits = cli_code_number(text, codes[i].letter);
        int64_t number;

        if (digits.size < text.size && cli_demand_number(digits, &number))
            return cli_format_text(arena, "it is the label of %s %lld, not a tag", codes[i].what, (long long)number);
    }
    return WL_NO_STR;
}
