#include "xmlio/xml_out.h"

#include <assert.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static void put(struct wl_xml_out *x, const char *text)
{
    wl_file_write(x->file, text, strlen(text));
}

void wl_xml_out_init(struct wl_xml_out *x, struct wl_file *file)
{
    *x = (struct wl_xml_out){.file = file, .at = WL_XML_OUT_BETWEEN};
    put(x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
}

static void new_line(struct wl_xml_out *x)
{
    static const char indent[] = "                                                                ";

    _Static_assert(sizeof indent - 1 == 2 * WL_XML_OUT_DEPTH, "two blanks a level");
    put(x, "\n");
    wl_file_write(x->file, indent, 2 * (size_t)x->depth);
}

void wl_xml_out_open(struct wl_xml_out *x, const char *name)
{
    assert(x->at != WL_XML_OUT_IN_TEXT && x->depth < WL_XML_OUT_DEPTH);
    if (x->at == WL_XML_OUT_IN_TAG)
        put(x, ">");
    new_line(x);
    put(x, "<");
    put(x, name);
    x->open[x->depth++] = name;
    x->at = WL_XML_OUT_IN_TAG;
}

/* What must stand for the character that begins with this byte of valid UTF-8; NULL: itself. */
static const char *escape(const char *at, size_t left, bool attribute)
{
    switch (*at) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return attribute ? "&quot;" : NULL;
    case '\t': /* as references where a parser would make blanks of them, or of CR a LF */
        return attribute ? "&#9;" : NULL;
    case '\n':
        return attribute ? "&#10;" : NULL;
    case '\r':
        return "&#13;";
    case '\xEF':
        return left >= 3 && at[1] == '\xBF' && (uint8_t)at[2] >= 0xBE ? REPLACEMENT : NULL;
    }
    return (uint8_t)*at < 0x20 ? REPLACEMENT : NULL;
}

static void put_valid(struct wl_xml_out *x, struct wl_str s, bool attribute)
{
    size_t begin = 0;

    for (size_t i = 0; i < s.size; i++) {
        const char *instead = escape(s.data + i, s.size - i, attribute);
        if (instead == NULL)
            continue;
        wl_file_write(x->file, s.data + begin, i - begin);
        put(x, instead);
        if (s.data[i] == '\xEF')
            i += 2;
        begin = i + 1;
    }
    if (begin < s.size)
        wl_file_write(x->file, s.data + begin, s.size - begin);
}

static void put_escaped(struct wl_xml_out *x, struct wl_str s, bool attribute)
{
    while (s.size > 0) {
        size_t valid = wl_utf8_prefix(s);

        put_valid(x, (struct wl_str){s.data, valid}, attribute);
        if (valid < s.size) {
            put(x, REPLACEMENT);
            valid++;
        }
        s = (struct wl_str){s.data + valid, s.size - valid};
    }
}

void wl_xml_out_attribute(struct wl_xml_out *x, const char *name, struct wl_str value)
{
    assert(x->at == WL_XML_OUT_IN_TAG);
    put(x, " ");
    put(x, name);
    put(x, "=\"");
    put_escaped(x, value, true);
    put(x, "\"");
}

void wl_xml_out_text(struct wl_xml_out *x, struct wl_str text)
{
    assert(x->depth > 0 && x->at != WL_XML_OUT_BETWEEN);
    if (text.size == 0)
        return;
    if (x->at == WL_XML_OUT_IN_TAG)
        put(x, ">");
    x->at = WL_XML_OUT_IN_TEXT;
    put_escaped(x, text, false);
}

void wl_xml_out_close(struct wl_xml_out *x, const char *name)
{
    assert(x->depth > 0 && strcmp(x->open[x->depth - 1], name) == 0);
    x->depth--;
    if (x->at == WL_XML_OUT_IN_TAG) {
        put(x, "/>");
    } else {
        if (x->at == WL_XML_OUT_BETWEEN)
            new_line(x);
        put(x, "</");
        put(x, name);
        put(x, ">");
    }
    x->at = WL_XML_OUT_BETWEEN;
}

void wl_xml_out_element(struct wl_xml_out *x, const char *name, struct wl_str text)
{
    wl_xml_out_open(x, name);
    wl_xml_out_text(x, text);
    wl_xml_out_close(x, name);
}

void wl_xml_out_end(struct wl_xml_out *x)
{
    assert(x->depth == 0 && x->at == WL_XML_OUT_BETWEEN);
    put(x, "\n");
}
