#include "cli/spool.h"

#include "cli/stale.h"
#include "wledger/error.h"
#include "wledger/schema.h"
#include <stdio.h>
#include <unistd.h>

int cli_spool_check_ledger(const struct cli *cli)
{
    struct wl_store *store;
    int rc = wl_store_open(cli->dir, &wl_house_schema, WL_OPEN_READ, &store);

    if (rc == WL_OK)
        wl_store_close(store);
    return rc;
}

int cli_spool_path(const struct cli *cli, char path[CLI_SPOOL_PATH])
{
    cli_remove_stale(cli->dir, "spool-");
    if (snprintf(path, CLI_SPOOL_PATH, "%s/spool-%ld", cli->dir, (long)getpid()) >= CLI_SPOOL_PATH)
        return wl_fail(WL_E_USAGE, "%s: the path is too long", cli->dir);
    return WL_OK;
}

void cli_spool_progress(void *cli, uint64_t done, uint64_t all)
{
    cli_progress(cli, "reading", done, all);
}
