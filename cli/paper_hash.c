#include "cli/paper_hash.h"

#include "wledger/command.h"
#include "wledger/error.h"
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

enum { PAPER_MAX = 1 << 28 }; /* bytes; a device may never end */

static int hash_file(const char *path, uint8_t hash[WL_HASH_SIZE])
{
    uint8_t bytes[1 << 16];
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    FILE *file = fopen(path, "re");
    bool good = sha && file && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1;
    size_t size = 0;
    int rc = WL_OK;

    if (!file) {
        rc = wl_fail(WL_E_INPUT, "%s: %s", path, strerror(errno));
    } else {
        for (size_t n; good && size <= PAPER_MAX && (n = fread(bytes, 1, sizeof bytes, file)) > 0; size += n)
            good = EVP_DigestUpdate(sha, bytes, n) == 1;
        if (ferror(file))
            rc = wl_fail(WL_E_INPUT, "%s: %s", path, strerror(errno));
        else if (size > PAPER_MAX)
            rc = wl_fail(WL_E_INPUT, "%s: is larger than %d bytes; a paper is smaller", path, PAPER_MAX);
        fclose(file);
    }
    if (rc == WL_OK && (!good || EVP_DigestFinal_ex(sha, hash, NULL) != 1))
        rc = wl_fail(WL_E_SYSTEM, "SHA-256 failed");
    EVP_MD_CTX_free(sha);
    return rc;
}

int cli_paper_hash(struct cli *cli, const char *option, struct wl_str *hash)
{
    const char *path = cli_value(cli, option);
    uint8_t bytes[WL_HASH_SIZE];
    int rc = path ? hash_file(path, bytes) : WL_OK;

    *hash = WL_NO_STR;
    if (!path || rc != WL_OK)
        return rc;
    *hash = wl_arena_copy(&cli->arena, (struct wl_str){(const char *)bytes, sizeof bytes});
    return wl_arena_status(&cli->arena);
}
