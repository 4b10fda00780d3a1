/* Inside the ledger: one pass over all tables that checks each and digests the derived ones. */
#ifndef WL_LEDGER_DIGEST_H
#define WL_LEDGER_DIGEST_H

#include "ledger/txn.h"
#include "wledger/audit.h"

int wl_digest_tables(struct wl_txn *, uint8_t digest[WL_HASH_SIZE]);

#endif
