/* The floor under every import: inflate the file, and parse it with a SAX handler that does nothing. */
#include "bench/measure.h"

#include <libxml/parser.h>
#include <string.h>
#include <zlib.h>

enum { PIECE = 64 * 1024, READ_AHEAD = 128 * 1024 };

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                          int namespace_count, const xmlChar **namespaces, int attribute_count, int defaulted,
                          const xmlChar **attributes)
{
    (void)context, (void)name, (void)prefix, (void)uri, (void)namespace_count, (void)namespaces;
    (void)attribute_count, (void)defaulted, (void)attributes;
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)context, (void)name, (void)prefix, (void)uri;
}

static void characters(void *context, const xmlChar *text, int size)
{
    (void)context, (void)text, (void)size;
}

/* Seconds for one pass; without a parser, of inflating alone. */
static double pass(const char *path, xmlParserCtxt *parser, uint64_t *bytes)
{
    static char piece[PIECE];
    double begin = measure_now();
    gzFile file = gzopen(path, "rb");
    int n;

    measure_ok_system(file != NULL && gzbuffer(file, READ_AHEAD) == 0, path);
    *bytes = 0;
    while ((n = gzread(file, piece, PIECE)) > 0) {
        *bytes += (uint64_t)n;
        if (parser && xmlParseChunk(parser, piece, n, 0) != 0)
            measure_fail("%s: not well-formed", path);
    }
    if (n < 0)
        measure_fail("%s: not a gzip file in whole", path);
    if (parser && xmlParseChunk(parser, piece, 0, 1) != 0)
        measure_fail("%s: not well-formed", path);
    gzclose(file);
    return measure_now() - begin;
}

void measure_parse(char **args)
{
    xmlSAXHandler sax;
    xmlParserCtxt *parser;
    uint64_t bytes;
    double inflating, both, cpu;

    memset(&sax, 0, sizeof sax);
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = start_element;
    sax.endElementNs = end_element;
    sax.characters = characters;
    inflating = pass(args[0], NULL, &bytes);
    parser = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
    if (!parser || xmlCtxtUseOptions(parser, XML_PARSE_NONET) != 0)
        measure_fail("no parser is to be had");
    cpu = measure_cpu(false);
    both = pass(args[0], parser, &bytes);
    cpu = measure_cpu(false) - cpu;
    xmlFreeParserCtxt(parser);
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"inflate_seconds\": %.6f, \"bytes\": %llu}\n", both, cpu,
           inflating, (unsigned long long)bytes);
}
