/* What a store of this program holds: all tables, commands and checks of the floors above the ledger. */
#ifndef WLEDGER_SCHEMA_H
#define WLEDGER_SCHEMA_H

#include "wledger/store.h"

extern const struct wl_schema wl_house_schema;

#endif
