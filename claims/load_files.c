#include "wledger/error.h"
#include "wledger/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The name without .csv; empty when it does not end so. */
static struct wl_str without_end(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct wl_str name = wl_str_of(slash ? slash + 1 : path), end = WL_STR(".csv");

    if (name.size <= end.size || memcmp(name.data + name.size - end.size, end.data, end.size) != 0)
        return WL_NO_STR;
    return (struct wl_str){name.data, name.size - end.size};
}

int64_t wl_load_table(const char *path)
{
    struct wl_str name = without_end(path);

    for (int64_t table = 1; table <= WL_REFERENCE_TABLE_MAX; table++) {
        if (wl_str_is(name, wl_reference_info(table)->name))
            return table;
    }
    return 0;
}

void wl_load_files_init(struct wl_load_files *files)
{
    *files = (struct wl_load_files){.ignored = ""};
}

void wl_load_files_release(struct wl_load_files *files)
{
    for (int64_t table = 0; table <= WL_REFERENCE_TABLE_MAX; table++)
        free(files->path[table]);
    wl_load_files_init(files);
}

static int add_file(struct wl_load_files *files, const char *path)
{
    int64_t table = wl_load_table(path);

    if (table == 0)
        return wl_fail(WL_E_INPUT, "%s: is not named like a table; give it the name TABLE.csv, such as parts.csv",
                       path);
    if (files->path[table])
        return wl_fail(WL_E_INPUT, "%s: the table %s comes twice, also as %s; leave one out", path,
                       wl_reference_info(table)->name, files->path[table]);
    files->path[table] = strdup(path);
    return files->path[table] ? WL_OK : wl_fail(WL_E_SYSTEM, "out of memory");
}

static void ignore(struct wl_load_files *files, const char *name)
{
    size_t used = strlen(files->ignored);

    snprintf(files->ignored + used, sizeof files->ignored - used, "%s%s", used ? ", " : "", name);
}

/* A name of a folder; 1 when it was a table's. */
static int add_entry(struct wl_load_files *files, const char *folder, const char *name)
{
    char *path;
    int status;

    if (wl_load_table(name) == 0) {
        if (without_end(name).size)
            ignore(files, name);
        return 0;
    }
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return wl_fail(WL_E_SYSTEM, "out of memory");
    status = add_file(files, path);
    free(path);
    return status == WL_OK ? 1 : status;
}

static int add_folder(struct wl_load_files *files, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int status = WL_OK, found = 0;

    if (!dir)
        return wl_fail(WL_E_SYSTEM, "%s: cannot be opened: %s", folder, strerror(errno));
    while (status >= 0 && (errno = 0, entry = readdir(dir)) != NULL) {
        status = add_entry(files, folder, entry->d_name);
        found += status > 0;
    }
    if (status >= 0 && errno != 0)
        status = wl_fail(WL_E_SYSTEM, "%s: cannot be read: %s", folder, strerror(errno));
    if (status >= 0 && found == 0)
        status = wl_fail(WL_E_INPUT, "%s: holds no table; name the files TABLE.csv, such as parts.csv", folder);
    closedir(dir);
    return status < 0 ? status : WL_OK;
}

int wl_load_files_add(struct wl_load_files *files, const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return wl_fail(errno == ENOENT ? WL_E_INPUT : WL_E_SYSTEM, "%s: cannot be opened: %s", path, strerror(errno));
    return S_ISDIR(st.st_mode) ? add_folder(files, path) : add_file(files, path);
}
