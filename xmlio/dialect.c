#include "xmlio/dialect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"

enum { WORDS_MAX = 5, STEPS_MAX = 32 };

struct compiler {
    struct wl_dialect *dialect;
    const char *where;
    unsigned line;
    uint8_t ranks[WL_DIALECT_LISTS_MAX + 1][WL_DIALECT_FIELDS_MAX]; /* sources so far; the last row: of the record */
    uint8_t sources_of_other[8];                                    /* the same by -WL_FILLS_... */
};

static const struct {
    const char *name;
    const struct wl_record *record;
} records[] = {{"claim", &wl_claim_record}};

static const char *const scope_names[WL_SCOPES] = {"document", "group", "branch", "record", "line"};

static const struct {
    const char *name;
    int16_t fills;
    uint16_t ceiling;
} document_fields[] = {
    {"sender", WL_FILLS_SENDER, sizeof((struct wl_batch_summary *)NULL)->sender - 1},
    {"batch_id", WL_FILLS_BATCH_ID, sizeof((struct wl_batch_summary *)NULL)->batch_id - 1},
    {"creation_time", WL_FILLS_CREATION_TIME, sizeof((struct wl_batch_summary *)NULL)->creation_time - 1},
};

static const struct {
    const char *name;
    int16_t fills;
} totals[] = {{"records", WL_FILLS_TOTAL_RECORDS}, {"groups", WL_FILLS_TOTAL_GROUPS}};

#define bad(compiler, format, ...) \
    wl_fail(WL_E_INPUT, "%s:%u: " format, (compiler)->where, (compiler)->line, __VA_ARGS__)

/* Names and nodes. */

static int add_name(struct compiler *c, struct wl_str name, int32_t *offset)
{
    struct wl_dialect *dialect = c->dialect;
    if (name.size >= sizeof dialect->names - dialect->names_size)
        return bad(c, "the names of a dialect may have %d bytes together", WL_DIALECT_NAMES_SIZE);
    memcpy(dialect->names + dialect->names_size, name.data, name.size);
    dialect->names[dialect->names_size + name.size] = '\0';
    *offset = (int32_t)dialect->names_size;
    dialect->names_size += name.size + 1;
    return WL_OK;
}

/* The child of that name, made when there is none. */
static int child_of(struct compiler *c, int16_t parent, struct wl_str name, int16_t *out)
{
    struct wl_dialect *dialect = c->dialect;
    int16_t *link = &dialect->nodes[parent].child;
    for (; *link >= 0; link = &dialect->nodes[*link].sibling)
        if (wl_str_is(name, wl_dialect_text(dialect, dialect->nodes[*link].name))) {
            *out = *link;
            return WL_OK;
        }
    if (dialect->node_count == WL_DIALECT_NODES_MAX)
        return bad(c, "a dialect may name %d elements", WL_DIALECT_NODES_MAX);
    int16_t made = dialect->node_count++;
    dialect->nodes[made] = (struct wl_node){.child = -1, .sibling = -1, .binding = -1, .begins = WL_IN_DOCUMENT};
    *link = *out = made;
    return add_name(c, name, &dialect->nodes[made].name);
}

/* The element that a path (without its @attribute) leads to. An empty path is the parent itself. */
static int walk(struct compiler *c, int16_t parent, struct wl_str path, int16_t *out)
{
    *out = parent;
    while (path.size > 0) {
        const char *slash = memchr(path.data, '/', path.size);
        size_t size = slash == NULL ? path.size : (size_t)(slash - path.data);
        if (size == 0 || (slash != NULL && size + 1 == path.size))
            return bad(c, "the path " WL_STR_FMT " has an empty step; write a/b/c", WL_STR_ARG(path));
        int status = child_of(c, *out, (struct wl_str){path.data, size}, out);
        if (status != WL_OK)
            return status;
        size += slash != NULL;
        path = (struct wl_str){path.data + size, path.size - size};
    }
    return WL_OK;
}

static int bind(struct compiler *c, int16_t parent, struct wl_str path, struct wl_binding binding)
{
    struct wl_dialect *dialect = c->dialect;
    const char *at = memchr(path.data, '@', path.size);
    struct wl_str elements = {path.data, at == NULL ? path.size : (size_t)(at - path.data)};
    int16_t index;
    int status = walk(c, parent, elements, &index);
    if (status != WL_OK)
        return status;
    if (dialect->binding_count == WL_DIALECT_BINDINGS_MAX)
        return bad(c, "a dialect may bind %d fields", WL_DIALECT_BINDINGS_MAX);
    struct wl_node *node = &dialect->nodes[index];
    binding.attribute = -1;
    if (at != NULL) {
        status = add_name(c, (struct wl_str){at + 1, (size_t)(path.data + path.size - at - 1)}, &binding.attribute);
        node->has_attributes = true;
    } else if (binding.ceiling > node->ceiling) {
        node->ceiling = binding.ceiling;
    }
    binding.next = node->binding;
    node->binding = dialect->binding_count;
    dialect->bindings[dialect->binding_count++] = binding;
    return status;
}

/* Statements. Each gets its words, the statement's own name first; missing ones are empty. */

static int state_name(struct compiler *c, const struct wl_str *words)
{
    if (words[1].size == 0 || words[1].size >= sizeof c->dialect->name)
        return bad(c, "a dialect has a name of 1 to %zu bytes", sizeof c->dialect->name - 1);
    memcpy(c->dialect->name, words[1].data, words[1].size);
    return WL_OK;
}

static int state_record(struct compiler *c, const struct wl_str *words)
{
    for (size_t i = 0; i < WL_COUNT(records); i++)
        if (wl_str_is(words[1], records[i].name))
            c->dialect->record = records[i].record;
    return c->dialect->record != NULL
               ? WL_OK
               : bad(c, "no record is called '" WL_STR_FMT "'; write: record claim", WL_STR_ARG(words[1]));
}

static int state_root(struct compiler *c, const struct wl_str *words)
{
    if (c->dialect->root >= 0 || words[1].size == 0)
        return bad(c, "%s", "a dialect has one root: the local name of the document's element");
    int status = add_name(c, words[1], &c->dialect->root);
    c->dialect->nodes[0] = (struct wl_node){.child = -1, .sibling = -1, .binding = -1, .name = c->dialect->root};
    c->dialect->node_count = 1;
    return status;
}

static int state_namespace(struct compiler *c, const struct wl_str *words)
{
    if (c->dialect->namespace_uri >= 0 || words[1].size == 0)
        return bad(c, "%s", "a dialect has at most one namespace: the URI of its elements");
    return add_name(c, words[1], &c->dialect->namespace_uri);
}

static int16_t first_node(const struct wl_dialect *dialect, enum wl_scope scope)
{
    for (int16_t i = 1; i < dialect->node_count; i++)
        if (dialect->nodes[i].begins == scope)
            return i;
    return 0;
}

static int begin_scope(struct compiler *c, int16_t parent, struct wl_str path, enum wl_scope scope, int16_t *index)
{
    if (path.size == 0)
        return bad(c, "%s", "a path is missing");
    int status = walk(c, parent, path, index);
    if (status != WL_OK)
        return status;
    if (c->dialect->nodes[*index].begins != WL_IN_DOCUMENT)
        return bad(c, "the element " WL_STR_FMT " begins something else already", WL_STR_ARG(path));
    c->dialect->nodes[*index].begins = scope;
    return WL_OK;
}

static int state_group(struct compiler *c, const struct wl_str *words)
{
    int16_t index;
    if (c->dialect->has_group || first_node(c->dialect, WL_IN_RECORD) > 0)
        return bad(c, "%s", "one group, before the records");
    c->dialect->has_group = true;
    return begin_scope(c, 0, words[1], WL_IN_GROUP, &index);
}

static int state_branch(struct compiler *c, const struct wl_str *words)
{
    int16_t index;
    if (!c->dialect->has_group || first_node(c->dialect, WL_IN_RECORD) > 0)
        return bad(c, "%s", "a branch lies within a group: write it after the group, before the records");
    return begin_scope(c, first_node(c->dialect, WL_IN_GROUP), words[1], WL_IN_BRANCH, &index);
}

static int state_records(struct compiler *c, const struct wl_str *words)
{
    int16_t index;
    c->dialect->has_records = true;
    return begin_scope(c, first_node(c->dialect, WL_IN_GROUP), words[1], WL_IN_RECORD, &index);
}

static int state_document(struct compiler *c, const struct wl_str *words)
{
    for (size_t i = 0; i < WL_COUNT(document_fields); i++) {
        if (!wl_str_is(words[1], document_fields[i].name))
            continue;
        struct wl_binding binding = {.fills = document_fields[i].fills, .ceiling = document_fields[i].ceiling};
        binding.rank = ++c->sources_of_other[-binding.fills];
        return bind(c, 0, words[2], binding);
    }
    return bad(c, "a document has sender, batch_id and creation_time, not '" WL_STR_FMT "'", WL_STR_ARG(words[1]));
}

static int state_total(struct compiler *c, const struct wl_str *words)
{
    for (size_t i = 0; i < WL_COUNT(totals); i++)
        if (wl_str_is(words[1], totals[i].name))
            return bind(c, 0, words[2], (struct wl_binding){.fills = totals[i].fills, .ceiling = 20, .rank = 1});
    return bad(c, "a total counts records or groups, not '" WL_STR_FMT "'", WL_STR_ARG(words[1]));
}

static int read_scope(struct compiler *c, struct wl_str word, enum wl_scope *scope)
{
    for (int i = 0; i < WL_SCOPES; i++)
        if (wl_str_is(word, scope_names[i])) {
            *scope = (enum wl_scope)i;
            return WL_OK;
        }
    return bad(c, "'" WL_STR_FMT "' is none of document, group, branch, record, line", WL_STR_ARG(word));
}

/* Binds below every element that begins the scope (and the list, for lines). */
static int bind_everywhere(struct compiler *c, struct wl_str path, struct wl_binding binding, uint8_t list)
{
    struct wl_dialect *dialect = c->dialect;
    if (binding.scope == WL_IN_DOCUMENT)
        return bind(c, 0, path, binding);
    int found = 0, status = WL_OK;
    for (int16_t i = 1; i < dialect->node_count && status == WL_OK; i++) {
        const struct wl_node *node = &dialect->nodes[i];
        if (node->begins != binding.scope || (binding.scope == WL_IN_LINE && node->list != list))
            continue;
        status = bind(c, i, path, binding);
        found++;
    }
    if (status == WL_OK && found == 0)
        return bad(c, "no element begins a %s yet; say which, above this line", scope_names[binding.scope]);
    return status;
}

static int find_list(struct compiler *c, struct wl_str name, bool make, uint8_t *list)
{
    struct wl_dialect *dialect = c->dialect;
    const struct wl_field *field = wl_record_field(dialect->record, name);
    if (field == NULL || field->type != WL_LIST)
        return bad(c, "a %s has no lines called '" WL_STR_FMT "'", dialect->record->name, WL_STR_ARG(name));
    for (*list = 0; *list < dialect->list_count; ++*list)
        if (dialect->lists[*list] == field - dialect->record->fields)
            return WL_OK;
    if (!make)
        return bad(c, "no element begins the lines '" WL_STR_FMT "' yet; write lines above this", WL_STR_ARG(name));
    if (dialect->list_count == WL_DIALECT_LISTS_MAX)
        return bad(c, "a dialect may have %d kinds of lines", WL_DIALECT_LISTS_MAX);
    dialect->lists[dialect->list_count++] = (uint8_t)(field - dialect->record->fields);
    return WL_OK;
}

static int state_lines(struct compiler *c, const struct wl_str *words)
{
    enum wl_scope scope;
    uint8_t list;
    int status = read_scope(c, words[2], &scope);
    if (status == WL_OK)
        status = find_list(c, words[1], true, &list);
    if (status == WL_OK && (scope == WL_IN_DOCUMENT || scope == WL_IN_LINE))
        return bad(c, "%s", "lines lie in a group, a branch or a record");
    int found = 0;
    for (int16_t i = 1; i < c->dialect->node_count && status == WL_OK; i++)
        if (c->dialect->nodes[i].begins == scope) {
            int16_t index = 0;
            status = begin_scope(c, i, words[3], WL_IN_LINE, &index);
            c->dialect->nodes[index].list = list;
            c->dialect->nodes[index].holder = scope;
            found++;
        }
    if (status == WL_OK && found == 0)
        return bad(c, "no element begins a %s yet; say which, above this line", scope_names[scope]);
    return status;
}

/* The field that words[1] names: of the record, or LIST.FIELD of a line. */
static int find_field(struct compiler *c, struct wl_str name, struct wl_binding *binding, uint8_t *list)
{
    struct wl_dialect *dialect = c->dialect;
    const struct wl_record *kind = dialect->record;
    const char *dot = memchr(name.data, '.', name.size);
    *list = WL_DIALECT_LISTS_MAX;
    if (wl_str_is(name, "narrative") && kind == &wl_claim_record) {
        if (binding->scope == WL_IN_DOCUMENT || binding->scope == WL_IN_LINE)
            return bad(c, "%s", "a narrative lies in a group, a branch or a record");
        dialect->has_narrative = true;
        binding->fills = WL_FILLS_NARRATIVE;
        binding->ceiling = WL_NARRATIVE_MAX + 4;
        binding->rank = 1;
        return WL_OK;
    }
    if ((dot != NULL) != (binding->scope == WL_IN_LINE))
        return bad(c, "%s", "write: field LIST.NAME line PATH, and other fields without a dot and not in a line");
    if (dot != NULL) {
        int status = find_list(c, (struct wl_str){name.data, (size_t)(dot - name.data)}, false, list);
        if (status != WL_OK)
            return status;
        kind = kind->fields[dialect->lists[*list]].item;
        name = (struct wl_str){dot + 1, (size_t)(name.data + name.size - dot - 1)};
    }
    const struct wl_field *field = wl_record_field(kind, name);
    if (field == NULL || field->type != WL_TEXT)
        return bad(c, "a %s has no text called '" WL_STR_FMT "'", kind->name, WL_STR_ARG(name));
    binding->fills = (int16_t)(field - kind->fields);
    binding->ceiling = field->limit;
    binding->rank = ++c->ranks[*list][binding->fills];
    return WL_OK;
}

static int state_field(struct compiler *c, const struct wl_str *words)
{
    struct wl_binding binding = {.form = WL_FORM_TEXT};
    uint8_t list;
    int status = read_scope(c, words[2], &binding.scope);
    if (status == WL_OK)
        status = find_field(c, words[1], &binding, &list);
    if (status != WL_OK)
        return status;
    if (words[3].size == 0)
        return bad(c, "%s", "a path is missing");
    if (wl_str_is(words[4], "date-of-time"))
        binding.form = WL_FORM_DATE_OF_TIME;
    else if (words[4].size > 0)
        return bad(c, "the only form is date-of-time, not '" WL_STR_FMT "'", WL_STR_ARG(words[4]));
    return bind_everywhere(c, words[3], binding, list);
}

static int state_default(struct compiler *c, const struct wl_str *words)
{
    const struct wl_field *field = wl_record_field(c->dialect->record, words[1]);
    if (field == NULL || field->type != WL_TEXT || words[2].size > field->limit)
        return bad(c, "a %s has no such text called '" WL_STR_FMT "'", c->dialect->record->name, WL_STR_ARG(words[1]));
    return add_name(c, words[2], &c->dialect->defaults[field - c->dialect->record->fields]);
}

static const struct {
    const char *name;
    unsigned words; /* at most, its own name included */
    bool needs_root;
    int (*run)(struct compiler *, const struct wl_str *words);
} statements[] = {
    {"dialect", 2, false, state_name},   {"record", 2, false, state_record},
    {"root", 2, false, state_root},      {"namespace", 2, false, state_namespace},
    {"group", 2, true, state_group},     {"branch", 2, true, state_branch},
    {"records", 2, true, state_records}, {"document", 3, true, state_document},
    {"total", 3, true, state_total},     {"field", 5, true, state_field},
    {"lines", 4, true, state_lines},     {"default", 3, true, state_default},
};

static int run_statement(struct compiler *c, const struct wl_str *words, unsigned count)
{
    for (size_t i = 0; i < WL_COUNT(statements); i++) {
        if (!wl_str_is(words[0], statements[i].name))
            continue;
        if (count > statements[i].words)
            return bad(c, "'%s' takes %u words, not %u", statements[i].name, statements[i].words - 1, count - 1);
        if (statements[i].needs_root && (c->dialect->root < 0 || c->dialect->record == NULL))
            return bad(c, "%s", "a dialect begins with dialect, record and root");
        return statements[i].run(c, words);
    }
    return bad(c, "'" WL_STR_FMT "' is no statement; see docs/dialects.md", WL_STR_ARG(words[0]));
}

static int run_line(struct compiler *c, struct wl_str line)
{
    struct wl_str words[WORDS_MAX + 1] = {{NULL, 0}};
    unsigned count = 0;
    for (;;) {
        line = wl_str_trim(line);
        if (line.size == 0 || line.data[0] == '#')
            break;
        size_t size = 0;
        while (size < line.size && line.data[size] != ' ' && line.data[size] != '\t')
            size++;
        if (count == WL_COUNT(words))
            return bad(c, "a line has at most %d words", WORDS_MAX);
        words[count++] = (struct wl_str){line.data, size};
        line = (struct wl_str){line.data + size, line.size - size};
    }
    return count == 0 ? WL_OK : run_statement(c, words, count);
}

/* Which scopes may not lie around one: a bit for each. */
static const unsigned not_around[WL_SCOPES] = {
    [WL_IN_GROUP] = 1U << WL_IN_GROUP | 1U << WL_IN_BRANCH | 1U << WL_IN_RECORD | 1U << WL_IN_LINE,
    [WL_IN_BRANCH] = 1U << WL_IN_BRANCH | 1U << WL_IN_RECORD | 1U << WL_IN_LINE,
    [WL_IN_RECORD] = 1U << WL_IN_RECORD | 1U << WL_IN_LINE,
    [WL_IN_LINE] = 1U << WL_IN_LINE,
};

static int check_nesting(struct compiler *c)
{
    const struct wl_dialect *dialect = c->dialect;
    unsigned around[WL_DIALECT_NODES_MAX] = {0};
    /* A node is made after its parent, so each is complete when its children come. */
    for (int16_t i = 0; i < dialect->node_count; i++) {
        const struct wl_node *node = &dialect->nodes[i];
        if (around[i] & not_around[node->begins])
            return bad(c, "the element %s begins a %s within what cannot hold one",
                       wl_dialect_text(dialect, node->name), scope_names[node->begins]);
        unsigned inside = around[i] | (node->begins == WL_IN_DOCUMENT ? 0 : 1U << node->begins);
        for (int16_t child = node->child; child >= 0; child = dialect->nodes[child].sibling)
            around[child] = inside;
    }
    return WL_OK;
}

/* What only the whole can show. */
static int check_whole(struct compiler *c)
{
    const struct wl_dialect *dialect = c->dialect;
    if (dialect->name[0] == '\0' || dialect->root < 0 || dialect->record == NULL || !dialect->has_records)
        return bad(c, "%s", "a dialect needs dialect, record, root and records");
    for (int16_t i = 0; i < dialect->node_count; i++) {
        const struct wl_node *node = &dialect->nodes[i];
        if (node->ceiling > 0 && (node->child >= 0 || node->begins != WL_IN_DOCUMENT || i == 0))
            return bad(c, "the element %s cannot both have a text of its own and hold other elements",
                       wl_dialect_text(dialect, node->name));
        unsigned attributes = 0;
        for (int16_t b = node->binding; b >= 0; b = dialect->bindings[b].next)
            attributes += dialect->bindings[b].attribute >= 0;
        if (attributes > WL_DIALECT_ATTRIBUTES_MAX)
            return bad(c, "of one element, %d attributes can be bound", WL_DIALECT_ATTRIBUTES_MAX);
    }
    return check_nesting(c);
}

int wl_dialect_compile(const char *where, struct wl_str text, struct wl_dialect *out)
{
    struct compiler c = {.dialect = out, .where = where};
    memset(out, 0, sizeof *out);
    out->root = out->namespace_uri = -1;
    for (size_t i = 0; i < WL_COUNT(out->defaults); i++)
        out->defaults[i] = -1;
    while (text.size > 0) {
        const char *end = memchr(text.data, '\n', text.size);
        size_t size = end == NULL ? text.size : (size_t)(end - text.data);
        c.line++;
        int status = run_line(&c, (struct wl_str){text.data, size});
        if (status != WL_OK)
            return status;
        size += end != NULL;
        text = (struct wl_str){text.data + size, text.size - size};
    }
    return check_whole(&c);
}
