#include "xmlio/dialect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wledger/error.h"

static const struct {
    const char *path, *text;
} built_in[] = {
#include "dialects.inc"
};

const struct wl_dialect *wl_dialects_find(const struct wl_dialects *dialects, const char *root,
                                          const char *namespace_uri)
{
    for (const struct wl_dialect *dialect = dialects->first; dialect != NULL; dialect = dialect->next) {
        if (strcmp(root, wl_dialect_text(dialect, dialect->root)) != 0)
            continue;
        if (dialect->namespace_uri < 0)
            return dialect;
        if (namespace_uri != NULL && strcmp(namespace_uri, wl_dialect_text(dialect, dialect->namespace_uri)) == 0)
            return dialect;
    }
    return NULL;
}

/* A document must be of one dialect only. */
static int check_unlike(const struct wl_dialect *dialect, const struct wl_dialect *other, const char *where)
{
    if (strcmp(dialect->name, other->name) == 0)
        return wl_fail(WL_E_INPUT, "%s: there is a dialect %s already; give it another name", where, other->name);
    if (strcmp(wl_dialect_text(dialect, dialect->root), wl_dialect_text(other, other->root)) != 0)
        return WL_OK;
    if (dialect->namespace_uri >= 0 && other->namespace_uri >= 0 &&
        strcmp(wl_dialect_text(dialect, dialect->namespace_uri), wl_dialect_text(other, other->namespace_uri)) != 0)
        return WL_OK;
    return wl_fail(WL_E_INPUT, "%s: the dialect %s reads this root already; name another root or namespace", where,
                   other->name);
}

static int add(struct wl_dialects *dialects, const char *where, struct wl_str text)
{
    struct wl_dialect *dialect = malloc(sizeof *dialect);
    if (dialect == NULL)
        return wl_fail(WL_E_SYSTEM, "%s: memory is short", where);
    int status = wl_dialect_compile(where, text, dialect);
    struct wl_dialect **end = &dialects->first;
    for (; status == WL_OK && *end != NULL; end = &(*end)->next)
        status = check_unlike(dialect, *end, where);
    if (status != WL_OK) {
        free(dialect);
        return status;
    }
    dialect->next = NULL;
    *end = dialect;
    return WL_OK;
}

struct wl_dialects *wl_dialects_new(void)
{
    struct wl_dialects *dialects = calloc(1, sizeof *dialects);
    if (dialects == NULL) {
        wl_fail(WL_E_SYSTEM, "memory is short");
        return NULL;
    }
    for (size_t i = 0; i < WL_COUNT(built_in); i++)
        if (add(dialects, built_in[i].path, wl_str_of(built_in[i].text)) != WL_OK) {
            wl_dialects_free(dialects);
            return NULL;
        }
    return dialects;
}

int wl_dialects_add(struct wl_dialects *dialects, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return wl_fail(errno == ENOENT ? WL_E_INPUT : WL_E_SYSTEM, "%s: cannot be opened: %s", path, strerror(errno));
    char *text = malloc(WL_DIALECT_FILE_MAX + 1);
    size_t size = text == NULL ? 0 : fread(text, 1, WL_DIALECT_FILE_MAX + 1, file);
    int status = WL_OK;
    if (text == NULL)
        status = wl_fail(WL_E_SYSTEM, "%s: memory is short", path);
    else if (ferror(file))
        status = wl_fail(WL_E_SYSTEM, "%s: cannot be read", path);
    else if (size > WL_DIALECT_FILE_MAX)
        status = wl_fail(WL_E_INPUT, "%s: a dialect file has at most %d bytes", path, WL_DIALECT_FILE_MAX);
    else if (memchr(text, '\0', size) != NULL || wl_utf8_prefix((struct wl_str){text, size}) != size)
        status = wl_fail(WL_E_INPUT, "%s: is no text in UTF-8", path);
    else
        status = add(dialects, path, (struct wl_str){text, size});
    free(text);
    fclose(file);
    return status;
}

void wl_dialects_free(struct wl_dialects *dialects)
{
    if (dialects == NULL)
        return;
    while (dialects->first != NULL) {
        struct wl_dialect *dialect = dialects->first;
        dialects->first = dialect->next;
        free(dialect);
    }
    free(dialects);
}
