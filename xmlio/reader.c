#include "xmlio/reader.h"

#include <inttypes.h>
#include <libxml/parser.h>
#include <libxml/dict.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wledger/error.h"
#include "xmlio/encoding.h"
#include "xmlio/parser.h"

enum {
    LEVELS = 1 + WL_XML_PAYLOAD_DEPTH_MAX,
    PAYLOAD_PIECE = 64 * 1024,
    PARSER_PIECE = 64 * 1024,
};

/* An element that may hold a document as text. */
enum payload {
    NO_PAYLOAD,
    BLANK_PAYLOAD, /* nothing but white space yet */
    OPEN_PAYLOAD,  /* its text goes to the next level */
    PLAIN_PAYLOAD, /* its text is no document */
};

/* One document: the file itself, or one in a payload of the level above. */
struct level {
    struct wl_reader *reader;
    unsigned index;
    xmlParserCtxtPtr parser;
    struct wl_gate gate; /* of a payload; the file has passed one already */
    struct wl_decoder decoder;
    struct wl_batch_fault gate_fault;
    unsigned depth, depth_base; /* elements open here, and around this document */
    enum payload payload;
    unsigned payload_depth;
    struct wl_place payload_place;
    char *text; /* of the payload, on its way to the next level */
    size_t text_size;
};

enum mode {
    SEEKING, /* in an envelope, before the document */
    BOUND,   /* in the document */
    DONE,    /* behind it */
};

struct attributes {
    const xmlChar **at; /* local name, prefix, URI, value, end */
    int count;
};

struct wl_reader {
    const struct wl_dialects *dialects;
    struct wl_binder *binder;
    enum mode mode;
    const struct level *bound; /* where the document is, and the depth of its root */
    unsigned bound_depth;
    char root[200]; /* of the file, for a message */
    struct wl_place root_place;
    int status; /* the first that went wrong */
    struct wl_batch_fault *fault;
    struct level levels[LEVELS];
};

/* Ends the reading with the message set last. Of a payload, the place is its own in the file, and the
 * message has the place within. */
static int fail_at(struct level *level, struct wl_place place, int status)
{
    struct wl_reader *reader = level->reader;
    struct wl_batch_fault *fault = reader->fault;
    if (reader->status != WL_OK)
        return reader->status;
    reader->status = status;
    for (; level->index > 0; level--) {
        wl_fail(status, "line %" PRIu64 ", column %" PRIu64 " of the payload: %s", place.line, place.column,
                wl_error());
        place = level[-1].payload_place;
    }
    fault->line = place.line;
    fault->column = place.column;
    strncpy(fault->reason, wl_error(), sizeof fault->reason - 1);
    fault->reason[wl_utf8_prefix(wl_str_of(fault->reason))] = '\0';
    for (size_t i = 0; i < LEVELS; i++)
        if (reader->levels[i].parser != NULL)
            xmlStopParser(reader->levels[i].parser);
    return status;
}

static int fail_here(struct level *level, int status)
{
    return fail_at(level, wl_parser_place(level->parser), status);
}

/* Levels. */

static const xmlSAXHandler handlers;

static int pass_to_parser(void *context, const char *bytes, size_t n)
{
    struct level *level = context;
    while (n > 0 && level->reader->status == WL_OK) {
        size_t size = n < PARSER_PIECE ? n : PARSER_PIECE;
        xmlParseChunk(level->parser, bytes, (int)size, 0);
        bytes += size;
        n -= size;
    }
    return level->reader->status;
}

static int open_level(struct wl_reader *reader, unsigned index)
{
    struct level *level = &reader->levels[index];
    xmlSAXHandler sax = handlers;
    memset(level, 0, sizeof *level);
    level->reader = reader;
    level->index = index;
    level->parser = xmlCreatePushParserCtxt(&sax, level, NULL, 0, NULL);
    if (level->parser == NULL)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    xmlCtxtUseOptions(level->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    if (index > 0) { /* one table of names for all levels: the binder knows names by their address */
        xmlDictFree(level->parser->dict);
        level->parser->dict = level[-1].parser->dict;
        xmlDictReference(level->parser->dict);
        level->depth_base = level[-1].depth_base + level[-1].depth;
    }
    wl_gate_init(&level->gate, pass_to_parser, level, &level->gate_fault, level->depth_base);
    wl_decoder_init(&level->decoder, &level->gate, index > 0);
    return WL_OK;
}

static void close_level(struct level *level)
{
    if (level->parser == NULL)
        return;
    wl_decoder_release(&level->decoder);
    free(level->text);
    xmlFreeParserCtxt(level->parser);
    memset(level, 0, sizeof *level);
}

/* What the gate or the parser behind it returned. */
static int verdict(struct level *level, int status)
{
    if (status == WL_OK || level->reader->status != WL_OK)
        return level->reader->status;
    struct wl_place place = {level->gate_fault.line, level->gate_fault.column};
    return fail_at(level, place, status);
}

static int feed_level(struct level *level, const char *bytes, size_t n)
{
    return verdict(level, wl_decoder_feed(&level->decoder, bytes, n));
}

static int end_parser(struct level *level)
{
    if (level->reader->status == WL_OK)
        xmlParseChunk(level->parser, NULL, 0, 1);
    if (level->reader->status == WL_OK && (!level->parser->wellFormed || level->parser->disableSAX)) {
        wl_fail(WL_E_INPUT, "the document is not well-formed");
        return fail_here(level, WL_E_INPUT);
    }
    return level->reader->status;
}

static int end_level(struct level *level)
{
    int status = verdict(level, wl_decoder_end(&level->decoder));
    return status == WL_OK ? end_parser(level) : status;
}

/* Envelopes and payloads. */

static int flush_payload(struct level *level)
{
    size_t size = level->text_size;
    level->text_size = 0;
    return size == 0 ? WL_OK : feed_level(level + 1, level->text, size);
}

static int open_payload(struct level *level)
{
    if (level->index + 1 == LEVELS)
        return wl_fail(WL_E_INPUT, "documents lie within documents deeper than %d", WL_XML_PAYLOAD_DEPTH_MAX);
    level->payload = OPEN_PAYLOAD;
    level->text_size = 0;
    if (level->text == NULL)
        level->text = malloc(PAYLOAD_PIECE);
    if (level->text == NULL)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    return open_level(level->reader, level->index + 1);
}

static int close_payload(struct level *level)
{
    enum payload payload = level->payload;
    level->payload = NO_PAYLOAD;
    if (payload != OPEN_PAYLOAD)
        return WL_OK;
    int status = flush_payload(level);
    if (status == WL_OK)
        status = end_level(level + 1);
    close_level(level + 1);
    return status;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int envelope_text(struct level *level, const char *bytes, size_t n)
{
    if (level->payload == BLANK_PAYLOAD) {
        while (n > 0 && is_blank(*bytes)) {
            bytes++;
            n--;
        }
        if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
            bytes += 3;
            n -= 3;
        }
        if (n == 0)
            return WL_OK;
        level->payload = PLAIN_PAYLOAD;
        if (*bytes == '<' && open_payload(level) != WL_OK)
            return fail_here(level, WL_E_INPUT);
    }
    while (level->payload == OPEN_PAYLOAD && n > 0) {
        size_t room = PAYLOAD_PIECE - level->text_size;
        size_t size = n < room ? n : room;
        memcpy(level->text + level->text_size, bytes, size);
        level->text_size += size;
        bytes += size;
        n -= size;
        if (level->text_size == PAYLOAD_PIECE && flush_payload(level) != WL_OK)
            return level->reader->status;
    }
    return WL_OK;
}

static const void *intern(void *context, const char *name)
{
    struct level *level = context;
    return xmlDictLookup(level->parser->dict, (const xmlChar *)name, -1);
}

static int envelope_start(struct level *level, const char *name, const char *namespace_uri,
                          const struct attributes *attributes)
{
    struct wl_reader *reader = level->reader;
    if (level->payload == OPEN_PAYLOAD) {
        wl_fail(WL_E_INPUT, "an element within a payload that holds a document as text");
        return fail_here(level, WL_E_INPUT);
    }
    if (reader->root[0] == '\0') {
        snprintf(reader->root, sizeof reader->root, "<%s> in %s%s", name,
                 namespace_uri == NULL ? "no namespace" : "the namespace ", namespace_uri == NULL ? "" : namespace_uri);
        reader->root_place = wl_parser_place(level->parser);
    }
    level->payload = NO_PAYLOAD;
    if (strcasecmp(name, "payload") == 0 || strcasecmp(name, "content") == 0) {
        level->payload = BLANK_PAYLOAD;
        level->payload_depth = level->depth;
        level->payload_place = wl_parser_place(level->parser);
    }
    const struct wl_dialect *dialect = wl_dialects_find(reader->dialects, name, namespace_uri);
    if (dialect == NULL)
        return WL_OK;
    if (reader->mode == DONE) {
        wl_fail(WL_E_INPUT, "a second %s; send one document in a file", name);
        return fail_here(level, WL_E_INPUT);
    }
    reader->mode = BOUND;
    reader->bound = level;
    reader->bound_depth = level->depth;
    int status = wl_binder_begin(reader->binder, dialect, intern, level, attributes);
    return status == WL_OK ? WL_OK : fail_here(level, status);
}

/* What the parser tells. */

/* Whether what happens at this level is part of the document that a dialect reads. */
static bool is_bound(const struct level *level)
{
    return level->reader->mode == BOUND && level->reader->bound == level;
}

static bool find_attribute(const void *context, const void *name, struct wl_str *value)
{
    const struct attributes *attributes = context;
    for (int i = 0; i < attributes->count; i++) {
        const xmlChar *const *at = attributes->at + 5 * i;
        if (at[0] != name || at[1] != NULL)
            continue;
        *value = (struct wl_str){(const char *)at[3], (size_t)(at[4] - at[3])};
        return true;
    }
    return false;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *namespace_uri,
                     int namespace_count, const xmlChar **namespaces, int attribute_count, int defaulted,
                     const xmlChar **at)
{
    struct level *level = context;
    struct wl_reader *reader = level->reader;
    (void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted;
    if (reader->status != WL_OK)
        return;
    level->depth++;
    struct attributes attributes = {at, attribute_count};
    if (xmlDictSize(level->parser->dict) > WL_XML_NAMES_MAX) {
        wl_fail(WL_E_INPUT, "the document has more than %d distinct names of elements and attributes",
                WL_XML_NAMES_MAX);
        fail_here(level, WL_E_INPUT);
    } else if (is_bound(level)) {
        int status = wl_binder_start(reader->binder, name, namespace_uri, &attributes);
        if (status != WL_OK)
            fail_here(level, status);
    } else {
        envelope_start(level, (const char *)name, (const char *)namespace_uri, &attributes);
    }
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *namespace_uri)
{
    struct level *level = context;
    struct wl_reader *reader = level->reader;
    (void)name, (void)prefix, (void)namespace_uri;
    if (reader->status != WL_OK)
        return;
    if (is_bound(level) && level->depth == reader->bound_depth) {
        reader->mode = DONE;
    } else if (is_bound(level)) {
        int status = wl_binder_end(reader->binder, wl_parser_place(level->parser));
        if (status != WL_OK)
            fail_here(level, status);
    } else if (level->payload != NO_PAYLOAD && level->depth == level->payload_depth) {
        close_payload(level);
    }
    level->depth--;
}

static void on_text(void *context, const xmlChar *bytes, int n)
{
    struct level *level = context;
    struct wl_reader *reader = level->reader;
    if (reader->status != WL_OK || n <= 0)
        return;
    if (is_bound(level))
        wl_binder_text(reader->binder, (const char *)bytes, (size_t)n);
    else if (level->payload == BLANK_PAYLOAD || level->payload == OPEN_PAYLOAD)
        envelope_text(level, (const char *)bytes, (size_t)n);
}

/* The gate lets none pass. */
static void on_doctype(void *context, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    struct level *level = context;
    (void)name, (void)external_id, (void)system_id;
    fail_here(level, wl_parser_doctype());
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct level *level = context;
    struct wl_place place = wl_parser_place(level->parser);

    if (error->level >= XML_ERR_ERROR && level->reader->status == WL_OK) {
        int status = wl_parser_fail(error, &place);
        fail_at(level, place, status);
    }
}

static const xmlSAXHandler handlers = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .internalSubset = on_doctype,
    .serror = on_error,
};

/* Reading. */

int wl_reader_new(const struct wl_dialects *dialects, wl_binder_sink_fn *take, void *context, struct wl_binder **binder,
                  struct wl_batch_fault *fault, struct wl_reader **out)
{
    wl_parser_init();
    struct wl_reader *reader = calloc(1, sizeof *reader);
    *out = reader;
    if (reader == NULL)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    reader->dialects = dialects;
    reader->fault = fault;
    int status = *binder != NULL ? WL_OK : wl_binder_new(take, find_attribute, context, binder);
    reader->binder = *binder;
    if (status == WL_OK)
        status = open_level(reader, 0);
    if (status == WL_OK)
        return WL_OK;
    wl_reader_free(reader);
    *out = NULL;
    return status;
}

void wl_reader_free(struct wl_reader *reader)
{
    if (reader == NULL)
        return;
    for (size_t i = LEVELS; i-- > 0;)
        close_level(&reader->levels[i]);
    free(reader);
}

int wl_reader_feed(void *context, const char *bytes, size_t n)
{
    struct wl_reader *reader = context;
    return pass_to_parser(&reader->levels[0], bytes, n);
}

int wl_reader_end(struct wl_reader *reader, struct wl_batch_summary *summary)
{
    struct level *level = &reader->levels[0];
    int status = end_parser(level);
    if (status != WL_OK)
        return status;
    if (reader->mode == SEEKING) {
        wl_fail(WL_E_INPUT, "no dialect reads this document, whose root element is %s", reader->root);
        return fail_at(level, reader->root_place, WL_E_INPUT);
    }
    struct wl_place place = reader->root_place;
    status = wl_binder_finish(reader->binder, summary, &place);
    return status == WL_OK ? WL_OK : fail_at(level, place, status);
}
