/* Reference data coming in: from CSV files, through checks, as versions of rows in the journal.
 *
 * A load of one file is a run of `load-rows` entries that carry the rows that differ from what stands,
 * closed by one `load` entry. The run is written in one transaction or not at all; a file that changes
 * nothing adds no entry. Rules: domain text, section 2; of the
 * tables from `warehouses` on docs/rules.md. */
#ifndef WLEDGER_LOAD_H
#define WLEDGER_LOAD_H

#include "wledger/reference.h"

/* Ceilings of what comes from outside: checked in the one place that each names. */
enum {
    WL_CSV_FIELD_MAX = 64 * 1024,  /* bytes of one CSV value (load_csv.c, the parser's memory) */
    WL_CSV_COLUMNS_MAX = 32,       /* columns of a header (load_csv.c, read_header) */
    WL_LOAD_ROWS_MAX = 60000,      /* bytes of rows and withdrawals in one entry */
    WL_REFERENCE_COLUMNS_MAX = 16, /* columns that any table has */
    WL_REFERENCE_TABLE_MAX = WL_REF_REASONS,
    WL_REFERENCE_KEY_MAX = 160, /* bytes of a row's key in the store */
};
#define WL_CSV_FILE_MAX (UINT64_C(512) << 20) /* bytes of one file (load_csv.c, read_file) */

/* A row of any table. */
union wl_reference_row {
    struct wl_dealer dealer;
    struct wl_labour_rate labour_rate;
    struct wl_supplier supplier;
    struct wl_part part;
    struct wl_part_price part_price;
    struct wl_model model;
    struct wl_vehicle vehicle;
    struct wl_operation operation;
    struct wl_fault fault;
    struct wl_plan plan;
    struct wl_extension extension;
    struct wl_contract contract;
    struct wl_fit fit;
    struct wl_campaign campaign;
    struct wl_campaign_vehicle campaign_vehicle;
    struct wl_authorization authorization;
    struct wl_service_plan service_plan;
    struct wl_tier tier;
    struct wl_seat seat;
    struct wl_policy policy;
    struct wl_warehouse warehouse;
    struct wl_bin bin;
    struct wl_tracked_part tracked_part;
    struct wl_supersession supersession;
    struct wl_carrier carrier;
    struct wl_reviewer reviewer;
    struct wl_bank_account bank_account;
    struct wl_supplier_agreement supplier_agreement;
    struct wl_reason reason;
};

/* A row's key in WL_TABLE_REFERENCE: the table's number (1 byte), then its key fields in the order of
 * wl_reference_info: text with a 0x00 after it, dates and numbers as 4 bytes big-endian of value + 2^31
 * (dates) or of the value. Rows therefore sort by bytes of text, by date, by number. */
struct wl_reference_key {
    uint8_t bytes[WL_REFERENCE_KEY_MAX];
    size_t size;
    bool bad; /* a part was empty, held 0x00, was too long or out of range: no row can have this key */
};
void wl_reference_key_start(struct wl_reference_key *, int64_t table);
void wl_reference_key_text(struct wl_reference_key *, struct wl_str);
void wl_reference_key_day(struct wl_reference_key *, int64_t day);
void wl_reference_key_number(struct wl_reference_key *, int64_t);
/* The whole key of a row. False when a key field is absent or cannot be part of a key. */
bool wl_reference_key(int64_t table, const void *row, struct wl_reference_key *);
struct wl_str wl_reference_key_view(const struct wl_reference_key *);

/* A value of WL_TABLE_REFERENCE is the number of the entry that brought the row (8 bytes big-endian), then
 * the row's CBOR. This is that CBOR, a view into the value; empty when the value is no row. */
struct wl_str wl_reference_row_cbor(struct wl_str value);

/* What is wrong with a row: which of its table's fields, and why with what to do (no newline). */
struct wl_row_fault {
    size_t field;
    char reason[256];
};
/* Whether a row may stand in its table as far as the row itself and the rows that stand say (the rules
 * about whole tables are those of wl_tiers_hold and wl_supersessions_hold). Withdrawn: whether it may go; its
 * key fields alone are looked at. True, or false with the fault; reading errors stick to the transaction. */
bool wl_reference_row_holds(struct wl_txn *, int64_t table, const void *row, bool withdrawn, struct wl_row_fault *);
/* Whether the tiers that stand in the transaction run, in each currency, from 0 to at least 1 without
 * gaps, with rising limits and only the last one empty. */
bool wl_tiers_hold(struct wl_txn *, char currency[4], struct wl_row_fault *);
/* Whether no part that stands in the transaction is replaced, in however many steps, by itself, and none in
 * more than WL_SUPERSESSION_CHAIN_MAX steps. Else the fault, and the parts whose rows make the circle or the
 * chain, in its order; their text is valid as wl_get's is. */
struct wl_supersession_chain {
    struct wl_str part_ids[WL_SUPERSESSION_CHAIN_MAX + 1];
    size_t count;
};
bool wl_supersessions_hold(struct wl_txn *, struct wl_supersession_chain *, struct wl_row_fault *);

/* Puts a row as the version that entry seq brings, or withdraws the row with this row's key; the index and
 * WL_COUNTER_REFERENCE_ROWS follow. For the apply of commands other than loads: only tables that lookups do
 * not cache (fits, vehicles, contracts, authorizations, campaign_vehicles). Errors stick to the transaction. */
void wl_reference_put_row(struct wl_txn *, uint64_t seq, int64_t table, const void *row);
void wl_reference_withdraw_row(struct wl_txn *, int64_t table, const void *row);

/* The bodies of the two commands. */
struct wl_load_rows_body {
    int64_t table;
    struct wl_str rows;      /* CBOR sequence (RFC 8742) of rows of the table */
    struct wl_str withdrawn; /* CBOR sequence of rows that have their key fields only */
};
struct wl_load_body {
    int64_t table;
    struct wl_str file_sha256;         /* of the file's bytes */
    int64_t rows;                      /* in the file */
    int64_t added, changed, withdrawn; /* of them: new, other content, withdrawn */
};
extern const struct wl_command wl_load_rows_command, wl_load_command;

/* Counters in the meta table. The version is raised by each `load`; the entry is that of the last one.
 * The content is a fingerprint: each `load-rows` makes it the first 8 bytes of the SHA-256 of its
 * predecessor and the entry's rows. Equal content means equal rows, whichever transaction, process or
 * aborted attempt they were read in; it is what the cache is checked against. */
#define WL_COUNTER_REFERENCE_VERSION "reference-version"
#define WL_COUNTER_REFERENCE_ENTRY "reference-entry"
#define WL_COUNTER_REFERENCE_CONTENT "reference-content"
/* How many rows came or went by wl_reference_put_row and wl_reference_withdraw_row. The cache need not know;
 * what was worked out from reference data ahead of a command holds while content and rows are both the same. */
#define WL_COUNTER_REFERENCE_ROWS "reference-rows"

/* What a load did. */
struct wl_load_report {
    int64_t table;
    uint64_t rows, added, changed, withdrawn;
    uint64_t seq;    /* of the `load` entry; 0 when the file changed nothing */
    int64_t refusal; /* WL_DONE, or why the journal turned the command down (the load fails then) */
};

/* The table that a file's name says (parts.csv, with or without folders before it); 0: none. */
int64_t wl_load_table(const char *path);

/* Reads the CSV file at path into the table that its name says (parts.csv) and executes what differs, at
 * `time`, by `actor`, within a write transaction. The arena is cleared for each command. WL_E_INPUT
 * names file, line and column; WL_E_USAGE with report.refusal is a refusal at the door. Any error sticks to
 * the transaction, so that nothing of the file stays. */
int wl_load_csv(struct wl_txn *, struct wl_arena *, const char *path, int64_t time, struct wl_str actor,
                struct wl_load_report *);

/* Files to load, in the order in which tables are loaded. */
struct wl_load_files {
    char *path[WL_REFERENCE_TABLE_MAX + 1]; /* by table; NULL: none. Owned */
    char ignored[256]; /* names of a folder's .csv files that are no table, joined by ", "; cut when long */
};
void wl_load_files_init(struct wl_load_files *);
void wl_load_files_release(struct wl_load_files *);
/* Adds a file, or all tables that a folder holds (other files are left alone). WL_E_INPUT when a file's
 * name is no table's, a table comes twice, or a folder holds none. */
int wl_load_files_add(struct wl_load_files *, const char *path);

/* The schema's cache_new and cache_free: the memory behind wl_reference(). */
void *wl_reference_cache_new(void);
void wl_reference_cache_free(void *);

#endif
