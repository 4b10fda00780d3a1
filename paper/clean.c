#include "paper/clean.h"

#include <string.h>

#include "wledger/record.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

struct range {
    uint32_t first, last;
};

static bool is_in(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/* Of valid UTF-8; *size is how many bytes it takes. */
static uint32_t decode(const char *at, size_t *size)
{
    uint8_t lead = (uint8_t)*at;
    uint32_t c = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1FU : lead < 0xF0 ? lead & 0x0FU : lead & 0x07U;

    *size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    for (size_t i = 1; i < *size; i++)
        c = c << 6 | ((uint8_t)at[i] & 0x3FU);
    return c;
}

static bool is_line_end(uint32_t c)
{
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_hidden(uint32_t c)
{
    static const struct range hidden[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200E, 0x200F},
        {0x202A, 0x202E}, {0x2066, 0x2069}, {0xFFF9, 0xFFFB}, {0xFDD0, 0xFDEF},
    };

    return (c & 0xFFFE) == 0xFFFE || is_in(c, hidden, WL_COUNT(hidden));
}

/* A break that follows another break or a blank adds nothing. */
static void add_break(struct wl_buf *out, char as)
{
    uint8_t *last = out->size > 0 && !out->failed ? out->data + out->size - 1 : NULL;

    if (last && *last == ' ')
        *last = (uint8_t)as;
    else if (last && *last != '\n')
        wl_buf_byte(out, (uint8_t)as);
}

static void add_valid(struct wl_buf *out, struct wl_str s, enum wl_clean how)
{
    size_t size;

    for (size_t i = 0; i < s.size; i += size) {
        uint32_t c = decode(s.data + i, &size);

        if (is_line_end(c))
            add_break(out, how == WL_CLEAN_LINES ? '\n' : ' ');
        else if (c == '\t')
            wl_buf_byte(out, ' ');
        else if (is_hidden(c))
            wl_buf_text(out, REPLACEMENT);
        else
            wl_buf_add(out, s.data + i, size);
    }
}

/* The text's beginning, whose last character is not cut in two. */
static struct wl_str beginning(struct wl_str text)
{
    size_t size = WL_PAPER_TEXT_MAX;

    if (text.size <= size)
        return text;
    while (size > WL_PAPER_TEXT_MAX - 4 && ((uint8_t)text.data[size] & 0xC0) == 0x80)
        size--;
    return (struct wl_str){text.data, size};
}

void wl_paper_clean(struct wl_buf *out, struct wl_str text, enum wl_clean how)
{
    wl_buf_clear(out);
    text = beginning(wl_str_trim(text));
    while (text.size > 0) {
        size_t valid = wl_utf8_prefix(text);

        add_valid(out, (struct wl_str){text.data, valid}, how);
        if (valid < text.size) {
            wl_buf_text(out, REPLACEMENT);
            valid++;
        }
        text = (struct wl_str){text.data + valid, text.size - valid};
    }
}

static bool ends_in_a_stop(struct wl_str s)
{
    static const char *const stops[] = {",", ".", ";", ":", "。", "，", "；", "："};

    for (size_t i = 0; i < WL_COUNT(stops); i++) {
        struct wl_str stop = wl_str_of(stops[i]);

        if (s.size >= stop.size && memcmp(s.data + s.size - stop.size, stop.data, stop.size) == 0)
            return true;
    }
    return false;
}

void wl_paper_join_lines(struct wl_buf *text)
{
    struct wl_buf joined;

    wl_buf_init(&joined, text->ceiling);
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] == '\n')
            wl_buf_text(&joined, ends_in_a_stop((struct wl_str){(const char *)text->data, i}) ? " " : ", ");
        else
            wl_buf_byte(&joined, text->data[i]);
    }
    wl_buf_clear(text);
    wl_buf_str(text, wl_buf_view(&joined));
    text->failed |= joined.failed;
    wl_buf_release(&joined);
}

const char *wl_paper_font_for(uint32_t c)
{
    static const struct range common[] = {{0x3000, 0x33FF}, {0x4E00, 0x9FA5}, {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF}, {0xFE30, 0xFE4F}, {0xFF00, 0xFFEF}},
                              rare[] = {{0x2E80, 0x2FDF}, {0x3400, 0x4DBF}, {0x9FA6, 0x9FFF}, {0x20000, 0x323AF}};

    if (is_in(c, common, WL_COUNT(common)))
        return "fonts-wqy-microhei";
    if (c < 0x530)
        return "fonts-dejavu-core";
    return is_in(c, rare, WL_COUNT(rare)) ? "fonts-babelstone-han" : "fonts-noto-core";
}
