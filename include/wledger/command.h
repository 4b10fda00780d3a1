/* Commands, entries and execution: decide, append, apply.
 *
 * An entry is a command (who, when, what) with its outcome, for ever in the journal. Deciding holds all
 * rules and writes nothing; applying writes and holds no rule. Both are pure: they know the state, the
 * entry and nothing else. A refusal is an outcome, not an error. */
#ifndef WLEDGER_COMMAND_H
#define WLEDGER_COMMAND_H

#include "wledger/posting.h"
#include "wledger/record.h"
#include "wledger/store.h"

#define WL_ENTRY_MAX 65535
#define WL_ENTRY_FORMAT 1
#define WL_HASH_SIZE 32
#define WL_SALT_SIZE 16
/* Longest idempotency key and actor, bytes. */
#define WL_NAME_MAX 128
/* Personal texts of one command. */
#define WL_TEXTS_MAX 4
/* An idempotency key is remembered for this long, by journal time. */
#define WL_KEY_SECONDS (INT64_C(90) * 86400)

/* X(tag, NAME, "name", "what it means and what to do") */
enum wl_refusal {
    WL_DONE = 0,
#define WL_REFUSAL(tag, NAME, name, meaning) WL_REFUSED_##NAME = (tag),
#include "wledger/refusals.def"
#undef WL_REFUSAL
};

/* "claim-unknown", ...; "done" for WL_DONE; NULL for a number that is none. */
const char *wl_refusal_name(int64_t refusal);
const char *wl_refusal_meaning(int64_t refusal);

/* What every outcome begins with; an outcome struct has it as its first member `head`, and its record
 * table begins with WL_OUTCOME_FIELDS(struct). */
struct wl_outcome_head {
    int64_t refusal;     /* enum wl_refusal; WL_NONE when done */
    struct wl_str about; /* which thing the refusal is about, when the command names several */
    struct wl_list postings;
};

#define WL_OUTCOME_FIELDS(outcome_type)                                                                           \
    {.name = "refusal", .tag = 1, .type = WL_INT, .digits = 4, .offset = offsetof(outcome_type, head.refusal)},   \
        {.name = "about", .tag = 2, .type = WL_TEXT, .limit = 200, .offset = offsetof(outcome_type, head.about)}, \
    {                                                                                                             \
        .name = "postings", .tag = 3, .type = WL_LIST, .limit = 2000, .item = &wl_posting_record,                 \
        .offset = offsetof(outcome_type, head.postings)                                                           \
    }

/* What deciding and applying may know. */
struct wl_context {
    struct wl_txn *txn;
    struct wl_arena *arena; /* for outcomes; lives as long as the command */
    void *cache;            /* of the schema */
    uint64_t seq;           /* the entry's number */
    int64_t time;           /* the command's */
    int64_t day;            /* its civil day in the store's zone */
    struct wl_str actor;
    uint64_t batch, ordinal; /* of a batch's record; batch 0: none */
    const void *prepared;    /* what the caller worked out ahead for this command; NULL: nothing */
};

struct wl_command {
    const char *name;
    uint16_t tag; /* stands in the journal */
    const struct wl_record *body, *outcome;
    /* Fills the outcome (cleared before) from state and body. WL_OK, or an error of the machine. Its texts
     * are the body's, constants, or in the arena: a view of a row would not outlive the first posting. */
    int (*decide)(const struct wl_context *, const void *body, void *outcome);
    /* Writes what the outcome says; is not called for a refusal. Postings are posted already. */
    void (*apply)(const struct wl_context *, const void *body, const void *outcome);
};

/* Personal text that a command brings: lies beside the entry, which holds its commitment: SHA-256 of
 * 0x02, salt, text. Erasing the text leaves every hash and outcome as it was; no decision reads it. */
struct wl_personal {
    uint8_t salt[WL_SALT_SIZE];
    struct wl_str text;
};

void wl_sha256(struct wl_str bytes, uint8_t out[WL_HASH_SIZE]);
/* A salt drawn from the system's generator, for texts typed at the edge. */
int wl_salt_draw(uint8_t salt[WL_SALT_SIZE]);
void wl_commitment(const uint8_t salt[WL_SALT_SIZE], struct wl_str text, uint8_t out[WL_HASH_SIZE]);

struct wl_request {
    const struct wl_command *command;
    const void *body;
    struct wl_str encoded; /* the body as CBOR when the caller has it already; else empty */
    int64_t time;
    struct wl_str actor; /* 1 to WL_NAME_MAX bytes */
    struct wl_str key;   /* idempotency key; empty: none */
    uint64_t batch, ordinal;
    const void *prepared;            /* handed to deciding and applying, which come to the same with it and without */
    const struct wl_personal *texts; /* numbered from 0 within the entry */
    unsigned text_count;             /* up to WL_TEXTS_MAX */
};

struct wl_result {
    uint64_t seq;    /* of the entry that holds the outcome */
    bool repeated;   /* the key was known with this content (whatever its time and salts): the first outcome */
    bool journalled; /* false only for time-before-last: the journal's time never goes back */
    int64_t refusal; /* enum wl_refusal, WL_DONE when done */
    void *outcome;   /* the command's outcome struct, in the arena; NULL when not journalled */
};

/* Decides, appends and applies one command within a write transaction. WL_OK with a result (which may
 * be a refusal), or an error, which sticks to the transaction. */
int wl_execute(struct wl_txn *, struct wl_arena *, const struct wl_request *, struct wl_result *);

/* The entry that an idempotency key stands for, for a run of commands whose first entry holds it: 1, 0 when the key is
 * free at that time (or expired), or the error that sticks. */
int wl_key_find(struct wl_txn *, struct wl_str key, int64_t time, uint64_t *seq);

/* An entry as it stands in the journal. Views are valid as wl_get's are. */
struct wl_entry {
    uint64_t seq;
    uint32_t format, rules_version;
    int64_t time;
    struct wl_str actor, key;
    uint64_t batch, ordinal;
    const struct wl_command *command;
    struct wl_str body, outcome; /* CBOR maps */
    unsigned text_count;
    struct wl_str commitments[WL_TEXTS_MAX]; /* WL_HASH_SIZE bytes each */
    struct wl_str bytes;                     /* all of it */
};

/* Reads entry seq: 1, 0 when there is none, or an error. */
int wl_entry_read(struct wl_txn *, uint64_t seq, struct wl_entry *);
/* Parses an entry's bytes. WL_E_DAMAGED when they are not one. */
int wl_entry_parse(const struct wl_schema *, uint64_t seq, struct wl_str bytes, struct wl_entry *);
/* Its body and outcome as structs in the arena. */
int wl_entry_body(const struct wl_entry *, struct wl_arena *, void **body);
int wl_entry_outcome(const struct wl_entry *, struct wl_arena *, void **outcome);

/* Number of entries, and the time of the last command (WL_NONE before the first). */
uint64_t wl_journal_size(struct wl_txn *);
int64_t wl_journal_time(struct wl_txn *);
/* The store's zone, minutes east of UTC. */
int64_t wl_journal_zone(struct wl_txn *);

/* The OEM's name, valid as wl_get's value. */
struct wl_str wl_journal_oem(struct wl_txn *);
/* The root of the hash tree over the whole journal (RFC 6962, section 2.1). */
int wl_journal_root(struct wl_txn *, uint8_t root[WL_HASH_SIZE]);

/* Personal text n of an entry: 1 and the text (valid as wl_get's), 0 when there is none or it was erased. */
int wl_text_get(struct wl_txn *, uint64_t seq, unsigned n, struct wl_str *text);
/* For a command's apply: erases all personal text of an entry. */
void wl_text_erase(struct wl_txn *, uint64_t seq);

/* The command that opens a journal: the OEM's name and the store's zone. */
struct wl_init_body {
    struct wl_str oem;
    int64_t zone; /* minutes east of UTC */
};
struct wl_plain_outcome { /* of commands whose outcome says no more */
    struct wl_outcome_head head;
};
extern const struct wl_record wl_plain_outcome_record;
extern const struct wl_command wl_init_command; /* tag 1 */

#endif
