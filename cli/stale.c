#include "cli/stale.h"

#include "wledger/record.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* A process that ended but that nobody asked about still takes signals; /proc tells. */
static bool process_lives(long pid)
{
    char path[64], line[256] = "";
    const char *state;
    FILE *file;

    if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
        return false;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    file = fopen(path, "re");
    if (!file)
        return true;
    if (!fgets(line, sizeof line, file))
        line[0] = 0;
    fclose(file);
    state = strrchr(line, ')');
    return !state || strncmp(state, ") Z", 3) != 0;
}

void cli_remove_ledger(const char *dir)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char path[PATH_SIZE];

    for (size_t i = 0; i < WL_COUNT(files); i++)
        if (snprintf(path, sizeof path, "%s/%s", dir, files[i]) < (int)sizeof path)
            unlink(path);
    rmdir(dir);
}

static bool is_stale(const char *name, const char *head)
{
    size_t size = strlen(head);
    char *end;
    long pid = strncmp(name, head, size) == 0 ? strtol(name + size, &end, 10) : 0;

    return pid > 0 && strchr("-.", *end) && !process_lives(pid);
}

void cli_remove_stale(const char *dir, const char *head)
{
    DIR *folder = opendir(dir);
    const struct dirent *file;
    char path[PATH_SIZE];
    struct stat st;

    while (folder && (file = readdir(folder)) != NULL) {
        if (!is_stale(file->d_name, head) ||
            snprintf(path, sizeof path, "%s/%s", dir, file->d_name) >= (int)sizeof path || lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            cli_remove_ledger(path);
        else
            unlink(path);
    }
    if (folder)
        closedir(folder);
}
