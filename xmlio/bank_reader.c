#include "wledger/bank_reader.h"

#include <assert.h>
#include <inttypes.h>
#include <libxml/parser.h>
#include <libxml/dict.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"
#include "wledger/record.h"
#include "xmlio/bank_entry.h"
#include "xmlio/binder_inside.h"
#include "xmlio/parser.h"
#include "xmlio/source.h"
#include "xmlio/spool.h"

#define NAMESPACE "urn:iso:std:iso:20022:tech:xsd:"
#define MESSAGE "camt.054.001."

enum {
    PARSER_PIECE = 64 * 1024,
    HEADER_BYTES_MAX = 64 * 1024, /* of texts of a message or notification: each element once */
    VALUE_MAX = 4096,             /* bytes of a text that are looked at */
    ROOT_TEXT = 200,
    OPEN_MAX = 16, /* known elements within one another */
};

/* ---- which elements say what ---- */

enum scope { OF_MESSAGE, OF_NOTIFICATION, OF_ENTRY, OF_DETAIL, SCOPES };

struct reading;
struct node {
    const char *path;                                                                  /* below the document */
    void (*take)(struct reading *, const struct node *, void *to, struct wl_str text); /* NULL: it has no text */
    enum scope scope;
    size_t offset; /* of what takes the text */
    void (*begin)(struct reading *), (*end)(struct reading *);
};

/* ---- the state of one reading ---- */

struct reading {
    const char *path;
    struct wl_batch_summary *summary;
    struct wl_batch_fault *fault;
    bool fault_is_placed;
    int status; /* the first that went wrong */
    struct wl_spool_writer *spool;
    xmlParserCtxtPtr parser;
    char root[ROOT_TEXT]; /* of the file, for a message */
    struct wl_place root_place;
    bool seen;                         /* a document of ours began */
    const struct node *open[OPEN_MAX]; /* the elements that are known, from the document on */
    unsigned depth;                    /* of them; 0: outside of the document */
    unsigned skipped;                  /* elements open below the last of them */
    char namespace_uri[sizeof NAMESPACE MESSAGE + 8];
    char value[VALUE_MAX];
    size_t value_size;
    char currency[8]; /* of the amount that is open */
    size_t currency_size;
    bool has_details; /* this NtryDtls has transactions of its own */
    struct wl_arena arenas[SCOPES];
    struct wl_bank_message message;
    struct wl_bank_notification notification;
    struct wl_bank_entry entry;
    struct wl_bank_detail *detail, *last; /* the one that is open; the entry's last */
    struct wl_buf encoded;
};

/* Ends the reading with the message set last. */
static int fail_at(struct reading *r, struct wl_place place, int status)
{
    if (r->status != WL_OK)
        return r->status;
    r->status = status;
    r->fault_is_placed = true;
    r->fault->line = place.line;
    r->fault->column = place.column;
    strncpy(r->fault->reason, wl_error(), sizeof r->fault->reason - 1);
    r->fault->reason[wl_utf8_prefix(wl_str_of(r->fault->reason))] = '\0';
    xmlStopParser(r->parser);
    return status;
}

static void check(struct reading *r, int status)
{
    if (status != WL_OK)
        fail_at(r, wl_parser_place(r->parser), status);
}

/* ---- values ---- */

static const char *name_of(const struct node *node)
{
    const char *slash = strrchr(node->path, '/');

    return slash ? slash + 1 : node->path;
}

static void *base_of(struct reading *r, enum scope scope)
{
    void *const bases[SCOPES] = {&r->message, &r->notification, &r->entry, r->detail};

    return bases[scope];
}

/* Details live as long as their entry. */
static struct wl_str keep(struct reading *r, enum scope scope, struct wl_str text)
{
    struct wl_arena *arena = &r->arenas[scope == OF_DETAIL ? OF_ENTRY : scope];
    struct wl_str copy = wl_arena_copy(arena, text);

    if (wl_arena_status(arena) != WL_OK)
        check(r,
              wl_fail(WL_E_INPUT, "the texts of one entry are longer than %d bytes together", WL_NOTIFIED_ENTRY_MAX));
    return copy;
}

/* Too long an id would be another one. */
static void take_name(struct reading *r, const struct node *node, void *to, struct wl_str text)
{
    struct wl_str *field = to;

    if (text.size > WL_NOTIFIED_NAME_MAX)
        check(r, wl_fail(WL_E_INPUT, "%s is longer than %d bytes", name_of(node), WL_NOTIFIED_NAME_MAX));
    else if (field->size == 0)
        *field = keep(r, node->scope, text);
}

static void take_prose(struct reading *r, const struct node *node, void *to, struct wl_str text)
{
    struct wl_str *field = to;

    if (field->size == 0)
        *field = keep(r, node->scope, wl_cut(text, WL_NOTIFIED_TEXT_MAX));
}

static void take_money(struct reading *r, const struct node *node, void *to, struct wl_str text)
{
    struct wl_str currency = {r->currency, r->currency_size};
    struct wl_bank_money *money = to;

    check(r, wl_bank_money_read(text, currency, money));
    if (r->status == WL_OK)
        money->currency = keep(r, node->scope, currency);
}

static void take_day(struct reading *r, const struct node *node, void *to, struct wl_str text)
{
    (void)node;
    check(r, wl_bank_day_read(text, to));
}

static void take_side(struct reading *r, const struct node *node, void *to, struct wl_str text)
{
    int64_t side = wl_str_is(text, "DBIT")   ? WL_BANK_SIDE_DEBIT
                   : wl_str_is(text, "CRDT") ? WL_BANK_SIDE_CREDIT
                                             : WL_BANK_SIDE_NONE;

    (void)node;
    *(int64_t *)to = side;
    if (side == WL_BANK_SIDE_NONE)
        check(r, wl_fail(WL_E_INPUT, "CdtDbtInd is neither DBIT nor CRDT"));
}

static void take_flag(struct reading *r, const struct node *node, void *to, struct wl_str text)
{
    bool yes = wl_str_is(text, "true") || wl_str_is(text, "1"), no = wl_str_is(text, "false") || wl_str_is(text, "0");

    *(int64_t *)to = yes;
    if (!yes && !no)
        check(r, wl_fail(WL_E_INPUT, "%s is neither true nor false", name_of(node)));
}

static bool wants_text(const struct reading *r)
{
    return r->depth > 0 && r->skipped == 0 && r->open[r->depth - 1]->take != NULL;
}

static void take_value(struct reading *r, const struct node *node)
{
    struct wl_str text = wl_str_trim((struct wl_str){r->value, r->value_size});
    void *base = base_of(r, node->scope);

    r->value_size = 0;
    if (base != NULL && (text.size > 0 || node->take == take_money))
        node->take(r, node, (char *)base + node->offset, text);
}

/* ---- elements ---- */

static void open_detail(struct reading *r)
{
    r->detail = wl_arena_alloc(&r->arenas[OF_ENTRY], sizeof *r->detail);
    if (r->detail == NULL)
        check(r, wl_fail(WL_E_INPUT, "the transactions of one entry take more than %d bytes", WL_NOTIFIED_ENTRY_MAX));
}

static void add_detail(struct reading *r)
{
    if (r->detail == NULL)
        return;
    if (r->last != NULL)
        r->last->next = r->detail;
    else
        r->entry.details = r->detail;
    r->last = r->detail;
    r->detail = NULL;
    r->entry.count++;
}

static void take_notified(void *context, const struct wl_notified *notified)
{
    struct reading *r = context;

    wl_buf_clear(&r->encoded);
    wl_record_encode(&wl_notified_record, notified, &r->encoded);
    if (wl_buf_status(&r->encoded) != WL_OK)
        check(r, wl_buf_status(&r->encoded));
    else if (++r->summary->records > WL_BATCH_RECORDS_MAX)
        check(r, wl_fail(WL_E_INPUT, "more than %d transactions; send them in parts", WL_BATCH_RECORDS_MAX));
    else
        wl_spool_add(r->spool, wl_buf_view(&r->encoded), WL_NO_STR);
}

static void end_message_id(struct reading *r)
{
    if (r->summary->batch_id[0] == '\0' && r->message.id.size > 0)
        memcpy(r->summary->batch_id, r->message.id.data, wl_cut(r->message.id, sizeof r->summary->batch_id - 1).size);
}

static void begin_notification(struct reading *r)
{
    wl_arena_clear(&r->arenas[OF_NOTIFICATION]);
    r->notification = (struct wl_bank_notification){.day = WL_NONE};
}

static void begin_entry(struct reading *r)
{
    wl_arena_clear(&r->arenas[OF_ENTRY]);
    r->entry = (struct wl_bank_entry){.booked = WL_NONE, .value = WL_NONE};
    r->detail = r->last = NULL;
    r->notification.entries++;
}

static void end_entry(struct reading *r)
{
    check(r, wl_bank_entry_end(&r->message, &r->notification, &r->entry, &r->arenas[OF_ENTRY], take_notified, r,
                               &r->summary->skipped_elements));
}

static void begin_details(struct reading *r)
{
    r->has_details = false;
    r->detail = NULL;
}

/* What is said of a whole batch stands for its transactions where they are not told one by one. */
static void end_details(struct reading *r)
{
    if (!r->has_details)
        add_detail(r);
}

static void begin_batch(struct reading *r)
{
    if (!r->has_details)
        open_detail(r);
}

static void begin_transaction(struct reading *r)
{
    r->has_details = true;
    open_detail(r);
}

static void begin_return(struct reading *r)
{
    if (r->detail != NULL)
        r->detail->returned = 1;
}

#define OF_M(field) OF_MESSAGE, offsetof(struct wl_bank_message, field)
#define OF_N(field) OF_NOTIFICATION, offsetof(struct wl_bank_notification, field)
#define OF_E(field) OF_ENTRY, offsetof(struct wl_bank_entry, field)
#define OF_D(field) OF_DETAIL, offsetof(struct wl_bank_detail, field)

#define ROOT "BkToCstmrDbtCdtNtfctn"
#define HEADER ROOT "/GrpHdr"
#define NOTIFICATION ROOT "/Ntfctn"
#define ENTRY NOTIFICATION "/Ntry"
#define DETAILS ENTRY "/NtryDtls"
#define BATCH DETAILS "/Btch"
#define TRANSACTION DETAILS "/TxDtls"
#define REFERENCES TRANSACTION "/Refs"
#define AMOUNTS TRANSACTION "/AmtDtls"
#define RETURN TRANSACTION "/RtrInf"

static const struct node document = {.path = ""};
static const struct node nodes[] = {
    {.path = ROOT},
    {.path = HEADER},
    {HEADER "/MsgId", take_name, OF_M(id), NULL, end_message_id},
    {HEADER "/CreDtTm", take_day, OF_M(day), NULL, NULL},
    {.path = NOTIFICATION, .begin = begin_notification},
    {NOTIFICATION "/Id", take_name, OF_N(id), NULL, NULL},
    {NOTIFICATION "/CreDtTm", take_day, OF_N(day), NULL, NULL},
    {.path = ENTRY, .begin = begin_entry, .end = end_entry},
    {ENTRY "/NtryRef", take_name, OF_E(reference), NULL, NULL},
    {ENTRY "/Amt", take_money, OF_E(amount), NULL, NULL},
    {ENTRY "/CdtDbtInd", take_side, OF_E(side), NULL, NULL},
    {ENTRY "/RvslInd", take_flag, OF_E(reversal), NULL, NULL},
    {ENTRY "/Sts", take_name, OF_E(status), NULL, NULL}, /* its own text until version 06 */
    {ENTRY "/Sts/Cd", take_name, OF_E(status), NULL, NULL},
    {ENTRY "/Sts/Prtry", take_name, OF_E(status), NULL, NULL},
    {.path = ENTRY "/BookgDt"},
    {ENTRY "/BookgDt/Dt", take_day, OF_E(booked), NULL, NULL},
    {ENTRY "/BookgDt/DtTm", take_day, OF_E(booked), NULL, NULL},
    {.path = ENTRY "/ValDt"},
    {ENTRY "/ValDt/Dt", take_day, OF_E(value), NULL, NULL},
    {ENTRY "/ValDt/DtTm", take_day, OF_E(value), NULL, NULL},
    {ENTRY "/AcctSvcrRef", take_name, OF_E(servicer), NULL, NULL},
    {ENTRY "/AddtlNtryInf", take_prose, OF_E(text), NULL, NULL},
    {.path = DETAILS, .begin = begin_details, .end = end_details},
    {.path = BATCH, .begin = begin_batch},
    {BATCH "/MsgId", take_name, OF_D(message), NULL, NULL},
    {BATCH "/PmtInfId", take_name, OF_D(payment), NULL, NULL},
    {BATCH "/TtlAmt", take_money, OF_D(amount), NULL, NULL},
    {BATCH "/CdtDbtInd", take_side, OF_D(side), NULL, NULL},
    {.path = TRANSACTION, .begin = begin_transaction, .end = add_detail},
    {.path = REFERENCES},
    {REFERENCES "/MsgId", take_name, OF_D(message), NULL, NULL},
    {REFERENCES "/AcctSvcrRef", take_name, OF_D(servicer), NULL, NULL},
    {REFERENCES "/PmtInfId", take_name, OF_D(payment), NULL, NULL},
    {REFERENCES "/EndToEndId", take_name, OF_D(end_to_end), NULL, NULL},
    {TRANSACTION "/Amt", take_money, OF_D(amount), NULL, NULL},
    {TRANSACTION "/CdtDbtInd", take_side, OF_D(side), NULL, NULL},
    {.path = AMOUNTS},
    {.path = AMOUNTS "/InstdAmt"},
    {AMOUNTS "/InstdAmt/Amt", take_money, OF_D(instructed), NULL, NULL},
    {.path = AMOUNTS "/TxAmt"},
    {AMOUNTS "/TxAmt/Amt", take_money, OF_D(transaction), NULL, NULL},
    {.path = RETURN, .begin = begin_return},
    {.path = RETURN "/Rsn"},
    {RETURN "/Rsn/Cd", take_name, OF_D(reason), NULL, NULL},
    {RETURN "/Rsn/Prtry", take_name, OF_D(reason), NULL, NULL},
    {RETURN "/AddtlInf", take_prose, OF_D(reason_text), NULL, NULL},
    {TRANSACTION "/AddtlTxInf", take_prose, OF_D(text), NULL, NULL},
};

/* NULL: not one that is known. */
static const struct node *child_of(const struct node *parent, const char *name)
{
    size_t head = strlen(parent->path);

    for (size_t i = 0; i < WL_COUNT(nodes); i++) {
        const char *rest = nodes[i].path + head;

        if (strncmp(nodes[i].path, parent->path, head) == 0 && (head == 0 || *rest++ == '/') && strcmp(rest, name) == 0)
            return &nodes[i];
    }
    return NULL;
}

/* ---- what the parser tells ---- */

static bool begins_document(struct reading *r, const char *name, const char *uri)
{
    const char *version = uri != NULL && strncmp(uri, NAMESPACE, strlen(NAMESPACE)) == 0 ? uri + strlen(NAMESPACE) : "";

    if (r->root[0] == '\0') {
        snprintf(r->root, sizeof r->root, "<%.80s> in %s%.100s", name, uri == NULL ? "no namespace" : "the namespace ",
                 uri == NULL ? "" : uri);
        r->root_place = wl_parser_place(r->parser);
    }
    if (strcmp(name, "Document") != 0 || strncmp(version, MESSAGE, strlen(MESSAGE)) != 0 ||
        strlen(uri) >= sizeof r->namespace_uri)
        return false;
    if (r->seen)
        check(r, wl_fail(WL_E_INPUT, "a second document; send one in a file"));
    r->seen = true;
    strcpy(r->namespace_uri, uri);
    snprintf(r->summary->dialect, sizeof r->summary->dialect, "%.60s", version);
    return true;
}

static void note_currency(struct reading *r, int count, const xmlChar **at)
{
    r->currency_size = 0;
    for (; count > 0; count--, at += 5) {
        size_t size = (size_t)(at[4] - at[3]);

        if (strcmp((const char *)at[0], "Ccy") != 0 || at[1] != NULL || size >= sizeof r->currency)
            continue;
        memcpy(r->currency, at[3], size);
        r->currency_size = size;
    }
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespace_count,
                     const xmlChar **namespaces, int attribute_count, int defaulted, const xmlChar **at)
{
    struct reading *r = context;
    const struct node *child = NULL;

    (void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted;
    if (r->status != WL_OK)
        return;
    if (xmlDictSize(r->parser->dict) > WL_XML_NAMES_MAX) {
        check(r, wl_fail(WL_E_INPUT, "the document has more than %d distinct names of elements and attributes",
                         WL_XML_NAMES_MAX));
        return;
    }
    if (r->depth == 0) {
        if (begins_document(r, (const char *)name, (const char *)uri))
            r->open[r->depth++] = &document;
        return;
    }
    if (r->skipped == 0 && uri != NULL && strcmp((const char *)uri, r->namespace_uri) == 0)
        child = child_of(r->open[r->depth - 1], (const char *)name);
    if (child == NULL) {
        r->skipped++;
        return;
    }
    assert(r->depth < OPEN_MAX);
    r->open[r->depth++] = child;
    r->value_size = 0;
    if (child->take == take_money)
        note_currency(r, attribute_count, at);
    if (child->begin != NULL)
        child->begin(r);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reading *r = context;
    const struct node *node;

    (void)name, (void)prefix, (void)uri;
    if (r->status != WL_OK || r->depth == 0)
        return;
    if (r->skipped > 0) {
        r->skipped--;
        return;
    }
    node = r->open[--r->depth];
    if (node->take != NULL)
        take_value(r, node);
    if (node->end != NULL && r->status == WL_OK)
        node->end(r);
}

static void on_text(void *context, const xmlChar *bytes, int n)
{
    struct reading *r = context;
    size_t room = VALUE_MAX - r->value_size, size = n > 0 ? (size_t)n : 0;

    if (r->status != WL_OK || !wants_text(r))
        return;
    size = size < room ? size : room;
    memcpy(r->value + r->value_size, bytes, size);
    r->value_size += size;
}

/* The gate lets none pass. */
static void on_doctype(void *context, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    (void)name, (void)external_id, (void)system_id;
    check(context, wl_parser_doctype());
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct reading *r = context;
    struct wl_place place = wl_parser_place(r->parser);

    if (error->level >= XML_ERR_ERROR && r->status == WL_OK) {
        int status = wl_parser_fail(error, &place);
        fail_at(r, place, status);
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

/* ---- reading ---- */

static void feed(struct reading *r, struct wl_str piece)
{
    for (size_t at = 0; at < piece.size && r->status == WL_OK; at += PARSER_PIECE) {
        size_t size = piece.size - at < PARSER_PIECE ? piece.size - at : PARSER_PIECE;

        xmlParseChunk(r->parser, piece.data + at, (int)size, 0);
    }
}

static int end_parser(struct reading *r)
{
    if (r->status == WL_OK)
        xmlParseChunk(r->parser, NULL, 0, 1);
    if (r->status == WL_OK && (!r->parser->wellFormed || r->parser->disableSAX))
        check(r, wl_fail(WL_E_INPUT, "the document is not well-formed"));
    if (r->status == WL_OK && !r->seen) {
        wl_fail(WL_E_INPUT, "this is no notification of a bank (camt.054); its root element is %s", r->root);
        return fail_at(r, r->root_place, WL_E_INPUT);
    }
    return r->status;
}

static int read_pieces(struct reading *r, struct wl_source *source, wl_progress_fn *progress, void *context)
{
    for (;;) {
        struct wl_str piece;
        int status = wl_source_next(source, &piece, r->fault);

        if (status != WL_OK) {
            r->fault_is_placed = true;
            return status;
        }
        if (piece.size == 0)
            return end_parser(r);
        feed(r, piece);
        if (r->status != WL_OK)
            return r->status;
        if (progress != NULL)
            progress(context, wl_source_done(source), wl_source_all(source));
    }
}

static int open_parser(struct reading *r)
{
    xmlSAXHandler sax = handlers;

    wl_parser_init();
    r->parser = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
    if (r->parser == NULL)
        return wl_fail(WL_E_SYSTEM, "memory is short");
    xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    return WL_OK;
}

static int read_document(struct reading *r, const char *spool_path, wl_progress_fn *progress, void *context)
{
    struct wl_source *source = NULL;
    int status = wl_source_open(r->path, &source);

    if (status == WL_OK)
        status = wl_spool_new(spool_path, &r->spool);
    if (status == WL_OK)
        status = open_parser(r);
    if (status == WL_OK)
        status = read_pieces(r, source, progress, context);
    if (status == WL_OK)
        status = wl_source_identity(source, r->summary);
    if (r->parser != NULL)
        xmlFreeParserCtxt(r->parser);
    wl_source_close(source);
    return status;
}

int wl_bank_read(const char *path, const char *spool_path, wl_progress_fn *progress, void *context,
                 struct wl_batch_summary *summary, struct wl_batch_fault *fault)
{
    struct reading *r = calloc(1, sizeof *r);
    int status;

    assert(path != NULL && spool_path != NULL);
    memset(summary, 0, sizeof *summary);
    memset(fault, 0, sizeof *fault);
    if (r == NULL)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    *r = (struct reading){.path = path, .summary = summary, .fault = fault, .message.day = WL_NONE};
    wl_arena_init(&r->arenas[OF_MESSAGE], HEADER_BYTES_MAX);
    wl_arena_init(&r->arenas[OF_NOTIFICATION], HEADER_BYTES_MAX);
    wl_arena_init(&r->arenas[OF_ENTRY], WL_NOTIFIED_ENTRY_MAX);
    wl_buf_init(&r->encoded, WL_SPOOL_RECORD_MAX);
    status = read_document(r, spool_path, progress, context);
    if (status == WL_OK)
        status = wl_spool_publish(&r->spool);
    if (status != WL_OK && r->fault_is_placed)
        wl_fail(status, "%s:%" PRIu64 ":%" PRIu64 ": %s", path, fault->line, fault->column, fault->reason);
    else if (status != WL_OK)
        strncpy(fault->reason, wl_error(), sizeof fault->reason - 1);
    wl_spool_discard(&r->spool);
    for (size_t i = 0; i < SCOPES; i++)
        wl_arena_release(&r->arenas[i]);
    wl_buf_release(&r->encoded);
    free(r);
    return status;
}
