#include "xmlio/gate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wledger/error.h"

/* Which bytes end a run, by what is being run through. */
enum {
    ODD = 1,       /* control and non-ASCII bytes: never just run over */
    TEXT_STOP = 2, /* < & */
    TAG_STOP = 4,  /* > < " ' */
    DOUBLE_STOP = 8,
    SINGLE_STOP = 16,
    BRACKET_STOP = 32, /* ] */
    BLANK = 64,
};

static const uint8_t classes[256] = {
    [0x00 ... 0x08] = ODD,
    ['\t'] = BLANK,
    ['\n'] = BLANK,
    [0x0B ... 0x0C] = ODD,
    ['\r'] = BLANK,
    [0x0E ... 0x1F] = ODD,
    [' '] = BLANK,
    ['"'] = TAG_STOP | DOUBLE_STOP,
    ['&'] = TEXT_STOP | DOUBLE_STOP | SINGLE_STOP,
    ['\''] = TAG_STOP | SINGLE_STOP,
    ['<'] = TEXT_STOP | TAG_STOP | DOUBLE_STOP | SINGLE_STOP,
    ['>'] = TAG_STOP,
    [']'] = BRACKET_STOP,
    [0x80 ... 0xFF] = ODD,
};

static inline const uint8_t *run(const uint8_t *at, const uint8_t *end, unsigned stops)
{
    while (at != end && !(classes[*at] & stops))
        at++;
    return at;
}

/* Places. Counted only when asked for: at the end of a piece, and for a fault. */

static size_t count_characters(const uint8_t *at, const uint8_t *end)
{
    size_t continuations = 0, n = (size_t)(end - at);
    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        word = (word >> 7) & (~word >> 6) & UINT64_C(0x0101010101010101);
        continuations += (word * UINT64_C(0x0101010101010101)) >> 56;
    }
    for (; at != end; at++)
        continuations += (*at & 0xC0) == 0x80;
    return n - continuations;
}

static struct wl_place place_of(const struct wl_gate *gate, const uint8_t *at)
{
    struct wl_place place = gate->here;
    const uint8_t *line = gate->start, *next;
    while ((next = memchr(line, '\n', (size_t)(at - line))) != NULL) {
        line = next + 1;
        place.line++;
        place.column = 1;
    }
    place.column += count_characters(line, at);
    return place;
}

static struct wl_place place_of_mark(const struct wl_gate *gate)
{
    return gate->mark != NULL ? place_of(gate, gate->mark) : gate->marked;
}

static void set_fault(struct wl_gate *gate, struct wl_place place, const char *format, va_list arguments)
{
    gate->failed = true;
    gate->fault->line = place.line;
    gate->fault->column = place.column;
    vsnprintf(gate->fault->reason, sizeof gate->fault->reason, format, arguments);
    wl_fail(WL_E_INPUT, "%s", gate->fault->reason);
}

int wl_gate_fail(struct wl_gate *gate, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_fault(gate, gate->here, format, arguments);
    va_end(arguments);
    return WL_E_INPUT;
}

/* What is wrong at that byte; nothing behind it passes. */
__attribute__((format(printf, 3, 4))) static const uint8_t *wrong(struct wl_gate *gate, const uint8_t *at,
                                                                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_fault(gate, place_of(gate, at), format, arguments);
    va_end(arguments);
    gate->stop = at;
    return NULL;
}

/* What is wrong with the open markup, at its beginning. */
__attribute__((format(printf, 2, 3))) static const uint8_t *wrong_markup(struct wl_gate *gate, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_fault(gate, place_of_mark(gate), format, arguments);
    va_end(arguments);
    gate->stop = gate->mark != NULL ? gate->mark : gate->start;
    return NULL;
}

/* Control bytes end the document; a run of characters outside of ASCII is looked through. */
static const uint8_t *pass_odd(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    if (*at == 0)
        return wrong(gate, at, "a NUL byte; send text");
    if (*at < 0x80)
        return wrong(gate, at, "the control byte 0x%02X is not allowed in XML; remove it", *at);
    const uint8_t *behind = at;
    while (behind != end && *behind >= 0x80)
        behind++;
    size_t n = (size_t)(behind - at), good = wl_utf8_prefix((struct wl_str){(const char *)at, n});
    if (good < n)
        return wrong(gate, at + good, "the byte 0x%02X is broken UTF-8; send UTF-8 or declare the encoding", at[good]);
    return behind;
}

/* Bytes of the open markup up to at. */
static size_t markup_size(const struct wl_gate *gate, const uint8_t *at)
{
    return gate->mark != NULL ? (size_t)(at - gate->mark) : gate->mark_size + (size_t)(at - gate->start);
}

static bool tag_too_long(struct wl_gate *gate, const uint8_t *at)
{
    if (markup_size(gate, at) <= WL_XML_TAG_MAX)
        return false;
    wrong_markup(gate, "the tag that begins here is longer than %d bytes", WL_XML_TAG_MAX);
    return true;
}

static bool aside_too_long(struct wl_gate *gate, const uint8_t *at)
{
    if (markup_size(gate, at) <= WL_XML_ASIDE_MAX)
        return false;
    wrong_markup(gate, "the comment or processing instruction that begins here is longer than %d bytes",
                 WL_XML_ASIDE_MAX);
    return true;
}

static const uint8_t *pass_text(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    if (gate->depth > 0) {
        at = run(at, end, ODD | TEXT_STOP);
    } else {
        while (at != end && classes[*at] & BLANK)
            at++;
        if (at != end && *at != '<' && (*at >= 0x20 && *at < 0x80))
            return wrong(gate, at,
                         gate->root_seen ? "something follows the document's root element; remove it"
                                         : "this is no XML document: text stands before its first tag");
    }
    if (at == end)
        return at;
    if (*at == '<') {
        gate->mark = at;
        gate->state = WL_GATE_OPEN;
        return at + 1;
    }
    if (*at == '&') {
        gate->mark = at;
        gate->behind_reference = WL_GATE_TEXT;
        gate->state = WL_GATE_REFERENCE;
        gate->word_size = 0;
        return at + 1;
    }
    const uint8_t *behind = pass_odd(gate, at, end);
    if (behind != NULL && gate->depth == 0)
        return wrong(gate, at,
                     gate->root_seen ? "something follows the document's root element; remove it"
                                     : "this is no XML document: text stands before its first tag");
    return behind;
}

static const uint8_t *open_element(struct wl_gate *gate, const uint8_t *at)
{
    if (gate->depth == 0 && gate->root_seen)
        return wrong_markup(gate, "a second root element; send one document in a file");
    if (gate->depth_base + gate->depth >= WL_XML_DEPTH_MAX)
        return wrong_markup(gate, "elements are nested deeper than %d", WL_XML_DEPTH_MAX);
    gate->root_seen = true;
    gate->depth++;
    gate->attributes = 0;
    gate->state = WL_GATE_TAG;
    return at;
}

/* Behind <: what kind of markup it is. */
static const uint8_t *pass_open(struct wl_gate *gate, const uint8_t *at)
{
    switch (*at) {
    case '/':
        if (gate->depth == 0)
            return wrong_markup(gate, "an end tag without its start tag");
        gate->state = WL_GATE_END_TAG;
        return at + 1;
    case '!':
        gate->state = WL_GATE_BANG;
        gate->word_size = 0;
        return at + 1;
    case '?':
        gate->state = WL_GATE_INSTRUCTION;
        gate->matched = 0;
        return at + 1;
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case '>':
    case '<':
    case '&':
        return wrong_markup(gate, "a < that begins no tag; write &lt; in text");
    default:
        return open_element(gate, at);
    }
}

static const uint8_t *pass_tag(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    at = run(at, end, ODD | TAG_STOP);
    if (tag_too_long(gate, at))
        return NULL;
    if (at == end)
        return at;
    switch (*at) {
    case '>':
        if ((at == gate->start ? gate->last : at[-1]) == '/')
            gate->depth--;
        gate->state = WL_GATE_TEXT;
        return at + 1;
    case '"':
    case '\'':
        if (++gate->attributes > WL_XML_ATTRIBUTES_MAX)
            return wrong_markup(gate, "the tag that begins here has more than %d attributes", WL_XML_ATTRIBUTES_MAX);
        gate->state = *at == '"' ? WL_GATE_DOUBLE : WL_GATE_SINGLE;
        return at + 1;
    case '<':
        return wrong(gate, at, "a < within a tag; the tag before it has no end");
    default:
        return pass_odd(gate, at, end);
    }
}

static const uint8_t *pass_value(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    at = run(at, end, ODD | (gate->state == WL_GATE_DOUBLE ? DOUBLE_STOP : SINGLE_STOP));
    if (tag_too_long(gate, at))
        return NULL;
    if (at == end)
        return at;
    switch (*at) {
    case '"':
    case '\'':
        gate->state = WL_GATE_TAG;
        return at + 1;
    case '&':
        gate->behind_reference = gate->state;
        gate->state = WL_GATE_REFERENCE;
        gate->word_size = 0;
        return at + 1;
    case '<':
        return wrong(gate, at, "a < within an attribute's value; write &lt;");
    default:
        return pass_odd(gate, at, end);
    }
}

static const uint8_t *pass_end_tag(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    at = run(at, end, ODD | TAG_STOP);
    if (tag_too_long(gate, at))
        return NULL;
    if (at == end)
        return at;
    if (*at == '>') {
        gate->depth--;
        gate->state = WL_GATE_TEXT;
        return at + 1;
    }
    if (classes[*at] & TAG_STOP)
        return wrong(gate, at, "a %c within an end tag", *at);
    return pass_odd(gate, at, end);
}

/* Behind <!: a comment, a CDATA section, or what is refused. */
static const uint8_t *pass_bang(struct wl_gate *gate, const uint8_t *at)
{
    static const char comment[] = "--", section[] = "[CDATA[";
    gate->word[gate->word_size++] = (char)*at;
    if (memcmp(gate->word, comment, gate->word_size < 2 ? gate->word_size : 2) == 0) {
        if (gate->word_size == 2) {
            gate->state = WL_GATE_COMMENT;
            gate->matched = 0;
        }
        return at + 1;
    }
    if (memcmp(gate->word, section, gate->word_size) == 0) {
        if (gate->depth == 0)
            return wrong_markup(gate, "a CDATA section outside of the document's root element");
        if (gate->word_size == sizeof section - 1) {
            gate->state = WL_GATE_CDATA;
            gate->matched = 0;
        }
        return at + 1;
    }
    if (gate->word[0] == 'D' || gate->word[0] == 'd')
        return wrong_markup(gate, "a DOCTYPE is not allowed; send the document without it");
    return wrong_markup(gate, "markup that begins with <! and is neither a comment nor a CDATA section");
}

static const uint8_t *pass_comment(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    for (; at != end; at++) {
        if (*at == '-') {
            gate->matched = gate->matched < 2 ? gate->matched + 1 : 2;
            continue;
        }
        if (*at == '>' && gate->matched == 2) {
            gate->state = WL_GATE_TEXT;
            return aside_too_long(gate, at) ? NULL : at + 1;
        }
        gate->matched = 0;
        if (classes[*at] & ODD) {
            at = pass_odd(gate, at, end);
            if (at == NULL)
                return NULL;
            at--;
        }
    }
    return aside_too_long(gate, at) ? NULL : at;
}

static const uint8_t *pass_instruction(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    for (; at != end; at++) {
        if (*at == '>' && gate->matched == 1) {
            gate->state = WL_GATE_TEXT;
            return aside_too_long(gate, at) ? NULL : at + 1;
        }
        gate->matched = *at == '?';
        if (classes[*at] & ODD) {
            at = pass_odd(gate, at, end);
            if (at == NULL)
                return NULL;
            at--;
        }
    }
    return aside_too_long(gate, at) ? NULL : at;
}

static const uint8_t *pass_cdata(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    if (gate->matched == 0)
        at = run(at, end, ODD | BRACKET_STOP);
    if (at == end)
        return at;
    if (*at == ']') {
        gate->matched = gate->matched < 2 ? gate->matched + 1 : 2;
        return at + 1;
    }
    if (*at == '>' && gate->matched == 2) {
        gate->state = WL_GATE_TEXT;
        return at + 1;
    }
    gate->matched = 0;
    return classes[*at] & ODD ? pass_odd(gate, at, end) : at + 1;
}

static bool is_known_reference(struct wl_str name)
{
    static const char *const known[] = {"amp", "lt", "gt", "quot", "apos"};
    if (name.size > 0 && name.data[0] == '#')
        return true; /* which character it is, the parser looks at */
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (wl_str_is(name, known[i]))
            return true;
    return false;
}

static const uint8_t *pass_reference(struct wl_gate *gate, const uint8_t *at)
{
    struct wl_str name = {gate->word, gate->word_size};
    if (*at == ';') {
        if (!is_known_reference(name))
            return wrong(gate, at,
                         "the entity &" WL_STR_FMT "; is none of amp, lt, gt, quot, apos; write the character itself",
                         WL_STR_ARG(name));
        gate->state = gate->behind_reference;
        return at + 1;
    }
    bool fits = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || *at == '#';
    if (!fits || gate->word_size == WL_XML_REFERENCE_MAX)
        return wrong(gate, at, "an & that begins no character reference; write &amp;");
    gate->word[gate->word_size++] = (char)*at;
    return at + 1;
}

static const uint8_t *step(struct wl_gate *gate, const uint8_t *at, const uint8_t *end)
{
    switch (gate->state) {
    case WL_GATE_TEXT:
        return pass_text(gate, at, end);
    case WL_GATE_OPEN:
        return pass_open(gate, at);
    case WL_GATE_TAG:
        return pass_tag(gate, at, end);
    case WL_GATE_DOUBLE:
    case WL_GATE_SINGLE:
        return pass_value(gate, at, end);
    case WL_GATE_END_TAG:
        return pass_end_tag(gate, at, end);
    case WL_GATE_BANG:
        return pass_bang(gate, at);
    case WL_GATE_COMMENT:
        return pass_comment(gate, at, end);
    case WL_GATE_CDATA:
        return pass_cdata(gate, at, end);
    case WL_GATE_INSTRUCTION:
        return pass_instruction(gate, at, end);
    case WL_GATE_REFERENCE:
        return pass_reference(gate, at);
    }
    return NULL;
}

/* A long CDATA section reaches the parser as several, because libxml2's push parser gathers a section
 * whole and would look through it again with every piece. Its ]] are kept back until it is known
 * whether > follows. (What the parser finds wrong behind it in the same line is then said to stand some
 * columns further on.) */
static int send(struct wl_gate *gate, bool within_section, const uint8_t *bytes, size_t n)
{
    bool stays_within = gate->state == WL_GATE_CDATA && !gate->failed;
    size_t keep = stays_within ? gate->matched : 0;
    size_t keep_of_bytes = keep < n ? keep : n;
    size_t kept_before = gate->kept_size - (keep - keep_of_bytes);
    if (n == 0)
        return WL_OK;
    gate->kept_size = keep;
    n -= keep_of_bytes;
    if (within_section && stays_within && kept_before + n == 0)
        return WL_OK;
    int status = WL_OK;
    if (within_section)
        status = gate->sink(gate->context, "<![CDATA[", 9);
    if (status == WL_OK && kept_before > 0)
        status = gate->sink(gate->context, "]]", kept_before);
    if (status == WL_OK && n > 0)
        status = gate->sink(gate->context, (const char *)bytes, n);
    if (status == WL_OK && stays_within)
        status = gate->sink(gate->context, "]]>", 3);
    return status;
}

/* One piece of whole characters. */
static int feed_whole(struct wl_gate *gate, const uint8_t *bytes, size_t n)
{
    const uint8_t *at = bytes, *end = bytes + n;
    bool within_section = gate->state == WL_GATE_CDATA;
    gate->start = bytes;
    gate->mark = NULL;
    gate->stop = end;
    while (at != end && at != NULL)
        at = step(gate, at, end);
    bool failed = gate->failed;
    if (!failed && gate->state != WL_GATE_TEXT && gate->state != WL_GATE_CDATA) {
        gate->mark_size = markup_size(gate, end);
        gate->marked = place_of_mark(gate);
    }
    gate->here = place_of(gate, gate->stop);
    if (n > 0)
        gate->last = end[-1];
    struct wl_batch_fault fault = *gate->fault;
    int status = send(gate, within_section, bytes, (size_t)(gate->stop - bytes));
    gate->start = gate->stop = gate->mark = NULL;
    if (status != WL_OK || !failed)
        return status;
    *gate->fault = fault;
    return wl_fail(WL_E_INPUT, "%s", fault.reason);
}

/* Bytes at the end that begin a character without ending it. */
static size_t unfinished(const uint8_t *bytes, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        uint8_t byte = bytes[n - back];
        if (byte < 0x80)
            return 0;
        if (byte >= 0xC0) {
            size_t needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
            return needed > back ? back : 0;
        }
    }
    return 0;
}

int wl_gate_feed(struct wl_gate *gate, const char *text, size_t n)
{
    const uint8_t *bytes = (const uint8_t *)text;
    while (gate->held_size > 0 && n > 0) {
        gate->held[gate->held_size++] = *bytes++;
        n--;
        size_t size = gate->held_size;
        if (size < sizeof gate->held && unfinished(gate->held, size) == size)
            continue;
        gate->held_size = 0;
        int status = feed_whole(gate, gate->held, size);
        if (status != WL_OK)
            return status;
    }
    if (n == 0)
        return WL_OK;
    size_t held = unfinished(bytes, n);
    int status = feed_whole(gate, bytes, n - held);
    memcpy(gate->held, bytes + n - held, held);
    gate->held_size = held;
    return status;
}

int wl_gate_end(struct wl_gate *gate)
{
    if (gate->held_size > 0)
        return wl_gate_fail(gate, "the document ends within a character");
    if (gate->state != WL_GATE_TEXT)
        return wl_gate_fail(gate, "the document is cut short: it ends within markup");
    if (!gate->root_seen)
        return wl_gate_fail(gate, "the document is empty");
    if (gate->depth > 0)
        return wl_gate_fail(gate, "the document is cut short: %u elements are still open", gate->depth);
    return WL_OK;
}

void wl_gate_init(struct wl_gate *gate, wl_gate_sink_fn *sink, void *context, struct wl_batch_fault *fault,
                  unsigned depth_base)
{
    memset(gate, 0, sizeof *gate);
    gate->sink = sink;
    gate->context = context;
    gate->fault = fault;
    gate->depth_base = depth_base;
    gate->here = (struct wl_place){1, 1};
}
