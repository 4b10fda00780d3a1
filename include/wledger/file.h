/* Files published whole: written beside their place, synced, renamed, the folder synced. A reader sees
 * the old file or the new one, never a part. */
#ifndef WLEDGER_FILE_H
#define WLEDGER_FILE_H

#include "wledger/buf.h"
#include <stdio.h>

struct wl_file; /* a file on its way to being published */

/* Opens a temporary file beside path. Without `durable`, the syncs are left out (for what can be made
 * again at any time). A device or a pipe is written to as it is; a link leads to the file behind it. */
int wl_file_new(const char *path, bool durable, struct wl_file **out);
/* Whether a file could be published at path now: for who must know before work that cannot be undone. */
int wl_file_check(const char *path);
/* Buffered; the first failure sticks and is reported by wl_file_publish. */
void wl_file_write(struct wl_file *, const void *bytes, size_t n);
/* Makes it appear at path, or reports why not and leaves nothing. *file is NULL afterwards. */
int wl_file_publish(struct wl_file **file);
/* Leaves nothing. *file is NULL afterwards; NULL is allowed. */
void wl_file_discard(struct wl_file **file);

#endif
