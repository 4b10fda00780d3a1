#include "xmlio/encoding.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "wledger/error.h"

enum { CONVERTED_SIZE = 32 * 1024 };

/* What a declaration may say, and what the C library calls it. Stateful encodings stay out. */
static const struct {
    const char *declared, *known_as; /* NULL: UTF-8 itself */
} encodings[] = {
    {"UTF-8", NULL},
    {"UTF8", NULL},
    {"US-ASCII", "ASCII"},
    {"ASCII", "ASCII"},
    {"ISO-8859-1", "ISO-8859-1"},
    {"ISO-8859-2", "ISO-8859-2"},
    {"ISO-8859-3", "ISO-8859-3"},
    {"ISO-8859-4", "ISO-8859-4"},
    {"ISO-8859-5", "ISO-8859-5"},
    {"ISO-8859-6", "ISO-8859-6"},
    {"ISO-8859-7", "ISO-8859-7"},
    {"ISO-8859-8", "ISO-8859-8"},
    {"ISO-8859-9", "ISO-8859-9"},
    {"ISO-8859-10", "ISO-8859-10"},
    {"ISO-8859-11", "ISO-8859-11"},
    {"ISO-8859-13", "ISO-8859-13"},
    {"ISO-8859-14", "ISO-8859-14"},
    {"ISO-8859-15", "ISO-8859-15"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"windows-1252", "CP1252"},
    {"GB18030", "GB18030"},
    {"GBK", "GBK"},
    {"GB2312", "GB2312"},
    {"Big5", "BIG5"},
    {"Shift_JIS", "SJIS"},
    {"EUC-JP", "EUC-JP"},
    {"EUC-KR", "EUC-KR"},
};

void wl_decoder_init(struct wl_decoder *decoder, struct wl_gate *gate, bool embedded)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->gate = gate;
    decoder->embedded = embedded;
}

void wl_decoder_release(struct wl_decoder *decoder)
{
    if (decoder->converts)
        iconv_close(decoder->converter);
    decoder->converts = false;
}

static int no_character(struct wl_decoder *decoder)
{
    return wl_gate_fail(decoder->gate, "these bytes are no character of the encoding that the document declares");
}

static int convert(struct wl_decoder *decoder, const char *bytes, size_t n)
{
    char converted[CONVERTED_SIZE];
    char joined[sizeof decoder->carried + 256];
    while (n > 0) {
        /* A character cut in two by the end of a piece goes on in a small piece of its own. */
        bool carries = decoder->carried_size > 0;
        size_t taken = 0;
        if (carries) {
            taken = n < 256 ? n : 256;
            memcpy(joined, decoder->carried, decoder->carried_size);
            memcpy(joined + decoder->carried_size, bytes, taken);
        }
        size_t total = carries ? decoder->carried_size + taken : n;
        char *from = carries ? joined : (char *)(uintptr_t)bytes, *to = converted;
        size_t left = total, room = sizeof converted;
        size_t result = iconv(decoder->converter, &from, &left, &to, &room);
        int why = result == (size_t)-1 ? errno : 0;
        int status = wl_gate_feed(decoder->gate, converted, (size_t)(to - converted));
        if (status != WL_OK)
            return status;
        if (why == EILSEQ || (why == EINVAL && left > sizeof decoder->carried))
            return no_character(decoder);
        size_t used = total - left;
        if (why == EINVAL) {
            memmove(decoder->carried, from, left);
            bytes += carries ? taken : n;
            n -= carries ? taken : n;
            decoder->carried_size = left;
        } else if (carries && used < decoder->carried_size) {
            return no_character(decoder);
        } else {
            size_t forward = carries ? used - decoder->carried_size : used;
            bytes += forward;
            n -= forward;
            decoder->carried_size = 0;
        }
    }
    return WL_OK;
}

static int pass_on(struct wl_decoder *decoder, const char *bytes, size_t n)
{
    return decoder->converts ? convert(decoder, bytes, n) : wl_gate_feed(decoder->gate, bytes, n);
}

static int use(struct wl_decoder *decoder, const char *known_as)
{
    decoder->decided = true;
    if (known_as == NULL)
        return WL_OK;
    decoder->converter = iconv_open("UTF-8", known_as);
    if (decoder->converter == (iconv_t)-1)
        return wl_gate_fail(decoder->gate, "this system cannot read the encoding %s; send UTF-8", known_as);
    decoder->converts = true;
    return WL_OK;
}

static bool begins(const char *bytes, size_t n, const char *with, size_t size)
{
    return n >= size && memcmp(bytes, with, size) == 0;
}

/* The value of encoding="..." in a declaration, or empty. */
static struct wl_str declared_encoding(const char *declaration, size_t n)
{
    const char *end = declaration + n;
    const char *at = memmem(declaration, n, "encoding", 8);
    if (at == NULL)
        return WL_NO_STR;
    at += 8;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n' || *at == '='))
        at++;
    if (at == end || (*at != '"' && *at != '\''))
        return WL_NO_STR;
    const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
    return close == NULL ? WL_NO_STR : (struct wl_str){at + 1, (size_t)(close - at - 1)};
}

static int use_declared(struct wl_decoder *decoder, struct wl_str name, bool marked)
{
    if (decoder->embedded || name.size == 0)
        return use(decoder, NULL);
    if (name.size >= 5 && strncasecmp(name.data, "UTF-16", name.size < 6 ? name.size : 6) == 0)
        return wl_gate_fail(decoder->gate, "the document declares " WL_STR_FMT " but is not; declare what it is",
                            WL_STR_ARG(name));
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        if (strlen(encodings[i].declared) != name.size || strncasecmp(encodings[i].declared, name.data, name.size) != 0)
            continue;
        if (marked && encodings[i].known_as != NULL)
            return wl_gate_fail(decoder->gate, "the document begins as UTF-8 but declares " WL_STR_FMT,
                                WL_STR_ARG(name));
        return use(decoder, encodings[i].known_as);
    }
    return wl_gate_fail(decoder->gate, "the encoding " WL_STR_FMT " is not read; send UTF-8",
                        (int)(name.size < 40 ? name.size : 40), name.data);
}

/* Decides on the encoding once enough of the document is there; *skip: bytes of the mark. */
static int decide(struct wl_decoder *decoder, bool last, size_t *skip)
{
    const char *head = decoder->head;
    size_t n = decoder->head_size;
    *skip = 0;
    if (!last && n < 4)
        return WL_OK;
    if (!decoder->embedded) {
        if (begins(head, n, "\xFF\xFE\0\0", 4) || begins(head, n, "\0\0\xFE\xFF", 4))
            return wl_gate_fail(decoder->gate, "the encoding UTF-32 is not read; send UTF-8");
        bool little = begins(head, n, "\xFF\xFE", 2), big = begins(head, n, "\xFE\xFF", 2);
        *skip = little || big ? 2 : 0;
        if (little || begins(head, n, "<\0?\0", 4))
            return use(decoder, "UTF-16LE");
        if (big || begins(head, n, "\0<\0?", 4))
            return use(decoder, "UTF-16BE");
    }
    *skip = begins(head, n, "\xEF\xBB\xBF", 3) ? 3 : 0;
    head += *skip;
    n -= *skip;
    if (!last && n < 6 && memcmp(head, "<?xml ", n) == 0)
        return WL_OK;
    if (!begins(head, n, "<?xml", 5))
        return use(decoder, NULL);
    const char *end = memmem(head, n, "?>", 2);
    if (end != NULL)
        return use_declared(decoder, declared_encoding(head, (size_t)(end - head)), *skip > 0);
    if (last || decoder->head_size == sizeof decoder->head)
        return wl_gate_fail(decoder->gate, "the XML declaration has no end within %d bytes", WL_XML_DECLARATION_MAX);
    return WL_OK;
}

static int pass_head(struct wl_decoder *decoder, bool last)
{
    size_t skip;
    int status = decide(decoder, last, &skip);
    if (status != WL_OK || !decoder->decided)
        return status;
    return pass_on(decoder, decoder->head + skip, decoder->head_size - skip);
}

int wl_decoder_feed(struct wl_decoder *decoder, const char *bytes, size_t n)
{
    if (decoder->decided)
        return pass_on(decoder, bytes, n);
    size_t room = sizeof decoder->head - decoder->head_size;
    size_t taken = n < room ? n : room;
    memcpy(decoder->head + decoder->head_size, bytes, taken);
    decoder->head_size += taken;
    int status = pass_head(decoder, false);
    if (status != WL_OK || taken == n)
        return status;
    return pass_on(decoder, bytes + taken, n - taken);
}

int wl_decoder_end(struct wl_decoder *decoder)
{
    int status = decoder->decided ? WL_OK : pass_head(decoder, true);
    if (status != WL_OK)
        return status;
    if (decoder->carried_size > 0)
        return wl_gate_fail(decoder->gate, "the document ends within a character");
    return wl_gate_end(decoder->gate);
}
