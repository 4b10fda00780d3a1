/* The structural step of an import: one pass over a document, from bytes to records in a spool file.
 *
 * Nothing of the ledger or of the rules is known here. A document that is not well-formed, too deep,
 * too large, truncated, of an unknown dialect or with wrong control totals is refused whole, with file,
 * line and column. */
#ifndef WLEDGER_BATCH_READER_H
#define WLEDGER_BATCH_READER_H

#include "wledger/claim_record.h"

/* Ceilings of what comes from outside: checked in the one place that each names. */
enum {
    WL_XML_TAG_MAX = 16 * 1024,      /* bytes of one tag (gate) */
    WL_XML_ATTRIBUTES_MAX = 256,     /* attributes of one tag (gate) */
    WL_XML_DEPTH_MAX = 64,           /* nested elements, payloads included (gate) */
    WL_XML_NAMES_MAX = 8192,         /* distinct names (handler) */
    WL_XML_PAYLOAD_DEPTH_MAX = 2,    /* documents within documents */
    WL_BATCH_RECORDS_MAX = 10000000, /* records of one batch */
};
#define WL_BATCH_BYTES_MAX (UINT64_C(64) << 30) /* of one document, inflated */

struct wl_batch_summary {
    uint8_t sha256[32];              /* of the uncompressed bytes: identifies the file */
    uint8_t salt_key[32];            /* SHA-256 of the uncompressed bytes and "\0wledger narrative salt": who holds the
                             file can make the narratives' salts again, who holds only sha256 cannot */
    char sender[129], batch_id[129]; /* identify the batch; trimmed; sender may be "" */
    char dialect[65];                /* name of the dialect that read it */
    char creation_time[65];          /* as the document has it; "" when absent */
    uint64_t bytes;                  /* uncompressed */
    uint64_t records;
    uint64_t skipped_elements; /* elements that the dialect does not know */
};

/* Where in a document something is wrong. line and column count from 1; 0: not known. */
struct wl_batch_fault {
    uint64_t line, column;
    char reason[512]; /* what is wrong and what to do, without the place */
};

/* Dialects: which element paths fill which fields (the dialect files under xmlio/dialects; docs/dialects.md). */
struct wl_dialects;

/* The dialects built into the program. NULL with a message when memory is short. */
struct wl_dialects *wl_dialects_new(void);
/* Adds one from a file: WL_E_INPUT with file and line when it is not a dialect or its name is taken. */
int wl_dialects_add(struct wl_dialects *, const char *path);
void wl_dialects_free(struct wl_dialects *);

/* Told now and then how far reading has come, in bytes of the file as it lies on disk. */
typedef void wl_progress_fn(void *context, uint64_t done_bytes, uint64_t all_bytes);

/* Reads the document at path ("-": standard input) and writes its records to the spool file
 * spool_path (published whole: temporary, rename). WL_E_INPUT: fault says where and why (wl_error() has
 * it with the path); no spool file is left. Runs in the calling process; see wl_batch_read_apart. */
int wl_batch_read(const char *path, const struct wl_dialects *, const char *spool_path, wl_progress_fn *, void *context,
                  struct wl_batch_summary *, struct wl_batch_fault *);

/* The same in a child process of its own with ceilings on memory and time, so that a fault in a parser
 * cannot touch the ledger. Call it with no store open. */
int wl_batch_read_apart(const char *path, const struct wl_dialects *, const char *spool_path, wl_progress_fn *,
                        void *context, struct wl_batch_summary *, struct wl_batch_fault *);

/* Reading a spool file back, in order, in bounded memory. */
struct wl_spool;

struct wl_spool_record {
    struct wl_str encoded;   /* wl_claim_record as CBOR */
    struct wl_str narrative; /* empty when there is none */
};

int wl_spool_open(const char *path, struct wl_spool **out);
/* 1 and the next record (valid until the next call), 0 at the end, WL_E_DAMAGED when the file is not a
 * spool or is cut short. */
int wl_spool_next(struct wl_spool *, struct wl_spool_record *);
/* Goes on after the first n records without decoding them. */
int wl_spool_skip(struct wl_spool *, uint64_t n);
void wl_spool_close(struct wl_spool *);

#endif
