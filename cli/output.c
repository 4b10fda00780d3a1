#include "cli/output.h"

#include "wledger/error.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static int write_file(const char *path, bool durable, cli_write_fn *write, void *context)
{
    struct wl_file *file;
    int rc = wl_file_new(path, durable, &file);

    if (rc != WL_OK)
        return rc;
    if ((rc = write(context, file)) == WL_OK)
        return wl_file_publish(&file);
    wl_file_discard(&file);
    return rc;
}

static int copy_out(FILE *out, const char *path)
{
    char bytes[1 << 16];
    FILE *in = fopen(path, "re");
    size_t n;

    if (!in)
        return wl_fail(WL_E_SYSTEM, "%s: %s", path, strerror(errno));
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0 && fwrite(bytes, 1, n, out) == n)
        continue;
    fclose(in);
    return ferror(out) ? wl_fail(WL_E_SYSTEM, "standard output cannot be written: %s", strerror(errno)) : WL_OK;
}

static int write_out(struct cli *cli, cli_write_fn *write, void *context)
{
    const char *tmp = getenv("TMPDIR");
    char dir[PATH_SIZE], path[PATH_SIZE + 16];
    int rc;

    if (snprintf(dir, sizeof dir, "%s/wledger-XXXXXX", tmp && *tmp ? tmp : "/tmp") >= (int)sizeof dir)
        return wl_fail(WL_E_SYSTEM, "TMPDIR: the path is too long");
    if (!mkdtemp(dir))
        return wl_fail(WL_E_SYSTEM, "%s: %s", dir, strerror(errno));
    snprintf(path, sizeof path, "%s/output", dir);
    rc = write_file(path, false, write, context);
    if (rc == WL_OK)
        rc = copy_out(cli->out, path);
    unlink(path);
    rmdir(dir);
    return rc;
}

int cli_output(struct cli *cli, const char *path, cli_write_fn *write, void *context)
{
    return path ? write_file(path, true, write, context) : write_out(cli, write, context);
}
