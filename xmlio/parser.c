#include "xmlio/parser.h"

#include "wledger/error.h"
#include "wledger/text.h"
#include <pthread.h>

enum { MESSAGE_MAX = 300 /* bytes of what libxml2 says */ };

static void be_quiet(void *context, const char *format, ...)
{
    (void)context, (void)format;
}

static void init_once(void)
{
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, be_quiet);
}

void wl_parser_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init_once);
}

struct wl_place wl_parser_place(const xmlParserCtxt *parser)
{
    const xmlParserInput *input = parser->input;

    if (input == NULL || input->line < 1 || input->col < 1)
        return (struct wl_place){0, 0};
    return (struct wl_place){(uint64_t)input->line, (uint64_t)input->col};
}

int wl_parser_fail(const xmlError *error, struct wl_place *place)
{
    struct wl_str message = wl_str_trim(wl_str_of(error->message));

    if (error->line > 0 && error->int2 > 0)
        *place = (struct wl_place){(uint64_t)error->line, (uint64_t)error->int2};
    if (message.size > MESSAGE_MAX)
        message.size = wl_utf8_prefix((struct wl_str){message.data, MESSAGE_MAX});
    return wl_fail(error->code == XML_ERR_NO_MEMORY ? WL_E_SYSTEM : WL_E_INPUT,
                   "the document is not well-formed: " WL_STR_FMT, WL_STR_ARG(message));
}

int wl_parser_doctype(void)
{
    return wl_fail(WL_E_INPUT, "a DOCTYPE is not allowed; send the document without it");
}
